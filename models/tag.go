package models

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

const maxName = 80 // characters of a name of a tag or a person

// Tag is a word that posts are filed under.
type Tag struct {
	ID          TagID `gorm:"primaryKey"`
	Slug        string
	Name        string
	NameKey     string
	Description string
	Internal    bool // its name begins with #: seen by staff and usable in filters, never shown to readers
	Extra       JSON
	Level       *Level `gorm:"column:comment_level"` // of its posts that have none of their own; nil: the site's
	GhostID     string
	CreatedAt   time.Time `gorm:"serializer:utc;autoCreateTime:false"`
	UpdatedAt   time.Time `gorm:"serializer:utc;autoUpdateTime:false"`

	PostCount int64 `gorm:"-:migration;->"` // published posts; only where a query selects it
}

// TableName is the table's name.
func (Tag) TableName() string { return "tags" }

// TagChange is what a writer sends: the fields of a new tag, or those that are to change.
type TagChange struct {
	Name        Opt[string]
	Slug        Opt[string]
	Description Opt[string]
	Extra       Opt[JSON]
	Level       Opt[*Level]
}

// onPost is what a post says of its tag.
func (t Tag) onPost() Tag { return Tag{ID: t.ID, Slug: t.Slug, Name: t.Name, Internal: t.Internal} }

// tagSlug is the slug that a name gives: internal tags begin with hash-.
func tagSlug(name string) string {
	if rest, internal := strings.CutPrefix(name, "#"); internal {
		return strings.TrimSuffix(clip("hash-"+Slug(rest), maxSlug), "-")
	}
	return Slug(name)
}

// nameKey sorts names as people look for them, and is the same for the same name however it is capitalised: the folded name, then, to
// tell apart what differs in its accents only (ano, año), the name in lower case.
func nameKey(name string) string {
	return fold(name) + "\n" + norm.NFC.String(strings.ToLower(norm.NFKC.String(name)))
}

// named gives the tag its name, if it can be one.
func (t *Tag) named(name string, invalid Invalid, field string) {
	t.Name = oneLine(name)
	t.NameKey = nameKey(t.Name)
	t.Internal = strings.HasPrefix(t.Name, "#")
	checkLength(invalid, field, t.Name, 1, maxName)
	if invalid[field] == "" && (tagSlug(t.Name) == "" || t.Internal && Slug(t.Name[1:]) == "") {
		invalid[field] = "needs a letter or a digit"
	}
}

// ensureTags finds the tags of these names, making those that are not there, in the order given and each once.
func (t *tx) ensureTags(names []string) ([]Tag, error) {
	invalid := Invalid{}
	if len(names) > maxTags {
		return nil, Invalid{"tags": "are more than " + strconv.Itoa(maxTags)}
	}
	tags := make([]Tag, 0, len(names))
	for i, name := range names {
		tag := Tag{}
		tag.named(name, invalid, "tags["+strconv.Itoa(i)+"]")
		if !slices.ContainsFunc(tags, func(other Tag) bool { return other.NameKey == tag.NameKey }) {
			tags = append(tags, tag)
		}
	}
	if err := invalid.orNil(); err != nil {
		return nil, err
	}
	for i := range tags {
		if t.named != nil {
			if known, is := t.named.tags[tags[i].NameKey]; is {
				tags[i] = known
				continue
			}
		}
		known, err := found(table[Tag](t.DB).Select(tagFields).Where("name_key = ?", tags[i].NameKey).Take(t.ctx))
		switch {
		case err == nil:
			tags[i] = known
		case errors.Is(err, ErrNotFound):
			err = t.insertTag(&tags[i], tagSlug(tags[i].Name))
		}
		if err != nil {
			return nil, err
		}
		if t.named != nil {
			t.named.tags[tags[i].NameKey] = tags[i]
		}
	}
	return tags, nil
}

// insertTag stores a tag that has its name, under the first free slug.
func (t *tx) insertTag(tag *Tag, slug string) error {
	free, err := t.freeSlugIn("tags", slug, string(tag.ID))
	if err != nil {
		return err
	}
	tag.ID, tag.Slug = newID[TagID](), free
	tag.GhostID, tag.CreatedAt, tag.UpdatedAt = ghostID(tag.ID), t.now, t.now
	if tag.Extra == "" {
		tag.Extra = "{}"
	}
	if err := table[Tag](t.DB).Omit("PostCount").Create(t.ctx, tag); err != nil {
		return err
	}
	t.event("tag.created", "tag", string(tag.ID))
	t.touch(TagChanged, string(tag.ID))
	t.clears("tags")
	return nil
}

