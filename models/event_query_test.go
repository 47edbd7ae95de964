package models

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

// happened is what a test knows of an event.
type happened struct {
	kind, subject, actor string
	at                   time.Time
}

// Whatever is asked for together, a list of events is what one would pick out by hand, page by page and back.
func TestEventsAreFoundByAllThatIsAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		kinds := []string{"post.created", "post.updated", "postal.created", "comment.created", "comment.approved", "user.created"}
		subjects := []string{newID[string](), newID[string]()}
		people := []Actor{s.owner, s.person(t, "Ada", auth.Editor)}
		if _, err := s.pools[0].ExecContext(t.Context(), "DELETE FROM events"); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		var all []happened
		for range 150 {
			h := happened{kinds[r.IntN(len(kinds))], subjects[r.IntN(2)], "", time.Time{}}
			by := people[r.IntN(2)]
			s.clock.move(time.Duration(r.IntN(3)) * time.Minute)
			err := s.write(t.Context(), by, "happen", func(t *tx) error {
				h.actor, h.at = by.ID, t.now
				t.event(h.kind, "post", h.subject)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, h)
		}
		slices.Reverse(all)
		since, until := all[100].at, all[20].at
		early, late := start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0)
		queries := []EventQuery{{}}
		vary := func(tunes ...func(*EventQuery)) {
			for _, q := range slices.Clone(queries) {
				for _, tune := range tunes {
					changed := q
					tune(&changed)
					queries = append(queries, changed)
				}
			}
		}
		for _, kind := range []string{"post.created", "post.*", "post.created,comment.*", "nothing.*", "comment.*,comment.created,nothing.here"} {
			queries = append(queries, EventQuery{Kind: kind})
		}
		vary(func(q *EventQuery) { q.Actor = people[1].ID }, func(q *EventQuery) { q.SubjectID = subjects[1] })
		vary(func(q *EventQuery) { q.Since = &since }, func(q *EventQuery) { q.Until = &until }, func(q *EventQuery) { q.Since, q.Until = &since, &until },
			func(q *EventQuery) { q.Since, q.Until = &early, &late }, func(q *EventQuery) { q.Since = &late })
		for _, q := range queries {
			var wanted []string
			for _, h := range all {
				if q.Kind != "" && !slices.ContainsFunc(strings.Split(q.Kind, ","), func(kind string) bool {
					prefix, isPrefix := strings.CutSuffix(kind, "*")
					return h.kind == kind || isPrefix && strings.HasPrefix(h.kind, prefix)
				}) || q.Actor != "" && h.actor != q.Actor || q.SubjectID != "" && h.subject != q.SubjectID ||
					q.Since != nil && h.at.Before(*q.Since) || q.Until != nil && !h.at.Before(*q.Until) {
					continue
				}
				wanted = append(wanted, h.at.String()+h.kind)
			}
			what := fmt.Sprintf("%+v", q)
			var got []string
			var pages []List[Event]
			q.Page = Page{Limit: 17}
			for {
				page, err := s.Events(t.Context(), q)
				if err != nil {
					t.Fatal(what, err)
				}
				for _, e := range page.Items {
					got = append(got, e.At.String()+e.Kind)
				}
				pages = append(pages, page)
				if q.Page.At = page.Next; page.Next == nil {
					break
				}
			}
			want(t, what, got, wanted)
			want(t, "total of "+what, int(pages[0].Total), len(wanted))
			for i := len(pages) - 1; i > 0; i-- {
				q.Page.At = pages[i].Prev
				back, err := s.Events(t.Context(), q)
				if err != nil {
					t.Fatal(what, err)
				}
				want(t, "back in "+what, back.Items, pages[i-1].Items)
			}
		}
	})
}

func TestAnEventNamesWhoAndWhatItIsAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Heat or cold?")
		comment := s.comment(t, post, Pending)
		gone := s.comment(t, post, Pending, writtenBy("another", ""))
		if _, err := s.move(t.Context(), s.owner, comment.ID, Approved); err != nil {
			t.Fatal(err)
		}
		if err := s.remove(t.Context(), s.owner, gone.ID); err != nil {
			t.Fatal(err)
		}
		first := func(q EventQuery) Event {
			t.Helper()
			q.Page.Limit = 1
			found, err := s.Events(t.Context(), q)
			if err != nil || len(found.Items) == 0 {
				t.Fatal(q, err)
			}
			return found.Items[0]
		}
		owner, err := s.User(t.Context(), s.owner.User)
		if err != nil {
			t.Fatal(err)
		}
		e := first(EventQuery{Kind: "comment.approved"})
		want(t, "an approval", []string{e.ActorName, string(e.ActorRole), e.SubjectTitle, e.SubjectPost.Title, e.SubjectPost.Slug}, []string{owner.Name, "owner", "Ruth", "Heat or cold?", "heat-or-cold"})
		e = first(EventQuery{Kind: "post.published"})
		want(t, "a post", []string{e.ActorName, e.SubjectTitle}, []string{owner.Name, "Heat or cold?"})
		e = first(EventQuery{Kind: "comment.deleted"})
		want(t, "what has gone", []string{e.ActorName, e.SubjectTitle}, []string{owner.Name, ""})
		e = first(EventQuery{Kind: "settings.updated"})
		want(t, "the site", []string{e.ActorName, e.SubjectTitle}, []string{"", ""})
	})
}

func TestAMailIsFoundByItsAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Post")
		s.says(t, post, Pending, "phone", "ruth@mail.example", wantsMail)
		s.says(t, post, Pending, "laptop", "ruth@mail.example", wantsMail)
		s.says(t, post, Pending, "tom", "tom@mail.example", wantsMail)
		if _, err := s.CreateInvite(t.Context(), s.owner, "edda@mail.example", "", auth.Author, true); err != nil {
			t.Fatal(err)
		}
		s.mails(t)
		owner, err := s.User(t.Context(), s.owner.User)
		if err != nil {
			t.Fatal(err)
		}
		for address, wanted := range map[string][]MailKind{
			"ruth@mail.example": {MailConfirm}, "tom@mail.example": {MailConfirm}, "edda@mail.example": {MailInvite}, "nobody@mail.example": nil, "%": nil,
			*owner.Email: {MailHeld, MailHeld, MailHeld},
		} {
			found, err := s.Deliveries(t.Context(), DeliveryQuery{To: address})
			if err != nil {
				t.Fatal(err)
			}
			var kinds []MailKind
			for _, d := range found.Items {
				kinds = append(kinds, d.Kind)
				want(t, "to whom", *d.ToEmail, address)
			}
			want(t, address, kinds, wanted)
			want(t, "total", int(found.Total), len(wanted))
		}
		found, err := s.Deliveries(t.Context(), DeliveryQuery{Kind: MailInvite, State: DeliveryWaiting})
		want(t, "by kind", len(found.Items), 1)
		wantError(t, "by kind", err, nil)
	})
}
