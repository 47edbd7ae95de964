package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// What the owner teaches a blog is known to it after another start, and what she takes back is forgotten, both without anybody's help.
func TestABlogThatWasTaughtKnowsItAfterAnotherStart(t *testing.T) {
	t.Parallel()
	data, always := folder(t), []option{withOwner, env("DIMMER_PUBLIC_URL=http://blog.example", "DIMMER_RATE_LIMITS=off")}
	p := serveOn(t, data, nil, always...)
	token := p.signIn(ownerEmail, ownerPassword)
	slug := p.publish(token, "Cold hands")
	n := 0
	say := func(text string) string {
		t.Helper()
		n++
		var made struct{ Data struct{ ID string } }
		p.ask("POST", "/api/v1/posts/"+slug+"/comments", "", map[string]any{"name": "Ada", "body": fmt.Sprint(text, " ", n)}).into(t, http.StatusCreated, &made)
		return made.Data.ID
	}
	decide := func(status string, ids ...string) string {
		t.Helper()
		var done struct {
			ActionID string `json:"action_id"`
		}
		p.ask("POST", "/api/v1/admin/comments/bulk", token, map[string]any{"ids": ids, "status": status}).into(t, http.StatusOK, &done)
		return done.ActionID
	}
	// likeSpam tells whether what resembles spam is said to do so.
	likeSpam := func() bool {
		t.Helper()
		var read struct {
			Data struct{ Reasons []struct{ Text string } }
		}
		p.ask("GET", "/api/v1/admin/comments/"+say("Forex signals earn easy money, ask the coach from home"), token, nil).into(t, http.StatusOK, &read)
		return strings.Contains(fmt.Sprint(read.Data.Reasons), "what you have marked as spam")
	}
	if likeSpam() {
		t.Error("nobody has taught it, and it says that somebody has")
	}
	var junk, fine []string
	for range 8 {
		junk = append(junk, say("Easy money from home: the forex coach sends you his signals"))
		fine = append(fine, say("The towel on my neck helped, and I slept well after the walk"))
	}
	decide("approved", fine...)
	taught := decide("spam", junk...)
	if !likeSpam() {
		t.Error("it has not learned")
	}
	p.stop()
	p = serveOn(t, data, nil, always...)
	token = p.signIn(ownerEmail, ownerPassword)
	if !likeSpam() {
		t.Error("after another start it has forgotten")
	}
	p.ask("POST", "/api/v1/admin/comments/undo", token, map[string]any{"action_id": taught}).into(t, http.StatusOK, nil)
	eventually(t, "what was taken back is forgotten", func() bool { return !likeSpam() })
	p.stop()
	p = serveOn(t, data, nil, always...) // now with a model that was kept
	token = p.signIn(ownerEmail, ownerPassword)
	if likeSpam() {
		t.Error("after another start it knows again what was taken back")
	}
	decide("spam", junk...)
	if !likeSpam() {
		t.Error("taught anew it has not learned")
	}
	p.stop()
}
