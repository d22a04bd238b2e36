-- +goose Up
CREATE TABLE audit_anchors (
    chain_id text NOT NULL PRIMARY KEY,
    seq      integer NOT NULL,
    hash     blob NOT NULL,
    at       datetime NOT NULL
);
