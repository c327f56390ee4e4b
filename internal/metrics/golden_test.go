package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// golden is what another library makes of cases, see testdata/golden.py.
type golden struct {
	Probability []float64 `json:"probability"`
	Positive    []bool    `json:"positive"`

	Accuracy, Precision, Recall, Specificity, F1, MCC, AUC, Brier, Youden, Temperature float64

	AveragePrecision float64   `json:"average_precision"`
	LogLoss          float64   `json:"log_loss"`
	CalibrationError float64   `json:"calibration_error"`
	FPR              []float64 `json:"fpr"`
	TPR              []float64 `json:"tpr"`
	PRPrecision      []float64 `json:"pr_precision"`
	PRRecall         []float64 `json:"pr_recall"`
}

func (g golden) cases() []Case {
	cases := make([]Case, len(g.Positive))
	for i := range cases {
		cases[i] = Case{Positive: g.Positive[i], Probability: g.Probability[i], Group: string(rune('a' + i%9))}
	}
	return cases
}

func readGolden(t *testing.T) map[string]golden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]golden
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestGolden(t *testing.T) {
	for name, g := range readGolden(t) {
		r, err := Measure(g.cases(), 0.5, 1)
		if err != nil {
			t.Fatal(err)
		}
		temperature, err := FitTemperature(g.cases())
		if err != nil {
			t.Fatal(err)
		}
		threshold, err := Youden(g.cases())
		if err != nil {
			t.Fatal(err)
		}
		at, err := Measure(g.cases(), threshold, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			name      string
			got, want float64
		}{
			{"accuracy", r.Accuracy.Value, g.Accuracy}, {"precision", r.Precision.Value, g.Precision}, {"recall", r.Recall.Value, g.Recall},
			{"specificity", r.Specificity.Value, g.Specificity}, {"F1", r.F1.Value, g.F1}, {"MCC", r.MCC.Value, g.MCC},
			{"AUC", r.AUC.Value, g.AUC}, {"average precision", r.AveragePrecision.Value, g.AveragePrecision}, {"Brier", r.Brier.Value, g.Brier},
			{"log loss", float64(r.LogLoss), g.LogLoss}, {"calibration error", r.CalibrationError.Value, g.CalibrationError},
			{"Youden's index", at.Recall.Value + at.Specificity.Value - 1, g.Youden}, {"temperature", temperature, g.Temperature},
		} {
			tolerance := 1e-9
			if v.name == "temperature" {
				tolerance = 1e-4 // of two searches
			}
			if math.Abs(v.got-v.want) > tolerance {
				t.Errorf("%s: %s: got %.9f, want %.9f", name, v.name, v.got, v.want)
			}
		}
		for _, e := range []Estimate{r.F1, r.MCC, r.AUC, r.AveragePrecision, r.Brier, r.CalibrationError} {
			if !(e.Low <= e.Value && e.Value <= e.High && e.Low < e.High) && e != r.CalibrationError {
				t.Errorf("%s: got %v outside its interval", name, e)
			}
		}
	}
}

func TestGoldenCurves(t *testing.T) {
	for name, g := range readGolden(t) {
		var fpr, tpr, precision, recall []float64
		for _, p := range ROC(g.cases()) {
			fpr, tpr = append(fpr, p.FalsePositiveRate), append(tpr, p.Sensitivity)
		}
		points := PrecisionRecall(g.cases())
		slices.Reverse(points) // scikit-learn's order
		for _, p := range points {
			precision, recall = append(precision, p.Precision), append(recall, p.Recall)
		}
		// Its last point, of no cases at all, is made up.
		last := len(g.PRRecall) - 1
		for _, c := range []struct {
			name      string
			got, want []float64
		}{{"false positive rate", fpr, g.FPR}, {"sensitivity", tpr, g.TPR}, {"precision", precision, g.PRPrecision[:last]}, {"recall", recall, g.PRRecall[:last]}} {
			if !slices.EqualFunc(c.got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
				t.Errorf("%s: %s:\ngot  %v\nwant %v", name, c.name, c.got, c.want)
			}
		}
		cases, positives := 0, 0.0
		for _, b := range Reliability(g.cases()) {
			cases += b.Cases
			if b.Cases > 0 {
				positives += b.Positive.Value * float64(b.Cases)
				if b.Probability < b.Low || b.Probability > b.High {
					t.Errorf("%s: bin %v to %v has mean %v", name, b.Low, b.High, b.Probability)
				}
			}
		}
		if cases != len(g.Positive) || math.Abs(positives-g.TPR[len(g.TPR)-1]*float64(count(g.Positive))) > 1e-9 {
			t.Errorf("%s: the bins hold %d cases, %v positive", name, cases, positives)
		}
	}
}

func count(positive []bool) (n int) {
	for _, p := range positive {
		if p {
			n++
		}
	}
	return n
}

