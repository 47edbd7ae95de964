package models

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm/schema"
)

// stored is every type that has a table.
var stored = []any{
	&instance{}, &User{}, &Session{}, &loginAddress{}, &APIToken{}, &setting{},
	&Post{}, &slugRow{}, &Tag{}, &postTag{}, &postAuthor{}, &postCount{}, &Revision{}, &WorkingCopy{}, &Preview{},
	&Commenter{}, &Comment{}, &commentCount{}, &authorComment{}, &Judgement{}, &commentLike{}, &commentReport{}, &postReaction{}, &idempotencyKey{}, &action{},
	&Dimmer{}, &commentHour{}, &commentLink{}, &linkRecord{}, &spentProof{}, &KeptModel{}, &AkismetCheck{},
	&Event{}, &Job{}, &changeByTag{}, &MediaFile{}, &MediaVariant{}, &postMedia{}, &mediaRemoval{},
	&Subscription{}, &Delivery{}, &eventCursor{}, &usedLink{},
	&Invite{}, &Snippet{}, &PushDevice{}, &Change{}, &changeNumbers{},
}

// withoutType are tables that no Go type describes: what search reads, and what the libraries keep.
var withoutType = []string{
	"goose_db_version", "post_words", "comment_words",
	"comment_search", "comment_search_config", "comment_search_data", "comment_search_docsize", "comment_search_idx",
	"comment_search_terms", "post_search_terms",
	"post_search", "post_search_config", "post_search_data", "post_search_docsize", "post_search_idx", "sqlite_sequence",
}

type column struct {
	Type     string
	Nullable bool
}

// schemaOf reads the tables of a store: table, column, what it holds.
func schemaOf(t *testing.T, s site) map[string]map[string]column {
	t.Helper()
	query := `SELECT m.name, c.name, lower(c.type), c."notnull" = 0 AND c.pk = 0 FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND c.hidden = 0`
	if s.postgres {
		query = `SELECT table_name, column_name, CASE data_type WHEN 'timestamp with time zone' THEN 'timestamptz' ELSE data_type END, is_nullable = 'YES'
			FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	rows, err := s.pools[0].QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	tables := map[string]map[string]column{}
	for rows.Next() {
		var table, name string
		var c column
		if err := rows.Scan(&table, &name, &c.Type, &c.Nullable); err != nil {
			t.Fatal(err)
		}
		if tables[table] == nil {
			tables[table] = map[string]column{}
		}
		tables[table][name] = c
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return tables
}

// typesOf says which column types may hold a Go type.
func typesOf(field *schema.Field, postgres bool) []string {
	of := field.FieldType
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	_, isTime := field.Serializer.(utcSerializer)
	switch {
	case isTime && postgres:
		return []string{"timestamptz"}
	case isTime:
		return []string{"text"}
	case field.Serializer != nil: // JSON
		return []string{"text"}
	case of.Kind() == reflect.Slice && postgres:
		return []string{"bytea"}
	case of.Kind() == reflect.Slice:
		return []string{"blob"}
	case of.Kind() == reflect.Bool && postgres:
		return []string{"boolean"}
	case of.Kind() == reflect.Bool:
		return []string{"integer"}
	case of.Kind() == reflect.Int64 && postgres:
		return []string{"bigint"}
	case of.Kind() == reflect.Int && postgres:
		return []string{"integer"}
	case of.Kind() == reflect.Int, of.Kind() == reflect.Int64:
		return []string{"integer"}
	case strings.HasSuffix(of.Name(), "ID") && postgres:
		return []string{"uuid"}
	case postgres:
		return []string{"text", "uuid"}
	}
	return []string{"text"}
}

func TestGoTypesAndTablesSayTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		tables := schemaOf(t, s)
		for _, of := range stored {
			parsed, err := schema.Parse(of, &sync.Map{}, s.reader.NamingStrategy)
			if err != nil {
				t.Fatal(err)
			}
			columns := tables[parsed.Table]
			delete(tables, parsed.Table)
			for _, field := range parsed.Fields {
				if field.DBName == "" || field.IgnoreMigration {
					continue
				}
				where := parsed.Table + "." + field.DBName
				have, exists := columns[field.DBName]
				delete(columns, field.DBName)
				mayBeNil := field.FieldType.Kind() == reflect.Pointer || field.FieldType == reflect.TypeFor[[]byte]()
				switch {
				case !exists:
					t.Errorf("%s is in the Go type and not in the table", where)
				case have.Nullable != mayBeNil:
					t.Errorf("%s: may be NULL: %v, may be nil: %v", where, have.Nullable, mayBeNil)
				case !slices.Contains(typesOf(field, s.postgres), have.Type):
					t.Errorf("%s: a %s does not fit a column of type %s", where, field.FieldType, have.Type)
				}
			}
			for name := range columns {
				t.Errorf("%s.%s is in the table and not in the Go type", parsed.Table, name)
			}
		}
		for table := range tables {
			if !slices.Contains(withoutType, table) {
				t.Errorf("the table %s has no Go type", table)
			}
		}
	})
}

func TestBothDatabasesHaveTheSameStepsTablesAndIndexes(t *testing.T) {
	steps := map[string][]string{}
	for _, set := range []string{"sqlite", "postgres"} {
		entries, err := fs.ReadDir(migrationFiles, "migrations/"+set)
		if err != nil {
			t.Fatal(err)
		}
		for i, entry := range entries {
			if !strings.HasPrefix(entry.Name(), fmt.Sprintf("%05d_", i+1)) {
				t.Errorf("%s/%s is not step %d", set, entry.Name(), i+1)
			}
			steps[set] = append(steps[set], entry.Name())
		}
	}
	want(t, "steps", steps["sqlite"], steps["postgres"])

	// SQLite keeps the words that its index refers to, Postgres the index itself.
	differ := regexp.MustCompile(`^(post_words|post_search.*|comment_words|comment_search.*|sqlite_.*|goose_db_version)$`)
	type shape struct {
		Columns []string
		Indexes []string
	}
	found := map[string]map[string]shape{}
	onBoth(t, func(t *testing.T, s site) {
		indexes := "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
		if s.postgres {
			indexes = `SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key' ORDER BY indexname COLLATE "C"`
		}
		shapes := map[string]shape{}
		for table, columns := range schemaOf(t, s) {
			if differ.MatchString(table) {
				continue
			}
			of := shape{Columns: []string{}}
			for name, c := range columns {
				of.Columns = append(of.Columns, name+map[bool]string{true: " or NULL"}[c.Nullable])
			}
			slices.Sort(of.Columns)
			shapes[table] = of
		}
		rows, err := s.pools[0].QueryContext(t.Context(), indexes)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var table, name string
			if err := rows.Scan(&table, &name); err != nil {
				t.Fatal(err)
			}
			if of, counts := shapes[table]; counts {
				of.Indexes = append(of.Indexes, name)
				shapes[table] = of
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		found[path.Base(t.Name())] = shapes
	})
	if len(found) == 2 {
		want(t, "tables, columns, indexes", found["sqlite"], found["postgres"])
	}
}

