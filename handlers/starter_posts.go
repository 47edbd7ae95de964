package handlers

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"dimmer/models"
	starter "dimmer/site"
)

const (
	// outlineFrom is how many headings make a table of contents worth its place.
	outlineFrom = 2
	// rootsPerSheet is how many comments that answer no other stand on a page.
	rootsPerSheet = 20
	// relatedOnSheet is how many related posts stand below a post.
	relatedOnSheet = 3
	// maxDescription is what search engines show of a description, about, in bytes.
	maxDescription = 300
)

// postPage is a post or page with its thread and the form below it. A former address, and that of the other kind, lead to the present one.
func (s *site) postPage(ctx context.Context, v visit) (sheet, error) {
	var p sheet
	var err error
	if p.modifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return p, err
	}
	post, err := s.store.PostBySlug(ctx, "", v.slug)
	if err != nil {
		return p, err
	}
	isPost := post.Type == models.TypePost
	if post.Slug != v.slug || isPost != strings.HasPrefix(v.path, "/posts/") {
		return p, moved(postPath(post))
	}
	p.modifiedAt = latest(p.modifiedAt, post.CommentsAt, &post.UpdatedAt)
	p.tags = []string{"post:" + string(post.ID), "comments:" + string(post.ID), "posts", "site"}
	shown, err := s.shownPost(ctx, v.settings, post)
	if err != nil {
		return p, err
	}
	if shown.Thread, err = s.threadBelow(ctx, v, &p, post); err != nil {
		return p, err
	}
	p.head = s.postHead(v.settings, post)
	p.head.NoIndex = p.head.NoIndex || v.query.Has("reply") || v.query.Has("comments") || p.personal
	p.write = s.writesPost(shown)
	return p, nil
}

func (s *site) writesPost(shown starter.Post) func(io.Writer, starter.Site, starter.Head) error {
	return func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Post(w, around, h, shown)
	}
}

// previewPage is a post or page as readers will see it, for whoever has a link to it. One that has no date yet has that of today.
func (s *site) previewPage(ctx context.Context, v visit) (sheet, error) {
	p := sheet{personal: true}
	preview, err := s.previewed(ctx, v.token)
	if err != nil {
		return p, err
	}
	post := preview.Post
	if post.PublishedAt == nil {
		post.SortAt, post.UpdatedAt = s.now(), s.now()
	}
	shown, err := s.shownPost(ctx, v.settings, post)
	if err != nil {
		return p, err
	}
	until := s.local(v.settings, preview.ExpiresAt)
	shown.PreviewUntil = &until
	head := s.postHead(v.settings, post)
	p.head = starter.Head{Title: head.Title, Description: head.Description, NoIndex: true}
	p.write = s.writesPost(shown)
	return p, nil
}

// shownPost is a post or page without its thread.
func (s *site) shownPost(ctx context.Context, settings models.Settings, post models.Post) (starter.Post, error) {
	isPost := post.Type == models.TypePost
	shown := starter.Post{
		Slug: post.Slug, Title: post.Title, Language: otherLanguage(settings, post.Language), HTML: post.HTML, Tag: firstTag(post.Tags), Page: !isPost,
		At: s.local(settings, post.SortAt), Minutes: post.ReadingMinutes(), Outline: outline(post),
	}
	if post.OwnExcerpt { // else it repeats the beginning of the text
		shown.Intro = post.Excerpt
	}
	if post.FeatureImage != nil {
		shown.Picture = picture(post.FeatureImage)
	}
	if changed := s.local(settings, post.UpdatedAt); isPost && changed.Format(time.DateOnly) > shown.At.Format(time.DateOnly) {
		shown.Changed = &changed
	}
	for _, author := range post.Authors {
		shown.Authors = append(shown.Authors, s.person(author))
	}
	if isPost {
		if err := s.besidePost(ctx, &shown, post); err != nil {
			return shown, err
		}
	}
	return shown, nil
}

