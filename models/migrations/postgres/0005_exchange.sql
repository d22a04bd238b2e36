-- +goose Up

-- Units of a variant that are set aside for a case's replacement, by round of the case.
CREATE TABLE stock_reservations (
    "case_id"    varchar(40) NOT NULL,
    "round"      bigint NOT NULL,
    "variant_id" varchar(40) NOT NULL,
    "quantity"   bigint NOT NULL,
    "state"      varchar(16) NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "round", "variant_id"),
    CONSTRAINT reserved_positive CHECK (quantity > 0),
    CONSTRAINT reservation_state CHECK (state IN ('reserved', 'shipped', 'released')),
    CONSTRAINT stock_reservations_variant_id_fkey FOREIGN KEY ("variant_id") REFERENCES variants ("id")
);
CREATE INDEX idx_stock_reservations_variant_id ON stock_reservations (variant_id);

-- A replacement is a line of the order that takes the place of another, with what was left to refund for it.
ALTER TABLE order_lines ADD COLUMN "replaces" varchar(64);
ALTER TABLE order_lines ADD COLUMN "made_by" varchar(40);
ALTER TABLE order_lines ADD COLUMN "exchanged_qty" bigint;
ALTER TABLE order_lines ADD COLUMN "exchanged_paid" bigint;
ALTER TABLE order_lines ADD COLUMN "shipped_at" timestamptz;
ALTER TABLE order_lines ADD COLUMN "signed_at" timestamptz;
ALTER TABLE order_lines ADD COLUMN "confirmed_at" timestamptz;
ALTER TABLE order_lines ADD CONSTRAINT exchanged_qty_within CHECK (exchanged_qty >= 0 AND exchanged_qty <= quantity);
ALTER TABLE order_lines ADD CONSTRAINT exchanged_paid_within CHECK (exchanged_paid >= 0 AND exchanged_paid <= paid);
ALTER TABLE order_units ADD COLUMN "exchanged_by" varchar(40);

-- Money that a case collected is a tender too. While it is held, only that case gives it back.
ALTER TABLE tenders ADD COLUMN "case_id" varchar(40);
ALTER TABLE tenders ADD COLUMN "purpose" varchar(16);
ALTER TABLE tenders ADD COLUMN "held" boolean NOT NULL DEFAULT false;
