package api

import (
	"slices"

	"aftersales/access"
	"aftersales/fault"
	"aftersales/workflows/contract"
)

// besides are the actions on a case that are no commands to its story, in the order in which they are told.
var besides = []struct {
	name, action string
	stands       func(CaseView) fault.Code // what stands in the way; empty: nothing
}{
	{"take", "case.take", whileOpen},
	{"assign", "case.assign", whileOpen},
	{"reveal_customer", "customer.reveal", nil},
	{"reveal_payee", "case.payee.reveal", withoutAccount},
	{"recovery", "case.recovery.open", onceEnded},
}

func whileOpen(view CaseView) fault.Code {
	if !view.Open {
		return fault.CaseClosed
	}
	return ""
}

func onceEnded(view CaseView) fault.Code {
	if view.Open {
		return fault.NotNow
	}
	return ""
}

// withoutAccount: there is an account to look at once the customer named one.
func withoutAccount(view CaseView) fault.Code {
	if view.View.Refund == nil || len(view.View.Refund.Consents) == 0 {
		return fault.NotNow
	}
	return ""
}

// offers are what the reader may do to a case: what its story knows for their role, by a door that the policies open to
// them for this very case. What they may never do to it is not told; what they cannot do now comes with the reason.
func (e *edge) offers(view CaseView, reader *caller) []actionBody {
	in := voice{view.Currency, reader.Language}
	offered := []actionBody{}
	for _, action := range view.View.Actions {
		if !slices.Contains(action.Roles, contract.Role(reader.Role)) || !reader.mayDo(e.doors[action.Name], view.CaseRow) {
			continue
		}
		if why := personal(action, view.View, reader); why != "" {
			action.Enabled, action.Why = false, string(why)
		}
		offered = append(offered, in.action(action.Name, action.Enabled, action.Why))
	}
	for _, other := range besides {
		if !reader.mayDo(other.action, view.CaseRow) {
			continue
		}
		why := fault.Code("")
		if other.stands != nil {
			why = other.stands(view)
		}
		offered = append(offered, in.action(other.name, why == "", string(why)))
	}
	return offered
}

// mayDo asks the policies about a case.
func (c *caller) mayDo(action string, row CaseRow) bool {
	what := access.Case{ID: row.ID, Customer: row.CustomerID, Shop: row.MerchantID, Team: row.TeamID}
	if row.AgentID != "" {
		what.Assignees = []string{row.AgentID}
	}
	return action != "" && access.Standard().May(access.Question{Who: c.Principal(), Action: action, What: what})
}

// personal is what stands in the way of this very person, who had a part in it before.
func personal(action contract.ActionState, view contract.View, reader *caller) fault.Code {
	proposal := view.Approval
	if action.Name != (*contract.Decide)(nil).Name() || !action.Enabled || proposal == nil {
		return ""
	}
	switch {
	case proposal.ProposedBy.ID == reader.ID:
		return fault.OwnApproval
	case slices.Contains(proposal.Votes, reader.ID):
		return fault.ApprovalTwice
	}
	return ""
}
