package data_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dimmer/data"
)

const day = 24 * time.Hour

// post is one file of demo/posts: its fields as written, and what the tests compute from them.
type post struct {
	file, body    string
	fields        map[string]string
	tags, authors []string
	offset        time.Duration // age, or due, whichever is given
}

func (p post) is(kind, status string) bool {
	return p.fields["type"] == kind && p.fields["status"] == status
}

type person struct{ Slug, Name, Bio string }

type tag struct{ Slug, Name, Description string }

type site struct {
	Title, Description, Language, Timezone string
	Navigation                             []struct{ Label, URL string }
	PrivacyURL                             *string `json:"privacy_url"`
	Authors                                []person
	Tags                                   []tag
}

type comment struct {
	Key, Post, Parent, Name, URL, Status, Age, Removed, Body string

	ByAuthor       string `json:"by_author"`
	Pinned         bool
	Likes, Reports int
	Reasons        []reason
}

type reason struct {
	Points int
	Text   string
}

// visibleAt says whether readers saw the comment when something else was of that age.
func (c comment) visibleAt(t *testing.T, age time.Duration) bool {
	return c.Status == "approved" || c.Removed != "" && parseOffset(t, c.Removed) < age
}

var knownFields = []string{"title", "slug", "type", "status", "age", "due", "tags", "authors", "featured", "language", "excerpt",
	"feature_image", "feature_alt", "feature_caption", "comments", "seo_description"}

