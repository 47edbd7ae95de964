-- What happened, and what is to be done later.

-- +goose Up

-- Everything that changed, for ever: the audit log, and the source of what is delivered to others. Never text, e-mail or address.
CREATE TABLE events (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,       -- in the order of commit, without a number given twice
    at           TEXT    NOT NULL,
    actor_kind   TEXT    NOT NULL CHECK (actor_kind IN ('user', 'token', 'reader', 'system')),  -- who did it
    actor_id     TEXT,                                   -- of the user, token or commenter; NULL = the system, a stranger
    kind         TEXT    NOT NULL,                        -- post.published, comment.approved, …
    subject_kind TEXT    NOT NULL,                        -- post, comment, user, …
    subject_id   TEXT    NOT NULL,                       -- of what it was done to
    fields       TEXT    NOT NULL                         -- JSON list of the names of what changed
) STRICT;
CREATE INDEX events_by_subject ON events (subject_id, seq);
CREATE INDEX events_by_actor ON events (actor_id, seq);
CREATE INDEX events_by_kind ON events (kind, seq);

-- Work for later, with a lease: whoever claims a row has until locked_until; then another may.
CREATE TABLE jobs (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    unique_key   TEXT    UNIQUE,                          -- one job of this name at a time; NULL = as many as there are
    payload      TEXT    NOT NULL,                        -- JSON, as its kind reads it
    run_at       TEXT    NOT NULL,                       -- not before
    attempts     INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    locked_until TEXT,                                   -- NULL = free
    failed_at    TEXT,                                    -- given up after max_attempts; kept to be looked at
    last_error   TEXT    NOT NULL DEFAULT '',            -- of the last attempt that failed
    created_at   TEXT    NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE failed_at IS NULL;

-- When each part of what readers see last changed: Last-Modified of answers that hold many things.
CREATE TABLE changes_by_tag (
    tag        TEXT NOT NULL PRIMARY KEY,                 -- a cache tag: site, posts, tags, authors
    changed_at TEXT NOT NULL                             -- by the last write that readers can see
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE changes_by_tag;
DROP TABLE jobs;
DROP TABLE events;
