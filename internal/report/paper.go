package report

import "lungct/internal/metrics"

// PaperModel is a model of "Lung CT image aided detection COVID-19 based on
// Alexnet network" (Wang et al. 2020), of which the paper gives accuracy,
// precision and recall to four digits. One test set alone fits all nine numbers:
// 714 slices, 122 of them covid, called as below.
type PaperModel struct {
	Table  string         `json:"table"` // in the paper
	Epochs int            `json:"epochs"`
	Report metrics.Report `json:"report"` // with the intervals that the test set implies
}

// Paper are the paper's three models, by training time.
var Paper = []PaperModel{
	paperModel("Table I", 30, 97, 45, 25),
	paperModel("Table II", 70, 94, 34, 28),
	paperModel("Table III", 100, 87, 30, 35),
}

// paperSlices is the size of the paper's test set.
const paperSlices = 714

func paperModel(table string, epochs, tp, fp, fn int) PaperModel {
	tn := paperSlices - tp - fp - fn
	r := metrics.Unknown()
	r.Cases, r.Threshold = paperSlices, 0.5
	r.TruePositives, r.FalsePositives, r.FalseNegatives, r.TrueNegatives = tp, fp, fn, tn
	r.Accuracy = metrics.Wilson(tp+tn, paperSlices)
	r.Precision = metrics.Wilson(tp, tp+fp)
	r.Recall = metrics.Wilson(tp, tp+fn)
	r.Specificity = metrics.Wilson(tn, tn+fp)
	return PaperModel{table, epochs, r}
}
