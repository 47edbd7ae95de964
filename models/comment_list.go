package models

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"dimmer/auth"
)

const (
	// walkedComments is how many comments one page looks through for words, and walkedHits how many hits of words for what else is asked.
	walkedComments, walkedHits = 300, 500
	// walkedAtOnce is how many are looked at with one question.
	walkedAtOnce = 50
	// comparedAt is where counting stops that decides whether there are fewer hits or fewer comments.
	comparedAt = 10_000
)

// A commentSelection is how the comments of a moderator's query are found.
type commentSelection struct {
	where  conditions // on comments
	sort   sortSpec
	others bool         // something else is asked than words
	own    []conditions // on author_comments, if they have all that is asked: the parts of an author's list, each in the order of time
	ownLed conditions   // all of these
	// On SQLite, where many comments hold the words, either of these: the words, looked for in the comments that the rest finds, or the question to the
	// index of words, whose hits the rest is looked for in, in the order in which they came.
	parts    []string
	question string
	hits     int64 // that hold the words, counted to comparedAt
}

// selectComments chooses how a query is answered.
func (s *Store) selectComments(ctx context.Context, db *gorm.DB, by Actor, q CommentQuery) (c commentSelection, err error) {
	c.sort = sortSpec{column: "created_at", kind: timeKey, descending: !q.Oldest}
	if c.where, err = s.commentConditions(by, q); err != nil {
		return c, err
	}
	narrow := q.Commenter != "" || q.AddressOf != "" || q.TextOf != "" || q.LinksTo != "" || q.Reported // few comments, soon found
	c.others = narrow || q.Answered != nil || q.Status != "" || q.Post != "" || ownPostsOnly(by)
	if ownPostsOnly(by) && !narrow && q.Post == "" && q.Page.Number < 2 {
		c.own, c.ownLed = ownComments(by.User, q)
	}
	if q.Words == "" {
		return c, nil
	}
	if s.postgres || isMailbox(q.Words) || q.Page.Number > 1 {
		c.own = nil
		return c, s.addCommentWords(ctx, &c.where, q.Words)
	}
	terms, err := questionTerms(q.Words)
	if err != nil {
		return c, err
	}
	if len(terms) == 0 {
		return c, ErrNotFound
	}
	if err := c.countWords(ctx, db, terms); err != nil {
		return c, err
	}
	if c.hits <= cappedAt {
		c.own = nil
		c.where.add("id IN (SELECT comment_id FROM comment_words WHERE n IN (SELECT rowid FROM comment_search WHERE comment_search MATCH ?))", c.question)
		c.question = ""
		return c, nil
	}
	if !c.others {
		return c, nil
	}
	rest := int64(0)
	if !narrow {
		if rest, err = c.countRest(ctx, db, q); err != nil {
			return c, err
		}
	}
	if rest < c.hits {
		c.parts, c.question = wordParts(terms), ""
	}
	return c, nil
}

// isMailbox reports whether somebody is looked for by her e-mail address.
func isMailbox(words string) bool {
	_, err := auth.NormalizeEmail(strings.TrimSpace(words))
	return err == nil
}

// countWords finds out how to ask the index of words, and how much it finds.
func (c *commentSelection) countWords(ctx context.Context, db *gorm.DB, terms []string) (err error) {
	count := func(question string) (int64, error) {
		return queryOne[int64](ctx, db, "SELECT count(*) FROM (SELECT 1 FROM comment_search WHERE comment_search MATCH ? LIMIT ?) AS found", question, comparedAt+1)
	}
	c.question = ftsWholeWords(terms)
	if c.hits, err = count(c.question); err != nil {
		return fault("search the comments", err)
	}
	if c.hits <= comparedAt && utf8.RuneCountInString(terms[len(terms)-1]) >= shortestBeginning {
		if c.question, err = beginnings(ctx, db, commentTerms, terms); err == nil {
			c.hits, err = count(c.question)
		}
		if err != nil {
			return fault("search the comments", err)
		}
	}
	if c.hits == 0 {
		return ErrNotFound
	}
	return nil
}

// countRest counts what is found without the words, as far as that is known soon.
func (c *commentSelection) countRest(ctx context.Context, db *gorm.DB, q CommentQuery) (n int64, err error) {
	if len(c.own) > 0 {
		n, err = queryOne[int64](ctx, db, "SELECT count(*) FROM (SELECT 1 FROM author_comments WHERE "+c.ownLed[0].sql+" AND "+c.ownLed[1].sql+" AND "+c.ownLed[2].sql+" LIMIT ?) AS counted",
			append(slices.Clone(c.ownLed[0].args), comparedAt+1)...)
		return n, fault("count the author's comments", err)
	}
	if q.Answered != nil && *q.Answered {
		return 0, nil // people answer few
	}
	counted := conditions{}
	counted.add("post_id = ?", string(q.Post))
	counted.is(commentStatusSQL, string(q.Status))
	n, err = keptCommentCount(ctx, db, counted)
	return n, fault("count the comments", err)
}

