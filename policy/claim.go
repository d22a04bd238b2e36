package policy

import "aftersales/money"

// RuleGoodsKept names what is given back while the customer keeps the goods.
const RuleGoodsKept = "goods_kept_part_given_back"

// QuoteClaim is amount given back for the chosen units while the customer keeps them, as for a fault that can be
// lived with, or goodwill: quantities are 0, so that the units can still be returned for what is left of them.
// It is at most what was really paid for the chosen units, what is left of their lines and of the order's
// payment; amount ≤ 0 asks for all of that. Minor units; divided over the lines in proportion.
func QuoteClaim(f Facts, amount money.Amount) Quote {
	s := newSum(f)
	caps, weights := make([]money.Amount, len(f.Lines)), make([]int64, len(f.Lines))
	for i, line := range f.Lines {
		if s.chosen(i) > 0 {
			caps[i] = min(paidFor(line, s.after[i])-paidFor(line, s.before[i]), s.room(i))
			weights[i] = int64(caps[i])
		}
	}
	most := min(total(caps), max(0, f.Order.Paid-f.Order.RefundedSoFar))
	if amount <= 0 || amount > most {
		amount = most
	}
	q := Quote{Currency: f.Order.Currency, Total: amount}
	for i, part := range spread(amount, weights, caps) {
		if s.chosen(i) > 0 && part > 0 {
			q.Lines = append(q.Lines, QuoteLine{LineID: f.Lines[i].ID, Amount: part})
			q.Formula = append(q.Formula, FormulaLine{Label: "goods_kept", Line: f.Lines[i].ID, Amount: part, Rule: RuleGoodsKept})
		}
	}
	return q
}

// QuoteRefundOnly says what a refund without a return gives, and what of it was asked (0: all). Goods that are
// on their way, lost or not yet sent go with the whole quote; a part of it, and anything for goods that the
// customer has, leaves the units with the customer.
func QuoteRefundOnly(f Facts, way Way, liability Party, freight FreightTerms) (q Quote, asked money.Amount) {
	if way == WayReceived {
		all := QuoteClaim(f, 0)
		if f.Asked <= 0 || f.Asked >= all.Total {
			return all, 0
		}
		return QuoteClaim(f, f.Asked), f.Asked
	}
	all := QuoteRefund(f, liability, freight)
	if f.Asked <= 0 || f.Asked >= all.Total {
		return all, 0
	}
	q = QuoteClaim(f, f.Asked)
	return q, q.Total
}
