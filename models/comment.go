package models

import (
	"strings"
	"time"
	"unicode/utf8"

	"dimmer/auth"
)

// CommentStatus is what was decided about a comment.
type CommentStatus string

// The statuses of a comment.
const (
	Pending  CommentStatus = "pending" // held: only its writer and the moderators see it
	Approved CommentStatus = "approved"
	Spam     CommentStatus = "spam"
	Trash    CommentStatus = "trash"
)

// commentMoves says which status may follow which. The owner may move any of the four to any other; what is not here is refused.
var commentMoves = map[CommentStatus][]CommentStatus{
	Pending:  {Approved, Spam, Trash},
	Approved: {Pending, Spam, Trash},
	Spam:     {Pending, Approved, Trash},
	Trash:    {Pending, Approved, Spam},
}

var errStatus = Invalid{"status": "is none of pending, approved, spam, trash"}

// Valid reports whether the status is one of the four.
func (s CommentStatus) Valid() bool { return commentMoves[s] != nil }

// Limits of what a reader sends, in characters.
const (
	MaxCommentName = maxName
	MaxCommentBody = 10_000
	MaxCommentURL  = maxShort
)

const maxDepth = 5 // deeper answers are listed there

// Comment is what a reader, or somebody of the blog, said about a post.
type Comment struct {
	ID          CommentID `gorm:"primaryKey"`
	PostID      PostID
	ParentID    *CommentID
	UnderID     *CommentID // below which comment it is shown: the one it answers, or a former one of its branch if that is on the last level
	RootID      CommentID
	Depth       int
	Status      CommentStatus
	CommenterID *CommenterID
	UserID      *UserID
	AuthorName  string
	AuthorURL   *string
	Source      string
	HTML        string
	TextHash    *string // to know the text again
	LikeCount   int
	ReplyCount  int // visible comments that are shown below it, at any depth; on the last level, that answer it
	ReportCount int
	// StaffAnswers is how many answers people of the blog have given to it. The database keeps it: see the triggers on comments.
	StaffAnswers int `gorm:"->"`
	Pinned       bool
	AddressHash  *string
	CreatedAt    time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	EditedAt     *time.Time `gorm:"serializer:utc"`
	DecidedAt    *time.Time `gorm:"serializer:utc"`
	ErasedAt     *time.Time `gorm:"serializer:utc"` // nothing is left but its place

	Author    *User      `gorm:"-"` // of a signed-in reply
	Post      *Post      `gorm:"-"` // only where a query says so: id, slug and title
	Commenter *Commenter `gorm:"-"` // for staff
	Verdict   *Judgement `gorm:"-"` // for staff
	Replayed  bool       `gorm:"-"` // it was there already: the same request came again. Its status is then the one that was told
}

// visibleRoot is a comment that answers no other and is seen, or keeps its place above what is seen. It is written as the indexes have it.
const visibleRoot = "parent_id IS NULL AND (status = 'approved' OR reply_count > 0)"

// visibleBelow is the same of what is below a root.
const visibleBelow = "parent_id IS NOT NULL AND (status = 'approved' OR reply_count > 0)"

// hasPlace reports whether readers see the comment or, removed, its place.
func (c *Comment) hasPlace() bool { return c.Status == Approved || c.ReplyCount > 0 }

// TableName is the table's name.
func (Comment) TableName() string { return "comments" }

// MoveTo changes the status. The one it has already changes nothing; one that cannot follow is a conflict.
func (c *Comment) MoveTo(status CommentStatus, now time.Time) (moved bool, err error) {
	if !status.Valid() {
		return false, errStatus
	}
	if c.Status == status {
		return false, nil
	}
	for _, next := range commentMoves[c.Status] {
		if next == status {
			c.Status, c.DecidedAt = status, &now
			return true, nil
		}
	}
	return false, ConflictError{"impossible_move", "A comment cannot go from " + string(c.Status) + " to " + string(status) + "."}
}

// Badge says what a writer is to the post: owner, author, or nothing special.
func (c *Comment) Badge(post Post) *string {
	badge := ""
	switch {
	case c.Author == nil:
		return nil
	case c.Author.Role == auth.Owner:
		badge = "owner"
	case post.WrittenBy(c.Author.ID):
		badge = "author"
	default:
		return nil
	}
	return &badge
}

