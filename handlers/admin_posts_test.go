package handlers_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"dimmer/auth"
)

func TestANewPostTakesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	least := owner.post("/admin/posts", object{"title": "  Hello,   World! "}).wants(201)
	least.is("data.title", "Hello, World!").is("data.slug", "hello-world").is("data.type", "post").is("data.status", "draft").is("data.published_at", nil)
	least.is("data.format", "markdown").is("data.source", "").is("data.html", "").is("data.excerpt", "").is("data.excerpt_is_auto", true)
	least.is("data.tags", []any{}).is("data.authors", []object{{"id": b.people[auth.Owner].id, "slug": "mira-holt", "name": "Mira Holt"}})
	least.is("data.feature_image", nil).is("data.featured", false).is("data.language", "en").is("data.comments", nil).is("data.extra", object{}).is("data.version", 1)
	least.has("ETag", `"v1"`).has("Location", publicURL+"/api/v1/admin/posts/"+least.text("data.id")).has("Cache-Control", "no-store")

	all := object{
		"type": "page", "title": "All of it", "slug": "Some Thing", "format": "html", "source": "<h2>One</h2><p>Two words.</p>", "excerpt": "Own words.",
		"status": "published", "published_at": "2026-02-01T12:00:00.999+02:00", "tags": []string{"B", "a", "B", "#hidden"}, "authors": []string{"ada-brink", b.people[auth.Author].id},
		"feature_image": object{"url": "https://example.org/x.png", "alt": "X"}, "featured": true, "language": "pt-br", "comments": "closed",
		"seo": object{"title": "T", "description": "D", "canonical_url": "https://example.org/", "image_url": nil}, "extra": object{"a": []int{1}},
	}
	made := owner.post("/admin/posts", all).wants(201)
	made.is("data.type", "page").is("data.slug", "some-thing").is("data.published_at", "2026-02-01T10:00:00Z").is("data.url", publicURL+"/pages/some-thing")
	made.is("data.tags", []object{{"slug": "b", "name": "B", "internal": false}, {"slug": "a", "name": "a", "internal": false}, {"slug": "hash-hidden", "name": "#hidden", "internal": true}})
	made.is("data.authors.0.slug", "ada-brink").is("data.authors.1.slug", "ben-oduya").is("data.language", "pt-BR").is("data.comments", "closed")
	made.is("data.feature_image", object{"media_id": nil, "focal_point": nil, "url": "https://example.org/x.png", "alt": "X", "caption": "", "width": nil, "height": nil, "variants": []any{}})
	made.is("data.excerpt", "Own words.").is("data.excerpt_is_auto", false).is("data.markdown", nil).is("data.word_count", 3).is("data.seo", all["seo"]).is("data.extra", all["extra"])
	owner.get("/admin/posts/"+made.text("data.id")).wants(200).has("ETag", `"v1"`).is("data", made.at("data"))
}

