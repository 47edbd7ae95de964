package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// authenticate tells who a bearer token stands for, with session, role and scopes as the database has them at this moment: a removed
// editor is out with her next request.
func (s *site) authenticate(ctx context.Context, token string) (*Principal, error) {
	if strings.HasPrefix(token, string(auth.APIToken)) {
		hash, err := auth.APIToken.Hash(token)
		if err != nil {
			return nil, err
		}
		found, user, err := s.store.TokenUser(ctx, hash)
		if err != nil {
			return nil, unknownIsNobody(err)
		}
		return &Principal{UserID: user.ID, TokenID: found.ID, Role: user.Role, Scopes: found.Scopes}, nil
	}
	claims, err := s.access.Verify(token)
	if err != nil {
		return nil, err
	}
	session, user, err := s.store.SessionUser(ctx, models.SessionID(claims.SessionID))
	if err != nil {
		return nil, unknownIsNobody(err)
	}
	if string(user.ID) != claims.UserID {
		return nil, auth.ErrUnauthenticated
	}
	return &Principal{UserID: user.ID, SessionID: session.ID, Role: user.Role}, nil
}

func unknownIsNobody(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return auth.ErrUnauthenticated
	}
	return err
}

// actor is who makes a change, for the store.
func actor(ctx context.Context) models.Actor {
	who := principal(ctx)
	if who.TokenID != "" {
		return models.Actor{Kind: models.ByToken, ID: string(who.TokenID), User: who.UserID, Role: who.Role}
	}
	return models.Actor{Kind: models.ByUser, ID: string(who.UserID), User: who.UserID, Role: who.Role}
}

// maxAuthRequest bounds what a stranger can make us read where passwords are taken.
const maxAuthRequest = 8 << 10

