package api

import (
	"context"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// Articles is what customers are told, and how it comes about. Languages are zh and en.
type Articles interface {
	SearchArticles(ctx context.Context, reader contract.Actor, query ArticleQuery) ([]ArticleHit, error)
	// ReadArticle returns what is published, by ID or slug, in the language or, where there is none, in the other.
	ReadArticle(ctx context.Context, reader contract.Actor, id, lang string) (Article, error)
	ArticleCategories(ctx context.Context) ([]ArticleCategory, error)
	// VoteArticle keeps one thumb of each person for what they wanted.
	VoteArticle(ctx context.Context, voter contract.Actor, id, lang, intent string, up bool) error

	CreateArticle(ctx context.Context, editor contract.Actor, slug string, draft ArticleDraft) (ArticleState, error)
	EditArticle(ctx context.Context, editor contract.Actor, id string, saw int64, draft ArticleDraft) (ArticleState, error)
	SubmitArticle(ctx context.Context, editor contract.Actor, id, lang string, saw int64) (ArticleState, error)
	// ReviewArticle publishes, at once or at its time, or gives back with a note. Nobody reviews their own words.
	ReviewArticle(ctx context.Context, editor contract.Actor, id, lang string, saw int64, verdict ArticleVerdict) (ArticleState, error)
	ExpireArticle(ctx context.Context, editor contract.Actor, id string, saw int64) (ArticleState, error)
	ConfirmArticle(ctx context.Context, editor contract.Actor, id string, saw int64) (ArticleState, error)
	// WholeArticle is an article with every version, how often it is shown, and what leads to it.
	WholeArticle(ctx context.Context, id string) (ArticleWhole, error)
	ArticleVersions(ctx context.Context, state string, page PageRequest) (Page[ArticleVersion], error)
	ArticlesDue(ctx context.Context, page PageRequest) (Page[ArticleState], error)
	ArticleMisses(ctx context.Context, page PageRequest) (Page[ArticleMiss], error)
	HandleArticleMiss(ctx context.Context, id string) error

	ProposeArticle(ctx context.Context, agent contract.Actor, proposal ArticleProposal) (ArticleProposal, error)
	ArticleProposals(ctx context.Context, state string, page PageRequest) (Page[ArticleProposal], error)
	// TakeProposal makes a draft of it; slug names a new article and is empty for one that there is.
	TakeProposal(ctx context.Context, editor contract.Actor, id, slug string) (ArticleState, error)
	DeclineProposal(ctx context.Context, editor contract.Actor, id, note string) error
}

// ArticleQuery is what somebody looks for.
type ArticleQuery struct {
	Text, Lang, Category, Intent string
	Limit                        int
}

// ArticlePiece is a part of a text; Hit tells that it was looked for.
type ArticlePiece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty" doc:"It was looked for."`
}

// ArticleHit is an article that was found.
type ArticleHit struct {
	ID       string         `json:"id"`
	Slug     string         `json:"slug"`
	Category string         `json:"category"`
	Title    []ArticlePiece `json:"title" nullable:"false"`
	Snippet  []ArticlePiece `json:"snippet" nullable:"false"`
	Sure     bool           `json:"sure" doc:"It answers the question, and is not only about something near."`
}

// Article is what a reader is told.
type Article struct {
	ID        string    `json:"id"`
	Slug      string    `json:"slug"`
	Category  string    `json:"category"`
	Lang      string    `json:"lang" doc:"Of the text; it may be the other one where there is none in the reader's."`
	Version   int       `json:"version"`
	Title     string    `json:"title"`
	Markdown  string    `json:"markdown" doc:"Paragraphs, lists, bold, and links that are slugs of other articles; never HTML. Figures are those of the rules in force."`
	UpdatedAt time.Time `json:"updated_at"`
}

