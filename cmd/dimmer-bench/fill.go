package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"dimmer/auth"
	"dimmer/markdown"
	"dimmer/models"
	"dimmer/moderation"
)

type fillCommand struct {
	Data     string `required:"" help:"Data folder to make. It is there when it is whole; until then it is called FOLDER.filling." placeholder:"FOLDER"`
	Posts    int    `default:"1000" help:"How many posts."`
	Comments int    `default:"10000" help:"How many comments. From 20,000 on one post has a thread of 10,000."`
	Seed     uint64 `default:"1" help:"The same seed writes the same texts."`
}

// Whoever measures signs in with these. They open nothing but sites that were filled.
const (
	ownerEmail    = "owner@bench.example"
	ownerPassword = "a password for measuring only" // #nosec G101 -- it opens nothing but sites that were filled
)

const (
	authorCount = 12
	history     = 5 * 365 * 24 * time.Hour // that posts and comments are spread over
	// lately is the time of which a site still has what was rejected, and where it came from; see the settings spam_days and address_days.
	lately = 28 * 24 * time.Hour
	// longThread is how many comments the most discussed post has, though at most one in longShare of all.
	longThread, longShare = 10_000, 10
	longTitle             = "The evening that everybody talked about"

	postWork  = 12  // comments take as long as one post
	fillingGC = 400 // percent of what lives that may be dead: memory is there, and to look for it takes a tenth of the time else
	// postsAtOnce and commentsAtOnce go into one transaction: a page that changes all the time is written once for them.
	postsAtOnce, commentsAtOnce = 1000, 10_000
)

// Run fills a folder through the store, as a server would: counters, events and search index come with it.
func (cmd *fillCommand) Run(ctx context.Context, c *console) error {
	if there, err := os.ReadDir(cmd.Data); err == nil && len(there) > 0 {
		return fmt.Errorf("%s is there already; name another folder, or remove it", cmd.Data)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	filling := filepath.Clean(cmd.Data) + ".filling"
	if err := os.RemoveAll(filling); err != nil { // one that was left half filled
		return err
	}
	began := time.Now()
	text, err := cmd.fill(ctx, c, filling)
	if err == nil {
		_ = os.Remove(cmd.Data) // an empty one
		err = os.Rename(filling, cmd.Data)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(filling))
	}
	_, err = fmt.Fprintf(c.out, "%d posts and %d comments in %s: %s\nsign in as %s with the password: %s\n", cmd.Posts, cmd.Comments,
		time.Since(began).Round(time.Millisecond), text, ownerEmail, ownerPassword)
	return err
}

// fill fills a folder and says how fast.
func (cmd *fillCommand) fill(ctx context.Context, c *console, folder string) (speed string, err error) {
	store, err := models.Open(ctx, models.Config{Dir: folder, Exclusive: true, Filling: true, Patience: 10 * time.Minute})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	defer debug.SetGCPercent(debug.SetGCPercent(fillingGC))
	began := time.Now()
	random := newRandom(cmd.Seed, 0)
	f := &filler{
		ctx: ctx, store: store, seed: cmd.Seed, random: random, words: writer{random}, languages: languages(), render: markdown.New(), now: began,
		tags: 30 + int(math.Sqrt(float64(cmd.Posts))), progress: newProgress(c.err, stint{cmd.Posts, postWork}, stint{cmd.Comments, 1}),
	}
	if err := f.addPeople(); err != nil {
		return "", err
	}
	posts, err := f.addPosts(cmd.Posts)
	postsDone := time.Now()
	if err == nil && len(posts) > 0 {
		err = f.addComments(posts, cmd.Comments)
	}
	commentsDone := time.Now()
	if err == nil {
		err = f.moderate(posts, cmd.Comments)
	}
	if err != nil {
		f.progress.end()
		return "", err
	}
	f.progress.then("waiting for the disk")
	rate := func(n int, from, to time.Time) int { return int(float64(n) / max(to.Sub(from).Seconds(), 1e-3)) }
	return fmt.Sprintf("%d posts and %d comments a second", rate(cmd.Posts, began, postsDone), rate(cmd.Comments, postsDone, commentsDone)), nil
}

// part is i of n parts of a time: their product would be too long for a duration.
func part(of time.Duration, i, n int) time.Duration {
	return time.Duration(float64(of) * float64(i) / float64(n))
}

