-- +goose Up

-- What people write to each other: a customer's conversation, or a thread with a named audience about a case or beside a
-- conversation. Its words are sealed under the keyset that key_ref names, which is the customer's.
CREATE TABLE conversations (
    "id"            text NOT NULL,
    "audience"      text NOT NULL,
    "customer_id"   text NOT NULL,
    "key_ref"       text NOT NULL,
    "merchant_id"   text,
    "about_kind"    text NOT NULL,
    "about_id"      text NOT NULL,
    "lang"          text NOT NULL,
    "state"         text NOT NULL,
    "open"          numeric NOT NULL,
    "team_id"       text,
    "assignee_id"   text,
    "last_seq"      integer NOT NULL,
    "rev"           integer NOT NULL,
    "opened_at"     datetime NOT NULL,
    "last_at"       datetime NOT NULL,
    "waiting_since" datetime,
    "bot_due_at"    datetime,
    "closed_at"     datetime,
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
    "conversation_id" text NOT NULL,
    "seq"             integer NOT NULL,
    "rev"             integer NOT NULL,
    "sender_kind"     text NOT NULL,
    "sender_id"       text NOT NULL,
    "client_id"       text NOT NULL,
    "kind"            text NOT NULL,
    "body"            blob NOT NULL,
    "sent_at"         datetime NOT NULL,
    "edited_at"       datetime,
    "recalled_at"     datetime,
    PRIMARY KEY ("conversation_id", "seq"),
    CONSTRAINT messages_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT messages_body_sealed CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 1) IS x'01'))
);
CREATE UNIQUE INDEX messages_by_rev ON messages (conversation_id, rev);
CREATE UNIQUE INDEX message_sent_once ON messages (conversation_id, sender_kind, sender_id, client_id);

CREATE TABLE message_versions (
    "conversation_id" text NOT NULL,
    "seq"             integer NOT NULL,
    "n"               integer NOT NULL,
    "body"            blob NOT NULL,
    "at"              datetime NOT NULL,
    PRIMARY KEY ("conversation_id", "seq", "n"),
    CONSTRAINT message_versions_conversation_id_seq_fkey FOREIGN KEY ("conversation_id", "seq") REFERENCES messages ("conversation_id", "seq"),
    CONSTRAINT message_versions_body_sealed CHECK (body IS NULL OR (typeof(body) = 'blob' AND substr(body, 1, 1) IS x'01'))
);

CREATE TABLE message_reactions (
    "conversation_id" text NOT NULL,
    "seq"             integer NOT NULL,
    "person_kind"     text NOT NULL,
    "person_id"       text NOT NULL,
    "code"            text NOT NULL,
    "at"              datetime NOT NULL,
    PRIMARY KEY ("conversation_id", "seq", "person_kind", "person_id", "code"),
    CONSTRAINT message_reactions_conversation_id_seq_fkey FOREIGN KEY ("conversation_id", "seq") REFERENCES messages ("conversation_id", "seq")
);

CREATE TABLE conversation_members (
    "conversation_id" text NOT NULL,
    "member_kind"     text NOT NULL,
    "member_id"       text NOT NULL,
    "delivered_seq"   integer NOT NULL,
    "read_seq"        integer NOT NULL,
    "joined_at"       datetime NOT NULL,
    "updated_at"      datetime NOT NULL,
    PRIMARY KEY ("conversation_id", "member_kind", "member_id"),
    CONSTRAINT conversation_members_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);

CREATE TABLE conversation_cases (
    "case_id"         text NOT NULL,
    "conversation_id" text NOT NULL,
    "shown_seq"       integer NOT NULL,
    "asked_round"     text NOT NULL,
    "by_kind"         text NOT NULL,
    "by_id"           text NOT NULL,
    "at"              datetime NOT NULL,
    PRIMARY KEY ("case_id", "conversation_id"),
    CONSTRAINT conversation_cases_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id"),
    CONSTRAINT conversation_cases_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id")
);
CREATE INDEX idx_conversation_cases_conversation_id ON conversation_cases (conversation_id);

-- By what sealed messages are found: an HMAC of each two characters that stand together, under the key of the blind index.
CREATE TABLE message_terms (
    "conversation_id" text NOT NULL,
    "term"            blob NOT NULL,
    "seq"             integer NOT NULL,
    "sent_at"         datetime NOT NULL,
    PRIMARY KEY ("conversation_id", "term", "seq"),
    CONSTRAINT message_term_size CHECK (length(term) = 8)
);
CREATE INDEX messages_by_term ON message_terms (term, sent_at);

