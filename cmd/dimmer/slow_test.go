package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// sockets counts the open sockets of the program.
func (p *program) sockets() int {
	p.t.Helper()
	descriptors, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "fd", "*"))
	if err != nil || len(descriptors) == 0 {
		skipUnlessCI(p.t, "cannot count sockets here: %v", err)
	}
	n := 0
	for _, descriptor := range descriptors {
		if target, _ := os.Readlink(descriptor); strings.HasPrefix(target, "socket:") { // one that has just closed has none
			n++
		}
	}
	return n
}

func TestSlowClientsAreCutAndLeaveNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("waits 10 s for clients to be cut")
	}
	t.Parallel()
	p := serveOn(t, folder(t), nil, withOwner, env("DIMMER_RATE_LIMITS=off"))
	p.ask("GET", "/readyz", "", nil).into(t, http.StatusOK, nil)
	before := p.sockets()

	const body = "POST /api/v1/auth/login HTTP/1.1\r\nHost: blog.example\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n{\"email\":\""
	kinds := []struct {
		name, begin string
		byteBy      bool // goes on with a byte a second
		answer      string
	}{
		{"headers that do not end", "GET / HTTP/1.1\r\nHost: blog.example\r\nX-Slow: ", false, ""},
		{"headers byte by byte", "GET / HTTP/1.1\r\nHost: blog.example\r\nX-Slow: ", true, ""},
		{"a body that does not end", body, false, "408 Request Timeout"},
		{"a body byte by byte", body, true, "408 Request Timeout"},
	}
	var clients sync.WaitGroup
	for _, kind := range kinds {
		for range 25 {
			conn, answers := p.dial(kind.begin)
			clients.Go(func() { beSlow(t, conn, answers, kind.name, kind.byteBy, kind.answer) })
		}
	}
	cut := make(chan struct{})
	go func() {
		defer close(cut)
		clients.Wait()
	}()
	// Others do not notice.
	slowest, asked := time.Duration(0), 0
	for waiting := true; waiting; asked++ {
		began := time.Now()
		p.ask("GET", "/api/v1/posts", "", nil).into(t, http.StatusOK, nil)
		slowest = max(slowest, time.Since(began))
		select {
		case <-cut:
			waiting = false
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Logf("meanwhile the slowest of %d answers took %s", asked, slowest)
	if asked < 10 { // they have it for several seconds; whoever waits for one of them would be answered once
		t.Errorf("meanwhile %d requests were answered", asked)
	}
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "their sockets are closed", func() bool { return p.sockets() <= before })

	p.signal(syscall.SIGQUIT) // prints every goroutine
	p.wait()
	// Five, for connections that are kept.
	if n := strings.Count(p.errs.String(), "net/http.(*conn).serve"); n > 5 || !strings.Contains(p.errs.String(), "notify.(*Worker).Run") {
		t.Errorf("%d goroutines still serve a connection", n)
	}
}

// beSlow waits until the server gives up on a client.
func beSlow(t *testing.T, conn net.Conn, answers *bufio.Reader, name string, byteBy bool, answer string) {
	began := time.Now()
	over := make(chan struct{})
	defer close(over)
	if byteBy {
		go func() {
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for {
				select {
				case <-over:
					return
				case <-tick.C:
					_, _ = conn.Write([]byte("x"))
				}
			}
		}()
	}
	_ = conn.SetReadDeadline(began.Add(patience))
	said, err := io.ReadAll(answers) // ends with an error where the server cut in the middle of ours
	if took := time.Since(began); took < 4*time.Second || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%s: after %s %v, want to be cut, but not before 5 s", name, took, err)
	}
	if !strings.Contains(string(said), answer) {
		t.Errorf("%s: the server said %q, want %q", name, said, answer)
	}
}
