package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// followed reads all changes since a cursor, three at a time, and gives them in short with the cursor to go on from.
func (v visitor) followed(cursor string) (news, next string) {
	v.t.Helper()
	for more := true; more; {
		path := "/changes?limit=3"
		if cursor != "" {
			path += "&since=" + url.QueryEscape(cursor)
		}
		a := v.get(path).wants(200).has("Cache-Tag", "changes,site")
		for i, each := range a.at("data").([]any) {
			thing := each.(map[string]any)
			news += " " + thing["type"].(string) + ":"
			if slug, named := thing["slug"].(string); named {
				news += slug
			}
			if thing["action"] == "removed" {
				news += "!"
			} else if thing["listed"] == false {
				news += "?"
			}
			if i > 2 {
				v.t.Error("more than was asked for")
			}
		}
		cursor = a.text("page.next")
		more = a.at("page.more") == true
		if link := a.header.Get("Link"); more != strings.Contains(link, "since="+cursor) {
			v.t.Errorf("more: %v, Link: %s", more, link)
		}
	}
	return strings.TrimSpace(news), cursor
}

func TestAStaticBuildFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.writes(object{"title": "Draft"})
	calm := owner.publishes("Calm", object{"tags": []string{"Sleep", "#series"}})
	about := owner.publishes("About", object{"type": "page"})
	news, at := reader.followed("")
	says := func(what, want string) {
		t.Helper()
		if news, at = reader.followed(at); news != want {
			t.Errorf("%s: %q, want %q", what, news, want)
		}
	}
	if news != "site: tag:sleep author:mira-holt post:calm page:about" {
		t.Errorf("from the beginning: %s", news)
	}
	says("nothing", "")
	before := at
	owner.changes(calm, object{"slug": "quiet"}).wants(200)
	reader.comments(about, "Hello.").wants(201)
	says("a new address", "post:quiet")
	owner.changes(about, object{"status": "archived"}).wants(200)
	says("archived", "page:about?")
	owner.changes(about, object{"status": "draft"}).wants(200)
	owner.changes(about, object{"title": "A secret", "slug": "a-secret"}).wants(200)
	says("taken back", "page:about!")
	owner.patch("/admin/settings", object{"tag_url": "/about/{slug}"}).wants(200)
	says("addresses", "site:")
	at = before
	says("all of it, each once", "post:quiet page:about! site:")
	if gone := reader.get("/changes?since=" + before).wants(200); strings.Contains(string(gone.body), "ecret") {
		t.Errorf("a draft is told of: %s", gone.body)
	}

	// What has been answered may be kept until something changes.
	answer := reader.get("/changes?since="+at).wants(200).is("data", []any{}).is("page.next", at)
	reader.get("/changes?since="+at, "If-None-Match: "+answer.header.Get("ETag"), "Cache-Control: no-cache").wants(304)
	owner.changes(calm, object{"title": "Quiet"}).wants(200)
	reader.get("/changes?since="+at, "If-None-Match: "+answer.header.Get("ETag")).wants(200).is("data.0.slug", "quiet")
}

func TestACursorOfChangesIsGoodForNothingElse(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	for _, title := range []string{"One", "Two", "Three"} {
		owner.publishes(title, object{})
	}
	cursor := reader.get("/changes?limit=1").wants(200).text("page.next")
	other := reader.get("/posts?limit=1").wants(200).text("page.next")
	for path, want := range map[string]struct {
		status int
		at     string
	}{
		"/changes?since=" + cursor:                       {200, ""},
		"/changes?limit=100&since=" + cursor:             {200, ""},
		"/changes?since=":                                {422, "query.since"},
		"/changes?since=" + cursor[:len(cursor)-1] + "_": {400, "query.since"},
		"/changes?since=" + cursor[1:]:                   {400, "query.since"},
		"/changes?since=" + other:                        {400, "query.since"},
		"/changes?since=2026-03-01T00:00:00Z":            {400, "query.since"},
		"/changes?since=" + strings.Repeat("A", 5_000):   {400, "query.since"},
		"/posts?cursor=" + cursor:                        {400, "query.cursor"},
		"/changes?limit=0":                               {422, "query.limit"},
		"/changes?limit=101":                             {422, "query.limit"},
		"/changes?cursor=" + cursor:                      {422, "query.cursor"},
		"/changes?since=" + cursor + "&since=" + cursor:  {422, "query.since"},
	} {
		var at []string
		if want.at != "" {
			at = []string{want.at}
		}
		reader.get(path).wants(want.status, at...)
	}
}

func TestACursorThatIsTooOldIsToldToBeginAnew(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Post", object{})
	owner.publishes("Other", object{})
	_, before := reader.followed("")
	owner.delete(post.admin(), "If-Match: *").wants(204)
	_, after := reader.followed(before)
	b.clock.move(91 * 24 * time.Hour)
	if err := b.store.ForgetOld(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader.get("/changes?since="+before).wants(410, "query.since").is("code", "cursor_expired").has("Access-Control-Allow-Origin", "*")
	reader.get("/changes?since="+after).wants(200).is("data", []any{})
	if news, _ := reader.followed(""); news != "site: author:mira-holt post:other" {
		t.Errorf("anew: %s", news)
	}
}
