package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

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
			if n != 0 { // a counter that is not there yet counts nothing
				counts[key] = n
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return counts
	}
	for _, c := range []struct{ what, kept, rows string }{
		{"post_counts", "SELECT dimension || ' ' || ref || ' ' || type || ' ' || status, n FROM post_counts", `
			SELECT 'all  ' || type || ' ' || status, count(*) FROM posts GROUP BY type, status
			UNION ALL SELECT 'tag ' || tag_id || ' ' || p.type || ' ' || p.status, count(*) FROM posts p JOIN post_tags ON post_id = id GROUP BY tag_id, p.type, p.status
			UNION ALL SELECT 'author ' || user_id || ' ' || p.type || ' ' || p.status, count(*) FROM posts p JOIN post_authors ON post_id = id GROUP BY user_id, p.type, p.status`},
		{"comment_counts", "SELECT post_id || ' ' || status, n FROM comment_counts", `
			SELECT ' ' || status, count(*) FROM comments WHERE erased_at IS NULL GROUP BY status
			UNION ALL SELECT post_id || ' ' || status, count(*) FROM comments WHERE erased_at IS NULL GROUP BY post_id, status`},
		{"posts.root_count", "SELECT CAST(id AS text), root_count FROM posts", "SELECT CAST(post_id AS text), count(*) FROM comments WHERE " + visibleRoot + " GROUP BY post_id"},
		{"posts.reaction_count", "SELECT CAST(id AS text), reaction_count FROM posts", "SELECT CAST(post_id AS text), count(*) FROM post_reactions GROUP BY post_id"},
		{"comments.like_count", "SELECT CAST(id AS text), like_count FROM comments", "SELECT CAST(comment_id AS text), count(*) FROM comment_likes GROUP BY comment_id"},
		{"comments.report_count", "SELECT CAST(id AS text), report_count FROM comments", "SELECT CAST(comment_id AS text), count(*) FROM comment_reports GROUP BY comment_id"},
		{"comments.reply_count", "SELECT CAST(id AS text), reply_count FROM comments", `WITH RECURSIVE above (id, at) AS (
				SELECT id, under_id FROM comments WHERE status = 'approved' AND under_id IS NOT NULL
				UNION ALL SELECT above.id, c.under_id FROM above JOIN comments c ON c.id = above.at WHERE c.under_id IS NOT NULL
			), counting (at) AS (SELECT at FROM above UNION ALL SELECT parent_id FROM comments WHERE status = 'approved' AND under_id <> parent_id)
			SELECT CAST(at AS text), count(*) FROM counting GROUP BY at`},
		{"comment_links.status", "SELECT CAST(comment_id AS text) || host || status, 1 FROM comment_links", "SELECT CAST(c.id AS text) || l.host || c.status, 1 FROM comment_links l JOIN comments c ON c.id = l.comment_id"},
		{"changes", "SELECT type || ' ' || id || ' ' || slug || CASE WHEN listed THEN ' listed' ELSE '' END, 1 FROM changes WHERE NOT removed AND type <> 'site'", `
			SELECT type || ' ' || CAST(id AS text) || ' ' || slug || CASE status WHEN 'published' THEN ' listed' ELSE '' END, 1 FROM posts WHERE status IN ('published', 'archived')
			UNION ALL SELECT 'tag ' || CAST(id AS text) || ' ' || slug || ' listed', 1 FROM tags WHERE NOT internal
			UNION ALL SELECT 'author ' || CAST(id AS text) || ' ' || slug || ' listed', 1 FROM users WHERE ` + hasPublished},
		{"comments.staff_answers", "SELECT CAST(id AS text), staff_answers FROM comments", "SELECT CAST(parent_id AS text), count(*) FROM comments WHERE user_id IS NOT NULL AND parent_id IS NOT NULL GROUP BY parent_id"},
		{"comment_words", "SELECT CAST(comment_id AS text), 1 FROM comment_words", "SELECT CAST(id AS text), 1 FROM comments WHERE erased_at IS NULL"},
		{"posts.comment_count", "SELECT CAST(id AS text), comment_count FROM posts", "SELECT CAST(post_id AS text), count(*) FROM comments WHERE status = 'approved' GROUP BY post_id"},
		{"commenters.approved_count", "SELECT CAST(id AS text), approved_count FROM commenters", "SELECT CAST(commenter_id AS text), count(*) FROM comments WHERE status = 'approved' AND commenter_id IS NOT NULL GROUP BY commenter_id"},
		{"commenters.rejected_count", "SELECT CAST(id AS text), rejected_count FROM commenters", "SELECT CAST(commenter_id AS text), count(*) FROM comments WHERE status IN ('spam', 'trash') AND commenter_id IS NOT NULL GROUP BY commenter_id"},
		{"post_words", "SELECT CAST(n AS text), 1 FROM post_words", "SELECT CAST(n AS text), 1 FROM posts"},
		{"slugs", "SELECT slug, 1 FROM slugs WHERE current = " + map[bool]string{true: "true", false: "1"}[s.postgres], "SELECT slug, 1 FROM posts"},
	} {
		want(t, c.what, counted(c.kept), counted(c.rows))
	}
	for _, table := range []string{"post_tags", "post_authors"} {
		want(t, "posts that are otherwise in "+table, s.number(t, "SELECT count(*) FROM "+table+" k JOIN posts p ON p.id = k.post_id WHERE k.type <> p.type OR k.status <> p.status OR k.sort_at <> p.sort_at OR k.language <> p.language"), 0)
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
			var last Comment
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
				case choice < 68:
					what = "comment"
					n := NewComment{PostID: posts[r.IntN(len(posts))], Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: commentStatuses[r.IntN(3)]}, KeyHash: fmt.Sprint("key ", r.IntN(4))}
					switch r.IntN(4) * min(1, len(comments)) {
					case 1:
						n.ParentID = &comments[r.IntN(len(comments))]
					case 2, 3: // so that some branches are deep
						n.PostID, n.ParentID = last.PostID, &last.ID
					}
					var comment Comment
					if comment, err = s.CreateComment(t.Context(), Actor{Kind: ByReader}, n); err == nil {
						last, comments = comment, append(comments, comment.ID)
					}
				case choice < 72 && len(comments) > 0:
					what = "edit, judge again, withdraw"
					of, judged, until := comments[r.IntN(len(comments))], Judged{Status: commentStatuses[r.IntN(3)]}, s.clock.now().Add(time.Hour)
					switch r.IntN(4) {
					case 0:
						err = s.WithdrawComment(t.Context(), of, until)
					case 1:
						_, err = s.RejudgeComment(t.Context(), of, judged)
					default:
						_, err = s.EditComment(t.Context(), of, until, CommentEdit{Source: fmt.Sprint(i), HTML: "x", Judged: judged})
					}
				case choice < 73 && len(comments) > 0:
					what = "remove all of a reader, forget what is old"
					var of Comment
					if of, err = s.OwnComment(t.Context(), comments[r.IntN(len(comments))]); err == nil {
						var action ActionID
						if _, action, err = s.RemoveCommentsOf(t.Context(), s.owner, *of.CommenterID, Trash); err == nil && action != "" && r.IntN(2) == 0 {
							_, err = s.UndoAction(t.Context(), s.owner, action)
						}
					}
					if err == nil {
						err = s.ForgetOld(t.Context())
					}
				case choice < 80 && len(comments) > 0:
					what = "move a comment"
					_, err = s.move(t.Context(), s.owner, comments[r.IntN(len(comments))], commentStatuses[r.IntN(4)])
				case choice < 84 && len(comments) > 0:
					what = "delete a comment"
					var action ActionID
					if action, err = s.DeleteComment(t.Context(), s.owner, comments[r.IntN(len(comments))]); err == nil && r.IntN(2) == 0 {
						_, err = s.UndoAction(t.Context(), s.owner, action)
					}
				case choice < 86 && len(comments) > 0:
					what = "like, report, react"
					of, key := comments[r.IntN(len(comments))], fmt.Sprint("key ", r.IntN(6))
					_, err = s.LikeComment(t.Context(), key, of, r.IntN(3) > 0)
					if err == nil {
						_, err = s.ReportComment(t.Context(), key, of, "")
					}
					if err == nil {
						_, err = s.ReactToPost(t.Context(), key, posts[r.IntN(len(posts))], r.IntN(3) > 0)
					}
				case choice < 87 && len(comments) > 0:
					what = "decide about many"
					var action ActionID
					chosen := []CommentID{comments[r.IntN(len(comments))], comments[r.IntN(len(comments))], comments[0]}
					if _, action, err = s.DecideComments(t.Context(), s.owner, chosen, nil, commentStatuses[r.IntN(4)]); err == nil && action != "" && r.IntN(2) == 0 {
						_, err = s.UndoAction(t.Context(), s.owner, action)
					}
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
			if len(done) < 13 {
				t.Errorf("only this was done: %v", done)
			}
		}
	})
}

