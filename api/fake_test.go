package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/api"
	"aftersales/fault"
	"aftersales/identity"
	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// These fakes stand behind tests whose subject is the edge itself.

// people are who can sign in; the token is the role.
var people = map[string]identity.Person{
	"customer":   {AccountID: "a1", Kind: "customer", ID: "cu-1", Role: "customer", KeyRef: "k1", Lang: "zh-CN", SessionID: "se-1"},
	"merchant":   {AccountID: "a2", Kind: "staff", ID: "st-1", Role: "merchant", MerchantID: "shop-1", Owner: true, KeyRef: "k2"},
	"agent":      {AccountID: "a3", Kind: "staff", ID: "st-2", Role: "agent", TeamID: "team-1", KeyRef: "k3", Limit: 50000},
	"supervisor": {AccountID: "a4", Kind: "staff", ID: "st-3", Role: "supervisor", TeamID: "team-1", KeyRef: "k4", Limit: 500000},
	"editor":     {AccountID: "a6", Kind: "staff", ID: "st-5", Role: "editor", KeyRef: "k6"},
	"operator":   {AccountID: "a5", Kind: "staff", ID: "st-4", Role: "operator", KeyRef: "k5"},
}

type fakeIdentity struct {
	address string
	mu      sync.Mutex
	spent   map[string]bool // tokens and requests
}

func (f *fakeIdentity) SignIn(_ context.Context, login, password string, from identity.Origin) (identity.SignedIn, error) {
	f.address = from.Address
	person, ok := people[login]
	if !ok || password != "secret" {
		return identity.SignedIn{}, fault.New(fault.SignInFailed)
	}
	return identity.SignedIn{Token: login, ExpiresAt: noon.Add(time.Hour), Person: person}, nil
}

// fakeAccounts and fakePeople answer with something; what they do is tested where it is done.
type fakeAccounts struct{}

func (fakeAccounts) Own(context.Context, identity.Person) (identity.Own, error) {
	return identity.Own{Colleague: identity.Colleague{ID: "ann", Role: "agent", Name: "Ann", Status: "active"}, Team: "One", Sessions: 2}, nil
}

func (fakeAccounts) Sessions(context.Context, identity.Person) ([]identity.Session, error) {
	return []identity.Session{{ID: "se-1", Method: "password", Device: "Firefox, Linux", CreatedAt: noon, SeenAt: noon, ExpiresAt: noon, Current: true}}, nil
}
func (fakeAccounts) RevokeSession(context.Context, identity.Person, string) error { return nil }
func (fakeAccounts) RevokeSessions(context.Context, identity.Person, bool) (int, error) {
	return 2, nil
}
func (fakeAccounts) ChangePassword(context.Context, identity.Person, string, string) error {
	return nil
}
func (fakeAccounts) OpenLink(context.Context, string, identity.Origin) (identity.Opened, error) {
	return identity.Opened{Purpose: "join", Role: "agent", ExpiresAt: noon}, nil
}
func (fakeAccounts) Accept(context.Context, identity.Acceptance) (string, error) { return "ac-1", nil }

type fakePeople struct{}

var li = identity.Colleague{ID: "st-9", Role: "agent", Name: "李", Status: "invited", Limit: 50000, CreatedAt: noon}

