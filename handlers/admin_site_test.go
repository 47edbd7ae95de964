package handlers_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

func TestEverySettingIsKeptAsItWasSet(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	fresh := owner.get("/admin/settings").wants(200)
	set := map[string][]any{
		"title": {"Louder", " Quiet  Hands "}, "description": {"About hands.", ""}, "language": {"de-AT"}, "timezone": {"America/New_York", "UTC"},
		"logo_url": {"https://example.org/logo.svg", "/media/2026/logo.png", nil}, "privacy_url": {"/pages/privacy", nil}, "site_url": {"https://www.example.org", "https://example.org/blog", nil},
		"navigation": {[]object{{"label": "About", "url": "/pages/about"}, {"label": "Shop", "url": "https://shop.example"}}, []any{}},
		"post_url":   {"/blog/{slug}", "https://blog.example.org/{slug}/"}, "page_url": {"/{slug}"}, "tag_url": {"/topics/{slug}"}, "author_url": {"/people/{slug}"},
		"preview_url":   {"/drafts/{token}", "https://blog.example.org/draft?token={token}", nil},
		"comment_level": {"open", "all", "closed", "newcomers"}, "comments_close_after_days": {1, 36500, 0}, "comment_edit_minutes": {0, 1440, 5}, "comment_slow_seconds": {30, 86400, 0}, "akismet_url": {"http://spam.local:8080/1.1/", "https://rest.akismet.com/1.1/"},
		"comment_spam_days": {1, 3650}, "comment_address_days": {1, 365}, "blocked_words": {[]string{"casino", "poker*"}, []any{}},
		"blocked_domains": {[]string{"shop.example"}, []any{}}, "blocked_addresses": {[]string{"@spam.example"}, []any{}},
		"cache_seconds": {0, 86400}, "stale_seconds": {0, 604800}, "starter_site": {false, true},
		"moderation_mail": {"hourly", "daily", "off", "each"},
	}
	// The key is never shown again.
	fresh.is("data.akismet_on", false).lacks("data.akismet_key")
	owner.patch("/admin/settings", object{"akismet_key": "abcdef123456"}).wants(200).is("data.akismet_on", true).lacks("data.akismet_key")
	owner.get("/admin/settings").wants(200).is("data.akismet_on", true).lacks("data.akismet_key")
	fresh = owner.patch("/admin/settings", object{"akismet_key": ""}).wants(200).is("data.akismet_on", false)
	set["akismet_on"] = nil
	shown := fresh.at("data").(map[string]any)
	delete(shown, "mail") // these three come from how the program was started
	delete(shown, "cors_origins")
	delete(shown, "demo")
	if got, want := keysOf(shown), slices.Sorted(maps.Keys(set)); got != words(want...) {
		t.Errorf("the settings are %s, this test knows %s", got, words(want...))
	}
	delete(set, "akismet_on")
	for name, values := range set {
		for _, value := range values {
			want := value
			if value == " Quiet  Hands " {
				want = "Quiet Hands"
			}
			changed := owner.patch("/admin/settings", object{name: value}).wants(200).is("data."+name, want)
			owner.get("/admin/settings").wants(200).is("data", changed.at("data"))
			owner.patch("/admin/settings", object{name: value}).wants(200)
		}
	}
	all := object{}
	for name := range set {
		all[name] = fresh.at("data." + name)
	}
	owner.patch("/admin/settings", all).wants(200).is("data", fresh.at("data"))
	owner.patch("/admin/settings", object{}).wants(200).is("data", fresh.at("data"))
	owner.get("/admin/events?kind=settings.updated&limit=1").wants(200).is("data.0.actor_id", b.people[auth.Owner].id)
}

func TestTheSettingsSayWhichSitesMayAsk(t *testing.T) {
	t.Parallel()
	newBlog(t).as("editor").get("/admin/settings").wants(200).is("data.cors_origins", []string{"*"})
	listed := newBlog(t, listedOrigins)
	listed.as("editor").get("/admin/settings").wants(200).is("data.cors_origins", []string{"https://frontend.example"})
	listed.as("owner").patch("/admin/settings", object{"cors_origins": []string{"*"}}).wants(422)
}

