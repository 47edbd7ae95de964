package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shelf fills a blog with posts of every kind: Alpha to Echo are published, a day apart; Foxtrot to India are not in lists of posts.
func shelf(b *blog) map[string]written {
	b.t.Helper()
	owner := b.as("owner")
	posts := map[string]written{}
	for _, p := range []struct {
		title, publishedAt string
		fields             object
	}{
		{"Alpha", "2026-02-01T10:00:00Z", object{"tags": []string{"Sleep"}}},
		{"Bravo", "2026-02-02T10:00:00Z", object{"tags": []string{"Work", "Sleep"}, "featured": true, "authors": []string{"ben-oduya"}}},
		{"Charlie", "2026-02-03T10:00:00Z", object{"tags": []string{"Work"}, "language": "de"}},
		{"Delta", "2026-02-04T10:00:00Z", object{"authors": []string{"ben-oduya", "mira-holt"}}},
		{"Echo", "2026-02-05T10:00:00Z", object{"tags": []string{"Sleep", "#series"}}},
		{"Foxtrot", "", object{"status": "draft", "tags": []string{"Sleep"}}},
		{"Golf", "2026-04-01T10:00:00Z", object{"status": "scheduled", "tags": []string{"Sleep"}}},
		{"Hotel", "2026-01-01T10:00:00Z", object{"status": "archived", "tags": []string{"Sleep"}}},
		{"India", "2026-02-01T10:00:00Z", object{"type": "page", "tags": []string{"Sleep"}}},
	} {
		if p.publishedAt != "" {
			p.fields["published_at"] = p.publishedAt
		}
		w := owner.publishes(p.title, p.fields)
		posts[w.slug] = w
	}
	return posts
}

func TestListsOfPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	b.as("owner").approves(b.reader().comments(posts["bravo"], "I agree."))
	for name, tc := range map[string]struct {
		query string
		slugs string
		total int
	}{
		"the newest first, nothing that is not published, no page": {"", "echo delta charlie bravo alpha", 5},
		"a tag":                          {"tag=sleep", "echo bravo alpha", 3},
		"two tags: both":                 {"tag=sleep&tag=work", "bravo", 1},
		"the same tag twice":             {"tag=sleep&tag=sleep", "echo bravo alpha", 3},
		"without a tag":                  {"tag=-sleep", "delta charlie", 2},
		"a tag, without another":         {"tag=sleep&tag=-work", "echo alpha", 2},
		"an internal tag":                {"tag=hash-series", "echo", 1},
		"a tag that is none":             {"tag=nothing", "", 0},
		"without a tag that is none":     {"tag=-nothing", "echo delta charlie bravo alpha", 5},
		"an author, also as the second":  {"author=mira-holt", "echo delta charlie alpha", 4},
		"an author and a tag":            {"author=ben-oduya&tag=sleep", "bravo", 1},
		"somebody who has written none":  {"author=lena-moss", "", 0},
		"nobody":                         {"author=nobody", "", 0},
		"featured ones":                  {"featured=true", "bravo", 1},
		"those that are not featured":    {"featured=false", "echo delta charlie alpha", 4},
		"a language":                     {"language=de", "charlie", 1},
		"a language of none":             {"language=fr", "", 0},
		"since a moment, inclusive":      {"since=2026-02-03T10:00:00Z", "echo delta charlie", 3},
		"until a moment, exclusive":      {"until=2026-02-03T10:00:00Z", "bravo alpha", 2},
		"between two, with an offset":    {"since=2026-02-02T12:00:00%2B02:00&until=2026-02-04T10:00:00Z", "charlie bravo", 2},
		"the oldest first":               {"sort=published_at", "alpha bravo charlie delta echo", 5},
		"by title":                       {"sort=title", "alpha bravo charlie delta echo", 5},
		"most comments first":            {"sort=-comments&limit=1", "bravo", 5},
		"the second page of two":         {"limit=2&page=2", "charlie bravo", 5},
		"the last page":                  {"limit=2&page=3", "alpha", 5},
		"a page behind the last":         {"limit=2&page=9", "", 5},
		"the largest page":               {"limit=100", "echo delta charlie bravo alpha", 5},
		"everything at once":             {"tag=sleep&tag=-work&author=mira-holt&featured=false&language=en&since=2026-02-01T00:00:00Z&until=2026-03-01T00:00:00Z&sort=title", "alpha echo", 2},
		"a tag in capitals is no tag":    {"tag=Sleep", "", 0},
		"what would be SQL is no author": {"author=" + url.QueryEscape("' OR 1=1 --"), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.reader().on(t).get("/posts?"+tc.query).lists("slug", strings.Fields(tc.slugs)...).is("page.total", tc.total)
		})
	}
}

func TestListsOfPostsRefuseWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	cursor := func(path string) string {
		for i := range 3 {
			b.as("owner").publishes("Post " + string(rune('a'+i)))
		}
		return b.reader().get(path).wants(200).text("page.next")
	}("/posts?limit=1")
	for name, tc := range map[string]struct {
		query  string
		status int
		at     string
	}{
		"an unknown parameter":          {"tagg=sleep", 422, "query.tagg"},
		"each unknown parameter":        {"b=1&a=2", 422, "query.a query.b"},
		"a parameter in capitals":       {"Tag=sleep", 422, "query.Tag"},
		"an empty one":                  {"tag=", 422, "query.tag"},
		"one that is given twice":       {"author=a&author=b", 422, "query.author"},
		"no limit":                      {"limit=0", 422, "query.limit"},
		"a negative limit":              {"limit=-1", 422, "query.limit"},
		"a limit above 100":             {"limit=101", 422, "query.limit"},
		"a limit that is a word":        {"limit=ten", 422, "query.limit"},
		"page 0":                        {"page=0", 422, "query.page"},
		"a negative page":               {"page=-1", 422, "query.page"},
		"a page beyond all numbers":     {"page=9223372036854775808", 422, "query.page"},
		"page and cursor":               {"page=2&cursor=" + cursor, 422, "query.page"},
		"a sort that is none":           {"sort=views", 422, "query.sort"},
		"a sort of the admin list":      {"sort=-updated_at", 422, "query.sort"},
		"a field that is none":          {"fields=slug,html", 422, "query.fields[1]"},
		"a hidden field":                {"fields=source", 422, "query.fields[0]"},
		"featured, but neither":         {"featured=yes", 422, "query.featured"},
		"a time that is none":           {"since=yesterday", 422, "query.since"},
		"a filter of the admin list":    {"status=draft", 422, "query.status"},
		"a cursor that is none":         {"cursor=lantern", 400, "query.cursor"},
		"a cursor that was cut":         {"limit=1&cursor=" + cursor[:len(cursor)-1], 400, "query.cursor"},
		"a cursor of another order":     {"limit=1&sort=title&cursor=" + cursor, 400, "query.cursor"},
		"a cursor of another filter":    {"limit=1&tag=sleep&cursor=" + cursor, 400, "query.cursor"},
		"a percent sign that is broken": {"tag=%zz", 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.reader().on(t).get("/posts?"+tc.query).wants(tc.status, strings.Fields(tc.at)...)
		})
	}
	b.reader().get("/posts?limit=1&cursor="+cursor).lists("slug", "post-b")
	b.reader().get("/posts?limit=2&fields=slug,title&cursor="+cursor).lists("slug", "post-b", "post-a")
	b.reader().get("/pages?limit=1&cursor="+cursor).wants(400, "query.cursor")
}

func TestFieldsNarrowEachPostOfAList(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	shelf(b)
	for fields, want := range map[string]string{
		"slug":                  "slug",
		"title,slug":            "slug title",
		"comments,author,extra": "author comments extra",
	} {
		list := b.reader().get("/posts?limit=1&fields=" + fields).wants(200)
		if got := keysOf(list.at("data.0").(map[string]any)); got != want {
			t.Errorf("fields=%s gives %s", fields, got)
		}
	}
	whole := b.reader().get("/posts?limit=1").wants(200)
	const every = "author comments excerpt extra feature_image featured id language published_at reactions reading_minutes slug tags title type " +
		"updated_at url word_count"
	if got := keysOf(whole.at("data.0").(map[string]any)); got != every {
		t.Errorf("without fields: %s", got)
	}
	b.reader().get("/posts?limit=1&fields=slug,author").wants(200).is("data.0", object{"slug": "echo", "author": whole.at("data.0.author")})
}