-- Where the bot stands in a conversation.
CREATE TABLE dialogues (
    "conversation_id" text NOT NULL,
    "customer_id"     text NOT NULL,
    "state"           blob NOT NULL,
    "answered_seq"    integer NOT NULL,
    "updated_at"      datetime NOT NULL,
    PRIMARY KEY ("conversation_id"),
    CONSTRAINT dialogues_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT dialogues_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT dialogues_state_sealed CHECK (state IS NULL OR (typeof(state) = 'blob' AND substr(state, 1, 1) IS x'01'))
);
CREATE INDEX idx_dialogues_customer_id ON dialogues (customer_id);

-- Who waits for a person; the smallest rank comes first.
CREATE TABLE queue_entries (
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "customer_id"     text NOT NULL,
    "team_id"         text NOT NULL,
    "lang"            text NOT NULL,
    "skill"           text NOT NULL,
    "why"             text NOT NULL,
    "summary"         blob,
    "rank"            datetime NOT NULL,
    "asked_at"        datetime NOT NULL,
    "state"           text NOT NULL,
    "taken_by"        text,
    "ended_at"        datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT queue_entries_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT queue_entries_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT queue_entries_summary_sealed CHECK (summary IS NULL OR (typeof(summary) = 'blob' AND substr(summary, 1, 1) IS x'01'))
);
CREATE UNIQUE INDEX queue_once ON queue_entries (conversation_id) WHERE state = 'waiting';
CREATE INDEX idx_queue_entries_conversation_id ON queue_entries (conversation_id);
CREATE INDEX idx_queue_entries_customer_id ON queue_entries (customer_id);
CREATE INDEX queue_of_team ON queue_entries (team_id, rank, id) WHERE state = 'waiting';
CREATE INDEX queue_taken ON queue_entries (team_id, ended_at) WHERE state = 'taken';

CREATE TABLE agent_desks (
    "staff_id"   text NOT NULL,
    "team_id"    text NOT NULL,
    "state"      text NOT NULL,
    "capacity"   integer NOT NULL,
    "langs"      text NOT NULL,
    "skills"     text NOT NULL,
    "seen_at"    datetime NOT NULL,
    "given_at"   datetime,
    "updated_at" datetime NOT NULL,
    PRIMARY KEY ("staff_id"),
    CONSTRAINT agent_desks_staff_id_fkey FOREIGN KEY ("staff_id") REFERENCES staff ("id"),
    CONSTRAINT desk_capacity CHECK (capacity >= 0)
);
CREATE INDEX desks_of_team ON agent_desks (team_id, seen_at);

CREATE TABLE transfers (
    "id"              text NOT NULL,
    "conversation_id" text NOT NULL,
    "customer_id"     text NOT NULL,
    "from_id"         text NOT NULL,
    "to_id"           text NOT NULL,
    "note"            blob NOT NULL,
    "answer"          blob,
    "state"           text NOT NULL,
    "asked_at"        datetime NOT NULL,
    "answered_at"     datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT transfers_conversation_id_fkey FOREIGN KEY ("conversation_id") REFERENCES conversations ("id"),
    CONSTRAINT transfers_customer_id_fkey FOREIGN KEY ("customer_id") REFERENCES customers ("id"),
    CONSTRAINT transfers_note_sealed CHECK (note IS NULL OR (typeof(note) = 'blob' AND substr(note, 1, 1) IS x'01')),
    CONSTRAINT transfers_answer_sealed CHECK (answer IS NULL OR (typeof(answer) = 'blob' AND substr(answer, 1, 1) IS x'01'))
);
CREATE UNIQUE INDEX transfer_once ON transfers (conversation_id) WHERE state = 'asked';
CREATE INDEX idx_transfers_conversation_id ON transfers (conversation_id);
CREATE INDEX idx_transfers_customer_id ON transfers (customer_id);
CREATE INDEX transfers_to ON transfers (to_id, asked_at, id) WHERE state = 'asked';

-- A picture or a file that was sent in a conversation.
ALTER TABLE evidence ADD COLUMN "conversation_id" text;
CREATE INDEX idx_evidence_conversation_id ON evidence (conversation_id);
