package workflows_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// together gives several commands that are decided in this order within one workflow task: each passes its validator
// and waits for a slow one, which came before them all. The engine wakes the youngest of those that wait first.
func (w *world) together(after time.Duration, give ...func()) {
	w.env.RegisterDelayedCallback(func() {
		w.now(shop, "slow", &contract.Suspend{Evidence: []string{"slow"}})()
		for _, one := range slices.Backward(give) {
			one()
		}
	}, after)
}

// now gives a command when it is called; its answer is found under key.
func (w *world) now(by contract.Actor, key string, cmd contract.Command) func() {
	return func() {
		meta := cmd.About()
		meta.Actor, meta.Key, meta.ReceivedAt = by, key, w.env.Now()
		w.send(key, cmd)
	}
}

// appealed is a return whose complaint awarded 40.00 and paid them; the customer has appealed on the fourth day.
func appealed(t *testing.T) *world {
	w := disputed(t, 10000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
	w.at(4*hour, shop, "carry", &contract.CarryOut{})
	w.at(4*day, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	return w
}

// What was judged and paid cannot be withdrawn: the return would go on from where it stood, and pay again.
func TestNothingIsWithdrawnOnceItWasJudged(t *testing.T) {
	t.Run("while the appeal stands still", func(t *testing.T) {
		w := appealed(t)
		w.at(4*day+hour, kim, "ask to suspend", &contract.Suspend{})
		w.at(4*day+2*hour, shop, "agree to suspend", &contract.AgreeSuspend{Accept: true})
		w.at(4*day+3*hour, kim, "withdraw", &contract.Withdraw{})
		w.at(4*day+3*hour, shop, "offer", &contract.ProposeSettlement{Amount: 8000})
		w.at(4*day+4*hour, kim, "accept", &contract.AnswerSettlement{Accept: true, Amount: 8000})
		w.at(4*day+5*hour, kim, "resume", &contract.Resume{})
		w.at(4*day+6*hour, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, fault.NotNow, w.code("withdraw"))
		require.Equal(t, fault.NotNow, w.code("offer"))
		require.Len(t, w.refunds, 1)
	})
	t.Run("while the appeal's judgment waits for approval", func(t *testing.T) {
		w := appealed(t)
		poor := ben
		poor.Limit = 100
		w.at(4*day+hour, poor, "more", &contract.Propose{Outcome: contract.ProposePartial, Amount: 5000, Liability: policy.Merchant})
		w.at(4*day+2*hour, kim, "withdraw", &contract.Withdraw{})
		w.at(4*day+3*hour, sam, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
		require.Equal(t, contract.PartlyRefunded, w.run())
		require.Equal(t, fault.NotNow, w.code("withdraw"))
		require.Equal(t, money.Amount(4000), w.last().Refunded)
	})
}

// Of two decisions in one task the first stands, and the other is told so.
func TestContradictingDecisionsInOneTask(t *testing.T) {
	reviewed := func(t *testing.T) *world {
		w := complained(t, nil)
		w.toReview(hour)
		w.at(2*hour, shop, "offer", &contract.ProposeSettlement{Amount: 6000})
		return w
	}
	accept := &contract.AnswerSettlement{Accept: true, Amount: 6000}
	t.Run("settled, then refused by an agent", func(t *testing.T) {
		w := reviewed(t)
		w.together(3*hour, w.now(kim, "accept", accept), w.now(agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse}))
		require.Equal(t, contract.Settled, w.run())
		require.Equal(t, fault.NotNow, w.code("refuse"))
		require.Equal(t, money.Amount(6000), w.last().Refunded)
	})
	t.Run("settled, then withdrawn", func(t *testing.T) {
		w := reviewed(t)
		w.together(3*hour, w.now(kim, "accept", accept), w.now(kim, "withdraw", &contract.Withdraw{}))
		require.Equal(t, contract.Settled, w.run())
		require.Equal(t, fault.NotNow, w.code("withdraw"))
	})
	t.Run("refused by an agent, then withdrawn", func(t *testing.T) {
		w := reviewed(t)
		w.together(3*hour, w.now(agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse}), w.now(kim, "withdraw", &contract.Withdraw{}))
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, fault.NotNow, w.code("withdraw"))
	})
	t.Run("suspended on papers, then refused by an agent", func(t *testing.T) {
		w := reviewed(t)
		w.together(3*hour, w.now(agent, "papers", &contract.Suspend{Papers: true}), w.now(agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse}))
		w.at(4*hour, agent, "resume", &contract.Resume{})
		w.at(5*hour, agent, "refuse later", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, fault.NotNow, w.code("refuse"))
		require.Equal(t, 5*hour, w.when("judged"))
	})
	t.Run("proposed, then asked for a supplement", func(t *testing.T) {
		w := reviewed(t)
		poor := agent
		poor.Limit = 100
		w.together(3*hour, w.now(poor, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant}),
			w.now(ben, "ask", &contract.AskSupplement{Of: contract.Customer}))
		w.at(4*hour, boss, "instead", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		w.at(5*hour, shop, "carry", &contract.CarryOut{})
		w.at(6*hour, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(7*hour, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
		require.Equal(t, contract.PartlyUpheld, w.run(), "the appeal could be judged")
		require.Equal(t, fault.NotNow, w.code("ask"))
	})
}

// What was agreed about goods that came back wrong is not owed any more: nobody can accept the old offer again.
func TestASettlementIsAcceptedOnce(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, shop, "offer", &contract.ProposeSettlement{Amount: 9000, GoodsBack: true})
	w.at(2*hour, kim, "yes", &contract.AnswerSettlement{Accept: true, Amount: 9000})
	w.at(3*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(4*hour, "n1", "signed", 1200)
	w.at(5*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"p1"}})
	w.at(6*hour, kim, "contest", &contract.AnswerOffer{Accept: false})
	w.at(7*hour, kim, "yes again", &contract.AnswerSettlement{Accept: true, Amount: 9000})
	w.at(8*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, fault.NotNow, w.code("yes again"))
	require.Empty(t, w.refunds)
}

