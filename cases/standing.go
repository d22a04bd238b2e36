package cases

import (
	"aftersales/models"
	"aftersales/policy"
)

// reasonStored is the reason of a standing that operations set on the party's row in place of the counted one.
const reasonStored = "set_by_operations"

// standing is how a party stands: as operations set it, else as its last 90 days say.
func standing(stored string, counts models.Counts) policy.StandingFacts {
	facts := policy.StandingFacts{Level: stored, Cases90: counts.Cases, Reasons: []string{reasonStored}}
	if stored == "" {
		facts.Level, facts.Reasons = policy.LevelNormal, nil
	}
	return facts
}
