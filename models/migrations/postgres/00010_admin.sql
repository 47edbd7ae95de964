-- What the admin area needs besides: invites, answers that are kept, what each person prefers, and devices that are told of held comments.

-- +goose Up

-- What a person likes in the admin area: a JSON object of language, appearance and the like, at most 2 KiB.
ALTER TABLE users ADD COLUMN preferences text NOT NULL DEFAULT '{}';

-- Invites to work on this blog. The link is signed and names the row: nothing that opens it is in here.
CREATE TABLE invites (
    id          uuid NOT NULL PRIMARY KEY,
    email       text NOT NULL,                           -- lower case; whoever accepts signs in with it
    name        text NOT NULL,                           -- that she is offered; empty = she says it herself
    role        text NOT NULL CHECK (role IN ('owner', 'editor', 'author', 'moderator')),  -- that she gets
    invited_by  uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,  -- an owner; without her it is void
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,                           -- of its link; forgotten 30 days later
    accepted_at timestamptz                                     -- NULL = not yet
);
CREATE UNIQUE INDEX invites_open ON invites (email) WHERE accepted_at IS NULL;
CREATE INDEX invites_by_age ON invites (created_at, id);
CREATE INDEX invites_by_inviter ON invites (invited_by);

-- A mail may also go to somebody who is invited.
ALTER TABLE deliveries ADD COLUMN invite_id uuid REFERENCES invites (id) ON DELETE CASCADE;
CREATE INDEX deliveries_by_invite ON deliveries (invite_id) WHERE invite_id IS NOT NULL;
CREATE INDEX deliveries_by_kind ON deliveries (kind, created_at, id);

-- Answers to comments that those who moderate keep, for the whole blog.
CREATE TABLE snippets (
    id         uuid NOT NULL PRIMARY KEY,
    title      text NOT NULL,                            -- by which it is found
    body       text NOT NULL,                            -- as it is put into an answer
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Browsers that are told when comments wait (Web Push), for as long as the session lasts from which they asked for it.
CREATE TABLE push_devices (
    id         uuid    NOT NULL PRIMARY KEY,
    user_id    uuid    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id uuid    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,  -- when it ends, so does this
    endpoint   text    NOT NULL UNIQUE,                  -- address of the push service for this browser
    p256dh     text    NOT NULL,                         -- the browser's public key, base64url
    auth       text    NOT NULL,                         -- what it shares with us, base64url
    name       text    NOT NULL,                         -- by which its owner knows it
    next_at    timestamptz,                                     -- when it is told something; NULL = there is nothing to tell
    attempts   integer NOT NULL,                         -- in a row that failed
    sent_at    timestamptz,                                     -- when a push service last took something
    last_error text    NOT NULL DEFAULT '',              -- of the last attempt, if it failed
    created_at timestamptz    NOT NULL
);
CREATE INDEX push_devices_of_user ON push_devices (user_id, created_at);
CREATE INDEX push_devices_of_session ON push_devices (session_id);
CREATE INDEX push_devices_due ON push_devices (next_at) WHERE next_at IS NOT NULL;
INSERT INTO event_cursors (name, seq) SELECT 'push', coalesce(max(seq), 0) FROM events;

-- +goose Down
DELETE FROM event_cursors WHERE name = 'push';
DROP TABLE push_devices;
DROP TABLE snippets;
DROP INDEX deliveries_by_kind;
DROP INDEX deliveries_by_invite;
ALTER TABLE deliveries DROP COLUMN invite_id;
DROP TABLE invites;
ALTER TABLE users DROP COLUMN preferences;
