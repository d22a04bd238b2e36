package activities_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/models"
	"aftersales/money"
	"aftersales/partners"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// funds is a ledger of one merchant by key, which can be made to lose its answers.
type funds struct {
	sync.Mutex
	deposit money.Amount
	drawn   map[string]partners.Draw
	calls   int
	lose    int  // answers lost after the movement was made
	spent   bool // the balance is
}

func (f *funds) Draw(_ context.Context, in partners.DrawRequest) (partners.Draw, error) {
	f.Lock()
	defer f.Unlock()
	f.calls++
	if draw, done := f.drawn[in.Key]; done {
		return draw, nil
	}
	if in.Amount > f.deposit {
		return partners.Draw{}, &partners.Error{Failure: partners.Refused, Partner: "shop", Code: "deposit_short", Err: errors.New("short")}
	}
	f.deposit -= in.Amount
	f.drawn[in.Key] = partners.Draw{Key: in.Key, MerchantID: in.MerchantID, Amount: in.Amount, At: noon}
	if f.lose > 0 {
		f.lose--
		return partners.Draw{}, &partners.Error{Failure: partners.Unknown, Partner: "shop", Err: errors.New("timeout")}
	}
	return f.drawn[in.Key], nil
}

func (f *funds) PutBack(_ context.Context, in partners.PutBackRequest) (partners.Draw, error) {
	f.Lock()
	defer f.Unlock()
	f.calls++
	if move, done := f.drawn[in.Key]; done {
		return move, nil
	}
	if f.spent {
		return partners.Draw{}, &partners.Error{Failure: partners.Refused, Partner: "shop", Code: "balance_short", Err: errors.New("short")}
	}
	f.deposit += in.Amount
	f.drawn[in.Key] = partners.Draw{Key: in.Key, PutBackOf: in.DrawKey, MerchantID: in.MerchantID, Amount: in.Amount, At: noon}
	if f.lose > 0 {
		f.lose--
		return partners.Draw{}, &partners.Error{Failure: partners.Unknown, Partner: "shop", Err: errors.New("timeout")}
	}
	return f.drawn[in.Key], nil
}

func (f *funds) FindDraw(_ context.Context, key string) (partners.Draw, bool, error) {
	f.Lock()
	defer f.Unlock()
	draw, found := f.drawn[key]
	return draw, found, nil
}

func (f *funds) Funds(context.Context, string) (balance, deposit money.Amount, err error) {
	return 0, f.deposit, nil
}

func drawOf(amount money.Amount) contract.DrawInput {
	return contract.DrawInput{CaseID: "k1", MerchantID: "mer", Round: 1, Amount: amount, Currency: money.CNY, At: noon}
}

func TestScenario34_DepositIsDrawnOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ledger := &funds{deposit: 10000, drawn: map[string]partners.Draw{}, lose: 1}
		w.Funds = ledger
		_, err := w.DrawDeposit(t.Context(), drawOf(4000))
		require.Error(t, err, "the answer was lost: nobody knows")
		for range 3 {
			result, err := w.DrawDeposit(t.Context(), drawOf(4000))
			require.NoError(t, err)
			require.Nil(t, result.Refused)
		}
		require.EqualValues(t, 6000, ledger.deposit, "however often it is asked for")
		require.Equal(t, 1, ledger.calls, "it was asked for by key before it was repeated")
		key := contract.EffectKey("k1", "draw", 1)
		effects, err := w.store.Effects(t.Context(), []string{key})
		require.NoError(t, err)
		require.Equal(t, models.LegSucceeded, effects[key].Status)
		_, err = w.DrawDeposit(t.Context(), drawOf(4001))
		require.Error(t, err, "another amount under the same key is no repeat")
	})
}

