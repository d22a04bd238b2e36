package policy

import (
	"time"

	"aftersales/fault"
	"aftersales/money"
)

// RulePriceNow names the price that protection compares with.
const RulePriceNow = "price_protection_reference_price"

// QuoteProtection says what the chosen units cost less today, as a quote whose quantities are 0 (the goods are
// kept), or why nothing is due. until is the last second of the window, zero for none; rule names the window.
// The difference is taken per line from what the customer really paid, less what protection gave before, down to
// the reference price PriceNow; it is never above what is left of the line. Each line is compensated once per
// price: only a lower price pays again. A line of which money or units went back otherwise has no protection.
func QuoteProtection(f Facts, until time.Time, rule string) (ProtectionTerms, Quote, *fault.Fault) {
	terms := ProtectionTerms{Until: until, Rule: rule}
	q := Quote{Currency: f.Order.Currency}
	if !until.IsZero() && !f.At.Before(until.Add(time.Second)) {
		return terms, q, fault.New(fault.WindowOver, "until", until.Format(time.DateOnly))
	}
	left := max(0, f.Order.Paid-f.Order.RefundedSoFar)
	refused := fault.New(fault.PriceNotLower)
	for _, line := range f.Lines {
		n := min(line.Chosen, line.Quantity)
		if n <= 0 {
			continue
		}
		if refundedOtherwise(line) {
			return terms, Quote{Currency: f.Order.Currency}, fault.New(fault.ProtectionAfterRefund)
		}
		compared := ProtectionLine{LineID: line.ID, Quantity: n, Paid: paidFor(line, n), Reference: line.PriceNow * money.Amount(n)}
		if line.ProtectedAt > 0 {
			compared.Paid = min(compared.Paid, line.ProtectedAt*money.Amount(n))
		}
		terms.Lines = append(terms.Lines, compared)
		if line.PriceNow <= 0 || compared.Reference >= compared.Paid {
			if line.ProtectedAt > 0 && line.PriceNow > 0 {
				refused = fault.New(fault.ProtectedAlready)
			}
			continue
		}
		due := compared.Paid - compared.Reference
		q.Formula = append(q.Formula,
			FormulaLine{Label: "paid_so_far", Line: line.ID, Amount: compared.Paid, Rule: RuleReallyPaid},
			FormulaLine{Label: "price_now", Line: line.ID, Amount: -compared.Reference, Rule: RulePriceNow})
		if over := due - min(max(0, line.Paid-line.Refunded), left); over > 0 {
			q.Formula = append(q.Formula, FormulaLine{Label: "refunded_before", Line: line.ID, Amount: -over, Rule: RuleRefundedOnce})
			due -= over
		}
		left -= due
		q.Lines = append(q.Lines, QuoteLine{LineID: line.ID, Amount: due})
		q.Total += due
	}
	if q.Total == 0 {
		return terms, q, refused
	}
	return terms, q, nil
}

// refundedOtherwise tells whether more went back than protection itself can have paid.
func refundedOtherwise(line LineFacts) bool {
	protected := money.Amount(0)
	if line.ProtectedAt > 0 {
		protected = max(0, line.Paid-line.ProtectedAt*money.Amount(line.Quantity))
	}
	return line.RefundedQty > 0 || line.Refunded > protected
}
