package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
)

// from is a comment as it arrives from a reader, with its verdict.
func from(post Post, verdict CommentStatus, tune ...func(*NewComment)) NewComment {
	n := NewComment{PostID: post.ID, Name: "Ruth", Source: "So true.", HTML: "<p>So true.</p>", Judged: Judged{Status: verdict}, KeyHash: "key of Ruth"}
	for _, change := range tune {
		change(&n)
	}
	return n
}

// send stores what a reader sends.
func (s site) send(t testing.TB, n NewComment) (Comment, error) {
	t.Helper()
	return s.CreateComment(t.Context(), Actor{Kind: ByReader}, n)
}

// wantCode demands a conflict with this code.
func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	var conflict ConflictError
	if !errors.As(err, &conflict) || conflict.Code != code {
		t.Errorf("%s: got the error %v, want %s", what, err, code)
	}
}

func TestCommentsSentTogetherAreStoredOrRefusedEachByItself(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(n *NewComment, i int) // of every tenth
		err   error
	}{
		"no such post": {func(n *NewComment, _ int) { n.PostID = newID[PostID]() }, ErrNotFound},
		// Only the transaction can know of these: when they arrive, none of them is there.
		"the same again": {func(n *NewComment, i int) { n.TextHash, n.KeyHash = fmt.Sprint("text ", i-1), fmt.Sprint("key ", i-1) }, ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s site) {
				post := s.published(t, "Discussed")
				before := s.number(t, "SELECT count(*) FROM events WHERE kind = 'comment.created'")
				var stored, refused atomic.Int32
				together(200, func(i int) {
					n := from(post, Approved, func(n *NewComment) { n.TextHash, n.KeyHash = fmt.Sprint("text ", i), fmt.Sprint("key ", i) })
					if i%10 == 9 {
						c.spoil(&n, i)
					}
					if _, err := s.send(t, n); err != nil {
						wantError(t, "refused", err, c.err)
						refused.Add(1)
					} else {
						stored.Add(1)
					}
				})
				want(t, "stored and refused", []int32{stored.Load(), refused.Load()}, []int32{180, 20})
				want(t, "rows", s.number(t, "SELECT count(*) FROM comments"), 180)
				want(t, "events", s.number(t, "SELECT count(*) FROM events WHERE kind = 'comment.created'")-before, 180)
				checkCounters(t, s)
			})
		})
	}
}

// queue holds the turn to commit, lets the writes line up in their order, gives the turn free and returns what became of each.
func (s site) queue(t *testing.T, writes ...func() error) []error {
	t.Helper()
	s.group.turn <- struct{}{}
	errs := make([]error, len(writes))
	var wait sync.WaitGroup
	for i, write := range writes {
		wait.Go(func() { errs[i] = write() })
		eventually(t, "it waits", func() bool {
			s.group.mu.Lock()
			defer s.group.mu.Unlock()
			return len(s.group.waiting) == i+1
		})
	}
	<-s.group.turn
	wait.Wait()
	return errs
}

// note is a write of a group that leaves an event.
func (s site) note(ctx context.Context, kind string, do func()) func() error {
	return func() error {
		return s.writeGrouped(ctx, System, "note it", func(t *tx) error {
			t.event(kind, "site", s.instanceID)
			do()
			return nil
		})
	}
}

