package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/config"
	"aftersales/demo"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/partners/sandbox"
	"aftersales/testkit"
	"aftersales/workflows/client"
)

// stack is the whole product inside this process, put together by wire.go: API, worker and partners on a database, a
// ledger and a task queue of their own, with a Temporal server that the tests share.
type stack struct {
	t       *testing.T
	cfg     *config.Config
	store   *models.Store
	engine  *client.Engine
	sandbox sandbox.Client
	http    *http.Client
	hands   func() // ends the worker; nil while none works
	edge    func() // ends the API
	people  map[string]*demo.API
	signIn  sync.Mutex
	orders  int
}

type setup struct {
	postgres bool
	pack     string // name of the pack of new cases; empty: default
	yaml     string // content of the pack, when it is not a built-in one
}

// packFile is where the stack's own pack is.
func (s *stack) packFile() string { return filepath.Join(s.cfg.Policy.Dirs[0], "own.yaml") }

var hush = sync.OnceFunc(func() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
})

func newStack(t *testing.T, with setup) *stack {
	t.Helper()
	hush()
	server := testkit.Temporal(t, caseNamespace(&config.Config{}).SearchAttributes)
	dir := t.TempDir()
	seeded(t, dir)
	apiDoor, partnerDoor := listen(t), listen(t)
	environ := []string{
		"AFTERSALES_DATA_DIR=" + dir, "AFTERSALES_API_LISTEN=" + apiDoor.Addr().String(), "AFTERSALES_SANDBOX_LISTEN=" + partnerDoor.Addr().String(),
		"TEMPORAL_ADDRESS=" + server.Address, "AFTERSALES_TEMPORAL_NAMESPACE=" + server.Namespace, "AFTERSALES_TEMPORAL_TASK_QUEUE=e2e-" + models.NewID(),
		"AFTERSALES_WORKER_STOP_TIMEOUT=5s",
	}
	if with.postgres {
		environ = append(environ, "DATABASE_URL="+testkit.Postgres(t))
	}
	if with.pack != "" {
		environ = append(environ, "AFTERSALES_POLICY_PACK="+with.pack)
	}
	if with.yaml != "" {
		packs := filepath.Join(dir, "packs")
		require.NoError(t, os.Mkdir(packs, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(packs, "own.yaml"), []byte(with.yaml), 0o600))
		environ = append(environ, "AFTERSALES_POLICY_DIRS="+packs)
	}
	cfg, err := config.Load("", environ)
	require.NoError(t, err)
	cfg.API.RateUploads = 0 // one person of a test sends at once what many people send in a day
	if with.postgres {
		seed(t, cfg)
	}
	s := &stack{t: t, cfg: cfg, people: map[string]*demo.API{}, sandbox: sandbox.Client{Base: cfg.Sandbox.URL()}, http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}

	played, err := sandbox.New(sandbox.Options{LedgerFile: cfg.SandboxLedgerFile(), KeysDir: cfg.Partners.KeysDir, NotifyURL: cfg.NoticesURL(), MaxBackoff: time.Second})
	require.NoError(t, err)
	outsideServer := serveAt(partnerDoor, played.Handler())
	t.Cleanup(func() {
		outsideServer.CloseClientConnections()
		outsideServer.Close()
		require.NoError(t, played.Close())
	})

	s.store, err = openStore(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	s.engine, err = dialEngine(cfg, s.store)
	require.NoError(t, err)
	t.Cleanup(s.engine.Close)

	s.serve(apiDoor)
	t.Cleanup(func() { s.edge() })
	s.work()
	t.Cleanup(func() { s.rest() })
	t.Cleanup(s.judge) // first of all, while everything still runs
	return s
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return door
}

func serveAt(door net.Listener, handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = door
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Start()
	return server
}

// serve puts the API behind a door.
func (s *stack) serve(door net.Listener) {
	s.t.Helper()
	options, err := newEdge(context.WithoutCancel(s.t.Context()), s.cfg)
	require.NoError(s.t, err)
	options.Edge.PublicURL = s.cfg.API.URL()
	server := serveAt(door, api.New(options.Edge).Handler())
	s.edge = func() {
		server.CloseClientConnections()
		server.Close()
		require.NoError(s.t, options.Close())
	}
}

// restartAPI ends the API and starts it anew with the configuration as it is now.
func (s *stack) restartAPI() {
	s.t.Helper()
	s.edge()
	var door net.Listener
	require.Eventually(s.t, func() bool {
		var err error
		door, err = net.Listen("tcp", s.cfg.API.Listen)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	s.serve(door)
}

// work starts the worker with its loops, rest ends it.
func (s *stack) work() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runWorker(ctx, s.cfg) }()
	s.hands = func() {
		stop()
		// It may have been told to end while it was starting.
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), context.Canceled.Error()) {
			s.t.Errorf("the worker ended: %v", err)
		}
	}
}

func (s *stack) rest() {
	if s.hands != nil {
		s.hands()
		s.hands = nil
	}
}

