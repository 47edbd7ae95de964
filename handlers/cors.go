package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	apiPath   = "/api/v1"
	adminPath = apiPath + "/admin"
	authPath  = apiPath + "/auth"
)

// isPrivate tells whether a path is for people with a login: no other origin, no cache and no search engine has business there.
func isPrivate(path string) bool {
	return path == adminPath || strings.HasPrefix(path, adminPath+"/") || path == authPath || strings.HasPrefix(path, authPath+"/")
}

// standingHeaders are what every answer below a path has, refusals too. They are prepared once: to format them is an eighth of
// what a hit costs (STACK 4). Answers are not to be kept unless delivery says otherwise.
func (s *Server) standingHeaders(path string) http.Header {
	h := http.Header{}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	if isPrivate(path) {
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		return h
	}
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, Location, Retry-After, X-Request-Id")
	if s.anyOrigin {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Vary", "Origin")
	}
	return h
}

// setStanding writes the standing headers, and with a list of origins the one that asks if it is on it.
func (s *Server) setStanding(c *gin.Context, standing http.Header) {
	h := c.Writer.Header()
	for key, values := range standing {
		h[key] = values
	}
	if !s.anyOrigin && standing["Vary"] != nil {
		if origin := c.Request.Header.Get("Origin"); slices.Contains(s.config.CORSOrigins, origin) {
			h["Access-Control-Allow-Origin"] = []string{origin}
		}
	}
}

// unmatched answers what no row does: 404, 405, and OPTIONS, which is also how browsers ask before they send (preflight). gin has
// set Allow if another method would work.
func (s *Server) unmatched(c *gin.Context) {
	path := c.Request.URL.Path
	s.setStanding(c, s.standingHeaders(path))
	h := c.Writer.Header()
	allow := h.Get("Allow")
	if allow == "" || !isPlainText(path) {
		h.Del("Allow")
		s.fail(c, notFound())
		return
	}
	methods := append(strings.Split(allow, ", "), http.MethodOptions)
	slices.Sort(methods)
	h.Set("Allow", strings.Join(methods, ", "))
	if c.Request.Method != http.MethodOptions {
		s.fail(c, refuse(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take that method. Allow lists what it takes."))
		return
	}
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
		h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match, Idempotency-Key, X-Edit-Token, X-Dimmer-Commenter")
		h.Set("Access-Control-Max-Age", "86400")
	}
	c.Status(http.StatusNoContent)
}
