package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"dimmer/auth"
)

// ActorKind says who did something.
type ActorKind string

// The kinds of actor.
const (
	ByUser   ActorKind = "user"   // a signed-in person
	ByToken  ActorKind = "token"  // a program with an API token
	ByReader ActorKind = "reader" // somebody without an account
	BySystem ActorKind = "system" // Dimmer itself: the clock, a migration, the command line
)

// Actor is who makes a change, with the rights that were read from the database for this request.
type Actor struct {
	Kind ActorKind
	ID   string // of the user, token or commenter; empty for a stranger and the system
	User UserID // who stands behind it: the user herself, or whose token it is
	Role auth.Role
}

// System is the actor of what nobody asked for: the clock, the command line on the machine itself.
var System = Actor{Kind: BySystem, Role: auth.Owner}

// Event is one thing that happened: a line of the audit log, and what is delivered to others. It names what changed and never
// holds text, an e-mail or an address.
type Event struct {
	Seq         int64     `gorm:"primaryKey;autoIncrement"`
	At          time.Time `gorm:"serializer:utc"`
	ActorKind   ActorKind
	ActorID     *string
	Kind        string
	SubjectKind string
	SubjectID   string
	Fields      []string `gorm:"serializer:json"`

	// Only in [Store.Events], as they are now: empty and nil for what is not there any more.
	ActorName    string    `gorm:"-"`
	ActorRole    auth.Role `gorm:"-"` // of a person
	SubjectTitle string    `gorm:"-"` // of a comment: the name of whoever wrote it
	SubjectPost  *Post     `gorm:"-"` // that the comment is on: id, slug, type, title
}

// TableName is the table's name.
func (Event) TableName() string { return "events" }

// event notes that something happened in this transaction.
func (t *tx) event(kind, subjectKind, subjectID string, fields ...string) {
	e := Event{At: t.now, ActorKind: t.by.Kind, Kind: kind, SubjectKind: subjectKind, SubjectID: subjectID, Fields: fields}
	if fields == nil {
		e.Fields = []string{}
	}
	if t.by.ID != "" {
		e.ActorID = &t.by.ID
	}
	t.events = append(t.events, e)
}

// writeEvents appends the events of writes of one transaction as its last act, under a lock that is held until it has committed: numbers become
// visible in their order, and a reader who goes on from the last one that she saw misses none.
func writeEvents(written ...*tx) error {
	var rows [][]any
	for _, t := range written {
		for _, e := range t.events {
			fields := []byte("[]")
			if len(e.Fields) > 0 {
				var err error
				if fields, err = json.Marshal(e.Fields); err != nil {
					return err
				}
			}
			rows = append(rows, []any{e.At, e.ActorKind, e.ActorID, e.Kind, e.SubjectKind, e.SubjectID, string(fields)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	t := written[0]
	if err := t.lock(eventLock); err != nil {
		return fmt.Errorf("lock the events: %w", err)
	}
	if err := t.insertAll("INSERT INTO events (at, actor_kind, actor_id, kind, subject_kind, subject_id, fields) VALUES ", "(?, ?, ?, ?, ?, ?, ?)", "", rows); err != nil {
		return fmt.Errorf("write the events: %w", err)
	}
	return nil
}

// EventQuery selects events; zero fields select all.
type EventQuery struct {
	Kind        string // post.published, several with commas between, or post.* for all that begin so
	SubjectKind string
	SubjectID   string
	Actor       string     // id of a user or token
	Since       *time.Time // inclusive
	Until       *time.Time // not
	Page        Page
}

// Events lists what happened, newest first, with the names of who did it and of what it was done to.
func (s *Store) Events(ctx context.Context, q EventQuery) (List[Event], error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	where, err := eventConditions(ctx, db, q)
	if err != nil {
		return List[Event]{}, fault("select the events", err)
	}
	list, err := listRows(ctx, db, listing[Event]{columns: "*", where: where, sort: sortSpec{column: "seq", descending: true, unique: true}, page: q.Page},
		func(e Event) sortKey { return sortKey{key: e.Seq} })
	if err != nil {
		return list, fault("list the events", err)
	}
	if err := attachNames(ctx, db, list.Items); err != nil {
		return list, fault("read the names of what the events are about", err)
	}
	counted, err := q.conditions(ctx, db, nil)
	if err != nil {
		return list, fault("select the events", err)
	}
	if len(counted) == 0 {
		list.Total, err = s.countEvents(ctx, db)
	} else {
		list.Total, list.Capped, err = countCapped(ctx, db, "events", counted)
	}
	return list, fault("count the events", err)
}

// countEvents counts all events. On SQLite their numbers have no gaps, as one that is rolled back gives its numbers back, and none is ever deleted.
func (s *Store) countEvents(ctx context.Context, db *gorm.DB) (int64, error) {
	if s.postgres {
		return table[Event](db).Count(ctx)
	}
	return queryOne[int64](ctx, db, "SELECT coalesce((SELECT max(seq) FROM events) - (SELECT min(seq) FROM events) + 1, 0)")
}
