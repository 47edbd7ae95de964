package handlers

import (
	"context"
	"errors"
	"time"

	"dimmer/models"
)

// commentAuthor is who wrote a comment, as readers see it. Never an e-mail, an address or a hash of one.
type commentAuthor struct {
	Name      string  `json:"name" example:"Ruth"`
	URL       *string `json:"url"`
	AvatarURL *string `json:"avatar_url" doc:"Of a reader: drawn by this server. It tells nothing of her address."`
	Badge     *string `json:"badge" enum:"owner,author" doc:"Of a signed-in reply: owner, else author if she wrote the post."`
}

// CommentFields is a comment as readers see it. (It is exported because huma passes over embedded types that are not.)
type CommentFields struct {
	ID        string                  `json:"id"`
	ParentID  *string                 `json:"parent_id" doc:"What it answers."`
	Depth     int                     `json:"depth" doc:"0 to 5; deeper answers are listed at 5."`
	Author    nullable[commentAuthor] `json:"author" doc:"null if the comment was removed."`
	HTML      string                  `json:"html" doc:"Safe to show as it is."`
	CreatedAt time.Time               `json:"created_at"`
	EditedAt  *time.Time              `json:"edited_at"`
	Likes     int                     `json:"likes"`
	Pinned    bool                    `json:"pinned"`
	Removed   bool                    `json:"removed,omitzero" doc:"It was taken away, but was answered: it keeps its place."`
}

type commentView struct {
	CommentFields
	Replies     []commentView `json:"replies" doc:"In the order of time; of a comment that answers no other, the first 50 at any depth."`
	ReplyCount  int           `json:"reply_count" doc:"All visible answers below; on the last level, those that answer this one."`
	RepliesNext *string       `json:"replies_next,omitzero" doc:"There are more than 50: the cursor for /comments/{id}/replies."`
}

// commentFields shows a comment to readers. Whoever has no picture gets one that is drawn for her.
func (s *site) commentFields(c models.Comment, post models.Post) CommentFields {
	v := CommentFields{
		ID: string(c.ID), ParentID: (*string)(c.ParentID), Depth: c.Depth, HTML: c.HTML, CreatedAt: c.CreatedAt.UTC(), EditedAt: moment(c.EditedAt),
		Likes: c.LikeCount, Pinned: c.Pinned,
	}
	author := commentAuthor{Name: c.AuthorName, URL: c.AuthorURL, Badge: c.Badge(post)}
	if c.Author != nil {
		author.Name, author.URL, author.AvatarURL = c.Author.Name, c.Author.URL, s.absoluteOrNil(c.Author.AvatarURL)
	}
	if author.AvatarURL == nil {
		drawn := s.config.PublicURL + avatarPath(author.Name)
		author.AvatarURL = &drawn
	}
	v.Author.Value = &author
	return v
}

func (s *site) threadView(t *models.Thread, post models.Post) (commentView, error) {
	v := commentView{CommentFields: s.commentFields(t.Comment, post), Replies: make([]commentView, len(t.Replies)), ReplyCount: t.ReplyCount}
	if t.Removed {
		v.Removed, v.HTML, v.Author.Value = true, "", nil
	}
	if t.More != nil {
		next, err := s.cursors.seal(repliesPath(t.ID)+"?", t.More)
		if err != nil {
			return v, err
		}
		v.RepliesNext = &next
	}
	for i, reply := range t.Replies {
		var err error
		if v.Replies[i], err = s.threadView(reply, post); err != nil {
			return v, err
		}
	}
	return v, nil
}

// repliesPath is where the further answers to a comment are, which is also the scope of their cursors.
func repliesPath(id models.CommentID) string { return below("comments", string(id), "/replies") }

type threadMeta struct {
	Count    int          `json:"count" doc:"Approved comments, answers included."`
	Open     bool         `json:"open" doc:"Whether the post takes comments now."`
	Level    models.Level `json:"level" enum:"open,newcomers,all,closed" doc:"The dimmer level of this post."`
	ClosesAt *time.Time   `json:"closes_at"`

	Moderator  string  `json:"moderator" doc:"Who reads comments before they appear, as readers know her."`
	PrivacyURL *string `json:"privacy_url" doc:"Where the site says what it keeps of readers."`
	Mail       bool    `json:"mail" doc:"Whether readers can ask for mails about answers: false as long as mail is off."`
}

