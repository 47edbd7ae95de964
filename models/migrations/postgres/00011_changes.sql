-- What readers see has changed, in order: what static builds and search indexes follow.

-- +goose Up

-- One row for each thing that readers see, and for a time for each that they saw: its newest state, under the number of its last change.
CREATE TABLE changes (
    id         text    NOT NULL PRIMARY KEY,             -- of the post, tag or person; 'site' = what stands around them
    type       text    NOT NULL CHECK (type IN ('post', 'page', 'tag', 'author', 'site')),
    slug       text    NOT NULL,                         -- the one that readers know; of what has gone the last one; '' = the site
    listed     boolean NOT NULL,                         -- false: archived, or gone
    removed    boolean NOT NULL,                         -- readers see it no more; kept for 90 days for who has it still
    seq        bigint  NOT NULL UNIQUE,                  -- from change_numbers, in the order of commit
    changed_at timestamptz NOT NULL                       -- when that write began
);
CREATE INDEX changes_in_order ON changes (removed, seq);

-- Exactly one row: which numbers changes have had. A write that readers see takes its numbers here as its last act: on Postgres the row is
-- locked until that write has committed, so that numbers become visible in their order.
CREATE TABLE change_numbers (
    one       integer NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    last      bigint  NOT NULL,                          -- given; not every number that was given has been used
    forgotten bigint  NOT NULL                           -- the highest of a removal that is not kept any more: who stands before it begins anew
);

INSERT INTO changes (id, type, slug, listed, removed, seq, changed_at)
SELECT id, type, slug, listed, FALSE, row_number() OVER (ORDER BY place, changed_at, id), changed_at FROM (
    SELECT 'site' AS id, 'site' AS type, '' AS slug, TRUE AS listed, 1 AS place, changed_at FROM changes_by_tag WHERE tag = 'site'
    UNION ALL
    SELECT CAST(id AS text), 'tag', slug, TRUE, 2, updated_at FROM tags WHERE NOT internal
    UNION ALL
    SELECT CAST(id AS text), 'author', slug, TRUE, 3, updated_at FROM users
    WHERE CAST(id AS text) IN (SELECT ref FROM post_counts WHERE dimension = 'author' AND status = 'published' AND n > 0)
    UNION ALL
    SELECT CAST(id AS text), type, slug, status = 'published', 4, updated_at FROM posts WHERE status IN ('published', 'archived')
) AS public;
INSERT INTO change_numbers (one, last, forgotten) SELECT 1, coalesce(max(seq), 0), 0 FROM changes;

-- +goose Down
DROP TABLE change_numbers;
DROP TABLE changes;
