package handlers_test

import (
	"strings"
	"testing"

	"dimmer/auth"
)

func TestPeople(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	names := owner.get("/admin/users").wants(200).is("page.total", 4).each("data", "name")
	for _, p := range b.people {
		if !strings.Contains(names, p.name) {
			t.Errorf("%s is not among %s", p.name, names)
		}
	}
	guest := owner.post("/admin/users", object{"name": " Uma  Guest "}).wants(201)
	guest.is("data.name", "Uma Guest").is("data.slug", "uma-guest").is("data.role", "author")
	guest.is("data.email", nil).is("data.disabled", false).is("data.post_count", 0).is("data.extra", object{})
	uma := "/admin/users/" + guest.text("data.id")
	owner.get(uma).wants(200).is("data", guest.at("data"))
	b.as("editor").get(uma).wants(200)
	owner.get("/admin/users/" + unknownID).wants(404)
	owner.get("/admin/users/uma-guest").wants(404)
	first := owner.get("/admin/users?limit=4").wants(200)
	owner.get("/admin/users?limit=4&cursor="+first.text("page.next")).lists("slug", "uma-guest")

	// A guest can get an account later.
	owner.patch(uma, object{"password": "gravel poppy window song"}).wants(422, "body.email")
	owner.patch(uma, object{"email": "Uma@Example.org", "password": "gravel poppy window song", "role": "editor"}).wants(200).is("data.email", "uma@example.org")
	b.reader().post("/auth/login", object{"email": "uma@example.org", "password": "gravel poppy window song"}).wants(200).is("user.role", "editor")
	owner.patch(uma, object{"email": nil}).wants(422, "body.email")

	for name, tc := range map[string]struct {
		fields object
		at     string
	}{
		"no name":                {object{"email": "x@example.org"}, "body.name"},
		"a name of 81":           {object{"name": strings.Repeat("x", 81)}, "body.name"},
		"a role that is none":    {object{"name": "X", "role": "admin"}, "body.role"},
		"an e-mail that is none": {object{"name": "X", "email": "x@localhost"}, "body.email"},
		"an e-mail that is used": {object{"name": "X", "email": "MIRA@example.org"}, "body.email"},
		"a short password":       {object{"name": "X", "email": "x@example.org", "password": "short"}, "body.password"},
		"a password, no e-mail":  {object{"name": "X", "password": "gravel poppy window song"}, "body.email"},
		"an unknown field":       {object{"name": "X", "password_hash": "x"}, "body.password_hash"},
		"fields of the inside":   {object{"name": "X", "id": unknownID, "created_at": "2026-01-01T00:00:00Z"}, "body.created_at body.id"},
		"an avatar of a script":  {object{"name": "X", "avatar_url": "data:text/html,x"}, "body.avatar_url"},
		"extra above 16 KiB":     {object{"name": "X", "extra": object{"a": strings.Repeat("x", 16<<10)}}, "body.extra"},
	} {
		t.Run(name, func(t *testing.T) {
			owner.on(t).post("/admin/users", tc.fields).wants(422, strings.Fields(tc.at)...)
		})
	}
	owner.post("/admin/users", object{"name": strings.Repeat("x", 80), "extra": object{"a": strings.Repeat("x", 16<<10-8)}}).wants(201)
	for _, secret := range []string{"password", "hash", "argon2"} {
		if strings.Contains(string(owner.get("/admin/users").body), secret) {
			t.Errorf("the list of people holds %q", secret)
		}
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	me := "/admin/users/" + b.people[auth.Owner].id
	owner.post("/admin/users", object{"name": "No account", "role": "owner"}).wants(201)
	closed := b.hires("Closed Owner", auth.Owner)
	owner.patch("/admin/users/"+closed.id, object{"disabled": true}).wants(200)
	for name, change := range map[string]object{"another role": {"role": "editor"}, "disabled": {"disabled": true}} {
		if got := owner.patch(me, change); got.status != 409 || got.text("code") != "last_owner" {
			t.Errorf("%s: answered %d: %s", name, got.status, got.shown())
		}
	}
	owner.delete(me+"?posts_to=ada-brink").wants(409).is("code", "last_owner")
	owner.patch(me, object{"name": "Mira", "role": "owner", "disabled": false}).wants(200)

	second := b.hires("Nora Quint", auth.Owner)
	owner.patch(me, object{"role": "editor"}).wants(200).is("data.role", "editor")
	b.signedIn(second).patch(me, object{"role": "owner"}).wants(200)
	owner.delete("/admin/users/" + second.id).wants(204)
}

func TestAPersonWithPostsLeavesThemToSomebody(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	ben := "/admin/users/" + b.people[auth.Author].id
	alone := owner.publishes("Alone", object{"authors": []string{"ben-oduya"}, "tags": []string{"Sleep"}})
	both := owner.publishes("Both", object{"authors": []string{"ben-oduya", "ada-brink"}})
	owner.writes(object{"title": "Draft", "authors": []string{"mira-holt", "ben-oduya"}})
	b.as("author").post("/admin/comments/"+owner.approves(reader.comments(alone, "Hello."))+"/reply", object{"body": "Hello yourself."}).wants(201)

	owner.delete(ben).wants(409).is("code", "has_posts")
	for _, nobody := range []string{"nobody", b.people[auth.Author].id, "ben-oduya", unknownID} {
		owner.delete(ben+"?posts_to="+nobody).wants(422, "query.posts_to")
	}
	owner.delete(ben+"?posts_to=").wants(422, "query.posts_to")
	owner.delete(ben+"?to=ada-brink").wants(422, "query.to")
	owner.get(ben).wants(200)

	owner.delete(ben + "?posts_to=ada-brink").wants(204)
	owner.get(ben).wants(404)
	owner.delete(ben).wants(404)
	reader.get("/posts/alone").wants(200).is("data.author.slug", "ada-brink").lacks("data.authors.1")
	reader.get(both.public()).wants(200).is("data.author.slug", "ada-brink").lacks("data.authors.1")
	owner.get("/admin/posts?status=draft").wants(200).is("data.0.authors.0.slug", "mira-holt").is("data.0.authors.1.slug", "ada-brink")
	reader.get("/authors/ben-oduya").wants(404)
	reader.get("/authors/ada-brink").wants(200).is("data.post_count", 2)
	reader.get("/posts?author=ada-brink").wants(200).is("page.total", 2)

	// What she said stays said.
	reader.get("/posts/alone/comments").wants(200).is("meta.count", 2).is("data.0.replies.0.author.name", "Ben Oduya").is("data.0.replies.0.author.badge", nil)

	// Whoever has no posts needs no heir.
	owner.delete("/admin/users/" + b.people[auth.Moderator].id).wants(204)
}

func TestAnEMailBelongsToOnePerson(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.patch("/admin/users/"+b.people[auth.Author].id, object{"email": "mira@example.org"}).wants(422, "body.email")
	owner.patch("/admin/users/"+b.people[auth.Author].id, object{"email": "ben@elsewhere.example"}).wants(200)
	owner.post("/admin/users", object{"name": "New", "email": "ben-oduya@example.org"}).wants(201)
}
