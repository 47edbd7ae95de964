package handlers_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what a test has got with what it got when somebody last looked at it.
func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with: go test ./handlers -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs from what it was (-was +is); if it should, run go test ./handlers -update:\n%s", path, diff)
	}
}

// What differs from run to run, and what stands in its place.
var (
	idForm      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	timeForm    = regexp.MustCompile(`("\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z"`)
	secretForm  = regexp.MustCompile(`\b(dim_|dimp_|dimc_|dimr_|eyJ)[\w.-]+`)
	unnamedForm = regexp.MustCompile(`"(edit_token|form|request_id|next|prev|nonce|salt|signature)":"[^"]+"`)
	cursorForm  = regexp.MustCompile(`(cursor|since|comments)=[\w-]+`)
	signedForm  = regexp.MustCompile(`name="form" value="[\w-]+"`)
	inviteForm  = regexp.MustCompile(`/admin/invite#token=[\w-]+`)
	uploadForm  = regexp.MustCompile(`/media/(\d{4}-\d\d)/[a-z2-7]{26}`)
	sheetForm   = regexp.MustCompile(`/assets/(site|post|desk)-[0-9a-f]+\.css`)
)

// stable takes out of a text what differs from run to run. Ids become numbers in the order in which they appear, so that it still shows
// which are the same.
func stable(text []byte) []byte {
	ids := map[string]string{}
	text = idForm.ReplaceAllFunc(text, func(id []byte) []byte {
		if ids[string(id)] == "" {
			ids[string(id)] = fmt.Sprintf("00000000-0000-7000-8000-%012d", len(ids)+1)
		}
		return []byte(ids[string(id)])
	})
	text = timeForm.ReplaceAll(text, []byte(`${1}Z"`))
	text = secretForm.ReplaceAll(text, []byte("${1}…"))
	text = unnamedForm.ReplaceAll(text, []byte(`"$1":"…"`))
	text = signedForm.ReplaceAll(text, []byte(`name="form" value="…"`))
	text = inviteForm.ReplaceAll(text, []byte("/admin/invite#token=…"))
	text = uploadForm.ReplaceAll(text, []byte("/media/$1/…"))
	text = sheetForm.ReplaceAll(text, []byte("/assets/$1.css"))
	return cursorForm.ReplaceAll(text, []byte("$1=…"))
}

// goldenHeaders are what answers are compared by, besides status and body.
var goldenHeaders = []string{
	"Allow", "Cache-Control", "Content-Type", "Link", "Location", "Retry-After", "Set-Cookie", "WWW-Authenticate", "X-Robots-Tag",
}

// compare compares an answer as a whole: what was asked, and what a client got.
func (a answer) compare(name string) {
	a.t.Helper()
	headers := map[string]string{}
	for _, header := range goldenHeaders {
		if value := strings.Join(a.header.Values(header), ", "); value != "" {
			headers[header] = value
		}
	}
	encoded, err := json.Marshal(headers)
	if err != nil {
		a.t.Fatal(err)
	}
	body := a.body
	if len(body) == 0 {
		body = []byte("null")
	} else if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		body = []byte(quote(string(body)))
	}
	var out bytes.Buffer
	whole := fmt.Sprintf(`{"request":%s,"status":%d,"headers":%s,"body":%s}`, quote(a.request), a.status, encoded, body)
	if err := json.Indent(&out, stable([]byte(whole)), "", "  "); err != nil {
		a.t.Fatalf("%s: %v", a.request, err)
	}
	readable := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(out.String())
	golden(a.t, name+".json", []byte(readable+"\n"))
}

// TestGoldenAnswers holds one answer of each shape: what a client can rely on, to the letter.
func TestGoldenAnswers(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	shown := map[string]bool{}
	described := map[string]bool{}
	show := func(name string, a answer) answer {
		t.Helper()
		a.compare(name)
		shown[name+".json"] = true
		method, path, _ := strings.Cut(a.request, " ")
		path, _, _ = strings.Cut(path, "?")
		if op := operation(document(t, b.url), method, path); op != nil && a.status < 300 {
			described[op.OperationID] = true
		}
		return a
	}

	b.walk(show)

	for _, r := range rows(t, b) {
		if !described[r.id] && r.answersJSON() {
			t.Errorf("there is no golden answer of %s", r)
		}
	}
	entries, err := os.ReadDir("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !shown[entry.Name()] && filepath.Ext(entry.Name()) == ".json" {
			t.Errorf("nothing writes testdata/golden/%s any more: remove it", entry.Name())
		}
	}
}

