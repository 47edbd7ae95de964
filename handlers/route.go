package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// defaultBodyBytes is how much a request may carry unless its row says otherwise.
const defaultBodyBytes = 1 << 20

// route is one row of the list of routes: what is served, to whom, how often. What is served is what is documented: both are made
// from the operation.
type route struct {
	op     huma.Operation
	access access
	limit  limit
	kind   kind
	form   bool // its body may come from a plain HTML form too
	pages  bool // what it refuses is said by pages, see [site.desk]
	site   bool // a page of the starter site: its refusals are pages too, unless the site is switched off
	mount  func(*Server, *route)
}

// kind is how the body of a request and the answer are treated.
type kind int

const (
	ordinary kind = iota // JSON in, JSON out, made for this caller
	cached               // a GET whose answer is the same for everybody
	bare                 // not JSON: the handler reads and writes by itself
	uploaded             // a file in, which the handler reads by itself, JSON out
)

// tune is a trailing argument of a row: what few rows need.
type tune func(*route)

// op is a row of the ordinary kind. I is a struct with path, query, header and cookie fields and perhaps a Body; O a struct with
// header fields and perhaps a Body ([reply], [listed]). Returning nil and no error answers 204.
//
//	op("PATCH", "/api/v1/admin/posts/{id}", "changePost", author, none, s.changePost, fails(409, 412, 428))
func op[I, O any](method, path, id string, a access, l limit, handler func(context.Context, *I) (*O, error), tunes ...tune) route {
	r := newRoute(method, path, id, a, l, ordinary, tunes)
	r.mount = func(s *Server, r *route) {
		served := r.op
		if r.kind == uploaded { // huma reads what has a body, as JSON: so it is registered once for the document, and once without
			huma.Register(documentOnly{s.api}, r.op, func(context.Context, *I) (*O, error) { return nil, nil })
			served.Hidden, served.RequestBody = true, nil
		}
		huma.Register(s.api, served, func(ctx context.Context, in *I) (*O, error) {
			out, err := handler(ctx, in)
			if err != nil {
				return nil, problemFor(callFrom(ctx).gin, err)
			}
			return out, nil
		})
	}
	return r
}

// public is a row for a GET that anyone may call, whose answer is the same for everybody. The handler returns the answer with the
// time of its latest change and its cache tags; it sees nothing of the caller but its input.
//
//	public("/api/v1/posts/{slug}", "readPost", s.readPost, fails(308))
func public[I, B any](path, id string, handler func(context.Context, *I) (answer[B], error), tunes ...tune) route {
	r := newRoute(http.MethodGet, path, id, anyone, none, cached, tunes)
	r.mount = func(s *Server, r *route) {
		// Registered twice: once for the document, with the real types; once to be served, as bytes.
		huma.Register(documentOnly{s.api}, r.op, func(context.Context, *I) (*documented[B], error) { return nil, nil })
		served := r.op
		served.Hidden = true
		huma.Register(s.api, served, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			return &huma.StreamResponse{Body: func(c huma.Context) {
				s.deliver(humagin.Unwrap(c), func(going context.Context) (*ready, []string, error) {
					found, err := handler(lasting{ctx, going}, in)
					if err != nil {
						return nil, nil, err
					}
					made, err := newReady(found)
					return made, found.Tags, err
				})
			}}, nil
		})
	}
	return r
}

