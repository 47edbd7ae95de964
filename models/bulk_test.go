package models

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"dimmer/auth"
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

// Everything that is stored of posts and comments, by names that are the same on two sites, in an order that is the same.
var everythingStored = []string{
	`SELECT slug, type, status, title, title_key, format, source, html, text, excerpt, own_excerpt, outline, word_count, language, featured, seo, extra,
		comment_level, tag_level, comment_count, root_count, reaction_count, published_at, sort_at, was_public, version, created_at, updated_at FROM posts ORDER BY slug`,
	"SELECT s.slug, p.slug, s.current FROM slugs s JOIN posts p ON p.id = s.post_id ORDER BY s.slug",
	"SELECT slug, name, name_key, internal, comment_level FROM tags ORDER BY slug",
	"SELECT p.slug, t.slug, x.position, x.type, x.status, x.sort_at, x.language, x.title_key FROM post_tags x JOIN posts p ON p.id = x.post_id JOIN tags t ON t.id = x.tag_id ORDER BY p.slug, t.slug",
	"SELECT p.slug, u.slug, x.position, x.type, x.status, x.sort_at, x.language, x.title_key FROM post_authors x JOIN posts p ON p.id = x.post_id JOIN users u ON u.id = x.user_id ORDER BY p.slug, u.slug",
	`SELECT c.dimension, coalesce(t.slug, u.slug) AS name, c.type, c.status, c.n FROM post_counts c LEFT JOIN tags t ON CAST(t.id AS text) = c.ref
		LEFT JOIN users u ON CAST(u.id AS text) = c.ref ORDER BY c.dimension, name, c.type, c.status`,
	"SELECT p.slug, r.number, r.title, r.format, r.source, r.excerpt, r.tags, r.seo, r.extra, r.changed FROM revisions r JOIN posts p ON p.id = r.post_id ORDER BY p.slug, r.number",
	"SELECT actor_kind, kind, subject_kind, fields FROM events ORDER BY seq",
	"SELECT type, slug, listed, removed FROM changes ORDER BY type, slug",
	"SELECT kind, payload, run_at, max_attempts FROM jobs ORDER BY kind, run_at",
	`SELECT c.id, p.slug, c.parent_id, c.under_id, c.root_id, c.depth, c.status, c.author_name, c.author_url, c.source, c.html, c.text_hash, c.address_hash, c.pinned,
		c.reply_count, c.staff_answers, c.created_at, c.edited_at FROM comments c JOIN posts p ON p.id = c.post_id ORDER BY c.id`,
	"SELECT p.slug, c.status, c.n FROM comment_counts c LEFT JOIN posts p ON CAST(p.id AS text) = c.post_id ORDER BY p.slug, c.status",
	"SELECT key_hash, name, email, approved_count, rejected_count FROM commenters ORDER BY key_hash",
	"SELECT comment_id, verdict, score, reasons FROM judgements ORDER BY comment_id",
	"SELECT u.slug, a.status, a.kind, a.created_at, a.comment_id FROM author_comments a JOIN users u ON u.id = a.user_id ORDER BY u.slug, a.comment_id",
	"SELECT comment_id, host FROM comment_links ORDER BY comment_id, host",
}

// partOfSecond is how much later another transaction began.
var partOfSecond = regexp.MustCompile(`(\d\d:\d\d:\d\d)\.\d+`)

// storedRows is all rows of what is stored, as texts.
func storedRows(t *testing.T, s site, postgres bool) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	words := []string{"SELECT p.slug, w.title, w.tags, w.body FROM post_words w JOIN posts p ON p.n = w.n ORDER BY p.slug", "SELECT comment_id, words FROM comment_words ORDER BY comment_id"}
	if postgres {
		words = []string{"SELECT p.slug, w.vector FROM post_words w JOIN posts p ON p.n = w.n ORDER BY p.slug", "SELECT comment_id, vector FROM comment_words ORDER BY comment_id"}
	}
	for _, sql := range append(words, everythingStored...) {
		rows, err := s.pools[0].QueryContext(t.Context(), sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			all[sql] = append(all[sql], partOfSecond.ReplaceAllString(fmt.Sprintf("%q", values), "$1"))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil { //nolint:sqlclosecheck // the next question comes at once
			t.Fatal(err)
		}
		if len(all[sql]) == 0 {
			t.Errorf("there is nothing to compare: %s", sql)
		}
	}
	return all
}

