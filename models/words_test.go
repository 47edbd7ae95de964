package models

import (
	"html"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWordsAreFoldedTheSameWayInTextsAndQuestions(t *testing.T) {
	for text, wanted := range map[string]string{
		"The Dimmer-Switch, you’ve got it!": "the dimmer switch youve got it",
		"Ünï Çédille Ångström naïve":        "uni cedille angstrom naive",
		"Straße ﬁre ＦＵＬＬ ½ ²":               "straße fire full 1 2 2",
		"Ёлка и йод":                        "елка и иод",
		"Ἀθῆναι":                            "αθηναι",
		"東京タワー abc":                         "東 京 タ ワ ー abc",
		"がん かん":                             "が ん か ん",
		"हिन्दी कुल कल":                     "हिन्दी कुल कल",
		"มี มา":                             "มี มา",
		"שָׁלוֹם":                           "שלום",
		"مَرْحَبًا":                         "مرحبا",
		"한국어":                               "한국어",
		"C++ 3.14 a_b x@y.z":                "c 3 14 a b x y z",
		"\x00a\x00b":                        "a b",
		"🎉":                                 "",
		strings.Repeat("x", 70):             strings.Repeat("x", 60),
	} {
		want(t, strconv.Quote(text), strings.Join(words(text), " "), wanted)
	}
}

func TestShortWaysLeaveOutNoCharacter(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if unicode.In(r, unicode.Mn, unicode.Me) && r < 0x300 || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && r < 0x2E80 {
			t.Errorf("%U is taken for a letter", r)
		}
	}
	for r := range rune(utf8.RuneSelf) {
		text := "a" + string(r) + "B"
		long := fold(text + "é")
		want(t, strconv.Quote(text), fold(text)+"e", long)
	}
}

func TestASnippetShowsWhereTheWordsStandAndIsShort(t *testing.T) {
	filler := strings.Repeat("Some other words stand here before it comes. ", 30)
	for _, c := range []struct{ name, text, question, want string }{
		{"marked", "A calm house is a quiet house.", "house", "A calm <mark>house</mark> is a quiet <mark>house.</mark>"},
		{"by its beginning", "A calm house", "calm hou", "A <mark>calm</mark> <mark>house</mark>"},
		{"escaped", `Use <b>bold</b> & "calm" words`, "calm", `Use &lt;b&gt;bold&lt;/b&gt; &amp; <mark>&#34;calm&#34;</mark> words`},
		{"nowhere", "Only in the title", "elsewhere", "Only in the title"},
		{"empty", "", "calm", ""},
		{"folded", "Über die BRÜCKE", "brucke", "Über die <mark>BRÜCKE</mark>"},
		{"without spaces", "夜の東京タワー", "東京", "夜の<mark>東京</mark>タワー"},
		{"far below", filler + "Then calm.", "calm", "… Some other words stand here before it comes. Then <mark>calm.</mark>"},
	} {
		terms, err := questionTerms(c.question)
		if err != nil {
			t.Fatal(err)
		}
		want(t, c.name, snippet(c.text, terms), c.want)
	}
	for name, text := range map[string]string{
		"Chinese": strings.Repeat("夜", 5000) + "東京" + strings.Repeat("夜", 5000), "one long word": strings.Repeat("x", 9000) + " 東 " + strings.Repeat("y", 9000),
		"words": filler + "東" + filler, "markup": strings.Repeat("<", 500) + " 東 " + strings.Repeat(`"&`, 500),
	} {
		got := snippet(text, []string{"東"})
		plain := html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got))
		if runes := utf8.RuneCountInString(plain); !strings.Contains(got, "<mark>東</mark>") || runes > 300 || runes < 30 {
			t.Errorf("%s: %d characters: %s", name, runes, got)
		}
	}
}

func TestAQuestionHasItsLimits(t *testing.T) {
	for q, invalid := range map[string]bool{
		"": false, "one two three four five six seven eight nine ten": false, "one two three four five six seven eight nine ten eleven": true,
		strings.Repeat("é", 200): false, strings.Repeat("é", 201): true, strings.Repeat("a ", 1000): true,
		"吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。": false,
	} {
		_, err := questionTerms(q)
		want(t, strconv.Quote(q[:min(len(q), 40)]), err != nil, invalid)
		if invalid {
			wantInvalid(t, q[:min(len(q), 40)], err, "q")
		}
	}
}

func checkWords(t *testing.T, text string) {
	t.Helper()
	found := words(text)
	for _, word := range found {
		if word == "" || len([]rune(word)) > maxWord || strings.ContainsFunc(word, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
			t.Errorf("%q holds the word %q", text, word)
		}
	}
	want(t, "the words of the words of "+strconv.Quote(text), strings.Join(words(strings.Join(found, " ")), " "), strings.Join(found, " "))
	if len(found) > 0 {
		got := snippet(text, found)
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
		if strings.ContainsAny(plain, `<>"'`) || strings.Count(got, "<mark>") != strings.Count(got, "</mark>") {
			t.Errorf("%q has the snippet %q", text, got)
		}
	}
}

// FuzzSearchQuery also asks both databases: see post_search_test.go.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"The Dimmer Switch", "がん", "e'\u0301", "\u0301a", "ﷺ", "ẛ̣", "𞤀𐄇", "<b>", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(checkWords)
}
