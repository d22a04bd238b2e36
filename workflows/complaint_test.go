package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// complained opens a complaint of the customer's own, about 100.00 of goods or about service.
func complained(t *testing.T, change func(*world)) *world {
	return newWorld(t, func(w *world) {
		w.patient = true
		w.start.Kind, w.start.Subject = policy.Complaint, policy.SubjectGoods
		if change != nil {
			change(w)
		}
	})
}

// toReview lets both sides say that this is all.
func (w *world) toReview(after time.Duration) {
	w.at(after, kim, "kim rests", &contract.Rest{})
	w.at(after, shop, "shop rests", &contract.Rest{})
}

// ben is another agent, sam another supervisor.
var (
	ben = contract.Actor{Kind: contract.Agent, ID: "ben", Limit: 50000}
	sam = contract.Actor{Kind: contract.Supervisor, ID: "sam", Limit: 500000}
)

// A complaint that nobody hurries: every deadline of it runs out.
func TestComplaintWithoutAnybodyHurrying(t *testing.T) {
	w := complained(t, nil)
	w.at(60*hour, agent, "propose", &contract.Propose{
		Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant, Rules: []string{"jd_quality_15_days"}, Evidence: []string{"e1"},
	})
	require.Equal(t, contract.PartlyUpheld, w.run())
	require.Equal(t, 48*hour+2*grace, w.when("review_opened"), "a day to settle and a day for evidence")
	require.Equal(t, 60*hour, w.when("judged"))
	require.Equal(t, 84*hour+grace, w.when("executed_by_platform"))
	require.Equal(t, 84*hour+7*day+2*grace, w.when("closed"), "seven days to appeal")
	require.Equal(t, money.Amount(4000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseJudgment, w.refunds[0].Cause)
	require.Equal(t, []contract.DrawInput{{
		CaseID: "c1", MerchantID: "shop", Round: 1, Amount: 4000, Currency: "CNY", At: w.draws[0].At,
	}}, w.draws, "the platform acts from the merchant's deposit")
	judgment := w.last().View.Complaint.Judgment
	require.Equal(t, []string{"jd_quality_15_days"}, judgment.Rules)
	require.Equal(t, []string{"e1"}, judgment.Evidence)
	require.Equal(t, contract.Platform, judgment.CarriedBy)
	require.Equal(t, policy.Merchant, judgment.Freight.Back, "the freight follows the liability")
}

// Who said that this is all has no task any more; the other side keeps theirs, and the clock runs on.
func TestWhoSaidThatThisIsAllIsAskedForNothingMore(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "kim rests", &contract.Rest{})
	w.at(60*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, TextID: "t"})
	w.run()
	rested := slices.IndexFunc(w.projections, func(p contract.Projection) bool {
		return p.View.Complaint != nil && slices.Equal(p.View.Complaint.Rested, []contract.Role{contract.Customer})
	})
	require.Positive(t, rested)
	require.Equal(t, contract.Both, w.projections[rested-1].WaitingFor)
	told := w.projections[rested]
	require.Equal(t, contract.Merchant, told.WaitingFor)
	require.Equal(t, t0.Add(24*hour), *told.DueAt)
	require.NotNil(t, told.Desk)
	for _, task := range told.Desk.Tasks {
		require.Equal(t, contract.Merchant, task.Recipient)
	}
	require.Len(t, told.Desk.Tasks, 1)
}

func TestJudgmentCarriedOutByTheMerchant(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(3*hour, shop, "carry", &contract.CarryOut{})
	w.at(4*hour, shop, "content", &contract.Rest{})
	require.Equal(t, contract.Upheld, w.run())
	require.Equal(t, hour, w.when("review_opened"), "nobody waits for a clock when both have said that this is all")
	require.Empty(t, w.draws)
	require.Equal(t, 3*hour, w.refunds[0].At.Sub(t0))
	require.Equal(t, 4*hour, w.when("closed"), "who could appeal said that they will not")
}

func TestComplaintDismissed(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	require.Equal(t, contract.Dismissed, w.run())
	require.Empty(t, w.refunds)
	require.Equal(t, 2*hour+7*day+grace, w.when("closed"))
}

