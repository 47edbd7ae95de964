package models

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxWord      = 60        // runes of one word in the index
	maxIndexed   = 256 << 10 // bytes of a post's folded words that are searched; a post of 1,200 words has 8 KiB
	maxTerms     = 10        // words of one question
	maxQuery     = 200       // runes of one question
	snippetWords = 30        // words of a snippet
)

// fold makes text comparable: compatibility forms, lower case, no marks ("Ünï" is "uni"). Both databases store and compare only
// what this made, so that they find the same.
func fold(text string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(norm.NFKC.String(text)))))
}

// words are the folded words of text, in order: runs of letters and digits, and each Han or kana character by itself.
func words(text string) []string {
	var found []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			found = append(found, string(word[:min(len(word), maxWord)]))
			word = word[:0]
		}
	}
	for _, r := range fold(text) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			end()
			found = append(found, string(r))
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			word = append(word, r)
		case r == '\'' || r == '’': // you’ve is one word, here and in the count of words
		default:
			end()
		}
	}
	end()
	return found
}

// indexText is what the index of a text holds: its words, as many as fit.
func indexText(text string) string {
	joined := strings.Join(words(text), " ")
	if len(joined) <= maxIndexed {
		return joined
	}
	return joined[:strings.LastIndexByte(joined[:maxIndexed], ' ')]
}

// questionTerms are the words somebody searches for.
func questionTerms(q string) ([]string, error) {
	if utf8.RuneCountInString(q) > maxQuery {
		return nil, Invalid{"q": "is longer than 200 characters; a few words find more"}
	}
	terms := words(q)
	if len(terms) > maxTerms {
		return nil, Invalid{"q": "has more than 10 words; a few words find more"}
	}
	return terms, nil
}

// ftsQuery asks SQLite for all the terms, the last one as the beginning of a word. Terms are letters and digits only; quoted, none can
// be taken for an operator.
func ftsQuery(terms []string) string {
	return `"` + strings.Join(terms, `" "`) + `"*`
}

// tsQuery asks Postgres for the same.
func tsQuery(terms []string) string {
	return "'" + strings.Join(terms, "' & '") + "':*"
}

// snippet is the part of text where the terms stand, as HTML with each match in <mark>. Without a match it is the beginning.
func snippet(text string, terms []string) string {
	fields := strings.Fields(text)
	matches := make([]bool, len(fields))
	first := -1
	for i, field := range fields {
		for _, word := range words(field) {
			if slices.Contains(terms, word) || len(terms) > 0 && strings.HasPrefix(word, terms[len(terms)-1]) {
				matches[i] = true
			}
		}
		if matches[i] && first < 0 {
			first = i
		}
	}
	from := max(0, first-snippetWords/4)
	to := min(len(fields), from+snippetWords)
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte(' ')
		}
		if matches[i] {
			b.WriteString("<mark>" + html.EscapeString(fields[i]) + "</mark>")
		} else {
			b.WriteString(html.EscapeString(fields[i]))
		}
	}
	if to < len(fields) {
		b.WriteString(" …")
	}
	return b.String()
}
