-- +goose Up

-- What customers are told: a tree of categories, articles, and what each said when.
CREATE TABLE article_categories (
    "code"       varchar(48) NOT NULL,
    "parent"     varchar(48) NOT NULL,
    "title_zh"   varchar(80) NOT NULL,
    "title_en"   varchar(80) NOT NULL,
    "position"   bigint NOT NULL,
    "updated_at" timestamptz NOT NULL,
    PRIMARY KEY ("code")
);
CREATE TABLE articles (
    "id"          varchar(40) NOT NULL,
    "slug"        varchar(80) NOT NULL,
    "category"    varchar(48) NOT NULL,
    "owner_id"    varchar(40) NOT NULL,
    "review_days" bigint NOT NULL,
    "review_at"   timestamptz,
    "review_why"  varchar(16) NOT NULL,
    "expires_at"  timestamptz,
    "shipped"     boolean NOT NULL,
    "revision"    bigint NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "updated_at"  timestamptz NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT articles_category_fkey FOREIGN KEY ("category") REFERENCES article_categories ("code")
);
CREATE UNIQUE INDEX article_slug ON articles (slug);
CREATE INDEX articles_of_category ON articles (category, id);
CREATE INDEX articles_to_review ON articles (review_at, id);
CREATE INDEX articles_to_expire ON articles (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE article_versions (
    "article_id"   varchar(40) NOT NULL,
    "lang"         varchar(8) NOT NULL,
    "n"            bigint NOT NULL,
    "state"        varchar(16) NOT NULL,
    "title"        varchar(120) NOT NULL,
    "body"         text NOT NULL,
    "questions"    text NOT NULL,
    "keywords"     text NOT NULL,
    "intents"      text NOT NULL,
    "author_id"    varchar(40) NOT NULL,
    "proposer_id"  varchar(40) NOT NULL,
    "reviewer_id"  varchar(40) NOT NULL,
    "note"         varchar(500) NOT NULL,
    "created_at"   timestamptz NOT NULL,
    "updated_at"   timestamptz NOT NULL,
    "publish_at"   timestamptz,
    "published_at" timestamptz,
    "ended_at"     timestamptz,
    PRIMARY KEY ("article_id", "lang", "n"),
    CONSTRAINT article_version_lang CHECK (lang IN ('zh', 'en')),
    CONSTRAINT article_version_state CHECK (state IN ('draft', 'in_review', 'approved', 'published', 'replaced', 'expired')),
    CONSTRAINT article_version_reviewer CHECK (reviewer_id = '' OR reviewer_id <> author_id AND reviewer_id <> proposer_id),
    CONSTRAINT article_versions_article_id_fkey FOREIGN KEY ("article_id") REFERENCES articles ("id")
);
CREATE UNIQUE INDEX article_version_published ON article_versions (article_id, lang) WHERE state = 'published';
CREATE UNIQUE INDEX article_version_coming ON article_versions (article_id, lang) WHERE state IN ('draft', 'in_review', 'approved');
CREATE INDEX article_versions_by_state ON article_versions (state, updated_at, article_id, lang);
CREATE INDEX article_versions_to_publish ON article_versions (publish_at) WHERE state = 'approved';

-- What agents would like customers to be told.
CREATE TABLE article_proposals (
    "id"          varchar(40) NOT NULL,
    "article_id"  varchar(40) NOT NULL,
    "lang"        varchar(8) NOT NULL,
    "category"    varchar(48) NOT NULL,
    "title"       varchar(120) NOT NULL,
    "body"        text NOT NULL,
    "question"    varchar(400) NOT NULL,
    "source_kind" varchar(16) NOT NULL,
    "source_id"   varchar(40) NOT NULL,
    "state"       varchar(16) NOT NULL,
    "by_kind"     varchar(16) NOT NULL,
    "by_id"       varchar(40) NOT NULL,
    "decided_by"  varchar(40) NOT NULL,
    "note"        varchar(500) NOT NULL,
    "created_at"  timestamptz NOT NULL,
    "decided_at"  timestamptz,
    PRIMARY KEY ("id"),
    CONSTRAINT article_proposal_state CHECK (state IN ('open', 'taken', 'declined'))
);
CREATE INDEX article_proposals_by_state ON article_proposals (state, created_at, id);

-- What became of the answers.
CREATE TABLE article_votes (
    "article_id" varchar(40) NOT NULL,
    "lang"       varchar(8) NOT NULL,
    "intent"     varchar(32) NOT NULL,
    "voter"      varchar(64) NOT NULL,
    "up"         boolean NOT NULL,
    "at"         timestamptz NOT NULL,
    PRIMARY KEY ("article_id", "lang", "intent", "voter")
);
CREATE INDEX idx_article_votes_at ON article_votes (at);
CREATE TABLE article_scores (
    "article_id" varchar(40) NOT NULL,
    "lang"       varchar(8) NOT NULL,
    "intent"     varchar(32) NOT NULL,
    "up"         numeric NOT NULL,
    "down"       numeric NOT NULL,
    "at"         timestamptz NOT NULL,
    PRIMARY KEY ("article_id", "lang", "intent")
);
CREATE TABLE article_uses (
    "article_id" varchar(40) NOT NULL,
    "lang"       varchar(8) NOT NULL,
    "place"      varchar(16) NOT NULL,
    "month"      varchar(7) NOT NULL,
    "n"          bigint NOT NULL,
    PRIMARY KEY ("article_id", "lang", "place", "month")
);
CREATE TABLE search_misses (
    "id"         varchar(40) NOT NULL,
    "lang"       varchar(8) NOT NULL,
    "words"      varchar(200) NOT NULL,
    "intent"     varchar(32) NOT NULL,
    "n"          bigint NOT NULL,
    "first_at"   timestamptz NOT NULL,
    "last_at"    timestamptz NOT NULL,
    "handled_at" timestamptz,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX search_miss_words ON search_misses (lang, words);
CREATE INDEX search_misses_open ON search_misses (n, id) WHERE handled_at IS NULL;
CREATE INDEX idx_search_misses_last_at ON search_misses (last_at);
