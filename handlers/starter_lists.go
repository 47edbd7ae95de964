package handlers

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"dimmer/models"
	starter "dimmer/site"
)

// perSheet is how many posts stand on a page of a list.
const perSheet = 10

// The addresses of the starter site's own pages. Those of the settings may lead to a frontend elsewhere: they are for search engines.

func postPath(p models.Post) string {
	if p.Type == models.TypePage {
		return "/pages/" + url.PathEscape(p.Slug)
	}
	return "/posts/" + url.PathEscape(p.Slug)
}

func tagPath(slug string) string    { return "/tags/" + url.PathEscape(slug) }
func authorPath(slug string) string { return "/authors/" + url.PathEscape(slug) }

// sheetNumber reads which page of a list is asked for. What is no number from 1 to 100,000 is no page.
func sheetNumber(query url.Values) (int, error) {
	text := query.Get("page")
	if text == "" {
		return 1, nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > 100_000 {
		return 0, models.ErrNotFound
	}
	return number, nil
}

// sheetAddress is the address of a page of a list; the first has none of its own.
func sheetAddress(path string, query url.Values, number int) string {
	q := url.Values{}
	if words := query.Get("q"); words != "" {
		q.Set("q", words)
	}
	if number > 1 {
		q.Set("page", strconv.Itoa(number))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// turns are the addresses of the pages before this one and after it.
func turns(path string, query url.Values, number, of int) (newer, older string) {
	if number > 1 {
		newer = sheetAddress(path, query, number-1)
	}
	if number < of {
		older = sheetAddress(path, query, number+1)
	}
	return newer, older
}

// frontPage is the front of the site: the newest post large, the others below it, ten on a page.
func (s *site) frontPage(ctx context.Context, v visit) (sheet, error) {
	p, list, err := s.listSheet(ctx, v, models.PostQuery{}, s.siteURL(v.settings)+"/")
	if err != nil {
		return p, err
	}
	if list.Number == 1 {
		p.head.Description = v.settings.Description
		if len(list.Entries) > 0 {
			list.Lead, list.Entries = &list.Entries[0], list.Entries[1:]
		}
	} else {
		p.head.Title = starter.WordsFor(v.settings.Language).PageOf(list.Number, list.Of)
	}
	home := s.siteURL(v.settings) + "/"
	p.head.Data = graph(
		schema{"@type": "WebSite", "@id": home + "#site", "url": home, "name": v.settings.Title, "description": v.settings.Description, "inLanguage": v.settings.Language},
		schema{"@type": "Blog", "@id": home + "#blog", "url": home, "name": v.settings.Title, "description": v.settings.Description, "inLanguage": v.settings.Language,
			"isPartOf": schema{"@id": home + "#site"}},
	)
	if logo := s.absoluteOrNil(v.settings.LogoURL); logo != nil {
		p.head.Image = &starter.Picture{URL: *logo, Alt: v.settings.Title}
	}
	p.write = func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Index(w, around, h, list)
	}
	return p, nil
}

// tagPage lists the posts with a tag. Internal tags have none.
func (s *site) tagPage(ctx context.Context, v visit) (sheet, error) {
	tag, err := s.store.TagBySlug(ctx, v.slug)
	if err != nil {
		return sheet{}, err
	}
	address := v.settings.Address(s.config.PublicURL, v.settings.TagURL, tag.Slug)
	p, list, err := s.listSheet(ctx, v, models.PostQuery{Tags: []string{tag.Slug}}, address)
	if err != nil {
		return p, err
	}
	list.Heading, list.Intro = tag.Name, tag.Description
	p.head.Title, p.head.Description = tag.Name, tag.Description
	p.head.NoIndex = list.Count == 0
	p.head.Data = graph(schema{"@type": "CollectionPage", "url": address, "name": tag.Name, "description": tag.Description}, s.breadcrumb(v.settings, tag.Name, address))
	p.tags = append(p.tags, "tags")
	p.write = func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.List(w, around, h, list)
	}
	return p, nil
}

// authorSheet lists the posts of an author. Whoever has published nothing has none.
func (s *site) authorSheet(ctx context.Context, v visit) (sheet, error) {
	author, err := s.store.AuthorBySlug(ctx, v.slug)
	if err != nil {
		return sheet{}, err
	}
	address := v.settings.Address(s.config.PublicURL, v.settings.AuthorURL, author.Slug)
	p, list, err := s.listSheet(ctx, v, models.PostQuery{Author: author.Slug}, address)
	if err != nil {
		return p, err
	}
	person := s.person(author)
	list.Heading, list.Intro, list.Person, list.Website = author.Name, author.Bio, &person, value(author.URL)
	p.head.Title, p.head.Description = author.Name, author.Bio
	p.head.Data = graph(schema{"@type": "ProfilePage", "url": address, "mainEntity": s.personData(v.settings, author)}, s.breadcrumb(v.settings, author.Name, address))
	p.tags = append(p.tags, "authors")
	p.write = func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.List(w, around, h, list)
	}
	return p, nil
}

