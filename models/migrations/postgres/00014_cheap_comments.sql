-- A comment costs less to write, and to judge.

-- +goose Up

-- Of each comment that links to a site, what became of it: copied from comments by the trigger below, so that the record of a site is read from one index.
ALTER TABLE comment_links ADD COLUMN status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'spam', 'trash'));
UPDATE comment_links SET status = c.status FROM comments c WHERE c.id = comment_links.comment_id;
DROP INDEX comment_links_by_host;
CREATE INDEX comment_links_by_host ON comment_links (host, comment_id, status);
-- +goose StatementBegin
CREATE FUNCTION copy_comment_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE comment_links SET status = new.status WHERE comment_id = new.id;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER comments_status_changed AFTER UPDATE OF status ON comments FOR EACH ROW WHEN (new.status <> old.status) EXECUTE FUNCTION copy_comment_status();

-- Most comments answer no other: they have no place in these.
DROP INDEX comments_by_parent;
DROP INDEX comments_under;
CREATE INDEX comments_by_parent ON comments (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comments_under ON comments (under_id) WHERE under_id IS NOT NULL;

-- How far the lessons have gone, for each comment that is judged, without walking through the model that stands between these columns.
CREATE INDEX text_model_state ON text_model (one, lessons, changed, through, changes);

-- +goose Down
DROP INDEX text_model_state;
DROP INDEX comments_under;
DROP INDEX comments_by_parent;
CREATE INDEX comments_by_parent ON comments (parent_id);
CREATE INDEX comments_under ON comments (under_id);
DROP TRIGGER comments_status_changed ON comments;
DROP FUNCTION copy_comment_status();
DROP INDEX comment_links_by_host;
CREATE INDEX comment_links_by_host ON comment_links (host, comment_id);
ALTER TABLE comment_links DROP COLUMN status;
