package kernel

// SumSquares is Σ x[i]², summed in float64. It is finite exactly when every x[i]
// is: the largest float32 squared, as often as memory holds, fits.
func SumSquares(x []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
		s0 += a * a
		s1 += b * b
		s2 += c * c
		s3 += d * d
	}
	for _, v := range x {
		s0 += float64(v) * float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}

// Scale multiplies by a number.
//
//	x[i] *= factor
func Scale(x []float32, factor float32) {
	for i := range x {
		x[i] *= factor
	}
}

// Approach moves dst towards src.
//
//	dst[i] += share*(src[i] - dst[i])
func Approach(dst, src []float32, share float32) {
	exactly("Approach", "dst", len(dst), len(src))
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] += share * (v - dst[i])
	}
}