func TestWhatWaitsIsCommittedInItsOrderSixtyFourAtOnce(t *testing.T) {
	s := newSite(t, "")
	var order []int
	commits := map[context.Context]int{}
	var writes []func() error
	for i := range 150 {
		writes = append(writes, func() error {
			return s.writeGrouped(t.Context(), System, "note it", func(tx *tx) error {
				order = append(order, i)
				commits[tx.ctx]++
				return nil
			})
		})
	}
	for i, err := range s.queue(t, writes...) {
		wantError(t, fmt.Sprint("write ", i), err, nil)
	}
	if !slices.IsSorted(order) || len(order) != 150 {
		t.Errorf("written in the order %v", order)
	}
	var sizes []int
	for _, n := range commits {
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	want(t, "writes of each commit", sizes, []int{22, 64, 64})
}

func TestARefusalCostsTheOthersNoSecondTryAndAFailureOne(t *testing.T) {
	s := newSite(t, "")
	for name, c := range map[string]struct {
		err  error
		runs int
	}{
		"a refusal": {refusal{ErrNotFound}, 2},
		"a failure": {ErrNotFound, 3}, // the first runs again
	} {
		runs := 0
		errs := s.queue(t,
			s.note(t.Context(), "first", func() { runs++ }),
			func() error {
				return s.writeGrouped(t.Context(), System, "fail", func(t *tx) error {
					t.clears("nothing")
					t.event("refused", "site", s.instanceID)
					return c.err
				})
			},
			s.note(t.Context(), "third", func() { runs++ }),
		)
		wantError(t, name+": the first", errs[0], nil)
		want(t, name, errs[1], ErrNotFound, cmpopts.EquateErrors())
		wantError(t, name+": the third", errs[2], nil)
		want(t, name+": runs", runs, c.runs)
	}
	want(t, "what is told", s.kinds(t, s.instanceID)[1:], []string{"first", "third", "first", "third"})
	if slices.Contains(*s.cleared, "nothing") {
		t.Error("a refusal clears something")
	}
}

func TestAPanicOfOneWriteIsAnErrorOfThatOneOnly(t *testing.T) {
	s := newSite(t, "")
	errs := s.queue(t,
		s.note(t.Context(), "first", func() {}),
		s.note(t.Context(), "broken", func() { panic("out of cheese") }),
		s.note(t.Context(), "third", func() {}),
	)
	wantError(t, "the first", errs[0], nil)
	wantError(t, "the third", errs[2], nil)
	if err := errs[1]; err == nil || !strings.Contains(err.Error(), "note it: panic: out of cheese") || isDomain(err) || errors.Is(err, ErrBusy) {
		t.Errorf("the broken one: %v", err)
	}
	want(t, "what is told", s.kinds(t, s.instanceID)[1:], []string{"first", "third"})
}

func TestAPanicWhileItIsToldKeepsNobodyWaiting(t *testing.T) {
	s := newSite(t, "")
	post := s.published(t, "Discussed")
	told := s.listener.Load()
	s.Listen(Listener{Changed: func([]string) { panic("out of cheese") }})
	send := func() error { _, err := s.send(t, from(post, Approved)); return err }
	for i, err := range s.queue(t, send, send) {
		if err == nil || !strings.Contains(err.Error(), "out of cheese") {
			t.Errorf("comment %d: %v", i, err)
		}
	}
	s.Listen(*told)
	if err := send(); err != nil {
		t.Error(err)
	}
	want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), 3)
}

