-- What keeps comments calm: what the owner's decisions teach, what floods do to the dimmer level, and what is remembered of links and proofs.

-- +goose Up

-- The dimmer level of what is filed under a tag, and of a post by its tags: the strictest of theirs. The post's own comes first, then this, then the site's.
ALTER TABLE tags ADD COLUMN comment_level text CHECK (comment_level IN ('open', 'newcomers', 'all', 'closed'));  -- NULL = the site's
ALTER TABLE posts ADD COLUMN tag_level text CHECK (tag_level IN ('open', 'newcomers', 'all', 'closed'));         -- NULL = none of its tags has one

-- Which sites a comment links to, its writer's own among them, so that their past is known, and all that link to one are found.
CREATE TABLE comment_links (
    comment_id uuid NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    host       text NOT NULL,                            -- folded: lower case, punycode, without www.
    PRIMARY KEY (comment_id, host)
);
CREATE INDEX comment_links_by_host ON comment_links (host, comment_id);

-- What is remembered of sites after the comments that linked to them were erased.
CREATE TABLE link_records (
    host     text    NOT NULL PRIMARY KEY,                   -- folded, as above
    approved integer NOT NULL,                           -- erased comments that had been approved
    rejected integer NOT NULL,                           -- that had been in spam or trash
    at       timestamptz    NOT NULL                            -- of the last; kept a year
);

-- How many comments readers sent in each hour: what is normal here, and a plot.
CREATE TABLE comment_hours (
    hour timestamptz    NOT NULL PRIMARY KEY,                   -- its beginning
    n    bigint NOT NULL,                               -- all of them
    spam bigint NOT NULL                                -- of these, judged as spam at once
);

INSERT INTO comment_hours (hour, n, spam)
    SELECT date_trunc('hour', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*), count(*) FILTER (WHERE status = 'spam') FROM comments WHERE user_id IS NULL GROUP BY 1;

-- Exactly one row: what has moved the dimmer besides the settings.
CREATE TABLE dimmer (
    one         integer NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    raised      integer NOT NULL,                        -- by how many steps a flood has raised the level
    raised_at   timestamptz,                                    -- when the last step was taken
    flooded_at  timestamptz,                                    -- when the flood was last seen; an hour later the level falls
    put_back_at timestamptz,                                    -- when a person put the level back; for an hour it does not rise again
    quiet       text CHECK (quiet IN ('hold', 'close')), -- the switch for the day of a flood; NULL = off
    quiet_until timestamptz,                                    -- when it turns itself off
    quiet_by    uuid REFERENCES users (id) ON DELETE SET NULL  -- who has turned it on
);
INSERT INTO dimmer (one, raised) VALUES (1, 0);

-- Proofs of work that came with a comment, until they would be refused as too old: each counts once.
CREATE TABLE spent_proofs (
    id         text NOT NULL PRIMARY KEY,                -- the signature of the challenge
    expires_at timestamptz NOT NULL
);
CREATE INDEX spent_proofs_by_age ON spent_proofs (expires_at);

-- A decision is a lesson for the text model: they are learned in the order of these numbers. Of several judgements of one comment, the last has it.
ALTER TABLE judgements ADD COLUMN lesson bigint;        -- NULL = not decided, or nothing to be learned from it
CREATE UNIQUE INDEX judgements_lessons ON judgements (lesson) WHERE lesson IS NOT NULL;
CREATE INDEX judgements_newest ON judgements (created_at, id);

-- Exactly one row: the text model, and how far it has learned. What it does not know yet is learned from the judgements.
CREATE TABLE text_model (
    one        integer NOT NULL PRIMARY KEY CHECK (one = 1),  -- always 1
    lessons    bigint NOT NULL,                         -- the last number that was given
    changed    bigint NOT NULL,                         -- one more whenever a lesson was taken back: then all is learned anew
    model      bytea,                                     -- at most 1 MiB; NULL = nothing is kept yet
    through    bigint NOT NULL,                         -- the last lesson that the model has learned
    changes    bigint NOT NULL                          -- changed, when the model was made
);
INSERT INTO text_model (one, lessons, changed, through, changes) VALUES (1, 0, 0, 0, 0);

-- What is found by the address it came from: a flood of it, and the last one of somebody.
DROP INDEX comments_addressed;
CREATE INDEX comments_addressed ON comments (address_hash, created_at) WHERE address_hash IS NOT NULL;
CREATE INDEX comments_addressed_by_age ON comments (created_at) WHERE address_hash IS NOT NULL;

-- +goose Down
DROP INDEX comments_addressed_by_age;
DROP INDEX comments_addressed;
CREATE INDEX comments_addressed ON comments (created_at) WHERE address_hash IS NOT NULL;
DROP TABLE text_model;
DROP INDEX judgements_newest;
DROP INDEX judgements_lessons;
ALTER TABLE judgements DROP COLUMN lesson;
DROP TABLE spent_proofs;
DROP TABLE dimmer;
DROP TABLE comment_hours;
DROP TABLE link_records;
DROP TABLE comment_links;
ALTER TABLE posts DROP COLUMN tag_level;
ALTER TABLE tags DROP COLUMN comment_level;
