package handlers_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"dimmer/auth"
)

// Who may call what. The rows come from the OpenAPI document, so that a new one is tested by being there. What each right means is
// written down here a second time, as API 5 has it: a change of the guard has to be a change of this table too.

// open lists, for each value of x-access, the roles that get in.
var open = map[string][]auth.Role{
	"anyone":    {"", auth.Moderator, auth.Author, auth.Editor, auth.Owner},
	"member":    {auth.Moderator, auth.Author, auth.Editor, auth.Owner},
	"moderator": {auth.Moderator, auth.Author, auth.Editor, auth.Owner},
	"author":    {auth.Author, auth.Editor, auth.Owner},
	"editor":    {auth.Editor, auth.Owner},

	"every_comment": {auth.Moderator, auth.Editor, auth.Owner},
	"owner":         {auth.Owner},
}

// row is one operation of the document.
type row struct {
	method, path, id, access string
	op                       *openapi3.Operation
}

func (r row) String() string { return r.method + " " + r.path }

// rows lists every operation of the document, in order.
func rows(t testing.TB, b *blog) []row {
	t.Helper()
	var all []row
	doc := document(t, b.url)
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			access, _ := operations[method].Extensions["x-access"].(string)
			all = append(all, row{method, path, operations[method].OperationID, access, operations[method]})
		}
	}
	return all
}

// scope is what an API token needs for a row: nothing for a public one, and no scope is enough for what is about signing in.
func (r row) scope() (need string, closed bool) {
	rest, admin := strings.CutPrefix(r.path, "/api/v1/admin/")
	if !admin {
		return "", r.access != "anyone"
	}
	area, _, _ := strings.Cut(rest, "/")
	switch area {
	case "posts", "tags", "render", "media":
		area = "posts"
	case "comments", "commenters", "moderation":
		area = "comments"
	default:
		area = "site"
	}
	if r.method == http.MethodGet {
		return area + ":read", false
	}
	return area + ":write", false
}

// unknownID is the id of nothing.
const unknownID = "01900000-0000-7000-8000-000000000000"

// address is a path of the row that leads to nothing, so that no call changes anything.
func (r row) address() string {
	return strings.NewReplacer("{id}", unknownID, "{slug}", "nothing-here", "{token}", "nothing", "{number}", "1", "{folder}", "2026", "{file}", "x.png").Replace(r.path)
}

// allScopes are the scopes of API tokens.
var allScopes = []string{"posts:read", "posts:write", "comments:read", "comments:write", "site:read", "site:write"}

// token makes an API token of the owner.
func (b *blog) token(scopes ...string) visitor {
	b.t.Helper()
	made := b.as("owner").post("/admin/tokens", object{"name": "a program", "scopes": scopes}).wants(201)
	return b.with(made.text("data.token"))
}

func TestEveryRowIsOpenToThoseItNamesAndToNobodyElse(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	callers := map[string]visitor{"nobody": b.reader()}
	for _, role := range open["member"] {
		callers[string(role)] = b.as(role)
	}
	for _, scope := range allScopes {
		callers["token "+scope] = b.token(scope)
	}
	// These rows are open to anyone who brings something: without it they refuse as a guard would.
	refresh := b.people[auth.Owner].answer.text("refresh_token")
	bodies := map[string]any{"refreshSession": object{"refresh_token": refresh}, "logIn": object{"email": "mira@example.org", "password": "lantern orbit mellow quay"}}
	var table []string
	all := rows(t, b)
	// Signing out comes last: it ends the sessions of those who ask.
	slices.SortStableFunc(all, func(x, y row) int { return cmp.Compare(strings.Count(x.id, "logOut"), strings.Count(y.id, "logOut")) })
	for _, r := range all {
		admitted, known := open[r.access]
		if !known {
			t.Errorf("%s: x-access is %q, which is no right", r, r.access)
			continue
		}
		need, closed := r.scope()
		table = append(table, strings.TrimRight(fmt.Sprintf("%-9s %-14s %-6s %s", r.access, map[bool]string{true: "(people only)", false: need}[closed], r.method, r.path), " "))
		for _, name := range slices.Sorted(maps.Keys(callers)) {
			var body any
			if body = bodies[r.id]; body == nil && r.op.RequestBody != nil {
				body = object{}
			}
			want := "in"
			switch scope, isToken := strings.CutPrefix(name, "token "); {
			case isToken && closed, name == "nobody" && r.access != "anyone":
				want = "401"
			case isToken && need != "" && scope != need && scope != strings.Replace(need, ":read", ":write", 1):
				want = "403"
			case !isToken && name != "nobody" && !slices.Contains(admitted, auth.Role(name)):
				want = "403"
			}
			got := "in"
			answer := callers[name].on(t).do(r.method, r.address(), body)
			if answer.status == 401 || answer.status == 403 {
				got = fmt.Sprint(answer.status)
				answer.is("status", answer.status)
			}
			if answer.status >= 500 {
				t.Errorf("%s as %s answered %d: %s", r, name, answer.status, answer.shown())
			}
			if got != want {
				t.Errorf("%s (%s) as %s: %s, want %s: %s", r, r.access, name, got, want, answer.shown())
			}
		}
	}
	golden(t, "access.txt", []byte(strings.Join(table, "\n")+"\n"))
}

