// Package alexnet is AlexNet (Krizhevsky 2014, as torchvision has it) with the
// geometry of "Lung CT image aided detection COVID-19 based on Alexnet
// network" (Wang et al. 2020), as a spago model: parameters are nn.Param, a
// forward pass builds a spago graph, gradients come from ag.Backward.
//
// Activations are N x (C*H*W) float32 matrices, one row a sample, CHW inside a
// row. Letters: N samples, C channels, H and W pixels, K output channels,
// R kernel side, S stride, P padding.
//
// Shapes are checked before a graph is built, since spago ends the process
// when an operator fails; the operators themselves cannot fail.
package alexnet

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"lungct/internal/kernel"
)

// Model is the network. It keeps its activations and gradients from call to
// call: one goroutine at a time may use it.
type Model struct {
	nn.Module
	Conv   [5]*Conv
	Norm   [5]*LRN     // nil without local response normalisation
	Pool   [5]*MaxPool // nil where the table has none
	Drop   [2]*Dropout
	Linear [3]*Linear
	Loss   *CrossEntropy

	config Config
	plan   plan
}

// New returns a network whose parameters are all zero: Init or Load gives
// them values.
func New(c Config) (*Model, error) { return build(c, nil) }

// build is New, with the linear layers that stored has in 16 or 8 bits kept so.
// It makes no parameter for them: such a model reads, but does not learn.
func build(c Config, stored map[string]Tensor) (*Model, error) {
	p, err := c.plan()
	if err != nil {
		return nil, err
	}
	m := &Model{config: c, plan: p, Loss: new(CrossEntropy)}
	buffers := new(scratch)
	for i, g := range p.conv {
		k := c.Widths[i]
		m.Conv[i] = &Conv{W: newParam(k, g.C*g.K*g.K), B: newParam(1, k), geometry: g, equal: 1, scratch: buffers}
		if tile := convolutions[i].tile; tile > 0 {
			m.Conv[i].fast = newWinograd(g, k, tile)
		}
		if c.LRN {
			m.Norm[i] = &LRN{channels: k, spatial: g.OutH() * g.OutW()}
		}
		if p.pool[i].K > 0 {
			m.Pool[i] = &MaxPool{geometry: p.pool[i]}
		}
	}
	for i, size := range p.linear {
		in, out := size[0], size[1]
		l := &Linear{B: newParam(1, out), in: in, out: out, relu: i < 2, scratch: buffers}
		switch t := stored[linears[i]+".weight"]; {
		case t.DType == F16:
			if l.half, err = t.halves(); err != nil {
				return nil, err
			}
		case t.DType == I8:
			l.rows = &rows{weights: view[int8](t.Data), scales: t.scales}
		default:
			l.W = newParam(out, in)
		}
		m.Linear[i] = l
	}
	for i := range m.Drop {
		m.Drop[i] = &Dropout{p: c.Dropout, first: uint64(i) << 32}
	}
	return m, nil
}

// newParam returns a parameter of zeros that keeps its gradient buffer.
// nn.NewParam would clone the tensor into a plain Dense.
func newParam(rows, cols int) *nn.Param {
	p := &nn.Param{Matrix: newTensor(rows, cols)}
	p.SetRequiresGrad(true)
	return p
}

// Config is the architecture.
func (m *Model) Config() Config { return m.config }

// ReadGrey changes the input from N x (C*H*W) to N x (H*W): one plane, which
// stands for C equal ones. The result is the same but for rounding, for a third
// of the first convolution's work.
func (m *Model) ReadGrey() {
	first := m.Conv[0]
	first.equal, first.geometry.C = m.config.Channels, 1
}

// Params yields the parameters with torchvision's names, in the order of
// Config.Shapes.
func (m *Model) Params() iter.Seq2[string, *nn.Param] {
	return func(yield func(string, *nn.Param) bool) {
		for i, l := range m.Conv {
			key := convolutions[i].key
			if !yield(key+".weight", l.W) || !yield(key+".bias", l.B) {
				return
			}
		}
		for i, l := range m.Linear {
			if l.W != nil && !yield(linears[i]+".weight", l.W) || !yield(linears[i]+".bias", l.B) {
				return
			}
		}
	}
}

// Init draws the weights from normal distributions of He et al. 2015
// (variance 2/inputs), the last layer's with standard deviation 0.01 so that
// training begins with even odds, and sets biases to zero.
func (m *Model) Init(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0x6c756e676374))
	fill := func(p *nn.Param, std float64) {
		w := values(p)
		for i := range w {
			w[i] = float32(rng.NormFloat64() * std)
		}
	}
	for _, l := range m.Conv {
		fill(l.W, math.Sqrt(2/float64(l.W.Shape()[1])))
		clear(values(l.B))
	}
	for i, l := range m.Linear {
		std := math.Sqrt(2 / float64(l.W.Shape()[1]))
		if i == len(m.Linear)-1 {
			std = 0.01
		}
		fill(l.W, std)
		clear(values(l.B))
	}
}

// Copy gives m the parameters of a network of the same architecture, whatever its
// dropout.
func (m *Model) Copy(from *Model) error {
	other := from.config
	other.Dropout = m.config.Dropout
	if other != m.config {
		return fmt.Errorf("alexnet: copy: got a network of %+v, want %+v", from.config, m.config)
	}
	theirs := make(map[string]*nn.Param)
	for name, p := range from.Params() {
		theirs[name] = p
	}
	for name, p := range m.Params() {
		copy(values(p), values(theirs[name]))
	}
	return nil
}

