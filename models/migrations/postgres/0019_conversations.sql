-- +goose Up

-- What people write to each other: a customer's conversation, or a thread with a named audience about a case or beside a
-- conversation. Its words are sealed under the keyset that key_ref names, which is the customer's.
CREATE TABLE conversations (
    "id"            varchar(40) NOT NULL,
    "audience"      varchar(16) NOT NULL,
    "customer_id"   varchar(40) NOT NULL,
    "key_ref"       varchar(32) NOT NULL,
    "merchant_id"   varchar(40),
    "about_kind"    varchar(16) NOT NULL,
    "about_id"      varchar(40) NOT NULL,
    "lang"          varchar(8) NOT NULL,
    "state"         varchar(16) NOT NULL,
    "open"          boolean NOT NULL,
    "team_id"       varchar(40),
    "assignee_id"   varchar(40),
    "last_seq"      bigint NOT NULL,
    "rev"           bigint NOT NULL,
    "opened_at"     timestamptz NOT NULL,
    "last_at"       timestamptz NOT NULL,
    "waiting_since" timestamptz,
    "bot_due_at"    timestamptz,
    "closed_at"     timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT conversations_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT conversations_merchant_id_fkey FOREIGN KEY ("merchant_id") REFERENCES merchants ("id"),
    CONSTRAINT conversations_team_id_fkey FOREIGN KEY ("team_id") REFERENCES teams ("id"),
    CONSTRAINT conversations_assignee_id_fkey FOREIGN KEY ("assignee_id") REFERENCES staff ("id")
);
CREATE UNIQUE INDEX conversation_open_once ON conversations (customer_id) WHERE open AND audience = 'customer';
CREATE UNIQUE INDEX thread_once ON conversations (about_kind, about_id, audience) WHERE about_id <> '';
CREATE INDEX conversations_of_customer ON conversations (customer_id, last_at, id);
CREATE INDEX conversations_of_team ON conversations (team_id, state, last_at, id);
CREATE INDEX conversations_of_agent ON conversations (assignee_id, state, last_at, id);
CREATE INDEX conversations_by_last ON conversations (last_at, id);
CREATE INDEX conversations_of_shop ON conversations (merchant_id, audience, last_at, id);
CREATE INDEX conversations_bot_due ON conversations (bot_due_at) WHERE bot_due_at IS NOT NULL;

