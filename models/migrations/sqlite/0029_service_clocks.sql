-- +goose Up

-- How soon somebody is answered, and done with. The most particular row counts: a shop's before a team's before everybody's, and
-- one of a priority before one of any. 0 seconds is no clock.
CREATE TABLE service_targets (
    "team_id"            text NOT NULL,
    "merchant_id"        text NOT NULL,
    "priority"           text NOT NULL,
    "first_seconds"      integer NOT NULL,
    "next_seconds"       integer NOT NULL,
    "resolution_seconds" integer NOT NULL,
    "by_id"              text NOT NULL,
    "updated_at"         datetime NOT NULL,
    PRIMARY KEY ("team_id", "merchant_id", "priority"),
    CONSTRAINT service_target_seconds CHECK (first_seconds >= 0 AND next_seconds >= 0 AND resolution_seconds >= 0)
);

-- When a team works, and what becomes of those who wait when it does not. The calendar is JSON; no row: always.
CREATE TABLE team_hours (
    "team_id"          text NOT NULL,
    "calendar"         text NOT NULL,
    "overflow_team_id" text NOT NULL,
    "overflow_seconds" integer NOT NULL,
    "by_id"            text NOT NULL,
    "updated_at"       datetime NOT NULL,
    PRIMARY KEY ("team_id"),
    CONSTRAINT team_hours_team_id_fkey FOREIGN KEY ("team_id") REFERENCES teams ("id"),
    CONSTRAINT team_overflow CHECK (overflow_seconds >= 0)
);

-- The clocks of conversations that run, ran out, or were stopped. One of a kind runs in a conversation.
CREATE TABLE service_clocks (
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "kind"            text NOT NULL,
    "team_id"         text NOT NULL,
    "agent_id"        text NOT NULL,
    "merchant_id"     text NOT NULL,
    "priority"        text NOT NULL,
    "started_at"      datetime NOT NULL,
    "warn_at"         datetime NOT NULL,
    "due_at"          datetime NOT NULL,
    "warned_at"       datetime,
    "breached_at"     datetime,
    "stopped_at"      datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT service_clocks_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);
CREATE UNIQUE INDEX service_clock_once ON service_clocks (conversation_id, kind) WHERE stopped_at IS NULL;
CREATE INDEX idx_service_clocks_conversation_id ON service_clocks (conversation_id);
CREATE INDEX service_clocks_to_warn ON service_clocks (warn_at) WHERE stopped_at IS NULL AND warned_at IS NULL;
CREATE INDEX service_clocks_to_fire ON service_clocks (due_at) WHERE stopped_at IS NULL AND breached_at IS NULL;
CREATE INDEX service_clocks_of_team ON service_clocks (team_id, due_at, id) WHERE stopped_at IS NULL;
CREATE INDEX service_clocks_of_agent ON service_clocks (agent_id, due_at, id) WHERE stopped_at IS NULL;

-- Whose shop a conversation in the queue is about, so that one shop's rush does not keep the others waiting; and which team
-- it came from that could not take it.
ALTER TABLE queue_entries ADD COLUMN "merchant_id" text;
ALTER TABLE queue_entries ADD COLUMN "moved_from" text;
CREATE INDEX queue_of_shop ON queue_entries (team_id, merchant_id) WHERE state = 'waiting';
CREATE INDEX queue_to_move ON queue_entries (team_id, asked_at) WHERE state = 'waiting' AND moved_from IS NULL;
