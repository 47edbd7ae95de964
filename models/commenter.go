package models

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"dimmer/auth"
)

// Commenter is a reader who comments, known by a key that her browser keeps.
type Commenter struct {
	ID               CommenterID `gorm:"primaryKey"`
	KeyHash          string
	Name             string // empty: she has only liked or reported so far
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

// History is what is known of a reader and of a text before a comment is judged: of a proven identity, never of a typed address.
type History struct {
	Approved         int       // her approved comments
	Rejected         int       // her comments in spam and trash
	Trusted, Blocked bool      // a moderator has said so
	SameText         int       // comments with the same text within a day, a hundred at most
	SameTextSpam     int       // of these, in spam
	Reports          int       // readers who reported this very comment
	Staff            []string  // names of the people of the blog
	DecidedByPerson  bool      // a moderator has decided about this very comment
	LinksApproved    int       // newest approved comments that link to the same site, and
	LinksRejected    int       // those in spam and trash, 50 together and what was erased since: of the site with most of these
	Model            KeptModel // how far the lessons of the text model have gone; without the model itself
}

// History reads what is known of the reader with this key and of this text. about is the comment that is judged again; it counts for nothing
// itself. hosts are the sites that the text links to. An error means that nothing is known: such a comment is held.
func (s *Store) History(ctx context.Context, keyHash, textHash string, hosts []string, about *Comment) (History, error) {
	var h History
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	of := table[Commenter](db).Where("key_hash = ?", keyHash)
	if about != nil && about.CommenterID != nil {
		of = table[Commenter](db).Where("id = ?", *about.CommenterID)
	}
	commenter, err := found(of.Take(ctx))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return h, fault("read the reader's history", err)
	}
	if err := h.addProven(ctx, db, commenter); err != nil {
		return h, fault("read the reader's history", err)
	}
	if h.Staff, err = query[string](ctx, db, "SELECT name FROM users"); err != nil {
		return h, fault("read who is of the blog", err)
	}
	except := CommentID(unknownID)
	if about != nil {
		except, h.Reports = about.ID, about.ReportCount
		switch about.Status {
		case Approved:
			h.Approved--
		case Spam, Trash:
			h.Rejected--
		}
		n, err := table[Judgement](db).Where("comment_id = ? AND decision IS NOT NULL", about.ID).Count(ctx)
		if err != nil {
			return h, fault("read who decided", err)
		}
		h.DecidedByPerson = n > 0
	}
	if h.Model, err = readLessons(ctx, db); err != nil {
		return h, fault("read how far the lessons have gone", err)
	}
	record, err := s.hostRecord(ctx, db, hosts, except)
	if err != nil {
		return h, fault("read the record of a site", err)
	}
	h.LinksApproved, h.LinksRejected = record.Approved, record.Rejected
	if textHash == "" {
		return h, nil
	}
	same, err := query[CommentStatus](ctx, db, "SELECT status FROM comments WHERE text_hash = ? AND created_at > ? AND id <> ? LIMIT 100", textHash, s.now().Add(-sameTextWindow), except)
	h.SameText = len(same)
	for _, status := range same {
		if status == Spam {
			h.SameTextSpam++
		}
	}
	return h, fault("look for the same text", err)
}

// addProven adds what is known of a reader: by her key, and by the other keys whose readers have clicked on a link in the same mailbox as she. An
// address that was only typed adds nothing.
func (h *History) addProven(ctx context.Context, db *gorm.DB, reader Commenter) error {
	same := []Commenter{reader}
	if reader.Email != nil && reader.EmailConfirmedAt != nil {
		var err error
		if same, err = table[Commenter](db).Select("approved_count, rejected_count, trusted_at, blocked_at").
			Where("email = ? AND email_confirmed_at IS NOT NULL", *reader.Email).Limit(100).Find(ctx); err != nil {
			return err
		}
	}
	for _, c := range same {
		h.Approved, h.Rejected = h.Approved+c.ApprovedCount, h.Rejected+c.RejectedCount
		h.Trusted, h.Blocked = h.Trusted || c.TrustedAt != nil, h.Blocked || c.BlockedAt != nil
	}
	return nil
}

// unknownID is an id that nothing has.
const unknownID = "00000000-0000-0000-0000-000000000000"

// CommenterQuery selects readers; zero fields select all who have written.
type CommenterQuery struct {
	Blocked bool
	Trusted bool
	Words   string // the beginning of a name, or an e-mail address
	Page    Page
}

