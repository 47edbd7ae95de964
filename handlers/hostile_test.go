package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// hostileTexts are payloads that other people have collected, from the folder beside the repository; without it the test is skipped.
func hostileTexts(t *testing.T) []string {
	t.Helper()
	read := func(path string) []byte {
		content, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", path))
		if err != nil {
			t.Skipf("the collection of hostile inputs is not here: %v", err)
		}
		return content
	}
	list := strings.Split(string(read("xss/payloadbox/xss-payload-list.txt")), "\n")
	var naughty []string
	if err := json.Unmarshal(read("naughty/blns.json"), &naughty); err != nil {
		t.Fatal(err)
	}
	list = append(list, naughty...)
	for _, m := range regexp.MustCompile(`"payload":\s*("(?:[^"\\]|\\.)*")`).FindAllSubmatch(read("xss/dompurify/expect.mjs"), -1) {
		payload, err := strconv.Unquote(strings.ReplaceAll(string(m[1]), `\/`, "/"))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, payload)
	}
	if len(list) < 5000 {
		t.Fatalf("only %d payloads", len(list))
	}
	return list
}

// ourHostileTexts are those that every run tries.
var ourHostileTexts = []string{
	"<script>x()</script>", "<img src=x onerror=x()>", "<svg onload=x()>", "<iframe srcdoc='<script>x()</script>'>", "<base href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
	"<form action=//evil.example><button formaction=javascript:x()>", "<style>*{x:expression(x())}</style>", "<link rel=stylesheet href=//evil.example>", "<object data=x>", "<p id=x name=y class=z style=a data-b onclick=x()>p</p>",
	`<a href="https://a.example" onclick="x()" target="_blank" id="x">a</a>`, "<a xlink:href=javascript:x()>a</a>", "<img srcset='//evil.example'>",
	`<svg><p><style><a title="</style><img src onerror=x()>">`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x()&gt;">`, `<noscript><p title="</noscript><img src=x onerror=x()>">`,
	"<select><option><style></option></select><img src=x onerror=x()></style>", "<a href=https://a.example href=javascript:x()>twice</a>", "<title><!--</title><img src=x onerror=x()>-->",
	"[a](javascript:x())", "[a](JaVa\tScript:x())", "[a](&#x6A;avascript:x())", "[a](javascript&colon;x())", "[a](java&#115;cript:x())", "[a](data:text/html,x)", "[a](data&colon;text/html,x)", "[a](data:image/svg+xml,x)",
	"[a](vbscript:x())", "[a](blob:https://a.example/x)", "[a](file:///etc/passwd)", "[a](//evil.example)", `[a](\\evil.example)`, "<javascript:x()>", "<JAVASCRIPT&colon;x()>", "![a](javascript:x())", "![a](https://pixel.example/x.png)",
	"[a]: javascript:x()\n\n[a]", "[a](https://a.example \"onclick=x()\")", "[a](https://a.example/?'onmouseover='x())", "<https://a.example/?\"onmouseover=\"x()>", "</p></div></body></html><script>x()</script>",
	"```html\n<script>x()</script>\n```", "`<script>`", "    <script>x()</script>", "{{7*7}} ${7} ]]> -->", "<!--<script>x()</script>-->", "<![CDATA[<script>x()</script>]]>", "<?php x() ?>", "| a |\n|---|\n| <script> |", "&lt;script&gt;x()&lt;/script&gt;",
	"<details open ontoggle=x()>", "<video><source onerror=x()>", "<a href='ｊavascript:x()'>a</a>", "<ScRıPt>x()</ScRıPt>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>x()</x:script>", "\u202e<script>\u2066", "<scr\x00ipt>", "<<script>script>x()<</script>/script>",
}

// allowedInComments are the elements of a reader's comment with their attributes.
var allowedInComments = map[string][]string{
	"p": nil, "br": nil, "a": {"href", "rel", "title"}, "em": nil, "strong": nil, "del": nil, "code": nil, "pre": nil, "blockquote": nil, "ul": nil, "ol": nil, "li": nil,
}

// isHarmless reads HTML as a browser does and reports what should not be there.
func isHarmless(t testing.TB, where, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	body := all(root, "body")[0]
	for _, n := range append(all(body, ""), all(all(root, "head")[0], "")...) {
		attributes, known := allowedInComments[n.Data]
		if !known || n.Namespace != "" {
			t.Errorf("%s has <%s>: %.300s", where, n.Data, text)
			return
		}
		for _, a := range n.Attr {
			if !slices.Contains(attributes, a.Key) || a.Namespace != "" {
				t.Errorf("%s: <%s> has %s=%q", where, n.Data, a.Key, a.Val)
			}
		}
		if n.Data != "a" {
			continue
		}
		isWebAddress(t, where, attr(n, "href"), "mailto")
		if rel := attr(n, "rel"); rel != "nofollow ugc noopener" {
			t.Errorf("%s: a link has rel=%q", where, rel)
		}
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s has a comment of HTML: %s", where, n.Data)
		}
	}
}

