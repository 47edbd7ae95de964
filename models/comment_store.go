package models

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// CreateComment stores a comment with its verdict. The post has to be one that readers can see; the parent a visible comment on it.
func (s *Store) CreateComment(ctx context.Context, by Actor, n NewComment) (Comment, error) {
	var comment Comment
	err := s.write(ctx, by, "store the comment", func(t *tx) error {
		post, err := t.commentedPost(n.PostID)
		if err != nil {
			return err
		}
		comment = Comment{
			ID: newID[CommentID](), PostID: n.PostID, ParentID: n.ParentID, Status: n.Status, AuthorName: n.Name, AuthorURL: n.URL,
			Source: n.Source, HTML: n.HTML, CreatedAt: t.now,
		}
		if n.CreatedAt != nil {
			comment.CreatedAt = *n.CreatedAt
		}
		if n.AddressHash != "" {
			comment.AddressHash = &n.AddressHash
		}
		if err := t.place(&comment); err != nil {
			return err
		}
		if by.User != "" {
			comment.UserID = &by.User
		}
		if n.KeyHash != "" {
			commenter, err := t.ensureCommenter(n)
			if err != nil {
				return err
			}
			comment.CommenterID = &commenter.ID
			t.by.ID = string(commenter.ID)
		}
		if err := gorm.G[Comment](t.DB).Create(t.ctx, &comment); err != nil {
			return err
		}
		judgement := Judgement{
			ID: newID[JudgementID](), CommentID: comment.ID, Verdict: n.Status, Score: n.Score, Reasons: n.Reasons, Signals: n.Signals, CreatedAt: t.now,
		}
		if judgement.Reasons == nil {
			judgement.Reasons = []JudgementReason{}
		}
		if judgement.Signals == nil {
			judgement.Signals = map[string]float64{}
		}
		if n.KeyHash != "" {
			if err := gorm.G[Judgement](t.DB).Create(t.ctx, &judgement); err != nil {
				return err
			}
			comment.Verdict = &judgement
		}
		t.event("comment.created", "comment", string(comment.ID))
		comment.Post = &post
		return t.countComment(&comment, "", comment.Status)
	})
	return comment, err
}

// commentedPost reads what a comment needs of its post.
func (t *tx) commentedPost(id PostID) (Post, error) {
	if !isID(id) {
		return Post{}, ErrNotFound
	}
	post, err := gorm.G[Post](t.DB).Select("id, slug, title, type, status").Where("id = ?", id).Take(t.ctx)
	if err == nil && !post.Readable() {
		return post, ErrNotFound
	}
	return post, err
}

// errParent says the same of a parent that is missing, hidden or on another post: a stranger learns nothing of hidden comments.
var errParent = Invalid{"parent_id": "is no comment on this post that can be answered"}

// place finds where a comment stands in its thread.
func (t *tx) place(c *Comment) error {
	c.RootID = c.ID
	if c.ParentID == nil {
		return nil
	}
	if !isID(*c.ParentID) {
		return errParent
	}
	parent, err := gorm.G[Comment](t.DB).Where("id = ? AND post_id = ? AND status = ?", *c.ParentID, c.PostID, Approved).Take(t.ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errParent
	}
	c.RootID, c.Depth = parent.RootID, min(parent.Depth+1, maxDepth)
	return err
}

// ensureCommenter finds the reader by her key, or makes her. What she types about herself belongs to the comment; it does not change
// what is known of her.
func (t *tx) ensureCommenter(n NewComment) (Commenter, error) {
	commenter, err := gorm.G[Commenter](t.DB).Where("key_hash = ?", n.KeyHash).Take(t.ctx)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return commenter, err
	}
	commenter = Commenter{ID: newID[CommenterID](), KeyHash: n.KeyHash, Name: n.Name, Email: n.Email, CreatedAt: t.now}
	return commenter, gorm.G[Commenter](t.DB).Create(t.ctx, &commenter)
}

