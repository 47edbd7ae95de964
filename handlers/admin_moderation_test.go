package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// knownTo is the key of a reader whose first comment somebody has approved.
func (b *blog) knownTo(owner visitor, post written) string {
	b.t.Helper()
	first := b.reader().comments(post, "The first that I say here.").wants(201)
	owner.approves(first)
	return first.text("commenter")
}

// reasons are what moderators read about a comment.
func (v visitor) reasons(id string) string {
	v.t.Helper()
	return v.get("/admin/comments/"+id).wants(200).each("data.reasons", "text")
}

// eventsOf lists what happened of some kind, the newest first, with the names of what changed.
func (v visitor) eventsOf(kind string) string {
	v.t.Helper()
	return v.get("/admin/events?limit=100&kind="+kind).wants(200).each("data", "fields")
}

// calms does what the worker does when its time has come.
func (b *blog) calms() {
	b.t.Helper()
	if err := b.store.Calm(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func TestTheSwitchForTheDayOfAFlood(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator, reader := b.as("owner"), b.as("moderator"), b.reader()
		post, closed := owner.publishes("Say something"), owner.publishes("Closed", object{"comments": "closed"})
		ruth := b.knownTo(owner, post)
		says := 0
		say := func(more ...object) answer {
			says++
			return reader.comments(post, fmt.Sprint("Words number ", says), append([]object{{"commenter": ruth}}, more...)...)
		}
		shows := func(w written, level string, open bool) {
			t.Helper()
			reader.get(w.public("/comments")).wants(200).is("meta.level", level).is("meta.open", open)
			reader.get(w.public("/comments/form")).wants(200).is("data.level", level).is("data.open", open)
			reader.get(w.public()).wants(200).is("data.comments.open", open)
			for _, p := range reader.get("/posts").wants(200).at("data").([]any) {
				p := p.(map[string]any)
				if p["slug"] == w.slug && p["comments"].(map[string]any)["open"] != open {
					t.Errorf("in the list of posts %s has %v", w.slug, p["comments"])
				}
			}
		}
		shows(post, "newcomers", true)
		say().wants(201).is("data.status", "approved")

		// Hold everything.
		on := moderator.put("/admin/moderation/quiet", object{"mode": "hold"}).wants(200)
		on.is("data.level", "newcomers").is("data.acting_level", "all").is("data.quiet", object{"mode": "hold", "until": on.at("data.quiet.until")}).is("data.flood", nil)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data", on.at("data"))
		until, err := time.Parse(time.RFC3339, on.text("data.quiet.until"))
		if err != nil || until.Sub(b.clock.now()).Round(time.Second) != 24*time.Hour {
			t.Errorf("it is on until %v, %v", until, err)
		}
		shows(post, "all", true)
		shows(closed, "closed", false)
		held := say().wants(201).is("data.status", "pending")
		if reasons := owner.reasons(held.text("data.id")); !strings.Contains(reasons, "you hold everything for now") {
			t.Errorf("it is held because: %s", reasons)
		}
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.held", 1)

		// Close all.
		moderator.put("/admin/moderation/quiet", object{"mode": "close", "hours": 2}).wants(200).is("data.acting_level", "closed").is("data.quiet.mode", "close")
		shows(post, "closed", false)
		say().wants(403).is("code", "comments_closed")
		owner.post("/admin/comments/"+held.text("data.id")+"/reply", object{"body": "x"}).wants(409) // held: not for anybody to answer
		owner.approves(held)
		owner.post("/admin/comments/"+held.text("data.id")+"/reply", object{"body": "Somebody of the blog may speak."}).wants(201)

		// It ends by itself, and readers see that.
		b.clock.move(2 * time.Hour)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.quiet", nil).is("data.acting_level", "newcomers")
		say().wants(201).is("data.status", "approved")
		b.calms()
		shows(post, "newcomers", true)

		// And at once.
		moderator.put("/admin/moderation/quiet", object{"mode": "close", "hours": 168}).wants(200)
		say().wants(403)
		moderator.delete("/admin/moderation/quiet").wants(200).is("data.quiet", nil).is("data.acting_level", "newcomers")
		moderator.delete("/admin/moderation/quiet").wants(200).is("data.quiet", nil) // it is off already
		shows(post, "newcomers", true)
		say().wants(201).is("data.status", "approved")

		if got, want := owner.eventsOf("quiet.on"), strings.Repeat(" [quiet quiet_until quiet_by]", 3)[1:]; got != want {
			t.Errorf("turned on: %s", got)
		}
		if got, want := owner.eventsOf("quiet.off"), "[quiet quiet_until quiet_by] [quiet quiet_until quiet_by]"; got != want {
			t.Errorf("turned off: %s", got)
		}
		events := owner.get("/admin/events?kind=quiet.off").wants(200)
		events.is("data.0.actor_id", b.people["moderator"].id).is("data.1.actor_kind", "system")
	})
}

