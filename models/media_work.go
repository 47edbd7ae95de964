package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

const (
	maxVariantAttempts = 5
	// variantsLease is how long a picture belongs to the program that makes its sizes; the largest takes 10 s.
	variantsLease = 2 * time.Minute
)

// DueVariants claims the picture whose smaller sizes have been due longest. It is [ErrNotFound] if none is.
func (s *Store) DueVariants(ctx context.Context) (MediaFile, error) {
	var file MediaFile
	err := s.write(ctx, System, "look for a picture to make smaller", func(t *tx) error {
		var err error
		file, err = found(table[MediaFile](t.DB, t.forUpdate()...).Where("variants_state = 'waiting' AND next_at <= ?", t.now).Order("next_at, id").Limit(1).Take(t.ctx))
		if err != nil {
			return err
		}
		until := t.now.Add(variantsLease)
		file.NextAt, file.Attempts = &until, file.Attempts+1
		return one(table[MediaFile](t.DB).Where("id = ?", file.ID).Select("next_at", "attempts").Updates(t.ctx, file))
	})
	return file, err
}

// KeepVariants notes the smaller sizes of a picture. If it has another file meanwhile, or has gone, theirs go too.
func (s *Store) KeepVariants(ctx context.Context, file MediaFile, variants []MediaVariant) error {
	return s.writeAlone(ctx, System, "keep the sizes of a picture", func(t *tx) error {
		now, err := found(table[MediaFile](t.DB, t.forChange()...).Where("id = ?", file.ID).Take(t.ctx))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err != nil || now.Key != file.Key {
			rows := []mediaRemoval{}
			for _, v := range variants {
				rows = append(rows, mediaRemoval{v.Key, t.now})
			}
			return t.removeLater(rows)
		}
		if err := done(table[MediaVariant](t.DB).Where("media_id = ?", file.ID).Delete(t.ctx)); err != nil {
			return err
		}
		for i := range variants {
			variants[i].MediaID = file.ID
		}
		if err := table[MediaVariant](t.DB).CreateAll(t.ctx, variants); err != nil {
			return err
		}
		now.Variants, now.VariantsState, now.Attempts, now.NextAt, now.LastError = variants, VariantsReady, 0, nil, ""
		if err := one(table[MediaFile](t.DB).Where("id = ?", file.ID).Select("variants_state", "attempts", "next_at", "last_error").Updates(t.ctx, now)); err != nil {
			return err
		}
		return t.refreshImages(now)
	})
}

// VariantsFailed puts a picture off after a failure, 10 s, 20 s, 40 s …, or gives its sizes up after the fifth. The picture itself stays.
func (s *Store) VariantsFailed(ctx context.Context, file MediaFile, cause error) error {
	return s.write(ctx, System, "put a picture off", func(t *tx) error {
		next := t.now.Add(10 * time.Second << min(max(file.Attempts-1, 0), 10))
		failed := MediaFile{VariantsState: VariantsWaiting, NextAt: &next, LastError: clip(oneLine(cause.Error()), maxShort)}
		if file.Attempts >= maxVariantAttempts {
			failed.VariantsState, failed.NextAt = VariantsFailed, nil
		}
		return done(table[MediaFile](t.DB).Where("id = ? AND key = ?", file.ID, file.Key).Select("variants_state", "next_at", "last_error").Updates(t.ctx, failed))
	})
}

// MakeVariantsAgain lets the sizes of a picture be made anew, because a file of them is gone.
func (s *Store) MakeVariantsAgain(ctx context.Context, id MediaID) error {
	return s.write(ctx, System, "have the sizes of a picture made again", func(t *tx) error {
		again := MediaFile{VariantsState: VariantsWaiting, NextAt: &t.now}
		if err := done(table[MediaFile](t.DB).Where("id = ?", id).Select("variants_state", "attempts", "next_at", "last_error").Updates(t.ctx, again)); err != nil {
			return err
		}
		return t.scheduleBy(JobMedia, t.now)
	})
}

// removeLater notes files that go.
func (t *tx) removeLater(rows []mediaRemoval) error {
	if len(rows) == 0 {
		return nil
	}
	onConflict := clause.OnConflict{DoNothing: true}
	if err := table[mediaRemoval](t.DB, onConflict).CreateAll(t.ctx, rows); err != nil {
		return err
	}
	return t.scheduleBy(JobMedia, t.now)
}

// DueMediaRemovals are the keys of files that no picture has any more and that may go now, n at most.
func (s *Store) DueMediaRemovals(ctx context.Context, n int) ([]string, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	keys, err := query[string](ctx, db, "SELECT key FROM media_removals WHERE remove_at <= ? ORDER BY remove_at, key LIMIT ?", s.now(), n)
	return keys, fault("look for files to remove", err)
}

// MediaRemoved notes that a file has gone.
func (s *Store) MediaRemoved(ctx context.Context, key string) error {
	return s.write(ctx, System, "note that a file has gone", func(t *tx) error {
		return done(table[mediaRemoval](t.DB).Where("key = ?", key).Delete(t.ctx))
	})
}

// NextMediaWork is when the next picture is to be made smaller or the next file removed; the zero time if nothing waits.
func (s *Store) NextMediaWork(ctx context.Context) (time.Time, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	file, err := found(table[MediaFile](db).Select("next_at").Where("variants_state = 'waiting'").Order("next_at").Limit(1).Take(ctx))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return time.Time{}, fault("look for work on pictures", err)
	}
	removal, err := found(table[mediaRemoval](db).Select("remove_at").Order("remove_at").Limit(1).Take(ctx))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return time.Time{}, fault("look for work on pictures", err)
	}
	next := removal.RemoveAt
	if file.NextAt != nil && (next.IsZero() || file.NextAt.Before(next)) {
		next = *file.NextAt
	}
	return next, nil
}

// StrayMedia are those of the keys that belong to no picture and do not wait to be removed.
func (s *Store) StrayMedia(ctx context.Context, keys []string) ([]string, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	known, err := query[string](ctx, db, `SELECT key FROM media WHERE key IN ? UNION ALL SELECT key FROM media_variants WHERE key IN ?
		UNION ALL SELECT key FROM media_removals WHERE key IN ?`, keys, keys, keys)
	if err != nil {
		return nil, fault("compare files with pictures", err)
	}
	stray := keys
	for _, key := range known {
		stray = without(stray, key)
	}
	return stray, nil
}

// MediaFilesAfter reads pictures with their sizes in the order of their ids, n at most, to look whether their files are there.
func (s *Store) MediaFilesAfter(ctx context.Context, after MediaID, n int) ([]MediaFile, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	wanted := table[MediaFile](db).Order("id").Limit(n)
	if after != "" {
		wanted = wanted.Where("id > ?", after)
	}
	files, err := wanted.Find(ctx)
	if err != nil {
		return nil, fault("read the pictures", err)
	}
	all := make([]*MediaFile, len(files))
	for i := range files {
		all[i] = &files[i]
	}
	return files, fault("read the pictures", attachMedia(ctx, db, all))
}
