package handlers_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// The main job, end to end and by HTTP alone: the owner publishes an article, a frontend reads it, a reader comments, the owner
// approves and replies, and both appear.

// article is a text as its writer hands it over.
type article struct {
	title, markdown string
	link            struct{ text, url string } // the one in it
	question        string                     // words that only this article holds, the last one unfinished
	found           []string                   // what search marks of them
}

// headings are the texts of its headings, as written.
func (a article) headings() []string { return linesAfter(a.markdown, "## ") }

// items are the texts of its list items, as written.
func (a article) items() []string { return linesAfter(a.markdown, "- ") }

func linesAfter(text, mark string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if rest, marked := strings.CutPrefix(line, mark); marked {
			found = append(found, strings.TrimSpace(rest))
		}
	}
	return found
}

// ourArticle is of the shape of the seed article: about 900 words, six headings, two lists of four, one link, curly apostrophes.
func ourArticle(t *testing.T) article {
	t.Helper()
	text, err := os.ReadFile("testdata/article.md")
	if err != nil {
		t.Fatal(err)
	}
	title, body, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
	a := article{title: title, markdown: strings.TrimSpace(body), question: "unopened mail contrac", found: []string{"contractions", "unopened", "mail"}}
	a.link.text, a.link.url = "how this practice began and why the door is green", "/pages/about?from=blog&part=2#green-door"
	return a
}

// seedArticle is the article of a real blog, which lies beside the project where it is developed: plain text, in which nothing marks
// headings and lists.
func seedArticle(t *testing.T) article {
	t.Helper()
	files, err := filepath.Glob("../../shared/data/seed/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the seed article is not here (../shared/data/seed); the same test runs on testdata/article.md")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	a := article{question: "central sensitization volum", found: []string{"central", "sensitization", "volume"}}
	a.link.text, a.link.url = "The Story Behind Milford’s Massage Therapy & Bodyworks", "https://massage.example/post/the-story-behind?ref=blog&lang=en"
	headings := []string{
		"A Little Stress Is Good Until It’s Not", "Pain Is Real But Not Always About Damage", "How Massage Therapy for Stress and Pain Really Works",
		"The Dimmer Switch Analogy", "How You Can Support Your Nervous System", "Taking Back Control",
	}
	var blocks []string
	inList := false
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case i == 0:
			a.title = line
		case line == "" || strings.HasPrefix(line, "- ") || line == "Comments": // what the site has put around the text
		case slices.Contains(headings, line):
			blocks, inList = append(blocks, "## "+line), false
		case inList && isItem(line):
			blocks[len(blocks)-1] += "\n- " + line
		case isItem(line) && strings.HasSuffix(blocks[len(blocks)-1], ":"):
			blocks, inList = append(blocks, "- "+line), true
		default:
			blocks, inList = append(blocks, strings.Replace(line, a.link.text, "["+a.link.text+"]("+a.link.url+")", 1)), false
		}
	}
	a.markdown = strings.Join(blocks, "\n\n")
	return a
}

// isItem tells the items of the seed's lists from its paragraphs: they are shorter than any paragraph that follows one.
func isItem(line string) bool { return utf8.RuneCountInString(line) < 130 }

func TestTheMainJob(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*testing.T) article{"with the seed article": seedArticle, "with an article of our own": ourArticle} {
		t.Run(name, func(t *testing.T) {
			a := read(t)
			if len(a.headings()) != 6 || len(a.items()) != 8 || strings.Count(a.markdown, "](") != 1 || !strings.Contains(a.markdown, "’") {
				t.Fatalf("the article has %d headings, %d list items and not one link: it is not the one that this test is about", len(a.headings()), len(a.items()))
			}
			onBoth(t, func(t *testing.T, b *blog) { mainJob(t, b, a) })
		})
	}
}

