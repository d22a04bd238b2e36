package client

import (
	"context"

	"go.temporal.io/api/enums/v1"
	sdk "go.temporal.io/sdk/client"

	"aftersales/workflows/contract"
)

// MoveDeadlines starts a bulk move of deadlines, once per move.
func (e *Engine) MoveDeadlines(ctx context.Context, moveID string) error {
	_, err := e.Client.ExecuteWorkflow(ctx, sdk.StartWorkflowOptions{
		ID: "move/" + moveID, TaskQueue: e.taskQueue,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, contract.WorkflowMoveDeadline, moveID, "")
	if ended(err) {
		return nil // it was started before and is done
	}
	return toFault(err)
}
