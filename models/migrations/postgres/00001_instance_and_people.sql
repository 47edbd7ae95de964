-- Who this blog is and who may work on it.
--
-- How to read these files: they are numbered steps, the same numbers in sqlite/ and postgres/, and each runs once, in a transaction.
-- A step that has been released is never edited; a change is a new step. Ids are UUIDv7; times have a zone; JSON is text and not jsonb,
-- because it is returned exactly as written.

-- +goose Up

-- Exactly one row: the identity of this blog. DATA/instance holds the same id; if the two differ, somebody swapped the database.
CREATE TABLE instance (
    one                integer NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    id                 uuid    NOT NULL,
    secret_fingerprint text    NOT NULL,  -- of DIMMER_SECRET; compared at the start on Postgres, where several programs share this row
    created_at         timestamptz NOT NULL
);

-- People of the blog: whoever writes or moderates. Without e-mail and password: an author who cannot sign in (imported, guest).
CREATE TABLE users (
    id            uuid    NOT NULL PRIMARY KEY,
    slug          text    NOT NULL UNIQUE COLLATE "C",          -- in /authors/{slug}; a space of its own, apart from posts
    name          text    NOT NULL,
    email         text    UNIQUE,                   -- lower case; NULL = cannot sign in
    password_hash text,                             -- Argon2id in PHC form; NULL = cannot sign in
    role          text    NOT NULL CHECK (role IN ('owner', 'editor', 'author', 'moderator')),
    bio           text    NOT NULL DEFAULT '',
    avatar_url    text,
    url           text,
    extra         text    NOT NULL DEFAULT '{}',    -- a JSON object for frontends, at most 16 KiB, returned as written
    ghost_id      text    NOT NULL UNIQUE,          -- 24 hex digits, by default the first 96 bits of id, so that both sort alike
    disabled_at   timestamptz,                             -- set: signs in no more; posts stay
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

-- A signed-in browser or program. Refresh tokens are derived from id and generation under a key that is not in here: a copy of this
-- table opens nothing.
CREATE TABLE sessions (
    id           uuid    NOT NULL PRIMARY KEY,
    user_id      uuid    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation   bigint NOT NULL,  -- of the refresh token that is good now; one more with each rotation
    rotated_at   timestamptz NOT NULL,  -- for 10 s after this the previous token still answers, with the same successor
    user_agent   text    NOT NULL,  -- cut to 200 characters; so that the owner recognises her devices
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    ended_at     timestamptz               -- signed out, reused, or ended by a new password; kept 30 days for the list of events
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- Addresses that have signed in to an account: they are never made to wait for somebody else's wrong passwords.
CREATE TABLE login_addresses (
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address_hash text NOT NULL,     -- keyed hash, never the address
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, address_hash)
);

-- API tokens for programs. Only the hash: a token is shown once.
CREATE TABLE api_tokens (
    id           uuid NOT NULL PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL,
    hash         text NOT NULL UNIQUE,
    scopes       text NOT NULL,     -- JSON list: ["posts:read","comments:write"]
    expires_at   timestamptz,              -- NULL = does not expire
    last_used_at timestamptz,              -- to the minute
    created_at   timestamptz NOT NULL
);

-- What the owner has set, one row a setting; a missing row means the default that models.DefaultSettings names.
CREATE TABLE settings (
    key        text NOT NULL PRIMARY KEY,
    value      text NOT NULL,       -- JSON
    updated_at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE settings;
DROP TABLE api_tokens;
DROP TABLE login_addresses;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE instance;