func TestAPostRefusesWhatItCannotBe(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	long := func(n int) string { return strings.Repeat("ü", n) }
	seo := func(canonical string) object {
		return object{"title": nil, "description": nil, "canonical_url": canonical, "image_url": nil}
	}
	post := owner.writes(object{"title": "As it is"})
	for name, tc := range map[string]struct {
		fields   object
		at       string // in a POST and in a PATCH; empty: is taken
		onlyPost bool
	}{
		"no title":                        {fields: object{"markdown": "x"}, at: "body.title", onlyPost: true},
		"an empty title":                  {fields: object{"title": ""}, at: "body.title"},
		"a title of spaces":               {fields: object{"title": " \t "}, at: "body.title"},
		"a title that cannot be seen":     {fields: object{"title": "\u200b\u2060"}, at: "body.title"},
		"a title of 300 characters":       {fields: object{"title": long(300)}},
		"a title of 301":                  {fields: object{"title": long(301)}, at: "body.title"},
		"a title that is a number":        {fields: object{"title": 1}, at: "body.title"},
		"a title that is null":            {fields: object{"title": nil}, at: "body.title"},
		"null where it means nothing":     {fields: object{"title": "x", "source": nil, "tags": nil, "featured": nil, "status": nil}, at: "body.featured body.source body.status body.tags"},
		"an unknown field":                {fields: object{"title": "x", "tittle": "y"}, at: "body.tittle"},
		"a field of another case":         {fields: object{"title": "x", "Slug": "y"}, at: "body.Slug"},
		"fields that only Dimmer sets":    {fields: object{"title": "x", "id": "1", "html": "x", "version": 7, "created_at": "x"}, at: "body.created_at body.html body.id body.version"},
		"counters":                        {fields: object{"title": "x", "comment_count": 3, "reactions": 9}, at: "body.comment_count body.reactions"},
		"a type that is none":             {fields: object{"title": "x", "type": "note"}, at: "body.type"},
		"a status that is none":           {fields: object{"title": "x", "status": "live"}, at: "body.status"},
		"a format that is none":           {fields: object{"title": "x", "format": "docx"}, at: "body.format"},
		"markdown and source":             {fields: object{"title": "x", "markdown": "a", "source": "b"}, at: "body.markdown"},
		"markdown as HTML":                {fields: object{"title": "x", "markdown": "a", "format": "html"}, at: "body.markdown"},
		"markdown as Markdown":            {fields: object{"title": "x", "markdown": "a", "format": "markdown"}},
		"a slug without a letter":         {fields: object{"title": "x", "slug": "!?"}, at: "body.slug"},
		"an excerpt of 1,000 characters":  {fields: object{"title": "x", "excerpt": long(1000)}},
		"an excerpt of 1,001":             {fields: object{"title": "x", "excerpt": long(1001)}, at: "body.excerpt"},
		"a body of 1 MiB":                 {fields: object{"title": "x", "format": "html", "source": strings.Repeat("x", 1<<20)}},
		"a body of a byte more":           {fields: object{"title": "x", "format": "html", "source": strings.Repeat("x", 1<<20) + "x"}, at: "body.source"},
		"NUL in the body":                 {fields: object{"title": "x", "source": "a\x00b"}, at: "body.source"},
		"a tag without a letter":          {fields: object{"title": "x", "tags": []string{"ok", "!"}}, at: "body.tags[1]"},
		"a tag of 80 characters":          {fields: object{"title": "x", "tags": []string{long(80)}}},
		"a tag of 81":                     {fields: object{"title": "x", "tags": []string{long(81)}}, at: "body.tags[0]"},
		"tags that are no list":           {fields: object{"title": "x", "tags": "a, b"}, at: "body.tags"},
		"tags that are objects":           {fields: object{"title": "x", "tags": []object{{"slug": "a"}}}, at: "body.tags[0]"},
		"51 tags":                         {fields: object{"title": "x", "tags": strings.Split(strings.Repeat("t,", 50)+"t", ",")}, at: "body.tags"},
		"an author whom nobody knows":     {fields: object{"title": "x", "authors": []string{"mira-holt", "nobody"}}, at: "body.authors[1]"},
		"one author twice":                {fields: object{"title": "x", "authors": []string{"mira-holt", "mira-holt"}}},
		"21 authors":                      {fields: object{"title": "x", "authors": strings.Split(strings.Repeat("mira-holt,", 20)+"ada-brink", ",")}, at: "body.authors"},
		"no author":                       {fields: object{"title": "x", "authors": []string{}}, at: "body.authors"},
		"a picture of another scheme":     {fields: object{"title": "x", "feature_image": object{"url": "javascript:alert(1)"}}, at: "body.feature_image.url"},
		"a picture without an address":    {fields: object{"title": "x", "feature_image": object{"alt": "x"}}, at: "body.feature_image.url"},
		"a picture with unknown fields":   {fields: object{"title": "x", "feature_image": object{"url": "/media/a/b.png", "width": 3}}, at: "body.feature_image.width"},
		"a picture with a long alt text":  {fields: object{"title": "x", "feature_image": object{"url": "/media/a/b.png", "alt": long(501)}}, at: "body.feature_image.alt"},
		"a language that is none":         {fields: object{"title": "x", "language": "english please"}, at: "body.language"},
		"a dimmer level that is none":     {fields: object{"title": "x", "comments": "on"}, at: "body.comments"},
		"an address that is none for SEO": {fields: object{"title": "x", "seo": seo("example.org")}, at: "body.seo.canonical_url"},
		"one that is one":                 {fields: object{"title": "x", "seo": seo("https://example.org/x")}},
		"extra that is a list":            {fields: object{"title": "x", "extra": []int{1}}, at: "body.extra"},
		"extra that is null":              {fields: object{"title": "x", "extra": nil}, at: "body.extra"},
		"extra of 16 KiB":                 {fields: object{"title": "x", "extra": object{"a": strings.Repeat("x", 16<<10-8)}}},
		"extra of a byte more":            {fields: object{"title": "x", "extra": object{"a": strings.Repeat("x", 16<<10-7)}}, at: "body.extra"},
		"a time that is none":             {fields: object{"title": "x", "published_at": "tomorrow"}, at: "body.published_at"},
		"a time of the year 10000":        {fields: object{"title": "x", "published_at": "10000-01-01T00:00:00Z"}, at: "body.published_at"},
		"a time of 1899":                  {fields: object{"title": "x", "published_at": "1899-12-31T23:59:59Z"}, at: "body.published_at"},
		"several at once":                 {fields: object{"title": "", "type": "post", "language": "??", "extra": object{}}, at: "body.language body.title"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			owner := owner.on(t)
			if tc.at == "" {
				owner.post("/admin/posts", tc.fields).wants(201)
				return
			}
			owner.post("/admin/posts", tc.fields).wants(422, strings.Fields(tc.at)...)
			if !tc.onlyPost {
				owner.patch(post.admin(), tc.fields, "If-Match: "+post.etag).wants(422, strings.Fields(tc.at)...)
			}
		})
	}
}

