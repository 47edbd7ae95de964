package handlers

import (
	"context"
	"time"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

// commentAuthor is who wrote a comment, as readers see it. Never an e-mail, an address or a hash of one.
type commentAuthor struct {
	Name      string  `json:"name" example:"Ruth"`
	URL       *string `json:"url"`
	AvatarURL *string `json:"avatar_url"`
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
	Replies    []commentView `json:"replies" doc:"In the order of time."`
	ReplyCount int           `json:"reply_count" doc:"All visible answers below."`
}

// commentFields shows a comment to readers.
func (s *site) commentFields(c models.Comment, post models.Post) CommentFields {
	v := CommentFields{
		ID: string(c.ID), ParentID: (*string)(c.ParentID), Depth: c.Depth, HTML: c.HTML, CreatedAt: c.CreatedAt.UTC(), EditedAt: moment(c.EditedAt),
		Likes: c.LikeCount, Pinned: c.Pinned,
	}
	author := commentAuthor{Name: c.AuthorName, URL: c.AuthorURL, Badge: c.Badge(post)}
	if c.Author != nil {
		author.Name, author.URL, author.AvatarURL = c.Author.Name, c.Author.URL, s.absoluteOrNil(c.Author.AvatarURL)
	}
	v.Author.Value = &author
	return v
}

func (s *site) threadView(t *models.Thread, post models.Post) commentView {
	v := commentView{CommentFields: s.commentFields(t.Comment, post), Replies: make([]commentView, len(t.Replies)), ReplyCount: t.ReplyCount()}
	if t.Removed {
		v.Removed, v.HTML, v.Author.Value = true, "", nil
		v.Likes, v.EditedAt = 0, nil
	}
	for i, reply := range t.Replies {
		v.Replies[i] = s.threadView(reply, post)
	}
	return v
}

type threadMeta struct {
	Count    int          `json:"count" doc:"Approved comments, answers included."`
	Open     bool         `json:"open" doc:"Whether the post takes comments now."`
	Level    models.Level `json:"level" enum:"open,newcomers,all,closed" doc:"The dimmer level of this post."`
	ClosesAt *time.Time   `json:"closes_at"`
}

type threadBody struct {
	Data []commentView `json:"data"`
	Page pageView      `json:"page" doc:"Counts comments that answer no other; answers come with them."`
	Meta threadMeta    `json:"meta"`
}

type listCommentsInput struct {
	Paging
	Slug string `path:"slug" doc:"Of a post or page. A former slug answers 308 to the present one."`
	Sort string `query:"sort" enum:"oldest,newest" default:"oldest"`
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
	for _, change := range []*time.Time{post.CommentsAt, &post.UpdatedAt} {
		if change != nil && change.After(a.ModifiedAt) {
			a.ModifiedAt = *change
		}
	}
	found, err := s.store.Thread(ctx, post.ID, in.Sort == "newest", page)
	if err != nil {
		return a, err
	}
	list, link, err := listOf(s.Server, in.Paging, found, func(t *models.Thread) commentView { return s.threadView(t, post) })
	open, level, closesAt := post.TakesComments(settings, s.now())
	a.Body = threadBody{Data: list.Data, Page: list.Page, Meta: threadMeta{post.CommentCount, open, level, moment(closesAt)}}
	a.Tags, a.Link = []string{"comments:" + string(post.ID), "post:" + string(post.ID), "site"}, link
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
	return answer[one[map[string]int]]{Body: one[map[string]int]{counts}, ModifiedAt: changed, Tags: []string{"posts"}}, err
}

type createCommentInput struct {
	Slug string `path:"slug"`
	Body struct {
		Name      string           `json:"name" example:"Ruth" doc:"1 to 80 characters."`
		Email     optional[string] `json:"email,omitzero" doc:"Seen by moderators only."`
		URL       optional[string] `json:"url,omitzero" doc:"http or https, at most 500 characters."`
		Body      string           `json:"body" example:"The part about the jaw helped." doc:"1 to 10,000 characters of Markdown."`
		ParentID  optional[string] `json:"parent_id,omitzero" doc:"A visible comment on the same post."`
		Commenter optional[string] `json:"commenter,omitzero" doc:"The key that came with this reader's first comment."`
		Website   field[string]    `json:"website,omitzero" doc:"People never see this field: leave it out or empty."`
	}
}

// createdComment is what the writer of a comment gets. It says the same for held and for spam.
type createdComment struct {
	Data      ownComment `json:"data"`
	EditToken string     `json:"edit_token" doc:"Proves that the comment is hers."`
	EditUntil time.Time  `json:"edit_until"`
	Commenter string     `json:"commenter" doc:"This reader's key, for her next comment. Keep it on her device."`
	Message   string     `json:"message" doc:"What to tell her."`
}

type ownComment struct {
	CommentFields
	Replies    []commentView `json:"replies"`
	ReplyCount int           `json:"reply_count"`
	Status     string        `json:"status" enum:"approved,pending"`
}

type createCommentOutput struct {
	Location string `header:"Location" doc:"The thread."`
	Body     createdComment
}

// maxCommentRequest holds 10,000 characters of four bytes, each escaped, and the other fields.
const maxCommentRequest = 160 << 10

// createComment takes a comment from a reader, judges it and stores it with the verdict.
func (s *site) createComment(ctx context.Context, in *createCommentInput) (*createCommentOutput, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	post, err := s.present(ctx, "", in.Slug, "/comments")
	if err != nil {
		return nil, err
	}
	open, level, _ := post.TakesComments(settings, s.now())
	if !open {
		return nil, models.ForbiddenError{Code: "comments_closed", Message: "This post takes no new comments. What was said stays readable."}
	}
	name, email, url, source, err := models.CheckComment(in.Body.Name, in.Body.Email.orNil().Value, in.Body.URL.orNil().Value, in.Body.Body)
	if err != nil {
		return nil, err
	}
	key, keyHash := commenterKey(in.Body.Commenter)
	html := s.render.Comment(source)
	verdict := s.policy.Decide(moderation.Submission{
		Level: moderation.Level(level), Name: name, Email: value(email), URL: value(url), Text: source, Links: markdown.Links(html), Honeypot: in.Body.Website.Value,
	}, moderation.History{})
	comment, err := s.store.CreateComment(ctx, models.Actor{Kind: models.ByReader}, models.NewComment{
		PostID: post.ID, ParentID: (*models.CommentID)(in.Body.ParentID.orNil().Value), Name: name, Email: email, URL: url,
		Source: source, HTML: html, Status: models.CommentStatus(verdict.Status), Score: verdict.Score,
		Reasons: reasonsOf(verdict), Signals: verdict.Signals, AddressHash: s.addresses.Hash(address(ctx)), KeyHash: keyHash,
	})
	if err != nil {
		return nil, err
	}
	status, message := "pending", "Only you can see this for now. "+moderatorOf(post)+" reads it before it appears."
	if comment.Status == models.Approved {
		status, message = "approved", "Your comment is here. Thank you."
	}
	return &createCommentOutput{
		Location: s.config.PublicURL + below("posts", post.Slug, "/comments"),
		Body: createdComment{
			Data:      ownComment{CommentFields: s.commentFields(comment, post), Replies: []commentView{}, Status: status},
			EditToken: s.edits.Token(string(comment.ID)), EditUntil: comment.CreatedAt.Add(time.Duration(settings.CommentEditMinutes) * time.Minute).UTC(),
			Commenter: key, Message: message,
		},
	}, nil
}

// value is a text that may be missing; then it is empty.
func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// moderatorOf names who reads the comments of a post, as its readers know her.
func moderatorOf(post models.Post) string {
	if len(post.Authors) == 0 {
		return "Somebody"
	}
	return post.Authors[0].Name
}

// commenterKey is the reader's own key, or a new one. A key that is none of ours gives a new one too: it proves nothing, and to say so
// would help nobody.
func commenterKey(sent optional[string]) (key, hash string) {
	if sent.Sent && !sent.Null {
		if hash, err := auth.CommenterKey.Hash(sent.Value); err == nil {
			return sent.Value, hash
		}
	}
	return auth.CommenterKey.New()
}

func reasonsOf(v moderation.Verdict) []models.JudgementReason {
	reasons := make([]models.JudgementReason, len(v.Reasons))
	for i, reason := range v.Reasons {
		reasons[i] = models.JudgementReason(reason)
	}
	return reasons
}
