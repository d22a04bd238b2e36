package worker_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/activities"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/policy/pack"
	"aftersales/worker"
	"aftersales/workflows/contract"
)

func requireFault(t *testing.T, code fault.Code, err error) {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "a fault was expected, got %v", err)
	require.Equal(t, code, f.Code)
}

// A case from opening to refund without the goods, each step repeated: every repeat gets the first answer.
func TestOpenCommandAndRefundOnTheRealEngine(t *testing.T) {
	w := newWorld(t)
	w.order("o", 2)
	ask := opening("o", "k1", 2)
	ack, err := w.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, contract.StageMerchant, ack.Stage)
	again, err := w.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, ack, again)

	detail, err := w.Get(t.Context(), customer, ack.CaseID, 0, 10)
	require.NoError(t, err)
	require.Equal(t, ack.Seq, detail.Case.Seq, "what was answered can be read")
	require.NotEmpty(t, detail.Timeline)

	seen := ack.Revision
	agree := &contract.MerchantAnswer{Meta: meta(merchant, "k2"), Decision: contract.Agree, KeepGoods: true}
	agree.Revision = &seen
	done, err := w.Command(t.Context(), "case.merchant.answer", ack.CaseID, agree)
	require.NoError(t, err)
	require.True(t, done.Changed)
	repeat, err := w.Command(t.Context(), "case.merchant.answer", ack.CaseID, agree)
	require.NoError(t, err)
	require.Equal(t, done, repeat)

	require.Eventually(t, func() bool {
		row, err := w.store.Case(context.Background(), ack.CaseID)
		return err == nil && !row.Open
	}, time.Minute, 20*time.Millisecond)
	row, err := w.store.Case(t.Context(), ack.CaseID)
	require.NoError(t, err)
	require.EqualValues(t, contract.Refunded, row.Outcome)
	require.EqualValues(t, 6000, row.Refunded)

	reopened, err := w.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, ack, reopened, "the same call gives the same answer after the case closed")
	_, err = w.Command(t.Context(), "case.request.withdraw", ack.CaseID, &contract.Withdraw{Meta: meta(customer, "k3")})
	requireFault(t, fault.CaseClosed, err)
	requireFault(t, fault.CaseClosed, w.engine.Refund(t.Context(), row.WorkflowID, contract.RefundFact{NoticeID: "n", LegKey: "l"}))

	running, found, err := w.engine.Running(t.Context(), row.WorkflowID)
	require.NoError(t, err)
	require.True(t, found)
	require.False(t, running)
	recovery, err := w.OpenRecovery(t.Context(), ack.CaseID, recoveryOf(6000))
	require.NoError(t, err)
	require.Equal(t, "customer", recovery.FromKind)
	_, err = w.OpenRecovery(t.Context(), ack.CaseID, recoveryOf(1))
	requireFault(t, fault.AmountTooLarge, err)
}

func TestRefusedOpeningIsAFaultAndNoCase(t *testing.T) {
	w := newWorld(t)
	w.order("o", 2)
	late := opening("o", "late", 2)
	late.ReceivedAt = now().AddDate(0, 0, 30)
	for range 2 {
		_, err := w.Open(t.Context(), late)
		requireFault(t, fault.WindowOver, err)
		require.NotEmpty(t, fault.As(err).Details["until"], "its details survive the engine")
	}
	var n int64
	require.NoError(t, w.store.DB.Model(&models.Case{}).Count(&n).Error)
	require.Zero(t, n)
	_, err := w.Open(t.Context(), opening("o", "good", 2))
	require.NoError(t, err)
	_, err = w.Open(t.Context(), opening("o", "second", 1))
	requireFault(t, fault.UnitsInOpenCase, err)
}

func TestBadInputChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.order("o", 2)
	_, err := w.Open(t.Context(), opening("nope", "k", 1))
	requireFault(t, fault.OrderUnknown, err)
	foreign := opening("o", "k", 1)
	foreign.Actor.ID = "other"
	_, err = w.Open(t.Context(), foreign)
	requireFault(t, fault.OrderUnknown, err)
	_, err = w.Open(t.Context(), opening("o", "k", 3))
	requireFault(t, fault.QuantityTooLarge, err)
	_, err = w.Open(t.Context(), opening("o", "k", 0))
	requireFault(t, fault.NothingChosen, err)
	odd := opening("o", "k", 1)
	odd.Reason = "because"
	_, err = w.Open(t.Context(), odd)
	requireFault(t, fault.ReasonUnknown, err)
	odd = opening("o", "k", 1)
	odd.Kind = "barter"
	_, err = w.Open(t.Context(), odd)
	requireFault(t, fault.KindNotPossible, err)
	odd = opening("o", "k", 1)
	odd.Evidence = []string{"none"}
	_, err = w.Open(t.Context(), odd)
	requireFault(t, fault.EvidenceUnknown, err)

	ack, err := w.Open(t.Context(), opening("o", "real", 2))
	require.NoError(t, err)
	stranger := contract.Actor{Kind: contract.Customer, ID: "other"}
	_, err = w.Get(t.Context(), stranger, ack.CaseID, 0, 10)
	requireFault(t, fault.NotFound, err)
	_, err = w.Command(t.Context(), "case.request.withdraw", ack.CaseID, &contract.Withdraw{Meta: meta(stranger, "k")})
	requireFault(t, fault.NotFound, err)
	_, err = w.Get(t.Context(), contract.Actor{Kind: contract.Merchant, ID: "x", Merchant: "rival"}, ack.CaseID, 0, 10)
	requireFault(t, fault.NotFound, err)
	_, err = w.Command(t.Context(), "case.parcel.send", ack.CaseID, &contract.SendBack{Meta: meta(customer, "k"), Carrier: "sf", Number: "12"})
	requireFault(t, fault.WaybillMalformed, err)
	_, err = w.Command(t.Context(), "case.parcel.send", ack.CaseID, &contract.SendBack{Meta: meta(customer, "k"), Carrier: "pigeon", Number: "12"})
	requireFault(t, fault.CarrierUnknown, err)
	theirs, err := w.PutText(t.Context(), stranger, stranger.ID, "别人的话")
	require.NoError(t, err)
	_, err = w.Command(t.Context(), "case.request.escalate", ack.CaseID, &contract.Escalate{Meta: meta(customer, "k"), TextID: theirs})
	requireFault(t, fault.TextUnknown, err)
	stale := int64(0)
	old := &contract.MerchantAnswer{Meta: meta(merchant, "k"), Decision: contract.Agree}
	old.Revision = &stale
	_, err = w.Command(t.Context(), "case.merchant.answer", ack.CaseID, old)
	requireFault(t, fault.StaleRevision, err)
	row, err := w.store.Case(t.Context(), ack.CaseID)
	require.NoError(t, err)
	require.Equal(t, ack.Seq, row.Seq)
}

// Fifty openings with one key at once, then fifty with keys of their own on the same units: one case each time.
func TestOpeningsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.order("o", 1)
	var wait sync.WaitGroup
	acks := make([]contract.Ack, 50)
	ask := opening("o", "same", 1)
	for i := range acks {
		wait.Go(func() {
			var err error
			acks[i], err = w.Open(context.Background(), ask)
			require.NoError(t, err)
		})
	}
	wait.Wait()
	for _, ack := range acks {
		require.Equal(t, acks[0], ack)
	}
	w.order("o2", 1)
	var mu sync.Mutex
	won := 0
	for i := range 50 {
		wait.Go(func() {
			_, err := w.Open(context.Background(), opening("o2", fmt.Sprint("k", i), 1))
			if err == nil {
				mu.Lock()
				won++
				mu.Unlock()
				return
			}
			requireFault(t, fault.UnitsInOpenCase, err)
		})
	}
	wait.Wait()
	require.Equal(t, 1, won)
}