// A refused change has changed nothing.
func TestARefusedPostLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	owner.post("/admin/posts", object{"title": "x", "tags": []string{"New tag"}, "authors": []string{"nobody"}}).wants(422)
	owner.get("/admin/posts").lists("id")
	owner.get("/admin/tags").lists("name")
	owner.get("/admin/events?kind=tag.created").lists("kind")
	owner.post("/admin/posts", object{"title": "x", "tags": []string{"New tag"}}).wants(201)
	owner.get("/admin/tags").lists("name", "New tag")
}

func TestStatusAndDate(t *testing.T) {
	t.Parallel()
	const past, future, now = "2026-02-01T10:00:00Z", "2026-04-01T10:00:00Z", "2026-03-01T09:00:00Z"
	draft := func() object { return object{"status": "draft"} }
	scheduled := func() object { return object{"status": "scheduled", "published_at": future} }
	published := func() object { return object{"status": "published", "published_at": past} }
	archived := func() object { return object{"status": "archived", "published_at": past} }
	b := newBlog(t)
	for name, tc := range map[string]struct {
		from   object // nil: the post is new
		change object
		status string // empty: refused, at body.published_at unless at says where
		date   any
		at     string
	}{
		"new, nothing said":                   {nil, object{}, "draft", nil, ""},
		"new, a draft with a date":            {nil, object{"status": "draft", "published_at": past}, "draft", past, ""},
		"new, published without a date":       {nil, object{"status": "published"}, "published", now, ""},
		"new, published with a past date":     {nil, object{"status": "published", "published_at": past}, "published", past, ""},
		"new, published this second":          {nil, object{"status": "published", "published_at": now}, "published", now, ""},
		"new, published with a future date":   {nil, object{"status": "published", "published_at": future}, "", nil, ""},
		"new, published with null as date":    {nil, object{"status": "published", "published_at": nil}, "published", now, ""},
		"new, scheduled with a future date":   {nil, scheduled(), "scheduled", future, ""},
		"new, scheduled without a date":       {nil, object{"status": "scheduled"}, "", nil, ""},
		"new, scheduled with a past date":     {nil, object{"status": "scheduled", "published_at": past}, "", nil, ""},
		"new, archived":                       {nil, object{"status": "archived", "published_at": past}, "archived", past, ""},
		"new, archived in the future":         {nil, object{"status": "archived", "published_at": future}, "", nil, ""},
		"a draft is published":                {draft(), object{"status": "published"}, "published", now, ""},
		"a draft with a past date, too":       {object{"published_at": past}, object{"status": "published"}, "published", past, ""},
		"a draft with a future date, too":     {object{"published_at": future}, object{"status": "published"}, "published", now, ""},
		"a draft is scheduled":                {draft(), scheduled(), "scheduled", future, ""},
		"a draft with a date is scheduled":    {object{"published_at": future}, object{"status": "scheduled"}, "scheduled", future, ""},
		"a draft without one is scheduled":    {draft(), object{"status": "scheduled"}, "", nil, ""},
		"a scheduled post gets another date":  {scheduled(), object{"published_at": "2026-05-01T10:00:00Z"}, "scheduled", "2026-05-01T10:00:00Z", ""},
		"a scheduled post gets a past date":   {scheduled(), object{"published_at": past}, "", nil, ""},
		"a scheduled post loses its date":     {scheduled(), object{"published_at": nil}, "", nil, ""},
		"a scheduled post is published now":   {scheduled(), object{"status": "published"}, "published", now, ""},
		"a scheduled post becomes a draft":    {scheduled(), object{"status": "draft"}, "draft", future, ""},
		"a published post gets another date":  {published(), object{"published_at": "2026-02-02T10:00:00Z"}, "published", "2026-02-02T10:00:00Z", ""},
		"a published post gets a future date": {published(), object{"published_at": future}, "", nil, ""},
		"a published post loses its date":     {published(), object{"published_at": nil}, "", nil, ""},
		"a published post is taken back":      {published(), object{"status": "draft"}, "draft", past, ""},
		"a published post is archived":        {published(), object{"status": "archived"}, "archived", past, ""},
		"a published post is scheduled":       {published(), scheduled(), "scheduled", future, ""},
		"an archived post comes back":         {archived(), object{"status": "published"}, "published", past, ""},
		"a status that is none":               {published(), object{"status": "gone"}, "", nil, "body.status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			owner := b.as("owner").on(t)
			tell := func(a answer) {
				t.Helper()
				if tc.status != "" {
					a.is("data.status", tc.status).is("data.published_at", tc.date)
					return
				}
				at := tc.at
				if at == "" {
					at = "body.published_at"
				}
				a.wants(422, at)
			}
			if tc.from == nil {
				tc.change["title"] = "New"
				tell(owner.post("/admin/posts", tc.change))
				return
			}
			tc.from["title"] = "Here"
			tell(owner.changes(owner.writes(tc.from), tc.change))
		})
	}
}

