package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/demo"
	"aftersales/models"
	"aftersales/policy/pack"
)

// An operator changes the pack while cases run: what is wrong with one is said, what it changes is seen, and only new cases get
// it. Around it: whom a move reaches, the trail, the partners, both ledgers, and new keys for everybody.
func TestAnOperatorsDay(t *testing.T) {
	t.Parallel()
	for _, with := range []struct {
		name string
		setup
	}{{"sqlite", setup{}}, {"postgres", setup{postgres: true}}} {
		t.Run(with.name, func(t *testing.T) { operatorsDay(t, newStack(t, with.setup)) })
	}
}

func operatorsDay(t *testing.T, s *stack) {
	ask := func(method, path string, body, into any) {
		t.Helper()
		key := ""
		if method == http.MethodPost {
			key = models.NewID()
		}
		got := s.send(demo.OperatorLogin, method, path, key, body)
		require.Less(t, got.status, 300, "%s %s: %s", method, path, got.body)
		if into != nil {
			require.NoError(t, json.Unmarshal(got.body, into), "%s", got.body)
		}
	}
	type head struct {
		Hash      string
		Name      string
		Active    bool
		OpenCases int64  `json:"open_cases"`
		By        string `json:"activated_by"`
	}
	standard, err := pack.Builtin("default")
	require.NoError(t, err)
	older := s.open(s.order(199_00, nil), 0, 1, nil)
	s.untilStage(older, "merchant_answer")

	var list struct{ Active head }
	require.Eventually(t, func() bool {
		ask(http.MethodGet, "/v1/packs", nil, &list)
		return list.Active.OpenCases == 1
	}, time.Minute, 100*time.Millisecond)
	require.Equal(t, standard.Hash(), list.Active.Hash)

	// A slip of the pen is said with its place; the pack without it shows what it changes, on paper and over the past.
	text := strings.Replace(string(standard.Content()), "edits: 5", "edits: 4", 1)
	var checked struct {
		OK       bool
		Problems []struct {
			Line, Column int
			Text         string
		}
	}
	ask(http.MethodPost, "/v1/packs/check", map[string]any{"content": strings.Replace(text, "grace: 5s", "grace: soon", 1)}, &checked)
	require.False(t, checked.OK)
	require.Positive(t, checked.Problems[0].Line)
	require.Contains(t, checked.Problems[0].Text, "is not a length of time")
	mine := map[string]any{"content": text}
	var diff struct {
		Items []struct{ Table, Before, After string }
	}
	ask(http.MethodPost, "/v1/packs/diff", map[string]any{"from": map[string]any{"hash": standard.Hash()}, "to": mine}, &diff)
	require.Len(t, diff.Items, 1)
	require.Equal(t, "limits", diff.Items[0].Table)
	var trial struct{ Looked, Otherwise int }
	ask(http.MethodPost, "/v1/packs/what-if", map[string]any{"pack": mine}, &trial)
	require.Positive(t, trial.Looked)
	require.Zero(t, trial.Otherwise)

	// Activated, it is for cases that begin now, in every process; the one that runs keeps its own.
	other := &cases.Chosen{Store: s.store, Packs: cases.Packs{Store: s.store, Loaded: pack.NewRegistry()}}
	var active head
	ask(http.MethodPost, "/v1/packs/activate", map[string]any{"pack": mine, "instead_of": standard.Hash()}, &active)
	require.True(t, active.Active)
	require.NotEmpty(t, active.By)
	elsewhere, err := other.Hash(t.Context())
	require.NoError(t, err)
	require.Equal(t, active.Hash, elsewhere)
	refused := s.send(demo.OperatorLogin, http.MethodPost, "/v1/packs/activate", models.NewID(), map[string]any{"pack": map[string]any{"hash": standard.Hash()}, "instead_of": standard.Hash()})
	require.Equal(t, http.StatusConflict, refused.status, "%s", refused.body)
	require.Equal(t, "pack_changed", refused.code)
	var newer string
	require.Eventually(t, func() bool { // the API follows within a second or two
		newer = s.open(s.order(199_00, nil), 0, 1, nil)
		return s.packOf(t, newer) == active.Hash
	}, time.Minute, 100*time.Millisecond)
	require.Equal(t, standard.Hash(), s.packOf(t, older))
	s.restartAPI()
	require.Equal(t, active.Hash, s.packOf(t, s.open(s.order(199_00, nil), 0, 1, nil)), "the settings name another, and hold no more")

	// A move reaches exactly whom its preview names.
	var preview struct{ Cases, Untouched int64 }
	step := map[string]any{"step": "merchant_answer"}
	s.untilStage(newer, "merchant_answer")
	require.Eventually(t, func() bool {
		ask(http.MethodPost, "/v1/deadline-moves/preview", step, &preview)
		var overview struct {
			Open int64 `json:"open_cases"`
		}
		ask(http.MethodGet, "/v1/overview", nil, &overview)
		return preview.Cases >= 3 && overview.Open == preview.Cases+preview.Untouched
	}, time.Minute, 200*time.Millisecond)
	var move struct {
		ID               string
		Moved, Untouched int64
		DoneAt           *time.Time `json:"done_at"`
	}
	ask(http.MethodPost, "/v1/deadline-moves", map[string]any{"step": "merchant_answer", "seconds": 3600, "reason": "festival"}, &move)
	require.Eventually(t, func() bool {
		ask(http.MethodGet, "/v1/deadline-moves/"+move.ID, nil, &move)
		return move.DoneAt != nil
	}, time.Minute, 100*time.Millisecond)
	require.Equal(t, preview.Cases, move.Moved)
	require.Equal(t, preview.Untouched, move.Untouched)

	// The trail has the choice, and that it was read; it is whole.
	var trail struct {
		Items []struct{ Action, Thing, Outcome string }
	}
	ask(http.MethodGet, "/v1/audit?action=pack.", nil, &trail)
	require.Equal(t, "pack.activate", trail.Items[0].Action)
	require.Equal(t, "refused", trail.Items[0].Outcome)
	ask(http.MethodGet, "/v1/audit?action=pack.choose&thing="+active.Hash, nil, &trail)
	require.Len(t, trail.Items, 1)
	ask(http.MethodGet, "/v1/audit?action=audit.list", nil, &trail)
	require.GreaterOrEqual(t, len(trail.Items), 2)
	var verified struct {
		Whole, Done bool
		Checked     int64
		Heads       []struct {
			NotedSeq int64 `json:"noted_seq"`
		}
	}
	ask(http.MethodGet, "/v1/audit/verification", nil, &verified)
	require.True(t, verified.Whole && verified.Done)
	require.Positive(t, verified.Checked)
	require.NotEmpty(t, verified.Heads)

	// A refund later both ledgers say the same, the payment partner is well, and the loops have run.
	s.do(clerk, older, "merchant-answer", map[string]any{"decision": "agree"})
	s.sendBack(older, "SF1000000000101", 500)
	s.untilStage(older, "inspection")
	s.do(clerk, older, "inspect", nil)
	s.untilEnd(older, "refunded")
	var ledger struct {
		Totals []struct {
			Difference struct{ Minor int64 }
			Theirs     struct {
				Refunded struct{ Minor int64 }
			}
		}
		Items []struct {
			OrderID    string `json:"order_id"`
			Difference struct{ Minor int64 }
		}
	}
	ask(http.MethodGet, "/v1/sandbox/ledger?limit=100", nil, &ledger)
	refundedThere := int64(0)
	for _, total := range ledger.Totals {
		require.Zero(t, total.Difference.Minor)
		refundedThere += total.Theirs.Refunded.Minor
	}
	require.Positive(t, refundedThere)
	require.GreaterOrEqual(t, len(ledger.Items), 3)
	for _, item := range ledger.Items {
		require.Zero(t, item.Difference.Minor, item.OrderID)
	}
	var health struct {
		Items []struct {
			Partner, State string
			Calls          int64
		}
	}
	require.Eventually(t, func() bool {
		ask(http.MethodGet, "/v1/partner-health", nil, &health)
		for _, partner := range health.Items {
			if partner.Partner == "alipay" && partner.State == "up" && partner.Calls > 0 {
				return true
			}
		}
		return false
	}, time.Minute, 200*time.Millisecond)
	var overview struct{ Jobs []struct{ Name string } }
	ask(http.MethodGet, "/v1/overview", nil, &overview)
	require.Greater(t, len(overview.Jobs), 10)

	// Everybody gets a new key; a worker does it.
	var keys struct {
		Jobs []struct {
			Name        string
			Done, Total int64
			EndedAt     *time.Time `json:"ended_at"`
		}
	}
	ask(http.MethodPost, "/v1/keys/rotate", map[string]any{}, &keys)
	require.Eventually(t, func() bool {
		ask(http.MethodGet, "/v1/keys", nil, &keys)
		return len(keys.Jobs) == 1 && keys.Jobs[0].EndedAt != nil
	}, time.Minute, 200*time.Millisecond)
	require.Positive(t, keys.Jobs[0].Done)
	require.Equal(t, "merchant_answer", s.caseOf(demo.OperatorLogin, newer).Stage, "what was sealed before is read as before")
}

// packOf is the pack that a case keeps.
func (s *stack) packOf(t *testing.T, caseID string) string {
	t.Helper()
	row, err := s.store.Case(t.Context(), caseID)
	require.NoError(t, err)
	return row.PackHash
}
