package models

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
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
		// Two programs that start together: one migrates, the other waits.
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
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

// Migrations lists the steps of the schema of an open store, in order.
func (s *Store) Migrations(ctx context.Context) ([]MigrationState, error) {
	dialect := goose.DialectSQLite3
	if s.postgres {
		dialect = goose.DialectPostgres
	}
	provider, err := migrations(dialect, s.pools[0])
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	statuses, err := provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of the schema: %w", err)
	}
	var states []MigrationState
	for _, status := range statuses {
		name := strings.TrimSuffix(status.Source.Path, ".sql")
		states = append(states, MigrationState{Version: status.Source.Version, Name: name, Applied: status.State == goose.StateApplied})
	}
	return states, nil
}
