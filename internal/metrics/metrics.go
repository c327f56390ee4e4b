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
	"errors"
	"fmt"
	"math"
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
// too narrow. All other intervals resample whole groups instead.
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
	MCC         Estimate `json:"mcc"` // Matthews' correlation coefficient, -1 to 1
	AUC         Estimate `json:"auc"`

	AveragePrecision Estimate `json:"average_precision"` // area under the precision-recall steps
	Brier            Estimate `json:"brier"`             // mean squared error of the probability
	CalibrationError Estimate `json:"calibration_error"` // see Bins
	LogLoss          Number   `json:"log_loss"`          // natural logarithm, mean over the cases
}

// Unknown is a Report in which nothing is measured: what a report that was written
// before a score existed says of it.
func Unknown() Report {
	nan := Estimate{math.NaN(), math.NaN(), math.NaN()}
	return Report{
		Accuracy: nan, Precision: nan, Recall: nan, Specificity: nan, F1: nan, MCC: nan, AUC: nan,
		AveragePrecision: nan, Brier: nan, CalibrationError: nan, LogLoss: Number(math.NaN()),
	}
}

// Measure reports on the cases, in any order. The seed fixes the resamples of
// the intervals; the result depends on nothing else. It is an error when there are
// no cases, or when a probability is not between 0 and 1.
func Measure(cases []Case, threshold float64, seed uint64) (Report, error) {
	if err := check(cases); err != nil {
		return Report{}, err
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
	to := []*Estimate{&r.F1, &r.MCC, &r.AUC, &r.AveragePrecision, &r.Brier, &r.CalibrationError}
	for i, e := range bootstrap(ranked.groups, seed, ranked.scores(threshold)) {
		*to[i] = e
	}
	return r, nil
}

// check finds cases that cannot be measured.
func check(cases []Case) error {
	if len(cases) == 0 {
		return errors.New("metrics: no cases to measure")
	}
	for i, c := range cases {
		if !(c.Probability >= 0 && c.Probability <= 1) {
			return fmt.Errorf("metrics: case %d: probability: got %v, want 0 to 1", i, c.Probability)
		}
	}
	return nil
}

// f1 is the harmonic mean of precision and recall, 2TP / (2TP + FP + FN).
func f1(tp, fp, fn int) float64 {
	return ratio(2*tp, 2*tp+fp+fn)
}

// mcc is Matthews' correlation coefficient (1975), the correlation of what is with
// what is called. NaN where all cases are of one class or all are called alike.
func mcc(tp, fp, fn, tn int) float64 {
	root := math.Sqrt(float64(tp+fp)) * math.Sqrt(float64(tp+fn)) * math.Sqrt(float64(tn+fp)) * math.Sqrt(float64(tn+fn))
	if root == 0 {
		return math.NaN()
	}
	return (float64(tp)*float64(tn) - float64(fp)*float64(fn)) / root
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
