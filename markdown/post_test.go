package markdown

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// post renders a post that must render.
func post(t testing.TB, source string, format Format) Document {
	t.Helper()
	doc, err := New().Post(source, format)
	if err != nil {
		t.Fatal(err)
	}
	assertPostIsSafe(t, doc.HTML)
	assertOutlineIsReachable(t, doc)
	return doc
}

func TestArticleBecomesADocument(t *testing.T) {
	source, err := os.ReadFile("testdata/article.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := post(t, string(source), FormatMarkdown)

	outline := []Heading{
		{2, "the-noise-we-carry", "The noise we carry"},
		{2, "what-a-slow-walk-changes", "What a slow walk changes"},
		{2, "it-is-not-exercise", "It is not exercise"},
		{2, "ten-minutes-are-enough", "Ten minutes are enough"},
		{2, "when-it-does-not-help", "When it does not help"},
		{2, "where-to-go-from-here", "Where to go from here"},
	}
	if diff := cmp.Diff(outline, doc.Outline); diff != "" {
		t.Errorf("outline (-want +got):\n%s", diff)
	}
	if items := elements(t, doc.HTML, "li"); len(items) != 8 {
		t.Errorf("%d list items, want 8", len(items))
	}
	if want := `<a href="https://walks.example.org/story?from=article&amp;step=1">the story behind this blog</a>`; !strings.Contains(doc.HTML, want) {
		t.Errorf("the link is not as written:\n%s", doc.HTML)
	}
	if want := "If you’ve ever come home from a walk with an answer you were not looking for, you’re in good company. " +
		"A slow walk does something to a tired head that sitting still cannot. …"; doc.Excerpt != want {
		t.Errorf("excerpt\n%q, want\n%q", doc.Excerpt, want)
	}
	if doc.WordCount != 355 { // as wc -w counts them without marks, headings included
		t.Errorf("%d words", doc.WordCount)
	}
	if ReadingMinutes(doc.WordCount) != 2 {
		t.Errorf("%d minutes", ReadingMinutes(doc.WordCount))
	}
	if !strings.Contains(doc.Text, "\nThe noise we carry\nMost days begin with a list and end with a longer one.") {
		t.Errorf("text:\n%s", doc.Text)
	}
}

func TestMarkdownOfPosts(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"typographic marks", `"Isn't it" -- he said... --- "yes"`, `<p>“Isn’t it” – he said… — “yes”</p>`},
		{"emphasis and strikethrough", "*a* **b** ~~c~~ ***d***", "<p><em>a</em> <strong>b</strong> <del>c</del> <em><strong>d</strong></em></p>"},
		{"underscores within a word", "snake_case_word and 2 * 3 * 4", "<p>snake_case_word and 2 * 3 * 4</p>"},
		{"a table keeps its alignment", "|a|b|c|\n|:-|:-:|-:|\n|1|2|3|",
			"<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"center\">b</th>\n<th align=\"right\">c</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n" +
				"<td align=\"left\">1</td>\n<td align=\"center\">2</td>\n<td align=\"right\">3</td>\n</tr>\n</tbody>\n</table>"},
		{"a task list cannot be ticked", "- [ ] a\n- [x] b",
			"<ul>\n<li><input type=\"checkbox\" disabled> a</li>\n<li><input type=\"checkbox\" disabled checked> b</li>\n</ul>"},
		{"a list that begins with five", "5. a\n6. b", "<ol start=\"5\">\n<li>a</li>\n<li>b</li>\n</ol>"},
		{"definitions", "Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"},
		{"code is coloured by classes", "```go\nreturn \"<b>\"\n```",
			"<pre class=\"chroma\"><code class=\"language-go\"><span class=\"k\">return</span> <span class=\"s\">\"&lt;b&gt;\"</span>\n</code></pre>"},
		{"code in a language by its file extension", "```RS\nfn\n```",
			"<pre class=\"chroma\"><code class=\"language-RS\"><span class=\"k\">fn</span>\n</code></pre>"},
		{"code in an unknown language", "```mermaid\na --> b\n```", "<pre><code class=\"language-mermaid\">a --&gt; b\n</code></pre>"},
		{"code in no language", "```\n<b> & \"c\"\n```", "<pre><code>&lt;b&gt; &amp; \"c\"\n</code></pre>"},
		{"code with attributes of Hugo", "```c++ {linenos=true}\nx\n```",
			"<pre class=\"chroma\"><code class=\"language-c++\"><span class=\"n\">x</span>\n</code></pre>"},
		{"a language that would leave its attribute", "```a\"onclick=b\nx\n```", "<pre><code>x\n</code></pre>"},
		{"code that begins with an empty line", "```\n\nx\n```", "<pre><code>\nx\n</code></pre>"},
		{"bare addresses", "See https://example.org/a_(b)_c?d=1&e=2, www.example.org. Or a@example.org",
			`<p>See <a href="https://example.org/a_(b)_c?d=1&amp;e=2">https://example.org/a_(b)_c?d=1&amp;e=2</a>, ` +
				`<a href="http://www.example.org">www.example.org</a>. Or <a href="mailto:a@example.org">a@example.org</a></p>`},
		{"a bare address in quotes", "„https://example.org/“", `<p>„https://example.org/“</p>`},
		{"an address with letters of another script", "https://пример.рф/путь",
			`<p><a href="https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/%D0%BF%D1%83%D1%82%D1%8C">https://пример.рф/путь</a></p>`},
		{"an image loads when it is seen", "![a \"b\"](/c.png 'd')",
			`<p><img src="/c.png" alt="a “b”" title="d" loading="lazy" decoding="async"></p>`},
		{"HTML in a line", "H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>this</mark>, <abbr title=\"HyperText\">HT</abbr>",
			`<p>H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>this</mark>, <abbr title="HyperText">HT</abbr></p>`},
		{"Markdown within HTML", "<details open>\n<summary>More</summary>\n\n*a*\n\n</details>",
			"<details open>\n<summary>More</summary>\n<p><em>a</em></p>\n</details>"},
		{"a comment in the source", "a\n\n<!-- more -->\n\nb", "<p>a</p>\n\n<p>b</p>"},
		{"shortcodes stay", "{{< figure a >}}", "<p>{{&lt; figure a &gt;}}</p>"},
		{"other line ends and control characters", "a\r\n\r\nb\x00\x1b\u0085c", "<p>a</p>\n<p>bc</p>"},
		{"text that is no UTF-8", "a\xffb", "<p>a\ufffdb</p>"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.TrimSpace(post(t, c.source, FormatMarkdown).HTML); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHTMLOfPosts(t *testing.T) {
	const sandbox = ` sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation"` +
		` allow="fullscreen; picture-in-picture; encrypted-media" referrerpolicy="strict-origin-when-cross-origin" loading="lazy"></iframe>`
	for _, c := range []struct{ name, source, want string }{
		{"a figure", `<figure class="wp-block-image alignwide pinned"><img src="https://a.example/b.jpg" alt="c" width="640" height="480"/><figcaption>d</figcaption></figure>`,
			`<figure class="wp-block-image alignwide"><img src="https://a.example/b.jpg" alt="c" width="640" height="480" loading="lazy" decoding="async"><figcaption>d</figcaption></figure>`},
		{"an image that asks to be loaded at once", `<img src="/a.png" loading="eager" decoding="sync" alt="">`,
			`<img src="/a.png" loading="eager" decoding="sync" alt="">`},
		{"a table of several bodies", `<table><tr><th scope="row">a<td colspan="2" style="x">b</table>`,
			`<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>`},
		{"language and direction", `<p lang="ar" dir="rtl">أ</p>`, `<p lang="ar" dir="rtl">أ</p>`},
		{"an image in several sizes", `<picture><source srcset="/a.avif 2x" type="image/avif"><img src="/a.png" alt=""></picture>`, `<img src="/a.png" alt="" loading="lazy" decoding="async">`},
		{"a sound of the site", `<audio controls><source src="/a.mp3" type="audio/mpeg"></audio>`, `<audio controls preload="metadata"><source src="/a.mp3" type="audio/mpeg"></audio>`},
		{"a film of the site", `<video src="/a.mp4" autoplay onplay="x()"></video>`, `<video src="/a.mp4" controls preload="metadata"></video>`},

		{"a link as written", `<a href="https://a.example/?b=c&amp;d=%7e#e" rel="sponsored" title="f">g</a>`,
			`<a href="https://a.example/?b=c&amp;d=%7e#e" rel="sponsored" title="f">g</a>`},
		{"a link to a new window", `<a href="/a" target="_blank">b</a><a href="/a" target="frame">b</a>`,
			`<a href="/a" rel="noopener" target="_blank">b</a><a href="/a">b</a>`},
		{"mail, telephone, fragment, query, relative", `<a href="mailto:a@b.example?subject=c d">1</a><a href="tel:+41">2</a><a href="#f">3</a><a href="?q">4</a><a href="../x">5</a><a href="x:y">6</a>`,
			`<a href="mailto:a@b.example?subject=c%20d">1</a><a href="tel:+41">2</a><a href="#f">3</a><a href="?q">4</a><a href="../x">5</a>6`},
		{"spaces round and in an address", `<a href=" /a b ">c</a>`, `<a href="/a%20b">c</a>`},
		{"a link to a host without scheme", `<a href="//evil.example">a</a><a href="/\evil.example">b</a><a href="\\evil.example">c</a><a href="/ok">d</a>`,
			`abc<a href="/ok">d</a>`},
		{"a script as address", `<a href="JaVa&#9;Script:alert(1)">a</a><a href="data:text/html,x">b</a><a href="vbscript:x">c</a><a href="blob:x">d</a><a href="file:///etc">e</a>`, `abcde`},
		{"an image that is a script", `<img src="javascript:alert(1)" alt="a"><img src="data:image/svg+xml,x"><img srcset="x.png 2x" src="/b.png">`,
			`<img src="/b.png" loading="lazy" decoding="async">`},

		{"scripts, handlers, styles", `<p onclick="x()" style="color:red" data-x="y">a</p><script>b()</script><style>p{}</style><link rel="stylesheet" href="/c"><base href="/">`, `<p>a</p>`},
		{"forms keep their words", `<form action="/a"><input name="b"><button formaction="javascript:x">c</button><textarea><b>d</b></textarea><select><option>e</select></form>`, `c&lt;b&gt;d&lt;/b&gt;e`},
		{"objects and frames of old", `a<object data="x"><param></object><embed src="x"><applet></applet><frameset><frame src="x"></frameset>b`, `ab`},
		{"names that shadow variables", `<img src="/a" name="cookie" alt=""><a id="config" href="/x">b</a><p id="a b">c</p>`,
			`<img src="/a" alt="" loading="lazy" decoding="async"><a href="/x" id="h-config">b</a><p>c</p>`},
		{"an attribute twice", `<a href="/first" href="/second">a</a><p class="chroma" class="k">b</p>`, `<a href="/first">a</a><p class="chroma">b</p>`},
		{"what a link says of itself", `<a href="/a" rel="nofollow stylesheet me x">a</a><a href="/b" rel="preload">b</a>`, `<a href="/a" rel="nofollow me">a</a><a href="/b">b</a>`},
		{"left open", `<div><p>a<b>b`, `<div><p>a<b>b</b></p></div>`},
		{"closed too often", `</div></p>a</section>`, `<p></p>a`},

		{"a film of YouTube", `<iframe src="https://www.youtube.com/embed/abc?start=9" width="560" height="315" title="T" allow="camera" onload="x()">y</iframe>`,
			`<iframe src="https://www.youtube-nocookie.com/embed/abc?start=9" width="560" height="315" title="T"` + sandbox},
		{"YouTube without scheme", `<iframe src="//youtube.com/embed/abc"></iframe>`, `<iframe src="https://www.youtube-nocookie.com/embed/abc"` + sandbox},
		{"Vimeo", `<iframe src="http://player.vimeo.com/video/1"></iframe>`, `<iframe src="https://player.vimeo.com/video/1"` + sandbox},
		{"Spotify", `<iframe src="https://open.spotify.com/embed/track/1"></iframe>`, `<iframe src="https://open.spotify.com/embed/track/1"` + sandbox},
		{"SoundCloud", `<iframe src="https://w.soundcloud.com/player/?url=1"></iframe>`, `<iframe src="https://w.soundcloud.com/player/?url=1"` + sandbox},
		{"another frame becomes a link", `<iframe src="https://maps.example/?a=1&amp;b=2"></iframe>`, `<p><a href="https://maps.example/?a=1&amp;b=2">https://maps.example/?a=1&amp;b=2</a></p>`},
		{"another frame in a paragraph", `<p>a <iframe src="//maps.example/x"></iframe></p>`, `<p>a <a href="https://maps.example/x">https://maps.example/x</a></p>`},
		{"another frame in a link", `<a href="/a"><iframe src="https://maps.example/x"></iframe></a>`, `<a href="/a">https://maps.example/x</a>`},
		{"a frame with a host that only looks right", `<iframe src="https://player.vimeo.com.evil.example/"></iframe><iframe src="https://player.vimeo.com@evil.example/"></iframe><iframe src="https://player.vimeo.com:8443/"></iframe><iframe src="https://a@player.vimeo.com/"></iframe>`,
			`<p><a href="https://player.vimeo.com.evil.example/">https://player.vimeo.com.evil.example/</a></p><p><a href="https://player.vimeo.com@evil.example/">https://player.vimeo.com@evil.example/</a></p><p><a href="https://player.vimeo.com:8443/">https://player.vimeo.com:8443/</a></p><p><a href="https://a@player.vimeo.com/">https://a@player.vimeo.com/</a></p>`},
		{"a frame without address", `a<iframe srcdoc="<script>x()</script>">y</iframe><iframe src="javascript:x()"></iframe><iframe src="/same-site"></iframe>b`, `ab`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := post(t, c.source, FormatHTML).HTML; got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if got := post(t, c.want, FormatHTML).HTML; got != c.want {
				t.Errorf("changes when rendered again:\n%s\nwas\n%s", got, c.want)
			}
		})
	}
}

func TestHeadingsGetIDsInAnyScript(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"Latin", "## Hello, World!", "hello-world"},
		{"one word could be a variable of a script", "## Config", "h-config"},
		{"apostrophes are dropped", "## You’ve got it, don't you", "youve-got-it-dont-you"},
		{"German", "## Über die Größe", "über-die-größe"},
		{"letters in parts are put together", "## U\u0308ber uns", "über-uns"},
		{"Turkish", "## İstanbul ve ılık", "istanbul-ve-ılık"},
		{"Cyrillic", "## Привет, мир", "привет-мир"},
		{"Arabic", "## مرحبا بالعالم", "مرحبا-بالعالم"},
		{"Arabic with vowel marks", "## مَرْحَبًا بالعالم", "مَرْحَبًا-بالعالم"},
		{"Hindi keeps its vowel signs", "## हिन्दी में लिखना", "हिन्दी-में-लिखना"},
		{"Thai", "## ภาษาไทย", "h-ภาษาไทย"},
		{"Chinese", "## 你好，世界", "你好-世界"},
		{"Japanese", "## はじめに", "h-はじめに"},
		{"Korean", "## 시작 하기", "시작-하기"},
		{"only emoji", "## 👍🏽 ❤️ 1️⃣", "h-1"},
		{"no letter at all", "## 👍🏽 ❤️", "h-section"},
		{"digits", "## 2026", "h-2026"},
		{"markup", "## A *b* `c` [d](/e)", "a-b-c-d"},
		{"long", "## " + strings.Repeat("ab ", 60), strings.Repeat("ab-", 33) + "a"},
		{"chosen by the writer", "## Title {#the-id}", "the-id"},
		{"chosen, but a variable", "## Title {#app}", "h-app"},
		{"underlined", "Hello you\n===", "hello-you"},
		{"in HTML", "<h2 class=\"x\">Hello <b>you</b></h2>", "hello-you"},
		{"chosen in HTML", "<h2 id=\"Old_Anchor-1\">Hello</h2>", "Old_Anchor-1"},
		{"chosen badly in HTML", "<h2 id='a\"b c'>Hello you</h2>", "hello-you"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := post(t, c.source, FormatMarkdown)
			if len(doc.Outline) != 1 || doc.Outline[0].ID != c.want {
				t.Errorf("outline %+v, want the id %q", doc.Outline, c.want)
			}
		})
	}
}