// walk uses every address of the API once, in an order that makes a story, and shows each answer.
func (b *blog) walk(show func(name string, a answer) answer) {
	t := b.t
	t.Helper()
	owner, reader := b.as("owner"), b.reader()

	// The blog.
	show("settings_changed", owner.patch("/admin/settings", object{
		"description": "Notes on stress, pain and rest.", "navigation": []object{{"label": "About", "url": "/pages/about"}}, "privacy_url": "/pages/privacy", "logo_url": "/media/2026/logo.png",
	}).wants(200))
	show("settings", owner.get("/admin/settings").wants(200))
	show("user_created", owner.post("/admin/users", object{"name": "Uma Guest", "bio": "A guest.", "extra": object{"mastodon": "@uma"}}).wants(201))
	show("user", owner.get("/admin/users/"+b.people["author"].id).wants(200))
	owner.delete("/admin/users/" + b.people["editor"].id).wants(204)
	owner.delete("/admin/users/" + b.people["moderator"].id).wants(204)
	show("user_changed", owner.patch("/admin/users/"+b.people["author"].id, object{"bio": "Writes.", "avatar_url": "/media/2026/ben.png", "url": "https://ben.example"}).wants(200))
	show("users", owner.get("/admin/users").wants(200))

	invite := show("invite_created", owner.post("/admin/invites", object{"email": "Edda@example.org", "name": "Edda Quist", "role": "author"}).wants(201))
	show("invites", owner.get("/admin/invites").wants(200))
	_, invited, _ := strings.Cut(invite.text("data.url"), "#token=")
	show("invite_looked_at", reader.post("/auth/invite/look", object{"token": invited}).wants(200))
	edda := show("invite_accepted", reader.post("/auth/invite", object{"token": invited, "name": "Edda Quist", "password": "gravel poppy window song"}).wants(201))
	owner.delete("/admin/users/" + edda.text("user.id")).wants(204)

	// Posts.
	owner.publishes("Breathing out", object{"tags": []string{"Stress"}, "published_at": "2026-02-01T10:00:00Z"})
	made := show("admin_post_created", owner.post("/admin/posts", object{
		"title": "The dimmer switch", "excerpt": "On turning things down.",
		"markdown": "Turn it **down**, not off.\n\n## Why\n\nBecause of [this](/pages/about).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
		"status":   "published", "published_at": "2026-02-10T10:00:00Z", "tags": []string{"Stress", "#series", "Sleep"}, "authors": []string{"mira-holt", "ben-oduya"}, "featured": true,
		"feature_image": object{"url": "/media/2026/switch.png", "alt": "A switch", "caption": "Ours"},
		"seo":           object{"title": "Dimming", "description": nil, "canonical_url": nil, "image_url": nil},
		"extra":         object{"mood": "calm"},
	}).wants(201)).written()
	show("admin_post_changed", owner.patch(made.admin(), object{"slug": "dimmer"}, "If-Match: "+made.etag).wants(200))
	show("moved", reader.get(made.public("?include=related")).wants(308))
	made.slug = "dimmer"
	about := owner.publishes("About", object{"type": "page", "markdown": "Who we are."})
	draft := owner.writes(object{"title": "Not yet", "tags": []string{"Stress"}})
	show("admin_post", owner.get(draft.admin()).wants(200))
	show("admin_posts", owner.get("/admin/posts?limit=2&sort=title").wants(200))
	show("revisions", owner.get(made.admin("/revisions")).wants(200))
	show("revision", owner.get(made.admin("/revisions/1")).wants(200))
	show("revision_restored", owner.post(draft.admin("/revisions/1/restore"), nil, "If-Match: *").wants(200))
	show("working_copy_saved", owner.put(draft.admin("/working-copy"), object{"fields": object{"title": "Soon", "excerpt": nil}, "base_version": 1}).wants(200))
	show("working_copy", owner.get(draft.admin("/working-copy")).wants(200))
	link := show("preview_created", owner.post(draft.admin("/preview"), nil).wants(201))
	show("preview", reader.get("/preview/"+link.text("data.token")).wants(200))
	show("render", owner.post("/admin/render", object{"source": "## Why\n\nTwo *words*."}).wants(200))
	show("posts", reader.get("/posts").wants(200))
	show("posts_page", reader.get("/posts?limit=1&fields=slug,title").wants(200))
	show("post", reader.get("/posts/dimmer?include=related,neighbours").wants(200))
	show("pages", reader.get("/pages").wants(200))
	show("page", reader.get("/pages/about").wants(200))
	show("search", reader.get("/search?q=turn+dow").wants(200))
	show("site", reader.get("/site").wants(200))
	show("authors", reader.get("/authors").wants(200))
	show("author", reader.get("/authors/ben-oduya").wants(200))

	// Pictures.
	lamp := show("media_uploaded", owner.uploads("/admin/media", "Lamp at dusk.png", drawing(t, 900, 600), "alt", "A lamp").wants(201))
	show("media_changed", owner.patch("/admin/media/"+lamp.text("data.id"), object{"alt": "A lamp over soft hills", "focal_point": object{"x": 0.25, "y": 0.5}}).wants(200))
	show("admin_post_led", owner.changes(draft, object{"feature_image": object{"media_id": lamp.text("data.id")}}).wants(200))
	show("media_replaced", owner.uploads("/admin/media/"+lamp.text("data.id")+"/replace", "lamp.png", drawing(t, 450, 300)).wants(200))
	show("media_file", owner.get("/admin/media/"+lamp.text("data.id")).wants(200))
	show("media", owner.get("/admin/media").wants(200))

	// Tags.
	show("tags", reader.get("/tags").wants(200))
	show("tag", reader.get("/tags/stress").wants(200))
	tag := show("admin_tag_created", owner.post("/admin/tags", object{"name": "Rest", "description": "Doing nothing."}).wants(201))
	show("admin_tag_changed", owner.patch("/admin/tags/"+tag.text("data.id"), object{"name": "Rest and sleep"}).wants(200))
	show("admin_tag", owner.get("/admin/tags/"+tag.text("data.id")).wants(200))
	show("admin_tags", owner.get("/admin/tags").wants(200))
	show("admin_tag_merged", owner.post("/admin/tags/"+owner.get("/admin/tags").wants(200).text("data.2.id")+"/merge", object{"into": tag.text("data.id")}).wants(200))

	// Comments.
	held := show("comment_held", reader.comments(made, "The part about the *jaw* helped.", object{"email": "ruth@example.org", "url": "https://ruth.example"}).wants(201))
	show("comment_spam", reader.comments(made, "Buy this.", object{"website": "https://spam.example"}).wants(201))
	show("admin_comments", owner.get("/admin/comments").wants(200))
	show("admin_comment_changed", owner.patch("/admin/comments/"+held.text("data.id"), object{"status": "approved"}).wants(200))
	show("admin_comment_reply", owner.post("/admin/comments/"+held.text("data.id")+"/reply", object{"body": "Thank you, Ruth!"}).wants(201))
	show("admin_comment", owner.get("/admin/comments/"+held.text("data.id")).wants(200))
	owner.changes(about, object{"comments": "open"}).wants(200)
	open := show("comment_approved", reader.comments(about, "Hello.").wants(201))
	reader.comments(about, "Hello to you.", object{"parent_id": open.at("data.id")}).wants(201)
	owner.patch("/admin/comments/"+open.text("data.id"), object{"status": "trash"}).wants(200)
	device := show("push_device_created", owner.post("/admin/push/subscriptions", object{
		"endpoint": "https://push.example/wpush/v2/gAAAA", "name": "Phone",
		"keys": object{"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
	}).wants(201))
	show("push", owner.get("/admin/push").wants(200))
	owner.post("/admin/push/subscriptions/"+device.text("data.id")+"/test", nil).wants(204)
	show("stats", owner.get("/admin/stats").wants(200))
	show("pulse", owner.get("/admin/pulse").wants(200))
	snippet := show("snippet_created", owner.post("/admin/snippets", object{"title": "Thank you", "body": "Thank you, that helps others too."}).wants(201))
	show("snippet_changed", owner.patch("/admin/snippets/"+snippet.text("data.id"), object{"title": "Thanks"}).wants(200))
	show("snippets", owner.get("/admin/snippets").wants(200))
	show("thread", reader.get("/posts/dimmer/comments").wants(200))
	show("dimmer", owner.get("/admin/moderation/dimmer").wants(200))
	show("quiet_on", owner.put("/admin/moderation/quiet", object{"mode": "hold"}).wants(200))
	show("quiet_off", owner.delete("/admin/moderation/quiet").wants(200))
	show("flood_put_back", owner.delete("/admin/moderation/flood").wants(200))
	show("rehearsal", owner.post("/admin/moderation/rehearse", object{"rules": object{"comment_level": "open", "blocked_words": []string{"hello"}}}).wants(200))
	show("comment_form", reader.get("/posts/dimmer/comments/form").wants(200))
	show("comment_preview", reader.post("/comments/preview", object{"body": "A *warm* towel."}).wants(200))
	show("comment_own", reader.get(held.own(), held.editToken()).wants(200))
	mine := show("commenter_created", reader.post("/commenters", nil).wants(201)).text("data.commenter")
	show("comment_liked", reader.post(held.own("/like"), nil, key(mine)).wants(200))
	show("comment_unliked", reader.delete(held.own("/like"), key(mine)).wants(200))
	show("comment_reported", reader.post(held.own("/report"), object{"reason": "It advertises a shop."}, key(mine)).wants(200))
	show("reacted", reader.post("/posts/dimmer/reaction", nil, key(mine)).wants(200))
	show("reaction_taken_back", reader.delete("/posts/dimmer/reaction", key(mine)).wants(200))
	show("comment_own_changed", reader.patch(held.own(), object{"body": "The part about the *knee* helped."}, held.editToken()).wants(200))
	show("comment_own_deleted", reader.delete(open.own(), open.editToken()).wants(204))
	other := reader.comments(about, "From Tom.", object{"name": "Tom", "email": "tom@example.org"}).wants(201)
	for i := range 2 {
		reader.comments(about, fmt.Sprint("Answer ", i), object{"parent_id": other.at("data.id"), "name": "Tom"}).wants(201)
	}
	show("replies", reader.get(other.own("/replies?limit=1")).wants(200))
	show("form_taken", reader.sendsForm(about, "name=Ruth", "body=By form.", "return_to=/pages/about"))
	decided := show("admin_comments_decided", owner.post("/admin/comments/bulk", object{"ids": []string{held.text("data.id"), unknownID}, "status": "approved"}).wants(200))
	show("admin_comments_undone", owner.post("/admin/comments/undo", object{"action_id": decided.at("action_id")}).wants(200))
	show("admin_comment_deleted", owner.delete("/admin/comments/"+held.text("data.id")).wants(200))
	tom := "/admin/commenters/" + owner.readerOf(other)
	show("commenters", owner.get("/admin/commenters?limit=1").wants(200))
	show("commenter", owner.get(tom).wants(200))
	show("commenter_blocked", owner.post(tom+"/block", nil).wants(200))
	show("commenter_unblocked", owner.delete(tom+"/block").wants(200))
	show("commenter_trusted", owner.post(tom+"/trust", nil).wants(200))
	show("commenter_distrusted", owner.delete(tom+"/trust").wants(200))
	show("commenter_removed", owner.post(tom+"/remove", object{"status": "spam"}).wants(200))
	show("thread_with_a_gap", reader.get("/posts/about/comments").wants(200))
	show("counts", reader.get("/comments/counts?slug=dimmer&slug=about&slug=nothing").wants(200))

	// Mail.
	show("subscribed", reader.post("/posts/dimmer/subscriptions", object{"email": "ada@example.org", "scope": "post"}).wants(202))
	show("outbox", owner.get("/admin/outbox").wants(200))
	show("outbox_retried", owner.post("/admin/outbox/"+owner.get("/admin/outbox").wants(200).text("data.0.id")+"/retry", nil).wants(200))
	show("mail_tested", owner.post("/admin/mail/test", nil).wants(200))
	own := reader.get(b.ownPage("ada@example.org") + "/data.json").wants(200)
	own.request = "GET /me/TOKEN/data.json"
	show("own_data", own)

	// Signing in.
	in := show("login", reader.post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}, "User-Agent: Firefox").wants(200))
	show("login_cookie", reader.post("/auth/login", object{"email": "mira@example.org", "password": "lantern orbit mellow quay", "cookie": true}, "User-Agent: Phone").wants(200))
	show("refresh", reader.post("/auth/refresh", object{"refresh_token": in.text("refresh_token")}).wants(200))
	show("sessions", b.with(in.text("access_token")).get("/auth/sessions").wants(200))
	show("me", owner.get("/auth/me").wants(200))
	show("me_changed", owner.patch("/auth/me", object{"bio": "Opened the practice with one table.", "preferences": object{"language": "de", "appearance": nil}}).wants(200))
	show("token_created", owner.post("/admin/tokens", object{"name": "Static build", "scopes": []string{"posts:read"}, "expires_at": "2026-04-01T00:00:00Z"}).wants(201))
	show("tokens", owner.get("/admin/tokens").wants(200))
	show("events", owner.get("/admin/events?limit=5").wants(200))

	// What changes.
	gone := owner.publishes("Gone", object{"tags": []string{"Rest"}})
	show("changes", reader.get("/changes?limit=2").wants(200))
	since := reader.get("/changes?limit=100").wants(200).text("page.next")
	owner.changes(about, object{"markdown": "Who we are now."}).wants(200)
	owner.delete(gone.admin(), "If-Match: *").wants(204)
	show("changes_since", reader.get("/changes?since="+since).wants(200))

	show("password_changed", b.with(in.text("access_token")).post("/auth/password",
		object{"current_password": "lantern orbit mellow quay", "new_password": "gravel poppy window song"}).wants(200))
	show("forgotten", reader.post("/auth/forgot", object{"email": "ben@example.org"}).wants(202))
	show("logout", reader.post("/auth/logout", nil).wants(204))
	show("setup", newBlog(t, vacant).setUp().wants(201))

	// Refusals.
	b.people["owner"].password, b.people["owner"].token = "gravel poppy window song", ""
	author := b.as("author")
	show("problem_400", reader.post("/posts/dimmer/comments", `{"name":`).wants(400))
	show("problem_400_cursor", reader.get("/posts?cursor=lantern").wants(400))
	show("problem_401", reader.get("/admin/posts").wants(401))
	show("problem_401_login", reader.post("/auth/login", object{"email": "mira@example.org", "password": "wrong"}).wants(401))
	show("problem_403", author.get("/admin/tokens").wants(403))
	owner.changes(about, object{"comments": "closed"}).wants(200)
	show("problem_403_comments_closed", reader.comments(about, "Too late.").wants(403))
	show("problem_403_cross_site", reader.post("/auth/refresh", nil, "Origin: https://evil.example").wants(403))
	show("problem_404", reader.get("/posts/nothing").wants(404))
	show("problem_405", reader.delete("/posts").wants(405))
	show("problem_406", reader.get("/posts", "Accept-Encoding: identity;q=0").wants(406))
	show("problem_409", reader.post("/auth/setup", b.setup()).wants(409))
	show("problem_412", owner.patch(draft.admin(), object{"title": "Late"}, `If-Match: "v0"`).wants(412))
	show("problem_413", reader.comments(made, strings.Repeat("x", 200_000)).wants(413))
	show("problem_409_media", owner.delete("/admin/media/"+lamp.text("data.id")).wants(409))
	show("problem_422_media", owner.uploads("/admin/media", "drawing.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)).wants(422))
	show("problem_415", reader.post("/posts/dimmer/comments", "name=Ruth", "Content-Type: text/plain").wants(415))
	show("problem_422", reader.post("/posts/dimmer/comments", object{"body": "", "titel": "x"}).wants(422))
	show("problem_428", owner.delete(draft.admin()).wants(428))
	show("problem_429", newBlog(t, limited).exhausted().wants(429))
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	show("problem_500", reader.get("/posts?sort=title&limit=7").wants(500)) // nobody has asked for this yet
	show("problem_503", reader.get("/healthz").wants(503))
}

// setUp sets a vacant blog up.
func (b *blog) setUp() answer { b.t.Helper(); return b.reader().post("/auth/setup", b.setup()) }

// exhausted asks more often than the limit of comments allows, and gives the answer to that.
func (b *blog) exhausted() answer {
	b.t.Helper()
	for range 20 {
		b.reader().comments(written{slug: "nothing"}, "Hello.").wants(404)
	}
	return b.reader().comments(written{slug: "nothing"}, "Hello.")
}

// answersJSON tells whether a row answers success with JSON.
func (r row) answersJSON() bool {
	for status, response := range r.op.Responses.Map() {
		if strings.HasPrefix(status, "2") && response.Value.Content.Get("application/json") != nil && r.id != "readDocument" {
			return true
		}
	}
	return false
}

// publicFields are all names that answers to people without a login have. A field of the inside that gets into one of them, by
// whatever way, is not here.
const publicFields = `
	action algorithm alt author authors avatar_url badge bio canonical_url caption challenge changed_at close_after_days closes_at commenter comments cost count created_at data depth
	description edit_minutes edit_token edit_until edited_at excerpt expiresAt extra feature_image featured focal_point form height html id image_url keyLength keyPrefix label
	language level liked likes limit limits listed logo mail markdown message meta moderator more name navigation neighbours newer next nonce notify older open outline page parameters parent_id pinned
	post_count prev privacy_url published_at reacted reactions reading_minutes redirects_from related removed replies replies_next reply_count reported salt seo
	signature slow_seconds slug snippet tags text thread timezone title total total_capped type updated_at url variants website width word_count x y`

func TestPublicAnswersHaveTheFieldsThatAreMeantForEverybody(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	allowed, seen := strings.Fields(publicFields), map[string]bool{}
	for _, r := range rows(t, b) {
		if r.access != "anyone" || strings.HasPrefix(r.path, "/api/v1/auth/") {
			continue
		}
		for status, response := range r.op.Responses.Map() {
			content := response.Value.Content.Get("application/json")
			if content == nil || !strings.HasPrefix(status, "2") || r.id == "readDocument" {
				continue
			}
			names := map[string]bool{}
			fieldsOf(content.Schema, names, map[string]bool{})
			if r.id == "createComment" || r.id == "readOwnComment" || r.id == "changeOwnComment" { // shown to its writer
				delete(names, "status")
				delete(names, "body")
			}
			if r.id == "downloadOwn" { // shown to whoever it is about
				continue
			}
			if r.id == "readCommentForm" { // how long a text may be
				delete(names, "body")
			}
			maps.Copy(seen, names)
			for name := range names {
				if !slices.Contains(allowed, name) {
					t.Errorf("%s has the field %s, which is not meant for everybody", r, name)
				}
			}
		}
	}
	for _, name := range allowed {
		if !seen[name] {
			t.Errorf("no public answer has the field %s any more: take it from the list", name)
		}
	}
}

// fieldsOf collects the names of all fields of a shape. One that takes any name (extra is the owner's own) has none.
func fieldsOf(schema *openapi3.SchemaRef, names, above map[string]bool) {
	if schema == nil || above[schema.Ref] {
		return
	}
	if schema.Ref != "" {
		above = maps.Clone(above)
		above[schema.Ref] = true
	}
	fieldsOf(schema.Value.Items, names, above)
	for name, property := range schema.Value.Properties {
		names[name] = true
		fieldsOf(property, names, above)
	}
}

// A field beyond those of the document is refused by [answer.isDescribed] because no shape takes any.
func TestNoShapeTakesFieldsThatItDoesNotName(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	doc := document(t, b.url)
	for name, schema := range doc.Components.Schemas {
		if s := schema.Value; s.Type.Is("object") && len(s.Properties) > 0 && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) {
			t.Errorf("%s takes any field", name)
		}
	}
	if len(doc.Components.Schemas) < 30 {
		t.Errorf("only %s shapes", strconv.Itoa(len(doc.Components.Schemas)))
	}
}
