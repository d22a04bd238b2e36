-- +goose Up
CREATE TABLE keys.audit_anchors (
    chain_id varchar(40) PRIMARY KEY,
    seq      bigint NOT NULL,
    hash     bytea NOT NULL,
    at       timestamptz NOT NULL
);
