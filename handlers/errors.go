package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/models"
)

const (
	contentJSON    = "application/json; charset=utf-8"
	contentProblem = "application/problem+json"

	// statusClientGone is logged (and seen by nobody) when the client left before its answer; the number is nginx's.
	statusClientGone = 499

	maxFieldErrors  = 20  // named in one answer; a hostile body could have a million
	maxLocationSize = 100 // bytes: unknown names are repeated, so that they can be found, but not at any length
	maxMessageSize  = 200 // bytes
)

// Problem is every error answer: RFC 9457, application/problem+json. As an error it is also what a handler returns to refuse.
type Problem struct {
	Type      string       `json:"type" example:"about:blank" doc:"Always about:blank: code tells problems apart."`
	Title     string       `json:"title" example:"Unprocessable Entity" doc:"The name of the status."`
	Status    int          `json:"status" example:"422" doc:"The HTTP status."`
	Detail    string       `json:"detail" doc:"What is wrong and what to do, for people."`
	Code      string       `json:"code" example:"invalid" doc:"What is wrong, for programs. Codes never change."`
	Errors    []FieldError `json:"errors" doc:"Each value that cannot be accepted; may be empty."`
	RequestID string       `json:"request_id" example:"k3v9q2xw-1a" doc:"Tell it to whoever runs this site: the log has it too."`
	Data      any          `json:"data,omitzero" doc:"Only with 412: the thing as it is now."`

	header http.Header
	cause  error // for the log, never for the client

	page func(io.Writer, *Problem) // writes it for somebody who has no script to read JSON with
}

// FieldError names one value and what is wrong with it. It never repeats the value.
type FieldError struct {
	Location string `json:"location" example:"body.title" doc:"body.NAME, query.NAME, path.NAME or header.NAME."`
	Message  string `json:"message" example:"is required"`
}

func (p *Problem) Error() string { return p.Detail }

// Unwrap gives the cause, so that errors.Is sees through a problem.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus, GetHeaders and ContentType are what huma asks of an error.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is application/problem+json, whatever was negotiated, or a page for somebody without a script.
func (p *Problem) ContentType(string) string {
	if p.page != nil {
		return contentHTML
	}
	return contentProblem
}

// refuse makes a problem with words of its own.
func refuse(status int, code, detail string, errs ...FieldError) *Problem {
	if errs == nil {
		errs = []FieldError{}
	}
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		Errors: errs[:min(len(errs), maxFieldErrors)],
	}
}

// with adds a header to the problem.
func (p *Problem) with(key, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(key, value)
	return p
}

// after tells the client when to come back: whole seconds, at least one.
func (p *Problem) after(wait time.Duration) *Problem {
	seconds := max(1, (wait+time.Second-1)/time.Second)
	return p.with("Retry-After", strconv.Itoa(int(seconds)))
}

// invalid refuses values: 422.
func invalid(errs ...FieldError) *Problem {
	return refuse(http.StatusUnprocessableEntity, "invalid", "Some values cannot be accepted. errors names each one.", errs...)
}

// malformed refuses what cannot be read: 400.
func malformed(detail string, errs ...FieldError) *Problem {
	return refuse(http.StatusBadRequest, "malformed", detail, errs...)
}

// notFound is the one answer for what is missing, hidden, or somebody else's business.
func notFound() *Problem {
	return refuse(http.StatusNotFound, "not_found", "There is nothing at this address.")
}

// moved sends the client to the present address of a thing for good: 308, with the query of the request.
func moved(path string) *Problem {
	return refuse(http.StatusPermanentRedirect, "moved", "This has moved. Location says where to.").with("Location", path)
}

// stale refuses a change to something that somebody else has changed in between: 412 with the thing as it is now.
func stale(present any) *Problem {
	p := refuse(http.StatusPreconditionFailed, "stale",
		"Somebody has changed this since you read it. data is how it is now: apply your change to that and send its ETag in If-Match.")
	p.Data = present
	return p
}

