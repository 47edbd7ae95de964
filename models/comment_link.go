package models

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"
)

// maxHosts is how many sites of a comment are remembered.
const maxHosts = 10

// newestLinks is over how many comments it is counted what became of those that link to a site.
const newestLinks = 50

// commentLink is a site that a comment links to.
type commentLink struct {
	CommentID CommentID     `gorm:"primaryKey"`
	Host      string        `gorm:"primaryKey"`
	Status    CommentStatus // of the comment. When it changes, the database changes it here
}

func (commentLink) TableName() string { return "comment_links" }

// linkRecord is what is remembered of a site when comments that linked to it are gone.
type linkRecord struct {
	Host     string `gorm:"primaryKey"`
	Approved int
	Rejected int
	At       time.Time `gorm:"serializer:utc"`
}

func (linkRecord) TableName() string { return "link_records" }

const (
	insertLink = "INSERT INTO comment_links (comment_id, host, status) VALUES "
	linkValues = "(?, ?, ?)"
	otherLink  = " ON CONFLICT (comment_id, host) DO NOTHING"
)

// relinkComment notes them instead of those before.
func (t *tx) relinkComment(id CommentID, status CommentStatus, hosts []string) error {
	if err := done(table[commentLink](t.DB).Where("comment_id = ?", id).Delete(t.ctx)); err != nil {
		return err
	}
	var rows [][]any
	for _, host := range hosts[:min(len(hosts), maxHosts)] {
		rows = append(rows, []any{id, host, status})
	}
	return t.insertAll(insertLink, linkValues, otherLink, rows)
}

// hostsOf are the sites that a comment links to.
func (t *tx) hostsOf(id CommentID) ([]string, error) {
	return query[string](t.ctx, t.DB, "SELECT host FROM comment_links WHERE comment_id = ? ORDER BY host", id)
}

// recordLinks remembers what became of a comment that is erased, for the sites that it links to.
func (t *tx) recordLinks(c *Comment) error {
	approved, rejected := 0, 0
	switch c.Status {
	case Approved:
		approved = 1
	case Spam, Trash:
		rejected = 1
	case Pending:
		return nil // nobody has said what it is
	}
	return done(exec(t.ctx, t.DB, `INSERT INTO link_records (host, approved, rejected, at) SELECT host, CAST(? AS integer), CAST(? AS integer), ? FROM comment_links WHERE comment_id = ?
		ON CONFLICT (host) DO UPDATE SET approved = link_records.approved + excluded.approved, rejected = link_records.rejected + excluded.rejected, at = excluded.at`,
		approved, rejected, t.now, c.ID))
}

// siteRecord is what became of the comments of the past that link to a site.
type siteRecord struct{ Approved, Rejected int }

// hostRecord reads what became of the newest comments that link to one of the sites: of the site that has most of them in spam and trash.
func (s *Store) hostRecord(ctx context.Context, db *gorm.DB, hosts []string, except CommentID) (worst siteRecord, err error) {
	for _, host := range hosts[:min(len(hosts), maxHosts)] {
		found, err := scan(ctx, db, 1, func(r *siteRecord) []any { return []any{number{&r.Approved}, number{&r.Rejected}} }, `SELECT coalesce(sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END), 0) + (SELECT coalesce(sum(approved), 0) FROM link_records WHERE host = ?) AS approved,
			coalesce(sum(CASE WHEN status IN ('spam', 'trash') THEN 1 ELSE 0 END), 0) + (SELECT coalesce(sum(rejected), 0) FROM link_records WHERE host = ?) AS rejected
			FROM (SELECT status FROM comment_links WHERE host = ? AND comment_id <> ? ORDER BY comment_id DESC LIMIT ?) AS newest`,
			host, host, host, except, newestLinks)
		if err != nil || len(found) == 0 {
			return worst, cmp.Or(err, ErrNotFound)
		}
		r := found[0]
		if r.Rejected > worst.Rejected || r.Rejected == worst.Rejected && r.Approved > worst.Approved {
			worst = r
		}
	}
	return worst, nil
}
