-- +goose Up

-- The ring of master keys, once per root key (a file, a KMS) that opens it.
CREATE TABLE keys.masters (
    root       varchar(300) PRIMARY KEY,
    wrapped    bytea NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Under which master key a keyset is, 0 for the key file of before; since when it seals with its newest key.
ALTER TABLE keys.keysets ADD COLUMN master bigint NOT NULL DEFAULT 0;
ALTER TABLE keys.keysets ADD COLUMN rotated_at timestamptz;
UPDATE keys.keysets SET rotated_at = created_at;
CREATE INDEX keysets_by_master ON keys.keysets (master) WHERE destroyed_at IS NULL;
CREATE INDEX keysets_by_age ON keys.keysets (rotated_at) WHERE destroyed_at IS NULL;
CREATE INDEX keysets_destroyed ON keys.keysets (destroyed_at) WHERE destroyed_at IS NOT NULL;

-- Work over all keysets or rows, which goes on where it was broken off.
CREATE TABLE keys.jobs (
    name       varchar(32) PRIMARY KEY,
    started_at timestamptz NOT NULL,
    position   varchar(300) NOT NULL,
    done       bigint NOT NULL,
    total      bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at   timestamptz
);
