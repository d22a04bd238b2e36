package client_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"aftersales/fault"
	"aftersales/testkit"
	"aftersales/workflows/client"
	"aftersales/workflows/contract"
)

func withdraw(key string) *contract.Withdraw {
	return &contract.Withdraw{Meta: contract.Meta{Actor: customer, Key: key, ReceivedAt: time.Now()}}
}

func requireFault(t *testing.T, code fault.Code, err error) *fault.Fault {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "%v", err)
	require.Equal(t, code, f.Code, "%v", err)
	return f
}

func TestEveryErrorOfTheEngineIsAFault(t *testing.T) {
	stale := temporal.NewApplicationErrorWithOptions("stale", contract.ErrorType(fault.New(fault.StaleRevision)),
		temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{fault.Details{"current": 7}}})
	for _, c := range []struct {
		err  error
		want fault.Code
	}{
		{serviceerror.NewNotFound("no such workflow"), fault.CaseClosed},
		{serviceerror.NewWorkflowExecutionAlreadyStarted("twice", "", "run"), fault.CaseClosed},
		{temporal.NewApplicationError("ended first", "AcceptedUpdateCompletedWorkflow"), fault.CaseClosed},
		{serviceerror.NewUnavailable("workflow update was aborted"), fault.Unavailable},
		{serviceerror.NewResourceExhausted(enums.RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT, "limit on in-flight updates"), fault.Unavailable},
		{serviceerror.NewDeadlineExceeded("late"), fault.Unavailable},
		{serviceerror.NewCanceled("gone"), fault.Unavailable},
		{serviceerror.NewWorkflowNotReady("its task fails"), fault.Unavailable},
		{serviceerror.NewQueryFailed("no worker"), fault.Unavailable},
		{serviceerror.NewAborted("again"), fault.Unavailable},
		{sdk.NewWorkflowUpdateServiceTimeoutOrCanceledError(errors.New("time")), fault.Unavailable},
		{context.DeadlineExceeded, fault.Unavailable},
		{fmt.Errorf("wrapped: %w", context.Canceled), fault.Unavailable},
		{stale, fault.StaleRevision},
		{temporal.NewApplicationError("?", "fault:no_such_code"), fault.Internal},
		{temporal.NewApplicationError("a bug", "panic"), fault.Internal},
		{errors.New("anything else"), fault.Internal},
		{fault.New(fault.Erased), fault.Erased},
	} {
		connection := &mocks.Client{}
		connection.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, c.err)
		connection.On("SignalWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(c.err)
		engine := client.With(connection, "queue")

		_, err := engine.Do(t.Context(), "case/k/c", withdraw("k"))
		f := requireFault(t, c.want, err)
		requireFault(t, c.want, engine.Track(t.Context(), "case/k/c", contract.TrackFact{}))
		requireFault(t, c.want, engine.Refund(t.Context(), "case/k/c", contract.RefundFact{}))
		if fault.As(c.err) == nil {
			require.ErrorIs(t, err, c.err, "the log needs the cause")
		}
		if c.want == fault.StaleRevision {
			require.EqualValues(t, 7, f.Details["current"])
		}
		if c.want == fault.Unavailable {
			require.Contains(t, f.Text("en"), "same request again")
		}
	}
}

// The answer of an update comes with an error of its own.
func TestAnUpdatesAnswerIsMappedToo(t *testing.T) {
	handle := &mocks.WorkflowUpdateHandle{}
	handle.On("Get", mock.Anything, mock.Anything).Return(temporal.NewApplicationError("no", "fault:not_possible_now"))
	connection := &mocks.Client{}
	connection.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil)
	_, err := client.With(connection, "queue").Do(t.Context(), "case/k/c", withdraw("k"))
	requireFault(t, fault.NotNow, err)
}

func TestAnEngineThatIsAwayIsUnavailable(t *testing.T) {
	address := fmt.Sprintf("127.0.0.1:%d", testkit.FreePort(t))
	engine, err := client.Dial(client.Options{Address: address, Namespace: "none"})
	require.NoError(t, err, "a process starts without it")
	defer engine.Close()
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	_, err = engine.Open(soon(), "key", start("c", ""), "k", customer)
	requireFault(t, fault.Unavailable, err)
	_, err = engine.Do(soon(), "case/key/c", withdraw("k"))
	requireFault(t, fault.Unavailable, err)
	requireFault(t, fault.Unavailable, engine.Track(soon(), "case/key/c", contract.TrackFact{}))
	requireFault(t, fault.Unavailable, engine.MoveDeadlines(soon(), "m"))
	_, err = engine.Snapshot(soon(), "case/key/c")
	requireFault(t, fault.Unavailable, err)
	_, _, err = engine.Running(soon(), "case/key/c")
	requireFault(t, fault.Unavailable, err)
	require.ErrorContains(t, engine.Ready(soon()), address)
}

// A server that takes no new start for a case that has ended still knows the answer of that time.
func TestAnOpeningOfAnEndedCaseAsksForItsAnswer(t *testing.T) {
	for _, refused := range []error{
		serviceerror.NewWorkflowExecutionAlreadyStarted("ended", "", "run"), serviceerror.NewNotFound("workflow execution already completed"),
	} {
		handle := &mocks.WorkflowUpdateHandle{}
		handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			*args.Get(1).(*contract.Ack) = contract.Ack{CaseID: "c", Revision: 9}
		}).Return(nil)
		connection := &mocks.Client{}
		connection.On("NewWithStartWorkflowOperation", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil)
		connection.On("UpdateWithStartWorkflow", mock.Anything, mock.Anything).Return(nil, refused)
		connection.On("GetWorkflowUpdateHandle", sdk.GetWorkflowUpdateHandleOptions{
			WorkflowID: contract.WorkflowID("key", "c"), UpdateID: contract.UpdateID(customer, "k"),
		}).Return(handle)
		ack, err := client.With(connection, "queue").Open(t.Context(), "key", start("c", ""), "k", customer)
		require.NoError(t, err)
		require.EqualValues(t, 9, ack.Revision)
	}
}