func readPosts(t *testing.T) []post {
	t.Helper()
	files, err := fs.Glob(data.Demo, "demo/posts/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var posts []post
	for _, file := range files {
		head, body, ok := strings.Cut(strings.TrimPrefix(readFile(t, file), "---\n"), "\n---\n")
		if !ok {
			t.Fatalf("%s: the fields do not end with a line ---", file)
		}
		p := post{file: path.Base(file), body: body, fields: map[string]string{}}
		for line := range strings.Lines(head) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok || p.fields[key] != "" || !slices.Contains(knownFields, key) {
				t.Errorf("%s: not a field, unknown or given twice: %q", file, line)
			}
			p.fields[key] = value
		}
		if p.fields["tags"] != "" {
			p.tags = strings.Split(p.fields["tags"], ", ")
		}
		p.authors = strings.Split(p.fields["authors"], ", ")
		p.offset = parseOffset(t, p.fields["age"]+p.fields["due"])
		posts = append(posts, p)
	}
	return posts
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := data.Demo.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readJSON[T any](t *testing.T, name string) T {
	t.Helper()
	var v T
	d := json.NewDecoder(strings.NewReader(readFile(t, name)))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// parseOffset reads 12d3h17m.
func parseOffset(t *testing.T, text string) time.Duration {
	t.Helper()
	var days int
	number, rest, ok := strings.Cut(text, "d")
	_, err := fmt.Sscanf(number, "%d", &days)
	clock, err2 := time.ParseDuration(rest)
	if !ok || err != nil || err2 != nil || clock >= day || clock < 0 {
		t.Fatalf("%q is no offset like 12d3h17m", text)
	}
	return time.Duration(days)*day + clock
}

func published(posts []post) []post {
	return slices.DeleteFunc(slices.Clone(posts), func(p post) bool { return !p.is("post", "published") })
}

func TestTheBlogHasEveryKindOfPost(t *testing.T) {
	posts := readPosts(t)
	count := map[string]int{}
	slugs := map[string]bool{}
	for _, p := range posts {
		count[p.fields["type"]+" "+p.fields["status"]]++
		slug := p.fields["slug"]
		if slugs[slug] || p.file[2:] != "-"+slug+".md" {
			t.Errorf("%s: its slug %q is taken or differs from the file's name", p.file, slug)
		}
		slugs[slug] = true
		for _, key := range []string{"title", "excerpt", "authors"} {
			if p.fields[key] == "" {
				t.Errorf("%s: no %s", p.file, key)
			}
		}
		if (p.fields["feature_image"] == "") != (p.fields["feature_alt"] == "") {
			t.Errorf("%s: a picture needs a description", p.file)
		}
		if scheduled := p.fields["status"] == "scheduled"; scheduled != (p.fields["due"] != "") {
			t.Errorf("%s: due belongs to scheduled posts, age to all others", p.file)
		}
	}
	for kind, want := range map[string]int{"post published": 16, "post draft": 1, "post scheduled": 1, "post archived": 1, "page published": 2} {
		if count[kind] != want {
			t.Errorf("%d of %q, want %d", count[kind], kind, want)
		}
	}

	var featured, german, series, twoTags, twoAuthors int
	for _, p := range published(posts) {
		if p.fields["featured"] == "true" {
			featured++
		}
		if p.fields["language"] == "de" {
			german++
		}
		public := slices.DeleteFunc(slices.Clone(p.tags), func(name string) bool { return strings.HasPrefix(name, "#") })
		if len(public) < len(p.tags) {
			series++
		}
		if len(public) >= 2 {
			twoTags++
		}
		if len(p.authors) >= 2 {
			twoAuthors++
		}
	}
	if featured != 1 || german != 1 || series < 2 || twoTags < 3 || twoAuthors != 1 {
		t.Errorf("featured %d, German %d, in a series %d, with two tags %d, with two authors %d", featured, german, series, twoTags, twoAuthors)
	}
}

func TestEveryPostIsThreeHundredToTwelveHundredWords(t *testing.T) {
	code := regexp.MustCompile("(?s)```.*?```")
	for _, p := range readPosts(t) {
		if p.fields["type"] != "post" {
			continue
		}
		all, prose := len(strings.Fields(p.body)), len(strings.Fields(code.ReplaceAllString(p.body, "")))
		if prose < 300 || all > 1200 {
			t.Errorf("%s: %d words, %d of them prose", p.file, all, prose)
		}
	}
}

func TestTheTextsUseWhatMarkdownOffers(t *testing.T) {
	var all strings.Builder
	for _, p := range published(readPosts(t)) {
		all.WriteString(p.body)
	}
	for what, pattern := range map[string]string{
		"second-level heading": `(?m)^## \S`, "third-level heading": `(?m)^### \S`, "list": `(?m)^- \w`, "numbered list": `(?m)^1\. \S`,
		"table": `(?m)^\|---\|`, "code in JavaScript": "(?m)^```js$", "CSV": "(?m)^```csv$", "quote": `(?m)^> \S`,
		"footnote": `(?m)^\[\^\w+\]: `, "task list": `(?m)^- \[x\] `, "picture": `(?m)^!\[[^\]]+\]\(/media/demo/`,
	} {
		if !regexp.MustCompile(pattern).MatchString(all.String()) {
			t.Errorf("no %s in any published post", what)
		}
	}
}

func TestDatesSpreadOverFourHundredDays(t *testing.T) {
	posts := readPosts(t)
	seen := map[time.Duration]string{}
	for _, p := range posts {
		if other := seen[p.offset]; other != "" {
			t.Errorf("%s and %s share a minute", p.file, other)
		}
		seen[p.offset] = p.file
		refuseMonthOld(t, p.file, p.offset)
	}
	var ages []time.Duration
	for _, p := range published(posts) {
		ages = append(ages, p.offset)
	}
	slices.Sort(ages)
	if ages[0] > 7*day || ages[len(ages)-1] < 390*day || ages[len(ages)-1] > 400*day {
		t.Errorf("the newest post is %v old, the oldest %v", ages[0], ages[len(ages)-1])
	}
	for i, age := range ages[1:] {
		if gap := age - ages[i]; gap > 90*day {
			t.Errorf("no post for %v, before the one that is %v old", gap, ages[i])
		}
	}
}

// refuseMonthOld keeps content away from the edge of every window of 30 days: what is counted there must not depend on the hour
// at which somebody starts the demo.
func refuseMonthOld(t *testing.T, what string, age time.Duration) {
	t.Helper()
	if age >= 29*day && age <= 31*day {
		t.Errorf("%s is between 29 and 31 days old", what)
	}
}

func TestEveryTagAndAuthorIsOnSomeButNotAllPosts(t *testing.T) {
	blog := readJSON[site](t, "demo/site.json")
	posts := readPosts(t)
	used := map[string]int{}
	for _, p := range published(posts) {
		for _, name := range slices.Concat(p.tags, p.authors) {
			used[name]++
		}
	}
	var names []string
	public := 0
	for _, tag := range blog.Tags {
		names = append(names, tag.Name)
		if tag.Slug == "" || tag.Description == "" {
			t.Errorf("tag %q lacks its slug or description", tag.Name)
		}
		if !strings.HasPrefix(tag.Name, "#") {
			public++
		}
	}
	for _, author := range blog.Authors {
		names = append(names, author.Slug)
		if author.Name == "" || author.Bio == "" {
			t.Errorf("author %q lacks a name or bio", author.Slug)
		}
	}
	if public != 8 || len(blog.Authors) != 3 {
		t.Errorf("%d public tags and %d authors, want 8 and 3", public, len(blog.Authors))
	}
	for _, name := range names {
		if n := used[name]; n == 0 || n == len(published(posts)) {
			t.Errorf("%q is on %d of %d published posts", name, n, len(published(posts)))
		}
	}
	for _, p := range posts {
		for _, name := range slices.Concat(p.tags, p.authors) {
			if !slices.Contains(names, name) {
				t.Errorf("%s: %q is not in site.json", p.file, name)
			}
		}
	}
}

func TestEveryPictureIsThereAndUsed(t *testing.T) {
	used := map[string]bool{}
	inText := regexp.MustCompile(`/media/demo/([^)\s"]+)`)
	for _, p := range readPosts(t) {
		if name := p.fields["feature_image"]; name != "" {
			used[name] = true
		}
		for _, match := range inText.FindAllStringSubmatch(p.body, -1) {
			used[match[1]] = true
		}
	}
	files, err := fs.Glob(data.Demo, "demo/media/*")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	for _, file := range files {
		content := readFile(t, file)
		config, err := png.DecodeConfig(bytes.NewReader([]byte(content)))
		if err != nil || config.Width != 1200 || config.Height != 675 || len(content) > 60<<10 {
			t.Errorf("%s: %d by %d, %d bytes, %v", file, config.Width, config.Height, len(content), err)
		}
		if name := path.Base(file); !used[name] {
			t.Errorf("%s is in no post", file)
		} else {
			delete(used, name)
		}
	}
	for name := range used {
		t.Errorf("a post shows %s, which is not in demo/media", name)
	}
}

func TestLinksBetweenPostsLeadToPublishedOnes(t *testing.T) {
	posts := readPosts(t)
	live := map[string]bool{"/": true}
	for _, p := range posts {
		if p.fields["status"] == "published" {
			live["/"+p.fields["type"]+"s/"+p.fields["slug"]] = true
		}
	}
	link := regexp.MustCompile(`\]\((/(?:posts|pages)/[^)]*)\)`)
	found := 0
	for _, p := range posts {
		for _, match := range link.FindAllStringSubmatch(p.body, -1) {
			found++
			if !live[match[1]] {
				t.Errorf("%s links to %s, which nobody can read", p.file, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no post links to another")
	}
	for _, item := range readJSON[site](t, "demo/site.json").Navigation {
		if item.Label == "" || !live[item.URL] {
			t.Errorf("the navigation leads to %q", item.URL)
		}
	}
}

func TestThereAreSixtyCommentsInEveryStatus(t *testing.T) {
	comments := readJSON[[]comment](t, "demo/comments.json")
	statuses, onPost, byReader := map[string]int{}, map[string]int{}, map[string]int{}
	var signedIn, pinned, liked, reported, recent, returning int
	for _, c := range comments {
		statuses[c.Status]++
		onPost[c.Post]++
		byReader[c.Name]++
		readable := c.Status == "approved"
		if c.ByAuthor != "" {
			signedIn++
		}
		if c.Pinned {
			pinned++
		}
		if c.Likes > 0 {
			liked++
		}
		if c.Reports > 0 {
			reported++
		}
		if byReader[c.Name] == 2 && c.Name != "" && readable {
			returning++
		}
		if parseOffset(t, c.Age) < 12*time.Hour {
			recent++
		}
		if !readable && (c.Pinned || c.Likes > 0 || c.Reports > 0 || c.ByAuthor != "") {
			t.Errorf("%s: only what readers see is pinned, liked, reported or written by an author", c.Key)
		}
		if c.Pinned && c.Parent != "" {
			t.Errorf("%s: only a comment that answers no other is pinned", c.Key)
		}
		if c.Likes < 0 || c.Likes > 9 || c.Reports < 0 || c.Reports > 3 {
			t.Errorf("%s: %d likes and %d reports, want 0 to 9 and 0 to 3", c.Key, c.Likes, c.Reports)
		}
	}
	for status, want := range map[string]int{"approved": 41, "pending": 9, "spam": 7, "trash": 3} {
		if statuses[status] != want {
			t.Errorf("%d comments are %s, want %d", statuses[status], status, want)
		}
	}
	if len(comments) != 60 || signedIn != 12 || pinned != 1 || reported != 1 {
		t.Errorf("%d comments, %d signed in, %d pinned, %d reported; want 60, 12, 1, 1", len(comments), signedIn, pinned, reported)
	}
	if liked < 20 || returning < 5 || recent < 3 {
		t.Errorf("%d were liked, %d readers came back, %d comments came in the last hours", liked, returning, recent)
	}
	if n := onPost["the-dimmer-switch"]; n != 15 {
		t.Errorf("%d comments on the featured post, want 15", n)
	}
}

func TestCommentsAnswerWhatReadersSawAtThatTime(t *testing.T) {
	posts := map[string]post{}
	for _, p := range readPosts(t) {
		posts[p.fields["slug"]] = p
	}
	authors := map[string]bool{}
	for _, author := range readJSON[site](t, "demo/site.json").Authors {
		authors[author.Slug] = true
	}

	earlier, depths := map[string]comment{}, map[string]int{}
	atDepth, answers, urls := map[int]int{}, map[string]map[string]int{}, map[string]string{}
	last := 400 * day
	for _, c := range readJSON[[]comment](t, "demo/comments.json") {
		age := parseOffset(t, c.Age)
		refuseMonthOld(t, c.Key, age)
		if age >= last {
			t.Errorf("%s is older than the one before it, or shares its minute", c.Key)
		}
		last = age
		if p := posts[c.Post]; p.fields["status"] != "published" || p.fields["comments"] == "closed" || age >= p.offset {
			t.Errorf("%s: its post %q is not published, takes no comments or is younger", c.Key, c.Post)
		}
		if c.Body == "" || (c.Name == "") == (c.ByAuthor == "") || (c.ByAuthor != "" && !authors[c.ByAuthor]) {
			t.Errorf("%s: it needs a text, and either a name or an author", c.Key)
		}
		if url, known := urls[c.Name]; known && url != c.URL {
			t.Errorf("%s: the same reader has two websites", c.Key)
		}
		urls[c.Name] = c.URL
		if (c.Status == "spam" || c.Status == "trash") && age > 28*day {
			t.Errorf("%s would be forgotten at once: spam and trash are kept for 30 days", c.Key)
		}
		if c.Removed != "" && (c.Status != "trash" || parseOffset(t, c.Removed) >= age) {
			t.Errorf("%s: what was removed is in the trash, and was there before", c.Key)
		}
		if c.Parent != "" {
			parent, ok := earlier[c.Parent]
			if !ok || parent.Post != c.Post || !parent.visibleAt(t, age) {
				t.Errorf("%s: its parent %q is missing, later, hidden or on another post", c.Key, c.Parent)
			}
			depths[c.Key] = depths[c.Parent] + 1
			if answers[c.Parent] == nil {
				answers[c.Parent] = map[string]int{}
			}
			answers[c.Parent][c.Status]++
		} else if c.ByAuthor != "" {
			t.Errorf("%s: authors only answer", c.Key)
		}
		if c.Status == "approved" {
			atDepth[depths[c.Key]]++
		}
		if _, taken := earlier[c.Key]; taken || c.Key == "" {
			t.Errorf("%q is no key, or taken", c.Key)
		}
		earlier[c.Key] = c
	}
	if atDepth[5] == 0 || atDepth[6] != 1 || atDepth[7] != 0 {
		t.Errorf("comments at each depth: %v, want some at 5, one at 6, none below", atDepth)
	}
	kept := 0
	for key, c := range earlier {
		if c.Removed == "" {
			continue
		}
		if kept++; answers[key]["approved"] == 0 || answers[key]["pending"] == 0 {
			t.Errorf("%s keeps its place for its answers, but they are %v: want an approved and a pending one", key, answers[key])
		}
	}
	if kept != 1 {
		t.Errorf("%d comments were removed after readers had seen them, want 1", kept)
	}
}

// The points and sentences are those of package moderation, which this package may not import.
func TestWhatWasHeldSaysWhy(t *testing.T) {
	const holdFrom, spamFrom = 3, 6
	const checkFailed = "Held because a check failed, not because of the text"
	levels := map[string]string{}
	for _, p := range readPosts(t) {
		levels[p.fields["slug"]] = p.fields["comments"]
	}
	unseen := map[string]int{ // what the texts do not show
		"A field was filled in that people do not see": 6, "It has a word that you have blocked": 6, "It links to a site that you have blocked": 6,
		"Written in 2 seconds": 3, "Written in 3 seconds": 3, "The form that it came with was not made by this site": 2,
	}
	comments := readJSON[[]comment](t, "demo/comments.json")
	for i, c := range comments {
		if c.Status == "approved" || c.Removed != "" {
			if len(c.Reasons) > 0 {
				t.Errorf("%s: readers saw it, so nothing held it", c.Key)
			}
			continue
		}
		shown, newcomer := shownReasons(t, c, comments[:i])
		for _, want := range shown {
			if !slices.Contains(c.Reasons, want) {
				t.Errorf("%s lacks the reason %v", c.Key, want)
			}
		}
		score, why := 0, ""
		for i, r := range c.Reasons {
			score += r.Points
			switch {
			case r.Points == 0 && i == len(c.Reasons)-1:
				why = r.Text
			case r.Points == 0, unseen[r.Text] != r.Points && !slices.Contains(shown, r):
				t.Errorf("%s: the moderation would not say %v", c.Key, r)
			}
		}
		var want string
		switch level := levels[c.Post]; {
		case score >= spamFrom:
		case why == checkFailed:
			want = checkFailed
		case score >= holdFrom:
			want = "Held because of its points"
		case level == "all":
			want = "Held because the dimmer is at All"
		case level != "open" && newcomer:
			want = "Held because the dimmer is at Newcomers, and this is the first comment from this reader"
		default:
			want = "no hold: it would have been approved"
		}
		if why != want || (c.Status == "spam") != (score >= spamFrom) {
			t.Errorf("%s: %s with %d points, held with %q, want %q", c.Key, c.Status, score, why, want)
		}
	}
}

// shownReasons are those that the comment and the ones before it show, and whether it is the first of its reader.
func shownReasons(t *testing.T, c comment, before []comment) (reasons []reason, newcomer bool) {
	t.Helper()
	var approved, rejected int
	for _, b := range before {
		switch same := b.Name == c.Name; {
		case same && b.Status == "approved":
			approved++
		case same && b.Status != "pending":
			rejected++
		}
		if b.Body == c.Body && b.Status == "spam" && parseOffset(t, b.Age) < parseOffset(t, c.Age)+day {
			reasons = append(reasons, reason{4, "The same text is in spam"})
		}
	}
	switch links := strings.Count(c.Body, "https://"); {
	case links == 1:
		reasons = append(reasons, reason{1, "One link"})
	case links == 2:
		reasons = append(reasons, reason{2, "Two links"})
	case links > 2:
		reasons = append(reasons, reason{min(5, 1+links), fmt.Sprintf("%d links", links)})
	}
	switch {
	case approved == 1:
		reasons = append(reasons, reason{-1, "One comment approved before"})
	case approved > 1:
		reasons = append(reasons, reason{-min(4, approved+1), fmt.Sprintf("%d comments approved before", approved)})
	}
	switch {
	case rejected == 1:
		reasons = append(reasons, reason{2, "One comment in spam or trash before"})
	case rejected > 1:
		reasons = append(reasons, reason{min(4, rejected+1), fmt.Sprintf("%d comments in spam or trash before", rejected)})
	}
	return reasons, approved == 0
}

func TestCommentsLeadOnlyToInventedSites(t *testing.T) {
	host := regexp.MustCompile(`(\w+)://([^/\s)]+)`)
	found := 0
	for _, c := range readJSON[[]comment](t, "demo/comments.json") {
		for _, match := range host.FindAllStringSubmatch(c.URL+" "+c.Body, -1) {
			found++
			if match[1] != "https" || !strings.HasSuffix(match[2], ".example") && !strings.HasSuffix(match[2], ".test") {
				t.Errorf("%s leads to %s: only names under .example and .test belong to nobody", c.Key, match[0])
			}
		}
	}
	if found == 0 {
		t.Error("no comment holds a link")
	}
}
