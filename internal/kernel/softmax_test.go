package kernel

import (
	"math"
	"testing"
)

// crossEntropy is the definition in float64, without regard to overflow.
func crossEntropy(logits []float64, labels []int, classes int) float64 {
	var loss float64
	for i, label := range labels {
		var total float64
		for _, v := range logits[i*classes:][:classes] {
			total += math.Exp(v)
		}
		loss -= math.Log(math.Exp(logits[i*classes+label]) / total)
	}
	return loss / float64(len(labels))
}

func TestSoftmaxCrossEntropy(t *testing.T) {
	r := newRand()
	for _, classes := range []int{1, 2, 3, 10} {
		for _, n := range []int{1, 2, 7} {
			logits, prob := newGuarded(n*classes, normal(r)), newGuarded(n*classes, normal(r))
			labels := make([]int, n)
			for i := range labels {
				labels[i] = r.IntN(classes)
			}
			x := widened(logits.data)
			want := crossEntropy(x, labels, classes)
			if got := SoftmaxCrossEntropy(prob.data, logits.data, labels, n, classes); math.Abs(got-want) > 1e-12 {
				t.Errorf("n=%d classes=%d: loss %v, want %v", n, classes, got, want)
			}
			for i := range n {
				if total := sum(prob.data[i*classes:][:classes]); math.Abs(total-1) > 1e-6 {
					t.Errorf("n=%d classes=%d: probabilities of sample %d sum to %v", n, classes, i, total)
				}
			}
			alone := make([]float32, n*classes)
			Softmax(alone, logits.data, n, classes)
			same(t, "Softmax", alone, prob.data)

			const gy = 3
			dlogits := newGuarded(n*classes, normal(r))
			SoftmaxCrossEntropyBackward(dlogits.data, prob.data, labels, n, classes, gy)
			near(t, "dlogits", dlogits.data, slope(x, func() float64 { return gy * crossEntropy(x, labels, classes) }), 1e-6)
			for _, g := range []guarded{logits, prob, dlogits} {
				g.intact(t, "softmax")
			}
		}
	}
}

func TestSoftmaxExtremes(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		logits []float32
		label  int
		loss   float64
		prob   []float32
	}{
		{[]float32{1000, 0}, 0, 0, []float32{1, 0}},
		{[]float32{1000, 0}, 1, 1000, []float32{1, 0}},
		{[]float32{-1000, -1000}, 1, math.Ln2, []float32{0.5, 0.5}},
		{[]float32{math.MaxFloat32, -math.MaxFloat32}, 1, 2 * math.MaxFloat32, []float32{1, 0}},
		{[]float32{-inf, 0}, 1, 0, []float32{0, 1}},
		{[]float32{-inf, 0}, 0, math.Inf(1), []float32{0, 1}},
	} {
		prob := make([]float32, len(c.logits))
		loss := SoftmaxCrossEntropy(prob, c.logits, []int{c.label}, 1, len(c.logits))
		if loss != c.loss && math.Abs(loss-c.loss) > 1e-12*c.loss {
			t.Errorf("%v label %d: loss %v, want %v", c.logits, c.label, loss, c.loss)
		}
		same(t, "prob", prob, c.prob)
	}
	nan := float32(math.NaN())
	for _, logits := range [][]float32{{nan, 0}, {0, nan}, {-inf, -inf}, {inf, inf}} {
		prob := make([]float32, 2)
		if loss := SoftmaxCrossEntropy(prob, logits, []int{0}, 1, 2); loss == loss {
			t.Errorf("%v: loss %v, want NaN", logits, loss)
		}
	}
}
