package models

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// Reader is the owner of a mailbox, and what is kept of her here. Hers are the readers whose addresses she has confirmed by a click. Whatever else was
// written under the address may be anybody's: it is shown apart until she says.
type Reader struct {
	Email         string
	Own           []Commenter
	Typed         []Commenter // gave the address, and nobody has clicked
	Comments      []Comment   // of Own, the newest first, 200 at most; with post
	TypedComments []Comment   // of Typed
	Subscriptions []Subscription
	Likes         []ReaderMark // of Own
	Reactions     []ReaderMark
	Reports       []ReaderMark
}

// ReaderMark is a like, a report or a reaction.
type ReaderMark struct {
	CommentID *CommentID
	PostID    *PostID
	Reason    string // of a report
	CreatedAt time.Time
}

// MaxReaderComments is how many comments a reader's own page shows.
const MaxReaderComments = 200

// ReaderOf reads what is kept of the owner of a mailbox: whoever has opened a link that was mailed there. id is the reader whom the link names; her
// address says whose mailbox. No one is not found.
func (s *Store) ReaderOf(ctx context.Context, id CommenterID) (Reader, error) {
	named, err := s.Commenter(ctx, id)
	if err == nil && named.Email == nil {
		err = ErrNotFound
	}
	if err != nil {
		return Reader{}, err
	}
	r := Reader{Email: *named.Email}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	all, err := table[Commenter](db).Where("email = ?", r.Email).Order("created_at, id").Limit(1000).Find(ctx)
	if err != nil {
		return r, fault("read who has the address", err)
	}
	for _, c := range all {
		if c.EmailConfirmedAt != nil {
			r.Own = append(r.Own, c)
		} else {
			r.Typed = append(r.Typed, c)
		}
	}
	return r, fault("read what is kept of the reader", r.fill(ctx, s, db))
}

func (r *Reader) fill(ctx context.Context, s *Store, db *gorm.DB) error {
	var err error
	if r.Comments, err = commentsOf(ctx, db, r.Own, MaxReaderComments); err != nil {
		return err
	}
	if r.TypedComments, err = commentsOf(ctx, db, r.Typed, MaxReaderComments); err != nil {
		return err
	}
	everybody := idsOf(append(slices.Clone(r.Own), r.Typed...))
	if r.Subscriptions, err = table[Subscription](db).Where("commenter_id IN ?", everybody).Order("created_at DESC, id DESC").Find(ctx); err != nil {
		return err
	}
	if err := attachToSubscriptions(ctx, s, r.Subscriptions); err != nil {
		return err
	}
	own := idsOf(r.Own)
	if len(own) == 0 {
		return nil
	}
	if r.Likes, err = query[ReaderMark](ctx, db, "SELECT comment_id FROM comment_likes WHERE commenter_id IN ? ORDER BY comment_id", own); err != nil {
		return err
	}
	if r.Reactions, err = query[ReaderMark](ctx, db, "SELECT post_id FROM post_reactions WHERE commenter_id IN ? ORDER BY post_id", own); err != nil {
		return err
	}
	r.Reports, err = query[ReaderMark](ctx, db, "SELECT comment_id, reason FROM comment_reports WHERE commenter_id IN ? ORDER BY comment_id", own)
	return err
}

func idsOf(readers []Commenter) []CommenterID {
	ids := make([]CommenterID, len(readers))
	for i, c := range readers {
		ids[i] = c.ID
	}
	return ids
}

// commentsOf reads the comments of readers, the newest first, with their posts.
func commentsOf(ctx context.Context, db *gorm.DB, readers []Commenter, most int) ([]Comment, error) {
	if len(readers) == 0 {
		return nil, nil
	}
	comments, err := table[Comment](db).Where("commenter_id IN ? AND erased_at IS NULL", idsOf(readers)).Order("created_at DESC, id DESC").Limit(most).Find(ctx)
	if err == nil {
		err = attachForStaff(ctx, db, comments)
	}
	return comments, err
}

