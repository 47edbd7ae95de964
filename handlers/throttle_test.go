package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxied lets the test choose the address of a request, as the one proxy that is trusted.
func proxied(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

func TestLimitsHaveTheFiguresOfTheContract(t *testing.T) {
	t.Parallel()
	for name, tc := range map[limit]struct {
		atOnce int
		again  time.Duration // after which one more goes through
	}{
		comment:   {20, 6 * time.Second},
		react:     {60, time.Second},
		subscribe: {5, 12 * time.Minute},
		login:     {20, 30 * time.Second},
	} {
		c := &testClock{}
		l := NewMemoryLimiter(c.now)
		take := func() time.Duration {
			wait, err := l.Take(t.Context(), rules[name], "203.0.113.9")
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		for i := range tc.atOnce {
			if wait := take(); wait != 0 {
				t.Fatalf("%s: number %d has to wait %v", name, i+1, wait)
			}
		}
		if wait := take(); wait != tc.again {
			t.Errorf("%s: after %d the wait is %v, want %v", name, tc.atOnce, wait, tc.again)
		}
		c.advance(tc.again - 1)
		if take() == 0 {
			t.Errorf("%s: one came through too early", name)
		}
		c.advance(1)
		if wait := take(); wait != 0 {
			t.Errorf("%s: after the wait there is another one of %v", name, wait)
		}
		if wait, _ := l.Take(t.Context(), rules[name], "203.0.113.10"); wait != 0 {
			t.Errorf("%s: a neighbour has to wait", name)
		}
	}
}

func TestWhoIsLimitedIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	f := newFrame(t, proxied)
	write := func(from string, more ...string) got {
		return f.send("POST", "/api/v1/things/hello/comments", goodComment, append(more, "X-Forwarded-For: "+from)...)
	}
	for i := range 20 {
		if res := write("203.0.113.9"); res.status != 201 {
			t.Fatalf("comment %d answered %d", i+1, res.status)
		}
	}
	res := write("203.0.113.9")
	if p := res.problem(t); res.status != 429 || p.Code != "too_many_requests" || res.header.Get("Retry-After") != "6" || !strings.Contains(p.Detail, "6 seconds") {
		t.Errorf("answered %d, Retry-After %q: %s", res.status, res.header.Get("Retry-After"), res.body)
	}
	for name, headers := range map[string][]string{
		"another name":        {"X-Real-IP: 203.0.113.77"},
		"a list it has made":  nil,
		"Forwarded":           {"Forwarded: for=203.0.113.77"},
		"a CDN's header":      {"CF-Connecting-IP: 203.0.113.77", "True-Client-IP: 203.0.113.77"},
		"a commenter's key":   {"X-Dimmer-Commenter: dimc_new"},
		"an Idempotency-Key":  {"Idempotency-Key: another"},
		"another user agent":  {"User-Agent: another"},
		"a token it made up":  {"Authorization: Bearer owner"},
		"a header in capital": {"X-FORWARDED-FOR: 203.0.113.9"},
	} {
		from := "203.0.113.9"
		if headers == nil {
			from = "198.51.100.1, 203.0.113.9"
		}
		if res := write(from, headers...); res.status != 429 {
			t.Errorf("with %s it answered %d", name, res.status)
		}
	}
	if res := write("203.0.113.10"); res.status != 201 {
		t.Errorf("a neighbour got %d", res.status)
	}
	if res := f.get("/api/v1/things/hello", "X-Forwarded-For: 203.0.113.9"); res.status != 200 {
		t.Errorf("reading got %d", res.status)
	}
	f.clock.advance(6 * time.Second)
	if res := write("203.0.113.9"); res.status != 201 {
		t.Errorf("after the wait it got %d", res.status)
	}
}

func TestLimitsCountAHouseholdNotEachOfItsAddresses(t *testing.T) {
	t.Parallel()
	f := newFrame(t, proxied)
	status := 0
	for i := range 21 {
		status = f.send("POST", "/api/v1/things/hello/comments", goodComment, fmt.Sprintf("X-Forwarded-For: 2001:db8:1:2::%x", i)).status
	}
	if status != 429 {
		t.Errorf("21 comments from one /64 answered %d", status)
	}
	if res := f.send("POST", "/api/v1/things/hello/comments", goodComment, "X-Forwarded-For: 2001:db8:1:3::1"); res.status != 201 {
		t.Errorf("the next /64 answered %d", res.status)
	}
}

// signIn tries a password; each try comes from an address of its own unless one is given.
func (f *frame) signIn(email, password string, from string) got {
	return f.send("POST", "/api/v1/auth/login", fmt.Sprintf(`{"email":%q,"password":%q}`, email, password), "X-Forwarded-For: "+from)
}

func TestWrongPasswordsSlowDownAnAccountFromTheFifthOn(t *testing.T) {
	t.Parallel()
	f := newFrame(t, proxied)
	tries := 0
	elsewhere := func() string { tries++; return fmt.Sprintf("203.0.%d.%d", tries/200, tries%200+1) }
	for i := range 4 {
		if res := f.signIn("owner@blog.example", "wrong", elsewhere()); res.status != 401 {
			t.Fatalf("wrong password %d answered %d", i+1, res.status)
		}
	}
	for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		if res := f.signIn("owner@blog.example", "wrong", elsewhere()); res.status != 401 {
			t.Fatalf("before the wait of %d s it answered %d", seconds, res.status)
		}
		for _, password := range []string{"wrong", "correct horse"} {
			res := f.signIn("owner@blog.example", password, elsewhere())
			if res.status != 429 || res.header.Get("Retry-After") != strconv.Itoa(seconds) {
				t.Fatalf("%s answered %d, Retry-After %q, want 429 and %d", password, res.status, res.header.Get("Retry-After"), seconds)
			}
		}
		if res := f.signIn("somebody@blog.example", "correct horse", elsewhere()); res.status != 200 {
			t.Fatalf("another account answered %d", res.status)
		}
		f.clock.advance(time.Duration(seconds) * time.Second)
	}
	f.signIn("owner@blog.example", "wrong", elsewhere())
	if res := f.signIn("owner@blog.example", "correct horse", "198.51.100.7"); res.status != 200 {
		t.Errorf("from an address that has signed in before, the owner got %d", res.status)
	}
	if res := f.signIn("owner@blog.example", "wrong", elsewhere()); res.status != 401 {
		t.Errorf("after a right password the wait goes on: %d", res.status)
	}
}

