-- +goose Up

-- Until when an answer that holds a secret is given again; then it is taken out of its row, which stays.
ALTER TABLE idempotency ADD COLUMN "forget_at" timestamptz;
CREATE INDEX idempotency_secrets ON idempotency (forget_at) WHERE forget_at IS NOT NULL AND answer IS NOT NULL;
