package cases_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy/pack"
	"aftersales/testkit"
	"aftersales/workflows/contract"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Two customers, two shops, and the platform's people.
var (
	kim      = contract.Actor{Kind: contract.Customer, ID: "kim"}
	lee      = contract.Actor{Kind: contract.Customer, ID: "lee"}
	clerk    = contract.Actor{Kind: contract.Merchant, ID: "st-1", Merchant: "shop", Owner: true}
	rival    = contract.Actor{Kind: contract.Merchant, ID: "st-2", Merchant: "rival", Owner: true}
	homeless = contract.Actor{Kind: contract.Merchant, ID: "st-3"} // of no shop
	agent    = contract.Actor{Kind: contract.Agent, ID: "st-4", Team: "north"}
	mate     = contract.Actor{Kind: contract.Agent, ID: "st-6", Team: "north"}
	faraway  = contract.Actor{Kind: contract.Agent, ID: "st-7", Team: "south"} // of the team that does not look after the shop
	boss     = contract.Actor{Kind: contract.Supervisor, ID: "st-8", Team: "north", Limit: 100_00}
	farBoss  = contract.Actor{Kind: contract.Supervisor, ID: "st-9", Team: "south", Limit: 100_00}
	editor   = contract.Actor{Kind: contract.Editor, ID: "st-10"}
	bot      = contract.Actor{Kind: contract.Bot, For: "kim"}
	otherBot = contract.Actor{Kind: contract.Bot, For: "lee"}
	operator = contract.Actor{Kind: contract.Operator, ID: "st-5", Limit: 1000_00}
	carrier  = contract.Actor{Kind: contract.Carrier, ID: "sf"}
)

// engine stands for the workflow engine: it notes what it is told and answers what the test says.
type engine struct {
	opened     []contract.Start
	done       []contract.Command
	workflows  []string
	reconciled []string
	fails      error
}

func (e *engine) Open(_ context.Context, _ string, start contract.Start, _ string, _ contract.Actor) (contract.Ack, error) {
	e.opened = append(e.opened, start)
	return contract.Ack{CaseID: start.CaseID, Stage: contract.StageMerchant, Seq: 1}, e.fails
}

func (e *engine) Do(_ context.Context, workflowID string, command contract.Command) (contract.Ack, error) {
	e.done, e.workflows = append(e.done, command), append(e.workflows, workflowID)
	return contract.Ack{Seq: 2, Changed: true}, e.fails
}

func (e *engine) MoveDeadlines(context.Context, string) error { return e.fails }

func (e *engine) Reconcile(_ context.Context, id string, _ contract.ReconcileInput) error {
	e.reconciled = append(e.reconciled, id)
	return e.fails
}

type carriers struct{}

func (carriers) Codes() []string                   { return []string{"sf"} }
func (carriers) Known(carrier string) bool         { return carrier == "sf" }
func (carriers) Valid(carrier, number string) bool { return len(number) == 4 }

// files is a blob store in memory.
type files struct {
	sync.Mutex
	kept map[string][]byte
}

func (f *files) Put(_ context.Context, id string, sealed []byte) error {
	f.Lock()
	defer f.Unlock()
	f.kept[id] = sealed
	return nil
}

func (f *files) Get(_ context.Context, id string) ([]byte, error) {
	f.Lock()
	defer f.Unlock()
	if sealed, ok := f.kept[id]; ok {
		return sealed, nil
	}
	return nil, models.ErrNotFound
}

func (f *files) Delete(_ context.Context, id string) error {
	f.Lock()
	defer f.Unlock()
	delete(f.kept, id)
	return nil
}

type world struct {
	*cases.Service
	t      *testing.T
	engine *engine
	files  *files
}