// An appeal that comes to less, with the goods back: the money was paid before, so there is nothing to pay after them.
func TestReversedWithTheGoodsBackAfterItWasPaid(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(3*hour, shop, "carry", &contract.CarryOut{})
	w.at(4*hour, shop, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	w.at(5*hour, ben, "less", &contract.Propose{Outcome: contract.ProposePartial, Amount: 6000, GoodsBack: true})
	w.at(6*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(7*hour, "n1", "signed", 1200)
	w.at(8*hour, shop, "inspect", &contract.Inspect{})
	require.Equal(t, contract.PartlyUpheld, w.run())
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(4000), w.claims[0].Amount)
}

// A party's wish to let the matter rest does not keep the platform from stopping it on papers.
func TestPapersStopAComplaintWhileAPartyAsksForTime(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, shop, "ask", &contract.Suspend{})
	w.at(2*hour, agent, "papers", &contract.Suspend{Papers: true})
	w.at(3*hour, kim, "resume", &contract.Resume{})
	w.at(4*hour, kim, "withdraw", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	require.Empty(t, w.faults["papers"])
	require.Equal(t, fault.Forbidden, w.code("resume"))
}

// A withdrawal that comes while the case looks up whether goods were shipped is kept: nothing is paid after it.
func TestWithdrawnWhileTheCaseLooksSomethingUp(t *testing.T) {
	w := refundWorld(t, policy.WayNotShipped, nil)
	w.env.RegisterDelayedCallback(func() {
		w.now(shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})()
		w.now(kim, "withdraw", &contract.Withdraw{})()
	}, hour)
	require.Equal(t, contract.Withdrawn, w.run())
	require.NotEmpty(t, w.acks["withdraw"], "%v", w.faults["withdraw"])
	require.Empty(t, w.refunds)
}

