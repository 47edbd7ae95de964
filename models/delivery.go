package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MailKind says what a mail is about.
type MailKind string

// The kinds of mail.
const (
	MailHeld    MailKind = "comment.held"         // to somebody of the blog: a comment waits
	MailDigest  MailKind = "moderation.digest"    // to somebody of the blog: so many comments wait
	MailFlood   MailKind = "moderation.flood"     // to somebody of the blog: the dimmer has gone up by itself
	MailAnswer  MailKind = "comment.answer"       // to a subscriber: there is a new comment
	MailConfirm MailKind = "subscription.confirm" // to an address that somebody typed: do you want this?
	MailReader  MailKind = "reader.link"          // to a reader who asked for it: the link to her own page
	MailReset   MailKind = "password.reset"       // to somebody of the blog who asked for it
	MailInvite  MailKind = "user.invite"          // to somebody whom an owner has invited
)

// DeliveryState is how far a mail has come.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliverySending DeliveryState = "sending" // a program has claimed it
	DeliverySent    DeliveryState = "sent"    // a server has taken it
	DeliveryFailed  DeliveryState = "failed"  // given up; somebody can send it on its way again
	DeliveryDropped DeliveryState = "dropped" // there is nothing left to say, or another mail says it
)

const (
	// deliveryLease is how long a claimed mail belongs to the program that claimed it: ten mails over a slow server.
	deliveryLease = 5 * time.Minute
	// deliveryPatience is how long it is tried (three days, as mail servers do).
	deliveryPatience = 72 * time.Hour
	// keptDelivery is how long the outbox shows what became of a mail.
	keptDelivery = 60 * 24 * time.Hour
)

// Delivery is one mail: to whom, about what, and how far it has come. The text and the address are read when it is sent, see [Store.Letter].
type Delivery struct {
	ID             DeliveryID `gorm:"primaryKey"`
	Kind           MailKind
	UniqueKey      *string
	UserID         *UserID
	CommenterID    *CommenterID
	CommentID      *CommentID
	SubscriptionID *SubscriptionID
	InviteID       *InviteID
	State          DeliveryState
	Attempts       int
	NextAt         time.Time `gorm:"serializer:utc"`
	GiveUpAt       time.Time `gorm:"serializer:utc"`
	FoldedInto     *DeliveryID
	LastError      string
	CreatedAt      time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	SentAt         *time.Time `gorm:"serializer:utc"`

	ToName  string  `gorm:"-"` // only in [Store.Deliveries]
	ToEmail *string `gorm:"-"` // the same
}

// TableName is the table's name.
func (Delivery) TableName() string { return "deliveries" }

// eventCursor is how far a reader of the events has come.
type eventCursor struct {
	Name string `gorm:"primaryKey"`
	Seq  int64
}

func (eventCursor) TableName() string { return "event_cursors" }

// enqueue puts a mail into the outbox. One whose unique key is there already changes nothing.
func (t *tx) enqueue(d Delivery) (added bool, err error) {
	d.ID, d.State, d.CreatedAt = newID[DeliveryID](), DeliveryWaiting, t.now
	if d.NextAt.IsZero() {
		d.NextAt = t.now
	}
	if d.GiveUpAt.IsZero() {
		d.GiveUpAt = d.NextAt.Add(deliveryPatience)
	}
	n, err := exec(t.ctx, t.DB, `INSERT INTO deliveries (id, kind, unique_key, user_id, commenter_id, comment_id, subscription_id, invite_id, state, next_at, give_up_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unique_key) DO NOTHING`,
		d.ID, d.Kind, d.UniqueKey, d.UserID, d.CommenterID, d.CommentID, d.SubscriptionID, d.InviteID, d.State, d.NextAt, d.GiveUpAt, d.CreatedAt)
	return n > 0, err
}

// skipLocked passes over rows that another program is claiming. (On SQLite nobody else writes.)
func (t *tx) skipLocked() []clause.Interface {
	if !t.s.postgres {
		return nil
	}
	return []clause.Interface{clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}}
}

// dueDelivery is written as the index has it.
const dueDelivery = "state IN ('waiting', 'sending') AND next_at <= ?"

// ClaimDeliveries takes up to n mails that are due, the oldest first, for [deliveryLease]. A program that was killed gives them back that way. Answers
// that wait for the same subscriber go into one mail.
func (s *Store) ClaimDeliveries(ctx context.Context, n int) ([]Delivery, error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	// Asking costs no write lock: nearly always there is nothing to do.
	waiting, err := table[Delivery](db).Select("id").Where(dueDelivery, s.now()).Limit(1).Find(bounded)
	if err != nil || len(waiting) == 0 {
		return nil, fault("look for mail", err)
	}
	var claimed []Delivery
	err = s.write(ctx, System, "claim mail", func(t *tx) error {
		claimed = nil
		due, err := table[Delivery](t.DB, t.skipLocked()...).Where(dueDelivery, t.now).Order("next_at, id").Limit(n).Find(t.ctx)
		if err != nil {
			return err
		}
		folded := map[DeliveryID]bool{}
		for _, d := range due {
			if folded[d.ID] {
				continue
			}
			if d.Kind == MailAnswer && d.Attempts == 0 && d.SubscriptionID != nil {
				if err := t.fold(d, folded); err != nil {
					return err
				}
			}
			d.State, d.Attempts, d.NextAt = DeliverySending, d.Attempts+1, t.now.Add(deliveryLease)
			if err := one(table[Delivery](t.DB).Where("id = ?", d.ID).Select("state", "attempts", "next_at").Updates(t.ctx, d)); err != nil {
				return err
			}
			claimed = append(claimed, d)
		}
		return nil
	})
	return claimed, err
}

