package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	gormlogger "gorm.io/gorm/logger"

	"dimmer/auth"
)

// titles lists what was found, in order.
func titles(posts []Post) []string {
	var list []string
	for _, post := range posts {
		list = append(list, post.Title)
	}
	return list
}

// shelf fills a site with 30 posts of which many have the same date, title and number of comments.
func shelf(t *testing.T, s site) []Post {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var posts []Post
	for i := range 30 {
		at := start.Add(-time.Duration(r.IntN(4)) * time.Hour)
		post := s.published(t, fmt.Sprint("Title ", r.IntN(4)), func(c *PostChange) { c.PublishedAt = Some(&at) })
		for range r.IntN(3) {
			s.comment(t, post, Approved)
		}
		posts = append(posts, s.stored(t, post.ID))
		if i%10 == 9 { // what lists of published posts leave out
			s.draft(t, "Title 1")
			s.published(t, "Title 2", func(c *PostChange) { c.Type = Some(TypePage) })
			s.published(t, "Title 3", func(c *PostChange) { c.Status = Some(Archived) })
		}
	}
	return posts
}

func TestAListIsWalkedInTheSameOrderForwardBackwardAndByNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		posts := shelf(t, s)
		for sort, less := range map[PostSort]func(a, b Post) int{
			NewestPublished: func(a, b Post) int { return b.SortAt.Compare(a.SortAt) },
			OldestPublished: func(a, b Post) int { return a.SortAt.Compare(b.SortAt) },
			ByTitle:         func(a, b Post) int { return strings.Compare(a.TitleKey, b.TitleKey) },
			MostComments:    func(a, b Post) int { return b.CommentCount - a.CommentCount },
			LastUpdated:     func(a, b Post) int { return b.UpdatedAt.Compare(a.UpdatedAt) },
			LastCreated:     func(a, b Post) int { return b.CreatedAt.Compare(a.CreatedAt) },
			"":              func(a, b Post) int { return b.SortAt.Compare(a.SortAt) },
		} {
			wanted := slices.Clone(posts)
			descending := postSorts[sort].descending || sort == ""
			slices.SortFunc(wanted, func(a, b Post) int {
				if by := less(a, b); by != 0 {
					return by
				}
				if descending {
					return strings.Compare(string(b.ID), string(a.ID))
				}
				return strings.Compare(string(a.ID), string(b.ID))
			})
			ids := func(posts []Post) (ids []PostID) {
				for _, post := range posts {
					ids = append(ids, post.ID)
				}
				return ids
			}
			q := PostQuery{Type: TypePost, Status: Published, Sort: sort, Page: Page{Limit: 7}}
			read := func(page Page) List[Post] {
				t.Helper()
				q.Page = page
				list, err := s.Posts(t.Context(), System, q)
				if err != nil {
					t.Fatal(err)
				}
				want(t, "total", list.Total, 30)
				return list
			}
			var forward, backward, numbered []PostID
			list := read(Page{Limit: 7})
			if list.Prev != nil {
				t.Errorf("%s: something is before the first page", sort)
			}
			for forward = ids(list.Items); list.Next != nil; forward = append(forward, ids(list.Items)...) {
				list = read(Page{Limit: 7, At: list.Next})
			}
			want(t, string(sort)+" forward", forward, ids(wanted))
			for backward = ids(list.Items); list.Prev != nil; backward = append(ids(list.Items), backward...) {
				list = read(Page{Limit: 7, At: list.Prev})
			}
			want(t, string(sort)+" backward", backward, ids(wanted))
			for number := 1; number <= 5; number++ {
				list = read(Page{Limit: 7, Number: number})
				numbered = append(numbered, ids(list.Items)...)
				want(t, "has a page before", list.Prev != nil, number > 1)
				want(t, "has a page after", list.Next != nil, number < 5)
			}
			want(t, string(sort)+" by number", numbered, ids(wanted))
		}
	})
}

func TestAPageAfterAPostThatIsGoneGoesOnWhereItStood(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		for i := range 5 {
			at := start.Add(-time.Duration(i) * time.Hour)
			s.published(t, fmt.Sprint(i), func(c *PostChange) { c.PublishedAt = Some(&at) })
		}
		q := PostQuery{Status: Published, Page: Page{Limit: 2}}
		list, err := s.Posts(t.Context(), System, q)
		if err != nil {
			t.Fatal(err)
		}
		s.published(t, "newer than all")
		if err := s.DeletePost(t.Context(), s.owner, list.Items[1].ID, 1); err != nil {
			t.Fatal(err)
		}
		q.Page.At = list.Next
		list, err = s.Posts(t.Context(), System, q)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "the next page", titles(list.Items), []string{"2", "3"})
	})
}

func TestAPositionThatNoListGaveIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "Only")
		for name, c := range map[string]struct {
			sort PostSort
			at   Position
		}{
			"no time":       {NewestPublished, Position{Key: "yesterday", ID: string(post.ID)}},
			"SQL as a time": {NewestPublished, Position{Key: "1' OR '1'='1", ID: string(post.ID)}},
			"no number":     {MostComments, Position{Key: "1.5", ID: string(post.ID)}},
			"no id":         {ByTitle, Position{Key: "only", ID: "1 OR 1=1"}},
			"empty":         {NewestPublished, Position{}},
		} {
			_, err := s.Posts(t.Context(), System, PostQuery{Sort: c.sort, Page: Page{At: &c.at}})
			wantInvalid(t, name, err, "cursor")
		}
		_, err := s.Posts(t.Context(), System, PostQuery{Sort: "-password_hash"})
		wantInvalid(t, "an order that is none", err, "sort")
		list, err := s.Posts(t.Context(), System, PostQuery{Sort: ByTitle, Page: Page{At: &Position{Key: "'; DROP TABLE posts", ID: string(post.ID)}}})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("any text is a key of a list by title: %v %v", titles(list.Items), err)
		}
	})
}

func TestAPageIsNeverWithoutBounds(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		for i := range 12 {
			s.published(t, fmt.Sprint("Post ", i))
		}
		for _, c := range []struct {
			page Page
			want int
		}{
			{Page{}, 10}, {Page{Limit: -1}, 10}, {Page{Limit: math.MinInt}, 10}, {Page{Limit: 1}, 1}, {Page{Limit: 1e9}, 12}, {Page{Number: 2}, 2}, {Page{Number: 3}, 0}, {Page{Number: -1}, 10}, {Page{Number: math.MaxInt}, 0},
		} {
			list, err := s.Posts(t.Context(), System, PostQuery{Page: c.page})
			if err != nil {
				t.Error(err)
			}
			want(t, fmt.Sprintf("%+v", c.page), len(list.Items), c.want)
		}
		want(t, "the most of a page", Page{Limit: 1e9}.limit(), 100)
		for _, c := range [][3]int{{0, 100, 12}, {-5, -5, 1}, {0, 0, 1}, {11, 5, 1}, {12, 5, 0}, {math.MaxInt, 5, 0}} {
			found, _, _, err := s.Search(t.Context(), "post", c[0], c[1])
			if err != nil {
				t.Error(err)
			}
			want(t, fmt.Sprint("found from ", c[0], ", at most ", c[1]), len(found), c[2])
		}
	})
}

