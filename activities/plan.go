package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// plan finds or makes the legs of a refund, in one transaction that holds the order's tenders: whatever else wants
// money from them waits and then sees these legs. Faults: refund_limit, rail_count, rail_window, rail_closed,
// effect_mismatch; then nothing was written. With refund_limit comes the part of the quote that no leg has paid or may
// yet pay, cut to what is left.
func (a *Activities) plan(ctx context.Context, in contract.RefundInput) (legs []dueLeg, left *policy.Quote, err error) {
	err = a.Store.Tx(ctx, func(tx *models.Store) error {
		legs, left = nil, nil
		book, err := tx.LockedBook(ctx, in.OrderID)
		if err != nil {
			return fmt.Errorf("activities: order %s: %w", in.OrderID, err)
		}
		known, err := a.findLegs(ctx, tx, in, book)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			if legs, err = a.redirect(ctx, tx, in, book, known); err == nil {
				err = a.revive(ctx, tx, in, book, legs)
			}
			if f := fault.As(err); f != nil && f.Code == fault.RefundLimit {
				legs, left = known, whatIsLeft(in, book, known)
			}
			return err
		}
		legs, err = a.newLegs(ctx, tx, in, book)
		if f := fault.As(err); f != nil && f.Code == fault.RefundLimit {
			left = whatIsLeft(in, book, nil)
		}
		return err
	})
	return legs, left, err
}

// whatIsLeft is what a refund's legs have not paid of its quote, cut to what its lines, the freight and the order's
// tenders can still give; of money that goes back over its own tender, what that one has.
func whatIsLeft(in contract.RefundInput, book models.OrderBook, legs []dueLeg) *policy.Quote {
	quote := policy.Less(in.Quote, contract.Given(states(legs)))
	if i := slices.IndexFunc(book.Tenders, func(t models.Tender) bool { return t.ID == in.TenderID }); i >= 0 {
		quote.Total = min(quote.Total, max(0, left(book, book.Tenders[i])))
		return &quote
	}
	lines, refunded := map[string]money.Amount{}, book.RefundedLines(nil)
	for _, line := range book.Lines {
		lines[line.ID] = line.Paid - refunded[line.ID].Amount
	}
	freight, _ := book.RefundedFreight(nil)
	cut := policy.Within(quote, lines, book.Order.FreightPaid-freight, roomOf(book))
	return &cut
}

// roomOf is what all tenders of an order can still give, but for money that a case collected and holds.
func roomOf(book models.OrderBook) (room money.Amount) {
	for _, tender := range book.Tenders {
		if !tender.Held {
			room += max(0, left(book, tender))
		}
	}
	return room
}

func legKey(in contract.RefundInput, tenderID string) string {
	return contract.EffectKey(in.CaseID, "refund/"+tenderID, in.Round)
}

// requestHash binds a leg's key to the refund it was made for.
func requestHash(in contract.RefundInput, tender models.Tender, amount money.Amount) string {
	quote := in.Quote
	quote.Formula = nil // how the amount was explained does not change it
	return contract.Digest([]any{in.CaseID, in.OrderID, quote, in.Cause, in.CauseRef, tender.Rail, tender.Ref, amount})
}

// findLegs returns the legs that this very refund made before.
func (a *Activities) findLegs(ctx context.Context, tx *models.Store, in contract.RefundInput, book models.OrderBook) ([]dueLeg, error) {
	standing := map[string]models.RefundLeg{}
	for _, leg := range book.Legs {
		standing[leg.Key] = leg
	}
	var legs []dueLeg
	var keys []string
	for _, tender := range book.Tenders {
		leg, found := standing[legKey(in, tender.ID)]
		if !found {
			continue
		}
		rail, err := a.rail(tender)
		if _, agreed := redirected(in, tender.ID); err != nil && !agreed {
			return nil, err
		}
		legs = append(legs, dueLeg{RefundLeg: leg, tender: tender, rail: rail})
	}
	legs = append(legs, a.payoutLegs(in, book, standing)...)
	if len(legs) == 0 {
		return nil, nil
	}
	for _, leg := range legs {
		keys = append(keys, leg.Key)
	}
	effects, err := tx.Effects(ctx, keys)
	if err != nil {
		return nil, err
	}
	for i := range legs {
		effect := effects[legs[i].Key]
		if effect.RequestHash != requestHash(in, legs[i].tender, legs[i].Amount) {
			return nil, fault.New(fault.EffectMismatch).Because(&models.EffectReused{Key: legs[i].Key})
		}
		legs[i].tries, legs[i].called = effect.Tries, effect.Tries > 0
		legs[i].overdrawn = left(book, legs[i].tender) < 0
		for _, part := range book.Parts {
			if part.LegKey == legs[i].Key {
				legs[i].parts = append(legs[i].parts, part)
			}
		}
	}
	return legs, nil
}

