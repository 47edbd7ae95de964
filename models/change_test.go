package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"dimmer/auth"
)

// A follower keeps a copy of what readers see, as a static build does: from the changes alone.
type follower struct {
	site
	limit int
	at    *ChangePosition
	has   map[string]Change
}

func (s site) follower(limit int) *follower {
	return &follower{site: s, limit: limit, has: map[string]Change{}}
}

// page reads what comes next and keeps it. It reports whether there is more.
func (f *follower) page(t testing.TB) ([]Change, bool) {
	t.Helper()
	found, err := f.Changes(t.Context(), f.at, f.limit)
	if err != nil {
		t.Fatal(err)
	}
	before := int64(0)
	if f.at != nil {
		before = f.at.Seq
	}
	for _, c := range found.Items {
		if c.Seq <= before {
			t.Errorf("%d comes after %d", c.Seq, before)
		}
		before = c.Seq
		if c.Removed {
			delete(f.has, c.ID)
			continue
		}
		f.has[c.ID] = c
	}
	f.at = &found.Next
	return found.Items, found.More
}

// news reads all that is new, in short: what, its slug, and what became of it.
func (f *follower) news(t testing.TB) []string {
	t.Helper()
	var news []string
	for more := true; more; {
		var items []Change
		items, more = f.page(t)
		for _, c := range items {
			line := strings.TrimSpace(string(c.Type) + " " + c.Slug)
			switch {
			case c.Removed:
				line += ": gone"
			case !c.Listed:
				line += ": archived"
			}
			news = append(news, line)
		}
	}
	return news
}

func TestChangesAreWhatAppearedChangedAndWentInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		f := s.follower(100)
		says := func(what string, lines ...string) {
			t.Helper()
			want(t, what, f.news(t), lines)
		}
		says("at the beginning", "site")
		says("and nothing more")

		draft := s.draft(t, "Not yet")
		says("a draft")
		draft = s.change(t, draft, PostChange{Title: Some("Still not"), Slug: Some("secret")})
		if err := s.DeletePost(t.Context(), s.owner, draft.ID, draft.Version); err != nil {
			t.Fatal(err)
		}
		says("a draft that was changed and deleted")

		post := s.published(t, "Post", func(c *PostChange) { c.Tags = Some([]string{"Sleep", "#hidden"}) })
		says("a post", "tag sleep", "author mira-holt", "post post")
		s.comment(t, post, Approved)
		if _, err := s.ReactToPost(t.Context(), "key", post.ID, true); err != nil {
			t.Fatal(err)
		}
		says("a comment, a reaction")
		post = s.change(t, s.stored(t, post.ID), PostChange{Featured: Some(true)})
		post = s.change(t, post, PostChange{Title: Some("Other")})
		says("two changes of a post", "post post")
		post = s.change(t, post, PostChange{Slug: Some("another")})
		says("another slug", "post another")
		post = s.change(t, post, PostChange{Type: Some(TypePage)})
		says("a page now", "page another")
		post = s.change(t, post, PostChange{Status: Some(Archived)})
		says("archived: its author has nothing else", "author mira-holt: gone", "page another: archived")
		post = s.change(t, post, PostChange{Status: Some(Published)})
		says("back", "author mira-holt", "page another")
		post = s.change(t, post, PostChange{Status: Some(Draft)})
		says("unpublished", "author mira-holt: gone", "page another: gone")
		post = s.change(t, post, PostChange{Title: Some("Nobody sees"), Slug: Some("nobody-sees")})
		says("changed where nobody sees it")
		post = s.change(t, post, PostChange{Status: Some(Published)})
		says("published again", "author mira-holt", "page nobody-sees")
		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		says("deleted", "author mira-holt: gone", "page nobody-sees: gone")

		brief := s.published(t, "Brief")
		if err := s.DeletePost(t.Context(), s.owner, brief.ID, brief.Version); err != nil {
			t.Fatal(err)
		}
		says("what came and went in between", "author mira-holt: gone", "post brief: gone")

		due := s.clock.at.Add(time.Hour)
		s.draft(t, "Later", func(c *PostChange) { c.Status, c.PublishedAt = Some(Scheduled), Some(&due) })
		says("a scheduled post")
		s.clock.move(2 * time.Hour)
		if _, err := s.PublishDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		says("published by the clock", "author mira-holt", "post later")
	})
}

