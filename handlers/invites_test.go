package handlers_test

import (
	"strings"
	"testing"
	"time"

	"dimmer/auth"
	"dimmer/models"
)

// invites makes an invite and gives its answer and the token of its link.
func (v visitor) invites(email string, role auth.Role) (answer, string) {
	v.t.Helper()
	made := v.post("/admin/invites", object{"email": email, "role": role}).wants(201)
	_, token, _ := strings.Cut(made.text("data.url"), publicURL+"/admin/invite#token=")
	return made, token
}

func TestAnInviteMakesAnAccountOnce(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	made, token := owner.invites("Edda@Example.org", "editor")
	made.is("data.email", "edda@example.org").is("data.state", "open").is("data.mail_state", "waiting").is("data.invited_by", "Mira Holt").is("data.accepted_at", nil)
	if letter := b.mailTo(models.MailInvite, "edda@example.org"); b.links().Invite(*letter.Invite) != made.text("data.url") {
		t.Errorf("the mail leads to %s", b.links().Invite(*letter.Invite))
	}
	reader.post("/auth/invite/look", object{"token": token}).wants(200).is("role", "editor").is("email", "edda@example.org").is("invited_by", "Mira Holt").is("site_title", "The Quiet Shoulder")

	const password = "gravel poppy window song"
	accept := func(change object) answer {
		t.Helper()
		body := object{"token": token, "name": "Edda Quist", "password": password}
		for name, value := range change {
			body[name] = value
		}
		return reader.post("/auth/invite", body)
	}
	for name, c := range map[string]struct {
		change object
		status int
		at     string
	}{
		"a short password":       {object{"password": "short"}, 422, "body.password"},
		"her address in it":      {object{"password": "edda@example.org!"}, 422, "body.password"},
		"no name":                {object{"name": " "}, 422, "body.name"},
		"another role":           {object{"role": "owner"}, 422, "body.role"},
		"another address":        {object{"email": "mira@example.org"}, 422, "body.email"},
		"a token that is cut":    {object{"token": token[1:]}, 401, ""},
		"no token":               {object{"token": ""}, 401, ""},
		"a token that is none":   {object{"token": object{}}, 422, "body.token"},
		"the token of the setup": {object{"token": auth.SetupToken(b.secret, b.store.InstanceID())}, 401, ""},
	} {
		if got := accept(c.change); got.status != c.status {
			t.Errorf("%s: %s", name, got.shown())
		} else if c.at != "" {
			got.wants(422, c.at)
		}
	}
	in := accept(object{"cookie": true}).wants(201).is("user.role", "editor").is("user.name", "Edda Quist").is("refresh_token", nil)
	if cookie := in.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-dimmer_refresh=") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("the cookie is %q", cookie)
	}
	b.with(in.text("access_token")).get("/admin/posts").wants(200)
	reader.post("/auth/login", object{"email": "edda@example.org", "password": password}).wants(200)

	accept(nil).wants(401)
	reader.post("/auth/invite/look", object{"token": token}).wants(401)
	owner.get("/admin/invites").wants(200).is("data.0.state", "accepted").is("data.0.url", nil)
	if kinds := owner.get("/admin/events?subject_id="+made.text("data.id")).wants(200).each("data", "kind"); kinds != "invite.accepted invite.created" {
		t.Errorf("events: %s", kinds)
	}
}

