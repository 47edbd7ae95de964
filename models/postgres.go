package models

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// eventLock is the number of the advisory lock under which event numbers are given on Postgres: any fixed number serves.
const eventLock = 0x44494d52

// openPostgres opens one pool for reading and writing.
func (s *Store) openPostgres(ctx context.Context, c Config) error {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		// The error of pgx holds the address with its password taken out.
		return fmt.Errorf("DIMMER_DATABASE_URL cannot be read: %w", err)
	}
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["application_name"] = "dimmer"
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = patience
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	s.pools = append(s.pools, pool)
	if err := pool.PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w; check DIMMER_DATABASE_URL and that the server runs", err)
	}
	if err := s.folder.inspectPostgres(ctx, pool); err != nil {
		return err
	}
	if err := migrate(ctx, pool, goose.DialectPostgres); err != nil {
		return s.folder.explain("the Postgres database", err)
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig())
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	s.reader, s.writer = db, db
	return nil
}

// retryable reports the two refusals after which Postgres asks for the same transaction again.
func retryable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// isBusy reports faults that may pass, on either database.
func isBusy(err error) bool {
	if isSQLiteBusy(err) {
		return true
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		// Class 08: connection, 53: no room or too many connections, 57P: going down or starting, 25006: read-only.
		return server.Code[:2] == "08" || server.Code[:2] == "53" || server.Code[:3] == "57P" || server.Code == "25006"
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network)
}

// lockEvents makes this the only transaction that gives event numbers until it ends, so that they appear in their order.
func (t *tx) lockEvents() error {
	if !t.s.postgres {
		return nil // there is one writer
	}
	return gorm.G[struct{}](t.DB).Exec(t.ctx, "SELECT pg_advisory_xact_lock(?)", eventLock)
}
