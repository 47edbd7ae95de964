package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"dimmer/auth"
)

// The columns of a post: what lists show, what one post shows, and all of them, which only a change needs.
const (
	listColumns = `id, type, status, slug, title, title_key, excerpt, own_excerpt, word_count, language, featured, feature_image, extra,
	comment_level, tag_level, comment_count, reaction_count, comments_at, published_at, sort_at, version, created_at, updated_at`
	shownColumns = listColumns + ", n, format, source, html, outline, seo, was_public, ghost_id, feed_guid, comment_key"
	postColumns  = shownColumns + ", text"
)

// listed is where [listColumns] are scanned into.
func (p *Post) listed() []any {
	return []any{
		(*string)(&p.ID), (*string)(&p.Type), (*string)(&p.Status), &p.Slug, &p.Title, &p.TitleKey, &p.Excerpt, &p.OwnExcerpt, number{&p.WordCount}, &p.Language,
		&p.Featured, jsonText{&p.FeatureImage}, (*string)(&p.Extra), &p.CommentLevel, &p.TagLevel, number{&p.CommentCount}, number{&p.ReactionCount}, nullTime{&p.CommentsAt},
		nullTime{&p.PublishedAt}, utcTime{&p.SortAt}, &p.Version, utcTime{&p.CreatedAt}, utcTime{&p.UpdatedAt},
	}
}

// shown is where [shownColumns] are scanned into.
func (p *Post) shown() []any {
	return append(p.listed(), &p.N, (*string)(&p.Format), &p.Source, &p.HTML, jsonText{&p.Outline}, jsonText{&p.SEO}, &p.WasPublic, &p.GhostID, &p.FeedGUID, &p.CommentKey)
}

// PostSort is an order of a list of posts.
type PostSort string

// The orders; a leading "-" means descending.
const (
	NewestPublished PostSort = "-published_at"
	OldestPublished PostSort = "published_at"
	ByTitle         PostSort = "title"
	MostComments    PostSort = "-comments"
	LastUpdated     PostSort = "-updated_at"
	LastCreated     PostSort = "-created_at"
)

var postSorts = map[PostSort]sortSpec{
	NewestPublished: {column: "sort_at", kind: timeKey, descending: true},
	OldestPublished: {column: "sort_at", kind: timeKey},
	ByTitle:         {column: "title_key", kind: textKey},
	MostComments:    {column: "comment_count", descending: true},
	LastUpdated:     {column: "updated_at", kind: timeKey, descending: true},
	LastCreated:     {column: "created_at", kind: timeKey, descending: true},
}

func (p PostSort) key(post Post) sortKey {
	key := sortKey{key: post.SortAt, id: string(post.ID)}
	switch p {
	case ByTitle:
		key.key = post.TitleKey
	case MostComments:
		key.key = post.CommentCount
	case LastUpdated:
		key.key = post.UpdatedAt
	case LastCreated:
		key.key = post.CreatedAt
	}
	return key
}

// Types and statuses as conditions.
var (
	typeSQL       = map[string]string{"post": "type = 'post'", "page": "type = 'page'"}
	postStatusSQL = map[string]string{
		"draft": "status = 'draft'", "scheduled": "status = 'scheduled'", "published": "status = 'published'", "archived": "status = 'archived'",
	}
)

// PostQuery selects posts; zero fields select all.
type PostQuery struct {
	Type        PostType
	Status      PostStatus
	Tags        []string // slugs, all of them
	WithoutTags []string
	Author      string // slug
	Featured    *bool
	Language    string
	Since       *time.Time // inclusive
	Until       *time.Time // exclusive
	Words       string     // search text
	Sort        PostSort
	Page        Page
}

// Posts lists posts without their bodies. Whoever may not edit all posts sees her own: pass [System] for what readers see, with the
// status set.
func (s *Store) Posts(ctx context.Context, by Actor, q PostQuery) (List[Post], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	if q.Sort == "" {
		q.Sort = NewestPublished
	}
	sort, known := postSorts[q.Sort]
	if !known {
		return List[Post]{}, Invalid{"sort": "is no order of posts"}
	}
	selected, err := s.postConditions(ctx, db, by, q)
	if errors.Is(err, ErrNotFound) {
		return List[Post]{}, nil // a tag or an author that nobody has: an empty list
	}
	if err != nil {
		return List[Post]{}, fault("list the posts", err)
	}
	exact := int64(0)
	if selected.counted != nil {
		if exact, err = keptCount(ctx, db, *selected.counted, q); err != nil {
			return List[Post]{}, fault("count the posts", err)
		}
	}
	var list List[Post]
	if selected.along == alongPosts {
		list, err = listRows(ctx, db, listing[Post]{columns: listColumns, scan: (*Post).listed, where: selected.where, sort: sort, page: q.Page, total: exact}, q.Sort.key)
	} else {
		list, err = listAlong(ctx, db, selected, sort, q, exact)
	}
	if err != nil {
		return list, fault("list the posts", err)
	}
	switch {
	case selected.counted != nil:
		list.Total = exact
	case list.isWhole(q.Page):
		list.Total = int64(len(list.Items))
	case selected.hits > 0:
		list.Total, list.Capped, err = s.countHits(ctx, db, selected)
	default:
		list.Total, list.Capped, err = selected.count(ctx, db)
	}
	if err != nil {
		return list, fault("count the posts", err)
	}
	return list, fault("read tags and authors", attachRelations(ctx, db, list.Items, false))
}

