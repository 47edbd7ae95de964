package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"dimmer/models"
)

// changesPath is where changes are followed; it also is what their cursors are good for.
const changesPath = apiPath + "/changes"

// changeView is a thing that readers see otherwise, or no more.
type changeView struct {
	ID        string            `json:"id" doc:"Stays the same, whatever the thing is called. site is the site itself."`
	Type      models.ChangeType `json:"type" enum:"post,page,tag,author,site"`
	Slug      *string           `json:"slug" example:"the-dimmer-switch" doc:"The present one, or the last one of what is gone; null for the site."`
	URL       string            `json:"url" doc:"Where readers read it, or did."`
	Action    string            `json:"action" enum:"changed,removed" doc:"changed: appeared, or reads differently. removed: readers do not get it any more."`
	Listed    bool              `json:"listed" doc:"Belongs in lists, search and feeds. False for what is archived (read by its address only) or gone."`
	ChangedAt time.Time         `json:"changed_at"`
}

// changes is the body of [site.listChanges].
type changes struct {
	Data []changeView `json:"data"`
	Page changesPage  `json:"page"`
}

type changesPage struct {
	Limit int    `json:"limit"`
	Next  string `json:"next" doc:"What to send as since the next time. Always there: keep it when you have done what data asks for."`
	More  bool   `json:"more" doc:"There is more already: go on at once."`
}

type listChangesInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"10" doc:"How many."`
	Since string `query:"since" doc:"page.next of the answer before. Without it: all that is public, from the beginning."`
}

// listChanges serves what has changed since somebody last asked.
func (s *site) listChanges(ctx context.Context, in *listChangesInput) (answer[changes], error) {
	var a answer[changes]
	var since *models.ChangePosition
	if in.Since != "" {
		since = new(models.ChangePosition)
		if err := s.cursors.open(changesPath, in.Since, since); err != nil {
			return a, refuse(http.StatusBadRequest, "invalid_cursor", "This is no cursor of /changes. Begin anew without since.",
				FieldError{"query.since", "is not a cursor of this list"})
		}
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "changes", "site"); err != nil {
		return a, err
	}
	found, err := s.store.Changes(ctx, since, in.Limit)
	if errors.Is(err, models.ErrForgotten) {
		return a, cursorExpired()
	} else if err != nil {
		return a, err
	}
	next, err := s.cursors.seal(changesPath, found.Next)
	if err != nil {
		return a, err
	}
	a.Tags = []string{"changes", "site"}
	a.Body = changes{Data: make([]changeView, 0, len(found.Items)), Page: changesPage{Limit: in.Limit, Next: next, More: found.More}}
	for _, c := range found.Items {
		a.Body.Data = append(a.Body.Data, s.changeView(c, settings))
	}
	if found.More {
		query := url.Values{"since": {next}, "limit": {strconv.Itoa(in.Limit)}}
		a.Link = fmt.Sprintf(`<%s%s?%s>; rel="next"`, s.config.PublicURL, changesPath, query.Encode())
	}
	return a, nil
}

// cursorExpired refuses to go on where a removal could be missed.
func cursorExpired() *Problem {
	return refuse(http.StatusGone, "cursor_expired",
		"This cursor is too old: what was removed since then is not known any more. Begin anew without since, and drop what does not come up again.",
		FieldError{"query.since", "is older than what is kept"})
}

func (s *site) changeView(c models.Change, settings models.Settings) changeView {
	v := changeView{ID: c.ID, Type: c.Type, Slug: &c.Slug, Action: "changed", Listed: c.Listed, ChangedAt: c.ChangedAt.UTC()}
	if c.Removed {
		v.Action = "removed"
	}
	if c.Type == models.SiteChanged {
		v.Slug, v.URL = nil, s.siteURL(settings)
		return v
	}
	pattern := map[models.ChangeType]string{
		models.PostChanged: settings.PostURL, models.PageChanged: settings.PageURL, models.TagChanged: settings.TagURL, models.AuthorChanged: settings.AuthorURL,
	}[c.Type]
	v.URL = settings.Address(s.config.PublicURL, pattern, c.Slug)
	return v
}
