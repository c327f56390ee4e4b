package study

import (
	"cmp"
	"slices"
)

// Rule says how the probabilities of a series' slices become one: the mean of
// the highest ones, since disease may be confined to a part of the lungs, and a
// single slice is easily wrong.
type Rule struct {
	Share float64 `json:"share"` // of the slices with lung, the highest ones
	Least int     `json:"least"` // slices, where there are so many
}

// DefaultRule is the upper half, and three slices at least.
var DefaultRule = Rule{Share: 0.5, Least: 3}

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
