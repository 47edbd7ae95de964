package models

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// undoWindow is how long an action of a moderator can be taken back.
	undoWindow = 10 * time.Minute
	// maxDecided is how many comments one action decides about.
	maxDecided = 1000
)

// CommentChange is what a moderator changes of a comment.
type CommentChange struct {
	Status Opt[CommentStatus]
	Body   Opt[CommentBody]
	Pinned Opt[bool]
	Link   *LinkUse // the link in a mail that it is made with; nil: none
}

// CommentBody is a text and what it is rendered to.
type CommentBody struct {
	Source, HTML string
	Hosts        []string // the sites that it links to
}

// Decided is what became of one comment of an action.
type Decided struct {
	ID     CommentID
	Status CommentStatus
	Err    error // ErrNotFound, or why it could not be
}

// ChangeComment changes a comment for a moderator. What is so already changes nothing, and then there is nothing to take back.
func (s *Store) ChangeComment(ctx context.Context, by Actor, id CommentID, c CommentChange) (Comment, ActionID, error) {
	var comments []Comment
	var action ActionID
	err := s.write(ctx, by, "change the comment", func(t *tx) error {
		comment, err := t.moderatable(id)
		if err != nil {
			return err
		}
		if err := t.use(c.Link); err != nil {
			return err
		}
		before := undoable{ID: id, Before: comment}
		if before.Decision, err = t.decisionAbout(&comment); err != nil {
			return err
		}
		if c.Body.Set && c.Body.Value.Source != comment.Source {
			comment.Source, comment.HTML, comment.EditedAt = c.Body.Value.Source, c.Body.Value.HTML, &t.now
			before.Fields = append(before.Fields, "source", "html", "edited_at")
			if before.Hosts, err = t.hostsOf(id); err != nil {
				return err
			}
			if err := t.relinkComment(id, c.Body.Value.Hosts); err != nil {
				return err
			}
			t.event("comment.edited", "comment", string(id), "body")
		}
		if c.Pinned.Set && c.Pinned.Value != comment.Pinned {
			if c.Pinned.Value && comment.ParentID != nil {
				return Invalid{"pinned": "is for comments that answer no other"}
			}
			comment.Pinned = c.Pinned.Value
			before.Fields = append(before.Fields, "pinned")
			t.event("comment.pinned", "comment", string(id), "pinned")
		}
		if before.Fields != nil {
			if err := t.rewrite(&comment, commentWords(comment.AuthorName, comment.AuthorURL, comment.Source), before.Fields...); err != nil {
				return err
			}
		}
		if c.Status.Set {
			was := comment.Status
			if err := t.decide(&comment, c.Status.Value); err != nil {
				return err
			}
			if comment.Status != was {
				before.Fields = append(before.Fields, "status")
			}
		}
		if action, err = t.keepAction(before); err != nil {
			return err
		}
		if err := t.noteAction(c.Link, action); err != nil {
			return err
		}
		comments = []Comment{comment}
		return attachForStaff(t.ctx, t.DB, comments)
	})
	if err != nil {
		return Comment{}, "", err
	}
	return comments[0], action, nil
}

// DecideComments gives many comments a status: those of the list, or with a query those that it finds, 1,000 at most. Each succeeds or fails
// by itself; all that succeed are taken back together.
func (s *Store) DecideComments(ctx context.Context, by Actor, ids []CommentID, q *CommentQuery, status CommentStatus) ([]Decided, ActionID, error) {
	if !status.Valid() {
		return nil, "", errStatus
	}
	if len(ids) > maxDecided {
		return nil, "", Invalid{"ids": "are more than 1,000"}
	}
	var decided []Decided
	var action ActionID
	err := s.write(ctx, by, "decide about the comments", func(t *tx) error {
		wanted := slices.Clone(ids)
		if q != nil {
			where, err := s.wantedComments(t.ctx, by, *q)
			if errors.Is(err, ErrNotFound) {
				return nil
			} else if err != nil {
				return err
			}
			where.add("status <> ?", status) // so that the next thousand comes next
			found, err := chain[Comment](t.DB, where).Select("id").Order("created_at DESC, id DESC").Limit(maxDecided).Find(t.ctx)
			if err != nil {
				return err
			}
			for _, c := range found {
				wanted = append(wanted, c.ID)
			}
		}
		var err error
		decided, action, err = t.decideAll(wanted, status)
		return err
	})
	return decided, action, err
}

