package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// openChild opens a case under the claims of the case that opened it: units, phase and claim are that case's, the
// rules are asked again under its pack. Whatever they say against a new request does not matter: this is none. But a
// complaint about facts that were judged before is refused.
func (a *Activities) openChild(ctx context.Context, tx *models.Store, start contract.Start, opened *contract.Opened) error {
	parent := start.Parent
	if start.Kind == policy.Complaint && contract.NoNewFacts(parent.Cause) {
		refused, err := a.judgedBefore(ctx, tx, start, parent.CaseID, start.Reason, parent.Units)
		if err != nil {
			return err
		}
		if refused != nil {
			opened.Refused = refused
			return errRefused
		}
	}
	opened.Phase, opened.Units, opened.ExpectedGrams = parent.Phase, parent.Units, parent.ExpectedGrams
	in := contract.EvaluateInput{Start: start, Phase: parent.Phase, N: 1, At: start.At}
	if start.Kind != policy.Complaint {
		in.Liability = policy.Merchant // it takes over because the merchant could not do what it owed
	}
	_, terms, err := a.Rules.Evaluate(ctx, tx, in, false)
	if err != nil {
		return err
	}
	terms.Refusal, terms.Asks = nil, nil // what they say besides holds: the deadlines are those of this kind of case
	opened.Terms = terms
	return nil
}

// checkMatter refuses a complaint about what is being judged or was judged already. units are those that it has claimed.
func (a *Activities) checkMatter(ctx context.Context, tx *models.Store, start contract.Start, reason string, units []string) (*fault.Fault, error) {
	matter := models.Matter{OrderID: start.OrderID, Reason: reason}
	for _, line := range start.Lines {
		matter.Lines = append(matter.Lines, line.LineID)
	}
	if other, found, err := tx.ComplaintOn(ctx, matter, true, nil); err != nil || found && other.ID != start.CaseID {
		return fault.New(fault.ComplaintExists, "case_id", other.ID), err
	}
	if len(units) > 0 {
		return a.judgedBefore(ctx, tx, start, start.CaseID, reason, units)
	}
	other, found, err := tx.ComplaintOn(ctx, matter, false, contract.JudgedOutcomes)
	if err != nil || !found {
		return nil, err
	}
	return fault.New(fault.AlreadyJudged, "case_id", other.ID), nil
}

// judgedBefore is the refusal of a matter whose facts were judged: of these units, for this reason or the request behind it.
func (a *Activities) judgedBefore(ctx context.Context, tx *models.Store, start contract.Start, caseID, reason string, units []string) (*fault.Fault, error) {
	rules, err := a.Packs.Get(ctx, start.PackHash)
	if err != nil {
		return nil, err
	}
	judged, found, err := tx.JudgedBefore(ctx, models.Facts{
		CaseID: caseID, OrderID: start.OrderID, Reason: reason, Units: units, At: models.Moment(start.At),
		AboutRequest: rules.AboutRequest, FactsOf: rules.FactsOf, Unrefused: contract.Unrefused,
	}, contract.JudgedOutcomes)
	if err != nil || !found {
		return nil, err
	}
	return fault.New(fault.AlreadyJudged, "case_id", judged.ID), nil
}

// DrawDeposit moves a judged amount from the merchant's deposit to its balance, once per case and round: the row
// stands before the call, and an unknown outcome is asked for by key. Refused says that the deposit is short; the
// same call may be made again later, when the merchant has paid in.
func (a *Activities) DrawDeposit(ctx context.Context, in contract.DrawInput) (contract.DrawResult, error) {
	if a.Funds == nil {
		return contract.DrawResult{}, again(errPartner, errors.New("activities: no ledger of merchants is connected; the draw waits"))
	}
	key := contract.EffectKey(in.CaseID, "draw", in.Round)
	effect, err := a.Store.IntendEffect(ctx, models.Effect{
		Key: key, CaseID: in.CaseID, Kind: "draw", Status: models.LegIntended, CreatedAt: clock(), UpdatedAt: clock(),
		RequestHash: contract.Digest([]any{in.MerchantID, in.Amount, in.Currency}),
	})
	var reused *models.EffectReused
	switch {
	case errors.As(err, &reused):
		return contract.DrawResult{}, final(errMismatch, err)
	case err != nil:
		return contract.DrawResult{}, stored(err)
	case effect.Status == models.LegSucceeded:
		return contract.DrawResult{}, nil
	}
	draw, found, err := a.Funds.FindDraw(ctx, key)
	if err != nil {
		return contract.DrawResult{}, again(errPartner, fmt.Errorf("activities: ask for a draw: %w", err))
	}
	if !found {
		if err := a.Store.BeginTry(ctx, key, clock()); err != nil {
			return contract.DrawResult{}, stored(err)
		}
		draw, err = a.Funds.Draw(ctx, partners.DrawRequest{
			Key: key, MerchantID: in.MerchantID, Amount: in.Amount, Currency: in.Currency, Reason: drawReason,
		})
	}
	return a.drawn(ctx, key, models.FundMove{Kind: models.FundDraw, MerchantID: in.MerchantID, CaseID: in.CaseID, Amount: in.Amount, Currency: in.Currency}, draw, err)
}

// drawReason and putBackReason are shown to the merchant.
const (
	drawReason    = "执行平台判定 Judgment carried out"
	putBackReason = "多划部分退回 Not needed after all"
)

