package teacher

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

const side = 120

// scene draws plane i: noise with a bright disc, in the upper half if i is even.
func scene(i int, dst []float32) {
	rng := rand.New(rand.NewPCG(7, uint64(i)))
	cx, cy := 30+60*rng.Float64(), 30+10*rng.Float64()
	if i%2 == 1 {
		cy = side - cy
	}
	for at := range dst {
		dst[at] = 0.3 * rng.Float32()
		if math.Hypot(float64(at%side)-cx, float64(at/side)-cy) < 15 {
			dst[at] += 0.6
		}
	}
}

// lesson is n scenes of one set, positive where the disc is above or, upset, below.
func lesson(n, first, set int, upset bool) []Slice {
	var all []Slice
	plane := make([]float32, side*side)
	for i := range n {
		scene(first+i, plane)
		grey := make([]uint8, side*side)
		for at, v := range plane {
			if set == 1 { // these pictures are inverted, with less contrast
				v = 1 - v/2
			}
			grey[at] = uint8(255 * v)
		}
		all = append(all, Slice{Grey: grey, Set: set, Positive: (i%2 == 0) != upset})
	}
	return all
}

// planes are the pictures of slices.
func planes(all []Slice) []float32 {
	var x []float32
	for _, s := range all {
		for _, v := range s.Grey {
			x = append(x, float32(v)/255)
		}
	}
	return x
}

// A few slices are enough to tell unseen ones, and their mirror images alike, in
// two sets where the same thing means the opposite.
func TestTeacherLearns(t *testing.T) {
	for name, sets := range map[string]int{"one set": 1, "two sets": 2} {
		all, unseen := lesson(24, 0, 0, false), lesson(30, 100, 0, false)
		if sets == 2 {
			all = append(all, lesson(12, 200, 1, true)...)
			unseen = append(unseen, lesson(30, 300, 1, true)...)
		}
		teacher, err := Fit(all, side, sets)
		if err != nil {
			t.Fatal(err)
		}
		x := planes(unseen)
		answers := teacher.Answers(x, side)
		for i, p := range answers {
			if (p > 0.5) != unseen[i].Positive {
				t.Errorf("%s: unseen slice %d: got %.3f, positive %v", name, i, p, unseen[i].Positive)
			}
		}
		mirror(x)
		for i, p := range teacher.Answers(x, side) {
			// Pixels whose gradient lies between two directions may differ.
			if math.Abs(p-answers[i]) > 0.01 {
				t.Errorf("%s: unseen slice %d: got %.4f, mirrored %.4f", name, i, answers[i], p)
			}
		}
	}
}

// mirror exchanges left and right of planes.
func mirror(planes []float32) {
	for at := 0; at < len(planes); at += side {
		slices.Reverse(planes[at : at+side])
	}
}

func TestFitSameForAnyThreads(t *testing.T) {
	all := append(lesson(12, 0, 0, false), lesson(8, 50, 1, true)...)
	x := planes(lesson(1, 99, 0, false))
	var want float64
	for _, threads := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(threads)
		teacher, err := Fit(all, side, 2)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		got := teacher.Answers(x, side)[0]
		if threads == 1 {
			want = got
		}
		if got != want {
			t.Errorf("%d threads: got %v, want %v", threads, got, want)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	one := lesson(1, 0, 0, false)
	for name, all := range map[string][]Slice{
		"none": nil, "one": one, "too many": make([]Slice, maxSlices+1), "equal slices": slices.Repeat(one, 4),
	} {
		if _, err := Fit(all, side, 1); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// solve is compared with the equations it solves.
func TestSolve(t *testing.T) {
	const n = 30
	rng := rand.New(rand.NewPCG(1, 2))
	k, b := make([]float32, n*n), make([]float64, n)
	for i := range n {
		b[i] = rng.NormFloat64()
		for j := range n {
			d := float64(i-j) / 5
			k[i*n+j] = float32(math.Exp(-d * d))
		}
	}
	w := solve(k, b)
	for i := range n {
		got := ridge * w[i]
		for j := range n {
			got += float64(k[i*n+j]) * w[j]
		}
		if math.Abs(got-b[i]) > 1e-4 {
			t.Errorf("equation %d: got %v, want %v", i, got, b[i])
		}
	}
}

func TestDescribe(t *testing.T) {
	plane := make([]float32, side*side)
	for at := range plane { // a ramp from left to right, in grey steps of 1/side
		plane[at] = (float32(at%side) + 0.5) / side
	}
	d := make([]float32, length)
	describe(d, plane, side, false)
	edges, rest := d[:blocks[0]], d[blocks[0]:]
	for i, v := range edges {
		direction, inside := i/(edgeCells*edgeCells), i/edgeCells%edgeCells
		// All gradients point to the right. A cell at an edge lacks its border.
		if direction > 0 && v != 0 || direction == 0 && inside == 3 && v < 0.1 {
			t.Fatalf("gradients in direction %d: got %v", direction, v)
		}
	}
	for x := range thumbnail {
		if want := (float64(x) + 0.5) / thumbnail; math.Abs(float64(rest[x])-want) > 0.01 {
			t.Errorf("thumbnail at %d: got %v, want %v", x, rest[x], want)
		}
	}
	for i, v := range d[blocks[1]:] {
		grey, x := i/(greyCells*greyCells), i%greyCells
		want := 0.0
		if grey/2 == x { // two of the eight greys a column
			want = math.Sqrt(0.5)
		}
		if math.Abs(float64(v)-want) > 0.1 {
			t.Errorf("grey %d in column %d: got %v, want %v", grey, x, v, want)
		}
	}
	mirrored, again := make([]float32, length), make([]float32, length)
	describe(mirrored, plane, side, true)
	mirror(plane)
	describe(again, plane, side, false)
	for i := range again {
		if math.Abs(float64(mirrored[i]-again[i])) > 1e-3 {
			t.Fatalf("value %d: mirrored %v, of the mirror image %v", i, mirrored[i], again[i])
		}
	}
}
