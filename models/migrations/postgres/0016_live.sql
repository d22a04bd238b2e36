-- +goose Up

-- Tickets for live delivery that were used, so that none is used twice. Not in the log of the database: after a crash
-- those of the last minute are forgotten, and each of them is bound to a session that must still stand.
CREATE UNLOGGED TABLE live_tickets (
    "id"         varchar(40) NOT NULL,
    "expires_at" timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX idx_live_tickets_expires_at ON live_tickets (expires_at);
