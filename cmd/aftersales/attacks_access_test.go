package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/cases"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/policy/pack"
	"aftersales/testkit"
	"aftersales/workflows/contract"
)

// whoever knows who comes with which token. How people sign in is no subject here.
type whoever struct {
	api.Identity
	people map[string]api.Person
}

func (w whoever) Authenticate(_ context.Context, token string) (api.Person, error) {
	if person, ok := w.people[token]; ok {
		return person, nil
	}
	return api.Person{}, fault.New(fault.SignInRequired)
}

// SpendStepUp takes anybody's word for a fresh factor: what is tried here must fail for those who can bring one, too.
func (w whoever) SpendStepUp(context.Context, api.Person, string, string, string) error { return nil }

// reached is an engine that notes which commands come to it.
type reached struct {
	heldEngine
	workflows []string
}

func (r *reached) Do(_ context.Context, workflowID string, _ contract.Command) (contract.Ack, error) {
	r.workflows = append(r.workflows, workflowID)
	return contract.Ack{Changed: true}, nil
}

// attacked is the edge over the real services and a database: two customers with an order and a case each, at two shops,
// each looked after by a team of its own.
type attacked struct {
	t      *testing.T
	store  *models.Store
	engine *reached
	server http.Handler
	n      int
}

// insiders may do something with case c-1; strangers are the same people on the other side of the fence.
var (
	insiders  = []string{"kim", "clerk", "agent", "boss"}
	strangers = []string{"lee", "rival", "far-agent", "far-boss"}
)

func eachAttacked(t *testing.T, test func(t *testing.T, w *attacked)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newAttacked(t, apiStore(t))) })
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "attacks", func(url string) error { return models.Migrate(context.Background(), url, models.Options{}) })
		store, err := models.Open(t.Context(), dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		test(t, newAttacked(t, store))
	})
}

