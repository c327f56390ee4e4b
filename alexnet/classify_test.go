package alexnet

import (
	"math"
	"math/rand/v2"
	"testing"

	"lungct/internal/ct"
)

// testSlice is a picture with smooth structure and noise.
func testSlice() *ct.Slice {
	s := &ct.Slice{Width: 200, Height: 180, Grey: make([]uint8, 200*180)}
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range s.Grey {
		x, y := float64(i%s.Width), float64(i/s.Width)
		s.Grey[i] = uint8(128 + 60*math.Sin(x/9)*math.Cos(y/14) + 60*rng.Float64())
	}
	return s
}

// A classifier, which uses half precision weights where they stand, says what
// the model says whose weights were widened; also when the file lies at an odd
// address.
func TestClassifier(t *testing.T) {
	s := testSlice()
	for _, d := range []DType{F32, F16} {
		data, _ := encodeSmall(t, d)
		m, card, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Probabilities(card.Preprocessing.Input(s, 3))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range [][]byte{data, append([]byte{0}, data...)[1:]} {
			c, err := NewClassifier(file)
			if err != nil {
				t.Fatal(err)
			}
			if half := c.model.Linear[1].half != nil; half != (d == F16) {
				t.Errorf("%v: the second linear layer is kept in half precision: %v", d, half)
			}
			for range 2 {
				v, err := c.Classify(s)
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(v.Probability-float64(want[Finding])) > 1e-5 {
					t.Errorf("%v: got probability %v, want %v", d, v.Probability, want[Finding])
				}
				if wantLabel := card.Labels[0]; v.Probability < Threshold && v.Label != wantLabel {
					t.Errorf("%v: got label %q for %v, want %q", d, v.Label, v.Probability, wantLabel)
				}
			}
		}
	}
}

func TestClassifierErrors(t *testing.T) {
	for want, data := range hostile(t) {
		if _, err := NewClassifier(data); err == nil {
			t.Errorf("%s: got no error", want)
		}
	}
	data, _ := encodeSmall(t, F16)
	tensors, _, err := ReadTensors(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range tensors {
		was := tensor.Data[1]
		tensor.Data[1] = 0x7e // NaN
		if _, err := NewClassifier(data); err == nil || err.Error() != "alexnet: weights file: "+tensor.Name+": value 0 is NaN: the file is damaged or training diverged" {
			t.Errorf("%s: got error %v", tensor.Name, err)
		}
		tensor.Data[1] = was
	}
}
