package handlers_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// alike is an answer without what differs from comment to comment: ids, keys and times.
func (a answer) alike() string {
	a.t.Helper()
	header := a.header.Clone()
	for _, varying := range []string{"Date", "X-Request-Id", "Content-Length"} {
		header.Del(varying)
	}
	text := a.body
	for _, path := range []string{"data.id", "edit_token", "commenter", "data.created_at", "data.edited_at", "edit_until", "request_id"} {
		if len(text) == 0 {
			break
		}
		if varying, found := a.find(path); found && varying != nil {
			text = bytes.ReplaceAll(text, []byte(quote(varying.(string))), []byte(`""`))
		}
	}
	return fmt.Sprintln(a.status, header) + string(text)
}

// The writer of spam learns nothing, now or later: what she gets differs from what anybody gets whose comment is held in ids, keys and
// times only.
func TestSpamIsAnsweredAsWhatIsHeld(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for name, tc := range map[string]struct {
		settings object // that make it spam
		more     object // with which it is sent
		blocks   bool   // the moderator blocks the reader
	}{
		"the hidden field":         {more: object{"website": "https://spam.example"}},
		"a blocked word":           {settings: object{"blocked_words": []string{"casino"}}},
		"a blocked word, folded":   {settings: object{"blocked_words": []string{"ＣÁＳＩＮＯ"}}},
		"a blocked site":           {settings: object{"blocked_domains": []string{"shop.example"}}},
		"a blocked e-mail address": {settings: object{"blocked_addresses": []string{"ruth@example.org"}}},
		"a blocked e-mail domain":  {settings: object{"blocked_addresses": []string{"@example.org"}}},
		"a reader who is blocked":  {blocks: true},
	} {
		t.Run(name, func(t *testing.T) {
			owner, reader := b.as("owner").on(t), b.reader().on(t)
			text := "Buy [this](https://shop.example) in the *casino*: " + name // a text that came before has points of its own
			post := owner.publishes("Say something")
			fields := object{"email": "ruth@example.org", "commenter": b.newKey(), "website": ""}
			held := reader.comments(post, text, fields).wants(201).is("data.status", "pending")
			if tc.settings != nil {
				owner.patch("/admin/settings", tc.settings).wants(200)
				t.Cleanup(func() {
					owner.on(b.t).patch("/admin/settings", object{"blocked_words": []string{}, "blocked_domains": []string{}, "blocked_addresses": []string{}}).wants(200)
				})
			}
			if tc.blocks {
				owner.post("/admin/commenters/"+owner.get("/admin/comments/"+held.text("data.id")).text("data.commenter.id")+"/block", nil).wants(200)
			}
			b.clock.move(11 * time.Minute) // else it would be a second click
			maps.Copy(fields, tc.more)
			spam := reader.comments(post, text, fields)
			owner.get("/admin/comments?status=spam&post="+post.id).lists("id", spam.text("data.id"))
			owner.get("/admin/comments?status=pending&post="+post.id).lists("id", held.text("data.id"))
			if diff := cmp.Diff(held.alike(), spam.alike()); diff != "" {
				t.Errorf("spam is answered otherwise than what is held:\n%s", diff)
			}
			reader.get(post.public("/comments")).wants(200).is("meta.count", 0).is("data", []any{})

			// Whatever she tries next says the same of both.
			mine := key(fields["commenter"].(string))
			for what, ask := range map[string]func(a answer) answer{
				"reading it":          func(a answer) answer { return reader.get(a.own(), a.editToken()) },
				"without her token":   func(a answer) answer { return reader.get(a.own()) },
				"liking it":           func(a answer) answer { return reader.post(a.own("/like"), nil, mine) },
				"reporting it":        func(a answer) answer { return reader.post(a.own("/report"), object{}, mine) },
				"its answers":         func(a answer) answer { return reader.get(a.own("/replies")) },
				"answering it":        func(a answer) answer { return reader.comments(post, "To it.", object{"parent_id": a.text("data.id")}) },
				"the same words":      func(a answer) answer { return reader.patch(a.own(), object{"body": text}, a.editToken()) },
				"other words":         func(a answer) answer { return reader.patch(a.own(), object{"body": text + " Now!"}, a.editToken()) },
				"words that are none": func(a answer) answer { return reader.patch(a.own(), object{"body": " "}, a.editToken()) },
			} {
				if diff := cmp.Diff(ask(held).alike(), ask(spam).alike()); diff != "" {
					t.Errorf("%s tells what is spam:\n%s", what, diff)
				}
			}
			b.clock.move(15 * time.Minute)
			if diff := cmp.Diff(reader.patch(held.own(), object{"body": "x"}, held.editToken()).wants(403).alike(), reader.patch(spam.own(), object{"body": "x"}, spam.editToken()).alike()); diff != "" {
				t.Errorf("too late an edit tells what is spam:\n%s", diff)
			}
		})
	}
}

// Under a post that is open, spam is held all the same, and says so as anything held would.
func TestSpamIsNoSpamWithoutAReason(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	reader.comments(post, "With the hidden field.", object{"website": "x"}).wants(201).is("data.status", "pending")
	reader.comments(post, "Not spam.", object{"website": ""}).wants(201).is("data.status", "approved")
	rules := object{"blocked_words": []string{"casino"}, "blocked_domains": []string{"shop.example"}, "blocked_addresses": []string{"@bad.example"}}
	owner.patch("/admin/settings", rules).wants(200)
	for text, more := range map[string]object{
		"An occasino is no such word.":             nil,
		"See [this](https://workshop.example).":    nil,
		"From somewhere.":                          {"email": "ruth@notbad.example"},
		"From nowhere, with an address of my own.": {"url": "https://ruth.example"},
	} {
		reader.comments(post, text, more).wants(201).is("data.status", "approved")
	}
	for text, more := range map[string]object{
		"The best ｃａｓｉｎｏ.":                    nil,
		"The worst cas\u200bino.":             nil,
		"The best саѕіnо of all.":             nil, // four Cyrillic letters
		"See [this](https://A.Shop.example).": nil,
		"My page.":                            {"url": "https://shop.example/x"},
		"From there.":                         {"email": "ruth@bad.example"},
		"I am it.":                            {"name": "Casino"},
	} {
		comment := reader.comments(post, text, more).wants(201).is("data.status", "pending")
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", "spam")
	}
	owner.patch("/admin/settings", object{"blocked_words": []string{}}).wants(200)
	reader.comments(post, "The casino is closed now.").wants(201).is("data.status", "approved")
}

