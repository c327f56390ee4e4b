package kernel

import (
	"fmt"
	"math"
	"testing"
)

// halfValue is a half by the definition of IEEE 754, section 3.4.
func halfValue(h uint16) float64 {
	sign, exponent, fraction := 1.0, int(h>>10&31), float64(h&1023)/1024
	if h>>15 == 1 {
		sign = -1
	}
	if exponent == 0 {
		return sign * math.Ldexp(fraction, -14)
	}
	return sign * math.Ldexp(1+fraction, exponent-15)
}

// halfOf draws a finite half, one in eight of them subnormal.
func halfOf(n uint32) uint16 {
	h := uint16(n)
	if h&0x7c00 == 0x7c00 {
		h &^= 0x4000
	}
	if n>>16&7 == 0 {
		h &^= 0x7c00
	}
	return h
}

func TestWidenHalf(t *testing.T) {
	var all []uint16
	for h := range 1 << 16 {
		if h&0x7c00 != 0x7c00 {
			all = append(all, uint16(h))
		}
	}
	forEachImplementation(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 9, len(all)} {
			wide := newGuarded(n, func(int) float32 { return 1 })
			WidenHalf(wide.data, all[:n])
			wide.intact(t, "dst")
			for i, h := range all[:n] {
				if want := halfValue(h); float64(wide.data[i]) != want || math.Signbit(float64(wide.data[i])) != math.Signbit(want) {
					t.Fatalf("%#04x: got %v, want %v", h, wide.data[i], want)
				}
			}
		}
	})
}

func TestGemvHalfAgainstDefinition(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for _, m := range []int{0, 1, 2, 3, 4, 5, 8, 9} {
			for _, k := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130, 257} {
				lda := k + m%3
				a := make([]uint16, extent(m, k, lda))
				for i := range a {
					a[i] = halfOf(r.Uint32())
				}
				x := newGuarded(k, normal(r))
				c := newGuarded(m, normal(r))
				want, size := make([]float64, m), 0.0
				for i := range m {
					for p := range k {
						term := halfValue(a[i*lda+p]) * float64(x.data[p])
						want[i] += term
						size += math.Abs(term)
					}
				}
				GemvHalf(c.data, a, lda, x.data)
				near(t, fmt.Sprintf("m=%d k=%d: c", m, k), c.data, want, 1e-6*size)
				c.intact(t, "c")
				x.intact(t, "x")
			}
		}
	})
}

// Subnormal halves and small factors keep their full precision.
func TestGemvHalfSmall(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		a := []uint16{1, 0x8001, 3, 1023, 1, 0, 2, 5, 7}
		x := []float32{1e-6, 1e-6, 2e-6, 1e-5, 3e-6, 1, 1e-4, 1e-7, 2e-5}
		want := 0.0
		for i, h := range a {
			want += halfValue(h) * float64(x[i])
		}
		c := make([]float32, 1)
		GemvHalf(c, a, len(a), x)
		if math.Abs(float64(c[0])-want) > 1e-6*want {
			t.Errorf("got %v, want %v", c[0], want)
		}
	})
}

func TestFiniteHalf(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		for n := range 40 {
			x := make([]uint16, n)
			for i := range x {
				x[i] = 0xfbff // the most negative finite half
			}
			if !FiniteHalf(x) {
				t.Errorf("n=%d: finite values are not said to be", n)
			}
			for i := range x {
				for _, bad := range []uint16{0x7c00, 0xfc00, 0x7c01, 0xffff} {
					x[i] = bad
					if FiniteHalf(x) {
						t.Errorf("n=%d: %#04x at %d is said to be finite", n, bad, i)
					}
				}
				x[i] = 0
			}
		}
	})
}

func TestHalfChecks(t *testing.T) {
	panics(t, "kernel: GemvHalf: lda is 3, want at least 4", func() { GemvHalf(make([]float32, 2), make([]uint16, 8), 3, make([]float32, 4)) })
	panics(t, "kernel: GemvHalf: len(a) is 7, want at least 8", func() { GemvHalf(make([]float32, 2), make([]uint16, 7), 4, make([]float32, 4)) })
	panics(t, "kernel: WidenHalf: len(dst) is 1, want 2", func() { WidenHalf(make([]float32, 1), make([]uint16, 2)) })
}

func BenchmarkGemvHalf(b *testing.B) {
	const m, k = 4096, 4096
	a, x, c := make([]uint16, m*k), make([]float32, k), make([]float32, m)
	r := newRand()
	for i := range a {
		a[i] = 0x2400 | uint16(r.Uint32()&0x83ff) // ±0.016 to 0.031
	}
	for i := range x {
		x[i] = r.Float32()
	}
	defer func(was *implementation) { active = was }(active)
	for _, each := range implementations {
		if each.supported {
			active = each
			b.Run(each.name, func(b *testing.B) {
				b.SetBytes(2 * m * k)
				for b.Loop() {
					GemvHalf(c, a, k, x)
				}
			})
		}
	}
}
