-- Akismet, where the owner has switched it on.

-- +goose Up

-- Comments that Akismet is or was asked about.
CREATE TABLE akismet_checks (
    comment_id uuid NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    sealed     bytea,                                     -- what is asked, with address and browser, encrypted; NULL = forgotten, 15 days after the decision
    answer     text CHECK (answer IN ('spam', 'ham')),     -- NULL = not answered yet
    wanted     text CHECK (wanted IN ('spam', 'ham')),     -- what a person has decided since; NULL = nothing
    told       text CHECK (told IN ('spam', 'ham')),       -- what Akismet has been told of that
    next_at    timestamptz,                                     -- when it is asked or told; NULL = nothing is to be done
    attempts   integer NOT NULL,                         -- in a row that failed
    created_at timestamptz NOT NULL
);
CREATE INDEX akismet_checks_due ON akismet_checks (next_at) WHERE next_at IS NOT NULL;

-- +goose Down
DROP TABLE akismet_checks;