func TestSettingsRefuseWhatCannotBe(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	before := owner.get("/admin/settings").wants(200)
	for name, values := range map[string][]any{
		"akismet_key": {"two words", strings.Repeat("x", 101), "k\u00e9y", 1}, "akismet_url": {"", "/path", "ftp://x.example", "https://x.example/?q=1", nil},
		"title": {"", "  ", strings.Repeat("x", 301), 1, nil}, "description": {strings.Repeat("x", 1001), nil},
		"language": {"", "english please", nil}, "timezone": {"", "Local", "Mars/Base", "../etc/passwd"},
		"logo_url": {"", "javascript:x()", "logo.png", "//evil.example/x"}, "privacy_url": {"data:text/html,x"},
		"site_url":   {"", "/blog", "ftp://example.org", "https://example.org/?a=b", "https://example.org/#x", "https://u:p@example.org"},
		"navigation": {nil, "x", slices.Repeat([]object{{"label": "x", "url": "/"}}, 51)},
		"post_url":   {"", "/blog", "/{slug}/{slug}", "{slug}", "javascript:{slug}", nil}, "page_url": {"/{id}"}, "tag_url": {"tags/{slug}"}, "author_url": {"//evil.example/{slug}"},
		"preview_url":   {"", "/drafts", "/{slug}", "/{token}/{token}", "{token}", "//evil.example/{token}", "javascript:{token}", 1},
		"comment_level": {"", "on", nil}, "comments_close_after_days": {-1, 36501, 1.5, "7", nil}, "comment_edit_minutes": {-1, 1441}, "cache_seconds": {-1, 86401}, "stale_seconds": {604801},
		"comment_spam_days": {0, 3651}, "comment_address_days": {0, 366}, "blocked_words": {nil, "casino"}, "blocked_domains": {nil, 5}, "blocked_addresses": {nil, object{}},
		"site_title": {"x"}, "secret": {"x"},
	} {
		for _, value := range values {
			if got := owner.patch("/admin/settings", object{name: value}); got.status != 422 || got.locations() != "body."+name {
				t.Errorf("%s as %#v answered %d: %s", name, value, got.status, got.shown())
			}
		}
	}
	owner.patch("/admin/settings", object{"navigation": []object{{"label": "", "url": "/"}, {"label": "x", "url": "x"}}}).wants(422, "body.navigation[0].label", "body.navigation[1].url")
	owner.patch("/admin/settings", object{"navigation": []object{{"label": "x"}}}).wants(422, "body.navigation[0].url")
	owner.patch("/admin/settings", object{"navigation": []object{{"label": "x", "url": "/", "icon": "x"}}}).wants(422, "body.navigation[0].icon")
	owner.patch("/admin/settings", object{"title": "Good", "language": "??", "cache_seconds": -1}).wants(422, "body.cache_seconds", "body.language")
	owner.get("/admin/settings").wants(200).is("data", before.at("data"))
}

