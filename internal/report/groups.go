package report

import (
	"cmp"
	"fmt"
	"slices"
)

// group is what a model says of the slices of one patient or scan.
type group struct {
	set, name     string
	slices        int
	positives     int
	right         int       // at 0.5
	probabilities []float64 // ascending
}

// class is that of most of its slices.
func (g *group) class() int {
	if 2*g.positives >= g.slices {
		return 1
	}
	return 0
}

// at is a quantile of its probabilities.
func (g *group) at(q float64) float64 { return quantile(g.probabilities, q) }

// summaries sums up predictions by group: noncovid first, then by median.
func summaries(predictions []Prediction) []*group {
	type key struct{ set, name string }
	byName := make(map[key]*group)
	var all []*group
	for _, p := range predictions {
		g := byName[key{p.Set, p.Group}]
		if g == nil {
			g = &group{set: p.Set, name: p.Group}
			byName[key{p.Set, p.Group}] = g
			all = append(all, g)
		}
		g.slices++
		g.positives += p.Class
		if (p.Probability >= 0.5) == (p.Class == 1) {
			g.right++
		}
		g.probabilities = append(g.probabilities, p.Probability)
	}
	for _, g := range all {
		slices.Sort(g.probabilities)
	}
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.class(), b.class()), cmp.Compare(a.at(0.5), b.at(0.5)), cmp.Compare(a.set, b.set), cmp.Compare(a.name, b.name))
	})
	return all
}

// count is a number of things: "1 group", "2 groups".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// worstGroups are the groups with the most slices called wrong, at most ten.
func worstGroups(predictions []Prediction) []*group {
	all := summaries(predictions)
	all = slices.DeleteFunc(all, func(g *group) bool { return g.right == g.slices })
	slices.SortStableFunc(all, func(a, b *group) int {
		return cmp.Compare(b.slices-b.right, a.slices-a.right)
	})
	return all[:min(10, len(all))]
}

// Name is the group, and its set where there is one.
func (g *group) Name() string {
	if g.set == "" {
		return g.name
	}
	return g.set + " / " + g.name
}

// Label is the class of most of its slices.
func (g *group) Label() string { return label(g.class()) }

// Right is how many of its slices are called right at 0.5.
func (g *group) Right() string { return fmt.Sprintf("%d of %d", g.right, g.slices) }

// Median is that of its slices' probabilities.
func (g *group) Median() string { return fmt.Sprintf("%.2f", g.at(0.5)) }

// label is the name of a class.
func label(class int) string {
	if class == 1 {
		return "covid"
	}
	return "noncovid"
}
