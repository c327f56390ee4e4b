package kernel

import (
	"math"
	"testing"
)

func TestDropout(t *testing.T) {
	const n = 100_000
	ones := make([]float32, n)
	for i := range ones {
		ones[i] = 1
	}
	for _, rate := range []float32{0, 0.1, 0.5, 0.9, 1} {
		dst := newGuarded(n, func(int) float32 { return 7 })
		Dropout(dst.data, ones, rate, 42, 0)
		dst.intact(t, "dst")
		kept := 0
		for i, v := range dst.data {
			if v == 0 {
				continue
			}
			kept++
			if v != 1/(1-rate) {
				t.Fatalf("rate %v: dst[%d] = %v, want 0 or %v", rate, i, v, 1/(1-rate))
			}
		}
		// Five standard deviations of the binomial distribution.
		mean := n * float64(1-rate)
		if bound := 5 * math.Sqrt(mean*float64(rate)); math.Abs(float64(kept)-mean) > bound {
			t.Errorf("rate %v: kept %d of %d, want %.0f ± %.0f", rate, kept, n, mean, bound)
		}
	}
}

// The published first outputs of splitmix64 from seed 1234567.
func TestSplitMix(t *testing.T) {
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		if got := splitMix(1234567, uint64(i)); got != want {
			t.Errorf("output %d is %d, want %d", i, got, want)
		}
	}
}

// Pieces in any order make up the whole, and another seed makes another mask.
func TestDropoutInPieces(t *testing.T) {
	r := newRand()
	src := randomSlice(r, 1000)
	whole, pieces := make([]float32, 1000), make([]float32, 1000)
	Dropout(whole, src, 0.5, 7, 5)
	Parallel(10, func(i int) {
		at := (9 - i) * 100
		Dropout(pieces[at:][:100], src[at:][:100], 0.5, 7, 5+uint64(at))
	})
	same(t, "pieces", pieces, whole)
	inPlace := append([]float32(nil), src...)
	Dropout(inPlace, inPlace, 0.5, 7, 5)
	same(t, "in place", inPlace, whole)

	agree := 0
	Dropout(pieces, src, 0.5, 8, 5)
	for i, v := range pieces {
		if (v == 0) == (whole[i] == 0) {
			agree++
		}
	}
	if agree < 420 || agree > 580 {
		t.Errorf("masks of two seeds agree in %d places of 1000, want about half", agree)
	}
}
