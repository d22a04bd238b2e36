package activities_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// opened is a world with one claimed case and its first projection, not yet written.
func opened(t *testing.T, w *world) contract.Projection {
	t.Helper()
	w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
	first, err := w.OpenCase(t.Context(), w.start("c1", "o", two("o")))
	require.NoError(t, err)
	require.Nil(t, first.Refused)
	return contract.Projection{
		CaseID: "c1", WorkflowID: "case/k/c1", Seq: 1, Revision: 1, At: noon, OpenedAt: noon, Kind: policy.Return, Phase: policy.OnSale,
		Stage: contract.StageMerchant, Open: true, CustomerID: "cus", MerchantID: "mer", OrderID: "o", Reason: "no_reason",
		Reminded: true, Currency: money.CNY, Amount: 9000, WaitingFor: contract.Merchant, View: contract.View{Lines: []contract.ChosenLine{two("o")}, Units: first.Units},
		Entries: []contract.Entry{{Seq: 1, At: noon, By: contract.Actor{Kind: contract.Customer, ID: "cus"}, Event: "opened", Tell: []contract.Role{contract.Merchant}}},
		Desk: &contract.Desk{
			Tasks:     []contract.TaskItem{{Key: "merchant_answer/1", Recipient: contract.Merchant, RecipientID: "mer", Kind: "merchant_answer", DueAt: noon.Add(48 * time.Hour)}},
			Reminders: []contract.ReminderItem{{Key: "1", Recipient: contract.Merchant, RecipientID: "mer", Kind: "remind_merchant_answer", At: noon.Add(24 * time.Hour), DueAt: noon.Add(48 * time.Hour)}},
		},
	}
}

func count(t *testing.T, w *world, table, where string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, w.store.DB.Table(table).Where(where, args...).Count(&n).Error)
	return n
}

func TestProjectionTwiceIsOnceAndOlderIsNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := opened(t, w)
		p.Seq, p.Entries[0].Seq = 5, 5
		require.NoError(t, w.Project(t.Context(), p))
		require.NoError(t, w.Project(t.Context(), p))
		older := p
		older.Seq, older.Stage, older.Open = 4, contract.StageEnded, false
		older.Entries = []contract.Entry{{Seq: 4, At: noon, By: p.Entries[0].By, Event: "closed"}}
		require.NoError(t, w.Project(t.Context(), older))

		row, err := w.store.Case(t.Context(), "c1")
		require.NoError(t, err)
		require.EqualValues(t, 5, row.Seq)
		require.True(t, row.Open)
		require.EqualValues(t, 1, count(t, w, "timeline", "case_id = 'c1'"))
		require.EqualValues(t, 1, count(t, w, "outbox", "subject = 'case/c1'"))
		require.EqualValues(t, 2, count(t, w, "notifications", "subject_id = 'c1'"), "the news and the reminder")
		require.EqualValues(t, 2, count(t, w, "unit_claims", "released_at IS NULL"))
	})
}

