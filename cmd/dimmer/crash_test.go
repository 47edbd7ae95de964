package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// acknowledged is what clients were told is stored: text by id. What was sent and not answered is on its way.
type acknowledged struct {
	mu    sync.Mutex
	texts map[string]string
	onWay map[string]bool
	sent  int
}

func (a *acknowledged) note(id, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.texts[id] = text
	delete(a.onWay, text)
}

func (a *acknowledged) sending(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.onWay[text] = true
}

func (a *acknowledged) send() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent++
	return a.sent
}

func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	t.Parallel()
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	data := folder(t)
	always := []option{withOwner, env("DIMMER_RATE_LIMITS=off", "DIMMER_PUBLIC_URL=http://blog.example")} // tokens outlive the port
	p := serveOn(t, data, nil, always...)
	token := p.signIn(ownerEmail, ownerPassword)
	posts := &acknowledged{texts: map[string]string{}, onWay: map[string]bool{}}
	slowest, total, resent := time.Duration(0), 0, 0
	for round := range rounds {
		comments := &acknowledged{texts: map[string]string{}, onWay: map[string]bool{}}
		slug := writeUntilKilled(p, token, round, posts, comments)
		total += len(comments.texts)

		p = serveOn(t, data, nil, always...)
		slowest = max(slowest, time.Since(p.started))
		resent += sendAgain(p, slug, comments)
		checkComments(p, token, slug, comments)
		checkDatabase(t, data)
	}
	checkPosts(p, token, posts)
	p.stop()
	t.Logf("%d kills, %d comments and %d posts acknowledged, %d sent again, none lost or doubled; the slowest restart listened after %s",
		rounds, total, len(posts.texts), resent, slowest.Round(time.Millisecond))
}

// writeUntilKilled makes a post that takes comments at once, lets eight readers comment on it and the owner publish more posts, and kills
// the program in the middle. It gives the slug of that post.
func writeUntilKilled(p *program, token string, round int, posts, comments *acknowledged) string {
	p.t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 9}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	// create stores something, and notes it when the server has said so. It is false once the server is gone.
	create := func(into *acknowledged, path, token, text string, body any, headers ...string) (ok bool) {
		into.sending(text)
		a, err := p.send(ctx, client, "POST", path, token, body, headers...)
		if err != nil {
			return false
		}
		var created struct {
			Data struct{ ID string } `json:"data"`
		}
		if a.status != http.StatusCreated {
			p.t.Errorf("status %d: %s", a.status, a.body)
			return false
		}
		a.into(p.t, http.StatusCreated, &created)
		into.note(created.Data.ID, text)
		return true
	}
	post := func() (slug string, ok bool) {
		title := fmt.Sprintf("Post %d", posts.send())
		return strings.ToLower(strings.ReplaceAll(title, " ", "-")), create(posts, "/api/v1/admin/posts", token, title,
			map[string]any{"title": title, "markdown": "Some words.", "status": "published", "comments": "open", "tags": []string{"Killed"}})
	}
	slug, ok := post()
	if !ok {
		p.t.Fatal("the first post of the round was not stored")
	}
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for ok := true; ok; {
				text := fmt.Sprintf("Comment %d of round %d.", comments.send(), round)
				ok = create(comments, "/api/v1/posts/"+slug+"/comments", "", text, map[string]any{"name": "Ada", "body": text}, keyOf(text))
			}
		})
	}
	writers.Go(func() {
		for ok := true; ok; {
			_, ok = post()
		}
	})
	time.AfterFunc(50*time.Millisecond+rand.N(750*time.Millisecond), func() { _ = p.cmd.Process.Signal(syscall.SIGKILL) })
	p.wait()
	cancel()
	writers.Wait()
	return slug
}

// sendAgain sends again, under its own key, what the killed program did not answer, and some of what it did answer.
func sendAgain(p *program, slug string, comments *acknowledged) (n int) {
	p.t.Helper()
	again := func(text string) string {
		var created struct {
			Data struct{ ID string } `json:"data"`
		}
		a, err := p.send(p.t.Context(), http.DefaultClient, "POST", "/api/v1/posts/"+slug+"/comments", "", map[string]any{"name": "Ada", "body": text}, keyOf(text))
		if err != nil {
			p.t.Fatal(err)
		}
		a.into(p.t, http.StatusCreated, &created)
		return created.Data.ID
	}
	for id, text := range comments.texts {
		if again := again(text); again != id {
			p.t.Errorf("%q was stored as %s; sent again, it is %s", text, id, again)
		}
		if n++; n == 5 {
			break
		}
	}
	for text := range comments.onWay {
		comments.note(again(text), text)
		n++
	}
	return n
}

