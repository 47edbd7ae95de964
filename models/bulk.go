package models

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBulk is how many posts or comments one call stores: others who write wait for it. Where nobody does, in a folder that is filled, it may
// be maxFilling.
const maxBulk, maxFilling = 1000, 20_000

// indexedAtOnce is how many posts one statement puts into the index: with each the index is written.
const indexedAtOnce = 25

// filledAtOnce is how many rows one statement writes while a folder is filled; few enough for 32,766 arguments, as many as SQLite takes.
const filledAtOnce, maxArguments = 1000, 32_000

// errBulk is a fault of whoever calls.
var errBulk = errors.New("too many at once")

// maxBulk is how many posts or comments this store takes in one call.
func (s *Store) maxBulk() int {
	if s.filling {
		return maxFilling
	}
	return maxBulk
}

// CreatePosts is [Store.CreatePost] for up to 1,000 posts in one transaction, for what comes in numbers: all are stored or none.
func (s *Store) CreatePosts(ctx context.Context, by Actor, changes []PostChange) ([]Post, error) {
	if len(changes) > s.maxBulk() {
		return nil, errBulk
	}
	return s.createPosts(ctx, by, "create the posts", s.RenderPosts(ctx, changes))
}

// RenderPosts renders the bodies of new posts on all processors, and looks for their words. [Store.CreatePosts] does it where nobody has: while some posts are stored, the next
// can be rendered.
func (s *Store) RenderPosts(ctx context.Context, changes []PostChange) []PostChange {
	changes = slices.Clone(changes)
	var work sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for first := range n {
		work.Go(func() {
			for i := first; i < len(changes); i += n {
				if changes[i].rendered == nil {
					changes[i].rendered = s.renderAhead(ctx, "", changes[i])
					changes[i].rendered.findWords()
				}
			}
		})
	}
	work.Wait()
	return changes
}

// A PastComment is a comment that was written and decided about before, here or elsewhere.
type PastComment struct {
	NewComment        // CreatedAt is when it was written. Its key, refusals and limits are for comments that are written now, and say nothing
	User       UserID // who of the blog wrote it; empty: a reader
	Status     CommentStatus
	Pinned     bool
	EditedAt   *time.Time
}