func TestDeskIsBroughtToWhatIsListed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := opened(t, w)
		require.NoError(t, w.Project(t.Context(), p))

		next := p
		next.Seq, next.Stage, next.Entries = 2, contract.StageSendBack, nil
		next.Desk = &contract.Desk{Tasks: []contract.TaskItem{{Key: "send_back/2", Recipient: contract.Customer, RecipientID: "cus", Kind: "send_back", DueAt: noon.Add(time.Hour)}}}
		require.NoError(t, w.Project(t.Context(), next))
		require.EqualValues(t, 1, count(t, w, "tasks", "dedupe_key = 'case/c1/merchant_answer/1' AND state = 'done'"))
		require.EqualValues(t, 1, count(t, w, "tasks", "dedupe_key = 'case/c1/send_back/2' AND state = 'open'"))
		require.EqualValues(t, 1, count(t, w, "notifications", "kind = 'remind_merchant_answer' AND void_at IS NOT NULL"))
		require.EqualValues(t, 1, count(t, w, "notifications", "kind = 'opened' AND void_at IS NULL"), "news is never void")

		unchanged := next
		unchanged.Seq, unchanged.Desk = 3, nil
		require.NoError(t, w.Project(t.Context(), unchanged))
		require.EqualValues(t, 1, count(t, w, "tasks", "state = 'open'"))

		back := p
		back.Seq, back.Entries = 4, nil
		require.NoError(t, w.Project(t.Context(), back))
		require.EqualValues(t, 1, count(t, w, "tasks", "dedupe_key = 'case/c1/merchant_answer/1' AND state = 'open' AND ended_at IS NULL"))
		require.EqualValues(t, 1, count(t, w, "notifications", "kind = 'remind_merchant_answer' AND void_at IS NULL"))

		closed := p
		closed.Seq, closed.Open, closed.Stage, closed.Outcome, closed.Desk, closed.Entries = 6, false, contract.StageEnded, contract.Withdrawn, nil, nil
		require.NoError(t, w.Project(t.Context(), closed))
		require.Zero(t, count(t, w, "tasks", "state = 'open'"))
		require.EqualValues(t, 1, count(t, w, "notifications", "void_at IS NOT NULL"))
		require.Zero(t, count(t, w, "unit_claims", "released_at IS NULL"))
		again, err := w.OpenCase(t.Context(), w.start("c2", "o", two("o")))
		require.NoError(t, err)
		require.Nil(t, again.Refused, "its units are free again")
	})
}

func TestProjectionWritesEverythingItCarries(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		_, err := w.store.CreateStaff(t.Context(), models.NewStaff{ID: "sup", Role: "supervisor", Name: "李", CreatedAt: noon})
		require.NoError(t, err)
		text, err := w.store.PutText(t.Context(), "cus", "customer", "cus", "说明", noon)
		require.NoError(t, err)
		w.evidence("e1", "d1", "picture")
		p := opened(t, w)
		_, err = w.AttachEvidence(t.Context(), contract.AttachInput{CaseID: "c1", Actor: contract.Actor{Kind: contract.Customer, ID: "cus"}, Evidence: []string{"e1"}})
		require.NoError(t, err)
		answered := noon.Add(time.Minute)
		question := contract.Question{Round: 1, N: 1, Field: "reason", AskedAt: noon, DueAt: noon.Add(time.Hour)}
		p.Questions = []contract.QuestionState{{Question: question}, {Question: question, AnsweredAt: &answered, Answer: "no_reason", TextID: text}}
		p.Texts, p.Rejected, p.LineEdits = []string{text}, []string{"e1"}, 2
		p.Approval = &contract.ApprovalState{ID: "c1/a1", Hash: "h", Outcome: "refund", Amount: 9000, Liability: policy.Merchant, ProposedBy: contract.Actor{ID: "agent"}, Needed: 2, Rule: "r", Votes: []string{"sup"}, State: "waiting", At: noon, DueAt: noon.Add(time.Hour)}
		require.NoError(t, w.Project(t.Context(), p))
		require.EqualValues(t, 1, count(t, w, "case_questions", "case_id = 'c1' AND answer = 'no_reason' AND answered_at IS NOT NULL"))
		require.EqualValues(t, 1, count(t, w, "texts", "used_by = 'case/c1'"))
		require.EqualValues(t, 1, count(t, w, "evidence", "state = 'rejected'"))
		require.EqualValues(t, 1, count(t, w, "order_lines", "edits = 2"))
		require.EqualValues(t, 1, count(t, w, "approval_votes", "approval_id = 'c1/a1'"))

		p.Seq, p.Approval, p.Void = 2, nil, []string{"c1/a1"}
		require.NoError(t, w.Project(t.Context(), p))
		require.EqualValues(t, 1, count(t, w, "approvals", "state = 'void'"))
	})
}

