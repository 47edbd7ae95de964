package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// WorkingCopy is the one unsaved version of a post. Fields are as the client sends them in a change.
type WorkingCopy struct {
	PostID      PostID `gorm:"primaryKey"`
	Fields      JSON
	BaseVersion int64
	ByUserID    *UserID
	UpdatedAt   time.Time `gorm:"serializer:utc;autoUpdateTime:false"`
}

// TableName is the table's name.
func (WorkingCopy) TableName() string { return "working_copies" }

// WorkingCopy reads the unsaved version of a post.
func (s *Store) WorkingCopy(ctx context.Context, by Actor, id PostID) (WorkingCopy, error) {
	if _, err := s.Post(ctx, by, id); err != nil {
		return WorkingCopy{}, err
	}
	return s.workingCopy(ctx, id)
}

func (s *Store) workingCopy(ctx context.Context, id PostID) (WorkingCopy, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	kept, err := table[WorkingCopy](db).Where("post_id = ?", id).Take(ctx)
	return kept, fault("read the working copy", err)
}

// SaveWorkingCopy keeps the unsaved version of a post in the place of the last. It checks what a change would check, and writes no
// event: autosave is not news.
func (s *Store) SaveWorkingCopy(ctx context.Context, by Actor, id PostID, baseVersion int64, fields JSON, c PostChange) (WorkingCopy, error) {
	var kept WorkingCopy
	c.rendered = s.renderAhead(ctx, id, c)
	err := s.writeAlone(ctx, by, "save the working copy", func(t *tx) error {
		post, err := t.post(id)
		if err != nil {
			return err
		}
		if !post.EditableBy(t.by) {
			return ErrNotFound
		}
		if baseVersion < 1 || baseVersion > post.Version {
			return Invalid{"base_version": "is not a version of this post"}
		}
		if err := fillImage(t.ctx, t.DB, &c); err != nil {
			return err
		}
		if _, err := post.apply(c, s.render, t.now); err != nil {
			return err
		}
		if err := t.alsoShows(id, fields); err != nil {
			return err
		}
		kept = WorkingCopy{PostID: id, Fields: fields, BaseVersion: baseVersion, UpdatedAt: t.now}
		if t.by.User != "" {
			kept.ByUserID = &t.by.User
		}
		t.clears("preview:" + string(id))
		onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "post_id"}}, UpdateAll: true}
		return table[WorkingCopy](t.DB, onConflict).Create(t.ctx, &kept)
	})
	return kept, err
}

// DeleteWorkingCopy forgets the unsaved version of a post.
func (s *Store) DeleteWorkingCopy(ctx context.Context, by Actor, id PostID) error {
	return s.writeAlone(ctx, by, "drop the working copy", func(t *tx) error {
		post, err := t.post(id)
		if err != nil {
			return err
		}
		if !post.EditableBy(t.by) {
			return ErrNotFound
		}
		if err := one(table[WorkingCopy](t.DB).Where("post_id = ?", id).Delete(t.ctx)); err != nil {
			return err
		}
		return t.noteMedia(&post)
	})
}

func (t *tx) dropWorkingCopy(id PostID) error {
	return done(table[WorkingCopy](t.DB).Where("post_id = ?", id).Delete(t.ctx))
}

// keepWorkingCopy takes the unsaved version aside before a change that would clear it.
func (t *tx) keepWorkingCopy(id PostID) (WorkingCopy, bool, error) {
	kept, err := found(table[WorkingCopy](t.DB).Where("post_id = ?", id).Take(t.ctx))
	if errors.Is(err, ErrNotFound) {
		return kept, false, nil
	}
	return kept, err == nil, err
}

// putWorkingCopyBack stores an unsaved version that was taken aside.
func (t *tx) putWorkingCopyBack(kept WorkingCopy) error {
	if err := table[WorkingCopy](t.DB).Create(t.ctx, &kept); err != nil {
		return err
	}
	return t.alsoShows(kept.PostID, kept.Fields)
}
