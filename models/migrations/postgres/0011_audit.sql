-- +goose Up

-- The audit trail: one chain per process, each entry bound to the one before by a hash that needs the chain's key.
CREATE TABLE audit_chains (
    "id"         varchar(40) NOT NULL PRIMARY KEY,
    "key"        bytea NOT NULL,
    "started_at" timestamptz NOT NULL,
    CONSTRAINT audit_chains_key_sealed CHECK (substring(key FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_audit_chains_started_at ON audit_chains (started_at);

CREATE TABLE audit_entries (
    "chain_id"     varchar(40) NOT NULL,
    "seq"          bigint NOT NULL,
    "at"           timestamptz NOT NULL,
    "actor_kind"   varchar(16) NOT NULL,
    "actor_id"     varchar(80) NOT NULL,
    "session_id"   varchar(80) NOT NULL,
    "action"       varchar(64) NOT NULL,
    "subject_kind" varchar(32) NOT NULL,
    "subject_id"   varchar(80) NOT NULL,
    "outcome"      varchar(16) NOT NULL,
    "reason"       varchar(64) NOT NULL,
    "detail"       text NOT NULL,
    "hash"         bytea NOT NULL,
    PRIMARY KEY ("chain_id", "seq"),
    CONSTRAINT audit_entries_seq_positive CHECK (seq > 0),
    CONSTRAINT audit_entries_chain_id_fkey FOREIGN KEY ("chain_id") REFERENCES audit_chains ("id")
);
CREATE INDEX idx_audit_entries_at ON audit_entries ("at");
CREATE INDEX audit_entries_of_actor ON audit_entries ("actor_id", "action");
CREATE INDEX audit_entries_of_subject ON audit_entries ("subject_kind", "subject_id");

-- +goose StatementBegin
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = '23514';
END $$;
-- +goose StatementEnd

CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
-- A chain's key may be sealed anew when keys are rotated; nothing else of it changes.
CREATE TRIGGER audit_chains_stay BEFORE UPDATE OF "id", "started_at" OR DELETE OR TRUNCATE ON audit_chains
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
