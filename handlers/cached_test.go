package handlers_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/models"
)

// watched looks, after each write, at every public address that it has met so far: what is kept there must be what would be made anew.
type watched struct {
	addresses map[string]bool
	looked    int
}

func (w *watched) look(reader visitor, request string) {
	t := reader.t
	t.Helper()
	w.meet(reader)
	kept := map[string]*httptest.ResponseRecorder{}
	for path := range w.addresses {
		kept[path] = reader.asked(path)
	}
	reader.server.Forget()
	for _, path := range slices.Sorted(maps.Keys(w.addresses)) {
		was, is := kept[path], reader.asked(path) // it is kept now, for the next write
		if was.Code != is.Code || was.Code == 200 && was.Body.String() != is.Body.String() || was.Header().Get("Etag") != is.Header().Get("Etag") {
			t.Errorf("after %s, GET %s answers what it was:\n%d %s\nwant\n%d %s", request, path, was.Code, was.Body, is.Code, is.Body)
		}
		w.looked++
	}
}

// asked is what the server answers to a reader, without a connection.
func (b *blog) asked(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1"+path, nil))
	return w
}

// meet adds the addresses of what readers see now.
func (w *watched) meet(reader visitor) {
	add := func(paths ...string) {
		for _, path := range paths {
			w.addresses[path] = true
		}
	}
	add("/changes?limit=100", "/changes?limit=3", "/changes?limit=3&since="+reader.get("/changes?limit=3").wants(200).text("page.next"))
	add("/site", "/posts", "/posts?sort=-comments", "/posts?featured=true", "/pages", "/tags", "/authors", "/search?q=the", "/posts?tag=-stress")
	var slugs []string
	for _, list := range []string{"/posts", "/pages"} {
		for _, slug := range strings.Fields(reader.get(list).each("data", "slug")) {
			slugs = append(slugs, slug)
			at := list + "/" + escaped(slug)
			add(at, at+"?include=comments&include=related&include=neighbours", "/posts/"+escaped(slug)+"/comments", "/posts/"+escaped(slug)+"/comments?sort=top")
			for _, comment := range strings.Fields(reader.get("/posts/"+escaped(slug)+"/comments").each("data", "id")) {
				add("/comments/" + comment + "/replies")
			}
		}
	}
	if slugs != nil {
		add("/comments/counts?slug=" + escaped(slugs[0]))
	}
	for _, slug := range strings.Fields(reader.get("/tags").each("data", "slug")) {
		add("/tags/"+escaped(slug), "/posts?tag="+escaped(slug))
	}
	for _, slug := range strings.Fields(reader.get("/authors").each("data", "slug")) {
		add("/authors/"+escaped(slug), "/posts?author="+escaped(slug))
	}
}

func TestNoWriteLeavesAnOldAnswerBehind(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.watched = &watched{addresses: map[string]bool{}}
	b.watched.look(b.reader(), "nothing")
	b.walk(func(_ string, a answer) answer { return a })
	if n := b.watched.looked; n < 1000 {
		t.Errorf("looked %d times only", n)
	}
}

func TestNobodySeesAnythingOlderThanAnAnsweredWrite(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *blog) {
		owner, reader := b.as("owner"), b.reader()
		post := owner.publishes("Version 0", object{"slug": "changing", "comments": "open"})
		var answered atomic.Int64 // the last version of which a write was answered
		var done atomic.Bool
		var all sync.WaitGroup
		for _, path := range []string{"/posts", "/posts/changing", "/posts/changing?include=neighbours", "/posts?sort=title", "/search?q=version"} {
			all.Go(func() {
				for !done.Load() {
					before, seen := answered.Load(), int64(-1)
					text := string(reader.get(path).wants(200).body)
					if _, rest, found := strings.Cut(text, `"title":"Version `); found {
						_, _ = fmt.Sscanf(rest, "%d", &seen)
					}
					if seen < before {
						t.Errorf("GET %s shows version %d after %d was answered", path, seen, before)
						return
					}
				}
			})
		}
		var comments atomic.Int64
		for _, path := range []string{"/posts/changing/comments", "/comments/counts?slug=changing"} {
			all.Go(func() {
				for !done.Load() {
					before, a := comments.Load(), reader.get(path).wants(200)
					count, found := a.find("meta.count")
					if !found {
						count = a.at("data.changing")
					}
					if int64(count.(float64)) < before {
						t.Errorf("GET %s counts %v comments after %d were answered", path, count, before)
						return
					}
				}
			})
		}
		for version := range int64(40) {
			owner.changes(post, object{"title": fmt.Sprint("Version ", version)}).wants(200)
			answered.Store(version)
			if reader.comments(post, fmt.Sprint("Remark ", version)).wants(201).text("data.status") == "approved" { // many at once are held
				comments.Add(1)
			}
		}
		done.Store(true)
		all.Wait()
		if comments.Load() < 10 {
			t.Errorf("only %d comments were approved", comments.Load())
		}
	}, func(s *settings) { s.http.CountLag = time.Hour }) // counts of threads have none
}

