package models

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// arrivals are new comments of one transaction that are written together, with one statement for each table, however many they are: to begin a
// statement and to put its pages and words in order costs SQLite more than another row. Each is admitted by itself before.
type arrivals struct {
	waiting []arrival
	// claimed is what another comment would have to find of those that wait, were they written by now.
	claimed map[claim]bool
	posts   map[PostID]Post // that have been read in this transaction, which changes none meanwhile
}

type claim struct{ kind, what string }

// An arrival is a comment that has been admitted.
type arrival struct {
	*tx
	new     NewComment
	comment *Comment
	words   string
	reader  []any // her row, if she is new
	roots   int64 // by how much the number of visible roots of the post changes
}

// giveWay writes what waits if a new comment would have to find something of it: its reader, its text, its request.
func (g *arrivals) giveWay(n NewComment) error {
	claims := make([]claim, 0, 4)
	if n.KeyHash != "" {
		claims = append(claims, claim{"reader", n.KeyHash})
	}
	if n.TextHash != "" {
		claims = append(claims, claim{"text", string(n.PostID) + n.TextHash})
	}
	if n.SlowFor > 0 {
		claims = append(claims, claim{"address", string(n.PostID) + n.AddressHash})
	}
	if n.Idempotency != nil {
		claims = append(claims, claim{"request", n.Idempotency.Scope + " " + n.Idempotency.Key})
	}
	if slices.ContainsFunc(claims, func(c claim) bool { return g.claimed[c] }) {
		if err := g.write(); err != nil {
			return err
		}
	}
	if g.claimed == nil {
		g.claimed = map[claim]bool{}
	}
	for _, c := range claims {
		g.claimed[c] = true
	}
	return nil
}

// post is [tx.commentedPost], once for each post.
func (g *arrivals) post(t *tx, id PostID) (Post, error) {
	if post, known := g.posts[id]; known {
		return post, nil
	}
	post, err := t.commentedPost(id)
	if err == nil {
		if g.posts == nil {
			g.posts = map[PostID]Post{}
		}
		g.posts[id] = post
	}
	return post, err
}

// arrive adds a comment that has been admitted to those that are written together.
func (t *tx) arrive(n NewComment, c *Comment, words string) error {
	a := arrival{tx: t, new: n, comment: c, words: words}
	if t.by.User != "" {
		c.UserID = &t.by.User
	}
	if n.KeyHash != "" {
		id, err := a.findReader()
		if err != nil {
			return err
		}
		c.CommenterID = &id
		t.by.ID = string(id)
		c.Verdict = n.Judged.about(c.ID, t.now)
	}
	t.event("comment.created", "comment", string(c.ID))
	var err error
	if a.roots, err = t.countPlace(countedMove{c, "", c.Status}); err != nil {
		return err
	}
	if c.Status == Approved {
		t.clearsThread(c.PostID)
	}
	t.arrivals.waiting = append(t.arrivals.waiting, a)
	return nil
}

// findReader finds who wrote the comment. Whoever is new is written with it, unless another program may bring the same key meanwhile.
func (a *arrival) findReader() (CommenterID, error) {
	n := a.new
	if a.s.postgres {
		return a.ensureCommenter(n.KeyHash, n.Name, n.Email)
	}
	id, err := a.knownCommenter(n.KeyHash, n.Name, n.Email)
	if err == nil && id == "" {
		id = newID[CommenterID]()
		approved, rejected := a.comment.Status.counts()
		a.reader = []any{id, n.KeyHash, n.Name, n.Email, a.now, approved, rejected}
	}
	return id, err
}

// counts is what a comment of this status adds to the counters of its reader.
func (s CommentStatus) counts() (approved, rejected int64) {
	switch s {
	case Approved:
		return 1, 0
	case Spam, Trash:
		return 0, 1
	case Pending:
	}
	return 0, 0
}

// write writes what waits, and what is told of it. Nothing waits any more.
func (g *arrivals) write() error {
	written, err := g.writeRows()
	if err != nil {
		return err
	}
	return finish(written...)
}

// writeRows writes what waits, and returns what has to be told of it (see [finish]).
func (g *arrivals) writeRows() (written []*tx, err error) {
	all := g.waiting
	*g = arrivals{}
	if len(all) == 0 {
		return nil, nil
	}
	for _, step := range []func([]arrival) error{insertArrivals, countArrivals, followArrivals} {
		if err := step(all); err != nil {
			return nil, err
		}
	}
	for _, a := range all {
		written = append(written, a.tx)
	}
	return written, nil
}

