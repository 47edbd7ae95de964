package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/net/html"

	"dimmer/markdown"
	"dimmer/moderation"
)

type spamCommand struct {
	Train  []string `required:"" help:"Comments to learn from, in this order, as CSV: COMMENT_ID, AUTHOR, CONTENT, and CLASS (1 is spam, 0 is not)." placeholder:"FILE"`
	Test   string   `required:"" help:"Comments to judge, as CSV of the same columns." placeholder:"FILE"`
	Scores string   `help:"Write what the text model says about each to this CSV: COMMENT_ID, CLASS, score (0 to 1, more is more like spam)." placeholder:"FILE"`
}

// wantedPrecision is the share of what is called spam that has to be spam, when recalls are compared.
const wantedPrecision = 0.98

// labelled is a comment of which it is known what it is.
type labelled struct {
	id   string
	sub  moderation.Submission
	spam bool
}

// judged is a comment with what the text model, and the whole policy, said about it.
type judged struct {
	labelled
	likelihood float64
	inOrder    float64 // what a model says that has seen each decision once, as between two rebuilds
	verdict    moderation.Verdict
}

// points orders comments by what the policy gives; what has the same points, by the text.
func (j judged) points() float64 { return float64(j.verdict.Score) + j.likelihood }

// Run does what a site does: it learns each decision as it comes and rebuilds the model from all of them, then judges.
func (cmd *spamCommand) Run(c *console) error {
	var known []labelled
	for _, name := range cmd.Train {
		rows, err := readLabelled(name)
		if err != nil {
			return err
		}
		known = append(known, rows...)
	}
	asked, err := readLabelled(cmd.Test)
	if err != nil {
		return err
	}
	if !hasBoth(asked) {
		return fmt.Errorf("%s: there has to be spam and what is none in it to measure anything", cmd.Test)
	}

	lessons := make([]moderation.Lesson, len(known))
	inOrder := moderation.NewTextModel()
	began := time.Now()
	for i, comment := range known {
		lessons[i] = moderation.Lesson{Features: moderation.ExtractTextFeatures(comment.sub), Spam: comment.spam}
		inOrder.Learn(lessons[i].Features, lessons[i].Spam)
	}
	learned := time.Since(began)
	began = time.Now()
	model := moderation.RebuildTextModel(lessons)
	rebuilt := time.Since(began)
	blob, err := model.MarshalBinary()
	if err != nil {
		return err
	}
	spam, ham := model.Lessons()
	_, _ = fmt.Fprintf(c.out, "learned %d decisions (%d spam, %d not), %.1f µs each; rebuilt in %d ms; %d KiB to store\n",
		len(known), spam, ham, microseconds(learned, len(known)), rebuilt.Milliseconds(), (len(blob)+1023)/1024)

	all := make([]judged, len(asked))
	began = time.Now()
	for i, comment := range asked {
		all[i] = judged{labelled: comment, likelihood: model.Likelihood(moderation.ExtractTextFeatures(comment.sub))}
	}
	took := time.Since(began)
	for i := range all {
		features := moderation.ExtractTextFeatures(all[i].sub)
		all[i].inOrder = inOrder.Likelihood(features)
		all[i].verdict = moderation.Policy{}.Decide(all[i].sub, moderation.History{Text: model.Opinion(features)})
	}
	_, _ = fmt.Fprintf(c.out, "judged %d comments, %.1f µs each by the text model\n\n", len(all), microseconds(took, len(all)))
	if cmd.Scores != "" {
		if err := writeScores(cmd.Scores, all); err != nil {
			return err
		}
	}
	return report(c.out, all)
}

func microseconds(d time.Duration, n int) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(max(1, n))
}

func hasBoth(comments []labelled) bool {
	isSpam := func(c labelled) bool { return c.spam }
	return slices.ContainsFunc(comments, isSpam) && slices.ContainsFunc(comments, func(c labelled) bool { return !c.spam })
}

// report tells what the thresholds of the policy catch, and what any threshold could.
func report(out io.Writer, all []judged) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "\tprecision\trecall\tspam caught\tfalse positives\t")
	for _, row := range []struct {
		name   string
		caught func(judged) bool
	}{
		{"text model, likelihood of 0.5", func(j judged) bool { return j.likelihood >= 0.5 }},
		{"text model, likelihood of 0.9", func(j judged) bool { return j.likelihood >= 0.9 }},
		{"whole policy, held or spam", func(j judged) bool { return j.verdict.Status != moderation.Approved }},
		{"whole policy, spam", func(j judged) bool { return j.verdict.Status == moderation.Spam }},
	} {
		var hits, misses, wrong int
		for _, j := range all {
			switch caught := row.caught(j); {
			case caught && j.spam:
				hits++
			case caught:
				wrong++
			case j.spam:
				misses++
			}
		}
		precision := "-"
		if hits+wrong > 0 {
			precision = fmt.Sprintf("%.3f", float64(hits)/float64(hits+wrong))
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%.3f\t%d of %d\t%d of %d\t\n", row.name, precision, float64(hits)/float64(hits+misses), hits, hits+misses, wrong, len(all)-hits-misses)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\neach decision learned once, in order: %.4f\ntext model: recall at precision %.2f: %.4f\nwhole policy: recall at precision %.2f: %.4f\n",
		recallAt(wantedPrecision, all, func(j judged) float64 { return j.inOrder }),
		wantedPrecision, recallAt(wantedPrecision, all, func(j judged) float64 { return j.likelihood }),
		wantedPrecision, recallAt(wantedPrecision, all, judged.points))
	return err
}

