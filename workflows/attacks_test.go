package workflows_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/money"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// What was seen is what is approved: a proposal that was changed since, or a content that somebody else saw, is not.
func TestAttack14_AmountChangedAfterApproval(t *testing.T) {
	w := disputed(t, 80000)
	w.at(3*hour, agent, "small", &contract.Propose{Outcome: contract.ProposePartial, Amount: 60000, Liability: policy.Merchant})
	var seen contract.Decide
	w.env.RegisterDelayedCallback(func() {
		approval := w.proposal()
		seen = contract.Decide{ApprovalID: approval.ID, Hash: approval.Hash, Approve: true}
	}, 3*hour+minute)
	w.at(4*hour, agent, "large", &contract.Propose{Outcome: contract.ProposePartial, Amount: 79900, Liability: policy.Merchant})
	w.decide(5*hour, boss, "old ID, old hash", func(cmd *contract.Decide) { *cmd = seen })
	w.decide(5*hour+minute, boss, "new ID, old hash", func(cmd *contract.Decide) { cmd.Hash = seen.Hash })
	w.decide(5*hour+2*minute, boss, "old ID, new hash", func(cmd *contract.Decide) { cmd.ApprovalID = seen.ApprovalID })
	w.decide(5*hour+3*minute, boss, "no hash", func(cmd *contract.Decide) { cmd.Hash = "" })
	w.at(6*hour, agent, "back", &contract.Propose{Outcome: contract.ProposePartial, Amount: 60000, Liability: policy.Merchant})
	w.decide(7*hour, boss, "seen anew", nil)
	require.Equal(t, contract.PartlyRefunded, w.run())
	for _, key := range []string{"old ID, old hash", "new ID, old hash", "old ID, new hash", "no hash"} {
		require.Equal(t, fault.ApprovalVoid, w.code(key), key)
	}
	require.Len(t, w.refunds, 1)
	require.Equal(t, money.Amount(60000), w.refunds[0].Quote.Total)
}

