package models

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"
	gormlogger "gorm.io/gorm/logger"
)

// unlike is a comment that has nothing in common with another of another number, with a link.
func unlike(post Post, i int, verdict CommentStatus, tune ...func(*NewComment)) NewComment {
	return from(post, verdict, append([]func(*NewComment){func(n *NewComment) {
		n.KeyHash, n.TextHash, n.AddressHash = fmt.Sprint("key ", i), fmt.Sprint("text ", i), fmt.Sprint("address ", i)
		n.Hosts = []string{"example.org"}
	}}, tune...)...)
}

func TestACommentAsksTheDatabaseAFixedNumberOfTimes(t *testing.T) {
	s := newSite(t, "")
	post := s.published(t, "Discussed")
	read, written := &statements{Interface: gormlogger.Discard}, &statements{Interface: gormlogger.Discard}
	s.writer.Logger, s.reader.Logger = written, read
	queued := func(from, n int, status CommentStatus) {
		t.Helper()
		var writes []func() error
		for i := from; i < from+n; i++ {
			writes = append(writes, func() error { _, err := s.send(t, unlike(post, i, status)); return err })
		}
		for i, err := range s.queue(t, writes...) {
			wantError(t, fmt.Sprint("comment ", i), err, nil)
		}
	}
	for _, c := range []struct {
		name string
		of   *statements
		want int64
		do   func()
	}{
		// The post, the same text, the reader; then reader, comment, words, link, verdict, hour, counters, event.
		{"a held comment", written, 11, func() { queued(0, 1, Pending) }},
		{"a visible comment", written, 13, func() { queued(1, 1, Approved) }}, // and what is counted on the post, and that lists have changed
		// For each the text and the reader; the rest for all of them, of twenty rows 16 and 4 at a time.
		{"twenty held comments", written, 1 + 20*2 + 2*6 + 2, func() { queued(10, 20, Pending) }},
		{"six visible comments", written, 1 + 6*2 + 6 + 4, func() { queued(30, 6, Approved) }}, // thirty in all would be a flood
		{"a post that is discussed", read, 1, func() { s.discuss(t, post.Slug) }},
		{"the same post again", read, 0, func() { s.discuss(t, post.Slug) }},
		{"what is known of a reader, her text and two sites", read, 3, func() {
			if _, err := s.History(t.Context(), "key 1", "text 1", []string{"example.org", "example.net"}, nil); err != nil {
				t.Error(err)
			}
		}},
	} {
		before := c.of.n.Load()
		c.do()
		want(t, "statements of "+c.name, c.of.n.Load()-before, c.want)
	}
	want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), 28)
	checkCounters(t, s)
}

func (s site) discuss(t *testing.T, slug string) Post {
	t.Helper()
	post, err := s.DiscussedPost(t.Context(), slug)
	wantError(t, "the post that is discussed", err, nil)
	return post
}

func TestCommentsOfOneGroupFindWhatTheOthersHaveWritten(t *testing.T) {
	s := newSite(t, "")
	post, other := s.published(t, "Discussed"), s.published(t, "Another")
	root := s.comment(t, post, Approved)
	before := s.number(t, "SELECT max(seq) FROM events")
	var made [7]Comment
	request := &Idempotency{Scope: "comments", Key: "one", BodyHash: "body"}
	send := func(i int, n NewComment) func() error {
		return func() (err error) { made[i], err = s.send(t, n); return err }
	}
	errs := s.queue(t,
		send(0, unlike(post, 0, Approved)),
		send(1, unlike(other, 1, Spam, func(n *NewComment) { n.KeyHash = "key 0" })),              // the same reader, who is new
		send(2, unlike(post, 2, Pending, func(n *NewComment) { n.Idempotency = request })),        // and the same request twice
		send(3, unlike(post, 3, Pending, func(n *NewComment) { n.Idempotency = request })),        //
		send(4, unlike(post, 0, Approved)),                                                        // the same text from the same reader
		func() error { _, err := s.LikeComment(t.Context(), "key 9", root.ID, true); return err }, // no comment
		send(5, unlike(post, 5, Approved, answer(root), func(n *NewComment) { n.SlowFor = time.Minute })),
		send(6, unlike(post, 6, Approved, func(n *NewComment) { n.SlowFor, n.AddressHash = time.Minute, "address 5" })), // too soon after
	)
	for i, wanted := range []error{nil, nil, nil, nil, ErrConflict, nil, nil} {
		wantError(t, fmt.Sprint("write ", i), errs[i], wanted)
	}
	if !errors.As(errs[7], new(TooSoonError)) {
		t.Errorf("a second comment from one address: %v", errs[7])
	}
	want(t, "the reader", *made[1].CommenterID, *made[0].CommenterID)
	want(t, "a request that came twice", []any{made[3].ID, made[3].Replayed}, []any{made[2].ID, true})
	want(t, "comments", s.number(t, "SELECT count(*) FROM comments"), 5)
	events, err := query[string](t.Context(), s.reader, "SELECT subject_id FROM events WHERE seq > ? AND kind = 'comment.created' ORDER BY seq", before)
	wantError(t, "events", err, nil)
	want(t, "the order of what is told", events, []string{string(made[0].ID), string(made[1].ID), string(made[2].ID), string(made[5].ID)})
	checkCounters(t, s)
}

