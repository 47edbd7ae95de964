package models

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

const (
	// duplicateWindow is how long the same text from the same reader on the same post is taken for a second click.
	duplicateWindow = 10 * time.Minute
	// keptIdempotency is how long a request that is sent again gets its first answer.
	keptIdempotency = 24 * time.Hour
	// sameTextWindow is how far back the same text is looked for.
	sameTextWindow = 24 * time.Hour
)

// CreateComment stores a comment with its verdict. The post has to be one that readers can see, and for an author of the blog one of her
// own; the parent a visible comment on it. The same text again within ten minutes is a conflict, unless the request has a key (see
// [Idempotency]): under the same one the comment of the first is returned, under another it is another.
func (s *Store) CreateComment(ctx context.Context, by Actor, n NewComment) (Comment, error) {
	if n.ID == "" {
		n.ID = NewCommentID()
	}
	words := commentWords(n.Name, n.URL, n.Source)
	var comment Comment
	err := s.writeArrival(ctx, by, "store the comment", func(t *tx) error {
		comment = n.comment(t.now)
		if err := t.arrivals.giveWay(n); err != nil {
			return err
		}
		replayed, err := t.admitComment(n, &comment)
		if err != nil {
			return refusal{err}
		}
		if replayed {
			return nil
		}
		return t.arrive(n, &comment, words)
	})
	if err == nil && n.KeyHash != "" && !comment.Replayed {
		if err := s.watchFlood(ctx); err != nil { // the comment is there: this is no failure of it
			s.log.Error("look for a flood", "error", err)
		}
	}
	return comment, err
}

// keepKey notes which comment a request has made.
func (t *tx) keepKey(key Idempotency, c Comment) error {
	// One that is too old to count may be there still.
	if err := done(table[idempotencyKey](t.DB).Where("scope = ? AND key = ? AND created_at <= ?", key.Scope, key.Key, t.now.Add(-keptIdempotency)).Delete(t.ctx)); err != nil {
		return err
	}
	row := idempotencyKey{Scope: key.Scope, Key: key.Key, BodyHash: key.BodyHash, CommentID: &c.ID, Answered: c.Status, CreatedAt: t.now}
	return table[idempotencyKey](t.DB).Create(t.ctx, &row)
}

// comment is the row that a new comment begins with.
func (n NewComment) comment(now time.Time) Comment {
	c := Comment{
		ID: n.ID, PostID: n.PostID, ParentID: n.ParentID, Status: n.Judged.Status, AuthorName: n.Name, AuthorURL: n.URL,
		Source: n.Source, HTML: n.HTML, CreatedAt: now,
	}
	if n.CreatedAt != nil {
		c.CreatedAt = n.CreatedAt.UTC().Truncate(time.Microsecond)
	}
	if n.AddressHash != "" {
		c.AddressHash = &n.AddressHash
	}
	if n.TextHash != "" {
		c.TextHash = &n.TextHash
	}
	return c
}

// admitComment finds where a new comment belongs, or says why it cannot be taken. replayed says that it is there already.
func (t *tx) admitComment(n NewComment, comment *Comment) (replayed bool, err error) {
	post, err := t.arrivals.post(t, n.PostID)
	if err != nil {
		return false, err
	}
	if !post.Readable() {
		return false, ErrNotFound
	}
	if err := t.mayModerate(post.ID); err != nil {
		return false, err
	}
	if n.Idempotency != nil {
		if replayed, err = t.replay(*n.Idempotency, comment); err != nil || replayed {
			return replayed, err
		}
	}
	if n.Refused != nil {
		return false, n.Refused
	}
	if err := t.place(comment); err != nil {
		return false, err
	}
	comment.Post = &post
	if err := t.refuseDuplicate(n); err != nil {
		return false, err
	}
	if err := t.slowDown(n); err != nil {
		return false, err
	}
	return false, t.spend(n.Proof)
}

