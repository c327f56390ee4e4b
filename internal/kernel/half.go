package kernel

import (
	"fmt"
	"math"
)

// Matrices in half precision, IEEE 754 binary16, as their bits: a product with
// one column reads every value once, so that half the bytes is half the time.

// GemvHalf computes c = A·x for a matrix of half precision, m×k with row stride
// lda; m is len(c) and k is len(x). NaN and infinity among A are not supported:
// see FiniteHalf.
//
//	for i < m: c[i] = Σ a[i*lda+p] * x[p]   over p < k
func GemvHalf(c []float32, a []uint16, lda int, x []float32) {
	notBelow("GemvHalf", "lda", lda, len(x))
	if got, want := len(a), extent(len(c), len(x), lda); got < want {
		panic(fmt.Sprintf("kernel: GemvHalf: len(a) is %d, want at least %d", got, want))
	}
	clear(c)
	if len(c) > 0 && len(x) > 0 {
		active.gemvHalf(c, x, a, lda)
	}
}

// WidenHalf converts src to single precision, exactly.
//
//	dst[i] = src[i]
func WidenHalf(dst []float32, src []uint16) {
	exactly("WidenHalf", "dst", len(dst), len(src))
	active.widenHalf(dst, src)
}

// FiniteHalf tells whether there is no NaN and no infinity in x.
func FiniteHalf(x []uint16) bool { return active.finiteHalf(x) }

// widen shifts exponent and fraction to where single precision has them and
// makes up for the difference of the exponents' biases by a product, which is
// exact, subnormal numbers included. Infinity and NaN become finite.
func widen(h uint16) float32 {
	return halfBits(h) * 0x1p112
}

// halfBits is h * 2⁻¹¹²: the sign, three zeros, exponent and fraction.
func halfBits(h uint16) float32 {
	return math.Float32frombits(uint32(int32(int16(h))<<13) & 0x8fffe000)
}

func gemvHalfGeneric(c, a []float32, b []uint16, ldb int) {
	for j := range c {
		row := b[j*ldb:][:len(a)]
		var s0, s1, s2, s3 float32
		x := a
		for len(x) >= 4 && len(row) >= 4 {
			s0 += x[0] * widen(row[0])
			s1 += x[1] * widen(row[1])
			s2 += x[2] * widen(row[2])
			s3 += x[3] * widen(row[3])
			x, row = x[4:], row[4:]
		}
		for i, v := range x {
			s0 += v * widen(row[i])
		}
		c[j] += (s0 + s2) + (s1 + s3)
	}
}

func widenHalfGeneric(dst []float32, src []uint16) {
	for i, h := range src {
		dst[i] = widen(h)
	}
}

func finiteHalfGeneric(x []uint16) bool {
	const exponent = 0x7c00
	for _, h := range x {
		if h&exponent == exponent {
			return false
		}
	}
	return true
}
