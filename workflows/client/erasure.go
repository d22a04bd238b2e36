package client

import (
	"context"
	"time"

	sdk "go.temporal.io/sdk/client"

	"aftersales/workflows/contract"
)

// StartErasure begins an erasure, once per ID.
func (e *Engine) StartErasure(ctx context.Context, id string, eraseAt time.Time) error {
	return e.begin(ctx, contract.ErasureWorkflowID(id), contract.WorkflowErasure, contract.ErasureStart{ErasureID: id, EraseAt: eraseAt})
}

// CancelErasure calls an erasure off and waits until that is written. The fault erasure_begun once it is too late,
// case_closed when it is over.
func (e *Engine) CancelErasure(ctx context.Context, id string) error {
	handle, err := e.Client.UpdateWorkflow(ctx, sdk.UpdateWorkflowOptions{
		UpdateID: "cancel", WorkflowID: contract.ErasureWorkflowID(id), UpdateName: contract.NameCancelErasure,
		WaitForStage: sdk.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	return toFault(err)
}

// LookAtErasure tells an erasure that something which stood in its way may be gone.
func (e *Engine) LookAtErasure(ctx context.Context, id string) error {
	return toFault(e.Client.SignalWorkflow(ctx, contract.ErasureWorkflowID(id), "", contract.SignalErasureLook, nil))
}
