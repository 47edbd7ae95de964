package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheProgramSaysHowItIsUsed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		args   []string
		status int
		out    string // standard output holds this
		errs   string // so does standard error; it has one line then, else none
	}{
		{"help", []string{"--help"}, 0, "Usage: dimmer <command>", ""},
		{"help of a command", []string{"serve", "--help"}, 0, "--demo", ""},
		{"version", []string{"version"}, 0, "dimmer development\n", ""},
		{"no command", nil, 2, "", "`dimmer --help` lists what there is"},
		{"unknown command", []string{"sevre"}, 2, "", "unexpected argument sevre"},
		{"unknown flag", []string{"serve", "--port", "80"}, 2, "", "unknown flag --port"},
		{"too many arguments", []string{"version", "please"}, 2, "", "unexpected argument please"},
		{"an address that is none", []string{"serve", "--addr", "8080"}, 2, "", "--addr is no address to listen on; write HOST:PORT"},
		{"a port that is none", []string{"serve", "--addr", "localhost:99999"}, 2, "", "--addr is no address to listen on; write HOST:PORT"},
		{"an unknown role", []string{"user", "add", "--email", "a@b.example", "--name", "A", "--role", "boss"}, 2, "", `"owner","editor","author","moderator"`},
		{"missing flags", []string{"user", "add", "--name", "A"}, 2, "", "missing flags: --email"},
		{"a password as an argument", []string{"user", "password", "--email", "a@b.example", "--password=kettles"}, 2, "", "unknown flag --password"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := execute(t, test.args)
			if p.status() != test.status {
				t.Errorf("status %d, want %d", p.status(), test.status)
			}
			if !strings.Contains(p.out.String(), test.out) || test.out == "" && p.out.String() != "" {
				t.Errorf("it says %q, want %q", p.out, test.out)
			}
			if !strings.Contains(p.errs.String(), test.errs) || len(p.errs.lines()) != min(1, len(test.errs)) {
				t.Errorf("standard error says %q, want one line with %q", p.errs, test.errs)
			}
			if strings.Contains(p.said(), "kettles") {
				t.Errorf("it repeats a password: %s", p.said())
			}
		})
	}
}

func TestWrongSettingsStopEveryCommandAndTellNoSecret(t *testing.T) {
	t.Parallel()
	const hidden = "hidden-kettle"
	wrong := env("DIMMER_COLOUR=red", "DIMMER_LOG_LEVEL=loud", "DIMMER_SECRET="+hidden, "DIMMER_OWNER_PASSWORD="+hidden,
		"DIMMER_DATABASE_URL=mysql://u:"+hidden+"@db/blog", "DIMMER_SMTP_URL="+hidden, "DIMMER_MEDIA_URL_FILE="+hidden)
	for _, args := range [][]string{{"serve"}, {"user", "list"}, {"migrate", "status"}, {"migrate", "up"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			p := execute(t, args, wrong)
			if p.status() != 1 || p.out.String() != "" {
				t.Errorf("status %d, want 1; standard output says %q", p.status(), p.out)
			}
			for _, name := range []string{"DIMMER_COLOUR", "DIMMER_LOG_LEVEL", "DIMMER_SECRET", "DIMMER_OWNER_EMAIL", "DIMMER_DATABASE_URL", "DIMMER_SMTP_URL", "DIMMER_MEDIA_URL_FILE"} {
				if !strings.Contains(p.errs.String(), "dimmer: "+name) {
					t.Errorf("it does not name %s", name)
				}
			}
			if strings.Contains(p.said(), hidden) {
				t.Errorf("it tells a secret")
			}
			if made, _ := os.ReadDir(p.cmd.Dir); len(made) > 0 {
				t.Errorf("it made %s", made[0].Name())
			}
		})
	}
}

func TestADatabaseThatCannotBeReachedKeepsItsPassword(t *testing.T) {
	t.Parallel()
	const hidden = "hidden-kettle"
	for name, url := range map[string]string{
		"nobody answers":      "postgres://u:" + hidden + "@127.0.0.1:1/blog?connect_timeout=1",
		"a port that is none": "postgres://u:" + hidden + "@127.0.0.1:x/blog",
		"a broken address":    "postgres://u:" + hidden + "%zz@127.0.0.1:1/blog",
		"a wrong option":      "postgres://u:" + hidden + "@127.0.0.1:1/blog?sslmode=wrong&password=" + hidden,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := execute(t, []string{"migrate", "up"}, env("DIMMER_DATABASE_URL="+url, "DIMMER_LOG_LEVEL=debug"))
			if p.status() != 1 || len(p.errs.lines()) != 1 {
				t.Errorf("status %d, want 1; standard error says %q, want one line", p.status(), p.errs)
			}
			if strings.Contains(p.said(), hidden) {
				t.Errorf("it tells the password")
			}
		})
	}
}

