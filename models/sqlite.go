package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"
)

// The codes of SQLite that we tell apart (https://www.sqlite.org/rescode.html).
const (
	sqliteError                                                                       = 1
	sqliteBusy, sqliteLocked, sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen = 5, 6, 8, 10, 13, 14
	sqliteCheck, sqliteForeignKey, sqlitePrimaryKey, sqliteUnique                     = 275, 787, 1555, 2067
)

// How many MiB of the database the connection that writes keeps in memory, and how long the log gets.
const (
	writerCache  = 8
	fillingCache = 512
)

// oldestSQLite is the first version without the WAL-reset bug that can corrupt a database.
const oldestSQLite = "3.51.3"

// dialector is gorm's SQLite, with the errors of the driver in use put into gorm's words.
type dialector struct{ *sqlite.Dialector }

func (dialector) Translate(err error) error {
	var e *modernc.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case sqlitePrimaryKey, sqliteUnique:
			return gorm.ErrDuplicatedKey
		case sqliteForeignKey:
			return gorm.ErrForeignKeyViolated
		case sqliteCheck:
			return gorm.ErrCheckConstraintViolated
		}
	}
	return err
}

// sqliteDSN names the file and what every connection sets first. The order matters: without a busy timeout the next pragma may fail.
func sqliteDSN(path string, c Config, more ...string) string {
	synchronous, journal := "FULL", "WAL"
	switch {
	case c.Filling: // each page is written once, and what a statement may take back is kept in memory
		synchronous, journal = "OFF", "MEMORY"
		more = append(more, "temp_store(MEMORY)")
	case c.SynchronousNormal:
		synchronous = "NORMAL"
	}
	pragmas := append([]string{"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(" + journal + ")", "synchronous(" + synchronous + ")"}, more...)
	query := url.Values{"_pragma": pragmas, "_time_format": {"sqlite"}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String()
}

// openSQLite opens one writer and a pool of readers. The writer begins every transaction as one that writes: a reader that wants
// to write later would be refused under load.
func (s *Store) openSQLite(ctx context.Context, c Config) error {
	path := s.folder.database()
	if err := s.folder.inspect(ctx); err != nil {
		return err
	}
	mib := writerCache
	if c.Filling {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already; only a new one is filled", path)
		}
		mib = fillingCache
	}
	// The log is folded in when it is as long as the cache: a page that changes all the time is written once.
	cache := []string{"cache_size(-" + strconv.Itoa(mib<<10) + ")", "wal_autocheckpoint(" + strconv.Itoa(mib<<8) + ")"}
	writing, err := newSQLiteConnector(sqliteDSN(path, c, cache...) + "&_txlock=immediate")
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	writer := sql.OpenDB(writing)
	writer.SetMaxOpenConns(1)
	s.pools = append(s.pools, writer)
	if err := checkSQLiteVersion(ctx, writer); err != nil {
		return s.folder.explain(path, err)
	}
	if err := s.folder.checkWritable(ctx, writer); err != nil {
		return err
	}
	if err := migrate(ctx, writer, goose.DialectSQLite3); err != nil {
		return s.folder.explain(path, err)
	}
	// What a statement that fails takes back is kept in memory, not in a file. Not before: a step of the schema may sort all there is.
	if _, err := writer.ExecContext(ctx, "PRAGMA temp_store = MEMORY"); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	reading, err := newSQLiteConnector(sqliteDSN(path, c, "query_only(1)"))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	reader := sql.OpenDB(reading)
	reader.SetMaxOpenConns(max(4, min(8, 2*runtime.NumCPU())))
	reader.SetMaxIdleConns(8)
	s.pools = append(s.pools, reader)
	if s.writer, err = gorm.Open(dialector{sqlite.New(sqlite.Config{Conn: writer}).(*sqlite.Dialector)}, gormConfig()); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if s.reader, err = gorm.Open(dialector{sqlite.New(sqlite.Config{Conn: reader}).(*sqlite.Dialector)}, gormConfig()); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return nil
}

func checkSQLiteVersion(ctx context.Context, db *sql.DB) error {
	var have string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&have); err != nil {
		return fmt.Errorf("ask for SQLite's version: %w", err)
	}
	if compareVersions(have, oldestSQLite) < 0 {
		return fmt.Errorf("this program was built with SQLite %s, which can corrupt a database; build it with %s or newer", have, oldestSQLite)
	}
	return nil
}

// compareVersions compares dotted numbers: -1, 0, 1.
func compareVersions(a, b string) int {
	numbers := func(version string) (n [3]int) {
		for i, part := range strings.SplitN(version, ".", 3) {
			n[i], _ = strconv.Atoi(part) // what is no number counts as 0, so as too old
		}
		return n
	}
	x, y := numbers(a), numbers(b)
	return slices.Compare(x[:], y[:])
}

// isSQLiteBusy reports faults that may pass: no room, no lock, not writable now.
func isSQLiteBusy(err error) bool {
	var e *modernc.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqliteBusy, sqliteLocked, sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen:
		return true
	}
	return false
}
