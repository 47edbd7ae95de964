package handlers

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/gin-gonic/gin"
)

func TestAnAvatarIsNamedByAVariantAndAnInitial(t *testing.T) {
	for name, initial := range map[string]string{
		"Ruth":                          "R",
		"ruth":                          "R",
		"  „ruth“":                      "R",
		"élodie":                        "É",
		"e\u0301lodie":                  "É", // decomposed
		"ßmann":                         "ß",
		"ǆuro":                          "ǅ",
		"жанна":                         "Ж",
		"李小龙":                           "李",
		"محمد":                          "م",
		"\u202eשרה":                     "ש",
		"नमिता":                         "न",
		"ნინო":                          "ნ",
		"42nd reader":                   "4",
		"٤٢":                            "٤",
		"🦊 fox":                         "F",
		"👩🏽\u200d🚀":                     "_",
		"<script>":                      "S",
		`"><svg onload=x()>`:            "S",
		"%s%n":                          "S",
		"../../etc":                     "E",
		"":                              "_",
		"_":                             "_",
		"!?…":                           "_",
		"\u200b\u3164\u115f":            "_", // letters that show nothing
		"\u0301\u0302":                  "_",
		"\xff\xfe":                      "_",
		"\xffann":                       "A",
		"\x00\r\n":                      "_",
		"\u3164zoe":                     "Z",
		strings.Repeat("z\u0335", 5000): "Z",
	} {
		path := avatarPath(name)
		if again := avatarPath(name); again != path {
			t.Errorf("%q: first %s, then %s", name, path, again)
		}
		file, err := url.PathUnescape(strings.TrimPrefix(path, "/avatars/"))
		if err != nil || !regexp.MustCompile(`^/avatars/(\d|1\d|2[0-3])-([A-Z0-9_]|(%[0-9A-F]{2}){2,4})\.svg$`).MatchString(path) {
			t.Errorf("%q: the path is %s, %v", name, path, err)
		}
		variant, r, ok := parseAvatarFile(file)
		if !ok || string(r) != initial || avatarFile(variant, r) != file {
			t.Errorf("%q: %s is variant %d of %q, %v; want %q", name, path, variant, r, ok, initial)
		}
	}
}

func TestThereIsAVariantForEachPairAndShape(t *testing.T) {
	if n := len(avatarColours) * len(avatarShapes); n != avatarCount {
		t.Errorf("%d pairs and shapes, %d variants", n, avatarCount)
	}
}

func TestNamesAreSpreadOverAllVariants(t *testing.T) {
	const names = 24_000
	counts := map[string]int{}
	for i := range names {
		counts[avatarPath(fmt.Sprint("Ruth ", i))]++
	}
	if len(counts) != avatarCount {
		t.Errorf("%d variants, want %d", len(counts), avatarCount)
	}
	for path, n := range counts {
		if n < names/avatarCount/2 || n > names/avatarCount*2 {
			t.Errorf("%s has %d names of %d", path, n, names)
		}
	}
}

// Else avatarPath would give an address that readAvatar does not know.
func TestEveryInitialIsItsOwnInitial(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		initial := initialOf(string(r))
		if again := initialOf(string(initial)); again != initial {
			t.Errorf("%U has the initial %U, and that %U", r, initial, again)
		}
	}
}

func TestAvatarsAreDrawnAsWellFormedPictures(t *testing.T) {
	elements := map[string]bool{"svg": true, "circle": true, "path": true, "text": true}
	attributes := map[string]bool{}
	for name := range strings.FieldsSeq("xmlns viewBox width height role aria-label cx cy r x y d fill stroke stroke-width stroke-linecap font-family font-size font-weight text-anchor") {
		attributes[name] = true
	}
	seen := map[string]int{}
	for variant := range avatarCount {
		for _, initial := range []rune{'R', 'É', 'ш', '李', 'م', 'न', '4', noInitial, '<', '&', '"', '%', '\U0001F98A'} {
			picture := drawAvatar(variant, initial)
			if !bytes.Equal(picture, drawAvatar(variant, initial)) {
				t.Fatalf("variant %d of %q is drawn in two ways", variant, initial)
			}
			if len(picture) > 700 {
				t.Errorf("variant %d of %q has %d bytes", variant, initial, len(picture))
			}
			if other, twice := seen[string(picture)]; twice {
				t.Errorf("variants %d and %d of %q are the same", variant, other, initial)
			}
			seen[string(picture)] = variant
			var label, shown string
			decoder := xml.NewDecoder(bytes.NewReader(picture))
			for {
				token, err := decoder.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("variant %d of %q: %v in %s", variant, initial, err, picture)
				}
				switch token := token.(type) {
				case xml.StartElement:
					if !elements[token.Name.Local] {
						t.Errorf("variant %d of %q has a <%s>", variant, initial, token.Name.Local)
					}
					for _, a := range token.Attr {
						if !attributes[a.Name.Local] {
							t.Errorf("variant %d of %q has the attribute %s", variant, initial, a.Name.Local)
						}
						if a.Name.Local == "aria-label" {
							label = a.Value
						}
					}
				case xml.CharData:
					shown += strings.TrimSpace(string(token))
				}
			}
			wantLabel, wantShown := string(initial), string(initial)
			if initial == noInitial {
				wantLabel, wantShown = "?", ""
			}
			if label != wantLabel || shown != wantShown {
				t.Errorf("variant %d of %q is labelled %q and shows %q", variant, initial, label, shown)
			}
		}
	}
}

