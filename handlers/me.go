package handlers

import (
	"context"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// meView is a person as she sees herself: as owners see her, and with what she likes.
type meView struct {
	ID          string          `json:"id"`
	Email       *string         `json:"email"`
	Name        string          `json:"name"`
	Slug        string          `json:"slug"`
	Role        auth.Role       `json:"role" enum:"owner,editor,author,moderator"`
	Bio         string          `json:"bio"`
	AvatarURL   *string         `json:"avatar_url"`
	URL         *string         `json:"url"`
	Disabled    bool            `json:"disabled"`
	PostCount   int64           `json:"post_count" doc:"Published posts."`
	Extra       object          `json:"extra"`
	Preferences preferencesView `json:"preferences"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

// preferencesView is what a person likes in the admin area.
type preferencesView struct {
	Language    *string  `json:"language" enum:"en,de" doc:"Of the texts of the admin area; null: the site's, if there are texts in it."`
	Appearance  *string  `json:"appearance" enum:"light,dark" doc:"null: as the device has it."`
	Editor      *string  `json:"editor" enum:"rich,markdown" doc:"How posts open; null: as suits the post."`
	Push        bool     `json:"push" doc:"Whether her devices are told of comments that wait."`
	ClosedHints []string `json:"closed_hints" doc:"Names of hints that she has read and closed."`
}

func newMeView(u models.User) meView {
	v, p := newUserView(u), u.Prefers()
	me := meView{
		ID: v.ID, Email: v.Email, Name: v.Name, Slug: v.Slug, Role: v.Role, Bio: v.Bio, AvatarURL: v.AvatarURL, URL: v.URL, Disabled: v.Disabled,
		PostCount: v.PostCount, Extra: v.Extra, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
		Preferences: preferencesView{p.Language, p.Appearance, p.Editor, !p.PushOff, p.ClosedHints},
	}
	if me.Preferences.ClosedHints == nil {
		me.Preferences.ClosedHints = []string{}
	}
	return me
}

// readMe shows whoever is signed in to herself.
func (s *site) readMe(ctx context.Context, _ *struct{}) (*reply[meView], error) {
	user, err := s.store.User(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	return &reply[meView]{newMeView(user)}, nil
}

// ProfileInput is what a person may change about herself: not her role, and her e-mail only through the owner.
type ProfileInput struct {
	Name      field[string]    `json:"name,omitzero"`
	Slug      field[string]    `json:"slug,omitzero"`
	Bio       field[string]    `json:"bio,omitzero"`
	AvatarURL optional[string] `json:"avatar_url,omitzero"`
	URL       optional[string] `json:"url,omitzero"`
	Extra     field[object]    `json:"extra,omitzero"`
}

func (in ProfileInput) change() models.UserChange {
	return models.UserChange{
		Name: in.Name.Opt, Slug: in.Slug.Opt, Bio: in.Bio.Opt, AvatarURL: in.AvatarURL.orNil(), URL: in.URL.orNil(), Extra: as(in.Extra.Opt, toJSON),
	}
}

// MeInput is what a person may change about herself and of what she likes.
type MeInput struct {
	ProfileInput
	Preferences field[preferencesInput] `json:"preferences,omitzero" doc:"Only what is sent changes."`
}

type preferencesInput struct {
	Language    optional[string] `json:"language,omitzero" enum:"en,de"`
	Appearance  optional[string] `json:"appearance,omitzero" enum:"light,dark"`
	Editor      optional[string] `json:"editor,omitzero" enum:"rich,markdown"`
	Push        field[bool]      `json:"push,omitzero"`
	ClosedHints field[[]string]  `json:"closed_hints,omitzero" maxItems:"40" doc:"All of them."`
}

type changeMeInput struct{ Body MeInput }

func (s *site) changeMe(ctx context.Context, in *changeMeInput) (*reply[meView], error) {
	who := principal(ctx)
	change := in.Body.change()
	if sent := in.Body.Preferences; sent.Set {
		change.Preferences = models.Some(models.PreferencesChange{
			Language: sent.Value.Language.orNil(), Appearance: sent.Value.Appearance.orNil(), Editor: sent.Value.Editor.orNil(),
			Push: sent.Value.Push.Opt, ClosedHints: sent.Value.ClosedHints.Opt,
		})
	}
	user, err := s.store.ChangeUser(ctx, actor(ctx), who.UserID, change, who.SessionID)
	if err != nil {
		return nil, err
	}
	return &reply[meView]{newMeView(user)}, nil
}

type changePasswordInput struct {
	Body struct {
		CurrentPassword string `json:"current_password"`
		NewPassword     string `json:"new_password" doc:"15 characters at least."`
		Cookie          bool   `json:"cookie,omitempty" doc:"Put the refresh token of the new session into the cookie."`
	}
}

// changePassword replaces the password. Every session ends, this one too, and a new one begins: whoever had got hold of one is out.
func (s *site) changePassword(ctx context.Context, in *changePasswordInput) (*signedInOutput, error) {
	user, err := s.store.User(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if !user.SignsIn() {
		return nil, auth.ErrUnauthenticated
	}
	right, _, err := s.hasher.Verify(ctx, *user.PasswordHash, in.Body.CurrentPassword)
	if err != nil {
		return nil, hashing(err)
	}
	if !right {
		return nil, models.Invalid{"current_password": "is not your password"}
	}
	if err := s.restore(ctx); err != nil {
		return nil, limiterFault(err)
	}
	if err := checkNewPassword("new_password", in.Body.NewPassword, *user.Email, user.Name); err != nil {
		return nil, err
	}
	hash, err := s.hasher.Hash(ctx, in.Body.NewPassword)
	if err != nil {
		return nil, hashing(err)
	}
	user, err = s.store.ChangeUser(ctx, actor(ctx), user.ID, models.UserChange{PasswordHash: models.Some(&hash)}, "")
	if err != nil {
		return nil, err
	}
	return s.begin(ctx, user, in.Body.Cookie, nil)
}

type sessionView struct {
	ID         string    `json:"id"`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Current    bool      `json:"current" doc:"The session of this request."`
}

type sessionsOutput struct {
	Data []sessionView `json:"data"`
}

func (s *site) listSessions(ctx context.Context, _ *struct{}) (*reply[sessionsOutput], error) {
	who := principal(ctx)
	sessions, err := s.store.Sessions(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	out := sessionsOutput{Data: []sessionView{}}
	for _, session := range sessions {
		out.Data = append(out.Data, sessionView{
			string(session.ID), session.UserAgent, session.CreatedAt.UTC(), session.LastUsedAt.UTC(), session.ID == who.SessionID,
		})
	}
	return &reply[sessionsOutput]{out}, nil
}

type sessionIDInput struct {
	ID string `path:"id"`
}

func (s *site) deleteSession(ctx context.Context, in *sessionIDInput) (*struct{}, error) {
	return nil, s.store.EndSession(ctx, actor(ctx), principal(ctx).UserID, models.SessionID(in.ID))
}

// endOtherSessions signs a person out everywhere but here.
func (s *site) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := principal(ctx)
	return nil, s.store.EndSessions(ctx, actor(ctx), who.UserID, who.SessionID)
}
