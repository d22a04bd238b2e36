package policy

import "time"

// ExtendWarranty is the end of a warranty after a repair: the time in repair does not count. A length of 0 or
// less, or a warranty without an end (zero), changes nothing.
func ExtendWarranty(until time.Time, repair time.Duration) time.Time {
	if until.IsZero() || repair <= 0 {
		return until
	}
	return until.Add(repair)
}

// RepairsBefore is how often the same fault was repaired before: the most of the chosen lines.
func RepairsBefore(f Facts) int {
	most := 0
	for _, line := range f.Lines {
		if line.Chosen > 0 {
			most = max(most, line.Repairs)
		}
	}
	return most
}
