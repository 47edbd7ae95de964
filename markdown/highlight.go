package markdown

import (
	"context"
	"html"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Code is coloured by classes, so that a frontend chooses the colours. Chroma works with regular expressions that backtrack, so that
// text made for it can take minutes: what passes one of these limits stays plain.
const (
	maxHighlightBytes = 256 << 10 // of all blocks of a post; ordinary code takes 1 s per MiB
	maxHighlightTime  = 2 * time.Second
	// maxStuckHighlights counts blocks that are given up on but that chroma, which cannot be interrupted, still works at. So many
	// processors are lost at most; from then on code stays plain until one of them ends.
	maxStuckHighlights = 4
)

// codeRenderer renders fenced code blocks.
type codeRenderer struct {
	lexers map[string]chroma.Lexer // by name, alias and file extension, in lower case
	stuck  atomic.Int32
}

func newCodeRenderer() *codeRenderer {
	c := &codeRenderer{lexers: map[string]chroma.Lexer{}}
	add := func(name string, lexer chroma.Lexer) {
		name = strings.ToLower(name)
		if _, taken := c.lexers[name]; !taken {
			c.lexers[name] = lexer
		}
	}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		add(lexer.Config().Name, lexer)
		for _, alias := range lexer.Config().Aliases {
			add(alias, lexer)
		}
	}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		for _, pattern := range lexer.Config().Filenames {
			if extension, ok := strings.CutPrefix(pattern, "*."); ok {
				add(extension, lexer)
			}
		}
	}
	return c
}

func (c *codeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindFencedCodeBlock, c.render)
}

func (c *codeRenderer) render(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := node.(*ast.FencedCodeBlock)
	code := string(block.Lines().Value(source))
	language := string(block.Language(source))

	coloured, ok := c.highlight(code, c.lexers[strings.ToLower(language)], w.(*output).budget)
	if ok {
		_, _ = w.WriteString(`<pre class="chroma"><code`)
	} else {
		_, _ = w.WriteString("<pre><code")
		coloured = html.EscapeString(code)
	}
	if language != "" {
		_, _ = w.WriteString(` class="language-` + html.EscapeString(language) + `"`)
	}
	_, _ = w.WriteString(">" + coloured + "</code></pre>\n")
	return ast.WalkContinue, nil
}

// highlight returns the code as HTML, or false if it stays plain.
func (c *codeRenderer) highlight(code string, lexer chroma.Lexer, work *budget) (string, bool) {
	if lexer == nil || len(code) > work.codeBytes || work.codeTime <= 0 || c.stuck.Load() >= maxStuckHighlights {
		return "", false
	}
	work.codeBytes -= len(code)
	started := work.now()
	ctx, cancel := context.WithTimeout(context.Background(), work.codeTime)
	defer cancel()
	result := make(chan string, 1)
	go func() {
		coloured := ""
		defer func() {
			// A fault of a lexer costs the colours, nothing else.
			if recover() != nil {
				coloured = ""
			}
			result <- coloured
		}()
		coloured = colour(ctx, code, lexer)
	}()
	select {
	case coloured := <-result:
		work.codeTime -= work.now().Sub(started)
		return coloured, coloured != ""
	case <-ctx.Done():
		work.codeTime = 0
		c.stuck.Add(1)
		go func() {
			<-result
			c.stuck.Add(-1)
		}()
		return "", false
	}
}

// colour returns the code as HTML; nothing when it fails, runs out of time, or would change the code: some lexers add a last line end
// or stop early.
func colour(ctx context.Context, code string, lexer chroma.Lexer) string {
	next, err := lexer.Tokenise(nil, code)
	if err != nil {
		return ""
	}
	var b strings.Builder
	open := ""
	for steps := 0; ; steps++ {
		if steps%64 == 0 && ctx.Err() != nil {
			return ""
		}
		token := next()
		if token == chroma.EOF {
			break
		}
		var same bool
		if code, same = strings.CutPrefix(code, token.Value); !same {
			return ""
		}
		if class := tokenClass(token); class != open && token.Value != "" {
			if open != "" {
				b.WriteString("</span>")
			}
			if class != "" {
				b.WriteString(`<span class="` + class + `">`)
			}
			open = class
		}
		b.WriteString(html.EscapeString(token.Value))
	}
	if open != "" {
		b.WriteString("</span>")
	}
	if code != "" {
		return ""
	}
	return b.String()
}

// tokenClass is the class of chroma's style sheets for a token. White space needs none.
func tokenClass(token chroma.Token) string {
	if strings.TrimSpace(token.Value) == "" {
		return ""
	}
	for t := token.Type; ; t = t.Parent() {
		if class, known := chroma.StandardTypes[t]; known || t == 0 {
			return class
		}
	}
}
