package alexnet

import (
	"fmt"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// SGD is stochastic gradient descent with momentum and weight decay in one
// pass over memory, by PyTorch's definition: the decay is added to the
// gradient, and the learning rate is applied after the momentum.
//
//	v = momentum*v + g + decay*w
//	w = w - rate*v
//
// It is a spago optimization strategy; the velocity v stays with the parameter.
type SGD struct {
	LearningRate, Momentum, WeightDecay float32
}

// OptimizeParams changes p by its gradient.
func (s SGD) OptimizeParams(p *nn.Param) error {
	w, ok := p.Matrix.(*tensor)
	if !ok {
		return fmt.Errorf("alexnet: sgd: got a parameter of type %T, want one of this package", p.Matrix)
	}
	v, g := velocity(p), mat.Data[float32](w.grad)
	stripes(len(v), 1<<16, func(from, to int) {
		kernel.SGD(w.data()[from:to], v[from:to], g[from:to], s.LearningRate, s.Momentum, s.WeightDecay)
	})
	return nil
}

// velocity is p's momentum buffer, zeros at first.
func velocity(p *nn.Param) []float32 {
	if p.State == nil {
		p.State = make([]float32, p.Size())
	}
	return p.State.([]float32)
}
