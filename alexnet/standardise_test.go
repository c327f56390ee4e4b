package alexnet

import (
	"math"
	"math/rand/v2"
	"testing"

	"lungct/internal/kernel"
)

// sums is z, N x (K*H'*W'), of a convolution before ReLU, in plain loops.
func sums(l *Conv, x []float32) []float64 {
	g, k := l.geometry, l.B.Size()
	w, b := l.weights(), values(l.B)
	n := len(x) / (g.C * g.H * g.W)
	z := make([]float64, 0, n*k*g.OutH()*g.OutW())
	for i := range n {
		for o := range k {
			for y := range g.OutH() {
				for c := range g.OutW() {
					z = append(z, float64(b[o])+window(g, w[o*g.C*g.K*g.K:], x[i*g.C*g.H*g.W:], y, c))
				}
			}
		}
	}
	return z
}

func window(g kernel.Geometry, w, x []float32, row, column int) (sum float64) {
	for c := range g.C {
		for u := range g.K {
			for v := range g.K {
				y, x0 := row*g.S+u-g.P, column*g.S+v-g.P
				if y >= 0 && y < g.H && x0 >= 0 && x0 < g.W {
					sum += float64(w[(c*g.K+u)*g.K+v]) * float64(x[(c*g.H+y)*g.W+x0])
				}
			}
		}
	}
	return sum
}

// wantStandard fails unless each channel of z, N x (channels*pixels), has mean 0
// and variance 1.
func wantStandard(t *testing.T, layer string, z []float64, channels, pixels int) {
	t.Helper()
	n := float64(len(z) / channels)
	for k := range channels {
		var mean, variance float64
		for i, v := range z {
			if i/pixels%channels == k {
				mean += v / n
				variance += v * v / n
			}
		}
		if math.Abs(mean) > 1e-3 || math.Abs(variance-1) > 1e-3 {
			t.Errorf("%s, channel %d: got mean %.5f and mean square %.5f, want 0 and 1", layer, k, mean, variance)
		}
	}
}

func TestStandardise(t *testing.T) {
	c := DefaultConfig()
	c.Size, c.Widths, c.Hidden = 111, [5]int{4, 6, 8, 6, 4}, 16
	for name, grey := range map[string]bool{"three channels": false, "one that stands for three": true} {
		t.Run(name, func(t *testing.T) {
			m, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			m.Init(3)
			if grey {
				m.ReadGrey()
			}
			rng := rand.New(rand.NewPCG(1, 1))
			x := make([]float32, 12*m.inputSize())
			for i := range x {
				x[i] = float32(rng.NormFloat64()) + 2*float32(i/m.inputSize()%3)
			}
			if err := m.Standardise(x); err != nil {
				t.Fatal(err)
			}
			if _, err := m.Logits(x); err != nil {
				t.Fatal(err)
			}
			in := x
			for i, l := range m.Conv {
				g := l.geometry
				wantStandard(t, convolutions[i].key, sums(l, in), l.B.Size(), g.OutH()*g.OutW())
				in = l.out.data()
				if m.Pool[i] != nil {
					in = m.Pool[i].out.data()
				}
			}
			for i, l := range m.Linear[:2] {
				flat := &Conv{W: l.W, B: l.B, geometry: kernel.Geometry{C: l.in, H: 1, W: 1, K: 1, S: 1}, equal: 1}
				wantStandard(t, linears[i], sums(flat, in), l.out, 1)
				in = l.result.data()
			}
		})
	}
	m, _ := New(c)
	if err := m.Standardise(make([]float32, 5)); err == nil {
		t.Error("an input of 5 values: want an error")
	}
}

// Targets that are labels give the gradients of labels; others give those of the
// mean of both labels' losses.
func TestGradientsTowards(t *testing.T) {
	c := DefaultConfig()
	c.Size, c.Widths, c.Hidden = 111, [5]int{4, 6, 8, 6, 4}, 16
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(3)
	rng := rand.New(rand.NewPCG(1, 1))
	x := make([]float32, 3*m.inputSize())
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	gradients := func() (all []float32) {
		for _, p := range m.Params() {
			all = append(all, p.Matrix.(*tensor).gradient()...)
		}
		return all
	}
	var loss [2]float64
	var want [2][]float32
	for i, labels := range [][]int{{0, 1, 1}, {1, 1, 0}} {
		if loss[i], _, err = m.Gradients(x, labels, 5); err != nil {
			t.Fatal(err)
		}
		want[i] = gradients()
	}
	for name, tt := range map[string]struct {
		targets []float32
		share   float64 // of the second labels
	}{
		"labels": {[]float32{1, 0, 0, 1, 0, 1}, 0},
		"mixed":  {[]float32{.75, .25, 0, 1, .25, .75}, .25},
	} {
		got, _, err := m.GradientsTowards(x, tt.targets, 5)
		if err != nil {
			t.Fatal(err)
		}
		if w := (1-tt.share)*loss[0] + tt.share*loss[1]; math.Abs(got-w) > 1e-5 {
			t.Errorf("%s: loss: got %v, want %v", name, got, w)
		}
		for i, g := range gradients() {
			w := (1-tt.share)*float64(want[0][i]) + tt.share*float64(want[1][i])
			if math.Abs(float64(g)-w) > 1e-4 {
				t.Fatalf("%s: gradient %d: got %v, want %v", name, i, g, w)
			}
		}
	}
	if _, _, err := m.GradientsTowards(x, []float32{1, 0}, 5); err == nil {
		t.Error("2 targets for 3 samples: want an error")
	}
}
