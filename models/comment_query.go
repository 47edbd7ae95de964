package models

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"dimmer/auth"
)

// ownPostsOnly reports whether the actor decides about the comments on her own posts only.
func ownPostsOnly(by Actor) bool { return by.Role == auth.Author }

// Thread lists the visible comments of a post as a tree, oldest first or newest first. Page counts roots; total counts them too.
func (s *Store) Thread(ctx context.Context, id PostID, newest bool, page Page) (List[*Thread], error) {
	if !isID(id) {
		return List[*Thread]{}, nil
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.add("post_id = ? AND parent_id IS NULL AND (status = 'approved' OR EXISTS (SELECT 1 FROM comments below WHERE below.root_id = comments.id AND below.status = 'approved'))", id)
	roots, err := listRows(ctx, db, listing[Comment]{columns: "id, created_at", where: where, sort: sortSpec{column: "created_at", kind: timeKey, descending: newest}, page: page},
		func(c Comment) (any, string) { return c.CreatedAt, string(c.ID) })
	list := List[*Thread]{Next: roots.Next, Prev: roots.Prev}
	if err != nil {
		return list, fault("read the thread", err)
	}
	if list.Total, err = chain[Comment](db, where).Count(ctx); err != nil {
		return list, fault("count the thread", err)
	}
	if len(roots.Items) == 0 {
		return list, nil
	}
	ids := make([]CommentID, len(roots.Items))
	for i, root := range roots.Items {
		ids[i] = root.ID
	}
	all, err := table[Comment](db).Where("root_id IN ? AND status = 'approved'", ids).Find(ctx)
	if err != nil {
		return list, fault("read the answers", err)
	}
	// Of what is not visible, only where it stood; it can be above something visible only if it has been answered.
	hidden, err := table[Comment](db).Select("id, post_id, parent_id, root_id, depth, status, created_at").
		Where("root_id IN ? AND status <> 'approved' AND EXISTS (SELECT 1 FROM comments answer WHERE answer.parent_id = comments.id)", ids).Find(ctx)
	if err != nil {
		return list, fault("read what was answered", err)
	}
	if err := attachAuthors(ctx, db, all); err != nil {
		return list, fault("read who answered", err)
	}
	list.Items = tree(append(all, hidden...), ids)
	return list, nil
}

// tree hangs each visible comment below what it answers, in the order of time. What is hidden keeps its place if something visible
// answers it, directly or not.
func tree(all []Comment, roots []CommentID) []*Thread {
	slices.SortFunc(all, func(a, b Comment) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	at := make(map[CommentID]*Thread, len(all))
	for _, c := range all {
		at[c.ID] = &Thread{Comment: c, Removed: c.Status != Approved}
	}
	shown := make(map[CommentID]bool, len(all))
	for _, c := range all {
		if c.Status != Approved {
			continue
		}
		for above := at[c.ID]; above != nil && !shown[above.ID]; above = at[*above.ParentID] {
			shown[above.ID] = true
			if above.ParentID == nil {
				break
			}
		}
	}
	under := make(map[CommentID]*Thread, len(all))
	for i := range all {
		if above := hangsUnder(&all[i], at, under); above != nil && shown[all[i].ID] {
			above.Replies = append(above.Replies, at[all[i].ID])
		}
	}
	var ordered []*Thread
	for _, id := range roots {
		if shown[id] { // else removed since the roots were read
			ordered = append(ordered, at[id])
		}
	}
	return ordered
}

// hangsUnder finds below which comment another is shown: the one that it answers, or, as that stands on the last level too, the one that
// that one is shown below. under remembers what was found, so that a long exchange on the last level is walked once.
func hangsUnder(c *Comment, at, under map[CommentID]*Thread) *Thread {
	if c.ParentID == nil {
		return nil
	}
	above, known := under[c.ID]
	if !known {
		if above = at[*c.ParentID]; above != nil && above.Depth >= c.Depth {
			above = hangsUnder(&above.Comment, at, under)
		}
		under[c.ID] = above
	}
	return above
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
	Status CommentStatus
	Post   PostID
	Oldest bool // oldest first instead of newest first
	Page   Page
}

// Comments lists comments with their verdicts, posts and addresses for whoever decides about them. Authors see those on their own
// posts.
func (s *Store) Comments(ctx context.Context, by Actor, q CommentQuery) (List[Comment], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where := conditions{}
	where.is(commentStatusSQL, string(q.Status))
	if q.Post != "" {
		if !isID(q.Post) {
			return List[Comment]{}, nil
		}
		where.equal("post_id", string(q.Post))
	}
	if ownPostsOnly(by) {
		where.add("EXISTS (SELECT 1 FROM post_authors pa WHERE pa.post_id = comments.post_id AND pa.user_id = ?)", by.User)
	}
	list, err := listRows(ctx, db, listing[Comment]{columns: "*", where: where, sort: sortSpec{column: "created_at", kind: timeKey, descending: !q.Oldest}, page: q.Page},
		func(c Comment) (any, string) { return c.CreatedAt, string(c.ID) })
	if err != nil {
		return list, fault("list the comments", err)
	}
	if ownPostsOnly(by) {
		list.Total, list.Capped, err = countCapped(ctx, db, "comments", where)
	} else {
		counted := conditions{}
		counted.add("post_id = ?", string(q.Post))
		counted.is(commentStatusSQL, string(q.Status))
		var rows []commentCount
		rows, err = chain[commentCount](db, counted).Find(ctx)
		for _, row := range rows {
			list.Total += row.N
		}
	}
	if err != nil {
		return list, fault("count the comments", err)
	}
	return list, fault("read what belongs to the comments", attachForStaff(ctx, db, list.Items))
}

// Comment reads one comment for whoever decides about it.
func (s *Store) Comment(ctx context.Context, by Actor, id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	query := table[Comment](db).Where("id = ?", id)
	if ownPostsOnly(by) {
		query = query.Where("EXISTS (SELECT 1 FROM post_authors pa WHERE pa.post_id = comments.post_id AND pa.user_id = ?)", by.User)
	}
	comment, err := query.Take(ctx)
	if err != nil {
		return comment, fault("read the comment", err)
	}
	comments := []Comment{comment}
	err = attachForStaff(ctx, db, comments)
	return comments[0], fault("read what belongs to the comment", err)
}

// attachForStaff fills in posts, verdicts, e-mail addresses and authors: five queries, however many comments.
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
				c.Email = commenters[j].Email
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
	rows, err := query[row](ctx, db, "SELECT slugs.slug, posts.comment_count FROM slugs JOIN posts ON posts.id = slugs.post_id WHERE slugs.slug IN ? AND posts.status IN ('published', 'archived')", slugs)
	for _, r := range rows {
		counts[r.Slug] = r.CommentCount
	}
	return counts, fault("count the comments", err)
}
