package cases

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// Evaluator loads what is known of a case and evaluates the rules over it.
type Evaluator struct {
	Packs Packs
}

// Evaluate evaluates the rules for a case under the pack it began with and keeps the evaluation under its number.
// described says that the customer has just described the matter in words. A first evaluation that refuses the
// case is not kept: there will be no case. The same input gives the same terms, even when the world has moved on
// meanwhile; another input under the same number replaces an evaluation that no workflow came to know.
func (e *Evaluator) Evaluate(ctx context.Context, tx *models.Store, in contract.EvaluateInput, described bool) (policy.Facts, policy.Terms, error) {
	rules, err := e.Packs.Get(ctx, in.Start.PackHash)
	if err != nil {
		return policy.Facts{}, policy.Terms{}, err
	}
	facts, customer, err := e.load(ctx, tx, in, rules, described)
	if err != nil {
		return facts, policy.Terms{}, err
	}
	if terms, kept, err := e.kept(ctx, tx, in, facts); err != nil || kept {
		return facts, terms, err
	}
	terms, err := rules.Evaluate(facts)
	if in.Liability != policy.Nobody {
		terms = terms.At(in.Liability, facts)
	}
	if err != nil {
		// The rules themselves are broken for these facts; no patience helps.
		return facts, terms, fault.New(fault.Internal).Because(err)
	}
	if terms.Refusal != nil && in.N <= 1 {
		return facts, terms, nil
	}
	return facts, terms, e.keep(ctx, tx, in, customer.KeyRef, facts, terms)
}

// load reads the facts.
func (e *Evaluator) load(ctx context.Context, tx *models.Store, in contract.EvaluateInput, rules *pack.Pack, described bool) (facts policy.Facts, customer models.Customer, err error) {
	rows, err := tx.FactsRows(ctx, in.Start.OrderID, in.Start.CaseID, in.At)
	if err != nil {
		return facts, customer, fmt.Errorf("cases: order %s: %w", in.Start.OrderID, err)
	}
	facts, err = e.factsOf(ctx, tx, in, rules, rows, described)
	return facts, rows.Customer, err
}

// factsOf makes the facts of what is known about an order.
func (e *Evaluator) factsOf(ctx context.Context, tx *models.Store, in contract.EvaluateInput, rules *pack.Pack, rows models.FactsRows, described bool) (facts policy.Facts, err error) {
	start := in.Start
	facts = policy.Facts{
		Kind: start.Kind, Phase: in.Phase, Reason: start.Reason, At: start.At.UTC(), // a right is judged by when it was asked for, however long the answers take
		Order: orderFacts(rows, start), Lines: lineFacts(rows.Book, start),
		Customer: standing(rows.Customer.Level, rows.CustomerCounts, rules.CustomerStanding),
		Merchant: standing(rows.Merchant.Level, rows.MerchantCounts, rules.MerchantStanding),
		OpenedBy: openedBy(start), Asked: start.Asked, Inspection: in.Inspection,
	}
	if start.Kind == policy.Complaint {
		facts.Asked, facts.Complaint = 0, &policy.ComplaintFacts{Subject: start.Subject, ClaimTotal: start.Asked}
		if start.Parent != nil {
			facts.Complaint.Parent = start.Parent.Kind
		}
	}
	facts.Merchant.AutoAgree = rows.Merchant.AutoAgree
	switch start.Kind {
	case policy.Exchange:
		err = wanted(ctx, tx, start, facts.Lines)
	case policy.PriceProtection:
		err = priceFacts(ctx, tx, start, facts.Lines)
	case policy.Repair:
		err = repairFacts(ctx, tx, start, rows.Book, facts.Lines)
	}
	if err != nil {
		return facts, err
	}
	if facts.Rules, err = ruleFacts(rows.Rules); err != nil {
		return facts, err
	}
	if start.Reason != "" {
		if facts.Repeat, err = tx.ClaimedBefore(ctx, start.CaseID, start.OrderID, start.Reason, string(contract.ClosedNotSent)); err != nil {
			return facts, err
		}
	}
	facts.Evidence, err = evidenceFacts(ctx, tx, start, described)
	return facts, err
}