func TestTheSwitchSaysWhatItCannotDo(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	for _, tc := range []struct {
		body   any
		status int
		at     string
	}{
		{object{}, 422, "body.mode"}, {object{"mode": nil}, 422, "body.mode"}, {object{"mode": ""}, 422, "body.mode"}, {object{"mode": "Hold"}, 422, "body.mode"}, {object{"mode": "open"}, 422, "body.mode"}, {object{"mode": []string{"hold"}}, 422, "body.mode"},
		{object{"mode": "hold", "hours": 0}, 422, "body.hours"}, {object{"mode": "hold", "hours": -1}, 422, "body.hours"}, {object{"mode": "hold", "hours": 169}, 422, "body.hours"}, {object{"mode": "hold", "hours": 1e18}, 422, "body.hours"},
		{object{"mode": "hold", "hours": 1.5}, 422, "body.hours"}, {object{"mode": "hold", "hours": "2"}, 422, "body.hours"}, {object{"mode": "hold", "hours": nil}, 422, "body.hours"},
		{object{"mode": "hold", "until": "2030-01-01T00:00:00Z"}, 422, "body.until"}, {`{"mode":"hold","mode":"close"}`, 400, "body"}, {"", 400, "body"}, {"null", 400, "body"}, {"[]", 400, "body"},
	} {
		owner.put("/admin/moderation/quiet", tc.body).wants(tc.status, strings.Fields(tc.at)...)
	}
	owner.put("/admin/moderation/quiet?mode=hold", object{"mode": "hold"}).wants(422, "query.mode")
	owner.get("/admin/moderation/dimmer?x=1").wants(422, "query.x")
	owner.get("/admin/moderation/dimmer").wants(200).is("data.quiet", nil)
	for _, hours := range []int{1, 168} {
		owner.put("/admin/moderation/quiet", object{"mode": "hold", "hours": hours}).wants(200)
	}
	for _, who := range []visitor{b.as("author"), b.reader()} {
		status := 403
		if who.who == nil {
			status = 401
		}
		who.put("/admin/moderation/quiet", object{"mode": "close"}).wants(status)
		who.delete("/admin/moderation/quiet").wants(status)
		who.delete("/admin/moderation/flood").wants(status)
		who.post("/admin/moderation/rehearse", object{"rules": object{}}).wants(status)
	}
	owner.get("/admin/moderation/dimmer").wants(200).is("data.quiet.mode", "hold")
}

// An edit says no more than a new comment could while everything waits, or nothing is taken.
func TestAnEditIsHeldWhileTheSwitchIsOn(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	ruth := b.knownTo(owner, post)
	for mode, status := range map[string]string{"": "approved", "hold": "pending", "close": "pending"} {
		mine := reader.comments(post, "As it was: "+mode, object{"commenter": ruth}).wants(201).is("data.status", "approved")
		if mode != "" {
			owner.put("/admin/moderation/quiet", object{"mode": mode}).wants(200)
		}
		reader.patch(mine.own(), object{"body": "As it is: " + mode}, mine.editToken()).wants(200).is("data.status", status)
		if reasons := owner.reasons(mine.text("data.id")); mode != "" && !strings.Contains(reasons, "you hold everything for now") {
			t.Errorf("%s: it is held because: %s", mode, reasons)
		}
		owner.delete("/admin/moderation/quiet").wants(200)
	}
}

// floods sends comments of strangers, one every ten seconds.
func (b *blog) floods(post written, n int) {
	b.t.Helper()
	for i := range n {
		b.clock.move(10 * time.Second)
		b.reader().comments(post, fmt.Sprint("A stranger's words, ", i, " at ", b.clock.now())).wants(201) // nobody is refused
	}
}