func (fakePeople) Colleagues(context.Context, identity.Person, identity.StaffFilter, identity.PageRequest) (identity.ColleaguePage, error) {
	return identity.ColleaguePage{Items: []identity.Colleague{li}}, nil
}
func (fakePeople) Colleague(context.Context, identity.Person, string) (identity.Colleague, error) {
	return li, nil
}
func (fakePeople) Invite(context.Context, identity.Person, string, identity.Invitee) (identity.Colleague, identity.Link, error) {
	return li, identity.Link{Token: "t", Purpose: "join", ExpiresAt: noon}, nil
}
func (f fakePeople) InviteAgain(ctx context.Context, p identity.Person, _ string) (identity.Colleague, identity.Link, error) {
	return f.Invite(ctx, p, "", identity.Invitee{})
}
func (f fakePeople) Recover(ctx context.Context, p identity.Person, _ string) (identity.Colleague, identity.Link, error) {
	return f.Invite(ctx, p, "", identity.Invitee{})
}
func (fakePeople) RecoverCustomer(context.Context, identity.Person, string) (identity.Link, error) {
	return identity.Link{Token: "t", Purpose: "recover", ExpiresAt: noon}, nil
}
func (fakePeople) ResetFactors(context.Context, identity.Person, string) (identity.Colleague, error) {
	return li, nil
}
func (fakePeople) ResetCustomerFactors(context.Context, identity.Person, string) error { return nil }
func (fakePeople) Change(context.Context, identity.Person, string, identity.Rights) (identity.Colleague, error) {
	return li, nil
}
func (fakePeople) Deactivate(context.Context, identity.Person, string) (identity.Colleague, error) {
	return li, nil
}
func (fakePeople) Reactivate(context.Context, identity.Person, string) (identity.Colleague, error) {
	return li, nil
}
func (fakePeople) SignOutColleague(context.Context, identity.Person, string) (int, error) {
	return 1, nil
}
func (fakePeople) Teams(context.Context) ([]identity.Team, error) {
	return []identity.Team{{ID: "te-1", Name: "华东"}}, nil
}
func (fakePeople) CreateTeam(_ context.Context, _ identity.Person, name string) (identity.Team, error) {
	return identity.Team{ID: "te-1", Name: name}, nil
}
func (fakePeople) RenameTeam(_ context.Context, _ identity.Person, id, name string) (identity.Team, error) {
	return identity.Team{ID: id, Name: name}, nil
}

func (f *fakeIdentity) SignOut(context.Context, string) error { return nil }

func (f *fakeIdentity) Authenticate(_ context.Context, token string) (identity.Person, error) {
	person, ok := people[token]
	if !ok {
		return identity.Person{}, fault.New(fault.SignInRequired)
	}
	return person, nil
}

// fakeKeys is Idempotency in a map.
type fakeKeys struct {
	mu   sync.Mutex
	rows map[string]*keyRow
}

type keyRow struct {
	request api.KeyedRequest
	at      time.Time
	answer  api.KeyedAnswer
}

func (f *fakeKeys) Begin(_ context.Context, request api.KeyedRequest, at time.Time) (time.Time, api.KeyedAnswer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	row, ok := f.rows[request.Actor+" "+request.Key]
	if !ok {
		row = &keyRow{request: request, at: at}
		f.rows[request.Actor+" "+request.Key] = row
	}
	if row.request.Action != request.Action || row.request.Hash != request.Hash {
		return time.Time{}, api.KeyedAnswer{}, fault.New(fault.KeyReused)
	}
	return row.at, row.answer, nil
}

func (f *fakeKeys) Finish(_ context.Context, request api.KeyedRequest, answer api.KeyedAnswer, _ time.Time) (api.KeyedAnswer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	row := f.rows[request.Actor+" "+request.Key]
	if row.answer.Status == 0 {
		row.answer = answer
	}
	return row.answer, nil
}

type fakeNotices struct{}

func (fakeNotices) Receive(_ context.Context, partner string, header http.Header, body []byte) (string, []byte, error) {
	switch {
	case partner != "kuaidi100":
		return "", nil, fault.New(fault.NotFound)
	case header.Get("X-Sign") == "forged":
		return "", nil, fault.New(fault.NoticeForged)
	case len(body) == 0:
		return "", nil, fault.New(fault.NoticeMalformed)
	}
	return "application/json", []byte(`{"result":true,"returnCode":"200"}`), nil
}

// fakeCases answers everything with something; tests put their own functions in.
type fakeCases struct {
	mu       sync.Mutex
	open     func(context.Context, api.Opening) (contract.Ack, error)
	command  func(ctx context.Context, caseID, text string, command contract.Command) (contract.Ack, error)
	view     func(reader contract.Actor) (api.CaseView, error)
	order    func(reader contract.Actor) (api.Order, error)
	list     func(reader contract.Actor, filter api.CaseFilter, page api.PageRequest) (api.Page[api.CaseRow], error)
	commands []contract.Command
	actions  []string // of the commands
}

