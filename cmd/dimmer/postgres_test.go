package main

import (
	"crypto/rand"
	"database/sql"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// freshSchema makes an empty schema on the Postgres of DIMMER_TEST_POSTGRES and gives the address that uses it.
func freshSchema(t *testing.T) string {
	t.Helper()
	server := os.Getenv("DIMMER_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DIMMER_TEST_POSTGRES is not set: in CI the program is tested on Postgres too")
		}
		t.Skip("DIMMER_TEST_POSTGRES names no Postgres server")
	}
	name := "t_" + strings.ToLower(rand.Text()[:16])
	db, err := sql.Open("pgx", server)
	if err == nil {
		_, err = db.Exec("CREATE SCHEMA " + name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}

func TestTwoProgramsServeOneBlogOnPostgres(t *testing.T) {
	t.Parallel()
	shared := []option{withOwner, env("DIMMER_DATABASE_URL="+freshSchema(t), "DIMMER_SECRET="+goodSecret, "DIMMER_PUBLIC_URL=http://blog.example")}
	// Both start at once: one migrates and makes the owner, the other waits.
	var programs [2]*program
	for i := range programs {
		programs[i] = launch(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", folder(t)}, shared...)
	}
	for _, p := range programs {
		p.url = p.line(p.out, "listening on ")
	}
	a, b := programs[0], programs[1]
	token := a.signIn(ownerEmail, ownerPassword)
	slug := b.publish(token, "Cold hands")
	if !a.isPublished(slug) {
		t.Error("what one published the other does not show")
	}
	a.ask("POST", "/api/v1/posts/"+slug+"/comments", "", map[string]any{"name": "Ada", "body": "Warm them first."}).into(t, http.StatusCreated, nil)
	if n := len(everything[any](b, "/api/v1/admin/comments?", token)); n != 1 {
		t.Errorf("one took a comment, the other lists %d", n)
	}

	// What is due goes out once, although both look for work.
	var due time.Time
	for range 5 {
		_, due = a.schedule(token, "Soon", time.Second)
	}
	eventually(t, "all five are out", func() bool { return len(everything[any](b, "/api/v1/posts?", "")) == 6 })
	t.Logf("they went out %s after they were due", time.Since(due).Round(time.Millisecond))
	if n := a.publications(token); n != 6 {
		t.Errorf("the events say %d times that a post was published, want 6", n)
	}

	// Both stop, and the database serves the next one.
	a.stop()
	if !b.isPublished(slug) {
		t.Error("when one has stopped, the other does not answer")
	}
	b.stop()
	other := execute(t, []string{"serve", "--addr", "127.0.0.1:0", "--data", folder(t)}, append(shared, env("DIMMER_SECRET=z7Qx2mZ9rLw4Kc8vTy6Bn1Hs5Dj3Gf0P"))...)
	if other.status() != 1 || !strings.Contains(other.errs.String(), "DIMMER_SECRET is not the one that this database was made with") || len(other.errs.lines()) != 1 {
		t.Errorf("with another secret: status %d, %s", other.status(), other.said())
	}
	list := execute(t, []string{"user", "list", "--data", folder(t)}, shared...)
	if list.status() != 0 || !strings.Contains(list.out.String(), ownerEmail) {
		t.Errorf("the list of people: status %d, %s", list.status(), list.said())
	}
}
