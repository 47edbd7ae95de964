package handlers

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dimmer/models"
)

func TestTooMuchWorkAtOnceIsTurnedAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bound := newWorkBound(1, 1)
		finish, done := make(chan bool), make(chan error)
		slow := func() error { <-finish; return nil }
		for range 2 {
			go func() { done <- bound.do(t.Context(), nil, slow) }()
		}
		synctest.Wait() // one works, and one waits
		wantsTooMuch(t, bound.do(t.Context(), nil, slow))
		gone, cancel := context.WithCancel(t.Context())
		close(finish)
		if a, b := <-done, <-done; a != nil || b != nil {
			t.Errorf("the first two got %v, %v", a, b)
		}
		if err := bound.do(t.Context(), nil, func() error { return models.ErrNotFound }); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("afterwards: %v", err)
		}
		cancel()
		bound.working <- struct{}{}
		if err := bound.do(gone, nil, slow); !errors.Is(err, context.Canceled) {
			t.Errorf("one whose client has gone got %v", err)
		}
	})
}

func wantsTooMuch(t *testing.T, err error) {
	t.Helper()
	var p *Problem
	if !errors.As(err, &p) || p.Status != 503 || p.header.Get("Retry-After") == "" {
		t.Errorf("got %v", err)
	}
}

// passing is a queue for one at a time, beside traffic that is always or never busy.
func passing(busy bool) *queue {
	way := &traffic{many: 1 << 40, now: time.Now}
	if busy {
		way.many = 0
	}
	time.Sleep(trafficOver) // on the clock of the bubble
	return newQueue(1, 3, way)
}

func TestWorkGivesWayToTraffic(t *testing.T) {
	t.Parallel()
	const long = 20 * time.Millisecond
	for name, c := range map[string]struct {
		queue func() *queue
		took  time.Duration // for three who come at once
	}{
		"nothing to give way to": {func() *queue { return nil }, long},
		"little traffic":         {func() *queue { return passing(false) }, long},
		"much traffic":           {func() *queue { return passing(true) }, 3*long + 2*3*long},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				q, results := c.queue(), make(chan error)
				began := time.Now()
				for range 3 {
					go func() {
						done, err := q.take(t.Context())
						if err == nil {
							time.Sleep(long)
							done()
						}
						results <- err
					}()
				}
				for i := range 3 {
					if err := <-results; err != nil {
						t.Error(err)
					}
					if i == 0 && time.Since(began) != long {
						t.Errorf("the first was done after %s, not %s", time.Since(began), long)
					}
				}
				if took := time.Since(began); took != c.took {
					t.Errorf("three were done after %s, not %s", took, c.took)
				}
			})
		})
	}
}

func TestWhoWaitsTooLongForATurnIsTurnedAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := passing(true)
		done, err := q.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = q.take(t.Context())
		wantsTooMuch(t, err)
		if waited := time.Since(began); waited != longestWait {
			t.Errorf("she was told after %s", waited)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := q.take(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("one whose client has gone got %v", err)
		}
		done() // after three seconds of work
		began = time.Now()
		soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := q.take(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one who left in the pause got %v", err)
		}
		if _, err := q.take(t.Context()); err != nil {
			t.Errorf("who left in the pause has taken the turn with her: %v", err)
		}
		if paused := time.Since(began); paused != longestPause {
			t.Errorf("the pause was %s", paused)
		}
	})
}

func TestTrafficIsMuchAsLongAsItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		way := &traffic{many: 1000, now: time.Now}
		for _, step := range []struct {
			counted int
			after   time.Duration
			busy    bool
		}{
			{0, time.Second, false},
			{999, time.Second, false},
			{1000, time.Second, true},
			{0, trafficOver / 2, true}, // too short to tell
			{0, time.Second, false},
			{2, 2 * trafficOver, true},
			{1, 2 * trafficOver, false},
		} {
			for range step.counted {
				way.count()
			}
			time.Sleep(step.after)
			if got := way.busy(); got != step.busy {
				t.Errorf("%d in %s: %v", step.counted, step.after, got)
			}
		}
	})
}
