// Package models is the domain of Dimmer and its storage: posts, tags, people, sessions, comments, their rules, their tables
// and the only code that knows gorm. A rule about one thing is a method of its type ([Comment.MoveTo], [Post.canBecome]); what
// must be atomic is one [Store] method, and with it one transaction that also writes the event.
//
// It does not belong here: HTTP, JSON shapes for clients, how a password is hashed or a token signed (package auth), how Markdown
// becomes HTML (package markdown), and whether a comment is held (package moderation).
//
// Rules for whoever adds a query (each was learnt by measurement, see docs/decisions.md):
//   - only the generic API table[T]; never a string id or a struct as a condition: gorm would run the one as SQL and drop the other;
//   - every write inside [Store.write], which opens the transaction, bounds it and appends its events;
//   - row counts are checked: changing a row that is not there is [ErrNotFound], not silence;
//   - times are UTC with microseconds, taken from the store's clock.
package models
