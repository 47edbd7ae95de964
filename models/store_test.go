package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"maps"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
)

// start is the moment at which every test begins.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A clock stands still until it is moved. Each reading is a microsecond after the last, so that orders are distinct.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond)
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// site is a fresh store with an owner, as a test wants it.
type site struct {
	*Store
	clock   *clock
	owner   Actor
	config  Config
	cleared *[]string // the cache tags of the last write
}

// onBoth runs a test on a fresh SQLite file and, where DIMMER_TEST_POSTGRES names a server, on a fresh Postgres schema, beside other tests.
func onBoth(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { test(t, newSite(t, "")) })
	server := os.Getenv("DIMMER_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DIMMER_TEST_POSTGRES is not set: in CI the store is tested on both databases")
		}
		return
	}
	t.Run("postgres", func(t *testing.T) { test(t, newSite(t, freshSchema(t, server))) })
}

// freshSchema makes an empty schema on the server and gives the address that uses it.
func freshSchema(t testing.TB, server string) string {
	t.Helper()
	name := "t_" + strings.ToLower(rand.Text()[:16])
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + name + " CASCADE")
		if err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}

// emptyBlog is the folder of a blog that nobody has begun, made with the first test: to copy it takes a tenth of the time that the migrations take.
var emptyBlog struct {
	once   sync.Once
	folder string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if emptyBlog.folder != "" {
		_ = os.RemoveAll(emptyBlog.folder)
	}
	os.Exit(code)
}

func emptyFolder() (string, error) {
	emptyBlog.once.Do(func() {
		if emptyBlog.folder, emptyBlog.err = os.MkdirTemp("", "dimmer-models-"); emptyBlog.err != nil {
			return
		}
		var s *Store
		if s, emptyBlog.err = Open(context.Background(), Config{Dir: emptyBlog.folder, Now: (&clock{at: start}).now, SecretFingerprint: "f1"}); emptyBlog.err == nil {
			emptyBlog.err = s.Close()
		}
	})
	return emptyBlog.folder, emptyBlog.err
}

