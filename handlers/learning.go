package handlers

import (
	"context"
	"sync"

	"dimmer/models"
	"dimmer/moderation"
)

// learning is the text model of the site, as far as this program has learned. The worker makes it anew of all decisions and keeps it; what was decided
// since is learned here, before the next comment is judged.
type learning struct {
	mu    sync.RWMutex
	model *moderation.TextModel
	from  models.KeptModel // what the model was when it was read, without the model itself
	now   int64            // the last lesson that it has learned
}

// opinion asks the model about a text, after it has learned what is to be learned. known says how far the lessons have gone.
func (l *learning) opinion(ctx context.Context, store *models.Store, features moderation.TextFeatures, known models.KeptModel) (moderation.TextOpinion, error) {
	l.mu.RLock()
	if l.isUpTo(known) {
		defer l.mu.RUnlock()
		return l.model.Opinion(features), nil
	}
	l.mu.RUnlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.isUpTo(known) {
		if err := l.catchUp(ctx, store, known); err != nil {
			return moderation.TextOpinion{}, err
		}
	}
	return l.model.Opinion(features), nil
}

// isUpTo reports whether there is nothing to learn.
func (l *learning) isUpTo(known models.KeptModel) bool {
	return l.model != nil && l.now >= known.Lessons && l.from.Changes >= known.Changes && l.from.Through >= known.Through
}

// catchUp reads the model if another has been kept, and learns what was decided since. A decision that was taken back is forgotten as soon as the worker
// has made the model anew, which it does at once. A model that cannot be read, as one of another version of this program, is made anew here.
func (l *learning) catchUp(ctx context.Context, store *models.Store, known models.KeptModel) error {
	model, from, now, readable := l.model, l.from, l.now, true
	if model == nil || known.Changes > from.Changes || known.Through > from.Through {
		kept, err := store.KeptModel(ctx)
		if err != nil {
			return err
		}
		model, now = moderation.NewTextModel(), 0
		if kept.Through > 0 || len(kept.Model) > 0 {
			if parsed, err := moderation.ParseTextModel(kept.Model); err == nil {
				model, now = parsed, kept.Through
			} else {
				readable = false
			}
		}
		kept.Model = nil
		from = kept
	}
	decided, err := store.Lessons(ctx, now)
	if err != nil {
		return err
	}
	lessons := make([]moderation.Lesson, 0, len(decided))
	for _, d := range decided {
		if features, err := moderation.ParseTextFeatures(d.Features); err == nil { // else it was written by another version: one lesson less
			lessons = append(lessons, moderation.Lesson{Features: features, Spam: d.Spam})
		}
		now = d.Number
	}
	if !readable {
		model, lessons = moderation.RebuildTextModel(lessons), nil
	}
	for _, lesson := range lessons {
		model.Learn(lesson.Features, lesson.Spam)
	}
	l.model, l.from, l.now = model, from, max(now, known.Lessons) // some were taken back
	return nil
}
