// Package nlu says what a customer wants: the intent of a text with how sure that is, several intents of one message,
// its mood and urgency. It learns from examples, on one core in about a second, and needs no weights from elsewhere.
package nlu

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
)

// Example is one text with the intent that a person would give it.
type Example struct {
	Text   string
	Lang   string // zh or en
	Intent string
	Alt    []string // intents that would be right as well
}

// Accepts tells whether an intent is right for the example.
func (e Example) Accepts(intent string) bool {
	return intent == e.Intent || slices.Contains(e.Alt, intent)
}

// Model is one trained classifier. It is immutable and safe for concurrent use.
type Model struct {
	labels  []string
	slots   table     // term → feature
	idf     []float32 // by feature
	weights []float32 // by feature, then label: what a feature says for and against each label
	bias    []float32 // by label
	sure    calibration
}

// Guess is one label with its margin: how far on its side of the hyperplane the text lies.
type Guess struct {
	Intent string
	Margin float64
}

// Prediction is what a model makes of a text.
type Prediction struct {
	Guesses    []Guess // best first
	Confidence float64 // the chance that the best guess is right, 0 to 1, calibrated on examples held back
	Known      float64 // the share of the text's features that were ever seen, 0 to 1
}

// Intent is the best guess; empty when the text holds nothing to go by.
func (p Prediction) Intent() string {
	if len(p.Guesses) == 0 {
		return ""
	}
	return p.Guesses[0].Intent
}

// Margin of the best guess among those that accept tells.
func (p Prediction) Margin(accept func(intent string) bool) float64 {
	for _, guess := range p.Guesses {
		if accept(guess.Intent) {
			return guess.Margin
		}
	}
	return math.Inf(-1)
}

// ErrTooLittle is returned when there is nothing to learn from.
var ErrTooLittle = errors.New("nlu: at least two intents with an example each are needed to train a model")

// Train learns from examples. It takes about a second for ten thousand of them on two cores, several when the confidence
// is to be calibrated, and gives the same model for the same examples.
func Train(ctx context.Context, examples []Example) (*Model, error) {
	m, err := fit(ctx, examples)
	if err != nil {
		return nil, err
	}
	if m.sure, err = calibrate(ctx, examples); err != nil {
		return nil, err
	}
	return m, nil
}

// fit is Train without the calibration.
func fit(ctx context.Context, examples []Example) (*Model, error) {
	labels := labelsOf(examples)
	if len(labels) < 2 {
		return nil, ErrTooLittle
	}
	m := &Model{labels: labels}
	counted := make([]map[uint64]int, len(examples))
	in := map[uint64]int{} // how many examples have the term
	var order []uint64     // in the order of first sight, so that the same examples give the same model
	for i, example := range examples {
		counted[i] = count(example.Text)
		for _, term := range sorted(counted[i]) {
			if in[term]++; in[term] == 1 {
				order = append(order, term)
			}
		}
	}
	m.slots = newTable(len(order))
	m.idf = make([]float32, len(order))
	for feature, term := range order {
		m.slots.put(term, int32(feature))
		m.idf[feature] = float32(math.Log(float64(1+len(examples))/float64(1+in[term])) + 1)
	}
	rows := vectors{make([][]int32, len(examples)), make([][]float32, len(examples))}
	class := make([]int, len(examples))
	for i, example := range examples {
		class[i], _ = slices.BinarySearch(labels, example.Intent)
		rows.at[i], rows.of[i], _ = m.vector(counted[i])
	}
	weights, err := trainSVM(ctx, rows, class, len(labels), len(order), usual)
	if err != nil {
		return nil, err
	}
	m.weights, m.bias = make([]float32, len(order)*len(labels)), make([]float32, len(labels))
	for k, w := range weights {
		for feature := range order {
			m.weights[feature*len(labels)+k] = w[feature]
		}
		m.bias[k] = w[len(order)]
	}
	return m, nil
}

func labelsOf(examples []Example) []string {
	var labels []string
	for _, example := range examples {
		labels = append(labels, example.Intent)
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

func count(text string) map[uint64]int {
	counted := map[uint64]int{}
	terms(normal(text), func(term uint64, _, _ int) { counted[term]++ })
	return counted
}

func sorted(counted map[uint64]int) []uint64 {
	keys := make([]uint64, 0, len(counted))
	for key := range counted {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// vector is a text as its known features, weighted by how rare they are; its words have length one together, and so
// have the pieces of its words. known is the share of its terms that are known.
func (m *Model) vector(counted map[uint64]int) (at []int32, of []float32, known float64) {
	at, of = make([]int32, 0, len(counted)), make([]float32, 0, len(counted))
	var length [2]float64
	blocks := make([]uint64, 0, len(counted))
	for _, term := range sorted(counted) {
		feature, found := m.slots.get(term)
		if !found {
			continue
		}
		value := (1 + math.Log(float64(counted[term]))) * float64(m.idf[feature])
		at, of = append(at, feature), append(of, float32(value))
		block := term & 1
		blocks = append(blocks, block)
		length[block] += value * value
	}
	for i, block := range blocks {
		of[i] /= float32(math.Sqrt(length[block]))
	}
	return at, of, float64(len(at)) / float64(max(1, len(counted)))
}

// Labels are the intents that the model tells apart, sorted.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Predict says what the text wants, as far as the model knows.
func (m *Model) Predict(text string) Prediction {
	counted := count(text)
	if len(counted) == 0 {
		return Prediction{}
	}
	at, of, known := m.vector(counted)
	margins := make([]float64, len(m.labels))
	for k := range margins {
		margins[k] = float64(m.bias[k])
	}
	for i, feature := range at {
		row := m.weights[int(feature)*len(m.labels):]
		for k := range margins {
			margins[k] += float64(row[k]) * float64(of[i])
		}
	}
	p := Prediction{Guesses: make([]Guess, len(m.labels)), Known: known}
	for k, margin := range margins {
		p.Guesses[k] = Guess{m.labels[k], margin}
	}
	slices.SortFunc(p.Guesses, func(a, b Guess) int {
		return cmp.Or(cmp.Compare(b.Margin, a.Margin), cmp.Compare(a.Intent, b.Intent))
	})
	p.Confidence = m.sure.of(p)
	return p
}

// table finds the feature of a term: open addressing, because it is read from a file as it lies.
type table struct {
	keys   []uint64 // 0: empty; no term hashes to 0 in practice, and one that did would only be unknown
	values []int32
}

func newTable(n int) table {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return table{make([]uint64, size), make([]int32, size)}
}

func (t table) put(key uint64, value int32) {
	mask := uint64(len(t.keys) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		if t.keys[i] == 0 || t.keys[i] == key {
			t.keys[i], t.values[i] = key, value
			return
		}
	}
}

func (t table) get(key uint64) (int32, bool) {
	mask := uint64(len(t.keys) - 1)
	for i := key & mask; key != 0; i = (i + 1) & mask {
		switch t.keys[i] {
		case key:
			return t.values[i], true
		case 0:
			return 0, false
		}
	}
	return 0, false
}