// A way is the table along which a list of posts is read: posts themselves, what is kept of them for a tag or an author, or those that hold few enough
// words for all of them to be put in order.
type way struct{ table, column, tie string }

var (
	alongPosts  = way{"posts", "posts.id", "id"}
	alongTag    = way{"post_tags", "post_tags.post_id", "post_id"}
	alongAuthor = way{"post_authors", "post_authors.post_id", "post_id"}
	alongFound  = way{"posts INDEXED BY posts_found", "posts.id", "id"} // on SQLite
)

// A selection is how posts are selected: the conditions on the table that is read, and the kept counter that holds their number, if there is one.
type selection struct {
	along   way
	where   conditions
	counted *countRef
	hits    int    // that hold the words, on SQLite, counted to [foundAtOnce] and one
	words   string // what SQLite is asked for
}

// count counts a list of a tag or an author. Whether each has another too, it looks up for the first some only.
func (s selection) count(ctx context.Context, db *gorm.DB) (int64, bool, error) {
	var others conditions
	led := slices.DeleteFunc(slices.Clone(s.where), func(c condition) bool {
		looksUp := strings.HasPrefix(c.sql, "EXISTS") || strings.HasPrefix(c.sql, "NOT EXISTS")
		if looksUp {
			others = append(others, c)
		}
		return looksUp
	})
	if s.along != alongTag && s.along != alongAuthor {
		return countCapped(ctx, db, s.along.table, s.where)
	}
	return countAmong(ctx, db, s.along.table, "post_id", led, others, countedAmong)
}

// listedPost is where a post stands in a list of a tag or an author.
type listedPost struct {
	PostID PostID
	SortAt time.Time
	Text   string
}

// listAlong reads a page of a tag, of an author or of what was found: where its posts are in the order is kept in an index, and only those that are shown
// are read.
func listAlong(ctx context.Context, db *gorm.DB, selected selection, sort sortSpec, q PostQuery, total int64) (List[Post], error) {
	sort.tie = selected.along.tie
	key := func(p listedPost) sortKey { return sortKey{key: p.SortAt, id: string(p.PostID)} }
	scan := func(p *listedPost) []any { return []any{(*string)(&p.PostID), utcTime{&p.SortAt}} }
	if sort.kind == textKey {
		key = func(p listedPost) sortKey { return sortKey{key: p.Text, id: string(p.PostID)} }
		scan = func(p *listedPost) []any { return []any{(*string)(&p.PostID), &p.Text} }
	}
	rows := listing[listedPost]{
		table: selected.along.table, columns: selected.along.tie + ", " + sort.column, scan: scan, where: selected.where, sort: sort, page: q.Page, total: total,
	}
	found, err := listRows(ctx, db, rows, key)
	list := List[Post]{Next: found.Next, Prev: found.Prev}
	if err != nil || len(found.Items) == 0 {
		return list, err
	}
	ids := make([]PostID, len(found.Items))
	for i, p := range found.Items {
		ids[i] = p.PostID
	}
	list.Items, err = table[Post](db).Select(listColumns).Where("id IN ?", ids).ScanInto(ctx, len(ids), (*Post).listed)
	slices.SortFunc(list.Items, func(a, b Post) int { return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)) })
	return list, err
}

