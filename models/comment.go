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

// Valid reports whether the status is one of the four.
func (s CommentStatus) Valid() bool { return commentMoves[s] != nil }

const (
	maxCommentBody = 10_000 // characters
	maxDepth       = 5      // deeper answers are listed there
)

// Comment is what a reader, or somebody of the blog, said about a post.
type Comment struct {
	ID          CommentID `gorm:"primaryKey"`
	PostID      PostID
	ParentID    *CommentID
	RootID      CommentID
	Depth       int
	Status      CommentStatus
	CommenterID *CommenterID
	UserID      *UserID
	AuthorName  string
	AuthorURL   *string
	Source      string
	HTML        string
	LikeCount   int
	Pinned      bool
	AddressHash *string
	CreatedAt   time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	EditedAt    *time.Time `gorm:"serializer:utc"`
	DecidedAt   *time.Time `gorm:"serializer:utc"`

	Author  *User      `gorm:"-"` // of a signed-in reply
	Post    *Post      `gorm:"-"` // only where a query says so: id, slug and title
	Email   *string    `gorm:"-"` // for staff
	Verdict *Judgement `gorm:"-"` // for staff
}

// TableName is the table's name.
func (Comment) TableName() string { return "comments" }

// MoveTo changes the status. The one it has already changes nothing; one that cannot follow is a conflict.
func (c *Comment) MoveTo(status CommentStatus, now time.Time) (moved bool, err error) {
	if !status.Valid() {
		return false, Invalid{"status": "is none of pending, approved, spam, trash"}
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

// Thread is the visible comments under a post: roots, each with its answers below it.
type Thread struct {
	Comment
	Removed bool // not visible, but its answers are: it keeps its place and says nothing
	Replies []*Thread
}

// ReplyCount is how many visible answers there are below.
func (t *Thread) ReplyCount() int {
	n := 0
	for _, reply := range t.Replies {
		if !reply.Removed {
			n++
		}
		n += reply.ReplyCount()
	}
	return n
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
	Features  []byte
	Decision  *CommentStatus
	DecidedBy *string
	DecidedAt *time.Time `gorm:"serializer:utc"`
	CreatedAt time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Judgement) TableName() string { return "judgements" }

// Commenter is a reader who comments, known by a key that her browser keeps.
type Commenter struct {
	ID               CommenterID `gorm:"primaryKey"`
	KeyHash          string
	Name             string
	Email            *string
	EmailConfirmedAt *time.Time `gorm:"serializer:utc"`
	ApprovedCount    int
	RejectedCount    int
	BlockedAt        *time.Time `gorm:"serializer:utc"`
	TrustedAt        *time.Time `gorm:"serializer:utc"`
	CreatedAt        time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Commenter) TableName() string { return "commenters" }

// NewComment is a comment as it arrives: from a reader, with its verdict, or from somebody of the blog.
type NewComment struct {
	PostID      PostID
	ParentID    *CommentID
	Name        string
	Email       *string
	URL         *string
	Source      string
	HTML        string
	Status      CommentStatus
	Score       int
	Reasons     []JudgementReason
	Signals     map[string]float64
	AddressHash string
	KeyHash     string // of the reader's key; empty for somebody of the blog
	CreatedAt   *time.Time
}

// CheckComment names what is wrong with the fields of a reader's comment, and gives them in the form in which they are stored.
func CheckComment(name string, email, url *string, source string) (cleanName string, cleanEmail, cleanURL *string, cleanSource string, err error) {
	invalid := Invalid{}
	name = oneLine(name)
	checkLength(invalid, "name", name, 1, maxName)
	if invalid["name"] == "" && tooManyMarks(name) {
		invalid["name"] = "has too many marks on one letter"
	}
	source = body(source)
	checkLength(invalid, "body", source, 1, maxCommentBody)
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
		if utf8.RuneCountInString(clean) > maxShort || !isAddress(clean) || strings.HasPrefix(clean, "/") {
			invalid["url"] = "is not an http(s) address of at most 500 characters"
		}
		cleanURL = &clean
	}
	return name, cleanEmail, cleanURL, source, invalid.orNil()
}
