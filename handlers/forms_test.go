package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// problemText is the page that somebody without a script sees: its sentences, with a line break after each element.
func (a answer) problemText() string {
	a.t.Helper()
	a.has("Content-Type", "text/html; charset=utf-8").has("Cache-Control", "no-store").has("X-Content-Type-Options", "nosniff")
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		a.t.Errorf("%s: the page has the policy %q", a.request, policy)
	}
	root, err := html.Parse(strings.NewReader(string(a.body)))
	if err != nil {
		a.t.Fatal(err)
	}
	count := map[string]int{}
	for _, n := range all(root, "") {
		count[n.Data]++
		for _, attribute := range n.Attr {
			if attribute.Key == "style" || strings.HasPrefix(attribute.Key, "on") {
				a.t.Errorf("%s: <%s> has %s", a.request, n.Data, attribute.Key)
			}
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || count["script"]+count["style"]+count["img"]+count["form"] > 0 {
		a.t.Errorf("%s: the page is made of %v", a.request, count)
	}
	var text []string
	for _, n := range append(append(all(root, "h1"), all(root, "p")...), all(root, "li")...) {
		text = append(text, shown(n))
	}
	return strings.Join(text, "\n")
}

// A comment needs no script: a plain HTML form sends it, and the browser goes back to the page.
func TestAPlainFormBringsAComment(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	form := reader.get(post.public("/comments/form")).wants(200).text("data.form")
	b.clock.move(5 * time.Second)
	back := reader.sendsForm(post, "name=Ruth", "email=ruth@example.org", "url=https://ruth.example", "body=A *warm* towel & \"more\" é 🧘", "parent_id=", "website=", "notify=on",
		"form="+form, "return_to="+publicURL+"/posts/say-something?page=2")
	back.wants(303).has("Location", publicURL+"/posts/say-something?comment=approved&page=2#comments").has("Cache-Control", "no-store").has("Set-Cookie", "")
	list := owner.get("/admin/comments").wants(200).is("data.0.body", "A *warm* towel & \"more\" é 🧘").is("data.0.author.email", "ruth@example.org").is("data.0.author.url", "https://ruth.example")
	list.is("data.0.score", 1).is("data.0.status", "approved").is("data.0.parent_id", nil)
	parent := list.text("data.0.id")
	reader.sendsForm(post, "name=Tom", "body=An answer.", "parent_id="+parent).wants(303)
	reader.get(post.public("/comments")).wants(200).is("data.0.replies.0.author.name", "Tom")

	// Held, spam, and what a script would have to be told: all in the address of the page.
	owner.changes(post, object{"comments": "all"}).wants(200)
	reader.sendsForm(post, "name=Ruth", "body=Held.", "return_to="+publicURL+"/posts/say-something").wants(303).has("Location", publicURL+"/posts/say-something?comment=pending#comments")
	spam := reader.sendsForm(post, "name=Ruth", "body=Spam.", "website=https://spam.example", "return_to="+publicURL+"/posts/say-something")
	spam.wants(303).has("Location", publicURL+"/posts/say-something?comment=pending#comments")
	owner.get("/admin/comments?status=spam").lists("body", "Spam.")
	reader.sendsForm(post, "name=Ruth", "body=To a place.", "return_to="+publicURL+"/posts/say-something#end").wants(303).has("Location", publicURL+"/posts/say-something?comment=pending#end")

	// A former address keeps working: a browser sends the form again, to the present one.
	owner.changes(post, object{"slug": "renamed"}).wants(200)
	reader.sendsForm(post, "name=Ruth", "body=Late.").wants(308).has("Location", "/api/v1/posts/renamed/comments")
}

func TestAFormSaysWhereItGoesBackToOnThisSiteOnly(t *testing.T) {
	t.Parallel()
	listed := func(s *settings) { s.http.CORSOrigins = []string{"https://front.example", "http://localhost:3000"} }
	b, strict := newBlog(t), newBlog(t, listed)
	post := b.as("owner").publishes("Say something")
	other := strict.as("owner").publishes("Say something")
	strict.as("owner").patch("/admin/settings", object{"site_url": "https://site.example"}).wants(200)
	n := 0
	send := func(b *blog, w written, to string) answer {
		n++
		return b.reader().sendsForm(w, "name=Ruth", "body=Number "+strings.Repeat("x", n), "return_to="+to)
	}
	for to, want := range map[string]string{
		"":                             publicURL + "/?comment=pending#comments",
		"/":                            publicURL + "/?comment=pending#comments",
		"/posts/x":                     publicURL + "/posts/x?comment=pending#comments",
		"?a=b":                         publicURL + "/?a=b&comment=pending#comments",
		"posts/x":                      publicURL + "/posts/x?comment=pending#comments",
		publicURL:                      publicURL + "?comment=pending#comments",
		"HTTPS://Blog.Example/x":       publicURL + "/x?comment=pending#comments",
		"/posts/x?comment=approved":    publicURL + "/posts/x?comment=pending#comments",
		"/posts/a%2Fb":                 publicURL + "/posts/a%2Fb?comment=pending#comments",
		"/posts/é":                     publicURL + "/posts/%C3%A9?comment=pending#comments",
		"/posts/x?to=//evil.example#y": publicURL + "/posts/x?comment=pending&to=%2F%2Fevil.example#y",
	} {
		a := send(b, post, to).wants(303)
		if got := a.header.Get("Location"); !strings.EqualFold(got, want) {
			t.Errorf("%q leads to %s, want %s", to, got, want)
		}
	}
	for _, to := range []string{"https://front.example/x", "http://localhost:3000/x", "https://site.example/x", publicURL + "/x"} {
		if a := send(strict, other, to); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), to+"?comment=pending") {
			t.Errorf("%s, which is allowed, is answered %d to %s", to, a.status, a.header.Get("Location"))
		}
	}
	if a := send(strict, other, "/x").wants(303); a.header.Get("Location") != "https://site.example/x?comment=pending#comments" {
		t.Errorf("a path leads to %s", a.header.Get("Location"))
	}
	// Every origin may read, but nobody may be sent everywhere.
	for _, to := range []string{
		"//evil.example", "///evil.example", "////evil.example", `/\evil.example`, `\\evil.example`, `\/evil.example`, "https:evil.example", "https:/evil.example", "https:///evil.example", "https://evil.example",
		"http://evil.example", "javascript:alert(1)", "JaVaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "/\t/evil.example", "\t//evil.example", " //evil.example", "/\n/evil.example",
		publicURL + "@evil.example", publicURL + ":x@evil.example", publicURL + ".evil.example", publicURL + ":8443/", "http://blog.example/", "https://user@blog.example/", "https://blog.example\\@evil.example",
		"https://blog.example%2eevil.example", "https://blog.example\u3002evil.example", "*", "https://*", "null", "https://front.example/x", "https://site.example/x", "https://blog.example/\r\nSet-Cookie: a=b",
		"%2f%2fevil.example", "/%09/evil.example", "@evil.example", "/%5cevil.example", "/%0d%0aSet-Cookie:a=b", "/..//evil.example", "/.//evil.example", "./..//evil.example", "/a/../..//evil.example",
	} {
		a := send(b, post, to)
		location := a.header.Get("Location")
		switch target, err := url.Parse(location); {
		case a.status == 422 && location == "":
			if text := a.problemText(); !strings.Contains(text, "The way back is not an address of this site") || strings.Contains(string(a.body), "evil") {
				t.Errorf("%q: the page says %q", to, text)
			}
		case a.status == 303 && err == nil && target.Scheme+"://"+target.Host == publicURL && target.User == nil:
		default:
			t.Errorf("%q is answered %d to %q", to, a.status, location)
		}
		if a.header.Get("Set-Cookie") != "" {
			t.Errorf("%q sets a cookie", to)
		}
	}
	strict.reader().sendsForm(other, "name=Ruth", "body=x", "return_to=https://other.example/").wants(422)
	strict.reader().sendsForm(other, "name=Ruth", "body=x", "return_to=http://front.example/").wants(422)
}

