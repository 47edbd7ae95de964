package models

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// keptUnconfirmed is how long a subscription waits for the click on the mailed link.
	keptUnconfirmed = 7 * 24 * time.Hour
	// maxWaitingSubscriptions is how many may wait for one reader's click.
	maxWaitingSubscriptions = 100
)

// keyless is what the key hash of a reader begins with who has shown no key: nothing but an address is known of her.
const keyless = "none:"

// Subscription is a wish to hear of new comments: in one thread, or under a whole post.
type Subscription struct {
	ID          SubscriptionID `gorm:"primaryKey"`
	PostID      PostID
	CommentID   *CommentID // the root of the thread; nil: the whole post
	CommenterID CommenterID
	CreatedAt   time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	ConfirmedAt *time.Time `gorm:"serializer:utc"`

	Post    *Post    `gorm:"-"` // only where a query says so: id, slug, title, type, status
	Comment *Comment `gorm:"-"` // the same: the root of the thread
}

// TableName is the table's name.
func (Subscription) TableName() string { return "subscriptions" }

// NewSubscription is what a reader asks for.
type NewSubscription struct {
	PostID    PostID
	CommentID *CommentID // a visible comment of the thread; nil: the whole post
	Email     string     // as auth.NormalizeEmail gives it
	KeyHash   string     // of the reader's key; empty: she has shown none
}

// Subscribe notes what a reader wants to hear of. It counts once she has clicked on a link that is mailed to the address, unless the browser that
// asks has done so before. What it returns tells nothing of the address.
func (s *Store) Subscribe(ctx context.Context, n NewSubscription) error {
	return s.write(ctx, Actor{Kind: ByReader}, "note the subscription", func(t *tx) error {
		post, err := t.commentedPost(n.PostID)
		if err != nil {
			return err
		}
		if !post.Readable() {
			return ErrNotFound
		}
		var root *CommentID
		if n.CommentID != nil {
			if !isID(*n.CommentID) {
				return errThread
			}
			comment, err := found(table[Comment](t.DB).Select("root_id").Where("id = ? AND post_id = ? AND status = 'approved'", *n.CommentID, post.ID).Take(t.ctx))
			if errors.Is(err, ErrNotFound) {
				return errThread
			} else if err != nil {
				return err
			}
			root = &comment.RootID
		}
		return t.subscribe(post.ID, root, n.Email, n.KeyHash)
	})
}

var errThread = Invalid{"comment_id": "is no comment on this post that readers see"}

// subscribe notes a subscription of whoever has the address.
func (t *tx) subscribe(post PostID, root *CommentID, email, keyHash string) error {
	reader, proven, err := t.addressee(email, keyHash)
	if err != nil {
		return err
	}
	where := table[Subscription](t.DB).Where("commenter_id = ? AND post_id = ?", reader.ID, post)
	if root == nil {
		where = where.Where("comment_id IS NULL")
	} else {
		where = where.Where("comment_id = ?", *root)
	}
	wanted, err := found(where.Take(t.ctx))
	switch {
	case err == nil && wanted.ConfirmedAt != nil:
		return nil
	case errors.Is(err, ErrNotFound):
		waiting, err := table[Subscription](t.DB).Where("commenter_id = ? AND confirmed_at IS NULL", reader.ID).Count(t.ctx)
		if err != nil || waiting >= maxWaitingSubscriptions {
			return err
		}
		wanted = Subscription{ID: newID[SubscriptionID](), PostID: post, CommentID: root, CommenterID: reader.ID, CreatedAt: t.now}
		if proven {
			wanted.ConfirmedAt = &t.now
		}
		t.by.ID = string(reader.ID)
		t.event("subscription.created", "subscription", string(wanted.ID))
		if err := table[Subscription](t.DB).Create(t.ctx, &wanted); err != nil {
			return err
		}
	case err != nil:
		return err
	case proven:
		return one(table[Subscription](t.DB).Where("id = ?", wanted.ID).Update(t.ctx, "confirmed_at", t.now))
	}
	if wanted.ConfirmedAt != nil {
		return nil
	}
	return t.ask(Delivery{Kind: MailConfirm, CommenterID: &reader.ID, SubscriptionID: &wanted.ID, GiveUpAt: t.now.Add(keptUnconfirmed / 2)}, email)
}

// addressee finds who is known under an address: the reader whose key was shown, if it is her address or she has given none yet; else one of whom
// only the address is known. proven says that the key is that of a browser in which the link mailed to this address was asked for and clicked.
func (t *tx) addressee(email, keyHash string) (reader Commenter, proven bool, err error) {
	if keyHash != "" {
		id, err := t.ensureCommenter(keyHash, "", nil)
		if err != nil {
			return reader, false, err
		}
		if reader, err = found(table[Commenter](t.DB, t.forUpdate()...).Where("id = ?", id).Take(t.ctx)); err != nil {
			return reader, false, err
		}
		if reader.Email == nil {
			reader.Email = &email
			if err := one(table[Commenter](t.DB).Where("id = ?", id).Update(t.ctx, "email", email)); err != nil {
				return reader, false, err
			}
		}
		if *reader.Email == email {
			return reader, reader.EmailConfirmedAt != nil, nil
		}
	}
	reader, err = found(table[Commenter](t.DB).Where("email = ? AND key_hash LIKE ?", email, keyless+"%").Order("created_at, id").Limit(1).Take(t.ctx))
	if errors.Is(err, ErrNotFound) {
		reader = Commenter{ID: newID[CommenterID](), Email: &email, CreatedAt: t.now}
		reader.KeyHash = keyless + string(reader.ID)
		err = table[Commenter](t.DB).Create(t.ctx, &reader)
	}
	return reader, false, err
}

