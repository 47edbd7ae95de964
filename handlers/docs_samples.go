package handlers

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// token is a piece of code with what it is, so that the page can set it apart.
type token struct{ Kind, Text string }

const (
	plainToken = ""  // brackets, commas, white space
	nameToken  = "k" // the name of a field; of a command, what is written as it stands
	valueToken = "v"
)

// sampleText holds values that somebody could meet, by the name of a field; before that, by what it is a field of and its name, which
// also comes before an example in the type. A field that may be null and has no line here is null.
var sampleText = map[string]any{ // #nosec G101 -- none of these opens anything
	"author.badge":          nil,
	"author.email":          "ruth@example.org",
	"author.url":            "https://ruth.example",
	"block.avatar_url":      "https://blog.example/avatars/4-R.svg",
	"block.email":           "ruth@example.org",
	"bulk.status":           "approved",
	"changes.action":        "changed",
	"changes.more":          false,
	"changes.listed":        true,
	"commenters.approved":   4,
	"commenters.avatar_url": "https://blog.example/avatars/4-R.svg",
	"commenters.email":      "ruth@example.org",
	"authors.name":          "Mira Holt",
	"authors.slug":          "mira",
	"authors.url":           "https://blog.example/authors/mira",
	"comments.html":         "<p>The part about the jaw helped.</p>",
	"comments.status":       "approved",
	"form.challenge":        nil,
	"form.form":             "AAAAAGsEDZycYdXT…",
	"limits.body":           10_000,
	"limits.name":           80,
	"limits.url":            500,
	"feature_image.url":     "https://blog.example/media/2026-03/7q2xk5mzv4hd3tnb6wjrc2ylae.jpg",
	"media.name":            "Lamp at dusk.jpg",
	"media.type":            "image/jpeg",
	"media.status":          "published",
	"media.url":             "https://blog.example/media/2026-03/7q2xk5mzv4hd3tnb6wjrc2ylae.jpg",
	"replace.name":          "Lamp at dusk.jpg",
	"replace.status":        "published",
	"replace.type":          "image/jpeg",
	"replace.url":           "https://blog.example/media/2026-03/7q2xk5mzv4hd3tnb6wjrc2ylae.jpg",
	"used_in.type":          "post",
	"used_in.status":        "published",
	"variants.height":       450,
	"variants.type":         "image/jpeg",
	"variants.url":          "https://blog.example/media/2026-03/7q2xk5mzv4hd3tnb6wjrc2ylae-800.jpg",
	"variants.width":        800,
	"fields.status":         "draft",
	"me.name":               "Mira Holt",
	"me.slug":               "mira",
	"me.url":                nil,
	"mail.from":             "blog@blog.example",
	"outline.id":            "first",
	"outbox.to_email":       nil,
	"subscriptions.scope":   "post",
	"pages.slug":            "about",
	"pages.title":           "About",
	"pages.type":            "page",
	"pages.url":             "https://blog.example/pages/about",
	"post.id":               "019cb1f0-6a02-7d18-a3c4-1b7e9f0d2c63",
	"posts.status":          "published",
	"preview.token":         "q7Yt0Zk3vB9…",
	"preview.url":           "https://blog.example/preview/q7Yt0Zk3vB9…",
	"reply.body":            "Thank you, Ruth. A warm towel does it too.",
	"reply.html":            "<p>Thank you, Ruth. A warm towel does it too.</p>",
	"reply.status":          "approved",
	"seo.description":       nil,
	"seo.title":             nil,
	"settings.author_url":   "/authors/{slug}",
	"settings.description":  "Notes on stress, pain and rest.",
	"settings.page_url":     "/pages/{slug}",
	"settings.post_url":     "/posts/{slug}",
	"settings.preview_url":  "/drafts/{token}",
	"settings.tag_url":      "/tags/{slug}",
	"settings.title":        "The Quiet Shoulder",
	"setup.name":            "Mira Holt",
	"setup.token":           "kZ4rB0pT4sHn2cQ…",
	"site.description":      "Notes on stress, pain and rest.",
	"tags.name":             "Desk work",
	"tags.slug":             "desk-work",
	"tags.url":              "https://blog.example/tags/desk-work",
	"tokens.name":           "Static build",
	"trust.avatar_url":      "https://blog.example/avatars/4-R.svg",
	"trust.email":           "ruth@example.org",
	"user.name":             "Mira Holt",
	"user.slug":             "mira",
	"user.url":              nil,
	"users.bio":             "Keeps the appointment book.",
	"users.email":           "edda@example.org",
	"users.name":            "Edda Quist",
	"users.role":            "author",
	"users.slug":            "edda",
	"users.url":             nil,

	"access_token":         "eyJhbGciOiJIUzI1NiIs…",
	"algorithm":            "PBKDF2/SHA-256",
	"acting_level":         "all",
	"cors_origins":         "https://frontend.example",
	"cost":                 5000,
	"expiresAt":            1772442000,
	"flood.steps":          1,
	"keyLength":            32,
	"keyPrefix":            "00",
	"nonce":                "7c1e7b3a9d425f1e8c6b2a100f3d2c4b",
	"salt":                 "0f3d2c4b5a6978877c1e7b3a9d425f1e",
	"signature":            "f518c26b4a13f60350d0cc3e460f4390…",
	"quiet.mode":           "hold",
	"held":                 23,
	"traffic.flood":        30,
	"last_ten_minutes":     4,
	"comment_slow_seconds": 0,
	"slow_seconds":         0,
	"removed":              3,
	"steps":                1,
	"action_id":            "019cb1f0-9b52-7c0a-8e3d-4a6b1f7c2d90",
	"alt":                  "A lamp over soft hills",
	"at":                   "2026-03-01T09:30:00Z",
	"authors":              "mira",
	"base_version":         7,
	"bytes":                284_113,
	"bio":                  "Opened the practice with one table.",
	"blocked_addresses":    "@spam.example",
	"blocked_domains":      "shop.example",
	"blocked_words":        "casino",
	"body":                 "The part about the jaw helped.",
	"by":                   "Mira Holt",
	"cache_seconds":        60,
	"caption":              "",
	"changed":              "title",
	"comment_count":        12,
	"comment_address_days": 30,
	"comment_edit_minutes": 15,
	"comment_level":        "newcomers",
	"comment_spam_days":    30,
	"commenter":            "q7Yt0Zk3vB9…",
	"count":                12,
	"current":              true,
	"current_password":     "seven slow lamps by the door",
	"description":          "Chairs, screens, necks.",
	"detail":               "Some values cannot be accepted. errors names each one.",
	"edit_minutes":         15,
	"edit_token":           "b0pT4sHn2cQ…",
	"email":                "mira@example.org",
	"excerpt":              "Turn it down, not off.",
	"expires_at":           "2026-03-08T09:30:00Z",
	"fields":               "title",
	"height":               900,
	"html":                 "<h2 id=\"first\">First</h2>…",
	"id":                   "019cb1f0-7c1e-7b3a-9d42-5f1e8c6b2a10",
	"internal":             false,
	"ids":                  "019cb1f0-7c1e-7b3a-9d42-5f1e8c6b2a10",
	"into":                 "019cb1f0-8a44-7e01-b6a7-2f9d3c1b7e55",
	"language":             "en",
	"level":                "newcomers",
	"limit":                10,
	"markdown":             "## First\n\nTurn it down, not off.",
	"media_id":             "019cb1f0-5d31-7a4e-9c02-6b8f2e1d7a40",
	"message":              "Thank you. Your comment is there.",
	"name":                 "Ruth",
	"new_password":         "kettle orbit maple tuesday",
	"next":                 "eyJrIjoiMjAyNi0wMy0wMSJ9…",
	"number":               3,
	"open":                 true,
	"password":             "kettle orbit maple tuesday",
	"post_count":           9,
	"published_at":         "2026-03-01T07:30:00Z",
	"reading_minutes":      4,
	"reason":               "It advertises a shop.",
	"refresh_token":        "Zk3vB9q7Yt0…",
	"score":                2,
	"seq":                  4211,
	"site_title":           "The Quiet Shoulder",
	"slug":                 "the-dimmer-switch",
	"snippet":              "after <mark>stress</mark> the body …",
	"source":               "## First\n\nTurn it down, not off.",
	"stale_seconds":        600,
	"starter_site":         true,
	"subject_id":           "019cb1f0-7c1e-7b3a-9d42-5f1e8c6b2a10",
	"tags":                 "Stress",
	"text":                 "First",
	"title":                "The dimmer switch",
	"timezone":             "Europe/Berlin",
	"token":                "dim_4sHn2cQb0pT…",
	"total":                24,
	"use_count":            2,
	"url":                  "https://blog.example/posts/the-dimmer-switch",
	"user_agent":           "Firefox on Linux",
	"user_id":              "019cb1f0-6a02-7d18-a3c4-1b7e9f0d2c63",
	"version":              7,
	"variants_state":       "ready",
	"width":                1600,
	"word_count":           836,
	"x":                    0.25,
	"y":                    0.5,
}