type userView struct {
	ID        string    `json:"id"`
	Email     *string   `json:"email" doc:"null: an author who cannot sign in."`
	Name      string    `json:"name"`
	Slug      string    `json:"slug"`
	Role      auth.Role `json:"role" enum:"owner,editor,author,moderator"`
	Bio       string    `json:"bio"`
	AvatarURL *string   `json:"avatar_url"`
	URL       *string   `json:"url"`
	Disabled  bool      `json:"disabled"`
	PostCount int64     `json:"post_count" doc:"Published posts."`
	Extra     object    `json:"extra"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newUserView(u models.User) userView {
	return userView{
		ID: string(u.ID), Email: u.Email, Name: u.Name, Slug: u.Slug, Role: u.Role, Bio: u.Bio, AvatarURL: u.AvatarURL, URL: u.URL,
		Disabled: u.DisabledAt != nil, PostCount: u.PostCount, Extra: object(u.Extra), CreatedAt: u.CreatedAt.UTC(), UpdatedAt: u.UpdatedAt.UTC(),
	}
}

// signedIn is the answer to whoever has signed in.
type signedIn struct {
	AccessToken  string  `json:"access_token" doc:"A JWT, good for 15 minutes."`
	TokenType    string  `json:"token_type" example:"Bearer"`
	ExpiresIn    int     `json:"expires_in" example:"900" doc:"Seconds."`
	User         meView  `json:"user"`
	RefreshToken *string `json:"refresh_token" doc:"For /auth/refresh, once; null if it is in the cookie."`
}

type signedInOutput struct {
	Cookie []http.Cookie `header:"Set-Cookie"`
	Body   signedIn
}

// signIn makes the answer of a session: a new access token, and the refresh token of its present generation.
func (s *site) signIn(session models.Session, user models.User, byCookie bool) (*signedInOutput, error) {
	token, expiresAt, err := s.access.Issue(string(user.ID), string(session.ID))
	if err != nil {
		return nil, err
	}
	refresh := s.refresh.Issue(string(session.ID), session.Generation)
	out := &signedInOutput{Body: signedIn{
		AccessToken: token, TokenType: "Bearer", ExpiresIn: int(expiresAt.Sub(s.now()).Round(time.Second).Seconds()), User: newMeView(user),
	}}
	if byCookie {
		out.Cookie = []http.Cookie{s.refreshCookie(refresh, auth.SessionEnd(session.CreatedAt, session.LastUsedAt))}
	} else {
		out.Body.RefreshToken = &refresh
	}
	return out, nil
}

// refreshCookie holds a refresh token where no script can read it; an empty token takes it away.
func (s *site) refreshCookie(token string, until time.Time) http.Cookie {
	cookie := http.Cookie{ // #nosec G124 -- Secure follows from the public URL: over plain http on localhost no browser would send the cookie back
		Name: s.config.RefreshCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: strings.HasPrefix(s.config.PublicURL, "https://"), MaxAge: int(until.Sub(s.now()).Seconds()),
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

// cookieToken is the refresh token of the request's cookie.
func (s *site) cookieToken(ctx context.Context) string {
	cookies := callFrom(ctx).gin.Request.CookiesNamed(s.config.RefreshCookie)
	if len(cookies) != 1 { // two of one name: somebody has planted one
		return ""
	}
	return cookies[0].Value
}

func userAgent(ctx context.Context) string { return callFrom(ctx).gin.Request.UserAgent() }

type setupInput struct {
	Body struct {
		Token     string        `json:"token" doc:"Of the link that the start printed."`
		Email     string        `json:"email" maxLength:"254"`
		Name      string        `json:"name" doc:"1 to 80 characters."`
		Password  string        `json:"password" doc:"15 characters at least."`
		SiteTitle string        `json:"site_title"`
		Language  field[string] `json:"language,omitzero" doc:"BCP 47."`
		Timezone  field[string] `json:"timezone,omitzero" doc:"IANA name."`
		Cookie    bool          `json:"cookie,omitempty" doc:"Put the refresh token into a cookie."`
	}
}

// setUp makes the owner of a new blog, once, and signs her in.
func (s *site) setUp(ctx context.Context, in *setupInput) (*signedInOutput, error) {
	if owned, err := s.store.HasOwner(ctx); err != nil {
		return nil, err
	} else if owned {
		return nil, models.ConflictError{Code: "already_set_up", Message: "This blog has an owner. Sign in instead."}
	}
	if !auth.CheckSetupToken(s.secret, s.store.InstanceID(), in.Body.Token) {
		return nil, refuse(http.StatusUnauthorized, "invalid_token", "This is not the setup link of this blog. Look for it where the server was started.")
	}
	if err := checkNewPassword("password", in.Body.Password, in.Body.Email, in.Body.Name, in.Body.SiteTitle); err != nil {
		return nil, err
	}
	settings := models.SettingsChange{}
	for name, value := range map[string]models.Opt[string]{
		"title": models.Some(in.Body.SiteTitle), "language": in.Body.Language.Opt, "timezone": in.Body.Timezone.Opt,
	} {
		if !value.Set {
			continue
		}
		text, err := encode(value.Value)
		if err != nil {
			return nil, err
		}
		settings[name] = text
	}
	hash, err := s.hasher.Hash(ctx, in.Body.Password)
	if err != nil {
		return nil, hashing(err)
	}
	owner, err := s.store.CreateOwner(ctx, models.UserChange{
		Email: models.Some(&in.Body.Email), Name: models.Some(in.Body.Name), PasswordHash: models.Some(&hash),
	}, settings)
	if err != nil {
		return nil, siteTitle(err)
	}
	return s.begin(ctx, owner, in.Body.Cookie, nil)
}

// siteTitle gives the title of the site the name that it has in the setup.
func siteTitle(err error) error {
	var values models.Invalid
	if errors.As(err, &values) && values["title"] != "" {
		values["site_title"] = values["title"]
		delete(values, "title")
	}
	return err
}

// begin starts a session and remembers that the person was at this address.
func (s *site) begin(ctx context.Context, user models.User, byCookie bool, rehash *string) (*signedInOutput, error) {
	session, err := s.store.CreateSession(ctx, user, userAgent(ctx), s.addresses.Hash(address(ctx)), rehash)
	if errors.Is(err, models.ErrNotFound) {
		return nil, errLogin // disabled, or another password, since it was checked
	}
	if err != nil {
		return nil, err
	}
	return s.signIn(session, user, byCookie)
}

// checkNewPassword says in the words of package auth what is wrong with a new password.
func checkNewPassword(field, password string, context ...string) error {
	if err := auth.CheckPassword(password, context...); err != nil {
		return models.Invalid{field: err.Error()}
	}
	return nil
}

// hashing turns "too many at once" into an answer.
func hashing(err error) error {
	if errors.Is(err, auth.ErrBusy) {
		return unavailable("Too many people sign in at this moment. Please try again in a few seconds.")
	}
	return err
}

// errLogin says the same for an unknown address, a wrong password and an account that is closed.
var errLogin = refuse(http.StatusUnauthorized, "wrong_credentials", "The e-mail address and the password do not go together. Check both and try again.").
	with("WWW-Authenticate", "Bearer")

type loginInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password"`
		Cookie   bool   `json:"cookie,omitempty" doc:"Put the refresh token into a cookie that scripts cannot read, instead of the answer."`
	}
}

