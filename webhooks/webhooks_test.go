package webhooks_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/partners/safehttp"
	"aftersales/testkit"
	"aftersales/webhooks"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// heard is a message as the other program got it.
type heard struct {
	header http.Header
	body   []byte
}

// program is another program: it notes what it is told and answers as it is set to.
type program struct {
	*httptest.Server
	mu       sync.Mutex
	messages []heard
	answer   int
}

func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, heard{r.Header, body})
	if p.answer == http.StatusFound {
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
		return
	}
	w.WriteHeader(p.answer)
}

func (p *program) says(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = status
}

func (p *program) took() []heard {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.messages
	p.messages = nil
	return taken
}

func newProgram(t *testing.T) *program {
	p := &program{answer: http.StatusNoContent}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

type world struct {
	*webhooks.Service
	t  *testing.T
	at time.Time
}

func (w *world) pass(d time.Duration) { w.at = w.at.Add(d) }

var (
	shop     = webhooks.Owner{Shop: "shop", By: "st-1"}
	rival    = webhooks.Owner{Shop: "rival", By: "st-2"}
	platform = webhooks.Owner{By: "op"}
)

func eachDB(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	migrate := func(dsn string) error { return models.Migrate(context.Background(), dsn, models.Options{}) }
	t.Run("sqlite", func(t *testing.T) {
		test(t, newWorld(t, testkit.SQLiteFrom(t, "webhooks", migrate), models.Options{CreateMasterKey: true}))
	})
	t.Run("postgres", func(t *testing.T) {
		options := models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}
		test(t, newWorld(t, testkit.PostgresFrom(t, "webhooks", migrate), options))
	})
}

func newWorld(t *testing.T, dsn string, options models.Options) *world {
	t.Helper()
	options.Logger = slog.New(slog.DiscardHandler)
	require.NoError(t, models.Migrate(t.Context(), dsn, options))
	store, err := models.Open(t.Context(), dsn, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	w := &world{t: t, at: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	client := safehttp.New(safehttp.Options{}).Client(5*time.Second, "https", "http")
	w.Service = &webhooks.Service{Store: store, Client: client, Now: func() time.Time { return w.at }}
	return w
}

// allow lets the service call a program of this machine.
func (w *world) allow(programs ...*program) {
	for _, p := range programs {
		w.Plain = append(w.Plain, strings.TrimPrefix(p.URL, "http://"))
	}
	w.Client = safehttp.New(safehttp.Options{Allow: w.Plain}).Client(5*time.Second, "https", "http")
	w.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

func (w *world) endpoint(owner webhooks.Owner, p *program, topics ...string) (webhooks.Endpoint, string) {
	w.t.Helper()
	endpoint, secret, err := w.Create(w.t.Context(), owner, webhooks.Wanted{Name: "erp", Address: p.URL + "/hook", Topics: topics})
	require.NoError(w.t, err)
	return endpoint, secret
}

// happens writes events into the log, as changes do, and lets the service note whom to tell.
func (w *world) happens(events ...models.OutboxEvent) {
	w.t.Helper()
	for i := range events {
		if events[i].At.IsZero() {
			events[i].At = w.at
		}
		require.NoError(w.t, w.Store.AppendOutbox(w.t.Context(), events[i:i+1]...))
	}
	w.hears(int64(len(events)))
}

// hears lets the service hear of the newest n events.
func (w *world) hears(n int64) {
	w.t.Helper()
	var newest []models.OutboxEvent
	require.NoError(w.t, w.Store.DB.Order("id DESC").Limit(int(n)).Find(&newest).Error)
	slices.Reverse(newest)
	require.NoError(w.t, w.Handle(w.t.Context(), newest))
}

func (w *world) step() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.Step(w.t.Context())
		require.NoError(w.t, err)
	}
}

func (w *world) deliveries(owner webhooks.Owner, id, state string) []models.WebhookDelivery {
	w.t.Helper()
	page, err := w.Deliveries(w.t.Context(), owner, id, state, models.PageRequest{})
	require.NoError(w.t, err)
	return page.Items
}

func caseChanged(id, merchant string) models.OutboxEvent {
	return models.OutboxEvent{
		Topic: "case.changed", Subject: "case/" + id, Audience: `["customer/kim","merchant/` + merchant + `"]`,
		Data: `{"seq":3,"stage":"merchant_answer","open":true,"note":"张三 13812341234"}`,
	}
}

func TestAProgramIsToldOnceSignedAndWithoutAnybodysWords(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		erp, others := newProgram(t), newProgram(t)
		w.allow(erp, others)
		endpoint, secret := w.endpoint(shop, erp, "case.changed")
		w.endpoint(rival, others, "case.changed")
		w.happens(caseChanged("c1", "shop"), models.OutboxEvent{Topic: "message.sent", Subject: "conversation/v1", Audience: `["merchant/shop"]`, Data: `{}`})
		w.hears(2) // the same once more
		w.step()

		messages := erp.took()
		require.Len(t, messages, 1)
		require.Empty(t, others.took(), "another shop's case")
		require.JSONEq(t, `{"type":"case.changed","timestamp":"2026-03-02T12:00:00Z","data":{"id":"c1","seq":3,"stage":"merchant_answer","open":true}}`, string(messages[0].body))
		verifier, err := standard.NewWebhook(secret)
		require.NoError(t, err)
		require.NoError(t, verifier.VerifyIgnoringTimestamp(messages[0].body, messages[0].header))
		require.Error(t, verifier.VerifyIgnoringTimestamp(append(messages[0].body, ' '), messages[0].header))

		told := w.deliveries(shop, endpoint.ID, models.DeliveryDelivered)
		require.Len(t, told, 1)
		require.Equal(t, 1, told[0].Tries)
		require.Equal(t, http.StatusNoContent, told[0].Status)
		require.Equal(t, webhooks.MessageID(told[0]), messages[0].header.Get("webhook-id"))
	})
}