// Nothing is spam for what is missing; for what was not made here it is held at worst.
func TestTheFormThatACommentCameWith(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post, other := owner.publishes("Say something", object{"comments": "open"}), owner.publishes("Elsewhere", object{"comments": "open"})
	form := b.reader().get(post.public("/comments/form")).wants(200)
	form.is("data", object{
		"form": form.at("data.form"), "challenge": form.at("data.challenge"), "level": "open", "open": true, "notify": true,
		"limits": object{"name": 80, "body": 10_000, "url": 500, "edit_minutes": 15, "slow_seconds": 0},
	})
	elsewhere := b.reader().get(other.public("/comments/form")).wants(200).text("data.form")
	fresh := func() string { return b.reader().get(post.public("/comments/form")).wants(200).text("data.form") }
	forged := []byte(fresh())
	forged[3] ^= 1
	b.clock.move(time.Minute)
	for _, tc := range []struct {
		name   string
		form   any // nil: one that is handed out now
		after  time.Duration
		score  int
		status string // one point of those that are signed is for the proof of work that is missing
	}{
		{"an empty one", "", 0, 1, "approved"},
		{"of another post", elsewhere, 0, 2, "approved"},
		{"one that was changed", string(forged), 0, 2, "approved"},
		{"one that was made up", "lantern", 0, 2, "approved"},
		{"a very long one", strings.Repeat("A", 100_000), 0, 2, "approved"},
		{"at once", nil, 0, 4, "pending"},
		{"after three seconds", nil, 3 * time.Second, 4, "pending"},
		{"after five seconds", nil, 5 * time.Second, 1, "approved"},
		{"almost a day later", nil, 24*time.Hour - time.Second, 1, "approved"},
		{"more than a day later", nil, 24*time.Hour + time.Second, 1, "approved"},
	} {
		if tc.form == nil {
			tc.form = fresh()
		}
		b.clock.move(tc.after)
		comment := b.reader().comments(post, "With a form: "+tc.name, object{"form": tc.form}).wants(201).is("data.status", tc.status)
		owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", tc.status).is("data.score", tc.score)
	}
	none := b.reader().comments(post, "Without a form.").wants(201).is("data.status", "approved")
	owner.get("/admin/comments/"+none.text("data.id")).wants(200).is("data.score", 1)
	b.reader().comments(post, "A form that is no text.", object{"form": 5}).wants(422, "body.form")
	b.reader().get("/posts/nothing/comments/form").wants(404)
	owner.changes(post, object{"comments": "closed"}).wants(200)
	b.reader().get(post.public("/comments/form")).wants(200).is("data.open", false).is("data.level", "closed")
}

// What somebody has proven is that she has a key. What she types proves nothing.
func TestAReaderIsKnownByHerKeyAndByNothingElse(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	first := reader.comments(post, "First.", object{"name": "Ruth", "email": "ruth@example.org", "url": "https://ruth.example"}).wants(201).is("data.status", "pending")
	mine := first.text("commenter")
	owner.approves(first)
	reader.comments(post, "Second, by key in the body.", object{"commenter": mine}).wants(201).is("data.status", "approved").is("commenter", mine)
	reader.post(post.public("/comments"), object{"name": "Ruth", "body": "Third, by key in the header."}, key(mine)).wants(201).is("data.status", "approved").is("commenter", mine)
	other := b.newKey()
	reader.post(post.public("/comments"), object{"name": "Ruth", "body": "Fourth; the body's key counts.", "commenter": mine}, key(other)).wants(201).is("commenter", mine)
	reader.post(post.public("/comments"), object{"name": "Ruth", "body": "Fifth; a wrong one in the body does not.", "commenter": "dimc_x"}, key(mine)).wants(201).is("commenter", mine)

	for name, sent := range map[string]any{"none": nil, "empty": "", "another kind": "dim_" + mine[5:], "one letter off": mine[:20] + string(mine[20]^1) + mine[21:], "cut": mine[:30], "not used yet": other} {
		comment := reader.comments(post, "With a key that is "+name, object{"email": "ruth@example.org", "url": "https://evil.example", "commenter": sent}).wants(201).is("data.status", "pending")
		if comment.text("commenter") == mine || comment.at("data.author.badge") != nil {
			t.Errorf("a key that is %s proves who she is: %s", name, comment.shown())
		}
	}

	// Nothing of what is known of her has changed by that, and nothing of what she has written.
	reader.get(post.public("/comments")).wants(200).is("data.0.author", object{"name": "Ruth", "url": "https://ruth.example", "avatar_url": publicURL + "/avatars/4-R.svg", "badge": nil})
	known := owner.get("/admin/comments/"+first.text("data.id")).wants(200).is("data.author.email", "ruth@example.org").text("data.commenter.id")
	owner.get("/admin/commenters/"+known).wants(200).is("data.name", "Ruth").is("data.email", "ruth@example.org").is("data.approved", 5)
	reader.comments(post, "Under another name.", object{"name": "Tom", "email": "tom@example.org", "commenter": mine}).wants(201).is("data.author.name", "Tom")
	owner.get("/admin/commenters/"+known).wants(200).is("data.name", "Ruth").is("data.email", "ruth@example.org")

	// An account's address is one like any other.
	b.reader().comments(post, "As the owner.", object{"name": "Mira Holt", "email": "mira@example.org"}).wants(201).is("data.author.badge", nil).is("data.status", "pending")
	open := owner.publishes("Say anything", object{"comments": "open"})
	reader.comments(open, "By a known reader.", object{"commenter": mine}).wants(201).is("data.status", "approved")
	reader.comments(open, "By a known reader, as the owner.", object{"name": "Мira Hоlt", "commenter": mine}).wants(201).is("data.status", "pending")
	b.reader().comments(post, "As the owner, in Cyrillic.", object{"name": "Мira Holt"}).wants(201).is("data.author.badge", nil).is("data.status", "pending")
}

