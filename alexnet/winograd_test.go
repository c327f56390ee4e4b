package alexnet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nlpodyssey/spago/mat"

	"lungct/internal/kernel"
)

// convLayer is one layer with random weights, by tiles of m or, for m = 0, by
// im2col.
func convLayer(t *testing.T, g kernel.Geometry, channels, m int) *Conv {
	t.Helper()
	l := &Conv{W: newParam(channels, g.C*g.K*g.K), B: newParam(1, channels), geometry: g, equal: 1, scratch: new(scratch)}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range []mat.Tensor{l.W, l.B} {
		for i := range values(p) {
			values(p)[i] = float32(rng.NormFloat64())
		}
	}
	if m > 0 {
		if l.fast = newWinograd(g, channels, m); l.fast == nil {
			t.Fatalf("%+v: no tiles of %d", g, m)
		}
		l.fast.fewest = 0
	}
	return l
}

// Tiles give what im2col gives: outputs and every gradient.
func TestWinogradAgainstIm2col(t *testing.T) {
	for _, test := range []struct {
		g           kernel.Geometry
		channels, m int
	}{
		{kernel.Geometry{C: 3, H: 8, W: 8, K: 3, S: 1, P: 1}, 5, 2},
		{kernel.Geometry{C: 1, H: 4, W: 6, K: 3, S: 1, P: 1}, 1, 2},
		{kernel.Geometry{C: 7, H: 12, W: 8, K: 3, S: 1, P: 1}, 4, 4},
		{kernel.Geometry{C: 4, H: 24, W: 24, K: 5, S: 1, P: 2}, 6, 4},
		{kernel.Geometry{C: 2, H: 8, W: 12, K: 5, S: 1, P: 2}, 3, 2},
		{kernel.Geometry{C: 2, H: 9, W: 9, K: 4, S: 1, P: 0}, 3, 2},
	} {
		for _, n := range []int{1, 2, 9} {
			t.Run(fmt.Sprintf("%+v K=%d m=%d N=%d", test.g, test.channels, test.m, n), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 4))
				size := test.g.C * test.g.H * test.g.W
				input := make([]float32, n*size)
				for i := range input {
					input[i] = float32(rng.NormFloat64())
				}
				type result struct{ y, dx, dw, db []float32 }
				run := func(m int) result {
					l := convLayer(t, test.g, test.channels, m)
					x := newTensor(n, size)
					x.SetRequiresGrad(true)
					copy(x.data(), input)
					f := &convolution{l, x}
					if _, err := f.Forward(); err != nil {
						t.Fatal(err)
					}
					dy := newTensor(n, l.out.Size()/n)
					rng := rand.New(rand.NewPCG(5, 6))
					for i := range dy.data() {
						dy.data()[i] = float32(rng.NormFloat64())
					}
					for range 2 { // gradients add up
						if err := f.Backward(dy.Dense); err != nil {
							t.Fatal(err)
						}
					}
					return result{l.out.data(), x.gradient(), l.W.Matrix.(*tensor).gradient(), l.B.Matrix.(*tensor).gradient()}
				}
				got, want := run(test.m), run(0)
				near(t, "y", got.y, want.y)
				near(t, "dx", got.dx, want.dx)
				near(t, "dw", got.dw, want.dw)
				near(t, "db", got.db, want.db)
			})
		}
	}
}

// near fails unless the largest difference is small beside the largest value.
func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	difference, magnitude := 0.0, 0.0
	for i := range want {
		difference = max(difference, math.Abs(float64(got[i]-want[i])))
		magnitude = max(magnitude, math.Abs(float64(want[i])))
	}
	if len(got) != len(want) || !(difference <= 2e-5*magnitude) {
		t.Errorf("%s: largest difference %g of %g", what, difference, magnitude)
	}
}

func TestWinogradDoesNotFit(t *testing.T) {
	for _, g := range []kernel.Geometry{
		{C: 1, H: 9, W: 8, K: 3, S: 1, P: 1},   // rows left over
		{C: 1, H: 8, W: 9, K: 3, S: 1, P: 1},   // columns left over
		{C: 1, H: 8, W: 8, K: 3, S: 2, P: 1},   // stride
		{C: 1, H: 16, W: 16, K: 9, S: 1, P: 4}, // too few points
	} {
		if newWinograd(g, 1, 2) != nil {
			t.Errorf("%+v: got tiles", g)
		}
	}
}
