-- Pictures that were uploaded: what is known of each, its smaller sizes, and which posts show it.

-- +goose Up

-- One row for each picture. The file under its key never changes: another file is another key.
CREATE TABLE media (
    id             TEXT    NOT NULL PRIMARY KEY,
    key            TEXT    NOT NULL UNIQUE,              -- folder/file.ext in the media folder, and below /media/
    type           TEXT    NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/gif')),  -- of the file as it was made anew
    width          INTEGER NOT NULL CHECK (width > 0),   -- pixels
    height         INTEGER NOT NULL CHECK (height > 0),  -- pixels
    bytes          INTEGER NOT NULL CHECK (bytes > 0),   -- of the file
    name           TEXT    NOT NULL,                     -- for people: that of the file that was sent, cleaned
    alt            TEXT    NOT NULL,                     -- what it shows, for who cannot see it; the beginning of a post's own
    words          TEXT    NOT NULL,                     -- name and alt, folded, for search
    focal_x        INTEGER NOT NULL CHECK (focal_x BETWEEN 0 AND 1000),  -- what matters in it, in thousandths of its width …
    focal_y        INTEGER NOT NULL CHECK (focal_y BETWEEN 0 AND 1000),  -- … and its height, from the top left
    uploaded_by    TEXT    REFERENCES users (id) ON DELETE SET NULL,  -- NULL = the command line, or somebody who is gone
    variants_state TEXT    NOT NULL CHECK (variants_state IN ('waiting', 'ready', 'failed')),  -- how far the smaller sizes are
    attempts       INTEGER NOT NULL,                     -- to make them, in a row that failed
    next_at        TEXT,                                 -- waiting: not before; also until when it belongs to the program that makes them
    last_error     TEXT    NOT NULL,                     -- of the last attempt that failed
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX media_by_age ON media (created_at, id);
CREATE INDEX media_by_person ON media (uploaded_by, created_at, id);
CREATE INDEX media_due ON media (next_at) WHERE variants_state = 'waiting';

-- The same picture in smaller sizes.
CREATE TABLE media_variants (
    media_id TEXT    NOT NULL REFERENCES media (id) ON DELETE CASCADE,  -- the whole picture
    width    INTEGER NOT NULL,                           -- pixels
    height   INTEGER NOT NULL,                           -- pixels
    type     TEXT    NOT NULL,                           -- image/jpeg, …
    key      TEXT    NOT NULL UNIQUE,                    -- as that of media
    bytes    INTEGER NOT NULL,                           -- of the file
    PRIMARY KEY (media_id, width)
) STRICT, WITHOUT ROWID;

-- Which posts show which pictures, or would if what their writers have not saved yet went live. Kept by every write of a post.
CREATE TABLE post_media (
    media_id TEXT NOT NULL REFERENCES media (id) ON DELETE CASCADE,  -- the picture, in whatever size
    post_id  TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    PRIMARY KEY (media_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_media_by_post ON post_media (post_id);

-- Files that no picture has any more, and from when on they may go.
CREATE TABLE media_removals (
    key       TEXT NOT NULL PRIMARY KEY,                 -- as that of media
    remove_at TEXT NOT NULL                              -- at once, or after the time for which pages made elsewhere may still show it
) STRICT, WITHOUT ROWID;
CREATE INDEX media_removals_due ON media_removals (remove_at);

-- +goose Down
DROP TABLE media_removals;
DROP TABLE post_media;
DROP TABLE media_variants;
DROP TABLE media;