// A case is written in few round trips: at most ten, five when nobody's desk changes.
func TestProjectionTakesFewStatements(t *testing.T) {
	w := sqliteWorld(t)
	p := opened(t, w)
	var statements atomic.Int64
	tally := func(*gorm.DB) { statements.Add(1) }
	require.NoError(t, w.store.DB.Callback().Create().After("gorm:create").Register("count", tally))
	require.NoError(t, w.store.DB.Callback().Update().After("gorm:update").Register("count", tally))
	require.NoError(t, w.Project(t.Context(), p))
	require.LessOrEqual(t, statements.Load(), int64(8))
	statements.Store(0)
	p.Seq, p.Desk, p.Entries[0].Seq = 2, nil, 2
	require.NoError(t, w.Project(t.Context(), p))
	require.LessOrEqual(t, statements.Load(), int64(5))
	t.Log(fmt.Sprint("statements without a desk: ", statements.Load()))
}

func waybill(caseID, number string) contract.WaybillInput {
	return contract.WaybillInput{CaseID: caseID, OrderID: "o", MerchantID: "mer", Carrier: "sf", Number: number, At: noon}
}

// A waybill of another case, or of other cities, is refused with its reason.
func TestScenario10_WaybillElsewhere(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
		in := waybill("c1", "SF1234567890123")
		for range 2 {
			claimed, err := w.ClaimWaybill(t.Context(), in)
			require.NoError(t, err)
			require.Nil(t, claimed.Refused)
		}
		other, err := w.ClaimWaybill(t.Context(), waybill("c2", in.Number))
		require.NoError(t, err)
		require.EqualValues(t, "waybill_reused", other.Refused.Code)
		bad, err := w.ClaimWaybill(t.Context(), waybill("c2", "12"))
		require.NoError(t, err)
		require.EqualValues(t, "waybill_malformed", bad.Refused.Code)

		w.carrier.track = partners.Track{State: partners.TrackTransit, FromCity: "北京", ToCity: "广州", Events: []partners.TrackEvent{{At: noon}}}
		elsewhere, err := w.RegisterWaybill(t.Context(), in)
		require.NoError(t, err)
		require.EqualValues(t, "waybill_elsewhere", elsewhere.Refused.Code)
		free, err := w.ClaimWaybill(t.Context(), waybill("c2", in.Number))
		require.NoError(t, err)
		require.Nil(t, free.Refused, "the number was given back")

		w.carrier.track.ToCity = "杭州"
		ok, err := w.RegisterWaybill(t.Context(), waybill("c2", in.Number))
		require.NoError(t, err)
		require.Nil(t, ok.Refused)
		require.Equal(t, noon, ok.Track.At)
	})
}

// The carrier is down, then loses its answer: one courier is ordered in the end.
func TestScenario24_OnePickupOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
		in := contract.PickupInput{CaseID: "c1", OrderID: "o", CustomerID: "cus", MerchantID: "mer", Round: 1, Carrier: "sf", Grams: 1200, After: noon, Before: noon.Add(time.Hour), At: noon}
		w.carrier.down = true
		for range 3 {
			_, err := w.BookPickup(t.Context(), in)
			require.Error(t, err)
		}
		w.carrier.down, w.carrier.loseAnswer = false, true
		_, err := w.BookPickup(t.Context(), in)
		require.Error(t, err)
		first, err := w.BookPickup(t.Context(), in)
		require.NoError(t, err)
		again, err := w.BookPickup(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, 1, w.carrier.bookings)
		require.EqualValues(t, 1, count(t, w, "waybills", "case_id = 'c1' AND verified"))

		require.NoError(t, w.CancelPickup(t.Context(), in))
		require.NoError(t, w.CancelPickup(t.Context(), in))
		require.Len(t, w.carrier.cancelled, 1)
		late, err := w.BookPickup(t.Context(), in)
		require.NoError(t, err)
		require.NotNil(t, late.Refused, "an order that was called off is not placed again")
	})
}

