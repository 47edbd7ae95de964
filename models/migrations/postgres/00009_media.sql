-- Pictures that were uploaded: what is known of each, its smaller sizes, and which posts show it.

-- +goose Up

-- One row for each picture. The file under its key never changes: another file is another key.
CREATE TABLE media (
    id             uuid NOT NULL PRIMARY KEY,
    key            text NOT NULL UNIQUE COLLATE "C",              -- folder/file.ext in the media folder, and below /media/
    type           text NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/gif')),  -- of the file as it was made anew
    width          integer NOT NULL CHECK (width > 0),   -- pixels
    height         integer NOT NULL CHECK (height > 0),  -- pixels
    bytes          bigint NOT NULL CHECK (bytes > 0),   -- of the file
    name           text NOT NULL,                     -- for people: that of the file that was sent, cleaned
    alt            text NOT NULL,                     -- what it shows, for who cannot see it; the beginning of a post's own
    words          text NOT NULL,                     -- name and alt, folded, for search
    focal_x        integer NOT NULL CHECK (focal_x BETWEEN 0 AND 1000),  -- what matters in it, in thousandths of its width …
    focal_y        integer NOT NULL CHECK (focal_y BETWEEN 0 AND 1000),  -- … and its height, from the top left
    uploaded_by    uuid REFERENCES users (id) ON DELETE SET NULL,  -- NULL = the command line, or somebody who is gone
    variants_state text NOT NULL CHECK (variants_state IN ('waiting', 'ready', 'failed')),  -- how far the smaller sizes are
    attempts       integer NOT NULL,                     -- to make them, in a row that failed
    next_at        timestamptz,                                 -- waiting: not before; also until when it belongs to the program that makes them
    last_error     text NOT NULL,                     -- of the last attempt that failed
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX media_by_age ON media (created_at, id);
CREATE INDEX media_by_person ON media (uploaded_by, created_at, id);
CREATE INDEX media_due ON media (next_at) WHERE variants_state = 'waiting';

-- The same picture in smaller sizes.
CREATE TABLE media_variants (
    media_id uuid NOT NULL REFERENCES media (id) ON DELETE CASCADE,  -- the whole picture
    width    integer NOT NULL,                           -- pixels
    height   integer NOT NULL,                           -- pixels
    type     text NOT NULL,                           -- image/jpeg, …
    key      text NOT NULL UNIQUE COLLATE "C",                    -- as that of media
    bytes    bigint NOT NULL,                           -- of the file
    PRIMARY KEY (media_id, width)
);

-- Which posts show which pictures, or would if what their writers have not saved yet went live. Kept by every write of a post.
CREATE TABLE post_media (
    media_id uuid NOT NULL REFERENCES media (id) ON DELETE CASCADE,  -- the picture, in whatever size
    post_id  uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    PRIMARY KEY (media_id, post_id)
);
CREATE INDEX post_media_by_post ON post_media (post_id);

-- Files that no picture has any more, and from when on they may go.
CREATE TABLE media_removals (
    key       text NOT NULL PRIMARY KEY COLLATE "C",                 -- as that of media
    remove_at timestamptz NOT NULL                              -- at once, or after the time for which pages made elsewhere may still show it
);
CREATE INDEX media_removals_due ON media_removals (remove_at);

-- +goose Down
DROP TABLE media_removals;
DROP TABLE post_media;
DROP TABLE media_variants;
DROP TABLE media;
