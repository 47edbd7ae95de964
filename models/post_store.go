package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dimmer/auth"
	"dimmer/markdown"
)

// CreatePost makes a post or page. Without authors it is the writer's own; without a slug its title gives one.
func (s *Store) CreatePost(ctx context.Context, by Actor, c PostChange) (Post, error) {
	c.rendered = s.renderAhead(ctx, "", c)
	posts, err := s.createPosts(ctx, by, "create the post", []PostChange{c})
	if err != nil {
		return Post{}, err
	}
	return posts[0], nil
}

// createPosts makes posts in one transaction.
func (s *Store) createPosts(ctx context.Context, by Actor, what string, changes []PostChange) ([]Post, error) {
	site, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	var posts []Post
	err = s.writeAlone(ctx, by, what, func(t *tx) error {
		made := newPosts{tx: t, site: site, posts: make([]Post, len(changes)), revisions: make([]Revision, len(changes))}
		if len(changes) > 1 {
			t.named = &knownNames{map[string]Tag{}, map[string]User{}}
		}
		for i := range changes {
			if err := made.add(i, changes[i]); err != nil {
				return err
			}
		}
		if err := made.store(); err != nil {
			return err
		}
		posts = made.posts
		return t.indexAll(posts, changes)
	})
	return posts, err
}

// knownNames keeps the tags and people that many new posts name.
type knownNames struct {
	tags  map[string]Tag // by their keys
	users map[string]User
}

// newPosts are posts that one transaction makes.
type newPosts struct {
	*tx
	site      Settings
	posts     []Post
	revisions []Revision // the first of each
	slugs     []string   // of those that were added
	pictures  []postMedia
}

// add puts post i together, and tells of it.
func (n *newPosts) add(i int, c PostChange) error {
	post := &n.posts[i]
	*post = Post{
		ID: newID[PostID](), Type: TypePost, Status: Draft, Format: markdown.FormatMarkdown, Language: n.site.Language, Extra: "{}",
		CreatedAt: n.now, UpdatedAt: n.now,
	}
	if !c.Title.Set {
		c.Title = Some("")
	}
	if err := fillImage(n.ctx, n.DB, &c); err != nil {
		return err
	}
	changed, err := post.apply(c, n.s.render, n.now)
	if err != nil {
		return err
	}
	post.GhostID, post.Version = ghostID(post.ID), 1
	if err := n.applyRelations(post, c); err != nil {
		return err
	}
	wanted := Slug(post.Title)
	if c.Slug.Set {
		if wanted = Slug(c.Slug.Value); wanted == "" {
			return Invalid{"slug": "needs a letter or a digit"}
		}
	}
	if post.Slug, err = n.freePostSlug(wanted, *post, n.slugs...); err != nil {
		return err
	}
	n.slugs = append(n.slugs, post.Slug)
	shown, err := n.mediaNamed(post.namesMedia()...)
	if err != nil {
		return err
	}
	for _, id := range shown {
		n.pictures = append(n.pictures, postMedia{id, post.ID})
	}
	changed = append([]string{"title", "slug"}, without(changed, "title")...)
	if len(post.Tags) > 0 {
		changed = append(changed, "tags")
	}
	n.revisions[i] = n.revision(post, 1, append(changed, "authors"))
	n.event("post.created", "post", string(post.ID))
	n.touchPost(nil, post)
	return n.tellStatus(post, "")
}