func TestPeopleAreAddedWithAPasswordFromAPipe(t *testing.T) {
	t.Parallel()
	data := folder(t)
	user := func(password string, args ...string) *program {
		t.Helper()
		return execute(t, append([]string{"user", "--data", data}, args...), typing(password))
	}
	done := func(p *program, says string) {
		t.Helper()
		if p.status() != 0 || p.out.String() != says {
			t.Fatalf("status %d, says %q, want %q", p.status(), p.said(), says)
		}
	}
	refused := func(p *program, says string) {
		t.Helper()
		if p.status() != 1 || p.out.String() != "" || len(p.errs.lines()) != 1 || !strings.Contains(p.errs.String(), says) {
			t.Errorf("status %d, says %q, want 1 and one line with %q", p.status(), p.said(), says)
		}
	}

	// Before there is a blog.
	for _, args := range [][]string{{"list"}, {"password", "--email", ownerEmail}, {"sessions", "--end", "--email", ownerEmail}} {
		refused(user(ownerPassword, args...), "there is no blog in")
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the folder was made by a command that only looks: %v", err)
	}

	add := []string{"add", "--email", "Ruth@Blog.example", "--name", "Ruth", "--role", "owner"}
	refused(user("", add...), "no password")
	refused(user("\n", add...), "the password is too short")
	refused(user("kettles\n", add...), "the password is too short")
	refused(user("passwordpassword\n", add...), "the password is easy to guess")
	done(user(ownerPassword+"\n", add...), "added Ruth (owner)\n")
	refused(user(ownerPassword, add...), "belongs to somebody here already")
	done(user("nine pale lamps remain", "add", "--email", "jo@blog.example", "--name", "Jo", "--role", "author"), "added Jo (author)\n")
	refused(user(ownerPassword, "password", "--email", "nobody@blog.example"), "nobody here has that e-mail address; `dimmer user list` shows who is there")
	refused(user(ownerPassword, "password", "--email", "nobody"), "this is not an e-mail address")

	list := user("", "list")
	if list.status() != 0 || !regexp.MustCompile(`(?m)^Ruth +owner +ruth@blog\.example +0 +yes$`).MatchString(list.out.String()) {
		t.Errorf("the list says:\n%s", list.said())
	}

	// What was typed works, also beside a server, and a new password ends what was before.
	p := serveOn(t, data, nil)
	token := p.signIn(ownerEmail, ownerPassword)
	p.ask("GET", "/api/v1/auth/me", token, nil).into(t, http.StatusOK, nil)
	done(user("five slow rivers meet", "password", "--email", ownerEmail), "Ruth has a new password; every session of hers has ended\n")
	p.ask("GET", "/api/v1/auth/me", token, nil).into(t, http.StatusUnauthorized, nil)
	token = p.signIn(ownerEmail, "five slow rivers meet")
	done(user("", "sessions", "--end", "--email", ownerEmail), "Ruth is signed out everywhere\n")
	p.ask("GET", "/api/v1/auth/me", token, nil).into(t, http.StatusUnauthorized, nil)
	p.signIn("jo@blog.example", "nine pale lamps remain")
	done(user("two green doors open", "add", "--email", "ada@blog.example", "--name", "Ada", "--role", "editor"), "added Ada (editor)\n")
	p.signIn("ada@blog.example", "two green doors open")
	p.stop()
}

func TestTheSchemaIsShownAndBroughtUpToDate(t *testing.T) {
	t.Parallel()
	data := folder(t)
	status := func() string {
		t.Helper()
		p := execute(t, []string{"migrate", "--data", data})
		if p.status() != 0 {
			t.Fatalf("status %d: %s", p.status(), p.said())
		}
		return p.out.String()
	}
	before := status()
	if !strings.HasPrefix(before, "waits  00001") || strings.Contains(before, "done") {
		t.Errorf("before the first step it says:\n%s", before)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("to look at the schema made the folder: %v", err)
	}
	if p := execute(t, []string{"migrate", "up", "--data", data}); p.status() != 0 || p.out.String() != "the schema is up to date\n" {
		t.Fatalf("status %d, says %q", p.status(), p.said())
	}
	after := status()
	if after != strings.ReplaceAll(before, "waits", "done ") {
		t.Errorf("after the last step it says:\n%s", after)
	}

	p := serveOn(t, data, nil)
	if beside := status(); beside != after {
		t.Errorf("beside a server it says:\n%s", beside)
	}
	refused := execute(t, []string{"migrate", "up", "--data", data})
	if refused.status() != 1 || !strings.Contains(refused.errs.String(), "another dimmer serves the data folder") || len(refused.errs.lines()) != 1 {
		t.Errorf("beside a server to migrate ends with %d and says %q", refused.status(), refused.said())
	}
	p.stop()
	if p := execute(t, []string{"migrate", "up", "--data", data}); p.status() != 0 {
		t.Errorf("after the server to migrate ends with %d and says %q", p.status(), p.said())
	}
}

func TestWhatTheProgramWritesIsForItAlone(t *testing.T) {
	t.Parallel()
	data := folder(t)
	if err := os.MkdirAll(data, 0o755); err != nil { // made by somebody else
		t.Fatal(err)
	}
	p := serveOn(t, data, []string{"--demo"})
	seen := 0
	err := filepath.WalkDir(data, func(path string, entry os.DirEntry, err error) error {
		if err != nil || path == data {
			return err
		}
		stat, err := entry.Info()
		if err == nil && stat.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, stat.Mode())
		}
		seen++
		return err
	})
	if err != nil || seen < 6 {
		t.Errorf("%d files, %v", seen, err)
	}
	p.stop()
}
