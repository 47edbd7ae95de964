package models

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"dimmer/auth"
	"dimmer/markdown"
)

// PostType tells posts from pages.
type PostType string

// The two types. They share one space of slugs.
const (
	TypePost PostType = "post"
	TypePage PostType = "page"
)

// PostStatus is how far a post is on its way to readers.
type PostStatus string

// The statuses of a post.
const (
	Draft     PostStatus = "draft"
	Scheduled PostStatus = "scheduled" // goes out by itself at PublishedAt
	Published PostStatus = "published"
	Archived  PostStatus = "archived" // readable by its address, in no list, feed, search or count
)

// Level is the dimmer level: which new comments are held.
type Level string

// The dimmer levels, from the brightest.
const (
	LevelOpen      Level = "open"      // only what looks like spam is held
	LevelNewcomers Level = "newcomers" // also people without an approved comment
	LevelAll       Level = "all"       // every comment
	LevelClosed    Level = "closed"    // no new comments
)

// Limits of a post. Characters are Unicode code points.
const (
	maxTitle   = 300     // characters
	maxSource  = 1 << 20 // bytes
	maxExcerpt = 1000    // characters
	maxExtra   = 16 << 10
	maxTags    = 50
	maxAuthors = 20
	maxURL     = 2000    // characters
	maxShort   = 500     // characters of a caption, an SEO field
	maxSide    = 100_000 // pixels
)

// JSON is a JSON text that is stored and returned exactly as it was written.
type JSON string

// Image is a picture that a post leads with.
type Image struct {
	URL     string `json:"url"`
	Alt     string `json:"alt"`
	Caption string `json:"caption"`
	Width   *int   `json:"width"`
	Height  *int   `json:"height"`

	MediaID  *MediaID       `json:"media_id,omitempty"` // one of ours: then all but the words follows from it
	Focal    *FocalPoint    `json:"focal_point,omitempty"`
	Variants []ImageVariant `json:"variants,omitempty"`
}

// SEO is what search engines and link previews are told instead of the post's own words; nil means the post's own.
type SEO struct {
	Title        *string `json:"title"`
	Description  *string `json:"description"`
	CanonicalURL *string `json:"canonical_url"`
	ImageURL     *string `json:"image_url"`
}

// Post is a post or a page with everything that readers see of it. Reading leaves Text empty; lists also leave out Source, HTML, Outline,
// Format, SEO and what only an import or a feed asks for.
type Post struct {
	N             int64 `gorm:"primaryKey;autoIncrement"`
	ID            PostID
	Type          PostType
	Status        PostStatus
	Slug          string
	Title         string
	TitleKey      string
	Format        markdown.Format
	Source        string
	HTML          string
	Text          string
	Excerpt       string
	OwnExcerpt    bool               // Excerpt was written, not made
	Outline       []markdown.Heading `gorm:"serializer:json"`
	WordCount     int
	Language      string
	Featured      bool
	FeatureImage  *Image `gorm:"serializer:json"`
	SEO           SEO    `gorm:"column:seo;serializer:json"`
	Extra         JSON
	CommentLevel  *Level // nil: that of its tags, else the site's
	TagLevel      *Level // the strictest of its tags'; nil: none has one
	CommentCount  int
	RootCount     int // visible comments that answer no other; not in lists
	ReactionCount int
	CommentsAt    *time.Time `gorm:"serializer:utc"`
	PublishedAt   *time.Time `gorm:"serializer:utc"`
	SortAt        time.Time  `gorm:"serializer:utc"`
	WasPublic     bool
	Version       int64
	GhostID       string
	FeedGUID      *string
	CommentKey    *string
	CreatedAt     time.Time `gorm:"serializer:utc;autoCreateTime:false"`
	UpdatedAt     time.Time `gorm:"serializer:utc;autoUpdateTime:false"`

	Tags        []Tag    `gorm:"-"` // in the writer's order, internal ones included: id, slug and name
	Authors     []User   `gorm:"-"` // the first is the author: id, slug, name, bio and avatar
	FormerSlugs []string `gorm:"-"` // oldest first; only where one post is read
}

