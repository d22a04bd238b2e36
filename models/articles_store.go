package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"aftersales/fault"
)

// TopicArticle is the topic of the events that tell that articles, or what people think of them, have changed.
const TopicArticle = "article.changed"

// ArticleCategories lists the tree, by parent and position.
func (s *Store) ArticleCategories(ctx context.Context) ([]ArticleCategory, error) {
	var rows []ArticleCategory
	return rows, s.db(ctx).Order("parent, position, code").Find(&rows).Error
}

// PutArticleCategories adds categories, or changes those that there are.
func (s *Store) PutArticleCategories(ctx context.Context, rows ...ArticleCategory) error {
	if len(rows) == 0 {
		return nil
	}
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error; err != nil {
			return err
		}
		return tx.ArticleChanged(ctx, "categories", rows[0].UpdatedAt)
	})
}

// AddArticleCategory adds a category unless there is one of this code.
func (s *Store) AddArticleCategory(ctx context.Context, row ArticleCategory) error {
	return s.db(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

// AddShippedArticle adds an article that came with the program with its published versions, unless there is one of this
// slug: what editors made of it stays theirs. It returns whether it was added.
func (s *Store) AddShippedArticle(ctx context.Context, article Article, versions []ArticleVersion) (added bool, err error) {
	return added, s.Tx(ctx, func(tx *Store) error {
		made := tx.db(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "slug"}}, DoNothing: true}).Create(&article)
		if added = made.RowsAffected > 0; made.Error != nil || !added {
			return made.Error
		}
		return tx.db(ctx).Create(&versions).Error
	})
}

// CreateArticle adds an article with its first versions; ErrDuplicate when the slug is taken, ErrReference when there is no such category.
func (s *Store) CreateArticle(ctx context.Context, article Article, versions ...ArticleVersion) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.db(ctx).Create(&article).Error; err != nil {
			return err
		}
		if err := tx.db(ctx).Create(&versions).Error; err != nil {
			return err
		}
		return tx.ArticleChanged(ctx, article.ID, article.UpdatedAt)
	})
}

// Article returns an article by its ID or its slug; ErrNotFound when there is none.
func (s *Store) Article(ctx context.Context, idOrSlug string) (Article, error) {
	row, err := one[Article](ctx, s, "id = ?", idOrSlug)
	if errors.Is(err, ErrNotFound) {
		return one[Article](ctx, s, "slug = ?", idOrSlug)
	}
	return row, err
}

// ArticleVersions lists what an article says and said, by language, the newest first.
func (s *Store) ArticleVersions(ctx context.Context, articleID string) ([]ArticleVersion, error) {
	var rows []ArticleVersion
	return rows, s.db(ctx).Where("article_id = ?", articleID).Order("lang, n DESC").Find(&rows).Error
}

// PublishedVersions lists what is published now.
func (s *Store) PublishedVersions(ctx context.Context) ([]ArticleVersion, error) {
	var rows []ArticleVersion
	return rows, s.db(ctx).Where("state = ?", VersionPublished).Find(&rows).Error
}

// AllArticles lists every article, without what they say.
func (s *Store) AllArticles(ctx context.Context) ([]Article, error) {
	var rows []Article
	return rows, s.db(ctx).Order("id").Find(&rows).Error
}

// VersionsInState lists versions of all articles that stand in a state, the longest untouched first.
func (s *Store) VersionsInState(ctx context.Context, state string, request PageRequest) (Page[ArticleVersion], error) {
	query := s.db(ctx).Where("state = ?", state)
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[ArticleVersion]{}, err
		}
		query = query.Where("(updated_at, article_id || '/' || lang) > (?, ?)", after.at, after.id)
	}
	var rows []ArticleVersion
	err := query.Order("updated_at, article_id || '/' || lang").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(v ArticleVersion) place { return place{v.UpdatedAt, v.ArticleID + "/" + v.Lang} }), err
}

// ArticlesToReview lists articles that are due to be looked at again until a time, the longest due first.
func (s *Store) ArticlesToReview(ctx context.Context, until time.Time, request PageRequest) (Page[Article], error) {
	query := s.db(ctx).Where("review_at <= ?", until)
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		if err != nil {
			return Page[Article]{}, err
		}
		query = query.Where("(review_at, id) > (?, ?)", after.at, after.id)
	}
	var rows []Article
	err := query.Order("review_at, id").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(a Article) place { return place{moment(a.ReviewAt), a.ID} }), err
}

