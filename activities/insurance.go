package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aftersales/models"
	"aftersales/partners"
	"aftersales/workflows/contract"
)

// Reasons of ours for which a claim is never made, in the insurer's words.
const (
	whyOrderClaimed = "order_claimed"
	whyWaybillUsed  = "waybill_used"
)

// ClaimInsurance claims the way back under the order's freight insurance, once per order and on the waybill that was
// really used. The row stands before the call; an unknown outcome is asked for by key. What the insurer has accepted
// and not decided stays accepted: the reconciler asks again.
func (a *Activities) ClaimInsurance(ctx context.Context, in contract.InsuranceInput) (contract.InsuranceResult, error) {
	key := contract.EffectKey(in.CaseID, "insurance", 1)
	claim := models.InsuranceClaim{
		OrderID: in.OrderID, CaseID: in.CaseID, Carrier: in.Carrier, Number: in.Number, Key: key,
		Amount: in.Amount, Currency: in.Currency, State: models.ClaimIntended, ClaimedAt: models.Moment(in.At),
	}
	effect := models.Effect{
		Key: key, CaseID: in.CaseID, Kind: "insurance", Status: models.LegIntended, CreatedAt: clock(), UpdatedAt: clock(),
		RequestHash: contract.Digest([]any{in.OrderID, in.Carrier, in.Number, in.Amount, in.Currency}),
	}
	kept, err := a.Store.IntendClaim(ctx, claim, effect)
	switch {
	case errors.Is(err, models.ErrDuplicate):
		return contract.InsuranceResult{State: models.ClaimRefused, Why: whyWaybillUsed}, nil
	case err != nil:
		return contract.InsuranceResult{}, stored(err)
	case kept.Key != key:
		return contract.InsuranceResult{State: models.ClaimRefused, Why: whyOrderClaimed}, nil
	}
	kept, err = a.pursue(ctx, kept)
	return contract.InsuranceResult{State: kept.State, Paid: kept.Paid, Why: kept.Why}, err
}

// pursue asks for a claim that stands in our data, and makes it when the insurer does not know it.
func (a *Activities) pursue(ctx context.Context, claim models.InsuranceClaim) (models.InsuranceClaim, error) {
	if claim.State == models.ClaimPaid || claim.State == models.ClaimRefused {
		return claim, nil
	}
	if a.Insurer == nil {
		return claim, again(errPartner, errors.New("activities: no insurer is connected; the claim waits"))
	}
	answer, found, err := a.Insurer.FindClaim(ctx, claim.Key)
	if err != nil {
		return claim, again(errPartner, fmt.Errorf("activities: ask for an insurance claim: %w", err))
	}
	if !found {
		if err := a.Store.BeginTry(ctx, claim.Key, clock()); err != nil {
			return claim, stored(err)
		}
		answer, err = a.Insurer.Claim(ctx, partners.ClaimRequest{
			Key: claim.Key, OrderID: claim.OrderID, Waybill: partners.Waybill{Carrier: claim.Carrier, Number: claim.Number},
			Amount: claim.Amount, Currency: claim.Currency,
		})
		switch {
		case err != nil && (partners.FailureOf(err) == partners.Refused || partners.FailureOf(err) == partners.Mismatch):
			answer = partners.Claim{Key: claim.Key, State: partners.ClaimRefused, Why: codeOf(err)}
		case err != nil:
			return claim, again(errPartner, fmt.Errorf("activities: claim under an insurance: %w", err))
		}
	}
	return a.claimAnswered(ctx, claim, answer)
}

// claimAnswered stores what the insurer says.
func (a *Activities) claimAnswered(ctx context.Context, claim models.InsuranceClaim, answer partners.Claim) (models.InsuranceClaim, error) {
	status := models.LegUnknown
	claim.ProviderRef, claim.Why = answer.ProviderRef, answer.Why
	at := clock()
	if !answer.At.IsZero() {
		at = models.Moment(answer.At)
	}
	switch answer.State {
	case partners.ClaimPaid:
		status, claim.State, claim.Paid, claim.SettledAt = models.LegSucceeded, models.ClaimPaid, min(answer.Amount, claim.Amount), &at
	case partners.ClaimRefused:
		status, claim.State, claim.SettledAt = models.LegFailed, models.ClaimRefused, &at
	default:
		claim.State = models.ClaimAccepted
	}
	result, err := json.Marshal(answer)
	if err != nil {
		return claim, final(errBug, err)
	}
	return claim, stored(a.Store.EndClaim(ctx, claim, status, string(result), clock()))
}
