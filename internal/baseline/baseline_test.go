package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lungct/internal/dataset"
	"lungct/internal/metrics"
)

// slicesWith makes n slices of noise, four a patient, in which mark leaves a trace of
// the class.
func slicesWith(n int, mark func(*dataset.Sample)) (set *dataset.Set, learn, judge []int) {
	rng := rand.New(rand.NewPCG(1, 1))
	set = &dataset.Set{}
	for i := range n {
		look := &dataset.Look{Format: "png", Colour: "grey", Bytes: 5000 + rng.IntN(100)}
		for p := range look.Thumbnail {
			look.Thumbnail[p] = uint8(rng.IntN(200))
		}
		s := dataset.Sample{Path: fmt.Sprint(i), Group: fmt.Sprint(i / 4), Class: i / 4 % 2, Width: 300 + rng.IntN(50), Height: 200 + rng.IntN(50), Look: look}
		mark(&s)
		set.Samples = append(set.Samples, s)
		if i < n/2 {
			learn = append(learn, i)
		} else {
			judge = append(judge, i)
		}
	}
	return set, learn, judge
}

// Each baseline sees what it is meant to see and nothing else.
func TestBaselinesSee(t *testing.T) {
	const side = dataset.ThumbSide
	for _, tt := range []struct {
		name string
		mark func(*dataset.Sample)
		sees []string
	}{
		{"nothing", func(*dataset.Sample) {}, nil},
		{"colour type", func(s *dataset.Sample) {
			if s.Class == 1 {
				s.Look.Colour = "rgb"
			}
		}, []string{"file metadata"}},
		{"width", func(s *dataset.Sample) { s.Width += 100 * s.Class }, []string{"file metadata"}},
		{"a size between others", func(s *dataset.Sample) {
			if s.Class == 1 {
				s.Width, s.Height = 325, 225
			}
		}, []string{"file metadata"}},
		{"a letter in the corner", func(s *dataset.Sample) { s.Look.Thumbnail[side+1] = uint8(40 + 200*s.Class) }, []string{"border", "thumbnail"}},
		{"a spot inside", func(s *dataset.Sample) { s.Look.Thumbnail[side*16+16] = uint8(40 + 200*s.Class) }, []string{"thumbnail"}},
	} {
		set, learn, judge := slicesWith(800, tt.mark)
		all, err := Fit(set, learn)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range all {
			r, err := metrics.Measure(b.Cases(set, judge), 0.5, 1)
			if err != nil {
				t.Fatal(err)
			}
			if sees := r.AUC.Low > 0.7; sees != slices.Contains(tt.sees, b.Name) {
				t.Errorf("%s: %s has AUC %s", tt.name, b.Name, r.AUC.Decimal())
			}
		}
	}
}

func TestAgainst(t *testing.T) {
	set, learn, judge := slicesWith(400, func(s *dataset.Sample) { s.Width += 100 * s.Class })
	all, err := Fit(set, learn)
	if err != nil {
		t.Fatal(err)
	}
	// A model that is right nine times in ten beats noise, but not the width.
	var model []metrics.Case
	for n, i := range judge {
		s := &set.Samples[i]
		p := 0.2 + 0.6*float64(s.Class)
		if n%10 == 9 {
			p = 1 - p
		}
		model = append(model, metrics.Case{Positive: s.Class == 1, Probability: p, Group: s.Group})
	}
	results, err := Against(all, set, judge, model, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := Unbeaten(results); !slices.Equal(got, []string{"file metadata"}) {
		t.Errorf("not beaten: got %q, want the file metadata", got)
	}
	for i, want := range []string{"beats majority: accuracy is better by", "does not beat file metadata: AUC differs by -", "beats border: AUC is better by", "beats thumbnail"} {
		if !strings.HasPrefix(results[i].Verdict, want) {
			t.Errorf("got %q, want %q", results[i].Verdict, want)
		}
	}
	if _, err := Against(all, set, judge[1:], model, 0.5, 1); err == nil {
		t.Error("other slices: got no error")
	}
}

func TestFitFewSlices(t *testing.T) {
	set, learn, judge := slicesWith(20, func(*dataset.Sample) {})
	if _, err := Fit(set, nil); err == nil {
		t.Error("no slices: got no error")
	}
	// One class only: all that is known is that it is common.
	all, err := Fit(set, learn[:4])
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		for _, c := range b.Cases(set, judge) {
			if math.Abs(c.Probability-1.0/6) > 1e-12 {
				t.Errorf("%s: got %v, want 1/6 after four slices of the other class", b.Name, c.Probability)
			}
		}
	}
	set.Samples[judge[0]].Look = nil
	if p := all[3].Cases(set, judge)[0].Probability; p != all[3].prior {
		t.Errorf("a slice that was not looked at: got %v", p)
	}
}