// ChangeArticle lets change look at an article with its versions and return what of them is to be written, all in one
// transaction. saw is the revision that somebody looked at: ErrStale when it is another by now; 0 means any. Its own errors
// pass unchanged.
func (s *Store) ChangeArticle(ctx context.Context, id string, saw int64, at time.Time, change func(a *Article, versions []ArticleVersion) ([]ArticleVersion, error)) (Article, error) {
	var article Article
	err := s.Tx(ctx, func(tx *Store) error {
		article = Article{}
		if err := tx.ForUpdate(tx.db(ctx)).Where("id = ?", id).Take(&article).Error; err != nil {
			return err
		}
		if saw != 0 && saw != article.Revision {
			return ErrStale
		}
		versions, err := tx.ArticleVersions(ctx, id)
		if err != nil {
			return err
		}
		changed, err := change(&article, versions)
		if err != nil {
			return err
		}
		article.Revision++
		article.UpdatedAt = Moment(at)
		if err := tx.db(ctx).Save(&article).Error; err != nil {
			return err
		}
		for _, version := range changed { // in their order: the one that was published makes room before the next one is
			version.UpdatedAt = Moment(at)
			if err := tx.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&version).Error; err != nil {
				return err
			}
		}
		return tx.ArticleChanged(ctx, id, at)
	})
	return article, err
}

// DropDraft deletes a version that was never published.
func (s *Store) DropDraft(ctx context.Context, articleID, lang string, n int) error {
	dropped := s.db(ctx).Where("article_id = ? AND lang = ? AND n = ? AND state = ?", articleID, lang, n, VersionDraft).Delete(&ArticleVersion{})
	if dropped.Error == nil && dropped.RowsAffected == 0 {
		return ErrNotFound
	}
	return dropped.Error
}

// ArticlesWithWork lists the IDs of articles of which a version is to be published, or that are to expire, by a time.
func (s *Store) ArticlesWithWork(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.db(ctx).Raw(`SELECT article_id FROM article_versions WHERE state = 'approved' AND publish_at <= ?
		UNION SELECT id FROM articles WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ?`, Moment(now), Moment(now), limit).Scan(&ids).Error
	return ids, err
}

// ArticleChanged tells every process that articles have changed.
func (s *Store) ArticleChanged(ctx context.Context, id string, at time.Time) error {
	return s.AppendOutbox(ctx, OutboxEvent{Topic: TopicArticle, Subject: id, Audience: "[]", Data: "{}", At: Moment(at)})
}

// AddProposal keeps a proposal.
func (s *Store) AddProposal(ctx context.Context, row ArticleProposal) error {
	return s.db(ctx).Create(&row).Error
}

// Proposal returns a proposal; ErrNotFound when there is none.
func (s *Store) Proposal(ctx context.Context, id string) (ArticleProposal, error) {
	return one[ArticleProposal](ctx, s, "id = ?", id)
}

// Proposals lists those of a state, the oldest first.
func (s *Store) Proposals(ctx context.Context, state string, request PageRequest) (Page[ArticleProposal], error) {
	return soonestFirst[ArticleProposal](func() *gorm.DB { return s.db(ctx).Where("state = ?", state) }, request, "created_at",
		func(p ArticleProposal) place { return place{p.CreatedAt, p.ID} })
}

// DecideProposal ends an open proposal. ErrStale when it has ended before.
func (s *Store) DecideProposal(ctx context.Context, id, state, articleID, by, note string, at time.Time) error {
	decided := s.db(ctx).Model(&ArticleProposal{}).Where("id = ? AND state = 'open'", id).
		Select("state", "article_id", "decided_by", "note", "decided_at").
		Updates(ArticleProposal{State: state, ArticleID: articleID, DecidedBy: by, Note: note, DecidedAt: new(Moment(at))})
	if decided.Error == nil && decided.RowsAffected == 0 {
		return ErrStale
	}
	return decided.Error
}

// VoteArticle keeps a thumb, in the place of the same voter's for the same, and adds it to the sum; decay brings an old sum
// to the present. It returns the new sum.
func (s *Store) VoteArticle(ctx context.Context, vote ArticleVote, decay func(since time.Duration) float64) (ArticleScore, error) {
	vote.At = Moment(vote.At)
	var score ArticleScore
	err := s.Tx(ctx, func(tx *Store) error {
		if err := tx.ForUpdate(tx.db(ctx)).Select("id").Where("id = ?", vote.ArticleID).Take(&Article{}).Error; err != nil {
			return err
		}
		var err error
		score, err = one[ArticleScore](ctx, tx, "article_id = ? AND lang = ? AND intent = ?", vote.ArticleID, vote.Lang, vote.Intent)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if keep := decay(vote.At.Sub(score.At)); errors.Is(err, ErrNotFound) {
			score = ArticleScore{ArticleID: vote.ArticleID, Lang: vote.Lang, Intent: vote.Intent}
		} else {
			score.Up, score.Down = score.Up*keep, score.Down*keep
		}
		score.At = vote.At
		before, err := one[ArticleVote](ctx, tx, "article_id = ? AND lang = ? AND intent = ? AND voter = ?", vote.ArticleID, vote.Lang, vote.Intent, vote.Voter)
		switch worth := decay(vote.At.Sub(before.At)); {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return err
		case before.Up:
			score.Up = max(0, score.Up-worth)
		default:
			score.Down = max(0, score.Down-worth)
		}
		if vote.Up {
			score.Up++
		} else {
			score.Down++
		}
		if err := tx.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&vote).Error; err != nil {
			return err
		}
		if err := tx.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&score).Error; err != nil {
			return err
		}
		return tx.ArticleChanged(ctx, vote.ArticleID, vote.At)
	})
	return score, err
}

