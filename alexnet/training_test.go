package alexnet

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/optimizers"
)

// trainingGolden is PyTorch's training.json.
type trainingGolden struct {
	Start      []float32              `json:"start"`
	Gradients  [][]float32            `json:"gradients"`
	Optimizers map[string][][]float32 `json:"optimizers"`
	Clipping   []struct {
		Limit     float64     `json:"limit"`
		Norm      float64     `json:"norm"`
		Gradients [][]float32 `json:"gradients"`
	} `json:"clipping"`
	Logits []float32 `json:"logits"`
	Labels []int     `json:"labels"`
	Losses []struct {
		Weights   []float32 `json:"weights"`
		Smoothing float64   `json:"smoothing"`
		Loss      float64   `json:"loss"`
		Gradient  []float32 `json:"gradient"`
	} `json:"losses"`
}

func loadTrainingGolden(t *testing.T) trainingGolden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden/training.json")
	if err != nil {
		t.Fatal(err)
	}
	var g trainingGolden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// differ is the largest difference of two vectors.
func differ(a, b []float32) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(float64(a[i])-float64(b[i])))
	}
	return most
}

func TestGoldenOptimizers(t *testing.T) {
	g := loadTrainingGolden(t)
	sgd := SGD{LearningRate: 0.1, Momentum: 0.9, WeightDecay: 0.01}
	nesterov := sgd
	nesterov.Nesterov = true
	adam := Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6, WeightDecay: 0.01}
	adamW := adam
	adamW.Decoupled = true
	at := func(a Adam, step int) optimizers.OptimizationStrategy {
		a.Step = step + 1
		return a
	}
	for name, strategy := range map[string]func(step int) optimizers.OptimizationStrategy{
		"sgd":      func(int) optimizers.OptimizationStrategy { return sgd },
		"nesterov": func(int) optimizers.OptimizationStrategy { return nesterov },
		"adam":     func(step int) optimizers.OptimizationStrategy { return at(adam, step) },
		"adamw":    func(step int) optimizers.OptimizationStrategy { return at(adamW, step) },
	} {
		p := newParam(1, len(g.Start))
		copy(values(p), g.Start)
		for step, want := range g.Optimizers[name] {
			p.ZeroGrad()
			p.AccGrad(wrap(slices.Clone(g.Gradients[step]), 1, len(g.Start)))
			if err := strategy(step).OptimizeParams(p); err != nil {
				t.Fatal(err)
			}
			if d := differ(values(p), want); d > 1e-6 {
				t.Errorf("%s, step %d: largest difference %g", name, step+1, d)
			}
		}
	}
}

func TestGoldenCrossEntropy(t *testing.T) {
	g := loadTrainingGolden(t)
	for _, want := range g.Losses {
		x := newParam(len(g.Labels), len(g.Logits)/len(g.Labels))
		copy(values(x), g.Logits)
		loss := (&CrossEntropy{Weights: want.Weights, Smoothing: want.Smoothing}).Forward(x, g.Labels)
		if err := ag.Backward(loss); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("weights %v, smoothing %v", want.Weights, want.Smoothing)
		if got := float64(mat.Data[float32](loss.Value())[0]); math.Abs(got-want.Loss) > 1e-6 {
			t.Errorf("%s: loss: got %v, want %v", name, got, want.Loss)
		}
		if d := differ(x.Matrix.(*tensor).gradient(), want.Gradient); d > 1e-7 {
			t.Errorf("%s: gradient: largest difference %g", name, d)
		}
	}
}

// clipped is a model whose gradients are zero but for the golden ones.
func clipped(t *testing.T, g trainingGolden) (m *Model, a, b []float32) {
	m = newSmall(t, smallConfig())
	for _, p := range m.Params() {
		p.Matrix.(*tensor).gradient()
		passGradient(p)
	}
	a = m.Conv[0].W.Matrix.(*tensor).gradient()[:7]
	b = m.Linear[2].W.Matrix.(*tensor).gradient()[:7]
	copy(a, g.Gradients[0])
	copy(b, g.Gradients[1])
	return m, a, b
}

func TestGoldenClipping(t *testing.T) {
	g := loadTrainingGolden(t)
	for _, want := range g.Clipping {
		m, a, b := clipped(t, g)
		norm := m.GradientNorm()
		if math.Abs(norm-want.Norm) > 1e-6 {
			t.Errorf("norm: got %v, want %v", norm, want.Norm)
		}
		m.ClipGradients(norm, want.Limit)
		if d := max(differ(a, want.Gradients[0]), differ(b, want.Gradients[1])); d > 1e-7 {
			t.Errorf("limit %v: largest difference %g", want.Limit, d)
		}
	}
}

func TestNotFinite(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 2)
	run := func() {
		t.Helper()
		if _, _, err := m.Gradients(x, labels, 5); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if got := m.NotFinite(); got != "" || math.IsInf(m.GradientNorm(), 0) {
		t.Errorf("a sound network: got %q, norm %v", got, m.GradientNorm())
	}
	m.Conv[1].W.Matrix.(*tensor).gradient()[3] = float32(math.NaN())
	m.Linear[1].B.Matrix.(*tensor).gradient()[0] = float32(math.Inf(-1))
	if got, want := m.NotFinite(), "gradient of classifier.4.bias"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if norm := m.GradientNorm(); !math.IsNaN(norm) && !math.IsInf(norm, 0) {
		t.Errorf("norm: got %v, want none", norm)
	}
	run()
	w := values(m.Conv[2].W)
	for i := range w {
		w[i] = 1e38
	}
	run()
	if got, want := m.NotFinite(), "output of features.6"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w[0] = float32(math.Inf(1))
	if got, want := m.NotFinite(), "weights features.6.weight"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The bounds and the variance are PyTorch's: 1/inputs, a third of that.
func TestInitUniform(t *testing.T) {
	m, err := New(Config{Channels: 3, Size: 160, Widths: [5]int{32, 16, 16, 16, 16}, Hidden: 256, Classes: 2, PoolSize: 3, PoolStride: 2})
	if err != nil {
		t.Fatal(err)
	}
	m.InitUniform(1)
	inputs := 0
	for name, p := range m.Params() {
		if p.Shape()[0] > 1 {
			inputs = p.Shape()[1] // a bias follows its weights
		}
		var sum, most float64
		for _, v := range values(p) {
			sum += float64(v) * float64(v)
			most = max(most, math.Abs(float64(v)))
		}
		if bound := 1 / math.Sqrt(float64(inputs)); most > bound {
			t.Errorf("%s: largest value %v, want at most %v", name, most, bound)
		}
		if n := p.Size(); n > 1000 && math.Abs(sum/float64(n)*float64(3*inputs)-1) > 0.1 {
			t.Errorf("%s: variance %v, want %v", name, sum/float64(n), 1/float64(3*inputs))
		}
	}
}

func TestAverage(t *testing.T) {
	m := newSmall(t, smallConfig())
	w := values(m.Linear[2].B)
	set := func(v float32) { w[0] = v }
	set(1)
	m.Average(0.25)
	set(5)
	m.Average(0.25) // 1 + (5-1)/4
	m.SwapAverage()
	if w[0] != 2 {
		t.Errorf("average: got %v, want 2", w[0])
	}
	m.SwapAverage()
	if w[0] != 5 {
		t.Errorf("swapped back: got %v, want 5", w[0])
	}
}