func newSite(t testing.TB, databaseURL string, tune ...func(*Config)) site {
	t.Helper()
	c := &clock{at: start}
	cleared := new([]string)
	var one sync.Mutex
	config := Config{
		Dir: t.TempDir(), URL: databaseURL, Now: c.now, SecretFingerprint: "f1",
		Patience: time.Minute, // the machine may be busy, and slow under the race detector
	}
	for _, change := range tune {
		change(&config)
	}
	if databaseURL == "" && tune == nil {
		folder, err := emptyFolder()
		if err == nil {
			err = os.CopyFS(config.Dir, os.DirFS(folder))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s := site{clock: c, config: config, cleared: cleared, Store: open(t, config)}
	s.Listen(Listener{
		Changed: func(tags []string) {
			one.Lock()
			defer one.Unlock()
			*cleared = tags
		},
		ChangedSoon: func(tags []string) {
			one.Lock()
			defer one.Unlock()
			*cleared = slices.Sorted(slices.Values(slices.Concat(*cleared, tags)))
		},
	})
	hash := "$argon2id$test"
	email := "mira@example.org"
	owner, err := s.CreateOwner(t.Context(), UserChange{Name: Some("Mira Holt"), Email: Some(&email), PasswordHash: Some(&hash)}, SettingsChange{"title": []byte(`"Quiet Hands"`)})
	if err != nil {
		t.Fatal(err)
	}
	s.owner = actor(owner)
	return s
}

func open(t testing.TB, config Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func actor(u User) Actor { return Actor{Kind: ByUser, ID: string(u.ID), User: u.ID, Role: u.Role} }

// person adds somebody who can sign in.
func (s site) person(t testing.TB, name string, role auth.Role) Actor {
	t.Helper()
	hash, email := "$argon2id$test", Slug(name)+"@example.org"
	user, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some(name), Role: Some(role), Email: Some(&email), PasswordHash: Some(&hash)})
	if err != nil {
		t.Fatal(err)
	}
	return actor(user)
}

// create makes a post or page.
func (s site) create(t testing.TB, c PostChange) Post {
	t.Helper()
	post, err := s.CreatePost(t.Context(), s.owner, c)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// draft makes a post that nobody sees yet.
func (s site) draft(t testing.TB, title string, tune ...func(*PostChange)) Post {
	t.Helper()
	c := PostChange{Title: Some(title), Source: Some("Text of " + title + ".")}
	for _, change := range tune {
		change(&c)
	}
	return s.create(t, c)
}

// published makes a post that readers can see.
func (s site) published(t testing.TB, title string, tune ...func(*PostChange)) Post {
	t.Helper()
	return s.draft(t, title, append([]func(*PostChange){func(c *PostChange) { c.Status = Some(Published) }}, tune...)...)
}

// change changes a post as it was last seen.
func (s site) change(t testing.TB, post Post, c PostChange) Post {
	t.Helper()
	changed, err := s.ChangePost(t.Context(), s.owner, post.ID, post.Version, c)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// stored reads a post as it is now.
func (s site) stored(t testing.TB, id PostID) Post {
	t.Helper()
	post, err := s.Post(t.Context(), s.owner, id)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// comment makes a comment of a reader, who is known by her key.
func (s site) comment(t testing.TB, post Post, status CommentStatus, tune ...func(*NewComment)) Comment {
	t.Helper()
	n := NewComment{PostID: post.ID, Name: "Ruth", Source: "So true.", HTML: "<p>So true.</p>", Judged: Judged{Status: status}, KeyHash: "key of Ruth"}
	for _, change := range tune {
		change(&n)
	}
	if status == Trash {
		n.Judged.Status = Pending // no verdict says so, only a person
	}
	comment, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, n)
	if err == nil && status == Trash {
		comment, err = s.move(t.Context(), s.owner, comment.ID, Trash)
	}
	if err != nil {
		t.Fatal(err)
	}
	return comment
}

// answer makes a comment the answer to another.
func answer(to Comment) func(*NewComment) {
	return func(n *NewComment) { n.ParentID = &to.ID }
}

// move gives a comment another status.
func (s site) move(ctx context.Context, by Actor, id CommentID, status CommentStatus) (Comment, error) {
	comment, _, err := s.ChangeComment(ctx, by, id, CommentChange{Status: Some(status)})
	return comment, err
}

// remove deletes a comment.
func (s site) remove(ctx context.Context, by Actor, id CommentID) error {
	_, err := s.DeleteComment(ctx, by, id)
	return err
}

func ptr[T any](v T) *T { return &v }

// wantError demands an error of a kind, or with nil none.
func wantError(t testing.TB, what string, err, kind error) {
	t.Helper()
	if (kind == nil) != (err == nil) || !errors.Is(err, kind) {
		t.Errorf("%s: got the error %v, want %v", what, err, kind)
	}
}

// wantInvalid demands that exactly these fields are named; none means no error.
func wantInvalid(t testing.TB, what string, err error, fields ...string) {
	t.Helper()
	var invalid Invalid
	if err != nil && !errors.As(err, &invalid) {
		t.Errorf("%s: got the error %v, want one that names %v", what, err, fields)
		return
	}
	slices.Sort(fields)
	if got := slices.Sorted(maps.Keys(invalid)); !slices.Equal(got, fields) {
		t.Errorf("%s: named %v, want %v (%v)", what, got, fields, err)
	}
}

// want compares what was got with what is wanted.
func want[T any](t testing.TB, what string, got, want T, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("%s: want -, got +\n%s", what, diff)
	}
}

// together runs do n times at once and waits for all.
func together(n int, do func(i int)) {
	var wait sync.WaitGroup
	ready := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-ready
			do(i)
		})
	}
	close(ready)
	wait.Wait()
}

// eventually waits until a condition holds. It is for what other goroutines or programs do; ten seconds mean never.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// number reads one number out of the database, past the store.
func (s site) number(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n sql.NullInt64
	if err := s.pools[0].QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return int(n.Int64)
}

// kinds lists what the events say that happened, oldest first.
func (s site) kinds(t testing.TB, subject string) []string {
	t.Helper()
	list, err := s.Events(t.Context(), EventQuery{SubjectID: subject, Page: Page{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range slices.Backward(list.Items) {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}
