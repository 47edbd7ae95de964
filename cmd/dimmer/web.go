package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"dimmer/handlers"
)

const (
	// quiet is how long nothing must have been asked before the socket may close without anybody noticing.
	quiet = 200 * time.Millisecond
	// notice is how long the socket stays open for those who go on asking: time for whoever distributes requests to see that /readyz
	// says no, and for clients to come back on connections of their own.
	notice = 3 * time.Second
	// handshake is how long connections that have begun may take to become whole, before the socket closes: a round trip around the world.
	handshake = 250 * time.Millisecond
	// silence is how long a connection may be without a request after the socket has closed. Browsers open connections ahead of time;
	// http.Server.Shutdown would wait 5 s for those.
	silence = 250 * time.Millisecond
	// grace is how long requests that are under way may take to finish after the socket has closed.
	grace = 15 * time.Second
)

// webServer is an http.Server that can stop without losing a request. Shutdown alone loses some under load: it drops requests that have
// just been read, resets connections that wait in the queue of the socket or join it meanwhile, and closes kept ones while the next request is on its way.
type webServer struct {
	http     *http.Server
	listener *queueListener
	ended    chan error // why it accepts no more
	stopping atomic.Bool

	mu       sync.Mutex
	waited   map[net.Conn]bool // connections whose request is expected (false) or under way (true)
	answered time.Time         // when the last request was over
}

// listen opens the socket. Connections are accepted from then on, and wait until serve.
func listen(ctx context.Context, addr string) (*queueListener, error) {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false) // such a socket takes no filter, see dropNewcomers; and what asks a blog has one path, or a proxy before it
	opened, err := plain.Listen(ctx, "tcp", addr)
	if err != nil {
		var refused *net.OpError
		if errors.As(err, &refused) {
			err = refused.Err
		}
		return nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --addr or DIMMER_ADDR, or stop the program that uses it", addr, err)
	}
	socket, ok := opened.(*net.TCPListener)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%s is no TCP address", addr), opened.Close())
	}
	return &queueListener{TCPListener: socket}, nil
}

// serve begins to answer.
func serve(listener *queueListener, handler http.Handler, log *slog.Logger) *webServer {
	w := &webServer{listener: listener, ended: make(chan error, 1), waited: map[net.Conn]bool{}}
	w.http = handlers.NewHTTPServer(w.closing(handler), log)
	w.http.ConnState = w.noteState
	go func() { w.ended <- w.http.Serve(listener) }()
	return w
}

// closing lets each answer end its connection while the server stops: that is how clients learn to go elsewhere without losing anything.
func (w *webServer) closing(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if w.stopping.Load() {
			answer.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(answer, r)
	})
}

func (w *webServer) noteState(conn net.Conn, state http.ConnState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch state {
	case http.StateNew:
		w.waited[conn] = false
	case http.StateActive:
		w.waited[conn] = true
	default:
		if w.waited[conn] {
			w.answered = time.Now()
		}
		delete(w.waited, conn)
	}
}

// stop ends it: at once if nothing is asked, else when that is over or [notice] has passed. Then it closes the socket and waits for what
// has been accepted, [grace] at most.
func (w *webServer) stop() error {
	w.stopping.Store(true)
	calm := eachTick(notice, func() bool { return !w.isAsked() })
	// Who connects between the last look into the queue and the end of the socket would be reset.
	if dropping := w.listener.dropNewcomers(); dropping == nil && !calm {
		<-time.After(handshake)
	}
	err := w.listener.Close()
	if ended := <-w.ended; !errors.Is(ended, net.ErrClosed) { // from here on everything is accepted that ever will be
		err = errors.Join(err, ended)
	}
	closed := time.Now()
	finished := eachTick(grace, func() bool {
		if time.Since(closed) > silence {
			w.closeSilent()
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.waited) == 0
	})
	if !finished {
		err = errors.Join(err, fmt.Errorf("some requests were not finished within %s", grace))
	}
	return errors.Join(err, w.http.Close())
}

// eachTick asks until it is so, for a time at most, and tells whether it became so.
func eachTick(atMost time.Duration, isSo func() bool) bool {
	over := time.After(atMost)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		select {
		case <-over:
			return false
		case <-tick.C:
		}
	}
	return true
}

// isAsked tells whether a request is under way, or was a moment ago.
func (w *webServer) isAsked() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, underWay := range w.waited {
		if underWay {
			return true
		}
	}
	return time.Since(w.answered) < quiet
}

// closeSilent gives up the connections on which no request has come.
func (w *webServer) closeSilent() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for conn, underWay := range w.waited {
		if !underWay {
			_ = conn.Close()
		}
	}
}

// queueListener hands out, after it was closed, the connections that were in its queue: the system has told those clients that they are
// connected, and closing the socket alone would reset them.
type queueListener struct {
	*net.TCPListener

	mu     sync.Mutex
	closed bool
	queue  []net.Conn
}

func (l *queueListener) Accept() (net.Conn, error) {
	conn, err := l.TCPListener.Accept()
	if err == nil {
		return conn, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return nil, err
	}
	conn, l.queue = l.queue[0], l.queue[1:]
	return conn, nil
}

// dropNewcomers keeps the queue from growing. An error says that it may still grow, which is no reason not to close.
func (l *queueListener) dropNewcomers() error {
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	var dropping error
	err = raw.Control(func(socket uintptr) { dropping = dropNewcomers(int(socket)) })
	return errors.Join(err, dropping)
}

func (l *queueListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	var queued []int
	raw, err := l.SyscallConn()
	if err == nil {
		err = raw.Control(func(socket uintptr) { queued = acceptQueued(int(socket)) })
	}
	err = errors.Join(err, l.TCPListener.Close())
	for _, descriptor := range queued {
		file := os.NewFile(uintptr(descriptor), "connection")
		conn, connErr := net.FileConn(file) // has a descriptor of its own
		if err = errors.Join(err, connErr, file.Close()); connErr == nil {
			l.queue = append(l.queue, conn)
		}
	}
	return err
}

// acceptQueued takes every connection out of the queue of a socket that does not block.
func acceptQueued(socket int) (descriptors []int) {
	for {
		descriptor, _, err := unix.Accept(socket)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNABORTED):
		case err != nil:
			return descriptors // the queue is empty
		default:
			unix.CloseOnExec(descriptor)
			descriptors = append(descriptors, descriptor)
		}
	}
}
