package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

const (
	// floodWindow is the time in which comments are counted to see a flood.
	floodWindow = 10 * time.Minute
	// floodLeast is how many comments within it are a flood at the least, however quiet the site is.
	floodLeast = 30
	// floodFactor is how many times the normal rate is a flood.
	floodFactor = 10
	// normalDays is over how long the normal rate is taken.
	normalDays = 14
	// calmAfter is how long it has to be quiet for the level to fall again, and how long a level that a person put back stays there.
	calmAfter = time.Hour
	// floodPause and floodBurst are how often a flood is looked for: after this time, or after so many comments.
	floodPause = time.Second
	floodBurst = 10
	// QuietTime is how long the switch for the day of a flood is on.
	QuietTime = 24 * time.Hour
)

// LevelCause is why a post has the level it has.
type LevelCause int

// The causes, as the policy knows them.
const (
	BySetting LevelCause = iota
	ByFlood
	ByQuiet
)

// Quiet is what the switch for the day of a flood does.
type Quiet string

// What it can do.
const (
	QuietHold  Quiet = "hold"  // every comment waits
	QuietClose Quiet = "close" // no post takes comments
)

// Dimmer is what has moved the dimmer level besides the settings. There is one row of it.
type Dimmer struct {
	One       int        `gorm:"primaryKey"`
	Raised    int        // steps
	RaisedAt  *time.Time `gorm:"serializer:utc"`
	FloodedAt *time.Time `gorm:"serializer:utc"`
	PutBackAt *time.Time `gorm:"serializer:utc"`
	Quiet     *Quiet
	QuietTill *time.Time `gorm:"column:quiet_until;serializer:utc"`
	QuietBy   *UserID
}

// TableName is the table's name.
func (Dimmer) TableName() string { return "dimmer" }

// Steps is by how many steps a flood has raised the level.
func (d Dimmer) Steps(now time.Time) int {
	if d.FloodedAt == nil || !now.Before(d.FloodedAt.Add(calmAfter)) {
		return 0
	}
	return d.Raised
}

// QuietNow is what the switch does now, or "" if it is off.
func (d Dimmer) QuietNow(now time.Time) Quiet {
	if d.Quiet == nil || d.QuietTill == nil || !now.Before(*d.QuietTill) {
		return ""
	}
	return *d.Quiet
}

// staysPutBack tells whether a person has put the level back so lately that it does not rise by itself.
func (d Dimmer) staysPutBack(now time.Time) bool {
	return d.PutBackAt != nil && now.Before(d.PutBackAt.Add(calmAfter))
}

// acting is the level that a setting becomes. A flood only ever raises it, and never closes.
func (d Dimmer) acting(set Level, now time.Time) (Level, LevelCause) {
	switch quiet := d.QuietNow(now); {
	case set == LevelClosed:
		return set, BySetting
	case quiet == QuietClose:
		return LevelClosed, ByQuiet
	case quiet == QuietHold && set != LevelAll:
		return LevelAll, ByQuiet
	}
	switch steps := d.Steps(now); {
	case steps == 0, set == LevelAll:
		return set, BySetting
	case steps == 1 && set == LevelOpen:
		return LevelNewcomers, ByFlood
	default:
		return LevelAll, ByFlood
	}
}

// ActingLevel is the level that the site's setting has become.
func (c Settings) ActingLevel(now time.Time) (Level, LevelCause) {
	return c.Dimmer.acting(c.CommentLevel, now)
}

// Level is the level under which a comment on the post arrives: its own, else the strictest of its tags', else the site's; then what a flood or the owner's
// switch makes of it.
func (p *Post) Level(site Settings, now time.Time) (Level, LevelCause) {
	set := site.CommentLevel
	switch {
	case p.CommentLevel != nil:
		set = *p.CommentLevel
	case p.TagLevel != nil:
		set = *p.TagLevel
	}
	return site.Dimmer.acting(set, now)
}

// levelOfTags keeps the level that posts have by their tags. It is written as one value, so that no read has to look at tags.
const levelOfTags = `UPDATE posts SET tag_level = (SELECT CASE max(CASE t.comment_level WHEN 'closed' THEN 4 WHEN 'all' THEN 3 WHEN 'newcomers' THEN 2 WHEN 'open' THEN 1 END)
	WHEN 4 THEN 'closed' WHEN 3 THEN 'all' WHEN 2 THEN 'newcomers' WHEN 1 THEN 'open' END
	FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = posts.id) WHERE id `