// TableName is the table's name.
func (Post) TableName() string { return "posts" }

// ReadingMinutes is how long the post takes to read.
func (p *Post) ReadingMinutes() int { return markdown.ReadingMinutes(p.WordCount) }

// Readable reports whether readers get the post by its address.
func (p *Post) Readable() bool { return p.Status == Published || p.Status == Archived }

// Listed reports whether the post is in lists, search and counts.
func (p *Post) Listed() bool { return p.Status == Published }

// WrittenBy reports whether the user is one of the authors.
func (p *Post) WrittenBy(id UserID) bool {
	return slices.ContainsFunc(p.Authors, func(u User) bool { return u.ID == id })
}

// EditableBy reports whether the actor may change the post: owners and editors all, authors their own, moderators none.
func (p *Post) EditableBy(by Actor) bool {
	switch by.Role {
	case auth.Owner, auth.Editor:
		return true
	case auth.Author:
		return p.WrittenBy(by.User)
	}
	return false
}

// TakesComments says until when the post takes comments under the site's settings; open is false if it does not now. closesAt is nil
// where it stays open.
func (p *Post) TakesComments(site Settings, now time.Time) (open bool, level Level, closesAt *time.Time) {
	level, _ = p.Level(site, now)
	if p.PublishedAt != nil && site.CommentsCloseAfterDays > 0 {
		at := p.PublishedAt.AddDate(0, 0, site.CommentsCloseAfterDays)
		closesAt = &at
	}
	open = p.Status == Published && level != LevelClosed && (closesAt == nil || now.Before(*closesAt))
	return open, level, closesAt
}

// Opt is a field that a change may leave alone.
type Opt[T any] struct {
	Set   bool
	Value T
}

// Some is a field that is changed to v.
func Some[T any](v T) Opt[T] { return Opt[T]{Set: true, Value: v} }

// PostChange is what a writer sends: the fields of a new post, or those of a post that are to change.
type PostChange struct {
	Type         Opt[PostType]
	Title        Opt[string]
	Slug         Opt[string]
	Format       Opt[markdown.Format]
	Source       Opt[string]
	Excerpt      Opt[*string] // nil: made from the text
	Status       Opt[PostStatus]
	PublishedAt  Opt[*time.Time]
	Tags         Opt[[]string] // names; unknown ones are made
	Authors      Opt[[]string] // ids or slugs
	FeatureImage Opt[*Image]
	Featured     Opt[bool]
	Language     Opt[string]
	CommentLevel Opt[*Level]
	SEO          Opt[SEO]
	Extra        Opt[JSON]

	rendered *renderedBody // the body, rendered before the transaction that would wait for it
}

// renderedBody is what a body becomes. The error is for the writer.
type renderedBody struct {
	source   string
	format   markdown.Format
	document markdown.Document
	err      error
	words    string // that search finds, where they were looked for ahead
}

// searched is what search looks at in the body of a post.
func (p *Post) searched() string { return p.Text + " " + p.Excerpt }

// findWords looks for the words of the body ahead of the transaction that puts them into the index.
func (b *renderedBody) findWords() {
	if b != nil && b.err == nil {
		b.words = indexText((&Post{Text: b.document.Text, Excerpt: b.document.Excerpt}).searched())
	}
}

// hasWordsOf gives the words of a post's body, if they were found ahead and still are its own.
func (b *renderedBody) hasWordsOf(post *Post, words *string) bool {
	if b == nil || b.words == "" || b.document.Text != post.Text || b.document.Excerpt != post.Excerpt {
		return false
	}
	*words = b.words
	return true
}

func render(r *markdown.Renderer, source string, format markdown.Format) *renderedBody {
	body := &renderedBody{source: source, format: format}
	body.document, body.err = r.Post(source, format)
	return body
}

// plainSource is a body in the form in which it is stored.
func plainSource(source string) string { return strings.ReplaceAll(source, "\r\n", "\n") }