func newRandom(seed, part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, part)) // #nosec G404 -- texts, not secrets
}

// filler writes a believable blog: few tags on many posts, few posts with many comments, answers to answers.
type filler struct {
	ctx       context.Context
	store     *models.Store
	seed      uint64
	random    *rand.Rand
	words     writer
	languages []language
	render    *markdown.Renderer
	now       time.Time
	tags      int
	progress  *progress
	owner     models.UserID
	authors   []string
}

// addPeople adds the owner, and people who write without an account.
func (f *filler) addPeople() error {
	hasher, err := auth.NewHasher(auth.RecommendedParams())
	if err != nil {
		return err
	}
	hash, err := hasher.Hash(f.ctx, ownerPassword)
	if err != nil {
		return err
	}
	email := ownerEmail
	owner, err := f.store.CreateOwner(f.ctx, models.UserChange{Email: models.Some(&email), Name: models.Some("Marta Lind"), PasswordHash: models.Some(&hash)}, nil)
	if err != nil {
		return err
	}
	f.owner, f.authors = owner.ID, []string{string(owner.ID)}
	for range authorCount {
		author, err := f.store.CreateUser(f.ctx, models.System, models.UserChange{Name: models.Some(f.words.name()), Role: models.Some(auth.Author)})
		if err != nil {
			return err
		}
		f.authors = append(f.authors, string(author.ID))
	}
	return nil
}

// discussed is what is known of a post when comments are written.
type discussed struct {
	id         models.PostID
	at         time.Time
	popularity float64
	long       bool               // the post with the long thread
	answerable []models.CommentID // the last few that can be answered
}

// isLong is the place of the post with the long thread: neither the newest nor the oldest.
func isLong(i, posts int) bool { return i == posts-1-posts/20 }

// addPosts adds posts at even distances, the oldest first, and returns those that take comments.
func (f *filler) addPosts(n int) (posts []*discussed, err error) {
	batches := produce(f.ctx, n, postsAtOnce, func(from, to int) []models.PostChange {
		random := newRandom(f.seed, 1<<32+uint64(from))                               // #nosec G115 -- not negative
		words, rank := writer{random}, rand.NewZipf(random, 1.2, 3, uint64(f.tags-1)) // #nosec G115 -- at least 29
		changes := make([]models.PostChange, 0, to-from)
		for i := from; i < to; i++ {
			changes = append(changes, f.post(i, n, random, words, rank))
		}
		return f.store.RenderPosts(f.ctx, changes)
	})
	for changes := range batches {
		stored, err := f.store.CreatePosts(f.ctx, models.System, changes)
		if err != nil {
			return nil, err
		}
		for _, post := range stored {
			if post.Readable() {
				posts = append(posts, &discussed{id: post.ID, at: *post.PublishedAt, popularity: math.Pow(f.random.Float64(), 3), long: post.Title == longTitle})
			}
		}
		f.progress.add(stint{len(stored), postWork})
	}
	return posts, f.ctx.Err()
}

// post is one post of n.
func (f *filler) post(i, n int, random *rand.Rand, words writer, rank *rand.Zipf) models.PostChange {
	at := f.now.Add(part(history, i, n) - history).Truncate(time.Second)
	language := words.language(f.languages)
	ranks := make([]int, random.IntN(5))
	for i := range ranks {
		ranks[i] = int(rank.Uint64()) // #nosec G115 -- below the number of tags
	}
	change := models.PostChange{
		Title: models.Some(words.title(language)), Source: models.Some(words.article(language)), Status: models.Some(models.Published), PublishedAt: models.Some(&at),
		Authors: models.Some([]string{f.authors[min(random.IntN(len(f.authors)), random.IntN(len(f.authors)))]}), Featured: models.Some(random.IntN(50) == 0),
		Language: models.Some(language.tag), Tags: models.Some(shuffled(ranks)),
	}
	if isLong(i, n) {
		change.Title = models.Some(longTitle)
		return change
	}
	switch kind := random.IntN(100); {
	case i == n-1: // the newest can always be read
	case kind == 0:
		change.Type = models.Some(models.TypePage)
	case kind == 1:
		change.Status = models.Some(models.Archived)
	case kind < 5:
		change.Status, change.PublishedAt = models.Some(models.Draft), models.Opt[*time.Time]{}
	case kind == 5 && i%10 == 0:
		later := f.now.Add(time.Duration(24+random.IntN(24*300)) * time.Hour)
		change.Status, change.PublishedAt = models.Some(models.Scheduled), models.Some(&later)
	}
	return change
}

