package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A server is a process that has said where it listens.
type server struct {
	url     string
	command *exec.Cmd
	log     *os.File // what it says on standard error
}

const (
	startWithin = 30 * time.Second
	stopWithin  = 20 * time.Second
)

// starting is how a server is started.
type starting struct {
	program string
	args    []string
	env     []string // besides that of this program
	input   io.Reader
}

// serve is how Dimmer is started: as it ships, with its limits, its log and its moderation on. The load comes through a trusted proxy, so to speak: each
// comment from an address of its own.
func serve(program, data string, env ...string) starting {
	return starting{
		program: program, args: []string{"serve", "--data", data, "--addr", "127.0.0.1:0"},
		env: append([]string{"DIMMER_TRUSTED_PROXIES=127.0.0.0/8"}, env...),
	}
}

// start starts a program and waits for its line "listening on".
func (st starting) start(ctx context.Context) (*server, error) {
	log, err := os.CreateTemp("", "dimmer-bench-*.log")
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, st.program, st.args...) // #nosec G204 -- the program that is to be measured
	command.Env = append(os.Environ(), st.env...)
	command.Stdin, command.Stderr = st.input, log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = stopWithin
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	s := &server{command: command, log: log}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", st.program, err), s.forgetLog())
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if url, is := strings.CutPrefix(lines.Text(), "listening on "); is {
				found <- url
				break
			}
		}
		close(found)
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case s.url = <-found:
	case <-time.After(startWithin):
	}
	if s.url == "" {
		said, _ := os.ReadFile(log.Name())
		return nil, errors.Join(fmt.Errorf("%s does not say where it listens:\n%s", st.program, said), s.stop())
	}
	return s, nil
}

func (s *server) process() *os.Process { return s.command.Process }

func (s *server) pid() int { return s.command.Process.Pid }

// stop ends it as an operator does.
func (s *server) stop() error {
	err := s.process().Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	late := time.AfterFunc(stopWithin, func() { _ = s.process().Kill() })
	defer late.Stop()
	if err = errors.Join(err, s.command.Wait()); err != nil {
		err = fmt.Errorf("stop %s: %w", s.command.Path, err)
	}
	return errors.Join(err, s.forgetLog())
}

func (s *server) forgetLog() error {
	return errors.Join(s.log.Close(), os.Remove(s.log.Name()))
}

// loaded is what a server went through in a time of load.
type loaded struct {
	measured
	processor time.Duration // of the server
	client    time.Duration // of this program
}

// microseconds of processor time of the server for one answer.
func (l loaded) perAnswer() float64 {
	return float64(l.processor.Microseconds()) / float64(max(l.count, 1))
}

// under puts a server under load and also looks at the processor.
func (s *server) under(ctx context.Context, l load, next supply) ([kindCount]loaded, error) {
	server, client := processorTimeOf(s.pid()), processorTime()
	seen, err := l.run(ctx, s.url, next)
	server, client = processorTimeOf(s.pid())-server, processorTime()-client
	var all [kindCount]loaded
	for k, m := range seen {
		all[k] = loaded{m, server, client}
	}
	if err != nil {
		said, _ := os.ReadFile(s.log.Name())
		if said = said[max(0, len(said)-2000):]; len(said) > 0 {
			err = fmt.Errorf("%w\nthe server said last:\n%s", err, said)
		}
	}
	return all, err
}
