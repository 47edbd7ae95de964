package handlers_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
	"dimmer/models"
)

// What a reader sends is not shown before it has been judged.
func TestTheDimmerLevelDecidesWhatIsHeld(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		site, post string // the level of each; a post without one takes the site's
		status     int
		shown      string
	}{
		"open":                             {"open", "", 201, "approved"},
		"newcomers":                        {"newcomers", "", 201, "pending"},
		"all":                              {"all", "", 201, "pending"},
		"closed":                           {"closed", "", 403, ""},
		"a post brighter than the site":    {"closed", "open", 201, "approved"},
		"a post that is closed":            {"open", "closed", 403, ""},
		"a post that holds more":           {"open", "all", 201, "pending"},
		"a site that says nothing of note": {"", "", 201, "pending"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBlog(t)
			owner, reader := b.as("owner"), b.reader()
			level := "newcomers"
			if tc.site != "" {
				owner.patch("/admin/settings", object{"comment_level": tc.site}).wants(200)
				level = tc.site
			}
			post := owner.publishes("Say something")
			if tc.post != "" {
				owner.changes(post, object{"comments": tc.post}).wants(200)
				level = tc.post
			}
			comment := reader.comments(post, "Hello.").wants(tc.status)
			count := 0
			if tc.status == 403 {
				comment.is("code", "comments_closed")
			} else {
				comment.is("data.status", tc.shown)
			}
			if tc.shown == "approved" {
				count = 1
			}
			reader.get(post.public("/comments")).wants(200).is("meta", object{"count": count, "open": tc.status == 201, "level": level, "closes_at": nil})
			reader.get(post.public()).wants(200).is("data.comments", object{"count": count, "open": tc.status == 201})
			reader.get("/site").wants(200).is("data.comments.level", map[bool]string{true: "newcomers", false: tc.site}[tc.site == ""])
		})
	}
}

func TestThreadsCloseAfterTheirDays(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Open for ten days")
	owner.approves(reader.comments(post, "In time."))
	reader.get(post.public("/comments")).wants(200).is("meta.closes_at", nil)
	owner.patch("/admin/settings", object{"comments_close_after_days": 10}).wants(200)
	reader.get("/site").wants(200).is("data.comments.close_after_days", 10)
	reader.get(post.public("/comments")).wants(200).is("meta.closes_at", "2026-03-11T09:00:00Z").is("meta.open", true)
	b.clock.move(10*24*time.Hour - time.Minute)
	reader.comments(post, "Just in time.").wants(201)
	b.clock.move(2 * time.Minute)
	reader.comments(post, "Too late.").wants(403).is("code", "comments_closed")
	reader.get(post.public("/comments")).wants(200).is("meta.open", false).is("meta.count", 1)
	reader.get("/posts").wants(200).is("data.0.comments", object{"count": 1, "open": false})
}

func TestACommentIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	long := func(n int) string { return strings.Repeat("ü", n) }
	with := func(more ...any) object {
		comment := object{"name": "Ruth", "body": fmt.Sprint("Hello with ", more)}
		for i := 0; i < len(more); i += 2 {
			comment[fmt.Sprint(more[i])] = more[i+1]
		}
		return comment
	}
	email := func(n int) string { return strings.Repeat("a", 60) + "@" + strings.Repeat("b.", (n-64)/2) + "com" }
	for name, tc := range map[string]struct {
		body   any
		status int
		at     string
	}{
		"name and body":                     {object{"name": "Ruth", "body": "Hello."}, 201, ""},
		"every field":                       {with("email", "ruth@example.org", "url", "https://ruth.example", "parent_id", nil, "commenter", nil, "website", ""), 201, ""},
		"optional ones that are null":       {object{"name": "Ruth", "body": "Hello, null.", "email": nil, "url": nil}, 201, ""},
		"optional ones that are empty":      {object{"name": "Ruth", "body": "Hello, empty.", "email": "", "url": " "}, 201, ""},
		"no name":                           {object{"body": "Hello."}, 422, "body.name"},
		"no body":                           {object{"name": "Ruth"}, 422, "body.body"},
		"neither":                           {object{}, 422, "body.body body.name"},
		"both empty":                        {object{"name": "", "body": ""}, 422, "body.body body.name"},
		"a name of spaces":                  {object{"name": "  ", "body": "Hello."}, 422, "body.name"},
		"a name that cannot be seen":        {object{"name": "\u200b\u2060\ufeff\u3164\u00ad", "body": "Hello."}, 422, "body.name"},
		"a body that cannot be seen":        {object{"name": "Ruth", "body": "\u200b\n\u2060"}, 422, "body.body"},
		"a name of 80 characters":           {object{"name": long(80), "body": "Hello 80."}, 201, ""},
		"a name of 81":                      {object{"name": long(81), "body": "Hello."}, 422, "body.name"},
		"a body of 10,000 characters":       {object{"name": "Ruth", "body": long(10_000)}, 201, ""},
		"a body of 10,001":                  {object{"name": "Ruth", "body": long(10_001)}, 422, "body.body"},
		"a body of 10,000 emoji":            {object{"name": "Ruth", "body": strings.Repeat("🧘", 10_000)}, 201, ""},
		"a url of 500 characters":           {object{"name": "Ruth", "body": "Url 500.", "url": "https://e.org/" + strings.Repeat("x", 486)}, 201, ""},
		"a url of 501":                      {object{"name": "Ruth", "body": "Hello.", "url": "https://e.org/" + strings.Repeat("x", 487)}, 422, "body.url"},
		"a url of another scheme":           {object{"name": "Ruth", "body": "Hello.", "url": "javascript:alert(1)"}, 422, "body.url"},
		"a url without one":                 {object{"name": "Ruth", "body": "Hello.", "url": "ruth.example"}, 422, "body.url"},
		"a url with somebody in it":         {object{"name": "Ruth", "body": "Hello.", "url": "https://ruth:secret@ruth.example"}, 422, "body.url"},
		"a path as url":                     {object{"name": "Ruth", "body": "Hello.", "url": "/admin"}, 422, "body.url"},
		"an e-mail of 254 characters":       {object{"name": "Ruth", "body": "Email 254.", "email": email(254)}, 201, ""},
		"an e-mail of 256":                  {object{"name": "Ruth", "body": "Hello.", "email": email(256)}, 422, "body.email"},
		"an e-mail without a dot":           {object{"name": "Ruth", "body": "Hello.", "email": "a@b"}, 422, "body.email"},
		"an e-mail with a line break":       {object{"name": "Ruth", "body": "Hello.", "email": "a@b.org\r\nBcc: x@y.org"}, 422, "body.email"},
		"two e-mails":                       {object{"name": "Ruth", "body": "Hello.", "email": "a@b.org,c@d.org"}, 422, "body.email"},
		"nine marks on one letter":          {object{"name": "Rx" + strings.Repeat("\u0301\u0302\u0303", 3), "body": "Hello."}, 422, "body.name"},
		"200 marks on one letter":           {object{"name": "Ruth", "body": "a" + strings.Repeat("\u0321", 200)}, 422, "body.body"},
		"a number":                          {object{"name": "Ruth", "body": 5}, 422, "body.body"},
		"a list":                            {object{"name": []string{"Ruth"}, "body": "Hello."}, 422, "body.name"},
		"null":                              {object{"name": nil, "body": "Hello."}, 422, "body.name"},
		"NUL":                               {object{"name": "Ru\x00th", "body": "Hello."}, 422, "body.name"},
		"an unknown field":                  {object{"name": "Ruth", "body": "Hello.", "subject": "x"}, 422, "body.subject"},
		"fields of the inside":              {with("status", "approved", "id", "1", "post_id", "2", "likes", 9, "pinned", true, "html", "<b>"), 422, "body.html body.id body.likes body.pinned body.post_id body.status"},
		"more of them":                      {with("created_at", "2020-01-01T00:00:00Z", "user_id", "3", "score", -9), 422, "body.created_at body.score body.user_id"},
		"a field of another case":           {object{"Name": "Ruth", "body": "Hello."}, 422, "body.Name body.name"},
		"a field twice":                     {`{"name":"Ruth","body":"a","body":"b"}`, 400, "body"},
		"nothing":                           {"", 400, "body"},
		"null for all":                      {"null", 400, "body"},
		"a list of comments":                {`[{"name":"Ruth","body":"a"}]`, 400, "body"},
		"half an object":                    {`{"name":"Ruth"`, 400, "body"},
		"two objects":                       {`{"name":"Ruth","body":"a"}{"x":1}`, 400, "body"},
		"half a surrogate pair":             {`{"name":"Ruth","body":"\ud800"}`, 400, "body"},
		"more bytes than any comment needs": {object{"name": "Ruth", "body": strings.Repeat("x", 170_000)}, 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := b.reader().on(t).post(post.public("/comments"), tc.body).wants(tc.status)
			if tc.status >= 400 && tc.at != "" {
				answer.wants(tc.status, strings.Fields(tc.at)...)
			}
		})
	}
}