// apply changes the post's own fields (tags, authors and the slug need the store) and names what is now different. The post is only
// meaningful if the error is nil.
func (p *Post) apply(c PostChange, r *markdown.Renderer, now time.Time) (changed []string, err error) {
	before := *p
	invalid := Invalid{}
	if c.Type.Set {
		if c.Type.Value != TypePost && c.Type.Value != TypePage {
			invalid["type"] = "is neither post nor page"
		}
		p.Type = c.Type.Value
	}
	if c.Title.Set {
		p.Title = oneLine(c.Title.Value)
		p.TitleKey = clip(fold(p.Title), maxSlug)
		checkLength(invalid, "title", p.Title, 1, maxTitle)
	}
	if c.Language.Set {
		tag, err := language.Parse(c.Language.Value)
		if err != nil || c.Language.Value == "" {
			invalid["language"] = "is not a language tag such as en or de-AT"
		}
		p.Language = tag.String()
	}
	if c.Featured.Set {
		p.Featured = c.Featured.Value
	}
	if c.FeatureImage.Set {
		p.FeatureImage = c.FeatureImage.Value
		p.FeatureImage.check(invalid)
	}
	if c.CommentLevel.Set {
		p.CommentLevel = c.CommentLevel.Value
		if p.CommentLevel != nil && !p.CommentLevel.Valid() {
			invalid["comments"] = "is none of open, newcomers, all, closed"
		}
	}
	if c.SEO.Set {
		p.SEO = c.SEO.Value
		p.SEO.check(invalid)
	}
	if c.Extra.Set {
		p.Extra = c.Extra.Value
		checkExtra(invalid, p.Extra)
	}
	if c.Format.Set && c.Format.Value != markdown.FormatMarkdown && c.Format.Value != markdown.FormatHTML {
		invalid["format"] = "is neither markdown nor html"
	} else {
		p.applyBody(c, r, invalid)
	}
	p.applyStatus(c, invalid, now)
	if err := invalid.orNil(); err != nil {
		return nil, err
	}
	return p.changedSince(&before), nil
}

// applyBody renders the body, if it or how it is to be read has changed, and chooses the excerpt.
func (p *Post) applyBody(c PostChange, r *markdown.Renderer, invalid Invalid) {
	if c.Format.Set {
		p.Format = c.Format.Value
	}
	if c.Source.Set {
		p.Source = plainSource(c.Source.Value)
		if len(p.Source) > maxSource {
			invalid["source"] = "is longer than 1 MiB; split it into several posts"
			return
		}
		if !isStorable(p.Source) {
			invalid["source"] = "holds a character that is none: remove what is invisible and send it as UTF-8"
			return
		}
	}
	if !c.Source.Set && !c.Format.Set && !c.Excerpt.Set && p.Version > 0 {
		return
	}
	body := c.rendered
	if body == nil || body.source != p.Source || body.format != p.Format {
		body = render(r, p.Source, p.Format)
	}
	if body.err != nil {
		invalid["source"] = body.err.Error()
		return
	}
	document := body.document
	p.HTML, p.Text, p.Outline, p.WordCount = document.HTML, document.Text, document.Outline, document.WordCount
	if c.Excerpt.Set {
		own := ""
		if c.Excerpt.Value != nil {
			own = strings.TrimSpace(*c.Excerpt.Value)
		}
		checkLength(invalid, "excerpt", own, 0, maxExcerpt)
		// A client that sends back what it read does not freeze an excerpt that was made from the text.
		p.OwnExcerpt = own != "" && own != document.Excerpt
		p.Excerpt = own
	}
	if !p.OwnExcerpt {
		p.Excerpt = document.Excerpt
	}
}

