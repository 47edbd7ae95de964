package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// readerOf is the reader who wrote a comment, as moderators know her.
func (v visitor) readerOf(comment answer) string {
	v.t.Helper()
	return v.get("/admin/comments/" + comment.text("data.id")).wants(200).text("data.commenter.id")
}

func TestTheModeratorFindsReaders(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
		post := owner.publishes("Say something", object{"comments": "open"})
		ids := map[string]string{}
		for _, name := range []string{"Ruth", "ruthless", "Özlem", "100% Tom", "Truth", "R_th"} {
			comment := reader.comments(post, "From "+name, object{"name": name, "email": strings.ToLower(strings.NewReplacer("Ö", "", "100% ", "").Replace(name)) + "@example.org"}).wants(201)
			ids[name] = owner.readerOf(comment)
			b.clock.move(time.Minute)
		}
		reader.post(post.public("/reaction"), nil, key(b.newKey())).wants(200) // whoever only reacts is nobody to moderate
		moderator.get("/admin/commenters").lists("name", "R_th", "Truth", "100% Tom", "Özlem", "ruthless", "Ruth").is("page.total", 6)
		for q, want := range map[string][]string{
			"ruth": {"ruthless", "Ruth"}, "RUTH": {"ruthless", "Ruth"}, "R": {"R_th", "ruthless", "Ruth"}, "Özlem": {"Özlem"}, "Öz": {"Özlem"}, "özlem": {"Özlem"}, "100%25": {"100% Tom"}, "%25": nil, "_": nil, "R_": {"R_th"}, "%5C": nil,
			"ruth@example.org": {"Ruth"}, "RUTH@EXAMPLE.ORG": {"Ruth"}, "example.org": nil, "%25@example.org": nil, "'": nil, "zlem@example.org": {"Özlem"}, "+ruth+": {"ruthless", "Ruth"},
		} {
			moderator.get("/admin/commenters?q="+q).lists("name", want...).is("page.total", len(want))
		}
		for query, status := range map[string]int{"q=": 422, "q=%00": 400, "q=" + strings.Repeat("a", 255): 422, "blocked=false": 422, "trusted=yes": 422, "sort=name": 422, "email=x": 422, "limit=101": 422, "cursor=x": 400} {
			moderator.get("/admin/commenters?" + query).wants(status)
		}
		first := moderator.get("/admin/commenters?limit=4").lists("name", "R_th", "Truth", "100% Tom", "Özlem")
		moderator.get("/admin/commenters?limit=4&cursor="+first.text("page.next")).lists("name", "ruthless", "Ruth")

		one := moderator.get("/admin/commenters/" + ids["Ruth"]).wants(200)
		one.is("data", object{
			"id": ids["Ruth"], "name": "Ruth", "email": "ruth@example.org", "email_confirmed": false, "avatar_url": publicURL + "/avatars/4-R.svg", "approved": 1, "rejected": 0, "blocked_at": nil, "trusted_at": nil, "created_at": one.at("data.created_at"),
		})
		for _, id := range []string{unknownID, "1", "x", post.id} {
			moderator.get("/admin/commenters/" + id).wants(404)
			for _, act := range []string{"/block", "/trust", "/remove"} {
				moderator.post("/admin/commenters/"+id+act, nil).wants(404)
			}
			moderator.delete("/admin/commenters/" + id + "/block").wants(404)
			moderator.delete("/admin/commenters/" + id + "/trust").wants(404)
		}
	})
}