// recallAt is the greatest recall of all thresholds of a score that have at least that precision. What has the same score is on the same side of
// each, so the order of the file changes nothing.
func recallAt(precision float64, all []judged, score func(judged) float64) (best float64) {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b judged) int { return cmp.Compare(score(b), score(a)) })
	spam, hits := 0, 0
	for _, j := range sorted {
		if j.spam {
			spam++
		}
	}
	for i, j := range sorted {
		if j.spam {
			hits++
		}
		if isLast := i == len(sorted)-1 || score(sorted[i+1]) != score(j); isLast && float64(hits) >= precision*float64(i+1) {
			best = float64(hits) / float64(spam)
		}
	}
	return best
}

func writeScores(name string, all []judged) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"COMMENT_ID", "CLASS", "score"}) // memory takes everything
	for _, j := range all {
		class := "0"
		if j.spam {
			class = "1"
		}
		_ = w.Write([]string{j.id, class, strconv.FormatFloat(j.likelihood, 'g', -1, 64)})
	}
	w.Flush()
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write the scores: %w", err)
	}
	return nil
}

// readLabelled reads comments in the columns of the YouTube Spam Collection. Other columns, and the order, do not matter.
func readLabelled(name string) (comments []labelled, err error) {
	file, err := os.Open(name) // #nosec G304 -- named by whoever runs the command
	if err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	text := bufio.NewReader(file)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	rows := csv.NewReader(text)
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty; its first line has to name the columns COMMENT_ID, AUTHOR, CONTENT and CLASS", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	column := map[string]int{}
	for i, title := range header {
		column[strings.ToUpper(strings.TrimSpace(title))] = i
	}
	for _, title := range []string{"COMMENT_ID", "AUTHOR", "CONTENT", "CLASS"} {
		if _, ok := column[title]; !ok {
			return nil, fmt.Errorf("%s has no column %s; its first line has to name the columns COMMENT_ID, AUTHOR, CONTENT and CLASS", name, title)
		}
	}
	render := markdown.New()
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := rows.FieldPos(0)
		if len(row) != len(header) {
			return nil, fmt.Errorf("%s, line %d: %d columns instead of %d; put a text with commas or line breaks between quotation marks", name, line, len(row), len(header))
		}
		class := strings.TrimSpace(row[column["CLASS"]])
		if class != "0" && class != "1" {
			return nil, fmt.Errorf("%s, line %d: CLASS has to be 1 (spam) or 0 (not spam)", name, line)
		}
		written := asWritten(row[column["CONTENT"]])
		comments = append(comments, labelled{row[column["COMMENT_ID"]], moderation.Submission{
			Level: moderation.Open, Name: strings.ToValidUTF8(row[column["AUTHOR"]], "\ufffd"), Text: written, Links: markdown.Links(render.Comment(written)),
			Form: moderation.FormSigned, FormAge: time.Minute, Proof: moderation.ProofValid,
		}, class == "1"})
	}
	if len(comments) == 0 {
		return nil, fmt.Errorf("%s has no comment below its first line", name)
	}
	return comments, nil
}

// youtubeTags are what YouTube writes into comments by itself: what people type comes escaped.
var youtubeTags = strings.Fields("a b br i s span del strike u em strong")

// asWritten takes the HTML that YouTube gives for a comment back to what was typed.
func asWritten(content string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(strings.ToValidUTF8(content, "\ufffd")))
	for {
		kind := tokens.Next()
		raw := string(tokens.Raw())
		switch kind {
		case html.ErrorToken:
			b.WriteString(html.UnescapeString(raw)) // what was begun and not ended
			return strings.TrimSpace(strings.ReplaceAll(b.String(), "\ufeff", ""))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tag, _ := tokens.TagName()
			switch {
			case string(tag) == "br":
				b.WriteByte('\n')
			case !slices.Contains(youtubeTags, string(tag)):
				b.WriteString(raw)
			}
		default:
			b.WriteString(html.UnescapeString(raw))
		}
	}
}
