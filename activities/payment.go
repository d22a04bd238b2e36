package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// refundReason is what the provider shows to the customer.
const refundReason = "售后退款 After-sales refund"

// Refund intends the legs of one refund and pays those that are due. Repeats find the same legs under the same
// keys. It never pays what is not written down, and takes an unknown outcome for neither success nor failure: it
// asks by key, then repeats with the same key. A leg that its provider refused is tried again, under its key, when
// somebody asks for the same refund again.
func (a *Activities) Refund(ctx context.Context, in contract.RefundInput) (contract.RefundResult, error) {
	if in.Quote.Total == 0 {
		return contract.RefundResult{Legs: []contract.LegState{}, Done: true}, nil
	}
	plan, left, err := a.plan(ctx, in)
	limit := fault.As(err)
	switch {
	case limit != nil && (left == nil || settled(plan)):
		return contract.RefundResult{Legs: states(plan), Blocked: limit, Left: left}, nil
	case err != nil && limit == nil:
		return contract.RefundResult{}, stored(err)
	case in.PlanOnly && limit == nil:
		return contract.RefundResult{Legs: states(plan)}, nil
	}
	// Every due leg is tried even when another cannot be paid: each stands for itself.
	var blocked *fault.Fault
	var trouble error
	var next *time.Time
	for i := range plan {
		leg := &plan[i]
		switch {
		case leg.Status == models.LegSucceeded || leg.replaced || limit != nil && leg.Status == models.LegFailed:
			continue
		case leg.NotBefore.After(in.At):
			next = earlier(next, leg.NotBefore)
			continue
		}
		err := a.pay(ctx, leg, in.At)
		var wait *pending
		switch {
		case err == nil:
		case errors.As(err, &wait):
			next = earlier(next, wait.until)
		case fault.As(err) != nil:
			blocked = fault.As(err)
		case trouble == nil:
			trouble = err
		}
	}
	if trouble != nil {
		return contract.RefundResult{}, trouble
	}
	if limit != nil && blocked == nil && next == nil { // what may yet have been paid is known now; the rest is cut
		return contract.RefundResult{Legs: states(plan), Blocked: limit, Left: left}, nil
	}
	result := contract.RefundResult{Legs: states(plan), Blocked: blocked, NextAt: next, Done: true}
	for _, leg := range plan {
		result.Done = result.Done && (leg.Status == models.LegSucceeded || leg.replaced)
	}
	if blocked != nil {
		result.NextAt = nil
	}
	return result, nil
}

// settled tells whether no leg may still move money: each was paid, or failed.
func settled(legs []dueLeg) bool {
	return !slices.ContainsFunc(legs, func(leg dueLeg) bool {
		return leg.Status != models.LegSucceeded && leg.Status != models.LegFailed
	})
}

// dueLeg is a leg with what its call needs.
type dueLeg struct {
	models.RefundLeg
	tender models.Tender
	rail   payer
	tries  int
	parts  []models.RefundLegLine

	replaced  bool // its rail is closed; another leg pays its part
	called    bool // a call may have been made before: ask first
	overdrawn bool // a chargeback has taken the money meanwhile: do not call
}

// payer is what pays a leg: the tender's rail, or an account.
type payer interface {
	Limits() partners.RailLimits
	Refund(ctx context.Context, request partners.RefundRequest) (partners.Refund, error)
	FindRefund(ctx context.Context, key, paymentRef string) (partners.Refund, error)
}

// pending says that the provider has accepted a refund and not yet made it.
type pending struct{ until time.Time }

func (p *pending) Error() string { return "activities: the provider has not finished; ask again" }

// pay makes one leg's call and stores how it ended. Errors: *pending; a fault that a person must resolve; an error
// to be retried.
func (a *Activities) pay(ctx context.Context, leg *dueLeg, at time.Time) error {
	if leg.called {
		// Nothing is repeated before asking, and nothing that a process may have sent is taken for unsent.
		found, err := leg.rail.FindRefund(ctx, leg.Key, leg.tender.Ref)
		if err != nil {
			return again(errPartner, fmt.Errorf("activities: ask for refund %s: %w", leg.Key, err))
		}
		if found.State != partners.RefundNotFound {
			return a.settle(ctx, leg, found, at)
		}
	}
	if leg.overdrawn {
		return fault.New(fault.RefundLimit, "left", "0.00")
	}
	if leg.called || leg.tries == 0 { // a fresh plan has noted its first try already
		if err := a.Store.BeginTry(ctx, leg.Key, clock()); err != nil {
			return stored(err)
		}
		leg.tries++
	}
	refund, err := leg.rail.Refund(ctx, partners.RefundRequest{
		Key: leg.Key, PaymentRef: leg.tender.Ref, Amount: leg.Amount, Captured: leg.tender.Captured,
		Currency: leg.Currency, Reason: refundReason,
	})
	if err == nil {
		return a.settle(ctx, leg, refund, at)
	}
	return a.failed(ctx, leg, err)
}

