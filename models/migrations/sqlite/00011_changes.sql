-- What readers see has changed, in order: what static builds and search indexes follow.

-- +goose Up

-- One row for each thing that readers see, and for a time for each that they saw: its newest state, under the number of its last change.
CREATE TABLE changes (
    id         TEXT    NOT NULL PRIMARY KEY,             -- of the post, tag or person; 'site' = what stands around them
    type       TEXT    NOT NULL CHECK (type IN ('post', 'page', 'tag', 'author', 'site')),
    slug       TEXT    NOT NULL,                         -- the one that readers know; of what has gone the last one; '' = the site
    listed     INTEGER NOT NULL CHECK (listed IN (0, 1)),  -- 0: archived, or gone
    removed    INTEGER NOT NULL CHECK (removed IN (0, 1)),  -- readers see it no more; kept for 90 days for who has it still
    seq        INTEGER NOT NULL UNIQUE,                  -- from change_numbers, in the order of commit
    changed_at TEXT    NOT NULL                          -- when that write began
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_in_order ON changes (removed, seq);

-- Exactly one row: which numbers changes have had. A write that readers see takes its numbers here as its last act: on Postgres the row is
-- locked until that write has committed, so that numbers become visible in their order.
CREATE TABLE change_numbers (
    one       INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    last      INTEGER NOT NULL,                          -- given; not every number that was given has been used
    forgotten INTEGER NOT NULL                           -- the highest of a removal that is not kept any more: who stands before it begins anew
) STRICT;

INSERT INTO changes (id, type, slug, listed, removed, seq, changed_at)
SELECT id, type, slug, listed, 0, row_number() OVER (ORDER BY place, changed_at, id), changed_at FROM (
    SELECT 'site' AS id, 'site' AS type, '' AS slug, 1 AS listed, 1 AS place, changed_at FROM changes_by_tag WHERE tag = 'site'
    UNION ALL
    SELECT id, 'tag', slug, 1, 2, updated_at FROM tags WHERE internal = 0
    UNION ALL
    SELECT id, 'author', slug, 1, 3, updated_at FROM users
    WHERE id IN (SELECT ref FROM post_counts WHERE dimension = 'author' AND status = 'published' AND n > 0)
    UNION ALL
    SELECT id, type, slug, status = 'published', 4, updated_at FROM posts WHERE status IN ('published', 'archived')
) AS public;
INSERT INTO change_numbers (one, last, forgotten) SELECT 1, coalesce(max(seq), 0), 0 FROM changes;

-- +goose Down
DROP TABLE change_numbers;
DROP TABLE changes;
