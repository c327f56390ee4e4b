package kernel

import "math"

// ReLU replaces what is not positive by zero; NaN stays. dst may be src itself.
//
//	dst[i] = max(src[i], 0)
func ReLU(dst, src []float32) {
	exactly("ReLU", "dst", len(dst), len(src))
	active.relu(dst, src)
}

// reluGeneric is the relu leaf.
func reluGeneric(dst, src []float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = positive(v)
	}
}

// positive is v, or 0 where v ≤ 0. A branch on the sign would be a coin toss, so
// the sign becomes a mask instead.
func positive(v float32) float32 {
	bits := math.Float32bits(v)
	if v == v {
		bits &^= uint32(int32(bits) >> 31)
	}
	return math.Float32frombits(bits)
}

// ReLUBackward is the gradient of ReLU, from its output y. dx may be dy itself.
//
//	dx[i] = dy[i] where y[i] > 0, else 0
func ReLUBackward(dx, dy, y []float32) {
	exactly("ReLUBackward", "dx", len(dx), len(y))
	exactly("ReLUBackward", "dy", len(dy), len(y))
	active.reluBackward(dx, dy, y)
}

// reluBackwardGeneric is the reluBackward leaf. Choosing between whole numbers
// needs no branch.
func reluBackwardGeneric(dx, dy, y []float32) {
	dx, dy = dx[:len(y)], dy[:len(y)]
	for i, v := range y {
		bits := math.Float32bits(dy[i])
		if !(v > 0) {
			bits = 0
		}
		dx[i] = math.Float32frombits(bits)
	}
}

// AddTo adds one gradient to another.
//
//	dst[i] += src[i]
func AddTo(dst, src []float32) {
	exactly("AddTo", "dst", len(dst), len(src))
	active.addTo(dst, src)
}

// addToGeneric is the addTo leaf.
func addToGeneric(dst, src []float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] += v
	}
}

// AddBiasReLU adds to every channel its bias and replaces what is not positive by
// zero, in place; NaN stays. x is channels × spatial.
//
//	x[c*spatial+s] = max(x[c*spatial+s] + bias[c], 0)
func AddBiasReLU(x, bias []float32, channels, spatial int) {
	checkPlanes("AddBiasReLU", channels, spatial)
	exactly("AddBiasReLU", "x", len(x), extent(channels, spatial, spatial))
	exactly("AddBiasReLU", "bias", len(bias), channels)
	for c, v := range bias {
		active.addReLU(x[c*spatial:][:spatial], v)
	}
}

// addReLUGeneric is the addReLU leaf.
func addReLUGeneric(x []float32, value float32) {
	for i, v := range x {
		x[i] = positive(v + value)
	}
}

// BiasGrad adds to every channel's db the sum of its dy, channels × spatial.
// The sum is kept in float64, so that a plane of thousands of pixels loses
// nothing before it is added.
//
//	db[c] += Σ dy[c*spatial+s]   over s < spatial
func BiasGrad(db, dy []float32, channels, spatial int) {
	checkPlanes("BiasGrad", channels, spatial)
	exactly("BiasGrad", "dy", len(dy), extent(channels, spatial, spatial))
	exactly("BiasGrad", "db", len(db), channels)
	for c := range db {
		db[c] = float32(float64(db[c]) + sum(dy[c*spatial:][:spatial]))
	}
}

// sum adds up in float64, four running sums at a time.
func sum(x []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
	}
	for _, v := range x {
		s0 += float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}

func checkPlanes(function string, channels, spatial int) {
	notBelow(function, "channels", channels, 0)
	notBelow(function, "spatial", spatial, 0)
}
