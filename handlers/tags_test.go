package handlers_test

import (
	"strings"
	"testing"
	"time"
)

func TestTagsAsReadersSeeThem(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	owner.publishes("One", object{"tags": []string{"Älter werden", "work", "#series"}})
	owner.publishes("Two", object{"tags": []string{"Work", "Zen"}})
	owner.writes(object{"title": "Draft", "tags": []string{"Work", "Unused"}})
	reader.get("/tags").lists("name", "Älter werden", "Unused", "work", "Zen").is("page.total", 4)
	if counts := reader.get("/tags").each("data", "post_count"); counts != "1 0 2 1" {
		t.Errorf("posts of each: %s", counts)
	}
	reader.get("/tags/work").wants(200).is("data", object{"slug": "work", "name": "work", "description": "", "url": publicURL + "/tags/work", "post_count": 2, "extra": object{}})
	reader.get("/tags/%C3%A4lter-werden").wants(200).is("data.url", publicURL+"/tags/%C3%A4lter-werden")
	reader.get("/tags/hash-series").wants(404)
	reader.get("/tags/nothing").wants(404)
	first := reader.get("/tags?limit=3").wants(200)
	reader.get("/tags?limit=3&cursor="+first.text("page.next")).lists("name", "Zen")
	reader.get("/tags?page=2").wants(422, "query.page")
	reader.get("/tags?internal=true").wants(422, "query.internal")
	for _, path := range []string{"/posts", "/posts/one", "/tags", "/search?q=one"} {
		if body := string(reader.get(path).wants(200).body); strings.Contains(body, "series") {
			t.Errorf("%s shows an internal tag", path)
		}
	}
}

func TestTagsAreWrittenByEditors(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	editor := b.as("editor")
	made := editor.post("/admin/tags", object{"name": " Desk  work ", "description": "At a desk.", "extra": object{"colour": "green"}}).wants(201)
	made.is("data.name", "Desk work").is("data.slug", "desk-work").is("data.internal", false).is("data.post_count", 0).is("data.extra", object{"colour": "green"})
	tag := "/admin/tags/" + made.text("data.id")
	editor.get(tag).wants(200).is("data", made.at("data"))
	b.as("author").get(tag).wants(200)
	b.as("author").patch(tag, object{"name": "Mine"}).wants(403)

	for name, tc := range map[string]struct {
		fields object
		status int
		at     string
	}{
		"no name":                     {object{}, 422, "body.name"},
		"an empty name":               {object{"name": ""}, 422, "body.name"},
		"a name without a letter":     {object{"name": "!"}, 422, "body.name"},
		"an internal name without":    {object{"name": "# !"}, 422, "body.name"},
		"a name of 81 characters":     {object{"name": strings.Repeat("x", 81)}, 422, "body.name"},
		"a name that is there":        {object{"name": "DESK WORK"}, 409, ""},
		"a slug without a letter":     {object{"name": "Other", "slug": "?"}, 422, "body.slug"},
		"a description of 1,001":      {object{"name": "Other", "description": strings.Repeat("x", 1001)}, 422, "body.description"},
		"extra that is no object":     {object{"name": "Other", "extra": "x"}, 422, "body.extra"},
		"an unknown field":            {object{"name": "Other", "colour": "green"}, 422, "body.colour"},
		"what only Dimmer says of it": {object{"name": "Other", "internal": true, "post_count": 9}, 422, "body.internal body.post_count"},
		"the same with an accent":     {object{"name": "Desk wörk"}, 201, ""},
		"a slug that is there":        {object{"name": "Another", "slug": "desk work"}, 201, ""},
	} {
		answer := editor.post("/admin/tags", tc.fields).wants(tc.status)
		switch {
		case tc.status == 422:
			answer.wants(422, strings.Fields(tc.at)...)
		case tc.status == 409:
			answer.is("code", "tag_exists")
		case name == "a slug that is there":
			answer.is("data.slug", "desk-work-2")
		}
	}

	post := b.as("owner").publishes("One", object{"tags": []string{"Desk work"}})
	b.clock.move(time.Minute)
	editor.patch(tag, object{"name": "Office"}).wants(200).is("data.slug", "desk-work").is("data.name", "Office").is("data.post_count", 1)
	b.reader().get(post.public()).wants(200).is("data.tags", []object{{"slug": "desk-work", "name": "Office"}})
	b.reader().get("/search?q=office").lists("slug", "one")
	b.reader().get("/search?q=desk").lists("slug")
	editor.patch(tag, object{"slug": "the office"}).wants(200).is("data.slug", "the-office")
	editor.patch(tag, object{}).wants(200).is("data.name", "Office")
	editor.patch(tag, object{"name": ""}).wants(422, "body.name")
	editor.patch(tag, object{"name": nil}).wants(422, "body.name")
	editor.patch(tag, object{"name": "Desk wörk"}).wants(409).is("code", "tag_exists")
	editor.patch("/admin/tags/"+unknownID, object{"name": "x"}).wants(404)

	editor.delete(tag).wants(204)
	editor.get(tag).wants(404)
	editor.delete(tag).wants(404)
	b.reader().get(post.public()).wants(200).is("data.tags", []any{})
	b.reader().get("/search?q=office").lists("slug")
}

