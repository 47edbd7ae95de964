package handlers

import (
	"context"
	"time"

	"dimmer/models"
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
	ID    string `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

// adminCommentView is a comment for whoever decides about it.
type adminCommentView struct {
	ID        string               `json:"id"`
	ParentID  *string              `json:"parent_id"`
	Depth     int                  `json:"depth"`
	Status    models.CommentStatus `json:"status" enum:"pending,approved,spam,trash"`
	Author    adminCommentAuthor   `json:"author"`
	Post      commentPost          `json:"post"`
	Body      string               `json:"body" doc:"As written."`
	HTML      string               `json:"html"`
	Score     int                  `json:"score" doc:"The sum of the points."`
	Reasons   []reasonView         `json:"reasons" doc:"Why it got its verdict."`
	Likes     int                  `json:"likes"`
	Pinned    bool                 `json:"pinned"`
	CreatedAt time.Time            `json:"created_at"`
	EditedAt  *time.Time           `json:"edited_at"`
	DecidedAt *time.Time           `json:"decided_at" doc:"When its status last moved."`
}

func (s *site) adminCommentView(c models.Comment) adminCommentView {
	v := adminCommentView{
		ID: string(c.ID), ParentID: (*string)(c.ParentID), Depth: c.Depth, Status: c.Status, Body: c.Source, HTML: c.HTML, Reasons: []reasonView{},
		Likes: c.LikeCount, Pinned: c.Pinned, CreatedAt: c.CreatedAt.UTC(), EditedAt: moment(c.EditedAt), DecidedAt: moment(c.DecidedAt),
	}
	post := models.Post{}
	if c.Post != nil {
		post = *c.Post
		v.Post = commentPost{string(post.ID), post.Slug, post.Title}
	}
	shown := s.commentFields(c, post).Author.Value
	v.Author = adminCommentAuthor{Name: shown.Name, Email: c.Email, URL: shown.URL, AvatarURL: shown.AvatarURL, Badge: shown.Badge}
	if c.Verdict != nil {
		v.Score = c.Verdict.Score
		for _, reason := range c.Verdict.Reasons {
			v.Reasons = append(v.Reasons, reasonView(reason))
		}
	}
	return v
}

type listAdminCommentsInput struct {
	Paging
	Status string `query:"status" enum:"pending,approved,spam,trash" doc:"Without it: every status."`
	Post   string `query:"post" maxLength:"100" doc:"Id of a post."`
	Sort   string `query:"sort" enum:"-created_at,created_at" default:"-created_at"`
}

// listAdminComments lists comments with their verdicts.
func (s *site) listAdminComments(ctx context.Context, in *listAdminCommentsInput) (*listed[adminCommentView], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Comments(ctx, actor(ctx), models.CommentQuery{
		Status: models.CommentStatus(in.Status), Post: models.PostID(in.Post), Oldest: in.Sort == "created_at", Page: page,
	})
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, s.adminCommentView)
}

type commentIDInput struct {
	ID string `path:"id"`
}

func (s *site) readAdminComment(ctx context.Context, in *commentIDInput) (*reply[one[adminCommentView]], error) {
	comment, err := s.store.Comment(ctx, actor(ctx), models.CommentID(in.ID))
	if err != nil {
		return nil, err
	}
	return data(s.adminCommentView(comment)), nil
}

type changeCommentInput struct {
	ID   string `path:"id"`
	Body struct {
		Status models.CommentStatus `json:"status" enum:"pending,approved,spam,trash" doc:"The one it has already changes nothing."`
	}
}

// changeComment decides about a comment.
func (s *site) changeComment(ctx context.Context, in *changeCommentInput) (*reply[one[adminCommentView]], error) {
	comment, err := s.store.MoveComment(ctx, actor(ctx), models.CommentID(in.ID), in.Body.Status)
	if err != nil {
		return nil, err
	}
	return data(s.adminCommentView(comment)), nil
}

type replyInput struct {
	ID   string `path:"id"`
	Body struct {
		Body string `json:"body" doc:"1 to 10,000 characters of Markdown."`
	}
}

// replyToComment answers a comment as whoever is signed in. It is visible at once.
func (s *site) replyToComment(ctx context.Context, in *replyInput) (*reply[one[adminCommentView]], error) {
	by := actor(ctx)
	parent, err := s.store.Comment(ctx, by, models.CommentID(in.ID))
	if err != nil {
		return nil, err
	}
	if parent.Status != models.Approved {
		return nil, models.ConflictError{Code: "not_approved", Message: "Readers cannot see the comment that you answer. Approve it first."}
	}
	writer, err := s.store.User(ctx, by.User)
	if err != nil {
		return nil, err
	}
	name, _, _, source, err := models.CheckComment(writer.Name, nil, nil, in.Body.Body)
	if err != nil {
		return nil, err
	}
	answer, err := s.store.CreateComment(ctx, by, models.NewComment{
		PostID: parent.PostID, ParentID: &parent.ID, Name: name, Source: source, HTML: s.render.Comment(source), Status: models.Approved,
	})
	if err != nil {
		return nil, err
	}
	if answer, err = s.store.Comment(ctx, by, answer.ID); err != nil {
		return nil, err
	}
	return data(s.adminCommentView(answer)), nil
}
