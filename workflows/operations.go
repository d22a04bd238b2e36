package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"aftersales/workflows/contract"
)

// Patience of operations: a page of a bulk move, a whole reconciliation.
const (
	pagePatience      = 15 * time.Minute
	reconcilePatience = 30 * time.Minute
	pagesPerRun       = 200
)

// MoveDeadlines carries a bulk move to every case, page by page. Each case notes the move's ID, so a page that runs
// twice moves nothing twice. Pages of an earlier run are behind the cursor.
func MoveDeadlines(ctx workflow.Context, moveID string, after string) error {
	for range pagesPerRun {
		var page contract.MovedPage
		err := workflow.ExecuteActivity(partner(ctx, "move deadlines", pagePatience), contract.ActivityMovePage,
			contract.MoveInput{MoveID: moveID, After: after, At: workflow.Now(ctx)}).Get(ctx, &page)
		if err != nil {
			return err
		}
		if page.Done {
			return nil
		}
		after = page.Next
	}
	return workflow.NewContinueAsNewError(ctx, contract.WorkflowMoveDeadline, moveID, after)
}

// Reconcile compares what we believe with what is: refunds with their providers, cases with the engine. It repairs
// what is certain and lays the rest before people.
func Reconcile(ctx workflow.Context, what contract.ReconcileInput) (contract.Reconciled, error) {
	what.At = workflow.Now(ctx).UTC()
	if what.Bills && what.Day == nil {
		yesterday := what.At.Add(-24 * time.Hour)
		what.Day = &yesterday
	}
	var sum contract.Reconciled
	for _, part := range []struct {
		wanted bool
		name   string
	}{{what.Money || what.Bills, contract.ActivityReconcileMoney}, {what.Cases, contract.ActivityReconcileCases}} {
		if !part.wanted {
			continue
		}
		var done contract.Reconciled
		err := workflow.ExecuteActivity(partner(ctx, part.name, reconcilePatience), part.name, what).Get(ctx, &done)
		if err != nil {
			return sum, err
		}
		sum.Looked, sum.Repaired, sum.Found = sum.Looked+done.Looked, sum.Repaired+done.Repaired, sum.Found+done.Found
	}
	return sum, nil
}
