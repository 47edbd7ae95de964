package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	gormlogger "gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"dimmer/markdown"
)

// patience is how long one read or write may take before it ends with [ErrBusy]: a stalled database must not pile requests up
// (five seconds is the bound of THREATS 4.28).
const patience = 5 * time.Second

// Config is what [Open] needs. Dir is required, the rest has defaults.
type Config struct {
	Dir               string           // the data folder: dimmer.db, instance, lock
	URL               string           // postgres://…; empty means SQLite in Dir
	SynchronousNormal bool             // SQLite only: faster writes that a power cut may undo
	Exclusive         bool             // hold the folder alone: a second program with Exclusive is refused
	SecretFingerprint string           // of DIMMER_SECRET; on Postgres another one refuses the start
	Now               func() time.Time // the clock; default time.Now
	Patience          time.Duration    // how long a read or write may take; default [patience]
	Log               *slog.Logger     // default: discard
	// Filling is for a new folder that is thrown away unless everything goes well (SQLite only): nothing waits for the disk before
	// [Store.Close], pages stay in memory, and a program that is killed leaves a database that cannot be used.
	Filling bool
}

// Store is the one way to what is stored. It is safe for concurrent use.
type Store struct {
	reader, writer *gorm.DB // the same pool on Postgres; on SQLite readers cannot write and there is one writer
	pools          []*sql.DB
	postgres       bool
	folder         *folder
	instanceID     string
	patience       time.Duration
	now            func() time.Time
	log            *slog.Logger
	listener       atomic.Pointer[Listener]
	program        string // names this one among those that work on the same database
	hearing        hearing
	render         *markdown.Renderer
	settings       atomic.Pointer[loadedSettings]
	group          *group
	discussed      discussed
	filling        bool
	flood          struct{ at, since atomic.Int64 } // when it was last looked for one (microseconds since 1970), and comments since
}

// Listener is told the cache tags of every committed write that readers can see, before the write is answered; on Postgres also those of other
// programs' writes, as soon as they have committed.
type Listener struct {
	Changed     func(tags []string)
	ChangedSoon func(tags []string) // of which readers see another count only, where it stands beside a post: that may be a second late
	// ChangedAll says that anything may have changed: other programs could not be heard. While they cannot, it is called again and again.
	ChangedAll func()
}

// Listen has a listener told of writes from now on. There is one at a time.
func (s *Store) Listen(l Listener) {
	s.listener.Store(&l)
	if s.postgres {
		s.hearing.once.Do(s.hear)
	}
}

// Open opens the database of the folder, brings its schema up to date and returns the store. A folder that is known but whose
// database is missing, foreign, damaged or newer is refused with a [DamagedError] and left exactly as it was.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Patience == 0 {
		c.Patience = patience
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	schema.RegisterSerializer("utc", utcSerializer{})
	dir, err := openFolder(c.Dir, c.Exclusive)
	if err != nil {
		return nil, err
	}
	started, err := dir.start(ctx)
	if err != nil {
		return nil, errors.Join(err, dir.close())
	}
	defer started()
	s := &Store{
		folder: dir, patience: c.Patience, postgres: c.URL != "", log: c.Log, render: markdown.New(), group: newGroup(), program: uuid.NewString(),
		filling: c.Filling && c.URL == "",
		now:     func() time.Time { return c.Now().UTC().Truncate(time.Microsecond) },
	}
	if s.postgres {
		err = s.openPostgres(ctx, c)
	} else {
		err = s.openSQLite(ctx, c)
	}
	if err == nil {
		err = s.claimInstance(ctx, c.SecretFingerprint)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for nothing: stop whoever uses the store first. On SQLite it folds the write-ahead log into the database.
func (s *Store) Close() error {
	s.endHearing()
	var errs []error
	for _, pool := range s.pools {
		errs = append(errs, pool.Close())
	}
	if s.filling {
		errs = append(errs, s.folder.sync())
	}
	return errors.Join(append(errs, s.folder.close())...)
}

// Ping asks the database for a sign of life, on a connection that reads: the one that writes may have a queue before it.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return fault("ask the database", s.pools[len(s.pools)-1].PingContext(ctx))
}

// Postgres reports whether the store is on Postgres rather than SQLite.
func (s *Store) Postgres() bool { return s.postgres }

// InstanceID names this blog, for ever.
func (s *Store) InstanceID() string { return s.instanceID }

// Now is the store's clock: UTC, microseconds.
func (s *Store) Now() time.Time { return s.now() }

func gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger:                 gormlogger.Discard, // return or log, never both: errors are returned
		SkipDefaultTransaction: true,               // every write has an explicit one
		TranslateError:         true,
		NowFunc:                func() time.Time { return time.Now().UTC() }, //nolint:forbidigo // no model uses gorm's own timestamps
	}
}

