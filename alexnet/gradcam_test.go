package alexnet

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestGoldenGradCAM(t *testing.T) {
	for _, variant := range []string{"tiny", "tiny-lrn"} {
		t.Run(variant, func(t *testing.T) {
			g := loadGolden(t, variant)
			input, cut := g.values("input"), g.values("gradcam")
			g.expect = readGolden(t, variant+".gradcam.safetensors")
			for class := range 2 {
				maps, err := g.model.evidence(input, class)
				if err != nil {
					t.Fatal(err)
				}
				g.compare(fmt.Sprintf("gradcam.%d", class), join(t, maps))
			}
			maps, err := g.model.Explain(input, Finding)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(join(t, maps), cut) {
				t.Error("the map of class 1 is not zero everywhere, as PyTorch's is")
			}
		})
	}
}

// join is the values of all maps.
func join(t *testing.T, maps []HeatMap) (all []float32) {
	t.Helper()
	for _, m := range maps {
		if m.Rows != 8 || m.Columns != 8 {
			t.Fatalf("map: got %dx%d, want 8x8", m.Rows, m.Columns)
		}
		all = append(all, m.Values...)
	}
	return all
}

// An explanation between forward and update must not change what is learnt.
func TestExplainLeavesGradients(t *testing.T) {
	g := loadGolden(t, "tiny")
	if _, _, err := g.model.Gradients(g.values("input"), g.labels(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := g.model.Explain(g.values("input"), 0); err != nil {
		t.Fatal(err)
	}
	for name, p := range g.model.Params() {
		if !p.RequiresGrad() {
			t.Errorf("%s requires no gradient any more", name)
		}
		g.compare("grad."+name, p.Matrix.(*tensor).gradient())
	}
}

// A classifier, whose weights may stay as they are stored, sees what the model
// sees whose weights were widened.
func TestClassifierExplain(t *testing.T) {
	s := testSlice()
	for _, d := range []DType{F32, F16, I8} {
		data, _ := encodeSmall(t, d)
		m, card, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		c, err := NewClassifier(data)
		if err != nil {
			t.Fatal(err)
		}
		for class := range 2 {
			want, err := m.Explain(card.Preprocessing.Input(s, 3), class)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Explain(s, class)
			if err != nil {
				t.Fatal(err)
			}
			highest := slices.Max(want[0].Values)
			for i, v := range want[0].Values {
				if math.Abs(float64(got.Values[i]-v)) > tolerance*float64(highest) {
					t.Fatalf("%v, class %d, cell %d: got %v, want %v", d, class, i, got.Values[i], v)
				}
			}
		}
		if _, err := c.Explain(s, 2); err == nil {
			t.Error("explain of class 2: got no error")
		}
	}
}

func TestHeatMapResize(t *testing.T) {
	h := HeatMap{2, 2, []float32{0, 4, 8, 12}}
	want := []float32{
		0, 1, 3, 4,
		2, 3, 5, 6,
		6, 7, 9, 10,
		8, 9, 11, 12,
	}
	if got := h.Resize(4, 4); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := h.Resize(2, 2); !slices.Equal(got, h.Values) {
		t.Errorf("same size: got %v, want %v", got, h.Values)
	}
}
