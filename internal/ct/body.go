package ct

import (
	"image"
)

// BodyBox returns the bounding box of the patient's body in s, or the whole
// picture where no body can be told from its surroundings.
//
// A scanner's full field of view has air, the table and letters around the
// body; a screenshot is often cropped to the chest. Both look alike once cut to
// this box.
//
// Tissue is what is brighter than Otsu's threshold (IEEE Transactions on
// Systems, Man, and Cybernetics 9(1), 1979). An opening takes the table's
// shell, letters and lines away, and the box is that of the largest connected
// piece that is left, with those of pieces a tenth as large.
func BodyBox(s *Slice) image.Rectangle {
	whole := image.Rect(0, 0, s.Width, s.Height)
	step := (max(s.Width, s.Height) + maxGrid - 1) / maxGrid
	g := shrink(s, step)
	radius := max(1, max(g.width, g.height)/openingPart)

	tissue := g.above(otsu(g.grey))
	box := tissue.erode(radius).bodyBox()
	if box.Empty() || tissue.inverse().erode(radius).leaksInto(box, radius) {
		return whole
	}
	// Undo the erosion and leave a margin of about one per cent.
	box = box.Inset(-2 * radius).Intersect(image.Rect(0, 0, g.width, g.height))
	if box.Dx()*box.Dy()*minBodyPart < g.width*g.height ||
		tissue.count(box)*maxOutsidePart < tissue.count(whole)*(maxOutsidePart-1) {
		return whole
	}
	return image.Rect(box.Min.X*step, box.Min.Y*step, box.Max.X*step, box.Max.Y*step).Intersect(whole)
}

const (
	// maxGrid bounds the longer side of the grid on which the body is looked
	// for. Two pixels of a usual slice are one of the grid: precise enough,
	// quick, and less noisy.
	maxGrid = 256
	// openingPart: the opening takes away what is thinner than 2/100 of the
	// longer side, 8 mm of a field of view of 400 mm.
	openingPart = 100
	// minPiecePart: a piece counts if it is a tenth of the largest.
	minPiecePart = 10
	// bodyEllipse is the size of the ellipse that only a body fills, as a part
	// of the box, and one part in maxLeakPart of it may be air after all: the
	// hollow between the breasts, the sides of the neck.
	bodyEllipse = 0.9
	maxLeakPart = 20
	// minBodyPart: a box of less than a fifth of the picture holds no chest.
	minBodyPart = 5
	// maxOutsidePart: the table, letters and frames are less than a tenth of
	// all that is bright. More outside the box is a body in pieces, as in a
	// mediastinal window, where fat is as dark as air.
	maxOutsidePart = 10
)

// bodyBox returns the bounding box of the largest pieces of m.
func (m mask) bodyBox() image.Rectangle {
	_, pieces := m.pieces()
	largest := 0
	for _, p := range pieces {
		largest = max(largest, p.area)
	}
	var box image.Rectangle
	for _, p := range pieces {
		if p.area >= largest/minPiecePart {
			box = box.Union(p.box)
		}
	}
	return box
}

// leaksInto reports whether m, the dark pixels, reaches from the edge of the
// picture into the body's box. Air goes round a body and fills the corners of
// its box; dark that lies in the ellipse within the box and hangs together with
// the edge is a lung that the picture cuts, and its outer part must not be
// taken for air. A wall too thin to outlive the opening is no wall.
func (m mask) leaksInto(box image.Rectangle, radius int) bool {
	label, pieces := m.pieces()
	inner := image.Rect(0, 0, m.width, m.height).Inset(1 + 2*radius)
	// In doubled coordinates, so that the centre is whole.
	cx, cy := box.Min.X+box.Max.X-1, box.Min.Y+box.Max.Y-1
	rx, ry := float64(box.Dx())*bodyEllipse, float64(box.Dy())*bodyEllipse
	leaked, area := 0, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx, dy := float64(2*x-cx)/rx, float64(2*y-cy)/ry
			if dx*dx+dy*dy > 1 {
				continue
			}
			area++
			if l := label[y*m.width+x]; l > 0 && !pieces[l-1].box.In(inner) {
				leaked++
			}
		}
	}
	return leaked*maxLeakPart > area
}

// A grid is a small grey picture.
type grid struct {
	width, height int
	grey          []uint8
}