func TestACommentIsRefusedForHowItIsSent(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	const comment = `{"name":"Ruth","body":"Hello."}`
	for _, contentType := range []string{"text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/jsonp", "*/*", ""} {
		if got := b.reader().post(post.public("/comments"), comment, "Content-Type: "+contentType); got.status != 415 {
			t.Errorf("as %q it answered %d", contentType, got.status)
		}
	}
	b.reader().get(post.public("/comments")).wants(200).is("meta.count", 0)
	b.reader().post(post.public("/comments"), comment, "Content-Type: application/json; charset=UTF-8").wants(201)
	b.reader().post(post.public("/comments?notify=1"), comment).wants(422, "query.notify")
	b.reader().put(post.public("/comments"), comment).wants(405).has("Allow", "GET, HEAD, OPTIONS, POST")
}

func TestCommentsUnderHiddenPostsAreCommentsUnderNothing(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	reader := b.reader()
	same := func(slug string) string {
		a := reader.comments(written{slug: slug}, "Hello.").wants(404)
		return strings.Replace(string(a.body), a.text("request_id"), "", 1)
	}
	missing := same("nothing-of-this-name")
	for _, slug := range []string{"foxtrot", "golf"} {
		if diff := cmp.Diff(missing, same(slug)); diff != "" {
			t.Errorf("%s:\n%s", slug, diff)
		}
	}
	reader.comments(posts["alpha"], "Hello.").wants(201)
	reader.comments(posts["india"], "Hello, page.").wants(201)
}

// The writer of spam learns nothing: what she gets differs from what anybody gets whose comment is held in ids, keys and times only.
func TestSpamGetsTheAnswerOfAHeldComment(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	stable := func(a answer) string {
		a.wants(201)
		a.header.Del("Date")
		a.header.Del("X-Request-Id")
		a.header.Del("Content-Length")
		text := a.body
		for _, varying := range []string{a.text("data.id"), a.text("edit_token"), a.text("commenter"), a.text("data.created_at"), a.text("edit_until")} {
			text = bytes.ReplaceAll(text, []byte(quote(varying)), []byte(`""`))
		}
		return fmt.Sprint(a.status, a.header, string(text))
	}
	held := b.reader().comments(post, "Buy *this*.", object{"website": ""})
	spam := b.reader().comments(post, "Buy *this*.", object{"website": "https://spam.example"})
	if diff := cmp.Diff(stable(held), stable(spam)); diff != "" {
		t.Errorf("spam is answered otherwise than what is held:\n%s", diff)
	}
	b.as("owner").get("/admin/comments?status=spam").lists("id", spam.text("data.id")).is("data.0.score", 7)
	b.as("owner").get("/admin/comments?status=pending").lists("id", held.text("data.id"))
	b.reader().get(post.public("/comments")).wants(200).is("meta.count", 0).is("data", []any{})

	// Under a post that is open, spam is held all the same, and says so as anything held would.
	b.as("owner").changes(post, object{"comments": "open"}).wants(200)
	b.reader().comments(post, "Once more.", object{"website": "x"}).wants(201).is("data.status", "pending")
	b.reader().comments(post, "Not spam.").wants(201).is("data.status", "approved")
}