// postConditions is how the posts of a query are selected.
func (s *Store) postConditions(ctx context.Context, db *gorm.DB, by Actor, q PostQuery) (selection, error) {
	var kept []countRef
	var without []TagID
	for i, slug := range slices.Concat(q.Tags, q.WithoutTags) {
		tag, err := table[Tag](db).Select("id").Where("slug = ?", slug).Take(ctx)
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound) && i >= len(q.Tags):
		case errors.Is(err, gorm.ErrRecordNotFound):
			return selection{}, ErrNotFound
		case err != nil:
			return selection{}, err
		case i >= len(q.Tags):
			without = append(without, tag.ID)
		default:
			kept = append(kept, countRef{"tag", string(tag.ID)})
		}
	}
	author := UserID("")
	if q.Author != "" {
		user, err := table[User](db).Select("id").Where("slug = ?", q.Author).Take(ctx)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return selection{}, ErrNotFound
		} else if err != nil {
			return selection{}, err
		}
		author = user.ID
		kept = append(kept, countRef{"author", string(author)})
	}
	if by.Role == auth.Author && author != by.User {
		kept = append(kept, countRef{"author", string(by.User)})
	}
	selected := selection{along: alongPosts}
	keptInOrder := q.Sort == NewestPublished || q.Sort == OldestPublished || q.Sort == ByTitle
	if fewest, n, err := fewestOf(ctx, db, kept, q); err != nil {
		return selected, err
	} else if fewest >= 0 && q.Sort == MostComments && n <= fewPosts && kept[fewest].Dimension == "tag" {
		selected.where.add("posts.id IN (SELECT few.post_id FROM post_tags few WHERE few.tag_id = ?)", kept[fewest].Ref)
	} else if fewest >= 0 && keptInOrder && q.Featured == nil && q.Words == "" {
		if selected.along = alongTag; kept[fewest].Dimension == "author" {
			selected.along = alongAuthor
			selected.where.add("user_id = ?", kept[fewest].Ref)
		} else {
			selected.where.add("tag_id = ?", kept[fewest].Ref)
		}
		selected.counted = &kept[fewest]
		kept = slices.Delete(slices.Clone(kept), fewest, fewest+1)
	}
	where, column := &selected.where, selected.along.column
	where.is(typeSQL, string(q.Type))
	where.is(postStatusSQL, string(q.Status))
	tags, authors := "post_tags pt", "post_authors pa"
	if !s.postgres { // what has one tag stands together there: SQLite would look at each post
		tags, authors = "post_tags pt INDEXED BY post_tags_by_tag", "post_authors pa INDEXED BY post_authors_by_user"
	}
	for _, ref := range kept {
		if ref.Dimension == "author" {
			where.add("EXISTS (SELECT 1 FROM "+authors+" WHERE pa.post_id = "+column+" AND pa.user_id = ?)", ref.Ref)
		} else {
			where.add("EXISTS (SELECT 1 FROM "+tags+" WHERE pt.post_id = "+column+" AND pt.tag_id = ?)", ref.Ref)
		}
	}
	for _, tag := range without {
		where.add("NOT EXISTS (SELECT 1 FROM "+tags+" WHERE pt.post_id = "+column+" AND pt.tag_id = ?)", tag)
	}
	exact := len(without) == 0
	switch {
	case selected.counted == nil && len(kept) == 1:
		selected.counted = &kept[0]
	case selected.counted == nil && len(kept) == 0:
		selected.counted = &countRef{"all", ""}
	case len(kept) > 0:
		exact = false
	}
	if q.Featured != nil {
		if *q.Featured { // written out, so that the index of what is featured is found
			where.add("featured = TRUE")
		} else {
			where.add("featured = FALSE")
		}
		exact = false
	}
	if q.Language != "" {
		where.equal("language", q.Language)
		exact = false
	}
	if q.Since != nil {
		where.add("sort_at >= ?", q.Since.UTC())
		exact = false
	}
	if q.Until != nil {
		where.add("sort_at < ?", q.Until.UTC())
		exact = false
	}
	if q.Words != "" {
		terms, err := questionTerms(q.Words)
		if err != nil {
			return selected, err
		}
		if len(terms) == 0 {
			return selected, ErrNotFound
		}
		if err := s.addPostWords(ctx, db, &selected, q, terms); err != nil {
			return selected, err
		}
		exact = false
	}
	if !exact {
		selected.counted = nil
	}
	return selected, nil
}

// fewPosts is up to how many posts of a tag are put in order by their comments, which no index does: a tag with more is found soon in the order of all.
const fewPosts = 300

// fewestOf finds the tag or author that has the fewest posts, and how many, if they were counted: along those a list is the shortest to read. -1: there
// is none.
func fewestOf(ctx context.Context, db *gorm.DB, refs []countRef, q PostQuery) (at int, n int64, err error) {
	if len(refs) == 0 || len(refs) == 1 && q.Sort != MostComments {
		return len(refs) - 1, 0, nil
	}
	fewest := int64(math.MaxInt64)
	for i, ref := range refs {
		n, err := keptCount(ctx, db, ref, q)
		if err != nil {
			return -1, 0, err
		}
		if n < fewest {
			fewest, at = n, i
		}
	}
	return at, fewest, nil
}