func TestWhoIsRefusedAndWhy(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	for name, tc := range map[string]struct {
		who    visitor
		path   string
		status int
		code   string
	}{
		"nobody":                        {b.reader(), "/admin/posts", 401, "unauthenticated"},
		"a token that nobody has":       {b.with("dim_" + strings.Repeat("A", 48)), "/admin/posts", 401, "unauthenticated"},
		"a word that is no token":       {b.with("lantern"), "/admin/posts", 401, "unauthenticated"},
		"another scheme":                {visitor{blog: b, credentials: "Basic " + b.people[auth.Owner].token}, "/admin/posts", 401, "unauthenticated"},
		"a refresh token":               {b.with(b.people[auth.Owner].answer.text("refresh_token")), "/admin/posts", 401, "unauthenticated"},
		"a moderator who wants to post": {b.as("moderator"), "/admin/posts", 403, "forbidden"},
		"a program without the scope":   {b.token("comments:write"), "/admin/posts", 403, "missing_scope"},
		"the owner":                     {b.as("owner"), "/admin/posts", 200, ""},
		"a program with the scope":      {b.token("posts:read"), "/admin/posts", 200, ""},
		"a program with more":           {b.token("posts:write"), "/admin/posts", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer := tc.who.on(t).get(tc.path).wants(tc.status).has("Cache-Control", "no-store")
			if tc.code != "" {
				answer.is("code", tc.code)
			}
			if tc.status == 401 {
				answer.has("WWW-Authenticate", "Bearer")
			}
		})
	}
}

// What is changed about a person counts with her next request, whatever her token says.
func TestAChangeOfRightsCountsAtOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(b *blog, editor *person)
		want   int
		code   string
	}{
		"nothing": {func(*blog, *person) {}, 200, ""},
		"she becomes a moderator": {func(b *blog, p *person) {
			b.as("owner").patch("/admin/users/"+p.id, object{"role": "moderator"}).wants(200)
		}, 403, "forbidden"},
		"she is disabled": {func(b *blog, p *person) {
			b.as("owner").patch("/admin/users/"+p.id, object{"disabled": true}).wants(200).is("data.disabled", true)
		}, 401, "unauthenticated"},
		"she is deleted": {func(b *blog, p *person) {
			b.as("owner").delete("/admin/users/" + p.id).wants(204)
		}, 401, "unauthenticated"},
		"she signs out": {func(b *blog, p *person) {
			b.signedIn(p).post("/auth/logout", nil).wants(204)
		}, 401, "unauthenticated"},
		"she signs out with her refresh token": {func(b *blog, p *person) {
			b.reader().post("/auth/logout", object{"refresh_token": p.answer.text("refresh_token")}).wants(204)
		}, 401, "unauthenticated"},
		"she changes her password": {func(b *blog, p *person) {
			b.signedIn(p).post("/auth/password", object{"current_password": p.password, "new_password": "gravel poppy window song"}).wants(200)
		}, 401, "unauthenticated"},
		"the owner changes her password": {func(b *blog, p *person) {
			b.as("owner").patch("/admin/users/"+p.id, object{"password": "gravel poppy window song"}).wants(200)
		}, 401, "unauthenticated"},
		"the owner changes her address": {func(b *blog, p *person) {
			b.as("owner").patch("/admin/users/"+p.id, object{"email": "ada@elsewhere.example"}).wants(200)
		}, 401, "unauthenticated"},
		"somebody uses her refresh token twice": {func(b *blog, p *person) {
			old := p.answer.text("refresh_token")
			b.reader().post("/auth/refresh", object{"refresh_token": old}).wants(200)
			b.clock.move(11 * time.Second)
			b.reader().post("/auth/refresh", object{"refresh_token": old}).wants(401)
		}, 401, "unauthenticated"},
		"her token runs out": {func(b *blog, _ *person) { b.clock.move(15 * time.Minute) }, 401, "unauthenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBlog(t)
			editor := b.people[auth.Editor]
			she := b.signedIn(editor)
			she.get("/admin/posts").wants(200)
			tc.change(b, editor)
			answer := she.get("/admin/posts").wants(tc.want)
			if tc.code != "" {
				answer.is("code", tc.code)
			}
		})
	}
}

