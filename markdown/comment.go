package markdown

import (
	"bytes"
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// What a comment may cost. The bounds count, they measure no time, so that a comment looks the same however busy the machine is.
const (
	// maxCommentSource is in bytes: 10,000 characters of four.
	maxCommentSource = 40_000
	// maxCommentMarks counts * _ ~ ` [ ] and <, each of which may cost a look at the rest of the text.
	maxCommentMarks = 600
	// maxCommentBlockSteps counts how often an open quote or list looks at a line, empty ones too.
	maxCommentBlockSteps = 50_000
	// maxCommentNesting counts lists and quotes inside one another, and emphasis inside emphasis.
	maxCommentNesting = 10
	// A comment's HTML is at most maxCommentGrowth times its source, but up to minCommentHTML always, and never more than
	// maxCommentHTML bytes.
	maxCommentGrowth = 8
	minCommentHTML   = 1 << 10
	maxCommentHTML   = 128 << 10
	// maxGuestAddress is in bytes; longer links lose their address.
	maxGuestAddress = 2_000
)

// Comment renders what a guest wrote. Raw HTML, tables and link definitions stay text, images become links, headings bold
// paragraphs; a link that is not to http, https or mailto loses its address and keeps its words. A text beyond the bounds above, or
// longer than 40,000 bytes, is shown as plain paragraphs of at most six times its size, so that nothing of it is lost. The result
// consists of p br a[href rel] strong em del code pre blockquote ul ol li and nothing else.
func (r *Renderer) Comment(source string) string {
	source = withoutBidiControls(withoutControls(source))
	if rendered, ok := r.renderComment(source); ok {
		return rendered
	}
	return r.sanitizeComment(plainParagraphs(source))
}

// renderComment reports false for a comment that is to be shown as plain text.
func (r *Renderer) renderComment(source string) (rendered string, ok bool) {
	if len(source) > maxCommentSource {
		return "", false
	}
	defer func() {
		// Too complex, or a fault of goldmark: the guest's words are worth more than her asterisks.
		if recover() != nil {
			rendered, ok = "", false
		}
	}()
	limit := min(max(maxCommentGrowth*len(source), minCommentHTML), maxCommentHTML)
	work := &budget{maxMarks: maxCommentMarks, maxBlockSteps: maxCommentBlockSteps}
	src := []byte(source)
	doc := r.commentParser.Parse(text.NewReader(src), contextWith(work))
	out := &output{budget: work, limit: limit}
	if err := r.commentHTML.Render(out, src, doc); err != nil {
		return "", false
	}
	return r.sanitizeComment(string(out.buf)), true
}

// sanitizeComment lets through what the policy of comments allows. Characters that turn the direction of text go a second time,
// since a guest can also write them as entities.
func (r *Renderer) sanitizeComment(unsafe string) string {
	safe := unescapeQuotes.Replace(r.commentPolicy.Sanitize(unsafe))
	return strings.TrimSpace(withoutBidiControls(withoutControls(safe)))
}

// unescapeQuotes makes text readable again: bluemonday escapes quotes everywhere, and addresses of guests hold none.
var unescapeQuotes = strings.NewReplacer("&#34;", `"`, "&#39;", "'")

// plainParagraphs shows a text as it was typed.
func plainParagraphs(source string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(source, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); strings.TrimSpace(paragraph) != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>\n") + "</p>\n")
		}
	}
	return b.String()
}

// newCommentParser reads paragraphs, quotes, lists, code, emphasis and links. Headings become bold paragraphs. Priorities are
// goldmark's own.
func newCommentParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(guardBlocks([]util.PrioritizedValue{
			util.Prioritized(guestContainer{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			// Without this one, goldmark would stop reading at a line that begins with four spaces.
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(guestContainer{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		})...),
		parser.WithInlineParsers(guardInlines([]util.PrioritizedValue{
			util.Prioritized(guestInline{parser.NewCodeSpanParser()}, 100),
			util.Prioritized(guestInline{parser.NewLinkParser()}, 200),
			util.Prioritized(guestInline{parser.NewAutoLinkParser()}, 300),
			util.Prioritized(emphasisParser(), 500),
			util.Prioritized(strikethroughParser(), 500),
			util.Prioritized(guestLinkify{extension.NewLinkifyParser(
				extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
				extension.WithLinkifyURLRegexp(bareURL),
				extension.WithLinkifyWWWRegexp(bareWWW),
			)}, 999),
		})...),
	)
}

// guestContainer is a list or a quote. Deeper than maxCommentNesting their marks stay text; so does the number of a list that does
// not begin with 1, which would change without a start attribute.
type guestContainer struct{ parser.BlockParser }

func (g guestContainer) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if n.Kind() == ast.KindList || n.Kind() == ast.KindBlockquote {
			depth++
		}
	}
	if depth >= maxCommentNesting {
		return nil, parser.NoChildren
	}
	node, state := g.BlockParser.Open(parent, reader, pc)
	if list, ok := node.(*ast.List); ok && list.IsOrdered() && list.Start != 1 {
		return nil, parser.NoChildren
	}
	return node, state
}

// guestInline counts what may begin inline markup. An exclamation mark alone does not.
type guestInline struct{ parser.InlineParser }