// keptCount reads a total from the counters.
func keptCount(ctx context.Context, db *gorm.DB, ref countRef, q PostQuery) (int64, error) {
	where := conditions{}
	where.add("dimension = ? AND ref = ?", ref.Dimension, ref.Ref)
	where.is(typeSQL, string(q.Type))
	where.is(postStatusSQL, string(q.Status))
	rows, err := chain[postCount](db, where).Find(ctx)
	var total int64
	for _, row := range rows {
		total += row.N
	}
	return total, err
}

// relationsSQL reads the tags and authors of posts in one query. What a row is stands in its first column.
const relationsSQL = `
SELECT CASE WHEN t.internal THEN 'internal' ELSE 'tag' END, pt.post_id, pt.position, CAST(t.id AS text), t.slug, t.name, '', NULL
FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id IN ?
UNION ALL
SELECT 'author', pa.post_id, pa.position, CAST(u.id AS text), u.slug, u.name, u.bio, u.avatar_url
FROM post_authors pa JOIN users u ON u.id = pa.user_id WHERE pa.post_id IN ?`

// formerSlugsSQL adds the former slugs, oldest first.
const formerSlugsSQL = `
UNION ALL
SELECT 'slug', s.post_id, row_number() OVER (ORDER BY s.created_at, s.slug), '', s.slug, '', '', NULL
FROM slugs s WHERE s.post_id IN ? AND s.current = ?`

// attachRelations fills in tags, authors and (with former) the former slugs of posts: one query, however many posts.
func attachRelations(ctx context.Context, db *gorm.DB, posts []Post, former bool) error {
	if len(posts) == 0 {
		return nil
	}
	ids := make([]PostID, len(posts))
	at := make(map[PostID]*Post, len(posts))
	for i := range posts {
		ids[i] = posts[i].ID
		at[posts[i].ID] = &posts[i]
	}
	sql, args := relationsSQL, []any{ids, ids}
	if former {
		sql, args = sql+formerSlugsSQL, append(args, ids, false)
	}
	type relation struct {
		kind, post          string
		position            int64
		id, slug, name, bio string
		avatar              *string
	}
	read, err := db.WithContext(ctx).Raw(sql, args...).Rows()
	if err != nil {
		return err
	}
	relations, err := scanAll(read, 8*len(posts), func(r *relation) []any {
		return []any{&r.kind, &r.post, &r.position, &r.id, &r.slug, &r.name, &r.bio, &r.avatar}
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(relations, func(a, b relation) int { return cmp.Compare(a.position, b.position) })
	for _, r := range relations {
		post := at[PostID(r.post)]
		switch r.kind {
		case "tag", "internal":
			post.Tags = append(post.Tags, Tag{ID: TagID(r.id), Slug: r.slug, Name: r.name, Internal: r.kind == "internal"})
		case "author":
			post.Authors = append(post.Authors, User{ID: UserID(r.id), Slug: r.slug, Name: r.name, Bio: r.bio, AvatarURL: r.avatar})
		case "slug":
			post.FormerSlugs = append(post.FormerSlugs, r.slug)
		}
	}
	return nil
}

// Post reads one post as a whole for staff. Somebody else's is not found for an author.
func (s *Store) Post(ctx context.Context, by Actor, id PostID) (Post, error) {
	if !isID(id) {
		return Post{}, ErrNotFound
	}
	where := conditions{}
	where.add("id = ?", id)
	post, err := s.onePost(ctx, where)
	if err == nil && !post.EditableBy(by) {
		return Post{}, ErrNotFound
	}
	return post, err
}

// PostBySlug reads one post or page for readers. A draft or scheduled one is not found. For a former slug it gives the post too: compare
// its Slug, and send the reader there.
func (s *Store) PostBySlug(ctx context.Context, kind PostType, slug string) (Post, error) {
	where := conditions{}
	where.add("id = (SELECT post_id FROM slugs WHERE slugs.slug = ?) AND status IN ('published', 'archived')", slug)
	where.is(typeSQL, string(kind))
	return s.onePost(ctx, where)
}

// DiscussedPost reads of a post or page that readers find under a slug what somebody needs who comments on it or reacts to it: id, slug, type,
// status, what decides whether it takes comments, and the name of its author. As with [Store.PostBySlug] the slug may be a former one.
func (s *Store) DiscussedPost(ctx context.Context, slug string) (Post, error) {
	known, at := s.discussed.find(slug)
	if known != nil {
		return *known, nil
	}
	var author *string
	var posts []Post
	err := s.readShort(ctx, func(ctx context.Context, db *gorm.DB) (err error) {
		posts, err = scan(ctx, db, 1, func(p *Post) []any {
			return []any{(*string)(&p.ID), &p.Slug, (*string)(&p.Type), (*string)(&p.Status), nullID[Level]{&p.CommentLevel}, nullID[Level]{&p.TagLevel}, nullTime{&p.PublishedAt}, &author}
		}, `SELECT p.id, p.slug, p.type, p.status, p.comment_level, p.tag_level, p.published_at, u.name
			FROM slugs s JOIN posts p ON p.id = s.post_id LEFT JOIN post_authors a ON a.post_id = p.id AND a.position = 0 LEFT JOIN users u ON u.id = a.user_id
			WHERE s.slug = ? AND p.status IN ('published', 'archived')`, slug)
		return err
	})
	if err != nil {
		return Post{}, fault("read the post", err)
	}
	if len(posts) == 0 {
		return Post{}, ErrNotFound
	}
	if author != nil {
		posts[0].Authors = []User{{Name: *author}}
	}
	if !s.postgres { // where other programs change posts
		s.discussed.keep(slug, posts[0], at)
	}
	return posts[0], nil
}

// keptDiscussed is how many posts [Store.DiscussedPost] keeps, of about 300 bytes each.
const keptDiscussed = 1000

// discussed keeps posts, as comments come to the same few of them and the row of a post is long. Whatever is written besides the marks and comments of
// readers, none of which changes what is kept, forgets all of them before it is answered.
type discussed struct {
	mu    sync.RWMutex
	posts map[string]*Post // by the slug that was asked for
	at    int              // how often all have been forgotten
}

// find gives what is kept under a slug, if anything, and how often all have been forgotten.
func (d *discussed) find(slug string) (*Post, int) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.posts[slug], d.at
}

// keep keeps a post that was read since all had been forgotten so often: else it may be what it was before.
func (d *discussed) keep(slug string, post Post, at int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at != d.at {
		return
	}
	if d.posts == nil || len(d.posts) >= keptDiscussed {
		d.posts = map[string]*Post{}
	}
	d.posts[slug] = &post
}

func (d *discussed) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.posts = nil
	d.at++
}

