package api_test

import (
	"context"

	"aftersales/api"
	"aftersales/workflows/contract"
)

// fakeArticles is a shelf with one of everything.
type fakeArticles struct{}

var anArticle = api.ArticleState{ID: "ar-1", Slug: "open-a-return", Category: "returns", Revision: 2, UpdatedAt: noon}

var aProposal = api.ArticleProposal{ID: "pr-1", Lang: "zh", Category: "returns", Title: "怎么退", Body: "这样退。", State: "open", By: "ag-1", CreatedAt: noon}

var aVersion = api.ArticleVersion{
	ArticleID: "ar-1", Lang: "zh", N: 1, State: "published", Title: "怎么退", Body: "这样退。", Questions: []string{"怎么退"}, Keywords: []string{}, Intents: []string{"return_refund"},
	UpdatedAt: noon,
}

func (fakeArticles) SearchArticles(_ context.Context, _ contract.Actor, q api.ArticleQuery) ([]api.ArticleHit, error) {
	return []api.ArticleHit{{ID: "ar-1", Slug: "open-a-return", Category: "returns", Title: []api.ArticlePiece{{Text: q.Text, Hit: true}}, Snippet: []api.ArticlePiece{{Text: q.Lang}}}}, nil
}

func (fakeArticles) ReadArticle(_ context.Context, _ contract.Actor, id, lang string) (api.Article, error) {
	return api.Article{ID: id, Slug: "open-a-return", Category: "returns", Lang: lang, Version: 1, Title: "怎么退", Markdown: "这样退。", UpdatedAt: noon}, nil
}

func (fakeArticles) ArticleCategories(context.Context) ([]api.ArticleCategory, error) {
	return []api.ArticleCategory{{Code: "returns", TitleZH: "退货", TitleEN: "Returns", Articles: map[string]int{"zh": 18}}}, nil
}

func (fakeArticles) VoteArticle(context.Context, contract.Actor, string, string, string, bool) error {
	return nil
}

func (fakeArticles) CreateArticle(context.Context, contract.Actor, string, api.ArticleDraft) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) EditArticle(context.Context, contract.Actor, string, int64, api.ArticleDraft) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) SubmitArticle(context.Context, contract.Actor, string, string, int64) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) ReviewArticle(context.Context, contract.Actor, string, string, int64, api.ArticleVerdict) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) ExpireArticle(context.Context, contract.Actor, string, int64) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) ConfirmArticle(context.Context, contract.Actor, string, int64) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) WholeArticle(context.Context, string) (api.ArticleWhole, error) {
	return api.ArticleWhole{Article: anArticle, Versions: []api.ArticleVersion{aVersion}, Uses: []api.ArticleUse{}, UsedBy: []string{}}, nil
}

func (fakeArticles) ArticleVersions(context.Context, string, api.PageRequest) (api.Page[api.ArticleVersion], error) {
	return api.Page[api.ArticleVersion]{Items: []api.ArticleVersion{aVersion}}, nil
}

func (fakeArticles) ArticlesDue(context.Context, api.PageRequest) (api.Page[api.ArticleState], error) {
	return api.Page[api.ArticleState]{Items: []api.ArticleState{anArticle}}, nil
}

func (fakeArticles) ArticleMisses(context.Context, api.PageRequest) (api.Page[api.ArticleMiss], error) {
	return api.Page[api.ArticleMiss]{Items: []api.ArticleMiss{{ID: "mi-1", Lang: "zh", Words: "量子", N: 3, LastAt: noon}}}, nil
}

func (fakeArticles) HandleArticleMiss(context.Context, string) error { return nil }

func (fakeArticles) ProposeArticle(context.Context, contract.Actor, api.ArticleProposal) (api.ArticleProposal, error) {
	return aProposal, nil
}

func (fakeArticles) ArticleProposals(context.Context, string, api.PageRequest) (api.Page[api.ArticleProposal], error) {
	return api.Page[api.ArticleProposal]{Items: []api.ArticleProposal{aProposal}}, nil
}

func (fakeArticles) TakeProposal(context.Context, contract.Actor, string, string) (api.ArticleState, error) {
	return anArticle, nil
}

func (fakeArticles) DeclineProposal(context.Context, contract.Actor, string, string) error {
	return nil
}