func TestFiltersFindWhatTheyNameAndCountIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ada := s.person(t, "Ada", auth.Author)
		at := func(hours int) *time.Time { return ptr(start.Add(time.Duration(hours) * time.Hour)) }
		add := func(title string, hours int, tune func(*PostChange)) {
			s.published(t, title, func(c *PostChange) {
				c.PublishedAt = Some(at(hours))
				if tune != nil {
					tune(c)
				}
			})
		}
		add("a", -1, func(c *PostChange) { c.Tags = Some([]string{"Red", "Blue"}) })
		add("b", -2, func(c *PostChange) { c.Tags, c.Authors = Some([]string{"Red", "#secret"}), Some([]string{"ada"}) })
		add("c", -3, func(c *PostChange) {
			c.Tags, c.Featured, c.Authors = Some([]string{"Blue"}), Some(true), Some([]string{"mira-holt", "ada"})
		})
		add("d", -4, func(c *PostChange) { c.Language = Some("de") })
		add("archived", -5, func(c *PostChange) { c.Status, c.Tags = Some(Archived), Some([]string{"Red"}) })
		add("page", -6, func(c *PostChange) { c.Type, c.Tags = Some(TypePage), Some([]string{"Red"}) })
		s.draft(t, "draft", func(c *PostChange) { c.Tags, c.Authors = Some([]string{"Red"}), Some([]string{"ada"}) })
		yes, no := true, false
		for _, c := range []struct {
			name  string
			q     PostQuery
			want  string
			exact bool
		}{
			{"all", PostQuery{}, "a b c d", true},
			{"a tag", PostQuery{Tags: []string{"red"}}, "a b", true},
			{"an internal tag", PostQuery{Tags: []string{"hash-secret"}}, "b", true},
			{"all of the tags", PostQuery{Tags: []string{"red", "blue"}}, "a", false},
			{"a tag twice", PostQuery{Tags: []string{"red", "red"}}, "a b", false},
			{"without a tag", PostQuery{WithoutTags: []string{"red"}}, "c d", false},
			{"with one, without another", PostQuery{Tags: []string{"red"}, WithoutTags: []string{"blue"}}, "b", false},
			{"without a tag that is none", PostQuery{WithoutTags: []string{"green"}}, "a b c d", true},
			{"a tag that is none", PostQuery{Tags: []string{"green"}}, "", true},
			{"a tag in capitals", PostQuery{Tags: []string{"Red"}}, "", true},
			{"an author", PostQuery{Author: "ada"}, "b c", true},
			{"the other author", PostQuery{Author: "mira-holt"}, "a c d", true},
			{"an author who is none", PostQuery{Author: "nobody"}, "", true},
			{"a tag and an author", PostQuery{Tags: []string{"red"}, Author: "ada"}, "b", false},
			{"featured", PostQuery{Featured: &yes}, "c", false},
			{"not featured", PostQuery{Featured: &no}, "a b d", false},
			{"a language", PostQuery{Language: "de"}, "d", false},
			{"since, inclusive", PostQuery{Since: at(-2)}, "a b", false},
			{"until, exclusive", PostQuery{Until: at(-2)}, "c d", false},
			{"between", PostQuery{Since: at(-3), Until: at(-1)}, "b c", false},
			{"in another zone", PostQuery{Since: ptr(at(-2).In(time.FixedZone("", 5*3600)))}, "a b", false},
			{"words", PostQuery{Words: "text of c"}, "c", false},
			{"words that are none", PostQuery{Words: "?!"}, "", true},
			{"pages", PostQuery{Type: TypePage}, "page", true},
			{"archived", PostQuery{Status: Archived}, "archived", true},
			{"drafts", PostQuery{Status: Draft}, "draft", true},
			{"drafts with a tag", PostQuery{Status: Draft, Tags: []string{"red"}}, "draft", true},
		} {
			if c.q.Type == "" {
				c.q.Type = TypePost
			}
			if c.q.Status == "" {
				c.q.Status = Published
			}
			list, err := s.Posts(t.Context(), System, c.q)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			want(t, c.name, strings.Join(titles(list.Items), " "), c.want)
			want(t, c.name+": total", list.Total, int64(len(list.Items)))
			want(t, c.name+": capped", list.Capped, false)
			c.q.Page = Page{Limit: 1}
			if list, err = s.Posts(t.Context(), System, c.q); err != nil || list.Total != int64(len(strings.Fields(c.want))) {
				t.Errorf("%s: the total of a shorter page is %d (%v)", c.name, list.Total, err)
			}
			selected, err := s.postConditions(t.Context(), s.reader, System, c.q)
			if err == nil && (selected.counted != nil) != c.exact {
				t.Errorf("%s: a counter is kept for it: %v, want %v", c.name, selected.counted != nil, c.exact)
			}
		}
		all, err := s.Posts(t.Context(), s.owner, PostQuery{})
		if err != nil || all.Total != 7 || len(all.Items) != 7 {
			t.Errorf("everything: %v of %d (%v)", titles(all.Items), all.Total, err)
		}
		hers, err := s.Posts(t.Context(), ada, PostQuery{})
		if err != nil || all.Total != 7 {
			t.Fatal(err)
		}
		want(t, "what an author sees", titles(hers.Items), []string{"draft", "b", "c"})
		want(t, "its total", hers.Total, 3)
		others, err := s.Posts(t.Context(), ada, PostQuery{Author: "mira-holt", Status: Published})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "what she sees of another", titles(others.Items), []string{"c"})
		want(t, "its total", others.Total, 1)
	})
}

