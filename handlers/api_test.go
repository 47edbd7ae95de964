package handlers_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/media"
	"dimmer/models"
)

// These tests read the API as its clients do: over HTTP, from a real server on a real database, with nothing of ours replaced. Each
// answer that passes through [visitor.do] is compared with the OpenAPI document too, see document_api_test.go.

// start is the moment at which every test begins.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// publicURL is the address of every blog here, whatever port it listens on.
const publicURL = "https://blog.example"

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

// in is a moment that lies so far ahead of a blog's clock, as clients write it.
func (c *clock) in(d time.Duration) string { return c.now().Add(d).UTC().Format(time.RFC3339) }

// object is a JSON object as clients write it.
type object map[string]any

// A blog is a running server: an owner, an editor, an author and a moderator, who can all sign in, and no post.
type blog struct {
	t      testing.TB
	clock  *clock
	store  *models.Store
	server *handlers.Server
	secret auth.Secret
	media  string // the folder
	url    string
	shared string // the address of its database, where that is Postgres
	people map[auth.Role]*person

	watched *watched // nil: nobody looks what a write leaves behind
}

// person is somebody who can sign in.
type person struct {
	id, slug, name, email, password string

	mu     sync.Mutex
	token  string
	until  time.Time
	answer answer // of the last sign-in
}

// settings is what a test may want otherwise before a blog starts.
type settings struct {
	http        handlers.Config
	databaseURL string
	vacant      bool // nobody has set the blog up
	mailOff     bool
	files       func(handlers.MediaFiles) handlers.MediaFiles // what stands between the blog and its media folder
	dir         string                                        // of a blog that was there before, with its clock and its people
	clock       *clock
	people      map[auth.Role]*person
}

func limited(s *settings) { s.http.Limiter = nil }
func vacant(s *settings)  { s.vacant = true }
func behindProxy(s *settings) {
	s.http.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}
func mailOff(s *settings)    { s.mailOff = true }
func plainHTTP(s *settings)  { s.http.PublicURL = "http://blog.example" }
func onPostgres(s *settings) { s.databaseURL = os.Getenv("DIMMER_TEST_POSTGRES") }

// postbox is where test mails go: to everybody but to who is out of reach.
type postbox struct{}

func (postbox) Sender() string { return "blog@blog.example" }

func (postbox) SendTest(_ context.Context, to models.User) error {
	if to.Name == "Out of reach" {
		return errors.New("The mail server mail.example.org:587 does not answer.")
	}
	return nil
}

// pushbox is where test messages to devices go.
type pushbox struct{}

func (pushbox) CheckEndpoint(address string) error {
	if !strings.HasPrefix(address, "https://") || strings.Contains(address, "127.0.0.1") {
		return errors.New("this address is not called")
	}
	return nil
}

func (pushbox) SendTest(_ context.Context, device models.PushDevice, _ string) error {
	if device.Name == "Out of reach" {
		return errors.New("The push service of this browser could not be reached.")
	}
	return nil
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
	if emptyDatabase.drop != nil {
		emptyDatabase.drop()
	}
	os.Exit(code)
}

func emptyFolder(secret auth.Secret) (string, error) {
	emptyBlog.once.Do(func() {
		if emptyBlog.folder, emptyBlog.err = os.MkdirTemp("", "dimmer-handlers-"); emptyBlog.err != nil {
			return
		}
		var store *models.Store
		store, emptyBlog.err = models.Open(context.Background(), models.Config{Dir: emptyBlog.folder, SecretFingerprint: secret.Fingerprint(), Now: (&clock{at: start}).now})
		if emptyBlog.err == nil {
			emptyBlog.err = store.Close()
		}
	})
	return emptyBlog.folder, emptyBlog.err
}

