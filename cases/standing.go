package cases

import (
	"aftersales/models"
	"aftersales/policy"
)

// reasonStored is the reason of a standing that operations set on the party's row in place of the counted one.
const reasonStored = "set_by_operations"

// standing is how a party stands: as its last 90 days say by the pack's thresholds, unless operations set it otherwise
// on the party's row.
func standing(stored string, counts models.Counts, by func(policy.StandingCounts) policy.StandingFacts) policy.StandingFacts {
	facts := by(policy.StandingCounts{
		Cases: counts.Cases, Differences: counts.Differences, Upheld: counts.Upheld,
		LostComplaints: counts.LostComplaints, LateAnswers: counts.LateAnswers,
	})
	if stored != "" {
		facts.Level, facts.Reasons = stored, []string{reasonStored}
	}
	return facts
}
