package models

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sentAs makes a request one that can be sent again.
func sentAs(key, body string) func(*NewComment) {
	return func(n *NewComment) { n.Idempotency = &Idempotency{Scope: "a path", Key: key, BodyHash: body} }
}

func TestARequestThatIsSentAgainGetsItsFirstAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		request := from(post, Pending, sentAs("key", "body"), func(n *NewComment) { n.TextHash = "text" })
		first, err := s.send(t, request)
		if err != nil || first.Replayed {
			t.Fatalf("replayed: %v (%v)", first.Replayed, err)
		}
		events := s.number(t, "SELECT count(*) FROM events")
		again := func(what string) {
			t.Helper()
			replayed, err := s.send(t, request)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			want(t, what, []any{replayed.ID, replayed.Replayed, replayed.Status, replayed.Source}, []any{first.ID, true, Pending, "So true."})
		}
		again("sent again")
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 1)
		want(t, "events", s.number(t, "SELECT count(*) FROM events"), events)
		for _, status := range []CommentStatus{Approved, Spam} {
			if _, err := s.move(t.Context(), s.owner, first.ID, status); err != nil {
				t.Fatal(err)
			}
			again("sent again when it has become " + string(status))
		}
		_, err = s.send(t, from(post, Pending, sentAs("key", "another body")))
		wantError(t, "another body", err, ErrKeyReused)

		for name, tune := range map[string]func(*NewComment){
			"another key":  sentAs("another key", "body"),
			"another path": func(n *NewComment) { n.Idempotency = &Idempotency{Scope: "another path", Key: "key", BodyHash: "body"} },
		} {
			comment, err := s.send(t, from(post, Pending, tune))
			if err != nil || comment.Replayed || comment.ID == first.ID {
				t.Errorf("%s: replayed %v (%v)", name, comment.Replayed, err)
			}
		}
		s.clock.move(23*time.Hour + 59*time.Minute)
		again("sent again on the next day")
		s.clock.move(time.Minute)
		comment, err := s.send(t, request)
		if err != nil || comment.Replayed || comment.ID == first.ID {
			t.Errorf("a day later: replayed %v (%v)", comment.Replayed, err)
		}
		first = comment
		again("and that again")
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 4)
		checkCounters(t, s)
	})
}

func TestARequestWhoseCommentHasGoneIsAConflict(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		deleted := s.comment(t, post, Approved, sentAs("deleted", "body"))
		answered := s.comment(t, post, Approved, sentAs("answered", "body"))
		s.comment(t, post, Approved, answer(answered))
		for _, c := range []Comment{deleted, answered} {
			if err := s.remove(t.Context(), s.owner, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"deleted", "answered"} {
			_, err := s.send(t, from(post, Approved, sentAs(key, "body")))
			wantCode(t, key, err, "gone")
		}
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 2)
	})
}

func TestARequestThatWasRefusedMayBeSentAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		held := s.comment(t, post, Pending)
		request := from(post, Approved, sentAs("key", "body"), answer(held))
		_, err := s.send(t, request)
		wantInvalid(t, "an answer to what is held", err, "parent_id")
		if _, err := s.move(t.Context(), s.owner, held.ID, Approved); err != nil {
			t.Fatal(err)
		}
		if comment, err := s.send(t, request); err != nil || comment.Replayed {
			t.Errorf("replayed %v (%v)", comment.Replayed, err)
		}
	})
}

func TestOneRequestSentFiftyTimesAtOnceMakesOneComment(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		var ids [50]CommentID
		var replayed atomic.Int32
		together(len(ids), func(i int) {
			comment, err := s.send(t, from(post, Approved, sentAs("key", "body"), func(n *NewComment) { n.TextHash, n.KeyHash = "text", fmt.Sprint("key ", i) }))
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = comment.ID
			if comment.Replayed {
				replayed.Add(1)
			}
		})
		for _, id := range ids {
			want(t, "the comment", id, ids[0])
		}
		want(t, "replayed", replayed.Load(), 49)
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 1)
		want(t, "readers", s.number(t, "SELECT count(*) FROM commenters"), 1)
		checkCounters(t, s)
	})
}

