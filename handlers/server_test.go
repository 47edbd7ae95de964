package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestHealthAsksTheDatabaseAtMostOnceASecond(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	f := newFrame(t, func(c *Config) { c.Ping = func(context.Context) error { asked.Add(1); return nil } })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for _, path := range []string{"/healthz", "/readyz"} {
				if res := f.get(path); res.status != 200 || res.body != "ok\n" || res.header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s answered %d %q", path, res.status, res.body)
				}
			}
		})
	}
	all.Wait()
	if asked.Load() != 1 {
		t.Errorf("the database was asked %d times", asked.Load())
	}
	f.clock.advance(time.Second)
	f.get("/healthz")
	if asked.Load() != 2 {
		t.Errorf("a second later it was asked %d times in all", asked.Load())
	}
}

func TestHealthFailsWithTheDatabase(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	f := newFrame(t, func(c *Config) {
		c.Ping = func(ctx context.Context) error {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("a ping may take for ever")
			}
			if away.Load() {
				return errors.New("dial 10.0.0.5")
			}
			return nil
		}
	})
	if res := f.get("/healthz"); res.status != 200 {
		t.Fatalf("positive control answered %d", res.status)
	}
	away.Store(true)
	f.clock.advance(time.Second)
	for _, path := range []string{"/healthz", "/readyz"} {
		if res := f.get(path); res.status != 503 || res.problem(t).Code != "unavailable" {
			t.Errorf("%s answered %d %s", path, res.status, res.body)
		}
	}
	away.Store(false)
	f.clock.advance(time.Second)
	if res := f.get("/readyz"); res.status != 200 {
		t.Errorf("when the database is back it answers %d", res.status)
	}
}

func TestDrainingServerIsAliveButNotReady(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	f.srv.Drain()
	if res := f.get("/readyz"); res.status != 503 || res.problem(t).Code != "draining" || res.header.Get("Retry-After") == "" {
		t.Errorf("readyz answered %d %s", res.status, res.body)
	}
	for _, path := range []string{"/healthz", "/api/v1/things/hello"} {
		if res := f.get(path); res.status != 200 {
			t.Errorf("%s answered %d", path, res.status)
		}
	}
}

func TestServerRefusesASetUpThatCannotWork(t *testing.T) {
	t.Parallel()
	good := Config{
		PublicURL: "http://localhost:8080", CursorKey: []byte("k"), Authenticate: people,
		Ping: func(context.Context) error { return nil },
	}
	none := func(*Server) []route { return nil }
	if _, err := newServer(good, none); err != nil {
		t.Fatalf("positive control: %v", err)
	}
	for name, spoil := range map[string]func(*Config){
		"no public URL":      func(c *Config) { c.PublicURL = "" },
		"public URL is none": func(c *Config) { c.PublicURL = "blog.example" },
		"no cursor key":      func(c *Config) { c.CursorKey = nil },
		"nobody to ask":      func(c *Config) { c.Authenticate = nil },
	} {
		c := good
		spoil(&c)
		if _, err := newServer(c, none); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	type picky struct {
		Body struct {
			Tags []string `json:"tags" uniqueItems:"true"`
		}
	}
	if _, err := newServer(good, func(*Server) []route {
		return []route{op("POST", "/api/v1/x", "x", anyone, limit("none"), func(context.Context, *picky) (*struct{}, error) { return nil, nil })}
	}); err == nil {
		t.Error("a row that lets huma panic is accepted")
	}
}

func TestOriginIsWrittenAsBrowsersDo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://Blog.Example":      "https://blog.example",
		"https://blog.example:443":  "https://blog.example",
		"https://blog.example:8443": "https://blog.example:8443",
		"http://localhost:8080":     "http://localhost:8080",
		"http://[::1]:80":           "http://[::1]",
		"https://blog.example/path": "https://blog.example",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := originOf(u); got != want {
			t.Errorf("%s has the origin %s, want %s", address, got, want)
		}
	}
}

func TestHTTPServerHasBounds(t *testing.T) {
	t.Parallel()
	s := NewHTTPServer(nil, slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 15*time.Second || s.WriteTimeout != 30*time.Second || s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 32<<10 {
		t.Errorf("bounds are %+v", s)
	}
}
