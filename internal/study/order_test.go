package study

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// axialAt is an axial slice at the height z.
func axialAt(z float64, name string) *Slice {
	return &Slice{Name: name, uid: name, source: plain{File{Size: 100}}, geometry: geometry{
		known: true, position: [3]float64{-170, -170, z}, row: [3]float64{1, 0, 0}, column: [3]float64{0, 1, 0}, width: 512, height: 512}}
}

func names(s *Series) string {
	var all []string
	for _, slice := range s.Slices {
		all = append(all, slice.Name)
	}
	return strings.Join(all, " ")
}

func TestOrder(t *testing.T) {
	numbered := func(name string, n int) *Slice { return &Slice{Name: name, instance: n} }
	tests := []struct {
		name   string
		slices []*Slice
		want   string
	}{
		{"by position, from the feet", []*Slice{axialAt(5, "a"), axialAt(-10, "b"), axialAt(-5.5, "c")}, "b c a"},
		{"by number where there is no position", []*Slice{numbered("a", 10), numbered("b", 9), numbered("c", 2)}, "c b a"},
		{"by name where there is nothing else", []*Slice{numbered("IM10", 0), numbered("IM9", 0), numbered("im1", 0)}, "IM9 IM10 im1"},
		{"frames", []*Slice{{Name: "a", Frame: 2}, {Name: "a", Frame: 0}, {Name: "a", Frame: 1}}, "a a a"},
		{"at one place by number", func() []*Slice {
			a, b := axialAt(5.001, "a"), axialAt(5, "b")
			a.instance, b.instance = 1, 2
			return []*Slice{b, a, axialAt(0, "c")}
		}(), "c a b"},
	}
	for _, test := range tests {
		s := &Series{Slices: test.slices}
		s.arrange()
		if got := names(s); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// A prone patient, or a scanner that counts from the other side: the normal
// turns with the plane.
func TestOrderAlongNormal(t *testing.T) {
	var s Series
	for i := range 3 {
		slice := axialAt(float64(i), fmt.Sprint(i))
		slice.geometry.row = [3]float64{-1, 0, 0}
		s.Slices = append(s.Slices, slice)
	}
	s.arrange()
	if got := names(&s); got != "2 1 0" {
		t.Errorf("got %s, want 2 1 0", got)
	}
	coronal := geometry{known: true, row: [3]float64{1, 0, 0}, column: [3]float64{0, 0, -1}}
	if coronal.axial() || !s.Slices[0].geometry.axial() {
		t.Error("axial and coronal planes are not told apart")
	}
}

func TestNotes(t *testing.T) {
	at := func(zs ...float64) (all []*Slice) {
		for _, z := range zs {
			all = append(all, axialAt(z, fmt.Sprintf("z%v-%d", z, len(all))))
		}
		return all
	}
	twice := at(0, 5, 10, 15)
	twice = append(twice, &Slice{Name: "again", uid: twice[1].uid, source: twice[1].source, geometry: twice[1].geometry})
	otherwise := slices.Clone(twice)
	again := *twice[4]
	again.source = plain{File{Size: 50}}
	otherwise[4] = &again
	tests := []struct {
		name   string
		slices []*Slice
		want   []string
		left   int
	}{
		{"even", at(0, 5, 10, 15.1), nil, 4},
		{"one gap", at(0, 5, 10, 15, 30, 35, 40, 45), []string{"a gap of 15.0 mm after slice 4, 5.00 mm elsewhere"}, 8},
		{"two thicknesses", at(0, 1, 2, 3, 8, 13, 18), []string{"from 1.00 to 5.00 mm"}, 7},
		{"stored otherwise", otherwise, []string{"1 slice stands at the place"}, 5},
		{"copies", twice, []string{"1 copy left out"}, 4},
		{"two phases", at(0, 0, 5, 5, 10, 10), []string{"3 slices stand at the place of another one"}, 6},
		{"many gaps", at(0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 30, 31, 32, 33, 34),
			[]string{"after slice 8,", "after slice 15,", "after slice 20,", "1 gap more"}, 31},
	}
	for _, test := range tests {
		s := &Series{Slices: slices.Clone(test.slices)}
		s.arrange()
		if len(s.Slices) != test.left {
			t.Errorf("%s: got %d slices, want %d", test.name, len(s.Slices), test.left)
		}
		if len(s.Notes) != len(test.want) {
			t.Errorf("%s: got notes %q, want %q", test.name, s.Notes, test.want)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(s.Notes[i], want) {
				t.Errorf("%s: got note %q, want one with %q", test.name, s.Notes[i], want)
			}
		}
	}
}

func TestNaturalOrder(t *testing.T) {
	order := []string{"", "1", "2", "10", "a", "a01", "a1", "a2b", "a2c", "a10", "a99999999999999999999998", "a99999999999999999999999", "b"}
	for i, a := range order {
		for j, b := range order {
			got := NaturalOrder(a, b)
			if (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%q and %q: got %d", a, b, got)
			}
		}
	}
}

func TestPool(t *testing.T) {
	tests := []struct {
		rule  Rule
		p     []float64
		want  float64
		count int
	}{
		{Rule{0.5, 3}, []float64{0.1, 0.9, 0.2, 0.8, 0.7, 0.3}, 0.8, 3},
		{Rule{0.5, 3}, []float64{0.25, 0.75}, 0.5, 2},
		{Rule{0, 1}, []float64{0.25, 0.75}, 0.75, 1},
		{Rule{1, 0}, []float64{0.25, 0.75}, 0.5, 2},
	}
	for _, test := range tests {
		got, from, ok := test.rule.Pool(test.p)
		if diff := got - test.want; !ok || diff > 1e-12 || diff < -1e-12 || len(from) != test.count {
			t.Errorf("%+v of %v: got %v from %d slices, want %v from %d", test.rule, test.p, got, len(from), test.want, test.count)
		}
	}
	if _, _, ok := DefaultRule.Pool(nil); ok {
		t.Error("got a probability from nothing")
	}
}
