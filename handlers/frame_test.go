package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/models"
)

// The frame is a server whose rows exist only here: one of each kind and of each demand that a row can make. What every route
// gets is tested on these, so that the tests of the real routes can be about what is theirs.

type frameThing struct {
	Name  string               `json:"name"`
	Tags  []string             `json:"tags"`
	Text  string               `json:"text"`
	Image nullable[frameImage] `json:"image"`
	Extra map[string]time.Time `json:"extra"`
}

type frameImage struct {
	URL string `json:"url"`
}

type frameListInput struct {
	NumberedPaging
	Tag    []string  `query:"tag,explode"`
	Fields []string  `query:"fields"`
	Since  time.Time `query:"since"`
	Sort   string    `query:"sort" enum:"name,-name" default:"name"`
}

type frameSlugInput struct {
	Slug    string `path:"slug" maxLength:"100"`
	Include string `query:"include"`
}

type frameCommentInput struct {
	Slug string `path:"slug"`
	Body struct {
		Name     string     `json:"name" minLength:"1" maxLength:"80"`
		Body     string     `json:"body" minLength:"1" maxLength:"10000"`
		ParentID string     `json:"parent_id,omitzero"`
		Notify   bool       `json:"notify,omitzero"`
		Stars    int        `json:"stars,omitzero" minimum:"1" maximum:"5"`
		At       *time.Time `json:"at,omitzero"`
		Tags     []string   `json:"tags,omitzero" maxItems:"3"`
	}
}

type framePatchInput struct {
	ID   models.PostID `path:"id"`
	Body struct {
		Title optional[string]     `json:"title,omitzero" maxLength:"20"`
		Image optional[frameImage] `json:"image,omitzero"`
	}
}

type framePatched struct {
	Title optional[string] `json:"title"`
	Saw   string           `json:"saw"`
}

type frameLoginInput struct {
	Body struct {
		Email    string `json:"email" format:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"256"`
	}
}

type frameRefreshInput struct {
	Cookie string `cookie:"dimmer_refresh"`
	Body   *struct {
		RefreshToken string `json:"refresh_token"`
	}
}

// theThing changed at this moment, with a fraction of a second that no header can carry.
var frameChangedAt = time.Date(2026, 3, 1, 9, 30, 0, 700_000_000, time.UTC)