// Nobody overwrites what she has not seen.
func TestAChangeSaysWhichVersionItsWriterHasSeen(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	acts := map[string]func(v visitor, w written, headers ...string) answer{
		"change": func(v visitor, w written, headers ...string) answer {
			return v.patch(w.admin(), object{"title": "Changed"}, headers...)
		},
		"delete": func(v visitor, w written, headers ...string) answer { return v.delete(w.admin(), headers...) },
		"restore": func(v visitor, w written, headers ...string) answer {
			return v.post(w.admin("/revisions/1/restore"), nil, headers...)
		},
	}
	for act, do := range acts {
		for name, tc := range map[string]struct {
			header string
			status int
		}{
			"nothing":                      {"", 428},
			"the present version":          {`If-Match: "v2"`, 200},
			"any version":                  {`If-Match: *`, 200},
			"the present one among others": {`If-Match: "v1", "v2"`, 200},
			"the version before":           {`If-Match: "v1"`, 412},
			"the present one, weakly":      {`If-Match: W/"v2"`, 412},
			"the present one, unquoted":    {`If-Match: v2`, 412},
			"a version to come":            {`If-Match: "v3"`, 412},
			"something else":               {`If-Match: "lantern"`, 412},
		} {
			t.Run(act+" with "+name, func(t *testing.T) {
				t.Parallel()
				owner := owner.on(t)
				post := owner.writes(object{"title": "First"})
				owner.patch(post.admin(), object{"title": "Second"}, `If-Match: "v1"`).wants(200).has("ETag", `"v2"`)
				var headers []string
				if tc.header != "" {
					headers = []string{tc.header}
				}
				done := do(owner, post, headers...)
				switch tc.status {
				case 428:
					done.wants(428, "header.If-Match").is("code", "precondition_required")
				case 412:
					done.wants(412).is("code", "stale").is("data.title", "Second").is("data.version", 2).has("ETag", `"v2"`)
				default:
					if done.status >= 300 {
						t.Fatalf("answered %d: %s", done.status, done.shown())
					}
					return
				}
				owner.get(post.admin()).wants(200).is("data.title", "Second").is("data.version", 2)
			})
		}
	}
	owner.patch("/admin/posts/"+unknownID, object{"title": "x"}, `If-Match: "v1"`).wants(404)
	owner.patch("/admin/posts/"+unknownID, object{"title": "x"}).wants(428)
}

func TestOfManyChangesAtOnceOneIsMade(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.writes(object{"title": "First"})
	counts := map[int]int{}
	var mu sync.Mutex
	var work sync.WaitGroup
	for range 20 {
		work.Go(func() {
			a := owner.patch(post.admin(), object{"title": "Second " + unknownID, "tags": []string{"Sleep"}}, "If-Match: "+post.etag)
			mu.Lock()
			defer mu.Unlock()
			counts[a.status]++
		})
	}
	work.Wait()
	if counts[200] != 1 || counts[412] != 19 {
		t.Errorf("of 20 changes of one version: %v", counts)
	}
	owner.get(post.admin()).wants(200).is("data.version", 2)
}

