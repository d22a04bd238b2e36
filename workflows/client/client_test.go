package client_test

import (
	"context"
	"fmt"
	"path"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	sdk "go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/testkit"
	"aftersales/workflows/client"
	"aftersales/workflows/contract"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var customer = contract.Actor{Kind: contract.Customer, ID: "cu"}

func start(caseID, reason string) contract.Start {
	return contract.Start{CaseID: caseID, Kind: policy.Return, CustomerID: "cu", MerchantID: "me", OrderID: "o", Reason: reason, At: time.Now().UTC()}
}

// story is a case reduced to what the client has to do with: it counts what reaches it, and ends on the key "end".
func story(ctx workflow.Context, in contract.Start) error {
	var opened, commands, tracks int
	ended := false
	refuse := func(code fault.Code) error {
		f := fault.New(code, "limit", 3)
		return temporal.NewApplicationErrorWithOptions(f.Text("en"), contract.ErrorType(f),
			temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{f.Details}})
	}
	for _, err := range []error{
		workflow.SetUpdateHandler(ctx, contract.NameOpen, func(ctx workflow.Context) (contract.Ack, error) {
			opened++
			ack := contract.Ack{CaseID: in.CaseID, Stage: contract.StageMerchant, Revision: int64(opened)}
			if in.Reason != "" {
				ack.Refused, ended = &contract.RefusedStart{Code: in.Reason, Details: map[string]any{"until": "yesterday"}}, true
			}
			return ack, nil
		}),
		workflow.SetUpdateHandlerWithOptions(ctx, (*contract.Withdraw)(nil).Name(), func(ctx workflow.Context, in contract.Withdraw) (contract.Ack, error) {
			commands++
			ack := contract.Ack{Seq: int64(commands)}
			if err := workflow.Sleep(ctx, 5*time.Millisecond); err != nil { // it takes more than one task to answer
				return ack, err
			}
			ended = in.Key == "end"
			return ack, nil
		}, workflow.UpdateHandlerOptions{Validator: func(_ workflow.Context, in contract.Withdraw) error {
			if in.Key == "refused" {
				return refuse(fault.TooManyEdits)
			}
			return nil
		}}),
		workflow.SetQueryHandler(ctx, contract.QuerySnapshot, func() (contract.Projection, error) {
			return contract.Projection{CaseID: in.CaseID, Seq: int64(commands), Revision: int64(tracks)}, nil
		}),
	} {
		if err != nil {
			return err
		}
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for workflow.GetSignalChannel(ctx, contract.SignalTrack).Receive(ctx, &contract.TrackFact{}) {
			tracks++
		}
	})
	return workflow.Await(ctx, func() bool { return ended && workflow.AllHandlersFinished(ctx) })
}

// moved counts how often a bulk move began.
var moved atomic.Int32

// world is a real server with a worker that tells the story. refusals counts what the server refused for its limits.
type world struct {
	*client.Engine
	refusals atomic.Int32
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server := testkit.Temporal(t, map[string]enums.IndexedValueType{
		contract.AttributeKind: enums.INDEXED_VALUE_TYPE_KEYWORD, contract.AttributeMerchant: enums.INDEXED_VALUE_TYPE_KEYWORD,
	})
	w, queue := &world{}, "queue-"+models.NewID()
	count := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		err := invoke(ctx, method, req, reply, cc, opts...)
		if path.Base(method) == "UpdateWorkflowExecution" && status.Code(err) == codes.ResourceExhausted {
			w.refusals.Add(1)
		}
		return err
	}
	var err error
	w.Engine, err = client.Dial(client.Options{
		Address: server.Address, Namespace: server.Namespace, TaskQueue: queue,
		Seal: func(o *sdk.Options) {
			o.ConnectionOptions.DialOptions = append(o.ConnectionOptions.DialOptions, grpc.WithChainUnaryInterceptor(count))
		},
	})
	require.NoError(t, err)
	t.Cleanup(w.Close)
	hands := worker.New(w.Client, queue, worker.Options{WorkerStopTimeout: time.Second})
	hands.RegisterWorkflowWithOptions(story, workflow.RegisterOptions{Name: contract.WorkflowReturn})
	hands.RegisterWorkflowWithOptions(func(workflow.Context, string) error { moved.Add(1); return nil },
		workflow.RegisterOptions{Name: contract.WorkflowMoveDeadline})
	require.NoError(t, hands.Start())
	t.Cleanup(hands.Stop)
	return w
}

// open opens a case and returns its workflow's ID.
func (w *world) open(t *testing.T) string {
	t.Helper()
	caseID := models.NewID()
	_, err := w.Open(t.Context(), "key", start(caseID, ""), "k", customer)
	require.NoError(t, err)
	return contract.WorkflowID("key", caseID)
}