// before counts the legs of every other case: what was refunded before this one. What the case that it belongs to paid
// in advance is not settled yet, and counts as not refunded; what the case itself refunded for other lines counts.
func before(start contract.Start) func(models.RefundLeg) bool {
	return func(leg models.RefundLeg) bool {
		return start.Apart && leg.CaseID == start.CaseID || leg.CaseID != start.CaseID && (start.Parent == nil || start.Parent.Advanced == nil || leg.CaseID != start.Parent.CaseID)
	}
}

func orderFacts(rows models.FactsRows, start contract.Start) policy.OrderFacts {
	book, caseID := rows.Book, start.CaseID
	freight, total := book.RefundedFreight(before(start))
	o := book.Clock(start.LineIDs())
	return policy.OrderFacts{
		ID: o.ID, Currency: o.Currency, PaidAt: o.PaidAt, ShippedAt: o.ShippedAt, SignedAt: o.SignedAt, ConfirmedAt: o.ConfirmedAt,
		FreightPaid: o.FreightPaid, FreightListed: o.FreightListed, FreeOver: o.FreeOver, Insured: o.Insured,
		RefundedSoFar: total, FreightBack: freight, Paid: book.Paid(), Parcel: parcelState(rows.Shipments),
		InsuranceUsed: rows.Claim != nil && rows.Claim.CaseID != caseID && rows.Claim.State != models.ClaimRefused,
	}
}

// parcelState is where the order's goods are on their way to the customer, as far as the carriers said: what all of
// its parcels say, else nothing.
func parcelState(shipments []models.OrderShipment) string {
	state := ""
	for i, shipment := range shipments {
		if i > 0 && shipment.State != state {
			return ""
		}
		state = shipment.State
	}
	return state
}

// openedBy is whose wish a case is: the customer's, or somebody's who gives of their own accord.
func openedBy(start contract.Start) policy.Party {
	switch {
	case start.By == nil || start.By.Kind == contract.Customer, start.Parent != nil: // a case opens another in the customer's matter
		return policy.Customer
	case start.By.Kind == contract.Merchant:
		return policy.Merchant
	}
	return policy.Platform
}

