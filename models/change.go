package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// keptRemoval is how long it is known that something is gone which readers saw. Who has not asked for longer begins anew.
const keptRemoval = 90 * 24 * time.Hour

// changePart is how many things of one kind are looked at together.
const changePart = 500

// ErrForgotten says that somebody wants to go on from a point since when more has happened than is kept, or that has never been.
var ErrForgotten = errors.New("what has changed since then is not kept any more")

// ChangeType says what has changed.
type ChangeType string

// The types of [Change].
const (
	PostChanged   ChangeType = "post"
	PageChanged   ChangeType = "page"
	TagChanged    ChangeType = "tag"
	AuthorChanged ChangeType = "author"
	SiteChanged   ChangeType = "site" // what stands around everything, and how addresses are made
)

// siteID is the id of the site in [Change].
const siteID = "site"

// Change is the newest state of one thing that readers see, or saw: there is one for each. What was never public has none, and what is gone
// keeps nothing but its last address.
type Change struct {
	ID        string `gorm:"primaryKey"`
	Type      ChangeType
	Slug      string
	Listed    bool // in lists, search and feeds; an archived post is not
	Removed   bool // readers see it no more
	Seq       int64
	ChangedAt time.Time `gorm:"serializer:utc"`
}

// TableName is the table's name.
func (Change) TableName() string { return "changes" }

type changeNumbers struct {
	One       int `gorm:"primaryKey"`
	Last      int64
	Forgotten int64
}

func (changeNumbers) TableName() string { return "change_numbers" }

// touched is what a transaction has changed that readers may see.
type touched struct {
	// things are to be looked at before it commits. True: readers see it otherwise. False: it may only have appeared or vanished.
	things map[thing]bool
	// shown are things that many posts show: each of these posts reads differently.
	shown []shown
}

type thing struct {
	Type ChangeType // of a page too: post
	ID   string
}

type shown struct {
	thing
	posts int // how many, drafts too
}

// touch says that readers see a thing otherwise, if they see it.
func (t *tx) touch(of ChangeType, id string) { t.look(of, id, true) }

// touchPost says that a post was made (before is nil), changed, or deleted (after is nil). It is nothing to readers while it is a draft.
func (t *tx) touchPost(before, after *Post) {
	for _, post := range []*Post{before, after} {
		if post == nil || !post.Readable() {
			continue
		}
		t.touch(PostChanged, string(post.ID))
		for _, one := range []*Post{before, after} {
			if one != nil {
				t.touchAuthors(one)
			}
		}
	}
}

// touchAuthors says that people may have become authors, or be so no longer: that follows from their posts.
func (t *tx) touchAuthors(post *Post) {
	for _, author := range post.Authors {
		t.look(AuthorChanged, string(author.ID), false)
	}
}

func (t *tx) look(of ChangeType, id string, otherwise bool) {
	if t.touched.things == nil {
		t.touched.things = map[thing]bool{}
	}
	is := thing{of, id}
	t.touched.things[is] = t.touched.things[is] || otherwise
}

// touchPostsOf says that posts show something else of their tag or author.
func (t *tx) touchPostsOf(of ChangeType, id string, posts int) {
	if posts > 0 {
		t.touched.shown = append(t.touched.shown, shown{thing{of, id}, posts})
	}
}

// noteChanges gives what the transaction has touched its new numbers, as nearly its last act: from here to its commit no other on Postgres
// gets any, so a reader who has seen a number has seen all that are lower.
func (t *tx) noteChanges() error {
	n := len(t.touched.things)
	for _, s := range t.touched.shown {
		n += s.posts
	}
	if n == 0 {
		return nil
	}
	last, err := queryOne[int64](t.ctx, t.DB, "UPDATE change_numbers SET last = last + ? WHERE one = 1 RETURNING last", n)
	if err != nil {
		return fmt.Errorf("number the changes: %w", err)
	}
	given := last - int64(n)
	ids := map[ChangeType][]string{}
	for is := range t.touched.things {
		ids[is.Type] = append(ids[is.Type], is.ID)
	}
	for _, of := range []ChangeType{SiteChanged, TagChanged, AuthorChanged} { // first what posts name
		if given, err = t.noteThings(of, ids[of], given); err != nil {
			return err
		}
	}
	for _, s := range t.touched.shown {
		changed, err := exec(t.ctx, t.DB, changedPostsOf[s.Type], given, t.now, s.ID)
		if err != nil {
			return fmt.Errorf("note the changes of posts: %w", err)
		}
		if given += int64(s.posts); changed > 0 {
			t.clears("changes")
		}
	}
	_, err = t.noteThings(PostChanged, ids[PostChanged], given)
	return err
}