func TestAnInviteEnds(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	look := func(token string) int { return reader.post("/auth/invite/look", object{"token": token}).status }

	made, token := owner.invites("edda@example.org", "author")
	_, newer := owner.invites("edda@example.org", "moderator")
	if look(token) != 401 || look(newer) != 200 {
		t.Error("a newer invite for the same address does not end the older one")
	}
	owner.delete("/admin/invites/" + made.text("data.id")).wants(404)
	owner.delete("/admin/invites/" + owner.get("/admin/invites").wants(200).text("data.0.id")).wants(204)
	if look(newer) != 401 {
		t.Error("an invite that was taken back is open")
	}

	_, token = owner.invites("edda@example.org", "author")
	b.clock.move(models.InviteLifetime - time.Minute)
	if look(token) != 200 {
		t.Error("positive control: it ends too soon")
	}
	b.clock.move(time.Minute)
	if look(token) != 401 {
		t.Error("it is good after its time")
	}
	owner.get("/admin/invites").wants(200).is("data.0.state", "expired").is("data.0.url", nil)

	// It is as good as whoever made it.
	nora := b.hires("Nora Quint", auth.Owner)
	_, token = b.signedIn(nora).invites("tom@example.org", "owner")
	path := "/admin/users/" + nora.id
	for name, c := range map[string]struct {
		change, back object
	}{
		"demoted":  {object{"role": "editor"}, object{"role": "owner"}},
		"disabled": {object{"disabled": true}, object{"disabled": false}},
	} {
		owner.patch(path, c.change).wants(200)
		if look(token) != 401 || reader.post("/auth/invite", object{"token": token, "name": "Tom", "password": "gravel poppy window song"}).status != 401 {
			t.Errorf("%s: her invite is open", name)
		}
		owner.patch(path, c.back).wants(200)
		if look(token) != 200 {
			t.Errorf("%s: positive control", name)
		}
	}
	owner.delete(path).wants(204)
	if look(token) != 401 {
		t.Error("her invite outlives her")
	}
}

func TestAnInviteIsForSomebodyNew(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.post("/admin/invites", object{"email": "BEN-ODUYA@example.org", "role": "author"}).wants(422, "body.email")
	owner.post("/admin/invites", object{"email": "edda", "role": "author"}).wants(422, "body.email")
	owner.post("/admin/invites", object{"email": "edda@example.org", "role": "king"}).wants(422, "body.role")
	owner.post("/admin/invites", object{"email": "edda@example.org"}).wants(422, "body.role")
	_, token := owner.invites("edda@example.org", "author")
	b.hires("Edda", "author") // by another way
	b.reader().post("/auth/invite", object{"token": token, "name": "Edda", "password": "gravel poppy window song"}).wants(409).is("code", "email_taken")
	quiet := newBlog(t, mailOff)
	made, _ := quiet.as("owner").invites("edda@example.org", "author")
	made.is("data.mail_state", nil)
}

func TestGuessingInvitesIsSlowedDown(t *testing.T) {
	t.Parallel()
	b := newBlog(t, limited)
	_, token := b.as("owner").invites("edda@example.org", "author")
	for range 30 { // looking costs nothing
		b.reader().post("/auth/invite/look", object{"token": token}).wants(200)
	}
	last := 0
	for range 21 {
		last = b.reader().post("/auth/invite/look", object{"token": token[1:]}).status
	}
	if last != 429 {
		t.Errorf("the 21st wrong link answers %d", last)
	}
}

func TestAnOwnerSignsSomebodyOutEverywhere(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	editor := b.with(b.accessToken(b.people["editor"]))
	editor.get("/auth/me").wants(200)
	b.as("owner").delete("/admin/users/" + b.people["editor"].id + "/sessions").wants(204)
	editor.get("/auth/me").wants(401)
	b.as("owner").delete("/admin/users/" + unknownID + "/sessions").wants(404)
	b.as("owner").get("/auth/me").wants(200)
}

