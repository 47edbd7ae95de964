package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"dimmer/markdown"
	"dimmer/models"
)

// ImageView is the picture that a post leads with. (It is exported because huma passes over embedded types that are not.)
type ImageView struct {
	URL        string              `json:"url"`
	Alt        string              `json:"alt"`
	Caption    string              `json:"caption"`
	Width      *int                `json:"width" doc:"Pixels; null if not known."`
	Height     *int                `json:"height" doc:"Pixels; null if not known."`
	FocalPoint nullable[focalView] `json:"focal_point" doc:"What matters in it, where it has to be cut; null if not known."`
	Variants   []imageVariant      `json:"variants" doc:"The same picture in other sizes, the smallest first. Empty until they are made."`
}

// focalView is a place in a picture.
type focalView struct {
	X float64 `json:"x" minimum:"0" maximum:"1" doc:"Share of the width, from the left."`
	Y float64 `json:"y" minimum:"0" maximum:"1" doc:"Share of the height, from the top."`
}

type imageVariant struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Type   string `json:"type" example:"image/jpeg"`
}

type commentState struct {
	Count int  `json:"count" doc:"Approved comments, answers included."`
	Open  bool `json:"open" doc:"Whether the post takes comments now."`
}

// PostFields is a post in a list. (It is exported because huma passes over embedded types that are not.)
type PostFields struct {
	ID             string              `json:"id"`
	Slug           string              `json:"slug" example:"the-dimmer-switch"`
	Type           models.PostType     `json:"type" enum:"post,page"`
	Title          string              `json:"title" example:"The dimmer switch"`
	Excerpt        string              `json:"excerpt" doc:"Plain text: the writer's own, else the beginning of the text."`
	URL            string              `json:"url" doc:"Where readers read it."`
	PublishedAt    *time.Time          `json:"published_at" doc:"To the second."`
	UpdatedAt      time.Time           `json:"updated_at" doc:"When title, body, excerpt, picture or slug last changed."`
	ReadingMinutes int                 `json:"reading_minutes" example:"4" doc:"Words / 238, rounded up."`
	WordCount      int                 `json:"word_count" example:"836"`
	Featured       bool                `json:"featured"`
	Language       string              `json:"language" example:"en"`
	FeatureImage   nullable[ImageView] `json:"feature_image"`
	Tags           []tagRef            `json:"tags" doc:"In the writer's order, without internal ones."`
	Author         authorView          `json:"author"`
	Comments       commentState        `json:"comments"`
	Reactions      int                 `json:"reactions" doc:"How many readers reacted."`
	Extra          object              `json:"extra" doc:"As the owner wrote it."`
}

// postItem is a post in a list, or only some fields of it.
type postItem struct {
	PostFields
	only []string
}

// MarshalJSONTo implements json.MarshalerTo.
func (p postItem) MarshalJSONTo(enc *jsontext.Encoder) error {
	if p.only == nil {
		return json.MarshalEncode(enc, p.PostFields)
	}
	all, err := encode(p.PostFields)
	if err != nil {
		return err
	}
	fields := map[string]jsontext.Value{}
	if err := decode(all, &fields); err != nil {
		return err
	}
	for name := range fields {
		if !slices.Contains(p.only, name) {
			delete(fields, name)
		}
	}
	return json.MarshalEncode(enc, fields)
}

type headingView struct {
	Level int    `json:"level" example:"2"`
	ID    string `json:"id" doc:"Of the heading in html."`
	Text  string `json:"text"`
}

type seoView struct {
	Title        *string `json:"title"`
	Description  *string `json:"description"`
	CanonicalURL *string `json:"canonical_url"`
	ImageURL     *string `json:"image_url"`
}

type neighboursView struct {
	Newer nullable[postItem] `json:"newer"`
	Older nullable[postItem] `json:"older"`
}

// postView is one post as a whole.
type postView struct {
	PostFields
	Thread        *threadBody     `json:"thread,omitzero" doc:"With include=comments: the first comments, as /comments gives them."`
	HTML          string          `json:"html" doc:"Safe to show as it is. Links stay as written; addresses of media are absolute."`
	Markdown      *string         `json:"markdown" doc:"As written; null for a body that was written as HTML."`
	Outline       []headingView   `json:"outline"`
	SEO           seoView         `json:"seo" doc:"null means: as in the post."`
	Authors       []authorView    `json:"authors" doc:"The first is author."`
	RedirectsFrom []string        `json:"redirects_from" doc:"Former slugs, oldest first."`
	Related       []postItem      `json:"related,omitzero" doc:"With include=related: up to 4 posts with the most tags in common."`
	Neighbours    *neighboursView `json:"neighbours,omitzero" doc:"With include=neighbours."`
}

