package study

import (
	"cmp"
	"fmt"
	"slices"
)

// Rule says how the probabilities of a series' slices become one: the mean of
// all, or of the highest ones, since disease may be confined to a part of the
// lungs.
type Rule struct {
	Share float64 `json:"share"` // of the slices with lung, the highest ones; 1 for all
	Least int     `json:"least"` // slices, where there are so many
}

// DefaultRule is the mean of all slices with lung. docs/SERIES.md tells how it was
// chosen: no rule parts the scans better, and any that prefers the highest slices
// raises every series' probability, so that one half is its threshold no more.
var DefaultRule = Rule{Share: 1, Least: 3}

// String names the rule.
func (r Rule) String() string {
	if r.Share >= 1 {
		return "mean of all slices with lung"
	}
	return fmt.Sprintf("mean of the highest %.0f %% of the slices with lung, of %d at least", 100*r.Share, r.Least)
}

// Pool is the series' probability, and the indices of the slices whose mean it
// is, most suspicious first. ok is false where there are no probabilities.
func (r Rule) Pool(probabilities []float64) (probability float64, from []int, ok bool) {
	n := len(probabilities)
	if n == 0 {
		return 0, nil, false
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(probabilities[b], probabilities[a]) })
	from = order[:min(n, max(int(r.Share*float64(n)+0.5), r.Least, 1))]
	for _, i := range from {
		probability += probabilities[i]
	}
	return probability / float64(len(from)), from, true
}
