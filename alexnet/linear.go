package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Linear is y = x*Wᵀ + B over a batch, followed by ReLU in the hidden layers.
// W is O x I, B is 1 x O, x is N x I, y is N x O.
type Linear struct {
	nn.Module
	W, B *nn.Param

	// W as it is stored in half precision or in 8 bits: then W is nil, and the
	// layer reads but does not learn.
	half []uint16
	rows *rows

	in, out int
	relu    bool
	result  tensor
	scratch *scratch
}

// Forward applies the layer to x, one row a sample.
func (l *Linear) Forward(x mat.Tensor) mat.Tensor {
	return ag.NewOperator(&linear{l, x}).Run()
}

type linear struct {
	*Linear
	x mat.Tensor
}

func (f *linear) Operands() []mat.Tensor {
	if f.W == nil {
		return []mat.Tensor{f.x, f.B}
	}
	return []mat.Tensor{f.x, f.W, f.B}
}

// stripe is how many outputs, or inputs, of a linear layer one task computes.
const stripe = 128

// stripes calls do for each range of at most width indices below n.
func stripes(n, width int, do func(from, to int)) {
	kernel.Parallel((n+width-1)/width, func(i int) { do(i*width, min((i+1)*width, n)) })
}

func (f *linear) Forward() (mat.Tensor, error) {
	inputs, outputs := f.in, f.out
	n := f.x.Value().Shape()[0]
	f.result.reshape(n, outputs)
	x, bias, y := values(f.x), values(f.B), f.result.data()
	if f.rows != nil {
		f.rows.round(x, n)
	}
	stripes(outputs, stripe, func(from, to int) {
		switch {
		case f.rows != nil:
			for i := range n {
				f.rows.multiply(y[i*outputs+from:i*outputs+to], i, from, to)
			}
		case f.half != nil:
			for i := range n {
				kernel.GemvHalf(y[i*outputs+from:i*outputs+to], f.half[from*inputs:to*inputs], inputs, x[i*inputs:(i+1)*inputs])
			}
		default:
			w := values(f.W)[from*inputs : to*inputs]
			kernel.Gemm(false, true, n, to-from, inputs, x, inputs, w, inputs, false, y[from:], outputs)
		}
		for i := range n {
			row := y[i*outputs+from : i*outputs+to]
			kernel.AddTo(row, bias[from:to])
			if f.relu {
				kernel.ReLU(row, row)
			}
		}
	})
	return &f.result, nil
}

func (f *linear) Backward(gy mat.Tensor) error {
	inputs, outputs := f.in, f.out
	x, y, dy := values(f.x), f.result.data(), mat.Data[float32](gy)
	n := len(dy) / outputs
	if f.relu {
		masked := f.scratch.get(len(dy))
		defer f.scratch.put(masked)
		kernel.ReLUBackward(masked, dy, y)
		dy = masked
	}
	if f.B.RequiresGrad() {
		accumulate(f.B, func(db []float32) {
			for i := range n {
				kernel.AddTo(db, dy[i*outputs:(i+1)*outputs])
			}
		})
	}
	if f.W != nil && f.W.RequiresGrad() {
		dw, add := f.W.Value().(*tensor).gradientAsIs()
		stripes(outputs, stripe, func(from, to int) {
			kernel.Gemm(true, false, to-from, inputs, n, dy[from:], outputs, x, inputs, add, dw[from*inputs:to*inputs], inputs)
		})
		passGradient(f.W)
	}
	switch {
	case !f.x.RequiresGrad():
	case f.W == nil:
		accumulate(f.x, func(dx []float32) { f.backwardStored(dx, dy, n) })
	default:
		w := values(f.W)
		dx, add := f.x.Value().(*tensor).gradientAsIs()
		stripes(inputs, stripe, func(from, to int) {
			kernel.Gemm(false, false, n, to-from, outputs, dy, outputs, w[from:], inputs, add, dx[from:], inputs)
		})
		passGradient(f.x)
	}
	return nil
}

// backwardStored adds dy*W to dx, for weights in half precision or in 8 bits:
// some rows are widened at a time.
func (f *linear) backwardStored(dx, dy []float32, n int) {
	const some = 16
	w := f.scratch.get(some * f.in)
	defer f.scratch.put(w)
	for from := 0; from < f.out; from += some {
		to := min(from+some, f.out)
		wide := w[:(to-from)*f.in]
		if f.rows != nil {
			f.rows.widen(wide, from)
		} else {
			kernel.WidenHalf(wide, f.half[from*f.in:to*f.in])
		}
		kernel.Gemm(false, false, n, f.in, to-from, dy[from:], f.out, wide, f.in, true, dx, f.in)
	}
}
