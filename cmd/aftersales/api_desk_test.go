package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/media/mediatest"
	"aftersales/models"
	"aftersales/policy/pack"
	"aftersales/workflows/contract"
)

// heldEngine stands for the workflow engine: it notes what it is told.
type heldEngine struct {
	opened []contract.Start
	done   []contract.Command
}

func (h *heldEngine) Open(_ context.Context, _ string, start contract.Start, _ string, _ contract.Actor) (contract.Ack, error) {
	h.opened = append(h.opened, start)
	return contract.Ack{CaseID: start.CaseID, Stage: contract.StageMerchant, Revision: 1, Seq: 1, Changed: true}, nil
}

func (h *heldEngine) Do(_ context.Context, _ string, command contract.Command) (contract.Ack, error) {
	h.done = append(h.done, command)
	return contract.Ack{}, fault.New(fault.CaseClosed)
}

func (h *heldEngine) MoveDeadlines(context.Context, string) error { return nil }

func (h *heldEngine) Reconcile(context.Context, string, contract.ReconcileInput) error { return nil }

type anyCarrier struct{}

func (anyCarrier) Codes() []string           { return []string{"sf"} }
func (anyCarrier) Known(string) bool         { return true }
func (anyCarrier) Valid(string, string) bool { return true }

// fileMap is a blob store in memory.
type fileMap struct{ sync.Map }

func (f *fileMap) Put(_ context.Context, id string, sealed []byte) error {
	f.Store(id, sealed)
	return nil
}
func (f *fileMap) Delete(_ context.Context, id string) error { f.Map.Delete(id); return nil }
func (f *fileMap) Get(_ context.Context, id string) ([]byte, error) {
	sealed, ok := f.Load(id)
	if !ok {
		return nil, models.ErrNotFound
	}
	return sealed.([]byte), nil
}

// apiWorld is the edge over the real services and a database, with two customers and one shop; only the engine is held.
type apiWorld struct {
	t      *testing.T
	store  *models.Store
	engine *heldEngine
	server *api.Server
	tokens map[string]string
}

