package handlers

import (
	"context"

	"dimmer/models"
)

// authorPage is an author as a thing of its own.
type authorPage struct {
	Slug      string  `json:"slug" example:"mira"`
	Name      string  `json:"name" example:"Mira Holt"`
	Bio       string  `json:"bio"`
	AvatarURL *string `json:"avatar_url"`
	Website   *string `json:"website"`
	URL       string  `json:"url" doc:"Where readers find her posts."`
	PostCount int64   `json:"post_count" doc:"Published posts."`
	Extra     object  `json:"extra"`
}

func (s *site) authorPage(u models.User, settings models.Settings) authorPage {
	return authorPage{
		Slug: u.Slug, Name: u.Name, Bio: u.Bio, AvatarURL: s.absoluteOrNil(u.AvatarURL), Website: u.URL,
		URL: settings.Address(s.config.PublicURL, settings.AuthorURL, u.Slug), PostCount: u.PostCount, Extra: object(u.Extra),
	}
}

// listAuthors serves the people with a published post.
func (s *site) listAuthors(ctx context.Context, in *Paging) (answer[many[authorPage]], error) {
	var a answer[many[authorPage]]
	page, err := s.page(*in)
	if err != nil {
		return a, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "authors", "site"); err != nil {
		return a, err
	}
	found, err := s.store.Users(ctx, models.UserQuery{Authors: true, Page: page})
	if err != nil {
		return a, err
	}
	a.Tags = []string{"authors", "site"}
	a.Body, a.Link, err = listOf(s.Server, *in, found, func(u models.User) authorPage { return s.authorPage(u, settings) })
	return a, err
}

func (s *site) readAuthor(ctx context.Context, in *slugInput) (answer[one[authorPage]], error) {
	var a answer[one[authorPage]]
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "authors", "site"); err != nil {
		return a, err
	}
	author, err := s.store.AuthorBySlug(ctx, in.Slug)
	a.Body.Data, a.Tags = s.authorPage(author, settings), []string{"authors", "site"}
	return a, err
}
