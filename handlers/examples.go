package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dimmer/auth"
	"dimmer/models"
)

// addExamples puts beside each body of JSON in the document what it could look like: the same that the page of the API shows.
func (s *Server) addExamples() {
	document := s.api.OpenAPI()
	w := docsWriter{schemas: document.Components.Schemas, server: s.config.PublicURL}
	for _, item := range document.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if op.RequestBody != nil {
				w.addExample(op, op.RequestBody.Content)
			}
			for status, response := range op.Responses {
				if strings.HasPrefix(status, "2") {
					w.addExample(op, response.Content)
				}
			}
		}
	}
	for _, problem := range problemExamples() {
		if response := document.Components.Responses[strings.ReplaceAll(problem.Title, " ", "")]; response != nil {
			problem.RequestID = "k3v9q2xw-1a"
			response.Content[contentProblem].Example = problem
		}
	}
}

// addExample leaves a body alone that may be any object, as this document itself.
func (w docsWriter) addExample(op *huma.Operation, content map[string]*huma.MediaType) {
	media := content["application/json"]
	if media == nil || media.Schema.Ref == "" && len(media.Schema.Properties) == 0 {
		return
	}
	var text strings.Builder
	for _, token := range w.answerSample(op.Path, media.Schema) {
		text.WriteString(token.Text)
	}
	media.Example = json.RawMessage(text.String())
}

// problemExamples is one refusal of each status, made as the real ones are.
func problemExamples() []*Problem {
	return []*Problem{
		refuse(http.StatusSeeOther, "see_other", "The comment has arrived."),
		moved("/api/v1/posts/the-dimmer-switch"),
		malformed("The body cannot be read as JSON.", FieldError{"body", "is not valid JSON after byte 8"}),
		translate(nil, auth.ErrUnauthenticated),
		translate(nil, models.ErrForbidden),
		notFound(),
		cursorExpired(),
		refuse(http.StatusNotAcceptable, "not_acceptable", "There is this in br, gzip and identity. Name one of them in Accept-Encoding."),
		translate(nil, models.ErrConflict),
		stale(nil),
		refuse(http.StatusRequestTimeout, "timeout", tooSlow),
		tooLarge(defaultBodyBytes),
		wrongType("Send the body with Content-Type: application/json."),
		invalid(FieldError{"body.title", "is required"}, FieldError{"body.titel", "is not a field of this request"}),
		refuse(http.StatusPreconditionRequired, "precondition_required",
			"Say in If-Match which version you have seen: the ETag of the post. So nobody's change is lost.", FieldError{"header.If-Match", "is required"}),
		translate(nil, tooMany(6*time.Second, "your address")),
		internal(nil),
		refuse(http.StatusInsufficientStorage, "storage_full", noRoom),
		refuse(http.StatusBadGateway, "mail_failed", "The mail server mail.example.org:587 does not answer."),
		unavailable("The storage is busy. Please try again in a moment."),
	}
}