// besidePost adds what leads on from a post.
func (s *site) besidePost(ctx context.Context, shown *starter.Post, post models.Post) error {
	for _, tag := range post.Tags {
		if !tag.Internal {
			shown.Tags = append(shown.Tags, starter.Link{Label: tag.Name, URL: tagPath(tag.Slug)})
		}
	}
	older, newer, err := s.store.Neighbours(ctx, post)
	if err != nil {
		return err
	}
	beside := map[models.PostID]bool{}
	link := func(p *models.Post) *starter.Link {
		if p == nil {
			return nil
		}
		beside[p.ID] = true
		return &starter.Link{Label: p.Title, URL: postPath(*p)}
	}
	shown.Older, shown.Newer = link(older), link(newer)
	related, err := s.store.Related(ctx, post, relatedOnSheet+2)
	for _, p := range related {
		if !beside[p.ID] && len(shown.Related) < relatedOnSheet {
			shown.Related = append(shown.Related, *link(&p))
		}
	}
	return err
}

// outline is the table of contents: the headings of the highest level that there is twice.
func outline(post models.Post) []starter.Link {
	for level := 2; level <= 3; level++ {
		var links []starter.Link
		for _, heading := range post.Outline {
			if heading.Level == level {
				links = append(links, starter.Link{Label: heading.Text, URL: "#" + url.PathEscape(heading.ID)})
			}
		}
		if len(links) >= outlineFrom {
			return links
		}
	}
	return nil
}

// postHead is what search engines and previews are told of a post or page.
func (s *site) postHead(settings models.Settings, post models.Post) starter.Head {
	pattern := settings.PostURL
	if post.Type == models.TypePage {
		pattern = settings.PageURL
	}
	address := settings.Address(s.config.PublicURL, pattern, post.Slug)
	h := starter.Head{Title: post.Title, Description: clip(post.Excerpt, maxDescription), Canonical: address, NoIndex: post.Status == models.Archived}
	if title := value(post.SEO.Title); title != "" {
		h.Title = title
	}
	if description := value(post.SEO.Description); description != "" {
		h.Description = description
	}
	if own := s.absoluteOrNil(post.SEO.CanonicalURL); own != nil {
		h.Canonical = *own
	}
	if i := post.FeatureImage; i != nil {
		h.Image = picture(i)
		h.Image.URL = s.absolute(i.URL)
	}
	if own := s.absoluteOrNil(post.SEO.ImageURL); own != nil {
		h.Image = &starter.Picture{URL: *own, Alt: post.Title}
	}
	if post.Type == models.TypePage {
		h.Data = graph(schema{"@type": "WebPage", "url": h.Canonical, "name": h.Title, "description": h.Description, "inLanguage": post.Language},
			s.breadcrumb(settings, post.Title, address))
		return h
	}
	h.Article = &starter.Article{Locale: starter.Locale(post.Language), Modified: post.UpdatedAt.UTC()}
	if post.PublishedAt != nil {
		h.Article.Published = post.PublishedAt.UTC()
	}
	home := s.siteURL(settings) + "/"
	data := schema{
		"@type": "BlogPosting", "@id": address + "#post", "url": h.Canonical, "mainEntityOfPage": h.Canonical, "headline": post.Title, "description": h.Description,
		"inLanguage": post.Language, "wordCount": post.WordCount, "commentCount": post.CommentCount, "dateModified": h.Article.Modified.Format(time.RFC3339),
		"isPartOf": schema{"@type": "Blog", "@id": home + "#blog", "name": settings.Title, "url": home},
	}
	if post.PublishedAt != nil {
		data["datePublished"] = h.Article.Published.Format(time.RFC3339)
	}
	var authors []schema
	for _, author := range post.Authors {
		authors = append(authors, s.personData(settings, author))
		h.Article.Authors = append(h.Article.Authors, settings.Address(s.config.PublicURL, settings.AuthorURL, author.Slug))
	}
	if authors != nil {
		data["author"] = authors
	}
	for _, tag := range publicTags(post.Tags) {
		h.Article.Tags = append(h.Article.Tags, tag.Name)
	}
	if tags := h.Article.Tags; tags != nil {
		h.Article.Section, data["keywords"] = tags[0], strings.Join(tags, ", ")
	}
	if h.Image != nil {
		data["image"] = h.Image.URL
	}
	h.Data = graph(data, s.breadcrumb(settings, post.Title, address))
	return h
}

