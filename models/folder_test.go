package models

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// contents describes every file of a folder: name, kind, size, time of change, what is in it.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		stat, err := entry.Info()
		if err != nil {
			return err
		}
		var bytes []byte
		if stat.Mode().IsRegular() {
			if bytes, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		files[filepath.Base(path)] = fmt.Sprint(stat.Mode(), stat.Size(), stat.ModTime(), sha256.Sum256(bytes))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// copyInto copies files of one folder into another.
func copyInto(t *testing.T, to, from string, names ...string) {
	t.Helper()
	for _, name := range names {
		bytes, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), bytes, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// lived makes the folder of a blog that has been served and stopped.
func lived(t *testing.T) Config {
	t.Helper()
	s := newSite(t, "", func(c *Config) { c.Exclusive = true })
	for range 20 {
		s.published(t, "A post")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if files := contents(t, s.config.Dir); files["dimmer.db-wal"] != "" || files["dimmer.db-shm"] != "" {
		t.Fatalf("a stopped blog leaves %v", files)
	}
	return s.config
}

// killed makes the folder of a blog whose program was killed: what it acknowledged is in the write-ahead log only.
func killed(t *testing.T) (Config, []Post) {
	t.Helper()
	s := newSite(t, "")
	var posts []Post
	for i := range 20 {
		posts = append(posts, s.published(t, fmt.Sprint("Post ", i)))
	}
	config := s.config
	config.Dir = t.TempDir()
	copyInto(t, config.Dir, s.config.Dir, "dimmer.db", "dimmer.db-wal", "instance")
	if err := os.WriteFile(filepath.Join(config.Dir, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return config, posts
}

func overwrite(t *testing.T, path string, change func(bytes []byte) []byte) {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(bytes), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// foreignDatabase is a healthy SQLite file of another program.
func foreignDatabase(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA journal_mode = DELETE; CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

var damages = []struct {
	name   string
	reason string
	do     func(t *testing.T, path string)
}{
	{"missing", "is missing", func(t *testing.T, path string) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}},
	{"of no bytes", "is empty", func(t *testing.T, path string) {
		overwrite(t, path, func([]byte) []byte { return nil })
	}},
	{"of half its length", "cannot be read", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte { return bytes[:len(bytes)/2] })
	}},
	{"of seven bytes", "its beginning is damaged", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte { return bytes[:7] })
	}},
	{"with a zeroed header", "its beginning is damaged", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte { clear(bytes[:100]); return bytes })
	}},
	{"with a first page of nothing but the header", "", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte { clear(bytes[100:4096]); return bytes })
	}},
	{"with another number of the application", "another program", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte { clear(bytes[68:72]); return bytes })
	}},
	{"of garbage", "its beginning is damaged", func(t *testing.T, path string) {
		overwrite(t, path, func(bytes []byte) []byte {
			for i := range bytes {
				bytes[i] = byte(i * 7)
			}
			return bytes
		})
	}},
	{"of another program", "another program", func(t *testing.T, path string) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		foreignDatabase(t, path)
	}},
	{"of another blog", "another blog", func(t *testing.T, path string) {
		copyInto(t, filepath.Dir(path), lived(t).Dir, "dimmer.db")
	}},
	{"of a newer program", "newer Dimmer", func(t *testing.T, path string) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}},
	{"with a folder in its place", "is a folder", func(t *testing.T, path string) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}},
}

// wantRefused demands that a folder is refused, in words that help, and that nothing in it changes.
func wantRefused(t *testing.T, config Config, reason string) {
	t.Helper()
	for _, alone := range []bool{true, false} {
		config.Exclusive = alone
		before := contents(t, config.Dir)
		store, err := Open(t.Context(), config)
		if err == nil {
			_ = store.Close()
			t.Errorf("alone %v: it was opened", alone)
			return
		}
		var damaged DamagedError
		if !errors.As(err, &damaged) || damaged.Path != filepath.Join(config.Dir, "dimmer.db") {
			t.Errorf("alone %v: got %v", alone, err)
		}
		for _, part := range []string{filepath.Join(config.Dir, "dimmer.db"), "`dimmer restore FILE`", "Nothing was changed", reason} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("alone %v: %q does not say %q", alone, err, part)
			}
		}
		want(t, "the folder", contents(t, config.Dir), before)
	}
}

