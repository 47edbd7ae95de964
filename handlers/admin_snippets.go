package handlers

import (
	"context"
	"time"

	"dimmer/models"
)

// snippetView is an answer to comments that those who moderate keep.
type snippetView struct {
	ID        string    `json:"id"`
	Title     string    `json:"title" example:"Thank you"`
	Body      string    `json:"body" example:"Thank you, that helps others too."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newSnippetView(s models.Snippet) snippetView {
	return snippetView{string(s.ID), s.Title, s.Body, s.CreatedAt.UTC(), s.UpdatedAt.UTC()}
}

type snippetsOutput struct {
	Data []snippetView `json:"data"`
}

// listSnippets shows all of them, by title: there are 50 at most.
func (s *site) listSnippets(ctx context.Context, _ *struct{}) (*reply[snippetsOutput], error) {
	all, err := s.store.Snippets(ctx)
	if err != nil {
		return nil, err
	}
	out := snippetsOutput{Data: []snippetView{}}
	for _, snippet := range all {
		out.Data = append(out.Data, newSnippetView(snippet))
	}
	return &reply[snippetsOutput]{out}, nil
}

type createSnippetInput struct {
	Body struct {
		Title string `json:"title" example:"Thank you" doc:"1 to 80 characters."`
		Body  string `json:"body" example:"Thank you, that helps others too." doc:"1 to 2,000 characters."`
	}
}

func (s *site) createSnippet(ctx context.Context, in *createSnippetInput) (*reply[one[snippetView]], error) {
	snippet, err := s.store.CreateSnippet(ctx, actor(ctx), models.SnippetChange{Title: models.Some(in.Body.Title), Body: models.Some(in.Body.Body)})
	if err != nil {
		return nil, err
	}
	return data(newSnippetView(snippet)), nil
}

type changeSnippetInput struct {
	ID   string `path:"id"`
	Body struct {
		Title field[string] `json:"title,omitzero"`
		Body  field[string] `json:"body,omitzero"`
	}
}

func (s *site) changeSnippet(ctx context.Context, in *changeSnippetInput) (*reply[one[snippetView]], error) {
	snippet, err := s.store.ChangeSnippet(ctx, actor(ctx), models.SnippetID(in.ID), models.SnippetChange{Title: in.Body.Title.Opt, Body: in.Body.Body.Opt})
	if err != nil {
		return nil, err
	}
	return data(newSnippetView(snippet)), nil
}

type snippetIDInput struct {
	ID string `path:"id"`
}

func (s *site) deleteSnippet(ctx context.Context, in *snippetIDInput) (*struct{}, error) {
	return nil, s.store.DeleteSnippet(ctx, actor(ctx), models.SnippetID(in.ID))
}