func frameRows(s *Server) []route {
	said := func(context.Context, *struct{}) (*reply[one[string]], error) {
		return &reply[one[string]]{one[string]{"done"}}, nil
	}
	return []route{
		public("/api/v1/things", "listThings", func(_ context.Context, in *frameListInput) (answer[many[frameThing]], error) {
			page, err := s.page(in.Paging)
			if err != nil {
				return answer[many[frameThing]]{}, err
			}
			found := models.List[string]{Items: []string{"a", "b"}, Total: 12, Next: &models.Position{Key: "b", ID: "2"}}
			if page.At != nil {
				found = models.List[string]{Items: []string{page.At.Key}, Total: 1000, Capped: true, Prev: &models.Position{Key: "c", Before: true}}
			}
			list, link, err := listOf(s, in.Paging, found, func(name string) frameThing { return frameThing{Name: name} })
			return answer[many[frameThing]]{Body: list, Link: link, Tags: []string{"things", "tag:x"}, ModifiedAt: frameChangedAt}, err
		}),
		public("/api/v1/things/{slug}", "readThing", frameReadThing, fails(308), about("Read a thing")),
		op("POST", "/api/v1/things/{slug}/comments", "createComment", anyone, comment,
			func(_ context.Context, in *frameCommentInput) (*reply[one[string]], error) {
				return &reply[one[string]]{one[string]{in.Body.Body}}, nil
			}, status(http.StatusCreated), upTo(16<<10)),
		op("POST", "/api/v1/things/{slug}/ping", "pingThing", anyone, none, func(_ context.Context, in *struct {
			Slug string `path:"slug"`
		}) (*reply[one[string]], error) {
			return &reply[one[string]]{one[string]{in.Slug}}, nil
		}),
		op("POST", "/api/v1/auth/login", "signIn", anyone, login, func(ctx context.Context, in *frameLoginInput) (*reply[one[string]], error) {
			known := address(ctx).String() == "198.51.100.7"
			if err := s.takeLogin(ctx, in.Body.Email, known); err != nil {
				return nil, err
			}
			if in.Body.Password != "correct horse" {
				return nil, auth.ErrUnauthenticated
			}
			return &reply[one[string]]{one[string]{"welcome"}}, s.loginSucceeded(ctx, in.Body.Email)
		}),
		op("POST", "/api/v1/auth/refresh", "refresh", anyone, none, func(_ context.Context, in *frameRefreshInput) (*reply[one[string]], error) {
			if in.Body != nil {
				return &reply[one[string]]{one[string]{in.Body.RefreshToken}}, nil
			}
			return &reply[one[string]]{one[string]{in.Cookie}}, nil
		}, byCookie()),
		op("GET", "/api/v1/auth/me", "readMe", member, none, func(ctx context.Context, _ *struct{}) (*reply[one[string]], error) {
			return &reply[one[string]]{one[string]{string(principal(ctx).Role)}}, nil
		}),
		op("PATCH", "/api/v1/admin/posts/{id}", "changePost", author, none, func(_ context.Context, in *framePatchInput) (*reply[one[framePatched]], error) {
			switch in.ID {
			case "stale":
				return nil, stale(framePatched{Saw: "now"})
			case "live":
				return nil, models.ConflictError{Code: "slug_taken", Message: "Another post has this slug."}
			case "wrong":
				return nil, models.Invalid{"title": "is already used", "tags[2]": "is too long"}
			}
			saw := "absent"
			if in.Body.Title.Sent {
				saw = "value " + in.Body.Title.Value
			}
			if in.Body.Title.Null {
				saw = "null"
			}
			return &reply[one[framePatched]]{one[framePatched]{framePatched{Saw: saw}}}, nil
		}, fails(409, 412, 428)),
		op("GET", "/api/v1/admin/posts", "listAdminPosts", author, none, said),
		op("GET", "/api/v1/admin/comments", "listComments", moderator, none, said),
		op("GET", "/api/v1/admin/tags", "listAdminTags", editor, none, said),
		op("DELETE", "/api/v1/admin/settings", "removeSettings", owner, none, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }),
		op("GET", "/api/v1/preview/{token}", "readPreview", anyone, none, func(_ context.Context, in *struct {
			Token string `path:"token"`
		}) (*reply[one[string]], error) {
			return nil, models.ErrNotFound
		}),
		plain("GET", "/media/{key}", "readMedia", anyone, none, func(c *gin.Context) error {
			if c.Param("key") == "half" {
				_, _ = c.Writer.WriteString("half an ans")
				c.Writer.Flush()
				panic("the disk has gone")
			}
			c.Data(http.StatusOK, "image/png", []byte("png of "+c.Param("key")))
			return nil
		}, produces("image/png")),
		plain("POST", "/api/v1/admin/media", "uploadMedia", author, none, func(c *gin.Context) error {
			if _, err := io.ReadAll(c.Request.Body); err != nil {
				return tooLarge(2000)
			}
			c.Status(http.StatusNoContent)
			return nil
		}, takes("multipart/form-data"), upTo(2000), produces("text/plain")),
	}
}

func frameReadThing(_ context.Context, in *frameSlugInput) (answer[one[frameThing]], error) {
	view := frameThing{Name: in.Slug, Text: "<b>&</b>"}
	switch in.Slug {
	case "hidden", "missing":
		return answer[one[frameThing]]{}, models.ErrNotFound
	case "old":
		return answer[one[frameThing]]{}, moved("/api/v1/things/new")
	case "closed":
		return answer[one[frameThing]]{}, models.ForbiddenError{Code: "comments_closed", Message: "Comments are closed."}
	case "full":
		return answer[one[frameThing]]{}, errors.Join(errors.New("insert: disk I/O error"), models.ErrBusy)
	case "broken":
		return answer[one[frameThing]]{}, errors.New("SELECT secret FROM /var/lib/dimmer.db")
	case "panic":
		panic("nil map in handlers.readThing")
	case "long":
		view.Text = strings.Repeat("A long text compresses well. ", 300)
		view.Image.Value = &frameImage{"https://blog.example/media/x.png"}
	case "archived":
		return answer[one[frameThing]]{Body: one[frameThing]{view}, NoIndex: true}, nil
	}
	return answer[one[frameThing]]{Body: one[frameThing]{view}, ModifiedAt: frameChangedAt, Tags: []string{"thing:" + in.Slug, "site"}}, nil
}

