-- What a large site is asked is answered in the same time as on a small one: what still went through all posts, comments or readers.

-- +goose Up

DROP INDEX posts_found;
CREATE INDEX posts_found ON posts (n, status, sort_at, type, language, updated_at, id);

-- Lists in the order of titles, of a tag and of an author. Copied from posts as what step 12 added.
ALTER TABLE post_tags ADD COLUMN title_key text NOT NULL DEFAULT '' COLLATE "C";
ALTER TABLE post_authors ADD COLUMN title_key text NOT NULL DEFAULT '' COLLATE "C";
UPDATE post_tags SET title_key = p.title_key FROM posts p WHERE p.id = post_tags.post_id;
UPDATE post_authors SET title_key = p.title_key FROM posts p WHERE p.id = post_authors.post_id;
CREATE INDEX post_tags_by_title ON post_tags (tag_id, type, status, title_key, post_id, language);
CREATE INDEX post_authors_by_title ON post_authors (user_id, type, status, title_key, post_id, language);
CREATE INDEX posts_of_type_changed ON posts (type, updated_at, id);
CREATE INDEX posts_of_language_changed ON posts (language, updated_at, id);

CREATE INDEX commenters_by_name ON commenters ((lower(name) COLLATE "C"), created_at, id) WHERE name <> '';

-- Of what is listed as answered nothing is erased: so it is counted without reading it.
DROP INDEX comments_answered;
DROP INDEX comments_answered_of_status;
CREATE INDEX comments_answered ON comments (created_at, id) WHERE staff_answers > 0 AND erased_at IS NULL;
CREATE INDEX comments_answered_of_status ON comments (status, created_at, id) WHERE staff_answers > 0 AND erased_at IS NULL;

-- The comments on the posts of each person who sees only those: whose role is author. Kept by the triggers below. Where nobody has that role, it is empty.
CREATE TABLE author_comments (
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,  -- an author of the post
    status     text        NOT NULL,                     -- of the comment, as its date
    kind       smallint    NOT NULL CHECK (kind BETWEEN 0 AND 2),  -- 0: a reader's that the blog has not answered, 1: one that it has, 2: one of its own that it has not
    created_at timestamptz NOT NULL,
    comment_id uuid        NOT NULL,                     -- one that is not erased
    PRIMARY KEY (user_id, status, kind, created_at, comment_id)
);
INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
    SELECT pa.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
    FROM users u JOIN post_authors pa ON pa.user_id = u.id JOIN comments c ON c.post_id = pa.post_id WHERE u.role = 'author' AND c.erased_at IS NULL ORDER BY 1, 2, 3, 4, 5;

-- +goose StatementBegin
CREATE FUNCTION keep_author_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN -- when a post goes, its authors may be gone before its comments
        DELETE FROM author_comments WHERE user_id IN (SELECT u.id FROM users u WHERE u.role = 'author')
            AND status = old.status AND kind = (CASE WHEN old.staff_answers > 0 THEN 1 WHEN old.user_id IS NULL THEN 0 ELSE 2 END) AND created_at = old.created_at AND comment_id = old.id;
    END IF;
    IF TG_OP <> 'DELETE' AND new.erased_at IS NULL THEN
        INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
            SELECT pa.user_id, new.status, (CASE WHEN new.staff_answers > 0 THEN 1 WHEN new.user_id IS NULL THEN 0 ELSE 2 END), new.created_at, new.id
            FROM post_authors pa JOIN users u ON u.id = pa.user_id WHERE pa.post_id = new.post_id AND u.role = 'author';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER author_comments_added AFTER INSERT ON comments FOR EACH ROW EXECUTE FUNCTION keep_author_comments();
CREATE TRIGGER author_comments_changed AFTER UPDATE OF status, staff_answers, user_id, created_at, erased_at ON comments FOR EACH ROW
    WHEN (old.status <> new.status OR old.created_at <> new.created_at OR (old.erased_at IS NULL) <> (new.erased_at IS NULL) OR (CASE WHEN old.staff_answers > 0 THEN 1 WHEN old.user_id IS NULL THEN 0 ELSE 2 END) <> (CASE WHEN new.staff_answers > 0 THEN 1 WHEN new.user_id IS NULL THEN 0 ELSE 2 END))
    EXECUTE FUNCTION keep_author_comments();
CREATE TRIGGER author_comments_removed AFTER DELETE ON comments FOR EACH ROW EXECUTE FUNCTION keep_author_comments();

-- +goose StatementBegin
CREATE FUNCTION keep_author_comments_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM author_comments ac USING comments c WHERE c.post_id = old.post_id AND ac.user_id = old.user_id AND ac.status = c.status
            AND ac.kind = (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END) AND ac.created_at = c.created_at AND ac.comment_id = c.id;
        RETURN NULL;
    END IF;
    INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
        SELECT new.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
        FROM users u JOIN comments c ON c.post_id = new.post_id WHERE u.id = new.user_id AND u.role = 'author' AND c.erased_at IS NULL;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER author_comments_of_new_author AFTER INSERT ON post_authors FOR EACH ROW EXECUTE FUNCTION keep_author_comments_of_post();
CREATE TRIGGER author_comments_of_former_author AFTER DELETE ON post_authors FOR EACH ROW EXECUTE FUNCTION keep_author_comments_of_post();

-- +goose StatementBegin
CREATE FUNCTION keep_author_comments_of_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE comments IN SHARE MODE; -- a comment that is being written knows the former role
    DELETE FROM author_comments WHERE user_id = new.id;
    IF new.role = 'author' THEN
        INSERT INTO author_comments (user_id, status, kind, created_at, comment_id)
            SELECT pa.user_id, c.status, (CASE WHEN c.staff_answers > 0 THEN 1 WHEN c.user_id IS NULL THEN 0 ELSE 2 END), c.created_at, c.id
            FROM post_authors pa JOIN comments c ON c.post_id = pa.post_id WHERE pa.user_id = new.id AND c.erased_at IS NULL;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER author_comments_of_role AFTER UPDATE OF role ON users FOR EACH ROW WHEN ((old.role = 'author') <> (new.role = 'author'))
    EXECUTE FUNCTION keep_author_comments_of_role();

-- +goose Down
DROP TRIGGER author_comments_of_role ON users;
DROP FUNCTION keep_author_comments_of_role();
DROP TRIGGER author_comments_of_former_author ON post_authors;
DROP TRIGGER author_comments_of_new_author ON post_authors;
DROP FUNCTION keep_author_comments_of_post();
DROP TRIGGER author_comments_removed ON comments;
DROP TRIGGER author_comments_changed ON comments;
DROP TRIGGER author_comments_added ON comments;
DROP FUNCTION keep_author_comments();
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
