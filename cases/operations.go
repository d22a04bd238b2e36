package cases

import (
	"context"
	"errors"
	"time"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// RecoveryRequest claims back money that a closed case paid and should not have.
type RecoveryRequest struct {
	Actor      contract.Actor
	Key        string
	ReceivedAt time.Time
	From       contract.Role // customer or merchant: who owes it
	Amount     money.Amount
	Cause      string // e.g. empty_box_found_later
}

// OpenRecovery opens a recovery on a closed case. Paid money is never rolled back: it is claimed. Faults: not_found,
// forbidden, not_possible_now while the case is open, amount_invalid, amount_too_large, approval_limit.
func (s *Service) OpenRecovery(ctx context.Context, caseID string, in RecoveryRequest) (models.Recovery, error) {
	row, err := s.visible(ctx, in.Actor, "case.recovery.open", caseID)
	if err != nil {
		return models.Recovery{}, err
	}
	owner := map[contract.Role]string{contract.Customer: row.CustomerID, contract.Merchant: row.MerchantID}[in.From]
	switch {
	case row.Open:
		return models.Recovery{}, fault.New(fault.NotNow)
	case owner == "":
		return models.Recovery{}, fault.New(fault.BadRequest, "problem", "from: customer or merchant")
	case in.Cause == "" || len(in.Cause) > 48:
		return models.Recovery{}, fault.New(fault.BadRequest, "problem", "cause: 1 to 48 characters")
	case in.Amount <= 0:
		return models.Recovery{}, fault.New(fault.AmountInvalid)
	}
	if err := mayDecide(in.Actor, "case.recovery.open", caseThing(row), in.Amount); err != nil {
		return models.Recovery{}, err
	}
	kept, left, err := s.Store.OpenRecovery(ctx, models.Recovery{
		ID: contract.EffectKey(caseID, "recovery/"+contract.UpdateID(in.Actor, in.Key), 1), CaseID: caseID,
		FromKind: string(in.From), FromID: owner, Amount: in.Amount, Currency: row.Currency, Cause: in.Cause,
		State: "open", OpenedBy: in.Actor.ID, OpenedAt: in.ReceivedAt,
	})
	if errors.Is(err, models.ErrTooMuch) {
		return kept, fault.New(fault.AmountTooLarge, "max", left.String())
	}
	return kept, away(err)
}

// MoveRequest moves the open deadlines of many cases, e.g. for a festival.
type MoveRequest struct {
	Actor      contract.Actor
	Key        string
	ReceivedAt time.Time
	Step       policy.Step // only cases that wait in it; empty: every one
	Merchant   string      // only this merchant's; empty: all
	By         time.Duration
	Reason     string
}

// maxMove bounds a bulk move: more is a slip of the pen.
const maxMove = 60 * 24 * time.Hour

// StartMove begins a bulk move; it runs by itself, each case moves once. The same key again is the same move.
func (s *Service) StartMove(ctx context.Context, in MoveRequest) (models.DeadlineMove, error) {
	if err := may(in.Actor, "deadline.move", access.Desk{}); err != nil {
		return models.DeadlineMove{}, err
	}
	switch {
	case in.By < time.Second || in.By > maxMove:
		return models.DeadlineMove{}, fault.New(fault.ExtensionTooLong, "limit", "60 d")
	case in.Reason == "" || len(in.Reason) > 200:
		return models.DeadlineMove{}, fault.New(fault.BadRequest, "problem", "reason: 1 to 200 bytes")
	}
	move := models.DeadlineMove{
		ID: contract.EffectKey("operations", "move/"+contract.UpdateID(in.Actor, in.Key), 1), Step: string(in.Step),
		Merchant: in.Merchant, Seconds: int64(in.By / time.Second), Reason: in.Reason, By: in.Actor.ID, At: in.ReceivedAt,
	}
	if err := s.Store.PutMove(ctx, move); err != nil {
		return move, away(err)
	}
	if err := s.Engine.MoveDeadlines(ctx, move.ID); err != nil {
		return move, err
	}
	kept, err := s.Store.DeadlineMove(ctx, move.ID)
	return kept, away(err)
}

// PreviewMove says whom a bulk move would reach if it were ordered now. Nothing is moved or noted. A step that nobody knows is
// the fault bad_request.
func (s *Service) PreviewMove(ctx context.Context, actor contract.Actor, step policy.Step, merchant string) (models.MovePreview, error) {
	if err := may(actor, "deadline.move.preview", access.Desk{}); err != nil {
		return models.MovePreview{}, err
	}
	if step != "" && !policy.KnownStep(step) {
		return models.MovePreview{}, fault.New(fault.BadRequest, "problem", "step: no such wait")
	}
	found, err := s.Store.PreviewMove(ctx, models.DeadlineMove{Step: string(step), Merchant: merchant, At: s.now()})
	return found, away(err)
}

// Move reads how far a bulk move is.
func (s *Service) Move(ctx context.Context, actor contract.Actor, id string) (models.DeadlineMove, error) {
	if err := may(actor, "deadline.move.read", access.Desk{}); err != nil {
		return models.DeadlineMove{}, err
	}
	move, err := s.Store.DeadlineMove(ctx, id)
	return move, away(err)
}

// StartReconcile compares ledger and providers, cases and engine, now, and returns the reconciliation's ID. The same
// key again is the same reconciliation.
func (s *Service) StartReconcile(ctx context.Context, actor contract.Actor, key string) (string, error) {
	if err := may(actor, "reconcile.start", access.Desk{}); err != nil {
		return "", err
	}
	id := contract.EffectKey("operations", "reconcile/"+contract.UpdateID(actor, key), 1)
	return id, s.Engine.Reconcile(ctx, id, contract.ReconcileInput{Cases: true, Money: true, Bills: true})
}

// Discrepancies lists what reconcilers found and could not repair, the newest first.
func (s *Service) Discrepancies(ctx context.Context, actor contract.Actor, page models.PageRequest) (models.Page[models.Discrepancy], error) {
	if err := may(actor, "discrepancy.list", access.Desk{}); err != nil {
		return models.Page[models.Discrepancy]{}, err
	}
	found, err := s.Store.Discrepancies(ctx, page)
	return found, away(err)
}