// The worker is away: the caller is told to try again with the same request, which then gets its answer.
func TestWorkerAwayIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.order("o", 2)
	w.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	ask := opening("o", "k1", 2)
	_, err := w.Open(ctx, ask)
	requireFault(t, fault.Unavailable, err)
	w.work()
	ack, err := w.Open(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, contract.StageMerchant, ack.Stage)
	snapshot, err := w.engine.Snapshot(t.Context(), workflowOf(t, w, ack.CaseID))
	require.NoError(t, err)
	require.Equal(t, ack.Seq, snapshot.Seq)
	_, err = w.engine.Snapshot(t.Context(), contract.WorkflowID("nobody", "none"))
	requireFault(t, fault.NotFound, err)
}

// A festival: every open case's deadline moves once, although the order is given twice.
func TestBulkMoveReachesEveryCaseOnce(t *testing.T) {
	w := newWorld(t)
	due := map[string]time.Time{}
	for i := range 3 {
		order := fmt.Sprint("o", i)
		w.order(order, 1)
		ack, err := w.Open(t.Context(), opening(order, "k", 1))
		require.NoError(t, err)
		row, err := w.store.Case(t.Context(), ack.CaseID)
		require.NoError(t, err)
		due[ack.CaseID] = *row.DueAt
	}
	request := moveOf(5 * 24 * time.Hour)
	first, err := w.StartMove(t.Context(), request)
	require.NoError(t, err)
	second, err := w.StartMove(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID)
	operator := request.Actor
	require.Eventually(t, func() bool {
		move, err := w.Move(context.Background(), operator, first.ID)
		return err == nil && move.DoneAt != nil && move.Moved == 3
	}, time.Minute, 50*time.Millisecond)
	for id, before := range due {
		row, err := w.store.Case(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, before.Add(5*24*time.Hour), *row.DueAt)
	}
}

func TestSchedulesAreMadeOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		require.NoError(t, worker.EnsureSchedules(t.Context(), w.engine.Client, w.queue))
	}
	id := "by-hand-" + models.NewID()
	require.NoError(t, w.engine.Reconcile(t.Context(), id, contract.ReconcileInput{Money: true, Cases: true}))
	var result contract.Reconciled
	require.NoError(t, w.engine.Client.GetWorkflow(t.Context(), "reconcile/"+id, "").Get(t.Context(), &result))
	require.Zero(t, result.Found)
}

// flawedPacks fail in a way that no patience helps, until they are mended.
type flawedPacks struct {
	activities.Packs
	mended atomic.Bool
}

func (p *flawedPacks) Get(ctx context.Context, hash string) (*pack.Pack, error) {
	if !p.mended.Load() {
		return nil, fault.New(fault.Internal)
	}
	return p.Packs.Get(ctx, hash)
}

// A step that is refused for good inside a workflow task is no silent end: operations have a task with what happened,
// and the case waits where it is. When the program is mended it goes on by itself.
func TestARefusedStepIsReportedAndTheCaseWaits(t *testing.T) {
	w := newWorld(t)
	w.order("o1", 2)
	packs := &flawedPacks{Packs: w.hands.Packs}
	w.stop()
	w.hands.Packs = packs
	w.work()
	answer := make(chan error, 1)
	go func() {
		_, err := w.Open(context.WithoutCancel(t.Context()), opening("o1", "key-1", 2))
		answer <- err
	}()
	var found []models.Discrepancy
	require.Eventually(t, func() bool {
		return w.store.DB.Where("kind = 'bug'").Find(&found).Error == nil && len(found) > 0
	}, time.Minute, 50*time.Millisecond)
	require.Contains(t, found[0].Subject, "/"+contract.ActivityOpen)
	var tasks int64
	require.NoError(t, w.store.DB.Model(&models.Task{}).Where("kind = 'discrepancy' AND state = 'open' AND recipient_kind = 'operator'").Count(&tasks).Error)
	require.EqualValues(t, 1, tasks)
	packs.mended.Store(true)
	require.Eventually(t, func() bool {
		var open int64
		return w.store.DB.Model(&models.Case{}).Where("open").Count(&open).Error == nil && open == 1
	}, time.Minute, 100*time.Millisecond, "the case goes on")
	<-answer
}
