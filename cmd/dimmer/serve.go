package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/media"
	"dimmer/models"
	"dimmer/moderation"
	"dimmer/notify"
)

// grace is how long requests that are under way may take to finish after the signal to stop.
const grace = 15 * time.Second

type serveCommand struct {
	Addr string `help:"Address to listen on (DIMMER_ADDR, default :8080)." placeholder:"HOST:PORT"`
	Data string `help:"Folder for database and uploads (DIMMER_DATA, default data)." placeholder:"FOLDER" type:"path"`
	Demo bool   `help:"Fill an empty database with the demo blog. Without --data it is kept apart, in data/demo-site."`
}

// Run serves until ctx ends. Everything that runs is joined here, in the order in which it starts.
func (cmd *serveCommand) Run(ctx context.Context, c *console) (err error) {
	s, err := readSettings(c.env, cmd.Addr, cmd.Data)
	if err != nil {
		return err
	}
	if cmd.Demo && cmd.Data == "" && s.Data == "data" {
		s.Data = filepath.Join("data", "demo-site")
	}
	log := newLogger(s, c.err)
	for _, name := range s.early {
		log.Warn(name + " is set, but this version has no use for it yet")
	}

	// The folder and the secret.
	secret, err := loadSecret(s)
	if err != nil {
		return err
	}
	files, err := media.OpenDisk(filepath.Join(s.Data, "media"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()

	// The database, and what goes into an empty one.
	clock := &movableClock{}
	store, err := openStore(ctx, s, secret, log, func(m *models.Config) { m.Exclusive, m.Now = s.DatabaseURL == "", clock.now })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	hasher, err := auth.NewHasher(auth.RecommendedParams())
	if err != nil {
		return err
	}
	if err := firstOwner(ctx, s, store, hasher, log); err != nil {
		return err
	}
	if cmd.Demo {
		if err := loadDemo(ctx, c, store, files, hasher, clock); err != nil {
			return err
		}
	}

	// The socket comes before the server, since the public address may follow from its port.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w. Choose another address with --addr", s.Addr, err)
	}
	address := shownAddress(s.Addr, listener.Addr())
	if s.PublicURL == "" {
		s.PublicURL = "http://localhost:" + port(listener.Addr())
	}
	var limiter handlers.Limiter = handlers.NewMemoryLimiter(time.Now)
	if s.NoRateLimits {
		limiter = handlers.NoLimits{}
	}
	server, err := handlers.New(handlers.Config{
		PublicURL: s.PublicURL, Version: version(), TrustedProxies: s.TrustedProxies, CORSOrigins: s.CORSOrigins, Limiter: limiter, Logger: log,
	}, handlers.Parts{Store: store, Secret: secret, Hasher: hasher, Policy: moderation.Policy{}, Media: files})
	if err != nil {
		return errors.Join(err, listener.Close())
	}

	// The timed work.
	if err := store.ScheduleDaily(ctx, models.JobForget); err != nil {
		return errors.Join(err, listener.Close())
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { notify.NewWorker(store, log).Run(working) })
	defer work.Wait()
	defer stopWork()

	// The requests.
	web := handlers.NewHTTPServer(server, log)
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	_, _ = fmt.Fprintf(c.out, "listening on %s\n", address)
	if err := greet(ctx, c, s, store, secret, log); err != nil {
		return errors.Join(err, web.Close())
	}
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}

	// And back: readiness off, requests finished, then (deferred, last first) work, database, folder.
	log.Info("stopping")
	server.Drain()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := web.Shutdown(ending); err != nil {
		log.Warn("some requests did not finish in time", "error", err)
		_ = web.Close()
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// greet says where the blog is and, as long as it has no owner, how to become one.
func greet(ctx context.Context, c *console, s settings, store *models.Store, secret auth.Secret, log *slog.Logger) error {
	log.Info("serving", "public_url", s.PublicURL, "data", s.Data, "version", version())
	owned, err := store.HasOwner(ctx)
	if err != nil || owned {
		return err
	}
	_, err = fmt.Fprintf(c.out, "no owner yet: set up your blog at %s/admin/setup#token=%s\n", s.PublicURL, auth.SetupToken(secret, store.InstanceID()))
	return err
}

// firstOwner makes the owner that the environment names, if there is none. It never resets a password.
func firstOwner(ctx context.Context, s settings, store *models.Store, hasher *auth.Hasher, log *slog.Logger) error {
	if s.OwnerEmail == "" {
		return nil
	}
	owned, err := store.HasOwner(ctx)
	if err != nil {
		return err
	}
	if owned {
		log.Info("DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD are ignored: there is an owner")
		return nil
	}
	hash, err := hasher.Hash(ctx, s.OwnerPassword)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(s.OwnerEmail, "@") // until she gives it another
	_, err = store.CreateOwner(ctx, models.UserChange{Email: models.Some(&s.OwnerEmail), Name: models.Some(name), PasswordHash: models.Some(&hash)}, nil)
	if errors.Is(err, models.ErrConflict) {
		return nil // another program on the same database was first
	}
	return err
}

func port(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// shownAddress is the address to open: the host that was asked for, or localhost where that is every host.
func shownAddress(asked string, got net.Addr) string {
	host, _, err := net.SplitHostPort(asked)
	if err != nil || host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port(got))
}

// movableClock is the clock of the store: the real time, except while the demo is loaded, which happened in the past.
type movableClock struct {
	mu    sync.Mutex
	moved time.Time
}

func (c *movableClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.moved.IsZero() {
		return c.moved
	}
	return time.Now()
}

// set stops the clock at a moment; the zero time lets it run again.
func (c *movableClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = at
}
