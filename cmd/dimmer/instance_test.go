package main

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fingerprints says of every file below a folder what is in it, its mode and its time.
func fingerprints(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		stat, err := entry.Info()
		if err != nil {
			return err
		}
		what := fmt.Sprint(stat.Mode(), stat.ModTime())
		if !entry.IsDir() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += fmt.Sprintf(" %x", sha256.Sum256(content))
		}
		all[strings.TrimPrefix(path, dir)] = what
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAKnownFolderWithoutItsDatabaseIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	healthy, other, killed := folder(t), folder(t), folder(t)
	for _, dir := range []string{healthy, other, killed} {
		p := serveOn(t, dir, nil, withOwner)
		p.publish(p.signIn(ownerEmail, ownerPassword), "Cold hands")
		if dir == killed {
			p.signal(syscall.SIGKILL) // leaves a log beside the database
			p.wait()
		} else {
			p.stop()
		}
	}
	database := func(dir string) string { return filepath.Join(dir, "dimmer.db") }
	overwrite := func(t *testing.T, path string, at int64, content []byte) {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteAt(content, at); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	put := func(t *testing.T, path string, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(t *testing.T, paths ...string) {
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	change := func(t *testing.T, path string, statements ...string) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range statements {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		from   string
		damage func(t *testing.T, dir string)
		says   string // "": it starts
	}{
		{"nothing is wrong", healthy, func(*testing.T, string) {}, ""},
		{"the program was killed", killed, func(*testing.T, string) {}, ""},
		{"the secret and the pictures are gone", healthy, func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, "secret"), filepath.Join(dir, "media"))
		}, ""},
		{"missing", healthy, func(t *testing.T, dir string) { remove(t, database(dir)) }, "is missing"},
		{"missing, the secret and the pictures too", healthy, func(t *testing.T, dir string) {
			remove(t, database(dir), filepath.Join(dir, "secret"), filepath.Join(dir, "media"))
		}, "is missing"},
		{"missing beside its log", killed, func(t *testing.T, dir string) { remove(t, database(dir)) }, "is missing"},
		{"empty", healthy, func(t *testing.T, dir string) { put(t, database(dir), nil) }, "is empty"},
		{"an empty database", healthy, func(t *testing.T, dir string) {
			remove(t, database(dir))
			change(t, database(dir), "CREATE TABLE x (y)", "DROP TABLE x")
		}, "is a SQLite database of another program"},
		{"cut in half", healthy, func(t *testing.T, dir string) {
			stat, err := os.Stat(database(dir))
			if err == nil {
				err = os.Truncate(database(dir), stat.Size()/2)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "cannot be read"},
		{"its beginning is zeroes", healthy, func(t *testing.T, dir string) { overwrite(t, database(dir), 0, make([]byte, 100)) }, "is not a SQLite database"},
		{"its beginning is zeroes, beside its log", killed, func(t *testing.T, dir string) { overwrite(t, database(dir), 0, make([]byte, 100)) }, "is not a SQLite database"},
		{"its first page is damaged", healthy, func(t *testing.T, dir string) { overwrite(t, database(dir), 16, []byte(strings.Repeat("?", 200))) }, "dimmer.db "},
		{"something else", healthy, func(t *testing.T, dir string) { put(t, database(dir), []byte(strings.Repeat("no database\n", 1000))) }, "is not a SQLite database"},
		{"of another program", healthy, func(t *testing.T, dir string) {
			remove(t, database(dir))
			change(t, database(dir), "CREATE TABLE posts (id INTEGER PRIMARY KEY)")
		}, "is a SQLite database of another program"},
		{"of another blog", healthy, func(t *testing.T, dir string) {
			content, err := os.ReadFile(database(other))
			if err != nil {
				t.Fatal(err)
			}
			put(t, database(dir), content)
		}, "holds another blog"},
		{"newer", healthy, func(t *testing.T, dir string) {
			change(t, database(dir), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
		}, "was written by a newer Dimmer"},
		{"a folder", healthy, func(t *testing.T, dir string) {
			remove(t, database(dir))
			if err := os.Mkdir(database(dir), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "is a folder"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			if err := os.CopyFS(dir, os.DirFS(test.from)); err != nil {
				t.Fatal(err)
			}
			test.damage(t, dir)
			before := fingerprints(t, dir)
			commands := [][]string{
				{"serve", "--addr", "127.0.0.1:0", "--data", dir},
				{"serve", "--demo", "--addr", "127.0.0.1:0", "--data", dir},
				{"user", "list", "--data", dir},
				{"user", "add", "--data", dir, "--email", "eve@blog.example", "--name", "Eve", "--role", "owner"},
				{"migrate", "up", "--data", dir},
			}
			if test.says == "" {
				serveOn(t, dir, nil).stop()
				commands = nil
			}
			for _, command := range commands {
				p := execute(t, command, withOwner, typing(ownerPassword))
				if p.status() != 1 {
					t.Errorf("%s: status %d, want 1", command[0], p.status())
				}
				text := p.errs.String()
				if !strings.HasPrefix(text, "dimmer: "+database(dir)) || !strings.Contains(text, test.says) || !strings.Contains(text, "`dimmer restore") || len(p.errs.lines()) != 1 {
					t.Errorf("%s says %q, want one line with the file, %q and the command that restores", command[0], text, test.says)
				}
				if p.out.String() != "" {
					t.Errorf("%s says %q", command[0], p.out)
				}
				if diff := cmp.Diff(before, fingerprints(t, dir)); diff != "" {
					t.Fatalf("%s changed the folder:\n%s", strings.Join(command[:2], " "), diff)
				}
			}
		})
	}
}

func TestAFolderThatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	data := folder(t)
	serveOn(t, data, nil).stop()
	if err := os.Chmod(data, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(data, 0o700) })
	p := execute(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", data})
	if p.status() != 1 || len(p.errs.lines()) != 1 {
		t.Errorf("status %d: %s", p.status(), p.said())
	}
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := execute(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(file, "data")})
	if p.status() != 1 || len(p.errs.lines()) != 1 || !strings.Contains(p.errs.String(), file) {
		t.Errorf("status %d: %s", p.status(), p.said())
	}
}
