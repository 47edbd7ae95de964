package models

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"gorm.io/gorm"
)

// maxGroup is how many writes are committed together at most: what one waits for is bounded.
const maxGroup = 64

// A group commits what readers write together: one write to the disk for all that is waiting, instead of one for each. Whoever finds nobody
// committing does it for all that has gathered; nobody waits for a timer. With synchronous=FULL and 32 writers that is three times as
// many comments in a second.
type group struct {
	turn    chan struct{} // holds one: whoever has put it there commits
	mu      sync.Mutex
	waiting []*groupedWrite
	most    int // how many are committed together
}

// A groupedWrite is one write of a group. do may run twice, so it touches nothing but the transaction and variables that it sets anew.
type groupedWrite struct {
	ctx  context.Context
	by   Actor
	what string
	do   func(*tx) error
	// arrives says that do knows of comments that wait to be written (see [arrivals]). What does not finds them written.
	arrives bool
	t       *tx
	err     error
	done    chan struct{}
}

// A refusal is the error of a write that has not written anything yet: if it is one of this package, the others of its group go on.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// unrefused is the error itself.
func unrefused(err error) error {
	var r refusal
	if errors.As(err, &r) {
		return r.error
	}
	return err
}

func newGroup() *group { return &group{turn: make(chan struct{}, 1), most: maxGroup} }

// writeGrouped is [Store.write] for what many readers do at once. On Postgres, which commits in groups by itself, it is the same.
func (s *Store) writeGrouped(ctx context.Context, by Actor, what string, do func(*tx) error) error {
	return s.inGroup(ctx, groupedWrite{by: by, what: what, do: do})
}

// writeArrival is writeGrouped for a comment: do adds it to those that are written together.
func (s *Store) writeArrival(ctx context.Context, by Actor, what string, do func(*tx) error) error {
	return s.inGroup(ctx, groupedWrite{by: by, what: what, do: do, arrives: true})
}

func (s *Store) inGroup(ctx context.Context, w groupedWrite) error {
	if s.postgres {
		return s.write(ctx, w.by, w.what, func(t *tx) error {
			t.arrivals = &arrivals{}
			if err := w.do(t); err != nil {
				return unrefused(err)
			}
			_, err := t.arrivals.writeRows()
			return err
		})
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	w.ctx, w.done = ctx, make(chan struct{})
	return s.await(ctx, &w)
}

// await lets a write be committed with others, by whoever comes to it first.
func (s *Store) await(ctx context.Context, w *groupedWrite) error {
	s.group.add(w)
	gone := ctx.Done()
	for {
		select {
		case <-w.done:
			return w.err
		case s.group.turn <- struct{}{}:
			s.commit(s.group.next()) //nolint:contextcheck // what is written together belongs to many requests
			<-s.group.turn           // commit never panics
		case <-gone:
			if s.group.withdraw(w) {
				return fault(w.what, ctx.Err())
			}
			gone = nil // it is being written: what becomes of it is known soon
		}
	}
}

func (g *group) add(w *groupedWrite) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, w)
}

// withdraw takes a write back that nobody has begun.
func (g *group) withdraw(w *groupedWrite) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, w)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return true
}

// next takes what is waiting, first come, first served.
func (g *group) next() []*groupedWrite {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), g.most)
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return batch
}

// commit writes a batch in one transaction and says to each what became of it. If one of them fails, nothing of it is kept and each that
// somebody still waits for is written by itself; not so if the database is busy: it would be for each of them.
func (s *Store) commit(batch []*groupedWrite) {
	if len(batch) == 0 {
		return
	}
	err := unpanicked(func() error { return s.writeBatch(batch) })
	if err != nil && len(batch) > 1 && !errors.Is(fault("", err), ErrBusy) {
		for i, w := range batch {
			if w.err = fault(w.what, w.ctx.Err()); w.err != nil {
				close(w.done)
				continue
			}
			s.commit(batch[i : i+1])
		}
		return
	}
	if err == nil {
		var written []*tx
		for _, w := range batch {
			if w.err == nil {
				written = append(written, w.t)
			}
		}
		err = unpanicked(func() error { s.settle(written...); return nil })
	}
	for _, w := range batch {
		if err != nil {
			w.err = err
		}
		w.err = fault(w.what, w.err)
		close(w.done)
	}
}

// unpanicked makes a panic an error: that of one write must not end in the request of another, nor keep all of them waiting.
func unpanicked(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return do()
}

// writeBatch runs the writes in one transaction, which does not end because one of their requests does. Its statements are not ended when its
// time is over, as each is short; what comes after them is.
func (s *Store) writeBatch(batch []*groupedWrite) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), s.patience)
	defer cancel()
	return s.transaction(ctx, func(db *gorm.DB) error {
		statements, waiting := context.WithoutCancel(ctx), &arrivals{}
		for _, w := range batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !w.arrives {
				if err := waiting.write(); err != nil {
					return err
				}
			}
			w.t, w.err = s.newTx(statements, db, w.by), nil
			w.t.arrivals = waiting
			err := w.do(w.t)
			switch {
			case errors.As(err, new(refusal)) && isDomain(err): // after a fault of the database nothing is sure
				w.err = unrefused(err)
			case err != nil:
				return err
			case !w.arrives:
				if err := finish(w.t); err != nil {
					return err
				}
			}
		}
		return waiting.write()
	})
}
