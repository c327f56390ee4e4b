package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Constants of local response normalisation as the first AlexNet had them
// (Krizhevsky et al. 2012, section 3.3); alpha is divided by the window's size,
// as PyTorch does.
const (
	lrnSize  = 5
	lrnAlpha = 1e-4
	lrnBeta  = 0.75
	lrnK     = 2
)

// LRN is local response normalisation across neighbouring channels, over a
// batch: N x (C*H*W) to the same shape.
type LRN struct {
	nn.Module

	channels, spatial int
	out               tensor
	scale             []float32 // k + alpha/size * sum of squares, kept for the backward pass
}

// Forward applies the layer to x, one row a sample.
func (l *LRN) Forward(x mat.Tensor) mat.Tensor {
	return ag.NewOperator(&normalisation{l, x}).Run()
}

type normalisation struct {
	*LRN
	x mat.Tensor
}

func (f *normalisation) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *normalisation) Forward() (mat.Tensor, error) {
	n, size := f.x.Value().Shape()[0], f.channels*f.spatial
	f.out.reshape(n, size)
	if n*size > cap(f.scale) {
		f.scale = make([]float32, n*size)
	}
	f.scale = f.scale[:n*size]
	x, y := values(f.x), f.out.data()
	kernel.Parallel(n, func(i int) {
		from, to := i*size, (i+1)*size
		kernel.LocalResponseNorm(y[from:to], f.scale[from:to], x[from:to], f.channels, f.spatial, lrnSize, lrnAlpha, lrnBeta, lrnK)
	})
	return &f.out, nil
}

func (f *normalisation) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	size := f.channels * f.spatial
	x, dy := values(f.x), mat.Data[float32](gy)
	accumulate(f.x, func(dx []float32) {
		kernel.Parallel(len(dy)/size, func(i int) {
			from, to := i*size, (i+1)*size
			kernel.LocalResponseNormBackward(dx[from:to], dy[from:to], f.scale[from:to], x[from:to], f.channels, f.spatial, lrnSize, lrnAlpha, lrnBeta)
		})
	})
	return nil
}
