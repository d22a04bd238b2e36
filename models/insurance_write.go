package models

import (
	"context"
	"errors"
	"time"
)

// IntendClaim writes an order's claim under its freight insurance with its effect, before the insurer is called. A
// claim of the order that stands already is returned as it is, whoever made it. ErrDuplicate: the waybill was used for
// another order's claim.
func (s *Store) IntendClaim(ctx context.Context, claim InsuranceClaim, effect Effect) (kept InsuranceClaim, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		kept, err = one[InsuranceClaim](ctx, tx, "order_id = ?", claim.OrderID)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return err
		}
		kept = claim
		if err := tx.db(ctx).Create(&claim).Error; err != nil {
			return err
		}
		_, err := tx.IntendEffect(ctx, effect)
		return err
	})
	return kept, err
}

// EndClaim stores what the insurer said of a claim. What it has paid or refused is never taken back.
func (s *Store) EndClaim(ctx context.Context, claim InsuranceClaim, status, result string, at time.Time) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.EndEffect(ctx, claim.Key, status, result, at); err != nil {
			return err
		}
		return tx.db(ctx).Model(&InsuranceClaim{}).Where("order_id = ? AND state IN ?", claim.OrderID, []string{ClaimIntended, ClaimAccepted}).
			Updates(map[string]any{
				"state": claim.State, "paid": claim.Paid, "why": claim.Why, "provider_ref": claim.ProviderRef, "settled_at": claim.SettledAt,
			}).Error
	})
}

// UndecidedInsurance lists the claims that are not decided, made before a moment, in order of order ID after a cursor.
func (s *Store) UndecidedInsurance(ctx context.Context, before time.Time, after string, limit int) ([]InsuranceClaim, error) {
	var claims []InsuranceClaim
	err := s.db(ctx).Where("state IN ? AND claimed_at <= ? AND order_id > ?", []string{ClaimIntended, ClaimAccepted}, before, after).
		Order("order_id").Limit(limit).Find(&claims).Error
	return claims, err
}

// ClaimOf returns the claim of an order; found is false when there is none.
func (s *Store) ClaimOf(ctx context.Context, orderID string) (claim InsuranceClaim, found bool, err error) {
	var claims []InsuranceClaim
	err = s.db(ctx).Where("order_id = ?", orderID).Find(&claims).Error
	if err != nil || len(claims) == 0 {
		return claim, false, err
	}
	return claims[0], true, nil
}
