-- +goose Up

CREATE TABLE customers (
    "id"         varchar(40) NOT NULL,
    "key_ref"    varchar(32) NOT NULL,
    "name"       bytea NOT NULL,
    "phone"      bytea,
    "lang"       varchar(8) NOT NULL,
    "level"      varchar(16) NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT customers_name_sealed CHECK (substring(name FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT customers_phone_sealed CHECK (substring(phone FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE UNIQUE INDEX idx_customers_key_ref ON customers (key_ref);

CREATE TABLE merchants (
    "id"         varchar(40) NOT NULL,
    "key_ref"    varchar(32) NOT NULL,
    "name"       varchar(200) NOT NULL,
    "level"      varchar(16) NOT NULL,
    "auto_agree" boolean NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX idx_merchants_key_ref ON merchants (key_ref);

CREATE TABLE return_addresses (
    "id"          varchar(40) NOT NULL,
    "merchant_id" varchar(40) NOT NULL,
    "city"        varchar(64) NOT NULL,
    "place"       bytea NOT NULL,
    "is_default"  boolean NOT NULL,
    "created_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT return_addresses_place_sealed CHECK (substring(place FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT return_addresses_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_return_addresses_merchant_id ON return_addresses (merchant_id);

CREATE TABLE staff (
    "id"             varchar(40) NOT NULL,
    "key_ref"        varchar(32) NOT NULL,
    "role"           varchar(16) NOT NULL,
    "merchant_id"    varchar(40),
    "name"           bytea NOT NULL,
    "approval_limit" bigint NOT NULL,
    "created_at"     timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT role_known CHECK (role IN ('merchant', 'agent', 'supervisor', 'operator')),
    CONSTRAINT merchant_named CHECK ((role = 'merchant') = (merchant_id IS NOT NULL)),
    CONSTRAINT staff_name_sealed CHECK (substring(name FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT staff_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_staff_merchant_id ON staff (merchant_id);
CREATE INDEX idx_staff_role ON staff (role);
CREATE UNIQUE INDEX idx_staff_key_ref ON staff (key_ref);

CREATE TABLE accounts (
    "id"            varchar(40) NOT NULL,
    "login"         varchar(64) NOT NULL,
    "person_kind"   varchar(16) NOT NULL,
    "person_id"     varchar(40) NOT NULL,
    "password_hash" varchar(200) NOT NULL,
    "created_at"    timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT login_lower CHECK (login = lower(login))
);
CREATE INDEX idx_accounts_person_id ON accounts (person_id);
CREATE UNIQUE INDEX idx_accounts_login ON accounts (login);

CREATE TABLE sessions (
    "token_hash" bytea NOT NULL,
    "account_id" varchar(40) NOT NULL,
    "created_at" timestamptz NOT NULL,
    "seen_at"    timestamptz NOT NULL,
    "expires_at" timestamptz NOT NULL,
    PRIMARY KEY ("token_hash"),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE INDEX idx_sessions_account_id ON sessions (account_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

CREATE TABLE sign_in_tries (
    "subject"    varchar(100) NOT NULL,
    "started_at" timestamptz NOT NULL,
    "count"      bigint NOT NULL,
    PRIMARY KEY ("subject")
);
CREATE INDEX idx_sign_in_tries_started_at ON sign_in_tries (started_at);

CREATE TABLE products (
    "id"          varchar(40) NOT NULL,
    "merchant_id" varchar(40) NOT NULL,
    "title"       varchar(300) NOT NULL,
    "category"    varchar(64) NOT NULL,
    "created_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT products_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_products_category ON products (category);
CREATE INDEX idx_products_merchant_id ON products (merchant_id);

CREATE TABLE variants (
    "id"           varchar(40) NOT NULL,
    "product_id"   varchar(40) NOT NULL,
    "colour"       varchar(64) NOT NULL,
    "size"         varchar(64) NOT NULL,
    "price"        bigint NOT NULL,
    "stock"        bigint NOT NULL,
    "weight_grams" bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT stock_not_negative CHECK (stock >= 0),
    CONSTRAINT variants_product_id_fkey FOREIGN KEY ("product_id") REFERENCES products ("id")
);
CREATE INDEX idx_variants_product_id ON variants (product_id);

CREATE TABLE orders (
    "id"             varchar(64) NOT NULL,
    "version"        bigint NOT NULL,
    "customer_id"    varchar(40) NOT NULL,
    "merchant_id"    varchar(40) NOT NULL,
    "currency"       varchar(3) NOT NULL,
    "paid_at"        timestamptz NOT NULL,
    "shipped_at"     timestamptz,
    "signed_at"      timestamptz,
    "confirmed_at"   timestamptz,
    "freight_paid"   bigint NOT NULL,
    "freight_listed" bigint NOT NULL,
    "free_over"      bigint NOT NULL,
    "discount"       bigint NOT NULL,
    "insured"        boolean NOT NULL,
    "recipient"      bytea NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT orders_recipient_sealed CHECK (substring(recipient FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT orders_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_orders_merchant_id ON orders (merchant_id);
CREATE INDEX orders_of_customer ON orders (customer_id, paid_at, id);

CREATE TABLE order_lines (
    "id"            varchar(64) NOT NULL,
    "order_id"      varchar(64) NOT NULL,
    "position"      bigint NOT NULL,
    "product_id"    varchar(40) NOT NULL,
    "variant_id"    varchar(40) NOT NULL,
    "title"         varchar(300) NOT NULL,
    "category"      varchar(64) NOT NULL,
    "quantity"      bigint NOT NULL,
    "unit_price"    bigint NOT NULL,
    "discount"      bigint NOT NULL,
    "paid"          bigint NOT NULL,
    "bundle"        varchar(40) NOT NULL,
    "gift"          boolean NOT NULL,
    "gift_price"    bigint NOT NULL,
    "no_reason_out" varchar(16) NOT NULL,
    "consented"     varchar(16) NOT NULL,
    "weight_grams"  bigint NOT NULL,
    "edits"         bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT quantity_positive CHECK (quantity > 0),
    CONSTRAINT paid_not_negative CHECK (paid >= 0),
    CONSTRAINT edits_not_negative CHECK (edits >= 0),
    CONSTRAINT order_lines_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_order_lines_order_id ON order_lines (order_id);
CREATE INDEX idx_order_lines_product_id ON order_lines (product_id);

CREATE TABLE order_units (
    "id"       varchar(80) NOT NULL,
    "order_id" varchar(64) NOT NULL,
    "line_id"  varchar(64) NOT NULL,
    "n"        bigint NOT NULL,
    "serial"   varchar(64) NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT order_units_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id"),
    CONSTRAINT order_units_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_order_units_line_id ON order_units (line_id);
CREATE INDEX idx_order_units_order_id ON order_units (order_id);

CREATE TABLE payments (
    "id"       varchar(64) NOT NULL,
    "order_id" varchar(64) NOT NULL,
    "currency" varchar(3) NOT NULL,
    "captured" bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT payment_captured CHECK (captured >= 0),
    CONSTRAINT payments_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE UNIQUE INDEX idx_payments_order_id ON payments (order_id);

CREATE TABLE tenders (
    "id"           varchar(64) NOT NULL,
    "payment_id"   varchar(64) NOT NULL,
    "order_id"     varchar(64) NOT NULL,
    "rail"         varchar(16) NOT NULL,
    "ref"          varchar(64) NOT NULL,
    "captured"     bigint NOT NULL,
    "charged_back" bigint NOT NULL,
    "captured_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT charged_back_within CHECK (charged_back >= 0 AND charged_back <= captured),
    CONSTRAINT tender_captured CHECK (captured >= 0),
    CONSTRAINT tenders_payment_id_fkey FOREIGN KEY ("payment_id") REFERENCES payments ("id"),
    CONSTRAINT tenders_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_tenders_order_id ON tenders (order_id);
CREATE INDEX idx_tenders_payment_id ON tenders (payment_id);
CREATE INDEX idx_tenders_ref ON tenders (ref);

CREATE TABLE policy_packs (
    "hash"       varchar(64) NOT NULL,
    "name"       varchar(64) NOT NULL,
    "content"    text NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("hash")
);
CREATE INDEX idx_policy_packs_name ON policy_packs (name);

CREATE TABLE cases (
    "id"             varchar(40) NOT NULL,
    "workflow_id"    varchar(120) NOT NULL,
    "kind"           varchar(20) NOT NULL,
    "phase"          varchar(16) NOT NULL,
    "stage"          varchar(32) NOT NULL,
    "outcome"        varchar(32) NOT NULL,
    "open"           boolean NOT NULL,
    "customer_id"    varchar(40) NOT NULL,
    "merchant_id"    varchar(40) NOT NULL,
    "order_id"       varchar(64) NOT NULL,
    "parent_id"      varchar(40),
    "reason"         varchar(48) NOT NULL,
    "currency"       varchar(3) NOT NULL,
    "amount"         bigint NOT NULL,
    "refunded"       bigint NOT NULL,
    "waiting_for"    varchar(16) NOT NULL,
    "due_at"         timestamptz,
    "default_action" varchar(32) NOT NULL,
    "revision"       bigint NOT NULL,
    "seq"            bigint NOT NULL,
    "view"           text NOT NULL,
    "opened_at"      timestamptz NOT NULL,
    "updated_at"     timestamptz NOT NULL,
    "closed_at"      timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT case_amounts CHECK (amount >= 0 AND refunded >= 0),
    CONSTRAINT cases_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT cases_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id"),
    CONSTRAINT cases_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id"),
    CONSTRAINT cases_parent_id_fkey FOREIGN KEY ("parent_id") REFERENCES cases ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX cases_by_time ON cases (opened_at, id);
CREATE INDEX cases_of_customer ON cases (customer_id, opened_at, id);
CREATE INDEX cases_of_merchant ON cases (merchant_id, opened_at, id);
CREATE INDEX cases_of_merchant_open ON cases (merchant_id, open, opened_at, id);
CREATE INDEX cases_open_due ON cases (open, due_at, id);
CREATE INDEX cases_open_stage ON cases (open, stage, due_at, id);
CREATE INDEX idx_cases_order_id ON cases (order_id);
CREATE INDEX idx_cases_parent_id ON cases (parent_id);
CREATE UNIQUE INDEX idx_cases_workflow_id ON cases (workflow_id);

CREATE TABLE unit_claims (
    "case_id"     varchar(40) NOT NULL,
    "unit_id"     varchar(80) NOT NULL,
    "claimed_at"  timestamptz NOT NULL,
    "released_at" timestamptz,
    PRIMARY KEY ("case_id", "unit_id"),
    CONSTRAINT unit_claims_unit_id_fkey FOREIGN KEY ("unit_id") REFERENCES order_units ("id")
);
CREATE UNIQUE INDEX unit_claimed_once ON unit_claims (unit_id) WHERE released_at IS NULL;

CREATE TABLE case_questions (
    "case_id"     varchar(40) NOT NULL,
    "round"       bigint NOT NULL,
    "n"           bigint NOT NULL,
    "field"       varchar(32) NOT NULL,
    "choices"     text NOT NULL,
    "asked_at"    timestamptz NOT NULL,
    "due_at"      timestamptz NOT NULL,
    "answered_at" timestamptz,
    "answer"      varchar(64) NOT NULL,
    "text_id"     varchar(40) NOT NULL,
    PRIMARY KEY ("case_id", "round", "n")
);

CREATE TABLE timeline (
    "case_id"    varchar(40) NOT NULL,
    "seq"        bigint NOT NULL,
    "at"         timestamptz NOT NULL,
    "actor_kind" varchar(16) NOT NULL,
    "actor_id"   varchar(40) NOT NULL,
    "event"      varchar(48) NOT NULL,
    "data"       text NOT NULL,
    PRIMARY KEY ("case_id", "seq"),
    CONSTRAINT timeline_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id") DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE policy_evaluations (
    "case_id"   varchar(40) NOT NULL,
    "n"         bigint NOT NULL,
    "pack_hash" varchar(64) NOT NULL,
    "facts"     bytea NOT NULL,
    "terms"     text NOT NULL,
    "at"        timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "n"),
    CONSTRAINT policy_evaluations_facts_sealed CHECK (substring(facts FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT policy_evaluations_pack_hash_fkey FOREIGN KEY ("pack_hash") REFERENCES policy_packs ("hash")
);
CREATE INDEX idx_policy_evaluations_pack_hash ON policy_evaluations (pack_hash);

CREATE TABLE texts (
    "id"          varchar(40) NOT NULL,
    "author_kind" varchar(16) NOT NULL,
    "author_id"   varchar(40) NOT NULL,
    "body"        bytea NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "used_by"     varchar(60),
    PRIMARY KEY ("id"),
    CONSTRAINT texts_body_sealed CHECK (substring(body FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_texts_used_by ON texts (used_by);
CREATE INDEX texts_unused ON texts (created_at) WHERE used_by IS NULL;

CREATE TABLE blobs (
    "id"         varchar(40) NOT NULL,
    "key_ref"    varchar(32) NOT NULL,
    "digest"     varchar(64) NOT NULL,
    "size"       bigint NOT NULL,
    "media_type" varchar(64) NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX idx_blobs_created_at ON blobs (created_at);
CREATE INDEX idx_blobs_key_ref ON blobs (key_ref);

CREATE TABLE evidence (
    "id"          varchar(40) NOT NULL,
    "case_id"     varchar(40),
    "digest"      varchar(64) NOT NULL,
    "owner_kind"  varchar(16) NOT NULL,
    "owner_id"    varchar(40) NOT NULL,
    "blob_id"     varchar(40) NOT NULL,
    "kind"        varchar(16) NOT NULL,
    "state"       varchar(16) NOT NULL,
    "uploaded_at" timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT evidence_blob_id_fkey FOREIGN KEY ("blob_id") REFERENCES blobs ("id")
);
CREATE INDEX idx_evidence_owner_id ON evidence (owner_id);
CREATE INDEX idx_evidence_uploaded_at ON evidence (uploaded_at);
CREATE UNIQUE INDEX evidence_once ON evidence (case_id, digest);

CREATE TABLE approvals (
    "id"          varchar(60) NOT NULL,
    "case_id"     varchar(40) NOT NULL,
    "hash"        varchar(64) NOT NULL,
    "outcome"     varchar(16) NOT NULL,
    "amount"      bigint NOT NULL,
    "liability"   varchar(16) NOT NULL,
    "proposed_by" varchar(40) NOT NULL,
    "needed"      bigint NOT NULL,
    "level"       bigint NOT NULL,
    "rule"        varchar(100) NOT NULL,
    "state"       varchar(16) NOT NULL,
    "proposed_at" timestamptz NOT NULL,
    "due_at"      timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT approval_state CHECK (state IN ('waiting', 'approved', 'rejected', 'void')),
    CONSTRAINT approval_needs CHECK (needed > 0 AND amount >= 0)
);
CREATE INDEX approvals_waiting ON approvals (state, due_at, id);
CREATE INDEX idx_approvals_case_id ON approvals (case_id);

CREATE TABLE approval_votes (
    "approval_id" varchar(60) NOT NULL,
    "staff_id"    varchar(40) NOT NULL,
    "at"          timestamptz NOT NULL,
    PRIMARY KEY ("approval_id", "staff_id"),
    CONSTRAINT approval_votes_approval_id_fkey FOREIGN KEY ("approval_id") REFERENCES approvals ("id"),
    CONSTRAINT approval_votes_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id")
);

CREATE TABLE waybills (
    "carrier"    varchar(16) NOT NULL,
    "number"     varchar(40) NOT NULL,
    "case_id"    varchar(40) NOT NULL,
    "direction"  varchar(16) NOT NULL,
    "verified"   boolean NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("carrier", "number")
);
CREATE INDEX idx_waybills_case_id ON waybills (case_id);
CREATE INDEX idx_waybills_number ON waybills (number);

CREATE TABLE deadline_moves (
    "id"        varchar(40) NOT NULL,
    "step"      varchar(32) NOT NULL,
    "merchant"  varchar(40) NOT NULL,
    "seconds"   bigint NOT NULL,
    "reason"    varchar(200) NOT NULL,
    "by"        varchar(40) NOT NULL,
    "at"        timestamptz NOT NULL,
    "cursor"    varchar(40) NOT NULL,
    "moved"     bigint NOT NULL,
    "untouched" bigint NOT NULL,
    "done_at"   timestamptz,
    PRIMARY KEY ("id")
);

CREATE TABLE effects (
    "key"          varchar(64) NOT NULL,
    "case_id"      varchar(40) NOT NULL,
    "kind"         varchar(32) NOT NULL,
    "request_hash" varchar(64) NOT NULL,
    "status"       varchar(16) NOT NULL,
    "result"       text NOT NULL,
    "tries"        bigint NOT NULL,
    "created_at"   timestamptz NOT NULL,
    "updated_at"   timestamptz NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT effect_status CHECK (status IN ('intended', 'unknown', 'succeeded', 'failed'))
);
CREATE INDEX idx_effects_case_id ON effects (case_id);
CREATE INDEX idx_effects_status ON effects (status);

CREATE TABLE refund_legs (
    "key"          varchar(64) NOT NULL,
    "case_id"      varchar(40) NOT NULL,
    "order_id"     varchar(64) NOT NULL,
    "tender_id"    varchar(64) NOT NULL,
    "amount"       bigint NOT NULL,
    "currency"     varchar(3) NOT NULL,
    "freight"      bigint NOT NULL,
    "cause"        varchar(24) NOT NULL,
    "cause_ref"    varchar(100) NOT NULL,
    "status"       varchar(16) NOT NULL,
    "provider_ref" varchar(64) NOT NULL,
    "not_before"   timestamptz NOT NULL,
    "intended_at"  timestamptz NOT NULL,
    "settled_at"   timestamptz,
    "reconciled"   timestamptz,
    PRIMARY KEY ("key"),
    CONSTRAINT cause_named CHECK (cause <> ''),
    CONSTRAINT leg_positive CHECK (amount > 0),
    CONSTRAINT leg_status CHECK (status IN ('intended', 'unknown', 'succeeded', 'failed')),
    CONSTRAINT leg_freight_within CHECK (freight >= 0 AND freight <= amount),
    CONSTRAINT refund_legs_key_fkey FOREIGN KEY ("key") REFERENCES effects ("key") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT refund_legs_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id"),
    CONSTRAINT refund_legs_tender_id_fkey FOREIGN KEY ("tender_id") REFERENCES tenders ("id")
);
CREATE INDEX idx_refund_legs_case_id ON refund_legs (case_id);
CREATE INDEX idx_refund_legs_order_id ON refund_legs (order_id);
CREATE INDEX idx_refund_legs_settled_at ON refund_legs (settled_at);
CREATE INDEX idx_refund_legs_status ON refund_legs (status);
CREATE INDEX legs_of_tender ON refund_legs (tender_id);

CREATE TABLE refund_leg_lines (
    "leg_key"  varchar(64) NOT NULL,
    "line_id"  varchar(64) NOT NULL,
    "quantity" bigint NOT NULL,
    "amount"   bigint NOT NULL,
    PRIMARY KEY ("leg_key", "line_id"),
    CONSTRAINT leg_line_not_negative CHECK (amount >= 0 AND quantity >= 0),
    CONSTRAINT refund_leg_lines_leg_key_fkey FOREIGN KEY ("leg_key") REFERENCES refund_legs ("key") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT refund_leg_lines_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_refund_leg_lines_line_id ON refund_leg_lines (line_id);

CREATE TABLE recoveries (
    "id"         varchar(40) NOT NULL,
    "case_id"    varchar(40) NOT NULL,
    "from_kind"  varchar(16) NOT NULL,
    "from_id"    varchar(40) NOT NULL,
    "amount"     bigint NOT NULL,
    "currency"   varchar(3) NOT NULL,
    "cause"      varchar(48) NOT NULL,
    "state"      varchar(16) NOT NULL,
    "opened_by"  varchar(40) NOT NULL,
    "opened_at"  timestamptz NOT NULL,
    "settled_at" timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT recovery_positive CHECK (amount > 0)
);
CREATE INDEX idx_recoveries_case_id ON recoveries (case_id);
CREATE INDEX idx_recoveries_state ON recoveries (state);

CREATE TABLE discrepancies (
    "id"          varchar(80) NOT NULL,
    "kind"        varchar(32) NOT NULL,
    "subject"     varchar(64) NOT NULL,
    "detail"      text NOT NULL,
    "found_at"    timestamptz NOT NULL,
    "resolved_at" timestamptz,
    PRIMARY KEY ("id")
);

CREATE TABLE tasks (
    "id"             varchar(40) NOT NULL,
    "dedupe_key"     varchar(120) NOT NULL,
    "recipient_kind" varchar(16) NOT NULL,
    "recipient_id"   varchar(40) NOT NULL,
    "state"          varchar(8) NOT NULL,
    "due_at"         timestamptz NOT NULL,
    "kind"           varchar(32) NOT NULL,
    "subject_kind"   varchar(16) NOT NULL,
    "subject_id"     varchar(64) NOT NULL,
    "created_at"     timestamptz NOT NULL,
    "ended_at"       timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT task_state CHECK (state IN ('open', 'done', 'void'))
);
CREATE INDEX tasks_of_subject ON tasks (subject_kind, subject_id);
CREATE INDEX tasks_open ON tasks (recipient_kind, recipient_id, state, due_at, id);
CREATE UNIQUE INDEX idx_tasks_dedupe_key ON tasks (dedupe_key);

CREATE TABLE notifications (
    "id"             varchar(40) NOT NULL,
    "dedupe_key"     varchar(120) NOT NULL,
    "recipient_kind" varchar(16) NOT NULL,
    "recipient_id"   varchar(40) NOT NULL,
    "kind"           varchar(48) NOT NULL,
    "subject_kind"   varchar(16) NOT NULL,
    "subject_id"     varchar(64) NOT NULL,
    "data"           text NOT NULL,
    "due_at"         timestamptz NOT NULL,
    "sent_at"        timestamptz,
    "void_at"        timestamptz,
    "read_at"        timestamptz,
    "created_at"     timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE sent_at IS NULL AND void_at IS NULL;
CREATE INDEX notifications_of ON notifications (recipient_kind, recipient_id, sent_at, id);
CREATE INDEX notifications_of_subject ON notifications (subject_kind, subject_id);
CREATE UNIQUE INDEX idx_notifications_dedupe_key ON notifications (dedupe_key);

CREATE TABLE outbox (
    "id"       bigserial,
    "tx_id"    bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    "topic"    varchar(48) NOT NULL,
    "subject"  varchar(100) NOT NULL,
    "audience" text NOT NULL,
    "data"     text NOT NULL,
    "at"       timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX outbox_in_commit_order ON outbox (tx_id, id);

CREATE TABLE outbox_positions (
    "consumer"   varchar(48) NOT NULL,
    "position"   bigint NOT NULL,
    "tx_id"      bigint NOT NULL,
    "updated_at" timestamptz NOT NULL,
    PRIMARY KEY ("consumer")
);

CREATE TABLE partner_notices (
    "id"           varchar(40) NOT NULL,
    "partner"      varchar(16) NOT NULL,
    "digest"       varchar(64) NOT NULL,
    "kind"         varchar(16) NOT NULL,
    "subject"      varchar(64) NOT NULL,
    "body"         bytea NOT NULL,
    "received_at"  timestamptz NOT NULL,
    "state"        varchar(12) NOT NULL,
    "next_at"      timestamptz NOT NULL,
    "tries"        bigint NOT NULL,
    "delivered_at" timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT notice_state CHECK (state IN ('new', 'delivered', 'ignored', 'failed')),
    CONSTRAINT partner_notices_body_sealed CHECK (substring(body FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_partner_notices_subject ON partner_notices (subject);
CREATE INDEX notices_due ON partner_notices (state, next_at);
CREATE UNIQUE INDEX notice_once ON partner_notices (partner, digest);

CREATE TABLE idempotency (
    "actor"        varchar(60) NOT NULL,
    "key"          varchar(128) NOT NULL,
    "action"       varchar(64) NOT NULL,
    "request_hash" varchar(64) NOT NULL,
    "received_at"  timestamptz NOT NULL,
    "status"       bigint NOT NULL,
    "answer"       bytea,
    "answered_at"  timestamptz,
    PRIMARY KEY ("actor", "key"),
    CONSTRAINT answered_whole CHECK ((status = 0) = (answered_at IS NULL)),
    CONSTRAINT idempotency_answer_sealed CHECK (substring(answer FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_idempotency_received_at ON idempotency (received_at);
