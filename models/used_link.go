package models

import (
	"context"
	"time"
)

// usedLink is a link that may be used once, and has been.
type usedLink struct {
	Hash      string    `gorm:"primaryKey"`
	UsedAt    time.Time `gorm:"serializer:utc"`
	ExpiresAt time.Time `gorm:"serializer:utc"`
	Did       string
	ActionID  *ActionID
	AnswerID  *CommentID
}

func (usedLink) TableName() string { return "used_links" }

// LinkUse is the one use of a link, written in the transaction of what it does: two clicks at once do it once.
type LinkUse struct {
	Hash  string // of the link's token
	Until time.Time
	Did   string
}

// UsedLink is what became of a link that has been used.
type UsedLink struct {
	At     time.Time
	Did    string
	Action ActionID  // empty: nothing changed
	Answer CommentID // that was written with it; empty: none
}

// ErrLinkUsed refuses the second use of a link.
var ErrLinkUsed = ConflictError{"link_used", "This link has been used."}

// use notes that a link is used in this transaction; used before is a conflict.
func (t *tx) use(link *LinkUse) error {
	if link == nil {
		return nil
	}
	n, err := exec(t.ctx, t.DB, "INSERT INTO used_links (hash, used_at, expires_at, did) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING", link.Hash, t.now, link.Until.UTC(), link.Did)
	if err == nil && n == 0 {
		err = ErrLinkUsed
	}
	return err
}

// noteAction notes what takes back what was done with a link.
func (t *tx) noteAction(link *LinkUse, action ActionID) error {
	if link == nil || action == "" {
		return nil
	}
	return one(table[usedLink](t.DB).Where("hash = ?", link.Hash).Update(t.ctx, "action_id", action))
}

// NoteAnswer notes the answer that was written with a link, so that it goes too if that is taken back.
func (s *Store) NoteAnswer(ctx context.Context, hash string, answer CommentID) error {
	return s.write(ctx, System, "note the answer", func(t *tx) error {
		return one(table[usedLink](t.DB).Where("hash = ?", hash).Update(t.ctx, "answer_id", answer))
	})
}

// UsedLink reads what became of a link; one that has not been used is not found.
func (s *Store) UsedLink(ctx context.Context, hash string) (UsedLink, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	used, err := table[usedLink](db).Where("hash = ?", hash).Take(ctx)
	if err != nil {
		return UsedLink{}, fault("read what became of the link", err)
	}
	u := UsedLink{At: used.UsedAt, Did: used.Did}
	if used.ActionID != nil {
		u.Action = *used.ActionID
	}
	if used.AnswerID != nil {
		u.Answer = *used.AnswerID
	}
	return u, nil
}

// UndoWindow is how long a moderator can take back what she did.
const UndoWindow = undoWindow