const (
	insertComment = `INSERT INTO comments (id, post_id, parent_id, under_id, root_id, depth, status, commenter_id, user_id, author_name, author_url, source, html, text_hash,
		address_hash, created_at) VALUES `
	commentValues = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

// insertArrivals writes the rows of new readers and of the comments, their words, links and verdicts.
func insertArrivals(all []arrival) error {
	t := all[0].tx
	var readers, comments, words, links, verdicts [][]any
	for _, a := range all {
		c := a.comment
		if a.reader != nil {
			readers = append(readers, a.reader)
		}
		comments = append(comments, []any{
			c.ID, c.PostID, c.ParentID, c.UnderID, c.RootID, c.Depth, c.Status, c.CommenterID, c.UserID, c.AuthorName, c.AuthorURL, c.Source, c.HTML, c.TextHash,
			c.AddressHash, c.CreatedAt,
		})
		text := a.words
		if t.s.postgres {
			text = tsVector("", "", text)
		}
		words = append(words, []any{c.ID, text})
		hosts := a.new.Hosts
		for _, host := range hosts[:min(len(hosts), maxHosts)] {
			links = append(links, []any{c.ID, host, c.Status})
		}
		if c.Verdict != nil {
			verdict, err := c.Verdict.row()
			if err != nil {
				return err
			}
			verdicts = append(verdicts, verdict)
		}
	}
	if err := t.insertAll(insertCommenter, commenterValues, "", readers); err != nil {
		return err
	}
	if err := t.insertAll(insertComment, commentValues, "", comments); err != nil {
		return err
	}
	if err := t.indexComments(words); err != nil {
		return err
	}
	if err := t.insertAll(insertLink, linkValues, otherLink, links); err != nil {
		return err
	}
	return t.insertAll(insertJudgement, judgementValues, "", verdicts)
}

// countArrivals counts them: in their hour, on their posts and in all, and of those readers who were known.
func countArrivals(all []arrival) error {
	t := all[0].tx
	type hour struct{ n, spam int }
	type counter struct{ post, status string }
	type seen struct {
		visible, roots int64
		at             time.Time
	}
	type record struct{ approved, rejected int64 }
	hours, counters, posts, readers := map[time.Time]hour{}, map[counter]int64{}, map[PostID]seen{}, map[CommenterID]record{}
	for _, a := range all {
		c := a.comment
		if a.new.KeyHash != "" && a.new.CreatedAt == nil {
			of := hours[a.now.Truncate(time.Hour)]
			of.n++
			if a.new.Judged.Status == Spam {
				of.spam++
			}
			hours[a.now.Truncate(time.Hour)] = of
		}
		counters[counter{"", string(c.Status)}]++
		counters[counter{string(c.PostID), string(c.Status)}]++
		if c.Status == Approved || a.roots != 0 {
			of := posts[c.PostID]
			of.roots, of.at = of.roots+a.roots, a.now
			if c.Status == Approved {
				of.visible++
			}
			posts[c.PostID] = of
		}
		if approved, rejected := c.Status.counts(); c.CommenterID != nil && a.reader == nil && approved+rejected > 0 {
			of := readers[*c.CommenterID]
			readers[*c.CommenterID] = record{of.approved + approved, of.rejected + rejected}
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(hours), time.Time.Compare) {
		if err := t.countHour(at, hours[at].n, hours[at].spam); err != nil {
			return err
		}
	}
	var rows [][]any
	for _, of := range slices.SortedFunc(maps.Keys(counters), func(a, b counter) int { return cmp.Or(cmp.Compare(a.status, b.status), cmp.Compare(a.post, b.post)) }) {
		rows = append(rows, []any{of.post, of.status, counters[of]})
	}
	if err := t.insertAll(insertCount, countValues, addCount, rows); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(posts)) {
		if err := t.countOnPost(id, posts[id].visible, posts[id].roots, posts[id].at); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(readers)) {
		if err := t.countOfReader(id, readers[id].approved, readers[id].rejected); err != nil {
			return err
		}
	}
	return nil
}

// followArrivals does what needs the comments to be there. After the counters, as with a decision: else two on Postgres wait for each other in a ring.
func followArrivals(all []arrival) error {
	for _, a := range all {
		n, c := a.new, a.comment
		if c.UserID != nil && n.ParentID != nil {
			if err := a.teachByAnswer(*n.ParentID); err != nil {
				return err
			}
		}
		if err := a.askAkismet(c.ID, n.Question); err != nil {
			return err
		}
		if n.Notify && n.Email != nil {
			if err := a.subscribe(c.PostID, &c.RootID, *n.Email, n.KeyHash); err != nil {
				return err
			}
		}
		if n.Idempotency != nil {
			if err := a.keepKey(*n.Idempotency, *c); err != nil {
				return err
			}
		}
	}
	return nil
}
