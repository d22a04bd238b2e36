package models

import (
	"context"

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

// SetMerchantRules replaces a merchant's own rules by these, in this order.
func (s *Store) SetMerchantRules(ctx context.Context, merchantID string, rules []MerchantRule) error {
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.ForUpdate(tx.db(ctx)).Where("id = ?", merchantID).Take(&Merchant{}).Error; err != nil {
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
