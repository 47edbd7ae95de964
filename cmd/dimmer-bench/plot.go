package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// plot draws lines over two logarithmic axes as SVG. It is read by day and by night, and in print: ink is the colour of the text, and lines differ in their marks too.
type plot struct {
	title, across, up string
	at                []float64
	lines             []line
}

type line struct {
	name   string
	values []float64 // one for each of plot.at
}

// Sizes in pixels.
const (
	plotWidth, plotHeight                    = 760, 420
	plotLeft, plotRight, plotTop, plotBottom = 76, 190, 44, 56
	labelHeight                              = 17
	plotTextSize                             = 13
	leastValue                               = 0.001
)

// The colours of the lines by day and by night: each has a contrast of at least 4.5 to 1 with white, and with #111.
var (
	dayInks   = []string{"#0b62b0", "#b3400a", "#1f7336", "#8034a8", "#a81c4f", "#5c5f00", "#3d4f63"}
	nightInks = []string{"#6db6ff", "#ff9c66", "#6fd08c", "#cf9cf0", "#ff8fb3", "#c9cc4a", "#b4c4d4"}
)

func (p plot) svg() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="%d">`+"\n",
		plotWidth, plotHeight, plotWidth, plotHeight, plotTextSize)
	fmt.Fprintf(&b, "<title id=\"title\">%s: %s by %s</title>\n<desc id=\"desc\">%s</desc>\n", html.EscapeString(p.title), html.EscapeString(p.up), html.EscapeString(p.across), html.EscapeString(p.describe()))
	b.WriteString("<style>\nsvg { color: #1d2733; background: #fff }\n")
	for i := range p.lines {
		fmt.Fprintf(&b, ".l%d { color: %s }\n", i, dayInks[i%len(dayInks)])
	}
	b.WriteString("@media (prefers-color-scheme: dark) {\nsvg { color: #e6ebf0; background: #14181d }\n")
	for i := range p.lines {
		fmt.Fprintf(&b, ".l%d { color: %s }\n", i, nightInks[i%len(nightInks)])
	}
	b.WriteString("}\n</style>\n")
	fmt.Fprintf(&b, "<text x=\"%d\" y=\"24\" fill=\"currentColor\" font-size=\"16\" font-weight=\"600\">%s</text>\n", plotLeft, html.EscapeString(p.title))
	p.axes(&b)
	for i, l := range p.lines {
		p.draw(&b, i, l)
	}
	p.labels(&b)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// describe says the figures to who does not see the lines.
func (p plot) describe() string {
	parts := make([]string, len(p.lines))
	for i, l := range p.lines {
		values := make([]string, len(l.values))
		for j, v := range l.values {
			values[j] = fmt.Sprintf("%.2f at %s", v, grouped(int(p.at[j])))
		}
		parts[i] = l.name + ": " + strings.Join(values, ", ")
	}
	return strings.Join(parts, ". ") + "."
}

// bounds are whole powers of ten around all values.
func (p plot) bounds() (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, l := range p.lines {
		for _, v := range l.values {
			least, most = min(least, max(v, leastValue)), max(most, max(v, leastValue))
		}
	}
	least, most = math.Pow(10, math.Floor(math.Log10(least))), math.Pow(10, math.Ceil(math.Log10(most)))
	if least == most {
		most *= 10
	}
	return least, most
}

func (p plot) x(at float64) float64 {
	from, to := math.Log10(p.at[0]), math.Log10(p.at[len(p.at)-1])
	width := float64(plotWidth - plotLeft - plotRight)
	if from == to {
		return plotLeft + width/2
	}
	return plotLeft + width*(math.Log10(at)-from)/(to-from)
}

func (p plot) y(value float64) float64 {
	least, most := p.bounds()
	share := (math.Log10(max(value, leastValue)) - math.Log10(least)) / (math.Log10(most) - math.Log10(least))
	return plotHeight - plotBottom - share*float64(plotHeight-plotTop-plotBottom)
}

func (p plot) axes(b *bytes.Buffer) {
	left, right, bottom := plotLeft-10, plotWidth-plotRight+10, plotHeight-plotBottom
	least, most := p.bounds()
	b.WriteString("<g fill=\"currentColor\" stroke=\"none\">\n")
	for power := math.Round(math.Log10(least)); power <= math.Round(math.Log10(most)); power++ {
		v := math.Pow(10, power)
		fmt.Fprintf(b, "<path d=\"M%d %.1fH%d\" stroke=\"currentColor\" stroke-opacity=\".25\"/>\n", left, p.y(v), right)
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" dy=\".35em\">%s</text>\n", left-6, p.y(v), axisLabel(v))
	}
	for _, at := range p.at {
		fmt.Fprintf(b, "<path d=\"M%.1f %dv5\" stroke=\"currentColor\"/>\n", p.x(at), bottom)
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", p.x(at), bottom+20, grouped(int(at)))
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", (left+right)/2, plotHeight-12, html.EscapeString(p.across))
	fmt.Fprintf(b, "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n</g>\n", (plotTop+bottom)/2, html.EscapeString(p.up))
}

func (p plot) draw(b *bytes.Buffer, i int, l line) {
	points := make([]string, len(l.values))
	for j, v := range l.values {
		points[j] = fmt.Sprintf("%.1f,%.1f", p.x(p.at[j]), p.y(v))
	}
	fmt.Fprintf(b, "<g class=\"l%d\" stroke=\"currentColor\" fill=\"currentColor\">\n<polyline points=\"%s\" fill=\"none\" stroke-width=\"2\"/>\n", i, strings.Join(points, " "))
	for j, v := range l.values {
		x, y := p.x(p.at[j]), p.y(v)
		switch i % 4 {
		case 0:
			fmt.Fprintf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n", x, y)
		case 1:
			fmt.Fprintf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\"/>\n", x-4, y-4)
		case 2:
			fmt.Fprintf(b, "<path d=\"M%.1f %.1fl5 9h-10z\"/>\n", x, y-5)
		case 3:
			fmt.Fprintf(b, "<path d=\"M%.1f %.1fl5 5l-5 5l-5 -5z\"/>\n", x, y-5)
		}
	}
	b.WriteString("</g>\n")
}

// labels names each line at its end, none above another.
func (p plot) labels(b *bytes.Buffer) {
	type label struct {
		line    int
		end, at float64
	}
	all := make([]label, len(p.lines))
	for i, l := range p.lines {
		y := p.y(l.values[len(l.values)-1])
		all[i] = label{i, y, y}
	}
	slices.SortFunc(all, func(a, b label) int { return int(math.Copysign(1, a.end-b.end)) })
	for i := range all {
		if i > 0 {
			all[i].at = max(all[i].at, all[i-1].at+labelHeight)
		}
	}
	if past := all[len(all)-1].at - float64(plotHeight-plotBottom); past > 0 { // then upwards again
		all[len(all)-1].at -= past
		for i := len(all) - 2; i >= 0; i-- {
			all[i].at = min(all[i].at, all[i+1].at-labelHeight)
		}
	}
	from := p.x(p.at[len(p.at)-1])
	for _, l := range all {
		fmt.Fprintf(b, "<g class=\"l%d\"><path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"currentColor\" stroke-opacity=\".6\"/><text x=\"%.1f\" y=\"%.1f\" dy=\".35em\" fill=\"currentColor\">%s</text></g>\n",
			l.line, from+7, l.end, from+26, l.at, from+30, l.at, html.EscapeString(p.lines[l.line].name))
	}
}

// axisLabel writes a power of ten: 0.01, 1, 10,000.
func axisLabel(v float64) string {
	if v < 1 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return grouped(int(v + 0.5))
}
