package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"dimmer/models"
	starter "dimmer/site"
)

// deskShown is how many comments the page of all that wait shows.
const deskShown = 20

// listedLinkLifetime is how long a link is good that the page of all that wait shows. Each time it is opened, it shows others.
const listedLinkLifetime = 24 * time.Hour

// deciding is an opened link of a moderator.
type deciding struct {
	token   string
	until   time.Time
	user    models.User
	comment models.CommentID
	all     bool // every comment that waits
}

// openModeration opens a moderator's link. Whoever it was made for has to be able to sign in still, under the same address.
func (s *site) openModeration(c *gin.Context) (deciding, error) {
	m := deciding{token: c.Param("token")}
	link, err := s.links.moderate.Open(m.token, s.now())
	if err != nil {
		return m, err
	}
	m.until, m.comment, m.all = link.Until, models.CommentID(link.IDs[0]), link.IDs[0] == everyWaiting
	m.user, err = s.store.User(c.Request.Context(), models.UserID(link.IDs[1]))
	if err == nil && (!m.user.SignsIn() || !link.BoundTo(*m.user.Email)) {
		err = models.ErrNotFound
	}
	return m, err
}

// showModeration shows a moderator the comment that a mail told her of. It changes nothing.
func (s *site) showModeration(c *gin.Context, settings models.Settings) (deskPage, error) {
	m, err := s.openModeration(c)
	if err != nil {
		return deskPage{}, err
	}
	ctx := c.Request.Context()
	if m.all {
		return s.waitingPage(ctx, settings, m)
	}
	if used, err := s.store.UsedLink(ctx, linkHash(m.token)); err == nil {
		return s.usedPage(m, used, http.StatusGone), nil
	} else if !errors.Is(err, models.ErrNotFound) {
		return deskPage{}, err
	}
	return s.moderationPage(ctx, settings, m, http.StatusOK, "", nil)
}

// waitingPage lists what waits for a moderator, each with a link of its own.
func (s *site) waitingPage(ctx context.Context, settings models.Settings, m deciding) (deskPage, error) {
	found, err := s.store.Comments(ctx, m.user.Actor(), models.CommentQuery{Status: models.Pending, Oldest: true, Page: models.Page{Limit: deskShown}})
	if err != nil {
		return deskPage{}, err
	}
	body := starter.Waiting{Total: found.Total, More: found.Next != nil}
	until := s.now().Add(listedLinkLifetime)
	if until.After(m.until) {
		until = m.until
	}
	for _, comment := range found.Items {
		shown := starter.WaitingComment{Name: comment.AuthorName, When: s.dayAndTime(settings, comment.CreatedAt), HTML: comment.HTML}
		if comment.Post != nil {
			shown.Post = comment.Post.Title
		}
		shown.URL = s.links.Moderate(m.user, comment.ID, until)[len(s.config.PublicURL):]
		body.Comments = append(body.Comments, shown)
	}
	return deskPage{title: "What waits", write: func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Waiting(w, around, h, body)
	}}, nil
}

// seenText names the text of a comment as it is now, so that another is not decided about in its place.
func seenText(c models.Comment) string {
	if c.EditedAt == nil {
		return "0"
	}
	return strconv.FormatInt(c.EditedAt.UnixMicro(), 36)
}

// moderationPage is the page of one comment.
func (s *site) moderationPage(ctx context.Context, settings models.Settings, m deciding, status int, typed string, problems []starter.Problem) (deskPage, error) {
	comment, err := s.store.Comment(ctx, m.user.Actor(), m.comment)
	if err != nil {
		return deskPage{}, err
	}
	waiting, err := s.store.Comments(ctx, m.user.Actor(), models.CommentQuery{Status: models.Pending, Page: models.Page{Limit: 1}})
	if err != nil {
		return deskPage{}, err
	}
	body := starter.Moderation{
		Action: moderatePath + "/" + m.token, Name: comment.AuthorName, URL: value(comment.AuthorURL), When: s.dayAndTime(settings, comment.CreatedAt), HTML: comment.HTML,
		Status: statusWords[comment.Status], Known: knownOf(comment), Seen: seenText(comment), Problems: problems, MaxBody: models.MaxCommentBody, Typed: typed,
		All: s.links.ModerateAll(m.user, m.until)[len(s.config.PublicURL):], Waiting: waiting.Total, Until: s.dayAndTime(settings, m.until),
	}
	if comment.Post != nil {
		body.Post, body.PostURL = comment.Post.Title, s.addressOf(settings, comment.Post)
	}
	if comment.Verdict != nil {
		body.Sum = comment.Verdict.Score
		for _, reason := range comment.Verdict.Reasons {
			body.Reasons = append(body.Reasons, starter.Reason(reason))
		}
	}
	return deskPage{status, "Decide", func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Moderate(w, around, h, body)
	}}, nil
}

// knownOf says what is known of the writer of a comment.
func knownOf(c models.Comment) string {
	reader := c.Commenter
	if reader == nil {
		return ""
	}
	known := fmt.Sprintf("%d approved before, %d in spam and trash.", reader.ApprovedCount, reader.RejectedCount)
	switch {
	case reader.Email == nil:
		known += " No e-mail address."
	case reader.EmailConfirmedAt != nil:
		known += " The e-mail address is confirmed."
	default:
		known += " The e-mail address was typed and not confirmed."
	}
	if c.ReportCount > 0 {
		known += fmt.Sprintf(" Reported by %d.", c.ReportCount)
	}
	return known
}

// linkDeeds is what can be done with a moderator's link.
var linkDeeds = map[string]models.CommentStatus{"approve": models.Approved, "spam": models.Spam, "answer": models.Approved}

