package kernel

import (
	"fmt"
	"math"
	"testing"
)

// localResponseNorm is PyTorch's definition in float64, by averages: pad the
// squares by size/2 channels ahead and (size-1)/2 behind, take the mean of size
// channels, times alpha, plus k.
func localResponseNorm(src []float64, channels, spatial, size int, alpha, beta, k float64) []float64 {
	dst := make([]float64, len(src))
	for c := range channels {
		for s := range spatial {
			var mean float64
			for i := range size {
				if from := c - size/2 + i; from >= 0 && from < channels {
					mean += src[from*spatial+s] * src[from*spatial+s] / float64(size)
				}
			}
			dst[c*spatial+s] = src[c*spatial+s] / math.Pow(k+alpha*mean, beta)
		}
	}
	return dst
}

func TestLocalResponseNorm(t *testing.T) {
	r := newRand()
	for _, size := range []int{1, 2, 3, 4, 5, 9} {
		for _, channels := range []int{0, 1, 2, 3, 6} {
			for _, beta := range []float64{0.75, 0.5, 1} {
				const spatial, alpha, k = 5, 0.3, 1.5
				n := channels * spatial
				src, dst, scale := newGuarded(n, normal(r)), newGuarded(n, normal(r)), newGuarded(n, normal(r))
				LocalResponseNorm(dst.data, scale.data, src.data, channels, spatial, size, alpha, float32(beta), k)
				name := fmt.Sprintf("size=%d channels=%d beta=%v: ", size, channels, beta)
				x := widened(src.data)
				forward := func() []float64 { return localResponseNorm(x, channels, spatial, size, alpha, beta, k) }
				near(t, name+"dst", dst.data, forward(), 1e-6)

				dy, dx := randomSlice(r, n), newGuarded(n, normal(r))
				LocalResponseNormBackward(dx.data, dy, scale.data, src.data, channels, spatial, size, alpha, float32(beta))
				near(t, name+"dx", dx.data, slope(x, func() float64 { return dot(forward(), dy) }), 1e-5)

				for _, g := range []guarded{src, dst, scale, dx} {
					g.intact(t, name)
				}
				inPlace := append([]float32(nil), src.data...)
				LocalResponseNorm(inPlace, scale.data, inPlace, channels, spatial, size, alpha, float32(beta), k)
				same(t, name+"in place", inPlace, dst.data)
			}
		}
	}
}
