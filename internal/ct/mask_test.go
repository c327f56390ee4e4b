package ct

import (
	"cmp"
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

func (m mask) at(x, y int) bool { return m.row(y)[x/64]>>(x%64)&1 != 0 }

// randomMasks calls f with masks of many sizes, of specks and of blobs.
func randomMasks(t *testing.T, f func(t *testing.T, m mask)) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for _, width := range []int{1, 2, 3, 31, 63, 64, 65, 100, 127, 128, 129, 200} {
		for _, height := range []int{1, 2, 3, 17, 40} {
			for threshold := 30; threshold < 256; threshold += 45 {
				g := grid{width, height, make([]uint8, width*height)}
				for i := range g.grey {
					g.grey[i] = uint8(rnd.Uint32())
				}
				for range rnd.IntN(6) {
					x, y := rnd.IntN(width), rnd.IntN(height)
					dx, dy, v := rnd.IntN(width-x)+1, rnd.IntN(height-y)+1, uint8(rnd.Uint32())
					for i := range dx * dy {
						g.grey[(y+i/dx)*width+x+i%dx] = v
					}
				}
				m := g.above(threshold)
				m.same(t, "threshold", func(x, y int) bool { return int(g.grey[y*width+x]) > threshold })
				f(t, m)
			}
		}
	}
}

// same compares m with what is set at every pixel and beyond the ends of rows.
func (m mask) same(t *testing.T, what string, set func(x, y int) bool) {
	t.Helper()
	for y := range m.height {
		for x := range m.width {
			if m.at(x, y) != set(x, y) {
				t.Fatalf("%s of %dx%d at (%d, %d): got %v", what, m.width, m.height, x, y, m.at(x, y))
			}
		}
		for x := m.width; x < 64*m.stride; x++ {
			if m.at(x, y) {
				t.Fatalf("%s of %dx%d: set beyond the end of row %d", what, m.width, m.height, y)
			}
		}
	}
}

func TestMaskErode(t *testing.T) {
	randomMasks(t, func(t *testing.T, m mask) {
		whole := image.Rect(0, 0, m.width, m.height)
		for _, radius := range []int{1, 2, 5} {
			m.erode(radius).same(t, "erosion", func(x, y int) bool {
				square := image.Rect(x-radius, y-radius, x+radius+1, y+radius+1).Intersect(whole)
				for y := square.Min.Y; y < square.Max.Y; y++ {
					for x := square.Min.X; x < square.Max.X; x++ {
						if !m.at(x, y) {
							return false
						}
					}
				}
				return true
			})
		}
		m.inverse().same(t, "inverse", func(x, y int) bool { return !m.at(x, y) })
	})
}

func TestMaskCount(t *testing.T) {
	randomMasks(t, func(t *testing.T, m mask) {
		for _, r := range []image.Rectangle{
			image.Rect(0, 0, m.width, m.height), image.Rect(-5, -5, 300, 300), {},
			image.Rect(m.width/3, m.height/3, m.width-m.width/4, m.height), image.Rect(60, 0, 70, 9), image.Rect(64, 1, 128, 3),
		} {
			want := 0
			for y := range m.height {
				for x := range m.width {
					if image.Pt(x, y).In(r) && m.at(x, y) {
						want++
					}
				}
			}
			if got := m.count(r); got != want {
				t.Fatalf("%v of %dx%d: got %d, want %d", r, m.width, m.height, got, want)
			}
		}
	})
}