func TestWhatIsFilledIsAsIfOneByOne(t *testing.T) {
	onBoth(t, func(t *testing.T, one site) {
		many := func() site {
			if url := one.config.URL; url != "" {
				return newSite(t, freshDatabase(t, os.Getenv("DIMMER_TEST_POSTGRES")))
			}
			return newSite(t, "", func(c *Config) { c.Filling = true })
		}()
		closed := LevelClosed
		r := rand.New(rand.NewPCG(3, 4))
		at := one.clock.now()
		later := at.Add(time.Hour)
		var changes []PostChange
		for i := range 40 {
			c := PostChange{
				Title: Some(fmt.Sprint("Über kettles ", i%30)), Status: Some(Published), Language: Some("de"), Featured: Some(i%7 == 0),
				Source: Some(fmt.Sprintf("## Kettle %d\n\nIt *sings* — 東京 `code`.\n\n```go\nfunc f%d() {}\n```\n\n> You’ve got it.", i, i)),
				Tags:   Some([]string{"Tea", fmt.Sprint("Tag ", i%6), "#kept"}[:i%4]),
			}
			if i%5 == 0 {
				c.Authors = Some([]string{"ines-lund", "mira-holt"})
			}
			switch i % 9 {
			case 1:
				c.Status = Some(Draft)
			case 2:
				c.Status, c.PublishedAt = Some(Scheduled), Some(&later)
			case 3:
				c.Type = Some(TypePage)
			case 4:
				c.Format, c.Source = Some(markdown.FormatHTML), Some("<p>As <b>HTML</b>")
			case 5:
				c.Excerpt, c.Slug = Some(ptr("Its own")), Some(fmt.Sprint("own-", i%10))
			case 6:
				c.Status, c.CommentLevel = Some(Archived), Some(&closed)
			}
			changes = append(changes, c)
		}
		var all []PastComment
		onPost := make([][]CommentID, len(changes))
		by := make([]int, 0, 300)
		for i := range 300 {
			written := at.Add(time.Duration(i-300) * time.Minute)
			post := r.IntN(len(changes))
			c := PastComment{Status: commentStatuses[r.IntN(4)]}
			c.ID, c.Name, c.Source, c.HTML, c.CreatedAt, c.TextHash, c.AddressHash = NewCommentID(), fmt.Sprint("Réader ", i%20), fmt.Sprint("Kettle number ", i), "x", &written, "text", "there"
			c.KeyHash, c.Judged, c.Hosts = fmt.Sprint("key ", i%20), Judged{Status: c.Status, Score: 3}, []string{"shop.example"}[:i%2]
			if c.Status == Trash {
				c.Judged.Status = Pending
			}
			if known := onPost[post]; len(known) > 0 && r.IntN(3) > 0 {
				c.ParentID = &known[r.IntN(len(known))]
			}
			onPost[post] = append(onPost[post], c.ID)
			all, by = append(all, c), append(by, post)
		}
		fill := func(s site, atOnce int) {
			level := TagChange{Name: Some("Tea"), Level: Some(ptr(LevelAll))}
			if _, err := s.CreateTag(t.Context(), s.owner, level); err != nil {
				t.Fatal(err)
			}
			if _, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some("Ines Lund"), Role: Some(auth.Author)}); err != nil {
				t.Fatal(err)
			}
			var posts []Post
			for some := range slices.Chunk(changes, atOnce) {
				made, err := make([]Post, 1), error(nil)
				if atOnce == 1 {
					made[0], err = s.CreatePost(t.Context(), s.owner, some[0])
				} else {
					made, err = s.CreatePosts(t.Context(), s.owner, some)
				}
				if err != nil {
					t.Fatal(err)
				}
				posts = append(posts, made...)
			}
			theirs := slices.Clone(all)
			for i := range theirs {
				theirs[i].PostID = posts[by[i]].ID
				if i%13 == 0 {
					theirs[i].User, theirs[i].KeyHash, theirs[i].Judged = s.owner.User, "", Judged{}
				}
			}
			for some := range slices.Chunk(theirs, 8*atOnce-7) {
				if err := s.AddComments(t.Context(), Actor{Kind: ByReader}, some); err != nil {
					t.Fatal(err)
				}
			}
			checkCounters(t, s)
			if !s.postgres { // the index says what the words say
				for _, index := range []string{"post_search", "comment_search"} {
					if _, err := s.pools[0].ExecContext(t.Context(), "INSERT INTO "+index+" ("+index+", rank) VALUES ('integrity-check', 1)"); err != nil {
						t.Errorf("%s: %v", index, err)
					}
				}
			}
			changed, err := s.Changes(t.Context(), nil, 1000)
			if last := s.number(t, "SELECT last FROM change_numbers"); err != nil || len(changed.Items) < 30 || changed.Items[len(changed.Items)-1].Seq > int64(last) {
				t.Errorf("%d changes, the last number is %d, %v", len(changed.Items), last, err)
			}
		}
		fill(one, 1)
		fill(many, 17)
		want(t, "what is stored", storedRows(t, many, one.postgres), storedRows(t, one, one.postgres))
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
