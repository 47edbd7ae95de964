package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"dimmer/markdown"
)

// How long the links in mails are good, from when the mail was put into the outbox: so they are the same however often it is tried.
const (
	ModerationLinkLifetime  = 7 * 24 * time.Hour
	ReaderLinkLifetime      = 30 * 24 * time.Hour
	ConfirmLinkLifetime     = keptUnconfirmed
	UnsubscribeLinkLifetime = 5 * 365 * 24 * time.Hour // whoever finds an old mail may still use it
	ResetLinkLifetime       = time.Hour
)

// digestLength is how many comments a digest shows.
const digestLength = 10

// Letter is what a mail is made of, as it is at the moment at which it is sent.
type Letter struct {
	Delivery
	To           string // the address
	Name         string // of whoever gets it; may be empty
	Moot         string // why there is nothing left to say; empty: there is
	Settings     Settings
	User         *User         // if it goes to somebody of the blog
	Reader       *Commenter    // if it goes to a reader
	Invite       *Invite       // if it goes to somebody who is invited
	Post         *Post         // that the subscription is about
	Subscription *Subscription // because of which it goes out
	Comments     []LetterComment
	Waiting      int64 // comments that wait for this person
}

// LetterComment is a comment as a mail shows it.
type LetterComment struct {
	Comment
	Words string // as plain text
	Links int    // that it has
}

// Letter reads what a mail says now.
func (s *Store) Letter(ctx context.Context, d Delivery) (Letter, error) {
	l := Letter{Delivery: d}
	var err error
	if l.Settings, err = s.Settings(ctx); err != nil {
		return l, err
	}
	switch {
	case d.UserID != nil:
		err = s.addressUser(ctx, &l)
	case d.CommenterID != nil:
		err = s.addressReader(ctx, &l)
	case d.InviteID != nil:
		err = s.addressInvited(ctx, &l)
	default:
		l.Moot = "nobody is left to send it to"
	}
	if err != nil || l.Moot != "" {
		return l, err
	}
	switch d.Kind {
	case MailHeld:
		return l, s.fillHeld(ctx, &l)
	case MailDigest:
		return l, s.fillDigest(ctx, &l)
	case MailFlood:
		if l.Settings.Dimmer.Steps(s.now()) == 0 {
			l.Moot = "the level is where it was set again"
			return l, nil
		}
		return l, s.countWaiting(ctx, &l)
	case MailAnswer:
		return l, s.fillAnswers(ctx, &l)
	case MailConfirm:
		return l, s.fillConfirm(ctx, &l)
	case MailReader, MailInvite:
	case MailReset:
		if !s.now().Before(d.CreatedAt.Add(ResetLinkLifetime)) {
			l.Moot = "its link would be over"
		}
	default:
		l.Moot = "this version does not know this kind of mail"
	}
	return l, nil
}

// Actor is the person as the one who does something.
func (u *User) Actor() Actor {
	return Actor{Kind: ByUser, ID: string(u.ID), User: u.ID, Role: u.Role}
}

func (s *Store) addressUser(ctx context.Context, l *Letter) error {
	user, err := s.User(ctx, *l.UserID)
	if errors.Is(err, ErrNotFound) || err == nil && !user.SignsIn() {
		l.Moot = "the person has no open account"
		return nil
	}
	if err == nil {
		l.User, l.To, l.Name = &user, *user.Email, user.Name
	}
	return err
}

func (s *Store) addressReader(ctx context.Context, l *Letter) error {
	reader, err := s.Commenter(ctx, *l.CommenterID)
	if errors.Is(err, ErrNotFound) || err == nil && reader.Email == nil {
		l.Moot = "the reader has left no address"
		return nil
	}
	if err == nil {
		l.Reader, l.To = &reader, *reader.Email
	}
	return err
}

func (s *Store) addressInvited(ctx context.Context, l *Letter) error {
	invite, err := s.OpenInvite(ctx, *l.InviteID)
	if errors.Is(err, ErrNotFound) {
		l.Moot = "the invite is not open any more"
		return nil
	}
	if err == nil {
		l.Invite, l.To, l.Name = &invite, invite.Email, invite.Name
	}
	return err
}

func (l *Letter) add(c Comment) {
	l.Comments = append(l.Comments, LetterComment{Comment: c, Words: markdown.Text(c.HTML), Links: len(markdown.Links(c.HTML))})
}

func (s *Store) fillHeld(ctx context.Context, l *Letter) error {
	if l.CommentID == nil {
		l.Moot = "the comment has gone"
		return nil
	}
	comment, err := s.Comment(ctx, l.User.Actor(), *l.CommentID)
	if errors.Is(err, ErrNotFound) || err == nil && comment.Status != Pending {
		l.Moot = "the comment does not wait any more"
		return nil
	}
	if err != nil {
		return err
	}
	l.add(comment)
	return s.countWaiting(ctx, l)
}

func (s *Store) countWaiting(ctx context.Context, l *Letter) error {
	waiting, err := s.Comments(ctx, l.User.Actor(), CommentQuery{Status: Pending, Page: Page{Limit: 1}})
	l.Waiting = waiting.Total
	return err
}

func (s *Store) fillDigest(ctx context.Context, l *Letter) error {
	waiting, err := s.Comments(ctx, l.User.Actor(), CommentQuery{Status: Pending, Oldest: true, Page: Page{Limit: digestLength}})
	if err != nil {
		return err
	}
	if l.Waiting = waiting.Total; l.Waiting == 0 {
		l.Moot = "nothing waits any more"
	}
	for _, c := range waiting.Items {
		l.add(c)
	}
	return nil
}

func (s *Store) fillAnswers(ctx context.Context, l *Letter) error {
	if l.SubscriptionID == nil {
		l.Moot = "the subscription has been ended"
		return nil
	}
	sub, err := s.Subscription(ctx, *l.SubscriptionID)
	if errors.Is(err, ErrNotFound) || err == nil && (sub.ConfirmedAt == nil || sub.Post == nil || !sub.Post.Readable()) {
		l.Moot = "the subscription has been ended"
		return nil
	}
	if err != nil {
		return err
	}
	l.Subscription, l.Post = &sub, sub.Post
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	// One of them may have gone; the others are still to be told.
	told, err := query[CommentID](ctx, db, "SELECT comment_id FROM deliveries WHERE (id = ? OR folded_into = ?) AND comment_id IS NOT NULL", l.ID, l.ID)
	if err != nil {
		return fault("read what else the mail tells", err)
	}
	comments, err := table[Comment](db).Where("id IN ? AND status = 'approved'", told).Find(ctx)
	if err != nil {
		return fault("read the new comments", err)
	}
	if err := attachForStaff(ctx, db, comments); err != nil {
		return fault("read who wrote the new comments", err)
	}
	slices.SortFunc(comments, func(a, b Comment) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	for _, c := range comments {
		l.add(c)
	}
	if len(comments) == 0 {
		l.Moot = "readers do not see the comment any more"
	}
	return nil
}

func (s *Store) fillConfirm(ctx context.Context, l *Letter) error {
	_, waiting, err := s.Subscriber(ctx, l.Reader.ID)
	if err != nil {
		return err
	}
	for i := range waiting {
		if l.SubscriptionID != nil && waiting[i].ID == *l.SubscriptionID {
			l.Subscription, l.Post = &waiting[i], waiting[i].Post
		}
	}
	if l.Subscription == nil || l.Post == nil {
		l.Moot = "it has been confirmed, or forgotten"
	}
	return nil
}
