-- Who this blog is and who may work on it.
--
-- How to read these files: they are numbered steps, the same numbers in sqlite/ and postgres/, and each runs once, in a transaction.
-- A step that has been released is never edited; a change is a new step. Types: ids are UUIDv7 as text; times are UTC text that sorts
-- (2026-11-03 09:00:00.123456+00:00); booleans are 0 and 1; JSON is text exactly as written. Tables are STRICT, so that a wrong type is
-- an error and not a surprise on the other database.

-- +goose Up

-- Exactly one row: the identity of this blog. DATA/instance holds the same id; if the two differ, somebody swapped the database.
CREATE TABLE instance (
    one                INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    id                 TEXT    NOT NULL,
    secret_fingerprint TEXT    NOT NULL,  -- of DIMMER_SECRET; compared at the start on Postgres, where several programs share this row
    created_at         TEXT    NOT NULL
) STRICT;

-- People of the blog: whoever writes or moderates. Without e-mail and password: an author who cannot sign in (imported, guest).
CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    slug          TEXT    NOT NULL UNIQUE,          -- in /authors/{slug}; a space of its own, apart from posts
    name          TEXT    NOT NULL,
    email         TEXT    UNIQUE,                   -- lower case; NULL = cannot sign in
    password_hash TEXT,                             -- Argon2id in PHC form; NULL = cannot sign in
    role          TEXT    NOT NULL CHECK (role IN ('owner', 'editor', 'author', 'moderator')),
    bio           TEXT    NOT NULL DEFAULT '',
    avatar_url    TEXT,
    url           TEXT,
    extra         TEXT    NOT NULL DEFAULT '{}',    -- a JSON object for frontends, at most 16 KiB, returned as written
    ghost_id      TEXT    NOT NULL UNIQUE,          -- 24 hex digits, by default the first 96 bits of id, so that both sort alike
    disabled_at   TEXT,                             -- set: signs in no more; posts stay
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL
) STRICT;

-- A signed-in browser or program. Refresh tokens are derived from id and generation under a key that is not in here: a copy of this
-- table opens nothing.
CREATE TABLE sessions (
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation   INTEGER NOT NULL,  -- of the refresh token that is good now; one more with each rotation
    rotated_at   TEXT    NOT NULL,  -- for 10 s after this the previous token still answers, with the same successor
    user_agent   TEXT    NOT NULL,  -- cut to 200 characters; so that the owner recognises her devices
    created_at   TEXT    NOT NULL,
    last_used_at TEXT    NOT NULL,
    ended_at     TEXT               -- signed out, reused, or ended by a new password; kept 30 days for the list of events
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- Addresses that have signed in to an account: they are never made to wait for somebody else's wrong passwords.
CREATE TABLE login_addresses (
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address_hash TEXT NOT NULL,     -- keyed hash, never the address
    last_used_at TEXT NOT NULL,
    PRIMARY KEY (user_id, address_hash)
) STRICT, WITHOUT ROWID;

-- API tokens for programs. Only the hash: a token is shown once.
CREATE TABLE api_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,     -- JSON list: ["posts:read","comments:write"]
    expires_at   TEXT,              -- NULL = does not expire
    last_used_at TEXT,              -- to the minute
    created_at   TEXT NOT NULL
) STRICT;

-- What the owner has set, one row a setting; a missing row means the default that models.DefaultSettings names.
CREATE TABLE settings (
    key        TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,       -- JSON
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE settings;
DROP TABLE api_tokens;
DROP TABLE login_addresses;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE instance;
