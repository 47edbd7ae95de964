-- Posts and pages, their tags and authors, and all that keeps them findable and restorable.

-- +goose Up

-- Posts and pages. Everything a reader sees (html, excerpt, outline, counts) is made when it is saved, not when it is read.
CREATE TABLE posts (
    n               INTEGER PRIMARY KEY,                 -- a number that stays, for the search index
    id              TEXT    NOT NULL UNIQUE,
    type            TEXT    NOT NULL CHECK (type IN ('post', 'page')),
    status          TEXT    NOT NULL CHECK (status IN ('draft', 'scheduled', 'published', 'archived')),
    slug            TEXT    NOT NULL UNIQUE,             -- the present one; former ones are in slugs
    title           TEXT    NOT NULL,
    title_key       TEXT    NOT NULL,                    -- title folded for sorting: lower case, no marks
    format          TEXT    NOT NULL CHECK (format IN ('markdown', 'html')),
    source          TEXT    NOT NULL,                    -- as written
    html            TEXT    NOT NULL,                    -- safe; shown as it is
    text            TEXT    NOT NULL,                    -- the words of html, for search and snippets
    excerpt         TEXT    NOT NULL,                    -- shown: the writer's own, else the beginning of the text
    own_excerpt     INTEGER NOT NULL CHECK (own_excerpt IN (0, 1)),  -- excerpt was written, not made
    outline         TEXT    NOT NULL,                    -- JSON [{level,id,text}]
    word_count      INTEGER NOT NULL,                    -- of the rendered text, code left out
    language        TEXT    NOT NULL,                    -- BCP 47
    featured        INTEGER NOT NULL CHECK (featured IN (0, 1)),
    feature_image   TEXT,                          -- JSON {url,alt,caption,width,height}; NULL = none
    seo             TEXT    NOT NULL,                    -- JSON {title,description,canonical_url,image_url}
    extra           TEXT    NOT NULL,                    -- a JSON object for frontends, at most 16 KiB, returned as written
    comment_level   TEXT    CHECK (comment_level IN ('open', 'newcomers', 'all', 'closed')),  -- NULL = the site's
    comment_count   INTEGER NOT NULL DEFAULT 0,          -- approved ones; changes neither version nor updated_at
    reaction_count  INTEGER NOT NULL DEFAULT 0,
    comments_at     TEXT,                                -- when the visible thread last changed
    published_at    TEXT,                                -- to the second; in the future while scheduled
    sort_at         TEXT    NOT NULL,                    -- published_at, or created_at while there is none: no NULL to sort by
    was_public      INTEGER NOT NULL CHECK (was_public IN (0, 1)),  -- has ever been published: then a rename keeps the old slug alive
    version         INTEGER NOT NULL,                    -- one more with each change of the post's own fields; the ETag
    ghost_id        TEXT    NOT NULL UNIQUE,             -- 24 hex digits, by default the first 96 bits of id
    feed_guid       TEXT,                                -- of an imported post, so that feed readers do not show it again
    comment_key     TEXT,                                -- of an imported post; NULL = ghost_id
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,                    -- title, body, excerpt, image or slug changed
    CHECK (status NOT IN ('scheduled', 'published') OR published_at IS NOT NULL)
) STRICT;
CREATE INDEX posts_newest ON posts (type, status, sort_at, id);
CREATE INDEX posts_by_title ON posts (type, status, title_key, id);
CREATE INDEX posts_by_comments ON posts (type, status, comment_count, id);
CREATE INDEX posts_changed ON posts (updated_at, id);
CREATE INDEX posts_created ON posts (created_at, id);
CREATE INDEX posts_due ON posts (published_at) WHERE status = 'scheduled';
CREATE INDEX posts_featured ON posts (type, status, sort_at, id) WHERE featured = TRUE;
CREATE INDEX posts_by_date ON posts (sort_at, id);

