package handlers_test

import (
	"strings"
	"testing"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// resetToken is the token of the newest mail to a new password.
func (b *blog) resetToken(email string) string {
	b.t.Helper()
	letter := b.mailTo(models.MailReset, email)
	_, token, _ := strings.Cut(b.links().Reset(*letter.User, letter.ID, letter.CreatedAt.Add(models.ResetLinkLifetime)), "#token=")
	return token
}

func TestAForgottenPasswordIsSetAnewByMail(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	reader, mira := b.reader(), b.people[auth.Owner]
	before := b.as("owner")
	before.get("/auth/me").wants(200)
	known := reader.post("/auth/forgot", object{"email": "Mira@example.org"}).wants(202)
	unknown := reader.post("/auth/forgot", object{"email": "nobody@example.org"}).wants(202)
	lookalike := reader.post("/auth/forgot", object{"email": "mirа@example.org"}) // a Cyrillic letter
	if string(known.body) != string(unknown.body) || lookalike.status != 422 {
		t.Errorf("known: %s, unknown: %s, look-alike: %d", known.body, unknown.body, lookalike.status)
	}
	first := b.resetToken("mira@example.org")
	b.clock.move(time.Minute)
	reader.post("/auth/forgot", object{"email": "mira@example.org"}).wants(202)
	token := b.resetToken("mira@example.org")
	const fresh = "gravel poppy window song"
	for name, wrong := range map[string]any{"an older one": first, "cut": token[1:], "empty": "", "a setup token": auth.SetupToken(b.secret, b.store.InstanceID())} {
		if a := reader.post("/auth/reset", object{"token": wrong, "password": fresh}); a.status != 401 {
			t.Errorf("%s: %s", name, a.shown())
		}
	}
	for _, wrong := range []any{object{}, []any{}, nil, 0, true, []string{""}, object{"code": object{}}} {
		if a := reader.post("/auth/reset", object{"token": wrong, "password": fresh}); a.status != 422 && a.status != 400 {
			t.Errorf("token %v: %s", wrong, a.shown())
		}
	}
	reader.post("/auth/reset", object{"token": token, "password": "short"}).wants(422)
	reader.post("/auth/reset", object{"token": token, "password": fresh}).wants(204)
	reader.post("/auth/reset", object{"token": token, "password": "gravel poppy window sung"}).wants(401)
	reader.post("/auth/refresh", object{"refresh_token": mira.answer.text("refresh_token")}).wants(401)
	b.with(mira.answer.text("access_token")).get("/auth/me").wants(401)
	reader.post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}).wants(401)
	reader.post("/auth/login", object{"email": "mira@example.org", "password": fresh}).wants(200)
}

func TestTheLinkToANewPasswordIsOverAfterAnHour(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.reader().post("/auth/forgot", object{"email": "mira@example.org"}).wants(202)
	token := b.resetToken("mira@example.org")
	b.clock.move(61 * time.Minute)
	b.reader().post("/auth/reset", object{"token": token, "password": "gravel poppy window song"}).wants(401)
	b.reader().post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}).wants(200)
}

func TestADisabledPersonIsMailedNoPassword(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	b.reader().post("/auth/forgot", object{"email": b.people[auth.Editor].email}).wants(202)
	token := b.resetToken(b.people[auth.Editor].email)
	b.as("owner").patch("/admin/users/"+b.people[auth.Editor].id, object{"disabled": true}).wants(200)
	b.reader().post("/auth/reset", object{"token": token, "password": "gravel poppy window song"}).wants(401)
	b.reader().post("/auth/forgot", object{"email": b.people[auth.Editor].email}).wants(202)
	sent := 0
	for _, d := range b.mails() {
		if d.Kind == models.MailReset {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("%d mails", sent)
	}
}
