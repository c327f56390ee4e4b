package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"lungct/internal/metrics"
)

// count is a number of things: "1 model", "2 models".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// printReport writes a report as a table.
func printReport(w io.Writer, r metrics.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  slices\t%d of %s\n", r.Cases, count(r.Groups, "group"))
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
	} {
		fmt.Fprintf(t, "  %s\t%v\t%s\n", row.name, row.value, row.how)
	}
	fmt.Fprintf(t, "  AUC\t%s\tarea under the ROC curve\n", r.AUC.Decimal())
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
