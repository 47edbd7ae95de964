package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"dimmer/auth"
)

// StatsDays is how many days the plot of comments shows.
const StatsDays = 30

const (
	// lastHourMost is where counting the comments of the last hour stops.
	lastHourMost = 1000
	// mailTroubleDays is how long mail that was given up counts as trouble.
	mailTroubleDays = 7
)

// Stats is what somebody of the blog wants to know first. An author's is about her own posts, and has no traffic and no mail.
type Stats struct {
	Held      int64        // comments that wait
	Drafts    int64        // posts and pages
	Scheduled int64        // the same
	Published int64        // the same
	LastHour  int64        // comments of readers, counted to 1,000
	Traffic   *Traffic     // nil for an author
	Mail      *MailTrouble // nil: none of her business
	Days      []DayOfComments
}

// DayOfComments is how many comments came on a day, by the status that they have now.
type DayOfComments struct {
	Date      time.Time // midnight, in the site's time zone
	Published int64
	Spam      int64
	Held      int64
}

// MailTrouble is what of the outbox does not get through.
type MailTrouble struct {
	Failed  int64      // given up within a week, counted to 1,000
	Waiting int64      // tried without success, or due for more than five minutes; counted to 1,000
	Since   *time.Time // since when the oldest of these waits
}

// Stats reads what somebody of the blog wants to know first.
func (s *Store) Stats(ctx context.Context, by Actor) (Stats, error) {
	settings, err := s.Settings(ctx)
	if err != nil {
		return Stats{}, err
	}
	zone, err := time.LoadLocation(settings.Timezone)
	if err != nil {
		zone = time.UTC // cannot be: it was checked when it was set
	}
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	var stats Stats
	if stats.Held, err = held(ctx, db, by); err != nil {
		return stats, fault("count the held comments", err)
	}
	if err := stats.countPosts(ctx, db, by); err != nil {
		return stats, fault("count the posts", err)
	}
	if stats.Days, err = commentDays(ctx, db, by, s.now().In(zone)); err != nil {
		return stats, fault("count the comments of a month", err)
	}
	if ownPostsOnly(by) {
		return stats, nil
	}
	traffic, err := s.traffic(ctx, db)
	if err != nil {
		return stats, fault("count the comments of late", err)
	}
	stats.Traffic = &traffic
	stats.LastHour, err = queryOne[int64](ctx, db, "SELECT count(*) FROM (SELECT 1 FROM comments WHERE created_at > ? AND user_id IS NULL LIMIT ?) AS late", s.now().Add(-time.Hour), lastHourMost)
	if err != nil {
		return stats, fault("count the comments of the last hour", err)
	}
	if by.Role == auth.Owner || by.Role == auth.Editor {
		stats.Mail, err = s.mailTrouble(ctx, db)
	}
	return stats, fault("look for trouble with mail", err)
}

// ownHeld counts what waits on the posts of an author.
const ownHeld = "SELECT count(*) FROM author_comments WHERE user_id = ? AND status = 'pending' AND kind IN (0, 1, 2)"

