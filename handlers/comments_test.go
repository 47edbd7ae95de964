package handlers_test

import (
	"fmt"
	"math/rand/v2"
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
			reader.get(post.public("/comments")).wants(200).is("meta", object{"count": count, "open": tc.status == 201, "level": level, "closes_at": nil, "moderator": "Mira Holt", "privacy_url": nil, "mail": true})
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
	for _, contentType := range []string{"text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/octet-stream", "application/jsonp", "*/*", ""} {
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

func TestWhatTheWriterOfACommentGets(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Say something", object{"authors": []string{"ben-oduya"}})
	first := b.reader().comments(post, "Is **this** [it](https://example.org)?\n\n<script>x()</script>", object{"name": "Ruth <b>", "url": "https://ruth.example"}).wants(201)
	first.has("Location", publicURL+"/api/v1"+post.public("/comments")).has("Cache-Control", "no-store")
	first.is("data.author", object{"name": "Ruth <b>", "url": "https://ruth.example", "avatar_url": publicURL + "/avatars/8-R.svg", "badge": nil})
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

// What most readers like stands first if they ask for that; what a moderator has pinned, always.
func TestTheOrdersOfAThread(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		ids := map[string]string{}
		for i, name := range []string{"a", "b", "c", "d", "e"} {
			comment := reader.comments(post, "Comment "+name).wants(201)
			ids[name] = comment.text("data.id")
			for range []int{1, 3, 0, 3, 0}[i] {
				reader.post(comment.own("/like"), nil, key(b.newKey())).wants(200)
			}
			b.clock.move(time.Minute)
		}
		named := func(names string) []string {
			var list []string
			for _, name := range strings.Fields(names) {
				list = append(list, ids[name])
			}
			return list
		}
		check := func(orders map[string]string) {
			t.Helper()
			for sort, names := range orders {
				path := post.public("/comments?sort=" + sort)
				reader.get(path).lists("id", named(names)...)
				// Page by page, forwards and back again.
				var forwards, pages []string
				cursor := ""
				for {
					page := reader.get(path+"&limit=2"+cursor).wants(200).is("page.total", 5)
					pages = append(pages, page.each("data", "id"))
					forwards = append(forwards, strings.Fields(page.each("data", "id"))...)
					if next := page.at("page.next"); next != nil {
						cursor = "&cursor=" + next.(string)
						if link := page.header.Get("Link"); !strings.Contains(link, publicURL+"/api/v1"+post.public("/comments")) || !strings.Contains(link, `rel="next"`) {
							t.Errorf("Link is %s", link)
						}
						continue
					}
					for i := len(pages) - 2; i >= 0; i-- {
						page = reader.get(path + "&limit=2&cursor=" + page.text("page.prev"))
						if got := page.wants(200).each("data", "id"); got != pages[i] {
							t.Errorf("%s: going back page %d is %s, was %s", sort, i, got, pages[i])
						}
					}
					if page.at("page.prev") != nil {
						t.Errorf("%s: there is a page before the first", sort)
					}
					break
				}
				if diff := cmp.Diff(named(names), forwards); diff != "" {
					t.Errorf("%s, page by page (-want +got):\n%s", sort, diff)
				}
			}
		}
		check(map[string]string{"oldest": "a b c d e", "newest": "e d c b a", "top": "d b a e c"})
		owner.patch("/admin/comments/"+ids["c"], object{"pinned": true}).wants(200).is("data.pinned", true)
		owner.patch("/admin/comments/"+ids["b"], object{"pinned": true}).wants(200)
		check(map[string]string{"oldest": "b c a d e", "newest": "c b e d a", "top": "b c d a e"})
		owner.patch("/admin/comments/"+ids["c"], object{"pinned": false}).wants(200).is("data.pinned", false)
		check(map[string]string{"oldest": "b a c d e"})
		reply := reader.comments(post, "An answer.", object{"parent_id": ids["a"]}).wants(201).text("data.id")
		owner.patch("/admin/comments/"+reply, object{"pinned": true}).wants(422, "body.pinned")
		reader.get(post.public("/comments?sort=top&sort=newest")).wants(422, "query.sort")
		reader.get(post.public("/comments?limit=101")).wants(422, "query.limit")
		reader.get(post.public("/comments?limit=0")).wants(422, "query.limit")
		reader.get(post.public("/comments?cursor=lantern")).wants(400, "query.cursor")
	})
}

// A long branch comes in parts, none of which is lost, shown twice or under the wrong comment.
func TestALongBranchComesInParts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		say := func(body string, parent any) string {
			t.Helper()
			b.clock.move(noFlood)
			return reader.comments(post, body, object{"parent_id": parent}).wants(201).is("data.status", "approved").text("data.id")
		}
		root, short := say("The root.", nil), say("A short one.", nil)
		say("Its answer.", short)
		var below []string
		for i := range 50 {
			parent := root
			if i%3 == 2 {
				parent = below[i-1]
			}
			below = append(below, say(fmt.Sprint("Answer ", i), parent))
		}
		exactly := reader.get(post.public("/comments")).wants(200).is("data.0.reply_count", 50)
		exactly.lacks("data.0.replies_next")
		for i := 50; i < 125; i++ {
			below = append(below, say(fmt.Sprint("Answer ", i), below[i-49]))
		}
		thread := reader.get(post.public("/comments")).wants(200).is("meta.count", 128).is("page.total", 2).is("data.0.reply_count", 125)
		thread.is("data.1.reply_count", 1).is("data.1.replies.0.html", "<p>Its answer.</p>").lacks("data.1.replies_next")
		if got := len(idsBelow(thread.at("data.0").(map[string]any))); got != 50 {
			t.Errorf("the root comes with %d", got)
		}
		if diff := cmp.Diff(sorted(below[:50]), sorted(idsBelow(thread.at("data.0").(map[string]any)))); diff != "" {
			t.Errorf("the first fifty (-want +got):\n%s", diff)
		}
		path := "/comments/" + root + "/replies"
		rest, parents := below[:50:50], map[string]bool{root: true}
		cursor := thread.text("data.0.replies_next")
		for pages := 0; cursor != ""; pages++ {
			page := reader.get(path+"?limit=30&cursor="+cursor).wants(200).is("page.total", 125)
			rest = append(rest, strings.Fields(page.each("data", "id"))...)
			for i, item := range page.at("data").([]any) {
				answer := item.(map[string]any)
				if len(answer["replies"].([]any)) > 0 || answer["depth"].(float64) < 1 {
					t.Errorf("answer %d of page %d is not by itself: %v", i, pages, answer)
				}
			}
			next, _ := page.at("page.next").(string)
			if cursor = next; pages > 5 {
				t.Fatal("the pages never end")
			}
		}
		if diff := cmp.Diff(below, rest); diff != "" {
			t.Errorf("all of them, in the order of time (-want +got):\n%s", diff)
		}
		for _, id := range below {
			parents[id] = true
		}
		from := reader.get(path + "?limit=100").wants(200)
		for _, parent := range strings.Fields(from.each("data", "parent_id")) {
			if !parents[parent] {
				t.Errorf("an answer is to %s, which is not in this branch", parent)
			}
		}
		back := reader.get(path + "?limit=100&cursor=" + from.text("page.next")).wants(200)
		if got := len(strings.Fields(back.each("data", "id"))); got != 25 {
			t.Errorf("the last page has %d", got)
		}
		reader.get(path+"?limit=100&cursor="+back.text("page.prev")).lists("id", below[:100]...)

		// The cursor is good for this branch and for nothing else.
		next := thread.text("data.0.replies_next")
		reader.get("/comments/"+short+"/replies?cursor="+next).wants(400, "query.cursor")
		reader.get(post.public("/comments?cursor="+next)).wants(400, "query.cursor")
		reader.get(path+"?sort=newest").wants(422, "query.sort")
		reader.get("/comments/" + below[0] + "/replies").wants(404) // it answers another
		reader.get("/comments/" + unknownID + "/replies").wants(404)
		reader.get("/comments/"+short+"/replies").wants(200).is("page.total", 1)

		// What is removed in it does not count, nor come, unless it was answered.
		owner.moves(below[124], "trash")
		reader.get(path+"?limit=100").wants(200).is("page.total", 124)
		owner.moves(root, "trash")
		reader.get(path).wants(200).is("page.total", 124)
		reader.get(post.public("/comments")).wants(200).is("data.0.removed", true).is("meta.count", 126).is("page.total", 2)
		owner.changes(post, object{"status": "draft"}).wants(200)
		reader.get(path).wants(404)
	})
}