func TestARequestThatIsSentAgainMakesNoSecondComment(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post, other := owner.publishes("Say something"), owner.publishes("Elsewhere")
	const comment = `{"name":"Ruth","body":"Sent twice."}`
	send := func(w written, body, key string) answer {
		return reader.post(w.public("/comments"), body, "Idempotency-Key: "+key)
	}
	first := send(post, comment, "k-1").wants(201)
	if _, replayed := first.header["Idempotency-Replayed"]; replayed {
		t.Error("the first answer says that it was replayed")
	}
	same := func(again answer) {
		t.Helper()
		if again.wants(201).has("Idempotency-Replayed", "true"); !bytes.Equal(first.body, again.body) || again.header.Get("Location") != first.header.Get("Location") {
			t.Errorf("sent again it is answered otherwise:\n%s\n%s", first.body, again.body)
		}
	}
	b.clock.move(time.Minute)
	same(send(post, comment, "k-1"))
	send(post, `{"name":"Ruth","body":"Another."}`, "k-1").wants(422, "header.Idempotency-Key").is("code", "idempotency_key_reused")
	send(post, `{"body":"Sent twice.","name":"Ruth"}`, "k-1").wants(422, "header.Idempotency-Key") // the same to us, not to the letter
	send(other, comment, "k-1").wants(201)
	if a := send(other, comment, "k-1").wants(201).has("Idempotency-Replayed", "true"); a.text("data.id") == first.text("data.id") {
		t.Error("a key counts on another post too")
	}
	send(post, `{"name":"","body":"Refused."}`, "k-2").wants(422, "body.name") // keeps no key
	send(post, `{"name":"Ruth","body":"Mended."}`, "k-2").wants(201)
	owner.get("/admin/comments").wants(200).is("page.total", 3)

	// What becomes of the comment changes nothing of what its writer is told, nor does it matter that the post has closed since.
	owner.moves(first.text("data.id"), "approved")
	same(send(post, comment, "k-1"))
	owner.changes(post, object{"comments": "closed"}).wants(200)
	same(send(post, comment, "k-1"))
	send(post, `{"name":"Ruth","body":"Another."}`, "k-1").wants(422, "header.Idempotency-Key")
	send(post, comment, "k-3").wants(403).is("code", "comments_closed")
	reader.post(post.public("/comments"), comment).wants(403).is("code", "comments_closed")
	owner.changes(post, object{"comments": nil}).wants(200)
	owner.moves(first.text("data.id"), "spam")
	same(send(post, comment, "k-1"))

	// It survives a start, and ends after a day.
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b = b.restarted()
	reader, owner = b.reader(), b.as("owner")
	same(send(post, comment, "k-1"))
	b.clock.move(24*time.Hour - 2*time.Minute)
	same(send(post, comment, "k-1"))
	b.clock.move(2 * time.Minute)
	if a := send(post, comment, "k-1").wants(201); a.header.Get("Idempotency-Replayed") != "" || a.text("data.id") == first.text("data.id") {
		t.Error("a key counts for longer than a day")
	}
	owner.get("/admin/comments").wants(200).is("page.total", 4)
	owner.delete("/admin/comments/" + first.text("data.id")).wants(200)
}

func TestIdempotencyKeysHaveAForm(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	for key, status := range map[string]int{
		"k": 201, strings.Repeat("k", 64): 201, `!"#$%&'()*+,-./:;<=>?@[\]^_{|}~`: 201, "0190b1f0-7c1e-7b3a-9d42-5f1e8c6b2a10": 201,
		strings.Repeat("k", 65): 422, strings.Repeat("k", 9000): 422, "a b": 422, "a\tb": 422, "clé": 422, "\xff": 422, "a\u00a0b": 422,
	} {
		a := b.reader().post(post.public("/comments"), object{"name": "Ruth", "body": fmt.Sprintf("With the key %q.", key)}, "Idempotency-Key: "+key)
		if a.wants(status); status == 422 {
			a.wants(422, "header.Idempotency-Key")
		}
	}
}

func TestFiftyOfOneRequestAtOnceMakeOneComment(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner := b.as("owner")
		post := owner.publishes("Say something")
		atOnce := func(headers ...string) map[string]int {
			var mu sync.Mutex
			var work sync.WaitGroup
			got := map[string]int{}
			for range 50 {
				work.Go(func() {
					a := b.reader().post(post.public("/comments"), object{"name": "Ruth", "body": "All at once" + strings.Join(headers, "")}, headers...)
					mu.Lock()
					defer mu.Unlock()
					if a.status != 201 {
						got[fmt.Sprint(a.status)]++
						return
					}
					got[string(a.body)]++
				})
			}
			work.Wait()
			return got
		}
		if got := atOnce("Idempotency-Key: once"); len(got) != 1 || slices.Collect(maps.Values(got))[0] != 50 {
			t.Errorf("one key was answered %d ways: %v", len(got), got)
		}
		owner.get("/admin/comments").wants(200).is("page.total", 1)
		if got := atOnce(); len(got) != 2 || got["409"] != 49 {
			t.Errorf("without a key it was answered: %v", got)
		}
		owner.get("/admin/comments").wants(200).is("page.total", 2)
	})
}

