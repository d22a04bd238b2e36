-- +goose Up

-- Where other programs are told of what happens, and what was told to whom.
CREATE TABLE webhook_endpoints (
    "id"             varchar(40) NOT NULL,
    "shop_id"        varchar(40) NOT NULL,
    "url"            bytea NOT NULL,
    "host"           varchar(255) NOT NULL,
    "name"           varchar(100) NOT NULL,
    "topics"         varchar(500) NOT NULL,
    "secret"         bytea NOT NULL,
    "old_secret"     bytea,
    "old_until"      timestamptz,
    "state"          varchar(16) NOT NULL,
    "why"            varchar(16) NOT NULL,
    "failures"       bigint NOT NULL,
    "failing_since"  timestamptz,
    "wait_until"     timestamptz NOT NULL,
    "revision"       bigint NOT NULL,
    "created_by"     varchar(40) NOT NULL,
    "created_at"     timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT webhook_endpoints_url_sealed CHECK (substring(url FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT webhook_endpoints_secret_sealed CHECK (substring(secret FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT webhook_endpoints_old_secret_sealed CHECK (substring(old_secret FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT webhook_endpoint_state CHECK (state IN ('on', 'off', 'removed'))
);
CREATE INDEX webhook_endpoints_of ON webhook_endpoints (shop_id, id) WHERE state <> 'removed';
CREATE INDEX webhook_endpoints_on ON webhook_endpoints (id) WHERE state = 'on';

CREATE TABLE webhook_deliveries (
    "id"          varchar(40) NOT NULL,
    "endpoint_id" varchar(40) NOT NULL,
    "event_id"    bigint NOT NULL,
    "topic"       varchar(48) NOT NULL,
    "body"        text NOT NULL,
    "state"       varchar(16) NOT NULL,
    "due_at"      timestamptz NOT NULL,
    "tries"       bigint NOT NULL,
    "status"      bigint NOT NULL,
    "problem"     varchar(32) NOT NULL,
    "took_ms"     bigint NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "ended_at"    timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY ("endpoint_id") REFERENCES webhook_endpoints ("id"),
    CONSTRAINT webhook_delivery_state CHECK (state IN ('waiting', 'delivered', 'given_up'))
);
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_in ON webhook_deliveries (endpoint_id, state, created_at, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