-- One space of slugs for posts and pages, present and former. A former one answers 308 to the present one.
CREATE TABLE slugs (
    slug       TEXT    NOT NULL PRIMARY KEY,             -- as it stands in addresses
    post_id    TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    current    INTEGER NOT NULL CHECK (current IN (0, 1)),
    created_at TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX slugs_by_post ON slugs (post_id, created_at);

-- Tags. One whose name begins with # is internal: its slug begins with hash-, and no reader sees it.
CREATE TABLE tags (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL UNIQUE,                 -- in /tags/{slug}; a space of its own
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL UNIQUE,                 -- for order, and one tag however it is capitalised
    description TEXT    NOT NULL DEFAULT '',
    internal    INTEGER NOT NULL CHECK (internal IN (0, 1)),
    extra       TEXT    NOT NULL DEFAULT '{}',
    ghost_id    TEXT    NOT NULL UNIQUE,                 -- as that of posts
    created_at  TEXT    NOT NULL,
    updated_at  TEXT    NOT NULL
) STRICT;

-- Which tags a post has.
CREATE TABLE post_tags (
    post_id  TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    tag_id   TEXT    NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,                           -- the writer's order, from 0
    PRIMARY KEY (post_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_tags_by_tag ON post_tags (tag_id, post_id);

-- Who wrote a post.
CREATE TABLE post_authors (
    post_id  TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id  TEXT    NOT NULL REFERENCES users (id),     -- deleting a person asks first to whom the posts go
    position INTEGER NOT NULL,                           -- 0 is the author, the others wrote with her
    PRIMARY KEY (post_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_authors_by_user ON post_authors (user_id, post_id);

-- How many posts there are of each type and status: in all (dimension 'all', ref ''), with a tag, by an author. Kept by every write
-- in its own transaction, so that a list's total costs one row and not a count.
CREATE TABLE post_counts (
    dimension TEXT    NOT NULL CHECK (dimension IN ('all', 'tag', 'author')),
    ref       TEXT    NOT NULL,
    type      TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    n         INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (dimension, ref, type, status)
) STRICT, WITHOUT ROWID;

-- One row for each change of a post, its creation first: enough to bring back what was there.
CREATE TABLE revisions (
    post_id       TEXT    NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,                      -- from 1
    title         TEXT    NOT NULL,
    format        TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    excerpt       TEXT,                                  -- the writer's own; NULL = made from the text
    tags          TEXT    NOT NULL,                      -- JSON list of names, in order
    authors       TEXT    NOT NULL,                      -- JSON list of user ids, in order
    feature_image TEXT,                          -- JSON {url,alt,caption,width,height}; NULL = none
    seo           TEXT    NOT NULL,
    extra         TEXT    NOT NULL,
    changed       TEXT    NOT NULL,                      -- JSON list of field names
    by_user_id    TEXT    REFERENCES users (id) ON DELETE SET NULL,
    created_at    TEXT    NOT NULL,
    PRIMARY KEY (post_id, number)
) STRICT, WITHOUT ROWID;

-- One unsaved version of a post: autosave writes here and never to the post. Previews show it.
CREATE TABLE working_copies (
    post_id      TEXT    NOT NULL PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
    fields       TEXT    NOT NULL,                       -- JSON: the fields as a PATCH would send them
    base_version INTEGER NOT NULL,                       -- of the post it began from
    by_user_id   TEXT    REFERENCES users (id) ON DELETE SET NULL,
    updated_at   TEXT    NOT NULL
) STRICT;

-- Links that show an unpublished post to whoever holds them.
CREATE TABLE previews (
    hash       TEXT NOT NULL PRIMARY KEY,                -- of the token in the link
    post_id    TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    by_user_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX previews_by_post ON previews (post_id);

-- What search reads: the words of each post, folded by us (lower case, accents taken off, one word for each Han or kana character) and
-- with one space between them. The tokenizer "ascii" does nothing but split there: what a word is, we alone say, so that both databases
-- find the same posts.
CREATE TABLE post_words (
    n     INTEGER PRIMARY KEY REFERENCES posts (n) ON DELETE CASCADE,
    title TEXT    NOT NULL,
    tags  TEXT    NOT NULL,
    body  TEXT    NOT NULL
) STRICT;
CREATE VIRTUAL TABLE post_search USING fts5 (title, tags, body, content = 'post_words', content_rowid = 'n', prefix = '2 3', tokenize = 'ascii');

-- +goose StatementBegin
CREATE TRIGGER post_words_added AFTER INSERT ON post_words BEGIN
    INSERT INTO post_search (rowid, title, tags, body) VALUES (new.n, new.title, new.tags, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER post_words_changed AFTER UPDATE ON post_words BEGIN
    INSERT INTO post_search (post_search, rowid, title, tags, body) VALUES ('delete', old.n, old.title, old.tags, old.body);
    INSERT INTO post_search (rowid, title, tags, body) VALUES (new.n, new.title, new.tags, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER post_words_removed AFTER DELETE ON post_words BEGIN
    INSERT INTO post_search (post_search, rowid, title, tags, body) VALUES ('delete', old.n, old.title, old.tags, old.body);
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE post_search;
DROP TABLE post_words;
DROP TABLE previews;
DROP TABLE working_copies;
DROP TABLE revisions;
DROP TABLE post_counts;
DROP TABLE post_authors;
DROP TABLE post_tags;
DROP TABLE tags;
DROP TABLE slugs;
DROP TABLE posts;