// revive lets legs that failed before be tried again, if there is still room for them.
func (a *Activities) revive(ctx context.Context, tx *models.Store, in contract.RefundInput, book models.OrderBook, legs []dueLeg) error {
	var keys []string
	var wanted []policy.Leg
	for _, leg := range legs {
		if leg.Status == models.LegFailed && !leg.replaced {
			keys = append(keys, leg.Key)
			wanted = append(wanted, policy.Leg{TenderID: leg.TenderID, Rail: leg.tender.Rail, Amount: leg.Amount})
		}
	}
	if len(keys) == 0 {
		return nil
	}
	var parts []models.RefundLegLine
	var freight money.Amount
	for i, leg := range legs {
		if leg.Status != models.LegFailed || leg.replaced {
			continue
		}
		freight += leg.Freight
		parts = append(parts, leg.parts...)
		notBefore, err := railAllows(leg.rail.Limits(), leg.tender, book, in.At)
		if err != nil {
			return err
		}
		legs[i].NotBefore = notBefore
	}
	if err := roomFor(book, wanted, parts, freight); err != nil {
		return err
	}
	if err := tx.ReviveLegs(ctx, keys, clock()); err != nil {
		return err
	}
	for i, leg := range legs {
		if leg.Status == models.LegFailed && !leg.replaced {
			legs[i].Status = models.LegIntended
			if err := tx.MoveLeg(ctx, leg.Key, leg.NotBefore); err != nil {
				return err
			}
		}
	}
	return nil
}

// newLegs divides the refund over the tenders, checks every limit and writes the legs with their effects. Money that a
// case collected and still holds is no part of it, and is all of it when the refund names its tender.
func (a *Activities) newLegs(ctx context.Context, tx *models.Store, in contract.RefundInput, book models.OrderBook) ([]dueLeg, error) {
	parted := in.Quote.Freight
	for _, line := range in.Quote.Lines {
		parted += line.Amount
	}
	if parted != in.Quote.Total && in.TenderID == "" {
		return nil, final(errBug, fmt.Errorf("activities: the parts of the refund sum to %s, its total is %s", parted, in.Quote.Total))
	}
	var tenders []policy.Tender
	byID := map[string]models.Tender{}
	var room money.Amount
	for _, tender := range book.Tenders {
		if in.TenderID != "" && in.TenderID != tender.ID || in.TenderID == "" && tender.Held || tender.Twin > 0 {
			continue
		}
		available := max(0, left(book, tender))
		tenders = append(tenders, policy.Tender{ID: tender.ID, Rail: tender.Rail, Kind: "cash", Captured: available})
		room += available
		byID[tender.ID] = tender
	}
	if in.Quote.Total > room {
		return nil, fault.New(fault.RefundLimit, "left", room.String())
	}
	shares := policy.Apportion(in.Quote, tenders)
	var legs []dueLeg
	var planned []models.PlannedLeg
	var parts []models.RefundLegLine
	rest := in.Quote
	rest.Lines = append([]policy.QuoteLine(nil), in.Quote.Lines...)
	for i, share := range shares {
		tender := byID[share.TenderID]
		way, err := a.wayOf(in, tender, book)
		if err != nil {
			return nil, err
		}
		key, notBefore := way.key, way.notBefore
		lines, freight := takeShare(&rest, key, share.Amount, i == 0)
		leg := models.RefundLeg{
			Key: key, CaseID: in.CaseID, OrderID: in.OrderID, TenderID: tender.ID, Amount: share.Amount,
			Currency: in.Quote.Currency, Freight: freight, Cause: string(in.Cause), CauseRef: in.CauseRef,
			Status: models.LegIntended, NotBefore: notBefore, IntendedAt: models.Moment(in.At), Via: way.via,
		}
		effect := models.Effect{
			Key: key, CaseID: in.CaseID, Kind: way.kind(), RequestHash: requestHash(in, tender, share.Amount),
			Status: models.LegIntended, CreatedAt: clock(), UpdatedAt: clock(),
		}
		if !notBefore.After(in.At) {
			effect.Tries = 1 // it is called right after the commit
		}
		planned = append(planned, models.PlannedLeg{Leg: leg, Parts: lines, Effect: effect})
		legs = append(legs, dueLeg{RefundLeg: leg, tender: tender, rail: way.rail, tries: effect.Tries, parts: lines})
		parts = append(parts, lines...)
	}
	if err := roomFor(book, shares, parts, in.Quote.Freight); err != nil {
		return nil, err
	}
	return legs, tx.PlanLegs(ctx, planned)
}

