package handlers

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

func TestEveryKindOfErrorHasOneAnswer(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	const as = "Authorization: Bearer author"
	for name, tc := range map[string]struct {
		res    got
		status int
		code   string
		where  string
	}{
		"not found":               {f.get("/api/v1/things/missing"), 404, "not_found", ""},
		"no such path":            {f.get("/nowhere"), 404, "not_found", ""},
		"no such method":          {f.ask("PUT", "/api/v1/things", ""), 405, "method_not_allowed", ""},
		"forbidden, with a code":  {f.get("/api/v1/things/closed"), 403, "comments_closed", ""},
		"conflict, with a code":   {f.send("PATCH", "/api/v1/admin/posts/live", `{}`, as), 409, "slug_taken", ""},
		"stale":                   {f.send("PATCH", "/api/v1/admin/posts/stale", `{}`, as), 412, "stale", ""},
		"refused by the domain":   {f.send("PATCH", "/api/v1/admin/posts/wrong", `{}`, as), 422, "invalid", "body.tags[2] body.title"},
		"refused by the schema":   {f.send("PATCH", "/api/v1/admin/posts/1", `{"x":1}`, as), 422, "invalid", "body.x"},
		"malformed":               {f.send("PATCH", "/api/v1/admin/posts/1", `{`, as), 400, "malformed", "body"},
		"a cursor of another one": {f.get("/api/v1/things?cursor=AAAA"), 400, "invalid_cursor", "query.cursor"},
		"unsupported type":        {f.ask("PATCH", "/api/v1/admin/posts/1", `{}`, as), 415, "unsupported_media_type", ""},
		"nobody":                  {f.get("/api/v1/admin/tags"), 401, "unauthenticated", ""},
		"busy":                    {f.get("/api/v1/things/full"), 503, "unavailable", ""},
		"a fault of ours":         {f.get("/api/v1/things/broken"), 500, "internal", ""},
		"a panic":                 {f.get("/api/v1/things/panic"), 500, "internal", ""},
		"no encoding left":        {f.get("/api/v1/things/hello", "Accept-Encoding: identity;q=0, *;q=0"), 406, "not_acceptable", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := tc.res.problem(t)
			if tc.res.status != tc.status || p.Status != tc.status || p.Code != tc.code || tc.res.where(t) != tc.where {
				t.Errorf("answered %d %s at %q, want %d %s at %q", tc.res.status, p.Code, tc.res.where(t), tc.status, tc.code, tc.where)
			}
			if p.RequestID == "" || p.RequestID != tc.res.header.Get("X-Request-Id") {
				t.Errorf("request_id %q is not that of the header %q", p.RequestID, tc.res.header.Get("X-Request-Id"))
			}
			if p.Type != "about:blank" || p.Title == "" || !strings.HasSuffix(p.Detail, ".") || tc.res.header.Get("Cache-Control") != "no-store" {
				t.Errorf("is not complete: %+v, Cache-Control %q", p, tc.res.header.Get("Cache-Control"))
			}
			var members map[string]any
			if err := json.Unmarshal([]byte(tc.res.body), &members); err != nil {
				t.Fatal(err)
			}
			want := []string{"code", "detail", "errors", "request_id", "status", "title", "type"}
			if tc.code == "stale" {
				want = slices.Insert(want, 1, "data")
			}
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(members))); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if (tc.status == 503) != (tc.res.header.Get("Retry-After") != "") {
				t.Errorf("Retry-After is %q with %d", tc.res.header.Get("Retry-After"), tc.status)
			}
		})
	}
	if res := f.send("PATCH", "/api/v1/admin/posts/stale", `{}`, as); !strings.Contains(res.body, `"data":{"title":`) {
		t.Errorf("412 does not carry the thing as it is now: %s", res.body)
	}
}

func TestHiddenAndMissingAnswerTheSameBytes(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	var bodies []string
	for _, path := range []string{"/api/v1/things/hidden", "/api/v1/things/missing", "/api/v1/things/" + strings.Repeat("x", 200), "/api/v1/nowhere", "/api/v1/preview/dimp_x"} {
		res := f.get(path)
		if res.status != 404 {
			t.Fatalf("%s answered %d", path, res.status)
		}
		bodies = append(bodies, strings.Replace(res.body, res.header.Get("X-Request-Id"), "ID", 1))
	}
	if len(slices.Compact(bodies)) != 1 {
		t.Errorf("answers differ: %v", bodies)
	}
}