// idsBelow are all comments below one.
func idsBelow(comment map[string]any) (ids []string) {
	for _, reply := range comment["replies"].([]any) {
		below := reply.(map[string]any)
		ids = append(append(ids, below["id"].(string)), idsBelow(below)...)
	}
	return ids
}

// noFlood is how far comments are apart that the dimmer takes for a conversation.
const noFlood = 21 * time.Second

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// One request is enough for a page with its comments.
func TestAPostBringsItsThread(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	for collection, post := range map[string]written{
		"/posts/": owner.publishes("A post", object{"comments": "open"}), "/pages/": owner.publishes("A page", object{"comments": "open", "type": "page"}),
	} {
		root := ""
		for i := range 12 {
			b.clock.move(noFlood)
			comment := reader.comments(post, fmt.Sprint("Comment ", i)).wants(201).text("data.id")
			if root == "" {
				root = comment
			}
		}
		for i := range 55 {
			b.clock.move(noFlood)
			reader.comments(post, fmt.Sprint("Answer ", i), object{"parent_id": root}).wants(201)
		}
		path := collection + post.slug
		alone := reader.get(post.public("/comments")).wants(200)
		both := reader.get(path+"?include=comments").wants(200).is("data.comments", object{"count": 67, "open": true})
		for _, part := range []string{"data", "page", "meta"} {
			both.is("data.thread."+part, alone.at(part))
		}
		second := reader.get(post.public("/comments?cursor=" + both.text("data.thread.page.next"))).wants(200)
		if got := len(strings.Fields(second.each("data", "id"))); got != 2 {
			t.Errorf("the second page has %d", got)
		}
		reader.get("/comments/"+root+"/replies?cursor="+both.text("data.thread.data.0.replies_next")).wants(200).is("page.total", 55)
		reader.get(path + "?include=comments,related,neighbours").wants(200).at("data.thread.data")
		reader.get(path).wants(200).lacks("data.thread")

		// Its bytes change with the thread, and only then.
		etag := both.header.Get("ETag")
		reader.get(path+"?include=comments", "If-None-Match: "+etag).wants(304)
		b.clock.move(time.Hour)
		reader.post("/comments/"+root+"/like", nil, key(b.newKey())).wants(200)
		after := reader.get(path+"?include=comments", "If-None-Match: "+etag).wants(200).is("data.thread.data.0.likes", 1)
		if modified := after.header.Get("Last-Modified"); modified == both.header.Get("Last-Modified") {
			t.Errorf("it was changed %s, before that %s", modified, both.header.Get("Last-Modified"))
		}
	}
	reader.get("/posts/a-post?include=comment").wants(422)
	owner.changes(owner.get("/admin/posts?q=post").wants(200).firstPost(), object{"slug": "renamed"}).wants(200)
	for from, to := range map[string]string{
		"/posts/a-post?include=comments": "/posts/renamed?include=comments", "/posts/a-post/comments?sort=top&limit=2": "/posts/renamed/comments?sort=top&limit=2",
		"/posts/a-post/comments/form": "/posts/renamed/comments/form",
	} {
		reader.get(from).wants(308).has("Location", "/api/v1"+to).has("Access-Control-Allow-Origin", "*")
		reader.get(to).wants(200)
	}
}