func TestWhatTheWriterOfACommentGets(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something", object{"authors": []string{"ben-oduya"}})
	first := b.reader().comments(post, "Is **this** [it](https://example.org)?\n\n<script>x()</script>", object{"name": "Ruth <b>", "url": "https://ruth.example"}).wants(201)
	first.has("Location", publicURL+"/api/v1"+post.public("/comments")).has("Cache-Control", "no-store")
	first.is("data.author", object{"name": "Ruth <b>", "url": "https://ruth.example", "avatar_url": nil, "badge": nil})
	first.is("data.parent_id", nil).is("data.depth", 0).is("data.likes", 0).is("data.pinned", false).is("data.replies", []any{}).is("data.reply_count", 0).is("data.edited_at", nil)
	if html := first.text("data.html"); strings.Contains(html, "<script") || !strings.Contains(html, "<strong>this</strong>") || !strings.Contains(html, `rel="`) {
		t.Errorf("html is %s", html)
	}
	if created, until := first.text("data.created_at"), first.text("edit_until"); !strings.HasPrefix(created, "2026-03-01T09:00:00") || !strings.HasPrefix(until, "2026-03-01T09:15:00") {
		t.Errorf("written at %s, may be edited until %s", created, until)
	}
	if message := first.text("message"); !strings.Contains(message, "Ben Oduya") {
		t.Errorf("the message is %q", message)
	}
	if !regexp.MustCompile(`^dimc_[\w-]{48}$`).MatchString(first.text("commenter")) || !regexp.MustCompile(`^[\w-]{43}$`).MatchString(first.text("edit_token")) {
		t.Errorf("key %s, edit token %s", first.text("commenter"), first.text("edit_token"))
	}

	// Her key stays hers; what is no key gives a new one.
	b.reader().comments(post, "Second.", object{"commenter": first.text("commenter")}).wants(201).is("commenter", first.text("commenter"))
	if again := b.reader().comments(post, "Third.", object{"commenter": "dimc_mine"}).wants(201); again.text("commenter") == "dimc_mine" {
		t.Error("a reader chose her own key")
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	say := func(body string, parent ...string) string {
		t.Helper()
		more := object{}
		if len(parent) > 0 {
			more["parent_id"] = parent[0]
		}
		return reader.comments(post, body, more).wants(201).is("data.status", "approved").text("data.id")
	}
	one, two := say("One"), say("Two")
	deep := []string{one}
	for depth := 1; depth <= 7; depth++ {
		deep = append(deep, say(fmt.Sprintf("Depth %d", depth), deep[len(deep)-1]))
	}
	three := say("Three")
	thread := reader.get(post.public("/comments")).wants(200).is("meta.count", 10).is("page.total", 3)
	if got := thread.each("data", "id"); got != words(one, two, three) {
		t.Errorf("the oldest first: %s", got)
	}
	path := "data.0"
	for depth := 1; depth <= 5; depth++ {
		path += ".replies.0"
		thread.is(path+".depth", depth).is(path+".parent_id", deep[depth-1])
	}
	siblings := strings.TrimSuffix(path, ".0")
	if got := thread.each(siblings, "id"); got != words(deep[5:]...) {
		t.Errorf("answers deeper than 5 are %s, want them at 5 in the order of time", got)
	}
	thread.is(siblings+".1.parent_id", deep[5]).is(siblings+".2.parent_id", deep[6]).is(siblings+".2.depth", 5).is("data.0.reply_count", 7)

	reader.get(post.public("/comments?sort=newest")).lists("id", three, two, one)
	first := reader.get(post.public("/comments?limit=2")).lists("id", one, two).is("page.total", 3).is("meta.count", 10)
	reader.get(post.public("/comments?limit=2&cursor="+first.text("page.next"))).lists("id", three)
	reader.get(post.public("/comments?limit=2&sort=newest&cursor="+first.text("page.next"))).wants(400, "query.cursor")
	reader.get(post.public("/comments?sort=loudest")).wants(422, "query.sort")
	reader.get(post.public("/comments?page=2")).wants(422, "query.page")

	// What is taken away but was answered keeps its place and says nothing.
	owner.patch("/admin/comments/"+deep[2], object{"status": "trash"}).wants(200)
	owner.patch("/admin/comments/"+two, object{"status": "spam"}).wants(200)
	thread = reader.get(post.public("/comments")).lists("id", one, three).is("meta.count", 8).is("page.total", 2)
	thread.is("data.0.replies.0.replies.0", object{
		"id": deep[2], "parent_id": deep[1], "depth": 2, "author": nil, "html": "", "created_at": thread.at("data.0.replies.0.replies.0.created_at"), "edited_at": nil,
		"likes": 0, "pinned": false, "removed": true, "replies": thread.at("data.0.replies.0.replies.0.replies"), "reply_count": 5,
	})
	if strings.Contains(string(thread.body), "Depth 2") {
		t.Error("the thread shows what was taken away")
	}
	reader.comments(post, "To what is gone.", object{"parent_id": deep[2]}).wants(422, "body.parent_id")
	for _, gone := range deep[3:] {
		owner.patch("/admin/comments/"+gone, object{"status": "trash"}).wants(200)
	}
	thread = reader.get(post.public("/comments")).wants(200).is("meta.count", 3).is("data.0.replies.0.replies", []any{}).is("data.0.reply_count", 1)
	owner.patch("/admin/comments/"+deep[7], object{"status": "approved"}).wants(200)
	reader.get(post.public("/comments")).wants(200).is("meta.count", 4).is("data.0.reply_count", 2)
}

// A reader answers what she can see, and learns nothing of the rest.
func TestWhatCanBeAnswered(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post, other := owner.publishes("Say something", object{"comments": "open"}), owner.publishes("Elsewhere", object{"comments": "open"})
	visible, elsewhere := reader.comments(post, "Visible.").wants(201).text("data.id"), reader.comments(other, "Elsewhere.").wants(201).text("data.id")
	spam := reader.comments(post, "Spam.", object{"website": "x"}).wants(201).text("data.id")
	trashed := reader.comments(post, "Trash.").wants(201).text("data.id")
	owner.patch("/admin/comments/"+trashed, object{"status": "trash"}).wants(200)
	held := reader.comments(post, "Held.").wants(201).text("data.id")
	owner.patch("/admin/comments/"+held, object{"status": "pending"}).wants(200)

	answer := func(parent any) answer {
		t.Helper()
		return reader.comments(post, fmt.Sprint("To ", parent), object{"parent_id": parent})
	}
	answer(visible).wants(201).is("data.parent_id", visible).is("data.depth", 1)
	answer(nil).wants(201).is("data.parent_id", nil)
	refused := ""
	for name, parent := range map[string]string{
		"missing": unknownID, "no id": "1", "empty": "", "on another post": elsewhere, "spam": spam, "in the trash": trashed, "held": held, "a post": post.id, "a negative number": "-1",
	} {
		a := answer(parent).wants(422, "body.parent_id")
		text := strings.Replace(string(a.body), a.text("request_id"), "", 1)
		if refused != "" && text != refused {
			t.Errorf("a parent that is %s is refused in other words: %s", name, text)
		}
		refused = text
	}
	answer(5).wants(422, "body.parent_id")
}

func TestCounts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	owner, reader := b.as("owner"), b.reader()
	parent := owner.approves(reader.comments(posts["alpha"], "One."))
	owner.post("/admin/comments/"+parent+"/reply", object{"body": "Two."}).wants(201)
	reader.comments(posts["alpha"], "Held.").wants(201)
	owner.approves(reader.comments(posts["india"], "On a page."))
	owner.changes(posts["bravo"], object{"slug": "renamed"}).wants(200)
	owner.approves(reader.comments(written{slug: "renamed"}, "Renamed."))

	reader.get("/comments/counts?slug=alpha&slug=india&slug=foxtrot&slug=nothing&slug=charlie&slug=renamed").wants(200).
		is("data", object{"alpha": 2, "india": 1, "foxtrot": 0, "nothing": 0, "charlie": 0, "renamed": 1})
	reader.get("/comments/counts?slug=alpha&slug=alpha").wants(200).is("data", object{"alpha": 2})
	hundred := "/comments/counts?slug=alpha" + strings.Repeat("&slug=x", 98)
	reader.get(hundred+"&slug=y").wants(200).is("data", object{"alpha": 2, "x": 0, "y": 0})
	reader.get(hundred+"&slug=y&slug=z").wants(422, "query.slug")
	reader.get("/comments/counts").wants(422, "query.slug")
	reader.get("/comments/counts?slug=").wants(422, "query.slug")
	reader.get("/comments/counts?slugs=alpha").wants(422, "query.slugs")
	if body := string(reader.get("/comments/counts?slug=b&slug=a").body); !strings.Contains(body, `{"a":0,"b":0}`) {
		t.Errorf("the slugs are not in one order: %s", body)
	}
}