// template is a data folder with the demo world's people, made once per process: hashing their passwords takes time.
var template = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "aftersales-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load("", []string{"AFTERSALES_DATA_DIR=" + dir})
	if err != nil {
		return nil, err
	}
	if err := seedAt(cfg); err != nil {
		return nil, err
	}
	if _, err := sandbox.EnsureKeys(cfg.Partners.KeysDir); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	return files, err
})

func seeded(t *testing.T, dir string) {
	t.Helper()
	files, err := template()
	require.NoError(t, err)
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}
}

func seed(t *testing.T, cfg *config.Config) {
	t.Helper()
	require.NoError(t, seedAt(cfg))
}

func seedAt(cfg *config.Config) (err error) {
	ctx := context.Background()
	options := storeOptions(cfg)
	options.CreateMasterKey = true
	if err := models.Migrate(ctx, cfg.DatabaseDSN(), options); err != nil {
		return err
	}
	store, err := models.Open(ctx, cfg.DatabaseDSN(), options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return demo.Seed(ctx, store, identity.NewHasher(2, time.Minute), time.Now())
}

// answer is what the API said.
type answer struct {
	status int
	code   string // of a problem
	ack    struct {
		CaseID   string `json:"case_id"`
		Stage    string `json:"stage"`
		Outcome  string `json:"outcome"`
		Revision int64  `json:"revision"`
		Changed  bool   `json:"changed"`
		Code     string `json:"code"`
	}
	body []byte
}

// person signs somebody in once.
func (s *stack) person(login string) *demo.API {
	s.signIn.Lock()
	defer s.signIn.Unlock()
	if who, known := s.people[login]; known {
		return who
	}
	who, err := demo.SignIn(context.WithoutCancel(s.t.Context()), s.cfg.API.URL(), s.http, login)
	require.NoError(s.t, err)
	s.people[login] = who
	return who
}

// send makes one request, with a fresh factor when it needs one; it may run beside others.
func (s *stack) send(login, method, path, key string, body any) answer {
	var content []byte
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case []byte:
		content, kind = body, "application/octet-stream"
	default:
		var err error
		content, err = json.Marshal(body)
		require.NoError(s.t, err)
	}
	got := s.sendOnce(login, method, path, key, "", kind, content)
	if got.code == string(fault.StepUpRequired) {
		fresh, err := s.person(login).StepUp(context.WithoutCancel(s.t.Context()), method, path, content)
		require.NoError(s.t, err)
		got = s.sendOnce(login, method, path, key, fresh, kind, content)
	}
	return got
}