// firstPost is the first post of a list.
func (a answer) firstPost() written {
	a.t.Helper()
	return written{id: a.text("data.0.id"), slug: a.text("data.0.slug")}
}

// Threads, their counts and their places are right after whatever has happened to their comments.
func TestTheCountsOfAThreadAreRightAfterAnything(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		var all []string
		made := map[string]answer{}
		random := rand.New(rand.NewPCG(1, 2))
		for i := range 120 {
			switch pick := random.IntN(10); {
			case pick < 5 || len(all) == 0:
				more := object{}
				if len(all) > 0 && random.IntN(3) > 0 {
					more["parent_id"] = all[random.IntN(len(all))]
				}
				comment := reader.comments(post, fmt.Sprint("Comment ", i), more)
				if comment.status == 201 {
					all = append(all, comment.text("data.id"))
					made[comment.text("data.id")] = comment
				} else {
					comment.wants(422, "body.parent_id")
				}
			case pick < 8:
				owner.patch("/admin/comments/"+all[random.IntN(len(all))], object{"status": []string{"approved", "approved", "trash", "spam", "pending"}[random.IntN(5)]})
			case pick < 9:
				id := all[random.IntN(len(all))]
				reader.delete("/comments/"+id, made[id].editToken())
			default:
				if action := owner.delete("/admin/comments/" + all[random.IntN(len(all))]); action.status == 200 && random.IntN(2) == 0 {
					owner.post("/admin/comments/undo", object{"action_id": action.at("action_id")}).wants(200)
				}
			}
		}
		visible, roots := 0, 0
		thread := reader.get(post.public("/comments?limit=100")).wants(200)
		var walk func(comments []any) int
		walk = func(comments []any) int {
			n := 0
			for _, item := range comments {
				comment := item.(map[string]any)
				below := walk(comment["replies"].([]any))
				if comment["depth"] != 5.0 && comment["reply_count"] != float64(below) {
					t.Errorf("%s says that %v answers are below it, there are %d", comment["id"], comment["reply_count"], below)
				}
				if comment["removed"] == true {
					if below == 0 && comment["depth"] != 5.0 {
						t.Errorf("%s is removed and nothing is below it", comment["id"])
					}
				} else {
					n++
				}
				n += below
			}
			return n
		}
		roots, visible = len(thread.at("data").([]any)), walk(thread.at("data").([]any))
		thread.is("meta.count", visible).is("page.total", roots)
		reader.get("/comments/counts?slug="+post.slug).wants(200).is("data", object{post.slug: visible})
		reader.get(post.public()).wants(200).is("data.comments.count", visible)
		total := 0
		for _, status := range []string{"approved", "pending", "spam", "trash"} {
			n := int(owner.get("/admin/comments?limit=1&status=" + status).wants(200).at("page.total").(float64))
			if listed := len(strings.Fields(owner.get("/admin/comments?limit=100&status="+status).each("data", "id"))); listed != n {
				t.Errorf("%d comments are %s, the counter says %d", listed, status, n)
			}
			if total += n; status == "approved" && n != visible {
				t.Errorf("%d are approved, %d are seen", n, visible)
			}
		}
		owner.get("/admin/comments?limit=1").wants(200).is("page.total", total)
		if visible < 10 || total == visible {
			t.Errorf("%d of %d comments are seen: nothing much has been tried", visible, total)
		}
	})
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
	one.is("data.author", object{"name": "Ruth", "email": "ruth@example.org", "url": "https://ruth.example", "avatar_url": publicURL + "/avatars/4-R.svg", "badge": nil})
	one.is("data.post", object{"id": post.id, "slug": post.slug, "title": "Say something", "url": publicURL + "/posts/" + post.slug})
	one.is("data.verdict", "pending").is("data.imitates_staff", false).is("data.commenter.created_at", one.at("data.created_at"))
	moderator.get("/admin/comments/"+ids["spam"]).is("data.status", "spam").is("data.verdict", "pending")
	imitation := reader.comments(other, "Book over my new page from today.", object{"name": "\u041cira H\u043elt"}).wants(201).text("data.id")
	moderator.get("/admin/comments/"+imitation).is("data.imitates_staff", true)
	owner.changes(other, object{"status": "draft"}).wants(200)
	moderator.get("/admin/comments/"+ids["elsewhere"]).wants(200).is("data.post.url", nil)
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
	owner.patch("/admin/comments/"+id, object{}).wants(200).is("data.decided_at", decided).is("action_id", nil)
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
		{"name": "Ada Brink", "url": nil, "avatar_url": publicURL + "/avatars/11-A.svg", "badge": nil},
		{"name": "Lena Moss", "url": nil, "avatar_url": publicURL + "/avatars/11-L.svg", "badge": nil},
		{"name": "Mira Holt", "url": nil, "avatar_url": publicURL + "/avatars/3-M.svg", "badge": "owner"},
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
	who := object{"name": "Ruth", "email": "ruth@example.org"}
	mine := reader.comments(post, "Hello.", who).wants(201)
	answered := reader.comments(post, "Hello to you.", object{"name": "Tom", "email": "tom@example.org", "parent_id": mine.at("data.id")}).wants(201)
	removed := reader.comments(post, "To be removed.", who, object{"url": "https://ruth.example", "commenter": mine.at("commenter")}).wants(201)
	reader.comments(post, "Below that.", object{"parent_id": removed.at("data.id")}).wants(201)
	owner.moves(removed.text("data.id"), "spam")
	hidden := reader.comments(post, "Nobody sees this.", who, object{"website": "x"}).wants(201)
	other := b.newKey()
	asked := map[string]answer{
		"a like": reader.post(mine.own("/like"), nil, key(other)), "a like taken back": reader.delete(mine.own("/like"), key(other)),
		"a report": reader.post(mine.own("/report"), object{"reason": "Because."}, key(other)), "a reaction": reader.post(post.public("/reaction"), nil, key(other)),
		"a preview": reader.post("/comments/preview", object{"body": "Hello."}),
	}
	for _, path := range []string{
		post.public("/comments"), post.public("/comments?sort=top"), post.public("?include=comments,related,neighbours"), mine.own("/replies"), removed.own("/replies"), "/posts", post.public("/comments/form"),
		"/comments/counts?slug=" + post.slug, "/authors", "/site", "/search?q=hello",
	} {
		asked[path] = reader.get(path)
		if head := reader.do("HEAD", path, nil).wants(200); len(head.body) > 0 || head.header.Get("ETag") != asked[path].header.Get("ETag") || head.header.Get("Content-Type") != asked[path].header.Get("Content-Type") {
			t.Errorf("HEAD %s answers otherwise than GET: %v %q", path, head.header, head.body)
		}
	}
	for what, a := range asked {
		text := fmt.Sprint(a.wants(200).header, string(a.body))
		for _, secret := range []string{
			"ruth@example.org", "tom@example.org", "mira@example.org", "email", "127.0.0.1", "address", "hash", "commenter", mine.text("commenter"), mine.text("edit_token"), other,
			"score", "reasons", "user_id", "spam", "pending", "trash", "ruth.example", "To be removed", "Nobody sees", hidden.text("data.id"), "Because", "report_count",
		} {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells %q: %s", what, secret, a.shown())
			}
		}
	}
	// The control: what is there for everybody is there, and who may know more does.
	asked[post.public("/comments")].lists("id", mine.text("data.id"), removed.text("data.id")).is("data.0.replies.0.id", answered.at("data.id")).is("data.1.removed", true)
	owner.get("/admin/comments/"+mine.text("data.id")).wants(200).is("data.author.email", "ruth@example.org")
}