func TestTheModeratorsListOfComments(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
	post, other := owner.publishes("Say something"), owner.publishes("Elsewhere")
	ids := map[string]string{}
	for _, name := range []string{"pending", "approved", "spam", "trash"} {
		ids[name] = reader.comments(post, "This is "+name+".", object{"email": "ruth@example.org", "url": "https://ruth.example"}).wants(201).text("data.id")
		owner.patch("/admin/comments/"+ids[name], object{"status": name}).wants(200)
	}
	ids["elsewhere"] = reader.comments(other, "Elsewhere.").wants(201).text("data.id")
	moderator.get("/admin/comments").lists("id", ids["elsewhere"], ids["trash"], ids["spam"], ids["approved"], ids["pending"]).is("page.total", 5)
	for _, status := range []string{"approved", "spam", "trash"} {
		moderator.get("/admin/comments?status="+status).lists("id", ids[status]).is("page.total", 1)
	}
	moderator.get("/admin/comments?status=pending&sort=created_at").lists("id", ids["pending"], ids["elsewhere"]).is("page.total", 2)
	moderator.get("/admin/comments?post="+other.id).lists("id", ids["elsewhere"]).is("page.total", 1)
	moderator.get("/admin/comments?post=" + unknownID).lists("id")
	moderator.get("/admin/comments?post=nothing").lists("id")
	first := moderator.get("/admin/comments?limit=2").lists("id", ids["elsewhere"], ids["trash"])
	moderator.get("/admin/comments?limit=2&cursor="+first.text("page.next")).lists("id", ids["spam"], ids["approved"])
	moderator.get("/admin/comments?status=held").wants(422, "query.status")
	moderator.get("/admin/comments?sort=score").wants(422, "query.sort")
	moderator.get("/admin/comments?state=spam").wants(422, "query.state")

	one := moderator.get("/admin/comments/" + ids["approved"]).wants(200)
	one.is("data.status", "approved").is("data.body", "This is approved.").is("data.html", "<p>This is approved.</p>").is("data.parent_id", nil)
	one.is("data.author", object{"name": "Ruth", "email": "ruth@example.org", "url": "https://ruth.example", "avatar_url": nil, "badge": nil})
	one.is("data.post", object{"id": post.id, "slug": post.slug, "title": "Say something"})
	if one.at("data.decided_at") == nil || len(one.at("data.reasons").([]any)) == 0 {
		t.Error("it does not say when it was decided, or why it was held")
	}
	moderator.get("/admin/comments/" + unknownID).wants(404)
	moderator.get("/admin/comments/nothing").wants(404)
}

