package models

import (
	"context"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

const (
	maxWord      = 60        // runes of one word in the index
	maxIndexed   = 256 << 10 // bytes of a post's folded words that are searched; a post of 1,200 words has 8 KiB
	maxTerms     = 10        // words of one question, as white space divides it
	maxQuery     = 200       // runes of one question
	snippetRunes = 200       // of a snippet, before it is escaped and marked
	snippetLead  = 50        // runes of a snippet before the first match
)

// fold makes text comparable: compatibility forms, lower case, no accents ("Ünï" is "uni"). Both databases store and compare only
// what this made, so that they find the same.
func fold(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if isAccent(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(norm.NFKC.String(text)))))
}

// isASCII reports whether text has nothing but ASCII, of which there are no other forms.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isAccent reports marks that people leave out when they search: those of Latin, Greek and Cyrillic letters, the points of Hebrew and
// Arabic. The vowels of Indic and Thai letters and the voicing of kana are marks too, but without them it would be another word.
func isAccent(r rune) bool {
	const first, voiced, halfVoiced = 0x300, 0x3099, 0x309A // nearly all letters stand before the first mark
	return r >= first && unicode.In(r, unicode.Mn, unicode.Me) && unicode.In(r, unicode.Inherited, unicode.Hebrew, unicode.Arabic) && r != voiced && r != halfVoiced
}

// isWordOfItsOwn reports the characters of scripts that put no space between words.
func isWordOfItsOwn(r rune) bool {
	const first = 0x2E80 // of their blocks
	return r >= first && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && unicode.In(r, unicode.L, unicode.N)
}

// words are the folded words of text, in order: runs of letters and digits, and each Han or kana character by itself. They hold nothing
// but letters, digits and marks, so that none can be taken for an operator of a question.
func words(text string) []string {
	var found []string
	eachWord(text, func(word []byte) { found = append(found, string(word)) })
	return found
}

// eachWord is words without a string for each.
func eachWord(text string, found func(word []byte)) {
	word, runes := make([]byte, 0, 4*maxWord), 0
	end := func() {
		if len(word) > 0 {
			found(word)
			word, runes = word[:0], 0
		}
	}
	add := func(r rune) {
		if runes++; runes <= maxWord {
			word = utf8.AppendRune(word, r)
		}
	}
	for _, r := range fold(text) {
		switch {
		case 'a' <= r && r <= 'z':
			add(r)
		case isWordOfItsOwn(r):
			end()
			add(r)
			end()
		case unicode.IsLetter(r) && r != 'ʼ', unicode.IsNumber(r), unicode.IsMark(r) && len(word) > 0:
			add(r)
		case isApostrophe(r): // you’ve is one word, here and in the count of words
		default:
			end()
		}
	}
	end()
}

// indexText is what the index of a text holds: its words, as many as fit.
func indexText(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	eachWord(text, func(word []byte) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(word)
	})
	joined := b.String()
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
	if len(strings.Fields(q)) > maxTerms {
		return nil, Invalid{"q": "has more than 10 words; a few words find more"}
	}
	return words(q), nil
}

// ftsQuery asks SQLite for all the terms, the last one as the beginning of a word.
func ftsQuery(terms []string) string {
	return `"` + strings.Join(terms, `" "`) + `"*`
}

// mostBeginnings is up to how many words with the same beginning SQLite is asked for by name.
const mostBeginnings = 40

// longestPrefix is up to how many letters the index of posts has the hits of a beginning together.
const longestPrefix = 3

// postTerms and commentTerms list the words of an index that begin with a text, one step into the index for each.
const (
	postTerms = `WITH RECURSIVE terms (term, i) AS (
		SELECT (SELECT term FROM post_search_terms WHERE term >= ? LIMIT 1), 1
		UNION ALL
		SELECT (SELECT term FROM post_search_terms WHERE term >= terms.term || char(1) LIMIT 1), i + 1 FROM terms WHERE terms.term < ? AND i < ?
	) SELECT term FROM terms WHERE term < ?`
	commentTerms = `WITH RECURSIVE terms (term, i) AS (
		SELECT (SELECT term FROM comment_search_terms WHERE term >= ? LIMIT 1), 1
		UNION ALL
		SELECT (SELECT term FROM comment_search_terms WHERE term >= terms.term || char(1) LIMIT 1), i + 1 FROM terms WHERE terms.term < ? AND i < ?
	) SELECT term FROM terms WHERE term < ?`
)

