package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"lungct/alexnet"
	"lungct/internal/metrics"
	"lungct/internal/study"
)

// scanScores is the scores on whole groups, each judged as a series is.
type scanScores struct {
	Rule   string         `json:"rule"`   // how slices become a verdict on their group
	Mixed  int            `json:"mixed"`  // groups with slices of both classes, which have no verdict
	Report metrics.Report `json:"report"` // a case a group
}

// byScan pools the slices of each group by the rule that predict and the page use
// for a series; nil where no group has several slices.
func (e *evaluation) byScan() (*scanScores, error) {
	probabilities := make(map[string][]float64)
	positives := make(map[string]int)
	var order []string
	for _, c := range e.cases {
		if probabilities[c.Group] == nil {
			order = append(order, c.Group)
		}
		probabilities[c.Group] = append(probabilities[c.Group], c.Probability)
		if c.Positive {
			positives[c.Group]++
		}
	}
	if len(order) == len(e.cases) {
		return nil, nil
	}
	s := &scanScores{Rule: study.DefaultRule.String()}
	var cases []metrics.Case
	for _, group := range order {
		if n := positives[group]; n > 0 && n < len(probabilities[group]) {
			s.Mixed++
			continue
		}
		p, _, _ := study.DefaultRule.Pool(probabilities[group])
		cases = append(cases, metrics.Case{Positive: positives[group] > 0, Probability: p, Group: group})
	}
	if len(cases) == 0 {
		return nil, nil
	}
	var err error
	s.Report, err = metrics.Measure(cases, alexnet.Threshold, bootstrapSeed)
	return s, err
}

// printScans writes the scores by scan.
func printScans(w io.Writer, s *scanScores) error {
	if s == nil {
		return nil
	}
	r := s.Report
	// Without its interval: of few scans that are parted well, resampling makes none.
	auc := "n/a"
	if !math.IsNaN(r.AUC.Value) {
		auc = fmt.Sprintf("%.3f", r.AUC.Value)
	}
	fmt.Fprintf(w, "  By scan (%s, %s):\n", count(r.Cases, "group"), s.Rule)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  accuracy %v\trecall %v\tspecificity %v\tAUC %s\n", r.Accuracy, r.Recall, r.Specificity, auc)
	if err := t.Flush(); err != nil {
		return err
	}
	if s.Mixed > 0 {
		fmt.Fprintf(w, "  %s with slices of both classes: no verdict on the whole\n", count(s.Mixed, "group"))
	}
	_, err := fmt.Fprintln(w)
	return err
}