// fold puts what else waits for a subscriber into one mail with d, as long as nothing of that has been tried.
func (t *tx) fold(d Delivery, folded map[DeliveryID]bool) error {
	others, err := table[Delivery](t.DB, t.skipLocked()...).Select("id").
		Where("kind = ? AND subscription_id = ? AND state = 'waiting' AND attempts = 0 AND id <> ?", MailAnswer, *d.SubscriptionID, d.ID).Limit(maxFolded).Find(t.ctx)
	for _, other := range others {
		if err != nil {
			return err
		}
		folded[other.ID] = true
		gone := Delivery{State: DeliveryDropped, FoldedInto: &d.ID, LastError: "sent together with another"}
		err = one(table[Delivery](t.DB).Where("id = ?", other.ID).Select("state", "folded_into", "last_error").Updates(t.ctx, gone))
	}
	return err
}

// maxFolded is how many more comments one mail to a subscriber tells of.
const maxFolded = 19

// mine is a claimed mail, as long as it belongs to whoever claimed it.
func (t *tx) mine(d Delivery) rows[Delivery] {
	return table[Delivery](t.DB).Where("id = ? AND state = 'sending' AND next_at = ?", d.ID, d.NextAt.UTC())
}

// MarkSent notes that a server has taken a claimed mail.
func (s *Store) MarkSent(ctx context.Context, d Delivery) error {
	return s.write(ctx, System, "note that the mail is sent", func(t *tx) error {
		sent := Delivery{State: DeliverySent, SentAt: &t.now, UniqueKey: d.keptKey()}
		return done(t.mine(d).Select("state", "sent_at", "last_error", "unique_key").Updates(t.ctx, sent))
	})
}

// keptKey is the unique key of a mail that is done with: there may be another digest.
func (d Delivery) keptKey() *string {
	if d.Kind == MailDigest {
		return nil
	}
	return d.UniqueKey
}

// DropDelivery notes that a claimed mail need not be sent, and why.
func (s *Store) DropDelivery(ctx context.Context, d Delivery, why string) error {
	return s.write(ctx, System, "drop the mail", func(t *tx) error {
		dropped := Delivery{State: DeliveryDropped, LastError: why, UniqueKey: d.keptKey()}
		return done(t.mine(d).Select("state", "last_error", "unique_key").Updates(t.ctx, dropped))
	})
}

// FailDelivery notes that a claimed mail will not get there, and why.
func (s *Store) FailDelivery(ctx context.Context, d Delivery, why string) error {
	return s.write(ctx, System, "give the mail up", func(t *tx) error {
		t.event("mail.failed", "delivery", string(d.ID))
		failed := Delivery{State: DeliveryFailed, LastError: shortReason(why), UniqueKey: d.keptKey()}
		return done(t.mine(d).Select("state", "last_error", "unique_key").Updates(t.ctx, failed))
	})
}

// PutOffDelivery gives a claimed mail back to be sent later. counted says that the attempt was one: the server was there, and did not take it.
func (s *Store) PutOffDelivery(ctx context.Context, d Delivery, until time.Time, why string, counted bool) error {
	return s.write(ctx, System, "put the mail off", func(t *tx) error {
		waiting := Delivery{State: DeliveryWaiting, NextAt: until, LastError: shortReason(why), Attempts: d.Attempts}
		if !counted {
			waiting.Attempts--
		}
		return done(t.mine(d).Select("state", "next_at", "last_error", "attempts").Updates(t.ctx, waiting))
	})
}

func shortReason(why string) string { return clip(oneLine(why), 500) }

// DeliveryQuery selects mails of the outbox; zero fields select all.
type DeliveryQuery struct {
	State DeliveryState
	Kind  MailKind
	To    string // the address, in its normal form
	Page  Page
}

// deliveriesTo finds the mails to an address by who has it: a person, readers, somebody who is invited.
const deliveriesTo = `id IN (
	SELECT d.id FROM users u JOIN deliveries d ON d.user_id = u.id WHERE u.email = ?
	UNION ALL SELECT d.id FROM commenters c JOIN deliveries d ON d.commenter_id = c.id WHERE c.email = ?
	UNION ALL SELECT d.id FROM invites i JOIN deliveries d ON d.invite_id = i.id WHERE i.email = ?)`

