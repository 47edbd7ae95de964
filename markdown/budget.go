package markdown

import (
	"io"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// What a post may cost. goldmark has inputs that take quadratic time or memory (a table of 8 KiB becomes 18 MB of HTML), so the size
// of the source alone protects nothing. An ordinary post of 1 MiB stays below a tenth of each.
const (
	maxPostTime = 5 * time.Second
	// maxPostHTML is in bytes.
	maxPostHTML = 8 << 20
	// maxPostNesting counts lists, their items, quotes and the like inside one another. Browsers and x/net/html give up at 512
	// elements, of which each level may need two.
	maxPostNesting = 50
	// maxPostBlockSteps counts how often an open block looks at a line. goldmark keeps 24 bytes for each.
	maxPostBlockSteps = 2_000_000
	// maxEmptyCells counts the cells that a table's rows leave out and that goldmark adds, in all tables of a post.
	maxEmptyCells = 20_000
	// maxEscapedPipes counts `\|` in rows of tables that hold code: each is compared with every other.
	maxEscapedPipes = 2_000
	// maxReferences counts the lines of one paragraph that look like link definitions: each moves all that follow.
	maxReferences = 2_000
	// maxFootnotes is for one post: they are sorted by insertion, and each reference looks through all of them.
	maxFootnotes = 2_000
)

// tooComplex is what a budget panics with. goldmark cannot be stopped in any other way: it takes no context, and its renderers
// ignore the errors of their writer. Whoever makes a budget recovers.
type tooComplex struct{}

// budget bounds the work of one rendering.
type budget struct {
	now      func() time.Time
	deadline time.Time // zero: none

	ticks        int
	emptyCells   int
	escapedPipes int
	footnotes    int

	blockSteps, maxBlockSteps int

	// marks counts characters that may begin inline markup; maxMarks 0 allows any number.
	marks, maxMarks int

	// codeBytes and codeTime are what is left for highlighting.
	codeBytes int
	codeTime  time.Duration
}

func newPostBudget(now func() time.Time) *budget {
	return &budget{
		now: now, deadline: now().Add(maxPostTime),
		maxBlockSteps: maxPostBlockSteps,
		codeBytes:     maxHighlightBytes, codeTime: maxHighlightTime,
	}
}

// tick is called at every step that is short by itself. The clock is read only sometimes, because a step may take less than that.
func (b *budget) tick() {
	if b.ticks++; b.ticks%64 == 0 {
		b.checkTime()
	}
}

func (b *budget) checkTime() {
	if !b.deadline.IsZero() && b.now().After(b.deadline) {
		panic(tooComplex{})
	}
}

// spend adds n to a count and gives up when it passes its limit.
func spend(count *int, n, limit int) {
	if *count += n; *count > limit {
		panic(tooComplex{})
	}
}

// reader hands out what it reads in small pieces, with a look at the clock before each.
func (b *budget) reader(r io.Reader) io.Reader { return budgetReader{b, r} }

type budgetReader struct {
	*budget
	r io.Reader
}

func (b budgetReader) Read(p []byte) (int, error) {
	b.checkTime()
	return b.r.Read(p[:min(len(p), 4096)])
}

// output collects what is rendered, up to a limit in bytes. It is the util.BufWriter that goldmark would otherwise wrap round it, so
// that a renderer can find its budget.
type output struct {
	*budget
	buf   []byte
	limit int
}

func (o *output) room(n int) {
	o.tick()
	if len(o.buf)+n > o.limit {
		panic(tooComplex{})
	}
}

func (o *output) Write(p []byte) (int, error) {
	o.room(len(p))
	o.buf = append(o.buf, p...)
	return len(p), nil
}

func (o *output) WriteString(s string) (int, error) {
	o.room(len(s))
	o.buf = append(o.buf, s...)
	return len(s), nil
}

func (o *output) WriteByte(c byte) error {
	o.room(1)
	o.buf = append(o.buf, c)
	return nil
}

func (o *output) WriteRune(r rune) (int, error) {
	n := utf8.RuneLen(r)
	o.room(n)
	o.buf = utf8.AppendRune(o.buf, r)
	return n, nil
}

func (o *output) Available() int { return o.limit - len(o.buf) }
func (o *output) Buffered() int  { return 0 }
func (o *output) Flush() error   { return nil }

// budgetKey finds the budget of a rendering in goldmark's context.
var budgetKey = parser.NewContextKey()

func contextWith(b *budget) parser.ParseOption {
	pc := parser.NewContext()
	pc.Set(budgetKey, b)
	return parser.WithContext(pc)
}

func budgetOf(pc parser.Context) *budget { return pc.Get(budgetKey).(*budget) }

// guardBlocks puts every block parser under the budget.
func guardBlocks(list []util.PrioritizedValue) []util.PrioritizedValue {
	guarded := make([]util.PrioritizedValue, len(list))
	for i, v := range list {
		guarded[i] = util.Prioritized(guardedBlock{v.Value.(parser.BlockParser)}, v.Priority)
	}
	return guarded
}

type guardedBlock struct{ parser.BlockParser }

func (g guardedBlock) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	b := budgetOf(pc)
	b.tick()
	node, state := g.BlockParser.Open(parent, reader, pc)
	if node == nil {
		return nil, state
	}
	if node.Kind() == extast.KindFootnote {
		spend(&b.footnotes, 1, maxFootnotes)
	}
	if state&parser.HasChildren != 0 && nesting(parent) >= maxPostNesting {
		panic(tooComplex{})
	}
	return node, state
}

