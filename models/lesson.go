package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
)

const (
	// keptLessons is of how many decisions the text model is made anew.
	keptLessons = 20_000
	// learnPause is how long after a decision all is learned again, and kept: until then a program has learned it once, by itself. What was taken back is
	// forgotten at once.
	learnPause = 10 * time.Minute
)

// A Lesson is a decision of a person about a text that was judged.
type Lesson struct {
	Number   int64 // lessons are learned in this order
	Features []byte
	Spam     bool
}

// KeptModel is the text model as it was kept, and how far the lessons have gone since.
type KeptModel struct {
	One     int    `gorm:"primaryKey"`
	Lessons int64  // the number of the last lesson
	Changed int64  // how often a lesson was taken back: if it is not Changes, the model is to be made anew
	Model   []byte // at most 1 MiB; nil: none was kept
	Through int64  // the last lesson that the model has learned
	Changes int64  // Changed, when the model was made
}

// TableName is the table's name.
func (KeptModel) TableName() string { return "text_model" }

// teach makes a decision about a comment a lesson. One that says something else than before takes the earlier lesson back.
func (t *tx) teach(id CommentID, decided CommentStatus) error {
	pause := learnPause
	n, err := exec(t.ctx, t.DB, "UPDATE judgements SET lesson = NULL WHERE comment_id = ? AND lesson IS NOT NULL", id)
	if err != nil {
		return err
	}
	if n > 0 {
		if err := one(exec(t.ctx, t.DB, "UPDATE text_model SET changed = changed + 1 WHERE one = 1")); err != nil {
			return err
		}
		pause = 0
	}
	if decided != Approved && decided != Spam { // trash says nothing of the text
		if n == 0 {
			return nil
		}
		return t.scheduleBy(JobLearn, t.now.Add(pause))
	}
	last, err := query[JudgementID](t.ctx, t.DB, "SELECT id FROM judgements WHERE comment_id = ? AND features IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1", id)
	if err != nil {
		return err
	}
	if len(last) == 0 {
		if n == 0 {
			return nil
		}
		return t.scheduleBy(JobLearn, t.now.Add(pause))
	}
	number, err := queryOne[int64](t.ctx, t.DB, "UPDATE text_model SET lessons = lessons + 1 WHERE one = 1 RETURNING lessons")
	if err != nil {
		return err
	}
	if err := one(exec(t.ctx, t.DB, "UPDATE judgements SET lesson = ? WHERE id = ?", number, last[0])); err != nil {
		return err
	}
	return t.scheduleBy(JobLearn, t.now.Add(pause))
}

// teachByAnswer makes an answer by somebody of the blog a lesson: she answers no spam. So a site where comments appear at once, and hardly any is decided
// about, has lessons of both kinds. A decision about the comment counts instead, before and after.
func (t *tx) teachByAnswer(id CommentID) error {
	n, err := table[Judgement](t.DB).Where("comment_id = ? AND (decision IS NOT NULL OR lesson IS NOT NULL)", id).Count(t.ctx)
	if err != nil || n > 0 {
		return err
	}
	return t.teach(id, Approved)
}

// KeptModel reads the text model as it was kept.
func (s *Store) KeptModel(ctx context.Context) (KeptModel, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	kept, err := table[KeptModel](db).Where("one = 1").Take(ctx)
	return kept, fault("read the text model", err)
}

// Lessons reads the decisions after one with a number, in their order, of the last 20,000.
func (s *Store) Lessons(ctx context.Context, after int64) ([]Lesson, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	type row struct {
		Lesson   int64
		Features []byte
		Decision CommentStatus
	}
	newest, err := query[row](ctx, db, "SELECT lesson, features, decision FROM judgements WHERE lesson > ? ORDER BY lesson DESC LIMIT ?", after, keptLessons)
	if err != nil {
		return nil, fault("read what was decided", err)
	}
	lessons := make([]Lesson, len(newest))
	for i, r := range slices.Backward(newest) {
		lessons[len(newest)-1-i] = Lesson{r.Lesson, r.Features, r.Decision == Spam}
	}
	return lessons, nil
}

// KeepModel keeps the text model. One that has learned less than that which is there is not kept: another program was quicker. What was decided while it
// was made is learned again later: whoever decided may have seen the job for it still waiting, that was running by then.
func (s *Store) KeepModel(ctx context.Context, model []byte, through, changes int64) error {
	return s.write(ctx, System, "keep the text model", func(t *tx) error {
		err := done(exec(t.ctx, t.DB, "UPDATE text_model SET model = ?, through = ?, changes = ? WHERE one = 1 AND (changes < ? OR changes = ? AND through <= ?)",
			model, through, changes, changes, changes, through))
		if err != nil {
			return err
		}
		switch kept, err := readLessons(t.ctx, t.DB); {
		case err != nil:
			return err
		case kept.Changed > kept.Changes:
			return t.scheduleBy(JobLearn, t.now)
		case kept.Lessons > kept.Through:
			return t.scheduleBy(JobLearn, t.now.Add(learnPause))
		}
		return nil
	})
}

// readLessons is how far the lessons have gone, and the model that is kept, without the model itself.
func readLessons(ctx context.Context, db *gorm.DB) (KeptModel, error) {
	kept, err := queryOne[KeptModel](ctx, db, "SELECT lessons, changed, through, changes FROM text_model WHERE one = 1")
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = errNoModel
	}
	return kept, err
}

var errNoModel = errors.New("the row of the text model is missing")
