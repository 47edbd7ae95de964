package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"dimmer/cache"
)

// Config is what a [Server] is made of. Everything is required unless it says otherwise.
type Config struct {
	PublicURL      string         // https://blog.example, without a slash at the end; the Host header decides nothing
	Version        string         // of the program, for the document
	Demo           bool           // it was started to be tried out, so that the admin area can say how to begin a blog of one's own
	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts; default none
	CORSOrigins    []string       // sites whose scripts may read public answers; default "*", which is all of them
	RefreshCookie  string         // its name, for the document
	CursorKey      []byte         // 32 bytes, derived from the secret of the instance

	// Authenticate tells who a bearer token stands for, as the database has it now. auth.ErrUnauthenticated says nobody; any other
	// error says that it cannot be told, and then nobody is let in.
	Authenticate func(ctx context.Context, token string) (*Principal, error)
	// Ping asks the database for a sign of life. It is called at most once a second.
	Ping func(ctx context.Context) error

	BodyTimeout  time.Duration    // how long a body may take to arrive; default 10 s (THREATS 2.12)
	CacheControl func() string    // what public answers say; default [DefaultCacheControl]
	Limiter      Limiter          // default [NewMemoryLimiter]
	Logger       *slog.Logger     // default none
	Now          func() time.Time // default the clock
	CacheBytes   int              // of ready answers in memory; default [DefaultCacheBytes]
	CacheFor     time.Duration    // how long an answer is kept that nothing has cleared; default [DefaultCacheFor]
	CountLag     time.Duration    // how old a count inside a post or a list may be; default not at all
}

const (
	// DefaultCacheBytes is what ready answers take in memory at most.
	DefaultCacheBytes = 64 << 20
	// DefaultCacheFor is how long an answer is kept that nothing clears. What the time of day changes in it (a thread that closes, a flood that
	// is over) may be that late; so may what another program writes into the same SQLite file.
	DefaultCacheFor = time.Minute
	// DefaultCountLag keeps what readers see within the second that API 2 allows.
	DefaultCountLag = 900 * time.Millisecond
)

// Server answers every request. It is safe for concurrent use.
type Server struct {
	config       Config
	origin       string // of PublicURL, as browsers send it
	anyOrigin    bool
	varyPublic   []string
	authenticate func(ctx context.Context, token string) (*Principal, error)
	cacheControl func() string
	limiter      Limiter
	logger       *slog.Logger
	now          func() time.Time
	cursors      cursorKey
	ids          *requestIDs
	work         workBound
	readySent    traffic
	madeAnew     *queue // for answers that nobody has asked for of late
	posting      *queue // for comments
	answers      *cache.Cache[*ready]
	sweep        sweep
	health       health
	formPage     func(io.Writer, *Problem) // what somebody sees whose form was refused
	deskRefusal  func(io.Writer, *Problem) // what is said on the pages that mails lead to
	strayed      func(*gin.Context) bool   // shows a page to a reader who has come to no address of ours; false if it has none for her
	draining     atomic.Bool

	engine         *gin.Engine
	api            huma.API
	document       func() (*ready, error)
	secretPrefixes []string // of the paths that carry a token
}

// Ready answers come first. From so many a second and processor on, which take an eighth of its time (docs/performance.md), what nobody has asked for of late
// is made by half of the processors, which rest for three quarters of the time, and comments are posted by a few at a time, so many for each processor, which
// are on the disk together, and then rest for as long.
const (
	readyIsMany  = 4000
	postingTurns = 4
)

