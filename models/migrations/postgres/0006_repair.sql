-- +goose Up

-- What a variant cost when a case asked the shop: its rules always see the same price.
CREATE TABLE price_checks (
    "case_id"    varchar(40) NOT NULL,
    "variant_id" varchar(40) NOT NULL,
    "price"      bigint NOT NULL,
    "at"         timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "variant_id"),
    CONSTRAINT price_not_negative CHECK (price >= 0)
);

-- A line is made up for a lower price once.
CREATE TABLE price_protections (
    "line_id"  varchar(64) NOT NULL,
    "price"    bigint NOT NULL,
    "case_id"  varchar(40) NOT NULL,
    "quantity" bigint NOT NULL,
    "amount"   bigint NOT NULL,
    "at"       timestamptz NOT NULL,
    PRIMARY KEY ("line_id", "price"),
    CONSTRAINT protection_positive CHECK (amount > 0),
    CONSTRAINT price_protections_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_price_protections_case_id ON price_protections (case_id);

-- Months of warranty as the shop says; the end of a unit's warranty once a repair made it longer.
ALTER TABLE order_lines ADD COLUMN "warranty_months" bigint;
ALTER TABLE order_units ADD COLUMN "warranty_until" timestamptz;

-- A repair that was made, by case, round and unit: it counts for its fault.
CREATE TABLE repairs (
    "case_id"    varchar(40) NOT NULL,
    "n"          bigint NOT NULL,
    "unit_id"    varchar(80) NOT NULL,
    "fault"      varchar(48) NOT NULL,
    "covered"    boolean NOT NULL,
    "failed"     boolean NOT NULL,
    "started_at" timestamptz NOT NULL,
    "ended_at"   timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "n", "unit_id"),
    CONSTRAINT repair_takes_time CHECK (ended_at >= started_at),
    CONSTRAINT repairs_unit_id_fkey FOREIGN KEY ("unit_id") REFERENCES order_units ("id")
);
CREATE INDEX repairs_of_unit ON repairs (unit_id, fault);
