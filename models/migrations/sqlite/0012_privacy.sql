-- +goose Up

CREATE TABLE privacy_notices (
    "purpose"      text NOT NULL,
    "version"      integer NOT NULL,
    "lang"         text NOT NULL,
    "title"        text NOT NULL,
    "body"         text NOT NULL,
    "digest"       text NOT NULL,
    "published_at" datetime NOT NULL,
    PRIMARY KEY ("purpose", "version", "lang"),
    CONSTRAINT notice_purpose CHECK (purpose IN ('service', 'history', 'bot'))
);

-- What customers said about each purpose; the newest counts, none is changed.
CREATE TABLE consents (
    "id"          text NOT NULL,
    "customer_id" text NOT NULL,
    "purpose"     text NOT NULL,
    "given"       numeric NOT NULL,
    "version"     integer NOT NULL,
    "lang"        text NOT NULL,
    "channel"     text NOT NULL,
    "at"          datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT consent_purpose CHECK (purpose IN ('service', 'history', 'bot')),
    CONSTRAINT consents_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT consents_notice_fkey FOREIGN KEY ("purpose", "version", "lang") REFERENCES privacy_notices ("purpose", "version", "lang")
);
CREATE INDEX consents_of ON consents (customer_id, purpose, at);

CREATE TABLE corrections (
    "id"          text NOT NULL,
    "customer_id" text NOT NULL,
    "field"       text NOT NULL,
    "by_kind"     text NOT NULL,
    "by_id"       text NOT NULL,
    "at"          datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT corrections_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX idx_corrections_customer_id ON corrections (customer_id);

CREATE TABLE data_exports (
    "id"          text NOT NULL,
    "customer_id" text NOT NULL,
    "lang"        text NOT NULL,
    "state"       text NOT NULL,
    "next_at"     datetime NOT NULL,
    "tries"       integer NOT NULL,
    "asked_at"    datetime NOT NULL,
    "made_at"     datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT data_export_state CHECK (state IN ('asked', 'made', 'failed', 'gone')),
    CONSTRAINT data_exports_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX data_exports_due ON data_exports (state, next_at);
CREATE INDEX idx_data_exports_customer_id ON data_exports (customer_id);

CREATE TABLE data_export_parts (
    "export_id" text NOT NULL,
    "n"         integer NOT NULL,
    "blob_id"   text NOT NULL,
    "size"      integer NOT NULL,
    "digest"    text NOT NULL,
    PRIMARY KEY ("export_id", "n"),
    CONSTRAINT data_export_parts_export_id_fkey FOREIGN KEY ("export_id") REFERENCES data_exports ("id"),
    CONSTRAINT data_export_parts_blob_id_fkey FOREIGN KEY ("blob_id") REFERENCES blobs ("id")
);

-- The customer is named by a pseudonym once erased; no reference, because the record outlives the row.
CREATE TABLE erasures (
    "id"           text NOT NULL,
    "customer_id"  text NOT NULL,
    "key_ref"      text NOT NULL,
    "state"        text NOT NULL,
    "open"         numeric NOT NULL,
    "by_kind"      text NOT NULL,
    "by_id"        text NOT NULL,
    "asked_at"     datetime NOT NULL,
    "erase_at"     datetime NOT NULL,
    "holds"        integer NOT NULL,
    "cases"        integer NOT NULL,
    "legs"         integer NOT NULL,
    "receipt_hash" blob NOT NULL,
    "words_ref"    text NOT NULL,
    "words"        blob,
    "erased_at"    datetime,
    "ended_at"     datetime,
    "gone"         text NOT NULL,
    "certificate"  text NOT NULL,
    "digest"       text NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT erasure_state CHECK (state IN ('cooling', 'ending', 'held', 'erasing', 'proving', 'unproven', 'done', 'cancelled')),
    CONSTRAINT erasure_over CHECK (open = (state NOT IN ('done', 'cancelled'))),
    CONSTRAINT erasure_proved CHECK (state <> 'done' OR certificate <> ''),
    CONSTRAINT erasures_words_sealed CHECK (words IS NULL OR (typeof(words) = 'blob' AND substr(words, 1, 1) IS x'01'))
);
CREATE UNIQUE INDEX erasure_open_once ON erasures (customer_id) WHERE open;
CREATE INDEX erasures_by_state ON erasures (state, asked_at);
CREATE INDEX idx_erasures_customer_id ON erasures (customer_id);
CREATE INDEX idx_erasures_key_ref ON erasures (key_ref);
CREATE UNIQUE INDEX idx_erasures_receipt_hash ON erasures (receipt_hash);

CREATE TABLE legal_holds (
    "id"          text NOT NULL,
    "customer_id" text NOT NULL,
    "reason"      text NOT NULL,
    "note"        blob,
    "placed_by"   text NOT NULL,
    "placed_at"   datetime NOT NULL,
    "review_at"   datetime NOT NULL,
    "lifted_by"   text NOT NULL,
    "lifted_at"   datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT hold_reason CHECK (reason IN ('court', 'police', 'regulator', 'claim')),
    CONSTRAINT hold_lifted_whole CHECK ((lifted_at IS NULL) = (lifted_by = '')),
    CONSTRAINT legal_holds_note_sealed CHECK (note IS NULL OR (typeof(note) = 'blob' AND substr(note, 1, 1) IS x'01')),
    CONSTRAINT legal_holds_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX holds_in_force ON legal_holds (customer_id) WHERE lifted_at IS NULL;

-- Set when everything personal was taken out of the row and its ID became a pseudonym.
ALTER TABLE customers ADD COLUMN "erased_at" datetime;

-- For the sweeper of transactions whose legal time is over.
CREATE INDEX orders_by_time ON orders (paid_at);
