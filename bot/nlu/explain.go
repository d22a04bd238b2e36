package nlu

import (
	"cmp"
	"math"
	"slices"
)

// Evidence is what one piece of a text says for an intent (positive) or against it.
type Evidence struct {
	Piece  string
	Weight float64
}

// Explain says why an intent got its margin for a text: the pieces that weighed most, strongest first, at most n. The
// bias is the margin of an empty text; with all pieces it makes up the margin.
func (m *Model) Explain(text, intent string, n int) (pieces []Evidence, bias float64) {
	label, found := slices.BinarySearch(m.labels, intent)
	if !found {
		return nil, 0
	}
	runes := normal(text)
	at, of, _ := m.vector(count(text))
	value := map[int32]float64{}
	for i, feature := range at {
		value[feature] = float64(of[i]) * float64(m.weights[int(feature)*len(m.labels)+label])
	}
	said := map[string]float64{}
	terms(runes, func(term uint64, from, to int) {
		if feature, known := m.slots.get(term); known {
			said[string(runes[from:to])] += value[feature]
			value[feature] = 0 // counted once, however often it occurs
		}
	})
	for piece, weight := range said {
		if weight != 0 {
			pieces = append(pieces, Evidence{piece, weight})
		}
	}
	slices.SortFunc(pieces, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), cmp.Compare(a.Piece, b.Piece))
	})
	return pieces[:min(n, len(pieces))], float64(m.bias[label])
}