func TestATotalWithoutACounterStopsAtAThousand(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		s.published(t, "One of its kind")
		err := s.write(t.Context(), System, "fill the log", func(t *tx) error {
			for range 1001 {
				t.event("test.often", "test", "")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Events(t.Context(), EventQuery{Kind: "test.often"})
		if err != nil || list.Total != 1000 || !list.Capped || len(list.Items) != 10 {
			t.Errorf("%d events, total %d, capped %v (%v)", len(list.Items), list.Total, list.Capped, err)
		}
		list, err = s.Events(t.Context(), EventQuery{Kind: "post.published"})
		if err != nil || list.Total != 1 || list.Capped {
			t.Errorf("total %d, capped %v (%v)", list.Total, list.Capped, err)
		}
		list, err = s.Events(t.Context(), EventQuery{})
		if err != nil || list.Total != 1005 || list.Capped {
			t.Errorf("without a filter: total %d, capped %v (%v)", list.Total, list.Capped, err)
		}
	})
}

func TestNeighboursAreThePublishedPostsBeforeAndAfter(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		var posts []Post
		for i := range 4 {
			at := start.Add(time.Duration(i/2) * time.Hour).Add(-24 * time.Hour) // two of each date
			posts = append(posts, s.published(t, fmt.Sprint(i), func(c *PostChange) { c.PublishedAt, c.Tags = Some(&at), Some([]string{"T"}) }))
		}
		middle := start.Add(-23*time.Hour - time.Minute)
		s.published(t, "page", func(c *PostChange) { c.Type, c.PublishedAt = Some(TypePage), Some(&middle) })
		s.published(t, "archived", func(c *PostChange) { c.Status, c.PublishedAt = Some(Archived), Some(&middle) })
		s.draft(t, "draft", func(c *PostChange) { c.PublishedAt = Some(&middle) })
		for i, post := range posts {
			older, newer, err := s.Neighbours(t.Context(), post)
			if err != nil {
				t.Fatal(err)
			}
			if (older == nil) != (i == 0) || older != nil && older.ID != posts[i-1].ID {
				t.Errorf("before %d: %v", i, older)
			}
			if (newer == nil) != (i == 3) || newer != nil && newer.ID != posts[i+1].ID {
				t.Errorf("after %d: %v", i, newer)
			}
			if older != nil && (len(older.Authors) != 1 || len(older.Tags) != 1 || older.HTML != "") {
				t.Errorf("before %d: %+v", i, older)
			}
		}
	})
}

func TestRelatedPostsShareTagsMostInCommonFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tagged := func(tags ...string) func(*PostChange) { return func(c *PostChange) { c.Tags = Some(tags) } }
		post := s.published(t, "post", tagged("A", "B", "C"))
		s.published(t, "one", tagged("A"))
		s.published(t, "two", tagged("B", "C", "D"))
		s.published(t, "one newer", tagged("C"))
		s.published(t, "none", tagged("D"))
		s.published(t, "archived", tagged("A", "B", "C"), func(c *PostChange) { c.Status = Some(Archived) })
		s.published(t, "page", tagged("A", "B", "C"), func(c *PostChange) { c.Type = Some(TypePage) })
		s.draft(t, "draft", tagged("A", "B", "C"))
		related, err := s.Related(t.Context(), post, 10)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "related", titles(related), []string{"two", "one newer", "one"})
		want(t, "with their tags", tagNames(related[0]), []string{"B", "C", "D"})
		for n, wanted := range map[int]int{-1: 0, 0: 0, 2: 2} {
			related, err := s.Related(t.Context(), post, n)
			if err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("at most ", n), len(related), wanted)
		}
		related, err = s.Related(t.Context(), s.published(t, "without tags"), 10)
		if err != nil || len(related) > 0 {
			t.Errorf("%v %v", titles(related), err)
		}
	})
}

// statements counts what a store asks the database.
type statements struct {
	gormlogger.Interface
	n atomic.Int64
}

func (s *statements) Trace(context.Context, time.Time, func() (string, int64), error) { s.n.Add(1) }

