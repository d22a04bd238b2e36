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

-- Months of warranty as the shop says; the end of a unit's warranty once a repair made it longer.
ALTER TABLE order_lines ADD COLUMN "warranty_months" integer;
ALTER TABLE order_units ADD COLUMN "warranty_until" datetime;

-- A repair that was made, by case, round and unit: it counts for its fault.
CREATE TABLE repairs (
    "case_id"    text NOT NULL,
    "n"          integer NOT NULL,
    "unit_id"    text NOT NULL,
    "fault"      text NOT NULL,
    "covered"    numeric NOT NULL,
    "failed"     numeric NOT NULL,
    "started_at" datetime NOT NULL,
    "ended_at"   datetime NOT NULL,
    PRIMARY KEY ("case_id", "n", "unit_id"),
    CONSTRAINT repair_takes_time CHECK (ended_at >= started_at),
    CONSTRAINT repairs_unit_id_fkey FOREIGN KEY ("unit_id") REFERENCES order_units ("id")
);
CREATE INDEX repairs_of_unit ON repairs (unit_id, fault);
