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
	done, total int // of what is made
	work, whole int // that it costs: some things take many times as long as others
	began       time.Time
	shownAt     time.Time
	tenth       int
}

// A stint is a number of things that take about as long each; work is how many times as long as those that take the least.
type stint struct{ n, work int }

func newProgress(out io.Writer, all ...stint) *progress {
	file, isFile := out.(*os.File)
	p := &progress{out: out, began: time.Now(), isTerminal: isFile && term.IsTerminal(int(file.Fd()))} // #nosec G115 -- a descriptor
	for _, s := range all {
		p.total += s.n
		p.whole += s.n * s.work
	}
	return p
}

const barWidth = 40 // characters

// add says that more are done.
func (p *progress) add(more stint) {
	p.done += more.n
	p.work += more.n * more.work
	now := time.Now()
	if !p.isTerminal {
		if tenth := 10 * p.work / max(1, p.whole); tenth > p.tenth {
			p.tenth = tenth
			_, _ = fmt.Fprintf(p.out, "%d of %d%s\n", p.done, p.total, p.left(now))
		}
		return
	}
	if p.work == p.whole || now.Sub(p.shownAt) > 100*time.Millisecond {
		p.shownAt = now
		full := barWidth * p.work / max(1, p.whole)
		_, _ = fmt.Fprintf(p.out, "\r[%s%s] %d of %d%s\x1b[K", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total, p.left(now))
	}
}

// left is how long the rest takes if it goes on like this; nothing is said before a twentieth is done.
func (p *progress) left(now time.Time) string {
	if p.work == p.whole || 20*p.work < p.whole {
		return ""
	}
	left := float64(now.Sub(p.began)) * float64(p.whole-p.work) / float64(p.work)
	return ", " + time.Duration(left).Round(time.Second).String() + " left"
}

// then says what comes after what could be counted.
func (p *progress) then(what string) {
	if p.isTerminal {
		_, _ = fmt.Fprintln(p.out)
	}
	_, _ = fmt.Fprintln(p.out, what)
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.isTerminal {
		_, _ = fmt.Fprintln(p.out)
	}
}
