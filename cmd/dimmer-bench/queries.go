package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"

	"dimmer/auth"
	"dimmer/models"
)

type queriesCommand struct {
	Data   []string      `required:"" help:"Data folder of a filled site; several, the smallest first, show how each question grows." placeholder:"FOLDER"`
	Rounds int           `default:"200" help:"How often each question is asked."`
	Within time.Duration `default:"3s" help:"No question is asked for longer."`
	Only   string        `help:"Ask only this one." placeholder:"NAME"`
	JSON   string        `help:"Write the figures to this file." placeholder:"FILE"`
	Seed   uint64        `default:"1" help:"The same seed asks the same."`
	Report string        `help:"Markdown file into which the figures of the last site are written, between the marks of queries." placeholder:"FILE"`
}

// queryFigures is what asking one question many times took.
type queryFigures struct {
	Name     string  `json:"name"`
	Rows     int     `json:"rows"` // of the last answer
	MedianMS float64 `json:"median_ms"`
	P99MS    float64 `json:"p99_ms"`
	CPUMS    float64 `json:"cpu_ms"` // processor time of one answer, in the mean: it does not depend on what else the machine does
}

type siteFigures struct {
	Data     string         `json:"data"`
	Posts    int64          `json:"posts"`
	Comments int64          `json:"comments"`
	Queries  []queryFigures `json:"queries"`
}

// Run asks the store what readers and moderators ask, with nothing between that remembers answers.
func (cmd *queriesCommand) Run(ctx context.Context, c *console) error {
	var all []siteFigures
	for _, data := range cmd.Data {
		figures, err := cmd.measure(ctx, data)
		if err != nil {
			return fmt.Errorf("%s: %w", data, err)
		}
		all = append(all, figures)
	}
	if cmd.JSON != "" {
		text, err := json.MarshalIndent(all, "", "  ")
		if err == nil {
			err = os.WriteFile(cmd.JSON, append(text, '\n'), 0o600)
		}
		if err != nil {
			return fmt.Errorf("write the figures: %w", err)
		}
	}
	if err := printQueries(c.out, all); err != nil {
		return err
	}
	largest := all[len(all)-1]
	about := fmt.Sprintf("Each question is asked of the store %d times or for %s, with nothing between that remembers answers. **Bold** is a median above %d ms or a p99 above %d ms.",
		cmd.Rounds, cmd.Within, slowMedian, slowP99)
	return writeReport(ctx, cmd.Report, "queries", about, []table{largest.table()})
}

// slowMedian and slowP99 are the milliseconds above which a question is marked.
const slowMedian, slowP99 = 5, 25

// table is what the report says of a site.
func (f siteFigures) table() table {
	t := table{
		title:  fmt.Sprintf("Each question at %s posts and %s comments", grouped(int(f.Posts)), grouped(int(f.Comments))),
		header: []string{"question", "median ms", "p99 ms", "CPU ms"},
	}
	marked := func(ms, slow float64) string {
		if ms > slow {
			return fmt.Sprintf("**%.2f**", ms)
		}
		return fmt.Sprintf("%.2f", ms)
	}
	for _, q := range f.Queries {
		t.rows = append(t.rows, []string{q.Name, marked(q.MedianMS, slowMedian), marked(q.P99MS, slowP99), fmt.Sprintf("%.2f", q.CPUMS)})
	}
	return t
}

func printQueries(out io.Writer, all []siteFigures) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, site := range all {
		_, _ = fmt.Fprintf(table, "\t%d posts\t%d\tcomments\t", site.Posts, site.Comments)
	}
	_, _ = fmt.Fprint(table, "\n")
	for range all {
		_, _ = fmt.Fprint(table, "\tmedian ms\tp99 ms\tCPU ms\trows\t")
	}
	_, _ = fmt.Fprint(table, "\n")
	for i, q := range all[0].Queries {
		_, _ = fmt.Fprint(table, q.Name)
		for _, site := range all {
			_, _ = fmt.Fprintf(table, "\t%.2f\t%.2f\t%.2f\t%d\t", site.Queries[i].MedianMS, site.Queries[i].P99MS, site.Queries[i].CPUMS, site.Queries[i].Rows)
		}
		_, _ = fmt.Fprint(table, "\n")
	}
	return table.Flush()
}