// decideAll gives each comment a status, and keeps what they were.
func (t *tx) decideAll(ids []CommentID, status CommentStatus) ([]Decided, ActionID, error) {
	comments := map[CommentID]*Comment{}
	var byPost []Comment
	for some := range slices.Chunk(slices.DeleteFunc(slices.Clone(ids), func(id CommentID) bool { return !isID(id) }), 500) {
		found, err := table[Comment](t.DB).Select("id, post_id").Where("id IN ? AND erased_at IS NULL", some).Find(t.ctx)
		if err != nil {
			return nil, "", err
		}
		byPost = append(byPost, found...)
	}
	slices.SortFunc(byPost, func(a, b Comment) int { return cmp.Or(cmp.Compare(a.PostID, b.PostID), cmp.Compare(a.ID, b.ID)) })
	posts := make([]PostID, len(byPost))
	for i, c := range byPost {
		posts[i] = c.PostID
	}
	if err := t.lockThreads(posts); err != nil {
		return nil, "", err
	}
	var before []undoable
	failed := map[CommentID]error{}
	for _, found := range byPost {
		comment, err := t.moderatable(found.ID)
		if err == nil && comment.Status != status {
			was := undoable{ID: comment.ID, Fields: []string{"status"}, Before: comment}
			if was.Decision, err = t.decisionAbout(&comment); err == nil {
				err = t.decide(&comment, status)
			}
			if err == nil {
				before = append(before, was)
			}
		}
		var invalid Invalid
		if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) && !errors.As(err, &invalid) {
			return nil, "", err
		}
		comments[found.ID], failed[found.ID] = &comment, err
	}
	decided := make([]Decided, len(ids))
	for i, id := range ids {
		decided[i] = Decided{ID: id, Err: ErrNotFound}
		if c := comments[id]; c != nil {
			decided[i] = Decided{ID: id, Status: c.Status, Err: failed[id]}
		}
	}
	action, err := t.keepAction(before...)
	return decided, action, err
}

// DeleteComment removes a comment for good, as soon as it can no longer be taken back. What answers it stays, and with it its place.
func (s *Store) DeleteComment(ctx context.Context, by Actor, id CommentID) (ActionID, error) {
	var action ActionID
	err := s.write(ctx, by, "delete the comment", func(t *tx) error {
		comment, err := t.moderatable(id)
		if err != nil {
			return err
		}
		before := undoable{ID: id, Before: comment, Deleted: true}
		if before.Hosts, err = t.hostsOf(id); err != nil {
			return err
		}
		if before.Places, err = t.erase(&comment); err != nil {
			return err
		}
		action, err = t.keepAction(before)
		return err
	})
	return action, err
}

// moderatable reads a comment that the actor may decide about, to be changed in this transaction: authors decide on their own posts only.
func (t *tx) moderatable(id CommentID) (Comment, error) {
	comment, err := t.lockedComment(id)
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
	_, err := found(table[postAuthor](t.DB).Where("post_id = ? AND user_id = ?", id, t.by.User).Take(t.ctx))
	return err
}

// decide gives a comment a status and notes that a person wanted it so.
func (t *tx) decide(c *Comment, status CommentStatus) error {
	was := c.Status
	if err := t.setStatus(c, status); err != nil {
		return err
	}
	if c.Status == was {
		return nil
	}
	who := string(t.by.User)
	decision := Judgement{Decision: &c.Status, DecidedBy: &who, DecidedAt: &t.now}
	if err := done(table[Judgement](t.DB).Where("comment_id = ?", c.ID).Select("decision", "decided_by", "decided_at").Updates(t.ctx, decision)); err != nil {
		return err
	}
	return t.learnFrom(c.ID, c.Status)
}

