package models

import (
	"context"
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gormlogger "gorm.io/gorm/logger"

	"dimmer/auth"
)

// asked keeps the SQL of what a store asks.
type asked struct {
	gormlogger.Interface
	mu  sync.Mutex
	sql []string
}

func (a *asked) Trace(_ context.Context, _ time.Time, query func() (string, int64), _ error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	sql, _ := query()
	a.sql = append(a.sql, sql)
}

// A planned question is to be answered by some plan of SQLite.
type planned struct {
	do     func() error
	sorted bool   // it may sort the few rows that it has found
	index  string // the one that it has to use
}

// askedAllDay is what readers and moderators ask all day, of a post and a comment that are made for it.
func askedAllDay(t *testing.T, s site) map[string]planned {
	post := s.published(t, "Post", func(c *PostChange) { c.Tags = Some([]string{"A", "B"}) })
	comment := s.comment(t, post, Approved)
	s.comment(t, post, Approved, answer(comment))
	session := s.signIn(t, "Browser")
	s.signsIn(t, s.owner, "a")
	s.comment(t, post, Pending, named("held"))
	yes := true
	author := Actor{Kind: ByUser, ID: string(s.owner.User), User: s.owner.User, Role: auth.Author}
	at := &Position{Key: start.Format(time.RFC3339Nano), ID: string(post.ID)}
	published := PostQuery{Type: TypePost, Status: Published}
	with := func(tune func(*PostQuery)) PostQuery {
		q := published
		tune(&q)
		return q
	}
	return map[string]planned{
		"a post": {do: func() error { _, err := s.PostBySlug(t.Context(), TypePost, post.Slug); return err }, sorted: true},
		"posts":  {do: func() error { _, err := s.Posts(t.Context(), System, published); return err }},
		"the next page": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Page.At = at }))
			return err
		}},
		"posts by title": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Sort = ByTitle }))
			return err
		}},
		"posts by comments": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Sort = MostComments }))
			return err
		}},
		"posts of a tag": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Tags = []string{"a"} }))
			return err
		}},
		"posts of an author": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Author = "mira-holt" }))
			return err
		}, index: "post_authors_newest (user_id=? AND type=? AND status=?)"},
		"an author's own posts": {do: func() error { _, err := s.Posts(t.Context(), author, PostQuery{}); return err }, index: "post_authors_by_date (user_id=?)"},
		"posts in a language": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Language = "ja" }))
			return err
		}, index: "posts_by_language (type=? AND status=? AND language=?)"},
		"all posts by title":    {do: func() error { _, err := s.Posts(t.Context(), s.owner, PostQuery{Sort: ByTitle}); return err }, index: "posts_all_by_title"},
		"all posts by comments": {do: func() error { _, err := s.Posts(t.Context(), s.owner, PostQuery{Sort: MostComments}); return err }, index: "posts_all_by_comments"},
		"drafts, last changed first": {do: func() error {
			_, err := s.Posts(t.Context(), s.owner, PostQuery{Status: Draft, Sort: LastUpdated})
			return err
		}, index: "posts_of_status_changed (status=?)"},
		"answered comments": {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{Answered: &yes}); return err }, index: "comments_answered", sorted: true},
		"answered comments of a status": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{Answered: &yes, Status: Approved})
			return err
		}, index: "comments_answered_of_status (status=?)", sorted: true},
		"comments of a post": {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{Post: post.ID}); return err }, index: "comments_on_post (post_id=?)", sorted: true},
		"events of things":   {do: func() error { _, err := s.Events(t.Context(), EventQuery{SubjectKind: "user"}); return err }, index: "events_by_subject_kind (subject_kind=?)"},
		"posts of a tag by title": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Tags, q.Sort = []string{"a"}, ByTitle }))
			return err
		}, index: "post_tags_by_title (tag_id=? AND type=? AND status=?)"},
		"posts of a tag by comments": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Tags, q.Sort = []string{"a"}, MostComments }))
			return err
		}, index: "post_tags_by_tag (tag_id=?)", sorted: true},
		"pages, last changed first": {do: func() error {
			_, err := s.Posts(t.Context(), s.owner, PostQuery{Type: TypePage, Sort: LastUpdated})
			return err
		}, index: "posts_of_type_changed (type=?)"},
		"posts in a language, last changed first": {do: func() error {
			_, err := s.Posts(t.Context(), s.owner, PostQuery{Language: "ja", Sort: LastUpdated})
			return err
		}, index: "posts_of_language_changed (language=?)"},
		"posts with a word": {do: func() error { _, err := s.Posts(t.Context(), s.owner, PostQuery{Words: "post"}); return err }, index: "posts USING COVERING INDEX posts_found (n=?)", sorted: true},
		"readers of a name": {do: func() error { _, err := s.Commenters(t.Context(), CommenterQuery{Words: "Ru"}); return err }, index: "commenters_by_name", sorted: true},
		"an author's queue": {do: func() error {
			_, err := s.Comments(t.Context(), Actor{Kind: ByUser, ID: string(s.owner.User), User: s.owner.User, Role: auth.Author}, CommentQuery{Status: Approved})
			return err
		}, index: "author_comments USING PRIMARY KEY (user_id=? AND status=? AND kind=?)"},
		"what search finds": {do: func() error { _, _, _, err := s.Search(t.Context(), "post", 0, 3); return err }, index: "posts_found (n=? AND status=?)", sorted: true},
		"posts of two tags": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Tags = []string{"a", "b"} }))
			return err
		}},
		"featured posts": {do: func() error {
			_, err := s.Posts(t.Context(), System, with(func(q *PostQuery) { q.Featured = &yes }))
			return err
		}, index: "posts_featured"},
		"all posts": {do: func() error { _, err := s.Posts(t.Context(), s.owner, PostQuery{}); return err }},
		"all posts, last changed first": {do: func() error {
			_, err := s.Posts(t.Context(), s.owner, PostQuery{Sort: LastUpdated})
			return err
		}},
		"neighbours":    {do: func() error { _, _, err := s.Neighbours(t.Context(), post); return err }},
		"related":       {do: func() error { _, err := s.Related(t.Context(), post, 3); return err }, sorted: true},
		"search":        {do: func() error { _, _, _, err := s.Search(t.Context(), "post", 0, 3); return err }, sorted: true},
		"a thread":      {do: func() error { _, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{}); return err }, index: "comments_oldest (post_id=?)"},
		"its answers":   {do: func() error { _, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{}); return err }, index: "comments_below (root_id=?)"},
		"newest thread": {do: func() error { _, err := s.Thread(t.Context(), post.ID, NewestFirst, Page{}); return err }, index: "comments_newest (post_id=?)"},
		"top thread":    {do: func() error { _, err := s.Thread(t.Context(), post.ID, TopFirst, Page{}); return err }, index: "comments_top (post_id=?)"},
		"its next page": {do: func() error {
			_, err := s.Thread(t.Context(), post.ID, OldestFirst, Page{At: OldestFirst.key(comment).position()})
			return err
		}, index: "comments_oldest (post_id=? AND "},
		"the next top": {do: func() error {
			_, err := s.Thread(t.Context(), post.ID, TopFirst, Page{At: TopFirst.key(comment).position()})
			return err
		}, index: "comments_top (post_id=? AND "},
		"more answers":   {do: func() error { _, _, err := s.Replies(t.Context(), comment.ID, Page{}); return err }, index: "comments_below (root_id=?)", sorted: true},
		"a history":      {do: func() error { _, err := s.History(t.Context(), "key of Ruth", "text", nil, nil); return err }, index: "comments_by_text"},
		"found comments": {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "true"}); return err }, sorted: true},
		"comments of an address": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "a@example.org"})
			return err
		}, sorted: true},
		"comments of a reader": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{Commenter: *comment.CommenterID})
			return err
		}, index: "comments_by_commenter", sorted: true},
		"comments from where one came from": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{AddressOf: comment.ID})
			return err
		}, index: "comments_addressed (address_hash=?)", sorted: true},
		"comments that say the same": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{TextOf: comment.ID})
			return err
		}, index: "comments_by_text (text_hash=?)", sorted: true},
		"comments that link to a site": {do: func() error {
			_, err := s.Comments(t.Context(), s.owner, CommentQuery{LinksTo: "shop.example"})
			return err
		}, index: "comment_links_by_host (host=?)", sorted: true},
		"the record of a site": {do: func() error {
			_, err := s.History(t.Context(), "key of Ruth", "text", []string{"shop.example"}, nil)
			return err
		}, index: "comment_links_by_host (host=?)"},
		"how many come": {do: func() error { _, err := s.Traffic(t.Context()); return err }, index: "comments_all (created_at>?)"},
		"the dimmer":    {do: func() error { return s.Calm(t.Context()) }},
		"a comment in slow mode": {do: func() error {
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{
				PostID: post.ID, Name: "x", Source: "slow", HTML: "x", Judged: Judged{Status: Pending}, KeyHash: "key of Tom", AddressHash: "there", TextHash: "slow",
				SlowFor: time.Minute, Hosts: []string{"shop.example"}, Proof: &SpentProof{"signature", start},
			})
			return err
		}, index: "comments_on_post (post_id=? AND created_at>?)", sorted: true},
		"lessons":              {do: func() error { _, err := s.Lessons(t.Context(), 3); return err }, index: "judgements_lessons (lesson>?)"},
		"verdicts of the past": {do: func() error { _, err := s.PastJudgements(t.Context(), 500); return err }, index: "judgements_newest"},
		"its judgement taught": {do: func() error {
			return s.write(t.Context(), s.owner, "teach", func(t *tx) error { return t.teach(comment.ID, Spam) })
		}, index: "judgements_of_comment (comment_id=?"},
		"a tag's level": {do: func() error {
			_, err := s.ChangeTag(t.Context(), s.owner, post.Tags[0].ID, TagChange{Level: Some(ptr(LevelAll))})
			return err
		}, sorted: true},
		"what is forgotten": {do: func() error {
			return s.write(t.Context(), System, "forget", func(t *tx) error {
				return done(table[spentProof](t.DB).Where("expires_at < ?", t.now).Delete(t.ctx))
			})
		}, index: "spent_proofs_by_age"},
		"changes": {do: func() error { _, err := s.Changes(t.Context(), &ChangePosition{Seq: 1}, 10); return err }, index: "changes_in_order (removed=? AND seq>?)", sorted: true},
		"changes from the beginning": {do: func() error {
			_, err := s.Changes(t.Context(), nil, 10)
			return err
		}, index: "changes_in_order (removed=? AND seq>?)", sorted: true},
		"what is gone is forgotten": {do: func() error { return s.forgetRemovals(t.Context()) }, index: "changes_in_order (removed=?)"},
		"a tag's name": {do: func() error {
			_, err := s.ChangeTag(t.Context(), s.owner, post.Tags[1].ID, TagChange{Name: Some("Bee")})
			return err
		}, index: "post_tags_by_tag (tag_id=?)", sorted: true},
		"a person's name": {do: func() error {
			_, err := s.ChangeUser(t.Context(), s.owner, s.owner.User, UserChange{Name: Some("Mira H.")}, "")
			return err
		}, index: "post_authors_by_user (user_id=?)", sorted: true},
		"reported comments": {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{Reported: true}); return err }, index: "comments_reported", sorted: true},
		"counts":            {do: func() error { _, err := s.CommentCounts(t.Context(), []string{"post", "other"}); return err }},
		"held comments":     {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{Status: Pending}); return err }, sorted: true},
		"all comments":      {do: func() error { _, err := s.Comments(t.Context(), s.owner, CommentQuery{}); return err }, sorted: true},
		"the first screen":  {do: func() error { _, err := s.Stats(t.Context(), s.owner); return err }, index: "comments_queue (status=? AND created_at>? AND created_at<?)", sorted: true},
		"the first screen of an author": {do: func() error {
			_, err := s.Stats(t.Context(), author)
			return err
		}, index: "author_comments USING PRIMARY KEY (user_id=? AND status=? AND kind=? AND created_at>? AND created_at<?)"},
		"the pulse":              {do: func() error { _, err := s.Pulse(t.Context(), s.owner); return err }, index: "comments_all"},
		"the pulse of an author": {do: func() error { _, err := s.Pulse(t.Context(), author); return err }, index: "author_comments USING PRIMARY KEY (user_id=? AND status=? AND kind=?)", sorted: true},
		"a session":              {do: func() error { _, _, err := s.SessionUser(t.Context(), session.ID); return err }},
		"sessions":               {do: func() error { _, err := s.Sessions(t.Context(), s.owner.User); return err }, sorted: true},
		"events of one":          {do: func() error { _, err := s.Events(t.Context(), EventQuery{SubjectID: string(post.ID)}); return err }},
		"events by one":          {do: func() error { _, err := s.Events(t.Context(), EventQuery{Actor: string(s.owner.User)}); return err }},
		"events of kind":         {do: func() error { _, err := s.Events(t.Context(), EventQuery{Kind: "post.created"}); return err }},
		"events of kinds":        {do: func() error { _, err := s.Events(t.Context(), EventQuery{Kind: "post.*"}); return err }, index: "events_by_kind (kind=? AND seq>? AND seq<?)", sorted: true},
		"events of a day": {do: func() error {
			_, err := s.Events(t.Context(), EventQuery{Since: &start, Until: &start, Kind: "post.created"})
			return err
		}, index: "events_by_kind (kind=? AND seq>? AND seq<?)"},
		"events by one of kinds": {do: func() error {
			_, err := s.Events(t.Context(), EventQuery{Kind: "post.*", Actor: string(s.owner.User)})
			return err
		}, index: "events_by_actor (actor_id=?)"},
		"mails to an address": {do: func() error { _, err := s.Deliveries(t.Context(), DeliveryQuery{To: "a@example.org"}); return err }, index: "deliveries_by_commenter (commenter_id=?)", sorted: true},
		"mails of a kind":     {do: func() error { _, err := s.Deliveries(t.Context(), DeliveryQuery{Kind: MailHeld}); return err }, index: "deliveries_by_kind (kind=?)"},
		"who is to be told":   {do: func() error { _, err := s.PushEvents(t.Context()); return err }, index: "push_devices_of_user (user_id=?)", sorted: true},
		"devices to tell":     {do: func() error { _, err := s.ClaimPushDevices(t.Context(), 10); return err }, index: "push_devices_due (next_at<?)", sorted: true},
		"her devices":         {do: func() error { _, err := s.PushDevices(t.Context(), s.owner.User); return err }, index: "push_devices_of_user (user_id=?)", sorted: true},
		"revisions":           {do: func() error { _, err := s.Revisions(t.Context(), s.owner, post.ID, Page{}); return err }, sorted: true},
		"work":                {do: func() error { _, err := s.ClaimJob(t.Context()); return ignore(err, ErrNotFound) }},
		"what is due":         {do: func() error { _, err := s.PublishDue(t.Context()); return err }, sorted: true},
		"a comment": {do: func() error {
			_, err := s.CreateComment(t.Context(), Actor{Kind: ByReader}, NewComment{PostID: post.ID, ParentID: &comment.ID, Name: "x", Source: "x", HTML: "x", Judged: Judged{Status: Approved}, KeyHash: "key of Ruth"})
			return err
		}},
		"an approval": {do: func() error { _, err := s.move(t.Context(), s.owner, comment.ID, Approved); return err }, sorted: true},
		"a refresh":   {do: func() error { _, _, err := s.RotateSession(t.Context(), session.ID, 1); return err }},
		"a change": {do: func() error {
			s.change(t, s.stored(t, post.ID), PostChange{Tags: Some([]string{"A", "C"})})
			return nil
		}, sorted: true},
	}
}

