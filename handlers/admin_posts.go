package handlers

import (
	"context"
	"errors"
	"strconv"
	"time"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
)

// previewToken is the kind of token in a preview link.
const previewToken = auth.PreviewToken

// previewLifetime is how long a preview link works unless it is revoked.
const previewLifetime = 7 * 24 * time.Hour

// adminTagRef is a tag of a post for staff: internal ones too.
type adminTagRef struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Internal bool   `json:"internal"`
}

type adminAuthorRef struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

type imageFields struct {
	MediaID string `json:"media_id,omitempty" doc:"An uploaded picture: its address, size and focal point follow from it, and its alt text if alt is empty. It goes before url."`
	URL     string `json:"url,omitempty" doc:"http(s), or a path of this site such as /media/…. That of an uploaded picture stands for its id."`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// adminImageView is the picture of a post for its writers.
type adminImageView struct {
	MediaID *string `json:"media_id" doc:"Of the uploaded picture; null for one from elsewhere."`
	ImageView
}

func (s *site) adminImageView(i *models.Image) *adminImageView {
	if i == nil {
		return nil
	}
	return &adminImageView{(*string)(i.MediaID), *s.imageView(i)}
}

// AdminPostFields is a post in the writers' list. (It is exported because huma passes over embedded types that are not.)
type AdminPostFields struct {
	ID             string                   `json:"id"`
	Type           models.PostType          `json:"type" enum:"post,page"`
	Status         models.PostStatus        `json:"status" enum:"draft,scheduled,published,archived"`
	Title          string                   `json:"title"`
	Slug           string                   `json:"slug"`
	URL            string                   `json:"url" doc:"Where readers read it once it is published."`
	Excerpt        string                   `json:"excerpt" doc:"The writer's own, else the beginning of the text."`
	ExcerptIsAuto  bool                     `json:"excerpt_is_auto" doc:"The excerpt was made from the text."`
	PublishedAt    *time.Time               `json:"published_at"`
	Language       string                   `json:"language"`
	Featured       bool                     `json:"featured"`
	FeatureImage   nullable[adminImageView] `json:"feature_image"`
	Tags           []adminTagRef            `json:"tags" doc:"In order, internal ones too."`
	Authors        []adminAuthorRef         `json:"authors" doc:"The first is the author."`
	Comments       *models.Level            `json:"comments" enum:"open,newcomers,all,closed" doc:"The post's own dimmer level; null: the site's."`
	CommentCount   int                      `json:"comment_count" doc:"Approved ones."`
	WordCount      int                      `json:"word_count"`
	ReadingMinutes int                      `json:"reading_minutes"`
	SEO            seoView                  `json:"seo"`
	Extra          object                   `json:"extra"`
	Version        int64                    `json:"version" doc:"One more with each change; also the ETag."`
	CreatedAt      time.Time                `json:"created_at"`
	UpdatedAt      time.Time                `json:"updated_at"`
}

// adminPostView is a post as a whole for its writers.
type adminPostView struct {
	AdminPostFields
	Format        markdown.Format `json:"format" enum:"markdown,html"`
	Source        string          `json:"source" doc:"As written."`
	Markdown      *string         `json:"markdown" doc:"source, if that is Markdown; else null."`
	HTML          string          `json:"html"`
	Outline       []headingView   `json:"outline"`
	RedirectsFrom []string        `json:"redirects_from" doc:"Former slugs, oldest first."`
	UnsavedAt     *time.Time      `json:"unsaved_at" doc:"When the working copy was last kept; null: there is none."`
}

func (s *site) adminPostFields(p models.Post, settings models.Settings) AdminPostFields {
	shown := s.postFields(p, settings)
	v := AdminPostFields{
		ID: shown.ID, Type: p.Type, Status: p.Status, Title: p.Title, Slug: p.Slug, URL: shown.URL, Excerpt: p.Excerpt, ExcerptIsAuto: !p.OwnExcerpt,
		PublishedAt: shown.PublishedAt, Language: p.Language, Featured: p.Featured, FeatureImage: nullable[adminImageView]{s.adminImageView(p.FeatureImage)}, Tags: []adminTagRef{},
		Authors: []adminAuthorRef{}, Comments: p.CommentLevel, CommentCount: p.CommentCount, WordCount: p.WordCount, ReadingMinutes: p.ReadingMinutes(),
		SEO: seoView(p.SEO), Extra: shown.Extra, Version: p.Version, CreatedAt: p.CreatedAt.UTC(), UpdatedAt: shown.UpdatedAt,
	}
	for _, tag := range p.Tags {
		v.Tags = append(v.Tags, adminTagRef{tag.Slug, tag.Name, tag.Internal})
	}
	for _, author := range p.Authors {
		v.Authors = append(v.Authors, adminAuthorRef{string(author.ID), author.Slug, author.Name})
	}
	return v
}

func (s *site) adminPostView(p models.Post, settings models.Settings) adminPostView {
	shown := s.postView(p, settings)
	return adminPostView{
		AdminPostFields: s.adminPostFields(p, settings), Format: p.Format, Source: p.Source, Markdown: shown.Markdown, HTML: shown.HTML,
		Outline: shown.Outline, RedirectsFrom: p.FormerSlugs,
	}
}

// PostInput is what a writer may send of a post. Whatever is not here cannot be set.
type PostInput struct {
	Type         field[models.PostType]   `json:"type,omitzero" enum:"post,page"`
	Title        field[string]            `json:"title,omitzero" doc:"1 to 300 characters."`
	Slug         field[string]            `json:"slug,omitzero" doc:"Put into the form of a slug; -2 is added if it is taken."`
	Format       field[markdown.Format]   `json:"format,omitzero" enum:"markdown,html"`
	Source       field[string]            `json:"source,omitzero" doc:"The body, at most 1 MiB."`
	Markdown     field[string]            `json:"markdown,omitzero" doc:"The same as source with the format markdown."`
	Excerpt      optional[string]         `json:"excerpt,omitzero" doc:"null: made from the text."`
	Status       field[models.PostStatus] `json:"status,omitzero" enum:"draft,scheduled,published,archived"`
	PublishedAt  optional[time.Time]      `json:"published_at,omitzero" doc:"In the future for scheduled; not in the future for published."`
	Tags         field[[]string]          `json:"tags,omitzero" doc:"Names, in order; unknown ones are made."`
	Authors      field[[]string]          `json:"authors,omitzero" doc:"Ids or slugs; the first is the author."`
	FeatureImage optional[imageFields]    `json:"feature_image,omitzero"`
	Featured     field[bool]              `json:"featured,omitzero"`
	Language     field[string]            `json:"language,omitzero" doc:"BCP 47."`
	Comments     optional[models.Level]   `json:"comments,omitzero" enum:"open,newcomers,all,closed" doc:"The post's own dimmer level; null: the site's."`
	SEO          field[seoView]           `json:"seo,omitzero"`
	Extra        field[object]            `json:"extra,omitzero" doc:"A JSON object of at most 16 KiB."`
}

// change gives the input as the store takes it.
func (in PostInput) change() (models.PostChange, error) {
	c := models.PostChange{
		Type: in.Type.Opt, Title: in.Title.Opt, Slug: in.Slug.Opt, Format: in.Format.Opt, Source: in.Source.Opt, Excerpt: in.Excerpt.orNil(),
		Status: in.Status.Opt, PublishedAt: in.PublishedAt.orNil(), Tags: in.Tags.Opt, Authors: in.Authors.Opt, Featured: in.Featured.Opt,
		Language: in.Language.Opt, CommentLevel: in.Comments.orNil(),
		FeatureImage: as(in.FeatureImage.orNil(), imageFromFields), SEO: as(in.SEO.Opt, func(v seoView) models.SEO { return models.SEO(v) }),
		Extra: as(in.Extra.Opt, toJSON),
	}
	if in.Markdown.Set {
		if in.Source.Set || in.Format.Set && in.Format.Value != markdown.FormatMarkdown {
			return c, models.Invalid{"markdown": "stands for source with the format markdown; send one of the two"}
		}
		c.Source, c.Format = in.Markdown.Opt, models.Some(markdown.FormatMarkdown)
	}
	return c, nil
}

func imageFromFields(in *imageFields) *models.Image {
	if in == nil {
		return nil
	}
	image := &models.Image{URL: in.URL, Alt: in.Alt, Caption: in.Caption}
	if in.MediaID != "" {
		image.MediaID = (*models.MediaID)(&in.MediaID)
	}
	return image
}

// changeFromWorkingCopy reads the fields that autosave has kept.
func changeFromWorkingCopy(fields models.JSON) (models.PostChange, error) {
	var in PostInput
	if err := decode([]byte(fields), &in); err != nil {
		return models.PostChange{}, err
	}
	return in.change()
}

// postAnswer is an answer about one post, with its ETag.
type postAnswer struct {
	ETag     string `header:"ETag" doc:"The version of the post's own fields: send it in If-Match."`
	Location string `header:"Location"`
	Body     one[adminPostView]
}

func postTag(p models.Post) string { return `"v` + strconv.FormatInt(p.Version, 10) + `"` }

func (s *site) postAnswer(ctx context.Context, p models.Post, err error) (*postAnswer, error) {
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	view, err := s.wholePost(ctx, p, settings)
	return &postAnswer{ETag: postTag(p), Body: one[adminPostView]{view}}, err
}

// wholePost is a post with what is known of its working copy: an editor that asks for one that is not there would be answered 404.
func (s *site) wholePost(ctx context.Context, p models.Post, settings models.Settings) (adminPostView, error) {
	view := s.adminPostView(p, settings)
	kept, err := s.store.WorkingCopy(ctx, actor(ctx), p.ID)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return view, nil
	case err == nil:
		at := kept.UpdatedAt.UTC()
		view.UnsavedAt = &at
	}
	return view, err
}