func TestReadingAsksTheDatabaseAFixedNumberOfTimes(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		guest, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Guest")})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			post := s.published(t, fmt.Sprint("Post ", i), func(c *PostChange) {
				c.Tags, c.Authors = Some([]string{"A", "B", fmt.Sprint("T", i)}), Some([]string{string(s.owner.User), string(guest.ID)})
			})
			post = s.change(t, post, PostChange{Slug: Some(fmt.Sprint("renamed-", i))})
			root := s.comment(t, post, Approved)
			s.comment(t, post, Approved, answer(root))
		}
		post, err := s.PostBySlug(t.Context(), TypePost, "renamed-3")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Settings(t.Context()); err != nil {
			t.Fatal(err)
		}
		counter := &statements{Interface: gormlogger.Discard}
		s.reader.Logger = counter
		for _, c := range []struct {
			name string
			want int64
			read func() error
		}{
			{"a post by its slug", 2, func() error { _, err := s.PostBySlug(t.Context(), TypePost, "renamed-3"); return err }},
			{"a post by a former slug", 2, func() error { _, err := s.PostBySlug(t.Context(), TypePost, "post-3"); return err }},
			{"a post that is not there", 1, func() error {
				if _, err := s.PostBySlug(t.Context(), TypePost, "none"); !errors.Is(err, ErrNotFound) {
					return fmt.Errorf("got %w", err)
				}
				return nil
			}},
			{"ten posts with tags, authors and the total", 3, func() error {
				list, err := s.Posts(t.Context(), System, PostQuery{Type: TypePost, Status: Published})
				if len(list.Items) != 10 || len(list.Items[0].Tags) != 3 || len(list.Items[9].Authors) != 2 || list.Total != 12 {
					t.Errorf("%+v", list)
				}
				return err
			}},
			{"ten posts with a tag", 5, func() error {
				_, err := s.Posts(t.Context(), System, PostQuery{Type: TypePost, Status: Published, Tags: []string{"a"}})
				return err
			}},
			{"neighbours", 3, func() error { _, _, err := s.Neighbours(t.Context(), post); return err }},
			{"related", 2, func() error { _, err := s.Related(t.Context(), post, 5); return err }},
			// SQLite tells the hits first, then what ranks them.
			{"search", map[bool]int64{false: 5, true: 2}[s.postgres], func() error { _, _, _, err := s.Search(t.Context(), "post", 0, 10); return err }},
			{"a thread", 3, func() error { _, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{}); return err }},
			{"counts of comments", 1, func() error {
				_, err := s.CommentCounts(t.Context(), []string{"renamed-1", "renamed-2"})
				return err
			}},
			{"tags", 2, func() error { _, err := s.Tags(t.Context(), TagQuery{}); return err }},
			{"authors", 2, func() error { _, err := s.Users(t.Context(), UserQuery{Authors: true}); return err }},
			{"comments for staff", 6, func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{}); return err }},
			{"settings", 0, func() error { _, err := s.Settings(t.Context()); return err }},
		} {
			before := counter.n.Load()
			if err := c.read(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			want(t, c.name, counter.n.Load()-before, c.want)
		}
	})
}

// Posts are scanned by hand for readers: what comes of it is what gorm reads of the same columns.
func TestWhatReadersGetOfAPostIsWhatIsStored(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		level := LevelAll
		full := s.published(t, "Everything set", func(c *PostChange) {
			c.Excerpt, c.Featured, c.Language, c.CommentLevel = Some(ptr("Its own")), Some(true), Some("de"), Some(&level)
			c.FeatureImage = Some(&Image{URL: "/media/a/b.png", Alt: "An oak", Width: ptr(640), Height: ptr(480)})
			c.SEO, c.Extra = Some(SEO{Title: ptr("For searchers")}), Some(JSON(`{"mood": "calm"}`))
			c.Source = Some("## A heading\n\nAnd a text.")
		})
		s.comment(t, full, Approved)
		for _, post := range []Post{full, s.published(t, "Nothing set")} {
			stored := func(columns string) Post {
				t.Helper()
				read, err := table[Post](s.reader).Select(columns).Where("id = ?", post.ID).Take(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return read
			}
			list, err := s.Posts(t.Context(), System, PostQuery{Type: TypePost, Featured: ptr(post.Featured)})
			if err != nil || len(list.Items) != 1 {
				t.Fatalf("%d posts (%v)", len(list.Items), err)
			}
			one, err := s.PostBySlug(t.Context(), TypePost, post.Slug)
			if err != nil {
				t.Fatal(err)
			}
			related := cmpopts.IgnoreFields(Post{}, "Tags", "Authors", "FormerSlugs")
			want(t, post.Title+" in a list", list.Items[0], stored(listColumns), related)
			want(t, post.Title+" by itself", one, stored(shownColumns), related)
		}
	})
}
