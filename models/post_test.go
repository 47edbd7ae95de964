package models

import (
	"testing"
)

func TestAPostIsWrittenRenamedFoundAndRestored(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ctx := t.Context()
		post := s.published(t, "The Dimmer Switch", func(c *PostChange) {
			c.Source = Some("## Why\n\nA *calm* house.\n\n## How\n\nTurn the knob.")
			c.Tags = Some([]string{"Stress", "Pain", "#series"})
		})
		if post.Slug != "the-dimmer-switch" {
			t.Fatalf("slug %q", post.Slug)
		}
		read, err := s.PostBySlug(ctx, TypePost, "the-dimmer-switch")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", read)
		changed, err := s.ChangePost(ctx, s.owner, post.ID, 1, PostChange{Slug: Some("Turning down"), Title: Some("Turning Down")})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v %v", changed.Slug, changed.FormerSlugs)
		list, err := s.Posts(ctx, System, PostQuery{Type: TypePost, Status: Published, Tags: []string{"stress"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %d", len(list.Items), list.Total)
		found, total, _, err := s.Search(ctx, "calm kno", 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %v", total, found)
		restored, err := s.RestoreRevision(ctx, s.owner, post.ID, 1, changed.Version)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v %v", restored.Title, restored.Slug)
		key := "k"
		comment, err := s.CreateComment(ctx, Actor{Kind: ByReader}, NewComment{PostID: post.ID, Name: "Ruth", Source: "x", HTML: "<p>x</p>", Status: Pending, KeyHash: key, Reasons: []JudgementReason{{2, "First"}}})
		if err != nil {
			t.Fatal(err)
		}
		moved, err := s.MoveComment(ctx, s.owner, comment.ID, Approved)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", moved)
		thread, err := s.Thread(ctx, post.ID, false, Page{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %d", len(thread.Items), thread.Total)
		if err := s.DeletePost(ctx, s.owner, post.ID, restored.Version); err != nil {
			t.Fatal(err)
		}
	})
}