// threadBelow is what has been said about a post and the form for more, nil where neither is. The address says which part, in which order, and what
// the form answers:
//
//	?sort=oldest|newest|top &comments=CURSOR &below=ID &reply=ID &comment=pending|approved
func (s *site) threadBelow(ctx context.Context, v visit, p *sheet, post models.Post) (*starter.Thread, error) {
	open, level, _ := post.TakesComments(v.settings, s.now())
	if !open && post.CommentCount == 0 && post.Type == models.TypePage {
		return nil, nil
	}
	asked := threadAsked{path: v.path, sort: models.NewestFirst}
	if sort := models.ThreadSort(v.query.Get("sort")); sort == models.OldestFirst || sort == models.TopFirst {
		asked.sort = sort
	}
	words := starter.WordsFor(v.settings.Language)
	t := &starter.Thread{Sort: string(asked.sort), Count: post.CommentCount, Open: open, Reactions: post.ReactionCount, Sorts: []starter.Link{
		{Label: words.Newest, URL: asked.address(models.NewestFirst, "", ""), Here: asked.sort == models.NewestFirst},
		{Label: words.Oldest, URL: asked.address(models.OldestFirst, "", ""), Here: asked.sort == models.OldestFirst},
		{Label: words.MostLiked, URL: asked.address(models.TopFirst, "", ""), Here: asked.sort == models.TopFirst},
	}}
	found, err := s.part(ctx, v, &asked, post)
	if err != nil {
		return nil, err
	}
	if asked.cursor != "" {
		t.First = asked.address(asked.sort, "", "")
	}
	if found.Next != nil {
		cursor, err := s.cursors.seal(asked.scope(), found.Next)
		if err != nil {
			return nil, err
		}
		t.More = asked.address(asked.sort, asked.below, cursor)
	}
	answering := v.query.Get("reply")
	var replyTo *starter.Comment
	names := map[models.CommentID]string{}
	var show func(c *models.Thread) (*starter.Comment, error)
	show = func(c *models.Thread) (*starter.Comment, error) {
		shown := s.shownComment(v.settings, c, post)
		names[c.ID] = shown.Name
		if c.ParentID != nil {
			shown.Answers = names[*c.ParentID]
		}
		if open && !c.Removed {
			shown.ReplyURL = asked.reply(c.ID)
			if string(c.ID) == answering {
				replyTo = shown
			}
		}
		if c.More != nil {
			below := threadAsked{path: asked.path, sort: asked.sort, below: string(c.ID)}
			cursor, err := s.cursors.seal(below.scope(), c.More)
			if err != nil {
				return nil, err
			}
			shown.MoreURL = asked.address(asked.sort, string(c.ID), cursor)
		}
		for _, reply := range c.Replies {
			one, err := show(reply)
			if err != nil {
				return nil, err
			}
			shown.Replies = append(shown.Replies, one)
		}
		return shown, nil
	}
	for _, root := range found.Items {
		one, err := show(root)
		if err != nil {
			return nil, err
		}
		t.Comments = append(t.Comments, one)
	}
	moderator := ""
	if len(post.Authors) > 0 {
		moderator = post.Authors[0].Name
	}
	if sent := v.query.Get("comment"); sent == "pending" || sent == "approved" {
		t.Sent, p.personal = sent, true
	}
	t.Form = starter.CommentForm{Moderator: moderator, Level: string(level)}
	if !open {
		return t, nil
	}
	p.formAt = s.now().UTC().Truncate(time.Second)
	p.form = s.forms.Seal(string(post.ID), p.formAt)
	t.Form = starter.CommentForm{
		Action: below("posts", post.Slug, "/comments"), ReturnTo: s.config.PublicURL + v.path, Signed: p.form, Level: string(level), Moderator: moderator,
		ReplyTo: replyTo, Mail: s.mail != nil, KeptDays: v.settings.AddressDays, MaxName: models.MaxCommentName, MaxBody: models.MaxCommentBody,
	}
	if replyTo != nil {
		t.Form.Without = asked.address(asked.sort, asked.below, asked.cursor)
	}
	return t, nil
}