// Cursors go on where the page before ended, whatever has come or gone in between; numbered pages count from the front.
func TestPagesOfAList(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	owner, reader := b.as("owner"), b.reader()

	first := reader.get("/posts?limit=2").lists("slug", "echo", "delta").is("page.prev", nil)
	next := func(a answer) answer { t.Helper(); return reader.get("/posts?limit=2&cursor=" + a.text("page.next")) }
	prev := func(a answer) answer { t.Helper(); return reader.get("/posts?limit=2&cursor=" + a.text("page.prev")) }
	owner.publishes("Juliett")
	owner.delete(posts["delta"].admin(), "If-Match: "+posts["delta"].etag).wants(204)
	second := next(first).lists("slug", "charlie", "bravo").is("page.total", 5)
	third := next(second).lists("slug", "alpha").is("page.next", nil)
	prev(third).lists("slug", "charlie", "bravo")
	prev(prev(third)).lists("slug", "juliett", "echo").is("page.prev", nil)

	link := func(a answer, rel string) string {
		t.Helper()
		for _, link := range strings.Split(a.header.Get("Link"), ", ") {
			if target, found := strings.CutSuffix(link, `>; rel="`+rel+`"`); found {
				return strings.TrimPrefix(target, "<"+publicURL)
			}
		}
		t.Fatalf("%s has no link to %s: %q", a.request, rel, a.header.Get("Link"))
		return ""
	}
	filtered := reader.get("/posts?limit=1&tag=sleep&fields=slug&sort=title").lists("slug", "alpha")
	filtered = reader.get(link(filtered, "next")).lists("slug", "bravo")
	filtered = reader.get(link(filtered, "next")).lists("slug", "echo")
	if strings.Contains(filtered.header.Get("Link"), `rel="next"`) {
		t.Errorf("the last page has a next one: %s", filtered.header.Get("Link"))
	}
	reader.get(link(filtered, "prev")).lists("slug", "bravo").is("data.0", object{"slug": "bravo"})

	numbered := reader.get("/posts?limit=2&page=2").lists("slug", "charlie", "bravo")
	next(numbered).lists("slug", "alpha")
	prev(numbered).lists("slug", "juliett", "echo")
	if strings.Contains(link(numbered, "next"), "page=") {
		t.Error("the link to the next page has both a number and a cursor")
	}
}

func TestEverySortGivesEachPostOnceWhateverTheTies(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for range 7 {
		b.as("owner").publishes("The same title", object{"published_at": "2026-02-01T10:00:00Z"})
	}
	for _, sort := range []string{"-published_at", "published_at", "title", "-comments"} {
		seen := map[string]bool{}
		list := b.reader().get("/posts?limit=2&sort=" + sort).wants(200)
		for {
			for slug := range strings.FieldsSeq(list.each("data", "slug")) {
				if seen[slug] {
					t.Errorf("sort=%s gives %s twice", sort, slug)
				}
				seen[slug] = true
			}
			if list.at("page.next") == nil {
				break
			}
			list = b.reader().get("/posts?limit=2&sort=" + sort + "&cursor=" + list.text("page.next")).wants(200)
		}
		if len(seen) != 7 {
			t.Errorf("sort=%s gives %d of 7 posts", sort, len(seen))
		}
	}
}

