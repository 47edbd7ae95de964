package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dimmer/auth"
)

func TestTheModeratorFindsComments(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
		post, other := owner.publishes("Say something", object{"comments": "open"}), owner.publishes("Elsewhere", object{"comments": "open"})
		names := map[string]string{}
		say := func(name, body string, w written, more object) answer {
			t.Helper()
			a := reader.comments(w, body, object{"name": "Nobody"}, more).wants(201)
			names[a.text("data.id")] = name
			b.clock.move(time.Minute)
			return a
		}
		jaw := say("jaw", "The part about the *jaw* helped.", post, object{"name": "Ruth Ärmel", "email": "Ruth@Example.org", "url": "https://ruth.example"})
		knee := say("knee", "My knee, 100% better_now.", post, object{"name": "Tom"})
		say("spam", "Buy jaws.", post, object{"website": "x"})
		say("far", "A jaw elsewhere.", other, object{"commenter": jaw.at("commenter")})
		reply := owner.post("/admin/comments/"+jaw.text("data.id")+"/reply", object{"body": "Thank you for the jaw."}).wants(201)
		names[reply.text("data.id")] = "reply"
		reader.post(knee.own("/report"), object{"reason": "It is a knee."}, key(b.newKey())).wants(200)
		ruth := owner.get("/admin/comments/" + jaw.text("data.id")).text("data.commenter.id")

		finds := func(query, want string) answer {
			t.Helper()
			a := moderator.get("/admin/comments?limit=100&" + query).wants(200)
			var got []string
			for _, id := range strings.Fields(a.each("data", "id")) {
				got = append(got, names[id])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s finds %q, want %q", query, strings.Join(got, " "), want)
			}
			return a.is("page.total", len(got))
		}
		for query, want := range map[string]string{
			"":                                       "reply far spam knee jaw",
			"sort=created_at":                        "jaw knee spam far reply",
			"status=approved":                        "reply far knee jaw",
			"status=spam":                            "spam",
			"status=trash":                           "",
			"post=" + other.id:                       "far",
			"post=" + other.id + "&status=spam":      "",
			"commenter=" + ruth:                      "far jaw",
			"commenter=" + ruth + "&post=" + post.id: "jaw",
			"commenter=" + unknownID:                 "",
			"commenter=ruth":                         "",
			"answered=true":                          "jaw",
			"answered=false":                         "far spam knee",
			"answered=false&status=approved":         "far knee",
			"reported=true":                          "knee",
			"q=jaw":                                  "reply far spam jaw",
			"q=JAW":                                  "reply far spam jaw",
			"q=jaw+helped":                           "jaw",
			"q=hel":                                  "jaw",
			"q=armel":                                "jaw",
			"q=%C3%84RMEL":                           "jaw",
			"q=ruth.example":                         "jaw",
			"q=zebra":                                "",
			"q=ruth@example.org":                     "far jaw",
			"q=+RUTH@example.ORG+":                   "far jaw",
			"q=tom@example.org":                      "",
			"q=example.org":                          "",
			"q=jaw&status=spam":                      "spam",
			"q=jaw&post=" + other.id:                 "far",
			"q=100%25":                               "knee",
			"q=better_now":                           "knee",
		} {
			finds(query, want)
		}
		// What is spelled like an instruction is a word, or none.
		for _, q := range []string{
			`"`, `hello"`, "NEAR(", "*", "^", "(", ")", "AND", "a OR", "OR b", "-x", "a-b", "col:x", "words:jaw", "C++", "'", "{a}:b", "%", "_", `\`, "[a]", "jaw' OR '1'='1", "; DROP TABLE comments", "$1", "?", ":a", "a & b", "a | !b", "<->",
			"jaw:*", "''", "\u200b", "ＮＯＴ", "🧘", strings.Repeat("a", 254), strings.Repeat("ab ", 84), "a\u0301\u0301\u0301",
		} {
			if a := moderator.get("/admin/comments?q=" + url.QueryEscape(q)); a.status != 200 && (a.status != 422 || a.locations() != "query.q") {
				t.Errorf("q=%s was answered %d: %s", q, a.status, a.shown())
			} else if a.status == 200 && (q == "%" || q == "_" || q == "*") && len(a.at("data").([]any)) != 0 {
				t.Errorf("q=%s finds everything", q)
			}
		}
		for query, status := range map[string]int{
			"q=": 422, "q=" + strings.Repeat("a", 255): 422, "q=%00": 400, "q=%ff": 400, "q=a&q=b": 422, "status=Approved": 422, "status=": 422, "answered=yes": 422, "answered=1": 422, "reported=false": 422, "sort=likes": 422, "sort=-email": 422,
			"author=x": 422, "email=ruth@example.org": 422, "score=1": 422, "fields=body": 422, "page=2": 422, "limit=-1": 422, "limit=0": 422, "limit=101": 422, "limit=abc": 422, "cursor=x": 400, "filter[status]=spam": 422,
		} {
			moderator.get("/admin/comments?" + query).wants(status)
		}
		first := moderator.get("/admin/comments?q=jaw&limit=1").wants(200).is("page.total", 4)
		moderator.get("/admin/comments?q=jaw&limit=1&cursor="+first.text("page.next")).wants(200).is("data.0.id", idNamed(names, "far"))
		moderator.get("/admin/comments?q=knee&limit=1&cursor="+first.text("page.next")).wants(400, "query.cursor")
		moderator.get("/admin/comments?limit=1&cursor="+first.text("page.next")).wants(400, "query.cursor")

		// Changed words are found, former ones not.
		owner.patch("/admin/comments/"+knee.text("data.id"), object{"body": "My elbow."}).wants(200)
		finds("q=knee", "")
		finds("q=elbow", "knee")
	})
}

func idNamed(names map[string]string, name string) string {
	for id, n := range names {
		if n == name {
			return id
		}
	}
	return ""
}

func TestTheModeratorChangesWhatIsSaid(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
	post := owner.publishes("Say something", object{"comments": "open"})
	comment := reader.comments(post, "Hello, <b>you</b>.").wants(201)
	path := "/admin/comments/" + comment.text("data.id")
	changed := moderator.patch(path, object{"body": "Hello, **you**.", "pinned": true, "status": "approved"}).wants(200)
	changed.is("data.body", "Hello, **you**.").is("data.html", "<p>Hello, <strong>you</strong>.</p>").is("data.pinned", true).is("data.status", "approved")
	if changed.at("action_id") == nil || changed.at("data.edited_at") == nil {
		t.Errorf("it cannot be taken back: %s", changed.body)
	}
	reader.get(post.public("/comments")).wants(200).is("data.0.html", "<p>Hello, <strong>you</strong>.</p>").is("data.0.pinned", true)
	for name, same := range map[string]object{
		"nothing": {}, "the same status": {"status": "approved"}, "the same body": {"body": "Hello, **you**."}, "the same pin": {"pinned": true},
		"all of it": {"status": "approved", "body": "Hello, **you**.", "pinned": true}, "the same body, but for space": {"body": " Hello, **you**.\n"},
	} {
		b.clock.move(time.Minute)
		if a := moderator.patch(path, same).wants(200); a.at("action_id") != nil || a.at("data.decided_at") != changed.at("data.decided_at") || a.at("data.edited_at") != changed.at("data.edited_at") {
			t.Errorf("%s changes something: %s", name, a.body)
		}
	}
	for _, tc := range []struct {
		body   any
		status int
		at     string
	}{
		{object{"status": nil}, 422, "body.status"}, {object{"body": nil}, 422, "body.body"}, {object{"pinned": nil}, 422, "body.pinned"},
		{object{"status": "held"}, 422, "body.status"}, {object{"status": "Approved"}, 422, "body.status"}, {object{"status": ""}, 422, "body.status"}, {object{"status": 1}, 422, "body.status"},
		{object{"body": ""}, 422, "body.body"}, {object{"body": "\u200b "}, 422, "body.body"}, {object{"body": strings.Repeat("x", 10_001)}, 422, "body.body"}, {object{"body": []string{"x"}}, 422, "body.body"},
		{object{"pinned": "yes"}, 422, "body.pinned"}, {object{"pinned": 1}, 422, "body.pinned"}, {object{"likes": 100}, 422, "body.likes"}, {object{"html": "<b>x</b>"}, 422, "body.html"},
		{object{"id": "x", "post_id": "y", "parent_id": nil, "author": object{}}, 422, "body.author body.id body.parent_id body.post_id"}, {`{"status":"spam","status":"approved"}`, 400, "body"}, {"", 400, "body"},
	} {
		moderator.patch(path, tc.body).wants(tc.status, strings.Fields(tc.at)...)
	}
	moderator.get(path).wants(200).is("data", changed.at("data"))
	for _, id := range []string{unknownID, "1", "0", "-1", "1e3", "9223372036854775808", "1%20OR%201=1", "1;", "%31", post.id, strings.ToUpper(comment.text("data.id")), comment.text("data.id") + "%20", comment.text("data.id") + "x"} {
		moderator.patch("/admin/comments/"+id, object{"status": "spam"}).wants(404)
		moderator.delete("/admin/comments/" + id).wants(404)
		moderator.post("/admin/comments/"+id+"/reply", object{"body": "x"}).wants(404)
	}
	moderator.patch(path+"?id="+unknownID, object{"status": "spam"}).wants(422, "query.id")
	moderator.get(path).wants(200).is("data.status", "approved")

	// Pins are for what answers nothing.
	answer := moderator.post(path+"/reply", object{"body": "An answer."}).wants(201).text("data.id")
	moderator.patch("/admin/comments/"+answer, object{"pinned": true, "status": "spam"}).wants(422, "body.pinned")
	moderator.get("/admin/comments/"+answer).wants(200).is("data.status", "approved")
	moderator.patch("/admin/comments/"+answer, object{"body": "A better answer."}).wants(200).is("data.html", "<p>A better answer.</p>")
}

// What a moderator did a moment ago, she takes back: to what it was, to the last count.
func TestTakingBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
		post := owner.publishes("Say something", object{"comments": "open"})
		say := func(body string) string { t.Helper(); return reader.comments(post, body).wants(201).text("data.id") }
		undo := func(v visitor, action any) answer {
			t.Helper()
			return v.post("/admin/comments/undo", object{"action_id": action})
		}
		state := func() string {
			t.Helper()
			text := string(reader.get(post.public("/comments?limit=100")).wants(200).body)
			for _, status := range []string{"approved", "pending", "spam", "trash"} {
				text += fmt.Sprintln(status, owner.get("/admin/comments?status="+status).wants(200).at("page.total"))
			}
			return text + fmt.Sprintln(owner.get("/admin/commenters?limit=100").wants(200).each("data", "approved"), owner.get("/admin/commenters?limit=100").each("data", "rejected"))
		}
		one, two, three := say("One."), say("Two."), say("Three.")
		below := reader.comments(post, "Below two.", object{"parent_id": two}).wants(201).text("data.id")
		reader.comments(post, "Below that.", object{"parent_id": below}).wants(201)

		for name, act := range map[string]func() answer{
			"a status": func() answer { return moderator.patch("/admin/comments/"+one, object{"status": "spam"}) },
			"a body, a pin and a status": func() answer {
				return moderator.patch("/admin/comments/"+one, object{"body": "Other words.", "pinned": true, "status": "pending"})
			},
			"of many": func() answer {
				return moderator.post("/admin/comments/bulk", object{"ids": []string{one, two, three, unknownID, one}, "status": "trash"})
			},
			"of all": func() answer {
				return moderator.post("/admin/comments/bulk", object{"filter": object{}, "status": "spam"})
			},
			"a deletion":        func() answer { return moderator.delete("/admin/comments/" + one) },
			"of what it held":   func() answer { return moderator.delete("/admin/comments/" + two) },
			"of a leaf's place": func() answer { return moderator.delete("/admin/comments/" + below) },
			"of one reader's": func() answer {
				by := owner.get("/admin/comments/" + three).wants(200).text("data.commenter.id")
				return moderator.post("/admin/commenters/"+by+"/remove", object{"status": "spam"})
			},
		} {
			before := state()
			done := act().wants(200)
			if state() == before {
				t.Errorf("%s: nothing has changed", name)
			}
			undo(owner, done.at("action_id")).wants(404)          // somebody else's
			undo(b.as("editor"), done.at("action_id")).wants(404) // and hers neither
			b.clock.move(10*time.Minute - time.Second)
			back := undo(moderator, done.at("action_id")).wants(200)
			if got := back.each("data", "error"); strings.Trim(got, "<nil> ") != "" {
				t.Errorf("%s: taken back with %s", name, back.body)
			}
			if got := state(); got != before {
				t.Errorf("%s: taken back it is\n%s\nand was\n%s", name, got, before)
			}
			undo(moderator, done.at("action_id")).wants(409).is("code", "cannot_undo")
			if got := state(); got != before {
				t.Errorf("%s: taken back twice it is\n%s\nand was\n%s", name, got, before)
			}
		}

		late := moderator.patch("/admin/comments/"+one, object{"status": "spam"}).wants(200)
		b.clock.move(10*time.Minute + time.Second)
		if a := undo(moderator, late.at("action_id")); a.status != 409 && a.status != 404 {
			t.Errorf("after ten minutes it answered %d", a.status)
		}
		owner.get("/admin/comments/"+one).wants(200).is("data.status", "spam")
		for _, id := range []any{unknownID, "x", "", nil, 5, one} {
			if a := undo(moderator, id); a.status != 404 && (a.status != 422 || a.locations() != "body.action_id") {
				t.Errorf("to take back %v it answered %d: %s", id, a.status, a.shown())
			}
		}
		moderator.post("/admin/comments/undo", object{}).wants(422, "body.action_id")

		// What somebody has changed since stays as it is, and says so; the rest is taken back.
		many := moderator.post("/admin/comments/bulk", object{"ids": []string{two, three}, "status": "pending"}).wants(200)
		owner.moves(two, "trash")
		mixed := undo(moderator, many.at("action_id")).wants(200)
		owner.get("/admin/comments/"+two).wants(200).is("data.status", "trash")
		owner.get("/admin/comments/"+three).wants(200).is("data.status", "approved")
		for i, want := range map[string]string{two: "error", three: "status"} {
			for _, item := range mixed.at("data").([]any) {
				if ref := item.(map[string]any); ref["id"] == i && ref[want] == nil {
					t.Errorf("taken back it says %v", ref)
				}
			}
		}
		// Nor does a reader lose what she has written in between.
		hers := reader.comments(post, "Her words.").wants(201)
		edited := moderator.patch("/admin/comments/"+hers.text("data.id"), object{"body": "A moderator's."}).wants(200)
		reader.patch(hers.own(), object{"body": "Her new words."}, hers.editToken()).wants(200)
		undo(moderator, edited.at("action_id")).wants(200)
		reader.get(hers.own(), hers.editToken()).wants(200).is("body", "Her new words.")
	})
}

func TestManyDecisionsAreOneAction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader, moderator := b.as("owner"), b.reader(), b.as("moderator")
		post, other := owner.publishes("Say something"), owner.publishes("Elsewhere")
		var ids []string
		for i := range 12 {
			ids = append(ids, reader.comments(post, fmt.Sprint("Comment ", i)).wants(201).text("data.id"))
		}
		far := reader.comments(other, "Elsewhere.", object{"email": "ruth@example.org"}).wants(201).text("data.id")
		decide := func(body object) answer { t.Helper(); return moderator.post("/admin/comments/bulk", body) }

		some := decide(object{"ids": []string{ids[3], unknownID, ids[1], "x", ids[3]}, "status": "approved"}).wants(200)
		some.is("data", []object{
			{"id": ids[3], "status": "approved"}, {"id": unknownID, "error": "not_found"}, {"id": ids[1], "status": "approved"}, {"id": "x", "error": "not_found"}, {"id": ids[3], "status": "approved"},
		})
		reader.get(post.public("/comments")).lists("id", ids[1], ids[3]).is("meta.count", 2)
		decide(object{"ids": []string{ids[1]}, "status": "approved"}).wants(200).is("action_id", nil).is("data.0.status", "approved") // nothing changes
		decide(object{"ids": []string{unknownID}, "status": "approved"}).wants(200).is("action_id", nil)

		for filter, want := range map[string]int{
			`{"post":"` + other.id + `"}`: 1, `{"q":"ruth@example.org"}`: 1, `{"status":"approved"}`: 2, `{"q":"comment"}`: 12, `{"q":"comment","status":"pending"}`: 10, `{"answered":false}`: 13, `{"answered":true}`: 0,
			`{"reported":true}`: 0, `{"commenter":"` + unknownID + `"}`: 0, `{"q":"zebra"}`: 0, `{"post":"x"}`: 0, `{}`: 13,
		} {
			found := moderator.post("/admin/comments/bulk", `{"filter":`+filter+`,"status":"spam"}`).wants(200)
			if got := len(found.at("data").([]any)); got != want {
				t.Errorf("%s finds %d, want %d", filter, got, want)
			}
			if action := found.at("action_id"); want > 0 {
				moderator.post("/admin/comments/undo", object{"action_id": action}).wants(200)
			} else if action != nil {
				t.Errorf("%s did something: %s", filter, found.body)
			}
			owner.get("/admin/comments?status=spam").lists("id")
		}
		// Twice what it has: a list, each once.
		moderator.post("/admin/comments/bulk", object{"filter": object{"status": "pending"}, "status": "pending"}).wants(200).is("action_id", nil)

		thousand := make([]string, 1001)
		for i := range thousand {
			thousand[i] = ids[i%len(ids)]
		}
		for name, tc := range map[string]struct {
			body any
			at   string
		}{
			"nothing": {object{}, "body.status"}, "neither": {object{"status": "spam"}, "body.ids"}, "both": {object{"ids": ids, "filter": object{}, "status": "spam"}, "body.ids"}, "no ids": {object{"ids": []string{}, "status": "spam"}, "body.ids"},
			"1,001": {object{"ids": thousand, "status": "spam"}, "body.ids"}, "no status": {object{"ids": ids}, "body.status"}, "another status": {object{"ids": ids, "status": "deleted"}, "body.status"},
			"numbers": {object{"ids": []int{1}, "status": "spam"}, "body.ids[0]"}, "objects": {object{"ids": []object{{}, {}}, "status": "spam"}, "body.ids[0] body.ids[1]"}, "no list": {object{"ids": far, "status": "spam"}, "body.ids"},
			"another filter":       {object{"filter": object{"email": "x"}, "status": "spam"}, "body.filter.email"},
			"a status of a filter": {object{"filter": object{"status": "held"}, "status": "spam"}, "body.filter.status"},
			"a filter that is no":  {object{"filter": "all", "status": "spam"}, "body.filter"},
			"a null in a filter":   {object{"filter": object{"status": nil}, "status": "spam"}, "body.filter.status"},
		} {
			if a := moderator.post("/admin/comments/bulk", tc.body); a.status != 422 || a.locations() != tc.at {
				t.Errorf("%s was answered %d: %s", name, a.status, a.shown())
			}
		}
		owner.get("/admin/comments?status=spam").wants(200).is("page.total", 0)
		moderator.post("/admin/comments/bulk", object{"ids": thousand[:1000], "status": "spam"}).wants(200)
		owner.get("/admin/comments?status=spam").wants(200).is("page.total", 12)
	})
}

// An author decides about the comments on her own posts, and knows of no others.
func TestAuthorsDecideAboutTheirOwnPostsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader, author := b.as("owner"), b.reader(), b.as("author")
		mine := owner.publishes("Ben's", object{"authors": []string{"mira-holt", "ben-oduya"}})
		other := owner.publishes("Mira's")
		own := reader.comments(mine, "On Ben's.", object{"email": "ruth@example.org"}).wants(201)
		far := reader.comments(other, "On Mira's.", object{"email": "ruth@example.org", "commenter": own.at("commenter")}).wants(201)
		id, foreign := own.text("data.id"), far.text("data.id")

		author.get("/admin/comments").lists("id", id).is("page.total", 1)
		for _, query := range []string{"post=" + other.id, "q=mira", "status=spam", "sort=created_at&post=" + other.id} {
			author.get("/admin/comments?"+query).lists("id").is("page.total", 0)
		}
		author.get("/admin/comments?q=ruth@example.org").lists("id", id)
		author.get("/admin/comments/"+id).wants(200).is("data.author.email", "ruth@example.org")
		author.moves(id, "approved")
		author.patch("/admin/comments/"+id, object{"body": "On Ben's, mended.", "pinned": true}).wants(200)
		author.post("/admin/comments/"+id+"/reply", object{"body": "Thank you."}).wants(201).is("data.author.badge", "author")

		owner.moves(foreign, "approved")
		for what, a := range map[string]answer{
			"read": author.get("/admin/comments/" + foreign), "change": author.patch("/admin/comments/"+foreign, object{"status": "spam"}), "answer": author.post("/admin/comments/"+foreign+"/reply", object{"body": "x"}),
			"delete": author.delete("/admin/comments/" + foreign),
		} {
			if a.status != 404 {
				t.Errorf("to %s another's comment was answered %d", what, a.status)
			}
		}
		author.post("/admin/comments/bulk", object{"ids": []string{foreign, id}, "status": "trash"}).wants(200).is("data", []object{{"id": foreign, "error": "not_found"}, {"id": id, "status": "trash"}})
		if all := author.post("/admin/comments/bulk", object{"filter": object{}, "status": "spam"}).wants(200); strings.Contains(string(all.body), foreign) {
			t.Errorf("a filter reaches another's comments: %s", all.body)
		}
		owner.get("/admin/comments/"+foreign).wants(200).is("data.status", "approved")
		action := owner.patch("/admin/comments/"+foreign, object{"status": "spam"}).wants(200).at("action_id")
		author.post("/admin/comments/undo", object{"action_id": action}).wants(404)

		for _, path := range []string{"/admin/commenters", "/admin/commenters/" + owner.get("/admin/comments/"+id).text("data.commenter.id")} {
			author.get(path).wants(403)
		}
		for _, act := range []string{"/block", "/trust", "/remove"} {
			author.post("/admin/commenters/"+owner.get("/admin/comments/"+id).text("data.commenter.id")+act, nil).wants(403)
		}

		// Out of the post's authors, she is out of its comments with the next request, and cannot take back what she did.
		hers := author.patch("/admin/comments/"+id, object{"status": "approved"}).wants(200)
		owner.changes(mine, object{"authors": []string{"mira-holt"}}).wants(200)
		author.get("/admin/comments/" + id).wants(404)
		author.get("/admin/comments").lists("id")
		author.post("/admin/comments/undo", object{"action_id": hers.at("action_id")})
		owner.get("/admin/comments/"+id).wants(200).is("data.status", "approved")
	})
}

func TestDeletingForGoodKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	root := reader.comments(post, "The root.").wants(201)
	leaf := reader.comments(post, "The leaf.", object{"parent_id": root.at("data.id")}).wants(201)
	gone := owner.delete("/admin/comments/" + root.text("data.id")).wants(200)
	if gone.at("action_id") == nil {
		t.Error("it cannot be taken back")
	}
	thread := reader.get(post.public("/comments")).wants(200).is("meta.count", 1).is("data.0.removed", true).is("data.0.replies.0.id", leaf.at("data.id"))
	if strings.Contains(string(thread.body), "The root") {
		t.Error("the thread shows what is deleted")
	}
	for _, a := range []answer{
		owner.get("/admin/comments/" + root.text("data.id")), owner.patch("/admin/comments/"+root.text("data.id"), object{"status": "approved"}), owner.delete("/admin/comments/" + root.text("data.id")),
		owner.post("/admin/comments/"+root.text("data.id")+"/reply", object{"body": "x"}), reader.get(root.own(), root.editToken()), reader.patch(root.own(), object{"body": "x"}, root.editToken()),
	} {
		if a.status != 404 {
			t.Errorf("%s answered %d", a.request, a.status)
		}
	}
	owner.get("/admin/comments").lists("id", leaf.text("data.id")).is("page.total", 1)
	owner.post("/admin/comments/undo", object{"action_id": gone.at("action_id")}).wants(200).is("data.0.status", "approved")
	reader.get(post.public("/comments")).wants(200).is("meta.count", 2).is("data.0.html", "<p>The root.</p>").lacks("data.0.removed")
	owner.get("/admin/comments?q=root").lists("id", root.text("data.id"))
	reader.get(root.own(), root.editToken()).wants(200).is("body", "The root.")

	// A post takes its comments with it, and nothing can be said about it any more.
	again := owner.delete("/admin/comments/" + leaf.text("data.id")).wants(200)
	owner.delete(post.admin(), "If-Match: *").wants(204)
	owner.get("/admin/comments").lists("id").is("page.total", 0)
	reader.comments(post, "Too late.").wants(404)
	reader.get(root.own(), root.editToken()).wants(404)
	if a := owner.post("/admin/comments/undo", object{"action_id": again.at("action_id")}); a.status >= 500 || a.status == 200 && a.each("data", "error") != "not_found" {
		t.Errorf("to bring back what has no post was answered %d: %s", a.status, a.shown())
	}
	owner.get("/admin/comments").wants(200).is("page.total", 0)
}

// Whoever comes second finds what the first has done; nothing is counted twice, and nothing comes back.
func TestTwoModeratorsAtOnceEndInOneOutcome(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator, reader := b.as("owner"), b.as("moderator"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		owner.get("/auth/me").wants(200)
		moderator.get("/auth/me").wants(200)
		both := func(one, two func() answer) (int, int) {
			var work sync.WaitGroup
			var first, second answer
			work.Go(func() { first = one() })
			work.Go(func() { second = two() })
			work.Wait()
			return first.status, second.status
		}
		for i := range 20 {
			comment := reader.comments(post, fmt.Sprint("Comment ", i)).wants(201)
			path := "/admin/comments/" + comment.text("data.id")
			moved, deleted := both(func() answer { return owner.patch(path, object{"status": "spam"}) }, func() answer { return moderator.delete(path) })
			if deleted != 200 || moved != 200 && moved != 404 {
				t.Errorf("to move and delete at once was answered %d and %d", moved, deleted)
			}
			owner.get(path).wants(404)

			comment = reader.comments(post, fmt.Sprint("Another comment ", i)).wants(201)
			path = "/admin/comments/" + comment.text("data.id")
			one, two := both(func() answer { return owner.delete(path) }, func() answer { return moderator.delete(path) })
			if one+two != 604 {
				t.Errorf("to delete at once was answered %d and %d", one, two)
			}

			comment = reader.comments(post, fmt.Sprint("A third comment ", i)).wants(201)
			path = "/admin/comments/" + comment.text("data.id")
			one, two = both(func() answer { return owner.patch(path, object{"status": "trash"}) }, func() answer {
				return reader.patch(comment.own(), object{"body": fmt.Sprint("Changed ", i)}, comment.editToken())
			})
			if one != 200 || two != 200 {
				t.Errorf("to move and edit at once was answered %d and %d", one, two)
			}
			owner.get(path).wants(200).is("data.status", "trash").is("data.body", fmt.Sprint("Changed ", i))

			comment = reader.comments(post, fmt.Sprint("A fourth comment ", i)).wants(201)
			path = "/admin/comments/" + comment.text("data.id")
			one, two = both(func() answer { return owner.delete(path) }, func() answer {
				return reader.comments(post, fmt.Sprint("To it ", i), object{"parent_id": comment.at("data.id")})
			})
			if one != 200 || two != 201 && two != 422 {
				t.Errorf("to delete and answer at once was answered %d and %d", one, two)
			}
		}
		visible := len(strings.Fields(owner.get("/admin/comments?limit=100&status=approved").wants(200).each("data", "id")))
		reader.get(post.public("/comments")).wants(200).is("meta.count", visible)
		owner.get("/admin/comments?limit=100&status=trash").wants(200).is("page.total", 20)

		// A post that goes takes with it what comes at the same moment.
		for i := range 10 {
			going := owner.publishes(fmt.Sprint("Going ", i), object{"comments": "open"})
			one, two := both(func() answer { return owner.delete(going.admin(), "If-Match: *") }, func() answer { return reader.comments(going, "At the last moment.") })
			if one != 204 || two != 201 && two != 404 {
				t.Errorf("to delete a post and comment on it at once was answered %d and %d", one, two)
			}
			owner.get("/admin/comments?post="+going.id).lists("id").is("page.total", 0)
		}
		// Not all that came through is visible: most of what she wrote was removed, so an answer of hers may be held.
		all := len(strings.Fields(owner.get("/admin/comments?limit=100").wants(200).each("data", "id")))
		held := len(strings.Fields(owner.get("/admin/comments?limit=100&status=pending").wants(200).each("data", "id")))
		if all != visible+held+20 {
			t.Errorf("there are %d comments; %d are visible, %d held and 20 in the trash", all, visible, held)
		}
		owner.get("/admin/comments?limit=1").wants(200).is("page.total", all)
	})
}

// Whatever strangers have sent, the list that shows it works.
func TestTheListStandsWhateverWasSent(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	for i, hostile := range []string{
		"' OR 1=1 --", `" ; DROP TABLE comments; --`, "1e999", "<svg onload=x()>", "{{7*7}} ${7} #{7}", "\u202e\u2066", "%s%n%x", "../../etc/passwd", "null", "undefined", "NaN", "-1", "\\", "`", "]]>", "-->", "\u2028\u2029", "＇ OR 1＝1", "🏴‍☠️", strings.Repeat("ﷺ", 80),
		"=1+1", "@SUM(1)", "+1", "javascript:x()", "(SELECT 1)", "sleep(5)", "$(id)", "|id", "&#x3c;script&#x3e;", "\t\tx", "a\u0300\u0301",
	} {
		for _, more := range []object{{"name": hostile}, {"name": "Ruth", "url": "https://a.example/?" + url.QueryEscape(hostile)}} {
			a := reader.comments(post, fmt.Sprint(hostile, " ", i, len(more)), more)
			if a.status != 201 && a.status != 422 {
				t.Errorf("%q was answered %d: %s", hostile, a.status, a.shown())
			}
		}
	}
	for _, query := range []string{"", "&status=approved", "&status=pending", "&sort=created_at", "&q=script", "&answered=false", "&post=" + post.id} {
		seen := 0
		for cursor := ""; ; {
			page := owner.get("/admin/comments?limit=7" + query + cursor).wants(200)
			seen += len(page.at("data").([]any))
			next, more := page.at("page.next").(string)
			if !more {
				page.is("page.total", seen)
				break
			}
			cursor = "&cursor=" + next
		}
	}
	reader.get(post.public("/comments?limit=100")).wants(200)
	owner.get("/admin/commenters?limit=100").wants(200)
	b.as(auth.Moderator).get("/admin/comments?limit=100").wants(200)
}
