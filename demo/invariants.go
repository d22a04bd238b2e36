package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftersales/money"
	"aftersales/partners"
)

// Invariant is one of the eleven rules of money and goods, held against everything that this run left behind: what the
// API says of every case, and what the providers did.
type Invariant struct {
	N        int
	Name     string
	Compared string
	Broken   []string
}

func (i Invariant) verdict() string {
	if len(i.Broken) > 0 {
		return fmt.Sprintf("BROKEN %d", len(i.Broken))
	}
	return "ok"
}

func (i *Invariant) breaks(format string, args ...any) {
	i.Broken = append(i.Broken, fmt.Sprintf(format, args...))
}

func (b *books) invariants() []Invariant {
	return []Invariant{
		b.payments(), b.shares(), b.once(), b.bothSay(), b.notBoth(), b.oneClaim(), b.causes(), b.oneInsurance(), b.ownRail(), b.newLegs(), b.sums(),
	}
}

// mine tells whether a payment is one of this run's: of an order, or made to a case.
func (b *books) mine(orderID, ref string) bool {
	_, ordered := b.orders[orderID]
	return ordered || b.charges[ref]
}

// refs maps this run's payments by rail and number to what was captured.
func (b *books) refs() map[string]bool {
	refs := map[string]bool{}
	for _, payment := range b.ledger.Payments {
		if b.mine(payment.OrderID, payment.Ref) {
			refs[string(payment.Rail)+payment.Ref] = true
		}
	}
	return refs
}

func (b *books) payments() Invariant {
	i := Invariant{N: 1, Name: "no payment gives back more than it has"}
	n := 0
	for _, payment := range b.ledger.Payments {
		if !b.mine(payment.OrderID, payment.Ref) {
			continue
		}
		n++
		if payment.Refunded > payment.Captured-payment.ChargedBack {
			i.breaks("%s gave back %s of %s", payment.Ref, payment.Refunded, payment.Captured-payment.ChargedBack)
		}
	}
	i.Compared = fmt.Sprintf("refunded and captured less charged back of %d payments", n)
	return i
}

func (b *books) shares() Invariant {
	i := Invariant{N: 2, Name: "no line gives back more than its share"}
	back, ofLine, charged := map[string]money.Amount{}, map[string]money.Amount{}, map[string]money.Amount{}
	for key, leg := range b.legs {
		if leg.Status == "failed" {
			continue
		}
		back[b.legOwner[key].OrderID] += leg.Amount.Minor
		for _, line := range leg.Lines {
			ofLine[bought(line.LineID)] += line.Amount.Minor
		}
	}
	for _, result := range b.orders {
		for _, payment := range result.Paid {
			charged[result.Order.ID] += payment.Amount
		}
	}
	lines := 0
	for id, result := range b.orders {
		share, sum := map[string]money.Amount{}, result.Order.FreightPaid
		for _, line := range result.Order.Lines {
			share[line.ID] = line.Paid
			sum += line.Paid
		}
		for _, c := range result.Cases {
			for _, line := range c.Quote.Lines {
				paid, ordered := share[line.LineID]
				lines++
				if ordered && line.Amount.Minor > paid {
					i.breaks("case %s asks %s of line %s, which cost %s", c.ID, line.Amount.Minor, line.LineID, paid)
				}
			}
		}
		for line, paid := range share {
			lines++
			if ofLine[line] > paid+charged[id] {
				i.breaks("line %s gave back %s of %s", line, ofLine[line], paid+charged[id])
			}
		}
		if back[id] > sum+charged[id] {
			i.breaks("order %s gave back %s of %s", id, back[id], sum+charged[id])
		}
	}
	i.Compared = fmt.Sprintf("%d lines, as quoted and as given back, and the legs of %d orders with the shares that were paid", lines, len(b.orders))
	return i
}

// bought is the order line that a line stands for: a replacement's share is what was left of the one it replaced, and
// what was paid on top.
func bought(lineID string) string {
	line, _, _ := strings.Cut(lineID, "/x")
	return line
}

func (b *books) once() Invariant {
	i := Invariant{N: 3, Name: "one key moves money at most once"}
	keys := 0
	seen := map[string]bool{}
	once := func(what, key string, applications int) {
		keys++
		if applications > 1 || seen[what+key] {
			i.breaks("%s %s was made %d times", what, key, applications)
		}
		seen[what+key] = true
	}
	refs := b.refs()
	for _, refund := range b.ledger.Refunds {
		if refs[string(refund.Rail)+refund.Ref] {
			once("refund", string(refund.Rail)+refund.Key, refund.Applications)
		}
	}
	for _, draw := range b.ledger.Draws {
		once("draw", draw.Key, draw.Applications)
	}
	for _, payout := range b.ledger.Payouts {
		once("payout", payout.Key, payout.Applications)
	}
	i.Compared = fmt.Sprintf("how often the providers carried out %d keys", keys)
	return i
}

