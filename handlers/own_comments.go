package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"dimmer/auth"
	"dimmer/models"
	"dimmer/moderation"
)

const (
	// maxCommentRequest holds 10,000 characters of four bytes, each escaped, and the other fields.
	maxCommentRequest = 160 << 10
	// formLifetime is how long somebody may have a page with a form open before she sends it.
	formLifetime = 24 * time.Hour
	// maxIdempotencyKey is in characters; a UUID has 36.
	maxIdempotencyKey = 64
)

type createCommentInput struct {
	Slug           string `path:"slug"`
	IdempotencyKey string `header:"Idempotency-Key" doc:"1 to 64 visible characters. The same request again within a day gets the same answer, and makes no second comment."`
	Key            string `header:"X-Dimmer-Commenter" doc:"This reader's key, if it is not in the body."`
	Body           struct {
		Name      string           `json:"name" example:"Ruth" doc:"1 to 80 characters."`
		Email     optional[string] `json:"email,omitzero" doc:"Seen by moderators only."`
		URL       optional[string] `json:"url,omitzero" doc:"http or https, at most 500 characters."`
		Body      string           `json:"body" example:"The part about the jaw helped." doc:"1 to 10,000 characters of Markdown."`
		ParentID  optional[string] `json:"parent_id,omitzero" doc:"A visible comment on the same post."`
		Notify    optional[bool]   `json:"notify,omitzero" doc:"Whether she wants to hear of answers by e-mail. Nothing is sent before she has said yes in a mail, nor as long as mail is off."`
		Proof     optional[string] `json:"proof,omitzero" doc:"The solved challenge of the form: base64 of JSON, as ALTCHA's widget sends it. It counts once."`
		Form      optional[string] `json:"form,omitzero" doc:"As /comments/form gave it. Without it the comment may be held, but it is never spam for that."`
		Commenter optional[string] `json:"commenter,omitzero" doc:"The key that came with this reader's first comment."`
		Website   field[string]    `json:"website,omitzero" doc:"People never see this field: leave it out or empty."`
		ReturnTo  field[string]    `json:"return_to,omitzero" doc:"Only of a plain HTML form: where the browser goes afterwards."`
	}
}

// Resolve implements huma.Resolver.
func (in *createCommentInput) Resolve(huma.Context) []error {
	if in.IdempotencyKey == "" {
		return nil
	}
	if len(in.IdempotencyKey) > maxIdempotencyKey || strings.ContainsFunc(in.IdempotencyKey, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == 0x7f }) {
		return []error{&huma.ErrorDetail{Location: "header.Idempotency-Key", Message: "must have 1 to 64 visible characters"}}
	}
	return nil
}

// createdComment is what the writer of a comment gets. It says the same for held and for spam.
type createdComment struct {
	Data      ownComment `json:"data"`
	EditToken string     `json:"edit_token" doc:"Proves that the comment is hers."`
	EditUntil time.Time  `json:"edit_until"`
	Commenter string     `json:"commenter" doc:"This reader's key, for her next comment. Keep it on her device."`
	Message   string     `json:"message" doc:"What to tell her."`
}

type ownComment struct {
	CommentFields
	Replies    []commentView `json:"replies"`
	ReplyCount int           `json:"reply_count"`
	Status     string        `json:"status" enum:"approved,pending"`
}

// ownComment shows a comment to its writer. Spam and trash look like what is held.
func (s *site) ownComment(c models.Comment, post models.Post) ownComment {
	v := ownComment{CommentFields: s.commentFields(c, post), Replies: []commentView{}, ReplyCount: c.ReplyCount, Status: "pending"}
	if c.Status == models.Approved {
		v.Status = "approved"
	}
	return v
}

type createCommentOutput struct {
	Location string `header:"Location" doc:"The thread."`
	Replayed string `header:"Idempotency-Replayed" doc:"true: this request had made its comment before."`
	Body     createdComment
}

