package policy_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/calendar"
	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
)

// quoted is 60.00 and 40.00 for two units and one, with 10.00 of freight.
func quoted() policy.Quote {
	return policy.Quote{
		Currency: "CNY", Freight: 1000, Total: 11000,
		Lines: []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: 6000}, {LineID: "l2", Quantity: 1, Amount: 4000}},
		Formula: []policy.FormulaLine{
			{Label: "paid_for_units", Line: "l1", Amount: 6000, Rule: policy.RuleReallyPaid},
			{Label: "paid_for_units", Line: "l2", Amount: 4000, Rule: policy.RuleReallyPaid},
			{Label: "freight_out", Amount: 1000, Rule: policy.RuleFreightOut},
		},
	}
}

func TestPartialForADifference(t *testing.T) {
	terms := policy.Terms{Quote: quoted(), Partial: map[policy.Difference]policy.PartialRule{
		policy.EmptyBox:   {Percent: 0, Rule: "empty"},
		policy.UsedItem:   {Percent: 50, Rule: "used"},
		policy.ShortCount: {Percent: 100, Rule: "short"},
	}}
	for _, c := range []struct {
		d       policy.Difference
		missing int
		want    money.Amount
	}{
		{policy.EmptyBox, 0, 0},
		{policy.UsedItem, 0, 5500},
		{policy.UsedItem, 2, 5500}, // missing units matter only when units are missing
		{policy.ShortCount, 1, 7333},
		{policy.ShortCount, 3, 0},
		{policy.ShortCount, 9, 0},
		{policy.ShortCount, 0, 11000},
		{policy.WrongItem, 0, 0}, // no rule in these terms: nothing is offered
	} {
		q := policy.Partial(terms, c.d, c.missing)
		sums2(t, q)
		require.Equal(t, c.want, q.Total, c)
		last := q.Formula[len(q.Formula)-1]
		require.Equal(t, "difference_"+string(c.d), last.Label)
		require.Equal(t, c.want-11000, last.Amount)
	}
	require.Equal(t, quoted(), terms.Quote, "the terms keep their quote")
}

// sums2 checks the sums of quotes whose rules may be nameless, as in terms without a row.
func sums2(t *testing.T, q policy.Quote) {
	t.Helper()
	var formula, lines money.Amount
	for _, step := range q.Formula {
		formula += step.Amount
	}
	for _, line := range q.Lines {
		lines += line.Amount
	}
	require.Equal(t, q.Total, formula)
	require.Equal(t, q.Total, lines+q.Freight)
}

func TestRepriceToAnAgreedAmount(t *testing.T) {
	q := policy.Reprice(quoted(), 5501)
	sums(t, q)
	require.EqualValues(t, 5501, q.Total)
	require.EqualValues(t, -5499, step(t, q, "agreed_amount"))
	require.EqualValues(t, 3000, q.Lines[0].Amount)
	require.EqualValues(t, 11000, policy.Reprice(quoted(), 99999).Total, "never above the formula")
	require.EqualValues(t, 0, policy.Reprice(quoted(), -1).Total)
}

func TestApprovalsByAmountAndDispute(t *testing.T) {
	terms := policy.Terms{Approval: policy.ApprovalTerms{AutomaticBelow: 100000, AutomaticRule: "small", AgentBelow: 50000, SecondAbove: 500000}}
	for _, c := range []struct {
		amount   money.Amount
		disputed bool
		want     policy.ApprovalNeed
	}{
		{100000, false, policy.ApprovalNeed{Needed: 0, Rule: "small"}},
		{100001, false, policy.ApprovalNeed{Needed: 1, Rule: policy.RuleOnePerson}},
		{500000, false, policy.ApprovalNeed{Needed: 1, Rule: policy.RuleOnePerson}},
		{500001, false, policy.ApprovalNeed{Needed: 2, Rule: policy.RuleTwoPeople}},
		{50000, true, policy.ApprovalNeed{Needed: 0, Rule: policy.RuleAgentAlone}},
		{80000, true, policy.ApprovalNeed{Needed: 1, Rule: policy.RuleOnePerson}},
		{500001, true, policy.ApprovalNeed{Needed: 2, Rule: policy.RuleTwoPeople}},
	} {
		require.Equal(t, c.want, policy.Approvals(terms, c.amount, c.disputed), c)
	}
	require.Equal(t, 1, policy.Approvals(policy.Terms{}, 1, false).Needed, "without limits every refund needs a person")
}

