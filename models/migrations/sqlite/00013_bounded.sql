-- What a large site is asked is answered in the same time as on a small one: what still went through all posts, comments or readers.

-- +goose Up

-- What stands in the index of words that begin like this: searching for the beginning of a word asks for each by its name.
CREATE VIRTUAL TABLE post_search_terms USING fts5vocab (post_search, instance);
CREATE VIRTUAL TABLE comment_search_terms USING fts5vocab (comment_search, instance);
DROP INDEX posts_found;
CREATE INDEX posts_found ON posts (n, status, sort_at, type, language, updated_at, id);  -- what is asked of each hit, without reading the post

-- Lists in the order of titles, of a tag and of an author. Copied from posts as what step 12 added.
ALTER TABLE post_tags ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
ALTER TABLE post_authors ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
UPDATE post_tags SET title_key = (SELECT p.title_key FROM posts p WHERE p.id = post_tags.post_id);
UPDATE post_authors SET title_key = (SELECT p.title_key FROM posts p WHERE p.id = post_authors.post_id);
CREATE INDEX post_tags_by_title ON post_tags (tag_id, type, status, title_key, post_id, language);
CREATE INDEX post_authors_by_title ON post_authors (user_id, type, status, title_key, post_id, language);
CREATE INDEX posts_of_type_changed ON posts (type, updated_at, id);
CREATE INDEX posts_of_language_changed ON posts (language, updated_at, id);

CREATE INDEX commenters_by_name ON commenters (lower(name), created_at, id) WHERE name <> '';

-- Of what is listed as answered nothing is erased: so it is counted without reading it.
DROP INDEX comments_answered;
DROP INDEX comments_answered_of_status;
CREATE INDEX comments_answered ON comments (created_at, id) WHERE staff_answers > 0 AND erased_at IS NULL;
CREATE INDEX comments_answered_of_status ON comments (status, created_at, id) WHERE staff_answers > 0 AND erased_at IS NULL;

-- The comments on the posts of each person who sees only those: whose role is author. Kept by the triggers below. Where nobody has that role, it is empty.
CREATE TABLE author_comments (
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,  -- an author of the post
    status     TEXT    NOT NULL,                         -- of the comment, as its date
    kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),  -- 0: a reader's that the blog has not answered, 1: one that it has, 2: one of its own that it has not
    created_at TEXT    NOT NULL,
    comment_id TEXT    NOT NULL,                         -- one that is not erased
    PRIMARY KEY (user_id, status, kind, created_at, comment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
    SELECT pa.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
    FROM users u JOIN post_authors pa ON pa.user_id = u.id JOIN comments c ON c.post_id = pa.post_id WHERE u.role = 'author' AND c.erased_at IS NULL ORDER BY 1, 2, 3, 4, 5;

-- +goose StatementBegin
CREATE TRIGGER author_comments_added AFTER INSERT ON comments WHEN new.erased_at IS NULL BEGIN
    INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
        SELECT pa.user_id, new.status, (CASE WHEN new.staff_answers > 0 THEN 1 WHEN new.user_id IS NULL THEN 0 ELSE 2 END), new.created_at, new.id
        FROM post_authors pa CROSS JOIN users u ON u.id = pa.user_id WHERE pa.post_id = new.post_id AND u.role = 'author';
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER author_comments_changed AFTER UPDATE OF status, staff_answers, user_id, created_at, erased_at ON comments
    WHEN old.status <> new.status OR old.created_at <> new.created_at OR (old.erased_at IS NULL) <> (new.erased_at IS NULL) OR (CASE WHEN old.staff_answers > 0 THEN 1 WHEN old.user_id IS NULL THEN 0 ELSE 2 END) <> (CASE WHEN new.staff_answers > 0 THEN 1 WHEN new.user_id IS NULL THEN 0 ELSE 2 END) BEGIN
    DELETE FROM author_comments WHERE user_id IN (SELECT pa.user_id FROM post_authors pa WHERE pa.post_id = old.post_id)
        AND status = old.status AND kind = (CASE WHEN old.staff_answers > 0 THEN 1 WHEN old.user_id IS NULL THEN 0 ELSE 2 END) AND created_at = old.created_at AND comment_id = old.id;
    INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
        SELECT pa.user_id, new.status, (CASE WHEN new.staff_answers > 0 THEN 1 WHEN new.user_id IS NULL THEN 0 ELSE 2 END), new.created_at, new.id
        FROM post_authors pa CROSS JOIN users u ON u.id = pa.user_id WHERE pa.post_id = new.post_id AND u.role = 'author' AND new.erased_at IS NULL;
END;
-- +goose StatementEnd
-- When a post goes, its authors may be gone before its comments.
-- +goose StatementBegin
CREATE TRIGGER author_comments_removed AFTER DELETE ON comments BEGIN
    DELETE FROM author_comments WHERE user_id IN (SELECT u.id FROM users u WHERE u.role = 'author')
        AND status = old.status AND kind = (CASE WHEN old.staff_answers > 0 THEN 1 WHEN old.user_id IS NULL THEN 0 ELSE 2 END) AND created_at = old.created_at AND comment_id = old.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER author_comments_of_new_author AFTER INSERT ON post_authors BEGIN
    INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
        SELECT new.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
        FROM users u JOIN comments c ON c.post_id = new.post_id WHERE u.id = new.user_id AND u.role = 'author' AND c.erased_at IS NULL;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER author_comments_of_former_author AFTER DELETE ON post_authors BEGIN
    DELETE FROM author_comments WHERE (user_id, status, kind, created_at, comment_id) IN (
        SELECT old.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id FROM comments c WHERE c.post_id = old.post_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER author_comments_of_role AFTER UPDATE OF role ON users WHEN (old.role = 'author') <> (new.role = 'author') BEGIN
    DELETE FROM author_comments WHERE user_id = new.id;
    INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
        SELECT pa.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
        FROM post_authors pa JOIN comments c ON c.post_id = pa.post_id WHERE pa.user_id = new.id AND new.role = 'author' AND c.erased_at IS NULL;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER author_comments_of_role;
DROP TRIGGER author_comments_of_former_author;
DROP TRIGGER author_comments_of_new_author;
DROP TRIGGER author_comments_removed;
DROP TRIGGER author_comments_changed;
DROP TRIGGER author_comments_added;
DROP TABLE author_comments;
DROP INDEX comments_answered_of_status;
DROP INDEX comments_answered;
CREATE INDEX comments_answered ON comments (created_at, id) WHERE staff_answers > 0;
CREATE INDEX comments_answered_of_status ON comments (status, created_at, id) WHERE staff_answers > 0;
DROP INDEX commenters_by_name;
DROP INDEX posts_of_language_changed;
DROP INDEX posts_of_type_changed;
DROP INDEX post_authors_by_title;
DROP INDEX post_tags_by_title;
ALTER TABLE post_authors DROP COLUMN title_key;
ALTER TABLE post_tags DROP COLUMN title_key;
DROP INDEX posts_found;
CREATE INDEX posts_found ON posts (n, status, sort_at);
DROP TABLE comment_search_terms;
DROP TABLE post_search_terms;
