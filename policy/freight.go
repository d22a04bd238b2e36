package policy

// FreightFor is the standard freight table: who bears each leg, by whose fault it is.
//   - the merchant's fault (quality, not as described, wrong item, counterfeit): the merchant, both legs;
//   - the customer's choice (no-reason): with free shipping the customer pays the way back, otherwise both
//     legs; in an exchange every leg (Interim Measures art. 18), and so in a repair that no warranty covers;
//   - nobody's clear fault: merchant out, customer back;
//   - the carrier's fault: the merchant towards the customer, since the carrier works for the merchant;
//   - the platform's fault: the platform.
//
// A pack has its own table, which goes before this one: see Terms.FreightUnder.
func FreightFor(liability Party, kind Kind, order OrderFacts) FreightTerms {
	switch liability {
	case Merchant:
		return FreightTerms{Out: Merchant, Back: Merchant, Rule: "freight_fault_pays"}
	case Carrier:
		return FreightTerms{Out: Merchant, Back: Merchant, Rule: "freight_merchant_answers_for_carrier"}
	case Platform:
		return FreightTerms{Out: Platform, Back: Platform, Rule: "freight_fault_pays"}
	case Customer:
		if kind == Exchange {
			return FreightTerms{Out: Customer, Back: Customer, Rule: "freight_no_reason_exchange"}
		}
		if kind == Repair {
			return FreightTerms{Out: Customer, Back: Customer, Rule: "freight_repair_not_covered"}
		}
		if FreeShipping(order) {
			return FreightTerms{Out: Merchant, Back: Customer, Rule: "freight_no_reason_free_shipping"}
		}
		return FreightTerms{Out: Customer, Back: Customer, Rule: "freight_no_reason"}
	default:
		return FreightTerms{Out: Merchant, Back: Customer, Rule: "freight_fault_unclear"}
	}
}

// FreightAgreed is the table's row for an agreement that did not mention freight: the merchant pays.
func FreightAgreed() FreightTerms {
	return FreightTerms{Out: Merchant, Back: Merchant, Rule: "freight_agreed_without_mention"}
}

// FreeShipping tells whether the customer paid nothing for the outbound leg.
func FreeShipping(order OrderFacts) bool { return order.FreightPaid == 0 }

// FreightUnder is who bears each leg when the fault is found to be liability's, by the case's own pack.
// Terms made without a table fall back to "fault unclear".
func (t Terms) FreightUnder(liability Party) FreightTerms {
	if row, ok := t.FreightBy[liability]; ok {
		return row
	}
	if liability == t.Liability && t.Freight.Out != Nobody {
		return t.Freight
	}
	return FreightFor(Unclear, Return, OrderFacts{})
}
