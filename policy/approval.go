package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"aftersales/fault"
	"aftersales/money"
)

// ApprovalNeed is how many different people must approve a proposal, and the rule that says so.
type ApprovalNeed struct {
	Needed int    `json:"needed"` // 0, 1 or 2
	Rule   string `json:"rule"`
}

// Rules of approval that do not carry a name of the pack.
const (
	RuleTwoPeople  = "approval_two_people_above_limit"
	RuleOnePerson  = "approval_one_person"
	RuleAgentAlone = "approval_agent_within_limit"
)

// Approvals says how many people must approve paying amount: two above the second limit; nobody for an
// undisputed refund up to the automatic limit, nor for a judgment up to the agent's limit; else one.
func Approvals(t Terms, amount money.Amount, disputed bool) ApprovalNeed {
	a := t.Approval
	switch {
	case a.SecondAbove > 0 && amount > a.SecondAbove:
		return ApprovalNeed{Needed: 2, Rule: RuleTwoPeople}
	case !disputed && a.AutomaticBelow > 0 && amount <= a.AutomaticBelow:
		return ApprovalNeed{Needed: 0, Rule: a.AutomaticRule}
	case disputed && a.AgentBelow > 0 && amount <= a.AgentBelow:
		return ApprovalNeed{Needed: 0, Rule: RuleAgentAlone}
	default:
		return ApprovalNeed{Needed: 1, Rule: RuleOnePerson}
	}
}

// MayApprove says why approver may not approve (nil: they may): their own proposal, a second time, or an
// amount above their limit (minor units; math.MaxInt64 for none). already holds who has approved it.
func MayApprove(need ApprovalNeed, amount, approverLimit money.Amount, approver, proposer string, already []string) *fault.Fault {
	switch {
	case need.Needed == 0 || len(already) >= need.Needed:
		return fault.New(fault.NotNow)
	case approver == proposer:
		return fault.New(fault.OwnApproval)
	case slices.Contains(already, approver):
		return fault.New(fault.ApprovalTwice)
	case amount > approverLimit:
		return fault.New(fault.ApprovalLimit, "limit", approverLimit.String())
	default:
		return nil
	}
}

// ProposalHash is what an approval is bound to: the units claimed, what each line and the freight give back,
// and the liability. It is a hex SHA-256. Order of units and lines does not matter; deadlines, formulas and
// reasons are left out, so that a moved deadline or an escalation by time leaves an approval valid.
func ProposalHash(units []string, q Quote, liability Party) string {
	var text strings.Builder
	field := func(name string, values ...string) {
		text.WriteString(name)
		for _, value := range values {
			text.WriteByte(' ')
			text.WriteString(strconv.Quote(value))
		}
		text.WriteByte('\n')
	}
	amount := func(a money.Amount) string { return strconv.FormatInt(int64(a), 10) }

	units = slices.Clone(units)
	slices.Sort(units)
	field("units", units...)
	lines := slices.Clone(q.Lines)
	slices.SortFunc(lines, func(a, b QuoteLine) int { return strings.Compare(a.LineID, b.LineID) })
	for _, line := range lines {
		field("line", line.LineID, strconv.Itoa(line.Quantity), amount(line.Amount))
	}
	field("freight", amount(q.Freight))
	field("total", amount(q.Total), string(q.Currency))
	field("liability", string(liability))
	digest := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(digest[:])
}