func TestTheOwnerMovesACommentFromAnyStatusToAnyOther(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	id := reader.comments(post, "Hello.").wants(201).text("data.id")
	move := func(status string, want int) answer {
		t.Helper()
		return owner.patch("/admin/comments/"+id, object{"status": status}).wants(want)
	}
	statuses := []string{"pending", "approved", "spam", "trash"}
	at := "pending"
	moves := 0
	for _, from := range statuses {
		for _, to := range statuses {
			if at != from {
				move(from, 200)
			}
			move(to, 200).is("data.status", to)
			at = to
			moves++
			count := map[bool]int{true: 1}[to == "approved"]
			reader.get(post.public("/comments")).wants(200).is("meta.count", count)
			reader.get("/comments/counts?slug="+post.slug).wants(200).is("data", object{post.slug: count})
			for _, status := range statuses {
				owner.get("/admin/comments?status="+status).wants(200).is("page.total", map[bool]int{true: 1}[status == to])
			}
		}
	}
	if moves != 16 {
		t.Errorf("%d moves", moves)
	}
	b.clock.move(time.Minute)
	decided := owner.get("/admin/comments/" + id).wants(200).at("data.decided_at")
	move(at, 200).is("data.decided_at", decided) // the status that it has: nothing changes
	owner.patch("/admin/comments/"+id, object{"status": "gone"}).wants(422, "body.status")
	owner.patch("/admin/comments/"+id, object{}).wants(422, "body.status")
	owner.patch("/admin/comments/"+id, object{"status": "spam", "score": 3}).wants(422, "body.score")
	owner.patch("/admin/comments/"+unknownID, object{"status": "spam"}).wants(404)
}