// What was drawn in vain goes back once, whatever answers are lost.
func TestScenario34_DepositIsPutBackOnce(t *testing.T) {
	back := putBackOf(1500)
	eachDB(t, func(t *testing.T, w *world) {
		ledger := &funds{deposit: 10000, drawn: map[string]partners.Draw{}}
		w.Funds = ledger
		_, err := w.DrawDeposit(t.Context(), drawOf(4000))
		require.NoError(t, err)
		ledger.lose = 1
		_, err = w.PutBackIntoDeposit(t.Context(), back)
		require.Error(t, err, "the answer was lost: nobody knows")
		for range 3 {
			result, err := w.PutBackIntoDeposit(t.Context(), back)
			require.NoError(t, err)
			require.Equal(t, contract.PutBackResult{Moved: true}, result)
		}
		require.EqualValues(t, 7500, ledger.deposit, "however often it is asked for")
		require.Equal(t, 2, ledger.calls)
		require.Equal(t, contract.EffectKey("k1", "draw", 1), ledger.drawn[contract.EffectKey("k1", "put_back", 1)].PutBackOf)
		other := back
		other.Amount++
		_, err = w.PutBackIntoDeposit(t.Context(), other)
		require.Error(t, err, "another amount under the same key is no repeat")
		ledger.spent = true
		other.N, other.Amount = 2, 100
		result, err := w.PutBackIntoDeposit(t.Context(), other)
		require.NoError(t, err)
		require.Equal(t, fault.BalanceShort, result.Refused.Code)
		require.False(t, result.Moved)
	})
}

func putBackOf(amount money.Amount) contract.PutBackInput {
	return contract.PutBackInput{CaseID: "k1", MerchantID: "mer", Round: 1, N: 1, Amount: amount, Currency: money.CNY, At: noon}
}

func TestNothingIsPutBackThatWasNotDrawn(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ledger := &funds{deposit: 100, drawn: map[string]partners.Draw{}}
		w.Funds = ledger
		_, err := w.DrawDeposit(t.Context(), drawOf(4000))
		require.NoError(t, err)
		result, err := w.PutBackIntoDeposit(t.Context(), putBackOf(1500))
		require.NoError(t, err)
		require.Equal(t, contract.PutBackResult{}, result)
		require.EqualValues(t, 100, ledger.deposit)
	})
}

func TestDepositShortAndPaidInLater(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		ledger := &funds{deposit: 100, drawn: map[string]partners.Draw{}}
		w.Funds = ledger
		result, err := w.DrawDeposit(t.Context(), drawOf(4000))
		require.NoError(t, err)
		require.Equal(t, fault.BalanceShort, result.Refused.Code)
		ledger.deposit = 5000
		result, err = w.DrawDeposit(t.Context(), drawOf(4000))
		require.NoError(t, err)
		require.Nil(t, result.Refused)
		require.EqualValues(t, 1000, ledger.deposit)
	})
}

func TestRemediesAreGivenOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		in := contract.RemedyInput{
			CaseID: "k1", CustomerID: "cus", MerchantID: "mer", Judgment: "k1/1", Round: 1, Currency: money.CNY, At: noon,
			Remedies: []policy.Remedy{{Kind: policy.RemedyPoints, Points: 200}, {Kind: policy.RemedyCoupon, Coupon: 1000}},
			By:       contract.Actor{Kind: contract.Platform},
		}
		for range 3 {
			require.NoError(t, w.GrantRemedies(t.Context(), in))
		}
		given, err := w.store.Remedies(t.Context(), "k1")
		require.NoError(t, err)
		require.Len(t, given, 2)
		require.Equal(t, 200, given[0].Points)
		require.EqualValues(t, 1000, given[1].Coupon)
		require.Equal(t, "platform", given[0].GivenBy)
		in.Round, in.Remedies, in.Back = 2, []policy.Remedy{{Kind: policy.RemedyApology}}, []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 300}}
		for range 2 {
			require.NoError(t, w.GrantRemedies(t.Context(), in))
		}
		given, err = w.store.Remedies(t.Context(), "k1")
		require.NoError(t, err)
		require.Len(t, given, 4)
		require.Equal(t, []bool{false, false, false, true}, []bool{given[0].Back, given[1].Back, given[2].Back, given[3].Back})
		require.EqualValues(t, 300, given[3].Coupon)
		in.Remedies[0].Kind = "flowers"
		require.Error(t, w.GrantRemedies(t.Context(), in))
	})
}

// childOf is a complaint that a return opened.
func (w *world) childOf(parent contract.Start, opened contract.Opened, caseID string) contract.Start {
	child := parent
	child.CaseID, child.Kind, child.ParentID, child.Subject, child.Asked = caseID, policy.Complaint, parent.CaseID, policy.SubjectGoods, opened.Terms.Quote.Total
	child.Parent = &contract.Parent{
		CaseID: parent.CaseID, Kind: policy.Return, Cause: "merchant_refused", Phase: opened.Phase, Units: opened.Units,
		Terms: opened.Terms, ExpectedGrams: opened.ExpectedGrams,
	}
	return child
}

