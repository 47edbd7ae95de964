package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/models"
)

// maxTokenBytes is ten times what the longest of our tokens has.
const maxTokenBytes = 4 << 10

// access is the least right that a row needs.
type access string

const (
	anyone    access = "anyone"
	member    access = "member"    // whoever is signed in
	author    access = "author"    // author, editor, owner; the handler narrows an author to her own
	moderator access = "moderator" // moderator, author, editor, owner; the handler narrows an author to her own posts' comments
	editor    access = "editor"    // editor, owner

	everyComment access = "every_comment" // moderator, editor, owner: whoever decides about the comments on every post
	owner        access = "owner"
)

// admitted lists the roles that each right opens to. Roles are no ladder: a moderator may not write posts.
var admitted = map[access][]auth.Role{
	member:    {auth.Moderator, auth.Author, auth.Editor, auth.Owner},
	moderator: {auth.Moderator, auth.Author, auth.Editor, auth.Owner},
	author:    {auth.Author, auth.Editor, auth.Owner},

	everyComment: {auth.Moderator, auth.Editor, auth.Owner},
	editor:       {auth.Editor, auth.Owner},
	owner:        {auth.Owner},
}

// Principal is who makes a request, as the database knows her now.
type Principal struct {
	UserID    models.UserID
	SessionID models.SessionID // empty with an API token
	TokenID   models.TokenID   // empty with a session
	Role      auth.Role
	Scopes    auth.Scopes // of the API token
}

// call is what the guard learnt about a request; it travels in the context of ordinary and plain rows. Public rows have none:
// their answers must not depend on who asks, and to attach it costs a twentieth of a hit (STACK 4).
type call struct {
	gin       *gin.Context
	principal *Principal // nil on rows for anyone
	address   netip.Addr
	body      []byte // as it was read
	spent     spending
}

type callKey struct{}

func callFrom(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// principal is who is signed in; on rows whose access is anyone it is nil.
func principal(ctx context.Context) *Principal {
	if c := callFrom(ctx); c != nil {
		return c.principal
	}
	return nil
}

// address is where the request comes from, see clientAddress.
func address(ctx context.Context) netip.Addr { return callFrom(ctx).address }

// guard is what stands before the handler of one row. All of it that can be known beforehand is worked out when the row is
// mounted.
type guard struct {
	*Server
	row         *route
	standing    []header
	crossOrigin []header        // those of standing that scripts of other sites need
	query       map[string]bool // the parameters of the row; true may be given more than once
	accepts     []string        // types of body; none when the row has no body
	required    bool            // the body is
}

func (s *Server) newGuard(r *route, op *huma.Operation) *guard {
	g := &guard{Server: s, row: r, standing: s.standingHeaders(op.Path), query: map[string]bool{}}
	for _, line := range g.standing {
		if slices.Contains(crossOriginHeaders, line.key) {
			g.crossOrigin = append(g.crossOrigin, line)
		}
	}
	for _, p := range op.Parameters {
		if p.In == "query" {
			g.query[p.Name] = p.Explode != nil && *p.Explode
		}
	}
	body := op.RequestBody
	if r.kind == uploaded {
		body = r.op.RequestBody
	}
	if body != nil {
		g.accepts = slices.Sorted(maps.Keys(body.Content))
		g.required = body.Required
	}
	return g
}

// check is the gin handler in front of a row.
func (g *guard) check(c *gin.Context) {
	g.setStanding(c, g.standing)
	if g.row.kind == cached && g.deliverKept(c) {
		c.Abort()
		return
	}
	if g.row.form && isForm(c.Request) {
		c.Set(sentByForm, g.formPage)
		g.setPageHeaders(c, readingPolicy, "no-referrer")
		g.setStanding(c, g.crossOrigin) // scripts send such forms too
	}
	if g.row.pages {
		c.Set(sentByForm, g.deskRefusal)
		g.setDeskHeaders(c)
	}
	unread := c.Request.Body
	if err := g.admit(c); err != nil {
		if c.Request.ContentLength != 0 && c.Request.Body == unread {
			// Else the answer would wait for the rest of the body, which may never come.
			c.Header("Connection", "close")
			_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now()) //nolint:forbidigo // a deadline is of the system's clock
		}
		g.fail(c, err)
		c.Abort()
	}
}

