package site

import (
	_ "embed" // of the style sheet
	"io"
)

// DeskStyle is the style sheet of these pages besides [Style] and [PostStyle].
//
//go:embed desk.css
var DeskStyle string

// The pages that mails lead to: where a moderator decides about a comment, where a reader says yes to what she has subscribed to, and where she finds
// what is kept of her. All of them show when they are opened and act when a button is pressed; their words are English, as those of the mails.

// Moderation is a comment, and what can be done about it.
type Moderation struct {
	Action   string // POST
	Name     string
	URL      string // of the writer; empty: none
	Post     string
	PostURL  string
	When     string
	HTML     string // of the comment; safe
	Status   string // Held, Approved, Spam, Trash
	Reasons  []Reason
	Sum      int
	Known    string // what is known of the writer, in words
	Seen     string // which text this is; sent back, so that another is not approved in its place
	Problems []Problem
	MaxBody  int
	Typed    string // the answer that was typed, if it could not be taken
	All      string // address of everything that waits
	Waiting  int64
	Until    string // when the link is over
}

// Reason is one thing that spoke for or against a comment.
type Reason struct {
	Points int
	Text   string
}

// Moderate writes the page on which a moderator decides.
func (p *Pages) Moderate(w io.Writer, s Site, h Head, m Moderation) error {
	return write(p, w, "moderate", s, h, m)
}

// Waiting is what waits for a moderator.
type Waiting struct {
	Total    int64
	More     bool // than are shown
	Comments []WaitingComment
}

// WaitingComment is one of them.
type WaitingComment struct {
	Name, Post, When, HTML, URL string
}

// Waiting writes the list of what waits.
func (p *Pages) Waiting(w io.Writer, s Site, h Head, b Waiting) error {
	return write(p, w, "waiting", s, h, b)
}

// Confirmation asks the owner of an address whether she wants what somebody has asked for with it.
type Confirmation struct {
	Action string // POST
	Email  string
	Name   string // under which that somebody has written; empty: not at all
	Wishes []Wish
}

// Wish is one subscription.
type Wish struct {
	ID     string
	Post   string
	URL    string
	Thread string // whose comment the thread begins with; empty: the whole post
	When   string
	Waits  bool // nobody has said yes
}

// Confirm writes the page on which a reader says yes or no.
func (p *Pages) Confirm(w io.Writer, s Site, h Head, c Confirmation) error {
	return write(p, w, "confirm", s, h, c)
}

// OwnPage is what is kept of a reader.
type OwnPage struct {
	Action      string // POST; also the beginning of the addresses below
	Email       string
	Comments    []OwnComment
	More        bool // she has written more than is shown
	Typed       []OwnComment
	TypedOthers bool // others have typed her address without writing anything
	Wishes      []Wish
	Problems    []Problem
	Done        string // what has just been done
	MaxBody     int
	Until       string // when the link is over
}

// OwnComment is a comment as its writer sees it.
type OwnComment struct {
	ID, Post, PostURL, When string
	HTML                    string // safe
	Source                  string
	Status                  string // Approved or Held: spam reads as held
	Edited                  bool
	EditUntil               string // empty: it cannot be changed any more
}

// Own writes the page of what is kept of a reader.
func (p *Pages) Own(w io.Writer, s Site, h Head, o OwnPage) error { return write(p, w, "own", s, h, o) }

// Asking is a page on which a reader types her address.
type Asking struct {
	Action   string // POST
	Typed    string
	Problems []Problem
}

// Ask writes the page on which a reader asks for her link.
func (p *Pages) Ask(w io.Writer, s Site, h Head, a Asking) error { return write(p, w, "ask", s, h, a) }