func TestAFloodRaisesTheLevelAndNobodyIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator, reader := b.as("owner"), b.as("moderator"), b.reader()
		post, open, closed := owner.publishes("Say something"), owner.publishes("Open", object{"comments": "open"}), owner.publishes("Closed", object{"comments": "closed"})
		ruth := b.knownTo(owner, post)
		b.floods(post, 28)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood", nil).is("data.traffic.last_ten_minutes", 29).is("data.traffic.flood", 30)
		b.clock.move(time.Second) // so often it is looked for
		reader.comments(open, "A stranger before it is a flood.").wants(201).is("data.status", "approved")
		raised := moderator.get("/admin/moderation/dimmer").wants(200).is("data.level", "newcomers").is("data.acting_level", "all").is("data.flood.steps", 1).is("data.traffic.last_ten_minutes", 30)

		// What readers see of it, and what becomes of whom they know.
		reader.get(post.public("/comments")).wants(200).is("meta.level", "all").is("meta.open", true)
		reader.get(open.public("/comments")).wants(200).is("meta.level", "newcomers")
		reader.get(closed.public("/comments")).wants(200).is("meta.level", "closed")
		held := reader.comments(post, "By somebody who is known.", object{"commenter": ruth}).wants(201).is("data.status", "pending")
		if reasons := owner.reasons(held.text("data.id")); !strings.Contains(reasons, "the dimmer has gone to All by itself") {
			t.Errorf("it is held because: %s", reasons)
		}
		reader.comments(open, "By somebody who is known, on an open post.", object{"commenter": ruth}).wants(201).is("data.status", "approved")
		stranger := reader.comments(open, "By a stranger, on an open post.").wants(201).is("data.status", "pending")
		if reasons := owner.reasons(stranger.text("data.id")); !strings.Contains(reasons, "the dimmer has gone to Newcomers by itself") {
			t.Errorf("it is held because: %s", reasons)
		}
		reader.comments(closed, "Closed it stays.").wants(403)

		// It rises once, in one step, and the next not before ten minutes have gone.
		b.floods(post, 30)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood.steps", 1)
		b.floods(post, 40)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood.steps", 2)
		reader.comments(open, "By somebody who is known, at the second step.", object{"commenter": ruth}).wants(201).is("data.status", "pending")
		if events := owner.eventsOf("flood.raised"); events != "[flooded_at raised raised_at] [flooded_at raised raised_at]" {
			t.Errorf("it rose: %s", events)
		}

		// A person knows better: then it stays down for an hour.
		moderator.delete("/admin/moderation/flood").wants(200).is("data.flood", nil).is("data.acting_level", "newcomers")
		reader.comments(post, "Known again.", object{"commenter": ruth}).wants(201).is("data.status", "approved")
		reader.get(post.public("/comments")).wants(200).is("meta.level", "newcomers")
		b.floods(post, 61)
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood", nil)
		moderator.delete("/admin/moderation/flood").wants(200)
		if events := owner.eventsOf("flood.put_back"); events != "[raised raised_at put_back_at]" {
			t.Errorf("it was put back: %s", events)
		}
		b.clock.move(time.Hour)
		b.floods(post, 61)
		flood := moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood.steps", 1)
		if flood.text("data.flood.since") == raised.text("data.flood.since") {
			t.Error("the second flood began with the first")
		}

		// An hour of quiet, and it falls.
		b.clock.move(59 * time.Minute)
		reader.comments(post, "Almost an hour later.", object{"commenter": ruth}).wants(201).is("data.status", "pending")
		b.clock.move(2 * time.Minute)
		reader.comments(post, "An hour later.", object{"commenter": ruth}).wants(201).is("data.status", "approved")
		b.calms()
		moderator.get("/admin/moderation/dimmer").wants(200).is("data.flood", nil).is("data.acting_level", "newcomers")
		reader.get(post.public("/comments")).wants(200).is("meta.level", "newcomers")
		if events := owner.eventsOf("flood.over"); events != "[raised raised_at]" {
			t.Errorf("it fell: %s", events)
		}
	})
}

// What comes all at once is a flood too: however many connections bring it, the level rises by one step, and all of it is kept.
func TestAFloodOfParallelRequestsRaisesTheLevelOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for n := range 10 {
					if a := reader.comments(post, fmt.Sprint("Words ", i, " ", n)); a.status != http.StatusCreated {
						t.Errorf("one of a flood is answered %d: %s", a.status, a.shown())
					}
				}
			})
		}
		all.Wait()
		owner.get("/admin/moderation/dimmer").wants(200).is("data.flood.steps", 1).is("data.held", 80)
		if events := owner.eventsOf("flood.raised"); events != "[flooded_at raised raised_at]" {
			t.Errorf("it rose: %s", events)
		}
	})
}

func TestATagSetsTheLevelOfItsPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Two tags", object{"tags": []string{"Stress", "Sleep"}})
	own := owner.publishes("Its own", object{"tags": []string{"Stress"}, "comments": "open"})
	tag := func(slug string) string {
		t.Helper()
		for _, entry := range owner.get("/admin/tags?limit=100").wants(200).at("data").([]any) {
			if entry := entry.(map[string]any); entry["slug"] == slug {
				return "/admin/tags/" + entry["id"].(string)
			}
		}
		t.Fatalf("there is no tag %s", slug)
		return ""
	}
	shows := func(w written, level string) {
		t.Helper()
		reader.get(w.public("/comments")).wants(200).is("meta.level", level)
		reader.get(w.public("/comments/form")).wants(200).is("data.level", level)
		reader.get(w.public()).wants(200).is("data.comments.open", level != "closed")
	}
	stress, sleep := tag("stress"), tag("sleep")
	owner.get(stress).wants(200).is("data.comments", nil)
	shows(post, "newcomers")
	owner.patch(stress, object{"comments": "open"}).wants(200).is("data.comments", "open")
	shows(post, "open")
	reader.comments(post, "A stranger under an open tag.").wants(201).is("data.status", "approved")
	owner.patch(sleep, object{"comments": "all"}).wants(200)
	shows(post, "all") // the strictest
	reader.comments(post, "A stranger under both.").wants(201).is("data.status", "pending")
	owner.patch(stress, object{"comments": "closed"}).wants(200)
	shows(post, "closed")
	reader.comments(post, "A stranger at a closed door.").wants(403).is("code", "comments_closed")
	shows(own, "open") // the post's own comes first
	owner.patch("/admin/settings", object{"comment_level": "all"}).wants(200)
	owner.patch(stress, object{"comments": nil}).wants(200).is("data.comments", nil)
	owner.patch(sleep, object{"comments": "newcomers"}).wants(200)
	shows(post, "newcomers") // the site's comes last, be it stricter
	owner.patch(sleep, object{"name": "Rest"}).wants(200).is("data.comments", "newcomers")
	owner.changes(post, object{"tags": []string{"Stress"}}).wants(200)
	shows(post, "all")
	owner.put("/admin/moderation/quiet", object{"mode": "close"}).wants(200)
	shows(own, "closed") // but for the switch
	owner.delete("/admin/moderation/quiet").wants(200)
	shows(own, "open")
	for _, wrong := range []any{"", "loud", "Open", 1, []string{"open"}, object{}} {
		owner.patch(stress, object{"comments": wrong}).wants(422, "body.comments")
	}
	owner.post("/admin/tags", object{"name": "Jaw", "comments": "closed"}).wants(201).is("data.comments", "closed")
	shows(owner.publishes("Later", object{"tags": []string{"Jaw"}}), "closed")
	if public := reader.get("/tags").wants(200); strings.Contains(string(public.body), `"comments"`) {
		t.Errorf("readers see the level of tags: %s", public.body)
	}
}

func TestSlowModeSaysWhenTheNextCommentIsWelcome(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post, other := owner.publishes("Heated", object{"comments": "open"}), owner.publishes("Calm", object{"comments": "open"})
	owner.patch("/admin/settings", object{"comment_slow_seconds": 60}).wants(200)
	reader.get(post.public("/comments/form")).wants(200).is("data.limits.slow_seconds", 60)
	first := reader.comments(post, "The first.").wants(201)
	mine := object{"commenter": first.at("commenter")}
	soon := reader.comments(post, "The second.", mine).wants(429).is("code", "slow_mode")
	if wait, err := strconv.Atoi(soon.header.Get("Retry-After")); err != nil || wait != 60 {
		t.Errorf("she is told to wait %q", soon.header.Get("Retry-After"))
	}
	if detail := soon.text("detail"); !strings.Contains(detail, "in a moment") {
		t.Errorf("she reads %q", detail)
	}
	reader.comments(other, "On another post.", mine).wants(201)
	page := reader.sendsForm(post, "name=Ruth", "body=By a form.", "commenter="+first.text("commenter")).wants(429)
	if text := page.problemText(); !strings.Contains(text, "Slow mode") {
		t.Errorf("without a script she reads %q", text)
	}

	// Whose work it is speaks at once, and what was taken is answered again.
	for range 3 {
		owner.post("/admin/comments/"+first.text("data.id")+"/reply", object{"body": fmt.Sprint("An answer at ", b.clock.now())}).wants(201)
	}
	b.clock.move(time.Minute)
	const body = `{"name":"Ruth","body":"With a key."}`
	send := func(key string) answer {
		return reader.post(post.public("/comments"), body, "Idempotency-Key: "+key)
	}
	taken := send("one").wants(201)
	send("one").wants(201).has("Idempotency-Replayed", "true").is("data.id", taken.at("data.id"))
	send("two").wants(429).is("code", "slow_mode")
	b.clock.move(59 * time.Second)
	last := send("two").wants(429)
	if wait, err := strconv.Atoi(last.header.Get("Retry-After")); err != nil || wait < 1 || wait > 2 {
		t.Errorf("she is told to wait %q", last.header.Get("Retry-After"))
	}
	b.clock.move(time.Second)
	send("two").wants(201).has("Idempotency-Replayed", "")
	owner.patch("/admin/settings", object{"comment_slow_seconds": 0}).wants(200)
	reader.comments(post, "As fast as she likes.").wants(201)
	for _, wrong := range []any{-1, 86_401, 1.5, "60", nil} {
		owner.patch("/admin/settings", object{"comment_slow_seconds": wrong}).wants(422, "body.comment_slow_seconds")
	}
}