// ArticleCategory is a node of the tree.
type ArticleCategory struct {
	Code     string         `json:"code"`
	Parent   string         `json:"parent,omitempty"`
	TitleZH  string         `json:"title_zh"`
	TitleEN  string         `json:"title_en"`
	Articles map[string]int `json:"articles" doc:"Published ones in it and below, by language."`
}

// ArticleDraft is what an editor writes.
type ArticleDraft struct {
	Lang       string     `json:"lang" enum:"zh,en"`
	Category   string     `json:"category" maxLength:"48"`
	Title      string     `json:"title" minLength:"1" maxLength:"100"`
	Body       string     `json:"body" minLength:"1" maxLength:"6000" doc:"Markdown without HTML. {{time:STEP}}, {{window:REASON}}, {{freight:REASON}}, {{limit:NAME}} and {{price_protection:CATEGORY}} are filled from the rules."`
	Questions  []string   `json:"questions,omitempty" maxItems:"30" doc:"How people ask it."`
	Keywords   []string   `json:"keywords,omitempty" maxItems:"20"`
	Intents    []string   `json:"intents,omitempty" maxItems:"10" doc:"What somebody wants who asks it."`
	Owner      string     `json:"owner,omitempty" maxLength:"40"`
	ReviewDays int        `json:"review_days,omitempty" minimum:"0" maximum:"3650" doc:"How often it is looked at again; 0: never."`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
}

