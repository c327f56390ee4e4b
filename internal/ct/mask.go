package ct

import (
	"image"
	"math/bits"
)

// A mask marks pixels of a grid: pixel x of row y is bit x%64 of word
// y*stride+x/64. Bits beyond the end of a row are zero.
type mask struct {
	width, height int
	stride        int // words a row
	words         []uint64
}

func newMask(width, height int) mask {
	stride := (width + 63) / 64
	return mask{width, height, stride, make([]uint64, stride*height)}
}

func (m mask) row(y int) []uint64 { return m.words[y*m.stride : (y+1)*m.stride] }

// within returns the bits of the i-th word of a row that stand for pixels from
// begin to end.
func within(i, begin, end int) uint64 {
	return ^uint64(0) << max(begin-64*i, 0) &^ (^uint64(0) << max(end-64*i, 0))
}

func (g grid) above(threshold int) mask {
	m := newMask(g.width, g.height)
	for y := range g.height {
		row, grey := m.row(y), g.grey[y*g.width:(y+1)*g.width]
		for i := range row {
			var word uint64
			for bit, v := range grey[64*i : min(64*i+64, g.width)] {
				word |= uint64(threshold-int(v)) >> 63 << bit // the sign
			}
			row[i] = word
		}
	}
	return m
}

// count returns how many pixels within r are set.
func (m mask) count(r image.Rectangle) int {
	r = r.Intersect(image.Rect(0, 0, m.width, m.height))
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for i, word := range m.row(y) {
			n += bits.OnesCount64(word & within(i, r.Min.X, r.Max.X))
		}
	}
	return n
}

func (m mask) inverse() mask {
	out := newMask(m.width, m.height)
	for y := range m.height {
		row := out.row(y)
		for i, word := range m.row(y) {
			row[i] = ^word & within(i, 0, m.width)
		}
	}
	return out
}

// erode returns the pixels of m whose square of 2*radius+1 is all set. What lies
// outside the picture does not count: a body cut by the edge goes on there.
func (m mask) erode(radius int) mask {
	for range radius {
		across := newMask(m.width, m.height)
		for y := range m.height {
			m.erodeRow(across.row(y), m.row(y))
		}
		down := newMask(m.width, m.height)
		for y := range m.height {
			above, below := across.row(max(y-1, 0)), across.row(min(y+1, m.height-1))
			row := down.row(y)
			for i, word := range across.row(y) {
				row[i] = above[i] & word & below[i]
			}
		}
		m = down
	}
	return m
}

// erodeRow writes to dst the pixels of src that are set, and those to the left
// and right of them, too.
func (m mask) erodeRow(dst, src []uint64) {
	left := uint64(1) // the pixel before the word
	for i, word := range src {
		pixels := within(i, 0, m.width)
		word |= ^pixels
		right := uint64(1) // the pixel after the word
		if i+1 < len(src) {
			right = src[i+1]
		}
		dst[i] = word & (word<<1 | left) & (word>>1 | right<<63) & pixels
		left = word >> 63
	}
}

// A run is a row's pixels from begin to end, all of them set.
type run struct {
	y, begin, end int
	piece         int // number of the piece to which it belongs
}

// A piece is a set of pixels that hang together by their sides.
type piece struct {
	area int
	box  image.Rectangle
}

// pieces returns the runs and the pieces of m.
func (m mask) pieces() ([]run, []piece) {
	var runs []run
	// A run's piece is first another run of the same piece, above or to the
	// left, or itself where there is none (union-find).
	find := func(i int) int {
		for runs[i].piece != i {
			runs[i].piece = runs[runs[i].piece].piece
			i = runs[i].piece
		}
		return i
	}
	above := 0 // the first run of the row above that may touch
	for y := range m.height {
		first := len(runs)
		row := m.row(y)
		for begin := m.next(row, 0, 0); begin < m.width; {
			end := m.next(row, begin, ^uint64(0))
			this := len(runs)
			runs = append(runs, run{y, begin, end, this})
			for above < first && runs[above].end <= begin {
				above++
			}
			for i := above; i < first && runs[i].begin < end; i++ {
				a, b := find(i), find(this)
				runs[max(a, b)].piece = min(a, b)
			}
			begin = m.next(row, end, 0)
		}
		above = first
	}
	var pieces []piece
	for i := range runs {
		r := &runs[i]
		if r.piece == i {
			r.piece = len(pieces)
			pieces = append(pieces, piece{})
		} else {
			r.piece = runs[r.piece].piece // by now the number of a piece
		}
		p := &pieces[r.piece]
		p.area += r.end - r.begin
		p.box = p.box.Union(image.Rect(r.begin, r.y, r.end, r.y+1))
	}
	return runs, pieces
}

// next returns the first pixel from x on that is set, or not set where invert
// is all ones. Where there is none, it is the end of the row.
func (m mask) next(row []uint64, x int, invert uint64) int {
	for i := x / 64; i < len(row); i++ {
		if word := (row[i] ^ invert) & within(i, x, m.width); word != 0 {
			return 64*i + bits.TrailingZeros64(word)
		}
	}
	return m.width
}
