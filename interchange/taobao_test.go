package interchange_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/interchange"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

var (
	kinds  = []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint}
	phases = []policy.Phase{policy.OnSale, policy.AfterSale}
)

// constants are the values of a string type as the contract's source has them.
func constants(t *testing.T, kind string) (values []string) {
	t.Helper()
	files, err := filepath.Glob("../workflows/contract/*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if named, ok := spec.Type.(*ast.Ident); !ok || named.Name != kind {
				return true
			}
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					values = append(values, text)
				}
			}
			return true
		})
	}
	return values
}

// Every stage and every outcome of the contract has a line: who adds one adds its line in interchange/taobao_table.go.
func TestEveryStageIsMapped(t *testing.T) {
	stages, outcomes := constants(t, "Stage"), constants(t, "Outcome")
	require.GreaterOrEqual(t, len(stages), 13)
	require.GreaterOrEqual(t, len(outcomes), 10)
	mapped := map[string]bool{}
	for _, row := range interchange.TaobaoRows() {
		mapped[string(row.Stage)+"/"+string(row.Outcome)] = true
	}
	for _, stage := range stages {
		if contract.Stage(stage) != contract.StageEnded && !mapped[stage+"/"] {
			t.Errorf("the stage %q has no line in taobaoRows", stage)
		}
	}
	for _, outcome := range outcomes {
		if !mapped["ended/"+outcome] {
			t.Errorf("the outcome %q has no line in taobaoRows", outcome)
		}
	}
}

func TestRowsSayWhatTaobaoKnows(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range interchange.TaobaoRows() {
		key := string(row.Stage) + "/" + string(row.Outcome) + "/" + string(row.WaitingFor)
		require.False(t, seen[key] && len(row.Kinds) == 0, "%s stands twice", key)
		seen[key] = true
		if row.Status == "" {
			require.Equal(t, contract.RefusedOpening, row.Outcome)
			continue
		}
		require.NotZero(t, row.Exchange)
		require.True(t, row.CS >= 1 && row.CS <= 11 && row.Reviewed >= 0 && row.Reviewed <= 11)
		require.True(t, row.Sure || row.Note != "", "%s: what is not sure says why", key)
	}
}

func TestStatesByHand(t *testing.T) {
	for name, c := range map[string]struct {
		ours  interchange.CaseState
		wants interchange.TaobaoRefund
	}{
		"the merchant is asked": {
			interchange.CaseState{Kind: policy.Return, Phase: policy.OnSale, Stage: contract.StageMerchant, Revision: 3},
			interchange.TaobaoRefund{Status: "WAIT_SELLER_AGREE", CS: 1, GoodStatus: "BUYER_NOT_RECEIVED", HasGoodReturn: true, Phase: "onsale", Version: 3},
		},
		"on its way back": {
			interchange.CaseState{Kind: policy.Return, Phase: policy.AfterSale, Stage: contract.StageTransit, Received: true, Returned: true},
			interchange.TaobaoRefund{Status: "WAIT_SELLER_CONFIRM_GOODS", CS: 1, GoodStatus: "BUYER_RETURNED_GOODS", HasGoodReturn: true, Phase: "aftersale"},
		},
		"judged for the merchant": {
			interchange.CaseState{Kind: policy.RefundOnly, Phase: policy.AfterSale, Stage: contract.StageEnded, Outcome: contract.Rejected, Reviewed: true},
			interchange.TaobaoRefund{Status: "CLOSED", CS: 9, GoodStatus: "BUYER_RECEIVED", Phase: "aftersale"},
		},
		"evidence is being gathered": {
			interchange.CaseState{Kind: policy.Complaint, Root: policy.Return, Phase: policy.AfterSale, Stage: "complaint_evidence"},
			interchange.TaobaoRefund{Status: "SELLER_REFUSE_BUYER", CS: 10, GoodStatus: "BUYER_RECEIVED", HasGoodReturn: true, Phase: "aftersale"},
		},
		"out of stock, becomes a refund": {
			interchange.CaseState{Kind: policy.Exchange, Phase: policy.AfterSale, Stage: contract.StageRefund, Returned: true},
			interchange.TaobaoRefund{Exchange: 14, CS: 1, GoodStatus: "BUYER_RETURNED_GOODS", HasGoodReturn: true, Phase: "aftersale"},
		},
	} {
		got, err := interchange.ToTaobao(c.ours)
		require.NoError(t, err, name)
		require.Equal(t, c.wants, got, name)
	}
	_, err := interchange.ToTaobao(interchange.CaseState{Kind: policy.Return, Phase: policy.OnSale, Stage: contract.StageEnded, Outcome: contract.RefusedOpening})
	require.ErrorAs(t, err, new(*interchange.UnmappedError))
}

