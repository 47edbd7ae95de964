package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// foldedAway fails if a database was not closed in order: its log would still lie beside it.
func foldedAway(t *testing.T, data string) {
	t.Helper()
	for _, name := range []string{"dimmer.db-wal", "dimmer.db-shm"} {
		if _, err := os.Stat(filepath.Join(data, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left beside the database (%v)", name, err)
		}
	}
}

func TestAServerWithNothingToDoStopsAtOnce(t *testing.T) {
	t.Parallel()
	const request = "GET /readyz HTTP/1.1\r\nHost: blog.example\r\n\r\n"
	for _, test := range []struct {
		name string
		with func(*program)
	}{
		{"alone", func(*program) {}},
		{"just asked", func(p *program) { p.ask("GET", "/readyz", "", nil).into(p.t, http.StatusOK, nil) }},
		{"a kept connection", func(p *program) {
			_, answers := p.dial(request)
			if _, err := http.ReadResponse(answers, nil); err != nil {
				p.t.Fatal(err)
			}
		}},
		// http.Server.Shutdown waits 5 s for these.
		{"connections that say nothing yet", func(p *program) {
			for range 10 {
				p.dial("")
			}
			p.ask("GET", "/readyz", "", nil).into(p.t, http.StatusOK, nil) // so the others have been accepted
		}},
		{"half a request", func(p *program) {
			p.dial(request[:30])
			p.ask("GET", "/readyz", "", nil).into(p.t, http.StatusOK, nil)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := folder(t)
			p := serveOn(t, data, nil)
			test.with(p)
			took := p.stop()
			t.Logf("it took %s", took.Round(time.Millisecond))
			if took > 4*time.Second {
				t.Errorf("it took %s, want less than 1 s", took)
			}
			foldedAway(t, data)
		})
	}
}

// A rawClient asks over one connection as long as the server keeps it, and takes every failure seriously. (http.Client tries again by
// itself where a connection breaks, and so would hide what this is about.)
type rawClient struct {
	addr    string
	conn    net.Conn
	answers *bufio.Reader
}

// errRefused is what a client sees when the socket is closed: nothing was lost, since nothing was taken.
var errRefused = errors.New("connection refused")

func (c *rawClient) ask(request []byte) (status int, body []byte, err error) {
	if c.conn == nil {
		if c.conn, err = net.Dial("tcp", c.addr); errors.Is(err, syscall.ECONNREFUSED) {
			return 0, nil, errRefused
		} else if err != nil {
			return 0, nil, fmt.Errorf("connect: %w", err)
		}
		c.answers = bufio.NewReader(c.conn)
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, fmt.Errorf("send: %w", err)
	}
	response, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("read the answer: %w", err)
	}
	if body, err = io.ReadAll(response.Body); err != nil {
		return 0, nil, fmt.Errorf("read the answer's body: %w", err)
	}
	if response.Close {
		c.close()
	}
	return response.StatusCode, body, nil
}

