-- +goose Up

-- Who had a hand in who somebody is or what they may: everyone, not only the last one.
CREATE TABLE hands (
    "person_kind" text NOT NULL,
    "person_id" text NOT NULL,
    "by_id" text NOT NULL,
    "kind" text NOT NULL CHECK (kind IN ('made', 'raised', 'link', 'reset', 'wish')),
    "at" datetime NOT NULL,
    PRIMARY KEY (person_kind, person_id, by_id, kind)
);
CREATE INDEX hands_of ON hands (by_id, at);

INSERT INTO hands (person_kind, person_id, by_id, kind, at)
    SELECT person_kind, person_id, link_by, 'link', link_at FROM accounts WHERE link_by IS NOT NULL AND link_at IS NOT NULL;
INSERT INTO hands (person_kind, person_id, by_id, kind, at)
    SELECT person_kind, person_id, reset_by, 'reset', reset_at FROM accounts WHERE reset_by IS NOT NULL AND reset_at IS NOT NULL;
ALTER TABLE accounts DROP COLUMN link_by;
ALTER TABLE accounts DROP COLUMN link_at;
ALTER TABLE accounts DROP COLUMN reset_by;
ALTER TABLE accounts DROP COLUMN reset_at;
