package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Dropout zeroes each value with probability p and divides the others by 1-p
// (Hinton et al. 2012, in the inverted form that needs nothing at inference).
type Dropout struct {
	nn.Module

	p     float64
	first uint64 // place of the layer's first value in the seed's sequence of draws
	out   tensor
}

// Forward applies the layer to x. The same seed drops the same values,
// whatever the number of threads. Without dropout it returns x itself.
func (l *Dropout) Forward(x mat.Tensor, seed uint64) mat.Tensor {
	if l.p == 0 {
		return x
	}
	return ag.NewOperator(&dropping{l, x, seed}).Run()
}

type dropping struct {
	*Dropout
	x    mat.Tensor
	seed uint64
}

func (f *dropping) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *dropping) Forward() (mat.Tensor, error) {
	shape := f.x.Value().Shape()
	f.out.reshape(shape[0], shape[1])
	kernel.Dropout(f.out.data(), values(f.x), float32(f.p), f.seed, f.first)
	return &f.out, nil
}

// Backward drops the same values of the gradient, drawn again from the seed.
func (f *dropping) Backward(gy mat.Tensor) error {
	if f.x.RequiresGrad() {
		accumulate(f.x, func(dx []float32) {
			kernel.Dropout(dx, mat.Data[float32](gy), float32(f.p), f.seed, f.first) // dx has no other writer
		})
	}
	return nil
}
