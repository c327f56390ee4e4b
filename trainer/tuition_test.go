package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lungct/internal/ct"
	"lungct/internal/dataset"
)

// Pictures and targets are mixed alike, each with the next.
func TestMix(t *testing.T) {
	const pixels, slicesOfBatch = 3, 5
	begin := func() (x []float32, p []float64) {
		for n := range slicesOfBatch {
			for range pixels {
				x = append(x, float32(n))
			}
			p = append(p, float64(n)/10)
		}
		return x, p
	}
	x, p := begin()
	mix(x, p, 1, rand.New(rand.NewPCG(1, 1)))
	for n := range slicesOfBatch {
		value := x[n*pixels]
		if math.Abs(float64(value)/10-p[n]) > 1e-6 || x[n*pixels+2] != value {
			t.Errorf("slice %d: got pixels %v and target %v", n, x[n*pixels:(n+1)*pixels], p[n])
		}
		low, high := float32(n), float32(n+1)
		if n == slicesOfBatch-1 {
			low, high = 0, float32(n) // the first as it was
		}
		if value < low || value > high || value == float32(n) {
			t.Errorf("slice %d: got %v, want between %v and %v", n, value, low, high)
		}
	}
	x, p = begin()
	mix(x, p, 0, rand.New(rand.NewPCG(1, 1)))
	if wantX, wantP := begin(); !slices.Equal(x, wantX) || !slices.Equal(p, wantP) {
		t.Error("none to be mixed: slices have changed")
	}
}

// Targets are the labels but for the teacher's share, and the teacher tells data
// sets apart.
func TestTargets(t *testing.T) {
	const side = 20
	set := &dataset.Set{Sources: []dataset.Source{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
	var split dataset.Split
	for i := range 8 { // b's noncovid pictures are brighter than a's covid ones
		grey := make([]uint8, side*side)
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		for at := range grey {
			grey[at] = uint8(150*(i%2) + rng.IntN(50))
		}
		s := dataset.Sample{Set: "a", Class: i % 2, Grey: grey, Side: side}
		if i >= 4 {
			s.Set, s.Class = "b", 1-i%2
			for at := range grey {
				grey[at] = 255 - grey[at]/4
			}
		}
		set.Samples = append(set.Samples, s)
		split.Train = append(split.Train, i)
	}
	tr := &training{set: set, split: split}
	r := &tr.state.Recipe
	r.Network.Size, r.Teacher, r.Smoothing = side, 0.5, 0.2
	tr.card.Preprocessing = ct.Preprocessing{Size: side, Mean: 0.5, Std: 0.25}
	if err := tr.teach(); err != nil {
		t.Fatal(err)
	}
	batch := &dataset.Batch{X: make([]float32, 8*side*side)}
	for i, s := range set.Samples {
		batch.Samples, batch.Classes = append(batch.Samples, i), append(batch.Classes, s.Class)
		tr.card.Preprocessing.Normalise(batch.X[i*side*side:(i+1)*side*side], s.Grey, 1)
	}
	got := tr.targets(batch, 0)
	for i, s := range set.Samples {
		right := float64(got[2*i+s.Class])
		// 0.9 from the label, at least 0.7 from a teacher that has seen the slice.
		if right < 0.8 || right > 0.95 || math.Abs(float64(got[2*i]+got[2*i+1])-1) > 1e-6 {
			t.Errorf("slice %d: got %v, class %d", i, got[2*i:2*i+2], s.Class)
		}
	}
	tr.teacher = nil
	if got := tr.targets(batch, 0)[0]; math.Abs(float64(got)-0.9) > 1e-6 {
		t.Errorf("without a teacher: got %v, want 0.9", got)
	}
}
