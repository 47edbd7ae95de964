package models

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// isAddress accepts what may stand in a link or a picture of staff: http, https, or a path of this site.
func isAddress(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxURL || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || unicode.IsControl(r) }) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	if u.Scheme == "" {
		return u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// checkExtra accepts a JSON object within its size.
func checkExtra(invalid Invalid, extra JSON) {
	if len(extra) > maxExtra {
		invalid["extra"] = "is larger than 16 KiB"
	} else if !strings.HasPrefix(strings.TrimSpace(string(extra)), "{") || !json.Valid([]byte(extra)) || !isStorable(string(extra)) {
		invalid["extra"] = "is not a JSON object"
	}
}

// checkLength counts characters; a text of too few says that it is needed.
func checkLength(invalid Invalid, field, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	switch {
	case !isStorable(text):
		invalid[field] = "holds a character that is none: remove what is invisible and send it as UTF-8"
	case n < least && n == 0:
		invalid[field] = "is needed"
	case n < least:
		invalid[field] = "is too short; it has to have " + plural(least, "character") + " at least"
	case n > most:
		invalid[field] = "is too long; it may have " + plural(most, "character")
	}
}

// isStorable reports whether both databases take a text: Postgres has no NUL and only UTF-8.
func isStorable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// oneLine is text as it stands in a title or a name: NFC, no control or invisible formatting characters, single spaces. It is empty if
// nothing of it can be seen.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), isInvisible(r):
			return -1
		}
		return r
	}, text)
	if strings.IndexFunc(text, isSeen) < 0 {
		return ""
	}
	// Composed at last: what stood on both sides of something invisible may compose.
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

// isSeen reports characters that leave something on the screen by themselves, as marks and joiners do not, nor the empty braille pattern.
func isSeen(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && r != 0x2800 && !isInvisible(r)
}

// isInvisible reports characters that show nothing or turn the direction of what follows. The joiners that build emoji and
// scripts (U+200C, U+200D) are none of them.
func isInvisible(r rune) bool {
	switch r {
	case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200E, 0x200F, 0x3164, 0xFEFF, 0xFFA0:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0x2028 || r == 0x2029
}

func clip(text string, runes int) string {
	if r := []rune(text); len(r) > runes {
		return string(r[:runes])
	}
	return text
}

func equalTimes(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && string(x) == string(y)
}

// plural counts things: "1 post", "2 posts".
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func without(list []string, gone string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == gone })
}

// body is a reader's text as it is stored: NFC, lines ended by \n, no control or invisible characters but line ends and tabs. One that
// shows nothing is empty.
func body(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || isInvisible(r)) {
			return -1
		}
		return r
	}, text)
	if strings.IndexFunc(text, isSeen) < 0 {
		return ""
	}
	return strings.TrimSpace(norm.NFC.String(text))
}

// maxMarks is how many combining marks one letter may carry; no script needs more.
const maxMarks = 8

func tooManyMarks(text string) bool {
	marks := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks {
				return true
			}
		case unicode.Is(unicode.Cf, r): // a joiner begins no new letter
		default:
			marks = 0
		}
	}
	return false
}
