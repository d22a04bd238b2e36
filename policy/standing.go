package policy

import "slices"

// StandingCounts is what is counted of a customer or merchant, over the last 90 days.
type StandingCounts struct {
	Cases          int `json:"cases"`           // cases opened (customer) or received (merchant)
	Differences    int `json:"differences"`     // customer: something else came back than was announced
	Upheld         int `json:"upheld"`          // customer: complaints decided in the customer's favour; these cases had a cause
	LostComplaints int `json:"lost_complaints"` // merchant: complaints decided against it
	LateAnswers    int `json:"late_answers"`    // merchant: deadlines that ran out without an answer
}

// StandingRule gives a level to whoever reaches every figure that it names; 0 names none.
type StandingRule struct {
	Level          string `json:"level"`
	Cases          int    `json:"cases,omitempty"` // upheld complaints are taken off first
	Differences    int    `json:"differences,omitempty"`
	LostComplaints int    `json:"lost_complaints,omitempty"`
	LateAnswers    int    `json:"late_answers,omitempty"`
	Rule           string `json:"rule"`
}

// StandingOf is the level that the first fitting rule gives, with the names of all rules that give this level as
// its reasons. Without a fitting rule the level is LevelNormal.
func StandingOf(counts StandingCounts, rules []StandingRule) (level string, reasons []string) {
	for _, rule := range rules {
		if !rule.fits(counts) || (level != "" && rule.Level != level) {
			continue
		}
		level = rule.Level
		if !slices.Contains(reasons, rule.Rule) {
			reasons = append(reasons, rule.Rule)
		}
	}
	if level == "" {
		return LevelNormal, nil
	}
	return level, reasons
}

func (r StandingRule) fits(c StandingCounts) bool {
	return max(0, c.Cases-c.Upheld) >= r.Cases && c.Differences >= r.Differences &&
		c.LostComplaints >= r.LostComplaints && c.LateAnswers >= r.LateAnswers
}
