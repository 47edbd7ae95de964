package models

import (
	"testing"
	"time"

	"dimmer/auth"
)

// sentAt is when a comment was written.
func sentAt(at time.Time) func(*NewComment) { return func(n *NewComment) { n.CreatedAt = &at } }

// days are the days of a month on which there was anything, as date: published, spam, held.
func (s site) days(t testing.TB, by Actor) map[string][3]int64 {
	t.Helper()
	stats, err := s.Stats(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	if len(stats.Days) != StatsDays {
		t.Errorf("%d days", len(stats.Days))
	}
	days := map[string][3]int64{}
	for _, d := range stats.Days {
		if d.Published+d.Spam+d.Held > 0 {
			days[d.Date.Format(time.DateOnly)] = [3]int64{d.Published, d.Spam, d.Held}
		}
	}
	return days
}

func TestDaysAreCountedWhereTheBlogIs(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Post")
		midnight := time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)
		s.comment(t, post, Approved, sentAt(midnight.Add(-time.Minute)))
		s.comment(t, post, Spam, sentAt(midnight))
		s.comment(t, post, Pending, sentAt(midnight.Add(23*time.Hour)))
		s.comment(t, post, Trash, sentAt(midnight.Add(23*time.Hour)))
		s.comment(t, post, Approved, sentAt(start.AddDate(0, 0, -StatsDays+1).Truncate(24*time.Hour)))
		s.comment(t, post, Approved, sentAt(start.AddDate(0, 0, -StatsDays+1).Truncate(24*time.Hour).Add(-time.Second)))
		for zone, wanted := range map[string]map[string][3]int64{
			"UTC":           {"2026-01-31": {1, 0, 0}, "2026-02-26": {1, 0, 0}, "2026-02-27": {0, 1, 1}},
			"Europe/Berlin": {"2026-01-31": {2, 0, 0}, "2026-02-27": {1, 1, 0}, "2026-02-28": {0, 0, 1}},
			"Asia/Kolkata":  {"2026-01-31": {2, 0, 0}, "2026-02-27": {1, 1, 0}, "2026-02-28": {0, 0, 1}},
			"Asia/Tokyo":    {"2026-01-31": {2, 0, 0}, "2026-02-27": {1, 1, 0}, "2026-02-28": {0, 0, 1}},
			"Etc/GMT+10":    {"2026-01-30": {2, 0, 0}, "2026-02-26": {1, 1, 0}, "2026-02-27": {0, 0, 1}},
		} {
			if _, err := s.set(t, map[string]string{"timezone": `"` + zone + `"`}); err != nil {
				t.Fatal(err)
			}
			want(t, zone, s.days(t, s.owner), wanted)
		}
	})
}

func TestADayWithoutAnHourIsADay(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Post")
		if _, err := s.set(t, map[string]string{"timezone": `"Europe/Berlin"`}); err != nil {
			t.Fatal(err)
		}
		s.clock.move(30 * 24 * time.Hour) // the clocks go forward on 29 March
		s.comment(t, post, Approved, sentAt(time.Date(2026, 3, 28, 22, 59, 59, 0, time.UTC)))
		s.comment(t, post, Approved, sentAt(time.Date(2026, 3, 29, 21, 59, 59, 0, time.UTC)))
		s.comment(t, post, Approved, sentAt(time.Date(2026, 3, 29, 22, 0, 0, 0, time.UTC)))
		want(t, "days", s.days(t, s.owner), map[string][3]int64{"2026-03-28": {1, 0, 0}, "2026-03-29": {1, 0, 0}, "2026-03-30": {1, 0, 0}})
	})
}

func TestEachSeesTheNumbersOfWhatSheHasToDoWith(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		author, moderator, editor := s.person(t, "Ben", auth.Author), s.person(t, "Lena", auth.Moderator), s.person(t, "Ada", auth.Editor)
		hers := s.published(t, "Hers", func(c *PostChange) { c.Authors = Some([]string{string(author.User)}) })
		theirs := s.published(t, "Theirs")
		s.draft(t, "Draft")
		s.scheduled(t, "Scheduled", time.Hour)
		s.comment(t, theirs, Pending)
		mine := s.comment(t, hers, Pending)
		newest := s.comment(t, theirs, Approved)
		s.comment(t, hers, Spam)
		type numbers struct {
			Held, Drafts, Scheduled, Published, LastHour int64
			Traffic, Mail                                bool
			Today                                        [3]int64
		}
		for name, c := range map[string]struct {
			by Actor
			is numbers
		}{
			"owner":     {s.owner, numbers{2, 1, 1, 2, 4, true, true, [3]int64{1, 1, 2}}},
			"editor":    {editor, numbers{2, 1, 1, 2, 4, true, true, [3]int64{1, 1, 2}}},
			"moderator": {moderator, numbers{2, 0, 0, 0, 4, true, false, [3]int64{1, 1, 2}}},
			"author":    {author, numbers{1, 0, 0, 1, 0, false, false, [3]int64{0, 1, 1}}},
		} {
			stats, err := s.Stats(t.Context(), c.by)
			if err != nil {
				t.Fatal(err)
			}
			today := stats.Days[StatsDays-1]
			want(t, name, numbers{stats.Held, stats.Drafts, stats.Scheduled, stats.Published, stats.LastHour, stats.Traffic != nil, stats.Mail != nil, [3]int64{today.Published, today.Spam, today.Held}}, c.is)
		}
		spam := s.comment(t, theirs, Spam)
		pulse := func(by Actor) Pulse {
			t.Helper()
			p, err := s.Pulse(t.Context(), by)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		want(t, "the moderator's pulse", pulse(moderator), Pulse{2, &spam.ID})
		want(t, "the author's pulse", pulse(author), Pulse{1, &mine.ID})
		if _, err := s.move(t.Context(), author, mine.ID, Approved); err != nil {
			t.Fatal(err)
		}
		want(t, "the author's pulse after her decision", pulse(author), Pulse{0, &mine.ID})
		want(t, "of somebody without posts", pulse(s.person(t, "Nora", auth.Author)), Pulse{})
		want(t, "there is a newer one that she does not see", newest.ID > mine.ID, true)
	})
}

func TestMailThatDoesNotGetThroughIsCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Post")
		trouble := func() MailTrouble {
			t.Helper()
			stats, err := s.Stats(t.Context(), s.owner)
			if err != nil {
				t.Fatal(err)
			}
			return *stats.Mail
		}
		s.comment(t, post, Pending, writtenBy("Ruth", ""))
		s.mails(t)
		want(t, "what is on its way", trouble(), MailTrouble{})
		claimed, err := s.ClaimDeliveries(t.Context(), 1)
		if err != nil || len(claimed) != 1 {
			t.Fatal(len(claimed), err)
		}
		if err := s.PutOffDelivery(t.Context(), claimed[0], s.Now().Add(time.Hour), "The server says no.", true); err != nil {
			t.Fatal(err)
		}
		at := claimed[0].CreatedAt
		want(t, "tried in vain", trouble(), MailTrouble{Waiting: 1, Since: &at})
		s.clock.move(2 * time.Hour)
		if claimed, err = s.ClaimDeliveries(t.Context(), 1); err != nil || len(claimed) != 1 {
			t.Fatal(len(claimed), err)
		}
		if err := s.FailDelivery(t.Context(), claimed[0], "The server says no."); err != nil {
			t.Fatal(err)
		}
		want(t, "given up", trouble(), MailTrouble{Failed: 1})
		s.clock.move(mailTroubleDays * 24 * time.Hour)
		want(t, "a week later", trouble(), MailTrouble{})
	})
}
