package handlers

import (
	"context"
	"strings"
	"time"

	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

type reasonView struct {
	Points int    `json:"points" example:"2"`
	Text   string `json:"text" example:"First comment from this reader"`
}

type adminCommentAuthor struct {
	Name      string  `json:"name"`
	Email     *string `json:"email"`
	URL       *string `json:"url"`
	AvatarURL *string `json:"avatar_url"`
	Badge     *string `json:"badge" enum:"owner,author"`
}

type commentPost struct {
	ID    string  `json:"id"`
	Slug  string  `json:"slug"`
	Title string  `json:"title"`
	URL   *string `json:"url" doc:"Where readers find it; null if they do not."`
}

// commenterRef is a reader where a comment names her.
type commenterRef struct {
	ID       string `json:"id"`
	Approved int    `json:"approved" doc:"Her approved comments."`
	Rejected int    `json:"rejected" doc:"Her comments in spam and trash."`
	Blocked  bool   `json:"blocked"`
	Trusted  bool   `json:"trusted"`

	EmailConfirmed bool `json:"email_confirmed" doc:"She has clicked on a link that was mailed to her address."`

	CreatedAt time.Time `json:"created_at" doc:"When she was seen first."`
}

// adminCommentView is a comment for whoever decides about it.
type adminCommentView struct {
	ID        string                 `json:"id"`
	ParentID  *string                `json:"parent_id"`
	Depth     int                    `json:"depth"`
	Status    models.CommentStatus   `json:"status" enum:"pending,approved,spam,trash"`
	Author    adminCommentAuthor     `json:"author"`
	Post      commentPost            `json:"post"`
	Body      string                 `json:"body" doc:"As written."`
	HTML      string                 `json:"html"`
	Verdict   *models.CommentStatus  `json:"verdict" enum:"pending,approved,spam" doc:"What the policy has made of it, whatever was decided since; null for what somebody of the blog wrote."`
	Score     int                    `json:"score" doc:"The sum of the points."`
	Reasons   []reasonView           `json:"reasons" doc:"Why it got its verdict."`
	Imitates  bool                   `json:"imitates_staff" doc:"Its writer's name is that of somebody of the blog, or looks like it."`
	Commenter nullable[commenterRef] `json:"commenter" doc:"The reader who wrote it; null for somebody of the blog, or one who is forgotten."`
	Replies   int                    `json:"reply_count" doc:"Visible answers below it."`
	Reports   int                    `json:"reports" doc:"Readers who reported it."`
	Likes     int                    `json:"likes"`
	Pinned    bool                   `json:"pinned"`
	CreatedAt time.Time              `json:"created_at"`
	EditedAt  *time.Time             `json:"edited_at"`
	DecidedAt *time.Time             `json:"decided_at" doc:"When its status last moved."`
}

func (s *site) adminCommentView(c models.Comment, settings models.Settings) adminCommentView {
	v := adminCommentView{
		ID: string(c.ID), ParentID: (*string)(c.ParentID), Depth: c.Depth, Status: c.Status, Body: c.Source, HTML: c.HTML, Reasons: []reasonView{},
		Likes: c.LikeCount, Replies: c.ReplyCount, Reports: c.ReportCount, Pinned: c.Pinned, CreatedAt: c.CreatedAt.UTC(), EditedAt: moment(c.EditedAt), DecidedAt: moment(c.DecidedAt),
	}
	post := models.Post{}
	if c.Post != nil {
		post = *c.Post
		v.Post = commentPost{ID: string(post.ID), Slug: post.Slug, Title: post.Title}
		if post.Readable() {
			v.Post.URL = new(s.addressOf(settings, &post))
		}
	}
	shown := s.commentFields(c, post).Author.Value
	v.Author = adminCommentAuthor{Name: shown.Name, Email: emailOf(c), URL: shown.URL, AvatarURL: shown.AvatarURL, Badge: shown.Badge}
	if by := c.Commenter; by != nil {
		v.Commenter.Value = &commenterRef{
			string(by.ID), by.ApprovedCount, by.RejectedCount, by.BlockedAt != nil, by.TrustedAt != nil, by.EmailConfirmedAt != nil, by.CreatedAt.UTC(),
		}
	}
	if c.Verdict != nil {
		v.Verdict, v.Score, v.Imitates = &c.Verdict.Verdict, c.Verdict.Score, c.Verdict.Signals["staff_name"] > 0
		for _, reason := range c.Verdict.Reasons {
			v.Reasons = append(v.Reasons, reasonView(reason))
		}
	}
	return v
}

type listAdminCommentsInput struct {
	Paging
	Status    string `query:"status" enum:"pending,approved,spam,trash" doc:"Without it: every status."`
	Q         string `query:"q" maxLength:"254" doc:"Words of the comment or of its writer's name, or her e-mail address."`
	Post      string `query:"post" maxLength:"100" doc:"Id of a post."`
	Commenter string `query:"commenter" maxLength:"100" doc:"Id of a reader."`
	Answered  string `query:"answered" enum:"true,false" doc:"Whether somebody of the blog has answered it."`
	Reported  string `query:"reported" enum:"true" doc:"Only those that readers have reported."`
	AddressOf string `query:"address_of" maxLength:"100" doc:"Id of a comment: those from the same address."`
	TextOf    string `query:"text_of" maxLength:"100" doc:"Id of a comment: those that say the same."`
	LinksTo   string `query:"links_to" maxLength:"254" doc:"Those that link to a site, as example.org."`
	Sort      string `query:"sort" enum:"-created_at,created_at" default:"-created_at"`
}

// listAdminComments lists comments with their verdicts.
func (s *site) listAdminComments(ctx context.Context, in *listAdminCommentsInput) (*listed[adminCommentView], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	q := models.CommentQuery{
		Status: models.CommentStatus(in.Status), Post: models.PostID(in.Post), Commenter: models.CommenterID(in.Commenter), Words: in.Q,
		AddressOf: models.CommentID(in.AddressOf), TextOf: models.CommentID(in.TextOf), LinksTo: linkedSite(in.LinksTo), Reported: in.Reported == "true", Oldest: in.Sort == "created_at", Page: page,
	}
	if in.Answered != "" {
		answered := in.Answered == "true"
		q.Answered = &answered
	}
	found, err := s.store.Comments(ctx, actor(ctx), q)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, func(c models.Comment) adminCommentView { return s.adminCommentView(c, settings) })
}

