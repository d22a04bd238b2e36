-- +goose Up

-- Sets of filters for the list of cases to which somebody who works gave a name.
CREATE TABLE case_views (
    "id"         varchar(40) NOT NULL,
    "staff_id"   varchar(40) NOT NULL,
    "name"       bytea NOT NULL,
    "filter"     text NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT case_views_name_sealed CHECK (substring(name FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT case_views_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id")
);
CREATE INDEX case_views_of_staff ON case_views (staff_id, created_at, id);

-- What moved a shop's money besides its refunds: what banks took back of payments, what was drawn from its deposit and put back.
CREATE TABLE fund_moves (
    "id"          varchar(64) NOT NULL,
    "merchant_id" varchar(40) NOT NULL,
    "kind"        varchar(16) NOT NULL,
    "amount"      bigint NOT NULL,
    "currency"    varchar(3) NOT NULL,
    "order_id"    varchar(64) NOT NULL,
    "case_id"     varchar(40) NOT NULL,
    "at"          timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT fund_move_positive CHECK (amount > 0),
    CONSTRAINT fund_move_kind CHECK (kind IN ('chargeback', 'draw', 'put_back'))
);
CREATE INDEX fund_moves_of_merchant ON fund_moves (merchant_id, at, id);
CREATE INDEX fund_moves_of_order ON fund_moves (order_id);

-- What is known of before: draws with their time, chargebacks as of now.
INSERT INTO fund_moves (id, merchant_id, kind, amount, currency, order_id, case_id, at)
SELECT e.key, k.merchant_id, e.kind, (e.result::json->>'Amount')::bigint, 'CNY', k.order_id, k.id, e.updated_at
FROM effects e JOIN cases k ON k.id = e.case_id WHERE e.kind IN ('draw', 'put_back') AND e.status = 'succeeded';
INSERT INTO fund_moves (id, merchant_id, kind, amount, currency, order_id, case_id, at)
SELECT 'before-' || substr(t.id, 1, 57), o.merchant_id, 'chargeback', t.charged_back, o.currency, o.id, '', now()
FROM tenders t JOIN orders o ON o.id = t.order_id WHERE t.charged_back > 0;

-- How often a shop's own rules were changed: of two who change them at once the second is told.
ALTER TABLE merchants ADD COLUMN "rules_revision" bigint NOT NULL DEFAULT 0;

-- Legal holds by time, and accounts by how their name begins.
CREATE INDEX holds_by_time ON legal_holds (placed_at, id) WHERE lifted_at IS NULL;
CREATE INDEX accounts_login_begins ON accounts (login text_pattern_ops);
