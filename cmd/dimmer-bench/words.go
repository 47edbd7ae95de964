package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A writer makes up texts that look like texts.
type writer struct{ random *rand.Rand }

// A language is what texts in it are put together from: who, what they do, and when or how. Of each place there is a name, of which a few
// stand in many texts and most in hardly any, as words do.
type language struct {
	tag                 string // BCP 47
	subjects, does, how []string
	the, and            string // of a title
}

func lines(text string) []string {
	all := strings.Split(strings.TrimSpace(text), ";")
	for i := range all {
		all[i] = strings.Join(strings.Fields(all[i]), " ")
	}
	return all
}

// languages are those of a site, the first is its own.
func languages() []language {
	return []language{
		{
			tag: "en", the: "The", and: "and",
			subjects: lines(`the morning; the kettle; the window; the garden; the letter; a tired shoulder; the old bicycle; the river; the lamp on the table; a quiet evening; the neighbour;
				the ladder; a warm pillow; the staircase; the harbour; the orchard; a short pencil; the blanket; the courtyard; the engine; the last candle; the market; the narrow bridge;
				the drawer; a borrowed violin; the winter; the station; the kitchen; the mirror; the forest; a smooth stone; the waiting room; a stubborn knot; the left hip; the breath`),
			does: lines(`finds what nobody has looked for; keeps its own time; leaves more than it takes; repairs itself overnight; follows the street down to the water;
				forgets the hour; opens without a sound; carries the weight of a whole week; answers before it is asked; crosses the square twice a day; remembers every step;
				avoids the shortest way; changes with the light; holds as long as it has to; turns the room around; moves a little to the left; counts the days until spring;
				asks for nothing but patience; needs a second look; grows slowly and then all at once; tells the same story every year; rests on both hands;
				says more than the article above; sounds better from the other side; waits for somebody to sit down`),
			how: lines(`before breakfast; without a word; for the second time; as if nothing had happened; in spite of the rain; until somebody rings; and nobody minds;
				a little later than planned; more often than one thinks; on most days; once a year; with the windows open; after a long walk; whatever the paper says`),
		},
		{
			tag: "de", the: "Über", and: "und",
			subjects: lines(`der Morgen; der Kessel; das Fenster; der Garten; ein langer Brief; die müde Schulter; das alte Fahrrad; der Fluss; die Lampe am Tisch; ein ruhiger Abend;
				die Nachbarin; die Leiter; das warme Kissen; das Treppenhaus; der Hafen; die Obstwiese; der kurze Bleistift; die Decke; der Innenhof; die letzte Kerze; der Wochenmarkt;
				die schmale Brücke; die Schublade; die geliehene Geige; der Winter; der Bahnhof; die Küche; der Spiegel; der Wald; ein glatter Stein; die linke Hüfte; der Atem`),
			does: lines(`findet, was niemand gesucht hat; hat eine eigene Zeit; gibt mehr, als er nimmt; erholt sich über Nacht; führt hinunter zum Wasser; vergisst die Stunde;
				öffnet sich ohne ein Geräusch; trägt das Gewicht einer ganzen Woche; antwortet, bevor jemand fragt; erinnert sich an jeden Schritt; ändert sich mit dem Licht;
				hält so lange wie nötig; zählt die Tage bis zum Frühling; braucht nur etwas Geduld; wächst langsam und dann auf einmal; erzählt jedes Jahr dieselbe Geschichte`),
			how: lines(`vor dem Frühstück; ohne ein Wort; zum zweiten Mal; als wäre nichts gewesen; trotz des Regens; bis jemand klingelt; etwas später als geplant;
				öfter, als man denkt; an den meisten Tagen; einmal im Jahr; bei offenem Fenster; nach einem langen Spaziergang`),
		},
		{
			tag: "fr", the: "Sur", and: "et",
			subjects: lines(`le matin; la bouilloire; la fenêtre; le jardin; une longue lettre; l’épaule fatiguée; le vieux vélo; la rivière; la lampe sur la table; un soir tranquille;
				la voisine; l’échelle; l’oreiller; l’escalier; le port; le verger; la couverture; la cour; la dernière bougie; le marché; le pont étroit; le tiroir; l’hiver; la gare; la forêt`),
			does: lines(`trouve ce que personne ne cherchait; garde son propre rythme; donne plus qu’il ne faut; mène jusqu’à l’eau; oublie l’heure; s’ouvre sans bruit;
				porte le poids d’une semaine entière; répond avant la question; se souvient de chaque pas; change avec la lumière; demande un peu de patience; raconte la même histoire chaque année`),
			how: lines(`avant le petit déjeuner; sans un mot; pour la deuxième fois; malgré la pluie; un peu plus tard que prévu; presque tous les jours; une fois par an; après une longue promenade`),
		},
		{
			tag: "ja", the: "話", and: "と",
			subjects: lines(`朝の光が; やかんが; 古い窓が; 小さな庭が; 長い手紙が; 疲れた肩が; 静かな川が; 机の上のランプが; 隣の人が; 港の風が; 冬の駅が; 森の道が; 細い橋が`),
			does:     lines(`ゆっくりと動く; 何も言わずに待っている; 毎年同じ話をする; 少しずつ変わる; 春までの日を数える; 誰も探さないものを見つける; 夜のうちに元気になる`),
			how:      lines(`雨の中でも; 朝ごはんの前に; 二度目に; 長い散歩のあとで; 窓を開けたまま; たいていの日は`),
		},
	}
}

