package models

import (
	"fmt"
	"testing"
	"time"

	"dimmer/auth"
)

// aBrowser is a subscription as a browser gives it: keys of the example of RFC 8291.
func aBrowser(endpoint string) PushDevice {
	return PushDevice{
		Endpoint: "https://push.example/" + endpoint, Auth: "BTBZMqHH6r4Tts7J_aSIgg", Name: "Phone",
		P256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
	}
}

// signsIn begins a session of somebody and has her browser told.
func (s site) signsIn(t testing.TB, by Actor, endpoint string) (Session, PushDevice) {
	t.Helper()
	user, err := s.User(t.Context(), by.User)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.CreateSession(t.Context(), user, "Phone", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	device, err := s.SavePushDevice(t.Context(), by, session.ID, aBrowser(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	return session, device
}

// told claims what is due after what has happened was looked at.
func (s site) told(t testing.TB) []PushDevice {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = s.PushEvents(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	claimed, err := s.ClaimPushDevices(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	return claimed
}

func TestWhoIsToldThatACommentWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		author, other, moderator := s.person(t, "Ben", auth.Author), s.person(t, "Nora", auth.Author), s.person(t, "Lena", auth.Moderator)
		post := s.published(t, "Hers", func(c *PostChange) { c.Authors = Some([]string{string(author.User)}) })
		s.comment(t, post, Pending, named("before anybody listened"))
		for _, by := range []Actor{author, other, moderator} {
			s.signsIn(t, by, string(by.User))
		}
		want(t, "what happened before is no news", len(s.told(t)), 0)
		s.clock.move(pushWait + time.Second)
		want(t, "nor later", len(s.told(t)), 0)
		comment := s.comment(t, post, Pending, named("new"))
		want(t, "it waits for what comes in the same breath", len(s.told(t)), 0)
		s.clock.move(pushWait + time.Second)
		devices := s.told(t)
		users := map[UserID]bool{}
		for _, d := range devices {
			users[d.UserID] = true
		}
		want(t, "who is told", users, map[UserID]bool{author.User: true, moderator.User: true})
		message, err := s.PushMessage(t.Context(), devices[0])
		want(t, "what she is told", message, PushMessage{"en", 2, "Ruth", "Hers"})
		wantError(t, "what she is told", err, nil)
		want(t, "nobody else claims them", len(s.told(t)), 0)
		for _, d := range devices {
			if err := s.MarkPushed(t.Context(), d, true); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.move(time.Hour)
		want(t, "told once", len(s.told(t)), 0)

		// Decided before it could be said.
		for _, c := range []CommentID{comment.ID, s.comment(t, post, Pending, named("another")).ID} {
			if _, err := s.move(t.Context(), s.owner, c, Approved); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.move(t.Context(), s.owner, CommentID(s.lines(t, "SELECT CAST(id AS text) FROM comments WHERE status = 'pending'")[0]), Spam); err != nil {
			t.Fatal(err)
		}
		_, err = s.PushMessage(t.Context(), devices[0])
		wantError(t, "nothing waits", err, ErrNotFound)
	})
}

func TestACommentThatComesWhileADeviceIsToldIsNotLost(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Post")
		s.signsIn(t, s.owner, "a")
		s.comment(t, post, Pending, named("one"))
		s.told(t)
		s.clock.move(pushWait + time.Second)
		claimed := s.told(t)
		want(t, "claimed", len(claimed), 1)
		s.comment(t, post, Pending, named("two"))
		s.told(t)
		if err := s.MarkPushed(t.Context(), claimed[0], true); err != nil {
			t.Fatal(err)
		}
		want(t, "at once", len(s.told(t)), 0)
		s.clock.move(pushLease + 2*time.Second)
		again := s.told(t)
		want(t, "a minute later", len(again), 1)
		if err := s.MarkPushed(t.Context(), again[0], true); err != nil {
			t.Fatal(err)
		}
		s.clock.move(time.Hour)
		want(t, "and then no more", len(s.told(t)), 0)

		// A program that is killed gives it back; what is never taken is given up, and the next comment is the next try.
		s.comment(t, post, Pending, named("three"))
		s.told(t)
		s.clock.move(pushWait + time.Second)
		for i := range maxPushAttempts {
			claimed = s.told(t)
			want(t, fmt.Sprint("attempt ", i+1), len(claimed), 1)
			if i%2 == 0 {
				s.clock.move(pushLease + time.Second) // killed
				continue
			}
			if err := s.PutOffPush(t.Context(), claimed[0], s.Now().Add(time.Minute), "no"); err != nil {
				t.Fatal(err)
			}
			s.clock.move(time.Minute + time.Second)
		}
		want(t, "given up", len(s.told(t)), 0)
		s.comment(t, post, Pending, named("four"))
		s.told(t)
		s.clock.move(pushPause)
		want(t, "the next comment", len(s.told(t)), 1)
		if err := s.ForgetPushDevice(t.Context(), claimed[0]); err != nil {
			t.Fatal(err)
		}
		want(t, "devices", s.number(t, "SELECT count(*) FROM push_devices"), 0)
	})
}

func TestAnInviteIsAcceptedOnceByWhoeverIsFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		invite, err := s.CreateInvite(t.Context(), s.owner, "Edda@mail.example", "Edda", auth.Editor, true)
		if err != nil {
			t.Fatal(err)
		}
		s.mails(t)
		claimed, err := s.ClaimDeliveries(t.Context(), 1)
		if err != nil || len(claimed) != 1 {
			t.Fatal(len(claimed), err)
		}
		letter, err := s.Letter(t.Context(), claimed[0])
		want(t, "its mail", []string{letter.Moot, letter.To, letter.Name}, []string{"", "edda@mail.example", "Edda"})
		wantError(t, "its mail", err, nil)
		accepted := make([]error, 4)
		together(len(accepted), func(i int) { _, accepted[i] = s.AcceptInvite(t.Context(), invite.ID, "Edda", "$argon2id$test") })
		first := 0
		for _, err := range accepted {
			if err == nil {
				first++
			} else {
				wantError(t, "the others", err, ErrNotFound)
			}
		}
		want(t, "accepted", first, 1)
		letter, err = s.Letter(t.Context(), claimed[0])
		want(t, "the mail that comes too late", letter.Moot, "the invite is not open any more")
		wantError(t, "the mail that comes too late", err, nil)
		if _, err := s.CreateInvite(t.Context(), s.owner, "edda@mail.example", "", auth.Editor, false); err == nil {
			t.Error("somebody who is here is invited")
		}
		s.clock.move(InviteLifetime + keptInvite + time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "invites", s.number(t, "SELECT count(*) FROM invites"), 0)
	})
}

func TestSnippetsOnBothDatabases(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		made, err := s.CreateSnippet(t.Context(), s.owner, SnippetChange{Title: Some("Thanks"), Body: Some("Thank you.")})
		wantError(t, "kept", err, nil)
		_, err = s.CreateSnippet(t.Context(), s.owner, SnippetChange{})
		wantInvalid(t, "empty", err, "body", "title")
		changed, err := s.ChangeSnippet(t.Context(), s.owner, made.ID, SnippetChange{Body: Some("Thank you!")})
		wantError(t, "changed", err, nil)
		all, err := s.Snippets(t.Context())
		wantError(t, "listed", err, nil)
		want(t, "all", all, []Snippet{changed})
		want(t, "events", s.kinds(t, string(made.ID)), []string{"snippet.created", "snippet.updated"})
		wantError(t, "deleted", s.DeleteSnippet(t.Context(), s.owner, made.ID), nil)
		wantError(t, "deleted again", s.DeleteSnippet(t.Context(), s.owner, made.ID), ErrNotFound)
		wantError(t, "no id", s.DeleteSnippet(t.Context(), s.owner, "x"), ErrNotFound)
	})
}