func TestChildWorksUnderItsParentsClaims(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		start := w.start("c1", "o", two("o"))
		parent, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		child := w.childOf(start, parent, "k1")
		child.At = noon.AddDate(0, 0, 60) // no window counts against it: it is no new request
		for range 2 {
			opened, err := w.OpenCase(t.Context(), child)
			require.NoError(t, err)
			require.Nil(t, opened.Refused)
			require.Equal(t, parent.Units, opened.Units)
			require.Empty(t, opened.Terms.Asks)
			require.Nil(t, opened.Question)
			require.EqualValues(t, 6000, policy.Claim(opened.Terms))
			require.NotZero(t, opened.Terms.Deadlines[policy.StepAppeal].For)
			require.NotZero(t, opened.Terms.Judgment.MaxSupplements)
		}
		var claims []models.UnitClaim
		require.NoError(t, w.store.DB.Find(&claims).Error)
		require.Len(t, claims, 2, "the parent's, and no other")
		rows, err := w.store.Evaluations(t.Context(), "k1")
		require.NoError(t, err)
		require.Len(t, rows, 1, "the rules were asked, and what they said is kept")
	})
}

// What the parent refunded before anybody saw the goods is not settled: the complaint is judged over it. What is
// claimed back of it is bounded by what the matter paid, in whichever of its cases.
func TestAComplaintIsJudgedOverWhatWasPaidInAdvance(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		start := w.start("c1", "o", two("o"))
		parent, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		w.openRow("c1", "return", "no_reason", nil)
		refund := refundOf("c1", "o", 6000)
		refund.Quote = parent.Terms.Quote
		_, err = w.Refund(t.Context(), refund)
		require.NoError(t, err)

		child := w.childOf(start, parent, "k1")
		opened, err := w.OpenCase(t.Context(), child)
		require.NoError(t, err)
		require.Less(t, policy.Claim(opened.Terms), money.Amount(6000), "what was refunded otherwise is refunded")
		child = w.childOf(start, parent, "k2")
		child.Parent.Advanced = &refund.Quote
		opened, err = w.OpenCase(t.Context(), child)
		require.NoError(t, err)
		require.EqualValues(t, 6000, policy.Claim(opened.Terms))

		id := "c1"
		w.openRow("k2", "complaint", "no_reason", &id)
		back := func(complaint string, round int, amount money.Amount) error {
			return w.ClaimBack(t.Context(), contract.ClaimBackInput{
				CaseID: complaint, CustomerID: "cus", Round: round, Amount: amount, Currency: "CNY", By: "ben", Cause: contract.ClaimAdvance, At: noon,
			})
		}
		require.NoError(t, back("k2", 1, 4000))
		require.Error(t, back("k2", 2, 6001), "more than the return paid")
		w.openRow("k3", "complaint", "no_reason", &id) // the first broke off
		require.NoError(t, back("k3", 1, 6000), "the matter is claimed once")
		var open []models.Recovery
		require.NoError(t, w.store.DB.Where("state = 'open'").Find(&open).Error)
		require.Len(t, open, 1)
		require.Equal(t, contract.ClaimAdvance, open[0].Cause)
		require.EqualValues(t, 6000, open[0].Amount)
	})
}