func (b *books) bothSay() Invariant {
	i := Invariant{N: 4, Name: "every success is in both ledgers"}
	theirs := map[string]money.Amount{}
	refs := b.refs()
	for _, refund := range b.ledger.Refunds {
		if refs[string(refund.Rail)+refund.Ref] {
			theirs[refund.Key] += refund.Amount
		}
	}
	for _, payout := range b.ledger.Payouts {
		if _, ours := b.legs[payout.Key]; ours || b.since.payouts < payout.ID {
			theirs[payout.Key] += payout.Amount
		}
	}
	for _, key := range slices.Sorted(maps.Keys(theirs)) {
		if leg := b.legs[key]; leg.Status != "succeeded" || leg.Amount.Minor != theirs[key] {
			i.breaks("the provider paid %s, we say %s %q: %s", theirs[key], leg.Amount.Minor, leg.Status, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.legs)) {
		if leg := b.legs[key]; leg.Status == "succeeded" && theirs[key] != leg.Amount.Minor {
			i.breaks("we say %s was paid, the provider %s: %s", leg.Amount.Minor, theirs[key], key)
		}
	}
	for _, key := range b.doubled {
		i.breaks("two cases show the leg %s", key)
	}
	i.Compared = fmt.Sprintf("%d legs of ours with %d refunds and payouts, key by key", len(b.legs), len(theirs))
	return i
}

func (b *books) notBoth() Invariant {
	i := Invariant{N: 5, Name: "no refund beside a kept replacement"}
	looked := 0
	for _, result := range b.orders {
		for n, c := range result.Cases {
			if c.Kind != "exchange" || c.Exchange == nil {
				continue
			}
			looked++
			delivered := c.Exchange.Shipped && c.Delivery != nil && c.Delivery.DeliveredAt != nil
			if all := b.worth(result, c); delivered && all > 0 && !b.sentOn(result, n) && back(result, n)-b.paidTo(result, c) >= all {
				i.breaks("exchange %s gave back all of %s beside a replacement that the customer has", c.ID, all)
			}
			if !c.Exchange.Shipped && c.Outcome == "exchanged" {
				i.breaks("exchange %s ended as done and nothing was sent", c.ID)
			}
			var given money.Amount
			paid := b.paidTo(result, c)
			for _, leg := range c.Legs {
				given += leg.Amount.Minor
				for _, line := range leg.Lines {
					if c.Outcome == "exchanged" && line.Quantity > 0 && leg.Status != "failed" {
						i.breaks("exchange %s kept its replacement and refunded %d units of line %s", c.ID, line.Quantity, line.LineID)
					}
				}
			}
			if cheaper := max(0, -c.Exchange.Difference.Minor); c.Outcome == "exchanged" && given > paid+cheaper {
				i.breaks("exchange %s kept its replacement and gave back %s, where %s was paid to it and %s cheaper", c.ID, given, paid, cheaper)
			}
		}
	}
	i.Compared = fmt.Sprintf("what %d exchanges, and the cases that decided them, gave back with what they sent", looked)
	return i
}

// paidTo is what the customer paid to a case.
func (b *books) paidTo(result Result, c Case) (paid money.Amount) {
	for _, payment := range result.Paid {
		if payment.CaseID == c.ID {
			paid += payment.Amount
		}
	}
	return paid
}

// worth is what was paid for the units that a case is about.
func (b *books) worth(result Result, c Case) (worth money.Amount) {
	units := map[string]int{}
	for _, unit := range c.Units {
		line, _, _ := strings.Cut(unit, "/")
		units[line]++
	}
	for _, line := range result.Order.Lines {
		worth += line.Paid * money.Amount(units[line.ID]) / money.Amount(max(1, line.Quantity))
	}
	return worth
}

// family is a case with those that decided it, which follow it one by one.
func family(result Result, n int) []Case {
	last := n
	for last+1 < len(result.Cases) && result.Cases[last].Child != nil && result.Cases[last].Child.CaseID == result.Cases[last+1].ID {
		last++
	}
	return result.Cases[n : last+1]
}

// back is what a case and those that decided it gave back.
func back(result Result, n int) (sum money.Amount) {
	for _, c := range family(result, n) {
		for _, leg := range c.Legs {
			if leg.Status == "succeeded" {
				sum += leg.Amount.Minor
			}
		}
	}
	return sum
}

// sentOn tells whether the replacement went back to the merchant, as it was judged.
func (b *books) sentOn(result Result, n int) bool {
	return slices.ContainsFunc(family(result, n)[1:], func(c Case) bool { return c.Parcel != nil })
}

func (b *books) oneClaim() Invariant {
	i := Invariant{N: 6, Name: "a unit is in one open case at a time"}
	units := map[string]bool{}
	for _, result := range b.orders {
		var roots []Case
		for n, c := range result.Cases {
			isChild := n > 0 && result.Cases[n-1].Child != nil && result.Cases[n-1].Child.CaseID == c.ID
			if !isChild {
				roots = append(roots, c)
			}
		}
		for n, c := range roots {
			for _, unit := range c.Units {
				units[unit] = true
				for _, before := range roots[:n] {
					together := before.ClosedAt == nil || c.OpenedAt.Before(*before.ClosedAt)
					if together && slices.Contains(before.Units, unit) {
						i.breaks("unit %s is in %s and %s at once", unit, before.ID, c.ID)
					}
				}
			}
		}
	}
	i.Compared = fmt.Sprintf("the times in which cases held %d units", len(units))
	return i
}

// why lists what may be the cause of a refund.
var why = []string{"automatic_rule", "merchant_agreed", "deadline_expired", "judgment", "settlement"}

func (b *books) causes() Invariant {
	i := Invariant{N: 7, Name: "every leg names its cause"}
	n := 0
	for _, c := range b.cases {
		named := 0
		for _, entry := range b.timelines[c.ID] {
			if entry.Event != "refunding" {
				continue
			}
			named++
			cause, ref := fmt.Sprint(entry.Data["cause"]), fmt.Sprint(entry.Data["ref"])
			if !slices.Contains(why, cause) || ref == "" {
				i.breaks("case %s refunds because of %q, %q", c.ID, cause, ref)
			}
		}
		n += named
		if named == 0 && len(c.Legs) > 0 {
			i.breaks("case %s refunds without a cause", c.ID)
		}
	}
	i.Compared = fmt.Sprintf("cause and reference of %d refunds", n)
	return i
}

func (b *books) oneInsurance() Invariant {
	i := Invariant{N: 8, Name: "one insurance claim per order"}
	claims, waybills := map[string]int{}, map[string]int{}
	for _, claim := range b.ledger.Claims {
		if _, ours := b.orders[claim.OrderID]; ours && claim.State != partners.ClaimRefused {
			claims[claim.OrderID]++
			waybills[claim.Waybill]++
		}
	}
	for id, n := range claims {
		if n > 1 {
			i.breaks("order %s has %d claims", id, n)
		}
	}
	for number, n := range waybills {
		if n > 1 {
			i.breaks("waybill %s was claimed %d times", number, n)
		}
	}
	i.Compared = fmt.Sprintf("the insurer's %d claims by order and waybill", len(claims))
	return i
}

func (b *books) ownRail() Invariant {
	i := Invariant{N: 9, Name: "each tender goes back on its rail"}
	refs, n := b.refs(), 0
	for _, refund := range b.ledger.Refunds {
		leg, ours := b.legs[refund.Key]
		if !ours {
			continue
		}
		n++
		if leg.Rail != string(refund.Rail) || !refs[string(refund.Rail)+refund.Ref] {
			i.breaks("leg %s of %s went over %s to %s", refund.Key, leg.Rail, refund.Rail, refund.Ref)
		}
	}
	paidOut := 0
	for _, payout := range b.ledger.Payouts {
		if _, ours := b.legs[payout.Key]; !ours {
			continue
		}
		paidOut++
		if !slices.ContainsFunc(b.timelines[b.legOwner[payout.Key].ID], func(e Entry) bool { return e.Event == "rail_consented" }) {
			i.breaks("payout %s without the customer's word", payout.Key)
		}
	}
	i.Compared = fmt.Sprintf("rail and payment of %d refunds; the consent to %d payouts", n, paidOut)
	return i
}

func (b *books) newLegs() Invariant {
	i := Invariant{N: 10, Name: "a reversal is a new leg"}
	n := 0
	for _, c := range b.cases {
		if c.Complaint == nil || c.Complaint.Judgment == nil {
			continue
		}
		for _, appeal := range c.Complaint.Appeals {
			if appeal.Result != "reversed" {
				continue
			}
			n++
			var paid, back money.Amount
			for _, leg := range c.Legs {
				paid += leg.Amount.Minor
				if leg.Amount.Minor <= 0 {
					i.breaks("complaint %s has a leg of %s", c.ID, leg.Amount.Minor)
				}
			}
			for _, entry := range b.timelines[c.ID] {
				if entry.Event == "recovery_opened" {
					back = minor(entry.Data["amount"]) // a later claim takes the place of an earlier one
				}
			}
			if paid-back != c.Complaint.Judgment.Amount.Minor {
				i.breaks("complaint %s paid %s and claims %s back, but was judged %s", c.ID, paid, back, c.Complaint.Judgment.Amount.Minor)
			}
		}
	}
	i.Compared = fmt.Sprintf("legs and claims of %d reversals with what was judged", n)
	return i
}

func (b *books) sums() Invariant {
	i := Invariant{N: 11, Name: "parts sum to the total"}
	for _, result := range b.orders {
		for n, c := range result.Cases {
			sum := c.Quote.Freight.Minor
			for _, line := range c.Quote.Lines {
				sum += line.Amount.Minor
			}
			if len(c.Quote.Lines) > 0 && sum != c.Quote.Total.Minor {
				i.breaks("case %s asks for %s in parts of %s", c.ID, c.Quote.Total.Minor, sum)
			}
			var legs money.Amount
			for m := n; m < len(result.Cases); m++ { // a case's own legs, and those of the case that decided it
				for _, leg := range result.Cases[m].Legs {
					if leg.Status == "succeeded" {
						legs += leg.Amount.Minor
					}
				}
				if result.Cases[m].Child == nil {
					break
				}
			}
			if legs != c.Refunded.Minor {
				i.breaks("case %s says it refunded %s, its legs %s", c.ID, c.Refunded.Minor, legs)
			}
		}
	}
	i.Compared = fmt.Sprintf("quotes and legs of %d cases, in minor units", len(b.cases))
	return i
}

// compared sums up each kind of money by our cases and by the provider.
func (b *books) compared() []Compared {
	refs := b.refs()
	var lines []Compared
	for _, rail := range []partners.Rail{partners.RailAlipay, partners.RailWeChat} {
		refunds, charges := Compared{Name: "refunds over " + string(rail)}, Compared{Name: "charges over " + string(rail)}
		for _, leg := range b.legs {
			if leg.Rail == string(rail) && leg.Status == "succeeded" {
				refunds.Ours += leg.Amount.Minor
			}
		}
		for _, refund := range b.ledger.Refunds {
			if refund.Rail == rail && refs[string(rail)+refund.Ref] {
				refunds.Theirs += refund.Amount
				refunds.Moves++
			}
		}
		for _, payment := range b.ledger.Payments {
			if payment.Rail == rail && b.charges[payment.Ref] {
				charges.Theirs += payment.Captured
				charges.Moves++
			}
		}
		for _, c := range b.cases {
			for _, entry := range b.timelines[c.ID] {
				if entry.Event == "payment_received" && entry.Data["rail"] == string(rail) {
					charges.Ours += minor(entry.Data["amount"])
				}
			}
		}
		lines = append(lines, refunds, charges)
	}
	draws, payouts, insured := Compared{Name: "drawn from deposits"}, Compared{Name: "paid out elsewhere"}, Compared{Name: "claimed of the insurer"}
	for _, c := range b.cases {
		for _, entry := range b.timelines[c.ID] {
			switch entry.Event {
			case "deposit_drawn":
				draws.Ours += minor(entry.Data["amount"])
			case "deposit_put_back":
				draws.Ours -= minor(entry.Data["amount"])
			}
		}
		if c.Insurance != nil && c.Insurance.State != "refused" { // the case may end before the insurer has paid
			insured.Ours += c.Insurance.Amount.Minor
		}
	}
	for _, leg := range b.legs {
		if leg.Rail == "payout" && leg.Status == "succeeded" {
			payouts.Ours += leg.Amount.Minor
		}
	}
	for _, draw := range b.ledger.Draws {
		if draw.ID > b.since.draws {
			if draw.PutBackOf != "" {
				draw.Amount = -draw.Amount
			}
			draws.Theirs += draw.Amount
			draws.Moves++
		}
	}
	for _, payout := range b.ledger.Payouts {
		if payout.ID > b.since.payouts {
			payouts.Theirs += payout.Amount
			payouts.Moves++
		}
	}
	for _, claim := range b.ledger.Claims {
		if _, ours := b.orders[claim.OrderID]; ours && claim.State != partners.ClaimRefused {
			insured.Theirs += claim.Amount
			insured.Moves++
		}
	}
	return append(lines, draws, payouts, insured)
}
