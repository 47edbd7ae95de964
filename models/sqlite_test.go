package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func openSQL(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestEveryConnectionHasItsPragmas(t *testing.T) {
	for _, normal := range []bool{false, true} {
		s := newSite(t, "", func(c *Config) { c.SynchronousNormal = normal })
		synchronous := map[bool]string{false: "2", true: "1"}[normal]
		for number, pool := range s.pools {
			isReader := number == 1
			for i := range pool.Stats().MaxOpenConnections {
				connection, err := pool.Conn(t.Context()) // kept until the end, so that the next is another
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = connection.Close() }()
				for pragma, wanted := range map[string]string{
					"busy_timeout": "5000", "foreign_keys": "1", "journal_mode": "wal", "synchronous": synchronous,
					"query_only": map[bool]string{true: "1", false: "0"}[isReader],
				} {
					var got string
					if err := connection.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != wanted {
						t.Errorf("pool %d, connection %d: %s is %s, want %s (%v)", number, i, pragma, got, wanted, err)
					}
				}
			}
			if isReader {
				continue
			}
			want(t, "connections that write", pool.Stats().MaxOpenConnections, 1)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := newSite(t, "")
	if _, err := s.pools[1].Exec("DELETE FROM users"); err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Errorf("got %v", err)
	}
	want(t, "people", s.number(t, "SELECT count(*) FROM users"), 1)
}

func TestSQLiteIsNewEnough(t *testing.T) {
	s := newSite(t, "")
	if err := checkSQLiteVersion(t.Context(), s.pools[0]); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"3.51.2", oldestSQLite, -1}, {"3.51.3", oldestSQLite, 0}, {"3.54.1", oldestSQLite, 1}, {"3.9.9", oldestSQLite, -1}, {"4.0.0", oldestSQLite, 1}, {"", oldestSQLite, -1}, {"3.51.10", "3.51.9", 1}} {
		want(t, c.a+" against "+c.b, compareVersions(c.a, c.b), c.want)
	}
}

// A driver that resets an insert before it is done never folds its log into the database (LIBRARIES 17.1): 188,000 comments made one
// of 2.6 GB. Ours is folded when it is as long as the cache of the connection that writes, 8 MiB.
func TestTheWriteAheadLogStaysSmallUnderManyWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 2,000 times")
	}
	s := newSite(t, "", func(c *Config) { c.SynchronousNormal = true })
	post := s.published(t, "Much discussed")
	for i := range 2000 {
		s.comment(t, post, Approved, func(n *NewComment) { n.Source = fmt.Sprint("Comment ", i) })
		if i%500 != 499 {
			continue
		}
		if _, err := s.Thread(t.Context(), post.ID, NewestFirst, Page{}); err != nil {
			t.Fatal(err)
		}
		log, err := os.Stat(s.folder.database() + "-wal")
		if err != nil || log.Size() > 2*writerCache<<20 {
			t.Fatalf("after %d comments the log has %d bytes (%v)", i+1, log.Size(), err)
		}
	}
	want(t, "comments", s.stored(t, post.ID).CommentCount, 2000)
}

func TestAFullDiskRefusesWritesAndServesReaders(t *testing.T) {
	s := newSite(t, "")
	post := s.published(t, "Before the disk was full")
	limit := func(pages int) {
		t.Helper()
		var got int
		if err := s.pools[0].QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&got); err != nil {
			t.Fatal(err)
		}
	}
	limit(s.number(t, "PRAGMA page_count"))
	var refused error
	written := 0
	for ; refused == nil && written < 1000; written++ {
		_, refused = s.CreatePost(t.Context(), s.owner, PostChange{Title: Some("Too much"), Source: Some(strings.Repeat("Words and words. ", 1000))})
	}
	wantError(t, "a write on a full disk", refused, ErrBusy)
	if _, err := s.PostBySlug(t.Context(), TypePost, post.Slug); err != nil {
		t.Error(err)
	}
	list, err := s.Posts(t.Context(), s.owner, PostQuery{})
	if err != nil || list.Total != int64(written) {
		t.Errorf("%d posts, want %d (%v)", list.Total, written, err)
	}
	limit(1 << 30)
	s.published(t, "After there was room again")
	want(t, "broken pages", s.number(t, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0)
}

func TestADatabaseThatIsLockedForTooLongIsBusyAndWorksAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		post := s.published(t, "In the way")
		holder := s.config
		holder.Dir = t.TempDir()
		if !s.postgres {
			holder = s.config
		}
		other := open(t, holder)
		held, release := make(chan struct{}), make(chan struct{})
		ended := make(chan error, 1)
		go func() {
			ended <- other.writeAlone(context.Background(), System, "hold the lock", func(t *tx) error {
				close(held)
				<-release
				return nil
			})
		}()
		<-held
		ctx, cancel := context.WithTimeout(t.Context(), patience/50)
		defer cancel()
		_, err := s.ChangePost(ctx, s.owner, post.ID, post.Version, PostChange{Title: Some("Waits")})
		wantError(t, "a write that waits for too long", err, ErrBusy)
		if _, err := s.PostBySlug(t.Context(), TypePost, post.Slug); err != nil {
			t.Errorf("a reader meanwhile: %v", err)
		}
		close(release)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.change(t, post, PostChange{Title: Some("Went through")})
	})
}

func TestARequestThatWasGivenUpIsNoFaultOfTheStorage(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.PostBySlug(ctx, TypePost, "any")
		wantError(t, "a read", err, context.Canceled)
		_, err = s.CreatePost(ctx, s.owner, PostChange{Title: Some("Given up"), Status: Some(Published)})
		wantError(t, "a write", err, context.Canceled)
		if errors.Is(err, ErrBusy) {
			t.Error("it is taken for a busy storage")
		}
		want(t, "posts", s.number(t, "SELECT count(*) FROM posts"), 0)
	})
}

func TestPostgresThatEndsConnectionsIsBusyAndWorksAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if !s.postgres {
			return
		}
		post := s.published(t, "Before the restart")
		admin := openSQL(t, s.config.URL)
		err := s.write(t.Context(), System, "be ended in the middle", func(tx *tx) error {
			var pid int
			if err := tx.DB.Raw("SELECT pg_backend_pid()").Scan(&pid).Error; err != nil {
				return err
			}
			if _, err := admin.Exec("SELECT pg_terminate_backend($1)", pid); err != nil {
				t.Error(err)
			}
			tx.event("post.updated", "post", string(post.ID))
			return nil
		})
		wantError(t, "a write whose connection was ended", err, ErrBusy)
		eventually(t, "reads and writes work again", func() bool {
			_, err := s.ChangePost(t.Context(), s.owner, post.ID, post.Version, PostChange{Title: Some("After")})
			return err == nil
		})
	})
}
