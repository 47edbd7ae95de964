package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

const (
	bearerScheme        = "bearer"
	refreshCookieScheme = "refreshCookie"
)

// newDocument begins the OpenAPI document; every row adds itself to it.
func (s *Server) newDocument() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Dimmer", Version: s.config.Version,
			Description: "A headless CMS for blogs, with reader comments that stay calm.",
			License:     &huma.License{Name: "MIT"},
		},
		Servers: []*huma.Server{{URL: s.config.PublicURL}},
		Components: &huma.Components{
			Schemas:   huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			Responses: map[string]*huma.Response{},
			SecuritySchemes: map[string]*huma.SecurityScheme{
				bearerScheme: {
					Type: "http", Scheme: "bearer",
					Description: "An access token from /api/v1/auth/login, or an API token (dim_…).",
				},
				refreshCookieScheme: {
					Type: "apiKey", In: "cookie", Name: s.config.RefreshCookie,
					Description: "Set by a login with cookie:true; only for refreshing and signing out.",
				},
			},
		},
	}
}

// describe completes the operation of a row: its group, who may call it, and which refusals follow from what it is.
func (s *Server) describe(r *route) {
	r.op.Tags = []string{group(r.op.Path)}
	if r.access != anyone {
		r.op.Security = []map[string][]string{{bearerScheme: {}}}
	}
	statuses := append(slices.Clone(r.op.Errors), http.StatusInternalServerError, http.StatusServiceUnavailable)
	if r.kind != bare {
		statuses = append(statuses, http.StatusBadRequest, http.StatusUnprocessableEntity)
	}
	if r.kind == cached {
		statuses = append(statuses, http.StatusNotAcceptable)
		r.op.Responses["304"] = &huma.Response{Description: "The client has it already."}
	}
	if strings.Contains(r.op.Path, "{") {
		statuses = append(statuses, http.StatusNotFound)
	}
	if !isSafe(r.op.Method) {
		statuses = append(statuses, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.access != anyone {
		statuses = append(statuses, http.StatusUnauthorized, http.StatusForbidden)
	}
	if r.limit != none {
		statuses = append(statuses, http.StatusTooManyRequests)
	}
	for _, status := range statuses {
		r.op.Responses[strconv.Itoa(status)] = s.problemResponse(status)
		if r.site {
			r.op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{
				"text/html":    {Schema: &huma.Schema{Type: huma.TypeString}},
				contentProblem: {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")},
			}}
		}
	}
	if r.pages {
		for _, status := range append(statuses, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity) {
			r.op.Responses[strconv.Itoa(status)] = s.refusalPage(status)
		}
	}
	r.op.Errors = nil // else huma would describe them itself, each in full
}

// problemResponse is the one description of a refusal that all rows share.
func (s *Server) problemResponse(status int) *huma.Response {
	components := s.api.OpenAPI().Components
	name := strings.ReplaceAll(http.StatusText(status), " ", "")
	if components.Responses[name] == nil {
		components.Responses[name] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{contentProblem: {Schema: components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")}},
		}
	}
	return &huma.Response{Ref: "#/components/responses/" + name}
}

// refusalPage describes a refusal that is a page, unless the guard says it before there is one.
func (s *Server) refusalPage(status int) *huma.Response {
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{
		"text/html":    {Schema: &huma.Schema{Type: huma.TypeString}},
		contentProblem: {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")},
	}}
}

// group is the heading that an operation stands below in the document: "posts", "admin posts", "auth".
func group(path string) string {
	rest, isAPI := strings.CutPrefix(path, apiPath+"/")
	if !isAPI {
		return "site"
	}
	segments := strings.Split(rest, "/")
	if segments[0] == "admin" && len(segments) > 1 {
		return "admin " + segments[1]
	}
	return segments[0]
}

// documentRow is the row of the OpenAPI document itself.
func (s *Server) documentRow() route {
	return plain(http.MethodGet, "/openapi.json", "readDocument", anyone, none, func(c *gin.Context) error {
		document, err := s.document()
		if err != nil {
			return err
		}
		s.write(c, document)
		return nil
	}, about("This document"), produces("application/json"))
}

// finishDocument makes the document whole when all rows are there. It is written down, once, for the first who asks: no start of the program waits for it.
func (s *Server) finishDocument() error {
	for _, item := range s.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && op.Summary == "" {
				op.Summary = sentence(op.OperationID)
			}
		}
	}
	for name, schema := range s.api.OpenAPI().Components.Schemas.Map() {
		for field, property := range schema.Properties {
			if property.UniqueItems {
				return fmt.Errorf("%s.%s must not be uniqueItems: huma panics when a client sends objects there; check it in models", name, field)
			}
		}
	}
	s.addExamples()
	modifiedAt := s.now()
	s.document = sync.OnceValues(func() (*ready, error) {
		body, err := json.Marshal(s.api.OpenAPI())
		if err != nil {
			return nil, fmt.Errorf("write the OpenAPI document: %w", err)
		}
		return readyBytes(contentJSON, body, modifiedAt), nil
	})
	return nil
}

// sentence reads an operation id: listPosts is "List posts".
func sentence(id string) string {
	var b strings.Builder
	for i, r := range id {
		switch {
		case i == 0:
			b.WriteString(strings.ToUpper(string(r)))
		case r >= 'A' && r <= 'Z':
			b.WriteString(" " + strings.ToLower(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
