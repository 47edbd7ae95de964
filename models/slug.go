package models

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the longest slug, in runes.
const maxSlug = 100

// Slug makes the part of an address that names a thing: NFC, lower case, letters and digits of any script, apostrophes dropped, every
// other run a single "-", at most 100 runes. It is empty if text has no letter and no digit. A slug is its own slug.
func Slug(text string) string {
	// Apostrophes go first: what stood on both sides of one may compose.
	text = norm.NFC.String(strings.ToLower(norm.NFC.String(strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return -1
		}
		return r
	}, text))))
	var b strings.Builder
	runes, gap := 0, false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (!unicode.IsMark(r) || runes == 0 || gap) {
			gap = true
			continue
		}
		if gap && runes > 0 {
			if runes+2 > maxSlug {
				break
			}
			b.WriteByte('-')
			runes++
		}
		if runes == maxSlug {
			break
		}
		b.WriteRune(r)
		runes, gap = runes+1, false
	}
	return b.String()
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`'
}

// numbered is the slug of the n-th thing of that name: "name", "name-2", "name-3", within the length of a slug.
func numbered(slug string, n int) string {
	if n < 2 {
		return slug
	}
	suffix := fmt.Sprintf("-%d", n)
	if runes := []rune(slug); len(runes)+len(suffix) > maxSlug {
		slug = strings.TrimRight(string(runes[:maxSlug-len(suffix)]), "-")
	}
	return slug + suffix
}

// freeSlug is the first of slug, slug-2, slug-3 … that is not among taken.
func freeSlug(slug string, taken []string) string {
	used := make(map[string]bool, len(taken))
	for _, t := range taken {
		used[t] = true
	}
	for n := 1; ; n++ {
		if candidate := numbered(slug, n); !used[candidate] {
			return candidate
		}
	}
}

// slugRange bounds every slug that begins with slug and "-" in byte order, for a query that finds what is taken: '-' + 1 is '.'. A
// long slug is shortened before it is numbered, so the range begins with what all of them share.
func slugRange(slug string) (from, to string) {
	if runes := []rune(slug); len(runes) > maxSlug-6 {
		slug = string(runes[:maxSlug-6])
		return slug, slug + "\U0010FFFF"
	}
	return slug + "-", slug + "."
}
