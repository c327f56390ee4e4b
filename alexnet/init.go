package alexnet

import (
	"math"
	"math/rand/v2"

	"github.com/nlpodyssey/spago/nn"
)

// InitUniform draws weights and biases evenly from ±1/sqrt(inputs), as PyTorch
// does by default: a sixth of the variance that keeps activations alive from layer
// to layer (compare Init), so that a network learns later, but bears a high
// learning rate from its first step on.
func (m *Model) InitUniform(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0x6c756e676374))
	fill := func(p *nn.Param, inputs int) {
		bound := 1 / math.Sqrt(float64(inputs))
		w := values(p)
		for i := range w {
			w[i] = float32(bound * (2*rng.Float64() - 1))
		}
	}
	for _, l := range m.Conv {
		inputs := l.W.Shape()[1]
		fill(l.W, inputs)
		fill(l.B, inputs)
	}
	for _, l := range m.Linear {
		inputs := l.W.Shape()[1]
		fill(l.W, inputs)
		fill(l.B, inputs)
	}
}