// flood returns the pieces of m, found pixel by pixel, and for each pixel the
// number of its piece or -1.
func (m mask) flood() (label []int, pieces []piece) {
	label = slices.Repeat([]int{-1}, m.width*m.height)
	for start := range label {
		if !m.at(start%m.width, start/m.width) || label[start] >= 0 {
			continue
		}
		p := piece{}
		stack := []image.Point{{start % m.width, start / m.width}}
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !at.In(image.Rect(0, 0, m.width, m.height)) || !m.at(at.X, at.Y) || label[at.Y*m.width+at.X] >= 0 {
				continue
			}
			label[at.Y*m.width+at.X] = len(pieces)
			p.area++
			p.box = p.box.Union(image.Rect(at.X, at.Y, at.X+1, at.Y+1))
			stack = append(stack, at.Add(image.Pt(1, 0)), at.Add(image.Pt(-1, 0)), at.Add(image.Pt(0, 1)), at.Add(image.Pt(0, -1)))
		}
		pieces = append(pieces, p)
	}
	return label, pieces
}

func TestMaskPieces(t *testing.T) {
	most := 0
	randomMasks(t, func(t *testing.T, m mask) {
		runs, got := m.pieces()
		label, want := m.flood()
		most = max(most, len(want))
		if !slices.Equal(got, want) { // both in the order of their first pixels
			t.Fatalf("%dx%d: got %v, want %v", m.width, m.height, got, want)
		}
		covered := 0
		for _, r := range runs {
			covered += r.end - r.begin
			for x := r.begin; x < r.end; x++ {
				if label[r.y*m.width+x] != r.piece {
					t.Fatalf("%dx%d at (%d, %d): got piece %d, want %d", m.width, m.height, x, r.y, r.piece, label[r.y*m.width+x])
				}
			}
		}
		if all := m.count(image.Rect(0, 0, m.width, m.height)); covered != all {
			t.Fatalf("%dx%d: runs of %d pixels, want %d", m.width, m.height, covered, all)
		}
		if !slices.IsSortedFunc(runs, func(a, b run) int { return cmp.Or(a.y-b.y, a.begin-b.begin) }) {
			t.Fatal("runs are out of order")
		}
	})
	if most < 100 {
		t.Errorf("at most %d pieces: too few to show anything", most)
	}
}

func TestEllipse(t *testing.T) {
	for _, box := range []image.Rectangle{{}, image.Rect(3, 4, 4, 5), image.Rect(0, 0, 2, 9), image.Rect(10, 20, 141, 107), image.Rect(1, 1, 201, 180)} {
		rows := ellipse(box)
		if len(rows) != box.Dy() {
			t.Fatalf("%v: %d rows", box, len(rows))
		}
		cx, cy := box.Min.X+box.Max.X-1, box.Min.Y+box.Max.Y-1
		rx, ry := float64(box.Dx())*bodyEllipse, float64(box.Dy())*bodyEllipse
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				dx, dy := float64(2*x-cx)/rx, float64(2*y-cy)/ry
				row := rows[y-box.Min.Y]
				got, want := x >= row.begin && x < row.end, float64(dx*dx)+float64(dy*dy) <= 1
				if got != want {
					t.Fatalf("%v at (%d, %d): got %v, want %v", box, x, y, got, want)
				}
			}
		}
	}
}

func TestShrink(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for _, side := range []image.Point{{1, 1}, {2, 3}, {33, 47}, {64, 64}, {65, 31}} {
		s := &Slice{Width: side.X, Height: side.Y, Grey: make([]uint8, side.X*side.Y)}
		for i := range s.Grey {
			s.Grey[i] = uint8(rnd.Uint32())
		}
		for step := 1; step <= 5; step++ {
			g := shrink(s, step)
			for i, got := range g.grey {
				corner := image.Pt(i%g.width, i/g.width).Mul(step)
				square := image.Rectangle{corner, corner.Add(image.Pt(step, step))}.Intersect(image.Rect(0, 0, side.X, side.Y))
				sum := 0
				for y := square.Min.Y; y < square.Max.Y; y++ {
					for x := square.Min.X; x < square.Max.X; x++ {
						sum += int(s.Grey[y*side.X+x])
					}
				}
				if want := uint8(sum / (square.Dx() * square.Dy())); got != want {
					t.Fatalf("%v by %d at %v: got %d, want %d", side, step, corner, got, want)
				}
			}
		}
	}
}
