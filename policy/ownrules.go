package policy

import (
	"slices"

	"aftersales/fault"
	"aftersales/money"
)

// Rules by which nobody needs to be asked that do not carry a name of a pack or of a merchant.
const (
	RuleMerchantGives    = "goodwill_of_the_merchant"
	RulePlatformGives    = "goodwill_of_the_platform"
	RuleMerchantNoReason = "merchant_agrees_to_no_reason"
)

// OwnRule finds the first of the merchant's own rules that gives this to a case worth amount: kind, reason and
// amount fit. kinds and atMost are the platform's bounds: outside of them a merchant's rule does nothing. The
// old switch StandingFacts.AutoAgree counts as a last rule, for no-reason cases. Empty: no rule fits.
func OwnRule(f Facts, give Give, amount money.Amount, noReason bool, kinds []Kind, atMost money.Amount) string {
	if !slices.Contains(kinds, f.Kind) || amount > atMost {
		return ""
	}
	for _, rule := range f.Rules {
		if rule.Give == give && amount <= rule.Below &&
			(len(rule.Kinds) == 0 || slices.Contains(rule.Kinds, f.Kind)) &&
			(len(rule.Reasons) == 0 || slices.Contains(rule.Reasons, f.Reason)) {
			return rule.Rule
		}
	}
	if give == GiveAgreement && noReason && f.Merchant.AutoAgree {
		return RuleMerchantNoReason
	}
	return ""
}

// CheckInsurance says why the freight insurance does not pay (nil: it does): there is none, or it has paid.
func CheckInsurance(t Terms, usedBefore bool) *fault.Fault {
	switch {
	case usedBefore:
		return fault.New(fault.InsuranceUsed)
	case t.Insurance == nil:
		return fault.New(fault.NotNow)
	default:
		return nil
	}
}

// InsurancePays is what the freight insurance pays of the customer's way back, in minor units.
func InsurancePays(t Terms, freight money.Amount) money.Amount {
	if t.Insurance == nil {
		return 0
	}
	return min(max(freight, 0), t.Insurance.Cap)
}