// newWorld has an order "o" of kim at the shop: three cups and a lamp.
func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, file := t.Context(), schema(t)
	options := models.Options{CreateMasterKey: true}
	require.NoError(t, models.Migrate(ctx, file, options))
	store, err := models.Open(ctx, file, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	w := &world{t: t, engine: &engine{}, files: &files{kept: map[string][]byte{}}}
	w.Service = &cases.Service{
		Store: store, Files: w.files, Engine: w.engine, Packs: cases.Packs{Store: store, Loaded: pack.NewRegistry(rules)},
		Chosen: cases.Always(rules.Hash()), Carriers: carriers{}, Now: func() time.Time { return noon },
	}
	for _, id := range []string{"kim", "lee"} {
		_, err := store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: id, Lang: "zh-CN", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
	}
	for id, staff := range map[string]string{"shop": "st-1", "rival": "st-2"} {
		_, err := store.CreateMerchant(ctx, models.NewMerchant{ID: id, Name: id, Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		_, err = store.CreateStaff(ctx, models.NewStaff{ID: staff, Role: "merchant", MerchantID: id, Name: staff, CreatedAt: noon})
		require.NoError(t, err)
	}
	for _, team := range []string{"north", "south"} {
		require.NoError(t, store.CreateTeam(ctx, models.Team{ID: team, Name: team, CreatedAt: noon}))
	}
	for _, who := range []contract.Actor{agent, mate, faraway, boss, farBoss, editor} {
		_, err = store.CreateStaff(ctx, models.NewStaff{ID: who.ID, Role: string(who.Kind), TeamID: who.Team, Name: who.ID, CreatedAt: noon})
		require.NoError(t, err)
	}
	require.NoError(t, store.SetMerchantTeam(ctx, "shop", "north"))
	w.order("o", noon)
	return w
}

func (w *world) order(id string, paid time.Time) {
	w.t.Helper()
	_, err := w.Store.UpsertOrder(w.t.Context(), models.OrderInput{
		ID: id, Version: 1, CustomerID: "kim", MerchantID: "shop", Currency: "CNY", PaidAt: paid,
		Recipient: `{"name":"张小明","phone":"13812341234","province":"浙江省","city":"杭州市","street":"文三路 1 号"}`,
		Lines: []models.OrderLineInput{
			{ID: id + "-cup", ProductID: "p1", VariantID: "v", Title: "杯子", Category: "home", Quantity: 3, UnitPrice: 50_00, Paid: 150_00},
			{ID: id + "-lamp", ProductID: "p2", VariantID: "v", Title: "台灯", Category: "home", Quantity: 1, UnitPrice: 80_00, Paid: 80_00},
		},
		Tenders: []models.TenderInput{{ID: id + "-t1", Rail: "alipay", Ref: "r1" + id, Captured: 200_00, CapturedAt: paid}, {ID: id + "-t2", Rail: "wechat", Ref: "r2" + id, Captured: 30_00, CapturedAt: paid}},
	})
	require.NoError(w.t, err)
}

// put writes the projection of a case of kim at the shop.
func (w *world) put(id string, change ...func(*models.Case)) models.Case {
	w.t.Helper()
	view, err := json.Marshal(contract.View{EditsLeft: 5})
	require.NoError(w.t, err)
	team := "north"
	row := models.Case{
		ID: id, WorkflowID: contract.WorkflowID("k", id), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true,
		CustomerID: "kim", MerchantID: "shop", OrderID: "o", Reason: "quality", Currency: "CNY", View: string(view),
		Seq: 1, Revision: 1, OpenedAt: noon, UpdatedAt: noon, TeamID: &team,
	}
	for _, c := range change {
		c(&row)
	}
	require.NoError(w.t, w.Store.DB.Create(&row).Error)
	return row
}

// claim makes an open case hold units of a line.
func (w *world) claim(caseID string, units ...string) {
	w.t.Helper()
	for _, unit := range units {
		require.NoError(w.t, w.Store.DB.Create(&models.UnitClaim{CaseID: caseID, UnitID: unit, ClaimedAt: noon}).Error)
	}
}

// refund writes a leg of a case that succeeded, for units of a line.
func (w *world) refund(caseID, line string, quantity int) {
	w.t.Helper()
	key := fmt.Sprint(caseID, "-", line)
	require.NoError(w.t, w.Store.PlanLegs(w.t.Context(), []models.PlannedLeg{{
		Effect: models.Effect{Key: key, CaseID: caseID, Kind: "refund", RequestHash: "h", Status: models.LegSucceeded, CreatedAt: noon, UpdatedAt: noon},
		Leg: models.RefundLeg{
			Key: key, CaseID: caseID, OrderID: "o", TenderID: "o-t1", Amount: 50_00, Currency: "CNY", Cause: "merchant_agreed", CauseRef: "x",
			Status: models.LegSucceeded, NotBefore: noon, IntendedAt: noon, SettledAt: &noon,
		},
		Parts: []models.RefundLegLine{{LegKey: key, LineID: line, Quantity: quantity, Amount: 50_00}},
	}}))
}

// erase destroys a person's keyset.
func (w *world) erase(kind, id string) {
	w.t.Helper()
	ref, err := w.Store.KeyRef(w.t.Context(), kind, id)
	require.NoError(w.t, err)
	require.NoError(w.t, w.Store.Keys.Destroy(w.t.Context(), ref))
}

func requireFault(t *testing.T, code fault.Code, err error, about ...any) *fault.Fault {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "%v %v", err, about)
	require.Equal(t, code, f.Code, "%v %v", err, about)
	return f
}

func meta(actor contract.Actor, key string) contract.Meta {
	return contract.Meta{Actor: actor, Key: key, ReceivedAt: noon}
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
