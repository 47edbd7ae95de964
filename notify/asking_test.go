package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dimmer/models"
	"dimmer/outbound"
)

// An asking is a site that asks a server of Akismet's protocol.
type asking struct {
	*site
	server *akismetServer
	post   models.PostID
	owner  models.Actor
}

func newAsking(t *testing.T, level models.Level) *asking {
	t.Helper()
	server := newAkismetServer(t)
	allowed, err := outbound.ParseAllowed(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	a := &asking{site: newSite(t), server: server}
	a.AskAkismet(Asking{Open: unseal, Allowed: allowed, BlogURL: "https://blog.example"})
	a.set(fmt.Sprintf(`{"akismet_key":"a-key","akismet_url":"%s/1.1/"}`, server.URL))
	people, err := a.store.Users(t.Context(), models.UserQuery{Page: models.Page{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	a.owner = models.Actor{Kind: models.ByUser, User: people.Items[0].ID, Role: people.Items[0].Role}
	post, err := a.store.CreatePost(t.Context(), models.System, models.PostChange{
		Title: models.Some("Discussed"), Source: models.Some("Words.\n"), Status: models.Some(models.Published), CommentLevel: models.Some(&level),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.post = post.ID
	return a
}

// seal and unseal stand for the encryption, which is tested where it is: what was sealed for one comment is opened for no other.
func seal(of string, plain []byte) []byte { return append([]byte(of), plain...) }

func unseal(of string, sealed []byte) ([]byte, error) {
	plain, ours := strings.CutPrefix(string(sealed), of)
	if !ours {
		return nil, errors.New("sealed for something else")
	}
	return []byte(plain), nil
}

func (a *asking) set(change string) {
	a.t.Helper()
	fields := models.SettingsChange{}
	if err := json.Unmarshal([]byte(change), &fields); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.store.ChangeSettings(a.t.Context(), models.System, fields); err != nil {
		a.t.Fatal(err)
	}
}

// comes stores a comment as the handler does.
func (a *asking) comes(name string, status models.CommentStatus, signals map[string]float64) models.CommentID {
	a.t.Helper()
	id := models.NewCommentID()
	plain, err := json.Marshal(models.AkismetQuestion{UserIP: "203.0.113.7", UserAgent: "Mozilla/5.0", Author: name, Content: "Words of " + name, Permalink: "https://blog.example/posts/discussed", Type: "comment"})
	if err != nil {
		a.t.Fatal(err)
	}
	score := 0
	for _, points := range signals {
		score += int(points)
	}
	_, err = a.store.CreateComment(a.t.Context(), models.Actor{Kind: models.ByReader}, models.NewComment{
		ID: id, PostID: a.post, Name: name, Source: "Words of " + name, HTML: "x", KeyHash: "key of " + name, Question: seal(string(id), plain),
		Judged: models.Judged{Status: status, Score: score, Signals: signals, Reasons: []models.JudgementReason{{Points: score, Text: "As it was"}}},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return id
}

func (a *asking) comment(id models.CommentID) models.Comment {
	a.t.Helper()
	c, err := a.store.Comment(a.t.Context(), a.owner, id)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func (a *asking) decides(id models.CommentID, status models.CommentStatus) models.ActionID {
	a.t.Helper()
	_, action, err := a.store.ChangeComment(a.t.Context(), a.owner, id, models.CommentChange{Status: models.Some(status)})
	if err != nil {
		a.t.Fatal(err)
	}
	return action
}

func (a *asking) wantsAsked(what, want string) {
	a.t.Helper()
	if got := strings.Join(a.server.asked, " "); got != want {
		a.t.Errorf("%s: asked %q, want %q; log:\n%s", what, got, want, a.log)
	}
}

func TestAkismetIsAskedAfterACommentIsStoredAndMakesItWorseAtMost(t *testing.T) {
	a := newAsking(t, models.LevelOpen)
	honest := a.comes("Ruth", models.Approved, nil)
	spam := a.comes("viagra-test-123", models.Approved, map[string]float64{"links": 1})
	worse := a.comes("viagra-test-123", models.Pending, map[string]float64{"form_age": 3})
	held := a.comes("Tom", models.Pending, map[string]float64{"form_age": 3})
	settled := a.comes("viagra-test-123", models.Pending, nil)
	a.decides(settled, models.Approved)
	a.runDue(t.Context())
	a.wantsAsked("each once", strings.TrimSpace(strings.Repeat("comment-check ", 5)))
	if got := a.server.fields[0].Get("user_ip") + " " + a.server.fields[0].Get("comment_content") + " " + a.server.fields[0].Get("blog"); got != "203.0.113.7 Words of Ruth https://blog.example" {
		t.Errorf("asked about %s", got)
	}
	for id, want := range map[models.CommentID]models.CommentStatus{
		honest: models.Approved, spam: models.Pending, worse: models.Spam, held: models.Pending, settled: models.Approved,
	} {
		c := a.comment(id)
		said := strings.Contains(fmt.Sprint(c.Verdict.Reasons), "Akismet takes it for spam")
		if c.Status != want || said != (id == spam || id == worse) {
			t.Errorf("%s, said to be %s: %s %v, want %s", c.AuthorName, c.Source, c.Status, c.Verdict.Reasons, want)
		}
		if said && !strings.Contains(fmt.Sprint(c.Verdict.Reasons), "As it was") {
			t.Errorf("what was known before is gone: %v", c.Verdict.Reasons)
		}
	}
	a.runDue(t.Context())
	a.wantsAsked("never again", strings.TrimSpace(strings.Repeat("comment-check ", 5)))
}

func TestAkismetIsToldWhereItWasWrongAndNotWhatWasTakenBack(t *testing.T) {
	a := newAsking(t, models.LevelOpen)
	ham, spam, fine, undone := a.comes("viagra-test-123", models.Approved, nil), a.comes("Ruth", models.Approved, nil), a.comes("Tom", models.Pending, nil), a.comes("Eve", models.Pending, nil)
	a.runDue(t.Context())
	a.server.asked, a.server.fields = nil, nil
	a.decides(ham, models.Approved)
	a.decides(spam, models.Spam)
	a.decides(fine, models.Approved)
	action := a.decides(undone, models.Spam)
	a.clock.move(5 * time.Minute)
	if _, err := a.store.UndoAction(t.Context(), a.owner, action); err != nil {
		t.Fatal(err)
	}
	a.runDue(t.Context())
	a.wantsAsked("while it can be taken back", "")
	a.clock.move(10 * time.Minute)
	a.runDue(t.Context())
	a.wantsAsked("where it was wrong", "submit-ham submit-spam")
	if got := a.server.fields[1].Get("user_agent") + " " + a.server.fields[1].Get("comment_content"); got != "Mozilla/5.0 Words of Ruth" {
		t.Errorf("told of %s", got)
	}
	a.decides(ham, models.Spam)
	a.clock.move(time.Hour)
	a.runDue(t.Context())
	a.wantsAsked("another mind", "submit-ham submit-spam submit-spam")

	a.clock.move(16 * 24 * time.Hour)
	if err := a.store.ForgetOld(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.server.asked = nil
	a.decides(spam, models.Approved)
	a.clock.move(time.Hour)
	a.runDue(t.Context())
	a.wantsAsked("after what was asked is forgotten", "")
}

func TestWhenAkismetFailsTheCommentStaysAndIsAskedAboutLater(t *testing.T) {
	a := newAsking(t, models.LevelOpen)
	down := true
	a.server.answer = func(w http.ResponseWriter) bool {
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return down
	}
	id := a.comes("viagra-test-123", models.Approved, nil)
	a.runDue(t.Context())
	a.wantsAsked("the first time", "comment-check")
	if c := a.comment(id); c.Status != models.Approved {
		t.Errorf("it is %s", c.Status)
	}
	if strings.Contains(a.log.String(), "a-key") || strings.Contains(a.log.String(), "203.0.113.7") {
		t.Errorf("the log tells too much:\n%s", a.log)
	}
	for range 3 {
		a.clock.move(time.Second)
		a.runDue(t.Context())
	}
	a.wantsAsked("not at once again", "comment-check")
	a.clock.move(30 * time.Second)
	a.runDue(t.Context())
	a.wantsAsked("after a while", "comment-check comment-check")
	down = false
	a.clock.move(time.Hour)
	a.runDue(t.Context())
	if c := a.comment(id); c.Status != models.Pending {
		t.Errorf("answered in the end, it is %s", c.Status)
	}
}

func TestWithoutAKeyNobodyIsAsked(t *testing.T) {
	a := newAsking(t, models.LevelOpen)
	a.set(`{"akismet_key":""}`)
	a.comes("viagra-test-123", models.Approved, nil)
	a.runDue(t.Context())
	a.wantsAsked("off", "")
}