func (a *Activities) rail(tender models.Tender) (partners.Payments, error) {
	rail, found := a.Rails[partners.Rail(tender.Rail)]
	if !found {
		return nil, fault.New(fault.RailClosed, "rail", tender.Rail)
	}
	return rail, nil
}

// railAllows checks what the rail itself would refuse, before any call, and reserves the leg's time slot: spacing
// after the last leg of the same payment.
func railAllows(limits partners.RailLimits, tender models.Tender, book models.OrderBook, at time.Time) (notBefore time.Time, err error) {
	legs := book.OfTender(tender.ID)
	switch {
	case limits.Window > 0 && at.After(tender.CapturedAt.Add(limits.Window)):
		return at, fault.New(fault.RailWindow, "days", int(limits.Window/(24*time.Hour)))
	case limits.MaxRefunds > 0 && len(legs) >= limits.MaxRefunds:
		return at, fault.New(fault.RailCount, "limit", limits.MaxRefunds)
	}
	notBefore = models.Moment(at)
	for _, leg := range legs {
		if slot := leg.NotBefore.Add(limits.Spacing); slot.After(notBefore) {
			notBefore = slot
		}
	}
	return notBefore, nil
}

// left is what a tender can still give: captured, less charged back, less all legs that are not failed. Below zero
// after a chargeback.
func left(book models.OrderBook, tender models.Tender) money.Amount {
	rest := tender.Captured - tender.ChargedBack
	for _, leg := range book.OfTender(tender.ID) {
		rest -= leg.Amount
	}
	return rest
}

// roomFor checks that no tender gives more than it has, no line more than was paid for it, and no more outbound
// freight goes back than was paid.
func roomFor(book models.OrderBook, shares []policy.Leg, parts []models.RefundLegLine, freight money.Amount) error {
	for _, share := range shares {
		for _, tender := range book.Tenders {
			if room := left(book, tender); tender.ID == share.TenderID && share.Amount > room {
				return fault.New(fault.RefundLimit, "left", max(room, 0).String())
			}
		}
	}
	refunded := book.RefundedLines(nil)
	more := map[string]money.Amount{}
	for _, part := range parts {
		more[part.LineID] += part.Amount
	}
	for id, amount := range more {
		line, found := book.Line(id)
		if !found {
			return fault.New(fault.OrderUnknown)
		}
		if left := line.Paid - refunded[id].Amount; amount > left {
			return fault.New(fault.RefundLimit, "left", max(left, 0).String(), "line", id)
		}
	}
	back, _ := book.RefundedFreight(nil)
	if left := book.Order.FreightPaid - back; freight > left {
		return fault.New(fault.RefundLimit, "left", max(left, 0).String(), "line", "freight")
	}
	return nil
}

// takeShare takes amount out of what is left of the quote, line by line, then freight. The parts of all legs sum
// to the quote's lines exactly. The first leg also says how many units went back, so that they are counted once.
func takeShare(rest *policy.Quote, key string, amount money.Amount, first bool) (parts []models.RefundLegLine, freight money.Amount) {
	for i := range rest.Lines {
		line := &rest.Lines[i]
		taken := min(line.Amount, amount)
		line.Amount -= taken
		amount -= taken
		part := models.RefundLegLine{LegKey: key, LineID: line.LineID, Amount: taken}
		if first {
			part.Quantity = line.Quantity
		}
		if part.Amount > 0 || part.Quantity > 0 {
			parts = append(parts, part)
		}
	}
	freight = min(rest.Freight, amount)
	rest.Freight -= freight
	return parts, freight
}