// newBlog starts a blog, on SQLite unless a test says otherwise.
func newBlog(t testing.TB, tunes ...func(*settings)) *blog {
	t.Helper()
	s := settings{clock: &clock{at: start}, people: map[auth.Role]*person{}, http: handlers.Config{PublicURL: publicURL, Version: "1.2.3", Limiter: handlers.NoLimits{}}}
	for _, tune := range tunes {
		tune(&s)
	}
	c := s.clock
	s.http.Now = c.now
	secret, err := auth.NewSecret([]byte("kP3vX9qT7mB2nL5wR8yZ4cJ6hF1gD0sA"))
	if err != nil {
		t.Fatal(err)
	}
	dir := s.dir
	if dir == "" {
		dir = t.TempDir()
		if s.databaseURL == "" {
			folder, err := emptyFolder(secret)
			if err == nil {
				err = os.CopyFS(dir, os.DirFS(folder))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	config := models.Config{Patience: time.Minute, Dir: dir, SynchronousNormal: true, SecretFingerprint: secret.Fingerprint(), Now: c.now}
	if s.databaseURL != "" {
		config.URL = freshDatabase(t, s.databaseURL, secret)
	}
	store, err := models.Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	hasher, err := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	files, err := media.OpenDisk(dir + "/media")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	parts := handlers.Parts{Store: store, Secret: secret, Hasher: hasher, Media: media.NewPictures(files), Push: pushbox{}}
	if s.files != nil {
		parts.Media = s.files(parts.Media)
	}
	if !s.mailOff {
		parts.Mail = postbox{}
	}
	server, err := handlers.New(s.http, parts)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(nil)
	web.Config = handlers.NewHTTPServer(server, slog.New(slog.DiscardHandler))
	web.Start()
	t.Cleanup(web.Close)
	b := &blog{t: t, clock: c, store: store, server: server, secret: secret, media: dir + "/media", url: web.URL, shared: config.URL, people: s.people}
	if !s.vacant {
		b.moveIn()
	}
	return b
}

// restarted is the blog after another start of the program on the same folder.
func (b *blog) restarted() *blog {
	b.t.Helper()
	c, people := b.clock, b.people
	return newBlog(b.t, func(s *settings) { s.dir, s.vacant, s.clock, s.people = filepath.Dir(b.media), true, c, people })
}

// listen starts a server somewhere else, that tells what it is asked, and gives its address.
func listen(t testing.TB, asked func(*http.Request)) string {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked(r) }))
	t.Cleanup(elsewhere.Close)
	return elsewhere.URL
}

// emptyDatabase is the same on Postgres: what is made of it is a copy too.
var emptyDatabase struct {
	once sync.Once
	name string
	drop func()
	err  error
}

// makeDatabase makes a database on a Postgres server as a copy of another, and gives its address and what takes it away again.
func makeDatabase(server, name, template string) (address string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	if _, err := db.Exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		_ = db.Close()
		return "", nil, err
	}
	return u.String(), func() error {
		_, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		return errors.Join(err, db.Close())
	}, nil
}

func databaseName() string { return "t_" + strings.ToLower(rand.Text()[:16]) }

func migratedDatabase(server string, secret auth.Secret) (string, error) {
	migrate := func() error {
		folder, err := os.MkdirTemp("", "dimmer-handlers-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(folder) }()
		name := databaseName()
		address, drop, err := makeDatabase(server, name, "template1")
		if err != nil {
			return err
		}
		emptyDatabase.name, emptyDatabase.drop = name, func() { _ = drop() }
		config := models.Config{Dir: folder, URL: address, SecretFingerprint: secret.Fingerprint(), Now: (&clock{at: start}).now}
		store, err := models.Open(context.Background(), config)
		if err != nil {
			return err
		}
		return store.Close()
	}
	emptyDatabase.once.Do(func() { emptyDatabase.err = migrate() })
	return emptyDatabase.name, emptyDatabase.err
}

// freshDatabase makes a database on a Postgres server, in which the migrations have run, and gives its address.
func freshDatabase(t testing.TB, server string, secret auth.Secret) string {
	t.Helper()
	template, err := migratedDatabase(server, secret)
	if err != nil {
		t.Fatal(err)
	}
	address, drop, err := makeDatabase(server, databaseName(), template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return address
}

// onBoth runs a test on a blog on SQLite and, where DIMMER_TEST_POSTGRES names a server, on one on Postgres.
func onBoth(t *testing.T, test func(*testing.T, *blog), tunes ...func(*settings)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, newBlog(t, tunes...)) })
	if os.Getenv("DIMMER_TEST_POSTGRES") == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DIMMER_TEST_POSTGRES is not set: in CI the main job is tested on both databases")
		}
		return
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, newBlog(t, append(tunes, onPostgres)...)) })
}

