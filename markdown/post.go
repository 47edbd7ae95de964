package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newPostParser reads CommonMark, GitHub's additions, footnotes, definition lists, typographic quotes, and ids and classes of
// headings as Hugo writes them: ## Title {#the-id}. Priorities are goldmark's own.
func newPostParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(guardBlocks([]util.PrioritizedValue{
			util.Prioritized(parser.NewSetextHeadingParser(parser.WithHeadingAttribute()), 100),
			util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(parser.WithHeadingAttribute()), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewHTMLBlockParser(), 900),
			util.Prioritized(extension.NewFootnoteBlockParser(), 999),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		})...),
		parser.WithInlineParsers(guardInlines([]util.PrioritizedValue{
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(extension.NewFootnoteParser(), 101),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewRawHTMLParser(), 400),
			util.Prioritized(emphasisParser(), 500),
			util.Prioritized(strikethroughParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(
				extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
				extension.WithLinkifyURLRegexp(bareURL),
				extension.WithLinkifyWWWRegexp(bareWWW),
			), 999),
			util.Prioritized(extension.NewTypographerParser(), 9999),
		})...),
		parser.WithParagraphTransformers(
			util.Prioritized(referenceGuard{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(tableGuard{extension.NewTableParagraphTransformer()}, 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
			util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
		),
	)
}

// newPostRenderer writes raw HTML and every link as they stand in the source: the policy judges them afterwards, with all else.
func newPostRenderer() renderer.Renderer {
	return renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(newCodeRenderer(), 100),
		util.Prioritized(extension.NewTableHTMLRenderer(
			// The default is a style attribute, which no policy lets through.
			extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute),
		), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(extension.NewTaskCheckBoxHTMLRenderer(), 500),
		util.Prioritized(extension.NewFootnoteHTMLRenderer(), 500),
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
		util.Prioritized(html.NewRenderer(html.WithUnsafe()), 1000),
	))
}

// postMarkdown turns Markdown into HTML that nobody has judged yet.
func (r *Renderer) postMarkdown(source string, work *budget) string {
	src := []byte(source)
	doc := r.postParser.Parse(text.NewReader(src), contextWith(work))
	out := &output{budget: work, limit: maxPostHTML}
	if err := r.postRenderer.Render(out, src, doc); err != nil {
		panic(err)
	}
	return string(out.buf)
}

// sanitizePost lets through what the policy of posts allows.
func (r *Renderer) sanitizePost(unsafe string, work *budget) string {
	out := &output{budget: work, limit: maxPostHTML}
	if err := r.postPolicy.SanitizeReaderToWriter(work.reader(strings.NewReader(unsafe)), out); err != nil {
		panic(err)
	}
	return string(out.buf)
}

// referenceGuard refuses a paragraph with very many link definitions.
type referenceGuard struct{ parser.ParagraphTransformer }

func (g referenceGuard) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, count := p.Lines(), 0
	for i := range lines.Len() {
		line := lines.At(i)
		if bytes.HasPrefix(bytes.TrimLeft(line.Value(reader.Source()), " "), []byte("[")) {
			spend(&count, 1, maxReferences)
		}
	}
	g.ParagraphTransformer.Transform(p, reader, pc)
}

// tableGuard refuses tables that would grow far beyond their source: a row gets all the columns of its table, even if it names one.
type tableGuard struct{ parser.ParagraphTransformer }

func (g tableGuard) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	work, source, lines := budgetOf(pc), reader.Source(), p.Lines()
	columns := 0 // of the widest line that may say how cells are aligned
	for i := range lines.Len() {
		line := lines.At(i)
		value := line.Value(source)
		if columns > 0 {
			pipes := bytes.Count(value, []byte("|"))
			spend(&work.emptyCells, max(0, columns-pipes-1), maxEmptyCells)
			if bytes.IndexByte(value, '`') >= 0 {
				spend(&work.escapedPipes, bytes.Count(value, []byte(`\|`)), maxEscapedPipes)
			}
		}
		if len(bytes.Trim(value, "-:| \t\n")) == 0 {
			columns = max(columns, bytes.Count(value, []byte("|"))+1)
		}
	}
	g.ParagraphTransformer.Transform(p, reader, pc)
}
