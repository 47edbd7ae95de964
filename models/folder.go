package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"
	"modernc.org/sqlite/vfs"
)

const (
	// sqliteMagic begins every SQLite file (https://www.sqlite.org/fileformat.html#the_database_header).
	sqliteMagic = "SQLite format 3\x00"
	// applicationID marks one as ours: "DIMR".
	applicationID = 0x44494d52
)

// DamagedError refuses to start on a database that is not what it was. Nothing has been touched.
type DamagedError struct {
	Path   string // the file, or what the database is called
	Reason string
}

func (e DamagedError) Error() string {
	return fmt.Sprintf("%s %s. Nothing was changed. Put your newest backup back with `dimmer restore FILE`, or put the right database in its place", e.Path, e.Reason)
}

// A folder is the data folder: what lies in it besides the tables, and who holds it.
type folder struct {
	dir  string
	lock *os.File // nil unless held alone
}

func (f *folder) database() string { return filepath.Join(f.dir, "dimmer.db") }
func (f *folder) instance() string { return filepath.Join(f.dir, "instance") }

// openFolder makes the folder if it is not there and, where it is wanted alone, locks it.
func openFolder(dir string, alone bool) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f := &folder{dir: dir}
	if !alone {
		return f, nil
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the folder that the owner of the program named
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w. Check that this program may write to it", err)
	}
	// The kernel gives the lock back when the program ends, however it ends: no stale lock can keep the next start out.
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another dimmer serves the data folder %s. Stop it first, or give this one a folder of its own with --data", dir)
		}
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	f.lock = lock
	return f, nil
}

// start lets one program at a time look at the database, migrate it and name the instance, also where several may then work beside
// each other. It changes nothing in the folder.
func (f *folder) start(ctx context.Context) (started func(), err error) {
	dir, err := os.Open(f.dir)
	if err != nil {
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		err := unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return func() { _ = dir.Close() }, nil // a file system that cannot lock folders does without
		}
		select {
		case <-ctx.Done():
			_ = dir.Close()
			return nil, fmt.Errorf("wait for another dimmer that is starting on %s: %w", f.dir, ctx.Err())
		case <-retry.C:
		}
	}
}

func (f *folder) close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// sync waits until the disk has the database, and that there is one.
func (f *folder) sync() error {
	var errs []error
	for _, path := range []string{f.database(), f.dir} {
		file, err := os.Open(path) // #nosec G304 G703 -- the folder that the owner of the program named
		if err == nil {
			err = errors.Join(file.Sync(), file.Close())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// known reads the id of the instance that this folder belongs to; empty if it is new.
func (f *folder) known() (string, error) {
	id, err := os.ReadFile(f.instance())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the instance of the data folder: %w", err)
	}
	return strings.TrimSpace(string(id)), nil
}

// inspect looks at the database file without changing a byte of it or of its neighbours, and refuses what must not be opened.
func (f *folder) inspect(ctx context.Context) error {
	path := f.database()
	known, err := f.known()
	if err != nil {
		return err
	}
	damaged := func(reason string) error { return DamagedError{Path: path, Reason: reason} }
	stat, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if known != "" {
			return damaged("is missing, but this data folder has held a blog")
		}
		return nil
	case err != nil:
		return fmt.Errorf("look at the database: %w", err)
	case stat.IsDir():
		return damaged("is a folder, not a database")
	case stat.Size() == 0:
		if known != "" {
			return damaged("is empty, but this data folder has held a blog")
		}
		return nil // a new file; nothing can be lost
	}
	if err := f.read(ctx, known, damaged); err != nil {
		// A second look, because another program may have been writing during the first, which takes no locks.
		return f.read(ctx, known, damaged)
	}
	return nil
}

// readOnly opens the database through a file system that can only be read. Nothing can be changed by that: no journal mode, no lock, no
// shared memory beside the file, although what the write-ahead log holds is seen. It does not wait for who is writing.
func (f *folder) readOnly() (db *sql.DB, closed func(), err error) {
	name, files, err := vfs.New(os.DirFS(f.dir))
	if err != nil {
		return nil, nil, fmt.Errorf("look at the database: %w", err)
	}
	// Exclusive locking keeps the index of the log in this program's own memory.
	query := url.Values{"vfs": {name}, "mode": {"ro"}, "_pragma": {"locking_mode(EXCLUSIVE)"}}
	if _, err := os.Stat(f.database() + "-wal"); errors.Is(err, fs.ErrNotExist) {
		query.Set("immutable", "1") // else SQLite would want to make a log
	}
	db, err = sql.Open("sqlite", "file:"+filepath.Base(f.database())+"?"+query.Encode())
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("look at the database: %w", err), files.Close())
	}
	db.SetMaxOpenConns(1)
	return db, func() { _ = errors.Join(db.Close(), files.Close()) }, nil
}

