package kernel

import "math"

// LocalResponseNorm divides every value by what its neighbours in size
// channels amount to: Krizhevsky et al., "ImageNet Classification with Deep
// Convolutional Neural Networks" (2012), section 3.3, with alpha divided by
// size and the window placed as PyTorch does. src, dst and scale are channels ×
// spatial; scale keeps the bracket for the backward pass.
//
//	for c < channels, s < spatial:
//		scale[c,s] = k + alpha/size * Σ src[i,s]²   over c-size/2 ≤ i ≤ c+(size-1)/2
//		dst[c,s] = src[c,s] / scale[c,s]^beta
//
// dst may be src itself; scale may not.
func LocalResponseNorm(dst, scale, src []float32, channels, spatial, size int, alpha, beta, k float32) {
	checkNorm("LocalResponseNorm", channels, spatial, size)
	elements := extent(channels, spatial, spatial)
	exactly("LocalResponseNorm", "src", len(src), elements)
	exactly("LocalResponseNorm", "dst", len(dst), elements)
	exactly("LocalResponseNorm", "scale", len(scale), elements)

	factor := alpha / float32(size)
	for c := range channels {
		bracket := scale[c*spatial:][:spatial]
		clear(bracket)
		first, last := channelWindow(c, size/2, (size-1)/2, channels)
		for i := first; i <= last; i++ {
			for s, v := range src[i*spatial:][:spatial] {
				bracket[s] += v * v
			}
		}
		for s, v := range bracket {
			bracket[s] = k + factor*v
		}
	}
	divide := inversePower(beta)
	for i, v := range src {
		dst[i] = v * divide(scale[i])
	}
}

// LocalResponseNormBackward is the gradient of LocalResponseNorm, from its
// scale and src. dx must not be any other argument.
//
//	for c < channels, s < spatial:
//		dx[c,s] = dy[c,s] / scale[c,s]^beta
//			- 2*alpha*beta/size * src[c,s] * Σ dy[i,s] * src[i,s] / scale[i,s]^(beta+1)
//			over c-(size-1)/2 ≤ i ≤ c+size/2, the channels whose window holds c
func LocalResponseNormBackward(dx, dy, scale, src []float32, channels, spatial, size int, alpha, beta float32) {
	checkNorm("LocalResponseNormBackward", channels, spatial, size)
	elements := extent(channels, spatial, spatial)
	exactly("LocalResponseNormBackward", "src", len(src), elements)
	exactly("LocalResponseNormBackward", "scale", len(scale), elements)
	exactly("LocalResponseNormBackward", "dy", len(dy), elements)
	exactly("LocalResponseNormBackward", "dx", len(dx), elements)

	buffer := borrow(elements + spatial)
	defer scratch.Put(buffer)
	shares, around := (*buffer)[:elements], (*buffer)[elements:]
	divide := inversePower(beta)
	for i, v := range dy {
		dx[i] = v * divide(scale[i])
		shares[i] = dx[i] * src[i] / scale[i]
	}
	factor := 2 * alpha * beta / float32(size)
	for c := range channels {
		clear(around)
		first, last := channelWindow(c, (size-1)/2, size/2, channels)
		for i := first; i <= last; i++ {
			active.addTo(around, shares[i*spatial:][:spatial])
		}
		plane, values := dx[c*spatial:][:spatial], src[c*spatial:][:spatial]
		for s, v := range around {
			plane[s] -= factor * values[s] * v
		}
	}
}

// channelWindow is the first and last channel from before ahead of c to after
// behind it.
func channelWindow(c, before, after, channels int) (first, last int) {
	return max(0, c-before), min(channels-1, c+after)
}

// inversePower returns x ↦ 1/x^beta. The usual beta, 3/4, takes two square
// roots instead of a logarithm and an exponential.
func inversePower(beta float32) func(x float32) float32 {
	if beta == 0.75 {
		return func(x float32) float32 {
			root := math.Sqrt(float64(x))
			return float32(1 / (root * math.Sqrt(root)))
		}
	}
	return func(x float32) float32 { return float32(math.Pow(float64(x), -float64(beta))) }
}

func checkNorm(function string, channels, spatial, size int) {
	checkPlanes(function, channels, spatial)
	notBelow(function, "size", size, 1)
}
