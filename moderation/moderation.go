// Package moderation decides what happens to a reader's comment, with reasons: a pure function of what was sent and of what is known
// about its writer. Each signal is a small named function that gives points and a sentence in plain words.
//
// It does not belong here: reading the history (models), storing the verdict (models), rendering the comment (markdown), and
// whether a post takes comments at all (models.Post.TakesComments).
package moderation

import (
	"slices"
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

// Cause is why a comment arrives under this level.
type Cause int

// The causes.
const (
	BySetting Cause = iota // the owner's setting for the site, a tag or the post
	ByFlood                // raised by itself, because many comments come at once
	ByQuiet                // the owner holds everything for a day
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

// Proof is what became of the challenge that a form has to solve.
type Proof int

// The states of a proof of work.
const (
	ProofMissing Proof = iota // no script, or a plain client: worth a point, never spam by itself
	ProofValid
	ProofInvalid // not solved, or not one of ours
	ProofExpired // ours, but its time is over
	ProofSpent   // it came with another comment before
)

// Submission is a comment as it arrived.
type Submission struct {
	Level    Level
	Cause    Cause
	Name     string
	Email    string
	URL      string   // the writer's own address
	Text     string   // as written
	Links    []string // the addresses that the rendered text links to
	Honeypot string   // the field that people do not see
	Form     Form
	FormAge  time.Duration // since the form was made; with FormSigned
	Proof    Proof
	Edited   bool // the writer has changed it, so it is judged again; there is no form then
}

// History is what is known about the writer and the text. It is about a proven identity, the key that her browser keeps, never about
// a typed address.
type History struct {
	Unknown         bool        // it could not be read: then the comment is held
	Approved        int         // her approved comments
	Rejected        int         // her comments in spam and trash
	Trusted         bool        // a moderator has said so
	Blocked         bool        // a moderator has said so
	SameText        int         // comments with the same [Fingerprint] in the last day
	SameTextSpam    int         // of these, how many are spam
	LinksApproved   int         // approved comments of the past that link to one of the same sites
	LinksRejected   int         // comments of the past in spam and trash that do; of the site that has most of them
	Akismet         Opinion     // asked after it was stored; then it is judged again
	Reports         int         // readers who reported this very comment: then it is judged again, without a form
	Staff           []string    // names of the people of the blog, whom nobody else may pass for
	DecidedByPerson bool        // a person has approved this very comment; what was Edited since, she has not
	Text            TextOpinion // of this site's [TextModel]; the zero value is none
}

// Opinion is what another judge says of a comment.
type Opinion int

// The opinions.
const (
	Unasked Opinion = iota
	Ham
	Junk
)

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

// Policy decides by the rules of one site. The zero value has no rules. It never changes, so that many may use it at once.
type Policy struct {
	rules *foldedRules
}

// NewPolicy prepares rules: they are folded here, once, not with every comment.
func NewPolicy(rules Rules) Policy { return Policy{foldRules(rules)} }

// signal looks at one thing. Reporting false means that it has nothing to say.
type signal struct {
	name string
	look func(*foldedRules, Submission, History) (Reason, bool)
}

// signals are asked in this order, which is also the order of the reasons.
var signals = []signal{
	{"honeypot", honeypot},
	{"blocked_writer", blockedWriter},
	{"blocked_words", blockedWords},
	{"blocked_domains", blockedDomains},
	{"blocked_addresses", blockedAddresses},
	{"staff_name", staffName},
	{"mixed_letters", mixedLetters},
	{"form_age", formAge},
	{"proof", proof},
	{"links", links},
	{"shortened_links", shortenedLinks},
	{"link_record", linkRecord},
	{"same_text", sameText},
	{"text_model", textModel},
	{"akismet", akismet},
	{"reports", reports},
	{"approved_before", approvedBefore},
	{"rejected_before", rejectedBefore},
	{"trusted_writer", trustedWriter},
}

// blocking are the signals by which the owner has said that she does not want to see such a thing: good marks of its writer do not
// outweigh them.
var blocking = []string{"blocked_words", "blocked_domains", "blocked_addresses"}

// Decide judges a comment. A part that fails never lets it through: it is held, and the reason says so. What a person has approved,
// and nobody has changed since, stays approved whatever its points are.
func (p Policy) Decide(s Submission, h History) Verdict {
	v := Verdict{Reasons: []Reason{}, Signals: map[string]float64{}}
	rules := p.rules
	if rules == nil {
		rules = &foldedRules{}
	}
	failed := h.Unknown
	for _, signal := range signals {
		if !v.ask(signal, rules, s, h) {
			failed = true
		}
	}
	absent := 0
	if s.Form == FormMissing {
		absent += int(v.Signals["form_age"])
	}
	if s.Proof == ProofMissing {
		absent += int(v.Signals["proof"])
	}
	if absent > 0 {
		v.Signals[absentPoints] = float64(absent)
	}
	v.settle(circumstances{
		level: s.Level, cause: s.Cause, absent: absent, failed: failed, settled: h.DecidedByPerson && !s.Edited, trusted: h.Trusted, known: h.Approved > 0,
	})
	return v
}

// absentPoints is where a verdict keeps how many of its points are for what a plain client does not send. It is no signal of its own.
const absentPoints = "absent"

// circumstances are what decides besides the points.
type circumstances struct {
	level   Level
	cause   Cause
	absent  int  // points for what a plain client does not send: they may hold a comment, but never make it spam
	failed  bool // a check could not be made
	settled bool // a person has approved this very comment, and nobody has changed it since
	trusted bool
	known   bool // she has an approved comment
}

// settle makes a status of points and circumstances.
func (v *Verdict) settle(c circumstances) {
	blocked := slices.ContainsFunc(blocking, func(name string) bool { return v.Signals[name] > 0 })
	v.Status = Approved
	switch {
	case v.Score-c.absent >= SpamFrom && !c.settled:
		v.Status = Spam
	case c.failed:
		v.hold("Held because a check failed, not because of the text")
	case c.settled && (v.Score >= HoldFrom || blocked):
		v.Reasons = append(v.Reasons, Reason{0, "Shown because you have approved this very comment"})
	case c.settled:
	case v.Score >= HoldFrom:
		v.hold("Held because of its points")
	case blocked:
		v.hold("Held because you have blocked what is in it, although the reader is known")
	case v.Signals["staff_name"] > 0 && !c.trusted: // her marks are those of a reader, and the name is another's
		v.hold("Held because of the name")
	case c.trusted && c.level != All:
	case c.level == Open:
	case c.level != Newcomers:
		v.hold(heldByAll[c.cause])
	case !c.known:
		v.hold(heldByNewcomers[c.cause])
	}
}

// Why the level holds a comment, by what has set the level.
var (
	heldByAll = map[Cause]string{
		BySetting: "Held because the dimmer is at All",
		ByFlood:   "Held because the dimmer has gone to All by itself: many comments come at once",
		ByQuiet:   "Held because you hold everything for now",
	}
	heldByNewcomers = map[Cause]string{
		BySetting: "Held because the dimmer is at Newcomers, and this is the first comment from this reader",
		ByFlood:   "Held because the dimmer has gone to Newcomers by itself, and this is the first comment from this reader",
	}
)

// ask hears one signal. It reports false if the signal broke.
func (v *Verdict) ask(signal signal, rules *foldedRules, s Submission, h History) (answered bool) {
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
