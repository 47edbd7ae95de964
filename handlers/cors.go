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

	allowOrigin = "Access-Control-Allow-Origin"
)

// crossOriginHeaders are the standing headers without which no script of another site can read an answer.
var crossOriginHeaders = []string{allowOrigin, "Access-Control-Expose-Headers", "Vary"}

// isPrivate tells whether a path is for people with a login: no other origin, no cache and no search engine has business there.
func isPrivate(path string) bool {
	return path == adminPath || strings.HasPrefix(path, adminPath+"/") || path == authPath || strings.HasPrefix(path, authPath+"/")
}

// standingHeaders are what every answer below a path has, refusals too. They are prepared once: to format them is an eighth of
// what a hit costs (STACK 4). Answers are not to be kept unless delivery says otherwise.
func (s *Server) standingHeaders(path string) []header {
	standing := []header{
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Content-Security-Policy", []string{"default-src 'none'; frame-ancestors 'none'"}},
		{"Cache-Control", []string{"no-store"}},
	}
	if isPrivate(path) {
		return append(standing,
			header{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
			header{"X-Robots-Tag", []string{"noindex"}})
	}
	standing = append(standing,
		header{"Cross-Origin-Resource-Policy", []string{"cross-origin"}},
		header{"Access-Control-Expose-Headers", []string{"ETag, Link, Location, Retry-After, X-Request-Id"}})
	if s.anyOrigin {
		return append(standing, header{allowOrigin, []string{"*"}})
	}
	return append(standing, header{"Vary", []string{"Origin"}})
}

// setStanding writes the standing headers, and with a list of origins the one that asks if it is on it.
func (s *Server) setStanding(c *gin.Context, standing []header) {
	h := c.Writer.Header()
	for _, line := range standing {
		h[line.key] = line.values
	}
	if !s.anyOrigin && !isPrivate(c.Request.URL.Path) {
		if origin := c.Request.Header.Get("Origin"); slices.Contains(s.config.CORSOrigins, origin) {
			h[allowOrigin] = []string{origin}
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
		if s.strayed == nil || !s.strayed(c) {
			s.fail(c, notFound())
		}
		return
	}
	methods := append(strings.Split(allow, ", "), http.MethodOptions)
	slices.Sort(methods)
	h.Set("Allow", strings.Join(methods, ", "))
	if c.Request.Method != http.MethodOptions {
		s.fail(c, refuse(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take that method. Allow lists what it takes."))
		return
	}
	if h.Get(allowOrigin) != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
		h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match, Idempotency-Key, X-Edit-Token, X-Dimmer-Commenter")
		h.Set("Access-Control-Max-Age", "86400")
	}
	c.Status(http.StatusNoContent)
}
