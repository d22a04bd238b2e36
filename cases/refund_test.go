package cases_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

var midday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// desk is a service over a database with two shops, and an engine that notes what it is asked.
type desk struct {
	*cases.Service
	started []contract.Start
}

func (d *desk) Open(_ context.Context, _ string, start contract.Start, _ string, _ contract.Actor) (contract.Ack, error) {
	d.started = append(d.started, start)
	return contract.Ack{CaseID: start.CaseID}, nil
}
func (d *desk) Do(context.Context, string, contract.Command) (contract.Ack, error) {
	return contract.Ack{}, nil
}
func (d *desk) MoveDeadlines(context.Context, string) error { return nil }

type anyCarrier struct{}

func (anyCarrier) Known(string) bool         { return true }
func (anyCarrier) Codes() []string           { return nil }
func (anyCarrier) Valid(string, string) bool { return true }

func newDesk(t *testing.T) *desk {
	t.Helper()
	ctx := t.Context()
	dsn, opts := filepath.Join(t.TempDir(), "aftersales.db"), models.Options{CreateMasterKey: true}
	require.NoError(t, models.Migrate(ctx, dsn, opts))
	store, err := models.Open(ctx, dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	packs := cases.Packs{Store: store, Loaded: pack.NewRegistry()}
	require.NoError(t, packs.Keep(ctx, rules))
	_, err = store.CreateCustomer(ctx, models.NewCustomer{ID: "cus", Name: "王小明", Lang: "zh-CN", Level: "good", CreatedAt: midday})
	require.NoError(t, err)
	for _, id := range []string{"shop", "other"} {
		_, err = store.CreateMerchant(ctx, models.NewMerchant{ID: id, Name: id, Level: "good", CreatedAt: midday})
		require.NoError(t, err)
	}
	for kind, id := range map[string]string{"merchant": "clerk", "agent": "ann"} {
		staff := models.NewStaff{ID: id, Role: kind, Name: id, CreatedAt: midday}
		if kind == "merchant" {
			staff.MerchantID = "shop"
		}
		_, err = store.CreateStaff(ctx, staff)
		require.NoError(t, err)
	}
	place, err := json.Marshal(map[string]string{"name": "王小明"})
	require.NoError(t, err)
	_, err = store.UpsertOrder(ctx, models.OrderInput{
		ID: "o", Version: 1, CustomerID: "cus", MerchantID: "shop", Currency: money.CNY, PaidAt: midday, Recipient: string(place),
		Lines:   []models.OrderLineInput{{ID: "l1", ProductID: "p", VariantID: "v", Title: "灯", Category: "home", Quantity: 2, UnitPrice: 5000, Paid: 10000}},
		Tenders: []models.TenderInput{{ID: "t", Rail: "alipay", Ref: "r", Captured: 10000, CapturedAt: midday}},
	})
	require.NoError(t, err)
	d := &desk{}
	d.Service = &cases.Service{Store: store, Engine: d, Packs: packs, PackHash: rules.Hash(), Carriers: anyCarrier{}}
	return d
}

var (
	kim   = contract.Actor{Kind: contract.Customer, ID: "cus"}
	clerk = contract.Actor{Kind: contract.Merchant, ID: "clerk", Merchant: "shop"}
	rival = contract.Actor{Kind: contract.Merchant, ID: "rival", Merchant: "other"}
	ann   = contract.Actor{Kind: contract.Agent, ID: "ann", Limit: 50000}
	otto  = contract.Actor{Kind: contract.Operator, ID: "otto"}
)

func code(t *testing.T, err error) fault.Code {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "a fault was expected, got %v", err)
	return f.Code
}

func give(by contract.Actor, key string, amount money.Amount) cases.GoodwillRequest {
	return cases.GoodwillRequest{
		Meta: contract.Meta{Actor: by, Key: key, ReceivedAt: midday}, OrderID: "o", Amount: amount, Lang: "zh-CN", Text: "抱歉",
		Lines: []contract.ChosenLine{{LineID: "l1", Quantity: 1}},
	}
}

func TestWhoMayGive(t *testing.T) {
	d := newDesk(t)
	for _, by := range []contract.Actor{kim, otto} {
		_, err := d.OpenGoodwill(t.Context(), give(by, "k", 100))
		require.Equal(t, fault.Forbidden, code(t, err))
	}
	_, err := d.OpenGoodwill(t.Context(), give(rival, "k", 100))
	require.Equal(t, fault.OrderUnknown, code(t, err), "another shop's order does not exist for them")
	_, err = d.OpenGoodwill(t.Context(), give(clerk, "k", -1))
	require.Equal(t, fault.AmountInvalid, code(t, err))
	require.Empty(t, d.started)

	mine, err := d.OpenGoodwill(t.Context(), give(clerk, "k", 100))
	require.NoError(t, err)
	again, err := d.OpenGoodwill(t.Context(), give(clerk, "k", 100))
	require.NoError(t, err)
	require.Equal(t, mine.CaseID, again.CaseID, "the same request names the same case")
	theirs, err := d.OpenGoodwill(t.Context(), give(ann, "k", 100))
	require.NoError(t, err)
	require.NotEqual(t, mine.CaseID, theirs.CaseID, "another person's key is another request")
	next, err := d.OpenGoodwill(t.Context(), give(clerk, "k2", 100))
	require.NoError(t, err)
	require.NotEqual(t, mine.CaseID, next.CaseID, "it may be given again")
	first := d.started[0]
	require.Equal(t, policy.RefundOnly, first.Kind)
	require.Equal(t, "cus", first.CustomerID)
	require.Equal(t, "clerk", first.By.ID)
	require.Equal(t, money.Amount(100), first.Asked)
	require.Equal(t, cases.ReasonGoodwill, first.Reason)
}

