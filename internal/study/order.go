package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// geometry is where a slice lies in the patient.
type geometry struct {
	known       bool
	assumed     bool       // the file does not say how it lies
	position    [3]float64 // of the first pixel
	row, column [3]float64 // unit vectors along a row and down a column
	spacing     [2]float64 // mm between rows and between columns, 0 if unknown
	width       int
	height      int
}

// normal is the direction in which slices are counted: for an axial slice of a
// patient on the back it is towards the head.
func (g geometry) normal() [3]float64 {
	r, c := g.row, g.column
	return [3]float64{r[1]*c[2] - r[2]*c[1], r[2]*c[0] - r[0]*c[2], r[0]*c[1] - r[1]*c[0]}
}

// axial is whether the plane is within 35 degrees of the transverse one: gantries
// tilt by 30 at most.
func (g geometry) axial() bool {
	return !g.known || math.Abs(g.normal()[2]) > math.Cos(35*math.Pi/180)
}

// along is the position along a direction, mm.
func (g geometry) along(n [3]float64) float64 {
	return g.position[0]*n[0] + g.position[1]*n[1] + g.position[2]*n[2]
}

// place is the position along a direction in steps of samePlace: what differs in
// the last digit only is told apart by its number.
func (g geometry) place(n [3]float64) float64 { return math.Round(g.along(n) / samePlace) }

// parallel is whether two slices have the same plane and size.
func (g geometry) parallel(h geometry) bool {
	if g.known != h.known || g.width != h.width || g.height != h.height {
		return false
	}
	if !g.known {
		return true
	}
	for i := range 3 {
		// A thousandth is a shift of half a pixel over 512.
		if math.Abs(g.row[i]-h.row[i]) > 1e-3 || math.Abs(g.column[i]-h.column[i]) > 1e-3 {
			return false
		}
	}
	return true
}

// samePlace is the distance in mm below which two slices stand at one place.
const samePlace = 0.01

// arrange sorts the slices of a series along the normal of their plane, then by
// number, then by name, leaves out copies, and notes what is unusual.
func (series *Series) arrange() {
	n := [3]float64{}
	if len(series.Slices) > 0 && series.Slices[0].geometry.known {
		n = series.Slices[0].geometry.normal()
	}
	slices.SortStableFunc(series.Slices, func(a, b *Slice) int {
		return cmp.Or(cmp.Compare(a.geometry.place(n), b.geometry.place(n)), cmp.Compare(a.instance, b.instance),
			NaturalOrder(a.Name, b.Name), cmp.Compare(a.Frame, b.Frame))
	})
	series.dropCopies()
	series.Notes = slices.Clone(series.origin)
	if series.copies > 0 {
		series.Notes = append(series.Notes, fmt.Sprintf("%s left out: the same slices are there twice", count(series.copies, "copy", "copies")))
	}
	series.Notes = append(series.Notes, series.noteSpacing(n)...)
}

// dropCopies leaves out slices that are there twice, such as a CD's folder next
// to its archive. A file of another size is the same slice stored otherwise, and
// stays.
func (series *Series) dropCopies() {
	type identity struct {
		uid   string
		size  int64
		frame int
	}
	seen := make(map[identity]bool)
	before := len(series.Slices)
	series.Slices = slices.DeleteFunc(series.Slices, func(s *Slice) bool {
		if s.uid == "" {
			return false
		}
		id := identity{s.uid, s.source.size(), s.Frame}
		copied := seen[id]
		seen[id] = true
		return copied
	})
	series.copies += before - len(series.Slices)
}

// noteSpacing says where the distances between slices are not even.
func (series *Series) noteSpacing(n [3]float64) (notes []string) {
	if len(series.Slices) < 3 || !series.Slices[0].geometry.known {
		return nil
	}
	var steps []float64
	shared := 0
	at := []int{} // steps[i] is between slices at[i] and at[i]+1
	for i := range len(series.Slices) - 1 {
		d := series.Slices[i+1].geometry.along(n) - series.Slices[i].geometry.along(n)
		if d <= samePlace {
			shared++
			continue
		}
		steps, at = append(steps, d), append(at, i)
	}
	if shared > 0 {
		notes = append(notes, fmt.Sprintf("%s at the place of another one: several phases or reconstructions in one series", count(shared, "slice stands", "slices stand")))
	}
	if len(steps) < 2 {
		return notes
	}
	sorted := slices.Sorted(slices.Values(steps))
	usual := sorted[len(sorted)/2]
	var gaps, uneven []int
	for i, d := range steps {
		switch {
		case d > 1.5*usual:
			gaps = append(gaps, i)
		case math.Abs(d-usual) > 0.1*usual:
			uneven = append(uneven, i)
		}
	}
	switch {
	case len(gaps)+len(uneven) > len(steps)/4:
		return append(notes, fmt.Sprintf("the distance between slices changes, from %.2f to %.2f mm", sorted[0], sorted[len(sorted)-1]))
	case len(uneven) > 0:
		notes = append(notes, fmt.Sprintf("the distance between slices is not always %.2f mm", usual))
	}
	for i, gap := range gaps {
		if i == 3 {
			notes = append(notes, fmt.Sprintf("%s more", count(len(gaps)-3, "gap", "gaps")))
			break
		}
		notes = append(notes, fmt.Sprintf("slices are missing: a gap of %.1f mm after slice %d, %.2f mm elsewhere", steps[gap], at[gap]+1, usual))
	}
	return notes
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
