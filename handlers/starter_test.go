package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// The starter site is read here as a browser reads it: one page after the other, without a script.

// furnished is a blog with something on every page of the starter site.
func furnished(t testing.TB, tunes ...func(*settings)) *blog {
	t.Helper()
	b := newBlog(t, tunes...)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/settings", object{
		"description": "Notes on rest, written between two appointments.", "privacy_url": "/pages/privacy", "comment_level": "open",
		"navigation": []object{{"label": "Posts", "url": "/"}, {"label": "About", "url": "/pages/about"}},
	}).wants(200)
	owner.publishes("About", object{"type": "page", "markdown": "Three people.", "comments": "closed"})
	for i := range 11 {
		owner.publishes(fmt.Sprintf("Post %d", i+1), object{"markdown": "Some words about shoulders.", "tags": []string{"Rest", "#inside"}})
		b.clock.move(24 * time.Hour)
	}
	post := owner.publishes("The dimmer switch", object{
		"markdown": "Turn it *down*.\n\n## First\n\nOne.\n\n## Second\n\nTwo.", "excerpt": "Not off.", "tags": []string{"Stress", "Rest"},
		"feature_image": object{"url": "/media/demo/dimmer.png", "alt": "A lamp", "caption": "In the hall"},
	})
	b.clock.move(time.Hour)
	root := reader.comments(post, "That *helped*.").wants(201)
	b.clock.move(time.Minute)
	owner.post("/admin/comments/"+root.text("data.id")+"/reply", object{"body": "I am glad."}).wants(201)
	b.clock.move(10 * time.Minute)
	return b
}

func TestThePagesOfTheStarterSiteAreAsTheyWere(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	for name, tc := range map[string]struct {
		path   string
		status int
	}{
		"site_front": {"/", 200}, "site_page_2": {"/?page=2", 200}, "site_post": {"/posts/the-dimmer-switch", 200}, "site_page": {"/pages/about", 200}, "site_tag": {"/tags/stress", 200},
		"site_author": {"/authors/mira-holt?page=2", 200}, "site_search": {"/search?q=dim", 200}, "site_search_none": {"/search?q=elbow", 200}, "site_missing": {"/posts/nothing", 404},
	} {
		a := b.look("GET", tc.path).wants(tc.status).has("Content-Type", "text/html; charset=utf-8")
		golden(t, name+".html", stable(a.body))
		a.isWellMade()
	}
}