func TestADamagedDatabaseOfAKnownBlogIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Run("untouched, it opens", func(t *testing.T) {
		config := lived(t)
		site := site{Store: open(t, config)}
		want(t, "posts", site.number(t, "SELECT count(*) FROM posts"), 20)
	})
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			config := lived(t)
			damage.do(t, filepath.Join(config.Dir, "dimmer.db"))
			wantRefused(t, config, damage.reason)
		})
	}
}

func TestADamagedDatabaseWithAWriteAheadLogIsRefusedAndLeftAsItIs(t *testing.T) {
	for _, damage := range damages {
		switch damage.name {
		case "of half its length", "with a first page of nothing but the header", "with another number of the application":
			continue // the log holds what is missing
		case "of a newer program":
			continue // SQLite folds the log in when that closes it; see below
		}
		t.Run(damage.name, func(t *testing.T) {
			config, _ := killed(t)
			damage.do(t, filepath.Join(config.Dir, "dimmer.db"))
			wantRefused(t, config, damage.reason)
		})
	}
	t.Run("of a newer program, as the log alone says", func(t *testing.T) {
		s := newSite(t, "")
		if _, err := s.pools[0].Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
			t.Fatal(err)
		}
		config := s.config
		config.Dir = t.TempDir()
		copyInto(t, config.Dir, s.config.Dir, "dimmer.db", "dimmer.db-wal", "instance")
		if err := os.WriteFile(filepath.Join(config.Dir, "lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, config, "newer Dimmer")
	})
}

func TestWhatWasAcknowledgedIsThereAfterAKill(t *testing.T) {
	config, posts := killed(t)
	s := site{Store: open(t, config), config: config}
	for _, post := range posts {
		read, err := s.PostBySlug(t.Context(), TypePost, post.Slug)
		if err != nil || read.Title != post.Title {
			t.Errorf("%s: %q %v", post.Slug, read.Title, err)
		}
	}
	want(t, "broken pages", s.number(t, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0)
	want(t, "references to nothing", s.number(t, "SELECT count(*) FROM pragma_foreign_key_check"), 0)
}

func TestAFirstStartThatWasKilledIsGoneOnWith(t *testing.T) {
	// The first start, up to some point, on a database that has no other program; then the files as a kill leaves them.
	upTo := func(t *testing.T, do func(f *folder, db *sql.DB)) Config {
		t.Helper()
		f := &folder{dir: t.TempDir()}
		db, err := sql.Open("sqlite", sqliteDSN(f.database(), Config{})+"&_txlock=immediate")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.Ping(); err != nil {
			t.Fatal(err)
		}
		do(f, db)
		config := Config{Dir: t.TempDir()}
		copyInto(t, config.Dir, f.dir, "dimmer.db")
		if _, err := os.Stat(f.database() + "-wal"); err == nil {
			copyInto(t, config.Dir, f.dir, "dimmer.db-wal")
		}
		return config
	}
	for name, do := range map[string]func(t *testing.T, f *folder, db *sql.DB){
		"before it is marked as ours": func(*testing.T, *folder, *sql.DB) {},
		"after it is marked as ours": func(t *testing.T, f *folder, db *sql.DB) {
			if err := f.checkWritable(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		},
		"after the migration": func(t *testing.T, f *folder, db *sql.DB) {
			if err := f.checkWritable(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			if err := migrate(t.Context(), db, "sqlite3"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := upTo(t, func(f *folder, db *sql.DB) { do(t, f, db) })
			s := open(t, config)
			if id, err := s.folder.known(); err != nil || id == "" || id != s.InstanceID() {
				t.Errorf("the folder knows %q, the database %q (%v)", id, s.InstanceID(), err)
			}
		})
	}
}

func TestANewFolderDoesNotTakeTheDatabaseOfAnotherProgram(t *testing.T) {
	config := Config{Dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(config.Dir, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(config.Dir, "dimmer.db")
	foreignDatabase(t, path)
	wantRefused(t, config, "another program")
	if err := os.WriteFile(path, []byte("Dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, config, "not a SQLite database")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, config) // an empty file has nothing to lose
}

func TestAFolderIsServedByOneProgramAtATime(t *testing.T) {
	s := newSite(t, "", func(c *Config) { c.Exclusive = true })
	_, err := Open(t.Context(), s.config)
	if err == nil || !strings.Contains(err.Error(), "another dimmer serves the data folder "+s.config.Dir) {
		t.Fatalf("got %v", err)
	}
	beside := s.config
	beside.Exclusive = false
	tool := open(t, beside)
	if _, err := tool.CreateUser(t.Context(), System, UserChange{Name: Some("Beside")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AuthorBySlug(t.Context(), "beside"); !errors.Is(err, ErrNotFound) {
		t.Errorf("without a post: %v", err)
	}
	want(t, "people seen by the server", s.number(t, "SELECT count(*) FROM users"), 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, s.config)
}

func TestAFolderThatCannotBeMadeIsSaidSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := Open(t.Context(), Config{Dir: dir, Exclusive: true}); err == nil || !strings.Contains(err.Error(), "data folder") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsSaidSo(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	config := lived(t)
	if err := os.Chmod(filepath.Join(config.Dir, "dimmer.db"), 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), "cannot be written") || !strings.Contains(err.Error(), "Check that") {
		t.Errorf("got %v", err)
	}
}

func TestADatabaseThatCannotBeWrittenIsSaidSoAtTheStart(t *testing.T) {
	config := lived(t)
	// What a read-only disk does to SQLite, without one: the place of the log is taken by a folder.
	if err := os.Mkdir(filepath.Join(config.Dir, "dimmer.db-wal"), 0o700); err != nil {
		t.Fatal(err)
	}
	f := &folder{dir: config.Dir}
	db, err := sql.Open("sqlite", sqliteDSN(f.database(), Config{})+"&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := f.checkWritable(t.Context(), db); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("got %v", err)
	}
}

func TestAPostgresDatabaseIsHeldAgainstTheFolderAndTheSecret(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if !s.postgres {
			return
		}
		config := s.config
		config.Dir = t.TempDir()
		second := open(t, config) // another folder, the same database: a second program of the blog
		want(t, "instance", second.InstanceID(), s.InstanceID())

		config.Dir, config.SecretFingerprint = t.TempDir(), "f2"
		if _, err := Open(t.Context(), config); err == nil || !strings.Contains(err.Error(), "DIMMER_SECRET is not the one") {
			t.Errorf("another secret: %v", err)
		}

		var damaged DamagedError
		config = s.config
		config.URL = freshSchema(t, s.config.URL)
		if _, err := Open(t.Context(), config); !errors.As(err, &damaged) || !strings.Contains(err.Error(), "holds no blog") {
			t.Errorf("an empty schema for a folder that has held a blog: %v", err)
		}
		if tables := len(schemaOf(t, site{Store: &Store{pools: []*sql.DB{openSQL(t, config.URL)}, postgres: true}})); tables != 0 {
			t.Errorf("%d tables were made in it", tables)
		}

		other := newSite(t, freshSchema(t, s.config.URL))
		config.URL = other.config.URL
		if _, err := Open(t.Context(), config); !errors.As(err, &damaged) || !strings.Contains(err.Error(), "another blog") {
			t.Errorf("the schema of another blog: %v", err)
		}
	})
}

func TestAPostgresAddressIsNeverShownWithItsPassword(t *testing.T) {
	for _, address := range []string{"postgres://mira:pass-word@127.0.0.1:1/db", "postgres://mira:pass-word@127.0.0.1:99999999/db", "postgres://mira:pass-word@[/db"} {
		_, err := Open(t.Context(), Config{Dir: t.TempDir(), URL: address})
		if err == nil || strings.Contains(err.Error(), "pass-word") {
			t.Errorf("got %v", err)
		}
	}
}