// keepTagLevel keeps the level that a post has by its tags.
func (t *tx) keepTagLevel(id PostID) error { return done(exec(t.ctx, t.DB, levelOfTags+"= ?", id)) }

// keepTagLevels does so for every post with a tag.
func (t *tx) keepTagLevels(id TagID) error {
	return done(exec(t.ctx, t.DB, levelOfTags+"IN (SELECT post_id FROM post_tags WHERE tag_id = ?)", id))
}

func readDimmer(ctx context.Context, db *gorm.DB) (Dimmer, error) {
	return table[Dimmer](db).Select("raised, raised_at, flooded_at, put_back_at, quiet, quiet_until, quiet_by").Where("one = 1").Take(ctx)
}

// changeDimmer changes what moves the level: change names the event and the columns; no columns are no change. Readers see the level that follows, and a job
// sees to its end.
func (t *tx) changeDimmer(change func(*Dimmer) (event string, columns []string)) error {
	d, err := found(table[Dimmer](t.DB, t.forUpdate()...).Where("one = 1").Take(t.ctx))
	if err != nil {
		return err
	}
	event, columns := change(&d)
	if columns == nil {
		return nil
	}
	if err := one(table[Dimmer](t.DB).Where("one = 1").Select(columns...).Updates(t.ctx, d)); err != nil {
		return err
	}
	t.after = append(t.after, func() { t.s.settings.Store(&loadedSettings{stale: true}) })
	if event != "" {
		t.event(event, "site", t.s.instanceID, columns...)
		t.clears("site", "posts") // answers that readers keep say what the level is
	}
	for key, end := range map[string]*time.Time{"dimmer:flood": d.CalmAt(), "dimmer:quiet": d.QuietTill} {
		if end == nil || !end.After(t.now) {
			continue
		}
		if err := t.schedule(Job{Kind: JobDimmer, UniqueKey: &key, Payload: "{}", RunAt: *end, MaxAttempts: 100}); err != nil {
			return err
		}
	}
	return nil
}

// CalmAt is when the level falls, if nothing more comes.
func (d Dimmer) CalmAt() *time.Time {
	if d.FloodedAt == nil || d.Raised == 0 {
		return nil
	}
	at := d.FloodedAt.Add(calmAfter)
	return &at
}

// SetQuiet turns the switch for the day of a flood on, for a time, or with "" off.
func (s *Store) SetQuiet(ctx context.Context, by Actor, quiet Quiet, last time.Duration) (Dimmer, error) {
	if quiet != "" && quiet != QuietHold && quiet != QuietClose {
		return Dimmer{}, Invalid{"mode": "is neither hold nor close"}
	}
	return s.moveDimmer(ctx, by, func(d *Dimmer, now time.Time) (string, []string) {
		if quiet == "" {
			return d.endQuiet()
		}
		until := now.Add(last).UTC()
		d.Quiet, d.QuietTill, d.QuietBy = &quiet, &until, nil
		if by.User != "" {
			d.QuietBy = &by.User
		}
		return "quiet.on", quietColumns
	})
}

var quietColumns = []string{"quiet", "quiet_until", "quiet_by"}

func (d *Dimmer) endQuiet() (event string, columns []string) {
	if d.Quiet == nil {
		return "", nil
	}
	d.Quiet, d.QuietTill, d.QuietBy = nil, nil, nil
	return "quiet.off", quietColumns
}

// PutBack puts the level back where the owner has set it. For an hour it does not rise by itself again.
func (s *Store) PutBack(ctx context.Context, by Actor) (Dimmer, error) {
	return s.moveDimmer(ctx, by, func(d *Dimmer, now time.Time) (string, []string) {
		if d.Steps(now) == 0 {
			return "", nil
		}
		d.Raised, d.RaisedAt, d.PutBackAt = 0, nil, &now
		return "flood.put_back", []string{"raised", "raised_at", "put_back_at"}
	})
}

func (s *Store) moveDimmer(ctx context.Context, by Actor, change func(*Dimmer, time.Time) (string, []string)) (Dimmer, error) {
	err := s.write(ctx, by, "move the dimmer", func(t *tx) error {
		return t.changeDimmer(func(d *Dimmer) (string, []string) { return change(d, t.now) })
	})
	if err != nil {
		return Dimmer{}, err
	}
	settings, err := s.Settings(ctx)
	return settings.Dimmer, err
}

