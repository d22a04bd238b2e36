-- +goose Up

-- A file that is larger than a part is kept in sealed parts of this many bytes; 0: in one piece.
ALTER TABLE blobs ADD COLUMN "part_size" bigint NOT NULL DEFAULT 0;

-- A small picture of a picture, to be shown in lists.
ALTER TABLE evidence ADD COLUMN "thumb_id" varchar(40) REFERENCES blobs ("id");
CREATE INDEX evidence_of_blob ON evidence (blob_id);
CREATE INDEX evidence_of_thumb ON evidence (thumb_id) WHERE thumb_id IS NOT NULL;

-- A file that comes in pieces, and may go on after an interruption.
CREATE TABLE uploads (
    "id"          varchar(40) NOT NULL,
    "owner_kind"  varchar(16) NOT NULL,
    "owner_id"    varchar(40) NOT NULL,
    "key_ref"     varchar(32) NOT NULL,
    "size"        bigint NOT NULL,
    "received"    bigint NOT NULL,
    "pieces"      bigint NOT NULL,
    "evidence_id" varchar(40),
    "created_at"  timestamptz NOT NULL,
    "expires_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT upload_within_size CHECK (size > 0 AND received >= 0 AND received <= size AND pieces >= 0)
);
CREATE INDEX uploads_of_owner ON uploads (owner_kind, owner_id);
CREATE INDEX idx_uploads_key_ref ON uploads (key_ref);
CREATE INDEX idx_uploads_expires_at ON uploads (expires_at);

CREATE TABLE upload_pieces (
    "upload_id" varchar(40) NOT NULL,
    "start"     bigint NOT NULL,
    "size"      bigint NOT NULL,
    "object_id" varchar(40) NOT NULL,
    PRIMARY KEY ("upload_id", "start"),
    CONSTRAINT piece_positive CHECK (start >= 0 AND size > 0),
    CONSTRAINT upload_pieces_upload_id_fkey FOREIGN KEY ("upload_id") REFERENCES uploads ("id")
);

-- What a person sent in a day, for the quota.
CREATE TABLE upload_days (
    "owner_kind" varchar(16) NOT NULL,
    "owner_id"   varchar(40) NOT NULL,
    "day"        varchar(10) NOT NULL,
    "files"      bigint NOT NULL,
    "bytes"      bigint NOT NULL,
    PRIMARY KEY ("owner_kind", "owner_id", "day")
);
CREATE INDEX idx_upload_days_day ON upload_days (day);
