package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"dimmer/auth"
	"dimmer/markdown"
)

func TestEveryStatusTakesTheDatesThatGoWithIt(t *testing.T) {
	past, future := start.Add(-48*time.Hour), start.Add(48*time.Hour)
	type dates struct{ none, null, past, future string } // which status or which fault follows
	const (
		ok     = "as given"
		now    = "now"
		kept   = "as it was"
		nodate = "no date"
		bad    = "refused"
	)
	// For each status that a post has and each that it is given: what becomes of published_at when it is left out, null, past, future.
	for _, c := range []struct {
		from, to PostStatus
		dates
	}{
		{"", Draft, dates{nodate, nodate, ok, ok}},
		{"", Scheduled, dates{bad, bad, bad, ok}},
		{"", Published, dates{now, now, ok, bad}},
		{"", Archived, dates{now, now, ok, bad}},
		{Draft, "", dates{kept, nodate, ok, ok}},
		{Draft, Draft, dates{kept, nodate, ok, ok}},
		{Draft, Scheduled, dates{bad, bad, bad, ok}},
		{Draft, Published, dates{now, now, ok, bad}},
		{Draft, Archived, dates{now, now, ok, bad}},
		{Scheduled, "", dates{kept, bad, bad, ok}},
		{Scheduled, Draft, dates{kept, nodate, ok, ok}},
		{Scheduled, Scheduled, dates{kept, bad, bad, ok}},
		{Scheduled, Published, dates{now, now, ok, bad}},
		{Scheduled, Archived, dates{now, now, ok, bad}},
		{Published, "", dates{kept, bad, ok, bad}},
		{Published, Draft, dates{kept, nodate, ok, ok}},
		{Published, Scheduled, dates{bad, bad, bad, ok}},
		{Published, Published, dates{kept, bad, ok, bad}},
		{Published, Archived, dates{kept, now, ok, bad}},
		{Archived, "", dates{kept, bad, ok, bad}},
		{Archived, Draft, dates{kept, nodate, ok, ok}},
		{Archived, Scheduled, dates{bad, bad, bad, ok}},
		{Archived, Published, dates{kept, now, ok, bad}},
		{Archived, Archived, dates{kept, bad, ok, bad}},
	} {
		for _, given := range []struct {
			name string
			at   Opt[*time.Time]
			want string
		}{
			{"left out", Opt[*time.Time]{}, c.none}, {"null", Some[*time.Time](nil), c.null}, {"past", Some(&past), c.past}, {"future", Some(&future), c.future},
		} {
			name := fmt.Sprintf("%q becomes %q, published_at %s", c.from, c.to, given.name)
			before := start.Add(-time.Hour).Truncate(time.Second)
			post := Post{Type: TypePost, Status: Draft, Format: markdown.FormatMarkdown, Title: "T", Language: "en", Extra: "{}", CreatedAt: start.Add(-72 * time.Hour)}
			if c.from != "" {
				post.Version, post.Status = 1, c.from
			}
			switch c.from {
			case Scheduled:
				before = start.Add(time.Hour)
				post.PublishedAt = &before
			case Published, Archived:
				post.PublishedAt, post.WasPublic = &before, true
			}
			was := post
			change := PostChange{PublishedAt: given.at}
			if c.to != "" {
				change.Status = Some(c.to)
			}
			if c.from == "" {
				change.Title = Some("T")
			}
			_, err := post.apply(change, markdown.New(), start)
			if given.want == bad {
				wantInvalid(t, name, err, "published_at")
				continue
			}
			wantInvalid(t, name, err)
			var at *time.Time
			switch given.want {
			case ok:
				at = given.at.Value
			case now:
				at = &start
			case kept:
				at = was.PublishedAt
			}
			want(t, name, post.PublishedAt, at)
			status := c.to
			if status == "" {
				status = c.from
			}
			want(t, name, post.Status, status)
			sortAt := post.CreatedAt
			if at != nil {
				sortAt = *at
			}
			want(t, name+": its place in lists", post.SortAt, sortAt)
			want(t, name+": has been public", post.WasPublic, c.from == Published || c.from == Archived || status == Published || status == Archived)
		}
	}
}

func TestEveryBadFieldOfAPostIsNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		long := func(n int) string { return strings.Repeat("é", n) }
		good := PostChange{Title: Some("Good")}
		for _, c := range []struct {
			name   string
			change PostChange
			fields []string
		}{
			{"nothing", PostChange{}, []string{"title"}},
			{"only invisible", PostChange{Title: Some("\u200b\u2060")}, []string{"title"}},
			{"longest title", PostChange{Title: Some(long(300))}, nil},
			{"too long a title", PostChange{Title: Some(long(301))}, []string{"title"}},
			{"type", PostChange{Title: good.Title, Type: Some(PostType("note"))}, []string{"type"}},
			{"status", PostChange{Title: good.Title, Status: Some(PostStatus("live"))}, []string{"status"}},
			{"format", PostChange{Title: good.Title, Format: Some(markdown.Format("rst"))}, []string{"format"}},
			{"language", PostChange{Title: good.Title, Language: Some("klingonish")}, []string{"language"}},
			{"no language", PostChange{Title: good.Title, Language: Some("")}, []string{"language"}},
			{"a language", PostChange{Title: good.Title, Language: Some("de-at")}, nil},
			{"a source", PostChange{Title: good.Title, Source: Some(strings.Repeat("word ", 1<<20/5))}, nil},
			{"too long a source", PostChange{Title: good.Title, Source: Some(strings.Repeat("x", 1<<20+1))}, []string{"source"}},
			{"a source with NUL", PostChange{Title: good.Title, Source: Some("a\x00b")}, []string{"source"}},
			{"a source of other bytes", PostChange{Title: good.Title, Source: Some("a\xffb")}, []string{"source"}},
			{"an excerpt with NUL", PostChange{Title: good.Title, Excerpt: Some(ptr("a\x00b"))}, []string{"excerpt"}},
			{"an excerpt", PostChange{Title: good.Title, Excerpt: Some(ptr(long(1000)))}, nil},
			{"too long an excerpt", PostChange{Title: good.Title, Excerpt: Some(ptr(long(1001)))}, []string{"excerpt"}},
			{"comments", PostChange{Title: good.Title, CommentLevel: Some(ptr(Level("some")))}, []string{"comments"}},
			{"the year", PostChange{Title: good.Title, PublishedAt: Some(ptr(time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC)))}, []string{"published_at"}},
			{"the far year", PostChange{Title: good.Title, Status: Some(Scheduled), PublishedAt: Some(ptr(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))}, []string{"published_at"}},
			{"slug", PostChange{Title: good.Title, Slug: Some("?")}, []string{"slug"}},
			{"image", PostChange{Title: good.Title, FeatureImage: Some(&Image{URL: "javascript:alert(1)", Alt: long(501), Caption: "\x00", Width: ptr(0), Height: ptr(100_001)})},
				[]string{"feature_image.url", "feature_image.alt", "feature_image.caption", "feature_image.width", "feature_image.height"}},
			{"an image", PostChange{Title: good.Title, FeatureImage: Some(&Image{URL: "/media/x.png", Width: ptr(1), Height: ptr(2)})}, nil},
			{"seo", PostChange{Title: good.Title, SEO: Some(SEO{Title: ptr(long(501)), Description: ptr("\xff"), CanonicalURL: ptr("//x"), ImageURL: ptr("data:x")})},
				[]string{"seo.title", "seo.description", "seo.canonical_url", "seo.image_url"}},
			{"extra", PostChange{Title: good.Title, Extra: Some(JSON("[]"))}, []string{"extra"}},
			{"tags", PostChange{Title: good.Title, Tags: Some([]string{"ok", "", "🎉", long(81), "#"})}, []string{"tags[1]", "tags[2]", "tags[3]", "tags[4]"}},
			{"51 tags", PostChange{Title: good.Title, Tags: Some(slices.Repeat([]string{"x"}, 51))}, []string{"tags"}},
			{"50 tags", PostChange{Title: good.Title, Tags: Some(slices.Repeat([]string{"x"}, 50))}, nil},
			{"no author", PostChange{Title: good.Title, Authors: Some([]string{})}, []string{"authors"}},
			{"21 authors", PostChange{Title: good.Title, Authors: Some(slices.Repeat([]string{"mira-holt"}, 21))}, []string{"authors"}},
			{"an unknown author", PostChange{Title: good.Title, Authors: Some([]string{"mira-holt", "nobody"})}, []string{"authors[1]"}},
			{"several at once", PostChange{Type: Some(PostType("x")), Title: Some(""), Language: Some("??"), Status: Some(PostStatus("x"))}, []string{"type", "title", "language", "status"}},
		} {
			_, err := s.CreatePost(t.Context(), s.owner, c.change)
			wantInvalid(t, c.name, err, c.fields...)
			if err != nil && (strings.Contains(err.Error(), "klingonish") || strings.Contains(err.Error(), "javascript")) {
				t.Errorf("%s: the answer repeats what was sent: %v", c.name, err)
			}
		}
	})
}