// createComment takes a comment from a reader, judges it and stores it with the verdict.
func (s *site) createComment(ctx context.Context, in *createCommentInput) (*createCommentOutput, error) {
	done, err := s.posting.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	returnTo, err := s.returnAddress(ctx, settings, in.Body.ReturnTo.Value)
	if err != nil {
		return nil, err
	}
	post, err := s.discussed(ctx, in.Slug, "/comments")
	if err != nil {
		return nil, err
	}
	open, _, _ := post.TakesComments(settings, s.now())
	var closed error
	if !open {
		closed = models.ForbiddenError{Code: "comments_closed", Message: "This post takes no new comments. What was said stays readable."}
	}
	if !open && in.IdempotencyKey == "" { // else it may be a comment that was taken before
		return nil, closed
	}
	name, email, url, source, err := models.CheckComment(in.Body.Name, in.Body.Email.orNil().Value, in.Body.URL.orNil().Value, in.Body.Body)
	if err != nil {
		return nil, err
	}
	n := models.NewComment{
		ID: models.NewCommentID(), PostID: post.ID, ParentID: (*models.CommentID)(in.Body.ParentID.orNil().Value), Name: name, Email: email, URL: url,
		Source: source, HTML: s.render.Comment(source), TextHash: moderation.Fingerprint(source), AddressHash: s.addresses.Hash(address(ctx)), Refused: closed,
		SlowFor: time.Duration(settings.SlowSeconds) * time.Second,
	}
	sent, sentHash := sentKey(in.Body.Commenter, in.Key)
	if n.KeyHash = sentHash; sent == "" {
		_, n.KeyHash = s.commenters.For(string(n.ID))
	}
	sub := s.submission(post, settings, n.HTML, moderation.Submission{Name: name, Email: value(email), URL: value(url), Text: source, Honeypot: in.Body.Website.Value})
	n.Hosts = moderation.Hosts(sub.Links, sub.URL)
	sub.Form, sub.FormAge = s.openForm(post.ID, in.Body.Form)
	sub.Proof, n.Proof = s.checkProof(in.Body.Proof)
	n.Judged = s.judge(ctx, settings, sub, n.KeyHash, nil)
	if settings.AkismetKey != "" {
		if n.Question, err = s.question(ctx, n, post, settings); err != nil {
			return nil, err
		}
	}
	if in.IdempotencyKey != "" {
		sum := sha256.Sum256(callFrom(ctx).body)
		n.Idempotency = &models.Idempotency{Scope: "comments:" + string(post.ID), Key: in.IdempotencyKey, BodyHash: hex.EncodeToString(sum[:])}
	}
	if in.Body.Notify.Value && email != nil && s.mail != nil {
		if n.Notify, err = s.maySubscribe(ctx); err != nil {
			return nil, err
		}
	}
	comment, err := s.store.CreateComment(ctx, models.Actor{Kind: models.ByReader}, n)
	if errors.Is(err, models.ErrProofSpent) {
		sub.Proof, n.Proof = moderation.ProofSpent, nil
		n.Judged = s.judge(ctx, settings, sub, n.KeyHash, nil)
		comment, err = s.store.CreateComment(ctx, models.Actor{Kind: models.ByReader}, n)
	}
	if err != nil {
		return nil, err
	}
	if returnTo != nil {
		return nil, seeOther(*returnTo, s.ownComment(comment, post))
	}
	key := sent
	if key == "" { // derived, so that a replay has it too
		key, _ = s.commenters.For(string(comment.ID))
	}
	message := "Only you can see this for now. " + moderatorOf(post) + " reads it before it appears."
	if comment.Status == models.Approved {
		message = "Your comment is here. Thank you."
	}
	out := &createCommentOutput{
		Location: s.config.PublicURL + below("posts", post.Slug, "/comments"),
		Body: createdComment{
			Data: s.ownComment(comment, post), EditToken: s.edits.Token(string(comment.ID)), EditUntil: editUntil(comment, settings), Commenter: key, Message: message,
		},
	}
	if comment.Replayed {
		out.Replayed = "true"
	}
	return out, nil
}

// openForm says what became of the signed time of a form.
func (s *site) openForm(post models.PostID, sent optional[string]) (moderation.Form, time.Duration) {
	if !sent.Sent || sent.Null || sent.Value == "" {
		return moderation.FormMissing, 0
	}
	at, err := s.forms.Open(string(post), sent.Value)
	switch age := s.now().Sub(at); {
	case err != nil:
		return moderation.FormInvalid, 0
	case age > formLifetime:
		return moderation.FormExpired, age
	default:
		return moderation.FormSigned, age
	}
}

// checkProof says what became of the challenge of a form, and what is to be remembered of the answer. No JavaScript, no answer: that is no fault.
func (s *site) checkProof(sent optional[string]) (moderation.Proof, *models.SpentProof) {
	if sent.Value == "" {
		return moderation.ProofMissing, nil
	}
	spent, err := s.proofs.Check(sent.Value, s.now())
	switch {
	case errors.Is(err, auth.ErrProofExpired):
		return moderation.ProofExpired, nil
	case err != nil:
		return moderation.ProofInvalid, nil
	}
	return moderation.ProofValid, &models.SpentProof{ID: spent.ID, ExpiresAt: spent.ExpiresAt}
}

