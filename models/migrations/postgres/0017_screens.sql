-- +goose Up

-- What a customer thought of how a case went. The words are a text of their own, sealed under the customer's keyset.
CREATE TABLE case_ratings (
    "case_id"     varchar(40) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "merchant_id" varchar(40) NOT NULL,
    "score"       bigint NOT NULL,
    "codes"       text NOT NULL,
    "text_id"     varchar(40) NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "updated_at"  timestamptz NOT NULL,
    PRIMARY KEY ("case_id"),
    CONSTRAINT rating_score CHECK (score BETWEEN 1 AND 5),
    CONSTRAINT case_ratings_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id")
);
CREATE INDEX idx_case_ratings_customer_id ON case_ratings (customer_id);
CREATE INDEX ratings_of_merchant ON case_ratings (merchant_id, created_at);

-- An address that cases were told of stays under its ID; nobody new is sent there once it is retired.
ALTER TABLE return_addresses ADD COLUMN "retired_at" timestamptz;
CREATE UNIQUE INDEX return_address_default ON return_addresses (merchant_id) WHERE is_default AND retired_at IS NULL;

-- A shop's stock, in order.
CREATE INDEX products_of_merchant ON products (merchant_id, id);
DROP INDEX idx_products_merchant_id;
CREATE INDEX variants_of_product ON variants (product_id, id);
DROP INDEX idx_variants_product_id;

-- What falls due first in a shop, and what of a team's nobody has.
CREATE INDEX cases_of_merchant_due ON cases (merchant_id, open, due_at, id);
CREATE INDEX cases_of_team_free ON cases (team_id, open, due_at, id) WHERE assignee_id IS NULL;

-- Numbers are looked up by how they begin, whatever the database's language.
CREATE INDEX cases_order_begins ON cases (order_id varchar_pattern_ops);
CREATE INDEX cases_id_begins ON cases (id varchar_pattern_ops);

-- Open tasks by kind, and how many of each.
CREATE INDEX tasks_open_kind ON tasks (recipient_kind, recipient_id, kind, due_at, id) WHERE state = 'open';
