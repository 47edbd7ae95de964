package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"dimmer/auth"
	"dimmer/data"
	"dimmer/markdown"
	"dimmer/media"
	"dimmer/models"
	"dimmer/moderation"
)

// demoOwner is the author of the demo who owns it.
const (
	demoOwner = "mira"
	demoEmail = demoOwner + "@demo.example"
)

// demoSite is demo/site.json.
type demoSite struct {
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Language    string        `json:"language"`
	Timezone    string        `json:"timezone"`
	Navigation  []models.Link `json:"navigation"`
	PrivacyURL  *string       `json:"privacy_url"`
	Authors     []struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
		Bio  string `json:"bio"`
	} `json:"authors"`
	Tags []struct {
		Slug        string `json:"slug"`
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"tags"`
}

// demoComment is one entry of demo/comments.json.
type demoComment struct {
	Key      string                   `json:"key"`
	Post     string                   `json:"post"`
	Parent   string                   `json:"parent"`
	Name     string                   `json:"name"`
	URL      *string                  `json:"url"`
	ByAuthor string                   `json:"by_author"`
	Status   models.CommentStatus     `json:"status"`
	Age      string                   `json:"age"`
	Body     string                   `json:"body"`
	Reasons  []models.JudgementReason `json:"reasons"`
	Pinned   bool                     `json:"pinned"`
	Likes    int                      `json:"likes"`
	Reports  int                      `json:"reports"`
	Removed  string                   `json:"removed"` // the age at which a person took it away; without it, trash was never seen
}

// demoLoader fills an empty database with the demo blog, by the same store methods that clients use, in the order of time.
type demoLoader struct {
	ctx     context.Context
	store   *models.Store
	clock   *movableClock
	now     time.Time
	owner   models.Actor
	authors map[string]models.Actor
	posts   map[string]models.Post
	render  *markdown.Renderer

	passersBy []string // hashes of the keys of readers who only like and report
}

// loadDemo fills an empty database. If it has no owner, it makes one with a random password and prints that in the end.
func loadDemo(ctx context.Context, c *console, store *models.Store, files *media.Disk, hasher *auth.Hasher, clock *movableClock) error {
	l := &demoLoader{ctx: ctx, store: store, clock: clock, now: time.Now(), authors: map[string]models.Actor{}, posts: map[string]models.Post{}, render: markdown.New()}
	defer clock.set(time.Time{})
	var about demoSite
	if err := readDemoJSON("demo/site.json", &about); err != nil {
		return err
	}
	clock.set(l.now.AddDate(0, 0, -401))
	password, err := l.people(about, hasher)
	if err != nil {
		return fmt.Errorf("load the people of the demo: %w", err)
	}
	if err := l.settings(about); err != nil {
		return fmt.Errorf("load the settings of the demo: %w", err)
	}
	if err := l.pictures(files); err != nil {
		return fmt.Errorf("load the pictures of the demo: %w", err)
	}
	if err := l.timeline(); err != nil {
		return fmt.Errorf("load the demo: %w", err)
	}
	if err := store.PassOverMail(ctx); err != nil {
		return err
	}
	if password != "" {
		_, err = fmt.Fprintf(c.out, "the demo's owner: %s, password %s (shown this once)\n", demoEmail, password)
	}
	return err
}

func readDemoJSON(name string, into any) error {
	text, err := data.Demo.ReadFile(name)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(into)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// people makes the authors. The owner of the environment, if there is one, owns the demo too, and Mira writes without an account; else
// she owns it, and password is hers.
func (l *demoLoader) people(about demoSite, hasher *auth.Hasher) (password string, err error) {
	owned, err := l.store.HasOwner(l.ctx)
	if err != nil {
		return "", err
	}
	for _, author := range about.Authors {
		change := models.UserChange{Name: models.Some(author.Name), Slug: models.Some(author.Slug), Bio: models.Some(author.Bio), Role: models.Some(auth.Author)}
		create := func() (models.User, error) { return l.store.CreateUser(l.ctx, models.System, change) }
		if author.Slug == demoOwner {
			change.Role = models.Some(auth.Owner)
		}
		if author.Slug == demoOwner && !owned {
			password = strings.ToLower(rand.Text()[:20]) // 100 bits
			hash, err := hasher.Hash(l.ctx, password)
			if err != nil {
				return "", err
			}
			email := demoEmail
			change.Email, change.PasswordHash = models.Some(&email), models.Some(&hash)
			create = func() (models.User, error) { return l.store.CreateOwner(l.ctx, change, nil) }
		}
		user, err := create()
		if err != nil {
			return "", err
		}
		l.authors[author.Slug] = models.Actor{Kind: models.ByUser, ID: string(user.ID), User: user.ID, Role: user.Role}
	}
	l.owner = l.authors[demoOwner]
	return password, nil
}

func (l *demoLoader) settings(about demoSite) error {
	change := models.SettingsChange{}
	for name, value := range map[string]any{
		"title": about.Title, "description": about.Description, "language": about.Language, "timezone": about.Timezone,
		"navigation": about.Navigation, "privacy_url": about.PrivacyURL,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		change[name] = text
	}
	if _, err := l.store.ChangeSettings(l.ctx, l.owner, change); err != nil {
		return err
	}
	for _, tag := range about.Tags {
		_, err := l.store.CreateTag(l.ctx, l.owner, models.TagChange{Name: models.Some(tag.Name), Slug: models.Some(tag.Slug), Description: models.Some(tag.Description)})
		if err != nil {
			return err
		}
	}
	return nil
}

// pictures puts the drawings into the library. They are small already: no smaller sizes are made of them.
func (l *demoLoader) pictures(files *media.Disk) error {
	posts, err := fs.Glob(data.Demo, "demo/posts/*.md")
	if err != nil {
		return err
	}
	alts := map[string]string{}
	for _, name := range posts {
		fields, _, err := readDemoPost(name)
		if err != nil {
			return err
		}
		alts[fields["feature_image"]] = fields["feature_alt"]
	}
	names, err := fs.Glob(data.Demo, "demo/media/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		content, err := data.Demo.ReadFile(name)
		if err != nil {
			return err
		}
		file := path.Base(name)
		if err := files.Put("demo/"+file, content); err != nil {
			return err
		}
		picture, err := l.store.CreateMedia(l.ctx, l.owner, models.NewMedia{
			Key: "demo/" + file, Type: "image/png", Width: demoWidth, Height: demoHeight, Bytes: int64(len(content)), Name: file, Alt: alts[file],
		})
		if err != nil {
			return err
		}
		if err := l.store.KeepVariants(l.ctx, picture, nil); err != nil {
			return err
		}
	}
	return nil
}

// The size of the drawings of the demo, in pixels.
const demoWidth, demoHeight = 1200, 675

// readDemoPost reads the fields of a post, of one line each between two lines of ---, and the Markdown after them.
func readDemoPost(name string) (fields map[string]string, body string, err error) {
	text, err := data.Demo.ReadFile(name)
	if err != nil {
		return nil, "", err
	}
	head, body, found := strings.Cut(strings.TrimPrefix(string(text), "---\n"), "\n---\n")
	if !found {
		return nil, "", fmt.Errorf("%s has no fields", name)
	}
	fields = map[string]string{}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		fields[key] = value
	}
	return fields, body, nil
}

// demoStep is one thing that happened on the demo blog.
type demoStep struct {
	at time.Time
	do func() error
}

// timeline replays posts and comments in the order in which they happened, with the clock where it was.
func (l *demoLoader) timeline() error {
	var steps []demoStep
	names, err := fs.Glob(data.Demo, "demo/posts/*.md")
	if err != nil {
		return err
	}
	for _, name := range names {
		step, err := l.postStep(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		steps = append(steps, step)
	}
	var comments []demoComment
	if err := readDemoJSON("demo/comments.json", &comments); err != nil {
		return err
	}
	keys := map[string]models.CommentID{}
	readers := map[string]string{}
	for _, comment := range comments {
		age, err := parseAge(comment.Age)
		if err != nil {
			return fmt.Errorf("comment %s: %w", comment.Key, err)
		}
		steps = append(steps, demoStep{l.now.Add(-age), func() error { return l.comment(comment, keys, readers) }})
		if comment.Removed == "" {
			continue
		}
		if age, err = parseAge(comment.Removed); err != nil {
			return fmt.Errorf("comment %s: %w", comment.Key, err)
		}
		steps = append(steps, demoStep{l.now.Add(-age), func() error {
			_, _, err := l.store.ChangeComment(l.ctx, l.owner, keys[comment.Key], models.CommentChange{Status: models.Some(models.Trash)})
			return err
		}})
	}
	slices.SortStableFunc(steps, func(a, b demoStep) int { return a.at.Compare(b.at) })
	for _, step := range steps {
		l.clock.set(step.at)
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}

// postStep makes a step of a post.
func (l *demoLoader) postStep(name string) (demoStep, error) {
	fields, body, err := readDemoPost(name)
	if err != nil {
		return demoStep{}, err
	}
	change := models.PostChange{
		Title: models.Some(fields["title"]), Slug: models.Some(fields["slug"]), Type: models.Some(models.PostType(fields["type"])),
		Status: models.Some(models.PostStatus(fields["status"])), Source: models.Some(strings.TrimSpace(body) + "\n"),
		Authors: models.Some(strings.Split(fields["authors"], ", ")), Featured: models.Some(fields["featured"] == "true"),
	}
	if excerpt := fields["excerpt"]; excerpt != "" {
		change.Excerpt = models.Some(&excerpt)
	}
	if tags := fields["tags"]; tags != "" {
		change.Tags = models.Some(strings.Split(tags, ", "))
	}
	if language := fields["language"]; language != "" {
		change.Language = models.Some(language)
	}
	if level := models.Level(fields["comments"]); level != "" {
		change.CommentLevel = models.Some(&level)
	}
	if description := fields["seo_description"]; description != "" {
		change.SEO = models.Some(models.SEO{Description: &description})
	}
	if picture := fields["feature_image"]; picture != "" {
		change.FeatureImage = models.Some(&models.Image{URL: "/media/demo/" + picture, Alt: fields["feature_alt"], Caption: fields["feature_caption"]})
	}
	var at time.Time
	if due := fields["due"]; due != "" {
		wait, err := parseAge(due)
		if err != nil {
			return demoStep{}, err
		}
		date := l.now.Add(wait)
		change.PublishedAt = models.Some(&date)
		at = l.now.Add(-time.Hour)
	} else {
		age, err := parseAge(fields["age"])
		if err != nil {
			return demoStep{}, err
		}
		at = l.now.Add(-age)
	}
	by := l.authors[strings.Split(fields["authors"], ", ")[0]]
	return demoStep{at, func() error {
		post, err := l.store.CreatePost(l.ctx, by, change)
		l.posts[fields["slug"]] = post
		return err
	}}, nil
}

// parseAge reads a time such as 12d3h17m.
func parseAge(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	var n int
	if _, err := fmt.Sscan(days, &n); err != nil {
		return 0, fmt.Errorf("%q is no age", text)
	}
	hours := time.Duration(0)
	if rest != "" {
		var err error
		if hours, err = time.ParseDuration(rest); err != nil {
			return 0, fmt.Errorf("%q is no age", text)
		}
	}
	return time.Duration(n)*24*time.Hour + hours, nil
}

// comment stores one comment as it happened: judged, and then decided about. The same name is the same reader, so that her history grows as it
// would have.
func (l *demoLoader) comment(c demoComment, keys map[string]models.CommentID, readers map[string]string) error {
	n := models.NewComment{
		ID: models.NewCommentID(), PostID: l.posts[c.Post].ID, Name: c.Name, URL: c.URL, Source: c.Body, HTML: l.render.Comment(c.Body), TextHash: moderation.Fingerprint(c.Body),
	}
	keys[c.Key] = n.ID
	if c.Parent != "" {
		parent := keys[c.Parent]
		n.ParentID = &parent
	}
	if c.ByAuthor != "" {
		by := l.authors[c.ByAuthor]
		by.Role = auth.Owner // colleagues answer under each other's posts, which authors alone may not
		n.Name, n.Judged.Status = c.ByAuthor, models.Approved
		_, err := l.store.CreateComment(l.ctx, by, n)
		return err
	}
	if readers[c.Name] == "" {
		_, readers[c.Name] = auth.CommenterKey.New()
	}
	n.KeyHash = readers[c.Name]
	var err error
	if n.Judged, err = l.judged(c, n); err != nil {
		return err
	}
	if _, err := l.store.CreateComment(l.ctx, models.Actor{Kind: models.ByReader}, n); err != nil {
		return err
	}
	wanted := models.CommentChange{Status: models.Some(c.Status)}
	if c.Removed != "" {
		wanted.Status.Value = models.Approved // until somebody takes it away
	}
	if c.Pinned {
		wanted.Pinned = models.Some(true)
	}
	if _, _, err := l.store.ChangeComment(l.ctx, l.owner, n.ID, wanted); err != nil {
		return err
	}
	for i := range max(c.Likes, c.Reports) {
		for len(l.passersBy) <= i {
			_, hash := auth.CommenterKey.New()
			l.passersBy = append(l.passersBy, hash)
		}
		if i < c.Likes {
			_, err = l.store.LikeComment(l.ctx, l.passersBy[i], n.ID, true)
		}
		if err == nil && i < c.Reports {
			_, err = l.store.ReportComment(l.ctx, l.passersBy[i], n.ID, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// judged is what the policy says of a comment. Where the file gives reasons, it said those: so the demo shows more than its own readers
// would bring about.
func (l *demoLoader) judged(c demoComment, n models.NewComment) (models.Judged, error) {
	sub := moderation.Submission{
		Level: moderation.Newcomers, Name: n.Name, Text: n.Source, Links: markdown.Links(n.HTML), Form: moderation.FormSigned, FormAge: time.Minute, Proof: moderation.ProofValid,
	}
	features := moderation.ExtractTextFeatures(sub).Bytes()
	if len(c.Reasons) > 0 {
		judged := models.Judged{Status: c.Status, Reasons: c.Reasons, Features: features}
		if c.Status == models.Trash { // that is what a person decides, never the policy
			judged.Status = models.Pending
		}
		for _, reason := range c.Reasons {
			judged.Score += reason.Points
		}
		return judged, nil
	}
	known, err := l.store.History(l.ctx, n.KeyHash, n.TextHash, n.Hosts, nil)
	if err != nil {
		return models.Judged{}, err
	}
	verdict := moderation.Policy{}.Decide(sub, moderation.History{Approved: known.Approved, Rejected: known.Rejected})
	judged := models.Judged{Status: models.CommentStatus(verdict.Status), Score: verdict.Score, Signals: verdict.Signals, Features: features}
	for _, reason := range verdict.Reasons {
		judged.Reasons = append(judged.Reasons, models.JudgementReason(reason))
	}
	return judged, nil
}
