package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"dimmer/auth"
)

// apiDocument is the OpenAPI document that the first blog has served.
var apiDocument struct {
	once sync.Once
	text []byte
	*openapi3.T
}

// document reads the OpenAPI document as clients get it.
func document(t testing.TB, serverURL string) *openapi3.T {
	t.Helper()
	apiDocument.once.Do(func() {
		res, err := http.Get(serverURL + "/openapi.json")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if apiDocument.text, err = io.ReadAll(res.Body); err != nil {
			t.Fatal(err)
		}
		if apiDocument.T, err = openapi3.NewLoader().LoadFromData(apiDocument.text); err != nil {
			t.Fatal(err)
		}
	})
	if apiDocument.T == nil {
		t.Fatal("there is no document to compare answers with")
	}
	return apiDocument.T
}

// operation finds what the document says about a request; nil where it says nothing.
func operation(doc *openapi3.T, method, path string) *openapi3.Operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	segments := strings.Split(path, "/")
	var item *openapi3.PathItem
	for template, candidate := range doc.Paths.Map() {
		names, fits, literal := strings.Split(template, "/"), true, true
		if len(names) != len(segments) {
			continue
		}
		for i, name := range names {
			if strings.HasPrefix(name, "{") {
				fits, literal = fits && segments[i] != "", false
			} else {
				fits = fits && name == segments[i]
			}
		}
		if fits && (item == nil || literal) {
			item = candidate
		}
	}
	if item == nil {
		return nil
	}
	return item.GetOperation(method)
}

// isDescribed compares an answer with the document: its status is one that the operation has, and its body is of the form that the
// document promises for it.
func (a answer) isDescribed() {
	a.t.Helper()
	method, address, _ := strings.Cut(a.request, " ")
	u, err := url.Parse(address)
	if err != nil {
		return // nothing has such an address
	}
	doc := document(a.t, a.server)
	op := operation(doc, method, u.EscapedPath())
	if op == nil {
		return
	}
	switch {
	case a.status == http.StatusNotModified && len(a.body) == 0, a.status == http.StatusPartialContent, a.status == http.StatusRequestedRangeNotSatisfiable:
		return // what HTTP itself gives whoever asks for a change, or for a part
	}
	response := op.Responses.Status(a.status)
	if response == nil {
		a.t.Errorf("%s answered %d, which the document does not know of %s: %s", a.request, a.status, op.OperationID, a.shown())
		return
	}
	switch {
	case method == http.MethodHead || len(response.Value.Content) == 0:
		if len(a.body) > 0 {
			a.t.Errorf("%s answered %d with a body, which the document does not know: %s", a.request, a.status, a.shown())
		}
		return
	case u.Query().Has("fields"), a.header.Get("Content-Encoding") != "": // the document describes whole posts, and bodies as they are
		return
	}
	content := response.Value.Content.Get(a.header.Get("Content-Type"))
	if op.RequestBody != nil && op.RequestBody.Value.Content.Get("application/x-www-form-urlencoded") != nil && a.header.Get("Content-Type") == "text/html; charset=utf-8" {
		return // a person sees a page, see forms_test.go
	}
	if content == nil {
		a.t.Errorf("%s answered %d with the type %q, which the document does not know", a.request, a.status, a.header.Get("Content-Type"))
		return
	}
	if !strings.HasPrefix(a.header.Get("Content-Type"), "application/") {
		return
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		a.t.Errorf("%s answered %d with what is no JSON: %v: %s", a.request, a.status, err, a.shown())
		return
	}
	if err := content.Schema.Value.VisitJSON(value, doc.GetSchemaValidationOptions()...); err != nil {
		var broken *openapi3.SchemaError
		if errors.As(err, &broken) {
			err = fmt.Errorf("at /%s: %s", strings.Join(broken.JSONPointer(), "/"), broken.Reason)
		}
		a.t.Errorf("%s answered %d otherwise than the document says: %v", a.request, a.status, err)
	}
}