// Whoever has no script reads why her comment was not taken, and nothing of what she sent comes back.
func TestAFormThatIsRefusedIsAnsweredWithAPage(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	raw := func(body, contentType string) answer {
		return reader.post(post.public("/comments"), body, "Content-Type: "+contentType)
	}
	const form = "application/x-www-form-urlencoded"
	reader.sendsForm(post, "name=Ruth", "body=Twice.").wants(303)
	for name, tc := range map[string]struct {
		a      answer
		status int
		says   string
	}{
		"no name":               {reader.sendsForm(post, "name=", "body=Hello."), 422, "Your name is "},
		"no body":               {reader.sendsForm(post, "name=Ruth"), 422, "Your comment is required"},
		"spaces only":           {reader.sendsForm(post, "name=Ruth", "body=   "), 422, "Your comment "},
		"too long":              {reader.sendsForm(post, "name=Ruth", "body="+strings.Repeat("x", 10_001)), 422, "Your comment "},
		"a url of another":      {reader.sendsForm(post, "name=Ruth", "body=x", "url=javascript:alert(1)"), 422, "Your web site is not"},
		"an e-mail that is no":  {reader.sendsForm(post, "name=Ruth", "body=x", "email=<script>alert(1)</script>"), 422, "This is not an e-mail address"},
		"a field twice":         {reader.sendsForm(post, "name=Ruth", "body=a", "body=b"), 422, "Your comment must be given only once"},
		"two fields twice":      {reader.sendsForm(post, "name=Ruth", "body=a", "body=b", "name=Tom"), 422, "Your comment must be given only once\nYour name must be given only once"},
		"a field of nobody":     {reader.sendsForm(post, "name=Ruth", "body=x", "subject=y"), 422, "subject is not a field of this request"},
		"fields of the inside":  {reader.sendsForm(post, "name=Ruth", "body=x", "status=approved", "pinned=true"), 422, "status is not a field of this request"},
		"an override":           {reader.sendsForm(post, "name=Ruth", "body=x", "_method=DELETE"), 422, "_method is not a field of this request"},
		"the same again":        {reader.sendsForm(post, "name=Ruth", "body=Twice."), 409, "The same comment was sent a moment ago."},
		"a parent that is no":   {reader.sendsForm(post, "name=Ruth", "body=x", "parent_id="+unknownID), 422, "The comment that you answer is no"},
		"a percent sign":        {raw("name=Ruth&body=%zz", form), 400, "properly encoded"},
		"a semicolon":           {raw("name=Ruth;body=x", form), 400, "properly encoded"},
		"broken UTF-8":          {raw("name=Ruth&body=%ff", form), 400, "UTF-8"},
		"a NUL":                 {raw("name=Ruth&body=a%00b", form), 422, "Your comment "},
		"a form of nothing":     {raw("", form), 400, ""},
		"another character set": {raw("name=Ruth&body=x", form+"; charset=iso-8859-1"), 415, "Content-Type"},
		"too many bytes":        {raw("name=Ruth&body="+strings.Repeat("x", 170_000), form), 413, "bytes"},
		"no post":               {reader.sendsForm(written{slug: "nothing"}, "name=Ruth", "body=x"), 404, ""},
		"a query":               {reader.post(post.public("/comments?notify=1"), "name=Ruth&body=x", "Content-Type: "+form), 422, "notify is not a parameter"},
	} {
		if text := tc.a.wants(tc.status).problemText(); !strings.Contains(text, "Your comment was not taken") || !strings.Contains(text, tc.says) {
			t.Errorf("%s: the page says %q, want %q in it", name, text, tc.says)
		}
		if body := string(tc.a.body); strings.Contains(body, "alert(1)") || strings.Contains(body, "xxxx") || len(body) > 4<<10 {
			t.Errorf("%s: the page holds what was sent: %s", name, tc.a.shown())
		}
	}
	owner.changes(post, object{"comments": "closed"}).wants(200)
	if text := reader.sendsForm(post, "name=Ruth", "body=Late.").wants(403).problemText(); !strings.Contains(text, "takes no new comments") {
		t.Errorf("the page says %q", text)
	}
	// A name of a field that is markup stays text.
	page := reader.sendsForm(post, "name=Ruth", "body=x", "<script>x()</script>=y", `"onload=z`+"=1")
	if page.wants(422).problemText(); strings.Contains(string(page.body), "<script") {
		t.Errorf("the page has markup that was sent: %s", page.body)
	}
	// The limit of comments counts for forms, and says so on a page.
	full := newBlog(t, limited)
	for range 20 {
		full.reader().sendsForm(written{slug: "nothing"}, "name=Ruth", "body=x").wants(404)
	}
	if refused := full.reader().sendsForm(written{slug: "nothing"}, "name=Ruth", "body=x").wants(429); refused.header.Get("Retry-After") == "" || !strings.Contains(refused.problemText(), "not taken") {
		t.Errorf("the page is %s", refused.body)
	}
	owner.get("/admin/comments").wants(200).is("page.total", 1)
}

