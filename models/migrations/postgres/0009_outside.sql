-- +goose Up

-- Keys by which programs speak in somebody's name. Only an HMAC of the secret is kept.
CREATE TABLE api_keys (
    "id"         varchar(40) NOT NULL,
    "account_id" varchar(40) NOT NULL,
    "name"       varchar(100) NOT NULL,
    "term"       bytea NOT NULL,
    "scopes"     text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "expires_at" timestamptz NOT NULL,
    "used_at"    timestamptz,
    "revoked_at" timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT api_key_named CHECK (name <> ''),
    CONSTRAINT api_key_ends CHECK (expires_at > created_at),
    CONSTRAINT api_keys_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE INDEX api_keys_of_account ON api_keys (account_id, id);

-- Tokens by which a shop handed its customer over: each works once.
CREATE TABLE handovers (
    "term"       bytea NOT NULL,
    "expires_at" timestamptz NOT NULL,
    PRIMARY KEY ("term")
);
CREATE INDEX idx_handovers_expires_at ON handovers (expires_at);

-- Whom staff are to another sign-in service: found by an HMAC of its issuer and their subject there.
CREATE TABLE outside_identities (
    "term"       bytea NOT NULL,
    "provider"   varchar(32) NOT NULL,
    "account_id" varchar(40) NOT NULL,
    "linked_at"  timestamptz NOT NULL,
    "used_at"    timestamptz,
    PRIMARY KEY ("term"),
    CONSTRAINT outside_identities_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE UNIQUE INDEX outside_identity_of_account ON outside_identities (account_id, provider);