func TestAPostIsStoredAsItWasMade(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		guest, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Guest Writer")})
		if err != nil {
			t.Fatal(err)
		}
		at := start.Add(-time.Hour)
		made := s.create(t, PostChange{
			Title: Some("  The\tDimmer  Switch "), Source: Some("## Why\r\n\nA *calm* house.\n\n## How\n\nTurn the knob."), Status: Some(Published), PublishedAt: Some(&at),
			Tags: Some([]string{"Stress", "#series", "stress ", "Pain"}), Authors: Some([]string{"guest-writer", string(s.owner.User), string(guest.ID)}),
			FeatureImage: Some(&Image{URL: "/media/x.png", Alt: "A knob", Width: ptr(3), Height: ptr(2)}), Featured: Some(true), Language: Some("en_gb"),
			CommentLevel: Some(ptr(LevelAll)), SEO: Some(SEO{Title: ptr("Dimmer")}), Extra: Some(JSON(`{"z": 1, "a":[ ]}`)),
		})
		for name, read := range map[string]func() (Post, error){
			"by its slug": func() (Post, error) { return s.PostBySlug(t.Context(), TypePost, "the-dimmer-switch") },
			"by its id":   func() (Post, error) { return s.Post(t.Context(), s.owner, made.ID) },
		} {
			post, err := read()
			if err != nil {
				t.Fatal(err)
			}
			want(t, name, post, made, cmpopts.IgnoreFields(Post{}, "Text"))
		}
		want(t, "title", made.Title, "The Dimmer Switch")
		want(t, "language", made.Language, "en-GB")
		want(t, "source", made.Source, "## Why\n\nA *calm* house.\n\n## How\n\nTurn the knob.")
		want(t, "excerpt", made.Excerpt, "A calm house. Turn the knob.")
		want(t, "outline", []string{made.Outline[0].Text, made.Outline[1].Text}, []string{"Why", "How"})
		want(t, "words", made.WordCount, 8)
		want(t, "published at", *made.PublishedAt, at)
		want(t, "extra", made.Extra, JSON(`{"z": 1, "a":[ ]}`))
		want(t, "ghost id", made.GhostID, strings.ReplaceAll(string(made.ID), "-", "")[:24])
		want(t, "tags", tagNames(made), []string{"Stress", "#series", "Pain"})
		want(t, "authors", authorNames(made), []string{"Guest Writer", "Mira Holt"})
		want(t, "events", s.kinds(t, string(made.ID)), []string{"post.created", "post.published"})
	})
}

func tagNames(post Post) []string {
	var names []string
	for _, tag := range post.Tags {
		names = append(names, tag.Name)
	}
	return names
}

func authorNames(post Post) []string {
	var names []string
	for _, author := range post.Authors {
		names = append(names, author.Name)
	}
	return names
}

func TestReadersGetWhatIsPublishedOrArchivedAndNothingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		future := start.Add(time.Hour)
		for status, readable := range map[PostStatus]bool{Draft: false, Scheduled: false, Published: true, Archived: true} {
			for _, kind := range []PostType{TypePost, TypePage} {
				post := s.draft(t, "Some text", func(c *PostChange) {
					c.Type, c.Status = Some(kind), Some(status)
					if status == Scheduled {
						c.PublishedAt = Some(&future)
					}
				})
				read, err := s.PostBySlug(t.Context(), kind, post.Slug)
				if (err == nil) != readable || readable && read.ID != post.ID || !readable && !errors.Is(err, ErrNotFound) {
					t.Errorf("a %s that is %s: %v", kind, status, err)
				}
				other := map[PostType]PostType{TypePost: TypePage, TypePage: TypePost}[kind]
				if _, err := s.PostBySlug(t.Context(), other, post.Slug); !errors.Is(err, ErrNotFound) {
					t.Errorf("a %s read as a %s: %v", kind, other, err)
				}
				want(t, "listed", read.Listed(), status == Published)
			}
		}
	})
}

