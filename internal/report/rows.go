package report

import (
	"html/template"

	"lungct/internal/metrics"
)

// Row is one measure in the page's table.
type Row struct {
	Name     string
	Half, At template.HTML
	How      string
}

// Rows are all measures of the part.
func (p *Part) Rows() []Row {
	at := metrics.Unknown()
	if p.At != nil {
		at = *p.At
	}
	var rows []Row
	share := func(name, how string, of func(metrics.Report) metrics.Estimate) {
		rows = append(rows, Row{name, stacked(of(p.Half), 100), stacked(of(at), 100), how})
	}
	number := func(name, how string, of func(metrics.Report) metrics.Estimate) {
		rows = append(rows, Row{name, stacked(of(p.Half), 1), stacked(of(at), 1), how})
	}
	share("accuracy", "slices called right", func(r metrics.Report) metrics.Estimate { return r.Accuracy })
	share("precision", "of slices called covid, those that are", func(r metrics.Report) metrics.Estimate { return r.Precision })
	share("recall, sensitivity", "of covid slices, those called so", func(r metrics.Report) metrics.Estimate { return r.Recall })
	share("specificity", "of noncovid slices, those called so", func(r metrics.Report) metrics.Estimate { return r.Specificity })
	share("F1", "harmonic mean of precision and recall", func(r metrics.Report) metrics.Estimate { return r.F1 })
	number("MCC", "Matthews' correlation of what is with what is called; 0 is guessing", func(r metrics.Report) metrics.Estimate { return r.MCC })
	number("AUC", "chance that a covid slice ranks above another; no threshold", func(r metrics.Report) metrics.Estimate { return r.AUC })
	number("average precision", "area under the precision-recall steps; no threshold", func(r metrics.Report) metrics.Estimate { return r.AveragePrecision })
	number("Brier score", "mean squared error of the probability; 0 is best", func(r metrics.Report) metrics.Estimate { return r.Brier })
	number("calibration error", "mean distance from the dashed line of the reliability diagram", func(r metrics.Report) metrics.Estimate { return r.CalibrationError })
	rows = append(rows, Row{"log loss", template.HTML(p.Half.LogLoss.String()), template.HTML(at.LogLoss.String()), "mean of -ln of the probability given to the truth; no threshold"})
	return rows
}

// Positives is the number of covid slices.
func (p *Part) Positives() int { return p.Half.TruePositives + p.Half.FalseNegatives }

// Temperature tells whether the model's probabilities were scaled.
func (p *Part) Temperature(m *Model) bool { return m.Temperature > 0 && m.Temperature != 1 }

// Negatives is the number of noncovid slices.
func (c Count) Negatives() int { return c.Slices - c.Positives }

// Missing tells whether the run does not answer the item.
func (i Item) Missing() bool { return i.Answer == notAvailable }

// Other is a model of the run with its headline.
type Other struct {
	*Model
	Head *Part
}

// Others are the models that were measured, where there is more than one.
func (v *page) Others() []Other {
	var all []Other
	for i := range v.Models {
		if head := v.Models[i].headline(); head != nil && len(v.Models) > 1 {
			all = append(all, Other{&v.Models[i], head})
		}
	}
	return all
}

// FirstLeaks are at most twenty: the whole list is in report.json.
func (v *page) FirstLeaks() []Leak { return v.Leaks[:min(20, len(v.Leaks))] }