// moderate does what a moderator has chosen on the page of a comment, as she who she is now: with the rights that she has at this moment.
func (s *site) moderate(c *gin.Context, settings models.Settings) (deskPage, error) {
	m, err := s.openModeration(c)
	if err != nil {
		return deskPage{}, err
	}
	form, err := deskForm(c)
	if err != nil {
		return deskPage{}, err
	}
	ctx, deed := c.Request.Context(), form.Get("do")
	if deed == "undo" {
		return s.undoLink(ctx, m)
	}
	status, known := linkDeeds[deed]
	if !known || m.all {
		return deskPage{}, errDeskForm
	}
	if used, err := s.store.UsedLink(ctx, linkHash(m.token)); err == nil {
		return s.usedPage(m, used, http.StatusGone), nil
	} else if !errors.Is(err, models.ErrNotFound) {
		return deskPage{}, err
	}
	by := m.user.Actor()
	comment, err := s.store.Comment(ctx, by, m.comment)
	if err != nil {
		return deskPage{}, err
	}
	if form.Get("seen") != seenText(comment) {
		return s.moderationPage(ctx, settings, m, http.StatusConflict, form.Get("body"), []starter.Problem{{Message: "The text has been changed since you opened this page. Read it again; nothing was done."}})
	}
	if deed == "answer" {
		if _, _, _, _, err := models.CheckComment(m.user.Name, nil, nil, form.Get("body")); err != nil {
			var invalid models.Invalid
			if !errors.As(err, &invalid) {
				return deskPage{}, err
			}
			return s.moderationPage(ctx, settings, m, http.StatusUnprocessableEntity, form.Get("body"), problemsOf(invalid))
		}
	}
	link := &models.LinkUse{Hash: linkHash(m.token), Until: m.until, Did: deed}
	_, action, err := s.store.ChangeComment(ctx, by, m.comment, models.CommentChange{Status: models.Some(status), Link: link})
	if err != nil {
		return deskPage{}, err
	}
	used := models.UsedLink{At: s.now(), Did: deed, Action: action}
	if deed == "answer" {
		if used, err = s.answerByLink(ctx, by, m, form, used); err != nil {
			return deskPage{}, err
		}
	}
	return s.usedPage(m, used, http.StatusOK), nil
}

// answerByLink writes the answer to a comment that has just been approved.
func (s *site) answerByLink(ctx context.Context, by models.Actor, m deciding, form url.Values, used models.UsedLink) (models.UsedLink, error) {
	answer, err := s.answer(ctx, by, m.comment, form.Get("body"))
	if err != nil {
		return used, err
	}
	used.Answer = answer.ID
	return used, s.store.NoteAnswer(ctx, linkHash(m.token), answer.ID)
}

// usedPage says what was done with a link, and offers to take it back as long as that can be.
func (s *site) usedPage(m deciding, used models.UsedLink, status int) deskPage {
	heading := map[string]string{"approve": "The comment is approved", "spam": "The comment is in spam", "answer": "Approved and answered"}[used.Did]
	if heading == "" {
		heading = "Decided"
	}
	notice := starter.Notice{Links: []starter.Link{{Label: "What else waits", URL: s.links.ModerateAll(m.user, m.until)[len(s.config.PublicURL):]}}}
	switch {
	case status == http.StatusGone:
		notice.Paragraphs = append(notice.Paragraphs, "This link works once, and it has been used. To decide otherwise, open what else waits, or sign in.")
	case used.Action == "" && used.Answer == "":
		notice.Paragraphs = append(notice.Paragraphs, "It was so already. Nothing has changed.")
	case used.Did == "approve":
		notice.Paragraphs = append(notice.Paragraphs, "Readers see it now.")
	case used.Did == "spam":
		notice.Paragraphs = append(notice.Paragraphs, "No reader sees it. Whoever wrote it learns nothing of that.")
	default:
		notice.Paragraphs = append(notice.Paragraphs, "Readers see both now.")
	}
	if (used.Action != "" || used.Answer != "") && s.now().Sub(used.At) < models.UndoWindow {
		notice.Form = &starter.Form{
			Action: moderatePath + "/" + m.token, Fields: []starter.Field{{Name: "do", Value: "undo"}}, Button: "Undo", Plain: true,
			Without: "Within ten minutes.",
		}
	}
	return s.says(status, heading, notice)
}

// undoLink takes back what was done with a link.
func (s *site) undoLink(ctx context.Context, m deciding) (deskPage, error) {
	used, err := s.store.UsedLink(ctx, linkHash(m.token))
	if err != nil {
		return deskPage{}, err
	}
	by := m.user.Actor()
	if used.Answer != "" {
		if s.now().Sub(used.At) >= models.UndoWindow {
			return deskPage{}, models.ConflictError{Code: "cannot_undo", Message: "This cannot be taken back any more: ten minutes are over."}
		}
		if _, err := s.store.DeleteComment(ctx, by, used.Answer); err != nil && !errors.Is(err, models.ErrNotFound) {
			return deskPage{}, err
		}
	}
	var decided []models.Decided
	if used.Action != "" {
		if decided, err = s.store.UndoAction(ctx, by, used.Action); err != nil {
			return deskPage{}, err
		}
	} else if used.Answer == "" {
		return deskPage{}, models.ConflictError{Code: "cannot_undo", Message: "Nothing was changed with this link, so there is nothing to take back."}
	}
	for _, d := range decided {
		if d.Err != nil {
			return deskPage{}, d.Err
		}
	}
	return s.says(http.StatusOK, "Taken back", starter.Notice{
		Paragraphs: []string{"It is as it was before."},
		Links:      []starter.Link{{Label: "What waits", URL: s.links.ModerateAll(m.user, m.until)[len(s.config.PublicURL):]}},
	}), nil
}
