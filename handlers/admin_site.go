package handlers

import (
	"context"
	"encoding/json"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// settingsView is all that the owner can set about the site.
type settingsView struct {
	Title                  string       `json:"title"`
	Description            string       `json:"description"`
	Language               string       `json:"language"`
	Timezone               string       `json:"timezone"`
	LogoURL                *string      `json:"logo_url"`
	Navigation             []linkView   `json:"navigation"`
	PrivacyURL             *string      `json:"privacy_url"`
	SiteURL                *string      `json:"site_url" doc:"Where readers read; null: the public URL."`
	PostURL                string       `json:"post_url" doc:"Path or address with {slug} in it."`
	PageURL                string       `json:"page_url"`
	TagURL                 string       `json:"tag_url"`
	AuthorURL              string       `json:"author_url"`
	PreviewURL             *string      `json:"preview_url" doc:"Where a frontend shows a post that is not published yet: path or address with {token} in it. null: on the starter site."`
	CommentLevel           models.Level `json:"comment_level" enum:"open,newcomers,all,closed"`
	CommentsCloseAfterDays int          `json:"comments_close_after_days" doc:"0: never."`
	CommentEditMinutes     int          `json:"comment_edit_minutes"`
	CommentSlowSeconds     int          `json:"comment_slow_seconds" doc:"Slow mode: how long a reader waits between two comments on a post. 0: not at all."`
	CommentSpamDays        int          `json:"comment_spam_days" doc:"How long spam and trash are kept."`
	CommentAddressDays     int          `json:"comment_address_days" doc:"How long it is kept, hashed, where a comment came from."`
	AkismetOn              bool         `json:"akismet_on" doc:"Whether Akismet is asked about each comment: there is a key. It gets the text, name, e-mail, address and browser of who writes."`
	AkismetURL             string       `json:"akismet_url" doc:"Of Akismet, or of a server of the same protocol."`
	BlockedWords           []string     `json:"blocked_words" doc:"In a comment or in its writer's name they make it spam. A * at the end stands for any ending."`
	BlockedDomains         []string     `json:"blocked_domains" doc:"To link there makes a comment spam, and so below them."`
	BlockedAddresses       []string     `json:"blocked_addresses" doc:"E-mail addresses whose comments are spam; @example.org for all of them."`
	StarterSite            bool         `json:"starter_site" doc:"Whether readers find pages at the public URL."`
	ModerationMail         string       `json:"moderation_mail" enum:"each,hourly,daily,off" doc:"How moderators hear of comments that wait."`
	Mail                   mailView     `json:"mail"`
	Demo                   bool         `json:"demo" doc:"The program was started with --demo. It cannot be changed here."`
	CacheSeconds           int          `json:"cache_seconds" doc:"s-maxage of public answers."`
	StaleSeconds           int          `json:"stale_seconds" doc:"stale-while-revalidate of public answers."`
	CORSOrigins            []string     `json:"cors_origins" doc:"Sites whose scripts may read public answers; * for all. It comes from the environment and cannot be changed here."`
}

// mailView says whether mail works. It comes from the environment and cannot be changed here.
type mailView struct {
	Configured bool    `json:"configured" doc:"false: mail is off, because DIMMER_SMTP_URL is not set."`
	From       *string `json:"from" doc:"The address that mail comes from."`
}

func (s *site) mailView() mailView {
	if s.mail == nil {
		return mailView{}
	}
	from := s.mail.Sender()
	return mailView{true, &from}
}

func (s *site) settingsView(c models.Settings) settingsView {
	v := settingsView{
		Title: c.Title, Description: c.Description, Language: c.Language, Timezone: c.Timezone, LogoURL: c.LogoURL, Navigation: []linkView{},
		PrivacyURL: c.PrivacyURL, SiteURL: c.SiteURL, PostURL: c.PostURL, PageURL: c.PageURL, TagURL: c.TagURL, AuthorURL: c.AuthorURL, PreviewURL: c.PreviewURL,
		CommentLevel: c.CommentLevel, CommentsCloseAfterDays: c.CommentsCloseAfterDays, CommentEditMinutes: c.CommentEditMinutes,
		CommentSlowSeconds: c.SlowSeconds, CommentSpamDays: c.SpamDays, CommentAddressDays: c.AddressDays, ModerationMail: string(c.ModerationMail), Mail: s.mailView(), Demo: s.config.Demo,
		AkismetOn: c.AkismetKey != "", AkismetURL: c.AkismetURL, BlockedWords: c.BlockedWords, BlockedDomains: c.BlockedDomains, BlockedAddresses: c.BlockedAddresses,
		StarterSite: c.StarterSite, CacheSeconds: c.CacheSeconds, StaleSeconds: c.StaleSeconds, CORSOrigins: s.config.CORSOrigins,
	}
	if s.anyOrigin {
		v.CORSOrigins = []string{"*"}
	}
	for _, link := range c.Navigation {
		v.Navigation = append(v.Navigation, linkView(link))
	}
	return v
}

// settingsBody is the answer about the settings: how they are, and how they would be if nobody had set any.
type settingsBody struct {
	Data     settingsView `json:"data"`
	Defaults settingsView `json:"defaults" doc:"What holds until the owner sets something else."`
}

func (s *site) readSettings(ctx context.Context, _ *struct{}) (*reply[settingsBody], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &reply[settingsBody]{settingsBody{s.settingsView(settings), s.settingsView(models.DefaultSettings())}}, nil
}

// SettingsInput is what the owner may set. Names are those of the store's settings.
type SettingsInput struct {
	Title                  field[string]       `json:"title,omitzero"`
	Description            field[string]       `json:"description,omitzero"`
	Language               field[string]       `json:"language,omitzero"`
	Timezone               field[string]       `json:"timezone,omitzero"`
	LogoURL                optional[string]    `json:"logo_url,omitzero"`
	Navigation             field[[]linkView]   `json:"navigation,omitzero"`
	PrivacyURL             optional[string]    `json:"privacy_url,omitzero"`
	SiteURL                optional[string]    `json:"site_url,omitzero"`
	PostURL                field[string]       `json:"post_url,omitzero"`
	PageURL                field[string]       `json:"page_url,omitzero"`
	TagURL                 field[string]       `json:"tag_url,omitzero"`
	AuthorURL              field[string]       `json:"author_url,omitzero"`
	PreviewURL             optional[string]    `json:"preview_url,omitzero"`
	CommentLevel           field[models.Level] `json:"comment_level,omitzero" enum:"open,newcomers,all,closed"`
	CommentsCloseAfterDays field[int]          `json:"comments_close_after_days,omitzero"`
	CommentEditMinutes     field[int]          `json:"comment_edit_minutes,omitzero"`
	CommentSlowSeconds     field[int]          `json:"comment_slow_seconds,omitzero"`
	CommentSpamDays        field[int]          `json:"comment_spam_days,omitzero"`
	CommentAddressDays     field[int]          `json:"comment_address_days,omitzero"`
	AkismetKey             field[string]       `json:"akismet_key,omitzero" doc:"It is never shown again. Empty: Akismet is not asked."`
	AkismetURL             field[string]       `json:"akismet_url,omitzero"`
	BlockedWords           field[[]string]     `json:"blocked_words,omitzero"`
	BlockedDomains         field[[]string]     `json:"blocked_domains,omitzero"`
	BlockedAddresses       field[[]string]     `json:"blocked_addresses,omitzero"`
	StarterSite            field[bool]         `json:"starter_site,omitzero"`
	ModerationMail         field[string]       `json:"moderation_mail,omitzero" enum:"each,hourly,daily,off"`
	CacheSeconds           field[int]          `json:"cache_seconds,omitzero"`
	StaleSeconds           field[int]          `json:"stale_seconds,omitzero"`
}

type changeSettingsInput struct{ Body SettingsInput }

func (s *site) changeSettings(ctx context.Context, in *changeSettingsInput) (*reply[one[settingsView]], error) {
	text, err := encode(in.Body)
	if err != nil {
		return nil, err
	}
	change := models.SettingsChange{}
	if err := json.Unmarshal(text, &change); err != nil {
		return nil, err
	}
	settings, err := s.store.ChangeSettings(ctx, actor(ctx), change)
	if err != nil {
		return nil, err
	}
	return data(s.settingsView(settings)), nil
}

// TokenFields is what can be seen of a token. (It is exported because huma passes over embedded types that are not.)
type TokenFields struct {
	ID         string      `json:"id"`
	UserID     string      `json:"user_id" doc:"For whom it acts."`
	Name       string      `json:"name"`
	Scopes     auth.Scopes `json:"scopes" example:"[\"posts:read\"]"`
	ExpiresAt  *time.Time  `json:"expires_at"`
	LastUsedAt *time.Time  `json:"last_used_at" doc:"To the minute."`
	CreatedAt  time.Time   `json:"created_at"`
}

func newTokenView(t models.APIToken) TokenFields {
	return TokenFields{string(t.ID), string(t.UserID), t.Name, t.Scopes, moment(t.ExpiresAt), moment(t.LastUsedAt), t.CreatedAt.UTC()}
}

func (s *site) listTokens(ctx context.Context, in *Paging) (*listed[TokenFields], error) {
	page, err := s.page(*in)
	if err != nil {
		return nil, err
	}
	found, err := s.store.APITokens(ctx, page)
	if err != nil {
		return nil, err
	}
	return listing(s, *in, found, newTokenView)
}

type createTokenInput struct {
	Body struct {
		Name      string              `json:"name" doc:"What it is for."`
		Scopes    []string            `json:"scopes" enum:"posts:read,posts:write,comments:read,comments:write,site:read,site:write" minItems:"1" doc:"To write implies to read."`
		ExpiresAt optional[time.Time] `json:"expires_at,omitzero" doc:"null: does not expire."`
	}
}

type newTokenBody struct {
	TokenFields
	Token string `json:"token" doc:"Shown this once."`
}

// createToken makes a program's key, which acts for the owner who made it, within its scopes.
func (s *site) createToken(ctx context.Context, in *createTokenInput) (*reply[one[newTokenBody]], error) {
	scopes, err := auth.ParseScopes(in.Body.Scopes)
	if err != nil {
		return nil, models.Invalid{"scopes": err.Error()}
	}
	shown, hash := auth.APIToken.New()
	token, err := s.store.CreateAPIToken(ctx, actor(ctx), in.Body.Name, hash, scopes, in.Body.ExpiresAt.orNil().Value)
	if err != nil {
		return nil, err
	}
	return data(newTokenBody{newTokenView(token), shown}), nil
}

type tokenIDInput struct {
	ID string `path:"id"`
}

func (s *site) deleteToken(ctx context.Context, in *tokenIDInput) (*struct{}, error) {
	return nil, s.store.DeleteAPIToken(ctx, actor(ctx), models.TokenID(in.ID))
}

type eventView struct {
	Seq         int64            `json:"seq"`
	At          time.Time        `json:"at"`
	ActorKind   models.ActorKind `json:"actor_kind" enum:"user,token,reader,system"`
	ActorID     *string          `json:"actor_id"`
	Kind        string           `json:"kind" example:"post.published"`
	SubjectKind string           `json:"subject_kind" example:"post"`
	SubjectID   string           `json:"subject_id"`
	Fields      []string         `json:"fields" doc:"Names of what changed; never what it was."`

	ActorName    *string                 `json:"actor_name" example:"Mira Holt" doc:"Of the person, token or reader, as it is now; null: nobody, or not there any more. The next ones too are as things are now."`
	ActorRole    *auth.Role              `json:"actor_role" enum:"owner,editor,author,moderator" doc:"null: not a person of the blog."`
	SubjectTitle *string                 `json:"subject_title" example:"Heat or cold?" doc:"Title or name; of a comment the name of whoever wrote it."`
	Post         nullable[eventPostView] `json:"post" doc:"That the comment is on; null: not about a comment."`
}

type eventPostView struct {
	ID    string          `json:"id"`
	Type  models.PostType `json:"type" enum:"post,page"`
	Slug  string          `json:"slug"`
	Title string          `json:"title"`
}

func newEventView(e models.Event) eventView {
	v := eventView{Seq: e.Seq, At: e.At.UTC(), ActorKind: e.ActorKind, ActorID: e.ActorID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, Fields: e.Fields}
	if e.ActorName != "" {
		v.ActorName = &e.ActorName
	}
	if e.ActorRole != "" {
		v.ActorRole = &e.ActorRole
	}
	if e.SubjectTitle != "" {
		v.SubjectTitle = &e.SubjectTitle
	}
	if p := e.SubjectPost; p != nil {
		v.Post.Value = &eventPostView{string(p.ID), p.Type, p.Slug, p.Title}
	}
	return v
}

type listEventsInput struct {
	Paging
	Kind        string    `query:"kind" maxLength:"300" example:"post.published" doc:"Several with commas between; post.* for all that begin so."`
	SubjectKind string    `query:"subject_kind" maxLength:"50" example:"post"`
	SubjectID   string    `query:"subject_id" maxLength:"100"`
	Actor       string    `query:"actor" maxLength:"100" doc:"Id of a person or a token."`
	Since       time.Time `query:"since" doc:"Inclusive."`
	Until       time.Time `query:"until" doc:"Not inclusive."`
}

// listEvents shows who did what, newest first.
func (s *site) listEvents(ctx context.Context, in *listEventsInput) (*listed[eventView], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	query := models.EventQuery{Kind: in.Kind, SubjectKind: in.SubjectKind, SubjectID: in.SubjectID, Actor: in.Actor, Page: page}
	if !in.Since.IsZero() {
		query.Since = &in.Since
	}
	if !in.Until.IsZero() {
		query.Until = &in.Until
	}
	found, err := s.store.Events(ctx, query)
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, newEventView)
}