// Without a key, the same text within ten minutes is taken for a second click.
func TestASecondClickIsNoSecondComment(t *testing.T) {
	t.Parallel()
	b := newBlog(t, behindProxy)
	owner, reader := b.as("owner"), b.reader()
	post, other := owner.publishes("Say something"), owner.publishes("Elsewhere")
	from := func(address, body string, w written, commenter any) answer {
		t.Helper()
		return reader.post(w.public("/comments"), object{"name": "Ruth", "body": body, "commenter": commenter}, "X-Forwarded-For: "+address)
	}
	const text = "The part about the *jaw* helped."
	first := from("203.0.113.1", text, post, nil).wants(201)
	mine := first.text("commenter")
	for name, again := range map[string]answer{
		"the same address":           from("203.0.113.1", text, post, nil),
		"the same reader":            from("203.0.113.2", text, post, mine),
		"in capitals, with a space":  from("203.0.113.1", " THE PART about the jaw helped ", post, nil),
		"with a letter that is none": from("203.0.113.1", "The part about the jaw\u200b helped!", post, nil),
	} {
		if again.status != 409 || again.text("code") != "duplicate" {
			t.Errorf("%s: answered %d %s", name, again.status, again.shown())
		}
	}
	for name, fresh := range map[string]answer{
		"another address and no key": from("203.0.113.9", text, post, nil),
		"another post":               from("203.0.113.1", text, other, mine),
		"another text":               from("203.0.113.1", "The part about the knee helped.", post, mine),
	} {
		if fresh.status != 201 {
			t.Errorf("%s: answered %d %s", name, fresh.status, fresh.shown())
		}
	}
	b.clock.move(10*time.Minute - time.Second)
	from("203.0.113.1", text, post, mine).wants(409)
	b.clock.move(2 * time.Second)
	from("203.0.113.1", text, post, mine).wants(201)
	if refused := string(from("203.0.113.1", text, post, mine).wants(409).body); strings.Contains(refused, "jaw") {
		t.Errorf("the refusal repeats what was sent: %s", refused)
	}
}

// The proof that a comment is one's own is its token, in its header, for it alone, whatever has become of the comment.
func TestEditTokens(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	other := reader.comments(post, "Another reader's.").wants(201)
	for _, status := range []string{"pending", "approved", "spam", "trash"} {
		t.Run(status, func(t *testing.T) {
			reader := reader.on(t)
			mine := reader.comments(post, "Mine, soon "+status+".").wants(201)
			owner.on(t).moves(mine.text("data.id"), status)
			token := mine.text("edit_token")
			for name, headers := range map[string][]string{
				"no token":                 {},
				"an empty one":             {"X-Edit-Token: "},
				"another comment's":        {other.editToken()},
				"half of it":               {"X-Edit-Token: " + token[:20]},
				"one letter more":          {mine.editToken() + "A"},
				"in capitals":              {"X-Edit-Token: " + strings.ToUpper(token)},
				"as somebody who signs in": {"Authorization: Bearer " + token},
				"the reader's key":         {key(mine.text("commenter")), "X-Edit-Token: " + mine.text("commenter")},
				"the comment's id":         {"X-Edit-Token: " + mine.text("data.id")},
				"in a cookie":              {"Cookie: edit_token=" + token},
			} {
				for what, a := range map[string]answer{
					"read":   reader.get(mine.own(), headers...),
					"change": reader.patch(mine.own(), object{"body": "Stolen."}, headers...),
					"delete": reader.delete(mine.own(), headers...),
				} {
					if a.status != 404 {
						t.Errorf("%s: to %s it answered %d: %s", name, what, a.status, a.shown())
					}
				}
			}
			for _, query := range []string{"?edit_token=", "?X-Edit-Token=", "?token="} {
				reader.get(mine.own(query + token)).wants(422)
				reader.delete(mine.own(query + token)).wants(422)
			}
			shown := map[bool]string{true: "approved", false: "pending"}[status == "approved"]
			read := reader.get(mine.own(), mine.editToken()).wants(200).is("data.status", shown).is("body", "Mine, soon "+status+".").is("edit_until", mine.at("edit_until"))
			read.has("Cache-Control", "no-store").has("X-Robots-Tag", "noindex")
			read.lacks("edit_token")
			read.lacks("commenter")
			if keys := keysOf(read.at("data").(map[string]any)); keys != keysOf(mine.at("data").(map[string]any)) {
				t.Errorf("her own comment has %s", keys)
			}
			if head := reader.do("HEAD", mine.own(), nil, mine.editToken()); head.status != 200 || len(head.body) != 0 {
				t.Errorf("HEAD answered %d %q", head.status, head.body)
			}
			reader.do("HEAD", mine.own(), nil).wants(404)
			reader.patch(mine.own(), object{"body": "Mine, changed to " + status + "."}, mine.editToken()).wants(200)
			owner.on(t).get("/admin/comments/"+mine.text("data.id")).wants(200).is("data.body", "Mine, changed to "+status+".")
			reader.delete(mine.own(), mine.editToken()).wants(204)
			for what, a := range map[string]answer{
				"read": reader.get(mine.own(), mine.editToken()), "change": reader.patch(mine.own(), object{"body": "Back."}, mine.editToken()), "delete": reader.delete(mine.own(), mine.editToken()),
			} {
				if a.status != 404 {
					t.Errorf("to %s what is deleted answered %d", what, a.status)
				}
			}
			owner.on(t).get("/admin/comments/" + mine.text("data.id")).wants(404)
		})
	}
	staff := owner.post("/admin/comments/"+owner.approves(other)+"/reply", object{"body": "Thank you."}).wants(201).text("data.id")
	if a := reader.get("/comments/"+staff, other.editToken()); a.status != 404 {
		t.Errorf("what somebody of the blog wrote is a reader's: %d", a.status)
	}
	for _, id := range []string{unknownID, "1", strings.ToUpper(other.text("data.id")), "..", "%00", "x' OR 1=1"} {
		if a := reader.get("/comments/"+strings.ReplaceAll(id, " ", "%20"), other.editToken()); a.status != 404 {
			t.Errorf("the comment %s was answered %d", id, a.status)
		}
	}
	// Method overrides have no effect.
	reader.do("GET", other.own(), nil, other.editToken(), "X-HTTP-Method-Override: DELETE").wants(200)
	owner.get("/admin/comments/" + other.text("data.id")).wants(200)
}