func TestAPostThatIsDiscussedIsWhatTheLastWriteMadeOfIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Discussed")
		want(t, "its slug", s.discuss(t, "discussed").Slug, "discussed")
		post = s.change(t, post, PostChange{Slug: Some("renamed"), CommentLevel: Some(new(LevelAll))})
		for _, slug := range []string{"discussed", "renamed"} {
			found := s.discuss(t, slug)
			want(t, slug, []any{found.Slug, *found.CommentLevel}, []any{"renamed", LevelAll})
		}
		s.change(t, post, PostChange{Status: Some(Draft)})
		_, err := s.DiscussedPost(t.Context(), "renamed")
		wantError(t, "a draft", err, ErrNotFound)
	})
}

// Whoever has read a post before a write must not put it where the next looks.
func TestAPostThatWasReadBeforeAWriteIsNotKept(t *testing.T) {
	var d discussed
	_, at := d.find("slug")
	d.forget()
	d.keep("slug", Post{Slug: "old"}, at)
	if kept, _ := d.find("slug"); kept != nil {
		t.Errorf("%+v is kept", kept)
	}
	_, at = d.find("slug")
	d.keep("slug", Post{Slug: "new"}, at)
	if kept, _ := d.find("slug"); kept == nil || kept.Slug != "new" {
		t.Errorf("%+v is kept", kept)
	}
	for i := range keptDiscussed + 5 {
		d.keep(fmt.Sprint("slug ", i), Post{}, at)
	}
	if len(d.posts) > keptDiscussed {
		t.Errorf("%d posts are kept", len(d.posts))
	}
}

func TestWhatAWriteHasWrittenIsTakenBackIfItDoesNotEnd(t *testing.T) {
	s := newSite(t, "")
	insert := func(db *gorm.DB) error {
		return done(exec(t.Context(), db, "INSERT INTO comment_counts (post_id, status, n) VALUES (?, 'spam', 1)", "x"))
	}
	for name, end := range map[string]func(context.Context, context.CancelFunc) error{
		"a failure":           func(context.Context, context.CancelFunc) error { return ErrConflict },
		"a panic":             func(context.Context, context.CancelFunc) error { panic("out of cheese") },
		"the end of its time": func(_ context.Context, cancel context.CancelFunc) error { cancel(); return nil },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		err := unpanicked(func() error {
			return s.transaction(ctx, func(db *gorm.DB) error {
				if err := insert(db); err != nil {
					return err
				}
				return end(ctx, cancel)
			})
		})
		cancel()
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		want(t, name+": rows", s.number(t, "SELECT count(*) FROM comment_counts"), 0)
	}
	wantError(t, "a write that ends", s.transaction(t.Context(), insert), nil)
	want(t, "rows", s.number(t, "SELECT count(*) FROM comment_counts"), 1)
	wantError(t, "the same again", s.transaction(t.Context(), insert), gorm.ErrDuplicatedKey)
	want(t, "connections that write", s.pools[0].Stats().OpenConnections, 1)
}

func TestWhatIsReadByHandIsWhatGormReads(t *testing.T) {
	s := newSite(t, "")
	type row struct {
		text    string
		none    *string
		some    *string
		n       int
		large   int64
		yes, no bool
		at      time.Time
		never   *time.Time
		id      *CommentID
	}
	sql := "SELECT ?, NULL, 'x', 7, 1 << 40, TRUE, FALSE, ?, NULL, 'id', ?"
	to := func(r *row) []any {
		return []any{&r.text, &r.none, &r.some, &r.n, &r.large, &r.yes, &r.no, utcTime{&r.at}, nullTime{&r.never}, nullID[CommentID]{&r.id}, &r.n}
	}
	var own, pooled []row
	at := s.now()
	wantError(t, "on its own connection", s.readShort(t.Context(), func(ctx context.Context, db *gorm.DB) (err error) {
		own, err = scan(ctx, db, 1, to, sql, PostID("named"), &at, 8)
		return err
	}), nil)
	pooled, err := scan(t.Context(), s.reader, 1, to, sql, PostID("named"), &at, 8)
	wantError(t, "on any", err, nil)
	if len(own) != 1 || len(pooled) != 1 {
		t.Fatal(own, pooled)
	}
	want(t, "what is read", fmt.Sprintf("%+v %v", own[0].text, own[0].at), fmt.Sprintf("%+v %v", pooled[0].text, pooled[0].at))
	want(t, "the values", []any{own[0].text, own[0].none == nil, *own[0].some, own[0].n, own[0].large, own[0].yes, own[0].no, own[0].never == nil, *own[0].id},
		[]any{"named", true, "x", 8, int64(1 << 40), true, false, true, CommentID("id")})
	for name, into := range map[string]any{"a number as a text": new(string), "a number as nothing known": new(float32)} {
		if assign(into, int64(1)) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
