package handlers

import (
	"context"
	"time"

	"dimmer/models"
)

// commenterView is a reader for the moderators.
type commenterView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name" example:"Ruth" doc:"As she gave it with her first comment."`
	Email     *string    `json:"email"`
	Confirmed bool       `json:"email_confirmed" doc:"She has clicked on a link that was mailed there. An address that was only typed proves nothing."`
	AvatarURL string     `json:"avatar_url"`
	Approved  int        `json:"approved" doc:"Her approved comments."`
	Rejected  int        `json:"rejected" doc:"Her comments in spam and trash."`
	BlockedAt *time.Time `json:"blocked_at" doc:"null: not blocked."`
	TrustedAt *time.Time `json:"trusted_at" doc:"null: not trusted."`
	CreatedAt time.Time  `json:"created_at"`
}

func (s *site) commenterView(c models.Commenter) commenterView {
	return commenterView{
		ID: string(c.ID), Name: c.Name, Email: c.Email, Confirmed: c.EmailConfirmedAt != nil, AvatarURL: s.config.PublicURL + avatarPath(c.Name), Approved: c.ApprovedCount, Rejected: c.RejectedCount,
		BlockedAt: moment(c.BlockedAt), TrustedAt: moment(c.TrustedAt), CreatedAt: c.CreatedAt.UTC(),
	}
}

type listCommentersInput struct {
	Paging
	Q       string `query:"q" maxLength:"254" doc:"The beginning of a name, or an e-mail address."`
	Blocked string `query:"blocked" enum:"true" doc:"Only those who are blocked."`
	Trusted string `query:"trusted" enum:"true" doc:"Only those who are trusted."`
}

// listCommenters lists readers who have written.
func (s *site) listCommenters(ctx context.Context, in *listCommentersInput) (*listed[commenterView], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Commenters(ctx, models.CommenterQuery{Words: in.Q, Blocked: in.Blocked == "true", Trusted: in.Trusted == "true", Page: page})
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, s.commenterView)
}

type commenterIDInput struct {
	ID string `path:"id"`
}

func (s *site) readCommenter(ctx context.Context, in *commenterIDInput) (*reply[one[commenterView]], error) {
	return s.changedCommenter(s.store.Commenter(ctx, models.CommenterID(in.ID)))
}

type blockInput struct {
	ID   string `path:"id"`
	Body *blockBody
}

type blockBody struct {
	Comments field[models.CommentStatus] `json:"comments,omitzero" enum:"spam,trash" doc:"Where her comments that are there go too, 1,000 at most. Without it they stay."`
}

// blockedBody is a reader who has been blocked, and what became of her comments.
type blockedBody struct {
	Data     commenterView `json:"data"`
	Removed  int           `json:"removed" doc:"Comments that went with it."`
	ActionID *string       `json:"action_id" doc:"Brings these back, within ten minutes: POST /comments/undo. She stays blocked."`
}

// blockCommenter blocks a reader, and takes her comments away if that is wanted.
func (s *site) blockCommenter(ctx context.Context, in *blockInput) (*reply[blockedBody], error) {
	comments := models.CommentStatus("")
	if in.Body != nil {
		comments = in.Body.Comments.Value
	}
	commenter, decided, action, err := s.store.BlockCommenter(ctx, actor(ctx), models.CommenterID(in.ID), true, comments)
	if err != nil {
		return nil, err
	}
	return &reply[blockedBody]{blockedBody{s.commenterView(commenter), len(decided), actionID(action)}}, nil
}

func (s *site) unblockCommenter(ctx context.Context, in *commenterIDInput) (*reply[one[commenterView]], error) {
	commenter, _, _, err := s.store.BlockCommenter(ctx, actor(ctx), models.CommenterID(in.ID), false, "")
	return s.changedCommenter(commenter, err)
}

func (s *site) trustCommenter(ctx context.Context, in *commenterIDInput) (*reply[one[commenterView]], error) {
	return s.changedCommenter(s.store.TrustCommenter(ctx, actor(ctx), models.CommenterID(in.ID), true))
}

func (s *site) distrustCommenter(ctx context.Context, in *commenterIDInput) (*reply[one[commenterView]], error) {
	return s.changedCommenter(s.store.TrustCommenter(ctx, actor(ctx), models.CommenterID(in.ID), false))
}

func (s *site) changedCommenter(c models.Commenter, err error) (*reply[one[commenterView]], error) {
	if err != nil {
		return nil, err
	}
	return data(s.commenterView(c)), nil
}

type removeCommentsInput struct {
	ID   string `path:"id"`
	Body *removedBody
}

type removedBody struct {
	Status field[models.CommentStatus] `json:"status,omitzero" enum:"spam,trash" doc:"Where they go; without it to the trash."`
}

// removeCommentsOf takes all visible and held comments of a reader away.
func (s *site) removeCommentsOf(ctx context.Context, in *removeCommentsInput) (*reply[bulkBody], error) {
	status := models.Trash
	if in.Body != nil && in.Body.Status.Set {
		status = in.Body.Status.Value
	}
	decided, action, err := s.store.RemoveCommentsOf(ctx, actor(ctx), models.CommenterID(in.ID), status)
	if err != nil {
		return nil, err
	}
	return bulk(decided, action), nil
}
