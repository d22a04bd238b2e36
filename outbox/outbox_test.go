package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/outbox"
	"aftersales/partners"
	"aftersales/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func eachDB(t *testing.T, test func(t *testing.T, store *models.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, open(t, schema(t), models.Options{CreateMasterKey: true}))
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, open(t, testkit.Postgres(t), models.Options{CreateMasterKey: true, MasterKeyFile: filepath.Join(t.TempDir(), "master.key")}))
	})
}

func open(t *testing.T, dsn string, opts models.Options) *models.Store {
	t.Helper()
	require.NoError(t, models.Migrate(t.Context(), dsn, opts))
	store, err := models.Open(t.Context(), dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// world is who receives what partners say.
type world struct {
	told      []string
	orderNews []outbox.OrderNews
	mu        sync.Mutex
	tracks    []outbox.TrackNews
	legs      []string
	orders    int
	fails     error
}

func (w *world) Track(_ context.Context, workflowID string, news outbox.TrackNews) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails == nil {
		w.tracks = append(w.tracks, news)
	}
	return w.fails
}

func (w *world) Refund(_ context.Context, workflowID, noticeID, legKey string) error {
	w.legs = append(w.legs, workflowID+" "+legKey)
	return w.fails
}

func (w *world) Order(_ context.Context, workflowID string, news outbox.OrderNews) error {
	w.told = append(w.told, "order "+workflowID)
	w.orderNews = append(w.orderNews, news)
	return w.fails
}

func (w *world) Chargeback(_ context.Context, workflowID string, news outbox.ChargebackNews) error {
	w.told = append(w.told, fmt.Sprintf("chargeback %s %s %s", workflowID, news.TenderID, news.Amount))
	return w.fails
}

func (w *world) Charge(_ context.Context, workflowID string, news outbox.ChargeNews) error {
	w.told = append(w.told, fmt.Sprintf("charge %s %s %s", workflowID, news.PaymentRef, news.Amount))
	return w.fails
}

func (w *world) Upsert(_ context.Context, order json.RawMessage) error {
	var shop partners.ShopOrder
	if err := json.Unmarshal(order, &shop); err != nil || shop.ID != "o9" {
		return fmt.Errorf("not the order: %s", order)
	}
	w.orders++
	return nil
}

// claimed makes a case with a parcel.
func claimed(t *testing.T, store *models.Store) {
	t.Helper()
	_, err := store.CreateCustomer(t.Context(), models.NewCustomer{ID: "cus", Name: "王", Lang: "zh-CN", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	_, err = store.CreateMerchant(t.Context(), models.NewMerchant{ID: "mer", Name: "店", Level: "good", CreatedAt: noon})
	require.NoError(t, err)
	_, err = store.UpsertOrder(t.Context(), models.OrderInput{ID: "o", Version: 1, CustomerID: "cus", MerchantID: "mer", Currency: "CNY", PaidAt: noon, Recipient: "{}"})
	require.NoError(t, err)
	_, err = store.WriteProjection(t.Context(), models.Projection{
		Case: models.Case{ID: "c", WorkflowID: "case/k/c", Kind: "return", Phase: "onsale", Stage: "in_transit", Open: true, CustomerID: "cus", MerchantID: "mer",
			OrderID: "o", Currency: "CNY", Seq: 1, View: "{}", OpenedAt: noon, UpdatedAt: noon},
		Event: models.OutboxEvent{Topic: "case.changed", Subject: "case/c", Audience: "[]", Data: "{}", At: noon},
	})
	require.NoError(t, err)
	_, err = store.ClaimWaybill(t.Context(), models.Waybill{Carrier: "sf", Number: "SF1", CaseID: "c", Direction: "back", CreatedAt: noon})
	require.NoError(t, err)
}

func put(t *testing.T, store *models.Store, kind, subject string, notice partners.Notice) string {
	t.Helper()
	body, err := json.Marshal(notice)
	require.NoError(t, err)
	id, _, err := store.PutNotice(t.Context(), models.NewNotice{
		Partner: "test", Digest: kind + subject + notice.ID, Kind: kind, Subject: subject, Body: string(body), ReceivedAt: noon,
	})
	require.NoError(t, err)
	return id
}

func track(number string) partners.Notice {
	return partners.Notice{Partner: "kuaidi100", ID: "n", Track: &partners.Track{
		Waybill: partners.Waybill{Carrier: "sf", Number: number}, State: partners.TrackSigned, Grams: 1200,
		Events: []partners.TrackEvent{{At: noon.Add(time.Hour), City: "杭州", Text: "已签收"}, {At: noon}},
	}}
}

func state(t *testing.T, store *models.Store, id string) string {
	t.Helper()
	var row models.PartnerNotice
	require.NoError(t, store.DB.Take(&row, "id = ?", id).Error)
	return row.State
}

func TestNoticesReachTheirCase(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		w, clock := &world{}, noon
		n := &outbox.Notices{Store: store, Cases: w, Orders: w, Now: func() time.Time { return clock }}
		parcel := put(t, store, outbox.NoticeTrack, "SF1", track("SF1"))
		early := put(t, store, outbox.NoticeTrack, "SF2", track("SF2"))
		order := put(t, store, outbox.NoticeOrder, "o9", partners.Notice{Order: &partners.ShopOrder{ID: "o9"}})
		unreadable := put(t, store, outbox.NoticeTrack, "SF3", partners.Notice{})
		_, err := n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, []outbox.TrackNews{{NoticeID: parcel, Carrier: "sf", Number: "SF1", State: "signed", Grams: 1200, At: noon.Add(time.Hour)}}, w.tracks)
		require.Equal(t, models.NoticeDelivered, state(t, store, parcel))
		require.Equal(t, models.NoticeDelivered, state(t, store, order))
		require.Equal(t, models.NoticeFailed, state(t, store, unreadable))
		require.Equal(t, models.NoticeNew, state(t, store, early), "nobody has named that number yet")
		require.Equal(t, 1, w.orders)

		// The customer names the number; the notice that came before it is delivered then.
		_, err = store.ClaimWaybill(t.Context(), models.Waybill{Carrier: "sf", Number: "SF2", CaseID: "c", Direction: "back", CreatedAt: noon})
		require.NoError(t, err)
		clock = clock.Add(time.Minute)
		_, err = n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NoticeDelivered, state(t, store, early))
		require.Len(t, w.tracks, 2, "the delivered one is not told twice")
	})
}