func TestReconcilerRepairsAndReports(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		w.alipay.fault = func(partners.RefundRequest) (bool, error) { return true, failing(partners.Unknown) }
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 3000))
		require.Error(t, err)
		w.alipay.fault = nil
		in := contract.ReconcileInput{At: time.Now().Add(time.Hour), Money: true}
		done, err := w.ReconcileMoney(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, 1, done.Repaired)
		require.Equal(t, models.LegSucceeded, w.legs("o")[0].Status)

		// Money that we never asked for, and a success that the provider does not know.
		w.alipay.paid["stranger"] = partners.Refund{Key: "stranger", PaymentRef: "x", Amount: 1, State: partners.RefundSucceeded, At: noon}
		_, err = w.Refund(t.Context(), refundOf("c2", "o", 2000))
		require.NoError(t, err)
		for _, leg := range w.legs("o") {
			if leg.CaseID == "c2" {
				delete(w.alipay.paid, leg.Key)
			}
		}
		day := noon
		in.Day = &day
		for range 2 {
			done, err = w.ReconcileMoney(t.Context(), in)
			require.NoError(t, err)
			require.Equal(t, 2, done.Found)
		}
		require.EqualValues(t, 1, count(t, w, "discrepancies", "kind = 'provider_only'"))
		require.EqualValues(t, 1, count(t, w, "discrepancies", "kind = 'ledger_only'"))
		require.EqualValues(t, 2, count(t, w, "tasks", "kind = 'discrepancy' AND state = 'open'"))
		require.EqualValues(t, 1, count(t, w, "refund_legs", "reconciled IS NOT NULL"))
	})
}

// engine answers for workflows.
type engine struct {
	snapshots map[string]contract.Projection
	running   map[string]bool
	did       []string
}

func (e *engine) Do(_ context.Context, id string, command contract.Command) (contract.Ack, error) {
	e.did = append(e.did, id+" "+command.Name()+" "+command.About().Key)
	return contract.Ack{}, nil
}

func (e *engine) Snapshot(_ context.Context, id string) (contract.Projection, error) {
	return e.snapshots[id], nil
}

func (e *engine) Child(_ context.Context, id string, fact contract.ChildFact) error {
	e.did = append(e.did, fmt.Sprintf("%s child %s broken %t", id, fact.CaseID, fact.Broken))
	return nil
}

func (e *engine) Running(_ context.Context, id string) (running, found bool, err error) {
	running, found = e.running[id]
	return running, found, nil
}

func TestReconcileCases(t *testing.T) {
	w := sqliteWorld(t)
	p := opened(t, w)
	require.NoError(t, w.Project(t.Context(), p))
	ahead := p
	ahead.Seq, ahead.Stage = 7, contract.StageSendBack
	e := &engine{snapshots: map[string]contract.Projection{p.WorkflowID: ahead}, running: map[string]bool{p.WorkflowID: true}}
	w.Engine = e
	in := contract.ReconcileInput{At: time.Now().Add(time.Hour), Cases: true}
	done, err := w.ReconcileCases(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, done.Repaired)
	row, err := w.store.Case(t.Context(), "c1")
	require.NoError(t, err)
	require.EqualValues(t, 7, row.Seq)

	e.running = map[string]bool{}
	in.At = in.At.Add(time.Hour)
	done, err = w.ReconcileCases(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 1, done.Found)
	require.EqualValues(t, 1, count(t, w, "discrepancies", "kind = 'case_lost' AND subject = 'c1'"))
}