// slowDown refuses somebody who has just commented on the post, where slow mode is on.
func (t *tx) slowDown(n NewComment) error {
	if n.SlowFor == 0 || n.KeyHash == "" {
		return nil
	}
	last, err := table[Comment](t.DB).Select("created_at").
		Where("post_id = ? AND created_at > ? AND (address_hash = ? OR commenter_id = (SELECT id FROM commenters WHERE key_hash = ?))", n.PostID, t.now.Add(-n.SlowFor), n.AddressHash, n.KeyHash).
		Order("created_at DESC").Limit(1).Find(t.ctx)
	if err != nil || len(last) == 0 {
		return err
	}
	return TooSoonError{last[0].CreatedAt.Add(n.SlowFor).Sub(t.now)}
}

// ErrProofSpent refuses a comment whose proof of work came with another: it can be judged again, as one without.
var ErrProofSpent = ConflictError{"proof_spent", "The proof of work came with another comment."}

// spend notes that a proof of work has been used.
func (t *tx) spend(proof *SpentProof) error {
	if proof == nil {
		return nil
	}
	n, err := exec(t.ctx, t.DB, "INSERT INTO spent_proofs (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", proof.ID, proof.ExpiresAt)
	if err == nil && n == 0 {
		err = ErrProofSpent
	}
	return err
}

// A spentProof is a proof of work that was used.
type spentProof struct {
	ID        string    `gorm:"primaryKey"`
	ExpiresAt time.Time `gorm:"serializer:utc"`
}

func (spentProof) TableName() string { return "spent_proofs" }

// An idempotencyKey is a request that made a comment.
type idempotencyKey struct {
	Scope     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
	BodyHash  string
	CommentID *CommentID
	Answered  CommentStatus
	CreatedAt time.Time `gorm:"serializer:utc;autoCreateTime:false"`
}

func (idempotencyKey) TableName() string { return "idempotency_keys" }

var errGone = ConflictError{"gone", "The comment that this request made has been deleted since."}

// replay reads the comment that the same request made before.
func (t *tx) replay(key Idempotency, comment *Comment) (bool, error) {
	first, err := found(table[idempotencyKey](t.DB).Where("scope = ? AND key = ? AND created_at > ?", key.Scope, key.Key, t.now.Add(-keptIdempotency)).Take(t.ctx))
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case first.BodyHash != key.BodyHash:
		return false, ErrKeyReused
	case first.CommentID == nil:
		return false, errGone
	}
	made, err := found(table[Comment](t.DB).Where("id = ?", *first.CommentID).Take(t.ctx))
	if err == nil && made.ErasedAt != nil {
		err = errGone
	}
	if err != nil {
		return false, err
	}
	*comment = made
	comment.Replayed, comment.Status = true, first.Answered
	return true, nil
}

// refuseDuplicate refuses the same text from the same reader, or from the same address, on the same post.
func (t *tx) refuseDuplicate(n NewComment) error {
	if n.TextHash == "" || n.Idempotency != nil || n.CreatedAt != nil { // whoever makes keys knows which requests are the same
		return nil
	}
	same, err := scan(t.ctx, t.DB, 1, func(id *string) []any { return []any{id} }, `SELECT c.id FROM comments c LEFT JOIN commenters r ON r.id = c.commenter_id
		WHERE c.text_hash = ? AND c.created_at > ? AND c.post_id = ? AND (c.address_hash = ? OR r.key_hash = ?) LIMIT 1`,
		n.TextHash, t.now.Add(-duplicateWindow), n.PostID, n.AddressHash, n.KeyHash)
	if err == nil && len(same) > 0 {
		err = ConflictError{"duplicate", "The same comment was sent a moment ago. It has arrived; there is no need to send it again."}
	}
	return err
}

// commentedPost reads what a comment needs of its post, and keeps the post and its other comments from changing meanwhile.
func (t *tx) commentedPost(id PostID) (Post, error) {
	if !isID(id) {
		return Post{}, ErrNotFound
	}
	sql := "SELECT id, slug, title, type, status FROM posts WHERE id = ?"
	if t.s.postgres {
		sql = "SELECT id, slug, title, type, status FROM posts WHERE id = ? FOR UPDATE"
	}
	posts, err := scan(t.ctx, t.DB, 1, func(p *Post) []any {
		return []any{(*string)(&p.ID), &p.Slug, &p.Title, (*string)(&p.Type), (*string)(&p.Status)}
	}, sql, id)
	if err != nil || len(posts) == 0 {
		return Post{}, cmp.Or(err, ErrNotFound)
	}
	return posts[0], nil
}