// question is what Akismet will be asked about a comment, sealed.
func (s *site) question(ctx context.Context, n models.NewComment, post models.Post, settings models.Settings) ([]byte, error) {
	request := callFrom(ctx).gin.Request
	kind := "comment"
	if n.ParentID != nil {
		kind = "reply"
	}
	pattern := settings.PostURL
	if post.Type == models.TypePage {
		pattern = settings.PageURL
	}
	plain, err := json.Marshal(models.AkismetQuestion{
		UserIP: address(ctx).String(), UserAgent: request.UserAgent(), Referrer: request.Referer(), Permalink: settings.Address(s.config.PublicURL, pattern, post.Slug), Type: kind,
		Author: n.Name, AuthorEmail: value(n.Email), AuthorURL: value(n.URL), Content: n.Source, CreatedAt: s.now().UTC(), Language: settings.Language,
	})
	if err != nil {
		return nil, err
	}
	return s.questions.Seal(string(n.ID), plain), nil
}

// editUntil is how long the writer of a comment may change it.
func editUntil(c models.Comment, settings models.Settings) time.Time {
	return c.CreatedAt.Add(time.Duration(settings.CommentEditMinutes) * time.Minute).UTC()
}

// value is a text that may be missing; then it is empty.
func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// moderatorOf names who reads the comments of a post, as its readers know her.
func moderatorOf(post models.Post) string {
	if len(post.Authors) == 0 {
		return "Somebody"
	}
	return post.Authors[0].Name
}

// sentKey is the key that a reader sends with her comment. One that is none of ours proves nothing, and to say so would help nobody: she gets
// a new one.
func sentKey(inBody optional[string], inHeader string) (key, hash string) {
	for _, sent := range []string{inBody.Value, inHeader} {
		if hash, err := auth.CommenterKey.Hash(sent); err == nil {
			return sent, hash
		}
	}
	return "", ""
}

type commentFormInput struct {
	Slug string `path:"slug" doc:"Of a post or page. A former slug answers 308 to the present one."`
}

// commentForm is what a form for comments needs to know.
type commentForm struct {
	Form      string              `json:"form" doc:"Send it with the comment. Good for a day."`
	Challenge auth.ProofChallenge `json:"challenge" doc:"In ALTCHA's form, version 2; good for a day and for one comment. Solved or not, the comment is taken; without an answer it may be held."`
	Level     models.Level        `json:"level" enum:"open,newcomers,all,closed" doc:"The dimmer level of this post."`
	Open      bool                `json:"open" doc:"Whether the post takes comments now."`
	Limits    commentLimits       `json:"limits"`
	Notify    bool                `json:"notify" doc:"Whether she can ask for mails about answers: false as long as mail is off."`
}

type commentLimits struct {
	Name        int `json:"name" doc:"Characters."`
	Body        int `json:"body" doc:"Characters."`
	URL         int `json:"url" doc:"Characters."`
	EditMinutes int `json:"edit_minutes" doc:"How long the writer may change or delete her comment."`
	SlowSeconds int `json:"slow_seconds" doc:"Slow mode: how long she waits until her next comment on the post. 0: not at all."`
}

