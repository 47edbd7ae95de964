package notify

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"dimmer/models"
	"dimmer/moderation"
)

// judged makes a held comment with the features of its text, as the API stores it.
func (s *site) judged(post models.PostID, text string) models.CommentID {
	s.t.Helper()
	features := moderation.ExtractTextFeatures(moderation.Submission{Name: "Ruth", Text: text})
	comment, err := s.store.CreateComment(s.t.Context(), models.Actor{Kind: models.ByReader}, models.NewComment{
		PostID: post, Name: "Ruth", Source: text, HTML: text, Judged: models.Judged{Status: models.Pending, Features: features.Bytes()}, KeyHash: text,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return comment.ID
}

func (s *site) decides(id models.CommentID, status models.CommentStatus) {
	s.t.Helper()
	if _, _, err := s.store.ChangeComment(s.t.Context(), models.System, id, models.CommentChange{Status: models.Some(status)}); err != nil {
		s.t.Fatal(err)
	}
}

// opinion asks the model that is kept, as a program does that has just started.
func opinion(t *testing.T, store *models.Store, text string) moderation.TextOpinion {
	t.Helper()
	kept, err := store.KeptModel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(kept.Model) == 0 || len(kept.Model) > 1<<20 {
		t.Fatalf("the kept model has %d bytes", len(kept.Model))
	}
	model, err := moderation.ParseTextModel(kept.Model)
	if err != nil {
		t.Fatal(err)
	}
	return model.Opinion(moderation.ExtractTextFeatures(moderation.Submission{Name: "Ruth", Text: text}))
}

func TestWhatWasDecidedIsLearnedAndKept(t *testing.T) {
	s := newSite(t)
	post, err := s.store.CreatePost(t.Context(), models.System, models.PostChange{Title: models.Some("Discussed"), Status: models.Some(models.Published)})
	if err != nil {
		t.Fatal(err)
	}
	var junk []models.CommentID
	for i := range 8 {
		junk = append(junk, s.judged(post.ID, fmt.Sprint("Earn easy money with forex signals, number ", i)))
		s.decides(junk[i], models.Spam)
		s.decides(s.judged(post.ID, fmt.Sprint("My jaw was softer in the morning, day ", i)), models.Approved)
	}
	const forex = "Forex signals earn you easy money"
	s.wants("forget_actions in 11m0s\nlearn in 10m0s")
	s.clock.move(10 * time.Minute)
	s.runDue(t.Context())
	s.wants("forget_actions in 1m0s")
	learned := opinion(t, s.store, forex)
	if learned.Likelihood < 0.9 || learned.Spam != 8 || learned.Ham != 8 {
		t.Errorf("after eight and eight lessons it says %+v", learned)
	}

	// Another program that starts on the same folder knows the same.
	again, err := models.Open(t.Context(), models.Config{Dir: filepath.Dir(s.path), Now: s.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	if restarted := opinion(t, again, forex); restarted != learned {
		t.Errorf("read again it says %+v, and said %+v", restarted, learned)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}

	// What was taken back is forgotten at once and without a trace.
	for _, id := range junk {
		s.decides(id, models.Trash)
	}
	s.wants("forget_actions in 11m0s\nlearn in 0s")
	s.runDue(t.Context())
	s.wants("forget_actions in 11m0s")
	if forgotten := opinion(t, s.store, forex); forgotten.Spam != 0 || forgotten.Ham != 8 || forgotten.Likelihood > 0.5 {
		t.Errorf("taken back it says %+v", forgotten)
	}
	if s.log.Len() > 0 {
		t.Errorf("the log says %q", s.log)
	}
}