func TestTheSameTextWithinTenMinutesIsASecondClick(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		with := func(text, key, address string) func(*NewComment) {
			return func(n *NewComment) { n.TextHash, n.KeyHash, n.AddressHash = text, key, address }
		}
		s.comment(t, post, Pending, with("text", "Ruth", "home"))
		try := func(what, code string, n NewComment) {
			t.Helper()
			comment, err := s.send(t, n)
			if code != "" {
				wantCode(t, what, err, code)
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if err := s.remove(t.Context(), s.owner, comment.ID); err != nil {
				t.Fatal(err)
			}
		}
		try("the same reader", "duplicate", from(post, Pending, with("text", "Ruth", "work")))
		try("the same address", "duplicate", from(post, Pending, with("text", "another", "home")))
		try("the same reader, no address", "duplicate", from(post, Pending, with("text", "Ruth", "")))
		try("somebody else", "", from(post, Pending, with("text", "another", "work")))
		try("somebody else without an address", "", from(post, Pending, with("text", "another", "")))
		try("another text", "", from(post, Pending, with("another text", "Ruth", "home")))
		try("no text to know again", "", from(post, Pending, with("", "Ruth", "home")))
		try("another post", "", from(other, Pending, with("text", "Ruth", "home")))
		try("what happened elsewhere", "", from(post, Pending, with("text", "Ruth", "home"), func(n *NewComment) { n.CreatedAt = &start }))
		s.clock.move(9*time.Minute + 59*time.Second)
		try("within ten minutes", "duplicate", from(post, Pending, with("text", "Ruth", "home")))
		s.clock.move(time.Second)
		try("after ten minutes", "", from(post, Pending, with("text", "Ruth", "home")))

		for range 2 {
			if _, err := s.CreateComment(t.Context(), s.owner, NewComment{PostID: post.ID, Name: "Mira", Source: "Thank you!", HTML: "Thank you!", Judged: Judged{Status: Approved}}); err != nil {
				t.Errorf("staff say the same twice: %v", err)
			}
		}

		var stored atomic.Int32
		together(20, func(int) {
			if _, err := s.send(t, from(post, Approved, with("clicked often", "Ruth", "home"))); err == nil {
				stored.Add(1)
			} else {
				wantCode(t, "clicked again", err, "duplicate")
			}
		})
		want(t, "stored of one text sent at once", stored.Load(), 1)
		checkCounters(t, s)
	})
}

func TestAWriterChangesHerCommentAsLongAsTheTimeForItIsNotOver(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		held, shown := s.comment(t, post, Pending), s.comment(t, post, Approved, func(n *NewComment) { n.TextHash = "old text" })
		until := s.clock.now().Add(15 * time.Minute)
		edit := func(id CommentID, source string, verdict CommentStatus) (Comment, error) {
			*s.cleared = nil
			return s.EditComment(t.Context(), id, until, CommentEdit{Source: source, HTML: "<p>" + source + "</p>", TextHash: "hash of " + source, Judged: Judged{Status: verdict, Score: 7}})
		}
		changed, err := edit(shown.ID, "Otherwise.", Approved)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "what readers see is cleared", *s.cleared, []string{"comments", "comments:" + string(post.ID), "post:" + string(post.ID), "posts"})
		read, err := s.OwnComment(t.Context(), shown.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "changed", []any{read.Source, read.HTML, *read.TextHash, read.Status, read.Verdict.Score}, []any{"Otherwise.", "<p>Otherwise.</p>", "hash of Otherwise.", Approved, 7})
		if read.EditedAt == nil || changed.EditedAt == nil || !read.EditedAt.Equal(*changed.EditedAt) {
			t.Errorf("edited at %v, told %v", read.EditedAt, changed.EditedAt)
		}
		for q, n := range map[string]int{"otherwise": 1, "true": 1} { // the other one says that it is so true
			list, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: q})
			if err != nil || len(list.Items) != n {
				t.Errorf("%q finds %d (%v)", q, len(list.Items), err)
			}
		}
		told := s.kinds(t, string(shown.ID))
		want(t, "told", told, []string{"comment.created", "comment.edited"})
		if _, err := edit(shown.ID, "Otherwise.", Spam); err != nil {
			t.Fatal(err)
		}
		want(t, "the same text is not judged again", s.kinds(t, string(shown.ID)), told)
		if _, err := edit(held.ID, "Otherwise.", Pending); err != nil {
			t.Fatal(err)
		}
		if *s.cleared != nil {
			t.Errorf("what nobody sees clears %v", *s.cleared)
		}

		staff, err := s.CreateComment(t.Context(), s.owner, NewComment{PostID: post.ID, Name: "Mira", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
		if err != nil {
			t.Fatal(err)
		}
		answered := s.comment(t, post, Approved)
		s.comment(t, post, Approved, answer(answered))
		if err := s.WithdrawComment(t.Context(), answered.ID, until); err != nil {
			t.Fatal(err)
		}
		for name, id := range map[string]CommentID{"a comment of staff": staff.ID, "a withdrawn one whose place is kept": answered.ID, "none": newID[CommentID](), "garbage": "1 OR 1=1"} {
			_, err := edit(id, "Mine now.", Approved)
			wantError(t, name+": edit", err, ErrNotFound)
			wantError(t, name+": withdraw", s.WithdrawComment(t.Context(), id, until), ErrNotFound)
			_, err = s.OwnComment(t.Context(), id)
			wantError(t, name+": read", err, ErrNotFound)
		}
		s.clock.move(15 * time.Minute)
		_, err = edit(shown.ID, "Too late.", Approved)
		wantError(t, "too late to edit", err, ErrForbidden)
		wantError(t, "too late to withdraw", s.WithdrawComment(t.Context(), shown.ID, until), ErrForbidden)
		until = until.Add(time.Hour)
		if err := s.WithdrawComment(t.Context(), shown.ID, until); err != nil {
			t.Error(err)
		}
		_, err = s.OwnComment(t.Context(), shown.ID)
		wantError(t, "read when it is withdrawn", err, ErrNotFound)
		want(t, "told", s.kinds(t, string(shown.ID)), append(told, "comment.deleted"))
		events, err := s.Events(t.Context(), EventQuery{SubjectID: string(shown.ID), Kind: "comment.deleted"})
		if err != nil || events.Items[0].ActorID == nil || *events.Items[0].ActorID != string(*shown.CommenterID) {
			t.Errorf("withdrawn by %+v (%v)", events.Items, err)
		}
		checkCounters(t, s)
	})
}