// changedPostsOf renews the numbers of all public posts of a tag or author.
var changedPostsOf = map[ChangeType]string{
	TagChanged: `UPDATE changes SET seq = ? + p.k, changed_at = ?
		FROM (SELECT CAST(post_id AS text) AS id, row_number() OVER (ORDER BY post_id) AS k FROM post_tags WHERE tag_id = ?) AS p
		WHERE changes.id = p.id AND removed = FALSE`,
	AuthorChanged: `UPDATE changes SET seq = ? + p.k, changed_at = ?
		FROM (SELECT CAST(post_id AS text) AS id, row_number() OVER (ORDER BY post_id) AS k FROM post_authors WHERE user_id = ?) AS p
		WHERE changes.id = p.id AND removed = FALSE`,
}

// publicNow selects those of some things that readers see.
var publicNow = map[ChangeType]string{
	SiteChanged:   "SELECT CAST(? AS text) AS id, 'site' AS type, '' AS slug, TRUE AS listed",
	TagChanged:    "SELECT id, 'tag' AS type, slug, TRUE AS listed FROM tags WHERE id IN ? AND internal = FALSE",
	AuthorChanged: "SELECT id, 'author' AS type, slug, TRUE AS listed FROM users WHERE id IN ? AND " + hasPublished,
	PostChanged:   "SELECT id, type, slug, status = 'published' AS listed FROM posts WHERE id IN ? AND status IN ('published', 'archived')",
}

// noteThings brings what is kept of things up to date. given is the last number that is taken, before and after.
func (t *tx) noteThings(of ChangeType, ids []string, given int64) (int64, error) {
	slices.Sort(ids)
	for some := range slices.Chunk(ids, changePart) {
		present, err := query[Change](t.ctx, t.DB, publicNow[of], some)
		if err != nil {
			return 0, fmt.Errorf("read what readers see: %w", err)
		}
		known, err := table[Change](t.DB).Where("id IN ?", some).Find(t.ctx)
		if err != nil {
			return 0, fmt.Errorf("read what has changed before: %w", err)
		}
		before, now := byID(known), byID(present)
		var news []Change
		for _, id := range some {
			was, wasKnown := before[id]
			is, isPublic := now[id]
			switch {
			case isPublic && wasKnown && !was.Removed && !t.touched.things[thing{of, id}]:
				continue // an author before and now
			case isPublic:
			case wasKnown && !was.Removed:
				is = was
				is.Listed, is.Removed = false, true
			default:
				continue // nobody has seen it, or it is known to be gone
			}
			given++
			is.Seq, is.ChangedAt = given, t.now
			news = append(news, is)
		}
		if len(news) > 0 {
			t.clears("changes")
		}
		onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}
		if err := table[Change](t.DB, onConflict).CreateAll(t.ctx, news); err != nil {
			return 0, fmt.Errorf("note the changes: %w", err)
		}
	}
	return given, nil
}

func byID(changes []Change) map[string]Change {
	all := make(map[string]Change, len(changes))
	for _, c := range changes {
		all[c.ID] = c
	}
	return all
}

// ChangePosition is how far somebody has followed the changes. Its zero value is nowhere: [Store.Changes] then begins anew.
type ChangePosition struct {
	Seq int64 `json:"seq"` // all up to here are known
	// From is where the newest stood when the walk through all that is public began; zero once that is over. What was gone by then is not told.
	From int64 `json:"from"`
}

// known is the number up to which removals do not matter to somebody at the position.
func (p ChangePosition) known() int64 { return max(p.Seq, p.From) }

