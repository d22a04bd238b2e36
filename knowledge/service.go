// Package knowledge is what customers are told: a tree of categories, articles with versions that are reviewed before they
// are published, search, figures that are filled in from the rules in force, and what became of the answers.
package knowledge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy/pack"
)

// Service finds, keeps and changes articles. Store, Rules and Fold are needed. It is safe for concurrent use.
type Service struct {
	Store *models.Store
	Rules func(ctx context.Context) (*pack.Pack, error) // the pack that new cases get
	Fold  func(rune) rune                               // a character as it is compared: the bot's, so that both find the same
	Now   func() time.Time                              // nil: time.Now

	mu      sync.Mutex // one rebuilding at a time
	current atomic.Pointer[shelf]
}

// shelf is everything that is published, at a moment.
type shelf struct {
	indexes    map[string]*index
	articles   map[string]models.Article // by ID
	bySlug     map[string]string
	categories []models.ArticleCategory
	scores     map[string]models.ArticleScore // by article, language and intent
	usedBy     map[string][]string            // slugs of articles that lead to one
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return models.Moment(s.Now())
	}
	return models.Moment(time.Now())
}

// Refresh reads anew what is published. Whoever follows the log of events calls it when TopicArticle comes.
func (s *Service) Refresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh, err := s.read(ctx)
	if err == nil {
		s.current.Store(fresh)
	}
	return err
}

// Follow is for followers of the log of events: it refreshes when something about articles has changed.
func (s *Service) Follow(ctx context.Context, events []models.OutboxEvent) error {
	if !slices.ContainsFunc(events, func(e models.OutboxEvent) bool { return e.Topic == models.TopicArticle }) {
		return nil
	}
	return s.Refresh(ctx)
}

func (s *Service) shelf(ctx context.Context) (*shelf, error) {
	if there := s.current.Load(); there != nil {
		return there, nil
	}
	if err := s.Refresh(ctx); err != nil {
		return nil, Away(err)
	}
	return s.current.Load(), nil
}

func (s *Service) read(ctx context.Context) (*shelf, error) {
	articles, articlesErr := s.Store.AllArticles(ctx)
	versions, versionsErr := s.Store.PublishedVersions(ctx)
	tree, treeErr := s.Store.ArticleCategories(ctx)
	scores, scoresErr := s.Store.ArticleScores(ctx)
	if err := errors.Join(articlesErr, versionsErr, treeErr, scoresErr); err != nil {
		return nil, err
	}
	fresh := &shelf{
		indexes: map[string]*index{}, articles: map[string]models.Article{}, bySlug: map[string]string{}, categories: tree,
		scores: map[string]models.ArticleScore{}, usedBy: map[string][]string{},
	}
	for _, article := range articles {
		fresh.articles[article.ID], fresh.bySlug[article.Slug] = article, article.ID
	}
	for _, score := range scores {
		fresh.scores[score.ArticleID+"/"+score.Lang+"/"+score.Intent] = score
	}
	docs := map[string][]document{Chinese: nil, English: nil}
	for _, version := range versions {
		article := fresh.articles[version.ArticleID]
		text, err := TextOf(version)
		if err != nil {
			return nil, err
		}
		text.Category = article.Category
		docs[version.Lang] = append(docs[version.Lang], document{articleID: article.ID, slug: article.Slug, category: article.Category, n: version.N, text: text})
		for _, slug := range text.Links() {
			if !slices.Contains(fresh.usedBy[slug], article.Slug) {
				fresh.usedBy[slug] = append(fresh.usedBy[slug], article.Slug)
			}
		}
	}
	for lang, list := range docs {
		slices.SortFunc(list, func(a, b document) int { return strings.Compare(a.slug, b.slug) })
		fresh.indexes[lang] = newIndex(s.Fold, lang, list)
	}
	return fresh, nil
}

// versionOf is a text as it is stored.
func versionOf(t Text) models.ArticleVersion {
	list := func(items []string) string {
		encoded, _ := json.Marshal(append([]string{}, items...)) // strings always can be
		return string(encoded)
	}
	return models.ArticleVersion{Title: t.Title, Body: t.Body, Questions: list(t.Questions), Keywords: list(t.Keywords), Intents: list(t.Intents)}
}

// TextOf is a stored version as it is written.
func TextOf(v models.ArticleVersion) (Text, error) {
	text := Text{Title: v.Title, Body: v.Body}
	err := errors.Join(
		json.Unmarshal([]byte(v.Questions), &text.Questions), json.Unmarshal([]byte(v.Keywords), &text.Keywords), json.Unmarshal([]byte(v.Intents), &text.Intents),
	)
	if err != nil {
		return Text{}, fmt.Errorf("knowledge: version %d of %s: %w", v.N, v.ArticleID, err)
	}
	return text, nil
}

// Away is what a person is told when our database fails; a fault passes as it is.
func Away(err error) error {
	switch {
	case err == nil || fault.As(err) != nil:
		return err
	case errors.Is(err, models.ErrNotFound):
		return fault.New(fault.NotFound).Because(err)
	case errors.Is(err, models.ErrStale):
		return fault.New(fault.StaleRevision).Because(err)
	}
	return fault.New(fault.Unavailable).Because(err)
}
