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
// x is N x classes; the loss is 1 x 1. With weights and smoothing it is
// PyTorch's: with w the weights and e the smoothing, the target of sample n is
//
//	q[n,c] = w[c] * ((1-e)*[c == labels[n]] + e/classes)
//	loss = -sum over n,c of q[n,c]*log softmax(x[n])[c] / sum over n of w[labels[n]]
type CrossEntropy struct {
	nn.Module

	Weights   []float32 // by class; nil for equal ones
	Smoothing float64   // share of each target that is spread over all classes

	out         tensor
	probability []float32 // softmax of x, N x classes
	targets     []float32 // N x classes
	total       float64   // of the samples' weights
}

// Towards is Forward against targets, N x classes, that are each sample's shares
// of the classes, and come instead of labels, weights and smoothing.
func (l *CrossEntropy) Towards(x mat.Tensor, targets []float32) mat.Tensor {
	l.targets = append(l.targets[:0], targets...)
	l.total = float64(x.Value().Shape()[0])
	return ag.NewOperator(&crossEntropy{l, x, nil}).Run()
}

// Forward returns the loss of logits x against labels, one a row.
func (l *CrossEntropy) Forward(x mat.Tensor, labels []int) mat.Tensor {
	return ag.NewOperator(&crossEntropy{l, x, labels}).Run()
}

type crossEntropy struct {
	*CrossEntropy
	x      mat.Tensor
	labels []int // nil for targets that are given
}

func (f *crossEntropy) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

// plain tells whether the targets are the labels.
func (f *crossEntropy) plain() bool { return f.labels != nil && f.Weights == nil && f.Smoothing == 0 }

func (f *crossEntropy) Forward() (mat.Tensor, error) {
	shape := f.x.Value().Shape()
	n, classes := shape[0], shape[1]
	if n*classes > cap(f.probability) {
		f.probability = make([]float32, n*classes)
	}
	f.probability = f.probability[:n*classes]
	f.out.reshape(1, 1)
	var loss float64
	if f.plain() {
		loss = kernel.SoftmaxCrossEntropy(f.probability, values(f.x), f.labels, n, classes)
	} else {
		if f.labels != nil {
			f.aim(f.labels, classes)
		}
		loss = kernel.TargetCrossEntropy(f.probability, values(f.x), f.targets, n, classes, f.total)
	}
	f.out.data()[0] = float32(loss)
	return &f.out, nil
}

// aim works out the targets of the labels.
func (l *CrossEntropy) aim(labels []int, classes int) {
	l.targets, l.total = l.targets[:0], 0
	for _, label := range labels {
		for c := range classes {
			weight, q := 1.0, l.Smoothing/float64(classes)
			if l.Weights != nil {
				weight = float64(l.Weights[c])
			}
			if c == label {
				q += 1 - l.Smoothing
				l.total += weight
			}
			l.targets = append(l.targets, float32(weight*q))
		}
	}
}

func (f *crossEntropy) Backward(gy mat.Tensor) error {
	shape := f.x.Value().Shape()
	scale := mat.Data[float32](gy)[0]
	accumulate(f.x, func(dx []float32) {
		if f.plain() {
			kernel.SoftmaxCrossEntropyBackward(dx, f.probability, f.labels, shape[0], shape[1], scale)
		} else {
			kernel.TargetCrossEntropyBackward(dx, f.probability, f.targets, shape[0], shape[1], f.total, float64(scale))
		}
	})
	return nil
}
