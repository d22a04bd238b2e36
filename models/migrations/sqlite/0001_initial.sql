-- +goose Up

CREATE TABLE customers (
    "id"         text NOT NULL,
    "key_ref"    text NOT NULL,
    "name"       blob NOT NULL,
    "phone"      blob,
    "lang"       text NOT NULL,
    "level"      text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT customers_name_sealed CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 1) IS x'01')),
    CONSTRAINT customers_phone_sealed CHECK (phone IS NULL OR (typeof(phone) = 'blob' AND substr(phone, 1, 1) IS x'01'))
);
CREATE UNIQUE INDEX idx_customers_key_ref ON customers (key_ref);

CREATE TABLE merchants (
    "id"         text NOT NULL,
    "key_ref"    text NOT NULL,
    "name"       text NOT NULL,
    "level"      text NOT NULL,
    "auto_agree" numeric NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX idx_merchants_key_ref ON merchants (key_ref);

CREATE TABLE return_addresses (
    "id"          text NOT NULL,
    "merchant_id" text NOT NULL,
    "city"        text NOT NULL,
    "place"       blob NOT NULL,
    "is_default"  numeric NOT NULL,
    "created_at"  datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT return_addresses_place_sealed CHECK (place IS NULL OR (typeof(place) = 'blob' AND substr(place, 1, 1) IS x'01')),
    CONSTRAINT return_addresses_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_return_addresses_merchant_id ON return_addresses (merchant_id);

CREATE TABLE staff (
    "id"             text NOT NULL,
    "key_ref"        text NOT NULL,
    "role"           text NOT NULL,
    "merchant_id"    text,
    "name"           blob NOT NULL,
    "approval_limit" integer NOT NULL,
    "created_at"     datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT role_known CHECK (role IN ('merchant', 'agent', 'supervisor', 'operator')),
    CONSTRAINT merchant_named CHECK ((role = 'merchant') = (merchant_id IS NOT NULL)),
    CONSTRAINT staff_name_sealed CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 1) IS x'01')),
    CONSTRAINT staff_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_staff_merchant_id ON staff (merchant_id);
CREATE INDEX idx_staff_role ON staff (role);
CREATE UNIQUE INDEX idx_staff_key_ref ON staff (key_ref);

CREATE TABLE accounts (
    "id"            text NOT NULL,
    "login"         text NOT NULL,
    "person_kind"   text NOT NULL,
    "person_id"     text NOT NULL,
    "password_hash" text NOT NULL,
    "created_at"    datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT login_lower CHECK (login = lower(login))
);
CREATE INDEX idx_accounts_person_id ON accounts (person_id);
CREATE UNIQUE INDEX idx_accounts_login ON accounts (login);

