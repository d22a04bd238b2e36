-- +goose Up

-- The audit trail: one chain per process, each entry bound to the one before by a hash that needs the chain's key.
CREATE TABLE audit_chains (
    "id"         text NOT NULL PRIMARY KEY,
    "key"        blob NOT NULL,
    "started_at" datetime NOT NULL,
    CONSTRAINT audit_chains_key_sealed CHECK (substr(key, 1, 1) = x'01')
);
CREATE INDEX idx_audit_chains_started_at ON audit_chains (started_at);

CREATE TABLE audit_entries (
    "chain_id"     text NOT NULL,
    "seq"          integer NOT NULL,
    "at"           datetime NOT NULL,
    "actor_kind"   text NOT NULL,
    "actor_id"     text NOT NULL,
    "session_id"   text NOT NULL,
    "action"       text NOT NULL,
    "subject_kind" text NOT NULL,
    "subject_id"   text NOT NULL,
    "outcome"      text NOT NULL,
    "reason"       text NOT NULL,
    "detail"       text NOT NULL,
    "hash"         blob NOT NULL,
    PRIMARY KEY ("chain_id", "seq"),
    CONSTRAINT audit_entries_seq_positive CHECK (seq > 0),
    CONSTRAINT audit_entries_chain_id_fkey FOREIGN KEY ("chain_id") REFERENCES audit_chains ("id")
);
CREATE INDEX idx_audit_entries_at ON audit_entries ("at");
CREATE INDEX audit_entries_of_actor ON audit_entries ("actor_id", "action");
CREATE INDEX audit_entries_of_subject ON audit_entries ("subject_kind", "subject_id");

-- +goose StatementBegin
CREATE TRIGGER audit_entries_stay_whole BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
-- INSERT OR REPLACE deletes without asking the trigger above.
-- +goose StatementBegin
CREATE TRIGGER audit_entries_stay_first BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE chain_id = NEW.chain_id AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd

-- A chain's key may be sealed anew when keys are rotated; nothing else of it changes.
-- +goose StatementBegin
CREATE TRIGGER audit_chains_stay_whole BEFORE UPDATE OF "id", "started_at" ON audit_chains
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_chains_stay BEFORE DELETE ON audit_chains
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_chains_stay_first BEFORE INSERT ON audit_chains
WHEN EXISTS (SELECT 1 FROM audit_chains WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