// ArticleScores lists all sums of votes.
func (s *Store) ArticleScores(ctx context.Context) ([]ArticleScore, error) {
	var rows []ArticleScore
	return rows, s.db(ctx).Find(&rows).Error
}

// UnhappyWith has an article looked at now because people are not happy with it.
func (s *Store) UnhappyWith(ctx context.Context, articleID string, at time.Time) error {
	return s.db(ctx).Model(&Article{}).Where("id = ? AND review_why <> 'unhappy'", articleID).
		Select("review_at", "review_why").Updates(Article{ReviewAt: new(Moment(at)), ReviewWhy: "unhappy"}).Error
}

// UseArticle counts that an article was shown.
func (s *Store) UseArticle(ctx context.Context, articleID, lang, place string, at time.Time) error {
	return s.db(ctx).Exec(`INSERT INTO article_uses (article_id, lang, place, month, n) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (article_id, lang, place, month) DO UPDATE SET n = article_uses.n + 1`, articleID, lang, place, at.UTC().Format("2006-01")).Error
}

// ArticleUses lists how often an article was shown.
func (s *Store) ArticleUses(ctx context.Context, articleID string) ([]ArticleUse, error) {
	var rows []ArticleUse
	return rows, s.db(ctx).Where("article_id = ?", articleID).Order("month DESC, place, lang").Limit(MaxPage).Find(&rows).Error
}

// AddMiss counts that something was looked for and not found. What was handled before and is missed again is open again.
func (s *Store) AddMiss(ctx context.Context, miss SearchMiss) error {
	miss.FirstAt, miss.LastAt, miss.N = Moment(miss.FirstAt), Moment(miss.LastAt), 1
	return s.db(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "lang"}, {Name: "words"}},
		DoUpdates: clause.Assignments(map[string]any{
			"n": gorm.Expr("search_misses.n + 1"), "last_at": gorm.Expr("excluded.last_at"), "handled_at": gorm.Expr("NULL"),
		}),
	}).Create(&miss).Error
}

// Misses lists what was looked for and not found, the most frequent first.
func (s *Store) Misses(ctx context.Context, request PageRequest) (Page[SearchMiss], error) {
	query := s.db(ctx).Where("handled_at IS NULL")
	if request.Cursor != "" {
		after, err := readCursor(request.Cursor)
		var n int64
		var id string
		if _, scanErr := fmt.Sscanf(after.id, "%d %s", &n, &id); err != nil || scanErr != nil {
			return Page[SearchMiss]{}, fault.New(fault.BadCursor)
		}
		query = query.Where("(n, id) < (?, ?)", n, id)
	}
	var rows []SearchMiss
	err := query.Order("n DESC, id DESC").Limit(request.limit() + 1).Find(&rows).Error
	return cut(rows, request.limit(), func(m SearchMiss) place { return place{id: fmt.Sprintf("%d %s", m.N, m.ID)} }), err
}

// HandleMiss notes that an editor has seen to a miss; ErrNotFound when there is none that is open.
func (s *Store) HandleMiss(ctx context.Context, id string, at time.Time) error {
	handled := s.db(ctx).Model(&SearchMiss{}).Where("id = ? AND handled_at IS NULL", id).Update("handled_at", Moment(at))
	if handled.Error == nil && handled.RowsAffected == 0 {
		return ErrNotFound
	}
	return handled.Error
}

// SweepVotes deletes votes from before a time; their sum stays.
func (s *Store) SweepVotes(ctx context.Context, before time.Time) (int64, error) {
	deleted := s.db(ctx).Where("at < ?", Moment(before)).Delete(&ArticleVote{})
	return deleted.RowsAffected, deleted.Error
}

// SweepMisses deletes what was last looked for before a time.
func (s *Store) SweepMisses(ctx context.Context, before time.Time) (int64, error) {
	return s.sweep(ctx, &SearchMiss{}, "last_at < ?", before)
}
