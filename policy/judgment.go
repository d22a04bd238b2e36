package policy

import (
	"slices"
	"strings"
	"time"

	"aftersales/fault"
	"aftersales/money"
)

// MaxJudgment is the most that a judgment may award, in minor units: what the terms' quote holds. Of a
// complaint that is what the merchant's fault would give back; a complaint about service awards no money.
func MaxJudgment(t Terms) money.Amount { return max(0, t.Quote.Total) }

// Claim is what the customer claims: the amount asked, or all that can be given.
func Claim(t Terms) money.Amount {
	if t.Asked > 0 {
		return min(t.Asked, MaxJudgment(t))
	}
	return MaxJudgment(t)
}

// Stake is what a judgment of amount is about, in minor units: the larger of what it gives and of what it refuses of the
// claim. To refuse weighs as much as to pay.
func Stake(t Terms, amount money.Amount) money.Amount { return max(amount, Claim(t)-amount) }

// CheckSettlement says why the parties may not settle at amount (nil: they may): it must be more than nothing and
// at most the claim.
func CheckSettlement(t Terms, amount money.Amount) *fault.Fault {
	switch {
	case amount <= 0:
		return fault.New(fault.AmountInvalid)
	case amount > Claim(t):
		return fault.New(fault.SettlementTooLarge, "max", Claim(t).String())
	default:
		return nil
	}
}

// CheckJudgment says why amount may not be awarded (nil: it may). 0 awards nothing and is allowed; more than the
// claim is allowed up to the payment, because a judge may find more than was asked.
func CheckJudgment(t Terms, amount money.Amount) *fault.Fault {
	switch {
	case amount < 0:
		return fault.New(fault.AmountInvalid)
	case amount > MaxJudgment(t):
		return fault.New(fault.JudgmentTooLarge, "max", MaxJudgment(t).String())
	default:
		return nil
	}
}

// Remedy is what a judgment on service orders instead of money.
type Remedy struct {
	Kind   string       `json:"kind"`             // one of Remedies
	Points int          `json:"points,omitempty"` // of RemedyPoints
	Coupon money.Amount `json:"coupon,omitempty"` // of RemedyCoupon
}

// CheckRemedy says why a remedy may not be ordered (nil: it may).
func CheckRemedy(t Terms, r Remedy) *fault.Fault {
	j := t.Judgment
	switch {
	case !slices.Contains(j.Remedies, r.Kind):
		return fault.New(fault.RemedyUnknown, "remedies", strings.Join(j.Remedies, ", "))
	case r.Kind == RemedyPoints && r.Points <= 0, r.Kind == RemedyCoupon && r.Coupon <= 0:
		return fault.New(fault.AmountInvalid)
	case r.Points > j.MaxPoints:
		return fault.New(fault.AmountTooLarge, "max", j.MaxPoints)
	case r.Coupon > j.MaxCoupon:
		return fault.New(fault.AmountTooLarge, "max", j.MaxCoupon.String())
	default:
		return nil
	}
}

// CheckRemedies says why remedies may not be ordered together (nil: they may): one of them may not, or in sum they are more
// than one judgment gives.
func CheckRemedies(t Terms, all []Remedy) *fault.Fault {
	sum := Remedy{}
	for _, r := range all {
		if f := CheckRemedy(t, r); f != nil {
			return f
		}
		sum.Points, sum.Coupon = sum.Points+r.Points, sum.Coupon+r.Coupon
	}
	switch j := t.Judgment; {
	case sum.Points > j.MaxPoints:
		return fault.New(fault.AmountTooLarge, "max", j.MaxPoints)
	case sum.Coupon > j.MaxCoupon:
		return fault.New(fault.AmountTooLarge, "max", j.MaxCoupon.String())
	default:
		return nil
	}
}

// SettleRemedies says what to give and what to take back so that what was granted before becomes what is ordered now: of
// coupons and points only the difference, anything else once. The order is that of Remedies.
func SettleRemedies(granted, ordered []Remedy) (give, back []Remedy) {
	sum := func(remedies []Remedy, kind string) (all Remedy, n int) {
		for _, r := range remedies {
			if r.Kind == kind {
				all.Points, all.Coupon, n = all.Points+r.Points, all.Coupon+r.Coupon, 1
			}
		}
		return all, n
	}
	for _, kind := range Remedies() {
		had, before := sum(granted, kind)
		has, now := sum(ordered, kind)
		more := Remedy{Kind: kind, Points: max(0, has.Points-had.Points), Coupon: max(0, has.Coupon-had.Coupon)}
		less := Remedy{Kind: kind, Points: max(0, had.Points-has.Points), Coupon: max(0, had.Coupon-has.Coupon)}
		if now > before || more.Points > 0 || more.Coupon > 0 {
			give = append(give, more)
		}
		if now < before || less.Points > 0 || less.Coupon > 0 {
			back = append(back, less)
		}
	}
	return give, back
}

// MaySupplement says why a reviewer may not ask for another piece of evidence (nil: they may). used counts the
// supplements asked for before.
func MaySupplement(t Terms, used int) *fault.Fault {
	if used >= t.Judgment.MaxSupplements {
		return fault.New(fault.SupplementOver, "limit", t.Judgment.MaxSupplements)
	}
	return nil
}

// Losers says who lost by a judgment and so may appeal: the customer who got less than claimed, the merchant who
// must give anything; both when they meet half-way. remedies counts what was ordered besides money; a claim
// without money is lost when nothing was ordered.
func Losers(claim, awarded money.Amount, remedies int) []Party {
	var losers []Party
	if awarded < claim || (claim <= 0 && awarded <= 0 && remedies == 0) {
		losers = append(losers, Customer)
	}
	if awarded > 0 || remedies > 0 {
		losers = append(losers, Merchant)
	}
	return losers
}

// Appeal is the wish to appeal.
type Appeal struct {
	By          Party
	Losers      []Party // of the judgment as it stands, see Losers
	Appealed    []Party // who has appealed before, against this judgment or the one that it replaced
	NewEvidence bool    // something put forward by the appellant after the judgment
	At, Until   time.Time
}

// MayAppeal says why a side may not appeal (nil: it may): it did not lose, it has appealed before, the time is
// over (at Until it is), or nothing new was put forward. Each side appeals once; when both lost, either may,
// in either order: one window runs for both, and a side that had to wait for the other could lose its time. Whoever loses by the result may still use its own.
func MayAppeal(a Appeal) *fault.Fault {
	switch {
	case !slices.Contains(a.Losers, a.By):
		return fault.New(fault.AppealNotYours)
	case slices.Contains(a.Appealed, a.By):
		return fault.New(fault.AppealOnce)
	case !a.At.Before(a.Until):
		return fault.New(fault.AppealOver, "until", a.Until.UTC().Format(time.RFC3339))
	case !a.NewEvidence:
		return fault.New(fault.AppealNeedsEvidence)
	default:
		return nil
	}
}

// MayReview says why somebody may not review an appeal, nor approve or reject what another proposes on it (nil: they
// may): they had a part in an earlier judgment.
func MayReview(reviewer string, earlier []string) *fault.Fault {
	if slices.Contains(earlier, reviewer) {
		return fault.New(fault.ReviewerAgain)
	}
	return nil
}