// ruleFacts reads a merchant's own rules; the pack bounds them.
func ruleFacts(rows []models.MerchantRule) ([]policy.MerchantRule, error) {
	var rules []policy.MerchantRule
	for _, row := range rows {
		rule := policy.MerchantRule{Below: row.Below, Rule: row.Name, Give: policy.Give(row.Give)}
		err := errors.Join(json.Unmarshal([]byte(row.Kinds), &rule.Kinds), json.Unmarshal([]byte(row.Reasons), &rule.Reasons))
		if err != nil {
			return nil, fmt.Errorf("cases: rule %s of merchant %s: %w", row.Name, row.MerchantID, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// wanted fills in what the lines are to be exchanged for, as the shop sells it now. What is set aside for this very case
// counts as in stock.
func wanted(ctx context.Context, tx *models.Store, start contract.Start, lines []policy.LineFacts) error {
	want := map[string]string{}
	var ids []string
	for _, line := range start.Lines {
		want[line.LineID] = line.VariantID
		ids = append(ids, line.VariantID)
	}
	for _, line := range lines {
		ids = append(ids, line.VariantID)
	}
	variants, err := tx.SoldVariants(ctx, start.MerchantID, start.CaseID, ids)
	if err != nil {
		return err
	}
	for i := range lines {
		line := &lines[i]
		id, chosen := want[line.ID]
		if !chosen {
			continue
		}
		if old, sold := variants[line.VariantID]; sold {
			line.PriceNow = old.Price
		}
		id = cmp.Or(id, line.VariantID)
		variant, sold := variants[id]
		line.Want = &policy.VariantFacts{
			ID: id, Price: variant.Price, Stock: variant.Stock, OnSale: sold, SameProduct: variant.ProductID == line.ProductID,
		}
	}
	return nil
}

func lineFacts(book models.OrderBook, start contract.Start) []policy.LineFacts {
	refunded := book.RefundedLines(before(start))
	chosen := map[string]int{}
	for _, line := range start.Lines {
		chosen[line.LineID] += line.Quantity
	}
	facts := make([]policy.LineFacts, len(book.Lines))
	for i, line := range book.Lines {
		facts[i] = policy.LineFacts{
			ID: line.ID, ProductID: line.ProductID, Category: line.Category, Quantity: line.Quantity,
			UnitPrice: line.UnitPrice, Paid: line.Paid,
			Refunded: refunded[line.ID].Amount, RefundedQty: refunded[line.ID].Quantity, Chosen: chosen[line.ID],
			ExchangedQty: line.ExchangedQty, ExchangedPaid: line.ExchangedPaid,
			Bundle: line.Bundle, Gift: line.Gift, GiftPrice: line.GiftPrice,
			NoReasonOut: line.NoReasonOut, Consented: line.Consented, WeightGrams: line.WeightGrams, VariantID: line.VariantID,
		}
	}
	return facts
}

// evidenceFacts lists what was put forward. Words count as a description: those that opened the case, those that
// answered a question for it, and those that were just said.
func evidenceFacts(ctx context.Context, tx *models.Store, start contract.Start, described bool) ([]policy.EvidenceFacts, error) {
	var pieces []models.Evidence
	if err := tx.DB.WithContext(ctx).Where("case_id IN ?", []string{start.CaseID, start.ParentID}).Order("id").Find(&pieces).Error; err != nil {
		return nil, err
	}
	var facts []policy.EvidenceFacts
	for _, piece := range pieces {
		facts = append(facts, policy.EvidenceFacts{
			Kind: piece.Kind, By: policy.Party(piece.OwnerKind), Rejected: piece.State == models.EvidenceRejected,
		})
	}
	if described = described || start.TextID != ""; !described {
		var answers int64
		err := tx.DB.WithContext(ctx).Model(&models.CaseQuestion{}).
			Where("case_id = ? AND field = ? AND text_id <> ''", start.CaseID, policy.AskDetail).Count(&answers).Error
		if err != nil {
			return nil, err
		}
		described = answers > 0
	}
	if described {
		facts = append(facts, policy.EvidenceFacts{Kind: string(policy.AskDetail), By: policy.Customer})
	}
	return facts, nil
}

// asked is what makes two evaluations of a case the same question.
func asked(facts policy.Facts) string {
	return contract.Digest(policy.Facts{
		Kind: facts.Kind, Phase: facts.Phase, Reason: facts.Reason, At: facts.At,
		Evidence: facts.Evidence, Inspection: facts.Inspection,
	})
}

// kept finds the terms of an evaluation that was made for the same question.
func (e *Evaluator) kept(ctx context.Context, tx *models.Store, in contract.EvaluateInput, facts policy.Facts) (terms policy.Terms, same bool, err error) {
	row, found, err := tx.Evaluation(ctx, in.Start.CaseID, in.N)
	if err != nil || !found || row.PackHash != in.Start.PackHash {
		return terms, false, err
	}
	text, err := tx.EvaluationFacts(ctx, row)
	if err != nil {
		return terms, false, err
	}
	var before policy.Facts
	if err := json.Unmarshal([]byte(text), &before); err != nil {
		return terms, false, fmt.Errorf("cases: facts of evaluation %s/%d: %w", row.CaseID, row.N, err)
	}
	if asked(before) != asked(facts) {
		return terms, false, nil
	}
	if err := json.Unmarshal([]byte(row.Terms), &terms); err != nil {
		return terms, false, fmt.Errorf("cases: terms of evaluation %s/%d: %w", row.CaseID, row.N, err)
	}
	return terms, in.Liability == policy.Nobody || in.Liability == terms.Liability, nil
}

func (e *Evaluator) keep(ctx context.Context, tx *models.Store, in contract.EvaluateInput, keyRef string, facts policy.Facts, terms policy.Terms) error {
	factsJSON, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	termsJSON, err := json.Marshal(terms)
	if err != nil {
		return err
	}
	row := models.PolicyEvaluation{CaseID: in.Start.CaseID, N: in.N, PackHash: in.Start.PackHash, Terms: string(termsJSON), At: in.At}
	if err := tx.SealFacts(ctx, keyRef, &row, string(factsJSON)); err != nil {
		return err
	}
	return tx.KeepEvaluation(ctx, row)
}
