package policy

import "aftersales/money"

// Rules that the arithmetic itself applies. They are named in every formula line.
const (
	RuleReallyPaid    = "amount_really_paid"          // what was really paid, not the list price
	RuleRefundedOnce  = "line_refunded_at_most_paid"  // a line never gives back more than its paid share
	RuleBundle        = "broken_bundle_repriced"      // kept items of a bundle cost their price at purchase
	RuleGift          = "gift_back_or_price_deducted" // 赠品 comes back, or its announced price is deducted
	RuleThreshold     = "interim_measures_art_18"     // free shipping that the kept goods no longer earn
	RuleFreightOut    = "outbound_freight_back"       // nothing shipped, or the customer does not bear it
	RuleNeverNegative = "amount_never_negative"
	RuleOrderCap      = "refund_at_most_captured"
)

// QuoteRefund says what the units chosen in f give back, in f's minor units, with the formula. liability is
// whose fault it is, freight who bears each leg. In it
//   - a line gives back what was really paid for the chosen units; its last unit takes the rounding rest, and
//     a line never gives back more than Paid − Refunded;
//   - a broken bundle gives back what was paid for it less the kept items at their purchase-time unit price.
//     When the rest of it follows later, what the breaking had cost comes back, so that in the end exactly
//     what was paid is returned (lines of earlier cases then appear with quantity 0);
//   - a gift is owed when the last paid unit that it came with goes back (its bundle's, else the order's);
//     each gift unit kept then costs its announced price;
//   - the listed freight is deducted once, when goods really kept fall under the free-shipping threshold that
//     the order had met, and only if the customer bears the fault (a no-reason return);
//   - outbound freight comes back whole when nothing was shipped and nothing is kept; after shipping only if
//     someone other than the customer bears it, in proportion to the value of the chosen units, the last
//     units taking the rest (nobody is at fault for the units that stay);
//   - the total is never negative and never above what is left of the order's payment.
//
// Chosen counts outside 0..(Quantity − RefundedQty) are cut to it. It does not decide whether the customer
// may return at all; that is Terms.Refusal.
func QuoteRefund(f Facts, liability Party, freight FreightTerms) Quote {
	s := newSum(f)
	for i, line := range f.Lines {
		if line.Bundle == "" || line.Gift {
			s.addLine(i)
		}
	}
	for _, bundle := range bundles(f.Lines) {
		s.addBundle(bundle)
	}
	s.deduct(s.giftsKept() + s.thresholdLost(liability))
	s.freightBack(freight)
	s.capToOrder()
	return s.quote()
}

// sum is the calculation under way. before and after count a line's units gone before and with this case.
type sum struct {
	f             Facts
	before, after []int
	amounts       []money.Amount
	freight       money.Amount
	formula       []FormulaLine
}

func newSum(f Facts) *sum {
	s := &sum{f: f, before: make([]int, len(f.Lines)), after: make([]int, len(f.Lines)), amounts: make([]money.Amount, len(f.Lines))}
	for i, line := range f.Lines {
		s.before[i] = min(max(line.RefundedQty, 0), line.Quantity)
		s.after[i] = s.before[i] + min(max(line.Chosen, 0), line.Quantity-s.before[i])
	}
	return s
}

func (s *sum) step(label, line string, amount money.Amount, rule string) {
	s.formula = append(s.formula, FormulaLine{Label: label, Line: line, Amount: amount, Rule: rule})
}

func (s *sum) chosen(i int) int { return s.after[i] - s.before[i] }

// room is what a line may still give back.
func (s *sum) room(i int) money.Amount { return max(0, s.f.Lines[i].Paid-s.f.Lines[i].Refunded) }

// paidFor is what the first n units of a line were really paid with; the last unit takes the rounding rest.
func paidFor(line LineFacts, n int) money.Amount {
	if n >= line.Quantity {
		return line.Paid
	}
	return line.Paid / money.Amount(line.Quantity) * money.Amount(n)
}

