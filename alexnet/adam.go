package alexnet

import (
	"fmt"
	"math"

	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Adam is the method of Kingma and Ba 2015, with the weight decay either added
// to the gradient or, Decoupled, taken off the weights (AdamW, Loshchilov and
// Hutter 2019), by PyTorch's definitions:
//
//	g = g + decay*w                  or, decoupled, w = w - rate*decay*w
//	m = beta1*m + (1-beta1)*g
//	s = beta2*s + (1-beta2)*g*g
//	w = w - rate/(1-beta1^step) * m / (sqrt(s/(1-beta2^step)) + epsilon)
//
// It is a spago optimization strategy; the moments stay with the parameter.
type Adam struct {
	LearningRate, Beta1, Beta2, Epsilon, WeightDecay float64
	Decoupled                                        bool
	Step                                             int // counted from 1
}

// OptimizeParams changes p by its gradient.
func (a Adam) OptimizeParams(p *nn.Param) error {
	w, g, err := learnt(p)
	switch {
	case err != nil:
		return fmt.Errorf("alexnet: adam: %w", err)
	case a.Step < 1:
		return fmt.Errorf("alexnet: adam: step: got %d, want at least 1", a.Step)
	}
	c := kernel.AdamStep{
		Beta1:   float32(a.Beta1),
		Beta2:   float32(a.Beta2),
		Rate:    float32(a.LearningRate / (1 - math.Pow(a.Beta1, float64(a.Step)))),
		Scale:   float32(1 / math.Sqrt(1-math.Pow(a.Beta2, float64(a.Step)))),
		Epsilon: float32(a.Epsilon),
		Keep:    1,
	}
	if a.Decoupled {
		c.Keep = float32(1 - a.LearningRate*a.WeightDecay)
	} else {
		c.Decay = float32(a.WeightDecay)
	}
	m, s := firstMoment.make(p), rawMoment.make(p)
	stripes(len(w), optimizerStripe, func(from, to int) {
		kernel.Adam(w[from:to], m[from:to], s[from:to], g[from:to], c)
	})
	return nil
}
