package report

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/plot/plotter"

	"lungct/internal/metrics"
)

// bootstrapSeed fixes the resamples behind intervals, bands and differences, so
// that the same slices give the same report anywhere.
const bootstrapSeed = 1

// bandResamples are enough for a band, which is looked at, not read to three digits.
const bandResamples = 300

// counted is how many cases of each class have one probability.
type counted struct {
	probability          float64
	positives, negatives float64
}

// ranked joins cases of one probability; order is by falling probability, weight
// is how often each case counts.
func ranked(cases []metrics.Case, order []int, weight []float64) []counted {
	var out []counted
	for _, i := range order {
		c, w := cases[i], weight[i]
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

// weightedROC is rocCurve where cases count as often as a resample says.
func weightedROC(steps []counted) plotter.XYs {
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

// rocCurve is the ROC curve of the cases; none where a class is absent.
func rocCurve(cases []metrics.Case) (points plotter.XYs) {
	for _, p := range metrics.ROC(cases) {
		points = append(points, plotter.XY{X: p.FalsePositiveRate, Y: p.Sensitivity})
	}
	return points
}

// prCurve is precision over recall, in steps; none without a covid case.
func prCurve(cases []metrics.Case) (points plotter.XYs) {
	for _, p := range metrics.PrecisionRecall(cases) {
		if n := len(points); n > 0 {
			points = append(points, plotter.XY{X: points[n-1].X, Y: p.Precision})
		} else {
			points = append(points, plotter.XY{X: 0, Y: p.Precision})
		}
		points = append(points, plotter.XY{X: p.Recall, Y: p.Precision})
	}
	return points
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
		points := weightedROC(ranked(cases, order, weight))
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
