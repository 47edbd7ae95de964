package handlers

import (
	"context"

	"dimmer/models"
)

// tagView is a tag as readers see it.
type tagView struct {
	Slug        string `json:"slug" example:"desk-work"`
	Name        string `json:"name" example:"Desk work"`
	Description string `json:"description"`
	URL         string `json:"url"`
	PostCount   int64  `json:"post_count" doc:"Published posts."`
	Extra       object `json:"extra"`
}

func (s *site) tagView(t models.Tag, settings models.Settings) tagView {
	return tagView{
		Slug: t.Slug, Name: t.Name, Description: t.Description, URL: settings.Address(s.config.PublicURL, settings.TagURL, t.Slug),
		PostCount: t.PostCount, Extra: object(t.Extra),
	}
}

// listTags serves the tags by name, without internal ones.
func (s *site) listTags(ctx context.Context, in *Paging) (answer[many[tagView]], error) {
	var a answer[many[tagView]]
	page, err := s.page(*in)
	if err != nil {
		return a, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "tags", "site"); err != nil {
		return a, err
	}
	found, err := s.store.Tags(ctx, models.TagQuery{Page: page})
	if err != nil {
		return a, err
	}
	a.Tags = []string{"tags", "site"}
	a.Body, a.Link, err = listOf(s.Server, *in, found, func(t models.Tag) tagView { return s.tagView(t, settings) })
	return a, err
}

type slugInput struct {
	Slug string `path:"slug"`
}

func (s *site) readTag(ctx context.Context, in *slugInput) (answer[one[tagView]], error) {
	var a answer[one[tagView]]
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "tags", "site"); err != nil {
		return a, err
	}
	tag, err := s.store.TagBySlug(ctx, in.Slug)
	a.Body.Data, a.Tags = s.tagView(tag, settings), []string{"tags", "site"}
	return a, err
}
