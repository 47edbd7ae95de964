package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dimmer/models"
)

// Paging is what a list takes: embed it in the input. (It is exported because huma passes over embedded types that are not.)
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"10" doc:"How many."`
	Cursor string `query:"cursor" doc:"Where to go on: next or prev of the page before."`

	number int
	url    url.URL
}

// Resolve implements huma.Resolver.
func (p *Paging) Resolve(c huma.Context) []error {
	p.url = c.URL()
	return nil
}

// NumberedPaging is what public lists of posts take besides: pages that have numbers.
type NumberedPaging struct {
	Paging
	Page int `query:"page" minimum:"1" maximum:"1000000" doc:"Which page, from 1. Not together with cursor."`
}

// Resolve implements huma.Resolver.
func (p *NumberedPaging) Resolve(c huma.Context) []error {
	p.number = p.Page
	if p.Page != 0 && p.Cursor != "" {
		return []error{&huma.ErrorDetail{Location: "query.page", Message: "cannot be used together with cursor; choose one"}}
	}
	return p.Paging.Resolve(c)
}

// page is the part of a list that is asked for. A cursor that was not made for this list is refused.
func (s *Server) page(p Paging) (models.Page, error) {
	page := models.Page{Limit: p.Limit, Number: p.number}
	if p.Cursor == "" {
		return page, nil
	}
	page.At = new(models.Position)
	if err := s.cursors.open(p.scope(), p.Cursor, page.At); err != nil {
		return page, refuse(http.StatusBadRequest, "invalid_cursor",
			"The cursor does not belong to this list. Start again without it; keep sort and filters as they are while you go on.",
			FieldError{"query.cursor", "is not a cursor of this list"})
	}
	return page, nil
}

// scope names the list: its path, its sort and its filters. How much of each item is wanted, and how many, is another matter.
func (p Paging) scope() string {
	query := p.url.Query()
	for _, name := range []string{"cursor", "limit", "page", "fields", "include"} {
		query.Del(name)
	}
	return p.url.Path + "?" + query.Encode()
}

// firstPage is what somebody who asks for the list at a path (not escaped) begins with.
func firstPage(path string) Paging { return Paging{Limit: 10, url: url.URL{Path: path}} }

// many is the body of a list.
type many[V any] struct {
	Data []V      `json:"data"`
	Page pageView `json:"page"`
}

type pageView struct {
	Limit       int     `json:"limit"`
	Total       int64   `json:"total" doc:"Of the whole list."`
	TotalCapped bool    `json:"total_capped,omitzero" doc:"There are more than total, or may be: under these filters no more are counted than 1,000, and where each has to be looked up fewer."`
	Next        *string `json:"next" doc:"The cursor of the next page; null on the last one."`
	Prev        *string `json:"prev" doc:"The cursor of the page before; null on the first one."`
}

// listed is the answer of an ordinary row that lists things.
type listed[V any] struct {
	Link string `header:"Link" doc:"The addresses of the next page and the one before."`
	Body many[V]
}

// listOf makes the body of a list, and its Link header, of what the store has found. view shows one item.
func listOf[T, V any](s *Server, p Paging, found models.List[T], view func(T) V) (many[V], string, error) {
	list := many[V]{Data: make([]V, 0, len(found.Items)), Page: pageView{Limit: p.Limit, Total: found.Total, TotalCapped: found.Capped}}
	for _, item := range found.Items {
		list.Data = append(list.Data, view(item))
	}
	var links []string
	for _, neighbour := range []struct {
		rel string
		at  *models.Position
		out **string
	}{{"next", found.Next, &list.Page.Next}, {"prev", found.Prev, &list.Page.Prev}} {
		if neighbour.at == nil {
			continue
		}
		cursor, err := s.cursors.seal(p.scope(), neighbour.at)
		if err != nil {
			return list, "", err
		}
		*neighbour.out = &cursor
		query := p.url.Query()
		query.Del("page")
		query.Set("cursor", cursor)
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, s.config.PublicURL, p.url.EscapedPath(), query.Encode(), neighbour.rel))
	}
	return list, strings.Join(links, ", "), nil
}
