package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dimmer/models"
)

// runProgram makes the test binary be the program itself, as which it serves the answers of bare gin.
const runProgram = "DIMMER_TEST_RUN_BENCH"

func TestMain(m *testing.M) {
	if os.Getenv(runProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// bench runs a command and gives what it printed.
func bench(t *testing.T, status int, args ...string) (out, errs string) {
	t.Helper()
	var printed, complained bytes.Buffer
	if got := run(t.Context(), args, strings.NewReader(""), &printed, &complained); got != status {
		t.Fatalf("dimmer-bench %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, status, &printed, &complained)
	}
	return printed.String(), complained.String()
}

func TestAFilledFolderIsABlog(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	out, errs := bench(t, 0, "fill", "--data", data, "--posts", "30", "--comments", "90")
	if !strings.HasPrefix(out, "30 posts and 90 comments in ") {
		t.Errorf("it says %q", out)
	}
	if lines := strings.Split(strings.TrimSpace(errs), "\n"); len(lines) != 10 || lines[9] != "120 of 120" {
		t.Errorf("it tells its progress as %q", errs)
	}
	store, err := models.Open(t.Context(), models.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	posts, err := store.Posts(t.Context(), models.System, models.PostQuery{Status: models.Published, Sort: models.MostComments})
	if err != nil || posts.Total != 30 || posts.Items[0].CommentCount < 5 {
		t.Errorf("%d posts, %v", posts.Total, err)
	}
	comments, err := store.Comments(t.Context(), models.System, models.CommentQuery{})
	if err != nil || comments.Total != 90 {
		t.Errorf("%d comments, %v", comments.Total, err)
	}
	thread, err := store.Thread(t.Context(), posts.Items[0].ID, models.OldestFirst, models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	for _, root := range thread.Items {
		answers += root.ReplyCount
	}
	if answers == 0 {
		t.Error("nobody has answered anybody")
	}
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"fill"}, {"fill", "--data", "x", "--posts", "many"}, {"read", "--wrong"}} {
		if _, errs := bench(t, 2, args...); !strings.HasPrefix(errs, "dimmer-bench: ") {
			t.Errorf("it says %q", errs)
		}
	}
	if _, errs := bench(t, 1, "start", "--program", filepath.Join(t.TempDir(), "none"), "--data", "x"); !strings.Contains(errs, "no such file") {
		t.Errorf("it says %q", errs)
	}
}

func TestTheProgramIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	program := filepath.Join(t.TempDir(), "dimmer")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "dimmer/cmd/dimmer").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data := filepath.Join(t.TempDir(), "data")
	bench(t, 0, "fill", "--data", data, "--posts", "12", "--comments", "20")
	t.Setenv(runProgram, "1")
	out, _ := bench(t, 0, "start", "--program", program, "--data", data, "-n", "1")
	if !regexp.MustCompile(`^start to first answer  \d.* ms\nidle memory \(RSS\)      .* MiB\nSIGTERM to end         \d.* ms\n$`).MatchString(out) {
		t.Errorf("it says\n%s", out)
	}
	out, _ = bench(t, 0, "write", "--program", program, "--data", data, "--rounds", "1", "--for", "50ms", "-c", "2")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 2 || !regexp.MustCompile(`^ +2 +[1-9]\d*( +\d+\.\d\d){2} +[1-9]\d*( +\d+\.\d\d){3}$`).MatchString(lines[1]) {
		t.Errorf("it says\n%s", out)
	}
	out, _ = bench(t, 0, "read", "--program", program, "--data", data, "--rounds", "1", "--for", "50ms", "-c", "2")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 4 || !regexp.MustCompile(`list of 10( +[1-9]\d*){2}( +\d+\.\d\d){2} +[1-9]\d*( +\d+\.\d\d){3}$`).MatchString(lines[1]) {
		t.Errorf("it says\n%s", out)
	}
}