// Whoever proposed does not approve, also not as one of two, nor under another role or with a larger limit.
func TestAttack14_OwnApproval(t *testing.T) {
	promoted := agent
	promoted.Kind, promoted.Limit = contract.Supervisor, 5000000
	w := disputed(t, 80000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	w.decide(4*hour, agent, "as proposer", nil)
	w.decide(4*hour+minute, promoted, "promoted since", nil)
	require.Equal(t, contract.Refunded, runTo(w, 5*hour, operator))
	require.Equal(t, fault.OwnApproval, w.code("as proposer"))
	require.Equal(t, fault.OwnApproval, w.code("promoted since"))
	require.Len(t, w.refunds, 1)

	w = disputed(t, 9000000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	one := contract.Actor{Kind: contract.Operator, ID: "one", Limit: 10000000}
	two := contract.Actor{Kind: contract.Operator, ID: "two", Limit: 10000000}
	w.decide(4*hour, one, "one", nil)
	w.decide(5*hour, one, "one again", nil)
	w.decide(6*hour, two, "two", nil)
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, contract.StageApproval, w.acks["one"].Stage, "above the second limit one is not enough")
	require.Equal(t, 6*hour+24*hour+grace, w.refunds[0].At.Sub(t0), "nor is one person twice: the merchant's day to carry it out began with the second")
}

// Whom the service found to be no second person - made, raised or helped back in by one of those who took part, or by the same - does
// not count as one.
func TestAttack14_TwoAccountsOfOneHand(t *testing.T) {
	w := disputed(t, 9000000)
	w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
	one := contract.Actor{Kind: contract.Operator, ID: "one", Limit: 10000000}
	puppet := contract.Actor{Kind: contract.Operator, ID: "puppet", Limit: 10000000}
	two := contract.Actor{Kind: contract.Operator, ID: "two", Limit: 10000000}
	beside := func(same ...string) func(*contract.Decide) {
		return func(d *contract.Decide) { d.NotOther = same }
	}
	w.decide(4*hour, puppet, "of the proposer's hand", beside(agent.ID))
	w.decide(5*hour, one, "one", nil)
	w.decide(6*hour, puppet, "of the first one's hand", beside("one"))
	w.decide(7*hour, two, "two", beside("somebody"))
	require.Equal(t, contract.Refunded, w.run())
	require.Equal(t, fault.NotTwoPeople, w.code("of the proposer's hand"))
	require.Equal(t, fault.NotTwoPeople, w.code("of the first one's hand"))
	require.Equal(t, 7*hour+24*hour+grace, w.refunds[0].At.Sub(t0), "the second person decided")
}

// runTo lets somebody approve what is open after a while, and the story run to its end.
func runTo(w *world, after time.Duration, by contract.Actor) contract.Outcome {
	w.t.Helper()
	w.decide(after, by, "the end", nil)
	return w.run()
}

// Approvals, retries and withdrawals in one breath: one wins, the money moves for an approval and once, and whoever comes
// after takes nothing back.
func TestAttack14_RefundAndApprovalRaces(t *testing.T) {
	for name, approvalFirst := range map[string]bool{"approved first": true, "withdrawn first": false} {
		t.Run(name, func(t *testing.T) {
			w := disputed(t, 80000)
			w.at(3*hour, agent, "propose", &contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant})
			w.env.RegisterDelayedCallback(func() {
				seen := *w.proposal()
				send := func(key string, by contract.Actor, cmd contract.Command) {
					*cmd.About() = contract.Meta{Actor: by, Key: key, ReceivedAt: t0.Add(4 * hour)}
					w.send(key, cmd)
				}
				for n := range 6 {
					by := boss
					by.ID = fmt.Sprint("boss", n)
					if !approvalFirst {
						send(fmt.Sprint("withdraw", n), kim, &contract.Withdraw{})
					}
					send(fmt.Sprint("approve", n), by, &contract.Decide{ApprovalID: seen.ID, Hash: seen.Hash, Approve: true})
					send(fmt.Sprint("retry", n), by, &contract.RetryRefund{})
					send(fmt.Sprint("withdraw too", n), kim, &contract.Withdraw{})
				}
			}, 4*hour)
			outcome := w.run()
			var changed []string
			for key, ack := range w.acks {
				if ack.Changed && (strings.HasPrefix(key, "approve") || strings.HasPrefix(key, "withdraw") || strings.HasPrefix(key, "retry")) {
					changed = append(changed, key)
				}
			}
			var paid money.Amount
			for _, sum := range w.paid {
				paid += sum
			}
			if approvalFirst {
				require.Equal(t, []string{"approve0"}, changed)
				require.Equal(t, contract.Refunded, outcome)
				require.Equal(t, money.Amount(80000), paid)
				require.Len(t, w.refunds, 1)
			} else {
				require.Equal(t, []string{"withdraw0"}, changed)
				require.Empty(t, w.refunds)
				require.Zero(t, paid)
			}
		})
	}
}

// runSoon is run for a test that must not hang when what it tries succeeds: a command that was taken can make a story go round
// without end. No story of these tests takes a tenth of the time.
func (w *world) runSoon() contract.Outcome {
	w.t.Helper()
	ended := make(chan contract.Outcome, 1)
	go func() {
		defer close(ended) // also when run fails the test
		ended <- w.run()
	}()
	select {
	case outcome := <-ended:
		return outcome
	case <-time.After(20 * time.Second):
		w.t.Fatal("the story does not come to its end")
		return ""
	}
}

// commands are all that somebody can say to a case.
func commands() []contract.Command {
	return []contract.Command{
		&contract.Answer{Round: 1, N: 1, Choice: "quality"}, &contract.ResolveDetails{GoOn: true}, &contract.RejectEvidence{EvidenceID: "e"},
		&contract.MerchantAnswer{Decision: contract.Agree}, &contract.AnswerOffer{Accept: true, Amount: 1}, &contract.Edit{}, &contract.Escalate{},
		&contract.SendBack{Carrier: "sf", Number: "SF1"}, &contract.RequestPickup{Carrier: "sf"}, &contract.Inspect{}, &contract.Withdraw{},
		&contract.AddEvidence{Evidence: []string{"e"}}, &contract.AskExtension{For: hour}, &contract.AnswerExtension{Accept: true},
		&contract.Propose{Outcome: contract.ProposeRefund, Liability: policy.Merchant}, &contract.Decide{ApprovalID: "a", Hash: "h", Approve: true}, &contract.RetryRefund{},
		&contract.ProposeSettlement{Amount: 1}, &contract.AnswerSettlement{Accept: true, Amount: 1}, &contract.Rest{}, &contract.AskSupplement{}, &contract.CarryOut{},
		&contract.Appeal{}, &contract.Suspend{}, &contract.AgreeSuspend{Accept: true}, &contract.Resume{},
		&contract.StartPayment{Rail: "alipay"}, &contract.ShipReplacement{Carrier: "sf", Number: "SF1"}, &contract.CannotShip{}, &contract.ConfirmReceipt{},
		&contract.ReportProblem{}, &contract.TakeAdvance{}, &contract.ReportIntercept{Result: "intercepted"}, &contract.ProveDelivery{}, &contract.AcceptRefusal{},
		&contract.ConsentRail{}, &contract.RedirectRefund{}, &contract.Diagnose{}, &contract.AnswerQuote{Accept: true}, &contract.FinishRepair{}, &contract.CannotRepair{},
		&contract.RejectRepair{}, &contract.Choose{Choice: "exchange"},
	}
}