// frame is a running server and what it has logged.
type frame struct {
	*httptest.Server
	t     testing.TB
	srv   *Server
	log   *logBuffer
	clock *testClock
}

type testClock struct{ nanos atomic.Int64 }

func (c *testClock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *testClock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// people are the bearer tokens that the frame knows.
func people(_ context.Context, token string) (*Principal, error) {
	switch token {
	case "owner", "editor", "author", "moderator", "guest":
		return &Principal{UserID: models.UserID("u-" + token), SessionID: "s", Role: auth.Role(token)}, nil
	case "dim_posts_read", "dim_posts_write", "dim_comments_write", "dim_site_read":
		kind, right, _ := strings.Cut(strings.TrimPrefix(token, "dim_"), "_")
		return &Principal{UserID: "u-owner", TokenID: "k", Role: auth.Owner, Scopes: auth.Scopes{auth.Scope(kind + ":" + right)}}, nil
	case "outage":
		return nil, errors.New("dial tcp 10.0.0.5:5432: connection refused")
	}
	return nil, auth.ErrUnauthenticated
}

func newFrame(t testing.TB, tunes ...func(*Config)) *frame {
	t.Helper()
	f := &frame{t: t, log: &logBuffer{}, clock: &testClock{}}
	f.clock.nanos.Store(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixNano())
	config := Config{
		PublicURL: "https://blog.example", Version: "1.2.3", RefreshCookie: "dimmer_refresh",
		CursorKey: []byte("a key of 32 bytes for the cursor"), Authenticate: people,
		Ping:   func(context.Context) error { return nil },
		Logger: slog.New(slog.NewJSONHandler(f.log, nil)), Now: f.clock.now,
	}
	for _, tune := range tunes {
		tune(&config)
	}
	var err error
	if f.srv, err = newServer(config, frameRows); err != nil {
		t.Fatal(err)
	}
	f.Server = httptest.NewUnstartedServer(nil)
	f.Server.Config = NewHTTPServer(f.srv, config.Logger)
	f.Server.Start()
	t.Cleanup(f.Server.Close)
	return f
}

// got is an answer as a client sees it.
type got struct {
	status int
	header http.Header
	body   string
}

func (g got) problem(t testing.TB) Problem {
	t.Helper()
	var p Problem
	if g.header.Get("Content-Type") != contentProblem {
		t.Fatalf("answer %d is no problem but %q: %s", g.status, g.header.Get("Content-Type"), g.body)
	}
	if err := json.Unmarshal([]byte(g.body), &p); err != nil {
		t.Fatalf("problem is no JSON: %v in %s", err, g.body)
	}
	return p
}

// where lists the locations that a problem names.
func (g got) where(t testing.TB) string {
	t.Helper()
	var locations []string
	for _, e := range g.problem(t).Errors {
		locations = append(locations, e.Location)
	}
	return strings.Join(locations, " ")
}

// ask sends one request. Headers are given as "Name: value"; an empty body sends none.
func (f *frame) ask(method, path, body string, headers ...string) got {
	f.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(f.t.Context(), method, f.URL+path, reader)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Add(name, value)
	}
	client := http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		f.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return got{res.StatusCode, res.Header, string(data)}
}

func (f *frame) get(path string, headers ...string) got {
	f.t.Helper()
	return f.ask("GET", path, "", headers...)
}

const isJSON = "Content-Type: application/json"

// send posts JSON.
func (f *frame) send(method, path, body string, headers ...string) got {
	f.t.Helper()
	return f.ask(method, path, body, append(headers, isJSON)...)
}
