package metrics

import (
	"fmt"
	"math"
)

// Agreement is how far two readers call the same cases alike. Whether they are
// right does not enter.
type Agreement struct {
	Cases        int `json:"cases"`
	BothPositive int `json:"both_positive"`
	OnlyFirst    int `json:"only_first"`
	OnlySecond   int `json:"only_second"`
	BothNegative int `json:"both_negative"`

	Share Estimate `json:"share"` // of cases called alike, with Wilson's interval
	Kappa Estimate `json:"kappa"` // Cohen's: the share beyond what chance gives; NaN where both call all alike
}

// Agree compares two readers of the same cases, in the same order, at a threshold
// each. The interval of kappa resamples groups.
func Agree(a, b []Case, thresholdA, thresholdB float64, seed uint64) (Agreement, error) {
	if len(a) != len(b) {
		return Agreement{}, fmt.Errorf("metrics: agreement: got %d and %d cases, want the same", len(a), len(b))
	}
	for _, cases := range [][]Case{a, b} {
		if err := check(cases); err != nil {
			return Agreement{}, err
		}
	}
	number := make(map[string]int)
	var of [][4]int // by group: called by neither, by the first, by the second, by both
	for i := range a {
		if a[i].Group != b[i].Group {
			return Agreement{}, fmt.Errorf("metrics: agreement: case %d is not the same in both", i)
		}
		g, known := number[a[i].Group]
		if !known {
			g = len(of)
			number[a[i].Group] = g
			of = append(of, [4]int{})
		}
		called := 0
		if a[i].Probability >= thresholdA {
			called++
		}
		if b[i].Probability >= thresholdB {
			called += 2
		}
		of[g][called]++
	}
	n := sum(of, nil)
	e := bootstrap(len(of), seed, func(weight []int) []float64 { return []float64{kappa(sum(of, weight))} })
	return Agreement{
		Cases: len(a), BothPositive: n[3], OnlyFirst: n[1], OnlySecond: n[2], BothNegative: n[0],
		Share: Wilson(n[0]+n[3], len(a)), Kappa: e[0],
	}, nil
}

// sum adds up groups that count weight times; nil is once each.
func sum(of [][4]int, weight []int) (n [4]int) {
	for g, counts := range of {
		w := 1
		if weight != nil {
			w = weight[g]
		}
		for i, c := range counts {
			n[i] += w * c
		}
	}
	return n
}

// kappa is Cohen's (1960): (p - e) / (1 - e), p the share called alike and e that
// expected of two readers who call as often, but know nothing of each other.
func kappa(n [4]int) float64 {
	all := float64(n[0] + n[1] + n[2] + n[3])
	first, second := float64(n[1]+n[3])/all, float64(n[2]+n[3])/all
	expected := first*second + (1-first)*(1-second)
	if expected == 1 {
		return math.NaN()
	}
	return (float64(n[0]+n[3])/all - expected) / (1 - expected)
}
