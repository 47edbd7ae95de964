package models

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

func (s site) scheduled(t testing.TB, title string, in time.Duration, tune ...func(*PostChange)) Post {
	t.Helper()
	at := s.clock.at.Add(in)
	return s.draft(t, title, append([]func(*PostChange){func(c *PostChange) { c.Status, c.PublishedAt = Some(Scheduled), Some(&at) }}, tune...)...)
}

func TestAScheduledPostGoesOutWhenItIsDueAndKeepsItsDate(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.scheduled(t, "Later", time.Hour)
		due := *post.PublishedAt
		publish := func(wanted int) {
			t.Helper()
			n, err := s.PublishDue(t.Context())
			if err != nil || n != wanted {
				t.Errorf("%d went out, want %d (%v)", n, wanted, err)
			}
		}
		job := func() Job {
			t.Helper()
			jobs, err := s.ClaimJob(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return jobs
		}
		s.clock.move(59 * time.Minute)
		publish(0)
		_, err := s.ClaimJob(t.Context())
		wantError(t, "work before it is due", err, ErrNotFound)

		s.clock.move(24 * time.Hour) // the program was not running meanwhile
		work := job()
		want(t, "the work", work.Kind, JobPublish)
		publish(1)
		if err := s.FinishJob(t.Context(), work, time.Time{}); err != nil {
			t.Fatal(err)
		}
		publish(0)
		post = s.stored(t, post.ID)
		want(t, "status", post.Status, Published)
		want(t, "date", *post.PublishedAt, due)
		want(t, "place in lists", post.SortAt, due)
		want(t, "events", s.kinds(t, string(post.ID)), []string{"post.created", "post.scheduled", "post.updated", "post.published"})
		want(t, "jobs", s.number(t, "SELECT count(*) FROM jobs"), 0)
		revisions, err := s.Revisions(t.Context(), s.owner, post.ID, Page{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "its revision", revisions.Items[0].Changed, []string{"status"})
		if revisions.Items[0].ByUserID != nil {
			t.Error("it names a person: the clock did it")
		}
	})
}

func TestTheWorkOfPublishingFollowsTheDate(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		jobs := func() int { return s.number(t, "SELECT count(*) FROM jobs") }
		post := s.scheduled(t, "Moving", time.Hour)
		want(t, "jobs", jobs(), 1)
		later := s.clock.at.Add(3 * time.Hour).Truncate(time.Second)
		post = s.change(t, post, PostChange{PublishedAt: Some(&later)})
		want(t, "jobs", jobs(), 1)
		s.clock.move(2 * time.Hour)
		_, err := s.ClaimJob(t.Context())
		wantError(t, "work at the former date", err, ErrNotFound)
		post = s.change(t, post, PostChange{Status: Some(Draft)})
		want(t, "jobs of a draft", jobs(), 0)
		post = s.change(t, post, PostChange{Status: Some(Scheduled), PublishedAt: Some(&later)})
		post = s.change(t, post, PostChange{Status: Some(Published)})
		want(t, "jobs of a published post", jobs(), 0)
		post = s.change(t, post, PostChange{Status: Some(Scheduled), PublishedAt: Some(&later)})
		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		want(t, "jobs of a deleted post", jobs(), 0)
	})
}

func TestTheClockLeavesTheWorkingCopyToItsWriter(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.scheduled(t, "Later", time.Hour)
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, `{"title":"Begun"}`, PostChange{Title: Some("Begun")}); err != nil {
			t.Fatal(err)
		}
		s.clock.move(2 * time.Hour)
		if n, err := s.PublishDue(t.Context()); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		want(t, "title", s.stored(t, post.ID).Title, "Later")
		kept, err := s.WorkingCopy(t.Context(), s.owner, post.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "fields", kept.Fields, `{"title":"Begun"}`)
		want(t, "base version", kept.BaseVersion, 2)
		want(t, "who", *kept.ByUserID, s.owner.User)
	})
}

func TestWhatIsDueGoesOutOnceHoweverManyPublishIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		stores := []*Store{s.Store, s.Store}
		config := s.config
		if s.postgres {
			config.Dir = t.TempDir() // a second program
		}
		stores = append(stores, open(t, config), open(t, config))
		for i := range 15 {
			s.scheduled(t, fmt.Sprint("Due ", i), time.Duration(1+i%3)*time.Hour)
		}
		s.scheduled(t, "Not yet due", 100*time.Hour)
		s.clock.move(50 * time.Hour)
		var published atomic.Int32
		together(len(stores), func(i int) {
			n, err := stores[i].PublishDue(t.Context())
			if err != nil {
				t.Error(err)
			}
			published.Add(int32(n))
		})
		want(t, "went out", published.Load(), 15)
		want(t, "published", s.number(t, "SELECT count(*) FROM posts WHERE status = 'published'"), 15)
		want(t, "events", s.number(t, "SELECT count(*) FROM events WHERE kind = 'post.published'"), 15)
		want(t, "revisions", s.number(t, "SELECT count(*) FROM revisions"), 15+16)
		want(t, "counted", s.number(t, "SELECT n FROM post_counts WHERE dimension = 'all' AND status = 'published'"), 15)
	})
}
