package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"lungct/internal/metrics"
)

// percent is a value without its interval: "90.2 %".
func percent(e metrics.Estimate) string {
	return metrics.Estimate{Value: e.Value, Low: math.NaN(), High: math.NaN()}.String()
}

// printReport writes a report as a table.
func printReport(w io.Writer, r metrics.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  slices\t%d of %d groups\n", r.Cases, r.Groups)
	for _, row := range []struct {
		name  string
		value metrics.Estimate
		how   string
	}{
		{"accuracy", r.Accuracy, ""},
		{"precision", r.Precision, "of slices called covid, those that are"},
		{"recall", r.Recall, "of covid slices, those that are called so (sensitivity)"},
		{"specificity", r.Specificity, "of noncovid slices, those that are called so"},
		{"F1", r.F1, ""},
		{"AUC", r.AUC, "area under the ROC curve"},
	} {
		fmt.Fprintf(t, "  %s\t%v\t%s\n", row.name, row.value, row.how)
	}
	fmt.Fprintf(t, "  log loss\t%v\n", r.LogLoss)
	if err := t.Flush(); err != nil {
		return err
	}
	t.Init(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\n  is \\ called\tcovid\tnoncovid\t\n")
	fmt.Fprintf(t, "  covid\t%d\t%d\t\n", r.TruePositives, r.FalseNegatives)
	fmt.Fprintf(t, "  noncovid\t%d\t%d\t\n", r.FalsePositives, r.TrueNegatives)
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n  A slice is called covid from a probability of %v. In brackets 95 %% intervals:\n"+
		"  Wilson's, which take slices as independent; for F1 and AUC groups are resampled.\n\n", r.Threshold)
	return err
}
