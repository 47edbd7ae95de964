package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"dimmer/auth"
)

// ownPostsOnly reports whether the actor decides about the comments on her own posts only.
func ownPostsOnly(by Actor) bool { return by.Role == auth.Author }

// shownReplies is how many of the comments below a root come with it.
const shownReplies = 50

// ThreadSort is an order of the comments that answer no other. Pinned ones come first in each.
type ThreadSort string

// The orders. Answers always stand in the order of time.
const (
	OldestFirst ThreadSort = "oldest"
	NewestFirst ThreadSort = "newest"
	TopFirst    ThreadSort = "top" // what most readers like, then the newest
)

var threadSorts = map[ThreadSort]sortSpec{
	OldestFirst: {first: "(NOT pinned)", column: "created_at", kind: timeKey},
	NewestFirst: {first: "pinned", column: "created_at", kind: timeKey, descending: true},
	TopFirst:    {first: "pinned", column: "like_count", descending: true},
}

func (t ThreadSort) key(c Comment) sortKey {
	key := sortKey{first: c.Pinned, key: c.CreatedAt, id: string(c.ID)}
	switch t {
	case OldestFirst:
		key.first = !c.Pinned
	case TopFirst:
		key.key = c.LikeCount
	}
	return key
}

// threadColumns are what readers see of a comment, and seen is where they are scanned into. What is shown below the comment that it answers, as
// nearly all is, says so by NULL.
const threadColumns = `id, parent_id, NULLIF(under_id, parent_id) AS under_id, root_id, depth, status, user_id, author_name, author_url, html, like_count, reply_count,
	pinned, created_at, edited_at`

func (c *Comment) seen() []any {
	return []any{
		(*string)(&c.ID), nullID[CommentID]{&c.ParentID}, nullID[CommentID]{&c.UnderID}, (*string)(&c.RootID), number{&c.Depth}, (*string)(&c.Status),
		nullID[UserID]{&c.UserID}, &c.AuthorName, &c.AuthorURL, &c.HTML, number{&c.LikeCount}, number{&c.ReplyCount}, &c.Pinned,
		utcTime{&c.CreatedAt}, nullTime{&c.EditedAt},
	}
}

