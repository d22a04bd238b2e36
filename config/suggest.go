package config

import (
	"slices"
	"strings"
)

// suggestion returns "; did you mean …?" for the known name that is nearest to an unknown one, or where all are listed.
func suggestion(unknown string, known []string) string {
	slices.Sort(known)
	best, distance := "", len(unknown)/3+1
	for _, k := range known {
		if d := edits(strings.ToLower(unknown), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return "; `aftersales config` lists all settings"
	}
	return "; did you mean " + best + "?"
}

// edits is the Levenshtein distance in bytes: insertions, deletions and replacements that turn a into b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
