package handlers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// speak writes raw bytes to the server and reads one answer. closed tells whether the server ended the connection after it.
func (f *frame) speak(raw string) (res got, closed bool) {
	f.t.Helper()
	conn, err := net.Dial("tcp", f.Listener.Addr().String())
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { _, _ = io.WriteString(conn, raw) }() // the server may answer and close before it has read all
	in := bufio.NewReader(conn)
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return got{}, true
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return got{}, true
	}
	res = got{answer.StatusCode, answer.Header, string(body)}
	if answer.Close {
		_, err = in.ReadByte()
		return res, err != nil
	}
	return res, false
}

func rawPost(headers, body string) string {
	return "POST /api/v1/things/hello/comments HTTP/1.1\r\nHost: blog.example\r\nContent-Type: application/json\r\n" + headers + "\r\n" + body
}

func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.Limiter = NoLimits{} })
	length := fmt.Sprintf("Content-Length: %d\r\n", len(goodComment))
	chunk := func(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }
	const chunked = "Transfer-Encoding: chunked\r\n"
	fill := func(size int) string {
		rest := size - len(goodComment)
		return goodComment + strings.Repeat(" ", rest)
	}
	const most = 16 << 10
	for name, tc := range map[string]struct {
		raw    string
		want   int // 0: the connection just ends
		closed bool
	}{
		"positive control":           {rawPost(length, goodComment), 201, false},
		"positive control, chunked":  {rawPost(chunked, chunk(goodComment)+"0\r\n\r\n"), 201, false},
		"exactly the limit":          {rawPost(fmt.Sprintf("Content-Length: %d\r\n", most), fill(most)), 201, false},
		"exactly the limit, chunked": {rawPost(chunked, chunk(fill(most))+"0\r\n\r\n"), 201, false},
		"one byte over":              {rawPost(fmt.Sprintf("Content-Length: %d\r\n", most+1), fill(most+1)), 413, true},
		"one byte over, chunked":     {rawPost(chunked, chunk(fill(most+1))+"0\r\n\r\n"), 413, true},
		"announces 9e18, sends none": {rawPost("Content-Length: 9000000000000000000\r\n", ""), 413, true},
		"waits before 100 MB":        {rawPost("Content-Length: 100000000\r\nExpect: 100-continue\r\n", ""), 413, true},
		"two lengths":                {rawPost("Content-Length: 5\r\n"+length, goodComment), 400, true},
		"negative length":            {rawPost("Content-Length: -1\r\n", goodComment), 400, true},
		"a length that is none":      {rawPost("Content-Length: abc\r\n", goodComment), 400, true},
		"bad chunk size":             {rawPost(chunked, "zz\r\n"+goodComment+"\r\n0\r\n\r\n"), 400, true},
		"unknown transfer encoding":  {rawPost("Transfer-Encoding: xchunked\r\n", goodComment), 501, true},
		"wrong UTF-8":                {rawPost(fmt.Sprintf("Content-Length: %d\r\n", len(goodComment)), strings.Replace(goodComment, "Well", "\xff\xfe\xfd\xfc", 1)), 400, false},
		"compressed":                 {rawPost(length+"Content-Encoding: gzip\r\n", goodComment), 415, true},
		"two hosts":                  {"GET /api/v1/things HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, true},
		"header of 1 MB":             {"GET /api/v1/things HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\n", 431, true},
		"10,000 parameters":          {"GET /api/v1/things?" + strings.Repeat("a=1&", 10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 431, true},
		"500 cookies":                {"GET /api/v1/things HTTP/1.1\r\nHost: a\r\nCookie: " + strings.Repeat("a=1; ", 500) + "\r\n\r\n", 200, false},
		"control characters in path": {"GET /api/v1/things/a\x01b HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
		"CONNECT":                    {"CONNECT blog.example:443 HTTP/1.1\r\nHost: blog.example:443\r\n\r\n", 404, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, closed := f.speak(tc.raw)
			if res.status != tc.want {
				t.Fatalf("answered %d, want %d: %s", res.status, tc.want, res.body)
			}
			if closed != tc.closed {
				t.Errorf("connection closed: %v, want %v", closed, tc.closed)
			}
			if res.header.Get("Server") != "" || strings.Contains(res.body, "goroutine") {
				t.Errorf("tells what it is made of: %v %s", res.header, res.body)
			}
		})
	}
}

func TestBodyThatStopsHalfwayIsGivenUp(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(c *Config) { c.BodyTimeout = time.Second })
	start := time.Now() // the server's own ReadTimeout would take 15 s
	res, closed := f.speak(rawPost("Content-Length: 1000\r\n", `{"name":"Ada",`))
	if took := time.Since(start); res.status != 408 || !closed || took > 12*time.Second {
		t.Errorf("answered %d after %v, closed %v: %s", res.status, took, closed, res.body)
	}
	late := rawPost(fmt.Sprintf("Content-Length: %d\r\n", len(goodComment)), goodComment)
	if res, _ := f.speak(late); res.status != 201 {
		t.Errorf("positive control answered %d", res.status)
	}
}

func TestARefusalDoesNotWaitForABodyThatNobodyReads(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	began := time.Now()
	answer, closed := f.speak(strings.Replace(rawPost("Content-Length: 1000\r\n", `{"nam`), "/hello/", "/%00/", 1))
	if answer.status != http.StatusNotFound || !closed {
		t.Errorf("%d, connection closed: %v", answer.status, closed)
	}
	if waited := time.Since(began); waited > 10*time.Second { // the server's own patience with a body is 15
		t.Errorf("it took %v", waited)
	}
}

func TestUploadEndsAtItsBound(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	multipart := []string{"Content-Type: multipart/form-data; boundary=x", "Authorization: Bearer author"}
	if res := f.ask("POST", "/api/v1/admin/media", strings.Repeat("a", 2000), multipart...); res.status != 204 {
		t.Errorf("positive control answered %d: %s", res.status, res.body)
	}
	if res := f.ask("POST", "/api/v1/admin/media", strings.Repeat("a", 2001), multipart...); res.status != 413 {
		t.Errorf("one byte over answered %d", res.status)
	}
	head := "POST /api/v1/admin/media HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer author\r\nContent-Type: multipart/form-data; boundary=x\r\n"
	res, _ := f.speak(head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", 2001, strings.Repeat("a", 2001)))
	if res.status != 413 {
		t.Errorf("one byte over, chunked, answered %d", res.status)
	}
	if res := f.send("POST", "/api/v1/admin/media", "{}", "Authorization: Bearer author"); res.status != 415 {
		t.Errorf("JSON answered %d", res.status)
	}
}
