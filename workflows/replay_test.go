package workflows_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// Histories of earlier builds, recorded by
//
//	AFTERSALES_TEST_RECORD=1 go test ./cmd/aftersales -run TestRecordHistories -count 1
//
// A release adds to them; a history is removed only when no case of its time can still be open.
const histories = "testdata/histories"

func recorded(t *testing.T) map[string]*history.History {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(histories, "*", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "there is no recorded history: record some, see above")
	all := map[string]*history.History{}
	for _, file := range files {
		name, err := filepath.Rel(histories, strings.TrimSuffix(file, ".json"))
		require.NoError(t, err)
		all[name] = read(t, file)
	}
	return all
}

func read(t *testing.T, file string) *history.History {
	t.Helper()
	content, err := os.Open(file)
	require.NoError(t, err)
	defer content.Close()
	story, err := client.HistoryFromJSON(content, client.HistoryJSONOptions{})
	require.NoError(t, err, file)
	return story
}

// stories are the workflows by the name under which they run.
var stories = map[string]func(workflow.Context, contract.Start, *workflows.State) (contract.Outcome, error){
	contract.WorkflowReturn: workflows.Return, contract.WorkflowRefundOnly: workflows.RefundOnly, contract.WorkflowExchange: workflows.Exchange,
	contract.WorkflowRepair: workflows.Repair, contract.WorkflowPriceProtection: workflows.PriceProtection, contract.WorkflowComplaint: workflows.Complaint,
}

// storyOf names the workflow that a history is of.
func storyOf(t *testing.T, story *history.History) string {
	t.Helper()
	name := story.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
	require.Contains(t, stories, name)
	return name
}

func replay(t *testing.T, story *history.History, code any) error {
	t.Helper()
	replayer := unhurriedReplayer(t)
	replayer.RegisterWorkflowWithOptions(code, workflow.RegisterOptions{Name: storyOf(t, story)})
	id := story.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId() // the IDs of the cases that it opens follow from it
	require.NotEmpty(t, id)
	return replayer.ReplayWorkflowHistoryWithOptions(nil, story, worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}})
}

// unhurriedReplayer replays at the machine's pace: of itself the SDK takes a second without progress for a deadlock, which on
// a busy machine is none.
func unhurriedReplayer(t *testing.T) worker.WorkflowReplayer {
	t.Helper()
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DisableDeadlockDetection: true})
	require.NoError(t, err)
	return replayer
}

// Every recorded case can go on under this build.
func TestRecordedHistoriesReplay(t *testing.T) {
	for name, story := range recorded(t) {
		require.NoError(t, replay(t, story, stories[storyOf(t, story)]), name)
	}
}

// A change that would break running cases does not pass: other code under old histories, and other histories under
// this code.
func TestReplayCatchesWhatWouldBreakCases(t *testing.T) {
	tampered := 0
	for name := range recorded(t) {
		file := filepath.Join(histories, name+".json")
		code := stories[storyOf(t, read(t, file))]
		hasty := func(ctx workflow.Context, start contract.Start, carried *workflows.State) (contract.Outcome, error) {
			if err := workflow.Sleep(ctx, time.Second); err != nil {
				return "", err
			}
			return code(ctx, start, carried)
		}
		require.Error(t, replay(t, read(t, file), hasty), name)
		story, calls := read(t, file), 0
		for _, event := range story.Events {
			if scheduled := event.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
				scheduled.ActivityType = &common.ActivityType{Name: "Another"}
				calls++
			}
		}
		if calls > 0 { // some stories end without a call to the outside
			tampered++
			require.Error(t, replay(t, story, code), name)
		}
	}
	require.Positive(t, tampered)
}

// The histories of every kind pass through every stage and through every ending that people can bring about.
func TestRecordedHistoriesCoverTheStories(t *testing.T) {
	stages, endings := map[string]bool{}, map[string]bool{}
	for name, story := range recorded(t) {
		for _, stage := range stagesOf(t, story) {
			stages[string(stage)] = true
		}
		last := story.Events[len(story.Events)-1].GetWorkflowExecutionCompletedEventAttributes()
		require.NotNil(t, last)
		var outcome string
		require.NoError(t, json.Unmarshal(last.Result.Payloads[0].Data, &outcome))
		kind, _, _ := strings.Cut(name, "/")
		endings[kind+"/"+outcome] = true
	}
	for _, stage := range constants(t, "Stage") {
		if stage != string(contract.StageChecking) && stage != string(contract.StageEnded) {
			require.True(t, stages[stage], "no recorded history passes through the stage %q: add a story to the demo and record it", stage)
		}
	}
	known := map[string]bool{string(contract.RefusedOpening): true, string(contract.Cancelled): true}
	for kind, outcomes := range contract.Endings {
		for _, outcome := range outcomes {
			known[string(outcome)] = true
			require.True(t, endings[string(kind)+"/"+string(outcome)], "no recorded history of a %s ends as %q", kind, outcome)
		}
	}
	for _, outcome := range constants(t, "Outcome") {
		require.True(t, known[outcome], "which kind of case ends as %q? contract.Endings does not say", outcome)
	}
}