// No step is skipped: while a return waits for its merchant, nobody but the merchant brings it further or nearer to money,
// whoever says whatever.
func TestAttack15_StepsAreNotSkipped(t *testing.T) {
	w := newWorld(t, nil)
	// What is right to say now.
	now := map[string]bool{
		"merchant MerchantAnswer": true, "merchant AskExtension": true, "customer Withdraw": true, "customer Edit": true,
		"customer AddEvidence": true, "merchant AddEvidence": true, "agent AddEvidence": true, "supervisor AddEvidence": true, "operator AddEvidence": true,
	}
	refused := map[string]bool{}
	for _, by := range []contract.Actor{kim, shop, agent, boss, operator} {
		for _, cmd := range commands() {
			name := string(by.Kind) + " " + reflect.TypeOf(cmd).Elem().Name()
			if !now[name] {
				refused[name] = true
				w.at(hour, by, name, cmd)
			}
		}
	}
	require.Equal(t, contract.ClosedNotSent, w.runSoon(), "it goes its own way: silence agrees, and nothing is sent")
	for name := range refused {
		require.NotNil(t, w.faults[name], "%s was taken: %+v", name, w.acks[name])
	}
	require.Empty(t, w.refunds)
	require.Empty(t, w.paid)
	require.Equal(t, 48*hour+grace, w.when("merchant_silent"), "and not before its time")
}

// A command that names another's workflow finds no case there, whatever its sender may do in cases of their own.
func TestAttack15_CommandsToOthersWorkflows(t *testing.T) {
	w := newWorld(t, nil)
	strangers := []contract.Actor{
		{Kind: contract.Customer, ID: "lee"}, {Kind: contract.Customer, ID: shop.Merchant}, {Kind: contract.Customer},
		{Kind: contract.Merchant, ID: "clerk", Merchant: "rival"}, {Kind: contract.Merchant, ID: "clerk"}, {Kind: contract.Merchant, ID: kim.ID, Merchant: kim.ID},
		{Kind: contract.Carrier, ID: "sf"}, {Kind: "nobody", ID: kim.ID}, {},
	}
	commandOf := map[string]contract.Command{}
	for i, by := range strangers {
		for _, cmd := range commands() {
			key := fmt.Sprint(i, " ", by, " ", reflect.TypeOf(cmd).Elem().Name())
			commandOf[key] = cmd
			w.at(hour, by, key, cmd)
		}
	}
	require.Equal(t, contract.ClosedNotSent, w.runSoon())
	understood := map[string]bool{}
	for _, action := range w.projections[0].View.Actions {
		understood[action.Name] = true
	}
	require.Greater(t, len(understood), 10)
	for key, cmd := range commandOf {
		if understood[cmd.Name()] {
			require.Contains(t, []fault.Code{fault.NotFound, fault.Forbidden}, w.code(key), key)
		} else {
			require.Equal(t, fault.NotNow, w.code(key), "%s is no command of a return", key)
		}
	}
	for _, p := range w.projections {
		for _, entry := range p.Entries {
			if entry.Event != "opened" {
				require.Equal(t, contract.Platform, entry.By.Kind, "nobody has said anything: %+v", entry)
			}
		}
	}
	require.Equal(t, 48*hour+grace, w.when("merchant_silent"))
	require.Empty(t, w.refunds)
}