// threadAsked is which part of a thread an address names.
type threadAsked struct {
	path          string // of the post, not escaped
	sort          models.ThreadSort
	below, cursor string
}

// scope names the list that a cursor belongs to.
func (a threadAsked) scope() string { return a.path + "?" + string(a.sort) + "&" + a.below }

func (a threadAsked) query(sort models.ThreadSort, below, cursor string) url.Values {
	q := url.Values{}
	if sort != models.NewestFirst {
		q.Set("sort", string(sort))
	}
	if below != "" {
		q.Set("below", below)
	}
	if cursor != "" {
		q.Set("comments", cursor)
	}
	return q
}

func (a threadAsked) address(sort models.ThreadSort, below, cursor string) string {
	address := (&url.URL{Path: a.path}).EscapedPath()
	if q := a.query(sort, below, cursor); len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address + "#comments"
}

// reply is the address at which the form answers a comment.
func (a threadAsked) reply(id models.CommentID) string {
	q := a.query(a.sort, a.below, a.cursor)
	q.Set("reply", string(id))
	return (&url.URL{Path: a.path}).EscapedPath() + "?" + q.Encode() + "#form"
}

// part reads the part of the thread that is asked for. A cursor that is not of this list, or not any more, begins at the beginning.
func (s *site) part(ctx context.Context, v visit, asked *threadAsked, post models.Post) (models.List[*models.Thread], error) {
	page := models.Page{Limit: rootsPerSheet}
	asked.below, asked.cursor = v.query.Get("below"), v.query.Get("comments")
	page.At = new(models.Position)
	if asked.cursor == "" || s.cursors.open(asked.scope(), asked.cursor, page.At) != nil {
		asked.below, asked.cursor, page.At = "", "", nil
	}
	if asked.below != "" {
		page.Limit = 50
		found, of, err := s.store.Replies(ctx, models.CommentID(asked.below), page)
		if err == nil && of.ID == post.ID {
			return found, nil
		} else if err != nil && !errors.Is(err, models.ErrNotFound) {
			return found, err
		}
		asked.below, asked.cursor, page = "", "", models.Page{Limit: rootsPerSheet}
	}
	return s.store.Thread(ctx, post.ID, asked.sort, page)
}

// shownComment is a comment as readers see it.
func (s *site) shownComment(settings models.Settings, c *models.Thread, post models.Post) *starter.Comment {
	shown := &starter.Comment{ID: string(c.ID), Removed: c.Removed}
	if c.Removed {
		return shown
	}
	shown.Name, shown.URL, shown.HTML, shown.Badge = c.AuthorName, value(c.AuthorURL), c.HTML, value(c.Badge(post))
	shown.At, shown.Edited, shown.Likes, shown.Pinned = s.local(settings, c.CreatedAt), c.EditedAt != nil, c.LikeCount, c.Pinned
	var own *string
	if c.Author != nil {
		shown.Name, shown.URL, own = c.Author.Name, value(c.Author.URL), c.Author.AvatarURL
		if slices.ContainsFunc(post.Authors, func(u models.User) bool { return u.ID == c.Author.ID }) {
			shown.URL, shown.Staff = authorPath(c.Author.Slug), true
		}
	}
	// The drawn one, as the widget has it: it takes the place of this without a change that is seen.
	if shown.Face = face(shown.Name, own); shown.Face.URL == "" {
		shown.Face.URL = avatarPath(shown.Name)
	}
	return shown
}
