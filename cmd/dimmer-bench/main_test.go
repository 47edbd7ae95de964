package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/xml"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	out, errs := bench(t, 0, "fill", "--data", data, "--posts", "200", "--comments", "2000")
	if !strings.HasPrefix(out, "200 posts and 2000 comments in ") || !strings.Contains(out, ownerEmail) {
		t.Errorf("it says %q", out)
	}
	if !strings.HasSuffix(errs, "\n2200 of 2200\nwaiting for the disk\n") {
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
	if err != nil || posts.Total < 150 || posts.Total > 200 || posts.Items[0].CommentCount < 100 {
		t.Errorf("%d posts, the first with %d comments, %v", posts.Total, posts.Items[0].CommentCount, err)
	}
	long := slices.IndexFunc(posts.Items, func(p models.Post) bool { return p.Title == longTitle })
	if long < 0 || posts.Items[long].CommentCount < 150 {
		t.Errorf("the most discussed posts are %+v, not the one that was made for it", posts.Items[:3])
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

func TestAFolderIsThereWhenItIsWhole(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	fill := []string{"fill", "--data", data, "--posts", "40", "--comments", "50"}
	ended, end := context.WithCancel(t.Context())
	end()
	var out, errs bytes.Buffer
	if status := run(ended, fill, strings.NewReader(""), &out, &errs); status != 1 {
		t.Errorf("status %d when it was interrupted: %s", status, &errs)
	}
	left, err := filepath.Glob(data + "*")
	if err != nil || len(left) > 0 {
		t.Errorf("%v are left of what was interrupted, %v", left, err)
	}
	half := data + ".filling" // of a program that was killed
	if err := os.Mkdir(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "dimmer.db"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	bench(t, 0, fill...)
	if left, err := filepath.Glob(data + "*"); err != nil || !slices.Equal(left, []string{data}) {
		t.Errorf("%v are there, %v", left, err)
	}
	if got := rowCounts(t, data)["posts"]; got != 40 {
		t.Errorf("%d posts, not 40", got)
	}
	if _, errs := bench(t, 1, fill...); !strings.Contains(errs, "is there already") {
		t.Errorf("a site is filled again: %q", errs)
	}
}

func TestTheTimeThatIsLeftCountsTheWork(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newProgress(&out, stint{10, 9}, stint{10, 1})
	p.began = time.Now().Add(-90 * time.Second)
	p.add(stint{10, 9})
	p.add(stint{10, 1})
	if got := out.String(); got != "10 of 20, 10s left\n20 of 20\n" {
		t.Errorf("it says %q", got)
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
	for _, args := range [][]string{nil, {"fill"}, {"fill", "--data", "x", "--posts", "many"}, {"measure", "--wrong"}, {"measure", "--data", t.TempDir(), "--only", "everything"}} {
		if _, errs := bench(t, 2, args...); !strings.HasPrefix(errs, "dimmer-bench: ") {
			t.Errorf("it says %q", errs)
		}
	}
	if _, errs := bench(t, 1, "start", "--program", filepath.Join(t.TempDir(), "none"), "--data", "x"); !strings.Contains(errs, "no such file") {
		t.Errorf("it says %q", errs)
	}
	if _, errs := bench(t, 1, "measure", "--data", t.TempDir()); !strings.Contains(errs, "is no data folder of a blog") {
		t.Errorf("it says %q", errs)
	}
}

// Everything is measured with tiny counts. No figure is looked at: a busy machine may be slow, but its answers are right.
func TestTheProgramIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and puts it under load")
	}
	program := buildDimmer(t)
	data := filepath.Join(t.TempDir(), "data")
	bench(t, 0, "fill", "--data", data, "--posts", "30", "--comments", "60")
	t.Setenv(runProgram, "1")
	t.Run("as a whole", func(t *testing.T) { isMeasured(t, program, data) })
	t.Run("beside a rival that writes the same rows", func(t *testing.T) { rivalWritesTheSame(t, program, data) })
}

func isMeasured(t *testing.T, program, data string) {
	t.Helper()
	comments := rowCounts(t, data)["comments"]
	report := filepath.Join(t.TempDir(), "report.md")
	marks := "By hand.\n<!-- begin measure: x -->\nold\n<!-- end measure -->\nBy hand, too.\n<!-- begin growth: x -->\n<!-- end growth -->\nThe end.\n<!-- begin queries: x -->\n<!-- end queries -->\n"
	if err := os.WriteFile(report, []byte(marks), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := bench(t, 0, "start", "--program", program, "--data", data, "-n", "1", "--settle", "10ms")
	if !regexp.MustCompile(`^start to first answer  \d.* ms\nidle memory \(RSS\)      .* MiB\nSIGTERM to end         \d.* ms\n$`).MatchString(out) {
		t.Errorf("it says\n%s", out)
	}
	out, _ = bench(t, 0, "measure", "--program", program, "--data", data, "--rounds", "1", "--for", "60ms", "-c", "4", "--writers", "2", "--offer", "500", "--settle", "10ms", "--report", report)
	for _, row := range []string{
		`list of 10, gzip( +[\d,]+){3} +\d\.\d\d +[\d,]+ +\d\.\d\d`, `post, 304( +\d+\.\d+){8}`, `\n +2( +[\d,]+){2} +\d+\.\d\d`, `all held +[\d,]+ .* 0 % `, `all approved +[\d,]+ .* [1-9]\d* % `,
		`Dimmer, beside the others +[\d,]+`, `the most in the whole run +\d+ +200`,
	} {
		if !regexp.MustCompile(row).MatchString(out) {
			t.Errorf("no row is like %s in\n%s", row, out)
		}
	}
	out, _ = bench(t, 0, "growth", "--program", program, "--site", data, "-n", "3", "--settle", "10ms", "--report", report)
	if !regexp.MustCompile(`search for two words +\d+\.\d\d`).MatchString(out) {
		t.Errorf("it says\n%s", out)
	}
	asked := filepath.Join(t.TempDir(), "asked")
	bench(t, 0, "fill", "--data", asked, "--posts", "200", "--comments", "2000")
	out, _ = bench(t, 0, "queries", "--data", asked, "--rounds", "1", "--report", report)
	if !regexp.MustCompile(`search: a common word( +\d+\.\d\d){3} +[1-9]`).MatchString(out) {
		t.Errorf("it says\n%s", out)
	}
	written := contents(t, filepath.Dir(report))
	text := written["report.md"]
	for _, part := range []string{"By hand.\n<!-- begin measure: ", "### Comments that are posted", "\n<!-- end measure -->\nBy hand, too.\n", "](plots/growth-made.svg)", "\n<!-- end growth -->\nThe end.\n", "### Each question at ", "\n<!-- end queries -->\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("the report lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "\nold\n") {
		t.Errorf("the report keeps what was measured before:\n%s", text)
	}
	for _, plot := range []string{"plots/growth-made.svg", "plots/growth-ready.svg"} {
		var parsed struct {
			Title string `xml:"title"`
			Desc  string `xml:"desc"`
		}
		if err := xml.Unmarshal([]byte(written[plot]), &parsed); err != nil || parsed.Title == "" || !strings.Contains(parsed.Desc, "list of 10: ") {
			t.Errorf("%s says %+v, %v", plot, parsed, err)
		}
	}
	if got := rowCounts(t, data)["comments"]; got != comments {
		t.Errorf("the site has %d comments after it was measured, not %d: it is a copy that is measured", got, comments)
	}
}

func buildDimmer(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dimmer")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "dimmer/cmd/dimmer").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// contents reads all files below a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files := os.DirFS(folder)
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rivalWritesTheSame sees to it that bare gin writes what Dimmer writes: else the comparison says nothing.
func rivalWritesTheSame(t *testing.T, program, data string) {
	t.Helper()
	written := map[string]map[string]int{}
	for name, st := range map[string]func(folder string) starting{
		"Dimmer": func(folder string) starting { return serve(program, folder) },
		"bare gin": func(folder string) starting {
			return starting{program: os.Args[0], args: []string{"bare-comments", "--file", filepath.Join(folder, "dimmer.db")}}
		},
	} {
		folder := filepath.Join(t.TempDir(), "copy")
		if err := copyFolder(data, folder); err != nil {
			t.Fatal(err)
		}
		before := rowCounts(t, folder)
		s, err := st(folder).start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		slug := firstSlug(t, data)
		texts := newCommentTexts([]string{slug}, 1)
		for texts.sent.Load()%(differentTexts) != differentTexts-1 { // the next has a link
			texts.next()
		}
		for range 7 {
			got, err := askOnce(t.Context(), s.url, texts.next().send)
			if err != nil || got.status != 201 {
				t.Fatalf("%s answers %d, %v: %s", name, got.status, err, got.body)
			}
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		written[name] = map[string]int{}
		for table, n := range rowCounts(t, folder) {
			if more := n - before[table]; more != 0 && !strings.HasPrefix(table, "comment_search_") && table != "jobs" { // the index merges as it likes; jobs are made by the start
				written[name][table] = more
			}
		}
	}
	if diff := cmp.Diff(written["Dimmer"], written["bare gin"]); diff != "" {
		t.Errorf("Dimmer writes -, bare gin +:\n%s", diff)
	}
	if n := written["Dimmer"]["comments"]; n != 7 {
		t.Errorf("Dimmer has written %d comments, not 7", n)
	}
	if n := written["Dimmer"]["comment_links"]; n != 2 {
		t.Errorf("Dimmer has written %d links, not 2", n)
	}
}

func openCopy(t *testing.T, folder string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "dimmer.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func firstSlug(t *testing.T, folder string) (slug string) {
	t.Helper()
	if err := openCopy(t, folder).QueryRowContext(t.Context(), "SELECT slug FROM posts WHERE status = 'published' ORDER BY published_at DESC LIMIT 1").Scan(&slug); err != nil {
		t.Fatal(err)
	}
	return slug
}

// rowCounts counts the rows of each table.
func rowCounts(t *testing.T, folder string) map[string]int {
	t.Helper()
	db := openCopy(t, folder)
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range names {
		var n int
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM "`+name+`"`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	return counts
}