func TestACommentMayBeChangedForAQuarterOfAnHourUnlessTheOwnerSaysOtherwise(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something")
	comment := reader.comments(post, "Hello.").wants(201)
	b.clock.move(15*time.Minute - time.Second)
	changed := reader.patch(comment.own(), object{"body": "Hello, *again*."}, comment.editToken()).wants(200)
	changed.is("data.html", "<p>Hello, <em>again</em>.</p>").is("body", "Hello, *again*.").is("data.created_at", comment.at("data.created_at")).is("edit_until", comment.at("edit_until"))
	if changed.at("data.edited_at") == nil {
		t.Error("it does not say that it was changed")
	}
	b.clock.move(2 * time.Second)
	tooLate := func() {
		t.Helper()
		reader.patch(comment.own(), object{"body": "Too late."}, comment.editToken()).wants(403).is("code", "edit_window_closed")
		reader.delete(comment.own(), comment.editToken()).wants(403).is("code", "edit_window_closed")
	}
	tooLate()
	reader.get(comment.own(), comment.editToken()).wants(200).is("body", "Hello, *again*.")
	owner.patch("/admin/settings", object{"comment_edit_minutes": 60}).wants(200)
	reader.patch(comment.own(), object{"body": "An hour now."}, comment.editToken()).wants(200)
	owner.patch("/admin/settings", object{"comment_edit_minutes": 0}).wants(200)
	tooLate()
	none := reader.comments(post, "Never to be changed.").wants(201)
	none.is("edit_until", none.at("data.created_at"))
	reader.patch(none.own(), object{"body": "But now."}, none.editToken()).wants(403)
	owner.patch("/admin/settings", object{"comment_edit_minutes": 15}).wants(200)
	for _, body := range []string{"", " \u200b", strings.Repeat("x", 10_001)} {
		reader.patch(none.own(), object{"body": body}, none.editToken()).wants(422, "body.body")
	}
	reader.patch(none.own(), object{}, none.editToken()).wants(422, "body.body")
	reader.patch(none.own(), object{"body": nil}, none.editToken()).wants(422, "body.body")
	for _, field := range []string{"name", "email", "url", "status", "parent_id", "pinned", "likes", "created_at"} {
		reader.patch(none.own(), object{"body": "x", field: "approved"}, none.editToken()).wants(422, "body."+field)
	}
	reader.get(none.own(), none.editToken()).wants(200).is("body", "Never to be changed.").is("data.edited_at", nil)

	// The time counts also where the post takes no new comments, and where it is hidden from readers.
	late := reader.comments(post, "Just before it closed.").wants(201)
	owner.changes(post, object{"comments": "closed"}).wants(200)
	reader.patch(late.own(), object{"body": "Mended just after."}, late.editToken()).wants(200)
	owner.changes(post, object{"status": "draft"}).wants(200)
	reader.delete(late.own(), late.editToken()).wants(204)
}

// Who has passed once does not pass with other words; and what a person has decided, an edit never makes better.
func TestAnEditIsJudgedAgain(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.patch("/admin/settings", object{"blocked_words": []string{"casino"}}).wants(200)
	posts := map[string]written{}
	for _, level := range []string{"open", "newcomers", "all"} {
		posts[level] = owner.publishes("At "+level, object{"comments": level})
	}
	const links = "[a](https://a.example) [b](https://b.example) [c](https://c.example)"
	for name, tc := range map[string]struct {
		level, first string
		moved        []string // by a person
		edit, then   string
	}{
		"shown, and harmless":                {"open", "", nil, "Harmless.", "approved"},
		"shown, and now with links":          {"open", "", nil, links, "pending"},
		"shown, and now spam":                {"open", "", nil, "Casino!", "spam"},
		"held for its links, and now few":    {"open", links, nil, "No links.", "approved"},
		"held for its links, and now spam":   {"open", links, nil, "Casino!", "spam"},
		"spam, and now harmless":             {"open", "Casino!", nil, "Harmless.", "spam"},
		"approved, and now spam":             {"newcomers", "", []string{"approved"}, "Casino!", "spam"},
		"approved, and now with links":       {"open", links, []string{"approved"}, links + "!", "pending"},
		"approved at newcomers, and changed": {"newcomers", "", []string{"approved"}, "Harmless.", "pending"},
		"approved at all, and changed":       {"all", "", []string{"approved"}, "Harmless.", "pending"},
		"held by a person, and harmless":     {"open", "", []string{"pending"}, "Harmless.", "pending"},
		"held by a person, and spam":         {"open", "", []string{"pending"}, "Casino!", "spam"},
		"spam says a person":                 {"open", "", []string{"spam"}, "Harmless.", "spam"},
		"in the trash":                       {"open", "", []string{"trash"}, "Harmless.", "trash"},
		"in the trash, and spam":             {"open", "", []string{"trash"}, "Casino!", "trash"},
		"no spam says a person, and links":   {"open", "Casino", []string{"approved"}, links, "pending"},
	} {
		t.Run(name, func(t *testing.T) {
			reader, owner := reader.on(t), owner.on(t)
			comment := reader.comments(posts[tc.level], tc.first+" "+name).wants(201)
			for _, status := range tc.moved {
				owner.moves(comment.text("data.id"), status)
			}
			// The same words are no change, and are not judged.
			before := owner.get("/admin/comments/" + comment.text("data.id")).wants(200)
			reader.patch(comment.own(), object{"body": tc.first + " " + name}, comment.editToken()).wants(200).is("data.edited_at", nil)
			owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", before.at("data.status"))

			seen := map[bool]string{true: "approved", false: "pending"}[tc.then == "approved"]
			reader.patch(comment.own(), object{"body": tc.edit + " " + name}, comment.editToken()).wants(200).is("data.status", seen)
			after := owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.status", tc.then).is("data.body", tc.edit+" "+name)
			if len(after.at("data.reasons").([]any)) == 0 && tc.then != "approved" && tc.edit != "Harmless." {
				t.Error("it does not say why")
			}
		})
	}
	for level, post := range posts {
		visible := len(strings.Fields(reader.get(post.public("/comments?limit=100")).wants(200).each("data", "id")))
		reader.get(post.public("/comments")).wants(200).is("meta.count", visible).is("page.total", visible)
		owner.get("/admin/comments?status=approved&post="+post.id).wants(200).is("page.total", visible)
		if level == "open" && visible != 2 {
			t.Errorf("%d comments are seen where it is open", visible)
		}
	}
}