// isWellMade checks what holds for every page: nothing inline, nothing of anybody else, one heading above all, no id twice.
func (a answer) isWellMade() *html.Node {
	a.t.Helper()
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self' " + publicURL} {
		if !strings.Contains(a.header.Get("Content-Security-Policy"), part) {
			a.t.Errorf("%s: the policy lacks %s", a.request, part)
		}
	}
	a.has("X-Content-Type-Options", "nosniff").has("Referrer-Policy", "strict-origin-when-cross-origin").has("X-Frame-Options", "DENY").has("Cross-Origin-Opener-Policy", "same-origin")
	a.has("Cross-Origin-Resource-Policy", "same-origin").has("Permissions-Policy", "geolocation=(), camera=(), microphone=()").has("Access-Control-Allow-Origin", "").has("Set-Cookie", "")
	a.has("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	root, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	count, ids := map[string]int{}, map[string]bool{}
	for _, n := range all(root, "") {
		count[n.Data]++
		if id := attr(n, "id"); id != "" && ids[id] {
			a.t.Errorf("%s: the id %s is there twice", a.request, id)
		} else {
			ids[id] = true
		}
		for _, at := range n.Attr {
			if at.Key == "style" || strings.HasPrefix(at.Key, "on") || slices.Contains([]string{"href", "src", "action"}, at.Key) && strings.HasPrefix(strings.ToLower(at.Val), "javascript:") {
				a.t.Errorf("%s: <%s> has %s=%q", a.request, n.Data, at.Key, at.Val)
			}
		}
		switch n.Data {
		case "script":
			if kind := attr(n, "type"); kind != "application/ld+json" && (kind != "module" || attr(n, "src") != "/widget.js" || n.FirstChild != nil) {
				a.t.Errorf("%s has a script of type %q from %q", a.request, kind, attr(n, "src"))
			} else if kind == "application/ld+json" {
				var data map[string]any
				if err := json.Unmarshal([]byte(shown(n)), &data); err != nil || data["@context"] != "https://schema.org" {
					a.t.Errorf("%s: the data for search engines are %s: %v", a.request, shown(n), err)
				}
			}
		case "style", "iframe", "object", "base":
			a.t.Errorf("%s has <%s>", a.request, n.Data)
		case "img":
			if attr(n, "width") == "" && attr(n, "height") == "" && attr(n.Parent, "class") != "prose" && attr(n.Parent.Parent, "class") != "prose" {
				a.t.Errorf("%s has a picture without a place of its own: %s", a.request, attr(n, "src"))
			}
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || count["header"] < 1 || count["footer"] != 1 {
		a.t.Errorf("%s is made of %v", a.request, count)
	}
	return root
}

// Neither a draft nor a scheduled post, nor a comment that is held, spam or trash, is on any page; and what is hidden answers as what is missing.
func TestTheStarterSiteHidesWhatReadersMayNotSee(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	owner, reader := b.as("owner"), b.reader()
	missing := b.look("GET", "/posts/nothing").wants(404)
	owner.writes(object{"title": "Secretdraft", "markdown": "secretword", "tags": []string{"Secrettag"}, "status": "draft"})
	owner.writes(object{"title": "Secretplan", "markdown": "secretword", "status": "scheduled", "published_at": b.clock.in(time.Hour)})
	post := owner.publishes("Seen", object{"comments": "all"})
	shown := reader.comments(post, "A shownword.").wants(201)
	owner.moves(shown.text("data.id"), "approved")
	for i, status := range []string{"pending", "spam", "trash"} {
		held := reader.comments(post, fmt.Sprintf("A secretword, number %d.", i)).wants(201)
		owner.moves(held.text("data.id"), status)
	}
	archived := owner.publishes("Archived", object{"markdown": "Old but readable."})
	owner.changes(archived, object{"status": "archived"}).wants(200)

	b.look("GET", "/posts/archived").wants(200).has("X-Robots-Tag", "noindex")
	for _, path := range []string{"/", "/?page=2", "/search?q=secretword", "/search?q=secret", "/posts/seen", "/posts/seen?sort=top", "/authors/mira-holt", "/tags/rest"} {
		a := b.look("GET", path).wants(200)
		for _, word := range []string{"Secretdraft", "Secretplan", "Secrettag", "A secretword", "Archived"} {
			if bytes.Contains(a.body, []byte(word)) {
				t.Errorf("%s shows %s", path, word)
			}
		}
	}
	if !strings.Contains(string(b.look("GET", "/posts/seen").body), "A shownword.") {
		t.Error("the approved comment is not there")
	}
	for _, path := range []string{
		"/posts/secretdraft", "/posts/secretplan", "/pages/secretdraft", "/posts/nothing", "/tags/nothing", "/tags/hash-inside", "/authors/nobody", "/authors/ben-oduya", "/?page=3", "/?page=0",
		"/?page=x", "/tags/rest?page=9", "/search?q=a&page=999999", "/posts/%00", "/posts/..%2f..%2fetc",
	} {
		a := b.look("GET", path).wants(404).has("Cache-Control", "no-store")
		if path != "/posts/%00" && string(a.body) != string(missing.body) {
			t.Errorf("%s answers otherwise than what is missing", path)
		}
	}
	b.look("GET", "/tags/secrettag").wants(200).has("X-Robots-Tag", "noindex") // a tag of a draft alone has no posts to show
}

// Whoever has a link to a post that is not published reads it as readers will, and nobody else learns of it.
func TestAPreviewIsThePageThatReadersWillSee(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	owner, reader := b.as("owner"), b.reader()
	draft := owner.writes(object{"title": "Kept words", "markdown": "Not these.", "tags": []string{"Rest"}, "comments": "open"})
	owner.put(draft.admin("/working-copy"), object{"base_version": 1, "fields": object{
		"title": "Sleep & rest", "markdown": "Go to *bed*.\n\n## First\n\nOne.\n\n## Second\n\nTwo.", "excerpt": "Early.", "feature_image": object{"url": "/media/demo/dimmer.png", "alt": "A lamp", "caption": ""},
	}}).wants(200)
	link := func(post written) string {
		t.Helper()
		return strings.TrimPrefix(b.as("owner").post(post.admin("/preview"), nil).wants(201).text("data.url"), publicURL)
	}
	path := link(draft)

	a := b.look("GET", path).wants(200).has("X-Robots-Tag", "noindex").has("Cache-Control", "private, no-store").has("Referrer-Policy", "no-referrer").has("Cache-Tag", "").has("Last-Modified", "")
	text := string(a.body)
	for _, wanted := range []string{
		`<meta name="robots" content="noindex">`, "<title>Sleep &amp; rest · The Quiet Shoulder</title>", "<h1>Sleep &amp; rest</h1>", `<p class="dek">Early.</p>`, "<em>bed</em>", `href="#h-second"`, `alt="A lamp"`, "Mira Holt",
		`href="/tags/rest"`, "The dimmer switch", // the post before it
		`<p class="wrap preview">Preview: only who has this link sees it, until 19 March, 11:11.</p>`,
	} {
		if !strings.Contains(text, wanted) {
			t.Errorf("the preview lacks %s", wanted)
		}
	}
	for _, unwanted := range []string{"Kept words", "Not these", "<form", "widget.js", "canonical", "og:", "ld+json", "dimp_", "Changed on"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("the preview has %s", unwanted)
		}
	}
	for _, elsewhere := range []string{"/", "/search?q=sleep", "/tags/rest"} {
		if strings.Contains(string(b.look("GET", elsewhere).wants(200).body), "Sleep &amp; rest") {
			t.Errorf("%s shows the draft", elsewhere)
		}
	}
	for language, words := range map[string]string{"de": "bis 19. März, 11:11", "fr": "jusqu’au 19 mars, 11:11", "es-MX": "hasta el 19 de marzo, 11:11"} {
		owner.patch("/admin/settings", object{"language": language}).wants(200)
		if !strings.Contains(string(b.look("GET", path).wants(200).body), words) {
			t.Errorf("in %s the preview does not say %q", language, words)
		}
	}
	owner.patch("/admin/settings", object{"language": "en"}).wants(200)

	// A page of the blog is shown too, and a published post as its unsaved version has it.
	if page := b.look("GET", link(owner.writes(object{"type": "page", "title": "House rules", "markdown": "Be kind."}))).wants(200); !strings.Contains(string(page.body), "<p>Be kind.</p>") {
		t.Error("the preview of a page lacks its text")
	}
	seen := owner.publishes("Seen", object{"markdown": "Old words."})
	owner.put(seen.admin("/working-copy"), object{"base_version": 1, "fields": object{"markdown": "New words."}}).wants(200)
	if page := b.look("GET", link(seen)).wants(200); !strings.Contains(string(page.body), "New words.") {
		t.Error("the preview of a published post lacks its unsaved words")
	}

	// Off, there is no page; what was revoked or has run out, or never was, is as what is missing.
	missing := b.look("GET", "/posts/nothing").wants(404)
	gone := func(name, path string) {
		t.Helper()
		if a := b.look("GET", path).wants(404).has("Cache-Control", "no-store").has("Referrer-Policy", "no-referrer"); string(a.body) != string(missing.body) {
			t.Errorf("a link that %s answers otherwise than what is missing", name)
		}
	}
	owner.patch("/admin/settings", object{"starter_site": false}).wants(200)
	b.look("GET", path).wants(404).has("Content-Type", "application/problem+json")
	owner.patch("/admin/settings", object{"starter_site": true}).wants(200)
	b.look("GET", path).wants(200)
	gone("is cut", path[:len(path)-1])
	gone("is a word", "/preview/lantern")
	late := link(seen)
	owner.delete(draft.admin("/preview")).wants(204)
	gone("was revoked", path)
	b.look("GET", late).wants(200)
	b.clock.move(7 * 24 * time.Hour)
	missing = b.look("GET", "/posts/nothing").wants(404)
	gone("has run out", late)
	reader.get(seen.public()).wants(200)
}

func TestTheLogDoesNotTellThePreview(t *testing.T) {
	t.Parallel()
	var log lockedText
	b := newBlog(t, func(s *settings) {
		s.http.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	token := b.as("owner").post(b.as("owner").writes(object{"title": "Draft"}).admin("/preview"), nil).wants(201).text("data.token")
	for path, logged := range map[string]string{"/preview/" + token: "path=/preview/{token} status=200", "/preview/" + token + "x": "path=/preview/{token} status=404", "/preview/" + token + "/more": "path=/preview/{token}/more status=404"} {
		b.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)) // the line is written before this returns
		if !strings.Contains(log.String(), logged) {
			t.Errorf("the log lacks %s:\n%s", logged, log.String())
		}
	}
	if strings.Contains(log.String(), token) {
		t.Error("the log tells the token")
	}
}

// lockedText is what several have written.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestFormerAddressesLeadToThePresentOnes(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("First name")
	owner.changes(post, object{"slug": "second name"}).wants(200)
	owner.publishes("Über uns", object{"type": "page"})
	b.look("GET", "/posts/first-name?sort=top").wants(308).has("Location", "/posts/second-name?sort=top")
	b.look("GET", "/pages/second-name").wants(308).has("Location", "/posts/second-name")
	b.look("GET", "/posts/%C3%BCber-uns").wants(308).has("Location", "/pages/%C3%BCber-uns")
	b.look("GET", "/posts/second-name").wants(200)
	b.look("GET", "/pages/%C3%BCber-uns").wants(200)
}