// askBounds are the bounds of mails that anybody can ask for by typing an address: however many people do, one address gets no more.
var askBounds = map[MailKind][]struct {
	within time.Duration
	most   int64
}{
	MailConfirm: {{24 * time.Hour, 1}, {7 * 24 * time.Hour, 3}},
	MailReader:  {{10 * time.Minute, 1}, {24 * time.Hour, 3}},
}

// ask puts a mail into the outbox that somebody has asked for, unless the address has got as many as it should. What its owner has clicked on
// since does not count.
func (t *tx) ask(d Delivery, email string) error {
	if err := t.lock(askLock); err != nil {
		return err
	}
	for _, bound := range askBounds[d.Kind] {
		n, err := queryOne[int64](t.ctx, t.DB, `SELECT count(*) FROM commenters r JOIN deliveries d ON d.commenter_id = r.id
			WHERE r.email = ? AND d.kind = ? AND d.created_at > ? AND (d.kind <> 'subscription.confirm' OR r.email_confirmed_at IS NULL OR r.email_confirmed_at < d.created_at)`,
			email, d.Kind, t.now.Add(-bound.within))
		if err != nil || n >= bound.most {
			return err
		}
	}
	_, err := t.enqueue(d)
	return err
}

// Subscriber reads who is behind a mailed link to confirm, and what waits for her click there. A reader who has gone is not found.
func (s *Store) Subscriber(ctx context.Context, id CommenterID) (Commenter, []Subscription, error) {
	reader, err := s.Commenter(ctx, id)
	if err != nil {
		return reader, nil, err
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	waiting, err := table[Subscription](db).Where("commenter_id = ? AND confirmed_at IS NULL", id).Order("created_at, id").Limit(maxWaitingSubscriptions).Find(ctx)
	if err != nil {
		return reader, nil, fault("read what waits for her click", err)
	}
	return reader, waiting, fault("read what she wants to hear of", attachToSubscriptions(ctx, s, waiting))
}

// ConfirmReader notes that the owner of an address has clicked: it is hers, and what she chose of what waits for that counts from now on. What she
// did not choose is forgotten. It is a conflict if nothing waits: the link has been used.
func (s *Store) ConfirmReader(ctx context.Context, id CommenterID, email string, chosen []SubscriptionID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.write(ctx, Actor{Kind: ByReader, ID: string(id)}, "confirm the address", func(t *tx) error {
		reader, err := found(table[Commenter](t.DB, t.forUpdate()...).Where("id = ?", id).Take(t.ctx))
		if err != nil {
			return err
		}
		if reader.Email == nil || *reader.Email != email {
			return ErrNotFound
		}
		waiting, err := table[Subscription](t.DB).Where("commenter_id = ? AND confirmed_at IS NULL", id).Find(t.ctx)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			return ConflictError{"link_used", "This link has been used. What you confirmed with it stands."}
		}
		for _, sub := range waiting {
			mine := table[Subscription](t.DB).Where("id = ?", sub.ID)
			if slices.Contains(chosen, sub.ID) {
				t.event("subscription.confirmed", "subscription", string(sub.ID))
				_, err = mine.Update(t.ctx, "confirmed_at", t.now)
			} else {
				_, err = mine.Delete(t.ctx)
			}
			if err != nil {
				return err
			}
		}
		t.event("commenter.updated", "commenter", string(id), "email_confirmed")
		return one(table[Commenter](t.DB).Where("id = ?", id).Update(t.ctx, "email_confirmed_at", t.now))
	})
}

// Subscription reads one subscription, with its post and thread.
func (s *Store) Subscription(ctx context.Context, id SubscriptionID) (Subscription, error) {
	if !isID(id) {
		return Subscription{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	sub, err := table[Subscription](db).Where("id = ?", id).Take(ctx)
	if err != nil {
		return sub, fault("read the subscription", err)
	}
	found := []Subscription{sub}
	err = attachToSubscriptions(ctx, s, found)
	return found[0], fault("read what the subscription is about", err)
}

// EndSubscription ends a subscription. One that is not there is not found.
func (s *Store) EndSubscription(ctx context.Context, id SubscriptionID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.write(ctx, Actor{Kind: ByReader}, "end the subscription", func(t *tx) error {
		t.event("subscription.ended", "subscription", string(id))
		return one(table[Subscription](t.DB).Where("id = ?", id).Delete(t.ctx))
	})
}

// attachToSubscriptions fills in posts and threads: two queries, however many subscriptions.
func attachToSubscriptions(ctx context.Context, s *Store, subs []Subscription) error {
	var posts []PostID
	var roots []CommentID
	for _, sub := range subs {
		posts = append(posts, sub.PostID)
		if sub.CommentID != nil {
			roots = append(roots, *sub.CommentID)
		}
	}
	if len(posts) == 0 {
		return nil
	}
	foundPosts, err := table[Post](s.reader).Select("id, slug, title, type, status").Where("id IN ?", posts).Find(ctx)
	if err != nil {
		return err
	}
	var foundRoots []Comment
	if len(roots) > 0 {
		if foundRoots, err = table[Comment](s.reader).Select("id, author_name, status, created_at").Where("id IN ?", roots).Find(ctx); err != nil {
			return err
		}
	}
	postByID, rootByID := map[PostID]*Post{}, map[CommentID]*Comment{}
	for _, post := range foundPosts {
		postByID[post.ID] = &post
	}
	for _, root := range foundRoots {
		rootByID[root.ID] = &root
	}
	for i, sub := range subs {
		subs[i].Post = postByID[sub.PostID]
		if sub.CommentID != nil {
			subs[i].Comment = rootByID[*sub.CommentID]
		}
	}
	return nil
}