func TestScenario28_Appeal(t *testing.T) {
	judged := func(t *testing.T) *world {
		w := complained(t, nil)
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		w.at(3*hour, shop, "carry", &contract.CarryOut{})
		return w
	}
	t.Run("day 6, another reviewer, reversed for the customer", func(t *testing.T) {
		w := judged(t)
		w.at(6*day, kim, "bare", &contract.Appeal{})
		w.at(6*day, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(6*day+hour, agent, "same reviewer", &contract.Propose{Outcome: contract.ProposeRefund})
		w.at(6*day+2*hour, ben, "other reviewer", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
		w.at(6*day+3*hour, kim, "second appeal", &contract.Appeal{Evidence: []string{"newer"}})
		require.Equal(t, contract.Upheld, w.run())
		require.Equal(t, fault.AppealNeedsEvidence, w.code("bare"))
		require.Equal(t, fault.ReviewerAgain, w.code("same reviewer"))
		require.Equal(t, 403, w.faults["same reviewer"].Status())
		require.Len(t, w.refunds, 2)
		require.Equal(t, money.Amount(6000), w.refunds[1].Quote.Total, "the reversal is a new leg of the difference")
		require.Zero(t, w.refunds[0].Quote.Lines[0].Quantity, "a part of the price leaves the units with the customer")
		require.Equal(t, 2, w.refunds[1].Quote.Lines[0].Quantity, "all of it in two legs counts them, as in one")
		require.Equal(t, 2, w.refunds[1].Round)
		require.Equal(t, money.Amount(10000), w.last().Refunded)
		require.NotContains(t, w.acks, "second appeal")
		require.Equal(t, "reversed", w.last().View.Complaint.Appeals[0].Result)
	})
	t.Run("the same side twice", func(t *testing.T) {
		w := judged(t)
		w.at(4*day, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(4*day+hour, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
		w.at(5*day, kim, "again", &contract.Appeal{Evidence: []string{"newer"}})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Equal(t, fault.AppealOnce, w.code("again"), "the merchant's window is open, the customer's appeal is used")
		require.Len(t, w.refunds, 1)
		require.Equal(t, "upheld", w.last().View.Complaint.Appeals[0].Result)
	})
	t.Run("day 8", func(t *testing.T) {
		w := judged(t)
		w.received(3*hour+7*day, 3*hour+7*day+time.Second, kim, "at the end", &contract.Appeal{Evidence: []string{"new"}})
		w.at(8*day, kim, "late", &contract.Appeal{Evidence: []string{"new"}})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Equal(t, fault.DeadlinePassed, w.code("at the end"))
		require.NotContains(t, w.acks, "late", "it is closed")
	})
	t.Run("who did not lose", func(t *testing.T) {
		w := complained(t, nil)
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
		w.at(3*hour, shop, "carry", &contract.CarryOut{})
		w.at(4*hour, kim, "winner", &contract.Appeal{Evidence: []string{"new"}})
		require.Equal(t, contract.Upheld, w.run())
		require.Equal(t, fault.AppealNotYours, w.code("winner"))
	})
	t.Run("reversed for the merchant opens a claim", func(t *testing.T) {
		w := judged(t)
		w.at(4*day, shop, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(4*day+hour, ben, "less", &contract.Propose{Outcome: contract.ProposePartial, Amount: 1000})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Len(t, w.refunds, 1, "money is never rolled back")
		require.Len(t, w.claims, 1)
		require.Equal(t, money.Amount(3000), w.claims[0].Amount)
	})
	t.Run("both appeal, the customer first", func(t *testing.T) {
		w := judged(t)
		w.at(4*day, kim, "kim", &contract.Appeal{Evidence: []string{"new"}})
		w.at(4*day+minute, shop, "meanwhile", &contract.Appeal{Evidence: []string{"new2"}})
		w.at(4*day+hour, ben, "more", &contract.Propose{Outcome: contract.ProposePartial, Amount: 9000})
		w.at(5*day, shop, "shop", &contract.Appeal{Evidence: []string{"new2"}})
		w.at(5*day+hour, sam, "less", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, fault.NotNow, w.code("meanwhile"))
		require.Equal(t, money.Amount(9000), w.last().Refunded)
		require.Equal(t, money.Amount(9000), w.claims[0].Amount)
	})
	t.Run("a reviewer who takes his time brings in the next level", func(t *testing.T) {
		w := judged(t)
		w.at(4*day, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(10*day, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Equal(t, 4*day+72*hour+grace, w.when("review_escalated"))
	})
}

func TestScenario29_SettledWhileAJudgmentWaits(t *testing.T) {
	w := complained(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 80000, 80000 })
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(3*hour, shop, "offer", &contract.ProposeSettlement{Amount: 6000})
	w.at(4*hour, kim, "other amount", &contract.AnswerSettlement{Accept: true, Amount: 6001})
	w.at(4*hour, shop, "own offer", &contract.AnswerSettlement{Accept: true, Amount: 6000})
	w.at(4*hour+minute, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 6000})
	w.decide(5*hour, boss, "late approval", nil)
	require.Equal(t, contract.Settled, w.run())
	require.Equal(t, contract.StageApproval, w.acks["propose"].Stage, "the judgment waited for a supervisor")
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(6000), w.refunds[0].Quote.Total)
	require.Equal(t, contract.CauseAccepted, w.refunds[0].Cause)
	require.Contains(t, w.events(), "approval_void")
	require.Equal(t, fault.StaleRevision, w.code("other amount"))
	require.Equal(t, fault.NotNow, w.code("own offer"))
	require.NotContains(t, w.acks, "late approval")
	require.NotContains(t, w.events(), "judged")
}

func TestScenario34_BalanceShortThenDeposit(t *testing.T) {
	judged := func(t *testing.T, change func(*world)) *world {
		w := complained(t, change)
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
		w.at(3*hour, shop, "carry", &contract.CarryOut{})
		return w
	}
	t.Run("the deposit pays", func(t *testing.T) {
		w := judged(t, func(w *world) { w.refundBlocked[1] = fault.New(fault.BalanceShort) })
		require.Equal(t, contract.Upheld, w.run())
		require.Len(t, w.draws, 1)
		require.Equal(t, w.refunds[0].Round, w.draws[0].Round)
		require.Contains(t, w.events(), "balance_short")
		require.Contains(t, w.events(), "deposit_drawn")
	})
	t.Run("the deposit is short too", func(t *testing.T) {
		w := judged(t, func(w *world) {
			w.depositShort = true
			for call := range 3 {
				w.refundBlocked[call+1] = fault.New(fault.BalanceShort)
			}
		})
		w.at(10*hour, boss, "retry", &contract.RetryRefund{})
		require.Equal(t, contract.Upheld, w.run())
		blocked := ""
		for _, p := range w.projections {
			if p.View.Blocked != "" {
				blocked = p.View.Blocked
				require.Equal(t, contract.Supervisor, p.WaitingFor)
			}
		}
		require.Equal(t, "balance_short", blocked, "the customer sees the true state")
		require.Contains(t, w.events(), "deposit_short")
	})
}

func TestScenario38_EvidenceAfterTheSupplementIsDue(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(4*hour+minute, agent, "ask", &contract.AskSupplement{Of: contract.Customer, TextID: "t"}) // 14:01 in Shanghai
	w.at(5*hour, shop, "not asked", &contract.AddEvidence{Evidence: []string{"s1"}})
	w.at(23*hour+2*minute, kim, "late", &contract.AddEvidence{Evidence: []string{"e1"}}) // 09:02
	w.at(24*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, 23*hour+minute+grace, w.when("supplement_missing"), "due at 09:01 of the next day")
	require.Equal(t, fault.DeadlinePassed, w.code("late"))
	require.Equal(t, fault.NotNow, w.code("not asked"))
	require.NotContains(t, w.events(), "evidence_added")
}

func TestSupplementGivenInTime(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	for i := range 3 {
		at := time.Duration(2+i) * hour
		w.at(at, agent, []string{"a1", "a2", "a3"}[i], &contract.AskSupplement{Of: contract.Customer})
		w.at(at+minute, kim, []string{"e1", "e2", "e3"}[i], &contract.AddEvidence{Evidence: []string{[]string{"e1", "e2", "e3"}[i]}})
	}
	w.at(6*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, fault.SupplementOver, w.code("a3"), "twice at most")
	require.NotEmpty(t, w.faults["e3"])
	require.Equal(t, 2, w.last().View.Complaint.Supplements)
	var due []time.Duration
	for _, p := range w.projections {
		if p.Stage == contract.StageReview && p.View.Wait.Step == policy.StepReviewWarn && p.DueAt != nil {
			due = append(due, p.DueAt.Sub(t0))
		}
	}
	require.Equal(t, 25*hour+2*minute, due[len(due)-1], "the reviewer's clock stood still for the two minutes")
}

func TestSettledAtOnceAndNotAboveTheClaim(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "too much", &contract.ProposeSettlement{Amount: 10001})
	w.at(hour, kim, "nothing", &contract.ProposeSettlement{Amount: 0})
	w.at(2*hour, kim, "offer", &contract.ProposeSettlement{Amount: 7000})
	w.at(3*hour, shop, "no", &contract.AnswerSettlement{Accept: false})
	w.at(4*hour, kim, "offer2", &contract.ProposeSettlement{Amount: 5000})
	w.at(5*hour, shop, "yes", &contract.AnswerSettlement{Accept: true, Amount: 5000})
	require.Equal(t, contract.Settled, w.run())
	require.Equal(t, fault.SettlementTooLarge, w.code("too much"))
	require.Equal(t, fault.AmountInvalid, w.code("nothing"))
	require.Equal(t, money.Amount(5000), w.last().Refunded)
	require.Equal(t, 5*hour, w.when("closed"), "what was agreed is not appealed")
}

func TestSettledWithTheGoodsBack(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, shop, "offer", &contract.ProposeSettlement{Amount: 9000, GoodsBack: true})
	w.at(2*hour, kim, "yes", &contract.AnswerSettlement{Accept: true, Amount: 9000})
	w.at(3*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(4*hour, "n1", "signed", 1200)
	w.at(5*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.Settled, w.run())
	require.Equal(t, contract.StageSendBack, w.acks["yes"].Stage)
	require.Equal(t, contract.CauseAccepted, w.refunds[0].Cause)
	require.Equal(t, money.Amount(9000), w.refunds[0].Quote.Total)
}

func TestJudgmentOverThePayment(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(2*hour, agent, "too much", &contract.Propose{Outcome: contract.ProposePartial, Amount: 10001})
	w.at(2*hour, agent, "remedy", &contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: policy.RemedyApology}}})
	w.at(2*hour, agent, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
	w.at(2*hour, agent, "nonsense", &contract.Propose{Outcome: "pay"})
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, fault.JudgmentTooLarge, w.code("too much"))
	for _, key := range []string{"remedy", "uphold", "nonsense"} {
		require.Equal(t, fault.BadRequest, w.code(key), key)
	}
}

