-- +goose Up

-- What the desk asks carriers about parcels: a message of the carrier's thread, which a workflow puts to the carrier.
CREATE TABLE carrier_inquiries (
    "id"              varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "seq"             bigint NOT NULL,
    "customer_id"     varchar(40) NOT NULL,
    "key_ref"         varchar(32) NOT NULL,
    "kind"            varchar(12) NOT NULL,
    "carrier"         varchar(16) NOT NULL,
    "number"          varchar(40) NOT NULL,
    "order_id"        varchar(64) NOT NULL,
    "case_id"         varchar(40) NOT NULL,
    "asked_by"        varchar(60) NOT NULL,
    "asked_at"        timestamptz NOT NULL,
    "due_at"          timestamptz NOT NULL,
    "sent_at"         timestamptz,
    "state"           varchar(12) NOT NULL,
    "answer"          text NOT NULL,
    "words"           bytea,
    "answered_at"     timestamptz,
    "answer_seq"      bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT carrier_inquiries_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT carrier_inquiries_words_sealed CHECK (substring(words FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT inquiry_state CHECK (state IN ('asked', 'answered', 'refused', 'by_hand'))
);
CREATE UNIQUE INDEX inquiry_once ON carrier_inquiries (conversation_id, seq);
CREATE INDEX inquiries_to_send ON carrier_inquiries (asked_at) WHERE sent_at IS NULL;
CREATE INDEX idx_carrier_inquiries_customer_id ON carrier_inquiries (customer_id);
