package study

import (
	"cmp"
	"math"
	"slices"
)

// Orientation names what lies beyond the edges of a slice in letters of the
// patient: R and L right and left, A and P front and back, H and F head and feet
// (DICOM PS3.3 C.7.6.1.1.1). Of an oblique plane the letter that fits best comes
// first, and the next ones follow.
type Orientation struct {
	Right, Bottom, Left, Top string
}

// minCosine is the share of a direction from which on its letter is named, 15
// degrees off the plane across it.
const minCosine = 0.26

// Orientation is how the slice lies in the patient, and whether its file says so.
func (s *Slice) Orientation() (o Orientation, ok bool) {
	g := s.geometry
	if !g.known || g.assumed {
		return Orientation{}, false
	}
	back := func(d [3]float64) [3]float64 { return [3]float64{-d[0], -d[1], -d[2]} }
	o = Orientation{Right: letters(g.row), Bottom: letters(g.column), Left: letters(back(g.row)), Top: letters(back(g.column))}
	return o, o.Right != "" && o.Bottom != ""
}

// letters names a direction, a unit vector.
func letters(d [3]float64) (text string) {
	names := [3][2]byte{{'R', 'L'}, {'A', 'P'}, {'F', 'H'}}
	axes := []int{0, 1, 2}
	slices.SortStableFunc(axes, func(i, j int) int { return cmp.Compare(math.Abs(d[j]), math.Abs(d[i])) })
	for _, i := range axes {
		switch {
		case d[i] >= minCosine:
			text += string(names[i][1])
		case d[i] <= -minCosine:
			text += string(names[i][0])
		}
	}
	return text
}