// Commenters lists readers for the moderators, the newest first.
func (s *Store) Commenters(ctx context.Context, q CommenterQuery) (List[Commenter], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.add("name <> ''")
	var counted conditions
	if q.Blocked {
		where.add("blocked_at IS NOT NULL")
	}
	if q.Trusted {
		where.add("trusted_at IS NOT NULL")
	}
	if words := strings.TrimSpace(q.Words); words != "" {
		if address, err := auth.NormalizeEmail(words); err == nil {
			where.add("email = ?", address)
		} else {
			var err error
			if where, counted, err = s.addNames(ctx, db, where, words); err != nil {
				return List[Commenter]{}, fault("count the readers", err)
			}
		}
	}
	list, err := listRows(ctx, db, listing[Commenter]{columns: "*", where: where, sort: sortSpec{column: "created_at", kind: timeKey, descending: true}, page: q.Page},
		func(c Commenter) sortKey { return sortKey{key: c.CreatedAt, id: string(c.ID)} })
	if err != nil {
		return list, fault("list the readers", err)
	}
	if counted == nil {
		counted = where
	}
	list.Total, list.Capped, err = countCapped(ctx, db, "commenters", counted)
	return list, fault("count the readers", err)
}

// Names as the index has them, and the same for SQLite where the list is read in its own order and not along that index.
const (
	sqliteNames, postgresNames = "lower(name)", `(lower(name) COLLATE "C")`
	namesInTurn                = "+lower(name)"
)

// addNames selects readers by the beginning of a name. SQLite knows capitals of English only: the others are found as they are typed, or with one at the
// beginning. A name that few have is found in the index, one that many have soon in the order of the list; counted is along the index in any case.
func (s *Store) addNames(ctx context.Context, db *gorm.DB, where conditions, words string) (listed, counted conditions, err error) {
	few, many := slices.Clone(where), slices.Clone(where)
	column, inTurn := sqliteNames, namesInTurn
	if s.postgres {
		column, inTurn = postgresNames, postgresNames
	}
	var args []any
	for _, beginning := range []string{strings.ToLower(words), lowerEnglish(words), lowerEnglish(capitalized(words))} {
		args = append(args, beginning, beginning+string(utf8.MaxRune))
	}
	few.add("("+column+" >= ? AND "+column+" < ? OR "+column+" >= ? AND "+column+" < ? OR "+column+" >= ? AND "+column+" < ?)", args...)
	many.add("("+inTurn+" >= ? AND "+inTurn+" < ? OR "+inTurn+" >= ? AND "+inTurn+" < ? OR "+inTurn+" >= ? AND "+inTurn+" < ?)", args...)
	_, capped, err := countCapped(ctx, db, "commenters", few)
	if capped {
		return many, few, err
	}
	return few, few, err
}

// lowerEnglish is a text with the capitals of English made small, as SQLite does.
func lowerEnglish(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// capitalized is a text with a capital at its beginning.
func capitalized(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToTitle(first)) + text[size:]
}