// Blocking and trusting decide about what a reader says from then on; what she has said stays.
func TestBlockingAndTrustingAReader(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
	post, all := owner.publishes("Say something"), owner.publishes("Held", object{"comments": "all"})
	first := reader.comments(post, "First.").wants(201).is("data.status", "pending")
	mine, who := first.text("commenter"), owner.readerOf(first)
	n := 0
	say := func(w written, status string) {
		t.Helper()
		n++
		comment := reader.comments(w, fmt.Sprint("Number ", n), object{"commenter": mine}).wants(201)
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", status)
	}
	act := func(method, what string) answer {
		t.Helper()
		return moderator.do(method, "/admin/commenters/"+who+what, nil).wants(200)
	}
	set := func(a answer, blocked, trusted bool) {
		t.Helper()
		if a.at("data.blocked_at") != nil != blocked || a.at("data.trusted_at") != nil != trusted {
			t.Errorf("%s: blocked %v, trusted %v", a.request, a.at("data.blocked_at"), a.at("data.trusted_at"))
		}
	}
	set(act("POST", "/trust"), false, true)
	moderator.get("/admin/commenters?trusted=true").lists("id", who)
	moderator.get("/admin/commenters?blocked=true").lists("id")
	say(post, "approved")
	say(all, "pending") // where everything is held, she is too
	owner.get("/admin/comments/"+first.text("data.id")).wants(200).is("data.status", "pending").is("data.commenter.trusted", true)

	blocked := act("POST", "/block")
	set(blocked, true, false) // whoever is blocked is not trusted
	b.clock.move(time.Minute)
	act("POST", "/block").is("data.blocked_at", blocked.at("data.blocked_at")) // again changes nothing
	moderator.get("/admin/commenters?blocked=true").lists("id", who)
	say(post, "spam")
	other := reader.comments(post, "Another reader, same name.").wants(201).is("data.status", "pending")
	owner.get("/admin/comments/"+other.text("data.id")).wants(200).is("data.status", "pending")
	set(act("DELETE", "/block"), false, false)
	set(act("DELETE", "/block"), false, false)
	set(act("DELETE", "/trust"), false, false)
	set(act("POST", "/trust"), false, true)
	say(post, "approved")
	set(act("DELETE", "/trust"), false, false)
	moderator.post("/admin/commenters/"+who+"/block", object{"reason": "x"}).wants(422, "body.reason")
	events := owner.get("/admin/events?kind=commenter.updated&limit=100").wants(200)
	if got := len(events.at("data").([]any)); got != 5 {
		t.Errorf("%d changes are in the log: %s", got, events.body)
	}
	kept := strings.ReplaceAll(string(events.body), `"subject_title":"Ruth"`, "") // read when it is asked for, not kept with the event
	for _, secret := range []string{"Ruth", mine} {
		if strings.Contains(kept, secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

func TestRemovingAllThatAReaderSaid(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
	post, other := owner.publishes("Say something", object{"comments": "open"}), owner.publishes("Elsewhere", object{"comments": "open"})
	first := reader.comments(post, "One.").wants(201)
	who := owner.readerOf(first)
	hers := object{"commenter": first.at("commenter")}
	reader.comments(other, "Two.", hers).wants(201)
	held := reader.comments(other, "Three.", hers).wants(201).text("data.id")
	owner.moves(held, "pending")
	spam := reader.comments(other, "Four.", hers, object{"website": "x"}).wants(201).text("data.id")
	answered := reader.comments(post, "An answer of somebody else.", object{"parent_id": first.at("data.id"), "name": "Tom"}).wants(201).text("data.id")

	removed := moderator.post("/admin/commenters/"+who+"/remove", nil).wants(200)
	if got := removed.each("data", "status"); got != "trash trash trash" || removed.at("action_id") == nil {
		t.Errorf("removed are %s", removed.body)
	}
	owner.get("/admin/comments?status=trash").wants(200).is("page.total", 3)
	owner.get("/admin/comments/"+spam).wants(200).is("data.status", "spam")
	reader.get(post.public("/comments")).wants(200).is("meta.count", 1).is("data.0.removed", true).is("data.0.replies.0.id", answered)
	moderator.post("/admin/commenters/"+who+"/remove", object{}).wants(200).is("data", []any{}).is("action_id", nil)
	moderator.get("/admin/commenters/"+who).wants(200).is("data.approved", 0).is("data.rejected", 4)

	moderator.post("/admin/comments/undo", object{"action_id": removed.at("action_id")}).wants(200)
	owner.get("/admin/comments/"+held).wants(200).is("data.status", "pending")
	reader.get(post.public("/comments")).wants(200).is("meta.count", 2).is("data.0.html", "<p>One.</p>")
	moderator.get("/admin/commenters/"+who).wants(200).is("data.approved", 2).is("data.rejected", 1)
	if got := moderator.post("/admin/commenters/"+who+"/remove", object{"status": "spam"}).wants(200).each("data", "status"); got != "spam spam spam" {
		t.Errorf("removed to spam are %s", got)
	}
	for _, status := range []any{"approved", "pending", "deleted", "", nil, 1} {
		moderator.post("/admin/commenters/"+who+"/remove", object{"status": status}).wants(422, "body.status")
	}
	moderator.post("/admin/commenters/"+who+"/remove", object{"ids": []string{}}).wants(422, "body.ids")
}
