package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// inviteView is the offer to work on this blog, as owners see it.
type inviteView struct {
	ID         string             `json:"id"`
	Email      string             `json:"email" example:"edda@example.org"`
	Name       string             `json:"name" doc:"That she is offered; empty: she says it herself."`
	Role       auth.Role          `json:"role" enum:"owner,editor,author,moderator"`
	State      models.InviteState `json:"state" enum:"open,accepted,expired,void" doc:"void: whoever made it is no owner any more."`
	URL        *string            `json:"url" example:"https://blog.example/admin/invite#token=q7Yt0Zk3vB9…" doc:"To pass on to her, and to nobody else; null: the invite is not open."`
	MailState  *string            `json:"mail_state" doc:"What became of the mail, as in the outbox; null: none was sent, because mail is off."`
	InvitedBy  string             `json:"invited_by" example:"Mira Holt" doc:"The name of whoever made it."`
	CreatedAt  time.Time          `json:"created_at"`
	ExpiresAt  time.Time          `json:"expires_at"`
	AcceptedAt *time.Time         `json:"accepted_at"`
}

func (s *site) inviteView(i models.Invite) inviteView {
	v := inviteView{
		ID: string(i.ID), Email: i.Email, Name: i.Name, Role: i.Role, State: i.State(s.now()), MailState: (*string)(i.MailState),
		CreatedAt: i.CreatedAt.UTC(), ExpiresAt: i.ExpiresAt.UTC(), AcceptedAt: moment(i.AcceptedAt),
	}
	if i.Inviter != nil {
		v.InvitedBy = i.Inviter.Name
	}
	if v.State == models.InviteOpen {
		url := s.links.Invite(i)
		v.URL = &url
	}
	return v
}

func (s *site) listInvites(ctx context.Context, in *Paging) (*listed[inviteView], error) {
	page, err := s.page(*in)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Invites(ctx, page)
	if err != nil {
		return nil, err
	}
	return listing(s, *in, found, s.inviteView)
}

type createInviteInput struct {
	Body struct {
		Email string        `json:"email" maxLength:"254" doc:"With which she will sign in."`
		Name  field[string] `json:"name,omitzero"`
		Role  auth.Role     `json:"role" enum:"owner,editor,author,moderator"`
	}
}

// createInvite invites somebody. The link is in the answer, and in a mail if mail is on.
func (s *site) createInvite(ctx context.Context, in *createInviteInput) (*reply[one[inviteView]], error) {
	invite, err := s.store.CreateInvite(ctx, actor(ctx), in.Body.Email, in.Body.Name.Value, in.Body.Role, s.mail != nil)
	if err != nil {
		return nil, err
	}
	return data(s.inviteView(invite)), nil
}

type inviteIDInput struct {
	ID string `path:"id"`
}

func (s *site) deleteInvite(ctx context.Context, in *inviteIDInput) (*struct{}, error) {
	return nil, s.store.DeleteInvite(ctx, actor(ctx), models.InviteID(in.ID))
}

// errInvite refuses a link to an invite, whatever is wrong with it.
var errInvite = refuse(http.StatusUnauthorized, "invalid_token", "This invite has been used, taken back, or is more than three days old. Ask whoever invited you for another.").
	with("WWW-Authenticate", "Bearer")

// invited opens the link to an invite. To look at one that is open costs nothing of the limit.
func (s *site) invited(ctx context.Context, token string) (models.Invite, error) {
	link, err := s.links.invites.Open(token, s.now())
	if err != nil {
		return models.Invite{}, errInvite
	}
	invite, err := s.store.OpenInvite(ctx, models.InviteID(link.IDs[0]))
	if errors.Is(err, models.ErrNotFound) || err == nil && !link.BoundTo(invite.Email) {
		return invite, errInvite
	}
	if err == nil {
		if err = s.restore(ctx); err != nil {
			err = limiterFault(err)
		}
	}
	return invite, err
}

type lookAtInviteInput struct {
	Body struct {
		Token string `json:"token" doc:"Of the link."`
	}
}

// invitedBody is what an invite says to whoever has its link.
type invitedBody struct {
	SiteTitle string    `json:"site_title"`
	InvitedBy string    `json:"invited_by" example:"Mira Holt"`
	Email     string    `json:"email" example:"edda@example.org" doc:"With which you will sign in."`
	Name      string    `json:"name" doc:"May be empty."`
	Role      auth.Role `json:"role" enum:"owner,editor,author,moderator"`
	ExpiresAt time.Time `json:"expires_at"`
}

// lookAtInvite shows who invites to what.
func (s *site) lookAtInvite(ctx context.Context, in *lookAtInviteInput) (*reply[invitedBody], error) {
	invite, err := s.invited(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &reply[invitedBody]{invitedBody{settings.Title, invite.Inviter.Name, invite.Email, invite.Name, invite.Role, invite.ExpiresAt.UTC()}}, nil
}

type acceptInviteInput struct {
	Body struct {
		Token    string `json:"token" doc:"Of the link."`
		Name     string `json:"name" doc:"1 to 80 characters."`
		Password string `json:"password" doc:"15 characters at least."`
		Cookie   bool   `json:"cookie,omitempty" doc:"Put the refresh token into a cookie."`
	}
}

// acceptInvite makes the account that an invite offers, and signs in.
func (s *site) acceptInvite(ctx context.Context, in *acceptInviteInput) (*signedInOutput, error) {
	invite, err := s.invited(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	if err := checkNewPassword("password", in.Body.Password, invite.Email, in.Body.Name); err != nil {
		return nil, err
	}
	hash, err := s.hasher.Hash(ctx, in.Body.Password)
	if err != nil {
		return nil, hashing(err)
	}
	user, err := s.store.AcceptInvite(ctx, invite.ID, in.Body.Name, hash)
	if errors.Is(err, models.ErrNotFound) { // taken back, or used, a moment ago
		return nil, errInvite
	}
	if err != nil {
		return nil, err
	}
	return s.begin(ctx, user, in.Body.Cookie, nil)
}