// Two long threads, many levels deep, to which everything happens that can happen to comments.
func TestEveryBranchCountsWhatIsSeenBelowItWhateverHappened(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		r := rand.New(rand.NewPCG(3, 7))
		posts := []Post{s.published(t, "One"), s.published(t, "Two")}
		var comments []Comment
		var actions []ActionID
		one := func() CommentID { return comments[max(0, len(comments)-1-r.IntN(12))].ID }
		done := map[string]int{}
		for i := range 300 {
			what, action, err := "", ActionID(""), error(nil)
			until, status := s.clock.now().Add(time.Hour), commentStatuses[r.IntN(4)]
			switch choice := r.IntN(100); {
			case choice < 45 || len(comments) == 0:
				what = "comment"
				n := from(posts[r.IntN(2)], []CommentStatus{Approved, Approved, Approved, Pending, Spam}[r.IntN(5)], func(n *NewComment) { n.KeyHash = fmt.Sprint("key ", r.IntN(5)) })
				if deepest := s.lines(t, "SELECT id FROM comments WHERE status = 'approved' ORDER BY depth DESC, id DESC LIMIT 6"); len(deepest) > 0 && r.IntN(8) > 0 {
					parent := s.read(t, CommentID(deepest[r.IntN(len(deepest))]))
					n.PostID, n.ParentID = parent.PostID, &parent.ID
				}
				var comment Comment
				if comment, err = s.send(t, n); err == nil {
					comments = append(comments, comment)
				}
			case choice < 60:
				what = "move"
				_, action, err = s.ChangeComment(t.Context(), s.owner, one(), CommentChange{Status: Some(status)})
			case choice < 67:
				what = "decide about many"
				_, action, err = s.DecideComments(t.Context(), s.owner, []CommentID{one(), one(), one(), one()}, nil, status)
			case choice < 70:
				what = "remove all of a reader"
				var of Comment
				if of, err = s.OwnComment(t.Context(), one()); err == nil {
					_, action, err = s.RemoveCommentsOf(t.Context(), s.owner, *of.CommenterID, Trash)
					actions = append(actions, action, action, action, action) // nearly always it is taken back
				}
			case choice < 77:
				what = "delete"
				action, err = s.DeleteComment(t.Context(), s.owner, one())
			case choice < 80:
				what = "withdraw"
				err = s.WithdrawComment(t.Context(), one(), until)
			case choice < 85:
				what = "judge again"
				_, err = s.RejudgeComment(t.Context(), one(), Judged{Status: commentStatuses[r.IntN(3)]})
			case choice < 88:
				what = "edit"
				_, err = s.EditComment(t.Context(), one(), until, CommentEdit{Source: fmt.Sprint(i), HTML: "<p>x</p>", Judged: Judged{Status: Approved}})
			case len(actions) > 0:
				what = "take back"
				at := r.IntN(len(actions))
				_, err = s.UndoAction(t.Context(), s.owner, actions[at])
				actions = slices.Delete(actions, at, at+1)
			}
			if action != "" {
				actions = append(actions, action)
			}
			var invalid Invalid
			if err != nil && !errors.As(err, &invalid) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
				t.Fatalf("step %d, %s: %v", i, what, err)
			}
			if err == nil {
				done[what]++
			}
			if i%25 != 24 {
				continue
			}
			checkCounters(t, s)
			want(t, "empty places that nothing is below", s.number(t, "SELECT count(*) FROM comments WHERE erased_at IS NOT NULL AND id NOT IN (SELECT parent_id FROM comments WHERE parent_id IS NOT NULL)"), 0)
			for _, post := range posts {
				list, err := s.Thread(t.Context(), post.ID, TopFirst, Page{Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				want(t, "roots", list.Total, len64(list.Items))
				if slices.ContainsFunc(list.Items, func(root *Thread) bool { return root.More != nil }) {
					continue
				}
				if shown := strings.Count(" "+strings.NewReplacer("(", " ", ")", "").Replace(outline(list.Items)), " <"); shown != s.stored(t, post.ID).CommentCount {
					t.Errorf("%d are shown, %d are counted", shown, s.stored(t, post.ID).CommentCount)
				}
			}
			if t.Failed() {
				t.Fatalf("by step %d: %v", i, done)
			}
		}
		deep := s.number(t, "SELECT count(*) FROM comments WHERE under_id <> parent_id")
		if deep < 5 || len(done) < 8 {
			t.Errorf("%d are deep, and only this was done: %v", deep, done)
		}
	})
}