// In slow mode a refused comment costs those nothing that come at the same moment.
func TestSlowModeRefusesOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBlog(t, behindProxy)
	owner := b.as("owner")
	post := owner.publishes("Heated", object{"comments": "open"})
	owner.patch("/admin/settings", object{"comment_slow_seconds": 600}).wants(200)
	var all sync.WaitGroup
	statuses := make([]int, 40)
	for i := range statuses {
		all.Go(func() { // two of each address
			a := b.reader().post(post.public("/comments"), object{"name": "Ruth", "body": fmt.Sprint("Words ", i)}, fmt.Sprintf("X-Forwarded-For: 198.51.100.%d", i/2))
			statuses[i] = a.status
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != 201 || statuses[19] != 201 || statuses[20] != 429 || statuses[39] != 429 {
		t.Errorf("of two from each of 20 addresses: %v", statuses)
	}
	owner.get("/admin/comments").wants(200).is("page.total", 20)
}

func TestRulesAreTriedOnThePastAndChangeNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator, reader := b.as("owner"), b.as("moderator"), b.reader()
		rehearse := func(rules object) answer {
			t.Helper()
			return moderator.post("/admin/moderation/rehearse", object{"rules": rules}).wants(200)
		}
		rehearse(object{"blocked_words": []string{"lamp"}}).is("data.comments", 0).is("data.since", nil).is("data.sentence", "There are no comments yet to try this on.").is("data.examples", []any{})
		post := owner.publishes("Say something", object{"comments": "open"})
		say := func(body string, more ...object) string {
			t.Helper()
			b.clock.move(time.Minute)
			return reader.comments(post, body, more...).wants(201).text("data.id")
		}
		liked := say("I like this lamp.")
		disliked, untouched := say("I hate that lamp."), say("Any lamp will do.")
		spam := say("Buy a lamp.", object{"website": "x"})
		byMail := say("From there.", object{"email": "tom@bad.example"})
		linked := say("See [this](https://a.shop.example).")
		erased := say("A lamp of another kind.")
		owner.moves(liked, "pending")
		owner.moves(liked, "approved")
		owner.moves(disliked, "trash")
		owner.delete("/admin/comments/" + erased).wants(200)
		state := func() string {
			t.Helper()
			b.clock.move(time.Second)
			text := ""
			for _, path := range []string{"/admin/settings", "/admin/comments?limit=100", "/admin/commenters?limit=100", "/admin/events?limit=100", "/admin/posts/" + post.id} {
				text += string(owner.get(path).wants(200).body)
			}
			return text
		}
		before := state()
		a := rehearse(object{"blocked_words": []string{"lamp"}})
		a.is("data.comments", 7).is("data.held", object{"count": 0, "approved": 0, "rejected": 0}).is("data.spam", object{"count": 3, "approved": 1, "rejected": 1}).is("data.shown", object{"count": 0, "approved": 0, "rejected": 0})
		a.is("data.sentence", "Would have put 3 more into spam, of which you later approved 1 and rejected 1.")
		if got, want := a.each("data.examples", "comment_id"), words(untouched, disliked, liked); got != want {
			t.Errorf("the examples are %s, want %s", got, want)
		}
		a.is("data.examples.2", object{"comment_id": liked, "name": "Ruth", "now": "approved", "then": "spam", "decision": "approved"}).is("data.examples.0.decision", nil)

		if after := state(); after != before {
			t.Errorf("to try rules has changed something:\n%s\n%s", before, after)
		}

		// The level counts for posts that have none of their own.
		rehearse(object{"comment_level": "all"}).is("data.held.count", 0).is("data.sentence", "Nothing would have been different: the last 7 comments would have gone the same way.")
		owner.changes(post, object{"comments": nil}).wants(200)
		before = state()
		at := rehearse(object{"comment_level": "open"}).is("data.shown", object{"count": 6, "approved": 1, "rejected": 1})
		if at.is("data.spam.count", 0); !strings.HasPrefix(at.text("data.sentence"), "Would have shown 6 more at once, of which") {
			t.Errorf("it says %q", at.text("data.sentence"))
		}
		if got := at.each("data.examples", "comment_id"); !strings.Contains(got, erased) || strings.Contains(got, spam) {
			t.Errorf("of an erased comment its verdict is there still: %s in %s; of spam %s not", erased, got, spam)
		}
		rehearse(object{"blocked_addresses": []string{"@bad.example"}}).is("data.spam.count", 1).is("data.examples.0.comment_id", byMail)
		rehearse(object{"blocked_domains": []string{"shop.example"}, "comment_level": "open"}).is("data.spam.count", 1).is("data.shown.count", 5).is("data.examples.1.comment_id", linked)
		rehearse(object{}).is("data.examples", []any{})
		if after := state(); after != before {
			t.Errorf("to try rules has changed something:\n%s\n%s", before, after)
		}

		for _, tc := range []struct {
			rules  any
			status int
			at     string
		}{
			{object{"blocked_words": []string{"", "lamp"}}, 422, "body.rules.blocked_words[0]"}, {object{"blocked_words": []string{"lamp", "*"}}, 422, "body.rules.blocked_words[1]"},
			{object{"blocked_domains": []string{"."}}, 422, "body.rules.blocked_domains[0]"}, {object{"blocked_addresses": []string{strings.Repeat("x", 201)}}, 422, "body.rules.blocked_addresses[0]"},
			{object{"blocked_words": slices.Repeat([]string{"lamp"}, 501)}, 422, "body.rules.blocked_words"}, {object{"blocked_words": "lamp"}, 422, "body.rules.blocked_words"}, {object{"blocked_words": nil}, 422, "body.rules.blocked_words"},
			{object{"comment_level": "loud"}, 422, "body.rules.comment_level"}, {object{"comment_level": nil}, 422, "body.rules.comment_level"}, {object{"title": "Mine"}, 422, "body.rules.title"}, {object{"BLOCKED_WORDS": []string{"x"}}, 422, "body.rules.BLOCKED_WORDS"},
			{nil, 422, "body.rules"}, {"x", 422, "body.rules"}, {[]any{}, 422, "body.rules"},
		} {
			moderator.post("/admin/moderation/rehearse", object{"rules": tc.rules}).wants(tc.status, tc.at)
		}
		moderator.post("/admin/moderation/rehearse", object{}).wants(422, "body.rules")
		moderator.post("/admin/moderation/rehearse", object{"rules": object{}, "last": 500}).wants(422, "body.last")
	})
}

