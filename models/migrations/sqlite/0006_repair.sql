-- +goose Up

-- What a variant cost when a case asked the shop: its rules always see the same price.
CREATE TABLE price_checks (
    "case_id"    text NOT NULL,
    "variant_id" text NOT NULL,
    "price"      integer NOT NULL,
    "at"         datetime NOT NULL,
    PRIMARY KEY ("case_id", "variant_id"),
    CONSTRAINT price_not_negative CHECK (price >= 0)
);

-- A line is made up for a lower price once.
CREATE TABLE price_protections (
    "line_id"  text NOT NULL,
    "price"    integer NOT NULL,
    "case_id"  text NOT NULL,
    "quantity" integer NOT NULL,
    "amount"   integer NOT NULL,
    "at"       datetime NOT NULL,
    PRIMARY KEY ("line_id", "price"),
    CONSTRAINT protection_positive CHECK (amount > 0),
    CONSTRAINT price_protections_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_price_protections_case_id ON price_protections (case_id);
