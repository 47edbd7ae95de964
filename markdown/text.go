package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

const (
	// excerptRunes is the length of an excerpt, before the ellipsis.
	excerptRunes = 200
	// sentenceRunes is from where on an excerpt rather ends with a sentence than with the last word that fits.
	sentenceRunes = 120
	// wordsPerMinute is the mean silent reading rate of adults for English non-fiction (Brysbaert 2019).
	wordsPerMinute = 238
)

// ReadingMinutes is how long a text of so many words takes to read: rounded up, at least 1.
func ReadingMinutes(words int) int {
	return max(1, (words+wordsPerMinute-1)/wordsPerMinute)
}

// CountWords counts the runs between white space that hold a letter or a digit. Chinese and Japanese do not put spaces between
// words: each Han or kana character counts as one, and parts a run.
func CountWords(text string) int {
	words := 0
	inWord := false // a word of the present run is counted already
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			inWord = false
		case isIdeographic(r):
			words++
			inWord = false
		case !inWord && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			words++
			inWord = true
		}
	}
	return words
}

func isIdeographic(r rune) bool {
	// The marks of long vowels belong to kana, though Unicode counts them as common.
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == 'ｰ'
}

// excerpt returns the beginning of a text of one or more lines: up to the end of a sentence if one ends late enough, else up to the
// last word that fits, followed by an ellipsis if there is more.
func excerpt(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= excerptRunes {
		return text
	}
	runes, end := excerptRunes, 0
	for range runes {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	word := 0
	for i := end; i > 0 && (runes >= sentenceRunes || word == 0); runes-- {
		if isWordBorder(text, i) {
			if runes >= sentenceRunes && endsSentence(text[:i]) {
				if text[i] == ' ' {
					return text[:i] + " …"
				}
				return text[:i] + "…"
			}
			word = max(word, i)
		}
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	if word == 0 {
		word = graphemeStart(text, end) // one word of more than 200 characters
	}
	return strings.TrimRight(text[:word], " ,;:–—-(„“\"'") + "…"
}

// isWordBorder reports whether a text may be cut at i: before a space, or behind a character that is a word by itself.
func isWordBorder(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	if after == ' ' {
		return true
	}
	return (isIdeographic(before) || strings.ContainsRune("。！？、，", before)) && !unicode.In(after, unicode.P, unicode.M)
}

// endsSentence reports whether a text ends with a full stop or the like, also inside a closing quote or bracket.
func endsSentence(text string) bool {
	text = strings.TrimRight(text, "\"'”’“»«)]」』）")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?…؟।。！？", r)
}

// graphemeStart moves a cut backwards until it parts no letter from its marks and no emoji from what joins it.
func graphemeStart(text string, cut int) int {
	for cut > 0 {
		after, _ := utf8.DecodeRuneInString(text[cut:])
		before, size := utf8.DecodeLastRuneInString(text[:cut])
		const joiner = '\u200d'
		if !unicode.Is(unicode.M, after) && after != joiner && before != joiner {
			break
		}
		cut -= size
	}
	return cut
}

// Texts of a document, for search, for counting words, for the excerpt, for the outline.

func fullText(root *html.Node) string { return plainText(root, 0, isFootnoteMark) }

func countedText(root *html.Node) string {
	return plainText(root, 0, func(n *html.Node) bool { return n.Data == "pre" || isFootnoteMark(n) })
}

func excerptText(root *html.Node) string {
	return plainText(root, 2*excerptRunes*utf8.UTFMax, func(n *html.Node) bool {
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "figcaption":
			return true
		}
		return isFootnoteMark(n) || hasClass(n, "footnotes")
	})
}

func titleText(n *html.Node) string {
	return strings.Join(strings.Fields(plainText(n, 0, isFootnoteMark)), " ")
}

// isFootnoteMark reports whether n is the number in the text or the arrow back to it. Both are no words of the writer.
func isFootnoteMark(n *html.Node) bool {
	if n.Data == "a" {
		return hasClass(n, "footnote-ref") || hasClass(n, "footnote-backref")
	}
	return n.Data == "rp" // brackets for browsers without ruby
}

// plainText returns the text below n with single spaces, and one line for each block: all of it, or if enough is not 0 at least so
// many bytes. Elements for which skip is true are left out.
func plainText(n *html.Node, enough int, skip func(*html.Node) bool) string {
	w := textWriter{skip: skip, enough: enough}
	w.children(n)
	return w.b.String()
}

type textWriter struct {
	b      strings.Builder
	skip   func(*html.Node) bool
	enough int
	// pending is the white space to write before the next character: nothing, a space, or a line end.
	pending string
}

func (w *textWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case w.enough > 0 && w.b.Len() > w.enough:
			return
		case c.Type == html.TextNode:
			w.text(c.Data)
		case c.Type != html.ElementNode || w.skip(c):
		case isInline(c.Data):
			w.children(c)
		default:
			w.pending = "\n"
			w.children(c)
			w.pending = "\n"
		}
	}
}

func (w *textWriter) text(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if w.pending == "" {
				w.pending = " "
			}
		case isBidiControl(r):
			// The end that belongs to it may be cut off.
		default:
			if w.pending != "" && w.b.Len() > 0 {
				w.b.WriteString(w.pending)
			}
			w.pending = ""
			w.b.WriteRune(r)
		}
	}
}

// isInline reports whether an element stands within a line, so that the words before and after it may be one.
func isInline(name string) bool {
	switch name {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small",
		"span", "strong", "sub", "sup", "time", "u", "var", "wbr", "ruby", "img", "input":
		return true
	}
	return false
}

// isBidiControl reports whether r turns the direction of what follows it: U+202A to U+202E, U+2066 to U+2069.
func isBidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// withoutControls makes text valid UTF-8 with plain line ends and drops control characters, which no reader sees and XML refuses.
func withoutControls(s string) string {
	clean := func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r):
			return -1
		}
		return r
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	return strings.Map(clean, strings.ReplaceAll(s, "\r", "\n"))
}

func withoutBidiControls(s string) string {
	return strings.Map(func(r rune) rune {
		if isBidiControl(r) {
			return -1
		}
		return r
	}, s)
}
