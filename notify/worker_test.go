package notify

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"dimmer/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is the moment at which every test begins.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// A site is a worker on a real store, on its own file.
type site struct {
	*Worker
	t     *testing.T
	clock *clock
	log   *bytes.Buffer
	path  string
}

func newSite(t *testing.T) *site {
	t.Helper()
	c, dir := &clock{at: start}, t.TempDir()
	store, err := models.Open(t.Context(), models.Config{Dir: dir, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	log := &bytes.Buffer{}
	s := &site{NewWorker(store, slog.New(slog.NewTextHandler(log, nil))), t, c, log, filepath.Join(dir, "dimmer.db")}
	s.addOwner()
	return s
}

// addOwner adds somebody who can be the author of posts.
func (s *site) addOwner() {
	s.t.Helper()
	email, hash := "ruth@blog.example", "$argon2id$test"
	_, err := s.store.CreateOwner(s.t.Context(), models.UserChange{Name: models.Some("Ruth"), Email: models.Some(&email), PasswordHash: models.Some(&hash)}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
}

// schedule makes a post that is due after a time.
func (s *site) schedule(title string, in time.Duration) models.PostID {
	s.t.Helper()
	due := s.store.Now().Add(in)
	post, err := s.store.CreatePost(s.t.Context(), models.System, models.PostChange{
		Title: models.Some(title), Source: models.Some("Words.\n"), Status: models.Some(models.Scheduled), PublishedAt: models.Some(&due),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return post.ID
}

func (s *site) status(id models.PostID) models.PostStatus {
	s.t.Helper()
	post, err := s.store.Post(s.t.Context(), models.System, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return post.Status
}

// jobs says what waits in the database: one line for each, with the seconds until it is due.
func (s *site) jobs() string {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.path+"?mode=ro")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(s.t.Context(), "SELECT kind, run_at, attempts, failed_at IS NOT NULL, last_error FROM jobs ORDER BY kind")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var kind, due, lastError string
		var attempts int
		var givenUp bool
		if err := rows.Scan(&kind, &due, &attempts, &givenUp, &lastError); err != nil {
			s.t.Fatal(err)
		}
		runAt, err := time.Parse("2006-01-02 15:04:05.999999999Z07:00", due)
		if err != nil {
			s.t.Fatal(err)
		}
		line := fmt.Sprintf("%s in %s", kind, runAt.Sub(s.clock.now()))
		if attempts > 0 {
			first, _, _ := strings.Cut(lastError, " goroutine")
			line += fmt.Sprintf(", attempt %d failed: %s", attempts, first)
		}
		if givenUp {
			line += ", given up"
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// daily puts a job of a kind into the database.
func (s *site) daily(kind string) {
	s.t.Helper()
	if err := s.store.ScheduleDaily(s.t.Context(), kind); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) wants(want string) {
	s.t.Helper()
	if got := s.jobs(); got != want {
		s.t.Errorf("waiting:\n%s\nwant:\n%s", got, want)
	}
}

func TestAPostGoesOutWhenItIsDueAndNotBefore(t *testing.T) {
	s := newSite(t)
	soon, later := s.schedule("Soon", time.Hour), s.schedule("Later", 2*time.Hour)
	s.runDue(t.Context())
	if s.status(soon) != models.Scheduled {
		t.Fatal("it went out before it was due")
	}
	s.clock.move(time.Hour - time.Second)
	s.runDue(t.Context())
	if s.status(soon) != models.Scheduled {
		t.Fatal("it went out a second before it was due")
	}
	s.clock.move(time.Second)
	s.runDue(t.Context())
	if s.status(soon) != models.Published || s.status(later) != models.Scheduled {
		t.Errorf("the one is %s, the other %s", s.status(soon), s.status(later))
	}
	s.wants("publish in 1h0m0s")
	s.clock.move(240 * time.Hour) // the program was down
	s.runDue(t.Context())
	s.runDue(t.Context())
	if s.status(later) != models.Published {
		t.Errorf("after a long time it is %s", s.status(later))
	}
	s.wants("")
	events, err := s.store.Events(t.Context(), models.EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	published := 0
	for _, event := range events.Items {
		if event.Kind == "post.published" {
			published++
		}
	}
	if published != 2 {
		t.Errorf("%d events say that a post was published, want 2", published)
	}
}

func TestDailyWorkComesBackADayLater(t *testing.T) {
	s := newSite(t)
	s.daily(models.JobForget)
	s.daily(models.JobForget)
	s.wants("forget in 0s")
	s.runDue(t.Context())
	s.wants("forget in 24h0m0s")
	s.clock.move(24 * time.Hour)
	s.runDue(t.Context())
	s.wants("forget in 24h0m0s")
}

func TestWhatAModeratorDeletedIsForgottenWhenItCannotComeBack(t *testing.T) {
	s := newSite(t)
	post, err := s.store.CreatePost(t.Context(), models.System, models.PostChange{Title: models.Some("Discussed"), Status: models.Some(models.Published)})
	if err != nil {
		t.Fatal(err)
	}
	comment, err := s.store.CreateComment(t.Context(), models.Actor{Kind: models.ByReader}, models.NewComment{
		PostID: post.ID, Name: "Ruth", Source: "A secret.", HTML: "<p>A secret.</p>", Judged: models.Judged{Status: models.Pending}, KeyHash: "key",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.DeleteComment(t.Context(), models.System, comment.ID); err != nil {
		t.Fatal(err)
	}
	kept := func() (n int) {
		t.Helper()
		db, err := sql.Open("sqlite", "file:"+s.path+"?mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM moderation_actions WHERE before LIKE '%A secret.%'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.clock.move(10 * time.Minute)
	s.runDue(t.Context())
	if n := kept(); n != 1 {
		t.Errorf("after ten minutes it is kept %d times", n)
	}
	s.clock.move(time.Minute)
	s.runDue(t.Context())
	if n := kept(); n != 0 {
		t.Errorf("a minute later it is kept %d times", n)
	}
	s.wants("")
}

func TestAJobThatFailsIsTriedAgainLaterAndStopsNoOther(t *testing.T) {
	for name, fail := range map[string]struct {
		work work
		says string
	}{
		"fails":              {func(context.Context) (time.Time, error) { return time.Time{}, errors.New("the lamp is broken") }, "the lamp is broken"},
		"panics":             {func(context.Context) (time.Time, error) { panic("the lamp fell") }, "panic: the lamp fell"},
		"is known to nobody": {nil, `this version knows no job of the kind "lamp"; a newer one may`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			if fail.work != nil {
				s.work["lamp"] = fail.work
			}
			s.daily("lamp")
			post := s.schedule("Soon", time.Second)
			s.clock.move(time.Second)
			s.runDue(t.Context())
			if s.status(post) != models.Published {
				t.Error("another job did not run")
			}
			if !strings.Contains(s.log.String(), "level=ERROR") || !strings.Contains(s.log.String(), "the lamp") && fail.work != nil {
				t.Errorf("the log says %q", s.log)
			}
			wait := time.Second
			for attempt := 1; attempt <= 14; attempt++ {
				s.wants(fmt.Sprintf("lamp in %s, attempt %d failed: %s", wait, attempt, fail.says))
				s.clock.move(wait - time.Microsecond)
				s.runDue(t.Context()) // too early
				s.clock.move(time.Microsecond)
				wait = min(2*wait, time.Hour)
				s.runDue(t.Context())
			}
			// Until somebody mends it.
			s.work["lamp"] = func(context.Context) (time.Time, error) { return time.Time{}, nil }
			s.clock.move(time.Hour)
			s.runDue(t.Context())
			s.wants("")
		})
	}
}

func TestAJobIsGivenUpAfterItsLastAttemptAndGetsAnotherChanceAtTheNextStart(t *testing.T) {
	s := newSite(t)
	runs := 0
	s.work["lamp"] = func(context.Context) (time.Time, error) {
		runs++
		return time.Time{}, errors.New("broken")
	}
	s.daily("lamp")
	for range 110 {
		s.runDue(t.Context())
		s.clock.move(time.Hour)
	}
	if runs != 100 || !strings.HasSuffix(s.jobs(), ", given up") {
		t.Errorf("it ran %d times, want 100; waiting: %s", runs, s.jobs())
	}
	s.daily("lamp") // as a start does
	s.runDue(t.Context())
	if runs != 101 {
		t.Errorf("it ran %d times, want 101", runs)
	}
}

func TestTwoWorkersDoNotDoOneJobTwice(t *testing.T) {
	s := newSite(t)
	var mu sync.Mutex
	done := map[string]int{}
	for n := range 20 {
		kind := fmt.Sprintf("lamp %d", n)
		s.work[kind] = func(context.Context) (time.Time, error) {
			mu.Lock()
			defer mu.Unlock()
			done[kind]++
			return time.Time{}, nil
		}
		s.daily(kind)
	}
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() { s.runDue(t.Context()) })
	}
	workers.Wait()
	if len(done) != 20 {
		t.Errorf("%d of 20 jobs were done", len(done))
	}
	for kind, n := range done {
		if n != 1 {
			t.Errorf("%s was done %d times", kind, n)
		}
	}
	s.wants("")
}

func TestAJobWhoseWorkerDiedRunsAgainWhenItsLeaseEnds(t *testing.T) {
	s := newSite(t)
	s.daily(models.JobForget)
	if _, err := s.store.ClaimJob(t.Context()); err != nil { // and then the program is killed
		t.Fatal(err)
	}
	s.clock.move(time.Minute)
	s.runDue(t.Context())
	s.wants("forget in -1m0s, attempt 1 failed: ")
	s.clock.move(time.Minute)
	s.runDue(t.Context())
	s.wants("forget in 24h0m0s")
}

// In a bubble of its own time, the worker runs as in the program.
func TestTheWorkerLooksEverySecondUntilItIsStopped(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store, err := models.Open(t.Context(), models.Config{Dir: dir, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		s := &site{Worker: NewWorker(store, slog.New(slog.DiscardHandler)), t: t, path: filepath.Join(dir, "dimmer.db")}
		s.addOwner()
		post := s.schedule("Soon", time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Run(ctx)
		}()
		time.Sleep(time.Hour - time.Millisecond)
		if s.status(post) != models.Scheduled {
			t.Error("it went out early")
		}
		time.Sleep(2 * time.Second)
		if s.status(post) != models.Published {
			t.Error("it did not go out within 2 s")
		}

		// A job that is under way when the worker is stopped is finished.
		begun, carryOn := make(chan struct{}), make(chan struct{})
		s.work["lamp"] = func(ctx context.Context) (time.Time, error) {
			close(begun)
			<-carryOn
			return time.Time{}, ctx.Err()
		}
		s.daily("lamp")
		<-begun
		stop()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("it did not wait for the job")
		default:
		}
		close(carryOn)
		<-ended
		if waiting := s.jobs(); waiting != "" {
			t.Errorf("waiting: %s", waiting)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := os.Stat(filepath.Join(dir, "dimmer.db-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is left beside the database: %v", err)
	}
}
