package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/gin-gonic/gin"
)

type readCommand struct {
	Program     string        `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Data        string        `required:"" help:"Data folder of an existing blog." placeholder:"FOLDER"`
	Connections int           `short:"c" default:"32" help:"Connections that ask at once."`
	Rounds      int           `default:"5" help:"Rounds of each, in turns."`
	For         time.Duration `default:"1s" help:"Length of a round."`
}

// recorded is an answer that bare gin repeats.
type recorded struct {
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// Run measures three addresses of the program and of bare gin that sends the same bytes, in turns, so that what else the machine does
// meets both.
func (cmd *readCommand) Run(ctx context.Context, c *console) (err error) {
	dimmer, err := startServer(ctx, cmd.Program, "serve", "--data", cmd.Data, "--addr", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dimmer.stop()) }()
	paths, answers, err := record(ctx, dimmer.url)
	if err != nil {
		return err
	}
	input, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := startServerWith(ctx, bytes.NewReader(input), self, "bare")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()

	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(table, "answer\tbytes\tdimmer req/s\tp50 ms\tp99 ms\tbare gin req/s\tp50 ms\tp99 ms\tratio\t\n")
	for _, path := range paths {
		var of [2]measured
		for round := range cmd.Rounds + 1 {
			for i, s := range []*server{dimmer, bare} {
				m, err := load(ctx, s.url, sameRequest(path.path), cmd.Connections, cmd.For)
				if err != nil {
					return fmt.Errorf("%s: %w", path.path, err)
				}
				if round > 0 { // the first one warms up
					of[i].rates = append(of[i].rates, m.rates...)
					of[i].times = append(of[i].times, m.times...)
				}
			}
		}
		_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%.2f\t\n", path.name, len(answers[path.path].Body), of[0], of[1], of[0].rates.quantile(0.5)/of[1].rates.quantile(0.5))
	}
	return table.Flush()
}

type namedPath struct{ name, path string }

// record fetches what is measured: a list, the most discussed post and its thread.
func record(ctx context.Context, url string) ([]namedPath, map[string]recorded, error) {
	answers := map[string]recorded{}
	fetch := func(path string) ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Accept-Encoding", "identity")
		response, err := new(http.Client).Do(request)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		if err = errors.Join(err, response.Body.Close()); err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s answers %s", path, response.Status)
		}
		answers[path] = recorded{response.Header, body}
		return body, err
	}
	found, err := fetch("/api/v1/posts?sort=-comments&limit=1")
	if err != nil {
		return nil, nil, err
	}
	var list struct {
		Data []struct{ Slug string } `json:"data"`
	}
	if err := json.Unmarshal(found, &list); err != nil || len(list.Data) == 0 {
		return nil, nil, errors.Join(errors.New("there is no post to read; fill the folder first: dimmer-bench fill"), err)
	}
	post := "/api/v1/posts/" + list.Data[0].Slug
	paths := []namedPath{{"list of 10", "/api/v1/posts"}, {"post", post}, {"thread", post + "/comments"}}
	for _, path := range paths {
		if _, err := fetch(path.path); err != nil {
			return nil, nil, err
		}
	}
	return paths, answers, nil
}

// measured is what one or more rounds of load saw.
type measured struct {
	rates figures // requests per second
	times figures // ms of each answer
}

func (m measured) String() string {
	return fmt.Sprintf("%.0f\t%.2f\t%.2f", m.rates.quantile(0.5), m.times.quantile(0.5), m.times.quantile(0.99))
}

// sameRequest makes the same request again and again.
func sameRequest(path string) func() []byte {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: bench.example\r\n\r\n")
	return func() []byte { return request }
}

// load sends requests over kept connections, each of them as soon as it has its answer.
func load(ctx context.Context, url string, request func() []byte, connections int, during time.Duration) (measured, error) {
	times, errs := make([]figures, connections), make([]error, connections)
	began := time.Now()
	var clients sync.WaitGroup
	for i := range connections {
		clients.Go(func() {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				errs[i] = err
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReaderSize(conn, 64<<10)
			for time.Since(began) < during && ctx.Err() == nil {
				asked := time.Now()
				if _, errs[i] = conn.Write(request()); errs[i] == nil {
					errs[i] = readAnswer(answers)
				}
				if errs[i] != nil {
					return
				}
				times[i] = append(times[i], float64(time.Since(asked).Nanoseconds())/1e6)
			}
		})
	}
	clients.Wait()
	took := time.Since(began)
	var all figures
	for _, one := range times {
		all = append(all, one...)
	}
	for _, err := range append(errs, ctx.Err()) {
		if err != nil {
			return measured{}, err // one is enough: a measurement with refusals is none
		}
	}
	return measured{figures{float64(len(all)) / took.Seconds()}, all}, nil
}

// readAnswer reads one answer of known length and forgets it: a full client would cost more than the servers.
func readAnswer(r *bufio.Reader) error {
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200 ") && !strings.HasPrefix(status, "HTTP/1.1 201 ") {
		return fmt.Errorf("answered %q", status)
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if value, is := bytes.CutPrefix(line, []byte("Content-Length: ")); is {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("answered without Content-Length")
	}
	_, err = r.Discard(length)
	return err
}

type bareCommand struct{}

// Run serves recorded answers from memory with nothing but gin.
func (bareCommand) Run(ctx context.Context, c *console) error {
	var answers map[string]recorded
	if err := json.NewDecoder(c.in).Decode(&answers); err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	for path, answer := range answers {
		if strings.Contains(path, "?") {
			continue
		}
		answer.Header.Del("Date") // net/http writes it
		engine.GET(path, func(g *gin.Context) {
			header := g.Writer.Header()
			for name, values := range answer.Header {
				header[name] = values
			}
			g.Writer.WriteHeader(http.StatusOK)
			_, _ = g.Writer.Write(answer.Body)
		})
	}
	return serveBare(ctx, c, engine)
}

// serveBare serves with nothing but gin until ctx ends, and says where.
func serveBare(ctx context.Context, c *console, engine *gin.Engine) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: engine, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = web.Close() })
	_, _ = fmt.Fprintf(c.out, "listening on http://%s\n", listener.Addr())
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
