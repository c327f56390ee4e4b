package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// near compares to four decimals; two NaNs are equal.
func near(got, want float64) bool {
	return math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) < 5e-5
}

// confusion makes cases with the given counts at threshold 0.5.
func confusion(tp, fp, fn, tn int) []Case {
	var cases []Case
	add := func(n int, positive bool, p float64) {
		for range n {
			cases = append(cases, Case{Positive: positive, Probability: p, Group: string(rune('a' + len(cases)%26))})
		}
	}
	add(tp, true, 0.9)
	add(fp, false, 0.9)
	add(fn, true, 0.1)
	add(tn, false, 0.1)
	return cases
}

// The first three rows are tables I to III of Wang et al. 2020: the published
// accuracy, precision and recall after 30, 70 and 100 epochs on 714 images.
func TestProportions(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name                                         string
		tp, fp, fn, tn                               int
		accuracy, precision, recall, specificity, f1 float64
	}{
		{"30 epochs", 97, 45, 25, 547, .9020, .6831, .7951, .9240, .7348},
		{"70 epochs", 94, 34, 28, 558, .9132, .7344, .7705, .9426, .7520},
		{"100 epochs", 87, 30, 35, 562, .9090, .7436, .7131, .9493, .7280},
		{"perfect", 5, 0, 0, 5, 1, 1, 1, 1, 1},
		{"all wrong", 0, 5, 5, 0, 0, 0, 0, 0, 0},
		{"no positives", 0, 1, 0, 3, .75, 0, nan, .75, 0},
		{"no negatives", 3, 0, 1, 0, .75, 1, .75, nan, .8571},
		{"never called", 0, 0, 2, 6, .75, nan, 0, 1, 0},
		{"nothing to find, nothing called", 0, 0, 0, 4, 1, nan, nan, 1, nan},
	} {
		r, err := Measure(confusion(tt.tp, tt.fp, tt.fn, tt.tn), 0.5, 1)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if r.TruePositives != tt.tp || r.FalsePositives != tt.fp || r.FalseNegatives != tt.fn || r.TrueNegatives != tt.tn {
			t.Errorf("%s: confusion matrix: got %+v", tt.name, r)
		}
		for _, v := range []struct {
			name string
			got  Estimate
			want float64
		}{
			{"accuracy", r.Accuracy, tt.accuracy}, {"precision", r.Precision, tt.precision}, {"recall", r.Recall, tt.recall},
			{"specificity", r.Specificity, tt.specificity}, {"F1", r.F1, tt.f1},
		} {
			if !near(v.got.Value, v.want) {
				t.Errorf("%s: %s: got %.4f, want %.4f", tt.name, v.name, v.got.Value, v.want)
			}
		}
	}
}

// The limits are where the proportion lies z standard errors off: each solves
// (k/n - p)^2 = z^2 p(1-p)/n, which the test checks beside the known values.
func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 10, 0, .2775}, {10, 10, .7225, 1}, {5, 10, .2366, .7634}, {1, 1, .2065, 1}, {97, 122, .7150, .8572}, {644, 714, .8780, .9217},
	} {
		e := Wilson(tt.k, tt.n)
		if !near(e.Low, tt.low) || !near(e.High, tt.high) {
			t.Errorf("Wilson(%d, %d): got %.4f to %.4f, want %.4f to %.4f", tt.k, tt.n, e.Low, e.High, tt.low, tt.high)
		}
		for _, p := range []float64{e.Low, e.High} {
			if off := math.Pow(e.Value-p, 2) - z*z*p*(1-p)/float64(tt.n); math.Abs(off) > 1e-12 {
				t.Errorf("Wilson(%d, %d): limit %v is off its equation by %g", tt.k, tt.n, p, off)
			}
		}
	}
	if e := Wilson(0, 0); !math.IsNaN(e.Value) || e.String() != "n/a" {
		t.Errorf("Wilson(0, 0): got %v, want n/a", e)
	}
}

func TestAUC(t *testing.T) {
	for _, tt := range []struct {
		name     string
		positive []float64
		negative []float64
		want     float64
	}{
		{"separated", []float64{.8, .9}, []float64{.1, .2}, 1},
		{"reversed", []float64{.1, .2}, []float64{.8, .9}, 0},
		{"all tied", []float64{.5, .5, .5}, []float64{.5, .5}, .5},
		{"scikit-learn's example", []float64{.35, .8}, []float64{.1, .4}, .75},
		{"a tie across the classes", []float64{.3, .5}, []float64{.3, .1}, .875},
		{"one of each", []float64{.7}, []float64{.6}, 1},
		{"no positives", nil, []float64{.6}, math.NaN()},
		{"no negatives", []float64{.6}, nil, math.NaN()},
	} {
		var cases []Case
		for _, p := range tt.positive {
			cases = append(cases, Case{Positive: true, Probability: p})
		}
		for _, p := range tt.negative {
			cases = append(cases, Case{Probability: p})
		}
		r, err := Measure(cases, 0.5, 1)
		if err != nil || !near(r.AUC.Value, tt.want) {
			t.Errorf("%s: got %v, %v; want %v", tt.name, r.AUC.Value, err, tt.want)
		}
	}
}