func (g guestInline) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); line[0] != '!' {
		budgetOf(pc).mark()
	}
	return g.InlineParser.Parse(parent, block, pc)
}

func (g guestInline) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	guardedInline(g).CloseBlock(parent, block, pc)
}

// guestLinkify leaves mail addresses in running text alone: a guest who mentions one rarely wants it collected.
type guestLinkify struct{ parser.InlineParser }

func (g guestLinkify) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if bytes.IndexByte(g.Trigger(), line[0]) >= 0 {
		line = line[1:]
	}
	if !bytes.HasPrefix(line, []byte("http")) && !bytes.HasPrefix(line, []byte("www.")) {
		return nil
	}
	return g.InlineParser.Parse(parent, block, pc)
}

func newCommentRenderer() renderer.Renderer {
	return renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(guestRenderer{}, 100),
		util.Prioritized(goldhtml.NewRenderer(goldhtml.WithHardWraps()), 1000),
	))
}

// guestRenderer renders what differs from goldmark's own HTML.
type guestRenderer struct{}

func (g guestRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, g.heading)
	reg.Register(ast.KindFencedCodeBlock, g.code)
	reg.Register(ast.KindEmphasis, g.emphasis)
	reg.Register(extast.KindStrikethrough, g.emphasis)
	reg.Register(ast.KindLink, g.link)
	reg.Register(ast.KindImage, g.link)
	reg.Register(ast.KindAutoLink, g.autoLink)
}

func (guestRenderer) heading(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<p><strong>")
	} else {
		_, _ = w.WriteString("</strong></p>\n")
	}
	return ast.WalkContinue, nil
}

func (guestRenderer) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<pre><code>" + html.EscapeString(string(n.Lines().Value(source))) + "</code></pre>\n")
	}
	return ast.WalkContinue, nil
}

func (guestRenderer) emphasis(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	depth := 0
	for p := n.Parent(); p != nil && depth < maxCommentNesting; p = p.Parent() {
		if p.Kind() == ast.KindEmphasis || p.Kind() == extast.KindStrikethrough {
			depth++
		}
	}
	if depth >= maxCommentNesting {
		return ast.WalkContinue, nil
	}
	tag := "del>"
	if e, ok := n.(*ast.Emphasis); ok {
		tag = "em>"
		if e.Level == 2 {
			tag = "strong>"
		}
	}
	if entering {
		_, _ = w.WriteString("<" + tag)
	} else {
		_, _ = w.WriteString("</" + tag)
	}
	return ast.WalkContinue, nil
}

// link renders links, and images as links: they are not loaded before the reader wants it.
func (guestRenderer) link(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	var destination []byte
	switch n := n.(type) {
	case *ast.Link:
		destination = n.Destination
	case *ast.Image:
		destination = n.Destination
	}
	address := guestURL(destination, true)
	if address == "" || insideLink(n) {
		return ast.WalkContinue, nil
	}
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	openGuestLink(w, address)
	if !isVisible(n, source) {
		// A link without words is one that only machines see.
		_, _ = w.WriteString(html.EscapeString(address))
	}
	return ast.WalkContinue, nil
}

func (guestRenderer) autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	destination := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(destination), []byte("mailto:")) {
		destination = append([]byte("mailto:"), destination...)
	}
	label := html.EscapeString(string(n.Label(source)))
	address := guestURL(destination, false)
	if address == "" || insideLink(n) {
		_, _ = w.WriteString(label)
		return ast.WalkContinue, nil
	}
	openGuestLink(w, address)
	_, _ = w.WriteString(label + "</a>")
	return ast.WalkContinue, nil
}

func openGuestLink(w util.BufWriter, address string) {
	_, _ = w.WriteString(`<a href="` + html.EscapeString(address) + `" rel="` + guestRel + `">`)
}

// guestURL returns the address of a guest's link as it may stand in href, and nothing if it may not.
func guestURL(destination []byte, escaped bool) string {
	address := string(util.URLEscape(destination, escaped))
	u, err := url.Parse(address)
	if err != nil || len(address) > maxGuestAddress || !guestAddress.MatchString(address) {
		return ""
	}
	if u.Scheme != "mailto" && u.Hostname() == "" {
		return ""
	}
	return address
}

func insideLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink || p.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}

// blankLetters are empty although Unicode counts them as letters and symbols: fillers of Hangul, and Braille without dots.
const blankLetters = "\u115f\u1160\u3164\uffa0\u2800"

// isVisible reports whether there is anything to click on in n.
func isVisible(n ast.Node, source []byte) bool {
	visible := false
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		var value []byte
		switch c := c.(type) {
		case *ast.Text:
			value = util.ResolveEntityNames(util.ResolveNumericReferences(c.Segment.Value(source)))
		case *ast.String:
			value = c.Value
		case *ast.AutoLink:
			value = c.Label(source)
		}
		for len(value) > 0 {
			r, size := utf8.DecodeRune(value)
			value = value[size:]
			if unicode.IsGraphic(r) && !unicode.IsSpace(r) && !strings.ContainsRune(blankLetters, r) {
				visible = true
				return ast.WalkStop, nil
			}
		}
		return ast.WalkContinue, nil
	})
	return visible
}
