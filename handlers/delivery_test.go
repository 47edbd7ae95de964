package handlers

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

func TestPublicAnswerCarriesEverythingACacheNeeds(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	res := f.get("/api/v1/things/hello")
	want := `{"data":{"name":"hello","tags":[],"text":"<b>&</b>","image":null,"extra":{}}}`
	if res.status != 200 || res.body != want {
		t.Errorf("answered %d %s, want %s", res.status, res.body, want)
	}
	for key, value := range map[string]string{
		"Content-Type":                 "application/json; charset=utf-8",
		"Content-Length":               fmt.Sprint(len(want)),
		"Last-Modified":                "Sun, 01 Mar 2026 09:30:00 GMT",
		"Cache-Control":                "public, max-age=0, s-maxage=60, stale-while-revalidate=600",
		"Cache-Tag":                    "thing:hello,site",
		"Vary":                         "Accept-Encoding",
		"Access-Control-Allow-Origin":  "*",
		"Cross-Origin-Resource-Policy": "cross-origin",
		"X-Content-Type-Options":       "nosniff",
		"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
		"Content-Encoding":             "",
		"X-Robots-Tag":                 "",
		"Server":                       "",
		"X-Powered-By":                 "",
		"Set-Cookie":                   "",
	} {
		if res.header.Get(key) != value {
			t.Errorf("%s is %q, want %q", key, res.header.Get(key), value)
		}
	}
	if etag := res.header.Get("ETag"); len(etag) < 20 || !strings.HasPrefix(etag, `"`) || !strings.HasSuffix(etag, `"`) {
		t.Errorf("ETag is %q", etag)
	}
	if again := f.get("/api/v1/things/hello"); again.header.Get("ETag") != res.header.Get("ETag") {
		t.Error("the same answer has two ETags")
	}
	if other := f.get("/api/v1/things/other"); other.header.Get("ETag") == res.header.Get("ETag") {
		t.Error("two answers have the same ETag")
	}
	if archived := f.get("/api/v1/things/archived"); archived.header.Get("X-Robots-Tag") != "noindex" || archived.header.Get("Last-Modified") != "" {
		t.Errorf("headers of an answer that is not to be indexed: %v", archived.header)
	}
}

func TestCacheControlCanBeSet(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.CacheControl = func() string { return "public, max-age=5" } })
	if res := f.get("/api/v1/things/hello"); res.header.Get("Cache-Control") != "public, max-age=5" {
		t.Errorf("Cache-Control is %q", res.header.Get("Cache-Control"))
	}
}

func TestHEADIsGETWithoutItsBody(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	for _, path := range []string{"/api/v1/things/hello", "/api/v1/things/long", "/api/v1/things/missing", "/media/x", "/openapi.json", "/healthz", "/nowhere"} {
		get, head := f.get(path), f.ask("HEAD", path, "")
		for _, h := range []http.Header{get.header, head.header} {
			h.Del("X-Request-Id")
			h.Del("Date")
			if path != "/openapi.json" && h.Get("Content-Type") == contentProblem {
				h.Del("Content-Length") // the request id has grown by a digit perhaps
			}
		}
		if head.status != get.status || head.body != "" {
			t.Errorf("HEAD %s answered %d %q, GET %d", path, head.status, head.body, get.status)
		}
		if diff := cmp.Diff(get.header, head.header); diff != "" {
			t.Errorf("HEAD %s (-GET +HEAD):\n%s", path, diff)
		}
	}
	if res := f.ask("HEAD", "/api/v1/admin/tags", "", "Authorization: Bearer moderator"); res.status != 403 {
		t.Errorf("HEAD passed the guard: %d", res.status)
	}
}