// asks runs a question and gives the SQL of it.
func asks(t *testing.T, s site, name string, do func() error) []string {
	t.Helper()
	reader, writer := &asked{Interface: gormlogger.Discard}, &asked{Interface: gormlogger.Discard}
	s.reader.Logger, s.writer.Logger = reader, writer
	err := do()
	s.reader.Logger, s.writer.Logger = gormlogger.Discard, gormlogger.Discard
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	sql := append(reader.sql, writer.sql...)
	if len(sql) == 0 {
		t.Errorf("%s asks nothing", name)
	}
	return sql
}

// What readers and moderators ask all day is answered from an index: no table is read from its beginning to its end, and nothing is sorted
// that an index keeps sorted. Dimmer never runs ANALYZE, so SQLite plans for a site of any size as for this one.
func TestWhatIsAskedAllDayIsAnsweredFromAnIndex(t *testing.T) {
	s := newSite(t, "")
	for name, c := range askedAllDay(t, s) {
		used := false
		all := asks(t, s, name, c.do)
		for _, sql := range all {
			steps := plan(t, s, sql)
			used = used || slices.ContainsFunc(steps, func(step string) bool { return strings.Contains(step, c.index) })
			for _, step := range tooMuch(steps, c.sorted) {
				t.Errorf("%s: %s\n%s", name, step, sql)
			}
		}
		if !used {
			for _, sql := range all {
				t.Log(sql, plan(t, s, sql))
			}
			t.Errorf("%s does not use %s", name, c.index)
		}
	}
}