func (f *fakeCases) Open(ctx context.Context, opening api.Opening) (contract.Ack, error) {
	if f.open != nil {
		return f.open(ctx, opening)
	}
	return contract.Ack{CaseID: "case-1", Stage: contract.StageDetails, Revision: 1, Seq: 1, Changed: true, Question: &contract.Question{
		Round: 1, N: 1, Field: "reason", AskedAt: noon, DueAt: noon.Add(48 * time.Hour),
		Choices: []contract.Choice{{Value: "no_longer_wanted", Zh: "不想要了", En: "No longer wanted"}},
	}}, nil
}

func (f *fakeCases) Command(ctx context.Context, action, caseID, text string, make func(string) contract.Command) (contract.Ack, error) {
	textID := ""
	if text != "" {
		textID = "text-1"
	}
	command := make(textID)
	f.mu.Lock()
	f.commands = append(f.commands, command)
	f.actions = append(f.actions, action)
	f.mu.Unlock()
	if f.command != nil {
		return f.command(ctx, caseID, text, command)
	}
	return contract.Ack{CaseID: caseID, Stage: contract.StageMerchant, Revision: 2, Seq: 2, Changed: true}, nil
}

func (f *fakeCases) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.commands)
}

func (f *fakeCases) Case(_ context.Context, reader contract.Actor, _ string) (api.CaseView, error) {
	if f.view != nil {
		return f.view(reader)
	}
	return aView(), nil
}

func (f *fakeCases) List(_ context.Context, reader contract.Actor, filter api.CaseFilter, page api.PageRequest) (api.Page[api.CaseRow], error) {
	if f.list != nil {
		return f.list(reader, filter, page)
	}
	return api.Page[api.CaseRow]{Items: []api.CaseRow{aView().CaseRow}, Next: "more"}, nil
}

func (f *fakeCases) Timeline(context.Context, contract.Actor, string, int64, int) ([]contract.Entry, error) {
	return []contract.Entry{{Seq: 1, At: noon, By: contract.Actor{Kind: contract.Agent, ID: "st-2"}, Event: "opened", Data: map[string]any{"amount": 1}}}, nil
}

func (f *fakeCases) Evaluations(context.Context, contract.Actor, string) ([]api.Evaluation, error) {
	facts := policy.Facts{Kind: policy.Return, Reason: "quality", At: noon}
	return []api.Evaluation{{N: 1, PackHash: "h", At: noon, Facts: &facts, Terms: policy.Terms{
		Pack: "default", Quote: aView().View.Quote, Deadlines: map[policy.Step]policy.Deadline{
			policy.StepMerchantAnswer: {Actor: policy.Merchant, For: 48 * time.Hour, Clock: policy.WallClock, Default: policy.ActAgree, Rule: "r"},
		},
	}}}, nil
}

func (f *fakeCases) OpenRecovery(_ context.Context, _ contract.Meta, r api.NewRecovery) (api.Recovery, error) {
	return api.Recovery{ID: "re-1", CaseID: r.CaseID, From: r.From, Amount: r.Amount, Currency: r.Currency, Cause: r.Cause, State: "open"}, nil
}

func (f *fakeCases) OpenGoodwill(ctx context.Context, g api.Goodwill) (contract.Ack, error) {
	return f.Open(ctx, api.Opening{Meta: g.Meta, OrderID: g.OrderID, Lines: g.Lines, Text: g.Text, Asked: g.Amount})
}

func (f *fakeCases) MerchantRules(context.Context, contract.Actor, string) (api.MerchantRules, error) {
	return api.MerchantRules{Revision: 3, Rules: []api.MerchantRule{{Name: "small", Below: 5000, Enabled: true, SetBy: "st-1", SetAt: noon}}}, nil
}

func (f *fakeCases) SetMerchantRules(_ context.Context, _ contract.Meta, rules []api.MerchantRule) (api.MerchantRules, error) {
	return api.MerchantRules{Revision: 4, Rules: rules}, nil
}

func (f *fakeCases) Take(_ context.Context, meta contract.Meta, caseID string) (api.Assignment, error) {
	return api.Assignment{CaseID: caseID, AgentID: meta.Actor.ID}, nil
}

func (f *fakeCases) Assign(_ context.Context, _ contract.Meta, caseID, agentID string) (api.Assignment, error) {
	return api.Assignment{CaseID: caseID, AgentID: agentID}, nil
}