func newAttacked(t *testing.T, store *models.Store) *attacked {
	t.Helper()
	ctx, at := t.Context(), time.Now().UTC()
	must := func(_ any, err error) { t.Helper(); require.NoError(t, err) }
	people := map[string]api.Person{}
	for n, side := range []struct{ customer, clerk, agent, boss string }{{"kim", "clerk", "agent", "boss"}, {"lee", "rival", "far-agent", "far-boss"}} {
		team, shop, order := fmt.Sprint("team-", n+1), fmt.Sprint("shop-", n+1), fmt.Sprint("o-", n+1)
		require.NoError(t, store.CreateTeam(ctx, models.Team{ID: team, Name: team, CreatedAt: at}))
		must(store.CreateCustomer(ctx, models.NewCustomer{ID: side.customer, Name: "张小明", Phone: "13812341234", Lang: "zh-CN", Level: "normal", CreatedAt: at}))
		must(store.CreateMerchant(ctx, models.NewMerchant{ID: shop, Name: shop, Level: "normal", TeamID: team, CreatedAt: at}))
		must(store.CreateStaff(ctx, models.NewStaff{ID: side.clerk, Role: "merchant", MerchantID: shop, Owner: true, Name: "李", CreatedAt: at}))
		must(store.CreateStaff(ctx, models.NewStaff{ID: side.agent, Role: "agent", TeamID: team, Name: "李", CreatedAt: at}))
		must(store.CreateStaff(ctx, models.NewStaff{ID: side.boss, Role: "supervisor", TeamID: team, Name: "李", CreatedAt: at}))
		must(store.UpsertOrder(ctx, models.OrderInput{
			ID: order, Version: 1, CustomerID: side.customer, MerchantID: shop, Currency: "CNY", PaidAt: at, Recipient: `{"name":"张小明"}`,
			Lines:   []models.OrderLineInput{{ID: order + "-l", ProductID: "p", VariantID: "v", Title: "杯子", Category: "home", Quantity: 2, UnitPrice: 5000, Paid: 10000}},
			Tenders: []models.TenderInput{{ID: order + "-t", Rail: "alipay", Ref: order, Captured: 10000, CapturedAt: at}},
		}))
		id := fmt.Sprint("c-", n+1)
		require.NoError(t, store.DB.Create(&models.Case{
			ID: id, WorkflowID: contract.WorkflowID("k", id), Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true, CustomerID: side.customer, MerchantID: shop,
			OrderID: order, Currency: "CNY", View: "{}", Seq: 1, Revision: 1, OpenedAt: at, UpdatedAt: at, TeamID: &team,
		}).Error)
		people[side.customer] = api.Person{Kind: "customer", ID: side.customer, Role: "customer"}
		people[side.clerk] = api.Person{Kind: "staff", ID: side.clerk, Role: "merchant", MerchantID: shop, Owner: true}
		people[side.agent] = api.Person{Kind: "staff", ID: side.agent, Role: "agent", TeamID: team}
		people[side.boss] = api.Person{Kind: "staff", ID: side.boss, Role: "supervisor", TeamID: team, Limit: 1000_00}
	}
	must(store.CreateStaff(ctx, models.NewStaff{ID: "op", Role: "operator", Name: "李", CreatedAt: at}))
	people["operator"] = api.Person{Kind: "staff", ID: "op", Role: "operator"}
	people["editor"] = api.Person{Kind: "staff", ID: "ed", Role: "editor"}
	people["kims-reader"] = api.Person{Kind: "customer", ID: "kim", Role: "customer", KeyID: "key-1", Scopes: []string{"case.read", "case.refund.approve"}}

	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	engine := &reached{}
	service := &cases.Service{
		Store: store, Files: &fileMap{}, Engine: engine, Packs: cases.Packs{Store: store, Loaded: pack.NewRegistry(rules)}, Chosen: cases.Always(rules.Hash()), Carriers: anyCarrier{},
	}
	real, factors := newIdentity(store, nil, identity.Options{})
	server := api.New(api.Options{
		Identity: whoever{real, people}, Accounts: real, People: real, Factors: factors, Idempotency: keyedRequests{store}, Notices: partnerNotices{store: store},
		Cases: caseDesk{service}, Shopkeeping: caseDesk{service}, Funds: caseDesk{service}, CaseViews: caseDesk{service}, Texts: func(_, field, _ string, _ bool) string { return field }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	return &attacked{t: t, store: store, engine: engine, server: server.Handler()}
}

// ask makes a request under a new key and returns the answer's status and body, without what is new in every answer.
func (w *attacked) ask(who, method, path, body string) (int, string) {
	w.t.Helper()
	w.n++
	request := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+who)
	request.Header.Set("X-Request-Id", "same")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", fmt.Sprint("key-", w.n))
	}
	answer := httptest.NewRecorder()
	w.server.ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

func (w *attacked) code(who, method, path, body string) string {
	status, text := w.ask(who, method, path, body)
	if match := regexp.MustCompile(`"code":"([a-z_]+)"`).FindStringSubmatch(text); match != nil {
		return match[1]
	}
	return fmt.Sprint(status)
}

// untouched tells that nothing came to the engine, and nobody's words were stored.
func (w *attacked) untouched() {
	w.t.Helper()
	require.Empty(w.t, w.engine.workflows)
	require.Empty(w.t, w.engine.opened)
	var texts int64
	require.NoError(w.t, w.store.DB.Model(&models.Text{}).Count(&texts).Error)
	require.Zero(w.t, texts, "not even the words of who may not")
}

// 1: another party's ID beside one's own. Nothing that names a customer or a shop is taken at all; what must be named -
// order, line, evidence, variant - is looked up as the sender's.
func TestAttack01_AnothersIDOnCreate(t *testing.T) {
	eachAttacked(t, func(t *testing.T, w *attacked) {
		const line = `"lines":[{"line_id":"o-1-l","quantity":1}]`
		evidence := models.Evidence{ID: "ev-lee", Digest: "d", OwnerKind: "customer", OwnerID: "lee", BlobID: "b", Kind: "picture", State: "new", UploadedAt: time.Now().UTC()}
		require.NoError(t, w.store.DB.Create(&models.Blob{ID: "b", CreatedAt: time.Now().UTC()}).Error)
		require.NoError(t, w.store.DB.Create(&evidence).Error)
		for body, want := range map[string]string{
			`{"kind":"return","order_id":"o-2",` + line + `,"text":"x"}`:                                               "order_unknown",
			`{"kind":"return","order_id":"o-2","lines":[{"line_id":"o-2-l","quantity":1}]}`:                            "order_unknown",
			`{"kind":"return","order_id":"o-1","lines":[{"line_id":"o-2-l","quantity":1}]}`:                            "order_unknown",
			`{"kind":"return","order_id":"o-1",` + line + `,"evidence":["ev-lee"],"text":"x"}`:                         "evidence_unknown",
			`{"kind":"return","order_id":"o-1",` + line + `,"customer_id":"lee"}`:                                      "unknown_field",
			`{"kind":"return","order_id":"o-1",` + line + `,"merchant_id":"shop-2"}`:                                   "unknown_field",
			`{"kind":"exchange","order_id":"o-1","lines":[{"line_id":"o-1-l","quantity":1,"variant_id":"of shop-2"}]}`: "variant_not_sold",
		} {
			require.Equal(t, want, w.code("kim", "POST", "/v1/cases", body), body)
		}
		gift := `{"order_id":"o-2","lines":[{"line_id":"o-2-l","quantity":1}],"amount":{"minor":500,"currency":"CNY"},"text":"抱歉"}`
		for _, giver := range []string{"clerk", "agent", "boss"} {
			require.Equal(t, "order_unknown", w.code(giver, "POST", "/v1/goodwill", gift), giver)
		}
		require.Equal(t, "evidence_unknown", w.code("kim", "POST", "/v1/cases/c-1/evidence", `{"evidence":["ev-lee"]}`))
		w.untouched()
		require.Equal(t, "201", w.code("rival", "POST", "/v1/goodwill", gift), "the very same request, of whose order it is")
	})
}

// reads and commands on one case, each with a sound content and who of the case's own people may.
var onCase = []struct{ method, path, body, may string }{
	{"GET", "", "", "kim clerk agent boss operator"},
	{"GET", "/timeline", "", "kim clerk agent boss operator"},
	{"GET", "/evidence", "", "kim clerk agent boss operator"},
	{"GET", "/evaluations", "", "agent boss operator"},
	{"POST", "/answer", `{"round":1,"n":1,"choice":"quality","text":"x"}`, "kim"},
	{"POST", "/withdraw", `{}`, "kim"},
	{"POST", "/escalate", `{"text":"x"}`, "kim"},
	{"POST", "/send-back", `{"carrier":"sf","number":"SF1"}`, "kim"},
	{"POST", "/merchant-answer", `{"decision":"agree","text":"x"}`, "clerk"},
	{"POST", "/inspect", `{"text":"x"}`, "clerk"},
	{"POST", "/suspend", `{"text":"x"}`, "kim clerk agent boss operator"},
	{"POST", "/propose", `{"outcome":"refuse","text":"x"}`, "agent boss"},
	{"POST", "/resolve-details", `{"go_on":true,"text":"x"}`, "agent boss"},
	{"POST", "/assign", `{}`, "boss operator"},
	{"POST", "/take", `{}`, "agent"},
}

// 2: somebody else's case by its ID. What a stranger hears is, to the byte, what they hear of a case that is not there.
func TestAttack02_AnyCaseByID(t *testing.T) {
	eachAttacked(t, func(t *testing.T, w *attacked) {
		for _, way := range onCase {
			for _, who := range append([]string{"editor", "kims-reader"}, strangers...) {
				if who == "kims-reader" && way.path == "" {
					continue
				}
				status, theirs := w.ask(who, way.method, "/v1/cases/c-1"+way.path, way.body)
				none, nothing := w.ask(who, way.method, "/v1/cases/no-such"+way.path, way.body)
				require.Equal(t, none, status, "%s %s", who, way.path)
				require.Equal(t, strings.ReplaceAll(nothing, "no-such", "c-1"), theirs, "%s %s", who, way.path)
				require.GreaterOrEqual(t, status, 400)
				require.NotContains(t, theirs, "kim")
			}
		}
		w.untouched()
		for _, who := range strangers {
			_, list := w.ask(who, "GET", "/v1/cases", "")
			require.Contains(t, list, `"c-2"`, who)
			require.NotContains(t, list, `"c-1"`, who)
		}
		for _, id := range []string{"o-1", "o-9"} {
			for _, who := range strangers {
				require.Equal(t, "order_unknown", w.code(who, "GET", "/v1/orders/"+id, ""), who)
			}
		}
	})
}

// 3: who may do one thing with a case asks for another. Each of the case's own people, each way: exactly theirs pass.
func TestAttack03_PermissionOfAnotherAction(t *testing.T) {
	eachAttacked(t, func(t *testing.T, w *attacked) {
		for _, way := range onCase {
			for _, who := range append([]string{"operator"}, insiders...) {
				before := len(w.engine.workflows)
				status, text := w.ask(who, way.method, "/v1/cases/c-1"+way.path, way.body)
				if strings.Contains(" "+way.may+" ", " "+who+" ") {
					require.Equal(t, 200, status, "%s %s: %s", who, way.path, text)
					continue
				}
				require.Equal(t, 403, status, "%s %s: %s", who, way.path, text)
				require.Len(t, w.engine.workflows, before, "%s %s", who, way.path)
			}
		}
		require.Equal(t, "200", w.code("kims-reader", "GET", "/v1/cases/c-1", ""))
		for _, way := range onCase[1:] {
			require.Equal(t, "forbidden", w.code("kims-reader", way.method, "/v1/cases/c-1"+way.path, way.body), "a key does what it is for: %s", way.path)
		}
	})
}

// 11: fields that are not the sender's to say; the same field twice, or in other letters.
func TestAttack11_FieldsThatNobodyMaySet(t *testing.T) {
	eachAttacked(t, func(t *testing.T, w *attacked) {
		for _, way := range onCase {
			if way.method == "GET" {
				continue
			}
			who := strings.Fields(way.may)[0]
			inner := strings.TrimSuffix(strings.TrimPrefix(way.body, "{"), "}")
			join := func(extra string) string {
				if inner == "" {
					return "{" + extra + "}"
				}
				return "{" + inner + "," + extra + "}"
			}
			for _, extra := range []string{
				`"role":"operator"`, `"approved_by":"boss"`, `"status":"refunded"`, `"actor":{"kind":"operator","id":"op","limit":99999999}`,
				`"team":"team-2"`, `"assignee_id":"far-agent"`, `"limit":99999999`, `"customer_id":"lee"`, `"__proto__":{"role":"operator"}`, `"Actor":1`,
			} {
				require.Equal(t, "unknown_field", w.code(who, "POST", "/v1/cases/c-1"+way.path, join(extra)), "%s %s", way.path, extra)
			}
			twice := `"expected_revision":1,"expected_revision":2`
			if way.path == "/assign" {
				twice = `"agent_id":"agent","agent_id":"far-agent"`
			} else if way.path == "/take" {
				continue
			}
			require.Equal(t, "duplicate_field", w.code(who, "POST", "/v1/cases/c-1"+way.path, join(twice)), way.path)
			other := strings.NewReplacer("expected_revision", "Expected_Revision", "agent_id", "Agent_ID").Replace(strings.Split(twice, ",")[0])
			require.Contains(t, []string{"unknown_field", "duplicate_field"}, w.code(who, "POST", "/v1/cases/c-1"+way.path, join(other)), way.path)
		}
		w.untouched()
	})
}

// 15: commands to others' stories: by another's case, by the name of a workflow, by anything that is no case's ID.
func TestAttack15_CommandsToCasesOfOthers(t *testing.T) {
	eachAttacked(t, func(t *testing.T, w *attacked) {
		escaped := func(id string) string { return strings.NewReplacer("/", "%2F", " ", "%20", "'", "%27").Replace(id) }
		for _, id := range []string{
			"c-2", contract.WorkflowID("k", "c-2"), contract.WorkflowID("k", "c-1"), "c-1/", "../c-2", "c-1' OR '1'='1", "C-1", " c-1", "c-1 ", "*", "%25",
		} {
			for who, command := range map[string]string{"kim": "withdraw", "clerk": "merchant-answer", "agent": "resolve-details"} {
				body := map[string]string{"withdraw": `{}`, "merchant-answer": `{"decision":"agree"}`, "resolve-details": `{"go_on":true}`}[command]
				require.Contains(t, []string{"not_found", "bad_request"}, w.code(who, "POST", "/v1/cases/"+escaped(id)+"/"+command, body), "%s %q", who, id)
			}
		}
		w.untouched()
		require.Equal(t, "200", w.code("kim", "POST", "/v1/cases/c-1/withdraw", `{}`))
		require.Equal(t, []string{contract.WorkflowID("k", "c-1")}, w.engine.workflows)
	})
}

// What signing in adds to a request: who it is, whether they may, and what is written about it.
func signedIn(tb testing.TB, store *models.Store) (open, signed func()) {
	tb.Helper()
	ctx, at := tb.Context(), time.Now().UTC()
	_, err := store.CreateCustomer(ctx, models.NewCustomer{ID: "cu-9", Name: "张", Lang: "zh-CN", Level: "normal", CreatedAt: at})
	require.NoError(tb, err)
	hasher := identity.NewHasherAt(identity.CheapCost, 0, time.Minute)
	require.NoError(tb, identity.Seed(ctx, store, hasher, at, []identity.DemoAccount{{ID: "a-9", Login: "nine", Password: "demo-password", PersonKind: "customer", PersonID: "cu-9"}}))
	people, factors := newIdentity(store, nil, identity.Options{Hasher: hasher})
	in, err := people.SignIn(ctx, "nine", "demo-password", identity.Origin{Address: "127.0.0.1"})
	require.NoError(tb, err)
	handler := api.New(api.Options{
		Identity: people, Accounts: people, People: people, Factors: factors, Idempotency: keyedRequests{store}, Notices: partnerNotices{store: store}, Cases: caseDesk{&cases.Service{Store: store}},
		Texts: func(_, field, _ string, _ bool) string { return field }, Logger: slog.New(slog.DiscardHandler),
	}).Handler()
	ask := func(path, token string) func() {
		return func() {
			request := httptest.NewRequestWithContext(ctx, "GET", path, nil)
			if token != "" {
				request.Header.Set("Authorization", "Bearer "+token)
			}
			answer := httptest.NewRecorder()
			if handler.ServeHTTP(answer, request); answer.Code != 200 {
				tb.Fatal(path, answer.Code, answer.Body)
			}
		}
	}
	return ask("/livez", ""), ask("/v1/me", in.Token)
}

// What signing in adds to a request: bench/ holds it against its target.
func BenchmarkOpenRequest(b *testing.B) {
	open, _ := signedIn(b, benchStore(b))
	for b.Loop() {
		open()
	}
}

func BenchmarkSignedInRequest(b *testing.B) {
	_, signed := signedIn(b, benchStore(b))
	for b.Loop() {
		signed()
	}
}

func benchStore(b *testing.B) *models.Store {
	b.Helper()
	file := schema(b)
	options := models.Options{CreateMasterKey: true}
	require.NoError(b, models.Migrate(b.Context(), file, options))
	store, err := models.Open(b.Context(), file, options)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	return store
}