// Below a post that readers cannot see there is nothing: the same as below one that is not there.
func TestNothingIsBelowAHiddenPost(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	mine := b.newKey()
	hidden, ids := map[string]written{}, map[string]string{}
	for _, name := range []string{"draft", "scheduled", "deleted", "published"} {
		post := owner.publishes("The "+name+" one", object{"comments": "open"})
		root := reader.comments(post, "Hello.").wants(201).text("data.id")
		reader.comments(post, "An answer.", object{"parent_id": root}).wants(201)
		switch hidden[name], ids[name] = post, root; name {
		case "draft":
			owner.changes(post, object{"status": "draft"}).wants(200)
		case "scheduled":
			owner.changes(post, object{"status": "draft"}).wants(200)
			owner.changes(post, object{"status": "scheduled", "published_at": b.clock.in(time.Hour)}).wants(200)
		case "deleted":
			owner.delete(post.admin(), "If-Match: *").wants(204)
		}
	}
	ask := map[string]func(written, string) answer{
		"the thread":   func(w written, _ string) answer { return reader.get(w.public("/comments")) },
		"with it":      func(w written, _ string) answer { return reader.get(w.public("?include=comments")) },
		"the form":     func(w written, _ string) answer { return reader.get(w.public("/comments/form")) },
		"a comment":    func(w written, _ string) answer { return reader.comments(w, "Too late.") },
		"by form":      func(w written, _ string) answer { return reader.sendsForm(w, "name=Ruth", "body=By form.") },
		"a reaction":   func(w written, _ string) answer { return reader.post(w.public("/reaction"), nil, key(mine)) },
		"the answers":  func(_ written, id string) answer { return reader.get("/comments/" + id + "/replies") },
		"a like":       func(_ written, id string) answer { return reader.post("/comments/"+id+"/like", nil, key(mine)) },
		"a report":     func(_ written, id string) answer { return reader.post("/comments/"+id+"/report", object{}, key(mine)) },
		"no own token": func(_ written, id string) answer { return reader.get("/comments/" + id) },
	}
	same := func(a answer) string {
		a.wants(404)
		id := a.header.Get("X-Request-Id")
		for _, varying := range []string{"Date", "X-Request-Id", "Content-Length"} {
			a.header.Del(varying)
		}
		return fmt.Sprintln(a.header) + strings.Replace(string(a.body), id, "", 1)
	}
	for what, ask := range ask {
		want := same(ask(written{slug: "of-no-such-name"}, unknownID))
		for name, post := range hidden {
			if name == "published" {
				if a := ask(post, ids[name]); a.status >= 400 && what != "no own token" {
					t.Errorf("%s of a published post was answered %d", what, a.status)
				}
			} else if diff := cmp.Diff(want, same(ask(post, ids[name]))); diff != "" {
				t.Errorf("%s of a %s post:\n%s", what, name, diff)
			}
		}
	}
	reader.get("/comments/counts?slug="+hidden["draft"].slug+"&slug="+hidden["scheduled"].slug).wants(200).is("data", object{hidden["draft"].slug: 0, hidden["scheduled"].slug: 0})
}