// A decision is what a person has decided about a comment.
type decision struct {
	Status *CommentStatus
	By     *string
	At     *time.Time
}

// taken is the status that was decided, or Pending where nobody has decided.
func (d decision) taken() CommentStatus {
	if d.Status == nil {
		return Pending
	}
	return *d.Status
}

// learnFrom gives what a person has decided about a comment to whoever judges comments: the text model, and Akismet where it thought otherwise.
func (t *tx) learnFrom(id CommentID, decided CommentStatus) error {
	if err := t.teach(id, decided); err != nil {
		return err
	}
	return t.tellAkismet(id, decided)
}

// decisionAbout reads what has been decided about a comment so far; nil is nothing.
func (t *tx) decisionAbout(c *Comment) (*decision, error) {
	if c.DecidedAt == nil { // its status has never moved
		return nil, nil
	}
	judged, err := found(table[Judgement](t.DB).Where("comment_id = ? AND decision IS NOT NULL", c.ID).Order("created_at DESC").Limit(1).Take(t.ctx))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return &decision{judged.Decision, judged.DecidedBy, judged.DecidedAt}, err
}

// setStatus moves a comment to a status, with all that goes with it.
func (t *tx) setStatus(c *Comment, status CommentStatus) error {
	before := *c
	moved, err := c.MoveTo(status, t.now)
	if err != nil || !moved {
		return err
	}
	if err := one(table[Comment](t.DB).Where("id = ?", c.ID).Select("status", "decided_at").Updates(t.ctx, *c)); err != nil {
		return err
	}
	switch {
	case c.Status == Approved:
		t.event("comment.approved", "comment", string(c.ID))
	case before.Status == Approved:
		t.event("comment.removed", "comment", string(c.ID), "status")
	default:
		t.event("comment.moved", "comment", string(c.ID), "status")
	}
	return t.countComments(c.PostID, countedMove{&before, before.Status, c.Status})
}

// An action is what one moderator did at once, kept for as long as it can be taken back.
type action struct {
	ID        ActionID `gorm:"primaryKey"`
	ByUserID  *UserID
	Before    JSON
	CreatedAt time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	UndoneAt  *time.Time `gorm:"serializer:utc"`
}

func (action) TableName() string { return "moderation_actions" }

// undoable is one comment as it was before an action.
type undoable struct {
	ID       CommentID
	Fields   []string `json:",omitempty"` // columns that it changed
	Deleted  bool     `json:",omitempty"`
	Before   Comment
	Decision *decision `json:",omitempty"` // what a person had decided before
	Places   []Comment `json:",omitempty"` // that went with it, the nearest above it first
	Hosts    []string  `json:",omitempty"` // the sites that it linked to, if its text changed or it was deleted
}

// keepAction keeps what comments were. Nothing changed is nothing to take back: the id is empty then.
func (t *tx) keepAction(before ...undoable) (ActionID, error) {
	before = slices.DeleteFunc(before, func(u undoable) bool { return u.Fields == nil && !u.Deleted })
	if len(before) == 0 {
		return "", nil
	}
	for i := range before {
		before[i].Before.Post, before[i].Before.Verdict, before[i].Before.Commenter = nil, nil, nil
		if !before[i].Deleted && !slices.Contains(before[i].Fields, "source") { // texts are kept no longer than needed
			before[i].Before.Source, before[i].Before.HTML = "", ""
		}
	}
	text, err := json.Marshal(before)
	if err != nil {
		return "", fmt.Errorf("write down what was done: %w", err)
	}
	kept := action{ID: newID[ActionID](), Before: JSON(text), CreatedAt: t.now}
	if t.by.User != "" {
		kept.ByUserID = &t.by.User
	}
	// The job waits for the last action: without this, the texts would stay for as long as there is one every ten minutes.
	if err := done(table[action](t.DB).Where("created_at < ?", t.now.Add(-undoWindow)).Delete(t.ctx)); err != nil {
		return "", err
	}
	key := "forget_actions"
	if err := t.schedule(Job{Kind: JobForgetActions, UniqueKey: &key, Payload: "{}", RunAt: t.now.Add(undoWindow + time.Minute), MaxAttempts: 100}); err != nil {
		return "", err
	}
	return kept.ID, table[action](t.DB).Create(t.ctx, &kept)
}

