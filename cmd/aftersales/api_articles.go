package main

import (
	"context"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/knowledge"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// articleDesk gives the edge articles in the edge's words.
type articleDesk struct{ service *knowledge.Service }

var _ api.Articles = articleDesk{}

func (d articleDesk) SearchArticles(ctx context.Context, reader contract.Actor, q api.ArticleQuery) ([]api.ArticleHit, error) {
	hits, err := d.service.Search(ctx, knowledge.Query{
		Text: q.Text, Lang: q.Lang, Category: q.Category, Intent: q.Intent, Limit: q.Limit, Quiet: reader.Kind != contract.Customer,
	})
	return all(hits, func(h knowledge.Hit) api.ArticleHit {
		return api.ArticleHit{ID: h.ArticleID, Slug: h.Slug, Category: h.Category, Title: all(h.Title, pieceOf), Snippet: all(h.Snippet, pieceOf), Sure: h.Sure}
	}), err
}

func pieceOf(p knowledge.Piece) api.ArticlePiece { return api.ArticlePiece(p) }

func (d articleDesk) ReadArticle(ctx context.Context, reader contract.Actor, id, lang string) (api.Article, error) {
	place := "agent"
	if reader.Kind == contract.Customer {
		place = "read"
	}
	a, err := d.service.Read(ctx, id, lang, knowledge.Facts{}, place)
	return api.Article{
		ID: a.ArticleID, Slug: a.Slug, Category: a.Category, Lang: a.Lang, Version: a.Version, Title: a.Title, Markdown: a.Markdown, UpdatedAt: a.UpdatedAt,
	}, err
}

func (d articleDesk) ArticleCategories(ctx context.Context) ([]api.ArticleCategory, error) {
	list, err := d.service.Categories(ctx)
	return all(list, func(c knowledge.Category) api.ArticleCategory {
		return api.ArticleCategory{Code: c.Code, Parent: c.Parent, TitleZH: c.TitleZH, TitleEN: c.TitleEN, Articles: c.Articles}
	}), err
}

func (d articleDesk) VoteArticle(ctx context.Context, voter contract.Actor, id, lang, intent string, up bool) error {
	return d.service.Vote(ctx, knowledge.Thumb{Article: id, Lang: lang, Intent: intent, Voter: string(voter.Kind) + "/" + voter.ID, Up: up})
}

func draftOf(slug string, d api.ArticleDraft) knowledge.Draft {
	return knowledge.Draft{
		Slug: slug, Lang: d.Lang, Owner: d.Owner, ExpiresAt: d.ExpiresAt,
		Text: knowledge.Text{
			Title: d.Title, Category: d.Category, Body: d.Body, Questions: d.Questions, Keywords: d.Keywords, Intents: d.Intents, Review: d.ReviewDays,
		},
	}
}

func articleState(a models.Article, err error) (api.ArticleState, error) {
	return stateOf(a), err
}

func stateOf(a models.Article) api.ArticleState {
	return api.ArticleState{
		ID: a.ID, Slug: a.Slug, Category: a.Category, Owner: a.OwnerID, Revision: a.Revision, ReviewAt: a.ReviewAt, ReviewWhy: a.ReviewWhy,
		ExpiresAt: a.ExpiresAt, UpdatedAt: a.UpdatedAt,
	}
}

func (d articleDesk) CreateArticle(ctx context.Context, editor contract.Actor, slug string, draft api.ArticleDraft) (api.ArticleState, error) {
	return articleState(d.service.Create(ctx, editor.ID, draftOf(slug, draft)))
}

func (d articleDesk) EditArticle(ctx context.Context, editor contract.Actor, id string, saw int64, draft api.ArticleDraft) (api.ArticleState, error) {
	return articleState(d.service.Edit(ctx, editor.ID, id, saw, draftOf("", draft)))
}

func (d articleDesk) SubmitArticle(ctx context.Context, _ contract.Actor, id, lang string, saw int64) (api.ArticleState, error) {
	return articleState(d.service.Submit(ctx, id, lang, saw))
}

func (d articleDesk) ReviewArticle(ctx context.Context, editor contract.Actor, id, lang string, saw int64, v api.ArticleVerdict) (api.ArticleState, error) {
	return articleState(d.service.Review(ctx, editor.ID, id, lang, saw, knowledge.Verdict(v)))
}

func (d articleDesk) ExpireArticle(ctx context.Context, _ contract.Actor, id string, saw int64) (api.ArticleState, error) {
	return articleState(d.service.Expire(ctx, id, saw))
}

func (d articleDesk) ConfirmArticle(ctx context.Context, _ contract.Actor, id string, saw int64) (api.ArticleState, error) {
	return articleState(d.service.Confirm(ctx, id, saw))
}

func (d articleDesk) WholeArticle(ctx context.Context, id string) (api.ArticleWhole, error) {
	whole, err := d.service.Whole(ctx, id)
	if err != nil {
		return api.ArticleWhole{}, err
	}
	out := api.ArticleWhole{Article: stateOf(whole.Article), UsedBy: append([]string{}, whole.UsedBy...), Versions: []api.ArticleVersion{}}
	for _, row := range whole.Versions {
		version, err := articleVersion(row)
		if err != nil {
			return out, err
		}
		out.Versions = append(out.Versions, version)
	}
	out.Uses = append([]api.ArticleUse{}, all(whole.Uses, func(u models.ArticleUse) api.ArticleUse {
		return api.ArticleUse{Lang: u.Lang, Place: u.Place, Month: u.Month, N: u.N}
	})...)
	return out, nil
}

func articleVersion(v models.ArticleVersion) (api.ArticleVersion, error) {
	text, err := knowledge.TextOf(v)
	if err != nil {
		return api.ArticleVersion{}, fault.New(fault.Internal).Because(err)
	}
	return api.ArticleVersion{
		ArticleID: v.ArticleID, Lang: v.Lang, N: v.N, State: v.State, Title: v.Title, Body: v.Body, Questions: text.Questions, Keywords: text.Keywords,
		Intents: text.Intents, Author: v.AuthorID, Proposer: v.ProposerID, Reviewer: v.ReviewerID, Note: v.Note, UpdatedAt: v.UpdatedAt,
		PublishAt: v.PublishAt, PublishedAt: v.PublishedAt,
	}, nil
}

func (d articleDesk) ArticleVersions(ctx context.Context, state string, page api.PageRequest) (api.Page[api.ArticleVersion], error) {
	found, err := d.service.Store.VersionsInState(ctx, state, models.PageRequest(page))
	if err != nil {
		return api.Page[api.ArticleVersion]{}, knowledge.Away(err)
	}
	out := api.Page[api.ArticleVersion]{Next: found.Next}
	for _, row := range found.Items {
		version, err := articleVersion(row)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, version)
	}
	return out, nil
}