// Thread lists the visible comments of a post as a tree. Page counts roots; so does the total, which is a kept counter. A root brings the first
// fifty comments below it.
func (s *Store) Thread(ctx context.Context, id PostID, sort ThreadSort, page Page) (List[*Thread], error) {
	order, known := threadSorts[sort]
	if !known {
		return List[*Thread]{}, Invalid{"sort": "is no order of comments"}
	}
	if !isID(id) {
		return List[*Thread]{}, nil
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.add("post_id = ? AND "+visibleRoot, id)
	roots, err := listRows(ctx, db, listing[Comment]{columns: threadColumns, scan: (*Comment).seen, where: where, sort: order, page: page}, sort.key)
	list := List[*Thread]{Next: roots.Next, Prev: roots.Prev}
	if err != nil {
		return list, fault("read the thread", err)
	}
	counts, err := query[int64](ctx, db, "SELECT root_count FROM posts WHERE id = ?", id)
	if err != nil || len(counts) == 0 {
		return list, fault("count the thread", err)
	}
	list.Total = counts[0]
	below, more, err := readBelow(ctx, db, roots.Items)
	if err != nil {
		return list, fault("read the answers", err)
	}
	all := append(roots.Items, below...)
	if err := attachAuthors(ctx, db, all); err != nil {
		return list, fault("read who answered", err)
	}
	list.Items = tree(all, len(roots.Items), more)
	return list, nil
}

// readBelow reads the first comments below each root, in the order of time: all small branches at once, a large one by itself. more says
// where a large one goes on.
func readBelow(ctx context.Context, db *gorm.DB, roots []Comment) (below []Comment, more map[CommentID]*Position, err error) {
	var small []CommentID
	n := 0
	more = map[CommentID]*Position{}
	for _, root := range roots {
		switch {
		case root.ReplyCount == 0:
		case root.ReplyCount <= shownReplies:
			small, n = append(small, root.ID), n+root.ReplyCount
		default:
			branch, err := branchOf(ctx, db, root.ID, Page{Limit: shownReplies})
			if err != nil {
				return nil, nil, err
			}
			below, more[root.ID] = append(below, branch.Items...), branch.Next
		}
	}
	if len(small) == 0 {
		return below, more, nil
	}
	found, err := table[Comment](db).Select(threadColumns).Where("root_id IN ? AND "+visibleBelow, small).ScanInto(ctx, n, (*Comment).seen)
	slices.SortFunc(found, func(a, b Comment) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return append(below, found...), more, err
}

// branchOf lists what is visible below a root, in the order of time.
func branchOf(ctx context.Context, db *gorm.DB, root CommentID, page Page) (List[Comment], error) {
	where := conditions{}
	where.add("root_id = ? AND "+visibleBelow, root)
	return listRows(ctx, db, listing[Comment]{columns: threadColumns, scan: (*Comment).seen, where: where, sort: sortSpec{column: "created_at", kind: timeKey}, page: page},
		func(c Comment) sortKey { return sortKey{key: c.CreatedAt, id: string(c.ID)} })
}

// tree hangs each comment below what it is shown under. The first n are the roots, in their order; the others stand in the order of time.
func tree(all []Comment, n int, more map[CommentID]*Position) []*Thread {
	at := make(map[CommentID]*Thread, len(all))
	threads := make([]Thread, len(all))
	ordered := make([]*Thread, n)
	for i, c := range all {
		threads[i] = shownAs(c)
		at[c.ID] = &threads[i]
	}
	for i, c := range all {
		if i < n {
			threads[i].More, ordered[i] = more[c.ID], &threads[i]
			continue
		}
		above := at[*cmp.Or(c.UnderID, c.ParentID)]
		if above == nil { // it says that it is older than what it answers, as an import may, and that comes later
			above = at[c.RootID]
		}
		above.Replies = append(above.Replies, &threads[i])
	}
	return ordered
}

// shownAs is what readers see of a comment. Of a removed one that is where it stands, and when that was.
func shownAs(c Comment) Thread {
	if c.Status == Approved {
		return Thread{Comment: c}
	}
	return Thread{Removed: true, Comment: Comment{
		ID: c.ID, ParentID: c.ParentID, UnderID: c.UnderID, RootID: c.RootID, Depth: c.Depth, Status: c.Status, ReplyCount: c.ReplyCount,
		Pinned: c.Pinned, CreatedAt: c.CreatedAt,
	}}
}

// Replies lists the comments below a root that readers see, in the order of time, each by itself: ParentID says where it belongs.
// post is the post that the root is on, which readers can see.
func (s *Store) Replies(ctx context.Context, id CommentID, page Page) (list List[*Thread], post Post, err error) {
	if !isID(id) {
		return list, post, ErrNotFound
	}
	db, bounded, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.add("id = ? AND "+visibleRoot, id)
	roots, err := chain[Comment](db, where).Select("post_id, reply_count").Find(bounded)
	if err != nil {
		return list, post, fault("read the comment", err)
	}
	if len(roots) == 0 {
		return list, post, ErrNotFound
	}
	readable := conditions{}
	readable.add("id = ? AND status IN ('published', 'archived')", roots[0].PostID)
	if post, err = s.onePost(ctx, readable); err != nil {
		return list, post, err
	}
	found, err := branchOf(bounded, db, id, page)
	if err != nil {
		return list, post, fault("read the answers", err)
	}
	if err := attachAuthors(bounded, db, found.Items); err != nil {
		return list, post, fault("read who answered", err)
	}
	list = List[*Thread]{Total: int64(roots[0].ReplyCount), Next: found.Next, Prev: found.Prev}
	for _, c := range found.Items {
		thread := shownAs(c)
		list.Items = append(list.Items, &thread)
	}
	return list, post, nil
}

// attachAuthors fills in who of the blog wrote.
func attachAuthors(ctx context.Context, db *gorm.DB, comments []Comment) error {
	var ids []UserID
	for _, c := range comments {
		if c.UserID != nil && !slices.Contains(ids, *c.UserID) {
			ids = append(ids, *c.UserID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	users, err := table[User](db).Select(userFields).Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return err
	}
	for i := range comments {
		for j := range users {
			if comments[i].UserID != nil && *comments[i].UserID == users[j].ID {
				comments[i].Author = &users[j]
			}
		}
	}
	return nil
}

// commentStatusSQL are the statuses as conditions.
var commentStatusSQL = map[string]string{
	"pending": "status = 'pending'", "approved": "status = 'approved'", "spam": "status = 'spam'", "trash": "status = 'trash'",
}

// CommentQuery selects comments for the moderators; zero fields select all.
type CommentQuery struct {
	Status    CommentStatus
	Post      PostID
	Commenter CommenterID
	Answered  *bool     // whether somebody of the blog has answered it
	Reported  bool      // only those that a reader has reported
	AddressOf CommentID // only those that came from the same address as this one
	TextOf    CommentID // only those that say the same as this one
	LinksTo   string    // only those that link to this site
	Words     string    // search text: words of the comment or its writer's name, or her e-mail address
	Oldest    bool      // oldest first instead of newest first
	Page      Page
}

// counted reports whether a kept counter has the total.
func (q CommentQuery) counted() bool {
	return q.Commenter == "" && q.Answered == nil && !q.Reported && q.Words == "" && q.AddressOf == "" && q.TextOf == "" && q.LinksTo == ""
}

// commentConditions is the WHERE of a moderator's query, without its words. ErrNotFound means that nothing can match.
func (s *Store) commentConditions(by Actor, q CommentQuery) (where conditions, err error) {
	where.add("erased_at IS NULL")
	where.is(commentStatusSQL, string(q.Status))
	if q.Post != "" && !isID(q.Post) || q.Commenter != "" && !isID(q.Commenter) || q.AddressOf != "" && !isID(q.AddressOf) || q.TextOf != "" && !isID(q.TextOf) {
		return nil, ErrNotFound
	}
	if q.AddressOf != "" {
		where.add("address_hash = (SELECT of.address_hash FROM comments of WHERE of.id = ?)", q.AddressOf)
	}
	if q.TextOf != "" {
		where.add("text_hash = (SELECT of.text_hash FROM comments of WHERE of.id = ?)", q.TextOf)
	}
	if q.LinksTo != "" {
		where.add("id IN (SELECT comment_id FROM comment_links WHERE host = ?)", q.LinksTo)
	}
	where.equal("post_id", string(q.Post))
	where.equal("commenter_id", string(q.Commenter))
	if ownPostsOnly(by) {
		where.add("EXISTS (SELECT 1 FROM post_authors pa WHERE pa.post_id = comments.post_id AND pa.user_id = ?)", by.User)
	}
	if q.Answered != nil {
		if *q.Answered {
			where.add("staff_answers > 0")
		} else {
			where.add("user_id IS NULL AND staff_answers = 0")
		}
	}
	if q.Reported {
		where.add("report_count > 0")
	}
	return where, nil
}

// wantedComments is the WHERE of a moderator's query with its words. ErrNotFound means that nothing can match.
func (s *Store) wantedComments(ctx context.Context, by Actor, q CommentQuery) (conditions, error) {
	where, err := s.commentConditions(by, q)
	if err == nil {
		err = s.addCommentWords(ctx, &where, q.Words)
	}
	return where, err
}

// addCommentWords selects the comments that hold all the words. An e-mail address finds the comments of who gave it: addresses are in no index of words.
func (s *Store) addCommentWords(ctx context.Context, where *conditions, q string) error {
	if q == "" {
		return nil
	}
	if address, err := auth.NormalizeEmail(strings.TrimSpace(q)); err == nil {
		where.add("commenter_id IN (SELECT id FROM commenters WHERE email = ?)", address)
		return nil
	}
	terms, err := questionTerms(q)
	switch {
	case err != nil:
		return err
	case len(terms) == 0:
		return ErrNotFound
	case s.postgres:
		where.add("id IN (SELECT comment_id FROM comment_words WHERE vector @@ CAST(? AS tsquery))", tsQuery(terms))
	default:
		return s.addCommentHits(ctx, where, terms)
	}
	return nil
}

// addCommentHits selects on SQLite. Of rare words the index has told soon which comments they are in. Common ones are looked for in the comments, one after
// the other in their order: a page of them is found before all that the index holds of them has been put in order.
func (s *Store) addCommentHits(ctx context.Context, where *conditions, terms []string) error {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	hits := func(question string) ([]int64, error) {
		return query[int64](ctx, db, "SELECT rowid FROM comment_search WHERE comment_search MATCH ? ORDER BY rowid DESC LIMIT ?", question, cappedAt+1)
	}
	numbers, err := hits(ftsWholeWords(terms))
	isBeginning := utf8.RuneCountInString(terms[len(terms)-1]) >= shortestBeginning
	if err == nil && len(numbers) <= cappedAt && isBeginning {
		numbers, err = hits(ftsQuery(terms))
	}
	switch {
	case err != nil:
		return fault("search the comments", err)
	case len(numbers) == 0:
		return ErrNotFound
	case len(numbers) <= cappedAt:
		where.add("id IN (SELECT comment_id FROM comment_words WHERE n IN ?)", numbers)
		return nil
	}
	for _, part := range wordParts(terms) {
		where.add("EXISTS (SELECT 1 FROM comment_words cw WHERE cw.comment_id = comments.id AND instr(' ' || cw.words || ' ', ?) > 0)", part)
	}
	return nil
}

// wordParts are what stands in the words of a comment, with a space before the first and behind the last, that holds the terms.
func wordParts(terms []string) []string {
	parts := make([]string, len(terms))
	for i, term := range terms {
		if parts[i] = " " + term; i < len(terms)-1 || utf8.RuneCountInString(term) < shortestBeginning {
			parts[i] += " "
		}
	}
	return parts
}

// shortestBeginning is how many letters of the beginning of a word a moderator's search needs: fewer are taken for a word.
const shortestBeginning = 3

// Comments lists comments with their verdicts, posts and addresses for whoever decides about them. Authors see those on their own
// posts. A page may be short, even empty, and yet have a next one: where few of many comments with a word are looked for, a page looks through some hundred.
func (s *Store) Comments(ctx context.Context, by Actor, q CommentQuery) (List[Comment], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	asked, err := s.selectComments(ctx, db, by, q)
	if errors.Is(err, ErrNotFound) {
		return List[Comment]{}, nil
	} else if err != nil {
		return List[Comment]{}, err
	}
	list, err := asked.list(ctx, db, q.Page)
	if err != nil {
		return list, fault("list the comments", err)
	}
	switch {
	case !ownPostsOnly(by) && q.counted():
		counted := conditions{}
		counted.add("post_id = ?", string(q.Post))
		counted.is(commentStatusSQL, string(q.Status))
		list.Total, err = keptCommentCount(ctx, db, counted)
	case list.isWhole(q.Page):
		list.Total = int64(len(list.Items))
	default:
		list.Total, list.Capped, err = asked.count(ctx, db)
	}
	if err != nil {
		return list, fault("count the comments", err)
	}
	return list, fault("read what belongs to the comments", attachForStaff(ctx, db, list.Items))
}

// keptCommentCount reads a total from the counters.
func keptCommentCount(ctx context.Context, db *gorm.DB, where conditions) (n int64, err error) {
	rows, err := chain[commentCount](db, where).Find(ctx)
	for _, row := range rows {
		n += row.N
	}
	return n, err
}

// Comment reads one comment for whoever decides about it.
func (s *Store) Comment(ctx context.Context, by Actor, id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	wanted := table[Comment](db).Where("id = ? AND erased_at IS NULL", id)
	if ownPostsOnly(by) {
		wanted = wanted.Where("EXISTS (SELECT 1 FROM post_authors pa WHERE pa.post_id = comments.post_id AND pa.user_id = ?)", by.User)
	}
	comment, err := wanted.Take(ctx)
	if err != nil {
		return comment, fault("read the comment", err)
	}
	comments := []Comment{comment}
	err = attachForStaff(ctx, db, comments)
	return comments[0], fault("read what belongs to the comment", err)
}

// attachForStaff fills in posts, verdicts, readers and authors: five queries, however many comments.
func attachForStaff(ctx context.Context, db *gorm.DB, comments []Comment) error {
	if len(comments) == 0 {
		return nil
	}
	var ids []CommentID
	var postIDs []PostID
	var commenterIDs []CommenterID
	for _, c := range comments {
		ids, postIDs = append(ids, c.ID), append(postIDs, c.PostID)
		if c.CommenterID != nil {
			commenterIDs = append(commenterIDs, *c.CommenterID)
		}
	}
	posts, err := table[Post](db).Select("id, slug, title, type, status").Where("id IN ?", postIDs).Find(ctx)
	if err != nil {
		return err
	}
	if err := attachRelations(ctx, db, posts, false); err != nil { // who wrote the post decides about badges
		return err
	}
	judgements, err := table[Judgement](db).Where("comment_id IN ?", ids).Order("created_at").Find(ctx)
	if err != nil {
		return err
	}
	var commenters []Commenter
	if len(commenterIDs) > 0 {
		if commenters, err = table[Commenter](db).Where("id IN ?", commenterIDs).Find(ctx); err != nil {
			return err
		}
	}
	for i := range comments {
		c := &comments[i]
		for j := range posts {
			if posts[j].ID == c.PostID {
				c.Post = &posts[j]
			}
		}
		for j := range judgements {
			if judgements[j].CommentID == c.ID {
				c.Verdict = &judgements[j]
			}
		}
		for j := range commenters {
			if c.CommenterID != nil && commenters[j].ID == *c.CommenterID {
				c.Commenter = &commenters[j]
			}
		}
	}
	return attachAuthors(ctx, db, comments)
}

// CommentCounts counts the visible comments of published posts by slug, answers included; a slug that readers cannot see counts 0.
func (s *Store) CommentCounts(ctx context.Context, slugs []string) (map[string]int, error) {
	counts := make(map[string]int, len(slugs))
	for _, slug := range slugs {
		counts[slug] = 0
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	type row struct {
		Slug         string
		CommentCount int
	}
	rows, err := query[row](ctx, db, `SELECT slug, coalesce((SELECT comment_count FROM posts WHERE posts.id = slugs.post_id AND posts.status IN ('published', 'archived')), 0) AS comment_count
		FROM slugs WHERE slug IN ?`, slugs)
	for _, r := range rows {
		counts[r.Slug] = r.CommentCount
	}
	return counts, fault("count the comments", err)
}

// A PastJudgement is a verdict of the past with what is still known of the comment.
type PastJudgement struct {
	Judgement
	Present    bool // the comment is there; else only the judgement is
	AuthorName string
	AuthorURL  *string
	Email      *string
	Source     string
	HTML       string
	Level      *Level // that its post has, by itself or by a tag; nil: the site's
}

// PastJudgements reads the newest verdicts on what readers wrote: of each comment the last.
func (s *Store) PastJudgements(ctx context.Context, n int) ([]PastJudgement, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	read, err := db.WithContext(ctx).Raw(`SELECT j.comment_id, j.verdict, j.signals, j.decision, j.created_at, c.id IS NOT NULL, coalesce(c.author_name, ''), c.author_url, r.email,
			coalesce(c.source, ''), coalesce(c.html, ''), coalesce(p.comment_level, p.tag_level)
		FROM (SELECT * FROM judgements WHERE NOT EXISTS (SELECT 1 FROM judgements later WHERE later.comment_id = judgements.comment_id AND later.created_at > judgements.created_at)
			ORDER BY created_at DESC, id DESC LIMIT ?) j
		LEFT JOIN comments c ON c.id = j.comment_id AND c.erased_at IS NULL LEFT JOIN commenters r ON r.id = c.commenter_id LEFT JOIN posts p ON p.id = c.post_id
		ORDER BY j.created_at DESC`, n).Rows()
	if err != nil {
		return nil, fault("read the verdicts of late", err)
	}
	past, err := scanAll(read, n, func(p *PastJudgement) []any {
		return []any{
			(*string)(&p.CommentID), (*string)(&p.Verdict), jsonText{&p.Signals}, &p.Decision, utcTime{&p.CreatedAt}, &p.Present, &p.AuthorName, &p.AuthorURL, &p.Email,
			&p.Source, &p.HTML, &p.Level,
		}
	})
	return past, fault("read the verdicts of late", err)
}