// Commenter reads one reader for the moderators.
func (s *Store) Commenter(ctx context.Context, id CommenterID) (Commenter, error) {
	if !isID(id) {
		return Commenter{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	commenter, err := table[Commenter](db).Where("id = ?", id).Take(ctx)
	return commenter, fault("read the reader", err)
}

// BlockCommenter makes every new comment of a reader spam, or ends that. Whoever is blocked is not trusted. With a status, spam or trash, her comments that
// are not removed yet go there too, 1,000 at most; the action takes them back, and leaves her blocked.
func (s *Store) BlockCommenter(ctx context.Context, by Actor, id CommenterID, blocked bool, comments CommentStatus) (c Commenter, decided []Decided, action ActionID, err error) {
	if comments != "" && (comments != Spam && comments != Trash || !blocked) {
		return c, nil, "", Invalid{"comments": "is neither spam nor trash"}
	}
	if !isID(id) {
		return c, nil, "", ErrNotFound
	}
	err = s.write(ctx, by, "block the reader", func(t *tx) (err error) {
		// Her comments before herself: so everybody does who writes of both, else they wait for each other in a ring.
		if comments != "" {
			if decided, action, err = t.removeCommentsOf(id, comments); err != nil {
				return err
			}
		}
		c, err = t.changeCommenter(id, "blocked", blocked, func(c *Commenter, at *time.Time) {
			c.BlockedAt = at
			if at != nil {
				c.TrustedAt = nil
			}
		})
		return err
	})
	if err != nil {
		return Commenter{}, nil, "", err
	}
	return c, decided, action, nil
}

// TrustCommenter lets the comments of a reader pass where newcomers are held, or ends that. Whoever is trusted is not blocked.
func (s *Store) TrustCommenter(ctx context.Context, by Actor, id CommenterID, trusted bool) (Commenter, error) {
	var c Commenter
	if !isID(id) {
		return c, ErrNotFound
	}
	err := s.write(ctx, by, "trust the reader", func(t *tx) (err error) {
		c, err = t.changeCommenter(id, "trusted", trusted, func(c *Commenter, at *time.Time) {
			c.TrustedAt = at
			if at != nil {
				c.BlockedAt = nil
			}
		})
		return err
	})
	return c, err
}

// changeCommenter changes what moderators think of a reader.
func (t *tx) changeCommenter(id CommenterID, field string, on bool, set func(*Commenter, *time.Time)) (Commenter, error) {
	before, err := found(table[Commenter](t.DB, t.forChange()...).Where("id = ?", id).Take(t.ctx))
	if err != nil {
		return before, err
	}
	commenter := before
	var at *time.Time
	if on {
		at = &t.now
	}
	set(&commenter, at)
	if (before.BlockedAt == nil) == (commenter.BlockedAt == nil) && (before.TrustedAt == nil) == (commenter.TrustedAt == nil) {
		return before, nil
	}
	t.event("commenter.updated", "commenter", string(id), field)
	return commenter, one(table[Commenter](t.DB).Where("id = ?", id).Select("blocked_at", "trusted_at").Updates(t.ctx, commenter))
}

// RemoveCommentsOf gives the comments of a reader that are not removed yet another status, spam or trash, 1,000 at most.
func (s *Store) RemoveCommentsOf(ctx context.Context, by Actor, id CommenterID, status CommentStatus) ([]Decided, ActionID, error) {
	if status != Spam && status != Trash {
		return nil, "", Invalid{"status": "is neither spam nor trash"}
	}
	if _, err := s.Commenter(ctx, id); err != nil {
		return nil, "", err
	}
	var decided []Decided
	var action ActionID
	err := s.write(ctx, by, "remove the reader's comments", func(t *tx) (err error) {
		decided, action, err = t.removeCommentsOf(id, status)
		return err
	})
	return decided, action, err
}

func (t *tx) removeCommentsOf(id CommenterID, status CommentStatus) ([]Decided, ActionID, error) {
	mine, err := table[Comment](t.DB).Select("id").Where("commenter_id = ? AND status IN ('pending', 'approved')", id).Order("created_at DESC, id DESC").Limit(maxDecided).Find(t.ctx)
	if err != nil {
		return nil, "", err
	}
	ids := make([]CommentID, len(mine))
	for i, c := range mine {
		ids[i] = c.ID
	}
	return t.decideAll(ids, status)
}

// maxReportReason is how much a reader says when she reports a comment, in characters.
const maxReportReason = 500

type commentLike struct {
	CommentID   CommentID   `gorm:"primaryKey"`
	CommenterID CommenterID `gorm:"primaryKey"`
	CreatedAt   time.Time   `gorm:"serializer:utc;autoCreateTime:false"`
}

func (commentLike) TableName() string { return "comment_likes" }

type commentReport struct {
	CommentID   CommentID   `gorm:"primaryKey"`
	CommenterID CommenterID `gorm:"primaryKey"`
	Reason      string
	CreatedAt   time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

func (commentReport) TableName() string { return "comment_reports" }

type postReaction struct {
	PostID      PostID      `gorm:"primaryKey"`
	CommenterID CommenterID `gorm:"primaryKey"`
	CreatedAt   time.Time   `gorm:"serializer:utc;autoCreateTime:false"`
}

func (postReaction) TableName() string { return "post_reactions" }

// visibleComment reads a comment that readers see, on a post that they see, to be changed in this transaction.
func (t *tx) visibleComment(id CommentID) (Comment, error) {
	comment, err := t.lockedComment(id)
	if err == nil && (comment.Status != Approved || !comment.Post.Readable()) {
		err = ErrNotFound
	}
	return comment, err
}

// LikeComment notes that a reader likes a comment, or no longer does, and returns how many do. She counts once.
func (s *Store) LikeComment(ctx context.Context, keyHash string, id CommentID, likes bool) (int, error) {
	count := 0
	err := s.writeGrouped(ctx, Actor{Kind: ByReader}, "note the like", func(t *tx) error {
		comment, err := t.visibleComment(id)
		if err != nil {
			return refusal{err}
		}
		changed, err := t.mark(keyHash, likes, func(reader CommenterID) (int, error) {
			if !likes {
				return table[commentLike](t.DB).Where("comment_id = ? AND commenter_id = ?", id, reader).Delete(t.ctx)
			}
			return exec(t.ctx, t.DB, "INSERT INTO comment_likes (comment_id, commenter_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, reader, t.now)
		})
		count = comment.LikeCount + changed
		if err != nil || changed == 0 {
			return err
		}
		if err := one(table[Comment](t.DB).Where("id = ?", id).Update(t.ctx, "like_count", gorm.Expr("like_count + ?", changed))); err != nil {
			return err
		}
		return t.touchThread(comment.PostID)
	})
	return count, err
}

// ReactToPost notes that a reader reacts to a post, or no longer does, and returns how many do. She counts once.
func (s *Store) ReactToPost(ctx context.Context, keyHash string, id PostID, reacts bool) (int, error) {
	count := 0
	if !isID(id) {
		return 0, ErrNotFound
	}
	err := s.writeGrouped(ctx, Actor{Kind: ByReader}, "note the reaction", func(t *tx) error {
		post, err := found(table[Post](t.DB, t.forUpdate()...).Select("id, status, reaction_count").Where("id = ?", id).Take(t.ctx))
		if err == nil && !post.Readable() {
			err = ErrNotFound
		}
		if err != nil {
			return refusal{err}
		}
		changed, err := t.mark(keyHash, reacts, func(reader CommenterID) (int, error) {
			if !reacts {
				return table[postReaction](t.DB).Where("post_id = ? AND commenter_id = ?", id, reader).Delete(t.ctx)
			}
			return exec(t.ctx, t.DB, "INSERT INTO post_reactions (post_id, commenter_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, reader, t.now)
		})
		count = post.ReactionCount + changed
		if err != nil || changed == 0 {
			return err
		}
		t.clearsSoon("post:"+string(id), "posts")
		return one(table[Post](t.DB).Where("id = ?", id).Update(t.ctx, "reaction_count", gorm.Expr("reaction_count + ?", changed)))
	})
	return count, err
}

// mark finds the reader and lets change add or remove a row of hers; by is how the count changes. Whoever takes back what she never did is
// not made known by that.
func (t *tx) mark(keyHash string, on bool, change func(CommenterID) (int, error)) (by int, err error) {
	if on {
		reader, err := t.ensureCommenter(keyHash, "", nil)
		if err != nil {
			return 0, err
		}
		return change(reader)
	}
	known, err := query[CommenterID](t.ctx, t.DB, "SELECT id FROM commenters WHERE key_hash = ?", keyHash)
	if err != nil || len(known) == 0 {
		return 0, err
	}
	n, err := change(known[0])
	return -n, err
}

// ReportComment notes that a reader finds that a comment should not stand there, and why, and returns the comment. She counts once.
func (s *Store) ReportComment(ctx context.Context, keyHash string, id CommentID, reason string) (Comment, error) {
	var comment Comment
	reason = strings.TrimSpace(reason)
	invalid := Invalid{}
	checkLength(invalid, "reason", reason, 0, maxReportReason)
	if err := invalid.orNil(); err != nil {
		return comment, err
	}
	err := s.writeGrouped(ctx, Actor{Kind: ByReader}, "note the report", func(t *tx) error {
		var err error
		if comment, err = t.visibleComment(id); err != nil {
			return refusal{err}
		}
		changed, err := t.mark(keyHash, true, func(reader CommenterID) (int, error) {
			return exec(t.ctx, t.DB, "INSERT INTO comment_reports (comment_id, commenter_id, reason, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, reader, reason, t.now)
		})
		if err != nil || changed == 0 {
			return err
		}
		comment.ReportCount++
		t.event("comment.reported", "comment", string(id))
		return one(table[Comment](t.DB).Where("id = ?", id).Update(t.ctx, "report_count", gorm.Expr("report_count + 1")))
	})
	return comment, err
}

// RejudgeComment gives a comment what the policy says of it now, for a reason of its own such as a report. What a person has decided about
// this very text stands.
func (s *Store) RejudgeComment(ctx context.Context, id CommentID, judged Judged) (Comment, error) {
	var comment Comment
	err := s.write(ctx, System, "judge the comment again", func(t *tx) error {
		var err error
		if comment, err = t.lockedComment(id); err != nil {
			return err
		}
		decided, err := t.decidedByPerson(id)
		if err != nil || decided || comment.Status != Approved && comment.Status != Pending {
			return err
		}
		if comment.Verdict, err = t.addJudgement(id, judged); err != nil {
			return err
		}
		return t.setStatus(&comment, judged.Status)
	})
	return comment, err
}

// OwnComment reads a comment for the reader who wrote it, whatever became of it.
func (s *Store) OwnComment(ctx context.Context, id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	comment, err := table[Comment](db).Where("id = ? AND erased_at IS NULL AND commenter_id IS NOT NULL", id).Take(ctx)
	if err != nil {
		return comment, fault("read the comment", err)
	}
	comments := []Comment{comment}
	err = attachForStaff(ctx, db, comments)
	return comments[0], fault("read what belongs to the comment", err)
}