func TestCommandsThatMoveACase(t *testing.T) {
	for _, c := range []struct {
		refund  interchange.TaobaoRefund
		stage   contract.Stage
		command string
	}{
		{interchange.TaobaoRefund{Status: "WAIT_SELLER_AGREE"}, contract.StageMerchant, "open"},
		{interchange.TaobaoRefund{Status: "WAIT_BUYER_RETURN_GOODS", HasGoodReturn: true}, contract.StageSendBack, "merchant_answer"},
		{interchange.TaobaoRefund{Status: "WAIT_SELLER_CONFIRM_GOODS", HasGoodReturn: true}, contract.StageTransit, "send_back"},
		{interchange.TaobaoRefund{Status: "SELLER_REFUSE_BUYER"}, contract.StageRefused, "merchant_answer"},
		{interchange.TaobaoRefund{Status: "SELLER_REFUSE_BUYER", HasGoodReturn: true, GoodStatus: "BUYER_RETURNED_GOODS"}, contract.StageDifference, "inspect"},
		{interchange.TaobaoRefund{Status: "SELLER_REFUSE_BUYER", CS: 3}, contract.StageReview, "escalate"},
		{interchange.TaobaoRefund{Status: "CLOSED"}, contract.StageEnded, "withdraw"},
		{interchange.TaobaoRefund{Status: "SUCCESS", HasGoodReturn: true}, contract.StageEnded, "inspect"},
		{interchange.TaobaoRefund{Exchange: 12, HasGoodReturn: true}, "ship", "inspect"},
	} {
		c.refund.Phase = "aftersale"
		if c.refund.GoodStatus == "" {
			c.refund.GoodStatus = "BUYER_RECEIVED"
		}
		state, command, err := interchange.FromTaobao(c.refund)
		require.NoError(t, err)
		require.Equal(t, c.stage, state.Stage)
		require.Equal(t, c.command, command)
		require.Equal(t, policy.AfterSale, state.Phase)
	}
}

func TestUnknownValuesAreErrors(t *testing.T) {
	good := interchange.TaobaoRefund{Status: "WAIT_SELLER_AGREE", CS: 1, GoodStatus: "BUYER_RECEIVED", Phase: "onsale", Version: 1}
	_, _, err := interchange.FromTaobao(good)
	require.NoError(t, err)
	for name, bend := range map[string]func(*interchange.TaobaoRefund){
		"status":                    func(r *interchange.TaobaoRefund) { r.Status = "WAIT_FOR_GODOT" },
		"no status":                 func(r *interchange.TaobaoRefund) { r.Status = "" },
		"phase":                     func(r *interchange.TaobaoRefund) { r.Phase = "presale" },
		"goods":                     func(r *interchange.TaobaoRefund) { r.GoodStatus = "LOST" },
		"cs":                        func(r *interchange.TaobaoRefund) { r.CS = 12 },
		"version":                   func(r *interchange.TaobaoRefund) { r.Version = -1 },
		"exchange":                  func(r *interchange.TaobaoRefund) { r.Status, r.Exchange, r.HasGoodReturn = "", 7, true },
		"both":                      func(r *interchange.TaobaoRefund) { r.Exchange = 1 },
		"nothing comes back":        func(r *interchange.TaobaoRefund) { r.Status = "WAIT_BUYER_RETURN_GOODS" },
		"for the buyer, yet closed": func(r *interchange.TaobaoRefund) { r.Status, r.CS = "CLOSED", 8 },
	} {
		bent := good
		bend(&bent)
		_, _, err := interchange.FromTaobao(bent)
		var unmapped *interchange.UnmappedError
		require.True(t, errors.As(err, &unmapped), name)
		require.NotEmpty(t, unmapped.What)
	}
}

// What Taobao shows of a case says the same after the way there and back: nothing but detail that Taobao does not
// have is lost, and that only once.
func TestThereAndBackIsTheSame(t *testing.T) {
	rows := interchange.TaobaoRows()
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SampledFrom(rows).Draw(t, "row")
		state := interchange.CaseState{
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Phase: rapid.SampledFrom(phases).Draw(t, "phase"), Stage: row.Stage, Outcome: row.Outcome,
			WaitingFor: row.WaitingFor, Revision: rapid.Int64Range(0, 1<<62).Draw(t, "revision"),
			Received: rapid.Bool().Draw(t, "received"), Returned: rapid.Bool().Draw(t, "returned"), Reviewed: rapid.Bool().Draw(t, "reviewed"),
		}
		if state.Kind == policy.Complaint {
			state.Root = rapid.SampledFrom(kinds[:5]).Draw(t, "root")
		}
		there, err := interchange.ToTaobao(state)
		if err != nil {
			require.Equal(t, contract.RefusedOpening, row.Outcome)
			return
		}
		ours, _, err := interchange.FromTaobao(there)
		require.NoError(t, err)
		require.Equal(t, state.Revision, ours.Revision)
		require.Equal(t, state.Phase, ours.Phase)
		require.Equal(t, state.Stage == contract.StageEnded, ours.Stage == contract.StageEnded, "an open case stays open, an ended one ended")
		again, err := interchange.ToTaobao(ours)
		require.NoError(t, err)
		require.Equal(t, there, again)
	})
}

func TestAnOldVersionIsStale(t *testing.T) {
	three, two := int64(3), int64(2)
	require.NoError(t, interchange.CheckTaobaoVersion(nil, 3))
	require.NoError(t, interchange.CheckTaobaoVersion(&three, 3))
	for _, named := range []*int64{&two, new(int64)} {
		require.ErrorIs(t, interchange.CheckTaobaoVersion(named, 3), fault.New(fault.StaleRevision))
	}
}