type listAdminPostsInput struct {
	Paging
	Type     string `query:"type" enum:"post,page" doc:"Without it: posts and pages."`
	Status   string `query:"status" enum:"draft,scheduled,published,archived" doc:"Without it: every status."`
	Q        string `query:"q" maxLength:"200" doc:"Words to look for."`
	Tag      string `query:"tag" maxLength:"100" doc:"Slug of a tag, internal ones too."`
	Author   string `query:"author" maxLength:"100" doc:"Slug of an author."`
	Language string `query:"language" maxLength:"35"`
	Sort     string `query:"sort" enum:"-updated_at,-created_at,-published_at,published_at,title,-comments" default:"-updated_at"`
}

// listAdminPosts lists what the writer may edit: authors their own.
func (s *site) listAdminPosts(ctx context.Context, in *listAdminPostsInput) (*listed[AdminPostFields], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	q := models.PostQuery{
		Type: models.PostType(in.Type), Status: models.PostStatus(in.Status), Author: in.Author, Language: in.Language, Words: in.Q,
		Sort: models.PostSort(in.Sort), Page: page,
	}
	if in.Tag != "" {
		q.Tags = []string{in.Tag}
	}
	found, err := s.store.Posts(ctx, actor(ctx), q)
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, func(p models.Post) AdminPostFields { return s.adminPostFields(p, settings) })
}

