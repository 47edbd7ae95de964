package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"dimmer/auth"
)

const (
	// mailedWithin is how old an event may be that somebody still hears of: a day without the program or without mail loses nothing, and what was
	// there before mail was set up stays quiet.
	mailedWithin = 72 * time.Hour
	// newWithin is how old a comment may be that anybody hears of: it may have been held for long, but an imported one is no news.
	newWithin = 14 * 24 * time.Hour
	// eventBatch is how many events one transaction deals with.
	eventBatch = 200
	// answerWait is how long an answer waits before it is mailed: time to take a slip back.
	answerWait = 10 * time.Second
	// answerPause is the least time between two mails of one subscription: what comes in between goes into one.
	answerPause = 10 * time.Minute
	// digestWait is how long a digest waits for what comes in the same breath.
	digestWait = 2 * time.Minute
	// mostHeld is how many mails about single comments one person gets in an hour, or has waiting. More than that is a digest.
	mostHeld = 5
	// digestPause is the least time between two digests to one person.
	digestPause = time.Hour
	// dailyHour is when the daily digest goes out, by the site's clock.
	dailyHour = 8
)

// MailEvents puts into the outbox what follows from what happened since it was last asked: in the transaction in which it notes how far it has
// come, so that nothing is mailed twice and nothing is passed over. It reports whether there may be more to do.
func (s *Store) MailEvents(ctx context.Context) (more bool, err error) {
	settings, err := s.Settings(ctx)
	if err != nil {
		return false, err
	}
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	// Asking costs no write lock: nearly always there is nothing new.
	news, err := query[int64](bounded, db, "SELECT seq FROM events WHERE seq > (SELECT seq FROM event_cursors WHERE name = 'mail') ORDER BY seq LIMIT 1")
	if err != nil || len(news) == 0 {
		return false, fault("look for news", err)
	}
	err = s.write(ctx, System, "put mail into the outbox", func(t *tx) error {
		more = false
		cursor, err := table[eventCursor](t.DB, t.skipLocked()...).Where("name = 'mail'").Find(t.ctx)
		if err != nil || len(cursor) == 0 { // another program is at it
			return err
		}
		since := t.now.Add(-mailedWithin)
		events, err := table[Event](t.DB).Where("seq > ?", cursor[0].Seq).Order("seq").Limit(eventBatch).Find(t.ctx)
		if err != nil || len(events) == 0 {
			return err
		}
		last := events[len(events)-1].Seq
		if events[0].At.Before(since) { // mail was off for long: all of that is passed over at once
			young, err := seqAt(t.ctx, t.DB, since)
			if err != nil {
				return err
			}
			last = max(young-1, cursor[0].Seq)
			events = slices.DeleteFunc(events, func(e Event) bool { return e.Seq <= last })
			if len(events) > 0 {
				last = events[len(events)-1].Seq
			}
		}
		m := mailing{tx: t, settings: settings}
		for _, id := range m.comments(events) {
			if err := m.tell(id); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(events, func(e Event) bool { return e.Kind == "flood.raised" && !e.At.Before(since) }) {
			if err := m.tellOfFlood(); err != nil {
				return err
			}
		}
		more = true
		return one(table[eventCursor](t.DB).Where("name = 'mail'").Update(t.ctx, "seq", last))
	})
	return more, err
}

// A mailing is one transaction that fills the outbox.
type mailing struct {
	*tx
	settings   Settings
	moderators []User // read when they are first needed
	read       bool
}

// comments are those that events are about after which somebody may want to hear of them, each once.
func (m *mailing) comments(events []Event) []CommentID {
	var ids []CommentID
	for _, e := range events {
		byStaff := e.ActorKind == ByUser || e.ActorKind == ByToken
		switch {
		case e.SubjectKind != "comment" || e.At.Before(m.now.Add(-mailedWithin)):
		case e.Kind == "comment.created", e.Kind == "comment.approved", !byStaff && (e.Kind == "comment.edited" || e.Kind == "comment.removed"):
			if id := CommentID(e.SubjectID); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// tell puts into the outbox who hears of a comment as it is now.
func (m *mailing) tell(id CommentID) error {
	comment, err := found(table[Comment](m.DB).Where("id = ? AND erased_at IS NULL", id).Take(m.ctx))
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	case m.now.Sub(comment.CreatedAt) > newWithin:
	case comment.Status == Pending && comment.UserID == nil:
		return m.tellModerators(comment)
	case comment.Status == Approved:
		return m.tellSubscribers(comment)
	}
	return nil
}

// tellOfFlood tells those who look after all comments that the dimmer has gone up by itself, once however many steps it takes.
func (m *mailing) tellOfFlood() error {
	people, err := table[User](m.DB).Select(userFields).Where("email IS NOT NULL AND password_hash IS NOT NULL AND disabled_at IS NULL AND role <> 'author'").Order("id").Find(m.ctx)
	if err != nil || m.settings.ModerationMail == MailOff {
		return err
	}
	for _, person := range people {
		lately, err := table[Delivery](m.DB).Where("user_id = ? AND kind = ? AND created_at > ?", person.ID, MailFlood, m.now.Add(-calmAfter)).Count(m.ctx)
		if err == nil && lately == 0 {
			_, err = m.enqueue(Delivery{Kind: MailFlood, UserID: &person.ID})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellModerators tells whoever decides about a comment that it waits.
func (m *mailing) tellModerators(c Comment) error {
	if m.settings.ModerationMail == MailOff {
		return nil
	}
	people, err := m.moderatorsOf(c.PostID)
	for _, person := range people {
		if err == nil {
			err = m.tellModerator(person, c)
		}
	}
	return err
}

// moderatorsOf are those who can sign in and decide about the comments of a post.
func (m *mailing) moderatorsOf(post PostID) ([]User, error) {
	if !m.read {
		var err error
		if m.moderators, err = table[User](m.DB).Select(userFields).Where("email IS NOT NULL AND password_hash IS NOT NULL AND disabled_at IS NULL").Order("id").Find(m.ctx); err != nil {
			return nil, err
		}
		m.read = true
	}
	var people []User
	for _, person := range m.moderators {
		if person.Role == auth.Author {
			n, err := table[postAuthor](m.DB).Where("post_id = ? AND user_id = ?", post, person.ID).Count(m.ctx)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				continue
			}
		}
		people = append(people, person)
	}
	return people, nil
}

func (m *mailing) tellModerator(person User, c Comment) error {
	held := "held:" + string(c.ID) + ":" + string(person.ID)
	digest := "digest:" + string(person.ID)
	if m.settings.ModerationMail == MailEach {
		if n, err := table[Delivery](m.DB).Where("unique_key = ?", held).Count(m.ctx); err != nil || n > 0 {
			return err
		}
		lately, err := table[Delivery](m.DB).Where("user_id = ? AND kind = ? AND (created_at > ? OR state = 'waiting')", person.ID, MailHeld, m.now.Add(-time.Hour)).Count(m.ctx)
		if err != nil {
			return err
		}
		if lately < mostHeld {
			_, err := m.enqueue(Delivery{Kind: MailHeld, UniqueKey: &held, UserID: &person.ID, CommentID: &c.ID})
			return err
		}
	}
	at, err := m.digestAt(person.ID)
	if err == nil {
		_, err = m.enqueue(Delivery{Kind: MailDigest, UniqueKey: &digest, UserID: &person.ID, NextAt: at})
	}
	return err
}

// digestAt is when a digest to a person goes out next.
func (m *mailing) digestAt(id UserID) (time.Time, error) {
	switch m.settings.ModerationMail {
	case MailHourly:
		return m.now.Truncate(time.Hour).Add(time.Hour), nil
	case MailDaily:
		zone, err := time.LoadLocation(m.settings.Timezone)
		if err != nil {
			zone = time.UTC // cannot be: it was checked when it was set
		}
		here := m.now.In(zone)
		at := time.Date(here.Year(), here.Month(), here.Day(), dailyHour, 0, 0, 0, zone)
		if !at.After(here) {
			at = time.Date(here.Year(), here.Month(), here.Day()+1, dailyHour, 0, 0, 0, zone)
		}
		return at.UTC(), nil
	}
	last, err := table[Delivery](m.DB).Select("sent_at").Where("user_id = ? AND kind = ? AND sent_at IS NOT NULL", id, MailDigest).Order("sent_at DESC").Limit(1).Find(m.ctx)
	if err != nil || len(last) == 0 || last[0].SentAt.Add(digestPause).Before(m.now.Add(digestWait)) {
		return m.now.Add(digestWait), err // those that come in the same breath go into it too
	}
	return last[0].SentAt.Add(digestPause), nil
}

// tellSubscribers tells those who want to hear of a new comment: each address once, and never whoever wrote it.
func (m *mailing) tellSubscribers(c Comment) error {
	type wish struct {
		ID          SubscriptionID
		CommenterID CommenterID
		Email       string
	}
	wishes, err := query[wish](m.ctx, m.DB, `SELECT s.id, s.commenter_id, r.email FROM subscriptions s JOIN commenters r ON r.id = s.commenter_id
		WHERE s.post_id = ? AND s.confirmed_at IS NOT NULL AND (s.comment_id IS NULL OR s.comment_id = ?) AND r.email IS NOT NULL ORDER BY s.id`, c.PostID, c.RootID)
	if err != nil || len(wishes) == 0 {
		return err
	}
	told := map[string]bool{}
	if c.CommenterID != nil {
		writers, err := query[string](m.ctx, m.DB, "SELECT email FROM commenters WHERE id = ? AND email IS NOT NULL", *c.CommenterID)
		if err != nil {
			return err
		}
		for _, email := range writers {
			told[email] = true
		}
	}
	if c.UserID != nil {
		writers, err := query[string](m.ctx, m.DB, "SELECT email FROM users WHERE id = ? AND email IS NOT NULL", *c.UserID)
		if err != nil {
			return err
		}
		for _, email := range writers {
			told[email] = true
		}
	}
	for _, w := range wishes {
		if told[w.Email] || c.CommenterID != nil && *c.CommenterID == w.CommenterID {
			continue
		}
		told[w.Email] = true
		key := "answer:" + string(c.ID) + ":" + string(w.ID)
		at, err := m.answerAt(w.ID)
		if err == nil {
			_, err = m.enqueue(Delivery{Kind: MailAnswer, UniqueKey: &key, CommenterID: &w.CommenterID, CommentID: &c.ID, SubscriptionID: &w.ID, NextAt: at})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// answerAt is when the next mail of a subscription goes out: soon, unless there was one a moment ago.
func (m *mailing) answerAt(id SubscriptionID) (time.Time, error) {
	soon := m.now.Add(answerWait)
	last, err := table[Delivery](m.DB).Select("state, next_at, sent_at").
		Where("subscription_id = ? AND kind = ? AND state IN ('waiting', 'sent')", id, MailAnswer).Order("created_at DESC").Limit(1).Find(m.ctx)
	switch {
	case err != nil || len(last) == 0:
		return soon, err
	case last[0].State == DeliveryWaiting && last[0].NextAt.After(m.now):
		return last[0].NextAt, nil
	case last[0].SentAt != nil && m.now.Sub(*last[0].SentAt) < answerPause:
		return last[0].SentAt.Add(answerPause), nil
	}
	return soon, nil
}

// PassOverMail leaves all that has happened so far out of the mail: what was filled in is no news.
func (s *Store) PassOverMail(ctx context.Context) error {
	return s.write(ctx, System, "pass over what is no news", func(t *tx) error {
		return one(exec(t.ctx, t.DB, "UPDATE event_cursors SET seq = (SELECT coalesce(max(seq), 0) FROM events) WHERE name = 'mail'"))
	})
}