// PutBackIntoDeposit moves what a draw took and nobody needed back to the deposit, once per case and number. A draw whose
// outcome is unknown is asked for by its key: where nothing was drawn, nothing goes back. Refused says that the balance is
// short; the same call may be made again later.
func (a *Activities) PutBackIntoDeposit(ctx context.Context, in contract.PutBackInput) (contract.PutBackResult, error) {
	if a.Funds == nil {
		return contract.PutBackResult{}, again(errPartner, errors.New("activities: no ledger of merchants is connected; what was drawn waits"))
	}
	of := contract.EffectKey(in.CaseID, "draw", in.Round)
	switch _, found, err := a.Funds.FindDraw(ctx, of); {
	case err != nil:
		return contract.PutBackResult{}, again(errPartner, fmt.Errorf("activities: ask for a draw: %w", err))
	case !found:
		return contract.PutBackResult{}, stored(a.Store.EndEffect(ctx, of, models.LegFailed, "{}", clock()))
	}
	key := contract.EffectKey(in.CaseID, "put_back", in.N)
	effect, err := a.Store.IntendEffect(ctx, models.Effect{
		Key: key, CaseID: in.CaseID, Kind: "put_back", Status: models.LegIntended, CreatedAt: clock(), UpdatedAt: clock(),
		RequestHash: contract.Digest([]any{of, in.MerchantID, in.Amount, in.Currency}),
	})
	var reused *models.EffectReused
	switch {
	case errors.As(err, &reused):
		return contract.PutBackResult{}, final(errMismatch, err)
	case err != nil:
		return contract.PutBackResult{}, stored(err)
	case effect.Status == models.LegSucceeded:
		return contract.PutBackResult{Moved: true}, nil
	}
	moved, found, err := a.Funds.FindDraw(ctx, key)
	if err != nil {
		return contract.PutBackResult{}, again(errPartner, fmt.Errorf("activities: ask for what was put back: %w", err))
	}
	if !found {
		if err := a.Store.BeginTry(ctx, key, clock()); err != nil {
			return contract.PutBackResult{}, stored(err)
		}
		moved, err = a.Funds.PutBack(ctx, partners.PutBackRequest{
			Key: key, DrawKey: of, MerchantID: in.MerchantID, Amount: in.Amount, Currency: in.Currency, Reason: putBackReason,
		})
	}
	move := models.FundMove{Kind: models.FundPutBack, MerchantID: in.MerchantID, CaseID: in.CaseID, Amount: in.Amount, Currency: in.Currency}
	answer, err := a.drawn(ctx, key, move, moved, err)
	return contract.PutBackResult{Moved: err == nil && answer.Refused == nil, Refused: answer.Refused}, err
}

// drawn stores how a draw ended; one that succeeded is listed as the move of the shop's money that it is.
func (a *Activities) drawn(ctx context.Context, key string, move models.FundMove, draw partners.Draw, cause error) (contract.DrawResult, error) {
	status, answer := models.LegSucceeded, contract.DrawResult{}
	switch failure := partners.FailureOf(cause); {
	case cause == nil:
	case failure == partners.Refused:
		status, answer.Refused = models.LegFailed, fault.New(fault.BalanceShort).Because(cause)
	case failure == partners.Mismatch:
		return answer, final(errMismatch, cause)
	default:
		return answer, errors.Join(again(errPartner, fmt.Errorf("activities: draw from a deposit: %w", cause)),
			a.Store.EndEffect(ctx, key, models.LegUnknown, "", clock()))
	}
	result, err := json.Marshal(draw)
	if err != nil {
		return answer, final(errBug, err)
	}
	return answer, stored(a.Store.EndMove(ctx, key, status, string(result), move, clock()))
}

// ClaimBack claims back what was paid above what is owed now: one claim per case and judgment, in place of an earlier
// one about the same matter.
func (a *Activities) ClaimBack(ctx context.Context, in contract.ClaimBackInput) error {
	err := a.Store.ClaimBack(ctx, models.Recovery{
		ID: contract.EffectKey(in.CaseID, "claim_back", in.Round), CaseID: in.CaseID, FromKind: string(contract.Customer), FromID: in.CustomerID,
		Amount: in.Amount, Currency: in.Currency, Cause: cmp.Or(in.Cause, contract.ClaimReversed), State: models.RecoveryOpen, OpenedBy: in.By, OpenedAt: in.At,
	})
	if errors.Is(err, models.ErrTooMuch) {
		return final(errBug, err)
	}
	return stored(err)
}

// GrantRemedies gives what was judged instead of money, and takes back what is not judged any more, once.
func (a *Activities) GrantRemedies(ctx context.Context, in contract.RemedyInput) error {
	all := slices.Concat(in.Remedies, in.Back)
	rows := make([]models.Remedy, len(all))
	for i, remedy := range all {
		rows[i] = models.Remedy{
			CaseID: in.CaseID, Round: in.Round, N: i + 1, Kind: remedy.Kind, Points: remedy.Points, Coupon: remedy.Coupon, Currency: in.Currency,
			CustomerID: in.CustomerID, MerchantID: in.MerchantID, Judgment: in.Judgment, GivenBy: string(in.By.Kind), GivenAt: models.Moment(in.At),
			Back: i >= len(in.Remedies),
		}
	}
	if slices.ContainsFunc(all, func(r policy.Remedy) bool { return !slices.Contains(policy.Remedies(), r.Kind) }) {
		return final(errBug, fmt.Errorf("activities: case %s was judged to give an unknown remedy", in.CaseID))
	}
	return stored(a.Store.GrantRemedies(ctx, rows))
}