// Rules are tried by many while others read the settings that they begin with.
func TestRulesAreTriedWhileOthersRead(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/settings", object{"navigation": []object{{"label": "About", "url": "/about"}}, "blocked_words": []string{"casino"}}).wants(200)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 10 {
				owner.post("/admin/moderation/rehearse", object{"rules": object{"blocked_words": []string{" lamp ", "lamp"}}}).wants(200)
			}
		})
		all.Go(func() {
			for range 10 {
				reader.get("/site").wants(200).is("data.navigation.0.label", "About")
			}
		})
	}
	all.Wait()
	owner.get("/admin/settings").wants(200).is("data.blocked_words", []string{"casino"})
}

func TestEverythingOfOneAddressTextOrSite(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator := b.as("owner"), b.as("moderator")
		post := owner.publishes("Say something", object{"comments": "open"})
		names := map[string]string{}
		say := func(name, body string, more ...object) string {
			t.Helper()
			b.clock.move(11 * time.Minute) // else the same words were a second click
			id := b.reader().comments(post, body, more...).wants(201).text("data.id")
			names[id] = name
			return id
		}
		finds := func(query string, want ...string) {
			t.Helper()
			a := moderator.get("/admin/comments?limit=100&" + query).wants(200)
			got := []string{}
			for _, id := range strings.Fields(a.each("data", "id")) {
				got = append(got, names[id])
			}
			if slices.Sort(got); words(got...) != words(want...) {
				t.Errorf("%s finds %q, want %q", query, got, want)
			}
			a.is("page.total", len(want))
		}
		one := say("one", "Buy [it](https://www.Shop.example/a?b).")
		say("two", "buy *[IT](https://www.shop.example/a?b)*")
		say("three", "Look at [that](https://xn--bcher-kva.example/x) and [this](http://shop.example:8080).")
		own := say("four", "My page is elsewhere.", object{"url": "https://SHOP.example/me"})
		say("five", "A site below: [x](https://www.a.shop.example), [y](https://workshop.example).")
		say("six", "It has another spelling: [x](https://BÜCHER.example).")
		hidden := say("seven", "See [it](https://elsewhere.example)!", object{"website": "x"})
		say("eight", "See it: https://elsewhere.example")
		nowhere := say("nine", "To nowhere: [a](https://a%ff.example) [b](https://a%00.example) [c](https://a%0a.example) [d](https://a%c3%28.example)")
		for _, address := range []string{"https://a%ff.example", "https://%c3%28.example/x", "https://a%00.example", "https://xn--.example", "https://[::1%25a]/"} {
			if a := b.reader().comments(post, "My page is "+address, object{"url": address}); a.status != 201 && (a.status != 422 || a.locations() != "body.url") {
				t.Errorf("with the address %s the answer is %d: %s", address, a.status, a.shown())
			} else if a.status == 201 {
				moderator.delete("/admin/comments/" + a.text("data.id")).wants(200)
			}
		}
		last := moderator.post("/admin/comments/"+one+"/reply", object{"body": "See [my shop](https://shop.example)."}).wants(201).text("data.id")
		names[last] = "reply"

		for _, spelling := range []string{"shop.example", "SHOP.example", "www.shop.example", "https://shop.example", "https%3A%2F%2Fwww.shop.example%2Fpath%3Fx%23y", "shop.example:443", "+shop.example+", "shop.example."} {
			finds("links_to="+spelling, "four", "one", "reply", "three", "two")
		}
		for _, spelling := range []string{"b%C3%BCcher.example", "xn--bcher-kva.example", "B%C3%9CCHER.example", "https://www.XN--BCHER-KVA.example/"} {
			finds("links_to="+spelling, "six", "three")
		}
		finds("links_to=shop.example&status=spam")
		finds("links_to=elsewhere.example&status=spam", "eight", "seven") // the same words as spam are spam
		moderator.patch("/admin/comments/"+nowhere, object{"body": "To nowhere else: [a](https://b%fe%ff.example)"}).wants(200)
		for _, none := range []string{"example", "shop", "%25", "*", "shop.exampl_", "?", "javascript:alert(1)", "https://", "//", "' OR '1'='1", "a%25ff.example", "a%2500.example", "https%3A%2F%2Fa%25ff.example", "%F0%9F%A7%98", strings.Repeat("a", 254)} {
			finds("links_to=" + strings.ReplaceAll(none, " ", "+"))
		}
		finds("text_of="+one, "one", "two")
		finds("text_of="+hidden, "eight", "seven")
		finds("text_of=" + hidden + "&links_to=elsewhere.example&status=approved")
		finds("address_of="+one, "eight", "five", "four", "nine", "one", "seven", "six", "three", "two") // all of them come from here
		finds("address_of=" + last)                                                                      // where somebody of the blog writes from is not kept
		for _, filter := range []string{"text_of", "address_of"} {
			for _, id := range []string{unknownID, "x", "1", "' OR 1=1", post.id, strings.ToUpper(one)} {
				finds(filter + "=" + strings.ReplaceAll(id, " ", "+"))
			}
			moderator.get("/admin/comments?"+filter+"=").wants(422, "query."+filter)
			moderator.get("/admin/comments?"+filter+"="+strings.Repeat("a", 101)).wants(422, "query."+filter)
		}
		moderator.get("/admin/comments?links_to=").wants(422, "query.links_to")
		moderator.get("/admin/comments?links_to="+strings.Repeat("a", 255)).wants(422, "query.links_to")

		// A text that was changed links to what it links to now, and again to what it did.
		changed := moderator.patch("/admin/comments/"+one, object{"body": "Buy [it](https://new.example)."}).wants(200)
		finds("links_to=new.example", "one")
		finds("links_to=shop.example", "four", "reply", "three", "two")
		moderator.post("/admin/comments/undo", object{"action_id": changed.at("action_id")}).wants(200)
		finds("links_to=shop.example", "four", "one", "reply", "three", "two")
		moderator.patch("/admin/comments/"+own, object{"body": "My page is somewhere else."}).wants(200)
		finds("links_to=shop.example", "four", "one", "reply", "three", "two") // its writer's own address is as it was
		gone := moderator.delete("/admin/comments/" + last).wants(200)
		finds("links_to=shop.example", "four", "one", "three", "two")
		moderator.post("/admin/comments/undo", object{"action_id": gone.at("action_id")}).wants(200)
		finds("links_to=shop.example", "four", "one", "reply", "three", "two")

		// All of it goes, with a count, and comes back.
		remove := func(filter object, want ...string) {
			t.Helper()
			done := moderator.post("/admin/comments/bulk", object{"filter": filter, "status": "trash"}).wants(200)
			got := []string{}
			for _, id := range strings.Fields(done.each("data", "id")) {
				got = append(got, names[id])
			}
			if slices.Sort(got); words(got...) != words(want...) {
				t.Errorf("%v removes %q, want %q", filter, got, want)
			}
			if len(want) > 0 {
				finds("status=trash", want...)
				moderator.post("/admin/comments/undo", object{"action_id": done.at("action_id")}).wants(200)
			}
			finds("status=trash")
		}
		remove(object{"links_to": "https://www.shop.example"}, "four", "one", "reply", "three", "two")
		remove(object{"text_of": one, "status": "approved"}, "one")
		remove(object{"text_of": one}, "one", "two")
		remove(object{"address_of": one, "links_to": "elsewhere.example"}, "eight", "seven")
		remove(object{"address_of": last})
		remove(object{"address_of": unknownID})
		remove(object{"links_to": "nobody.example"})
		// A filter that is there and says nothing is a mistake: it must not mean everything.
		for _, name := range []string{"links_to", "address_of", "text_of", "post", "commenter", "q"} {
			for _, empty := range []any{"", " ", nil} {
				if a := moderator.post("/admin/comments/bulk", object{"filter": object{name: empty}, "status": "trash"}); a.status != 422 && (a.status != 200 || len(a.at("data").([]any)) > 0) {
					t.Errorf("to remove what has the %s %#v removes %s", name, empty, a.shown())
				}
			}
		}
		moderator.post("/admin/comments/bulk", object{"filter": object{"reported": false}, "status": "trash"}).wants(422, "body.filter.reported")
		finds("status=trash")
	})
}

