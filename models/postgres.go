package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// The advisory locks of Postgres that we take, within the schema in use: any fixed numbers serve.
const (
	migrationLock = 0x44494d52 + iota // held by the one program that migrates
	staffLock                         // see [Store.writeAlone]
	eventLock                         // under which events get their numbers, see [tx.writeEvents]
	askLock                           // under which mails are counted that somebody has asked for, see [tx.ask]
)

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
	s.hearing.config = config.Copy()
	s.hearing.config.RuntimeParams["application_name"] = "dimmer listening"
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

// cameBetween reports that another transaction has taken away what this one had read: a name that was free, a post that was there.
// The same again sees what is now. So does what Postgres ended to let others go on (class 40: serialization failure, deadlock).
func cameBetween(err error) bool {
	var server *pgconn.PgError
	return errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, gorm.ErrForeignKeyViolated) ||
		errors.As(err, &server) && strings.HasPrefix(server.Code, "40")
}

// isBusy reports faults that may pass, on either database.
func isBusy(err error) bool {
	if isSQLiteBusy(err) {
		return true
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return slices.ContainsFunc(passing, func(class string) bool { return strings.HasPrefix(server.Code, class) })
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// passing begins the codes of Postgres after which the same may work a little later: no connection, ended for others, no room or too
// many connections, a lock that was not to be had, the server starts or stops, read-only (https://www.postgresql.org/docs/15/errcodes-appendix.html).
var passing = []string{"08", "40", "53", "55P03", "57P", "25006"}

// isUnstorable reports text that Postgres refuses and SQLite would take: a NUL, invalid UTF-8. What is stored is checked before, so it
// was asked for, and nothing is called that.
func isUnstorable(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == "22021"
}

// lock takes one of the locks above until the transaction ends. On SQLite there is one writer.
func (t *tx) lock(number int) error {
	if !t.s.postgres {
		return nil
	}
	return done(exec(t.ctx, t.DB, "SELECT pg_advisory_xact_lock(?, hashtext(current_schema()))", number))
}

// migrationLocker makes programs that start together migrate one after the other.
type migrationLocker struct{}

func (migrationLocker) SessionLock(ctx context.Context, db *sql.Conn) error {
	_, err := db.ExecContext(ctx, "SELECT pg_advisory_lock($1, hashtext(current_schema()))", migrationLock)
	return err
}

func (migrationLocker) SessionUnlock(ctx context.Context, db *sql.Conn) error {
	_, err := db.ExecContext(ctx, "SELECT pg_advisory_unlock($1, hashtext(current_schema()))", migrationLock)
	return err
}