func TestComplaintAboutService(t *testing.T) {
	service := func(w *world) { w.start.Subject, w.start.Lines = policy.SubjectService, nil }
	remedies := []policy.Remedy{{Kind: policy.RemedyApology}, {Kind: policy.RemedyCoupon, Coupon: 2000}}
	t.Run("by the merchant", func(t *testing.T) {
		w := complained(t, service)
		w.toReview(hour)
		w.at(2*hour, agent, "money", &contract.Propose{Outcome: contract.ProposePartial, Amount: 100})
		w.at(2*hour, agent, "coupon too large", &contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 5001}}})
		w.at(2*hour, agent, "coupons too many", &contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 3000}, {Kind: policy.RemedyCoupon, Coupon: 2001}}})
		w.at(2*hour, agent, "unknown", &contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: "flowers"}}})
		w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRemedy, Liability: policy.Merchant, Remedies: remedies})
		w.at(4*hour, shop, "carry", &contract.CarryOut{})
		w.at(5*hour, shop, "content", &contract.Rest{})
		require.Equal(t, contract.Upheld, w.run())
		require.Equal(t, fault.BadRequest, w.code("money"))
		require.Equal(t, fault.AmountTooLarge, w.code("coupon too large"))
		require.Equal(t, fault.AmountTooLarge, w.code("coupons too many"))
		require.Equal(t, fault.RemedyUnknown, w.code("unknown"))
		require.Len(t, w.remedies, 1)
		require.Equal(t, remedies, w.remedies[0].Remedies)
		require.Equal(t, contract.Merchant, w.remedies[0].By.Kind)
		require.Empty(t, w.refunds)
	})
	t.Run("by the platform when time runs out", func(t *testing.T) {
		w := complained(t, service)
		w.toReview(hour)
		w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRemedy, Liability: policy.Merchant, Remedies: remedies})
		require.Equal(t, contract.Upheld, w.run())
		require.Equal(t, 27*hour+grace, w.when("remedies_granted"))
		require.Equal(t, contract.Platform, w.remedies[0].By.Kind)
	})
}