func (cmd *queriesCommand) measure(ctx context.Context, data string) (figures siteFigures, err error) {
	store, err := models.Open(ctx, models.Config{Dir: data, Patience: time.Minute})
	if err != nil {
		return figures, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	a := &asker{ctx: ctx, store: store, random: newRandom(cmd.Seed, 5)}
	a.words = writer{a.random}
	if err := a.sample(); err != nil {
		return figures, err
	}
	figures = siteFigures{Data: data, Posts: a.posts, Comments: a.comments}
	for _, q := range a.questions() {
		if cmd.Only != "" && q.name != cmd.Only {
			continue
		}
		measured, err := cmd.time(q)
		if err != nil {
			return figures, fmt.Errorf("%s: %w", q.name, err)
		}
		figures.Queries = append(figures.Queries, measured)
	}
	if len(figures.Queries) == 0 {
		return figures, fmt.Errorf("there is no question %q", cmd.Only)
	}
	return figures, nil
}

// time asks a question again and again, some times before it counts.
func (cmd *queriesCommand) time(q question) (queryFigures, error) {
	measured := queryFigures{Name: q.name}
	var times figures
	var before time.Duration
	warm, first := min(cmd.Rounds, 3+cmd.Rounds/10), time.Now()
	for round := range warm + cmd.Rounds {
		if len(times) > 0 && time.Since(first) > cmd.Within {
			break
		}
		if round == warm {
			before = processorTime()
		}
		began := time.Now()
		rows, err := q.ask()
		if err != nil {
			return measured, err
		}
		if round >= warm {
			times = append(times, float64(time.Since(began).Nanoseconds())/1e6)
		}
		measured.Rows = rows
	}
	measured.CPUMS = float64((processorTime() - before).Microseconds()) / 1e3 / float64(len(times))
	measured.MedianMS, measured.P99MS = times.quantile(0.5), times.quantile(0.99)
	return measured, nil
}

// processorTime is how long this program has been computing.
func processorTime() time.Duration {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// An asker knows of a site what is worth asking for.
type asker struct {
	ctx             context.Context
	store           *models.Store
	random          *rand.Rand
	words           writer
	posts, comments int64 // how many there are
	slugs           []string
	some            []models.Post
	tags            []string
	authors         []models.User
	owner, author   models.Actor
	long            models.Post // the most discussed
	longPages       []*models.Position
	deep            []*models.Position
	branch          models.CommentID
	branchPage      *models.Position
	queue           []models.Comment
	deepQueue       *models.Position
}

// question is one thing that is asked, each time a little otherwise. It says how many rows came.
type question struct {
	name string
	ask  func() (rows int, err error)
}

func pickOne[T any](a *asker, of []T) T { return of[a.random.IntN(len(of))] }

var published = models.PostQuery{Type: models.TypePost, Status: models.Published}

// sample looks round in the site.
func (a *asker) sample() error {
	list, err := a.store.Posts(a.ctx, models.System, published)
	if err != nil {
		return err
	}
	if list.Total < 30 {
		return errors.New("there are fewer than 30 posts; fill the folder first: dimmer-bench fill")
	}
	a.posts = list.Total
	for range 20 {
		q := published
		q.Page = models.Page{Limit: 10, Number: 1 + a.random.IntN(int(a.posts)/10)}
		found, err := a.store.Posts(a.ctx, models.System, q)
		if err != nil {
			return err
		}
		for _, post := range found.Items {
			a.slugs, a.some = append(a.slugs, post.Slug), append(a.some, post)
		}
		if found.Next != nil {
			a.deep = append(a.deep, found.Next)
		}
	}
	q := published
	q.Sort, q.Page.Limit = models.MostComments, 1
	if list, err = a.store.Posts(a.ctx, models.System, q); err != nil {
		return err
	}
	a.long = list.Items[0]
	tags, err := a.store.Tags(a.ctx, models.TagQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		return err
	}
	for _, tag := range tags.Items {
		a.tags = append(a.tags, tag.Slug)
	}
	people, err := a.store.Users(a.ctx, models.UserQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		return err
	}
	a.authors = people.Items
	a.owner = models.Actor{Kind: models.ByUser, ID: string(people.Items[0].ID), User: people.Items[0].ID, Role: auth.Owner}
	a.author = models.Actor{Kind: models.ByUser, ID: string(people.Items[1].ID), User: people.Items[1].ID, Role: auth.Author}
	return a.sampleComments()
}

func (a *asker) sampleComments() error {
	for page := (models.Page{Limit: 50}); len(a.longPages) < 60; {
		roots, err := a.store.Thread(a.ctx, a.long.ID, models.OldestFirst, page)
		if err != nil {
			return err
		}
		for _, root := range roots.Items {
			if root.More != nil && a.branchPage == nil {
				a.branch, a.branchPage = root.ID, root.More
			}
			if a.branch == "" && root.ReplyCount > 0 {
				a.branch = root.ID
			}
		}
		if roots.Next == nil {
			break
		}
		page.At, a.longPages = roots.Next, append(a.longPages, roots.Next)
	}
	for page := (models.Page{Limit: 100}); len(a.queue) < 1000; {
		list, err := a.store.Comments(a.ctx, a.owner, models.CommentQuery{Page: page})
		if err != nil {
			return err
		}
		a.comments, a.queue = list.Total, append(a.queue, list.Items...)
		if list.Next == nil {
			break
		}
		page.At, a.deepQueue = list.Next, list.Next
	}
	if a.branch == "" || len(a.longPages) == 0 {
		return errors.New("nobody has answered anybody; fill the folder with more comments")
	}
	return nil
}

// questions are all that is asked.
func (a *asker) questions() []question {
	return slices.Concat(a.readerQuestions(), a.searches(), a.queueQuestions("", a.owner), a.queueQuestions(", for an author", a.author), a.staffQuestions())
}

// postsBy asks for a list of posts.
func (a *asker) postsBy(name string, by *models.Actor, tune func(*models.PostQuery)) question {
	return question{name, func() (int, error) {
		q, actor := published, models.System
		if by != nil {
			q, actor = models.PostQuery{}, *by
		}
		tune(&q)
		list, err := a.store.Posts(a.ctx, actor, q)
		return len(list.Items), err
	}}
}

func (a *asker) readerQuestions() []question {
	yes := true
	list := func(name string, tune func(*models.PostQuery)) question { return a.postsBy(name, nil, tune) }
	thread := func(name string, sort models.ThreadSort, page func() models.Page) question {
		return question{name, func() (int, error) {
			list, err := a.store.Thread(a.ctx, a.long.ID, sort, page())
			return len(list.Items), err
		}}
	}
	first := func() models.Page { return models.Page{} }
	return []question{
		list("list of posts", func(*models.PostQuery) {}),
		list("list of 100 posts", func(q *models.PostQuery) { q.Page.Limit = 100 }),
		list("list, page=N far in", func(q *models.PostQuery) { q.Page.Number = 1 + int(a.posts/20) + a.random.IntN(int(a.posts/20)) }),
		list("list, the last page=N", func(q *models.PostQuery) { q.Page.Number = int(a.posts / 10) }),
		list("list, cursor far in", func(q *models.PostQuery) { q.Page.At = pickOne(a, a.deep) }),
		list("list by title", func(q *models.PostQuery) { q.Sort = models.ByTitle }),
		list("list by title, page=N far in", func(q *models.PostQuery) { q.Sort, q.Page.Number = models.ByTitle, int(a.posts/20) }),
		list("list by comments", func(q *models.PostQuery) { q.Sort = models.MostComments }),
		list("list, oldest first", func(q *models.PostQuery) { q.Sort = models.OldestPublished }),
		list("list of a tag", func(q *models.PostQuery) { q.Tags = []string{pickOne(a, a.tags)} }),
		list("list of the most used tag", func(q *models.PostQuery) { q.Tags = []string{"back"} }),
		list("list of the most used tag, page=N far in", func(q *models.PostQuery) { q.Tags, q.Page.Number = []string{"back"}, 1+int(a.posts/40) }),
		list("list of a tag by title", func(q *models.PostQuery) { q.Tags, q.Sort = []string{pickOne(a, a.tags)}, models.ByTitle }),
		list("list of a tag by comments", func(q *models.PostQuery) { q.Tags, q.Sort = []string{pickOne(a, a.tags)}, models.MostComments }),
		list("list of two tags", func(q *models.PostQuery) { q.Tags = []string{pickOne(a, a.tags), pickOne(a, a.tags)} }),
		list("list of a tag without another", func(q *models.PostQuery) { q.Tags, q.WithoutTags = []string{pickOne(a, a.tags)}, []string{"back"} }),
		list("list of a tag in a language", func(q *models.PostQuery) { q.Tags, q.Language = []string{pickOne(a, a.tags)}, "ja" }),
		list("list of an author", func(q *models.PostQuery) { q.Author = pickOne(a, a.authors).Slug }),
		list("list of an author with a tag", func(q *models.PostQuery) { q.Author, q.Tags = pickOne(a, a.authors).Slug, []string{pickOne(a, a.tags)} }),
		list("list of featured posts", func(q *models.PostQuery) { q.Featured = &yes }),
		list("list in a rare language", func(q *models.PostQuery) { q.Language = "ja" }),
		list("list in a language that none has", func(q *models.PostQuery) { q.Language = "sv" }),
		list("list of a year", func(q *models.PostQuery) {
			until := pickOne(a, a.some).SortAt
			since := until.AddDate(-1, 0, 0)
			q.Since, q.Until = &since, &until
		}),
		{"pages", func() (int, error) {
			list, err := a.store.Posts(a.ctx, models.System, models.PostQuery{Type: models.TypePage, Status: models.Published, Sort: models.ByTitle})
			return len(list.Items), err
		}},
		{"list of tags", func() (int, error) {
			list, err := a.store.Tags(a.ctx, models.TagQuery{Page: models.Page{Limit: 100}})
			return len(list.Items), err
		}},
		{"list of authors", func() (int, error) {
			list, err := a.store.Users(a.ctx, models.UserQuery{Authors: true})
			return len(list.Items), err
		}},
		{"post by its slug", func() (int, error) {
			_, err := a.store.PostBySlug(a.ctx, models.TypePost, pickOne(a, a.slugs))
			return 1, err
		}},
		{"neighbours of a post", func() (int, error) {
			_, _, err := a.store.Neighbours(a.ctx, pickOne(a, a.some))
			return 2, err
		}},
		{"posts related to a post", func() (int, error) {
			list, err := a.store.Related(a.ctx, pickOne(a, a.some), 5)
			return len(list), err
		}},
		{"comments of a post", func() (int, error) {
			list, err := a.store.Thread(a.ctx, pickOne(a, a.some).ID, models.OldestFirst, models.Page{})
			return len(list.Items), err
		}},
		thread("long thread", models.OldestFirst, first),
		thread("long thread, newest first", models.NewestFirst, first),
		thread("long thread, top first", models.TopFirst, first),
		thread("long thread, a further page", models.OldestFirst, func() models.Page { return models.Page{At: pickOne(a, a.longPages)} }),
		thread("long thread, a further page of 100", models.OldestFirst, func() models.Page { return models.Page{Limit: 100, At: pickOne(a, a.longPages)} }),
		{"further answers", func() (int, error) {
			list, _, err := a.store.Replies(a.ctx, a.branch, models.Page{At: a.branchPage})
			return len(list.Items), err
		}},
		{"counts of 100 posts", func() (int, error) {
			some := make([]string, 100)
			for i := range some {
				some[i] = pickOne(a, a.slugs)
			}
			counts, err := a.store.CommentCounts(a.ctx, some)
			return len(counts), err
		}},
	}
}

func (a *asker) searches() []question {
	search := func(name string, words func() string) question {
		return question{"search: " + name, func() (int, error) {
			found, _, _, err := a.store.Search(a.ctx, words(), 0, 10)
			return len(found), err
		}}
	}
	return []question{
		search("a common word", func() string { return pickOne(a, []string{"the", "and", "morning"}) }),
		search("a word", func() string { return pickOne(a, []string{"kettle", "violin", "orchard", "bahnhof", "forêt"}) }),
		search("a rare word", func() string { return placeName(100 + a.random.IntN(placeNames-100)) }),
		search("the beginning of a word", func() string { return placeName(a.random.IntN(placeNames))[:4] }),
		search("two letters", func() string { return pickOne(a, syllables)[:2] }),
		search("one letter", func() string { return pickOne(a, []string{"a", "s", "m", "w"}) }),
		search("two common words", func() string { return pickOne(a, []string{"the morning", "kettle and", "old bicycle"}) }),
		search("a common and a rare word", func() string { return "the " + placeName(100+a.random.IntN(placeNames-100)) }),
		search("two rare words", func() string {
			return placeName(100+a.random.IntN(placeNames-100)) + " " + placeName(100+a.random.IntN(placeNames-100))
		}),
		search("a word that is nowhere", func() string { return "zzyzx" }),
		{"search: far in", func() (int, error) {
			found, _, _, err := a.store.Search(a.ctx, "kettle", 500, 10)
			return len(found), err
		}},
	}
}

// queueQuestions are what somebody asks of the comments.
func (a *asker) queueQuestions(suffix string, by models.Actor) []question {
	yes, no := true, false
	list := func(name string, tune func(*models.CommentQuery)) question {
		return question{"queue" + name + suffix, func() (int, error) {
			q := models.CommentQuery{}
			tune(&q)
			list, err := a.store.Comments(a.ctx, by, q)
			return len(list.Items), err
		}}
	}
	withEmail := slices.DeleteFunc(slices.Clone(a.queue), func(c models.Comment) bool { return c.Commenter == nil || c.Commenter.Email == nil })
	withAddress := slices.DeleteFunc(slices.Clone(a.queue), func(c models.Comment) bool { return c.AddressHash == nil })
	return []question{
		list("", func(*models.CommentQuery) {}),
		list(", 100 at once", func(q *models.CommentQuery) { q.Page.Limit = 100 }),
		list(", far in", func(q *models.CommentQuery) { q.Page.At = a.deepQueue }),
		list(": held", func(q *models.CommentQuery) { q.Status = models.Pending }),
		list(": held, oldest first", func(q *models.CommentQuery) { q.Status, q.Oldest = models.Pending, true }),
		list(": approved", func(q *models.CommentQuery) { q.Status = models.Approved }),
		list(": spam", func(q *models.CommentQuery) { q.Status = models.Spam }),
		list(": trash", func(q *models.CommentQuery) { q.Status = models.Trash }),
		list(": of a post", func(q *models.CommentQuery) { q.Post = pickOne(a, a.some).ID }),
		list(": of the long thread", func(q *models.CommentQuery) { q.Post = a.long.ID }),
		list(": spam of the long thread", func(q *models.CommentQuery) { q.Post, q.Status = a.long.ID, models.Spam }),
		list(": of a reader", func(q *models.CommentQuery) {
			if c := pickOne(a, a.queue); c.CommenterID != nil {
				q.Commenter = *c.CommenterID
			}
		}),
		list(": from the same address", func(q *models.CommentQuery) { q.AddressOf = pickOne(a, withAddress).ID }),
		list(": the same text", func(q *models.CommentQuery) { q.TextOf = pickOne(a, a.queue).ID }),
		list(": of an e-mail address", func(q *models.CommentQuery) { q.Words = *pickOne(a, withEmail).Commenter.Email }),
		list(": with a common word", func(q *models.CommentQuery) { q.Words = pickOne(a, []string{"the", "and", "morning"}) }),
		list(": with a rare word", func(q *models.CommentQuery) { q.Words = placeName(100 + a.random.IntN(placeNames-100)) }),
		list(": with the beginning of a word", func(q *models.CommentQuery) { q.Words = placeName(a.random.IntN(placeNames))[:4] }),
		list(": with one letter", func(q *models.CommentQuery) { q.Words = "w" }),
		list(": held, with a common word", func(q *models.CommentQuery) { q.Status, q.Words = models.Pending, "the" }),
		list(": trash, with a word that no trash has", func(q *models.CommentQuery) { q.Status, q.Words = models.Trash, "pills" }),
		list(": of a post, with a common word", func(q *models.CommentQuery) { q.Post, q.Words = pickOne(a, a.some).ID, "the" }),
		list(": of the long thread, with a common word", func(q *models.CommentQuery) { q.Post, q.Words = a.long.ID, "the" }),
		list(": answered", func(q *models.CommentQuery) { q.Answered = &yes }),
		list(": not answered", func(q *models.CommentQuery) { q.Answered = &no }),
		list(": held, answered", func(q *models.CommentQuery) { q.Status, q.Answered = models.Pending, &yes }),
		list(": approved, not answered", func(q *models.CommentQuery) { q.Status, q.Answered = models.Approved, &no }),
		list(": of the long thread, not answered", func(q *models.CommentQuery) { q.Post, q.Answered = a.long.ID, &no }),
		list(": with a common word, answered", func(q *models.CommentQuery) { q.Words, q.Answered = "the", &yes }),
		list(": reported", func(q *models.CommentQuery) { q.Reported = true }),
		list(": linking to a site", func(q *models.CommentQuery) {
			q.LinksTo = pickOne(a, syllables) + "-" + pickOne(a, syllables) + ".example"
		}),
	}
}

func (a *asker) staffQuestions() []question {
	list := func(name string, tune func(*models.PostQuery)) question {
		return a.postsBy("staff: "+name, &a.owner, tune)
	}
	own := func(name string, tune func(*models.PostQuery)) question {
		return a.postsBy("staff: "+name+", for an author", &a.author, tune)
	}
	events := func(name string, tune func(*models.EventQuery)) question {
		return question{"staff: " + name, func() (int, error) {
			q := models.EventQuery{}
			tune(&q)
			list, err := a.store.Events(a.ctx, q)
			return len(list.Items), err
		}}
	}
	both := func(name string, ask func(models.Actor) error) []question {
		return []question{
			{"staff: " + name, func() (int, error) { return 1, ask(a.owner) }},
			{"staff: " + name + ", for an author", func() (int, error) { return 1, ask(a.author) }},
		}
	}
	return slices.Concat([]question{
		list("posts", func(*models.PostQuery) {}),
		list("posts, last changed first", func(q *models.PostQuery) { q.Sort = models.LastUpdated }),
		list("drafts", func(q *models.PostQuery) { q.Status = models.Draft }),
		list("drafts, last changed first", func(q *models.PostQuery) { q.Status, q.Sort = models.Draft, models.LastUpdated }),
		list("scheduled posts", func(q *models.PostQuery) { q.Status = models.Scheduled }),
		list("posts by title", func(q *models.PostQuery) { q.Sort = models.ByTitle }),
		list("pages, last changed first", func(q *models.PostQuery) { q.Type, q.Sort = models.TypePage, models.LastUpdated }),
		list("posts by comments", func(q *models.PostQuery) { q.Sort = models.MostComments }),
		list("posts with a word", func(q *models.PostQuery) { q.Words = "kettle" }),
		list("posts with a common word", func(q *models.PostQuery) { q.Words = "the" }),
		list("posts with a rare word", func(q *models.PostQuery) { q.Words = placeName(100 + a.random.IntN(placeNames-100)) }),
		list("posts with a word, last changed first", func(q *models.PostQuery) { q.Words, q.Sort = "kettle", models.LastUpdated }),
		list("drafts with a word", func(q *models.PostQuery) { q.Status, q.Words = models.Draft, "kettle" }),
		list("posts of a tag", func(q *models.PostQuery) { q.Tags = []string{pickOne(a, a.tags)} }),
		list("drafts of a tag", func(q *models.PostQuery) { q.Status, q.Tags = models.Draft, []string{pickOne(a, a.tags)} }),
		list("posts of an author", func(q *models.PostQuery) { q.Author = pickOne(a, a.authors).Slug }),
		list("drafts of an author in a language", func(q *models.PostQuery) {
			q.Status, q.Author, q.Language = models.Draft, pickOne(a, a.authors).Slug, "ja"
		}),
		list("posts in a rare language, last changed first", func(q *models.PostQuery) { q.Language, q.Sort = "ja", models.LastUpdated }),
		own("posts", func(*models.PostQuery) {}),
		own("drafts", func(q *models.PostQuery) { q.Status = models.Draft }),
		own("posts, last changed first", func(q *models.PostQuery) { q.Sort = models.LastUpdated }),
		own("posts with a word", func(q *models.PostQuery) { q.Words = "kettle" }),
	},
		both("stats", func(by models.Actor) error { _, err := a.store.Stats(a.ctx, by); return err }),
		both("pulse", func(by models.Actor) error { _, err := a.store.Pulse(a.ctx, by); return err }),
		[]question{
			events("events", func(*models.EventQuery) {}),
			events("events of posts", func(q *models.EventQuery) { q.Kind = "post.*" }),
			events("events of one post", func(q *models.EventQuery) { q.SubjectID = string(pickOne(a, a.some).ID) }),
			events("events by the owner", func(q *models.EventQuery) { q.Actor = string(a.owner.User) }),
			events("events of comments", func(q *models.EventQuery) { q.SubjectKind = "comment" }),
			events("events of people", func(q *models.EventQuery) { q.SubjectKind = "user" }),
			{"staff: readers", func() (int, error) {
				list, err := a.store.Commenters(a.ctx, models.CommenterQuery{})
				return len(list.Items), err
			}},
			{"staff: readers of a name", func() (int, error) {
				list, err := a.store.Commenters(a.ctx, models.CommenterQuery{Words: pickOne(a, firstNames)})
				return len(list.Items), err
			}},
			{"staff: readers of a name that nobody has", func() (int, error) {
				list, err := a.store.Commenters(a.ctx, models.CommenterQuery{Words: "Zzyzx"})
				return len(list.Items), err
			}},
			{"staff: blocked readers", func() (int, error) {
				list, err := a.store.Commenters(a.ctx, models.CommenterQuery{Blocked: true})
				return len(list.Items), err
			}},
			{"staff: comments of late, to rehearse", func() (int, error) {
				past, err := a.store.PastJudgements(a.ctx, 500)
				return len(past), err
			}},
		},
	)
}