// A complaint that a new case escalates to about facts that were judged before is not opened: the merchant's silence on
// the same request is no new fact, what an inspection found is one. Other units of the line are other facts.
func TestAChildIsNotOpenedForWhatWasJudged(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		start := w.start("c1", "o", contract.ChosenLine{LineID: two("o").LineID, Quantity: 1})
		_, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		w.openRow("c1", "return", start.Reason, nil)
		w.openRow("k1", "complaint", start.Reason, new("c1"))
		require.NoError(t, w.store.DB.Model(&models.Case{}).Where("id IN ('c1', 'k1')").Updates(map[string]any{"open": false, "outcome": "dismissed"}).Error)
		require.NoError(t, w.store.DB.Model(&models.UnitClaim{}).Where("case_id = 'c1'").Update("released_at", noon).Error)
		again := func(id, cause, child string, quantity int) *fault.Fault {
			start := w.start(id, "o", contract.ChosenLine{LineID: two("o").LineID, Quantity: quantity})
			parent, err := w.OpenCase(t.Context(), start)
			require.NoError(t, err)
			require.Nil(t, parent.Refused, "the merchant may still agree")
			escalated := w.childOf(start, parent, child)
			escalated.Parent.Cause = cause
			opened, err := w.OpenCase(t.Context(), escalated)
			require.NoError(t, err)
			return opened.Refused
		}
		refused := again("c2", contract.DisputeSilent, "k2", 1)
		require.NotNil(t, refused)
		require.Equal(t, fault.AlreadyJudged, refused.Code)
		require.Equal(t, "k1", refused.Details["case_id"])
		require.Nil(t, again("c2", "difference", "k3", 1), "what came back is seen for the first time")
		require.Nil(t, again("c3", contract.DisputeRefused, "k4", 2), "other units")
	})
}

// openRow writes a case that is open.
func (w *world) openRow(id, kind, reason string, parent *string) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.Create(&models.Case{
		ID: id, WorkflowID: "case/k/" + id, Kind: kind, Phase: "onsale", Stage: "dispute", Open: true, CustomerID: "cus",
		MerchantID: "mer", OrderID: "o", Reason: reason, Currency: "CNY", View: "{}", OpenedAt: noon, UpdatedAt: noon, ParentID: parent,
	}).Error)
}

// Where the rules would refuse a request like this - here for its reason - the deadlines are a complaint's all the same.
func TestAChildHasTheDeadlinesOfItsOwnKind(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		start := w.start("c1", "o", two("o"))
		parent, err := w.OpenCase(t.Context(), start)
		require.NoError(t, err)
		child := w.childOf(start, parent, "k1")
		child.Reason = "cancelled" // of goods that were not shipped
		opened, err := w.OpenCase(t.Context(), child)
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		require.Nil(t, opened.Terms.Refusal)
		require.NotZero(t, opened.Terms.Deadlines[policy.StepSettle].For)
		require.NotZero(t, opened.Terms.Judgment.MaxSupplements)
		require.EqualValues(t, 6000, policy.Claim(opened.Terms))
	})
}

func TestComplaintsOfTheCustomersOwn(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		goods := w.start("k1", "o", two("o"))
		goods.Kind, goods.Reason, goods.Subject = policy.Complaint, "false_advertising", policy.SubjectGoods
		opened, err := w.OpenCase(t.Context(), goods)
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		require.Len(t, opened.Units, 2, "it claims its units like any root case")
		require.Equal(t, policy.SubjectGoods, opened.Terms.Judgment.Subject)

		service := w.start("k2", "o")
		service.Kind, service.Reason, service.Subject, service.Lines = policy.Complaint, "rude", policy.SubjectService, nil
		opened, err = w.OpenCase(t.Context(), service)
		require.NoError(t, err)
		require.Nil(t, opened.Refused, "how people were treated is about no goods")
		require.Empty(t, opened.Units)
		require.Zero(t, policy.MaxJudgment(opened.Terms))
		require.NotEmpty(t, opened.Terms.Judgment.Remedies)

		bare := w.start("k3", "o")
		bare.Kind, bare.Reason, bare.Subject, bare.Lines = policy.Complaint, "false_advertising", policy.SubjectGoods, nil
		opened, err = w.OpenCase(t.Context(), bare)
		require.NoError(t, err)
		require.Equal(t, fault.NothingChosen, opened.Refused.Code)
	})
}

// closed writes a case as it ended.
func (w *world) closed(id, order, reason, outcome string, open bool) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.Create(&models.Case{
		ID: id, WorkflowID: "case/k/" + id, Kind: "complaint", Phase: "onsale", Stage: "ended", Outcome: outcome, Open: open, CustomerID: "cus",
		MerchantID: "mer", OrderID: order, Reason: reason, Currency: "CNY", View: "{}", OpenedAt: noon, UpdatedAt: noon,
	}).Error)
}

