package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// ErrRatedLongAgo says that a rating can be changed no more.
var ErrRatedLongAgo = errors.New("models: the rating stands")

// Rate keeps a customer's rating of a case, or changes the one that stands when it is not older than changeable. The
// words of a rating that is replaced are deleted. ErrRatedLongAgo when it is too old to change.
func (s *Store) Rate(ctx context.Context, rating CaseRating, changeable time.Duration) (CaseRating, error) {
	rating.CreatedAt, rating.UpdatedAt = Moment(rating.CreatedAt), Moment(rating.UpdatedAt)
	return rating, s.Tx(ctx, func(tx *Store) error {
		// The case is held, so that two at once come one after the other.
		if err := tx.ForUpdate(tx.db(ctx)).Select("id").Where("id = ?", rating.CaseID).Take(&Case{}).Error; err != nil {
			return err
		}
		before, err := one[CaseRating](ctx, tx, "case_id = ?", rating.CaseID)
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return err
		case rating.UpdatedAt.After(before.CreatedAt.Add(changeable)):
			return ErrRatedLongAgo
		default:
			rating.CreatedAt = before.CreatedAt
			if before.TextID != "" && before.TextID != rating.TextID {
				if err := tx.db(ctx).Where("id = ?", before.TextID).Delete(&Text{}).Error; err != nil {
					return err
				}
			}
		}
		if rating.TextID != "" {
			if err := tx.UseTexts(ctx, "rating/"+rating.CaseID, rating.TextID); err != nil {
				return err
			}
		}
		return tx.db(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&rating).Error
	})
}

// Rating returns the rating of a case; ErrNotFound when there is none.
func (s *Store) Rating(ctx context.Context, caseID string) (CaseRating, error) {
	return one[CaseRating](ctx, s, "case_id = ?", caseID)
}
