package markdown

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// maxIDRunes is as for slugs.
const maxIDRunes = 100

// headingID makes an id of a heading's text, by the rule of slugs: lower case, letters and digits of any script, apostrophes
// dropped, anything else a hyphen. Marks stay with their letter, without which Hindi or Thai cannot be read. A text without letters
// gives "section".
func headingID(title string) string {
	var b strings.Builder
	runes, gap, inWord := 0, false, false
	for _, r := range strings.ToLower(norm.NFC.String(title)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && runes > 0 {
				b.WriteByte('-')
				runes++
			}
			gap, inWord = false, true
		case inWord && unicode.In(r, unicode.Mn, unicode.Mc) && !unicode.Is(unicode.Variation_Selector, r):
		case isApostrophe(r) || unicode.Is(unicode.Cf, r):
			continue
		default:
			gap, inWord = true, false
			continue
		}
		if runes >= maxIDRunes {
			break
		}
		b.WriteRune(r)
		runes++
	}
	if runes == 0 {
		return "section"
	}
	return b.String()
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '＇' }

// unclobbering returns an id that no script mistakes for something of its own. Browsers make every id a variable of the page: with
// id="config", a script that asks for an undeclared config gets a heading. What has a hyphen, colon or dot in it is no name of a
// variable; anything else gets a prefix.
func unclobbering(id string) string {
	if strings.ContainsAny(id, "-:.") {
		return id
	}
	return idPrefix + id
}

const idPrefix = "h-"

// idSet holds the ids of one document.
type idSet map[string]bool

// add reserves an id and reports whether it was free.
func (s idSet) add(id string) bool {
	if s[id] {
		return false
	}
	s[id] = true
	return true
}

// addNumbered reserves an id, with -2, -3 … behind it if it is taken.
func (s idSet) addNumbered(id string, next map[string]int) string {
	if s.add(id) {
		return id
	}
	for n := max(2, next[id]); ; n++ {
		if numbered := id + "-" + strconv.Itoa(n); s.add(numbered) {
			next[id] = n + 1
			return numbered
		}
	}
}

// setIDs makes the ids of a document unique and harmless, gives one to every heading that has a text, and lets links within the
// document follow. It returns the outline.
func setIDs(root *html.Node) []Heading {
	ids := idSet{}
	var headings, links []*html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := attribute(n, "id"); ok {
			// A second element of the same id cannot be reached: it loses it, or, as a heading, gets a new one below.
			if id = unclobbering(id); ids.add(id) {
				setAttribute(n, "id", id)
			} else {
				removeAttribute(n, "id")
			}
		}
		if headingLevel(n) > 0 {
			headings = append(headings, n)
		}
		if n.Data == "a" {
			links = append(links, n)
		}
	}

	outline := []Heading{}
	next := map[string]int{}
	for _, n := range headings {
		title := titleText(n)
		if title == "" {
			continue
		}
		id, ok := attribute(n, "id")
		if !ok {
			id = ids.addNumbered(unclobbering(headingID(title)), next)
			setAttribute(n, "id", id)
		}
		outline = append(outline, Heading{Level: headingLevel(n), ID: id, Text: title})
	}

	for _, n := range links {
		href, _ := attribute(n, "href")
		fragment, ok := strings.CutPrefix(href, "#")
		if !ok {
			continue
		}
		if decoded, err := url.PathUnescape(fragment); err == nil {
			fragment = decoded
		}
		if !ids[fragment] && ids[idPrefix+fragment] {
			setAttribute(n, "href", "#"+idPrefix+fragment)
		}
	}
	return outline
}

// headingLevel is 1 to 6, and 0 for any other element.
func headingLevel(n *html.Node) int {
	if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 0
}
