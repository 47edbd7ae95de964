package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
)

type fillCommand struct {
	Data     string `required:"" help:"Data folder; made if it is not there." placeholder:"FOLDER"`
	Posts    int    `default:"1000" help:"How many posts."`
	Comments int    `default:"10000" help:"How many comments."`
	Seed     uint64 `default:"1" help:"The same seed writes the same texts."`
}

const (
	authorCount = 12
	tagCount    = 60
	history     = 5 * 365 * 24 * time.Hour // that the posts are spread over
)

// Run fills the folder through the store, as a server would: counters, events and search index come with it.
func (cmd *fillCommand) Run(ctx context.Context, c *console) (err error) {
	store, err := models.Open(ctx, models.Config{Dir: cmd.Data, Exclusive: true, SynchronousNormal: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	began := time.Now()
	random := rand.New(rand.NewPCG(cmd.Seed, 0)) // #nosec G404 -- texts, not secrets
	f := &filler{
		ctx: ctx, store: store, random: random, words: writer{random}, render: markdown.New(), now: began,
		tagRank: rand.NewZipf(random, 1.2, 2, tagCount-1), progress: newProgress(c.err, cmd.Posts+cmd.Comments),
	}
	if err := f.addAuthors(); err != nil {
		return err
	}
	posts, err := f.addPosts(cmd.Posts)
	if err == nil && len(posts) > 0 {
		err = f.addComments(posts, cmd.Comments)
	}
	f.progress.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%d posts and %d comments in %s\n", cmd.Posts, cmd.Comments, time.Since(began).Round(time.Millisecond))
	return err
}

// filler writes a believable blog: few tags on many posts, few posts with many comments, answers to answers.
type filler struct {
	ctx      context.Context
	store    *models.Store
	random   *rand.Rand
	words    writer
	render   *markdown.Renderer
	now      time.Time
	tagRank  *rand.Zipf
	progress *progress
	authors  []string
}

// addAuthors adds people who write without an account.
func (f *filler) addAuthors() error {
	for range authorCount {
		author, err := f.store.CreateUser(f.ctx, models.System, models.UserChange{Name: models.Some(f.words.name()), Role: models.Some(auth.Author)})
		if err != nil {
			return err
		}
		f.authors = append(f.authors, string(author.ID))
	}
	return nil
}

// addPosts publishes posts at even distances, the oldest first.
func (f *filler) addPosts(n int) (posts []models.PostID, err error) {
	for i := range n {
		at := f.now.Add(-history + history*time.Duration(i)/time.Duration(n)).Truncate(time.Second)
		tags := map[string]bool{}
		for range f.random.IntN(5) {
			tags[tagName(int(f.tagRank.Uint64()))] = true // #nosec G115 -- below tagCount
		}
		change := models.PostChange{
			Title: models.Some(f.words.title()), Source: models.Some(f.words.article()), Status: models.Some(models.Published), PublishedAt: models.Some(&at),
			Authors: models.Some([]string{f.authors[f.random.IntN(len(f.authors))]}), Featured: models.Some(f.random.IntN(50) == 0),
		}
		for tag := range tags {
			change.Tags.Set, change.Tags.Value = true, append(change.Tags.Value, tag)
		}
		post, err := f.store.CreatePost(f.ctx, models.System, change)
		if err != nil {
			return nil, fmt.Errorf("post %d: %w", i+1, err)
		}
		posts = append(posts, post.ID)
		f.progress.step()
	}
	return posts, nil
}

// addComments lets readers comment. A third of them answers somebody.
func (f *filler) addComments(posts []models.PostID, n int) error {
	readers := make([]string, 1+n/6)
	rank := rand.NewZipf(f.random, 1.1, 8, uint64(len(posts)-1)) // #nosec G115 -- at least one post
	answerable := map[models.PostID][]models.CommentID{}
	for i := range n {
		post := posts[len(posts)-1-int(rank.Uint64())] // #nosec G115 -- below the number of posts; the newest have the most
		at := f.now.Add(-time.Duration(n-i) * time.Minute)
		reader := &readers[f.random.IntN(len(readers))]
		if *reader == "" {
			_, *reader = auth.CommenterKey.New()
		}
		text := f.words.paragraph(1 + f.random.IntN(4))
		comment := models.NewComment{
			PostID: post, Name: f.words.name(), Source: text, HTML: f.render.Comment(text), Judged: models.Judged{Status: f.status()}, KeyHash: *reader, CreatedAt: &at,
		}
		if before := answerable[post]; len(before) > 0 && f.random.IntN(3) == 0 {
			comment.ParentID = &before[f.random.IntN(len(before))]
		}
		stored, err := f.store.CreateComment(f.ctx, models.Actor{Kind: models.ByReader}, comment)
		if err != nil {
			return fmt.Errorf("comment %d: %w", i+1, err)
		}
		if stored.Status == models.Approved {
			answerable[post] = append(answerable[post], stored.ID)
		}
		f.progress.step()
	}
	return nil
}

func (f *filler) status() models.CommentStatus {
	switch n := f.random.IntN(100); {
	case n < 92:
		return models.Approved
	case n < 96:
		return models.Pending
	}
	return models.Spam
}
