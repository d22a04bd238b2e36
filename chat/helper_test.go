package chat_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/chat"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/testkit"
	"aftersales/workflows/contract"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var (
	kim      = chat.Actor{Kind: contract.Customer, ID: "kim"}
	lee      = chat.Actor{Kind: contract.Customer, ID: "lee"}
	clerk    = chat.Actor{Kind: contract.Merchant, ID: "st-1", Merchant: "shop"}
	rival    = chat.Actor{Kind: contract.Merchant, ID: "st-2", Merchant: "rival"}
	anna     = chat.Actor{Kind: contract.Agent, ID: "anna", Team: "north"}
	ben      = chat.Actor{Kind: contract.Agent, ID: "ben", Team: "north"}
	far      = chat.Actor{Kind: contract.Agent, ID: "far", Team: "south"}
	boss     = chat.Actor{Kind: contract.Supervisor, ID: "boss", Team: "north"}
	operator = chat.Actor{Kind: contract.Operator, ID: "op"}
	editor   = chat.Actor{Kind: contract.Editor, ID: "ed"}
)

// knownCases stands for the service for cases: c-1 is kim's at the shop.
type knownCases struct {
	mu      sync.Mutex
	answers []chat.CaseAnswer
	fails   error
	orders  map[string]string // their shops, besides o
}

func (k *knownCases) Case(_ context.Context, actor chat.Actor, id string) (chat.CaseHead, error) {
	reads := actor.ID == "kim" || actor.For == "kim" || actor.Merchant == "shop" || actor.Team == "north" || actor.Kind == contract.Operator
	if id != "c-1" || !reads {
		return chat.CaseHead{}, fault.New(fault.NotFound)
	}
	return chat.CaseHead{ID: "c-1", CustomerID: "kim", MerchantID: "shop", Team: "north", LastSeq: 1}, nil
}

func (k *knownCases) Order(_ context.Context, actor chat.Actor, id string) (string, error) {
	if shop := k.orders[id]; shop != "" {
		return shop, nil
	}
	if id != "o" || actor.ID != "kim" {
		return "", fault.New(fault.OrderUnknown)
	}
	return "shop", nil
}

func (k *knownCases) Answer(_ context.Context, _ chat.Actor, answer chat.CaseAnswer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.answers = append(k.answers, answer)
	return k.fails
}

type world struct {
	*chat.Service
	t     *testing.T
	cases *knownCases
	clock *clock
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "chat", func(url string) error { return models.Migrate(context.Background(), url, models.Options{}) })
		test(t, newWorld(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}))
	})
}

func onSQLite(t *testing.T) *world {
	file := testkit.SQLiteFrom(t, "chat", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
	return newWorld(t, file, models.Options{CreateMasterKey: true})
}

// newWorld has two customers, two shops, two teams; the team north looks after the shop, at which kim has the order o.
func newWorld(t *testing.T, dsn string, options models.Options) *world {
	t.Helper()
	ctx := t.Context()
	options.Logger = slog.New(slog.DiscardHandler)
	require.NoError(t, models.Migrate(ctx, dsn, options))
	store, err := models.Open(ctx, dsn, options)
	require.NoError(t, err)
	w := &world{t: t, cases: &knownCases{}, clock: &clock{at: noon}}
	w.Service = &chat.Service{Store: store, Cases: w.cases, Now: w.clock.now, Log: slog.New(slog.DiscardHandler)}
	t.Cleanup(func() { w.Drain(); require.NoError(t, store.Close()) })
	for _, id := range []string{"kim", "lee"} {
		_, err := store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: id, Lang: "zh-CN", Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
	}
	for _, team := range []string{"north", "south"} {
		require.NoError(t, store.CreateTeam(ctx, models.Team{ID: team, Name: team, CreatedAt: noon}))
	}
	for shop, team := range map[string]string{"shop": "north", "rival": "south"} {
		_, err := store.CreateMerchant(ctx, models.NewMerchant{ID: shop, Name: shop, Level: "normal", CreatedAt: noon})
		require.NoError(t, err)
		require.NoError(t, store.SetMerchantTeam(ctx, shop, team))
	}
	for _, who := range []chat.Actor{anna, ben, far, boss} {
		_, err := store.CreateStaff(ctx, models.NewStaff{ID: who.ID, Role: string(who.Kind), TeamID: who.Team, Name: who.ID, CreatedAt: noon})
		require.NoError(t, err)
	}
	_, err = store.UpsertOrder(ctx, models.OrderInput{
		ID: "o", Version: 1, CustomerID: "kim", MerchantID: "shop", Currency: "CNY", PaidAt: noon, Recipient: `{}`,
		Lines:   []models.OrderLineInput{{ID: "o-cup", ProductID: "p1", VariantID: "v", Title: "杯子", Category: "home", Quantity: 3, UnitPrice: 50_00, Paid: 150_00}},
		Tenders: []models.TenderInput{{ID: "o-t1", Rail: "alipay", Ref: "r1", Captured: 150_00, CapturedAt: noon}},
	})
	require.NoError(t, err)
	return w
}

// putCase writes the projection of kim's case c-1, with the first entry of its timeline.
func (w *world) putCase() {
	w.t.Helper()
	team := "north"
	row := models.Case{
		ID: "c-1", WorkflowID: contract.WorkflowID("k", "c-1"), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true, CustomerID: "kim",
		MerchantID: "shop", OrderID: "o", Reason: "quality", Currency: "CNY", View: "{}", TeamID: &team, Seq: 1, OpenedAt: noon, UpdatedAt: noon,
	}
	require.NoError(w.t, w.Store.DB.Create(&row).Error)
	w.happens(1, "opened")
}

func (w *world) happens(seq int64, event string) {
	w.t.Helper()
	require.NoError(w.t, w.Store.DB.Create(&models.TimelineEntry{CaseID: "c-1", Seq: seq, At: noon, ActorKind: "merchant", ActorID: "st-1", Event: event, Data: "{}"}).Error)
}

// open begins a conversation of a customer.
func (w *world) open(who chat.Actor) chat.View {
	w.t.Helper()
	opening := chat.Opening{Lang: "zh-CN"}
	if who.ID == "kim" {
		opening.OrderID = "o"
	}
	view, _, err := w.Open(w.t.Context(), who, opening)
	require.NoError(w.t, err)
	return view
}

var sent int

func (w *world) say(who chat.Actor, id, words string) chat.Message {
	w.t.Helper()
	sent++
	m, err := w.Send(w.t.Context(), who, id, chat.Outgoing{ClientID: fmt.Sprintf("client-%d", sent), Kind: chat.KindText, Body: chat.Body{Text: words}})
	require.NoError(w.t, err)
	return m
}

// sits lets an agent take n conversations.
func (w *world) sits(who chat.Actor, n int) {
	w.t.Helper()
	_, err := w.SitDown(w.t.Context(), who, chat.Desk{State: models.DeskOnline, Capacity: n})
	require.NoError(w.t, err)
}

// index makes findable what was sent, as the reader of the events does.
func (w *world) index() {
	w.t.Helper()
	events, err := w.Store.OutboxAfter(w.t.Context(), models.OutboxMark{}, 200)
	require.NoError(w.t, err)
	require.NoError(w.t, w.Handle(w.t.Context(), events))
}

func refused(t *testing.T, err error, code fault.Code) {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "%v", err)
	require.Equal(t, code, f.Code)
}