// applyStatus moves the post between its statuses and sets the date that goes with each.
func (p *Post) applyStatus(c PostChange, invalid Invalid, now time.Time) {
	was := p.Status
	if c.Status.Set {
		switch c.Status.Value {
		case Draft, Scheduled, Published, Archived:
			p.Status = c.Status.Value
		default:
			invalid["status"] = "is none of draft, scheduled, published, archived"
			return
		}
	}
	if c.PublishedAt.Set {
		p.PublishedAt = nil
		if c.PublishedAt.Value != nil {
			at := c.PublishedAt.Value.UTC().Truncate(time.Second)
			if at.Year() < 1900 || at.Year() > 9999 {
				invalid["published_at"] = "is not between the years 1900 and 9999"
				return
			}
			p.PublishedAt = &at
		}
	}
	second := now.Truncate(time.Second)
	switch p.Status {
	case Scheduled:
		if (c.Status.Set && was != Scheduled || c.PublishedAt.Set) && (p.PublishedAt == nil || !p.PublishedAt.After(now)) {
			invalid["published_at"] = "has to be in the future for a scheduled post"
		}
	case Published, Archived:
		future := p.PublishedAt != nil && p.PublishedAt.After(now)
		switch {
		case c.PublishedAt.Set && future:
			invalid["published_at"] = "is in the future; give the status scheduled, or leave it out to publish now"
		case c.PublishedAt.Set && c.PublishedAt.Value == nil && was == p.Status:
			invalid["published_at"] = "cannot be taken from a post that readers can see"
		case p.PublishedAt == nil || future:
			p.PublishedAt = &second
		}
	}
	p.WasPublic = p.WasPublic || p.Readable()
	p.SortAt = p.CreatedAt
	if p.PublishedAt != nil {
		p.SortAt = *p.PublishedAt
	}
}

// changedSince names the fields, as clients write them, in which two versions of a post differ.
func (p *Post) changedSince(before *Post) []string {
	var changed []string
	note := func(field string, differs bool) {
		if differs {
			changed = append(changed, field)
		}
	}
	note("type", p.Type != before.Type)
	note("title", p.Title != before.Title)
	note("format", p.Format != before.Format)
	note("source", p.Source != before.Source)
	note("excerpt", p.OwnExcerpt != before.OwnExcerpt || p.OwnExcerpt && p.Excerpt != before.Excerpt)
	note("status", p.Status != before.Status)
	note("published_at", !equalTimes(p.PublishedAt, before.PublishedAt))
	note("feature_image", !sameJSON(p.FeatureImage, before.FeatureImage))
	note("featured", p.Featured != before.Featured)
	note("language", p.Language != before.Language)
	note("comments", !sameJSON(p.CommentLevel, before.CommentLevel))
	note("seo", !sameJSON(p.SEO, before.SEO))
	note("extra", p.Extra != before.Extra)
	return changed
}

// visibleFields are those whose change moves UpdatedAt: what a reader would call another text.
var visibleFields = []string{"title", "source", "format", "excerpt", "feature_image", "slug"}

func moves(changed []string) bool {
	return slices.ContainsFunc(changed, func(field string) bool { return slices.Contains(visibleFields, field) })
}

// Valid reports whether the level is one of the four.
func (l Level) Valid() bool {
	return l == LevelOpen || l == LevelNewcomers || l == LevelAll || l == LevelClosed
}

func (i *Image) check(invalid Invalid) {
	if i == nil {
		return
	}
	if !isAddress(i.URL) {
		invalid["feature_image.url"] = "is neither an http(s) address nor a path of this site such as /media/…"
	}
	checkLength(invalid, "feature_image.alt", i.Alt, 0, maxShort)
	checkLength(invalid, "feature_image.caption", i.Caption, 0, maxShort)
	for field, side := range map[string]*int{"feature_image.width": i.Width, "feature_image.height": i.Height} {
		if side != nil && (*side < 1 || *side > maxSide) {
			invalid[field] = "is not between 1 and " + strconv.Itoa(maxSide)
		}
	}
}

func (s SEO) check(invalid Invalid) {
	for field, value := range map[string]*string{"seo.title": s.Title, "seo.description": s.Description} {
		if value != nil {
			checkLength(invalid, field, *value, 0, maxShort)
		}
	}
	for field, value := range map[string]*string{"seo.canonical_url": s.CanonicalURL, "seo.image_url": s.ImageURL} {
		if value != nil && !isAddress(*value) {
			invalid[field] = "is neither an http(s) address nor a path of this site"
		}
	}
}
