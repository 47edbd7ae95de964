package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dimmer/models"
	"dimmer/moderation"
	"dimmer/outbound"
)

// askedAtOnce is how many questions to Akismet one run of its job sends.
const askedAtOnce = 20

// Asking is what it takes to ask Akismet: what opens the stored questions, where requests may go, and the address of the blog.
type Asking struct {
	Open    func(of string, sealed []byte) ([]byte, error) // as auth.Sealer has it
	Allowed outbound.Allowed
	BlogURL string
}

// AskAkismet lets the worker ask Akismet about comments and tell it what people decided, where the owner has given a key. It is asked after a comment
// has been stored: nobody waits for it, and when it fails, the comment stays what it is.
func (w *Worker) AskAkismet(a Asking) {
	w.work[models.JobAkismet] = func(ctx context.Context) (time.Time, error) { return w.askAkismet(ctx, a) }
}

func (w *Worker) askAkismet(ctx context.Context, a Asking) (next time.Time, err error) {
	settings, err := w.store.Settings(ctx)
	if err != nil || settings.AkismetKey == "" {
		return time.Time{}, err
	}
	client, err := NewAkismet(a.Allowed, settings.AkismetURL, settings.AkismetKey, a.BlogURL)
	if err != nil {
		return time.Time{}, err
	}
	defer client.Close()
	due, next, err := w.store.DueAkismetChecks(ctx, askedAtOnce)
	for _, check := range due {
		if err != nil {
			break
		}
		if failed := w.askAbout(ctx, client, a.Open, settings, check); failed != nil {
			w.log.Warn("Akismet could not be asked; it is asked again later", "comment", string(check.CommentID), "attempt", check.Attempts+1, "error", failed)
			err = w.store.AkismetFailed(ctx, check)
		}
	}
	if err != nil {
		return time.Time{}, err
	}
	if _, later, err := w.store.DueAkismetChecks(ctx, 0); err != nil || !later.IsZero() { // what failed is due again before long
		return later, err
	}
	return next, nil
}

// askAbout asks or tells about one comment.
func (w *Worker) askAbout(ctx context.Context, client *Akismet, open func(of string, sealed []byte) ([]byte, error), settings models.Settings, check models.AkismetCheck) error {
	plain, err := open(string(check.CommentID), check.Sealed)
	if err != nil {
		return err
	}
	var q models.AkismetQuestion
	if err := json.Unmarshal(plain, &q); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	question := AkismetComment{AkismetQuestion: q}
	if check.Wanted != nil && check.Answer != nil {
		tell := client.SubmitHam
		if *check.Wanted == models.AkismetSpam {
			tell = client.SubmitSpam
		}
		if err := tell(ctx, question); err != nil {
			return err
		}
		return w.store.AkismetTold(ctx, check.CommentID, *check.Wanted)
	}
	spam, err := client.CommentCheck(ctx, question)
	if err != nil {
		return err
	}
	answer := models.AkismetHam
	if spam {
		answer = models.AkismetSpam
		if err := w.judgeAgain(ctx, settings, check.CommentID); err != nil {
			return err
		}
	}
	return w.store.AkismetAnswered(ctx, check.CommentID, answer)
}

// judgeAgain judges a comment that Akismet takes for spam, by what was known of it and this. That Akismet sees nothing wrong lets none through.
func (w *Worker) judgeAgain(ctx context.Context, settings models.Settings, id models.CommentID) error {
	last, post, err := w.store.LastJudgement(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil // it has gone meanwhile
	} else if err != nil {
		return err
	}
	if _, asked := last.Signals["akismet"]; asked {
		return nil // the program was ended before it could say so
	}
	level, _ := post.Level(settings, w.store.Now())
	if level == models.LevelClosed {
		level = models.LevelNewcomers
	}
	verdict := moderation.Policy{}.WithAkismet(last.Signals, moderation.Junk, moderation.Level(level))
	judged := models.Judged{Status: models.CommentStatus(verdict.Status), Score: verdict.Score, Signals: verdict.Signals, Features: last.Features, Reasons: last.Reasons}
	for _, reason := range verdict.Reasons {
		judged.Reasons = append(judged.Reasons, models.JudgementReason(reason))
	}
	_, err = w.store.RejudgeComment(ctx, id, judged)
	return err
}
