-- +goose Up

-- What a judgment on service gives instead of money: once per case, judgment and place in its list.
CREATE TABLE remedies (
    "case_id"     varchar(40) NOT NULL,
    "round"       bigint NOT NULL,
    "n"           bigint NOT NULL,
    "kind"        varchar(20) NOT NULL,
    "points"      bigint NOT NULL,
    "coupon"      bigint NOT NULL,
    "currency"    varchar(3) NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "merchant_id" varchar(40) NOT NULL,
    "judgment"    varchar(60) NOT NULL,
    "given_by"    varchar(16) NOT NULL,
    "given_at"    timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "round", "n"),
    CONSTRAINT remedy_amounts CHECK (points >= 0 AND coupon >= 0),
    CONSTRAINT remedy_kind CHECK (kind IN ('apology', 'coupon', 'points', 'rectification'))
);
CREATE INDEX idx_remedies_customer_id ON remedies (customer_id);