func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	served := b.reader().get("/openapi.json").wants(200).has("Content-Type", "application/json; charset=utf-8").is("openapi", "3.1.0").is("info.version", "1.2.3").is("servers.0.url", publicURL)
	doc, err := openapi3.NewLoader().LoadFromData(served.body)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil { // examples too
		t.Error(err)
	}
	b.reader().get("/openapi.json", "If-None-Match: "+served.header.Get("ETag")).wants(304)
}

func TestTheDocumentAndTheRouterKnowTheSameRows(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	served := map[string]bool{}
	for _, route := range b.server.Routes() {
		served[route] = true
	}
	for _, r := range rows(t, b) {
		if !served[r.String()] {
			t.Errorf("%s is described, but not served", r)
		}
		delete(served, r.String())
		if r.method != http.MethodGet {
			continue
		}
		if !served["HEAD "+r.path] {
			t.Errorf("HEAD %s is not served", r.path)
		}
		delete(served, "HEAD "+r.path)
	}
	for route := range served {
		t.Errorf("%s is served, but not described", route)
	}
}

func TestEveryOperationIsDescribedAsAWhole(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	ids, summaries := map[string]string{}, map[string]string{}
	for _, r := range rows(t, b) {
		op := r.op
		if ids[r.id] != "" || r.id == "" {
			t.Errorf("%s has the operation id %q, as has %s", r, r.id, ids[r.id])
		}
		if summaries[op.Summary] != "" || op.Summary == "" {
			t.Errorf("%s has the summary %q, as has %s", r, op.Summary, summaries[op.Summary])
		}
		ids[r.id], summaries[op.Summary] = r.String(), r.String()
		if len(op.Tags) != 1 {
			t.Errorf("%s has %d tags", r, len(op.Tags))
		}
		if signedIn := op.Security != nil && len(*op.Security) > 0 && (*op.Security)[0]["bearer"] != nil; signedIn != (r.access != "anyone") {
			t.Errorf("%s is for %s, its security says otherwise", r, r.access)
		}
		want := []string{"500", "503"}
		if strings.HasPrefix(r.path, "/api/") {
			want = append(want, "400", "422")
		}
		if r.method != http.MethodGet {
			want = append(want, "413", "415")
		}
		if r.access != "anyone" {
			want = append(want, "401", "403")
		}
		if strings.Contains(r.path, "{") {
			want = append(want, "404")
		}
		if limit, _ := op.Extensions["x-limit"].(string); limit != "none" {
			want = append(want, "429")
		}
		for _, status := range want {
			if response := op.Responses.Value(status); response == nil || response.Value.Content.Get("application/problem+json") == nil {
				t.Errorf("%s does not say that it can answer %s with a problem", r, status)
			}
		}
		for _, p := range op.Parameters {
			if p.Value.Schema == nil || p.Value.In == "path" && !p.Value.Required {
				t.Errorf("%s: the parameter %s is not complete", r, p.Value.Name)
			}
		}
	}
}

func TestEveryBodyHasAnExampleOfItsShape(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	doc := document(t, b.url)
	check := func(where string, media *openapi3.MediaType) {
		t.Helper()
		if media.Example == nil {
			t.Errorf("%s has no example", where)
		} else if err := media.Schema.Value.VisitJSON(media.Example, doc.GetSchemaValidationOptions()...); err != nil {
			var broken *openapi3.SchemaError
			if errors.As(err, &broken) {
				err = fmt.Errorf("at /%s: %s", strings.Join(broken.JSONPointer(), "/"), broken.Reason)
			}
			t.Errorf("the example of %s is of another shape: %v", where, err)
		}
	}
	for _, r := range rows(t, b) {
		if r.op.RequestBody != nil {
			if media := r.op.RequestBody.Value.Content.Get("application/json"); media != nil {
				check("the body of "+r.String(), media)
			}
		}
		for status, response := range r.op.Responses.Map() {
			if media := response.Value.Content.Get("application/json"); media != nil && r.id != "readDocument" {
				check("the "+status+" of "+r.String(), media)
			}
		}
	}
	for name, response := range doc.Components.Responses {
		check(name, response.Value.Content.Get("application/problem+json"))
	}
}

