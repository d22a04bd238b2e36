-- +goose Up

-- How urgent a conversation is, and until when it is set aside.
ALTER TABLE conversations ADD COLUMN "priority" varchar(8) NOT NULL DEFAULT 'normal';
ALTER TABLE conversations ADD COLUMN "snoozed_until" timestamptz;
ALTER TABLE conversations ADD COLUMN "snoozed_by" varchar(60);
CREATE INDEX conversations_of_rank ON conversations (team_id, priority, last_at, id) WHERE priority <> 'normal';
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_waiting_team ON conversations (team_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_waiting_agent ON conversations (assignee_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;

-- Words that agents put on conversations; those of no team are everybody's.
CREATE TABLE tags (
    "id"         varchar(40) NOT NULL,
    "team_id"    varchar(40) NOT NULL,
    "name"       varchar(120) COLLATE "C" NOT NULL,
    "colour"     varchar(8) NOT NULL,
    "by_id"      varchar(40) NOT NULL,
    "created_at" timestamptz NOT NULL,
    "retired_at" timestamptz,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX tag_named_once ON tags (team_id, name) WHERE retired_at IS NULL;

CREATE TABLE conversation_tags (
    "tag_id"          varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "by_id"           varchar(40) NOT NULL,
    "at"              timestamptz NOT NULL,
    PRIMARY KEY ("tag_id", "conversation_id"),
    CONSTRAINT conversation_tags_tag_id_fkey FOREIGN KEY ("tag_id") REFERENCES tags ("id"),
    CONSTRAINT conversation_tags_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);
CREATE INDEX idx_conversation_tags_conversation_id ON conversation_tags (conversation_id);

-- Texts that are kept to be said again: one's own, a team's, or everybody's.
CREATE TABLE canned_replies (
    "id"         varchar(40) NOT NULL,
    "scope"      varchar(8) NOT NULL,
    "holder_id"  varchar(40) NOT NULL,
    "shortcut"   varchar(80) COLLATE "C" NOT NULL,
    "title"      varchar(320) NOT NULL,
    "text"       text NOT NULL,
    "by_id"      varchar(40) NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX canned_named_once ON canned_replies (scope, holder_id, shortcut);

-- What somebody has begun to write.
CREATE TABLE message_drafts (
    "conversation_id" varchar(40) NOT NULL,
    "person_kind"     varchar(16) NOT NULL,
    "person_id"       varchar(40) NOT NULL,
    "body"            bytea NOT NULL,
    "updated_at"      timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id", "person_kind", "person_id"),
    CONSTRAINT message_drafts_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT message_drafts_body_sealed CHECK (substring(body FROM 1 FOR 1) = '\x01'::bytea)
);

-- How customers found conversations that agents had: asked at the end; a score of 0 is no answer yet.
CREATE TABLE conversation_ratings (
    "conversation_id" varchar(40) NOT NULL,
    "customer_id"     varchar(40) NOT NULL,
    "agent_id"        varchar(40) NOT NULL,
    "team_id"         varchar(40) NOT NULL,
    "asked_at"        timestamptz NOT NULL,
    "score"           bigint NOT NULL,
    "codes"           varchar(200) NOT NULL,
    "words"           bytea,
    "answered_at"     timestamptz,
    PRIMARY KEY ("conversation_id"),
    CONSTRAINT conversation_score CHECK (score BETWEEN 0 AND 5),
    CONSTRAINT conversation_ratings_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT conversation_ratings_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT conversation_ratings_words_sealed CHECK (substring(words FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_conversation_ratings_customer_id ON conversation_ratings (customer_id);
CREATE INDEX conversation_ratings_of_agent ON conversation_ratings (agent_id, answered_at) WHERE score > 0;
CREATE INDEX conversation_ratings_of_team ON conversation_ratings (team_id, answered_at) WHERE score > 0;
