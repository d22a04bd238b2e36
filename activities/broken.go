package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// CloseBroken closes what is shown of a case whose story broke off in the engine, as the last word that it never gave: no
// deadline runs, nobody has a task, and nothing can be asked of it any more. It says what the case has paid, and claims back. A case that
// is closed, or was never written, stays as it is.
func (a *Activities) CloseBroken(ctx context.Context, in contract.BrokenInput) (contract.BrokenCase, error) {
	paid, err := a.Store.PaidBy(ctx, in.CaseID)
	if err != nil {
		return contract.BrokenCase{}, stored(err)
	}
	claimed, err := a.Store.ClaimedBackBy(ctx, in.CaseID)
	if err != nil {
		return contract.BrokenCase{}, stored(err)
	}
	left := contract.BrokenCase{Paid: paid, ClaimedBack: claimed}
	row, err := a.Store.Case(ctx, in.CaseID)
	if errors.Is(err, models.ErrNotFound) || err == nil && !row.Open {
		return left, nil
	}
	if err != nil {
		return left, stored(err)
	}
	last := contract.Projection{
		CaseID: row.ID, WorkflowID: row.WorkflowID, Seq: row.Seq + 1, Revision: row.Revision + 1, At: in.At, OpenedAt: row.OpenedAt,
		Kind: policy.Kind(row.Kind), Phase: policy.Phase(row.Phase), Stage: contract.StageEnded, Outcome: contract.Cancelled,
		CustomerID: row.CustomerID, MerchantID: row.MerchantID, OrderID: row.OrderID, Reason: row.Reason,
		Currency: row.Currency, Amount: row.Amount, Refunded: paid, Reminded: true,
		Entries: []contract.Entry{{
			Seq: row.Seq + 1, At: in.At, By: contract.Actor{Kind: contract.Platform, ID: "platform"}, Event: "closed",
			Data: map[string]any{"outcome": contract.Cancelled}, Tell: []contract.Role{contract.Customer, contract.Merchant},
		}},
	}
	if row.ParentID != nil {
		last.ParentID = *row.ParentID
	}
	if err := json.Unmarshal([]byte(row.View), &last.View); err != nil {
		return left, final(errBug, fmt.Errorf("activities: what is shown of case %s: %w", row.ID, err))
	}
	last.View.Wait, last.View.Question, last.View.Actions = nil, nil, []contract.ActionState{}
	if approval := last.View.Approval; approval != nil && approval.State == "waiting" {
		approval.State, last.Void = "void", []string{approval.ID}
	}
	return left, a.Project(ctx, last)
}