func TestThePlatformHearsOfEveryShop(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		warehouse := newProgram(t)
		w.allow(warehouse)
		w.endpoint(platform, warehouse, "case.changed")
		w.happens(caseChanged("c1", "shop"), caseChanged("c2", "rival"))
		w.step()
		messages := warehouse.took()
		require.Len(t, messages, 2)
		require.Contains(t, string(messages[0].body), `"c1"`, "in the order of the events")
		require.Contains(t, string(messages[1].body), `"c2"`)
	})
}

func TestAnEndpointThatFailsIsLeftInPeaceAndHoldsUpNobody(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		bad, good := newProgram(t), newProgram(t)
		w.allow(bad, good)
		failing, _ := w.endpoint(shop, bad, "case.changed")
		w.endpoint(platform, good, "case.changed")
		bad.says(http.StatusInternalServerError)
		w.happens(caseChanged("c1", "shop"), caseChanged("c2", "shop"))
		w.step()
		require.Len(t, bad.took(), 1, "the second is not tried while the first fails")
		require.Len(t, good.took(), 2)

		w.happens(caseChanged("c3", "shop"))
		w.step()
		require.Empty(t, bad.took(), "what is new waits, too")
		good.took()

		w.pass(7 * time.Second) // 5 s and at most a fifth
		w.step()
		require.Len(t, bad.took(), 1)
		w.pass(7 * time.Second)
		w.step()
		require.Empty(t, bad.took(), "the second pause is longer")

		bad.says(http.StatusOK)
		w.pass(20 * time.Second)
		w.step()
		messages := bad.took()
		require.Len(t, messages, 3)
		for i, id := range []string{"c1", "c2", "c3"} {
			require.Contains(t, string(messages[i].body), id)
		}
		list, err := w.List(t.Context(), shop)
		require.NoError(t, err)
		require.Zero(t, list[0].Failures)
		require.Nil(t, list[0].FailingSince)
		require.Equal(t, 3, w.deliveries(shop, failing.ID, "")[2].Tries, "the first message")
	})
}

func TestWhatNobodyTakesIsGivenUpAndCanBeToldAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := newProgram(t)
		w.allow(p)
		endpoint, _ := w.endpoint(shop, p, "case.changed")
		p.says(http.StatusFound) // where it leads is not followed
		w.happens(caseChanged("c1", "shop"))
		tries := 0
		for range 40 {
			w.step()
			tries += len(p.took())
			w.pass(8 * time.Hour)
		}
		require.Greater(t, tries, 5)
		require.Less(t, tries, 20, "every retry is limited")
		given := w.deliveries(shop, endpoint.ID, models.DeliveryGivenUp)
		require.Len(t, given, 1)
		require.Equal(t, "too_old", given[0].Problem)
		require.Equal(t, http.StatusFound, given[0].Status)

		p.says(http.StatusOK)
		w.pass(24 * time.Hour)
		_, err := w.Redeliver(t.Context(), rival, endpoint.ID, given[0].ID, time.Time{})
		require.Equal(t, fault.NotFound, fault.As(err).Code)
		n, err := w.Redeliver(t.Context(), shop, endpoint.ID, "", w.at.Add(-30*24*time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		w.step()
		messages := p.took()
		require.Len(t, messages, 1)
		require.Equal(t, webhooks.MessageID(given[0]), messages[0].header.Get("webhook-id"), "a program that took it already knows it again")
	})
}

func TestAnEndpointThatIsGoneOrFailsForDaysIsSwitchedOff(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		gone, dead := newProgram(t), newProgram(t)
		w.allow(gone, dead)
		left, _ := w.endpoint(shop, gone, "case.changed")
		w.endpoint(platform, dead, "case.changed")
		gone.says(http.StatusGone)
		dead.says(http.StatusBadGateway)
		for range 24 { // six days, an event every six hours
			w.happens(caseChanged("c"+w.at.Format("0215"), "shop"))
			w.step()
			w.pass(6*time.Hour + 80*time.Minute)
		}
		require.Len(t, gone.took(), 1)
		state := func(owner webhooks.Owner) webhooks.Endpoint {
			list, err := w.List(t.Context(), owner)
			require.NoError(t, err)
			return list[0]
		}
		require.Equal(t, models.OffByItself, state(shop).Why)
		off := state(platform)
		require.Equal(t, []string{models.EndpointOff, models.OffByFailing}, []string{off.State, off.Why})
		_, err := w.Redeliver(t.Context(), shop, left.ID, "", time.Time{})
		require.Equal(t, fault.EndpointOff, fault.As(err).Code)

		gone.says(http.StatusOK)
		_, err = w.Change(t.Context(), shop, left.ID, state(shop).Revision, webhooks.Wanted{State: models.EndpointOn})
		require.NoError(t, err)
		w.happens(caseChanged("fresh", "shop"))
		w.step()
		require.Len(t, gone.took(), 1)
	})
}