// ArticleState is an article without what it says.
type ArticleState struct {
	ID        string     `json:"id"`
	Slug      string     `json:"slug"`
	Category  string     `json:"category"`
	Owner     string     `json:"owner,omitempty"`
	Revision  int64      `json:"revision" doc:"Changes name the one that was seen."`
	ReviewAt  *time.Time `json:"review_at,omitempty"`
	ReviewWhy string     `json:"review_why,omitempty" doc:"unhappy: people are not happy with the answer."`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// ArticleVersion is what an article says, or said.
type ArticleVersion struct {
	ArticleID   string     `json:"article_id"`
	Lang        string     `json:"lang"`
	N           int        `json:"n"`
	State       string     `json:"state" enum:"draft,in_review,approved,published,replaced,expired"`
	Title       string     `json:"title"`
	Body        string     `json:"body"`
	Questions   []string   `json:"questions" nullable:"false"`
	Keywords    []string   `json:"keywords" nullable:"false"`
	Intents     []string   `json:"intents" nullable:"false"`
	Author      string     `json:"author,omitempty" doc:"Absent: it came with the program."`
	Proposer    string     `json:"proposer,omitempty"`
	Reviewer    string     `json:"reviewer,omitempty"`
	Note        string     `json:"note,omitempty"`
	UpdatedAt   time.Time  `json:"updated_at"`
	PublishAt   *time.Time `json:"publish_at,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
}

// ArticleUse is how often an article was shown in a month, and by whom.
type ArticleUse struct {
	Lang  string `json:"lang"`
	Place string `json:"place" doc:"bot, read or agent."`
	Month string `json:"month"`
	N     int64  `json:"n"`
}

// ArticleWhole is all that editors see of an article.
type ArticleWhole struct {
	Article  ArticleState     `json:"article"`
	Versions []ArticleVersion `json:"versions" nullable:"false" doc:"By language, the newest first."`
	Uses     []ArticleUse     `json:"uses" nullable:"false"`
	UsedBy   []string         `json:"used_by" nullable:"false" doc:"Slugs of articles that lead to it."`
}

// ArticleVerdict is what a reviewer decides.
type ArticleVerdict struct {
	Approve   bool       `json:"approve"`
	Note      string     `json:"note,omitempty" maxLength:"500" doc:"Why not; needed when it is given back."`
	PublishAt *time.Time `json:"publish_at,omitempty" doc:"Absent: now."`
}

// ArticleMiss is something that was looked for and not found, masked.
type ArticleMiss struct {
	ID     string    `json:"id"`
	Lang   string    `json:"lang"`
	Words  string    `json:"words"`
	Intent string    `json:"intent,omitempty"`
	N      int64     `json:"n"`
	LastAt time.Time `json:"last_at"`
}

// ArticleProposal is an agent's wish for a new or better answer.
type ArticleProposal struct {
	ID         string    `json:"id,omitempty" readOnly:"true"`
	ArticleID  string    `json:"article_id,omitempty" maxLength:"80" doc:"ID or slug; absent: a new article."`
	Lang       string    `json:"lang" enum:"zh,en"`
	Category   string    `json:"category,omitempty" maxLength:"48" doc:"Of a new one."`
	Title      string    `json:"title" minLength:"1" maxLength:"100"`
	Body       string    `json:"body" minLength:"1" maxLength:"6000"`
	Question   string    `json:"question,omitempty" maxLength:"400" doc:"What the customer asked; kept masked."`
	SourceKind string    `json:"source_kind,omitempty" enum:"conversation,case,miss"`
	SourceID   string    `json:"source_id,omitempty" maxLength:"40"`
	State      string    `json:"state,omitempty" readOnly:"true"`
	By         string    `json:"by,omitempty" readOnly:"true"`
	CreatedAt  time.Time `json:"created_at,omitzero" readOnly:"true"`
}

func articleRoutes() []Route {
	return []Route{
		{get, "/v1/articles", "article.search", 0, "knowledge", "Find published articles, the best first"},
		{get, "/v1/articles/{id}", "article.read", 0, "knowledge", "One published article, with its figures"},
		{get, "/v1/article-categories", "category.list", 0, "knowledge", "The tree of categories"},
		{post, "/v1/articles/{id}/thumb", "article.vote", Keyed, "knowledge", "Say whether an answer helped"},
		{post, "/v1/articles", "article.create", Keyed, "knowledge", "Begin an article with a draft"},
		{post, "/v1/articles/{id}/edit", "article.edit", Keyed, "knowledge", "Write the draft of an article in a language"},
		{post, "/v1/articles/{id}/submit", "article.submit", Keyed, "knowledge", "Give a draft to the reviewers"},
		{post, "/v1/articles/{id}/review", "article.review", Keyed, "knowledge", "Publish what was submitted, now or later, or give it back"},
		{post, "/v1/articles/{id}/expire", "article.expire", Keyed, "knowledge", "Take an article out of what customers are told"},
		{post, "/v1/articles/{id}/confirm", "article.confirm", Keyed, "knowledge", "Say that an article still holds"},
		{get, "/v1/articles/{id}/versions", "article.versions", 0, "knowledge", "All that an article says and said, and where it is used"},
		{get, "/v1/article-versions", "article.version.list", 0, "knowledge", "Versions that stand in a state, the longest waiting first"},
		{get, "/v1/articles-due", "article.due", 0, "knowledge", "Articles to be looked at again, the longest due first"},
		{get, "/v1/article-misses", "article.miss.list", 0, "knowledge", "What was looked for and not found, the most frequent first"},
		{post, "/v1/article-misses/{id}/handle", "article.miss.handle", Keyed, "knowledge", "Say that a miss was seen to"},
		{get, "/v1/article-proposals", "article.proposal.list", 0, "knowledge", "What agents would like customers to be told, the oldest first"},
		{post, "/v1/article-proposals", "article.propose", Keyed, "knowledge", "Propose a new or better answer"},
		{post, "/v1/article-proposals/{id}/take", "article.proposal.take", Keyed, "knowledge", "Make a draft of a proposal"},
		{post, "/v1/article-proposals/{id}/decline", "article.proposal.decline", Keyed, "knowledge", "Decline a proposal, and say why"},
	}
}

type (
	articleSearchInput struct {
		Text     string `query:"q" required:"true" minLength:"1" maxLength:"200"`
		Lang     string `query:"lang" enum:"zh,en" doc:"Absent: the reader's."`
		Category string `query:"category" maxLength:"48" doc:"With those below it."`
		Intent   string `query:"intent" maxLength:"32"`
		Limit    int    `query:"limit" minimum:"1" maximum:"30" default:"10"`
	}
	articleListBody[T any] struct {
		Items []T    `json:"items" nullable:"false"`
		Next  string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	}
	articleListOutput[T any] struct{ Body articleListBody[T] }
	articleOutput[T any]     struct{ Body T }
	articleReadInput         struct {
		ID   string `path:"id" maxLength:"80" doc:"ID or slug."`
		Lang string `query:"lang" enum:"zh,en" doc:"Absent: the reader's."`
	}
	articleByID struct {
		ID string `path:"id" maxLength:"80" doc:"ID or slug."`
	}
	articleCreate struct {
		Slug  string       `json:"slug" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"80" doc:"Its name in links; it stays."`
		Draft ArticleDraft `json:"draft"`
	}
	articleCreateInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body articleCreate
	}
	articleProposeInput struct {
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client, new for each new intention."`
		Body ArticleProposal
	}
	articleEdit struct {
		Saw   int64        `json:"saw" minimum:"1" doc:"The revision that the editor looked at."`
		Draft ArticleDraft `json:"draft"`
	}
	articleStep struct {
		Lang string `json:"lang" enum:"zh,en"`
		Saw  int64  `json:"saw" minimum:"1"`
	}
	articleReview struct {
		Lang    string         `json:"lang" enum:"zh,en"`
		Saw     int64          `json:"saw" minimum:"1"`
		Verdict ArticleVerdict `json:"verdict"`
	}
	articleSaw struct {
		Saw int64 `json:"saw" minimum:"1"`
	}
	articleThumb struct {
		Up     bool   `json:"up"`
		Lang   string `json:"lang,omitempty" enum:"zh,en"`
		Intent string `json:"intent,omitempty" maxLength:"32" doc:"What was wanted, where the bot said so."`
	}
	articleStateInput struct {
		PageInput
		State string `query:"state" enum:"draft,in_review,approved,published" default:"in_review"`
	}
	articleProposalsInput struct {
		PageInput
		State string `query:"state" enum:"open,taken,declined" default:"open"`
	}
	articleTake struct {
		Slug string `json:"slug,omitempty" maxLength:"80" doc:"Of the new article."`
	}
	articleDecline struct {
		Note string `json:"note" minLength:"1" maxLength:"500"`
	}
)