func TestEncodingIsNegotiatedByWeight(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	identity := f.get("/api/v1/things/long")
	tags := map[string]string{}
	for accept, want := range map[string]string{
		"":                                "",
		"gzip":                            "gzip",
		"br":                              "br",
		"gzip, deflate, br, zstd":         "br",
		"gzip, br;q=0.9":                  "gzip",
		"GZIP":                            "gzip",
		"x-gzip":                          "gzip",
		"identity":                        "",
		"identity, gzip;q=0.5":            "",
		"identity;q=0.5, gzip;q=0.8":      "gzip",
		"gzip;q=0.001":                    "gzip",
		"gzip;q=0":                        "",
		"br;q=0, gzip":                    "gzip",
		"*":                               "br",
		"*;q=0.5, gzip":                   "gzip",
		"br;q=0, *":                       "gzip",
		"deflate":                         "",
		"identity;q=0, gzip":              "gzip",
		"identity;q=0, *":                 "br",
		"*;q=0, gzip":                     "gzip",
		"*;q=0, identity":                 "",
		"gzip;q=banana":                   "",
		"gzip;q=2":                        "",
		"gzip;q=NaN":                      "",
		";;;,,,":                          "",
		"identity;q=0":                    "none left",
		"*;q=0":                           "none left",
		"deflate, identity;q=0":           "none left",
		strings.Repeat("x;q=0.1,", 3_000): "",
	} {
		t.Run(clip(accept, 30), func(t *testing.T) {
			res := f.get("/api/v1/things/long", "Accept-Encoding: "+accept)
			if want == "none left" {
				if res.status != 406 {
					t.Errorf("answered %d", res.status)
				}
				return
			}
			if res.status != 200 || res.header.Get("Content-Encoding") != want || res.header.Get("Vary") != "Accept-Encoding" {
				t.Fatalf("answered %d as %q, want %q", res.status, res.header.Get("Content-Encoding"), want)
			}
			if unpacked := unpack(t, res); unpacked != identity.body {
				t.Errorf("unpacks to %d bytes, want %d", len(unpacked), len(identity.body))
			}
			if res.header.Get("Content-Length") != fmt.Sprint(len(res.body)) {
				t.Errorf("Content-Length is %s of %d", res.header.Get("Content-Length"), len(res.body))
			}
			if want != "" && len(res.body) > len(identity.body)/4 {
				t.Errorf("%d bytes of %d is no saving", len(res.body), len(identity.body))
			}
			tags[want] = res.header.Get("ETag")
		})
	}
	if len(tags) != 3 || tags[""] == tags["gzip"] || tags["gzip"] == tags["br"] || tags[""] == tags["br"] {
		t.Errorf("ETags by encoding: %v", tags)
	}
	if small := f.get("/api/v1/things/hello", "Accept-Encoding: gzip, br"); small.header.Get("Content-Encoding") != "" {
		t.Error("a small answer is compressed")
	}
	if small := f.get("/api/v1/things/hello", "Accept-Encoding: gzip, identity;q=0"); unpack(t, small) != f.get("/api/v1/things/hello").body {
		t.Error("a small answer is not compressed for who takes nothing else")
	}
}

