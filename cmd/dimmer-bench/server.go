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
}

const (
	startWithin = 30 * time.Second
	stopWithin  = 20 * time.Second
)

// startServer starts a program and waits for its line "listening on".
func startServer(ctx context.Context, program string, args ...string) (*server, error) {
	return startServerWith(ctx, nil, program, args...)
}

// startServerWith gives it something to read, too.
func startServerWith(ctx context.Context, input io.Reader, program string, args ...string) (*server, error) {
	command := exec.CommandContext(ctx, program, args...) // #nosec G204 -- the program that is to be measured
	command.Env = append(os.Environ(), "DIMMER_RATE_LIMITS=off", "DIMMER_LOG_LEVEL=error")
	command.Stdin, command.Stderr = input, os.Stderr
	command.WaitDelay = stopWithin
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	s := &server{command: command}
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
		return nil, errors.Join(fmt.Errorf("%s does not say where it listens", program), s.stop())
	}
	return s, nil
}

func (s *server) process() *os.Process { return s.command.Process }

// stop ends it as an operator does.
func (s *server) stop() error {
	err := s.process().Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	late := time.AfterFunc(stopWithin, func() { _ = s.process().Kill() })
	defer late.Stop()
	if err := errors.Join(err, s.command.Wait()); err != nil {
		return fmt.Errorf("stop %s: %w", s.command.Path, err)
	}
	return nil
}
