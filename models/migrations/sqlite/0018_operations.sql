-- +goose Up

-- Which pack new cases get, from when on: the newest counts, none is changed.
CREATE TABLE pack_activations (
    "n"         integer NOT NULL,
    "pack_hash" text NOT NULL,
    "at"        datetime NOT NULL,
    "by_kind"   text NOT NULL,
    "by_id"     text NOT NULL,
    PRIMARY KEY ("n"),
    CONSTRAINT pack_activations_pack_hash_fkey FOREIGN KEY ("pack_hash") REFERENCES policy_packs ("hash")
);
CREATE INDEX idx_pack_activations_pack_hash ON pack_activations (pack_hash);
CREATE INDEX policy_packs_by_time ON policy_packs (created_at, hash);
CREATE INDEX policy_evaluations_by_time ON policy_evaluations (at, case_id, n);

-- The pack that a case keeps, and the deadlines that operations could move now, as ",step,step,".
ALTER TABLE cases ADD COLUMN "pack_hash" text;
ALTER TABLE cases ADD COLUMN "waits" text;
UPDATE cases SET pack_hash = COALESCE(json_extract(view, '$.pack_hash'), ''),
    waits = CASE WHEN open THEN COALESCE(',' || json_extract(view, '$.wait.step') || ',', '') ELSE '' END WHERE json_valid(view);
CREATE INDEX cases_open_kinds ON cases (kind, stage) WHERE open;
CREATE INDEX cases_open_pack ON cases (pack_hash) WHERE open;

-- How calls to partners went: a ring of minutes per partner, which never grows, and what was last.
CREATE TABLE partner_minutes (
    "partner"  text NOT NULL,
    "slot"     integer NOT NULL,
    "minute"   datetime NOT NULL,
    "calls"    integer NOT NULL,
    "failures" integer NOT NULL,
    PRIMARY KEY ("partner", "slot"),
    CONSTRAINT partner_minute_slot CHECK (slot >= 0 AND slot < 16)
);
CREATE TABLE partner_states (
    "partner"         text NOT NULL,
    "succeeded_at"    datetime,
    "failed_at"       datetime,
    "failed_with"     text NOT NULL,
    "failures_in_row" integer NOT NULL,
    PRIMARY KEY ("partner")
);

-- When each of the loops beside the engine last ran, and how it went.
CREATE TABLE job_runs (
    "name"            text NOT NULL,
    "ran_at"          datetime NOT NULL,
    "succeeded_at"    datetime,
    "failed_at"       datetime,
    "failures_in_row" integer NOT NULL,
    PRIMARY KEY ("name")
);

CREATE INDEX discrepancies_open ON discrepancies (found_at) WHERE resolved_at IS NULL;
CREATE INDEX tasks_open_kinds ON tasks (kind, due_at) WHERE state = 'open';

-- The trail is read by who, what or about what, the newest first.
DROP INDEX audit_entries_of_actor;
DROP INDEX audit_entries_of_subject;
CREATE INDEX audit_entries_of_actor ON audit_entries (actor_id, at);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject_kind, subject_id, at);
CREATE INDEX audit_entries_of_action ON audit_entries (action, at);