// deliveryStateSQL are the states as conditions.
var deliveryStateSQL = map[string]string{
	"waiting": "state = 'waiting'", "sending": "state = 'sending'", "sent": "state = 'sent'", "failed": "state = 'failed'", "dropped": "state = 'dropped'",
}

// Deliveries lists the outbox, the newest first, with to whom each mail goes.
func (s *Store) Deliveries(ctx context.Context, q DeliveryQuery) (List[Delivery], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.is(deliveryStateSQL, string(q.State))
	where.equal("kind", string(q.Kind))
	if q.To != "" {
		where.add(deliveriesTo, q.To, q.To, q.To)
	}
	list, err := listRows(ctx, db, listing[Delivery]{columns: "*", where: where, sort: sortSpec{column: "created_at", kind: timeKey, descending: true}, page: q.Page},
		func(d Delivery) sortKey { return sortKey{key: d.CreatedAt, id: string(d.ID)} })
	if err != nil {
		return list, fault("list the outbox", err)
	}
	if err := attachRecipients(ctx, db, list.Items); err != nil {
		return list, fault("read to whom mail goes", err)
	}
	list.Total, list.Capped, err = countCapped(ctx, db, "deliveries", where)
	return list, fault("count the outbox", err)
}

// attachRecipients fills in to whom mails go: three queries, however many mails.
func attachRecipients(ctx context.Context, db *gorm.DB, deliveries []Delivery) error {
	var users []UserID
	var commenters []CommenterID
	var invites []InviteID
	for _, d := range deliveries {
		if d.UserID != nil {
			users = append(users, *d.UserID)
		}
		if d.CommenterID != nil {
			commenters = append(commenters, *d.CommenterID)
		}
		if d.InviteID != nil {
			invites = append(invites, *d.InviteID)
		}
	}
	type recipient struct {
		ID    string
		Name  string
		Email *string
	}
	known := map[string]recipient{}
	if len(users) > 0 {
		found, err := query[recipient](ctx, db, "SELECT id, name, email FROM users WHERE id IN ?", users)
		if err != nil {
			return err
		}
		for _, r := range found {
			known[r.ID] = r
		}
	}
	if len(commenters) > 0 {
		found, err := query[recipient](ctx, db, "SELECT id, name, email FROM commenters WHERE id IN ?", commenters)
		if err != nil {
			return err
		}
		for _, r := range found {
			known[r.ID] = r
		}
	}
	if len(invites) > 0 {
		found, err := query[recipient](ctx, db, "SELECT id, name, email FROM invites WHERE id IN ?", invites)
		if err != nil {
			return err
		}
		for _, r := range found {
			known[r.ID] = r
		}
	}
	for i, d := range deliveries {
		id := ""
		switch {
		case d.UserID != nil:
			id = string(*d.UserID)
		case d.CommenterID != nil:
			id = string(*d.CommenterID)
		case d.InviteID != nil:
			id = string(*d.InviteID)
		}
		deliveries[i].ToName, deliveries[i].ToEmail = known[id].Name, known[id].Email
	}
	return nil
}

// Delivery reads one mail of the outbox.
func (s *Store) Delivery(ctx context.Context, id DeliveryID) (Delivery, error) {
	if !isID(id) {
		return Delivery{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	d, err := table[Delivery](db).Where("id = ?", id).Take(ctx)
	if err != nil {
		return d, fault("read the mail", err)
	}
	found := []Delivery{d}
	err = attachRecipients(ctx, db, found)
	return found[0], fault("read to whom the mail goes", err)
}

// RetryDelivery sends a mail on its way again that was given up, or that waits for its next attempt.
func (s *Store) RetryDelivery(ctx context.Context, by Actor, id DeliveryID) (Delivery, error) {
	if !isID(id) {
		return Delivery{}, ErrNotFound
	}
	err := s.write(ctx, by, "send the mail again", func(t *tx) error {
		d, err := found(table[Delivery](t.DB, t.forUpdate()...).Where("id = ?", id).Take(t.ctx))
		if err != nil {
			return err
		}
		if d.State != DeliveryFailed && d.State != DeliveryWaiting {
			return ConflictError{"not_failed", "Only mail that failed, or that waits for its next attempt, can be sent again."}
		}
		t.event("mail.retried", "delivery", string(id))
		again := Delivery{State: DeliveryWaiting, NextAt: t.now, GiveUpAt: t.now.Add(deliveryPatience)}
		return one(table[Delivery](t.DB).Where("id = ?", id).Select("state", "attempts", "next_at", "give_up_at").Updates(t.ctx, again))
	})
	if err != nil {
		return Delivery{}, err
	}
	return s.Delivery(ctx, id)
}

// NewDeliveryID makes the id of a mail that does not go by the outbox.
func NewDeliveryID() DeliveryID { return newID[DeliveryID]() }