func TestNoticesAreRetriedAndGivenUp(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		w, clock := &world{fails: fault.New(fault.Unavailable)}, noon
		n := &outbox.Notices{Store: store, Cases: w, Orders: w, Now: func() time.Time { return clock }}
		parcel := put(t, store, outbox.NoticeTrack, "SF1", track("SF1"))
		stray := put(t, store, outbox.NoticeRefund, "no-such-leg", partners.Notice{Refund: &partners.Refund{Key: "no-such-leg"}})
		for range 15 {
			_, err := n.Step(t.Context())
			require.NoError(t, err)
			require.Equal(t, models.NoticeNew, state(t, store, parcel))
			clock = clock.Add(time.Minute)
		}
		require.Equal(t, models.NoticeIgnored, state(t, store, stray), "after ten minutes it concerns nobody")
		w.fails = fault.New(fault.CaseClosed)
		_, err := n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NoticeIgnored, state(t, store, parcel), "the case has ended")
	})
}

func notification(i int, due time.Time) models.Notification {
	return models.Notification{
		ID: models.NewID(), DedupeKey: fmt.Sprint("k", i), RecipientKind: "customer", RecipientID: "cus", Kind: "opened",
		SubjectKind: "case", SubjectID: "c", Data: "{}", DueAt: due, CreatedAt: due,
	}
}