func TestInitialsStandOutFromWhatIsBehindThem(t *testing.T) {
	if got := contrast(t, "#FFFFFF", "#000000"); math.Abs(got-21) > 0.01 {
		t.Fatalf("black on white is %.2f", got)
	}
	if got := contrast(t, "#FFFFFF", "#767676"); math.Abs(got-4.54) > 0.01 {
		t.Fatalf("grey on white is %.2f", got)
	}
	for _, c := range avatarColours {
		for _, behind := range []string{c.ground, c.shape} {
			if got := contrast(t, behind, c.ink); got < 4.5 {
				t.Errorf("%s on %s is %.2f, want 4.5", c.ink, behind, got)
			}
		}
		if got := contrast(t, c.ground, c.shape); got < 1.2 || got > 1.6 {
			t.Errorf("the shape %s on %s is %.2f: it should be seen, and quiet", c.shape, c.ground, got)
		}
	}
}

// contrast is the ratio of two colours (WCAG 2.2, relative luminance).
func contrast(t *testing.T, one, other string) float64 {
	t.Helper()
	luminance := func(colour string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
			if err != nil || len(colour) != 7 {
				t.Fatalf("%q is no colour", colour)
			}
			v := float64(n) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	a, b := luminance(one), luminance(other)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func TestAvatarsAreServedAtTheirOneAddress(t *testing.T) {
	engine := gin.New()
	engine.UseRawPath = true // as the server has it
	serve := func(c *gin.Context) {
		if err := (&site{}).readAvatar(c); err != nil {
			var p *Problem
			if !errors.As(err, &p) {
				t.Errorf("%s failed: %v", c.Request.URL, err)
			}
			c.Status(p.Status)
		}
	}
	engine.GET("/avatars/:file", serve)
	engine.HEAD("/avatars/:file", serve)
	ask := func(method, target string, headers ...string) *httptest.ResponseRecorder {
		request, err := http.NewRequestWithContext(t.Context(), method, target, nil)
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			request.Header.Set(name, value)
		}
		answer := httptest.NewRecorder()
		engine.ServeHTTP(answer, request)
		return answer
	}
	for _, name := range []string{"Ruth", "élodie", "李小龙", "שרה", "𝓐𝓷𝓷", "", "<script>"} {
		path := avatarPath(name)
		shown := ask("GET", path)
		if shown.Code != 200 || !strings.HasPrefix(shown.Body.String(), "<svg ") || shown.Header().Get("Content-Length") != strconv.Itoa(shown.Body.Len()) {
			t.Fatalf("%s answered %d: %s", path, shown.Code, shown.Body)
		}
		for header, want := range map[string]string{
			"Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Last-Modified": "", "Set-Cookie": "",
		} {
			if got := shown.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", path, header, got, want)
			}
		}
		if again := ask("GET", path, "If-None-Match: "+shown.Header().Get("Etag")); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%s again answered %d with %d bytes", path, again.Code, again.Body.Len())
		}
		if head := ask("HEAD", path); head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Etag") != shown.Header().Get("Etag") {
			t.Errorf("HEAD %s answered %d", path, head.Code)
		}
	}
	for _, file := range []string{
		"", "R.svg", "-R.svg", "0-.svg", "0-R", "0-R.png", "0-R.SVG", "0-R.svg.svg", "0-r.svg", "0-RU.svg", "0-%20R.svg", "0-R%20.svg", "00-R.svg", "+0-R.svg", "-0-R.svg", "0--R.svg",
		"24-R.svg", "-1-R.svg", "99999999999999999999-R.svg", "0x1-R.svg", "%D9%A1-R.svg", "0-%C3%A9.svg", "0-E%CC%81.svg", "0-%3Cx%3E.svg", "0-%F0%9F%A6%8A.svg", "0-%22.svg",
		"0-%E3%85%A4.svg", "0-%CC%81.svg", "0-%FF.svg", "0-%00.svg", "0-R%00.svg", "0-R.svg%0a", "0-R.svg;x", "0-R%2fsvg", "..%2f0-R.svg", "0-__.svg",
		"0-" + strings.Repeat("R", 1<<16) + ".svg", strings.Repeat("0", 1<<16) + "-R.svg",
	} {
		if got := ask("GET", "/avatars/"+file); got.Code != 404 || strings.Contains(got.Body.String(), "<svg") {
			t.Errorf("%.60s answered %d: %s", file, got.Code, got.Body)
		}
	}
}