func (s *Store) onePost(ctx context.Context, where conditions) (Post, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	posts, err := chain[Post](db, where).Select(shownColumns).Limit(1).ScanInto(ctx, 1, (*Post).shown)
	if err == nil && len(posts) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return Post{}, fault("read the post", err)
	}
	err = attachRelations(ctx, db, posts, true)
	return posts[0], fault("read tags and authors", err)
}

// Neighbours are the published posts before and after a post, without their bodies; nil where there is none.
func (s *Store) Neighbours(ctx context.Context, post Post) (older, newer *Post, err error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.is(typeSQL, string(TypePost))
	where.is(postStatusSQL, string(Published))
	var both []Post
	for _, sort := range []PostSort{NewestPublished, OldestPublished} {
		at := sort.key(post).position()
		list, err := listRows(ctx, db, listing[Post]{columns: listColumns, scan: (*Post).listed, where: where, sort: postSorts[sort], page: Page{Limit: 1, At: at}}, sort.key)
		if err != nil {
			return nil, nil, fault("find the neighbours", err)
		}
		both = append(both, list.Items...)
	}
	if err := attachRelations(ctx, db, both, false); err != nil {
		return nil, nil, fault("read tags and authors", err)
	}
	for i := range both {
		if (both[i].SortAt.Compare(post.SortAt) < 0) || both[i].SortAt.Equal(post.SortAt) && both[i].ID < post.ID {
			older = &both[i]
		} else {
			newer = &both[i]
		}
	}
	return older, newer, nil
}

// relatedFrom is of how many posts of each tag those that are related are chosen.
const relatedFrom = 200

const newestOfTag = `SELECT post_id, sort_at FROM (SELECT post_id, sort_at FROM post_tags WHERE tag_id = ? AND type = 'post' AND status = 'published'
	ORDER BY sort_at DESC, post_id DESC LIMIT ?) AS newest`

