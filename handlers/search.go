package handlers

import (
	"context"
	"strconv"

	"dimmer/models"
)

type searchInput struct {
	Paging
	Q string `query:"q" required:"true" maxLength:"200" doc:"All the words, however they are capitalised or accented; the last one also as the beginning of a word. At most 10 words." example:"stress should"`
}

type foundView struct {
	PostFields
	Snippet string `json:"snippet" doc:"Safe HTML: the words around the matches, which are in <mark>."`
}

// deepestFound is how far a search can be paged: nobody reads further, and each page costs as much as all before it.
const deepestFound = 1000

// search finds published posts and pages.
func (s *site) search(ctx context.Context, in *searchInput) (answer[many[foundView]], error) {
	var a answer[many[foundView]]
	page, err := s.page(in.Paging)
	if err != nil {
		return a, err
	}
	offset := 0
	if page.At != nil {
		if offset, err = strconv.Atoi(page.At.Key); err != nil {
			return a, err
		}
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return a, err
	}
	found, total, capped, err := s.store.Search(ctx, in.Q, offset, in.Limit)
	if err != nil {
		return a, err
	}
	list := models.List[models.Found]{Items: found, Total: total, Capped: capped}
	if end := offset + in.Limit; end < int(total) && end < deepestFound {
		list.Next = &models.Position{Key: strconv.Itoa(end)}
	}
	if offset > 0 {
		list.Prev = &models.Position{Key: strconv.Itoa(max(0, offset-in.Limit)), Before: true}
	}
	a.Tags = []string{"posts", "site"}
	a.Body, a.Link, err = listOf(s.Server, in.Paging, list, func(f models.Found) foundView {
		return foundView{s.postFields(f.Post, settings), f.Snippet}
	})
	return a, err
}