func TestChangesOfWhatPostsShowAreChangesOfThePosts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tagged := func(names ...string) func(*PostChange) {
			return func(c *PostChange) { c.Tags = Some(names) }
		}
		s.published(t, "One", tagged("Sleep"))
		s.draft(t, "Two", tagged("Sleep"))
		s.published(t, "Three", tagged("Sleep", "Rest"), func(c *PostChange) { c.Type = Some(TypePage) })
		ben := s.person(t, "Ben Oduya", auth.Author)
		s.published(t, "Four", func(c *PostChange) { c.Authors = Some([]string{"ben-oduya"}) })
		tags, err := s.Tags(t.Context(), TagQuery{})
		if err != nil {
			t.Fatal(err)
		}
		rest, sleep := tags.Items[0], tags.Items[1]
		f := s.follower(2)
		want(t, "all", f.news(t), []string{"site", "tag sleep", "author mira-holt", "post one", "tag rest", "page three", "author ben-oduya", "post four"})
		change := func(id TagID, c TagChange) {
			t.Helper()
			if _, err := s.ChangeTag(t.Context(), s.owner, id, c); err != nil {
				t.Fatal(err)
			}
		}
		person := func(id UserID, c UserChange) {
			t.Helper()
			if _, err := s.ChangeUser(t.Context(), s.owner, id, c, ""); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			what string
			do   func()
			news []string
		}{
			{"a tag's description, which only the tag shows", func() { change(sleep.ID, TagChange{Description: Some("At night.")}) }, []string{"tag sleep"}},
			{"a tag's name", func() { change(sleep.ID, TagChange{Name: Some("Good sleep")}) }, []string{"tag sleep", "post one", "page three"}},
			{"a tag's slug", func() { change(sleep.ID, TagChange{Slug: Some("good-sleep")}) }, []string{"tag good-sleep", "post one", "page three"}},
			{"a tag that becomes internal", func() { change(rest.ID, TagChange{Name: Some("#rest")}) }, []string{"tag rest: gone", "page three"}},
			{"the same tag, changed where nobody sees it", func() { change(rest.ID, TagChange{Description: Some("Nobody reads this.")}) }, nil},
			{"a tag merged into another", func() {
				if _, err := s.MergeTag(t.Context(), s.owner, sleep.ID, rest.ID); err != nil {
					t.Fatal(err)
				}
			}, []string{"tag good-sleep: gone", "post one", "page three"}},
			{"a new tag without posts", func() {
				if _, err := s.CreateTag(t.Context(), s.owner, TagChange{Name: Some("Jaw")}); err != nil {
					t.Fatal(err)
				}
			}, []string{"tag jaw"}},
			{"an author's name", func() { person(ben.User, UserChange{Name: Some("Ben O.")}) }, []string{"author ben-oduya", "post four"}},
			{"an author's web site, which only her page shows", func() { person(ben.User, UserChange{URL: Some(ptr("https://ben.example"))}) }, []string{"author ben-oduya"}},
			{"an author's password", func() { person(ben.User, UserChange{PasswordHash: Some(ptr("$argon2id$other"))}) }, nil},
			{"somebody without a post", func() { s.person(t, "Edda Quist", auth.Author) }, nil},
			{"an author removed", func() {
				if err := s.DeleteUser(t.Context(), s.owner, ben.User, "mira-holt"); err != nil {
					t.Fatal(err)
				}
			}, []string{"author ben-oduya: gone", "post four"}},
			{"the title of the site", func() {
				if _, err := s.ChangeSettings(t.Context(), s.owner, SettingsChange{"title": []byte(`"Quieter Hands"`)}); err != nil {
					t.Fatal(err)
				}
			}, []string{"site"}},
			{"what only the owner sees", func() {
				if _, err := s.ChangeSettings(t.Context(), s.owner, SettingsChange{"blocked_words": []byte(`["casino"]`)}); err != nil {
					t.Fatal(err)
				}
			}, nil},
		} {
			c.do()
			want(t, c.what, f.news(t), c.news)
		}
	})
}

