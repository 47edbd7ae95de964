package main

import (
	"net/http"
	"syscall"
	"testing"
	"time"
)

// schedule schedules a post and gives its slug and when it is due: times of publication are whole seconds.
func (p *program) schedule(token, title string, in time.Duration) (slug string, due time.Time) {
	p.t.Helper()
	var created struct {
		Data struct {
			Slug        string
			PublishedAt time.Time `json:"published_at"`
		}
	}
	p.ask("POST", "/api/v1/admin/posts", token, map[string]any{
		"title": title, "markdown": "Some words.", "status": "scheduled", "published_at": time.Now().Add(in).Truncate(time.Second).Add(time.Second),
	}).into(p.t, http.StatusCreated, &created)
	return created.Data.Slug, created.Data.PublishedAt
}

// publications counts how often posts were published, by what the events say.
func (p *program) publications(token string) int {
	p.t.Helper()
	n := 0
	for _, event := range everything[struct{ Kind string }](p, "/api/v1/admin/events?", token) {
		if event.Kind == "post.published" {
			n++
		}
	}
	return n
}

func (p *program) isPublished(slug string) bool {
	return p.ask("GET", "/api/v1/posts/"+slug, "", nil).status == http.StatusOK
}

func TestAScheduledPostGoesOutByItselfOnce(t *testing.T) {
	t.Parallel()
	p := serveOn(t, folder(t), nil, withOwner)
	token := p.signIn(ownerEmail, ownerPassword)
	later, _ := p.schedule(token, "Next week", 7*24*time.Hour)
	slug, due := p.schedule(token, "Soon", time.Second)
	eventually(t, "it is published", func() bool {
		published := p.isPublished(slug)
		if now := time.Now(); published && now.Before(due) {
			t.Fatalf("it went out %s early", due.Sub(now))
		}
		return published
	})
	late := time.Since(due)
	t.Logf("it went out %s after it was due", late.Round(time.Millisecond))
	if p.isPublished(later) {
		t.Error("what is due next week is public")
	}
	if n := p.publications(token); n != 1 {
		t.Errorf("the events say %d times that a post was published", n)
	}
	p.stop()
}

func TestWhatWasDueWhileTheProgramWasDownGoesOutAtTheNextStartOnce(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*program){
		"stopped": func(p *program) { p.stop() },
		"killed": func(p *program) {
			p.signal(syscall.SIGKILL)
			p.wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, always := folder(t), []option{withOwner, env("DIMMER_PUBLIC_URL=http://blog.example")}
			p := serveOn(t, data, nil, always...)
			token := p.signIn(ownerEmail, ownerPassword)
			slug, due := p.schedule(token, "Soon", time.Second)
			if p.isPublished(slug) {
				t.Fatal("it is public before it is due")
			}
			end(p)
			eventually(t, "its time comes", func() bool { return time.Now().After(due) })
			for range 2 {
				p = serveOn(t, data, nil, always...)
				eventually(t, "it is published", func() bool { return p.isPublished(slug) })
				t.Logf("it went out %s after the start", time.Since(p.started).Round(time.Millisecond))
				if n := p.publications(token); n != 1 {
					t.Errorf("the events say %d times that it was published", n)
				}
				p.stop()
			}
		})
	}
}