// Only this row of the API takes a form, only in this type; and a form brings nobody's rights with it.
func TestNothingElseTakesAForm(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	const fields = "name=Ruth&body=Hello."
	for _, contentType := range []string{"multipart/form-data; boundary=x", "text/plain", "application/x-www-form-urlencoded-x", ""} {
		a := reader.post(post.public("/comments"), fields, "Content-Type: "+contentType).wants(415)
		a.has("Content-Type", "application/problem+json")
	}
	reader.post(post.public("/comments"), fields, "Content-Type: application/x-www-form-urlencoded; charset=UTF-8").wants(303)
	for _, r := range rows(t, b) {
		if first, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/"); r.op.RequestBody == nil || r.id == "createComment" || atTheRoot[first] { // these are pages
			continue
		}
		a := owner.on(t).do(r.method, r.address(), "a=b", "Content-Type: application/x-www-form-urlencoded", "If-Match: *")
		if a.status != 415 && a.status != 404 || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s answered a form %d as %s: %s", r, a.status, a.header.Get("Content-Type"), a.shown())
		}
	}
	for _, origin := range []string{"https://evil.example", "null"} {
		a := reader.post(post.public("/comments"), fields+origin, "Content-Type: application/x-www-form-urlencoded", "Origin: "+origin, "Cookie: a=b").wants(303)
		a.has("Access-Control-Allow-Origin", "*").has("Access-Control-Allow-Credentials", "").has("Set-Cookie", "")
	}
	if a := reader.do("GET", post.public("/comments"), nil, "Content-Type: application/x-www-form-urlencoded"); a.status != http.StatusOK {
		t.Errorf("a read with the type of a form answered %d", a.status)
	}
}