// AddComments stores up to 1,000 comments of the past in one transaction, a comment always after the one that it answers: all are stored or
// none. Their posts may be such that take no comments, and what they answer may be hidden. A comment that was judged brings its verdict;
// nobody is told of it and no flood seen in it.
func (s *Store) AddComments(ctx context.Context, by Actor, all []PastComment) error {
	if len(all) > s.maxBulk() {
		return errBulk
	}
	indexed := make([]string, len(all))
	for i, c := range all {
		indexed[i] = commentWords(c.Name, c.URL, c.Source)
	}
	return s.write(ctx, by, "store the comments", func(t *tx) error {
		b := bulk{tx: t, all: all, comments: make([]Comment, len(all)), indexed: indexed}
		for _, step := range []func() error{b.lock, b.findCommenters, b.placeAll, b.insert, b.countBelow, b.countAll} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// A bulk is the comments that one transaction adds.
type bulk struct {
	*tx
	all      []PastComment
	comments []Comment
	indexed  []string
	posts    []PostID         // in order
	roots    []CommentID      // that were there before
	seen     map[PostID]int64 // how many of these readers saw before
	below    map[CommentID]int64
}

// lock keeps the posts and their threads from changing meanwhile.
func (b *bulk) lock() error {
	for _, c := range b.all {
		if !isID(c.PostID) || !c.Status.Valid() || c.CreatedAt == nil {
			return Invalid{"comments": "have to name a post, a status and a time"}
		}
		b.posts = append(b.posts, c.PostID)
	}
	slices.Sort(b.posts)
	b.posts = slices.Compact(b.posts)
	return b.lockThreads(b.posts)
}

// findCommenters finds the readers by their keys, and makes those who are new.
func (b *bulk) findCommenters() error {
	type reader struct {
		ID      CommenterID
		KeyHash string
	}
	known := map[string]CommenterID{}
	var hashes []string
	for _, c := range b.all {
		if c.KeyHash != "" && c.User == "" {
			hashes = append(hashes, c.KeyHash)
		}
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	find := func() error {
		for some := range slices.Chunk(hashes, 500) {
			readers, err := query[reader](b.ctx, b.DB, "SELECT id, key_hash FROM commenters WHERE key_hash IN ?", some)
			if err != nil {
				return err
			}
			for _, r := range readers {
				known[r.KeyHash] = r.ID
			}
		}
		return nil
	}
	if err := find(); err != nil {
		return err
	}
	var rows [][]any
	for _, c := range b.all {
		if c.KeyHash != "" && c.User == "" && known[c.KeyHash] == "" {
			id := newID[CommenterID]()
			known[c.KeyHash] = id
			rows = append(rows, []any{id, c.KeyHash, c.Name, c.Email, c.CreatedAt.UTC()})
		}
	}
	err := b.insertAll("INSERT INTO commenters (id, key_hash, name, email, created_at) VALUES ", "(?, ?, ?, ?, ?)", " ON CONFLICT (key_hash) DO NOTHING", rows)
	if err == nil && b.s.postgres && len(rows) > 0 { // another program may have brought the same new key meanwhile
		err = find()
	}
	for i, c := range b.all {
		if id := known[c.KeyHash]; id != "" {
			b.comments[i].CommenterID = &id
		}
	}
	return err
}

// placeAll finds where each comment stands in its thread.
func (b *bulk) placeAll() error {
	at := make(map[CommentID]*Comment, len(b.all))
	var stored []CommentID
	for i, c := range b.all {
		commenter := b.comments[i].CommenterID
		b.comments[i] = c.comment(b.now)
		row := &b.comments[i]
		row.CommenterID, row.Status, row.Pinned, row.EditedAt = commenter, c.Status, c.Pinned, c.EditedAt
		if row.ID == "" {
			row.ID = NewCommentID()
		}
		if c.User != "" {
			row.UserID = &c.User
		}
		if c.ParentID != nil && at[*c.ParentID] == nil {
			stored = append(stored, *c.ParentID)
		}
		at[row.ID] = row
	}
	slices.Sort(stored)
	for some := range slices.Chunk(slices.Compact(stored), 500) {
		parents, err := table[Comment](b.DB).Select("id, post_id, under_id, root_id, depth").Where("id IN ?", some).Find(b.ctx)
		if err != nil {
			return err
		}
		for i := range parents {
			at[parents[i].ID] = &parents[i]
		}
	}
	for i := range b.comments {
		c := &b.comments[i]
		c.RootID = c.ID
		if c.ParentID != nil {
			parent := at[*c.ParentID]
			if parent == nil || parent.PostID != c.PostID || parent.RootID == "" {
				return errParent
			}
			c.answers(parent)
			if root := at[c.RootID]; root == nil || root.CreatedAt.IsZero() {
				b.roots = append(b.roots, c.RootID)
			}
		}
	}
	slices.Sort(b.roots)
	b.roots = slices.Compact(b.roots)
	var err error
	b.seen, err = b.visibleRoots()
	return err
}

// visibleRoots counts of each post those of the roots that readers see.
func (b *bulk) visibleRoots() (map[PostID]int64, error) {
	seen := map[PostID]int64{}
	for some := range slices.Chunk(b.roots, 500) {
		// What is visible is told apart here: asked for it, SQLite would rather read the whole index of visible roots than find so many.
		found, err := table[Comment](b.DB).Select("post_id, status, reply_count").Where("id IN ?", some).Find(b.ctx)
		if err != nil {
			return nil, err
		}
		for _, root := range found {
			if root.hasPlace() {
				seen[root.PostID]++
			}
		}
	}
	return seen, nil
}

// insert writes the rows, their words, links and verdicts, and what is told of them.
func (b *bulk) insert() error {
	var rows, words, links, verdicts [][]any
	for i := range b.comments {
		c, past := &b.comments[i], &b.all[i]
		rows = append(rows, []any{
			c.ID, c.PostID, c.ParentID, c.UnderID, c.RootID, c.Depth, c.Status, c.CommenterID, c.UserID, c.AuthorName, c.AuthorURL, c.Source, c.HTML, c.TextHash, c.AddressHash,
			c.Pinned, c.CreatedAt, c.EditedAt,
		})
		text := b.indexed[i]
		if b.s.postgres {
			text = tsVector("", "", text)
		}
		words = append(words, []any{c.ID, text})
		for _, host := range past.Hosts[:min(len(past.Hosts), maxHosts)] {
			links = append(links, []any{c.ID, host, c.Status})
		}
		if past.User == "" && past.Judged.Status != "" {
			verdict, err := past.Judged.about(c.ID, b.now).row()
			if err != nil {
				return err
			}
			verdicts = append(verdicts, verdict)
		}
		b.event("comment.created", "comment", string(c.ID))
		if b.by.Kind == ByReader { // then each is its writer's own
			e := &b.events[len(b.events)-1]
			switch {
			case c.UserID != nil:
				e.ActorKind, e.ActorID = ByUser, (*string)(c.UserID)
			case c.CommenterID != nil:
				e.ActorID = (*string)(c.CommenterID)
			}
		}
	}
	err := b.insertAll(`INSERT INTO comments (id, post_id, parent_id, under_id, root_id, depth, status, commenter_id, user_id, author_name, author_url, source, html, text_hash,
		address_hash, pinned, created_at, edited_at) VALUES `, "("+strings.Repeat("?, ", 17)+"?)", "", rows)
	if err != nil {
		return err
	}
	if b.s.postgres {
		err = b.insertAll("INSERT INTO comment_words (comment_id, vector) VALUES ", "(?, strip(CAST(? AS tsvector)))", "", words)
	} else {
		err = b.insertAll("INSERT INTO comment_words (comment_id, words) VALUES ", "(?, ?)", "", words)
	}
	if err != nil {
		return err
	}
	if err := b.insertAll(insertLink, linkValues, otherLink, links); err != nil {
		return err
	}
	return b.insertAll(insertJudgement, judgementValues, "", verdicts)
}

// countBelow counts each comment that readers see at everything that it is shown below, as [tx.countPlace] does for one.
func (b *bulk) countBelow() error {
	b.below = map[CommentID]int64{}
	at := make(map[CommentID]*Comment, len(b.comments))
	for i := range b.comments {
		at[b.comments[i].ID] = &b.comments[i]
	}
	above := map[CommentID]int64{} // to count from here upwards: it is not of these
	for i := range b.comments {
		c := &b.comments[i]
		if c.Status != Approved || c.UnderID == nil {
			continue
		}
		if *c.ParentID != *c.UnderID {
			b.below[*c.ParentID]++
		}
		for under := c.UnderID; under != nil; {
			up := at[*under]
			if up == nil {
				above[*under]++
				break
			}
			b.below[*under]++
			under = up.UnderID
		}
	}
	type row struct{ ID, At CommentID }
	for some := range slices.Chunk(slices.Sorted(maps.Keys(above)), 500) {
		rows, err := query[row](b.ctx, b.DB, `WITH RECURSIVE up (id, at) AS (
				SELECT id, id FROM comments WHERE id IN ?
				UNION ALL
				SELECT up.id, above.under_id FROM up JOIN comments above ON above.id = up.at WHERE above.under_id IS NOT NULL
			) SELECT id, at FROM up`, some)
		if err != nil {
			return err
		}
		for _, r := range rows {
			b.below[r.At] += above[r.ID]
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.below)) {
		if err := one(exec(b.ctx, b.DB, "UPDATE comments SET reply_count = reply_count + ? WHERE id = ?", b.below[id], id)); err != nil {
			return err
		}
	}
	return nil
}

// countAll keeps the other counters.
func (b *bulk) countAll() error {
	after, err := b.visibleRoots()
	if err != nil {
		return err
	}
	moves := map[PostID][]countedMove{}
	for i := range b.comments {
		if c := &b.comments[i]; c.ParentID == nil && (c.Status == Approved || b.below[c.ID] > 0) {
			after[c.PostID]++
		}
		moves[b.comments[i].PostID] = append(moves[b.comments[i].PostID], countedMove{&b.comments[i], "", b.comments[i].Status})
	}
	var all []countedMove
	for _, post := range b.posts {
		if err := b.countMoves(post, after[post]-b.seen[post], moves[post]); err != nil {
			return err
		}
		all = append(all, moves[post]...)
	}
	return b.countOfReaders(all)
}

// insertAll writes many rows, a hundred with each statement: before, as often as there are rows the one with its values, after. What is left over is
// written in few different lengths, as each is a statement of its own that a connection keeps.
func (t *tx) insertAll(beforeSQL, rowSQL, afterSQL string, rows [][]any) error {
	for len(rows) > 0 {
		n := insertLength(len(rows))
		if t.s.filling {
			n = min(len(rows), filledAtOnce, maxArguments/len(rows[0]))
		}
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if err := done(exec(t.ctx, t.DB, beforeSQL+rowSQL+strings.Repeat(", "+rowSQL, n-1)+afterSQL, args...)); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// insertLength is how many of n rows one statement writes.
func insertLength(n int) int {
	for _, length := range []int{100, 64, 32, 16} {
		if n >= length {
			return length
		}
	}
	return n
}
