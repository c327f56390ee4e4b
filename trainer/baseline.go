package main

import (
	"maps"
	"slices"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// sizeBaseline judges the slices of part by the width and height of their files
// alone: the probability is the share of covid among the slices to learn from
// that have the nearest size. A network that does no better may have learnt
// where pictures come from, not what they show.
func sizeBaseline(set *dataset.Set, learn, part []int) []metrics.Case {
	type size struct{ w, h int }
	type counts struct{ covid, all int }
	table := make(map[size]counts)
	for _, i := range learn {
		s := &set.Samples[i]
		c := table[size{s.Width, s.Height}]
		c.all++
		if s.Class == alexnet.Finding {
			c.covid++
		}
		table[size{s.Width, s.Height}] = c
	}
	sizes := slices.Collect(maps.Keys(table))
	cases := make([]metrics.Case, 0, len(part))
	for _, i := range part {
		s := &set.Samples[i]
		// All sizes at the shortest distance vote, so that the order of the
		// table does not matter.
		nearest := -1
		var votes counts
		for _, z := range sizes {
			d := (z.w-s.Width)*(z.w-s.Width) + (z.h-s.Height)*(z.h-s.Height)
			if nearest < 0 || d < nearest {
				nearest, votes = d, counts{}
			}
			if d == nearest {
				votes.covid += table[z].covid
				votes.all += table[z].all
			}
		}
		// Laplace's rule of succession: one slice of a size is no certainty.
		p := float64(votes.covid+1) / float64(votes.all+2)
		cases = append(cases, metrics.Case{Positive: s.Class == alexnet.Finding, Probability: p, Group: s.Group})
	}
	return cases
}
