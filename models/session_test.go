package models

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dimmer/auth"
)

// signIn begins a session of the owner.
func (s site) signIn(t testing.TB, agent string) Session {
	t.Helper()
	owner, err := s.User(t.Context(), s.owner.User)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.CreateSession(t.Context(), owner, agent, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func (s site) alive(t testing.TB, what string, session Session, wanted bool) {
	t.Helper()
	_, user, err := s.SessionUser(t.Context(), session.ID)
	if wanted && (err != nil || user.ID != s.owner.User) || !wanted && !errors.Is(err, ErrNotFound) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestASessionRotatesWithAGraceAndEndsOnReuse(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		session, other := s.signIn(t, "Laptop"), s.signIn(t, "Phone")
		rotate := func(generation int64, wanted int64) {
			t.Helper()
			rotated, user, err := s.RotateSession(t.Context(), session.ID, generation)
			if err != nil || rotated.Generation != wanted || user.ID != s.owner.User {
				t.Errorf("generation %d gives %d, want %d (%v)", generation, rotated.Generation, wanted, err)
			}
		}
		rotate(1, 2)
		rotate(1, 2) // the answer was lost, or two tabs
		s.clock.move(9 * time.Second)
		rotate(1, 2)
		rotate(2, 3)
		_, _, err := s.RotateSession(t.Context(), session.ID, 5)
		wantError(t, "a generation that was never given", err, ErrNotFound)
		s.alive(t, "it changes nothing", session, true)
		s.clock.move(11 * time.Second)
		_, _, err = s.RotateSession(t.Context(), session.ID, 2)
		wantError(t, "a former one after the grace", err, ErrNotFound)
		s.alive(t, "reused", session, false)
		_, _, err = s.RotateSession(t.Context(), session.ID, 3)
		wantError(t, "the present one after a reuse", err, ErrNotFound)
		s.alive(t, "the other session of the same person", other, true)
		if _, _, err = s.RotateSession(t.Context(), other.ID, 1); err != nil {
			t.Error(err)
		}
		want(t, "what happened", s.kinds(t, string(s.owner.User)), []string{"user.created", "session.started", "session.started", "session.reused"})
	})
}

func TestOfRotationsAtOnceOneGivesANewGeneration(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		session := s.signIn(t, "Laptop")
		together(50, func(int) {
			rotated, _, err := s.RotateSession(t.Context(), session.ID, 1)
			if err != nil || rotated.Generation != 2 {
				t.Errorf("generation %d (%v)", rotated.Generation, err)
			}
		})
		now, _, err := s.SessionUser(t.Context(), session.ID)
		if err != nil || now.Generation != 2 {
			t.Errorf("generation %d (%v)", now.Generation, err)
		}
	})
}

func TestASessionIsOverAfterThirtyDaysIdleAndHalfAYearInAnyCase(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		idle := s.signIn(t, "Idle")
		s.clock.move(auth.SessionIdle - time.Minute)
		s.alive(t, "before thirty days", idle, true)
		s.clock.move(2 * time.Minute)
		s.alive(t, "after thirty days", idle, false)
		_, _, err := s.RotateSession(t.Context(), idle.ID, 1)
		wantError(t, "refreshed after thirty days", err, ErrNotFound)

		used := s.signIn(t, "Used")
		began := s.clock.at
		for generation := int64(1); s.clock.at.Sub(began) < auth.SessionLifetime-10*24*time.Hour; generation++ {
			s.clock.move(9 * 24 * time.Hour)
			if _, _, err := s.RotateSession(t.Context(), used.ID, generation); err != nil {
				t.Fatalf("after %v: %v", s.clock.at.Sub(began), err)
			}
		}
		s.alive(t, "used all the time, before half a year", used, true)
		s.clock.move(10 * 24 * time.Hour)
		s.alive(t, "used all the time, after half a year", used, false)
	})
}

func TestSessionsAreListedAndEndedByTheirOwner(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Editor)
		first, second, third := s.signIn(t, "First\x00 \u202e"), s.signIn(t, strings.Repeat("é", 300)), s.signIn(t, "Third")
		list, err := s.Sessions(t.Context(), s.owner.User)
		if err != nil || len(list) != 3 || list[0].ID != third.ID || list[2].UserAgent != "First" || len([]rune(list[1].UserAgent)) != 200 {
			t.Errorf("%+v %v", list, err)
		}
		wantError(t, "ended by somebody else", s.EndSession(t.Context(), ada, ada.User, first.ID), ErrNotFound)
		s.alive(t, "it goes on", first, true)
		wantError(t, "ended", s.EndSession(t.Context(), s.owner, s.owner.User, first.ID), nil)
		wantError(t, "ended twice", s.EndSession(t.Context(), s.owner, s.owner.User, first.ID), ErrNotFound)
		s.alive(t, "ended", first, false)
		wantError(t, "all but one", s.EndSessions(t.Context(), s.owner, s.owner.User, third.ID), nil)
		s.alive(t, "another", second, false)
		s.alive(t, "the one", third, true)
		wantError(t, "all", s.EndSessions(t.Context(), s.owner, s.owner.User, ""), nil)
		s.alive(t, "the last", third, false)
		if list, err = s.Sessions(t.Context(), s.owner.User); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		want(t, "ended sessions are kept", s.number(t, "SELECT count(*) FROM sessions"), 3)
		s.clock.move(keptAfterEnd + time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "for thirty days", s.number(t, "SELECT count(*) FROM sessions"), 0)
	})
}