// store writes them, with all that goes with them but for their words.
func (n *newPosts) store() error {
	if err := table[Post](n.DB).CreateAll(n.ctx, n.posts); err != nil {
		return err
	}
	var slugs, tags, authors [][]any
	var tagged []PostID
	for i := range n.posts {
		post, place := &n.posts[i], placeOf(&n.posts[i])
		slugs = append(slugs, []any{post.Slug, post.ID, true, n.now})
		for at, tag := range post.Tags {
			tags = append(tags, []any{post.ID, tag.ID, at, place.Type, place.Status, place.SortAt, place.Language, place.TitleKey})
		}
		for at, author := range post.Authors {
			authors = append(authors, []any{post.ID, author.ID, at, place.Type, place.Status, place.SortAt, place.Language, place.TitleKey})
		}
		if len(post.Tags) > 0 {
			tagged = append(tagged, post.ID)
		}
	}
	const place = "(?, ?, ?, ?, ?, ?, ?, ?)"
	for _, rows := range []struct {
		insert, row string
		all         [][]any
	}{
		{"INSERT INTO slugs (slug, post_id, current, created_at) VALUES ", "(?, ?, ?, ?)", slugs},
		{"INSERT INTO post_tags (post_id, tag_id, position, type, status, sort_at, language, title_key) VALUES ", place, tags},
		{"INSERT INTO post_authors (post_id, user_id, position, type, status, sort_at, language, title_key) VALUES ", place, authors},
	} {
		if err := n.insertAll(rows.insert, rows.row, "", rows.all); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(tagged, 500) {
		if err := done(exec(n.ctx, n.DB, levelOfTags+"IN ?", some)); err != nil {
			return err
		}
	}
	if err := table[postMedia](n.DB).CreateAll(n.ctx, n.pictures); err != nil {
		return err
	}
	if err := table[Revision](n.DB).CreateAll(n.ctx, n.revisions); err != nil {
		return err
	}
	return n.countNew(n.posts)
}

// ChangePost changes the fields of a post that are set in c. version is the one the writer saw: another is [ErrStale]. A change
// that changes nothing writes nothing.
func (s *Store) ChangePost(ctx context.Context, by Actor, id PostID, version int64, c PostChange) (Post, error) {
	var post Post
	c.rendered = s.renderAhead(ctx, id, c)
	err := s.writeAlone(ctx, by, "change the post", func(t *tx) error {
		var err error
		if post, err = t.editablePost(id, version); err != nil {
			return err
		}
		return t.changePost(&post, c)
	})
	return post, err
}

// renderAhead renders the body of a change before its transaction begins: a megabyte takes a quarter of a second, for which nobody else could
// write. If the post turns out to be of another format by then, it is rendered again.
func (s *Store) renderAhead(ctx context.Context, id PostID, c PostChange) *renderedBody {
	source := plainSource(c.Source.Value)
	if !c.Source.Set || len(source) > maxSource || !isStorable(source) {
		return nil
	}
	format := markdown.FormatMarkdown
	switch {
	case c.Format.Set:
		format = c.Format.Value
	case isID(id):
		db, ctx, cancel := s.read(ctx)
		defer cancel()
		post, err := table[Post](db).Select("format").Where("id = ?", id).Take(ctx)
		if err != nil {
			return nil // the transaction will say so
		}
		format = post.Format
	}
	return render(s.render, source, format)
}

// editablePost reads a post that the actor may change, at the version that the actor knows.
func (t *tx) editablePost(id PostID, version int64) (Post, error) {
	post, err := t.post(id)
	if err != nil {
		return post, err
	}
	if !post.EditableBy(t.by) {
		return post, ErrNotFound // somebody else's: whether it exists is not told
	}
	if post.Version != version {
		return post, ErrStale
	}
	return post, nil
}

// changePost applies a change and writes all that goes with it.
func (t *tx) changePost(post *Post, c PostChange) error {
	before, was := *post, shapeOf(post)
	if err := fillImage(t.ctx, t.DB, &c); err != nil {
		return err
	}
	changed, err := post.apply(c, t.s.render, t.now)
	if err != nil {
		return err
	}
	if err := t.applyRelations(post, c); err != nil {
		return err
	}
	if !slices.EqualFunc(post.Tags, before.Tags, func(a, b Tag) bool { return a.ID == b.ID }) {
		changed = append(changed, "tags")
	}
	if !slices.EqualFunc(post.Authors, before.Authors, func(a, b User) bool { return a.ID == b.ID }) {
		changed = append(changed, "authors")
	}
	if c.Slug.Set {
		wanted := Slug(c.Slug.Value)
		if wanted == "" {
			return Invalid{"slug": "needs a letter or a digit"}
		}
		if wanted != post.Slug {
			if post.Slug, err = t.freePostSlug(wanted, *post); err != nil {
				return err
			}
		}
		if post.Slug != before.Slug {
			changed = append(changed, "slug")
		}
	}
	if err := t.noteMedia(post); err != nil {
		return err
	}
	if len(changed) == 0 {
		return t.dropWorkingCopy(post.ID)
	}
	post.Version++
	if moves(changed) {
		post.UpdatedAt = t.now
	}
	if err := one(table[Post](t.DB).Where("id = ?", post.ID).Select("*").Omit("n", "id", "comment_count", "root_count", "reaction_count", "comments_at", "created_at", "ghost_id").Updates(t.ctx, *post)); err != nil {
		return err
	}
	if post.Slug != before.Slug {
		if err := t.storeSlug(*post, before.Slug, before.WasPublic); err != nil {
			return err
		}
		post.FormerSlugs = without(post.FormerSlugs, post.Slug)
		if before.WasPublic {
			post.FormerSlugs = append(post.FormerSlugs, before.Slug)
		}
	}
	if slices.Contains(changed, "tags") {
		if err := t.writeTags(post); err != nil {
			return err
		}
	}
	if slices.Contains(changed, "authors") {
		if err := t.writeAuthors(post); err != nil {
			return err
		}
	}
	if err := t.keepPlaces(post, &before); err != nil {
		return err
	}
	if err := t.recount(was, shapeOf(post)); err != nil {
		return err
	}
	if err := t.index(post); err != nil {
		return err
	}
	if err := t.addRevision(post, changed); err != nil {
		return err
	}
	if err := t.dropWorkingCopy(post.ID); err != nil {
		return err
	}
	t.event("post.updated", "post", string(post.ID), changed...)
	t.touchPost(&before, post)
	return t.tellStatus(post, before.Status)
}

// relabeled writes down that a tag or an author of a post has become another, or went away: readers see another post, and whoever was
// about to change it sees that first.
func (t *tx) relabeled(post *Post, field string) error {
	post.Version++
	t.event("post.updated", "post", string(post.ID), field)
	t.touchPost(nil, post)
	t.clears("post:" + string(post.ID))
	return one(table[Post](t.DB).Where("id = ?", post.ID).Update(t.ctx, "version", post.Version))
}

// tellStatus notes what the status of a post means for readers and for the clock.
func (t *tx) tellStatus(post *Post, was PostStatus) error {
	t.clears("post:" + string(post.ID))
	if post.Readable() || was == Published || was == Archived {
		t.clears("posts", "tags", "authors")
	}
	if post.Status == was {
		if post.Status == Scheduled {
			return t.schedule(publishJob(post))
		}
		return nil
	}
	switch {
	case post.Status == Published:
		t.event("post.published", "post", string(post.ID))
	case was == Published:
		t.event("post.unpublished", "post", string(post.ID))
	case post.Status == Scheduled:
		t.event("post.scheduled", "post", string(post.ID))
	}
	if post.Status == Scheduled {
		return t.schedule(publishJob(post))
	}
	if was == Scheduled {
		return t.unschedule(publishJob(post).UniqueKey)
	}
	return nil
}

// publishJob is the work of publishing a scheduled post when it is due.
func publishJob(post *Post) Job {
	key := "publish:" + string(post.ID)
	return Job{Kind: JobPublish, UniqueKey: &key, Payload: "{}", RunAt: post.SortAt, MaxAttempts: 100}
}

// PublishDue publishes every scheduled post whose time has come, each in a transaction of its own, and returns how many. It may run
// any number of times, in any number of programs: a post goes out once.
func (s *Store) PublishDue(ctx context.Context) (int, error) {
	published := 0
	for {
		found := false
		err := s.writeAlone(ctx, System, "publish what is due", func(t *tx) error {
			found = false
			ids, err := query[PostID](t.ctx, t.DB, "SELECT id FROM posts WHERE status = 'scheduled' AND published_at <= ? ORDER BY published_at, id LIMIT 1", t.now)
			if err != nil || len(ids) == 0 {
				return err
			}
			found = true
			post, err := t.post(ids[0])
			if err != nil {
				return err
			}
			copied, hasCopy, err := t.keepWorkingCopy(post.ID)
			if err != nil {
				return err
			}
			due := *post.PublishedAt
			if err := t.changePost(&post, PostChange{Status: Some(Published), PublishedAt: Some(&due)}); err != nil || !hasCopy {
				return err
			}
			// The clock published what was saved; what the writer has begun since stays hers.
			copied.BaseVersion = post.Version
			return t.putWorkingCopyBack(copied)
		})
		if err != nil || !found {
			return published, err
		}
		published++
	}
}

// DeletePost removes a post with its comments and revisions, for good.
func (s *Store) DeletePost(ctx context.Context, by Actor, id PostID, version int64) error {
	return s.writeAlone(ctx, by, "delete the post", func(t *tx) error {
		post, err := t.editablePost(id, version)
		if err != nil {
			return err
		}
		if err := t.recount(shapeOf(&post), postShape{}); err != nil {
			return err
		}
		if err := t.uncountComments(id); err != nil {
			return err
		}
		if err := one(table[Post](t.DB).Where("id = ?", id).Delete(t.ctx)); err != nil {
			return err
		}
		was := post.Status
		t.touchPost(&post, nil)
		post.Status = Draft
		t.event("post.deleted", "post", string(id))
		t.clears("comments:" + string(id))
		return t.tellStatus(&post, was)
	})
}

// applyRelations finds the tags and authors that a change names.
func (t *tx) applyRelations(post *Post, c PostChange) error {
	if c.Tags.Set {
		tags, err := t.ensureTags(c.Tags.Value)
		if err != nil {
			return err
		}
		post.Tags = nil
		for _, tag := range tags {
			post.Tags = append(post.Tags, tag.onPost())
		}
	}
	if !c.Authors.Set {
		if len(post.Authors) == 0 {
			return t.authorBy(post)
		}
		return nil
	}
	if len(c.Authors.Value) == 0 {
		return Invalid{"authors": "needs one author at least"}
	}
	if len(c.Authors.Value) > maxAuthors {
		return Invalid{"authors": "are more than " + strconv.Itoa(maxAuthors)}
	}
	var authors []User
	for i, name := range c.Authors.Value {
		author, err := t.userNamed(name)
		if errors.Is(err, ErrNotFound) {
			return Invalid{"authors[" + strconv.Itoa(i) + "]": "is the id or slug of nobody here"}
		} else if err != nil {
			return err
		}
		if !slices.ContainsFunc(authors, func(u User) bool { return u.ID == author.ID }) {
			authors = append(authors, author.onPost())
		}
	}
	post.Authors = authors
	if t.by.Role == auth.Author && !post.WrittenBy(t.by.User) {
		return Invalid{"authors": "have to include yourself"}
	}
	return nil
}

// authorBy makes the actor the author of a new post. The command line has nobody behind it: then it is the first owner.
func (t *tx) authorBy(post *Post) error {
	var author User
	var err error
	if t.by.User != "" {
		author, err = t.user(t.by.User)
	} else {
		author, err = found(table[User](t.DB).Select(userFields).Where("role = ?", auth.Owner).Order("created_at, id").Take(t.ctx))
		if errors.Is(err, ErrNotFound) {
			return Invalid{"authors": "is needed: there is no owner yet who could be the author"}
		}
	}
	post.Authors = []User{author.onPost()}
	return err
}

// placed is what lists of a tag or an author know of a post, so that they go along one index.
type placed struct {
	Type     PostType
	Status   PostStatus
	SortAt   time.Time `gorm:"serializer:utc"`
	Language string
	TitleKey string
}

func placeOf(p *Post) placed { return placed{p.Type, p.Status, p.SortAt, p.Language, p.TitleKey} }

// keepPlaces tells the lists that a post is another now, of whose tags and authors nothing has changed.
func (t *tx) keepPlaces(post, before *Post) error {
	if now := placeOf(post); now.SortAt.Equal(before.SortAt) && now.Type == before.Type && now.Status == before.Status && now.Language == before.Language && now.TitleKey == before.TitleKey {
		return nil
	}
	return errors.Join(
		done(exec(t.ctx, t.DB, "UPDATE post_tags SET type = ?, status = ?, sort_at = ?, language = ?, title_key = ? WHERE post_id = ?",
			post.Type, post.Status, post.SortAt, post.Language, post.TitleKey, post.ID)),
		done(exec(t.ctx, t.DB, "UPDATE post_authors SET type = ?, status = ?, sort_at = ?, language = ?, title_key = ? WHERE post_id = ?",
			post.Type, post.Status, post.SortAt, post.Language, post.TitleKey, post.ID)),
	)
}

type postTag struct {
	PostID   PostID `gorm:"primaryKey"`
	TagID    TagID  `gorm:"primaryKey"`
	Position int
	Place    placed `gorm:"embedded"`
}

func (postTag) TableName() string { return "post_tags" }

type postAuthor struct {
	PostID   PostID `gorm:"primaryKey"`
	UserID   UserID `gorm:"primaryKey"`
	Position int
	Place    placed `gorm:"embedded"`
}

func (postAuthor) TableName() string { return "post_authors" }

// writeTags stores the tags of a post in their order.
func (t *tx) writeTags(post *Post) error {
	if err := done(table[postTag](t.DB).Where("post_id = ?", post.ID).Delete(t.ctx)); err != nil {
		return err
	}
	rows := make([]postTag, len(post.Tags))
	for i, tag := range post.Tags {
		rows[i] = postTag{post.ID, tag.ID, i, placeOf(post)}
	}
	if err := table[postTag](t.DB).CreateAll(t.ctx, rows); err != nil {
		return err
	}
	return t.keepTagLevel(post.ID)
}

// writeAuthors stores the authors of a post in their order.
func (t *tx) writeAuthors(post *Post) error {
	if err := done(table[postAuthor](t.DB).Where("post_id = ?", post.ID).Delete(t.ctx)); err != nil {
		return err
	}
	rows := make([]postAuthor, len(post.Authors))
	for i, author := range post.Authors {
		rows[i] = postAuthor{post.ID, author.ID, i, placeOf(post)}
	}
	return table[postAuthor](t.DB).CreateAll(t.ctx, rows)
}

type slugRow struct {
	Slug      string `gorm:"primaryKey"`
	PostID    PostID
	Current   bool
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

func (slugRow) TableName() string { return "slugs" }

// freePostSlug is the first free slug in the space of posts and pages. Former slugs of other posts are taken: links to them go on. So are given
// ones, which no row says yet.
func (t *tx) freePostSlug(wanted string, post Post, given ...string) (string, error) {
	if wanted == "" {
		wanted = string(post.Type)
	}
	from, to := slugRange(wanted)
	rows, err := table[slugRow](t.DB).Where("(slug = ? OR (slug >= ? AND slug < ?)) AND post_id <> ?", wanted, from, to, post.ID).Find(t.ctx)
	if err != nil {
		return "", err
	}
	taken := make([]string, len(rows))
	for i, row := range rows {
		taken[i] = row.Slug
	}
	for _, slug := range given {
		if strings.HasPrefix(slug, wanted) {
			taken = append(taken, slug)
		}
	}
	return freeSlug(wanted, taken), nil
}

// storeSlug makes the post's slug the present one. The former one is kept if readers may have a link to it, else it is free again.
func (t *tx) storeSlug(post Post, former string, keep bool) error {
	var err error
	switch was := table[slugRow](t.DB).Where("slug = ?", former); {
	case keep:
		err = one(was.Update(t.ctx, "current", false))
	default:
		err = one(was.Delete(t.ctx))
	}
	if err != nil {
		return err
	}
	row := slugRow{Slug: post.Slug, PostID: post.ID, Current: true, CreatedAt: t.now}
	onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "slug"}}, DoUpdates: clause.AssignmentColumns([]string{"current", "created_at"})}
	return table[slugRow](t.DB, onConflict).Create(t.ctx, &row)
}