func TestAPostAsReadersGetIt(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	image := object{"url": "/media/2026/door.png", "alt": "A green door", "caption": "Our door"}
	post := owner.publishes("Döner & Yoga", object{
		"markdown": "First *words*.\n\n![](/media/2026/x.png)\n\n## Why\n\nBecause of [this](/pages/about) and [that](https://example.org/a?b=1&c=2).",
		"excerpt":  "In short.", "tags": []string{"Work", "#series", "Sleep"}, "authors": []string{"ben-oduya", "mira-holt"}, "featured": true,
		"feature_image": image, "language": "de-AT", "seo": object{"title": "Better title", "description": nil, "canonical_url": "https://elsewhere.example/x", "image_url": "/media/2026/og.png"},
		"extra": object{"mood": "calm", "list": []int{1, 2}},
	})
	read := b.reader().get(post.public()).wants(200)
	read.is("data.slug", "döner-yoga").is("data.url", publicURL+"/posts/d%C3%B6ner-yoga").is("data.type", "post").is("data.excerpt", "In short.")
	read.is("data.published_at", "2026-03-01T09:00:00Z").is("data.language", "de-AT").is("data.featured", true).is("data.reactions", 0)
	read.is("data.tags", []object{{"slug": "work", "name": "Work"}, {"slug": "sleep", "name": "Sleep"}})
	read.is("data.author.slug", "ben-oduya").is("data.authors.1.slug", "mira-holt")
	read.is("data.feature_image", object{
		"focal_point": nil,
		"url":         publicURL + "/media/2026/door.png", "alt": "A green door", "caption": "Our door", "width": nil, "height": nil, "variants": []any{},
	})
	read.is("data.seo", object{"title": "Better title", "description": nil, "canonical_url": "https://elsewhere.example/x", "image_url": publicURL + "/media/2026/og.png"})
	read.is("data.extra", object{"mood": "calm", "list": []int{1, 2}}).is("data.word_count", 8).is("data.reading_minutes", 1)
	read.is("data.outline.0.level", 2).is("data.outline.0.text", "Why").is("data.redirects_from", []any{})
	page := parse(t, read.text("data.html"))
	if heading := page.byID(read.text("data.outline.0.id")); heading == nil || textOf(heading) != "Why" {
		t.Error("the outline names a heading that is not there")
	}
	if src := attribute(page.all("img")[0], "src"); src != publicURL+"/media/2026/x.png" {
		t.Errorf("the address of the picture is %s, not absolute", src)
	}
	if links := page.all("a"); attribute(links[0], "href") != "/pages/about" || attribute(links[1], "href") != "https://example.org/a?b=1&c=2" {
		t.Error("the links are not as they were written")
	}
	read.lacks("data.related")
	read.lacks("data.neighbours")

	html := owner.writes(object{"title": "By hand", "status": "published", "format": "html", "source": "<p onclick=x()>Hello</p><script>x()</script>"})
	b.reader().get(html.public()).wants(200).is("data.markdown", nil).is("data.html", "<p>Hello</p>")
}

func TestWhatComesWithAPost(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	shelf(b)
	reader := b.reader()
	slugs := func(a answer, list string) string { t.Helper(); return a.wants(200).each(list, "slug") }

	bravo := reader.get("/posts/bravo?include=related,neighbours").wants(200)
	if got := slugs(bravo, "data.related"); got != "echo charlie alpha" {
		t.Errorf("related to bravo: %s", got)
	}
	bravo.is("data.neighbours.newer.slug", "charlie").is("data.neighbours.older.slug", "alpha")
	reader.get("/posts/echo?include=neighbours").wants(200).is("data.neighbours.newer", nil).is("data.neighbours.older.slug", "delta").lacks("data.related")
	reader.get("/posts/alpha?include=neighbours").wants(200).is("data.neighbours.older", nil).is("data.neighbours.newer.slug", "bravo")
	if got := slugs(reader.get("/posts/delta?include=related"), "data.related"); got != "" {
		t.Errorf("related to a post without tags: %s", got)
	}
	reader.get("/posts/bravo?include=everything").wants(422, "query.include[0]")
	reader.get("/posts/bravo?fields=slug").wants(422, "query.fields")
}