func TestUpdatedAtMovesWithWhatReadersWouldCallAnotherText(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Before")
		past := start.Add(-time.Hour)
		for _, c := range []struct {
			field  string
			change PostChange
			moves  bool
		}{
			{"title", PostChange{Title: Some("After")}, true},
			{"source", PostChange{Source: Some("Other text.")}, true},
			{"format", PostChange{Format: Some(markdown.FormatHTML)}, true},
			{"excerpt", PostChange{Excerpt: Some(ptr("My own words"))}, true},
			{"feature_image", PostChange{FeatureImage: Some(&Image{URL: "/x.png"})}, true},
			{"slug", PostChange{Slug: Some("after")}, true},
			{"tags", PostChange{Tags: Some([]string{"New"})}, false},
			{"featured", PostChange{Featured: Some(true)}, false},
			{"language", PostChange{Language: Some("de")}, false},
			{"comments", PostChange{CommentLevel: Some(ptr(LevelClosed))}, false},
			{"seo", PostChange{SEO: Some(SEO{Title: ptr("x")})}, false},
			{"extra", PostChange{Extra: Some(JSON(`{"a":1}`))}, false},
			{"published_at", PostChange{PublishedAt: Some(&past)}, false},
			{"type", PostChange{Type: Some(TypePage)}, false},
			{"status", PostChange{Status: Some(Archived)}, false},
		} {
			changed := s.change(t, post, c.change)
			want(t, c.field+": updated_at moves", changed.UpdatedAt.After(post.UpdatedAt), c.moves)
			want(t, c.field+": the version", changed.Version, post.Version+1)
			revisions, err := s.Revisions(t.Context(), s.owner, post.ID, Page{Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			want(t, c.field+": the revision names", revisions.Items[0].Changed, []string{c.field})
			same := s.change(t, changed, c.change)
			want(t, c.field+" again: the version", same.Version, changed.Version)
			post = s.stored(t, post.ID)
			want(t, c.field+": as stored", post.UpdatedAt, changed.UpdatedAt)
		}
		s.comment(t, post, Approved)
		want(t, "a comment leaves the version", s.stored(t, post.ID).Version, post.Version)
		want(t, "a comment leaves updated_at", s.stored(t, post.ID).UpdatedAt, post.UpdatedAt)
	})
}

func TestAnExcerptIsTheWritersOwnOrTheBeginningOfTheText(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.draft(t, "T", func(c *PostChange) { c.Source = Some("First text.") })
		want(t, "made", post.Excerpt, "First text.")
		post = s.change(t, post, PostChange{Source: Some("Second text.")})
		want(t, "made anew", post.Excerpt, "Second text.")
		post = s.change(t, post, PostChange{Excerpt: Some(ptr(" Mine. "))})
		want(t, "own", post.Excerpt, "Mine.")
		post = s.change(t, post, PostChange{Source: Some("Third text.")})
		want(t, "own stays", post.Excerpt, "Mine.")
		post = s.change(t, post, PostChange{Excerpt: Some[*string](nil)})
		want(t, "made again", post.Excerpt, "Third text.")
		post = s.change(t, post, PostChange{Excerpt: Some(ptr("Third text."))})
		post = s.change(t, post, PostChange{Source: Some("Fourth text.")})
		want(t, "sent back as it was read, it is not own", post.Excerpt, "Fourth text.")
		post = s.change(t, post, PostChange{Excerpt: Some(ptr("  "))})
		want(t, "empty", post.Excerpt, "Fourth text.")
	})
}

