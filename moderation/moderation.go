// Package moderation decides what happens to a reader's comment, with reasons: a pure function of what was sent and of what is known
// about it. Each signal is a small named function that gives points and a sentence in plain words.
//
// It does not belong here: reading the history (models), storing the verdict (models), rendering the comment (markdown), and
// whether a post takes comments at all (models.Post.TakesComments).
package moderation

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

// The levels that take comments.
const (
	Open      Level = "open"      // hold nothing but what looks like spam
	Newcomers Level = "newcomers" // hold people without an approved comment
	All       Level = "all"       // hold everything
)

// SpamFrom is the score from which a comment is spam.
const SpamFrom = 6

// Submission is a comment as it arrived.
type Submission struct {
	Level    Level
	Honeypot string // the field that people do not see
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

// Policy decides. The zero Policy holds every comment unless the level is open.
type Policy struct{}

// Decide judges a comment.
func (Policy) Decide(s Submission) Verdict {
	v := Verdict{Status: Pending, Reasons: []Reason{}, Signals: map[string]float64{}}
	if s.Honeypot != "" {
		v.add("honeypot", Reason{SpamFrom, "A field was filled in that people do not see"})
	}
	switch {
	case v.Score >= SpamFrom:
		v.Status = Spam
	case s.Level == Open:
		v.Status = Approved
	case s.Level == All:
		v.Reasons = append(v.Reasons, Reason{0, "Held because the dimmer is at All"})
	default:
		v.Reasons = append(v.Reasons, Reason{0, "Held because the dimmer is at Newcomers"})
	}
	return v
}

func (v *Verdict) add(signal string, r Reason) {
	v.Score += r.Points
	v.Reasons = append(v.Reasons, r)
	v.Signals[signal] = float64(r.Points)
}