// read returns the reader pool and a context that ends after the store's patience.
func (s *Store) read(ctx context.Context) (*gorm.DB, context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	return s.reader, ctx, cancel
}

// readShort is [Store.read] for a few short questions, which on SQLite go to the driver on one connection (see [ownConn]). They are not ended when ctx is:
// only for what reads a bounded number of rows along an index.
func (s *Store) readShort(ctx context.Context, do func(context.Context, *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if s.postgres {
		return do(ctx, s.reader)
	}
	db, release, err := onOwn(ctx, s.reader, s.pools[1])
	if err != nil {
		return err
	}
	defer release()
	return do(context.WithoutCancel(ctx), db)
}

// A tx is one write: the transaction, who does it, when, and what it will have told when it commits.
type tx struct {
	*gorm.DB
	ctx     context.Context
	s       *Store
	now     time.Time
	by      Actor
	events  []Event
	cleared map[string]bool
	// clearedSoon are the tags of what shows another count only.
	clearedSoon map[string]bool
	touched     touched
	named       *knownNames // nil unless many posts are made
	arrivals    *arrivals   // nil unless it is the writing of comments
	after       []func()    // run once it has committed, before the write is answered
}

// write runs do in one transaction and appends its events to it. Either all of it is stored or nothing. On Postgres do runs again
// when another write came between, so it touches nothing but the transaction and variables that it sets anew.
//
// There, every write takes its locks in this order, so that no two wait for each other: the lock of [Store.writeAlone], posts (several by
// their ids, see [tx.lockThreads]), comments or a session, counters, commenters, moderation_actions and jobs, change_numbers, changes_by_tag, events.
func (s *Store) write(ctx context.Context, by Actor, what string, do func(*tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	var t *tx
	once := func() error {
		return s.transaction(ctx, func(db *gorm.DB) error {
			t = s.newTx(ctx, db, by)
			if err := do(t); err != nil {
				return err
			}
			return finish(t)
		})
	}
	err := once()
	for attempt := 0; attempt < 3 && s.postgres && cameBetween(err); attempt++ {
		err = once()
	}
	s.discussed.forget() // after a failure too: what has become of a commit may not be known
	if err != nil {
		return fault(what, err)
	}
	s.settle(t)
	return nil
}

// transaction runs do in one transaction: what it has written is on the disk once this returns, or none of it is kept.
func (s *Store) transaction(ctx context.Context, do func(*gorm.DB) error) error {
	if s.postgres {
		return s.writer.WithContext(ctx).Transaction(do)
	}
	db, release, err := onOwn(ctx, s.writer, s.pools[0])
	if err != nil {
		return err
	}
	defer release()
	own := ownConnOf(db)
	if err := own.begin(ctx); err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept { // after a panic too
			own.rollback()
		}
	}()
	if err := do(db); err != nil {
		return err
	}
	err = own.commit(ctx)
	kept = err == nil
	return err
}

func (s *Store) newTx(ctx context.Context, db *gorm.DB, by Actor) *tx {
	return &tx{DB: db, ctx: ctx, s: s, now: s.now(), by: by, cleared: map[string]bool{}, clearedSoon: map[string]bool{}}
}

// settle does what follows from writes that have been committed, before they are answered.
func (s *Store) settle(written ...*tx) {
	cleared, soon := map[string]bool{}, map[string]bool{}
	for _, t := range written {
		for _, act := range t.after {
			act()
		}
		maps.Copy(cleared, t.cleared)
		maps.Copy(soon, t.clearedSoon)
	}
	maps.DeleteFunc(soon, func(tag string, _ bool) bool { return cleared[tag] })
	s.report(slices.Sorted(maps.Keys(cleared)), slices.Sorted(maps.Keys(soon)))
}

// report passes on which tags have been cleared.
func (s *Store) report(changed, soon []string) {
	listener := s.listener.Load()
	if listener == nil {
		return
	}
	if len(changed) > 0 {
		listener.Changed(changed)
	}
	if len(soon) > 0 {
		listener.ChangedSoon(soon)
	}
}

// writeAlone is write for what staff change, people, posts, tags and settings: on Postgres one such write runs at a time, as every write
// does on SQLite. So what it reads stays true until it commits. What readers do (comments, sign-ins) goes on beside it.
func (s *Store) writeAlone(ctx context.Context, by Actor, what string, do func(*tx) error) error {
	return s.write(ctx, by, what, func(t *tx) error {
		if err := t.lock(staffLock); err != nil {
			return err
		}
		return do(t)
	})
}

// forUpdate keeps a row that is read to be changed from every other transaction until this one ends. (On SQLite nobody else writes.)
func (t *tx) forUpdate() []clause.Interface {
	if !t.s.postgres {
		return nil
	}
	return []clause.Interface{clause.Locking{Strength: clause.LockingStrengthUpdate}}
}

// forChange is forUpdate for a row that others refer to: whoever adds such a reference meanwhile does not wait.
func (t *tx) forChange() []clause.Interface {
	if !t.s.postgres {
		return nil
	}
	return []clause.Interface{clause.Locking{Strength: "NO KEY UPDATE"}}
}

// finish writes what writes of one transaction have to tell, in their order.
func finish(written ...*tx) error {
	if len(written) == 0 {
		return nil
	}
	last := written[len(written)-1]
	told := map[string]bool{}
	for _, t := range written {
		if err := t.noteChanges(); err != nil {
			return err
		}
		maps.Copy(told, t.cleared)
		maps.Copy(told, t.clearedSoon)
	}
	var rows [][]any
	for _, tag := range coarseTags {
		if told[tag] {
			rows = append(rows, []any{tag, last.now})
		}
	}
	err := last.insertAll("INSERT INTO changes_by_tag (tag, changed_at) VALUES ", "(?, ?)", " ON CONFLICT (tag) DO UPDATE SET changed_at = excluded.changed_at", rows)
	if err != nil {
		return fmt.Errorf("note what has changed: %w", err)
	}
	for _, t := range written {
		if err := t.tell(); err != nil {
			return err
		}
	}
	return writeEvents(written...)
}

// clears says that readers may see something else under these cache tags once this has committed.
func (t *tx) clears(tags ...string) {
	for _, tag := range tags {
		t.cleared[tag] = true
	}
}

// clearsSoon says so of what shows another count only: it may be a second late.
func (t *tx) clearsSoon(tags ...string) {
	for _, tag := range tags {
		t.clearedSoon[tag] = true
	}
}

// newID makes a UUIDv7 for the time of this transaction's store.
func newID[T ~string]() T { return T(uuid.Must(uuid.NewV7()).String()) }

// one turns "no row changed" into [ErrNotFound].
func one(n int, err error) error {
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// done drops a row count that may be zero.
func done(_ int, err error) error { return err }

// found says of a row that is not there, in the words of this package, that it is not.
func found[T any](row T, err error) (T, error) {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrNotFound
	}
	return row, err
}

// errMiscounted is a fault of ours: a counter is not what the rows say.
var errMiscounted = errors.New("a counter has no row for what it should have counted")

// uncounted is [one] for counters: a missing one is a fault, not something that was asked for and is not there.
func uncounted(n int, err error) error {
	if err == nil && n == 0 {
		return errMiscounted
	}
	return err
}

// fault says what was being done, and turns the errors of gorm and the drivers into ours.
func fault(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	case isDomain(err):
		return err
	case errors.Is(err, gorm.ErrDuplicatedKey), errors.Is(err, gorm.ErrForeignKeyViolated):
		return fmt.Errorf("%s: %w: %w", what, ErrConflict, err) // somebody else was faster, and again when it was tried again
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", what, err)
	case isUnstorable(err):
		return fmt.Errorf("%s: %w: %w", what, ErrNotFound, err)
	case errors.Is(err, context.DeadlineExceeded), isBusy(err):
		return fmt.Errorf("%s: %w: %w", what, ErrBusy, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// isDomain reports whether err is already said in the words of this package.
func isDomain(err error) bool {
	var invalid Invalid
	return errors.As(err, &invalid) || errors.Is(err, ErrConflict) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound) ||
		errors.Is(err, ErrKeyReused) || errors.As(err, new(TooSoonError))
}

// coarseTags are the cache tags whose last change is kept, for the Last-Modified of answers that hold many things.
var coarseTags = []string{"authors", "changes", "posts", "site", "tags"}

type changeByTag struct {
	Tag       string    `gorm:"primaryKey"`
	ChangedAt time.Time `gorm:"serializer:utc"`
}

func (changeByTag) TableName() string { return "changes_by_tag" }

// LastChange is when anything under one of the coarse cache tags (site, posts, tags, authors, changes) last changed; the zero time if never.
func (s *Store) LastChange(ctx context.Context, tags ...string) (time.Time, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	rows, err := table[changeByTag](db).Where("tag IN ?", tags).Find(ctx)
	if err != nil {
		return time.Time{}, fault("read the last change", err)
	}
	var last time.Time
	for _, row := range rows {
		if row.ChangedAt.After(last) {
			last = row.ChangedAt
		}
	}
	return last, nil
}
