package models

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dimmer/auth"
)

func TestAReaderOfEventsMissesNoneAndSeesNoneTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		stores := []*Store{s.Store, s.Store}
		if s.postgres {
			config := s.config
			config.Dir = t.TempDir()
			stores[1] = open(t, config)
		}
		post := s.published(t, "Discussed")
		const writers, each = 8, 30
		var running atomic.Int32
		running.Store(writers)
		var seen []int64
		// The reader goes on from the last number that she saw, as whoever delivers events does.
		together(writers+1, func(i int) {
			if i < writers {
				defer running.Add(-1)
				for n := range each {
					var err error
					if n%3 == 0 {
						_, err = stores[i%2].CreatePost(t.Context(), s.owner, PostChange{Title: Some("Another")})
					} else {
						_, err = stores[i%2].CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}, KeyHash: fmt.Sprint(i)})
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
				return
			}
			last := int64(0)
			for ended := false; ; {
				next, err := query[int64](t.Context(), s.reader, "SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT 7", last)
				if err != nil {
					t.Error(err)
					return
				}
				if len(next) > 0 {
					last = next[len(next)-1]
				}
				seen = append(seen, next...)
				if len(next) == 0 && ended {
					return
				}
				ended = running.Load() == 0
			}
		})
		want(t, "seen", len(seen), s.number(t, "SELECT count(*) FROM events"))
		want(t, "different numbers", len(slices.Compact(slices.Sorted(slices.Values(seen)))), len(seen))
	})
}

func TestEventsTellWhoDidWhatToWhichAndNeverWhatItSays(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		const secret = "Xylophon"
		mail := strings.ToLower(secret) + "@example.org"
		ada, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some(secret), Email: Some(&mail), PasswordHash: Some(ptr(secret)), Role: Some(auth.Editor)})
		if err != nil {
			t.Fatal(err)
		}
		post := s.published(t, secret, func(c *PostChange) {
			c.Tags, c.Source, c.Excerpt = Some([]string{secret}), Some(secret), Some(ptr(secret))
		})
		post = s.change(t, post, PostChange{Title: Some(secret + " 2"), Slug: Some(secret + " 3"), Extra: Some(JSON(`{"a":"` + secret + `"}`))})
		comment := s.comment(t, post, Pending, func(n *NewComment) {
			n.Name, n.Source, n.Email, n.URL, n.AddressHash, n.Judged.Reasons = secret, secret, &mail, ptr("https://"+secret+".example"), secret, []JudgementReason{{1, secret}}
		})
		if _, err := s.move(t.Context(), actor(ada), comment.ID, Approved); err != nil {
			t.Fatal(err)
		}
		if _, err := s.set(t, map[string]string{"title": `"` + secret + `"`}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeTag(t.Context(), s.owner, post.Tags[0].ID, TagChange{Name: Some(secret + " 4")}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateSession(t.Context(), ada, secret, secret, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.NoteFailedLogin(t.Context(), ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateAPIToken(t.Context(), Actor{Kind: ByToken, ID: "token-id", User: ada.ID, Role: auth.Editor}, secret, secret, auth.Scopes{auth.PostsRead}, nil); err != nil {
			t.Fatal(err)
		}
		list, err := s.Events(t.Context(), EventQuery{Page: Page{Limit: 100}})
		if err != nil || list.Total != len64(list.Items) || list.Total < 12 {
			t.Fatal(list.Total, err)
		}
		for _, e := range list.Items {
			e.ActorName, e.SubjectTitle, e.SubjectPost = "", "", nil // not kept with the event, but read where they are
			if text := strings.ToLower(fmt.Sprintf("%+v %v", e, e.ActorID)); strings.Contains(text, strings.ToLower(secret)) || strings.Contains(text, "@") {
				t.Errorf("it says too much: %s", text)
			}
		}
		for _, c := range []struct {
			q    EventQuery
			want []string
		}{
			{EventQuery{SubjectID: string(post.ID)}, []string{"post.updated", "post.published", "post.created"}},
			{EventQuery{SubjectKind: "comment"}, []string{"comment.approved", "comment.created"}},
			{EventQuery{Actor: string(ada.ID)}, []string{"session.started", "comment.approved"}},
			{EventQuery{Actor: "token-id"}, []string{"token.created"}},
			{EventQuery{Actor: string(*comment.CommenterID)}, []string{"comment.created"}},
			{EventQuery{Kind: "session.refused"}, []string{"session.refused"}},
			{EventQuery{Kind: "post.created' OR 1=1 --"}, nil},
		} {
			list, err := s.Events(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, e := range list.Items {
				kinds = append(kinds, e.Kind)
			}
			want(t, fmt.Sprintf("%+v", c.q), kinds, c.want)
			want(t, "total", list.Total, len64(c.want))
		}
		page, err := s.Events(t.Context(), EventQuery{Page: Page{Limit: 3}})
		if err != nil {
			t.Fatal(err)
		}
		next, err := s.Events(t.Context(), EventQuery{Page: Page{Limit: 3, At: page.Next}})
		if err != nil || next.Items[0].Seq != page.Items[2].Seq-1 {
			t.Errorf("after %d comes %d (%v)", page.Items[2].Seq, next.Items[0].Seq, err)
		}
	})
}

func TestAWriteThatFailsLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		rows := func() (n [4]int) {
			for i, table := range []string{"posts", "tags", "events", "post_counts"} {
				n[i] = s.number(t, "SELECT count(*) FROM "+table)
			}
			return n
		}
		before := rows()
		*s.cleared = nil
		_, err := s.CreatePost(t.Context(), s.owner, PostChange{Title: Some("Half"), Tags: Some([]string{"New"}), Authors: Some([]string{"nobody"})})
		wantInvalid(t, "an author who is nobody", err, "authors[0]")
		want(t, "rows", rows(), before)
		want(t, "cleared", *s.cleared, []string(nil))
		s.published(t, "Whole", func(c *PostChange) { c.Tags = Some([]string{"New"}) })
		if rows() == before {
			t.Error("nothing was stored")
		}
	})
}

func TestTheLastChangeIsThatOfWhatReadersSee(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		last := func(tags ...string) int64 {
			t.Helper()
			at, err := s.LastChange(t.Context(), tags...)
			if err != nil {
				t.Fatal(err)
			}
			return at.UnixMicro()
		}
		post := s.draft(t, "Draft")
		never := last("posts")
		s.change(t, post, PostChange{Title: Some("Still a draft")})
		want(t, "a draft changes nothing", last("posts"), never)
		s.published(t, "Published")
		first := last("posts")
		if first <= never || last("posts", "tags", "authors") < first {
			t.Error("a post does not count")
		}
		s.tag(t, "Tag")
		want(t, "a tag leaves the posts", last("posts"), first)
		if last("posts", "tags") <= first {
			t.Error("a tag does not count")
		}
		want(t, "of nothing", last("none"), last())
	})
}
