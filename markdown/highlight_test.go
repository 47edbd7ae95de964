package markdown

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// lexer is one of chroma's that misbehaves.
type lexer struct {
	chroma.Lexer
	next func() chroma.Token
}

func (l lexer) Tokenise(*chroma.TokeniseOptions, string) (chroma.Iterator, error) { return l.next, nil }

func TestCodeSurvivesItsLexer(t *testing.T) {
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	once := []chroma.Token{{Type: chroma.Keyword, Value: "package"}, chroma.EOF}
	for _, c := range []struct {
		name string
		next func() chroma.Token
	}{
		{"panics", func() chroma.Token { panic("out of rules") }},
		{"never answers", func() chroma.Token { <-stuck; return chroma.EOF }},
		{"never ends", func() chroma.Token { return chroma.Token{Type: chroma.Keyword} }},
		{"changes the code", func() chroma.Token { return chroma.Token{Type: chroma.Keyword, Value: "evil"} }},
		{"stops early", func() chroma.Token { token := once[0]; once = once[1:]; return token }},
	} {
		code := newCodeRenderer()
		code.lexers["go"] = lexer{code.lexers["go"], c.next}
		work := newPostBudget(time.Now)
		work.codeTime = 20 * time.Millisecond
		if got, ok := code.highlight("package a\n", code.lexers["go"], work); ok {
			t.Errorf("a lexer that %s: %q", c.name, got)
		}
		// The next block is coloured again, unless the time for all of them is gone.
		work.codeTime = maxHighlightTime
		if got, ok := code.highlight("def f\n", code.lexers["python"], work); !ok || !strings.Contains(got, `<span class="k">def</span>`) {
			t.Errorf("after a lexer that %s: %q", c.name, got)
		}
		for c.name != "never answers" && code.stuck.Load() > 0 {
			runtime.Gosched() // a lexer that goes on for ever is stopped
		}
	}
}

func TestStuckLexersDoNotTakeAllProcessors(t *testing.T) {
	stuck := make(chan struct{})
	code := newCodeRenderer()
	healthy := code.lexers["go"]
	for code.stuck.Load() < maxStuckHighlights { // one whose time is over before it begins does not count
		work := newPostBudget(time.Now)
		work.codeTime = time.Millisecond
		code.highlight("package a\n", lexer{healthy, func() chroma.Token { <-stuck; return chroma.EOF }}, work)
	}
	if got, ok := code.highlight("package a\n", healthy, newPostBudget(time.Now)); ok {
		t.Errorf("another one is started: %q", got)
	}
	close(stuck)
	for code.stuck.Load() > 0 {
		runtime.Gosched()
	}
	if _, ok := code.highlight("package a\n", healthy, newPostBudget(time.Now)); !ok {
		t.Error("code stays plain although all have ended")
	}
}

func TestVeryLongCodeStaysPlain(t *testing.T) {
	line := "x := 1\n"
	doc := post(t, "```go\n"+strings.Repeat(line, maxHighlightBytes/len(line)+1)+"```\n\n```go\n"+line+"```", FormatMarkdown)
	blocks := elements(t, doc.HTML, "pre")
	if len(blocks) != 2 || hasClass(blocks[0], "chroma") || !hasClass(blocks[1], "chroma") {
		t.Errorf("want the long block plain and the short one coloured")
	}
}
