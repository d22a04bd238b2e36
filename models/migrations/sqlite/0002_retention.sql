-- +goose Up

-- For the sweeper of notices that are handled, the oldest first. Those that still wait are not in it.
CREATE INDEX notices_handled ON partner_notices (received_at) WHERE state <> 'new';