func (f *fakeCases) Shops(context.Context, contract.Actor, api.PageRequest) (api.Page[api.Shop], error) {
	return api.Page[api.Shop]{Items: []api.Shop{{ID: "shop-1", Name: "店", Level: "good", TeamID: "team-1"}}}, nil
}

func (f *fakeCases) SetShopTeam(_ context.Context, _ contract.Meta, merchantID, teamID string) (api.Shop, error) {
	return api.Shop{ID: merchantID, Name: "店", Level: "good", TeamID: teamID}, nil
}

func (f *fakeCases) Orders(context.Context, contract.Actor, api.PageRequest) (api.Page[api.Order], error) {
	return api.Page[api.Order]{Items: []api.Order{anOrder()}}, nil
}

func (f *fakeCases) Order(_ context.Context, reader contract.Actor, _ string) (api.Order, error) {
	if f.order != nil {
		return f.order(reader)
	}
	return anOrder(), nil
}

func (f *fakeCases) Reasons(context.Context, policy.Kind, policy.Phase) ([]api.Reason, error) {
	return []api.Reason{{Code: "quality", Zh: "质量问题", En: "Faulty", Phases: []string{"onsale"}, Needs: []string{"picture"}}}, nil
}

func (f *fakeCases) EvidenceOf(context.Context, contract.Actor, string) ([]api.Evidence, error) {
	return []api.Evidence{{ID: "ev-1", CaseID: "case-1", Digest: "d", OwnerKind: "customer", Kind: "picture", State: "accepted", UploadedAt: noon}}, nil
}

func (f *fakeCases) Tasks(context.Context, contract.Actor, api.TaskFilter, api.PageRequest) (api.Page[api.Task], error) {
	return api.Page[api.Task]{Items: []api.Task{{ID: "t", Kind: "review", RecipientKind: "agent", SubjectKind: "case", SubjectID: "case-1", DueAt: noon, CreatedAt: noon}}}, nil
}

func (f *fakeCases) Approvals(context.Context, contract.Actor, api.PageRequest) (api.Page[api.Approval], error) {
	return api.Page[api.Approval]{Items: []api.Approval{{CaseID: "case-1", Currency: "CNY", State: *aView().View.Approval}}}, nil
}

func (f *fakeCases) Notifications(context.Context, contract.Actor, api.PageRequest) (api.Page[api.Notification], error) {
	return api.Page[api.Notification]{Items: []api.Notification{{ID: "n", Kind: "opened", SubjectKind: "case", SubjectID: "case-1", At: noon}}}, nil
}

func (f *fakeCases) Unread(context.Context, contract.Actor) (int, error) { return 1, nil }

func (f *fakeCases) ReadNotification(context.Context, contract.Actor, string) error { return nil }

func (f *fakeCases) MoveDeadlines(_ context.Context, _ contract.Meta, move api.DeadlineMove) (api.DeadlineMove, error) {
	move.ID, move.At = "mv-1", noon
	return move, nil
}

func (f *fakeCases) DeadlineMove(context.Context, contract.Actor, string) (api.DeadlineMove, error) {
	return api.DeadlineMove{ID: "mv-1", By: time.Hour, Reason: "r", At: noon}, nil
}

func (f *fakeCases) Discrepancies(context.Context, contract.Actor, api.PageRequest) (api.Page[api.Discrepancy], error) {
	return api.Page[api.Discrepancy]{Items: []api.Discrepancy{{ID: "d", Kind: "amount", Subject: "leg", Detail: "{}", FoundAt: noon}}}, nil
}