// Two processes sweep: everything due is sent once within two seconds, what is to come or void is not.
func TestNotificationsAreSentOnceWhenDue(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		at := time.Now()
		for i := range 500 {
			require.NoError(t, store.PutNotifications(t.Context(), notification(i, at)))
		}
		void := notification(1000, at)
		void.VoidAt = &at
		require.NoError(t, store.PutNotifications(t.Context(), void, notification(1001, at.Add(time.Hour))))
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() { outbox.Notifications(store, nil).Run(ctx) })
		}
		sent := func(table, where string) (n int64) {
			require.NoError(t, store.DB.Table(table).Where(where).Count(&n).Error)
			return n
		}
		require.Eventually(t, func() bool { return sent("notifications", "sent_at IS NOT NULL") >= 500 }, time.Minute, 10*time.Millisecond)
		cancel()
		wait.Wait()
		require.EqualValues(t, 500, sent("notifications", "sent_at IS NOT NULL"))
		require.EqualValues(t, 500, sent("outbox", "topic = 'notification.sent'"), "each is announced once")
	})
}

// A consumer that fails gets the same events again, in order, and none twice after it has taken them.
func TestRelayGivesEveryEventInOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		require.NoError(t, store.StartOutbox(t.Context(), "test", noon))
		for i := range 250 {
			require.NoError(t, store.AppendOutbox(t.Context(), models.OutboxEvent{Topic: "x", Subject: fmt.Sprint(i), Audience: "[]", Data: "{}", At: noon}))
		}
		var got []string
		failures := 0
		relay := outbox.Relay(store, "test", nil, func(_ context.Context, events []models.OutboxEvent) error {
			if failures++; failures%2 == 1 {
				return errors.New("not now")
			}
			for _, event := range events {
				got = append(got, event.Subject)
			}
			return nil
		})
		require.Eventually(t, func() bool {
			_, _ = relay.Step(context.Background())
			return len(got) >= 250
		}, time.Minute, time.Millisecond)
		for i, subject := range got {
			require.Equal(t, fmt.Sprint(i), subject)
		}
	})
}

// files is a store of sealed files in memory.
type files map[string][]byte

func (f files) Put(_ context.Context, id string, sealed []byte) error { f[id] = sealed; return nil }
func (f files) Get(_ context.Context, id string) ([]byte, error)      { return f[id], nil }
func (f files) Delete(_ context.Context, id string) error             { delete(f, id); return nil }

func TestFilesWithoutEvidenceAreSwept(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		kept := files{}
		var ids []string
		for i := range 2 {
			blob, err := store.PutBlob(t.Context(), kept, models.NewBlob{OwnerKind: "customer", OwnerID: "cus", MediaType: "image/png", Content: []byte{byte(i)}, CreatedAt: noon})
			require.NoError(t, err)
			ids = append(ids, blob.ID)
		}
		caseID := "c"
		require.NoError(t, store.CreateEvidence(t.Context(), models.Evidence{ID: "e", CaseID: &caseID, Digest: "d", OwnerKind: "customer", OwnerID: "cus", BlobID: ids[0], Kind: "picture", State: "accepted", UploadedAt: noon}))
		_, err := outbox.SweepFiles(t.Context(), store, kept, noon.Add(-time.Hour))
		require.NoError(t, err)
		require.Len(t, kept, 2, "too young")
		_, err = outbox.SweepFiles(t.Context(), store, kept, noon.Add(time.Hour))
		require.NoError(t, err)
		require.Contains(t, kept, ids[0])
		require.NotContains(t, kept, ids[1])
	})
}

// Each of the loops runs with the time that is stated for it.
func TestSweepersKeepWhatIsStated(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		day := func(ago int) time.Time { return time.Now().Add(-time.Duration(ago)*24*time.Hour - time.Minute) }
		for _, ago := range []int{89, 90} {
			id, _, err := store.PutNotice(t.Context(), models.NewNotice{Partner: "p", Digest: fmt.Sprint(ago), Kind: "track", Subject: "s", Body: "{}", ReceivedAt: day(ago)})
			require.NoError(t, err)
			require.NoError(t, store.NoticeDelivered(t.Context(), id, noon))
		}
		_, _, err := store.PutNotice(t.Context(), models.NewNotice{Partner: "p", Digest: "waits", Kind: "track", Subject: "s", Body: "{}", ReceivedAt: day(500)})
		require.NoError(t, err)
		for _, ago := range []int{29, 30} {
			_, _, err := store.BeginRequest(t.Context(), "customer/c", fmt.Sprint(ago), "a", "h", day(ago))
			require.NoError(t, err)
		}
		for _, loop := range outbox.Sweepers(store, files{}, nil) {
			more, err := loop.Step(t.Context())
			require.NoError(t, err, loop.Name)
			require.False(t, more, loop.Name)
		}
		notices, err := store.NoticesOf(t.Context(), "s")
		require.NoError(t, err)
		var left []string
		for _, notice := range notices {
			left = append(left, notice.Digest)
		}
		require.Equal(t, []string{"waits", "89"}, left)
		var keys []string
		require.NoError(t, store.DB.Model(&models.IdempotencyRow{}).Pluck("key", &keys).Error)
		require.Equal(t, []string{"29"}, keys)
	})
}