func TestHeadingIDsAreUnique(t *testing.T) {
	doc := post(t, "# Same title\n\n## Same title\n\n## Same title\n\n## Same title 2\n\n## Other {#same-title}\n\n## \n\n## 👍\n\n## 👎", FormatMarkdown)
	want := []Heading{
		{1, "same-title-2", "Same title"}, // the id itself was chosen for a later one
		{2, "same-title-3", "Same title"},
		{2, "same-title-4", "Same title"},
		{2, "same-title-2-2", "Same title 2"},
		{2, "same-title", "Other"},
		{2, "h-section", "👍"},
		{2, "h-section-2", "👎"},
	}
	if diff := cmp.Diff(want, doc.Outline); diff != "" {
		t.Errorf("outline (-want +got):\n%s", diff)
	}
}

func TestLinksWithinAPostFollowIDs(t *testing.T) {
	doc := post(t, "[a](#config) [b](#über-uns) [c](#nowhere) [d](#h-config)\n\n## Config\n\n## Über uns\n\n<a id=\"mark\"></a>[e](#mark)", FormatMarkdown)
	var got []string
	for _, n := range elements(t, doc.HTML, "a") {
		if href, ok := attribute(n, "href"); ok {
			got = append(got, href)
		}
	}
	if diff := cmp.Diff([]string{"#h-config", "#%C3%BCber-uns", "#nowhere", "#h-config", "#h-mark"}, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestFootnotesLinkToEachOther(t *testing.T) {
	doc := post(t, "One[^a], two[^b], one again[^a].\n\n## Title[^b]\n\n[^a]: First.\n[^b]: Second.", FormatMarkdown)
	ids := map[string]bool{}
	links := 0
	for _, n := range elements(t, doc.HTML) {
		if id, ok := attribute(n, "id"); ok {
			ids[id] = true
		}
	}
	for _, n := range elements(t, doc.HTML, "a") {
		links++
		if href, _ := attribute(n, "href"); !ids[strings.TrimPrefix(href, "#")] {
			t.Errorf("nothing at %s", href)
		}
	}
	if links != 8 { // four references, four ways back
		t.Errorf("%d links, want 8", links)
	}
	if want := "One, two, one again.\nTitle\nFirst.\nSecond."; doc.Text != want {
		t.Errorf("text %q, want %q", doc.Text, want)
	}
	if doc.Outline[0].Text != "Title" || doc.Outline[0].ID != "h-title" {
		t.Errorf("outline %+v", doc.Outline)
	}
	if doc.Excerpt != "One, two, one again." {
		t.Errorf("excerpt %q", doc.Excerpt)
	}
}

func TestDocumentWithoutHeadingsHasAnEmptyOutline(t *testing.T) {
	if doc := post(t, "a", FormatMarkdown); doc.Outline == nil || len(doc.Outline) != 0 {
		t.Errorf("outline %#v", doc.Outline)
	}
}

func TestFormatsAreKnown(t *testing.T) {
	for _, format := range []Format{"", "Markdown", "asciidoc"} {
		if _, err := New().Post("a", format); err == nil || errors.Is(err, ErrTooComplex) {
			t.Errorf("%q: %v", format, err)
		}
	}
}

func TestPostThatTakesTooLongIsRefused(t *testing.T) {
	r := New()
	source := strings.Repeat("*a* [b](c) ", 1_000)
	if _, err := r.Post(source, FormatMarkdown); err != nil {
		t.Fatalf("with time enough: %v", err)
	}
	var mu sync.Mutex
	clock := time.Unix(0, 0)
	r.now = func() time.Time { // each look at the clock takes a second
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(time.Second)
		return clock
	}
	for _, format := range []Format{FormatMarkdown, FormatHTML} {
		if _, err := r.Post(strings.Repeat(source, 10), format); !errors.Is(err, ErrTooComplex) {
			t.Errorf("%s without time: %v", format, err)
		}
	}
}

func TestFaultOfALibraryIsAnError(t *testing.T) {
	broken := New()
	broken.postParser, broken.commentParser = nil, nil
	if _, err := broken.Post("a", FormatMarkdown); err == nil || errors.Is(err, ErrTooComplex) {
		t.Errorf("post: %v", err)
	}
	if got := broken.Comment("*a*\nb\n\nc"); got != "<p>*a*<br>\nb</p>\n<p>c</p>" {
		t.Errorf("comment: %q", got)
	}
}

func TestRendererIsSafeForConcurrentUse(t *testing.T) {
	r := New()
	source := "# A\n\n[^1] *b* `c`\n\n```go\nfunc f() {}\n```\n\n[^1]: d"
	want, err := r.Post(source, FormatMarkdown)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got, err := r.Post(source, FormatMarkdown); err != nil || got.HTML != want.HTML {
					t.Errorf("%v\n%s", err, got.HTML)
					return
				}
				if got := r.Comment("*a*"); got != "<p><em>a</em></p>" {
					t.Error(got)
					return
				}
			}
		})
	}
	wg.Wait()
}