func TestASecretChangesWithoutALostMessage(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := newProgram(t)
		w.allow(p)
		endpoint, old := w.endpoint(shop, p, "case.changed")
		changed, fresh, err := w.Rotate(t.Context(), shop, endpoint.ID, endpoint.Revision)
		require.NoError(t, err)
		require.NotEqual(t, old, fresh)
		_, _, err = w.Rotate(t.Context(), shop, endpoint.ID, endpoint.Revision)
		require.Equal(t, fault.StaleRevision, fault.As(err).Code)
		verifies := func(secret string, message heard) bool {
			verifier, err := standard.NewWebhook(secret)
			require.NoError(t, err)
			return verifier.VerifyIgnoringTimestamp(message.body, message.header) == nil
		}
		w.happens(caseChanged("c1", "shop"))
		w.step()
		first := p.took()
		require.Len(t, first, 1)
		require.True(t, verifies(old, first[0]) && verifies(fresh, first[0]))

		w.pass(25 * time.Hour)
		w.happens(caseChanged("c2", "shop"))
		w.step()
		later := p.took()
		require.Len(t, later, 1)
		require.True(t, verifies(fresh, later[0]))
		require.False(t, verifies(old, later[0]))

		require.NoError(t, w.Remove(t.Context(), shop, endpoint.ID))
		_, err = w.Change(t.Context(), shop, endpoint.ID, changed.Revision, webhooks.Wanted{Name: "again"})
		require.Equal(t, fault.NotFound, fault.As(err).Code)
		w.happens(caseChanged("c3", "shop"))
		w.step()
		require.Empty(t, p.took())
	})
}

func TestNoAddressThatMayNotBeCalled(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for _, address := range []string{"", "erp", "http://hooks.example.com", "ftp://hooks.example.com", "https://kim:secret@hooks.example.com", "https://", "https://hooks.example.com/" + strings.Repeat("a", 500)} {
			_, _, err := w.Create(t.Context(), shop, webhooks.Wanted{Name: "erp", Address: address, Topics: []string{"case.changed"}})
			require.Equal(t, fault.BadRequest, fault.As(err).Code, address)
		}
		_, _, err := w.Create(t.Context(), shop, webhooks.Wanted{Name: "erp", Address: "https://hooks.example.com", Topics: []string{"staff.changed"}})
		require.Equal(t, fault.BadRequest, fault.As(err).Code)

		// An address that leads into our own house is called by nobody, however public its name looks.
		inside := newProgram(t)
		endpoint, _, err := w.Create(t.Context(), shop, webhooks.Wanted{Name: "erp", Address: "https://127.0.0.1:" + inside.URL[strings.LastIndex(inside.URL, ":")+1:], Topics: []string{"case.changed"}})
		require.NoError(t, err)
		outcome, err := w.Try(t.Context(), shop, endpoint.ID)
		require.NoError(t, err)
		require.Equal(t, "address", outcome.Problem)
		require.Empty(t, inside.took())

		for range 9 {
			_, _, err = w.Create(t.Context(), shop, webhooks.Wanted{Name: "erp", Address: "https://hooks.example.com", Topics: []string{"case.changed"}})
			require.NoError(t, err)
		}
		_, _, err = w.Create(t.Context(), shop, webhooks.Wanted{Name: "erp", Address: "https://hooks.example.com", Topics: []string{"case.changed"}})
		require.Equal(t, fault.TooManyEndpoints, fault.As(err).Code)
	})
}

func TestAPingSaysHowItIsTaken(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := newProgram(t)
		w.allow(p)
		endpoint, secret := w.endpoint(shop, p, "case.changed")
		outcome, err := w.Try(t.Context(), shop, endpoint.ID)
		require.NoError(t, err)
		require.Equal(t, models.Outcome{Status: http.StatusNoContent, Took: outcome.Took}, outcome)
		messages := p.took()
		require.Len(t, messages, 1)
		var body map[string]any
		require.NoError(t, json.Unmarshal(messages[0].body, &body))
		require.Equal(t, "ping", body["type"])
		verifier, err := standard.NewWebhook(secret)
		require.NoError(t, err)
		require.NoError(t, verifier.VerifyIgnoringTimestamp(messages[0].body, messages[0].header))
		require.Empty(t, w.deliveries(shop, endpoint.ID, ""))
		_, err = w.Try(t.Context(), rival, endpoint.ID)
		require.Equal(t, fault.NotFound, fault.As(err).Code)
	})
}
