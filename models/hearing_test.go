package models

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// ear is what a program has been told.
type ear struct {
	mu            sync.Mutex
	changed, soon []string
	all           int
}

func (e *ear) listener() Listener {
	note := func(do func()) {
		e.mu.Lock()
		defer e.mu.Unlock()
		do()
	}
	return Listener{
		Changed:     func(tags []string) { note(func() { e.changed = append(e.changed, tags...) }) },
		ChangedSoon: func(tags []string) { note(func() { e.soon = append(e.soon, tags...) }) },
		ChangedAll:  func() { note(func() { e.all++ }) },
	}
}

func (e *ear) has(tag string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(e.changed, tag)
}

func (e *ear) times(tag string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(e.changed), func(one string) bool { return one != tag }))
}

func (e *ear) everything() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all
}

// clearing is a write that clears tags.
func clearing(t testing.TB, s *Store, tags ...string) {
	t.Helper()
	if err := s.write(t.Context(), System, "clear", func(t *tx) error { t.clears(tags...); return nil }); err != nil {
		t.Fatal(err)
	}
}

// onPostgres runs a test on a site there and a second program on the same database, alone: some of these tests end connections of others.
func onPostgres(t *testing.T, test func(t *testing.T, s site, second *Store)) {
	t.Helper()
	server := os.Getenv("DIMMER_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DIMMER_TEST_POSTGRES is not set: in CI the store is tested on both databases")
		}
		t.Skip("DIMMER_TEST_POSTGRES is not set")
	}
	s := newSite(t, freshSchema(t, server))
	config := s.config
	config.Dir = t.TempDir()
	test(t, s, open(t, config))
}

// hears waits until a program hears what another writes.
func hears(t testing.TB, e *ear, other *Store) {
	t.Helper()
	n := 0
	eventually(t, "the program hears the other", func() bool {
		n++
		tag := fmt.Sprint("try-", n)
		before := e.everything()
		clearing(t, other, tag)
		for range 1000 { // it may not have begun to listen; then the next may reach it
			if e.has(tag) {
				return true
			}
			if e.everything() > before+2 {
				break
			}
			_ = other.Ping(t.Context())
		}
		return false
	})
}

func TestWhatOneProgramWritesTheOthersHear(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, second *Store) {
		var here, there ear
		s.Listen(here.listener())
		second.Listen(there.listener())
		hears(t, &there, s.Store)
		hears(t, &here, second)

		post := s.published(t, "Post")
		tag := "post:" + string(post.ID)
		eventually(t, "the other hears of the post", func() bool { return there.has(tag) && there.has("posts") && there.has("changes") })
		s.comment(t, post, Approved)
		eventually(t, "the other hears of the comment", func() bool { return there.has("comments:" + string(post.ID)) })
		if !slices.Contains(there.soon, tag) {
			t.Error("a count that may be late is not told as one")
		}

		// What was not committed is not told, nor is what another blog in the same database writes.
		failed := errors.New("no")
		if err := s.write(t.Context(), System, "fail", func(t *tx) error {
			t.clears("never")
			return errors.Join(t.tell(), failed)
		}); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		other := newSite(t, freshSchema(t, os.Getenv("DIMMER_TEST_POSTGRES")))
		clearing(t, other.Store, "elsewhere")
		// Nor does a program hear itself.
		clearing(t, second, "own")
		clearing(t, s.Store, "last")
		eventually(t, "the other hears what came after", func() bool { return there.has("last") })
		for _, unheard := range []string{"never", "elsewhere"} {
			if there.has(unheard) {
				t.Errorf("%s was told", unheard)
			}
		}
		want(t, "times that its own write was told to the other", there.times("own"), 1)
		eventually(t, "the first hears the other", func() bool { return here.has("own") })
	})
}

func TestSettingsThatAnotherProgramHasChangedCountAtOnce(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, second *Store) {
		var there ear
		second.Listen(there.listener())
		hears(t, &there, s.Store)
		if _, err := second.Settings(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeSettings(t.Context(), s.owner, SettingsChange{"title": []byte(`"Other"`)}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the other title", func() bool {
			settings, err := second.Settings(t.Context())
			return err == nil && settings.Title == "Other"
		})
	})
}