// listedComment is where a comment stands in a list.
type listedComment struct {
	ID        CommentID
	CreatedAt time.Time
}

func (c *listedComment) listed() []any { return []any{(*string)(&c.ID), utcTime{&c.CreatedAt}} }

func (c listedComment) key() sortKey { return sortKey{key: c.CreatedAt, id: string(c.ID)} }

// authorComment is a comment in the list of an author who sees only those on her own posts.
type authorComment struct {
	UserID    UserID        `gorm:"primaryKey"`
	Status    CommentStatus `gorm:"primaryKey"`
	Kind      int           `gorm:"primaryKey"`
	CreatedAt time.Time     `gorm:"primaryKey;serializer:utc;autoCreateTime:false"`
	CommentID CommentID     `gorm:"primaryKey"`
}

func (authorComment) TableName() string { return "author_comments" }

// commentKindSQL are the kinds of comments in an author's list: not answered, answered, by the blog itself.
var commentKindSQL = []string{"kind = 0", "kind = 1", "kind = 2"}

// ownComments are the parts of an author's list, of which the index has each in the order of time, and all of them.
func ownComments(author UserID, q CommentQuery) (parts []conditions, all conditions) {
	statuses := []string{string(q.Status)}
	if q.Status == "" {
		statuses = slices.Sorted(maps.Keys(commentStatusSQL))
	}
	kinds, ofKinds := commentKindSQL, "kind IN (0, 1, 2)"
	if q.Answered != nil {
		kinds = commentKindSQL[:1]
		if *q.Answered {
			kinds = commentKindSQL[1:2]
		}
		ofKinds = kinds[0]
	}
	for _, status := range statuses {
		for _, kind := range kinds {
			part := conditions{}
			part.add("user_id = ?", author)
			part.is(commentStatusSQL, status)
			part.add(kind)
			parts = append(parts, part)
		}
	}
	all.add("user_id = ?", author)
	if q.Status == "" {
		all.add("status IN ('approved', 'pending', 'spam', 'trash')")
	} else {
		all.is(commentStatusSQL, string(q.Status))
	}
	all.add(ofKinds)
	return parts, all
}

// list reads a page.
func (c *commentSelection) list(ctx context.Context, db *gorm.DB, page Page) (List[Comment], error) {
	if len(c.own) == 0 && c.parts == nil && c.question == "" {
		return listRows(ctx, db, listing[Comment]{columns: "*", where: c.where, sort: c.sort, page: page}, func(c Comment) sortKey { return sortKey{key: c.CreatedAt, id: string(c.ID)} })
	}
	var keys List[listedComment]
	var err error
	switch {
	case c.question != "":
		keys, err = c.amongHits(ctx, db, page)
	case c.parts != nil:
		keys, err = c.amongRest(ctx, db, page)
	default:
		keys, err = c.keys(ctx, db, page)
	}
	list := List[Comment]{Next: keys.Next, Prev: keys.Prev}
	if err != nil || len(keys.Items) == 0 {
		return list, err
	}
	ids := make([]CommentID, len(keys.Items))
	for i, key := range keys.Items {
		ids[i] = key.ID
	}
	list.Items, err = table[Comment](db).Where("id IN ?", ids).Find(ctx)
	slices.SortFunc(list.Items, func(a, b Comment) int { return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)) })
	return list, err
}

