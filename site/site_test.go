package site

import (
	"strings"
	"testing"
)

func TestANoticeSaysWhatItIsGivenAndRunsNothing(t *testing.T) {
	t.Parallel()
	pages, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = pages.Notice(&out, Site{Title: `</title><script>alert(1)</script>`, Language: "en", Stylesheet: "/assets/site.css"}, Head{NoIndex: true}, Notice{
		Heading: "Take it back?", Paragraphs: []string{`"><img src=x onerror=alert(1)>`},
		Form: &Form{Action: "/me/x", Fields: []Field{{"do", `"><script>`}}, Button: "Take it back"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"<h1>Take it back?</h1>", `<meta name="robots" content="noindex">`, `name="do" value="&#34;&gt;&lt;script&gt;"`} {
		if !strings.Contains(out.String(), wanted) {
			t.Errorf("the page lacks %s:\n%s", wanted, out.String())
		}
	}
	if strings.Contains(out.String(), "<script") || strings.Contains(out.String(), "<img src=x") {
		t.Errorf("what was given became part of the page:\n%s", out.String())
	}
}
