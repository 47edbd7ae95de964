package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		owner.publishes("Stress in the shoulder", object{"markdown": "Everybody’s shoulders know <b>it</b>. A *café* in Zürich, and 東京タワー.", "published_at": "2026-02-01T10:00:00Z"})
		owner.publishes("Sleep", object{
			"markdown": "Stress keeps you awake. " + strings.Repeat("Counting sheep helps nobody. ", 60) + "The pillow matters.",
			"tags":     []string{"Rest", "#hidden"}, "published_at": "2026-02-02T10:00:00Z",
		})
		owner.publishes("About stress", object{"type": "page", "markdown": "Who we are."})
		owner.writes(object{"title": "A draft about stress", "markdown": "Unicorn."})
		owner.publishes("Archived stress", object{"status": "archived", "markdown": "Unicorn."})
		owner.publishes("Tomorrow’s stress", object{"status": "scheduled", "published_at": b.clock.in(24 * time.Hour), "markdown": "Unicorn."})
		b.reader().comments(written{slug: "sleep"}, "Hippogriff.").wants(201)

		for name, tc := range map[string]struct{ q, slugs string }{
			"one word, the best match first":    {"pillow", "sleep"},
			"all the words":                     {"stress awake", "sleep"},
			"all of them, not some":             {"stress unicorn", ""},
			"the last as a beginning":           {"stress shoul", "stress-in-the-shoulder"},
			"the first not as a beginning":      {"shoul stress", ""},
			"capitals":                          {"PILLOW", "sleep"},
			"without accents":                   {"cafe zurich", "stress-in-the-shoulder"},
			"with them":                         {"café", "stress-in-the-shoulder"},
			"an apostrophe of another kind":     {"everybody's", "stress-in-the-shoulder"},
			"a tag":                             {"rest pillow", "sleep"},
			"other scripts":                     {"東京", "stress-in-the-shoulder"},
			"pages too":                         {"about", "about-stress"},
			"nothing hidden":                    {"unicorn", ""},
			"no comment":                        {"hippogriff", ""},
			"no internal tag":                   {"hidden", ""},
			"no e-mail":                         {"mira@example.org", ""},
			"quotes":                            {`"pillow`, "sleep"},
			"what would be an operator":         {"pillow OR unicorn", ""},
			"what would be a column":            {"title:sleep", ""},
			"operators alone":                   {`NEAR( * ^ " ( ) - : { }`, ""},
			"a word of SQL":                     {"'; DROP TABLE posts; --", ""},
			"percent signs are no place holder": {"pil%", "sleep"},
			"signs alone":                       {"?!", ""},
			"C++":                               {"C++", ""},
		} {
			t.Run(name, func(t *testing.T) {
				found := reader.on(t).get("/search?q=" + url.QueryEscape(tc.q)).wants(200)
				if name == "C++" {
					return // whatever a single c finds
				}
				found.lists("slug", strings.Fields(tc.slugs)...).is("page.total", len(strings.Fields(tc.slugs)))
			})
		}
		for query, at := range map[string]string{
			"q=": "query.q", "": "query.q", "q=" + strings.Repeat("x", 201): "query.q", "q=" + strings.Repeat("x+", 10) + "x": "query.q",
			"q=x&limit=0": "query.limit", "q=x&page=2": "query.page", "q=x&sort=title": "query.sort", "q=x&q=y": "query.q", "q=x&tag=rest": "query.tag",
		} {
			reader.get("/search?"+query).wants(422, at)
		}
		reader.get("/search?q=" + strings.Repeat("x", 200)).lists("slug")
		reader.get("/search?q=" + strings.Repeat("x+", 9) + "x").lists("slug")

		found := reader.get("/search?q=stress").wants(200).is("page.total", 3)
		if got := found.each("data", "slug"); !strings.HasSuffix(got, "sleep") {
			t.Errorf("a word in the title weighs no more than one in the text: %s", got)
		}
		first := reader.get("/search?q=stress&limit=2").wants(200).is("page.total", 3).is("page.prev", nil)
		second := reader.get("/search?q=stress&limit=2&cursor="+first.text("page.next")).lists("slug", "sleep").is("page.next", nil)
		reader.get("/search?q=stress&limit=2&cursor="+second.text("page.prev")).lists("slug", strings.Fields(first.each("data", "slug"))...)
		reader.get("/search?q=sleep&limit=2&cursor="+first.text("page.next")).wants(400, "query.cursor")

		snippet := reader.get("/search?q=pillow").wants(200).text("data.0.snippet")
		if !strings.Contains(snippet, "The <mark>pillow</mark> matters.") || !strings.HasPrefix(snippet, "…") || len(snippet) > 400 {
			t.Errorf("the snippet is %q", snippet)
		}
		snippet = reader.get("/search?q=shoulders+know").wants(200).text("data.0.snippet")
		if page := parse(t, snippet); len(page.all("mark")) != 2 || len(page.all("b")) != 0 {
			t.Errorf("the snippet is %q", snippet)
		}
	})
}

func TestSnippetsAreSafe(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.as("owner").publishes("Code", object{"markdown": "How to write `<script>alert(1)</script>` and <img src=x onerror=alert(1)> & \"quotes\" without harm."})
	snippet := b.reader().get("/search?q=write+without").wants(200).text("data.0.snippet")
	page := parse(t, snippet)
	if len(page.all("script"))+len(page.all("img")) > 0 || !strings.Contains(snippet, "&lt;script&gt;") || len(page.all("mark")) != 2 {
		t.Errorf("the snippet is %q", snippet)
	}
}
