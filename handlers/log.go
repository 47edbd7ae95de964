package handlers

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	requestIDHeader = "X-Request-Id"
	slowRequest     = 500 * time.Millisecond
	maxLoggedPath   = 300 // bytes
)

// requestIDs hands out ids that no two requests share, over restarts and instances too: a random beginning and a counter.
type requestIDs struct {
	prefix string
	count  atomic.Uint64
}

func newRequestIDs() *requestIDs {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the program instead (Go 1.24)
	return &requestIDs{prefix: hex.EncodeToString(random[:]) + "-"}
}

func (r *requestIDs) next() string { return r.prefix + strconv.FormatUint(r.count.Add(1), 36) }

// observe is the outermost step of every request. It gives it an id (one that a client sends means nothing), turns a panic into a
// 500, and writes the one line of log: for each write, each answer from 400 on and each request over 500 ms; others at debug.
// What went wrong stands in the same line. Never in it: the query, a body, a header, a token, an address.
func (s *Server) observe(c *gin.Context) {
	start := s.now()
	id := s.ids.next()
	c.Writer.Header()[requestIDHeader] = []string{id}
	defer func() {
		fault := recover()
		abort := fault == http.ErrAbortHandler //nolint:errorlint // what was panicked with, not a chain of errors
		if fault != nil && !abort {
			cause := fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
			if abort = c.Writer.Written(); abort {
				_ = c.Error(cause)
			} else {
				s.fail(c, internal(cause))
			}
		}
		s.logRequest(c, id, s.now().Sub(start))
		if abort {
			panic(http.ErrAbortHandler) // half an answer is out: break the connection, so that nobody takes it for whole
		}
	}()
	c.Next()
}

func (s *Server) logRequest(c *gin.Context, id string, took time.Duration) {
	r, status := c.Request, c.Writer.Status()
	level := slog.LevelDebug
	switch {
	case status == statusClientGone, status == http.StatusServiceUnavailable && s.draining.Load() && len(c.Errors) == 0: // as told
	case status >= http.StatusInternalServerError, len(c.Errors) > 0:
		level = slog.LevelError
	case took > slowRequest:
		level = slog.LevelWarn
	case status >= http.StatusBadRequest, !isSafe(r.Method):
		level = slog.LevelInfo
	}
	if !s.logger.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("id", id), slog.String("method", clip(r.Method, 20)), slog.String("path", s.loggedPath(r.URL)),
		slog.Int("status", status), slog.Int("bytes", max(0, c.Writer.Size())), slog.Duration("took", took),
	}
	if who := principal(r.Context()); who != nil {
		attrs = append(attrs, slog.String("user", string(who.UserID)))
	}
	for _, cause := range c.Errors {
		attrs = append(attrs, slog.String("error", cause.Err.Error()))
	}
	s.logger.LogAttrs(r.Context(), level, "request", attrs...)
}

// loggedPath is a path that fits on one line, whatever a client has put in, without the tokens that some paths carry.
func (s *Server) loggedPath(u *url.URL) string {
	for _, prefix := range s.secretPrefixes {
		if secret, found := strings.CutPrefix(u.Path, prefix); found {
			_, rest, more := strings.Cut(secret, "/")
			if more {
				rest = "/" + rest
			}
			return clip(prefix+"{token}"+(&url.URL{Path: rest}).EscapedPath(), maxLoggedPath)
		}
	}
	return clip(u.EscapedPath(), maxLoggedPath)
}
