package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// warrantyEnd is when the warranty of the item in these tests ends.
var warrantyEnd = t0.Add(100 * day)

// repairWorld is an item under warranty that stopped working.
func repairWorld(t *testing.T, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.start.Kind, w.start.Reason = policy.Repair, "faulty"
		w.alter = func(_ contract.Start, terms *policy.Terms) { repairTerms(terms) }
		if change != nil {
			change(w)
		}
	})
}

func repairTerms(terms *policy.Terms) {
	terms.Refusal, terms.Asks, terms.Liability, terms.AutoAgree = nil, nil, policy.Merchant, ""
	terms.Limits.Repairs = 2
	terms.Warranty = &policy.WarrantyTerms{Covered: true, Until: warrantyEnd, Rule: "three_guarantees_12_months"}
	terms.Quote = policy.Quote{Currency: "CNY", Total: 10000, Lines: []policy.QuoteLine{{LineID: "l1", Quantity: 2, Amount: 10000}}}
	for step, deadline := range map[policy.Step]policy.Deadline{
		policy.StepMerchantAnswer: {Actor: policy.Merchant, For: 48 * hour, Clock: policy.WallClock, Default: policy.ActAgree},
		policy.StepDiagnosis:      {Actor: policy.Merchant, For: 5 * day, Clock: policy.WallClock, Default: policy.ActChoose},
		policy.StepQuote:          {Actor: policy.Customer, For: 72 * hour, Clock: policy.WallClock, Default: policy.ActDecline},
		policy.StepPay:            {Actor: policy.Customer, For: 72 * hour, Clock: policy.WallClock, Default: policy.ActDecline},
		policy.StepRepair:         {Actor: policy.Merchant, For: 30 * day, Clock: policy.WallClock, Default: policy.ActChoose},
		policy.StepShip:           {Actor: policy.Merchant, For: 72 * hour, Clock: policy.WallClock, Default: policy.ActEscalate},
		policy.StepConfirm:        {Actor: policy.Customer, For: 7 * day, Clock: policy.WallClock, Default: policy.ActDone},
		policy.StepChoice:         {Actor: policy.Customer, For: 7 * day, Clock: policy.WallClock, Default: policy.ActEscalate},
	} {
		terms.Deadlines[step] = deadline
	}
}

// sentIn plays a repair until the merchant has the item, a day after the start.
func (w *world) sentIn() {
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "b1", "picked", 0)
	w.scan(day, "b2", "signed", 1200)
}

func (w *world) covered(after time.Duration) {
	w.at(after, shop, fmt.Sprintf("diagnose/%s", after), &contract.Diagnose{Fault: "screen", Covered: true})
}

func (w *world) costs(after time.Duration, amount money.Amount) {
	w.at(after, shop, "diagnose", &contract.Diagnose{Fault: "water", Amount: amount, Evidence: []string{"e9"}})
}

// sendsHome ships the item and delivers it a day later.
func (w *world) sendsHome(after time.Duration) {
	w.ships(after)
	w.out(after+hour, "picked")
	w.out(after+day, "signed")
}

// endsNotRepaired: the item is with the customer again as it was, for a reason.
func (w *world) endsNotRepaired(why string) {
	w.t.Helper()
	require.Equal(w.t, contract.NotRepaired, w.run())
	require.Equal(w.t, why, w.last().View.Repair.Why)
	require.Empty(w.t, w.counter.repairs, "nothing is booked: the warranty is as it was")
	require.Zero(w.t, w.last().Refunded-w.counter.total(), "what was paid for the repair is back")
}

func TestRepair_UnderWarranty(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(9*day, shop, "finish", &contract.FinishRepair{TextID: "t1"})
	w.sendsHome(10 * day)
	w.at(12*day, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Repaired, w.run())
	require.Empty(t, w.faults)
	require.Empty(t, w.refunds, "no money moves")
	require.Len(t, w.counter.repairs, 1)
	booked := w.counter.repairs[0]
	require.Equal(t, "screen", booked.Fault)
	require.False(t, booked.Failed)
	require.Equal(t, t0.Add(day), booked.From, "from when the merchant had it")
	require.Equal(t, t0.Add(11*day), booked.To, "until the customer had it again")
	require.Equal(t, warrantyEnd.Add(10*day), *w.last().View.Repair.WarrantyUntil, "longer by exactly the repair")
	require.Equal(t, 12*day, w.when("closed"))
}

