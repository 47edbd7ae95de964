package models

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func (s site) schedule(t testing.TB, kind string, in time.Duration, tune ...func(*Job)) {
	t.Helper()
	job := Job{Kind: kind, Payload: "{}", RunAt: s.clock.at.Add(in), MaxAttempts: 3}
	for _, change := range tune {
		change(&job)
	}
	if err := s.write(t.Context(), System, "schedule", func(t *tx) error { return t.schedule(job) }); err != nil {
		t.Fatal(err)
	}
}

func (s site) claim(t testing.TB, wanted string) Job {
	t.Helper()
	job, err := s.ClaimJob(t.Context())
	if wanted == "" {
		wantError(t, "no work", err, ErrNotFound)
	} else if err != nil || job.Kind != wanted {
		t.Fatalf("got the job %q, want %q (%v)", job.Kind, wanted, err)
	}
	return job
}

func keyed(key string) func(*Job) { return func(j *Job) { j.UniqueKey = &key } }

func TestWorkIsTakenInTheOrderInWhichItIsDue(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.claim(t, "")
		s.schedule(t, "second", 2*time.Minute)
		s.schedule(t, "first", time.Minute)
		s.schedule(t, "later", time.Hour)
		s.claim(t, "")
		s.clock.move(3 * time.Minute)
		first := s.claim(t, "first")
		want(t, "attempts", first.Attempts, 1)
		second := s.claim(t, "second")
		s.claim(t, "")
		for _, job := range []Job{first, second} {
			if err := s.FinishJob(t.Context(), job, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "left", s.number(t, "SELECT count(*) FROM jobs"), 1)
	})
}

func TestTheWorkOfAKilledProgramIsTakenByAnotherAfterItsLease(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.schedule(t, "work", 0)
		killed := s.claim(t, "work")
		s.clock.move(jobLease - time.Second)
		s.claim(t, "")
		s.clock.move(2 * time.Second)
		other := s.claim(t, "work")
		want(t, "attempts", other.Attempts, 2)
		// The first was not killed but slow: what it says now counts no more.
		for name, say := range map[string]func() error{
			"done":   func() error { return s.FinishJob(t.Context(), killed, time.Time{}) },
			"failed": func() error { return s.FailJob(t.Context(), killed, errors.New("too late")) },
			"again":  func() error { return s.FinishJob(t.Context(), killed, s.clock.at) },
		} {
			if err := say(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			s.claim(t, "")
			want(t, name+": left", s.number(t, "SELECT count(*) FROM jobs"), 1)
		}
		if err := s.FinishJob(t.Context(), other, time.Time{}); err != nil {
			t.Fatal(err)
		}
		want(t, "left", s.number(t, "SELECT count(*) FROM jobs"), 0)
	})
}

func TestWorkThatFailsIsPutOffLongerAndLongerAndGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.schedule(t, "work", 0, func(j *Job) { j.MaxAttempts = 16 })
		var delays []time.Duration
		for attempt := 1; attempt <= 16; attempt++ {
			job := s.claim(t, "work")
			want(t, "attempt", job.Attempts, attempt)
			if err := s.FailJob(t.Context(), job, fmt.Errorf("no\x00 answer\nfrom %d", attempt)); err != nil {
				t.Fatal(err)
			}
			s.claim(t, "")
			var said string
			if err := s.pools[0].QueryRow("SELECT last_error FROM jobs").Scan(&said); err != nil {
				t.Fatal(err)
			}
			want(t, "the reason", said, fmt.Sprint("no answer from ", attempt))
			if attempt == 16 {
				break
			}
			began := s.clock.at
			for s.number(t, "SELECT count(*) FROM jobs WHERE run_at <= "+map[bool]string{true: "$1", false: "?"}[s.postgres], s.clock.at.UTC()) == 0 {
				s.clock.move(time.Second / 2)
			}
			delays = append(delays, s.clock.at.Sub(began).Round(time.Second))
		}
		want(t, "delays", delays, []time.Duration{
			time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second, 128 * time.Second,
			256 * time.Second, 512 * time.Second, 1024 * time.Second, 2048 * time.Second, time.Hour, time.Hour, time.Hour,
		})
		s.clock.move(48 * time.Hour)
		s.claim(t, "")
		want(t, "kept to be looked at", s.number(t, "SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL"), 1)
	})
}

func TestAJobOfOneNameIsOneAndTheLastWordCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.schedule(t, "work", time.Hour, keyed("one"))
		s.schedule(t, "work", 0, keyed("one"))
		s.schedule(t, "work", 0, keyed("two"))
		want(t, "jobs", s.number(t, "SELECT count(*) FROM jobs"), 2)
		running := s.claim(t, "work")
		other := s.claim(t, "work")
		if *running.UniqueKey != "one" {
			running, other = other, running
		}
		s.schedule(t, "work", time.Minute, keyed("one")) // while it runs
		if err := s.FinishJob(t.Context(), running, time.Time{}); err != nil {
			t.Fatal(err)
		}
		want(t, "it is there still", s.number(t, "SELECT count(*) FROM jobs WHERE unique_key = 'one'"), 1)
		if err := s.FinishJob(t.Context(), other, time.Time{}); err != nil {
			t.Fatal(err)
		}
		s.claim(t, "")
		s.clock.move(time.Minute)
		again := s.claim(t, "work")
		want(t, "attempts begin anew", again.Attempts, 1)
	})
}

func TestDailyWorkIsScheduledOnceAndGoesOnAfterItWasGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		together(5, func(int) {
			if err := s.ScheduleDaily(t.Context(), JobForget); err != nil {
				t.Error(err)
			}
		})
		want(t, "jobs", s.number(t, "SELECT count(*) FROM jobs"), 1)
		job := s.claim(t, JobForget)
		if err := s.FinishJob(t.Context(), job, s.clock.at.Add(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.ScheduleDaily(t.Context(), JobForget); err != nil {
			t.Fatal(err)
		}
		s.claim(t, "")
		s.clock.move(25 * time.Hour)
		job = s.claim(t, JobForget)
		want(t, "attempts begin anew", job.Attempts, 1)
		job.Attempts = job.MaxAttempts
		if err := s.FailJob(t.Context(), job, errors.New("for the last time")); err != nil {
			t.Fatal(err)
		}
		s.clock.move(25 * time.Hour)
		s.claim(t, "")
		if err := s.ScheduleDaily(t.Context(), JobForget); err != nil {
			t.Fatal(err)
		}
		s.claim(t, JobForget)
	})
}

func TestProgramsThatWorkBesideEachOtherNeverHaveTheSameJob(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		config := s.config
		if s.postgres {
			config.Dir = t.TempDir()
		}
		stores := []*Store{s.Store, open(t, config), s.Store, open(t, config)}
		for range 60 {
			s.schedule(t, "work", 0)
		}
		var mu sync.Mutex
		taken := map[JobID]int{}
		together(len(stores), func(i int) {
			for {
				job, err := stores[i].ClaimJob(t.Context())
				if errors.Is(err, ErrNotFound) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				taken[job.ID]++
				mu.Unlock()
			}
		})
		// Who finds only jobs that others are just taking goes home early; what is left is taken here.
		for left, err := s.ClaimJob(t.Context()); err == nil; left, err = s.ClaimJob(t.Context()) {
			taken[left.ID]++
		}
		want(t, "taken", len(taken), 60)
		for id, n := range taken {
			if n != 1 {
				t.Errorf("%s was taken %d times", id, n)
			}
		}
	})
}
