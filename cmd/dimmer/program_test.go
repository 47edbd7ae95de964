package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// runProgram makes the test binary be the program itself, so that tests drive a real process without building another.
const runProgram = "DIMMER_TEST_RUN_PROGRAM=1"

func TestMain(m *testing.M) {
	if name, value, _ := strings.Cut(runProgram, "="); os.Getenv(name) == value {
		main()
		return
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for something that has to happen: far above what any machine needs. No test fails because something took
// its time; what the issues demand is measured by cmd/dimmer-bench, and what a test saw of it is logged.
const patience = 2 * time.Minute

// A program is a running or ended process of ours.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	out     *output
	errs    *output
	started time.Time
	ended   chan struct{}
	url     string // of a server
}

// output collects what a process writes, and lets others wait for it.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{} // closed at the next write
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	text, _ := o.now()
	return text
}

func (o *output) now() (string, chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.changed
}

// lines are the whole lines that were written.
func (o *output) lines() []string {
	text := o.String()
	if at := strings.LastIndexByte(text, '\n'); at >= 0 {
		return strings.Split(text[:at], "\n")
	}
	return nil
}

// line waits for a line that begins with prefix and gives the rest of it.
func (p *program) line(from *output, prefix string) string {
	p.t.Helper()
	deadline := time.After(patience)
	for over := false; ; {
		_, changed := from.now()
		for _, line := range from.lines() {
			if rest, found := strings.CutPrefix(line, prefix); found {
				return rest
			}
		}
		if over {
			p.t.Fatalf("the program ended with status %d and never said %q; it said:\n%s", p.status(), prefix, p.said())
		}
		select {
		case <-changed:
		case <-p.ended:
			over = true // it may have said it last
		case <-deadline:
			p.t.Fatalf("the program did not say %q within %s; it said:\n%s", prefix, patience, p.said())
		}
	}
}

func (p *program) said() string { return p.out.String() + p.errs.String() }

// An option of a process: its environment, its folder, its standard input.
type option func(*exec.Cmd)

func env(pairs ...string) option { return func(c *exec.Cmd) { c.Env = append(c.Env, pairs...) } }

func in(dir string) option { return func(c *exec.Cmd) { c.Dir = dir } }

func typing(text string) option { return func(c *exec.Cmd) { c.Stdin = strings.NewReader(text) } }

// launch starts the program. It is killed at the end of the test if it still runs.
func launch(t *testing.T, args []string, options ...option) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, cmd: exec.Command(self, args...), out: newOutput(), errs: newOutput(), ended: make(chan struct{})}
	p.cmd.Dir = t.TempDir()
	// Settings of whoever runs the tests are none of the program under test.
	p.cmd.Env = []string{runProgram, "PATH=" + os.Getenv("PATH"), "HOME=" + p.cmd.Dir, "TMPDIR=" + os.TempDir(), "GORACE=" + os.Getenv("GORACE")}
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.errs
	for _, option := range options {
		option(p.cmd)
	}
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the status is asked where it matters
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // no harm if it has ended
		<-p.ended
		if t.Failed() {
			t.Logf("dimmer %s said:\n%s", strings.Join(args, " "), p.said())
		}
	})
	return p
}

// wait waits for the end of the process and gives its exit status: -1 if a signal ended it.
func (p *program) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.status()
	case <-time.After(patience):
		p.t.Fatalf("the program did not end within %s; it said:\n%s", patience, p.said())
		return -1
	}
}

func (p *program) status() int { return p.cmd.ProcessState.ExitCode() }

func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// stop ends a server as an operator does, and gives the time that it took.
func (p *program) stop() time.Duration {
	p.t.Helper()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	if status := p.wait(); status != 0 {
		p.t.Fatalf("after SIGTERM the program ended with status %d, want 0; it said:\n%s", status, p.said())
	}
	return time.Since(began)
}

// execute runs a command to its end.
func execute(t *testing.T, args []string, options ...option) *program {
	t.Helper()
	p := launch(t, args, options...)
	p.wait()
	return p
}

// serveOn starts a server on a data folder and a free port, and waits until it listens.
func serveOn(t *testing.T, data string, args []string, options ...option) *program {
	t.Helper()
	p := launch(t, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", data}, args...), options...)
	p.url = p.line(p.out, "listening on ")
	return p
}

// folder is a data folder that is not there yet.
func folder(t *testing.T) string { return filepath.Join(t.TempDir(), "data") }

// An answer is what a server said to a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// into decodes the answer, whose status has to be as given.
func (a answer) into(t *testing.T, status int, body any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if body == nil {
		return
	}
	if err := json.Unmarshal(a.body, body); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// ask sends a request with a JSON body, if there is one, and a bearer token, if there is one.
func (p *program) ask(method, path, token string, body any) answer {
	p.t.Helper()
	a, err := p.send(p.t.Context(), http.DefaultClient, method, path, token, body)
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

func (p *program) send(ctx context.Context, client *http.Client, method, path, token string, body any, headers ...string) (answer, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, content)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, errors.Join(err, response.Body.Close())
}

// A person who may sign in, as tests need one.
const (
	ownerEmail    = "ruth@blog.example"
	ownerPassword = "seven quiet kettles sing"
)

// withOwner makes the owner at the start.
var withOwner = env("DIMMER_OWNER_EMAIL="+ownerEmail, "DIMMER_OWNER_PASSWORD="+ownerPassword)

// signIn gives an access token.
func (p *program) signIn(email, password string) string {
	p.t.Helper()
	var signedIn struct {
		AccessToken string `json:"access_token"`
	}
	p.ask("POST", "/api/v1/auth/login", "", map[string]any{"email": email, "password": password}).into(p.t, http.StatusOK, &signedIn)
	return signedIn.AccessToken
}

// publish publishes a post and gives its slug.
func (p *program) publish(token, title string) string {
	p.t.Helper()
	var created struct {
		Data struct {
			Slug string `json:"slug"`
		} `json:"data"`
	}
	p.ask("POST", "/api/v1/admin/posts", token, map[string]any{"title": title, "markdown": "Some words.", "status": "published"}).
		into(p.t, http.StatusCreated, &created)
	return created.Data.Slug
}

// dial opens a raw connection to the server and writes to it. It is closed at the end of the test.
func (p *program) dial(text string) (net.Conn, *bufio.Reader) {
	p.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		p.t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// skipUnlessCI skips a test where the machine lacks what it needs. In CI nothing is lacking in silence.
func skipUnlessCI(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
