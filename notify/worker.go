// Package notify does what is due: it runs the timed work that waits in the database, again after a failure, and in one program at a
// time. (Mail and webhooks will be delivered from here too.)
//
// It does not belong here: what a job means (models has the methods that do the work), and anything that a request waits for.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"dimmer/models"
	"dimmer/moderation"
)

// pause is how long the worker waits when nothing is due: a scheduled post goes out at most this late.
const pause = time.Second

// Worker runs jobs, one after the other.
type Worker struct {
	store *models.Store
	log   *slog.Logger
	work  map[string]work
}

// work is how a kind of job is done; next is when it is to be done again, the zero time for never. It bears being done twice.
type work func(context.Context) (next time.Time, err error)

// NewWorker makes a worker.
func NewWorker(store *models.Store, log *slog.Logger) *Worker {
	w := &Worker{store: store, log: log}
	w.work = map[string]work{models.JobPublish: w.publish, models.JobForget: w.forget, models.JobForgetActions: w.forgetActions, models.JobDimmer: w.calm, models.JobLearn: w.learn}
	return w
}

// Run works until ctx ends. A job that is under way then is finished, not broken off.
func (w *Worker) Run(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		w.runDue(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// runDue runs everything that is due.
func (w *Worker) runDue(ctx context.Context) {
	for ctx.Err() == nil {
		job, err := w.store.ClaimJob(ctx)
		if errors.Is(err, models.ErrNotFound) || errors.Is(err, context.Canceled) {
			return
		}
		if err != nil {
			w.log.Error("look for work", "error", err)
			return // the next tick tries again
		}
		w.run(context.WithoutCancel(ctx), job)
	}
}

// run does a claimed job and notes what became of it.
func (w *Worker) run(ctx context.Context, job models.Job) {
	next, err := w.do(ctx, job.Kind)
	if err != nil {
		w.log.Error("a job failed", "kind", job.Kind, "job", string(job.ID), "attempt", job.Attempts, "error", err)
		err = w.store.FailJob(ctx, job, err)
	} else {
		err = w.store.FinishJob(ctx, job, next)
	}
	if err != nil {
		w.log.Error("note what became of a job", "kind", job.Kind, "job", string(job.ID), "error", err) // its lease ends, and it runs again
	}
}

// do does the work of a kind. A panic is a failure of this job alone.
func (w *Worker) do(ctx context.Context, kind string) (next time.Time, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	do, known := w.work[kind]
	if !known {
		return time.Time{}, fmt.Errorf("this version knows no job of the kind %q; a newer one may", kind)
	}
	return do(ctx)
}

func (w *Worker) publish(ctx context.Context) (time.Time, error) {
	published, err := w.store.PublishDue(ctx)
	if published > 0 {
		w.log.Info("published what was due", "posts", published)
	}
	return time.Time{}, err
}

func (w *Worker) forget(ctx context.Context) (time.Time, error) {
	return w.store.Now().Add(24 * time.Hour), errors.Join(w.store.ForgetOld(ctx), w.store.IndexComments(ctx))
}

func (w *Worker) calm(ctx context.Context) (time.Time, error) {
	return time.Time{}, w.store.Calm(ctx)
}

// learn makes the text model anew of what was decided, and keeps it.
func (w *Worker) learn(ctx context.Context) (time.Time, error) {
	kept, err := w.store.KeptModel(ctx)
	if err != nil {
		return time.Time{}, err
	}
	decided, err := w.store.Lessons(ctx, 0)
	if err != nil {
		return time.Time{}, err
	}
	lessons, through := make([]moderation.Lesson, 0, len(decided)), kept.Lessons
	for _, d := range decided {
		features, err := moderation.ParseTextFeatures(d.Features)
		if err != nil { // written by another version: one lesson less
			w.log.Warn("a lesson of the text model cannot be read", "lesson", d.Number, "error", err)
			continue
		}
		lessons, through = append(lessons, moderation.Lesson{Features: features, Spam: d.Spam}), max(through, d.Number)
	}
	blob, err := moderation.RebuildTextModel(lessons).MarshalBinary()
	if err != nil {
		return time.Time{}, err
	}
	return time.Time{}, w.store.KeepModel(ctx, blob, through, kept.Changed)
}

func (w *Worker) forgetActions(ctx context.Context) (time.Time, error) {
	return time.Time{}, w.store.ForgetActions(ctx)
}