// keyOf is a header that makes a request one that can be sent again.
func keyOf(text string) string { return "Idempotency-Key: " + strings.ReplaceAll(text, " ", "-") }

// checkComments proves that everything acknowledged is there, once, as it was written, and counted, and nothing besides.
func checkComments(p *program, token, slug string, acknowledged *acknowledged) {
	p.t.Helper()
	var post struct {
		Data struct{ ID string } `json:"data"`
	}
	p.ask("GET", "/api/v1/posts/"+slug, "", nil).into(p.t, http.StatusOK, &post)
	found, texts, visible := map[string]string{}, map[string]int{}, 0
	path := "/api/v1/admin/comments?limit=100&post=" + post.Data.ID
	for cursor := ""; ; {
		var list struct {
			Data []struct{ ID, Body, Status string } `json:"data"`
			Page struct {
				Next  *string
				Total int
			} `json:"page"`
		}
		p.ask("GET", path+cursor, token, nil).into(p.t, http.StatusOK, &list)
		for _, comment := range list.Data {
			found[comment.ID] = comment.Body
			texts[comment.Body]++
			if comment.Status == "approved" { // a flood holds what comes after some
				visible++
			}
		}
		if list.Page.Next != nil {
			cursor = "&cursor=" + *list.Page.Next
			continue
		}
		if list.Page.Total != len(found) {
			p.t.Errorf("the list counts %d comments and holds %d", list.Page.Total, len(found))
		}
		break
	}
	for id, text := range acknowledged.texts {
		if found[id] != text || texts[text] != 1 {
			p.t.Errorf("the comment %s was acknowledged as %q, and is there %d times, as %q", id, text, texts[text], found[id])
		}
	}
	if len(found) != len(acknowledged.texts) {
		p.t.Errorf("%d comments are there, %d were acknowledged", len(found), len(acknowledged.texts))
	}
	var counts struct{ Data map[string]int }
	p.ask("GET", "/api/v1/comments/counts?slug="+slug, "", nil).into(p.t, http.StatusOK, &counts)
	if counts.Data[slug] != visible {
		p.t.Errorf("readers are told of %d comments, %d are there", counts.Data[slug], visible)
	}
}

func checkPosts(p *program, token string, acknowledged *acknowledged) {
	p.t.Helper()
	found := map[string]string{}
	for _, post := range everything[struct{ ID, Title string }](p, "/api/v1/admin/posts?", token) {
		found[post.ID] = post.Title
	}
	for id, title := range acknowledged.texts {
		if found[id] != title {
			p.t.Errorf("the post %s was acknowledged as %q and is there as %q", id, title, found[id])
		}
	}
	var tag struct {
		Data struct {
			PostCount int `json:"post_count"`
		} `json:"data"`
	}
	p.ask("GET", "/api/v1/tags/killed", "", nil).into(p.t, http.StatusOK, &tag)
	if tag.Data.PostCount != len(found) {
		p.t.Errorf("the tag counts %d posts, %d are there", tag.Data.PostCount, len(found))
	}
}

// checkDatabase looks into the file beside the running program: it is whole, and no write is there by half.
func checkDatabase(t *testing.T, data string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "dimmer.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for question, want := range map[string]string{
		"SELECT group_concat(integrity_check) FROM pragma_integrity_check":                                                                       "ok",
		"SELECT count(*) FROM pragma_foreign_key_check":                                                                                          "0",
		"SELECT (SELECT count(*) FROM events WHERE kind = 'comment.created') - (SELECT count(*) FROM comments)":                                  "0",
		"SELECT (SELECT count(*) FROM judgements) - (SELECT count(*) FROM comments)":                                                             "0",
		"SELECT (SELECT count(*) FROM events WHERE kind = 'post.created') - (SELECT count(*) FROM posts)":                                        "0",
		"SELECT (SELECT count(*) FROM revisions) - (SELECT count(*) FROM posts)":                                                                 "0",
		"SELECT count(*) FROM posts p WHERE comment_count <> (SELECT count(*) FROM comments c WHERE c.post_id = p.id AND c.status = 'approved')": "0",
		"SELECT count(*) - max(seq) FROM events":                                                                                                 "0",
	} {
		var got string
		if err := db.QueryRowContext(t.Context(), question).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", question, got, err, want)
		}
	}
}
