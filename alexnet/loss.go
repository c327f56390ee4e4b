package alexnet

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// CrossEntropy is the mean softmax cross-entropy over a batch:
//
//	loss = mean over n of -log softmax(x[n])[labels[n]]
//
// x is N x classes; the loss is 1 x 1.
type CrossEntropy struct {
	nn.Module

	out         tensor
	probability []float32 // softmax of x, N x classes
}

// Forward returns the loss of logits x against labels, one a row.
func (l *CrossEntropy) Forward(x mat.Tensor, labels []int) mat.Tensor {
	return ag.NewOperator(&crossEntropy{l, x, labels}).Run()
}

type crossEntropy struct {
	*CrossEntropy
	x      mat.Tensor
	labels []int
}

func (f *crossEntropy) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *crossEntropy) Forward() (mat.Tensor, error) {
	shape := f.x.Value().Shape()
	n, classes := shape[0], shape[1]
	if n*classes > cap(f.probability) {
		f.probability = make([]float32, n*classes)
	}
	f.probability = f.probability[:n*classes]
	f.out.reshape(1, 1)
	f.out.data()[0] = float32(kernel.SoftmaxCrossEntropy(f.probability, values(f.x), f.labels, n, classes))
	return &f.out, nil
}

func (f *crossEntropy) Backward(gy mat.Tensor) error {
	shape := f.x.Value().Shape()
	scale := mat.Data[float32](gy)[0]
	accumulate(f.x, func(dx []float32) {
		kernel.SoftmaxCrossEntropyBackward(dx, f.probability, f.labels, shape[0], shape[1], scale)
	})
	return nil
}
