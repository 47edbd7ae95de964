package markdown

import (
	"errors"
	"strings"
	"testing"
)

// seeds are the corpus of all three targets: one of each kind of markup, and what once broke this or other renderers.
var seeds = []string{
	"# Title\n\nText with *emphasis*, **strong**, ~~gone~~, `code` and [a link](https://example.org/ \"title\").\n\n- one\n- two\n  - three\n\n> quote\n\n1. a\n2. b",
	"| a | b |\n|:--|--:|\n| 1 | `\\|` |\n\n- [ ] open\n- [x] done\n\nText[^1].\n\n[^1]: A note.\n\nTerm\n: Definition",
	"```go {linenos=true}\nfunc main() { println(\"<b>\") }\n```\n\n    indented\n\n~~~\n<script>\n~~~",
	"## Über uns {#about-us}\n\n## Über uns\n\n## Привет, мир\n\n## مرحبا\n\n## 你好\n\n## 👍\n\n[up](#about-us) [x](#%C3%BCber-uns)",
	"<figure><img src=a.png alt=x onerror=alert(1)><figcaption>c</figcaption></figure><details open><summary>s</summary>t</details>",
	"<iframe src=\"https://www.youtube.com/embed/abc\" onload=alert(1)></iframe><iframe src=//evil.example/x></iframe><iframe srcdoc=\"<script>alert(1)</script>\">x</iframe>",
	"[a](javascript:alert(1)) [b](javascript&colon;alert(1)) [c](data:text/html,x) [d](//evil.example) [e](\\\\evil.example) [f](https://a@b.example) <vbscript:x> ![g](blob:x)",
	"<a href=\"java\nscript:alert(1)\">x</a><a href=\" javascript:alert(1)\">y</a><a href=\"/\t/evil.example\">z</a>",
	"<svg><p><style><a title=\"</style><img src onerror=alert(1)>\">",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<select><option><style></option></select><b><img src=x onerror=alert(1)></b></style></select>",
	"<title><!--<img title=\"--><img src onerror=alert(1)>\">--></title>",
	"<form id=x><input name=attributes><a id=config name=y>z</a></form><img name=cookie src=x><p id=a id=b class='chroma x fixed' style='position:fixed'>",
	"<table>a<tr>b<td>c<table><td><a href=/x><table><td><a href=/y>z</a></table></a>",
	"<b>1<p>2</b>3</p><a href=/1>4<div>5<a href=/2>6</div></a><i><u></i></u><p><ul><p></ul></p></br></p>",
	"<p><button><p><ruby>a<rt>b<rp>c</ruby><dl><dd><dt></dl><li><h1><h2></h1><pre>\n\nx</pre><plaintext>y",
	"<object><param><embed src=x></object><xmp><b></xmp><textarea></p></textarea><template><p>x</template>",
	"\u202eabc\u2066def &#x202e; &#0; &#1; \x00\x1b[31m \u200b\u3164\ufeff e\u0301 👨‍👩‍👧",
	strings.Repeat(">", 60) + strings.Repeat("- ", 60) + "a\n" + strings.Repeat("*a _b ", 40) + strings.Repeat("b_ a* ", 40),
	"|" + strings.Repeat("a|", 40) + "\n|" + strings.Repeat("-|", 40) + "\n" + strings.Repeat("|\n", 40),
	"[a]: /uuuuuuuuuuuuuuuuuuuuuuuuu 't'\n\n" + strings.Repeat("[a]", 50) + strings.Repeat("[a](", 50) + strings.Repeat("`a``", 30),
	"http://a.example/x_(y)_z, www.b.example. (https://müller.example) https://c.example/“q” a@b.example <c@d.example> https://a.b/&copy;x",
}

func addSeeds(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
}

func FuzzRenderComment(f *testing.F) {
	r := New()
	addSeeds(f)
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > maxCommentSource {
			return
		}
		rendered := r.Comment(source)
		assertCommentIsSafe(t, rendered)
		if limit := min(max(8*len(source), 1<<10), 128<<10); len(rendered) > limit {
			t.Fatalf("%d bytes of source make %d bytes", len(source), len(rendered))
		}
		if again := r.sanitizeComment(rendered); again != rendered {
			t.Fatalf("changes when judged again:\n%q\n%q", rendered, again)
		}
	})
}

func FuzzRenderPost(f *testing.F) {
	r := New()
	addSeeds(f)
	f.Fuzz(func(t *testing.T, source string) { fuzzPost(t, r, source, FormatMarkdown) })
}

func FuzzSanitize(f *testing.F) {
	r := New()
	addSeeds(f)
	f.Fuzz(func(t *testing.T, source string) { fuzzPost(t, r, source, FormatHTML) })
}

func fuzzPost(t *testing.T, r *Renderer, source string, format Format) {
	doc, err := r.Post(source, format)
	if err != nil {
		if !errors.Is(err, ErrTooComplex) {
			t.Fatal(err)
		}
		return
	}
	assertPostIsSafe(t, doc.HTML)
	assertOutlineIsReachable(t, doc)
	again, err := r.Post(doc.HTML, FormatHTML)
	if err != nil {
		t.Fatal(err)
	}
	if again.HTML != doc.HTML {
		t.Fatalf("changes when judged again:\n%q\n%q", doc.HTML, again.HTML)
	}
}

// assertOutlineIsReachable looks for a heading with the id of each line of the outline.
func assertOutlineIsReachable(t testing.TB, doc Document) {
	t.Helper()
	levels := map[string]string{}
	for _, n := range elements(t, doc.HTML) {
		if id, ok := attribute(n, "id"); ok {
			levels[id] = n.Data
		}
	}
	for _, h := range doc.Outline {
		if want := "h" + string(rune('0'+h.Level)); levels[h.ID] != want {
			t.Errorf("the outline names %+v, the html has <%s> there", h, levels[h.ID])
		}
	}
}
