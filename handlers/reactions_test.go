package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"dimmer/auth"
)

// counter is something that each reader can do once: where, and how the answer calls the number and what she did.
type counter struct {
	path, number, mine string
	count              func() any // as everybody reads it
}

// counters are a comment's likes and a post's reactions, on a new post.
func (b *blog) counters() (post written, comment string, all []counter) {
	b.t.Helper()
	post = b.as("owner").publishes("Say something", object{"comments": "open"})
	comment = b.reader().comments(post, "Like this.").wants(201).is("data.status", "approved").text("data.id")
	return post, comment, []counter{
		{"/comments/" + comment + "/like", "data.likes", "data.liked", func() any {
			return b.reader().get(post.public("/comments")).wants(200).at("data.0.likes")
		}},
		{post.public("/reaction"), "data.reactions", "data.reacted", func() any { return b.reader().get(post.public()).wants(200).at("data.reactions") }},
	}
}

func TestEachReaderLikesAndReactsOnce(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	reader := b.reader()
	post, _, counters := b.counters()
	for _, c := range counters {
		ruth, tom := key(b.newKey()), key(b.newKey())
		is := func(a answer, n int, mine bool) {
			t.Helper()
			a.wants(200).is(c.number, n).is(c.mine, mine).has("Cache-Control", "no-store")
			if seen := c.count(); seen != float64(n) {
				t.Errorf("%s says %d, everybody reads %v", c.path, n, seen)
			}
		}
		is(reader.delete(c.path, ruth), 0, false) // of nothing
		is(reader.post(c.path, nil, ruth), 1, true)
		is(reader.post(c.path, nil, ruth), 1, true)
		is(reader.post(c.path, object{}, ruth), 1, true)
		is(reader.post(c.path, nil, tom), 2, true)
		is(reader.delete(c.path, ruth), 1, false)
		is(reader.delete(c.path, ruth), 1, false)
		is(reader.post(c.path, nil, ruth), 2, true)
		reader.post(c.path, object{"count": 1000}, ruth).wants(422, "body.count")
		reader.post(c.path, object{"likes": -1}, ruth).wants(422, "body.likes")
		reader.put(c.path, object{}, ruth).wants(405)
		if c.count() != 2.0 {
			t.Errorf("%s: %v after what was refused", c.path, c.count())
		}
	}
	// The key that came with a comment is as good, and in lists the number is the same.
	mine := reader.comments(post, "Mine.").wants(201)
	reader.post(mine.own("/like"), nil, key(mine.text("commenter"))).wants(200).is("data.likes", 1)
	reader.get("/posts").wants(200).is("data.0.reactions", 2)
	b.as("owner").get("/admin/comments/"+mine.text("data.id")).wants(200).is("data.likes", 1)
}

func TestOnlyAReadersOwnKeyCounts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	_, comment, counters := b.counters()
	good := b.newKey()
	paths := []string{"/comments/" + comment + "/report"}
	for _, c := range counters {
		paths = append(paths, c.path)
	}
	for _, path := range paths {
		for name, headers := range map[string][]string{
			"none":                 nil,
			"an empty one":         {"X-Dimmer-Commenter: "},
			"a word":               {key("lantern")},
			"one letter off":       {key(good[:20] + strings.Map(func(r rune) rune { return map[bool]rune{true: 'x', false: 'y'}[r != 'x'] }, good[20:21]) + good[21:])},
			"cut":                  {key(good[:40])},
			"of an API token":      {key("dim_" + good[5:])},
			"an access token":      {key(b.people[auth.Owner].token)},
			"very long":            {key(strings.Repeat("A", 4000))},
			"in another header":    {"Authorization: Bearer " + good},
			"in a cookie":          {"Cookie: commenter=" + good},
			"a quote and a comma":  {key(`' OR 1=1 --`)},
			"with a space before":  {key(good[:5] + " " + good[5:])},
			"in capitals, as text": {key(strings.ToUpper(good))},
		} {
			if a := b.reader().post(path, object{}, headers...); a.status != 422 || a.locations() != "header.X-Dimmer-Commenter" {
				t.Errorf("%s with a key that is %s was answered %d: %s", path, name, a.status, a.shown())
			}
		}
		b.reader().post(path+"?commenter="+good, object{}).wants(422)
	}
	for _, c := range counters {
		if c.count() != 0.0 {
			t.Errorf("%s counts %v", c.path, c.count())
		}
	}
	for _, path := range paths {
		b.reader().post(path, object{}, key(good)).wants(200)
	}
}

