-- +goose Up

-- Second factors of accounts. "secret" is what proves them, sealed: the secret of an authenticator app, or the record of a
-- passkey. "counter" only grows: the last time step whose code was used, or the passkey's counter of signatures.
CREATE TABLE factors (
    "id"         text NOT NULL,
    "account_id" text NOT NULL,
    "kind"       text NOT NULL,
    "label"      blob,
    "secret"     blob NOT NULL,
    "credential" blob,
    "counter"    integer NOT NULL,
    "created_at" datetime NOT NULL,
    "used_at"    datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT factor_kind_known CHECK (kind IN ('totp', 'passkey')),
    CONSTRAINT passkey_named CHECK ((kind = 'passkey') = (credential IS NOT NULL)),
    CONSTRAINT factors_label_sealed CHECK (label IS NULL OR (typeof(label) = 'blob' AND substr(label, 1, 1) IS x'01')),
    CONSTRAINT factors_secret_sealed CHECK (secret IS NULL OR (typeof(secret) = 'blob' AND substr(secret, 1, 1) IS x'01')),
    CONSTRAINT factors_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE INDEX idx_factors_account_id ON factors (account_id);
CREATE UNIQUE INDEX idx_factors_credential ON factors (credential);

-- Codes for whoever lost their factors; only hashes, each of use once.
CREATE TABLE recovery_codes (
    "account_id" text NOT NULL,
    "hash"       blob NOT NULL,
    "created_at" datetime NOT NULL,
    "used_at"    datetime,
    PRIMARY KEY ("account_id", "hash"),
    CONSTRAINT recovery_codes_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);

-- What somebody has begun and must finish soon: a sign-in that wants its second step, an enrolment, a step-up, and the proof
-- that comes of it. Only hashes of the tickets are kept.
CREATE TABLE tickets (
    "hash"        blob NOT NULL,
    "purpose"     text NOT NULL,
    "account_id"  text NOT NULL,
    "session_id"  text NOT NULL,
    "action_hash" text NOT NULL,
    "data"        blob,
    "tries"       integer NOT NULL,
    "created_at"  datetime NOT NULL,
    "expires_at"  datetime NOT NULL,
    "spent_at"    datetime,
    "spent_for"   text NOT NULL,
    PRIMARY KEY ("hash"),
    CONSTRAINT tickets_data_sealed CHECK (data IS NULL OR (typeof(data) = 'blob' AND substr(data, 1, 1) IS x'01'))
);
CREATE INDEX idx_tickets_account_id ON tickets (account_id);
CREATE INDEX idx_tickets_expires_at ON tickets (expires_at);