// readCommentForm gives what a form for comments needs.
func (s *site) readCommentForm(ctx context.Context, in *commentFormInput) (*reply[one[commentForm]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	post, err := s.discussed(ctx, in.Slug, "/comments/form")
	if err != nil {
		return nil, err
	}
	open, level, _ := post.TakesComments(settings, s.now())
	return data(commentForm{
		Form: s.forms.Seal(string(post.ID), s.now()), Challenge: s.proofs.Challenge(s.now().Add(formLifetime)), Level: level, Open: open, Notify: s.mail != nil,
		Limits: commentLimits{Name: models.MaxCommentName, Body: models.MaxCommentBody, URL: models.MaxCommentURL, EditMinutes: settings.CommentEditMinutes, SlowSeconds: settings.SlowSeconds},
	}), nil
}

// OwnCommentInput names a comment and proves that it is the reader's own. (It is exported because huma passes over embedded types that are not.)
type OwnCommentInput struct {
	ID        string `path:"id"`
	EditToken string `header:"X-Edit-Token" doc:"That came with the comment."`
}

// own reads the comment, for whoever wrote it. Without its token there is none.
func (s *site) own(ctx context.Context, in OwnCommentInput) (models.Comment, error) {
	if !s.edits.Check(in.ID, in.EditToken) {
		return models.Comment{}, models.ErrNotFound
	}
	return s.store.OwnComment(ctx, models.CommentID(in.ID))
}

type ownCommentOutput struct {
	Robots string `header:"X-Robots-Tag"`
	Body   ownCommentBody
}

type ownCommentBody struct {
	Data      ownComment `json:"data"`
	Source    string     `json:"body" doc:"As written, to be changed."`
	EditUntil time.Time  `json:"edit_until"`
}

func (s *site) ownCommentOutput(c models.Comment, settings models.Settings) *ownCommentOutput {
	post := models.Post{}
	if c.Post != nil {
		post = *c.Post
	}
	return &ownCommentOutput{Robots: "noindex", Body: ownCommentBody{Data: s.ownComment(c, post), Source: c.Source, EditUntil: editUntil(c, settings)}}
}

// readOwnComment shows a comment to its writer, held or not.
func (s *site) readOwnComment(ctx context.Context, in *OwnCommentInput) (*ownCommentOutput, error) {
	comment, err := s.own(ctx, *in)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return s.ownCommentOutput(comment, settings), nil
}

type changeOwnCommentInput struct {
	OwnCommentInput
	Body struct {
		Body string `json:"body" example:"The part about the jaw helped, and so did the towel." doc:"1 to 10,000 characters of Markdown."`
	}
}

// changeOwnComment gives a comment another text. It is judged again.
func (s *site) changeOwnComment(ctx context.Context, in *changeOwnCommentInput) (*ownCommentOutput, error) {
	comment, err := s.own(ctx, in.OwnCommentInput)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	changed, err := s.edit(ctx, settings, comment, in.Body.Body)
	if err != nil {
		return nil, err
	}
	return s.ownCommentOutput(changed, settings), nil
}

// edit gives a comment of a reader another text, and has it judged again.
func (s *site) edit(ctx context.Context, settings models.Settings, comment models.Comment, body string) (models.Comment, error) {
	name, _, _, source, err := models.CheckComment(comment.AuthorName, nil, nil, body)
	if err != nil {
		return comment, err
	}
	post, err := s.store.Post(ctx, models.System, comment.PostID)
	if err != nil {
		return comment, err
	}
	edit := models.CommentEdit{Source: source, HTML: s.render.Comment(source), TextHash: moderation.Fingerprint(source)}
	sub := s.submission(post, settings, edit.HTML, moderation.Submission{Name: name, Email: value(emailOf(comment)), URL: value(comment.AuthorURL), Text: source, Edited: true})
	edit.Hosts = moderation.Hosts(sub.Links, sub.URL)
	edit.Judged = s.judge(ctx, settings, sub, "", &comment)
	changed, err := s.store.EditComment(ctx, comment.ID, editUntil(comment, settings), edit)
	changed.Post = &post
	return changed, err
}

func emailOf(c models.Comment) *string {
	if c.Commenter == nil {
		return nil
	}
	return c.Commenter.Email
}

// deleteOwnComment takes a comment back. If it was answered, its place stays.
func (s *site) deleteOwnComment(ctx context.Context, in *OwnCommentInput) (*struct{}, error) {
	comment, err := s.own(ctx, *in)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return nil, s.store.WithdrawComment(ctx, comment.ID, editUntil(comment, settings))
}

type previewCommentInput struct {
	Body struct {
		Body string `json:"body" example:"A *warm towel* does it too." doc:"1 to 10,000 characters of Markdown."`
	}
}

type commentPreview struct {
	HTML string `json:"html" doc:"Safe to show as it is."`
}

// previewComment shows what a comment would look like, and keeps nothing.
func (s *site) previewComment(_ context.Context, in *previewCommentInput) (*reply[commentPreview], error) {
	_, _, _, source, err := models.CheckComment("x", nil, nil, in.Body.Body)
	if err != nil {
		return nil, err
	}
	return &reply[commentPreview]{commentPreview{s.render.Comment(source)}}, nil
}

// keyReused refuses an idempotency key that was used for another request.
func keyReused() *Problem {
	return refuse(http.StatusUnprocessableEntity, "idempotency_key_reused", "This Idempotency-Key was used for another comment. Make a new key for each new comment.",
		FieldError{"header.Idempotency-Key", "was used with another body"})
}