func (s *stack) sendOnce(login, method, path, key, fresh, kind string, content []byte) answer {
	request, err := http.NewRequest(method, s.cfg.API.URL()+path, bytes.NewReader(content))
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Accept-Language", "en")
	if login != "" {
		request.Header.Set("Authorization", "Bearer "+s.person(login).Token())
	}
	if fresh != "" {
		request.Header.Set("Step-Up", fresh)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	return s.exchange(request)
}

// exchange makes a request and reads its answer.
func (s *stack) exchange(request *http.Request) (got answer) {
	response, err := s.http.Do(request)
	require.NoError(s.t, err)
	defer response.Body.Close()
	got.status = response.StatusCode
	got.body, err = io.ReadAll(response.Body)
	require.NoError(s.t, err)
	_ = json.Unmarshal(got.body, &got.ack) // lists and files are read by those who asked for them
	got.code = got.ack.Code
	return got
}

// do gives a command under a key of its own and expects it to be carried out.
func (s *stack) do(login, caseID, command string, body map[string]any) answer {
	s.t.Helper()
	got := s.try(login, caseID, command, models.NewID(), body)
	require.Equal(s.t, http.StatusOK, got.status, "%s: %s", command, got.body)
	return got
}

// try gives a command; as every client does, it sends the same request again while the service says that it is busy.
func (s *stack) try(login, caseID, command, key string, body map[string]any) (got answer) {
	if body == nil {
		body = map[string]any{}
	}
	for range 3 {
		if got = s.send(login, http.MethodPost, "/v1/cases/"+caseID+"/"+command, key, body); got.status != http.StatusServiceUnavailable {
			return got
		}
	}
	return got
}

// Who is who in these tests: the first customer buys at the first shop.
const kim, clerk, agent, super = "kim01", "shop01", "agent01", "super01"

// order buys, after change, and waits until the shop's notice has arrived here.
func (s *stack) order(price money.Amount, change func(*partners.ShopOrder)) partners.ShopOrder {
	s.t.Helper()
	s.orders++
	order := demo.Order(fmt.Sprintf("E%d-%s", s.orders, models.NewID()[:8]), 1, 1, price, false, false, time.Now())
	if change != nil {
		change(&order)
	}
	placed, err := s.sandbox.PlaceOrder(s.t.Context(), order)
	require.NoError(s.t, err)
	require.Eventually(s.t, func() bool {
		return s.send(kim, http.MethodGet, "/v1/orders/"+order.ID, "", nil).status == http.StatusOK
	}, time.Minute, 50*time.Millisecond, "the order arrives")
	return placed
}

// single is an order of one line and one tender over the rail.
func single(rail partners.Rail, quantity int) func(*partners.ShopOrder) {
	return func(o *partners.ShopOrder) {
		line := o.Lines[0]
		line.Quantity, line.Paid = quantity, line.UnitPrice*money.Amount(quantity)
		o.Lines = []partners.ShopLine{line}
		o.Payments = o.Payments[:1]
		o.Payments[0].Rail, o.Payments[0].Captured = rail, line.Paid
	}
}

func request(order partners.ShopOrder, line, quantity int, more map[string]any) map[string]any {
	body := map[string]any{"kind": "return", "order_id": order.ID, "reason": "no_reason", "lines": []map[string]any{{"line_id": order.Lines[line].ID, "quantity": quantity}}}
	maps.Copy(body, more)
	return body
}

// open opens a case and returns its ID.
func (s *stack) open(order partners.ShopOrder, line, quantity int, more map[string]any) string {
	s.t.Helper()
	got := s.send(kim, http.MethodPost, "/v1/cases", models.NewID(), request(order, line, quantity, more))
	require.Equal(s.t, http.StatusCreated, got.status, "%s", got.body)
	return got.ack.CaseID
}

func (s *stack) caseOf(login, id string) demo.Case {
	s.t.Helper()
	var c demo.Case
	got := s.send(login, http.MethodGet, "/v1/cases/"+id, "", nil)
	require.Equal(s.t, http.StatusOK, got.status, "%s", got.body)
	require.NoError(s.t, json.Unmarshal(got.body, &c))
	return c
}

// patience bounds every wait for something that must happen by itself.
const patience = 60 * time.Second

func (s *stack) untilStage(id, stage string) demo.Case {
	s.t.Helper()
	var c demo.Case
	require.Eventually(s.t, func() bool {
		c = s.caseOf(agent, id)
		return c.Stage == stage
	}, patience, 50*time.Millisecond, "case %s reaches %s", id, stage)
	return c
}

// review brings the complaint about a case before an agent, and returns its ID: its sides have nothing to add.
func (s *stack) review(id string) string {
	s.t.Helper()
	complaint := s.untilStage(id, "dispute").ComplaintID
	require.NotEmpty(s.t, complaint)
	require.Eventually(s.t, func() bool {
		return s.send(agent, http.MethodGet, "/v1/cases/"+complaint, "", nil).status == http.StatusOK
	}, patience, 50*time.Millisecond)
	s.do(kim, complaint, "rest", nil)
	s.do(clerk, complaint, "rest", nil)
	s.untilStage(complaint, "review")
	return complaint
}

// closes brings a judged complaint to its end: the merchant does what was judged, and nobody appeals.
func (s *stack) closes(complaint string) demo.Case {
	s.t.Helper()
	var c demo.Case
	require.Eventually(s.t, func() bool {
		switch c = s.caseOf(agent, complaint); c.Stage {
		case "execute":
			s.try(clerk, complaint, "carry-out", models.NewID(), nil)
		case "appeal_window":
			s.try(kim, complaint, "rest", models.NewID(), nil)
			s.try(clerk, complaint, "rest", models.NewID(), nil)
		}
		return c.Stage == "ended"
	}, patience, 100*time.Millisecond, "complaint %s stands at %s", complaint, c.Stage)
	return c
}

func (s *stack) untilEnd(id, outcome string) demo.Case {
	s.t.Helper()
	c := s.untilStage(id, "ended")
	require.Equal(s.t, outcome, c.Outcome)
	return c
}

// sendBack lets the goods travel to the shop and arrive there.
func (s *stack) sendBack(id, number string, grams int) {
	s.t.Helper()
	require.NoError(s.t, s.sandbox.Plan(s.t.Context(), number, sandbox.Plan{Grams: grams, Steps: []sandbox.PlanStep{
		{AfterMs: 50, State: partners.TrackPicked, City: demo.HomeCity}, {AfterMs: 300, State: partners.TrackSigned, City: demo.YardCity},
	}}))
	s.do(kim, id, "send-back", map[string]any{"carrier": "sf", "number": number})
}

// events counts the lines of the timeline by what happened.
func (s *stack) events(id string) map[string]int {
	s.t.Helper()
	var rows []struct {
		Event string
		N     int
	}
	require.NoError(s.t, s.store.DB.Raw("SELECT event, count(*) AS n FROM timeline WHERE case_id = ? GROUP BY event", id).Scan(&rows).Error)
	count := map[string]int{}
	for _, row := range rows {
		count[row.Event] = row.N
	}
	return count
}

func (s *stack) ledger() sandbox.Ledger {
	s.t.Helper()
	ledger, err := s.sandbox.Ledger(context.Background())
	require.NoError(s.t, err)
	return ledger
}

// paid is what the providers gave back for an order, in how many refunds.
func (s *stack) paid(order partners.ShopOrder) (sum money.Amount, refunds int) {
	s.t.Helper()
	refs := map[string]bool{}
	for _, payment := range order.Payments {
		refs[payment.Ref] = true
	}
	for _, refund := range s.ledger().Refunds {
		if refs[refund.Ref] {
			sum += refund.Amount
			refunds++
		}
	}
	return sum, refunds
}