// Related lists up to n published posts that share tags with a post: most in common first, then the newest.
func (s *Store) Related(ctx context.Context, post Post, n int) ([]Post, error) {
	var tags []TagID
	for _, tag := range post.Tags {
		if tag.ID != "" { // else no post has it yet: it is of a [Store.Sketch]
			tags = append(tags, tag.ID)
		}
	}
	if len(tags) == 0 {
		return nil, nil
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	// Of each tag the newest: where most of a large blog has a tag, it says little. Of these the best are chosen; only then are their columns read.
	sharing, args := "", []any{}
	for i, tag := range tags {
		if i > 0 {
			sharing += " UNION ALL "
		}
		sharing += newestOfTag
		args = append(args, tag, relatedFrom)
	}
	posts, err := query[Post](ctx, db, `SELECT `+listColumns+` FROM (
		SELECT post_id AS best, count(*) AS shared FROM (`+sharing+`) AS common WHERE post_id <> ? GROUP BY post_id ORDER BY shared DESC, max(sort_at) DESC, post_id DESC LIMIT ?) AS chosen
		JOIN posts ON posts.id = chosen.best ORDER BY shared DESC, sort_at DESC, id DESC`, append(args, post.ID, min(max(n, 0), maxPage))...)
	if err != nil {
		return nil, fault("find related posts", err)
	}
	return posts, fault("read tags and authors", attachRelations(ctx, db, posts, false))
}

// Found is a post that search found, with the place where.
type Found struct {
	Post    Post
	Snippet string // safe HTML; matches are in <mark>
}

// A hit is a row of a search: a post, and how many there are in all.
type hit struct {
	Post  `gorm:"embedded"`
	Total int64
}

// Search finds published posts and pages that hold all the words of q, the last as the beginning of a word, best first. Any text is
// a question; one without a letter or digit finds nothing. offset and limit select the part.
func (s *Store) Search(ctx context.Context, q string, offset, limit int) (found []Found, total int64, capped bool, err error) {
	terms, err := questionTerms(q)
	if err != nil || len(terms) == 0 {
		return nil, 0, false, err
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	var rows []hit
	if s.postgres {
		rows, total, err = searchPostgres(ctx, db, tsQuery(terms), offset, limit)
	} else {
		rows, total, err = searchSQLite(ctx, db, terms, offset, limit)
	}
	if err != nil {
		return nil, 0, false, fault("search", err)
	}
	posts := make([]Post, len(rows))
	for i, row := range rows {
		posts[i] = row.Post
	}
	if err := attachRelations(ctx, db, posts, false); err != nil {
		return nil, 0, false, fault("read tags and authors", err)
	}
	for _, post := range posts {
		place := snippet(post.Text, terms)
		post.Text = ""
		found = append(found, Found{Post: post, Snippet: place})
	}
	return found, min(total, cappedAt), total > cappedAt, nil
}

// hitColumns are those of a post that was found. Of the text only the beginning: a snippet from further down is not worth reading a megabyte for each.
const hitColumns = listColumns + ", substr(text, 1, 65536) AS text"

// searchPostgres ranks the newest thousand hits, as SQLite does: to rank is to read all that the index has of a post.
func searchPostgres(ctx context.Context, db *gorm.DB, question string, offset, limit int) (rows []hit, total int64, err error) {
	// The newest are found by their numbers, the best are chosen by theirs, and only then are their columns read.
	rows, err = query[hit](ctx, db, "SELECT "+hitColumns+`, total FROM (
		SELECT hit, rank, total, row_number() OVER (ORDER BY rank, sort_at DESC, hit DESC) AS place FROM (
			SELECT post_words.n AS hit, newest.sort_at, total, -ts_rank_cd('{0.1, 0.2, 0.5, 1.0}', vector, CAST(? AS tsquery)) AS rank FROM (
				SELECT n, sort_at, count(*) OVER () AS total FROM (
					SELECT posts.n, posts.sort_at FROM posts JOIN post_words ON post_words.n = posts.n
					WHERE post_words.vector @@ CAST(? AS tsquery) AND posts.status = 'published' ORDER BY posts.n DESC LIMIT ?) AS hits) AS newest
			JOIN post_words ON post_words.n = newest.n ORDER BY newest.n DESC LIMIT ?) AS ranked) AS chosen
		JOIN posts ON posts.n = chosen.hit WHERE place > ? ORDER BY place LIMIT ?`,
		question, question, cappedAt+1, cappedAt, max(offset, 0), min(max(limit, 1), maxPage))
	if err != nil {
		return nil, 0, err
	}
	if len(rows) > 0 {
		return rows, rows[0].Total, nil
	}
	if offset > 0 { // beyond the last: nothing has told how many there are
		where := conditions{}
		where.is(postStatusSQL, string(Published))
		where.add("n IN (SELECT post_words.n FROM post_words WHERE post_words.vector @@ CAST(? AS tsquery))", question)
		total, _, err = countCapped(ctx, db, "posts", where)
	}
	return rows, total, err
}

// rankedByText is up to how many hits are ranked by how often the words stand in the text too: it takes reading all of it. rankedByIndex is up to how
// many words the index is asked which of them stand in titles and tags; of more words few posts hold all.
const rankedByText, rankedByIndex = 50, 3

// A ranked is a post that holds the words, and how well.
type ranked struct {
	N      int64
	SortAt string
	Title  string
	Tags   string
	Body   string
}

// searchSQLite ranks the newest thousand hits. SQLite's own bm25 counts for each question how many posts hold each word, which takes the longer the
// more posts there are: instead, what stands in the title counts most, then what is in a tag, then, of few hits, how often it is in the text.
func searchSQLite(ctx context.Context, db *gorm.DB, terms []string, offset, limit int) ([]hit, int64, error) {
	newest := func(question string) ([]ranked, error) {
		read, err := db.WithContext(ctx).Raw(`SELECT posts.n, posts.sort_at FROM post_search CROSS JOIN posts INDEXED BY posts_found ON posts.n = post_search.rowid
			WHERE post_search MATCH ? AND posts.status = 'published' ORDER BY post_search.rowid DESC LIMIT ?`, question, cappedAt+1).Rows()
		if err != nil {
			return nil, err
		}
		return scanAll(read, cappedAt+1, func(r *ranked) []any { return []any{&r.N, &r.SortAt} })
	}
	// For the beginnings of words SQLite puts together the hits of all of them before it gives the first. Where the whole words have enough, nobody misses those.
	question := ftsWholeWords(terms)
	found, err := newest(question)
	if err == nil && len(found) <= cappedAt {
		var longer string
		if longer, err = beginnings(ctx, db, postTerms, terms); err == nil && longer != question {
			question = longer
			found, err = newest(question)
		}
	}
	total := int64(len(found))
	if err != nil || total == 0 {
		return nil, 0, err
	}
	found = found[:min(len(found), cappedAt)]
	scores, err := scoresOf(ctx, db, found, terms, question)
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(scores[b.N], scores[a.N]), cmp.Compare(b.SortAt, a.SortAt))
	})
	var numbers []int64
	for _, r := range found[min(max(offset, 0), len(found)):] {
		if len(numbers) < min(max(limit, 1), maxPage) {
			numbers = append(numbers, r.N)
		}
	}
	if len(numbers) == 0 {
		return nil, total, nil
	}
	rows, err := query[hit](ctx, db, "SELECT "+hitColumns+", n FROM posts WHERE n IN ?", numbers)
	slices.SortFunc(rows, func(a, b hit) int { return cmp.Compare(slices.Index(numbers, a.N), slices.Index(numbers, b.N)) })
	return rows, total, err
}

