// Package cache keeps answers ready to be sent: bounded in bytes, made once however many ask at the same time, and cleared by cache tag, so that nobody
// gets anything older than a write that was answered before she asked.
//
// It does not belong here: what an answer is made of, which tags it has and under which key it is known (handlers), and which tags a write clears
// (models).
package cache

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

const (
	// slots is how many clearings are told apart. Two tags that share a slot are cleared together, which costs an answer that is made again, never a wrong one.
	slots = 1 << 16
	// overhead is about what an entry takes besides its bytes.
	overhead = 512
	// largest is the part of the cache that one answer may take.
	largest = 16
)

// Cache holds values of one kind by their keys. It is safe for concurrent use.
//
// Each clearing has a number, and each tag, by way of its slot, the number of its last clearing. A value knows the number that was the last when it began to
// be made. It is good as long as no tag of it was cleared later. So a clearing costs one store for each tag, whatever is in the cache, and what
// is under way while something is cleared is never taken for new.
type Cache[V any] struct {
	entries  *otter.Cache[string, *entry[V]]
	largest  int
	lifetime time.Duration
	now      func() time.Time
	seed     maphash.Seed
	last     atomic.Uint64
	all      atomic.Uint64 // the last clearing of everything
	cleared  [slots]atomic.Uint64

	mu      sync.Mutex
	flights map[string]*flight[V]
}

type entry[V any] struct {
	value V
	made  uint64 // the last clearing when it began to be made
	until time.Time
	tags  []uint32
	size  int
}

// flight is a value that is being made.
type flight[V any] struct {
	done  chan struct{}
	entry *entry[V]
	err   error
}

// New makes a cache of so many bytes at most. What is older than the lifetime is made again: answers may depend on the time of day, which clears nothing.
func New[V any](bytes int, lifetime time.Duration, now func() time.Time) *Cache[V] {
	return &Cache[V]{
		entries: otter.Must(&otter.Options[string, *entry[V]]{
			MaximumWeight: uint64(max(bytes, 0)),                                                                        // #nosec G115 -- not negative
			Weigher:       func(key string, e *entry[V]) uint32 { return uint32(min(e.size+len(key)+overhead, 1<<30)) }, // #nosec G115 -- bounded
		}),
		largest: bytes / largest, lifetime: lifetime, now: now, seed: maphash.MakeSeed(), flights: map[string]*flight[V]{},
	}
}

// Close ends what the cache does by itself.
func (c *Cache[V]) Close() { c.entries.StopAllGoroutines() }

// Clear makes everything with one of these tags old. A write clears after it has been committed and before it is answered.
func (c *Cache[V]) Clear(tags ...string) {
	if len(tags) == 0 {
		return
	}
	number := c.last.Add(1)
	for _, tag := range tags {
		raise(&c.cleared[c.slot(tag)], number)
	}
}

// ClearAll makes everything old, whatever its tags.
func (c *Cache[V]) ClearAll() { raise(&c.all, c.last.Add(1)) }

func raise(mark *atomic.Uint64, number uint64) {
	for {
		before := mark.Load()
		if before >= number || mark.CompareAndSwap(before, number) {
			return
		}
	}
}

func (c *Cache[V]) slot(tag string) uint32 {
	return uint32(maphash.String(c.seed, tag) % slots) // #nosec G115 -- less than slots
}

// isNew tells whether a value has not outlived its time, and no tag of it been cleared since it began to be made.
func (c *Cache[V]) isNew(e *entry[V]) bool {
	if c.all.Load() > e.made || !c.now().Before(e.until) {
		return false
	}
	for _, slot := range e.tags {
		if c.cleared[slot].Load() > e.made {
			return false
		}
	}
	return true
}

// Get gives a value that is there and new.
func (c *Cache[V]) Get(key string) (value V, found bool) {
	e, ok := c.entries.GetIfPresent(key)
	if !ok || !c.isNew(e) {
		return value, false
	}
	return e.value, true
}

// Known tells whether there is a value, new or old: whether somebody has asked for it before, and it has not been given up for others.
func (c *Cache[V]) Known(key string) bool {
	_, ok := c.entries.GetIfPresent(key)
	return ok
}

// Made is a value with what the cache has to know of it.
type Made[V any] struct {
	Value V
	Tags  []string // what clears it
	Size  int      // bytes
}

// Fill gives the value of a key, made by the first of those who ask at the same time, with her context. If she leaves and it fails for that, another of them
// makes it. An error is kept for nobody who asks later.
func (c *Cache[V]) Fill(ctx context.Context, key string, build func(context.Context) (Made[V], error)) (value V, err error) {
	for {
		if value, found := c.Get(key); found {
			return value, nil
		}
		c.mu.Lock()
		f, underWay := c.flights[key]
		if !underWay {
			f = &flight[V]{done: make(chan struct{}), err: errEnded}
			c.flights[key] = f
		}
		c.mu.Unlock()
		if !underWay {
			if err := c.fly(ctx, key, f, build); err != nil {
				return value, err
			}
			return f.entry.value, nil // she asked before it was made: it is new enough for her
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return value, ctx.Err()
		}
		if f.err == nil && c.isNew(f.entry) {
			return f.entry.value, nil
		}
		if f.err != nil && !errors.Is(f.err, errEnded) {
			return value, f.err
		}
		// Something was cleared meanwhile: what was made may be older than what she has a right to.
	}
}

// errEnded is what those get who wait for somebody who has left, or whose making ended in a panic: they try for themselves.
var errEnded = errors.New("the making of the answer ended")

// fly makes a value and keeps it, if it is not old already.
func (c *Cache[V]) fly(ctx context.Context, key string, f *flight[V], build func(context.Context) (Made[V], error)) error {
	defer func() {
		c.mu.Lock()
		delete(c.flights, key)
		c.mu.Unlock()
		close(f.done)
	}()
	number, until := c.last.Load(), c.now().Add(c.lifetime) // before anything is read
	made, err := build(ctx)
	if err != nil {
		if ctx.Err() == nil {
			f.err = err
		}
		return err
	}
	f.err = nil
	f.entry = &entry[V]{value: made.Value, made: number, until: until, size: made.Size, tags: make([]uint32, len(made.Tags))}
	for i, tag := range made.Tags {
		f.entry.tags[i] = c.slot(tag)
	}
	if made.Size <= c.largest && c.isNew(f.entry) {
		c.entries.Set(key, f.entry)
	}
	return nil
}

// Bytes is about how many bytes the cache holds.
func (c *Cache[V]) Bytes() uint64 { return c.entries.WeightedSize() }

// Entries is about how many answers it holds, old ones that nobody has asked for since included.
func (c *Cache[V]) Entries() int { return c.entries.EstimatedSize() }
