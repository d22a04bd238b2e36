package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/activities"
	"aftersales/cases"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/policy/pack"
	"aftersales/testkit"
	"aftersales/workflows/contract"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// world is a database with one customer and merchant, activities over it, and partners that can be made to fail.
type world struct {
	*activities.Activities
	t       testing.TB
	store   *models.Store
	alipay  *rail
	wechat  *rail
	carrier *carrier
	bot     *bot
	pack    *pack.Pack
}

// eachDB runs a test on SQLite and on PostgreSQL.
func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteWorld(t)) })
	t.Run("postgres", func(t *testing.T) {
		dsn := testkit.PostgresFrom(t, "activities", func(url string) error {
			return models.Migrate(context.Background(), url, models.Options{})
		})
		test(t, newWorld(t, dsn, models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}))
	})
}

func sqliteWorld(t testing.TB) *world {
	return newWorld(t, schema(t), models.Options{CreateMasterKey: true})
}

func newWorld(t testing.TB, dsn string, opts models.Options) *world {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, models.Migrate(ctx, dsn, opts))
	store, err := models.Open(ctx, dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	rules, err := pack.Builtin("default")
	require.NoError(t, err)
	packs := cases.Packs{Store: store, Loaded: pack.NewRegistry()}
	require.NoError(t, packs.Keep(ctx, rules))

	w := &world{
		t: t, store: store, pack: rules, carrier: &carrier{}, bot: &bot{},
		alipay: &rail{name: partners.RailAlipay, limits: partners.RailLimits{Window: 365 * 24 * time.Hour}, paid: map[string]partners.Refund{}},
		wechat: &rail{name: partners.RailWeChat, limits: partners.RailLimits{Window: 365 * 24 * time.Hour, MaxRefunds: 50, Spacing: time.Minute}, paid: map[string]partners.Refund{}},
	}
	w.Activities = &activities.Activities{
		Store: store, Rules: &cases.Evaluator{Packs: packs}, Packs: packs, Bot: w.bot, Carrier: w.carrier,
		Rails: map[partners.Rail]partners.Payments{partners.RailAlipay: w.alipay, partners.RailWeChat: w.wechat},
	}
	_, err = store.CreateCustomer(ctx, models.NewCustomer{ID: "cus", Name: "王小明", Phone: "13800138000", Lang: "zh-CN", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	_, err = store.CreateMerchant(ctx, models.NewMerchant{ID: "mer", Name: "好店", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	place, err := json.Marshal(partners.Place{Name: "仓库", Phone: "057188880000", City: "杭州市"})
	require.NoError(t, err)
	_, err = store.AddReturnAddress(ctx, models.NewReturnAddress{ID: "addr", MerchantID: "mer", City: "杭州市", Place: string(place), IsDefault: true, CreatedAt: noon})
	require.NoError(t, err)
	return w
}

// line is one article of a test order.
type line struct {
	quantity int
	paid     money.Amount
}

// tender is one means of payment of a test order.
type tender struct {
	rail     partners.Rail
	captured money.Amount
}

// order makes a signed order with lines <id>-l1 … and tenders <id>-t1 …
func (w *world) order(id string, lines []line, tenders ...tender) {
	w.t.Helper()
	signed := noon.Add(-48 * time.Hour)
	place, err := json.Marshal(partners.ShopPlace{Name: "王小明", Phone: "13800138000", City: "北京市"})
	require.NoError(w.t, err)
	in := models.OrderInput{
		ID: id, Version: 1, CustomerID: "cus", MerchantID: "mer", Currency: money.CNY, PaidAt: noon.Add(-72 * time.Hour),
		ShippedAt: &signed, SignedAt: &signed, Recipient: string(place),
	}
	for i, l := range lines {
		in.Lines = append(in.Lines, models.OrderLineInput{
			ID: fmt.Sprintf("%s-l%d", id, i+1), ProductID: "p", VariantID: "v", Title: "台灯", Category: "home", Quantity: l.quantity,
			UnitPrice: l.paid / money.Amount(l.quantity), Paid: l.paid, WeightGrams: 600,
		})
	}
	for i, tender := range tenders {
		in.Tenders = append(in.Tenders, models.TenderInput{
			ID: fmt.Sprintf("%s-t%d", id, i+1), Rail: string(tender.rail), Ref: fmt.Sprintf("ref-%s-%d", id, i+1),
			Captured: tender.captured, CapturedAt: noon.Add(-72 * time.Hour),
		})
	}
	_, err = w.store.UpsertOrder(context.Background(), in)
	require.NoError(w.t, err)
}

func (w *world) start(caseID, order string, chosen ...contract.ChosenLine) contract.Start {
	return contract.Start{
		CaseID: caseID, Kind: policy.Return, CustomerID: "cus", MerchantID: "mer", OrderID: order, Lines: chosen,
		Reason: "no_reason", Lang: "zh-CN", PackHash: w.pack.Hash(), At: noon,
	}
}

// refundOf asks for amount on the first line of an order.
func refundOf(caseID, order string, amount money.Amount) contract.RefundInput {
	return contract.RefundInput{
		CaseID: caseID, OrderID: order, Round: 1, Cause: contract.CauseRule, CauseRef: "test", At: noon,
		Quote: policy.Quote{Currency: money.CNY, Total: amount, Lines: []policy.QuoteLine{{LineID: order + "-l1", Quantity: 1, Amount: amount}}},
	}
}

// legs reads every leg of an order from the ledger.
func (w *world) legs(order string) []models.RefundLeg {
	w.t.Helper()
	book, err := w.store.Book(context.Background(), order)
	require.NoError(w.t, err)
	return book.Legs
}

// rail is a payment provider with a ledger: a key refunds once. fault, when set, decides what a call does.
type rail struct {
	mu     sync.Mutex
	name   partners.Rail
	limits partners.RailLimits
	paid   map[string]partners.Refund
	calls  int
	asked  int
	fault  func(partners.RefundRequest) (apply bool, err error)
	state  partners.RefundState // of new refunds; empty: succeeded
}

func (r *rail) Rail() partners.Rail         { return r.name }
func (r *rail) Limits() partners.RailLimits { return r.limits }

func (r *rail) Refund(_ context.Context, request partners.RefundRequest) (partners.Refund, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := request.Check(); err != nil {
		return partners.Refund{}, &partners.Error{Failure: partners.Refused, Partner: string(r.name), Code: "invalid", Err: err}
	}
	r.calls++
	apply, err := true, error(nil)
	if r.fault != nil {
		apply, err = r.fault(request)
	}
	known, repeated := r.paid[request.Key]
	if repeated && known.Amount != request.Amount {
		return partners.Refund{}, &partners.Error{Failure: partners.Mismatch, Partner: string(r.name), Code: "repeat", Err: errors.New("other content")}
	}
	if apply && !repeated {
		known = partners.Refund{
			Key: request.Key, PaymentRef: request.PaymentRef, ProviderRef: "pr-" + request.Key[:8], Amount: request.Amount,
			State: partners.RefundSucceeded, At: noon.Add(time.Second),
		}
		if r.state != "" {
			known.State = r.state
		}
		r.paid[request.Key] = known
	}
	if err != nil {
		return partners.Refund{}, err
	}
	return known, nil
}

func (r *rail) FindRefund(_ context.Context, key, ref string) (partners.Refund, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if known, found := r.paid[key]; found {
		return known, nil
	}
	return partners.Refund{Key: key, PaymentRef: ref, State: partners.RefundNotFound}, nil
}

func (r *rail) Bill(context.Context, time.Time) ([]partners.Refund, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []partners.Refund
	for _, refund := range r.paid {
		all = append(all, refund)
	}
	return all, nil
}

func (r *rail) ReadNotice(http.Header, []byte) (partners.Notice, error) {
	return partners.Notice{}, errors.New("none")
}
func (r *rail) Acknowledge() (string, []byte) { return "text/plain", []byte("success") }

// total is what the provider has really paid back.
func (r *rail) total() (sum money.Amount) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, refund := range r.paid {
		if refund.State == partners.RefundSucceeded {
			sum += refund.Amount
		}
	}
	return sum
}

func failing(failure partners.Failure) error {
	return &partners.Error{Failure: failure, Partner: "test", Code: string(failure), Err: errors.New("as told")}
}

// carrier is a carrier that knows one track and books couriers by key.
type carrier struct {
	mu         sync.Mutex
	track      partners.Track
	down       bool
	subscribed int
	booked     map[string]partners.Pickup
	bookings   int
	loseAnswer bool
	cancelled  []string

	queryFails, interceptFails error
	turned                     []string // waybills
}

// Intercept turns a parcel round, or fails.
func (c *carrier) Intercept(_ context.Context, waybill partners.Waybill, _ string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.interceptFails == nil {
		c.turned = append(c.turned, waybill.Number)
	}
	return c.interceptFails
}

func (c *carrier) Carriers() map[string]string {
	return map[string]string{"sf": "顺丰", "yto": "圆通"}
}

func (c *carrier) Subscribe(context.Context, partners.Waybill, string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return failing(partners.Down)
	}
	c.subscribed++
	return nil
}

func (c *carrier) Query(_ context.Context, waybill partners.Waybill, _ string) (partners.Track, error) {
	track := c.track
	track.Waybill = waybill
	if track.State == "" {
		track.State = partners.TrackNone
	}
	return track, c.queryFails
}

func (c *carrier) BookPickup(_ context.Context, request partners.PickupRequest) (partners.Pickup, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return partners.Pickup{}, failing(partners.Down)
	}
	if c.booked == nil {
		c.booked = map[string]partners.Pickup{}
	}
	pickup, known := c.booked[request.Key]
	if !known {
		c.bookings++
		pickup = partners.Pickup{Key: request.Key, TaskID: fmt.Sprint("task-", c.bookings), Waybill: partners.Waybill{Carrier: request.Carrier, Number: fmt.Sprintf("SF%012d", c.bookings)}}
		c.booked[request.Key] = pickup
	}
	if c.loseAnswer {
		c.loseAnswer = false
		return partners.Pickup{}, failing(partners.Unknown)
	}
	return pickup, nil
}

func (c *carrier) FindPickup(_ context.Context, key string) (partners.Pickup, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	pickup, found := c.booked[key]
	return pickup, found, nil
}

func (c *carrier) CancelPickup(_ context.Context, key, _, _ string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelled = append(c.cancelled, key)
	return nil
}

func (c *carrier) ReadNotice(http.Header, []byte) (partners.Notice, error) {
	return partners.Notice{}, errors.New("none")
}
func (c *carrier) Acknowledge() (string, []byte) { return "application/json", nil }

// bot asks for the first field that is missing and understands a reason by its code or the word 坏.
type bot struct{ fails bool }

func (b *bot) Next(_ context.Context, form activities.Form) (*contract.Question, error) {
	if b.fails {
		return nil, errors.New("the bot is ill")
	}
	if len(form.Missing) == 0 {
		return nil, nil
	}
	question := &contract.Question{Field: form.Missing[0]}
	if question.Field == "reason" {
		question.Choices = form.Reasons
	}
	return question, nil
}

func (b *bot) Read(_ context.Context, form activities.Form, reply activities.Reply) (activities.Reading, error) {
	switch reply.Field {
	case "reason":
		value := reply.Choice
		if reply.Text == "坏了" {
			value = "quality"
		}
		return activities.Reading{Understood: value != "", Value: value}, nil
	case "evidence":
		useful := slices.ContainsFunc(reply.Evidence, func(kind string) bool { return len(form.Needs) == 0 || slices.Contains(form.Needs, kind) })
		return activities.Reading{Understood: useful}, nil
	}
	return activities.Reading{Understood: reply.Text != "", Value: reply.Text}, nil
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}
