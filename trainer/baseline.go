package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"lungct/alexnet"
	"lungct/internal/baseline"
	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// announceBaselines says, before training, what can be told of the slices without
// the lungs.
func announceBaselines(w io.Writer, all []*baseline.Baseline, set *dataset.Set, indices []int) error {
	var words []string
	for _, b := range all {
		r, err := metrics.Measure(b.Cases(set, indices), alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return err
		}
		words = append(words, fmt.Sprintf("%s AUC %s, accuracy %s", b.Name, r.AUC.Decimal(), r.Accuracy.Percent()))
	}
	_, err := fmt.Fprintf(w, "what tells the validation part without the lungs, which a network must beat:\n  %s\n", strings.Join(words, "\n  "))
	return err
}

// against measures the baselines beside the network's calibrated cases, and keeps
// the verdicts in m.
func against(all []*baseline.Baseline, set *dataset.Set, indices []int, cases []metrics.Case, m *alexnet.Measurement) ([]baseline.Result, error) {
	results, err := baseline.Against(all, set, indices, cases, alexnet.Threshold, bootstrapSeed)
	if err != nil {
		return nil, err
	}
	m.Baselines = nil
	for _, r := range results {
		m.Baselines = append(m.Baselines, alexnet.Baseline{Name: r.Name, Accuracy: r.Report.Accuracy, AUC: r.Report.AUC, Beaten: r.Beaten, Verdict: r.Verdict})
	}
	return results, nil
}

// printBaselines writes what the baselines reach and what the network is beside
// them; where says on which slices or what they learnt from.
func printBaselines(w io.Writer, where string, results []baseline.Result) error {
	fmt.Fprintf(w, "  Without the lungs, %s:\n", where)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range results {
		fmt.Fprintf(t, "  %s\taccuracy %v\tAUC %s\tthe network %s\n", r.Name, r.Report.Accuracy, r.Report.AUC.Decimal(), r.Verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if names := baseline.Unbeaten(results); len(names) > 0 {
		fmt.Fprintf(w, "  THE MODEL DOES NOT BEAT: %s. What it has learnt may not be the disease.\n", strings.Join(names, ", "))
	}
	_, err := fmt.Fprintln(w)
	return err
}

// againstBySet measures the baselines on each data set of a merged one by itself: a
// network may beat them on all slices because it tells the sets apart.
func againstBySet(all []*baseline.Baseline, set *dataset.Set, indices []int, cases []metrics.Case, note func(name string, results []baseline.Result)) error {
	if len(set.Sources) < 2 {
		return nil
	}
	for _, source := range set.Sources {
		own := of(set, source, indices)
		if len(own) == 0 {
			continue
		}
		var said []metrics.Case
		for n, i := range indices {
			if set.Samples[i].Set == source.Name {
				said = append(said, cases[n])
			}
		}
		results, err := baseline.Against(all, set, own, said, alexnet.Threshold, bootstrapSeed)
		if err != nil {
			return err
		}
		note(source.Name, results)
	}
	return nil
}