type createPostInput struct{ Body PostInput }

func (s *site) createPost(ctx context.Context, in *createPostInput) (*postAnswer, error) {
	change, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	post, err := s.store.CreatePost(ctx, actor(ctx), change)
	out, err := s.postAnswer(ctx, post, err)
	if err == nil {
		out.Location = s.config.PublicURL + adminPath + "/posts/" + string(post.ID)
	}
	return out, err
}

type postIDInput struct {
	ID string `path:"id"`
}

func (s *site) readAdminPost(ctx context.Context, in *postIDInput) (*postAnswer, error) {
	post, err := s.store.Post(ctx, actor(ctx), models.PostID(in.ID))
	return s.postAnswer(ctx, post, err)
}

// Conditional is the precondition of a change: embed it in the input.
type Conditional struct {
	IfMatch []string `header:"If-Match" doc:"The ETag of the post that you read. Without it: 428; an old one: 412 with the post as it is."`
}

// seenPost is the post if it still is what the client has seen.
func (s *site) seenPost(ctx context.Context, id string, seen Conditional) (models.Post, error) {
	if callFrom(ctx).gin.Request.Header["If-Match"] == nil {
		return models.Post{}, refuse(428, "precondition_required",
			"Say in If-Match which version you have seen: the ETag of the post. So nobody's change is lost.", FieldError{"header.If-Match", "is required"})
	}
	post, err := s.store.Post(ctx, actor(ctx), models.PostID(id))
	if err != nil {
		return post, err
	}
	if !holdsTag(callFrom(ctx).gin.Request.Header["If-Match"], postTag(post), true) {
		return post, models.ErrStale
	}
	return post, nil
}

// orStale gives a writer who was too late the post as it is now.
func (s *site) orStale(ctx context.Context, id string, err error) error {
	if !isStale(err) {
		return err
	}
	post, readErr := s.store.Post(ctx, actor(ctx), models.PostID(id))
	if readErr != nil {
		return readErr
	}
	settings, readErr := s.store.Settings(ctx)
	if readErr != nil {
		return readErr
	}
	view, readErr := s.wholePost(ctx, post, settings)
	if readErr != nil {
		return readErr
	}
	return stale(view).with("ETag", postTag(post))
}

