package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"dimmer/auth"
	"dimmer/models"
	starter "dimmer/site"
)

// showAsking is where a reader asks for the link to her own page, or hears before she has typed anything that none can be sent.
func (s *site) showAsking(*gin.Context, models.Settings) (deskPage, error) {
	if s.mail == nil {
		return s.noLinks(), nil
	}
	return s.asking("", nil, http.StatusOK), nil
}

func (s *site) noLinks() deskPage {
	return s.says(http.StatusOK, "Mail is off here", starter.Notice{Paragraphs: []string{"This site sends no mail, so the link cannot be sent. Whoever runs the site can do for you what the page would."}})
}

func (s *site) asking(typed string, problems []starter.Problem, status int) deskPage {
	return deskPage{status, "Your own page", func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Ask(w, around, h, starter.Asking{Action: ownPath, Typed: typed, Problems: problems})
	}}
}

// askForLink mails a reader the link to her own page. The answer is the same whether anything is kept of her.
func (s *site) askForLink(c *gin.Context, _ models.Settings) (deskPage, error) {
	form, err := deskForm(c)
	if err != nil {
		return deskPage{}, err
	}
	if s.mail == nil {
		return s.noLinks(), nil
	}
	email, problems := typedEmail(form.Get("email"))
	if problems != nil {
		return s.asking(form.Get("email"), problems, http.StatusUnprocessableEntity), nil
	}
	if err := s.store.AskReaderLink(c.Request.Context(), email); err != nil {
		return deskPage{}, err
	}
	return s.says(http.StatusOK, "Look into your mailbox", starter.Notice{Paragraphs: []string{
		"If anything is kept here under this address, a mail with the link is on its way.",
		"It goes out once in ten minutes at most, so ask again only after that.",
	}}), nil
}

// typedEmail is an address that somebody typed, in its one spelling, or what is wrong with it.
func typedEmail(text string) (string, []starter.Problem) {
	email, err := auth.NormalizeEmail(text)
	if err != nil {
		return "", []starter.Problem{{Field: "The e-mail address", Message: err.Error()}}
	}
	return email, nil
}

// openOwn opens the link to a reader's own page. It works as long as her address is kept.
func (s *site) openOwn(c *gin.Context) (models.Reader, time.Time, error) {
	link, err := s.links.reader.Open(c.Param("token"), s.now())
	if err != nil {
		return models.Reader{}, link.Until, err
	}
	reader, err := s.store.ReaderOf(c.Request.Context(), models.CommenterID(link.IDs[0]))
	if err == nil && !link.BoundTo(reader.Email) {
		err = models.ErrNotFound
	}
	return reader, link.Until, err
}

// showOwn shows a reader what is kept of her. It changes nothing.
func (s *site) showOwn(c *gin.Context, settings models.Settings) (deskPage, error) {
	reader, until, err := s.openOwn(c)
	if err != nil {
		return deskPage{}, err
	}
	return s.ownPage(c, settings, reader, until, http.StatusOK, "", nil), nil
}

func (s *site) ownPage(c *gin.Context, settings models.Settings, r models.Reader, until time.Time, status int, done string, problems []starter.Problem) deskPage {
	body := starter.OwnPage{
		Action: ownPath + "/" + c.Param("token"), Email: r.Email, Wishes: s.wishes(settings, r.Subscriptions), Problems: problems, Done: done,
		MaxBody: models.MaxCommentBody, Until: s.dayAndTime(settings, until), More: len(r.Comments) == models.MaxReaderComments,
		Comments: s.ownComments(settings, r.Comments), Typed: s.ownComments(settings, r.TypedComments),
	}
	for _, typed := range r.Typed {
		waits := slices.ContainsFunc(r.Subscriptions, func(sub models.Subscription) bool { return sub.CommenterID == typed.ID })
		body.TypedOthers = body.TypedOthers || !waits && typed.Name != ""
	}
	return deskPage{status, "Your page", func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Own(w, around, h, body)
	}}
}

// ownComments are comments as their writer sees them. Spam and trash look like what is held.
func (s *site) ownComments(settings models.Settings, comments []models.Comment) []starter.OwnComment {
	var shown []starter.OwnComment
	for _, comment := range comments {
		own := starter.OwnComment{
			ID: string(comment.ID), When: s.dayAndTime(settings, comment.CreatedAt), HTML: comment.HTML, Source: comment.Source, Edited: comment.EditedAt != nil,
			Status: statusWords[models.Pending],
		}
		if comment.Status == models.Approved {
			own.Status = statusWords[models.Approved]
		}
		if comment.Post != nil {
			own.Post, own.PostURL = comment.Post.Title, s.addressOf(settings, comment.Post)
		}
		if until := editUntil(comment, settings); s.now().Before(until) {
			own.EditUntil = s.local(settings, until).Format("15:04")
		}
		shown = append(shown, own)
	}
	return shown
}

