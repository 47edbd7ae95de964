package models

import (
	"context"
	"time"

	"dimmer/auth"
)

// keptAfterEnd is how long an ended session stays to be looked at.
const keptAfterEnd = 30 * 24 * time.Hour

// Session is one signed-in browser or program.
type Session struct {
	ID         SessionID `gorm:"primaryKey"`
	UserID     UserID
	Generation int64     // of the refresh token that is good now
	RotatedAt  time.Time `gorm:"serializer:utc"`
	UserAgent  string
	CreatedAt  time.Time  `gorm:"serializer:utc;autoCreateTime:false"`
	LastUsedAt time.Time  `gorm:"serializer:utc"`
	EndedAt    *time.Time `gorm:"serializer:utc"`
}

// TableName is the table's name.
func (Session) TableName() string { return "sessions" }

// over reports whether the session has been ended, or has run out.
func (s *Session) over(now time.Time) bool {
	return s.EndedAt != nil || auth.SessionOver(s.CreatedAt, s.LastUsedAt, now)
}

// CreateSession signs a person in. rehash, if not nil, replaces her password's hash: parameters rise with the years.
func (s *Store) CreateSession(ctx context.Context, user User, userAgent, addressHash string, rehash *string) (Session, error) {
	var session Session
	if user.PasswordHash == nil {
		return session, ErrNotFound
	}
	by := Actor{Kind: ByUser, ID: string(user.ID), User: user.ID, Role: user.Role}
	err := s.write(ctx, by, "begin the session", func(t *tx) error {
		session = Session{ID: newID[SessionID](), UserID: user.ID, Generation: 1, RotatedAt: t.now, UserAgent: clip(oneLine(userAgent), 200), CreatedAt: t.now, LastUsedAt: t.now}
		// The password was checked before this transaction began: it has to be the same one still, and the account open.
		if _, err := table[User](t.DB, t.forUpdate()...).Select("id").Where("id = ? AND password_hash = ? AND disabled_at IS NULL", user.ID, *user.PasswordHash).Take(t.ctx); err != nil {
			return err
		}
		if rehash != nil {
			if err := one(table[User](t.DB).Where("id = ?", user.ID).Update(t.ctx, "password_hash", *rehash)); err != nil {
				return err
			}
		}
		if err := t.rememberAddress(user.ID, addressHash); err != nil {
			return err
		}
		t.event("session.started", "user", string(user.ID))
		return table[Session](t.DB).Create(t.ctx, &session)
	})
	return session, err
}

// NoteFailedLogin writes to the audit log that somebody could not sign in: to an account, or (with an empty id) to one that does not
// exist. Both cost the same, so that the time tells nobody who has an account here.
func (s *Store) NoteFailedLogin(ctx context.Context, id UserID) error {
	kind, subject := "user", string(id)
	if id == "" {
		kind, subject = "site", s.instanceID
	}
	return s.write(ctx, Actor{Kind: ByReader}, "note the failed sign-in", func(t *tx) error {
		t.event("session.refused", kind, subject)
		return nil
	})
}

// SessionUser reads whose session it is, as both are at this moment: a session that is over and a person who is disabled are not found.
func (s *Store) SessionUser(ctx context.Context, id SessionID) (Session, User, error) {
	if !isID(id) {
		return Session{}, User{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	session, err := table[Session](db).Where("id = ?", id).Take(ctx)
	if err != nil {
		return session, User{}, fault("read the session", err)
	}
	user, err := table[User](db).Select(userFields).Where("id = ?", session.UserID).Take(ctx)
	if err != nil {
		return session, user, fault("read the person", err)
	}
	if session.over(s.now()) || !user.SignsIn() {
		return session, user, ErrNotFound
	}
	return session, user, nil
}

// RotateSession exchanges a refresh token's generation for the next. Within the grace the former one gives the same successor; after it,
// somebody holds a copy, and the session ends. A session that is over, or was just ended, is not found.
func (s *Store) RotateSession(ctx context.Context, id SessionID, presented int64) (Session, User, error) {
	var session Session
	var user User
	ended := false
	if !isID(id) {
		return session, user, ErrNotFound
	}
	err := s.write(ctx, System, "refresh the session", func(t *tx) error {
		ended = false
		var err error
		if session, err = table[Session](t.DB, t.forUpdate()...).Where("id = ?", id).Take(t.ctx); err != nil {
			return err
		}
		if user, err = t.user(session.UserID); err != nil {
			return err
		}
		if session.over(t.now) || !user.SignsIn() {
			return ErrNotFound
		}
		t.by = Actor{Kind: ByUser, ID: string(user.ID), User: user.ID, Role: user.Role}
		switch auth.Rotate(presented, session.Generation, session.RotatedAt, t.now) {
		case auth.RotationAdvance:
			session.Generation, session.RotatedAt, session.LastUsedAt = session.Generation+1, t.now, t.now
			return one(table[Session](t.DB).Where("id = ?", id).Select("generation", "rotated_at", "last_used_at").Updates(t.ctx, session))
		case auth.RotationRepeat:
			return nil
		case auth.RotationReused:
			ended = true
			t.event("session.reused", "user", string(user.ID))
			return one(table[Session](t.DB).Where("id = ?", id).Update(t.ctx, "ended_at", t.now))
		}
		return ErrNotFound
	})
	if err == nil && ended {
		err = ErrNotFound
	}
	return session, user, err
}

// EndSession signs one session of a person out. One that is over already is not found.
func (s *Store) EndSession(ctx context.Context, by Actor, user UserID, id SessionID) error {
	if !isID(id) || !isID(user) {
		return ErrNotFound
	}
	return s.write(ctx, by, "end the session", func(t *tx) error {
		t.event("session.ended", "user", string(user))
		return one(table[Session](t.DB).Where("id = ? AND user_id = ? AND ended_at IS NULL", id, user).Update(t.ctx, "ended_at", t.now))
	})
}

// EndSessions signs a person out everywhere, but for the session keep.
func (s *Store) EndSessions(ctx context.Context, by Actor, user UserID, keep SessionID) error {
	if !isID(user) {
		return ErrNotFound
	}
	return s.write(ctx, by, "end the sessions", func(t *tx) error {
		t.event("session.ended", "user", string(user))
		return t.endSessionsOf(user, keep)
	})
}

func (t *tx) endSessionsOf(user UserID, keep SessionID) error {
	where := table[Session](t.DB).Where("user_id = ? AND ended_at IS NULL", user)
	if isID(keep) {
		where = where.Where("id <> ?", keep)
	}
	return done(where.Update(t.ctx, "ended_at", t.now))
}

// Sessions lists the sessions of a person that are not over, newest first.
func (s *Store) Sessions(ctx context.Context, user UserID) ([]Session, error) {
	if !isID(user) {
		return nil, nil
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	now := s.now()
	sessions, err := table[Session](db).Where("user_id = ? AND ended_at IS NULL AND created_at > ? AND last_used_at > ?",
		user, now.Add(-auth.SessionLifetime), now.Add(-auth.SessionIdle)).Order("created_at DESC, id DESC").Limit(100).Find(ctx)
	return sessions, fault("list the sessions", err)
}
