package alexnet

import (
	"sync"

	"github.com/nlpodyssey/spago/mat"

	"lungct/internal/kernel"
)

// tensor is a spago matrix whose buffers outlive a training step. Spago's
// Dense clones the first gradient that it is given and drops it on ZeroGrad:
// at full size that is 94 MB of garbage a step for the parameters alone.
//
// An operator asks for the gradient buffer, adds to it and hands the same
// matrix to AccGrad, which then has nothing to copy.
type tensor struct {
	*mat.Dense[float32]

	mu     sync.Mutex
	values []float32           // backing of Dense, kept when a smaller batch follows a larger one
	space  []float32           // backing of grad, kept likewise
	grad   *mat.Dense[float32] // same shape as Dense, nil before the first gradient
	live   bool                // grad holds gradients since the last ZeroGrad
}

// newTensor returns a rows x cols tensor of zeros.
func newTensor(rows, cols int) *tensor {
	t := new(tensor)
	t.reshape(rows, cols)
	return t
}

// wrap returns values, not copied, as a rows x cols tensor.
func wrap(values []float32, rows, cols int) *tensor {
	return &tensor{values: values, Dense: dense(values, rows, cols)}
}

func dense(values []float32, rows, cols int) *mat.Dense[float32] {
	return mat.NewDense[float32](mat.WithShape(rows, cols), mat.WithBacking(values))
}

// reshape makes t a rows x cols tensor without gradient whose values are
// undefined. Memory is allocated only when t has never been as large.
func (t *tensor) reshape(rows, cols int) {
	t.live = false
	if t.Dense != nil && t.Shape()[0] == rows && t.Shape()[1] == cols {
		return
	}
	if n := rows * cols; n > cap(t.values) {
		t.values = make([]float32, n)
	}
	t.Dense = dense(t.values[:rows*cols], rows, cols)
	t.grad = nil
}

// data is the tensor's values, row-major.
func (t *tensor) data() []float32 { return mat.Data[float32](t.Dense) }

// gradient is the buffer to which an operator adds gradients: zeros unless
// gradients were given since the last ZeroGrad. They count once passGradient
// is called.
func (t *tensor) gradient() []float32 {
	g, live := t.gradientAsIs()
	if !live {
		clear(g)
	}
	return g
}

// gradientAsIs is gradient for an operator that can write as well as add: the
// buffer holds anything unless it is live.
func (t *tensor) gradientAsIs() (g []float32, live bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.grad == nil {
		rows, cols := t.Shape()[0], t.Shape()[1]
		if n := rows * cols; n > cap(t.space) {
			t.space = make([]float32, n)
		}
		t.grad = dense(t.space[:rows*cols], rows, cols)
	}
	return mat.Data[float32](t.grad), t.live
}

// Value returns t itself, not the Dense within, so that spago's graph keeps
// calling the methods below.
func (t *tensor) Value() mat.Tensor { return t }

// AccGrad adds g to the gradients; the matrix that backs gradient itself only
// needs to be marked.
func (t *tensor) AccGrad(g mat.Tensor) {
	if g != mat.Tensor(t.grad) {
		kernel.AddTo(t.gradient(), mat.Data[float32](g))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live = true
}

// Grad returns the gradients since the last ZeroGrad, nil when there are none.
func (t *tensor) Grad() mat.Tensor {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.live {
		return nil
	}
	return t.grad
}

// HasGrad tells whether there are gradients since the last ZeroGrad.
func (t *tensor) HasGrad() bool { return t.Grad() != nil }

// ZeroGrad forgets the gradients and keeps their buffer.
func (t *tensor) ZeroGrad() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live = false
}

// passGradient tells spago that the gradient buffer of node, an operator or a
// parameter, has all that the caller adds to it.
func passGradient(node mat.Tensor) { node.AccGrad(node.Value().(*tensor).grad) }

// accumulate runs add on the gradient buffer of node and passes it on.
func accumulate(node mat.Tensor, add func(gradient []float32)) {
	add(node.Value().(*tensor).gradient())
	passGradient(node)
}
