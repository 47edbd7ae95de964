package markdown_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dimmer/markdown"
)

func TestLinksOfARenderedComment(t *testing.T) {
	for source, want := range map[string][]string{
		"nothing here": nil,
		"see https://a.example/x?b=1&c=2 and [that](https://b.example)": {"https://a.example/x?b=1&c=2", "https://b.example"},
		"[bad](javascript:alert(1)) `https://c.example`":                nil,
	} {
		if diff := cmp.Diff(want, markdown.Links(markdown.New().Comment(source))); diff != "" {
			t.Errorf("%q:\n%s", source, diff)
		}
	}
}
