-- +goose Up

ALTER TABLE customers ADD COLUMN "mail" bytea;
ALTER TABLE customers ADD CONSTRAINT customers_mail_sealed CHECK (substring(mail FROM 1 FOR 1) = '\x01'::bytea);

-- By what a sealed phone number or mail address is found: an HMAC under a key that lives with the keysets. Source says
-- where the value stands: "customer", or "order/<id>" for the recipient of an order.
CREATE TABLE index_terms (
    "field"       varchar(16) NOT NULL,
    "term"        bytea NOT NULL,
    "customer_id" varchar(40) NOT NULL,
    "source"      varchar(80) NOT NULL,
    PRIMARY KEY ("field", "term", "customer_id", "source"),
    CONSTRAINT term_size CHECK (length(term) = 16),
    CONSTRAINT index_terms_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id")
);
CREATE INDEX index_terms_of ON index_terms (customer_id, source);