func TestRefundOnlyIsAskedFor(t *testing.T) {
	d := newDesk(t)
	ask := cases.OpenRequest{
		Actor: kim, Key: "k", ReceivedAt: midday, Kind: policy.RefundOnly, OrderID: "o", Lines: []contract.ChosenLine{{LineID: "l1", Quantity: 1}}, Asked: 3000,
	}
	_, err := d.Service.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, money.Amount(3000), d.started[0].Asked)
	require.Nil(t, d.started[0].By)
	ask.Kind = policy.Return
	_, err = d.Service.Open(t.Context(), ask)
	require.Equal(t, fault.BadRequest, code(t, err), "a return gives back what it gives back")
	ask.Kind, ask.Asked = policy.RefundOnly, -1
	_, err = d.Service.Open(t.Context(), ask)
	require.Equal(t, fault.AmountInvalid, code(t, err))
}

func TestWhoMaySetAShopsRules(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	rules := []cases.MerchantRule{
		{Name: "small_amounts", Kinds: []policy.Kind{policy.RefundOnly}, Below: 5000, Enabled: true},
		{Name: "wrong_size", Reasons: []string{"wrong_size"}, Below: 20000, Enabled: false},
	}
	for _, by := range []contract.Actor{kim, ann, otto, {Kind: contract.Merchant, ID: "nobody"}} {
		_, err := d.SetMerchantRules(ctx, by, midday, rules)
		require.Equal(t, fault.Forbidden, code(t, err), "nobody gives away another's money")
	}
	set, err := d.SetMerchantRules(ctx, clerk, midday, rules)
	require.NoError(t, err)
	require.Len(t, set, 2)
	require.Equal(t, "clerk", set[0].SetBy)
	read, err := d.MerchantRules(ctx, ann, "shop")
	require.NoError(t, err)
	require.Equal(t, set, read)
	theirs, err := d.MerchantRules(ctx, rival, "shop")
	require.NoError(t, err)
	require.Empty(t, theirs, "a shop reads its own")
	_, err = d.MerchantRules(ctx, kim, "shop")
	require.Equal(t, fault.Forbidden, code(t, err))

	for _, bad := range []cases.MerchantRule{
		{Name: "Bad Name", Below: 1}, {Name: "a", Below: 0}, {Name: "a", Below: 1, Kinds: []policy.Kind{"barter"}}, {Name: "a", Below: 1, Give: "everything"},
		{Name: "a", Below: 1, Reasons: []string{"whim"}},
	} {
		_, err := d.SetMerchantRules(ctx, clerk, midday, []cases.MerchantRule{bad})
		require.Contains(t, []fault.Code{fault.BadRequest, fault.AmountInvalid, fault.ReasonUnknown}, code(t, err))
	}
	_, err = d.SetMerchantRules(ctx, clerk, midday, []cases.MerchantRule{{Name: "a", Below: 1}, {Name: "a", Below: 2}})
	require.Equal(t, fault.BadRequest, code(t, err))
	read, err = d.MerchantRules(ctx, clerk, "")
	require.NoError(t, err)
	require.Equal(t, set, read, "what was refused changed nothing")

	_, err = d.SetMerchantRules(ctx, clerk, midday, nil)
	require.NoError(t, err)
	read, err = d.MerchantRules(ctx, clerk, "")
	require.NoError(t, err)
	require.Empty(t, read)
}

// A shop's rules that are switched on, and the standing of both sides, are facts of its cases.
func TestRulesAndStandingAreFacts(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	_, err := d.SetMerchantRules(ctx, clerk, midday, []cases.MerchantRule{
		{Name: "small_amounts", Kinds: []policy.Kind{policy.RefundOnly}, Below: 5000, Enabled: true}, {Name: "off", Below: 5000},
	})
	require.NoError(t, err)
	evaluator := &cases.Evaluator{Packs: d.Packs}
	facts, _, err := evaluator.Evaluate(ctx, d.Store, contract.EvaluateInput{
		Start: contract.Start{
			CaseID: "c", Kind: policy.RefundOnly, CustomerID: "cus", MerchantID: "shop", OrderID: "o", PackHash: d.PackHash, At: midday,
			Lines: []contract.ChosenLine{{LineID: "l1", Quantity: 1}}, Asked: 3000, By: &clerk,
		}, Phase: policy.OnSale, N: 1, At: midday,
	}, false)
	require.NoError(t, err)
	require.Equal(t, []policy.MerchantRule{{Kinds: []policy.Kind{policy.RefundOnly}, Reasons: []string{}, Below: 5000, Rule: "small_amounts"}}, facts.Rules)
	require.Equal(t, policy.Merchant, facts.OpenedBy)
	require.Equal(t, money.Amount(3000), facts.Asked)
	require.Equal(t, "good", facts.Customer.Level)
	require.NotEmpty(t, facts.Customer.Reasons)
}