// beginnings asks SQLite for all the terms, the last one as the beginning of a word. For the beginning of few words these are named: SQLite puts the hits
// of all words with a beginning together before it gives the first, but those of named words one after the other.
func beginnings(ctx context.Context, db *gorm.DB, sql string, terms []string) (string, error) {
	last := len(terms) - 1
	if n := utf8.RuneCountInString(terms[last]); sql == postTerms && n > 1 && n <= longestPrefix {
		return ftsQuery(terms), nil
	} else if sql == postTerms && n == 1 {
		return oneLetter(ctx, db, terms)
	}
	beyond := terms[last] + string(utf8.MaxRune)
	words, err := query[string](ctx, db, sql, terms[last], beyond, mostBeginnings+1, beyond)
	switch {
	case err != nil || len(words) > mostBeginnings:
		return ftsQuery(terms), err
	case len(words) == 0:
		return ftsWholeWords(terms), nil // which finds nothing, at once
	}
	question := `("` + strings.Join(words, `" OR "`) + `")`
	if len(words) == 1 {
		question = `"` + words[0] + `"`
	}
	if last == 0 {
		return question, nil
	}
	if len(words) == 1 {
		return ftsWholeWords(terms[:last]) + " " + question, nil
	}
	return ftsWholeWords(terms[:last]) + " AND " + question, nil
}

// letterPairs lists the first two letters of all words that begin with one.
const letterPairs = `WITH RECURSIVE terms (term, i) AS (
		SELECT (SELECT term FROM post_search_terms WHERE term >= ? LIMIT 1), 1
		UNION ALL
		SELECT (SELECT term FROM post_search_terms WHERE term >= substr(terms.term, 1, 2) || ? LIMIT 1), i + 1 FROM terms WHERE terms.term < ? AND i < ?
	) SELECT substr(term, 1, 2) FROM terms WHERE term < ?`

// oneLetter is [beginnings] of a single letter: the index has together what begins with two.
func oneLetter(ctx context.Context, db *gorm.DB, terms []string) (string, error) {
	last := len(terms) - 1
	most := string(utf8.MaxRune)
	beyond := terms[last] + most
	pairs, err := query[string](ctx, db, letterPairs, terms[last]+"\x01", most, beyond, mostBeginnings+1, beyond)
	if err != nil || len(pairs) > mostBeginnings {
		return ftsQuery(terms), err
	}
	question := `("` + terms[last] + `"`
	for _, pair := range pairs {
		question += ` OR "` + pair + `"*`
	}
	if question += ")"; last > 0 {
		question = ftsWholeWords(terms[:last]) + " AND " + question
	}
	return question, nil
}

// ftsWholeWords asks SQLite for all the terms as they are.
func ftsWholeWords(terms []string) string { return `"` + strings.Join(terms, `" "`) + `"` }

// tsQuery asks Postgres for the same.
func tsQuery(terms []string) string {
	return "'" + strings.Join(terms, "' & '") + "':*"
}

// tsVector writes down for Postgres which words stand where, and how much each place weighs (A is most). We write it and not
// to_tsvector, whose idea of a word depends on the locale of the server.
func tsVector(title, tags, body string) string {
	var b strings.Builder
	position := 0
	for _, part := range []struct{ words, weight string }{{title, "A"}, {tags, "B"}, {body, ""}} {
		for word := range strings.FieldsSeq(part.words) {
			position = min(position+1, maxPosition)
			b.WriteString("'" + word + "':" + strconv.Itoa(position) + part.weight + " ")
		}
	}
	return b.String()
}

// maxPosition is the last that a tsvector tells apart.
const maxPosition = 16383

// A piece is what a snippet is put together from: a word as it is written, with its punctuation.
type piece struct {
	text   string
	spaced bool // white space stands before it
}

// pieces cuts text at its white space, round each Han or kana character, and what is still too long.
func pieces(text string) []piece {
	var cut []piece
	for field := range strings.FieldsSeq(text) {
		spaced := true
		for from, runes := 0, 0; from < len(field); runes = 0 {
			to := from
			for to < len(field) && runes < maxWord {
				r, size := utf8.DecodeRuneInString(field[to:])
				if isWordOfItsOwn(r) && to > from {
					break
				}
				to, runes = to+size, runes+1
				if isWordOfItsOwn(r) {
					break
				}
			}
			cut = append(cut, piece{field[from:to], spaced})
			from, spaced = to, false
		}
	}
	return cut
}

// snippet is the part of text where the terms stand first, as HTML with each match in <mark>. Without a match it is the beginning.
func snippet(text string, terms []string) string {
	matches := func(p piece) bool {
		return slices.ContainsFunc(words(p.text), func(word string) bool {
			return slices.Contains(terms, word) || strings.HasPrefix(word, terms[len(terms)-1])
		})
	}
	all := pieces(text)
	from := max(0, slices.IndexFunc(all, matches))
	for lead := snippetLead; from > 0; from-- {
		if lead -= utf8.RuneCountInString(all[from-1].text) + 1; lead < 0 {
			break
		}
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	marked, to := false, from
	for runes := 0; to < len(all) && runes < snippetRunes; to++ {
		p := all[to]
		match := matches(p)
		if marked && (!match || p.spaced) {
			b.WriteString("</mark>")
			marked = false
		}
		if p.spaced && b.Len() > 0 {
			b.WriteByte(' ')
		}
		if match && !marked {
			b.WriteString("<mark>")
			marked = true
		}
		b.WriteString(html.EscapeString(p.text))
		runes += utf8.RuneCountInString(p.text) + 1
	}
	if marked {
		b.WriteString("</mark>")
	}
	if to < len(all) {
		b.WriteString(" …")
	}
	return b.String()
}
