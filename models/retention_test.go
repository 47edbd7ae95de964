package models

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const day = 24 * time.Hour

func TestSpamAndTrashAreErasedAfterTheDaysThatTheOwnerHasSet(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if _, err := s.set(t, map[string]string{"comment_spam_days": "10"}); err != nil {
			t.Fatal(err)
		}
		post, other := s.published(t, "Discussed"), s.published(t, "Other")
		old := map[string]Comment{
			"held": s.comment(t, post, Pending), "shown": s.comment(t, other, Approved), "spam": s.comment(t, post, Spam), "trash": s.comment(t, other, Trash),
			"moved lately": s.comment(t, post, Pending), "answered spam": s.comment(t, post, Approved, named("answered")),
		}
		s.comment(t, post, Approved, answer(old["answered spam"]), named("below"))
		if _, err := s.move(t.Context(), s.owner, old["answered spam"].ID, Spam); err != nil {
			t.Fatal(err)
		}
		s.fill(t, other, Spam, 250) // more than one transaction erases
		s.clock.move(day)
		young := s.comment(t, post, Spam)
		if _, err := s.move(t.Context(), s.owner, old["moved lately"].ID, Trash); err != nil {
			t.Fatal(err)
		}
		forget := func(what string, left ...string) {
			t.Helper()
			if err := s.ForgetOld(t.Context()); err != nil {
				t.Fatal(err)
			}
			var there []string
			for name, c := range old {
				if _, err := s.Comment(t.Context(), s.owner, c.ID); err == nil {
					there = append(there, name)
				} else {
					wantError(t, name, err, ErrNotFound)
				}
			}
			slices.Sort(there)
			slices.Sort(left)
			want(t, what, there, left)
			checkCounters(t, s)
		}
		s.clock.move(9*day - time.Hour)
		forget("before ten days are over", "held", "shown", "spam", "trash", "moved lately", "answered spam")
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 258)
		s.clock.move(2 * time.Hour)
		forget("after ten days", "held", "shown", "moved lately")
		want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 6)
		s.read(t, young.ID)
		list, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the place of what was answered", outline(list.Items), "-(below)")
		want(t, "told", s.kinds(t, string(old["spam"].ID)), []string{"comment.created", "comment.deleted"})
		want(t, "judgements stay", s.number(t, "SELECT count(*) FROM judgements WHERE comment_id = '"+string(old["spam"].ID)+"'"), 1)
		s.clock.move(day)
		forget("a day later", "held", "shown")
	})
}

func TestWhatIsRescuedWhileSpamIsErasedStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if !s.postgres {
			return // there nobody else writes meanwhile
		}
		post := s.published(t, "Discussed")
		rescued, spam := s.comment(t, post, Spam), s.comment(t, post, Spam)
		s.clock.move(31 * day)
		forgotten := make(chan error, 1)
		err := s.write(t.Context(), s.owner, "rescue it", func(tx *tx) error {
			comment, err := tx.moderatable(rescued.ID)
			if err != nil {
				return err
			}
			go func() { forgotten <- s.ForgetOld(t.Context()) }()
			eventually(t, "it waits for the post", func() bool {
				return s.number(t, "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.query LIKE '%\"posts\"%FOR UPDATE%'") > 0
			})
			return tx.decide(&comment, Approved)
		})
		wantError(t, "rescue", err, nil)
		wantError(t, "forget", <-forgotten, nil)
		want(t, "what was rescued", s.read(t, rescued.ID).Status, Approved)
		_, err = s.Comment(t.Context(), s.owner, spam.ID)
		wantError(t, "what was not", err, ErrNotFound)
		checkCounters(t, s)
	})
}

func TestHashesOfAddressesAreKeptForTheDaysThatTheOwnerHasSet(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if _, err := s.set(t, map[string]string{"comment_address_days": "3"}); err != nil {
			t.Fatal(err)
		}
		post := s.published(t, "Discussed")
		address := func(n *NewComment) { n.AddressHash = "address" }
		old := s.comment(t, post, Approved, address)
		s.clock.move(day)
		young := s.comment(t, post, Pending, address)
		for _, c := range []struct {
			after      time.Duration
			old, young bool
		}{{2*day - time.Minute, true, true}, {2 * time.Minute, false, true}, {day, false, false}} {
			s.clock.move(c.after)
			if err := s.ForgetOld(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("kept after another ", c.after), []bool{s.read(t, old.ID).AddressHash != nil, s.read(t, young.ID).AddressHash != nil}, []bool{c.old, c.young})
		}
	})
}

func TestReadersOfWhomNothingIsLeftAreForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		by := func(key string) func(*NewComment) { return func(n *NewComment) { n.KeyHash = key } }
		liked := s.comment(t, post, Approved, by("writes"))
		for _, key := range []string{"nothing left", "blocked", "trusted", "liked", "reported", "reacted", "unliked"} {
			comment := s.comment(t, post, Approved, by(key))
			var err error
			switch key {
			case "blocked":
				_, err = s.block(t.Context(), s.owner, *comment.CommenterID, true)
			case "trusted":
				_, err = s.TrustCommenter(t.Context(), s.owner, *comment.CommenterID, true)
			case "liked", "unliked":
				_, err = s.LikeComment(t.Context(), key, liked.ID, true)
			case "reported":
				_, err = s.ReportComment(t.Context(), key, liked.ID, "")
			case "reacted":
				_, err = s.ReactToPost(t.Context(), key, post.ID, true)
			}
			if err == nil && key == "unliked" {
				_, err = s.LikeComment(t.Context(), key, liked.ID, false)
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.remove(t.Context(), s.owner, comment.ID); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			after time.Duration
			n     int
		}{{30*day - time.Minute, 8}, {2 * time.Minute, 6}} {
			s.clock.move(c.after)
			if err := s.ForgetOld(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("readers after another ", c.after), s.number(t, "SELECT count(*) FROM commenters"), c.n)
		}
		want(t, "those who are forgotten", s.number(t, "SELECT count(*) FROM commenters WHERE key_hash IN ('nothing left', 'unliked')"), 0)
		checkCounters(t, s)
	})
}

func TestAnswersAreRepeatedForADayAndThenForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		s.comment(t, post, Approved, sentAs("key", "body"))
		for _, c := range []struct {
			after time.Duration
			n     int
		}{{day - time.Minute, 1}, {2 * time.Minute, 0}} {
			s.clock.move(c.after)
			if err := s.ForgetOld(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("kept after another ", c.after), s.number(t, "SELECT count(*) FROM idempotency_keys"), c.n)
		}
	})
}