type changePostInput struct {
	Conditional
	ID   string `path:"id"`
	Body PostInput
}

func (s *site) changePost(ctx context.Context, in *changePostInput) (*postAnswer, error) {
	change, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	post, err := s.seenPost(ctx, in.ID, in.Conditional)
	if err == nil {
		post, err = s.store.ChangePost(ctx, actor(ctx), post.ID, post.Version, change)
	}
	return s.postAnswer(ctx, post, s.orStale(ctx, in.ID, err))
}

type deletePostInput struct {
	Conditional
	ID string `path:"id"`
}

func (s *site) deletePost(ctx context.Context, in *deletePostInput) (*struct{}, error) {
	post, err := s.seenPost(ctx, in.ID, in.Conditional)
	if err == nil {
		err = s.store.DeletePost(ctx, actor(ctx), post.ID, post.Version)
	}
	return nil, s.orStale(ctx, in.ID, err)
}

// RevisionFields is one change of a post in the list of them. (Exported for the same reason.)
type RevisionFields struct {
	Number    int       `json:"number"`
	CreatedAt time.Time `json:"created_at"`
	By        *string   `json:"by" doc:"Id of who made it; null: Dimmer itself, or somebody who is gone."`
	Changed   []string  `json:"changed" doc:"Names of the fields that changed."`
}

type revisionView struct {
	RevisionFields
	Title        string                   `json:"title"`
	Format       markdown.Format          `json:"format" enum:"markdown,html"`
	Source       string                   `json:"source"`
	Excerpt      *string                  `json:"excerpt"`
	Tags         []string                 `json:"tags" doc:"Names, in order."`
	Authors      []string                 `json:"authors" doc:"Ids, in order."`
	FeatureImage nullable[adminImageView] `json:"feature_image"`
	SEO          seoView                  `json:"seo"`
	Extra        object                   `json:"extra"`
}

func newRevisionFields(r models.Revision) RevisionFields {
	return RevisionFields{Number: r.Number, CreatedAt: r.CreatedAt.UTC(), By: (*string)(r.ByUserID), Changed: r.Changed}
}

type listRevisionsInput struct {
	Paging
	ID string `path:"id"`
}

func (s *site) listRevisions(ctx context.Context, in *listRevisionsInput) (*listed[RevisionFields], error) {
	page, err := s.page(in.Paging)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Revisions(ctx, actor(ctx), models.PostID(in.ID), page)
	if err != nil {
		return nil, err
	}
	return listing(s, in.Paging, found, newRevisionFields)
}

type revisionInput struct {
	ID     string `path:"id"`
	Number int    `path:"number"`
}

func (s *site) readRevision(ctx context.Context, in *revisionInput) (*reply[one[revisionView]], error) {
	r, err := s.store.Revision(ctx, actor(ctx), models.PostID(in.ID), in.Number)
	if err != nil {
		return nil, err
	}
	v := revisionView{
		RevisionFields: newRevisionFields(r), Title: r.Title, Format: r.Format, Source: r.Source, Excerpt: r.Excerpt, Tags: r.Tags,
		Authors: make([]string, len(r.Authors)), SEO: seoView(r.SEO), Extra: object(r.Extra),
	}
	for i, author := range r.Authors {
		v.Authors[i] = string(author)
	}
	v.FeatureImage.Value = s.adminImageView(r.FeatureImage)
	return data(v), nil
}

type restoreRevisionInput struct {
	Conditional
	ID     string `path:"id"`
	Number int    `path:"number"`
}

func (s *site) restoreRevision(ctx context.Context, in *restoreRevisionInput) (*postAnswer, error) {
	post, err := s.seenPost(ctx, in.ID, in.Conditional)
	if err == nil {
		post, err = s.store.RestoreRevision(ctx, actor(ctx), post.ID, in.Number, post.Version)
	}
	return s.postAnswer(ctx, post, s.orStale(ctx, in.ID, err))
}

