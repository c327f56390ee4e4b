package alexnet

import (
	"math"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// Standardise scales the weights and sets the biases of every layer but the last
// so that before ReLU each of its channels has mean 0 and variance 1 over x,
// N x (C*H*W) (Krähenbühl et al. 2016; Mishkin and Matas 2016). It is what batch
// normalisation does for the first step, at no cost for the later ones and with
// nothing to be folded away. The directions of the weights stay as they are:
// random ones see a surprising amount.
func (m *Model) Standardise(x []float32) error {
	in, err := m.input(x)
	if err != nil {
		return err
	}
	var at mat.Tensor = in
	for i, conv := range m.Conv {
		standardise(conv.W, conv.B, func() mat.Tensor { return conv.Forward(at) })
		at = conv.Forward(at)
		if m.Norm[i] != nil {
			at = m.Norm[i].Forward(at)
		}
		if m.Pool[i] != nil {
			at = m.Pool[i].Forward(at)
		}
	}
	for _, linear := range m.Linear[:len(m.Linear)-1] {
		standardise(linear.W, linear.B, func() mat.Tensor { return linear.Forward(at) })
		at = linear.Forward(at)
	}
	return nil
}

// standardise is Standardise for one layer of weights w, channels x inputs, and
// biases b. The output is max(0, z), N x (channels * pixels); with all signs
// changed it is max(0, -z), so that two runs tell all of z.
func standardise(w, b *nn.Param, output func() mat.Tensor) {
	channels := b.Size()
	sum, squares := make([]float64, channels), make([]float64, channels)
	count := 0
	for _, sign := range []float64{1, -1} {
		y := output()
		count = y.Size() / channels
		pixels := y.Shape()[1] / channels
		for i, v := range values(y) {
			k := i / pixels % channels
			sum[k] += sign * float64(v)
			squares[k] += float64(v) * float64(v)
		}
		negate(values(w))
		negate(values(b))
	}
	weights, biases := values(w), values(b)
	inputs := len(weights) / channels
	for k := range channels {
		mean := sum[k] / float64(count)
		deviation := math.Sqrt(max(squares[k]/float64(count)-mean*mean, 0))
		if !(deviation > 1e-6) { // a channel that sees nothing
			continue
		}
		for i := range inputs {
			weights[k*inputs+i] /= float32(deviation)
		}
		biases[k] = float32((float64(biases[k]) - mean) / deviation)
	}
}

func negate(x []float32) {
	for i, v := range x {
		x[i] = -v
	}
}
