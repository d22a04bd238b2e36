package knowledge

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"aftersales/fault"
	"aftersales/models"
)

// Proposal is an agent's wish for a new or better answer.
type Proposal struct {
	Article              string // ID or slug; empty: a new one
	Lang                 string
	Title, Category      string
	Body                 string
	Question             string // what the customer asked; kept masked
	SourceKind, SourceID string // conversation, case or miss, and its ID
	ByKind, ByID         string
}

// Propose is the first of two steps: an agent hands in an answer with where the question came from. Nothing that customers
// see changes. Faults: article_invalid, not_found.
func (s *Service) Propose(ctx context.Context, p Proposal) (models.ArticleProposal, error) {
	row := models.ArticleProposal{
		ID: models.NewID(), Lang: p.Lang, Category: p.Category, Title: strings.TrimSpace(p.Title), Body: strings.TrimSpace(p.Body),
		Question: short(Mask(p.Question), 400), SourceKind: p.SourceKind, SourceID: p.SourceID, State: "open", ByKind: p.ByKind, ByID: p.ByID, CreatedAt: s.now(),
	}
	if p.Article != "" {
		article, err := s.Store.Article(ctx, p.Article)
		if err != nil {
			return row, Away(err)
		}
		row.ArticleID, row.Category = article.ID, article.Category
	}
	if err := s.check(ctx, p.Lang, Text{Title: row.Title, Category: row.Category, Body: row.Body}); err != nil {
		return row, err
	}
	// An answer is for everybody: nothing of the customer whom it was written for may stand in it.
	if longNumber.MatchString(row.Body) || mailAddress.MatchString(row.Body) {
		return row, fault.New(fault.ArticleInvalid, "fields", "personal_data")
	}
	return row, Away(s.Store.AddProposal(ctx, row))
}

func short(text string, most int) string {
	if utf8.RuneCountInString(text) > most {
		return string([]rune(text)[:most])
	}
	return text
}

// Take is the second step: an editor makes a draft of a proposal, in the article that it is about or, with a slug, in a new
// one. Who proposed it does not review it. Faults: not_found, not_possible_now when it was decided before, and those of
// Create and Edit.
func (s *Service) Take(ctx context.Context, editor, id, slug string) (models.Article, error) {
	proposal, err := s.Store.Proposal(ctx, id)
	if err != nil {
		return models.Article{}, Away(err)
	}
	if proposal.State != "open" {
		return models.Article{}, fault.New(fault.NotNow)
	}
	text := Text{Title: proposal.Title, Category: proposal.Category, Body: proposal.Body, Review: 180}
	if proposal.Question != "" {
		text.Questions = []string{short(proposal.Question, maxLine)}
	}
	draft := Draft{Slug: slug, Lang: proposal.Lang, Text: text, ProposerID: proposal.ByID}
	var article models.Article
	if proposal.ArticleID == "" {
		article, err = s.Create(ctx, editor, draft)
	} else {
		whole, wholeErr := s.Whole(ctx, proposal.ArticleID)
		if wholeErr != nil {
			return models.Article{}, wholeErr
		}
		draft.Text = merged(whole, text, proposal.Lang)
		draft.ExpiresAt = whole.Article.ExpiresAt
		article, err = s.Edit(ctx, editor, proposal.ArticleID, whole.Article.Revision, draft)
	}
	if err != nil {
		return models.Article{}, err
	}
	return article, s.decided(s.Store.DecideProposal(ctx, id, "taken", article.ID, editor, "", s.now()))
}

// merged keeps what is known of an article besides the text that is proposed for it.
func merged(whole Whole, text Text, lang string) Text {
	text.Category, text.Review = whole.Article.Category, whole.Article.ReviewDays
	for _, version := range whole.Versions {
		if before, err := TextOf(version); version.Lang == lang && err == nil {
			text.Questions, text.Keywords, text.Intents = append(text.Questions, before.Questions...), before.Keywords, before.Intents
			text.Questions = text.Questions[:min(len(text.Questions), maxQuestions)]
			break
		}
	}
	return text
}

// Decline ends a proposal with a word why. Faults: not_possible_now, article_invalid without a note.
func (s *Service) Decline(ctx context.Context, editor, id, note string) error {
	if strings.TrimSpace(note) == "" {
		return fault.New(fault.ArticleInvalid, "fields", "note")
	}
	return s.decided(s.Store.DecideProposal(ctx, id, "declined", "", editor, note, s.now()))
}

func (s *Service) decided(err error) error {
	if errors.Is(err, models.ErrStale) {
		return fault.New(fault.NotNow)
	}
	return Away(err)
}
