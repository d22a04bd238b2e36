package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows"
	"aftersales/workflows/contract"
)

// offered is what a case shows somebody of a role: a button that works, or why it does not.
func (w *world) offered(name string, role contract.Role) string {
	for _, action := range w.last().View.Actions {
		if action.Name == name && slices.Contains(action.Roles, role) {
			require.Equal(w.t, action.Enabled, action.Why == "")
			if action.Enabled {
				return "offered"
			}
			return action.Why
		}
	}
	return "unknown"
}

// sees checks at a time what is offered to whom.
func (w *world) sees(after time.Duration, what string, want map[contract.Role]string) {
	w.env.RegisterDelayedCallback(func() {
		for role, expected := range want {
			require.Equal(w.t, expected, w.offered(what, role), "%s to the %s after %s, at %s", what, role, after, w.last().Stage)
		}
	}, after)
}

const (
	yes   = "offered"
	never = "unknown"
	later = string(fault.NotNow)
)

// What one side has said is for the other side to answer, and is offered to it alone.
func TestOfferedIsWhatOneCouldDoNow(t *testing.T) {
	w := complained(t, nil)
	customer, merchant, agentRole := contract.Customer, contract.Merchant, contract.Agent
	both := func(what string) map[contract.Role]string {
		return map[contract.Role]string{customer: what, merchant: what}
	}

	w.sees(hour, "propose_settlement", both(yes))
	w.sees(hour, "answer_settlement", both(later))
	w.sees(hour, "agree_suspend", both(later))
	w.sees(hour, "propose", map[contract.Role]string{agentRole: later, customer: never})
	w.at(2*hour, shop, "offer", &contract.ProposeSettlement{Amount: 1000})
	w.sees(3*hour, "answer_settlement", map[contract.Role]string{customer: yes, merchant: later, agentRole: never})
	w.at(4*hour, kim, "no", &contract.AnswerSettlement{})
	w.sees(5*hour, "answer_settlement", both(later))

	w.at(6*hour, kim, "wait", &contract.Suspend{})
	w.sees(7*hour, "agree_suspend", map[contract.Role]string{customer: later, merchant: yes})
	w.sees(7*hour, "suspend", map[contract.Role]string{customer: later, merchant: later, agentRole: yes, contract.Operator: yes})
	w.at(8*hour, shop, "go on", &contract.AgreeSuspend{})

	w.at(9*hour, kim, "rest", &contract.Rest{})
	w.sees(10*hour, "rest", map[contract.Role]string{customer: later, merchant: yes})
	w.at(11*hour, kim, "enough", &contract.Withdraw{})
	require.Equal(t, contract.Withdrawn, w.run())
	for _, key := range []string{"offer", "no", "wait", "go on", "rest", "enough"} {
		require.True(t, w.acks[key].Changed, key)
	}
	require.Equal(t, string(fault.CaseClosed), w.offered("withdraw", customer))
}

// In a judgment: who may appeal, and that a proposal waits for somebody else's yes.
func TestOfferedAfterAJudgment(t *testing.T) {
	w := complained(t, nil)
	w.at(hour, kim, "rest", &contract.Rest{})
	w.at(hour+minute, shop, "rest too", &contract.Rest{})
	w.sees(2*hour, "propose", map[contract.Role]string{contract.Agent: yes, contract.Supervisor: yes, contract.Operator: never})
	w.sees(2*hour, "decide", map[contract.Role]string{contract.Supervisor: later})
	w.sees(2*hour, "retry_refund", map[contract.Role]string{contract.Supervisor: later})
	w.at(3*hour, agent, "refuse", &contract.Propose{Outcome: contract.ProposeRefuse, TextID: "t"})
	w.sees(4*hour, "appeal", map[contract.Role]string{contract.Customer: yes, contract.Merchant: string(fault.AppealNotYours)})
	w.sees(4*hour, "rest", map[contract.Role]string{contract.Customer: yes, contract.Merchant: later})
	w.at(5*hour, kim, "let it be", &contract.Rest{})
	w.run()
	require.True(t, w.acks["let it be"].Changed)
}

// Every kind tells what can be asked of it, each thing once.
func TestEveryKindTellsItsCommands(t *testing.T) {
	for _, kind := range []policy.Kind{policy.Return, policy.RefundOnly, policy.Exchange, policy.Repair, policy.PriceProtection, policy.Complaint} {
		names := map[string]bool{}
		for _, asked := range workflows.Commands(kind) {
			require.False(t, names[asked.Name], "%s: %s twice", kind, asked.Name)
			require.NotEmpty(t, asked.Roles, asked.Name)
			names[asked.Name] = true
		}
		require.True(t, names["withdraw"], kind)
		require.Equal(t, kind == policy.Complaint, names["appeal"], kind)
	}
}
