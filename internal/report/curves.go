package report

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/plot/plotter"

	"lungct/internal/metrics"
)

// bootstrapSeed and resamples fix the resamples behind bands and differences.
const (
	bootstrapSeed = 1
	resamples     = 1000
	bandResamples = 300 // a band is looked at, not read to three digits
)

// counted is how many cases of each class have one probability.
type counted struct {
	probability          float64
	positives, negatives float64
}

// ranked sorts cases by falling probability and joins ties. weight, where not
// nil, is how often each case counts.
func ranked(cases []metrics.Case, order []int, weight []float64) []counted {
	var out []counted
	for _, i := range order {
		c, w := cases[i], 1.0
		if weight != nil {
			w = weight[i]
		}
		if n := len(out); n == 0 || out[n-1].probability != c.Probability {
			out = append(out, counted{probability: c.Probability})
		}
		last := &out[len(out)-1]
		if c.Positive {
			last.positives += w
		} else {
			last.negatives += w
		}
	}
	return out
}

// falling is the order of the cases by falling probability.
func falling(cases []metrics.Case) []int {
	order := make([]int, len(cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(cases[j].Probability, cases[i].Probability) })
	return order
}

// total is the number of positives and negatives.
func total(steps []counted) (positives, negatives float64) {
	for _, s := range steps {
		positives += s.positives
		negatives += s.negatives
	}
	return positives, negatives
}

// rocOf are the points (1 - specificity, sensitivity), from (0, 0) to (1, 1);
// none where a class is absent.
func rocOf(steps []counted) plotter.XYs {
	p, n := total(steps)
	if p == 0 || n == 0 {
		return nil
	}
	points := plotter.XYs{{X: 0, Y: 0}}
	var tp, fp float64
	for _, s := range steps {
		tp += s.positives
		fp += s.negatives
		points = append(points, plotter.XY{X: fp / n, Y: tp / p})
	}
	return points
}

// prOf are the points (recall, precision) from the highest threshold on; none
// where a class is absent.
func prOf(steps []counted) plotter.XYs {
	p, n := total(steps)
	if p == 0 || n == 0 {
		return nil
	}
	var points plotter.XYs
	var tp, fp float64
	for _, s := range steps {
		tp += s.positives
		fp += s.negatives
		if tp+fp > 0 {
			points = append(points, plotter.XY{X: tp / p, Y: tp / (tp + fp)})
		}
	}
	return append(plotter.XYs{{X: 0, Y: points[0].Y}}, points...)
}

// curve is a way to turn ranked cases into a line.
type curve func([]counted) plotter.XYs

// of draws the curve of the cases.
func (f curve) of(cases []metrics.Case) plotter.XYs {
	return f(ranked(cases, falling(cases), nil))
}

// at is the curve's height at x: the highest point at or before it.
func at(points plotter.XYs, x float64) float64 {
	y := points[0].Y
	for _, p := range points {
		if p.X > x {
			break
		}
		y = max(y, p.Y)
	}
	return y
}

// bandSteps is the number of places at which a band is computed.
const bandSteps = 60

// band is the pointwise 95 % band of a ROC curve: groups are resampled. Nil for
// fewer than two groups. It is returned as the outline of an area.
func band(cases []metrics.Case) plotter.XYs {
	groups := byGroup(cases)
	if len(groups) < 2 {
		return nil
	}
	order := falling(cases)
	heights := make([][]float64, bandSteps+1)
	rng := rand.New(rand.NewPCG(bootstrapSeed, 0))
	weight := make([]float64, len(cases))
	for range bandResamples {
		resample(rng, groups, weight)
		points := rocOf(ranked(cases, order, weight))
		if points == nil {
			continue
		}
		for i := range heights {
			heights[i] = append(heights[i], at(points, float64(i)/bandSteps))
		}
	}
	if len(heights[0]) == 0 {
		return nil
	}
	var low, high plotter.XYs
	for i, h := range heights {
		slices.Sort(h)
		x := float64(i) / bandSteps
		low = append(low, plotter.XY{X: x, Y: quantile(h, 0.025)})
		high = append(high, plotter.XY{X: x, Y: quantile(h, 0.975)})
	}
	slices.Reverse(low)
	return append(high, low...)
}

// byGroup lists the indices of each group's cases, groups by name.
func byGroup(cases []metrics.Case) [][]int {
	order := make([]int, len(cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(cases[i].Group, cases[j].Group) })
	var groups [][]int
	for n, i := range order {
		if n == 0 || cases[i].Group != cases[order[n-1]].Group {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], i)
	}
	return groups
}

// resample draws as many groups as there are, with replacement, and sets how
// often each case counts.
func resample(rng *rand.Rand, groups [][]int, weight []float64) {
	clear(weight)
	for range groups {
		for _, i := range groups[rng.IntN(len(groups))] {
			weight[i]++
		}
	}
}

// quantile interpolates between order statistics (Hyndman and Fan's type 7);
// sorted is not empty.
func quantile(sorted []float64, q float64) float64 {
	place := q * float64(len(sorted)-1)
	i := int(place)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (place-float64(i))*(sorted[i+1]-sorted[i])
}

// bin is what became of the slices whose probability lies in one range.
type bin struct {
	mean   float64          // of the probabilities
	share  metrics.Estimate // of covid among them
	slices int
}

// reliability groups cases by probability into n bins of equal width; empty ones
// are left out.
func reliability(cases []metrics.Case, n int) []bin {
	type sum struct {
		probability float64
		positives   int
		all         int
	}
	sums := make([]sum, n)
	for _, c := range cases {
		s := &sums[min(int(c.Probability*float64(n)), n-1)]
		s.probability += c.Probability
		s.all++
		if c.Positive {
			s.positives++
		}
	}
	var bins []bin
	for _, s := range sums {
		if s.all > 0 {
			bins = append(bins, bin{s.probability / float64(s.all), metrics.Wilson(s.positives, s.all), s.all})
		}
	}
	return bins
}