func (s *sum) addLine(i int) {
	line := s.f.Lines[i]
	if s.chosen(i) == 0 {
		return
	}
	share := paidFor(line, s.after[i]) - paidFor(line, s.before[i])
	if share > 0 || !line.Gift {
		s.step("paid_for_units", line.ID, share, RuleReallyPaid)
	}
	if over := share - s.room(i); over > 0 {
		s.step("refunded_before", line.ID, -over, RuleRefundedOnce)
		share -= over
	}
	s.amounts[i] = share
}

// bundles lists the bundle names in order of first appearance.
func bundles(lines []LineFacts) []string {
	var names []string
next:
	for _, line := range lines {
		if line.Bundle == "" {
			continue
		}
		for _, name := range names {
			if name == line.Bundle {
				continue next
			}
		}
		names = append(names, line.Bundle)
	}
	return names
}

// addBundle adds what the bundle owes after this case less what it owed before: both by the same formula
// max(0, paid − kept at list price), so that returns in any order end at exactly what was paid.
func (s *sum) addBundle(bundle string) {
	var paid, keptBefore, keptAfter, owedBefore, capacity money.Amount
	weights, caps := make([]int64, len(s.f.Lines)), make([]money.Amount, len(s.f.Lines))
	chosen := false
	for i, line := range s.f.Lines {
		if line.Bundle != bundle || line.Gift {
			continue
		}
		paid += line.Paid - line.ExchangedPaid
		keptBefore += line.UnitPrice * money.Amount(line.Quantity-s.before[i])
		keptAfter += line.UnitPrice * money.Amount(line.Quantity-s.after[i])
		weights[i] = int64(line.UnitPrice) * int64(s.chosen(i))
		if s.after[i] > 0 {
			caps[i] = s.room(i)
			capacity += caps[i]
		}
		chosen = chosen || s.chosen(i) > 0
	}
	if !chosen {
		return
	}
	s.step("bundle_paid", bundle, paid, RuleReallyPaid)
	for i, line := range s.f.Lines {
		if kept := line.Quantity - s.after[i]; line.Bundle == bundle && !line.Gift && kept > 0 {
			s.step("bundle_kept", line.ID, -line.UnitPrice*money.Amount(kept), RuleBundle)
		}
	}
	due := paid - keptAfter
	if due < 0 {
		s.step("never_negative", bundle, -due, RuleNeverNegative)
		due = 0
	}
	// Before the first return nothing was owed, also where more than the list price was paid (a surcharge).
	if s.bundleTouched(bundle) {
		owedBefore = max(0, paid-keptBefore)
	}
	if owedBefore > 0 {
		s.step("bundle_settled_before", bundle, -owedBefore, RuleBundle)
		due -= owedBefore
	}
	if over := due - capacity; over > 0 {
		s.step("refunded_before", bundle, -over, RuleRefundedOnce)
		due = capacity
	}
	for i, part := range spread(due, weights, caps) {
		s.amounts[i] += part
	}
}

// bundleTouched tells whether units of the bundle had gone back before this case.
func (s *sum) bundleTouched(bundle string) bool {
	for i, line := range s.f.Lines {
		if line.Bundle == bundle && !line.Gift && s.before[i] > line.ExchangedQty {
			return true
		}
	}
	return false
}

func (s *sum) giftsKept() (owed money.Amount) {
	for i, gift := range s.f.Lines {
		kept := gift.Quantity - s.after[i]
		if !gift.Gift || kept == 0 || gift.GiftPrice <= 0 {
			continue
		}
		before, after := s.unitsKept(gift.Bundle)
		if before > 0 && after == 0 {
			price := gift.GiftPrice * money.Amount(kept)
			s.step("gift_kept", gift.ID, -price, RuleGift)
			owed += price
		}
	}
	return owed
}

// unitsKept counts the paid-for units that the customer has before and after this case, in one bundle or,
// for "", in the whole order.
func (s *sum) unitsKept(bundle string) (before, after int) {
	for i, line := range s.f.Lines {
		if line.Gift || (bundle != "" && line.Bundle != bundle) {
			continue
		}
		before += line.Quantity - s.before[i]
		after += line.Quantity - s.after[i]
	}
	return before, after
}