func mainJob(t *testing.T, b *blog, a article) {
	owner, reader := b.as("owner"), b.reader()

	// The owner writes a draft and looks at it before anybody else can.
	draft := owner.post("/admin/posts", object{"title": a.title, "markdown": a.markdown, "tags": []string{"Nervous system", "#series", "Self-care"}}).wants(201)
	draft.is("data.status", "draft").is("data.published_at", nil).is("data.authors.0.slug", "mira-holt")
	post := draft.written()
	reader.get(post.public()).wants(404)
	reader.get("/posts").lists("slug")
	link := owner.post(post.admin("/preview"), nil).wants(201)
	token := link.text("data.token")
	if want := publicURL + "/preview/" + token; link.text("data.url") != want {
		t.Errorf("the preview link is %s, want %s", link.text("data.url"), want)
	}
	preview := reader.get("/preview/"+token).wants(200).has("X-Robots-Tag", "noindex").has("Cache-Control", "no-store")
	preview.is("data.title", a.title).is("data.published_at", nil)

	// She publishes it, and a frontend reads it.
	owner.patch(post.admin(), object{"status": "published"}, "If-Match: "+post.etag).wants(200).is("data.status", "published").is("data.published_at", "2026-03-01T09:00:00Z")
	read := reader.get(post.public()).wants(200)
	read.is("data.title", a.title).is("data.reading_minutes", 4).is("data.markdown", a.markdown).is("data.url", publicURL+"/posts/"+escaped(post.slug))
	read.is("data.tags", []object{{"slug": "nervous-system", "name": "Nervous system"}, {"slug": "self-care", "name": "Self-care"}})
	read.is("data.author", object{"slug": "mira-holt", "name": "Mira Holt", "bio": "", "avatar_url": nil}).is("data.authors", []any{read.at("data.author")})
	page := parse(t, read.text("data.html"))
	var headings []string
	for i, heading := range read.at("data.outline").([]any) {
		h := heading.(map[string]any)
		headings = append(headings, h["text"].(string))
		if there := page.byID(h["id"].(string)); h["level"] != 2.0 || there == nil || there.Data != "h2" || textOf(there) != h["text"] {
			t.Errorf("heading %d of the outline, %v, is not in the page as an h2 of that id", i, h)
		}
	}
	if diff := cmp.Diff(a.headings(), headings); diff != "" {
		t.Errorf("the outline (-want +got):\n%s", diff)
	}
	var items []string
	for _, item := range page.all("li") {
		items = append(items, textOf(item))
	}
	if diff := cmp.Diff(a.items(), items); diff != "" {
		t.Errorf("the list items (-want +got):\n%s", diff)
	}
	if links := page.all("a"); len(links) != 1 || textOf(links[0]) != a.link.text || attribute(links[0], "href") != a.link.url {
		t.Errorf("the links of the page are %d, want the one that was written, as it was written", len(links))
	}
	if len(page.all("ul")) != 2 {
		t.Errorf("the page has %d lists, want 2", len(page.all("ul")))
	}
	reader.get("/posts").lists("slug", post.slug).is("data.0.excerpt", read.at("data.excerpt")).is("page.total", 1)
	reader.get("/posts?tag=self-care&tag=hash-series").lists("slug", post.slug)
	reader.get("/tags").lists("slug", "nervous-system", "self-care").is("data.0.post_count", 1)

	// Search finds it by words and by the beginning of the last.
	found := reader.get("/search?q="+strings.ReplaceAll(a.question, " ", "+")).lists("slug", post.slug)
	var marked []string
	snippet := parse(t, found.text("data.0.snippet"))
	for _, mark := range snippet.all("mark") {
		marked = append(marked, strings.ToLower(strings.Trim(textOf(mark), ".,")))
	}
	if len(marked) == 0 {
		t.Errorf("the snippet marks nothing: %s", found.text("data.0.snippet"))
	}
	for _, mark := range marked {
		if !slices.ContainsFunc(a.found, func(word string) bool { return strings.Contains(mark, word) }) {
			t.Errorf("the snippet marks %q", mark)
		}
	}
	reader.get("/search?q=zebra").lists("slug")

	// A reader comments. The comment is held: she knows, and nobody else.
	comment := reader.comments(post, "The part about the *jaw* helped.", object{"email": "ruth@example.org"}).wants(201)
	comment.is("data.status", "pending").is("data.author.name", "Ruth").is("data.html", "<p>The part about the <em>jaw</em> helped.</p>")
	expectCount := func(count int) answer {
		t.Helper()
		thread := reader.get(post.public("/comments")).wants(200).is("meta.count", count).is("meta.open", true)
		reader.get("/comments/counts?slug="+escaped(post.slug)).wants(200).is("data", object{post.slug: count})
		reader.get(post.public()).wants(200).is("data.comments", object{"count": count, "open": true})
		return thread
	}
	expectCount(0).is("data", []any{}).is("page.total", 0)

	// The owner sees why, approves and answers.
	held := owner.get("/admin/comments?status=pending").lists("status", "pending")
	held.is("data.0.body", "The part about the *jaw* helped.").is("data.0.author.email", "ruth@example.org").is("data.0.post.slug", post.slug)
	if reasons := held.each("data.0.reasons", "text"); !strings.Contains(reasons, "Held because the dimmer is at Newcomers") {
		t.Errorf("the reasons for holding it are %q", reasons)
	}
	id := held.text("data.0.id")
	owner.post("/admin/comments/"+id+"/reply", object{"body": "Too early."}).wants(409).is("code", "not_approved")
	owner.patch("/admin/comments/"+id, object{"status": "approved"}).wants(200).is("data.status", "approved")
	expectCount(1)
	answer := owner.post("/admin/comments/"+id+"/reply", object{"body": "Thank you, Ruth!"}).wants(201).is("data.status", "approved")

	// Both appear.
	thread := expectCount(2).is("page.total", 1)
	thread.is("data.0.id", id).is("data.0.author", object{"name": "Ruth", "url": nil, "avatar_url": publicURL + "/avatars/4-R.svg", "badge": nil}).is("data.0.reply_count", 1)
	thread.is("data.0.replies.0.id", answer.at("data.id")).is("data.0.replies.0.parent_id", id).is("data.0.replies.0.depth", 1)
	thread.is("data.0.replies.0.author", object{"name": "Mira Holt", "url": nil, "avatar_url": publicURL + "/avatars/3-M.svg", "badge": "owner"}).is("data.0.replies.0.html", "<p>Thank you, Ruth!</p>")
	reader.get("/posts").wants(200).is("data.0.comments.count", 2)
	for _, secret := range []string{"ruth@example.org", "mira@example.org"} {
		if strings.Contains(string(thread.body), secret) {
			t.Errorf("the thread shows %s", secret)
		}
	}

	// The post gets another name. The old one leads there, with all that is below it.
	renamed := owner.changes(post, object{"slug": "stress and pain"}).wants(200).is("data.slug", "stress-and-pain").is("data.redirects_from", []string{post.slug})
	reader.get(post.public("?include=related")).wants(308).has("Location", "/api/v1/posts/stress-and-pain?include=related")
	reader.get(post.public("/comments?sort=newest")).wants(308).has("Location", "/api/v1/posts/stress-and-pain/comments?sort=newest")
	reader.comments(post, "Sent to the old address.").wants(308).has("Location", "/api/v1/posts/stress-and-pain/comments")
	post = renamed.written()
	expectCount(2)
	reader.get(post.public()).wants(200).is("data.title", a.title).is("data.redirects_from", renamed.at("data.redirects_from"))

	// What happened is in the log, without a word of what was said.
	happened := owner.get("/admin/events?limit=100").wants(200)
	kinds := map[string]bool{}
	for kind := range strings.FieldsSeq(happened.each("data", "kind")) {
		kinds[kind] = true
	}
	for _, kind := range []string{"post.created", "post.published", "post.updated", "comment.created", "comment.approved"} {
		if !kinds[kind] {
			t.Errorf("%s is not in the log, only %v", kind, slices.Sorted(maps.Keys(kinds)))
		}
	}
	if log := string(happened.body); strings.Contains(log, "jaw") || strings.Contains(log, "example.org") {
		t.Error("the log holds text or an address")
	}
}

// page is a piece of HTML as a browser reads it.
type page struct{ root *html.Node }

func parse(t testing.TB, text string) page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return page{root}
}

func (p page) all(tag string) (found []*html.Node) {
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && node.Data == tag {
			found = append(found, node)
		}
	}
	return found
}

func (p page) byID(id string) *html.Node {
	for node := range p.root.Descendants() {
		if id != "" && attribute(node, "id") == id {
			return node
		}
	}
	return nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
