-- +goose Up

-- What a shop or a carrier was asked in its thread, until when: they are reminded, then it goes to the supervisors.
CREATE TABLE party_questions (
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "seq"             integer NOT NULL,
    "party"           text NOT NULL,
    "merchant_id"     text NOT NULL,
    "team_id"         text NOT NULL,
    "asked_by"        text NOT NULL,
    "asked_at"        datetime NOT NULL,
    "remind_at"       datetime NOT NULL,
    "due_at"          datetime NOT NULL,
    "reminded_at"     datetime,
    "escalated_at"    datetime,
    "answered_at"     datetime,
    "answer_seq"      integer NOT NULL,
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
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "staff_id"        text NOT NULL,
    "by_id"           text NOT NULL,
    "words"           blob NOT NULL,
    "due_at"          datetime NOT NULL,
    "created_at"      datetime NOT NULL,
    "reminded_at"     datetime,
    "done_at"         datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT follow_ups_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT follow_ups_words_sealed CHECK (words IS NULL OR (typeof(words) = 'blob' AND substr(words, 1, 1) IS x'01'))
);
CREATE INDEX idx_follow_ups_conversation_id ON follow_ups (conversation_id);
CREATE INDEX follow_ups_of ON follow_ups (staff_id, due_at, id) WHERE done_at IS NULL;
CREATE INDEX follow_ups_due ON follow_ups (due_at) WHERE done_at IS NULL AND reminded_at IS NULL;

-- Filters of the list of conversations that somebody keeps under a name.
CREATE TABLE saved_views (
    "id"         text NOT NULL,
    "staff_id"   text NOT NULL,
    "name"       text NOT NULL,
    "query"      text NOT NULL,
    "created_at" datetime NOT NULL,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX saved_view_once ON saved_views (staff_id, name);