// What readers may not see is not there: a draft answers like a slug that nobody has, to the byte.
func TestHiddenPostsAnswerLikeMissingOnes(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	owner := b.as("owner")
	owner.delete(posts["delta"].admin(), "If-Match: "+posts["delta"].etag).wants(204)
	renamed := owner.changes(posts["charlie"], object{"slug": "renamed"}).wants(200).written()
	owner.changes(renamed, object{"status": "draft"}).wants(200)

	for _, path := range []string{"/posts/%s", "/posts/%s/comments", "/pages/%s", "/posts/%s?include=related"} {
		same := func(slug string) string {
			a := b.reader().get(strings.ReplaceAll(path, "%s", slug)).wants(404).has("Cache-Control", "no-store").is("code", "not_found")
			for _, name := range []string{"Date", "X-Request-Id", "Content-Length"} { // the id of a request is not always of the same length
				a.header.Del(name)
			}
			return strings.Replace(string(a.body), a.text("request_id"), "", 1) + fmt.Sprint(a.header)
		}
		missing := same("nothing-of-this-name")
		for name, slug := range map[string]string{
			"a draft": "foxtrot", "a scheduled post": "golf", "a deleted post": "delta", "one that was taken back": "renamed",
			"the former slug of one": "charlie", "a slug in capitals": "ALPHA",
		} {
			if diff := cmp.Diff(missing, same(slug)); diff != "" {
				t.Errorf("%s at %s differs from what is missing:\n%s", name, path, diff)
			}
		}
	}
	b.reader().get("/posts/alpha").wants(200)
	b.reader().get("/posts/india").wants(404)
	b.reader().get("/pages/india").wants(200)
	b.reader().get("/pages/alpha").wants(404)
	for _, odd := range []string{"/posts/alpha/", "/posts/alpha.css", "/posts/..%2falpha", "/posts/alpha%00", "/posts/%2e%2e", "/posts/" + strings.Repeat("x", 9000)} {
		b.reader().get(odd).wants(404)
	}
}

func TestAnArchivedPostIsReadableAndInNoList(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	b.reader().get("/posts/hotel").wants(200).has("X-Robots-Tag", "noindex").is("data.comments.open", false)
	b.reader().get("/posts/alpha").wants(200).has("X-Robots-Tag", "")
	b.reader().get("/posts?tag=sleep&limit=100").lists("slug", "echo", "bravo", "alpha")
	b.reader().get("/tags/sleep").wants(200).is("data.post_count", 3)
	b.reader().get("/search?q=hotel").lists("slug")
	b.reader().comments(posts["hotel"], "Too late.").wants(403).is("code", "comments_closed")
}

func TestPages(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.publishes("Privacy", object{"type": "page"})
	about := owner.publishes("About us", object{"type": "page", "tags": []string{"Sleep"}})
	owner.publishes("About", object{"type": "post"})
	owner.writes(object{"title": "Hidden page", "type": "page"})

	reader.get("/pages").lists("slug", "about-us", "privacy").is("page.total", 2).is("data.0.url", publicURL+"/pages/about-us")
	reader.get("/posts").lists("slug", "about")
	reader.get("/pages?limit=1&page=2").lists("slug", "privacy")
	reader.get("/pages?tag=sleep").wants(422, "query.tag")
	reader.get("/pages/about-us").wants(200).is("data.type", "page").is("data.tags.0.slug", "sleep")
	reader.get("/tags/sleep").wants(200).is("data.post_count", 0)

	// One space of slugs, and comments below posts for both.
	second := owner.writes(object{"title": "About us"})
	if second.slug != "about-us-2" {
		t.Errorf("a post beside a page of its name got %s", second.slug)
	}
	owner.approves(reader.comments(about, "Hello there."))
	reader.get("/posts/about-us/comments").wants(200).is("meta.count", 1)
	reader.get("/pages/about-us").wants(200).is("data.comments.count", 1)

	owner.changes(about, object{"slug": "who-we-are"}).wants(200)
	reader.get("/pages/about-us?include=neighbours").wants(308).has("Location", "/api/v1/pages/who-we-are?include=neighbours")
	reader.get("/posts/about-us").wants(404)
	reader.get("/posts/about-us/comments").wants(308).has("Location", "/api/v1/posts/who-we-are/comments")
}

