package client

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"go.temporal.io/api/serviceerror"
	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"aftersales/fault"
	"aftersales/workflows/contract"
)

// lostAnswer is the engine's error type for a command that was accepted by a workflow which ended before answering.
// A case drains before it ends, so only an engine's operator who terminates a case brings it about.
const lostAnswer = "AcceptedUpdateCompletedWorkflow"

// unknownUpdate begins the SDK's answer to a command that this kind of case does not have.
const unknownUpdate = "unknown update"

// toFault maps every error of the engine, in this one place.
func toFault(err error) error {
	if err == nil {
		return nil
	}
	if f := fault.As(err); f != nil {
		return f
	}
	var application *temporal.ApplicationError
	if errors.As(err, &application) {
		return ofApplication(application)
	}
	var (
		notFound  *serviceerror.NotFound
		started   *serviceerror.WorkflowExecutionAlreadyStarted
		timeout   *sdk.WorkflowUpdateServiceTimeoutOrCanceledError
		away      *serviceerror.Unavailable
		exhausted *serviceerror.ResourceExhausted
		deadline  *serviceerror.DeadlineExceeded
		canceled  *serviceerror.Canceled
		notReady  *serviceerror.WorkflowNotReady
		query     *serviceerror.QueryFailed
		aborted   *serviceerror.Aborted
	)
	switch {
	case errors.As(err, &notFound), errors.As(err, &started):
		return fault.New(fault.CaseClosed).Because(err)
	case errors.As(err, &timeout), errors.As(err, &away), errors.As(err, &exhausted), errors.As(err, &deadline), errors.As(err, &canceled),
		errors.As(err, &notReady), errors.As(err, &query), errors.As(err, &aborted),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.New(fault.Unavailable).Because(err)
	default:
		return fault.New(fault.Internal).Because(err)
	}
}

// ofApplication rebuilds the fault that a workflow answered with.
func ofApplication(application *temporal.ApplicationError) error {
	if application.Type() == lostAnswer {
		return fault.New(fault.CaseClosed).Because(application)
	}
	var details fault.Details
	var content []byte
	if application.HasDetails() && application.Details(&details) == nil {
		content, _ = json.Marshal(details)
	}
	if f := contract.FaultOf(application.Type(), content); f != nil {
		return f.Because(application)
	}
	if strings.HasPrefix(application.Message(), unknownUpdate) { // another kind of case has this command
		return fault.New(fault.NotNow).Because(application)
	}
	return fault.New(fault.Internal).Because(application)
}