// Scenarios 26 and 27 at the level of rules.
func TestScenario26_And27_WhoMayApprove(t *testing.T) {
	one, two := policy.ApprovalNeed{Needed: 1}, policy.ApprovalNeed{Needed: 2}
	code := func(f *fault.Fault) fault.Code {
		if f == nil {
			return ""
		}
		return f.Code
	}
	require.Equal(t, fault.ApprovalLimit, code(policy.MayApprove(one, 80000, 50000, "agent", "other", nil)))
	require.Equal(t, "500.00", policy.MayApprove(one, 80000, 50000, "agent", "other", nil).Details["limit"])
	require.Empty(t, code(policy.MayApprove(one, 80000, 100000, "supervisor", "agent", nil)))
	require.Empty(t, code(policy.MayApprove(one, 80000, 80000, "supervisor", "agent", nil)))
	require.Equal(t, fault.OwnApproval, code(policy.MayApprove(one, 1, math.MaxInt64, "agent", "agent", nil)))
	require.Equal(t, fault.ApprovalTwice, code(policy.MayApprove(two, 1, math.MaxInt64, "a", "p", []string{"a"})))
	require.Empty(t, code(policy.MayApprove(two, 1, math.MaxInt64, "b", "p", []string{"a"})))
	require.Equal(t, fault.NotNow, code(policy.MayApprove(two, 1, math.MaxInt64, "c", "p", []string{"a", "b"})))
	require.Equal(t, fault.NotNow, code(policy.MayApprove(policy.ApprovalNeed{}, 1, math.MaxInt64, "c", "p", nil)))
}

func TestProposalHashBindsWhatIsDecided(t *testing.T) {
	units := []string{"u2", "u1"}
	base := policy.ProposalHash(units, quoted(), policy.Merchant)
	require.Len(t, base, 64)
	require.Equal(t, []string{"u2", "u1"}, units, "the argument is not sorted in place")

	same := quoted()
	same.Lines[0], same.Lines[1] = same.Lines[1], same.Lines[0]
	same.Formula = nil
	require.Equal(t, base, policy.ProposalHash([]string{"u1", "u2"}, same, policy.Merchant), "order and formula do not matter")

	for name, change := range map[string]func(*policy.Quote){
		"amount of a line": func(q *policy.Quote) { q.Lines[0].Amount-- },
		"units of a line":  func(q *policy.Quote) { q.Lines[0].Quantity-- },
		"freight":          func(q *policy.Quote) { q.Freight-- },
		"total":            func(q *policy.Quote) { q.Total-- },
		"line":             func(q *policy.Quote) { q.Lines[0].LineID = "l3" },
	} {
		q := quoted()
		change(&q)
		require.NotEqual(t, base, policy.ProposalHash(units, q, policy.Merchant), name)
	}
	require.NotEqual(t, base, policy.ProposalHash(units, quoted(), policy.Customer))
	require.NotEqual(t, base, policy.ProposalHash([]string{"u1"}, quoted(), policy.Merchant))
	require.NotEqual(t, policy.ProposalHash([]string{"a b"}, quoted(), ""), policy.ProposalHash([]string{"a", "b"}, quoted(), ""))
	require.NotEqual(t, policy.ProposalHash([]string{`a" "b`}, quoted(), ""), policy.ProposalHash([]string{"a", "b"}, quoted(), ""))
}

// Scenario 11 at the level of rules: 0.1 kg against 1.2 kg.
func TestScenario11_TooLight(t *testing.T) {
	terms := policy.Terms{Limits: policy.Limits{MinWeightPercent: 50}}
	f := policy.Facts{Lines: []policy.LineFacts{{WeightGrams: 400, Chosen: 3}, {WeightGrams: 900}}}
	require.Equal(t, 1200, policy.ExpectedGrams(f))
	require.False(t, policy.CheckWeight(terms, 1200, 100))
	require.False(t, policy.CheckWeight(terms, 1200, 599))
	require.True(t, policy.CheckWeight(terms, 1200, 600))
	require.True(t, policy.CheckWeight(terms, 1200, 5000))
	require.True(t, policy.CheckWeight(terms, 1200, 0), "nobody measured it")
	require.True(t, policy.CheckWeight(terms, 0, 100), "nobody knows what it should weigh")
}

