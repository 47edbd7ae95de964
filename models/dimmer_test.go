package models

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// level is the level of a post as it is stored, under the settings as they are.
func (s site) level(t testing.TB, id PostID) string {
	t.Helper()
	settings, err := s.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	post := s.stored(t, id)
	level, cause := post.Level(settings, s.Now())
	return fmt.Sprint(level, []string{"", " by flood", " by quiet"}[cause])
}

// arrive stores comments of strangers, all in one moment.
func (s site) arrive(t testing.TB, post Post, n int) {
	t.Helper()
	for i := range n {
		s.comment(t, post, Pending, writtenBy(fmt.Sprint("stranger ", s.Now().UnixNano(), i), ""))
	}
}

func (s site) runDimmer(t testing.TB) {
	t.Helper()
	if err := s.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAFloodRaisesTheLevelAndQuietLowersIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		site := s.published(t, "By the site's level")
		open := s.published(t, "Open", func(c *PostChange) { c.CommentLevel = Some(ptr(LevelOpen)) })
		closed := s.published(t, "Closed", func(c *PostChange) { c.CommentLevel = Some(ptr(LevelClosed)) })
		levels := func() []string { return []string{s.level(t, site.ID), s.level(t, open.ID), s.level(t, closed.ID)} }
		calm := []string{"newcomers", "open", "closed"}

		s.arrive(t, site, floodLeast-1)
		want(t, "29 comments", levels(), calm)
		s.clock.move(floodPause)
		s.arrive(t, site, 1)
		want(t, "30 comments", levels(), []string{"all by flood", "newcomers by flood", "closed"})
		want(t, "what readers get anew", slices.Contains(*s.cleared, "posts"), true)
		want(t, "told once", s.kinds(t, s.instanceID), []string{"settings.updated", "flood.raised"})

		for range 11 { // it goes on for eleven minutes
			s.clock.move(time.Minute)
			s.arrive(t, site, floodLeast)
		}
		want(t, "it goes on", levels(), []string{"all by flood", "all by flood", "closed"})
		want(t, "told of each step", s.kinds(t, s.instanceID), []string{"settings.updated", "flood.raised", "flood.raised"})
		raised, err := s.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want(t, "a job sees to the end", s.lines(t, "SELECT CAST(count(*) AS text) FROM jobs WHERE kind = 'dimmer'"), []string{"1"})

		s.clock.move(calmAfter - time.Minute)
		s.runDimmer(t)
		want(t, "59 quiet minutes", levels(), []string{"all by flood", "all by flood", "closed"})
		s.clock.move(raised.Dimmer.CalmAt().Sub(s.Now()))
		want(t, "60 quiet minutes, before the job", levels(), calm)
		s.runDimmer(t)
		s.runDimmer(t)
		want(t, "60 quiet minutes", levels(), calm)
		want(t, "told that it is over", s.kinds(t, s.instanceID), []string{"settings.updated", "flood.raised", "flood.raised", "flood.over"})
	})
}

func TestWhatIsNormalIsNoFlood(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "A busy one")
		// 60 an hour for two weeks: a flood is a hundred in ten minutes.
		err := s.write(t.Context(), System, "make a busy past", func(tx *tx) error {
			for hours := range 24 * normalDays {
				if err := done(exec(tx.ctx, tx.DB, "INSERT INTO comment_hours (hour, n, spam) VALUES (?, 60, 0)", tx.now.Add(-time.Duration(hours+2)*time.Hour).Truncate(time.Hour))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		traffic, err := s.Traffic(t.Context())
		if err != nil || traffic.Flood < 95 || traffic.Flood > 105 || traffic.NormalPerHour < 58 || traffic.NormalPerHour > 62 {
			t.Fatalf("%+v, %v", traffic, err)
		}
		s.arrive(t, post, traffic.Flood-1)
		s.clock.move(floodPause)
		want(t, "as many as on any busy day", s.level(t, post.ID), "newcomers")
		s.arrive(t, post, 2)
		want(t, "ten times as many", s.level(t, post.ID), "all by flood")
	})
}

func TestWhatAPersonPutsBackStaysForAnHour(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		if _, err := s.PutBack(t.Context(), s.owner); err != nil {
			t.Fatal(err)
		}
		want(t, "nothing to put back", s.kinds(t, s.instanceID), []string{"settings.updated"})
		s.arrive(t, post, floodLeast+floodBurst)
		want(t, "raised", s.level(t, post.ID), "all by flood")
		if _, err := s.PutBack(t.Context(), s.owner); err != nil {
			t.Fatal(err)
		}
		want(t, "put back", s.level(t, post.ID), "newcomers")
		s.arrive(t, post, floodLeast)
		want(t, "while it goes on", s.level(t, post.ID), "newcomers")
		s.clock.move(calmAfter)
		s.arrive(t, post, floodLeast+floodBurst)
		want(t, "an hour later", s.level(t, post.ID), "all by flood")
	})
}

