package handlers

import (
	"net/url"
	"strings"
	"time"

	"dimmer/models"
)

// moment is a time as clients get it: RFC 3339, UTC.
func moment(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// absolute makes a path of this site an address that works elsewhere.
func (s *site) absolute(address string) string {
	if strings.HasPrefix(address, "/") {
		return s.config.PublicURL + address
	}
	return address
}

func (s *site) absoluteOrNil(address *string) *string {
	if address == nil {
		return nil
	}
	full := s.absolute(*address)
	return &full
}

// absoluteMedia makes the addresses of this site's pictures in a body work elsewhere. The body was made by our own sanitiser, which
// writes attributes in one way only.
func (s *site) absoluteMedia(html string) string {
	return strings.ReplaceAll(html, `src="/media/`, `src="`+s.config.PublicURL+`/media/`)
}

// below is the path of a thing of the API.
func below(collection, slug string, more ...string) string {
	return apiPath + "/" + collection + "/" + url.PathEscape(slug) + strings.Join(more, "")
}

// authorView is a person as readers see her. Never an e-mail.
type authorView struct {
	Slug      string  `json:"slug" example:"mira"`
	Name      string  `json:"name" example:"Mira Holt"`
	Bio       string  `json:"bio"`
	AvatarURL *string `json:"avatar_url"`
}

func (s *site) authorView(u models.User) authorView {
	return authorView{Slug: u.Slug, Name: u.Name, Bio: u.Bio, AvatarURL: s.absoluteOrNil(u.AvatarURL)}
}

func authorsOf(s *site, users []models.User) []authorView {
	views := make([]authorView, len(users))
	for i, user := range users {
		views[i] = s.authorView(user)
	}
	return views
}

// tagRef is a tag where a post names it.
type tagRef struct {
	Slug string `json:"slug" example:"desk-work"`
	Name string `json:"name" example:"Desk work"`
}

// publicTags are the tags of a post that readers see.
func publicTags(tags []models.Tag) []tagRef {
	views := []tagRef{}
	for _, tag := range tags {
		if !tag.Internal {
			views = append(views, tagRef{tag.Slug, tag.Name})
		}
	}
	return views
}
