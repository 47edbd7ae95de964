-- Readers, what they wrote, and what was decided about it.

-- +goose Up

-- A reader who comments. The browser keeps a key that came with the first comment; only its hash is here. The e-mail address is here
-- and nowhere else.
CREATE TABLE commenters (
    id                 TEXT    NOT NULL PRIMARY KEY,
    key_hash           TEXT    NOT NULL UNIQUE,
    name               TEXT    NOT NULL,
    email              TEXT,
    email_confirmed_at TEXT,
    approved_count     INTEGER NOT NULL DEFAULT 0 CHECK (approved_count >= 0),  -- of her comments that are there
    rejected_count     INTEGER NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),  -- spam and trash
    blocked_at         TEXT,
    trusted_at         TEXT,
    created_at         TEXT    NOT NULL
) STRICT;

-- What readers and staff said about posts.
CREATE TABLE comments (
    id           TEXT    NOT NULL PRIMARY KEY,
    post_id      TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    parent_id    TEXT    REFERENCES comments (id) ON DELETE CASCADE,  -- what it answers; NULL = a root
    root_id      TEXT    NOT NULL,                        -- the root of its branch; a root names itself
    depth        INTEGER NOT NULL CHECK (depth BETWEEN 0 AND 5),      -- deeper answers are listed at 5
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'approved', 'spam', 'trash')),
    commenter_id TEXT    REFERENCES commenters (id) ON DELETE SET NULL,  -- who wrote it, if a reader did
    user_id      TEXT    REFERENCES users (id) ON DELETE SET NULL,       -- who wrote it, if staff did
    author_name  TEXT    NOT NULL,                        -- as it was when it was written
    author_url   TEXT,
    source       TEXT    NOT NULL,                        -- as written
    html         TEXT    NOT NULL,                        -- safe; shown as it is
    like_count   INTEGER NOT NULL DEFAULT 0 CHECK (like_count >= 0),
    pinned       INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    address_hash TEXT,                                    -- keyed hash of the sender's address, never the address
    created_at   TEXT    NOT NULL,
    edited_at    TEXT,
    decided_at   TEXT                                     -- when its status last moved
) STRICT;
CREATE INDEX comments_of_post ON comments (post_id, status, created_at, id);
CREATE INDEX comments_roots ON comments (post_id, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX comments_of_root ON comments (root_id, status, created_at, id);
CREATE INDEX comments_queue ON comments (status, created_at, id);
CREATE INDEX comments_all ON comments (created_at, id);
CREATE INDEX comments_by_parent ON comments (parent_id);
CREATE INDEX comments_by_commenter ON comments (commenter_id, created_at);

-- How many comments there are in each status: on a post, and in all (post_id ''). Kept by every write in its own transaction.
CREATE TABLE comment_counts (
    post_id TEXT    NOT NULL,
    status  TEXT    NOT NULL,
    n       INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (post_id, status)
) STRICT, WITHOUT ROWID;

-- Why a comment got its status, and what a person decided afterwards. Outlives the text of the comment: it holds none.
CREATE TABLE judgements (
    id         TEXT    NOT NULL PRIMARY KEY,
    comment_id TEXT    NOT NULL,                          -- no reference: stays when the comment is erased
    verdict    TEXT    NOT NULL CHECK (verdict IN ('pending', 'approved', 'spam')),
    score      INTEGER NOT NULL,                          -- the sum of the points
    reasons    TEXT    NOT NULL,                          -- JSON [{points,text}], in plain words, shown to the owner
    signals    TEXT    NOT NULL,                          -- JSON {name: number}, what the policy looked at
    features   BLOB,                                      -- hashed words, at most 2 KiB, for the learner
    decision   TEXT    CHECK (decision IN ('pending', 'approved', 'spam', 'trash')),  -- NULL = nobody has decided yet
    decided_by TEXT,
    decided_at TEXT,
    created_at TEXT    NOT NULL
) STRICT;
CREATE INDEX judgements_of_comment ON judgements (comment_id, created_at);
CREATE INDEX judgements_decided ON judgements (decided_at) WHERE decided_at IS NOT NULL;

-- +goose Down
DROP TABLE judgements;
DROP TABLE comment_counts;
DROP TABLE comments;
DROP TABLE commenters;
