package nlu

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
)

// vectors are sparse rows: row i has the features at[i] with the values of[i].
type vectors struct {
	at [][]int32
	of [][]float32
}

// training are the settings of trainSVM.
type training struct {
	cost    float64 // C: what an example on the wrong side costs
	epsilon float64 // it stops when no example pulls harder than this
	rounds  int     // at most so many
}

var usual = training{cost: 0.7, epsilon: 0.1, rounds: 100}

// trainSVM finds for each class the hyperplane between its examples and all others, by dual coordinate descent with the
// squared hinge loss (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008, algorithm 1 with its shrinking). It
// returns weights[class][feature] with the bias last. class[i] is the class of row i. The same input gives the same
// output.
func trainSVM(ctx context.Context, rows vectors, class []int, classes, features int, with training) ([][]float32, error) {
	weights := make([][]float32, classes)
	var running sync.WaitGroup
	turns := make(chan int)
	for range min(runtime.GOMAXPROCS(0), classes) {
		running.Go(func() {
			for k := range turns {
				weights[k] = separate(ctx, rows, class, k, features, with)
			}
		})
	}
	for k := range classes {
		turns <- k
	}
	close(turns)
	running.Wait()
	return weights, ctx.Err()
}

// separate is trainSVM for one class against the rest.
func separate(ctx context.Context, rows vectors, class []int, k, features int, with training) []float32 {
	n := len(class)
	w := make([]float64, features+1) // the last is the bias: a feature that every example has
	alpha := make([]float64, n)
	diagonal := 0.5 / with.cost
	square := make([]float64, n) // x·x + D
	for i := range n {
		sum := 1.0
		for _, v := range rows.of[i] {
			sum += float64(v) * float64(v)
		}
		square[i] = sum + diagonal
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	dice := rand.New(rand.NewPCG(1, uint64(k)))
	active, highest := n, math.Inf(1)
	for range with.rounds {
		if ctx.Err() != nil {
			return nil
		}
		worst, best := math.Inf(-1), math.Inf(1)
		dice.Shuffle(active, func(a, b int) { order[a], order[b] = order[b], order[a] })
		for s := 0; s < active; s++ {
			i := order[s]
			sign := -1.0
			if class[i] == k {
				sign = 1
			}
			dot := w[features]
			for j, at := range rows.at[i] {
				dot += w[at] * float64(rows.of[i][j])
			}
			gradient := sign*dot - 1 + alpha[i]*diagonal
			pull := gradient
			if alpha[i] == 0 {
				if gradient > highest { // it stays where it is: not looked at again for now
					active--
					order[s], order[active] = order[active], order[s]
					s--
					continue
				}
				pull = min(gradient, 0)
			}
			worst, best = max(worst, pull), min(best, pull)
			if math.Abs(pull) < 1e-12 {
				continue
			}
			before := alpha[i]
			alpha[i] = max(before-gradient/square[i], 0)
			step := (alpha[i] - before) * sign
			w[features] += step
			for j, at := range rows.at[i] {
				w[at] += step * float64(rows.of[i][j])
			}
		}
		if worst-best <= with.epsilon {
			if active == n {
				break
			}
			active, highest = n, math.Inf(1) // once more with all of them
			continue
		}
		if highest = worst; highest <= 0 {
			highest = math.Inf(1)
		}
	}
	out := make([]float32, len(w))
	for i, v := range w {
		out[i] = float32(v)
	}
	return out
}
