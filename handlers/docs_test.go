package handlers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/net/html"
)

// look opens an address as a browser does: from the root, without a login.
func (b *blog) look(method, path string, headers ...string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Add(name, value)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answer{t: b.t, server: b.url, request: method + " " + path, status: res.StatusCode, header: res.Header, body: body}
	a.isDescribed()
	return a
}

// page reads the body as HTML.
func (a answer) page() *html.Node {
	a.t.Helper()
	root, err := html.Parse(bytes.NewReader(a.wants(200).has("Content-Type", "text/html; charset=utf-8").body))
	if err != nil {
		a.t.Fatal(err)
	}
	return root
}

// all finds the elements of a name; an empty one finds every element.
func all(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (name == "" || n.Data == name) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// shown is the text of an element.
func shown(root *html.Node) string {
	var text strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	}
	return text.String()
}

// articles are the operations that the API's page tells, by their ids.
func articles(t *testing.T, b *blog) map[string]*html.Node {
	t.Helper()
	found := map[string]*html.Node{}
	for _, article := range all(b.look("GET", "/docs").page(), "article") {
		found[attr(article, "id")] = article
	}
	return found
}

func TestTheAPIPageTellsEveryOperationOfTheDocument(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	told := articles(t, b)
	explained := map[string]bool{}
	for _, n := range all(b.look("GET", "/docs").page(), "div") {
		explained[attr(n, "id")] = true
	}
	operations := rows(t, b)
	for _, r := range operations {
		article := told[r.id]
		if article == nil {
			t.Errorf("%s (%s) is not on the page", r.id, r)
			continue
		}
		text := shown(article)
		wanted := []string{r.method, r.path, r.op.Summary, r.op.Description}
		for _, p := range r.op.Parameters {
			wanted = append(wanted, p.Value.Name, p.Value.Description)
		}
		if r.op.RequestBody != nil {
			if body := r.op.RequestBody.Value.Content.Get("application/json"); body != nil {
				wanted = append(wanted, slices.Collect(maps.Keys(body.Schema.Value.Properties))...)
			}
		}
		for status := range r.op.Responses.Map() {
			wanted = append(wanted, status)
			if !explained["status-"+status] {
				t.Errorf("%s can answer %s, which the page does not explain", r.id, status)
			}
		}
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("what is told of %s lacks %q", r.id, want)
			}
		}
	}
	if len(told) != len(operations) {
		t.Errorf("the page tells %d operations, the document has %d", len(told), len(operations))
	}
	for id, want := range map[string]string{
		"createComment": "10 in one minute from one address, up to 20 at once",
		"createPost":    "posts:write",
		"deleteSession": "this is for people only",
		"createToken":   "Owners",
	} {
		if !strings.Contains(shown(told[id]), want) {
			t.Errorf("what is told of %s lacks %q", id, want)
		}
	}
}

func TestTheAPIPageGivesExamplesThatTheDocumentAllows(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	told, doc := articles(t, b), document(t, b.url)
	examples := 0
	check := func(what, text string, schema *openapi3.SchemaRef) {
		t.Helper()
		examples++
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Errorf("%s is no JSON: %v: %s", what, err, text)
		} else if err := schema.Value.VisitJSON(value, doc.GetSchemaValidationOptions()...); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, r := range rows(t, b) {
		for _, pre := range all(told[r.id], "pre") {
			text := shown(pre)
			_, body, sent := strings.Cut(text, "-d '")
			switch {
			case sent:
				check("the body sent to "+r.id, strings.TrimSuffix(body, "'"), r.op.RequestBody.Value.Content.Get("application/json").Schema)
			case strings.HasPrefix(text, "{"):
				for status, response := range r.op.Responses.Map() {
					if status < "300" {
						check("the answer of "+r.id, text, response.Value.Content.Get("application/json").Schema)
					}
				}
			case strings.Contains(text, "…\""), !strings.HasPrefix(text, "curl "):
				t.Errorf("%s has a strange example: %s", r.id, text)
			}
		}
	}
	if examples < 60 {
		t.Errorf("only %d examples were found", examples)
	}
}

// Every page is held to the same: it works without what its policy forbids, and for whoever cannot see it.
func TestPagesAreWellMade(t *testing.T) {
	t.Parallel()
	empty, owned := newBlog(t, vacant), newBlog(t)
	for name, got := range map[string]answer{
		"docs": owned.look("GET", "/docs"), "setup": empty.look("GET", "/admin/setup"), "setup, done": owned.look("GET", "/admin/setup"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := got.page()
			ids := map[string]bool{}
			for _, n := range all(root, "") {
				if id := attr(n, "id"); id != "" {
					if ids[id] {
						t.Errorf("the id %s is given twice", id)
					}
					ids[id] = true
				}
			}
			level, count := 0, map[string]int{}
			for _, n := range all(root, "") {
				count[n.Data]++
				for _, a := range n.Attr {
					if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
						t.Errorf("<%s> has %s in the page", n.Data, a.Key)
					}
					if a.Key == "aria-labelledby" || a.Key == "aria-describedby" || a.Key == "for" || a.Key == "list" {
						for id := range strings.FieldsSeq(a.Val) {
							if !ids[id] {
								t.Errorf("<%s> names #%s, which is not there", n.Data, id)
							}
						}
					}
				}
				if n.Data == "style" || n.Data == "script" && (attr(n, "src") == "" || n.FirstChild != nil) {
					t.Errorf("<%s> has its code in the page", n.Data)
				}
				for _, target := range []string{attr(n, "href"), attr(n, "src")} {
					switch path, fragment, _ := strings.Cut(target, "#"); {
					case target == "":
					case path == "" && !ids[fragment]:
						t.Errorf("a link goes to #%s, which is not there", fragment)
					case path != "" && !strings.HasPrefix(path, "/"):
						t.Errorf("a link goes elsewhere: %s", target)
					case path != "":
						owned.look("GET", path).wants(200)
					}
				}
				if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' && attr(n.Parent, "id") != "done" {
					next := int(n.Data[1] - '0')
					if next > level+1 {
						t.Errorf("after a heading of level %d comes one of level %d: %s", level, next, shown(n))
					}
					level = next
				}
			}
			if count["main"] != 1 || count["title"] != 1 || count["h1"] == 0 || attr(all(root, "html")[0], "lang") != "en" {
				t.Errorf("main, title, heading or language is missing: %v", count)
			}
		})
	}
}