// freeSlugIn is the first free slug in a table of its own slug space (tags, users), leaving the thing itself out.
func (t *tx) freeSlugIn(table, slug, self string) (string, error) {
	from, to := slugRange(slug)
	rows, err := query[struct{ ID, Slug string }](t.ctx, t.DB, "SELECT id, slug FROM "+table+" WHERE slug = ? OR (slug >= ? AND slug < ?)", slug, from, to)
	if err != nil {
		return "", err
	}
	taken := make([]string, 0, len(rows))
	for _, row := range rows {
		if row.ID != self {
			taken = append(taken, row.Slug)
		}
	}
	return freeSlug(slug, taken), nil
}

// CreateTag makes a tag. A tag of that name is a conflict, however it is capitalised.
func (s *Store) CreateTag(ctx context.Context, by Actor, c TagChange) (Tag, error) {
	var tag Tag
	err := s.writeAlone(ctx, by, "create the tag", func(t *tx) error {
		tag = Tag{Extra: "{}"}
		slug, err := t.applyTag(&tag, c, true)
		if err != nil {
			return err
		}
		return t.insertTag(&tag, slug)
	})
	return tag, err
}

// applyTag changes the fields of a tag and gives the slug that it wants.
func (t *tx) applyTag(tag *Tag, c TagChange, isNew bool) (slug string, err error) {
	invalid := Invalid{}
	slug = tag.Slug
	if wasInternal := tag.Internal; c.Name.Set || isNew {
		tag.named(c.Name.Value, invalid, "name")
		if isNew || tag.Internal != wasInternal {
			slug = tagSlug(tag.Name)
		}
	}
	if c.Slug.Set {
		if slug = Slug(c.Slug.Value); slug == "" {
			invalid["slug"] = "needs a letter or a digit"
		} else if tag.Internal && !strings.HasPrefix(slug, "hash-") {
			slug = tagSlug("#" + slug)
		}
	}
	if c.Description.Set {
		tag.Description = strings.TrimSpace(c.Description.Value)
		checkLength(invalid, "description", tag.Description, 0, maxExcerpt)
	}
	if c.Extra.Set {
		tag.Extra = c.Extra.Value
		checkExtra(invalid, tag.Extra)
	}
	if c.Level.Set {
		if tag.Level = c.Level.Value; tag.Level != nil && !tag.Level.Valid() {
			invalid["comments"] = "is none of open, newcomers, all, closed"
		}
	}
	if err := invalid.orNil(); err != nil {
		return "", err
	}
	same, err := table[Tag](t.DB).Where("name_key = ? AND slug <> ?", tag.NameKey, tag.Slug).Count(t.ctx)
	if err == nil && same > 0 {
		err = ConflictError{"tag_exists", "There is a tag of this name. Use it, or merge the two."}
	}
	return slug, err
}

// ChangeTag changes a tag. A new name leaves the slug alone, so that links to it go on working; but one that becomes internal, or
// is so no longer, gets the slug of its new name.
func (s *Store) ChangeTag(ctx context.Context, by Actor, id TagID, c TagChange) (Tag, error) {
	var tag Tag
	err := s.writeAlone(ctx, by, "change the tag", func(t *tx) error {
		before, err := t.tag(id)
		if err != nil {
			return err
		}
		tag = before
		wanted, err := t.applyTag(&tag, c, false)
		if err != nil {
			return err
		}
		if tag.Slug != wanted {
			if tag.Slug, err = t.freeSlugIn("tags", wanted, string(id)); err != nil {
				return err
			}
		}
		if sameJSON(tag, before) {
			return nil
		}
		tag.UpdatedAt = t.now
		if err := one(table[Tag](t.DB).Where("id = ?", id).Select("slug", "name", "name_key", "description", "internal", "extra", "comment_level", "updated_at").Updates(t.ctx, tag)); err != nil {
			return err
		}
		if err := t.keepTagLevels(id); err != nil {
			return err
		}
		posts, err := t.postsTagged(id)
		if err != nil {
			return err
		}
		if tag.Name != before.Name {
			if err := t.reindex(posts); err != nil {
				return err
			}
		}
		t.event("tag.updated", "tag", string(id))
		t.touch(TagChanged, string(id))
		if tag.Slug != before.Slug || tag.Name != before.Name {
			t.touchPostsOf(TagChanged, string(id), len(posts))
		}
		t.clears("tags", "posts")
		t.clearsPosts(posts)
		return nil
	})
	return tag, err
}

// DeleteTag takes a tag from its posts and removes it.
func (s *Store) DeleteTag(ctx context.Context, by Actor, id TagID) error {
	return s.writeAlone(ctx, by, "delete the tag", func(t *tx) error { return t.removeTag(id, nil, "tag.deleted") })
}

