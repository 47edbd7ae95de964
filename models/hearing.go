package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Several programs may serve one blog from one Postgres database. Each keeps answers, so each has to hear what the others write: a write says
// the cache tags that it clears in its own transaction (NOTIFY: told when it commits, not before, and not if it does not), and each program
// has a connection that does nothing but listen. A program that cannot be sure that it hears keeps nothing.
const (
	// deafAfter is how long a program may go without a sign that it hears. From then on everything that is kept is cleared again and again.
	deafAfter = 700 * time.Millisecond
	// clearedWhileDeaf is how often: with deafAfter it keeps what was missed below a second.
	clearedWhileDeaf = 250 * time.Millisecond
	// askedEvery is how often the connection is asked for a sign while nothing is heard.
	askedEvery = 250 * time.Millisecond
	// lostAfter is how long a connection is waited for that gives none.
	lostAfter = 5 * time.Second
	// maxNews is how much one NOTIFY may carry (Postgres: less than 8,000 bytes). What is more is told as "everything".
	maxNews = 7900 // bytes
)

// news is what one program tells the others.
type news struct {
	Blog    string   `json:"blog"`              // whose: others may use the same database
	By      string   `json:"by"`                // the program that tells it, which knows it already
	Changed []string `json:"changed,omitempty"` // cache tags
	Soon    []string `json:"soon,omitempty"`    // those of which another count is seen only
	All     bool     `json:"all,omitempty"`     // more than can be told
	Trial   bool     `json:"trial,omitempty"`   // nothing: it is told to hear oneself
}

func (n news) text() (string, error) {
	text, err := json.Marshal(n)
	if err == nil && len(text) > maxNews {
		n.Changed, n.Soon, n.All = nil, nil, true
		text, err = json.Marshal(n)
	}
	return string(text), err
}

// tell has the other programs hear what this transaction clears, when it commits.
func (t *tx) tell() error {
	if !t.s.postgres || len(t.cleared)+len(t.clearedSoon) == 0 {
		return nil
	}
	text, err := news{
		Blog: t.s.instanceID, By: t.s.program, Changed: slices.Sorted(maps.Keys(t.cleared)), Soon: slices.Sorted(maps.Keys(t.clearedSoon)),
	}.text()
	if err == nil {
		err = done(exec(t.ctx, t.DB, "SELECT pg_notify('dimmer', ?)", text))
	}
	if err != nil {
		return fmt.Errorf("tell other programs: %w", err)
	}
	return nil
}

// hearing is how a program listens to the others.
type hearing struct {
	once    sync.Once
	config  *pgx.ConnConfig
	signs   chan struct{} // each says that everything up to now has been heard
	stop    context.CancelFunc
	running sync.WaitGroup
}

// hear begins to listen.
func (s *Store) hear() {
	ctx, stop := context.WithCancel(context.Background())
	s.hearing.signs, s.hearing.stop = make(chan struct{}), stop
	s.hearing.running.Go(func() { s.clearWhileDeaf(ctx) })
	s.hearing.running.Go(func() { s.hearAlways(ctx) })
}

// endHearing stops what hear began.
func (s *Store) endHearing() {
	if s.hearing.stop != nil {
		s.hearing.stop()
	}
	s.hearing.running.Wait()
}

// clearWhileDeaf clears everything whenever there has been no sign for too long, until there is one.
func (s *Store) clearWhileDeaf(ctx context.Context) {
	silence := time.NewTimer(deafAfter)
	defer silence.Stop()
	s.forgetAll()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.hearing.signs:
			silence.Reset(deafAfter)
		case <-silence.C:
			s.forgetAll()
			silence.Reset(clearedWhileDeaf)
		}
	}
}

// hearAlways listens, and begins anew when it has to.
func (s *Store) hearAlways(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for said := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		heard, err := s.hearOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			said = false
		}
		if !said { // once, not with each attempt
			s.log.Warn("what other programs write is not heard: answers are kept for less than a second until it is", "error", err)
			said = true
		}
		pause.Reset(clearedWhileDeaf)
	}
}

var errMute = errors.New("the database takes LISTEN but passes nothing on, as a pooler does that gives each transaction another connection; let DIMMER_DATABASE_URL lead to Postgres itself")

// hearOnce listens on one connection until that fails. It reports whether it has heard anything at all.
func (s *Store) hearOnce(ctx context.Context) (heard bool, err error) {
	beginning, cancel := context.WithTimeout(ctx, lostAfter)
	defer cancel()
	conn, err := pgx.ConnectConfig(beginning, s.hearing.config.Copy())
	if err != nil {
		return false, fmt.Errorf("connect to listen: %w", err)
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ending)
	}()
	if _, err := conn.Exec(beginning, "LISTEN dimmer"); err != nil {
		return false, fmt.Errorf("listen: %w", err)
	}
	if err := s.tryHearing(beginning, conn); err != nil {
		return false, err
	}
	cancel()
	s.forgetAll() // what was told before is lost
	for {
		if err := s.sign(ctx); err != nil {
			return true, err
		}
		waiting, cancel := context.WithTimeout(ctx, askedEvery)
		told, err := conn.WaitForNotification(waiting)
		silent := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			s.heard(told.Payload)
		case !silent || ctx.Err() != nil:
			return true, fmt.Errorf("wait for what other programs write: %w", err)
		default:
			asking, cancel := context.WithTimeout(ctx, lostAfter)
			_, err := conn.Exec(asking, "SELECT 1")
			cancel()
			if err != nil {
				return true, fmt.Errorf("ask the connection that listens for a sign: %w", err)
			}
		}
	}
}

// tryHearing tells oneself something, and waits for it.
func (s *Store) tryHearing(ctx context.Context, conn *pgx.Conn) error {
	text, err := news{Blog: s.instanceID, By: s.program, Trial: true}.text()
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_notify('dimmer', $1)", text); err != nil {
		return fmt.Errorf("try to hear oneself: %w", err)
	}
	for {
		told, err := conn.WaitForNotification(ctx)
		if err != nil {
			return errors.Join(errMute, err)
		}
		if told.Payload == text {
			return nil
		}
	}
}

// sign says that everything up to now has been heard.
func (s *Store) sign(ctx context.Context) error {
	select {
	case s.hearing.signs <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// heard does what another program's write asks for.
func (s *Store) heard(text string) {
	var n news
	if json.Unmarshal([]byte(text), &n) != nil {
		s.forgetAll() // of another version, perhaps
		return
	}
	if n.Blog != s.instanceID || n.By == s.program || n.Trial {
		return
	}
	if n.All {
		s.forgetAll()
		return
	}
	if slices.Contains(n.Changed, "site") {
		s.settings.Store(&loadedSettings{stale: true})
	}
	s.report(n.Changed, n.Soon)
}

// forgetAll has everything made anew.
func (s *Store) forgetAll() {
	s.settings.Store(&loadedSettings{stale: true})
	if l := s.listener.Load(); l != nil && l.ChangedAll != nil {
		l.ChangedAll()
	}
}