// A parcel too light that nobody looked into is with the merchant: if the complaint about it could be withdrawn, nobody
// would owe anybody the goods or the money.
func TestGoodsAreNotStrandedByWithdrawingTheComplaint(t *testing.T) {
	w := newWorld(t, nil)
	w.patient = true
	w.at(hour, shop, "agree", &contract.MerchantAnswer{Decision: contract.Agree})
	w.at(2*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
	w.scan(5*hour, "n1", "signed", 100)
	w.at(11*day, kim, "withdraw", &contract.Withdraw{})
	w.at(20*day, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Rejected, w.run())
	require.Equal(t, fault.GoodsOnTheWay, w.code("withdraw"))
}

// While an appeal's judgment is being carried out nobody makes another one: it would stand in the way of the other
// side's appeal for ever.
func TestNobodyJudgesAnewWhileAJudgmentIsCarriedOut(t *testing.T) {
	w := complained(t, nil)
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
	w.at(3*hour, shop, "carry", &contract.CarryOut{})
	w.at(4*hour, shop, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	w.env.RegisterDelayedCallback(func() { // the claim for what was paid too much is being written
		w.now(ben, "less", &contract.Propose{Outcome: contract.ProposePartial, Amount: 1000, Liability: policy.Merchant})()
		w.now(sam, "meanwhile", &contract.Propose{Outcome: contract.ProposePartial, Amount: 2000, Liability: policy.Merchant})()
	}, 5*hour)
	w.at(6*hour, kim, "appeal too", &contract.Appeal{Evidence: []string{"newer"}})
	w.at(7*hour, sam, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
	require.Equal(t, contract.PartlyUpheld, w.run())
	require.Equal(t, fault.NotNow, w.code("meanwhile"))
	require.Len(t, w.last().View.Complaint.Appeals, 2)
	require.Equal(t, "upheld", w.last().View.Complaint.Appeals[1].Result)
}

// What was paid in advance is claimed back when the platform finds that nothing is owed, as it is for a parcel that
// bounced.
func TestAdvanceRefund_IsClaimedBackWhenTheComplaintIsDismissed(t *testing.T) {
	w := advanceReturn(t)
	w.toInspection(1200)
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"e1"}})
	w.at(day+3*hour, kim, "contest", &contract.AnswerOffer{Accept: false})
	w.at(day+5*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.PartlyRefunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Len(t, w.claims, 1)
	require.Equal(t, money.Amount(10000), w.claims[0].Amount)
}

// A complaint whose story broke off in the engine - it was terminated, or failed - has no last word. The case does not
// wait for it for ever: the matter is laid before the platform anew.
func TestAComplaintThatBrokeOffIsOpenedAnew(t *testing.T) {
	w := disputed(t, 10000)
	broken := false
	w.env.OnWorkflow(contract.WorkflowComplaint, mock.Anything, mock.Anything, mock.Anything).Return(
		func(ctx workflow.Context, start contract.Start, carried *workflows.State) (contract.Outcome, error) {
			if !broken {
				broken = true
				w.children[start.CaseID] = []contract.Projection{{Seq: 1, Entries: []contract.Entry{{Seq: 1}}}}
				return "", errors.New("terminated")
			}
			return workflows.Complaint(ctx, start, carried)
		})
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.at(4*hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.Refunded, w.run())
	require.Len(t, w.refunds, 1)
	require.Contains(t, w.events(), "case_broken")
}

// What a complaint that broke off had claimed back from the customer still is: the case does not end as if the customer
// had kept all of it. Unless the next complaint has a word on that, which takes the place of the first.
func TestClaimsOfAComplaintThatBrokeOffStand(t *testing.T) {
	for name, is := range map[string]struct {
		paid, claimed money.Amount
		second        contract.ChildFact
		outcome       contract.Outcome
	}{
		"nothing was claimed":         {paid: 10000, second: contract.ChildFact{Outcome: contract.Dismissed}, outcome: contract.Refunded},
		"the claim stands":            {paid: 10000, claimed: 6000, second: contract.ChildFact{Outcome: contract.Dismissed}, outcome: contract.PartlyRefunded},
		"the next one dropped it":     {paid: 10000, claimed: 6000, second: contract.ChildFact{Outcome: contract.Upheld, Claims: true}, outcome: contract.Refunded},
		"the next one claims another": {paid: 10000, claimed: 6000, second: contract.ChildFact{Outcome: contract.Upheld, Claims: true, ClaimedBack: 100}, outcome: contract.PartlyRefunded},
	} {
		t.Run(name, func(t *testing.T) {
			w := disputed(t, 10000)
			w.brokenPaid, w.brokenClaims = is.paid, is.claimed
			runs := 0
			w.env.OnWorkflow(contract.WorkflowComplaint, mock.Anything, mock.Anything, mock.Anything).Return(
				func(ctx workflow.Context, start contract.Start, _ *workflows.State) (contract.Outcome, error) {
					w.children[start.CaseID] = []contract.Projection{{Seq: 1, Entries: []contract.Entry{{Seq: 1}}}}
					if runs++; runs == 1 {
						return "", errors.New("terminated")
					}
					fact := is.second
					fact.CaseID = start.CaseID
					return fact.Outcome, workflow.SignalExternalWorkflow(ctx, start.Parent.WorkflowID, "", contract.SignalChild, fact).Get(ctx, nil)
				})
			require.Equal(t, is.outcome, w.run())
		})
	}
}

// Goods that an appeal had sent back come back otherwise: what is judged then is what the customer has in all, not what
// it gets besides.
func TestJudgedAnewAfterSomethingWasPaid(t *testing.T) {
	reversed := func(t *testing.T) *world {
		w := complained(t, nil)
		w.toReview(hour)
		w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposePartial, Amount: 4000, Liability: policy.Merchant})
		w.at(3*hour, shop, "carry", &contract.CarryOut{})
		w.at(4*hour, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
		w.at(5*hour, ben, "more", &contract.Propose{Outcome: contract.ProposePartial, Amount: 9000, GoodsBack: true, Liability: policy.Merchant})
		w.at(6*hour, kim, "send", &contract.SendBack{Carrier: "sf", Number: "SF1"})
		w.scan(7*hour, "n1", "signed", 1200)
		w.at(8*hour, shop, "inspect", &contract.Inspect{Difference: policy.UsedItem, Evidence: []string{"p1"}})
		w.at(9*hour, kim, "contest", &contract.AnswerOffer{Accept: false})
		return w
	}
	t.Run("more", func(t *testing.T) {
		w := reversed(t)
		w.at(10*hour, shop, "offer", &contract.ProposeSettlement{Amount: 6000})
		w.at(11*hour, agent, "anew", &contract.Propose{Outcome: contract.ProposePartial, Amount: 5000, Liability: policy.Merchant})
		require.Equal(t, contract.PartlyUpheld, w.run())
		require.Equal(t, fault.NotNow, w.code("offer"), "it is not theirs to settle any more")
		require.Equal(t, money.Amount(5000), w.last().Refunded)
		require.Empty(t, w.claims)
	})
	t.Run("less", func(t *testing.T) {
		w := reversed(t)
		w.at(11*hour, agent, "anew", &contract.Propose{Outcome: contract.ProposeRefuse})
		require.Equal(t, contract.Dismissed, w.run())
		require.Equal(t, money.Amount(4000), w.last().Refunded)
		require.Equal(t, money.Amount(4000), w.claims[0].Amount)
	})
}