func TestPagesHaveTheirHeaders(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	for _, blog := range []*blog{newBlog(t), newBlog(t, plainHTTP, listedOrigins)} {
		for _, path := range []string{"/docs", "/admin/setup", "/assets/setup.js", "/assets/missing.js"} {
			got := blog.look("GET", path, "Origin: https://frontend.example")
			_, _ = fmt.Fprintf(&table, "%s %d\n", got.request, got.status)
			for _, key := range slices.Sorted(maps.Keys(got.header)) {
				value := strings.Join(got.header[key], ", ")
				if key == "Date" || key == "Etag" || key == "X-Request-Id" || key == "Content-Length" {
					value = "…"
				}
				_, _ = fmt.Fprintf(&table, "  %s: %s\n", key, value)
			}
			head := blog.look("HEAD", path, "Origin: https://frontend.example")
			if len(head.body) != 0 || head.status != got.status || keysOf(asAny(head.header)) != keysOf(asAny(got.header)) || head.header.Get("Content-Length") != got.header.Get("Content-Length") {
				t.Errorf("HEAD %s answers otherwise than GET: %d %v", path, head.status, head.header)
			}
		}
	}
	golden(t, "page-headers.txt", []byte(table.String()))
}

func listedOrigins(s *settings) { s.http.CORSOrigins = []string{"https://frontend.example"} }

func asAny(h http.Header) map[string]any {
	keys := map[string]any{}
	for key := range h {
		keys[key] = nil
	}
	return keys
}

func TestTheAPIPageIsMadeOnceAndSmall(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	first := b.look("GET", "/docs", "Accept-Encoding: gzip").wants(200).has("Content-Encoding", "gzip")
	etag := first.header.Get("ETag")
	b.look("GET", "/docs?utm_source=a", "Accept-Encoding: gzip", "If-None-Match: "+etag).wants(304)
	b.look("GET", "/docs", "Accept-Encoding: br").wants(200).has("Content-Encoding", "br")

	size := len(first.body)
	for _, asset := range []string{"/assets/tokens.css", "/assets/look.css", "/assets/docs.css"} {
		size += len(b.look("GET", asset, "Accept-Encoding: gzip").wants(200).body)
	}
	if most := 150 << 10; size > most {
		t.Errorf("the page takes %d bytes, at most %d may be sent", size, most)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(first.body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(text, b.look("GET", "/docs").body) {
		t.Errorf("the packed page is another one (%v)", err)
	}
}

func TestTheSetupPageKnowsWhetherThereIsAnOwner(t *testing.T) {
	t.Parallel()
	b := newBlog(t, vacant)
	visible := func() string {
		t.Helper()
		for _, n := range append(all(b.look("GET", "/admin/setup?utm_source=a").page(), "section"), all(b.look("GET", "/admin/setup").page(), "form")...) {
			if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) && n.Parent.Data == "main" {
				return attr(n, "id")
			}
		}
		return "what the script shows"
	}
	if got := visible(); got != "what the script shows" {
		t.Errorf("an empty blog's page shows %s before its script runs", got)
	}
	b.reader().post("/auth/setup", b.setup()).wants(201)
	page := b.look("GET", "/admin/setup")
	if got := visible(); got != "owned" || bytes.Contains(page.body, []byte("<form")) || bytes.Contains(page.body, []byte("<script")) {
		t.Errorf("the page of a blog with an owner shows %q: %s", got, page.shown())
	}
}

func TestAssetsAreThoseOfTheProgramAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for file, contentType := range map[string]string{
		"tokens.css": "text/css; charset=utf-8", "look.css": "text/css; charset=utf-8", "docs.css": "text/css; charset=utf-8", "setup.css": "text/css; charset=utf-8",
		"setup.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
	} {
		got := b.look("GET", "/assets/"+file).wants(200).has("Content-Type", contentType)
		b.look("GET", "/assets/"+file, "If-None-Match: "+got.header.Get("ETag")).wants(304)
	}
	for _, path := range []string{"/assets/missing.css", "/assets/setup.html", "/assets/", "/assets/..%2Ftokens.css", "/assets/docs%2Fdocs.css", "/admin/assets/setup.js", "/docs/docs.css"} {
		b.look("GET", path).wants(404).has("Content-Type", "application/problem+json")
	}
	b.look("POST", "/admin/setup").wants(405).has("Allow", "GET, HEAD, OPTIONS")
}
