package markdown

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCountWords(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"nothing", " \n\t", 0},
		{"words", "one two\nthree\tfour", 4},
		{"apostrophes and hyphens are within a word", "you’ve you've fight-or-flight 24/7", 4},
		{"punctuation alone is no word", "a — b … & 👍 -- !", 2},
		{"numbers", "3.14 1,000 ½ ٣", 3},
		{"a space that does not break", "10\u00a0km", 2},
		{"accents", "Müller cafe\u0301 naïve", 3},
		{"Chinese", "你好，世界。", 4},
		{"Japanese", "コーヒーを飲む", 7},
		{"half-width kana", "ｶﾞ ｰ", 3}, // the mark of voicing is a letter of its own
		{"Chinese with Latin", "用Go写API吧", 5},
		{"Korean goes by spaces", "오늘 날씨가 좋다", 3},
		{"Arabic", "مرحبا بالعالم", 2},
		{"Thai has no spaces", "ภาษาไทย", 1},
	} {
		if got := CountWords(c.text); got != c.want {
			t.Errorf("%s: %d words in %q, want %d", c.name, got, c.text, c.want)
		}
	}
}

func TestReadingMinutesAreRoundedUp(t *testing.T) {
	for words, want := range map[int]int{0: 1, 1: 1, 238: 1, 239: 2, 476: 2, 477: 3, 2380: 10} {
		if got := ReadingMinutes(words); got != want {
			t.Errorf("%d words take %d minutes, want %d", words, got, want)
		}
	}
}

func TestWordsOfAPostLeaveCodeBlocksOut(t *testing.T) {
	doc := post(t, "# One two\n\nthree `four`**five**\n\n```\nsix seven\n```\n\n| eight | nine |\n|-|-|\n| ten | ![no word](x.png) |", FormatMarkdown)
	if doc.WordCount != 7 {
		t.Errorf("%d words, want 7 (four and five are one)", doc.WordCount)
	}
	if want := "One two\nthree fourfive\nsix seven\neight\nnine\nten"; doc.Text != want {
		t.Errorf("text %q, want %q: search finds code too", doc.Text, want)
	}
}

func TestTextSeparatesBlocks(t *testing.T) {
	doc := post(t, "<ul><li>a</li><li>b</li></ul><p>c<br>d<wbr>e</p><div>f</div>g<dl><dt>h</dt><dd>i</dd></dl><ruby>j<rp>(</rp><rt>k</rt><rp>)</rp></ruby> \u2066l\u202em", FormatHTML)
	if want := "a\nb\nc\nde\nf\ng\nh\ni\nj\nk\nlm"; doc.Text != want {
		t.Errorf("text %q, want %q", doc.Text, want)
	}
}

func TestExcerpt(t *testing.T) {
	word := "word " // 5 runes
	for _, c := range []struct{ name, source, want string }{
		{"short text is whole", "One.\n\nTwo.", "One. Two."},
		{"nothing", "", ""},
		{"without headings, code, footnotes, tables and captions",
			"# A\n\nb `c`[^1]\n\n    d\n\n```\ne\n```\n\n|f|\n|-|\n|g|\n\n<figure><figcaption>h</figcaption></figure>\n\ni\n\n[^1]: j", "b c i"},
		{"exactly 200 characters", strings.Repeat(word, 39) + "words", strings.Repeat(word, 39) + "words"},
		{"201 characters end with the last word that fits", strings.Repeat(word, 39) + "words!", strings.TrimSpace(strings.Repeat(word, 39)) + "…"},
		{"200 characters and a word", strings.Repeat(word, 39) + "words more", strings.Repeat(word, 39) + "words…"},
		{"no comma before the ellipsis", strings.Repeat(word, 39) + "a, bcdefgh", strings.Repeat(word, 39) + "a…"},
		{"a sentence that ends late enough", strings.Repeat(word, 30) + "end. " + strings.Repeat(word, 20), strings.Repeat(word, 30) + "end. …"},
		{"a sentence in quotes", strings.Repeat(word, 30) + "“end?” " + strings.Repeat(word, 20), strings.Repeat(word, 30) + "“end?” …"},
		{"a sentence that ends too early", "End. " + strings.Repeat(word, 50), "End. " + strings.TrimSpace(strings.Repeat(word, 39)) + "…"},
		{"one endless word", strings.Repeat("x", 300), strings.Repeat("x", 200) + "…"},
		{"an emoji is not parted", strings.Repeat("x", 198) + "👩\u200d👩\u200d👧" + "xxx", strings.Repeat("x", 198) + "…"},
		{"a letter keeps its accent", strings.Repeat("x", 199) + "e\u0301xxx", strings.Repeat("x", 199) + "…"},
		{"Chinese ends with a sentence", strings.Repeat("好", 150) + "。" + strings.Repeat("好", 100), strings.Repeat("好", 150) + "。…"},
		{"Chinese without sentences", strings.Repeat("好", 300), strings.Repeat("好", 200) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := post(t, c.source, FormatMarkdown).Excerpt
			if got != c.want {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			if n := utf8.RuneCountInString(got); n > 202 {
				t.Errorf("%d characters", n)
			}
		})
	}
}