// Another program has put the level back a moment ago, and this one does not know yet.
func TestWhatAnotherProgramHasPutBackStaysToo(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		s.arrive(t, post, floodLeast-1)
		if _, err := s.Settings(t.Context()); err != nil { // it remembers them
			t.Fatal(err)
		}
		err := s.write(t.Context(), System, "put it back elsewhere", func(t *tx) error {
			return done(exec(t.ctx, t.DB, "UPDATE dimmer SET put_back_at = ?", t.now))
		})
		if err != nil {
			t.Fatal(err)
		}
		s.arrive(t, post, floodBurst)
		want(t, "a moment later", slices.Contains(s.kinds(t, s.instanceID), "flood.raised"), false)
		s.clock.move(calmAfter)
		s.arrive(t, post, floodLeast+floodBurst)
		want(t, "an hour later", s.level(t, post.ID), "all by flood")
	})
}

func TestTheSwitchForTheDayOfAFlood(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, closed := s.published(t, "Discussed"), s.published(t, "Closed", func(c *PostChange) { c.CommentLevel = Some(ptr(LevelClosed)) })
		set := func(quiet Quiet) {
			t.Helper()
			if _, err := s.SetQuiet(t.Context(), s.owner, quiet, QuietTime); err != nil {
				t.Fatal(err)
			}
		}
		set(QuietHold)
		want(t, "hold everything", []string{s.level(t, post.ID), s.level(t, closed.ID)}, []string{"all by quiet", "closed"})
		set(QuietClose)
		want(t, "close all", s.level(t, post.ID), "closed by quiet")
		s.clock.move(QuietTime - time.Minute)
		want(t, "a day later", s.level(t, post.ID), "closed by quiet")
		s.clock.move(time.Minute)
		want(t, "after it, before the job", s.level(t, post.ID), "newcomers")
		s.runDimmer(t)
		set(QuietHold)
		set("")
		set("")
		want(t, "ended", s.level(t, post.ID), "newcomers")
		want(t, "all of it is known", s.kinds(t, s.instanceID), []string{"settings.updated", "quiet.on", "quiet.on", "quiet.off", "quiet.on", "quiet.off"})
		if _, err := s.SetQuiet(t.Context(), s.owner, "loud", QuietTime); !errors.As(err, new(Invalid)) {
			t.Errorf("loud: %v", err)
		}
	})
}