func TestRepliesOfThePeopleOfTheBlog(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/users/"+b.people[auth.Author].id, object{"avatar_url": "/media/2026/ben.png", "url": "https://ben.example"}).wants(200)
	post := owner.publishes("Say something", object{"authors": []string{"ben-oduya"}, "comments": "all"})
	id := owner.approves(reader.comments(post, "Hello."))
	for _, role := range []auth.Role{auth.Author, auth.Editor, auth.Moderator, auth.Owner} {
		reply := b.as(role).post("/admin/comments/"+id+"/reply", object{"body": "From the " + string(role) + "."}).wants(201)
		reply.is("data.status", "approved").is("data.author.email", nil).is("data.reasons", []any{})
	}
	thread := reader.get(post.public("/comments")).wants(200).is("meta.count", 5)
	for i, want := range []object{
		{"name": "Ben Oduya", "url": "https://ben.example", "avatar_url": publicURL + "/media/2026/ben.png", "badge": "author"},
		{"name": "Ada Brink", "url": nil, "avatar_url": nil, "badge": nil},
		{"name": "Lena Moss", "url": nil, "avatar_url": nil, "badge": nil},
		{"name": "Mira Holt", "url": nil, "avatar_url": nil, "badge": "owner"},
	} {
		thread.is(fmt.Sprintf("data.0.replies.%d.author", i), want)
	}
	reply := func(body any) answer {
		t.Helper()
		return owner.post("/admin/comments/"+id+"/reply", object{"body": body})
	}
	reply("").wants(422, "body.body")
	reply(strings.Repeat("x", 10_000)).wants(201)
	reply(strings.Repeat("x", 10_001)).wants(422, "body.body")
	reply(nil).wants(422, "body.body")
	owner.post("/admin/comments/"+unknownID+"/reply", object{"body": "x"}).wants(404)
	for _, status := range []string{"pending", "spam", "trash"} {
		owner.patch("/admin/comments/"+id, object{"status": status}).wants(200)
		reply("Hello?").wants(409).is("code", "not_approved")
	}

	// A closed thread takes no readers' comments; the people of the blog still answer.
	owner.patch("/admin/comments/"+id, object{"status": "approved"}).wants(200)
	owner.changes(post, object{"comments": "closed"}).wants(200)
	reply("A last word.").wants(201)
}

func TestManyDecisionsAtOnceLeaveTheCountsRight(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	id := reader.comments(post, "Hello.").wants(201).text("data.id")
	var work sync.WaitGroup
	for i := range 24 {
		work.Go(func() {
			owner.patch("/admin/comments/"+id, object{"status": []string{"approved", "spam", "pending", "trash"}[i%4]}).wants(200)
		})
		work.Go(func() { reader.comments(post, fmt.Sprint("Comment ", i)).wants(201) })
	}
	work.Wait()
	final := owner.get("/admin/comments/" + id).wants(200).text("data.status")
	reader.get(post.public("/comments")).wants(200).is("meta.count", map[bool]int{true: 1}[final == "approved"])
	total := 0
	for _, status := range []models.CommentStatus{models.Pending, models.Approved, models.Spam, models.Trash} {
		list := owner.get("/admin/comments?limit=100&status=" + string(status)).wants(200)
		if kept := int(list.at("page.total").(float64)); kept != len(strings.Fields(list.each("data", "id"))) {
			t.Errorf("%d comments are %s, the counter says %d", len(strings.Fields(list.each("data", "id"))), status, kept)
		} else {
			total += kept
		}
	}
	if total != 25 {
		t.Errorf("%d comments in all", total)
	}
}

// Readers see of other readers what those have put there for them, and no more.
func TestNothingPublicTellsWhoAReaderIs(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	mine := reader.comments(post, "Hello.", object{"email": "ruth@example.org"}).wants(201)
	for _, path := range []string{post.public("/comments"), post.public("?include=related,neighbours"), "/posts", "/comments/counts?slug=" + post.slug, "/authors", "/site", "/search?q=hello"} {
		body := string(reader.get(path).wants(200).body)
		for _, secret := range []string{
			"ruth@example.org", "mira@example.org", "email", "127.0.0.1", "address", "hash", "commenter", mine.text("commenter"), mine.text("edit_token"),
			"score", "reasons", "user_id",
		} {
			if strings.Contains(body, secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
	if !slices.Contains(strings.Fields(reader.get(post.public("/comments")).each("data", "id")), mine.text("data.id")) {
		t.Error("her comment is not there")
	}
}