// Forward builds the graph from x, N x (C*H*W), to the logits, N x classes.
// Dropout is drawn from the seed, or left out when it is nil.
func (m *Model) Forward(x mat.Tensor, dropout *uint64) mat.Tensor {
	return m.head(m.features(x), dropout)
}

// features are the layers up to the last pooling, which is left to head.
func (m *Model) features(x mat.Tensor) mat.Tensor {
	for i, conv := range m.Conv {
		x = conv.Forward(x)
		if m.Norm[i] != nil {
			x = m.Norm[i].Forward(x)
		}
		if m.Pool[i] != nil && i < len(m.Conv)-1 {
			x = m.Pool[i].Forward(x)
		}
	}
	return x
}

// head is the last pooling and the linear layers.
func (m *Model) head(x mat.Tensor, dropout *uint64) mat.Tensor {
	if last := m.Pool[len(m.Pool)-1]; last != nil {
		x = last.Forward(x)
	}
	for i, linear := range m.Linear {
		if dropout != nil && i < len(m.Drop) {
			x = m.Drop[i].Forward(x, *dropout)
		}
		x = linear.Forward(x)
	}
	return x
}

// inputSize is the number of values of one sample.
func (m *Model) inputSize() int {
	g := m.Conv[0].geometry
	return g.C * g.H * g.W
}

// input checks a batch of samples and returns it as a matrix.
func (m *Model) input(x []float32) (*tensor, error) {
	g := m.Conv[0].geometry
	if size := m.inputSize(); len(x) == 0 || len(x)%size != 0 {
		return nil, fmt.Errorf("alexnet: input: got %d values, want a multiple of %d (%dx%dx%d)", len(x), size, g.C, g.H, g.W)
	}
	return wrap(x, len(x)/m.inputSize(), m.inputSize()), nil
}

// Logits returns the network's raw scores, N x classes, for x, N x (C*H*W),
// without dropout.
func (m *Model) Logits(x []float32) ([]float32, error) {
	in, err := m.input(x)
	if err != nil {
		return nil, err
	}
	return append([]float32(nil), values(m.Forward(in, nil))...), nil
}

// Probabilities returns softmax of the logits, N x classes, for x,
// N x (C*H*W).
func (m *Model) Probabilities(x []float32) ([]float32, error) {
	logits, err := m.Logits(x)
	if err != nil {
		return nil, err
	}
	classes := m.config.Classes
	kernel.Softmax(logits, logits, len(logits)/classes, classes)
	return logits, nil
}

// Gradients runs one batch forward and backward: x is N x (C*H*W), labels has
// a class a sample, dropout is drawn from seed. It leaves the gradients of the
// mean cross-entropy in the parameters and returns the loss and the
// probabilities, N x classes, which stay valid until the next call.
func (m *Model) Gradients(x []float32, labels []int, seed uint64) (loss float64, probability []float32, err error) {
	in, err := m.input(x)
	if err != nil {
		return 0, nil, err
	}
	if n := in.Shape()[0]; len(labels) != n {
		return 0, nil, fmt.Errorf("alexnet: labels: got %d, want %d, one a sample", len(labels), n)
	}
	for i, class := range labels {
		if class < 0 || class >= m.config.Classes {
			return 0, nil, fmt.Errorf("alexnet: label of sample %d: got %d, want 0 to %d", i, class, m.config.Classes-1)
		}
	}
	return m.backward(m.Loss.Forward(m.Forward(in, &seed), labels))
}

// GradientsTowards is Gradients for targets, N x classes, that say how much of
// each class a sample is: from 0 to 1, together 1. The loss's weights and smoothing
// play no part.
func (m *Model) GradientsTowards(x, targets []float32, seed uint64) (loss float64, probability []float32, err error) {
	in, err := m.input(x)
	if err != nil {
		return 0, nil, err
	}
	if n, classes := in.Shape()[0], m.config.Classes; len(targets) != n*classes {
		return 0, nil, fmt.Errorf("alexnet: targets: got %d, want %d for each of %d samples", len(targets), classes, n)
	}
	return m.backward(m.Loss.Towards(m.Forward(in, &seed), targets))
}

// backward leaves the gradients of loss, the end of a graph, in the parameters.
func (m *Model) backward(loss mat.Tensor) (float64, []float32, error) {
	for _, p := range m.Params() {
		p.ZeroGrad()
	}
	if err := ag.Backward(loss); err != nil {
		return 0, nil, fmt.Errorf("alexnet: backward: %w", err)
	}
	return float64(values(loss)[0]), m.Loss.probability, nil
}

// Update changes every parameter by its gradient as strategy has it.
func (m *Model) Update(strategy Optimizer) error {
	var failed error
	for name, p := range m.Params() {
		if !p.HasGrad() {
			failed = errors.Join(failed, fmt.Errorf("alexnet: update: %s has no gradient", name))
			continue
		}
		if err := strategy.OptimizeParams(p); err != nil {
			failed = errors.Join(failed, fmt.Errorf("alexnet: update %s: %w", name, err))
		}
	}
	return failed
}
