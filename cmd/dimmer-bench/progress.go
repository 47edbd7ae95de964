package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress tells how far a long command is: a bar with the time that is left at a terminal, a line for each tenth elsewhere.
type progress struct {
	out         io.Writer
	isTerminal  bool
	done, total int
	began       time.Time
	shownAt     time.Time
	tenth       int
}

func newProgress(out io.Writer, total int) *progress {
	file, isFile := out.(*os.File)
	return &progress{out: out, total: total, began: time.Now(), isTerminal: isFile && term.IsTerminal(int(file.Fd()))} // #nosec G115 -- a descriptor
}

const barWidth = 40 // characters

// add says that n more are done.
func (p *progress) add(n int) {
	p.done += n
	if !p.isTerminal {
		if tenth := 10 * p.done / max(1, p.total); tenth > p.tenth {
			p.tenth = tenth
			_, _ = fmt.Fprintf(p.out, "%d of %d\n", p.done, p.total)
		}
		return
	}
	if now := time.Now(); p.done == p.total || now.Sub(p.shownAt) > 100*time.Millisecond {
		p.shownAt = now
		full := barWidth * p.done / max(1, p.total)
		_, _ = fmt.Fprintf(p.out, "\r[%s%s] %d of %d, %s left  ", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total, p.left(now))
	}
}

// left is how long the rest takes if it goes on like this.
func (p *progress) left(now time.Time) time.Duration {
	if p.done == 0 {
		return 0
	}
	return (now.Sub(p.began) * time.Duration(p.total-p.done) / time.Duration(p.done)).Round(time.Second)
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.isTerminal {
		_, _ = fmt.Fprintln(p.out)
	}
}