// shrink averages squares of step x step pixels; what does not fill a square at
// the right and at the bottom is averaged over what there is.
func shrink(s *Slice, step int) grid {
	if step == 1 {
		return grid{s.Width, s.Height, s.Grey}
	}
	w, h := (s.Width+step-1)/step, (s.Height+step-1)/step
	g := grid{w, h, make([]uint8, w*h)}
	sum := make([]int, w)
	for gy := range h {
		clear(sum)
		y0, y1 := gy*step, min((gy+1)*step, s.Height)
		for y := y0; y < y1; y++ {
			row := s.Grey[y*s.Width : (y+1)*s.Width]
			for gx := range w {
				for _, v := range row[gx*step : min((gx+1)*step, s.Width)] {
					sum[gx] += int(v)
				}
			}
		}
		for gx := range w {
			n := (y1 - y0) * (min((gx+1)*step, s.Width) - gx*step)
			g.grey[gy*w+gx] = uint8(sum[gx] / n)
		}
	}
	return g
}

// otsu returns the threshold t that maximises the variance between the classes
// 0..t and t+1..255.
func otsu(grey []uint8) uint8 {
	var histogram [256]int
	for _, v := range grey {
		histogram[v]++
	}
	total := 0
	for v, n := range histogram {
		total += v * n
	}
	var (
		best      uint8
		bestScore float64
		below     int // pixels up to t
		sum       int // of their values
	)
	for t, n := range histogram {
		below += n
		sum += t * n
		above := len(grey) - below
		if below == 0 || above == 0 {
			continue
		}
		d := float64(sum)/float64(below) - float64(total-sum)/float64(above)
		if score := float64(below) * float64(above) * d * d; score > bestScore {
			best, bestScore = uint8(t), score
		}
	}
	return best
}

// A mask marks pixels of a grid.
type mask struct {
	width, height int
	set           []bool
}

func (g grid) above(threshold uint8) mask {
	m := mask{g.width, g.height, make([]bool, len(g.grey))}
	for i, v := range g.grey {
		m.set[i] = v > threshold
	}
	return m
}

// count returns how many pixels within r are set.
func (m mask) count(r image.Rectangle) int {
	r = r.Intersect(image.Rect(0, 0, m.width, m.height))
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, set := range m.set[y*m.width+r.Min.X : y*m.width+r.Max.X] {
			if set {
				n++
			}
		}
	}
	return n
}

func (m mask) inverse() mask {
	out := mask{m.width, m.height, make([]bool, len(m.set))}
	for i, set := range m.set {
		out.set[i] = !set
	}
	return out
}

// erode returns the pixels of m whose square of 2*radius+1 is all set. What lies
// outside the picture does not count: a body cut by the edge goes on there.
func (m mask) erode(radius int) mask {
	// sum[y*stride+x] counts the pixels set above and left of (x, y)
	// (summed-area table), so that any radius costs the same.
	stride := m.width + 1
	sum := make([]int32, stride*(m.height+1))
	for y := range m.height {
		var row int32
		for x := range m.width {
			if m.set[y*m.width+x] {
				row++
			}
			sum[(y+1)*stride+x+1] = sum[y*stride+x+1] + row
		}
	}
	out := mask{m.width, m.height, make([]bool, len(m.set))}
	for y := range m.height {
		y0, y1 := max(y-radius, 0), min(y+radius+1, m.height)
		upper, lower := sum[y0*stride:], sum[y1*stride:]
		for x := range m.width {
			x0, x1 := max(x-radius, 0), min(x+radius+1, m.width)
			n := lower[x1] - lower[x0] - upper[x1] + upper[x0]
			out.set[y*m.width+x] = int(n) == (x1-x0)*(y1-y0)
		}
	}
	return out
}

// A piece is a set of pixels that hang together by their sides.
type piece struct {
	area int
	box  image.Rectangle
}

// pieces returns the pieces of m, and for each pixel the number of its piece,
// counted from 1, or 0.
func (m mask) pieces() (label []int32, found []piece) {
	label = make([]int32, len(m.set))
	var stack []int // labelled pixels whose neighbours are still to be seen
	for start := range m.set {
		if !m.set[start] || label[start] != 0 {
			continue
		}
		n := int32(len(found) + 1)
		visit := func(at int) {
			if m.set[at] && label[at] == 0 {
				label[at] = n
				stack = append(stack, at)
			}
		}
		p := piece{box: image.Rectangle{Min: image.Pt(m.width, m.height)}}
		visit(start)
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := at%m.width, at/m.width
			p.area++
			p.box.Min.X, p.box.Max.X = min(p.box.Min.X, x), max(p.box.Max.X, x+1)
			p.box.Min.Y, p.box.Max.Y = min(p.box.Min.Y, y), max(p.box.Max.Y, y+1)
			if x > 0 {
				visit(at - 1)
			}
			if x < m.width-1 {
				visit(at + 1)
			}
			if y > 0 {
				visit(at - m.width)
			}
			if y < m.height-1 {
				visit(at + m.width)
			}
		}
		found = append(found, p)
	}
	return label, found
}