// errUndone is the refusal of an action that cannot be taken back any more.
var errUndone = ConflictError{"cannot_undo", "This cannot be taken back any more: ten minutes are over, or it has been taken back already."}

// UndoAction takes back what the actor did within the last ten minutes. A comment that somebody has changed since stays as it is, and says so.
func (s *Store) UndoAction(ctx context.Context, by Actor, id ActionID) ([]Decided, error) {
	if !isID(id) {
		return nil, ErrNotFound
	}
	var decided []Decided
	err := s.write(ctx, by, "take it back", func(t *tx) error {
		decided = nil
		kept, err := found(table[action](t.DB, t.forUpdate()...).Where("id = ?", id).Take(t.ctx))
		switch {
		case err != nil:
			return err
		case kept.ByUserID == nil || *kept.ByUserID != t.by.User:
			return ErrNotFound // somebody else's
		case kept.UndoneAt != nil || t.now.Sub(kept.CreatedAt) > undoWindow:
			return errUndone
		}
		var before []undoable
		if err := json.Unmarshal([]byte(kept.Before), &before); err != nil {
			return fmt.Errorf("read what was done: %w", err)
		}
		posts := make([]PostID, len(before))
		for i, u := range before {
			posts[i] = u.Before.PostID
		}
		if err := t.lockThreads(posts); err != nil {
			return err
		}
		for _, u := range before {
			status, err := t.undo(u, kept.CreatedAt)
			if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
				return err
			}
			decided = append(decided, Decided{u.ID, status, err})
		}
		// The texts go at once.
		kept.UndoneAt, kept.Before = &t.now, "[]"
		return one(table[action](t.DB).Where("id = ?", id).Select("undone_at", "before").Updates(t.ctx, kept))
	})
	return decided, err
}

var errChangedSince = ConflictError{"changed_since", "This comment has been changed since. It stays as it is."}

// undo makes one comment what it was before an action of a moment, unless it is not what the action left.
func (t *tx) undo(u undoable, at time.Time) (CommentStatus, error) {
	if u.Deleted {
		if err := t.bringBack(u.Before, u.Places); err != nil {
			return u.Before.Status, err
		}
		return u.Before.Status, t.relinkComment(u.ID, u.Hosts)
	}
	comment, err := t.moderatable(u.ID)
	if err != nil {
		return "", err
	}
	for field, since := range map[string]bool{
		"status": comment.DecidedAt == nil || !comment.DecidedAt.Equal(at),
		"source": comment.EditedAt == nil || !comment.EditedAt.Equal(at),
		"pinned": comment.Pinned == u.Before.Pinned,
	} {
		if since && slices.Contains(u.Fields, field) {
			return comment.Status, errChangedSince
		}
	}
	columns := slices.DeleteFunc(slices.Clone(u.Fields), func(field string) bool { return field == "status" })
	if len(columns) > 0 {
		comment.Pinned = u.Before.Pinned
		if slices.Contains(columns, "source") {
			comment.Source, comment.HTML, comment.EditedAt = u.Before.Source, u.Before.HTML, u.Before.EditedAt
			if err := t.relinkComment(u.ID, u.Hosts); err != nil {
				return "", err
			}
		}
		if err := t.rewrite(&comment, commentWords(comment.AuthorName, comment.AuthorURL, comment.Source), columns...); err != nil {
			return "", err
		}
		t.event("comment.edited", "comment", string(u.ID), columns...)
	}
	if slices.Contains(u.Fields, "status") {
		if err := t.setStatus(&comment, u.Before.Status); err != nil {
			return "", err
		}
		// Nobody has decided then, unless somebody had before.
		before := decision{}
		if u.Decision != nil {
			before = *u.Decision
		}
		err = errors.Join(
			done(table[Comment](t.DB).Where("id = ?", u.ID).Select("decided_at").Updates(t.ctx, u.Before)),
			done(table[Judgement](t.DB).Where("comment_id = ?", u.ID).Select("decision", "decided_by", "decided_at").
				Updates(t.ctx, Judgement{Decision: before.Status, DecidedBy: before.By, DecidedAt: before.At})),
		)
		if err == nil {
			err = t.learnFrom(u.ID, before.taken())
		}
	}
	return comment.Status, err
}

