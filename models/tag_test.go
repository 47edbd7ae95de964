package models

import (
	"fmt"
	"strings"
	"testing"
)

func (s site) tag(t testing.TB, name string) Tag {
	t.Helper()
	tag, err := s.CreateTag(t.Context(), s.owner, TagChange{Name: Some(name)})
	if err != nil {
		t.Fatal(err)
	}
	return tag
}

func TestTagsKeepTheirOrderAndAreOneHoweverTheyAreCapitalised(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.draft(t, "A", func(c *PostChange) { c.Tags = Some([]string{"Zebra", "apple", " ZEBRA ", "Mango", "Ａpple"}) })
		want(t, "tags", tagNames(post), []string{"Zebra", "apple", "Mango"})
		post = s.change(t, post, PostChange{Tags: Some([]string{"mango", "ZEBRA", "Kiwi"})})
		want(t, "another order", tagNames(post), []string{"Mango", "Zebra", "Kiwi"})
		want(t, "as stored", tagNames(s.stored(t, post.ID)), []string{"Mango", "Zebra", "Kiwi"})
		post = s.change(t, post, PostChange{Title: Some("B")})
		want(t, "left alone", tagNames(post), []string{"Mango", "Zebra", "Kiwi"})
		post = s.change(t, post, PostChange{Tags: Some([]string{})})
		want(t, "none", tagNames(post), []string(nil))
		want(t, "tags stay", s.number(t, "SELECT count(*) FROM tags"), 4)

		// What differs in more than capitals is another tag, although the slug may be the same.
		post = s.change(t, post, PostChange{Tags: Some([]string{"año", "ano", "Año", "C", "C++", "がん", "かん", "มี", "มา"})})
		want(t, "tags", tagNames(post), []string{"año", "ano", "C", "C++", "がん", "かん", "มี", "มา"})
		want(t, "slugs", []string{post.Tags[0].Slug, post.Tags[1].Slug, post.Tags[2].Slug, post.Tags[3].Slug}, []string{"año", "ano", "c", "c-2"})
	})
}

func TestTagsAreListedByNameWithTheirPublishedPosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.published(t, "A", func(c *PostChange) { c.Tags = Some([]string{"Zebra", "Ärger", "#inside", "Apfel"}) })
		s.published(t, "B", func(c *PostChange) { c.Tags = Some([]string{"Zebra"}) })
		s.draft(t, "C", func(c *PostChange) { c.Tags = Some([]string{"Zebra", "Only drafts"}) })
		s.published(t, "P", func(c *PostChange) { c.Tags, c.Type = Some([]string{"Zebra"}), Some(TypePage) })
		s.published(t, "X", func(c *PostChange) { c.Tags, c.Status = Some([]string{"Zebra"}), Some(Archived) })
		read := func(q TagQuery) (names string) {
			t.Helper()
			list, err := s.Tags(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, tag := range list.Items {
				all = append(all, fmt.Sprint(tag.Name, " ", tag.PostCount))
			}
			if int(list.Total) < len(all) {
				t.Errorf("total %d", list.Total)
			}
			return strings.Join(all, ", ")
		}
		want(t, "for readers", read(TagQuery{}), "Apfel 1, Ärger 1, Only drafts 0, Zebra 2")
		want(t, "for staff", read(TagQuery{Internal: true}), "#inside 1, Apfel 1, Ärger 1, Only drafts 0, Zebra 2")
		list, err := s.Tags(t.Context(), TagQuery{Page: Page{Limit: 2}})
		if err != nil || list.Next == nil {
			t.Fatal(err)
		}
		want(t, "the second page", read(TagQuery{Page: Page{Limit: 2, At: list.Next}}), "Only drafts 0, Zebra 2")

		tag, err := s.TagBySlug(t.Context(), "zebra")
		if err != nil || tag.PostCount != 2 {
			t.Errorf("%+v %v", tag, err)
		}
		_, err = s.TagBySlug(t.Context(), "hash-inside")
		wantError(t, "an internal tag for readers", err, ErrNotFound)
		_, err = s.TagBySlug(t.Context(), "zebra\x00")
		wantError(t, "a slug that cannot be", err, ErrNotFound)
	})
}

func TestEveryBadFieldOfATagIsNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.tag(t, "There")
		for _, c := range []struct {
			name   string
			change TagChange
			fields []string
		}{
			{"nothing", TagChange{}, []string{"name"}},
			{"80 characters", TagChange{Name: Some(strings.Repeat("é", 80))}, nil},
			{"81 characters", TagChange{Name: Some(strings.Repeat("é", 81))}, []string{"name"}},
			{"no letter", TagChange{Name: Some("+++")}, []string{"name"}},
			{"no letter after #", TagChange{Name: Some("#!")}, []string{"name"}},
			{"a slug without a letter", TagChange{Name: Some("Good"), Slug: Some("!")}, []string{"slug"}},
			{"a long description", TagChange{Name: Some("Good"), Description: Some(strings.Repeat("é", 1001))}, []string{"description"}},
			{"extra", TagChange{Name: Some("Good"), Extra: Some(JSON("1"))}, []string{"extra"}},
			{"a good one", TagChange{Name: Some("Good"), Slug: Some("Very Good"), Description: Some("x"), Extra: Some(JSON(`{"a":1}`))}, nil},
			{"a name like an internal slug", TagChange{Name: Some("Hash browns")}, nil},
		} {
			_, err := s.CreateTag(t.Context(), s.owner, c.change)
			wantInvalid(t, c.name, err, c.fields...)
		}
		_, err := s.CreateTag(t.Context(), s.owner, TagChange{Name: Some(" tHERE")})
		wantError(t, "a name that is taken", err, ErrConflict)
	})
}

func TestATagIsRenamedAndItsSlugStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tag, other := s.tag(t, "Stress"), s.tag(t, "Pain")
		post := s.published(t, "A", func(c *PostChange) { c.Tags = Some([]string{"Stress"}) })
		change := func(c TagChange) Tag {
			t.Helper()
			changed, err := s.ChangeTag(t.Context(), s.owner, tag.ID, c)
			if err != nil {
				t.Fatal(err)
			}
			return changed
		}
		tag = change(TagChange{Name: Some("Tension")})
		want(t, "slug", tag.Slug, "stress")
		want(t, "in the post", tagNames(s.stored(t, post.ID)), []string{"Tension"})
		want(t, "cleared", *s.cleared, []string{"changes", "post:" + string(post.ID), "posts", "tags"})
		tag = change(TagChange{Name: Some("TENSION")})
		want(t, "name", tag.Name, "TENSION")
		_, err := s.ChangeTag(t.Context(), s.owner, tag.ID, TagChange{Name: Some("pain")})
		wantError(t, "the name of another", err, ErrConflict)
		tag = change(TagChange{Slug: Some("Pain")})
		want(t, "the slug of another", tag.Slug, "pain-2")
		tag = change(TagChange{Name: Some("#Tension")})
		want(t, "made internal", []any{tag.Slug, tag.Internal}, []any{"hash-tension", true})
		tag = change(TagChange{Slug: Some("nerves")})
		want(t, "the slug of an internal tag", tag.Slug, "hash-nerves")
		tag = change(TagChange{Name: Some("Tension")})
		want(t, "public again", []any{tag.Slug, tag.Internal}, []any{"tension", false})
		events := s.number(t, "SELECT count(*) FROM events")
		same := change(TagChange{Name: Some("Tension")})
		want(t, "nothing changed", same.UpdatedAt, tag.UpdatedAt)
		want(t, "nothing to tell", s.number(t, "SELECT count(*) FROM events"), events)
		want(t, "the other", func() string { o, _ := s.Tag(t.Context(), other.ID); return o.Name }(), "Pain")
	})
}

func TestTagsAreMergedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tags := func(names ...string) func(*PostChange) { return func(c *PostChange) { c.Tags = Some(names) } }
		first := s.published(t, "first only", tags("A", "Old", "B"))
		both := s.published(t, "both", tags("New", "A", "Old"))
		bothOtherwise := s.draft(t, "both, the old one first", tags("Old", "A", "New"))
		neither := s.published(t, "neither", tags("A"))
		old, into := first.Tags[1], both.Tags[0]

		_, err := s.MergeTag(t.Context(), s.owner, old.ID, old.ID)
		wantInvalid(t, "into itself", err, "into")
		_, err = s.MergeTag(t.Context(), s.owner, old.ID, newID[TagID]())
		wantInvalid(t, "into none", err, "into")
		_, err = s.MergeTag(t.Context(), s.owner, old.ID, "1 OR 1=1")
		wantInvalid(t, "into SQL", err, "into")
		_, err = s.MergeTag(t.Context(), s.owner, newID[TagID](), into.ID)
		wantError(t, "none", err, ErrNotFound)

		merged, err := s.MergeTag(t.Context(), s.owner, old.ID, into.ID)
		if err != nil || merged.ID != into.ID {
			t.Fatal(merged, err)
		}
		for post, wanted := range map[*Post][]string{&first: {"A", "New", "B"}, &both: {"New", "A"}, &bothOtherwise: {"New", "A"}, &neither: {"A"}} {
			now := s.stored(t, post.ID)
			want(t, post.Title, tagNames(now), wanted)
			want(t, post.Title+": another version", now.Version != post.Version, post != &neither)
			want(t, post.Title+": updated_at", now.UpdatedAt, post.UpdatedAt)
		}
		want(t, "its counters", s.number(t, "SELECT count(*) FROM post_counts WHERE ref = '"+string(old.ID)+"'"), 0)
		list, err := s.Posts(t.Context(), System, PostQuery{Status: Published, Tags: []string{"new"}})
		if err != nil || list.Total != 2 || len(list.Items) != 2 {
			t.Errorf("%v of %d (%v)", titles(list.Items), list.Total, err)
		}
		want(t, "what happened to the post", s.kinds(t, string(first.ID)), []string{"post.created", "post.published", "post.updated"})

		if err := s.DeleteTag(t.Context(), s.owner, into.ID); err != nil {
			t.Fatal(err)
		}
		want(t, "without it", tagNames(s.stored(t, first.ID)), []string{"A", "B"})
		wantError(t, "deleted twice", s.DeleteTag(t.Context(), s.owner, into.ID), ErrNotFound)
		_, err = s.Tag(t.Context(), into.ID)
		wantError(t, "read", err, ErrNotFound)
		_, err = s.ChangePost(t.Context(), s.owner, first.ID, first.Version, PostChange{Title: Some("as it was seen before")})
		wantError(t, "whoever had the post open sees it first", err, ErrStale)
	})
}