func TestSecondComplaintOnTheSameFacts(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		try := func(id, reason string) *fault.Fault {
			start := w.start(id, "o")
			start.Kind, start.Reason, start.Subject, start.Lines = policy.Complaint, reason, policy.SubjectService, nil
			opened, err := w.OpenCase(t.Context(), start)
			require.NoError(t, err)
			return opened.Refused
		}
		w.closed("old", "o", "rude", "withdrawn", false)
		require.Nil(t, try("k1", "rude"), "what was withdrawn was not judged")
		w.closed("judged", "o", "rude", "dismissed", false)
		refused := try("k2", "rude")
		require.Equal(t, fault.AlreadyJudged, refused.Code)
		require.Equal(t, "judged", refused.Details["case_id"])
		require.Nil(t, try("k3", "no_answer"), "other facts are another matter")
		w.closed("open", "o", "no_answer", "", true)
		require.Equal(t, fault.ComplaintExists, try("k4", "no_answer").Code)
	})
}

func TestClaimBackReplacesAndIsBounded(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		w.openRow("k1", "complaint", "no_reason", nil)
		_, err := w.Refund(t.Context(), refundOf("k1", "o", 4000))
		require.NoError(t, err)
		back := func(round int, amount money.Amount) error {
			return w.ClaimBack(t.Context(), contract.ClaimBackInput{CaseID: "k1", CustomerID: "cus", Round: round, Amount: amount, Currency: "CNY", By: "ben", At: noon})
		}
		require.NoError(t, back(2, 3000))
		require.NoError(t, back(2, 3000), "once")
		require.NoError(t, back(3, 1000), "the next judgment leaves less to claim")
		require.Error(t, back(4, 4001), "more than was paid")
		var open []models.Recovery
		require.NoError(t, w.store.DB.Where("state = 'open'").Find(&open).Error)
		require.Len(t, open, 1)
		require.EqualValues(t, 1000, open[0].Amount)
		require.NoError(t, back(5, 0))
		require.NoError(t, w.store.DB.Where("state = 'open'").Find(&open).Error)
		require.Empty(t, open)
	})
}

// What the customer's bank took back besides is claimed for itself: who has the goods, the advance and the bank's money owes
// both, and the judgment is carried out.
func TestWhatIsJudgedIsClaimedBesideAChargeback(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		w.openRow("c1", "return", "no_reason", nil)
		_, err := w.Refund(t.Context(), refundOf("c1", "o", 9000))
		require.NoError(t, err)
		_, err = w.store.ChargeBack(t.Context(), "alipay", "ref-o-1", 9000, noon)
		require.NoError(t, err)
		w.openRow("k1", "complaint", "no_reason", new("c1"))
		require.NoError(t, w.ClaimBack(t.Context(), contract.ClaimBackInput{
			CaseID: "k1", CustomerID: "cus", Round: 1, Amount: 9000, Currency: "CNY", By: "ben", Cause: contract.ClaimAdvance, At: noon,
		}))
		claimed := map[string]money.Amount{}
		var rows []models.Recovery
		require.NoError(t, w.store.DB.Where("state = 'open'").Find(&rows).Error)
		for _, row := range rows {
			claimed[row.Cause] += row.Amount
		}
		require.Equal(t, map[string]money.Amount{models.CauseChargeback: 9000, contract.ClaimAdvance: 9000}, claimed)
	})
}

// A file that was put forward in the case which opened the complaint is nothing new, however it is sent again.
func TestEvidenceOfTheParentIsNotNew(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{3, 9000}}, tender{partners.RailAlipay, 9000})
		w.openRow("c1", "return", "no_reason", nil)
		w.openRow("k1", "complaint", "no_reason", new("c1"))
		for id, digest := range map[string]string{"e1": "seen", "e2": "seen", "e3": "new"} {
			w.evidence(id, digest, "picture")
		}
		attach := func(caseID string, fresh bool, ids ...string) contract.Attached {
			attached, err := w.AttachEvidence(t.Context(), contract.AttachInput{
				CaseID: caseID, Actor: contract.Actor{Kind: contract.Customer, ID: "cus"}, Evidence: ids, New: fresh,
			})
			require.NoError(t, err)
			return attached
		}
		require.Equal(t, []string{"e1"}, attach("c1", false, "e1").Accepted)
		require.Equal(t, contract.Attached{Accepted: []string{"e3"}, Duplicates: []string{"e2"}}, attach("k1", true, "e2", "e3"))
		require.Empty(t, attach("k1", true, "e2").Accepted)
		require.Equal(t, []string{"e2"}, attach("k1", false, "e2").Accepted, "as evidence it may be shown again")
	})
}