func TestATokenHasTheRightsOfItsOwnerAsTheyAreNow(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	second := b.hires("Nora Quint", auth.Owner)
	made := b.signedIn(second).post("/admin/tokens", object{"name": "import", "scopes": allScopes}).wants(201)
	program := b.with(made.text("data.token"))
	owner := b.as("owner")
	program.get("/admin/settings").wants(200)
	program.get("/admin/tokens").wants(200)

	owner.patch("/admin/users/"+second.id, object{"role": "editor"}).wants(200)
	program.get("/admin/settings").wants(200)
	program.get("/admin/tokens").wants(403).is("code", "forbidden")

	owner.patch("/admin/users/"+second.id, object{"disabled": true}).wants(200)
	program.get("/admin/settings").wants(401)

	owner.patch("/admin/users/"+second.id, object{"disabled": false, "role": "owner"}).wants(200)
	program.get("/admin/tokens").wants(200)
	owner.delete("/admin/tokens/" + made.text("data.id")).wants(204)
	program.get("/admin/tokens").wants(401)
}

// asks is what a writer sends to a row below a post, so that only whose post it is can be the reason for a refusal.
func (r row) asks(v visitor, w written) answer {
	v.t.Helper()
	path := strings.NewReplacer("{id}", w.id, "{number}", "1").Replace(r.path)
	var body any
	switch r.method + " " + strings.TrimPrefix(r.path, "/api/v1/admin/posts/{id}") {
	case "PATCH ":
		body = object{"title": "Taken over"}
	case "PUT /working-copy":
		body = object{"fields": object{"title": "Taken over"}, "base_version": 1}
	}
	return v.do(r.method, path, body, "If-Match: "+w.etag)
}

func TestAnAuthorFindsNobodyElsesPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author, owner, editor := b.as("author"), b.as("owner"), b.as("editor")
	write := func(v visitor, fields object) written {
		v.t.Helper()
		w := v.writes(fields)
		v.put(w.admin("/working-copy"), object{"fields": object{"title": "Later"}, "base_version": 1}).wants(200)
		return w
	}
	tested := 0
	for _, r := range rows(t, b) {
		if !strings.HasPrefix(r.path, "/api/v1/admin/posts/{id}") {
			continue
		}
		tested++
		for name, theirs := range map[string]written{
			"a draft":          write(owner.on(t), object{"title": "A draft of the owner"}),
			"a published post": write(owner.on(t), object{"title": "A post of the owner", "status": "published"}),
			"an unknown post":  {id: unknownID, etag: `"v1"`},
			"what is no id":    {id: "1", etag: `"v1"`},
		} {
			r.asks(author.on(t), theirs).wants(404).is("code", "not_found").is("detail", "There is nothing at this address.")
			if name == "a draft" {
				if answer := r.asks(editor.on(t), theirs); answer.status >= 400 {
					t.Errorf("%s: an editor gets %d: %s", r, answer.status, answer.shown())
				}
			}
		}
		if answer := r.asks(author.on(t), write(author.on(t), object{"title": "Her own"})); answer.status >= 400 {
			t.Errorf("%s of her own post answered %d: %s", r, answer.status, answer.shown())
		}
	}
	if tested < 10 {
		t.Errorf("only %d rows below a post were tested", tested)
	}
}