// The ETag of a post is the version of its own fields.
func TestTheVersionOfAPostCountsItsOwnFieldsOnly(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	post := owner.publishes("Stays")
	owner.approves(b.reader().comments(post, "Hello."))
	owner.put(post.admin("/working-copy"), object{"fields": object{"title": "Later"}, "base_version": 1}).wants(200)
	owner.patch("/admin/users/"+b.people[auth.Owner].id, object{"bio": "New."}).wants(200)
	for _, headers := range [][]string{nil, {"Accept-Encoding: gzip"}} {
		owner.get(post.admin(), headers...).has("ETag", `"v1"`)
	}
	owner.patch(post.admin(), object{"title": "Stays"}, `If-Match: "v1"`).wants(200).has("ETag", `"v1"`)
	owner.get(post.admin("/revisions")).lists("number", "1")
	owner.patch(post.admin(), object{"featured": true}, `If-Match: "v1"`).wants(200).has("ETag", `"v2"`)
}

func TestUpdatedAtMovesWithWhatReadersWouldCallAnotherText(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	for name, tc := range map[string]struct {
		fields object
		moves  bool
	}{
		"title": {object{"title": "Other"}, true}, "body": {object{"markdown": "Other."}, true}, "excerpt": {object{"excerpt": "Other."}, true},
		"picture": {object{"feature_image": object{"url": "/media/a/b.png"}}, true}, "slug": {object{"slug": "other"}, true},
		"tags": {object{"tags": []string{"Other"}}, false}, "featured": {object{"featured": true}, false}, "extra": {object{"extra": object{"a": 1}}, false},
		"status": {object{"status": "archived"}, false}, "comments": {object{"comments": "closed"}, false}, "language": {object{"language": "de"}, false},
	} {
		post := owner.post("/admin/posts", object{"title": "First", "markdown": "Text.", "status": "published"}).wants(201)
		b.clock.move(time.Minute)
		after := owner.changes(post.written(), tc.fields).wants(200)
		if moved := after.text("data.updated_at") != post.text("data.updated_at"); moved != tc.moves {
			t.Errorf("a change of %s moves updated_at: %t", name, moved)
		}
	}
}

func TestRevisions(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, editor := b.as("owner"), b.as("editor")
	first := object{
		"title": "First", "markdown": "One.", "excerpt": "Own.", "tags": []string{"A", "B"}, "authors": []string{"mira-holt", "ben-oduya"},
		"feature_image": object{"url": "/media/a/b.png", "alt": "X", "caption": "Y"}, "seo": object{"title": "S", "description": nil, "canonical_url": nil, "image_url": nil},
		"extra": object{"a": 1}, "status": "published", "slug": "first",
	}
	post := owner.writes(first)
	second := object{
		"title": "Second", "format": "html", "source": "<p>Two.</p>", "excerpt": nil, "tags": []string{"C"}, "authors": []string{"ada-brink"}, "feature_image": nil,
		"seo": object{"title": nil, "description": nil, "canonical_url": nil, "image_url": nil}, "extra": object{}, "status": "archived", "slug": "second", "published_at": "2026-02-01T10:00:00Z",
		"featured": true,
	}
	b.clock.move(time.Hour)
	changed := editor.changes(post, second).wants(200)

	list := owner.get(post.admin("/revisions")).lists("number", "2", "1").is("page.total", 2)
	list.is("data.0.by", b.people[auth.Editor].id).is("data.1.by", b.people[auth.Owner].id)
	if got := list.at("data.0.changed").([]any); len(got) < 10 {
		t.Errorf("the second revision says that %v changed", got)
	}
	owner.get(post.admin("/revisions?limit=1")).lists("number", "2")
	old := owner.get(post.admin("/revisions/1")).wants(200)
	old.is("data.title", "First").is("data.source", "One.").is("data.format", "markdown").is("data.excerpt", "Own.").is("data.tags", []string{"A", "B"})
	old.is("data.authors", []string{b.people[auth.Owner].id, b.people[auth.Author].id}).is("data.extra", object{"a": 1}).is("data.feature_image.alt", "X").is("data.seo.title", "S")
	for _, missing := range []string{"3", "0", "-1"} {
		owner.get(post.admin("/revisions/" + missing)).wants(404)
		owner.post(post.admin("/revisions/"+missing+"/restore"), nil, "If-Match: *").wants(404)
	}
	owner.get(post.admin("/revisions/one")).wants(404)

	restored := owner.post(post.admin("/revisions/1/restore"), nil, "If-Match: "+changed.header.Get("ETag")).wants(200).has("ETag", `"v3"`)
	restored.is("data.title", "First").is("data.source", "One.").is("data.format", "markdown").is("data.excerpt", "Own.").is("data.tags.1.name", "B")
	restored.is("data.authors.0.slug", "mira-holt").is("data.authors.1.slug", "ben-oduya").is("data.feature_image.caption", "Y").is("data.extra", object{"a": 1}).is("data.seo.title", "S")
	restored.is("data.status", "archived").is("data.slug", "second").is("data.published_at", "2026-02-01T10:00:00Z").is("data.featured", true)
	owner.get(post.admin("/revisions")).lists("number", "3", "2", "1")
	owner.post(post.admin("/revisions/1/restore"), object{}, "If-Match: *").wants(200)
	owner.get(post.admin("/revisions")).lists("number", "3", "2", "1") // it is that already
	owner.post(post.admin("/revisions/1/restore"), object{"number": 2}, "If-Match: *").wants(422, "body.number")
}

