package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

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

// onBoth runs a test on a fresh SQLite file and, where DIMMER_TEST_POSTGRES names a server, on a fresh Postgres schema.
func onBoth(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
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

func newSite(t testing.TB, databaseURL string) site {
	t.Helper()
	c := &clock{at: start}
	cleared := new([]string)
	config := Config{Dir: t.TempDir(), URL: databaseURL, Now: c.now, SecretFingerprint: "f1", Changed: func(tags []string) { *cleared = tags }}
	s := site{clock: c, config: config, cleared: cleared, Store: open(t, config)}
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

// published makes a post that readers can see.
func (s site) published(t testing.TB, title string, change ...func(*PostChange)) Post {
	t.Helper()
	c := PostChange{Title: Some(title), Source: Some("Text of " + title + "."), Status: Some(Published)}
	for _, tune := range change {
		tune(&c)
	}
	post, err := s.CreatePost(t.Context(), s.owner, c)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

func ptr[T any](v T) *T { return &v }