// A reader is somebody who comments.
type reader struct {
	key, name, address string
	email              *string
}

// addComments lets readers comment. A third of them answers somebody, and now and then the owner does.
func (f *filler) addComments(posts []*discussed, n int) error {
	first := 1
	writers := make([]*reader, 1+n/6)
	longest := longPost(posts)
	random, words := newRandom(f.seed, 2<<32), writer{newRandom(f.seed, 3<<32)}
	hot := rand.NewZipf(random, 1.4, 20, uint64(max(len(posts)-1, 1))) // #nosec G115 -- positive
	came := rand.NewZipf(random, 1.2, 50, uint64(len(writers)))        // #nosec G115 -- positive
	before := n - n*8/100                                              // before lately
	batches := produce(f.ctx, n, commentsAtOnce, func(from, to int) []models.PastComment {
		all := make([]models.PastComment, 0, to-from)
		for i := from; i < to; i++ {
			at := f.now.Add(part(history-lately, i, before) - history)
			if i >= before {
				at = f.now.Add(part(lately, i-before, n-before) - lately)
			}
			for first < len(posts) && posts[first].at.Before(at) {
				first++
			}
			post := longest
			if every := max(longShare, n/longThread); i%every != 0 || i/every >= longThread {
				post = pick(posts[:first], random, hot, longest)
			}
			all = append(all, f.comment(post, post == longest, at, i >= before, random, words, who(writers, i, came, random, words)))
		}
		return all
	})
	for all := range batches {
		if err := f.store.AddComments(f.ctx, models.Actor{Kind: models.ByReader}, all); err != nil {
			return err
		}
		f.progress.add(stint{len(all), 1})
	}
	return f.ctx.Err()
}

func longPost(posts []*discussed) *discussed {
	return posts[max(0, slices.IndexFunc(posts, func(d *discussed) bool { return d.long }))]
}

// pick finds the post that somebody comments on: mostly one of the newest, and rather a popular one.
func pick(posts []*discussed, random *rand.Rand, hot *rand.Zipf, longest *discussed) *discussed {
	for {
		post := posts[len(posts)-1-int(hot.Uint64())%len(posts)] // #nosec G115 -- below the number of posts
		if (post != longest || len(posts) == 1) && random.Float64() < post.popularity+0.02 {
			return post
		}
	}
}

// who writes comment i: mostly somebody who came lately, for readers come and go.
func who(writers []*reader, i int, came *rand.Zipf, random *rand.Rand, words writer) *reader {
	n := (i/6 + len(writers) - int(came.Uint64())%len(writers)) % len(writers) // #nosec G115 -- below the number of writers
	if writers[n] == nil {
		writers[n] = newReader(n, random, words)
	}
	return writers[n]
}

// comment is one comment on a post.
func (f *filler) comment(post *discussed, isLong bool, at time.Time, isLate bool, random *rand.Rand, words writer, by *reader) models.PastComment {
	c := models.PastComment{Status: models.Approved}
	c.ID, c.PostID, c.CreatedAt = models.NewCommentID(), post.id, &at
	c.Name, c.Email, c.KeyHash = by.name, by.email, by.key
	c.Source = words.paragraph(words.language(f.languages), 1+random.IntN(4))
	c.Judged = models.Judged{Status: models.Approved, Score: random.IntN(3)}
	if isLate { // of those, most are what a day brings that nobody wants
		c.AddressHash = by.address
		f.judge(&c, random, words)
	}
	if len(post.answerable) > 0 && random.IntN(3) == 0 {
		parent := post.answerable[random.IntN(len(post.answerable))]
		c.ParentID = &parent
		if random.IntN(8) == 0 {
			c.User, c.Name, c.Email, c.KeyHash, c.Judged, c.Status = f.owner, "Marta Lind", nil, "", models.Judged{}, models.Approved
		}
	}
	c.HTML, c.TextHash = f.render.Comment(c.Source), moderation.Fingerprint(c.Source)
	kept := 12
	if isLong {
		kept = 400
	}
	if c.Status == models.Approved {
		if len(post.answerable) < kept {
			post.answerable = append(post.answerable, c.ID)
		} else if i := random.IntN(2 * kept); i < kept && i > 0 { // the first stays: much is said about it
			post.answerable[i] = c.ID
		}
	}
	return c
}

