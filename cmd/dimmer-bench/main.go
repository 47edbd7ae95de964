// Command dimmer-bench fills a site with any number of posts and comments, and measures the program: how it starts, how it reads
// and takes comments beside bare gin, and what it catches of spam. Times are those of the machine it runs on, which the load shares with the
// server; compare ratios.
//
// It does not belong here: benchmarks of single functions, which stand beside them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Fill    fillCommand    `cmd:"" help:"Fill a data folder with posts and comments, to have something to measure."`
	Start   startCommand   `cmd:"" help:"Measure the start: time to the first answer, idle memory, time to stop."`
	Measure measureCommand `cmd:"" help:"Measure a server: reads, comments, both at once, bad input and memory, beside bare gin that sends the same bytes and stores the same rows."`
	Growth  growthCommand  `cmd:"" help:"Measure what one answer takes on sites of several sizes, ready and made anew, and draw it."`
	Queries queriesCommand `cmd:"" help:"Measure what the store is asked, without a server and with nothing that remembers answers, and how it grows with the site."`
	Spam    spamCommand    `cmd:"" help:"Measure the text model and the policy on comments of which it is known what they are."`

	Bare         bareCommand         `cmd:"" hidden:"" help:"Be bare gin: answers come on standard input."`
	BareComments bareCommentsCommand `cmd:"" hidden:"" help:"Be bare gin that stores comments."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE) // SIGPIPE too: the servers must not stay
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// console is what a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// run is the whole program: 0 done, 1 failed, 2 wrong usage.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) (status int) {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("dimmer-bench"), kong.Writers(out, errOut), kong.Exit(func(status int) { exit = status }),
		kong.Description("Fills a Dimmer and measures it."))
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "dimmer-bench:", err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help has been answered
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "dimmer-bench:", err)
		return 2
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(&console{in, out, errOut}); err != nil {
		_, _ = fmt.Fprintln(errOut, "dimmer-bench:", err)
		return 1
	}
	return 0
}
