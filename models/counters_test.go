package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"dimmer/auth"
)

// checkCounters demands of every counter what a count of the rows says.
func checkCounters(t *testing.T, s site) {
	t.Helper()
	counted := func(query string) map[string]int {
		t.Helper()
		rows, err := s.pools[0].QueryContext(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		defer func() { _ = rows.Close() }()
		counts := map[string]int{}
		for rows.Next() {
			var key string
			var n int
			if err := rows.Scan(&key, &n); err != nil {
				t.Fatal(err)
			}
			counts[key] = n
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return counts
	}
	zero := cmpopts.IgnoreMapEntries(func(_ string, n int) bool { return n == 0 })
	for _, c := range []struct{ what, kept, rows string }{
		{"post_counts", "SELECT dimension || ' ' || ref || ' ' || type || ' ' || status, n FROM post_counts", `
			SELECT 'all  ' || type || ' ' || status, count(*) FROM posts GROUP BY type, status
			UNION ALL SELECT 'tag ' || tag_id || ' ' || type || ' ' || status, count(*) FROM posts JOIN post_tags ON post_id = id GROUP BY tag_id, type, status
			UNION ALL SELECT 'author ' || user_id || ' ' || type || ' ' || status, count(*) FROM posts JOIN post_authors ON post_id = id GROUP BY user_id, type, status`},
		{"comment_counts", "SELECT post_id || ' ' || status, n FROM comment_counts", `
			SELECT ' ' || status, count(*) FROM comments GROUP BY status
			UNION ALL SELECT post_id || ' ' || status, count(*) FROM comments GROUP BY post_id, status`},
		{"posts.comment_count", "SELECT CAST(id AS text), comment_count FROM posts", "SELECT CAST(post_id AS text), count(*) FROM comments WHERE status = 'approved' GROUP BY post_id"},
		{"commenters.approved_count", "SELECT CAST(id AS text), approved_count FROM commenters", "SELECT CAST(commenter_id AS text), count(*) FROM comments WHERE status = 'approved' AND commenter_id IS NOT NULL GROUP BY commenter_id"},
		{"commenters.rejected_count", "SELECT CAST(id AS text), rejected_count FROM commenters", "SELECT CAST(commenter_id AS text), count(*) FROM comments WHERE status IN ('spam', 'trash') AND commenter_id IS NOT NULL GROUP BY commenter_id"},
		{"post_words", "SELECT CAST(n AS text), 1 FROM post_words", "SELECT CAST(n AS text), 1 FROM posts"},
		{"slugs", "SELECT slug, 1 FROM slugs WHERE current = " + map[bool]string{true: "true", false: "1"}[s.postgres], "SELECT slug, 1 FROM posts"},
	} {
		want(t, c.what, counted(c.kept), counted(c.rows), zero)
	}
	for _, table := range []string{"post_tags", "post_authors"} {
		want(t, "gaps and doubles in the order of "+table, s.number(t, "SELECT count(*) FROM (SELECT post_id FROM "+table+" GROUP BY post_id HAVING max(position) <> count(*) - 1 OR count(DISTINCT position) <> count(*)) AS wrong"), 0)
	}
}

// Three hundred things that staff and readers do, in any order; whatever is refused is refused for a reason that the store names.
func TestCountersAreWhatACountSaysWhateverHappened(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		for seed := range uint64(2) {
			r := rand.New(rand.NewPCG(seed, 7))
			var posts []PostID
			var comments []CommentID
			users := []UserID{s.owner.User}
			names := []string{"Red", "Blue", "Green", "#inside", "Grey", "Pink"}
			some := func(from []string) []string {
				chosen := slices.Clone(from)
				r.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
				return chosen[:r.IntN(min(4, len(chosen)+1))]
			}
			change := func() PostChange {
				c := PostChange{}
				if r.IntN(2) == 0 {
					c.Tags = Some(some(names))
				}
				if r.IntN(2) == 0 {
					var ids []string
					for _, id := range users {
						ids = append(ids, string(id))
					}
					if chosen := some(ids); len(chosen) > 0 {
						c.Authors = Some(chosen)
					}
				}
				if r.IntN(2) == 0 {
					c.Status = Some([]PostStatus{Draft, Scheduled, Published, Published, Archived}[r.IntN(5)])
					at := s.clock.at.Add(time.Duration(r.IntN(48)-12) * time.Hour)
					if c.Status.Value == Scheduled || r.IntN(3) == 0 {
						c.PublishedAt = Some(&at)
					}
				}
				if r.IntN(5) == 0 {
					c.Type = Some([]PostType{TypePost, TypePage}[r.IntN(2)])
				}
				if r.IntN(5) == 0 {
					c.Slug = Some(fmt.Sprint("slug ", r.IntN(8)))
				}
				return c
			}
			tags := func() []Tag {
				list, err := s.Tags(t.Context(), TagQuery{Internal: true, Page: Page{Limit: 100}})
				if err != nil {
					t.Fatal(err)
				}
				return list.Items
			}
			done := map[string]int{}
			for i := range 300 {
				what, err := "", error(nil)
				switch choice := r.IntN(100); {
				case choice < 15 || len(posts) == 0:
					what = "create a post"
					c := change()
					c.Title = Some(fmt.Sprint("Post ", r.IntN(20)))
					var post Post
					if post, err = s.CreatePost(t.Context(), s.owner, c); err == nil {
						posts = append(posts, post.ID)
					}
				case choice < 40:
					what = "change a post"
					post := s.stored(t, posts[r.IntN(len(posts))])
					_, err = s.ChangePost(t.Context(), s.owner, post.ID, post.Version, change())
				case choice < 45:
					what = "delete a post"
					at := r.IntN(len(posts))
					if err = s.DeletePost(t.Context(), s.owner, posts[at], s.stored(t, posts[at]).Version); err == nil {
						posts = slices.Delete(posts, at, at+1)
					}
				case choice < 50:
					what = "let time pass"
					s.clock.move(12 * time.Hour)
					_, err = s.PublishDue(t.Context())
				case choice < 70:
					what = "comment"
					n := NewComment{PostID: posts[r.IntN(len(posts))], Name: "x", Source: "x", HTML: "x", Status: commentStatuses[r.IntN(3)], KeyHash: fmt.Sprint("key ", r.IntN(4))}
					if len(comments) > 0 && r.IntN(2) == 0 {
						n.ParentID = &comments[r.IntN(len(comments))]
					}
					var comment Comment
					if comment, err = s.CreateComment(t.Context(), Actor{Kind: ByReader}, n); err == nil {
						comments = append(comments, comment.ID)
					}
				case choice < 80 && len(comments) > 0:
					what = "move a comment"
					_, err = s.MoveComment(t.Context(), s.owner, comments[r.IntN(len(comments))], commentStatuses[r.IntN(4)])
				case choice < 84 && len(comments) > 0:
					what = "delete a comment"
					err = s.DeleteComment(t.Context(), s.owner, comments[r.IntN(len(comments))])
				case choice < 88:
					what = "add a person"
					var user User
					if user, err = s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Person"), Role: Some(auth.Author)}); err == nil {
						users = append(users, user.ID)
					}
				case choice < 92 && len(users) > 1:
					what = "delete a person"
					at := 1 + r.IntN(len(users)-1)
					if err = s.DeleteUser(t.Context(), s.owner, users[at], string(s.owner.User)); err == nil {
						users = slices.Delete(users, at, at+1)
					}
				case choice < 96:
					what = "merge tags"
					if all := tags(); len(all) > 1 {
						_, err = s.MergeTag(t.Context(), s.owner, all[0].ID, all[1+r.IntN(len(all)-1)].ID)
					}
				case choice < 98:
					what = "delete a tag"
					if all := tags(); len(all) > 0 {
						err = s.DeleteTag(t.Context(), s.owner, all[r.IntN(len(all))].ID)
					}
				default:
					what = "restore a revision"
					post := s.stored(t, posts[r.IntN(len(posts))])
					_, err = s.RestoreRevision(t.Context(), s.owner, post.ID, 1, post.Version)
				}
				var invalid Invalid
				if err != nil && !errors.As(err, &invalid) && !errors.Is(err, ErrNotFound) {
					t.Fatalf("seed %d, step %d, %s: %v", seed, i, what, err)
				}
				if err == nil {
					done[what]++
				}
				if i%50 == 49 {
					checkCounters(t, s)
				}
				if t.Failed() {
					t.Fatalf("seed %d, by step %d", seed, i)
				}
			}
			if len(done) < 11 {
				t.Errorf("only this was done: %v", done)
			}
		}
	})
}
