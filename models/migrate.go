package models

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrationFiles embed.FS

// migrationSet is the folder of the numbered steps for one database.
func migrationSet(dialect goose.Dialect) string {
	if dialect == goose.DialectPostgres {
		return "postgres"
	}
	return "sqlite"
}

func migrations(dialect goose.Dialect, db *sql.DB) (*goose.Provider, error) {
	steps, err := fs.Sub(migrationFiles, "migrations/"+migrationSet(dialect))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == goose.DialectPostgres {
		options = append(options, goose.WithSessionLocker(migrationLocker{})) // on SQLite the folder is locked
	}
	return goose.NewProvider(dialect, db, steps, options...)
}

// migrate brings the schema up to date. Each step is one transaction, so that a program killed in the middle leaves whole steps.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect) error {
	provider, err := migrations(dialect, db)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// newestMigration is the number of the last step that this program knows.
func newestMigration(set string) int64 {
	var newest int64
	entries, err := fs.ReadDir(migrationFiles, "migrations/"+set)
	if err != nil {
		return 0 // cannot be: the folder is embedded
	}
	for _, entry := range entries {
		number, _, _ := strings.Cut(entry.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// schemaVersion reads how far a database has been migrated, without changing it; 0 means not at all. exists counts goose's table.
func schemaVersion(ctx context.Context, db *sql.DB, exists string) (int64, error) {
	var tables int
	if err := db.QueryRowContext(ctx, exists).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&version)
	return version.Int64, err
}

func newerSchema(have, newest int64) string {
	return fmt.Sprintf("was written by a newer Dimmer (schema %d, this one knows %d); start the newer program", have, newest)
}

// MigrationState is one step of the schema and whether it has run.
type MigrationState struct {
	Version int64
	Name    string
	Applied bool
}

// MigrationStatus lists the steps of the schema, in order, and which of them the database has behind it. It changes nothing: a database
// that is not there has none.
func MigrationStatus(ctx context.Context, c Config) ([]MigrationState, error) {
	set, have := "sqlite", int64(0)
	if c.URL != "" {
		set = "postgres"
	}
	db, exists, closed, err := peek(c)
	if err != nil {
		return nil, err
	}
	defer closed()
	if db != nil {
		if have, err = schemaVersion(ctx, db, exists); err != nil {
			return nil, fmt.Errorf("read the state of the schema: %w", err)
		}
	}
	entries, err := fs.ReadDir(migrationFiles, "migrations/"+set)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var states []MigrationState
	for _, entry := range entries {
		number, _, _ := strings.Cut(entry.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the migrations: %w", err)
		}
		states = append(states, MigrationState{Version: n, Name: strings.TrimSuffix(entry.Name(), ".sql"), Applied: n <= have})
	}
	return states, nil
}

// peek opens a database to read only, with the question whether it has been migrated at all; nil if there is none.
func peek(c Config) (db *sql.DB, exists string, closed func(), err error) {
	if c.URL != "" {
		db, err = sql.Open("pgx", c.URL)
		return db, postgresHasGoose, func() { _ = db.Close() }, err
	}
	f := &folder{dir: c.Dir}
	if stat, err := os.Stat(f.database()); errors.Is(err, fs.ErrNotExist) || err == nil && stat.Size() == 0 {
		return nil, "", func() {}, nil
	} else if err != nil {
		return nil, "", nil, fmt.Errorf("look at the database: %w", err)
	}
	db, closed, err = f.readOnly()
	return db, sqliteHasGoose, closed, err
}

// The questions whether goose has been here.
const (
	sqliteHasGoose   = "SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'"
	postgresHasGoose = "SELECT count(*) FROM pg_tables WHERE tablename = 'goose_db_version' AND schemaname = ANY (current_schemas(false))"
)
