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

// loadSecret is the secret of the settings, else the one in the data folder, made there on the first start.
func loadSecret(s settings) (auth.Secret, error) {
	if s.Secret != "" {
		return auth.NewSecret([]byte(s.Secret))
	}
	path := filepath.Join(s.Data, "secret")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeSecret(path)
	}
	if err != nil {
		return auth.Secret{}, fmt.Errorf("read the secret: %w", err)
	}
	secret, err := auth.NewSecret([]byte(strings.TrimSpace(string(raw))))
	if err != nil {
		return auth.Secret{}, fmt.Errorf("%s: %w", path, err)
	}
	return secret, nil
}

// makeSecret writes a new secret that nobody but the owner of the program can read. Of two programs that start at once, the first wins.
func makeSecret(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "secret.*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(auth.GenerateSecret() + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// openStore opens the database that the settings name.
func openStore(ctx context.Context, s settings, secret auth.Secret, log *slog.Logger, tune func(*models.Config)) (*models.Store, error) {
	config := models.Config{
		Dir: s.Data, URL: s.DatabaseURL, SynchronousNormal: s.SynchronousNormal, SecretFingerprint: secret.Fingerprint(), Log: log,
	}
	if tune != nil {
		tune(&config)
	}
	return models.Open(ctx, config)
}

// withStore runs a command beside a server that may be running on the same data.
func withStore(ctx context.Context, c *console, data string, do func(*models.Store, auth.Secret) error) (err error) {
	s, err := readSettings(c.env, "", data)
	if err != nil {
		return err
	}
	secret, err := loadSecret(s)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, s, secret, newLogger(s, c.err), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return do(store, secret)
}