func newAPIWorld(t *testing.T) *apiWorld {
	t.Helper()
	ctx, at := t.Context(), time.Now().UTC()
	w := &apiWorld{t: t, store: apiStore(t), engine: &heldEngine{}, tokens: map[string]string{}}
	must := func(_ any, err error) { t.Helper(); require.NoError(t, err) }
	for _, id := range []string{"cu-1", "cu-2"} {
		must(w.store.CreateCustomer(ctx, models.NewCustomer{ID: id, Name: "张小明", Phone: "13812341234", Lang: "zh-CN", Level: "normal", CreatedAt: at}))
	}
	must(w.store.CreateMerchant(ctx, models.NewMerchant{ID: "shop-1", Name: "小店", Level: "normal", CreatedAt: at}))
	must(w.store.CreateStaff(ctx, models.NewStaff{ID: "st-1", Role: "merchant", MerchantID: "shop-1", Name: "李", CreatedAt: at}))
	must(w.store.UpsertOrder(ctx, models.OrderInput{
		ID: "o-1", Version: 1, CustomerID: "cu-1", MerchantID: "shop-1", Currency: "CNY", PaidAt: at,
		Recipient: `{"name":"张小明","phone":"13812341234","province":"浙江省","city":"杭州市","street":"文三路 1 号"}`,
		Lines:     []models.OrderLineInput{{ID: "l-1", ProductID: "p", VariantID: "v", Title: "杯子", Category: "home", Quantity: 2, UnitPrice: 5000, Paid: 10000, WeightGrams: 300}},
		Tenders:   []models.TenderInput{{ID: "t-1", Rail: "alipay", Ref: "2026", Captured: 10000, CapturedAt: at}},
	}))
	hasher := identity.NewHasherAt(identity.CheapCost, 0, time.Minute)
	require.NoError(t, identity.Seed(ctx, w.store, hasher, at, []identity.DemoAccount{
		{ID: "a-1", Login: "one", Password: "demo-password", PersonKind: "customer", PersonID: "cu-1"},
		{ID: "a-2", Login: "two", Password: "demo-password", PersonKind: "customer", PersonID: "cu-2"},
		{ID: "a-3", Login: "clerk", Password: "demo-password", PersonKind: "staff", PersonID: "st-1"},
	}))
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	packs := cases.Packs{Store: w.store, Loaded: pack.NewRegistry(rules)}
	service := &cases.Service{Store: w.store, Files: &fileMap{}, Engine: w.engine, Packs: packs, Chosen: cases.Always(rules.Hash()), Carriers: anyCarrier{}}
	people, second := newIdentity(w.store, nil, identity.Options{Hasher: hasher})
	w.server = api.New(api.Options{
		Identity: people, Accounts: people, People: people, Factors: second, Idempotency: keyedRequests{w.store}, Notices: partnerNotices{store: w.store},
		Cases: caseDesk{service}, Shopkeeping: caseDesk{service}, Funds: caseDesk{service}, CaseViews: caseDesk{service}, Uploads: caseDesk{service},
		Texts:  func(_, field, _ string, _ bool) string { return field },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	for _, login := range []string{"one", "two", "clerk"} {
		var signed struct{ Token string }
		w.call(login, "POST", "/v1/session", `{"login":"`+login+`","password":"demo-password"}`, 201, &signed)
		w.tokens[login] = signed.Token
	}
	return w
}

// call makes a request, keyed by its own content, and reads the answer.
func (w *apiWorld) call(login, method, path, body string, status int, into any, header ...map[string]string) {
	w.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", contract.Digest([]string{path, body}))
	if token := w.tokens[login]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for _, h := range header {
		for name := range maps.Keys(h) {
			request.Header.Set(name, h[name])
		}
	}
	answer := httptest.NewRecorder()
	w.server.Handler().ServeHTTP(answer, request)
	require.Equal(w.t, status, answer.Code, "%s %s: %s", method, path, answer.Body)
	if into != nil {
		require.NoError(w.t, json.Unmarshal(answer.Body.Bytes(), into), answer.Body.String())
	}
}

type refused struct{ Code string }

func TestOthersOrdersDoNotExist(t *testing.T) {
	w := newAPIWorld(t)
	var order struct {
		Lines     []struct{ Available int }
		Recipient struct{ Name, Phone string }
	}
	w.call("one", "GET", "/v1/orders/o-1", "", 200, &order)
	require.Equal(t, 2, order.Lines[0].Available)
	require.Equal(t, "138****1234", order.Recipient.Phone)
	w.call("clerk", "GET", "/v1/orders/o-1", "", 200, &order)
	require.Equal(t, "张**", order.Recipient.Name)

	var others, unknown refused
	w.call("two", "GET", "/v1/orders/o-1", "", 404, &others)
	w.call("two", "GET", "/v1/orders/o-9", "", 404, &unknown)
	require.Equal(t, "order_unknown", others.Code)
	require.Equal(t, others, unknown)
	var list struct{ Items []struct{ ID string } }
	w.call("two", "GET", "/v1/orders", "", 200, &list)
	require.Empty(t, list.Items)
	w.call("one", "GET", "/v1/orders", "", 200, &list)
	require.Len(t, list.Items, 1)
}

func TestAnOpeningReachesTheEngineOnceWithItsTextSealed(t *testing.T) {
	w := newAPIWorld(t)
	const body = `{"kind":"return","order_id":"o-1","lines":[{"line_id":"l-1","quantity":1}],"text":"杯子碎了"}`
	var first, again struct {
		CaseID string `json:"case_id"`
	}
	w.call("one", "POST", "/v1/cases", body, 201, &first)
	w.call("one", "POST", "/v1/cases", body, 201, &again)
	require.Equal(t, first, again)
	require.Len(t, w.engine.opened, 1)
	_, text, err := w.store.Text(t.Context(), w.engine.opened[0].TextID)
	require.NoError(t, err)
	require.Equal(t, "杯子碎了", text)

	var no refused
	w.call("two", "POST", "/v1/cases", body, 404, &no)
	require.Equal(t, "order_unknown", no.Code)
	w.call("one", "POST", "/v1/cases", strings.Replace(body, `"quantity":1`, `"quantity":3`, 1), 422, &no)
	require.Equal(t, "quantity_too_large", no.Code)
	w.call("one", "GET", "/v1/cases/unknown", "", 404, &no)
	require.Equal(t, "not_found", no.Code)
	require.Len(t, w.engine.opened, 1)
}

func TestUploadsAreStoredOncePerKeyAndReadByTheirOwner(t *testing.T) {
	w := newAPIWorld(t)
	picture := string(mediatest.PNG("one"))
	var first, again struct{ ID, SHA256 string }
	w.call("one", "POST", "/v1/uploads", picture, 201, &first)
	w.call("one", "POST", "/v1/uploads", picture, 201, &again)
	require.Equal(t, first, again)
	require.Len(t, first.SHA256, 64)
	w.call("one", "GET", "/v1/evidence/"+first.ID+"/content", "", 200, nil)
	w.call("two", "GET", "/v1/evidence/"+first.ID+"/content", "", 404, nil)
	w.call("clerk", "GET", "/v1/evidence/"+first.ID+"/content", "", 404, nil)
}

func TestListsOfAFreshWorld(t *testing.T) {
	w := newAPIWorld(t)
	var reasons struct {
		Items []struct{ Code, Label string }
	}
	w.call("one", "GET", "/v1/reasons?kind=return", "", 200, &reasons)
	require.NotEmpty(t, reasons.Items)
	for _, path := range []string{"/v1/cases", "/v1/tasks", "/v1/notifications"} {
		var list struct{ Items []any }
		w.call("clerk", "GET", path, "", 200, &list)
		require.Empty(t, list.Items)
		w.call("clerk", "GET", path+"?cursor=nonsense", "", 400, nil)
	}
}
