package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// lines reads what was logged, one line for each request.
func (l *logBuffer) lines(t *testing.T) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(l.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("a line of log is no JSON: %v in %q", err, line)
		}
		lines = append(lines, fields)
	}
	return lines
}

func TestLogHasOneLineForWhatMatters(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ask   func(*frame) got
		level string // empty: no line
	}{
		"a read":                {func(f *frame) got { return f.get("/api/v1/things/hello") }, ""},
		"a preflight":           {func(f *frame) got { return f.ask("OPTIONS", "/api/v1/things", "") }, ""},
		"a write":               {func(f *frame) got { return f.send("POST", "/api/v1/things/hello/comments", goodComment) }, "INFO"},
		"a write without input": {func(f *frame) got { return f.ask("POST", "/api/v1/things/hello/ping", "") }, "INFO"},
		"not found":             {func(f *frame) got { return f.get("/nowhere") }, "INFO"},
		"no such method":        {func(f *frame) got { return f.ask("PUT", "/api/v1/things", "") }, "INFO"},
		"a fault of ours":       {func(f *frame) got { return f.get("/api/v1/things/broken") }, "ERROR"},
		"a panic":               {func(f *frame) got { return f.get("/api/v1/things/panic") }, "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFrame(t)
			res := tc.ask(f)
			f.Close() // the line is written after the answer
			lines := f.log.lines(t)
			if tc.level == "" {
				if len(lines) != 0 {
					t.Errorf("logged %v", lines)
				}
				return
			}
			if len(lines) != 1 || lines[0]["level"] != tc.level || lines[0]["status"] != float64(res.status) || lines[0]["id"] != res.header.Get("X-Request-Id") {
				t.Errorf("answered %d and logged %v, want one line at %s", res.status, lines, tc.level)
			}
		})
	}
}

func TestSlowRequestIsLogged(t *testing.T) {
	t.Parallel()
	var tick func()
	f := newFrame(t, func(c *Config) {
		c.Ping = func(context.Context) error { tick(); return nil }
	})
	tick = func() { f.clock.advance(slowRequest + time.Millisecond) }
	f.get("/healthz")
	tick = func() { f.clock.advance(slowRequest) }
	f.clock.advance(time.Minute)
	f.get("/healthz")
	f.Close()
	if lines := f.log.lines(t); len(lines) != 1 || lines[0]["level"] != "WARN" || lines[0]["path"] != "/healthz" {
		t.Errorf("logged %v, want one warning", lines)
	}
}

func TestLogKeepsSecretsAndStaysOnOneLine(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for path, want := range map[string]string{
		"/api/v1/preview/dimp_secret":                     "/api/v1/preview/{token}",
		"/api/v1/preview/dimp_secret/":                    "/api/v1/preview/{token}/",
		"/api/v1/previe%77/dimp_secret":                   "/api/v1/preview/{token}",
		"/api/v1/preview/dimp_secret/a%0ab":               "/api/v1/preview/{token}/a%0Ab",
		"/nowhere?access_token=dim_secret":                "/nowhere",
		"/%0a%7b%22level%22:%22ERROR%22%7d":               "/%0a%7b%22level%22:%22ERROR%22%7d",
		"/x%1b[2J%0d%0aevil":                              "/x%1b[2J%0d%0aevil",
		"/" + strings.Repeat("a", 1000):                   "/" + strings.Repeat("a", maxLoggedPath-1) + "…",
		"/api/v1/things/a%E2%80%A8b?x=dim_secret&y=%0aok": "/api/v1/things/a%E2%80%A8b",
	} {
		id := f.get(path, "Authorization: Bearer dim_secret", "Cookie: a=dim_secret", "User-Agent: dim_secret", "X-Forwarded-For: dim_secret").header.Get("X-Request-Id")
		for !strings.Contains(f.log.String(), id) { // the line is written after the answer
			runtime.Gosched()
		}
		lines := f.log.lines(t)
		if last := lines[len(lines)-1]; last["path"] != want {
			t.Errorf("%.60s is logged as %v, want %s", path, last["path"], want)
		}
	}
	if strings.Contains(f.log.String(), "secret") || strings.Contains(f.log.String(), "127.0.0.1") {
		t.Errorf("the log tells a secret or an address: %s", f.log)
	}
}

func TestLogNamesWhoWrote(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	f.send("PATCH", "/api/v1/admin/posts/1", `{}`, "Authorization: Bearer author")
	f.Close()
	if lines := f.log.lines(t); len(lines) != 1 || lines[0]["user"] != "u-author" {
		t.Errorf("logged %v", lines)
	}
}

func TestClientThatHasGoneIsNoError(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	req := httptest.NewRequestWithContext(gone, "GET", "/api/v1/things/hello", nil)
	for range cap(f.srv.work.working) {
		f.srv.work.working <- struct{}{} // it has to wait, and nobody waits for it
	}
	f.srv.ServeHTTP(httptest.NewRecorder(), req)
	if f.log.String() != "" {
		t.Errorf("logged %s", f.log)
	}
	if p := translate(req, errors.Join(errors.New("read post"), context.Canceled)); p.Status != statusClientGone {
		t.Errorf("is a %d", p.Status)
	}
}

func TestRequestIDsNeverRepeat(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 3 {
		ids := newRequestIDs() // a restart
		for range 1000 {
			id := ids.next()
			if seen[id] || len(id) > 30 {
				t.Fatalf("id %q", id)
			}
			seen[id] = true
		}
	}
}

func TestDebugLevelLogsEveryRequest(t *testing.T) {
	t.Parallel()
	var log logBuffer
	f := newFrame(t, func(c *Config) {
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	f.get("/api/v1/things/hello")
	f.Close()
	if lines := log.lines(t); len(lines) != 1 || lines[0]["level"] != "DEBUG" {
		t.Errorf("logged %v", lines)
	}
}