func TestPagesAreKeptByCachesAsLongAsTheyAreTrue(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	const usual = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
	for _, path := range []string{"/", "/tags/rest", "/authors/mira-holt", "/pages/about", "/search?q=x", "/posts/the-dimmer-switch"} {
		a := b.look("GET", path).wants(200).has("Cache-Control", usual).has("Vary", "Accept-Encoding")
		if a.header.Get("Last-Modified") == "" || !strings.Contains(a.header.Get("Cache-Tag"), "site") {
			t.Errorf("%s has Last-Modified %q, Cache-Tag %q", path, a.header.Get("Last-Modified"), a.header.Get("Cache-Tag"))
		}
		etag := a.header.Get("ETag")
		b.clock.move(time.Minute)
		if same := b.look("GET", path, "If-None-Match: "+etag, "Cache-Control: no-cache").wants(304).has("ETag", etag); len(same.body) > 0 {
			t.Errorf("%s: a 304 with a body", path)
		}
		if head := b.look("HEAD", path).wants(200); len(head.body) > 0 || head.header.Get("Content-Type") != a.header.Get("Content-Type") {
			t.Errorf("%s: HEAD answers otherwise", path)
		}
		br := b.look("GET", path, "Accept-Encoding: br").wants(200).has("Content-Encoding", "br").header.Get("ETag")
		b.look("GET", path, "Accept-Encoding: br", "If-None-Match: "+br).wants(304)
		if other := b.look("GET", path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"utm_source=x").wants(200); path != "/posts/the-dimmer-switch" && other.header.Get("ETag") != etag {
			t.Errorf("%s: a parameter that means nothing makes another page", path)
		}
	}
	// A page with a form is another one with each second, and its ETag says so; but the copy that a browser has is good for an hour.
	first := b.look("GET", "/posts/the-dimmer-switch").wants(200)
	b.clock.move(time.Second)
	second := b.look("GET", "/posts/the-dimmer-switch").wants(200)
	if first.header.Get("ETag") == second.header.Get("ETag") || string(first.body) == string(second.body) {
		t.Error("two forms that were handed out a second apart are the same")
	}
	b.look("GET", "/posts/the-dimmer-switch", "If-None-Match: "+first.header.Get("ETag")).wants(304)
	b.look("GET", "/posts/the-dimmer-switch", "If-Modified-Since: "+first.header.Get("Last-Modified")).wants(200)
	b.clock.move(2 * time.Hour)
	b.look("GET", "/posts/the-dimmer-switch", "If-None-Match: "+first.header.Get("ETag")).wants(200)
	for _, tag := range []string{`"x.y"`, `"` + strings.Split(strings.Trim(first.header.Get("ETag"), `"`), ".")[0] + `.zzzzzzzzzzzzzzzzzzzzzzzz"`, `"` + strings.Split(strings.Trim(first.header.Get("ETag"), `"`), ".")[0] + `.-1"`} {
		b.look("GET", "/posts/the-dimmer-switch", "If-None-Match: "+tag).wants(200)
	}
	// What is said to one reader is kept by nobody, and no cache hands out a form for longer than it is good.
	b.look("GET", "/posts/the-dimmer-switch?comment=pending").wants(200).has("Cache-Control", "private, no-store").has("X-Robots-Tag", "noindex")
	b.as("owner").patch("/admin/settings", object{"cache_seconds": 86400, "stale_seconds": 604800}).wants(200)
	b.look("GET", "/posts/the-dimmer-switch").wants(200).has("Cache-Control", "public, max-age=0, s-maxage=43200, stale-while-revalidate=0")
	b.look("GET", "/").wants(200).has("Cache-Control", "public, max-age=0, s-maxage=86400, stale-while-revalidate=604800")
}

