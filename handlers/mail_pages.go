package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	adminui "dimmer/admin-ui"
	"dimmer/auth"
	"dimmer/models"
	starter "dimmer/site"
)

// The pages that mails lead to: what they share. Each shows when it is opened and acts when a button is pressed, so that a program that looks at the
// links of a mail beforehand changes nothing. The token of the link is all that a page goes by: no cookie, no login.

// deskPolicy lets these pages load their style sheet and send their own forms, and nothing else.
const deskPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

// maxDeskForm holds a comment of 10,000 characters of four bytes, each escaped.
const maxDeskForm = 160 << 10

// newDeskStyle makes the style sheet of these pages: that of the starter site, and theirs.
func (s *Server) newDeskStyle(p *pages) (string, error) {
	var style bytes.Buffer
	for _, name := range []string{"tokens.css", "look.css"} {
		part, err := adminui.Assets.ReadFile(name)
		if err != nil {
			return "", err
		}
		style.Write(part)
	}
	style.WriteString(starter.Style + starter.PostStyle + starter.DeskStyle)
	return p.addStyle("desk", style.Bytes(), s.now()), nil
}

// deskPage is what one of these pages answers.
type deskPage struct {
	status int // 0: 200
	title  string
	write  func(io.Writer, starter.Site, starter.Head) error
}

// desk is the handler of one of these pages. What goes wrong is a page too: whoever came here by a mail reads no JSON.
func (s *site) desk(page func(*gin.Context, models.Settings) (deskPage, error)) func(*gin.Context) error {
	return func(c *gin.Context) error {
		settings, err := s.store.Settings(c.Request.Context())
		if err != nil {
			return err
		}
		p, err := page(c, settings)
		if err != nil {
			if p, err = s.deskProblem(err); err != nil {
				return err
			}
		}
		if c.Writer.Written() { // a download
			return nil
		}
		var out bytes.Buffer
		if err := p.write(&out, s.deskFrame(settings), starter.Head{Title: p.title, NoIndex: true}); err != nil {
			return err
		}
		if p.status == 0 {
			p.status = http.StatusOK
		}
		c.Data(p.status, contentHTML, out.Bytes())
		return nil
	}
}

// setDeskHeaders are the headers of these pages, refusals too: nobody keeps them, finds them or learns where a click on them came from.
func (s *Server) setDeskHeaders(c *gin.Context) {
	s.setPageHeaders(c, deskPolicy, "no-referrer")
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
}

// deskFrame is what stands around these pages. Their words are English, and they load nothing from elsewhere.
func (s *site) deskFrame(settings models.Settings) starter.Site {
	around := s.frame(settings, "")
	around.Language, around.Logo, around.Stylesheet, around.PostSheet = "en", "", s.deskStyle, ""
	return around
}

// writeDeskRefusal is the page about what no handler has words for: too many clicks, a fault of ours.
func (s *site) writeDeskRefusal(w io.Writer, p *Problem) {
	settings, err := s.store.Settings(context.Background())
	if err != nil {
		settings = models.DefaultSettings() // the page says what it has to say without them
	}
	notice := starter.Notice{Heading: "This was not done", Paragraphs: []string{p.Detail}}
	if p.Status >= http.StatusInternalServerError {
		notice = starter.Notice{Heading: "Something failed on our side", Paragraphs: []string{"It is noted as " + p.RequestID + "; please try again in a moment."}}
	}
	_ = s.starter.pages.Notice(w, s.deskFrame(settings), starter.Head{Title: notice.Heading, NoIndex: true}, notice) // fails only if the client has gone
}

// byPages says in the document that a row answers with pages, whatever it answers.
func byPages() tune { return func(r *route) { r.pages = true } }

// says is a page that says something.
func (s *site) says(status int, heading string, n starter.Notice) deskPage {
	n.Heading = heading
	return deskPage{status, heading, func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Notice(w, around, h, n)
	}}
}

// deskProblem is the page about something that cannot be done, and why. Anything else is returned as it is.
func (s *site) deskProblem(err error) (deskPage, error) {
	var conflict models.ConflictError
	var forbidden models.ForbiddenError
	switch {
	case errors.Is(err, auth.ErrLinkExpired):
		return s.says(http.StatusGone, "The time of this link is over", starter.Notice{
			Paragraphs: []string{"Nothing has been changed. Look for a newer mail; the link in it works.", "For your own comments you can have a new link sent to you."},
			Links:      []starter.Link{{Label: "Send me a new link", URL: ownPath}, {Label: "To the front", URL: "/"}},
		}), nil
	case errors.Is(err, auth.ErrUnauthenticated), errors.Is(err, models.ErrNotFound):
		return s.says(http.StatusGone, "This link does not work any more", starter.Notice{
			Paragraphs: []string{"What it was about has gone, or the link was not copied whole. Open it from the mail itself, or look for a newer one."},
			Links:      []starter.Link{{Label: "Your own page", URL: ownPath}, {Label: "To the front", URL: "/"}},
		}), nil
	case errors.As(err, &conflict):
		status := http.StatusConflict
		if conflict.Code == "link_used" {
			status = http.StatusGone
		}
		return s.says(status, "This was not done", starter.Notice{Paragraphs: []string{conflict.Message}}), nil
	case errors.As(err, &forbidden):
		return s.says(http.StatusForbidden, "This was not done", starter.Notice{Paragraphs: []string{forbidden.Message}}), nil
	}
	return deskPage{}, err
}

// errDeskForm refuses a form that no page of ours has sent.
var errDeskForm = malformed("The form cannot be read. Go back, load the page again and send it from there.")

// deskForm reads the form of one of these pages.
func deskForm(c *gin.Context) (url.Values, error) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, tooLarge(maxDeskForm)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errDeskForm
	}
	for _, values := range form {
		if slices.ContainsFunc(values, func(text string) bool { return !utf8.ValidString(text) || strings.ContainsRune(text, 0) }) {
			return nil, errDeskForm
		}
	}
	return form, nil
}

// problemsOf lists what cannot be accepted as these pages show it.
func problemsOf(invalid models.Invalid) []starter.Problem {
	var problems []starter.Problem
	for _, field := range slices.Sorted(maps.Keys(invalid)) {
		label := map[string]string{"body": "The text", "email": "The e-mail address"}[field]
		problems = append(problems, starter.Problem{Field: label, Message: invalid[field]})
	}
	return problems
}

// statusWords is how these pages call the status of a comment.
var statusWords = map[models.CommentStatus]string{models.Pending: "Held", models.Approved: "Approved", models.Spam: "Spam", models.Trash: "Trash"}

// dayAndTime is how these pages say a moment.
func (s *site) dayAndTime(settings models.Settings, at time.Time) string {
	return s.local(settings, at).Format("2 January 2006, 15:04")
}

// addressOf is where readers find a post.
func (s *site) addressOf(settings models.Settings, post *models.Post) string {
	pattern := settings.PostURL
	if post.Type == models.TypePage {
		pattern = settings.PageURL
	}
	return settings.Address(s.config.PublicURL, pattern, post.Slug)
}
