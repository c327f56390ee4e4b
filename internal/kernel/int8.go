package kernel

import (
	"fmt"
	"math"
)

// Matrices of 8-bit integers with a scale a row: half the bytes of half
// precision. The vector that such a matrix is multiplied by is rounded to 16-bit
// integers first, some hundred times finer than the matrix. From there on
// everything is exact, so that every implementation gives the same bits, and
// processors multiply and add integers of this size faster than they convert
// them.

// RoundInt16 rounds x to multiples of step, which it chooses: the finest for
// which they fit 16 bits and the sums of GemvInt8 fit 32 bits. A step of NaN
// says that x has values that are not finite, or whose sum is not.
//
//	q[i] = x[i] / step, rounded to nearest even
func RoundInt16(q []int16, x []float32) (step float32) {
	exactly("RoundInt16", "q", len(q), len(x))
	var largest, total float64
	for _, v := range x {
		size := math.Abs(float64(v))
		largest = max(largest, size)
		total += size
	}
	// Σ|q| ≤ total/step + len(x)/2, and a product is at most 128|q|.
	room := float64(1<<31-1)/128 - float64(len(x))/2
	if step = float32(max(largest/math.MaxInt16, total/room) * (1 + 0x1p-20)); !(step <= math.MaxFloat32) || room <= 0 {
		clear(q)
		return float32(math.NaN())
	}
	if step < 0x1p-126 { // not even 1/step is finite
		clear(q)
		return 0
	}
	inverse := 1 / step
	for i, v := range x {
		q[i] = int16(math.RoundToEven(float64(v * inverse)))
	}
	return step
}

// GemvInt8 computes c = A·x for a matrix of 8-bit integers with a scale a row,
// m×k with row stride lda, and the q and step that RoundInt16 made of x; m is
// len(c) and k is len(q).
//
//	for i < m: c[i] = scale[i] * step * Σ a[i*lda+p] * q[p]   over p < k
func GemvInt8(c []float32, a []int8, lda int, scale []float32, q []int16, step float32) {
	notBelow("GemvInt8", "lda", lda, len(q))
	exactly("GemvInt8", "scale", len(scale), len(c))
	if got, want := len(a), extent(len(c), len(q), lda); got < want {
		panic(fmt.Sprintf("kernel: GemvInt8: len(a) is %d, want at least %d", got, want))
	}
	if len(c) == 0 || len(q) == 0 {
		clear(c)
		return
	}
	active.gemvInt8(c, q, a, lda)
	for i, factor := range scale {
		c[i] *= step * factor
	}
}

// WidenInt8 multiplies the rows of a matrix, each of len(src)/len(scale) values,
// by their scales.
//
//	dst[i*k+p] = scale[i] * src[i*k+p]   over p < k
func WidenInt8(dst []float32, src []int8, scale []float32) {
	exactly("WidenInt8", "dst", len(dst), len(src))
	if len(scale) == 0 {
		exactly("WidenInt8", "src", len(src), 0)
		return
	}
	k := len(src) / len(scale)
	exactly("WidenInt8", "src", len(src), k*len(scale))
	for i, factor := range scale {
		row := dst[i*k:][:k]
		for p, v := range src[i*k:][:k] {
			row[p] = factor * float32(v)
		}
	}
}

func gemvInt8Generic(c []float32, a []int16, b []int8, ldb int) {
	for j := range c {
		row := b[j*ldb:][:len(a)]
		var s0, s1, s2, s3 int32
		x := a
		for len(x) >= 4 && len(row) >= 4 {
			s0 += int32(x[0]) * int32(row[0])
			s1 += int32(x[1]) * int32(row[1])
			s2 += int32(x[2]) * int32(row[2])
			s3 += int32(x[3]) * int32(row[3])
			x, row = x[4:], row[4:]
		}
		for i, v := range x {
			s0 += int32(v) * int32(row[i])
		}
		c[j] = float32(s0 + s1 + s2 + s3)
	}
}