func TestTheStyleSheetIsKeptForEver(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for _, link := range all(b.look("GET", "/").page(), "link") {
		if attr(link, "rel") == "stylesheet" {
			b.look("GET", attr(link, "href")).wants(200).has("Content-Type", "text/css; charset=utf-8").has("Cache-Control", "public, max-age=31536000, immutable")
			return
		}
	}
	t.Error("the front has no style sheet")
}

// The front of the site, with its style sheet, weighs less than 30 KB, and that before anything is compressed.
func TestTheFrontWeighsLittle(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	weigh := func(headers ...string) int {
		page := b.look("GET", "/", headers...).wants(200)
		sum := len(page.body)
		for _, link := range all(b.look("GET", "/").page(), "link") {
			if rel := attr(link, "rel"); rel == "stylesheet" {
				sum += len(b.look("GET", attr(link, "href"), headers...).wants(200).body)
			}
		}
		return sum
	}
	plain, packed := weigh(), weigh("Accept-Encoding: br")
	t.Logf("the front weighs %d bytes, %d as brotli", plain, packed)
	if plain > 30_000 {
		t.Errorf("the front weighs %d bytes, %d as brotli", plain, packed)
	}
}

func TestTheStarterSiteCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	owner := b.as("owner")
	alike := func(a answer) string {
		return fmt.Sprint(a.status, a.header.Get("Content-Type"), a.header.Get("Content-Security-Policy"), a.header.Get("Access-Control-Allow-Origin"), a.header.Get("Cache-Control"),
			requestIDForm.ReplaceAllString(string(a.body), ""))
	}
	owner.patch("/admin/settings", object{"starter_site": false}).wants(200)
	nothing := alike(b.look("GET", "/nothing/here", "Accept: text/html").wants(404).has("Content-Type", "application/problem+json"))
	for _, path := range []string{"/", "/posts/the-dimmer-switch", "/pages/about", "/tags/rest", "/authors/mira-holt", "/search?q=x", "/posts/nothing"} {
		if got := alike(b.look("GET", path, "Accept: text/html")); got != nothing {
			t.Errorf("%s answers\n%s\nwhat is not there answers\n%s", path, got, nothing)
		}
	}
	owner.patch("/admin/settings", object{"starter_site": true}).wants(200)
	b.look("GET", "/").wants(200)
	// A reader who is lost sees a page; a program gets JSON, and so does everybody below the addresses that are for programs.
	b.look("GET", "/2019/old-link.html", "Accept: text/html,*/*;q=0.8").wants(404).has("Content-Type", "text/html; charset=utf-8").isWellMade()
	b.look("GET", "/2019/old-link.html").wants(404).has("Content-Type", "application/problem+json")
	b.look("GET", "/api/v1/nothing", "Accept: text/html").wants(404).has("Content-Type", "application/problem+json")
}

