// Package sqlite3 is empty, and stands in the place of SQLite's C library (see the replace line of go.mod two folders above).
//
// gorm's driver for SQLite imports the C library for its side effect only, to register it under the name sqlite3. Dimmer gives that driver
// a connection of its own, to a SQLite that needs no C compiler. Without this stand-in, whoever has a C compiler would build and carry a
// second SQLite that nothing calls. docs/decisions.md has the figures.
package sqlite3
