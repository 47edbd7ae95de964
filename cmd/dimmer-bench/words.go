package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// writer makes up texts that look like texts.
type writer struct{ random *rand.Rand }

var (
	firstNames = strings.Fields("Ada Benno Carla Dario Edda Farid Greta Hanno Ines Jonas Kira Leo Mira Nils Oda Pavel Ruth Sami Tove Uwe Vera Wen Yara Zoe")
	lastNames  = strings.Fields("Abel Berg Cordes Dahl Ehlers Falk Gruber Holt Ivers Jansen Krug Lund Moser Nagel Olsen Petri Rask Stern Thal Vogt Weiss Zorn")
	nouns      = strings.Fields(`morning kettle window garden letter shoulder bicycle river lamp table evening neighbour ladder pillow staircase harbour
		orchard pencil blanket courtyard engine candle market bridge drawer violin winter station kitchen mirror forest stone`)
	adjectives = strings.Fields(`quiet slow narrow heavy patient bright hollow early gentle crooked warm distant careful plain restless tidy
		unfinished borrowed soft stubborn`)
	verbs = strings.Fields(`finds keeps leaves repairs follows forgets opens carries answers crosses measures lifts remembers avoids changes
		holds paints turns moves counts`)
	endings = []string{
		"before breakfast", "without a word", "for the second time", "as if nothing had happened", "in spite of the rain", "until somebody rings",
		"and nobody minds", "a little later than planned", "more often than one thinks", "on most days", "with both hands", "once a year",
	}
	openings = []string{"Sometimes", "In the end", "At first", "Of course", "Nobody says it, but", "By the way,", "On Thursdays", "So", "Still,"}
)

func (w writer) one(of []string) string { return of[w.random.IntN(len(of))] }

func (w writer) name() string { return w.one(firstNames) + " " + w.one(lastNames) }

func (w writer) title() string {
	return fmt.Sprintf("The %s %s and the %s", w.one(adjectives), w.one(nouns), w.one(nouns))
}

func (w writer) sentence() string {
	core := fmt.Sprintf("%s %s %s a %s %s", w.one(nouns), w.one(verbs), "the "+w.one(nouns)+" like", w.one(adjectives), w.one(nouns))
	switch w.random.IntN(3) {
	case 0:
		return w.one(openings) + " the " + core + "."
	case 1:
		return "The " + core + " " + w.one(endings) + "."
	}
	return "A " + w.one(adjectives) + " " + core + ", " + w.one(endings) + "."
}

func (w writer) paragraph(sentences int) string {
	all := make([]string, sentences)
	for i := range all {
		all[i] = w.sentence()
	}
	return strings.Join(all, " ")
}

// article is Markdown of 200 to 900 words, with what articles have: headings, a list, a quotation, code now and then.
func (w writer) article() string {
	var b strings.Builder
	for section := range 2 + w.random.IntN(4) {
		if section > 0 {
			fmt.Fprintf(&b, "## %s\n\n", w.title())
		}
		for range 1 + w.random.IntN(3) {
			fmt.Fprintf(&b, "%s\n\n", w.paragraph(3+w.random.IntN(4)))
		}
		switch w.random.IntN(6) {
		case 0:
			for range 3 + w.random.IntN(3) {
				fmt.Fprintf(&b, "- **%s**: %s\n", w.one(nouns), w.sentence())
			}
			b.WriteString("\n")
		case 1:
			fmt.Fprintf(&b, "> %s\n\n", w.sentence())
		case 2:
			fmt.Fprintf(&b, "```go\nfunc %s(%s int) int { return %s * %d }\n```\n\n", w.one(verbs), w.one(nouns), w.one(nouns), w.random.IntN(100))
		case 3:
			fmt.Fprintf(&b, "See [the %s](https://%s.example/%s).\n\n", w.one(nouns), w.one(nouns), w.one(nouns))
		}
	}
	return b.String()
}

// tagName is the tag of a rank; the first ranks are on the most posts.
func tagName(rank int) string {
	name := nouns[rank%len(nouns)]
	if round := rank / len(nouns); round > 0 {
		name = adjectives[round%len(adjectives)] + " " + name
	}
	return name
}