// errParent says the same of a parent that is missing, hidden or on another post: a stranger learns nothing of hidden comments.
var errParent = Invalid{"parent_id": "is no comment on this post that can be answered"}

// place finds where a comment stands in its thread.
func (t *tx) place(c *Comment) error {
	c.RootID = c.ID
	if c.ParentID == nil {
		return nil
	}
	if !isID(*c.ParentID) {
		return errParent
	}
	parents, err := scan(t.ctx, t.DB, 1, func(p *Comment) []any {
		return []any{(*string)(&p.ID), nullID[CommentID]{&p.UnderID}, (*string)(&p.RootID), number{&p.Depth}}
	}, "SELECT id, under_id, root_id, depth FROM comments WHERE id = ? AND post_id = ? AND status = 'approved'", *c.ParentID, c.PostID)
	if err != nil || len(parents) == 0 {
		return cmp.Or(err, error(errParent))
	}
	c.answers(&parents[0])
	return nil
}

// answers puts a comment below the one that it answers.
func (c *Comment) answers(parent *Comment) {
	c.RootID, c.Depth, c.UnderID = parent.RootID, min(parent.Depth+1, maxDepth), &parent.ID
	if parent.Depth == maxDepth {
		c.UnderID = parent.UnderID
	}
}

// about is what the policy said of a comment, as it is kept.
func (j Judged) about(id CommentID, now time.Time) *Judgement {
	judgement := Judgement{ID: newID[JudgementID](), CommentID: id, Verdict: j.Status, Score: j.Score, Reasons: j.Reasons, Signals: j.Signals, Features: j.Features, CreatedAt: now}
	if judgement.Reasons == nil {
		judgement.Reasons = []JudgementReason{}
	}
	if judgement.Signals == nil {
		judgement.Signals = map[string]float64{}
	}
	return &judgement
}

const (
	insertJudgement = "INSERT INTO judgements (id, comment_id, verdict, score, reasons, signals, features, created_at) VALUES "
	judgementValues = "(?, ?, ?, ?, ?, ?, ?, ?)"
)

// row is what [insertJudgement] inserts.
func (j *Judgement) row() ([]any, error) {
	reasons, err := json.Marshal(j.Reasons)
	if err != nil {
		return nil, err
	}
	signals, err := json.Marshal(j.Signals)
	return []any{j.ID, j.CommentID, j.Verdict, j.Score, string(reasons), string(signals), j.Features, j.CreatedAt}, err
}

// addJudgement keeps what the policy said of a comment.
func (t *tx) addJudgement(id CommentID, j Judged) (*Judgement, error) {
	judgement := j.about(id, t.now)
	row, err := judgement.row()
	if err != nil {
		return nil, err
	}
	return judgement, t.insertAll(insertJudgement, judgementValues, "", [][]any{row})
}

// commentWords is what a moderator's search finds a comment by.
func commentWords(name string, url *string, source string) string {
	if url != nil {
		name += " " + *url
	}
	return indexText(name + " " + source)
}

// indexComment puts the words of a comment where a moderator's search finds them.
func (t *tx) indexComment(id CommentID, words string) error {
	if t.s.postgres {
		words = tsVector("", "", words)
	}
	return t.indexComments([][]any{{id, words}})
}

// indexComments does so for several: each a comment and its words, on Postgres as a tsvector.
func (t *tx) indexComments(rows [][]any) error {
	if t.s.postgres {
		return t.insertAll("INSERT INTO comment_words (comment_id, vector) VALUES ", "(?, strip(CAST(? AS tsvector)))", " ON CONFLICT (comment_id) DO UPDATE SET vector = excluded.vector", rows)
	}
	return t.insertAll("INSERT INTO comment_words (comment_id, words) VALUES ", "(?, ?)", " ON CONFLICT (comment_id) DO UPDATE SET words = excluded.words", rows)
}

