-- +goose Up

-- The ring of master keys, once per root key (a file, a KMS) that opens it.
CREATE TABLE masters (
    root       text NOT NULL PRIMARY KEY,
    wrapped    blob NOT NULL,
    changed_at datetime NOT NULL
);

-- Under which master key a keyset is, 0 for the key file of before; since when it seals with its newest key.
ALTER TABLE keysets ADD COLUMN master integer NOT NULL DEFAULT 0;
ALTER TABLE keysets ADD COLUMN rotated_at datetime;
UPDATE keysets SET rotated_at = created_at;
CREATE INDEX keysets_by_master ON keysets (master) WHERE destroyed_at IS NULL;
CREATE INDEX keysets_by_age ON keysets (rotated_at) WHERE destroyed_at IS NULL;
CREATE INDEX keysets_destroyed ON keysets (destroyed_at) WHERE destroyed_at IS NOT NULL;

-- Work over all keysets or rows, which goes on where it was broken off.
CREATE TABLE jobs (
    name       text NOT NULL PRIMARY KEY,
    started_at datetime NOT NULL,
    position   text NOT NULL,
    done       integer NOT NULL,
    total      integer NOT NULL,
    updated_at datetime NOT NULL,
    ended_at   datetime
);