func TestWhatAPersonLikesIsHers(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	editor := b.as("editor")
	editor.get("/auth/me").wants(200).is("preferences", object{"language": nil, "appearance": nil, "editor": nil, "push": true, "closed_hints": []any{}})
	before := b.as("owner").get("/admin/users/" + b.people["editor"].id).wants(200)
	before.lacks("data.preferences")
	editor.patch("/auth/me", object{"preferences": object{"language": "de", "editor": "markdown", "push": false, "closed_hints": []string{"swipe", "first-steps", "swipe"}}}).wants(200)
	editor.patch("/auth/me", object{"preferences": object{"editor": nil, "appearance": "dark"}}).wants(200).
		is("preferences", object{"language": "de", "appearance": "dark", "editor": nil, "push": false, "closed_hints": []any{"first-steps", "swipe"}})
	b.reader().post("/auth/login", object{"email": b.people["editor"].email, "password": b.people["editor"].password}).wants(200).is("user.preferences.language", "de")
	b.as("owner").get("/auth/me").wants(200).is("preferences.language", nil)
	b.as("owner").get("/admin/users/"+b.people["editor"].id).wants(200).is("data.updated_at", before.at("data.updated_at"))
	many := make([]string, 41)
	for i := range many {
		many[i] = "hint-" + strings.Repeat("x", i%30)
	}
	for name, wrong := range map[string]object{
		"a language without texts": {"language": "fr"}, "a colour": {"appearance": "pink"}, "an editor": {"editor": "word"},
		"41 hints": {"closed_hints": many}, "a hint of more than a name": {"closed_hints": []string{"<b>"}}, "what is none": {"colour": "red"},
	} {
		if got := editor.patch("/auth/me", object{"preferences": wrong}); got.status != 422 || !strings.Contains(got.shown(), "body.preferences.") {
			t.Errorf("%s: %s", name, got.shown())
		}
	}
	editor.get("/auth/me").wants(200).is("preferences.language", "de")
}

func TestSnippetsAreKeptByThoseWhoModerate(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	moderator, author := b.as("moderator"), b.as("author")
	made := moderator.post("/admin/snippets", object{"title": " Thank  you ", "body": "Thank you.\n"}).wants(201).is("data.title", "Thank you").is("data.body", "Thank you.")
	path := "/admin/snippets/" + made.text("data.id")
	b.as("editor").post("/admin/snippets", object{"title": "Call me", "body": "Call me."}).wants(201)
	author.get("/admin/snippets").wants(200).is("data.0.title", "Call me").is("data.1.title", "Thank you")
	author.post("/admin/snippets", object{"title": "x", "body": "y"}).wants(403)
	author.patch(path, object{"title": "x"}).wants(403)
	moderator.patch(path, object{"body": strings.Repeat("é", 2000)}).wants(200).is("data.title", "Thank you")
	for name, c := range map[string]struct {
		fields object
		at     string
	}{
		"no title":        {object{"title": ""}, "body.title"},
		"a title of 81":   {object{"title": strings.Repeat("x", 81)}, "body.title"},
		"no body":         {object{"body": " "}, "body.body"},
		"a body of 2,001": {object{"body": strings.Repeat("é", 2001)}, "body.body"},
		"something else":  {object{"colour": "red"}, "body.colour"},
	} {
		t.Run(name, func(t *testing.T) { moderator.on(t).patch(path, c.fields).wants(422, c.at) })
	}
	for range 48 {
		moderator.post("/admin/snippets", object{"title": "x", "body": "y"}).wants(201)
	}
	moderator.post("/admin/snippets", object{"title": "x", "body": "y"}).wants(409).is("code", "too_many_snippets")
	moderator.delete(path).wants(204)
	moderator.delete(path).wants(404)
	moderator.patch(path, object{"title": "x"}).wants(404)
}

func TestTheFirstScreenIsOneAnswer(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, author := b.as("owner"), b.as("author")
	post := owner.publishes("Heat or cold?")
	owner.get("/admin/pulse").wants(200).is("data.held", 0).is("data.newest_id", nil)
	held := b.reader().comments(post, "Cold.").wants(201).text("data.id")
	stats := owner.get("/admin/stats").wants(200).is("data.counts.held", 1).is("data.counts.published", 1).is("data.timezone", "Europe/Berlin")
	stats.is("data.days.29", object{"date": "2026-03-01", "published": 0, "spam": 0, "held": 1}).is("data.days.0.date", "2026-01-31").lacks("data.days.30")
	stats.is("data.comments.last_hour", 1).is("data.dimmer.level", "newcomers").is("data.mail.configured", true).is("data.mail.failed", 0)
	owner.get("/admin/pulse").wants(200).is("data.held", 1).is("data.newest_id", held)
	b.as("moderator").get("/admin/stats").wants(200).is("data.mail", nil).is("data.counts.held", 1)
	author.get("/admin/stats").wants(200).is("data.counts.held", 0).is("data.comments", nil).is("data.dimmer", nil).is("data.mail", nil)
	author.get("/admin/pulse").wants(200).is("data.held", 0).is("data.newest_id", nil)
}