// changeOwn does what a reader has chosen on her own page.
func (s *site) changeOwn(c *gin.Context, settings models.Settings) (deskPage, error) {
	reader, until, err := s.openOwn(c)
	if err != nil {
		return deskPage{}, err
	}
	form, err := deskForm(c)
	if err != nil {
		return deskPage{}, err
	}
	if form.Get("do") == "erase" {
		return s.eraseReader(c.Request.Context(), reader)
	}
	done, err := s.doOwn(c.Request.Context(), settings, reader, form.Get("do"), form.Get("id"), form.Get("body"))
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return s.ownPage(c, settings, reader, until, http.StatusUnprocessableEntity, "", problemsOf(invalid)), nil
	}
	if err != nil {
		return deskPage{}, err
	}
	reader, _, err = s.openOwn(c)
	if errors.Is(err, models.ErrNotFound) { // there was nothing but what has just gone
		return s.says(http.StatusOK, done, starter.Notice{Paragraphs: []string{"Nothing is kept under your address any more."}}), nil
	}
	if err != nil {
		return deskPage{}, err
	}
	return s.ownPage(c, settings, reader, until, http.StatusOK, done, nil), nil
}

// doOwn does one thing, and says what was done.
func (s *site) doOwn(ctx context.Context, settings models.Settings, reader models.Reader, do, id, body string) (done string, err error) {
	switch do {
	case "edit", "delete":
		at := slices.IndexFunc(reader.Comments, func(comment models.Comment) bool { return string(comment.ID) == id })
		if at < 0 {
			return "", models.ErrNotFound
		}
		if do == "edit" {
			changed, err := s.edit(ctx, settings, reader.Comments[at], body)
			if err == nil && changed.Status != models.Approved {
				return "Saved. Only you can see this for now; somebody reads it before it appears.", nil
			}
			return "Saved.", err
		}
		return "The comment is deleted.", s.store.WithdrawComment(ctx, reader.Comments[at].ID, s.now().Add(time.Hour)) // her page has no end of the time for that
	case "unsubscribe":
		at := slices.IndexFunc(reader.Subscriptions, func(sub models.Subscription) bool { return string(sub.ID) == id })
		if at < 0 {
			return "", models.ErrNotFound
		}
		return "No more mail comes of it.", s.store.EndSubscription(ctx, reader.Subscriptions[at].ID)
	case "unsubscribe-all":
		return "No more mail comes.", s.store.EndSubscriptionsOf(ctx, reader.Email)
	case "adopt":
		return "Noted: these are yours.", s.store.AdoptReaders(ctx, reader.Email)
	case "disown":
		return "Your address is taken off.", s.store.DisownReaders(ctx, reader.Email)
	}
	return "", errDeskForm
}

// showErasing asks before everything goes. It changes nothing.
func (s *site) showErasing(c *gin.Context, _ models.Settings) (deskPage, error) {
	reader, _, err := s.openOwn(c)
	if err != nil {
		return deskPage{}, err
	}
	own := ownPath + "/" + c.Param("token")
	return s.says(http.StatusOK, "Erase everything that is kept of you?", starter.Notice{
		Paragraphs: []string{
			"What you wrote under " + reader.Email + " goes for good: your comments (where somebody has answered, an empty place stays), your name, your address, your likes, and what is mailed to you.",
			"It cannot be brought back. If you want a copy, download it first.",
		},
		Form:  &starter.Form{Action: own, Fields: []starter.Field{{Name: "do", Value: "erase"}}, Button: "Erase everything"},
		Links: []starter.Link{{Label: "Download", URL: own + "/data.json"}, {Label: "Keep it", URL: own}},
	}), nil
}

// eraseReader erases a reader.
func (s *site) eraseReader(ctx context.Context, reader models.Reader) (deskPage, error) {
	if err := s.store.EraseReader(ctx, reader.Email); err != nil {
		return deskPage{}, err
	}
	return s.says(http.StatusOK, "It is erased", starter.Notice{Paragraphs: []string{
		"Nothing is kept of you here any more. Copies that backups hold go when these do.",
	}, Links: []starter.Link{{Label: "To the front", URL: "/"}}}), nil
}