func TestBlockingAReaderMovesAllThatSheHasSaid(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, moderator, reader := b.as("owner"), b.as("moderator"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		one := reader.comments(post, "One.").wants(201)
		mine := object{"commenter": one.at("commenter")}
		two := reader.comments(post, "Two.", mine).wants(201).text("data.id")
		gone := reader.comments(post, "Three.", mine).wants(201).text("data.id")
		reader.comments(post, "Of somebody else.").wants(201)
		owner.moves(gone, "trash")
		ruth := "/admin/commenters/" + owner.readerOf(one)
		blocked := moderator.post(ruth+"/block", object{"comments": "spam"}).wants(200).is("removed", 2).is("data.approved", 0).is("data.rejected", 3)
		if blocked.at("data.blocked_at") == nil {
			t.Errorf("she is not blocked: %s", blocked.body)
		}
		moderator.get("/admin/comments?status=spam").lists("id", two, one.text("data.id"))
		moderator.get("/admin/comments?status=trash").lists("id", gone)
		reader.get(post.public("/comments")).wants(200).is("meta.count", 1)
		reader.comments(post, "Four.", mine).wants(201).is("data.status", "pending")
		moderator.get("/admin/comments?status=spam").wants(200).is("page.total", 3)

		moderator.post("/admin/comments/undo", object{"action_id": blocked.at("action_id")}).wants(200)
		moderator.get(ruth).wants(200).is("data.blocked_at", blocked.at("data.blocked_at")).is("data.approved", 2)
		reader.get(post.public("/comments")).wants(200).is("meta.count", 3)
		// She is blocked already; what is there goes all the same.
		moderator.post(ruth+"/block", object{"comments": "trash"}).wants(200).is("removed", 2)
		moderator.post(ruth+"/block", nil).wants(200).is("removed", 0).is("action_id", nil)
		moderator.post(ruth+"/block", object{}).wants(200).is("removed", 0)
		for _, wrong := range []any{"approved", "pending", "", nil, 1, "Spam"} {
			moderator.post(ruth+"/block", object{"comments": wrong}).wants(422, "body.comments")
		}
		b.as("author").post(ruth+"/block", object{"comments": "spam"}).wants(403)
	})
}