func TestFaultsOfOursSayTheSameSentenceAndAreLoggedOnce(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	broken, panicked := f.get("/api/v1/things/broken"), f.get("/api/v1/things/panic")
	if broken.problem(t).Detail != panicked.problem(t).Detail {
		t.Error("two sentences")
	}
	for _, res := range []got{broken, panicked} {
		for _, inner := range []string{"SELECT", "/var/lib", "nil map", "goroutine", ".go:", "handlers."} {
			if strings.Contains(res.body, inner) {
				t.Errorf("a client sees %q: %s", inner, res.body)
			}
		}
		if n := strings.Count(f.log.String(), res.problem(t).RequestID); n != 1 {
			t.Errorf("the request id stands in %d lines of log, want 1", n)
		}
	}
	for _, inner := range []string{"SELECT secret", "nil map in handlers.readThing", "frame_test.go"} {
		if !strings.Contains(f.log.String(), inner) {
			t.Errorf("the log does not say %q", inner)
		}
	}
	if res := f.get("/api/v1/things/hello"); res.status != 200 {
		t.Errorf("after a panic the server answers %d", res.status)
	}
}

func TestAnswerThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	if res := f.get("/media/whole"); res.status != 200 || res.body != "png of whole" {
		t.Fatalf("positive control answered %d %s", res.status, res.body)
	}
	res, closed := f.speak("GET /media/half HTTP/1.1\r\nHost: a\r\n\r\n")
	if res.status != 0 || !closed {
		t.Errorf("the client read a whole answer: %d %q", res.status, res.body)
	}
	if !strings.Contains(f.log.String(), "the disk has gone") {
		t.Errorf("the log does not say why: %s", f.log)
	}
}

func TestFormerAddressLeadsToThePresentOneWithItsQuery(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	res := f.get("/api/v1/things/old")
	if res.status != 308 || res.header.Get("Location") != "/api/v1/things/new" || res.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("answered %d to %q with %v", res.status, res.header.Get("Location"), res.header)
	}
	if res := f.get("/api/v1/things/old?include=a%26b"); res.header.Get("Location") != "/api/v1/things/new?include=a%26b" {
		t.Errorf("the query is lost: %q", res.header.Get("Location"))
	}
}

func TestProblemThatManyRequestsShareStaysAsItIs(t *testing.T) {
	t.Parallel()
	shared := moved("/new")
	for _, query := range []string{"a=1", "b=2"} {
		c := gin.CreateTestContextOnly(httptest.NewRecorder(), gin.New())
		c.Request = httptest.NewRequest("GET", "/old?"+query, nil)
		if got := problemFor(c, shared).header.Get("Location"); got != "/new?"+query {
			t.Errorf("leads to %s", got)
		}
	}
}

func TestMethodsThatARowDoesNotHave(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO"} {
		res := f.ask(method, "/api/v1/things", "")
		if res.status != 405 || res.header.Get("Allow") != "GET, HEAD, OPTIONS" || res.problem(t).Code != "method_not_allowed" {
			t.Errorf("%s answered %d, Allow %q", method, res.status, res.header.Get("Allow"))
		}
	}
	if res := f.ask("DELETE", "/api/v1/admin/posts", ""); res.status != 405 || res.header.Get("Access-Control-Allow-Origin") != "" || res.header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("405 below /admin has the wrong headers: %d %v", res.status, res.header)
	}
	if res := f.ask("OPTIONS", "/api/v1/admin/posts/1", ""); res.status != 204 || res.header.Get("Allow") != "OPTIONS, PATCH" {
		t.Errorf("OPTIONS answered %d, Allow %q", res.status, res.header.Get("Allow"))
	}
	if res := f.ask("OPTIONS", "/nowhere", ""); res.status != 404 || res.header.Get("Allow") != "" {
		t.Errorf("OPTIONS on nothing answered %d, Allow %q", res.status, res.header.Get("Allow"))
	}
	for _, path := range []string{"/openapi.json", "/healthz"} {
		if res := f.ask("PUT", path, "x"); res.status != 405 {
			t.Errorf("PUT %s answered %d", path, res.status)
		}
	}
}
