-- +goose Up
CREATE TABLE keysets (
    ref          text NOT NULL PRIMARY KEY,
    wrapped      blob NOT NULL,
    created_at   datetime NOT NULL,
    destroyed_at datetime
);