// A countedMove is a comment that goes from one status to another. An empty status is "not there".
type countedMove struct {
	comment  *Comment // as it was before
	from, to CommentStatus
}

// countComments moves comments of one post from status to status in every counter, and says who sees the change. The counts of the comments
// above each are right only if all of them are still there.
func (t *tx) countComments(post PostID, moves ...countedMove) error {
	roots := int64(0)
	for _, move := range moves {
		by, err := t.countPlace(move)
		if err != nil {
			return err
		}
		roots += by
	}
	return t.countStatuses(post, roots, moves)
}

// countPlace counts a comment that appears or goes at everything that it is shown below, and returns by how much the number of visible roots
// changes: a removed root is seen as long as something below it is.
func (t *tx) countPlace(move countedMove) (roots int64, err error) {
	c, by := move.comment, int64(0)
	switch {
	case move.to == Approved && move.from != Approved:
		by = 1
	case move.from == Approved && move.to != Approved:
		by = -1
	default:
		return 0, nil
	}
	if c.UnderID == nil {
		if c.ReplyCount > 0 {
			return 0, nil // its place was seen before, and is seen after
		}
		return by, nil
	}
	if err := one(exec(t.ctx, t.DB, `WITH RECURSIVE up (id) AS (
			SELECT CAST(? AS `+t.idType()+`)
			UNION ALL
			SELECT above.under_id FROM up JOIN comments above ON above.id = up.id WHERE above.under_id IS NOT NULL
		) UPDATE comments SET reply_count = reply_count + ? WHERE id IN (SELECT id FROM up UNION ALL SELECT CAST(? AS `+t.idType()+`))`, *c.UnderID, by, *c.ParentID)); err != nil {
		return 0, err
	}
	found, err := scan(t.ctx, t.DB, 1, func(r *Comment) []any { return []any{(*string)(&r.Status), number{&r.ReplyCount}} }, "SELECT status, reply_count FROM comments WHERE id = ?", c.RootID)
	if err != nil || len(found) == 0 {
		return 0, cmp.Or(err, ErrNotFound)
	}
	root := found[0]
	if root.Status == Approved {
		return 0, nil
	}
	if by > 0 && root.ReplyCount == 1 || by < 0 && root.ReplyCount == 0 {
		return by, nil
	}
	return 0, nil
}

// idType is how the database calls the type of an id.
func (t *tx) idType() string {
	if t.s.postgres {
		return "uuid"
	}
	return "text"
}

// countStatuses keeps the counters of a post, of all posts and of the readers who wrote.
func (t *tx) countStatuses(post PostID, roots int64, moves []countedMove) error {
	if err := t.countMoves(post, roots, moves); err != nil {
		return err
	}
	return t.countOfReaders(moves)
}

// countMoves keeps the counters of a post and of all posts.
func (t *tx) countMoves(post PostID, roots int64, moves []countedMove) error {
	statuses := map[CommentStatus]int64{}
	for _, move := range moves {
		if move.from != "" {
			statuses[move.from]--
		}
		if move.to != "" {
			statuses[move.to]++
		}
	}
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		if err := t.addToCommentCounts(post, status, statuses[status]); err != nil {
			return err
		}
	}
	if visible := statuses[Approved]; visible != 0 || roots != 0 {
		if err := t.countOnPost(post, visible, roots, t.now); err != nil {
			return err
		}
		t.clearsThread(post)
	}
	return nil
}

