package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lungct/internal/ct"
	"lungct/internal/dataset"
	"lungct/internal/teacher"
)

// Mixing stays within the members, and pictures and targets are mixed alike.
func TestMix(t *testing.T) {
	const pixels = 3
	begin := func() (x []float32, p []float64) {
		for n := range 6 {
			for range pixels {
				x = append(x, float32(n))
			}
			p = append(p, float64(n)/10)
		}
		return x, p
	}
	x, p := begin()
	mix(x, p, []int{1, 4, 5}, pixels, 1, rand.New(rand.NewPCG(1, 1)))
	for n := range 6 {
		value := x[n*pixels]
		if math.Abs(float64(value)/10-p[n]) > 1e-6 || x[n*pixels+2] != value {
			t.Errorf("slice %d: got pixels %v and target %v", n, x[n*pixels:(n+1)*pixels], p[n])
		}
		low, high := n, n
		switch n {
		case 1, 5:
			low, high = 1, 5
		case 4:
			high = 5
		}
		if value < float32(low) || value > float32(high) || low < high && value == float32(n) {
			t.Errorf("slice %d: got %v, want between %d and %d", n, value, low, high)
		}
	}
	for name, members := range map[string][]int{"none chosen": {0, 1, 2}, "one member": {3}} {
		share := 0.0
		if len(members) == 1 {
			share = 1
		}
		x, p := begin()
		mix(x, p, members, pixels, share, rand.New(rand.NewPCG(1, 1)))
		if wantX, wantP := begin(); !slices.Equal(x, wantX) || !slices.Equal(p, wantP) {
			t.Errorf("%s: slices have changed", name)
		}
	}
}

// Targets are the labels but for the teacher's share, and each data set has its
// own teacher.
func TestTargets(t *testing.T) {
	const side = 20
	set := &dataset.Set{Sources: []dataset.Source{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
	var split dataset.Split
	for i := range 8 { // bright pictures are covid in a and noncovid in b
		grey := make([]uint8, side*side)
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		for at := range grey {
			grey[at] = uint8(150*(i%2) + rng.IntN(50))
		}
		s := dataset.Sample{Set: "a", Class: i % 2, Grey: grey, Side: side}
		if i >= 4 {
			s.Set, s.Class = "b", 1-i%2
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
	if len(tr.teachers) != 2 {
		t.Fatalf("got %d teachers, want one for each data set with slices", len(tr.teachers))
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
	tr.teachers = map[string]*teacher.Ridge{}
	if got := tr.targets(batch, 0)[0]; math.Abs(float64(got)-0.9) > 1e-6 {
		t.Errorf("without a teacher: got %v, want 0.9", got)
	}
}