// A postShape is what the counters count of a post.
type postShape struct {
	Type   PostType
	Status PostStatus
	Refs   []countRef
}

type countRef struct{ Dimension, Ref string }

func shapeOf(p *Post) postShape {
	shape := postShape{p.Type, p.Status, []countRef{{"all", ""}}}
	for _, tag := range p.Tags {
		shape.Refs = append(shape.Refs, countRef{"tag", string(tag.ID)})
	}
	for _, author := range p.Authors {
		shape.Refs = append(shape.Refs, countRef{"author", string(author.ID)})
	}
	return shape
}

type postCount struct {
	Dimension string     `gorm:"primaryKey"`
	Ref       string     `gorm:"primaryKey"`
	Type      PostType   `gorm:"primaryKey"`
	Status    PostStatus `gorm:"primaryKey"`
	N         int64
}

func (postCount) TableName() string { return "post_counts" }

// recount moves a post from one place in the counters to another. Rows are touched in a fixed order, so that two writes on Postgres do
// not wait for each other in a ring.
func (t *tx) recount(before, after postShape) error {
	delta := map[postCount]int64{}
	before.count(delta, -1)
	after.count(delta, 1)
	return t.addToPostCounts(delta)
}

// countNew counts new posts.
func (t *tx) countNew(posts []Post) error {
	delta := map[postCount]int64{}
	for i := range posts {
		shapeOf(&posts[i]).count(delta, 1)
	}
	return t.addToPostCounts(delta)
}

