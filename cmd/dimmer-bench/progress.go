package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress tells how far a long command is: a bar at a terminal, a line for each tenth elsewhere.
type progress struct {
	out         io.Writer
	isTerminal  bool
	done, total int
	shownAt     time.Time
	tenth       int
}

func newProgress(out io.Writer, total int) *progress {
	file, isFile := out.(*os.File)
	return &progress{out: out, total: total, isTerminal: isFile && term.IsTerminal(int(file.Fd()))} // #nosec G115 -- a descriptor
}

const barWidth = 40 // characters

func (p *progress) step() {
	p.done++
	if !p.isTerminal {
		if tenth := 10 * p.done / p.total; tenth > p.tenth {
			p.tenth = tenth
			_, _ = fmt.Fprintf(p.out, "%d of %d\n", p.done, p.total)
		}
		return
	}
	if now := time.Now(); p.done == p.total || now.Sub(p.shownAt) > 100*time.Millisecond {
		p.shownAt = now
		full := barWidth * p.done / p.total
		_, _ = fmt.Fprintf(p.out, "\r[%s%s] %d of %d", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total)
	}
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.isTerminal {
		_, _ = fmt.Fprintln(p.out)
	}
}
