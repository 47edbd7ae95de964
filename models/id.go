package models

import (
	"strings"

	"github.com/google/uuid"
)

// Ids are UUIDv7 in their text form: they sort by the time they were made and tell nothing else. Each kind has a type of its own,
// so that one cannot be passed for another.
type (
	// PostID identifies a post or page.
	PostID string
	// TagID identifies a tag.
	TagID string
	// UserID identifies a person: an owner, editor, author or moderator.
	UserID string
	// SessionID identifies one signed-in browser or program.
	SessionID string
	// TokenID identifies an API token.
	TokenID string
	// CommentID identifies a comment.
	CommentID string
	// CommenterID identifies a reader who comments.
	CommenterID string
	// JudgementID identifies one verdict on a comment.
	JudgementID string
	// ActionID identifies what a moderator did, so that it can be taken back.
	ActionID string
	// MediaID identifies an uploaded picture.
	MediaID string
	// JobID identifies one piece of timed work.
	JobID string
	// SubscriptionID identifies what a reader wants to hear of.
	SubscriptionID string
	// InviteID identifies the offer to work on this blog.
	InviteID string
	// SnippetID identifies an answer that is kept.
	SnippetID string
	// DeviceID identifies a browser that is told of held comments.
	DeviceID string
	// DeliveryID identifies one mail of the outbox.
	DeliveryID string
)

// isID reports whether s could be an id of ours: a UUID in its canonical text form. Anything else is not asked of the database, where
// Postgres would call it a syntax error.
func isID[T ~string](id T) bool {
	parsed, err := uuid.Parse(string(id))
	return err == nil && parsed.String() == string(id)
}

// ghostID is the id that the Ghost Content API shows: the first 96 bits of ours, so that both sort alike.
func ghostID[T ~string](id T) string { return strings.ReplaceAll(string(id), "-", "")[:24] }
