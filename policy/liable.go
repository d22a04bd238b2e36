package policy

// At is the terms as they are when the fault is found to be liability's, whatever the reason says: its freight, and the
// quote that follows from it.
func (t Terms) At(liability Party, f Facts) Terms {
	t.Liability, t.Freight = liability, t.FreightUnder(liability)
	t.Quote = QuoteRefund(f, liability, t.Freight)
	return t
}
