-- +goose Up

CREATE TABLE teams (
    "id"         text NOT NULL,
    "name"       text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT team_named CHECK (name <> '')
);
CREATE UNIQUE INDEX idx_teams_name ON teams (name);

-- SQLite changes no constraint of a table that stands, so staff is made anew; with it what refers to it, because a
-- table that is referred to cannot go.
CREATE TABLE staff_new (
    "id"             text NOT NULL,
    "key_ref"        text NOT NULL,
    "role"           text NOT NULL,
    "merchant_id"    text,
    "name"           blob NOT NULL,
    "approval_limit" integer NOT NULL,
    "created_at"     datetime NOT NULL,
    "owner"          numeric NOT NULL,
    "team_id"        text,
    "status"         text NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT role_known CHECK (role IN ('merchant', 'agent', 'supervisor', 'editor', 'operator')),
    CONSTRAINT merchant_named CHECK ((role = 'merchant') = (merchant_id IS NOT NULL)),
    CONSTRAINT owner_of_shop CHECK (NOT owner OR role = 'merchant'),
    CONSTRAINT team_of_platform CHECK (team_id IS NULL OR role IN ('agent', 'supervisor')),
    CONSTRAINT status_known CHECK (status IN ('invited', 'active', 'inactive')),
    CONSTRAINT staff_name_sealed CHECK (name IS NULL OR (typeof(name) = 'blob' AND substr(name, 1, 1) IS x'01')),
    CONSTRAINT staff_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id"),
    CONSTRAINT staff_team_id_fkey FOREIGN KEY ("team_id") REFERENCES teams ("id")
);
INSERT INTO staff_new ("id", "key_ref", "role", "merchant_id", "name", "approval_limit", "created_at", "owner", "status")
    SELECT "id", "key_ref", "role", "merchant_id", "name", "approval_limit", "created_at", false, 'active' FROM staff;
CREATE TABLE approval_votes_new (
    "approval_id" text NOT NULL,
    "staff_id"    text NOT NULL,
    "at"          datetime NOT NULL,
    PRIMARY KEY ("approval_id", "staff_id"),
    CONSTRAINT approval_votes_approval_id_fkey FOREIGN KEY ("approval_id") REFERENCES approvals ("id"),
    CONSTRAINT approval_votes_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff_new ("id")
);
INSERT INTO approval_votes_new SELECT "approval_id", "staff_id", "at" FROM approval_votes;
DROP TABLE approval_votes;
DROP TABLE staff;
ALTER TABLE staff_new RENAME TO staff;
ALTER TABLE approval_votes_new RENAME TO approval_votes;
CREATE INDEX idx_staff_merchant_id ON staff (merchant_id);
CREATE INDEX idx_staff_role ON staff (role);
CREATE UNIQUE INDEX idx_staff_key_ref ON staff (key_ref);
CREATE INDEX idx_staff_team_id ON staff (team_id);

-- Every shop has an owner: so far nobody could say who.
UPDATE staff SET owner = true WHERE id IN (SELECT min(id) FROM staff WHERE merchant_id IS NOT NULL GROUP BY merchant_id);

ALTER TABLE accounts ADD COLUMN "password_at" datetime;
ALTER TABLE accounts ADD COLUMN "second_factor_at" datetime;

-- Sessions have a name now that can be shown; those that had none are over.
DROP TABLE sessions;
CREATE TABLE sessions (
    "token_hash" blob NOT NULL,
    "id"         text NOT NULL,
    "account_id" text NOT NULL,
    "method"     text NOT NULL,
    "assurance"  integer NOT NULL,
    "device"     text NOT NULL,
    "address"    blob,
    "created_at" datetime NOT NULL,
    "seen_at"    datetime NOT NULL,
    "expires_at" datetime NOT NULL,
    PRIMARY KEY ("token_hash"),
    CONSTRAINT assurance_known CHECK (assurance IN (1, 2)),
    CONSTRAINT sessions_address_sealed CHECK (address IS NULL OR (typeof(address) = 'blob' AND substr(address, 1, 1) IS x'01')),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE UNIQUE INDEX idx_sessions_id ON sessions (id);
CREATE INDEX idx_sessions_account_id ON sessions (account_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

-- A link that lets somebody choose a password: at most one stands for a person, and using it deletes it.
CREATE TABLE invitations (
    "id"          text NOT NULL,
    "token_hash"  blob NOT NULL,
    "purpose"     text NOT NULL,
    "person_kind" text NOT NULL,
    "person_id"   text NOT NULL,
    "made_by"     text NOT NULL,
    "created_at"  datetime NOT NULL,
    "expires_at"  datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT purpose_known CHECK (purpose IN ('join', 'recover')),
    CONSTRAINT invitation_ends CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX idx_invitations_token_hash ON invitations (token_hash);
CREATE UNIQUE INDEX invitation_of_person ON invitations (person_kind, person_id);
CREATE INDEX idx_invitations_expires_at ON invitations (expires_at);
