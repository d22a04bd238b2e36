package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// CreateAPIKey stores a new key.
func (s *Store) CreateAPIKey(ctx context.Context, key APIKey) error {
	key.CreatedAt, key.ExpiresAt = Moment(key.CreatedAt), Moment(key.ExpiresAt)
	return s.db(ctx).Create(&key).Error
}

// APIKey returns a key; ErrNotFound when there is none.
func (s *Store) APIKey(ctx context.Context, id string) (APIKey, error) {
	return one[APIKey](ctx, s, "id = ?", id)
}

// maxAPIKeys is the most that are listed of one account.
const maxAPIKeys = 200

// APIKeysOf lists the keys of an account, the newest first.
func (s *Store) APIKeysOf(ctx context.Context, accountID string) ([]APIKey, error) {
	var keys []APIKey
	err := s.db(ctx).Where("account_id = ?", accountID).Order("id DESC").Limit(maxAPIKeys).Find(&keys).Error
	return keys, err
}

// UseAPIKey notes that a key was used.
func (s *Store) UseAPIKey(ctx context.Context, id string, at time.Time) error {
	return s.db(ctx).Model(&APIKey{}).Where("id = ?", id).Update("used_at", Moment(at)).Error
}

// RevokeAPIKey ends a key of an account; ErrNotFound when there is none of theirs that works.
func (s *Store) RevokeAPIKey(ctx context.Context, accountID, id string, at time.Time) error {
	result := s.db(ctx).Model(&APIKey{}).Where("id = ? AND account_id = ? AND revoked_at IS NULL", id, accountID).Update("revoked_at", Moment(at))
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}

// RevokeAPIKeys ends every key of an account that works, and returns their IDs.
func (s *Store) RevokeAPIKeys(ctx context.Context, accountID string, at time.Time) ([]string, error) {
	var gone []APIKey
	err := s.db(ctx).Model(&gone).Clauses(clause.Returning{Columns: []clause.Column{{Name: "id"}}}).
		Where("account_id = ? AND revoked_at IS NULL", accountID).Update("revoked_at", Moment(at)).Error
	ids := make([]string, len(gone))
	for i, key := range gone {
		ids[i] = key.ID
	}
	return ids, err
}

// UseHandover notes that a shop's token was used; ErrDuplicate when it was before.
func (s *Store) UseHandover(ctx context.Context, term []byte, expiresAt time.Time) error {
	return s.db(ctx).Create(&Handover{Term: term, ExpiresAt: Moment(expiresAt)}).Error
}

// SweepHandovers deletes those that had ended at now, and returns how many.
func (s *Store) SweepHandovers(ctx context.Context, now time.Time) (int64, error) {
	result := s.db(ctx).Where("expires_at <= ?", now).Delete(&Handover{})
	return result.RowsAffected, result.Error
}

// OutsideIdentity finds whom another service knows by any of the terms; ErrNotFound when nobody.
func (s *Store) OutsideIdentity(ctx context.Context, terms [][]byte) (OutsideIdentity, error) {
	return one[OutsideIdentity](ctx, s, "term IN ?", terms)
}

// LinkIdentity ties an account to an identity elsewhere; ErrDuplicate when either is tied already.
func (s *Store) LinkIdentity(ctx context.Context, identity OutsideIdentity) error {
	identity.LinkedAt = Moment(identity.LinkedAt)
	return s.db(ctx).Create(&identity).Error
}

// UseIdentity notes that somebody signed in from elsewhere.
func (s *Store) UseIdentity(ctx context.Context, accountID, provider string, at time.Time) error {
	return s.db(ctx).Model(&OutsideIdentity{}).Where("account_id = ? AND provider = ?", accountID, provider).Update("used_at", Moment(at)).Error
}

// IdentitiesOf lists the ties of an account.
func (s *Store) IdentitiesOf(ctx context.Context, accountID string) ([]OutsideIdentity, error) {
	var all []OutsideIdentity
	err := s.db(ctx).Where("account_id = ?", accountID).Order("provider").Find(&all).Error
	return all, err
}

// UnlinkIdentity unties one; ErrNotFound when there is none.
func (s *Store) UnlinkIdentity(ctx context.Context, accountID, provider string) error {
	result := s.db(ctx).Where("account_id = ? AND provider = ?", accountID, provider).Delete(&OutsideIdentity{})
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}