func (c *rawClient) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func plainRequest(method, path, body string) []byte {
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: blog.example\r\n", method, path)
	if body != "" {
		fmt.Fprintf(&request, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	fmt.Fprintf(&request, "\r\n%s", body)
	return request.Bytes()
}

func TestAServerThatIsBusyStopsWithoutLosingARequest(t *testing.T) {
	t.Parallel()
	data := folder(t)
	p := serveOn(t, data, nil, withOwner, env("DIMMER_RATE_LIMITS=off"))
	slug := p.publish(p.signIn(ownerEmail, ownerPassword), "Cold hands")
	addr := strings.TrimPrefix(p.url, "http://")

	// A body that comes slowly is under way all the time.
	late := `{"name":"Late","body":"This took its time."}`
	slow, slowAnswers := p.dial(string(plainRequest("POST", "/api/v1/posts/"+slug+"/comments", late)[:150]))

	var answered, commented, unready atomic.Int64
	var clients sync.WaitGroup
	client := func(keeps bool, make func(i int) []byte, took func(status int)) {
		clients.Go(func() {
			c := &rawClient{addr: addr}
			defer c.close()
			for i := 0; ; i++ {
				status, body, err := c.ask(make(i))
				if errors.Is(err, errRefused) {
					return
				}
				if err != nil {
					t.Errorf("a request was lost after %d answers: %v", answered.Load(), err)
					return
				}
				if status >= 500 && !bytes.Contains(body, []byte(`"draining"`)) {
					t.Errorf("status %d: %s", status, body)
				}
				answered.Add(1)
				took(status)
				if !keeps {
					c.close()
				}
			}
		})
	}
	for n := range 4 {
		client(n%2 == 0, func(int) []byte { return plainRequest("GET", "/api/v1/posts", "") }, func(int) {})
		client(n%2 == 0, func(i int) []byte {
			return plainRequest("POST", "/api/v1/posts/"+slug+"/comments", fmt.Sprintf(`{"name":"N%d","body":"Comment %d of %d."}`, n, i, n))
		}, func(status int) {
			if status == http.StatusCreated {
				commented.Add(1)
			}
		})
	}
	client(false, func(int) []byte { return plainRequest("GET", "/readyz", "") }, func(status int) {
		if status == http.StatusServiceUnavailable {
			unready.Add(1)
		}
	})

	eventually(t, "some hundred requests are answered", func() bool { return answered.Load() > 300 })
	began := time.Now()
	p.signal(syscall.SIGTERM)
	eventually(t, "readiness says no", func() bool { return unready.Load() > 0 })
	noticed := time.Since(began)
	time.AfterFunc(time.Second, func() { _, _ = slow.Write(plainRequest("POST", "/api/v1/posts/"+slug+"/comments", late)[150:]) })
	response, err := http.ReadResponse(slowAnswers, nil)
	if err != nil || response.StatusCode != http.StatusCreated {
		t.Errorf("the slow request: %+v, %v", response, err)
	}
	clients.Wait()
	status := p.wait()
	took := time.Since(began)
	t.Logf("%d answers, %d comments; unready after %s, ended after %s", answered.Load(), commented.Load(), noticed.Round(time.Millisecond), took.Round(time.Millisecond))
	if status != 0 {
		t.Errorf("status %d, want 0", status)
	}
	foldedAway(t, data)

	p = serveOn(t, data, nil)
	var list struct {
		Page struct{ Total int64 } `json:"page"`
	}
	p.ask("GET", "/api/v1/admin/comments?limit=1", p.signIn(ownerEmail, ownerPassword), nil).into(t, http.StatusOK, &list)
	if want := commented.Load() + 1; list.Page.Total != want {
		t.Errorf("%d comments are there, %d were acknowledged", list.Page.Total, want)
	}
	p.stop()
}

// Whoever connects after the last look into the queue, and before the socket is gone, would be reset.
func TestASocketThatDropsNewcomersKeepsWhoIsConnected(t *testing.T) {
	t.Parallel()
	socket, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	dial := func(atMost time.Duration) (net.Conn, error) {
		return net.DialTimeout("tcp", socket.Addr().String(), atMost)
	}
	early, err := dial(patience)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = early.Close() }()
	if err := socket.dropNewcomers(); errors.Is(err, errors.ErrUnsupported) {
		skipUnlessCI(t, "newcomers cannot be held off on this system: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if late, err := dial(100 * time.Millisecond); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("one who comes now gets %v, %v, want no answer", late, err)
	}
	if err := socket.Close(); err != nil {
		t.Fatal(err)
	}
	if late, err := dial(patience); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("one who comes later gets %v, %v, want to be refused", late, err)
	}
	taken, err := socket.Accept()
	if err != nil {
		t.Fatalf("who was connected is lost: %v", err)
	}
	defer func() { _ = taken.Close() }()
	if more, err := socket.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("another one was taken: %v, %v", more, err)
	}
	if _, err := io.WriteString(early, "hello"); err != nil {
		t.Error(err)
	}
	heard := make([]byte, 5)
	if _, err := io.ReadFull(taken, heard); err != nil || string(heard) != "hello" {
		t.Errorf("what she says arrives as %q, %v", heard, err)
	}
}

func TestASecondSignalEndsTheProgramNow(t *testing.T) {
	t.Parallel()
	data := folder(t)
	p := serveOn(t, data, nil, withOwner)
	// Something is under way: the server has asked for the body, so it has the request.
	_, answers := p.dial("POST /api/v1/auth/login HTTP/1.1\r\nHost: blog.example\r\nContent-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n")
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	p.signal(syscall.SIGTERM)
	eventually(t, "it says that it stops", func() bool { return strings.Contains(p.errs.String(), "stopping; a second signal ends it at once") })
	select {
	case <-p.ended:
		t.Fatalf("it left a request unanswered; it said:\n%s", p.said())
	default:
	}
	p.signal(syscall.SIGTERM)
	if status := p.wait(); status != -1 {
		t.Errorf("status %d, want the signal's", status)
	}
	p = serveOn(t, data, nil)
	p.signIn(ownerEmail, ownerPassword)
	p.stop()
}
