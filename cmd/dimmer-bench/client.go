package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The load comes over plain sockets, a few threads that wait for many of them: client and server share the machine, and net/http's client
// takes more of it than the servers that are measured. Each answer is checked for its status and length, the first of each
// connection for its bytes.

// An exchange is a request as it is sent, and what has to come back.
type exchange struct {
	kind   kind
	send   []byte
	status int
	length int                 // of the body; anyLength: not known before
	sum    *[sha256.Size]byte  // of the body, looked at once for each connection; nil: not known before
	sheds  bool                // 503 with Retry-After is a right answer, too
	check  func(answer) error  // nil: nothing more to look at
	told   func(answer) string // nil: else a word under which the answer is counted
}

const anyLength = -1

// A kind of exchange is counted apart from the others.
type kind int

const (
	reading kind = iota
	commenting
	flooding
	deciding
	kindCount
)

// An answer is valid until the function that is given it returns.
type answer struct {
	status       int
	header, body []byte
	full         http.Header // of [askOnce] only
}

// A supply gives the next exchange of a connection; nil: not now, ask again soon. It is called from several threads.
type supply func(connection int) *exchange

// measured is what a time of load saw of one kind of exchange.
type measured struct {
	count int
	shed  int            // of count, those turned away with 503
	took  time.Duration  // from the first request to the last answer
	times figures        // ms, of each answer that was not turned away
	told  map[string]int // see exchange.told
}

func (m measured) rate() float64 { return float64(m.count-m.shed) / m.took.Seconds() }

// load is how much is asked.
type load struct {
	connections int
	during      time.Duration
	threads     int
}

const (
	answerWithin = 20 * time.Second
	idlePoll     = 1 // ms; how soon a supply that had nothing is asked again
	busyPoll     = 200
)

// run asks until the time is over and every answer has come. A wrong answer ends it: a measurement with wrong answers is none.
func (l load) run(ctx context.Context, url string, next supply) ([kindCount]measured, error) {
	var all [kindCount]measured
	address, err := netip.ParseAddrPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		return all, err
	}
	threads := min(max(l.threads, 1), l.connections)
	workers := make([]*worker, threads)
	for i := range workers {
		workers[i] = &worker{next: next}
		for n := i; n < l.connections; n += threads {
			c, err := connect(address)
			if err != nil {
				for _, w := range workers[:i+1] {
					w.close()
				}
				return all, err
			}
			c.number = n
			workers[i].connections = append(workers[i].connections, c)
		}
	}
	errs := make([]error, threads)
	began := time.Now()
	var running sync.WaitGroup
	for i, w := range workers {
		running.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			defer w.close()
			errs[i] = w.run(ctx, began.Add(l.during))
		})
	}
	running.Wait()
	took := time.Since(began)
	for k := range all {
		all[k] = measured{took: took, told: map[string]int{}}
		for _, w := range workers {
			m := w.seen[k]
			all[k].count += m.count
			all[k].shed += m.shed
			all[k].times = append(all[k].times, m.times...)
			for word, n := range m.told {
				all[k].told[word] += n
			}
		}
	}
	return all, errors.Join(errs...)
}

// connection is one kept connection, with at most one request under way.
type connection struct {
	number  int
	socket  int
	pending *exchange
	checked map[*[sha256.Size]byte]bool
	asked   time.Time
	buffer  []byte
	filled  int
	head    int // length of the header of the answer that is being read; 0: not all of it is there
	need    int // header and body
}

func connect(address netip.AddrPort) (*connection, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, fmt.Errorf("open a socket: %w", err)
	}
	unix.CloseOnExec(socket)
	err = errors.Join(
		unix.SetsockoptInt(socket, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1),
		unix.Connect(socket, &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}),
	)
	if err != nil {
		_ = unix.Close(socket)
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return &connection{socket: socket, buffer: make([]byte, 64<<10), checked: map[*[sha256.Size]byte]bool{}}, nil
}