// A tag or an author who has gone meanwhile is no reason to lose the rest of a revision.
func TestARevisionComesBackWithoutWhoIsGone(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner := b.as("owner")
	uma := b.hires("Uma Guest", auth.Author)
	post := owner.writes(object{"title": "First", "tags": []string{"Gone"}, "authors": []string{"uma-guest", "mira-holt"}})
	owner.changes(post, object{"title": "Second", "tags": []string{}, "authors": []string{"mira-holt"}}).wants(200)
	owner.delete("/admin/users/" + uma.id).wants(204)
	owner.delete("/admin/tags/" + owner.get("/admin/tags").wants(200).text("data.0.id")).wants(204)
	owner.post(post.admin("/revisions/1/restore"), nil, "If-Match: *").wants(200).is("data.title", "First").is("data.authors.0.slug", "mira-holt").is("data.tags.0.name", "Gone")
}

func TestTheWorkingCopy(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Live", object{"markdown": "Live text.", "excerpt": "Live excerpt."})
	copied := post.admin("/working-copy")
	owner.get(copied).wants(404)
	owner.delete(copied).wants(404)

	fields := object{
		"title": "Unsaved", "markdown": "Unsaved text.", "excerpt": nil, "tags": []string{"Later", "#secret"}, "feature_image": object{"url": "/media/a/b.png", "alt": "X", "caption": "Y"},
		"comments": nil, "published_at": nil, "status": "draft", "slug": "later", "extra": object{"a": 1}, "seo": object{"title": "S", "description": nil, "canonical_url": nil, "image_url": nil},
	}
	kept := owner.put(copied, object{"fields": fields, "base_version": 1}).wants(200)
	kept.is("data.fields", fields).is("data.base_version", 1).is("data.by", b.people[auth.Owner].id)
	owner.get(copied).wants(200).is("data", kept.at("data"))

	// Nothing goes live, but previews show it.
	reader.get(post.public()).wants(200).is("data.title", "Live").is("data.markdown", "Live text.")
	owner.get(post.admin()).wants(200).is("data.title", "Live").has("ETag", `"v1"`)
	owner.get("/admin/tags").lists("name")
	preview := "/preview/" + owner.post(post.admin("/preview"), nil).wants(201).text("data.token")
	shown := reader.get(preview).wants(200).is("data.title", "Unsaved").is("data.markdown", "Unsaved text.").is("data.excerpt", "Unsaved text.").is("data.extra", object{"a": 1})
	shown.is("data.tags", []object{{"slug": "later", "name": "Later"}}).is("data.feature_image.alt", "X").is("data.seo.title", "S").is("data.slug", "live")

	// A second one takes its place; what cannot be is refused, and the last one stays.
	owner.put(copied, object{"fields": object{"title": "Unsaved too"}, "base_version": 1}).wants(200)
	reader.get(preview).wants(200).is("data.title", "Unsaved too").is("data.markdown", "Live text.")
	owner.put(copied, object{"fields": object{"title": ""}, "base_version": 1}).wants(422, "body.title")
	owner.put(copied, object{"fields": object{"tittle": "x"}, "base_version": 1}).wants(422, "body.fields.tittle")
	owner.put(copied, object{"fields": object{"title": "x"}, "base_version": 2}).wants(422, "body.base_version")
	owner.put(copied, object{"fields": object{"title": "x"}}).wants(422, "body.base_version")
	owner.get(copied).wants(200).is("data.fields", object{"title": "Unsaved too"})

	// A change makes it real, and clears it.
	owner.patch(post.admin(), object{"title": "Unsaved too"}, `If-Match: "v1"`).wants(200)
	owner.get(copied).wants(404)
	owner.put(copied, object{"fields": object{"title": "Once more"}, "base_version": 2}).wants(200)
	owner.delete(copied).wants(204)
	owner.get(copied).wants(404)
	reader.get(preview).wants(200).is("data.title", "Unsaved too")
}

