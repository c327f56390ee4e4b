package metrics

import (
	"cmp"
	"math"
	"slices"
)

// ranking is the cases from the least to the most probable, each with the
// number of its group, so that a resample needs no sorting.
type ranking struct {
	cases  []Case
	group  []int
	groups int
}

func rank(cases []Case) ranking {
	r := ranking{cases: slices.Clone(cases)}
	// Groups are numbered in the order of their names and ties are settled, so
	// that the order in which the cases came does not reach the resamples.
	slices.SortFunc(r.cases, func(a, b Case) int { return cmp.Compare(a.Group, b.Group) })
	number := make(map[string]int)
	for _, c := range r.cases {
		if _, ok := number[c.Group]; !ok {
			number[c.Group] = len(number)
		}
	}
	r.groups = len(number)
	slices.SortStableFunc(r.cases, func(a, b Case) int { return cmp.Compare(a.Probability, b.Probability) })
	r.group = make([]int, len(r.cases))
	for i, c := range r.cases {
		r.group[i] = number[c.Group]
	}
	return r
}

// auc is the probability that a positive case ranks above a negative one, ties
// counting half (the Mann-Whitney statistic). weight is how often each group
// counts; nil counts each once. NaN when a class is absent.
func (r ranking) auc(weight []int) float64 {
	var below, positives int // negatives below the current tie; positives so far
	var twice int            // twice the number of pairs won
	for i := 0; i < len(r.cases); {
		var p, n int
		for tie := r.cases[i].Probability; i < len(r.cases) && r.cases[i].Probability == tie; i++ {
			w := 1
			if weight != nil {
				w = weight[r.group[i]]
			}
			if r.cases[i].Positive {
				p += w
			} else {
				n += w
			}
		}
		twice += p * (2*below + n)
		below += n
		positives += p
	}
	return ratio(twice, 2*positives*below)
}

// averagePrecision is the mean of the precisions at each threshold, weighted by
// the recall that the threshold adds: the area under the precision-recall curve
// drawn in steps, which no interpolation flatters. weight is as in auc. NaN without
// a positive case.
func (r ranking) averagePrecision(weight []int) float64 {
	var tp, called int
	sum := 0.0
	for i := len(r.cases) - 1; i >= 0; {
		p := 0
		for tie := r.cases[i].Probability; i >= 0 && r.cases[i].Probability == tie; i-- {
			w := 1
			if weight != nil {
				w = weight[r.group[i]]
			}
			called += w
			if r.cases[i].Positive {
				p += w
			}
		}
		tp += p
		if p > 0 {
			sum += float64(p) * float64(tp) / float64(called)
		}
	}
	if tp == 0 {
		return math.NaN()
	}
	return sum / float64(tp)
}

// tally is what the scores need to know of one group's cases.
type tally struct {
	tp, fp, fn, tn int
	squares        float64 // of the probability's error
	bins           [Bins]struct {
		n, positives int
		sum          float64 // of the probabilities
	}
}

// scores makes the function that gives F1, MCC, AUC, average precision, Brier
// score and calibration error for groups that count weight times.
func (r ranking) scores(threshold float64) func(weight []int) []float64 {
	of := make([]tally, r.groups)
	for i, c := range r.cases {
		g := &of[r.group[i]]
		b := &g.bins[binOf(c.Probability)]
		b.n++
		b.sum += c.Probability
		wrong := c.Probability
		called := c.Probability >= threshold
		switch {
		case c.Positive && called:
			g.tp++
		case c.Positive:
			g.fn++
		case called:
			g.fp++
		default:
			g.tn++
		}
		if c.Positive {
			b.positives++
			wrong = 1 - wrong
		}
		g.squares += wrong * wrong
	}
	return func(weight []int) []float64 {
		var sum tally
		n := 0
		for g := range of {
			w := 1
			if weight != nil {
				w = weight[g]
			}
			if w > 0 {
				sum.add(&of[g], w)
			}
		}
		n = sum.tp + sum.fp + sum.fn + sum.tn
		return []float64{
			f1(sum.tp, sum.fp, sum.fn), mcc(sum.tp, sum.fp, sum.fn, sum.tn),
			r.auc(weight), r.averagePrecision(weight),
			sum.squares / float64(n), sum.calibrationError(n),
		}
	}
}

// add counts other w times.
func (t *tally) add(other *tally, w int) {
	t.tp += w * other.tp
	t.fp += w * other.fp
	t.fn += w * other.fn
	t.tn += w * other.tn
	t.squares += float64(w) * other.squares
	for b := range t.bins {
		t.bins[b].n += w * other.bins[b].n
		t.bins[b].positives += w * other.bins[b].positives
		t.bins[b].sum += float64(w) * other.bins[b].sum
	}
}

// calibrationError is the expected calibration error over n cases.
func (t *tally) calibrationError(n int) float64 {
	off := 0.0
	for _, b := range t.bins {
		off += math.Abs(b.sum - float64(b.positives))
	}
	return off / float64(n)
}
