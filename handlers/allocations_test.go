package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// mostAllocations is what one cached request may take, from the router to the last byte, without the connection.
const mostAllocations = 12

// readOften are the answers that are read the most, each in the way that frontends read them.
func readOften(t testing.TB) (*blog, map[string]*http.Request) {
	b := furnished(t)
	asked := func(path string, headers ...string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	const post = "/posts/the-dimmer-switch"
	had := httptest.NewRecorder()
	b.server.ServeHTTP(had, asked(post))
	return b, map[string]*http.Request{
		"list":         asked("/posts"),
		"list, gzip":   asked("/posts", "Accept-Encoding", "gzip"),
		"list, query":  asked("/posts?limit=5&sort=title", "Accept-Encoding", "gzip"),
		"post":         asked(post),
		"post, gzip":   asked(post, "Accept-Encoding", "gzip, deflate, br, zstd"),
		"thread, gzip": asked(post+"/comments?limit=100", "Accept-Encoding", "gzip"),
		"post, 304":    asked(post, "If-None-Match", had.Header().Get("Etag")),
	}
}

// unheard is a writer that costs nothing.
type unheard struct {
	header http.Header
	status int
	bytes  int
}

func (u *unheard) Header() http.Header    { return u.header }
func (u *unheard) WriteHeader(status int) { u.status = status }
func (u *unheard) Write(p []byte) (int, error) {
	u.bytes += len(p)
	return len(p), nil
}

func (u *unheard) forget() {
	clear(u.header)
	u.status, u.bytes = 0, 0
}

func TestACachedRequestAllocatesLittle(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates too; `make test` runs this one without it")
	}
	b, requests := readOften(t)
	for name, r := range requests {
		w := &unheard{header: http.Header{}}
		n := testing.AllocsPerRun(200, func() {
			w.forget()
			b.server.ServeHTTP(w, r)
		})
		if n > mostAllocations {
			t.Errorf("%s: %.0f allocations, %d at most", name, n, mostAllocations)
		}
		if w.status != http.StatusOK && w.status != http.StatusNotModified || w.status == http.StatusOK && w.bytes == 0 {
			t.Errorf("%s: answered %d with %d bytes", name, w.status, w.bytes)
		}
	}
}

func BenchmarkCachedRequest(b *testing.B) {
	blog, requests := readOften(b)
	for name, r := range requests {
		b.Run(name, func(b *testing.B) {
			w := &unheard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				w.forget()
				blog.server.ServeHTTP(w, r)
			}
		})
	}
}
