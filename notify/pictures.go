package notify

import (
	"context"
	"errors"
	"time"

	"dimmer/models"
)

const (
	// removedAtOnce is how many files one run of the work on pictures removes.
	removedAtOnce = 100
	// sweptAtOnce is how many files or pictures are compared in one question.
	sweptAtOnce = 200
	// strayAge is how old a file must be before it is held for stray: an upload under way has a file before it is known.
	strayAge = time.Hour
)

// Pictures are the files that belong to pictures. What they hold is none of this package's business.
type Pictures interface {
	// Variants makes the smaller sizes of the picture under a key. It may be called again.
	Variants(ctx context.Context, key string) ([]models.MediaVariant, error)
	Remove(key string) error
	Has(key string) (bool, error)
	// Old lists the uploaded files last written before a time, and removes what nobody has finished writing by then.
	Old(before time.Time) (keys []string, unfinished int, err error)
}

// KeepPictures lets the worker make the smaller sizes of pictures, remove files that no picture has any more, and once a day compare what
// is there with what is known.
func (w *Worker) KeepPictures(files Pictures) {
	w.work[models.JobMedia] = func(ctx context.Context) (time.Time, error) { return w.workOnPictures(ctx, files) }
	w.work[models.JobMediaSweep] = func(ctx context.Context) (time.Time, error) {
		return w.store.Now().Add(24 * time.Hour), errors.Join(w.sweepStray(ctx, files), w.sweepMissing(ctx, files))
	}
}

// workOnPictures removes what is due and makes the sizes of one picture: other work that is due comes before the next.
func (w *Worker) workOnPictures(ctx context.Context, files Pictures) (next time.Time, err error) {
	keys, err := w.store.DueMediaRemovals(ctx, removedAtOnce)
	if err != nil {
		return time.Time{}, err
	}
	for _, key := range keys {
		if err := files.Remove(key); err != nil {
			return time.Time{}, err
		}
		if err := w.store.MediaRemoved(ctx, key); err != nil {
			return time.Time{}, err
		}
	}
	file, err := w.store.DueVariants(ctx)
	if errors.Is(err, models.ErrNotFound) {
		return w.store.NextMediaWork(ctx)
	} else if err != nil {
		return time.Time{}, err
	}
	variants, err := files.Variants(ctx, file.Key)
	if err != nil {
		w.log.Warn("the smaller sizes of a picture could not be made", "media", string(file.ID), "attempt", file.Attempts, "error", err)
		err = w.store.VariantsFailed(ctx, file, err)
	} else {
		err = w.store.KeepVariants(ctx, file, variants)
	}
	if err != nil {
		return time.Time{}, err
	}
	return w.store.NextMediaWork(ctx)
}

// sweepStray removes files that belong to no picture: of an upload that was broken off between its file and its row.
func (w *Worker) sweepStray(ctx context.Context, files Pictures) error {
	old, unfinished, err := files.Old(w.store.Now().Add(-strayAge))
	removed := 0
	for len(old) > 0 && err == nil {
		some := old[:min(len(old), sweptAtOnce)]
		old = old[len(some):]
		var stray []string
		if stray, err = w.store.StrayMedia(ctx, some); err != nil {
			break
		}
		for _, key := range stray {
			if err = files.Remove(key); err != nil {
				break
			}
			removed++
		}
	}
	if removed > 0 || unfinished > 0 {
		w.log.Warn("removed files of uploads that were broken off", "pictures", removed, "unfinished", unfinished)
	}
	return err
}

// sweepMissing says which pictures have no file, and has sizes made again whose files are gone.
func (w *Worker) sweepMissing(ctx context.Context, files Pictures) error {
	var after models.MediaID
	for {
		some, err := w.store.MediaFilesAfter(ctx, after, sweptAtOnce)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, file := range some {
			after = file.ID
			there, err := files.Has(file.Key)
			if err != nil {
				return err
			}
			if !there {
				w.log.Error("the file of a picture is missing: bring it back from a backup of the media folder, or replace the picture", "media", string(file.ID), "key", file.Key)
				continue
			}
			for _, variant := range file.Variants {
				if there, err = files.Has(variant.Key); err != nil {
					return err
				}
				if !there {
					w.log.Warn("a smaller size of a picture is missing and is made again", "media", string(file.ID), "key", variant.Key)
					if err := w.store.MakeVariantsAgain(ctx, file.ID); err != nil {
						return err
					}
					break
				}
			}
		}
	}
}
