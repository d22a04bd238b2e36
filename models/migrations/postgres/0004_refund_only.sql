-- +goose Up

-- A parcel that comes back belongs to one case; a parcel on its way out may be watched by several.
ALTER TABLE waybills DROP CONSTRAINT waybills_pkey;
ALTER TABLE waybills ADD PRIMARY KEY ("carrier", "number", "case_id");
CREATE UNIQUE INDEX waybill_back_once ON waybills (carrier, number) WHERE direction = 'back';

CREATE TABLE order_shipments (
    "order_id"   varchar(64) NOT NULL,
    "carrier"    varchar(16) NOT NULL,
    "number"     varchar(40) NOT NULL,
    "lines"      text NOT NULL,
    "shipped_at" timestamptz NOT NULL,
    "state"      varchar(20) NOT NULL,
    "state_at"   timestamptz,
    PRIMARY KEY ("order_id", "carrier", "number"),
    CONSTRAINT order_shipments_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_order_shipments_number ON order_shipments (number);

CREATE TABLE merchant_rules (
    "merchant_id" varchar(40) NOT NULL,
    "name"        varchar(64) NOT NULL,
    "position"    bigint NOT NULL,
    "kinds"       text NOT NULL,
    "reasons"     text NOT NULL,
    "below"       bigint NOT NULL,
    "give"        varchar(16) NOT NULL,
    "enabled"     boolean NOT NULL,
    "set_by"      varchar(40) NOT NULL,
    "set_at"      timestamptz NOT NULL,
    PRIMARY KEY ("merchant_id", "name"),
    CONSTRAINT rule_below CHECK (below > 0),
    CONSTRAINT merchant_rules_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);

CREATE TABLE insurance_claims (
    "order_id"     varchar(64) NOT NULL,
    "case_id"      varchar(40) NOT NULL,
    "carrier"      varchar(16) NOT NULL,
    "number"       varchar(40) NOT NULL,
    "key"          varchar(64) NOT NULL,
    "amount"       bigint NOT NULL,
    "currency"     varchar(3) NOT NULL,
    "paid"         bigint NOT NULL,
    "state"        varchar(16) NOT NULL,
    "why"          varchar(48) NOT NULL,
    "provider_ref" varchar(64) NOT NULL,
    "claimed_at"   timestamptz NOT NULL,
    "settled_at"   timestamptz,
    PRIMARY KEY ("order_id"),
    CONSTRAINT claim_amounts CHECK (amount > 0 AND paid >= 0 AND paid <= amount),
    CONSTRAINT claim_state CHECK (state IN ('intended', 'accepted', 'paid', 'refused')),
    CONSTRAINT insurance_claims_key_fkey FOREIGN KEY ("key") REFERENCES effects ("key") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT insurance_claims_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_insurance_claims_case_id ON insurance_claims (case_id);
CREATE INDEX idx_insurance_claims_state ON insurance_claims (state);
CREATE UNIQUE INDEX claim_waybill_once ON insurance_claims (carrier, number);

-- How a leg is paid: over the rail of its tender (empty), or, with the customer's consent, to an account ('payout').
ALTER TABLE refund_legs ADD COLUMN "via" varchar(16);
ALTER TABLE refund_legs ADD CONSTRAINT leg_via CHECK (via IN ('', 'payout'));

-- What counts for a party's standing, cheap to count.
CREATE INDEX complaints_lost ON cases (merchant_id, opened_at) WHERE kind = 'complaint' AND outcome IN ('upheld', 'partly_upheld');
CREATE INDEX tasks_late ON tasks (recipient_id, due_at) WHERE recipient_kind = 'merchant' AND state = 'done' AND ended_at > due_at;
CREATE INDEX timeline_differences ON timeline (case_id) WHERE event = 'difference_reported';