// pathSamples puts things of the demo blog into a path, so that commands can be tried as they stand. What only the caller can know is
// a variable of the shell.
var pathSamples = strings.NewReplacer(
	"/posts/{slug}", "/posts/the-dimmer-switch", "/pages/{slug}", "/pages/about", "/tags/{slug}", "/tags/stress",
	"/authors/{slug}", "/authors/mira", "{folder}/{file}", "demo/dimmer.png", "/avatars/{file}", "/avatars/4-R.svg", "/assets/{file}", "/assets/tokens.css",
	"{id}", "$ID", "{number}", "$NUMBER", "{token}", "$PREVIEW",
)

// headerSamples are the headers that a request cannot do without, and the variables of the shell that hold them.
var headerSamples = map[string]string{"If-Match": "$ETAG", "X-Dimmer-Commenter": "$COMMENTER", "X-Edit-Token": "$EDIT_TOKEN"}

// curl writes the command that makes a request.
func (w docsWriter) curl(op *huma.Operation, row *route) []token {
	query := ""
	for _, p := range op.Parameters {
		if p.In == "query" && (p.Required || p.Name == "limit") {
			query += "&" + p.Name + "=" + w.queryValue(p)
		}
	}
	if query != "" {
		query = "?" + query[1:]
	}
	address := w.server + pathSamples.Replace(op.Path) + query
	if strings.ContainsAny(address, "?$&") {
		address = `"` + address + `"`
	}
	out := []token{{plainToken, "curl "}, {nameToken, address}}
	option := func(text ...token) { out = append(append(out, token{plainToken, " \\\n  "}), text...) }
	if op.Method != http.MethodGet && (op.Method != http.MethodPost || op.RequestBody == nil) {
		option(token{plainToken, "-X " + op.Method})
	}
	if row.access != anyone {
		option(token{plainToken, `-H "Authorization: Bearer $TOKEN"`})
	}
	for _, p := range op.Parameters {
		if variable := headerSamples[p.Name]; p.In == "header" && variable != "" && (p.Required || p.Name != "X-Dimmer-Commenter") {
			option(token{plainToken, `-H "` + p.Name + ": " + variable + `"`})
		}
	}
	if op.RequestBody != nil && op.RequestBody.Content[contentMultipart] != nil && row.kind == uploaded {
		option(token{plainToken, "-F file=@lamp.jpg"})
		if op.RequestBody.Content[contentMultipart].Schema.Properties["alt"] != nil {
			option(token{plainToken, `-F alt="A lamp over soft hills"`})
		}
		return out
	}
	if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return out
	}
	option(token{plainToken, `-H "Content-Type: application/json"`})
	body := sampleWriter{docsWriter: w}
	body.value(collection(op.Path), "", op.RequestBody.Content["application/json"].Schema, 1)
	option(token{plainToken, "-d '"})
	out = append(out, body.out...)
	return append(out, token{plainToken, "'"})
}