func TestASignInIsRefusedWhenThePasswordHasChangedSinceItWasChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		before, err := s.User(t.Context(), s.owner.User)
		if err != nil {
			t.Fatal(err)
		}
		rehashed := "$argon2id$dearer"
		if _, err := s.CreateSession(t.Context(), before, "", "", &rehashed); err != nil {
			t.Fatal(err)
		}
		now, err := s.User(t.Context(), s.owner.User)
		if err != nil || *now.PasswordHash != rehashed {
			t.Fatalf("%v %v", now.PasswordHash, err)
		}
		_, err = s.CreateSession(t.Context(), before, "", "", nil)
		wantError(t, "with the former hash", err, ErrNotFound)
		guest, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Guest")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.CreateSession(t.Context(), guest, "", "", nil)
		wantError(t, "somebody without a password", err, ErrNotFound)

		// However a sign-in and a new password come together, no session of the former password lives on.
		for round := range 20 {
			user, err := s.User(t.Context(), s.owner.User)
			if err != nil {
				t.Fatal(err)
			}
			var begun atomic.Pointer[Session]
			together(2, func(i int) {
				if i == 0 {
					if session, err := s.CreateSession(t.Context(), user, "", "", nil); err == nil {
						begun.Store(&session)
					}
				} else if _, err := s.ChangeUser(t.Context(), s.owner, user.ID, UserChange{PasswordHash: Some(ptr(fmt.Sprint("hash ", round)))}, ""); err != nil {
					t.Error(err)
				}
			})
			if session := begun.Load(); session != nil {
				s.alive(t, "a session of the former password", *session, false)
			}
		}
	})
}

func TestATokenWorksForItsPersonUntilItRunsOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Editor)
		in := func(d time.Duration) *time.Time { return ptr(s.clock.at.Add(d)) }
		for _, c := range []struct {
			name   string
			scopes auth.Scopes
			until  *time.Time
			fields []string
		}{
			{"", auth.Scopes{auth.PostsRead}, nil, []string{"name"}}, {strings.Repeat("x", 81), auth.Scopes{auth.PostsRead}, nil, []string{"name"}}, {"past", auth.Scopes{auth.PostsRead}, in(-time.Second), []string{"expires_at"}}, {"no scope", nil, nil, []string{"scopes"}},
		} {
			_, err := s.CreateAPIToken(t.Context(), ada, c.name, "hash of "+c.name, c.scopes, c.until)
			wantInvalid(t, c.name, err, c.fields...)
		}
		forever, err := s.CreateAPIToken(t.Context(), ada, "forever", "h1", auth.Scopes{auth.PostsRead, auth.CommentsWrite}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateAPIToken(t.Context(), ada, "for an hour", "h2", auth.Scopes{auth.PostsRead}, in(time.Hour)); err != nil {
			t.Fatal(err)
		}
		_, err = s.CreateAPIToken(t.Context(), ada, "the same hash", "h1", auth.Scopes{auth.PostsRead}, nil)
		wantError(t, "the same hash", err, ErrConflict)

		token, user, err := s.TokenUser(t.Context(), "h1")
		if err != nil || token.ID != forever.ID || user.ID != ada.User || token.LastUsedAt != nil {
			t.Errorf("%+v %v", token, err)
		}
		want(t, "scopes", token.Scopes, auth.Scopes{auth.PostsRead, auth.CommentsWrite})
		used := func() time.Time {
			t.Helper()
			token, _, err := s.TokenUser(t.Context(), "h1")
			if err != nil || token.LastUsedAt == nil {
				t.Fatal(token, err)
			}
			return *token.LastUsedAt
		}
		first := used()
		s.clock.move(30 * time.Second)
		want(t, "used within the minute", used(), first)
		s.clock.move(31 * time.Second)
		used()
		if again := used(); again.Sub(first) < time.Minute {
			t.Errorf("used after a minute: noted %v after the first", again.Sub(first))
		}
		for _, hash := range []string{"", "h", "h3", "H1", "h1\x00"} {
			_, _, err := s.TokenUser(t.Context(), hash)
			wantError(t, hash, err, ErrNotFound)
		}
		s.clock.move(time.Hour)
		_, _, err = s.TokenUser(t.Context(), "h2")
		wantError(t, "run out", err, ErrNotFound)
		list, err := s.APITokens(t.Context(), Page{Limit: 1})
		if err != nil || list.Total != 2 || list.Items[0].Name != "for an hour" || list.Next == nil {
			t.Errorf("%+v %v", list, err)
		}
		wantError(t, "deleted", s.DeleteAPIToken(t.Context(), s.owner, list.Items[0].ID), nil)
		wantError(t, "deleted twice", s.DeleteAPIToken(t.Context(), s.owner, list.Items[0].ID), ErrNotFound)
		if _, err := s.ChangeUser(t.Context(), s.owner, ada.User, UserChange{Disabled: Some(true)}, ""); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.TokenUser(t.Context(), "h1")
		wantError(t, "of somebody who is disabled", err, ErrNotFound)
	})
}

func TestATokenGoesOnWhileNothingCanBeWritten(t *testing.T) {
	s := newSite(t, "")
	if _, err := s.CreateAPIToken(t.Context(), s.owner, "key", "h1", auth.Scopes{auth.PostsRead}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.pools[0].Exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	wantError(t, "a write", s.NoteFailedLogin(t.Context(), s.owner.User), ErrBusy)
	_, user, err := s.TokenUser(t.Context(), "h1")
	if err != nil || user.ID != s.owner.User {
		t.Errorf("%v %v", user.ID, err)
	}
}
