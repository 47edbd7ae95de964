package models

import (
	"context"
	"errors"
	"time"

	"dimmer/auth"
)

// APIToken is a program's key. The key itself is shown once and not kept.
type APIToken struct {
	ID         TokenID `gorm:"primaryKey"`
	UserID     UserID
	Name       string
	Hash       string
	Scopes     auth.Scopes `gorm:"serializer:json"`
	ExpiresAt  *time.Time  `gorm:"serializer:utc"`
	LastUsedAt *time.Time  `gorm:"serializer:utc"`
	CreatedAt  time.Time   `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (APIToken) TableName() string { return "api_tokens" }

// CreateAPIToken keeps the hash of a program's key. It acts for the person who made it, within its scopes.
func (s *Store) CreateAPIToken(ctx context.Context, by Actor, name, hash string, scopes auth.Scopes, expiresAt *time.Time) (APIToken, error) {
	var token APIToken
	err := s.write(ctx, by, "make the token", func(t *tx) error {
		token = APIToken{ID: newID[TokenID](), UserID: by.User, Name: oneLine(name), Hash: hash, Scopes: scopes, ExpiresAt: expiresAt, CreatedAt: t.now}
		invalid := Invalid{}
		checkLength(invalid, "name", token.Name, 1, maxName)
		if len(scopes) == 0 {
			invalid["scopes"] = "are needed: a token without a scope opens nothing"
		}
		if expiresAt != nil && !expiresAt.After(t.now) {
			invalid["expires_at"] = "is not in the future"
		}
		if err := invalid.orNil(); err != nil {
			return err
		}
		if expiresAt != nil {
			at := expiresAt.UTC().Truncate(time.Microsecond)
			token.ExpiresAt = &at
		}
		t.event("token.created", "token", string(token.ID))
		return table[APIToken](t.DB).Create(t.ctx, &token)
	})
	return token, err
}

// APITokens lists the tokens, newest first.
func (s *Store) APITokens(ctx context.Context, page Page) (List[APIToken], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	list, err := listRows(ctx, db, listing[APIToken]{columns: "*", sort: sortSpec{column: "created_at", kind: timeKey, descending: true}, page: page},
		func(t APIToken) sortKey { return sortKey{key: t.CreatedAt, id: string(t.ID)} })
	if err != nil {
		return list, fault("list the tokens", err)
	}
	list.Total, err = table[APIToken](db).Count(ctx)
	return list, fault("count the tokens", err)
}

// DeleteAPIToken ends a token at once.
func (s *Store) DeleteAPIToken(ctx context.Context, by Actor, id TokenID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.write(ctx, by, "delete the token", func(t *tx) error {
		t.event("token.deleted", "token", string(id))
		return one(table[APIToken](t.DB).Where("id = ?", id).Delete(t.ctx))
	})
}

// TokenUser reads whose token has this hash, as both are now. One that has expired, and a person who is disabled, are not found. When it
// was last used is noted to the minute.
func (s *Store) TokenUser(ctx context.Context, hash string) (APIToken, User, error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	token, err := table[APIToken](db).Where("hash = ?", hash).Take(bounded)
	if err != nil {
		return token, User{}, fault("read the token", err)
	}
	user, err := table[User](db).Select(userFields).Where("id = ?", token.UserID).Take(bounded)
	if err != nil {
		return token, user, fault("read the person", err)
	}
	now := s.now()
	if token.ExpiresAt != nil && !now.Before(*token.ExpiresAt) || !user.SignsIn() {
		return token, user, ErrNotFound
	}
	if token.LastUsedAt == nil || now.Sub(*token.LastUsedAt) >= time.Minute {
		err = s.write(ctx, System, "note the use of the token", func(t *tx) error {
			return done(table[APIToken](t.DB).Where("id = ?", token.ID).Update(t.ctx, "last_used_at", t.now))
		})
		if errors.Is(err, ErrBusy) {
			err = nil // reading goes on while nothing can be written
		}
	}
	return token, user, err
}
