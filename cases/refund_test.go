package cases_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

func code(t *testing.T, err error) fault.Code {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "a fault was expected, got %v", err)
	return f.Code
}

func give(by contract.Actor, key string, amount money.Amount) cases.GoodwillRequest {
	return cases.GoodwillRequest{
		Meta: contract.Meta{Actor: by, Key: key, ReceivedAt: noon}, OrderID: "o", Amount: amount, Lang: "zh-CN", Text: "抱歉",
		Lines: []contract.ChosenLine{{LineID: "o-cup", Quantity: 1}},
	}
}

func TestWhoMayGive(t *testing.T) {
	d := newWorld(t)
	for _, by := range []contract.Actor{kim, operator} {
		_, err := d.OpenGoodwill(t.Context(), give(by, "k", 100))
		require.Equal(t, fault.Forbidden, code(t, err))
	}
	_, err := d.OpenGoodwill(t.Context(), give(rival, "k", 100))
	require.Equal(t, fault.OrderUnknown, code(t, err), "another shop's order does not exist for them")
	_, err = d.OpenGoodwill(t.Context(), give(clerk, "k", -1))
	require.Equal(t, fault.AmountInvalid, code(t, err))
	require.Empty(t, d.engine.opened)

	mine, err := d.OpenGoodwill(t.Context(), give(clerk, "k", 100))
	require.NoError(t, err)
	again, err := d.OpenGoodwill(t.Context(), give(clerk, "k", 100))
	require.NoError(t, err)
	require.Equal(t, mine.CaseID, again.CaseID, "the same request names the same case")
	theirs, err := d.OpenGoodwill(t.Context(), give(agent, "k", 100))
	require.NoError(t, err)
	require.NotEqual(t, mine.CaseID, theirs.CaseID, "another person's key is another request")
	next, err := d.OpenGoodwill(t.Context(), give(clerk, "k2", 100))
	require.NoError(t, err)
	require.NotEqual(t, mine.CaseID, next.CaseID, "it may be given again")
	first := d.engine.opened[0]
	require.Equal(t, policy.RefundOnly, first.Kind)
	require.Equal(t, "kim", first.CustomerID)
	require.Equal(t, "st-1", first.By.ID)
	require.Equal(t, money.Amount(100), first.Asked)
	require.Equal(t, cases.ReasonGoodwill, first.Reason)
}

func TestRefundOnlyIsAskedFor(t *testing.T) {
	d := newWorld(t)
	ask := cases.OpenRequest{
		Actor: kim, Key: "k", ReceivedAt: noon, Kind: policy.RefundOnly, OrderID: "o", Lines: []contract.ChosenLine{{LineID: "o-cup", Quantity: 1}}, Asked: 3000,
	}
	_, err := d.Service.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, money.Amount(3000), d.engine.opened[0].Asked)
	require.Nil(t, d.engine.opened[0].By)
	ask.Kind = policy.Return
	_, err = d.Service.Open(t.Context(), ask)
	require.Equal(t, fault.BadRequest, code(t, err), "a return gives back what it gives back")
	ask.Kind, ask.Asked = policy.RefundOnly, -1
	_, err = d.Service.Open(t.Context(), ask)
	require.Equal(t, fault.AmountInvalid, code(t, err))
}

func TestWhoMaySetAShopsRules(t *testing.T) {
	d := newWorld(t)
	ctx := t.Context()
	rules := []cases.MerchantRule{
		{Name: "small_amounts", Kinds: []policy.Kind{policy.RefundOnly}, Below: 5000, Enabled: true},
		{Name: "wrong_size", Reasons: []string{"wrong_size"}, Below: 20000, Enabled: false},
	}
	for _, by := range []contract.Actor{kim, agent, operator, homeless} {
		_, err := d.SetMerchantRules(ctx, by, noon, nil, rules)
		require.Equal(t, fault.Forbidden, code(t, err), "nobody gives away another's money")
	}
	set, err := d.SetMerchantRules(ctx, clerk, noon, nil, rules)
	require.NoError(t, err)
	require.Len(t, set.Rules, 2)
	require.Equal(t, "st-1", set.Rules[0].SetBy)
	require.EqualValues(t, 1, set.Revision)
	read, err := d.MerchantRules(ctx, agent, "shop")
	require.NoError(t, err)
	require.Equal(t, set, read)
	theirs, err := d.MerchantRules(ctx, rival, "shop")
	require.NoError(t, err)
	require.Empty(t, theirs.Rules, "a shop reads its own")
	_, err = d.MerchantRules(ctx, kim, "shop")
	require.Equal(t, fault.Forbidden, code(t, err))

	for _, bad := range []cases.MerchantRule{
		{Name: "Bad Name", Below: 1}, {Name: "a", Below: 0}, {Name: "a", Below: 1, Kinds: []policy.Kind{"barter"}}, {Name: "a", Below: 1, Give: "everything"},
		{Name: "a", Below: 1, Reasons: []string{"whim"}},
	} {
		_, err := d.SetMerchantRules(ctx, clerk, noon, nil, []cases.MerchantRule{bad})
		require.Contains(t, []fault.Code{fault.BadRequest, fault.AmountInvalid, fault.ReasonUnknown}, code(t, err))
	}
	_, err = d.SetMerchantRules(ctx, clerk, noon, nil, []cases.MerchantRule{{Name: "a", Below: 1}, {Name: "a", Below: 2}})
	require.Equal(t, fault.BadRequest, code(t, err))
	read, err = d.MerchantRules(ctx, clerk, "")
	require.NoError(t, err)
	require.Equal(t, set, read, "what was refused changed nothing")

	_, err = d.SetMerchantRules(ctx, clerk, noon, nil, nil)
	require.NoError(t, err)
	read, err = d.MerchantRules(ctx, clerk, "")
	require.NoError(t, err)
	require.Empty(t, read.Rules)
}

