package models

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	maxSnippets     = 50
	maxSnippetTitle = 80   // characters
	maxSnippetBody  = 2000 // characters
)

// Snippet is an answer to comments that those who moderate keep, for the whole blog.
type Snippet struct {
	ID        SnippetID `gorm:"primaryKey"`
	Title     string
	Body      string
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"serializer:utc;autoUpdateTime:false"`
}

// TableName is the table's name.
func (Snippet) TableName() string { return "snippets" }

// SnippetChange is what somebody sends of a snippet.
type SnippetChange struct {
	Title Opt[string]
	Body  Opt[string]
}

func (s *Snippet) apply(c SnippetChange) error {
	invalid := Invalid{}
	if c.Title.Set {
		s.Title = oneLine(c.Title.Value)
	}
	if c.Body.Set {
		s.Body = strings.TrimSpace(c.Body.Value)
	}
	checkLength(invalid, "title", s.Title, 1, maxSnippetTitle)
	checkLength(invalid, "body", s.Body, 1, maxSnippetBody)
	return invalid.orNil()
}

// Snippets lists the snippets, by title.
func (s *Store) Snippets(ctx context.Context) ([]Snippet, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	all, err := table[Snippet](db).Order("title, id").Limit(maxSnippets).Find(ctx)
	return all, fault("list the snippets", err)
}

// CreateSnippet keeps an answer.
func (s *Store) CreateSnippet(ctx context.Context, by Actor, c SnippetChange) (Snippet, error) {
	var snippet Snippet
	err := s.writeAlone(ctx, by, "keep the snippet", func(t *tx) error {
		snippet = Snippet{ID: newID[SnippetID](), CreatedAt: t.now, UpdatedAt: t.now}
		if err := snippet.apply(c); err != nil {
			return err
		}
		n, err := table[Snippet](t.DB).Count(t.ctx)
		if err != nil {
			return err
		}
		if n >= maxSnippets {
			return ConflictError{"too_many_snippets", fmt.Sprintf("There are %d snippets already. Delete one that nobody uses.", maxSnippets)}
		}
		t.event("snippet.created", "snippet", string(snippet.ID))
		return table[Snippet](t.DB).Create(t.ctx, &snippet)
	})
	return snippet, err
}

// ChangeSnippet changes a snippet.
func (s *Store) ChangeSnippet(ctx context.Context, by Actor, id SnippetID, c SnippetChange) (Snippet, error) {
	var snippet Snippet
	if !isID(id) {
		return snippet, ErrNotFound
	}
	err := s.writeAlone(ctx, by, "change the snippet", func(t *tx) error {
		before, err := found(table[Snippet](t.DB).Where("id = ?", id).Take(t.ctx))
		if err != nil {
			return err
		}
		snippet = before
		if err := snippet.apply(c); err != nil || snippet == before {
			return err
		}
		snippet.UpdatedAt = t.now
		var changed []string
		if snippet.Title != before.Title {
			changed = append(changed, "title")
		}
		if snippet.Body != before.Body {
			changed = append(changed, "body")
		}
		t.event("snippet.updated", "snippet", string(id), changed...)
		return one(table[Snippet](t.DB).Where("id = ?", id).Select("title", "body", "updated_at").Updates(t.ctx, snippet))
	})
	return snippet, err
}

// DeleteSnippet removes a snippet.
func (s *Store) DeleteSnippet(ctx context.Context, by Actor, id SnippetID) error {
	if !isID(id) {
		return ErrNotFound
	}
	return s.writeAlone(ctx, by, "delete the snippet", func(t *tx) error {
		t.event("snippet.deleted", "snippet", string(id))
		return one(table[Snippet](t.DB).Where("id = ?", id).Delete(t.ctx))
	})
}