func (w docsWriter) queryValue(p *huma.Param) string {
	if p.Name == "limit" {
		return "3"
	}
	if len(p.Schema.Examples) > 0 {
		if text, ok := p.Schema.Examples[0].(string); ok {
			return strings.ReplaceAll(text, " ", "+")
		}
	}
	text, _ := sampleText[p.Name].(string)
	return text
}

// collection is what a path is about: the last name in it.
func collection(path string) string {
	last := ""
	for part := range strings.SplitSeq(path, "/") {
		if !strings.HasPrefix(part, "{") {
			last = part
		}
	}
	return last
}

// answerSample writes what an answer of a shape could look like.
func (w docsWriter) answerSample(path string, s *huma.Schema) []token {
	out := sampleWriter{docsWriter: w}
	out.value(collection(path), "", s, 0)
	return out.out
}

// sampleWriter writes a JSON value as tokens.
type sampleWriter struct {
	docsWriter
	above []string // shapes that are being written
	out   []token
}

func (w *sampleWriter) add(kind, text string) {
	if last := len(w.out) - 1; last >= 0 && w.out[last].Kind == kind {
		w.out[last].Text += text
		return
	}
	w.out = append(w.out, token{kind, text})
}

// value writes a value of a shape. around and name say which field it is of.
func (w *sampleWriter) value(around, name string, s *huma.Schema, indent int) {
	if s.Ref != "" {
		w.above = append(w.above, s.Ref)
		defer func() { w.above = w.above[:len(w.above)-1] }()
		s = w.schemas.SchemaFromRef(s.Ref)
	}
	values, isMap := s.AdditionalProperties.(*huma.Schema)
	sample, known := sampleText[around+"."+name]
	switch {
	case known && sample == nil && s.Nullable:
		w.add(valueToken, "null")
	case s.Type == huma.TypeArray && len(s.Examples) == 0:
		w.add(plainToken, "[")
		if !slices.Contains(w.above, s.Items.Ref) && !slices.Contains(emptySamples, name) {
			w.value(around, name, s.Items, indent)
		}
		w.add(plainToken, "]")
	case isMap:
		w.add(plainToken, "{ ")
		w.add(nameToken, `"the-dimmer-switch"`)
		w.add(plainToken, ": ")
		w.value(name, "count", values, indent)
		w.add(plainToken, " }")
	case s.Type == huma.TypeObject:
		if name != "" && name != "data" {
			around = name
		}
		w.object(around, s, indent)
	default:
		w.scalar(around, name, s)
	}
}

