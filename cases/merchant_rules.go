package cases

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// MerchantRule is a rule that a merchant sets for itself: what it gives without being asked. The pack bounds it: what
// it would give beyond them it does not.
type MerchantRule struct {
	Name    string // a code; shown with every decision that rests on it
	Kinds   []policy.Kind
	Reasons []string
	Below   money.Amount
	Give    policy.Give
	Enabled bool
	SetBy   string
	SetAt   time.Time
}

// MerchantRules are a merchant's own rules in their order, and how often they were changed.
type MerchantRules struct {
	Rules    []MerchantRule
	Revision int64
}

// maxRules bounds a merchant's list: more is nobody's overview.
const maxRules = 50

var ruleName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// MerchantRules lists the own rules of the actor's shop; for the platform's people of a shop that they look after.
// Faults: forbidden, not_found.
func (s *Service) MerchantRules(ctx context.Context, actor contract.Actor, merchantID string) (MerchantRules, error) {
	shop, err := s.shopOf(ctx, actor, "merchant.rules.list", merchantID)
	if err != nil {
		return MerchantRules{}, err
	}
	rows, err := s.Store.MerchantRules(ctx, shop.ID)
	if err != nil {
		return MerchantRules{}, away(err)
	}
	facts, err := ruleFacts(rows)
	if err != nil {
		return MerchantRules{}, fault.New(fault.Internal).Because(err)
	}
	rules := make([]MerchantRule, len(rows))
	for i, row := range rows {
		rules[i] = MerchantRule{
			Name: row.Name, Kinds: facts[i].Kinds, Reasons: facts[i].Reasons, Below: row.Below, Give: facts[i].Give,
			Enabled: row.Enabled, SetBy: row.SetBy, SetAt: row.SetAt,
		}
	}
	return MerchantRules{rules, shop.RulesRevision}, nil
}

// SetMerchantRules replaces the own rules of the actor's shop. Only its owner may: nobody gives away another's money.
// Rules count for cases opened from then on. seen is the revision that the actor saw; nil: none. Faults: forbidden,
// bad_request with what is wrong, reason_unknown, amount_invalid, stale_revision when somebody changed them meanwhile.
func (s *Service) SetMerchantRules(ctx context.Context, actor contract.Actor, at time.Time, seen *int64, rules []MerchantRule) (MerchantRules, error) {
	var none MerchantRules
	if _, err := s.shopOf(ctx, actor, "merchant.rules.set", actor.Merchant); err != nil {
		return none, err
	}
	if err := s.checkRules(ctx, rules); err != nil {
		return none, err
	}
	rows := make([]models.MerchantRule, len(rules))
	for i, rule := range rules {
		kinds, kindsErr := json.Marshal(append([]policy.Kind{}, rule.Kinds...))
		reasons, reasonsErr := json.Marshal(append([]string{}, rule.Reasons...))
		if kindsErr != nil || reasonsErr != nil {
			return none, fault.New(fault.Internal)
		}
		rows[i] = models.MerchantRule{
			Name: rule.Name, Kinds: string(kinds), Reasons: string(reasons), Below: rule.Below, Give: string(rule.Give),
			Enabled: rule.Enabled, SetBy: actor.ID, SetAt: at,
		}
	}
	err := s.Store.SetMerchantRules(ctx, actor.Merchant, seen, rows)
	var moved *models.RulesMoved
	if errors.As(err, &moved) {
		return none, fault.New(fault.StaleRevision, "current", moved.Revision)
	}
	if err != nil {
		return none, away(err)
	}
	return s.MerchantRules(ctx, actor, actor.Merchant)
}

// RuleBounds is what a merchant's own rules can give at most: kinds of case, and how much a case may be worth.
func (s *Service) RuleBounds(ctx context.Context) ([]policy.Kind, money.Amount, error) {
	pack, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return nil, 0, err
	}
	kinds, below := pack.OwnRules()
	return kinds, below, nil
}

func (s *Service) checkRules(ctx context.Context, rules []MerchantRule) error {
	pack, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return err
	}
	if len(rules) > maxRules {
		return fault.New(fault.BadRequest, "problem", "rules: at most 50")
	}
	names := map[string]bool{}
	for _, rule := range rules {
		switch {
		case !ruleName.MatchString(rule.Name):
			return fault.New(fault.BadRequest, "problem", "name: a code of small letters, digits and _, at most 48")
		case names[rule.Name]:
			return fault.New(fault.BadRequest, "problem", "name: "+rule.Name+" is there twice")
		case rule.Below <= 0:
			return fault.New(fault.AmountInvalid)
		case rule.Give != policy.GiveAgreement && rule.Give != policy.GiveAdvance:
			return fault.New(fault.BadRequest, "problem", "give: agreement or advance")
		}
		names[rule.Name] = true
		for _, kind := range rule.Kinds {
			if !slices.Contains(pack.Kinds(), kind) {
				return fault.New(fault.BadRequest, "problem", "kinds: no "+string(kind))
			}
		}
		for _, code := range rule.Reasons {
			if reason, known := pack.Reason(code); !known || reason.Group {
				return fault.New(fault.ReasonUnknown)
			}
		}
	}
	return nil
}