func TestARequestThatIsGivenUpIsWithdrawnUnlessItHasBegun(t *testing.T) {
	s := newSite(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	s.group.turn <- struct{}{}
	ended := make(chan error)
	go func() { ended <- s.note(ctx, "withdrawn", func() { t.Error("it ran") })() }()
	eventually(t, "it waits", func() bool {
		s.group.mu.Lock()
		defer s.group.mu.Unlock()
		return len(s.group.waiting) == 1
	})
	cancel()
	err := <-ended
	wantError(t, "withdrawn", err, context.Canceled)
	if errors.Is(err, ErrBusy) {
		t.Error("it is taken for a busy storage")
	}
	<-s.group.turn
	for range 20 { // whoever is written when she gives up may find both at once
		ctx, cancel = context.WithCancel(t.Context())
		wantError(t, "given up while it is written", s.note(ctx, "written", cancel)(), nil)
	}

	// Of a commit that fails, what is given up meanwhile is not tried again.
	ctx, cancel = context.WithCancel(t.Context())
	runs := 0
	errs := s.queue(t,
		func() error {
			return s.writeGrouped(t.Context(), System, "fail", func(*tx) error { cancel(); return ErrNotFound })
		},
		s.note(ctx, "given up", func() { runs++ }),
		s.note(t.Context(), "last", func() {}),
	)
	wantError(t, "what fails", errs[0], ErrNotFound)
	wantError(t, "what is given up", errs[1], context.Canceled)
	wantError(t, "what comes after", errs[2], nil)
	want(t, "what is told", s.kinds(t, s.instanceID)[1:], append(slices.Repeat([]string{"written"}, 20), "last"))
	want(t, "runs of what is given up", runs, 0)
}

func TestABusyDatabaseIsAskedOnceForAllWhoWait(t *testing.T) {
	s := newSite(t, "", func(c *Config) { c.Patience = 200 * time.Millisecond })
	runs := 0
	stalled := func() error {
		return s.writeGrouped(t.Context(), System, "wait", func(*tx) error { runs++; return context.DeadlineExceeded })
	}
	for i, err := range s.queue(t, stalled, stalled, stalled) {
		wantError(t, fmt.Sprint("write ", i), err, ErrBusy)
	}
	want(t, "runs", runs, 1)

	post := s.published(t, "Discussed")
	other := open(t, s.config)
	other.patience = time.Minute
	held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- other.write(context.Background(), System, "hold the lock", func(*tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	together(5, func(int) {
		_, err := s.send(t, from(post, Approved))
		wantError(t, "a comment on a locked database", err, ErrBusy)
	})
	close(release)
	wantError(t, "the other", <-ended, nil)
	s.patience = time.Minute
	s.comment(t, post, Approved)
	want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), 1)
	want(t, "what waits still", len(s.group.waiting), 0)
}

func TestWhatReadersSeeIsToldBeforeTheAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		var posts []Post
		for i := range 20 {
			posts = append(posts, s.published(t, fmt.Sprint("Post ", i)))
		}
		var told sync.Map
		s.Listen(Listener{ChangedSoon: func([]string) {}, Changed: func(tags []string) {
			for _, tag := range tags {
				told.Store(tag, true)
			}
		}})
		together(len(posts), func(i int) {
			if _, err := s.send(t, from(posts[i], Approved)); err != nil {
				t.Error(err)
			}
			if _, is := told.Load("comments:" + string(posts[i].ID)); !is {
				t.Errorf("comment %d is answered before it is told", i)
			}
		})
	})
}

func TestReadersAndModeratorsWriteAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		root := s.comment(t, post, Approved)
		var held []Comment
		for range 20 {
			held = append(held, s.comment(t, post, Pending, answer(root)))
		}
		together(60, func(i int) {
			var err error
			switch i % 3 {
			case 0:
				_, err = s.move(t.Context(), s.owner, held[i/3].ID, Approved)
			case 1:
				_, err = s.send(t, from(post, Approved, answer(root)))
			case 2:
				_, err = s.LikeComment(t.Context(), fmt.Sprint("key ", i), root.ID, true)
			}
			wantError(t, fmt.Sprint("write ", i), err, nil)
		})
		read, err := s.Comment(t.Context(), s.owner, root.ID)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "answers and likes", []int{read.ReplyCount, read.LikeCount}, []int{40, 20})
		checkCounters(t, s)
	})
}

func TestACommentOnALockedPostIsBusyAndWorksAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "In the way")
		comment := s.comment(t, post, Approved)
		held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			ended <- s.write(context.Background(), System, "hold the post", func(t *tx) error {
				_, err := t.commentedPost(post.ID)
				close(held)
				<-release
				return err
			})
		}()
		<-held
		s.patience = 100 * time.Millisecond
		together(4, func(int) {
			_, err := s.send(t, from(post, Approved))
			wantError(t, "a comment", err, ErrBusy)
			_, err = s.LikeComment(t.Context(), "key", comment.ID, true)
			wantError(t, "a like", err, ErrBusy)
			_, err = s.ReactToPost(t.Context(), "key", post.ID, true)
			wantError(t, "a reaction", err, ErrBusy)
		})
		s.patience = time.Minute
		close(release)
		wantError(t, "whoever held it", <-ended, nil)
		s.comment(t, post, Approved)
		checkCounters(t, s)
	})
}
