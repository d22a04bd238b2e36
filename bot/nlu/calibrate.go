package nlu

import (
	"context"
	"math"
	"math/rand/v2"
)

// calibration turns margins into the chance of being right: a logistic curve over the best margin, its lead over the
// second, and the share of the text that is known (Platt 1999, with two more inputs).
type calibration struct {
	Bias, Best, Lead, Known float64
}

func (c calibration) of(p Prediction) float64 {
	if len(p.Guesses) == 0 {
		return 0
	}
	best, lead := marks(p)
	return sigmoid(c.Bias + c.Best*best + c.Lead*lead + c.Known*p.Known)
}

func marks(p Prediction) (best, lead float64) {
	best = p.Guesses[0].Margin
	if len(p.Guesses) > 1 {
		lead = best - p.Guesses[1].Margin
	}
	return best, lead
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// folds is how often the model is trained anew without a part of the examples, to see how it does on that part.
const folds = 4

// calibrate trains on all but a part of the examples, looks how the model does on the part, and fits the curve.
func calibrate(ctx context.Context, examples []Example) (calibration, error) {
	part := make([]int, len(examples))
	for i := range part {
		part[i] = i % folds
	}
	rand.New(rand.NewPCG(2, 3)).Shuffle(len(part), func(a, b int) { part[a], part[b] = part[b], part[a] })
	var seen []outcome
	for fold := range folds {
		var learnt, held []Example
		for i, example := range examples {
			if part[i] == fold {
				held = append(held, example)
			} else {
				learnt = append(learnt, example)
			}
		}
		if len(labelsOf(learnt)) < 2 {
			continue
		}
		m, err := fit(ctx, learnt)
		if err != nil {
			return calibration{}, err
		}
		for _, example := range held {
			p := m.Predict(example.Text)
			if len(p.Guesses) == 0 {
				continue
			}
			best, lead := marks(p)
			seen = append(seen, outcome{[4]float64{1, best, lead, p.Known}, example.Accepts(p.Intent())})
		}
	}
	w := logistic(seen)
	return calibration{w[0], w[1], w[2], w[3]}, nil
}

type outcome struct {
	x     [4]float64
	right bool
}

// logistic fits a logistic curve by Newton's method with a little ridge, which a handful of examples needs.
func logistic(seen []outcome) (w [4]float64) {
	const ridge, rounds = 1.0, 25
	for range rounds {
		var gradient [4]float64
		var hessian [4][4]float64
		for a := range w {
			gradient[a] = ridge * w[a]
			hessian[a][a] = ridge
		}
		for _, s := range seen {
			sum := 0.0
			for a := range w {
				sum += w[a] * s.x[a]
			}
			p, y := sigmoid(sum), 0.0
			if s.right {
				y = 1
			}
			for a := range w {
				gradient[a] += (p - y) * s.x[a]
				for b := range w {
					hessian[a][b] += p * (1 - p) * s.x[a] * s.x[b]
				}
			}
		}
		step := solve(hessian, gradient)
		moved := 0.0
		for a := range w {
			w[a] -= step[a]
			moved += math.Abs(step[a])
		}
		if moved < 1e-9 {
			break
		}
	}
	return w
}

// solve finds x with A·x = b for a positive definite A, by elimination.
func solve(a [4][4]float64, b [4]float64) [4]float64 {
	for i := range b {
		for j := i + 1; j < len(b); j++ {
			factor := a[j][i] / a[i][i]
			for k := i; k < len(b); k++ {
				a[j][k] -= factor * a[i][k]
			}
			b[j] -= factor * b[i]
		}
	}
	for i := len(b) - 1; i >= 0; i-- {
		for k := i + 1; k < len(b); k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
