package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestServeSaysInOnePlainLineWhereItListens(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			p := serveOn(t, folder(t), nil, withOwner, env("DIMMER_LOG_FORMAT="+format, "DIMMER_LOG_LEVEL=debug", "DIMMER_METRICS_ADDR=127.0.0.1:9100"))
			p.ask("GET", "/healthz", "", nil).into(t, http.StatusOK, nil)
			p.ask("GET", "/readyz", "", nil).into(t, http.StatusOK, nil)
			p.ask("GET", "/api/v1/posts/none", "", nil).into(t, http.StatusNotFound, nil)
			p.stop()
			if !regexp.MustCompile(`^listening on http://127\.0\.0\.1:\d+\n$`).MatchString(p.out.String()) {
				t.Errorf("standard output says %q", p.out)
			}
			requests, warnings := 0, 0
			for _, line := range p.errs.lines() {
				var entry map[string]any
				if isJSON := json.Unmarshal([]byte(line), &entry) == nil; isJSON != (format == "json") {
					t.Errorf("this is no line of the format %s: %s", format, line)
				}
				if strings.Contains(line, "/api/v1/posts/none") {
					requests++
				}
				if strings.Contains(line, "DIMMER_METRICS_ADDR is set, but this version has no use for it yet") {
					warnings++
				}
			}
			if requests != 1 || warnings != 1 {
				t.Errorf("the request is logged %d times, the setting of a later version %d times", requests, warnings)
			}
		})
	}
}

func TestTheAddressThatIsShownCanBeOpened(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ addr, shows string }{
		{"127.0.0.1:0", "http://127.0.0.1:"}, {"localhost:0", "http://localhost:"}, {":0", "http://localhost:"}, {"0.0.0.0:0", "http://localhost:"},
		{"[::]:0", "http://localhost:"}, {"[::1]:0", "http://[::1]:"},
	} {
		t.Run(test.addr, func(t *testing.T) {
			t.Parallel()
			if host, _, _ := net.SplitHostPort(test.addr); strings.Contains(host, ":") {
				if probe, err := net.Listen("tcp", "[::1]:0"); err != nil {
					skipUnlessCI(t, "no IPv6 here: %v", err)
				} else if err := probe.Close(); err != nil {
					t.Fatal(err)
				}
			}
			p := launch(t, []string{"serve", "--addr", test.addr, "--data", folder(t)}, withOwner)
			p.url = p.line(p.out, "listening on ")
			if !strings.HasPrefix(p.url, test.shows) {
				t.Errorf("it shows %s, want %s", p.url, test.shows)
			}
			p.ask("GET", "/readyz", "", nil).into(t, http.StatusOK, nil)
			p.stop()
		})
	}
}

func TestTheSetupLinkMakesTheOwnerOnce(t *testing.T) {
	t.Parallel()
	data := folder(t)
	p := serveOn(t, data, nil)
	link := p.line(p.out, "no owner yet: set up your blog at ")
	if lines := p.out.lines(); len(lines) != 2 || !strings.HasPrefix(lines[1], "listening on ") {
		t.Errorf("standard output says %q; the address comes last", lines)
	}
	p.stop()
	p = serveOn(t, data, nil, env("DIMMER_PUBLIC_URL=https://blog.example"))
	again := p.line(p.out, "no owner yet: set up your blog at ")
	page, token, _ := strings.Cut(again, "#token=")
	if _, before, _ := strings.Cut(link, "#token="); token != before || token == "" {
		t.Errorf("after a restart the link is %s, it was %s", again, link)
	}
	if page != "https://blog.example/admin/setup" {
		t.Errorf("the link does not follow the public address: %s", page)
	}

	owner := map[string]any{"token": token, "email": ownerEmail, "name": "Ruth", "password": ownerPassword, "site_title": "Quiet hands"}
	stranger := map[string]any{"token": token[1:] + "A", "email": "eve@blog.example", "name": "Eve", "password": ownerPassword, "site_title": "Mine"}
	p.ask("POST", "/api/v1/auth/setup", "", stranger).into(t, http.StatusUnauthorized, nil)
	p.ask("POST", "/api/v1/auth/setup", "", owner).into(t, http.StatusCreated, nil)
	p.ask("POST", "/api/v1/auth/setup", "", owner).into(t, http.StatusConflict, nil)
	p.stop()
	if strings.Contains(p.errs.String(), token) {
		t.Error("the token is in the log")
	}

	p = serveOn(t, data, nil)
	if lines := p.out.lines(); len(lines) != 1 {
		t.Errorf("with an owner standard output says %q", lines)
	}
	p.ask("POST", "/api/v1/auth/setup", "", owner).into(t, http.StatusConflict, nil)
	p.signIn(ownerEmail, ownerPassword)
	p.stop()
}

