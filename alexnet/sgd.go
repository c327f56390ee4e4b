package alexnet

import (
	"fmt"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
	"github.com/nlpodyssey/spago/optimizers"

	"lungct/internal/kernel"
)

// Optimizer changes a parameter by its gradient: see SGD and Adam.
type Optimizer = optimizers.OptimizationStrategy

// optimizerStripe is how many values of a parameter one goroutine updates at
// once.
const optimizerStripe = 1 << 16

// SGD is stochastic gradient descent with momentum and weight decay in one
// pass over memory, by PyTorch's definition: the decay is added to the
// gradient, and the learning rate is applied after the momentum.
//
//	v = momentum*v + g + decay*w
//	w = w - rate*v
//
// With Nesterov's momentum (Sutskever et al. 2013, likewise as PyTorch has it)
// the step looks one ahead:
//
//	w = w - rate*(g + decay*w + momentum*v)
//
// It is a spago optimization strategy; the velocity v stays with the parameter.
type SGD struct {
	LearningRate, Momentum, WeightDecay float32
	Nesterov                            bool
}

// OptimizeParams changes p by its gradient.
func (s SGD) OptimizeParams(p *nn.Param) error {
	w, g, err := learnt(p)
	if err != nil {
		return fmt.Errorf("alexnet: sgd: %w", err)
	}
	step := kernel.SGD
	if s.Nesterov {
		step = kernel.Nesterov
	}
	v := velocity.make(p)
	stripes(len(v), optimizerStripe, func(from, to int) {
		step(w[from:to], v[from:to], g[from:to], s.LearningRate, s.Momentum, s.WeightDecay)
	})
	return nil
}

// learnt is a parameter's values and their gradient.
func learnt(p *nn.Param) (w, g []float32, err error) {
	t, ok := p.Matrix.(*tensor)
	if !ok {
		return nil, nil, fmt.Errorf("got a parameter of type %T, want one of this package", p.Matrix)
	}
	return t.data(), mat.Data[float32](t.grad), nil
}