func TestACountInsideAPostMayBeLate(t *testing.T) {
	t.Parallel()
	b := newBlog(t, func(s *settings) { s.http.CountLag = time.Millisecond })
	post := b.as("owner").publishes("Discussed", object{"comments": "open"})
	reader := b.reader()
	count := func() any { return reader.get("/posts/discussed").at("data.comments.count") }
	if got := count(); got != 0.0 {
		t.Fatalf("counts %v", got)
	}
	for n := 1.0; n <= 3; n++ {
		reader.comments(post, fmt.Sprint("Remark ", n)).wants(201).is("data.status", "approved")
		for count() != n { // ends with the test at the latest
			runtime.Gosched()
		}
	}
}

func TestOneAnswerIsKeptHoweverItIsAskedFor(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.publishes("Über den Rücken", object{"tags": []string{"Stress", "Rest"}})
	b.server.Forget()
	before, _ := b.server.Kept()
	for _, spelling := range []string{
		"/posts?tag=stress&tag=rest&limit=5", "/posts?limit=5&tag=rest&tag=stress", "/posts?tag=stre%73s&%74ag=rest&limit=%35", "/posts?&limit=5&&tag=stress&tag=rest&",
	} {
		if got := len(reader.get(spelling).wants(200).at("data").([]any)); got != 1 {
			t.Errorf("%s lists %d", spelling, got)
		}
	}
	for _, spelling := range []string{"/posts/%C3%BCber-den-r%C3%BCcken", "/posts/%c3%bcber-den-r%c3%bccken"} {
		reader.get(spelling).wants(200)
	}
	if after, _ := b.server.Kept(); after-before != 2 {
		t.Errorf("%d answers are kept, want 2", after-before)
	}
	// What is refused is refused although something like it is kept.
	reader.get("/posts?limit=5&tag=stress&tag=rest&x=1").wants(422, "query.x")
	reader.get("/posts?limit=5&limit=5&tag=stress&tag=rest").wants(422, "query.limit")
	reader.get("/posts?limit=5;tag=stress").wants(400)
	reader.do("GET", "/posts?limit=5&tag=rest&tag=stress", object{"limit": 5}).wants(422, "body.limit")
}

func TestAFloodOfQueriesNeitherGrowsTheCacheNorEvictsWhatIsHot(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	b := newBlog(t, func(s *settings) { s.http.CacheBytes = most })
	b.as("owner").publishes("Hot", object{"markdown": strings.Repeat("Much text. ", 500)})
	missed := 0
	for i := range 3000 {
		if i%10 == 0 {
			if !b.server.Keeps("/api/v1/posts/hot") {
				missed++
			}
			b.asked("/posts/hot")
		}
		if w := b.asked(fmt.Sprintf("/posts?since=2020-01-01T00:%02d:%02dZ", i/60, i%60)); w.Code != 200 {
			t.Fatalf("answers %d: %s", w.Code, w.Body)
		}
		if _, bytes := b.server.Kept(); bytes > most {
			t.Fatalf("%d bytes are kept after %d queries", bytes, i)
		}
	}
	if missed > 15 { // the first time, and while it is not yet known to be hot
		t.Errorf("the hot answer was evicted %d times of 300", missed)
	}
}

