-- +goose Up

CREATE TABLE privacy_notices (
    "purpose"      varchar(16) NOT NULL,
    "version"      bigint NOT NULL,
    "lang"         varchar(8) NOT NULL,
    "title"        varchar(100) NOT NULL,
    "body"         text NOT NULL,
    "digest"       varchar(64) NOT NULL,
    "published_at" timestamptz NOT NULL,
    PRIMARY KEY ("purpose", "version", "lang"),
    CONSTRAINT notice_purpose CHECK (purpose IN ('service', 'history', 'bot'))
);

-- What customers said about each purpose; the newest counts, none is changed.
CREATE TABLE consents (
    "id"          varchar(40) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "purpose"     varchar(16) NOT NULL,
    "given"       boolean NOT NULL,
    "version"     bigint NOT NULL,
    "lang"        varchar(8) NOT NULL,
    "channel"     varchar(16) NOT NULL,
    "at"          timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT consent_purpose CHECK (purpose IN ('service', 'history', 'bot')),
    CONSTRAINT consents_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT consents_notice_fkey FOREIGN KEY ("purpose", "version", "lang") REFERENCES privacy_notices ("purpose", "version", "lang")
);
CREATE INDEX consents_of ON consents (customer_id, purpose, at);

CREATE TABLE corrections (
    "id"          varchar(40) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "field"       varchar(16) NOT NULL,
    "by_kind"     varchar(16) NOT NULL,
    "by_id"       varchar(40) NOT NULL,
    "at"          timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT corrections_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX idx_corrections_customer_id ON corrections (customer_id);

CREATE TABLE data_exports (
    "id"          varchar(40) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "lang"        varchar(8) NOT NULL,
    "state"       varchar(8) NOT NULL,
    "next_at"     timestamptz NOT NULL,
    "tries"       bigint NOT NULL,
    "asked_at"    timestamptz NOT NULL,
    "made_at"     timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT data_export_state CHECK (state IN ('asked', 'made', 'failed', 'gone')),
    CONSTRAINT data_exports_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX data_exports_due ON data_exports (state, next_at);
CREATE INDEX idx_data_exports_customer_id ON data_exports (customer_id);

CREATE TABLE data_export_parts (
    "export_id" varchar(40) NOT NULL,
    "n"         bigint NOT NULL,
    "blob_id"   varchar(40) NOT NULL,
    "size"      bigint NOT NULL,
    "digest"    varchar(64) NOT NULL,
    PRIMARY KEY ("export_id", "n"),
    CONSTRAINT data_export_parts_export_id_fkey FOREIGN KEY ("export_id") REFERENCES data_exports ("id"),
    CONSTRAINT data_export_parts_blob_id_fkey FOREIGN KEY ("blob_id") REFERENCES blobs ("id")
);

-- The customer is named by a pseudonym once erased; no reference, because the record outlives the row.
CREATE TABLE erasures (
    "id"           varchar(40) NOT NULL,
    "customer_id"  varchar(40) NOT NULL,
    "key_ref"      varchar(32) NOT NULL,
    "state"        varchar(12) NOT NULL,
    "open"         boolean NOT NULL,
    "by_kind"      varchar(16) NOT NULL,
    "by_id"        varchar(40) NOT NULL,
    "asked_at"     timestamptz NOT NULL,
    "erase_at"     timestamptz NOT NULL,
    "holds"        bigint NOT NULL,
    "cases"        bigint NOT NULL,
    "legs"         bigint NOT NULL,
    "receipt_hash" bytea NOT NULL,
    "words_ref"    varchar(32) NOT NULL,
    "words"        bytea,
    "erased_at"    timestamptz,
    "ended_at"     timestamptz,
    "gone"         text NOT NULL,
    "certificate"  text NOT NULL,
    "digest"       varchar(64) NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT erasure_state CHECK (state IN ('cooling', 'ending', 'held', 'erasing', 'proving', 'unproven', 'done', 'cancelled')),
    CONSTRAINT erasure_over CHECK (open = (state NOT IN ('done', 'cancelled'))),
    CONSTRAINT erasure_proved CHECK (state <> 'done' OR certificate <> ''),
    CONSTRAINT erasures_words_sealed CHECK (substring(words FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE UNIQUE INDEX erasure_open_once ON erasures (customer_id) WHERE open;
CREATE INDEX erasures_by_state ON erasures (state, asked_at);
CREATE INDEX idx_erasures_customer_id ON erasures (customer_id);
CREATE INDEX idx_erasures_key_ref ON erasures (key_ref);
CREATE UNIQUE INDEX idx_erasures_receipt_hash ON erasures (receipt_hash);

CREATE TABLE legal_holds (
    "id"          varchar(40) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "reason"      varchar(16) NOT NULL,
    "note"        bytea,
    "placed_by"   varchar(40) NOT NULL,
    "placed_at"   timestamptz NOT NULL,
    "review_at"   timestamptz NOT NULL,
    "lifted_by"   varchar(40) NOT NULL,
    "lifted_at"   timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT hold_reason CHECK (reason IN ('court', 'police', 'regulator', 'claim')),
    CONSTRAINT hold_lifted_whole CHECK ((lifted_at IS NULL) = (lifted_by = '')),
    CONSTRAINT legal_holds_note_sealed CHECK (substring(note FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT legal_holds_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX holds_in_force ON legal_holds (customer_id) WHERE lifted_at IS NULL;

-- Set when everything personal was taken out of the row and its ID became a pseudonym.
ALTER TABLE customers ADD COLUMN "erased_at" timestamptz;

-- For the sweeper of transactions whose legal time is over.
CREATE INDEX orders_by_time ON orders (paid_at);
