package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Difference is how much better one classifier is than another.
type Difference struct {
	AUC      Estimate `json:"auc"`
	Accuracy Estimate `json:"accuracy"`
}

// Compare returns the values of classifier a less those of b on the same cases,
// which stand in the same order. Both classifiers are measured on every resample
// of whole groups, so that what makes a case hard for both cancels out; intervals
// are NaN for fewer than two groups. A case is called positive from thresholdA,
// or thresholdB, on.
func Compare(a, b []Case, thresholdA, thresholdB float64, seed uint64) (Difference, error) {
	nan := Estimate{math.NaN(), math.NaN(), math.NaN()}
	d := Difference{nan, nan}
	if len(a) != len(b) || len(a) == 0 {
		return d, fmt.Errorf("metrics: compare: got %d and %d cases, want as many and some", len(a), len(b))
	}
	for i := range a {
		if a[i].Positive != b[i].Positive || a[i].Group != b[i].Group {
			return d, fmt.Errorf("metrics: compare: case %d: got another class or group in the one than in the other", i)
		}
	}
	ra, rb := rank(a), rank(b)
	gains := accuracyGains(ra, rb, thresholdA, thresholdB)
	d.AUC.Value = ra.auc(nil) - rb.auc(nil)
	d.Accuracy.Value = gained(gains, nil)
	if ra.groups < 2 {
		return d, nil
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	weight := make([]int, ra.groups)
	var aucs, accuracies []float64
	for range resamples {
		clear(weight)
		for range ra.groups {
			weight[rng.IntN(ra.groups)]++
		}
		if v := ra.auc(weight) - rb.auc(weight); !math.IsNaN(v) {
			aucs = append(aucs, v)
		}
		accuracies = append(accuracies, gained(gains, weight))
	}
	if !math.IsNaN(d.AUC.Value) {
		d.AUC.Low, d.AUC.High = limits(aucs)
	}
	d.Accuracy.Low, d.Accuracy.High = limits(accuracies)
	return d, nil
}

// gain is how many cases of a group one classifier calls right more than another.
type gain struct{ right, cases int }

// accuracyGains is what a gains over b in each group.
func accuracyGains(a, b ranking, thresholdA, thresholdB float64) []gain {
	gains := make([]gain, a.groups)
	for _, side := range []struct {
		ranking
		threshold float64
		sign      int
	}{{a, thresholdA, 1}, {b, thresholdB, -1}} {
		for i, c := range side.cases {
			g := &gains[side.group[i]]
			if (c.Probability >= side.threshold) == c.Positive {
				g.right += side.sign
			}
			if side.sign > 0 {
				g.cases++
			}
		}
	}
	return gains
}

// gained is the difference of accuracies when group i counts weight[i] times; nil
// counts each once.
func gained(gains []gain, weight []int) float64 {
	right, cases := 0, 0
	for i, g := range gains {
		w := 1
		if weight != nil {
			w = weight[i]
		}
		right, cases = right+w*g.right, cases+w*g.cases
	}
	return ratio(right, cases)
}
