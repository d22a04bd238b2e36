-- +goose Up

-- Who lately helped somebody back in, and with what: one colleague alone must not come in as somebody else.
ALTER TABLE accounts ADD COLUMN "link_by" varchar(40);
ALTER TABLE accounts ADD COLUMN "link_at" timestamptz;
ALTER TABLE accounts ADD COLUMN "reset_by" varchar(40);
ALTER TABLE accounts ADD COLUMN "reset_at" timestamptz;

-- What operators were called for, the newest first.
CREATE INDEX tasks_alarms ON tasks (state, created_at, id) WHERE kind IN ('bulk_reading', 'erasure_unproven');

-- What was asked for and never answered: the trail is told of it.
CREATE INDEX idempotency_unanswered ON idempotency (received_at, actor, key) WHERE status = 0;