// emptySamples are lists that mostly have nothing in them.
var emptySamples = []string{"redirects_from", "replies", "variants"}

func (w *sampleWriter) object(around string, s *huma.Schema, indent int) {
	line := func(depth int) string { return "\n" + strings.Repeat("  ", depth) }
	w.add(plainToken, "{")
	shown := w.shown(s)
	for i, name := range shown {
		if i > 0 {
			w.add(plainToken, ",")
		}
		w.add(plainToken, line(indent+1))
		w.add(nameToken, `"`+name+`"`)
		w.add(plainToken, ": ")
		w.value(around, name, s.Properties[name], indent+1)
	}
	if len(shown) > 0 {
		w.add(plainToken, line(indent))
	}
	w.add(plainToken, "}")
}

// shown are the fields of an example: those that are always there. Of a shape that needs none, a few that tell what it is for.
func (w *sampleWriter) shown(s *huma.Schema) []string {
	if len(s.Required) > 0 {
		if s.Properties["ids"] != nil && !slices.Contains(s.Required, "ids") { // these, or a filter
			return append([]string{"ids"}, s.Required...)
		}
		return inOrder(s.Required)
	}
	var some []string
	for _, name := range []string{"title", "name", "email", "role", "description", "markdown", "tags", "status", "refresh_token", "bio", "reason", "comment_level"} {
		if s.Properties[name] != nil {
			some = append(some, name)
		}
	}
	return some
}

func (w *sampleWriter) scalar(around, name string, s *huma.Schema) {
	sample, known := sampleText[around+"."+name]
	if !known || sample != nil && !fits(sample, s) {
		sample = w.sampleByName(name, s)
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // the page escapes
	if err := encoder.Encode(sample); err != nil {
		text.WriteString("null")
	}
	w.add(valueToken, strings.TrimSpace(text.String()))
}

func (w *sampleWriter) sampleByName(name string, s *huma.Schema) any {
	sample := sampleText[name]
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case fits(sample, s):
		return sample
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Nullable:
		return nil
	case s.Format == "date-time":
		return "2026-03-01T09:30:00Z"
	case s.Type == huma.TypeInteger, s.Type == huma.TypeNumber:
		return 0
	case s.Type == huma.TypeBoolean:
		return false
	}
	return "…"
}

// fits tells whether a sample is of the type of a field: names mean different things in different places.
func fits(sample any, s *huma.Schema) bool {
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, sample) {
		return false
	}
	switch sample.(type) {
	case string:
		return s.Type == huma.TypeString
	case int:
		return s.Type == huma.TypeInteger
	case bool:
		return s.Type == huma.TypeBoolean
	}
	return false
}
