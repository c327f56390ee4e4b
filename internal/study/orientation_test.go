package study

import (
	"math"
	"testing"
)

func TestSliceOrientation(t *testing.T) {
	tilt := func(degrees float64) (sin, cos float64) { return math.Sincos(degrees * math.Pi / 180) }
	sin30, cos30 := tilt(30)
	sin10, cos10 := tilt(10)
	tests := []struct {
		name        string
		row, column [3]float64
		want        Orientation
	}{
		{"axial, on the back", [3]float64{1, 0, 0}, [3]float64{0, 1, 0}, Orientation{"L", "P", "R", "A"}},
		{"axial, prone", [3]float64{-1, 0, 0}, [3]float64{0, -1, 0}, Orientation{"R", "A", "L", "P"}},
		{"seen from the head", [3]float64{-1, 0, 0}, [3]float64{0, 1, 0}, Orientation{"R", "P", "L", "A"}},
		{"coronal", [3]float64{1, 0, 0}, [3]float64{0, 0, -1}, Orientation{"L", "F", "R", "H"}},
		{"sagittal", [3]float64{0, 1, 0}, [3]float64{0, 0, -1}, Orientation{"P", "F", "A", "H"}},
		{"gantry tilted by 30 degrees", [3]float64{1, 0, 0}, [3]float64{0, cos30, -sin30}, Orientation{"L", "PF", "R", "AH"}},
		{"tilted by 10 degrees", [3]float64{1, 0, 0}, [3]float64{0, cos10, sin10}, Orientation{"L", "P", "R", "A"}},
	}
	for _, test := range tests {
		s := &Slice{geometry: geometry{known: true, row: test.row, column: test.column}}
		if got, ok := s.Orientation(); !ok || got != test.want {
			t.Errorf("%s: got %v, %v, want %v", test.name, got, ok, test.want)
		}
	}
	for name, g := range map[string]geometry{
		"a picture":      {},
		"assumed":        {known: true, assumed: true, row: [3]float64{1, 0, 0}, column: [3]float64{0, 1, 0}},
		"no directions":  {known: true},
		"not a number":   {known: true, row: [3]float64{math.NaN(), math.NaN(), math.NaN()}, column: [3]float64{0, 1, 0}},
		"a row and none": {known: true, row: [3]float64{1, 0, 0}},
	} {
		if got, ok := (&Slice{geometry: g}).Orientation(); ok {
			t.Errorf("%s: got %v, want none", name, got)
		}
	}
}
