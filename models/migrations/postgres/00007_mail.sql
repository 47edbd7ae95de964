-- What is mailed: to whom, how far it has come, and who wants to hear of what.

-- +goose Up

-- Readers who want to hear of new comments. It counts from when the click on the mailed link has confirmed it.
CREATE TABLE subscriptions (
    id           uuid NOT NULL PRIMARY KEY,
    post_id      uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    comment_id   uuid REFERENCES comments (id) ON DELETE CASCADE,            -- the root of the thread; NULL = the whole post
    commenter_id uuid NOT NULL REFERENCES commenters (id) ON DELETE CASCADE, -- who has the address
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz -- NULL = she has not clicked yet; forgotten after 7 days
);
CREATE UNIQUE INDEX subscriptions_once ON subscriptions (commenter_id, post_id, coalesce(comment_id, '00000000-0000-0000-0000-000000000000'));
CREATE INDEX subscriptions_of_post ON subscriptions (post_id) WHERE confirmed_at IS NOT NULL;
CREATE INDEX subscriptions_of_comment ON subscriptions (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX subscriptions_waiting ON subscriptions (created_at) WHERE confirmed_at IS NULL;

-- The outbox: one row for each mail, kept for a time after it has gone. It holds no text and no address: both are read when it is sent.
CREATE TABLE deliveries (
    id              uuid NOT NULL PRIMARY KEY,        -- also the beginning of its Message-ID, which stays the same however often it is tried
    kind            text NOT NULL,                    -- comment.held, moderation.digest, comment.answer, …
    unique_key      text UNIQUE,                      -- what it is about and for whom, so that it is mailed once; NULL = as often as it is asked for
    user_id         uuid REFERENCES users (id) ON DELETE CASCADE,         -- to whom, somebody of the blog …
    commenter_id    uuid REFERENCES commenters (id) ON DELETE CASCADE,    -- … or a reader
    comment_id      uuid REFERENCES comments (id) ON DELETE SET NULL,     -- about which comment
    subscription_id uuid REFERENCES subscriptions (id) ON DELETE SET NULL, -- because of which subscription
    state           text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),  -- how far it has come
    attempts        integer NOT NULL DEFAULT 0,
    next_at         timestamptz NOT NULL,                    -- waiting: not before; sending: until when it belongs to the program that sends it
    give_up_at      timestamptz NOT NULL,                    -- from when on a failure is final
    folded_into     uuid REFERENCES deliveries (id) ON DELETE SET NULL,   -- dropped, because another mail says it too
    last_error      text NOT NULL DEFAULT '',         -- of the last attempt that failed, or why it was dropped
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz -- when a server took it
);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_by_age ON deliveries (created_at, id);
CREATE INDEX deliveries_by_state ON deliveries (state, created_at, id);
CREATE INDEX deliveries_by_user ON deliveries (user_id, kind, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX deliveries_by_commenter ON deliveries (commenter_id, kind, created_at) WHERE commenter_id IS NOT NULL;
CREATE INDEX deliveries_by_comment ON deliveries (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id) WHERE subscription_id IS NOT NULL;
CREATE INDEX deliveries_folded ON deliveries (folded_into) WHERE folded_into IS NOT NULL;

-- How far each reader of the events has come.
CREATE TABLE event_cursors (
    name text NOT NULL PRIMARY KEY,                   -- mail
    seq  bigint NOT NULL                                -- the last event that it has dealt with
);
INSERT INTO event_cursors (name, seq) SELECT 'mail', coalesce(max(seq), 0) FROM events;

-- Links that may be used once and have been, for as long as they would be good.
CREATE TABLE used_links (
    hash       text NOT NULL PRIMARY KEY,                -- of the link's token
    used_at    timestamptz NOT NULL,                           -- by its one use
    expires_at timestamptz NOT NULL,                            -- of the link
    did        text NOT NULL,                            -- approved, spam, answered
    action_id  uuid,                                     -- takes it back, within ten minutes; NULL = nothing changed. No reference: actions go sooner
    answer_id  uuid REFERENCES comments (id) ON DELETE SET NULL  -- the answer that was written with it
);
CREATE INDEX used_links_by_end ON used_links (expires_at);
CREATE INDEX used_links_by_answer ON used_links (answer_id) WHERE answer_id IS NOT NULL;

-- +goose Down
DROP TABLE used_links;
DROP TABLE event_cursors;
DROP TABLE deliveries;
DROP TABLE subscriptions;