func (f *fakeCases) Reconcile(context.Context, contract.Meta) (string, error) { return "rc-1", nil }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func aView() api.CaseView {
	due := noon.Add(48 * time.Hour)
	quote := policy.Quote{Currency: "CNY", Total: 9900, Lines: []policy.QuoteLine{{LineID: "l1", Quantity: 1, Amount: 9900}},
		Formula: []policy.FormulaLine{{Label: "paid_for_units", Line: "l1", Amount: 9900, Rule: policy.RuleReallyPaid}}}
	return api.CaseView{
		CaseRow: api.CaseRow{
			ID: "case-1", Kind: "return", Phase: "onsale", Stage: "merchant_answer", Open: true, OrderID: "o-1", CustomerID: "cu-1", MerchantID: "shop-1",
			Currency: "CNY", Amount: 9900, WaitingFor: "merchant", DueAt: &due, Default: "agree", Revision: 3, Seq: 7, OpenedAt: noon, UpdatedAt: noon,
		},
		Texts: map[string]string{"text-1": "坏了"},
		View: contract.View{
			Lines: []contract.ChosenLine{{LineID: "l1", Quantity: 1}}, Units: []string{"l1/1"}, Liability: policy.Merchant, Quote: quote,
			Wait:       &contract.WaitView{Step: policy.StepMerchantAnswer, Actor: contract.Merchant, Since: noon, DueAt: due, Default: policy.ActAgree},
			Question:   &contract.Question{Round: 1, N: 1, Field: "evidence", AskedAt: noon, DueAt: due},
			Answer:     &contract.MerchantView{Decision: contract.Agree},
			Offer:      &contract.OfferView{Amount: 100, Quote: quote},
			Parcel:     &contract.ParcelView{Carrier: "sf", Number: "SF1", State: "transit", LastScan: &noon},
			Inspection: &contract.InspectionView{Difference: policy.EmptyBox},
			Extension:  &contract.ExtensionView{Step: policy.StepInspection, For: time.Hour},
			Review:     &contract.ReviewView{Cause: "weight", Since: noon},
			Approval:   &contract.ApprovalState{ID: "ap-1", Hash: "h", Outcome: "refund", Amount: 9900, State: "waiting", At: noon, DueAt: due},
			Legs:       []contract.LegState{{Key: "k", TenderID: "t", Rail: "alipay", Amount: 9900, Status: "intended", NotBefore: noon}},
			Pickup:     "ordered",
			Actions: []contract.ActionState{
				{Name: "withdraw", Roles: []contract.Role{contract.Customer}, Enabled: true},
				{Name: "merchant_answer", Roles: []contract.Role{contract.Merchant}, Why: "not_possible_now"},
			},
		},
	}
}

func anOrder() api.Order {
	return api.Order{
		ID: "o-1", CustomerID: "cu-1", MerchantID: "shop-1", Currency: "CNY", PaidAt: noon, Captured: 9900,
		Name: "张小明", Phone: "13812341234", Province: "浙江省", City: "杭州市", Street: "文三路 1 号",
		Lines: []api.OrderLine{{ID: "l1", ProductID: "p", VariantID: "v", Title: "杯子", Category: "home", Quantity: 1, Available: 1, UnitPrice: 9900, Paid: 9900}},
	}
}

var png = []byte("\x89PNG\r\n\x1a\n0000")

// rig is the edge over the fakes, and what it logs.
type rig struct {
	*fakeCases
	identity *fakeIdentity
	live     *fakeLive
	keys     *fakeKeys
	logged   *safeBuffer
	server   *api.Server
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newRig(t *testing.T, change ...func(*api.Options)) *rig {
	t.Helper()
	r := &rig{fakeCases: &fakeCases{}, identity: &fakeIdentity{}, keys: &fakeKeys{rows: map[string]*keyRow{}}, live: &fakeLive{}, logged: &safeBuffer{}}
	options := api.Options{
		Identity: r.identity, Factors: fakeFactors{}, Accounts: fakeAccounts{}, Outside: fakeOutside{}, Webhooks: fakeWebhooks{}, People: fakePeople{}, Idempotency: r.keys, Notices: fakeNotices{}, Cases: r.fakeCases, Shopkeeping: fakeShop{}, Funds: fakeFunds{}, CaseViews: fakeViews{}, Articles: fakeArticles{}, Uploads: &fakeUploads{}, Reveals: fakeReveals{}, Codec: fakeCodec{}, Directory: fakeDirectory{}, CodecOrigins: []string{"http://127.0.0.1:8233"},
		Texts:  func(_, field, lang string, _ bool) string { return field + "?" + lang },
		Logger: slog.New(slog.NewJSONHandler(r.logged, nil)), PublicURL: "https://shop.example",
	}
	options.Privacy = fakePrivacy{}
	options.Operations, options.Trail = fakeOperations{}, fakeTrail{}
	options.Chat = fakeChat{}
	options.Live = r.live
	for _, c := range change {
		c(&options)
	}
	r.server = api.New(options)
	return r
}

var tokens atomic.Int64

// call is one request; a token of "" sends none.
type call struct {
	method, path, token, body string
	header                    map[string]string
	stepUp                    bool // with a fresh factor for it
}

func (r *rig) do(t *testing.T, c call) *httptest.ResponseRecorder {
	t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	request := httptest.NewRequest(c.method, c.path, body)
	if c.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.stepUp {
		request.Header.Set("Step-Up", "for "+identity.ActionHash(c.method, c.path, []byte(c.body))+fmt.Sprint(tokens.Add(1)))
	}
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	r.server.Handler().ServeHTTP(answer, request)
	return answer
}

// problem reads an answer that must be a problem with this status and code.
func problem(t *testing.T, answer *httptest.ResponseRecorder, status int, code string) api.Problem {
	t.Helper()
	require.Equal(t, status, answer.Code, answer.Body.String())
	require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"), answer.Body.String())
	var p api.Problem
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &p))
	require.Equal(t, code, p.Code)
	require.Equal(t, status, p.Status)
	require.NotEmpty(t, p.Detail)
	require.NotEmpty(t, p.Type)
	return p
}

