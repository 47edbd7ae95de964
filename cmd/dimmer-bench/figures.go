package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// figures are several measurements of one thing.
type figures []float64

// String gives the median, and the least and the most in brackets.
func (f figures) String() string {
	if len(f) == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%.1f (%.1f to %.1f)", f.median(), f.quantile(0), f.quantile(1))
}

// quantile is the value that a share of all are not above.
func (f figures) quantile(share float64) float64 {
	if len(f) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f))
	return sorted[int(share*float64(len(sorted)-1)+0.5)]
}

func (f figures) median() float64 { return f.quantile(0.5) }

func (f figures) mean() float64 {
	sum := 0.0
	for _, x := range f {
		sum += x
	}
	return sum / float64(max(len(f), 1))
}

func (l loaded) p50() float64 { return l.times.quantile(0.5) }

func (l loaded) p99() float64 { return l.times.quantile(0.99) }

func (l loaded) rate() float64 { return l.measured.rate() }

// clientPerAnswer is the processor time of this program for one answer, in microseconds.
func (l loaded) clientPerAnswer() float64 {
	return float64(l.client.Microseconds()) / float64(max(l.count, 1))
}

// medianOf is the median over rounds.
func medianOf(rounds []loaded, of func(loaded) float64) float64 {
	var all figures
	for _, round := range rounds {
		all = append(all, of(round))
	}
	return all.median()
}

// ratios compares the rounds of two one by one.
func ratios(ours, theirs []loaded, of func(loaded) float64) figures {
	var all figures
	for i := range ours {
		if b := of(theirs[i]); b > 0 {
			all = append(all, of(ours[i])/b)
		}
	}
	return all
}

// rounded leaves three digits of a rate: more than that is noise.
func rounded(rate float64) string {
	unit := 1
	for rate/float64(unit) >= 1000 {
		unit *= 10
	}
	return grouped(int(rate/float64(unit)+0.5) * unit)
}

// grouped writes 12,345.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return strings.TrimPrefix(digits, ",")
}

func ms(x float64) string {
	if x < 10 {
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.1f", x)
}
