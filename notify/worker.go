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
	"time"

	"dimmer/models"
)

// pause is how long the worker waits when nothing is due: a scheduled post goes out at most this late.
const pause = time.Second

// Worker runs jobs, one after the other.
type Worker struct {
	store *models.Store
	log   *slog.Logger
	wake  chan struct{}
}

// NewWorker makes a worker.
func NewWorker(store *models.Store, log *slog.Logger) *Worker {
	return &Worker{store: store, log: log, wake: make(chan struct{}, 1)}
}

// Wake makes the worker look for work now.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. A job that is under way then is finished, not broken off.
func (w *Worker) Run(ctx context.Context) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		w.work(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.wake:
		}
	}
}

// work runs everything that is due.
func (w *Worker) work(ctx context.Context) {
	for ctx.Err() == nil {
		job, err := w.store.ClaimJob(ctx)
		if errors.Is(err, models.ErrNotFound) || errors.Is(err, context.Canceled) {
			return
		}
		if err != nil {
			w.log.Error("look for work", "error", err)
			return // the next tick tries again
		}
		w.finish(context.WithoutCancel(ctx), job)
	}
}

// finish runs a claimed job and says what became of it.
func (w *Worker) finish(ctx context.Context, job models.Job) {
	next, err := w.run(ctx, job)
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

// run does the work of a job; next is when it is to run again, the zero time for never. A panic is a failure of this job alone.
func (w *Worker) run(ctx context.Context, job models.Job) (next time.Time, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	switch job.Kind {
	case models.JobPublish:
		published, err := w.store.PublishDue(ctx)
		if published > 0 {
			w.log.Info("published what was due", "posts", published)
		}
		return time.Time{}, err
	case models.JobForget:
		return w.store.Now().Add(24 * time.Hour), w.store.ForgetOld(ctx)
	}
	return time.Time{}, fmt.Errorf("nobody knows how to do a job of the kind %q", job.Kind)
}
