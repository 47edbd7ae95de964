// Command dimmer serves the blog and keeps it: one program, no required setting. Here the commands and settings are read and everything
// is joined; what a blog is and does belongs in the packages beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Serve the blog: API, documentation, admin."`
	User    userCommand    `cmd:"" help:"Add people, set passwords, end sessions."`
	Migrate migrateCommand `cmd:"" help:"Show or bring up to date the schema of the database."`
	Version versionCommand `cmd:"" help:"Say which Dimmer this is."`
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // one clear line on standard error says why and what to do
	exitUsage  = 2
)

func main() {
	syscall.Umask(0o077) // what is written, e-mail addresses among it, is for this program alone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // the second signal ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// console is what a command reads and writes besides files and sockets.
type console struct {
	in       io.Reader
	out, err io.Writer
	env      []string
}

// run is the whole program, with everything from outside handed in: tests call it too.
func run(ctx context.Context, args, env []string, in io.Reader, out, errOut io.Writer) (code int) {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("dimmer"), kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }),
		kong.Description("A headless CMS for blogs, with reader comments that stay calm."), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "dimmer:", err)
		return exitFailed
	}
	chosen, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help has been answered
	}
	if err != nil {
		_, _ = fmt.Fprintf(errOut, "dimmer: %v. `dimmer --help` lists what there is.\n", err)
		return exitUsage
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	err = chosen.Run(&console{in: in, out: out, err: errOut, env: env})
	var wrong mistakes
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		wrong = mistakes{"interrupted"}
	case !errors.As(err, &wrong):
		wrong = mistakes{strings.Join(strings.Fields(err.Error()), " ")} // one line, whatever a driver says
	}
	for _, line := range wrong {
		_, _ = fmt.Fprintln(errOut, "dimmer:", line)
	}
	return exitFailed
}

// version is what the build knows of itself.
func version() string {
	built, ok := debug.ReadBuildInfo()
	if !ok || built.Main.Version == "" || built.Main.Version == "(devel)" {
		return "development"
	}
	return built.Main.Version
}

type versionCommand struct{}

func (versionCommand) Run(c *console) error {
	_, err := fmt.Fprintln(c.out, "dimmer", version())
	return err
}
