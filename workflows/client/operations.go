package client

import (
	"context"

	"go.temporal.io/api/enums/v1"
	sdk "go.temporal.io/sdk/client"

	"aftersales/workflows/contract"
)

// MoveDeadlines starts a bulk move of deadlines, once per move.
func (e *Engine) MoveDeadlines(ctx context.Context, moveID string) error {
	return e.begin(ctx, "move/"+moveID, contract.WorkflowMoveDeadline, moveID, "")
}

// Reconcile starts a reconciliation, once per ID.
func (e *Engine) Reconcile(ctx context.Context, id string, what contract.ReconcileInput) error {
	return e.begin(ctx, "reconcile/"+id, contract.WorkflowReconcile, what)
}

// begin starts a workflow of operations. That it runs, or was started before and is done, is success.
func (e *Engine) begin(ctx context.Context, id, name string, input ...any) error {
	_, err := e.Client.ExecuteWorkflow(ctx, sdk.StartWorkflowOptions{
		ID: id, TaskQueue: e.taskQueue,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, name, input...)
	if ended(err) {
		return nil
	}
	return toFault(err)
}
