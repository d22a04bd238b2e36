package models

import "time"

// ArticleCategory is a node of the tree that articles hang in.
type ArticleCategory struct {
	Code      string    `gorm:"primaryKey;size:48"`
	Parent    string    `gorm:"size:48;not null"` // empty: at the top
	TitleZH   string    `gorm:"column:title_zh;size:80;not null"`
	TitleEN   string    `gorm:"column:title_en;size:80;not null"`
	Position  int       `gorm:"not null"`
	UpdatedAt time.Time `gorm:"not null;autoUpdateTime:false"`
}

// Article is one subject that customers ask about; what it says is in its versions, one line of them per language.
type Article struct {
	ID         string     `gorm:"primaryKey;size:40"`
	Slug       string     `gorm:"size:80;not null;uniqueIndex:article_slug"`
	Category   string     `gorm:"size:48;not null;index:articles_of_category,priority:1"`
	OwnerID    string     `gorm:"size:40;not null"` // the editor who looks after it; empty: all of them
	ReviewDays int        `gorm:"not null"`         // how often it is looked at again; 0: never
	ReviewAt   *time.Time `gorm:"index:articles_to_review,priority:1"`
	ReviewWhy  string     `gorm:"size:16;not null"` // due, or unhappy: people are not happy with it
	ExpiresAt  *time.Time `gorm:"index:articles_to_expire,priority:1"`
	Shipped    bool       `gorm:"not null"` // came with the program
	Revision   int64      `gorm:"not null"` // grows with every change of the article or its versions
	CreatedAt  time.Time  `gorm:"not null"`
	UpdatedAt  time.Time  `gorm:"not null;autoUpdateTime:false"`
}

// States of a version. At most one of an article and language is published, and at most one is on its way there.
const (
	VersionDraft     = "draft"
	VersionInReview  = "in_review"
	VersionApproved  = "approved" // waits for its time
	VersionPublished = "published"
	VersionReplaced  = "replaced" // by a newer one
	VersionExpired   = "expired"
)

// ArticleVersion is what an article says, or said, in one language. A published one is never changed.
type ArticleVersion struct {
	ArticleID   string     `gorm:"primaryKey;size:40"`
	Lang        string     `gorm:"primaryKey;size:8;check:article_version_lang,lang IN ('zh', 'en')"`
	N           int        `gorm:"primaryKey;autoIncrement:false"` // from 1
	State       string     `gorm:"size:16;not null;index:article_versions_by_state,priority:1;check:article_version_state,state IN ('draft', 'in_review', 'approved', 'published', 'replaced', 'expired')"`
	Title       string     `gorm:"size:120;not null"`
	Body        string     `gorm:"type:text;not null"` // Markdown with placeholders
	Questions   string     `gorm:"type:text;not null"` // JSON: how people ask it
	Keywords    string     `gorm:"type:text;not null"` // JSON
	Intents     string     `gorm:"type:text;not null"` // JSON: what a customer wants who asks it
	AuthorID    string     `gorm:"size:40;not null"`   // empty: came with the program
	ProposerID  string     `gorm:"size:40;not null"`   // who proposed the text; empty: the author
	ReviewerID  string     `gorm:"size:40;not null"`
	Note        string     `gorm:"size:500;not null"` // of the reviewer
	CreatedAt   time.Time  `gorm:"not null"`
	UpdatedAt   time.Time  `gorm:"not null;autoUpdateTime:false;index:article_versions_by_state,priority:2"`
	PublishAt   *time.Time // approved: when it is published
	PublishedAt *time.Time
	EndedAt     *time.Time // when it was replaced or expired
}

// ArticleProposal is an agent's wish for a new or better answer, from a conversation, a case, or a search that found nothing.
type ArticleProposal struct {
	ID         string    `gorm:"primaryKey;size:40"`
	ArticleID  string    `gorm:"size:40;not null"` // empty: a new one
	Lang       string    `gorm:"size:8;not null"`
	Category   string    `gorm:"size:48;not null"`
	Title      string    `gorm:"size:120;not null"`
	Body       string    `gorm:"type:text;not null"`
	Question   string    `gorm:"size:400;not null"` // what the customer asked, masked
	SourceKind string    `gorm:"size:16;not null"`  // conversation, case, miss; empty: none
	SourceID   string    `gorm:"size:40;not null"`
	State      string    `gorm:"size:16;not null;index:article_proposals_by_state,priority:1;check:article_proposal_state,state IN ('open', 'taken', 'declined')"`
	ByKind     string    `gorm:"size:16;not null"`
	ByID       string    `gorm:"size:40;not null"`
	DecidedBy  string    `gorm:"size:40;not null"`
	Note       string    `gorm:"size:500;not null"` // why it was declined
	CreatedAt  time.Time `gorm:"not null;index:article_proposals_by_state,priority:2"`
	DecidedAt  *time.Time
}

// ArticleVote is a thumb up or down. Voter is a hash over who votes and on what: one vote each, and no way to put a
// person's votes together.
type ArticleVote struct {
	ArticleID string    `gorm:"primaryKey;size:40"`
	Lang      string    `gorm:"primaryKey;size:8"`
	Intent    string    `gorm:"primaryKey;size:32"` // what was wanted
	Voter     string    `gorm:"primaryKey;size:64"`
	Up        bool      `gorm:"not null"`
	At        time.Time `gorm:"not null;index"`
}

// ArticleScore adds up the votes for an answer to a kind of question, decayed to the moment At.
type ArticleScore struct {
	ArticleID string    `gorm:"primaryKey;size:40"`
	Lang      string    `gorm:"primaryKey;size:8"`
	Intent    string    `gorm:"primaryKey;size:32"`
	Up        float64   `gorm:"not null"`
	Down      float64   `gorm:"not null"`
	At        time.Time `gorm:"not null"`
}

// ArticleUse counts how often an article was shown in a month, and by whom.
type ArticleUse struct {
	ArticleID string `gorm:"primaryKey;size:40"`
	Lang      string `gorm:"primaryKey;size:8"`
	Place     string `gorm:"primaryKey;size:16"` // bot, read, agent
	Month     string `gorm:"primaryKey;size:7"`  // 2026-11
	N         int64  `gorm:"not null"`
}

// SearchMiss is something that was looked for and not found, masked.
type SearchMiss struct {
	ID        string     `gorm:"primaryKey;size:40"`
	Lang      string     `gorm:"size:8;not null;uniqueIndex:search_miss_words,priority:1"`
	Words     string     `gorm:"size:200;not null;uniqueIndex:search_miss_words,priority:2"`
	Intent    string     `gorm:"size:32;not null"`
	N         int64      `gorm:"not null"`
	FirstAt   time.Time  `gorm:"not null"`
	LastAt    time.Time  `gorm:"not null;index"`
	HandledAt *time.Time // an editor has seen to it
}