// logIn signs a person in. Whether the account exists shows neither in the answer nor in the time it takes.
func (s *site) logIn(ctx context.Context, in *loginInput) (*signedInOutput, error) {
	email, err := auth.NormalizeEmail(in.Body.Email)
	if err != nil {
		email = "" // belongs to nobody, and is counted as one account
	}
	known, err := s.store.KnowsAddress(ctx, email, s.addresses.Hash(address(ctx)))
	if err != nil {
		return nil, err
	}
	if err := s.takeLogin(ctx, email, known); err != nil {
		return nil, err
	}
	user, err := s.store.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	hash := ""
	if user.SignsIn() {
		hash = *user.PasswordHash
	}
	right, rehash, err := s.hasher.Verify(ctx, hash, in.Body.Password)
	if err != nil {
		return nil, hashing(err)
	}
	if !right {
		if err := s.store.NoteFailedLogin(ctx, user.ID); err != nil {
			return nil, err
		}
		return nil, errLogin
	}
	if err := s.loginSucceeded(ctx, email); err != nil {
		return nil, limiterFault(err)
	}
	var newHash *string
	if rehash {
		renewed, err := s.hasher.Hash(ctx, in.Body.Password)
		if err != nil {
			return nil, hashing(err)
		}
		newHash = &renewed
	}
	return s.begin(ctx, user, in.Body.Cookie, newHash)
}

type refreshBody struct {
	RefreshToken string `json:"refresh_token,omitempty" doc:"Without it: the one in the cookie."`
}

type refreshInput struct {
	Body *refreshBody
}

// presented is the refresh token of a request, and whether it came in the cookie.
func (s *site) presented(ctx context.Context, body *refreshBody) (token string, byCookie bool) {
	if body != nil && body.RefreshToken != "" {
		return body.RefreshToken, false
	}
	return s.cookieToken(ctx), true
}

// refreshSession exchanges a refresh token for its successor and a new access token.
func (s *site) refreshSession(ctx context.Context, in *refreshInput) (*signedInOutput, error) {
	token, byCookie := s.presented(ctx, in.Body)
	id, generation, err := s.refresh.Parse(token)
	if err != nil {
		return nil, err
	}
	session, user, err := s.store.RotateSession(ctx, models.SessionID(id), generation)
	if err != nil {
		return nil, unknownIsNobody(err)
	}
	return s.signIn(session, user, byCookie)
}

type loggedOutOutput struct {
	Cookie []http.Cookie `header:"Set-Cookie"`
}

type logOutInput struct {
	Authorization string `header:"Authorization" doc:"Bearer and the access token; or the refresh token in the body or the cookie."`
	Body          *refreshBody
}

// logOut ends the session of the access token, or else of the refresh token, and takes the cookie away. To be signed out already is
// no error.
func (s *site) logOut(ctx context.Context, in *logOutInput) (*loggedOutOutput, error) {
	var user models.UserID
	var session models.SessionID
	if token, ok := bearer(callFrom(ctx).gin.Request.Header["Authorization"]); ok {
		who, err := s.authenticate(ctx, token)
		if err != nil && !errors.Is(err, auth.ErrUnauthenticated) {
			return nil, err
		}
		if err == nil {
			user, session = who.UserID, who.SessionID
		}
	}
	if session == "" {
		token, _ := s.presented(ctx, in.Body)
		if id, _, err := s.refresh.Parse(token); err == nil {
			_, owner, err := s.store.SessionUser(ctx, models.SessionID(id))
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return nil, err
			}
			user, session = owner.ID, models.SessionID(id)
		}
	}
	if session != "" && user != "" {
		by := models.Actor{Kind: models.ByUser, ID: string(user), User: user}
		if err := s.store.EndSession(ctx, by, user, session); err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
	}
	return &loggedOutOutput{Cookie: []http.Cookie{s.refreshCookie("", s.now())}}, nil
}