// setup is what somebody sends who takes a vacant blog.
func (b *blog) setup() object {
	return object{
		"token": auth.SetupToken(b.secret, b.store.InstanceID()), "email": "mira@example.org", "name": "Mira Holt",
		"password": "lantern orbit mellow quay", "site_title": "The Quiet Shoulder", "language": "en", "timezone": "Europe/Berlin",
	}
}

// moveIn sets the blog up and adds the other people, as an owner does.
func (b *blog) moveIn() {
	b.t.Helper()
	owner := b.reader().post("/auth/setup", b.setup()).wants(201)
	b.people[auth.Owner] = &person{
		id: owner.text("user.id"), slug: owner.text("user.slug"), name: "Mira Holt", email: "mira@example.org", password: "lantern orbit mellow quay",
		token: owner.text("access_token"), until: b.clock.now().Add(auth.AccessTokenLifetime - time.Minute), answer: owner,
	}
	for role, name := range map[auth.Role]string{auth.Editor: "Ada Brink", auth.Author: "Ben Oduya", auth.Moderator: "Lena Moss"} {
		b.people[role] = b.hires(name, role)
	}
}

// hires adds a person who can sign in.
func (b *blog) hires(name string, role auth.Role) *person {
	b.t.Helper()
	p := &person{name: name, email: models.Slug(name) + "@example.org", password: "orchid " + models.Slug(name) + " paddle tremor"}
	made := b.as(auth.Owner).post("/admin/users", object{"name": name, "email": p.email, "role": role, "password": p.password}).wants(201)
	p.id, p.slug = made.text("data.id"), made.text("data.slug")
	return p
}

// A visitor is somebody who calls the API.
type visitor struct {
	*blog
	credentials string  // of the Authorization header
	who         *person // who signs in anew when her token has run out
}

// reader is somebody without a login: a frontend, or who reads it.
func (b *blog) reader() visitor { return visitor{blog: b} }

// as is the person of a role, who stays signed in however late it gets.
func (b *blog) as(role auth.Role) visitor { return visitor{blog: b, who: b.people[role]} }

// signedIn is a person with the access token that she has now, however late it gets.
func (b *blog) signedIn(p *person) visitor {
	b.t.Helper()
	return b.with(b.accessToken(p))
}

// accessToken signs a person in, unless she is.
func (b *blog) accessToken(p *person) string {
	b.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token == "" || b.clock.now().After(p.until) {
		p.answer = b.reader().post("/auth/login", object{"email": p.email, "password": p.password}).wants(200)
		p.token, p.until = p.answer.text("access_token"), b.clock.now().Add(auth.AccessTokenLifetime-time.Minute)
	}
	return p.token
}

// with is whoever has a token.
func (b *blog) with(token string) visitor { return visitor{blog: b, credentials: "Bearer " + token} }

// on is the same visitor in a test below.
func (v visitor) on(t testing.TB) visitor {
	below := *v.blog
	below.t = t
	v.blog = &below
	return v
}

func (v visitor) get(path string, headers ...string) answer {
	v.t.Helper()
	return v.do("GET", path, nil, headers...)
}

func (v visitor) post(path string, body any, headers ...string) answer {
	v.t.Helper()
	return v.do("POST", path, body, headers...)
}

func (v visitor) put(path string, body any, headers ...string) answer {
	v.t.Helper()
	return v.do("PUT", path, body, headers...)
}

func (v visitor) patch(path string, body any, headers ...string) answer {
	v.t.Helper()
	return v.do("PATCH", path, body, headers...)
}

func (v visitor) delete(path string, headers ...string) answer {
	v.t.Helper()
	return v.do("DELETE", path, nil, headers...)
}

// transport keeps as many connections open as a test asks things at once.
var transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}

// atTheRoot are the first parts of the addresses that mails lead to.
var atTheRoot = map[string]bool{"me": true, "moderate": true, "confirm": true, "unsubscribe": true}