// worker is one thread with its connections.
type worker struct {
	next        supply
	connections []*connection
	seen        [kindCount]measured
}

func (w *worker) close() {
	for _, c := range w.connections {
		_ = unix.Close(c.socket)
	}
}

func (w *worker) run(ctx context.Context, until time.Time) error {
	waiting := make([]unix.PollFd, len(w.connections))
	for i, c := range w.connections {
		waiting[i] = unix.PollFd{Fd: int32(c.socket), Events: unix.POLLIN} // #nosec G115 -- a descriptor
	}
	last := time.Now() // when something came
	for {
		now := time.Now()
		busy, idle := 0, 0
		for _, c := range w.connections {
			if c.pending == nil && now.Before(until) {
				if err := w.ask(c); err != nil {
					return err
				}
			}
			if c.pending == nil {
				idle++
			} else {
				busy++
			}
		}
		over := !now.Before(until)
		if over && busy == 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		timeout := busyPoll
		if idle > 0 && !over {
			timeout = idlePoll
		}
		ready, err := unix.Poll(waiting, timeout)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("wait for answers: %w", err)
		}
		if ready > 0 {
			last = time.Now()
		} else if busy == 0 {
			last = now
		} else if time.Since(last) > answerWithin {
			return fmt.Errorf("no answer within %s to %s", answerWithin, w.unanswered())
		}
		for i, c := range w.connections {
			if waiting[i].Revents == 0 {
				continue
			}
			done, err := c.read()
			if err == nil && done {
				err = w.take(c)
				if err == nil && time.Now().Before(until) {
					err = w.ask(c)
				}
			}
			if err != nil {
				return err
			}
		}
	}
}

func (w *worker) unanswered() string {
	for _, c := range w.connections {
		if c.pending != nil {
			return c.pending.line()
		}
	}
	return "nothing"
}

// ask sends the next request of a connection, if there is one.
func (w *worker) ask(c *connection) error {
	e := w.next(c.number)
	if e == nil {
		return nil
	}
	c.pending, c.filled, c.head, c.need = e, 0, 0, 0
	c.asked = time.Now()
	for rest := e.send; len(rest) > 0; {
		n, err := unix.Write(c.socket, rest)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("send %s: %w", e.line(), err)
		}
		rest = rest[max(n, 0):]
	}
	return nil
}

// take checks and counts a whole answer.
func (w *worker) take(c *connection) error {
	e := c.pending
	took := time.Since(c.asked)
	c.pending = nil
	a := answer{status: statusOf(c.buffer), header: c.buffer[:c.head], body: c.buffer[c.head:c.need]}
	m := &w.seen[e.kind]
	m.count++
	if e.told != nil {
		if word := e.told(a); word != "" {
			if m.told == nil {
				m.told = map[string]int{}
			}
			m.told[word]++
		}
	}
	if e.sheds && a.status == 503 {
		m.shed++
		if headerOf(a.header, "Retry-After") == "" {
			return fmt.Errorf("%s: 503 without Retry-After", e.line())
		}
		return nil
	}
	m.times = append(m.times, float64(took.Nanoseconds())/1e6)
	switch {
	case a.status != e.status:
		return fmt.Errorf("%s: answered %d, not %d\n%s", e.line(), a.status, e.status, a.body[:min(len(a.body), 300)])
	case e.length != anyLength && len(a.body) != e.length:
		return fmt.Errorf("%s: answered %d bytes, not %d", e.line(), len(a.body), e.length)
	case e.sum != nil && !c.checked[e.sum]:
		c.checked[e.sum] = true
		if sha256.Sum256(a.body) != *e.sum {
			return fmt.Errorf("%s: answered other bytes than before", e.line())
		}
	}
	if e.check != nil {
		if err := e.check(a); err != nil {
			return fmt.Errorf("%s: %w", e.line(), err)
		}
	}
	return nil
}

