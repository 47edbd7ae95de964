// Package moderation decides what happens to a reader's comment, with reasons: a pure function of what was sent and of what is known
// about its writer. Each signal is a small named function that gives points and a sentence in plain words.
//
// It does not belong here: reading the history (models), storing the verdict (models), rendering the comment (markdown), and
// whether a post takes comments at all (models.Post.TakesComments).
package moderation

import (
	"time"
)

// Status is what the policy decides. Trash is never among it: nothing is thrown away unseen.
type Status string

// The decisions.
const (
	Approved Status = "approved" // readers see it at once
	Pending  Status = "pending"  // held for a person to decide
	Spam     Status = "spam"
)

// Level is the dimmer level under which a comment arrives.
type Level string

// The levels that take comments. Whatever else a level may be called counts as All.
const (
	Open      Level = "open"      // hold nothing but what looks like spam
	Newcomers Level = "newcomers" // hold people without an approved comment
	All       Level = "all"       // hold everything
)

// Points: from HoldFrom on a comment waits at every level, from SpamFrom on it is spam.
const (
	HoldFrom = 3
	SpamFrom = 6
)

// Form is what became of the signed time that came with the form.
type Form int

// The states of a form's signed time.
const (
	FormMissing Form = iota // a plain client: worth a point, never spam by itself
	FormSigned              // ours, and not older than a day
	FormInvalid             // not ours, or changed
	FormExpired             // ours, but older than a day
)

// Submission is a comment as it arrived.
type Submission struct {
	Level    Level
	Name     string
	Email    string
	URL      string   // the writer's own address
	Text     string   // as written
	Links    []string // the addresses that the rendered text links to
	Honeypot string   // the field that people do not see
	Form     Form
	FormAge  time.Duration // since the form was made; with FormSigned
	Edited   bool          // a change of a comment that readers could see, judged again
}

// History is what is known about the writer and the text. It is about a proven identity, the key that her browser keeps, never about
// a typed address.
type History struct {
	Unknown      bool // it could not be read: then the comment is held
	Approved     int  // her approved comments
	Rejected     int  // her comments in spam and trash
	Trusted      bool // a moderator has said so
	Blocked      bool // a moderator has said so
	SameText     int  // comments with the same text in the last day
	SameTextSpam int  // of these, how many are spam
	Reports      int  // readers who reported this very comment (when it is judged again)
}

// Reason is one thing that spoke for (negative) or against (positive) a comment.
type Reason struct {
	Points int
	Text   string
}

// Verdict is the decision and why. Signals are what was measured, by name, for learning and rehearsal later.
type Verdict struct {
	Status  Status
	Score   int
	Reasons []Reason
	Signals map[string]float64
}

// Rules is what the owner has set. All are compared folded: without case, marks and disguises of width.
type Rules struct {
	BlockedWords     []string // a word or several in a row; a * at the end stands for any ending
	BlockedDomains   []string // example.org means its subdomains too
	BlockedAddresses []string // of e-mail; @example.org means all of them
}

// Policy decides by the rules of one site.
type Policy struct {
	Rules Rules
}

// signal looks at one thing. No reason means that it has nothing to say.
type signal struct {
	name string
	look func(Rules, Submission, History) (Reason, bool)
}

// signals are asked in this order, which is also the order of the reasons.
var signals = []signal{
	{"honeypot", honeypot},
	{"blocked_writer", blockedWriter},
	{"blocked_words", blockedWords},
	{"blocked_domains", blockedDomains},
	{"blocked_addresses", blockedAddresses},
	{"form_age", formAge},
	{"links", links},
	{"shortened_links", shortenedLinks},
	{"same_text", sameText},
	{"reports", reports},
	{"approved_before", approvedBefore},
	{"rejected_before", rejectedBefore},
	{"trusted_writer", trustedWriter},
}

// Decide judges a comment. A part that fails never lets it through: it is held, and the reason says so.
func (p Policy) Decide(s Submission, h History) Verdict {
	v := Verdict{Reasons: []Reason{}, Signals: map[string]float64{}}
	failed := h.Unknown
	for _, signal := range signals {
		if !v.ask(signal, p.Rules, s, h) {
			failed = true
		}
	}
	v.Status = Approved
	switch {
	case v.Score >= SpamFrom:
		v.Status = Spam
	case failed:
		v.hold("Held because a check failed, not because of the text")
	case v.Score >= HoldFrom:
		v.hold("Held because of its points")
	case h.Trusted && s.Level != All:
	case s.Level == Open:
	case s.Level != Newcomers:
		v.hold("Held because the dimmer is at All")
	case h.Approved == 0:
		v.hold("Held because the dimmer is at Newcomers, and this is the first comment from this reader")
	}
	return v
}

// ask hears one signal. It reports false if the signal broke.
func (v *Verdict) ask(signal signal, rules Rules, s Submission, h History) (answered bool) {
	defer func() {
		if recover() != nil {
			answered = false
		}
	}()
	reason, speaks := signal.look(rules, s, h)
	if speaks {
		v.Score += reason.Points
		v.Reasons = append(v.Reasons, reason)
		v.Signals[signal.name] = float64(reason.Points)
	}
	return true
}

func (v *Verdict) hold(why string) {
	v.Status = Pending
	v.Reasons = append(v.Reasons, Reason{0, why})
}
