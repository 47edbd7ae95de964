-- What readers do besides writing, and what moderators can take back.

-- +goose Up

-- Where a comment is shown, which is not always below what it answers: what is deeper than 5 is listed at 5.
ALTER TABLE comments ADD COLUMN under_id uuid REFERENCES comments (id) ON DELETE CASCADE;  -- NULL = a root
-- How many visible comments are shown below it, at any depth; on the last level, how many answer it. Kept by every write in its own transaction.
ALTER TABLE comments ADD COLUMN reply_count integer NOT NULL DEFAULT 0 CHECK (reply_count >= 0);
ALTER TABLE comments ADD COLUMN report_count integer NOT NULL DEFAULT 0 CHECK (report_count >= 0);  -- readers who reported it
ALTER TABLE comments ADD COLUMN text_hash text;      -- of the folded text, to know it again; NULL = by staff, or forgotten
ALTER TABLE comments ADD COLUMN erased_at timestamptz;      -- nothing is left of it but its place, for the answers below it

-- How many comments of a post readers see that answer no other (the total of a thread, which counts these).
ALTER TABLE posts ADD COLUMN root_count integer NOT NULL DEFAULT 0 CHECK (root_count >= 0);

-- What is there already.
WITH RECURSIVE up (id, at) AS (
    SELECT id, parent_id FROM comments WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT up.id, above.parent_id FROM up JOIN comments above ON above.id = up.at WHERE above.depth = 5
)
UPDATE comments SET under_id = up.at FROM up JOIN comments above ON above.id = up.at WHERE above.depth < 5 AND up.id = comments.id;
WITH RECURSIVE above (id, at) AS (
    SELECT id, under_id FROM comments WHERE status = 'approved' AND under_id IS NOT NULL
    UNION ALL
    SELECT above.id, c.under_id FROM above JOIN comments c ON c.id = above.at WHERE c.under_id IS NOT NULL
), counting (id, at) AS (
    SELECT id, at FROM above
    UNION ALL
    SELECT id, parent_id FROM comments WHERE status = 'approved' AND under_id <> parent_id
)
UPDATE comments SET reply_count = counted.n FROM (SELECT at, count(*) AS n FROM counting GROUP BY at) AS counted WHERE counted.at = comments.id;
UPDATE posts SET root_count = counted.n FROM (
    SELECT post_id, count(*) AS n FROM comments WHERE parent_id IS NULL AND (status = 'approved' OR reply_count > 0) GROUP BY post_id
) AS counted WHERE counted.post_id = posts.id;

-- The roots that readers see, in each order: pinned ones first. Then what is below a root, removed places with something visible below them too.
DROP INDEX comments_roots;
DROP INDEX comments_of_root;
CREATE INDEX comments_newest ON comments (post_id, pinned, created_at, id) WHERE parent_id IS NULL AND (status = 'approved' OR reply_count > 0);
CREATE INDEX comments_oldest ON comments (post_id, (NOT pinned), created_at, id) WHERE parent_id IS NULL AND (status = 'approved' OR reply_count > 0);
CREATE INDEX comments_top ON comments (post_id, pinned, like_count, id) WHERE parent_id IS NULL AND (status = 'approved' OR reply_count > 0);
CREATE INDEX comments_below ON comments (root_id, created_at, id) WHERE parent_id IS NOT NULL AND (status = 'approved' OR reply_count > 0);
CREATE INDEX comments_under ON comments (under_id);
CREATE INDEX comments_by_text ON comments (text_hash, created_at) WHERE text_hash IS NOT NULL;
CREATE INDEX comments_by_user ON comments (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX comments_reported ON comments (created_at, id) WHERE report_count > 0;
CREATE INDEX commenters_by_email ON commenters (email) WHERE email IS NOT NULL;
CREATE INDEX commenters_by_age ON commenters (created_at, id);
CREATE INDEX comments_addressed ON comments (created_at) WHERE address_hash IS NOT NULL;

-- Readers who like a comment, each once.
CREATE TABLE comment_likes (
    comment_id   uuid NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    commenter_id uuid NOT NULL REFERENCES commenters (id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (comment_id, commenter_id)
);
CREATE INDEX comment_likes_by_commenter ON comment_likes (commenter_id);

-- Readers who report a comment to the moderators, each once.
CREATE TABLE comment_reports (
    comment_id   uuid NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    commenter_id uuid NOT NULL REFERENCES commenters (id) ON DELETE CASCADE,
    reason       text NOT NULL,                          -- in the reader's words; may be empty
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (comment_id, commenter_id)
);
CREATE INDEX comment_reports_by_commenter ON comment_reports (commenter_id);

-- Readers who react to a post, each once.
CREATE TABLE post_reactions (
    post_id      uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    commenter_id uuid NOT NULL REFERENCES commenters (id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (post_id, commenter_id)
);
CREATE INDEX post_reactions_by_commenter ON post_reactions (commenter_id);

-- Requests that carry an Idempotency-Key, for a day: sent again, they get the first answer again. Written with what they made.
CREATE TABLE idempotency_keys (
    scope      text NOT NULL,                            -- the path of the request
    key        text NOT NULL,                            -- as the client made it
    body_hash  text NOT NULL,                            -- another body under the same key is refused
    comment_id uuid REFERENCES comments (id) ON DELETE SET NULL,  -- what it made; NULL = gone since
    answered   text NOT NULL,                            -- the status that its writer was told
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_by_comment ON idempotency_keys (comment_id);

-- What moderators did to comments, for ten minutes, so that it can be taken back. Holds what was deleted, and so goes soon.
CREATE TABLE moderation_actions (
    id         uuid NOT NULL PRIMARY KEY,
    by_user_id uuid REFERENCES users (id) ON DELETE CASCADE,  -- who may take it back; NULL = the system
    before     text NOT NULL,                            -- JSON: of each comment, what it was
    created_at timestamptz NOT NULL,
    undone_at  timestamptz
);
CREATE INDEX moderation_actions_by_age ON moderation_actions (created_at);

-- What a moderator's search reads: the words of each comment and its writer's name, folded as those of posts are.
CREATE TABLE comment_words (
    comment_id uuid     NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    vector     tsvector NOT NULL                         -- without places: only whether a word is there
);
CREATE INDEX comment_search ON comment_words USING gin (vector);

-- +goose Down
DROP TABLE comment_words;
DROP TABLE moderation_actions;
DROP TABLE idempotency_keys;
DROP TABLE post_reactions;
DROP TABLE comment_reports;
DROP TABLE comment_likes;
DROP INDEX comments_addressed;
DROP INDEX commenters_by_age;
DROP INDEX commenters_by_email;
DROP INDEX comments_reported;
DROP INDEX comments_by_user;
DROP INDEX comments_by_text;
DROP INDEX comments_under;
DROP INDEX comments_below;
DROP INDEX comments_top;
DROP INDEX comments_oldest;
DROP INDEX comments_newest;
CREATE INDEX comments_roots ON comments (post_id, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX comments_of_root ON comments (root_id, status, created_at, id);
ALTER TABLE posts DROP COLUMN root_count;
ALTER TABLE comments DROP COLUMN erased_at;
ALTER TABLE comments DROP COLUMN text_hash;
ALTER TABLE comments DROP COLUMN report_count;
ALTER TABLE comments DROP COLUMN reply_count;
ALTER TABLE comments DROP COLUMN under_id;
