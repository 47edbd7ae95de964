package moderation

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// fold puts a text into the form in which rules are compared: compatibility forms (full-width letters become plain), lower case, no marks
// and no invisible characters, words with one space between, and one around.
func fold(text string) string {
	var b strings.Builder
	gap := true
	b.WriteByte(' ')
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(text))) {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
			gap = false
		case !gap:
			b.WriteByte(' ')
			gap = true
		}
	}
	if !gap {
		b.WriteByte(' ')
	}
	return b.String()
}

// holdsWords finds the folded words of a rule in a folded text; with prefix the last one may go on.
func holdsWords(text, rule string, prefix bool) bool {
	if strings.TrimSpace(rule) == "" {
		return false
	}
	if prefix {
		rule = strings.TrimSuffix(rule, " ")
	}
	return strings.Contains(text, rule)
}

// foldHost puts the name of a site into its one spelling.
func foldHost(host string) string {
	host = strings.ToLower(strings.Trim(norm.NFKC.String(strings.TrimSpace(host)), "."))
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}
