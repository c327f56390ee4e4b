package alexnet

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lungct/internal/ct"
)

// part is a small network with random weights, and its card.
func part(t *testing.T, seed uint64, widths [5]int, hidden int, mean, std float32) (*Model, Card) {
	t.Helper()
	m, err := New(Config{Channels: 3, Size: 111, Widths: widths, Hidden: hidden, Classes: 2, PoolSize: 3, PoolStride: 3})
	if err != nil {
		t.Fatal(err)
	}
	m.InitUniform(seed)
	p := ct.Preprocessing{Size: 111, Crop: ct.CropBody, Mean: mean, Std: std, WindowCentre: -600, WindowWidth: 1500, Filter: ct.FilterLinear}
	return m, Card{Architecture: m.Config(), Preprocessing: p, Labels: []string{"noncovid", "covid"}}
}

// A joined network's logits are the mean of its parts'. The slice's border is grey
// of the mean, since padding stands for it.
func TestJoin(t *testing.T) {
	a, cardA := part(t, 1, [5]int{4, 6, 8, 6, 4}, 16, 0.5, 0.25)
	b, cardB := part(t, 2, [5]int{2, 4, 6, 4, 6}, 10, 0.5, 0.3)
	joined, card, err := Join([]*Model{a, b}, []Card{cardA, cardB}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := [5]int{6, 10, 14, 10, 10}; card.Architecture.Widths != want || card.Architecture.Hidden != 26 {
		t.Errorf("got %+v, want widths %v and 26 hidden", card.Architecture, want)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	grey := make([]float32, 3*111*111)
	for i := range grey[:111*111] {
		grey[i] = rng.Float32()
		grey[i+111*111], grey[i+2*111*111] = grey[i], grey[i]
	}
	input := func(c Card) []float32 {
		x := make([]float32, len(grey))
		for i, g := range grey {
			x[i] = (g - c.Preprocessing.Mean) / c.Preprocessing.Std
		}
		return x
	}
	la, _ := a.Logits(input(cardA))
	lb, _ := b.Logits(input(cardB))
	got, err := joined.Logits(input(card))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if want := (la[i] + lb[i]) / 2; math.Abs(float64(got[i]-want)) > 1e-5 {
			t.Errorf("logit %d: got %v, want %v", i, got[i], want)
		}
	}
}

func TestJoinRefuses(t *testing.T) {
	a, cardA := part(t, 1, [5]int{4, 6, 8, 6, 4}, 16, 0.5, 0.25)
	b, cardB := part(t, 2, [5]int{4, 6, 8, 6, 4}, 16, 0.5, 0.25)
	cardB.Preprocessing.Crop = ct.CropNone
	if _, _, err := Join([]*Model{a, b}, []Card{cardA, cardB}, nil); err == nil || !strings.Contains(err.Error(), "network 2: got preprocessing") {
		t.Errorf("got %v, want the other crop refused", err)
	}
	if _, _, err := Join([]*Model{a}, []Card{cardA}, nil); err == nil {
		t.Error("got one network joined")
	}
}

// A part is silent where its gate says that the slice is of another kind.
func TestJoinGates(t *testing.T) {
	a, cardA := part(t, 1, [5]int{4, 6, 8, 6, 4}, 16, 0.5, 0.25)
	b, cardB := part(t, 2, [5]int{2, 4, 6, 4, 6}, 10, 0.5, 0.25)
	cardA.Temperature = 2
	x := make([]float32, 3*111*111)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range x[:111*111] {
		x[i] = rng.Float32()
		x[i+111*111], x[i+2*111*111] = x[i], x[i]
	}
	mean, _, err := Join([]*Model{a, b}, []Card{cardA, cardB}, nil)
	if err != nil {
		t.Fatal(err)
	}
	features, err := mean.Features(x)
	if err != nil {
		t.Fatal(err)
	}
	open := Gate{Weights: make([]float32, len(features)), Bias: -1}
	shut := Gate{Weights: make([]float32, len(features)), Bias: 1}
	for _, m := range []*Model{a, b} {
		largest, err := m.LargestHidden(x)
		if err != nil {
			t.Fatal(err)
		}
		shut.Silence = max(shut.Silence, largest)
	}
	joined, card, err := Join([]*Model{a, b}, []Card{cardA, cardB}, []Gate{open, shut})
	if err != nil {
		t.Fatal(err)
	}
	if card.Architecture.Hidden != 28 {
		t.Errorf("got %d hidden units, want 28", card.Architecture.Hidden)
	}
	alone, _ := a.Logits(x)
	got, err := joined.Logits(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, bias := range values(b.Linear[2].B) {
		if want := alone[i]/2 + bias; math.Abs(float64(got[i]-want)) > 1e-5 {
			t.Errorf("logit %d: got %v, want %v", i, got[i], want)
		}
	}
	if _, _, err := Join([]*Model{a, b}, []Card{cardA, cardB}, []Gate{{Weights: make([]float32, 3)}, open}); err == nil {
		t.Error("got a gate of 3 weights taken")
	}
}