// What was answered keeps its place when its writer takes it back.
func TestAReaderTakesHerCommentBack(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	root := reader.comments(post, "The root.", object{"email": "ruth@example.org", "url": "https://ruth.example"}).wants(201)
	middle := reader.comments(post, "The middle.", object{"parent_id": root.at("data.id")}).wants(201)
	leaf := reader.comments(post, "The leaf.", object{"parent_id": middle.at("data.id")}).wants(201)
	reader.post(root.own("/like"), nil, key(b.newKey())).wants(200)
	reader.delete(middle.own(), middle.editToken()).wants(204)
	reader.delete(root.own(), root.editToken()).wants(204)
	thread := reader.get(post.public("/comments")).wants(200).is("meta.count", 1).is("page.total", 1)
	thread.is("data.0.removed", true).is("data.0.author", nil).is("data.0.html", "").is("data.0.likes", 0).is("data.0.replies.0.removed", true).is("data.0.reply_count", 1)
	thread.is("data.0.replies.0.replies.0.id", leaf.at("data.id")).is("data.0.replies.0.replies.0.parent_id", middle.at("data.id"))
	if body := string(thread.body); strings.Contains(body, "ruth.example") || strings.Contains(body, "The root") {
		t.Errorf("the thread still shows what was taken back: %s", body)
	}
	reader.comments(post, "To the root.", object{"parent_id": root.at("data.id")}).wants(422, "body.parent_id")
	owner.get("/admin/comments").lists("id", leaf.text("data.id")).is("page.total", 1)
	owner.get("/admin/comments?q=root").lists("id")
	owner.moves(leaf.text("data.id"), "trash")
	reader.get(post.public("/comments")).wants(200).is("meta.count", 0).is("data", []any{}).is("page.total", 0)
	owner.moves(leaf.text("data.id"), "approved")
	reader.delete(leaf.own(), leaf.editToken()).wants(204)
	reader.get(post.public("/comments")).wants(200).is("meta.count", 0).is("data", []any{}).is("page.total", 0)
	owner.get("/admin/comments").wants(200).is("page.total", 0)
}

func TestAPreviewShowsWhatACommentWouldBeAndKeepsNothing(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	const text = "A *warm* towel.\n\n- one\n- [two](https://example.org)\n\n<script>x()</script>"
	preview := reader.post("/comments/preview", object{"body": text}).wants(200).has("Cache-Control", "no-store")
	reader.comments(post, text).wants(201).is("data.html", preview.at("html"))
	if keys := keysOf(preview.at("").(map[string]any)); keys != "html" {
		t.Errorf("a preview has %s", keys)
	}
	for body, status := range map[any]int{"x": 200, strings.Repeat("ü", 10_000): 200, strings.Repeat("ü", 10_001): 422, "": 422, " ": 422, nil: 422, 5: 422} {
		reader.post("/comments/preview", object{"body": body}).wants(status)
	}
	reader.post("/comments/preview", object{"body": "x", "name": "Ruth"}).wants(422, "body.name")
	reader.get("/comments/preview").wants(404) // no comment has that id
	owner.get("/admin/comments").wants(200).is("page.total", 1)
}

// A comment is not changed by being stored, but for the form of its accents, and never cut.
func TestACommentIsStoredAsItWasWritten(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Say something", object{"comments": "open"})
		for _, text := range []string{
			"👩🏽‍🚀 🏳️‍🌈 🇩🇪 𠜎 مرحبا नमस्ते 你好 שלום",
			"e\u0301 and \u00e9", // decomposed and composed are two texts
			"Tab\there, a line\nbelow, `%s%n` {0} ${7} {{7*7}} $tag$ $1 $tag$ ' \" \\ -- ;",
			strings.Repeat("𠜎", 10_000),
			strings.Repeat("e\u0301", 5_000),
			"'); DROP TABLE comments; --",
			"]]> --> </script> &amp; &lt;",
		} {
			comment := reader.comments(post, text).wants(201)
			owner.get("/admin/comments/"+comment.text("data.id")).wants(200).is("data.body", norm.NFC.String(text))
		}
		for sent, kept := range map[string]string{
			"Windows\r\nand\rold Macs":     "Windows\nand\nold Macs",
			"Bell\a and \x1besc\x7f\u0085": "Bell and esc",
		} {
			comment := reader.comments(post, sent)
			if comment.status == 422 {
				comment.wants(422, "body.body")
				continue
			}
			owner.get("/admin/comments/"+comment.wants(201).text("data.id")).wants(200).is("data.body", kept)
		}
		name := reader.comments(post, "A name with things in it.", object{"name": "Ru\u202eth\r\nX:\u2066 y\u200b"})
		if got := name.wants(201).text("data.author.name"); strings.ContainsAny(got, "\u202e\u2066\r\n\u200b") {
			t.Errorf("the name is %q", got)
		}
	})
}