// A request was judged. Who then complains that it was refused, or that its money is late, brings the same facts under
// another name - also where the reason is named only later. A request that was refused since is another matter.
func TestComplainingOfARequestThatWasJudged(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.order("o", []line{{2, 9000}}, tender{partners.RailAlipay, 9000})
		request := func(id, reason, outcome string, at time.Duration) {
			start := w.start(id, "o", two("o"))
			start.Reason, start.At = reason, noon.Add(at)
			_, err := w.OpenCase(t.Context(), start)
			require.NoError(t, err)
			w.openRow(id, "return", reason, nil)
			require.NoError(t, w.store.DB.Model(&models.Case{}).Where("id = ?", id).
				Updates(map[string]any{"open": false, "outcome": outcome, "opened_at": noon.Add(at)}).Error)
			require.NoError(t, w.store.DB.Model(&models.UnitClaim{}).Where("case_id = ?", id).Update("released_at", noon.Add(at)).Error)
		}
		complain := func(id, reason string) *fault.Fault {
			start := w.start(id, "o", two("o"))
			start.Kind, start.Reason, start.Subject, start.At = policy.Complaint, reason, policy.SubjectGoods, noon.Add(100*time.Hour)
			opened, err := w.OpenCase(t.Context(), start)
			require.NoError(t, err)
			if opened.Refused == nil { // it makes room for the next
				require.NoError(t, w.store.DB.Where("case_id = ?", id).Delete(&models.UnitClaim{}).Error)
			}
			return opened.Refused
		}
		request("c1", "quality", "rejected", time.Hour)
		require.Nil(t, complain("k0", "refused_return"), "nobody has judged it yet")
		w.openRow("j1", "complaint", "quality", new("c1"))
		require.NoError(t, w.store.DB.Model(&models.Case{}).Where("id = 'j1'").
			Updates(map[string]any{"open": false, "outcome": "dismissed", "opened_at": noon.Add(2 * time.Hour)}).Error)

		for _, reason := range []string{"refused_return", "refund_late"} {
			refused := complain("k-"+reason, reason)
			require.NotNil(t, refused, reason)
			require.Equal(t, fault.AlreadyJudged, refused.Code)
			require.Equal(t, "j1", refused.Details["case_id"])
		}
		require.Nil(t, complain("k2", "false_advertising"), "that is another matter")
		require.NoError(t, w.store.DB.Model(&models.Case{}).Where("id IN ?", []string{"c1", "j1"}).Update("reason", "not_as_described").Error)
		require.Equal(t, fault.AlreadyJudged, complain("k2b", "false_advertising").Code, "the same facts in other words")
		require.NoError(t, w.store.DB.Model(&models.Case{}).Where("id IN ?", []string{"c1", "j1"}).Update("reason", "quality").Error)

		request("c2", "wrong_size", "withdrawn", 3*time.Hour)
		require.Equal(t, fault.AlreadyJudged, complain("k3", "refused_return").Code, "nobody refused what was withdrawn")

		late := w.start("k4", "o", two("o"))
		late.Kind, late.Reason, late.Subject, late.At = policy.Complaint, "", policy.SubjectGoods, noon.Add(99*time.Hour)
		opened, err := w.OpenCase(t.Context(), late)
		require.NoError(t, err)
		require.Nil(t, opened.Refused)
		details, err := w.Details(t.Context(), contract.DetailsInput{
			Start: late, Phase: opened.Phase, N: 2, At: noon.Add(101 * time.Hour), Field: string(policy.AskReason), Choice: "refused_return",
		})
		require.NoError(t, err)
		require.NotNil(t, details.Terms)
		require.NotNil(t, details.Terms.Refusal)
		require.Equal(t, fault.AlreadyJudged, details.Terms.Refusal.Fault.Code)
		require.NoError(t, w.store.DB.Where("case_id = 'k4'").Delete(&models.UnitClaim{}).Error)

		request("c3", "wrong_size", "refusal_accepted", 4*time.Hour)
		require.Nil(t, complain("k5", "refused_return"), "that request was never judged")
	})
}