// MergeTag files the posts of one tag under another and removes the first. A post that has both keeps the place of the earlier.
func (s *Store) MergeTag(ctx context.Context, by Actor, from, into TagID) (Tag, error) {
	var merged Tag
	err := s.writeAlone(ctx, by, "merge the tags", func(t *tx) error {
		if from == into {
			return Invalid{"into": "is the tag itself"}
		}
		var err error
		if merged, err = t.tag(into); errors.Is(err, ErrNotFound) {
			return Invalid{"into": "is no tag"}
		} else if err != nil {
			return err
		}
		return t.removeTag(from, &merged, "tag.merged")
	})
	return merged, err
}

// removeTag removes a tag. Its posts get the heir in its place, if there is one.
func (t *tx) removeTag(id TagID, heir *Tag, event string) error {
	if _, err := t.tag(id); err != nil {
		return err
	}
	posts, err := t.postsTagged(id)
	if err != nil {
		return err
	}
	for _, post := range posts {
		if err := t.replaceTag(post, id, heir); err != nil {
			return err
		}
	}
	if err := done(table[postCount](t.DB).Where("dimension = 'tag' AND ref = ?", string(id)).Delete(t.ctx)); err != nil {
		return err
	}
	if err := one(table[Tag](t.DB).Where("id = ?", id).Delete(t.ctx)); err != nil {
		return err
	}
	if err := t.reindex(posts); err != nil {
		return err
	}
	t.event(event, "tag", string(id))
	t.touch(TagChanged, string(id))
	t.clears("tags", "posts")
	return nil
}

// replaceTag takes a tag from a post, or puts the heir in its place.
func (t *tx) replaceTag(id PostID, gone TagID, heir *Tag) error {
	post, err := t.post(id)
	if err != nil {
		return err
	}
	before := shapeOf(&post)
	var tags []Tag
	for _, tag := range post.Tags {
		if tag.ID == gone {
			if heir == nil {
				continue
			}
			tag = heir.onPost()
		}
		if !slices.ContainsFunc(tags, func(have Tag) bool { return have.ID == tag.ID }) {
			tags = append(tags, tag)
		}
	}
	post.Tags = tags
	if err := t.writeTags(&post); err != nil {
		return err
	}
	if err := t.recount(before, shapeOf(&post)); err != nil {
		return err
	}
	return t.relabeled(&post, "tags")
}

func (t *tx) tag(id TagID) (Tag, error) {
	if !isID(id) {
		return Tag{}, ErrNotFound
	}
	return found(table[Tag](t.DB).Select(tagFields).Where("id = ?", id).Take(t.ctx))
}

func (t *tx) postsTagged(id TagID) ([]PostID, error) {
	return query[PostID](t.ctx, t.DB, "SELECT post_id FROM post_tags WHERE tag_id = ? ORDER BY post_id", id)
}

// clearsPosts says that readers see these posts otherwise, although the posts themselves have not changed.
func (t *tx) clearsPosts(ids []PostID) {
	for _, id := range ids {
		t.clears("post:" + string(id))
	}
}

const (
	tagFields = "id, slug, name, name_key, description, internal, extra, comment_level, ghost_id, created_at, updated_at"
	// tagColumns are a tag and how many published posts it has, from the kept counter.
	tagColumns = tagFields + `,
	COALESCE((SELECT c.n FROM post_counts c WHERE c.dimension = 'tag' AND c.ref = CAST(tags.id AS text) AND c.type = 'post' AND c.status = 'published'), 0) AS post_count`
)

// Tag reads one tag for staff.
func (s *Store) Tag(ctx context.Context, id TagID) (Tag, error) {
	if !isID(id) {
		return Tag{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	tag, err := table[Tag](db).Select(tagColumns).Where("id = ?", id).Take(ctx)
	return tag, fault("read the tag", err)
}

// TagBySlug reads one tag for readers: an internal tag is not found.
func (s *Store) TagBySlug(ctx context.Context, slug string) (Tag, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	tag, err := table[Tag](db).Select(tagColumns).Where("slug = ? AND internal = ?", slug, false).Take(ctx)
	return tag, fault("read the tag", err)
}

// TagQuery selects tags.
type TagQuery struct {
	Internal bool // also internal ones: for staff
	Page     Page
}

// Tags lists tags by name.
func (s *Store) Tags(ctx context.Context, q TagQuery) (List[Tag], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	if !q.Internal {
		where.add("internal = ?", false)
	}
	list, err := listRows(ctx, db, listing[Tag]{columns: tagColumns, where: where, sort: sortSpec{column: "name_key", kind: textKey}, page: q.Page},
		func(t Tag) sortKey { return sortKey{key: t.NameKey, id: string(t.ID)} })
	if err != nil {
		return list, fault("list the tags", err)
	}
	list.Total, err = chain[Tag](db, where).Count(ctx)
	return list, fault("count the tags", err)
}