func TestEveryTableAndColumnIsExplained(t *testing.T) {
	// What these hold is said by their names in every table.
	plain := strings.Fields(`id name email url title bio created_at updated_at expires_at last_used_at edited_at user_id post_id tag_id by_user_id
		blocked_at trusted_at email_confirmed_at avatar_url author_url extra description decided_by decided_at like_count reaction_count
		kind at hash address_hash key key_hash attempts max_attempts n role format verdict status type dimension ref current internal featured
		pinned tags body seo source comment_id commenter_id undone_at words`)
	for _, set := range []string{"sqlite", "postgres"} {
		files, err := fs.Glob(migrationFiles, "migrations/"+set+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		table := ""
		for _, file := range files {
			text, err := fs.ReadFile(migrationFiles, file)
			if err != nil {
				t.Fatal(err)
			}
			before := ""
			for line := range strings.Lines(string(text)) {
				name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
				switch {
				case strings.HasPrefix(line, "CREATE TABLE "):
					table = strings.Fields(line)[2]
					if !strings.HasPrefix(before, "-- ") {
						t.Errorf("%s: the table %s needs a comment above it", file, table)
					}
				case strings.HasPrefix(line, ")"):
					table = ""
				case table == "" || name == strings.ToUpper(name):
				case !strings.Contains(line, "-- ") && !slices.Contains(plain, name):
					t.Errorf("%s: %s.%s needs a comment", file, table, name)
				}
				before = line
			}
		}
	}
}

// stepsApplied counts the steps that a database has behind it.
func stepsApplied(t *testing.T, config Config) int {
	t.Helper()
	states, err := MigrationStatus(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	applied := 0
	for i, state := range states {
		if state.Version != int64(i+1) || !strings.HasPrefix(state.Name, fmt.Sprintf("%05d_", i+1)) {
			t.Errorf("step %d is %+v", i+1, state)
		}
		if state.Applied {
			applied++
		}
	}
	return applied
}

func TestWhatASchemaHasBehindItIsToldWithoutTouchingAnything(t *testing.T) {
	config := Config{Dir: t.TempDir()}
	want(t, "steps of a folder without a database", stepsApplied(t, config), 0)
	if entries, err := os.ReadDir(config.Dir); err != nil || len(entries) > 0 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
	onBoth(t, func(t *testing.T, s site) {
		want(t, "steps of a new blog", stepsApplied(t, s.config), int(newestMigration(map[bool]string{true: "postgres", false: "sqlite"}[s.postgres])))
	})
}

// brokenAt is the migrations of one database with a fault at the end of one step.
func brokenAt(t *testing.T, set string, step int) fs.FS {
	t.Helper()
	files, err := fs.Glob(migrationFiles, "migrations/"+set+"/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	steps := fstest.MapFS{}
	for i, file := range files {
		text, err := fs.ReadFile(migrationFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "NO TRANSACTION") {
			t.Errorf("%s does not run in a transaction", file)
		}
		if i+1 == step {
			up, down, _ := strings.Cut(string(text), "-- +goose Down")
			text = []byte(up + "INSERT INTO nowhere VALUES (1);\n-- +goose Down" + down)
		}
		steps[path.Base(file)] = &fstest.MapFile{Data: text}
	}
	return steps
}

func TestAStepThatDoesNotEndLeavesNothingBehindAndRunsAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		set, dialect := "sqlite", goose.DialectSQLite3
		if s.postgres {
			set, dialect = "postgres", goose.DialectPostgres
		}
		for step := 1; step <= int(newestMigration(set)); step++ {
			config := s.config
			config.Dir = t.TempDir()
			driver, dsn := "sqlite", sqliteDSN(filepath.Join(config.Dir, "dimmer.db"), Config{})+"&_txlock=immediate"
			if s.postgres {
				config.URL = freshSchema(t, s.config.URL)
				driver, dsn = "pgx", config.URL
			}
			db, err := sql.Open(driver, dsn)
			if err != nil {
				t.Fatal(err)
			}
			if !s.postgres {
				if err := (&folder{dir: config.Dir}).checkWritable(t.Context(), db); err != nil {
					t.Fatal(err)
				}
			}
			broken, err := goose.NewProvider(dialect, db, brokenAt(t, set, step), goose.WithDisableGlobalRegistry(true))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := broken.Up(t.Context()); err == nil {
				t.Fatal("the broken step ran")
			}
			if version, err := broken.GetDBVersion(t.Context()); err != nil || version != int64(step-1) {
				t.Errorf("after a fault in step %d the schema is at %d (%v)", step, version, err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			want(t, "steps that ran", stepsApplied(t, config), step-1)
			again, err := Open(t.Context(), config)
			if err != nil {
				t.Errorf("after a fault in step %d: %v", step, err)
				continue
			}
			want(t, "steps that ran", stepsApplied(t, config), int(newestMigration(set)))
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTheSchemaCanBeTakenDownAndMadeAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		dialect := goose.DialectSQLite3
		if s.postgres {
			dialect = goose.DialectPostgres
		}
		before := schemaOf(t, s)
		s.published(t, "Gone with the tables")
		provider, err := migrations(dialect, s.pools[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		for table := range schemaOf(t, s) {
			if table != "goose_db_version" && table != "sqlite_sequence" {
				t.Errorf("the table %s is left", table)
			}
		}
		if err := migrate(t.Context(), s.pools[0], dialect); err != nil {
			t.Fatal(err)
		}
		want(t, "tables made again", schemaOf(t, s), before)
	})
}

// lines reads one text of each row.
func (s site) lines(t *testing.T, query string) []string {
	t.Helper()
	rows, err := s.pools[0].QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestCommentsOfBeforeStepFiveGetTheirPlacesAndCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		dialect := goose.DialectSQLite3
		if s.postgres {
			dialect = goose.DialectPostgres
		}
		for range 3 {
			post := s.published(t, "Discussed")
			branch := []Comment{s.comment(t, post, Approved)}
			for i := range 12 { // eight levels of answers, and some beside
				branch = append(branch, s.comment(t, post, Approved, answer(branch[max(0, i-i/4)])))
			}
			for i, status := range map[int]CommentStatus{2: Spam, 5: Trash, 7: Pending, 9: Spam, 12: Trash} {
				if _, err := s.move(t.Context(), s.owner, branch[i].ID, status); err != nil {
					t.Fatal(err)
				}
			}
			for _, held := range []CommentStatus{Approved, Pending} { // a root that is seen for what is below it, and one that is not
				root := s.comment(t, post, Approved)
				below := s.comment(t, post, Approved, answer(root))
				for _, c := range []Comment{root, below} {
					if _, err := s.move(t.Context(), s.owner, c.ID, Spam); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := s.move(t.Context(), s.owner, below.ID, held); err != nil {
					t.Fatal(err)
				}
			}
		}
		checkCounters(t, s)
		state := func(s site) []string {
			return append(s.lines(t, "SELECT CAST(id AS text) || ' ' || depth || ' ' || coalesce(CAST(under_id AS text), 'root') || ' ' || reply_count FROM comments ORDER BY id"),
				s.lines(t, "SELECT CAST(id AS text) || ' ' || root_count FROM posts ORDER BY id")...)
		}
		before := state(s)
		if s.number(t, "SELECT count(*) FROM comments WHERE under_id <> parent_id") < 6 {
			t.Fatalf("no branch is deep: %v", before)
		}
		provider, err := migrations(dialect, s.pools[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 4); err != nil {
			t.Fatal(err)
		}
		if columns := schemaOf(t, s)["comments"]; len(columns) == 0 || columns["under_id"] != (column{}) {
			t.Errorf("after the step down: %v", columns)
		}
		want(t, "comments after the step down", s.number(t, "SELECT count(*) FROM comments"), 51)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s.Store = open(t, s.config)
		want(t, "places and counts", state(s), before)
		// A step in SQL cannot fold words: the daily work does it.
		if err := s.IndexComments(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := s.Comments(t.Context(), s.owner, CommentQuery{Words: "true"})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "comments of before that are found", found.Total, 51)
		checkCounters(t, s)
	})
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		control := open(t, s.config)
		if err := control.Close(); err != nil {
			t.Fatal(err)
		}
		set := map[bool]string{true: "postgres", false: "sqlite"}[s.postgres]
		applied := map[bool]string{true: "true", false: "1"}[s.postgres]
		if _, err := s.pools[0].ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES ("+strconv.FormatInt(newestMigration(set)+1, 10)+", "+applied+")"); err != nil {
			t.Fatal(err)
		}
		rows := s.number(t, "SELECT count(*) FROM goose_db_version")
		_, err := Open(t.Context(), s.config)
		var damaged DamagedError
		if !errors.As(err, &damaged) || !strings.Contains(err.Error(), fmt.Sprintf("newer Dimmer (schema %d, this one knows %d)", newestMigration(set)+1, newestMigration(set))) {
			t.Errorf("got %v", err)
		}
		want(t, "steps noted in the database", s.number(t, "SELECT count(*) FROM goose_db_version"), rows)
	})
}

func TestProgramsThatStartTogetherFindOneSchemaAndOneInstance(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		config := s.config
		if s.postgres {
			config.URL = freshSchema(t, s.config.URL)
		}
		shared := t.TempDir()
		ids := make([]string, 4)
		together(len(ids), func(i int) {
			mine := config
			mine.Dir = shared
			if s.postgres {
				mine.Dir = t.TempDir()
			}
			store, err := Open(t.Context(), mine)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = store.InstanceID()
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		if ids[0] == "" || len(slices.Compact(ids)) != 1 {
			t.Errorf("instances %v", ids)
		}
	})
}

func TestOnPostgresASecondProgramWaitsUntilTheFirstHasMigrated(t *testing.T) {
	onBoth(t, func(t *testing.T, s site) {
		if !s.postgres {
			return // there the folder is locked: see the test of programs that start together
		}
		config := s.config
		config.Dir, config.URL = t.TempDir(), freshSchema(t, s.config.URL)
		db, err := sql.Open("pgx", config.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		first, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := (migrationLocker{}).SessionLock(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		opened := make(chan error, 1)
		go func() {
			store, err := Open(t.Context(), config)
			if err == nil {
				err = store.Close()
			}
			opened <- err
		}()
		eventually(t, "the second waits for the first", func() bool {
			var waiting int
			err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = $1 AND objid = hashtext(current_schema())::oid", migrationLock).Scan(&waiting)
			return err == nil && waiting == 1
		})
		select {
		case err := <-opened:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
		if err := (migrationLocker{}).SessionUnlock(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		if err := <-opened; err != nil {
			t.Error(err)
		}
	})
}
