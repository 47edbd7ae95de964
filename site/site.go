// Package site is what readers see without a frontend of their own: the pages of the starter site, as functions from plain values to HTML.
//
// It does not belong here: where the values come from, who may see them, under which address and headers a page is served (handlers), and
// colours and sizes (admin-ui/tokens.css, which handlers puts in front of [Style]).
package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"
)

// Style is the style sheet of every page. It counts on tokens.css and look.css, which stand before it in the one file that is served.
//
//go:embed site.css
var Style string

// PostStyle is what a post needs besides, as a file of its own: the front of the site does without it.
//
//go:embed post.css
var PostStyle string

//go:embed templates
var templates embed.FS

// Site is what stands around every page.
type Site struct {
	Title       string
	Description string
	Language    string // BCP 47, of what stands around the posts
	Logo        string // its address; empty: the title is written out
	Navigation  []Link
	Privacy     string // its address; empty: there is none
	Home        string // address of its front
	Search      string // address of its search page; empty: there is none
	Stylesheet  string // address of [Style]
	PostSheet   string // address of [PostStyle]
	Now         time.Time
}

// Link leads somewhere. Here says that it leads to the page that it stands on.
type Link struct {
	Label, URL string
	Here       bool
}

// Head is what browsers, search engines and whoever shows a preview are told of a page.
type Head struct {
	Title       string // of the page; empty: the site's alone
	Description string
	Canonical   string // its one absolute address; empty: it has none
	NoIndex     bool   // search engines shall leave it out
	Article     *Article
	Image       *Picture // with an absolute address
	Newer       string   // addresses of the pages of a list before this one and after it
	Older       string
	Data        any // schema.org, to be written as JSON; nil: none
}

// Article is what is told of a post besides.
type Article struct {
	Locale    string // as Open Graph writes a language: de_AT
	Published time.Time
	Modified  time.Time
	Authors   []string // addresses
	Section   string
	Tags      []string
}

// Picture is an image with what a browser needs to keep its place.
type Picture struct {
	URL, Alt, Caption string
	Width, Height     int // pixels; 0: not known
}

// page is what the layout is given.
type page[B any] struct {
	Site
	Head  Head
	Words *Words
	Dir   string // ltr or rtl
	Body  B
}

// Pages writes the pages. It is safe for concurrent use.
type Pages struct{ byName map[string]*template.Template }

// New reads the templates.
func New() (*Pages, error) {
	base := template.New("").Funcs(template.FuncMap{"safe": safe, "body": body, "direction": Direction, "rfc3339": rfc3339, "day": day, "locale": Locale})
	if _, err := base.ParseFS(templates, "templates/layout.html", "templates/parts.html"); err != nil {
		return nil, fmt.Errorf("read the layout of the site: %w", err)
	}
	files, err := templates.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("read the pages of the site: %w", err)
	}
	p := &Pages{byName: map[string]*template.Template{}}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		one, err := template.Must(base.Clone()).ParseFS(templates, "templates/"+file.Name())
		if err != nil {
			return nil, fmt.Errorf("read the page %s: %w", name, err)
		}
		p.byName[name] = one
	}
	return p, nil
}

// safe lets HTML through that has been made safe when it was stored: bodies of posts and comments, and snippets of a search. There is no
// other place where anything is.
func safe(html string) template.HTML {
	return template.HTML(html) // #nosec G203 -- see above
}

// body is what [safe] is, of a post: what is wider than the page scrolls by itself, and whoever has no mouse can get there.
func body(html string) template.HTML { return safe(scrolling.Replace(html)) }

// scrolling finds tags in what our own sanitiser has written: an angle bracket in text or attributes is never written as it is.
var scrolling = strings.NewReplacer("<pre>", `<pre tabindex="0">`, "<pre ", `<pre tabindex="0" `, "<table", `<div class="scroll" tabindex="0"><table`, "</table>", "</table></div>")

// buffers are kept, because a page is some 20 KB that would be grown anew for each.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write makes a page whole before any of it is sent.
func write[B any](p *Pages, w io.Writer, name string, s Site, h Head, body B) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	err := p.byName[name].ExecuteTemplate(b, "layout", page[B]{s, h, WordsFor(s.Language), Direction(s.Language), body})
	if err != nil {
		return fmt.Errorf("write the page %s: %w", name, err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Notice is a page that says something, and perhaps asks for one thing to be done.
type Notice struct {
	Heading    string
	Paragraphs []string
	Problems   []Problem // what is wrong, each by itself
	Form       *Form
	Links      []Link // where to go from here
}

// Problem is one thing that cannot be accepted.
type Problem struct{ Field, Message string }

// Form is one button, and what is sent when it is pressed.
type Form struct {
	Action  string // POST
	Fields  []Field
	Button  string
	Plain   bool   // the button is not what the page is there for
	Without string // a note beside the button
}

// Field is sent without being seen.
type Field struct{ Name, Value string }

// Notice writes a page that says something.
func (p *Pages) Notice(w io.Writer, s Site, h Head, n Notice) error {
	return write(p, w, "notice", s, h, n)
}