func TestTheSiteAsFrontendsGetIt(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.reader().get("/site").wants(200).is("data", object{
		"title": "The Quiet Shoulder", "description": "", "url": publicURL, "language": "en", "timezone": "Europe/Berlin", "logo": nil, "navigation": []any{}, "privacy_url": nil,
		"comments": object{"level": "newcomers", "close_after_days": nil, "edit_minutes": 15},
	})
	b.as("owner").patch("/admin/settings", object{
		"description": "Hands.", "logo_url": "/media/2026/logo.png", "navigation": []object{{"label": "About", "url": "/pages/about"}}, "privacy_url": "/pages/privacy",
		"comment_level": "all", "comments_close_after_days": 30, "comment_edit_minutes": 5,
	}).wants(200)
	b.reader().get("/site").wants(200).is("data", object{
		"title": "The Quiet Shoulder", "description": "Hands.", "url": publicURL, "language": "en", "timezone": "Europe/Berlin", "logo": publicURL + "/media/2026/logo.png",
		"navigation": []object{{"label": "About", "url": "/pages/about"}}, "privacy_url": publicURL + "/pages/privacy",
		"comments": object{"level": "all", "close_after_days": 30, "edit_minutes": 5},
	})
	b.reader().get("/site?fields=title").wants(422, "query.fields")
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	make := func(fields object) answer { t.Helper(); return owner.post("/admin/tokens", fields) }
	for name, tc := range map[string]struct {
		fields object
		at     string
	}{
		"no name":                {object{"scopes": allScopes}, "body.name"},
		"an empty name":          {object{"name": " ", "scopes": allScopes}, "body.name"},
		"a name of 81":           {object{"name": strings.Repeat("x", 81), "scopes": allScopes}, "body.name"},
		"no scopes":              {object{"name": "x"}, "body.scopes"},
		"an empty list of them":  {object{"name": "x", "scopes": []string{}}, "body.scopes"},
		"a scope that is none":   {object{"name": "x", "scopes": []string{"posts:read", "posts:delete"}}, "body.scopes[1]"},
		"every scope at once":    {object{"name": "x", "scopes": []string{"*"}}, "body.scopes[0]"},
		"an expiry in the past":  {object{"name": "x", "scopes": allScopes, "expires_at": "2026-02-01T00:00:00Z"}, "body.expires_at"},
		"an expiry that is none": {object{"name": "x", "scopes": allScopes, "expires_at": "soon"}, "body.expires_at"},
		"an unknown field":       {object{"name": "x", "scopes": allScopes, "user_id": unknownID}, "body.user_id"},
	} {
		t.Run(name, func(t *testing.T) { owner.on(t).post("/admin/tokens", tc.fields).wants(422, tc.at) })
	}
	short := make(object{"name": " An  import ", "scopes": []string{"posts:write", "posts:read", "posts:write"}, "expires_at": "2026-03-01T12:00:00+02:00"}).wants(201)
	short.is("data.name", "An import").is("data.scopes", []string{"posts:read", "posts:write"}).is("data.expires_at", "2026-03-01T10:00:00Z")
	short.is("data.last_used_at", nil).is("data.user_id", b.people[auth.Owner].id)
	long := make(object{"name": "A reader", "scopes": []string{"posts:read"}, "expires_at": nil}).wants(201).is("data.expires_at", nil)

	// The key is shown this once.
	list := owner.get("/admin/tokens").lists("name", "A reader", "An import").is("page.total", 2)
	for _, hidden := range []string{short.text("data.token"), "hash", `"token"`} {
		if strings.Contains(string(list.body), hidden) {
			t.Errorf("the list of tokens holds %s", hidden)
		}
	}
	owner.get("/admin/tokens?limit=1").lists("name", "A reader")

	writer, reader := b.with(short.text("data.token")), b.with(long.text("data.token"))
	post := writer.writes(object{"title": "By a program", "status": "published"})
	reader.get(post.admin()).wants(200).is("data.authors.0.slug", "mira-holt")
	reader.post("/admin/posts", object{"title": "x"}).wants(403).is("code", "missing_scope")
	reader.get("/admin/comments").wants(403).is("code", "missing_scope")
	reader.get("/admin/settings").wants(403)
	reader.get("/auth/me").wants(401)
	reader.get("/auth/sessions").wants(401)
	owner.get("/admin/events?kind=post.created").wants(200).is("data.0.actor_kind", "token").is("data.0.actor_id", short.at("data.id"))
	used := owner.get("/admin/tokens").wants(200)
	if used.at("data.0.last_used_at") == nil || used.at("data.1.last_used_at") == nil {
		t.Error("it is not said when the tokens were used")
	}

	b.clock.move(59 * time.Minute)
	writer.get("/admin/posts").wants(200)
	b.clock.move(2 * time.Minute)
	writer.get("/admin/posts").wants(401)
	reader.get("/admin/posts").wants(200)
	owner.delete("/admin/tokens/" + long.text("data.id")).wants(204)
	reader.get("/admin/posts").wants(401)
	owner.delete("/admin/tokens/" + long.text("data.id")).wants(404)
	owner.delete("/admin/tokens/" + unknownID).wants(404)
	owner.get("/admin/tokens").lists("name", "An import")
}