func TestWhatIsKeptIsNeverPrivate(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Seen")
	owner.writes(object{"title": "Hidden draft"})
	for _, path := range []string{"/admin/posts", "/admin/posts/" + post.id, "/admin/settings", "/auth/me"} {
		before, _ := b.server.Kept()
		owner.get(path).has("Cache-Control", "no-store")
		if after, _ := b.server.Kept(); after != before {
			t.Errorf("GET %s is kept", path)
		}
		reader.get(path).wants(401)
	}
	// Whoever is signed in gets what everybody gets, under the same key.
	if mine, theirs := owner.get("/posts"), reader.get("/posts"); !bytes.Equal(mine.body, theirs.body) || strings.Contains(string(mine.body), "Hidden") {
		t.Errorf("the owner gets\n%s\nothers\n%s", mine.body, theirs.body)
	}
	reader.get("/posts/hidden-draft").wants(404).has("Cache-Control", "no-store")
	owner.get("/posts/hidden-draft").wants(404)
}

func TestACodingIsKeptOnlyIfItPays(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.as("owner").publishes("Long", object{"markdown": strings.Repeat("Lay your hands in your lap. ", 300)})
	reader := b.reader()
	var whole []byte
	for _, accept := range []string{"identity", "gzip", "br", "gzip", "br", "gzip;q=0.5, br;q=0.4", "identity;q=0, *"} {
		for range 2 { // made, then kept
			a := reader.get("/posts/long", "Accept-Encoding: "+accept).wants(200)
			if accept == "identity" {
				whole = a.body
			} else if a.header.Get("Content-Encoding") == "" || len(a.body) > len(whole)/2 {
				t.Errorf("%s: %d bytes of %d, in %q", accept, len(a.body), len(whole), a.header.Get("Content-Encoding"))
			}
			if again := reader.get("/posts/long", "Accept-Encoding: "+accept, "If-None-Match: "+a.header.Get("Etag"), "Cache-Control: no-cache"); again.status != http.StatusNotModified {
				t.Errorf("%s: again answers %d", accept, again.status)
			}
		}
	}
}

// A second program on the same Postgres keeps answers of its own. What the first writes clears them.
func TestASecondProgramForgetsWhatTheFirstHasChanged(t *testing.T) {
	t.Parallel()
	if os.Getenv("DIMMER_TEST_POSTGRES") == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DIMMER_TEST_POSTGRES is not set: in CI two programs on one database are tested")
		}
		t.Skip("DIMMER_TEST_POSTGRES is not set")
	}
	b := newBlog(t, onPostgres)
	store, err := models.Open(t.Context(), models.Config{Dir: t.TempDir(), URL: b.shared, SecretFingerprint: b.secret.Fingerprint(), Patience: time.Minute, Now: b.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	hasher, err := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	server, err := handlers.New(handlers.Config{PublicURL: publicURL, Limiter: handlers.NoLimits{}, Now: b.clock.now}, handlers.Parts{Store: store, Secret: b.secret, Hasher: hasher})
	if err != nil {
		t.Fatal(err)
	}
	second := &blog{t: t, server: server}
	owner := b.as("owner")
	post := owner.publishes("Version 0", object{"slug": "changing", "comments": "open"})
	kept := func(path string) string {
		t.Helper()
		var text string
		eventually(t, path+" is kept", func() bool {
			a := second.asked(path)
			text = a.Body.String()
			return a.Code == 200 && server.Keeps("/api/v1"+path)
		})
		return text
	}
	eventually(t, "the second is there", func() bool { return strings.Contains(kept("/posts/changing"), "Version 0") })
	for version := range 10 {
		title := fmt.Sprintf("%q", fmt.Sprint("Version ", version+1))
		kept("/posts")
		kept("/posts/changing")
		kept("/posts/changing/comments")
		owner.changes(post, object{"title": fmt.Sprint("Version ", version+1)}).wants(200)
		for _, path := range []string{"/posts", "/posts/changing"} {
			eventually(t, path+" has "+title, func() bool { return strings.Contains(second.asked(path).Body.String(), title) })
		}
		text := fmt.Sprint("Remark ", version)
		b.reader().comments(post, text).wants(201)
		eventually(t, "the thread has "+text, func() bool { return strings.Contains(second.asked("/posts/changing/comments").Body.String(), text) })
	}
}

// eventually waits until a condition holds: for what another program does. Ten seconds mean never.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}