// Thread is one visible comment with what is shown below it.
type Thread struct {
	Comment
	Removed bool // not visible, but its answers are: it keeps its place and says nothing
	Replies []*Thread
	More    *Position // of a root: where [Store.Replies] goes on
}

// JudgementReason is one thing that spoke for or against a comment.
type JudgementReason struct {
	Points int    `json:"points"`
	Text   string `json:"text"`
}

// Judgement is a verdict on a comment and why, and what a person decided afterwards.
type Judgement struct {
	ID        JudgementID `gorm:"primaryKey"`
	CommentID CommentID
	Verdict   CommentStatus
	Score     int
	Reasons   []JudgementReason  `gorm:"serializer:json"`
	Signals   map[string]float64 `gorm:"serializer:json"`
	Features  []byte             // of the text, for the text model; they hold no text
	Lesson    *int64             // where the decision stands among all that were made; nil: none, or nothing to be learned
	Decision  *CommentStatus
	DecidedBy *string
	DecidedAt *time.Time `gorm:"serializer:utc"`
	CreatedAt time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Judgement) TableName() string { return "judgements" }

// NewComment is a comment as it arrives: from a reader, with its verdict, or from somebody of the blog.
type NewComment struct {
	ID          CommentID // from [NewCommentID]; empty: one is made
	PostID      PostID
	ParentID    *CommentID
	Name        string
	Email       *string
	URL         *string
	Source      string
	HTML        string
	TextHash    string // of the text, to know it again; empty: it is not looked for
	Judged      Judged
	AddressHash string
	KeyHash     string // of the reader's key; empty for somebody of the blog
	Notify      bool   // she wants to hear of answers, whatever becomes of the comment; needs the e-mail
	Idempotency *Idempotency
	Hosts       []string // the sites that it links to
	Proof       *SpentProof
	Question    []byte        // to Akismet, sealed; nil: it is not asked
	SlowFor     time.Duration // slow mode: how long she waits after her last comment on the post; 0: not at all
	Refused     error         // why it cannot be taken, unless it is there already: the same request came again
	CreatedAt   *time.Time    // of what happened elsewhere, and has been judged there; nil: now
}

// Judged is what the policy said.
type Judged struct {
	Status   CommentStatus
	Score    int
	Reasons  []JudgementReason
	Signals  map[string]float64
	Features []byte // of the text, at most 2 KiB
}

// SpentProof is a proof of work that came with a comment: it counts once.
type SpentProof struct {
	ID        string
	ExpiresAt time.Time
}

// Idempotency makes a request that is sent again get the first answer again, for [keptIdempotency].
type Idempotency struct {
	Scope    string // the path
	Key      string
	BodyHash string
}

// NewCommentID makes the id of a comment before it is stored, for what is derived from it.
func NewCommentID() CommentID { return newID[CommentID]() }

// CheckComment names what is wrong with the fields of a reader's comment, and gives them in the form in which they are stored.
func CheckComment(name string, email, url *string, source string) (cleanName string, cleanEmail, cleanURL *string, cleanSource string, err error) {
	invalid := Invalid{}
	name = oneLine(name)
	checkLength(invalid, "name", name, 1, MaxCommentName)
	if invalid["name"] == "" && tooManyMarks(name) {
		invalid["name"] = "has too many marks on one letter"
	}
	source = body(source)
	checkLength(invalid, "body", source, 1, MaxCommentBody)
	if invalid["body"] == "" && tooManyMarks(source) {
		invalid["body"] = "has too many marks on one letter"
	}
	if email != nil && strings.TrimSpace(*email) != "" {
		clean, err := auth.NormalizeEmail(strings.TrimSpace(*email))
		if err != nil {
			invalid["email"] = err.Error()
		}
		cleanEmail = &clean
	}
	if url != nil && strings.TrimSpace(*url) != "" {
		clean := oneLine(*url)
		if utf8.RuneCountInString(clean) > MaxCommentURL || !isAddress(clean) || strings.HasPrefix(clean, "/") {
			invalid["url"] = "is not an http(s) address of at most 500 characters"
		}
		cleanURL = &clean
	}
	return name, cleanEmail, cleanURL, source, invalid.orNil()
}