func TestEvents(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, editor := b.as("owner"), b.as("editor")
	post := editor.publishes("A Title That Is No Business Of The Log")
	b.reader().comments(post, "Unmistakable words.", object{"email": "ruth@example.org"}).wants(201)
	editor.changes(post, object{"title": "Another Title", "slug": "another"}).wants(200)
	owner.changes(post, object{"status": "draft"}).wants(200)

	all := owner.get("/admin/events?limit=100").wants(200)
	seqs := strings.Fields(all.each("data", "seq"))
	for i := 1; i < len(seqs); i++ {
		if len(seqs[i]) > len(seqs[i-1]) || len(seqs[i]) == len(seqs[i-1]) && seqs[i] >= seqs[i-1] {
			t.Fatalf("the events are not newest first: %v", seqs)
		}
	}
	all.is("page.total", len(seqs))
	for _, secret := range []string{"No Business", "Unmistakable", "ruth@", "mira@", "127.0.0.1", "argon2"} {
		if strings.Contains(string(all.body), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	of := "/admin/events?subject_kind=post&subject_id=" + post.id
	owner.get(of).lists("kind", "post.unpublished", "post.updated", "post.updated", "post.published", "post.created")
	hers := owner.get(of+"&kind=post.updated&actor="+b.people[auth.Editor].id).lists("kind", "post.updated")
	hers.is("data.0.fields", []string{"title", "slug"}).is("data.0.actor_kind", "user").is("data.0.subject_id", post.id)
	owner.get("/admin/events?kind=nothing").lists("kind").is("page.total", 0)
	first := owner.get(of+"&limit=3").wants(200).is("page.total", 5)
	owner.get(of+"&limit=3&cursor="+first.text("page.next")).lists("kind", "post.published", "post.created")
	owner.get("/admin/events?seq=1").wants(422, "query.seq")
	editor.get("/admin/events").wants(403)
	owner.delete("/admin/events").wants(405).has("Allow", "GET, HEAD, OPTIONS")
	owner.delete("/admin/events/" + seqs[0]).wants(404)
}

// Every write of staff is in the log, with who did it.
func TestEveryWriteIsInTheLog(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("One", object{"tags": []string{"A", "B"}})
	tags := owner.get("/admin/tags").wants(200)
	comment := b.reader().comments(post, "Hello.").wants(201).text("data.id")
	token := owner.post("/admin/tokens", object{"name": "x", "scopes": allScopes}).wants(201).text("data.id")
	for _, tc := range []struct {
		do   func() answer
		kind string
	}{
		{func() answer { return owner.changes(post, object{"title": "Two"}) }, "post.updated"},
		{func() answer { return owner.post(post.admin("/preview"), nil) }, "post.preview_created"},
		{func() answer { return owner.delete(post.admin("/preview")) }, "post.previews_revoked"},
		{func() answer { return owner.post("/admin/tags", object{"name": "C"}) }, "tag.created"},
		{func() answer { return owner.patch("/admin/tags/"+tags.text("data.0.id"), object{"name": "D"}) }, "tag.updated"},
		{func() answer {
			return owner.post("/admin/tags/"+tags.text("data.0.id")+"/merge", object{"into": tags.text("data.1.id")})
		}, "tag.merged"},
		{func() answer { return owner.delete("/admin/tags/" + tags.text("data.1.id")) }, "tag.deleted"},
		{func() answer { return owner.patch("/admin/comments/"+comment, object{"status": "approved"}) }, "comment.approved"},
		{func() answer { return owner.post("/admin/comments/"+comment+"/reply", object{"body": "x"}) }, "comment.created"},
		{func() answer { return owner.patch("/admin/comments/"+comment, object{"status": "trash"}) }, "comment.removed"},
		{func() answer { return owner.post("/admin/users", object{"name": "Uma"}) }, "user.created"},
		{func() answer { return owner.patch("/admin/users/"+b.people[auth.Author].id, object{"bio": "x"}) }, "user.updated"},
		{func() answer { return owner.delete("/admin/users/" + b.people[auth.Author].id) }, "user.deleted"},
		{func() answer { return owner.patch("/admin/settings", object{"title": "x"}) }, "settings.updated"},
		{func() answer { return owner.post("/admin/tokens", object{"name": "y", "scopes": allScopes}) }, "token.created"},
		{func() answer { return owner.delete("/admin/tokens/" + token) }, "token.deleted"},
		{func() answer { return owner.patch("/auth/me", object{"bio": "x"}) }, "user.updated"},
		{func() answer { return owner.delete("/auth/sessions") }, "session.ended"},
		{func() answer { return owner.delete(post.admin(), "If-Match: *") }, "post.deleted"},
	} {
		before := owner.get("/admin/events?limit=1").wants(200).at("data.0.seq")
		if done := tc.do(); done.status >= 300 {
			t.Fatalf("%s answered %d: %s", done.request, done.status, done.shown())
		}
		after := owner.get("/admin/events?limit=5").wants(200)
		found := false
		for _, e := range after.at("data").([]any) {
			event := e.(map[string]any)
			if event["seq"] == before {
				break
			}
			if found = found || event["kind"] == tc.kind; event["actor_id"] != b.people[auth.Owner].id {
				t.Errorf("%s is said to be by %v", event["kind"], event["actor_id"])
			}
		}
		if !found {
			t.Errorf("%s is not in the log: %s", tc.kind, after.each("data", "kind"))
		}
	}
	if owner.get("/admin/events?kind=session.started").wants(200).at("page.total") == 0.0 {
		t.Error("signing in is not in the log")
	}
}

func TestTheEventsSayWhoDidWhat(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Heat or cold?")
	b.clock.move(time.Hour)
	from := b.clock.in(0)
	b.as("moderator").approves(b.reader().comments(post, "Cold."))
	answer := owner.get("/admin/events?kind=comment.*&since="+from+"&until="+b.clock.in(time.Hour)).lists("kind", "comment.approved", "comment.created")
	answer.is("data.0.actor_name", "Lena Moss").is("data.0.actor_role", "moderator").is("data.0.subject_title", "Ruth").is("data.0.post.title", "Heat or cold?").is("data.0.post.slug", post.slug)
	answer.is("data.1.actor_name", "Ruth").is("data.1.actor_role", nil)
	owner.get("/admin/events?kind=comment.approved,post.published").lists("kind", "comment.approved", "post.published").is("data.1.subject_title", "Heat or cold?").is("data.1.post", nil)
	owner.get("/admin/events?kind=comment.*&until=" + from).lists("kind")
	owner.get("/admin/events?since=yesterday").wants(422, "query.since")
	first := owner.get("/admin/events?kind=comment.*&limit=1").lists("kind", "comment.approved")
	owner.get("/admin/events?kind=comment.*&limit=1&cursor="+first.text("page.next")).lists("kind", "comment.created")
}

func TestAnOwnerFindsTheMailsToAnAddress(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Heat or cold?")
	b.reader().post("/posts/"+post.slug+"/subscriptions", object{"email": "ada@example.org", "scope": "post"}).wants(202)
	b.reader().post("/posts/"+post.slug+"/subscriptions", object{"email": "tom@example.org", "scope": "post"}).wants(202)
	owner.get("/admin/outbox?to=Ada@Example.org").wants(200).is("page.total", 1).is("data.0.to_email", "ada@example.org").is("data.0.kind", "subscription.confirm")
	owner.get("/admin/outbox?to=nobody@example.org").wants(200).is("page.total", 0)
	owner.get("/admin/outbox?kind=subscription.confirm&state=waiting").wants(200).is("page.total", 2)
	owner.get("/admin/outbox?to=ada").wants(422, "query.to")
	b.as("editor").get("/admin/outbox?to=ada@example.org").wants(422, "query.to")
	b.as("editor").get("/admin/outbox?kind=subscription.confirm").wants(200).is("page.total", 2)
}
