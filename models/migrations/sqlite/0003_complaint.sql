-- +goose Up

-- What a judgment on service gives instead of money: once per case, judgment and place in its list.
CREATE TABLE remedies (
    "case_id"     text NOT NULL,
    "round"       integer NOT NULL,
    "n"           integer NOT NULL,
    "kind"        text NOT NULL,
    "points"      integer NOT NULL,
    "coupon"      integer NOT NULL,
    "currency"    text NOT NULL,
    "customer_id" text NOT NULL,
    "merchant_id" text NOT NULL,
    "judgment"    text NOT NULL,
    "given_by"    text NOT NULL,
    "given_at"    datetime NOT NULL,
    PRIMARY KEY ("case_id", "round", "n"),
    CONSTRAINT remedy_amounts CHECK (points >= 0 AND coupon >= 0),
    CONSTRAINT remedy_kind CHECK (kind IN ('apology', 'coupon', 'points', 'rectification'))
);
CREATE INDEX idx_remedies_customer_id ON remedies (customer_id);
