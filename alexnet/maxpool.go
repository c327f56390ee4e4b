package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// MaxPool takes the largest value of each window of each channel:
// N x (C*H*W) to N x (C*H'*W'). A remainder at the right and bottom border
// that does not fill a window is left out, as PyTorch does.
type MaxPool struct {
	nn.Module

	geometry kernel.Geometry
	out      tensor
	arg      []int32 // where in its image each maximum was found
}

// Forward applies the layer to x, one row a sample.
func (l *MaxPool) Forward(x mat.Tensor) mat.Tensor {
	return ag.NewOperator(&maxPooling{l, x}).Run()
}

type maxPooling struct {
	*MaxPool
	x mat.Tensor
}

func (f *maxPooling) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *maxPooling) Forward() (mat.Tensor, error) {
	g := f.geometry
	n, in, out := f.x.Value().Shape()[0], g.C*g.H*g.W, g.C*g.OutH()*g.OutW()
	f.out.reshape(n, out)
	if n*out > cap(f.arg) {
		f.arg = make([]int32, n*out)
	}
	f.arg = f.arg[:n*out]
	x, y := values(f.x), f.out.data()
	kernel.Parallel(n, func(i int) {
		kernel.MaxPool(y[i*out:(i+1)*out], f.arg[i*out:(i+1)*out], x[i*in:(i+1)*in], g)
	})
	return &f.out, nil
}

func (f *maxPooling) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	g, dy := f.geometry, mat.Data[float32](gy)
	in, out := g.C*g.H*g.W, g.C*g.OutH()*g.OutW()
	dx, add := f.x.Value().(*tensor).gradientAsIs()
	kernel.Parallel(len(dy)/out, func(i int) {
		image := dx[i*in : (i+1)*in]
		if !add {
			clear(image)
		}
		kernel.MaxPoolBackward(image, dy[i*out:(i+1)*out], f.arg[i*out:(i+1)*out])
	})
	passGradient(f.x)
	return nil
}
