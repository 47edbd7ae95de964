package handlers

import (
	"context"
	"time"

	"dimmer/models"
)

type adminTagView struct {
	ID          string        `json:"id"`
	Slug        string        `json:"slug"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Internal    bool          `json:"internal" doc:"Its name begins with #: readers never see it."`
	PostCount   int64         `json:"post_count" doc:"Published posts."`
	Comments    *models.Level `json:"comments" enum:"open,newcomers,all,closed" doc:"The dimmer level of its posts that have none of their own; of several tags the strictest. null: the site's."`
	Extra       object        `json:"extra"`
	CreatedAt   time.Time     `json:"created_at"`
	UpdatedAt   time.Time     `json:"updated_at"`
}

func newAdminTagView(t models.Tag) adminTagView {
	return adminTagView{
		ID: string(t.ID), Slug: t.Slug, Name: t.Name, Description: t.Description, Internal: t.Internal, PostCount: t.PostCount, Comments: t.Level,
		Extra: object(t.Extra), CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(),
	}
}

func (s *site) listAdminTags(ctx context.Context, in *Paging) (*listed[adminTagView], error) {
	page, err := s.page(*in)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Tags(ctx, models.TagQuery{Internal: true, Page: page})
	if err != nil {
		return nil, err
	}
	return listing(s, *in, found, newAdminTagView)
}

type tagIDInput struct {
	ID string `path:"id"`
}

func (s *site) readAdminTag(ctx context.Context, in *tagIDInput) (*reply[one[adminTagView]], error) {
	return s.tagAnswer(ctx, models.Tag{ID: models.TagID(in.ID)}, nil)
}

// tagAnswer reads a tag as it is now, with its count.
func (s *site) tagAnswer(ctx context.Context, tag models.Tag, err error) (*reply[one[adminTagView]], error) {
	if err == nil {
		tag, err = s.store.Tag(ctx, tag.ID)
	}
	if err != nil {
		return nil, err
	}
	return data(newAdminTagView(tag)), nil
}

// TagInput is what a writer may send of a tag.
type TagInput struct {
	Name        field[string]          `json:"name,omitzero" doc:"1 to 80 characters; beginning with # it is internal."`
	Slug        field[string]          `json:"slug,omitzero"`
	Description field[string]          `json:"description,omitzero"`
	Comments    optional[models.Level] `json:"comments,omitzero" enum:"open,newcomers,all,closed" doc:"The dimmer level of its posts that have none of their own. null: the site's."`
	Extra       field[object]          `json:"extra,omitzero"`
}

func (in TagInput) change() models.TagChange {
	return models.TagChange{Name: in.Name.Opt, Slug: in.Slug.Opt, Description: in.Description.Opt, Level: in.Comments.orNil(), Extra: as(in.Extra.Opt, toJSON)}
}

type createTagInput struct{ Body TagInput }

func (s *site) createTag(ctx context.Context, in *createTagInput) (*reply[one[adminTagView]], error) {
	tag, err := s.store.CreateTag(ctx, actor(ctx), in.Body.change())
	return s.tagAnswer(ctx, tag, err)
}

type changeTagInput struct {
	ID   string `path:"id"`
	Body TagInput
}

func (s *site) changeTag(ctx context.Context, in *changeTagInput) (*reply[one[adminTagView]], error) {
	tag, err := s.store.ChangeTag(ctx, actor(ctx), models.TagID(in.ID), in.Body.change())
	return s.tagAnswer(ctx, tag, err)
}

func (s *site) deleteTag(ctx context.Context, in *tagIDInput) (*struct{}, error) {
	return nil, s.store.DeleteTag(ctx, actor(ctx), models.TagID(in.ID))
}

type mergeTagInput struct {
	ID   string `path:"id"`
	Body struct {
		Into string `json:"into" doc:"Id of the tag that stays."`
	}
}

// mergeTag files the posts of one tag under another and removes the first.
func (s *site) mergeTag(ctx context.Context, in *mergeTagInput) (*reply[one[adminTagView]], error) {
	tag, err := s.store.MergeTag(ctx, actor(ctx), models.TagID(in.ID), models.TagID(in.Body.Into))
	return s.tagAnswer(ctx, tag, err)
}
