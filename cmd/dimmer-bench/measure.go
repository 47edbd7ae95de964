package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

type measureCommand struct {
	Program     string        `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Data        string        `required:"" help:"Data folder of a blog that was filled. A copy of it is measured." placeholder:"FOLDER" type:"existingdir"`
	Only        []string      `enum:"reads,comments,mixed,bad" default:"reads,comments,mixed,bad" help:"Which parts."`
	Connections int           `short:"c" default:"32" help:"Connections that ask at once."`
	Writers     []int         `default:"1,32" help:"Connections that post comments at once."`
	Threads     int           `default:"2" help:"Threads of this program that ask."`
	Rounds      int           `default:"5" help:"Rounds of each, in turns."`
	For         time.Duration `default:"1s" help:"Length of a round."`
	Offer       int           `default:"10000" help:"Distinct queries that are offered in a second beside the hot ones."`
	Settle      time.Duration `default:"2s" help:"How long the server is left alone before its memory is read."`
	Report      string        `help:"Write the tables into this Markdown file, between its marks." placeholder:"FILE"`
}

// measurement is a run of it: one server of Dimmer's from the beginning to the end, and the rivals beside it.
type measurement struct {
	*measureCommand

	folder string // with the copies
	dimmer *server
	admin  *administrator
	targets
	tables []table
}

// Run measures in turns, so that what else the machine does meets all that are compared.
func (cmd *measureCommand) Run(ctx context.Context, c *console) (err error) {
	load := loadAverage()
	m := &measurement{measureCommand: cmd}
	if m.folder, err = os.MkdirTemp("", "dimmer-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(m.folder)) }()
	site := filepath.Join(m.folder, "site")
	if err := copyFolder(cmd.Data, site); err != nil {
		return err
	}
	alone, err := startOnce(ctx, cmd.Program, site, cmd.Settle) // before anybody signs in, which takes 64 MiB for a moment
	if err != nil {
		return err
	}
	if m.dimmer, err = serve(cmd.Program, site).start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.dimmer.stop()) }()
	if m.admin, err = signIn(ctx, m.dimmer.url); err != nil {
		return err
	}
	if m.targets, err = findTargets(ctx, m.dimmer.url); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{{"reads", m.reads}, {"comments", m.comments}, {"mixed", m.mixed}, {"bad", m.badInput}} {
		if !slices.Contains(cmd.Only, part.name) {
			continue
		}
		before := len(m.tables)
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		for _, t := range m.tables[before:] {
			if err := t.print(c.out); err != nil {
				return err
			}
		}
	}
	if err := rest(ctx, cmd.Settle); err != nil {
		return err
	}
	after, _ := memoryMiB(m.dimmer.pid(), "VmRSS")
	peak, _ := memoryMiB(m.dimmer.pid(), "VmHWM")
	memory := table{
		name: "memory", title: "Memory of the server", header: []string{"", "MiB", "wanted"},
		rows: [][]string{
			{"idle", fmt.Sprintf("%.0f", alone.resident), "60"},
			{"the most in the whole run", fmt.Sprintf("%.0f", peak), "200"},
			{fmt.Sprintf("%s after it", cmd.Settle), fmt.Sprintf("%.0f", after), ""},
		},
	}
	m.tables = append(m.tables, memory)
	if err := memory.print(c.out); err != nil {
		return err
	}
	about := fmt.Sprintf("A site of %s posts; %d connections, %d rounds of %s each, in turns. At the beginning %s processes of the machine wanted to run besides.",
		grouped(m.posts), cmd.Connections, cmd.Rounds, cmd.For, load)
	_, _ = fmt.Fprintf(c.out, "\n%s\n", about)
	return writeReport(ctx, cmd.Report, "measure", about, m.tables)
}

func (m *measurement) load() load {
	return load{connections: m.Connections, during: m.For, threads: m.Threads}
}

// rest waits.
func rest(ctx context.Context, during time.Duration) error {
	select {
	case <-time.After(during):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bare starts bare gin with answers to repeat.
func (m *measurement) bare(ctx context.Context, headers string, answers []recorded) (*server, error) {
	input, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return starting{program: self, args: []string{"bare", "--headers", headers}, input: bytes.NewReader(input)}.start(ctx)
}

// in turns: each gets its round, another one first in each.
func turns(rounds, of int, do func(round, i int) error) error {
	for round := range rounds {
		for i := range of {
			if err := do(round, (i+round)%of); err != nil {
				return err
			}
		}
	}
	return nil
}

// administrator changes settings as the owner does.
type administrator struct{ url, token string }

func signIn(ctx context.Context, site string) (*administrator, error) {
	a := &administrator{url: site}
	var signedIn struct {
		Token string `json:"access_token"`
	}
	err := a.do(ctx, http.MethodPost, "/auth/login", map[string]string{"email": ownerEmail, "password": ownerPassword}, &signedIn)
	a.token = signedIn.Token
	if err != nil {
		err = fmt.Errorf("%w\nThe folder to measure must be one that dimmer-bench fill made", err)
	}
	return a, err
}

// request is one of hers as it is sent.
func (a *administrator) request(method, path string, body []byte) []byte {
	headers := []string{"Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body))}
	if a.token != "" {
		headers = append(headers, "Authorization: Bearer "+a.token)
	}
	return requestLine(method+" "+apiRoot+path, headers, string(body))
}

func (a *administrator) do(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	got, err := askOnce(ctx, a.url, a.request(method, path, body))
	if err != nil {
		return err
	}
	if got.status/100 != 2 {
		return fmt.Errorf("%s %s answers %d: %s", method, path, got.status, got.body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(got.body, out)
}

// level sets under which dimmer level comments arrive, and keeps a flood of them from raising it for an hour.
func (a *administrator) level(ctx context.Context, level string) error {
	return errors.Join(
		a.do(ctx, http.MethodPatch, "/admin/settings", map[string]string{"comment_level": level}, nil),
		a.do(ctx, http.MethodDelete, "/admin/moderation/flood", struct{}{}, nil),
	)
}

// renames gives the blog a title of letters and digits, which clears every public answer.
func (a *administrator) renames(title string) *exchange {
	return &exchange{kind: deciding, send: a.request(http.MethodPatch, "/admin/settings", []byte(`{"title":"`+title+`"}`)), status: http.StatusOK, length: anyLength}
}
