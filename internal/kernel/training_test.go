package kernel

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

func TestNesterovAndAdamLengths(t *testing.T) {
	forEachImplementation(t, func(t *testing.T) {
		r := newRand()
		for n := range lengths {
			testNesterov(t, r, n)
			testAdam(t, r, n)
		}
	})
}

func testNesterov(t *testing.T, r *rand.Rand, n int) {
	const lr, momentum, decay = 0.01, 0.9, 5e-4
	w, v, g := newGuarded(n, normal(r)), newGuarded(n, normal(r)), newGuarded(n, normal(r))
	wantW, wantV := widened(w.data), widened(v.data)
	for i := range n {
		d := float64(g.data[i]) + decay*wantW[i]
		wantV[i] = momentum*wantV[i] + d
		wantW[i] -= lr * (d + momentum*wantV[i])
	}
	plainW, plainV := slices.Clone(w.data), slices.Clone(v.data)
	Nesterov(w.data, v.data, g.data, lr, momentum, decay)
	near(t, "v", v.data, wantV, 1e-6)
	near(t, "w", w.data, wantW, 1e-6)
	nesterovGeneric(plainW, plainV, g.data, lr, momentum, decay)
	if runtime.GOARCH == "amd64" { // where the compiler fuses nothing by itself
		same(t, "v of the plain twin", v.data, plainV)
		same(t, "w of the plain twin", w.data, plainW)
	}
	for _, x := range []guarded{w, v, g} {
		x.intact(t, "nesterov")
	}
}

func testAdam(t *testing.T, r *rand.Rand, n int) {
	w, m, g := newGuarded(n, normal(r)), newGuarded(n, normal(r)), newGuarded(n, normal(r))
	s := newGuarded(n, func(int) float32 { return r.Float32() })
	wantW, wantM, wantS := widened(w.data), widened(m.data), widened(s.data)
	for i := range n {
		d := float64(g.data[i]) + 0.5*wantW[i]
		wantM[i] = 0.75*wantM[i] + 0.25*d
		wantS[i] = 0.875*wantS[i] + 0.125*d*d
		wantW[i] = 0.9*wantW[i] - 0.04*wantM[i]/(2*math.Sqrt(wantS[i])+1e-3)
	}
	plainW, plainM, plainS := slices.Clone(w.data), slices.Clone(m.data), slices.Clone(s.data)
	Adam(w.data, m.data, s.data, g.data, AdamStep{Beta1: 0.75, Beta2: 0.875, Rate: 0.04, Scale: 2, Epsilon: 1e-3, Decay: 0.5, Keep: 0.9})
	near(t, "m", m.data, wantM, 1e-6)
	near(t, "s", s.data, wantS, 1e-6)
	near(t, "w", w.data, wantW, 1e-5)
	adamGeneric(plainW, plainM, plainS, g.data, 0.75, 0.25, 0.875, 0.125, 0.04, 2, 1e-3, 0.5, 0.9)
	if runtime.GOARCH == "amd64" {
		same(t, "m of the plain twin", m.data, plainM)
		same(t, "s of the plain twin", s.data, plainS)
		same(t, "w of the plain twin", w.data, plainW)
	}
	for _, x := range []guarded{w, m, s, g} {
		x.intact(t, "adam")
	}
}

// Whole targets are labels.
func TestTargetCrossEntropy(t *testing.T) {
	r := newRand()
	const n, classes, gy = 7, 3, 2
	logits, labels, targets := randomSlice(r, n*classes), make([]int, n), make([]float32, n*classes)
	for i := range labels {
		labels[i] = r.IntN(classes)
		targets[i*classes+labels[i]] = 1
	}
	prob, plain := make([]float32, n*classes), make([]float32, n*classes)
	want := SoftmaxCrossEntropy(plain, logits, labels, n, classes)
	if got := TargetCrossEntropy(prob, logits, targets, n, classes, n); math.Abs(got-want) > 1e-12 {
		t.Errorf("loss: got %v, want %v", got, want)
	}
	same(t, "prob", prob, plain)
	SoftmaxCrossEntropyBackward(plain, plain, labels, n, classes, gy)
	TargetCrossEntropyBackward(prob, prob, targets, n, classes, n, gy)
	near(t, "dlogits", prob, widened(plain), 1e-7)

	// Shares of classes, against the slope of the loss.
	targets = randomSlice(r, n*classes)
	x := widened(logits)
	loss := func() float64 {
		var total float64
		for i := range n {
			var sum float64
			for _, v := range x[i*classes:][:classes] {
				sum += math.Exp(v)
			}
			for j, v := range x[i*classes:][:classes] {
				total -= float64(targets[i*classes+j]) * (v - math.Log(sum))
			}
		}
		return total / 5
	}
	if got := TargetCrossEntropy(prob, logits, targets, n, classes, 5); math.Abs(got-loss()) > 1e-9 {
		t.Errorf("loss of shares: got %v, want %v", got, loss())
	}
	TargetCrossEntropyBackward(prob, prob, targets, n, classes, 5, 1)
	near(t, "dlogits of shares", prob, slope(x, loss), 1e-6)
}

func TestSumSquares(t *testing.T) {
	r := newRand()
	for n := range lengths {
		x := randomSlice(r, n)
		want := 0.0
		for _, v := range x {
			want += float64(v) * float64(v)
		}
		if got := SumSquares(x); math.Abs(got-want) > 1e-9*(1+want) {
			t.Errorf("n=%d: got %v, want %v", n, got, want)
		}
		for _, poison := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
			for i := range x {
				bad := slices.Clone(x)
				bad[i] = poison
				if got := SumSquares(bad); !math.IsNaN(got) && !math.IsInf(got, 0) {
					t.Fatalf("n=%d: %v at %d gave %v", n, poison, i, got)
				}
			}
		}
	}
	if got := SumSquares([]float32{math.MaxFloat32, -math.MaxFloat32}); math.IsInf(got, 0) {
		t.Error("the largest values must stay finite")
	}
}

func TestScaleAndApproach(t *testing.T) {
	x := []float32{1, -2, 4}
	Scale(x, 0.5)
	same(t, "Scale", x, []float32{0.5, -1, 2})
	Approach(x, []float32{1.5, -1, 0}, 0.25)
	same(t, "Approach", x, []float32{0.75, -1, 1.5})
}
