package handlers

import (
	"context"
	"errors"

	"dimmer/auth"
	"dimmer/models"
)

func (s *site) listUsers(ctx context.Context, in *Paging) (*listed[userView], error) {
	page, err := s.page(*in)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Users(ctx, models.UserQuery{Page: page})
	if err != nil {
		return nil, err
	}
	return listing(s, *in, found, newUserView)
}

type userIDInput struct {
	ID string `path:"id"`
}

func (s *site) readUser(ctx context.Context, in *userIDInput) (*reply[one[userView]], error) {
	user, err := s.store.User(ctx, models.UserID(in.ID))
	if err != nil {
		return nil, err
	}
	return data(newUserView(user)), nil
}

// UserInput is what the owner may set of a person. With e-mail and password she can sign in; without them she is an author by name.
type UserInput struct {
	ProfileInput
	Email    optional[string] `json:"email,omitzero"`
	Password field[string]    `json:"password,omitzero" doc:"15 characters at least. A new one ends her sessions."`
	Role     field[auth.Role] `json:"role,omitzero" enum:"owner,editor,author,moderator"`
	Disabled field[bool]      `json:"disabled,omitzero" doc:"true: signs in no more; her posts stay."`
}

func (s *site) userChange(ctx context.Context, in UserInput) (models.UserChange, error) {
	c := in.ProfileInput.change()
	c.Email, c.Role, c.Disabled = in.Email.orNil(), in.Role.Opt, in.Disabled.Opt
	if in.Password.Set {
		if err := checkNewPassword("password", in.Password.Value, in.Email.Value, in.Name.Value); err != nil {
			return c, err
		}
		hash, err := s.hasher.Hash(ctx, in.Password.Value)
		if err != nil {
			return c, hashing(err)
		}
		c.PasswordHash = models.Some(&hash)
	}
	return c, nil
}

type createUserInput struct{ Body UserInput }

func (s *site) createUser(ctx context.Context, in *createUserInput) (*reply[one[userView]], error) {
	change, err := s.userChange(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	user, err := s.store.CreateUser(ctx, actor(ctx), change)
	if err != nil {
		return nil, err
	}
	return data(newUserView(user)), nil
}

type changeUserInput struct {
	ID   string `path:"id"`
	Body UserInput
}

func (s *site) changeUser(ctx context.Context, in *changeUserInput) (*reply[one[userView]], error) {
	change, err := s.userChange(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	user, err := s.store.ChangeUser(ctx, actor(ctx), models.UserID(in.ID), change, principal(ctx).SessionID)
	if err != nil {
		return nil, err
	}
	return data(newUserView(user)), nil
}

// endSessionsOf signs somebody out everywhere; herself too, if it is the one who asks.
func (s *site) endSessionsOf(ctx context.Context, in *userIDInput) (*struct{}, error) {
	user, err := s.store.User(ctx, models.UserID(in.ID))
	if err != nil {
		return nil, err
	}
	return nil, s.store.EndSessions(ctx, actor(ctx), user.ID, "")
}

type deleteUserInput struct {
	ID      string `path:"id"`
	PostsTo string `query:"posts_to" doc:"Id or slug of who gets her posts; needed if she has any."`
}

func (s *site) deleteUser(ctx context.Context, in *deleteUserInput) (*struct{}, error) {
	err := s.store.DeleteUser(ctx, actor(ctx), models.UserID(in.ID), in.PostsTo)
	var values models.Invalid
	if errors.As(err, &values) && values["posts_to"] != "" {
		err = invalid(FieldError{"query.posts_to", values["posts_to"]})
	}
	return nil, err
}