func TestSomeThingsAreNoCommentWhateverTheyHold(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	wrap := func(rest string) string { return `{"name":"Ruth","body":"Hello."` + rest + `}` }
	for name, tc := range map[string]struct {
		body   string
		status int
		at     string
	}{
		"text behind the end":     {wrap("") + "garbage", 400, "body"},
		"a comma too much":        {`{"name":"Ruth","body":"Hello.",}`, 400, "body"},
		"single quotes":           {`{'name':'Ruth','body':'Hello.'}`, 400, "body"},
		"with a comment":          {"/* hi */" + wrap(""), 400, "body"},
		"a byte order mark":       {"\ufeff" + wrap(""), 400, "body"},
		"a text":                  {`"hello"`, 400, "body"},
		"broken UTF-8":            {"{\"name\":\"Ruth\",\"body\":\"\xff\"}", 400, "body"},
		"an overlong form":        {"{\"name\":\"Ruth\",\"body\":\"\xc0\xaf\"}", 400, "body"},
		"a parent that is a list": {wrap(`,"parent_id":[1]`), 422, "body.parent_id"},
		"a parent of 1.5":         {wrap(`,"parent_id":1.5`), 422, "body.parent_id"},
		"a parent beyond numbers": {wrap(`,"parent_id":1e999`), 422, "body.parent_id"},
		"a parent of -1":          {wrap(`,"parent_id":"-1"`), 422, "body.parent_id"},
		"notify as a text":        {wrap(`,"notify":"yes"`), 422, "body.notify"},
		"a parent twice":          {wrap(`,"parent_id":null,"parent_id":null`), 400, "body"},
		"a long s in a name":      {wrap(`,"ſtatus":"approved"`), 422, "body.ſtatus"},
		"a Kelvin sign in a name": {wrap(`,"\u212aey":"x"`), 422, "body.\u212aey"},
		"capitals in a name":      {`{"name":"Ruth","BODY":"Hello."}`, 422, "body.BODY body.body"},
		"a note of the house":     {wrap(`,"type":"note","internal":true`), 422, "body.internal body.type"},
		"what the score would be": {wrap(`,"approved":true,"is_admin":true,"moderation_score":-9,"deleted_at":null,"ip":"::1","author_id":1`), 422, "body.approved body.author_id body.deleted_at body.ip body.is_admin body.moderation_score"},
		"a page to go back to":    {wrap(`,"return_to":"https://evil.example"`), 422, "body.return_to"},
		"100 levels":              {wrap(`,"proof":` + strings.Repeat("[", 100) + strings.Repeat("]", 100)), 400, "body"},
		"9,999 levels":            {wrap(`,"proof":` + strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999)), 400, "body"},
		"10,000 fields":           {wrap(strings.Repeat(`,"a":1`, 10_000)), 400, "body"},
		"a name of 100 KB":        {wrap(`,"` + strings.Repeat("n", 100_000) + `":1`), 422, ""},
		"a list of 70,000":        {wrap(`,"proof":[` + strings.Repeat("1,", 70_000) + `1]`), 413, ""},
	} {
		a := b.reader().post(post.public("/comments"), tc.body).wants(tc.status)
		if tc.at != "" {
			a.wants(tc.status, strings.Fields(tc.at)...)
		}
		if len(a.body) > 4<<10 {
			t.Errorf("%s: the refusal has %d bytes", name, len(a.body))
		}
	}
	b.reader().post(post.public("/comments"), wrap(""), "Content-Encoding: gzip").wants(415)
	b.reader().post("/posts/say%00something/comments", wrap("")).wants(404)
	b.reader().get(post.public("/comments")).wants(200).is("meta.count", 0)
	b.reader().post(post.public("/comments"), wrap("")).wants(201)
}

func TestTheAddressesThatACommentMayHave(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	n := 0
	send := func(field, value string) answer {
		n++
		return b.reader().comments(post, fmt.Sprint("Number ", n), object{field: value})
	}
	for _, url := range []string{
		"javascript:alert(1)", "JaVa\tScript:alert(1)", "&#x6A;avascript:alert(1)", "javascript&colon;alert(1)", "data:text/html,x", "data:image/svg+xml,x", "vbscript:x", "blob:https://a.example/x",
		"file:///etc/passwd", "//evil.example", `\\evil.example`, "https:evil.example", "https://", "https:///x", "http://a b.example", "ftp://a.example", "https://a@b.example", "https://a:b@c.example",
		"ruth.example", "mailto:a@b.example", "https://" + strings.Repeat("a", 3000) + ".example", "https://a.example\r\nX: y", "/x", "?x", "#x", "http://\x00.example",
	} {
		if a := send("url", url); a.status != 422 || a.locations() != "body.url" {
			t.Errorf("the url %q was answered %d: %s", url, a.status, a.shown())
		}
	}
	for _, url := range []string{"https://ruth.example", "http://ruth.example:8080/x?y=1#z", "https://xn--mll-hoa.example", "https://müll.example", "HTTPS://RUTH.EXAMPLE"} {
		if a := send("url", url); a.status != 201 {
			t.Errorf("the url %q was answered %d: %s", url, a.status, a.shown())
		}
	}
	if a := send("url", "http://x.example/?'onmouseover='alert(1)"); a.status == 201 {
		if shown := a.text("data.author.url"); shown != "http://x.example/?'onmouseover='alert(1)" && strings.Contains(shown, "'") {
			t.Errorf("a url came back as %q", shown)
		}
	}
	for _, email := range []string{
		"a@b.org\r\nBcc: x@y.org", "a,b@c.org", "a@[127.0.0.1]", `"a b"@c.org`, "a@b", strings.Repeat("(", 10_000), strings.Repeat(`"",`, 3000), "=?utf-8?q?a?=@b.org", "a@b\x00.org", "Evil <a@b.org>", "%@%", "a@b.org, c@d.org",
		"a@b..org", "@b.org", "a@", "a@.org",
	} {
		if a := send("email", email); a.status != 422 || a.locations() != "body.email" {
			t.Errorf("the e-mail %.50q was answered %d: %s", email, a.status, a.shown())
		} else if strings.Contains(string(a.body), "Bcc") {
			t.Errorf("the refusal repeats what was sent: %s", a.shown())
		}
	}
	send("email", "ruth+blog@example.org").wants(201)
}

