package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// A fence is one fenced block of a guide.
type fence struct {
	line     int // where it begins, from 1
	language string
	text     string
}

// fencesOf cuts the fenced blocks out of a Markdown file.
func fencesOf(t *testing.T, name string) []fence {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var fences []fence
	inside := false
	for i, line := range strings.Split(string(text), "\n") {
		language, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && !inside:
			fences = append(fences, fence{line: i + 1, language: language})
			inside = true
		case isFence:
			inside = false
		case inside:
			fences[len(fences)-1].text += line + "\n"
		}
	}
	if inside {
		t.Fatalf("%s: the last block has no end", name)
	}
	return fences
}

// missingFrom finds the first line of a shown block that is not in what was printed: the lines come in this order, white space does
// not count, nor a comma at the end of a line, and … stands for anything. Empty: everything was printed.
func missingFrom(printed, shown string) string {
	rest := withoutSpace(printed)
	for line := range strings.Lines(shown) {
		for piece := range strings.SplitSeq(strings.TrimSuffix(withoutSpace(line), ","), "…") {
			_, after, found := strings.Cut(rest, piece)
			if !found {
				return strings.TrimSpace(line)
			}
			rest = after
		}
	}
	return ""
}

func withoutSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

func TestAShownBlockMatchesWhatWasPrintedInOrder(t *testing.T) {
	t.Parallel()
	const printed = `{"data":[{"id":"7f","name":"Ruth","count":2}],"next":null}` + "\n"
	for _, c := range []struct{ name, shown, missing string }{
		{"the same", printed, ""},
		{"on several lines, with gaps", "{\"data\": [{\"id\": \"…\",\n  \"count\": 2,\n}],\n", ""},
		{"only gaps", "…\n\n", ""},
		{"another value", "\"name\": \"Ruth\",\n\"count\": 3\n", `"count": 3`},
		{"another order", "\"count\": 2\n\"name\": \"Ruth\",\n", `"name": "Ruth",`},
		{"another value after a gap", "\"id\": \"…\", \"count\": 3\n", `"id": "…", "count": 3`},
		{"the same thing twice", "\"count\": 2\n\"count\": 2\n", `"count": 2`},
	} {
		if got := missingFrom(printed, c.shown); got != c.missing {
			t.Errorf("%s: %q is missing, want %q", c.name, got, c.missing)
		}
	}
}

// The guide is run as its reader runs it: every command, in one shell, against the demo. Nothing in it is true only on paper.
func TestTheFirstStepsAreAsTheGuideShowsThem(t *testing.T) {
	t.Parallel()
	const guide = "../../docs/first-steps.md"
	const guideAddress, guidePassword, guideStart = "http://localhost:8080", `"password":"PASSWORD"`, "go run ./cmd/dimmer serve --demo\n"
	tools := t.TempDir() // all that the guide may ask of a machine, besides a shell
	for _, needed := range []string{"bash", "curl", "sed", "grep"} {
		found, err := exec.LookPath(needed)
		if err != nil {
			skipUnlessCI(t, "%s is missing, and the guide needs it", needed)
		}
		if needed == "bash" {
			continue
		}
		if err := os.Symlink(found, filepath.Join(tools, needed)); err != nil {
			t.Fatal(err)
		}
	}
	fences := fencesOf(t, guide)
	if len(fences) < 10 || fences[0].language != "sh" || fences[0].text != guideStart {
		t.Fatalf("%s has %d blocks; it should have many, the first of them %q", guide, len(fences), guideStart)
	}

	p := serveOn(t, folder(t), []string{"--demo"})
	_, password, _ := strings.Cut(p.line(p.out, "the demo's owner: "), "password ")
	password, _, _ = strings.Cut(password, " ")
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), ":")

	// A mark after each block tells what each has printed. The first block has started the server.
	const mark = "\x1e"
	script := "set -e -o pipefail\n"
	for _, f := range fences[1:] {
		if f.language == "sh" {
			script += f.text + "printf '\\036'\n"
		}
	}
	if !strings.Contains(script, guidePassword) {
		t.Fatalf("%s has no place for the password: %s", guide, guidePassword)
	}
	script = strings.ReplaceAll(script, guidePassword, fmt.Sprintf(`"password":%q`, password))
	script = strings.ReplaceAll(script, guideAddress, p.url)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir = t.TempDir()
	shell.Env = []string{"PATH=" + tools, "HOME=" + shell.Dir}
	var errs bytes.Buffer
	shell.Stderr = &errs
	out, failed := shell.Output()
	printed := strings.Split(string(out), mark)
	printed = append([]string{p.out.String()}, printed...)

	block := -1 // of commands
	for i, f := range fences {
		switch f.language {
		case "sh":
			if block++; block >= len(printed) || block == len(printed)-1 && failed != nil {
				t.Fatalf("%s:%d: the command fails: %v; it printed\n%s\n%s", guide, f.line, failed, printed[len(printed)-1], errs.String())
			}
		case "json", "text":
			if fences[i-1].language != "sh" {
				t.Fatalf("%s:%d: nothing printed this", guide, f.line)
			}
			said := strings.NewReplacer(p.url, guideAddress, "http://localhost:"+port, guideAddress).Replace(printed[block])
			if missing := missingFrom(said, f.text); missing != "" {
				t.Errorf("%s:%d: the program did not print %s; it printed\n%s", guide, f.line, missing, said)
			}
		default:
			t.Errorf("%s:%d: a block is sh, json or text, not %q", guide, f.line, f.language)
		}
	}
	if failed != nil {
		t.Errorf("the commands fail: %v\n%s", failed, errs.String())
	}
}