type commentIDInput struct {
	ID string `path:"id"`
}

func (s *site) readAdminComment(ctx context.Context, in *commentIDInput) (*reply[one[adminCommentView]], error) {
	return s.oneComment(ctx)(s.store.Comment(ctx, actor(ctx), models.CommentID(in.ID)))
}

// oneComment shows a comment that was read, or why it could not be.
func (s *site) oneComment(ctx context.Context) func(models.Comment, error) (*reply[one[adminCommentView]], error) {
	return func(c models.Comment, err error) (*reply[one[adminCommentView]], error) {
		if err != nil {
			return nil, err
		}
		settings, err := s.store.Settings(ctx)
		return data(s.adminCommentView(c, settings)), err
	}
}

type changeCommentInput struct {
	ID   string `path:"id"`
	Body struct {
		Status optional[models.CommentStatus] `json:"status,omitzero" enum:"pending,approved,spam,trash" doc:"The one it has already changes nothing."`
		Body   optional[string]               `json:"body,omitzero" doc:"1 to 10,000 characters of Markdown."`
		Pinned optional[bool]                 `json:"pinned,omitzero" doc:"Pinned ones come first. Only comments that answer no other."`
	}
}

// decidedBody is one comment after a decision.
type decidedBody struct {
	Data     adminCommentView `json:"data"`
	ActionID *string          `json:"action_id" doc:"Takes it back, within ten minutes: POST /comments/undo. null if nothing changed."`
}

// actionID is null where there is nothing to take back.
func actionID(id models.ActionID) *string {
	if id == "" {
		return nil
	}
	return (*string)(&id)
}