// Calm ends what is over: the rise after a quiet hour, and the switch after its day.
func (s *Store) Calm(ctx context.Context) error {
	return s.write(ctx, System, "let the dimmer fall", func(t *tx) error {
		err := t.changeDimmer(func(d *Dimmer) (string, []string) {
			if d.Raised == 0 || d.Steps(t.now) > 0 {
				return "", nil
			}
			d.Raised, d.RaisedAt = 0, nil
			return "flood.over", []string{"raised", "raised_at"}
		})
		if err != nil {
			return err
		}
		return t.changeDimmer(func(d *Dimmer) (string, []string) {
			if d.QuietNow(t.now) != "" {
				return "", nil
			}
			return d.endQuiet()
		})
	})
}

// HeldComments counts the comments that wait, from the kept counter.
func (s *Store) HeldComments(ctx context.Context) (int64, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	n, err := held(ctx, db, System)
	return n, fault("count the held comments", err)
}

// commentHour is how many comments readers sent in an hour.
type commentHour struct {
	Hour time.Time `gorm:"primaryKey;serializer:utc"`
	N    int64
	Spam int64
}

func (commentHour) TableName() string { return "comment_hours" }

// countHour counts comments of readers in the hour that begins then.
func (t *tx) countHour(at time.Time, n, spam int) error {
	return done(exec(t.ctx, t.DB, "INSERT INTO comment_hours (hour, n, spam) VALUES (?, ?, ?) ON CONFLICT (hour) DO UPDATE SET n = comment_hours.n + excluded.n, spam = comment_hours.spam + excluded.spam",
		at, n, spam))
}

// Traffic is how many comments come, for whoever looks at a flood.
type Traffic struct {
	NormalPerHour float64 // over two weeks, without the last hour
	LastTen       int     // in the last ten minutes, as many as it takes for a flood at most
	Flood         int     // so many in ten minutes are a flood
}

// Traffic reads how many comments come.
func (s *Store) Traffic(ctx context.Context) (Traffic, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	traffic, err := s.traffic(ctx, db)
	return traffic, fault("count the comments of late", err)
}

func (s *Store) traffic(ctx context.Context, db *gorm.DB) (t Traffic, err error) {
	now := s.now()
	sum, err := queryOne[int64](ctx, db, "SELECT CAST(coalesce(sum(n), 0) AS bigint) FROM comment_hours WHERE hour >= ? AND hour < ?",
		now.AddDate(0, 0, -normalDays), now.Add(-time.Hour).Truncate(time.Hour))
	if err != nil {
		return t, err
	}
	t.NormalPerHour = float64(sum) / (normalDays*24 - 1)
	perWindow := t.NormalPerHour * floodFactor * floodWindow.Hours()
	t.Flood = max(floodLeast, int(perWindow))
	last, err := queryOne[int64](ctx, db, "SELECT count(*) FROM (SELECT 1 FROM comments WHERE created_at > ? AND user_id IS NULL LIMIT ?) AS late", now.Add(-floodWindow), t.Flood)
	t.LastTen = int(last)
	return t, err
}

// watchFlood looks for a flood after a comment has come, not after each: the looking must not become the flood. What fails is noticed with the next comment.
func (s *Store) watchFlood(ctx context.Context) error {
	now := s.now()
	if last := s.flood.at.Load(); s.flood.since.Add(1) < floodBurst && now.Sub(time.UnixMicro(last)).Abs() < floodPause {
		return nil
	}
	s.flood.at.Store(now.UnixMicro())
	s.flood.since.Store(0)
	settings, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	d := settings.Dimmer
	if d.staysPutBack(now) {
		return nil
	}
	if d.Steps(now) > 0 && now.Sub(*d.FloodedAt) < time.Minute && now.Sub(*d.RaisedAt) < floodWindow {
		return nil // seen a moment ago
	}
	traffic, err := s.Traffic(ctx)
	if err != nil || traffic.LastTen < traffic.Flood {
		return err
	}
	return s.write(ctx, System, "raise the dimmer", func(t *tx) error {
		return t.changeDimmer(func(d *Dimmer) (event string, columns []string) {
			if d.staysPutBack(t.now) { // a moment ago
				return "", nil
			}
			steps := d.Steps(t.now)
			d.FloodedAt, columns = &t.now, []string{"flooded_at"}
			if steps == 0 || steps == 1 && t.now.Sub(*d.RaisedAt) >= floodWindow {
				d.Raised, d.RaisedAt = steps+1, &t.now
				return "flood.raised", append(columns, "raised", "raised_at")
			}
			return "", columns
		})
	})
}
