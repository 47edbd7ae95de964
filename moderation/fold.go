package moderation

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// Fingerprint knows a text again although case, marks, punctuation, white space or look-alike letters differ: 32 hexadecimal digits
// of SHA-256 over the folded text. It is "" for a text without letters and digits, which is like no other.
func Fingerprint(text string) string {
	folded := strings.TrimSpace(fold(text))
	if folded == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(folded))
	return hex.EncodeToString(sum[:16])
}

// fold puts a text into the form in which rules are compared: compatibility forms (full-width letters become plain), lower case, no marks
// and no invisible characters, look-alike letters as what they pass for, words with one space between, and one around.
func fold(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte(' ')
	word := make([]rune, 0, 32)
	end := func() {
		if len(word) > 0 {
			unmask(word)
			for _, r := range word {
				b.WriteRune(r)
			}
			b.WriteByte(' ')
			word = word[:0]
		}
	}
	for _, r := range norm.NFKD.String(text) {
		r = unicode.ToLower(r)
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			word = append(word, r)
		case r < 0x80:
			end()
		case unicode.Is(invisible, r):
		case unicode.Is(unspaced, r):
			end()
			word = append(word, r)
			end()
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mc, r):
			word = append(word, r)
		default:
			end()
		}
	}
	end()
	return b.String()
}

// invisible are the characters that show nothing by themselves: marks above and below letters, directions, joiners, fillers.
var invisible = rangetable.Merge(unicode.Mn, unicode.Me, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)

// unspaced are the letters of scripts that put no space between words. Each counts as a word, so that a blocked word is found wherever
// it stands.
var unspaced = rangetable.Merge(unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)

// lookalikes are the small letters of other alphabets that pass for Latin ones (after Unicode's confusables, those that need no
// second look).
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'н': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'о': 'o', 'р': 'p',
	'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', // Cyrillic
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ω': 'w', // Greek
	'օ': 'o', 'ո': 'n', 'ս': 'u', 'ց': 'g', 'հ': 'h', // Armenian
	'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ø': 'o', 'ł': 'l', // Latin, where no mark comes off
}

// unmask reads the look-alike letters of a word as Latin if the word has a Latin letter too. A word wholly in another alphabet is left
// as it is: "сор" is Russian.
func unmask(word []rune) {
	latin, foreign := false, false
	for i, r := range word {
		if r == 'ς' {
			word[i] = 'σ' // one letter; the form depends on the place
		}
		latin = latin || unicode.Is(unicode.Latin, r)
		foreign = foreign || r >= 0x80
	}
	if !latin || !foreign {
		return
	}
	for i, r := range word {
		if plain, ok := lookalikes[r]; ok {
			word[i] = plain
		}
	}
}

// skeleton is what a name looks like at a glance: folded, without spaces, and each letter that passes for a Latin one read as that, whatever
// alphabet the rest is in. Two names with one skeleton may be taken for each other.
func skeleton(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return -1
		}
		if plain, ok := lookalikes[r]; ok {
			return plain
		}
		return r
	}, fold(name))
}

// foldKept is [fold] that shows what is disguised: look-alike and invisible characters stay as they are.
func foldKept(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(text))
	return " " + strings.Join(strings.Fields(kept), " ") + " "
}

// mixedWords counts the words that mix letters of Latin, Greek, Cyrillic or Armenian.
func mixedWords(text string) int {
	n := 0
	latin, other, mixed := false, (*unicode.RangeTable)(nil), false
	end := func() {
		if mixed {
			n++
		}
		latin, other, mixed = false, nil, false
	}
	for _, r := range text {
		if !unicode.IsLetter(r) {
			if !unicode.Is(invisible, r) {
				end()
			}
			continue
		}
		if unicode.Is(unicode.Latin, r) {
			latin = true
			mixed = mixed || other != nil
			continue
		}
		for _, script := range alike {
			if unicode.Is(script, r) {
				mixed = mixed || latin && r != 'µ' || other != nil && other != script
				other = script
			}
		}
	}
	end()
	return n
}

// alike are the alphabets that share their looks with Latin.
var alike = []*unicode.RangeTable{unicode.Greek, unicode.Cyrillic, unicode.Armenian}

// maxHost is how long the name of a site can be (RFC 1035).
const maxHost = 253

// asBrowsersRead is what browsers do to an address before they take it apart (WHATWG URL, 4.4).
var asBrowsersRead = strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "")

// hostOf is the name of the site that a browser goes to for an address, folded: whatever stands before an @ is for show, and a
// backslash is as good as a slash. It is "" for what leads to no site.
func hostOf(address string) string {
	address = asBrowsersRead.Replace(strings.TrimSpace(address))
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return ""
	}
	rest = strings.TrimLeft(rest, "/")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if bracket := strings.IndexByte(rest, ']'); bracket >= 0 {
		rest = rest[:bracket+1]
	} else {
		rest, _, _ = strings.Cut(rest, ":")
	}
	if plain, err := url.PathUnescape(rest); err == nil {
		rest = plain
	}
	if !utf8.ValidString(rest) || strings.ContainsFunc(rest, unicode.IsControl) {
		return "" // browsers go nowhere, and no database keeps it
	}
	return foldHost(rest)
}

// Hosts are the sites that a comment leads to, each once and in the spelling in which rules are compared: by its links, and by its writer's own address.
func Hosts(links []string, url string) []string {
	var hosts []string
	for _, address := range append([]string{url}, links...) {
		if host := hostOf(address); host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// foldHost puts the name of a site into its one spelling, without www.
func foldHost(host string) string {
	if len(host) > 4*maxHost {
		return ""
	}
	host = strings.ToLower(norm.NFKC.String(strings.TrimSpace(host)))
	if ascii, err := idna.Lookup.ToASCII(strings.Trim(host, ".")); err == nil {
		host = ascii
	}
	host = strings.TrimPrefix(strings.Trim(host, "."), "www.")
	if len(host) > maxHost {
		return ""
	}
	return host
}

// foldAddress puts an e-mail address into the spelling in which rules are compared.
func foldAddress(address string) string {
	local, domain, ok := strings.Cut(strings.TrimSpace(address), "@")
	if !ok {
		return ""
	}
	return strings.ToLower(local) + "@" + foldHost(domain)
}