func TestAnEmptySiteSaysThatItIsEmpty(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*blog{"without an owner": newBlog(t, vacant), "with an owner": newBlog(t)} {
		if name == "with an owner" {
			b.as("owner").writes(object{"title": "Unready", "status": "draft"})
		}
		a := b.look("GET", "/").wants(200)
		if text := shown(all(a.isWellMade(), "main")[0]); !strings.Contains(text, "No posts yet") || strings.Contains(string(a.body), "Unready") {
			t.Errorf("%s: the front says %q", name, text)
		}
	}
}

// Titles, names and words that are markup stay words, wherever a page shows them, and in what is told to search engines.
func TestNothingThatWasWrittenBecomesPartOfAPage(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	payloads := []string{
		`</script><script>x()</script>`, `</title><img src=x onerror=x()>`, `"><svg onload=x()>`, `' onmouseover='x()`, `{{7*7}}${7}`, `]]>--><!--`, "javascript:x()", `</dimmer-comments><script>x()</script>`,
		"\u202eevil", `\u003c/script\u003e`, `<!--<script>`, `%3Cscript%3E`,
	}
	owner.patch("/admin/settings", object{
		"title": payloads[0], "description": payloads[1], "comment_level": "open", "navigation": []object{{"label": payloads[0], "url": "/x?" + url.QueryEscape(payloads[2])}},
	}).wants(200)
	paths := []string{"/", "/search?q=x"}
	for i, payload := range payloads {
		post := owner.publishes(payload, object{
			"slug": fmt.Sprintf("hostile-%d", i), "excerpt": payload, "tags": []string{"t" + payload}, "markdown": "`" + payload + "`",
			"feature_image": object{"url": "https://images.example/" + url.PathEscape(payload), "alt": payload, "caption": payload},
			"seo":           object{"title": payload, "description": payload, "canonical_url": nil, "image_url": nil},
		})
		comment := reader.post(post.public("/comments"), object{"name": payload, "body": payload, "url": "https://a.example/?" + payload})
		paths = append(paths, "/posts/"+post.slug, "/tags/"+url.PathEscape(reader.get(post.public()).text("data.tags.0.slug")), "/search?q="+url.QueryEscape(payload), "/posts/"+post.slug+"?sort="+url.QueryEscape(payload)+"&comments="+url.QueryEscape(payload))
		if comment.status == 201 {
			owner.moves(comment.text("data.id"), "approved")
			paths = append(paths, "/posts/"+post.slug+"?reply="+comment.text("data.id"), "/posts/"+post.slug+"?reply="+url.QueryEscape(payload))
		}
	}
	for _, path := range paths {
		a := b.look("GET", path).wants(200)
		root := a.isWellMade()
		for _, n := range all(root, "") {
			if n.Data == "svg" && !slices.ContainsFunc(n.Attr, func(at html.Attribute) bool { return at.Key == "aria-hidden" }) {
				t.Errorf("%s has a drawing of somebody else", path)
			}
			for _, name := range []string{"href", "src", "action"} {
				if address := attr(n, name); address != "" && !strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "#") && !strings.HasPrefix(address, "https://") {
					t.Errorf("%s: <%s> leads to %q", path, n.Data, address)
				}
			}
		}
		if title := shown(all(root, "title")[0]); !strings.HasSuffix(title, payloads[0]) {
			t.Errorf("%s has the title %q", path, title)
		}
	}
}