func TestLoopSurvivesFailuresAndEndsWithItsContext(t *testing.T) {
	var steps atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	loop := &outbox.Loop{Name: "test", Every: time.Millisecond, Step: func(context.Context) (bool, error) {
		if steps.Add(1) == 5 {
			cancel()
		}
		return false, errors.New("still broken")
	}}
	loop.Run(ctx)
	require.EqualValues(t, 5, steps.Load())
}

// A parcel to the customer is news for every open case that follows it.
func TestTrackReachesEveryWatcher(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		another(t, store, "d", "refund_only", true)
		another(t, store, "e", "refund_only", false)
		for _, id := range []string{"c", "d", "e"} {
			require.NoError(t, store.WatchWaybills(t.Context(), []models.Waybill{{Carrier: "sf", Number: "OUT1", CaseID: id, CreatedAt: noon}}))
		}
		w := &world{}
		n := &outbox.Notices{Store: store, Cases: w, Orders: w, Now: func() time.Time { return noon }}
		notice := put(t, store, outbox.NoticeTrack, "OUT1", track("OUT1"))
		_, err := n.Step(t.Context())
		require.NoError(t, err)
		require.Len(t, w.tracks, 2, "the closed case is not told")
		require.Equal(t, models.NoticeDelivered, state(t, store, notice))
	})
}

// The shop ships while money is asked for: the cases that ask where the goods are hear of it, the others do not.
func TestOrderNewsReachesRefundsWithoutGoods(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		another(t, store, "d", "refund_only", true)
		shipped := noon.Add(time.Hour)
		w := &world{}
		n := &outbox.Notices{Store: store, Cases: w, Orders: anyOrder{}, Now: func() time.Time { return noon }}
		paid := put(t, store, outbox.NoticeOrder, "o", partners.Notice{ID: "1", Order: &partners.ShopOrder{ID: "o"}})
		sent := put(t, store, outbox.NoticeOrder, "o", partners.Notice{ID: "2", Order: &partners.ShopOrder{ID: "o", ShippedAt: &shipped}})
		_, err := n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"order case/k/d"}, w.told)
		require.Equal(t, outbox.OrderNews{NoticeID: sent, ShippedAt: &shipped}, w.orderNews[0])
		require.Equal(t, models.NoticeDelivered, state(t, store, paid))

		w.fails = fault.New(fault.CaseClosed)
		late := put(t, store, outbox.NoticeOrder, "o", partners.Notice{ID: "3", Order: &partners.ShopOrder{ID: "o", ShippedAt: &shipped}})
		_, err = n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NoticeDelivered, state(t, store, late), "the order is stored, whoever has closed meanwhile")
		w.fails = fault.New(fault.Unavailable)
		again := put(t, store, outbox.NoticeOrder, "o", partners.Notice{ID: "4", Order: &partners.ShopOrder{ID: "o", ShippedAt: &shipped}})
		_, err = n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NoticeNew, state(t, store, again), "a case that could not be reached is told later")
	})
}