func TestSuspended(t *testing.T) {
	t.Run("by agreement, resumed by time", func(t *testing.T) {
		w := complained(t, nil)
		w.at(6*hour, kim, "suspend", &contract.Suspend{})
		w.at(6*hour, kim, "own", &contract.AgreeSuspend{Accept: true})
		w.at(7*hour, shop, "agree", &contract.AgreeSuspend{Accept: true})
		w.at(8*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
		w.at(40*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, fault.NotNow, w.code("own"))
		require.Equal(t, fault.NotNow, w.code("propose"))
		require.Equal(t, 7*hour+30*day+grace, w.when("resumed"))
		require.Equal(t, 7*hour+30*day+grace+17*hour+grace+24*hour+grace, w.when("review_opened"), "17 of the 24 hours were left")
	})
	t.Run("by papers, resumed by the platform", func(t *testing.T) {
		w := complained(t, nil)
		w.toReview(hour)
		w.at(2*hour, kim, "papers", &contract.Suspend{Papers: true})
		w.at(2*hour, agent, "no papers", &contract.Suspend{})
		w.at(2*hour, agent, "resume", &contract.Resume{})
		w.at(3*hour, agent, "suspend", &contract.Suspend{Papers: true, Evidence: []string{"court"}})
		w.at(4*hour, kim, "party", &contract.Resume{})
		w.at(2*day, agent, "go on", &contract.Resume{})
		w.at(3*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, fault.Forbidden, w.code("papers"))
		require.Equal(t, fault.BadRequest, w.code("no papers"))
		require.Equal(t, fault.Forbidden, w.code("party"))
		require.Equal(t, 2*day, w.when("resumed"))
		require.Equal(t, 2*day+22*hour+grace, w.when("review_escalated"), "22 of the 24 hours were left")
	})
	t.Run("papers run out after seven working days", func(t *testing.T) {
		w := complained(t, nil)
		w.at(hour, agent, "suspend", &contract.Suspend{Papers: true})
		w.at(20*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Greater(t, w.when("resumed"), 9*day, "a weekend lies between")
	})
	t.Run("settled meanwhile", func(t *testing.T) {
		w := complained(t, nil)
		w.at(hour, agent, "suspend", &contract.Suspend{Papers: true})
		w.at(2*hour, shop, "offer", &contract.ProposeSettlement{Amount: 100})
		w.at(3*hour, kim, "yes", &contract.AnswerSettlement{Accept: true, Amount: 100})
		require.Equal(t, contract.Settled, w.run())
		require.Equal(t, 3*hour, w.when("closed"))
	})
}

func TestComplaintWithdrawn(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Empty(t, w.refunds)
}

func TestJoinAddsWhatASecondComplaintBrought(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "join", &contract.Join{TextID: "t", Evidence: []string{"e2"}})
	w.toReview(2 * hour)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.at(4*hour, kim, "after", &contract.Join{TextID: "t"})
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, "c1", w.acks["join"].CaseID)
	require.Equal(t, 1, w.last().View.Complaint.Joined)
	require.Equal(t, fault.NotNow, w.code("after"), "it was judged")
}