func TestFiftyTriesAtOnceAreFifty(t *testing.T) {
	t.Parallel()
	c := &testClock{}
	l := NewMemoryLimiter(c.now)
	var through atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if wait, _ := l.Take(context.Background(), accountRule, "owner@blog.example"); wait == 0 {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if through.Load() != 5 {
		t.Errorf("%d of 50 came through, want 5", through.Load())
	}
}

func TestAnAddressHasTwentyWrongPasswordsWhicheverAccountsItTries(t *testing.T) {
	t.Parallel()
	f := newFrame(t, proxied)
	for i := range 40 { // right ones cost nothing
		if res := f.signIn("ada@blog.example", "correct horse", "203.0.113.9"); res.status != 200 {
			t.Fatalf("right password %d answered %d", i+1, res.status)
		}
	}
	for i := range 20 {
		if res := f.signIn(fmt.Sprintf("account%d@blog.example", i), "wrong", "203.0.113.9"); res.status != 401 {
			t.Fatalf("wrong password %d answered %d", i+1, res.status)
		}
	}
	res := f.signIn("one.more@blog.example", "wrong", "203.0.113.9")
	if res.status != 429 || res.header.Get("Retry-After") != "30" {
		t.Errorf("the 21st answered %d, Retry-After %q", res.status, res.header.Get("Retry-After"))
	}
	if res := f.ask("POST", "/api/v1/auth/login", "not read", "X-Forwarded-For: 203.0.113.9"); res.status != 429 {
		t.Errorf("a body was judged before the limit: %d", res.status)
	}
	if res := f.signIn("one.more@blog.example", "wrong", "203.0.113.10"); res.status != 401 {
		t.Errorf("a neighbour got %d", res.status)
	}
}

func TestLimitsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = NoLimits{} })
	for range 50 {
		if res := f.send("POST", "/api/v1/things/hello/comments", goodComment); res.status != 201 {
			t.Fatalf("answered %d", res.status)
		}
	}
}

type brokenLimiter struct{}

func (brokenLimiter) Take(context.Context, Rule, string) (time.Duration, error) {
	return 0, errors.New("redis: connection refused")
}
func (brokenLimiter) Restore(context.Context, Rule, string) error { return nil }

func TestLimiterThatFailsClosesWhatItGuards(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = brokenLimiter{} })
	for _, res := range []got{
		f.send("POST", "/api/v1/auth/login", `{"email":"a@b.example","password":"correct horse"}`),
		f.send("POST", "/api/v1/things/hello/comments", goodComment),
	} {
		if res.status != 503 || res.header.Get("Retry-After") == "" || strings.Contains(res.body, "redis") {
			t.Errorf("answered %d: %s", res.status, res.body)
		}
	}
	if res := f.get("/api/v1/things/hello"); res.status != 200 {
		t.Errorf("reading answered %d", res.status)
	}
}

func TestLimiterForgetsSoThatItsMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := &testClock{}
	l := NewMemoryLimiter(c.now)
	for range 20 {
		_, _ = l.Take(t.Context(), accountRule, "owner@blog.example")
	}
	locked, _ := l.Take(t.Context(), accountRule, "owner@blog.example")
	for i := range 2 * limiterShards * shardEntries {
		_, _ = l.Take(t.Context(), rules[react], strconv.Itoa(i))
	}
	entries := 0
	for i := range l.shards {
		entries += len(l.shards[i].keys)
	}
	if entries > limiterShards*shardEntries {
		t.Errorf("holds %d entries", entries)
	}
	if wait, _ := l.Take(t.Context(), accountRule, "owner@blog.example"); wait != locked || wait == 0 {
		t.Errorf("a flood of addresses shortened an account's wait from %v to %v", locked, wait)
	}
	c.advance(2 * time.Hour)
	if wait, _ := l.Take(t.Context(), accountRule, "owner@blog.example"); wait != 0 {
		t.Errorf("after two hours the account still waits %v", wait)
	}
}