// changeComment decides about a comment, or changes its text.
func (s *site) changeComment(ctx context.Context, in *changeCommentInput) (*reply[decidedBody], error) {
	var change models.CommentChange
	for name, null := range map[string]bool{"status": in.Body.Status.Null, "body": in.Body.Body.Null, "pinned": in.Body.Pinned.Null} {
		if null {
			return nil, models.Invalid{name: "cannot be null"}
		}
	}
	if in.Body.Status.Sent {
		change.Status = models.Some(in.Body.Status.Value)
	}
	if in.Body.Pinned.Sent {
		change.Pinned = models.Some(in.Body.Pinned.Value)
	}
	if in.Body.Body.Sent {
		_, _, _, source, err := models.CheckComment("x", nil, nil, in.Body.Body.Value)
		if err != nil {
			return nil, err
		}
		present, err := s.store.Comment(ctx, actor(ctx), models.CommentID(in.ID))
		if err != nil {
			return nil, err
		}
		change.Body = models.Some(s.commentBody(source, present.AuthorURL))
	}
	comment, action, err := s.store.ChangeComment(ctx, actor(ctx), models.CommentID(in.ID), change)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	return &reply[decidedBody]{decidedBody{s.adminCommentView(comment, settings), actionID(action)}}, err
}

// commentBody is a text that a moderator writes, for herself or for a reader, who may have an address of her own.
func (s *site) commentBody(source string, url *string) models.CommentBody {
	html := s.render.Comment(source)
	return models.CommentBody{Source: source, HTML: html, Hosts: moderation.Hosts(markdown.Links(html), value(url))}
}

type actionBody struct {
	ActionID *string `json:"action_id" doc:"Takes it back, within ten minutes: POST /comments/undo."`
}

// deleteComment deletes a comment. What answers it stays.
func (s *site) deleteComment(ctx context.Context, in *commentIDInput) (*reply[actionBody], error) {
	action, err := s.store.DeleteComment(ctx, actor(ctx), models.CommentID(in.ID))
	if err != nil {
		return nil, err
	}
	return &reply[actionBody]{actionBody{actionID(action)}}, nil
}

// CommentFilter selects comments as the list does. (It is exported because huma passes over embedded types that are not.)
type CommentFilter struct {
	Status    field[models.CommentStatus] `json:"status,omitzero" enum:"pending,approved,spam,trash"`
	Q         field[string]               `json:"q,omitzero" doc:"Words of the comment or of its writer's name, or her e-mail address."`
	Post      field[string]               `json:"post,omitzero" doc:"Id of a post."`
	Commenter field[string]               `json:"commenter,omitzero" doc:"Id of a reader."`
	Answered  optional[bool]              `json:"answered,omitzero"`
	Reported  field[bool]                 `json:"reported,omitzero"`
	AddressOf field[string]               `json:"address_of,omitzero" doc:"Id of a comment: those from the same address."`
	TextOf    field[string]               `json:"text_of,omitzero" doc:"Id of a comment: those that say the same."`
	LinksTo   field[string]               `json:"links_to,omitzero" doc:"Those that link to a site, as example.org."`
}

// check refuses what is there and selects nothing by itself: without it, the filter would mean everything.
func (f *CommentFilter) check() error {
	empty := models.Invalid{}
	for name, text := range map[string]field[string]{
		"q": f.Q, "post": f.Post, "commenter": f.Commenter, "address_of": f.AddressOf, "text_of": f.TextOf, "links_to": f.LinksTo,
	} {
		if text.Set && strings.TrimSpace(text.Value) == "" {
			empty["filter."+name] = "is empty; leave it out if it does not matter"
		}
	}
	if f.Reported.Set && !f.Reported.Value {
		empty["filter.reported"] = "can only be true; leave it out if it does not matter"
	}
	if len(empty) > 0 {
		return empty
	}
	return nil
}

// linkedSite is a site that somebody names, by its name or by an address of it, in the spelling in which links are remembered.
func linkedSite(named string) string {
	if named == "" {
		return ""
	}
	if !strings.Contains(named, "://") {
		named = "https://" + named
	}
	if hosts := moderation.Hosts(nil, named); len(hosts) > 0 {
		return hosts[0]
	}
	return "?" // leads to no site: nothing links there
}

type bulkInput struct {
	Body struct {
		IDs    []string             `json:"ids,omitempty" maxItems:"1000"`
		Filter *CommentFilter       `json:"filter,omitzero" doc:"Instead of ids: what the list finds with it."`
		Status models.CommentStatus `json:"status" enum:"pending,approved,spam,trash"`
	}
}

// decidedRef is what became of one of many comments.
type decidedRef struct {
	ID     string  `json:"id"`
	Status *string `json:"status,omitzero" enum:"pending,approved,spam,trash" doc:"What it has now."`
	Error  *string `json:"error,omitzero" doc:"Why nothing became of it: not_found, or the code of a conflict."`
}

