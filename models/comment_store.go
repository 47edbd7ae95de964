package models

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

// CreateComment stores a comment with its verdict. The post has to be one that readers can see, and for an author of the blog one of her
// own; the parent a visible comment on it.
func (s *Store) CreateComment(ctx context.Context, by Actor, n NewComment) (Comment, error) {
	var comment Comment
	err := s.write(ctx, by, "store the comment", func(t *tx) error {
		post, err := t.commentedPost(n.PostID)
		if err != nil {
			return err
		}
		if !post.Readable() {
			return ErrNotFound
		}
		if err := t.mayModerate(post.ID); err != nil {
			return err
		}
		comment = Comment{
			ID: newID[CommentID](), PostID: n.PostID, ParentID: n.ParentID, Status: n.Status, AuthorName: n.Name, AuthorURL: n.URL,
			Source: n.Source, HTML: n.HTML, CreatedAt: t.now,
		}
		if n.CreatedAt != nil {
			comment.CreatedAt = n.CreatedAt.UTC().Truncate(time.Microsecond)
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
		if err := table[Comment](t.DB).Create(t.ctx, &comment); err != nil {
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
			if err := table[Judgement](t.DB).Create(t.ctx, &judgement); err != nil {
				return err
			}
			comment.Verdict = &judgement
		}
		t.event("comment.created", "comment", string(comment.ID))
		comment.Post = &post
		return t.countComments(post.ID, countedMove{comment.CommenterID, "", comment.Status})
	})
	return comment, err
}

// commentedPost reads what a comment needs of its post, and keeps the post and its other comments from changing meanwhile.
func (t *tx) commentedPost(id PostID) (Post, error) {
	if !isID(id) {
		return Post{}, ErrNotFound
	}
	return found(table[Post](t.DB, t.forUpdate()...).Select("id, slug, title, type, status").Where("id = ?", id).Take(t.ctx))
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
	parent, err := found(table[Comment](t.DB).Select("root_id, depth").Where("id = ? AND post_id = ? AND status = ?", *c.ParentID, c.PostID, Approved).Take(t.ctx))
	if errors.Is(err, ErrNotFound) {
		return errParent
	}
	c.RootID, c.Depth = parent.RootID, min(parent.Depth+1, maxDepth)
	return err
}

// ensureCommenter finds the reader by her key, or makes her. What she types about herself belongs to the comment; it does not change
// what is known of her.
func (t *tx) ensureCommenter(n NewComment) (Commenter, error) {
	commenter, err := found(table[Commenter](t.DB).Where("key_hash = ?", n.KeyHash).Take(t.ctx))
	if !errors.Is(err, ErrNotFound) {
		return commenter, err
	}
	commenter = Commenter{ID: newID[CommenterID](), KeyHash: n.KeyHash, Name: n.Name, Email: n.Email, CreatedAt: t.now}
	return commenter, table[Commenter](t.DB).Create(t.ctx, &commenter)
}

// A countedMove is a comment that goes from one status to another. An empty status is "not there".
type countedMove struct {
	commenter *CommenterID
	from, to  CommentStatus
}

// countComments moves comments of one post from status to status in every counter, and says who sees the change.
func (t *tx) countComments(post PostID, moves ...countedMove) error {
	statuses := map[CommentStatus]int64{}
	type record struct{ approved, rejected int64 }
	commenters := map[CommenterID]record{}
	for _, move := range moves {
		for status, by := range map[CommentStatus]int64{move.from: -1, move.to: 1} {
			if status == "" {
				continue
			}
			statuses[status] += by
			if move.commenter != nil {
				r := commenters[*move.commenter]
				if status == Approved {
					r.approved += by
				} else if status != Pending {
					r.rejected += by
				}
				commenters[*move.commenter] = r
			}
		}
	}
	for _, id := range []string{"", string(post)} {
		for _, status := range slices.Sorted(maps.Keys(statuses)) {
			if err := t.addToCommentCount(id, status, statuses[status]); err != nil {
				return err
			}
		}
	}
	if visible := statuses[Approved]; visible != 0 {
		err := done(exec(t.ctx, t.DB, "UPDATE posts SET comment_count = comment_count + ?, comments_at = ? WHERE id = ?", visible, t.now, post))
		if err != nil {
			return err
		}
		t.clears("comments:"+string(post), "post:"+string(post), "posts")
	}
	for _, id := range slices.Sorted(maps.Keys(commenters)) {
		r := commenters[id]
		if r == (record{}) {
			continue
		}
		err := done(exec(t.ctx, t.DB, "UPDATE commenters SET approved_count = approved_count + ?, rejected_count = rejected_count + ? WHERE id = ?", r.approved, r.rejected, id))
		if err != nil {
			return err
		}
	}
	return nil
}

// addToCommentCount changes one counter; post is empty for that of all posts.
func (t *tx) addToCommentCount(post string, status CommentStatus, by int64) error {
	switch {
	case by < 0:
		return uncounted(table[commentCount](t.DB).Where("post_id = ? AND status = ?", post, status).Update(t.ctx, "n", gorm.Expr("n + ?", by)))
	case by > 0:
		return done(exec(t.ctx, t.DB, `INSERT INTO comment_counts (post_id, status, n) VALUES (?, ?, ?)
			ON CONFLICT (post_id, status) DO UPDATE SET n = comment_counts.n + excluded.n`, post, status, by))
	}
	return nil
}

type commentCount struct {
	PostID string        `gorm:"primaryKey"` // empty: of all posts
	Status CommentStatus `gorm:"primaryKey"`
	N      int64
}

func (commentCount) TableName() string { return "comment_counts" }

// uncountComments takes the comments of a post that is going out of every counter.
func (t *tx) uncountComments(id PostID) error {
	comments, err := table[Comment](t.DB).Select("status, commenter_id").Where("post_id = ?", id).Find(t.ctx)
	if err != nil {
		return err
	}
	moves := make([]countedMove, len(comments))
	for i, c := range comments {
		moves[i] = countedMove{c.CommenterID, c.Status, ""}
	}
	if err := t.countComments(id, moves...); err != nil {
		return err
	}
	return done(table[commentCount](t.DB).Where("post_id = ?", string(id)).Delete(t.ctx))
}

// moderatable reads a comment that the actor may decide about, to be changed in this transaction: authors decide on their own posts only.
func (t *tx) moderatable(id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	comment, err := found(table[Comment](t.DB).Select("post_id").Where("id = ?", id).Take(t.ctx))
	if err != nil {
		return comment, err
	}
	if _, err := t.commentedPost(comment.PostID); err != nil {
		return comment, err
	}
	if comment, err = found(table[Comment](t.DB).Where("id = ?", id).Take(t.ctx)); err != nil {
		return comment, err
	}
	return comment, t.mayModerate(comment.PostID)
}

// mayModerate is not found for somebody who has no say over the comments of a post.
func (t *tx) mayModerate(id PostID) error {
	if !ownPostsOnly(t.by) {
		return nil
	}
	_, err := found(table[postAuthor](t.DB).Where("post_id = ? AND user_id = ?", id, t.by.User).Take(t.ctx))
	return err
}

// MoveComment gives a comment another status. The status that it has already changes nothing.
func (s *Store) MoveComment(ctx context.Context, by Actor, id CommentID, status CommentStatus) (Comment, error) {
	var comments []Comment
	err := s.write(ctx, by, "move the comment", func(t *tx) error {
		comment, err := t.moderatable(id)
		if err != nil {
			return err
		}
		if err := t.moveComment(&comment, status); err != nil {
			return err
		}
		comments = []Comment{comment}
		return attachForStaff(t.ctx, t.DB, comments)
	})
	if err != nil {
		return Comment{}, err
	}
	return comments[0], nil
}

func (t *tx) moveComment(c *Comment, status CommentStatus) error {
	from := c.Status
	moved, err := c.MoveTo(status, t.now)
	if err != nil || !moved {
		return err
	}
	if err := one(table[Comment](t.DB).Where("id = ?", c.ID).Select("status", "decided_at").Updates(t.ctx, *c)); err != nil {
		return err
	}
	who := string(t.by.User)
	decision := Judgement{Decision: &c.Status, DecidedBy: &who, DecidedAt: &t.now}
	if err := done(table[Judgement](t.DB).Where("comment_id = ?", c.ID).Select("decision", "decided_by", "decided_at").Updates(t.ctx, decision)); err != nil {
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
	return t.countComments(c.PostID, countedMove{c.CommenterID, from, c.Status})
}

// DeleteComment removes a comment and the answers to it, for good.
func (s *Store) DeleteComment(ctx context.Context, by Actor, id CommentID) error {
	return s.write(ctx, by, "delete the comment", func(t *tx) error {
		comment, err := t.moderatable(id)
		if err != nil {
			return err
		}
		branch, err := table[Comment](t.DB).Select("id, parent_id, status, commenter_id").Where("root_id = ?", comment.RootID).Find(t.ctx)
		if err != nil {
			return err
		}
		gone := withAnswers(id, branch)
		moves := make([]countedMove, len(gone))
		for i, c := range gone {
			moves[i] = countedMove{c.CommenterID, c.Status, ""}
			t.event("comment.deleted", "comment", string(c.ID))
		}
		if err := t.countComments(comment.PostID, moves...); err != nil {
			return err
		}
		return one(table[Comment](t.DB).Where("id = ?", id).Delete(t.ctx)) // and with it, by their references, the answers
	})
}

// withAnswers are, of the comments of one branch, the one with this id and all that is below it.
func withAnswers(id CommentID, branch []Comment) []Comment {
	answers := map[CommentID][]Comment{}
	var below []Comment
	for _, c := range branch {
		if c.ID == id {
			below = append(below, c)
		} else if c.ParentID != nil {
			answers[*c.ParentID] = append(answers[*c.ParentID], c)
		}
	}
	for i := 0; i < len(below); i++ {
		below = append(below, answers[below[i].ID]...)
	}
	return below
}