// unavailable refuses what cannot be done right now: 503.
func unavailable(detail string) *Problem {
	return refuse(http.StatusServiceUnavailable, "unavailable", detail).after(time.Second)
}

// problemFor turns the error of a handler or of the guard into the answer. This is the only place that knows which kind of error
// has which status. A cause that the client must not see goes to the log with the request ([Server.observe]), once.
func problemFor(c *gin.Context, err error) *Problem {
	p := translate(c.Request, err)
	p.RequestID = c.Writer.Header().Get(requestIDHeader)
	if write, asPage := c.Get(sentByForm); asPage {
		p.page, _ = write.(func(io.Writer, *Problem))
	}
	if p.Status == http.StatusPermanentRedirect && c.Request.URL.RawQuery != "" {
		p.header.Set("Location", p.header.Get("Location")+"?"+c.Request.URL.RawQuery)
	}
	if p.cause != nil {
		_ = c.Error(p.cause) // gin only keeps it, for observe
	}
	return p
}

func translate(r *http.Request, err error) *Problem {
	var (
		problem   *Problem
		values    models.Invalid
		conflict  models.ConflictError
		forbidden models.ForbiddenError
		tooSoon   models.TooSoonError
	)
	switch {
	case errors.As(err, &problem):
		mine := *problem // the request id is written into it: never into one that others share
		mine.header = problem.header.Clone()
		return &mine
	case errors.As(err, &values):
		return invalid(fieldErrors(r, values)...)
	case errors.Is(err, models.ErrNotFound):
		return notFound()
	case errors.As(err, &conflict):
		return refuse(http.StatusConflict, conflict.Code, conflict.Message)
	case errors.Is(err, models.ErrConflict):
		return refuse(http.StatusConflict, "conflict", "This cannot be done in the present state of the thing. Read it again.")
	case errors.As(err, &forbidden):
		return refuse(http.StatusForbidden, forbidden.Code, forbidden.Message)
	case errors.As(err, &tooSoon):
		return refuse(http.StatusTooManyRequests, "slow_mode", tooSoon.Error()).after(tooSoon.Wait)
	case errors.Is(err, models.ErrForbidden):
		return refuse(http.StatusForbidden, "forbidden", "Your role does not allow this.")
	case errors.Is(err, models.ErrKeyReused):
		return keyReused()
	case errors.Is(err, models.ErrStale):
		return stale(nil)
	case errors.Is(err, auth.ErrUnauthenticated):
		return refuse(http.StatusUnauthorized, "unauthenticated", "This needs somebody who is signed in. Sign in, or send a valid token.").
			with("WWW-Authenticate", "Bearer")
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return refuse(statusClientGone, "client_gone", "The client has left.")
	case errors.Is(err, models.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		p := unavailable("The storage is busy. Please try again in a moment.")
		p.cause = err
		return p
	}
	return internal(err)
}

// internal is the one sentence that a client gets to see about a fault of ours.
func internal(cause error) *Problem {
	p := refuse(http.StatusInternalServerError, "internal",
		"Something went wrong on our side. Please try again; if it happens again, tell whoever runs this site the request_id.")
	p.cause = cause
	return p
}

// fieldErrors names each invalid field where the client has put it: in the query of a read, else in the body.
func fieldErrors(r *http.Request, values models.Invalid) []FieldError {
	part := "body."
	if isSafe(r.Method) {
		part = "query."
	}
	errs := make([]FieldError, 0, len(values))
	for _, field := range slices.Sorted(maps.Keys(values)) {
		errs = append(errs, FieldError{Location: part + field, Message: values[field]})
	}
	return errs
}

// inside names the fields of an error as those of a part of the body.
func inside(part string, err error) error {
	var values models.Invalid
	if !errors.As(err, &values) {
		return err
	}
	named := models.Invalid{}
	for field, message := range values {
		named[part+"."+field] = message
	}
	return named
}

// fail answers with the problem that err is.
func (s *Server) fail(c *gin.Context, err error) {
	p := problemFor(c, err)
	h := c.Writer.Header()
	maps.Copy(h, p.header)
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	c.Status(p.Status)
	writeProblem(c.Writer, p)
}

// huma keeps its error type and its words in package variables, so that they can only be set here (DESIGN 5).
func init() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return humaProblem(status, message, errs)
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemFor(humagin.Unwrap(c), humaProblem(status, message, errs))
	}
	huma.ErrorFormatter = func(format string, args ...any) string {
		if len(args) == 1 {
			if _, isError := args[0].(error); isError {
				return format // the text of such an error quotes the value
			}
		}
		return fmt.Sprintf(format, args...)
	}
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	gin.SetMode(gin.ReleaseMode)

	validation.MsgUnexpectedProperty = "is not a field of this request"
	validation.MsgExpectedRequiredProperty = within("%s", "is required")
	validation.MsgExpectedDependentRequiredProperty = within("%s", "is required together with %s")
	validation.MsgExpectedRFC3339DateTime = "must be a time like 2026-03-01T09:30:00Z"
	validation.MsgExpectedRFC3339Date = "must be a date like 2026-03-01"
	validation.MsgExpectedRFC5322Email = "must be an e-mail address"
	validation.MsgExpectedRFC3986URI = "must be a web address"
	validation.MsgExpectedRFC4122UUID = "must be an id"
	validation.MsgExpectedBoolean = "must be true or false"
	validation.MsgExpectedNumber = "must be a number"
	validation.MsgExpectedInteger = "must be a whole number"
	validation.MsgExpectedString = "must be a text"
	validation.MsgExpectedArray = "must be a list"
	validation.MsgExpectedObject = "must be an object"
	validation.MsgExpectedArrayItemsUnique = "must not name the same thing twice"
	validation.MsgExpectedOneOf = `must be one of "%s"`
	validation.MsgExpectedMinimumNumber = "must be at least %v"
	validation.MsgExpectedMaximumNumber = "must be at most %v"
	validation.MsgExpectedMinLength = "must have at least %d characters"
	validation.MsgExpectedMaxLength = "must have at most %d characters"
	validation.MsgExpectedMinItems = "must have at least %d entries"
	validation.MsgExpectedMaxItems = "must have at most %d entries"
	validation.MsgExpectedMatchPattern = "does not have the form %s"
	validation.MsgExpectedBePattern = "must be %s"
}