type bulkBody struct {
	Data     []decidedRef `json:"data"`
	ActionID *string      `json:"action_id" doc:"Takes all of it back, within ten minutes: POST /comments/undo. null if nothing changed."`
}

// bulk shows what became of many comments, in the order in which they were named.
func bulk(decided []models.Decided, action models.ActionID) *reply[bulkBody] {
	body := bulkBody{Data: make([]decidedRef, len(decided)), ActionID: actionID(action)}
	for i, d := range decided {
		body.Data[i] = decidedRef{ID: string(d.ID)}
		if d.Err != nil {
			code := translate(nil, d.Err).Code
			body.Data[i].Error = &code
			continue
		}
		body.Data[i].Status = (*string)(&d.Status)
	}
	return &reply[bulkBody]{body}
}

// decideComments decides about many comments at once.
func (s *site) decideComments(ctx context.Context, in *bulkInput) (*reply[bulkBody], error) {
	if (len(in.Body.IDs) == 0) == (in.Body.Filter == nil) {
		return nil, models.Invalid{"ids": "or filter is needed, and not both"}
	}
	var q *models.CommentQuery
	if f := in.Body.Filter; f != nil {
		if err := f.check(); err != nil {
			return nil, err
		}
		q = &models.CommentQuery{
			Status: f.Status.Value, Words: f.Q.Value, Post: models.PostID(f.Post.Value), Commenter: models.CommenterID(f.Commenter.Value), Reported: f.Reported.Value,
			AddressOf: models.CommentID(f.AddressOf.Value), TextOf: models.CommentID(f.TextOf.Value), LinksTo: linkedSite(f.LinksTo.Value),
		}
		if f.Answered.Sent && !f.Answered.Null {
			q.Answered = &f.Answered.Value
		}
	}
	ids := make([]models.CommentID, len(in.Body.IDs))
	for i, id := range in.Body.IDs {
		ids[i] = models.CommentID(id)
	}
	decided, action, err := s.store.DecideComments(ctx, actor(ctx), ids, q, in.Body.Status)
	if err != nil {
		return nil, err
	}
	return bulk(decided, action), nil
}

type undoInput struct {
	Body struct {
		ActionID string `json:"action_id" doc:"Of what you did."`
	}
}

type undoneBody struct {
	Data []decidedRef `json:"data"`
}

// undoModeration takes back what the moderator did.
func (s *site) undoModeration(ctx context.Context, in *undoInput) (*reply[undoneBody], error) {
	decided, err := s.store.UndoAction(ctx, actor(ctx), models.ActionID(in.Body.ActionID))
	if err != nil {
		return nil, err
	}
	return &reply[undoneBody]{undoneBody{bulk(decided, "").Body.Data}}, nil
}

type replyInput struct {
	ID   string `path:"id"`
	Body struct {
		Body string `json:"body" doc:"1 to 10,000 characters of Markdown."`
	}
}

// replyToComment answers a comment as whoever is signed in. It is visible at once.
func (s *site) replyToComment(ctx context.Context, in *replyInput) (*reply[one[adminCommentView]], error) {
	return s.oneComment(ctx)(s.answer(ctx, actor(ctx), models.CommentID(in.ID), in.Body.Body))
}

// answer writes an answer to a comment as somebody of the blog.
func (s *site) answer(ctx context.Context, by models.Actor, to models.CommentID, body string) (models.Comment, error) {
	parent, err := s.store.Comment(ctx, by, to)
	if err != nil {
		return parent, err
	}
	if parent.Status != models.Approved {
		return parent, models.ConflictError{Code: "not_approved", Message: "Readers cannot see the comment that you answer. Approve it first."}
	}
	writer, err := s.store.User(ctx, by.User)
	if err != nil {
		return parent, err
	}
	name, _, _, source, err := models.CheckComment(writer.Name, nil, nil, body)
	if err != nil {
		return parent, err
	}
	rendered := s.commentBody(source, nil)
	answer, err := s.store.CreateComment(ctx, by, models.NewComment{
		PostID: parent.PostID, ParentID: &parent.ID, Name: name, Source: source, HTML: rendered.HTML, Hosts: rendered.Hosts, Judged: models.Judged{Status: models.Approved},
	})
	if err != nil {
		return parent, err
	}
	return s.store.Comment(ctx, by, answer.ID)
}
