-- +goose Up

CREATE TABLE teams (
    "id"         varchar(40) NOT NULL,
    "name"       varchar(100) NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT team_named CHECK (name <> '')
);
CREATE UNIQUE INDEX idx_teams_name ON teams (name);

ALTER TABLE staff DROP CONSTRAINT role_known;
ALTER TABLE staff ADD CONSTRAINT role_known CHECK (role IN ('merchant', 'agent', 'supervisor', 'editor', 'operator'));
ALTER TABLE staff ADD COLUMN "owner" boolean NOT NULL DEFAULT false;
ALTER TABLE staff ADD COLUMN "team_id" varchar(40);
ALTER TABLE staff ADD COLUMN "status" varchar(16) NOT NULL DEFAULT 'active';
ALTER TABLE staff ALTER COLUMN "owner" DROP DEFAULT, ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE staff ADD CONSTRAINT owner_of_shop CHECK (NOT owner OR role = 'merchant');
ALTER TABLE staff ADD CONSTRAINT team_of_platform CHECK (team_id IS NULL OR role IN ('agent', 'supervisor'));
ALTER TABLE staff ADD CONSTRAINT status_known CHECK (status IN ('invited', 'active', 'inactive'));
ALTER TABLE staff ADD CONSTRAINT staff_team_id_fkey FOREIGN KEY ("team_id") REFERENCES teams ("id");
CREATE INDEX idx_staff_team_id ON staff (team_id);

-- Every shop has an owner: so far nobody could say who.
UPDATE staff SET owner = true WHERE id IN (SELECT min(id) FROM staff WHERE merchant_id IS NOT NULL GROUP BY merchant_id);

ALTER TABLE accounts ADD COLUMN "password_at" timestamptz;
ALTER TABLE accounts ADD COLUMN "second_factor_at" timestamptz;

-- Sessions have a name now that can be shown; those that had none are over.
DROP TABLE sessions;
CREATE TABLE sessions (
    "token_hash" bytea NOT NULL,
    "id"         varchar(40) NOT NULL,
    "account_id" varchar(40) NOT NULL,
    "method"     varchar(32) NOT NULL,
    "assurance"  bigint NOT NULL,
    "device"     varchar(64) NOT NULL,
    "address"    bytea,
    "created_at" timestamptz NOT NULL,
    "seen_at"    timestamptz NOT NULL,
    "expires_at" timestamptz NOT NULL,
    PRIMARY KEY ("token_hash"),
    CONSTRAINT assurance_known CHECK (assurance IN (1, 2)),
    CONSTRAINT sessions_address_sealed CHECK (substring(address FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY ("account_id") REFERENCES accounts ("id")
);
CREATE UNIQUE INDEX idx_sessions_id ON sessions (id);
CREATE INDEX idx_sessions_account_id ON sessions (account_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

-- A link that lets somebody choose a password: at most one stands for a person, and using it deletes it.
CREATE TABLE invitations (
    "id"          varchar(40) NOT NULL,
    "token_hash"  bytea NOT NULL,
    "purpose"     varchar(16) NOT NULL,
    "person_kind" varchar(16) NOT NULL,
    "person_id"   varchar(40) NOT NULL,
    "made_by"     varchar(80) NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "expires_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT purpose_known CHECK (purpose IN ('join', 'recover')),
    CONSTRAINT invitation_ends CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX idx_invitations_token_hash ON invitations (token_hash);
CREATE UNIQUE INDEX invitation_of_person ON invitations (person_kind, person_id);
CREATE INDEX idx_invitations_expires_at ON invitations (expires_at);
