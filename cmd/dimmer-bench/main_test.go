package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
	out, errs := bench(t, 0, "fill", "--data", data, "--posts", "60", "--comments", "2000")
	if !strings.HasPrefix(out, "60 posts and 2000 comments in ") || !strings.Contains(out, ownerEmail) {
		t.Errorf("it says %q", out)
	}
	if lines := strings.Split(strings.TrimSpace(errs), "\n"); lines[len(lines)-1] != "2060 of 2060" {
		t.Errorf("it tells its progress as %q", errs)
	}
	store, err := models.Open(t.Context(), models.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if owned, err := store.HasOwner(t.Context()); !owned || err != nil {
		t.Errorf("nobody owns it, %v", err)
	}
	posts, err := store.Posts(t.Context(), models.System, models.PostQuery{Status: models.Published, Sort: models.MostComments})
	if err != nil || posts.Total < 45 || posts.Total > 60 || posts.Items[0].CommentCount < 100 {
		t.Errorf("%d posts, the first with %d comments, %v", posts.Total, posts.Items[0].CommentCount, err)
	}
	tags, err := store.Tags(t.Context(), models.TagQuery{})
	if err != nil || tags.Total < 10 {
		t.Errorf("%d tags, %v", tags.Total, err)
	}
	for status, least := range map[models.CommentStatus]int64{models.Approved: 1500, models.Spam: 40, models.Pending: 2, models.Trash: 5} {
		comments, err := store.Comments(t.Context(), models.System, models.CommentQuery{Status: status})
		if err != nil || comments.Total < least {
			t.Errorf("%d comments are %s, %v", comments.Total, status, err)
		}
	}
	thread, err := store.Thread(t.Context(), posts.Items[0].ID, models.OldestFirst, models.Page{Limit: 50})
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

func TestTheSameSeedWritesTheSame(t *testing.T) {
	t.Parallel()
	titles := func(seed string) (titles []string) {
		data := filepath.Join(t.TempDir(), "data")
		bench(t, 0, "fill", "--data", data, "--posts", "8", "--comments", "0", "--seed", seed)
		store, err := models.Open(t.Context(), models.Config{Dir: data})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }()
		posts, err := store.Posts(t.Context(), models.System, models.PostQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, post := range posts.Items {
			titles = append(titles, post.Title)
		}
		return titles
	}
	first := titles("1")
	if again := titles("1"); len(first) != 8 || !slices.Equal(first, again) {
		t.Errorf("%q and %q", first, again)
	}
	if other := titles("2"); slices.Equal(first, other) {
		t.Errorf("another seed writes the same: %q", first)
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
