-- Readers, what they wrote, and what was decided about it.

-- +goose Up

-- A reader who comments. The browser keeps a key that came with the first comment; only its hash is here. The e-mail address is here
-- and nowhere else.
CREATE TABLE commenters (
    id                 uuid    NOT NULL PRIMARY KEY,
    key_hash           text    NOT NULL UNIQUE,
    name               text    NOT NULL,
    email              text,
    email_confirmed_at timestamptz,
    approved_count     integer NOT NULL DEFAULT 0 CHECK (approved_count >= 0),  -- of her comments that are there
    rejected_count     integer NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),  -- spam and trash
    blocked_at         timestamptz,
    trusted_at         timestamptz,
    created_at         timestamptz NOT NULL
);

-- What readers and staff said about posts.
CREATE TABLE comments (
    id           uuid    NOT NULL PRIMARY KEY,
    post_id      uuid    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    parent_id    uuid    REFERENCES comments (id) ON DELETE CASCADE,  -- what it answers; NULL = a root
    root_id      uuid    NOT NULL,                        -- the root of its branch; a root names itself
    depth        integer NOT NULL CHECK (depth BETWEEN 0 AND 5),      -- deeper answers are listed at 5
    status       text    NOT NULL CHECK (status IN ('pending', 'approved', 'spam', 'trash')),
    commenter_id uuid    REFERENCES commenters (id) ON DELETE SET NULL,  -- who wrote it, if a reader did
    user_id      uuid    REFERENCES users (id) ON DELETE SET NULL,       -- who wrote it, if staff did
    author_name  text    NOT NULL,                        -- as it was when it was written
    author_url   text,
    source       text    NOT NULL,                        -- as written
    html         text    NOT NULL,                        -- safe; shown as it is
    like_count   integer NOT NULL DEFAULT 0 CHECK (like_count >= 0),
    pinned       boolean NOT NULL DEFAULT false,
    address_hash text,                                    -- keyed hash of the sender's address, never the address
    created_at   timestamptz NOT NULL,
    edited_at    timestamptz,
    decided_at   timestamptz                                     -- when its status last moved
);
CREATE INDEX comments_of_post ON comments (post_id, status, created_at, id);
CREATE INDEX comments_roots ON comments (post_id, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX comments_of_root ON comments (root_id, status, created_at, id);
CREATE INDEX comments_queue ON comments (status, created_at, id);
CREATE INDEX comments_all ON comments (created_at, id);
CREATE INDEX comments_by_parent ON comments (parent_id);
CREATE INDEX comments_by_commenter ON comments (commenter_id, created_at);

-- How many comments there are in each status: on a post, and in all (post_id ''). Kept by every write in its own transaction.
CREATE TABLE comment_counts (
    post_id text    NOT NULL,
    status  text    NOT NULL,
    n       bigint NOT NULL CHECK (n >= 0),
    PRIMARY KEY (post_id, status)
);

-- Why a comment got its status, and what a person decided afterwards. Outlives the text of the comment: it holds none.
CREATE TABLE judgements (
    id         uuid    NOT NULL PRIMARY KEY,
    comment_id uuid    NOT NULL,                          -- no reference: stays when the comment is erased
    verdict    text    NOT NULL CHECK (verdict IN ('pending', 'approved', 'spam')),
    score      integer NOT NULL,                          -- the sum of the points
    reasons    text    NOT NULL,                          -- JSON [{points,text}], in plain words, shown to the owner
    signals    text    NOT NULL,                          -- JSON {name: number}, what the policy looked at
    features   bytea,                                      -- hashed words, at most 2 KiB, for the learner
    decision   text    CHECK (decision IN ('pending', 'approved', 'spam', 'trash')),  -- NULL = nobody has decided yet
    decided_by text,
    decided_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX judgements_of_comment ON judgements (comment_id, created_at);
CREATE INDEX judgements_decided ON judgements (decided_at) WHERE decided_at IS NOT NULL;

-- +goose Down
DROP TABLE judgements;
DROP TABLE comment_counts;
DROP TABLE comments;
DROP TABLE commenters;