// held counts the comments that wait for somebody, from the kept counters.
func held(ctx context.Context, db *gorm.DB, by Actor) (int64, error) {
	if ownPostsOnly(by) {
		return queryOne[int64](ctx, db, ownHeld, by.User)
	}
	n, err := query[int64](ctx, db, "SELECT n FROM comment_counts WHERE post_id = '' AND status = 'pending'")
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

func (stats *Stats) countPosts(ctx context.Context, db *gorm.DB, by Actor) error {
	if by.Role == auth.Moderator {
		return nil // posts are none of her business
	}
	dimension, ref := "all", ""
	if ownPostsOnly(by) {
		dimension, ref = "author", string(by.User)
	}
	counts, err := table[postCount](db).Where("dimension = ? AND ref = ?", dimension, ref).Find(ctx)
	for _, c := range counts {
		switch c.Status {
		case Draft:
			stats.Drafts += c.N
		case Scheduled:
			stats.Scheduled += c.N
		case Published:
			stats.Published += c.N
		}
	}
	return err
}

// countDay and countOwnDay count the comments of one day: three ranges of an index that has all that is asked.
const (
	countDay = `SELECT CAST(? AS bigint) AS day,
		(SELECT count(*) FROM comments WHERE status = 'approved' AND created_at >= ? AND created_at < ?) AS published,
		(SELECT count(*) FROM comments WHERE status = 'spam' AND created_at >= ? AND created_at < ?) AS spam,
		(SELECT count(*) FROM comments WHERE status = 'pending' AND created_at >= ? AND created_at < ?) AS held`
	countOwnDay = `SELECT CAST(? AS bigint) AS day,
		(SELECT count(*) FROM author_comments WHERE status = 'approved' AND kind IN (0, 1, 2) AND created_at >= ? AND created_at < ? AND user_id = ?) AS published,
		(SELECT count(*) FROM author_comments WHERE status = 'spam' AND kind IN (0, 1, 2) AND created_at >= ? AND created_at < ? AND user_id = ?) AS spam,
		(SELECT count(*) FROM author_comments WHERE status = 'pending' AND kind IN (0, 1, 2) AND created_at >= ? AND created_at < ? AND user_id = ?) AS held`
)

// commentDays counts the comments of the last days, today included, the oldest day first. here is now, where the blog is.
func commentDays(ctx context.Context, db *gorm.DB, by Actor, here time.Time) ([]DayOfComments, error) {
	days := make([]DayOfComments, StatsDays)
	midnight := func(day int) time.Time {
		return time.Date(here.Year(), here.Month(), here.Day()-StatsDays+1+day, 0, 0, 0, 0, here.Location())
	}
	one, own := countDay, ownPostsOnly(by)
	if own {
		one = countOwnDay
	}
	var args []any
	for i := range days {
		days[i].Date = midnight(i)
		args = append(args, i)
		for range 3 {
			args = append(args, midnight(i).UTC(), midnight(i+1).UTC())
			if own {
				args = append(args, by.User)
			}
		}
	}
	type row struct{ Day, Published, Spam, Held int64 }
	rows, err := query[row](ctx, db, one+strings.Repeat(" UNION ALL "+one, StatsDays-1), args...)
	for _, r := range rows {
		d := &days[r.Day]
		d.Published, d.Spam, d.Held = r.Published, r.Spam, r.Held
	}
	return days, err
}

// overdueAfter is how late a mail may be before it counts as trouble.
const overdueAfter = 5 * time.Minute

// mailTrouble counts what of the outbox does not get through.
func (s *Store) mailTrouble(ctx context.Context, db *gorm.DB) (*MailTrouble, error) {
	var trouble MailTrouble
	var err error
	now := s.now()
	failed := conditions{}
	failed.add("state = 'failed' AND created_at > ?", now.AddDate(0, 0, -mailTroubleDays))
	if trouble.Failed, _, err = countCapped(ctx, db, "deliveries", failed); err != nil {
		return nil, err
	}
	stuck := conditions{}
	stuck.add("state = 'waiting' AND (last_error <> '' OR next_at < ?)", now.Add(-overdueAfter))
	if trouble.Waiting, _, err = countCapped(ctx, db, "deliveries", stuck); err != nil || trouble.Waiting == 0 {
		return &trouble, err
	}
	oldest, err := chain[Delivery](db, stuck).Select("created_at").Order("created_at, id").Limit(1).Find(ctx)
	if len(oldest) > 0 {
		at := oldest[0].CreatedAt
		trouble.Since = &at
	}
	return &trouble, err
}

// Pulse tells whether something new has come, for whoever asks all the time.
type Pulse struct {
	Held   int64
	Newest *CommentID // of the comments that she decides about; nil: there is none, or for an author none that waits or is shown
}

// ownNewest finds the newest comment on the posts of an author that waits or is shown: a step into an index for each status and kind.
const ownNewest = `SELECT comment_id FROM (
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'pending' AND kind = 0 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest UNION ALL
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'pending' AND kind = 1 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest UNION ALL
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'pending' AND kind = 2 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest UNION ALL
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'approved' AND kind = 0 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest UNION ALL
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'approved' AND kind = 1 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest UNION ALL
	SELECT * FROM (SELECT comment_id, created_at FROM author_comments WHERE user_id = ? AND status = 'approved' AND kind = 2 ORDER BY created_at DESC, comment_id DESC LIMIT 1) AS newest
) AS late ORDER BY created_at DESC, comment_id DESC LIMIT 1`

// Pulse reads whether something new has come: two lookups.
func (s *Store) Pulse(ctx context.Context, by Actor) (Pulse, error) {
	db, ctx, cancel := s.read(ctx)
	defer cancel()
	var pulse Pulse
	var err error
	if pulse.Held, err = held(ctx, db, by); err != nil {
		return pulse, fault("count the held comments", err)
	}
	newest, args := "SELECT id FROM comments ORDER BY created_at DESC, id DESC LIMIT 1", []any{}
	if ownPostsOnly(by) {
		newest, args = ownNewest, []any{by.User, by.User, by.User, by.User, by.User, by.User}
	}
	found, err := query[*CommentID](ctx, db, newest, args...)
	if len(found) > 0 {
		pulse.Newest = found[0]
	}
	return pulse, fault("look for the newest comment", err)
}
