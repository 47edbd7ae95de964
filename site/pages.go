package site

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Person is somebody of the blog.
type Person struct {
	Name, URL string
	Face      Face
	Bio       string
}

// Face is the picture of somebody: her own, or an initial on one of four grounds.
type Face struct {
	URL     string // of her own; empty: the initial
	Initial string
	Ground  int // 1 to 4
}

// Entry is a post in a list.
type Entry struct {
	Title, URL, Excerpt string
	Snippet             string // safe HTML instead of the excerpt, of a search
	Language            string // empty: the site's
	Picture             *Picture
	Tag                 *Link
	Authors             []Person
	At                  time.Time // of its publication, where the blog is
	Minutes             int
	Comments            int
	Page                bool // it is no post, and stands at no date
}

// List is a page of a list of posts.
type List struct {
	Heading  string // empty: the front of the site
	Intro    string
	Person   *Person // whose posts they are
	Website  string  // of hers
	Count    int     // posts in all
	Lead     *Entry  // shown large
	Entries  []Entry
	Number   int // of this page, from 1
	Of       int
	Newer    string // addresses; empty: there is none
	Older    string
	Greeting [2]string // what the front says of the site: the second part more quietly
}

// Index writes the front of the site, or a further page of it.
func (p *Pages) Index(w io.Writer, s Site, h Head, l List) error {
	l.Greeting[0], l.Greeting[1] = twoTones(s.Description)
	return write(p, w, "list", s, h, l)
}

// List writes the posts with a tag, or by an author.
func (p *Pages) List(w io.Writer, s Site, h Head, l List) error { return write(p, w, "list", s, h, l) }

// Search is what a search has found.
type Search struct {
	Words   string // empty: nothing was asked yet
	Count   int
	More    bool // there are more than Count
	Entries []Entry
	Number  int
	Of      int
	Newer   string
	Older   string
}

// Search writes the search page.
func (p *Pages) Search(w io.Writer, s Site, h Head, found Search) error {
	return write(p, w, "search", s, h, found)
}

// Post is a post or page as a whole.
type Post struct {
	Slug, Title, Intro string
	Language           string // empty: the site's
	HTML               string // safe
	Picture            *Picture
	Tag                *Link
	Tags               []Link
	Authors            []Person
	At                 time.Time  // of its publication
	Changed            *time.Time // if that was on a later day
	Minutes            int
	Outline            []Link // empty: too short for one
	Page               bool   // no date, author and neighbours
	Older, Newer       *Link
	Related            []Link
	Thread             *Thread    // nil: nobody could and nobody can say anything
	PreviewUntil       *time.Time // where the blog is; nil: readers see it. Else it is not published yet, and a link shows it until then
}

// Post writes a post or page.
func (p *Pages) Post(w io.Writer, s Site, h Head, post Post) error {
	if post.Thread != nil {
		post.Thread.prepare(WordsFor(s.Language), s.Now)
	}
	return write(p, w, "post", s, h, post)
}

// Thread is what has been said about a post, or a part of it, and the form for more.
type Thread struct {
	Count     int
	Sort      string // oldest, newest, top
	Sorts     []Link
	Comments  []*Comment
	More      string // address of the next part; empty: there is none
	First     string // address of the first part, if this is another
	Sent      string // what became of the comment that was just sent: pending, approved, or empty
	Reactions int    // how many readers the post has helped
	Open      bool
	Form      CommentForm
}

// CommentForm is the form below a thread. It needs no script.
type CommentForm struct {
	Action, ReturnTo string
	Signed           string // the time at which it was handed out
	Level            string // open, newcomers, all
	Moderator        string // who reads what is held; empty: nobody has a name
	ReplyTo          *Comment
	Without          string // address of the page without ReplyTo
	KeptDays         int    // how long the hash of an address is kept
	MaxName, MaxBody int    // characters
	Mail             bool   // she can ask for mails about answers
}

// Comment is one comment with the answers that are shown below it.
type Comment struct {
	ID, Name, URL string
	Staff         bool // URL is a page of this site
	Face          Face
	Badge         string // owner, author, or empty
	HTML          string // safe
	At            time.Time
	Edited        bool
	Likes         int
	Pinned        bool
	Removed       bool
	Answers       string // the name of whom it answers
	ReplyURL      string // empty: nobody can answer
	Replies       []*Comment
	MoreURL       string // address of its further answers

	// What [Pages.Post] fills in.
	Words  *Words
	Now    time.Time
	Depth  int
	Beside bool // it stands beside what it answers, at the last step
}

// nested is how many steps answers are indented; deeper ones stand at the last and say whom they answer.
const nested = 3

// prepare puts answers where they are shown, and gives each comment what its part of the template cannot reach.
func (t *Thread) prepare(w *Words, now time.Time) {
	var walk func(comments []*Comment, depth int)
	walk = func(comments []*Comment, depth int) {
		for _, c := range comments {
			c.Words, c.Now, c.Depth = w, now, depth
			if depth == nested-1 {
				var all []*Comment
				for _, reply := range c.Replies {
					all = append(append(all, reply), reply.flat()...)
				}
				c.Replies = all
			}
			walk(c.Replies, depth+1)
		}
	}
	walk(t.Comments, 0)
}

// flat takes all answers below a comment away from it, each in front of what answers it.
func (c *Comment) flat() []*Comment {
	var all []*Comment
	for _, reply := range c.Replies {
		reply.Beside = true
		all = append(append(all, reply), reply.flat()...)
	}
	c.Replies = nil
	return all
}

func rfc3339(at time.Time) string { return at.Format(time.RFC3339) }

func day(at time.Time) string { return at.Format(time.DateOnly) }

// twoTones divides what a site says of itself into what is said aloud and what is added: behind the first sentence, or else at the last comma.
func twoTones(text string) (first, rest string) {
	const least = 12 // bytes on either side, or it is not worth two lines
	at := strings.Index(text, ". ") + 1
	if at == 0 {
		at = strings.LastIndex(text, ", ") + 1
	}
	if at < least || len(text)-at < least || utf8.RuneCountInString(text) > 160 {
		return text, ""
	}
	return text[:at], strings.TrimSpace(text[at:])
}