// keys reads a page of what is selected without words. Of an author's list each part is read, and what comes first of all of them is the page.
func (c *commentSelection) keys(ctx context.Context, db *gorm.DB, page Page) (List[listedComment], error) {
	if len(c.own) == 0 {
		return listRows(ctx, db, listing[listedComment]{table: "comments", columns: "id, created_at", scan: (*listedComment).listed, where: c.where, sort: c.sort, page: page}, listedComment.key)
	}
	sort := c.sort
	sort.tie = "comment_id"
	var all []listedComment
	backward := page.At != nil && page.At.Before
	more := false
	for _, part := range c.own {
		found, err := listRows(ctx, db, listing[listedComment]{table: "author_comments", columns: "comment_id, created_at", scan: (*listedComment).listed, where: part, sort: sort, page: page}, listedComment.key)
		if err != nil {
			return List[listedComment]{}, err
		}
		all = append(all, found.Items...)
		more = more || !backward && found.Next != nil || backward && found.Prev != nil
	}
	slices.SortFunc(all, func(a, b listedComment) int {
		if sort.descending {
			a, b = b, a
		}
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	limit := page.limit()
	if len(all) > limit {
		if more = true; backward {
			all = all[len(all)-limit:]
		} else {
			all = all[:limit]
		}
	}
	return pageOf(all, page, more, nil), nil
}

// pageOf is the page that these are. more says that others follow in the direction in which the list is read; from, where looking for them goes on: after
// these, if it is nil.
func pageOf(items []listedComment, page Page, more bool, from *Position) List[listedComment] {
	list := List[listedComment]{Items: items}
	backward := page.At != nil && page.At.Before
	onward := from
	if len(items) > 0 {
		first, last := items[0].key().position(), items[len(items)-1].key().position()
		first.Before = true
		if backward {
			list.Next = last
			if onward == nil && more {
				onward = first
			}
		} else {
			if page.At != nil {
				list.Prev = first
			}
			if onward == nil && more {
				onward = last
			}
		}
	}
	if backward {
		list.Prev = onward
	} else {
		list.Next = onward
	}
	return list
}

// amongRest looks for the words in the comments that everything else selects, in their order, [walkedComments] at most.
func (c *commentSelection) amongRest(ctx context.Context, db *gorm.DB, page Page) (List[listedComment], error) {
	holds := conditions{}
	for _, part := range c.parts {
		holds.add("instr(' ' || words || ' ', ?) > 0", part)
	}
	at, backward := page.At, page.At != nil && page.At.Before
	return lookThrough(page, walkedComments, func() ([]listedComment, *Position, error) {
		part, err := c.keys(ctx, db, Page{Limit: walkedAtOnce, At: at})
		if at = part.Next; backward {
			at = part.Prev
		}
		return part.Items, at, err
	}, func(looked []listedComment) ([]listedComment, error) {
		ids := make([]CommentID, len(looked))
		for i, one := range looked {
			ids[i] = one.ID
		}
		holding := conditions{}
		holding.add("comment_id IN ?", ids)
		held, err := chain[heldWords](db, append(holding, holds...)).Select("comment_id").Find(ctx)
		return slices.DeleteFunc(looked, func(one listedComment) bool {
			return !slices.Contains(held, heldWords{one.ID})
		}), err
	})
}

// heldWords is a comment in the index of words.
type heldWords struct{ CommentID CommentID }

func (heldWords) TableName() string { return "comment_words" }

// A numberedComment is one with its place in the index of words, which is the order in which comments came here.
type numberedComment struct {
	listedComment
	N int64
}

// amongHits looks at the comments that hold the words, in the order in which they came, [walkedHits] at most, for everything else.
func (c *commentSelection) amongHits(ctx context.Context, db *gorm.DB, page Page) (List[listedComment], error) {
	ascending := !c.sort.descending
	if page.At != nil && page.At.Before {
		ascending = !ascending
	}
	hits, after := "SELECT rowid FROM comment_search WHERE comment_search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?", int64(1)<<62
	if ascending {
		hits, after = "SELECT rowid FROM comment_search WHERE comment_search MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?", 0
	}
	if page.At != nil {
		var err error
		if after, err = c.numberOf(ctx, db, *page.At); err != nil {
			return List[listedComment]{}, err
		}
	}
	return lookThrough(page, walkedHits, func() ([]int64, *Position, error) {
		read, err := db.WithContext(ctx).Raw(hits, c.question, after, walkedAtOnce).Rows()
		if err != nil {
			return nil, nil, err
		}
		numbers, err := scanAll(read, walkedAtOnce, func(n *int64) []any { return []any{n} })
		if err != nil || len(numbers) < walkedAtOnce {
			return numbers, nil, err
		}
		after = numbers[len(numbers)-1]
		found, err := c.numbered(ctx, db, []int64{after}, nil)
		if err != nil || len(found) == 0 {
			return numbers, nil, err
		}
		from := found[0].key().position()
		from.Before = page.At != nil && page.At.Before
		return numbers, from, nil
	}, func(numbers []int64) ([]listedComment, error) {
		found, err := c.numbered(ctx, db, numbers, c.where)
		if page.At != nil && page.At.Before { // as lists are read backwards: the nearest last
			slices.Reverse(numbers)
		}
		slices.SortFunc(found, func(a, b numberedComment) int {
			return cmp.Compare(slices.Index(numbers, a.N), slices.Index(numbers, b.N))
		})
		var kept []listedComment
		for _, one := range found {
			kept = append(kept, one.listedComment)
		}
		return kept, err
	})
}

// numbered reads where comments stand that have these places in the index of words.
func (c *commentSelection) numbered(ctx context.Context, db *gorm.DB, numbers []int64, where conditions) ([]numberedComment, error) {
	wanted := table[Comment](db).From(wordsOfComments).Where("comment_words.n IN ?", numbers)
	for _, one := range where {
		wanted = wanted.Where(one.sql, one.args...)
	}
	read, err := wanted.Select("comment_words.n, comments.id, comments.created_at").in(ctx).Rows()
	if err != nil {
		return nil, err
	}
	return scanAll(read, len(numbers), func(one *numberedComment) []any { return append([]any{&one.N}, one.listed()...) })
}

// numberOf finds the place of a position in the index of words; of a comment that has gone meanwhile, that of the one before it in time.
func (c *commentSelection) numberOf(ctx context.Context, db *gorm.DB, at Position) (int64, error) {
	if _, err := c.sort.beyond(at); err != nil {
		return 0, err
	}
	n, err := query[int64](ctx, db, "SELECT n FROM comment_words WHERE comment_id = ?", at.ID)
	if err != nil || len(n) > 0 {
		return slices.Max(append(n, 0)), err
	}
	earlier, err := c.sort.beyond(Position{Key: at.Key, ID: at.ID, Before: !c.sort.descending})
	if err != nil {
		return 0, err
	}
	gone := conditions{earlier}
	n, err = query[int64](ctx, db, "SELECT comment_words.n FROM comments JOIN comment_words ON comment_words.comment_id = comments.id WHERE "+gone[0].sql+
		" ORDER BY comments.created_at DESC, comments.id DESC LIMIT 1", gone[0].args...)
	return slices.Max(append(n, 0)), err
}

// lookThrough reads a page of what some of many are: next gives some more of them in the direction in which the list is read (in the order of the list), and
// where it goes on, nil at its end; chosen says which. It looks through about most, and then says where the next page goes on.
func lookThrough[T any](page Page, most int, next func() ([]T, *Position, error), chosen func([]T) ([]listedComment, error)) (List[listedComment], error) {
	backward, limit := page.At != nil && page.At.Before, page.limit()
	var found []listedComment
	var from *Position
	for looked := 0; looked < most && len(found) <= limit; {
		some, at, err := next()
		if err != nil {
			return List[listedComment]{}, err
		}
		looked, from = looked+len(some), at
		kept, err := chosen(some)
		if err != nil {
			return List[listedComment]{}, err
		}
		if backward {
			found = append(kept, found...)
		} else {
			found = append(found, kept...)
		}
		if at == nil {
			break
		}
	}
	if len(found) <= limit {
		return pageOf(found, page, false, from), nil
	}
	if backward {
		found = found[len(found)-limit:]
	} else {
		found = found[:limit]
	}
	return pageOf(found, page, true, nil), nil
}

// count counts what is selected, no further than [cappedAt]. Where words are looked for one by one, it looks at the first some hundred.
func (c *commentSelection) count(ctx context.Context, db *gorm.DB) (int64, bool, error) {
	switch {
	case c.hits > 0 && !c.others:
		return min(c.hits, cappedAt), c.hits > cappedAt, nil
	case c.question != "":
		found := conditions{}
		found.add("comment_words.n IN (SELECT rowid FROM comment_search WHERE comment_search MATCH ? ORDER BY rowid DESC LIMIT ?)", c.question, walkedHits)
		n, capped, err := countCapped(ctx, db, wordsOfComments, append(found, c.where...))
		return n, capped || c.hits > walkedHits, err
	case c.parts != nil && len(c.own) > 0:
		words := conditions{}
		for _, part := range c.parts {
			words.add("EXISTS (SELECT 1 FROM comment_words cw WHERE cw.comment_id = author_comments.comment_id AND instr(' ' || cw.words || ' ', ?) > 0)", part)
		}
		return countAmong(ctx, db, "author_comments", c.ownLed, words, walkedComments)
	case c.parts != nil:
		words := conditions{}
		for _, part := range c.parts {
			words.add("EXISTS (SELECT 1 FROM comment_words cw WHERE cw.comment_id = comments.id AND instr(' ' || cw.words || ' ', ?) > 0)", part)
		}
		return countAmong(ctx, db, "comments", c.where, words, walkedComments)
	case len(c.own) > 0:
		return countCapped(ctx, db, "author_comments", c.ownLed)
	}
	return countCapped(ctx, db, "comments", c.where)
}

// wordsOfComments are comments by their places in the index of words.
const wordsOfComments = "comment_words CROSS JOIN comments ON comments.id = comment_words.comment_id"