// humaProblem makes a problem of what huma has found. The details' values are dropped: they are what the client has sent,
// passwords too.
func humaProblem(status int, message string, errs []error) *Problem {
	fields := make([]FieldError, 0, len(errs))
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if errors.As(err, &detailer) {
			detail := detailer.ErrorDetail()
			if strings.HasPrefix(detail.Location, "path.") {
				return notFound() // nothing can have that name
			}
			fields = append(fields, fieldError(detail.Location, detail.Message))
		}
	}
	slices.SortStableFunc(fields, func(a, b FieldError) int { return strings.Compare(a.Location, b.Location) }) // huma walks a map
	switch {
	case status == http.StatusUnprocessableEntity:
		return invalid(fields...)
	case status == http.StatusBadRequest:
		return malformed("The request cannot be read. errors says where.", fields...)
	case status >= http.StatusInternalServerError:
		return internal(errors.Join(append([]error{errors.New(message)}, errs...)...))
	}
	return refuse(status, strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_"), http.StatusText(status)+".", fields...)
}

// within is a message about a part of the place it is reported for. huma reports a missing field for the object around it, and
// our decoder can give huma nothing but a text; fieldError puts the name where clients look for it.
func within(name, message string) string { return "\x00" + name + "\x00" + message }

func fieldError(location, message string) FieldError {
	if rest, nested := strings.CutPrefix(message, "\x00"); nested {
		name, text, _ := strings.Cut(rest, "\x00")
		location, message = location+"."+name, text
	}
	return FieldError{Location: clip(location, maxLocationSize), Message: clip(message, maxMessageSize)}
}

// clip cuts a text to at most size bytes, between two characters.
func clip(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size] + "…"
}
