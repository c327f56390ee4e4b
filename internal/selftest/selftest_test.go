package selftest

import (
	"math"
	"testing"

	"lungct/internal/ct"
)

// TestRun also runs as WebAssembly and without assembly: all reach the value that
// is recorded.
func TestRun(t *testing.T) {
	difference, err := Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("difference from the recorded probability: %.1e", difference)
}

// TestSensitivity: what is a little wrong in a slice or in its preparation shows in
// the probability far above the tolerance.
func TestSensitivity(t *testing.T) {
	drawn := goldenHU()
	for name, spoil := range map[string]func(hu []int16){
		"10 HU too many": func(hu []int16) {
			for i := range hu {
				hu[i] += 10
			}
		},
		"one column to the right": func(hu []int16) {
			copy(hu[1:], drawn)
		},
		"flipped": func(hu []int16) {
			for i := range hu {
				hu[i] = drawn[i/side*side+side-1-i%side]
			}
		},
		"no patch": func(hu []int16) {
			for i, v := range hu {
				if v > -400 && v < 0 {
					hu[i] = lung
				}
			}
		},
	} {
		hu := append([]int16(nil), drawn...)
		spoil(hu)
		slice, err := ct.Decode(goldenFile(hu))
		if err != nil {
			t.Fatal(err)
		}
		probability, err := check(slice, hu)
		if err != nil {
			t.Fatal(err)
		}
		difference := math.Abs(probability - Recorded)
		t.Logf("%s: %.4f, %.4f away", name, probability, difference)
		if difference < 20*Tolerance {
			t.Errorf("%s: the probability differs by %.1e only", name, difference)
		}
	}
}

// TestRefuses: another picture than was written, and one without lungs.
func TestRefuses(t *testing.T) {
	hu := goldenHU()
	slice, err := ct.Decode(goldenFile(hu))
	if err != nil {
		t.Fatal(err)
	}
	hu[7]++
	if _, err := check(slice, hu); err == nil {
		t.Error("other HU: got no error")
	}
	for i := range hu {
		hu[i] = max(slice.HU[i], lung+200)
	}
	for i, v := range hu {
		if v < 0 && slice.HU[i] > air {
			hu[i] = tissue
		}
	}
	slice, err = ct.Decode(goldenFile(hu))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := check(slice, hu); err == nil {
		t.Error("a body without air: got no error")
	}
}
