package markdown

import (
	"errors"
	"fmt"
	"time"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
)

// Format says how the source of a post is written.
type Format string

// The formats of a post. HTML is for bodies that came from elsewhere and that Markdown would damage.
const (
	FormatMarkdown Format = "markdown"
	FormatHTML     Format = "html"
)

// ErrTooComplex is returned for a post that would take too long to render or would become too large, whatever its size in bytes.
// Its text is meant for the writer.
var ErrTooComplex = errors.New("this text is too complex to render: shorten its largest table or list, or split it into several posts")

// Document is a rendered post.
type Document struct {
	// HTML is the safe body. Every heading with a text has an id.
	HTML string
	// Text is what a reader sees, code included, with one line for each block: for search.
	Text string
	// Excerpt is the beginning of the text in at most 200 characters and an ellipsis, without headings, code and footnotes.
	Excerpt string
	// Outline lists the headings in their order; it is empty, never nil.
	Outline []Heading
	// WordCount counts the words of the text, code blocks left out; see [CountWords].
	WordCount int
}

// Heading is one line of an outline. ID is the id of the heading's element in [Document.HTML].
type Heading struct {
	Level int    `json:"level"`
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Renderer renders posts and comments. Make one with [New] and share it: it is safe for concurrent use.
type Renderer struct {
	postParser    parser.Parser
	postRenderer  renderer.Renderer
	postPolicy    *bluemonday.Policy
	commentParser parser.Parser
	commentHTML   renderer.Renderer
	commentPolicy *bluemonday.Policy

	// now measures how long a rendering takes; nothing that is rendered depends on the time.
	now func() time.Time
}

// New makes a Renderer. It takes some milliseconds: make one for the life of the program.
func New() *Renderer {
	return &Renderer{
		postParser:    newPostParser(),
		postRenderer:  newPostRenderer(),
		postPolicy:    newPostPolicy(),
		commentParser: newCommentParser(),
		commentHTML:   newCommentRenderer(),
		commentPolicy: newCommentPolicy(),
		now:           time.Now,
	}
}

// Post renders the source of a post, which is at most 1 MiB long (the caller checks). The error is [ErrTooComplex], an unknown
// format, or a fault of a library, which never becomes a panic.
//
// A post in [FormatHTML] that was rendered before comes out unchanged.
func (r *Renderer) Post(source string, format Format) (doc Document, err error) {
	defer func() {
		switch cause := recover(); cause.(type) {
		case nil:
		case tooComplex:
			doc, err = Document{}, ErrTooComplex
		default:
			doc, err = Document{}, fmt.Errorf("render a post of %d bytes: %v", len(source), cause)
		}
	}()

	work := newPostBudget(r.now)
	unsafe := withoutControls(source)
	switch format {
	case FormatMarkdown:
		unsafe = r.postMarkdown(unsafe, work)
	case FormatHTML:
	default:
		return Document{}, errors.New("unknown format of a post: use markdown or html")
	}
	return finish(r.sanitizePost(unsafe, work), work), nil
}