func TestAnAuthorWritesHerOwnPostsAndSeesNoOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada, ben := s.person(t, "Ada", auth.Author), s.person(t, "Ben", auth.Author)
		editor, moderator := s.person(t, "Eve", auth.Editor), s.person(t, "Mo", auth.Moderator)
		hers, err := s.CreatePost(t.Context(), ada, PostChange{Title: Some("Hers")})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the writer is the author", authorNames(hers), []string{"Ada"})
		for _, c := range []struct {
			name string
			by   Actor
			err  error
		}{{"Ada", ada, nil}, {"the editor", editor, nil}, {"the owner", s.owner, nil}, {"Ben", ben, ErrNotFound}, {"the moderator", moderator, ErrNotFound}, {"nobody", Actor{}, ErrNotFound}} {
			now := s.stored(t, hers.ID)
			_, err := s.Post(t.Context(), c.by, hers.ID)
			wantError(t, c.name+" reads it", err, c.err)
			_, err = s.ChangePost(t.Context(), c.by, hers.ID, now.Version, PostChange{Featured: Some(!now.Featured)})
			wantError(t, c.name+" changes it", err, c.err)
			_, err = s.ChangePost(t.Context(), c.by, hers.ID, 99, PostChange{})
			if c.err != nil {
				wantError(t, c.name+" changes another version", err, ErrNotFound)
			} else {
				wantError(t, c.name+" changes another version", err, ErrStale)
			}
			_, err = s.Revisions(t.Context(), c.by, hers.ID, Page{})
			wantError(t, c.name+" reads its history", err, c.err)
			_, err = s.Revision(t.Context(), c.by, hers.ID, 1)
			wantError(t, c.name+" reads a revision", err, c.err)
			_, err = s.RestoreRevision(t.Context(), c.by, hers.ID, 1, s.stored(t, hers.ID).Version)
			wantError(t, c.name+" restores a revision", err, c.err)
			_, err = s.SaveWorkingCopy(t.Context(), c.by, hers.ID, 1, "{}", PostChange{})
			wantError(t, c.name+" saves a working copy", err, c.err)
			_, err = s.WorkingCopy(t.Context(), c.by, hers.ID)
			wantError(t, c.name+" reads the working copy", err, c.err)
			wantError(t, c.name+" drops the working copy", s.DeleteWorkingCopy(t.Context(), c.by, hers.ID), c.err)
			_, err = s.CreatePreview(t.Context(), c.by, hers.ID, "hash for "+c.name, time.Hour)
			wantError(t, c.name+" makes a preview", err, c.err)
			wantError(t, c.name+" revokes previews", s.RevokePreviews(t.Context(), c.by, hers.ID), c.err)
			if c.err != nil {
				wantError(t, c.name+" deletes it", s.DeletePost(t.Context(), c.by, hers.ID, s.stored(t, hers.ID).Version), c.err)
			}
		}
		_, err = s.ChangePost(t.Context(), ada, hers.ID, s.stored(t, hers.ID).Version, PostChange{Authors: Some([]string{"ben"})})
		wantInvalid(t, "an author gives her post away", err, "authors")
		shared, err := s.ChangePost(t.Context(), ada, hers.ID, s.stored(t, hers.ID).Version, PostChange{Authors: Some([]string{"ben", "ada"})})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ChangePost(t.Context(), ben, hers.ID, shared.Version, PostChange{Title: Some("Theirs")})
		wantError(t, "the second author changes it", err, nil)
		wantError(t, "she deletes it", s.DeletePost(t.Context(), ada, hers.ID, s.stored(t, hers.ID).Version), nil)
	})
}

func TestOfChangesToOneVersionExactlyOneIsTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Contested")
		for round := range 3 {
			var taken, stale atomic.Int32
			version := s.stored(t, post.ID).Version
			together(50, func(i int) {
				_, err := s.ChangePost(t.Context(), s.owner, post.ID, version, PostChange{Title: Some(fmt.Sprint("Contested ", round, " ", i))})
				switch {
				case err == nil:
					taken.Add(1)
				case errors.Is(err, ErrStale):
					stale.Add(1)
				default:
					t.Error(err)
				}
			})
			if taken.Load() != 1 || stale.Load() != 49 {
				t.Errorf("%d were taken, %d were stale", taken.Load(), stale.Load())
			}
			want(t, "version", s.stored(t, post.ID).Version, version+1)
		}
		want(t, "revisions", s.number(t, "SELECT count(*) FROM revisions"), 4)
		wantError(t, "a stale version deletes nothing", s.DeletePost(t.Context(), s.owner, post.ID, 1), ErrStale)
	})
}

