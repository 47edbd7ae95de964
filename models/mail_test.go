package models

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// mails lists the outbox, the newest first, after what follows from events has been put into it.
func (s site) mails(t *testing.T) []Delivery {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = s.MailEvents(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.Deliveries(t.Context(), DeliveryQuery{Page: Page{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	return found.Items
}

func (s site) mailKinds(t *testing.T) map[MailKind]int {
	t.Helper()
	kinds := map[MailKind]int{}
	for _, d := range s.mails(t) {
		kinds[d.Kind]++
	}
	return kinds
}

// says writes a comment with a key and an address.
func (s site) says(t *testing.T, post Post, status CommentStatus, key, email string, tunes ...func(*NewComment)) Comment {
	t.Helper()
	return s.comment(t, post, status, append([]func(*NewComment){func(n *NewComment) {
		n.KeyHash = key
		if n.Email = nil; email != "" {
			n.Email = &email
		}
	}}, tunes...)...)
}

// proves confirms the address of a comment's writer, and what she has subscribed to.
func (s site) proves(t *testing.T, c Comment, email string) {
	t.Helper()
	_, waiting, err := s.Subscriber(t.Context(), *c.CommenterID)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]SubscriptionID, len(waiting))
	for i, sub := range waiting {
		ids[i] = sub.ID
	}
	if err := s.ConfirmReader(t.Context(), *c.CommenterID, email, ids); err != nil {
		t.Fatal(err)
	}
}

func wantsMail(n *NewComment) { n.Notify = true }

func TestOnlyAProvenAddressJoinsTheHistoriesOfTwoKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		const email = "ruth@mail.example"
		post := s.published(t, "Discussed")
		laptop := s.says(t, post, Approved, "laptop", email, wantsMail, named("one"))
		s.says(t, post, Approved, "laptop", email, named("two"))
		approved := func(key string) int {
			t.Helper()
			h, err := s.History(t.Context(), key, "", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			return h.Approved
		}
		want(t, "by her key alone", approved("laptop"), 2)
		phone := s.says(t, post, Pending, "phone", email, wantsMail, named("three"))
		want(t, "an address that was typed", approved("phone"), 0)
		s.proves(t, laptop, email)
		want(t, "typed by another, confirmed by her", approved("phone"), 0)
		want(t, "hers, confirmed", approved("laptop"), 2)
		s.proves(t, phone, email)
		want(t, "confirmed by both", approved("phone"), 2)
		if _, _, _, err := s.BlockCommenter(t.Context(), s.owner, *laptop.CommenterID, true, ""); err != nil {
			t.Fatal(err)
		}
		h, err := s.History(t.Context(), "phone", "", nil, nil)
		if err != nil || !h.Blocked {
			t.Errorf("one of hers is blocked: %v (%v)", h, err)
		}
		want(t, "somebody else", approved("stranger"), 0)
	})
}

func TestACommentFillsInAnAddressThatIsMissingAndChangesNone(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		c := s.says(t, post, Approved, "key", "")
		email := func() *string {
			t.Helper()
			r, err := s.Commenter(t.Context(), *c.CommenterID)
			if err != nil {
				t.Fatal(err)
			}
			return r.Email
		}
		if email() != nil {
			t.Fatal("she has given none")
		}
		s.says(t, post, Approved, "key", "first@mail.example", named("two"))
		want(t, "given later", *email(), "first@mail.example")
		s.says(t, post, Approved, "key", "second@mail.example", wantsMail, named("three"))
		want(t, "another", *email(), "first@mail.example")
		asked := s.mails(t)[0]
		want(t, "the other address is asked by itself", *asked.ToEmail, "second@mail.example")
		if *asked.CommenterID == *c.CommenterID {
			t.Error("as if it were hers")
		}
		s.says(t, post, Approved, "key", "", named("four"))
		want(t, "none", *email(), "first@mail.example")
	})
}

func TestAnAddressGetsOneQuestionADayAndThreeAWeek(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		const email = "victim@mail.example"
		var posts []Post
		for i := range 3 {
			posts = append(posts, s.published(t, fmt.Sprint("Post ", i)))
		}
		for day := range 8 {
			var group sync.WaitGroup
			for i, post := range posts {
				group.Go(func() {
					if err := s.Subscribe(t.Context(), NewSubscription{PostID: post.ID, Email: email, KeyHash: fmt.Sprint("key ", day, i)}); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			s.clock.move(24*time.Hour + time.Minute)
		}
		want(t, "in eight days", s.mailKinds(t)[MailConfirm], 4) // three in the first week, one more when the first of them is a week ago
	})
}

func TestTwoProgramsClaimEachMailOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		for i := range 4 {
			s.says(t, post, Pending, fmt.Sprint("key ", i), "", named(fmt.Sprint("text ", i)))
		}
		want(t, "mails to the owner", s.mailKinds(t), map[MailKind]int{MailHeld: 4})
		var mu sync.Mutex
		claimed := map[DeliveryID]int{}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 10 {
					found, err := s.ClaimDeliveries(t.Context(), 2)
					if err != nil {
						if !errors.Is(err, ErrBusy) {
							t.Error(err)
						}
						continue
					}
					mu.Lock()
					for _, d := range found {
						claimed[d.ID]++
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		want(t, "claimed", len(claimed), 4)
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("%s was claimed %d times", id, n)
			}
		}
		again, err := s.ClaimDeliveries(t.Context(), 10)
		if err != nil || len(again) != 0 {
			t.Errorf("%v are claimed during the lease (%v)", again, err)
		}
		s.clock.move(deliveryLease + time.Second)
		again, err = s.ClaimDeliveries(t.Context(), 10)
		if err != nil || len(again) != 4 || again[0].Attempts != 2 {
			t.Errorf("after the lease: %v (%v)", again, err)
		}
	})
}

func TestWhoLostAClaimChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.says(t, s.published(t, "Discussed"), Pending, "key", "")
		s.mails(t)
		first, err := s.ClaimDeliveries(t.Context(), 10)
		if err != nil || len(first) != 1 {
			t.Fatal(first, err)
		}
		s.clock.move(deliveryLease + time.Second)
		second, err := s.ClaimDeliveries(t.Context(), 10)
		if err != nil || len(second) != 1 {
			t.Fatal(second, err)
		}
		if err := s.FailDelivery(t.Context(), first[0], "late"); err != nil {
			t.Fatal(err)
		}
		want(t, "the other still has it", s.mails(t)[0].State, DeliverySending)
		if err := s.MarkSent(t.Context(), second[0]); err != nil {
			t.Fatal(err)
		}
		want(t, "sent", s.mails(t)[0].State, DeliverySent)
		_, err = s.RetryDelivery(t.Context(), s.owner, first[0].ID)
		wantError(t, "sent again", err, ErrConflict)
		_, err = s.RetryDelivery(t.Context(), s.owner, "nothing")
		wantError(t, "one that is none", err, ErrNotFound)
	})
}

func TestTheDailyWorkForgetsWhatMailNoLongerNeeds(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		asked := s.says(t, post, Approved, "asked", "asked@mail.example", wantsMail, named("one"))
		sure := s.says(t, post, Approved, "sure", "sure@mail.example", wantsMail, named("two"))
		s.proves(t, sure, "sure@mail.example")
		if err := s.write(t.Context(), System, "use a link", func(tx *tx) error { return tx.use(&LinkUse{Hash: "h", Until: tx.now.Add(time.Hour), Did: "spam"}) }); err != nil {
			t.Fatal(err)
		}
		s.clock.move(keptUnconfirmed + time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, waiting, err := s.Subscriber(t.Context(), *asked.CommenterID)
		if err != nil || len(waiting) != 0 {
			t.Errorf("it still waits: %v (%v)", waiting, err)
		}
		reader, err := s.ReaderOf(t.Context(), *sure.CommenterID)
		if err != nil || len(reader.Subscriptions) != 1 {
			t.Errorf("a confirmed one: %v (%v)", reader.Subscriptions, err)
		}
		if _, err := s.UsedLink(t.Context(), "h"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a link whose time is over: %v", err)
		}
	})
}

func TestErasingAReaderLeavesCountersRight(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		const email = "ruth@mail.example"
		post, other := s.published(t, "Discussed"), s.published(t, "Elsewhere")
		first := s.says(t, post, Approved, "ruth", email, wantsMail, named("one"))
		s.proves(t, first, email)
		s.says(t, other, Spam, "ruth", email, named("spam"))
		s.says(t, other, Pending, "ruth", email, named("held"))
		answered := s.comment(t, post, Approved, named("answer"), answer(first))
		if _, err := s.LikeComment(t.Context(), "ruth", answered.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReportComment(t.Context(), "ruth", answered.ID, "why"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReactToPost(t.Context(), "ruth", post.ID, true); err != nil {
			t.Fatal(err)
		}
		typed := s.says(t, post, Approved, "eve", email, named("eve's"))
		if err := s.EraseReader(t.Context(), email); err != nil {
			t.Fatal(err)
		}
		checkCounters(t, s)
		_, err := s.Commenter(t.Context(), *first.CommenterID)
		wantError(t, "she is not known any more", err, ErrNotFound)
		kept, err := s.Comment(t.Context(), s.owner, answered.ID)
		if err != nil || kept.LikeCount != 0 || kept.ReportCount != 0 {
			t.Errorf("%d likes and %d reports (%v)", kept.LikeCount, kept.ReportCount, err)
		}
		eve, err := s.Commenter(t.Context(), *typed.CommenterID)
		if err != nil || eve.Email != nil || eve.Name == "" {
			t.Errorf("who typed her address: %v (%v)", eve, err)
		}
		want(t, "mails to her", s.mailKinds(t)[MailConfirm], 0)
		if err := s.EraseReader(t.Context(), email); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

func TestALinkIsUsedOnceHoweverManyClick(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		c := s.says(t, s.published(t, "Discussed"), Pending, "key", "")
		link := &LinkUse{Hash: "hash", Until: s.Now().Add(time.Hour), Did: "approve"}
		var mu sync.Mutex
		done, refused := 0, 0
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				_, _, err := s.ChangeComment(t.Context(), s.owner, c.ID, CommentChange{Status: Some(Approved), Link: link})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case errors.Is(err, ErrLinkUsed):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		want(t, "done", done, 1)
		want(t, "refused", refused, 7)
		used, err := s.UsedLink(t.Context(), "hash")
		if err != nil || used.Action == "" || used.Did != "approve" {
			t.Errorf("%v (%v)", used, err)
		}
		checkCounters(t, s)
	})
}
