package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// MerchantRules lists a merchant's own rules in its order.
func (s *Store) MerchantRules(ctx context.Context, merchantID string) ([]MerchantRule, error) {
	var rules []MerchantRule
	return rules, s.db(ctx).Where("merchant_id = ?", merchantID).Order("position, name").Find(&rules).Error
}

// EnabledRules lists those that count.
func (s *Store) EnabledRules(ctx context.Context, merchantID string) ([]MerchantRule, error) {
	var rules []MerchantRule
	return rules, s.db(ctx).Where("merchant_id = ? AND enabled", merchantID).Order("position, name").Find(&rules).Error
}

// RulesMoved says that a merchant's rules are not those that somebody saw.
type RulesMoved struct{ Revision int64 }

func (e *RulesMoved) Error() string {
	return fmt.Sprintf("models: the rules are at revision %d by now", e.Revision)
}

// SetMerchantRules replaces a merchant's own rules by these, in this order, and counts their revision up. Whoever saw another
// revision than seen, where it is not nil, changes nothing: *RulesMoved.
func (s *Store) SetMerchantRules(ctx context.Context, merchantID string, seen *int64, rules []MerchantRule) error {
	return s.Tx(ctx, func(tx *Store) error {
		var shop Merchant
		if err := tx.ForUpdate(tx.db(ctx)).Where("id = ?", merchantID).Take(&shop).Error; err != nil {
			return err
		}
		if seen != nil && *seen != shop.RulesRevision {
			return &RulesMoved{Revision: shop.RulesRevision}
		}
		if err := tx.db(ctx).Model(&Merchant{}).Where("id = ?", merchantID).Update("rules_revision", shop.RulesRevision+1).Error; err != nil {
			return err
		}
		if err := tx.db(ctx).Session(&gorm.Session{}).Where("merchant_id = ?", merchantID).Delete(&MerchantRule{}).Error; err != nil {
			return err
		}
		for i := range rules {
			rules[i].MerchantID, rules[i].Position, rules[i].SetAt = merchantID, i, Moment(rules[i].SetAt)
		}
		if len(rules) == 0 {
			return nil
		}
		return tx.db(ctx).Create(&rules).Error
	})
}