func TestRepair_SilentCustomerHasConfirmed(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(9*day, shop, "finish", &contract.FinishRepair{})
	w.sendsHome(10 * day)
	require.Equal(t, contract.Repaired, w.run())
	require.Equal(t, 18*day+grace, w.when("receipt_silent"), "7 days from the delivery")
}

func TestRepair_PaidByTheCustomer(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.at(3*day, kim, "wrong", &contract.AnswerQuote{Accept: true, Amount: 2000})
	w.at(3*day+hour, kim, "accept", &contract.AnswerQuote{Accept: true, Amount: 3000})
	w.at(3*day+2*hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(3*day+3*hour, "alipay")
	w.at(9*day, shop, "finish", &contract.FinishRepair{})
	w.sendsHome(10 * day)
	w.at(12*day, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Repaired, w.run())
	require.Equal(t, fault.StaleRevision, w.code("wrong"))
	require.Len(t, w.faults, 1)
	require.Empty(t, w.refunds, "the repair was made: its price is the merchant's")
	require.Equal(t, money.Amount(3000), w.counter.total())
	require.Equal(t, contract.PurposeRepair, w.last().View.Payment.Purpose)
	require.False(t, w.counter.repairs[0].Covered)
}

func TestRepair_QuoteDeclined(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.at(3*day, kim, "decline", &contract.AnswerQuote{})
	w.sendsHome(4 * day)
	w.endsNotRepaired("quote_declined")
}

func TestRepair_QuoteUnanswered(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.sendsHome(6 * day)
	w.endsNotRepaired("quote_expired")
	require.Equal(t, 5*day+grace, w.when("quote_expired"), "72 hours")
}

func TestRepair_QuoteUnpaid(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.at(3*day, kim, "accept", &contract.AnswerQuote{Accept: true, Amount: 3000})
	w.at(3*day+hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.sendsHome(7 * day)
	w.endsNotRepaired("not_paid")
	require.Equal(t, 6*day+grace, w.when("not_paid"))
}

func TestRepair_NotCoveredIsDisputed(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.at(3*day, kim, "escalate", &contract.Escalate{TextID: "t2"})
	w.at(5*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	w.judged(5*day + hour)
	w.sendsHome(13 * day) // the judgment could be appealed for 7 days
	require.Equal(t, contract.NotRepaired, w.run())
	require.Contains(t, w.events(), "case_opened")
	require.Equal(t, "decided", w.last().View.Repair.Why, "the item still comes back")
}

// judged approves what the complaint waits for, a few times over.
func (w *world) judged(after time.Duration) {
	for i := range 3 {
		w.env.RegisterDelayedCallback(func() {
			if approval := w.judging().View.Approval; approval != nil && approval.State == "waiting" {
				key := fmt.Sprintf("yes%d/%s", i, after)
				w.send(key, &contract.Decide{
					Meta: contract.Meta{Actor: boss, Key: key, ReceivedAt: w.env.Now()}, ApprovalID: approval.ID, Hash: approval.Hash, Approve: true,
				})
			}
		}, after+time.Duration(i)*hour)
	}
}

// overdue plays a repair that the merchant does not finish within 30 days; the choice is there at 32 days.
func (w *world) overdue() {
	w.sentIn()
	w.covered(2 * day)
}

func TestScenario30_OverdueRepairBecomesARefund(t *testing.T) {
	w := repairWorld(t, nil)
	w.overdue()
	w.at(33*day, kim, "repair", &contract.Choose{Choice: contract.ChooseRepair})
	w.at(34*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(35 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Equal(t, 32*day+grace, w.when("repair_overdue"))
	require.Equal(t, fault.BadRequest, w.code("repair"), "the merchant had its time")
	require.Len(t, w.children, 1)
	require.Len(t, w.refunds, 1)
	require.Equal(t, w.complaint, w.refunds[0].CaseID, "the child pays, under its own ID")
	require.Equal(t, contract.CauseRule, w.refunds[0].Cause)
	require.Equal(t, "repair_overdue", w.refunds[0].CauseRef)
	require.Equal(t, money.Amount(10000), w.refunds[0].Quote.Total)
	child := w.children[w.complaint]
	require.Equal(t, contract.Refunded, child[len(child)-1].Outcome)
	require.Equal(t, policy.Return, child[0].Kind)
	for _, p := range child {
		require.NotContains(t, []contract.Stage{contract.StageMerchant, contract.StageSendBack}, p.Stage, "nobody is asked, and the goods are there")
	}
	require.Equal(t, money.Amount(10000), w.last().Refunded)
	require.GreaterOrEqual(t, w.when("case_decided"), 34*day, "the claims were held until the child had ended")
	require.Empty(t, w.counter.repairs)
}

func TestScenario30_OverdueRepairBecomesAnExchange(t *testing.T) {
	w := repairWorld(t, nil)
	w.overdue()
	w.at(33*day, kim, "choose", &contract.Choose{Choice: contract.ChooseExchange})
	w.at(34*day, shop, "ship", &contract.ShipReplacement{Carrier: "sf", Number: "OUT1"})
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.complaint, contract.TrackFact{NoticeID: "o1", Carrier: "sf", Number: "OUT1", State: "signed", At: t0.Add(35 * day)})
	}, 35*day)
	w.at(36*day, kim, "confirm", &contract.ConfirmReceipt{})
	require.Equal(t, contract.Replaced, w.run())
	require.Empty(t, w.faults)
	require.Empty(t, w.refunds)
	child := w.children[w.complaint]
	require.Equal(t, contract.Exchanged, child[len(child)-1].Outcome)
	require.Equal(t, 2, w.counter.shipped["v1"])
	require.Contains(t, w.events(), "stock_reserved")
}

// A customer who takes the chosen case back chooses again, with the time that was left.
func TestRepair_ChoiceTakenBack(t *testing.T) {
	w := repairWorld(t, nil)
	w.overdue()
	w.at(33*day, kim, "exchange", &contract.Choose{Choice: contract.ChooseExchange})
	w.at(34*day, kim, "withdraw", &contract.Withdraw{})
	w.at(35*day, kim, "return", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(36 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Empty(t, w.faults)
	require.Len(t, w.children, 2)
	require.Contains(t, w.events(), "stock_released")
	require.Len(t, w.refunds, 1)
}

func TestRepair_ChoiceUnanswered(t *testing.T) {
	w := repairWorld(t, nil)
	w.overdue()
	w.at(45*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Amount: 10000, Liability: policy.Merchant})
	w.judged(45*day + hour)
	outcome := w.run()
	require.Equal(t, 39*day+2*grace, w.when("choice_expired"))
	require.Equal(t, contract.Refunded, outcome, "a person asked, and nothing was chosen for the silent customer")
}

func TestRepair_WithdrawnWhileItIsWithTheMerchant(t *testing.T) {
	w := repairWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(3*hour, "b1", "picked", 0)
	w.at(4*hour, kim, "on the way", &contract.Withdraw{})
	w.scan(day, "b2", "signed", 1200)
	w.at(2*day, kim, "withdraw", &contract.Withdraw{})
	w.sendsHome(3 * day)
	w.endsNotRepaired("withdrawn")
	require.Equal(t, fault.GoodsOnTheWay, w.code("on the way"))
}

func TestRepair_WithdrawnBeforeItIsSent(t *testing.T) {
	w := repairWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
}

func TestRepair_NotSentIn(t *testing.T) {
	w := repairWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	require.Equal(t, contract.ClosedNotSent, w.run())
}

func TestRepair_SilentDiagnosisGivesTheChoice(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.at(7*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(8 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Equal(t, 6*day+grace, w.when("diagnosis_silent"), "5 days from the delivery")
}

func TestRepair_SilentDiagnosisOfAnEmptyBox(t *testing.T) {
	w := repairWorld(t, nil)
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(day, "b2", "signed", 100)
	w.at(9*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	w.judged(9*day + hour)
	w.sendsHome(17 * day)
	require.Equal(t, contract.NotRepaired, w.run())
	require.Equal(t, "weight", w.last().View.Child.Cause, "people look at it, with both weights")
	require.Empty(t, w.refunds)
}

func TestRepair_CannotBeRepaired(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.at(2*day, shop, "cannot", &contract.CannotRepair{TextID: "t3"})
	w.at(3*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(4 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Equal(t, "cannot_repair", w.refunds[0].CauseRef)
}

func TestRepair_PaidAndNotRepairable(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.costs(2*day, 3000)
	w.at(3*day, kim, "accept", &contract.AnswerQuote{Accept: true, Amount: 3000})
	w.at(3*day+hour, kim, "start", &contract.StartPayment{Rail: "alipay"})
	w.pays(3*day+2*hour, "alipay")
	w.sendsHome(35 * day)
	w.endsNotRepaired("repair_overdue")
	require.Len(t, w.refunds, 1, "over its own tender")
	require.Equal(t, money.Amount(3000), w.refunds[0].Quote.Total)
	require.NotEmpty(t, w.refunds[0].TenderID)
}

func TestScenario31_RepairedTooOftenChoosesAtIntake(t *testing.T) {
	tooOften := func(w *world) {
		w.alter = func(_ contract.Start, terms *policy.Terms) {
			repairTerms(terms)
			terms.Warranty.Repairs, terms.Warranty.Choice = 2, true
		}
	}
	t.Run("return", func(t *testing.T) {
		w := repairWorld(t, tooOften)
		w.at(hour, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
		w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF2"})
		w.complaintScan(day, "n1", "signed", 1200)
		w.at(2*day, shop, "inspect", &contract.Inspect{})
		w.judged(3 * day)
		require.Equal(t, contract.Replaced, w.run())
		require.Empty(t, w.faults)
		require.Zero(t, w.when("choice_given"), "before anybody is asked")
		require.NotContains(t, w.events(), "merchant_agreed")
		require.Equal(t, "repaired_before", w.refunds[0].CauseRef)
	})
	t.Run("not sent", func(t *testing.T) {
		w := repairWorld(t, tooOften)
		w.at(hour, kim, "choose", &contract.Choose{Choice: contract.ChooseExchange})
		require.Equal(t, contract.ClosedNotSent, w.run())
		require.Empty(t, w.refunds)
	})
	t.Run("one more repair", func(t *testing.T) {
		w := repairWorld(t, tooOften)
		w.at(minute, kim, "choose", &contract.Choose{Choice: contract.ChooseRepair})
		w.counter.before = map[string]int{"screen": 2}
		w.sentIn()
		w.covered(2 * day)
		w.at(9*day, shop, "finish", &contract.FinishRepair{})
		w.sendsHome(10 * day)
		require.Equal(t, contract.Repaired, w.run())
	})
	t.Run("the diagnosis shows it", func(t *testing.T) {
		w := repairWorld(t, nil)
		w.counter.before = map[string]int{"screen": 2}
		w.sentIn()
		w.covered(2 * day)
		w.at(3*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
		w.judged(4 * day)
		require.Equal(t, contract.Replaced, w.run())
		require.Equal(t, 2*day, w.when("choice_given"))
	})
}

// The item comes back with the same fault: that counts as a repair. It is sent in once more, and the second time the
// customer chooses.
func TestRepair_SameFaultTwice(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.sendsHome(4 * day)
	w.at(6*day, kim, "no proof", &contract.RejectRepair{})
	w.at(6*day+hour, kim, "reject", &contract.RejectRepair{Evidence: []string{"e2"}})
	w.at(7*day, kim, "send2", &contract.SendBack{Carrier: "sf", Number: "SF3"})
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.start.CaseID, contract.TrackFact{NoticeID: "c1", Carrier: "sf", Number: "SF3", State: "signed", Grams: 1200, At: t0.Add(8 * day)})
	}, 8*day)
	w.covered(9 * day)
	w.at(10*day, shop, "finish2", &contract.FinishRepair{Serial: "SN2"})
	w.at(10*day+hour, shop, "finish3", &contract.FinishRepair{})
	w.at(11*day, shop, "ship2", &contract.ShipReplacement{Carrier: "sf", Number: "OUT2"})
	w.env.RegisterDelayedCallback(func() {
		w.tell(w.start.CaseID, contract.TrackFact{NoticeID: "c2", Carrier: "sf", Number: "OUT2", State: "signed", At: t0.Add(12 * day)})
	}, 12*day)
	w.at(13*day, kim, "reject2", &contract.RejectRepair{Evidence: []string{"e3"}})
	w.at(14*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.at(15*day, kim, "send3", &contract.SendBack{Carrier: "sf", Number: "SF2"})
	w.complaintScan(16*day, "n9", "signed", 1200)
	w.at(17*day, shop, "inspect", &contract.Inspect{})
	w.judged(18 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Equal(t, fault.EvidenceNeeded, w.code("no proof"))
	require.Equal(t, fault.BadRequest, w.code("finish2"), "two units have no single number")
	require.Len(t, w.faults, 2)
	require.Len(t, w.counter.repairs, 2)
	require.True(t, w.counter.repairs[0].Failed && w.counter.repairs[1].Failed)
	require.Equal(t, []int{1, 2}, []int{w.counter.repairs[0].N, w.counter.repairs[1].N})
	require.Equal(t, 2, w.last().View.Repair.Rejected)
	require.Equal(t, 13*day, w.when("choice_given"))
	require.Equal(t, money.Amount(10000), w.last().Refunded)
}

func TestRepair_WrongItemCameBack(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.sendsHome(4 * day)
	w.at(6*day, kim, "report", &contract.ReportProblem{Problem: contract.ProblemWrong, Evidence: []string{"e2"}})
	w.at(8*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	w.judged(8*day + hour)
	require.Equal(t, contract.Repaired, w.run(), "the platform does not see it: the repair stands")
	require.Len(t, w.counter.repairs, 1)
}

func TestRepair_MerchantDoesNotSendItBack(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.at(9*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Amount: 10000, Liability: policy.Merchant})
	w.judged(9*day + hour)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, 6*day+grace, w.when("not_shipped"), "72 hours")
	require.Equal(t, "not_shipped", w.last().View.Child.Cause)
}

// The platform found nothing wrong, and the merchant still does not send it: the customer need not complain of the same
// thing for ever.
func TestRepair_MerchantKeepsItAfterTheJudgment(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.at(9*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.at(9*day+hour, kim, "content", &contract.Rest{})
	w.at(13*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	require.Equal(t, contract.Replaced, w.run())
	require.Len(t, w.children, 2, "one complaint, and the return that was chosen")
	require.Len(t, w.refunds, 1)
}

func TestRepair_MerchantLostIt(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.at(4*day, shop, "cannot", &contract.CannotShip{TextID: "t4"})
	w.at(5*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(6 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Equal(t, "cannot_ship", w.refunds[0].CauseRef)
}

func TestRepair_ParcelHomeIsLost(t *testing.T) {
	w := repairWorld(t, nil)
	w.sentIn()
	w.covered(2 * day)
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.ships(4 * day)
	w.out(4*day+hour, "picked")
	w.at(60*day, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Amount: 10000, Liability: policy.Merchant})
	w.judged(60*day + hour)
	require.Equal(t, contract.Refunded, w.run())
	require.Contains(t, w.events(), "delivery_failed")
}

func TestRepair_BadInputChangesNothing(t *testing.T) {
	w := repairWorld(t, nil)
	w.at(30*minute, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.sentIn()
	w.at(day+hour, shop, "no fault", &contract.Diagnose{Covered: true})
	w.at(day+hour, shop, "both", &contract.Diagnose{Fault: "x", Covered: true, Amount: 5})
	w.at(day+hour, shop, "free", &contract.Diagnose{Fault: "x"})
	w.at(day+hour, shop, "no proof", &contract.Diagnose{Fault: "x", Amount: 5})
	w.at(day+hour, kim, "not hers", &contract.Diagnose{Fault: "x", Covered: true})
	w.at(day+hour, shop, "too early", &contract.FinishRepair{})
	w.at(day+hour, shop, "inspect", &contract.Inspect{})
	w.covered(2 * day)
	w.at(2*day+hour, shop, "again", &contract.Diagnose{Fault: "other", Covered: true})
	w.at(3*day, shop, "finish", &contract.FinishRepair{})
	w.sendsHome(4 * day)
	require.Equal(t, contract.Repaired, w.run())
	for key, code := range map[string]fault.Code{
		"choose": fault.NotNow, "no fault": fault.BadRequest, "both": fault.AmountInvalid, "free": fault.AmountInvalid, "no proof": fault.EvidenceNeeded,
		"not hers": fault.Forbidden, "too early": fault.NotNow, "inspect": fault.NotNow, "again": fault.NotNow,
	} {
		require.Equal(t, code, w.code(key), key)
	}
	require.Equal(t, "screen", w.counter.repairs[0].Fault)
}

// The default rules as they are: who is silent when, and what follows.
func TestRepair_ByTheDefaultRules(t *testing.T) {
	w := repairWorld(t, func(w *world) {
		w.facts.Kind, w.facts.Reason = policy.Repair, "faulty"
		w.facts.Lines[0].Category = "phones"
		w.alter = func(_ contract.Start, terms *policy.Terms) { terms.Asks = nil }
	})
	w.at(49*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(50*hour, "b1", "picked", 0)
	w.scan(3*day, "b2", "signed", 1200)
	w.covered(4 * day)
	w.at(40*day, kim, "choose", &contract.Choose{Choice: contract.ChooseReturn})
	w.judged(41 * day)
	require.Equal(t, contract.Replaced, w.run())
	require.Empty(t, w.faults)
	require.Equal(t, 48*hour+grace, w.when("merchant_silent"))
	require.Equal(t, 34*day+grace, w.when("repair_overdue"))
	require.Equal(t, money.Amount(10000), w.last().Refunded)
}
