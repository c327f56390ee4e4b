package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// int8Of draws among all 256 values, the ends often.
func int8Of(r *rand.Rand) int8 {
	switch r.IntN(8) {
	case 0:
		return math.MinInt8
	case 1:
		return math.MaxInt8
	}
	return int8(r.Uint32())
}

// Every implementation gives the same bits: the sums are exact.
func TestGemvInt8(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, m := range []int{0, 1, 2, 3, 4, 5, 8, 9} {
			for _, k := range []int{1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 79, 128, 130, 257} {
				lda := k + m%3
				a := make([]int8, extent(m, k, lda))
				for i := range a {
					a[i] = int8Of(r)
				}
				q := make([]int16, k)
				for i := range q {
					q[i] = int16(r.Uint32()) >> r.IntN(8)
				}
				const step = 0.37
				scale := randomSlice(r, m)
				c := newGuarded(m, normal(r))
				want := make([]float32, m)
				for i := range want {
					sum := 0
					for p, v := range q {
						sum += int(a[i*lda+p]) * int(v)
					}
					want[i] = float32(sum) * (step * scale[i])
				}
				GemvInt8(c.data, a, lda, scale, q, step)
				same(t, fmt.Sprintf("m=%d k=%d: c", m, k), c.data, want)
				c.intact(t, "c")
			}
		}
	})
}

func TestGemvInt8Empty(t *testing.T) {
	c := []float32{1, 2}
	GemvInt8(c, nil, 0, []float32{1, -1}, nil, 1)
	same(t, "c", c, []float32{0, 0})
}

// The largest sums that RoundInt16 allows do not overflow.
func TestGemvInt8Largest(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		for _, k := range []int{1, 31, 512, 4096, 40000} {
			x, a, q := make([]float32, k), make([]int8, k), make([]int16, k)
			want := 0.0
			for i := range x {
				x[i], a[i] = -3e4, math.MinInt8
				want += 128 * 3e4
			}
			c := make([]float32, 1)
			GemvInt8(c, a, k, []float32{1}, q, RoundInt16(q, x))
			if math.Abs(float64(c[0])-want) > want/400 {
				t.Errorf("k=%d: got %v, want %v", k, c[0], want)
			}
		}
	})
}

func TestRoundInt16(t *testing.T) {
	r := newRand()
	for name, test := range map[string]struct {
		x    []float32
		fine float64 // at least so many steps to the largest value
	}{
		"normal":    {randomSlice(r, 4096), 20000},
		"one":       {[]float32{-0.25}, 32766},
		"huge":      {[]float32{math.MaxFloat32, -1}, 32766},
		"tiny":      {[]float32{0x1p-100, 0x1p-101}, 32766},
		"constant":  {[]float32{7, 7, 7, 7}, 32766},
		"long":      {make([]float32, 1<<16), 0},
		"empty":     {nil, 0},
		"vanishing": {[]float32{0x1p-149, -0x1p-140}, 0},
	} {
		q := make([]int16, len(test.x))
		step := RoundInt16(q, test.x)
		sum, largest := 0.0, 0.0
		for i, v := range test.x {
			sum += math.Abs(float64(q[i]))
			largest = max(largest, math.Abs(float64(v)))
			if step > 0 && math.Abs(float64(v)-float64(q[i])*float64(step)) > 0.5001*float64(step)+1e-7*math.Abs(float64(v)) {
				t.Errorf("%s: %v became %d steps of %v", name, v, q[i], step)
			}
		}
		if sum*128 > math.MaxInt32 {
			t.Errorf("%s: sums reach %v", name, sum*128)
		}
		if largest < test.fine*float64(step) {
			t.Errorf("%s: step %v is coarse for values up to %v", name, step, largest)
		}
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		q := make([]int16, 9)
		step := RoundInt16(q, []float32{1, 2, 3, 4, float32(bad), 6, 7, 8, 9})
		if step == step {
			t.Errorf("%v among the values: got step %v, want NaN", bad, step)
		}
	}
}

func TestWidenInt8(t *testing.T) {
	dst := make([]float32, 6)
	WidenInt8(dst, []int8{-128, 0, 127, 1, 2, 3}, []float32{0.5, -2})
	same(t, "dst", dst, []float32{-64, 0, 63.5, -2, -4, -6})
}

func TestInt8Checks(t *testing.T) {
	panics(t, "kernel: RoundInt16: len(q) is 1, want 2", func() { RoundInt16(make([]int16, 1), make([]float32, 2)) })
	panics(t, "kernel: GemvInt8: lda is 3, want at least 4", func() {
		GemvInt8(make([]float32, 2), make([]int8, 8), 3, make([]float32, 2), make([]int16, 4), 1)
	})
	panics(t, "kernel: GemvInt8: len(a) is 7, want at least 8", func() {
		GemvInt8(make([]float32, 2), make([]int8, 7), 4, make([]float32, 2), make([]int16, 4), 1)
	})
	panics(t, "kernel: GemvInt8: len(scale) is 1, want 2", func() {
		GemvInt8(make([]float32, 2), make([]int8, 8), 4, make([]float32, 1), make([]int16, 4), 1)
	})
	panics(t, "kernel: WidenInt8: len(dst) is 1, want 2", func() { WidenInt8(make([]float32, 1), make([]int8, 2), make([]float32, 1)) })
	panics(t, "kernel: WidenInt8: len(src) is 3, want 2", func() { WidenInt8(make([]float32, 3), make([]int8, 3), make([]float32, 2)) })
	panics(t, "kernel: WidenInt8: len(src) is 3, want 0", func() { WidenInt8(make([]float32, 3), make([]int8, 3), nil) })
}

func BenchmarkGemvInt8(b *testing.B) {
	const m, k = 4096, 4096
	a, scale, q, x, c := make([]int8, m*k), make([]float32, m), make([]int16, k), make([]float32, k), make([]float32, m)
	r := newRand()
	for i := range a {
		a[i] = int8(r.Uint32())
	}
	for i := range x {
		x[i] = r.Float32()
	}
	defer func(was *implementation) { active = was }(active)
	for _, each := range implementations {
		if each.supported {
			active = each
			b.Run(each.name, func(b *testing.B) {
				b.SetBytes(m * k)
				for b.Loop() {
					GemvInt8(c, a, k, scale, q, RoundInt16(q, x))
				}
			})
		}
	}
}
