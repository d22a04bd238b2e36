-- +goose Up

ALTER TABLE customers ADD COLUMN "mail" blob CONSTRAINT customers_mail_sealed CHECK (substr(mail, 1, 1) = x'01');

-- By what a sealed phone number or mail address is found: an HMAC under a key that lives with the keysets. Source says
-- where the value stands: "customer", or "order/<id>" for the recipient of an order.
CREATE TABLE index_terms (
    "field"       text NOT NULL,
    "term"        blob NOT NULL,
    "customer_id" text NOT NULL,
    "source"      text NOT NULL,
    PRIMARY KEY ("field", "term", "customer_id", "source"),
    CONSTRAINT term_size CHECK (length(term) = 16),
    CONSTRAINT index_terms_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX index_terms_of ON index_terms (customer_id, source);
