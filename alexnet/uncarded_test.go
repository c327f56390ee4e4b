package alexnet

import (
	"slices"
	"strings"
	"testing"

	"lungct/internal/ct"
)

// withoutCard is a weights file of a network, stripped of its metadata.
func withoutCard(t testing.TB, c Config) []byte {
	t.Helper()
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	data, err := Encode(m, testCard(c), F16)
	if err != nil {
		t.Fatal(err)
	}
	return rewrite(t, data, func(header map[string]any) { delete(header, "__metadata__") })
}

func TestUncarded(t *testing.T) {
	small := DefaultConfig()
	small.Widths, small.Hidden = [5]int{8, 12, 16, 12, 8}, 24
	torchvision := small
	torchvision.Size, torchvision.PoolStride = 224, 2
	for _, want := range []Config{small, torchvision} {
		data := withoutCard(t, want)
		if _, err := NewClassifier(slices.Clone(data)); err == nil || !strings.Contains(err.Error(), "no model card") {
			t.Errorf("read as a model with a card: got %v", err)
		}
		c, assumed, err := Uncarded(data)
		if err != nil || !assumed {
			t.Fatalf("got %v, assumed %v, want a classifier", err, assumed)
		}
		if got := c.Card().Architecture; got != want {
			t.Errorf("architecture: got %+v, want %+v", got, want)
		}
		v, err := c.Classify(&ct.Slice{Width: 64, Height: 64, Grey: make([]uint8, 64*64)})
		if err != nil || !(v.Probability > 0 && v.Probability < 1) {
			t.Errorf("got %+v, %v, want a verdict", v, err)
		}
	}
}

func TestUncardedWithCard(t *testing.T) {
	data, _ := encodeSmall(t, F16)
	c, assumed, err := Uncarded(data)
	if err != nil || assumed || c.Card().Name != "test" {
		t.Errorf("a file with a card: got %v, assumed %v", err, assumed)
	}
}

func TestUncardedRejects(t *testing.T) {
	many := DefaultConfig()
	many.Widths, many.Hidden, many.Classes = [5]int{8, 8, 8, 8, 8}, 8, 3
	other := DefaultConfig()
	other.Widths, other.Hidden, other.Size = [5]int{8, 8, 8, 8, 8}, 8, 400
	data, _ := encodeSmall(t, F16)
	for want, data := range map[string][]byte{
		"got 3 classes": withoutCard(t, many),
		"fits neither":  withoutCard(t, other),
		"got 0 classes": rewrite(t, data, func(h map[string]any) {
			delete(h, "__metadata__")
			h["fc"] = h["classifier.6.weight"]
			delete(h, "classifier.6.weight")
		}),
		"header length":                 []byte("these are no weights at all"),
		"got format \"lungct/2\", want": rewrite(t, data, func(h map[string]any) { h["__metadata__"].(map[string]any)["format"] = "lungct/2" }),
	} {
		if _, _, err := Uncarded(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
}