type workingCopyView struct {
	Fields      object    `json:"fields" doc:"As they were sent."`
	BaseVersion int64     `json:"base_version" doc:"The version of the post that it began from."`
	By          *string   `json:"by"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func newWorkingCopyView(w models.WorkingCopy) workingCopyView {
	return workingCopyView{object(w.Fields), w.BaseVersion, (*string)(w.ByUserID), w.UpdatedAt.UTC()}
}

func (s *site) readWorkingCopy(ctx context.Context, in *postIDInput) (*reply[one[workingCopyView]], error) {
	kept, err := s.store.WorkingCopy(ctx, actor(ctx), models.PostID(in.ID))
	if err != nil {
		return nil, err
	}
	return data(newWorkingCopyView(kept)), nil
}

type saveWorkingCopyInput struct {
	ID   string `path:"id"`
	Body struct {
		Fields      PostInput `json:"fields" doc:"The fields as a PATCH would send them."`
		BaseVersion int64     `json:"base_version" doc:"The version of the post that the writer began from."`
	}
}

// saveWorkingCopy is what autosave calls. Nothing that it keeps goes live.
func (s *site) saveWorkingCopy(ctx context.Context, in *saveWorkingCopyInput) (*reply[one[workingCopyView]], error) {
	change, err := in.Body.Fields.change()
	if err != nil {
		return nil, err
	}
	fields, err := encode(in.Body.Fields)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.SaveWorkingCopy(ctx, actor(ctx), models.PostID(in.ID), in.Body.BaseVersion, models.JSON(fields), change)
	if err != nil {
		return nil, err
	}
	return data(newWorkingCopyView(kept)), nil
}

func (s *site) deleteWorkingCopy(ctx context.Context, in *postIDInput) (*struct{}, error) {
	return nil, s.store.DeleteWorkingCopy(ctx, actor(ctx), models.PostID(in.ID))
}

type previewLink struct {
	URL       string    `json:"url" doc:"Whoever has it sees the post, unpublished or not: where preview_url says, else on the starter site, else as JSON."`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *site) createPreview(ctx context.Context, in *postIDInput) (*reply[one[previewLink]], error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	token, hash := previewToken.New()
	preview, err := s.store.CreatePreview(ctx, actor(ctx), models.PostID(in.ID), hash, previewLifetime)
	if err != nil {
		return nil, err
	}
	return data(previewLink{s.previewAddress(settings, token), token, preview.ExpiresAt.UTC()}), nil
}

// previewAddress is where people look at what a preview's token stands for: on their own frontend, else on the starter site. Without either there is
// only what a program reads.
func (s *site) previewAddress(settings models.Settings, token string) string {
	if own := settings.PreviewAddress(s.config.PublicURL, token); own != "" {
		return own
	}
	if settings.StarterSite {
		return s.config.PublicURL + "/preview/" + token
	}
	return s.config.PublicURL + apiPath + "/preview/" + token
}

// revokePreviews ends every preview link of a post.
func (s *site) revokePreviews(ctx context.Context, in *postIDInput) (*struct{}, error) {
	return nil, s.store.RevokePreviews(ctx, actor(ctx), models.PostID(in.ID))
}

type renderInput struct {
	Body struct {
		Source string          `json:"source"`
		Format markdown.Format `json:"format,omitempty" enum:"markdown,html" default:"markdown"`
	}
}

type renderView struct {
	HTML           string        `json:"html"`
	Excerpt        string        `json:"excerpt"`
	Outline        []headingView `json:"outline"`
	WordCount      int           `json:"word_count"`
	ReadingMinutes int           `json:"reading_minutes"`
}

// renderBody shows what a body would become, without keeping it: the editor's preview.
func (s *site) renderBody(_ context.Context, in *renderInput) (*reply[renderView], error) {
	if len(in.Body.Source) > maxRendered {
		return nil, models.Invalid{"source": "is longer than 1 MiB"}
	}
	if in.Body.Format == "" {
		in.Body.Format = markdown.FormatMarkdown
	}
	document, err := s.render.Post(in.Body.Source, in.Body.Format)
	if err != nil {
		return nil, models.Invalid{"source": err.Error()}
	}
	v := renderView{HTML: s.absoluteMedia(document.HTML), Excerpt: document.Excerpt, WordCount: document.WordCount, ReadingMinutes: markdown.ReadingMinutes(document.WordCount)}
	for _, heading := range document.Outline {
		v.Outline = append(v.Outline, headingView(heading))
	}
	return &reply[renderView]{v}, nil
}

const (
	maxRendered    = 1 << 20 // bytes, as for a post
	maxPostRequest = 7 << 20 // bytes: a body of 1 MiB, each byte escaped, and the other fields
)
