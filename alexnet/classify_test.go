package alexnet

import (
	"encoding/json"
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

// A classifier, which uses weights of 16 or 8 bits where they stand, says what
// the model says whose weights were widened; also when the file lies at an odd
// address.
func TestClassifier(t *testing.T) {
	s := testSlice()
	for _, d := range []DType{F32, F16, I8} {
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
			second := c.model.Linear[1]
			if second.half != nil != (d == F16) || second.rows != nil != (d == I8) {
				t.Errorf("%v: the second linear layer is kept as %v half precision values, 8 bits: %v", d, len(second.half), second.rows)
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

// What 8 bits cost: the network of full size, with weights as they are drawn for
// training but for the last layer's, whose logits reach 3, moves less than a
// hundredth.
func TestInt8Logits(t *testing.T) {
	c := DefaultConfig()
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	file, err := Encode(m, testCard(c), I8)
	if err != nil {
		t.Fatal(err)
	}
	frozen, _, err := ReadFrozen(file)
	if err != nil {
		t.Fatal(err)
	}
	m.ReadGrey()
	x, _ := randomBatch(m, 2)
	want, err := m.Logits(x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := frozen.Logits(x)
	if err != nil {
		t.Fatal(err)
	}
	largest, most := 0.0, 0.0
	for i, v := range want {
		largest = max(largest, math.Abs(float64(v)))
		most = max(most, math.Abs(float64(got[i]-v)))
	}
	t.Logf("logits, which reach %.2f, differ by at most %.2g; the file has %d bytes", largest, most, len(file))
	if !(most < 1e-2) {
		t.Errorf("logits differ by %v, want less than 0.01", most)
	}
}

// Temperature moves probabilities towards one half or away from it, never across,
// and certainty stays what it is.
func TestCalibrated(t *testing.T) {
	for _, tt := range []struct {
		covid, noncovid float32
		temperature     float64
		want            float64
	}{
		{0.9, 0.1, 0, 0.9}, {0.9, 0.1, 1, 0.9}, {0.9, 0.1, 2, 0.75}, {0.1, 0.9, 2, 0.25}, {0.75, 0.25, 0.5, 0.9},
		{0.5, 0.5, 3, 0.5}, {1, 0, 5, 1}, {0, 1, 5, 0}, {1, 1e-20, 4, 1 - 1e-5}, {1e-20, 1, 4, 1e-5},
	} {
		card := Card{Temperature: tt.temperature}
		got := card.Calibrated([]float32{tt.noncovid, tt.covid})
		if math.Abs(got-tt.want) > 1e-7 {
			t.Errorf("%v at temperature %v: got %.9f, want %.9f", tt.covid, tt.temperature, got, tt.want)
		}
	}
	nan := float32(math.NaN())
	if got := (&Card{}).Calibrated([]float32{nan, nan}); !math.IsNaN(got) {
		t.Errorf("NaN: got %v", got)
	}
}

// A classifier applies the temperature of the card in its file.
func TestClassifierTemperature(t *testing.T) {
	data, m := encodeSmall(t, F32)
	plain, err := NewClassifier(data)
	if err != nil {
		t.Fatal(err)
	}
	card := plain.Card()
	card.Temperature = 4
	card.OperatingPoint = &OperatingPoint{Threshold: 0.4, How: "for the test"}
	if data, err = Encode(m, card, F32); err != nil {
		t.Fatal(err)
	}
	scaled, err := NewClassifier(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := scaled.Card(); got.Temperature != 4 || got.OperatingPoint == nil || *got.OperatingPoint != *card.OperatingPoint {
		t.Errorf("card: got %v, %v", got.Temperature, got.OperatingPoint)
	}
	v, err := plain.Classify(testSlice())
	if err != nil {
		t.Fatal(err)
	}
	w, err := scaled.Classify(testSlice())
	if err != nil {
		t.Fatal(err)
	}
	odds := func(p float64) float64 { return math.Log(p / (1 - p)) }
	if v.Label != w.Label || math.Abs(odds(v.Probability)-4*odds(w.Probability)) > 1e-6 {
		t.Errorf("got %+v and, at temperature 4, %+v", v, w)
	}
	for _, bad := range []float64{-1, 0.001, 1000} {
		card.Temperature = bad
		if data, err = Encode(m, card, F32); err != nil {
			t.Fatal(err)
		}
		if _, err := NewClassifier(data); err == nil {
			t.Errorf("temperature %v: got no error", bad)
		}
	}
}

// A card of before a score existed does not say that the score is 0.
func TestMeasurementLacksScores(t *testing.T) {
	var m Measurement
	if err := json.Unmarshal([]byte(`{"split":"test","cases":3,"auc":{"value":0.9,"low":0.8,"high":1}}`), &m); err != nil {
		t.Fatal(err)
	}
	if m.Split != "test" || m.Cases != 3 || m.AUC.Value != 0.9 || !math.IsNaN(m.MCC.Value) || !math.IsNaN(m.Brier.Value) {
		t.Errorf("got %+v", m)
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