// What a reader cannot see, she cannot like, report or react to, and learns nothing of.
func TestWhatIsHiddenCannotBeLiked(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	hidden := map[string]string{"missing": unknownID, "no id": "1", "a post": post.id, "minus one": "-1", "a big number": "9223372036854775808", "a condition": "1%20OR%201=1"}
	for _, status := range []string{"pending", "spam", "trash"} {
		hidden[status] = reader.comments(post, "Soon "+status+".").wants(201).text("data.id")
		owner.moves(hidden[status], status)
	}
	deleted := reader.comments(post, "Deleted.").wants(201).text("data.id")
	owner.delete("/admin/comments/" + deleted).wants(200)
	hidden["deleted"] = deleted
	draft := owner.publishes("Soon a draft", object{"comments": "open"})
	hidden["on a draft"] = reader.comments(draft, "On a draft.").wants(201).text("data.id")
	owner.changes(draft, object{"status": "draft"}).wants(200)
	archived := owner.publishes("Soon archived", object{"comments": "open"})
	visible := reader.comments(archived, "On an archived post.").wants(201).text("data.id")
	owner.changes(archived, object{"status": "archived"}).wants(200)
	place := reader.comments(post, "Removed, but answered.").wants(201).text("data.id")
	reader.comments(post, "An answer.", object{"parent_id": place}).wants(201)
	owner.moves(place, "trash")
	hidden["removed, but answered"] = place

	mine := key(b.newKey())
	same := ""
	for name, id := range hidden {
		for _, a := range []answer{
			reader.post("/comments/"+id+"/like", nil, mine), reader.delete("/comments/"+id+"/like", mine), reader.post("/comments/"+id+"/report", object{"reason": "x"}, mine),
		} {
			a.wants(404)
			text := strings.Replace(string(a.body), a.text("request_id"), "", 1)
			if same == "" {
				same = text
			}
			if text != same {
				t.Errorf("a comment that is %s is refused in other words: %s", name, text)
			}
		}
	}
	reader.post("/comments/"+visible+"/like", nil, mine).wants(200).is("data.likes", 1)
	for _, path := range []string{"/posts/nothing/reaction", draft.public("/reaction"), "/posts/" + post.id + "/reaction"} {
		reader.post(path, nil, mine).wants(404)
		reader.delete(path, mine).wants(404)
	}
	reader.post(archived.public("/reaction"), nil, mine).wants(200)
	page := owner.publishes("About", object{"type": "page"})
	reader.post(page.public("/reaction"), nil, mine).wants(200).is("data.reactions", 1)
	owner.changes(page, object{"slug": "about-us"}).wants(200)
	reader.post(page.public("/reaction"), nil, mine).wants(308).has("Location", "/api/v1/posts/about-us/reaction")
	reader.delete(page.public("/reaction"), mine).wants(308)
}

func TestManyLikesAtOnceAreAllCounted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		_, _, counters := b.counters()
		var keys []string
		for range 10 {
			keys = append(keys, key(b.newKey()))
		}
		for _, c := range counters {
			var work sync.WaitGroup
			for i := range 60 {
				work.Go(func() { b.reader().post(c.path, nil, keys[i%len(keys)]).wants(200) })
			}
			work.Wait()
			if c.count() != 10.0 {
				t.Errorf("%s: ten readers count as %v", c.path, c.count())
			}
			for i := range 30 {
				work.Go(func() { b.reader().delete(c.path, keys[i%5]).wants(200) })
			}
			work.Wait()
			if c.count() != 5.0 {
				t.Errorf("%s: five readers count as %v", c.path, c.count())
			}
		}
	})
}