// What the document shows as a request can be sent as it stands, but for what only the sender can know.
func TestTheExamplesOfRequestsAreTaken(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("The dimmer switch", object{"tags": []string{"Stress", "Sleep"}, "comments": "open"})
	wrote := b.reader().comments(post, "Hello.")
	other := b.reader().comments(post, "Hello to you.", object{"name": "Tom"}).wants(201).text("data.id")
	ids := map[string]string{
		"posts": post.id, "comments": owner.approves(wrote), "commenters": owner.get("/admin/comments/" + other).wants(200).text("data.commenter.id"),
		"tags": owner.get("/admin/tags").wants(200).text("data.0.id"), "users": b.people[auth.Author].id,
		"snippets": owner.post("/admin/snippets", object{"title": "Thanks", "body": "Thank you."}).wants(201).text("data.id"),
		"media":    owner.uploads("/admin/media", "lamp.png", drawing(t, 8, 8)).wants(201).text("data.id"),
	}
	ownKnowledge := map[string]bool{"body.into": true, "body.current_password": true, "body.email": true, "body.base_version": true, "body.feature_image.media_id": true}
	tested := 0
	for _, r := range rows(t, b) {
		if r.op.RequestBody == nil || r.op.RequestBody.Value.Content.Get("application/json") == nil {
			continue
		}
		tested++
		path := strings.NewReplacer("{slug}", post.slug, "{number}", "1").Replace(r.path)
		for kind, id := range ids {
			path = strings.Replace(path, "/"+kind+"/{id}", "/"+kind+"/"+id, 1)
		}
		example, err := json.Marshal(r.op.RequestBody.Value.Content.Get("application/json").Example)
		if err != nil {
			t.Fatal(err)
		}
		got := owner.on(t).do(r.method, path, string(example), "If-Match: *", "X-Edit-Token: "+wrote.text("edit_token"), "X-Dimmer-Commenter: "+wrote.text("commenter"))
		switch {
		case got.status < 300, got.status == 401, got.status == 409: // another account, another secret
		case got.status == 422 && ownKnowledge[got.locations()], got.status == 404 && r.id == "undoModeration":
		default:
			t.Errorf("the example of %s is answered %d: %s\n%s", r, got.status, got.shown(), example)
		}
		if r.id == "turnQuietOn" { // else what comes after it is held
			owner.delete("/admin/moderation/quiet").wants(200)
		}
	}
	if tested < 15 {
		t.Errorf("only %d requests were tested", tested)
	}
}

// The refusals that the document shows are those that clients get.
func TestTheExamplesOfProblemsAreReal(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	doc := document(t, b.url)
	shown := map[string]any{}
	for _, response := range doc.Components.Responses {
		problem := response.Value.Content.Get("application/problem+json").Example.(map[string]any)
		shown[fmt.Sprint(problem["status"])] = problem["code"]
	}
	for status, name := range map[string]string{
		"308": "moved", "400": "problem_400", "401": "problem_401", "403": "problem_403", "404": "problem_404", "406": "problem_406", "412": "problem_412", "413": "problem_413",
		"415": "problem_415", "422": "problem_422", "428": "problem_428", "429": "problem_429", "500": "problem_500", "503": "problem_503",
	} {
		text, err := os.ReadFile("testdata/golden/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var real struct{ Body struct{ Code string } }
		if err := json.Unmarshal(text, &real); err != nil {
			t.Fatal(err)
		}
		if shown[status] != real.Body.Code {
			t.Errorf("the document shows %v for %s, clients get %s", shown[status], status, real.Body.Code)
		}
	}
}

// The types of the admin area are made of this file (npm run types in admin-ui).
func TestTheDocumentIsWrittenDown(t *testing.T) {
	t.Parallel()
	served := newBlog(t).reader().get("/openapi.json").wants(200)
	var document bytes.Buffer
	if err := json.Indent(&document, served.body, "", " "); err != nil {
		t.Fatal(err)
	}
	document.WriteByte('\n')
	golden(t, "../openapi.json", document.Bytes())
}