// read looks into the database file.
func (f *folder) read(ctx context.Context, known string, damaged func(string) error) error {
	path := f.database()
	file, err := os.Open(path) // #nosec G304 -- the folder that the owner of the program named
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	magic := make([]byte, len(sqliteMagic))
	_, err = io.ReadFull(file, magic)
	if err = errors.Join(err, file.Close()); err != nil || string(magic) != sqliteMagic {
		return damaged("is not a SQLite database, or its beginning is damaged")
	}
	db, closed, err := f.readOnly()
	if err != nil {
		return err
	}
	defer closed()
	var id, tables int
	if err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), count(*) FROM sqlite_schema").Scan(&id, &tables); err != nil {
		return damaged("cannot be read (" + sqliteReason(err) + ")")
	}
	if id != applicationID && (known != "" || tables > 0) { // else: made by a program that was killed before it marked it
		return damaged("is a SQLite database of another program")
	}
	have, err := schemaVersion(ctx, db, sqliteHasGoose)
	if err != nil {
		return damaged("cannot be read (" + sqliteReason(err) + ")")
	}
	if newest := newestMigration("sqlite"); have > newest {
		return damaged(newerSchema(have, newest))
	}
	return compareInstance(ctx, db, known, have, damaged)
}

// inspectPostgres refuses a Postgres database that is not the one this folder belongs to.
func (f *folder) inspectPostgres(ctx context.Context, db *sql.DB) error {
	known, err := f.known()
	if err != nil {
		return err
	}
	damaged := func(reason string) error { return DamagedError{Path: "the Postgres database", Reason: reason} }
	have, err := schemaVersion(ctx, db, postgresHasGoose)
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	if newest := newestMigration("postgres"); have > newest {
		return damaged(newerSchema(have, newest))
	}
	return compareInstance(ctx, db, known, have, damaged)
}

// compareInstance proves that a known folder and its database belong together.
func compareInstance(ctx context.Context, db *sql.DB, known string, version int64, damaged func(string) error) error {
	if known == "" {
		return nil
	}
	if version == 0 {
		return damaged("holds no blog, but this data folder has held one")
	}
	var id string
	if err := db.QueryRowContext(ctx, "SELECT id FROM instance").Scan(&id); err != nil {
		return damaged("does not say which blog it holds")
	}
	if id != known {
		return damaged("holds another blog than this data folder")
	}
	return nil
}

// sqliteReason is the driver's short text of a fault, for the person who looks at a damaged file.
func sqliteReason(err error) string {
	text := err.Error()
	if at := strings.LastIndex(text, ": "); at >= 0 {
		text = text[at+2:]
	}
	return strings.TrimSpace(text)
}

// checkWritable makes a read-only disk an error at the start and not at the first comment. It also marks a new file as ours.
func (f *folder) checkWritable(ctx context.Context, db *sql.DB) error {
	var id int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return f.explain(f.database(), err)
	}
	if id != applicationID {
		if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return f.explain(f.database(), err)
		}
		return nil
	}
	// Writing the same version again changes no content, and fails where nothing can be written.
	probe, err := db.BeginTx(ctx, nil)
	if err != nil {
		return f.explain(f.database(), err)
	}
	defer func() { _ = probe.Rollback() }()
	if _, err := probe.ExecContext(ctx, "CREATE TABLE write_probe (x INTEGER)"); err != nil {
		return f.explain(f.database(), err)
	}
	return nil
}

// explain adds what to do to a fault at the start.
func (f *folder) explain(path string, err error) error {
	if isSQLiteBusy(err) {
		return fmt.Errorf("%s cannot be written: %w. Check that the disk has room and that this program may write to the folder", path, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// claimInstance gives a new database its identity, after its first migration, and notes it in the folder.
func (s *Store) claimInstance(ctx context.Context, fingerprint string) error {
	err := s.writeAlone(ctx, System, "name the instance", func(t *tx) error {
		row, err := found(table[instance](t.DB).Where("one = 1").Take(t.ctx))
		if errors.Is(err, ErrNotFound) {
			row = instance{One: 1, ID: uuid.NewString(), SecretFingerprint: fingerprint, CreatedAt: t.now}
			err = table[instance](t.DB).Create(t.ctx, &row)
		}
		if err != nil {
			return err
		}
		if s.postgres && row.SecretFingerprint != fingerprint {
			return errors.New("DIMMER_SECRET is not the one that this database was made with: sign-ins and links of one program would be refused by the other. Give every program the same secret")
		}
		s.instanceID = row.ID
		return nil
	})
	if err != nil {
		return err
	}
	if known, err := s.folder.known(); err != nil || known == s.instanceID {
		return err
	}
	if !s.postgres {
		// From here on an empty database file is a loss and not a beginning, so what was migrated has to be in the file itself.
		if err := done(exec(ctx, s.writer, "PRAGMA wal_checkpoint(TRUNCATE)")); err != nil {
			return fmt.Errorf("fold the log into the new database: %w", err)
		}
	}
	if err := writeFileSynced(s.folder.instance(), s.instanceID+"\n"); err != nil {
		return fmt.Errorf("note the instance in the data folder: %w", err)
	}
	return nil
}

type instance struct {
	One               int `gorm:"primaryKey"`
	ID                string
	SecretFingerprint string
	CreatedAt         time.Time `gorm:"serializer:utc"`
}

func (instance) TableName() string { return "instance" }

// writeFileSynced writes a small file so that it is there as a whole or not at all, also after a power cut.
func writeFileSynced(path, content string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(content)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