func (g guardedBlock) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	b := budgetOf(pc)
	b.tick()
	spend(&b.blockSteps, 1, b.maxBlockSteps)
	return g.BlockParser.Continue(node, reader, pc)
}

// nesting counts the nodes above and including n, without the document.
func nesting(n ast.Node) int {
	depth := 0
	for ; n != nil && n.Kind() != ast.KindDocument; n = n.Parent() {
		depth++
	}
	return depth
}

// guardInlines puts every inline parser under the budget.
func guardInlines(list []util.PrioritizedValue) []util.PrioritizedValue {
	guarded := make([]util.PrioritizedValue, len(list))
	for i, v := range list {
		guarded[i] = util.Prioritized(guardedInline{v.Value.(parser.InlineParser)}, v.Priority)
	}
	return guarded
}

type guardedInline struct{ parser.InlineParser }

func (g guardedInline) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	budgetOf(pc).tick()
	return g.InlineParser.Parse(parent, block, pc)
}

// CloseBlock passes on what only goldmark's link parser wants to know.
func (g guardedInline) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := g.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// delimiterParser parses what stands in pairs round other text: *emphasis*, ~~strikethrough~~. It does what goldmark's own parsers
// do, but under the budget: matching a closing delimiter looks at all open ones before it.
type delimiterParser struct {
	characters string
	// longest run that counts as a delimiter; 0 is any.
	longest int
	node    func(consumed int) ast.Node
}

func emphasisParser() parser.InlineParser {
	return &delimiterParser{characters: "*_", node: func(n int) ast.Node { return ast.NewEmphasis(n) }}
}

func strikethroughParser() parser.InlineParser {
	return &delimiterParser{characters: "~", longest: 2, node: func(int) ast.Node { return extast.NewStrikethrough() }}
}

func (p *delimiterParser) Trigger() []byte { return []byte(p.characters) }

func (p *delimiterParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	b := budgetOf(pc)
	b.tick()
	b.mark()
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	d := parser.ScanDelimiter(line, before, 1, delimiterPairs{p, b})
	if d == nil || p.longest > 0 && (d.OriginalLength > p.longest || before == rune(line[0])) {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	if !d.CanOpen && !d.CanClose {
		// Kept among the delimiters it could never match, and would be passed over again for every closing one.
		return ast.NewTextSegment(d.Segment)
	}
	pc.PushDelimiter(d)
	return d
}

// mark counts one character that may begin inline markup.
func (b *budget) mark() {
	if b.maxMarks > 0 {
		spend(&b.marks, 1, b.maxMarks)
	}
}

type delimiterPairs struct {
	*delimiterParser
	*budget
}

func (p delimiterPairs) IsDelimiter(c byte) bool {
	for i := range len(p.characters) {
		if p.characters[i] == c {
			return true
		}
	}
	return false
}

func (p delimiterPairs) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	p.tick()
	return opener.Char == closer.Char
}

func (p delimiterPairs) OnMatch(consumed int) ast.Node { return p.node(consumed) }