// To uphold a refusal is to refuse: it weighs as much, and is nobody's alone whose limit is lower.
func TestARefusalIsUpheldWithinTheReviewersLimit(t *testing.T) {
	w := complained(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 80000, 80000 })
	w.toReview(hour)
	w.at(2*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.decide(3*hour, boss, "approve", nil)
	w.at(4*hour, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	w.at(5*hour, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
	w.decide(6*hour, sam, "approve too", nil)
	require.Equal(t, contract.Dismissed, w.run())
	require.Equal(t, contract.StageApproval, w.acks["uphold"].Stage)
	require.NotEmpty(t, w.acks["approve too"])
}

// Who had any part in a judgment - proposed it, or approved it - has none in what becomes of it by an appeal, not even
// a no.
func TestApproversOfAJudgmentDoNotDecideItsAppeal(t *testing.T) {
	w := complained(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 80000, 80000 })
	w.toReview(hour)
	w.at(2*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefuse})
	w.decide(3*hour, boss, "approve", nil)
	w.at(4*hour, kim, "appeal", &contract.Appeal{Evidence: []string{"new"}})
	w.at(5*hour, ben, "uphold", &contract.Propose{Outcome: contract.ProposeUphold})
	w.decide(6*hour, boss, "approves again", nil)
	w.decide(6*hour+minute, boss, "says no", func(cmd *contract.Decide) { cmd.Approve = false })
	supervisor := contract.Actor{Kind: contract.Supervisor, ID: agent.ID, Limit: boss.Limit} // has risen meanwhile
	w.decide(6*hour+2*minute, supervisor, "the judge", nil)
	w.decide(7*hour, sam, "another", nil)
	require.Equal(t, contract.Dismissed, w.run())
	for _, key := range []string{"approves again", "says no", "the judge"} {
		require.Equal(t, fault.ReviewerAgain, w.code(key), key)
	}
	require.NotEmpty(t, w.acks["another"])
}

