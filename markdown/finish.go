package markdown

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// finish does for a post what a list of allowed elements cannot: it looks inside values (classes, addresses of frames), adds what
// every image and frame needs, sets ids, and takes text and outline from the result. It adds no element and no attribute whose value
// comes from the source unchecked. Parsing to a tree and writing that tree also closes what was left open.
//
// Some trees cannot be written: a heading that a table pushed out of itself into another heading comes apart when it is read again,
// and what a browser shows would not be what was judged. So the result is read again until it stays the same, which nearly always is
// the second time.
func finish(safe string, work *budget) Document {
	for range maxReadings {
		root := parse(safe, work)
		tidy(root)
		outline := setIDs(root)
		written := string(write(root, work))
		if written != safe {
			safe = written
			continue
		}
		return Document{
			HTML:      written,
			Text:      fullText(root),
			Excerpt:   excerpt(excerptText(root)),
			Outline:   outline,
			WordCount: CountWords(countedText(root)),
		}
	}
	panic(tooComplex{})
}

const maxReadings = 8

// parse reads HTML as a browser would read it inside a body.
func parse(source string, work *budget) *html.Node {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(work.reader(strings.NewReader(source)), body)
	if err != nil {
		// Elements are nested more than 512 deep, or the time is up.
		panic(tooComplex{})
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body
}

// tidy goes through the elements below n.
func tidy(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.TextNode:
			c.Data = withoutControls(c.Data)
		case html.ElementNode:
			tidyAttributes(c)
			tidy(c)
			tidyElement(c)
		}
		c = next
	}
}

func tidyAttributes(n *html.Node) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		a.Val = withoutControls(a.Val)
		switch a.Key {
		case "class":
			a.Val = words(a.Val, allowedClass)
		case "rel":
			a.Val = words(a.Val, allowedRel.MatchString)
		case "href", "src", "cite", "poster":
			a.Val = strings.ReplaceAll(strings.TrimSpace(a.Val), " ", "%20")
		}
		if a.Val == "" && (a.Key == "class" || a.Key == "rel") {
			continue
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}

// words returns those words of a list that may stay.
func words(list string, allowed func(string) bool) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(list), func(word string) bool { return !allowed(word) }), " ")
}

func tidyElement(n *html.Node) {
	switch n.Data {
	case "a":
		if _, ok := attribute(n, "target"); ok {
			rel, _ := attribute(n, "rel")
			if !slices.Contains(strings.Fields(rel), "noopener") {
				setAttribute(n, "rel", strings.TrimSpace(rel+" noopener"))
			}
		}
		if len(n.Attr) == 0 {
			unwrap(n) // its address was refused
		}
	case "img", "source":
		if _, ok := attribute(n, "src"); !ok {
			n.Parent.RemoveChild(n)
		} else if n.Data == "img" {
			setDefault(n, "loading", "lazy")
			setDefault(n, "decoding", "async")
		}
	case "audio", "video":
		setDefault(n, "controls", "")
		setDefault(n, "preload", "metadata")
	case "input":
		tidyCheckbox(n)
	case "iframe":
		tidyFrame(n)
	}
}

// tidyCheckbox keeps the boxes of task lists, which nobody can tick.
func tidyCheckbox(n *html.Node) {
	kind, _ := attribute(n, "type")
	if kind != "checkbox" {
		n.Parent.RemoveChild(n)
		return
	}
	_, checked := attribute(n, "checked")
	n.Attr = []html.Attribute{{Key: "type", Val: "checkbox"}, {Key: "disabled"}}
	if checked {
		n.Attr = append(n.Attr, html.Attribute{Key: "checked"})
	}
}

// frameHosts may be shown inside a post.
var frameHosts = map[string]bool{
	"www.youtube-nocookie.com": true,
	"player.vimeo.com":         true,
	"open.spotify.com":         true,
	"w.soundcloud.com":         true,
}

