-- +goose Up

-- What customers are told: a tree of categories, articles, and what each said when.
CREATE TABLE article_categories (
    "code"       text NOT NULL,
    "parent"     text NOT NULL,
    "title_zh"   text NOT NULL,
    "title_en"   text NOT NULL,
    "position"   integer NOT NULL,
    "updated_at" datetime NOT NULL,
    PRIMARY KEY ("code")
);
CREATE TABLE articles (
    "id"          text NOT NULL,
    "slug"        text NOT NULL,
    "category"    text NOT NULL,
    "owner_id"    text NOT NULL,
    "review_days" integer NOT NULL,
    "review_at"   datetime,
    "review_why"  text NOT NULL,
    "expires_at"  datetime,
    "shipped"     numeric NOT NULL,
    "revision"    integer NOT NULL,
    "created_at"  datetime NOT NULL,
    "updated_at"  datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT articles_category_fkey FOREIGN KEY ("category") REFERENCES article_categories ("code")
);
CREATE UNIQUE INDEX article_slug ON articles (slug);
CREATE INDEX articles_of_category ON articles (category, id);
CREATE INDEX articles_to_review ON articles (review_at, id);
CREATE INDEX articles_to_expire ON articles (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE article_versions (
    "article_id"   text NOT NULL,
    "lang"         text NOT NULL,
    "n"            integer NOT NULL,
    "state"        text NOT NULL,
    "title"        text NOT NULL,
    "body"         text NOT NULL,
    "questions"    text NOT NULL,
    "keywords"     text NOT NULL,
    "intents"      text NOT NULL,
    "author_id"    text NOT NULL,
    "proposer_id"  text NOT NULL,
    "reviewer_id"  text NOT NULL,
    "note"         text NOT NULL,
    "created_at"   datetime NOT NULL,
    "updated_at"   datetime NOT NULL,
    "publish_at"   datetime,
    "published_at" datetime,
    "ended_at"     datetime,
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
    "id"          text NOT NULL,
    "article_id"  text NOT NULL,
    "lang"        text NOT NULL,
    "category"    text NOT NULL,
    "title"       text NOT NULL,
    "body"        text NOT NULL,
    "question"    text NOT NULL,
    "source_kind" text NOT NULL,
    "source_id"   text NOT NULL,
    "state"       text NOT NULL,
    "by_kind"     text NOT NULL,
    "by_id"       text NOT NULL,
    "decided_by"  text NOT NULL,
    "note"        text NOT NULL,
    "created_at"  datetime NOT NULL,
    "decided_at"  datetime,
    PRIMARY KEY ("id"),
    CONSTRAINT article_proposal_state CHECK (state IN ('open', 'taken', 'declined'))
);
CREATE INDEX article_proposals_by_state ON article_proposals (state, created_at, id);

-- What became of the answers.
CREATE TABLE article_votes (
    "article_id" text NOT NULL,
    "lang"       text NOT NULL,
    "intent"     text NOT NULL,
    "voter"      text NOT NULL,
    "up"         numeric NOT NULL,
    "at"         datetime NOT NULL,
    PRIMARY KEY ("article_id", "lang", "intent", "voter")
);
CREATE INDEX idx_article_votes_at ON article_votes (at);
CREATE TABLE article_scores (
    "article_id" text NOT NULL,
    "lang"       text NOT NULL,
    "intent"     text NOT NULL,
    "up"         real NOT NULL,
    "down"       real NOT NULL,
    "at"         datetime NOT NULL,
    PRIMARY KEY ("article_id", "lang", "intent")
);
CREATE TABLE article_uses (
    "article_id" text NOT NULL,
    "lang"       text NOT NULL,
    "place"      text NOT NULL,
    "month"      text NOT NULL,
    "n"          integer NOT NULL,
    PRIMARY KEY ("article_id", "lang", "place", "month")
);
CREATE TABLE search_misses (
    "id"         text NOT NULL,
    "lang"       text NOT NULL,
    "words"      text NOT NULL,
    "intent"     text NOT NULL,
    "n"          integer NOT NULL,
    "first_at"   datetime NOT NULL,
    "last_at"    datetime NOT NULL,
    "handled_at" datetime,
    PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX search_miss_words ON search_misses (lang, words);
CREATE INDEX search_misses_open ON search_misses (n, id) WHERE handled_at IS NULL;
CREATE INDEX idx_search_misses_last_at ON search_misses (last_at);
