package models

import (
	"context"
	"time"
)

const (
	// keptQuestion is how long what Akismet was asked is kept after a decision, or without one twice as long: until then it can be told that it was wrong.
	keptQuestion = 15 * 24 * time.Hour
	// tellPause is how long after a decision Akismet is told: when it can no longer be taken back.
	tellPause = undoWindow + time.Minute
	// maxAkismetAttempts is how often in a row it is tried; the last time is a day after the first.
	maxAkismetAttempts = 12
)

// AkismetOpinion is what Akismet, or a person, says of a comment.
type AkismetOpinion string

// The opinions.
const (
	AkismetSpam AkismetOpinion = "spam"
	AkismetHam  AkismetOpinion = "ham"
)

// AkismetCheck is a question to Akismet.
type AkismetCheck struct {
	CommentID CommentID       `gorm:"primaryKey"`
	Sealed    []byte          // what is asked; nil: forgotten
	Answer    *AkismetOpinion // nil: not answered yet
	Wanted    *AkismetOpinion // what a person has decided
	Told      *AkismetOpinion // what Akismet was told of that
	NextAt    *time.Time      `gorm:"serializer:utc"`
	Attempts  int
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

// TableName is the table's name.
func (AkismetCheck) TableName() string { return "akismet_checks" }

// askAkismet notes that Akismet is to be asked about a comment.
func (t *tx) askAkismet(id CommentID, sealed []byte) error {
	if sealed == nil {
		return nil
	}
	if err := table[AkismetCheck](t.DB).Create(t.ctx, &AkismetCheck{CommentID: id, Sealed: sealed, NextAt: &t.now, CreatedAt: t.now}); err != nil {
		return err
	}
	return t.scheduleBy(JobAkismet, t.now)
}

// tellAkismet notes what a person has decided about a comment of which Akismet thought otherwise, to be told when it cannot be taken back any more.
func (t *tx) tellAkismet(id CommentID, decided CommentStatus) error {
	checks, err := table[AkismetCheck](t.DB).Where("comment_id = ? AND sealed IS NOT NULL", id).Find(t.ctx)
	if err != nil || len(checks) == 0 {
		return err
	}
	check := checks[0]
	check.Wanted = nil
	switch decided {
	case Approved:
		check.Wanted = new(AkismetHam)
	case Spam:
		check.Wanted = new(AkismetSpam)
	}
	thought := check.Answer
	if check.Told != nil {
		thought = check.Told
	}
	columns := []string{"wanted"}
	if thought != nil { // else it is still to be asked
		check.NextAt, check.Attempts, columns = nil, 0, append(columns, "next_at", "attempts")
	}
	if thought != nil && check.Wanted != nil && *thought != *check.Wanted {
		at := t.now.Add(tellPause)
		check.NextAt = &at
		if err := t.scheduleBy(JobAkismet, at); err != nil {
			return err
		}
	}
	return one(table[AkismetCheck](t.DB).Where("comment_id = ?", id).Select(columns...).Updates(t.ctx, check))
}

// DueAkismetChecks reads what Akismet is to be asked or told now, n at most, and when there is more to do after that; the zero time is never.
func (s *Store) DueAkismetChecks(ctx context.Context, n int) (due []AkismetCheck, next time.Time, err error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	checks, err := table[AkismetCheck](db).Where("next_at IS NOT NULL").Order("next_at").Limit(n + 1).Find(ctx)
	if err != nil {
		return nil, next, fault("read what Akismet is to be asked", err)
	}
	for _, check := range checks {
		if check.NextAt.After(s.now()) || len(due) == n {
			next = *check.NextAt
			break
		}
		due = append(due, check)
	}
	return due, next, nil
}

// AkismetAnswered keeps what Akismet says of a comment.
func (s *Store) AkismetAnswered(ctx context.Context, id CommentID, answer AkismetOpinion) error {
	return s.write(ctx, System, "keep what Akismet says", func(t *tx) error {
		err := done(table[AkismetCheck](t.DB).Where("comment_id = ?", id).Select("answer", "next_at", "attempts").Updates(t.ctx, AkismetCheck{Answer: &answer}))
		if err != nil {
			return err
		}
		// Somebody may have been quicker.
		decided, err := query[CommentStatus](t.ctx, t.DB, "SELECT decision FROM judgements WHERE comment_id = ? AND decision IS NOT NULL ORDER BY created_at DESC LIMIT 1", id)
		if err != nil || len(decided) == 0 {
			return err
		}
		return t.tellAkismet(id, decided[0])
	})
}

// AkismetTold keeps that Akismet was told what a person had decided.
func (s *Store) AkismetTold(ctx context.Context, id CommentID, told AkismetOpinion) error {
	return s.write(ctx, System, "keep what Akismet was told", func(t *tx) error {
		return done(table[AkismetCheck](t.DB).Where("comment_id = ?", id).Select("told", "next_at", "attempts").Updates(t.ctx, AkismetCheck{Told: &told}))
	})
}

// AkismetFailed puts a question off: 20 s, then twice as long each time. After a day it is given up; the comment is what it was.
func (s *Store) AkismetFailed(ctx context.Context, check AkismetCheck) error {
	return s.write(ctx, System, "put off the question to Akismet", func(t *tx) error {
		check.Attempts++
		at := t.now.Add(10 * time.Second << check.Attempts)
		if check.NextAt = &at; check.Attempts >= maxAkismetAttempts {
			check.NextAt = nil
		}
		return done(table[AkismetCheck](t.DB).Where("comment_id = ?", check.CommentID).Select("next_at", "attempts").Updates(t.ctx, check))
	})
}

// LastJudgement reads the last verdict on a comment with what is known of it, for whoever judges it again; ErrNotFound if the comment has gone.
func (s *Store) LastJudgement(ctx context.Context, id CommentID) (Judgement, Post, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	comment, err := found(table[Comment](db).Select("post_id").Where("id = ? AND erased_at IS NULL", id).Take(ctx))
	if err != nil {
		return Judgement{}, Post{}, fault("read the comment", err)
	}
	post, err := table[Post](db).Select("id, comment_level, tag_level").Where("id = ?", comment.PostID).Take(ctx)
	if err != nil {
		return Judgement{}, post, fault("read the post", err)
	}
	judgement, err := found(table[Judgement](db).Where("comment_id = ?", id).Order("created_at DESC").Limit(1).Take(ctx))
	return judgement, post, fault("read the verdict", err)
}

// forgetQuestions forgets what Akismet was asked when it need not be told any more.
func (t *tx) forgetQuestions() error {
	return done(exec(t.ctx, t.DB, `UPDATE akismet_checks SET sealed = NULL, next_at = NULL WHERE sealed IS NOT NULL AND (created_at < ?
		OR created_at < ? AND EXISTS (SELECT 1 FROM judgements j WHERE j.comment_id = akismet_checks.comment_id AND j.decided_at < ?))`,
		t.now.Add(-2*keptQuestion), t.now.Add(-keptQuestion), t.now.Add(-keptQuestion)))
}

// AkismetQuestion is what Akismet is asked about a comment. It is stored sealed: what is told later has to be what was asked.
type AkismetQuestion struct {
	UserIP, UserAgent, Referrer string
	Permalink                   string // of the post
	Type                        string // comment or reply
	Author, AuthorEmail         string
	AuthorURL                   string
	Content                     string
	CreatedAt                   time.Time
	Language                    string // of the blog, as in de or en-GB
}