func TestMerchantExtendsOnceAndNotTooLong(t *testing.T) {
	terms := policy.Terms{Limits: policy.Limits{MerchantExtension: 72 * time.Hour}}
	require.Nil(t, policy.MayExtend(terms, 72*time.Hour, false))
	require.Equal(t, fault.ExtensionTwice, policy.MayExtend(terms, time.Hour, true).Code)
	long := policy.MayExtend(terms, 73*time.Hour, false)
	require.Equal(t, fault.ExtensionTooLong, long.Code)
	require.Contains(t, long.Text("en"), "72 h")
	require.Equal(t, fault.BadRequest, policy.MayExtend(terms, 0, false).Code)
	terms.Limits.MerchantExtension = 20 * time.Second
	require.Contains(t, policy.MayExtend(terms, time.Minute, false).Text("zh-CN"), "20 s")
}

func TestApportionOnEachRail(t *testing.T) {
	legs := policy.Apportion(policy.Quote{Total: 5000}, []policy.Tender{
		{ID: "t1", Rail: "alipay", Kind: "cash", Captured: 7000},
		{ID: "t2", Rail: "points", Kind: "points", Captured: 3000},
		{ID: "t3", Rail: "coupon", Kind: "coupon", Captured: 1000, Refunded: 1000},
	})
	require.Equal(t, []policy.Leg{
		{TenderID: "t1", Rail: "alipay", Kind: "cash", Amount: 3500},
		{TenderID: "t2", Rail: "points", Kind: "points", Amount: 1500},
	}, legs)
	require.Empty(t, policy.Apportion(policy.Quote{}, []policy.Tender{{ID: "t1", Captured: 100}}))
	require.Empty(t, policy.Apportion(policy.Quote{Total: 100}, nil))
}

func TestDueAtByClock(t *testing.T) {
	terms := policy.Terms{
		Calendar: calendar.Calendar{Zone: "+08:00", Windows: []calendar.Window{{From: 540, To: 1080}}, WorkDays: []int{1, 2, 3, 4, 5}},
		Deadlines: map[policy.Step]policy.Deadline{
			policy.StepOffer:  {For: 4 * time.Hour},
			policy.StepReview: {For: 4 * time.Hour, Clock: policy.WorkingTime},
			policy.StepLost:   {For: 48 * time.Hour, Clock: policy.WorkingDays},
		},
	}
	from := time.Date(2026, 3, 2, 6, 1, 0, 0, time.UTC) // Monday 14:01 in China
	require.Equal(t, from.Add(4*time.Hour), terms.DueAt(policy.StepOffer, from))
	require.Equal(t, time.Date(2026, 3, 3, 1, 1, 0, 0, time.UTC), terms.DueAt(policy.StepReview, from), "next day 09:01")
	require.Equal(t, time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC), terms.DueAt(policy.StepLost, from), "end of Wednesday")
	_, ok := terms.Deadline(policy.StepRefused)
	require.False(t, ok)
}

func TestFormulaTextsInBothLanguages(t *testing.T) {
	labels := []string{
		"paid_for_units", "refunded_before", "bundle_paid", "bundle_kept", "bundle_settled_before", "gift_kept",
		"free_shipping_lost", "freight_out", "never_negative", "order_left", "agreed_amount", "other_lines",
	}
	for _, d := range policy.Differences() {
		labels = append(labels, "difference_"+string(d))
	}
	for _, label := range labels {
		for _, line := range []string{"", "l1"} {
			step := policy.FormulaLine{Label: label, Line: line}
			zh, en := policy.FormulaText(step, "zh-CN"), policy.FormulaText(step, "en")
			require.NotEqual(t, label, zh)
			require.NotEqual(t, label, en)
			require.NotEqual(t, zh, en)
			require.False(t, strings.ContainsAny(zh+en, "{}"), zh+en)
		}
	}
	require.Contains(t, policy.FormulaText(policy.FormulaLine{Label: "gift_kept", Line: "g1"}, "zh"), "g1")
	require.Equal(t, "new_label", policy.FormulaText(policy.FormulaLine{Label: "new_label"}, "en"))
}