// line is the first line of a request, for messages.
func (e *exchange) line() string {
	line, _, _ := bytes.Cut(e.send, []byte("\r\n"))
	return string(line)
}

var (
	headEnd      = []byte("\r\n\r\n")
	lengthHeader = []byte("\r\nContent-Length: ")
)

// read takes what has come, and tells whether that is the whole answer.
func (c *connection) read() (bool, error) {
	n, err := unix.Read(c.socket, c.buffer[c.filled:])
	switch {
	case errors.Is(err, unix.EINTR):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read an answer: %w", err)
	case n == 0:
		return false, errors.New("the server has closed a connection")
	case c.pending == nil:
		return false, errors.New("the server says something without being asked")
	}
	c.filled += n
	if c.head == 0 {
		end := bytes.Index(c.buffer[:c.filled], headEnd)
		if end < 0 {
			if c.filled == len(c.buffer) {
				return false, errors.New("the header of an answer does not end")
			}
			return false, nil
		}
		c.head = end + len(headEnd)
		length, err := bodyLength(c.buffer[:c.head])
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.pending.line(), err)
		}
		if c.need = c.head + length; c.need > len(c.buffer) {
			c.buffer = append(c.buffer, make([]byte, c.need-len(c.buffer))...)
		}
	}
	if c.filled > c.need {
		return false, fmt.Errorf("%s: answered more than Content-Length says", c.pending.line())
	}
	return c.filled == c.need, nil
}

// statusOf reads "HTTP/1.1 200".
func statusOf(head []byte) int {
	if len(head) < 12 || string(head[:9]) != "HTTP/1.1 " {
		return 0
	}
	status := 0
	for _, digit := range head[9:12] {
		status = 10*status + int(digit) - '0'
	}
	return status
}

func bodyLength(head []byte) (int, error) {
	if status := statusOf(head); status == 304 || status == 204 {
		return 0, nil
	}
	_, rest, found := bytes.Cut(head, lengthHeader)
	if !found {
		return 0, errors.New("answered without Content-Length")
	}
	value, _, _ := bytes.Cut(rest, []byte("\r"))
	return strconv.Atoi(string(value))
}

// headerOf reads one line of a header, named as net/http writes it.
func headerOf(head []byte, name string) string {
	_, rest, found := bytes.Cut(head, []byte("\r\n"+name+": "))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\r"))
	return string(value)
}

// getRequest is a GET as it is sent; each header is a whole line.
func getRequest(path string, headers ...string) []byte {
	return requestLine("GET "+path, headers, "")
}

func requestLine(start string, headers []string, body string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: bench.example\r\n", start)
	for _, line := range headers {
		fmt.Fprintf(&b, "%s\r\n", line)
	}
	b.WriteString("\r\n")
	b.WriteString(body)
	return b.Bytes()
}

// askOnce sends one request on a connection of its own and gives the answer, whatever it is.
func askOnce(ctx context.Context, url string, send []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		return answer{}, err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	defer func() { _ = conn.Close() }()
	go func() { _, _ = conn.Write(send) }() // a server may answer before it has read all of it
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", (&exchange{send: send}).line(), err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", (&exchange{send: send}).line(), err)
	}
	return answer{status: response.StatusCode, full: response.Header, body: body}, nil
}

// askTimes asks over one connection until a number of reads has been answered, and gives the time of each in milliseconds, in their order. What is
// of another kind comes between and does not count.
func askTimes(ctx context.Context, url string, n int, next func() *exchange) (figures, error) {
	ending, end := context.WithCancel(ctx)
	defer end()
	asked := 0
	all, err := load{connections: 1, during: time.Hour, threads: 1}.run(ending, url, func(int) *exchange {
		if asked == n {
			end() // each is asked when the one before has been answered
			return nil
		}
		e := next()
		if e.kind == reading {
			asked++
		}
		return e
	})
	times := all[reading].times
	if len(times) == n {
		err = ctx.Err()
	}
	return times, err
}
