package handlers

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/unicode/norm"
)

// Readers without an account get a picture that is drawn here, from two things that are in its address: one of a few variants, and
// the first letter of the name. So nothing has to be looked up, and nobody can find out more about a reader than that. It is made of the name
// alone, which everybody sees: whoever writes as Ruth looks the same, on each of her devices, and before her comment is approved too.

// avatarColours are the look's pairs for people without a picture, and between them the pair's shape: the ground with a sixth of the
// ink. The light ones, on both grounds: a picture does not learn which one its page has chosen.
var avatarColours = []struct{ ground, shape, ink string }{
	{"#DFECE8", "#BED2CD", "#174F48"},
	{"#F3E6D2", "#DCCBB2", "#6A4310"},
	{"#E3E6F3", "#C7CBDF", "#3A4579"},
	{"#F3E1E5", "#DFC3CA", "#7A2E45"},
}

// avatarCount is how many variants there are: each pair with each shape.
const avatarCount = 24

// avatarShapes lie behind the initial, inside of a circle with the radius 32 round 32, 32.
var avatarShapes = []string{
	`<circle cx="32" cy="32" r="22" fill="%s"/>`,                                                                // a disc
	`<circle cx="41" cy="41" r="19.2" fill="%s"/>`,                                                              // a disc at the edge
	`<path d="M0 32a32 32 0 0 0 64 0z" fill="%s"/>`,                                                             // the lower half
	`<path d="M9.37 54.63A32 32 0 0 1 54.63 9.37z" fill="%s"/>`,                                                 // the upper left half
	`<path d="M32 32V0a32 32 0 0 1 32 32zM32 32v32A32 32 0 0 1 0 32z" fill="%s"/>`,                              // two quarters
	`<path d="M13.6 50.4a26 26 0 1 1 36.8 0" fill="none" stroke="%s" stroke-width="6" stroke-linecap="round"/>`, // the dial
}

// noInitial stands in the address of the avatar of a name without letters and digits.
const noInitial = '_'

// avatarPath is where the avatar of a reader is.
func avatarPath(name string) string { return "/avatars/" + url.PathEscape(avatarFile(avatarOf(name))) }

// avatarOf is what the avatar of a name is made of.
func avatarOf(name string) (variant int, initial rune) {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name)) // never fails
	return int(sum.Sum32() % avatarCount), initialOf(name)
}

func avatarFile(variant int, initial rune) string {
	return strconv.Itoa(variant) + "-" + string(initial) + ".svg"
}

// initialOf is the first letter or digit of a name, as it begins a title, or [noInitial].
func initialOf(name string) rune {
	for _, r := range norm.NFC.String(name) {
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
			return unicode.ToTitle(r)
		}
	}
	return noInitial
}

// parseAvatarFile takes only what avatarFile writes.
func parseAvatarFile(file string) (variant int, initial rune, ok bool) {
	number, rest, _ := strings.Cut(file, "-")
	variant, err := strconv.Atoi(number)
	if err != nil || variant < 0 || variant >= len(avatarColours)*len(avatarShapes) {
		return 0, 0, false
	}
	initial = initialOf(strings.TrimSuffix(rest, ".svg"))
	return variant, initial, file == avatarFile(variant, initial)
}

// drawAvatar draws a variant: a disc, a quiet shape on it and the initial, or a figure if there is none. It uses attributes only, so
// that it needs no style and works under the strictest policy. Readable from 24 px on.
func drawAvatar(variant int, initial rune) []byte {
	colours := avatarColours[variant%len(avatarColours)]
	label := html.EscapeString(string(initial))
	if initial == noInitial {
		label = "?"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" role="img" aria-label="%s">`, label)
	fmt.Fprintf(&b, `<circle cx="32" cy="32" r="32" fill="%s"/>`, colours.ground)
	fmt.Fprintf(&b, avatarShapes[variant/len(avatarColours)], colours.shape)
	if initial == noInitial {
		fmt.Fprintf(&b, `<path d="M32 34a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM15 50a17 13 0 0 1 34 0z" fill="%s"/>`, colours.ink)
	} else {
		fmt.Fprintf(&b, `<text x="32" y="42" fill="%s" font-family="system-ui, sans-serif" font-size="28" font-weight="600" text-anchor="middle">%s</text>`,
			colours.ink, label)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// readAvatar serves the picture of a reader who has none. It never changes, and no browser may run anything in it.
func (s *site) readAvatar(c *gin.Context) error {
	variant, initial, ok := parseAvatarFile(c.Param("file"))
	if !ok {
		return notFound()
	}
	picture := readyBytes(assetTypes[".svg"], drawAvatar(variant, initial), time.Time{})
	h := c.Writer.Header()
	h["Content-Type"], h["Etag"] = picture.contentType, picture.identity.etag
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(picture.identity.body))
	return nil
}
