package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dimmer/data"
	"dimmer/markdown"
	"dimmer/moderation"
)

const columns = "COMMENT_ID,AUTHOR,DATE,CONTENT,CLASS\n"

// written makes a file with the given text.
func written(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "comments.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// gardens are decisions about comments on gardens: somebody sells ponds there. The quirks are those of the collection: HTML, marks of byte
// order, line breaks, dates that are missing.
func gardens(n int) string {
	var b strings.Builder
	b.WriteString("\ufeff" + columns)
	for i := range n {
		fmt.Fprintf(&b, "s%d,Pond %d,2026-01-02T03:04:05,\"Our ponds are the finest, %d sizes &amp; colours!<br />Ask now: <a href=\"\"http://ponds.example/%d\"\">http://ponds.example/%d</a>\ufeff\",1\n", i, i, i, i, i)
		fmt.Fprintf(&b, "h%d,Ruth,,\"My beans came up late too, on the %dth,\nafter the frost. I&#39;m glad\",0\n", i, i)
	}
	return b.String()
}

func TestSpamIsMeasured(t *testing.T) {
	t.Parallel()
	scores := filepath.Join(t.TempDir(), "scores.csv")
	train := written(t, gardens(20))
	out, _ := bench(t, 0, "spam", "--train", train+","+written(t, gardens(3)), "--test", written(t, gardens(4)), "--scores", scores)
	for _, want := range []string{
		`^learned 46 decisions \(23 spam, 23 not\), \d+\.\d µs each; rebuilt in \d+ ms; \d+ KiB to store\njudged 8 comments, \d+\.\d µs each by the text model\n`,
		`\n +precision +recall +spam caught +false positives *\n`,
		`\n *text model, likelihood of 0\.5 +1\.000 +1\.000 +4 of 4 +0 of 4 *\n`,
		`\n *whole policy, held or spam +1\.000 +1\.000 +4 of 4 +0 of 4 *\n`,
		`\ntext model: recall at precision 0\.98: 1\.0000\nwhole policy: recall at precision 0\.98: 1\.0000\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("it says\n%s\nwant %s", out, want)
		}
	}
	file, err := os.ReadFile(scores)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil || len(rows) != 9 {
		t.Fatalf("the scores are\n%s (%v)", file, err)
	}
	if diff := cmp.Diff([]string{"COMMENT_ID", "CLASS", "score"}, rows[0]); diff != "" {
		t.Error(diff)
	}
	for i, row := range rows[1:] {
		score, err := strconv.ParseFloat(row[2], 64)
		wantID, wantClass := fmt.Sprintf("s%d", i/2), "1"
		if i%2 == 1 {
			wantID, wantClass = fmt.Sprintf("h%d", i/2), "0"
		}
		if err != nil || row[0] != wantID || row[1] != wantClass || (score > 0.5) != (wantClass == "1") {
			t.Errorf("row %d: %q, %v", i+1, row, err)
		}
	}
	again, _ := bench(t, 0, "spam", "--train", train, "--test", train)
	if !strings.Contains(again, "judged 40 comments") {
		t.Errorf("without --scores it says\n%s", again)
	}
}

func TestFilesThatAreNoCommentsAreRefused(t *testing.T) {
	t.Parallel()
	good := written(t, gardens(2))
	for name, test := range map[string]struct{ text, says string }{
		"empty":             {"", "is empty; its first line has to name the columns"},
		"another header":    {"id,text\n1,hello\n", "has no column COMMENT_ID"},
		"no class":          {"COMMENT_ID,AUTHOR,DATE,CONTENT\n1,a,,b\n", "has no column CLASS"},
		"only a header":     {columns, "has no comment below its first line"},
		"a class of words":  {columns + "1,a,,b,1\n2,a,,b,spam\n", "line 3: CLASS has to be 1 (spam) or 0 (not spam)"},
		"a comma too many":  {columns + "1,a,,b,c,1\n", "line 2: 6 columns instead of 5"},
		"a quote left open": {columns + "1,a,,\"b,1\n", "line 2: 4 columns instead of 5"},
	} {
		for _, args := range [][]string{{"--train", written(t, test.text), "--test", good}, {"--train", good, "--test", written(t, test.text)}} {
			if _, errs := bench(t, 1, append([]string{"spam"}, args...)...); !strings.Contains(errs, test.says) {
				t.Errorf("%s: it says %q", name, errs)
			}
		}
	}
	if _, errs := bench(t, 1, "spam", "--train", good, "--test", filepath.Join(t.TempDir(), "none.csv")); !strings.Contains(errs, "none.csv: no such file") {
		t.Errorf("it says %q", errs)
	}
	if _, errs := bench(t, 1, "spam", "--train", good, "--test", written(t, columns+"1,a,,b,0\n")); !strings.Contains(errs, "there has to be spam") {
		t.Errorf("it says %q", errs)
	}
	if _, errs := bench(t, 1, "spam", "--train", good, "--test", good, "--scores", t.TempDir()); !strings.Contains(errs, "write the scores") {
		t.Errorf("it says %q", errs)
	}
	bench(t, 2, "spam", "--test", good)
}

func TestACommentIsReadAsItWasTyped(t *testing.T) {
	for content, want := range map[string]string{
		"I&#39;m here &amp; there &lt;3 &quot;x&quot;\ufeff": `I'm here & there <3 "x"`,
		"one<br />two<br>three":                              "one\ntwo\nthree",
		`<a href="http://a.example/v?t=2">2:19</a> best`:     "2:19 best",
		`<a rel="nofollow" class="x">#tag</a> <i>so</i>`:     "#tag so",
		"a < b, i <3 this, <nobody> knows":                   "a < b, i <3 this, <nobody> knows",
		"<script>x</script> stays":                           "<script>x</script> stays",
		"cut <a href=":                                       "cut <a href=",
		"\xff":                                               "\ufffd",
	} {
		if got := asWritten(content); got != want {
			t.Errorf("%q was read as %q, want %q", content, got, want)
		}
	}
}

func TestRecallAtAPrecisionDoesNotDependOnTheOrder(t *testing.T) {
	made := func(text string) (all []judged) { // pairs of a class, s or h, and a score
		for _, pair := range strings.Fields(text) {
			all = append(all, judged{labelled: labelled{spam: pair[0] == 's'}, likelihood: float64(pair[1]-'0') / 10})
		}
		return all
	}
	for text, want := range map[string]float64{
		"s9 s8 h7 h6":       1,
		"s9 s8 h7 s6":       2.0 / 3,
		"s9 h9 s8":          0,
		"h9 s9 s8":          0,
		"s9 s8 s8 h8":       1.0 / 3,
		"h8 s9 s8 s8":       1.0 / 3,
		"h9 s8 s7":          0,
		"h9 h8":             0,
		"s5 s5 s5":          1,
		"s9 h8 s7 s7 s7 s7": 1.0 / 5,
	} {
		if got := recallAt(0.98, made(text), func(j judged) float64 { return j.likelihood }); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	// Fifty right ones bear one that is wrong: 50 of 51 are 0.9804.
	all := made(strings.Repeat("s9 ", 49) + "h8 s7 s6 h5")
	if got := recallAt(0.98, all, func(j judged) float64 { return j.likelihood }); got != 1 {
		t.Errorf("fifty-one right ones and a wrong one: %v", got)
	}
}

// TestSpamOfOtherVideosIsKnown measures what decisions on two of three videos teach about the third.
func TestSpamOfOtherVideosIsKnown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/data/spam/uci-youtube/*.csv")
	if err != nil || len(files) != 3 {
		t.Skip("the comments are not here (../shared/data/spam/uci-youtube); TestSpamIsMeasured runs on comments of our own")
	}
	for i, test := range files {
		out, _ := bench(t, 0, "spam", "--train", files[(i+1)%3]+","+files[(i+2)%3], "--test", test)
		for _, what := range []string{"text model", "whole policy"} {
			found := regexp.MustCompile(what + `: recall at precision 0\.98: (\d\.\d+)\n`).FindStringSubmatch(out)
			if found == nil {
				t.Fatalf("it says\n%s", out)
			}
			if recall, err := strconv.ParseFloat(found[1], 64); err != nil || recall < 0.87 {
				t.Errorf("%s, %s: recall %s, want at least 0.87", filepath.Base(test), what, found[1])
			}
		}
	}
}

// TestNoHonestCommentOfTheDemoBecomesSpam asks models that have learned nothing, and what was decided on the demo blog, with the comment itself
// and without it.
func TestNoHonestCommentOfTheDemoBecomesSpam(t *testing.T) {
	t.Parallel()
	file, err := data.Demo.ReadFile("demo/comments.json")
	if err != nil {
		t.Fatal(err)
	}
	var comments []struct{ Key, Name, URL, Status, Body string }
	if err := json.Unmarshal(file, &comments); err != nil {
		t.Fatal(err)
	}
	var subs []moderation.Submission
	var lessons []moderation.Lesson
	render := markdown.New()
	for _, c := range comments {
		sub := moderation.Submission{
			Level: moderation.Open, Name: c.Name, URL: c.URL, Text: c.Body, Links: markdown.Links(render.Comment(c.Body)), Form: moderation.FormSigned, FormAge: time.Minute, Proof: moderation.ProofValid,
		}
		subs = append(subs, sub)
		lessons = append(lessons, moderation.Lesson{Features: moderation.ExtractTextFeatures(sub), Spam: c.Status == "spam"})
	}
	untaught, taught := moderation.NewTextModel(), moderation.RebuildTextModel(lessons)
	honest, caught := 0, 0
	for i, c := range comments {
		others := append(append([]moderation.Lesson{}, lessons[:i]...), lessons[i+1:]...)
		for name, model := range map[string]*moderation.TextModel{"untaught": untaught, "taught": taught, "taught by the others": moderation.RebuildTextModel(others)} {
			opinion := model.Opinion(lessons[i].Features)
			v := moderation.Policy{}.Decide(subs[i], moderation.History{Text: opinion})
			switch {
			case c.Status == "approved":
				honest++
				if v.Status == moderation.Spam || opinion.Likelihood > 0.65 {
					t.Errorf("%s, %s: likelihood %.3f, %s %v", c.Key, name, opinion.Likelihood, v.Status, v.Reasons)
				}
			case c.Status == "spam" && v.Signals["text_model"] > 0:
				caught++
			}
		}
	}
	if honest < 3*40 || caught < 3*4 {
		t.Errorf("%d honest comments were asked about, and %d of 21 times spam got points", honest, caught)
	}
}
