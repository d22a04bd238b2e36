-- +goose Up

-- Where other programs are told of what happens, and what was told to whom.
CREATE TABLE webhook_endpoints (
    "id"             text NOT NULL,
    "shop_id"        text NOT NULL,
    "url"            blob NOT NULL,
    "host"           text NOT NULL,
    "name"           text NOT NULL,
    "topics"         text NOT NULL,
    "secret"         blob NOT NULL,
    "old_secret"     blob,
    "old_until"      datetime,
    "state"          text NOT NULL,
    "why"            text NOT NULL,
    "failures"       integer NOT NULL,
    "failing_since"  datetime,
    "wait_until"     datetime NOT NULL,
    "revision"       integer NOT NULL,
    "created_by"     text NOT NULL,
    "created_at"     datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT webhook_endpoints_url_sealed CHECK (url IS NULL OR (typeof(url) = 'blob' AND substr(url, 1, 1) IS x'01')),
    CONSTRAINT webhook_endpoints_secret_sealed CHECK (secret IS NULL OR (typeof(secret) = 'blob' AND substr(secret, 1, 1) IS x'01')),
    CONSTRAINT webhook_endpoints_old_secret_sealed CHECK (old_secret IS NULL OR (typeof(old_secret) = 'blob' AND substr(old_secret, 1, 1) IS x'01')),
    CONSTRAINT webhook_endpoint_state CHECK (state IN ('on', 'off', 'removed'))
);
CREATE INDEX webhook_endpoints_of ON webhook_endpoints (shop_id, id) WHERE state <> 'removed';
CREATE INDEX webhook_endpoints_on ON webhook_endpoints (id) WHERE state = 'on';

CREATE TABLE webhook_deliveries (
    "id"          text NOT NULL,
    "endpoint_id" text NOT NULL,
    "event_id"    integer NOT NULL,
    "topic"       text NOT NULL,
    "body"        text NOT NULL,
    "state"       text NOT NULL,
    "due_at"      datetime NOT NULL,
    "tries"       integer NOT NULL,
    "status"      integer NOT NULL,
    "problem"     text NOT NULL,
    "took_ms"     integer NOT NULL,
    "created_at"  datetime NOT NULL,
    "ended_at"    datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY ("endpoint_id") REFERENCES webhook_endpoints ("id"),
    CONSTRAINT webhook_delivery_state CHECK (state IN ('waiting', 'delivered', 'given_up'))
);
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_in ON webhook_deliveries (endpoint_id, state, created_at, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