type threadBody struct {
	Data []commentView `json:"data"`
	Page pageView      `json:"page" doc:"Counts comments that answer no other; answers come with them."`
	Meta threadMeta    `json:"meta"`
}

type listCommentsInput struct {
	Paging
	Slug string `path:"slug" doc:"Of a post or page. A former slug answers 308 to the present one."`
	Sort string `query:"sort" enum:"oldest,newest,top" default:"oldest" doc:"Of the comments that answer no other; pinned ones come first. top: what most readers like."`
}

// listComments serves the visible thread under a post or page.
func (s *site) listComments(ctx context.Context, in *listCommentsInput) (answer[threadBody], error) {
	var a answer[threadBody]
	page, err := s.page(in.Paging)
	if err != nil {
		return a, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "authors", "site"); err != nil {
		return a, err
	}
	post, err := s.present(ctx, "", in.Slug, "/comments")
	if err != nil {
		return a, err
	}
	a.ModifiedAt = latest(a.ModifiedAt, post.CommentsAt, &post.UpdatedAt)
	a.Body, a.Link, err = s.thread(ctx, post, settings, models.ThreadSort(in.Sort), in.Paging, page)
	a.Tags = threadTags(post.ID)
	return a, err
}

// threadTags are the cache tags of what shows comments: who answers as staff has her name and picture in it.
func threadTags(id models.PostID) []string {
	return []string{"authors", "comments:" + string(id), "post:" + string(id), "site"}
}

// thread is a part of the thread under a post.
func (s *site) thread(
	ctx context.Context, post models.Post, settings models.Settings, sort models.ThreadSort, p Paging, page models.Page,
) (body threadBody, link string, err error) {
	found, err := s.store.Thread(ctx, post.ID, sort, page)
	if err != nil {
		return body, "", err
	}
	list, link, err := listOf(s.Server, p, found, func(t *models.Thread) commentView {
		v, sealErr := s.threadView(t, post)
		err = errors.Join(err, sealErr)
		return v
	})
	open, level, closesAt := post.TakesComments(settings, s.now())
	return threadBody{Data: list.Data, Page: list.Page, Meta: threadMeta{
		Count: post.CommentCount, Open: open, Level: level, ClosesAt: moment(closesAt), Moderator: moderatorOf(post), PrivacyURL: s.absoluteOrNil(settings.PrivacyURL), Mail: s.mail != nil,
	}}, link, err
}

// latest is the last of some moments.
func latest(at time.Time, more ...*time.Time) time.Time {
	for _, other := range more {
		if other != nil && other.After(at) {
			at = *other
		}
	}
	return at
}

type listRepliesInput struct {
	Paging
	ID string `path:"id" doc:"Of a comment that answers no other."`
}

// listReplies serves the further answers below a comment, each by itself: parent_id says what it answers.
func (s *site) listReplies(ctx context.Context, in *listRepliesInput) (answer[many[commentView]], error) {
	var a answer[many[commentView]]
	page, err := s.page(in.Paging)
	if err != nil {
		return a, err
	}
	if a.ModifiedAt, err = s.store.LastChange(ctx, "authors", "site"); err != nil {
		return a, err
	}
	found, post, err := s.store.Replies(ctx, models.CommentID(in.ID), page)
	if err != nil {
		return a, err
	}
	a.ModifiedAt = latest(a.ModifiedAt, post.CommentsAt, &post.UpdatedAt)
	a.Tags = threadTags(post.ID)
	a.Body, a.Link, err = listOf(s.Server, in.Paging, found, func(t *models.Thread) commentView {
		v, _ := s.threadView(t, post) // only roots have more below them
		return v
	})
	return a, err
}

type countCommentsInput struct {
	Slug []string `query:"slug,explode" required:"true" minItems:"1" maxItems:"100" doc:"Of a post or page; repeat it for up to 100."`
}

// countComments serves the number of approved comments of several posts at once.
func (s *site) countComments(ctx context.Context, in *countCommentsInput) (answer[one[map[string]int]], error) {
	counts, err := s.store.CommentCounts(ctx, in.Slug)
	if err != nil {
		return answer[one[map[string]int]]{}, err
	}
	changed, err := s.store.LastChange(ctx, "posts")
	return answer[one[map[string]int]]{Body: one[map[string]int]{counts}, ModifiedAt: changed, Tags: []string{"comments", "posts", "site"}}, err
}
