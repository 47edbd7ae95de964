package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dimmer/markdown"
)

func TestManyPostsAtOnceAreAsIfOneByOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		later := s.clock.now().Add(time.Hour)
		posts, err := s.CreatePosts(t.Context(), s.owner, []PostChange{
			{Title: Some("Same"), Source: Some("A kettle *sings*."), Status: Some(Published), Tags: Some([]string{"Tea", "#kept"})},
			{Title: Some("Same"), Source: Some("<p>Another kettle</p>"), Format: Some(markdown.FormatHTML), Status: Some(Published), Tags: Some([]string{"tea"})},
			{Title: Some("Later"), Status: Some(Scheduled), PublishedAt: Some(&later)},
			{Title: Some("Draft")},
		})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "slugs", []string{posts[0].Slug, posts[1].Slug, posts[2].Slug}, []string{"same", "same-2", "later"})
		checkCounters(t, s)
		found, total, _, err := s.Search(t.Context(), "kettle", 0, 10)
		if err != nil || total != 2 || len(found) != 2 {
			t.Errorf("%d are found, %v", total, err)
		}
		list, err := s.Posts(t.Context(), System, PostQuery{Status: Published, Tags: []string{"tea"}})
		if err != nil || list.Total != 2 {
			t.Errorf("%d have the tag, %v", list.Total, err)
		}
		for _, post := range posts {
			events, err := s.Events(t.Context(), EventQuery{SubjectID: string(post.ID), Kind: "post.created"})
			if err != nil || events.Total != 1 {
				t.Errorf("%s: %d events, %v", post.Slug, events.Total, err)
			}
			revisions, err := s.Revisions(t.Context(), s.owner, post.ID, Page{})
			if err != nil || len(revisions.Items) != 1 {
				t.Errorf("%s: %d revisions, %v", post.Slug, len(revisions.Items), err)
			}
		}
		s.clock.move(2 * time.Hour)
		if n, err := s.PublishDue(t.Context()); n != 1 || err != nil {
			t.Errorf("%d are published when it is time, %v", n, err)
		}

		before := s.number(t, "SELECT count(*) FROM posts")
		if _, err := s.CreatePosts(t.Context(), s.owner, []PostChange{{Title: Some("Good")}, {Title: Some("")}}); !errors.As(err, new(Invalid)) {
			t.Errorf("a post without a title is stored: %v", err)
		}
		if _, err := s.CreatePosts(t.Context(), s.owner, make([]PostChange, maxBulk+1)); err == nil {
			t.Error("any number is taken")
		}
		want(t, "posts after what was refused", s.number(t, "SELECT count(*) FROM posts"), before)
	})
}

func TestManyCommentsAtOnceAreAsIfOneByOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		r := rand.New(rand.NewPCG(1, 2))
		posts := []Post{s.published(t, "One"), s.published(t, "Two"), s.draft(t, "Three")}
		var all []PastComment
		known := map[PostID][]CommentID{}
		for i := range 600 {
			post := posts[r.IntN(len(posts))].ID
			at := s.clock.now().Add(time.Duration(i-600) * time.Minute)
			c := PastComment{Status: commentStatuses[r.IntN(4)]}
			if r.IntN(2) == 0 {
				c.Status = Approved
			}
			c.ID, c.PostID, c.Name, c.Source, c.HTML, c.CreatedAt = NewCommentID(), post, fmt.Sprint("Reader ", i%40), fmt.Sprint("Kettle number", i), "x", &at
			c.KeyHash, c.Judged = fmt.Sprint("key ", i%40), Judged{Status: Pending, Score: 3}
			if i%17 == 0 {
				c.User, c.KeyHash, c.Judged = s.owner.User, "", Judged{}
			}
			if i%19 == 0 {
				c.Hosts = []string{"shop.example", "shop.example"}
			}
			if before := known[post]; len(before) > 0 && r.IntN(4) > 0 {
				c.ParentID = &before[max(len(before)-1-r.IntN(6), 0)]
			}
			known[post] = append(known[post], c.ID)
			all = append(all, c)
		}
		for from := 0; from < len(all); {
			to := min(len(all), from+1+r.IntN(150))
			if err := s.AddComments(t.Context(), Actor{Kind: ByReader}, all[from:to]); err != nil {
				t.Fatal(err)
			}
			checkCounters(t, s)
			from = to
		}
		if deep := s.number(t, "SELECT count(*) FROM comments WHERE under_id <> parent_id"); deep < 20 {
			t.Errorf("only %d are deep", deep)
		}
		want(t, "events", s.number(t, "SELECT count(*) FROM events WHERE kind = 'comment.created' AND actor_id IS NOT NULL"), 600)
		want(t, "events of the owner", s.number(t, "SELECT count(*) FROM events WHERE kind = 'comment.created' AND actor_kind = 'user'"), 36)
		want(t, "verdicts", s.number(t, "SELECT count(*) FROM judgements"), 600-36)
		want(t, "links", s.number(t, "SELECT count(*) FROM comment_links"), 32)
		want(t, "readers", s.number(t, "SELECT count(*) FROM commenters"), 40)
		found, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "number77"})
		if err != nil || found.Total != 1 {
			t.Errorf("%d are found, %v", found.Total, err)
		}
		// What comes after goes on from there.
		for _, id := range known[posts[0].ID][:40] {
			if _, err := s.move(t.Context(), s.owner, id, Trash); err != nil {
				t.Fatal(err)
			}
		}
		checkCounters(t, s)
		thread, err := s.Thread(t.Context(), posts[0].ID, OldestFirst, Page{Limit: 100})
		if err != nil || thread.Total != int64(len(thread.Items)) || len(thread.Items) < 5 {
			t.Errorf("%d of %d roots, %v", len(thread.Items), thread.Total, err)
		}

		at, before := s.clock.now(), s.number(t, "SELECT count(*) FROM comments")
		good := PastComment{Status: Approved}
		good.PostID, good.Name, good.Source, good.HTML, good.CreatedAt, good.KeyHash = posts[0].ID, "x", "x", "x", &at, "new key"
		for what, tune := range map[string]func(*PastComment){
			"an answer to one on another post": func(c *PastComment) { c.ParentID = &known[posts[1].ID][0] },
			"an answer to none":                func(c *PastComment) { id := NewCommentID(); c.ParentID = &id },
			"one on no post":                   func(c *PastComment) { c.PostID = newID[PostID]() },
			"one of no status":                 func(c *PastComment) { c.Status = "" },
			"one of no time":                   func(c *PastComment) { c.CreatedAt = nil },
			"one twice":                        func(c *PastComment) { c.ID = known[posts[0].ID][0] },
		} {
			wrong := good
			tune(&wrong)
			if err := s.AddComments(t.Context(), System, []PastComment{good, wrong}); err == nil {
				t.Errorf("%s is taken", what)
			}
		}
		want(t, "comments after what was refused", s.number(t, "SELECT count(*) FROM comments"), before)
		if err := s.AddComments(t.Context(), System, []PastComment{good}); err != nil {
			t.Error(err)
		}
		checkCounters(t, s)
	})
}
