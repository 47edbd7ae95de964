-- What happened, and what is to be done later.

-- +goose Up

-- Everything that changed, for ever: the audit log, and the source of what is delivered to others. Never text, e-mail or address.
CREATE TABLE events (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- in the order of commit: given under a lock that is held until then
    at           timestamptz NOT NULL,
    actor_kind   text    NOT NULL CHECK (actor_kind IN ('user', 'token', 'reader', 'system')),  -- who did it
    actor_id     text,                                   -- of the user, token or commenter; NULL = the system, a stranger
    kind         text    NOT NULL,                        -- post.published, comment.approved, …
    subject_kind text    NOT NULL,                        -- post, comment, user, …
    subject_id   text    NOT NULL,                       -- of what it was done to
    fields       text    NOT NULL                         -- JSON list of the names of what changed
);
CREATE INDEX events_by_subject ON events (subject_id, seq);
CREATE INDEX events_by_actor ON events (actor_id, seq);
CREATE INDEX events_by_kind ON events (kind, seq);

-- Work for later, with a lease: whoever claims a row has until locked_until; then another may.
CREATE TABLE jobs (
    id           uuid    NOT NULL PRIMARY KEY,
    kind         text    NOT NULL,
    unique_key   text    UNIQUE,                          -- one job of this name at a time; NULL = as many as there are
    payload      text    NOT NULL,                        -- JSON, as its kind reads it
    run_at       timestamptz NOT NULL,                -- not before
    attempts     integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    locked_until timestamptz,                            -- NULL = free
    failed_at    timestamptz,                                    -- given up after max_attempts; kept to be looked at
    last_error   text    NOT NULL DEFAULT '',            -- of the last attempt that failed
    created_at   timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE failed_at IS NULL;

-- When each part of what readers see last changed: Last-Modified of answers that hold many things.
CREATE TABLE changes_by_tag (
    tag        text NOT NULL PRIMARY KEY,                 -- a cache tag: site, posts, tags, authors
    changed_at timestamptz NOT NULL                      -- by the last write that readers can see
);

-- +goose Down
DROP TABLE changes_by_tag;
DROP TABLE jobs;
DROP TABLE events;