// newServer makes a server of the rows that it is given, besides its own.
func newServer(c Config, rows func(*Server) []route) (*Server, error) {
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("the public URL %q is no address like https://blog.example", c.PublicURL)
	}
	if len(c.CursorKey) == 0 || c.Authenticate == nil || c.Ping == nil {
		return nil, errors.New("handlers: CursorKey, Authenticate and Ping are required")
	}
	if c.BodyTimeout == 0 {
		c.BodyTimeout = 10 * time.Second
	}
	if c.CacheControl == nil {
		c.CacheControl = func() string { return DefaultCacheControl }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limiter == nil {
		c.Limiter = NewMemoryLimiter(c.Now)
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = DefaultCacheBytes
	}
	if c.CacheFor == 0 {
		c.CacheFor = DefaultCacheFor
	}
	processors := runtime.GOMAXPROCS(0)
	s := &Server{
		config: c, origin: originOf(public),
		anyOrigin:    len(c.CORSOrigins) == 0 || slices.Contains(c.CORSOrigins, "*"),
		varyPublic:   []string{"Accept-Encoding"},
		authenticate: c.Authenticate, cacheControl: c.CacheControl, limiter: c.Limiter, logger: c.Logger, now: c.Now,
		cursors: c.CursorKey, ids: newRequestIDs(),
		answers: cache.New[*ready](c.CacheBytes, c.CacheFor, c.Now),
		work:    newWorkBound(max(16, 8*processors), 1024),
		health:  health{ping: c.Ping, now: c.Now},
		engine:  gin.New(),
	}
	s.readySent.many, s.readySent.now = readyIsMany*float64(processors), c.Now
	s.madeAnew = newQueue(max(1, processors/2), 3, &s.readySent)
	s.posting = newQueue(postingTurns*processors, 1, &s.readySent)
	if !s.anyOrigin {
		s.varyPublic = []string{"Accept-Encoding, Origin"}
	}
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash = false // its redirects believe X-Forwarded-Prefix
	s.engine.UseRawPath = true             // an encoded slash is part of a name, never a border
	s.engine.Use(s.observe)
	s.engine.NoRoute(s.unmatched)
	s.engine.NoMethod(s.unmatched)
	s.api = jsonAPI{huma.NewAPI(huma.Config{OpenAPI: s.newDocument()}, adapter{s})}

	s.mountAll(append(rows(s), s.documentRow(), s.healthRow(), s.readinessRow()))
	return s, s.finishDocument()
}

// originOf is how browsers write where an address belongs: in lower case, without the port that its scheme has anyway.
func originOf(u *url.URL) string {
	host := u.Host
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return strings.ToLower(u.Scheme + "://" + host)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// Drain makes /readyz say no, so that whoever distributes requests sends no more. Requests are still answered.
func (s *Server) Drain() { s.draining.Store(true) }

// Clear makes every kept answer with one of these cache tags old: whoever asks from now on gets a new one.
func (s *Server) Clear(tags []string) { s.answers.Clear(tags...) }

// ClearAll makes every kept answer old.
func (s *Server) ClearAll() { s.answers.ClearAll() }

// ClearSoon does so once CountLag has passed, with all that has come by then: for answers in which another count stands, and nothing else.
func (s *Server) ClearSoon(tags []string) {
	if s.config.CountLag == 0 {
		s.Clear(tags)
		return
	}
	s.sweep.add(tags, s.config.CountLag, s.Clear)
}

// sweep collects tags that are cleared together.
type sweep struct {
	mu   sync.Mutex
	tags map[string]bool // nil: nothing is waiting
}

func (w *sweep) add(tags []string, pause time.Duration, clear func([]string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tags == nil {
		w.tags = map[string]bool{}
		time.AfterFunc(pause, func() { clear(w.take()) })
	}
	for _, tag := range tags {
		w.tags[tag] = true
	}
}

func (w *sweep) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	tags := slices.Collect(maps.Keys(w.tags))
	w.tags = nil
	return tags
}

func (s *Server) healthRow() route {
	return plain(http.MethodGet, "/healthz", "checkHealth", anyone, none, func(c *gin.Context) error {
		return s.sayOK(c)
	}, about("Is it alive?", "Asks the database at most once a second."), produces("text/plain"))
}

func (s *Server) readinessRow() route {
	return plain(http.MethodGet, "/readyz", "checkReadiness", anyone, none, func(c *gin.Context) error {
		if s.draining.Load() {
			return refuse(http.StatusServiceUnavailable, "draining", "This server is about to stop.").after(time.Second)
		}
		return s.sayOK(c)
	}, about("Does it take requests?"), produces("text/plain"))
}

func (s *Server) sayOK(c *gin.Context) error {
	if err := s.health.check(c.Request.Context()); err != nil {
		p := unavailable("The storage does not answer.")
		p.cause = err
		return p
	}
	c.String(http.StatusOK, "ok\n")
	return nil
}

// health remembers for a second what the database said, so that a flood of checks is no load on it.
type health struct {
	ping func(context.Context) error
	now  func() time.Time

	mu      sync.Mutex
	askedAt time.Time
	err     error
}

func (h *health) check(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.now(); h.askedAt.IsZero() || now.Sub(h.askedAt) >= time.Second {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second) // others wait for this answer too
		defer cancel()
		h.askedAt, h.err = now, h.ping(ctx)
	}
	return h.err
}

// NewHTTPServer puts the time and size limits of THREATS 5 around a handler. What the server itself has to say (a broken TLS
// handshake, a header too large) goes to the logger.
func NewHTTPServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