// Wrote reports whether one of her own comments has this id.
func (r *Reader) Wrote(id CommentID) bool {
	return slices.ContainsFunc(r.Comments, func(c Comment) bool { return c.ID == id })
}

// AskReaderLink mails the owner of an address the link to her own page, if anything is kept of her. Whoever asks learns nothing.
func (s *Store) AskReaderLink(ctx context.Context, email string) error {
	return s.write(ctx, Actor{Kind: ByReader}, "ask for the link", func(t *tx) error {
		reader, err := found(table[Commenter](t.DB).Where("email = ?", email).Order("email_confirmed_at IS NULL, created_at, id").Limit(1).Take(t.ctx))
		if errors.Is(err, ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		return t.ask(Delivery{Kind: MailReader, CommenterID: &reader.ID, GiveUpAt: t.now.Add(24 * time.Hour)}, email)
	})
}

// AdoptReaders says that the owner of a mailbox has written what was written under her address and not confirmed.
func (s *Store) AdoptReaders(ctx context.Context, email string) error {
	return s.write(ctx, Actor{Kind: ByReader}, "confirm the address", func(t *tx) error {
		typed, err := table[Commenter](t.DB, t.forUpdate()...).Select("id").Where("email = ? AND email_confirmed_at IS NULL", email).Order("id").Find(t.ctx)
		if err != nil {
			return err
		}
		for _, c := range typed {
			t.by.ID = string(c.ID)
			t.event("commenter.updated", "commenter", string(c.ID), "email_confirmed")
		}
		return done(table[Commenter](t.DB).Where("email = ? AND email_confirmed_at IS NULL", email).Update(t.ctx, "email_confirmed_at", t.now))
	})
}

// DisownReaders takes an address off whatever was written under it by somebody who is not its owner, and ends what that somebody has subscribed it to.
func (s *Store) DisownReaders(ctx context.Context, email string) error {
	return s.write(ctx, Actor{Kind: ByReader}, "take the address off", func(t *tx) error {
		typed, err := table[Commenter](t.DB, t.forUpdate()...).Select("id").Where("email = ? AND email_confirmed_at IS NULL", email).Order("id").Find(t.ctx)
		if err != nil {
			return err
		}
		for _, c := range typed {
			t.event("commenter.updated", "commenter", string(c.ID), "email")
			if err := errors.Join(
				done(table[Subscription](t.DB).Where("commenter_id = ?", c.ID).Delete(t.ctx)),
				one(table[Commenter](t.DB).Where("id = ?", c.ID).Select("email").Updates(t.ctx, Commenter{})),
			); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndSubscriptionsOf ends every subscription of an address.
func (s *Store) EndSubscriptionsOf(ctx context.Context, email string) error {
	return s.write(ctx, Actor{Kind: ByReader}, "end the subscriptions", func(t *tx) error {
		subs, err := query[SubscriptionID](t.ctx, t.DB, "SELECT id FROM subscriptions WHERE commenter_id IN (SELECT id FROM commenters WHERE email = ?)", email)
		if err != nil {
			return err
		}
		for _, id := range subs {
			t.event("subscription.ended", "subscription", string(id))
			if err := done(table[Subscription](t.DB).Where("id = ?", id).Delete(t.ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}

// EraseReader removes what is kept of the owner of a mailbox, for good: her comments (where they were answered, an empty place stays), subscriptions,
// likes, reactions, reports, name, address and keys. Judgements stay: they hold no text. From what others wrote under her address, the
// address is taken off. Done again after a failure, it goes on.
func (s *Store) EraseReader(ctx context.Context, email string) error {
	own, err := s.confirmedReaders(ctx, email)
	if err != nil {
		return err
	}
	for _, id := range own {
		if err := s.eraseCommentsOf(ctx, id); err != nil {
			return err
		}
		if err := s.eraseCommenter(ctx, id); err != nil {
			return err
		}
	}
	return s.DisownReaders(ctx, email)
}

func (s *Store) confirmedReaders(ctx context.Context, email string) ([]CommenterID, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	own, err := query[CommenterID](ctx, db, "SELECT id FROM commenters WHERE email = ? AND email_confirmed_at IS NOT NULL ORDER BY id", email)
	return own, fault("read who has the address", err)
}

func (s *Store) eraseCommentsOf(ctx context.Context, id CommenterID) error {
	return s.inParts(ctx, "erase the reader's comments", forgottenAtOnce, func(t *tx) (int, error) {
		t.by = Actor{Kind: ByReader, ID: string(id)}
		mine, err := table[Comment](t.DB).Select("id, post_id").Where("commenter_id = ? AND erased_at IS NULL", id).Order("post_id, id").Limit(forgottenAtOnce).Find(t.ctx)
		if err != nil {
			return 0, err
		}
		posts := make([]PostID, len(mine))
		for i, c := range mine {
			posts[i] = c.PostID
		}
		if err := t.lockThreads(posts); err != nil {
			return 0, err
		}
		for _, c := range mine {
			comment, err := t.lockedComment(c.ID)
			if err == nil {
				err = done(exec(t.ctx, t.DB, "DELETE FROM akismet_checks WHERE comment_id = ?", c.ID)) // it holds where she wrote from
			}
			if err == nil {
				if err = t.recordLinks(&comment); err == nil {
					_, err = t.erase(&comment)
				}
			}
			if err != nil && !errors.Is(err, ErrNotFound) {
				return 0, err
			}
		}
		return len(mine), nil
	})
}

// eraseCommenter removes a reader without comments, and takes back what she liked and reported.
func (s *Store) eraseCommenter(ctx context.Context, id CommenterID) error {
	return s.write(ctx, Actor{Kind: ByReader, ID: string(id)}, "erase the reader", func(t *tx) error {
		liked, err := query[PostID](t.ctx, t.DB, "SELECT DISTINCT c.post_id FROM comment_likes l JOIN comments c ON c.id = l.comment_id WHERE l.commenter_id = ? ORDER BY c.post_id", id)
		if err != nil {
			return err
		}
		reacted, err := query[PostID](t.ctx, t.DB, "SELECT post_id FROM post_reactions WHERE commenter_id = ? ORDER BY post_id", id)
		if err != nil {
			return err
		}
		if err := t.lockThreads(append(slices.Clone(liked), reacted...)); err != nil {
			return err
		}
		for _, post := range liked {
			if err := t.touchThread(post); err != nil {
				return err
			}
		}
		for _, post := range reacted {
			t.clears("post:"+string(post), "posts")
		}
		t.event("commenter.erased", "commenter", string(id))
		return errors.Join(
			done(exec(t.ctx, t.DB, "UPDATE comments SET like_count = like_count - 1 WHERE id IN (SELECT comment_id FROM comment_likes WHERE commenter_id = ?)", id)),
			done(exec(t.ctx, t.DB, "UPDATE comments SET report_count = report_count - 1 WHERE id IN (SELECT comment_id FROM comment_reports WHERE commenter_id = ?)", id)),
			done(exec(t.ctx, t.DB, "UPDATE posts SET reaction_count = reaction_count - 1 WHERE id IN (SELECT post_id FROM post_reactions WHERE commenter_id = ?)", id)),
			// What a moderator could take back holds her texts for ten minutes.
			done(exec(t.ctx, t.DB, "DELETE FROM moderation_actions WHERE before LIKE ?", "%"+strconv.Quote(string(id))+"%")),
			one(table[Commenter](t.DB).Where("id = ?", id).Delete(t.ctx)),
		)
	})
}

// CommentsOfReader reads all comments that are hers, the newest first: for her download.
func (s *Store) CommentsOfReader(ctx context.Context, r Reader) ([]Comment, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	comments, err := commentsOf(ctx, db, r.Own, 100_000)
	return comments, fault("read the reader's comments", err)
}
