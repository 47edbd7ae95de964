package models

import (
	"context"
	"errors"
	"time"
)

// Preview is a link that shows an unpublished post.
type Preview struct {
	Hash      string `gorm:"primaryKey"`
	PostID    PostID
	ByUserID  *UserID
	ExpiresAt time.Time `gorm:"serializer:utc"`
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Preview) TableName() string { return "previews" }

// CreatePreview keeps the hash of a link's token until it expires.
func (s *Store) CreatePreview(ctx context.Context, by Actor, id PostID, hash string, lifetime time.Duration) (Preview, error) {
	var preview Preview
	err := s.writeAlone(ctx, by, "make the preview link", func(t *tx) error {
		post, err := t.post(id)
		if err != nil {
			return err
		}
		if !post.EditableBy(t.by) {
			return ErrNotFound
		}
		preview = Preview{Hash: hash, PostID: id, ExpiresAt: t.now.Add(lifetime), CreatedAt: t.now}
		if t.by.User != "" {
			preview.ByUserID = &t.by.User
		}
		t.event("post.preview_created", "post", string(id))
		return table[Preview](t.DB).Create(t.ctx, &preview)
	})
	return preview, err
}

// RevokePreviews ends every preview link of a post.
func (s *Store) RevokePreviews(ctx context.Context, by Actor, id PostID) error {
	return s.writeAlone(ctx, by, "revoke the preview links", func(t *tx) error {
		post, err := t.post(id)
		if err != nil {
			return err
		}
		if !post.EditableBy(t.by) {
			return ErrNotFound
		}
		t.event("post.previews_revoked", "post", string(id))
		return done(table[Preview](t.DB).Where("post_id = ?", id).Delete(t.ctx))
	})
}

// Previewed is what a preview link shows.
type Previewed struct {
	Post      Post
	Unsaved   *WorkingCopy // nil: there is no unsaved version
	ExpiresAt time.Time    // of the link
}

// PreviewedPost reads the post that a preview link shows, and its unsaved version if there is one.
func (s *Store) PreviewedPost(ctx context.Context, hash string) (Previewed, error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	preview, err := table[Preview](db).Where("hash = ? AND expires_at > ?", hash, s.now()).Take(bounded)
	if err != nil {
		return Previewed{}, fault("read the preview link", err)
	}
	post, err := s.Post(ctx, System, preview.PostID)
	if err != nil {
		return Previewed{}, err
	}
	shown := Previewed{Post: post, ExpiresAt: preview.ExpiresAt}
	kept, err := s.workingCopy(ctx, post.ID)
	if errors.Is(err, ErrNotFound) {
		return shown, nil
	}
	shown.Unsaved = &kept
	return shown, err
}

// Sketch is the post as a change would make it, without storing anything: what a preview shows of an unsaved version.
func (s *Store) Sketch(ctx context.Context, post Post, c PostChange) (Post, error) {
	c.Slug, c.Status, c.PublishedAt = Opt[string]{}, Opt[PostStatus]{}, Opt[*time.Time]{}
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	if err := fillImage(bounded, db, &c); errors.As(err, new(Invalid)) {
		c.FeatureImage = Some[*Image](nil) // it was deleted after the version was kept
	} else if err != nil {
		return post, fault("read the picture", err)
	}
	if _, err := post.apply(c, s.render, s.now()); err != nil {
		return post, err
	}
	if c.Tags.Set {
		post.Tags = nil
		for _, name := range c.Tags.Value {
			tag := Tag{}
			tag.named(name, Invalid{}, "tags")
			tag.Slug = tagSlug(tag.Name)
			post.Tags = append(post.Tags, tag)
		}
	}
	return post, ctx.Err()
}