// A judgment that gives little of a large claim weighs what it refuses: it is no agent's alone whose limit is lower, and
// nobody approves it whose limit is.
func TestAPartialJudgmentWeighsWhatItRefuses(t *testing.T) {
	w := complained(t, func(w *world) { w.facts.Lines[0].Paid, w.facts.Order.Paid = 80000, 80000 })
	w.toReview(hour)
	w.at(2*hour, agent, "little", &contract.Propose{Outcome: contract.ProposePartial, Amount: 1000})
	w.decide(3*hour, contract.Actor{Kind: contract.Supervisor, ID: "new", Limit: 50000}, "too low", nil)
	w.decide(4*hour, boss, "approve", nil)
	w.at(5*hour, shop, "carry", &contract.CarryOut{})
	require.Equal(t, contract.PartlyUpheld, w.run())
	require.Equal(t, contract.StageApproval, w.acks["little"].Stage)
	require.Equal(t, fault.ApprovalLimit, w.code("too low"))
	require.Equal(t, money.Amount(79000), w.last().View.Approval.Stake)
	require.Equal(t, money.Amount(1000), w.refunds[0].Quote.Total)
}

// Evidence has its time. Complaining a second time is no way around it.
func TestEvidenceIsNotLateByJoining(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "early", &contract.Join{Evidence: []string{"e1"}})
	w.at(2*hour, shop, "shop rests", &contract.Rest{})
	w.received(48*hour+grace, 48*hour+grace+time.Second, kim, "at the end", &contract.Join{Evidence: []string{"e2"}})
	w.at(49*hour, kim, "in review", &contract.Join{Evidence: []string{"e3"}})
	w.at(50*hour, kim, "words only", &contract.Join{TextID: "t"})
	w.at(51*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse})
	require.Equal(t, contract.Dismissed, w.run())
	require.NotEmpty(t, w.acks["early"], "%v", w.faults["early"])
	require.Equal(t, fault.DeadlinePassed, w.code("at the end"))
	require.Equal(t, fault.NotNow, w.code("in review"))
	require.NotEmpty(t, w.acks["words only"])
}