// postFields makes the part of a post that lists show too.
func (s *site) postFields(p models.Post, settings models.Settings) PostFields {
	pattern := settings.PostURL
	if p.Type == models.TypePage {
		pattern = settings.PageURL
	}
	open, _, _ := p.TakesComments(settings, s.now())
	v := PostFields{
		ID: string(p.ID), Slug: p.Slug, Type: p.Type, Title: p.Title, Excerpt: p.Excerpt, URL: settings.Address(s.config.PublicURL, pattern, p.Slug),
		PublishedAt: moment(p.PublishedAt), UpdatedAt: p.UpdatedAt.UTC(), ReadingMinutes: p.ReadingMinutes(), WordCount: p.WordCount,
		Featured: p.Featured, Language: p.Language, Tags: publicTags(p.Tags), Comments: commentState{p.CommentCount, open},
		Reactions: p.ReactionCount, Extra: object(p.Extra),
	}
	if len(p.Authors) > 0 {
		v.Author = s.authorView(p.Authors[0])
	}
	if i := p.FeatureImage; i != nil {
		v.FeatureImage.Value = s.imageView(i)
	}
	return v
}

func (s *site) imageView(i *models.Image) *ImageView {
	v := &ImageView{URL: s.absolute(i.URL), Alt: i.Alt, Caption: i.Caption, Width: i.Width, Height: i.Height, Variants: []imageVariant{}}
	if i.Focal != nil {
		v.FocalPoint.Value = &focalView{i.Focal.X, i.Focal.Y}
	}
	for _, variant := range i.Variants {
		v.Variants = append(v.Variants, imageVariant{s.absolute(variant.URL), variant.Width, variant.Height, variant.Type})
	}
	return v
}

// postView makes a post as a whole.
func (s *site) postView(p models.Post, settings models.Settings) postView {
	v := postView{
		PostFields: s.postFields(p, settings), HTML: s.absoluteMedia(p.HTML), Outline: make([]headingView, len(p.Outline)),
		SEO:     seoView{p.SEO.Title, p.SEO.Description, s.absoluteOrNil(p.SEO.CanonicalURL), s.absoluteOrNil(p.SEO.ImageURL)},
		Authors: authorsOf(s, p.Authors), RedirectsFrom: p.FormerSlugs,
	}
	for i, heading := range p.Outline {
		v.Outline[i] = headingView(heading)
	}
	if p.Format == markdown.FormatMarkdown {
		v.Markdown = &p.Source
	}
	return v
}

type listPostsInput struct {
	NumberedPaging
	Tag      []string  `query:"tag,explode" doc:"Slug of a tag; repeat it for posts that have all of them; -slug for posts without it."`
	Author   string    `query:"author" maxLength:"100" doc:"Slug of an author."`
	Featured string    `query:"featured" enum:"true,false"`
	Language string    `query:"language" maxLength:"35" example:"de"`
	Since    time.Time `query:"since" doc:"Published then or later."`
	Until    time.Time `query:"until" doc:"Published before then."`
	Sort     string    `query:"sort" enum:"-published_at,published_at,title,-comments" default:"-published_at"`
	Fields   []string  `query:"fields" enum:"id,slug,type,title,excerpt,url,published_at,updated_at,reading_minutes,word_count,featured,language,feature_image,tags,author,comments,reactions,extra" doc:"Only these fields of each post."`
}

func (in *listPostsInput) query() models.PostQuery {
	q := models.PostQuery{
		Type: models.TypePost, Status: models.Published, Author: in.Author, Language: in.Language, Sort: models.PostSort(in.Sort),
		Since: orNone(in.Since), Until: orNone(in.Until),
	}
	for _, tag := range in.Tag {
		if without, minus := strings.CutPrefix(tag, "-"); minus {
			q.WithoutTags = append(q.WithoutTags, without)
		} else {
			q.Tags = append(q.Tags, tag)
		}
	}
	if in.Featured != "" {
		featured := in.Featured == "true"
		q.Featured = &featured
	}
	return q
}

func orNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// listPosts serves the published posts.
func (s *site) listPosts(ctx context.Context, in *listPostsInput) (answer[many[postItem]], error) {
	return s.postList(ctx, in.Paging, in.query(), in.Fields)
}

// listPages serves the published pages by title.
func (s *site) listPages(ctx context.Context, in *NumberedPaging) (answer[many[postItem]], error) {
	return s.postList(ctx, in.Paging, models.PostQuery{Type: models.TypePage, Status: models.Published, Sort: models.ByTitle}, nil)
}

func (s *site) postList(ctx context.Context, paging Paging, q models.PostQuery, fields []string) (answer[many[postItem]], error) {
	var a answer[many[postItem]]
	page, err := s.page(paging)
	if err != nil {
		return a, err
	}
	q.Page = page
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	// The time is read first: a change in between makes the answer newer than it says, never older.
	if a.ModifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return a, err
	}
	found, err := s.store.Posts(ctx, models.System, q)
	if err != nil {
		return a, err
	}
	a.Tags = []string{"posts", "site"}
	a.Body, a.Link, err = listOf(s.Server, paging, found, func(p models.Post) postItem {
		return postItem{s.postFields(p, settings), fields}
	})
	return a, err
}

