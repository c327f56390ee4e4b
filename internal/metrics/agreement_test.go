package metrics

import (
	"math"
	"testing"
)

// called makes the cases of two readers from how many they call alike and not.
func called(both, first, second, neither int) (a, b []Case) {
	add := func(n int, p, q float64) {
		for range n {
			group := string(rune('a' + len(a)%26))
			a, b = append(a, Case{Probability: p, Group: group}), append(b, Case{Probability: q, Group: group})
		}
	}
	add(both, 1, 0.5)
	add(first, 0.5, 0.4)
	add(second, 0, 0.9)
	add(neither, 0.1, 0.2)
	return a, b
}

// Kappas worked out by hand: the first two are of Cohen's usual textbook tables.
func TestAgree(t *testing.T) {
	for _, test := range []struct {
		both, first, second, neither int
		share, kappa                 float64
	}{
		{20, 5, 10, 15, 0.7, 0.4},
		{45, 15, 25, 15, 0.6, 0.06 / 0.46},
		{10, 0, 0, 10, 1, 1},
		{0, 10, 10, 0, 0, -1},
		{5, 0, 0, 0, 1, math.NaN()},
	} {
		a, b := called(test.both, test.first, test.second, test.neither)
		got, err := Agree(a, b, 0.5, 0.5, 1)
		if err != nil {
			t.Fatal(err)
		}
		if counts := [4]int{got.BothPositive, got.OnlyFirst, got.OnlySecond, got.BothNegative}; counts != [4]int{test.both, test.first, test.second, test.neither} {
			t.Errorf("counts: got %v, want %+v", counts, test)
		}
		if !near(got.Share.Value, test.share) || !near(got.Kappa.Value, test.kappa) {
			t.Errorf("%+v: got share %v, kappa %v", test, got.Share.Value, got.Kappa.Value)
		}
		if k := got.Kappa; !math.IsNaN(k.Value) && !(k.Low <= k.Value && k.Value <= k.High) {
			t.Errorf("%+v: kappa %v is outside of its interval", test, k)
		}
	}
}

func TestAgreeRejects(t *testing.T) {
	a, b := called(2, 1, 1, 2)
	b[1].Group = "another"
	for name, cases := range map[string][2][]Case{"lengths": {a, a[:2]}, "none": {}, "groups": {a, b}} {
		if _, err := Agree(cases[0], cases[1], 0.5, 0.5, 1); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
