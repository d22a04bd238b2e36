package worker_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	sdk "go.temporal.io/sdk/client"

	"aftersales/activities"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy/pack"
	"aftersales/testkit"
	"aftersales/worker"
	"aftersales/workflows/client"
	"aftersales/workflows/codec"
	"aftersales/workflows/contract"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is everything between the API and the partners, on a real engine: service, client, worker, database.
type world struct {
	*cases.Service
	t      *testing.T
	store  *models.Store
	engine *client.Engine
	hands  *activities.Activities
	queue  string
	server *testkit.TemporalServer
	stop   func()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	dsn := schema(t)
	opts := models.Options{CreateMasterKey: true}
	require.NoError(t, models.Migrate(ctx, dsn, opts))
	store, err := models.Open(ctx, dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	packs := cases.Packs{Store: store, Loaded: pack.NewRegistry()}
	require.NoError(t, packs.Keep(ctx, rules))

	server := testkit.Temporal(t, map[string]enums.IndexedValueType{
		contract.AttributeKind: enums.INDEXED_VALUE_TYPE_KEYWORD, contract.AttributeMerchant: enums.INDEXED_VALUE_TYPE_KEYWORD,
	})
	w := &world{t: t, store: store, queue: "queue-" + models.NewID(), server: server}
	w.engine, err = client.Dial(client.Options{
		Address: server.Address, Namespace: server.Namespace, TaskQueue: w.queue,
		Seal: func(o *sdk.Options) { codec.Options(store.Keys, o) },
	})
	require.NoError(t, err)
	t.Cleanup(w.engine.Close)
	w.hands = &activities.Activities{
		Store: store, Rules: &cases.Evaluator{Packs: packs}, Packs: packs, Bot: quietBot{}, Carrier: silentCarrier{},
		Rails: map[partners.Rail]partners.Payments{partners.RailAlipay: freeRail{}}, Engine: w.engine,
	}
	w.Service = &cases.Service{Store: store, Engine: w.engine, Packs: packs, Chosen: cases.Always(rules.Hash()), Carriers: anyCarrier{}}
	w.work()
	t.Cleanup(func() { w.stop() })

	_, err = store.CreateCustomer(ctx, models.NewCustomer{ID: "cus", Name: "王小明", Lang: "zh-CN", Level: "good", CreatedAt: now()})
	require.NoError(t, err)
	_, err = store.CreateCustomer(ctx, models.NewCustomer{ID: "other", Name: "别人", Lang: "zh-CN", Level: "good", CreatedAt: now()})
	require.NoError(t, err)
	_, err = store.CreateMerchant(ctx, models.NewMerchant{ID: "mer", Name: "好店", Level: "good", CreatedAt: now()})
	require.NoError(t, err)
	return w
}

// work starts a worker; stop ends it.
func (w *world) work() {
	w.t.Helper()
	hands := worker.New(w.engine.Client, w.hands, worker.Options{TaskQueue: w.queue, StopTimeout: time.Second})
	require.NoError(w.t, hands.Start())
	w.stop = hands.Stop
}

func (w *world) order(id string, quantity int) {
	w.t.Helper()
	signed := now().Add(-24 * time.Hour)
	paid := money.Amount(quantity) * 3000
	_, err := w.store.UpsertOrder(w.t.Context(), models.OrderInput{
		ID: id, Version: 1, CustomerID: "cus", MerchantID: "mer", Currency: money.CNY, PaidAt: now().Add(-48 * time.Hour),
		ShippedAt: &signed, SignedAt: &signed, Recipient: `{"city":"北京市"}`,
		Lines:   []models.OrderLineInput{{ID: id + "-l1", ProductID: "p", VariantID: "v", Title: "台灯", Category: "home", Quantity: quantity, UnitPrice: 3000, Paid: paid, WeightGrams: 600}},
		Tenders: []models.TenderInput{{ID: id + "-t1", Rail: "alipay", Ref: "ref-" + id, Captured: paid, CapturedAt: now().Add(-48 * time.Hour)}},
	})
	require.NoError(w.t, err)
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

var (
	customer = contract.Actor{Kind: contract.Customer, ID: "cus"}
	merchant = contract.Actor{Kind: contract.Merchant, ID: "staff", Merchant: "mer"}
)

func opening(order, key string, quantity int) cases.OpenRequest {
	return cases.OpenRequest{
		Actor: customer, Key: key, ReceivedAt: now(), Kind: "return", OrderID: order, Reason: "no_reason", Lang: "zh-CN",
		Lines: []contract.ChosenLine{{LineID: order + "-l1", Quantity: quantity}},
	}
}

func meta(actor contract.Actor, key string) contract.Meta {
	return contract.Meta{Actor: actor, Key: key, ReceivedAt: now()}
}

// The partners of a world that does not test partners.
type (
	quietBot      struct{}
	anyCarrier    struct{}
	silentCarrier struct{ noNotices }
	freeRail      struct{ noNotices }
	noNotices     struct{}
)

func (quietBot) Next(context.Context, activities.Form) (*contract.Question, error) { return nil, nil }
func (quietBot) Read(context.Context, activities.Form, activities.Reply) (activities.Reading, error) {
	return activities.Reading{}, nil
}

func (anyCarrier) Codes() []string                   { return []string{"sf"} }
func (anyCarrier) Known(carrier string) bool         { return carrier == "sf" }
func (anyCarrier) Valid(carrier, number string) bool { return partners.ValidWaybill(carrier, number) }

func (noNotices) ReadNotice(http.Header, []byte) (partners.Notice, error) {
	return partners.Notice{}, errors.New("none")
}
func (noNotices) Acknowledge() (string, []byte) { return "", nil }

func (silentCarrier) Carriers() map[string]string { return map[string]string{"sf": "顺丰"} }
func (silentCarrier) Subscribe(context.Context, partners.Waybill, string) error {
	return nil
}
func (silentCarrier) Query(_ context.Context, waybill partners.Waybill, _ string) (partners.Track, error) {
	return partners.Track{Waybill: waybill, State: partners.TrackNone}, nil
}
func (silentCarrier) BookPickup(_ context.Context, request partners.PickupRequest) (partners.Pickup, error) {
	return partners.Pickup{Key: request.Key}, nil
}
func (silentCarrier) FindPickup(context.Context, string) (partners.Pickup, bool, error) {
	return partners.Pickup{}, false, nil
}
func (silentCarrier) CancelPickup(context.Context, string, string, string) error { return nil }
func (silentCarrier) Intercept(context.Context, partners.Waybill, string) error  { return nil }

func (freeRail) Rail() partners.Rail         { return partners.RailAlipay }
func (freeRail) Limits() partners.RailLimits { return partners.RailLimits{} }
func (freeRail) Refund(_ context.Context, r partners.RefundRequest) (partners.Refund, error) {
	return partners.Refund{Key: r.Key, PaymentRef: r.PaymentRef, State: partners.RefundSucceeded, Amount: r.Amount, At: now()}, nil
}
func (freeRail) FindRefund(_ context.Context, key, ref string) (partners.Refund, error) {
	return partners.Refund{Key: key, PaymentRef: ref, State: partners.RefundNotFound}, nil
}
func (freeRail) Bill(context.Context, time.Time) ([]partners.Refund, error) { return nil, nil }

func workflowOf(t *testing.T, w *world, caseID string) string {
	t.Helper()
	row, err := w.store.Case(t.Context(), caseID)
	require.NoError(t, err, fmt.Sprint("case ", caseID))
	return row.WorkflowID
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
