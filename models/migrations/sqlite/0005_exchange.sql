-- +goose Up

-- Units of a variant that are set aside for a case's replacement, by round of the case.
CREATE TABLE stock_reservations (
    "case_id"    text NOT NULL,
    "round"      integer NOT NULL,
    "variant_id" text NOT NULL,
    "quantity"   integer NOT NULL,
    "state"      text NOT NULL,
    "created_at" datetime NOT NULL,
    "updated_at" datetime NOT NULL,
    PRIMARY KEY ("case_id", "round", "variant_id"),
    CONSTRAINT reserved_positive CHECK (quantity > 0),
    CONSTRAINT reservation_state CHECK (state IN ('reserved', 'shipped', 'released')),
    CONSTRAINT stock_reservations_variant_id_fkey FOREIGN KEY ("variant_id") REFERENCES variants ("id")
);
CREATE INDEX idx_stock_reservations_variant_id ON stock_reservations (variant_id);

-- A replacement is a line of the order that takes the place of another, with what was left to refund for it.
ALTER TABLE order_lines ADD COLUMN "replaces" text;
ALTER TABLE order_lines ADD COLUMN "made_by" text;
ALTER TABLE order_lines ADD COLUMN "exchanged_qty" integer CONSTRAINT exchanged_qty_within CHECK (exchanged_qty >= 0 AND exchanged_qty <= quantity);
ALTER TABLE order_lines ADD COLUMN "exchanged_paid" integer CONSTRAINT exchanged_paid_within CHECK (exchanged_paid >= 0 AND exchanged_paid <= paid);
ALTER TABLE order_lines ADD COLUMN "shipped_at" datetime;
ALTER TABLE order_lines ADD COLUMN "signed_at" datetime;
ALTER TABLE order_lines ADD COLUMN "confirmed_at" datetime;
ALTER TABLE order_units ADD COLUMN "exchanged_by" text;

-- Money that a case collected is a tender too. While it is held, only that case gives it back.
ALTER TABLE tenders ADD COLUMN "case_id" text;
ALTER TABLE tenders ADD COLUMN "purpose" text;
ALTER TABLE tenders ADD COLUMN "held" numeric NOT NULL DEFAULT false;