func TestPreviewLinks(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	draft := owner.writes(object{"title": "Draft", "markdown": "Text."})
	link := func(w written) string {
		t.Helper()
		return "/preview/" + b.as("owner").post(w.admin("/preview"), nil).wants(201).text("data.token")
	}
	one, two, other := link(draft), link(draft), link(owner.writes(object{"title": "Other"}))
	shown := reader.get(one).wants(200).has("Cache-Control", "no-store").has("X-Robots-Tag", "noindex").has("ETag", "").is("data.title", "Draft").is("data.published_at", nil)
	if want := reader.get(owner.publishes("Public").public()).wants(200); keysOf(shown.at("data").(map[string]any)) != keysOf(want.at("data").(map[string]any)) {
		t.Error("a preview has another shape than a post")
	}
	reader.get(two).wants(200)
	reader.get(one+"?fields=title").wants(422, "query.fields")
	for name, bad := range map[string]string{
		"cut": one[:len(one)-1], "with one more character": one + "A", "of another kind": "/preview/dim_" + strings.TrimPrefix(one, "/preview/dimp_"),
		"a word": "/preview/lantern", "an id": "/preview/" + draft.id,
	} {
		if got := reader.get(bad); got.status != 404 {
			t.Errorf("a token that is %s answered %d", name, got.status)
		}
	}

	owner.delete(draft.admin("/preview")).wants(204)
	reader.get(one).wants(404)
	reader.get(two).wants(404)
	reader.get(other).wants(200)

	b.clock.move(7*24*time.Hour - time.Minute)
	reader.get(other).wants(200)
	late := link(draft)
	b.clock.move(2 * time.Minute)
	reader.get(other).wants(404)
	reader.get(late).wants(200)
	b.as("owner").delete(draft.admin(), "If-Match: *").wants(204)
	reader.get(late).wants(404)
}

