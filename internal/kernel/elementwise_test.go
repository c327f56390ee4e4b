package kernel

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// awkward fills with normal values among zeros of both signs, infinities, NaN
// and denormals.
func awkward(r *rand.Rand) func(int) float32 {
	special := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)),
		float32(math.NaN()), 1e-40, -1e-40, math.MaxFloat32}
	return func(i int) float32 {
		if r.IntN(4) == 0 {
			return special[r.IntN(len(special))]
		}
		return float32(r.NormFloat64())
	}
}

// lengths are 0 to past every unrolling, and one long one.
func lengths(yield func(int) bool) {
	for n := range 140 {
		if !yield(n) {
			return
		}
	}
	yield(1003)
}

func TestReLU(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := range lengths {
			src, dst := newGuarded(n, awkward(r)), newGuarded(n, normal(r))
			want := make([]float32, n)
			for i, v := range src.data {
				if v > 0 || v != v {
					want[i] = v
				}
			}
			ReLU(dst.data, src.data)
			same(t, "ReLU", dst.data, want)
			ReLU(src.data, src.data)
			same(t, "ReLU in place", src.data, want)
			dst.intact(t, "dst")
			src.intact(t, "src")
		}
	})
}

func TestReLUBackward(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := range lengths {
			y, dy, dx := newGuarded(n, awkward(r)), newGuarded(n, awkward(r)), newGuarded(n, normal(r))
			want := make([]float32, n)
			for i, v := range y.data {
				if v > 0 {
					want[i] = dy.data[i]
				}
			}
			ReLUBackward(dx.data, dy.data, y.data)
			same(t, "ReLUBackward", dx.data, want)
			ReLUBackward(dy.data, dy.data, y.data)
			same(t, "ReLUBackward in place", dy.data, want)
			dx.intact(t, "dx")
			dy.intact(t, "dy")
		}
	})
}

func TestAddTo(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := range lengths {
			src, dst := newGuarded(n, normal(r)), newGuarded(n, normal(r))
			want := make([]float32, n)
			for i := range want {
				want[i] = dst.data[i] + src.data[i]
			}
			AddTo(dst.data, src.data)
			same(t, "AddTo", dst.data, want)
			dst.intact(t, "dst")
		}
	})
}

func TestBias(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, channels := range []int{0, 1, 2, 5} {
			for n := range lengths {
				x, bias := newGuarded(channels*n, normal(r)), newGuarded(channels, normal(r))
				db := newGuarded(channels, normal(r))
				want, wantGrad := make([]float32, channels*n), widened(db.data)
				for i, v := range x.data {
					if sum := v + bias.data[i/n]; sum > 0 || sum != sum {
						want[i] = sum
					}
					wantGrad[i/n] += float64(v)
				}
				BiasGrad(db.data, x.data, channels, n)
				AddBiasReLU(x.data, bias.data, channels, n)
				same(t, "AddBiasReLU", x.data, want)
				near(t, "BiasGrad", db.data, wantGrad, 1e-7)
				x.intact(t, "x")
				db.intact(t, "db")
			}
		}
	})
}

// A plane of like gradients sums to within one rounding of the truth.
func TestBiasGradAccuracy(t *testing.T) {
	const spatial = 5476
	dy := make([]float32, spatial)
	for i := range dy {
		dy[i] = 0.1
	}
	db := []float32{0}
	BiasGrad(db, dy, 1, spatial)
	if want := float32(float64(dy[0]) * spatial); db[0] != want {
		t.Errorf("BiasGrad = %v, want %v", db[0], want)
	}
}

// Three steps of torch.optim.SGD by hand: the first has no momentum, decay is
// added to the gradient.
func TestSGD(t *testing.T) {
	w, v := []float32{1, -2}, []float32{0, 0}
	const lr, momentum, decay = 0.5, 0.5, 0.25
	for _, step := range []struct{ g, v, w []float32 }{
		{[]float32{1, 0}, []float32{1.25, -0.5}, []float32{0.375, -1.75}},
		{[]float32{0, 1}, []float32{0.71875, 0.3125}, []float32{0.015625, -1.90625}},
		{[]float32{2, 2}, []float32{2.36328125, 1.6796875}, []float32{-1.166015625, -2.74609375}},
	} {
		SGD(w, v, step.g, lr, momentum, decay)
		same(t, "v", v, step.v)
		same(t, "w", w, step.w)
	}
}

func TestSGDLengths(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := range lengths {
			w, v, g := newGuarded(n, normal(r)), newGuarded(n, normal(r)), newGuarded(n, normal(r))
			const lr, momentum, decay = 0.01, 0.9, 5e-4
			wantW, wantV := widened(w.data), widened(v.data)
			for i := range n {
				wantV[i] = momentum*wantV[i] + float64(g.data[i]) + decay*wantW[i]
				wantW[i] -= lr * wantV[i]
			}
			plainW, plainV, plainG := slices.Clone(w.data), slices.Clone(v.data), slices.Clone(g.data)
			SGD(w.data, v.data, g.data, lr, momentum, decay)
			near(t, "v", v.data, wantV, 1e-6)
			near(t, "w", w.data, wantW, 1e-6)
			w.intact(t, "w")
			v.intact(t, "v")
			same(t, "g", g.data, plainG)
			sgdGeneric(plainW, plainV, plainG, lr, momentum, decay)
			if runtime.GOARCH == "amd64" { // where the compiler fuses nothing by itself
				same(t, "v of the plain twin", v.data, plainV)
				same(t, "w of the plain twin", w.data, plainW)
			}
		}
	})
}
