package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"lungct/alexnet"
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
	printProportions(t, r)
	for _, row := range []struct {
		name  string
		value metrics.Estimate
		how   string
	}{
		{"AUC", r.AUC, "area under the ROC curve"},
		{"average precision", r.AveragePrecision, "area under the precision-recall steps"},
		{"Brier score", r.Brier, "mean squared error of the probability"},
		{"calibration error", r.CalibrationError, fmt.Sprintf("expected, in %d bins of equal width", metrics.Bins)},
	} {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", row.name, row.value.Decimal(), row.how)
	}
	fmt.Fprintf(t, "  log loss\t%v\n", r.LogLoss)
	if err := t.Flush(); err != nil {
		return err
	}
	if err := printConfusion(w, r); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n  A slice is called covid from a probability of %v. In brackets 95 %% intervals:\n"+
		"  Wilson's for shares of slices, which take slices as independent; for the others groups are resampled.\n\n", r.Threshold)
	return err
}

// printProportions writes the rows that depend on the threshold.
func printProportions(w io.Writer, r metrics.Report) {
	for _, row := range []struct {
		name  string
		value fmt.Stringer
		how   string
	}{
		{"accuracy", r.Accuracy, ""},
		{"precision", r.Precision, "of slices called covid, those that are"},
		{"recall", r.Recall, "of covid slices, those that are called so (sensitivity)"},
		{"specificity", r.Specificity, "of noncovid slices, those that are called so"},
		{"F1", r.F1, ""},
	} {
		fmt.Fprintf(w, "  %s\t%v\t%s\n", row.name, row.value, row.how)
	}
	fmt.Fprintf(w, "  MCC\t%s\tMatthews' correlation coefficient\n", r.MCC.Decimal())
}

// printConfusion writes the confusion matrix.
func printConfusion(w io.Writer, r metrics.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\n  is \\ called\tcovid\tnoncovid\t\n")
	fmt.Fprintf(t, "  covid\t%d\t%d\t\n", r.TruePositives, r.FalseNegatives)
	fmt.Fprintf(t, "  noncovid\t%d\t%d\t\n", r.FalsePositives, r.TrueNegatives)
	return t.Flush()
}

// printMeasurement writes a measurement, at one half and at the card's operating
// point.
func printMeasurement(w io.Writer, card alexnet.Card, m alexnet.Measurement) error {
	if err := printReport(w, m.Report); err != nil {
		return err
	}
	if card.Temperature != 0 {
		fmt.Fprintf(w, "  Logits are divided by the temperature %v, fitted on validation data.\n\n", card.Temperature)
	}
	if m.AtOperatingPoint == nil {
		return nil
	}
	fmt.Fprintf(w, "  At the operating point %.4f (%s):\n", m.AtOperatingPoint.Threshold, card.OperatingPoint.How)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	printProportions(t, *m.AtOperatingPoint)
	if err := t.Flush(); err != nil {
		return err
	}
	if err := printConfusion(w, *m.AtOperatingPoint); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}
