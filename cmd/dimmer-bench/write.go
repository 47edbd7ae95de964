package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	_ "modernc.org/sqlite" // bare gin's driver, the same as Dimmer's
)

type writeCommand struct {
	Program     string        `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Data        string        `required:"" help:"Data folder of an existing blog. Comments are added to it." placeholder:"FOLDER"`
	Connections []int         `short:"c" default:"1,8,32" help:"Connections that write at once."`
	Rounds      int           `default:"5" help:"Rounds of each, in turns."`
	For         time.Duration `default:"1s" help:"Length of a round."`
}

// Run measures comments from readers, with every write durable on the disk before its answer (synchronous=FULL), in turns with bare gin that
// does the least that a stored comment needs.
func (cmd *writeCommand) Run(ctx context.Context, c *console) (err error) {
	dimmer, err := startServer(ctx, cmd.Program, "serve", "--data", cmd.Data, "--addr", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dimmer.stop()) }()
	paths, _, err := record(ctx, dimmer.url)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(cmd.Data, "bare-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	bare, err := startServer(ctx, self, "bare-write", "--file", filepath.Join(folder, "bare.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()

	comments := paths[len(paths)-1].path
	var sent atomic.Int64
	run := rand.Text() // what was said in a run before would be refused as a second click
	post := func() []byte {
		n := sent.Add(1)
		body := fmt.Sprintf(`{"name":"Reader %d","body":"Comment %d of %s, in which a reader says something about the post, and *means* it. It has two sentences."}`, n, n, run)
		return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", comments, len(body), body)
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(table, "connections\tdimmer comments/s\tp50 ms\tp99 ms\tbare gin and SQL comments/s\tp50 ms\tp99 ms\tratio\t\n")
	for _, connections := range cmd.Connections {
		var of [2]measured
		for round := range cmd.Rounds + 1 {
			for i, s := range []*server{dimmer, bare} {
				m, err := load(ctx, s.url, post, connections, cmd.For)
				if err != nil {
					return fmt.Errorf("post a comment: %w", err)
				}
				if round > 0 { // the first one warms up
					of[i].rates = append(of[i].rates, m.rates...)
					of[i].times = append(of[i].times, m.times...)
				}
			}
		}
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%.2f\t\n", connections, of[0], of[1], of[0].rates.quantile(0.5)/of[1].rates.quantile(0.5))
	}
	return table.Flush()
}

type bareWriteCommand struct {
	File string `required:"" help:"The database." placeholder:"FILE"`
}

// Run stores comments with plain SQL, each in a transaction of its own with an event and a counter, and answers with what was sent.
func (cmd *bareWriteCommand) Run(ctx context.Context, c *console) (err error) {
	db, err := sql.Open("sqlite", "file:"+cmd.File+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `CREATE TABLE posts (id INTEGER PRIMARY KEY, comment_count INTEGER NOT NULL);
		INSERT INTO posts VALUES (1, 0);
		CREATE TABLE comments (id TEXT PRIMARY KEY, post_id INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL);
		CREATE INDEX comments_of_post ON comments (post_id, created_at);
		CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL)`)
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST("/api/v1/posts/:slug/comments", func(g *gin.Context) {
		var in struct{ Name, Body string }
		if err := g.ShouldBindJSON(&in); err != nil {
			g.AbortWithStatus(http.StatusBadRequest)
			return
		}
		id := uuid.Must(uuid.NewV7()).String()
		if err := storeBare(g.Request.Context(), db, id, in.Name, in.Body); err != nil {
			g.AbortWithStatus(http.StatusInternalServerError)
			return
		}
		g.JSON(http.StatusCreated, gin.H{"id": id, "name": in.Name, "body": in.Body})
	})
	return serveBare(ctx, c, engine)
}

func storeBare(ctx context.Context, db *sql.DB, id, name, body string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO comments VALUES (?, 1, ?, ?, ?)", []any{id, name, body, time.Now().UTC().Format(time.RFC3339Nano)}},
		{"INSERT INTO events (kind, subject) VALUES ('comment.created', ?)", []any{id}},
		{"UPDATE posts SET comment_count = comment_count + 1 WHERE id = 1", nil},
	} {
		if _, err := tx.ExecContext(ctx, statement.sql, statement.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
