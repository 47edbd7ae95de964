package main

import (
	"context"
	"database/sql"
	"errors"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	gormlogger "gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // Dimmer's driver
)

// bareCommentsCommand is what somebody writes who takes comments with gin and a database, and judges nothing.
type bareCommentsCommand struct {
	File string `required:"" help:"The database; with --rows=all one of Dimmer's." placeholder:"FILE"`
	Rows string `enum:"all,one" default:"all" help:"all: gorm writes all the rows that Dimmer writes, in one transaction each, at synchronous=FULL. one: one INSERT at NORMAL."`
}

// Run serves POST /api/v1/posts/{slug}/comments.
func (cmd *bareCommentsCommand) Run(ctx context.Context, c *console) (err error) {
	synchronous := "FULL"
	if cmd.Rows == "one" {
		synchronous = "NORMAL"
	}
	options := url.Values{
		"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(" + synchronous + ")"},
		"_txlock": {"immediate"}, "_time_format": {"sqlite"},
	}
	db, err := sql.Open("sqlite", "file:"+cmd.File+"?"+options.Encode())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // SQLite has one writer
	var store func(context.Context, string, bareInput) (gin.H, error)
	if cmd.Rows == "one" {
		store, err = oneRow(ctx, db)
	} else {
		store, err = allRows(db)
	}
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST("/api/v1/posts/:slug/comments", func(g *gin.Context) {
		var in bareInput
		if err := g.ShouldBindJSON(&in); err != nil {
			g.AbortWithStatus(http.StatusBadRequest)
			return
		}
		comment, err := store(g.Request.Context(), g.Param("slug"), in)
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			g.AbortWithStatus(http.StatusNotFound)
		case err != nil:
			_, _ = c.err.Write([]byte(err.Error() + "\n"))
			g.AbortWithStatus(http.StatusInternalServerError)
		default:
			g.JSON(http.StatusCreated, gin.H{"data": comment})
		}
	})
	return serveBare(ctx, c, engine)
}

type bareInput struct{ Name, Body string }

// oneRow is the least that keeps a comment.
func oneRow(ctx context.Context, db *sql.DB) (func(context.Context, string, bareInput) (gin.H, error), error) {
	_, err := db.ExecContext(ctx, `CREATE TABLE comments (id TEXT PRIMARY KEY, slug TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL);
		CREATE INDEX comments_of_post ON comments (slug, created_at)`)
	if err != nil {
		return nil, err
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO comments (id, slug, name, body, created_at) VALUES (?, ?, ?, ?, ?)") //nolint:sqlclosecheck // it is closed with its database
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, slug string, in bareInput) (gin.H, error) {
		id := uuid.Must(uuid.NewV7()).String()
		_, err := insert.ExecContext(ctx, id, slug, in.Name, in.Body, time.Now().UTC())
		return gin.H{"id": id, "name": in.Name, "html": in.Body, "status": "pending"}, err
	}, nil
}

// The rows that a comment is made of in Dimmer's database, as gorm writes them.
type (
	bareCommenter struct {
		ID        string
		KeyHash   string
		Name      string
		CreatedAt time.Time
	}
	bareComment struct {
		ID          string
		PostID      string
		RootID      string
		Depth       int
		Status      string
		CommenterID string
		AuthorName  string
		Source      string
		HTML        string
		TextHash    string
		AddressHash string
		CreatedAt   time.Time
	}
	bareWords struct {
		CommentID string
		Words     string
	}
	bareLink      struct{ CommentID, Host string }
	bareJudgement struct {
		ID        string
		CommentID string
		Verdict   string
		Score     int
		Reasons   string
		Signals   string
		Features  []byte
		CreatedAt time.Time
	}
	bareEvent struct {
		At          time.Time
		ActorKind   string
		ActorID     string
		Kind        string
		SubjectKind string
		SubjectID   string
		Fields      string
	}
)

// What is said in a judgement of Dimmer's, so that as much is written.
const (
	bareReasons = `[{"points":1,"text":"It did not come through the form"},{"points":0,"text":"Held because the dimmer is at Newcomers, and this is the first comment from this reader"}]`
	bareSignals = `{"absent":1,"form_age":1,"links":1}`
)

// allRows writes a held comment into a database of Dimmer's, each row as gorm does it.
func allRows(db *sql.DB) (func(context.Context, string, bareInput) (gin.H, error), error) {
	orm, err := gorm.Open(sqlite.New(sqlite.Config{Conn: db}), &gorm.Config{Logger: gormlogger.Discard, SkipDefaultTransaction: true})
	return func(ctx context.Context, slug string, in bareInput) (gin.H, error) {
		var comment bareComment
		err := orm.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			var post struct{ ID string }
			if err := tx.Table("posts").Select("id").Where("slug = ? AND status = 'published'", slug).Take(&post).Error; err != nil {
				return err
			}
			var err error
			comment, err = in.storeAll(tx, post.ID)
			return err
		})
		return gin.H{"id": comment.ID, "name": in.Name, "html": comment.HTML, "created_at": comment.CreatedAt, "status": comment.Status}, err
	}, err
}

func (in bareInput) storeAll(tx *gorm.DB, post string) (bareComment, error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	reader := bareCommenter{ID: id(), KeyHash: randomHex(64), Name: in.Name, CreatedAt: now}
	comment := bareComment{
		ID: id(), PostID: post, Status: "pending", CommenterID: reader.ID, AuthorName: in.Name, Source: in.Body, HTML: "<p>" + html.EscapeString(in.Body) + "</p>",
		TextHash: randomHex(32), AddressHash: randomHex(32), CreatedAt: now,
	}
	comment.RootID = comment.ID
	features := make([]byte, 3*len(in.Body)) // Dimmer's are about as long
	for i := range features {
		features[i] = byte(rand.Uint32()) // #nosec G115 G404 -- any bytes
	}
	steps := []*gorm.DB{
		tx.Table("commenters").Create(&reader),
		tx.Table("comments").Create(&comment),
		tx.Table("comment_words").Create(&bareWords{comment.ID, strings.ToLower(in.Name + " " + in.Body)}),
		tx.Table("judgements").Create(&bareJudgement{id(), comment.ID, comment.Status, 1, bareReasons, bareSignals, features, now}),
		tx.Exec("INSERT INTO comment_hours (hour, n, spam) VALUES (?, 1, 0) ON CONFLICT (hour) DO UPDATE SET n = comment_hours.n + 1", now.Truncate(time.Hour)),
		tx.Exec(`INSERT INTO comment_counts (post_id, status, n) VALUES ('', ?, 1), (?, ?, 1)
			ON CONFLICT (post_id, status) DO UPDATE SET n = comment_counts.n + 1`, comment.Status, post, comment.Status),
		tx.Table("events").Create(&bareEvent{now, "reader", reader.ID, "comment.created", "comment", comment.ID, "[]"}),
	}
	if _, link, found := strings.Cut(in.Body, "https://"); found {
		host, _, _ := strings.Cut(link, "/")
		steps = append(steps, tx.Table("comment_links").Create(&bareLink{comment.ID, host}))
	}
	for _, step := range steps {
		if step.Error != nil {
			return comment, step.Error
		}
	}
	return comment, nil
}

func randomHex(n int) string {
	const digits = "0123456789abcdef"
	text := make([]byte, n)
	for i := range text {
		text[i] = digits[rand.IntN(len(digits))] // #nosec G404 -- no secret
	}
	return string(text)
}
