package handlers

import (
	"context"
	"html/template"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"dimmer/models"
)

// contentForm is what a plain HTML form sends.
const contentForm = "application/x-www-form-urlencoded"

// sentByForm is noted of a request to a row that takes forms, if it is one: whoever sent it reads a page.
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
	if !callFrom(ctx).gin.GetBool(sentByForm) {
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

// formPage is what somebody without a script sees when her form cannot be accepted, and for a moment, when it was.
var formPage = template.Must(template.New("form").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Heading}}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/look.css">
<link rel="stylesheet" href="/assets/setup.css">
</head>
<body>
<main>
<section>
<h1>{{.Heading}}</h1>
{{if .Refused}}<p>Nothing was sent, and nothing is lost: go back with your browser, and what you wrote is still there.</p>
<div class="problem">
{{if .Errors}}<ul role="list">
{{range .Errors}}<li><b>{{.Field}}</b> {{.Message}}</li>
{{end}}</ul>
{{else}}<p>{{.Detail}}</p>
{{end}}</div>
{{end}}</section>
</main>
</body>
</html>
`))

// formLabels are the fields as a reader knows them, by what stands beside them.
var formLabels = map[string]string{
	"name": "Your name", "body": "Your comment", "email": "Your e-mail address", "url": "Your web site", "parent_id": "The comment that you answer", "return_to": "The way back",
}

type formProblem struct{ Field, Message string }

// writeFormPage writes for a person what would else be JSON.
func writeFormPage(w io.Writer, p *Problem) {
	page := struct {
		Heading, Detail string
		Refused         bool
		Errors          []formProblem
	}{Heading: p.Detail, Detail: p.Detail, Refused: p.Status >= http.StatusBadRequest}
	if page.Refused {
		page.Heading = "Your comment was not taken"
	}
	for _, e := range p.Errors {
		field := strings.TrimPrefix(e.Location, "body.")
		if label := formLabels[field]; label != "" {
			field = label
		}
		message := e.Message
		if rest, whole := strings.CutPrefix(message, "this "); whole { // it names the field itself
			field, message = "This", rest
		}
		page.Errors = append(page.Errors, formProblem{field, message})
	}
	_ = formPage.Execute(w, page) // fails only if the client has gone
}
