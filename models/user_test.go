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

// empty makes a store without an owner.
func empty(t *testing.T, s site) *Store {
	t.Helper()
	config := s.config
	config.Dir = t.TempDir()
	if s.postgres {
		config.URL = freshSchema(t, s.config.URL)
	}
	return open(t, config)
}

func TestABlogIsSetUpOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		store := empty(t, s)
		has, err := store.HasOwner(t.Context())
		if err != nil || has {
			t.Fatal(has, err)
		}
		var made, refused atomic.Int32
		together(50, func(i int) {
			email, hash := fmt.Sprintf("owner%d@example.org", i), "hash"
			_, err := store.CreateOwner(t.Context(), UserChange{Name: Some("Owner"), Email: Some(&email), PasswordHash: Some(&hash)}, SettingsChange{"title": []byte(fmt.Sprintf(`"Blog %d"`, i))})
			switch {
			case err == nil:
				made.Add(1)
			case errors.Is(err, ErrConflict):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
		if made.Load() != 1 || refused.Load() != 49 {
			t.Errorf("%d were made, %d refused", made.Load(), refused.Load())
		}
		users, err := store.Users(t.Context(), UserQuery{})
		if err != nil || users.Total != 1 {
			t.Fatal(users.Total, err)
		}
		settings, err := store.Settings(t.Context())
		if err != nil || strings.TrimPrefix(settings.Title, "Blog ") != strings.TrimSuffix(strings.TrimPrefix(*users.Items[0].Email, "owner"), "@example.org") {
			t.Errorf("title %q for %s (%v)", settings.Title, *users.Items[0].Email, err)
		}
	})
}

func TestEveryBadFieldOfAPersonIsNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		name := Some("Ada")
		for _, c := range []struct {
			what   string
			change UserChange
			fields []string
		}{
			{"nothing", UserChange{}, []string{"name"}},
			{"a name", UserChange{Name: name}, nil},
			{"80 characters", UserChange{Name: Some(strings.Repeat("é", 80))}, nil},
			{"81 characters", UserChange{Name: Some(strings.Repeat("é", 81))}, []string{"name"}},
			{"a name of nothing", UserChange{Name: Some("\u200d\u2800")}, []string{"name"}},
			{"a name without a letter", UserChange{Name: Some("🎉")}, nil},
			{"e-mail", UserChange{Name: name, Email: Some(ptr("Bob <a@b.example>"))}, []string{"email"}},
			{"the owner's e-mail", UserChange{Name: name, Email: Some(ptr("MIRA@Example.org"))}, []string{"email"}},
			{"a password without e-mail", UserChange{Name: name, PasswordHash: Some(ptr("x"))}, []string{"email"}},
			{"role", UserChange{Name: name, Role: Some(auth.Role("admin"))}, []string{"role"}},
			{"bio", UserChange{Name: name, Bio: Some(strings.Repeat("é", 2001))}, []string{"bio"}},
			{"addresses", UserChange{Name: name, URL: Some(ptr("javascript:x")), AvatarURL: Some(ptr("//x"))}, []string{"url", "avatar_url"}},
			{"slug", UserChange{Name: name, Slug: Some("!")}, []string{"slug"}},
			{"extra", UserChange{Name: name, Extra: Some(JSON(`"x"`))}, []string{"extra"}},
		} {
			_, err := s.CreateUser(t.Context(), s.owner, c.change)
			wantInvalid(t, c.what, err, c.fields...)
		}
		ada, err := s.AuthorBySlug(t.Context(), "ada")
		wantError(t, "somebody without a post, for readers", err, ErrNotFound)
		if ada.ID != "" {
			t.Error("she is told all the same")
		}
		again, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: name})
		if err != nil || again.Slug != "ada-2" || again.Role != auth.Author || again.SignsIn() {
			t.Errorf("%+v %v", again, err)
		}
	})
}

func TestOneAddressBelongsToOnePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		var made atomic.Int32
		together(20, func(i int) {
			email, hash := "shared@example.org", "hash"
			_, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Ada"), Email: Some(&email), PasswordHash: Some(&hash)})
			if err == nil {
				made.Add(1)
			} else {
				wantInvalid(t, "taken", err, "email")
			}
		})
		want(t, "made", made.Load(), 1)
		ada, err := s.UserByEmail(t.Context(), "shared@example.org")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ChangeUser(t.Context(), s.owner, ada.ID, UserChange{Email: Some(ptr("mira@example.org"))}, "")
		wantInvalid(t, "changed to that of another", err, "email")
		for _, email := range []string{"", "%", "shared@example.org\x00", "' OR 1=1"} {
			_, err := s.UserByEmail(t.Context(), email)
			wantError(t, email, err, ErrNotFound)
		}
	})
}

func TestTheLastOwnerStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		for name, change := range map[string]UserChange{
			"another role": {Role: Some(auth.Editor)}, "disabled": {Disabled: Some(true)}, "without password": {PasswordHash: Some[*string](nil)},
		} {
			_, err := s.ChangeUser(t.Context(), s.owner, s.owner.User, change, "")
			wantError(t, name, err, ErrConflict)
		}
		wantError(t, "deleted", s.DeleteUser(t.Context(), s.owner, s.owner.User, ""), ErrConflict)
		guest, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Owner in name"), Role: Some(auth.Owner)})
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, "deleted beside an owner who cannot sign in", s.DeleteUser(t.Context(), s.owner, s.owner.User, string(guest.ID)), ErrConflict)

		second := s.person(t, "Second", auth.Owner)
		var left atomic.Int32
		together(2, func(i int) {
			id := []UserID{s.owner.User, second.User}[i]
			if _, err := s.ChangeUser(t.Context(), s.owner, id, UserChange{Role: Some(auth.Editor)}, ""); err == nil {
				left.Add(1)
			} else if !errors.Is(err, ErrConflict) {
				t.Error(err)
			}
		})
		want(t, "of two who step down at once", left.Load(), 1)
	})
}

func TestWhatChangesAnAccountEndsItsSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		for _, c := range []struct {
			name   string
			change UserChange
			ends   bool
		}{
			{"name", UserChange{Name: Some("Another")}, false},
			{"bio", UserChange{Bio: Some("x")}, false},
			// The role is read with every request, so the next one has the new rights.
			{"role", UserChange{Role: Some(auth.Editor)}, false},
			{"password", UserChange{PasswordHash: Some(ptr("new hash"))}, true},
			{"e-mail", UserChange{Email: Some(ptr("new@example.org"))}, true},
			{"disabled", UserChange{Disabled: Some(true)}, true},
		} {
			ada := s.person(t, "Ada "+c.name, auth.Author)
			user, err := s.User(t.Context(), ada.User)
			if err != nil {
				t.Fatal(err)
			}
			sessions := make([]Session, 2)
			for i := range sessions {
				if sessions[i], err = s.CreateSession(t.Context(), user, "Browser", "", nil); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.ChangeUser(t.Context(), s.owner, ada.User, c.change, sessions[1].ID); err != nil {
				t.Fatal(err)
			}
			_, now, err := s.SessionUser(t.Context(), sessions[0].ID)
			want(t, c.name+": ends the session", errors.Is(err, ErrNotFound), c.ends)
			if c.name == "role" && now.Role != auth.Editor {
				t.Errorf("the role is %s", now.Role)
			}
			_, _, err = s.SessionUser(t.Context(), sessions[1].ID)
			want(t, c.name+": ends the session that is kept", errors.Is(err, ErrNotFound), c.name == "disabled")
			_, err = s.CreateSession(t.Context(), user, "Browser", "", nil)
			want(t, c.name+": refuses the password checked before", errors.Is(err, ErrNotFound), c.name == "password" || c.name == "disabled")
			field := map[string]string{"e-mail": "email"}[c.name]
			if field == "" {
				field = c.name
			}
			events, err := s.Events(t.Context(), EventQuery{Kind: "user.updated", SubjectID: string(ada.User)})
			if err != nil {
				t.Fatal(err)
			}
			want(t, c.name+": the event names", events.Items[0].Fields, []string{field})
		}
	})
}