// People are sent to the frontend that the owner has named, else to the starter site; only where there is neither to what programs read.
func TestAPreviewLinkLeadsToWherePeopleCanReadIt(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	draft := owner.writes(object{"title": "Draft"})
	for _, c := range []struct {
		set  object
		want string
	}{
		{object{}, publicURL + "/preview/{token}"},
		{object{"site_url": "https://front.example"}, publicURL + "/preview/{token}"},
		{object{"starter_site": false}, publicURL + "/api/v1/preview/{token}"},
		{object{"preview_url": "/drafts/{token}"}, "https://front.example/drafts/{token}"},
		{object{"starter_site": true}, "https://front.example/drafts/{token}"},
		{object{"site_url": nil}, publicURL + "/drafts/{token}"},
		{object{"preview_url": "https://next.example/draft?token={token}"}, "https://next.example/draft?token={token}"},
		{object{"preview_url": nil}, publicURL + "/preview/{token}"},
	} {
		owner.patch("/admin/settings", c.set).wants(200)
		link := owner.post(draft.admin("/preview"), nil).wants(201)
		token := link.text("data.token")
		link.is("data.url", strings.Replace(c.want, "{token}", token, 1))
		reader.get("/preview/"+token).wants(200).is("data.title", "Draft") // there whatever is set: the frontend asks for it
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	author := b.as("author")
	shown := author.post("/admin/render", object{"source": "## Why\n\nTwo *words*.\n\n<script>x()</script>"}).wants(200)
	shown.is("word_count", 3).is("reading_minutes", 1).is("excerpt", "Two words.").is("outline.0.text", "Why")
	if strings.Contains(shown.text("html"), "script") || !strings.Contains(shown.text("html"), "<em>words</em>") {
		t.Errorf("html is %s", shown.text("html"))
	}
	author.post("/admin/render", object{"source": "<p>Two <em>words</em>.</p>", "format": "html"}).wants(200).is("html", "<p>Two <em>words</em>.</p>").is("outline", []any{})
	author.post("/admin/render", object{"source": "x", "format": "docx"}).wants(422, "body.format")
	author.post("/admin/render", object{"format": "html"}).wants(422, "body.source")
	author.post("/admin/render", object{"source": strings.Repeat("x", 1<<20+1)}).wants(422, "body.source")
}

func TestAdminListsOfPosts(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	posts := shelf(b)
	owner := b.as("owner")
	owner.changes(posts["alpha"], object{"title": "Alpha again"}).wants(200)
	for name, tc := range map[string]struct {
		query, slugs string
		total        int
	}{
		"every status and type, the last changed first": {"", "alpha india hotel golf foxtrot echo delta charlie bravo", 9},
		"drafts":                   {"status=draft", "foxtrot", 1},
		"scheduled ones":           {"status=scheduled", "golf", 1},
		"archived ones":            {"status=archived", "hotel", 1},
		"pages":                    {"type=page", "india", 1},
		"published posts":          {"type=post&status=published&sort=title", "alpha bravo charlie delta echo", 5},
		"by date of publication":   {"status=published&type=post&sort=-published_at", "echo delta charlie bravo alpha", 5},
		"the oldest first":         {"status=published&type=post&sort=published_at", "alpha bravo charlie delta echo", 5},
		"the last made first":      {"sort=-created_at&limit=2", "india hotel", 9},
		"most comments first":      {"sort=-comments&type=page", "india", 1},
		"a tag":                    {"tag=sleep&type=post&sort=title", "alpha bravo echo foxtrot golf hotel", 6},
		"an internal tag":          {"tag=hash-series", "echo", 1},
		"an author":                {"author=ben-oduya&sort=title", "bravo delta", 2},
		"a language":               {"language=de", "charlie", 1},
		"words":                    {"q=foxtrot", "foxtrot", 1},
		"words of a new title":     {"q=alpha+ag", "alpha", 1},
		"words that are not there": {"q=zebra", "", 0},
		"no words":                 {"q=%3F%21", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := tc.query
			if !strings.Contains(query, "limit=") {
				query += "&limit=100"
			}
			owner.on(t).get("/admin/posts?"+strings.TrimPrefix(query, "&")).lists("slug", strings.Fields(tc.slugs)...).is("page.total", tc.total)
		})
	}
	for query, at := range map[string]string{
		"status=live": "query.status", "type=note": "query.type", "sort=author": "query.sort", "featured=true": "query.featured", "page=2": "query.page",
		"q=" + strings.Repeat("x", 201): "query.q", "q=" + strings.Repeat("x+", 11): "query.q",
	} {
		owner.get("/admin/posts?"+query).wants(422, at)
	}
	page := owner.get("/admin/posts?limit=4&sort=title").lists("slug", "alpha", "bravo", "charlie", "delta")
	page = owner.get("/admin/posts?limit=4&sort=title&cursor="+page.text("page.next")).lists("slug", "echo", "foxtrot", "golf", "hotel")
	owner.get("/admin/posts?limit=4&sort=title&cursor="+page.text("page.next")).lists("slug", "india").is("page.next", nil)
	b.reader().get("/posts?limit=4&sort=title&cursor="+page.text("page.next")).wants(400, "query.cursor")
}

func TestADeletedPostIsGoneWithAllThatBelongsToIt(t *testing.T) {
	t.Parallel()
	b := newBlog(t)
	owner, reader := b.as("owner"), b.reader()
	post := owner.publishes("Gone soon", object{"tags": []string{"Sleep"}})
	owner.approves(reader.comments(post, "Stay!"))
	reader.comments(post, "Really.").wants(201)
	owner.delete(post.admin(), "If-Match: "+post.etag).wants(204)
	owner.get(post.admin()).wants(404)
	owner.get(post.admin("/revisions")).wants(404)
	reader.get(post.public()).wants(404)
	reader.get(post.public("/comments")).wants(404)
	reader.get("/comments/counts?slug="+post.slug).wants(200).is("data", object{post.slug: 0})
	reader.get("/tags/sleep").wants(200).is("data.post_count", 0)
	reader.get("/search?q=gone").lists("slug")
	reader.get("/authors").lists("slug")
	owner.get("/admin/comments").lists("id").is("page.total", 0)
	owner.delete(post.admin(), "If-Match: *").wants(404)
	if again := owner.publishes("Gone soon"); again.slug != post.slug {
		t.Errorf("the slug of a deleted post is not free: %s", again.slug)
	}
}