CREATE TABLE messages (
    "conversation_id" varchar(40) NOT NULL,
    "seq"             bigint NOT NULL,
    "rev"             bigint NOT NULL,
    "sender_kind"     varchar(16) NOT NULL,
    "sender_id"       varchar(40) NOT NULL,
    "client_id"       varchar(64) NOT NULL,
    "kind"            varchar(16) NOT NULL,
    "body"            bytea NOT NULL,
    "sent_at"         timestamptz NOT NULL,
    "edited_at"       timestamptz,
    "recalled_at"     timestamptz,
    PRIMARY KEY ("conversation_id", "seq"),
    CONSTRAINT messages_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT messages_body_sealed CHECK (substring(body FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE UNIQUE INDEX messages_by_rev ON messages (conversation_id, rev);
CREATE UNIQUE INDEX message_sent_once ON messages (conversation_id, sender_kind, sender_id, client_id);

CREATE TABLE message_versions (
    "conversation_id" varchar(40) NOT NULL,
    "seq"             bigint NOT NULL,
    "n"               bigint NOT NULL,
    "body"            bytea NOT NULL,
    "at"              timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id", "seq", "n"),
    CONSTRAINT message_versions_conversation_id_seq_fkey FOREIGN KEY ("conversation_id", "seq") REFERENCES messages ("conversation_id", "seq"),
    CONSTRAINT message_versions_body_sealed CHECK (substring(body FROM 1 FOR 1) = '\x01'::bytea)
);

CREATE TABLE message_reactions (
    "conversation_id" varchar(40) NOT NULL,
    "seq"             bigint NOT NULL,
    "person_kind"     varchar(16) NOT NULL,
    "person_id"       varchar(40) NOT NULL,
    "code"            varchar(16) NOT NULL,
    "at"              timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id", "seq", "person_kind", "person_id", "code"),
    CONSTRAINT message_reactions_conversation_id_seq_fkey FOREIGN KEY ("conversation_id", "seq") REFERENCES messages ("conversation_id", "seq")
);

CREATE TABLE conversation_members (
    "conversation_id" varchar(40) NOT NULL,
    "member_kind"     varchar(16) NOT NULL,
    "member_id"       varchar(40) NOT NULL,
    "delivered_seq"   bigint NOT NULL,
    "read_seq"        bigint NOT NULL,
    "joined_at"       timestamptz NOT NULL,
    "updated_at"      timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id", "member_kind", "member_id"),
    CONSTRAINT conversation_members_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);

CREATE TABLE conversation_cases (
    "case_id"         varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "shown_seq"       bigint NOT NULL,
    "asked_round"     varchar(64) NOT NULL,
    "by_kind"         varchar(16) NOT NULL,
    "by_id"           varchar(40) NOT NULL,
    "at"              timestamptz NOT NULL,
    PRIMARY KEY ("case_id", "conversation_id"),
    CONSTRAINT conversation_cases_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id"),
    CONSTRAINT conversation_cases_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);
CREATE INDEX idx_conversation_cases_conversation_id ON conversation_cases (conversation_id);

-- By what sealed messages are found: an HMAC of each two characters that stand together, under the key of the blind index.
CREATE TABLE message_terms (
    "conversation_id" varchar(40) NOT NULL,
    "term"            bytea NOT NULL,
    "seq"             bigint NOT NULL,
    "sent_at"         timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id", "term", "seq"),
    CONSTRAINT message_term_size CHECK (length(term) = 8)
);
CREATE INDEX messages_by_term ON message_terms (term, sent_at);

-- Where the bot stands in a conversation.
CREATE TABLE dialogues (
    "conversation_id" varchar(40) NOT NULL,
    "customer_id"     varchar(40) NOT NULL,
    "state"           bytea NOT NULL,
    "answered_seq"    bigint NOT NULL,
    "updated_at"      timestamptz NOT NULL,
    PRIMARY KEY ("conversation_id"),
    CONSTRAINT dialogues_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT dialogues_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT dialogues_state_sealed CHECK (substring(state FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE INDEX idx_dialogues_customer_id ON dialogues (customer_id);

-- Who waits for a person; the smallest rank comes first.
CREATE TABLE queue_entries (
    "id"              varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "customer_id"     varchar(40) NOT NULL,
    "team_id"         varchar(40) NOT NULL,
    "lang"            varchar(8) NOT NULL,
    "skill"           varchar(32) NOT NULL,
    "why"             varchar(32) NOT NULL,
    "summary"         bytea,
    "rank"            timestamptz NOT NULL,
    "asked_at"        timestamptz NOT NULL,
    "state"           varchar(16) NOT NULL,
    "taken_by"        varchar(40),
    "ended_at"        timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT queue_entries_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT queue_entries_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT queue_entries_summary_sealed CHECK (substring(summary FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE UNIQUE INDEX queue_once ON queue_entries (conversation_id) WHERE state = 'waiting';
CREATE INDEX idx_queue_entries_conversation_id ON queue_entries (conversation_id);
CREATE INDEX idx_queue_entries_customer_id ON queue_entries (customer_id);
CREATE INDEX queue_of_team ON queue_entries (team_id, rank, id) WHERE state = 'waiting';
CREATE INDEX queue_taken ON queue_entries (team_id, ended_at) WHERE state = 'taken';

CREATE TABLE agent_desks (
    "staff_id"   varchar(40) NOT NULL,
    "team_id"    varchar(40) NOT NULL,
    "state"      varchar(16) NOT NULL,
    "capacity"   bigint NOT NULL,
    "langs"      varchar(64) NOT NULL,
    "skills"     varchar(500) NOT NULL,
    "seen_at"    timestamptz NOT NULL,
    "given_at"   timestamptz,
    "updated_at" timestamptz NOT NULL,
    PRIMARY KEY ("staff_id"),
    CONSTRAINT agent_desks_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id"),
    CONSTRAINT desk_capacity CHECK (capacity >= 0)
);
CREATE INDEX desks_of_team ON agent_desks (team_id, seen_at);

CREATE TABLE transfers (
    "id"              varchar(40) NOT NULL,
    "conversation_id" varchar(40) NOT NULL,
    "customer_id"     varchar(40) NOT NULL,
    "from_id"         varchar(40) NOT NULL,
    "to_id"           varchar(40) NOT NULL,
    "note"            bytea NOT NULL,
    "answer"          bytea,
    "state"           varchar(16) NOT NULL,
    "asked_at"        timestamptz NOT NULL,
    "answered_at"     timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT transfers_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT transfers_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT transfers_note_sealed CHECK (substring(note FROM 1 FOR 1) = '\x01'::bytea),
    CONSTRAINT transfers_answer_sealed CHECK (substring(answer FROM 1 FOR 1) = '\x01'::bytea)
);
CREATE UNIQUE INDEX transfer_once ON transfers (conversation_id) WHERE state = 'asked';
CREATE INDEX idx_transfers_conversation_id ON transfers (conversation_id);
CREATE INDEX idx_transfers_customer_id ON transfers (customer_id);
CREATE INDEX transfers_to ON transfers (to_id, asked_at, id) WHERE state = 'asked';

-- A picture or a file that was sent in a conversation.
ALTER TABLE evidence ADD COLUMN "conversation_id" varchar(40);
CREATE INDEX idx_evidence_conversation_id ON evidence (conversation_id);
