package models

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dimmer/auth"
)

// What is no id of ours finds nothing, changes nothing, and is no fault of the database: gorm would run a string as SQL, Postgres would
// call it a syntax error.
func TestWhatIsNoIDFindsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "There")
		comment := s.comment(t, post, Approved)
		tag := s.tag(t, "There")
		session := s.signIn(t, "There")
		token, err := s.CreateAPIToken(t.Context(), s.owner, "There", "hash", auth.Scopes{auth.PostsRead}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		state := func() (rows []int) {
			for _, table := range []string{"posts", "comments", "tags", "sessions", "api_tokens", "users", "events", "revisions", "previews", "working_copies"} {
				rows = append(rows, s.number(t, "SELECT count(*) FROM "+table))
			}
			return append(rows, s.number(t, "SELECT count(*) FROM sessions WHERE ended_at IS NULL"))
		}
		before := state()
		for _, id := range []string{
			"", "0", "-1", "1", "1 OR 1=1", "1;", "'", "' OR '1'='1", "nil", "null", "undefined", "%", "_", "*", "1e3", "%31", "\x00", "\xff",
			strconv.Itoa(math.MaxInt64), "9223372036854775808", strings.ToUpper(string(post.ID)), "{" + string(post.ID) + "}", "urn:uuid:" + string(post.ID),
			strings.ReplaceAll(string(post.ID), "-", ""), string(post.ID) + " ", " " + string(post.ID), string(post.ID) + "\x00", string(post.ID)[1:], strings.Repeat("0", 10_000),
			"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", string(post.ID[:35]) + "g",
		} {
			for name, ask := range map[string]func(ctx context.Context) error{
				"Post":       func(ctx context.Context) error { _, err := s.Post(ctx, s.owner, PostID(id)); return err },
				"PostBySlug": func(ctx context.Context) error { _, err := s.PostBySlug(ctx, TypePost, id); return err },
				"ChangePost": func(ctx context.Context) error {
					_, err := s.ChangePost(ctx, s.owner, PostID(id), 1, PostChange{})
					return err
				},
				"DeletePost": func(ctx context.Context) error { return s.DeletePost(ctx, s.owner, PostID(id), 1) },
				"Revisions":  func(ctx context.Context) error { _, err := s.Revisions(ctx, s.owner, PostID(id), Page{}); return err },
				"Revision":   func(ctx context.Context) error { _, err := s.Revision(ctx, s.owner, PostID(id), 1); return err },
				"RestoreRevision": func(ctx context.Context) error {
					_, err := s.RestoreRevision(ctx, s.owner, PostID(id), 1, 1)
					return err
				},
				"WorkingCopy": func(ctx context.Context) error { _, err := s.WorkingCopy(ctx, s.owner, PostID(id)); return err },
				"SaveWorkingCopy": func(ctx context.Context) error {
					_, err := s.SaveWorkingCopy(ctx, s.owner, PostID(id), 1, "{}", PostChange{})
					return err
				},
				"DeleteWorkingCopy": func(ctx context.Context) error { return s.DeleteWorkingCopy(ctx, s.owner, PostID(id)) },
				"CreatePreview": func(ctx context.Context) error {
					_, err := s.CreatePreview(ctx, s.owner, PostID(id), "h", 1)
					return err
				},
				"RevokePreviews": func(ctx context.Context) error { return s.RevokePreviews(ctx, s.owner, PostID(id)) },
				"PreviewedPost":  func(ctx context.Context) error { _, err := s.PreviewedPost(ctx, id); return err },
				"Tag":            func(ctx context.Context) error { _, err := s.Tag(ctx, TagID(id)); return err },
				"TagBySlug":      func(ctx context.Context) error { _, err := s.TagBySlug(ctx, id); return err },
				"ChangeTag": func(ctx context.Context) error {
					_, err := s.ChangeTag(ctx, s.owner, TagID(id), TagChange{})
					return err
				},
				"DeleteTag":    func(ctx context.Context) error { return s.DeleteTag(ctx, s.owner, TagID(id)) },
				"MergeTag":     func(ctx context.Context) error { _, err := s.MergeTag(ctx, s.owner, TagID(id), tag.ID); return err },
				"User":         func(ctx context.Context) error { _, err := s.User(ctx, UserID(id)); return err },
				"UserByEmail":  func(ctx context.Context) error { _, err := s.UserByEmail(ctx, id); return err },
				"AuthorBySlug": func(ctx context.Context) error { _, err := s.AuthorBySlug(ctx, id); return err },
				"ChangeUser": func(ctx context.Context) error {
					_, err := s.ChangeUser(ctx, s.owner, UserID(id), UserChange{}, "")
					return err
				},
				"DeleteUser":     func(ctx context.Context) error { return s.DeleteUser(ctx, s.owner, UserID(id), "") },
				"SessionUser":    func(ctx context.Context) error { _, _, err := s.SessionUser(ctx, SessionID(id)); return err },
				"RotateSession":  func(ctx context.Context) error { _, _, err := s.RotateSession(ctx, SessionID(id), 1); return err },
				"EndSession":     func(ctx context.Context) error { return s.EndSession(ctx, s.owner, s.owner.User, SessionID(id)) },
				"EndSession of":  func(ctx context.Context) error { return s.EndSession(ctx, s.owner, UserID(id), session.ID) },
				"TokenUser":      func(ctx context.Context) error { _, _, err := s.TokenUser(ctx, id); return err },
				"DeleteAPIToken": func(ctx context.Context) error { return s.DeleteAPIToken(ctx, s.owner, TokenID(id)) },
				"Comment":        func(ctx context.Context) error { _, err := s.Comment(ctx, s.owner, CommentID(id)); return err },
				"ChangeComment": func(ctx context.Context) error {
					_, err := s.move(ctx, s.owner, CommentID(id), Trash)
					return err
				},
				"DeleteComment": func(ctx context.Context) error { return s.remove(ctx, s.owner, CommentID(id)) },
			} {
				if err := ask(ctx); !errors.Is(err, ErrNotFound) {
					t.Errorf("%s(%.50q): %v", name, id, err)
				}
			}
			if list, err := s.Sessions(ctx, UserID(id)); err != nil || len(list) > 0 {
				t.Errorf("Sessions(%.50q): %v %v", id, list, err)
			}
			if err := s.EndSessions(ctx, s.owner, UserID(id), ""); err != nil && !errors.Is(err, ErrNotFound) {
				t.Errorf("EndSessions(%.50q): %v", id, err)
			}
			for name, q := range map[string]PostQuery{"tag": {Tags: []string{id}}, "author": {Author: id}, "language": {Language: id}} {
				if id == "" || q.Language != "" && s.postgres && !isStorable(id) {
					continue
				}
				if list, err := s.Posts(ctx, System, q); err != nil && !errors.Is(err, ErrNotFound) || len(list.Items) > 0 {
					t.Errorf("Posts by %s %.50q: %v %v", name, id, titles(list.Items), err)
				}
			}
		}
		after := state()
		if events := 6; len(after) > events {
			after[events] = before[events] // ending the sessions of nobody is told, and that is all
		}
		want(t, "rows", after, before)

		for what, err := range map[string]error{
			"post":    func() error { _, err := s.Post(ctx, s.owner, post.ID); return err }(),
			"comment": func() error { _, err := s.Comment(ctx, s.owner, comment.ID); return err }(),
			"tag":     func() error { _, err := s.Tag(ctx, tag.ID); return err }(),
			"session": func() error { _, _, err := s.SessionUser(ctx, session.ID); return err }(),
			"token":   s.DeleteAPIToken(ctx, s.owner, token.ID),
		} {
			wantError(t, "the real "+what, err, nil)
		}
	})
}

// An id of one kind opens nothing of another kind.
func TestIDsOfOneKindAreNoneOfAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "There")
		_, err := s.Comment(t.Context(), s.owner, CommentID(post.ID))
		wantError(t, "a comment", err, ErrNotFound)
		_, err = s.User(t.Context(), UserID(post.ID))
		wantError(t, "a person", err, ErrNotFound)
		_, _, err = s.SessionUser(t.Context(), SessionID(post.ID))
		wantError(t, "a session", err, ErrNotFound)
	})
}

func TestIDsSortByTheTimeTheyWereMade(t *testing.T) {
	var ids []PostID
	for range 1000 {
		ids = append(ids, newID[PostID]())
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("they do not")
	}
	for _, id := range ids {
		if !isID(id) || len(ghostID(id)) != 24 || strings.Trim(ghostID(id), "0123456789abcdef") != "" {
			t.Errorf("%s, for Ghost %s", id, ghostID(id))
		}
	}
}
