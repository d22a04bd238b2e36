-- +goose Up
CREATE SCHEMA IF NOT EXISTS keys;
CREATE TABLE keys.keysets (
    ref          varchar(32) PRIMARY KEY,
    wrapped      bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    destroyed_at timestamptz
);