func TestAPersonWithPostsIsDeletedWhenSomebodyGetsThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada, ben := s.person(t, "Ada", auth.Author), s.person(t, "Ben", auth.Author)
		alone := s.published(t, "alone", func(c *PostChange) { c.Authors = Some([]string{"ada"}) })
		with := s.published(t, "with the heir", func(c *PostChange) { c.Authors = Some([]string{"ben", "mira-holt", "ada"}) })
		comment, err := s.CreateComment(t.Context(), ada, NewComment{PostID: alone.ID, Name: "Ada", Source: "x", HTML: "x", Judged: Judged{Status: Approved}})
		if err != nil {
			t.Fatal(err)
		}
		user, err := s.User(t.Context(), ada.User)
		if err != nil {
			t.Fatal(err)
		}
		session, err := s.CreateSession(t.Context(), user, "", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateAPIToken(t.Context(), ada, "key", "hash", auth.Scopes{auth.PostsRead}, nil); err != nil {
			t.Fatal(err)
		}

		wantError(t, "without an heir", s.DeleteUser(t.Context(), s.owner, ada.User, ""), ErrConflict)
		for _, heir := range []string{"nobody", "ada", string(ada.User), string(newID[UserID]()), "1 OR 1=1"} {
			wantInvalid(t, heir, s.DeleteUser(t.Context(), s.owner, ada.User, heir), "posts_to")
		}
		if err := s.DeleteUser(t.Context(), s.owner, ada.User, string(ben.User)); err != nil {
			t.Fatal(err)
		}
		now := s.stored(t, alone.ID)
		want(t, "alone", authorNames(now), []string{"Ben"})
		want(t, "its version", now.Version, 2)
		want(t, "with the heir", authorNames(s.stored(t, with.ID)), []string{"Ben", "Mira Holt"})
		heir, err := s.AuthorBySlug(t.Context(), "ben")
		if err != nil || heir.PostCount != 2 {
			t.Errorf("the heir has %d posts (%v)", heir.PostCount, err)
		}
		_, _, err = s.SessionUser(t.Context(), session.ID)
		wantError(t, "her session", err, ErrNotFound)
		_, _, err = s.TokenUser(t.Context(), "hash")
		wantError(t, "her token", err, ErrNotFound)
		kept, err := s.Comment(t.Context(), s.owner, comment.ID)
		if err != nil || kept.AuthorName != "Ada" || kept.UserID != nil {
			t.Errorf("her comment: %+v %v", kept, err)
		}
		wantError(t, "deleted twice", s.DeleteUser(t.Context(), s.owner, ada.User, ""), ErrNotFound)
		withoutPosts := s.person(t, "Without posts", auth.Editor)
		wantError(t, "somebody without posts", s.DeleteUser(t.Context(), s.owner, withoutPosts.User, ""), nil)
	})
}

func TestReadersSeeAuthorsWithAPublishedPost(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.person(t, "Published", auth.Author)
		s.person(t, "Drafts", auth.Author)
		s.person(t, "Archived", auth.Author)
		for status, slug := range map[PostStatus]string{Published: "published", Draft: "drafts", Archived: "archived"} {
			s.draft(t, "By "+slug, func(c *PostChange) { c.Status, c.Authors = Some(status), Some([]string{slug}) })
		}
		list, err := s.Users(t.Context(), UserQuery{Authors: true})
		if err != nil || list.Total != 1 || len(list.Items) != 1 || list.Items[0].Slug != "published" || list.Items[0].PostCount != 1 {
			t.Errorf("%+v %v", list, err)
		}
		for slug, wanted := range map[string]error{"published": nil, "drafts": ErrNotFound, "archived": ErrNotFound, "mira-holt": ErrNotFound, "nobody": ErrNotFound} {
			_, err := s.AuthorBySlug(t.Context(), slug)
			wantError(t, slug, err, wanted)
		}
		all, err := s.Users(t.Context(), UserQuery{Page: Page{Limit: 3}})
		if err != nil || all.Total != 4 || len(all.Items) != 3 || all.Items[0].Name != "Mira Holt" {
			t.Errorf("%+v %v", all, err)
		}
		rest, err := s.Users(t.Context(), UserQuery{Page: Page{Limit: 3, At: all.Next}})
		if err != nil || len(rest.Items) != 1 {
			t.Errorf("%+v %v", rest, err)
		}
	})
}

func TestAnAddressThatHasSignedInIsKnownForHalfAYear(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		owner, err := s.User(t.Context(), s.owner.User)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.CreateSession(t.Context(), owner, "", "home", nil); err != nil {
				t.Fatal(err)
			}
		}
		knows := func(email, hash string, wanted bool) {
			t.Helper()
			known, err := s.KnowsAddress(t.Context(), email, hash)
			if err != nil || known != wanted {
				t.Errorf("%s at %s: %v, want %v (%v)", email, hash, known, wanted, err)
			}
		}
		knows("mira@example.org", "home", true)
		knows("mira@example.org", "elsewhere", false)
		knows("other@example.org", "home", false)
		s.clock.move(auth.SessionLifetime - time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		knows("mira@example.org", "home", true)
		s.clock.move(2 * time.Hour)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		knows("mira@example.org", "home", false)
	})
}