// A bomb of Markdown costs no more than a comment may.
func TestMarkdownBombsStaySmall(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	table := "|" + strings.Repeat("a|", 500) + "\n|" + strings.Repeat("-|", 500) + "\n"
	for name, text := range map[string]string{
		"a table":             table + strings.Repeat("|\n", 7_500),
		"references":          "[a]: /" + strings.Repeat("u", 5_000) + "\n\n" + strings.Repeat("[a]", 1_600),
		"brackets":            strings.Repeat("[", 10_000),
		"links that open":     strings.Repeat("[a](", 2_500),
		"emphasis":            strings.Repeat("*a_ ", 2_500),
		"quotes":              strings.Repeat(">", 10_000),
		"lists":               strings.Repeat("- ", 5_000),
		"comments":            strings.Repeat("<!--", 1_400),
		"images":              strings.Repeat("![[", 3_300),
		"a ladder of ticks":   ladder(),
		"links of links":      strings.Repeat("[", 100) + "a" + strings.Repeat("](https://a.example)", 100),
		"ten thousand links":  strings.Repeat("<http://a.b> ", 769),
		"entities":            strings.Repeat("&quot;", 1_600),
		"emphasis and quotes": strings.Repeat("*\"", 5_000),
	} {
		b.clock.move(11 * time.Minute) // some are the same text to us
		a := b.reader().comments(post, text)
		if a.status == 422 {
			a.wants(422, "body.body")
			continue
		}
		if html := a.wants(201).text("data.html"); len(html) > 128<<10 {
			t.Errorf("%s became %d bytes", name, len(html))
		}
	}
}

func ladder() string {
	var text strings.Builder
	for i := 1; text.Len() < 9_000; i++ {
		text.WriteString(strings.Repeat("`", i) + " ")
	}
	return text.String()
}

func TestManyLinksAreHeld(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Say something", object{"comments": "open"})
	for links, status := range map[int]string{0: "approved", 1: "approved", 2: "approved", 3: "pending", 50: "pending", 200: "pending"} {
		text := fmt.Sprint(links, " links:")
		for i := range links {
			text += fmt.Sprintf(" [x](https://a.example/%d)", i)
		}
		form := reader.get(post.public("/comments/form")).wants(200).text("data.form")
		b.clock.move(5 * time.Second)
		reader.comments(post, text, object{"form": form}).wants(201).is("data.status", status)
	}
	reader.comments(post, "The same one, often:"+strings.Repeat(" https://a.example", 400)).wants(201).is("data.status", "pending")

	// A link that leads nowhere good is dropped, not refused; a picture is a link at most.
	dropped := reader.comments(post, "[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://pixel.example/x.png) [d](//evil.example)").wants(201).text("data.html")
	for _, bad := range []string{"javascript:", "data:", "<img", `"//evil`} {
		if strings.Contains(dropped, bad) {
			t.Errorf("%s is left in %s", bad, dropped)
		}
	}
}

func TestWhatACommentNamesIsNotFetched(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something", object{"comments": "open"})
	asked := make(chan string, 10)
	listener := listen(t, func(r *http.Request) { asked <- r.URL.Path })
	b.reader().comments(post, "See "+listener+"/link and ![this]("+listener+"/image)", object{"url": listener + "/url"}).wants(201)
	b.reader().post("/comments/preview", object{"body": "![this](" + listener + "/preview)"}).wants(200)
	b.reader().comments(post, "With more.", object{"page_url": listener}).wants(422, "body.page_url")
	if len(asked) > 0 {
		t.Errorf("%s was fetched", <-asked)
	}
	if _, err := http.Get(listener + "/by-hand"); err != nil || len(asked) != 1 {
		t.Errorf("the listener does not listen: %v", err)
	}
}

// A stranger's script may send a comment from anywhere, with nothing that the browser would add by itself.
func TestCommentsNeedNoOrigin(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	post := b.as("owner").publishes("Say something")
	for i, origin := range []string{"", "null", "https://evil.example", publicURL} {
		headers := []string{"Cookie: a=b"}
		if origin != "" {
			headers = append(headers, "Origin: "+origin)
		}
		a := b.reader().post(post.public("/comments"), object{"name": "Ruth", "body": fmt.Sprint("Number ", i)}, headers...).wants(201)
		a.has("Access-Control-Allow-Origin", "*").has("Access-Control-Allow-Credentials", "").has("Set-Cookie", "")
	}
	for _, path := range []string{post.public("/comments"), "/comments/" + unknownID, "/comments/" + unknownID + "/like", "/comments/" + unknownID + "/report", "/comments/preview", "/commenters", post.public("/reaction")} {
		for _, method := range []string{"POST", "PATCH", "DELETE"} {
			preflight := b.reader().do("OPTIONS", path, nil, "Origin: https://site.example", "Access-Control-Request-Method: "+method,
				"Access-Control-Request-Headers: content-type, idempotency-key, x-edit-token, x-dimmer-commenter")
			preflight.wants(204).has("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE").has("Access-Control-Allow-Origin", "*")
			preflight.has("Access-Control-Allow-Headers", "Content-Type, If-None-Match, Idempotency-Key, X-Edit-Token, X-Dimmer-Commenter").has("Access-Control-Allow-Credentials", "")
		}
	}
	for _, path := range []string{"/admin/comments/" + unknownID, "/admin/comments/bulk", "/admin/commenters"} {
		b.reader().do("OPTIONS", path, nil, "Origin: https://site.example", "Access-Control-Request-Method: PATCH").has("Access-Control-Allow-Origin", "").has("Access-Control-Allow-Methods", "")
	}
}
