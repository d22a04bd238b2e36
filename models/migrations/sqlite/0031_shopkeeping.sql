-- +goose Up

-- Sets of filters for the list of cases to which somebody who works gave a name.
CREATE TABLE case_views (
    "id"         text NOT NULL,
    "staff_id"   text NOT NULL,
    "name"       blob NOT NULL,
    "filter"     text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT case_views_name_sealed CHECK (typeof(name) = 'blob' AND substr(name, 1, 1) IS x'01'),
    CONSTRAINT case_views_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id")
);
CREATE INDEX case_views_of_staff ON case_views (staff_id, created_at, id);

-- What moved a shop's money besides its refunds: what banks took back of payments, what was drawn from its deposit and put back.
CREATE TABLE fund_moves (
    "id"          text NOT NULL,
    "merchant_id" text NOT NULL,
    "kind"        text NOT NULL,
    "amount"      integer NOT NULL,
    "currency"    text NOT NULL,
    "order_id"    text NOT NULL,
    "case_id"     text NOT NULL,
    "at"          datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT fund_move_positive CHECK (amount > 0),
    CONSTRAINT fund_move_kind CHECK (kind IN ('chargeback', 'draw', 'put_back'))
);
CREATE INDEX fund_moves_of_merchant ON fund_moves (merchant_id, at, id);
CREATE INDEX fund_moves_of_order ON fund_moves (order_id);

-- What is known of before: draws with their time, chargebacks as of now.
INSERT INTO fund_moves (id, merchant_id, kind, amount, currency, order_id, case_id, at)
SELECT e.key, k.merchant_id, e.kind, json_extract(e.result, '$.Amount'), 'CNY', k.order_id, k.id, e.updated_at
FROM effects e JOIN cases k ON k.id = e.case_id WHERE e.kind IN ('draw', 'put_back') AND e.status = 'succeeded';
INSERT INTO fund_moves (id, merchant_id, kind, amount, currency, order_id, case_id, at)
SELECT 'before-' || substr(t.id, 1, 57), o.merchant_id, 'chargeback', t.charged_back, o.currency, o.id, '', strftime('%Y-%m-%d %H:%M:%S+00:00', 'now')
FROM tenders t JOIN orders o ON o.id = t.order_id WHERE t.charged_back > 0;

-- How often a shop's own rules were changed: of two who change them at once the second is told.
ALTER TABLE merchants ADD COLUMN "rules_revision" integer NOT NULL DEFAULT 0;

-- Legal holds by time.
CREATE INDEX holds_by_time ON legal_holds (placed_at, id) WHERE lifted_at IS NULL;
