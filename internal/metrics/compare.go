package metrics

import "fmt"

// Difference is by how much one classifier is better than another on the same
// cases, with intervals from resampling groups: both are measured on each resample,
// so that what is hard for both does not widen the interval.
type Difference struct {
	AUC      Estimate `json:"auc"`
	Accuracy Estimate `json:"accuracy"` // at the threshold
}

// Compare measures a less b. Both hold the same cases in the same order.
func Compare(a, b []Case, threshold float64, seed uint64) (Difference, error) {
	if len(a) != len(b) {
		return Difference{}, fmt.Errorf("metrics: compare: got %d and %d cases, want the same", len(a), len(b))
	}
	for _, cases := range [][]Case{a, b} {
		if err := check(cases); err != nil {
			return Difference{}, err
		}
	}
	for i := range a {
		if a[i].Positive != b[i].Positive || a[i].Group != b[i].Group {
			return Difference{}, fmt.Errorf("metrics: compare: case %d is not the same in both", i)
		}
	}
	// Groups are numbered by name, so both rankings number them alike.
	one, other := rank(a), rank(b)
	hits, others := one.hits(threshold), other.hits(threshold)
	sizes := one.sizes()
	e := bootstrap(one.groups, seed, func(weight []int) []float64 {
		var gained, n int
		for g := range hits {
			w := 1
			if weight != nil {
				w = weight[g]
			}
			gained += w * (hits[g] - others[g])
			n += w * sizes[g]
		}
		return []float64{one.auc(weight) - other.auc(weight), float64(gained) / float64(n)}
	})
	return Difference{AUC: e[0], Accuracy: e[1]}, nil
}

// hits are the cases called rightly in each group.
func (r ranking) hits(threshold float64) []int {
	hits := make([]int, r.groups)
	for i, c := range r.cases {
		if c.Positive == (c.Probability >= threshold) {
			hits[r.group[i]]++
		}
	}
	return hits
}

// sizes are the cases in each group.
func (r ranking) sizes() []int {
	n := make([]int, r.groups)
	for _, g := range r.group {
		n[g]++
	}
	return n
}