// do sends one request. Paths are below /api/v1 unless they stand at the root; a body is a text as it is, or a value to be written as
// JSON; headers are given as "Name: value".
func (v visitor) do(method, path string, body any, headers ...string) answer {
	v.t.Helper()
	if first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first != "api" && first != "media" && first != "openapi.json" && first != "healthz" && first != "readyz" && !atTheRoot[first] {
		path = "/api/v1" + path
	}
	var reader io.Reader
	if text, isText := body.(string); isText {
		reader = strings.NewReader(text)
	} else if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, reader)
	if err != nil {
		v.t.Fatal(err)
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if v.who != nil {
		v.credentials = "Bearer " + v.accessToken(v.who)
	}
	if v.credentials != "" {
		req.Header.Set("Authorization", v.credentials)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if req.Header.Add(name, value); name == "Content-Type" {
			req.Header[name] = []string{value}[:min(1, len(value))] // in the place of the usual one, or none
		}
	}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	// Who refuses a body unread closes the connection; what was still under way then may reset it before the answer is read (RFC 9112, 9.6).
	for again := 0; again < 5 && req.GetBody != nil && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)); again++ {
		if req.Body, err = req.GetBody(); err == nil {
			res, err = client.Do(req)
		}
	}
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	a := answer{t: v.t, server: v.url, request: method + " " + path, status: res.StatusCode, header: res.Header, body: data}
	a.isDescribed()
	if v.watched != nil && method != "GET" && method != "HEAD" && a.status < 300 {
		v.watched.look(v.reader().on(v.t), a.request)
	}
	return a
}

// An answer is what a client got.
type answer struct {
	t       testing.TB
	server  string // its address
	request string // GET /api/v1/posts
	status  int
	header  http.Header
	body    []byte
}

// shown is as much of the body as helps somebody who reads a failure.
func (a answer) shown() string {
	const most = 1000
	if len(a.body) > most {
		return string(a.body[:most]) + "…"
	}
	return string(a.body)
}

// wants ends the test unless the answer has this status and, if it is a refusal, names exactly these locations.
func (a answer) wants(status int, locations ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s answered %d, want %d: %s", a.request, a.status, status, a.shown())
	}
	if locations != nil {
		if diff := cmp.Diff(words(locations...), a.locations()); diff != "" {
			a.t.Fatalf("%s names (-want +got):\n%s%s", a.request, diff, a.shown())
		}
	}
	return a
}

// locations are the values that a refusal names, in alphabetical order.
func (a answer) locations() string {
	a.t.Helper()
	var names []string
	for _, e := range a.at("errors").([]any) {
		names = append(names, e.(map[string]any)["location"].(string))
	}
	slices.Sort(names)
	return words(names...)
}

// at reads a value of the body: at("data.authors.0.slug"). A missing one ends the test.
func (a answer) at(path string) any {
	a.t.Helper()
	value, found := a.find(path)
	if !found {
		a.t.Fatalf("%s answered %d without %s: %s", a.request, a.status, path, a.shown())
	}
	return value
}

