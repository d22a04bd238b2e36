package worker_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	sdk "go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners/storage"
	"aftersales/worker"
	"aftersales/workflows/client"
	"aftersales/workflows/codec"
	"aftersales/workflows/contract"
)

// A customer with an open case asks to be erased: the case is withdrawn, everything goes, the proof finds nothing. The engine
// here does not seal, so that what its history says can be read: it names nobody, and it replays.
//
//	AFTERSALES_TEST_RECORD=1 go test ./worker -run TestAttack20_ErasureOnTheRealEngine -count 1
//
// keeps the history for the replay test of every later build.
func TestAttack20_ErasureOnTheRealEngine(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.order("o", 2)
	ack, err := w.Open(ctx, opening("o", "k1", 2))
	require.NoError(t, err)

	files, err := storage.OpenFolder(filepath.Join(t.TempDir(), "files"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = files.Close() })
	effects := *w.hands
	effects.Files = files
	plain := client.With(unsealed(t, w), "erasure-"+w.queue)
	hands := worker.New(plain.Client, &effects, worker.Options{TaskQueue: "erasure-" + w.queue, StopTimeout: time.Second})
	require.NoError(t, hands.Start())
	t.Cleanup(hands.Stop)

	erasure, err := w.store.AskErasure(ctx, models.Erasure{
		ID: models.NewID(), CustomerID: "cus", ByKind: "customer", AskedAt: now(), EraseAt: now(), ReceiptHash: []byte("receipt"),
	})
	require.NoError(t, err)
	id := contract.ErasureWorkflowID(erasure.ID)
	run, err := plain.Client.ExecuteWorkflow(ctx, sdk.StartWorkflowOptions{ID: id, TaskQueue: "erasure-" + w.queue}, contract.WorkflowErasure,
		contract.ErasureStart{ErasureID: erasure.ID, EraseAt: erasure.EraseAt, Settle: time.Second})
	require.NoError(t, err)
	// The case is taken back at the first look; the look a minute later need not be waited for.
	require.Eventually(t, func() bool {
		row, err := w.store.Case(ctx, ack.CaseID)
		return err == nil && !row.Open
	}, time.Minute, 50*time.Millisecond)
	require.Eventually(t, func() bool {
		_ = plain.LookAtErasure(ctx, erasure.ID)
		row, err := w.store.Erasure(ctx, erasure.ID)
		return err == nil && row.State == models.ErasureDone
	}, time.Minute, time.Second)
	var outcome contract.ErasureOutcome
	require.NoError(t, run.Get(ctx, &outcome))
	require.Equal(t, contract.ErasureProved, outcome)
	_, err = w.store.Customer(ctx, "cus")
	require.ErrorIs(t, err, models.ErrNotFound)
	told := w.engine.Client.GetWorkflowHistory(ctx, contract.WorkflowID(erasure.KeyRef, ack.CaseID), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	begin, err := told.Next()
	require.NoError(t, err)
	input := begin.GetWorkflowExecutionStartedEventAttributes().GetInput().GetPayloads()
	require.NotEmpty(t, input)
	_, err = codec.Payloads(w.store.Keys).Decode(input)
	require.ErrorIs(t, err, fault.New(fault.Erased), "the history of the case can be read by nobody")
	require.Error(t, plain.CancelErasure(ctx, erasure.ID), "it is over")

	events := plain.Client.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	story := &history.History{}
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		story.Events = append(story.Events, event)
	}
	content, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(story)
	require.NoError(t, err)
	for _, word := range []string{"王小明", "cus\"", "customer"} {
		require.NotContains(t, string(content), word)
	}
	replayer, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{DisableDeadlockDetection: true}) // a busy machine is no deadlock
	require.NoError(t, err)
	worker.RegisterWorkflows(replayer)
	require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, story, sdkworker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}}))
	if os.Getenv("AFTERSALES_TEST_RECORD") != "" {
		dir := filepath.Join("..", "workflows", "testdata", "operations")
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "erasure.json"), append(content, '\n'), 0o644))
	}
}

// unsealed is a second connection to the same engine, without the codec.
func unsealed(t *testing.T, w *world) sdk.Client {
	t.Helper()
	connection, err := sdk.NewLazyClient(sdk.Options{HostPort: w.server.Address, Namespace: w.server.Namespace})
	require.NoError(t, err)
	t.Cleanup(connection.Close)
	return connection
}