func TestADeviceIsToldForItsOwner(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	const p256dh, secret = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg"
	subscription := func(endpoint, name string) object {
		return object{"endpoint": "https://push.example/" + endpoint, "keys": object{"p256dh": p256dh, "auth": secret}, "name": name}
	}
	moderator, editor := b.with(b.accessToken(b.people["moderator"])), b.as("editor")
	phone := moderator.post("/admin/push/subscriptions", subscription("a", " My  phone ")).wants(201).is("data.name", "My phone").is("data.current", true).is("data.sent_at", nil).text("data.id")
	again := subscription("a", "")
	again["keys"] = object{"p256dh": p256dh + "=", "auth": secret + "=="}
	moderator.post("/admin/push/subscriptions", again).wants(201).is("data.id", phone).is("data.name", "My phone")
	b.as("author").post("/admin/push/subscriptions", subscription("b", "Out of reach")).wants(201)
	editor.get("/admin/push").wants(200).is("data.devices", []any{}).is("data.on", true)
	if key := editor.get("/admin/push").text("data.public_key"); len(key) != 87 || key != auth.PushPublicKey(auth.NewPushKey(b.secret)) {
		t.Errorf("the key is %s", key)
	}
	path := "/admin/push/subscriptions/" + phone
	editor.delete(path).wants(404)
	editor.post(path+"/test", nil).wants(404)
	moderator.post(path+"/test", nil).wants(204)
	b.as("author").post("/admin/push/subscriptions/"+b.as("author").get("/admin/push").wants(200).text("data.devices.0.id")+"/test", nil).wants(502).
		is("detail", "The push service of this browser could not be reached.")

	for name, c := range map[string]struct {
		change object
		at     string
	}{
		"in the open":          {object{"endpoint": "http://push.example/a"}, "body.endpoint"},
		"of this machine":      {object{"endpoint": "https://127.0.0.1/a"}, "body.endpoint"},
		"a key that is none":   {object{"keys": object{"p256dh": "BCVx", "auth": secret}}, "body.keys.p256dh"},
		"not on the curve":     {object{"keys": object{"p256dh": strings.Replace(p256dh, "_", "A", 1), "auth": secret}}, "body.keys.p256dh"},
		"a secret of 15 bytes": {object{"keys": object{"p256dh": p256dh, "auth": "BTBZMqHH6r4Tts7J_aSI"}}, "body.keys.auth"},
		"no keys":              {object{"keys": object{}}, "body.keys.auth body.keys.p256dh"},
		"something else":       {object{"expirationTime": nil}, "body.expirationTime"},
	} {
		body := subscription("c", "x")
		for field, value := range c.change {
			body[field] = value
		}
		t.Run(name, func(t *testing.T) {
			editor.on(t).post("/admin/push/subscriptions", body).wants(422, strings.Fields(c.at)...)
		})
	}
	b.token("site:write").post("/admin/push/subscriptions", subscription("d", "A program")).wants(403).is("code", "people_only")
	for i := range 10 {
		editor.post("/admin/push/subscriptions", subscription("e"+strings.Repeat("x", i), "x")).wants(201)
	}
	editor.post("/admin/push/subscriptions", subscription("one more", "x")).wants(409).is("code", "too_many_devices")

	// Another person at the same browser takes it over.
	owner := b.as("owner")
	owner.post("/admin/push/subscriptions", subscription("a", "")).wants(201).is("data.name", "")
	moderator.get("/admin/push").wants(200).is("data.devices", []any{})
	owner.delete(path).wants(204)
	owner.get("/admin/push").wants(200).is("data.devices", []any{})

	// A session that ends takes its devices along.
	moderator.post("/admin/push/subscriptions", subscription("a", "Phone")).wants(201)
	moderator.post("/auth/logout", nil).wants(204)
	b.people["moderator"].token = ""
	b.as("moderator").get("/admin/push").wants(200).is("data.devices", []any{})
}