// listSheet is a page of a list of published posts, newest first; address is that of its first page for search engines.
func (s *site) listSheet(ctx context.Context, v visit, q models.PostQuery, address string) (sheet, starter.List, error) {
	var p sheet
	list := starter.List{}
	number, err := sheetNumber(v.query)
	if err != nil {
		return p, list, err
	}
	// The time is read first: a change in between makes the page newer than it says, never older.
	if p.modifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return p, list, err
	}
	q.Type, q.Status, q.Sort, q.Page = models.TypePost, models.Published, models.NewestPublished, models.Page{Limit: perSheet, Number: number}
	found, err := s.store.Posts(ctx, models.System, q)
	if err != nil {
		return p, list, err
	}
	list.Number, list.Count = number, int(found.Total)
	list.Of = max(1, (list.Count+perSheet-1)/perSheet)
	if number > list.Of {
		return p, list, models.ErrNotFound
	}
	list.Newer, list.Older = turns(v.path, nil, number, list.Of)
	for _, post := range found.Items {
		list.Entries = append(list.Entries, s.entry(v.settings, post))
	}
	p.tags = []string{"posts", "site"}
	p.head.Canonical = sheetAddress(address, nil, number)
	if list.Newer != "" {
		p.head.Newer = sheetAddress(address, nil, number-1)
	}
	if list.Older != "" {
		p.head.Older = sheetAddress(address, nil, number+1)
	}
	return p, list, nil
}

// searchPage is the form, and what was found.
func (s *site) searchPage(ctx context.Context, v visit) (sheet, error) {
	p := sheet{tags: []string{"posts", "site"}}
	words := starter.WordsFor(v.settings.Language)
	p.head.Title, p.head.NoIndex = words.Search, true
	found := starter.Search{Words: clip(strings.Join(strings.Fields(v.query.Get("q")), " "), maxAsked), Of: 1}
	var err error
	if found.Number, err = sheetNumber(v.query); err != nil || found.Number > deepestFound/perSheet {
		return p, models.ErrNotFound
	}
	if p.modifiedAt, err = s.store.LastChange(ctx, "posts", "tags", "authors", "site"); err != nil {
		return p, err
	}
	if found.Words != "" {
		p.head.Title = found.Words + " · " + words.Search
		hits, total, capped, err := s.store.Search(ctx, found.Words, (found.Number-1)*perSheet, perSheet)
		var invalid models.Invalid
		if err != nil && !errors.As(err, &invalid) { // too many words find nothing
			return p, err
		}
		found.Count, found.More = int(total), capped
		found.Of = max(1, (found.Count+perSheet-1)/perSheet)
		for _, hit := range hits {
			entry := s.entry(v.settings, hit.Post)
			entry.Snippet = hit.Snippet
			found.Entries = append(found.Entries, entry)
		}
		found.Newer, found.Older = turns(v.path, v.query, found.Number, min(found.Of, deepestFound/perSheet))
	}
	p.write = func(w io.Writer, around starter.Site, h starter.Head) error {
		return s.starter.pages.Search(w, around, h, found)
	}
	return p, nil
}

// maxAsked is in bytes: more words than a search takes have room in it.
const maxAsked = 1 << 10

// entry is a post in a list.
func (s *site) entry(settings models.Settings, p models.Post) starter.Entry {
	e := starter.Entry{
		Title: p.Title, URL: postPath(p), Excerpt: p.Excerpt, Language: otherLanguage(settings, p.Language), Tag: firstTag(p.Tags),
		At: s.local(settings, p.SortAt), Minutes: p.ReadingMinutes(), Comments: p.CommentCount, Page: p.Type == models.TypePage,
	}
	if p.FeatureImage != nil {
		e.Picture = picture(p.FeatureImage)
	}
	for _, author := range p.Authors {
		e.Authors = append(e.Authors, starter.Person{Name: author.Name, URL: authorPath(author.Slug)})
	}
	return e
}

// otherLanguage is the language of a post if it is another than the site's.
func otherLanguage(settings models.Settings, language string) string {
	if language == settings.Language {
		return ""
	}
	return language
}

func firstTag(tags []models.Tag) *starter.Link {
	for _, tag := range tags {
		if !tag.Internal {
			return &starter.Link{Label: tag.Name, URL: tagPath(tag.Slug)}
		}
	}
	return nil
}

func picture(i *models.Image) *starter.Picture {
	p := &starter.Picture{URL: i.URL, Alt: i.Alt, Caption: i.Caption}
	if i.Width != nil && i.Height != nil {
		p.Width, p.Height = *i.Width, *i.Height
	}
	return p
}

// person is somebody of the blog, as readers see her.
func (s *site) person(u models.User) starter.Person {
	return starter.Person{Name: u.Name, URL: authorPath(u.Slug), Bio: u.Bio, Face: face(u.Name, u.AvatarURL)}
}

// face is somebody's own picture, or the initial and the ground that her drawn avatar has.
func face(name string, own *string) starter.Face {
	variant, initial := avatarOf(name)
	f := starter.Face{URL: value(own), Initial: string(initial), Ground: variant%len(avatarColours) + 1}
	if initial == noInitial {
		f.Initial = "?"
	}
	return f
}

// schema is a thing as schema.org describes it, for search engines.
type schema = map[string]any

// graph is all that they are told of a page.
func graph(things ...schema) schema {
	return schema{"@context": "https://schema.org", "@graph": things}
}

func (s *site) personData(settings models.Settings, u models.User) schema {
	data := schema{"@type": "Person", "name": u.Name, "url": settings.Address(s.config.PublicURL, settings.AuthorURL, u.Slug)}
	if u.Bio != "" {
		data["description"] = u.Bio
	}
	if picture := s.absoluteOrNil(u.AvatarURL); picture != nil {
		data["image"] = *picture
	}
	return data
}

// breadcrumb is the way from the front of the site to a page.
func (s *site) breadcrumb(settings models.Settings, name, address string) schema {
	return schema{"@type": "BreadcrumbList", "itemListElement": []schema{
		{"@type": "ListItem", "position": 1, "name": settings.Title, "item": s.siteURL(settings) + "/"},
		{"@type": "ListItem", "position": 2, "name": name, "item": address},
	}}
}
