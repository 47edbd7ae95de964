package handlers

import (
	"context"
	"fmt"

	"dimmer/models"
)

type linkView struct {
	Label string `json:"label" example:"About"`
	URL   string `json:"url" example:"/pages/about"`
}

type siteView struct {
	Title       string          `json:"title" example:"The Quiet Shoulder"`
	Description string          `json:"description"`
	URL         string          `json:"url" example:"https://blog.example" doc:"Where readers read."`
	Language    string          `json:"language" example:"en" doc:"BCP 47."`
	Timezone    string          `json:"timezone" example:"Europe/Berlin" doc:"IANA name."`
	Logo        *string         `json:"logo"`
	Navigation  []linkView      `json:"navigation"`
	PrivacyURL  *string         `json:"privacy_url"`
	Comments    commentDefaults `json:"comments"`
}

type commentDefaults struct {
	Level          models.Level `json:"level" enum:"open,newcomers,all,closed" doc:"The dimmer level where a post does not set its own."`
	CloseAfterDays *int         `json:"close_after_days" doc:"Days after publication; null: comments stay open."`
	EditMinutes    int          `json:"edit_minutes" doc:"How long a reader may change her comment."`
}

// readSite serves what a frontend shows around the posts.
func (s *site) readSite(ctx context.Context, _ *struct{}) (answer[one[siteView]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return answer[one[siteView]]{}, err
	}
	changed, err := s.store.LastChange(ctx, "site")
	if err != nil {
		return answer[one[siteView]]{}, err
	}
	view := siteView{
		Title: settings.Title, Description: settings.Description, URL: s.siteURL(settings), Language: settings.Language, Timezone: settings.Timezone,
		Logo: s.absoluteOrNil(settings.LogoURL), Navigation: []linkView{}, PrivacyURL: s.absoluteOrNil(settings.PrivacyURL),
		Comments: commentDefaults{Level: settings.CommentLevel, EditMinutes: settings.CommentEditMinutes},
	}
	if settings.CommentsCloseAfterDays > 0 {
		view.Comments.CloseAfterDays = &settings.CommentsCloseAfterDays
	}
	for _, link := range settings.Navigation {
		view.Navigation = append(view.Navigation, linkView(link))
	}
	return answer[one[siteView]]{Body: one[siteView]{view}, ModifiedAt: changed, Tags: []string{"site"}}, nil
}

// siteURL is where readers read.
func (s *site) siteURL(settings models.Settings) string {
	if settings.SiteURL != nil {
		return *settings.SiteURL
	}
	return s.config.PublicURL
}

// publicCacheControl is what public answers say about being kept.
func (s *site) publicCacheControl() string {
	settings, err := s.store.Settings(context.Background())
	if err != nil {
		return "no-store" // what holds cannot be known now
	}
	return fmt.Sprintf("public, max-age=0, s-maxage=%d, stale-while-revalidate=%d", settings.CacheSeconds, settings.StaleSeconds)
}