func TestAPostHasTheStrictestLevelOfItsTags(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tag := func(slug string) TagID {
			t.Helper()
			tag, err := s.TagBySlug(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			return tag.ID
		}
		level := func(l Level) TagChange { return TagChange{Level: Some(&l)} }
		change := func(slug string, c TagChange) {
			t.Helper()
			if _, err := s.ChangeTag(t.Context(), s.owner, tag(slug), c); err != nil {
				t.Fatal(err)
			}
		}
		post := s.published(t, "Two tags", filed("Stress", "Sleep"))
		own := s.published(t, "Its own level", filed("Stress"), func(c *PostChange) { c.CommentLevel = Some(ptr(LevelOpen)) })
		want(t, "no level", s.level(t, post.ID), "newcomers")
		change("stress", level(LevelOpen))
		want(t, "a looser one than the site's", s.level(t, post.ID), "open")
		change("sleep", level(LevelAll))
		want(t, "the strictest", s.level(t, post.ID), "all")
		change("stress", level(LevelClosed))
		want(t, "the post's own comes first", []string{s.level(t, post.ID), s.level(t, own.ID)}, []string{"closed", "open"})

		later := s.published(t, "Written later", filed("Sleep"))
		want(t, "a new post", s.level(t, later.ID), "all")
		s.change(t, later, PostChange{Tags: Some([]string{"Jaw"})})
		want(t, "without the tag", s.level(t, later.ID), "newcomers")
		if err := s.DeleteTag(t.Context(), s.owner, tag("stress")); err != nil {
			t.Fatal(err)
		}
		want(t, "the tag is gone", s.level(t, post.ID), "all")
		if _, err := s.MergeTag(t.Context(), s.owner, tag("sleep"), tag("jaw")); err != nil {
			t.Fatal(err)
		}
		want(t, "merged into one without", s.level(t, post.ID), "newcomers")
		change("jaw", level(LevelAll))
		change("jaw", TagChange{Level: Some[*Level](nil)})
		want(t, "taken off again", s.level(t, post.ID), "newcomers")
		if _, err := s.ChangeTag(t.Context(), s.owner, tag("jaw"), level("loud")); !errors.As(err, new(Invalid)) {
			t.Errorf("a level that is none: %v", err)
		}
	})
}

func TestSlowModeLetsEverybodySpeakInTurn(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Heated"), s.published(t, "Calm")
		say := func(post Post, key, address string) error {
			n := NewComment{PostID: post.ID, Name: "Ruth", Source: fmt.Sprint("Words ", s.Now()), HTML: "x", Judged: Judged{Status: Pending}, KeyHash: key, AddressHash: address, SlowFor: time.Minute}
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, n)
			return err
		}
		for i, c := range []struct {
			what          string
			post          Post
			key, address  string
			after         time.Duration
			wait          time.Duration
			positiveFirst bool
		}{
			{what: "the first", post: post, key: "ruth", address: "here"},
			{what: "at once", post: post, key: "ruth", address: "there", wait: time.Minute},
			{what: "from the same address", post: post, key: "somebody else", address: "here", wait: time.Minute},
			{what: "on another post", post: other, key: "ruth", address: "here"},
			{what: "somebody else", post: post, key: "tom", address: "elsewhere"},
			{what: "half a minute later", post: post, key: "ruth", address: "here", after: 30 * time.Second, wait: 30 * time.Second},
			{what: "a minute later", post: post, key: "ruth", address: "here", after: 30 * time.Second},
		} {
			s.clock.move(c.after)
			err := say(c.post, c.key, c.address)
			var soon TooSoonError
			if errors.As(err, &soon) != (c.wait > 0) || soon.Wait.Round(time.Second) != c.wait {
				t.Errorf("%d, %s: %v %v, want to wait %v", i, c.what, err, soon.Wait, c.wait)
			}
		}
		want(t, "stored", s.number(t, "SELECT count(*) FROM comments"), 4)
	})
}

func TestAProofOfWorkCountsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		proof := SpentProof{"signature", start.Add(24 * time.Hour)}
		say := func(words string, idempotency *Idempotency) error {
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{
				PostID: post.ID, Name: "Ruth", Source: words, HTML: "x", Judged: Judged{Status: Pending}, KeyHash: "ruth", Proof: &proof, Idempotency: idempotency,
			})
			return err
		}
		key := &Idempotency{"here", "1", "body"}
		if err := say("The first.", key); err != nil {
			t.Fatal(err)
		}
		wantError(t, "another comment", say("The second.", nil), ErrProofSpent)
		if err := say("The first.", key); err != nil {
			t.Errorf("the same request again: %v", err)
		}
		want(t, "stored", s.number(t, "SELECT count(*) FROM comments"), 1)
		s.clock.move(25 * time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "remembered after its time", s.number(t, "SELECT count(*) FROM spent_proofs"), 0)
	})
}

// writtenBy makes a comment that of the reader with this key, with this text.
func writtenBy(key, textHash string) func(*NewComment) {
	return func(n *NewComment) { n.KeyHash, n.TextHash = key, textHash }
}

// filed files a post under tags.
func filed(tags ...string) func(*PostChange) {
	return func(c *PostChange) { c.Tags = Some(tags) }
}