// judge makes most of what came lately what it mostly is.
func (f *filler) judge(c *models.PastComment, random *rand.Rand, words writer) {
	switch kind := random.IntN(100); {
	case kind < 55:
		c.Source, c.Status = words.spam(), models.Spam
		c.Judged = models.Judged{Status: models.Spam, Score: 9, Reasons: []models.JudgementReason{{Points: 9, Text: "Reads like spam."}}}
		c.Hosts = []string{words.one(syllables) + "-" + words.one(syllables) + ".example"}
	case kind < 67:
		c.Status, c.Judged = models.Trash, models.Judged{Status: models.Pending, Score: 4}
	case kind < 73:
		c.Status = models.Pending
		c.Judged = models.Judged{Status: models.Pending, Score: 4, Reasons: []models.JudgementReason{{Points: 4, Text: "First comment of this reader."}}}
	default:
		return
	}
	if c.Status != models.Trash {
		c.Judged.Features = moderation.ExtractTextFeatures(moderation.Submission{Name: c.Name, Text: c.Source}).Bytes()
	}
}

func newReader(n int, random *rand.Rand, words writer) *reader {
	var key, address [32]byte
	for i := range key {
		key[i], address[i] = byte(random.Uint32()), byte(random.Uint32()) // #nosec G115 -- any byte
	}
	r := &reader{key: hex.EncodeToString(key[:]), address: hex.EncodeToString(address[:]), name: words.name()}
	if random.IntN(5) < 3 {
		email := fmt.Sprintf("reader%d@example.org", n)
		r.email = &email
	}
	return r
}

// moderate does what people did with all that: some is decided, some likes and reports came, a few comments were deleted that had been answered.
func (f *filler) moderate(posts []*discussed, comments int) error {
	if len(posts) == 0 {
		return nil
	}
	owner := models.Actor{Kind: models.ByUser, ID: string(f.owner), User: f.owner, Role: auth.Owner}
	some := func(status models.CommentStatus, n int) ([]models.Comment, error) {
		list, err := f.store.Comments(f.ctx, owner, models.CommentQuery{Status: status, Page: models.Page{Limit: min(100, n)}})
		return list.Items, err
	}
	n := min(100, comments/2000)
	for _, decided := range []struct{ from, to models.CommentStatus }{{models.Pending, models.Approved}, {models.Pending, models.Spam}, {models.Spam, models.Approved}} {
		found, err := some(decided.from, n)
		if err != nil {
			return err
		}
		ids := make([]models.CommentID, len(found))
		for i, c := range found {
			ids[i] = c.ID
		}
		if _, _, err := f.store.DecideComments(f.ctx, owner, ids, nil, decided.to); err != nil {
			return err
		}
	}
	found, err := f.store.Thread(f.ctx, longPost(posts).id, models.OldestFirst, models.Page{Limit: 100})
	if err != nil {
		return err
	}
	for i, c := range found.Items {
		key := fmt.Sprintf("%064x", i)
		if _, err := f.store.LikeComment(f.ctx, key, c.ID, true); err != nil {
			return err
		}
		if i%10 == 0 {
			if _, err := f.store.ReportComment(f.ctx, key, c.ID, "off topic"); err != nil {
				return err
			}
		}
		if c.ReplyCount > 0 && i%4 == 0 || i%30 == 1 {
			if _, err := f.store.DeleteComment(f.ctx, owner, c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// produce makes parts of n things, the next while one is being stored.
func produce[T any](ctx context.Context, n, atOnce int, part func(from, to int) []T) <-chan []T {
	parts := make(chan []T, 1)
	go func() {
		defer close(parts)
		for from := 0; from < n; from += atOnce {
			select {
			case parts <- part(from, min(n, from+atOnce)):
			case <-ctx.Done():
				return
			}
		}
	}()
	return parts
}
