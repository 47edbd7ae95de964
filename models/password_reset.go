package models

import (
	"context"
	"errors"
	"time"
)

// maxResets is how many mails to a new password one account gets in an hour, however many people ask.
const maxResets = 3

// AskReset mails the person who signs in with an address the link to a new password. For an address that belongs to nobody it writes as much, so that
// neither answer nor time tells who has an account here.
func (s *Store) AskReset(ctx context.Context, email string) error {
	return s.write(ctx, Actor{Kind: ByReader}, "ask for a new password", func(t *tx) error {
		user, err := found(table[User](t.DB).Select(userFields).Where("email = ? AND password_hash IS NOT NULL AND disabled_at IS NULL", email).Take(t.ctx))
		if errors.Is(err, ErrNotFound) {
			t.event("password.asked", "site", s.instanceID)
			return nil
		} else if err != nil {
			return err
		}
		t.event("password.asked", "user", string(user.ID))
		if err := t.lock(askLock); err != nil {
			return err
		}
		n, err := table[Delivery](t.DB).Where("user_id = ? AND kind = ? AND created_at > ?", user.ID, MailReset, t.now.Add(-time.Hour)).Count(t.ctx)
		if err != nil || n >= maxResets {
			return err
		}
		_, err = t.enqueue(Delivery{Kind: MailReset, UserID: &user.ID, GiveUpAt: t.now.Add(ResetLinkLifetime)})
		return err
	})
}

// ResetUser reads whose new password a mailed link is for. Only the newest such mail of a person counts, and only for as long as its link is good.
func (s *Store) ResetUser(ctx context.Context, id DeliveryID) (User, error) {
	if !isID(id) {
		return User{}, ErrNotFound
	}
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	asked, err := table[Delivery](db).Where("id = ? AND kind = ? AND created_at > ?", id, MailReset, s.now().Add(-ResetLinkLifetime)).Take(bounded)
	if err != nil {
		return User{}, fault("read the mail", err)
	}
	newer, err := table[Delivery](db).Where("user_id = ? AND kind = ? AND (created_at > ? OR created_at = ? AND id > ?)", *asked.UserID, MailReset, asked.CreatedAt, asked.CreatedAt, id).Count(bounded)
	if err != nil {
		return User{}, fault("look for a newer mail", err)
	}
	user, err := s.User(ctx, *asked.UserID)
	if err == nil && (newer > 0 || !user.SignsIn()) {
		err = ErrNotFound
	}
	return user, err
}

// ResetPassword gives a person another password, as long as she has the one that she had when the link was checked. Every session of hers ends.
func (s *Store) ResetPassword(ctx context.Context, user User, hash string) error {
	by := user.Actor()
	return s.writeAlone(ctx, by, "set the new password", func(t *tx) error {
		if err := one(table[User](t.DB).Where("id = ? AND password_hash = ? AND disabled_at IS NULL", user.ID, *user.PasswordHash).
			Select("password_hash", "updated_at").Updates(t.ctx, User{PasswordHash: &hash, UpdatedAt: t.now})); err != nil {
			return err
		}
		t.event("user.updated", "user", string(user.ID), "password")
		return t.endSessionsOf(user.ID, "")
	})
}
