-- +goose Up

-- What a shop or a carrier was asked in its thread, until when: they are reminded, then it goes to the supervisors.
CREATE TABLE party_questions (
    "id"              varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "seq"             bigint NOT NULL,
    "party"           varchar(16) NOT NULL,
    "merchant_id"     varchar(40) NOT NULL,
    "team_id"         varchar(40) NOT NULL,
    "asked_by"        varchar(60) NOT NULL,
    "asked_at"        timestamptz NOT NULL,
    "remind_at"       timestamptz NOT NULL,
    "due_at"          timestamptz NOT NULL,
    "reminded_at"     timestamptz,
    "escalated_at"    timestamptz,
    "answered_at"     timestamptz,
    "answer_seq"      bigint NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT party_questions_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);
CREATE UNIQUE INDEX party_question_once ON party_questions (conversation_id, seq);
CREATE INDEX party_questions_to_remind ON party_questions (remind_at) WHERE answered_at IS NULL AND reminded_at IS NULL;
CREATE INDEX party_questions_to_escalate ON party_questions (due_at) WHERE answered_at IS NULL AND escalated_at IS NULL;
CREATE INDEX party_questions_of_team ON party_questions (team_id, due_at, id) WHERE answered_at IS NULL;
CREATE INDEX party_questions_of_shop ON party_questions (merchant_id, due_at, id) WHERE answered_at IS NULL AND party = 'merchant';

-- What an agent means to do about a conversation, and when they are reminded of it.
CREATE TABLE follow_ups (
    "id"              varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "staff_id"        varchar(40) NOT NULL,
    "by_id"           varchar(40) NOT NULL,
    "words"           bytea NOT NULL,
    "due_at"          timestamptz NOT NULL,
    "created_at"      timestamptz NOT NULL,
    "reminded_at"     timestamptz,
    "done_at"         timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT follow_ups_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT follow_ups_words_sealed CHECK (substring(words FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_follow_ups_conversation_id ON follow_ups (conversation_id);
CREATE INDEX follow_ups_of ON follow_ups (staff_id, due_at, id) WHERE done_at IS NULL;
CREATE INDEX follow_ups_due ON follow_ups (due_at) WHERE done_at IS NULL AND reminded_at IS NULL;

-- Filters of the list of conversations that somebody keeps under a name.
CREATE TABLE saved_views (
    "id"         varchar(40) NOT NULL,
    "staff_id"   varchar(40) NOT NULL,
    "name"       varchar(120) COLLATE "C" NOT NULL,
    "query"      varchar(1000) NOT NULL,
    "created_at" timestamptz NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX saved_view_once ON saved_views (staff_id, name);
