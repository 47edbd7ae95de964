-- What a large site is asked is answered along an index, however many posts and comments there are.

-- +goose Up

-- Of each post, what lists of a tag and of an author are selected and sorted by: copied from posts by every write of it, so that such a list
-- goes along one index and reads no post that it does not show.
ALTER TABLE post_tags ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE post_tags ADD COLUMN status text NOT NULL DEFAULT '';
ALTER TABLE post_tags ADD COLUMN sort_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE post_tags ADD COLUMN language text NOT NULL DEFAULT '';
UPDATE post_tags SET type = p.type, status = p.status, sort_at = p.sort_at, language = p.language FROM posts p WHERE p.id = post_tags.post_id;
CREATE INDEX post_tags_newest ON post_tags (tag_id, type, status, sort_at, post_id, language);
CREATE INDEX post_tags_by_date ON post_tags (tag_id, sort_at, post_id, status, type, language);
ALTER TABLE post_authors ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE post_authors ADD COLUMN status text NOT NULL DEFAULT '';
ALTER TABLE post_authors ADD COLUMN sort_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE post_authors ADD COLUMN language text NOT NULL DEFAULT '';
UPDATE post_authors SET type = p.type, status = p.status, sort_at = p.sort_at, language = p.language FROM posts p WHERE p.id = post_authors.post_id;
CREATE INDEX post_authors_newest ON post_authors (user_id, type, status, sort_at, post_id, language);
CREATE INDEX post_authors_by_date ON post_authors (user_id, sort_at, post_id, status, type, language);

CREATE INDEX posts_by_language ON posts (type, status, language, sort_at, id);
CREATE INDEX posts_all_by_language ON posts (language, sort_at, id);
CREATE INDEX posts_of_status ON posts (status, sort_at, id);
CREATE INDEX posts_of_status_changed ON posts (status, updated_at, id);
CREATE INDEX posts_all_by_title ON posts (title_key, id);
CREATE INDEX posts_all_by_comments ON posts (comment_count, id);
CREATE INDEX posts_found ON posts (n, status, sort_at);

-- How many answers people of the blog have given to a comment. Kept by the triggers below: whatever adds, removes or empties an answer.
ALTER TABLE comments ADD COLUMN staff_answers integer NOT NULL DEFAULT 0 CHECK (staff_answers >= 0);
UPDATE comments SET staff_answers = counted.n FROM (SELECT parent_id, count(*) AS n FROM comments WHERE user_id IS NOT NULL AND parent_id IS NOT NULL GROUP BY parent_id) AS counted
    WHERE counted.parent_id = comments.id;
CREATE INDEX comments_answered ON comments (created_at, id) WHERE staff_answers > 0;
CREATE INDEX comments_answered_of_status ON comments (status, created_at, id) WHERE staff_answers > 0;
CREATE INDEX comments_on_post ON comments (post_id, created_at, id);

-- +goose StatementBegin
CREATE FUNCTION count_staff_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND old.user_id IS NOT NULL AND old.parent_id IS NOT NULL THEN
        UPDATE comments SET staff_answers = staff_answers - 1 WHERE id = old.parent_id;
    END IF;
    IF TG_OP <> 'DELETE' AND new.user_id IS NOT NULL AND new.parent_id IS NOT NULL THEN
        UPDATE comments SET staff_answers = staff_answers + 1 WHERE id = new.parent_id;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER comments_answer_added AFTER INSERT ON comments FOR EACH ROW WHEN (new.user_id IS NOT NULL AND new.parent_id IS NOT NULL) EXECUTE FUNCTION count_staff_answer();
CREATE TRIGGER comments_answer_removed AFTER DELETE ON comments FOR EACH ROW WHEN (old.user_id IS NOT NULL AND old.parent_id IS NOT NULL) EXECUTE FUNCTION count_staff_answer();
CREATE TRIGGER comments_answer_changed AFTER UPDATE OF user_id ON comments FOR EACH ROW
    WHEN (new.parent_id IS NOT NULL AND (old.user_id IS NULL) <> (new.user_id IS NULL)) EXECUTE FUNCTION count_staff_answer();

CREATE INDEX events_by_subject_kind ON events (subject_kind, seq);
CREATE INDEX commenters_blocked ON commenters (created_at, id) WHERE blocked_at IS NOT NULL;
CREATE INDEX commenters_trusted ON commenters (created_at, id) WHERE trusted_at IS NOT NULL;

-- +goose Down
DROP INDEX commenters_trusted;
DROP INDEX commenters_blocked;
DROP INDEX events_by_subject_kind;
DROP TRIGGER comments_answer_changed ON comments;
DROP TRIGGER comments_answer_removed ON comments;
DROP TRIGGER comments_answer_added ON comments;
DROP FUNCTION count_staff_answer();
DROP INDEX comments_on_post;
DROP INDEX comments_answered_of_status;
DROP INDEX comments_answered;
ALTER TABLE comments DROP COLUMN staff_answers;
DROP INDEX posts_found;
DROP INDEX posts_all_by_comments;
DROP INDEX posts_all_by_title;
DROP INDEX posts_of_status_changed;
DROP INDEX posts_of_status;
DROP INDEX posts_all_by_language;
DROP INDEX posts_by_language;
DROP INDEX post_authors_by_date;
DROP INDEX post_authors_newest;
ALTER TABLE post_authors DROP COLUMN language;
ALTER TABLE post_authors DROP COLUMN sort_at;
ALTER TABLE post_authors DROP COLUMN status;
ALTER TABLE post_authors DROP COLUMN type;
DROP INDEX post_tags_by_date;
DROP INDEX post_tags_newest;
ALTER TABLE post_tags DROP COLUMN language;
ALTER TABLE post_tags DROP COLUMN sort_at;
ALTER TABLE post_tags DROP COLUMN status;
ALTER TABLE post_tags DROP COLUMN type;