func TestFormerSlugsLeadToThePresentOne(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("One")
	rename := func(slug string) answer {
		t.Helper()
		a := owner.changes(post, object{"slug": slug}).wants(200)
		post = a.written()
		return a
	}
	rename("two").is("data.redirects_from", []string{"one"})
	rename("drei über").is("data.redirects_from", []string{"one", "two"}).is("data.slug", "drei-über")
	for _, former := range []string{"one", "two"} {
		reader.get("/posts/"+former).wants(308).has("Location", "/api/v1/posts/drei-%C3%BCber").has("Cache-Control", "no-store")
		reader.get("/posts/" + former + "?include=related&include=").wants(422)
		reader.get("/posts/"+former+"?include=related").wants(308).has("Location", "/api/v1/posts/drei-%C3%BCber?include=related")
		reader.do("HEAD", "/posts/"+former, nil).wants(308).has("Location", "/api/v1/posts/drei-%C3%BCber")
		reader.get("/posts/"+former+"/comments?limit=5").wants(308).has("Location", "/api/v1/posts/drei-%C3%BCber/comments?limit=5")
	}
	reader.get("/posts/drei-%C3%BCber").wants(200).is("data.redirects_from", []string{"one", "two"})

	// Nobody else gets a slug that links lead to; its own post may have it back.
	if other := owner.publishes("One"); other.slug != "one-2" {
		t.Errorf("another post got %s", other.slug)
	}
	rename("one").is("data.redirects_from", []string{"two", "drei-über"})
	reader.get("/posts/one").wants(200)
	reader.get("/posts/drei-%C3%BCber").wants(308).has("Location", "/api/v1/posts/one")

	// What was never public leaves nothing behind.
	draft := owner.writes(object{"title": "Secret plan"})
	draft = owner.changes(draft, object{"slug": "plan"}).wants(200).is("data.redirects_from", []any{}).written()
	owner.changes(draft, object{"status": "published"}).wants(200)
	reader.get("/posts/secret-plan").wants(404)
}

