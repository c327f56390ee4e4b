package kernel

import (
	"fmt"
	"math"
)

// MaxPool keeps the largest value that the window sees at every place. src is
// one C×H×W image, dst is C×OutH×OutW; P must be 0. Of equal values the first
// counts, and NaN beats every number, as in PyTorch's MaxPool2d.
//
//	for c < C, y < OutH, x < OutW:
//		dst[c, y, x] = max src[c, y*S+ky, x*S+kx]   over ky < K, kx < K
//		arg[c, y, x] = index of that value in src
//
// arg has dst's length and serves MaxPoolBackward; it may be nil.
func MaxPool(dst []float32, arg []int32, src []float32, g Geometry) {
	g.must("MaxPool")
	if g.P != 0 {
		panic(fmt.Sprintf("kernel: MaxPool: P is %d, want 0", g.P))
	}
	outH, outW := g.OutH(), g.OutW()
	places := g.C * outH * outW
	atLeast("MaxPool", "src", len(src), g.C*g.H*g.W)
	atLeast("MaxPool", "dst", len(dst), places)
	if arg != nil {
		atLeast("MaxPool", "arg", len(arg), places)
	}
	for row := range g.C * outH {
		c, y := row/outH, row%outH
		values, indices := dst[row*outW:][:outW], arg
		if arg != nil {
			indices = arg[row*outW:][:outW]
		}
		active.maxRow(values, indices, src, (c*g.H+y*g.S)*g.W, g.W, g.K, g.S)
	}
}

// maxRowGeneric is the maxRow leaf.
func maxRowGeneric(dst []float32, arg []int32, src []float32, corner, width, k, s int) {
	for x := range dst {
		value, at := windowMax(src, corner+x*s, width, k)
		dst[x] = value
		if arg != nil {
			arg[x] = int32(at)
		}
	}
}

// windowMax is the first largest value of the K×K window whose first pixel is
// src[corner], and its index.
func windowMax(src []float32, corner, width, k int) (value float32, at int) {
	value, at = float32(math.Inf(-1)), corner
	for ky := range k {
		start := corner + ky*width
		for i, v := range src[start:][:k] {
			if v > value || v != v {
				value, at = v, start+i
			}
		}
	}
	return value, at
}

// MaxPoolBackward hands every gradient to the pixel that was the largest.
//
//	dx[arg[i]] += dy[i]
func MaxPoolBackward(dx, dy []float32, arg []int32) {
	exactly("MaxPoolBackward", "arg", len(arg), len(dy))
	for i, v := range dy {
		dx[arg[i]] += v
	}
}