// isWebAddress reports an address that leads anywhere but to a web site.
func isWebAddress(t testing.TB, where, address string, more ...string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !slices.Contains(append(more, "http", "https"), u.Scheme) || u.Scheme != "mailto" && u.Host == "" {
		t.Errorf("%s links to %q", where, address)
	}
}

// isHarmlessInside checks every html and url of an answer, wherever it is.
func (a answer) isHarmlessInside() {
	a.t.Helper()
	if a.status >= 500 {
		a.t.Errorf("%s answered %d: %s", a.request, a.status, a.shown())
	}
	if !strings.Contains(a.header.Get("Content-Type"), "json") || a.status >= 300 {
		return
	}
	var walk func(value any)
	walk = func(value any) {
		switch inside := value.(type) {
		case []any:
			for _, item := range inside {
				walk(item)
			}
		case map[string]any:
			for name, item := range inside {
				if text, isText := item.(string); isText && name == "html" {
					isHarmless(a.t, a.request, text)
				} else if isText && (name == "url" || name == "avatar_url") {
					isWebAddress(a.t, a.request, text)
				} else {
					walk(item)
				}
			}
		}
	}
	walk(a.at(""))
}

// bundles puts texts together into bodies, each of which is as long as a comment may be.
func bundles(texts []string) []string {
	var all []string
	bundle := ""
	for _, text := range texts {
		if len(bundle)+len(text) > 9_900 {
			all = append(all, bundle)
			bundle = ""
		}
		if len(text) < 9_900 {
			bundle += text + "\n\n"
		}
	}
	return append(all, bundle)
}

// Whatever way a text takes, what comes out of it is made of a few harmless elements.
func TestNoHostileTextGetsThroughByAnyWay(t *testing.T) {
	if testing.Short() {
		t.Skip("sends thousands of texts")
	}
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	open := owner.publishes("Open", object{"comments": "open"})
	owner.patch("/admin/settings", object{"comment_edit_minutes": 1440}).wants(200)
	sent := 0
	try := func(texts, names []string) {
		t.Helper()
		for i, text := range texts {
			b.clock.move(11 * time.Minute) // the same text again is no second click
			first := reader.comments(open, text)
			first.isHarmlessInside()
			base := reader.comments(open, fmt.Sprint("Harmless, number ", sent, i)).wants(201)
			path := "/admin/comments/" + base.text("data.id")
			owner.moves(base.text("data.id"), "approved")
			owner.post(path+"/reply", object{"body": text}).isHarmlessInside()
			owner.patch(path, object{"body": text}).isHarmlessInside()
			reader.patch(base.own(), object{"body": text + " changed"}, base.editToken()).isHarmlessInside()
			reader.get(base.own(), base.editToken()).isHarmlessInside()
			owner.get(path).isHarmlessInside()
			reader.post("/comments/preview", object{"body": text}).isHarmlessInside()
			if form := reader.sendsForm(open, "name=Ruth", "body="+text+" as a form"); form.status != 303 {
				form.wants(422)
			}
			sent++
		}
		for i, text := range names {
			for _, more := range []object{{"name": text}, {"url": text}, {"url": "https://a.example/" + text}, {"email": text}, {"parent_id": text}, {"form": text}, {"commenter": text}, {"proof": text}} {
				a := reader.comments(open, fmt.Sprint("Fields, number ", sent, i, more), more)
				if a.isHarmlessInside(); a.status != 201 && a.status != 422 && a.status != 409 {
					t.Errorf("%v was answered %d: %s", more, a.status, a.shown())
				}
			}
			owner.get("/admin/comments?q=" + url.QueryEscape(text)).isHarmlessInside()
			reader.get("/posts/" + url.PathEscape(text) + "/comments").isHarmlessInside()
		}
		for _, list := range []string{open.public("/comments?limit=100"), open.public("?include=comments"), "/admin/comments?limit=100", "/admin/commenters?limit=100"} {
			owner.get(list).wants(200).isHarmlessInside()
		}
	}
	t.Run("ours, one by one", func(t *testing.T) { try(ourHostileTexts, ourHostileTexts) })
	t.Run("collected by others", func(t *testing.T) {
		// Package markdown tries each of them by itself. Here some are enough: what counts is the ways.
		texts, bodies, names := hostileTexts(t), []string{}, []string{}
		for i, text := range texts {
			text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
			if i%10 == 0 {
				bodies = append(bodies, text)
			}
			if i%200 == 0 && len(text) < 2000 {
				names = append(names, text)
			}
			if i%40 == 0 {
				reader.post("/comments/preview", object{"body": text}).isHarmlessInside()
			}
		}
		try(bundles(bodies), names)
	})
	isHarmless(t, "the control", "<p>A <em>word</em> and <a href=\"https://a.example\" rel=\"nofollow ugc noopener\">link</a>.</p>")
}