// valueKept is what was really paid for all goods, and for those kept before and after this case.
func (s *sum) valueKept() (all, before, after money.Amount) {
	for i, line := range s.f.Lines {
		all += line.Paid - line.ExchangedPaid
		before += line.Paid - paidFor(line, s.before[i])
		after += line.Paid - paidFor(line, s.after[i])
	}
	return all, before, after
}

func (s *sum) thresholdLost(liability Party) money.Amount {
	order := s.f.Order
	if liability != Customer || order.ShippedAt == nil || order.FreeOver <= 0 || order.FreightPaid > 0 || order.FreightListed <= 0 {
		return 0
	}
	if _, before, after := s.valueKept(); before < order.FreeOver || after >= order.FreeOver {
		return 0
	}
	s.step("free_shipping_lost", "", -order.FreightListed, RuleThreshold)
	return order.FreightListed
}

// deduct takes owed from the lines in proportion, and says so when they do not hold that much.
func (s *sum) deduct(owed money.Amount) {
	goods := total(s.amounts)
	if owed > goods {
		s.step("never_negative", "", owed-goods, RuleNeverNegative)
		owed = goods
	}
	if owed > 0 {
		s.amounts = shrink(s.amounts, goods-owed)
	}
}

func (s *sum) freightBack(terms FreightTerms) {
	order := s.f.Order
	_, unitsLeft := s.unitsKept("")
	left := max(0, order.FreightPaid-order.FreightBack)
	switch {
	case order.ShippedAt == nil && unitsLeft == 0:
		s.freight = left
	case order.ShippedAt != nil && terms.Out != Customer && terms.Out != Nobody:
		all, before, after := s.valueKept()
		gone := func(kept money.Amount) money.Amount {
			return money.Share(order.FreightPaid, int64(all-kept), int64(all))
		}
		s.freight = min(left, gone(after)-gone(before))
	}
	if s.freight > 0 {
		s.step("freight_out", "", s.freight, RuleFreightOut)
	}
}

func (s *sum) capToOrder() {
	goods := total(s.amounts)
	over := goods + s.freight - max(0, s.f.Order.Paid-s.f.Order.RefundedSoFar)
	if over <= 0 {
		return
	}
	s.step("order_left", "", -over, RuleOrderCap)
	fromFreight := min(over, s.freight)
	s.freight -= fromFreight
	s.amounts = shrink(s.amounts, goods-(over-fromFreight))
}

func (s *sum) quote() Quote {
	q := Quote{Currency: s.f.Order.Currency, Freight: s.freight, Total: s.freight, Formula: s.formula}
	for i, line := range s.f.Lines {
		if s.chosen(i) > 0 || s.amounts[i] > 0 {
			q.Lines = append(q.Lines, QuoteLine{LineID: line.ID, Quantity: s.chosen(i), Amount: s.amounts[i]})
			q.Total += s.amounts[i]
		}
	}
	return q
}

func total(amounts []money.Amount) (sum money.Amount) {
	for _, amount := range amounts {
		sum += amount
	}
	return sum
}

// shrink scales amounts down to sum to target, none above what it was.
func shrink(amounts []money.Amount, target money.Amount) []money.Amount {
	weights := make([]int64, len(amounts))
	for i, amount := range amounts {
		weights[i] = int64(amount)
	}
	return spread(target, weights, amounts)
}

// spread divides total by weights, no part above its cap; what a cap refuses goes to the first parts with
// room. The parts sum to min(total, Σ caps).
func spread(total money.Amount, weights []int64, caps []money.Amount) []money.Amount {
	parts := money.Split(total, weights)
	var rest money.Amount
	for i := range parts {
		if over := parts[i] - caps[i]; over > 0 {
			parts[i], rest = caps[i], rest+over
		}
	}
	for i := range parts {
		room := min(rest, caps[i]-parts[i])
		parts[i] += room
		rest -= room
	}
	return parts
}