CREATE TABLE sessions (
    "token_hash" blob NOT NULL,
    "account_id" text NOT NULL,
    "created_at" datetime NOT NULL,
    "seen_at"    datetime NOT NULL,
    "expires_at" datetime NOT NULL,
    PRIMARY KEY ("token_hash"),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE INDEX idx_sessions_account_id ON sessions (account_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

CREATE TABLE sign_in_tries (
    "subject"    text NOT NULL,
    "started_at" datetime NOT NULL,
    "count"      integer NOT NULL,
    PRIMARY KEY ("subject")
);
CREATE INDEX idx_sign_in_tries_started_at ON sign_in_tries (started_at);

CREATE TABLE products (
    "id"          text NOT NULL,
    "merchant_id" text NOT NULL,
    "title"       text NOT NULL,
    "category"    text NOT NULL,
    "created_at"  datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT products_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_products_category ON products (category);
CREATE INDEX idx_products_merchant_id ON products (merchant_id);

CREATE TABLE variants (
    "id"           text NOT NULL,
    "product_id"   text NOT NULL,
    "colour"       text NOT NULL,
    "size"         text NOT NULL,
    "price"        integer NOT NULL,
    "stock"        integer NOT NULL,
    "weight_grams" integer NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT stock_not_negative CHECK (stock >= 0),
    CONSTRAINT variants_product_id_fkey FOREIGN KEY ("product_id") REFERENCES products ("id")
);
CREATE INDEX idx_variants_product_id ON variants (product_id);

CREATE TABLE orders (
    "id"             text NOT NULL,
    "version"        integer NOT NULL,
    "customer_id"    text NOT NULL,
    "merchant_id"    text NOT NULL,
    "currency"       text NOT NULL,
    "paid_at"        datetime NOT NULL,
    "shipped_at"     datetime,
    "signed_at"      datetime,
    "confirmed_at"   datetime,
    "freight_paid"   integer NOT NULL,
    "freight_listed" integer NOT NULL,
    "free_over"      integer NOT NULL,
    "discount"       integer NOT NULL,
    "insured"        numeric NOT NULL,
    "recipient"      blob NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT orders_recipient_sealed CHECK (recipient IS NULL OR (typeof(recipient) = 'blob' AND substr(recipient, 1, 1) IS x'01')),
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT orders_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id")
);
CREATE INDEX idx_orders_merchant_id ON orders (merchant_id);
CREATE INDEX orders_of_customer ON orders (customer_id, paid_at, id);

CREATE TABLE order_lines (
    "id"            text NOT NULL,
    "order_id"      text NOT NULL,
    "position"      integer NOT NULL,
    "product_id"    text NOT NULL,
    "variant_id"    text NOT NULL,
    "title"         text NOT NULL,
    "category"      text NOT NULL,
    "quantity"      integer NOT NULL,
    "unit_price"    integer NOT NULL,
    "discount"      integer NOT NULL,
    "paid"          integer NOT NULL,
    "bundle"        text NOT NULL,
    "gift"          numeric NOT NULL,
    "gift_price"    integer NOT NULL,
    "no_reason_out" text NOT NULL,
    "consented"     text NOT NULL,
    "weight_grams"  integer NOT NULL,
    "edits"         integer NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT quantity_positive CHECK (quantity > 0),
    CONSTRAINT paid_not_negative CHECK (paid >= 0),
    CONSTRAINT edits_not_negative CHECK (edits >= 0),
    CONSTRAINT order_lines_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE INDEX idx_order_lines_order_id ON order_lines (order_id);
CREATE INDEX idx_order_lines_product_id ON order_lines (product_id);

CREATE TABLE order_units (
    "id"       text NOT NULL,
    "order_id" text NOT NULL,
    "line_id"  text NOT NULL,
    "n"        integer NOT NULL,
    "serial"   text NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT order_units_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id"),
    CONSTRAINT order_units_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_order_units_line_id ON order_units (line_id);
CREATE INDEX idx_order_units_order_id ON order_units (order_id);

CREATE TABLE payments (
    "id"       text NOT NULL,
    "order_id" text NOT NULL,
    "currency" text NOT NULL,
    "captured" integer NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT payment_captured CHECK (captured >= 0),
    CONSTRAINT payments_order_id_fkey FOREIGN KEY ("order_id") REFERENCES orders ("id")
);
CREATE UNIQUE INDEX idx_payments_order_id ON payments (order_id);

CREATE TABLE tenders (
    "id"           text NOT NULL,
    "payment_id"   text NOT NULL,
    "order_id"     text NOT NULL,
    "rail"         text NOT NULL,
    "ref"          text NOT NULL,
    "captured"     integer NOT NULL,
    "charged_back" integer NOT NULL,
    "captured_at"  datetime NOT NULL,
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
    "hash"       text NOT NULL,
    "name"       text NOT NULL,
    "content"    text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("hash")
);
CREATE INDEX idx_policy_packs_name ON policy_packs (name);

CREATE TABLE cases (
    "id"             text NOT NULL,
    "workflow_id"    text NOT NULL,
    "kind"           text NOT NULL,
    "phase"          text NOT NULL,
    "stage"          text NOT NULL,
    "outcome"        text NOT NULL,
    "open"           numeric NOT NULL,
    "customer_id"    text NOT NULL,
    "merchant_id"    text NOT NULL,
    "order_id"       text NOT NULL,
    "parent_id"      text,
    "reason"         text NOT NULL,
    "currency"       text NOT NULL,
    "amount"         integer NOT NULL,
    "refunded"       integer NOT NULL,
    "waiting_for"    text NOT NULL,
    "due_at"         datetime,
    "default_action" text NOT NULL,
    "revision"       integer NOT NULL,
    "seq"            integer NOT NULL,
    "view"           text NOT NULL,
    "opened_at"      datetime NOT NULL,
    "updated_at"     datetime NOT NULL,
    "closed_at"      datetime,
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
    "case_id"     text NOT NULL,
    "unit_id"     text NOT NULL,
    "claimed_at"  datetime NOT NULL,
    "released_at" datetime,
    PRIMARY KEY ("case_id", "unit_id"),
    CONSTRAINT unit_claims_unit_id_fkey FOREIGN KEY ("unit_id") REFERENCES order_units ("id")
);
CREATE UNIQUE INDEX unit_claimed_once ON unit_claims (unit_id) WHERE released_at IS NULL;

CREATE TABLE case_questions (
    "case_id"     text NOT NULL,
    "round"       integer NOT NULL,
    "n"           integer NOT NULL,
    "field"       text NOT NULL,
    "choices"     text NOT NULL,
    "asked_at"    datetime NOT NULL,
    "due_at"      datetime NOT NULL,
    "answered_at" datetime,
    "answer"      text NOT NULL,
    "text_id"     text NOT NULL,
    PRIMARY KEY ("case_id", "round", "n")
);

CREATE TABLE timeline (
    "case_id"    text NOT NULL,
    "seq"        integer NOT NULL,
    "at"         datetime NOT NULL,
    "actor_kind" text NOT NULL,
    "actor_id"   text NOT NULL,
    "event"      text NOT NULL,
    "data"       text NOT NULL,
    PRIMARY KEY ("case_id", "seq"),
    CONSTRAINT timeline_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id") DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE policy_evaluations (
    "case_id"   text NOT NULL,
    "n"         integer NOT NULL,
    "pack_hash" text NOT NULL,
    "facts"     blob NOT NULL,
    "terms"     text NOT NULL,
    "at"        datetime NOT NULL,
    PRIMARY KEY ("case_id", "n"),
    CONSTRAINT policy_evaluations_facts_sealed CHECK (facts IS NULL OR (typeof(facts) = 'blob' AND substr(facts, 1, 1) IS x'01')),
    CONSTRAINT policy_evaluations_pack_hash_fkey FOREIGN KEY ("pack_hash") REFERENCES policy_packs ("hash")
);
CREATE INDEX idx_policy_evaluations_pack_hash ON policy_evaluations (pack_hash);

CREATE TABLE texts (
    "id"          text NOT NULL,
    "author_kind" text NOT NULL,
    "author_id"   text NOT NULL,
    "body"        blob NOT NULL,
    "created_at"  datetime NOT NULL,
    "used_by"     text,
    PRIMARY KEY ("id"),
    CONSTRAINT texts_body_sealed CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 1) IS x'01'))
);
CREATE INDEX idx_texts_used_by ON texts (used_by);
CREATE INDEX texts_unused ON texts (created_at) WHERE used_by IS NULL;

CREATE TABLE blobs (
    "id"         text NOT NULL,
    "key_ref"    text NOT NULL,
    "digest"     text NOT NULL,
    "size"       integer NOT NULL,
    "media_type" text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX idx_blobs_created_at ON blobs (created_at);
CREATE INDEX idx_blobs_key_ref ON blobs (key_ref);

CREATE TABLE evidence (
    "id"          text NOT NULL,
    "case_id"     text,
    "digest"      text NOT NULL,
    "owner_kind"  text NOT NULL,
    "owner_id"    text NOT NULL,
    "blob_id"     text NOT NULL,
    "kind"        text NOT NULL,
    "state"       text NOT NULL,
    "uploaded_at" datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT evidence_blob_id_fkey FOREIGN KEY ("blob_id") REFERENCES blobs ("id")
);
CREATE INDEX idx_evidence_owner_id ON evidence (owner_id);
CREATE INDEX idx_evidence_uploaded_at ON evidence (uploaded_at);
CREATE UNIQUE INDEX evidence_once ON evidence (case_id, digest);

CREATE TABLE approvals (
    "id"          text NOT NULL,
    "case_id"     text NOT NULL,
    "hash"        text NOT NULL,
    "outcome"     text NOT NULL,
    "amount"      integer NOT NULL,
    "liability"   text NOT NULL,
    "proposed_by" text NOT NULL,
    "needed"      integer NOT NULL,
    "level"       integer NOT NULL,
    "rule"        text NOT NULL,
    "state"       text NOT NULL,
    "proposed_at" datetime NOT NULL,
    "due_at"      datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT approval_state CHECK (state IN ('waiting', 'approved', 'rejected', 'void')),
    CONSTRAINT approval_needs CHECK (needed > 0 AND amount >= 0)
);
CREATE INDEX approvals_waiting ON approvals (state, due_at, id);
CREATE INDEX idx_approvals_case_id ON approvals (case_id);

CREATE TABLE approval_votes (
    "approval_id" text NOT NULL,
    "staff_id"    text NOT NULL,
    "at"          datetime NOT NULL,
    PRIMARY KEY ("approval_id", "staff_id"),
    CONSTRAINT approval_votes_approval_id_fkey FOREIGN KEY ("approval_id") REFERENCES approvals ("id"),
    CONSTRAINT approval_votes_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id")
);

CREATE TABLE waybills (
    "carrier"    text NOT NULL,
    "number"     text NOT NULL,
    "case_id"    text NOT NULL,
    "direction"  text NOT NULL,
    "verified"   numeric NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("carrier", "number")
);
CREATE INDEX idx_waybills_case_id ON waybills (case_id);
CREATE INDEX idx_waybills_number ON waybills (number);

CREATE TABLE deadline_moves (
    "id"        text NOT NULL,
    "step"      text NOT NULL,
    "merchant"  text NOT NULL,
    "seconds"   integer NOT NULL,
    "reason"    text NOT NULL,
    "by"        text NOT NULL,
    "at"        datetime NOT NULL,
    "cursor"    text NOT NULL,
    "moved"     integer NOT NULL,
    "untouched" integer NOT NULL,
    "done_at"   datetime,
    PRIMARY KEY ("id")
);

CREATE TABLE effects (
    "key"          text NOT NULL,
    "case_id"      text NOT NULL,
    "kind"         text NOT NULL,
    "request_hash" text NOT NULL,
    "status"       text NOT NULL,
    "result"       text NOT NULL,
    "tries"        integer NOT NULL,
    "created_at"   datetime NOT NULL,
    "updated_at"   datetime NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT effect_status CHECK (status IN ('intended', 'unknown', 'succeeded', 'failed'))
);
CREATE INDEX idx_effects_case_id ON effects (case_id);
CREATE INDEX idx_effects_status ON effects (status);

CREATE TABLE refund_legs (
    "key"          text NOT NULL,
    "case_id"      text NOT NULL,
    "order_id"     text NOT NULL,
    "tender_id"    text NOT NULL,
    "amount"       integer NOT NULL,
    "currency"     text NOT NULL,
    "freight"      integer NOT NULL,
    "cause"        text NOT NULL,
    "cause_ref"    text NOT NULL,
    "status"       text NOT NULL,
    "provider_ref" text NOT NULL,
    "not_before"   datetime NOT NULL,
    "intended_at"  datetime NOT NULL,
    "settled_at"   datetime,
    "reconciled"   datetime,
    PRIMARY KEY ("key"),
    CONSTRAINT leg_positive CHECK (amount > 0),
    CONSTRAINT cause_named CHECK (cause <> ''),
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
    "leg_key"  text NOT NULL,
    "line_id"  text NOT NULL,
    "quantity" integer NOT NULL,
    "amount"   integer NOT NULL,
    PRIMARY KEY ("leg_key", "line_id"),
    CONSTRAINT leg_line_not_negative CHECK (amount >= 0 AND quantity >= 0),
    CONSTRAINT refund_leg_lines_leg_key_fkey FOREIGN KEY ("leg_key") REFERENCES refund_legs ("key") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT refund_leg_lines_line_id_fkey FOREIGN KEY ("line_id") REFERENCES order_lines ("id")
);
CREATE INDEX idx_refund_leg_lines_line_id ON refund_leg_lines (line_id);

CREATE TABLE recoveries (
    "id"         text NOT NULL,
    "case_id"    text NOT NULL,
    "from_kind"  text NOT NULL,
    "from_id"    text NOT NULL,
    "amount"     integer NOT NULL,
    "currency"   text NOT NULL,
    "cause"      text NOT NULL,
    "state"      text NOT NULL,
    "opened_by"  text NOT NULL,
    "opened_at"  datetime NOT NULL,
    "settled_at" datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT recovery_positive CHECK (amount > 0)
);
CREATE INDEX idx_recoveries_case_id ON recoveries (case_id);
CREATE INDEX idx_recoveries_state ON recoveries (state);

CREATE TABLE discrepancies (
    "id"          text NOT NULL,
    "kind"        text NOT NULL,
    "subject"     text NOT NULL,
    "detail"      text NOT NULL,
    "found_at"    datetime NOT NULL,
    "resolved_at" datetime,
    PRIMARY KEY ("id")
);

CREATE TABLE tasks (
    "id"             text NOT NULL,
    "dedupe_key"     text NOT NULL,
    "recipient_kind" text NOT NULL,
    "recipient_id"   text NOT NULL,
    "state"          text NOT NULL,
    "due_at"         datetime NOT NULL,
    "kind"           text NOT NULL,
    "subject_kind"   text NOT NULL,
    "subject_id"     text NOT NULL,
    "created_at"     datetime NOT NULL,
    "ended_at"       datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT task_state CHECK (state IN ('open', 'done', 'void'))
);
CREATE INDEX tasks_of_subject ON tasks (subject_kind, subject_id);
CREATE INDEX tasks_open ON tasks (recipient_kind, recipient_id, state, due_at, id);
CREATE UNIQUE INDEX idx_tasks_dedupe_key ON tasks (dedupe_key);

CREATE TABLE notifications (
    "id"             text NOT NULL,
    "dedupe_key"     text NOT NULL,
    "recipient_kind" text NOT NULL,
    "recipient_id"   text NOT NULL,
    "kind"           text NOT NULL,
    "subject_kind"   text NOT NULL,
    "subject_id"     text NOT NULL,
    "data"           text NOT NULL,
    "due_at"         datetime NOT NULL,
    "sent_at"        datetime,
    "void_at"        datetime,
    "read_at"        datetime,
    "created_at"     datetime NOT NULL,
    PRIMARY KEY ("id")
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE sent_at IS NULL AND void_at IS NULL;
CREATE INDEX notifications_of ON notifications (recipient_kind, recipient_id, sent_at, id);
CREATE INDEX notifications_of_subject ON notifications (subject_kind, subject_id);
CREATE UNIQUE INDEX idx_notifications_dedupe_key ON notifications (dedupe_key);

CREATE TABLE outbox (
    "id"       integer PRIMARY KEY AUTOINCREMENT,
    "tx_id"    integer NOT NULL DEFAULT 0,
    "topic"    text NOT NULL,
    "subject"  text NOT NULL,
    "audience" text NOT NULL,
    "data"     text NOT NULL,
    "at"       datetime NOT NULL
);

CREATE TABLE outbox_positions (
    "consumer"   text NOT NULL,
    "position"   integer NOT NULL,
    "tx_id"      integer NOT NULL,
    "updated_at" datetime NOT NULL,
    PRIMARY KEY ("consumer")
);

CREATE TABLE partner_notices (
    "id"           text NOT NULL,
    "partner"      text NOT NULL,
    "digest"       text NOT NULL,
    "kind"         text NOT NULL,
    "subject"      text NOT NULL,
    "body"         blob NOT NULL,
    "received_at"  datetime NOT NULL,
    "state"        text NOT NULL,
    "next_at"      datetime NOT NULL,
    "tries"        integer NOT NULL,
    "delivered_at" datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT notice_state CHECK (state IN ('new', 'delivered', 'ignored', 'failed')),
    CONSTRAINT partner_notices_body_sealed CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 1) IS x'01'))
);
CREATE INDEX idx_partner_notices_subject ON partner_notices (subject);
CREATE INDEX notices_due ON partner_notices (state, next_at);
CREATE UNIQUE INDEX notice_once ON partner_notices (partner, digest);

CREATE TABLE idempotency (
    "actor"        text NOT NULL,
    "key"          text NOT NULL,
    "action"       text NOT NULL,
    "request_hash" text NOT NULL,
    "received_at"  datetime NOT NULL,
    "status"       integer NOT NULL,
    "answer"       blob,
    "answered_at"  datetime,
    PRIMARY KEY ("actor", "key"),
    CONSTRAINT answered_whole CHECK ((status = 0) = (answered_at IS NULL)),
    CONSTRAINT idempotency_answer_sealed CHECK (answer IS NULL OR (typeof(answer) = 'blob' AND substr(answer, 1, 1) IS x'01'))
);
CREATE INDEX idx_idempotency_received_at ON idempotency (received_at);
