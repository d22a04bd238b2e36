-- +goose Up

-- An appeal may come to less than was given: what is taken back again is a line of its own.
ALTER TABLE remedies ADD COLUMN "back" numeric NOT NULL DEFAULT false;