// look is all that readers see of each post, counts and comments aside, by what the tables hold.
func (s site) look(t testing.TB) map[string]string {
	t.Helper()
	rows, err := s.pools[0].QueryContext(t.Context(), `SELECT CAST(p.id AS text), p.type || p.status || p.slug || p.title || p.html || p.excerpt || p.language || CAST(p.featured AS text) ||
			coalesce(p.feature_image, '') || p.seo || p.extra || CAST(p.published_at AS text) ||
			coalesce((SELECT string_agg(x.label, ',' ORDER BY x.label) FROM (SELECT pt.position || t.slug || t.name AS label FROM post_tags pt JOIN tags t ON t.id = pt.tag_id
				WHERE pt.post_id = p.id AND NOT t.internal) AS x), '') ||
			coalesce((SELECT string_agg(x.label, ',' ORDER BY x.label) FROM (SELECT pa.position || u.slug || u.name || u.bio || coalesce(u.avatar_url, '') AS label
				FROM post_authors pa JOIN users u ON u.id = pa.user_id WHERE pa.post_id = p.id) AS x), '')
		FROM posts p WHERE p.status IN ('published', 'archived')`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		all[id] = text
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhateverIsDoneNoChangeOfAPostIsLeftOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		r := rand.New(rand.NewPCG(6, 2))
		people := []Actor{s.owner, s.person(t, "Ben", auth.Author), s.person(t, "Ada", auth.Author)}
		names := []string{"A", "B", "C", "#d", "#e"}
		f := s.follower(7)
		f.news(t)
		before := s.look(t)
		var posts []PostID
		told := 0
		for i := range 200 {
			var err error
			tags, listErr := s.Tags(t.Context(), TagQuery{Internal: true, Page: Page{Limit: 100}})
			if listErr != nil {
				t.Fatal(listErr)
			}
			what := r.IntN(10)
			switch {
			case what < 3 || len(posts) < 3:
				post := s.draft(t, fmt.Sprint("Post ", i), func(c *PostChange) {
					c.Status = Some([]PostStatus{Draft, Published, Archived}[r.IntN(3)])
					c.Tags = Some(names[:r.IntN(5)])
					c.Authors = Some([]string{string(people[r.IntN(3)].User)})
				})
				posts = append(posts, post.ID)
			case what < 6:
				post := s.stored(t, posts[r.IntN(len(posts))])
				c := PostChange{}
				switch r.IntN(6) {
				case 0:
					c.Title = Some(fmt.Sprint("Title ", i))
				case 1:
					c.Status = Some([]PostStatus{Draft, Published, Archived}[r.IntN(3)])
				case 2:
					c.Authors = Some([]string{string(people[r.IntN(3)].User), string(people[r.IntN(3)].User)})
				case 3:
					c.Tags = Some(names[r.IntN(5):])
				case 4:
					c.Featured = Some(r.IntN(2) == 0)
				case 5:
					c.Slug = Some(fmt.Sprint("slug ", r.IntN(5)))
				}
				_, err = s.ChangePost(t.Context(), s.owner, post.ID, post.Version, c)
			case what == 6:
				at := r.IntN(len(posts))
				post := s.stored(t, posts[at])
				if err = s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err == nil {
					posts = append(posts[:at:at], posts[at+1:]...)
				}
			case what == 7:
				c := UserChange{Bio: Some(fmt.Sprint("Bio ", i))}
				if r.IntN(2) == 0 {
					c = UserChange{Name: Some(fmt.Sprint("Name ", i))}
				}
				_, err = s.ChangeUser(t.Context(), s.owner, people[r.IntN(3)].User, c, "")
			case len(tags.Items) == 0:
			case what == 8:
				c := TagChange{Name: Some(names[r.IntN(5)])}
				if r.IntN(2) == 0 {
					c = TagChange{Slug: Some(fmt.Sprint("tag ", i))}
				}
				_, err = s.ChangeTag(t.Context(), s.owner, tags.Items[r.IntN(len(tags.Items))].ID, c)
			default:
				from, into := tags.Items[r.IntN(len(tags.Items))].ID, tags.Items[r.IntN(len(tags.Items))].ID
				if _, err = s.MergeTag(t.Context(), s.owner, from, into); r.IntN(2) == 0 {
					err = s.DeleteTag(t.Context(), s.owner, into)
				}
			}
			var refused Invalid
			if err != nil && !errors.As(err, &refused) && !errors.Is(err, ErrConflict) {
				t.Fatal(err)
			}
			if r.IntN(3) == 0 { // several changes may be told together
				continue
			}
			was := map[string]int64{}
			for id, c := range f.has {
				was[id] = c.Seq
			}
			f.news(t)
			now := s.look(t)
			for id, text := range now {
				if text != before[id] {
					told++
					if f.has[id].Seq == was[id] {
						t.Errorf("after step %d (%d) this post reads otherwise, and nobody is told:\n%s", i, what, cmp.Diff(before[id], text))
					}
				}
			}
			for id := range before {
				if _, known := f.has[id]; known && now[id] == "" {
					t.Errorf("after step %d (%d) a post is gone, and nobody is told", i, what)
				}
			}
			before = now
		}
		if told < 50 {
			t.Errorf("only %d changes of posts were looked at", told)
		}
		checkCounters(t, s)
		fresh := s.follower(3)
		fresh.news(t)
		want(t, "who has followed, and who begins now", f.has, fresh.has)
	})
}

