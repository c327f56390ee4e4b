package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// forEachImplementation runs a test with each implementation, in place of the
// one that was chosen, and skips those that this machine lacks.
func forEachImplementation(t *testing.T, test func(t *testing.T)) {
	chosen := active
	t.Cleanup(func() { active = chosen })
	for _, each := range implementations {
		t.Run(each.name, func(t *testing.T) {
			if !each.supported {
				t.Skipf("this machine lacks %s", each.name)
			}
			active = each
			test(t)
		})
	}
}

// guardWords surround every slice that a kernel under test may touch. They are
// signalling values: written over they show, and read they poison a result.
const guardWords = 64

var guardBits = uint32(0x7fbadbad) // a NaN

// guarded is a slice between guard words.
type guarded struct {
	all  []float32
	data []float32
}

// newGuarded returns n values of a kind that fill makes.
func newGuarded(n int, fill func(i int) float32) guarded {
	all := make([]float32, n+2*guardWords)
	for i := range all {
		all[i] = math.Float32frombits(guardBits)
	}
	g := guarded{all, all[guardWords:][:n:n]}
	for i := range g.data {
		g.data[i] = fill(i)
	}
	return g
}

// intact fails the test when a guard word was written.
func (g guarded) intact(t *testing.T, name string) {
	t.Helper()
	for i, v := range g.all {
		if i >= guardWords && i < guardWords+len(g.data) {
			continue
		}
		if math.Float32bits(v) != guardBits {
			t.Fatalf("%s[%d] was written, its length is %d", name, i-guardWords, len(g.data))
		}
	}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// normal fills with values of mean 0 and deviation 1.
func normal(r *rand.Rand) func(int) float32 {
	return func(int) float32 { return float32(r.NormFloat64()) }
}

func randomSlice(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// near fails unless got is within tolerance of want, relative to the larger of
// want and 1.
func near(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		if diff := math.Abs(float64(v) - want[i]); !(diff <= tolerance*max(1, math.Abs(want[i]))) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, v, want[i])
		}
	}
}

// same fails unless two slices are equal bit for bit.
func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

// slope is the derivative of a function of x by every x[i], by central
// differences in float64.
func slope(x []float64, f func() float64) []float64 {
	const step = 1e-5
	grad := make([]float64, len(x))
	for i, v := range x {
		x[i] = v + step
		above := f()
		x[i] = v - step
		grad[i] = (above - f()) / (2 * step)
		x[i] = v
	}
	return grad
}

// dot weighs a result, so that its derivative by an argument is one number.
func dot(x []float64, weights []float32) float64 {
	var sum float64
	for i, v := range x {
		sum += v * float64(weights[i])
	}
	return sum
}

// panics fails unless f panics with this message.
func panics(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	f()
}

func TestExtent(t *testing.T) {
	for _, c := range []struct{ rows, cols, stride, want int }{
		{0, 5, 5, 0}, {5, 0, 5, 0}, {1, 5, 9, 5}, {3, 5, 5, 15}, {3, 5, 9, 23},
		{math.MaxInt, 1, math.MaxInt, math.MaxInt},
		{2, 2, math.MaxInt - 1, math.MaxInt},
		{2, 1, math.MaxInt - 1, math.MaxInt},
	} {
		if got := extent(c.rows, c.cols, c.stride); got != c.want {
			t.Errorf("extent(%d, %d, %d) = %d, want %d", c.rows, c.cols, c.stride, got, c.want)
		}
	}
}