func TestOperatingPoints(t *testing.T) {
	cases := []Case{{true, 0.9, "a"}, {true, 0.7, "b"}, {false, 0.6, "c"}, {true, 0.3, "d"}, {false, 0.2, "e"}, {false, 0.1, "f"}}
	for _, tt := range []struct{ sensitivity, want float64 }{{0.3, 0.8}, {0.5, 0.65}, {0.66, 0.65}, {0.95, 0.25}, {1, 0.25}} {
		got, err := AtSensitivity(cases, tt.sensitivity)
		if err != nil || math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("sensitivity %v: got %v, %v; want %v", tt.sensitivity, got, err, tt.want)
		}
		r, err := Measure(cases, got, 1)
		if err != nil || r.Recall.Value < tt.sensitivity {
			t.Errorf("sensitivity %v: threshold %v gives %v", tt.sensitivity, got, r.Recall.Value)
		}
	}
	// 0.65 and 0.25 are as good as each other: the nearer to one half is taken.
	if got, err := Youden(cases); err != nil || math.Abs(got-0.65) > 1e-12 {
		t.Errorf("Youden: got %v, %v; want 0.65", got, err)
	}
	for _, s := range []float64{0, -1, 1.1, math.NaN()} {
		if _, err := AtSensitivity(cases, s); err == nil {
			t.Errorf("sensitivity %v: got no error", s)
		}
	}
	if _, err := Youden(cases[:2]); err == nil || !strings.Contains(err.Error(), "one class") {
		t.Errorf("one class: got %v", err)
	}
}

// Log-odds that are t times too large are divided by t, and extreme ones do no harm.
func TestTemperature(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, want := range []float64{0.5, 1, 2.5} {
		var cases []Case
		for range 20000 {
			z := 3 * rng.NormFloat64()
			cases = append(cases, Case{Positive: rng.Float64() < 1/(1+math.Exp(-z)), Probability: 1 / (1 + math.Exp(-z*want))})
		}
		got, err := FitTemperature(cases)
		if err != nil || math.Abs(got/want-1) > 0.05 {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
		for i := range cases {
			cases[i].Probability = Temper(cases[i].Probability, got)
		}
		r, err := Measure(cases, 0.5, 1)
		if err != nil || r.CalibrationError.Value > 0.02 {
			t.Errorf("temperature %v: calibration error %v, %v; want almost none", want, r.CalibrationError.Value, err)
		}
	}
	// Three cases without an error are known to a quarter or a third.
	sure := []Case{{true, 0.99, "a"}, {false, 0.01, "b"}, {true, 0.99, "c"}}
	got, err := FitTemperature(sure)
	if p := Temper(0.99, got); err != nil || p < 0.66 || p > 0.75 {
		t.Errorf("no error at all: got %v, %v, which makes 0.99 %v; want 2/3 to 3/4", got, err, p)
	}
	certain := []Case{{true, 1, "a"}, {false, 0, "b"}, {true, 1, "c"}}
	if got, err := FitTemperature(certain); err != nil || got < 9.9 {
		t.Errorf("certain of three cases: got %v, %v; want the greatest temperature", got, err)
	}
	wrong := []Case{{false, 1, "a"}, {true, 0, "b"}}
	if got, err := FitTemperature(wrong); err != nil || got < 9.9 {
		t.Errorf("always wrong: got %v, %v; want the greatest temperature", got, err)
	}
	if _, err := FitTemperature(sure[:1]); err == nil {
		t.Error("one class: got no error")
	}
	for _, p := range []float64{0, 0.1, 0.5, 0.999, 1} {
		if got := Temper(p, 1); math.Abs(got-p) > 1e-15 {
			t.Errorf("Temper(%v, 1): got %v", p, got)
		}
		if got := Temper(p, 3); (got > 0.5) != (p > 0.5) || (got < 0.5) != (p < 0.5) {
			t.Errorf("Temper(%v, 3): got %v on the other side of one half", p, got)
		}
	}
}

// The same classifier twice differs by nothing; a better one is found better even
// where each interval alone holds the other's value.
func TestCompare(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var a, b []Case
	for g := range 80 {
		hard := rng.NormFloat64() // what both find hard in a group
		for range 4 {
			positive := g%2 == 0
			z := hard
			if positive {
				z++
			}
			c := Case{Positive: positive, Group: string(rune('A' + g))}
			c.Probability = 1 / (1 + math.Exp(-(z + 0.3*rng.NormFloat64())))
			a = append(a, c)
			c.Probability = 1 / (1 + math.Exp(-(z + 1.2*rng.NormFloat64())))
			b = append(b, c)
		}
	}
	d, err := Compare(a, a, 0.5, 1)
	if err != nil || d.AUC != (Estimate{}) || d.Accuracy != (Estimate{}) {
		t.Errorf("with itself: got %+v, %v; want 0", d, err)
	}
	d, err = Compare(a, b, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	ra, _ := Measure(a, 0.5, 1)
	rb, _ := Measure(b, 0.5, 1)
	if math.Abs(d.AUC.Value-(ra.AUC.Value-rb.AUC.Value)) > 1e-12 || math.Abs(d.Accuracy.Value-(ra.Accuracy.Value-rb.Accuracy.Value)) > 1e-12 {
		t.Errorf("got %+v, want the difference of %v and %v", d, ra.AUC, rb.AUC)
	}
	if d.AUC.Low <= 0 || ra.AUC.Low > rb.AUC.Value {
		t.Errorf("got %v for %v and %v: pairing should tell them apart, and only pairing", d.AUC, ra.AUC, rb.AUC)
	}
	reversed, err := Compare(b, a, 0.5, 1)
	if err != nil || math.Abs(reversed.AUC.Low+d.AUC.High) > 1e-12 {
		t.Errorf("reversed: got %+v, %v; want the mirror image of %+v", reversed, err, d)
	}
	b[0].Positive = !b[0].Positive
	if _, err := Compare(a, b, 0.5, 1); err == nil {
		t.Error("other cases: got no error")
	}
	if _, err := Compare(a, b[1:], 0.5, 1); err == nil {
		t.Error("fewer cases: got no error")
	}
}