func TestWhoBeginsAnewIsNotToldOfWhatWentBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		var posts []Post
		for i := range 6 {
			posts = append(posts, s.published(t, fmt.Sprint("Post ", i)))
		}
		remove := func(i int) {
			t.Helper()
			if err := s.DeletePost(t.Context(), s.owner, posts[i].ID, posts[i].Version); err != nil {
				t.Fatal(err)
			}
		}
		remove(1)
		f := s.follower(2)
		if _, more := f.page(t); !more {
			t.Fatal("two are all there is")
		}
		// While she is on her way, one that she has seen goes, one that she has not, and one changes that she has not seen.
		remove(0)
		remove(4)
		s.change(t, posts[2], PostChange{Title: Some("Changed")})
		want(t, "the rest", f.news(t), []string{"post post-3", "post post-5", "post post-0: gone", "post post-4: gone", "post post-2"})
		want(t, "who begins now", s.follower(100).news(t), []string{"site", "author mira-holt", "post post-3", "post post-5", "post post-2"})
	})
}

func TestRemovalsAreToldFor90DaysAndNobodyMissesOneUnawares(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post, other := s.published(t, "Post"), s.published(t, "Other")
		away, there := s.follower(100), s.follower(100)
		away.news(t)
		if err := s.DeletePost(t.Context(), s.owner, post.ID, post.Version); err != nil {
			t.Fatal(err)
		}
		there.news(t)
		forget := func() {
			t.Helper()
			if err := s.ForgetOld(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.move(keptRemoval - time.Hour)
		forget()
		for _, at := range []*ChangePosition{away.at, there.at} {
			if _, err := s.Changes(t.Context(), at, 10); err != nil {
				t.Errorf("after 89 days: %v", err)
			}
		}
		s.clock.move(2 * time.Hour)
		forget()
		_, err := s.Changes(t.Context(), away.at, 10)
		wantError(t, "away for longer than that", err, ErrForgotten)
		want(t, "who has been there since", there.news(t), nil)
		s.change(t, other, PostChange{Title: Some("Changed")})
		want(t, "and then", there.news(t), []string{"post other"})
		want(t, "who begins anew", s.follower(1).news(t), []string{"site", "author mira-holt", "post other"})
		want(t, "rows of what is gone", s.number(t, "SELECT count(*) FROM changes WHERE removed"), 0)
		_, err = s.Changes(t.Context(), &ChangePosition{Seq: 1 << 40}, 10)
		wantError(t, "from a database that was put back since", err, ErrForgotten)
	})
}