// stageOf tells the stage by the deadline that is open in it.
var stageOf = map[policy.Step]contract.Stage{
	policy.StepDetails: contract.StageDetails, policy.StepMerchantAnswer: contract.StageMerchant, policy.StepOffer: contract.StageOffer,
	policy.StepRefused: contract.StageRefused, policy.StepSendBack: contract.StageSendBack, policy.StepFirstScan: contract.StageTransit,
	policy.StepInspection: contract.StageInspection, policy.StepDifference: contract.StageDifference,
	policy.StepReviewWarn: contract.StageReview, policy.StepReview: contract.StageReview, policy.StepApproval: contract.StageApproval,
	policy.StepIntercept: contract.StageIntercept, policy.StepProof: contract.StageProof,
	policy.StepPay: contract.StagePay, policy.StepShip: contract.StageShip, policy.StepConfirm: contract.StageConfirm,
	policy.StepDiagnosis: contract.StageDiagnosis, policy.StepQuote: contract.StageQuote, policy.StepRepair: contract.StageRepair,
	policy.StepChoice: contract.StageChoice,
	policy.StepSettle: contract.StageSettle, policy.StepEvidence: contract.StageEvidence, policy.StepSupplement: contract.StageSupplement,
	policy.StepExecute: contract.StageExecute, policy.StepAppeal: contract.StageAppeal, policy.StepAppealReview: contract.StageAppealReview,
	policy.StepSuspended: contract.StageSuspended, policy.StepSuspendedPapers: contract.StageSuspended,
}

// stagesOf lists the stages that a history passes through: by its timers' summaries, by its refunds, by the cases that it
// opens, and by the person's word in the bot's place.
func stagesOf(t *testing.T, story *history.History) (stages []contract.Stage) {
	t.Helper()
	for _, event := range story.Events {
		if event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == contract.ActivityRefund {
			stages = append(stages, contract.StageRefund)
		}
		if event.GetStartChildWorkflowExecutionInitiatedEventAttributes() != nil {
			stages = append(stages, contract.StageDispute)
		}
		if event.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest().GetInput().GetName() == (&contract.ResolveDetails{}).Name() {
			stages = append(stages, contract.StageHelp)
		}
		if summary := event.GetUserMetadata().GetSummary(); summary != nil && event.GetTimerStartedEventAttributes() != nil {
			var text string
			require.NoError(t, json.Unmarshal(summary.Data, &text))
			step, _, _ := strings.Cut(text, " ")
			stages = append(stages, stageOf[policy.Step(step)])
		}
	}
	return stages
}

// constants lists the values of the contract's constants of a type, so that a new one is not forgotten here.
func constants(t *testing.T, kind string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("contract", "messages.go"), nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == kind {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			values = append(values, value)
		}
		return true
	})
	require.NotEmpty(t, values)
	return values
}

// What else runs for weeks goes on under this build too.
func TestRecordedOperationsReplay(t *testing.T) {
	story := read(t, "testdata/operations/erasure.json")
	id := story.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()
	options := worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}}
	replayer := unhurriedReplayer(t)
	replayer.RegisterWorkflowWithOptions(workflows.Erasure, workflow.RegisterOptions{Name: contract.WorkflowErasure})
	require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, story, options))

	hasty := unhurriedReplayer(t)
	hasty.RegisterWorkflowWithOptions(func(ctx workflow.Context, start contract.ErasureStart) (contract.ErasureOutcome, error) {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return "", err
		}
		return workflows.Erasure(ctx, start)
	}, workflow.RegisterOptions{Name: contract.WorkflowErasure})
	require.Error(t, hasty.ReplayWorkflowHistoryWithOptions(nil, read(t, "testdata/operations/erasure.json"), options))
}

// The default of a deadline is in the history before anybody reads of it: it is written by an activity, which begins only
// then, and not inside the task that decides it, which may be lost with what it wrote.
func TestDefaultsAreInTheHistoryBeforeTheyAreWritten(t *testing.T) {
	kinds := map[string]bool{}
	for name, story := range recorded(t) {
		for _, event := range story.Events {
			scheduled := event.GetActivityTaskScheduledEventAttributes()
			if scheduled.GetActivityType().GetName() != contract.ActivityProject {
				continue
			}
			var written contract.Projection
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(scheduled.GetInput(), &written), name)
			for _, entry := range written.Entries {
				if entry.Event == "deadline_passed" {
					kind, _, _ := strings.Cut(name, "/")
					kinds[kind] = true
				}
			}
		}
	}
	for _, kind := range []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.Complaint} {
		require.True(t, kinds[string(kind)], "no default of a %s is written by an activity", kind)
	}
}