// countOfReaders keeps the counters of the readers who wrote.
func (t *tx) countOfReaders(moves []countedMove) error {
	type record struct{ approved, rejected int64 }
	commenters := map[CommenterID]record{}
	for _, move := range moves {
		id := move.comment.CommenterID
		if id == nil {
			continue
		}
		r := commenters[*id]
		for _, at := range []struct {
			status CommentStatus
			by     int64
		}{{move.from, -1}, {move.to, 1}} {
			switch at.status {
			case Approved:
				r.approved += at.by
			case Spam, Trash:
				r.rejected += at.by
			}
		}
		commenters[*id] = r
	}
	for _, id := range slices.Sorted(maps.Keys(commenters)) {
		r := commenters[id]
		if r == (record{}) {
			continue
		}
		if err := t.countOfReader(id, r.approved, r.rejected); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) countOnPost(id PostID, visible, roots int64, at time.Time) error {
	return done(exec(t.ctx, t.DB, "UPDATE posts SET comment_count = comment_count + ?, root_count = root_count + ?, comments_at = ? WHERE id = ?", visible, roots, at, id))
}

func (t *tx) countOfReader(id CommenterID, approved, rejected int64) error {
	return done(exec(t.ctx, t.DB, "UPDATE commenters SET approved_count = approved_count + ?, rejected_count = rejected_count + ? WHERE id = ?", approved, rejected, id))
}

const (
	insertCount = "INSERT INTO comment_counts (post_id, status, n) VALUES "
	countValues = "(?, ?, ?)"
	addCount    = " ON CONFLICT (post_id, status) DO UPDATE SET n = comment_counts.n + excluded.n"
)

// clearsThread says that readers see other comments under a post, and beside it another count.
func (t *tx) clearsThread(post PostID) {
	t.clears("comments:"+string(post), "comments")
	t.clearsSoon("post:"+string(post), "posts")
}

// touchThread is clearsThread for what no counter shows: another text, a pin, a like.
func (t *tx) touchThread(post PostID) error {
	t.clearsThread(post)
	return done(table[Post](t.DB).Where("id = ?", post).Update(t.ctx, "comments_at", t.now))
}

// addToCommentCounts changes the counter of a post and that of all posts.
func (t *tx) addToCommentCounts(post PostID, status CommentStatus, by int64) error {
	switch {
	case by < 0:
		n, err := table[commentCount](t.DB).Where("post_id IN ('', ?) AND status = ?", string(post), status).Update(t.ctx, "n", gorm.Expr("n + ?", by))
		if err == nil && n != 2 {
			err = errMiscounted
		}
		return err
	case by > 0:
		return t.insertAll(insertCount, countValues, addCount, [][]any{{"", status, by}, {string(post), status, by}})
	}
	return nil
}

type commentCount struct {
	PostID string        `gorm:"primaryKey"` // empty: of all posts
	Status CommentStatus `gorm:"primaryKey"`
	N      int64
}

func (commentCount) TableName() string { return "comment_counts" }

// uncountComments takes the comments of a post that is going out of every counter.
func (t *tx) uncountComments(id PostID) error {
	comments, err := table[Comment](t.DB).Select("status, commenter_id").Where("post_id = ? AND erased_at IS NULL", id).Find(t.ctx)
	if err != nil {
		return err
	}
	moves := make([]countedMove, len(comments))
	for i := range comments {
		moves[i] = countedMove{&comments[i], comments[i].Status, ""}
	}
	if err := t.countStatuses(id, 0, moves); err != nil {
		return err
	}
	return done(table[commentCount](t.DB).Where("post_id = ?", string(id)).Delete(t.ctx))
}

// CommentEdit is another text of a comment, by whoever wrote it, and what the policy says of it.
type CommentEdit struct {
	Source   string
	HTML     string
	TextHash string
	Hosts    []string // the sites that it links to now
	Judged   Judged
}

// EditComment gives a reader's comment another text, as long as until has not come. It is judged again: what a person has decided about it can
// only get worse by that, never better, and so for what is spam or in the trash.
func (s *Store) EditComment(ctx context.Context, id CommentID, until time.Time, edit CommentEdit) (Comment, error) {
	var comment Comment
	indexed := ""
	err := s.write(ctx, Actor{Kind: ByReader}, "change the comment", func(t *tx) error {
		var err error
		if comment, err = t.ownComment(id, until); err != nil {
			return err
		}
		if edit.Source == comment.Source {
			return nil
		}
		if indexed == "" {
			indexed = commentWords(comment.AuthorName, comment.AuthorURL, edit.Source)
		}
		comment.Source, comment.HTML, comment.EditedAt, comment.TextHash = edit.Source, edit.HTML, &t.now, nil
		if edit.TextHash != "" {
			comment.TextHash = &edit.TextHash
		}
		if err := t.rewrite(&comment, indexed, "source", "html", "edited_at", "text_hash"); err != nil {
			return err
		}
		if err := t.relinkComment(id, comment.Status, edit.Hosts); err != nil {
			return err
		}
		decided, err := t.decidedByPerson(id)
		if err != nil {
			return err
		}
		t.event("comment.edited", "comment", string(id), "body")
		if comment.Status == Spam || comment.Status == Trash {
			return nil // and why it is there stays what moderators read
		}
		if comment.Verdict, err = t.addJudgement(id, edit.Judged); err != nil {
			return err
		}
		if comment.Status == Pending && decided && edit.Judged.Status == Approved {
			return nil
		}
		return t.setStatus(&comment, edit.Judged.Status)
	})
	return comment, err
}

// rewrite stores columns of a comment that readers may see, and its words.
func (t *tx) rewrite(c *Comment, words string, columns ...string) error {
	if err := one(table[Comment](t.DB).Where("id = ?", c.ID).Select(columns...).Updates(t.ctx, *c)); err != nil {
		return err
	}
	if err := t.indexComment(c.ID, words); err != nil || !c.hasPlace() {
		return err
	}
	return t.touchThread(c.PostID)
}

// decidedByPerson reports whether a moderator has ever decided about a comment.
func (t *tx) decidedByPerson(id CommentID) (bool, error) {
	n, err := table[Judgement](t.DB).Where("comment_id = ? AND decision IS NOT NULL", id).Count(t.ctx)
	return n > 0, err
}

// errTooLate is the refusal of a change after the time for it.
var errTooLate = ForbiddenError{"edit_window_closed", "The time to change or delete this comment is over. Whoever runs this site can do it for you."}

// ownComment reads a reader's comment that she may still change, to be changed in this transaction.
func (t *tx) ownComment(id CommentID, until time.Time) (Comment, error) {
	comment, err := t.lockedComment(id)
	switch {
	case err != nil:
		return comment, err
	case comment.CommenterID == nil:
		return comment, ErrNotFound
	case !t.now.Before(until):
		return comment, errTooLate
	}
	t.by.ID = string(*comment.CommenterID)
	return comment, nil
}

// lockThreads keeps the comments of some posts from changing meanwhile, and the counters of all posts: in this order, whatever is changed
// first, so that no two such transactions wait for each other in a ring.
func (t *tx) lockThreads(posts []PostID) error {
	if !t.s.postgres || len(posts) == 0 {
		return nil
	}
	if _, err := table[Post](t.DB, t.forUpdate()...).Select("id").Where("id IN ?", posts).Order("id").Find(t.ctx); err != nil {
		return err
	}
	_, err := table[commentCount](t.DB, t.forUpdate()...).Where("post_id = ''").Order("status").Find(t.ctx)
	return err
}

// lockedComment reads a comment to be changed in this transaction, and keeps its thread from changing meanwhile.
func (t *tx) lockedComment(id CommentID) (Comment, error) {
	if !isID(id) {
		return Comment{}, ErrNotFound
	}
	comment, err := found(table[Comment](t.DB).Select("post_id").Where("id = ? AND erased_at IS NULL", id).Take(t.ctx))
	if err != nil {
		return comment, err
	}
	post, err := t.commentedPost(comment.PostID)
	if err != nil {
		return comment, err
	}
	comment, err = found(table[Comment](t.DB).Where("id = ? AND erased_at IS NULL", id).Take(t.ctx))
	comment.Post = &post
	return comment, err
}

// WithdrawComment deletes a comment for its writer, as long as until has not come. If it was answered, its place stays.
func (s *Store) WithdrawComment(ctx context.Context, id CommentID, until time.Time) error {
	return s.write(ctx, Actor{Kind: ByReader}, "delete the comment", func(t *tx) error {
		comment, err := t.ownComment(id, until)
		if err != nil {
			return err
		}
		_, err = t.erase(&comment)
		return err
	})
}

// erase takes away a comment, for good. What answers it stays, and with it its place, which says nothing any more. Empty places above it
// that nothing is below any more go too; they are returned, the nearest first.
func (t *tx) erase(c *Comment) (places []Comment, err error) {
	if err := t.countComments(c.PostID, countedMove{c, c.Status, ""}); err != nil {
		return nil, err
	}
	t.event("comment.deleted", "comment", string(c.ID))
	answers, err := table[Comment](t.DB).Where("under_id = ? OR parent_id = ?", c.ID, c.ID).Count(t.ctx)
	if err != nil {
		return nil, err
	}
	if answers == 0 {
		if err := one(table[Comment](t.DB).Where("id = ?", c.ID).Delete(t.ctx)); err != nil {
			return nil, err
		}
		return t.clearAbove(c)
	}
	place := Comment{Status: Trash, ErasedAt: &t.now}
	err = one(table[Comment](t.DB).Where("id = ?", c.ID).Select("status", "commenter_id", "user_id", "author_name", "author_url", "source", "html", "text_hash",
		"like_count", "report_count", "pinned", "address_hash", "edited_at", "decided_at", "erased_at").Updates(t.ctx, place))
	if err != nil {
		return nil, err
	}
	return nil, errors.Join(
		done(exec(t.ctx, t.DB, "DELETE FROM comment_words WHERE comment_id = ?", c.ID)),
		done(table[commentLink](t.DB).Where("comment_id = ?", c.ID).Delete(t.ctx)),
		done(table[commentLike](t.DB).Where("comment_id = ?", c.ID).Delete(t.ctx)),
		done(table[commentReport](t.DB).Where("comment_id = ?", c.ID).Delete(t.ctx)),
	)
}

// clearAbove removes the empty places above a comment that has gone, if nothing is below them any more, and returns them.
func (t *tx) clearAbove(c *Comment) (places []Comment, err error) {
	for parent := c.ParentID; parent != nil; {
		above, err := found(table[Comment](t.DB).Where("id = ?", *parent).Take(t.ctx))
		if err != nil || above.ErasedAt == nil {
			return places, err
		}
		answers, err := table[Comment](t.DB).Where("under_id = ? OR parent_id = ?", above.ID, above.ID).Count(t.ctx)
		if err != nil || answers > 0 {
			return places, err
		}
		if err := one(table[Comment](t.DB).Where("id = ?", above.ID).Delete(t.ctx)); err != nil {
			return places, err
		}
		places, parent = append(places, above), above.ParentID
	}
	return places, nil
}

// ensureCommenter finds the reader by her key, or makes her. What she types about herself belongs to the comment; it does not change
// what is known of her, but for what has been missing.
func (t *tx) ensureCommenter(keyHash, name string, email *string) (CommenterID, error) {
	for {
		id, err := t.knownCommenter(keyHash, name, email)
		if err != nil || id != "" {
			return id, err
		}
		id = newID[CommenterID]()
		n, err := exec(t.ctx, t.DB, insertCommenter+commenterValues+otherCommenter, id, keyHash, name, email, t.now, 0, 0)
		if err != nil || n > 0 {
			return id, err
		}
		// On Postgres another request has brought the same new key meanwhile: she is there now.
	}
}

const (
	insertCommenter = "INSERT INTO commenters (id, key_hash, name, email, created_at, approved_count, rejected_count) VALUES "
	commenterValues = "(?, ?, ?, ?, ?, ?, ?)"
	otherCommenter  = " ON CONFLICT (key_hash) DO NOTHING"
)

// knownCommenter finds the reader by her key, and adds what has been missing of her. Empty: there is none.
func (t *tx) knownCommenter(keyHash, name string, email *string) (CommenterID, error) {
	type reader struct {
		id, name string
		email    *string
	}
	known, err := scan(t.ctx, t.DB, 1, func(r *reader) []any { return []any{&r.id, &r.name, &r.email} }, "SELECT id, name, email FROM commenters WHERE key_hash = ?", keyHash)
	if err != nil || len(known) == 0 {
		return "", err
	}
	r := known[0]
	if (r.name != "" || name == "") && (r.email != nil || email == nil) {
		return CommenterID(r.id), nil
	}
	return CommenterID(r.id), one(exec(t.ctx, t.DB, "UPDATE commenters SET name = CASE WHEN name = '' THEN ? ELSE name END, email = coalesce(email, ?) WHERE id = ?", name, email, r.id))
}