func TestASiteOfBeforeStepElevenIsFollowedFromItsFirstCall(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		dialect := goose.DialectSQLite3
		if s.postgres {
			dialect = goose.DialectPostgres
		}
		s.published(t, "Post", func(c *PostChange) { c.Tags = Some([]string{"A", "#b"}) })
		s.published(t, "Page", func(c *PostChange) { c.Type = Some(TypePage) })
		s.draft(t, "Draft", func(c *PostChange) { c.Authors = Some([]string{string(s.person(t, "Ben", auth.Author).User)}) })
		s.change(t, s.published(t, "Old"), PostChange{Status: Some(Archived)})
		kept := func() []string {
			t.Helper()
			return s.lines(t, "SELECT type || ' ' || id || ' ' || slug || ' ' || CASE WHEN listed THEN 'listed' ELSE 'archived' END FROM changes WHERE NOT removed ORDER BY type, slug")
		}
		before := kept()
		if len(before) != 6 {
			t.Fatalf("got %v", before)
		}
		provider, err := migrations(dialect, s.pools[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s.Store = open(t, s.config)
		want(t, "what is public", kept(), before)
		f := s.follower(2)
		want(t, "the first call", f.news(t), []string{"site", "tag a", "author mira-holt", "post post", "page page", "post old: archived"})
		s.published(t, "New")
		want(t, "and then", f.news(t), []string{"post new"})
	})
}

// Many write at once, each other things, as no two staff do, and somebody follows meanwhile. Whoever has seen a number must have seen all that
// are lower. (With numbers that do not wait for the commit of the one before, as those of a sequence, some are missing at the end.)
func TestWhoFollowsMissesNothingAndSeesNothingTwiceWhileManyWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		const writers, each = 8, 60
		f := s.follower(3)
		var writing sync.WaitGroup
		over := make(chan struct{})
		for i := range writers {
			writing.Go(func() {
				for n := range each {
					err := s.write(t.Context(), s.owner, "make a tag", func(t *tx) error {
						_, err := t.ensureTags([]string{fmt.Sprint("Tag ", i, " ", n)})
						return err
					})
					if err != nil {
						t.Error(err)
					}
					if n%20 == i { // and as staff do
						s.change(t, s.published(t, fmt.Sprint("Post ", i, n)), PostChange{Featured: Some(true)})
					}
				}
			})
		}
		go func() {
			writing.Wait()
			close(over)
		}()
		for writing := true; writing; {
			select {
			case <-over:
				writing = false
			default:
			}
			f.page(t)
		}
		f.news(t)
		var stored []Change
		for _, line := range s.lines(t, "SELECT id || ' ' || CAST(seq AS text) FROM changes") {
			var c Change
			if _, err := fmt.Sscan(line, &c.ID, &c.Seq); err != nil {
				t.Fatal(err)
			}
			stored = append(stored, c)
		}
		for _, c := range stored {
			if f.has[c.ID].Seq != c.Seq {
				t.Errorf("%s was last seen at %d and stands at %d", c.ID, f.has[c.ID].Seq, c.Seq)
			}
		}
		if len(stored) != len(f.has) || len(stored) < writers*each {
			t.Errorf("%d are there, %d were seen", len(stored), len(f.has))
		}
	})
}