// admit is everything that must hold before a handler runs, in this order: whoever may not ask learns nothing about what she
// asked, a limit is spent before a body is read or a password hashed, and no body is read that can be refused unread.
func (g *guard) admit(c *gin.Context) error {
	if !isPlainText(c.Request.URL.Path) {
		return notFound()
	}
	if g.row.kind != cached {
		call := &call{gin: c, address: g.clientAddress(c.Request)}
		if err := g.sameSite(c.Request); err != nil {
			return err
		}
		if err := g.identify(c.Request, call); err != nil {
			return err
		}
		if err := g.spend(c.Request.Context(), call, g.row.limit); err != nil {
			return err
		}
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, call))
	}
	if g.row.kind != bare {
		if err := g.checkQuery(c.Request); err != nil {
			return err
		}
	}
	return g.checkBody(c)
}

// sameSite refuses a change that another site makes a browser send: login, refresh and logout live on a cookie, which the browser
// adds by itself. A request with an Authorization header cannot be made that way. Programs send neither header and pass; a form
// of another site does not get past the content type either.
func (g *guard) sameSite(r *http.Request) error {
	if isSafe(r.Method) || !isPrivate(r.URL.Path) || len(r.Header["Authorization"]) > 0 {
		return nil
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if site != "" && site != "same-origin" && site != "none" || origin != "" && origin != g.origin {
		return refuse(http.StatusForbidden, "cross_site", "This was sent from another site. Open "+g.origin+" (the public URL of this blog) and try there.")
	}
	return nil
}

// identify finds out who asks, and whether she may. The token is read from one Authorization header and from nowhere else.
func (g *guard) identify(r *http.Request, call *call) error {
	if g.row.access == anyone {
		return nil
	}
	token, ok := bearer(r.Header["Authorization"])
	if !ok || token == "" {
		return auth.ErrUnauthenticated
	}
	who, err := g.authenticate(r.Context(), token)
	switch {
	case errors.Is(err, auth.ErrUnauthenticated):
		return auth.ErrUnauthenticated
	case err != nil:
		p := unavailable("It cannot be checked right now who you are. Please try again in a moment.")
		p.cause = fmt.Errorf("authenticate: %w", err)
		return p
	case who == nil:
		return auth.ErrUnauthenticated
	}
	call.principal = who
	if !slices.Contains(admitted[g.row.access], who.Role) {
		return models.ErrForbidden
	}
	if who.TokenID == "" {
		return nil
	}
	need, open := scopeFor(r.Method, g.row.op.Path)
	if !open {
		return auth.ErrUnauthenticated
	}
	if !who.Scopes.Allow(need) {
		return refuse(http.StatusForbidden, "missing_scope", "This API token lacks the scope "+string(need)+".")
	}
	return nil
}

// bearer takes the token out of the Authorization headers: exactly one header, "Bearer", one space, all the rest.
func bearer(headers []string) (string, bool) {
	if len(headers) != 1 || len(headers[0]) > maxTokenBytes {
		return "", false
	}
	return strings.CutPrefix(headers[0], "Bearer ")
}

// scopeFor is what an API token needs for a row: the area is the first segment below /admin. Everything about signing in is for
// people only.
func scopeFor(method, path string) (need auth.Scope, open bool) {
	rest, underAdmin := strings.CutPrefix(path, adminPath+"/")
	if !underAdmin {
		return "", !isPrivate(path)
	}
	segment, _, _ := strings.Cut(rest, "/")
	read, write := auth.SiteRead, auth.SiteWrite
	switch segment {
	case "posts", "tags", "render", "media":
		read, write = auth.PostsRead, auth.PostsWrite
	case "comments", "commenters", "moderation":
		read, write = auth.CommentsRead, auth.CommentsWrite
	}
	if isSafe(method) {
		return read, true
	}
	return write, true
}

// checkQuery refuses what huma would let through: it drops what does not parse, takes the first of two values, and treats an empty
// one as absent.
func (g *guard) checkQuery(r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return malformed("The query of the address cannot be read: look for a percent sign or a semicolon that is not encoded.")
	}
	var errs []FieldError
	for _, name := range slices.Sorted(maps.Keys(values)) {
		repeatable, known := g.query[name]
		for _, text := range append(values[name], name) {
			if !isPlainText(text) {
				return malformed("The query of the address holds control characters or is not UTF-8.")
			}
		}
		switch {
		case !known:
			errs = append(errs, fieldError("query."+name, "is not a parameter of this address"))
		case len(values[name]) > 1 && !repeatable:
			errs = append(errs, fieldError("query."+name, "must be given only once"))
		case slices.Contains(values[name], ""):
			errs = append(errs, fieldError("query."+name, "must not be empty; leave it out instead"))
		}
	}
	if errs != nil {
		return invalid(errs...)
	}
	return nil
}

