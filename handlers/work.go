package handlers

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// What takes the processor for long is kept from those whose answers are ready. Two bounds see to that: how much is done at once, whatever else goes
// on, and how much is left for it while many ready answers go out.

// longestWait is for one's turn. Who waits longer than a person does is better told so.
const longestWait = 3 * time.Second

// longestPause is after work that took long for other reasons than the processor.
const longestPause = 200 * time.Millisecond

var errTooMuchToDo = unavailable("There is too much to do right now. Please try again in a moment.")

// workBound lets a number of answers be made at once, lets some more wait, and turns the rest away: under too much load some get their answer instead
// of all getting none (API 2).
type workBound struct{ admitted, working chan struct{} }

func newWorkBound(atOnce, waiting int) workBound {
	return workBound{make(chan struct{}, atOnce+waiting), make(chan struct{}, atOnce)}
}

// do calls work when there is a place, which it looks for once it has its turn.
func (b workBound) do(ctx context.Context, turn *queue, work func() error) error {
	select {
	case b.admitted <- struct{}{}:
		defer func() { <-b.admitted }()
	default:
		return errTooMuchToDo
	}
	done, err := turn.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	select {
	case b.working <- struct{}{}:
		defer func() { <-b.working }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return work()
}

// queue makes work give way while something else is busy: so much of it at once, each with a pause after it that depends on how long it took. While
// nothing else is busy nobody waits. A nil one has nothing that it gives way to.
type queue struct {
	free   chan time.Time // who takes one begins then, and not before
	pauses int            // so many times as long as the work
	way    *traffic
}

func newQueue(atOnce, pauses int, way *traffic) *queue {
	t := &queue{free: make(chan time.Time, atOnce), pauses: pauses, way: way}
	for range atOnce {
		t.free <- time.Time{}
	}
	return t
}

// take waits for a turn. Its error is that of ctx, or that there is too much to do. Who has got one calls done after her work.
func (t *queue) take(ctx context.Context) (done func(), err error) {
	if t == nil || !t.way.busy() {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, longestWait, errTooMuchToDo)
	defer cancel()
	var from time.Time
	select {
	case from = <-t.free:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	select {
	case <-time.After(from.Sub(t.way.now())):
	case <-ctx.Done():
		t.free <- from
		return nil, context.Cause(ctx)
	}
	began := t.way.now()
	return func() {
		now := t.way.now()
		t.free <- now.Add(min(time.Duration(t.pauses)*now.Sub(began), longestPause))
	}, nil
}

// traffic tells whether something happens so often that it should not wait for anything else.
type traffic struct {
	many float64 // times a second
	now  func() time.Time
	sum  atomic.Int64

	mu     sync.Mutex
	before int64 // what the sum was at that time
	at     time.Time
	last   bool
}

// trafficOver is the shortest time that traffic is told from.
const trafficOver = time.Millisecond

func (t *traffic) count() { t.sum.Add(1) }

// busy tells it of the time since it was asked last.
func (t *traffic) busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, sum := t.now(), t.sum.Load()
	if past := now.Sub(t.at); past >= trafficOver {
		t.last = float64(sum-t.before) >= t.many*past.Seconds()
		t.at, t.before = now, sum
	}
	return t.last
}
