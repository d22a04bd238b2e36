package nlu

import (
	"cmp"
	"slices"
)

// Score is how a model does on examples.
type Score struct {
	N        int
	Accuracy float64 // of the best guess
	Lenient  float64 // counting the alternatives as right
	MacroF1  float64 // over the intents that occur
	OOS      float64 // area under the curve of telling in scope from out of scope by the margin; 0.5 is chance
	Confused []Confusion
	ByIntent map[string]float64 // recall
}

// Confusion is how often one intent was taken for another.
type Confusion struct {
	Want, Got string
	N         int
}

// Measure lets a model guess examples. predict is the model, or several behind one function.
func Measure(predict func(Example) Prediction, examples []Example) Score {
	s := Score{N: len(examples), ByIntent: map[string]float64{}}
	type tally struct{ right, wanted, guessed int }
	of := map[string]*tally{}
	count := func(intent string) *tally {
		if of[intent] == nil {
			of[intent] = &tally{}
		}
		return of[intent]
	}
	confused := map[Confusion]int{}
	var in, out []float64
	for _, example := range examples {
		p := predict(example)
		got := p.Intent()
		count(example.Intent).wanted++
		count(got).guessed++
		if got == example.Intent {
			s.Accuracy++
			count(got).right++
		} else {
			confused[Confusion{Want: example.Intent, Got: got}]++
		}
		if example.Accepts(got) {
			s.Lenient++
		}
		margin := p.Margin(func(intent string) bool { return !outOfScope(intent) })
		if outOfScope(example.Intent) {
			out = append(out, margin)
		} else {
			in = append(in, margin)
		}
	}
	intents := 0
	for intent, t := range of {
		if t.wanted == 0 {
			continue
		}
		intents++
		s.ByIntent[intent] = float64(t.right) / float64(t.wanted)
		if t.right > 0 {
			s.MacroF1 += 2 * float64(t.right) / float64(t.wanted+t.guessed)
		}
	}
	n := float64(max(1, s.N))
	s.Accuracy, s.Lenient, s.MacroF1 = s.Accuracy/n, s.Lenient/n, s.MacroF1/float64(max(1, intents))
	s.OOS = above(in, out)
	for pair, n := range confused {
		s.Confused = append(s.Confused, Confusion{pair.Want, pair.Got, n})
	}
	slices.SortFunc(s.Confused, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return s
}

func outOfScope(intent string) bool { return intent == OutOfScope || intent == "oos" || intent == "" }

// above is the chance that one of high is greater than one of low, ties counting half: the area under the curve
// (Mann and Whitney). 0 when either is empty.
func above(high, low []float64) float64 {
	if len(high) == 0 || len(low) == 0 {
		return 0
	}
	low = slices.Sorted(slices.Values(low))
	sum := 0.0
	for _, x := range high {
		below, _ := slices.BinarySearch(low, x)
		upTo, _ := slices.BinarySearchFunc(low, x, func(a, b float64) int {
			if a <= b {
				return -1
			}
			return 1
		})
		sum += float64(below) + float64(upTo-below)/2
	}
	return sum / float64(len(high)*len(low))
}
