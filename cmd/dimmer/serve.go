package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"dimmer/auth"
	"dimmer/handlers"
	"dimmer/media"
	"dimmer/models"
	"dimmer/notify"
)

type serveCommand struct {
	Addr string `help:"Address to listen on (DIMMER_ADDR, default :8080)." placeholder:"HOST:PORT"`
	Data string `help:"Folder for database and uploads (DIMMER_DATA, default data)." placeholder:"FOLDER" type:"path"`
	Demo bool   `help:"Fill an empty database with the demo blog. Without --data it is kept apart, in data/demo-site."`
}

// Validate says that an address on the command line is none: wrong usage.
func (cmd *serveCommand) Validate() error {
	if cmd.Addr != "" && !isListenAddress(cmd.Addr) {
		return fmt.Errorf("--addr %s", notAnAddress)
	}
	return nil
}

// Run serves until ctx ends. Everything that runs is joined here, in the order in which it starts.
func (cmd *serveCommand) Run(ctx context.Context, c *console) (err error) {
	defer func() {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = nil // told to stop before it was up
		}
	}()
	s, err := readSettings(c.env, flags{cmd.Addr, cmd.Data, cmd.Demo})
	if err != nil {
		return err
	}
	log := newLogger(s, c.err)
	for _, name := range s.early {
		log.Warn(name + " is set, but this version has no use for it yet")
	}

	// The database comes first: a folder that it refuses stays as it is.
	clock := &movableClock{}
	store, secret, err := openStore(ctx, s, log, func(m *models.Config) { m.Exclusive, m.Now = s.DatabaseURL == "", clock.now })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	files, err := media.OpenDisk(filepath.Join(s.Data, "media"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	pictures := media.NewPictures(files)

	// The socket comes before what a taken port would leave half done. Who connects now waits for the rest.
	listener, err := listen(ctx, s.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if s.PublicURL == "" {
		s.PublicURL = "http://localhost:" + port(listener.Addr())
	}

	// What goes into an empty database.
	hasher, err := auth.NewHasher(auth.RecommendedParams())
	if err != nil {
		return err
	}
	if err := cmd.fill(ctx, c, s, store, files, hasher, clock, log); err != nil {
		return err
	}

	// The timed work.
	for _, kind := range []string{models.JobForget, models.JobMediaSweep} {
		if err := store.ScheduleDaily(ctx, kind); err != nil {
			return err
		}
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	worker := notify.NewWorker(store, log)
	worker.AskAkismet(notify.Asking{Open: auth.NewSealer(secret, auth.AkismetKey).Open, Allowed: s.OutboundAllow, BlogURL: s.PublicURL})
	worker.KeepPictures(pictureFiles{pictures})
	work.Go(func() { worker.Run(working) })
	mailer, err := newMailer(s, store, secret, log)
	if err != nil {
		stopWork()
		work.Wait()
		return err
	}
	parts := handlers.Parts{Store: store, Secret: secret, Hasher: hasher, Media: pictures}
	if mailer != nil {
		parts.Mail = mailer
		work.Go(func() { mailer.Run(working) })
	}
	pusher := notify.NewPusher(notify.PushConfig{
		Store: store, Log: log, Key: auth.NewPushKey(secret), Allowed: s.OutboundAllow, Contact: pushContact(s),
	})
	parts.Push = pusher
	work.Go(func() { pusher.Run(working) })
	defer work.Wait()
	defer stopWork()

	// The requests.
	var limiter handlers.Limiter = handlers.NewMemoryLimiter(time.Now)
	if s.NoRateLimits {
		limiter = handlers.NoLimits{}
	}
	server, err := handlers.New(handlers.Config{
		PublicURL: s.PublicURL, Version: version(), Demo: cmd.Demo, TrustedProxies: s.TrustedProxies, CORSOrigins: s.CORSOrigins, Limiter: limiter, Logger: log,
		CacheBytes: s.CacheBytes, CountLag: handlers.DefaultCountLag,
	}, parts)
	if err != nil {
		return err
	}
	web := serve(listener, server, log)
	if err := greet(ctx, c, s, listener, store, secret, log); err != nil {
		return errors.Join(err, web.stop())
	}
	go debug.FreeOSMemory() // a start needs more than what follows: about 4 of 17 MiB go back
	select {
	case err := <-web.ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}

	// And back: readiness off, requests finished, then (deferred, last first) work, files, database.
	log.Info("stopping; a second signal ends it at once")
	server.Drain()
	if err := web.stop(); err != nil {
		log.Warn("stopped before everything was answered", "error", err)
	}
	return nil
}

// newMailer makes what sends mail, or says that mail is off and returns nil.
func newMailer(s settings, store *models.Store, secret auth.Secret, log *slog.Logger) (*notify.Mailer, error) {
	if s.SMTP == nil {
		log.Info("mail is off: nobody is told of comments by e-mail. Set DIMMER_SMTP_URL and DIMMER_MAIL_FROM to switch it on")
		return nil, nil
	}
	log.Info("mail goes out", "server", s.SMTP.Address(), "from", s.MailFrom.Address)
	return notify.NewMailer(notify.MailConfig{
		Store: store, Log: log, SMTP: *s.SMTP, From: s.MailFrom, Links: handlers.NewLinks(s.PublicURL, secret), PublicURL: s.PublicURL,
	})
}

// pushContact is whom a push service can write to if something is wrong with what we send.
func pushContact(s settings) string {
	if s.MailFrom != nil {
		return "mailto:" + s.MailFrom.Address
	}
	return s.PublicURL
}

// fill makes the owner that the environment names and, if that is wanted, the demo.
func (cmd *serveCommand) fill(
	ctx context.Context, c *console, s settings, store *models.Store, files *media.Disk, hasher *auth.Hasher, clock *movableClock, log *slog.Logger,
) error {
	if !cmd.Demo {
		return firstOwner(ctx, s, store, hasher, log)
	}
	empty, err := isEmpty(ctx, store)
	if err != nil {
		return err
	}
	if err := firstOwner(ctx, s, store, hasher, log); err != nil {
		return err
	}
	if !empty {
		log.Info("the demo is not loaded: the database is not empty")
		return nil
	}
	// A signal does not break it off: half a demo would be taken for somebody's blog at the next start.
	return loadDemo(context.WithoutCancel(ctx), c, store, files, hasher, clock)
}

// isEmpty tells whether nobody has begun a blog.
func isEmpty(ctx context.Context, store *models.Store) (bool, error) {
	people, err := store.Users(ctx, models.UserQuery{Page: models.Page{Limit: 1}})
	if err != nil || len(people.Items) > 0 {
		return false, err
	}
	posts, err := store.Posts(ctx, models.System, models.PostQuery{Page: models.Page{Limit: 1}})
	return len(posts.Items) == 0, err
}

// greet says how to become the owner, as long as there is none, and last that the blog is there: what waits for that line has read all
// that comes before it.
func greet(ctx context.Context, c *console, s settings, listener net.Listener, store *models.Store, secret auth.Secret, log *slog.Logger) error {
	owned, err := store.HasOwner(ctx)
	if err != nil {
		return err
	}
	if !owned {
		_, err = fmt.Fprintf(c.out, "no owner yet: set up your blog at %s/admin/setup#token=%s\n", s.PublicURL, auth.SetupToken(secret, store.InstanceID()))
	}
	log.Info("serving", "public_url", s.PublicURL, "data", s.Data, "version", version())
	_, listening := fmt.Fprintf(c.out, "listening on %s\n", shownAddress(s.Addr, listener.Addr()))
	return errors.Join(err, listening)
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
		log.Info("DIMMER_OWNER_EMAIL and DIMMER_OWNER_PASSWORD are ignored: there is an owner already")
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
