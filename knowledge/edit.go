package knowledge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/models"
)

// Draft is what an editor writes.
type Draft struct {
	Slug       string // of a new article
	Lang       string
	Text       Text // with its category
	Owner      string
	ExpiresAt  *time.Time
	ProposerID string // who proposed the text; empty: the editor
}

// Create begins an article with a first draft. Faults: bad_request with what is wrong, article_exists.
func (s *Service) Create(ctx context.Context, editor string, d Draft) (models.Article, error) {
	if !slugs.MatchString(d.Slug) || len(d.Slug) > 80 {
		return models.Article{}, fault.New(fault.ArticleInvalid, "fields", "slug")
	}
	if err := s.check(ctx, d.Lang, d.Text); err != nil {
		return models.Article{}, err
	}
	now := s.now()
	article := models.Article{
		ID: models.NewID(), Slug: d.Slug, Category: d.Text.Category, OwnerID: d.Owner, ReviewDays: d.Text.Review, ExpiresAt: d.ExpiresAt,
		Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	if article.OwnerID == "" {
		article.OwnerID = editor
	}
	version := versionOf(d.Text)
	version.ArticleID, version.Lang, version.N, version.State = article.ID, d.Lang, 1, models.VersionDraft
	version.AuthorID, version.ProposerID, version.CreatedAt, version.UpdatedAt = editor, d.ProposerID, now, now
	err := s.Store.CreateArticle(ctx, article, version)
	switch {
	case errors.Is(err, models.ErrDuplicate):
		return models.Article{}, fault.New(fault.ArticleExists, "slug", d.Slug)
	case errors.Is(err, models.ErrReference):
		return models.Article{}, fault.New(fault.ArticleInvalid, "fields", "category")
	}
	return article, Away(err)
}

// Edit writes the draft of an article in a language: the one there is, or a new one. What is published stays as it is until
// the draft takes its place. saw is the revision that the editor looked at. Faults: not_found, stale_revision, article_invalid,
// not_possible_now while the draft is being reviewed or waits for its time.
func (s *Service) Edit(ctx context.Context, editor, id string, saw int64, d Draft) (models.Article, error) {
	if err := s.check(ctx, d.Lang, d.Text); err != nil {
		return models.Article{}, err
	}
	return s.change(ctx, id, saw, func(a *models.Article, versions []models.ArticleVersion) ([]models.ArticleVersion, error) {
		a.Category, a.ReviewDays, a.ExpiresAt = d.Text.Category, d.Text.Review, d.ExpiresAt
		if d.Owner != "" {
			a.OwnerID = d.Owner
		}
		version := versionOf(d.Text)
		version.ArticleID, version.Lang, version.N, version.State = a.ID, d.Lang, 1, models.VersionDraft
		version.AuthorID, version.ProposerID, version.CreatedAt = editor, d.ProposerID, s.now()
		for _, there := range versions {
			if there.Lang != d.Lang {
				continue
			}
			switch there.State {
			case models.VersionInReview, models.VersionApproved:
				return nil, fault.New(fault.NotNow)
			case models.VersionDraft:
				version.N, version.CreatedAt = there.N, there.CreatedAt
				if version.ProposerID == "" {
					version.ProposerID = there.ProposerID
				}
				if there.AuthorID != editor { // nobody's words are reviewed by who wrote some of them
					version.ProposerID = there.AuthorID
				}
				return []models.ArticleVersion{version}, nil
			}
			version.N = max(version.N, there.N+1)
		}
		return []models.ArticleVersion{version}, nil
	})
}

// Submit gives a draft to the reviewers. Faults: not_found, stale_revision, not_possible_now.
func (s *Service) Submit(ctx context.Context, id, lang string, saw int64) (models.Article, error) {
	return s.step(ctx, id, lang, saw, models.VersionDraft, func(v *models.ArticleVersion) error {
		v.State, v.Note = models.VersionInReview, ""
		return nil
	})
}

// Verdict is what a reviewer decides.
type Verdict struct {
	Approve   bool
	Note      string     // why not
	PublishAt *time.Time // nil: now
}

// Review publishes what was submitted, now or at its time, or gives it back with a note. Nobody reviews what they wrote or
// proposed. Faults: not_found, stale_revision, not_possible_now, own_article, article_invalid.
func (s *Service) Review(ctx context.Context, reviewer, id, lang string, saw int64, verdict Verdict) (models.Article, error) {
	if !verdict.Approve && strings.TrimSpace(verdict.Note) == "" {
		return models.Article{}, fault.New(fault.ArticleInvalid, "fields", "note")
	}
	now := s.now()
	article, err := s.step(ctx, id, lang, saw, models.VersionInReview, func(v *models.ArticleVersion) error {
		if v.AuthorID == reviewer || v.ProposerID == reviewer {
			return fault.New(fault.OwnArticle)
		}
		v.ReviewerID, v.Note = reviewer, verdict.Note
		if !verdict.Approve {
			v.State, v.ReviewerID = models.VersionDraft, ""
			return nil
		}
		v.State, v.PublishAt = models.VersionApproved, &now
		if verdict.PublishAt != nil && verdict.PublishAt.After(now) {
			at := models.Moment(*verdict.PublishAt)
			v.PublishAt = &at
		}
		return nil
	})
	if err != nil || !verdict.Approve {
		return article, err
	}
	return s.due(ctx, article.ID)
}

// step moves the version of a language that stands in a state.
func (s *Service) step(ctx context.Context, id, lang string, saw int64, state string, move func(*models.ArticleVersion) error) (models.Article, error) {
	return s.change(ctx, id, saw, func(_ *models.Article, versions []models.ArticleVersion) ([]models.ArticleVersion, error) {
		at := slices.IndexFunc(versions, func(v models.ArticleVersion) bool { return v.Lang == lang && v.State == state })
		if at < 0 {
			return nil, fault.New(fault.NotNow)
		}
		err := move(&versions[at])
		return versions[at : at+1], err
	})
}

// Expire takes an article out of what customers are told, in all languages. Faults: not_found, stale_revision, not_possible_now.
func (s *Service) Expire(ctx context.Context, id string, saw int64) (models.Article, error) {
	now := s.now()
	return s.change(ctx, id, saw, func(a *models.Article, versions []models.ArticleVersion) ([]models.ArticleVersion, error) {
		ended := end(versions, "", models.VersionExpired, now)
		if len(ended) == 0 {
			return nil, fault.New(fault.NotNow)
		}
		a.ExpiresAt, a.ReviewAt, a.ReviewWhy = nil, nil, ""
		return ended, nil
	})
}

// Confirm notes that an editor has looked at an article and that it still holds; it is due again after its days.
func (s *Service) Confirm(ctx context.Context, id string, saw int64) (models.Article, error) {
	return s.change(ctx, id, saw, func(a *models.Article, _ []models.ArticleVersion) ([]models.ArticleVersion, error) {
		a.ReviewAt, a.ReviewWhy = reviewAt(s.now(), a.ReviewDays), ""
		return nil, nil
	})
}

// due publishes what has come to its time, and ends what has expired.
func (s *Service) due(ctx context.Context, id string) (models.Article, error) {
	now := s.now()
	return s.change(ctx, id, 0, func(a *models.Article, versions []models.ArticleVersion) ([]models.ArticleVersion, error) {
		var changed []models.ArticleVersion
		for _, v := range versions {
			if v.State != models.VersionApproved || v.PublishAt.After(now) {
				continue
			}
			changed = append(changed, end(versions, v.Lang, models.VersionReplaced, now)...) // first, to make room
			v.State, v.PublishedAt = models.VersionPublished, &now
			changed = append(changed, v)
			a.ReviewAt, a.ReviewWhy = reviewAt(now, a.ReviewDays), ""
		}
		if a.ExpiresAt != nil && !a.ExpiresAt.After(now) {
			changed, a.ExpiresAt = append(changed, end(versions, "", models.VersionExpired, now)...), nil
		}
		return changed, nil
	})
}

// Tick publishes and ends what is due; more tells that there may be more. A loop calls it.
func (s *Service) Tick(ctx context.Context) (more bool, err error) {
	const batch = 20
	ids, err := s.Store.ArticlesWithWork(ctx, s.now(), batch)
	for _, id := range ids {
		if _, one := s.due(ctx, id); one != nil {
			err = errors.Join(err, one)
		}
	}
	return err == nil && len(ids) == batch, err
}

// end are the published versions of a language, or of all, as they stand after their end.
func end(versions []models.ArticleVersion, lang, state string, now time.Time) []models.ArticleVersion {
	var ended []models.ArticleVersion
	for _, v := range versions {
		if v.State == models.VersionPublished && (lang == "" || v.Lang == lang) {
			v.State, v.EndedAt = state, &now
			ended = append(ended, v)
		}
	}
	return ended
}

func (s *Service) change(ctx context.Context, id string, saw int64, make func(*models.Article, []models.ArticleVersion) ([]models.ArticleVersion, error)) (models.Article, error) {
	article, err := s.Store.ChangeArticle(ctx, id, saw, s.now(), make)
	return article, Away(err)
}

// check refuses what must not be told to customers.
func (s *Service) check(ctx context.Context, lang string, text Text) error {
	facts, err := s.facts(ctx, Facts{Kinds: KindsOf(text.Intents)})
	if err != nil {
		return err
	}
	there, err := s.shelf(ctx)
	if err != nil {
		return err
	}
	wrong := text.Check(lang, facts, func(slug string) bool { return there.bySlug[slug] != "" })
	if !slices.ContainsFunc(there.categories, func(c models.ArticleCategory) bool { return c.Code == text.Category }) {
		wrong = append(wrong, "category")
	}
	if len(wrong) > 0 {
		return fault.New(fault.ArticleInvalid, "fields", strings.Join(wrong, ", "))
	}
	return nil
}

// Due lists articles that are to be looked at again by now, the longest due first.
func (s *Service) Due(ctx context.Context, page models.PageRequest) (models.Page[models.Article], error) {
	found, err := s.Store.ArticlesToReview(ctx, s.now(), page)
	return found, Away(err)
}

// Seen notes that an editor has seen to something that was looked for and not found. Fault: not_found.
func (s *Service) Seen(ctx context.Context, missID string) error {
	return Away(s.Store.HandleMiss(ctx, missID, s.now()))
}

// Whole is an article with all that editors see of it.
type Whole struct {
	Article  models.Article
	Versions []models.ArticleVersion // by language, the newest first
	Uses     []models.ArticleUse
	UsedBy   []string // slugs of articles that lead to it
	Scores   []models.ArticleScore
}

// Whole returns an article as editors see it, by its ID or slug. Fault: not_found.
func (s *Service) Whole(ctx context.Context, idOrSlug string) (Whole, error) {
	article, err := s.Store.Article(ctx, idOrSlug)
	if err != nil {
		return Whole{}, Away(err)
	}
	versions, versionsErr := s.Store.ArticleVersions(ctx, article.ID)
	uses, usesErr := s.Store.ArticleUses(ctx, article.ID)
	there, err := s.shelf(ctx)
	if err := errors.Join(versionsErr, usesErr, err); err != nil {
		return Whole{}, Away(err)
	}
	whole := Whole{Article: article, Versions: versions, Uses: uses, UsedBy: there.usedBy[article.Slug]}
	for _, key := range sorted(there.scores) {
		if strings.HasPrefix(key, article.ID+"/") {
			whole.Scores = append(whole.Scores, there.scores[key])
		}
	}
	return whole, nil
}