// Readers can take off what a machine has let through, if several of them say so; never what a person has approved.
func TestReportsHoldWhatNobodyHasApproved(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	report := func(id string) answer {
		t.Helper()
		return reader.post("/comments/"+id+"/report", object{"reason": "It advertises."}, key(b.newKey())).wants(200)
	}
	status := func(id string) string {
		t.Helper()
		return owner.get("/admin/comments/" + id).wants(200).text("data.status")
	}
	machine := reader.comments(post, "Approved by a machine.").wants(201).is("data.status", "approved").text("data.id")
	first := report(machine)
	if first.is("data.reported", true); status(machine) != "approved" {
		t.Error("one reader takes a comment off")
	}
	mine := key(b.newKey())
	person := reader.comments(post, "Approved by a person.").wants(201).text("data.id")
	owner.moves(person, "pending")
	owner.moves(person, "approved")
	for range 5 {
		reader.post("/comments/"+machine+"/report", object{}, mine)
		if last := report(person); string(last.body) != string(first.body) {
			t.Errorf("a report is answered otherwise: %s", last.body)
		}
	}
	if status(person) != "approved" {
		t.Error("five readers took off what a person has approved")
	}
	for status(machine) == "approved" {
		report(machine)
	}
	held := owner.get("/admin/comments/"+machine).wants(200).is("data.status", "pending")
	if n := held.at("data.reports").(float64); n < 2 || n > 3 {
		t.Errorf("it took %v readers to hold a comment", n)
	}
	if reasons := held.each("data.reasons", "text"); !strings.Contains(reasons, "readers reported it") {
		t.Errorf("the moderator reads %q", reasons)
	}
	reader.get(post.public("/comments")).lists("id", person).is("meta.count", 1)
	owner.get("/admin/comments?reported=true").lists("id", person, machine).is("data.0.reports", 5)

	// Put back by a person, it stays, whatever else is said.
	owner.moves(machine, "approved")
	for range 3 {
		report(machine)
	}
	if status(machine) != "approved" {
		t.Error("what a person has put back was taken off again")
	}

	// One reader is one, however often she says so, and whatever she says.
	spoken := reader.comments(post, "Reported often, by one.").wants(201).text("data.id")
	for i := range 5 {
		reader.post("/comments/"+spoken+"/report", object{"reason": fmt.Sprint("Number ", i)}, mine).wants(200)
	}
	if owner.get("/admin/comments/"+spoken).wants(200).is("data.reports", 1); status(spoken) != "approved" {
		t.Error("one reader counts more than once")
	}
	for reason, want := range map[any]int{"": 200, strings.Repeat("ü", 500): 200, strings.Repeat("ü", 501): 422, 5: 422, nil: 422} {
		reader.post("/comments/"+spoken+"/report", object{"reason": reason}, mine).wants(want)
	}
	reader.post("/comments/"+spoken+"/report", nil, mine).wants(200)
	reader.post("/comments/"+spoken+"/report", object{"status": "spam"}, mine).wants(422, "body.status")

	// What somebody of the blog says is hers.
	staff := owner.post("/admin/comments/"+person+"/reply", object{"body": "Thank you."}).wants(201).text("data.id")
	for range 4 {
		report(staff)
	}
	if status(staff) != "approved" {
		t.Error("readers took off what the owner wrote")
	}
}

// A report is about one comment; the level of the dimmer, which held newcomers when it came, has nothing to do with it.
func TestOneReportDoesNotHoldANewcomer(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	for _, level := range []string{"newcomers", "all", "closed"} {
		post := owner.publishes("Open where the site is not", object{"comments": "open"})
		comment := reader.comments(post, "Hello.").wants(201).is("data.status", "approved")
		owner.patch("/admin/settings", object{"comment_level": level}).wants(200)
		reader.post(comment.own("/report"), object{}, key(b.newKey())).wants(200)
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", "approved").is("data.reports", 1)
		owner.changes(post, object{"comments": level}).wants(200)
		reader.post(comment.own("/report"), object{}, key(b.newKey())).wants(200)
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", "pending").is("data.reports", 2)
	}
}

func TestAReadersKeyIsMadeForTheAsking(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	one := b.reader().post("/commenters", nil).wants(201).has("Cache-Control", "no-store")
	two := b.reader().post("/commenters", object{}).wants(201)
	if one.text("data.commenter") == two.text("data.commenter") || len(one.text("data.commenter")) != len("dimc_")+48 {
		t.Errorf("two keys are %s and %s", one.body, two.body)
	}
	b.reader().post("/commenters", object{"name": "Ruth"}).wants(422, "body.name")
	b.reader().get("/commenters").wants(405)
	b.as("owner").get("/admin/commenters").lists("name") // nothing is stored before she writes
	post := b.as("owner").publishes("Say something")
	b.reader().post(post.public("/reaction"), nil, key(two.text("data.commenter"))).wants(200)
	b.as("owner").get("/admin/commenters").lists("name")
	b.reader().comments(post, "Hello.", object{"commenter": two.text("data.commenter")}).wants(201).is("commenter", two.at("data.commenter"))
	b.as("owner").get("/admin/commenters").lists("name", "Ruth")
}
