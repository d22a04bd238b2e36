-- +goose Up

-- A parcel that comes back belongs to one case; a parcel on its way out may be watched by several.
CREATE TABLE waybills_new (
    "carrier"    text NOT NULL,
    "number"     text NOT NULL,
    "case_id"    text NOT NULL,
    "direction"  text NOT NULL,
    "verified"   numeric NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("carrier", "number", "case_id")
);
INSERT INTO waybills_new SELECT "carrier", "number", "case_id", "direction", "verified", "created_at" FROM waybills;
DROP TABLE waybills;
ALTER TABLE waybills_new RENAME TO waybills;
CREATE INDEX idx_waybills_case_id ON waybills (case_id);
CREATE INDEX idx_waybills_number ON waybills (number);
CREATE UNIQUE INDEX waybill_back_once ON waybills (carrier, number) WHERE direction = 'back';

CREATE TABLE order_shipments (
    "order_id"   text NOT NULL,
    "carrier"    text NOT NULL,
    "number"     text NOT NULL,
    "lines"      text NOT NULL,
    "shipped_at" datetime NOT NULL,
    "state"      text NOT NULL,
    "state_at"   datetime,
    PRIMARY KEY ("order_id", "carrier", "number"),
    CONSTRAINT order_shipments_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_order_shipments_number ON order_shipments (number);

CREATE TABLE merchant_rules (
    "merchant_id" text NOT NULL,
    "name"        text NOT NULL,
    "position"    integer NOT NULL,
    "kinds"       text NOT NULL,
    "reasons"     text NOT NULL,
    "below"       integer NOT NULL,
    "give"        text NOT NULL,
    "enabled"     numeric NOT NULL,
    "set_by"      text NOT NULL,
    "set_at"      datetime NOT NULL,
    PRIMARY KEY ("merchant_id", "name"),
    CONSTRAINT rule_below CHECK (below > 0),
    CONSTRAINT merchant_rules_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);

CREATE TABLE insurance_claims (
    "order_id"     text NOT NULL,
    "case_id"      text NOT NULL,
    "carrier"      text NOT NULL,
    "number"       text NOT NULL,
    "key"          text NOT NULL,
    "amount"       integer NOT NULL,
    "currency"     text NOT NULL,
    "paid"         integer NOT NULL,
    "state"        text NOT NULL,
    "why"          text NOT NULL,
    "provider_ref" text NOT NULL,
    "claimed_at"   datetime NOT NULL,
    "settled_at"   datetime,
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
ALTER TABLE refund_legs ADD COLUMN "via" text CONSTRAINT leg_via CHECK (via IN ('', 'payout'));

-- What counts for a party's standing, cheap to count.
CREATE INDEX complaints_lost ON cases (merchant_id, opened_at) WHERE kind = 'complaint' AND outcome IN ('upheld', 'partly_upheld');
CREATE INDEX tasks_late ON tasks (recipient_id, due_at) WHERE recipient_kind = 'merchant' AND state = 'done' AND ended_at > due_at;
CREATE INDEX timeline_differences ON timeline (case_id) WHERE event = 'difference_reported';
