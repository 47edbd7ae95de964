package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"dimmer/auth"
	"dimmer/models"
)

// newLogger writes what happens to standard error. Standard output is for what a person or script waits for.
func newLogger(s settings, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

// openStore opens the database that the settings name, and finds the secret. A folder that has held a blog may be refused, and then
// not a byte in it has changed: a secret that is missing there is made only after the database has been opened.
func openStore(ctx context.Context, s settings, log *slog.Logger, tune func(*models.Config)) (*models.Store, auth.Secret, error) {
	config := models.Config{Dir: s.Data, URL: s.DatabaseURL, SynchronousNormal: s.SynchronousNormal, Log: log}
	if tune != nil {
		tune(&config)
	}
	secret, err := readSecret(s)
	missing := errors.Is(err, fs.ErrNotExist)
	if missing && !holdsBlog(s) {
		secret, err = makeSecret(s)
		missing = false
	}
	if err != nil && !missing {
		return nil, secret, err
	}
	if !missing {
		config.SecretFingerprint = secret.Fingerprint()
	}
	store, err := models.Open(ctx, config)
	if err != nil || !missing {
		return store, secret, err
	}
	if secret, err = makeSecret(s); err != nil {
		return nil, secret, errors.Join(err, store.Close())
	}
	return store, secret, nil
}

// holdsBlog tells whether the data folder has been in use.
func holdsBlog(s settings) bool {
	_, err := os.Stat(filepath.Join(s.Data, "instance"))
	return err == nil
}

func secretPath(s settings) string { return filepath.Join(s.Data, "secret") }

// readSecret is the secret of the settings, else the one in the data folder.
func readSecret(s settings) (auth.Secret, error) {
	if s.Secret != "" {
		return auth.NewSecret([]byte(s.Secret))
	}
	raw, err := os.ReadFile(secretPath(s))
	if err != nil {
		return auth.Secret{}, fmt.Errorf("read the secret: %w. It belongs to this data folder; put it back from a backup or let this program read it", err)
	}
	secret, err := auth.NewSecret([]byte(strings.TrimSpace(string(raw))))
	if err != nil {
		return auth.Secret{}, fmt.Errorf("%s: %w", secretPath(s), err)
	}
	return secret, nil
}

// makeSecret writes a new secret that nobody but the owner of the program can read. Of two programs that start at once, the first wins.
func makeSecret(s settings) (auth.Secret, error) {
	if err := writeSecret(secretPath(s)); err != nil && !errors.Is(err, fs.ErrExist) {
		return auth.Secret{}, fmt.Errorf("keep a secret in the data folder: %w. Check that this program may write there, or set DIMMER_SECRET", err)
	}
	return readSecret(s)
}

func writeSecret(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, "secret.*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(auth.GenerateSecret() + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Link(temp.Name(), path)
}

// withStore runs a command beside a server that may be running on the same data.
func withStore(ctx context.Context, c *console, data string, do func(*models.Store) error) (err error) {
	s, err := readSettings(c.env, flags{Data: data})
	if err != nil {
		return err
	}
	store, _, err := openStore(ctx, s, newLogger(s, c.err), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return do(store)
}

// withBlog is withStore for what makes no sense before there is a blog: a mistyped folder is a mistake then, and not a new blog.
func withBlog(ctx context.Context, c *console, data string, do func(*models.Store) error) error {
	s, err := readSettings(c.env, flags{Data: data})
	if err != nil {
		return err
	}
	if s.DatabaseURL == "" && !holdsBlog(s) {
		return fmt.Errorf("there is no blog in %s. Name its folder with --data or DIMMER_DATA; `dimmer serve` begins one", s.Data)
	}
	return withStore(ctx, c, data, do)
}
