package kernel

import "fmt"

// Dropout sets each value to zero with probability rate and scales the others
// up, so that the mean stays: Srivastava et al., "Dropout" (2014), inverted.
// dst may be src itself.
//
//	dst[i] = src[i] * (0 if uniform(seed, first+i) < rate else 1/(1-rate))
//
// The choice is a function of seed and of a value's place alone. So a tensor
// may be dropped in pieces, first being the place of the piece, in any order;
// and the backward pass is Dropout itself, applied to the gradient with the
// same rate, seed and first.
func Dropout(dst, src []float32, rate float32, seed, first uint64) {
	exactly("Dropout", "dst", len(dst), len(src))
	if !(rate >= 0 && rate <= 1) {
		panic(fmt.Sprintf("kernel: Dropout: rate is %v, want 0 to 1", rate))
	}
	// In 1/2³² parts, so that rate 1 drops everything and rate 0 nothing.
	threshold := uint64(float64(rate) * (1 << 32))
	var factors [2]float32
	if rate < 1 {
		factors[1] = 1 / (1 - rate)
	}
	for i, v := range src {
		keep := 0
		if splitMix(seed, first+uint64(i))>>32 >= threshold {
			keep = 1
		}
		dst[i] = v * factors[keep]
	}
}

// splitMix is output n of the SplitMix64 generator that starts at seed: Steele,
// Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014,
// with the constants of Vigna's public domain splitmix64.c.
func splitMix(seed, n uint64) uint64 {
	z := seed + (n+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
