package handlers

import (
	"context"
	"errors"
	"net/http"

	"dimmer/auth"
	"dimmer/models"
)

type forgotInput struct {
	Body struct {
		Email string `json:"email" maxLength:"254" example:"mira@example.org"`
	}
}

type forgotOutput struct {
	Status int
	Body   subscribedBody
}

// forgot mails whoever has an account under an address the link to a new password. Whether there is one shows neither in the answer nor in the time.
func (s *site) forgot(ctx context.Context, in *forgotInput) (*forgotOutput, error) {
	email, err := auth.NormalizeEmail(in.Body.Email)
	if err != nil {
		return nil, models.Invalid{"email": err.Error()}
	}
	out := &forgotOutput{http.StatusAccepted, subscribedBody{"If there is an account under this address, a mail with a link is on its way. The link is good for one hour."}}
	if s.mail == nil {
		out.Body.Message = "Mail is off on this site. Whoever runs the server can set a password: dimmer user password --email …"
		return out, nil
	}
	return out, s.store.AskReset(ctx, email)
}

type resetInput struct {
	Body struct {
		Token    string `json:"token" doc:"Of the link in the mail."`
		Password string `json:"password" doc:"15 characters at least."`
	}
}

// errReset refuses a link to a new password, whatever is wrong with it.
var errReset = refuse(http.StatusUnauthorized, "invalid_token", "This link has been used, is more than an hour old, or a newer mail has made it void. Ask for another.").
	with("WWW-Authenticate", "Bearer")

// reset sets a new password by the link in a mail. Every session ends. The link dies with the password that it replaces.
func (s *site) reset(ctx context.Context, in *resetInput) (*struct{}, error) {
	link, err := s.links.resets.Open(in.Body.Token, s.now())
	if err != nil {
		return nil, errReset
	}
	user, err := s.store.ResetUser(ctx, models.DeliveryID(link.IDs[0]))
	if errors.Is(err, models.ErrNotFound) || err == nil && !link.BoundTo(resetBound(user)) {
		return nil, errReset
	}
	if err != nil {
		return nil, err
	}
	if err := s.restore(ctx); err != nil {
		return nil, limiterFault(err)
	}
	if err := checkNewPassword("password", in.Body.Password, *user.Email, user.Name); err != nil {
		return nil, err
	}
	hash, err := s.hasher.Hash(ctx, in.Body.Password)
	if err != nil {
		return nil, hashing(err)
	}
	return nil, s.store.ResetPassword(ctx, user, hash)
}
