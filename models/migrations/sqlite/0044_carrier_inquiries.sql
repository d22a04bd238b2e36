-- +goose Up

-- What the desk asks carriers about parcels: a message of the carrier's thread, which a workflow puts to the carrier.
CREATE TABLE carrier_inquiries (
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "seq"             integer NOT NULL,
    "customer_id"     text NOT NULL,
    "key_ref"         text NOT NULL,
    "kind"            text NOT NULL,
    "carrier"         text NOT NULL,
    "number"          text NOT NULL,
    "order_id"        text NOT NULL,
    "case_id"         text NOT NULL,
    "asked_by"        text NOT NULL,
    "asked_at"        datetime NOT NULL,
    "due_at"          datetime NOT NULL,
    "sent_at"         datetime,
    "state"           text NOT NULL,
    "answer"          text NOT NULL,
    "words"           blob,
    "answered_at"     datetime,
    "answer_seq"      integer NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT carrier_inquiries_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT carrier_inquiries_words_sealed CHECK (words IS NULL OR (typeof(words) = 'blob' AND substr(words, 1, 1) IS x'01')),
    CONSTRAINT inquiry_state CHECK (state IN ('asked', 'answered', 'refused', 'by_hand'))
);
CREATE UNIQUE INDEX inquiry_once ON carrier_inquiries (conversation_id, seq);
CREATE INDEX inquiries_to_send ON carrier_inquiries (asked_at) WHERE sent_at IS NULL;
CREATE INDEX idx_carrier_inquiries_customer_id ON carrier_inquiries (customer_id);