// Readers' writing is limited by where it comes from, whatever they say about that.
func TestWritingIsLimitedByAddress(t *testing.T) {
	t.Parallel()
	b := newBlog(t, limited)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	disguised := func(i int) []string {
		ip := fmt.Sprintf("198.51.100.%d", i)
		return []string{"X-Forwarded-For: " + ip + ", " + ip, "X-Real-Ip: " + ip, "Forwarded: for=" + ip, "Cf-Connecting-Ip: " + ip, "True-Client-Ip: " + ip, "X-Client-Ip: " + ip, key(strings.Repeat("k", i))}
	}
	var comment answer
	for i := range 20 {
		comment = reader.post(post.public("/comments"), object{"name": "Ruth", "body": fmt.Sprint("Comment ", i)}, disguised(i)...).wants(201)
	}
	for what, a := range map[string]answer{
		"a comment": reader.post(post.public("/comments"), object{"name": "Ruth", "body": "One more."}, disguised(21)...), "an edit": reader.patch(comment.own(), object{"body": "x"}, append(disguised(22), comment.editToken())...),
		"a deletion": reader.delete(comment.own(), append(disguised(23), comment.editToken())...), "a form": reader.sendsForm(post, "name=Ruth", "body=By form."),
	} {
		if a.status != 429 || a.header.Get("Retry-After") == "" || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s was answered %d %v", what, a.status, a.header)
		}
	}
	mine := key(comment.text("commenter"))
	for range 60 {
		reader.post(comment.own("/like"), nil, mine).wants(200)
	}
	for _, path := range []string{comment.own("/like"), comment.own("/report"), post.public("/reaction"), "/commenters", "/comments/preview"} {
		if a := reader.post(path, object{"body": "x"}, mine); a.status != 429 {
			t.Errorf("%s was answered %d", path, a.status)
		}
	}
	// Who reads waits for nobody, nor does who decides.
	reader.get(post.public("/comments")).wants(200).is("meta.count", 20)
	reader.get(comment.own(), comment.editToken()).wants(200)
	owner.post("/admin/comments/"+comment.text("data.id")+"/reply", object{"body": "Thank you."}).wants(201)
	b.clock.move(6 * time.Second)
	reader.comments(post, "After six seconds.").wants(201)
}
