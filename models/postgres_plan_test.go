package models

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dimmer/auth"
)

// A pgPlan is a step of a plan of Postgres and what it did (https://www.postgresql.org/docs/15/sql-explain.html).
type pgPlan struct {
	Node     string   `json:"Node Type"`
	Relation string   `json:"Relation Name"`
	Index    string   `json:"Index Name"`
	Rows     float64  `json:"Actual Rows"` // in each loop, in the mean
	Loops    float64  `json:"Actual Loops"`
	Removed  float64  `json:"Rows Removed by Filter"`
	Recheck  float64  `json:"Rows Removed by Index Recheck"`
	Plans    []pgPlan `json:"Plans"`
}

// read adds up how many rows of tables and indexes a plan has read, and names what it has read as a whole.
func (p pgPlan) read() (rows float64, whole []string) {
	if strings.Contains(p.Node, "Scan") && (p.Relation != "" || p.Index != "") {
		rows = p.Loops * (p.Rows + p.Removed + p.Recheck)
	}
	if strings.HasSuffix(p.Node, "Seq Scan") && p.Loops > 0 && slices.Contains(growing, p.Relation) {
		whole = []string{p.Relation}
	}
	for _, part := range p.Plans {
		r, w := part.read()
		rows, whole = rows+r, append(whole, w...)
	}
	return rows, whole
}

// growing are the tables that have a row for each post or comment, or several.
var growing = []string{
	"posts", "post_words", "post_tags", "post_authors", "revisions", "slugs", "changes",
	"comments", "comment_words", "comment_links", "comment_counts", "commenters", "judgements", "events",
}

// The site that Postgres is asked on.
const (
	plannedPosts, plannedComments = 3000, 30_000
	// mostRead is how many rows one answer may read: a count goes up to a thousand, and each of its rows may be looked up in a second table.
	mostRead = 10 * cappedAt
)

// fillPostgres makes a site on which it shows whether an answer reads all of a table.
func fillPostgres(t *testing.T, s site) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	at := s.clock.now()
	authors := []string{string(s.owner.User)}
	for i := range 9 {
		author, err := s.CreateUser(t.Context(), s.owner, UserChange{Name: Some(fmt.Sprint("Author ", i)), Role: Some(auth.Author)})
		if err != nil {
			t.Fatal(err)
		}
		authors = append(authors, string(author.ID))
	}
	var posts []Post
	answerable, done := map[PostID]CommentID{}, 0
	for len(posts) < plannedPosts { // each time some of both, as they come
		changes := make([]PostChange, maxBulk*plannedPosts/plannedComments)
		for i := range changes {
			published := at.Add(time.Duration(len(posts)+i-plannedPosts) * 10 * time.Hour)
			changes[i] = PostChange{
				Title: Some(fmt.Sprint("Post ", len(posts)+i)), Source: Some("Some words of " + fmt.Sprint("place", r.IntN(500))), Status: Some(Published), PublishedAt: Some(&published),
				Authors: Some([]string{authors[i%len(authors)]}), Tags: Some([]string{fmt.Sprint("Tag ", r.IntN(10)), fmt.Sprint("Tag ", 10+r.IntN(60))}), Language: Some([]string{"en", "en", "en", "ja"}[r.IntN(4)]), Featured: Some(r.IntN(50) == 0),
			}
			if r.IntN(10) == 0 {
				changes[i].Status = Some(Draft)
			}
		}
		made, err := s.CreatePosts(t.Context(), s.owner, changes)
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, made...)
		all := make([]PastComment, maxBulk)
		for i := range all {
			written := at.Add(time.Duration(done+i-plannedComments) * time.Hour)
			c := PastComment{Status: []CommentStatus{Approved, Approved, Approved, Approved, Approved, Approved, Pending, Spam, Spam, Trash}[r.IntN(10)]}
			reader := r.IntN(4000)
			c.ID, c.PostID, c.Name, c.Source, c.HTML = NewCommentID(), posts[r.IntN(len(posts))].ID, fmt.Sprint("Reader ", reader), "A word about "+fmt.Sprint("place", r.IntN(500)), "x"
			c.KeyHash, c.TextHash, c.AddressHash, c.CreatedAt = fmt.Sprint("key ", reader), fmt.Sprint("text ", done+i), fmt.Sprint("address ", reader), &written
			c.Judged = Judged{Status: Pending, Score: 3}
			if c.Status == Spam {
				c.Hosts = []string{fmt.Sprint("shop", r.IntN(100), ".example")}
			}
			if before, answered := answerable[c.PostID]; answered && r.IntN(2) == 0 {
				c.ParentID = &before
				if r.IntN(10) == 0 {
					c.User, c.KeyHash, c.Judged, c.Status = s.owner.User, "", Judged{}, Approved
				}
			}
			if c.Status == Approved {
				answerable[c.PostID] = c.ID
			}
			all[i] = c
		}
		if err := s.AddComments(t.Context(), Actor{Kind: ByReader}, all); err != nil {
			t.Fatal(err)
		}
		done += len(all)
	}
	if _, err := s.pools[0].ExecContext(t.Context(), "VACUUM ANALYZE"); err != nil { // as its autovacuum does
		t.Fatal(err)
	}
}

