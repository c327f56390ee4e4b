package logistic

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// The regression must agree with scikit-learn's.
func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Rows        [][]float32
		Classes     []int
		Penalty     float64
		Probability []float64
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	m, err := Fit(g.Rows, g.Classes, g.Penalty)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i, row := range g.Rows {
		worst = max(worst, math.Abs(m.Probability(row)-g.Probability[i]))
	}
	t.Logf("largest difference of a probability: %.2g", worst)
	if worst > 1e-4 {
		t.Errorf("largest difference of a probability: got %.2g, want at most 1e-4", worst)
	}
	again, err := Fit(g.Rows, g.Classes, g.Penalty)
	if err != nil || !slices.Equal(m.weights, again.weights) {
		t.Errorf("the same rows gave other weights, %v", err)
	}
	if m.weights[3] != 0 {
		t.Errorf("a constant feature has weight %v", m.weights[3])
	}
	weights, intercept := m.LogOdds()
	for i, row := range g.Rows {
		z := intercept
		for j, v := range row {
			z += weights[j] * float64(v)
		}
		if d := math.Abs(sigmoid(z) - m.Probability(row)); d > 1e-9 {
			t.Errorf("row %d: the log-odds differ from the probability by %v", i, d)
		}
	}
}
