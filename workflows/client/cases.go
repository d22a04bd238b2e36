package client

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

var (
	kindAttribute     = temporal.NewSearchAttributeKeyKeyword(contract.AttributeKind)
	merchantAttribute = temporal.NewSearchAttributeKeyKeyword(contract.AttributeMerchant)
)

// Priorities of the engine: smaller goes first.
const normalPriority = 3

// Open opens a case and answers with its first question, in one round trip. keyRef names the customer's keyset, key
// is the client's Idempotency-Key. The same call again gives the same answer. A refused opening is its fault;
// case_closed says that this case was opened before and has ended since.
func (e *Engine) Open(ctx context.Context, keyRef string, start contract.Start, key string, actor contract.Actor) (contract.Ack, error) {
	story, ok := contract.WorkflowOf(start.Kind)
	if !ok {
		return contract.Ack{}, fault.New(fault.KindNotPossible)
	}
	id := contract.WorkflowID(keyRef, start.CaseID)
	operation := e.Client.NewWithStartWorkflowOperation(sdk.StartWorkflowOptions{
		ID: id, TaskQueue: e.taskQueue,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			kindAttribute.ValueSet(string(start.Kind)), merchantAttribute.ValueSet(start.MerchantID)),
		StaticSummary: string(start.Kind),
		Priority:      temporal.Priority{PriorityKey: normalPriority, FairnessKey: start.MerchantID},
	}, story, start, nil)
	update := sdk.UpdateWorkflowOptions{
		UpdateID: contract.UpdateID(actor, key), WorkflowID: id, UpdateName: contract.NameOpen,
		WaitForStage: sdk.WorkflowUpdateStageCompleted,
	}
	ack, err := e.opened(ctx, operation, update)
	if err != nil {
		return contract.Ack{}, err
	}
	if refused := ack.Refused; refused != nil {
		if !fault.Known(fault.Code(refused.Code)) {
			return contract.Ack{}, fault.New(fault.Internal).Because(fmt.Errorf("client: unknown refusal %q", refused.Code))
		}
		f := fault.New(fault.Code(refused.Code))
		f.Details = refused.Details
		return contract.Ack{}, f
	}
	return ack, nil
}

// opened runs the Update-with-Start. A case that has ended takes no new start: then its answer of that time is
// looked up by the update's ID.
func (e *Engine) opened(ctx context.Context, operation sdk.WithStartWorkflowOperation, update sdk.UpdateWorkflowOptions) (ack contract.Ack, err error) {
	handle, err := e.Client.UpdateWithStartWorkflow(ctx, sdk.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: operation, UpdateOptions: update,
	})
	if ended(err) {
		handle = e.Client.GetWorkflowUpdateHandle(sdk.GetWorkflowUpdateHandleOptions{WorkflowID: update.WorkflowID, UpdateID: update.UpdateID})
		err = nil
	}
	if err == nil {
		err = handle.Get(ctx, &ack)
	}
	return ack, toFault(err)
}

func ended(err error) bool {
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	var notFound *serviceerror.NotFound
	return errors.As(err, &started) || errors.As(err, &notFound)
}

// Do gives a running case a command and waits until its effect can be read. The same actor and key again give the
// same answer. Commands of this process to one case take turns; whoever's time runs out waiting gets unavailable, and
// may send the same again.
func (e *Engine) Do(ctx context.Context, workflowID string, command contract.Command) (ack contract.Ack, err error) {
	done, err := e.turns.wait(ctx, workflowID)
	if err != nil {
		return contract.Ack{}, toFault(err)
	}
	defer done()
	meta := command.About()
	handle, err := e.Client.UpdateWorkflow(ctx, sdk.UpdateWorkflowOptions{
		UpdateID: contract.UpdateID(meta.Actor, meta.Key), WorkflowID: workflowID, UpdateName: command.Name(),
		Args: []any{command}, WaitForStage: sdk.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, &ack)
	}
	return ack, toFault(err)
}

// Track tells a case what a carrier said. case_closed when it has ended.
func (e *Engine) Track(ctx context.Context, workflowID string, fact contract.TrackFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalTrack, fact))
}

// Refund tells a case that a payment provider said something about a leg. case_closed when it has ended.
func (e *Engine) Refund(ctx context.Context, workflowID string, fact contract.RefundFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalRefund, fact))
}

// Order tells a case that the shop changed its order. case_closed when it has ended.
func (e *Engine) Order(ctx context.Context, workflowID string, fact contract.OrderFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalOrder, fact))
}

// Charge tells a case that a payment provider said something about money that it asked for. case_closed when it has ended.
func (e *Engine) Charge(ctx context.Context, workflowID string, fact contract.ChargeFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalCharge, fact))
}

// Chargeback tells a case that a bank took back money of its order. case_closed when it has ended.
func (e *Engine) Chargeback(ctx context.Context, workflowID string, fact contract.ChargebackFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalChargeback, fact))
}

// Child tells a case something of one that it opened. case_closed when it has ended.
func (e *Engine) Child(ctx context.Context, workflowID string, fact contract.ChildFact) error {
	return toFault(e.Client.SignalWorkflow(ctx, workflowID, "", contract.SignalChild, fact))
}

// Snapshot asks a case for its projection as it would be written now. not_found when the engine knows no such case.
func (e *Engine) Snapshot(ctx context.Context, workflowID string) (projection contract.Projection, err error) {
	value, err := e.Client.QueryWorkflow(ctx, workflowID, "", contract.QuerySnapshot)
	if err == nil {
		err = value.Get(&projection)
	}
	if err = toFault(err); errors.Is(err, fault.New(fault.CaseClosed)) {
		return projection, fault.New(fault.NotFound).Because(err)
	}
	return projection, err
}

// Running tells whether the case's workflow runs; found is false when the engine knows it no more.
func (e *Engine) Running(ctx context.Context, workflowID string) (running, found bool, err error) {
	description, err := e.Client.DescribeWorkflowExecution(ctx, workflowID, "")
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return false, false, nil
	}
	if err != nil {
		return false, false, toFault(err)
	}
	return description.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, true, nil
}
