package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

type startCommand struct {
	Program string        `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Data    string        `required:"" help:"Data folder of an existing blog." placeholder:"FOLDER"`
	Times   int           `short:"n" default:"10" help:"How often."`
	Settle  time.Duration `default:"2s" help:"How long the server is left alone before its memory is read."`
}

// Run starts the program several times, one after the other, and prints the middle, the least and the most of each figure.
func (cmd *startCommand) Run(ctx context.Context, c *console) error {
	var answered, stopped, resident figures
	for range cmd.Times {
		begun, err := startOnce(ctx, cmd.Program, cmd.Data, cmd.Settle)
		if err != nil {
			return err
		}
		answered, stopped = append(answered, begun.answered), append(stopped, begun.stopped)
		if begun.resident > 0 {
			resident = append(resident, begun.resident)
		}
	}
	_, err := fmt.Fprintf(c.out, "start to first answer  %s ms\nidle memory (RSS)      %s MiB\nSIGTERM to end         %s ms\n", answered, resident, stopped)
	return err
}

// begun is one start and one end of the program.
type begun struct {
	answered, stopped float64 // ms
	resident          float64 // MiB; 0: not known
}

// startOnce starts the program, asks for a list, leaves it alone for a while, and stops it.
func startOnce(ctx context.Context, program, data string, alone time.Duration) (b begun, err error) {
	began := time.Now()
	s, err := serve(program, data).start(ctx)
	if err != nil {
		return b, err
	}
	got, err := askOnce(ctx, s.url, getRequest(apiRoot+"/posts"))
	b.answered = float64(time.Since(began).Microseconds()) / 1000
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("the first answer is %d: %s", got.status, got.body)
	}
	if err == nil {
		err = rest(ctx, alone)
		b.resident, _ = memoryMiB(s.pid(), "VmRSS")
	}
	began = time.Now()
	err = errors.Join(err, s.stop())
	b.stopped = float64(time.Since(began).Microseconds()) / 1000
	return b, err
}
