package markdown

import "testing"

func TestTheTextOfACommentHasNeitherLinksNorPictures(t *testing.T) {
	r := New()
	for source, wanted := range map[string]string{
		"One *two*\n\nthree":                              "One two\nthree",
		"[a word](https://example.org/x) stays":           "a word stays",
		"![seen](https://example.org/pixel.png) nothing":  "seen nothing",
		"<img src=x onerror=alert(1)> <b>bold</b> & more": "<img src=x onerror=alert(1)> <b>bold</b> & more",
		"- a\n- b":                     "a\nb",
		"`code` https://example.org/x": "code https://example.org/x",
		"":                             "",
	} {
		if got := Text(r.Comment(source)); got != wanted {
			t.Errorf("%q is read as %q, wanted %q", source, got, wanted)
		}
	}
}