func articleList[T any](page Page[T], err error) (*articleListOutput[T], error) {
	if err != nil {
		return nil, err
	}
	return &articleListOutput[T]{Body: articleListBody[T]{append([]T{}, page.Items...), page.Next}}, nil
}

func articleOne[T any](value T, err error) (*articleOutput[T], error) {
	if err != nil {
		return nil, err
	}
	return &articleOutput[T]{value}, nil
}

// articleLang is the language that was asked for, or the reader's.
func articleLang(ctx context.Context, asked string) string {
	if asked != "" {
		return asked
	}
	if strings.HasPrefix(callerOf(ctx).Language, "zh") {
		return "zh"
	}
	return "en"
}

func (e *edge) articles() {
	register(e, "article.search", func(ctx context.Context, in *articleSearchInput) (*articleListOutput[ArticleHit], error) {
		hits, err := e.Articles.SearchArticles(ctx, callerOf(ctx).actor(), ArticleQuery{in.Text, articleLang(ctx, in.Lang), in.Category, in.Intent, in.Limit})
		return articleList(Page[ArticleHit]{Items: hits}, err)
	})
	register(e, "article.read", func(ctx context.Context, in *articleReadInput) (*articleOutput[Article], error) {
		return articleOne(e.Articles.ReadArticle(ctx, callerOf(ctx).actor(), in.ID, articleLang(ctx, in.Lang)))
	})
	register(e, "category.list", func(ctx context.Context, _ *struct{}) (*articleListOutput[ArticleCategory], error) {
		list, err := e.Articles.ArticleCategories(ctx)
		return articleList(Page[ArticleCategory]{Items: list}, err)
	})
	register(e, "article.vote", func(ctx context.Context, in *keyedByID[articleThumb]) (*struct{}, error) {
		return nil, e.Articles.VoteArticle(ctx, callerOf(ctx).actor(), in.ID, articleLang(ctx, in.Body.Lang), in.Body.Intent, in.Body.Up)
	})
	register(e, "article.create", func(ctx context.Context, in *articleCreateInput) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.CreateArticle(ctx, callerOf(ctx).actor(), in.Body.Slug, in.Body.Draft))
	}, created)
	register(e, "article.edit", func(ctx context.Context, in *keyedByID[articleEdit]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.EditArticle(ctx, callerOf(ctx).actor(), in.ID, in.Body.Saw, in.Body.Draft))
	})
	register(e, "article.submit", func(ctx context.Context, in *keyedByID[articleStep]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.SubmitArticle(ctx, callerOf(ctx).actor(), in.ID, in.Body.Lang, in.Body.Saw))
	})
	register(e, "article.review", func(ctx context.Context, in *keyedByID[articleReview]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.ReviewArticle(ctx, callerOf(ctx).actor(), in.ID, in.Body.Lang, in.Body.Saw, in.Body.Verdict))
	})
	register(e, "article.expire", func(ctx context.Context, in *keyedByID[articleSaw]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.ExpireArticle(ctx, callerOf(ctx).actor(), in.ID, in.Body.Saw))
	})
	register(e, "article.confirm", func(ctx context.Context, in *keyedByID[articleSaw]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.ConfirmArticle(ctx, callerOf(ctx).actor(), in.ID, in.Body.Saw))
	})
	register(e, "article.versions", func(ctx context.Context, in *articleByID) (*articleOutput[ArticleWhole], error) {
		return articleOne(e.Articles.WholeArticle(ctx, in.ID))
	})
	register(e, "article.version.list", func(ctx context.Context, in *articleStateInput) (*articleListOutput[ArticleVersion], error) {
		return articleList(e.Articles.ArticleVersions(ctx, in.State, in.request()))
	})
	register(e, "article.due", func(ctx context.Context, in *PageInput) (*articleListOutput[ArticleState], error) {
		return articleList(e.Articles.ArticlesDue(ctx, in.request()))
	})
	register(e, "article.miss.list", func(ctx context.Context, in *PageInput) (*articleListOutput[ArticleMiss], error) {
		return articleList(e.Articles.ArticleMisses(ctx, in.request()))
	})
	register(e, "article.miss.handle", func(ctx context.Context, in *keyedByID[nothingBody]) (*struct{}, error) {
		return nil, e.Articles.HandleArticleMiss(ctx, in.ID)
	})
	register(e, "article.proposal.list", func(ctx context.Context, in *articleProposalsInput) (*articleListOutput[ArticleProposal], error) {
		return articleList(e.Articles.ArticleProposals(ctx, in.State, in.request()))
	})
	register(e, "article.propose", func(ctx context.Context, in *articleProposeInput) (*articleOutput[ArticleProposal], error) {
		if in.Body.ID != "" || in.Body.State != "" || in.Body.By != "" {
			return nil, fault.New(fault.UnknownField, "field", "id, state, by")
		}
		return articleOne(e.Articles.ProposeArticle(ctx, callerOf(ctx).actor(), in.Body))
	}, created)
	register(e, "article.proposal.take", func(ctx context.Context, in *keyedByID[articleTake]) (*articleOutput[ArticleState], error) {
		return articleOne(e.Articles.TakeProposal(ctx, callerOf(ctx).actor(), in.ID, in.Body.Slug))
	})
	register(e, "article.proposal.decline", func(ctx context.Context, in *keyedByID[articleDecline]) (*struct{}, error) {
		return nil, e.Articles.DeclineProposal(ctx, callerOf(ctx).actor(), in.ID, in.Body.Note)
	})
}