// A complaint whose story is gone has no last word: the case that waits for it is told so, each time it is found.
func TestReconcilerTellsTheParentOfALostChild(t *testing.T) {
	w := sqliteWorld(t)
	p := opened(t, w)
	require.NoError(t, w.Project(t.Context(), p))
	child := p
	child.CaseID, child.WorkflowID, child.ParentID, child.Kind = "k1", "case/k/k1", "c1", "complaint"
	require.NoError(t, w.Project(t.Context(), child))
	e := &engine{snapshots: map[string]contract.Projection{p.WorkflowID: p}, running: map[string]bool{p.WorkflowID: true}}
	w.Engine = e
	done, err := w.ReconcileCases(t.Context(), contract.ReconcileInput{At: time.Now().Add(time.Hour), Cases: true})
	require.NoError(t, err)
	require.Equal(t, 1, done.Found)
	require.Equal(t, []string{"case/k/c1 child k1 broken true"}, e.did)
}

// A bulk move reaches every open case once; a page that runs twice counts once.
func TestScenario35_BulkMovePage(t *testing.T) {
	w := sqliteWorld(t)
	require.NoError(t, w.Project(t.Context(), opened(t, w)))
	e := &engine{}
	w.Engine = e
	require.NoError(t, w.store.PutMove(t.Context(), models.DeadlineMove{ID: "m", Seconds: 5 * 86400, Reason: "春节", By: "op", At: noon.Add(time.Hour)}))
	for range 2 {
		page, err := w.MoveDeadlinesPage(t.Context(), contract.MoveInput{MoveID: "m", At: noon})
		require.NoError(t, err)
		require.True(t, page.Done)
		require.Equal(t, 1, page.Moved)
	}
	require.Equal(t, []string{"case/k/c1 move_deadline move/m", "case/k/c1 move_deadline move/m"}, e.did, "the same key: the case moves once")
	move, err := w.store.DeadlineMove(t.Context(), "m")
	require.NoError(t, err)
	require.Equal(t, 1, move.Moved)
	require.NotNil(t, move.DoneAt)
}

// A case whose story broke off gets its last word from the one that waited for it: closed, without deadline, task or
// action, and with what it paid.
func TestCloseBroken(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		p := opened(t, w)
		require.NoError(t, w.Project(t.Context(), p))
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 2500))
		require.NoError(t, err)
		for range 2 {
			left, err := w.CloseBroken(t.Context(), contract.BrokenInput{CaseID: "c1", At: noon.Add(time.Hour)})
			require.NoError(t, err)
			require.EqualValues(t, 2500, left.Paid)
			require.Zero(t, left.ClaimedBack)
		}
		for n, claim := range []contract.ClaimBackInput{{Amount: 700}, {Amount: 900}} { // the second takes the place of the first
			claim.CaseID, claim.CustomerID, claim.Round, claim.Currency, claim.By, claim.Cause, claim.At = "c1", "kim", n+1, money.CNY, "ann", contract.ClaimReversed, noon
			require.NoError(t, w.ClaimBack(t.Context(), claim))
		}
		left, err := w.CloseBroken(t.Context(), contract.BrokenInput{CaseID: "c1", At: noon.Add(time.Hour)})
		require.NoError(t, err)
		require.EqualValues(t, 900, left.ClaimedBack)
		row, err := w.store.Case(t.Context(), "c1")
		require.NoError(t, err)
		require.False(t, row.Open)
		require.Equal(t, "cancelled", row.Outcome)
		require.EqualValues(t, 2500, row.Refunded)
		require.Nil(t, row.DueAt)
		require.Zero(t, count(t, w, "tasks", "subject_id = 'c1' AND state = 'open'"))
		require.EqualValues(t, 1, count(t, w, "timeline", "case_id = 'c1' AND event = 'closed'"))
		var view contract.View
		require.NoError(t, json.Unmarshal([]byte(row.View), &view))
		require.Nil(t, view.Wait)
		require.Empty(t, view.Actions)

		left, err = w.CloseBroken(t.Context(), contract.BrokenInput{CaseID: "never written", At: noon})
		require.NoError(t, err)
		require.Zero(t, left)
	})
}
