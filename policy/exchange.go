package policy

import (
	"aftersales/fault"
	"aftersales/money"
)

// RuleExchange names the price difference of an exchange.
const RuleExchange = "exchange_difference_at_own_discount"

// CheckVariants says why what is wanted cannot be given (nil: it can): it is not sold any more, or fewer are in
// stock than wanted by all lines together. The same variant is a normal exchange and looked at like any other;
// a line without Want asks for the same variant, whose stock nobody looked up.
func CheckVariants(f Facts) *fault.Fault {
	wanted := map[string]int{}
	for _, line := range f.Lines {
		if line.Chosen <= 0 || line.Want == nil {
			continue
		}
		if !line.Want.OnSale {
			return fault.New(fault.VariantNotSold)
		}
		if wanted[line.Want.ID] += line.Chosen; wanted[line.Want.ID] > line.Want.Stock {
			return fault.New(fault.VariantOutOfStock, "available", max(line.Want.Stock, 0))
		}
	}
	return nil
}

// ExchangeDifference is what the chosen units are exchanged for and the price difference, in minor units,
// positive when the customer pays. Prices are list prices: the old one as at purchase, or today's where the same
// product became dearer since, so that a rise that both variants share costs nothing; the new one as of today.
// Their difference is cut by the discount that the line had, so that the new item costs the customer the same
// share of its price as the old one did: who paid 80 for a 100 pays 16 for a 120. It follows that
//   - nobody pays more than the difference of the list prices;
//   - exchanging back costs the opposite;
//   - a line gives back at most what is left of it, and an item that came free gives back nothing and costs
//     the whole difference.
//
// The same variant costs nothing, whatever its price is now.
func ExchangeDifference(f Facts) ExchangeTerms {
	terms := ExchangeTerms{Rule: RuleExchange}
	s := newSum(f)
	left := max(0, f.Order.Paid-f.Order.RefundedSoFar)
	for i, line := range f.Lines {
		n := s.chosen(i)
		if n == 0 {
			continue
		}
		swap := swapOf(line, n)
		if step := swap.Difference; step != 0 {
			label := "exchange_dearer"
			if step < 0 {
				label = "exchange_cheaper"
			}
			terms.Formula = append(terms.Formula, FormulaLine{Label: label, Line: line.ID, Amount: step, Rule: RuleExchange})
		}
		if over := -swap.Difference - min(s.room(i), left); over > 0 {
			swap.Difference += over
			terms.Formula = append(terms.Formula, FormulaLine{Label: "refunded_before", Line: line.ID, Amount: over, Rule: RuleRefundedOnce})
		}
		left -= max(0, -swap.Difference)
		terms.Lines = append(terms.Lines, swap)
		terms.Difference += swap.Difference
	}
	return terms
}

// swapOf is one line's exchange before caps.
func swapOf(line LineFacts, n int) ExchangeLine {
	swap := ExchangeLine{LineID: line.ID, VariantID: line.VariantID, Quantity: n, Old: line.UnitPrice, New: line.UnitPrice}
	if line.Want == nil || line.Want.ID == line.VariantID {
		return swap
	}
	swap.VariantID, swap.New = line.Want.ID, line.Want.Price
	if line.Want.SameProduct {
		swap.Old = max(swap.Old, line.PriceNow)
	}
	paid, listed := line.Paid, swap.Old*money.Amount(line.Quantity)
	if line.Gift || paid <= 0 || listed <= 0 {
		swap.Difference = max(0, swap.New-swap.Old) * money.Amount(n)
		return swap
	}
	swap.Difference = PriceDifference(swap.Old, swap.New, n, paid, listed)
	return swap
}

// PriceDifference is what units at the price new cost more than at old (negative: less), cut to the share paid
// of listed, but never more than the full difference. It is antisymmetric in old and new; rounded towards 0.
func PriceDifference(old, new money.Amount, units int, paid, listed money.Amount) money.Amount {
	if new < old {
		return -PriceDifference(new, old, units, paid, listed)
	}
	return money.Share((new-old)*money.Amount(units), int64(min(paid, listed)), int64(listed))
}

// ExchangeBack is the quote for what comes back at the end of an exchange for something cheaper; its total is 0
// when the customer pays or nothing is due. Quantities are 0: the customer has goods for them.
func ExchangeBack(t Terms) Quote {
	q := Quote{Currency: t.Quote.Currency}
	if t.Exchange == nil || t.Exchange.Difference >= 0 {
		return q
	}
	q.Total = -t.Exchange.Difference
	cheaper := make([]money.Amount, len(t.Exchange.Lines))
	for i, line := range t.Exchange.Lines {
		cheaper[i] = max(0, -line.Difference)
	}
	for i, part := range shrink(cheaper, q.Total) {
		if part > 0 {
			q.Lines = append(q.Lines, QuoteLine{LineID: t.Exchange.Lines[i].LineID, Amount: part})
		}
	}
	for _, step := range t.Exchange.Formula {
		step.Amount = -step.Amount
		q.Formula = append(q.Formula, step)
	}
	return q
}