// scoresOf is how well each of the hits, the newest first, answers. Which of many have the words in the title or a tag, the index knows without reading them.
func scoresOf(ctx context.Context, db *gorm.DB, found []ranked, terms []string, question string) (map[int64]float64, error) {
	scores := make(map[int64]float64, len(found))
	askedAgain := !strings.Contains(question, " OR ") && (!strings.HasSuffix(question, "*") || utf8.RuneCountInString(terms[len(terms)-1]) <= longestPrefix)
	if len(found) > rankedByText && len(terms) <= rankedByIndex && askedAgain { // what many words begin with takes too long to find three times
		for i, term := range terms {
			word := ftsWholeWords(terms[i : i+1])
			if i == len(terms)-1 && utf8.RuneCountInString(term) > 1 { // what begins with a letter is too much to look for again
				var err error
				if word, err = beginnings(ctx, db, postTerms, terms[i:]); err != nil {
					return nil, err
				}
			}
			for _, column := range []struct {
				name  string
				score float64
			}{{"title", inTitle}, {"tags", inTags}} {
				holding, err := holders(ctx, db, column.name+" : ("+word+") AND ("+question+")", found[len(found)-1].N)
				if err != nil {
					return nil, fmt.Errorf("%s of %q: %w", column.name, term, err)
				}
				for _, n := range holding {
					scores[n] += column.score
				}
			}
		}
		return scores, nil
	}
	columns := "SELECT n, title, tags, '' AS body FROM post_words WHERE n IN ?"
	if len(found) <= rankedByText {
		columns = "SELECT n, title, tags, body FROM post_words WHERE n IN ?"
	}
	numbers := make([]int64, len(found))
	for i, r := range found {
		numbers[i] = r.N
	}
	read, err := db.WithContext(ctx).Raw(columns, numbers).Rows()
	if err != nil {
		return nil, err
	}
	texts, err := scanAll(read, len(numbers), func(r *ranked) []any { return []any{&r.N, &r.Title, &r.Tags, &r.Body} })
	for _, r := range texts {
		scores[r.N] = r.rank(terms)
	}
	return scores, err
}

