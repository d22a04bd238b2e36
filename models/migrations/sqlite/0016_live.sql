-- +goose Up

-- Tickets for live delivery that were used, so that none is used twice.
CREATE TABLE live_tickets (
    "id"         text NOT NULL,
    "expires_at" datetime NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX idx_live_tickets_expires_at ON live_tickets (expires_at);
