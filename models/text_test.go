package models

import (
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestANameIsOneVisibleLine(t *testing.T) {
	for text, wanted := range map[string]string{
		"  Ruth \t\n Adler ":                     "Ruth Adler",
		"Ru\u202eth\u2066":                       "Ruth",
		"Zoe\u0308":                              "Zoë",
		"e\u200b\u0301":                          "é",
		"\u200b\u2060\ufeff\u3164\u00ad":         "",
		"\u200d":                                 "",
		"\u200c\u200d\ufe0f":                     "",
		"\u0301":                                 "",
		"\u2800\u2800":                           "",
		" \u00a0\u3000 ":                         "",
		"👩‍👩‍👧":                                  "👩‍👩‍👧",
		"🏴󠁧󠁢󠁥󠁮󠁧󠁿":                                "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
		"می‌خواهم":                               "می‌خواهم",
		"nul\x00l \x1b[2J\x7f":                   "null [2J",
		"a\r\nBcc: b":                            "a Bcc: b",
		"line\u2028separator\u2029and paragraph": "line separator and paragraph",
	} {
		want(t, strconv.QuoteToASCII(text), oneLine(text), wanted)
	}
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"Ruth", "e\u200b\u0301", "\u200d", "a\u202e b", "\u2000\u037e", "\xff", "\u1100\u2060\u1161"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := oneLine(text)
		if name != oneLine(name) || !norm.NFC.IsNormalString(name) || strings.TrimSpace(name) != name || !isStorable(name) {
			t.Errorf("%q gives %q, which gives %q", text, name, oneLine(name))
		}
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || isInvisible(r) || r != ' ' && unicode.IsSpace(r) }) {
			t.Errorf("%q gives %q", text, name)
		}
		if text := body(text); text != body(text) || !norm.NFC.IsNormalString(text) || !isStorable(text) {
			t.Errorf("%q as a body gives %q", text, body(text))
		}
	})
}

func TestAnAddressIsOneOfTheWebOrAPathOfThisSite(t *testing.T) {
	for address, wanted := range map[string]bool{
		"https://example.org": true, "http://example.org:8080/a?b=c#d": true, "/media/x.png": true, "https://xn--bcher-kva.example/": true,
		"https://example.org/" + strings.Repeat("x", 1980): true, "https://example.org/" + strings.Repeat("x", 1981): false,
		"": false, "example.org": false, "//example.org": false, "/\\example.org": false, "javascript:alert(1)": false, "JaVa\tScript:alert(1)": false,
		"data:text/html,x": false, "vbscript:x": false, "blob:https://example.org/x": false, "file:///etc/passwd": false, "ftp://example.org": false,
		"https://user:pass@example.org": false, "https://": false, "http:/example.org": false, "https://exa mple.org": false, "https://example.org/\x00": false,
		"https://example.org/\r\nSet-Cookie: x": false, "mailto:a@example.org": false, "https:example.org": false,
	} {
		want(t, strconv.Quote(address), isAddress(address), wanted)
	}
}

func TestExtraIsAnObjectOfAtMost16KiB(t *testing.T) {
	for extra, wanted := range map[string]bool{
		`{}`: true, ` {"a": [1, null, {"b": "ü"}]} `: true, `{"x":"` + strings.Repeat("y", 16<<10-8) + `"}`: true,
		`{"x":"` + strings.Repeat("y", 16<<10-7) + `"}`: false, ``: false, `null`: false, `[]`: false, `"x"`: false, `{`: false, `{} {}`: false, "{\"x\":\"\xff\"}": false,
	} {
		invalid := Invalid{}
		checkExtra(invalid, JSON(extra))
		want(t, extra[:min(len(extra), 40)], len(invalid) == 0, wanted)
	}
}