// countComment moves a comment from one status to another in every counter, and says who sees the change. An empty status is "not
// there".
func (t *tx) countComment(c *Comment, from, to CommentStatus) error {
	for _, post := range []string{"", string(c.PostID)} {
		if from != "" {
			left := gorm.G[commentCount](t.DB).Where("post_id = ? AND status = ?", post, from)
			if err := one(left.Update(t.ctx, "n", gorm.Expr("n - 1"))); err != nil {
				return err
			}
		}
		if to != "" {
			err := gorm.G[commentCount](t.DB).Exec(t.ctx, `INSERT INTO comment_counts (post_id, status, n) VALUES (?, ?, 1)
				ON CONFLICT (post_id, status) DO UPDATE SET n = comment_counts.n + 1`, post, to)
			if err != nil {
				return err
			}
		}
	}
	if visible := btoi(to == Approved) - btoi(from == Approved); visible != 0 {
		err := gorm.G[Comment](t.DB).Exec(t.ctx, "UPDATE posts SET comment_count = comment_count + ?, comments_at = ? WHERE id = ?", visible, t.now, c.PostID)
		if err != nil {
			return err
		}
		t.clears("comments:"+string(c.PostID), "post:"+string(c.PostID), "posts")
	}
	if c.CommenterID == nil {
		return nil
	}
	approved := btoi(to == Approved) - btoi(from == Approved)
	rejected := btoi(to == Spam || to == Trash) - btoi(from == Spam || from == Trash)
	return gorm.G[Comment](t.DB).Exec(t.ctx, "UPDATE commenters SET approved_count = approved_count + ?, rejected_count = rejected_count + ? WHERE id = ?", approved, rejected, *c.CommenterID)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

type commentCount struct {
	PostID string        `gorm:"primaryKey"` // empty: of all posts
	Status CommentStatus `gorm:"primaryKey"`
	N      int64
}

func (commentCount) TableName() string { return "comment_counts" }

// dropCommentCounts takes the comments of a post that is going out of the counters.
func (t *tx) dropCommentCounts(id PostID) error {
	rows, err := gorm.G[commentCount](t.DB).Where("post_id = ?", string(id)).Find(t.ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := gorm.G[Comment](t.DB).Exec(t.ctx, "UPDATE comment_counts SET n = n - ? WHERE post_id = '' AND status = ?", row.N, row.Status); err != nil {
			return err
		}
	}
	return gorm.G[Comment](t.DB).Exec(t.ctx, "DELETE FROM comment_counts WHERE post_id = ?", string(id))
}

// moderatable reads a comment that the actor may decide about, locked on Postgres: authors decide on their own posts only.
func (t *tx) moderatable(id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	query := gorm.G[Comment](t.DB).Where("id = ?", id)
	if t.s.postgres {
		query = gorm.G[Comment](t.DB, clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", id)
	}
	comment, err := query.Take(t.ctx)
	if err != nil {
		return comment, err
	}
	return comment, t.mayModerate(comment.PostID)
}

// mayModerate is not found for somebody who has no say over the comments of a post.
func (t *tx) mayModerate(id PostID) error {
	if !ownPostsOnly(t.by) {
		return nil
	}
	n, err := gorm.G[postAuthor](t.DB).Where("post_id = ? AND user_id = ?", id, t.by.User).Count(t.ctx, "post_id")
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// MoveComment gives a comment another status. The status that it has already changes nothing.
func (s *Store) MoveComment(ctx context.Context, by Actor, id CommentID, status CommentStatus) (Comment, error) {
	var comment Comment
	err := s.write(ctx, by, "move the comment", func(t *tx) error {
		var err error
		if comment, err = t.moderatable(id); err != nil {
			return err
		}
		return t.moveComment(&comment, status)
	})
	if err != nil {
		return comment, err
	}
	return s.Comment(ctx, by, id)
}

func (t *tx) moveComment(c *Comment, status CommentStatus) error {
	from := c.Status
	moved, err := c.MoveTo(status, t.now)
	if err != nil || !moved {
		return err
	}
	if err := one(gorm.G[Comment](t.DB).Where("id = ?", c.ID).Select("status", "decided_at").Updates(t.ctx, *c)); err != nil {
		return err
	}
	who := string(t.by.User)
	decision := Judgement{Decision: &c.Status, DecidedBy: &who, DecidedAt: &t.now}
	if err := done(gorm.G[Judgement](t.DB).Where("comment_id = ?", c.ID).Select("decision", "decided_by", "decided_at").Updates(t.ctx, decision)); err != nil {
		return err
	}
	switch {
	case c.Status == Approved:
		t.event("comment.approved", "comment", string(c.ID))
	case from == Approved:
		t.event("comment.removed", "comment", string(c.ID), "status")
	default:
		t.event("comment.moved", "comment", string(c.ID), "status")
	}
	return t.countComment(c, from, c.Status)
}

// DeleteComment removes a comment and the answers to it, for good.
func (s *Store) DeleteComment(ctx context.Context, by Actor, id CommentID) error {
	return s.write(ctx, by, "delete the comment", func(t *tx) error {
		comment, err := t.moderatable(id)
		if err != nil {
			return err
		}
		gone := []Comment{comment}
		for ids := []CommentID{id}; len(ids) > 0; {
			answers, err := gorm.G[Comment](t.DB).Select("id, post_id, status, commenter_id").Where("parent_id IN ?", ids).Find(t.ctx)
			if err != nil {
				return err
			}
			ids = ids[:0]
			for _, answer := range answers {
				ids = append(ids, answer.ID)
			}
			gone = append(gone, answers...)
		}
		for _, c := range slices.Backward(gone) {
			if err := t.countComment(&c, c.Status, ""); err != nil {
				return err
			}
			if err := one(gorm.G[Comment](t.DB).Where("id = ?", c.ID).Delete(t.ctx)); err != nil {
				return err
			}
			t.event("comment.deleted", "comment", string(c.ID))
		}
		return nil
	})
}
