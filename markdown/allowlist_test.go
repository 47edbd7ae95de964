package markdown

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The lists of policy.go once more, written down independently and for the result instead of the input: what a browser may find in
// what we deliver.

var (
	commentElements = set("p br a strong em del code pre blockquote ul ol li")
	postElements    = set(`p br hr h1 h2 h3 h4 h5 h6 blockquote pre div section aside address ul ol li dl dt dd figure figcaption details
		summary table caption colgroup col thead tbody tfoot tr th td a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s
		samp small span strong sub sup time u var wbr img audio video source iframe input`)
	postAttributes = map[string]map[string]bool{
		"":       set("id class lang dir role title"),
		"a":      set("href hreflang rel target"),
		"img":    set("src alt width height loading decoding"),
		"iframe": set("src width height sandbox allow referrerpolicy loading"),
		"input":  set("type disabled checked"),
		"ol":     set("start reversed type value"), "li": set("start value type"),
		"td": set("align colspan rowspan"), "th": set("align colspan rowspan scope"), "tr": set("align"),
		"col": set("span"), "colgroup": set("span"),
		"blockquote": set("cite"), "q": set("cite"), "del": set("cite datetime"), "ins": set("cite datetime"),
		"time": set("datetime"), "details": set("open"),
		"audio":  set("src controls loop muted playsinline preload"),
		"video":  set("src controls loop muted playsinline preload poster width height"),
		"source": set("src type"),
	}
)

func set(words string) map[string]bool {
	s := map[string]bool{}
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	return s
}

// parseBody reads HTML as the inside of a body.
func parseBody(t testing.TB, source string) *html.Node {
	t.Helper()
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		t.Fatalf("does not parse: %v\n%.2000s", err, source)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body
}

// elements returns all elements of a document with one of the names, or all if none is given.
func elements(t testing.TB, source string, names ...string) []*html.Node {
	t.Helper()
	var found []*html.Node
	for n := range parseBody(t, source).Descendants() {
		if n.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, n.Data)) {
			found = append(found, n)
		}
	}
	return found
}

var schemeOf = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):`)

// addressFault says what is wrong with an address as a browser reads it: without white space round it and without tabs and line ends
// in it. An empty answer is good.
func addressFault(address string, schemes ...string) string {
	address = strings.TrimFunc(address, func(r rune) bool { return r <= ' ' })
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(address)
	switch m := schemeOf.FindStringSubmatch(address); {
	case m != nil && !slices.Contains(schemes, strings.ToLower(m[1])):
		return "scheme " + m[1]
	case m == nil && slices.Contains(schemes, "absolute only"):
		return "not absolute"
	case len(address) > 1 && strings.Contains(`/\`, address[:1]) && strings.Contains(`/\`, address[1:2]):
		return "begins with the host"
	}
	return ""
}

func assertCommentIsSafe(t testing.TB, rendered string) {
	t.Helper()
	for _, n := range elements(t, rendered) {
		if !commentElements[n.Data] || n.Namespace != "" {
			t.Fatalf("a comment holds <%s>:\n%.2000s", n.Data, rendered)
		}
		for _, a := range n.Attr {
			switch {
			case n.Data == "a" && a.Key == "href":
				if fault := addressFault(a.Val, "http", "https", "mailto", "absolute only"); fault != "" {
					t.Fatalf("a comment links to %q: %s", a.Val, fault)
				}
			case n.Data == "a" && a.Key == "rel" && a.Val == "nofollow ugc noopener":
			default:
				t.Fatalf("a comment holds <%s %s=%q>:\n%.2000s", n.Data, a.Key, a.Val, rendered)
			}
		}
		if n.Data == "a" && len(n.Attr) != 2 {
			t.Fatalf("a link of a comment has %v", n.Attr)
		}
	}
	if i := strings.IndexFunc(rendered, isBidiControl); i >= 0 {
		t.Fatalf("a comment turns the direction of text at byte %d:\n%.2000q", i, rendered)
	}
	assertBalanced(t, rendered)
}

func assertPostIsSafe(t testing.TB, rendered string) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range elements(t, rendered) {
		if !postElements[n.Data] || n.Namespace != "" {
			t.Fatalf("a post holds <%s>:\n%.2000s", n.Data, rendered)
		}
		for _, a := range n.Attr {
			if !postAttributes[""][a.Key] && !postAttributes[n.Data][a.Key] {
				t.Fatalf("a post holds <%s %s=%q>:\n%.2000s", n.Data, a.Key, a.Val, rendered)
			}
			fault := ""
			switch a.Key {
			case "href", "cite":
				fault = addressFault(a.Val, "http", "https", "mailto", "tel")
			case "src", "poster":
				fault = addressFault(a.Val, "http", "https")
			case "id":
				if ids[a.Val] {
					fault = "a second time"
				} else if !strings.ContainsAny(a.Val, "-:.") {
					fault = "could be a variable of a script"
				}
				ids[a.Val] = true
			}
			if fault != "" {
				t.Fatalf("a post holds <%s %s=%q>: %s\n%.2000s", n.Data, a.Key, a.Val, fault, rendered)
			}
		}
		switch n.Data {
		case "iframe":
			assertFrameIsKnown(t, n)
		case "input":
			if kind, _ := attribute(n, "type"); kind != "checkbox" {
				t.Fatalf("a post holds an input of type %q", kind)
			}
			if _, ok := attribute(n, "disabled"); !ok {
				t.Fatal("a checkbox of a post can be ticked")
			}
		}
	}
	assertBalanced(t, rendered)
}

func assertFrameIsKnown(t testing.TB, n *html.Node) {
	t.Helper()
	src, _ := attribute(n, "src")
	if !regexp.MustCompile(`^https://(www\.youtube-nocookie\.com|player\.vimeo\.com|open\.spotify\.com|w\.soundcloud\.com)([/?#]|$)`).MatchString(src) {
		t.Fatalf("a post frames %q", src)
	}
	if sandbox, _ := attribute(n, "sandbox"); !strings.Contains(sandbox, "allow-scripts") || strings.Contains(sandbox, "top-navigation") {
		t.Fatalf("a frame has the sandbox %q", sandbox)
	}
	if n.FirstChild != nil {
		t.Fatal("a frame has content")
	}
}

// assertBalanced checks that every element is closed in its place, so that what stands beside a rendered text on a page stays intact.
func assertBalanced(t testing.TB, rendered string) {
	t.Helper()
	void := set("br hr img input col source wbr")
	var open []string
	for z := html.NewTokenizer(strings.NewReader(rendered)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Fatalf("left open: %v\n%.2000s", open, rendered)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v\n%.2000s", name, open, rendered)
			}
			open = open[:len(open)-1]
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("holds a comment or doctype\n%.2000s", rendered)
		}
	}
}