// holders are the posts from a number on that an index of words finds.
func holders(ctx context.Context, db *gorm.DB, question string, from int64) ([]int64, error) {
	read, err := db.WithContext(ctx).Raw("SELECT rowid FROM post_search WHERE post_search MATCH ? AND rowid >= ?", question, from).Rows()
	if err != nil {
		return nil, err
	}
	return scanAll(read, cappedAt, func(n *int64) []any { return []any{n} })
}

// What a word counts where it stands.
const inTitle, inTags = 10, 5

// rank is how well a post answers: the last word may be the beginning of one.
func (r ranked) rank(terms []string) (score float64) {
	for i, term := range terms {
		word := " " + term + " "
		if i == len(terms)-1 {
			word = " " + term
		}
		if strings.Contains(" "+r.Title+" ", word) {
			score += inTitle
		}
		if strings.Contains(" "+r.Tags+" ", word) {
			score += inTags
		}
		often := float64(strings.Count(" "+r.Body+" ", word))
		score += 4 * often / (often + 1 + float64(len(r.Body))/4000)
	}
	return score
}

// foundAtOnce is up to how many posts that hold the words are all put in order for a page of staff. More are looked through in their order, which has a
// page soon.
const foundAtOnce = 2000

const (
	// countFound counts the newest posts that hold the words, whatever else they are.
	countFound = "SELECT count(*) FROM (SELECT 1 FROM post_search WHERE post_search MATCH ? LIMIT ?) AS found"
	holdsWord  = "EXISTS (SELECT 1 FROM post_words w WHERE w.n = posts.n AND (instr(' ' || w.title || ' ', ?) > 0 OR instr(' ' || w.tags || ' ', ?) > 0 OR instr(' ' || w.body || ' ', ?) > 0))"
)

// addPostWords selects the posts that hold all the words, the last as the beginning of one.
func (s *Store) addPostWords(ctx context.Context, db *gorm.DB, selected *selection, q PostQuery, terms []string) error {
	if s.postgres {
		selected.where.add("n IN (SELECT post_words.n FROM post_words WHERE post_words.vector @@ CAST(? AS tsquery))", tsQuery(terms))
		return nil
	}
	selected.words = ftsWholeWords(terms)
	hits, err := queryOne[int64](ctx, db, countFound, selected.words, foundAtOnce+1)
	if err == nil && hits <= foundAtOnce {
		if selected.words, err = beginnings(ctx, db, postTerms, terms); err == nil {
			hits, err = queryOne[int64](ctx, db, countFound, selected.words, foundAtOnce+1)
		}
	}
	if err != nil {
		return err
	}
	if hits == 0 {
		return ErrNotFound
	}
	selected.hits = int(hits)
	if hits <= foundAtOnce {
		selected.where.add("n IN (SELECT rowid FROM post_search WHERE post_search MATCH ?)", selected.words)
		if keptOfFound(q) {
			selected.along = alongFound
		}
		return nil
	}
	for i, term := range terms {
		if term = " " + term; i < len(terms)-1 {
			term += " "
		}
		selected.where.add(holdsWord, term, term, term)
	}
	return nil
}

// keptOfFound reports whether all that a query asks of a post that holds its words stands in the index posts_found.
func keptOfFound(q PostQuery) bool {
	return q.Featured == nil && q.Sort != MostComments && q.Sort != LastCreated
}

// countHits counts, on SQLite, among the newest posts that hold the words.
func (s *Store) countHits(ctx context.Context, db *gorm.DB, selected selection) (int64, bool, error) {
	found := conditions{}
	found.add("n IN (SELECT rowid FROM post_search WHERE post_search MATCH ? ORDER BY rowid DESC LIMIT ?)", selected.words, countedAmong)
	others := slices.DeleteFunc(slices.Clone(selected.where), func(c condition) bool {
		return c.sql == holdsWord || strings.HasPrefix(c.sql, "n IN (SELECT rowid")
	})
	if len(others) == 0 {
		return min(int64(selected.hits), cappedAt), selected.hits > cappedAt, nil
	}
	n, capped, err := countCapped(ctx, db, "posts INDEXED BY posts_found", append(found, others...))
	return n, capped || selected.hits > countedAmong, err
}