// raw is do with a path as it stands on the wire, which no client of ours would send, and with a host.
func (r *rig) raw(t *testing.T, c call, path, host string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(c.method, "/", strings.NewReader(c.body))
	before, query, _ := strings.Cut(path, "?")
	request.RequestURI, request.Host = path, host
	request.URL.Path, request.URL.RawPath, request.URL.RawQuery = before, "", query
	if plain, err := url.PathUnescape(before); err == nil && plain != before {
		request.URL.Path, request.URL.RawPath = plain, before
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	r.server.Handler().ServeHTTP(answer, request)
	return answer
}

// fakeOutside lets everybody in.
type fakeOutside struct{}

func (fakeOutside) CreateAPIKey(context.Context, api.Person, identity.NewAPIKey) (identity.APIKey, string, error) {
	return identity.APIKey{ID: "k-1", Scopes: []string{"case.list"}}, "ask_x", nil
}

func (fakeOutside) RotateAPIKey(context.Context, api.Person, string) (identity.APIKey, string, error) {
	return identity.APIKey{ID: "k-2", Scopes: []string{"case.list"}}, "ask_y", nil
}
func (fakeOutside) RevokeAPIKey(context.Context, api.Person, string) error { return nil }
func (fakeOutside) KeyMay(_ api.Person, action string) bool {
	return action == "case.read" || action == "case.list" || action == "case.refund.approve"
}

func (fakeOutside) APIKeys(context.Context, api.Person) ([]identity.APIKey, error) {
	return []identity.APIKey{{ID: "k-1", Scopes: []string{"case.list"}}}, nil
}

func (fakeOutside) HandOver(_ context.Context, token string, _ identity.Origin) (identity.SignedIn, error) {
	if token == "used" {
		return identity.SignedIn{}, fault.New(fault.HandoverInvalid)
	}
	return identity.SignedIn{Token: "customer", Person: people["customer"]}, nil
}

func (fakeOutside) Elsewheres() []identity.Elsewhere {
	return []identity.Elsewhere{{Name: "company", Title: "Company"}}
}

func (fakeOutside) Depart(context.Context, string, api.Person, identity.Purpose) (identity.Departure, error) {
	return identity.Departure{URL: "https://id.example/authorize", Binding: "b"}, nil
}

func (fakeOutside) Arrive(_ context.Context, _, _, binding, _ string, _ identity.Origin) (identity.Arrival, error) {
	if binding == "stolen" {
		return identity.Arrival{}, fault.New(fault.OutsideRefused)
	}
	return identity.Arrival{SignedIn: identity.SignedIn{Token: "agent"}, Purpose: identity.Purpose{To: "/cases"}}, nil
}

func (fakeOutside) Tied(context.Context, api.Person) ([]models.OutsideIdentity, error) {
	return []models.OutsideIdentity{{Provider: "company"}}, nil
}
func (fakeOutside) Untie(context.Context, api.Person, string) error { return nil }