func unpack(t *testing.T, res got) string {
	t.Helper()
	var in io.Reader = strings.NewReader(res.body)
	switch res.header.Get("Content-Encoding") {
	case "gzip":
		var err error
		if in, err = gzip.NewReader(in); err != nil {
			t.Fatal(err)
		}
	case "br":
		in = brotli.NewReader(in)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestClientThatHasTheAnswerGets304(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	const path = "/api/v1/things/long"
	etag := f.get(path).header.Get("ETag")
	zipped := f.get(path, "Accept-Encoding: gzip").header.Get("ETag")
	list := strings.Repeat(`"aaaaaaaaaaaaaaaa", W/"b,c", `, 200)
	for name, tc := range map[string]struct {
		headers []string
		want    int
	}{
		"its ETag":                               {[]string{"If-None-Match: " + etag}, 304},
		"weak":                                   {[]string{"If-None-Match: W/" + etag}, 304},
		"any":                                    {[]string{"If-None-Match: *"}, 304},
		"among others":                           {[]string{`If-None-Match: "x", W/"y,z" ,` + etag}, 304},
		"in a second header":                     {[]string{`If-None-Match: "x"`, "If-None-Match: " + etag}, 304},
		"last of many":                           {[]string{"If-None-Match: " + list + etag}, 304},
		"beside no-cache, as Node's fetch does":  {[]string{"If-None-Match: " + etag, "Cache-Control: no-cache", "Pragma: no-cache"}, 304},
		"of the encoding asked for":              {[]string{"If-None-Match: " + zipped, "Accept-Encoding: gzip"}, 304},
		"of another encoding":                    {[]string{"If-None-Match: " + zipped}, 200},
		"none of these":                          {[]string{"If-None-Match: " + list}, 200},
		"without quotes":                         {[]string{"If-None-Match: " + strings.Trim(etag, `"`)}, 200},
		"one quote":                              {[]string{`If-None-Match: "`}, 200},
		"lower-case w":                           {[]string{"If-None-Match: w/" + etag}, 200},
		"unchanged since":                        {[]string{"If-Modified-Since: Sun, 01 Mar 2026 09:30:00 GMT"}, 304},
		"unchanged since, in an old form":        {[]string{"If-Modified-Since: Sunday, 01-Mar-26 09:30:00 GMT"}, 304},
		"changed since":                          {[]string{"If-Modified-Since: Sun, 01 Mar 2026 09:29:59 GMT"}, 200},
		"a time that is none":                    {[]string{"If-Modified-Since: yesterday"}, 200},
		"another ETag counts more than the time": {[]string{`If-None-Match: "x"`, "If-Modified-Since: Sun, 01 Mar 2026 09:30:00 GMT"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			res := f.get(path, tc.headers...)
			if res.status != tc.want {
				t.Fatalf("answered %d, want %d", res.status, tc.want)
			}
			if tc.want == 200 {
				return
			}
			if res.body != "" || res.header.Get("Content-Type") != "" || res.header.Get("Content-Length") != "" || res.header.Get("Content-Encoding") != "" {
				t.Errorf("304 describes a body: %q %v", res.body, res.header)
			}
			for _, key := range []string{"ETag", "Cache-Control", "Vary", "Last-Modified", "Cache-Tag", "Access-Control-Allow-Origin", "X-Request-Id"} {
				if res.header.Get(key) == "" {
					t.Errorf("304 lacks %s", key)
				}
			}
		})
	}
	if res := f.ask("HEAD", path, "", "If-None-Match: "+etag); res.status != 304 {
		t.Errorf("HEAD answered %d", res.status)
	}
	if res := f.get("/api/v1/things/missing", "If-None-Match: *"); res.status != 404 {
		t.Errorf("what is missing answered %d", res.status)
	}
}

func TestStrongComparisonLetsNoWeakTagCount(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{`"v3"`: true, `"v1", "v3"`: true, "*": true, `W/"v3"`: false, `"v2"`: false, `v3`: false, ``: false, `"v3`: false} {
		if got := holdsTag([]string{header}, `"v3"`, true); got != want {
			t.Errorf("%s: %v, want %v", header, got, want)
		}
	}
}

// FuzzConditionalHeaders checks the readers of what clients and proxies put into If-None-Match, If-Match and Accept-Encoding.
func FuzzConditionalHeaders(f *testing.F) {
	f.Add(`"v1", W/"v3", *`, "gzip;q=0.5, br, *;q=0")
	f.Add(`W/"v3`, "identity;q=0")
	f.Add(`"","v3"`, ";;,,q=;")
	f.Fuzz(func(t *testing.T, tags, encodings string) {
		if holdsTag([]string{tags}, `"v3"`, true) && !holdsTag([]string{tags}, `"v3"`, false) {
			t.Fatalf("%q holds the tag strongly but not weakly", tags)
		}
		if !strings.Contains(tags, "*") && holdsTag([]string{tags}, `"v3"`, false) && !strings.Contains(tags, `"v3"`) {
			t.Fatalf("%q holds a tag that is not in it", tags)
		}
		coding, ok := chooseCoding([]string{encodings}, true)
		if lower := strings.ToLower(encodings); ok && !strings.Contains(lower, coding.name) && !strings.Contains(lower, "*") {
			t.Fatalf("%q got %s", encodings, coding.name)
		}
		if !ok && !strings.Contains(strings.ToLower(encodings), "identity") && !strings.Contains(encodings, "*") {
			t.Fatalf("%q does not refuse identity, but got nothing", encodings)
		}
	})
}

// BenchmarkPublic compares a public row whose answer is made already with bare gin copying the same bytes. Both without a network,
// so that what is left is our own work; on a connection writing takes half of the time and the ratio comes nearer to 1.
func BenchmarkPublic(b *testing.B) {
	made, err := newReady(answer[string]{Body: strings.Repeat("A text. ", 1000), ModifiedAt: time.Unix(0, 0), Tags: []string{"site"}})
	if err != nil {
		b.Fatal(err)
	}
	f := newFrame(b)
	f.srv.engine.GET("/made", f.srv.newGuard(&route{kind: cached, access: anyone, limit: none}, &huma.Operation{Path: "/made"}).check, func(c *gin.Context) { f.srv.write(c, made) })
	bare := gin.New()
	bare.GET("/made", func(c *gin.Context) { c.Data(http.StatusOK, contentJSON, made.identity.body) })
	for name, handler := range map[string]http.Handler{"ours": f.srv, "gin": bare} {
		b.Run(name, func(b *testing.B) {
			req := httptest.NewRequest("GET", "/made", nil)
			b.ReportAllocs()
			for b.Loop() {
				w := discard{http.Header{}}
				handler.ServeHTTP(w, req)
			}
		})
	}
	b.Run("huma row", func(b *testing.B) {
		req := httptest.NewRequest("GET", "/api/v1/things/hello", nil)
		b.ReportAllocs()
		for b.Loop() {
			f.srv.ServeHTTP(discard{http.Header{}}, req)
		}
	})
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