// Of two owners who change the rules at once the second is told, and what the first did stands.
func TestTwoOwnersDoNotOverwriteEachOther(t *testing.T) {
	d := newWorld(t)
	ctx := t.Context()
	seen := int64(0)
	first := []cases.MerchantRule{{Name: "small", Below: 5000, Enabled: true}}
	set, err := d.SetMerchantRules(ctx, clerk, noon, &seen, first)
	require.NoError(t, err)
	require.EqualValues(t, 1, set.Revision)
	_, err = d.SetMerchantRules(ctx, clerk, noon, &seen, []cases.MerchantRule{{Name: "large", Below: 9000}})
	require.Equal(t, fault.StaleRevision, code(t, err))
	require.EqualValues(t, 1, fault.As(err).Details["current"])
	read, err := d.MerchantRules(ctx, clerk, "")
	require.NoError(t, err)
	require.Equal(t, set, read)
	set, err = d.SetMerchantRules(ctx, clerk, noon, &read.Revision, append(first, cases.MerchantRule{Name: "large", Below: 9000}))
	require.NoError(t, err)
	require.EqualValues(t, 2, set.Revision)
	require.Len(t, set.Rules, 2)
}

// A shop's rules that are switched on, and the standing of both sides, are facts of its cases.
func TestRulesAndStandingAreFacts(t *testing.T) {
	d := newWorld(t)
	ctx := t.Context()
	_, err := d.SetMerchantRules(ctx, clerk, noon, nil, []cases.MerchantRule{
		{Name: "small_amounts", Kinds: []policy.Kind{policy.RefundOnly}, Below: 5000, Enabled: true}, {Name: "off", Below: 5000},
	})
	require.NoError(t, err)
	hash, err := d.Chosen.Hash(ctx)
	require.NoError(t, err)
	rules, err := d.Packs.Get(ctx, hash)
	require.NoError(t, err)
	require.NoError(t, d.Packs.Keep(ctx, rules))
	evaluator := &cases.Evaluator{Packs: d.Packs}
	facts, _, err := evaluator.Evaluate(ctx, d.Store, contract.EvaluateInput{
		Start: contract.Start{
			CaseID: "c", Kind: policy.RefundOnly, CustomerID: "kim", MerchantID: "shop", OrderID: "o", PackHash: hash, At: noon,
			Lines: []contract.ChosenLine{{LineID: "o-cup", Quantity: 1}}, Asked: 3000, By: &clerk,
		}, Phase: policy.OnSale, N: 1, At: noon,
	}, false)
	require.NoError(t, err)
	require.Equal(t, []policy.MerchantRule{{Kinds: []policy.Kind{policy.RefundOnly}, Reasons: []string{}, Below: 5000, Rule: "small_amounts"}}, facts.Rules)
	require.Equal(t, policy.Merchant, facts.OpenedBy)
	require.Equal(t, money.Amount(3000), facts.Asked)
	require.Equal(t, "normal", facts.Customer.Level)
	require.Equal(t, []string{"set_by_operations"}, facts.Customer.Reasons, "what stands on the row is what operations set")

	require.NoError(t, d.Store.DB.Model(&models.Customer{}).Where("id = ?", "kim").Update("level", "").Error)
	require.NoError(t, d.Store.DB.Model(&models.Merchant{}).Where("id = ?", "shop").Update("level", "").Error)
	standing := func(n int) (customer, merchant policy.StandingFacts) {
		facts, _, err := evaluator.Evaluate(ctx, d.Store, contract.EvaluateInput{Start: contract.Start{
			CaseID: "c", Kind: policy.Return, CustomerID: "kim", MerchantID: "shop", OrderID: "o", PackHash: hash, At: noon,
			Lines: []contract.ChosenLine{{LineID: "o-cup", Quantity: 1}},
		}, Phase: policy.OnSale, N: n, At: noon}, false)
		require.NoError(t, err)
		return facts.Customer, facts.Merchant
	}
	customer, merchant := standing(2)
	require.Equal(t, "good", customer.Level, "nothing speaks against a new customer")
	require.NotEmpty(t, customer.Reasons)
	require.Equal(t, "good", merchant.Level)

	d.put("k1")
	require.NoError(t, d.Store.DB.Create(&models.TimelineEntry{CaseID: "k1", Seq: 1, At: noon, ActorKind: "merchant", ActorID: "st-1", Event: "difference_reported", Data: "{}"}).Error)
	late := noon.Add(time.Minute)
	for i := range 5 {
		id := fmt.Sprint("task", i)
		require.NoError(t, d.Store.DB.Create(&models.Task{
			ID: id, DedupeKey: id, RecipientKind: "merchant", RecipientID: "shop", State: models.TaskDone, DueAt: noon, EndedAt: &late,
			Kind: "merchant_answer", SubjectKind: "case", SubjectID: "k1", CreatedAt: noon,
		}).Error)
	}
	customer, merchant = standing(3)
	require.Equal(t, policy.StandingFacts{Level: "normal", Cases90: 1, Reasons: []string{"house_other_goods_came_back"}}, customer)
	require.Equal(t, "normal", merchant.Level)
	require.Equal(t, []string{"house_late_answers"}, merchant.Reasons)

	for i := range 2 {
		d.put(fmt.Sprint("lost", i), func(c *models.Case) { c.Kind, c.Outcome, c.Open = "complaint", "upheld", false })
	}
	_, merchant = standing(4)
	require.Contains(t, merchant.Reasons, "house_complaints_lost")
}