func TestRevisionsKeepWhatAPostWasAndBringItBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.person(t, "Ada", auth.Author)
		first := s.draft(t, "First title", func(c *PostChange) {
			c.Source, c.Tags, c.Authors = Some("First text."), Some([]string{"One", "Two"}), Some([]string{"ada", "mira-holt"})
			c.FeatureImage, c.SEO, c.Extra, c.Excerpt = Some(&Image{URL: "/1.png"}), Some(SEO{Title: ptr("One")}), Some(JSON(`{"n":1}`)), Some(ptr("First excerpt"))
		})
		at := start.Add(-24 * time.Hour)
		second := s.change(t, first, PostChange{
			Title: Some("Second title"), Source: Some("<p>Second text.</p>"), Format: Some(markdown.FormatHTML), Excerpt: Some[*string](nil), Tags: Some([]string{"Three"}), Authors: Some([]string{"mira-holt"}),
			FeatureImage: Some[*Image](nil), SEO: Some(SEO{}), Extra: Some(JSON(`{}`)), Slug: Some("second"), Status: Some(Published), PublishedAt: Some(&at),
			Featured: Some(true), Language: Some("de"), CommentLevel: Some(ptr(LevelAll)),
		})
		list, err := s.Revisions(t.Context(), s.owner, first.ID, Page{})
		if err != nil || list.Total != 2 {
			t.Fatal(list.Total, err)
		}
		want(t, "numbers, newest first", []int{list.Items[0].Number, list.Items[1].Number}, []int{2, 1})
		want(t, "the creation names", list.Items[1].Changed, []string{"title", "slug", "source", "excerpt", "feature_image", "seo", "tags", "authors"},
			cmpopts.SortSlices(strings.Compare), cmpopts.IgnoreSliceElements(func(s string) bool { return s == "language" || s == "extra" }))
		want(t, "the change names", list.Items[0].Changed, []string{
			"title", "format", "source", "excerpt", "status", "published_at", "feature_image", "featured", "language", "comments", "seo", "extra", "tags", "authors", "slug",
		})
		want(t, "who", *list.Items[0].ByUserID, s.owner.User)
		if list.Items[0].Source != "" {
			t.Error("the list holds bodies")
		}
		one, err := s.Revision(t.Context(), s.owner, first.ID, 1)
		if err != nil || one.Source != "First text." || *one.Excerpt != "First excerpt" {
			t.Errorf("revision 1: %+v %v", one, err)
		}

		restored, err := s.RestoreRevision(t.Context(), s.owner, first.ID, 1, second.Version)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "brought back", restored, first, cmpopts.IgnoreFields(Post{}, "Slug", "Status", "PublishedAt", "SortAt", "WasPublic", "Version", "UpdatedAt", "Featured", "Language", "CommentLevel", "FormerSlugs"))
		want(t, "never brought back", restored, second, cmpopts.IgnoreFields(Post{}, "Title", "TitleKey", "Format", "Source", "HTML", "Text", "Excerpt", "OwnExcerpt", "Outline", "WordCount",
			"FeatureImage", "SEO", "Extra", "Tags", "Authors", "Version", "UpdatedAt", "FormerSlugs"))
		want(t, "as stored", s.stored(t, first.ID).Title, "First title")
		list, err = s.Revisions(t.Context(), s.owner, first.ID, Page{})
		if err != nil || list.Total != 3 {
			t.Error("restoring writes no revision", list.Total, err)
		}
		again, err := s.RestoreRevision(t.Context(), s.owner, first.ID, 3, restored.Version)
		if err != nil || again.Version != restored.Version {
			t.Errorf("restoring what is: version %d, was %d (%v)", again.Version, restored.Version, err)
		}
		for _, number := range []int{0, -1, 4, 1 << 30} {
			_, err := s.RestoreRevision(t.Context(), s.owner, first.ID, number, restored.Version)
			wantError(t, fmt.Sprint("revision ", number), err, ErrNotFound)
			_, err = s.Revision(t.Context(), s.owner, first.ID, number)
			wantError(t, fmt.Sprint("revision ", number), err, ErrNotFound)
		}
		_, err = s.RestoreRevision(t.Context(), s.owner, first.ID, 1, 1)
		wantError(t, "a stale restore", err, ErrStale)
		page, err := s.Revisions(t.Context(), s.owner, first.ID, Page{Limit: 2})
		if err != nil || len(page.Items) != 2 || page.Next == nil {
			t.Fatal(page, err)
		}
		page, err = s.Revisions(t.Context(), s.owner, first.ID, Page{Limit: 2, At: page.Next})
		if err != nil || len(page.Items) != 1 || page.Items[0].Number != 1 || page.Next != nil {
			t.Errorf("the second page: %+v %v", page, err)
		}
	})
}