// A chargeback lowers the limit at once and is told to the order's open cases; about nothing we know it is nothing.
func TestScenario39_ChargebackNotice(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		_, err := store.UpsertOrder(t.Context(), models.OrderInput{
			ID: "o", Version: 2, CustomerID: "cus", MerchantID: "mer", Currency: "CNY", PaidAt: noon, Recipient: "{}",
			Tenders: []models.TenderInput{{ID: "t1", Rail: "test", Ref: "pay-1", Captured: 10000, CapturedAt: noon}},
		})
		require.NoError(t, err)
		w := &world{}
		n := &outbox.Notices{Store: store, Cases: w, Orders: w, Now: func() time.Time { return noon }}
		first := put(t, store, outbox.NoticeChargeback, "pay-1", partners.Notice{ID: "1", Chargeback: &partners.Chargeback{PaymentRef: "pay-1", Amount: 4000, At: noon}})
		stray := put(t, store, outbox.NoticeChargeback, "pay-9", partners.Notice{ID: "2", Chargeback: &partners.Chargeback{PaymentRef: "pay-9", Amount: 4000, At: noon}})
		broken := put(t, store, outbox.NoticeChargeback, "pay-8", partners.Notice{ID: "3"})
		_, err = n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"chargeback case/k/c t1 40.00"}, w.told)
		require.Equal(t, models.NoticeDelivered, state(t, store, first))
		require.Equal(t, models.NoticeNew, state(t, store, stray))
		require.Equal(t, models.NoticeFailed, state(t, store, broken))
		full, err := store.Order(t.Context(), "o")
		require.NoError(t, err)
		require.EqualValues(t, 4000, full.Tenders[0].ChargedBack)
	})
}

// An order that names another one's payment is not tried again: the store has told the operator.
func TestOrderWithAnothersPaymentIsSetAside(t *testing.T) {
	eachDB(t, func(t *testing.T, store *models.Store) {
		claimed(t, store)
		n := &outbox.Notices{Store: store, Cases: &world{}, Orders: takenPayment{}, Now: func() time.Time { return noon }}
		id := put(t, store, outbox.NoticeOrder, "o", partners.Notice{ID: "1", Order: &partners.ShopOrder{ID: "o"}})
		_, err := n.Step(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NoticeFailed, state(t, store, id))
	})
}

type takenPayment struct{}

func (takenPayment) Upsert(context.Context, json.RawMessage) error { return models.ErrPaymentTaken }

type anyOrder struct{}

func (anyOrder) Upsert(context.Context, json.RawMessage) error { return nil }

// another makes a further case of the order.
func another(t *testing.T, store *models.Store, id, kind string, open bool) {
	t.Helper()
	_, err := store.WriteProjection(t.Context(), models.Projection{
		Case: models.Case{ID: id, WorkflowID: "case/k/" + id, Kind: kind, Phase: "onsale", Stage: "intercept", Open: open, CustomerID: "cus", MerchantID: "mer",
			OrderID: "o", Currency: "CNY", Seq: 1, View: "{}", OpenedAt: noon, UpdatedAt: noon},
		Event: models.OutboxEvent{Topic: "case.changed", Subject: "case/" + id, Audience: "[]", Data: "{}", At: noon},
	})
	require.NoError(t, err)
}

// schema is the path of a new SQLite database of this build's schema.
func schema(t testing.TB) string {
	t.Helper()
	return testkit.SQLiteFrom(t, "schema", func(file string) error { return models.Migrate(context.Background(), file, models.Options{}) })
}

// A loop tells that it ran: at most so often, and at once when its luck changes.
func TestLoopsTellThatTheyRan(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var said []bool
	results := []error{nil, nil, errors.New("away"), errors.New("away"), nil}
	step := 0
	loop := &outbox.Loop{
		Name: "job", Every: time.Microsecond, Log: slog.New(slog.DiscardHandler), NoteEvery: time.Hour,
		Note: func(_ context.Context, name string, _ time.Time, failed bool) error {
			require.Equal(t, "job", name)
			said = append(said, failed)
			return nil
		},
		Step: func(context.Context) (bool, error) {
			if step++; step > len(results) {
				stop()
				return false, nil
			}
			return false, results[step-1]
		},
	}
	loop.Run(ctx)
	require.Equal(t, []bool{false, true, false}, said)
}
