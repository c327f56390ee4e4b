package ct

import "image"

// BodyBox returns the bounding box of the patient's body in s, with a margin of
// about one per cent, or the whole picture where no body can be told from its
// surroundings.
//
// A scanner's full field of view has air, the table and letters around the
// body; a screenshot is often cropped to the chest. Both look alike once cut to
// this box.
//
// The body is bright on dark. Otsu's threshold (IEEE Transactions on Systems,
// Man, and Cybernetics 9(1), 1979) parts tissue from air and lung. Where that
// gives no body, the threshold within the dark part is tried: it parts fat from
// air in a mediastinal window, and lung from the black bars of a viewer.
func BodyBox(s *Slice) image.Rectangle {
	whole := image.Rect(0, 0, s.Width, s.Height)
	step := (max(s.Width, s.Height) + maxGrid - 1) / maxGrid
	g := shrink(s, step)

	histogram := make([]int, 256)
	for _, v := range g.grey {
		histogram[v]++
	}
	for range 2 {
		threshold := otsu(histogram)
		if box := g.body(threshold); !box.Empty() {
			return image.Rect(box.Min.X*step, box.Min.Y*step, box.Max.X*step, box.Max.Y*step).Intersect(whole)
		}
		histogram = histogram[:threshold+1]
	}
	return whole
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
	// all that is bright. More outside the box is a body in pieces.
	maxOutsidePart = 10
)

// body returns the box of the body, taken to be what is brighter than the
// threshold, or an empty one where that does not look like a body.
func (g grid) body(threshold int) image.Rectangle {
	// An opening takes away the table's shell, letters and lines.
	radius := max(1, max(g.width, g.height)/openingPart)
	tissue := g.above(threshold)
	box := tissue.erode(radius).bodyBox()
	if tissue.inverse().erode(radius).leaksInto(box, radius) {
		return image.Rectangle{}
	}
	// Undo the erosion and leave a margin.
	whole := image.Rect(0, 0, g.width, g.height)
	box = box.Inset(-2 * radius).Intersect(whole)
	if box.Dx()*box.Dy()*minBodyPart < g.width*g.height ||
		tissue.count(box)*maxOutsidePart < tissue.count(whole)*(maxOutsidePart-1) {
		return image.Rectangle{}
	}
	return box
}

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
			// The conversions keep every compiler from fusing the sum.
			if float64(dx*dx)+float64(dy*dy) > 1 {
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

// otsu returns the value t that maximises the variance between the pixels of
// values 0..t and those above, of which the histogram gives the numbers.
func otsu(histogram []int) int {
	count, total := 0, 0
	for v, n := range histogram {
		count += n
		total += v * n
	}
	var (
		best      int
		bestScore float64
		below     int // pixels up to t
		sum       int // of their values
	)
	for t, n := range histogram {
		below += n
		sum += t * n
		above := count - below
		if below == 0 || above == 0 {
			continue
		}
		d := float64(sum)/float64(below) - float64(total-sum)/float64(above)
		if score := float64(below) * float64(above) * d * d; score > bestScore {
			best, bestScore = t, score
		}
	}
	return best
}

// A mask marks pixels of a grid.
type mask struct {
	width, height int
	set           []bool
}

func (g grid) above(threshold int) mask {
	m := mask{g.width, g.height, make([]bool, len(g.grey))}
	for i, v := range g.grey {
		m.set[i] = int(v) > threshold
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