func (s postShape) count(delta map[postCount]int64, by int64) {
	for _, ref := range s.Refs {
		delta[postCount{ref.Dimension, ref.Ref, s.Type, s.Status, 0}] += by
	}
}

func (t *tx) addToPostCounts(delta map[postCount]int64) error {
	return applyDeltas(delta, func(c postCount) string {
		return c.Dimension + c.Ref + string(c.Type) + string(c.Status)
	}, func(c postCount, by int64) error {
		if by < 0 { // an INSERT of a negative number is refused before its conflict is seen
			return uncounted(table[postCount](t.DB).Where("dimension = ? AND ref = ? AND type = ? AND status = ?", c.Dimension, c.Ref, c.Type, c.Status).Update(t.ctx, "n", gorm.Expr("n + ?", by)))
		}
		return done(exec(t.ctx, t.DB, `INSERT INTO post_counts (dimension, ref, type, status, n) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (dimension, ref, type, status) DO UPDATE SET n = post_counts.n + excluded.n`, c.Dimension, c.Ref, c.Type, c.Status, by))
	})
}

// index puts the words of a post where search finds them.
func (t *tx) index(post *Post) error { return t.indexAll([]Post{*post}, nil) }

// indexAll is index for many posts. What they were made of may have their words, found while the transaction before was written.
func (t *tx) indexAll(posts []Post, from []PostChange) error {
	rows := make([][]any, len(posts))
	for i := range posts {
		post, names := &posts[i], ""
		for _, tag := range post.Tags {
			if !tag.Internal {
				names += " " + tag.Name
			}
		}
		title, tags, body := indexText(post.Title), indexText(names), ""
		if from == nil || !from[i].rendered.hasWordsOf(post, &body) {
			body = indexText(post.searched())
		}
		if rows[i] = []any{post.N, title, tags, body}; t.s.postgres {
			rows[i] = []any{post.N, tsVector(title, tags, body)}
		}
	}
	atOnce := indexedAtOnce
	if t.s.filling {
		atOnce = filledAtOnce
	}
	for some := range slices.Chunk(rows, atOnce) {
		var err error
		if t.s.postgres {
			err = t.insertAll("INSERT INTO post_words (n, vector) VALUES ", "(?, CAST(? AS tsvector))", " ON CONFLICT (n) DO UPDATE SET vector = excluded.vector", some)
		} else {
			err = t.insertAll("INSERT INTO post_words (n, title, tags, body) VALUES ", "(?, ?, ?, ?)",
				" ON CONFLICT (n) DO UPDATE SET title = excluded.title, tags = excluded.tags, body = excluded.body", some)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reindex renews the index of posts whose tags are now called otherwise. It reads a hundred at a time: each may be large.
func (t *tx) reindex(ids []PostID) error {
	for some := range slices.Chunk(ids, 100) {
		posts, err := table[Post](t.DB).Select("n, id, title, excerpt, text").Where("id IN ?", some).Find(t.ctx)
		if err != nil {
			return err
		}
		if err := attachRelations(t.ctx, t.DB, posts, false); err != nil {
			return err
		}
		for i := range posts {
			if err := t.index(&posts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// post reads a post as a whole, to be changed in this transaction.
func (t *tx) post(id PostID) (Post, error) {
	if !isID(id) {
		return Post{}, ErrNotFound
	}
	post, err := found(table[Post](t.DB, t.forUpdate()...).Select(postColumns).Where("id = ?", id).Take(t.ctx))
	if err != nil {
		return post, err
	}
	posts := []Post{post}
	err = attachRelations(t.ctx, t.DB, posts, true)
	return posts[0], err
}

// applyDeltas writes each difference that is not zero, in a fixed order.
func applyDeltas[K comparable](delta map[K]int64, order func(K) string, apply func(K, int64) error) error {
	keys := make([]K, 0, len(delta))
	for key, by := range delta {
		if by != 0 {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Compare(order(a), order(b)) })
	for _, key := range keys {
		if err := apply(key, delta[key]); err != nil {
			return err
		}
	}
	return nil
}