// ownData is what is kept of a reader, as she downloads it.
type ownData struct {
	Email         string            `json:"email"`
	ExportedAt    time.Time         `json:"exported_at"`
	Readers       []ownReader       `json:"readers"`
	Comments      []ownCommentData  `json:"comments"`
	Subscriptions []ownSubscription `json:"subscriptions"`
	Likes         []string          `json:"likes"`     // ids of comments
	Reactions     []string          `json:"reactions"` // ids of posts
	Reports       []ownReport       `json:"reports"`
}

// ownReader is one browser in which she has written.
type ownReader struct {
	Name             string     `json:"name"`
	CreatedAt        time.Time  `json:"created_at"`
	EmailConfirmedAt *time.Time `json:"email_confirmed_at"`
}

type ownCommentData struct {
	ID        string     `json:"id"`
	PostURL   string     `json:"post_url"`
	Name      string     `json:"name"`
	URL       *string    `json:"url"`
	Body      string     `json:"body"`
	Status    string     `json:"status"` // approved or pending
	CreatedAt time.Time  `json:"created_at"`
	EditedAt  *time.Time `json:"edited_at"`
}

type ownSubscription struct {
	PostURL     string     `json:"post_url"`
	Thread      *string    `json:"thread"` // id of the comment that it begins with; null: the whole post
	CreatedAt   time.Time  `json:"created_at"`
	ConfirmedAt *time.Time `json:"confirmed_at"`
}

type ownReport struct {
	CommentID string `json:"comment_id"`
	Reason    string `json:"reason"`
}

// ownDataExample is for the document.
var ownDataExample = ownData{
	Email: "ruth@example.org", ExportedAt: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
	Readers: []ownReader{{Name: "Ruth", CreatedAt: time.Date(2026, 2, 1, 9, 30, 0, 0, time.UTC)}},
	Comments: []ownCommentData{{
		ID: "019cb1f0-6a02-7d18-a3c4-1b7e9f0d2c63", PostURL: "https://blog.example/posts/the-dimmer-switch", Name: "Ruth", Body: "The part about the jaw helped.", Status: "approved",
		CreatedAt: time.Date(2026, 2, 1, 9, 30, 0, 0, time.UTC),
	}},
	Subscriptions: []ownSubscription{}, Likes: []string{}, Reactions: []string{}, Reports: []ownReport{},
}

// downloadOwn gives a reader what is kept of her, as a file.
func (s *site) downloadOwn(c *gin.Context, settings models.Settings) (deskPage, error) {
	reader, _, err := s.openOwn(c)
	if err != nil {
		return deskPage{}, err
	}
	all, err := s.store.CommentsOfReader(c.Request.Context(), reader)
	if err != nil {
		return deskPage{}, err
	}
	d := ownData{
		Email: reader.Email, ExportedAt: s.now().UTC(), Readers: []ownReader{}, Comments: []ownCommentData{}, Subscriptions: []ownSubscription{}, Likes: []string{},
		Reactions: []string{}, Reports: []ownReport{},
	}
	for _, own := range reader.Own {
		d.Readers = append(d.Readers, ownReader{own.Name, own.CreatedAt.UTC(), moment(own.EmailConfirmedAt)})
	}
	for _, comment := range all {
		shown := ownCommentData{
			ID: string(comment.ID), Name: comment.AuthorName, URL: comment.AuthorURL, Body: comment.Source, Status: "pending", CreatedAt: comment.CreatedAt.UTC(), EditedAt: moment(comment.EditedAt),
		}
		if comment.Status == models.Approved {
			shown.Status = "approved"
		}
		if comment.Post != nil {
			shown.PostURL = s.addressOf(settings, comment.Post)
		}
		d.Comments = append(d.Comments, shown)
	}
	for _, sub := range reader.Subscriptions {
		shown := ownSubscription{Thread: (*string)(sub.CommentID), CreatedAt: sub.CreatedAt.UTC(), ConfirmedAt: moment(sub.ConfirmedAt)}
		if sub.Post != nil {
			shown.PostURL = s.addressOf(settings, sub.Post)
		}
		d.Subscriptions = append(d.Subscriptions, shown)
	}
	for _, like := range reader.Likes {
		d.Likes = append(d.Likes, string(*like.CommentID))
	}
	for _, reaction := range reader.Reactions {
		d.Reactions = append(d.Reactions, string(*reaction.PostID))
	}
	for _, report := range reader.Reports {
		d.Reports = append(d.Reports, ownReport{string(*report.CommentID), report.Reason})
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return deskPage{}, err
	}
	c.Header("Content-Disposition", `attachment; filename="my-comments.json"`)
	c.Data(http.StatusOK, contentJSON, append(text, '\n'))
	return deskPage{}, nil
}
