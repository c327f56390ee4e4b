package alexnet

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// tolerance is how far a tensor may be from PyTorch's: largest difference over
// largest magnitude.
const tolerance = 1e-4

// golden is one variant of PyTorch's reference values.
type golden struct {
	t      *testing.T
	model  *Model
	expect map[string]Tensor
}

func loadGolden(t *testing.T, variant string) golden {
	t.Helper()
	c := DefaultConfig()
	c.Widths, c.Hidden, c.LRN, c.Dropout = [5]int{8, 12, 16, 12, 8}, 32, variant == "tiny-lrn", 0
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	weights := readGolden(t, variant+".weights.safetensors")
	for name, p := range m.Params() {
		if err := weights[name].load(values(p)); err != nil {
			t.Fatal(err)
		}
	}
	return golden{t, m, readGolden(t, variant+".expect.safetensors")}
}

func readGolden(t *testing.T, name string) map[string]Tensor {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden", name))
	if err != nil {
		t.Fatal(err)
	}
	tensors, _, err := ReadTensors(data)
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]Tensor)
	for _, tensor := range tensors {
		byName[tensor.Name] = tensor
	}
	return byName
}

func (g golden) values(name string) []float32 {
	g.t.Helper()
	tensor, ok := g.expect[name]
	if !ok {
		g.t.Fatalf("golden: no tensor %q", name)
	}
	v, err := tensor.Values()
	if err != nil {
		g.t.Fatal(err)
	}
	return v
}

func (g golden) labels() []int {
	data := g.expect["label"].Data
	labels := make([]int, len(data)/8)
	for i := range labels {
		labels[i] = int(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return labels
}

// compare prints and judges the largest difference of got from PyTorch's tensor.
func (g golden) compare(name string, got []float32) {
	g.t.Helper()
	want := g.values(name)
	if len(got) != len(want) {
		g.t.Errorf("%s: got %d values, want %d", name, len(got), len(want))
		return
	}
	difference, magnitude := 0.0, 0.0
	for i := range want {
		difference = max(difference, math.Abs(float64(got[i])-float64(want[i])))
		magnitude = max(magnitude, math.Abs(float64(want[i])))
	}
	g.t.Logf("%-28s largest difference %.1e, relative %.1e", name, difference, difference/magnitude)
	if !(difference <= tolerance*magnitude) { // also when NaN
		g.t.Errorf("%s: largest difference %g, relative %g, want at most %g", name, difference, difference/magnitude, tolerance)
	}
}

func variants(t *testing.T, test func(t *testing.T, g golden)) {
	for _, variant := range []string{"tiny", "tiny-lrn"} {
		t.Run(variant, func(t *testing.T) { test(t, loadGolden(t, variant)) })
	}
}

func TestGoldenForward(t *testing.T) {
	variants(t, func(t *testing.T, g golden) {
		logits, err := g.model.Logits(g.values("input"))
		if err != nil {
			t.Fatal(err)
		}
		g.compare("logits", logits)
		last := &g.model.Conv[4].out
		if g.model.Norm[4] != nil {
			last = &g.model.Norm[4].out
		}
		g.compare("conv5", last.data())
		probability, err := g.model.Probabilities(g.values("input"))
		if err != nil {
			t.Fatal(err)
		}
		g.compare("probability", probability)
	})
}

func TestGoldenGradients(t *testing.T) {
	variants(t, func(t *testing.T, g golden) {
		loss, probability, err := g.model.Gradients(g.values("input"), g.labels(), 0)
		if err != nil {
			t.Fatal(err)
		}
		g.compare("loss", []float32{float32(loss)})
		g.compare("probability", probability)
		for name, p := range g.model.Params() {
			g.compare("grad."+name, p.Matrix.(*tensor).gradient())
		}
	})
}

func TestGoldenSGD(t *testing.T) {
	variants(t, func(t *testing.T, g golden) {
		var losses []float32
		for range 3 {
			loss, _, err := g.model.Gradients(g.values("input"), g.labels(), 0)
			if err != nil {
				t.Fatal(err)
			}
			losses = append(losses, float32(loss))
			if err := g.model.Update(SGD{LearningRate: 0.01, Momentum: 0.9, WeightDecay: 5e-4}); err != nil {
				t.Fatal(err)
			}
		}
		g.compare("sgd.losses", losses)
		for name, p := range g.model.Params() {
			g.compare("sgd."+name, values(p))
			g.compare("sgd.grad."+name, p.Matrix.(*tensor).gradient())
		}
	})
}

func ExampleConfig_Shapes() {
	shapes, _ := DefaultConfig().Shapes()
	total := 0
	for _, s := range shapes {
		fmt.Println(s.Name, s.Dims)
		total += s.Size()
	}
	fmt.Println("total", total)
	// Output:
	// features.0.weight [64 3 11 11]
	// features.0.bias [64]
	// features.3.weight [192 64 5 5]
	// features.3.bias [192]
	// features.6.weight [384 192 3 3]
	// features.6.bias [384]
	// features.8.weight [256 384 3 3]
	// features.8.bias [256]
	// features.10.weight [256 256 3 3]
	// features.10.bias [256]
	// classifier.1.weight [4096 1024]
	// classifier.1.bias [4096]
	// classifier.4.weight [4096 4096]
	// classifier.4.bias [4096]
	// classifier.6.weight [2 4096]
	// classifier.6.bias [2]
	// total 23457602
}