// shareOf is how many of a hundred texts are in each language.
func shareOf(language int) int { return []int{72, 18, 8, 2}[language] }

var (
	firstNames = strings.Fields("Ada Benno Carla Dario Edda Farid Greta Hanno Ines Jonas Kira Leo Mira Nils Oda Pavel Ruth Sami Tove Uwe Vera Wen Yara Zoe")
	lastNames  = strings.Fields("Abel Berg Cordes Dahl Ehlers Falk Gruber Holt Ivers Jansen Krug Lund Moser Nagel Olsen Petri Rask Stern Thal Vogt Weiss Zorn")
	topics     = strings.Fields(`back shoulder neck sleep breath posture warmth stress running pregnancy office travel oil stone music recipe garden winter
		children letters books walking yoga stretching headache knee jaw feet hands evening`)
	kinds     = strings.Fields("first slow quick gentle deep daily weekly seasonal guest old new short long honest quiet practical")
	syllables = strings.Fields("ba bel cor dan eth fal gor hav il jor kel lum mar nor or pel quin ros sel tam ul vel wes yn zar")
)

func (w writer) one(of []string) string { return of[w.random.IntN(len(of))] }

func (w writer) name() string { return w.one(firstNames) + " " + w.one(lastNames) }

// language picks one of all, as often as its share says.
func (w writer) language(of []language) language {
	n := w.random.IntN(100)
	for i, l := range of {
		if n -= shareOf(i); n < 0 {
			return l
		}
	}
	return of[0]
}

// placeNames is how many names of places there are.
const placeNames = 9000

// place is the name of a place: the first hundred stand in half of all sentences that name one.
func (w writer) place() string {
	n := w.random.IntN(placeNames)
	if w.random.IntN(2) == 0 {
		n %= 100
	}
	return placeName(n)
}

func placeName(n int) string {
	name := syllables[n%len(syllables)] + syllables[n/len(syllables)%len(syllables)] + syllables[n/len(syllables)/len(syllables)%len(syllables)]
	return strings.ToUpper(name[:1]) + name[1:]
}

func (w writer) title(l language) string {
	if l.tag == "ja" {
		return w.one(l.subjects) + w.one(l.does)
	}
	bare := func() string { return strings.TrimPrefix(strings.TrimPrefix(w.one(l.subjects), "the "), "a ") }
	title := l.the + " " + bare() + " " + l.and + " " + w.one(l.subjects)
	if w.random.IntN(3) == 0 {
		title += " in " + w.place()
	}
	return title
}

func (w writer) sentence(l language) string {
	said := w.one(l.subjects) + " " + w.one(l.does)
	if l.tag == "ja" {
		return w.one(l.how) + "、" + strings.ReplaceAll(said, " ", "") + "。"
	}
	switch w.random.IntN(4) {
	case 0:
		said += ", " + w.one(l.how)
	case 1:
		said += " " + l.and + " " + w.one(l.does)
	case 2:
		said = w.place() + ": " + said
	}
	return strings.ToUpper(said[:1]) + said[1:] + "."
}

func (w writer) paragraph(l language, sentences int) string {
	all := make([]string, sentences)
	for i := range all {
		all[i] = w.sentence(l)
	}
	return strings.Join(all, " ")
}

// article is Markdown of about 5 KB, that is 6 KB as HTML, with what articles have: headings, a list, a quotation, code now and then.
func (w writer) article(l language) string {
	var b strings.Builder
	for b.Len() < 3000+w.random.IntN(4000) {
		if b.Len() > 0 {
			fmt.Fprintf(&b, "## %s\n\n", w.title(l))
		}
		for range 1 + w.random.IntN(3) {
			fmt.Fprintf(&b, "%s\n\n", w.paragraph(l, 3+w.random.IntN(4)))
		}
		switch w.random.IntN(8) {
		case 0:
			for range 3 + w.random.IntN(3) {
				fmt.Fprintf(&b, "- **%s**: %s\n", w.place(), w.sentence(l))
			}
			b.WriteString("\n")
		case 1:
			fmt.Fprintf(&b, "> %s\n\n", w.sentence(l))
		case 2:
			fmt.Fprintf(&b, "```go\nfunc %s(n int) int { return n * %d }\n```\n\n", w.one(syllables), w.random.IntN(100))
		case 3:
			fmt.Fprintf(&b, "See [%s](https://%s.example/%s).\n\n", w.title(l), w.one(syllables), w.one(topics))
		}
	}
	return b.String()
}

// spam is what nobody wants to read.
func (w writer) spam() string {
	return fmt.Sprintf("%s Buy cheap %s pills online at https://%s-%s.example/deal%d and save %d%%!", w.one([]string{"Great post!", "Very useful article.", "Hello dear friend,"}),
		w.one(syllables)+w.one(syllables), w.one(syllables), w.one(syllables), w.random.IntN(1000), 10+w.random.IntN(80))
}

// tagName is the tag of a rank; the first ranks are on the most posts.
func tagName(rank int) string {
	name := topics[rank%len(topics)]
	if round := rank / len(topics); round > 0 {
		name = kinds[(round-1)%len(kinds)] + " " + name
	}
	return name
}

// shuffled are some of the tags, each once.
func shuffled(ranks []int) []string {
	slices.Sort(ranks)
	names := []string{}
	for _, rank := range slices.Compact(ranks) {
		names = append(names, tagName(rank))
	}
	return names
}
