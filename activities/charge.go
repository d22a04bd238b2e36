package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// chargeSubject is what the provider shows to the customer.
var chargeSubject = map[string]string{
	contract.PurposeDifference: "换货补差价 Price difference of an exchange",
	contract.PurposeDeposit:    "先行换货押金 Deposit for an exchange in advance",
	contract.PurposeRepair:     "维修费用 Repair",
}

// OpenCharge asks a customer for money over one rail, once per key however often it is tried, and says where to pay.
// Refused: rail_closed for a rail that takes no money, payment_refused for a charge that its provider does not accept,
// not_possible_now for one that was taken back meanwhile.
func (a *Activities) OpenCharge(ctx context.Context, in contract.ChargeInput) (contract.OpenedCharge, error) {
	rail, found := a.Charges[partners.Rail(in.Rail)]
	if !found {
		return contract.OpenedCharge{Refused: fault.New(fault.RailClosed, "rail", in.Rail)}, nil
	}
	effect, err := a.intend(ctx, models.Effect{Key: in.Key(), CaseID: in.CaseID, Kind: "charge", RequestHash: chargeHash(in)})
	if err != nil {
		return contract.OpenedCharge{}, err
	}
	if off, err := a.takenBack(ctx, in); err != nil || off {
		return contract.OpenedCharge{Refused: fault.New(fault.NotNow)}, err
	}
	if err := a.Store.BeginTry(ctx, effect.Key, clock()); err != nil {
		return contract.OpenedCharge{}, stored(err)
	}
	charge, err := rail.Charge(ctx, partners.ChargeRequest{
		Key: in.Key(), MerchantID: in.MerchantID, Amount: in.Amount, Currency: in.Currency,
		Subject: chargeSubject[in.Purpose], ExpiresAt: in.DueAt,
	})
	switch {
	case err != nil && partners.FailureOf(err) == partners.Mismatch:
		return contract.OpenedCharge{}, final(errMismatch, fmt.Errorf("activities: charge %s: %w", in.Key(), err))
	case err != nil && (partners.FailureOf(err) == partners.Refused || partners.FailureOf(err) == partners.RailClosed):
		refused := fault.New(fault.PaymentRefused, "rail", in.Rail, "code", codeOf(err))
		if partners.FailureOf(err) == partners.RailClosed {
			refused = fault.New(fault.RailClosed, "rail", in.Rail)
		}
		return contract.OpenedCharge{Refused: refused.Because(err)},
			stored(a.Store.EndEffect(ctx, effect.Key, models.LegFailed, "{}", clock()))
	case err != nil:
		return contract.OpenedCharge{}, again(errPartner, fmt.Errorf("activities: charge %s: %w", in.Key(), err))
	}
	if off, err := a.takenBack(ctx, in); err != nil || off { // while the call was on its way
		if err == nil {
			_, err = rail.CloseCharge(ctx, in.Key())
			err = again(errPartner, err)
		}
		return contract.OpenedCharge{Refused: fault.New(fault.NotNow)}, err
	}
	return contract.OpenedCharge{URL: charge.URL}, a.noteCharge(ctx, in, charge)
}

// chargeHash binds a charge's key to what is asked for.
func chargeHash(in contract.ChargeInput) string {
	return contract.Digest([]any{in.CaseID, in.OrderID, in.Rail, in.Purpose, in.Amount, in.Currency})
}

func (a *Activities) noteCharge(ctx context.Context, in contract.ChargeInput, charge partners.Charge) error {
	content, err := json.Marshal(charge)
	if err != nil {
		return final(errBug, err)
	}
	return stored(a.Store.EndEffect(ctx, in.Key(), models.LegSucceeded, string(content), clock()))
}

// SettleCharge asks the provider whether a charge was paid, and books every payment as a tender of the order's payment
// that is held for the case. With Close the charge is taken back first, unless it was paid.
func (a *Activities) SettleCharge(ctx context.Context, in contract.SettleInput) (contract.SettledCharge, error) {
	rail, found := a.Charges[partners.Rail(in.Rail)]
	if !found {
		return contract.SettledCharge{State: contract.ChargeClosed}, nil
	}
	ask := rail.FindCharge
	if in.Close {
		// Whoever is just opening it finds this, and takes it back too.
		_, err := a.intend(ctx, models.Effect{
			Key: closeKey(in.ChargeInput), CaseID: in.CaseID, Kind: "close_charge", RequestHash: contract.Digest([]any{in.CaseID, in.N}),
		})
		if err != nil {
			return contract.SettledCharge{}, err
		}
		ask = rail.CloseCharge
	}
	charge, err := ask(ctx, in.Key())
	if err != nil {
		return contract.SettledCharge{}, again(errPartner, fmt.Errorf("activities: ask for charge %s: %w", in.Key(), err))
	}
	settled := contract.SettledCharge{State: contract.ChargeOpen}
	if in.Close || charge.State == partners.ChargeClosed {
		settled.State = contract.ChargeClosed
		settled.Unsure = charge.State == partners.ChargeNotFound && in.At.Before(in.DueAt)
	}
	payments := in.Told
	if charge.State == partners.ChargePaid {
		payments = append([]contract.ChargeFact{{PaymentRef: charge.PaymentRef, Amount: charge.Amount, PaidAt: charge.PaidAt}}, in.Told...)
	}
	for _, payment := range payments {
		tender := models.Tender{
			ID: contract.EffectKey(in.CaseID, "tender/"+in.Rail+"/"+payment.PaymentRef, in.N), OrderID: in.OrderID, Rail: in.Rail, Ref: payment.PaymentRef,
			Captured: payment.Amount, CapturedAt: payment.PaidAt, CaseID: in.CaseID, Purpose: in.Purpose,
		}
		err := a.Store.Collect(ctx, tender)
		if errors.Is(err, models.ErrPaymentTaken) {
			continue // the money is another order's, or counted already: the operator has been told
		}
		if err != nil {
			return contract.SettledCharge{}, stored(err)
		}
		settled.State, settled.Unsure = contract.ChargePaid, false
		settled.Payments = append(settled.Payments, contract.Collected{TenderID: tender.ID, Amount: payment.Amount})
	}
	if in.Close {
		if err := a.Store.EndEffect(ctx, closeKey(in.ChargeInput), models.LegSucceeded, "{}", clock()); err != nil {
			return contract.SettledCharge{}, stored(err)
		}
	}
	return settled, nil
}

// PaidLate notes payments of Told that a customer made when the case had ended, as money that somebody must give back.
func (a *Activities) PaidLate(ctx context.Context, in contract.SettleInput) error {
	for _, payment := range in.Told {
		if err := a.Store.FindLatePayment(ctx, in.Rail, payment.PaymentRef, in.Key(), in.At); err != nil {
			return stored(err)
		}
	}
	return nil
}

func closeKey(in contract.ChargeInput) string {
	return contract.EffectKey(in.CaseID, "close_charge/"+in.Rail, in.N)
}

// takenBack tells whether a charge was taken back.
func (a *Activities) takenBack(ctx context.Context, in contract.ChargeInput) (bool, error) {
	effects, err := a.Store.Effects(ctx, []string{closeKey(in)})
	return len(effects) > 0, stored(err)
}
