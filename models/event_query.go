package models

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dimmer/auth"
)

// The newest of one kind below a number, and the oldest above one: of several kinds together these are all that a page can need.
const (
	newestOfKind = "SELECT seq FROM (SELECT seq FROM events WHERE kind = ? AND seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?) AS newest"
	oldestOfKind = "SELECT seq FROM (SELECT seq FROM events WHERE kind = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT ?) AS newest"
)

// eventKinds lists the kinds of event that there are: a step into the index for each.
const eventKinds = `WITH RECURSIVE kinds (kind) AS (
		SELECT min(kind) FROM events
		UNION ALL
		SELECT (SELECT min(e.kind) FROM events e WHERE e.kind > kinds.kind) FROM kinds WHERE kinds.kind IS NOT NULL
	) SELECT kind FROM kinds WHERE kind IS NOT NULL`

// span is a range of numbers of events: from is in it, below is not.
type span struct{ from, below int64 }

// wholeSpan is all events that there will be.
var wholeSpan = span{0, 1 << 62}

// eventConditions is the WHERE of a page. Of several kinds it takes from the index what the page can need: an IN would read all there ever were.
func eventConditions(ctx context.Context, db *gorm.DB, q EventQuery) (conditions, error) {
	return q.conditions(ctx, db, func(kinds []string, within span) condition {
		one := newestOfKind
		if at := q.Page.At; at != nil {
			if seq, err := strconv.ParseInt(at.Key, 10, 64); err == nil && at.Before {
				one, within.from = oldestOfKind, max(within.from, seq+1)
			} else if err == nil {
				within.below = min(within.below, seq)
			}
		}
		sql, args := one, []any{}
		for i, kind := range kinds {
			if i > 0 {
				sql += " UNION ALL " + one
			}
			args = append(args, kind, within.from, within.below, q.Page.limit()+1)
		}
		return condition{"seq IN (" + sql + ")", args}
	})
}

// conditions is the WHERE of a query. ofKinds, if not nil, is how several kinds are selected where nothing else narrows the question.
func (q EventQuery) conditions(ctx context.Context, db *gorm.DB, ofKinds func([]string, span) condition) (where conditions, err error) {
	where.equal("subject_kind", q.SubjectKind)
	where.equal("subject_id", q.SubjectID)
	where.equal("actor_id", q.Actor)
	within, err := q.span(ctx, db)
	if err != nil {
		return nil, err
	}
	kinds, err := q.kinds(ctx, db)
	if err != nil {
		return nil, err
	}
	switch {
	case q.Kind == "":
	case len(kinds) == 0:
		where.add("FALSE")
	case len(kinds) == 1:
		where.add("kind = ?", kinds[0])
	case ofKinds != nil && q.SubjectID == "" && q.Actor == "":
		where = append(where, ofKinds(kinds, within))
	default:
		where.add("kind IN ?", kinds)
	}
	if within.from > wholeSpan.from {
		where.add("seq >= ?", within.from)
	}
	if within.below < wholeSpan.below {
		where.add("seq < ?", within.below)
	}
	return where, nil
}

// kinds are the kinds that are asked for.
func (q EventQuery) kinds(ctx context.Context, db *gorm.DB) ([]string, error) {
	var kinds []string
	var all []string
	for wanted := range strings.SplitSeq(q.Kind, ",") {
		prefix, isPrefix := strings.CutSuffix(wanted, ".*")
		if !isPrefix {
			if wanted != "" && !slices.Contains(kinds, wanted) {
				kinds = append(kinds, wanted)
			}
			continue
		}
		if all == nil {
			var err error
			if all, err = query[string](ctx, db, eventKinds); err != nil {
				return nil, err
			}
		}
		for _, kind := range all {
			if strings.HasPrefix(kind, prefix+".") && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds, nil
}

// span is the range of numbers that the times of a query mean. Numbers rise with time, so a few steps find where it begins and ends.
func (q EventQuery) span(ctx context.Context, db *gorm.DB) (span, error) {
	within := wholeSpan
	for _, bound := range []struct {
		at *time.Time
		to *int64
	}{{q.Since, &within.from}, {q.Until, &within.below}} {
		if bound.at == nil {
			continue
		}
		seq, err := seqAt(ctx, db, *bound.at)
		if err != nil {
			return within, err
		}
		*bound.to = seq
	}
	return within, nil
}

// seqAt is the number from which on events are not before a moment.
func seqAt(ctx context.Context, db *gorm.DB, at time.Time) (int64, error) {
	last, err := query[int64](ctx, db, "SELECT coalesce(max(seq), 0) FROM events")
	if err != nil {
		return 0, err
	}
	from, below := int64(1), last[0]+1
	for from < below {
		middle := from + (below-from)/2
		found, err := table[Event](db).Select("seq, at").Where("seq >= ?", middle).Order("seq").Limit(1).Find(ctx)
		if err != nil {
			return 0, err
		}
		if len(found) == 0 || !found[0].At.Before(at) {
			below = middle
		} else {
			from = found[0].Seq + 1
		}
	}
	return from, nil
}

// nameSQL says how each kind of thing is called.
var nameSQL = map[string]string{ // #nosec G101 -- none opens anything
	"user":      "SELECT id, name, role FROM users WHERE id IN ?",
	"token":     "SELECT id, name FROM api_tokens WHERE id IN ?",
	"commenter": "SELECT id, name FROM commenters WHERE id IN ?",
	"post":      "SELECT id, title AS name FROM posts WHERE id IN ?",
	"tag":       "SELECT id, name FROM tags WHERE id IN ?",
	"invite":    "SELECT id, CASE WHEN name = '' THEN email ELSE name END AS name FROM invites WHERE id IN ?",
	"snippet":   "SELECT id, title AS name FROM snippets WHERE id IN ?",
	"comment": `SELECT c.id, c.author_name AS name, p.id AS post_id, p.slug AS post_slug, p.title AS post_title, p.type AS post_type
		FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.id IN ?`,
}

// attachNames fills in how who did things, and what it was done to, is called now: one query for each kind of thing, however many events.
func attachNames(ctx context.Context, db *gorm.DB, events []Event) error {
	ids := map[string][]string{}
	note := func(kind, id string) {
		if nameSQL[kind] != "" && isID(id) && !slices.Contains(ids[kind], id) {
			ids[kind] = append(ids[kind], id)
		}
	}
	for _, e := range events {
		if e.ActorID != nil {
			note(e.ActorKind.thing(), *e.ActorID)
		}
		note(e.SubjectKind, e.SubjectID)
	}
	type named struct {
		ID, Name                    string
		Role                        auth.Role
		PostID, PostSlug, PostTitle string
		PostType                    PostType
	}
	known := map[string]named{}
	for kind, wanted := range ids {
		rows, err := query[named](ctx, db, nameSQL[kind], wanted)
		if err != nil {
			return err
		}
		for _, row := range rows {
			known[kind+" "+row.ID] = row
		}
	}
	for i, e := range events {
		if e.ActorID != nil {
			who := known[e.ActorKind.thing()+" "+*e.ActorID]
			events[i].ActorName, events[i].ActorRole = who.Name, who.Role
		}
		what := known[e.SubjectKind+" "+e.SubjectID]
		events[i].SubjectTitle = what.Name
		if what.PostID != "" {
			events[i].SubjectPost = &Post{ID: PostID(what.PostID), Slug: what.PostSlug, Title: what.PostTitle, Type: what.PostType}
		}
	}
	return nil
}

// thing is what an actor of the kind is, as subjects are called.
func (k ActorKind) thing() string {
	if k == ByReader {
		return "commenter"
	}
	return string(k)
}