// Every exported function names itself, the argument, what it got and what it
// wanted.
func TestChecks(t *testing.T) {
	x := func(n int) []float32 { return make([]float32, n) }
	window := Geometry{C: 1, H: 4, W: 4, K: 2, S: 2}
	for want, call := range map[string]func(){
		"Gemm: m is -1, want at least 0":                               func() { Gemm(false, false, -1, 1, 1, nil, 1, nil, 1, false, nil, 1) },
		"Gemm: n is -1, want at least 0":                               func() { Gemm(false, false, 1, -1, 1, nil, 1, nil, 1, false, nil, 1) },
		"Gemm: k is -1, want at least 0":                               func() { Gemm(false, false, 1, 1, -1, nil, 1, nil, 1, false, nil, 1) },
		"Gemm: lda is 3, want at least 4":                              func() { Gemm(false, false, 3, 5, 4, x(12), 3, x(20), 5, false, x(15), 5) },
		"Gemm: lda is 2, want at least 3":                              func() { Gemm(true, false, 3, 5, 4, x(12), 2, x(20), 5, false, x(15), 5) },
		"Gemm: ldb is 4, want at least 5":                              func() { Gemm(false, false, 3, 5, 4, x(12), 4, x(20), 4, false, x(15), 5) },
		"Gemm: ldb is 3, want at least 4":                              func() { Gemm(false, true, 3, 5, 4, x(12), 4, x(20), 3, false, x(15), 5) },
		"Gemm: ldc is 4, want at least 5":                              func() { Gemm(false, false, 3, 5, 4, x(12), 4, x(20), 5, false, x(15), 4) },
		"Gemm: len(a) is 5, want at least 12":                          func() { Gemm(false, false, 3, 5, 4, x(5), 4, x(20), 5, false, x(15), 5) },
		"Gemm: len(b) is 19, want at least 20":                         func() { Gemm(false, false, 3, 5, 4, x(12), 4, x(19), 5, false, x(15), 5) },
		"Gemm: len(c) is 16, want at least 17":                         func() { Gemm(false, false, 3, 5, 4, x(12), 4, x(20), 5, false, x(16), 6) },
		"ReLU: len(dst) is 1, want 2":                                  func() { ReLU(x(1), x(2)) },
		"ReLUBackward: len(dx) is 1, want 2":                           func() { ReLUBackward(x(1), x(2), x(2)) },
		"ReLUBackward: len(dy) is 3, want 2":                           func() { ReLUBackward(x(2), x(3), x(2)) },
		"AddTo: len(dst) is 3, want 2":                                 func() { AddTo(x(3), x(2)) },
		"AddBiasReLU: len(x) is 5, want 6":                             func() { AddBiasReLU(x(5), x(2), 2, 3) },
		"AddBiasReLU: len(bias) is 3, want 2":                          func() { AddBiasReLU(x(6), x(3), 2, 3) },
		"AddBiasReLU: channels is -2, want at least 0":                 func() { AddBiasReLU(x(6), x(3), -2, -3) },
		"BiasGrad: len(dy) is 5, want 6":                               func() { BiasGrad(x(2), x(5), 2, 3) },
		"BiasGrad: len(db) is 1, want 2":                               func() { BiasGrad(x(1), x(6), 2, 3) },
		"BiasGrad: spatial is -3, want at least 0":                     func() { BiasGrad(x(1), x(6), 2, -3) },
		"SGD: len(v) is 1, want 2":                                     func() { SGD(x(2), x(1), x(2), 1, 0, 0) },
		"SGD: len(g) is 1, want 2":                                     func() { SGD(x(2), x(2), x(1), 1, 0, 0) },
		"Im2col: geometry: K is 0, want 1 to 32768":                    func() { Im2col(nil, 1, nil, Geometry{C: 1, H: 1, W: 1}, 0, 1) },
		"Im2col: rows are 0 to 3, want 0 to 2":                         func() { Im2col(x(16), 4, x(16), window, 0, 3) },
		"Im2col: rows are 1 to 0, want 0 to 2":                         func() { Im2col(x(16), 4, x(16), window, 1, 0) },
		"Im2col: len(dst) is 15, want at least 16":                     func() { Im2col(x(15), 4, x(16), window, 0, 2) },
		"Im2col: len(src) is 15, want at least 16":                     func() { Im2col(x(16), 4, x(15), window, 0, 2) },
		"Im2col: stride is 3, want at least 4":                         func() { Im2col(x(16), 3, x(16), window, 0, 2) },
		"Col2im: rows are -1 to 1, want 0 to 2":                        func() { Col2im(x(16), x(16), 4, window, -1, 1) },
		"Col2im: len(dst) is 15, want at least 16":                     func() { Col2im(x(15), x(16), 4, window, 0, 2) },
		"Col2im: len(src) is 15, want at least 16":                     func() { Col2im(x(16), x(15), 4, window, 0, 2) },
		"MaxPool: len(dst) is 3, want at least 4":                      func() { MaxPool(x(3), nil, x(16), window) },
		"MaxPool: len(src) is 15, want at least 16":                    func() { MaxPool(x(4), nil, x(15), window) },
		"MaxPool: len(arg) is 3, want at least 4":                      func() { MaxPool(x(4), make([]int32, 3), x(16), window) },
		"MaxPool: P is 1, want 0":                                      func() { MaxPool(x(4), nil, x(16), Geometry{1, 4, 4, 2, 2, 1}) },
		"MaxPoolBackward: len(arg) is 3, want 4":                       func() { MaxPoolBackward(x(16), x(4), make([]int32, 3)) },
		"LocalResponseNorm: size is 0, want at least 1":                func() { LocalResponseNorm(x(6), x(6), x(6), 2, 3, 0, 1, 1, 1) },
		"LocalResponseNorm: len(src) is 5, want 6":                     func() { LocalResponseNorm(x(6), x(6), x(5), 2, 3, 5, 1, 1, 1) },
		"LocalResponseNorm: len(dst) is 5, want 6":                     func() { LocalResponseNorm(x(5), x(6), x(6), 2, 3, 5, 1, 1, 1) },
		"LocalResponseNorm: len(scale) is 5, want 6":                   func() { LocalResponseNorm(x(6), x(5), x(6), 2, 3, 5, 1, 1, 1) },
		"LocalResponseNormBackward: len(src) is 5, want 6":             func() { LocalResponseNormBackward(x(6), x(6), x(6), x(5), 2, 3, 5, 1, 1) },
		"LocalResponseNormBackward: len(scale) is 5, want 6":           func() { LocalResponseNormBackward(x(6), x(6), x(5), x(6), 2, 3, 5, 1, 1) },
		"LocalResponseNormBackward: len(dy) is 5, want 6":              func() { LocalResponseNormBackward(x(6), x(5), x(6), x(6), 2, 3, 5, 1, 1) },
		"LocalResponseNormBackward: len(dx) is 5, want 6":              func() { LocalResponseNormBackward(x(5), x(6), x(6), x(6), 2, 3, 5, 1, 1) },
		"Softmax: classes is 0, want at least 1":                       func() { Softmax(nil, nil, 1, 0) },
		"Softmax: len(src) is 5, want 6":                               func() { Softmax(x(6), x(5), 2, 3) },
		"Softmax: len(dst) is 5, want 6":                               func() { Softmax(x(5), x(6), 2, 3) },
		"SoftmaxCrossEntropy: n is 0, want at least 1":                 func() { SoftmaxCrossEntropy(nil, nil, nil, 0, 2) },
		"SoftmaxCrossEntropy: len(labels) is 1, want 2":                func() { SoftmaxCrossEntropy(x(4), x(4), []int{0}, 2, 2) },
		"SoftmaxCrossEntropy: labels[1] is 2, want 0 to 1":             func() { SoftmaxCrossEntropy(x(4), x(4), []int{0, 2}, 2, 2) },
		"SoftmaxCrossEntropy: len(logits) is 3, want 4":                func() { SoftmaxCrossEntropy(x(4), x(3), []int{0, 1}, 2, 2) },
		"SoftmaxCrossEntropy: len(prob) is 3, want 4":                  func() { SoftmaxCrossEntropy(x(3), x(4), []int{0, 1}, 2, 2) },
		"SoftmaxCrossEntropyBackward: labels[0] is -1, want 0 to 1":    func() { SoftmaxCrossEntropyBackward(x(4), x(4), []int{-1, 1}, 2, 2, 1) },
		"SoftmaxCrossEntropyBackward: len(prob) is 3, want 4":          func() { SoftmaxCrossEntropyBackward(x(4), x(3), []int{0, 1}, 2, 2, 1) },
		"SoftmaxCrossEntropyBackward: len(dlogits) is 3, want 4":       func() { SoftmaxCrossEntropyBackward(x(3), x(4), []int{0, 1}, 2, 2, 1) },
		"Dropout: len(dst) is 1, want 2":                               func() { Dropout(x(1), x(2), 0.5, 1, 0) },
		"Dropout: rate is 1.5, want 0 to 1":                            func() { Dropout(x(2), x(2), 1.5, 1, 0) },
		"Dropout: rate is NaN, want 0 to 1":                            func() { Dropout(x(2), x(2), float32(math.NaN()), 1, 0) },
		"Parallel: n is -1, want at least 0":                           func() { Parallel(-1, nil) },
		"SetThreads: n is 0, want at least 1":                          func() { SetThreads(0) },
		"Gemm: len(a) is 4, want at least " + fmt.Sprint(math.MaxInt):  func() { Gemm(false, false, 3, 1, 1, x(4), math.MaxInt, x(4), 1, false, x(4), 1) },
		"MaxPool: geometry: C is 32769, want 1 to 32768":               func() { MaxPool(nil, nil, nil, Geometry{1<<15 + 1, 1, 1, 1, 1, 0}) },
		"LocalResponseNormBackward: channels is -1, want at least 0":   func() { LocalResponseNormBackward(nil, nil, nil, nil, -1, 0, 5, 1, 1) },
		"LocalResponseNormBackward: len(src) is 0, want " + hugeExtent: func() { LocalResponseNormBackward(nil, nil, nil, nil, math.MaxInt, 8, 5, 1, 1) },
	} {
		t.Run(strings.ReplaceAll(want, " ", "_"), func(t *testing.T) {
			panics(t, "kernel: "+want, call)
		})
	}
}

