package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// twoClassifiers judge the same cases of n groups; b sees what a sees and noise.
func twoClassifiers(n int, noise float64) (a, b []Case) {
	rng := rand.New(rand.NewPCG(5, 5))
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for g := range n {
		for range 6 {
			c := Case{Positive: g%2 == 1, Group: fmt.Sprint("g", g)}
			x := rng.NormFloat64() + 1.4*float64(g%2) - 0.7
			c.Probability = logistic(x)
			a = append(a, c)
			c.Probability = logistic(x + noise*rng.NormFloat64())
			b = append(b, c)
		}
	}
	return a, b
}

func TestCompare(t *testing.T) {
	a, b := twoClassifiers(40, 2)
	d, err := Compare(a, b, 0.5, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	ra, err := Measure(a, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	rb, err := Measure(b, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := ra.AUC.Value - rb.AUC.Value; math.Abs(d.AUC.Value-want) > 1e-12 {
		t.Errorf("AUC: got %v, want %v", d.AUC.Value, want)
	}
	if want := ra.Accuracy.Value - rb.Accuracy.Value; math.Abs(d.Accuracy.Value-want) > 1e-12 {
		t.Errorf("accuracy: got %v, want %v", d.Accuracy.Value, want)
	}
	if !(d.AUC.Low > 0 && d.AUC.Low < d.AUC.Value && d.AUC.Value < d.AUC.High) {
		t.Errorf("AUC: got the interval %v to %v around %v, want one above 0", d.AUC.Low, d.AUC.High, d.AUC.Value)
	}
	back, err := Compare(b, a, 0.5, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(back.AUC.Low+d.AUC.High) > 1e-12 || math.Abs(back.Accuracy.Value+d.Accuracy.Value) > 1e-12 {
		t.Errorf("the other way round: got %+v, want %+v with signs changed", back, d)
	}
}

// A classifier is no better than itself, and the interval says so exactly.
func TestCompareSame(t *testing.T) {
	a, _ := twoClassifiers(10, 1)
	d, err := Compare(a, a, 0.5, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if (d != Difference{}) {
		t.Errorf("got %+v, want zeros", d)
	}
}

func TestCompareErrors(t *testing.T) {
	a, b := twoClassifiers(4, 1)
	if _, err := Compare(a, b[1:], 0.5, 0.5, 1); err == nil {
		t.Error("other numbers of cases: got no error")
	}
	b[3].Group = "elsewhere"
	if _, err := Compare(a, b, 0.5, 0.5, 1); err == nil {
		t.Error("other groups: got no error")
	}
	d, err := Compare(a[:6], a[:6], 0.5, 0.5, 1)
	if err != nil || !math.IsNaN(d.AUC.Value) || !math.IsNaN(d.Accuracy.Low) {
		t.Errorf("one group: got %+v, %v, want neither an AUC nor intervals", d, err)
	}
}