func TestAScheduledPostGoesOutWhenItIsDue(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.publishes("Now")
	later := owner.post("/admin/posts", object{"title": "Later", "status": "scheduled", "published_at": "2026-03-01T12:00:00+02:00"}).wants(201).
		is("data.published_at", "2026-03-01T10:00:00Z").written()
	publish := func() {
		if _, err := b.store.PublishDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	publish()
	reader.get(later.public()).wants(404)
	reader.get("/posts").lists("slug", "now")
	b.clock.move(3 * time.Hour)
	publish()
	publish()
	reader.get(later.public()).wants(200).is("data.published_at", "2026-03-01T10:00:00Z")
	reader.get("/posts").lists("slug", "later", "now")
	b.as("owner").get("/admin/events?kind=post.published&subject_id="+later.id).lists("actor_kind", "system")
}

// Public answers can be kept and asked for again.
func TestPublicAnswersCanBeKept(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	owner, reader := b.as("owner"), b.reader()
	owner.approves(reader.comments(posts["alpha"], "Yes."))
	for _, path := range []string{
		"/site", "/posts", "/posts?tag=sleep&limit=2", "/posts/alpha", "/posts/alpha?include=related,neighbours", "/posts/alpha/comments", "/pages", "/pages/india",
		"/tags", "/tags/sleep", "/authors", "/authors/mira-holt", "/search?q=alpha", "/comments/counts?slug=alpha",
	} {
		read := reader.get(path).wants(200).has("Cache-Control", "public, max-age=0, s-maxage=60, stale-while-revalidate=600").has("Vary", "Accept-Encoding")
		etag, modified := read.header.Get("ETag"), read.header.Get("Last-Modified")
		if len(etag) < 10 || strings.HasPrefix(etag, "W/") || modified == "" || read.header.Get("Cache-Tag") == "" {
			t.Errorf("%s has ETag %q, Last-Modified %q, Cache-Tag %q", path, etag, modified, read.header.Get("Cache-Tag"))
		}
		for name, headers := range map[string][]string{
			"its ETag":                           {"If-None-Match: " + etag},
			"its ETag, weakly":                   {"If-None-Match: W/" + etag},
			"its ETag among others":              {`If-None-Match: "x", ` + etag},
			"any":                                {"If-None-Match: *"},
			"its ETag and no-cache":              {"If-None-Match: " + etag, "Cache-Control: no-cache"},
			"its time":                           {"If-Modified-Since: " + modified},
			"its ETag, and a time long ago":      {"If-None-Match: " + etag, "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT"},
			"its ETag, by somebody who signs in": {"If-None-Match: " + etag, "Authorization: Bearer x"},
		} {
			if got := reader.get(path, headers...); got.status != 304 || got.header.Get("ETag") != etag {
				t.Errorf("%s asked for with %s answered %d", path, name, got.status)
			}
		}
		for name, headers := range map[string][]string{
			"another ETag":               {`If-None-Match: "x"`},
			"a time long ago":            {"If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT"},
			"another ETag, and its time": {`If-None-Match: "x"`, "If-Modified-Since: " + modified},
			"a time that is none":        {"If-Modified-Since: yesterday"},
			"an ETag without quotes":     {"If-None-Match: " + strings.Trim(etag, `"`)},
		} {
			if got := reader.get(path, headers...); got.status != 200 {
				t.Errorf("%s asked for with %s answered %d", path, name, got.status)
			}
		}
		head := reader.do("HEAD", path, nil).wants(200).has("ETag", etag).has("Content-Length", read.header.Get("Content-Length"))
		if len(head.body) > 0 {
			t.Errorf("HEAD %s has a body", path)
		}
		reader.do("HEAD", path, nil, "If-None-Match: "+etag).wants(304)
	}
	plain := reader.get("/posts?limit=100").wants(200)
	for _, coding := range []string{"gzip", "br"} {
		coded := reader.get("/posts?limit=100", "Accept-Encoding: "+coding).has("Content-Encoding", coding)
		if coded.header.Get("ETag") == plain.header.Get("ETag") || len(coded.body) >= len(plain.body) {
			t.Errorf("in %s it has ETag %s and %d bytes, plain %s and %d", coding, coded.header.Get("ETag"), len(coded.body), plain.header.Get("ETag"), len(plain.body))
		}
	}
}

// Whatever a reader can see in an answer changes its ETag, and moves its Last-Modified.
func TestWhatIsKeptIsAskedForAgainAfterAnyChange(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	reader := b.reader()
	comment := reader.comments(posts["alpha"], "Hello.").wants(201).text("data.id")
	tag := b.as("owner").get("/admin/tags").wants(200).text("data.1.id")
	change := func(path string, body object) func() {
		return func() { b.as("owner").patch(path, body).wants(200) }
	}
	for name, tc := range map[string]struct {
		do    func()
		paths []string
		not   []string
	}{
		"a post's text": {
			func() { b.as("owner").changes(posts["alpha"], object{"markdown": "Other text."}).wants(200) },
			[]string{"/posts", "/posts/alpha", "/posts/bravo?include=related"}, []string{"/site", "/tags"},
		},
		"a tag's name": {
			change("/admin/tags/"+tag, object{"name": "Good sleep"}),
			[]string{"/posts", "/posts/alpha", "/tags", "/tags/sleep", "/search?q=alpha"}, []string{"/site", "/authors"},
		},
		"a person's name": {
			change("/admin/users/"+b.people["owner"].id, object{"name": "Mira H."}),
			[]string{"/posts", "/posts/alpha", "/authors", "/authors/mira-holt"}, []string{"/site", "/tags", "/posts/bravo"},
		},
		"the title of the site": {change("/admin/settings", object{"title": "Louder"}), []string{"/site"}, []string{"/posts", "/posts/alpha"}},
		"where posts are":       {change("/admin/settings", object{"post_url": "/blog/{slug}"}), []string{"/posts", "/posts/alpha"}, []string{"/tags"}},
		"the dimmer level": {
			change("/admin/settings", object{"comment_level": "closed"}),
			[]string{"/site", "/posts", "/posts/alpha", "/posts/alpha/comments"}, []string{"/tags"},
		},
		"a comment that is approved": {
			change("/admin/comments/"+comment, object{"status": "approved"}),
			[]string{"/posts", "/posts/alpha", "/posts/alpha/comments", "/comments/counts?slug=alpha"}, []string{"/tags", "/posts/bravo", "/posts/bravo/comments"},
		},
	} {
		b.clock.move(time.Minute)
		before := map[string]answer{}
		for _, path := range append(tc.paths, tc.not...) {
			before[path] = reader.get(path).wants(200)
		}
		b.clock.move(time.Minute)
		tc.do()
		for _, path := range tc.paths {
			after := reader.get(path, "If-None-Match: "+before[path].header.Get("ETag"))
			if after.status != 200 || after.header.Get("ETag") == before[path].header.Get("ETag") {
				t.Errorf("%s: %s answers %d with the same ETag", name, path, after.status)
			}
			if old := before[path].header.Get("Last-Modified"); reader.get(path, "If-Modified-Since: "+old).status != 200 {
				t.Errorf("%s: %s says that it was last changed %s, before the change", name, path, after.header.Get("Last-Modified"))
			}
		}
		for _, path := range tc.not {
			if after := reader.get(path, "If-None-Match: "+before[path].header.Get("ETag")); after.status != 304 {
				t.Errorf("%s: %s answers %d although nothing in it has changed", name, path, after.status)
			}
		}
	}
}

func TestTheOwnerSaysHowLongAnswersMayBeKept(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.as("owner").patch("/admin/settings", object{"cache_seconds": 5, "stale_seconds": 0}).wants(200)
	b.reader().get("/posts").wants(200).has("Cache-Control", "public, max-age=0, s-maxage=5, stale-while-revalidate=0")
}

func TestAuthors(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	shelf(b)
	owner, reader := b.as("owner"), b.reader()
	guest := owner.post("/admin/users", object{
		"name": "Uma Guest", "bio": "Guest.", "url": "https://uma.example", "avatar_url": "/media/2026/u.png", "extra": object{"mastodon": "@uma"},
	}).wants(201)
	reader.get("/authors").lists("slug", "mira-holt", "ben-oduya").is("page.total", 2).is("data.0.post_count", 4).is("data.1.post_count", 2)
	reader.get("/authors/uma-guest").wants(404)
	reader.get("/authors/ada-brink").wants(404)

	page := owner.publishes("By Uma", object{"authors": []string{guest.text("data.id")}})
	uma := reader.get("/authors/uma-guest").wants(200)
	uma.is("data", object{
		"slug": "uma-guest", "name": "Uma Guest", "bio": "Guest.", "avatar_url": publicURL + "/media/2026/u.png", "website": "https://uma.example",
		"url": publicURL + "/authors/uma-guest", "post_count": 1, "extra": object{"mastodon": "@uma"},
	})
	reader.get("/authors?limit=2").lists("slug", "mira-holt", "ben-oduya")
	reader.get("/authors?sort=name").wants(422, "query.sort")
	owner.changes(page, object{"status": "draft"}).wants(200)
	reader.get("/authors/uma-guest").wants(404)
}

func TestAddressesFollowTheSettings(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	shelf(b)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/settings", object{
		"site_url": "https://www.example.org/", "post_url": "/blog/{slug}/", "page_url": "https://pages.example.org/{slug}", "tag_url": "/about?tag={slug}", "author_url": "/people/{slug}",
	}).wants(200).is("data.site_url", "https://www.example.org")
	reader.get("/site").wants(200).is("data.url", "https://www.example.org")
	reader.get("/posts/alpha").wants(200).is("data.url", "https://www.example.org/blog/alpha/")
	reader.get("/pages/india").wants(200).is("data.url", "https://pages.example.org/india")
	reader.get("/tags/sleep").wants(200).is("data.url", "https://www.example.org/about?tag=sleep")
	reader.get("/authors/mira-holt").wants(200).is("data.url", "https://www.example.org/people/mira-holt")
	first := reader.get("/posts?limit=1").wants(200)
	if !strings.HasPrefix(first.header.Get("Link"), "<"+publicURL+"/api/v1/posts?") {
		t.Errorf("the API's own links lead to %s", first.header.Get("Link"))
	}
	for _, host := range []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http", "Forwarded: host=evil.example", "X-Forwarded-Prefix: /evil", "X-Original-URL: /evil"} {
		if again := reader.get("/posts?limit=1", host); string(again.body) != string(first.body) || again.header.Get("Link") != first.header.Get("Link") {
			t.Errorf("%s changes the answer", host)
		}
	}
}