var hugeExtent = fmt.Sprint(math.MaxInt)

// The kernels of one training step allocate nothing once their buffers are warm.
func TestNoSteadyAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector sync.Pool drops buffers at random")
	}
	g := Geometry{C: 3, H: 21, W: 19, K: 5, S: 2, P: 2}
	places := g.OutH() * g.OutW()
	columns := make([]float32, g.C*g.K*g.K*places)
	image := make([]float32, g.C*g.H*g.W)
	small := Geometry{C: 3, H: 21, W: 19, K: 3, S: 3}
	pooled, arg := make([]float32, 3*7*6), make([]int32, 3*7*6)
	a, b, c := make([]float32, 300*300), make([]float32, 300*300), make([]float32, 300*300)
	labels := []int{0, 1, 0}
	for name, f := range map[string]func(){
		"Gemm":                        func() { Gemm(true, true, 299, 300, 298, a, 300, b, 300, true, c, 300) },
		"Gemm, one row":               func() { Gemm(true, true, 1, 300, 300, a, 300, b, 300, false, c, 300) },
		"Gemm, one column":            func() { Gemm(false, false, 300, 1, 300, a, 300, b, 1, false, c, 1) },
		"Im2col":                      func() { Im2col(columns, places, image, g, 0, g.OutH()) },
		"Col2im":                      func() { Col2im(image, columns, places, g, 0, g.OutH()) },
		"MaxPool":                     func() { MaxPool(pooled, arg, image, small) },
		"MaxPoolBackward":             func() { MaxPoolBackward(image, pooled, arg) },
		"ReLU":                        func() { ReLU(a, b) },
		"ReLUBackward":                func() { ReLUBackward(a, b, c) },
		"AddBiasReLU":                 func() { AddBiasReLU(a, b[:300], 300, 300) },
		"BiasGrad":                    func() { BiasGrad(a[:300], b, 300, 300) },
		"AddTo":                       func() { AddTo(a, b) },
		"SGD":                         func() { SGD(a, b, c, 0.1, 0.9, 1e-4) },
		"Dropout":                     func() { Dropout(a, b, 0.5, 1, 0) },
		"LocalResponseNorm":           func() { LocalResponseNorm(a, c, b, 300, 300, 5, 1e-4, 0.75, 2) },
		"LocalResponseNormBackward":   func() { LocalResponseNormBackward(a, b, c, b, 300, 300, 5, 1e-4, 0.75) },
		"SoftmaxCrossEntropy":         func() { SoftmaxCrossEntropy(a[:6], b[:6], labels, 3, 2) },
		"SoftmaxCrossEntropyBackward": func() { SoftmaxCrossEntropyBackward(a[:6], b[:6], labels, 3, 2, 1) },
		"Softmax":                     func() { Softmax(a[:6], b[:6], 3, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			if allocations := testing.AllocsPerRun(10, f); allocations != 0 {
				t.Errorf("%v allocations a call", allocations)
			}
		})
	}
}