// The ranking must agree with the definition: every pair compared.
func TestAUCAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for n := 2; n < 60; n++ {
		cases := make([]Case, n)
		for i := range cases {
			cases[i] = Case{Positive: rng.IntN(2) == 1, Probability: float64(rng.IntN(8)) / 8}
		}
		won, pairs := 0.0, 0.0
		for _, p := range cases {
			for _, q := range cases {
				if !p.Positive || q.Positive {
					continue
				}
				pairs++
				if p.Probability > q.Probability {
					won++
				} else if p.Probability == q.Probability {
					won += 0.5
				}
			}
		}
		if got := rank(cases).auc(nil); !near(got, won/pairs) {
			t.Fatalf("%d cases: got %v, want %v", n, got, won/pairs)
		}
	}
}

func TestLogLoss(t *testing.T) {
	cases := []Case{{Positive: true, Probability: .8}, {Probability: .4}}
	want := -(math.Log(.8) + math.Log(.6)) / 2
	if got := logLoss(cases); !near(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := logLoss([]Case{{Positive: true, Probability: 0}}); math.IsInf(got, 0) || got < 15 {
		t.Errorf("certain and wrong: got %v, want finite and large", got)
	}
}

func TestBootstrap(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var cases []Case
	for i := range 400 {
		positive := i%2 == 0
		p := rng.Float64() * .7
		if positive {
			p += .3
		}
		cases = append(cases, Case{positive, p, string(rune('A' + i/20))})
	}
	a, err := Measure(cases, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if a.Groups != 20 {
		t.Errorf("groups: got %d, want 20", a.Groups)
	}
	for _, e := range []Estimate{a.AUC, a.F1} {
		if !(e.Low < e.Value && e.Value < e.High && e.High-e.Low < .2) {
			t.Errorf("interval: got %v", e)
		}
	}
	// A scan repeated slice by slice holds no more knowledge than the scan:
	// resampling groups must give the interval of the single slices.
	var tenfold []Case
	for _, c := range cases {
		for range 10 {
			tenfold = append(tenfold, c)
		}
	}
	if b, _ := Measure(tenfold, 0.5, 1); !near(b.AUC.Low, a.AUC.Low) || !near(b.AUC.High, a.AUC.High) {
		t.Errorf("repeated slices: got %v, want %v", b.AUC, a.AUC)
	}
	slices.Reverse(cases)
	if b, _ := Measure(cases, 0.5, 1); b.AUC != a.AUC || b.F1 != a.F1 {
		t.Errorf("reversed order: got %v %v, want %v %v", b.AUC, b.F1, a.AUC, a.F1)
	}
	if b, _ := Measure(cases, 0.5, 2); b.AUC == a.AUC {
		t.Error("another seed gave the same resamples")
	}
	if b, _ := Measure(cases[:20], 0.5, 1); !math.IsNaN(b.AUC.Low) || strings.Contains(b.AUC.String(), "(") {
		t.Errorf("one group: got %v, want no interval", b.AUC)
	}
}

func TestPrint(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		e                      Estimate
		text, percent, decimal string
	}{
		{Estimate{.902, .878, .9217}, "90.2 % (87.8-92.2)", "90.2 %", "0.902 (0.878-0.922)"},
		{Estimate{-.1, -.25, .05}, "-10.0 % (-25.0 to 5.0)", "-10.0 %", "-0.100 (-0.250 to 0.050)"},
		{Estimate{1, nan, nan}, "100.0 %", "100.0 %", "1.000"},
		{Estimate{nan, nan, nan}, "n/a", "n/a", "n/a"},
	} {
		if s, p, d := tt.e.String(), tt.e.Percent(), tt.e.Decimal(); s != tt.text || p != tt.percent || d != tt.decimal {
			t.Errorf("got %q, %q, %q; want %q, %q, %q", s, p, d, tt.text, tt.percent, tt.decimal)
		}
	}
	if got := Number(nan).String() + Number(.25).String(); got != "n/a0.2500" {
		t.Errorf("numbers: got %q", got)
	}
}

func TestQuantile(t *testing.T) {
	values := []float64{1, 2, 3, 4, 5}
	for _, tt := range []struct{ q, want float64 }{{0, 1}, {1, 5}, {.5, 3}, {.025, 1.1}, {.975, 4.9}} {
		if got := quantile(values, tt.q); !near(got, tt.want) {
			t.Errorf("quantile %v: got %v, want %v", tt.q, got, tt.want)
		}
	}
}

func TestMeasureRejects(t *testing.T) {
	for _, cases := range [][]Case{nil, {{Probability: math.NaN()}}, {{Probability: 1.5}}, {{Probability: -1}}} {
		if _, err := Measure(cases, 0.5, 1); err == nil {
			t.Errorf("%v: got no error", cases)
		}
	}
}

func TestJSON(t *testing.T) {
	r, err := Measure(confusion(0, 0, 0, 4), 0.5, 1) // precision, recall, F1 and AUC undefined
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), `"recall":{"value":null,"low":null,"high":null}`) {
		t.Errorf("undefined recall: got %s", data)
	}
	var back Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Accuracy != r.Accuracy || !math.IsNaN(back.Recall.Value) || !math.IsNaN(back.AUC.High) {
		t.Errorf("round trip: got %+v, want %+v", back, r)
	}
}