type readPostInput struct {
	Slug    string   `path:"slug" doc:"A former slug answers 308 to the present one."`
	Include []string `query:"include" enum:"comments,related,neighbours" doc:"What else comes with it; comments: the first page of the thread, so that one request makes a whole page."`
}

func (s *site) readPost(ctx context.Context, in *readPostInput) (answer[one[postView]], error) {
	return s.readablePost(ctx, in, models.TypePost)
}

func (s *site) readPage(ctx context.Context, in *readPostInput) (answer[one[postView]], error) {
	return s.readablePost(ctx, in, models.TypePage)
}

// relatedPosts is how many posts include=related gives at most.
const relatedPosts = 4

func (s *site) readablePost(ctx context.Context, in *readPostInput, kind models.PostType) (answer[one[postView]], error) {
	var a answer[one[postView]]
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return a, err
	}
	post, err := s.present(ctx, kind, in.Slug, "")
	if err != nil {
		return a, err
	}
	a.Body.Data = s.postView(post, settings)
	a.Tags = []string{"post:" + string(post.ID), "site"}
	a.NoIndex = post.Status == models.Archived
	if post.UpdatedAt.After(a.ModifiedAt) {
		a.ModifiedAt = post.UpdatedAt
	}
	if slices.Contains(in.Include, "comments") {
		thread, _, err := s.thread(ctx, post, settings, models.OldestFirst, firstPage(apiPath+"/posts/"+post.Slug+"/comments"), models.Page{})
		if err != nil {
			return a, err
		}
		a.Body.Data.Thread = &thread
		a.ModifiedAt = latest(a.ModifiedAt, post.CommentsAt)
		a.Tags = threadTags(post.ID)
	}
	if slices.Contains(in.Include, "related") {
		related, err := s.store.Related(ctx, post, relatedPosts)
		if err != nil {
			return a, err
		}
		a.Body.Data.Related = make([]postItem, len(related))
		for i, p := range related {
			a.Body.Data.Related[i] = postItem{PostFields: s.postFields(p, settings)}
		}
		a.Tags = append(a.Tags, "posts")
	}
	if slices.Contains(in.Include, "neighbours") {
		older, newer, err := s.store.Neighbours(ctx, post)
		if err != nil {
			return a, err
		}
		a.Body.Data.Neighbours = &neighboursView{}
		if older != nil {
			a.Body.Data.Neighbours.Older.Value = &postItem{PostFields: s.postFields(*older, settings)}
		}
		if newer != nil {
			a.Body.Data.Neighbours.Newer.Value = &postItem{PostFields: s.postFields(*newer, settings)}
		}
		a.Tags = append(a.Tags, "posts")
	}
	return a, nil
}

// present reads the post that readers find under a slug. A former slug sends them to the same place below the present one; so
// does a post that was asked for as a page, or the other way round, if kind says which it has to be.
func (s *site) present(ctx context.Context, kind models.PostType, slug, rest string) (models.Post, error) {
	post, err := s.store.PostBySlug(ctx, kind, slug)
	if err == nil && post.Slug != slug {
		collection := "posts"
		if kind == models.TypePage {
			collection = "pages"
		}
		return post, moved(below(collection, post.Slug, rest))
	}
	return post, err
}

// discussed is [site.present] for whoever comments on a post or page, or reacts to it: without its body, and all that only its readers need.
func (s *site) discussed(ctx context.Context, slug, rest string) (models.Post, error) {
	post, err := s.store.DiscussedPost(ctx, slug)
	if err == nil && post.Slug != slug {
		return post, moved(below("posts", post.Slug, rest))
	}
	return post, err
}

type previewInput struct {
	Token string `path:"token"`
}

type previewOutput struct {
	Robots string `header:"X-Robots-Tag"`
	Body   one[postView]
}

// readPreview shows an unpublished post, with its unsaved version if there is one, to whoever has the link.
func (s *site) readPreview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := s.previewed(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	return &previewOutput{Robots: "noindex", Body: one[postView]{s.postView(shown.Post, settings)}}, nil
}

// previewed reads what a preview's token stands for, the post as its unsaved version has it. Any token that is none is as one that has run out.
func (s *site) previewed(ctx context.Context, token string) (models.Previewed, error) {
	hash, err := previewToken.Hash(token)
	if err != nil {
		return models.Previewed{}, models.ErrNotFound
	}
	shown, err := s.store.PreviewedPost(ctx, hash)
	if err != nil || shown.Unsaved == nil {
		return shown, err
	}
	change, err := changeFromWorkingCopy(shown.Unsaved.Fields)
	if err != nil {
		return shown, err
	}
	shown.Post, err = s.store.Sketch(ctx, shown.Post, change)
	return shown, err
}
