package models

import (
	"context"
	"errors"
	"time"

	"dimmer/auth"
)

// forgottenAtOnce is how many comments one transaction of [Store.ForgetOld] erases: other writes come in between.
const forgottenAtOnce = 100

// partSize is how many small things one transaction of the daily work changes.
const partSize = 1000

// keptStranger is how long a reader is known who has nothing here any more, and of whom nobody has said anything.
const keptStranger = 30 * 24 * time.Hour

// keptHours is how long it is known how many comments came in an hour: the plot shows a year.
const keptHours = 366 * 24 * time.Hour

// ForgetOld removes what is kept for a time only: sessions that ended, previews that ran out, addresses that nobody signed in from for half a
// year, requests whose answer is not repeated any more, actions that cannot be taken back, subscriptions that nobody has
// confirmed, links that are over, mails of long ago, what is long gone from what readers see; and, after the days that the owner has
// set, spam and trash, the hashed addresses of comments, and readers of whom nothing is left.
func (s *Store) ForgetOld(ctx context.Context) error {
	settings, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	err = s.write(ctx, System, "forget what is old", func(t *tx) error {
		old := t.now.Add(-keptAfterEnd)
		return errors.Join(
			done(table[Session](t.DB).Where("ended_at < ? OR last_used_at < ? OR created_at < ?", old, old.Add(-auth.SessionIdle), old.Add(-auth.SessionLifetime)).Delete(t.ctx)),
			done(table[Preview](t.DB).Where("expires_at < ?", t.now).Delete(t.ctx)),
			done(table[loginAddress](t.DB).Where("last_used_at < ?", t.now.Add(-auth.SessionLifetime)).Delete(t.ctx)),
			done(table[idempotencyKey](t.DB).Where("created_at < ?", t.now.Add(-keptIdempotency)).Delete(t.ctx)),
			done(table[action](t.DB).Where("created_at < ?", t.now.Add(-undoWindow)).Delete(t.ctx)),
			t.forgetQuestions(),
			done(table[usedLink](t.DB).Where("expires_at < ?", t.now).Delete(t.ctx)),
			done(table[Subscription](t.DB).Where("confirmed_at IS NULL AND created_at < ?", t.now.Add(-keptUnconfirmed)).Delete(t.ctx)),
			done(table[Delivery](t.DB).Where("state IN ('sent', 'failed', 'dropped') AND created_at < ?", t.now.Add(-keptDelivery)).Delete(t.ctx)),
			done(table[spentProof](t.DB).Where("expires_at < ?", t.now).Delete(t.ctx)),
			done(table[commentHour](t.DB).Where("hour < ?", t.now.Add(-keptHours)).Delete(t.ctx)),
			done(table[Invite](t.DB).Where("expires_at < ?", t.now.Add(-keptInvite)).Delete(t.ctx)),
			done(table[linkRecord](t.DB).Where("at < ?", t.now.AddDate(-1, 0, 0)).Delete(t.ctx)),
		)
	})
	if err != nil {
		return err
	}
	err = s.inParts(ctx, "forget addresses", partSize, func(t *tx) (int, error) {
		return exec(t.ctx, t.DB, "UPDATE comments SET address_hash = NULL WHERE id IN (SELECT id FROM comments WHERE address_hash IS NOT NULL AND created_at < ? LIMIT ?)",
			t.now.AddDate(0, 0, -settings.AddressDays), partSize)
	})
	if err != nil {
		return err
	}
	if err := s.forgetRemovals(ctx); err != nil {
		return err
	}
	if err := s.forgetRejected(ctx, settings.SpamDays); err != nil {
		return err
	}
	return s.inParts(ctx, "forget readers of whom nothing is left", partSize, func(t *tx) (int, error) {
		return exec(t.ctx, t.DB, `DELETE FROM commenters WHERE id IN (SELECT id FROM commenters WHERE created_at < ? AND blocked_at IS NULL AND trusted_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.commenter_id = commenters.id)
			AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.commenter_id = commenters.id)
			AND NOT EXISTS (SELECT 1 FROM comment_likes WHERE comment_likes.commenter_id = commenters.id)
			AND NOT EXISTS (SELECT 1 FROM comment_reports WHERE comment_reports.commenter_id = commenters.id)
			AND NOT EXISTS (SELECT 1 FROM post_reactions WHERE post_reactions.commenter_id = commenters.id) LIMIT ?)`,
			t.now.Add(-keptStranger), partSize)
	})
}

// inParts writes in as many transactions as it takes: until one of them has less to do than size.
func (s *Store) inParts(ctx context.Context, what string, size int, part func(*tx) (int, error)) error {
	for {
		n := 0
		err := s.write(ctx, System, what, func(t *tx) (err error) {
			n, err = part(t)
			return err
		})
		if err != nil || n < size {
			return err
		}
	}
}

// IndexComments puts comments where a moderator's search finds them that are not there yet: those of a time before there was such a search.
func (s *Store) IndexComments(ctx context.Context) error {
	return s.inParts(ctx, "index comments", partSize, func(t *tx) (int, error) {
		missing, err := table[Comment](t.DB).Select("id, author_name, author_url, source").
			Where("erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM comment_words WHERE comment_words.comment_id = comments.id)").Limit(partSize).Find(t.ctx)
		for _, c := range missing {
			if err == nil {
				err = t.indexComment(c.ID, commentWords(c.AuthorName, c.AuthorURL, c.Source))
			}
		}
		return len(missing), err
	})
}

// forgetRejected erases spam and trash of which the last word was said long ago.
func (s *Store) forgetRejected(ctx context.Context, days int) error {
	return s.inParts(ctx, "forget spam and trash", forgottenAtOnce, func(t *tx) (int, error) {
		before := t.now.AddDate(0, 0, -days)
		old, err := table[Comment](t.DB).Select("id, post_id").Where("status IN ('spam', 'trash') AND erased_at IS NULL AND created_at < ? AND (decided_at IS NULL OR decided_at < ?)",
			before, before).Limit(forgottenAtOnce).Find(t.ctx)
		if err != nil {
			return 0, err
		}
		posts := make([]PostID, len(old))
		for i, c := range old {
			posts[i] = c.PostID
		}
		if err := t.lockThreads(posts); err != nil {
			return 0, err
		}
		for _, c := range old {
			comment, err := t.lockedComment(c.ID)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			rescued := comment.Status != Spam && comment.Status != Trash || comment.DecidedAt != nil && !comment.DecidedAt.Before(before)
			if err == nil && !rescued {
				if err = t.recordLinks(&comment); err == nil {
					_, err = t.erase(&comment)
				}
			}
			if err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}
