package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"aftersales/demo"
	"aftersales/models"
	work "aftersales/worker"
	"aftersales/workflows/codec"
)

// recording tells to write the histories to workflows/testdata, where the replay test of every later build finds them.
const recording = "AFTERSALES_TEST_RECORD"

// Every ending of a return, played by the demo's people on the whole stack; each history then replays under the same
// code. With AFTERSALES_TEST_RECORD=1 the histories are kept, opened, as JSON:
//
//	AFTERSALES_TEST_RECORD=1 go test ./cmd/aftersales -run TestRecordHistories -count 1
func TestRecordHistories(t *testing.T) {
	t.Parallel()
	s := newStack(t, setup{pack: "roomy", yaml: roomyPack})
	player := &demo.Player{Base: s.cfg.API.URL(), Sandbox: s.sandbox, Cases: demo.Scripts(), Parallel: demo.Scripts()}
	results, deadlines, late, err := player.Run(t.Context())
	require.NoError(t, err)
	report, err := player.Check(t.Context(), results, deadlines, late)
	require.NoError(t, err)
	report.Late = 0 // the machine of a test may be busy
	require.Empty(t, report.Failures())

	replayer := worker.NewWorkflowReplayer()
	work.RegisterWorkflows(replayer)
	dir := filepath.Join("..", "..", "workflows", "testdata", "histories", "return")
	for _, result := range results {
		var row models.Case
		require.NoError(t, s.store.DB.Take(&row, "id = ?", result.Case).Error)
		story := s.historyOf(t.Context(), row.WorkflowID)
		require.NoError(t, replayer.ReplayWorkflowHistory(nil, story), result.Script)
		if os.Getenv(recording) == "" {
			continue
		}
		content, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(story)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		name := strings.Trim(unfit.ReplaceAllString(strings.ToLower(result.Script), "_"), "_") + ".json"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), append(content, '\n'), 0o644))
	}
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