// bringBack puts a deleted comment into its place again, and the places above it that went with it.
func (t *tx) bringBack(c Comment, places []Comment) error {
	post, err := t.commentedPost(c.PostID)
	if err != nil {
		return err
	}
	if err := t.mayModerate(post.ID); err != nil {
		return err
	}
	if c.CommenterID != nil { // she may have been forgotten
		if _, err := found(table[Commenter](t.DB).Select("id").Where("id = ?", *c.CommenterID).Take(t.ctx)); errors.Is(err, ErrNotFound) {
			c.CommenterID = nil
		} else if err != nil {
			return err
		}
	}
	if c.UserID != nil { // and so may whoever of the blog wrote it
		if _, err := found(table[User](t.DB).Select("id").Where("id = ?", *c.UserID).Take(t.ctx)); errors.Is(err, ErrNotFound) {
			c.UserID = nil
		} else if err != nil {
			return err
		}
	}
	there, err := found(table[Comment](t.DB).Where("id = ?", c.ID).Take(t.ctx))
	switch {
	case err == nil && there.ErasedAt == nil:
		return ConflictError{"not_deleted", "The comment is there."}
	case err == nil:
		c.ReplyCount, c.LikeCount, c.ReportCount = there.ReplyCount, 0, 0
		err = one(table[Comment](t.DB).Where("id = ?", c.ID).Select("*").Omit("id", "post_id", "parent_id", "under_id", "root_id", "depth").Updates(t.ctx, c))
	case errors.Is(err, ErrNotFound):
		c.ReplyCount, c.LikeCount, c.ReportCount = 0, 0, 0
		if err = t.bringBackPlaces(places); err != nil {
			return err
		}
		if c.ParentID != nil {
			if _, err := found(table[Comment](t.DB).Select("id").Where("id = ?", *c.ParentID).Take(t.ctx)); err != nil {
				return err
			}
		}
		err = table[Comment](t.DB).Create(t.ctx, &c)
	}
	if err != nil {
		return err
	}
	if err := t.indexComment(c.ID, commentWords(c.AuthorName, c.AuthorURL, c.Source)); err != nil {
		return err
	}
	t.event("comment.restored", "comment", string(c.ID))
	return t.countComments(c.PostID, countedMove{&c, "", c.Status})
}

// bringBackPlaces makes empty places again that are not there, the highest first. One whose parent has gone is not made.
func (t *tx) bringBackPlaces(places []Comment) error {
	for _, place := range slices.Backward(places) {
		wanted := []CommentID{place.ID}
		if place.ParentID != nil {
			wanted = append(wanted, *place.ParentID)
		}
		there, err := table[Comment](t.DB).Select("id").Where("id IN ?", wanted).Find(t.ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(c Comment) bool { return c.ID == place.ID }) || len(there) < len(wanted)-1 {
			continue
		}
		if err := table[Comment](t.DB).Create(t.ctx, &place); err != nil {
			return err
		}
	}
	return nil
}

// ForgetActions removes what can no longer be taken back.
func (s *Store) ForgetActions(ctx context.Context) error {
	return s.write(ctx, System, "forget what was done", func(t *tx) error {
		return done(table[action](t.DB).Where("created_at < ?", t.now.Add(-undoWindow)).Delete(t.ctx))
	})
}