func (a answer) find(path string) (any, bool) {
	a.t.Helper()
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		a.t.Fatalf("%s answered %d with what is no JSON: %v: %s", a.request, a.status, err, a.shown())
	}
	if path == "" {
		return value, true
	}
	for step := range strings.SplitSeq(path, ".") {
		switch inside := value.(type) {
		case map[string]any:
			next, found := inside[step]
			if !found {
				return nil, false
			}
			value = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(inside) {
				return nil, false
			}
			value = inside[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// lacks reports a value of the body that should not be there.
func (a answer) lacks(path string) {
	a.t.Helper()
	if value, found := a.find(path); found {
		a.t.Errorf("%s has %s: %v", a.request, path, value)
	}
}

// text is a value of the body that is a text.
func (a answer) text(path string) string {
	a.t.Helper()
	text, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s: %s is no text: %s", a.request, path, a.shown())
	}
	return text
}

// is compares a value of the body.
func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if diff := cmp.Diff(asJSON(a.t, want), a.at(path)); diff != "" {
		a.t.Errorf("%s: %s (-want +got):\n%s", a.request, path, diff)
	}
	return a
}

// asJSON is a value as it is after it has been written and read.
func asJSON(t testing.TB, value any) (read any) {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(encoded, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// each lists one field of each item of a list, with spaces between: each("data", "slug").
func (a answer) each(list, field string) string {
	a.t.Helper()
	items, ok := a.at(list).([]any)
	if !ok {
		a.t.Fatalf("%s: %s is no list: %s", a.request, list, a.shown())
	}
	values := make([]string, len(items))
	for i, item := range items {
		values[i] = fmt.Sprint(item.(map[string]any)[field])
	}
	return words(values...)
}

// lists compares one field of each item of data.
func (a answer) lists(field string, want ...string) answer {
	a.t.Helper()
	if diff := cmp.Diff(words(want...), a.wants(200).each("data", field)); diff != "" {
		a.t.Errorf("%s: the %s of each (-want +got):\n%s", a.request, field, diff)
	}
	return a
}

// has compares a header.
func (a answer) has(header, want string) answer {
	a.t.Helper()
	if got := strings.Join(a.header.Values(header), ", "); got != want {
		a.t.Errorf("%s: %s is %q, want %q", a.request, header, got, want)
	}
	return a
}

// written is a post that somebody has written.
type written struct{ id, slug, etag string }

func (a answer) written() written {
	a.t.Helper()
	return written{a.text("data.id"), a.text("data.slug"), a.header.Get("ETag")}
}

func (w written) admin(rest ...string) string { return "/admin/posts/" + w.id + strings.Join(rest, "") }
func (w written) public(rest ...string) string {
	return "/posts/" + escaped(w.slug) + strings.Join(rest, "")
}

// writes makes a post.
func (v visitor) writes(fields object) written {
	v.t.Helper()
	return v.post("/admin/posts", fields).wants(201).written()
}

// publishes makes a post that readers see.
func (v visitor) publishes(title string, more ...object) written {
	v.t.Helper()
	fields := object{"title": title, "markdown": "Text of " + title + ".", "status": "published"}
	for _, m := range more {
		for name, value := range m {
			fields[name] = value
		}
	}
	return v.writes(fields)
}

// changes changes a post as it is now.
func (v visitor) changes(w written, fields object) answer {
	v.t.Helper()
	now := v.get(w.admin()).wants(200).header.Get("ETag")
	return v.patch(w.admin(), fields, "If-Match: "+now)
}

// comments takes a comment on a post; more overrides what it says.
func (v visitor) comments(w written, body string, more ...object) answer {
	v.t.Helper()
	fields := object{"name": "Ruth", "body": body}
	for _, m := range more {
		for name, value := range m {
			fields[name] = value
		}
	}
	return v.post(w.public("/comments"), fields)
}

// sendsForm sends a plain HTML form to the comments of a post, as a browser without scripts does. Each field is given as "name=value".
func (v visitor) sendsForm(w written, fields ...string) answer {
	v.t.Helper()
	for i, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		fields[i] = url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
	return v.post(w.public("/comments"), strings.Join(fields, "&"), "Content-Type: application/x-www-form-urlencoded")
}

// key is the header that says which reader asks.
func key(commenter string) string { return "X-Dimmer-Commenter: " + commenter }

// newKey gets a reader a key before her first comment.
func (b *blog) newKey() string {
	b.t.Helper()
	return b.reader().post("/commenters", nil).wants(201).text("data.commenter")
}

// editToken is the header that proves that a comment is the reader's own.
func (a answer) editToken() string { a.t.Helper(); return "X-Edit-Token: " + a.text("edit_token") }

// own is the path of a comment for readers.
func (a answer) own(rest ...string) string {
	a.t.Helper()
	return "/comments/" + a.text("data.id") + strings.Join(rest, "")
}

// moves gives a comment a status, as a moderator does.
func (v visitor) moves(id, status string) answer {
	v.t.Helper()
	return v.patch("/admin/comments/"+id, object{"status": status}).wants(200).is("data.status", status)
}

// approves lets readers see a comment.
func (v visitor) approves(comment answer) string {
	v.t.Helper()
	id := comment.wants(201).text("data.id")
	v.patch("/admin/comments/"+id, object{"status": "approved"}).wants(200).is("data.status", "approved")
	return id
}

// words puts names one behind the other, as most comparisons here want them.
func words(list ...string) string { return strings.Join(list, " ") }

// keysOf are the names of an object's fields, in alphabetical order.
func keysOf(o map[string]any) string { return words(slices.Sorted(maps.Keys(o))...) }

// escaped is a slug as it stands in a path.
func escaped(slug string) string { return url.PathEscape(slug) }

// quote is a text as it stands in JSON.
func quote(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // no text is without a JSON form
	}
	return string(encoded)
}
