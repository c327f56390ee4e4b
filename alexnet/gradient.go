package alexnet

import (
	"math"
	"slices"

	"lungct/internal/kernel"
)

// GradientNorm is the Euclidean norm of all parameters' gradients together. It
// is finite exactly when all of them are.
func (m *Model) GradientNorm() float64 {
	var total float64
	for _, p := range m.Params() {
		g := p.Matrix.(*tensor).gradient()
		sums := make([]float64, (len(g)+optimizerStripe-1)/optimizerStripe)
		stripes(len(g), optimizerStripe, func(from, to int) {
			sums[from/optimizerStripe] = kernel.SumSquares(g[from:to])
		})
		for _, s := range sums {
			total += s
		}
	}
	return math.Sqrt(total)
}

// ClipGradients scales all gradients, whose norm is given, so that it becomes at
// most limit (Pascanu et al. 2013), by PyTorch's definition:
//
//	g = g * min(1, limit/(norm + 1e-6))
func (m *Model) ClipGradients(norm, limit float64) {
	factor := limit / (norm + 1e-6)
	if factor >= 1 {
		return
	}
	for _, p := range m.Params() {
		g := p.Matrix.(*tensor).gradient()
		stripes(len(g), optimizerStripe, func(from, to int) { kernel.Scale(g[from:to], float32(factor)) })
	}
}

// NotFinite names the layer in which NaN or infinity has come up first, after
// Gradients, and says where: "weights of features.3", "output of classifier.1",
// "gradients of features.0". It is empty when all is finite.
func (m *Model) NotFinite() string {
	for name, p := range m.Params() {
		if slices.ContainsFunc(values(p), notFinite) {
			return "weights " + name
		}
	}
	for i, l := range m.Conv {
		if slices.ContainsFunc(l.out.data(), notFinite) {
			return "output of " + convolutions[i].key
		}
	}
	for i, l := range m.Linear {
		if slices.ContainsFunc(l.result.data(), notFinite) {
			return "output of " + linears[i]
		}
	}
	// The backward pass goes from the last layer to the first.
	first := ""
	for name, p := range m.Params() {
		if slices.ContainsFunc(p.Matrix.(*tensor).gradient(), notFinite) {
			first = "gradient of " + name
		}
	}
	return first
}
