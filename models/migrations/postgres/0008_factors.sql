-- +goose Up

-- Second factors of accounts. "secret" is what proves them, sealed: the secret of an authenticator app, or the record of a
-- passkey. "counter" only grows: the last time step whose code was used, or the passkey's counter of signatures.
CREATE TABLE factors (
    "id"         varchar(40) NOT NULL,
    "account_id" varchar(40) NOT NULL,
    "kind"       varchar(16) NOT NULL,
    "label"      bytea,
    "secret"     bytea NOT NULL,
    "credential" bytea,
    "counter"    bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "used_at"    timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT factor_kind_known CHECK (kind IN ('totp', 'passkey')),
    CONSTRAINT passkey_named CHECK ((kind = 'passkey') = (credential IS NOT NULL)),
    CONSTRAINT factors_label_sealed CHECK (substring(label FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT factors_secret_sealed CHECK (substring(secret FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT factors_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE INDEX idx_factors_account_id ON factors (account_id);
CREATE UNIQUE INDEX idx_factors_credential ON factors (credential);

-- Codes for whoever lost their factors; only hashes, each of use once.
CREATE TABLE recovery_codes (
    "account_id" varchar(40) NOT NULL,
    "hash"       bytea NOT NULL,
    "created_at" timestamptz NOT NULL,
    "used_at"    timestamptz,
    PRIMARY KEY ("account_id", "hash"),
    CONSTRAINT recovery_codes_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);

-- What somebody has begun and must finish soon: a sign-in that wants its second step, an enrolment, a step-up, and the proof
-- that comes of it. Only hashes of the tickets are kept.
CREATE TABLE tickets (
    "hash"        bytea NOT NULL,
    "purpose"     varchar(16) NOT NULL,
    "account_id"  varchar(40) NOT NULL,
    "session_id"  varchar(64) NOT NULL,
    "action_hash" varchar(64) NOT NULL,
    "data"        bytea,
    "tries"       bigint NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "expires_at"  timestamptz NOT NULL,
    "spent_at"    timestamptz,
    "spent_for"   varchar(128) NOT NULL,
    PRIMARY KEY ("hash"),
    CONSTRAINT tickets_data_sealed CHECK (substring(data FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_tickets_account_id ON tickets (account_id);
CREATE INDEX idx_tickets_expires_at ON tickets (expires_at);