// Ten openings at once with one key, and one after the case has ended, are one opening.
func TestTheSameOpeningIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	in := start(models.NewID(), "")
	acks := make([]contract.Ack, 10)
	var all sync.WaitGroup
	for i := range acks {
		all.Go(func() {
			ack, err := w.Open(t.Context(), "key", in, "k", customer)
			require.NoError(t, err)
			acks[i] = ack
		})
	}
	all.Wait()
	want := contract.Ack{CaseID: in.CaseID, Stage: contract.StageMerchant, Revision: 1}
	for _, ack := range acks {
		require.Equal(t, want, ack, "Revision counts how often the case was opened")
	}
	id := contract.WorkflowID("key", in.CaseID)
	_, err := w.Do(t.Context(), id, withdraw("end"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		running, found, err := w.Running(context.Background(), id)
		return err == nil && found && !running
	}, time.Minute, 10*time.Millisecond)

	again, err := w.Open(t.Context(), "key", in, "k", customer)
	require.NoError(t, err)
	require.Equal(t, want, again, "the answer of that time")
	_, err = w.Open(t.Context(), "key", in, "another key", customer)
	requireFault(t, fault.CaseClosed, err)
}

func TestARefusedOpeningIsItsFault(t *testing.T) {
	w := newWorld(t)
	in := start(models.NewID(), string(fault.WindowOver))
	for range 2 {
		_, err := w.Open(t.Context(), "key", in, "k", customer)
		f := requireFault(t, fault.WindowOver, err)
		require.Equal(t, "yesterday", f.Details["until"])
	}
	_, err := w.Open(t.Context(), "key", start(models.NewID(), "no_such_code"), "k", customer)
	requireFault(t, fault.Internal, err)
	odd := start(models.NewID(), "")
	odd.Kind = "barter"
	_, err = w.Open(t.Context(), "key", odd, "k", customer)
	requireFault(t, fault.KindNotPossible, err)
}

func TestACommandIsDoneOncePerActorAndKey(t *testing.T) {
	w := newWorld(t)
	id := w.open(t)
	for range 3 {
		ack, err := w.Do(t.Context(), id, withdraw("a"))
		require.NoError(t, err)
		require.EqualValues(t, 1, ack.Seq)
	}
	other := withdraw("a")
	other.Actor.ID = "somebody else"
	ack, err := w.Do(t.Context(), id, other)
	require.NoError(t, err)
	require.EqualValues(t, 2, ack.Seq, "a key is its sender's own")

	_, err = w.Do(t.Context(), id, withdraw("refused"))
	f := requireFault(t, fault.TooManyEdits, err)
	require.EqualValues(t, 3, f.Details["limit"], "details survive the engine")

	_, err = w.Do(t.Context(), id, withdraw("end"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := w.Do(context.Background(), id, withdraw(models.NewID()))
		f := fault.As(err)
		return f != nil && f.Code == fault.CaseClosed
	}, time.Minute, 10*time.Millisecond)
	requireFault(t, fault.CaseClosed, w.Track(t.Context(), id, contract.TrackFact{}))
}

func TestSignalsAndQueriesReachTheCase(t *testing.T) {
	w := newWorld(t)
	id := w.open(t)
	require.NoError(t, w.Track(t.Context(), id, contract.TrackFact{NoticeID: "n"}))
	require.Eventually(t, func() bool {
		seen, err := w.Snapshot(context.Background(), id)
		return err == nil && seen.Revision == 1
	}, time.Minute, 10*time.Millisecond)
	_, err := w.Snapshot(t.Context(), contract.WorkflowID("key", "none"))
	requireFault(t, fault.NotFound, err)
	_, found, err := w.Running(t.Context(), contract.WorkflowID("key", "none"))
	require.NoError(t, err)
	require.False(t, found)
	running, found, err := w.Running(t.Context(), id)
	require.NoError(t, err)
	require.True(t, running && found)
}

func TestABulkMoveBeginsOnce(t *testing.T) {
	w := newWorld(t)
	id := models.NewID()
	before := moved.Load()
	for range 3 {
		require.NoError(t, w.MoveDeadlines(t.Context(), id))
	}
	require.Eventually(t, func() bool { return moved.Load() > before }, time.Minute, 10*time.Millisecond)
	require.NoError(t, w.Client.GetWorkflow(t.Context(), "move/"+id, "").Get(t.Context(), nil))
	require.NoError(t, w.MoveDeadlines(t.Context(), id), "done already")
	require.EqualValues(t, before+1, moved.Load())
}

// The server takes ten updates of a workflow at a time and forgets all ten when an eleventh comes: a crowd at one case
// must not get that far.
func TestACrowdAtOneCaseIsServed(t *testing.T) {
	w := newWorld(t)
	id := w.open(t)
	seen := make([]int64, 50)
	var all sync.WaitGroup
	for i := range seen {
		all.Go(func() {
			ack, err := w.Do(t.Context(), id, withdraw(fmt.Sprint(i)))
			require.NoError(t, err)
			seen[i] = ack.Seq
		})
	}
	all.Wait()
	require.Zero(t, w.refusals.Load(), "updates that the server refused")
	once := map[int64]bool{}
	for _, seq := range seen {
		once[seq] = true
	}
	require.Len(t, once, 50, "each was done once")
}

// Whose time is over before its turn may try again with the same key.
func TestWaitingForATurnEndsWithTheCallersTime(t *testing.T) {
	w := newWorld(t)
	id := w.open(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Do(gone, id, withdraw("w"))
	requireFault(t, fault.Unavailable, err)
	ack, err := w.Do(t.Context(), id, withdraw("w"))
	require.NoError(t, err)
	require.EqualValues(t, 1, ack.Seq)
}
