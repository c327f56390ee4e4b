// Package metrics measures a two-class classifier on cases whose class is
// known, the way diagnostic accuracy studies report it (STARD 2015): a
// confusion matrix at a threshold, the proportions made from it, the area under
// the ROC curve, and a 95 % interval for each.
//
// Probabilities are those of the positive class (COVID-19), between 0 and 1. A
// case is called positive when its probability reaches the threshold. A value
// that the cases leave undefined, such as recall without a positive case, is
// NaN: "n/a" in print and null in JSON.
package metrics

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Case is one slice: what it is, and what the classifier said.
type Case struct {
	Positive    bool
	Probability float64 // of the positive class
	Group       string  // patient or scan; cases of one group are not independent
}

// Report holds everything measured on a set of cases.
//
// The intervals of accuracy, precision, recall and specificity are Wilson's and
// take the cases as independent; where many slices come from one scan they are
// too narrow. The intervals of F1 and AUC resample whole groups instead.
type Report struct {
	Cases     int     `json:"cases"`
	Groups    int     `json:"groups"`
	Threshold float64 `json:"threshold"`

	TruePositives  int `json:"true_positives"`
	FalsePositives int `json:"false_positives"`
	FalseNegatives int `json:"false_negatives"`
	TrueNegatives  int `json:"true_negatives"`

	Accuracy    Estimate `json:"accuracy"`
	Precision   Estimate `json:"precision"`
	Recall      Estimate `json:"recall"`
	Specificity Estimate `json:"specificity"`
	F1          Estimate `json:"f1"`
	AUC         Estimate `json:"auc"`
	LogLoss     Number   `json:"log_loss"` // natural logarithm, mean over the cases
}

// Measure reports on the cases, in any order. The seed fixes the resamples of
// the F1 and AUC intervals; the result depends on nothing else. It is an error
// when there are no cases, or when a probability is not between 0 and 1.
func Measure(cases []Case, threshold float64, seed uint64) (Report, error) {
	if len(cases) == 0 {
		return Report{}, errors.New("metrics: no cases to measure")
	}
	for i, c := range cases {
		if !(c.Probability >= 0 && c.Probability <= 1) {
			return Report{}, fmt.Errorf("metrics: case %d: probability: got %v, want 0 to 1", i, c.Probability)
		}
	}
	r := Report{Cases: len(cases), Threshold: threshold}
	for _, c := range cases {
		switch called := c.Probability >= threshold; {
		case called && c.Positive:
			r.TruePositives++
		case called:
			r.FalsePositives++
		case c.Positive:
			r.FalseNegatives++
		default:
			r.TrueNegatives++
		}
	}
	tp, fp, fn, tn := r.TruePositives, r.FalsePositives, r.FalseNegatives, r.TrueNegatives
	r.Accuracy = Wilson(tp+tn, r.Cases)
	r.Precision = Wilson(tp, tp+fp)
	r.Recall = Wilson(tp, tp+fn)
	r.Specificity = Wilson(tn, tn+fp)
	r.LogLoss = Number(logLoss(cases))

	ranked := rank(cases)
	r.Groups = ranked.groups
	r.AUC.Value = ranked.auc(nil)
	r.F1.Value = f1(tp, fp, fn)
	ranked.bootstrap(&r, seed)
	return r, nil
}

// f1 is the harmonic mean of precision and recall, 2TP / (2TP + FP + FN).
func f1(tp, fp, fn int) float64 {
	return ratio(2*tp, 2*tp+fp+fn)
}

// ratio is k/n, or NaN for n = 0.
func ratio(k, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(k) / float64(n)
}

// logLoss is the mean of -ln of the probability given to the true class. The
// network's float32 softmax reaches 0 and 1 exactly, so the probability is kept
// one float32 epsilon away from both and the loss stays finite.
func logLoss(cases []Case) float64 {
	const epsilon = 0x1p-23
	sum := 0.0
	for _, c := range cases {
		p := c.Probability
		if !c.Positive {
			p = 1 - p
		}
		sum -= math.Log(min(max(p, epsilon), 1-epsilon))
	}
	return sum / float64(len(cases))
}

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
