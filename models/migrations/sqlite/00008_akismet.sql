-- Akismet, where the owner has switched it on.

-- +goose Up

-- Comments that Akismet is or was asked about.
CREATE TABLE akismet_checks (
    comment_id TEXT NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    sealed     BLOB,                                     -- what is asked, with address and browser, encrypted; NULL = forgotten, 15 days after the decision
    answer     TEXT CHECK (answer IN ('spam', 'ham')),     -- NULL = not answered yet
    wanted     TEXT CHECK (wanted IN ('spam', 'ham')),     -- what a person has decided since; NULL = nothing
    told       TEXT CHECK (told IN ('spam', 'ham')),       -- what Akismet has been told of that
    next_at    TEXT,                                     -- when it is asked or told; NULL = nothing is to be done
    attempts   INTEGER NOT NULL,                         -- in a row that failed
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX akismet_checks_due ON akismet_checks (next_at) WHERE next_at IS NOT NULL;

-- +goose Down
DROP TABLE akismet_checks;