func TestARevisionIsRestoredWithoutTheAuthorsWhoAreGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		post := s.draft(t, "Both", func(c *PostChange) { c.Authors = Some([]string{"ada", "mira-holt"}) })
		post = s.change(t, post, PostChange{Title: Some("Hers no more"), Authors: Some([]string{"mira-holt"})})
		if err := s.DeleteUser(t.Context(), s.owner, ada.User, ""); err != nil {
			t.Fatal(err)
		}
		post, err := s.RestoreRevision(t.Context(), s.owner, post.ID, 1, post.Version)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "authors", authorNames(post), []string{"Mira Holt"})
		want(t, "title", post.Title, "Both")
	})
}

func TestAWorkingCopyIsOnePerPostAndNeverGoesLiveByItself(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Live")
		_, err := s.WorkingCopy(t.Context(), s.owner, post.ID)
		wantError(t, "none yet", err, ErrNotFound)
		for _, fields := range []JSON{`{"title":"Begun"}`, `{"title":"Gone on"}`} {
			kept, err := s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, fields, PostChange{Title: Some("x")})
			if err != nil {
				t.Fatal(err)
			}
			read, err := s.WorkingCopy(t.Context(), s.owner, post.ID)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "as stored", read, kept)
			want(t, "fields", read.Fields, fields)
			want(t, "who", *read.ByUserID, s.owner.User)
		}
		now := s.stored(t, post.ID)
		want(t, "the post", []any{now.Title, now.Version, now.UpdatedAt}, []any{"Live", int64(1), post.UpdatedAt})
		want(t, "events", s.kinds(t, string(post.ID)), []string{"post.created", "post.published"})
		_, err = s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, "{}", PostChange{Title: Some("")})
		wantInvalid(t, "a title that cannot be", err, "title")
		for _, version := range []int64{0, -1, 2} {
			_, err = s.SaveWorkingCopy(t.Context(), s.owner, post.ID, version, "{}", PostChange{})
			wantInvalid(t, "a version that is not", err, "base_version")
		}
		post = s.change(t, post, PostChange{Title: Some("Gone on")})
		_, err = s.WorkingCopy(t.Context(), s.owner, post.ID)
		wantError(t, "made real", err, ErrNotFound)
		wantError(t, "dropped twice", s.DeleteWorkingCopy(t.Context(), s.owner, post.ID), ErrNotFound)
		if _, err = s.SaveWorkingCopy(t.Context(), s.owner, post.ID, post.Version, "{}", PostChange{}); err != nil {
			t.Fatal(err)
		}
		s.change(t, post, PostChange{Title: Some("Gone on")}) // changes nothing, and says that it is all there
		_, err = s.WorkingCopy(t.Context(), s.owner, post.ID)
		wantError(t, "made real without a change", err, ErrNotFound)
	})
}

