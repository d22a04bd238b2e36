package cases

import (
	"context"
	"slices"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Wish is a kind of case that could be asked for now, for one line of an order; Why is what stands in the way, else nil.
type Wish struct {
	Kind     policy.Kind
	Why      *fault.Fault
	NoReason bool // also without a reason
}

// ReasonChoice is a reason that can be given for a kind of case; Why is what stands in the way for the line that was named.
type ReasonChoice struct {
	pack.Reason
	Heading pack.Text
	Why     *fault.Fault
}

// outlook is what is known of an order, to say what would come of a wish.
type outlook struct {
	service *Service
	rules   *pack.Pack
	rows    models.FactsRows
	order   Order
}

func (s *Service) outlook(ctx context.Context, order Order) (outlook, error) {
	rules, err := s.rulesOfNewCases(ctx)
	if err != nil {
		return outlook{}, away(err)
	}
	rows, err := s.Store.FactsRows(ctx, order.ID, "", s.now())
	return outlook{s, rules, rows, order}, away(err)
}

// facts are those of a case of a kind about one unit of every line; about narrows them to one line.
func (o outlook) facts(ctx context.Context, kind policy.Kind) (policy.Facts, error) {
	start := contract.Start{
		Kind: kind, CustomerID: o.order.CustomerID, MerchantID: o.order.MerchantID, OrderID: o.order.ID, PackHash: o.rules.Hash(),
		At: models.Moment(o.service.now()),
	}
	if kind == policy.Complaint {
		start.Subject = policy.SubjectGoods
	}
	for _, line := range o.order.Lines {
		start.Lines = append(start.Lines, contract.ChosenLine{LineID: line.ID, Quantity: 1})
	}
	evaluator := &Evaluator{Packs: o.service.Packs}
	facts, err := evaluator.factsOf(ctx, o.service.Store, contract.EvaluateInput{Start: start, Phase: phaseOf(o.order.Order), N: 1, At: start.At}, o.rules, o.rows, true)
	if err != nil {
		return facts, away(err)
	}
	for i := range facts.Lines {
		facts.Lines[i].Want = nil // which variant it shall be is not said yet
	}
	if kind == policy.Repair {
		o.warranty(facts.Lines)
	}
	return facts, nil
}

// warranty is that of any unit of a line: which one it is about is not said yet.
func (o outlook) warranty(lines []policy.LineFacts) {
	for i := range lines {
		line, _ := o.rows.Book.Line(lines[i].ID)
		for _, unit := range o.rows.Units {
			if unit.LineID != lines[i].ID {
				continue
			}
			until := models.Warranty(unit, line, o.rows.Book.Order)
			if until != nil && (lines[i].WarrantyUntil == nil || until.After(*lines[i].WarrantyUntil)) {
				lines[i].WarrantyUntil = until
			}
		}
	}
}

// about chooses n units of one line and none of the others.
func about(facts policy.Facts, lineID string, n int) policy.Facts {
	facts.Lines = slices.Clone(facts.Lines)
	for i := range facts.Lines {
		facts.Lines[i].Chosen = 0
		if facts.Lines[i].ID == lineID {
			facts.Lines[i].Chosen = n
		}
	}
	return facts
}

// why evaluates the rules and says what stands in the way.
func (o outlook) why(facts policy.Facts, line OrderLine) (policy.Terms, *fault.Fault, error) {
	if line.Available == 0 && facts.Kind != policy.Complaint {
		held := line.Quantity - line.ExchangedQty - facts.Lines[slices.IndexFunc(facts.Lines, func(l policy.LineFacts) bool { return l.ID == line.ID })].RefundedQty
		if held > 0 {
			return policy.Terms{}, fault.New(fault.UnitsInOpenCase, "quantity", held), nil
		}
		return policy.Terms{}, fault.New(fault.NothingToRefund), nil
	}
	terms, err := o.rules.Evaluate(facts)
	if err != nil {
		return terms, nil, fault.New(fault.Internal).Because(err)
	}
	if refusal := terms.Refusal; refusal != nil && !priceUnknown(facts, refusal.Fault) {
		return terms, refusal.Fault, nil
	}
	return terms, nil, nil
}

// priceUnknown tells that price protection is refused only because the shop was not asked yet what the goods cost now.
func priceUnknown(facts policy.Facts, refused *fault.Fault) bool {
	return facts.Kind == policy.PriceProtection && refused.Code == fault.PriceNotLower
}

// wishes says what a customer could ask for now for each line of an order, and what is known of its units.
func (s *Service) wishes(ctx context.Context, order *Order) error {
	o, err := s.outlook(ctx, *order)
	if err != nil {
		return err
	}
	o.units(order)
	order.Wishes = map[string][]Wish{}
	for _, kind := range openable {
		if !slices.Contains(o.rules.Kinds(), kind) {
			continue
		}
		facts, err := o.facts(ctx, kind)
		if err != nil {
			return err
		}
		for _, line := range order.Lines {
			terms, why, err := o.why(about(facts, line.ID, 1), line)
			if err != nil {
				return err
			}
			order.Wishes[line.ID] = append(order.Wishes[line.ID], Wish{Kind: kind, Why: why, NoReason: why == nil && terms.NoReason})
		}
	}
	return nil
}

// units fills in the serial numbers and the warranty.
func (o outlook) units(order *Order) {
	lines := make([]policy.LineFacts, len(order.Lines))
	for i, line := range order.Lines {
		lines[i].ID = line.ID
	}
	o.warranty(lines)
	for i := range order.Lines {
		order.Lines[i].WarrantyUntil = lines[i].WarrantyUntil
		for _, unit := range o.rows.Units {
			if unit.LineID == order.Lines[i].ID && unit.Serial != "" && unit.ExchangedBy == "" {
				order.Lines[i].Serials = append(order.Lines[i].Serials, unit.Serial)
			}
		}
	}
}

// ReasonsFor lists the reasons that fit a kind of case on a line of the actor's order, with those that stand too late or
// otherwise in the way. Faults: forbidden, order_unknown.
func (s *Service) ReasonsFor(ctx context.Context, actor contract.Actor, kind policy.Kind, orderID, lineID string) ([]ReasonChoice, error) {
	order, line, err := s.lineOf(ctx, actor, "order.read", orderID, lineID)
	if err != nil {
		return nil, err
	}
	o, err := s.outlook(ctx, order)
	if err != nil {
		return nil, err
	}
	facts, err := o.facts(ctx, kind)
	if err != nil {
		return nil, err
	}
	facts = about(facts, line.ID, 1)
	var list []ReasonChoice
	for _, reason := range o.rules.ReasonsFor(facts) {
		facts.Reason = reason.Code
		_, why, err := o.why(facts, line)
		if err != nil {
			return nil, err
		}
		list = append(list, ReasonChoice{reason, heading(o.rules, reason), why})
	}
	return list, nil
}

func heading(rules *pack.Pack, reason pack.Reason) pack.Text {
	group, _ := rules.Reason(reason.Parent)
	return group.Text
}

// lineOf reads a line of an order that the actor may do an action with.
func (s *Service) lineOf(ctx context.Context, actor contract.Actor, action, orderID, lineID string) (Order, OrderLine, error) {
	if err := gate(actor, action); err != nil {
		return Order{}, OrderLine{}, err
	}
	order, err := s.orderWithAvailable(ctx, orderID)
	if err == nil {
		err = s.mayOrder(ctx, actor, action, order.Order)
	}
	if err != nil {
		return order, OrderLine{}, unknownOrder(err)
	}
	i := slices.IndexFunc(order.Lines, func(l OrderLine) bool { return l.ID == lineID })
	if i < 0 {
		return order, OrderLine{}, fault.New(fault.OrderUnknown)
	}
	return order, order.Lines[i], nil
}

// maxChoices of variants are shown: more nobody chooses from.
const maxChoices = 200

// VariantChoice is what units of a line could be exchanged for. Difference is what the customer pays for the quantity, less
// than zero what comes back.
type VariantChoice struct {
	models.Variant
	Same       bool
	Enough     bool // in stock
	Difference money.Amount
}

// Variants lists what units of a line of the actor's order could be exchanged for, as the shop sells it now: the variants of
// the same product, the cheapest first. quantity 0 stands for all that can be chosen. Faults: forbidden, order_unknown,
// quantity_too_large.
func (s *Service) Variants(ctx context.Context, actor contract.Actor, orderID, lineID string, quantity int) ([]VariantChoice, money.Currency, error) {
	order, line, err := s.lineOf(ctx, actor, "product.variant.list", orderID, lineID)
	if err != nil {
		return nil, "", err
	}
	switch {
	case quantity > line.Quantity:
		return nil, "", fault.New(fault.QuantityTooLarge, "available", line.Available)
	case quantity <= 0:
		quantity = max(1, line.Available)
	}
	o, err := s.outlook(ctx, order)
	if err != nil {
		return nil, "", err
	}
	facts, err := o.facts(ctx, policy.Exchange)
	if err != nil {
		return nil, "", err
	}
	facts = about(facts, line.ID, quantity)
	variants, err := s.Store.VariantsLike(ctx, order.MerchantID, line.VariantID)
	if err != nil {
		return nil, "", away(err)
	}
	own := slices.IndexFunc(facts.Lines, func(l policy.LineFacts) bool { return l.ID == line.ID })
	var choices []VariantChoice
	for _, variant := range variants[:min(len(variants), maxChoices)] {
		facts.Lines[own].Want = &policy.VariantFacts{
			ID: variant.ID, Price: variant.Price, Stock: variant.Stock, OnSale: true, SameProduct: variant.ProductID == line.ProductID,
		}
		choices = append(choices, VariantChoice{
			Variant: variant, Same: variant.ID == line.VariantID, Enough: variant.Stock >= quantity, Difference: policy.ExchangeDifference(facts).Difference,
		})
	}
	return choices, order.Currency, nil
}