// settle stores what the provider says about a refund it knows.
func (a *Activities) settle(ctx context.Context, leg *dueLeg, refund partners.Refund, at time.Time) error {
	if refund.Amount != 0 && refund.Amount != leg.Amount {
		return a.mismatch(ctx, leg, fmt.Errorf("the provider has %s under the key of a leg of %s", refund.Amount, leg.Amount))
	}
	switch refund.State {
	case partners.RefundSucceeded:
		settled := refund.At
		if settled.IsZero() {
			settled = at
		}
		if err := a.end(ctx, leg, models.LegSucceeded, refund, &settled); err != nil || !leg.overdrawn {
			return err
		}
		return stored(a.Store.RecoverChargebacks(ctx, leg.OrderID, clock())) // the bank had taken it back meanwhile
	case partners.RefundFailed:
		if err := a.end(ctx, leg, models.LegFailed, refund, nil); err != nil {
			return err
		}
		return fault.New(fault.RailClosed, "rail", leg.tender.Rail)
	default: // accepted, or in an outcome of which only the provider knows more
		if err := a.end(ctx, leg, models.LegUnknown, refund, nil); err != nil {
			return err
		}
		return &pending{until: at.Add(backOff(leg.tries))}
	}
}

// failed gives a failed call its meaning.
func (a *Activities) failed(ctx context.Context, leg *dueLeg, cause error) error {
	said := partners.Refund{Key: leg.Key, ProviderRef: codeOf(cause)}
	retry := again(errPartner, fmt.Errorf("activities: refund %s: %w", leg.Key, cause))
	switch failure := partners.FailureOf(cause); failure {
	case partners.Down:
		// Nothing was done. What was unknown before was found to be unknown to the provider too.
		if err := a.end(ctx, leg, models.LegIntended, said, nil); err != nil {
			return err
		}
		return retry
	case partners.BalanceShort:
		// The leg stays intended: its share of the limit is kept until the merchant has paid in.
		if err := a.end(ctx, leg, models.LegIntended, said, nil); err != nil {
			return err
		}
		return fault.New(fault.BalanceShort).Because(cause)
	case partners.Refused, partners.RailClosed:
		if err := a.end(ctx, leg, models.LegFailed, said, nil); err != nil {
			return err
		}
		return fault.New(fault.RailClosed, "rail", leg.tender.Rail, "code", codeOf(cause)).Because(cause)
	case partners.Mismatch:
		return a.mismatch(ctx, leg, cause)
	default: // unknown, or an answer that cannot be read
		if err := a.end(ctx, leg, models.LegUnknown, said, nil); err != nil {
			return err
		}
		return retry
	}
}

// mismatch stops a leg whose key stands for something else at the provider. It stays unknown, so that its amount
// is not given a second time, and operations are told.
func (a *Activities) mismatch(ctx context.Context, leg *dueLeg, cause error) error {
	if err := a.end(ctx, leg, models.LegUnknown, partners.Refund{Key: leg.Key}, nil); err != nil {
		return err
	}
	found := discrepancy("amount", leg.Key, cause.Error(), clock())
	if err := a.Store.Find(ctx, found.row, found.task); err != nil {
		return stored(err)
	}
	return fault.New(fault.EffectMismatch).Because(cause)
}

// end stores how a call ended, in the ledger and in the leg at hand.
func (a *Activities) end(ctx context.Context, leg *dueLeg, status string, said partners.Refund, settled *time.Time) error {
	result, err := json.Marshal(said)
	if err != nil {
		return final(errBug, err)
	}
	if settled != nil {
		moment := models.Moment(*settled)
		settled = &moment
	}
	if err := a.Store.EndLeg(ctx, leg.Key, status, said.ProviderRef, string(result), settled, clock()); err != nil {
		return stored(err)
	}
	leg.Status, leg.SettledAt = status, settled
	if status == models.LegSucceeded {
		leg.ProviderRef = said.ProviderRef
	}
	return nil
}

func codeOf(err error) string {
	var known *partners.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

// backOff is how long to leave a provider alone that has accepted a refund: 1 s, 2 s, 4 s … at most 10 minutes.
func backOff(tries int) time.Duration {
	return min(time.Second<<min(max(tries-1, 0), 10), 10*time.Minute)
}

func earlier(a *time.Time, b time.Time) *time.Time {
	if a == nil || b.Before(*a) {
		return &b
	}
	return a
}

func states(legs []dueLeg) []contract.LegState {
	all := make([]contract.LegState, len(legs))
	for i, leg := range legs {
		all[i] = contract.LegState{
			Key: leg.Key, TenderID: leg.TenderID, Rail: cmp.Or(leg.Via, leg.tender.Rail), Amount: leg.Amount,
			Status: leg.Status, NotBefore: leg.NotBefore, SettledAt: leg.SettledAt, Freight: leg.Freight,
		}
		for _, part := range leg.parts {
			all[i].Lines = append(all[i].Lines, policy.QuoteLine{LineID: part.LineID, Quantity: part.Quantity, Amount: part.Amount})
		}
	}
	return all
}