// youTubeHosts all become the first of frameHosts, which sets no cookie before somebody plays the film.
var youTubeHosts = map[string]bool{
	"youtube.com": true, "www.youtube.com": true, "m.youtube.com": true, "youtube-nocookie.com": true, "www.youtube-nocookie.com": true,
}

// frameSandbox is what the players of frameHosts need; without allow-top-navigation they cannot lead the page elsewhere.
const frameSandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation"

// tidyFrame keeps a frame of one of the known players. Any other becomes a link to its address, or nothing if it has none.
func tidyFrame(n *html.Node) {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild) // shown by no browser
	}
	src, _ := attribute(n, "src")
	if strings.HasPrefix(src, "//") {
		src = "https:" + src
	}
	address, err := url.Parse(src)
	if err != nil || address.Hostname() == "" {
		n.Parent.RemoveChild(n)
		return
	}
	host := strings.ToLower(address.Host)
	if youTubeHosts[host] && strings.HasPrefix(address.Path, "/embed/") {
		host = "www.youtube-nocookie.com"
	}
	if !frameHosts[host] || address.User != nil {
		n.Parent.InsertBefore(frameLink(n, src), n)
		n.Parent.RemoveChild(n)
		return
	}
	address.Scheme, address.Host = "https", host

	kept := []html.Attribute{{Key: "src", Val: address.String()}}
	for _, a := range n.Attr {
		switch a.Key {
		case "width", "height", "title", "class", "id":
			kept = append(kept, a)
		}
	}
	n.Attr = append(kept,
		html.Attribute{Key: "sandbox", Val: frameSandbox},
		html.Attribute{Key: "allow", Val: "fullscreen; picture-in-picture; encrypted-media"},
		html.Attribute{Key: "referrerpolicy", Val: "strict-origin-when-cross-origin"}, // YouTube refuses to play without a referrer
		html.Attribute{Key: "loading", Val: "lazy"},
	)
}

// frameLink is what stands for a frame at its place: a link, a paragraph with it between other blocks, and only the address inside
// another link.
func frameLink(frame *html.Node, address string) *html.Node {
	label := &html.Node{Type: html.TextNode, Data: address}
	for p := frame.Parent; p != nil; p = p.Parent {
		if p.Data == "a" {
			return label
		}
	}
	link := &html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "href", Val: address}}}
	link.AppendChild(label)
	if frame.Parent.Data != "body" {
		return link
	}
	paragraph := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	paragraph.AppendChild(link)
	return paragraph
}

// unwrap replaces an element by its content.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func setAttribute(n *html.Node, key, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func setDefault(n *html.Node, key, value string) {
	if _, ok := attribute(n, key); !ok {
		setAttribute(n, key, value)
	}
}

func removeAttribute(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func hasClass(n *html.Node, name string) bool {
	list, _ := attribute(n, "class")
	return slices.Contains(strings.Fields(list), name)
}

// write returns the HTML below root. Unlike html.Render it leaves quotes in text as they are and writes <br>, not <br/>.
func write(root *html.Node, work *budget) []byte {
	out := &output{budget: work, limit: maxPostHTML}
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		writeNode(out, c)
	}
	return out.buf
}

var (
	escapeText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
	escapeAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;", `"`, "&quot;")
)

func writeNode(out *output, n *html.Node) {
	if n.Type == html.TextNode {
		_, _ = escapeText.WriteString(out, n.Data)
		return
	}
	_, _ = out.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		_, _ = out.WriteString(" " + a.Key)
		if a.Val != "" || a.Key == "alt" {
			_, _ = out.WriteString(`="` + escapeAttribute.Replace(a.Val) + `"`)
		}
	}
	_ = out.WriteByte('>')
	switch n.Data {
	case "br", "col", "hr", "img", "input", "source", "wbr":
		return
	case "pre":
		if c := n.FirstChild; c != nil && c.Type == html.TextNode && strings.HasPrefix(c.Data, "\n") {
			_ = out.WriteByte('\n') // a parser drops the first line end
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeNode(out, c)
	}
	_, _ = out.WriteString("</" + n.Data + ">")
}
