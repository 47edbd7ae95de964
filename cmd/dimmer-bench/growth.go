package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type growthCommand struct {
	Program string        `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Site    []string      `required:"" help:"Data folder of a blog that was filled; several, of different sizes. Copies of them are measured." placeholder:"FOLDER" type:"existingdir"`
	Times   int           `short:"n" default:"300" help:"How often each is asked for."`
	Settle  time.Duration `default:"2s" help:"How long the server is left alone before its memory is read."`
	Report  string        `help:"Write the tables into this Markdown file, between its marks, and the plots into the folder plots beside it." placeholder:"FILE"`
}

// growing is one kind of read whose cost may grow with the site. Its paths are asked for in turns.
type growing struct {
	name  string
	paths []string
}

// grown is what a site of one size took.
type grown struct {
	posts       int
	firstAnswer figures // ms from the start of the program
	idle        float64 // MiB
	kept, made  []float64
}

// Run asks one after the other, over one connection, so that each answer has the machine for itself.
func (cmd *growthCommand) Run(ctx context.Context, c *console) error {
	load := loadAverage()
	var sizes []grown
	var names []string
	for _, site := range cmd.Site {
		size, questions, err := cmd.measure(ctx, site)
		if err != nil {
			return fmt.Errorf("%s: %w", site, err)
		}
		names = names[:0]
		for _, q := range questions {
			names = append(names, q.name)
		}
		sizes = append(sizes, size)
	}
	kept := func(g grown) []float64 { return g.kept }
	made := func(g grown) []float64 { return g.made }
	tables := []table{
		growthTable("An answer that is ready, median ms", names, sizes, kept),
		growthTable("An answer that is made anew, median ms", names, sizes, made),
		startTable(sizes),
	}
	for _, t := range tables {
		if err := t.print(c.out); err != nil {
			return err
		}
	}
	if cmd.Report == "" {
		return nil
	}
	folder := filepath.Join(filepath.Dir(cmd.Report), "plots")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	about := []string{fmt.Sprintf("Over one connection, %d requests each, the time as the client sees it. At the beginning %s processes of the machine wanted to run besides.", cmd.Times, load)}
	for _, drawn := range []struct {
		file, title string
		of          func(grown) []float64
	}{{"growth-ready.svg", "An answer that is ready", kept}, {"growth-made.svg", "An answer that is made anew", made}} {
		p := growthPlot(drawn.title, names, sizes, drawn.of)
		if err := os.WriteFile(filepath.Join(folder, drawn.file), p.svg(), 0o600); err != nil {
			return err
		}
		about = append(about, fmt.Sprintf("![%s: median milliseconds by the number of posts; the figures are in the table below](plots/%s)", drawn.title, drawn.file))
	}
	return writeReport(ctx, cmd.Report, "growth", strings.Join(about, "\n\n"), tables)
}

const (
	starts            = 5 // how often the start is measured for each size
	differentSearches = 20
)

func (cmd *growthCommand) measure(ctx context.Context, data string) (g grown, questions []growing, err error) {
	folder, err := os.MkdirTemp("", "dimmer-bench-")
	if err != nil {
		return g, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	site := filepath.Join(folder, "site")
	if err := copyFolder(data, site); err != nil {
		return g, nil, err
	}
	for range starts {
		begun, err := startOnce(ctx, cmd.Program, site, 0)
		if err != nil {
			return g, nil, err
		}
		g.firstAnswer = append(g.firstAnswer, begun.answered)
	}
	begun, err := startOnce(ctx, cmd.Program, site, cmd.Settle)
	if err != nil {
		return g, nil, err
	}
	g.idle = begun.resident
	s, err := serve(cmd.Program, site).start(ctx)
	if err != nil {
		return g, nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	owner, err := signIn(ctx, s.url)
	if err != nil {
		return g, nil, err
	}
	t, err := findTargets(ctx, s.url)
	if err != nil {
		return g, nil, err
	}
	g.posts, questions = t.posts, t.questions()
	for _, q := range questions {
		kept, err := cmd.ask(ctx, s, q, nil)
		if err != nil {
			return g, nil, fmt.Errorf("%s: %w", q.name, err)
		}
		made, err := cmd.ask(ctx, s, q, owner)
		if err != nil {
			return g, nil, fmt.Errorf("%s, made anew: %w", q.name, err)
		}
		g.kept, g.made = append(g.kept, kept), append(g.made, made)
	}
	return g, questions, nil
}

// ask gives the median time of an answer in milliseconds; each path was asked for twice before. With an owner, what is ready is cleared each time
// before: she gives the blog another title.
func (cmd *growthCommand) ask(ctx context.Context, s *server, q growing, owner *administrator) (float64, error) {
	asked, warm, titles := 0, 2*len(q.paths), 0
	seen, err := askTimes(ctx, s.url, warm+cmd.Times, func() *exchange {
		if owner != nil && titles == asked {
			titles++
			return owner.renames(fmt.Sprintf("Title %d", titles%2))
		}
		path := q.paths[asked%len(q.paths)]
		asked++
		return &exchange{send: getRequest(path, "Accept-Encoding: gzip"), status: http.StatusOK, length: anyLength}
	})
	if err != nil {
		return 0, err
	}
	return seen[warm:].median(), nil
}

// questions are those whose answers could cost more the larger the site is.
func (t *targets) questions() []growing {
	posts := apiRoot + "/posts"
	var single, searches []string
	counts := make([]string, len(t.slugs))
	for i, slug := range t.slugs {
		single = append(single, postPath(slug))
		counts[i] = "slug=" + url.QueryEscape(slug)
		if words := strings.Fields(t.titles[i]); len(words) > 2 && len(searches) < differentSearches { // the first one is in nearly every title
			searches = append(searches, apiRoot+"/search?q="+url.QueryEscape(words[1]+" "+words[len(words)-1]))
		}
	}
	return []growing{
		{"list of 10", []string{posts}},
		{"list of a tag", []string{posts + "?tag=" + url.QueryEscape(t.tag)}},
		{"page in the middle", []string{fmt.Sprintf("%s?page=%d", posts, max(1, t.posts/20))}},
		{"post", single},
		{"thread of 100", []string{t.thread}},
		{"counts of 100 posts", []string{apiRoot + "/comments/counts?" + strings.Join(counts, "&")}},
		{"search for two words", searches},
	}
}

func growthTable(title string, names []string, sizes []grown, of func(grown) []float64) table {
	t := table{title: title, header: []string{"posts"}}
	for _, size := range sizes {
		t.header = append(t.header, grouped(size.posts))
	}
	for i, name := range names {
		row := []string{name}
		for _, size := range sizes {
			row = append(row, fmt.Sprintf("%.2f", of(size)[i]))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func startTable(sizes []grown) table {
	t := table{title: "The start", header: []string{"posts"}, rows: [][]string{{"first answer, median ms"}, {"idle memory, MiB"}}}
	for _, size := range sizes {
		t.header = append(t.header, grouped(size.posts))
		t.rows[0] = append(t.rows[0], fmt.Sprintf("%.0f", size.firstAnswer.median()))
		t.rows[1] = append(t.rows[1], fmt.Sprintf("%.0f", size.idle))
	}
	return t
}

func growthPlot(title string, names []string, sizes []grown, of func(grown) []float64) plot {
	p := plot{title: title, across: "posts of the site", up: "median, milliseconds"}
	for _, size := range sizes {
		p.at = append(p.at, float64(size.posts))
	}
	for i, name := range names {
		l := line{name: name}
		for _, size := range sizes {
			l.values = append(l.values, of(size)[i])
		}
		p.lines = append(p.lines, l)
	}
	return p
}
