-- +goose Up

-- Which process tells the trail that a request was never answered: one of them.
ALTER TABLE idempotency ADD COLUMN "claimed_at" timestamptz;