func (d articleDesk) ArticlesDue(ctx context.Context, page api.PageRequest) (api.Page[api.ArticleState], error) {
	found, err := d.service.Due(ctx, models.PageRequest(page))
	return pageOf(found, stateOf), err
}

func (d articleDesk) ArticleMisses(ctx context.Context, page api.PageRequest) (api.Page[api.ArticleMiss], error) {
	found, err := d.service.Store.Misses(ctx, models.PageRequest(page))
	return pageOf(found, func(m models.SearchMiss) api.ArticleMiss {
		return api.ArticleMiss{ID: m.ID, Lang: m.Lang, Words: m.Words, Intent: m.Intent, N: m.N, LastAt: m.LastAt}
	}), knowledge.Away(err)
}

func (d articleDesk) HandleArticleMiss(ctx context.Context, id string) error {
	return d.service.Seen(ctx, id)
}

func proposalOf(p models.ArticleProposal) api.ArticleProposal {
	return api.ArticleProposal{
		ID: p.ID, ArticleID: p.ArticleID, Lang: p.Lang, Category: p.Category, Title: p.Title, Body: p.Body, Question: p.Question,
		SourceKind: p.SourceKind, SourceID: p.SourceID, State: p.State, By: p.ByID, CreatedAt: p.CreatedAt,
	}
}

func (d articleDesk) ProposeArticle(ctx context.Context, agent contract.Actor, p api.ArticleProposal) (api.ArticleProposal, error) {
	kept, err := d.service.Propose(ctx, knowledge.Proposal{
		Article: p.ArticleID, Lang: p.Lang, Title: p.Title, Category: p.Category, Body: p.Body, Question: p.Question, SourceKind: p.SourceKind,
		SourceID: p.SourceID, ByKind: string(agent.Kind), ByID: agent.ID,
	})
	return proposalOf(kept), err
}

func (d articleDesk) ArticleProposals(ctx context.Context, state string, page api.PageRequest) (api.Page[api.ArticleProposal], error) {
	found, err := d.service.Store.Proposals(ctx, state, models.PageRequest(page))
	return pageOf(found, proposalOf), knowledge.Away(err)
}

func (d articleDesk) TakeProposal(ctx context.Context, editor contract.Actor, id, slug string) (api.ArticleState, error) {
	return articleState(d.service.Take(ctx, editor.ID, id, slug))
}

func (d articleDesk) DeclineProposal(ctx context.Context, editor contract.Actor, id, note string) error {
	return d.service.Decline(ctx, editor.ID, id, note)
}
