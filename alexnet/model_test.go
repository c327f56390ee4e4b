package alexnet

import (
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// smallConfig is the smallest network that has every layer.
func smallConfig() Config {
	c := DefaultConfig()
	c.Size, c.Widths, c.Hidden = 160, [5]int{4, 6, 5, 4, 3}, 8
	return c
}

func newSmall(t *testing.T, c Config) *Model {
	t.Helper()
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	return m
}

func randomBatch(m *Model, n int) (x []float32, labels []int) {
	rng := rand.New(rand.NewPCG(7, 7))
	x = make([]float32, n*m.inputSize())
	for i := range x {
		x[i] = rng.Float32()*2 - 1
	}
	for i := range n {
		labels = append(labels, i%2)
	}
	return x, labels
}

func TestConfigErrors(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"channels: got 0":                   func(c *Config) { c.Channels = 0 },
		"width of convolution 3: got -1":    func(c *Config) { c.Widths[2] = -1 },
		"hidden: got 100000000":             func(c *Config) { c.Hidden = 1e8 },
		"classes: got 1":                    func(c *Config) { c.Classes = 1 },
		"dropout: got 1":                    func(c *Config) { c.Dropout = 1 },
		"dropout: got NaN":                  func(c *Config) { c.Dropout = math.NaN() },
		"size: got 100, too small: convolu": func(c *Config) { c.Size = 100 },
	} {
		c := DefaultConfig()
		change(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
}

func TestShapeErrors(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 2)
	for _, test := range []struct {
		x      []float32
		labels []int
		want   string
	}{
		{nil, nil, "input: got 0 values"},
		{x[:len(x)-1], labels, "want a multiple of 76800 (3x160x160)"},
		{x, labels[:1], "labels: got 1, want 2"},
		{x, []int{0, 2}, "label of sample 1: got 2, want 0 to 1"},
		{x, []int{-1, 0}, "label of sample 0: got -1"},
	} {
		if _, _, err := m.Gradients(test.x, test.labels, 0); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got error %v, want one with %q", err, test.want)
		}
	}
	if _, err := m.Probabilities(x[:5]); err == nil {
		t.Error("got no error for 5 input values")
	}
	if err := m.Update(SGD{}); err == nil || !strings.Contains(err.Error(), "features.0.weight has no gradient") {
		t.Errorf("got error %v for an update without gradients", err)
	}
}

// Spago must find every parameter, since its own tools walk models.
func TestSpagoModel(t *testing.T) {
	m := newSmall(t, smallConfig())
	found := make(map[*nn.Param]bool)
	nn.ForEachParam(m, func(p *nn.Param) { found[p] = true })
	n := 0
	for name, p := range m.Params() {
		n++
		if !found[p] {
			t.Errorf("spago does not find %s", name)
		}
	}
	if n != 16 || len(found) != n {
		t.Errorf("got %d parameters, spago finds %d, want 16", n, len(found))
	}
}

// One step gives the same bytes for any number of threads.
func TestThreads(t *testing.T) {
	defer kernel.SetThreads(kernel.Threads())
	var want []float32
	for _, threads := range []int{1, 2, 3, 8} {
		kernel.SetThreads(threads)
		c := smallConfig()
		c.LRN = true
		m := newSmall(t, c)
		x, labels := randomBatch(m, 11)
		if _, _, err := m.Gradients(x, labels, 42); err != nil {
			t.Fatal(err)
		}
		if err := m.Update(SGD{LearningRate: 0.1, Momentum: 0.9, WeightDecay: 1e-4}); err != nil {
			t.Fatal(err)
		}
		var got []float32
		for _, p := range m.Params() {
			got = append(got, values(p)...)
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads: parameters differ from those with one", threads)
		}
	}
}

// Batches are independent samples: together and alone they score the same.
func TestBatch(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, _ := randomBatch(m, 13)
	together, err := m.Logits(x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 13 {
		alone, err := m.Logits(x[i*m.inputSize() : (i+1)*m.inputSize()])
		if err != nil {
			t.Fatal(err)
		}
		for k := range alone {
			if d := math.Abs(float64(alone[k] - together[2*i+k])); d > 1e-6 {
				t.Errorf("sample %d: logit %d differs by %g", i, k, d)
			}
		}
	}
}

// One plane that stands for three equal ones scores and learns the same.
func TestReadGrey(t *testing.T) {
	full, grey := newSmall(t, smallConfig()), newSmall(t, smallConfig())
	grey.ReadGrey()
	planes, labels := randomBatch(grey, 3)
	var x []float32
	for plane := range slices.Chunk(planes, grey.inputSize()) {
		x = append(x, slices.Repeat(plane, 3)...)
	}
	for step := range 3 {
		want, _, err := full.Gradients(x, labels, uint64(step))
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := grey.Gradients(planes, labels, uint64(step))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-want) > 1e-5 {
			t.Errorf("step %d: loss: got %v, want %v", step, got, want)
		}
		for _, m := range []*Model{full, grey} {
			if err := m.Update(SGD{LearningRate: 0.05, Momentum: 0.9, WeightDecay: 1e-3}); err != nil {
				t.Fatal(err)
			}
		}
	}
	parameters := maps.Collect(grey.Params())
	for name, p := range full.Params() {
		for i, want := range values(p) {
			if got := values(parameters[name])[i]; math.Abs(float64(got-want)) > 1e-5 {
				t.Fatalf("%s[%d]: got %v, want %v", name, i, got, want)
			}
		}
	}
}

func TestDropout(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 4)
	loss := func(seed uint64) float64 {
		l, _, err := m.Gradients(x, labels, seed)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	m.Linear[2].W.Matrix.(*tensor).data()[0] = 1 // so that the loss depends on the hidden units
	if loss(1) != loss(1) {
		t.Error("the same seed gives different losses")
	}
	if loss(1) == loss(2) {
		t.Error("different seeds give the same loss")
	}
}

// A step allocates graph nodes, some kilobytes, and no buffers.
func TestStepMemory(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 64) // the first activations alone take 1.6 MB
	step := func() {
		if _, _, err := m.Gradients(x, labels, 1); err != nil {
			t.Fatal(err)
		}
		if err := m.Update(SGD{LearningRate: 0.01, Momentum: 0.9, WeightDecay: 0}); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		step()
	}
	// The kernels' pool of buffers is emptied by the collector and has a corner
	// for each processor: the least of several counts is that of the step alone.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	least := uint64(math.MaxUint64)
	for range 10 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		step()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	if least > 1<<20 {
		t.Errorf("a step allocates %d bytes, want at most 1 MiB", least)
	}
}

// Memory follows the largest batch, and a smaller one after it is right.
func TestBatchSizes(t *testing.T) {
	m := newSmall(t, smallConfig())
	x, labels := randomBatch(m, 5)
	for _, n := range []int{5, 2, 5, 1} {
		a, _, err := m.Gradients(x[:n*m.inputSize()], labels[:n], 3)
		if err != nil {
			t.Fatal(err)
		}
		fresh := newSmall(t, smallConfig())
		b, _, err := fresh.Gradients(x[:n*m.inputSize()], labels[:n], 3)
		if err != nil {
			t.Fatal(err)
		}
		if a != b {
			t.Errorf("batch of %d: got loss %v, want %v", n, a, b)
		}
		for name, p := range m.Params() {
			for other, q := range fresh.Params() {
				if name == other && !slices.Equal(p.Matrix.(*tensor).gradient(), q.Matrix.(*tensor).gradient()) {
					t.Errorf("batch of %d: gradient of %s differs from a fresh model's", n, name)
				}
			}
		}
	}
}
