package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"

	"aftersales/demo"
	"aftersales/models"
	work "aftersales/worker"
	"aftersales/workflows/codec"
)

// recording tells to write the histories to workflows/testdata, where the replay test of every later build finds them.
const recording = "AFTERSALES_TEST_RECORD"

// recordingOnly is how the names of the stories begin that are recorded beside what is there. Without it all are recorded anew.
const recordingOnly = "AFTERSALES_TEST_RECORD_ONLY"

// Every story, played by the demo's people on the whole stack; each history of each case then replays under the same
// code. With AFTERSALES_TEST_RECORD=1 the histories that show something new - a stage, an ending, a turn from one stage
// to the next - are kept, opened, as JSON, the shortest first:
//
//	AFTERSALES_TEST_RECORD=1 go test ./cmd/aftersales -run TestRecordHistories -count 1
func TestRecordHistories(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{pack: "roomy", yaml: roomyPack})
	only := os.Getenv(recordingOnly)
	player := &demo.Player{Base: s.cfg.API.URL(), Sandbox: s.sandbox, Only: only, Cases: demo.Stories(only), Parallel: 2 * demo.AtOnce()}
	if os.Getenv(recording) == "" { // all at once are too many for a small machine under the race detector
		player.Cases, player.Parallel, player.First = storiesAtOnce, storiesAtOnce/2, rand.IntN(demo.Stories(""))
		t.Logf("from story %d", player.First)
	}
	report, err := player.Run(t.Context())
	require.NoError(t, err)
	report.Late = nil // the machine of a test may be busy
	require.Empty(t, report.Failures())
	if os.Getenv(recording) != "" {
		require.Empty(t, report.Overtaken(), "a history of a story that did not go its way shows something else")
	}

	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DisableDeadlockDetection: true}) // a busy machine is no deadlock
	require.NoError(t, err)
	work.RegisterWorkflows(replayer)
	var all []told
	for _, result := range report.Results {
		for n, c := range result.Cases {
			var row models.Case
			require.NoError(t, s.store.DB.Take(&row, "id = ?", c.ID).Error)
			story := s.historyOf(t.Context(), row.WorkflowID)
			options := worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: row.WorkflowID}}
			require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, story, options), result.Story)
			name := strings.Trim(unfit.ReplaceAllString(strings.ToLower(result.Story), "_"), "_")
			if n > 0 {
				name += fmt.Sprint("_", n+1)
			}
			var entries []models.TimelineEntry
			require.NoError(t, s.store.DB.Order("seq").Find(&entries, "case_id = ?", c.ID).Error)
			all = append(all, told{name: name, kind: c.Kind, outcome: c.Outcome, entries: entries, history: story})
		}
	}
	if os.Getenv(recording) == "" {
		return
	}
	dir := filepath.Join("..", "..", "workflows", "testdata", "histories")
	if only == "" {
		require.NoError(t, os.RemoveAll(dir))
	}
	for _, one := range selected(all) {
		content, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(one.history)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, one.kind), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, one.kind, one.name+".json"), append(content, '\n'), 0o644))
	}
}

// told is one case with its history.
type told struct {
	name, kind, outcome string
	entries             []models.TimelineEntry
	history             *history.History
}

// selected leaves out what shows nothing new: each event of each kind's timeline and each ending is there at least once.
func selected(all []told) (few []told) {
	slices.SortStableFunc(all, func(a, b told) int { return len(a.history.Events) - len(b.history.Events) })
	seen := map[string]bool{}
	for _, one := range all {
		shows := []string{one.kind + "/" + one.outcome}
		for _, entry := range one.entries {
			shows = append(shows, one.kind+" "+entry.Event)
		}
		if slices.ContainsFunc(shows, func(what string) bool { return !seen[what] }) {
			few = append(few, one)
		}
		for _, what := range shows {
			seen[what] = true
		}
	}
	return few
}

var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// historyOf reads a history and opens what is sealed in it. Where it was recorded is nobody's business.
func (s *stack) historyOf(ctx context.Context, workflowID string) *history.History {
	s.t.Helper()
	story := &history.History{}
	events := s.engine.Client.GetWorkflowHistory(ctx, workflowID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(s.t, err)
		story.Events = append(story.Events, event)
	}
	opener := codec.Payloads(s.store.Keys)
	require.NoError(s.t, proxy.VisitPayloads(ctx, story, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, sealed []*common.Payload) ([]*common.Payload, error) {
			return opener.Decode(sealed)
		},
	}))
	content, err := protojson.Marshal(story)
	require.NoError(s.t, err)
	host, err := os.Hostname()
	require.NoError(s.t, err)
	text := identities.ReplaceAllString(string(content), `"identity":"worker"`)
	text = regexp.MustCompile(`"`+regexp.QuoteMeta(host)+`:[0-9a-f-]+"`).ReplaceAllString(text, `"sticky"`)
	clean := &history.History{}
	require.NoError(s.t, protojson.Unmarshal([]byte(text), clean))
	return clean
}

var identities = regexp.MustCompile(`"identity":\s*"[^"]*"`)
