package handlers

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func TestDocumentDescribesEveryRowAndWhatItDemands(t *testing.T) {
	t.Parallel()
	f := newFrame(t)
	res := f.get("/openapi.json")
	if res.status != 200 || res.header.Get("ETag") == "" || res.header.Get("Content-Type") != contentJSON {
		t.Fatalf("answered %d %v", res.status, res.header)
	}
	if again := f.get("/openapi.json", "If-None-Match: "+res.header.Get("ETag")); again.status != 304 {
		t.Errorf("asked again it answered %d", again.status)
	}
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Tags        []string
			Access      string `json:"x-access"`
			Limit       string `json:"x-limit"`
			Security    []map[string][]string
			Responses   map[string]struct {
				Ref     string `json:"$ref"`
				Content map[string]any
				Headers map[string]any
			}
			Parameters []struct{ Name, In string }
		}
		Components struct {
			Responses       map[string]any
			SecuritySchemes map[string]any
		}
	}
	if err := json.Unmarshal([]byte(res.body), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Info.Title != "Dimmer" || doc.Info.Version != "1.2.3" || doc.Servers[0].URL != "https://blog.example" {
		t.Errorf("head of the document: %+v %+v %+v", doc.OpenAPI, doc.Info, doc.Servers)
	}
	described := map[string]bool{}
	for path, operations := range doc.Paths {
		for method, o := range operations {
			described[strings.ToUpper(method)+" "+path] = true
			if o.OperationID == "" || o.Summary == "" || len(o.Tags) != 1 || o.Access == "" || o.Limit == "" {
				t.Errorf("%s %s is not complete: %+v", method, path, o)
			}
			if signedIn := len(o.Security) == 1 && o.Security[0]["bearer"] != nil; signedIn != (o.Access != "anyone") {
				t.Errorf("%s %s for %s says security %v", method, path, o.Access, o.Security)
			}
			for status, response := range o.Responses {
				if status >= "400" && !strings.HasPrefix(response.Ref, "#/components/responses/") {
					t.Errorf("%s %s: %s is not the shared problem: %+v", method, path, status, response)
				}
			}
		}
	}
	for _, route := range f.srv.engine.Routes() {
		path := route.Path
		for segment := range strings.SplitSeq(path, "/") {
			if name, parameter := strings.CutPrefix(segment, ":"); parameter {
				path = strings.Replace(path, segment, "{"+name+"}", 1)
			}
		}
		if route.Method != "HEAD" && !described[route.Method+" "+path] {
			t.Errorf("%s %s is served but not described", route.Method, path)
		}
	}
	statuses := func(path, method string) string {
		return strings.Join(slices.Sorted(maps.Keys(doc.Paths[path][method].Responses)), " ")
	}
	for _, tc := range []struct{ path, method, want string }{
		{"/api/v1/things", "get", "200 304 400 406 422 500 503"},
		{"/api/v1/things/{slug}", "get", "200 304 308 400 404 406 422 500 503"},
		{"/api/v1/things/{slug}/comments", "post", "201 400 404 413 415 422 429 500 503"},
		{"/api/v1/admin/posts/{id}", "patch", "200 400 401 403 404 409 412 413 415 422 428 500 503"},
		{"/api/v1/admin/settings", "delete", "204 400 401 403 413 415 422 500 503"},
		{"/media/{key}", "get", "200 404 500 503"},
	} {
		if diff := cmp.Diff(tc.want, statuses(tc.path, tc.method)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tc.method, tc.path, diff)
		}
	}
	list := doc.Paths["/api/v1/things"]["get"]
	if list.Access != "anyone" || list.Limit != "none" || list.Responses["200"].Content["application/json"] == nil || list.Responses["200"].Headers["ETag"] == nil || list.Summary != "List things" {
		t.Errorf("listThings: %+v", list)
	}
	if o := doc.Paths["/media/{key}"]["get"]; len(o.Parameters) != 1 || o.Responses["200"].Content["image/png"] == nil {
		t.Errorf("readMedia: %+v", o)
	}
	if o := doc.Paths["/api/v1/auth/refresh"]["post"]; len(o.Security) != 2 || o.Security[0]["refreshCookie"] == nil {
		t.Errorf("refresh: %+v", o.Security)
	}
	if strings.Contains(res.body, `"array","null"`) || !strings.Contains(res.body, `["object","null"]`) {
		t.Error("lists are documented as null, or nullable objects as never null")
	}
	loaded, err := openapi3.NewLoader().LoadFromData([]byte(res.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.Validate(t.Context()); err != nil {
		t.Errorf("is no valid document: %v", err)
	}
}
