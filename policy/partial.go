package policy

import (
	"slices"

	"aftersales/money"
)

// RuleAgreed names a sum that two parties, or a judgment, set in place of the formula's.
const RuleAgreed = "amount_agreed"

// Partial is the part of the terms' quote that is offered when something else came back than was announced:
// the pack's percentage for the difference and, for ShortCount, only the units that came. missingUnits counts
// the units that did not come and is looked at for ShortCount only. Freight is cut in the same proportion. A
// difference that the pack does not know offers nothing.
func Partial(t Terms, d Difference, missingUnits int) Quote {
	rule := t.Partial[d]
	units := 0
	for _, line := range t.Quote.Lines {
		units += line.Quantity
	}
	came := units
	if d == ShortCount {
		came = min(max(units-missingUnits, 0), units)
	}
	percent := int64(min(max(rule.Percent, 0), 100))
	amount := money.Share(t.Quote.Total, int64(came)*percent, int64(units)*100)
	q := scale(t.Quote, amount)
	q.Formula = append(q.Formula, FormulaLine{Label: "difference_" + string(d), Amount: amount - t.Quote.Total, Rule: rule.Rule})
	return q
}

// Reprice is q at an agreed amount (a counter-offer, a settlement, a judgment): its lines and freight in
// proportion, with one formula line "agreed_amount" for the difference. The amount is cut to 0..q.Total,
// because a line may not give back more than the formula allows; more is a question for another quote.
func Reprice(q Quote, amount money.Amount) Quote {
	amount = min(max(amount, 0), q.Total)
	scaled := scale(q, amount)
	scaled.Formula = append(scaled.Formula, FormulaLine{Label: "agreed_amount", Amount: amount - q.Total, Rule: RuleAgreed})
	return scaled
}

// Less is q without what was given of it before, line by line: units and amounts that went back are not there to be
// given again. What the lines or the freight of q do not hold is not taken off.
func Less(q, given Quote) Quote {
	if given.Total == 0 {
		return q
	}
	rest := q
	rest.Freight = q.Freight - min(given.Freight, q.Freight)
	rest.Total = rest.Freight
	rest.Lines = append([]QuoteLine(nil), q.Lines...)
	for i := range rest.Lines {
		line := &rest.Lines[i]
		for _, before := range given.Lines {
			if before.LineID == line.LineID {
				line.Amount -= min(before.Amount, line.Amount)
				line.Quantity -= min(before.Quantity, line.Quantity)
			}
		}
		rest.Total += line.Amount
	}
	rest.Formula = append(append([]FormulaLine(nil), q.Formula...), FormulaLine{Label: "refunded_before", Amount: rest.Total - q.Total, Rule: RuleRefundedOnce})
	return rest
}

// Plus is what two parts of one refund give back together, line by line. It keeps the formula and currency of q.
func Plus(q, more Quote) Quote {
	sum := q
	sum.Freight, sum.Total = q.Freight+more.Freight, q.Total+more.Total
	sum.Lines = slices.Clone(q.Lines)
	for _, line := range more.Lines {
		i := slices.IndexFunc(sum.Lines, func(l QuoteLine) bool { return l.LineID == line.LineID })
		if i < 0 {
			sum.Lines = append(sum.Lines, line)
			continue
		}
		sum.Lines[i].Amount += line.Amount
		sum.Lines[i].Quantity += line.Quantity
	}
	return sum
}

// Only is what q gives back for some of its lines, with their share of the freight by amount.
func Only(q Quote, lines []string) Quote {
	part := Quote{Currency: q.Currency}
	var goods money.Amount
	for _, line := range q.Lines {
		goods += line.Amount
		if slices.Contains(lines, line.LineID) {
			part.Lines = append(part.Lines, line)
			part.Total += line.Amount
		}
	}
	if goods > 0 {
		part.Freight = money.Share(q.Freight, int64(part.Total), int64(goods))
	}
	part.Total += part.Freight
	part.Formula = append(append(part.Formula, q.Formula...), FormulaLine{Label: "other_lines", Amount: part.Total - q.Total, Rule: RuleReallyPaid})
	return part
}

// Within is q cut to what is left, in minor units: of each line, of the outbound freight, and of all tenders together. A
// line that is not named has nothing left.
func Within(q Quote, lines map[string]money.Amount, freight, room money.Amount) Quote {
	cut := q
	cut.Freight = min(q.Freight, max(freight, 0))
	cut.Total = cut.Freight
	cut.Lines = append([]QuoteLine(nil), q.Lines...)
	for i := range cut.Lines {
		line := &cut.Lines[i]
		line.Amount = min(line.Amount, max(lines[line.LineID], 0))
		cut.Total += line.Amount
	}
	cut = scale(cut, min(cut.Total, max(room, 0)))
	if cut.Total < q.Total {
		cut.Formula = append(cut.Formula, FormulaLine{Label: "refunded_before", Amount: cut.Total - q.Total, Rule: RuleRefundedOnce})
	}
	return cut
}

// scale divides amount ≤ q.Total over q's lines and freight and copies what it changes.
func scale(q Quote, amount money.Amount) Quote {
	parts := make([]money.Amount, 0, len(q.Lines)+1)
	for _, line := range q.Lines {
		parts = append(parts, line.Amount)
	}
	parts = shrink(append(parts, q.Freight), amount)
	scaled := Quote{Currency: q.Currency, Total: amount, Freight: parts[len(q.Lines)]}
	scaled.Lines = append(scaled.Lines, q.Lines...)
	for i := range scaled.Lines {
		scaled.Lines[i].Amount = parts[i]
	}
	scaled.Formula = append(scaled.Formula, q.Formula...)
	return scaled
}
