package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// The kinds of job.
const (
	JobPublish = "publish" // publish what is due
	JobForget  = "forget"  // remove what is kept for a time only; once a day

	JobForgetActions = "forget_actions" // remove what moderators can no longer take back
	JobDimmer        = "dimmer"         // let the level fall after a flood, end the switch for its day
	JobLearn         = "learn"          // make the text model anew, and keep it
	JobAkismet       = "akismet"        // ask Akismet, and tell it where it was wrong
	JobMedia         = "media"          // make smaller sizes of pictures, remove files that no picture has any more
	JobMediaSweep    = "media_sweep"    // compare the media folder with what is known of it; once a day
)

// jobLease is how long a claimed job belongs to the program that claimed it. A program that was killed gives its jobs back that way.
const jobLease = 2 * time.Minute

// Job is work for later. It may run more than once (a program can be killed after the work and before it said so), so whatever runs it
// has to bear that.
type Job struct {
	ID          JobID `gorm:"primaryKey"`
	Kind        string
	UniqueKey   *string
	Payload     JSON
	RunAt       time.Time `gorm:"serializer:utc"`
	Attempts    int
	MaxAttempts int
	LockedUntil *time.Time `gorm:"serializer:utc"`
	FailedAt    *time.Time `gorm:"serializer:utc"`
	LastError   string
	CreatedAt   time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (Job) TableName() string { return "jobs" }

// schedule adds a job; one with the unique key of a job that is there takes its place.
func (t *tx) schedule(job Job) error {
	job.ID, job.CreatedAt = newID[JobID](), t.now
	onConflict := clause.OnConflict{
		Columns:   []clause.Column{{Name: "unique_key"}},
		DoUpdates: clause.AssignmentColumns([]string{"run_at", "payload", "attempts", "locked_until", "failed_at", "last_error"}),
	}
	return table[Job](t.DB, onConflict).Create(t.ctx, &job)
}

// scheduleBy sees to it that the one job of a kind runs then at the latest. One that waits already is locked: nobody takes it before what it is to find
// is there.
func (t *tx) scheduleBy(kind string, at time.Time) error {
	waiting, err := table[Job](t.DB, t.forUpdate()...).Select("id").
		Where("unique_key = ? AND run_at <= ? AND locked_until IS NULL AND failed_at IS NULL", kind, at).Find(t.ctx)
	if err != nil || len(waiting) > 0 {
		return err
	}
	return t.schedule(Job{Kind: kind, UniqueKey: &kind, Payload: "{}", RunAt: at, MaxAttempts: 100})
}

func (t *tx) unschedule(uniqueKey *string) error {
	return done(table[Job](t.DB).Where("unique_key = ?", *uniqueKey).Delete(t.ctx))
}

// ScheduleDaily makes sure that a job of this kind is there, to run once a day. One that was given up gets another chance.
func (s *Store) ScheduleDaily(ctx context.Context, kind string) error {
	return s.write(ctx, System, "schedule the daily work", func(t *tx) error {
		key := "daily:" + kind
		n, err := table[Job](t.DB).Where("unique_key = ? AND failed_at IS NULL", key).Count(t.ctx)
		if err != nil || n > 0 {
			return err
		}
		return t.schedule(Job{Kind: kind, UniqueKey: &key, Payload: "{}", RunAt: t.now, MaxAttempts: 100})
	})
}

// ClaimJob takes the job that has been due longest, for [jobLease]. It is [ErrNotFound] if none is due.
func (s *Store) ClaimJob(ctx context.Context) (Job, error) {
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	const due = "failed_at IS NULL AND run_at <= ? AND (locked_until IS NULL OR locked_until <= ?)"
	now := s.now()
	// Asking costs no write lock: nearly always there is nothing to do.
	if _, err := table[Job](db).Select("id").Where(due, now, now).Take(bounded); err != nil {
		return Job{}, fault("look for work", err)
	}
	var job Job
	err := s.write(ctx, System, "claim a job", func(t *tx) error {
		var free []clause.Interface
		if s.postgres {
			free = append(free, clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
		}
		var err error
		if job, err = table[Job](t.DB, free...).Where(due, t.now, t.now).Order("run_at, id").Take(t.ctx); err != nil {
			return err
		}
		until := t.now.Add(jobLease)
		job.LockedUntil, job.Attempts = &until, job.Attempts+1
		return one(table[Job](t.DB).Where("id = ?", job.ID).Select("locked_until", "attempts").Updates(t.ctx, job))
	})
	return job, err
}

// FinishJob removes a job that is done, or puts it to another time if next is not zero. A job that was rescheduled meanwhile stays.
func (s *Store) FinishJob(ctx context.Context, job Job, next time.Time) error {
	return s.write(ctx, System, "finish the job", func(t *tx) error {
		mine := table[Job](t.DB).Where("id = ? AND locked_until = ?", job.ID, job.LockedUntil.UTC())
		if next.IsZero() {
			return done(mine.Delete(t.ctx))
		}
		again := Job{RunAt: next}
		return done(mine.Select("run_at", "attempts", "locked_until", "last_error").Updates(t.ctx, again))
	})
}

// FailJob puts a job off after a failure: 1 s, 2 s, 4 s … at most an hour; after its last attempt it stays as failed.
func (s *Store) FailJob(ctx context.Context, job Job, cause error) error {
	return s.write(ctx, System, "put the job off", func(t *tx) error {
		failed := Job{RunAt: t.now.Add(min(time.Hour, time.Second<<min(max(job.Attempts-1, 0), 12))), LastError: clip(oneLine(cause.Error()), 500)}
		if job.Attempts >= job.MaxAttempts {
			failed.FailedAt = &t.now
		}
		return done(table[Job](t.DB).Where("id = ? AND locked_until = ?", job.ID, job.LockedUntil.UTC()).
			Select("run_at", "locked_until", "failed_at", "last_error").Updates(t.ctx, failed))
	})
}