func TestMoreThanCanBeToldIsEverything(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, second *Store) {
		var there ear
		second.Listen(there.listener())
		hears(t, &there, s.Store)
		var tags []string
		for i := range 1000 {
			tags = append(tags, fmt.Sprintf("post:%036d", i))
		}
		before := there.everything()
		clearing(t, s.Store, tags...)
		eventually(t, "everything is cleared", func() bool { return there.everything() > before })
		clearing(t, s.Store, tags[:100]...)
		eventually(t, "a hundred are told one by one", func() bool { return there.has(tags[99]) })
		if there.has(tags[100]) {
			t.Error("of a thousand some were told")
		}
	})
}

func TestAProgramThatHasLostItsConnectionClearsEverythingAndListensAgain(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, second *Store) {
		var there ear
		second.Listen(there.listener())
		hears(t, &there, s.Store)
		for i := range 3 {
			if n := s.number(t, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'dimmer listening' AND pid <> pg_backend_pid()"); n == 0 {
				t.Fatal("nobody was listening")
			}
			clearing(t, s.Store, fmt.Sprint("missed-", i))
			before := there.everything()
			eventually(t, "everything is cleared", func() bool { return there.everything() > before })
			hears(t, &there, s.Store)
		}
	})
}

// wire is a connection on the way to which something happens.
type wire struct {
	net.Conn
	read func([]byte) (int, error)
}

func (w wire) Read(b []byte) (int, error) { return w.read(b) }

// A connection that has silently died gives no error. A program must not believe in it for long.
func TestAProgramThatHearsNoSignClearsEverythingAgainAndAgain(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, second *Store) {
		var there ear
		dead := make(chan struct{})
		dial := second.hearing.config.DialFunc
		second.hearing.config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return silent{conn, dead}, err
		}
		second.Listen(there.listener())
		hears(t, &there, s.Store)
		close(dead)
		before := there.everything()
		eventually(t, "everything is cleared several times", func() bool { return there.everything() > before+3 })
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
}

// silent is a connection that from a moment on swallows what comes, until it is closed or nobody waits any more.
type silent struct {
	net.Conn
	dead chan struct{}
}

func (s silent) Read(b []byte) (int, error) {
	for {
		n, err := s.Conn.Read(b)
		select {
		case <-s.dead:
			if err != nil { // its deadline, or its end
				return 0, err
			}
		default:
			return n, err
		}
	}
}

// A pooler that gives each transaction another connection takes LISTEN and passes nothing on.
func TestAProgramBehindAPoolerThatPassesNothingOnKeepsNothing(t *testing.T) {
	onPostgres(t, func(t *testing.T, s site, _ *Store) {
		var said bytes.Buffer
		config := s.config
		config.Dir, config.Log = t.TempDir(), slog.New(slog.NewTextHandler(&said, nil))
		second := open(t, config)
		dial := second.hearing.config.DialFunc
		second.hearing.config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			passed, in := io.Pipe()
			go func() { _ = in.CloseWithError(withoutNotifications(conn, in)) }()
			return wire{conn, passed.Read}, nil
		}
		var there ear
		second.Listen(there.listener())
		before := there.everything()
		eventually(t, "everything is cleared again and again", func() bool { return there.everything() > before+8 })
		clearing(t, s.Store, "unheard")
		before = there.everything()
		eventually(t, "and still is", func() bool { return there.everything() > before+20 })
		if there.has("unheard") {
			t.Error("it was heard: this test looks at nothing")
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
		if n := strings.Count(said.String(), "pooler"); n != 1 {
			t.Errorf("the log says so %d times: %s", n, said.String())
		}
	})
}

// withoutNotifications passes on what Postgres says, but for what it says unasked.
func withoutNotifications(from io.Reader, to io.Writer) error {
	for {
		var head [5]byte // kind, length of the rest with itself
		if _, err := io.ReadFull(from, head[:]); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return err
		}
		if head[0] == 'A' {
			continue
		}
		if _, err := to.Write(append(head[:], body...)); err != nil {
			return err
		}
	}
}

func TestWhatIsToldFitsIntoOneNotification(t *testing.T) {
	for _, n := range []int{0, 1, 150, 170, 200, 100_000} {
		var tags []string
		for i := range n {
			tags = append(tags, fmt.Sprintf("post:%036d", i))
		}
		text, err := news{Blog: strings.Repeat("b", 36), By: strings.Repeat("p", 36), Changed: tags}.text()
		if err != nil || len(text) >= 8000 {
			t.Errorf("%d tags: %d bytes, %v", n, len(text), err)
		}
		if folded := strings.Contains(text, `"all":true`); folded != (n > 170) {
			t.Errorf("%d tags: everything is %v", n, folded)
		}
	}
}