func TestAFreshBlogIsEmpty(t *testing.T) {
	t.Parallel()
	p := serveOn(t, folder(t), nil)
	for _, path := range []string{"posts", "pages", "tags", "authors"} {
		var list struct {
			Data []any          `json:"data"`
			Page map[string]any `json:"page"`
		}
		p.ask("GET", "/api/v1/"+path, "", nil).into(t, http.StatusOK, &list)
		if list.Data == nil || len(list.Data) > 0 || list.Page["total"] != 0.0 {
			t.Errorf("%s has %d, total %v", path, len(list.Data), list.Page["total"])
		}
	}
	p.stop()
}

func TestTheEnvironmentMakesTheOwnerAndNeverResetsAPassword(t *testing.T) {
	t.Parallel()
	for _, demo := range [][]string{nil, {"--demo"}} {
		t.Run(strings.Join(demo, ""), func(t *testing.T) {
			t.Parallel()
			data := folder(t)
			p := serveOn(t, data, demo, withOwner)
			if lines := p.out.lines(); len(lines) != 1 {
				t.Errorf("standard output says %q, want only the address", lines)
			}
			var me struct{ Name, Role string }
			p.ask("GET", "/api/v1/auth/me", p.signIn(ownerEmail, ownerPassword), nil).into(t, http.StatusOK, &me)
			if me.Role != "owner" || me.Name != "ruth" {
				t.Errorf("she is %+v", me)
			}
			p.stop()
			if strings.Contains(p.errs.String(), "are ignored") {
				t.Error("it says that they are ignored")
			}

			const other = "nine pale lamps remain"
			p = serveOn(t, data, demo, env("DIMMER_OWNER_EMAIL="+ownerEmail, "DIMMER_OWNER_PASSWORD="+other))
			p.signIn(ownerEmail, ownerPassword)
			p.ask("POST", "/api/v1/auth/login", "", map[string]any{"email": ownerEmail, "password": other}).into(t, http.StatusUnauthorized, nil)
			p.stop()
			if n := strings.Count(p.errs.String(), "DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD are ignored"); n != 1 {
				t.Errorf("it says %d times that they are ignored", n)
			}

			p = serveOn(t, data, demo, env("DIMMER_OWNER_EMAIL=eve@blog.example", "DIMMER_OWNER_PASSWORD="+other))
			p.ask("POST", "/api/v1/auth/login", "", map[string]any{"email": "eve@blog.example", "password": other}).into(t, http.StatusUnauthorized, nil)
			p.stop()
			for _, secret := range []string{ownerPassword, other} {
				if strings.Contains(p.said(), secret) {
					t.Error("a password is printed")
				}
			}
		})
	}
}

func TestTheSecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	data := folder(t)
	read := func() string {
		t.Helper()
		stat, err := os.Stat(filepath.Join(data, "secret"))
		if err != nil {
			t.Fatal(err)
		}
		if stat.Mode() != 0o600 {
			t.Errorf("mode %s", stat.Mode())
		}
		text, err := os.ReadFile(filepath.Join(data, "secret"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	here := env("DIMMER_PUBLIC_URL=http://blog.example") // tokens are good for one address
	p := serveOn(t, data, nil, withOwner, here)
	made := read()
	token := p.signIn(ownerEmail, ownerPassword)
	p.stop()
	if strings.Contains(p.said(), strings.TrimSpace(made)) {
		t.Error("the secret is printed")
	}
	p = serveOn(t, data, nil, here)
	p.ask("GET", "/api/v1/auth/me", token, nil).into(t, http.StatusOK, nil)
	p.stop()
	if read() != made {
		t.Error("the second start made another")
	}

	// One from the environment wins, and the other stays.
	p = serveOn(t, data, nil, here, env("DIMMER_SECRET="+goodSecret))
	p.ask("GET", "/api/v1/auth/me", token, nil).into(t, http.StatusUnauthorized, nil)
	p.stop()
	if read() != made {
		t.Error("a start with another secret changed the file")
	}

	if err := os.WriteFile(filepath.Join(data, "secret"), []byte("too short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p = execute(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", data})
	if p.status() != 1 || !strings.Contains(p.errs.String(), filepath.Join(data, "secret")+": the secret is too short") {
		t.Errorf("with a damaged secret: status %d, %s", p.status(), p.said())
	}
}

func TestProgramsThatStartAtOnceShareOneSecretAndOneBlog(t *testing.T) {
	t.Parallel()
	data := folder(t)
	var people []*program
	for i := range 5 {
		people = append(people, launch(t, []string{
			"user", "add", "--data", data, "--email", fmt.Sprintf("p%d@blog.example", i), "--name", fmt.Sprintf("P%d", i), "--role", "owner",
		}, typing(ownerPassword)))
	}
	servers := []*program{}
	for range 2 {
		servers = append(servers, launch(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", data}))
	}
	for _, p := range people {
		if status := p.wait(); status != 0 {
			t.Errorf("status %d: %s", status, p.said())
		}
	}
	var winner, loser *program
	select {
	case <-servers[0].ended:
		loser, winner = servers[0], servers[1]
	case <-servers[1].ended:
		loser, winner = servers[1], servers[0]
	case <-time.After(patience):
		t.Fatal("two servers run on one folder")
	}
	if loser.status() != 1 || !strings.Contains(loser.errs.String(), "another dimmer serves the data folder") {
		t.Errorf("the second server: status %d, %s", loser.status(), loser.said())
	}
	winner.url = winner.line(winner.out, "listening on ")
	for i := range people {
		winner.signIn(fmt.Sprintf("p%d@blog.example", i), ownerPassword)
	}
	winner.stop()
	left, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if !slices.Contains([]string{"dimmer.db", "instance", "lock", "media", "secret"}, entry.Name()) {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}

func TestATakenPortStopsTheStartBeforeAnythingIsHalfDone(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	addr, data := taken.Addr().String(), folder(t)
	for _, p := range []*program{
		execute(t, []string{"serve", "--demo", "--data", data}, env("DIMMER_ADDR="+addr)),
		execute(t, []string{"serve", "--demo", "--data", data, "--addr", addr}),
	} {
		if p.status() != 1 {
			t.Errorf("status %d, want 1", p.status())
		}
		if text := p.errs.String(); len(p.errs.lines()) != 1 || !strings.Contains(text, "cannot listen on "+addr+": bind: address already in use. Choose another address") {
			t.Errorf("it says %q", text)
		}
		if p.out.String() != "" {
			t.Errorf("standard output says %q", p.out)
		}
	}
	p := serveOn(t, data, []string{"--demo"})
	p.line(p.out, "the demo's owner: ")
	p.stop()
}

func TestASecondServerOnAFolderIsRefused(t *testing.T) {
	t.Parallel()
	data := folder(t)
	first := serveOn(t, data, nil, withOwner)
	second := execute(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", data})
	if second.status() != 1 {
		t.Errorf("status %d, want 1", second.status())
	}
	if text := second.errs.String(); len(second.errs.lines()) != 1 || !strings.Contains(text, "another dimmer serves the data folder "+data+". Stop it first, or give this one a folder of its own with --data") {
		t.Errorf("it says %q", text)
	}
	first.ask("GET", "/readyz", "", nil).into(t, http.StatusOK, nil)
	first.stop()
	serveOn(t, data, nil).stop()
}

// The demo, as issue and contract want it.
func TestTheDemoIsABlogToLookAt(t *testing.T) {
	t.Parallel()
	here := t.TempDir()
	// Without --data the folder is below the working folder, apart from a real blog.
	p := launch(t, []string{"serve", "--demo", "--addr", "127.0.0.1:0"}, in(here))
	p.url = p.line(p.out, "listening on ")
	t.Logf("an empty folder became the demo, and listened, in %s", time.Since(p.started).Round(time.Millisecond))
	if _, err := os.Stat(filepath.Join(here, "data", "demo-site", "dimmer.db")); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Join(here, "data")); err != nil || len(entries) != 1 {
		t.Errorf("the real blog's folder holds %v, %v", entries, err)
	}
	found := regexp.MustCompile(`^(\S+), password ([a-z2-7]{20}) \(shown this once\)$`).FindStringSubmatch(p.line(p.out, "the demo's owner: "))
	if found == nil || len(p.out.lines()) != 2 {
		t.Fatalf("standard output says %q", p.out)
	}
	email, password := found[1], found[2]
	token := p.signIn(email, password)

	const day = 24 * time.Hour
	posts := everything[demoPost](p, "/api/v1/posts?", "")
	if len(posts) < 14 {
		t.Errorf("%d published posts, want 14", len(posts))
	}
	featured, tagged, written, minutes := 0, map[string]int{}, map[string]int{}, map[time.Time]bool{}
	for _, post := range posts {
		age := p.started.Sub(post.PublishedAt)
		if age < 0 || age > 401*day || age > 29*day && age < 31*day {
			t.Errorf("%s was published %s ago", post.Slug, age)
		}
		minutes[post.PublishedAt.Truncate(time.Minute)] = true
		if post.WordCount < 300 || post.WordCount > 1200 {
			t.Errorf("%s has %d words", post.Slug, post.WordCount)
		}
		if post.Featured {
			featured++
		}
		for _, tag := range post.Tags {
			tagged[tag.Slug]++
		}
		written[post.Author.Slug]++
		if picture := post.FeatureImage; picture != nil {
			address, err := url.Parse(picture.URL)
			if err != nil {
				t.Fatal(err)
			}
			p.ask("GET", address.Path, "", nil).into(t, http.StatusOK, nil)
		}
	}
	if oldest := p.started.Sub(posts[len(posts)-1].PublishedAt); oldest < 350*day {
		t.Errorf("the dates go back %s, want 400 days", oldest)
	}
	if len(minutes) != len(posts) || featured != 1 {
		t.Errorf("%d distinct minutes of %d posts, %d featured", len(minutes), len(posts), featured)
	}
	if len(tagged) != 8 || len(written) != 3 {
		t.Errorf("%d tags, %d authors on posts; want 8 and 3", len(tagged), len(written))
	}
	for name, n := range tagged {
		if n == len(posts) {
			t.Errorf("the tag %s is on every post", name)
		}
	}
	counts := map[string]int{
		"/api/v1/pages?": 2, "/api/v1/posts?tag=hash-series": 1,
		"/api/v1/admin/posts?status=draft": 1, "/api/v1/admin/posts?status=scheduled": 1, "/api/v1/admin/posts?status=archived": 1,
		"/api/v1/admin/comments?status=approved": 1, "/api/v1/admin/comments?status=pending": 1, "/api/v1/admin/comments?status=spam": 1,
		"/api/v1/admin/comments?status=trash": 1, "/api/v1/admin/comments?": 12,
	}
	for path, least := range counts {
		if n := len(everything[any](p, path, token)); n < least {
			t.Errorf("%s lists %d, want %d", path, n, least)
		}
	}
	p.stop()

	again := launch(t, []string{"serve", "--demo", "--addr", "127.0.0.1:0"}, in(here))
	again.url = again.line(again.out, "listening on ")
	if lines := again.out.lines(); len(lines) != 1 {
		t.Errorf("the second start says %q", lines)
	}
	if n := len(everything[demoPost](again, "/api/v1/posts?", "")); n != len(posts) {
		t.Errorf("the second start made %d posts of %d", n, len(posts))
	}
	again.signIn(email, password)
	again.stop()
	if !strings.Contains(again.errs.String(), "the demo is not loaded: the database is not empty") {
		t.Error("it does not say that it loaded nothing")
	}
}

type demoPost struct {
	Slug         string                  `json:"slug"`
	PublishedAt  time.Time               `json:"published_at"`
	WordCount    int                     `json:"word_count"`
	Featured     bool                    `json:"featured"`
	Tags         []struct{ Slug string } `json:"tags"`
	Author       struct{ Slug string }   `json:"author"`
	FeatureImage *struct{ URL string }   `json:"feature_image"`
}

// everything follows a list to its end.
func everything[T any](p *program, path, token string) []T {
	p.t.Helper()
	var all []T
	for cursor := ""; ; {
		var list struct {
			Data []T `json:"data"`
			Page struct {
				Next *string `json:"next"`
			} `json:"page"`
		}
		p.ask("GET", path+"&limit=5"+cursor, token, nil).into(p.t, http.StatusOK, &list)
		all = append(all, list.Data...)
		if list.Page.Next == nil {
			return all
		}
		cursor = "&cursor=" + url.QueryEscape(*list.Page.Next)
	}
}

func TestTheDemoStaysOutOfABlogThatHasBegun(t *testing.T) {
	t.Parallel()
	data := folder(t)
	serveOn(t, data, nil, withOwner).stop()
	p := serveOn(t, data, []string{"--demo"})
	if n := len(everything[demoPost](p, "/api/v1/posts?", "")); n != 0 {
		t.Errorf("%d posts of the demo came into the blog of somebody", n)
	}
	var site struct {
		Data struct{ Title string } `json:"data"`
	}
	p.ask("GET", "/api/v1/site", "", nil).into(t, http.StatusOK, &site)
	if strings.Contains(site.Data.Title, "Shoulder") {
		t.Errorf("its title became %q", site.Data.Title)
	}
	p.stop()
}

func TestASignalDuringTheStartStopsItInOrder(t *testing.T) {
	t.Parallel()
	for _, ms := range []time.Duration{0, 20, 60, 120, 200, 300} { // somewhere in the start
		wait := ms * time.Millisecond
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			data := folder(t)
			p := launch(t, []string{"serve", "--demo", "--addr", "127.0.0.1:0", "--data", data})
			select {
			case <-time.After(wait):
			case <-p.ended:
			}
			p.signal(syscall.SIGTERM)
			if status := p.wait(); status != 0 && status != -1 { // -1: it came before the program listened to signals
				t.Errorf("status %d: %s", status, p.said())
			}
			p = serveOn(t, data, []string{"--demo"})
			if n := len(everything[demoPost](p, "/api/v1/posts?", "")); n < 14 {
				t.Errorf("half a demo was left behind: %d posts", n)
			}
			p.stop()
		})
	}
}