// Changes is a part of what has changed.
type Changes struct {
	Items []Change // in order; each thing once, with its newest state
	Next  ChangePosition
	More  bool // than Items, now
}

// Changes reads what readers see otherwise since a position: what appeared, changed or is gone. With nil it begins with all that is public. Whoever
// goes on from Next gets the newest state of everything, however much is written meanwhile. A position from before what is kept is [ErrForgotten].
func (s *Store) Changes(ctx context.Context, since *ChangePosition, limit int) (Changes, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	limit = Page{Limit: limit}.limit()
	var at ChangePosition
	if since != nil {
		at = *since
	} else { // before the things are read: what goes from now on has to be told
		last, err := queryOne[int64](ctx, db, "SELECT max(seq) FROM (SELECT coalesce(max(seq), 0) AS seq FROM changes UNION ALL SELECT forgotten FROM change_numbers WHERE one = 1) AS used")
		if err != nil {
			return Changes{}, fault("read where the changes stand", err)
		}
		at.From = last
	}
	items, err := query[Change](ctx, db, `SELECT * FROM (SELECT * FROM changes WHERE removed = FALSE AND seq > ? ORDER BY seq LIMIT ?) AS present
		UNION ALL SELECT * FROM (SELECT * FROM changes WHERE removed = TRUE AND seq > ? ORDER BY seq LIMIT ?) AS gone ORDER BY seq LIMIT ?`,
		at.Seq, limit+1, at.known(), limit+1, limit+1)
	if err != nil {
		return Changes{}, fault("read the changes", err)
	}
	// After them: what was forgotten until here may be missing among them.
	numbers, err := table[changeNumbers](db).Where("one = 1").Take(ctx)
	if err != nil {
		return Changes{}, fault("read where the changes stand", err)
	}
	if at.known() < numbers.Forgotten || at.known() > numbers.Last { // the latter: from a database that was put back since
		return Changes{}, ErrForgotten
	}
	found := Changes{Items: items, Next: at, More: len(items) > limit}
	if found.More {
		found.Items = items[:limit]
	}
	if n := len(found.Items); n > 0 {
		found.Next.Seq = found.Items[n-1].Seq
	}
	if !found.More || found.Next.Seq >= found.Next.From {
		found.Next = ChangePosition{Seq: found.Next.known()}
	}
	return found, nil
}

// forgetRemovals forgets what has long been gone, and remembers until where.
func (s *Store) forgetRemovals(ctx context.Context) error {
	return s.inParts(ctx, "forget what is gone", partSize, func(t *tx) (int, error) {
		old := t.now.Add(-keptRemoval)
		gone, err := query[int64](t.ctx, t.DB, "SELECT seq FROM changes WHERE removed = TRUE AND changed_at < ? ORDER BY seq LIMIT ?", old, partSize)
		if err != nil || len(gone) == 0 {
			return 0, err
		}
		last := gone[len(gone)-1]
		t.clears("changes")
		return len(gone), errors.Join(
			done(exec(t.ctx, t.DB, "UPDATE change_numbers SET forgotten = ? WHERE one = 1 AND forgotten < ?", last, last)),
			done(exec(t.ctx, t.DB, "DELETE FROM changes WHERE removed = TRUE AND changed_at < ? AND seq <= ?", old, last)),
		)
	})
}

// seenBySite are the settings that the site shows, or from which addresses are made.
var seenBySite = []string{
	"author_url", "comment_edit_minutes", "comment_level", "comments_close_after_days", "description", "language", "logo_url", "navigation", "page_url",
	"post_url", "privacy_url", "site_url", "tag_url", "timezone", "title",
}

// shownOnPosts are the fields of a person that stand on her posts.
var shownOnPosts = []string{"avatar_url", "bio", "name", "slug"}

// shownOfAuthors are all that readers see of a person.
var shownOfAuthors = append([]string{"extra", "url"}, shownOnPosts...)

func anyOf(changed, of []string) bool {
	return slices.ContainsFunc(changed, func(field string) bool { return slices.Contains(of, field) })
}
