package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"dimmer/auth"
	"dimmer/markdown"
)

// Revision is what a post was after one change.
type Revision struct {
	PostID       PostID `gorm:"primaryKey"`
	Number       int    `gorm:"primaryKey;autoIncrement:false"`
	Title        string
	Format       markdown.Format
	Source       string
	Excerpt      *string
	Tags         []string `gorm:"serializer:json"`
	Authors      []UserID `gorm:"serializer:json"`
	FeatureImage *Image   `gorm:"serializer:json"`
	SEO          SEO      `gorm:"column:seo;serializer:json"`
	Extra        JSON
	Changed      []string `gorm:"serializer:json"`
	ByUserID     *UserID
	CreatedAt    time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Revision) TableName() string { return "revisions" }

// addRevision keeps what the post is now.
func (t *tx) addRevision(post *Post, changed []string) error {
	last, err := queryOne[int](t.ctx, t.DB, "SELECT COALESCE(max(number), 0) FROM revisions WHERE post_id = ?", post.ID)
	if err != nil {
		return err
	}
	r := t.revision(post, last+1, changed)
	return table[Revision](t.DB).Create(t.ctx, &r)
}

// revision is what the post is now.
func (t *tx) revision(post *Post, number int, changed []string) Revision {
	r := Revision{
		PostID: post.ID, Number: number, Title: post.Title, Format: post.Format, Source: post.Source, Tags: []string{}, Authors: []UserID{},
		FeatureImage: post.FeatureImage, SEO: post.SEO, Extra: post.Extra, Changed: changed, CreatedAt: t.now,
	}
	if post.OwnExcerpt {
		r.Excerpt = &post.Excerpt
	}
	for _, tag := range post.Tags {
		r.Tags = append(r.Tags, tag.Name)
	}
	for _, author := range post.Authors {
		r.Authors = append(r.Authors, author.ID)
	}
	if t.by.User != "" {
		r.ByUserID = &t.by.User
	}
	return r
}

// Revisions lists the revisions of a post, newest first, without their bodies.
func (s *Store) Revisions(ctx context.Context, by Actor, id PostID, page Page) (List[Revision], error) {
	if _, err := s.Post(ctx, by, id); err != nil {
		return List[Revision]{}, err
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.add("post_id = ?", id)
	list, err := listRows(ctx, db, listing[Revision]{
		columns: "post_id, number, title, format, changed, by_user_id, created_at, tags, authors, feature_image, seo, extra, excerpt",
		where:   where, sort: sortSpec{column: "number", descending: true, unique: true}, page: page,
	}, func(r Revision) sortKey { return sortKey{key: r.Number} })
	if err != nil {
		return list, fault("list the revisions", err)
	}
	list.Total, err = chain[Revision](db, where).Count(ctx)
	return list, fault("count the revisions", err)
}

// Revision reads one revision.
func (s *Store) Revision(ctx context.Context, by Actor, id PostID, number int) (Revision, error) {
	if _, err := s.Post(ctx, by, id); err != nil {
		return Revision{}, err
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	revision, err := table[Revision](db).Where("post_id = ? AND number = ?", id, number).Take(ctx)
	return revision, fault("read the revision", err)
}

// RestoreRevision brings back title, body, excerpt, tags, authors, picture, SEO and extra of a revision, never status, slug or
// dates. It is a change like any other and writes a revision itself. Authors who are gone are left out, and a picture that was deleted.
func (s *Store) RestoreRevision(ctx context.Context, by Actor, id PostID, number int, version int64) (Post, error) {
	var post Post
	err := s.writeAlone(ctx, by, "restore the revision", func(t *tx) error {
		var err error
		if post, err = t.editablePost(id, version); err != nil {
			return err
		}
		r, err := table[Revision](t.DB).Where("post_id = ? AND number = ?", id, number).Take(t.ctx)
		if err != nil {
			return err
		}
		change := PostChange{
			Title: Some(r.Title), Format: Some(r.Format), Source: Some(r.Source), Excerpt: Some(r.Excerpt), Tags: Some(r.Tags),
			FeatureImage: Some(r.FeatureImage), SEO: Some(r.SEO), Extra: Some(r.Extra),
		}
		if err := fillImage(t.ctx, t.DB, &change); errors.As(err, new(Invalid)) {
			change.FeatureImage = Some[*Image](nil) // it has been deleted since
		} else if err != nil {
			return err
		}
		var authors []string
		for _, author := range r.Authors {
			if _, err := t.user(author); err == nil {
				authors = append(authors, string(author))
			} else if !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		if len(authors) > 0 && (t.by.Role != auth.Author || slices.Contains(authors, string(t.by.User))) {
			change.Authors = Some(authors)
		}
		return t.changePost(&post, change)
	})
	return post, err
}