// statistics are those of SQLite's ANALYZE on a site of 10,000 posts and 100,000 comments, one index a line: table, index, its figures. Made by
//
//	dimmer-bench fill --posts 10000 --comments 100000 --data /tmp/site
//	sqlite3 -separator $'\t' /tmp/site/dimmer.db "ANALYZE; SELECT tbl, idx, stat FROM sqlite_stat1
//	  WHERE tbl NOT LIKE '%\_search\_%' ESCAPE '\' ORDER BY tbl, idx" > models/testdata/statistics.tsv
//
//go:embed testdata/statistics.tsv
var statistics string

// Whoever looks after a database may run ANALYZE on it: then, too, nothing is read from its beginning to its end.
func TestStatisticsOfALargeSiteMakeNoPlanWorse(t *testing.T) {
	s := newSite(t, "")
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.pools[0].ExecContext(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec("ANALYZE")
	exec("DELETE FROM sqlite_stat1")
	known := 0
	for line := range strings.Lines(statistics) {
		figures := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(figures) != 3 {
			t.Fatalf("a line of statistics is %q", line)
		}
		exec("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, nullif(?, ''), ?)", figures[0], figures[1], figures[2])
		if figures[1] != "" && !strings.HasPrefix(figures[1], "sqlite_") && figures[0] != figures[1] {
			known++
			if s.number(t, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = '"+figures[1]+"'") != 1 {
				t.Errorf("there is no index %s any more: make the statistics anew", figures[1])
			}
		}
	}
	if all := s.number(t, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('posts', 'comments', 'post_tags', 'post_authors', 'events')"); known < all {
		t.Errorf("there are statistics of %d indexes, and %d indexes on the large tables: make them anew", known, all)
	}
	if err := s.Close(); err != nil { // connections read statistics when they open
		t.Fatal(err)
	}
	s.Store = open(t, s.config)
	for name, c := range askedAllDay(t, s) {
		for _, sql := range asks(t, s, name, c.do) {
			for _, step := range tooMuch(plan(t, s, sql), c.sorted) {
				t.Errorf("%s: %s\n%s", name, step, sql)
			}
		}
	}
}

// few are what another step of the same question has found, which is read as a whole, and the few people of the blog.
var few = strings.Fields("hits chosen common counted settings up users u j late newest st kinds present gone p found terms")

// tooMuch are those steps of a plan that read or sort a table. A list of everything goes along its index.
func tooMuch(steps []string, sorted bool) (much []string) {
	for _, step := range steps {
		scanned, reads := strings.CutPrefix(step, "SCAN ")
		reads = reads && !strings.Contains(step, "VIRTUAL TABLE") && !strings.Contains(step, "CONSTANT ROW") &&
			!strings.Contains(step, "USING COVERING INDEX") && !strings.Contains(step, "USING INDEX") && !strings.HasPrefix(step, "SCAN (") && !slices.Contains(few, scanned)
		if reads || !sorted && strings.Contains(step, "TEMP B-TREE FOR ORDER BY") {
			much = append(much, step)
		}
	}
	return much
}

func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}

// plan asks SQLite how it answers a question.
func plan(t *testing.T, s site, sql string) []string {
	t.Helper()
	rows, err := s.pools[1].QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer func() { _ = rows.Close() }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