func TestATagBecomesInternalByItsName(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("One", object{"tags": []string{"Series"}})
	tag := "/admin/tags/" + owner.get("/admin/tags").wants(200).text("data.0.id")
	reader.get("/tags/series").wants(200)
	owner.patch(tag, object{"name": "#Series"}).wants(200).is("data.internal", true).is("data.slug", "hash-series")
	reader.get("/tags/series").wants(404)
	reader.get("/tags/hash-series").wants(404)
	reader.get("/tags").lists("slug")
	reader.get("/posts?tag=hash-series").lists("slug", "one")
	reader.get(post.public()).wants(200).is("data.tags", []any{})
	owner.get("/admin/tags").lists("name", "#Series")
	owner.patch(tag, object{"slug": "public"}).wants(200).is("data.slug", "hash-public")
	owner.patch(tag, object{"name": "Series"}).wants(200).is("data.internal", false).is("data.slug", "series")
	reader.get("/tags/series").wants(200).is("data.post_count", 1)
}

func TestTagsAreMerged(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	both := owner.publishes("Both", object{"tags": []string{"Rest", "Sleep", "Work"}})
	one := owner.publishes("One", object{"tags": []string{"Work", "Sleep"}})
	owner.writes(object{"title": "Draft", "tags": []string{"Sleep"}})
	tags := owner.get("/admin/tags").lists("name", "Rest", "Sleep", "Work")
	rest, sleep := tags.text("data.0.id"), tags.text("data.1.id")
	merge := func(from string, into any) answer {
		t.Helper()
		return owner.post("/admin/tags/"+from+"/merge", object{"into": into})
	}
	merge(sleep, sleep).wants(422, "body.into")
	merge(sleep, unknownID).wants(422, "body.into")
	merge(sleep, "rest").wants(422, "body.into")
	merge(sleep, nil).wants(422, "body.into")
	merge(unknownID, rest).wants(404)
	b.as("author").post("/admin/tags/"+sleep+"/merge", object{"into": rest}).wants(403)

	merge(sleep, rest).wants(200).is("data.id", rest).is("data.post_count", 2)
	owner.get("/admin/tags").lists("name", "Rest", "Work")
	names := func(w written) string { t.Helper(); return reader.get(w.public()).wants(200).each("data.tags", "name") }
	if got := names(both); got != "Rest Work" {
		t.Errorf("a post with both has %s", got)
	}
	if got := names(one); got != "Work Rest" {
		t.Errorf("a post with the first only has %s", got)
	}
	reader.get("/posts?tag=rest").lists("slug", "one", "both").is("page.total", 2)
	reader.get("/posts?tag=sleep").lists("slug")
	reader.get("/tags/sleep").wants(404)
	owner.get("/admin/posts?tag=rest").wants(200).is("page.total", 3)
	merge(sleep, rest).wants(404)

	// Whoever was about to change one of its posts sees that first.
	owner.patch(one.admin(), object{"title": "x"}, "If-Match: "+one.etag).wants(412).is("data.tags.1.name", "Rest")
}