func TestAnAuthorSeesHerOwnPostsOnlyInLists(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author, owner := b.as("author"), b.as("owner")
	owner.publishes("Of the owner", object{"tags": []string{"Sleep"}})
	owner.publishes("Of both", object{"authors": []string{"mira-holt", "ben-oduya"}, "tags": []string{"Sleep"}})
	author.writes(object{"title": "Of the author", "tags": []string{"Sleep"}})
	owner.get("/admin/posts?sort=title").lists("slug", "of-both", "of-the-author", "of-the-owner").is("page.total", 3)
	author.get("/admin/posts?sort=title").lists("slug", "of-both", "of-the-author").is("page.total", 2)
	author.get("/admin/posts?sort=title&tag=sleep").lists("slug", "of-both", "of-the-author").is("page.total", 2)
	author.get("/admin/posts?author=mira-holt").lists("slug", "of-both").is("page.total", 1)
	author.get("/admin/posts?q=owner").lists("slug").is("page.total", 0)
	author.get("/admin/posts?status=published").lists("slug", "of-both").is("page.total", 1)
}

func TestAnAuthorDecidesAboutTheCommentsOnHerPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author, owner, moderator := b.as("author"), b.as("owner"), b.as("moderator")
	hers, theirs := author.publishes("Hers"), owner.publishes("Theirs")
	onHers, onTheirs := b.reader().comments(hers, "On hers.").wants(201).text("data.id"), b.reader().comments(theirs, "On theirs.").wants(201).text("data.id")

	author.get("/admin/comments").lists("id", onHers).is("page.total", 1)
	author.get("/admin/comments?post="+theirs.id).lists("id").is("page.total", 0)
	moderator.get("/admin/comments?sort=created_at").lists("id", onHers, onTheirs).is("page.total", 2)

	author.get("/admin/comments/" + onTheirs).wants(404)
	author.patch("/admin/comments/"+onTheirs, object{"status": "approved"}).wants(404)
	owner.get("/admin/comments/"+onTheirs).wants(200).is("data.status", "pending")
	author.get("/admin/comments/" + onHers).wants(200)
	author.patch("/admin/comments/"+onHers, object{"status": "approved"}).wants(200)
	moderator.patch("/admin/comments/"+onTheirs, object{"status": "approved"}).wants(200)

	author.post("/admin/comments/"+onTheirs+"/reply", object{"body": "Thank you."}).wants(404)
	b.reader().get(theirs.public("/comments")).wants(200).is("meta.count", 1)
	author.post("/admin/comments/"+onHers+"/reply", object{"body": "Thank you."}).wants(201).is("data.author.badge", "author")
	moderator.post("/admin/comments/"+onHers+"/reply", object{"body": "And from me."}).wants(201).is("data.author.badge", nil)
	b.reader().get(hers.public("/comments")).wants(200).is("meta.count", 3)
}

func TestAnAuthorGivesNoPostAway(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author := b.as("author")
	author.post("/admin/posts", object{"title": "Not mine", "authors": []string{"mira-holt"}}).wants(422, "body.authors")
	mine := author.post("/admin/posts", object{"title": "Ours", "authors": []string{"mira-holt", "ben-oduya"}}).wants(201).written()
	author.changes(mine, object{"authors": []string{"mira-holt"}}).wants(422, "body.authors")
	author.changes(mine, object{"authors": []string{"ben-oduya"}}).wants(200)
}

// A person's own routes are hers, whoever asks.
func TestNobodyEndsTheSessionOfSomebodyElse(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	editor, owner := b.as("editor"), b.as("owner")
	session := editor.get("/auth/sessions").wants(200).text("data.0.id")
	owner.delete("/auth/sessions/" + session).wants(404)
	editor.get("/auth/me").wants(200)
	editor.delete("/auth/sessions/" + session).wants(204)
	editor.get("/auth/me").wants(401)
}
