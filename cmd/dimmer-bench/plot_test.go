package main

import (
	"strings"
	"testing"
)

func TestAPlotSaysItsFiguresAndLabelsItsAxes(t *testing.T) {
	t.Parallel()
	p := plot{title: "Two & more", across: "posts", up: "ms", at: []float64{1000, 100000}, lines: []line{{"flat", []float64{0.05, 0.05}}, {"steep", []float64{2, 2000}}}}
	drawn := string(p.svg())
	for _, want := range []string{
		"<title id=\"title\">Two &amp; more: ms by posts</title>", "flat: 0.05 at 1,000, 0.05 at 100,000. steep: 2.00 at 1,000, 2000.00 at 100,000.",
		">0.01</text>", ">1</text>", ">10,000</text>", ">100,000</text>", "prefers-color-scheme: dark", ">steep</text>",
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("it lacks %q:\n%s", want, drawn)
		}
	}
	if low, high := p.y(0.05), p.y(2000); high >= low {
		t.Errorf("2,000 is drawn at %.0f, below 0.05 at %.0f", high, low)
	}
}

func TestLabelsOfAPlotDoNotLieOverEachOther(t *testing.T) {
	t.Parallel()
	p := plot{at: []float64{10, 100}, lines: []line{{"a", []float64{1, 1}}, {"b", []float64{1, 1}}, {"c", []float64{1, 1}}}}
	drawn := string(p.svg())
	seen := map[string]bool{}
	for _, name := range []string{"a", "b", "c"} {
		before, _, _ := strings.Cut(drawn, ` dy=".35em" fill="currentColor">`+name+"<")
		at := before[strings.LastIndex(before, "y="):]
		if seen[at] {
			t.Errorf("%s stands where another does, at %s", name, at)
		}
		seen[at] = true
	}
}
