package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/spf13/pflag"

	"lungct/alexnet"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// Measurements of the validation part by which an epoch is judged.
const (
	byAUC      = "auc"
	bySetAUC   = "set-auc"
	byLoss     = "loss"
	byAccuracy = "accuracy"
)

var metricNames = []string{byAUC, bySetAUC, byLoss, byAccuracy}

// Which weights are written in the end.
const (
	selectBest = "best"
	selectLast = "last"
)

// selection is which epochs' weights are kept, and when there are enough.
type selection struct {
	Metric     string `json:"metric"`
	Select     string `json:"select"`
	Patience   int    `json:"patience"`    // epochs without a better one, 0 for all epochs
	KeepEpochs []int  `json:"keep_epochs"` // counted from 1, ascending
}

// define adds the flags.
func (s *selection) define(f *pflag.FlagSet) {
	f.StringVar(&s.Metric, "metric", byAUC, "what of the validation part tells the best epoch: auc, set-auc (mean over the data sets), loss or accuracy")
	f.StringVar(&s.Select, "select", selectBest, "weights to write in the end: of the best epoch or of the last one")
	f.IntVar(&s.Patience, "patience", 0, "stop early after this many epochs without a better one (0 for never)")
	f.IntSliceVar(&s.KeepEpochs, "keep-epochs", nil, "epochs whose weights are written as well, such as 30,70,100: beside the output, with -30 and so on in their names")
}

// check finds selections that cannot be.
func (s *selection) check(epochs int) error {
	switch {
	case s.Metric != "" && !slices.Contains(metricNames, s.Metric):
		return fmt.Errorf("--metric: got %q, want auc, set-auc, loss or accuracy", s.Metric)
	case s.Select != "" && s.Select != selectBest && s.Select != selectLast:
		return fmt.Errorf("--select: got %q, want best or last", s.Select)
	case s.Patience < 0:
		return fmt.Errorf("--patience: got %d, want at least 0", s.Patience)
	}
	for i, e := range s.KeepEpochs {
		if e < 1 || e > epochs || i > 0 && e <= s.KeepEpochs[i-1] {
			return fmt.Errorf("--keep-epochs: got %v, want rising numbers from 1 to --epochs %d", s.KeepEpochs, epochs)
		}
	}
	return nil
}

// best is the epoch whose weights have done best on the validation part.
type best struct {
	Epoch   int            `json:"epoch"` // counted from 1, 0 for none
	Score   metrics.Number `json:"score"` // by the metric, the more the better; NaN where it is not defined
	Loss    metrics.Number `json:"loss"`
	Seconds float64        `json:"seconds"` // of training up to its end
}

// beats tells whether an epoch with these measurements is better: by its score,
// then by log loss, which also judges the probabilities.
func (b best) beats(other best) bool {
	switch {
	case other.Epoch == 0:
		return true
	case b.Score > other.Score:
		return true
	case b.Score < other.Score:
		return false
	}
	return b.Loss < other.Loss
}

// score is what the metric says of the validation part, whose slices' cases come
// in their order: the more the better. The usual AUC is swayed by no threshold.
func (s *selection) score(set *dataset.Set, indices []int, cases []metrics.Case, report metrics.Report) (float64, error) {
	switch s.Metric {
	case byLoss:
		return -float64(report.LogLoss), nil
	case byAccuracy:
		return report.Accuracy.Value, nil
	case bySetAUC:
		return setAUC(set, indices, cases)
	}
	return report.AUC.Value, nil
}

// setAUC is the mean AUC over the data sets that have both classes.
func setAUC(set *dataset.Set, indices []int, cases []metrics.Case) (float64, error) {
	bySet := make(map[string][]metrics.Case)
	for n, i := range indices {
		name := set.Samples[i].Set
		bySet[name] = append(bySet[name], cases[n])
	}
	total, sets := 0.0, 0
	for _, source := range set.Sources {
		if len(bySet[source.Name]) == 0 {
			continue
		}
		r, err := metrics.Measure(bySet[source.Name], alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return 0, err
		}
		if auc := r.AUC.Value; !math.IsNaN(auc) {
			total += auc
			sets++
		}
	}
	return total / float64(sets), nil // NaN without any
}

// over tells whether there is nothing left to train.
func (s *state) over() bool {
	r := &s.Recipe
	return s.Epoch >= r.Epochs || r.Patience > 0 && s.Best.Epoch > 0 && s.Epoch-s.Best.Epoch >= r.Patience
}

// last tells whether the weights of the last epoch are wanted.
func (s *selection) last() bool { return s.Select == selectLast }

// words is the selection in words.
func (s *selection) words() string {
	if s.last() {
		return "weights of the last epoch"
	}
	metric := s.Metric
	if metric == "" {
		metric = byAUC
	}
	return "weights of the epoch with the best validation " + metric
}