// An appeal about remedies moves the difference only: no second coupon, points only what is missing, and what is not
// judged any more is taken back.
func TestRemediesAfterAnAppeal(t *testing.T) {
	first := []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 2000}, {Kind: policy.RemedyPoints, Points: 200}}
	for name, appealed := range map[string]struct {
		judge      *contract.Propose
		give, back []policy.Remedy
		outcome    contract.Outcome
	}{
		"more": {&contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: policy.RemedyApology}, first[0], {Kind: policy.RemedyPoints, Points: 500}}},
			[]policy.Remedy{{Kind: policy.RemedyApology}, {Kind: policy.RemedyPoints, Points: 300}}, nil, contract.Upheld},
		"less": {&contract.Propose{Outcome: contract.ProposeRemedy, Remedies: []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 500}}},
			nil, []policy.Remedy{{Kind: policy.RemedyCoupon, Coupon: 1500}, {Kind: policy.RemedyPoints, Points: 200}}, contract.Upheld},
		"nothing": {&contract.Propose{Outcome: contract.ProposeRefuse}, nil, first, contract.Dismissed},
	} {
		t.Run(name, func(t *testing.T) {
			w := complained(t, func(w *world) { w.start.Subject = policy.SubjectService })
			w.toReview(hour)
			w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRemedy, Liability: policy.Merchant, Remedies: first})
			w.at(4*hour, shop, "carry", &contract.CarryOut{})
			w.at(5*hour, shop, "appeal", &contract.Appeal{Evidence: []string{"new"}})
			w.at(6*hour, ben, "anew", appealed.judge)
			require.Equal(t, appealed.outcome, w.run())
			require.Len(t, w.remedies, 2)
			require.Equal(t, appealed.give, w.remedies[1].Remedies)
			require.Equal(t, appealed.back, w.remedies[1].Back)
			require.Equal(t, appealed.back != nil, slices.Contains(w.events(), "remedies_taken_back"))
		})
	}
}