func TestAPreviewShowsADraftUntilItRunsOutOrIsRevoked(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.draft(t, "Secret"), s.draft(t, "Other")
		var expires time.Time
		for hash, id := range map[string]PostID{"one": post.ID, "two": post.ID, "three": other.ID} {
			preview, err := s.CreatePreview(t.Context(), s.owner, id, hash, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if left := preview.ExpiresAt.Sub(s.clock.at); left <= 59*time.Minute || left > time.Hour {
				t.Errorf("it runs out in %v", left)
			}
			if hash == "one" {
				expires = preview.ExpiresAt
			}
		}
		shown, err := s.PreviewedPost(t.Context(), "one")
		if err != nil || shown.Post.ID != post.ID || shown.Unsaved != nil || !shown.ExpiresAt.Equal(expires) {
			t.Errorf("%s until %v, %v %v", shown.Post.Title, shown.ExpiresAt, shown.Unsaved, err)
		}
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, `{"title":"Begun"}`, PostChange{Title: Some("Begun")}); err != nil {
			t.Fatal(err)
		}
		shown, err = s.PreviewedPost(t.Context(), "two")
		if err != nil || shown.Unsaved == nil || shown.Unsaved.Fields != `{"title":"Begun"}` {
			t.Errorf("%v %v", shown.Unsaved, err)
		}
		sketch, err := s.Sketch(t.Context(), shown.Post, PostChange{Title: Some("Begun"), Source: Some("*New*"), Tags: Some([]string{"Fresh", "#x"}), Slug: Some("begun"), Status: Some(Published)})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the sketch", []string{sketch.Title, sketch.Slug, string(sketch.Status), strings.TrimSpace(sketch.HTML), sketch.Tags[0].Slug, sketch.Tags[1].Slug}, []string{"Begun", "secret", "draft", "<p><em>New</em></p>", "fresh", "hash-x"})
		want(t, "nothing is stored of it", s.stored(t, post.ID).Title, "Secret")
		want(t, "tags", s.number(t, "SELECT count(*) FROM tags"), 0)
		near := s.published(t, "Near", func(c *PostChange) { c.Tags = Some([]string{"Rest"}) })
		sketch, err = s.Sketch(t.Context(), shown.Post, PostChange{Tags: Some([]string{"Fresh", "REST"})})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "a tag that is there is that tag", []string{sketch.Tags[0].Name, sketch.Tags[1].Name}, []string{"Fresh", "Rest"})
		related, err := s.Related(t.Context(), sketch, 3)
		if err != nil || len(related) != 1 || related[0].ID != near.ID {
			t.Errorf("it is related to %v %v", related, err)
		}

		for _, hash := range []string{"", "four", "One", "one' OR 1=1"} {
			_, err = s.PreviewedPost(t.Context(), hash)
			wantError(t, hash, err, ErrNotFound)
		}
		if err := s.RevokePreviews(t.Context(), s.owner, post.ID); err != nil {
			t.Fatal(err)
		}
		for hash, wanted := range map[string]error{"one": ErrNotFound, "two": ErrNotFound, "three": nil} {
			_, err = s.PreviewedPost(t.Context(), hash)
			wantError(t, hash+" after the other post's were revoked", err, wanted)
		}
		s.clock.move(time.Hour)
		_, err = s.PreviewedPost(t.Context(), "three")
		wantError(t, "after an hour", err, ErrNotFound)
		want(t, "links", s.number(t, "SELECT count(*) FROM previews"), 1)
		if err := s.ForgetOld(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, "links after the old are forgotten", s.number(t, "SELECT count(*) FROM previews"), 0)
	})
}

func TestADeletedPostIsGoneWithAllThatWasIts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Going", func(c *PostChange) { c.Tags = Some([]string{"Stays"}) })
		kept := s.published(t, "Staying")
		root := s.comment(t, post, Approved)
		s.comment(t, post, Approved, answer(root))
		s.comment(t, kept, Approved)
		if _, err := s.SaveWorkingCopy(t.Context(), s.owner, post.ID, 1, "{}", PostChange{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreatePreview(t.Context(), s.owner, post.ID, "h", time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"slugs", "post_tags", "post_authors", "revisions", "working_copies", "previews", "comments"} {
			want(t, table, s.number(t, "SELECT count(*) FROM "+table+" WHERE post_id NOT IN (SELECT id FROM posts)"), 0)
		}
		want(t, "words", s.number(t, "SELECT count(*) FROM post_words"), 1)
		want(t, "tags", s.number(t, "SELECT count(*) FROM tags"), 1)
		want(t, "posts", s.number(t, "SELECT count(*) FROM posts"), 1)
		want(t, "events", s.kinds(t, string(post.ID))[3:], []string{"post.deleted", "post.unpublished"})
		wantError(t, "again", s.DeletePost(t.Context(), s.owner, post.ID, post.Version), ErrNotFound)
		want(t, "cleared", *s.cleared, []string{"authors", "changes", "comments", "comments:" + string(post.ID), "post:" + string(post.ID), "posts", "tags"})
	})
}