// On Postgres the plan follows from what ANALYZE has seen: with some thousand posts nothing that is asked all day reads a table that grows from its
// beginning to its end, nor many rows of it.
func TestWhatIsAskedAllDayReadsFewRowsOnPostgres(t *testing.T) {
	server := os.Getenv("DIMMER_TEST_POSTGRES")
	if server == "" || testing.Short() {
		t.Skip("needs Postgres and fills a site, which takes some seconds; set DIMMER_TEST_POSTGRES")
	}
	t.Parallel()
	s := newSite(t, freshDatabase(t, server))
	fillPostgres(t, s)
	looked := 0
	for name, c := range askedAllDay(t, s) {
		for _, sql := range asks(t, s, name, c.do) {
			verb, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
			explain := "EXPLAIN (FORMAT JSON) "
			switch verb {
			case "SELECT":
				explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
			case "INSERT", "UPDATE", "DELETE", "WITH":
			default:
				continue // a savepoint, a notification
			}
			p := explained(t, s, explain+sql, lookedUp[name])
			looked++
			rows, whole := p.read()
			if verb != "SELECT" {
				whole = p.scanned()
			}
			if name == "verdicts of the past" { // which somebody asks who tries out other rules: it still goes through all verdicts for the last of each comment
				rows = 0
			}
			if len(whole) > 0 || rows > mostRead {
				slices.Sort(whole)
				t.Errorf("%s reads %.0f rows, and all of %v\n%.1500s", name, rows, slices.Compact(whole), sql)
			}
		}
	}
	if looked < 100 {
		t.Errorf("only %d plans were looked at", looked)
	}
}

// scanned are the tables that a plan, which has not run, would read as a whole.
func (p pgPlan) scanned() (whole []string) {
	if strings.HasSuffix(p.Node, "Seq Scan") && slices.Contains(growing, p.Relation) {
		whole = []string{p.Relation}
	}
	for _, part := range p.Plans {
		whole = append(whole, part.scanned()...)
	}
	return whole
}

// lookedUp are questions that look up so many rows that at this size Postgres rightly reckons it cheaper to read all of the table. An index has to be
// there with which they are answered on a larger one.
var lookedUp = map[string]bool{
	"search": true, "what search finds": true, // each post holds the word, and a thousand are ranked
	"featured posts":       true, // one in fifty
	"verdicts of the past": true, // five hundred
	"a person's name":      true, // each of her posts is to change
}

func explained(t *testing.T, s site, sql string, byIndex bool) pgPlan {
	t.Helper()
	asking, err := s.pools[0].BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = asking.Rollback() }()
	if byIndex {
		if _, err := asking.ExecContext(t.Context(), "SET LOCAL enable_seqscan = off"); err != nil {
			t.Fatal(err)
		}
	}
	var text []byte
	if err := asking.QueryRowContext(t.Context(), sql).Scan(&text); err != nil {
		t.Errorf("%v\n%s", err, sql)
		return pgPlan{}
	}
	var plans []struct{ Plan pgPlan }
	if err := json.Unmarshal(text, &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%v in %s", err, text)
	}
	return plans[0].Plan
}