// Each line: the status that a comment has, who gave it, and what becomes of another text of it by each verdict: approved, pending, spam. Of the
// same text it becomes the same, unless a person has decided about that.
func TestWhatAPersonDecidedOnlyGetsWorseByANewVerdict(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		n := 0
		for line := range strings.Lines(`
			approved policy  approved pending spam
			approved person  approved pending spam
			pending  policy  approved pending spam
			pending  person  pending  pending spam
			spam     policy  spam     spam    spam
			spam     person  spam     spam    spam
			trash    person  trash    trash   trash
		`) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			for i, verdict := range []CommentStatus{Approved, Pending, Spam} {
				for _, how := range []string{"edited", "judged for another reason"} {
					now := CommentStatus(words[0])
					comment := s.comment(t, post, Pending)
					if words[1] == "person" {
						for _, status := range []CommentStatus{Trash, now} {
							if _, err := s.move(t.Context(), s.owner, comment.ID, status); err != nil {
								t.Fatal(err)
							}
						}
					} else if now != Pending {
						comment = s.comment(t, post, now)
					}
					n++
					var err error
					if how == "edited" {
						comment, err = s.EditComment(t.Context(), comment.ID, start.Add(time.Hour), CommentEdit{Source: fmt.Sprint(n), HTML: "x", Judged: Judged{Status: verdict}})
					} else {
						comment, err = s.RejudgeComment(t.Context(), comment.ID, Judged{Status: verdict})
					}
					if err != nil {
						t.Fatal(err)
					}
					what, wanted, shown := fmt.Sprintf("%s by the %s, %s: %s", now, words[1], how, verdict), CommentStatus(words[2+i]), verdict
					byPerson := words[1] == "person"
					if byPerson && how != "edited" {
						wanted = now
					}
					if byPerson && how != "edited" || now == Spam || now == Trash { // why it is where it is
						shown = map[bool]CommentStatus{true: Pending, false: now}[byPerson]
					}
					want(t, what, comment.Status, wanted)
					read, err := s.Comment(t.Context(), s.owner, comment.ID)
					if err != nil {
						t.Fatal(err)
					}
					want(t, "as stored", read.Status, comment.Status)
					want(t, what+": the verdict that is shown", read.Verdict.Verdict, shown)
				}
			}
		}
		checkCounters(t, s)
	})
}

func TestEditingAndDecidingAtOnceHasOneOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		for range 30 {
			comment := s.comment(t, post, Pending)
			together(3, func(i int) {
				var err error
				switch i {
				case 0:
					_, err = s.move(t.Context(), s.owner, comment.ID, Approved)
				case 1:
					_, err = s.EditComment(t.Context(), comment.ID, start.Add(time.Hour), CommentEdit{Source: "Buy this.", HTML: "x", Judged: Judged{Status: Spam}})
				case 2:
					_, err = s.RejudgeComment(t.Context(), comment.ID, Judged{Status: Pending})
				}
				wantError(t, "at once", err, nil)
			})
			read, err := s.Comment(t.Context(), s.owner, comment.ID)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "its text", read.Source, "Buy this.")
		}
		checkCounters(t, s)
	})
}