// requestIDForm is what differs between two answers to the same request.
var requestIDForm = regexp.MustCompile(`"request_id":"[^"]*"`)

// formOf is what the comment form of a page would send as it stands.
func formOf(t testing.TB, root *html.Node) (action string, fields url.Values) {
	t.Helper()
	for _, form := range all(root, "form") {
		if attr(form, "id") != "form" {
			continue
		}
		fields = url.Values{}
		for _, n := range append(all(form, "input"), all(form, "textarea")...) {
			if attr(n, "type") != "checkbox" {
				fields.Set(attr(n, "name"), attr(n, "value"))
			}
		}
		return attr(form, "action"), fields
	}
	t.Fatal("the page has no comment form")
	return "", nil
}

// A reader without a script comments, hears what became of it, and answers; held and spam are told in the same words.
func TestTheStarterSitesFormNeedsNoScript(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	owner := b.as("owner")
	read := func(path string) *html.Node { return b.look("GET", path).wants(200).isWellMade() }
	send := func(path string, change map[string]string) string {
		t.Helper()
		action, fields := formOf(t, read(path))
		b.clock.move(20 * time.Second)
		for name, value := range change {
			fields.Set(name, value)
		}
		to := b.reader().post(action, fields.Encode(), "Content-Type: application/x-www-form-urlencoded").wants(303).header.Get("Location")
		to, _, _ = strings.Cut(strings.TrimPrefix(to, publicURL), "#")
		return shown(all(read(to), "dimmer-comments")[0])
	}
	if text := send("/posts/the-dimmer-switch", map[string]string{"name": "Ruth", "body": "Turned it down."}); !strings.Contains(text, "Your comment is here. Thank you.") || !strings.Contains(text, "Turned it down.") || !strings.Contains(text, "3 comments") {
		t.Errorf("after an approved comment: %q", text)
	}
	listed := owner.get("/admin/comments?q=Turned").wants(200)
	answering := "/posts/the-dimmer-switch?reply=" + listed.text("data.0.id")
	if text := shown(all(read(answering), "form")[0]); !strings.Contains(text, "Reply to Ruth") || !strings.Contains(text, "Turned it down.") || !strings.Contains(text, "Cancel") {
		t.Errorf("the form of a reply says %q", text)
	}
	send(answering, map[string]string{"name": "Tom", "body": "Me too."})
	owner.get("/admin/comments?q=Me").wants(200).is("data.0.parent_id", listed.text("data.0.id"))

	owner.patch("/admin/settings", object{"comment_level": "all"}).wants(200)
	const held = "Only you can see this for now. Mira Holt reads it before it appears."
	ordinary := send("/posts/the-dimmer-switch", map[string]string{"name": "Ruth", "body": "This is held."})
	spam := send("/posts/the-dimmer-switch", map[string]string{"name": "Ruth", "body": "This is spam.", "website": "https://spam.example"})
	if !strings.Contains(ordinary, held) || ordinary != spam || strings.Contains(ordinary, "This is held.") {
		t.Errorf("a held comment is told %q, spam %q", ordinary, spam)
	}
	owner.get("/admin/comments?status=spam").wants(200).is("page.total", 1)

	for level, hint := range map[string]string{"open": "Comments appear at once.", "newcomers": "If this is your first comment here, Mira Holt reads it", "all": "Mira Holt reads every comment before it appears.", "closed": "Comments are closed."} {
		owner.patch("/admin/settings", object{"comment_level": level}).wants(200)
		root := read("/posts/the-dimmer-switch")
		if text := shown(all(root, "dimmer-comments")[0]); !strings.Contains(text, hint) || (level == "closed") != (len(all(root, "form")) == 0) || (level == "closed") == strings.Contains(text, "Reply") {
			t.Errorf("at %s the thread says %q", level, text)
		}
	}
}

