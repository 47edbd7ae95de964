package cache_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dimmer/cache"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newCache(t testing.TB, bytes int, lifetime time.Duration) *cache.Cache[string] {
	t.Helper()
	c := cache.New[string](bytes, lifetime, time.Now)
	t.Cleanup(c.Close)
	return c
}

// fill fills a key with what is given and says what came of it.
func fill(t testing.TB, c *cache.Cache[string], key, value string, tags ...string) string {
	t.Helper()
	got, err := c.Fill(t.Context(), key, func(context.Context) (cache.Made[string], error) {
		return cache.Made[string]{Value: value, Tags: tags, Size: len(value)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wants(t testing.TB, c *cache.Cache[string], key, want string) {
	t.Helper()
	if got, found := c.Get(key); got != want || found != (want != "") {
		t.Errorf("%s is %q (%v), want %q", key, got, found, want)
	}
}

func TestAnAnswerIsKeptUntilOneOfItsTagsIsCleared(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	wants(t, c, "a", "")
	if got := fill(t, c, "a", "first", "posts", "post:1"); got != "first" {
		t.Errorf("filled with %q", got)
	}
	if got := fill(t, c, "a", "not made", "posts"); got != "first" {
		t.Errorf("made again: %q", got)
	}
	fill(t, c, "b", "other", "post:2")
	c.Clear("post:3", "tags")
	wants(t, c, "a", "first")
	c.Clear("post:1")
	wants(t, c, "a", "")
	wants(t, c, "b", "other")
	fill(t, c, "a", "second", "posts", "post:1")
	wants(t, c, "a", "second")
	c.Clear()
	wants(t, c, "a", "second")
	c.Clear("posts", "post:2")
	wants(t, c, "a", "")
	wants(t, c, "b", "")
}

func TestWhatIsClearedWhileItIsMadeIsNotKept(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	got, err := c.Fill(t.Context(), "a", func(context.Context) (cache.Made[string], error) {
		c.Clear("posts") // somebody writes, after this has been read
		return cache.Made[string]{Value: "old", Tags: []string{"posts"}, Size: 3}, nil
	})
	if err != nil || got != "old" {
		t.Errorf("%q, %v: she asked before the write was answered", got, err)
	}
	wants(t, c, "a", "")
}

func TestOneMakesItForAllWhoAskAtTheSameTime(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	var made atomic.Int32
	begun, resume := make(chan struct{}), make(chan struct{})
	build := func(context.Context) (cache.Made[string], error) {
		if made.Add(1) == 1 {
			close(begun)
			<-resume
		}
		return cache.Made[string]{Value: "made", Tags: []string{"posts"}, Size: 4}, nil
	}
	var all sync.WaitGroup
	ask := func() {
		if got, err := c.Fill(t.Context(), "a", build); got != "made" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	all.Go(ask)
	<-begun
	for range 30 {
		all.Go(ask)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := c.Fill(gone, "a", build); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever leaves gets %v", err)
	}
	close(resume)
	all.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("it was made %d times", n)
	}
}

func TestIfWhoMakesItLeavesAnotherMakesIt(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	first, leave := context.WithCancel(t.Context())
	begun := make(chan struct{})
	left := make(chan error)
	go func() {
		_, err := c.Fill(first, "a", func(ctx context.Context) (cache.Made[string], error) {
			close(begun)
			<-ctx.Done()
			return cache.Made[string]{}, ctx.Err()
		})
		left <- err
	}()
	<-begun
	other := make(chan string)
	go func() { other <- fill(t, c, "a", "made", "posts") }()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	if got := <-other; got != "made" {
		t.Errorf("who stayed got %q", got)
	}
}

func TestAnAnswerHasItsTime(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	c := cache.New[string](1<<20, time.Minute, func() time.Time { return now })
	t.Cleanup(c.Close)
	fill(t, c, "a", "first", "posts")
	now = now.Add(time.Minute - 1)
	wants(t, c, "a", "first")
	now = now.Add(1)
	wants(t, c, "a", "")
	fill(t, c, "a", "second", "posts")
	wants(t, c, "a", "second")
	c.ClearAll()
	wants(t, c, "a", "")
}

func TestWhoAsksAfterAWriteDoesNotGetWhatWasBegunBeforeIt(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	begun, resume := make(chan struct{}), make(chan struct{})
	done := make(chan string)
	go func() {
		got, _ := c.Fill(t.Context(), "a", func(context.Context) (cache.Made[string], error) {
			close(begun)
			<-resume
			return cache.Made[string]{Value: "old", Tags: []string{"posts"}, Size: 3}, nil
		})
		done <- got
	}()
	<-begun
	c.Clear("posts")
	later := make(chan string)
	go func() { later <- fill(t, c, "a", "new", "posts") }()
	close(resume)
	if got := <-done; got != "old" {
		t.Errorf("who asked before got %q", got)
	}
	if got := <-later; got != "new" {
		t.Errorf("who asked after the write got %q", got)
	}
	wants(t, c, "a", "new")
}

func TestAnErrorAndAPanicAreKeptForNobody(t *testing.T) {
	c := newCache(t, 1<<20, time.Hour)
	broken := errors.New("broken")
	if _, err := c.Fill(t.Context(), "a", func(context.Context) (cache.Made[string], error) { return cache.Made[string]{}, broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	begun, resume := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is swallowed")
			}
		}()
		_, _ = c.Fill(t.Context(), "a", func(context.Context) (cache.Made[string], error) {
			close(begun)
			<-resume
			panic("on purpose")
		})
	})
	<-begun
	all.Go(func() {
		if got := fill(t, c, "a", "made"); got != "made" {
			t.Errorf("who waited got %q", got)
		}
	})
	close(resume)
	all.Wait()
	wants(t, c, "a", "made")
}

func TestItHoldsNoMoreThanItMay(t *testing.T) {
	const most = 1 << 20
	c := newCache(t, most, time.Hour)
	text := string(make([]byte, 2000))
	for range 50 { // a few that are asked for again and again
		for i := range 20 {
			fill(t, c, fmt.Sprint("hot ", i), text)
		}
	}
	for i := range 20_000 {
		fill(t, c, fmt.Sprint("cold ", i), text)
		fill(t, c, fmt.Sprint("hot ", i%20), text)
	}
	if got := c.Bytes(); got > most*11/10 {
		t.Errorf("it holds %d bytes", got)
	}
	hot := 0
	for i := range 20 {
		if _, found := c.Get(fmt.Sprint("hot ", i)); found {
			hot++
		}
	}
	if hot < 18 {
		t.Errorf("a flood of others has put out %d of 20 that are asked for all the time", 20-hot)
	}
	fill(t, c, "huge", string(make([]byte, most/8)))
	wants(t, c, "huge", "")
}

func TestWhatIsTooOldIsMadeAgain(t *testing.T) {
	c := newCache(t, 1<<20, time.Nanosecond)
	fill(t, c, "a", "first")
	for deadline := time.Now().Add(10 * time.Second); ; {
		if got := fill(t, c, "a", "second"); got == "second" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is never made again")
		}
	}
}

// Many read and write at once; whoever has written something gets that, or what is newer.
func TestNobodyReadsWhatIsOlderThanAnAnsweredWrite(t *testing.T) {
	c := newCache(t, 1<<16, time.Hour)
	const posts, writes = 8, 2000
	var stored [posts]atomic.Int64
	read := func(post int) int64 {
		var got int64
		_, err := c.Fill(t.Context(), fmt.Sprint("post ", post), func(context.Context) (cache.Made[string], error) {
			return cache.Made[string]{Value: fmt.Sprint(stored[post].Load()), Tags: []string{fmt.Sprint("post:", post), "posts"}, Size: 8}, nil
		})
		if err != nil {
			t.Error(err)
		}
		text, _ := c.Fill(t.Context(), fmt.Sprint("post ", post), func(context.Context) (cache.Made[string], error) {
			return cache.Made[string]{Value: fmt.Sprint(stored[post].Load()), Tags: []string{fmt.Sprint("post:", post), "posts"}, Size: 8}, nil
		})
		_, _ = fmt.Sscan(text, &got)
		return got
	}
	var all sync.WaitGroup
	for post := range posts {
		all.Go(func() { // one who writes and reads what she has written
			for i := range int64(writes) {
				stored[post].Store(i + 1)
				c.Clear(fmt.Sprint("post:", post))
				if got := read(post); got < i+1 {
					t.Errorf("post %d: wrote %d, read %d", post, i+1, got)
					return
				}
			}
		})
		all.Go(func() { // one who reads: never back in time
			last := int64(0)
			for range writes {
				got := read(post)
				if got < last {
					t.Errorf("post %d: read %d after %d", post, got, last)
					return
				}
				last = got
			}
		})
	}
	all.Wait()
}

func BenchmarkGet(b *testing.B) {
	c := newCache(b, 1<<20, time.Hour)
	fill(b, c, "/api/v1/posts/the-dimmer-switch", "x", "post:1", "posts", "site")
	b.ReportAllocs()
	for b.Loop() {
		if _, found := c.Get("/api/v1/posts/the-dimmer-switch"); !found {
			b.Fatal("not there")
		}
	}
}