// checkBody judges type and size before a byte is read, then reads the body whole, within its bounds, and leaves it in memory for
// huma. Plain rows read by themselves: they get a body that ends with an error at the bound, and so do
// those that take uploads.
func (g *guard) checkBody(c *gin.Context) error {
	r := c.Request
	if r.ContentLength == 0 && (isSafe(r.Method) || len(r.Header["Content-Type"]) == 0 && !g.required) {
		return nil
	}
	if len(r.Header["Content-Encoding"]) > 0 {
		return wrongType("Send the body as it is, without Content-Encoding.")
	}
	contentType := ""
	if g.required || len(r.Header["Content-Type"]) > 0 {
		var err error
		if contentType, err = g.contentType(r); err != nil {
			return err
		}
	}
	size := g.row.op.MaxBodyBytes
	if r.ContentLength > size {
		if g.row.kind == uploaded {
			return pictureTooLarge(r.ContentLength)
		}
		return tooLarge(size)
	}
	if g.row.kind == bare || g.row.kind == uploaded {
		r.Body = http.MaxBytesReader(c.Writer, r.Body, size)
		return nil
	}
	data, err := g.readBody(c, size)
	if err != nil {
		return err
	}
	switch {
	case len(data) == 0 && g.required:
		return malformed("This needs a body: one JSON object.", FieldError{"body", "is missing"})
	case len(data) > 0 && contentType == "":
		_, err := g.contentType(r)
		return err
	case contentType == contentForm:
		if data, err = formAsJSON(data); err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		if _, err := parseObject(data); err != nil {
			return err
		}
	case len(data) > 0 && contentType == "application/json":
		object, err := parseObject(data)
		if err != nil {
			return err
		}
		if g.accepts == nil && len(object) > 0 {
			var errs []FieldError
			for _, name := range slices.Sorted(maps.Keys(object)) {
				errs = append(errs, fieldError("body."+name, validation.MsgUnexpectedProperty))
			}
			return invalid(errs...)
		}
	}
	if call := callFrom(r.Context()); call != nil {
		call.body = data
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	return nil
}

// contentType is the type of the body, if the row takes it. It is also a wall against forms of other sites, so "nearly" does not
// count.
func (g *guard) contentType(r *http.Request) (string, error) {
	accepts := g.accepts
	if accepts == nil {
		accepts = []string{"application/json"}
	}
	wanted := "Send the body with Content-Type: " + strings.Join(accepts, " or ") + "."
	if len(r.Header["Content-Type"]) != 1 {
		return "", wrongType(wanted)
	}
	contentType, params, err := mime.ParseMediaType(r.Header["Content-Type"][0])
	charset, hasCharset := params["charset"]
	if err != nil || !slices.Contains(accepts, contentType) || hasCharset && !strings.EqualFold(charset, "utf-8") {
		return "", wrongType(wanted)
	}
	return contentType, nil
}

func wrongType(detail string) *Problem {
	return refuse(http.StatusUnsupportedMediaType, "unsupported_media_type", detail).with("Connection", "close")
}

// tooLarge closes the connection: the rest of the body would have to be read else.
func tooLarge(size int64) *Problem {
	return refuse(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("The body may have %d bytes at most.", size)).with("Connection", "close")
}

// readBody reads the whole body, but no more than size bytes and no longer than BodyTimeout.
func (g *guard) readBody(c *gin.Context, size int64) ([]byte, error) {
	conn := http.NewResponseController(c.Writer)
	_ = conn.SetReadDeadline(time.Now().Add(g.config.BodyTimeout)) //nolint:forbidigo // a deadline is of the system's clock
	data, err := io.ReadAll(io.LimitReader(c.Request.Body, size+1))
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return nil, refuse(http.StatusRequestTimeout, "timeout", "The body took too long to arrive.").with("Connection", "close")
	case err != nil:
		return nil, malformed("The body broke off or is not properly chunked.").with("Connection", "close")
	case int64(len(data)) > size:
		return nil, tooLarge(size)
	}
	c.Request.Body = http.NoBody          // it has been read: see [guard.check]
	_ = conn.SetReadDeadline(time.Time{}) // else it would end the request's context while the handler works
	return data, nil
}

// isPlainText tells whether text is UTF-8 without control characters.
func isPlainText(text string) bool {
	for i := 0; i < len(text); i++ {
		if b := text[i]; b < ' ' || b >= 0x7f {
			return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
		}
	}
	return true
}