// The honeypot is seen by nobody, and every field that is has a name.
func TestTheFormIsMadeForPeople(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	root := b.look("GET", "/posts/the-dimmer-switch").page()
	labels := map[string]bool{}
	for _, label := range all(root, "label") {
		labels[attr(label, "for")] = true
	}
	for _, n := range append(all(root, "input"), all(root, "textarea")...) {
		kind := attr(n, "type")
		if kind == "hidden" || kind == "checkbox" {
			continue
		}
		if !labels[attr(n, "id")] {
			t.Errorf("the field %s has no label", attr(n, "name"))
		}
		if attr(n, "name") == "website" && (attr(n, "tabindex") != "-1" || attr(n, "autocomplete") != "off" || attr(n.Parent, "aria-hidden") != "true") {
			t.Error("people can come upon the honeypot")
		}
	}
}

// A long thread goes on without a script: its further roots, and the further answers of a long branch; each comment stands on one of the pages.
func TestALongThreadIsReadPageByPage(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Talk", object{"comments": "open"})
	var first string
	for i := range 25 {
		b.clock.move(5 * time.Minute) // slowly enough for no flood
		a := reader.comments(post, fmt.Sprintf("Root number %02d, said calmly.", i)).wants(201)
		if i == 24 {
			first = a.text("data.id")
		}
	}
	for i := range 53 {
		b.clock.move(5 * time.Minute)
		reader.comments(post, fmt.Sprintf("Answer number %02d, said calmly.", i), object{"parent_id": first}).wants(201)
	}
	seen := map[string]int{}
	var read func(path string, depth int)
	read = func(path string, depth int) {
		if depth > 6 {
			t.Fatalf("the pages never end: %s", path)
		}
		root := b.look("GET", path).wants(200).isWellMade()
		for _, n := range all(root, "div") {
			if attr(n, "class") == "c-body" {
				seen[strings.TrimSpace(shown(n))]++
			}
		}
		for _, link := range all(root, "a") {
			if text := shown(link); text == "More comments" || text == "More replies" {
				to, _, _ := strings.Cut(attr(link, "href"), "#")
				read(to, depth+1)
			}
		}
	}
	read("/posts/talk", 0)
	if len(seen) != 78 {
		t.Errorf("%d of 78 comments can be read", len(seen))
	}
	for text, n := range seen {
		if n > 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	for _, sort := range []string{"oldest", "top"} {
		if text := shown(all(b.look("GET", "/posts/talk?sort="+sort).page(), "dimmer-comments")[0]); sort == "oldest" && !strings.Contains(text, "Root number 00") {
			t.Errorf("sorted by %s, it begins with %q", sort, text[:200])
		}
	}
}

// The site's own words are in its language, a post is in its own; who reads from the right gets a page from the right.
func TestPagesSpeakTheLanguageOfTheSite(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.publishes("سلام", object{"slug": "salam", "language": "ar", "markdown": "## سلام\n\nمرحبا", "tags": []string{"Eins"}})
	for language, want := range map[string][]string{
		"de": {`lang="de" dir="ltr"`, "Zum Text springen", "1. März", `lang="ar" dir="rtl"`}, "fr-CA": {`lang="fr-CA"`, "1er mars", "Aller au texte"}, "es": {"1 de marzo", "Ir al texto"},
		"en-US": {"March 1", "Skip to the text"}, "he": {`lang="he" dir="rtl"`, "Skip to the text"}, "tlh": {"Skip to the text"},
	} {
		owner.patch("/admin/settings", object{"language": language}).wants(200)
		body := string(b.look("GET", "/").wants(200).body)
		for _, text := range want {
			if !strings.Contains(body, text) {
				t.Errorf("in %s the front lacks %s", language, text)
			}
		}
	}
	owner.patch("/admin/settings", object{"language": "de", "timezone": "Pacific/Kiritimati"}).wants(200) // where it is tomorrow already
	if body := string(b.look("GET", "/posts/salam").wants(200).body); !strings.Contains(body, `<div class="prose" lang="ar" dir="rtl">`) || !strings.Contains(body, "1. März 2026") || !strings.Contains(body, "Sagen Sie etwas dazu") {
		t.Error("the post is not in its own language on a page of the site's")
	}
}

// Search engines are led to where readers read.
func TestCanonicalAddressesFollowTheSettings(t *testing.T) {
	t.Parallel()
	b := furnished(t)
	canonical := func(path string) string {
		for _, link := range all(b.look("GET", path).page(), "link") {
			if attr(link, "rel") == "canonical" {
				return attr(link, "href")
			}
		}
		return ""
	}
	for path, want := range map[string]string{
		"/": publicURL + "/", "/?page=2": publicURL + "/?page=2", "/posts/the-dimmer-switch?sort=top": publicURL + "/posts/the-dimmer-switch", "/tags/rest": publicURL + "/tags/rest",
		"/authors/mira-holt?page=2": publicURL + "/authors/mira-holt?page=2", "/pages/about": publicURL + "/pages/about", "/search?q=x": "",
	} {
		if got := canonical(path); got != want {
			t.Errorf("%s is canonically %q, want %q", path, got, want)
		}
	}
	b.as("owner").patch("/admin/settings", object{"site_url": "https://front.example", "post_url": "/blog/{slug}"}).wants(200)
	if got := canonical("/posts/the-dimmer-switch"); got != "https://front.example/blog/the-dimmer-switch" {
		t.Errorf("with a frontend elsewhere a post is canonically %q", got)
	}
}

func BenchmarkStarterSite(b *testing.B) {
	blog := furnished(b)
	for name, path := range map[string]string{"front": "/", "post": "/posts/the-dimmer-switch"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				blog.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
