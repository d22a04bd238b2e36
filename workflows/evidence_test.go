package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// What was put forward before is nothing new: not for an appeal, not as a supplement, and not added once more.
func TestEvidenceCountsAsNewOnce(t *testing.T) {
	w := complained(t, func(w *world) { w.start.Evidence = []string{"opened"} })
	w.at(hour, kim, "add", &contract.AddEvidence{Evidence: []string{"added"}})
	w.at(hour+minute, kim, "add again", &contract.AddEvidence{Evidence: []string{"added", "opened"}})
	w.at(hour+2*minute, kim, "add two", &contract.AddEvidence{Evidence: []string{"added", "second", "second"}})
	w.at(hour+3*minute, agent, "reject", &contract.RejectEvidence{EvidenceID: "added"})
	w.toReview(2 * hour)
	w.at(3*hour, agent, "ask", &contract.AskSupplement{Of: contract.Customer})
	w.at(4*hour, kim, "supplement", &contract.AddEvidence{Evidence: []string{"added"}})
	w.at(5*hour, kim, "new supplement", &contract.AddEvidence{Evidence: []string{"supplement"}})
	w.at(6*hour, agent, "judge", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	for i, old := range []string{"opened", "added", "supplement"} {
		w.at(7*hour+time.Duration(i)*minute, kim, "appeal with "+old, &contract.Appeal{Evidence: []string{old}})
	}
	w.at(8*hour, kim, "appeal", &contract.Appeal{Evidence: []string{"opened", "film"}})
	w.at(9*hour, ben, "again", &contract.Propose{Outcome: contract.ProposeUphold})
	require.Equal(t, contract.Dismissed, w.run())
	for key, code := range map[string]fault.Code{
		"add again": fault.EvidenceDuplicate, "supplement": fault.EvidenceDuplicate,
		"appeal with opened": fault.AppealNeedsEvidence, "appeal with added": fault.AppealNeedsEvidence, "appeal with supplement": fault.AppealNeedsEvidence,
	} {
		require.Equal(t, code, w.code(key), key)
	}
	require.Empty(t, w.faults["appeal"])
	require.Equal(t, []string{"film"}, w.last().View.Complaint.Appeals[0].Evidence)
	var added []any
	for _, p := range w.all() {
		for _, entry := range p.Entries {
			if entry.Event == "evidence_added" {
				added = append(added, entry.Data["evidence"])
			}
		}
	}
	require.Len(t, added, 3)
	require.EqualValues(t, []any{"second"}, added[1])
}

// Who put pictures forward may name them again where a step needs evidence, unless they were rejected.
func TestEvidenceMayBeNamedAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.toInspection(1200)
	w.at(day+minute, shop, "add", &contract.AddEvidence{Evidence: []string{"box"}})
	w.at(day+2*minute, shop, "add another", &contract.AddEvidence{Evidence: []string{"label"}})
	w.at(day+2*hour, shop, "inspect", &contract.Inspect{Difference: policy.EmptyBox, Evidence: []string{"box", "scale"}})
	w.at(day+3*hour, kim, "contest", &contract.AnswerOffer{})
	w.at(2*day, agent, "judge", &contract.Propose{Outcome: contract.ProposeRefuse, Liability: policy.Customer})
	w.run()
	require.Empty(t, w.faults)
	for _, p := range w.projections {
		if inspected := p.View.Inspection; inspected != nil {
			require.Equal(t, []string{"box", "scale"}, inspected.Evidence)
			return
		}
	}
	require.Fail(t, "nothing was inspected")
}