// plain is a row for what is not JSON: a gin handler that reads and writes by itself. An error that it returns before it has
// written becomes a problem. Unknown query parameters are ignored, as pages and feeds do.
//
//	plain("GET", "/feed.xml", "readFeed", anyone, none, s.readFeed, produces("application/rss+xml"))
func plain(method, path, id string, a access, l limit, handler func(*gin.Context) error, tunes ...tune) route {
	r := newRoute(method, path, id, a, l, bare, tunes)
	r.mount = func(s *Server, r *route) {
		for _, name := range pathNames(path) {
			r.op.Parameters = append(r.op.Parameters,
				&huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
		s.api.OpenAPI().AddOperation(&r.op)
		s.handle(&r.op, func(c *gin.Context) {
			if err := handler(c); err != nil {
				s.fail(c, err)
			}
		})
	}
	return r
}

func newRoute(method, path, id string, a access, l limit, k kind, tunes []tune) route {
	r := route{access: a, limit: l, kind: k, op: huma.Operation{
		Method: method, Path: path, OperationID: id,
		MaxBodyBytes: defaultBodyBytes,
		Responses:    map[string]*huma.Response{},
		Extensions:   map[string]any{"x-access": string(a), "x-limit": string(l)},
	}}
	for _, t := range tunes {
		t(&r)
	}
	return r
}

// about gives the operation its heading and, if there is more to say, a text below it.
func about(summary string, description ...string) tune {
	return func(r *route) { r.op.Summary, r.op.Description = summary, strings.Join(description, "\n\n") }
}

// status is what success is called, where it is not 200 (or 204 without a body).
func status(code int) tune { return func(r *route) { r.op.DefaultStatus = code } }

// fails adds refusals that the row does not imply: 308, 403, 409, 412, 428.
func fails(statuses ...int) tune {
	return func(r *route) { r.op.Errors = append(r.op.Errors, statuses...) }
}

// upTo sets how many bytes the body may have.
func upTo(bytes int64) tune { return func(r *route) { r.op.MaxBodyBytes = bytes } }

// byCookie notes in the document that the refresh cookie is taken too.
func byCookie() tune {
	return func(r *route) { r.op.Security = []map[string][]string{{refreshCookieScheme: {}}, {}} }
}

// produces says which type a plain row answers with.
func produces(contentType string) tune {
	schema := &huma.Schema{Type: huma.TypeString}
	if contentType == "application/json" {
		schema = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	}
	return func(r *route) {
		r.op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{contentType: {Schema: schema}}}
	}
}

// looksLike puts an example of its JSON beside what a plain row produces.
func looksLike(example any) tune {
	return func(r *route) { r.op.Responses["200"].Content["application/json"].Example = example }
}

// takes says which types a plain row reads.
func takes(contentTypes ...string) tune {
	return func(r *route) {
		r.op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		for _, t := range contentTypes {
			r.op.RequestBody.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
	}
}

// takesPicture is for an ordinary row that is sent a file, in a form as browsers send it, with further fields of text.
func takesPicture(fields ...string) tune {
	schema := &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
		"file": {Type: huma.TypeString, Format: "binary", Description: "A JPEG, PNG, GIF or WebP of at most 20 MB and 50 million pixels. Its name is kept for people."},
	}}
	for _, name := range fields {
		schema.Properties[name] = &huma.Schema{Type: huma.TypeString}
	}
	return func(r *route) {
		r.kind = uploaded
		r.op.MaxBodyBytes = maxUploadRequest
		r.op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{contentMultipart: {Schema: schema}}}
	}
}

// maybeTakes is takes for a row that does without a body too.
func maybeTakes(contentTypes ...string) tune {
	return func(r *route) {
		takes(contentTypes...)(r)
		r.op.RequestBody.Required = false
	}
}

// one is the body of an answer about one thing.
type one[T any] struct {
	Data T `json:"data"`
}

// reply is the answer of an ordinary row without headers of its own.
type reply[B any] struct{ Body B }

// mountAll puts the rows on the router and into the document.
func (s *Server) mountAll(rows []route) {
	for i := range rows {
		r := &rows[i]
		s.describe(r)
		r.op.Metadata = map[string]any{"route": r}
		if _, rest, secret := strings.Cut(r.op.Path, "{token}"); secret {
			s.secretPrefixes = append(s.secretPrefixes, strings.TrimSuffix(r.op.Path, "{token}"+rest))
		}
		r.mount(s, r)
	}
}

// handle puts one operation on the router, behind its guard. Wherever GET works, HEAD does.
func (s *Server) handle(op *huma.Operation, handler gin.HandlerFunc) {
	row := op.Metadata["route"].(*route)
	if row.form {
		op.RequestBody.Content[contentForm] = &huma.MediaType{Schema: op.RequestBody.Content["application/json"].Schema}
	}
	g := s.newGuard(row, op)
	path := strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	s.engine.Handle(op.Method, path, g.check, handler)
	if op.Method == http.MethodGet {
		s.engine.Handle(http.MethodHead, path, g.check, handler)
	}
}

// adapter is how huma reaches the router.
type adapter struct{ *Server }

func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	op.MaxBodyBytes = -1    // the guard has read the body, within its bounds; huma reads it from memory
	op.BodyReadTimeout = -1 // else huma's five seconds would end the context of a handler that takes longer
	a.Server.handle(op, func(c *gin.Context) { handler(humagin.NewContext(op, c)) })
}

// documentOnly is an API that serves nothing: what is registered with it only appears in the document.
type documentOnly struct{ huma.API }

func (d documentOnly) Adapter() huma.Adapter { return nowhere{} }

type nowhere struct{ http.Handler }

func (nowhere) Handle(*huma.Operation, func(huma.Context)) {}

// pathNames lists the parameters of a path.
func pathNames(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if name, isParameter := strings.CutPrefix(segment, "{"); isParameter {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// lasting is the context of a request for what others wait for too: it has the values of the one and goes on as the other.
type lasting struct {
	context.Context
	going context.Context
}

func (l lasting) Deadline() (time.Time, bool) { return l.going.Deadline() }
func (l lasting) Done() <-chan struct{}       { return l.going.Done() }
func (l lasting) Err() error                  { return l.going.Err() }

// documented is what the document says about a public answer.
type documented[B any] struct {
	ETag         string    `header:"ETag" doc:"Strong; differs for each encoding."`
	LastModified time.Time `header:"Last-Modified" doc:"The latest change of anything in the answer."`
	CacheControl string    `header:"Cache-Control"`
	CacheTag     string    `header:"Cache-Tag" doc:"What a CDN can purge it by."`
	Link         string    `header:"Link" doc:"Lists: next and prev."`
	Body         B
}
