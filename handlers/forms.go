package handlers

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"dimmer/models"
	starter "dimmer/site"
)

// contentForm is what a plain HTML form sends.
const contentForm = "application/x-www-form-urlencoded"

// sentByForm is noted of a request to a row that takes forms, if it is one, with what writes the page that whoever sent it reads.
const sentByForm = "form"

// takesForms lets a row take a plain HTML form besides JSON. It sends no cookie and needs no script; the answer is a redirect, an error a page.
func takesForms() tune {
	return func(r *route) { r.form = true }
}

// isForm reports whether a request comes from a plain HTML form.
func isForm(r *http.Request) bool {
	contentType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && contentType == contentForm
}

// formAsJSON makes a JSON object of the fields of a form, so that both are checked in the same way. A browser sends every field of a form,
// also those that were left empty: they count as not sent.
func formAsJSON(body []byte) ([]byte, error) {
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, malformed("The form cannot be read: it is not properly encoded.")
	}
	object := map[string]any{}
	var errs []FieldError
	for name, values := range fields {
		switch {
		case len(values) > 1:
			errs = append(errs, fieldError("body."+name, "must be given only once"))
		case name == "notify": // a box that is ticked
			object[name] = !slices.Contains([]string{"", "false", "0", "off"}, values[0])
		case values[0] != "" || name == "name" || name == "body":
			object[name] = values[0]
		}
	}
	if errs != nil {
		slices.SortFunc(errs, func(a, b FieldError) int { return strings.Compare(a.Location, b.Location) })
		return nil, invalid(errs...)
	}
	text, err := json.Marshal(object, json.Deterministic(true))
	if err != nil {
		return nil, malformed("The form cannot be read: it is not UTF-8.")
	}
	return text, nil
}

// returnAddress is where the browser goes after a form, or nil if the request is not from one: to a place on this site, on the site that readers
// know, or on one that is listed for scripts. Anywhere else nobody could send a reader by way of this site.
func (s *site) returnAddress(ctx context.Context, settings models.Settings, wanted string) (*url.URL, error) {
	if _, sent := callFrom(ctx).gin.Get(sentByForm); !sent {
		if wanted != "" {
			return nil, invalid(FieldError{"body.return_to", "is for plain HTML forms only"})
		}
		return nil, nil
	}
	home := s.config.PublicURL
	if settings.SiteURL != nil {
		home = *settings.SiteURL
	}
	base, err := url.Parse(home + "/")
	if err != nil {
		return nil, err
	}
	to, err := base.Parse(wanted)
	if err != nil || to.User != nil || strings.ContainsAny(wanted, "\\\t\r\n") || !s.returnsTo(originOf(to), home) {
		return nil, invalid(FieldError{"body.return_to", "is not an address of this site"})
	}
	return to, nil
}

func (s *site) returnsTo(origin, home string) bool {
	at, err := url.Parse(home)
	return origin == s.origin || err == nil && origin == originOf(at) || origin != "*" && slices.Contains(s.config.CORSOrigins, origin)
}

// seeOther sends the browser to where the form wanted to go, and tells the page there what became of the comment.
func seeOther(to url.URL, c ownComment) *Problem {
	query := to.Query()
	query.Set("comment", c.Status)
	to.RawQuery = query.Encode()
	if to.Fragment == "" {
		to.Fragment = "comments"
	}
	return refuse(http.StatusSeeOther, "see_other", "The comment has arrived.").with("Location", to.String())
}

// writeFormPage is what somebody without a script sees when her form cannot be accepted, and for a moment, when it was: what would else be JSON.
func (s *site) writeFormPage(w io.Writer, p *Problem) {
	settings, err := s.store.Settings(context.Background())
	if err != nil {
		settings = models.DefaultSettings() // the page says what it has to say without them
	}
	around, words := s.frame(settings, ""), starter.WordsFor(settings.Language)
	if !strings.HasPrefix(around.Logo, "/") {
		around.Logo = "" // the answer to a form loads nothing from elsewhere
	}
	notice := starter.Notice{Heading: p.Detail}
	if p.Status >= http.StatusBadRequest {
		notice.Heading, notice.Paragraphs = words.Refused, []string{words.RefusedText}
		labels := map[string]string{"name": words.YourName, "body": words.YourComment, "email": words.YourEmail}
		for _, e := range p.Errors {
			field := strings.TrimPrefix(e.Location, "body.")
			if label := labels[field]; label != "" {
				field = label
			} else if label := formLabels[field]; label != "" {
				field = label
			}
			message := e.Message
			if rest, whole := strings.CutPrefix(message, "this "); whole { // it names the field itself
				field, message = "This", rest
			}
			notice.Problems = append(notice.Problems, starter.Problem{Field: field, Message: message})
		}
		if notice.Problems == nil {
			notice.Problems = []starter.Problem{{Message: p.Detail}}
		}
	}
	_ = s.starter.pages.Notice(w, around, starter.Head{Title: notice.Heading, NoIndex: true}, notice) // fails only if the client has gone
}

// formLabels are fields that the starter site's own form does not show, as a reader knows them.
var formLabels = map[string]string{
	"url": "Your web site", "parent_id": "The comment that you answer", "return_to": "The way back",
}
