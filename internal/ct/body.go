package ct

import (
	"image"
	"slices"
)

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
	runs, pieces := m.pieces()
	inner := image.Rect(0, 0, m.width, m.height).Inset(1 + 2*radius)
	rows := ellipse(box)
	leaked, area := 0, 0
	for _, row := range rows {
		area += row.end - row.begin
	}
	for _, r := range runs {
		if r.y >= box.Min.Y && r.y < box.Max.Y && !pieces[r.piece].box.In(inner) {
			row := rows[r.y-box.Min.Y]
			leaked += max(0, min(r.end, row.end)-max(r.begin, row.begin))
		}
	}
	return leaked*maxLeakPart > area
}

// ellipse returns the rows of the ellipse within box that only a body fills.
func ellipse(box image.Rectangle) []run {
	// In doubled coordinates, so that the centre is whole.
	cx, cy := box.Min.X+box.Max.X-1, box.Min.Y+box.Max.Y-1
	rx, ry := float64(box.Dx())*bodyEllipse, float64(box.Dy())*bodyEllipse
	rows := make([]run, box.Dy())
	for i := range rows {
		r := run{y: box.Min.Y + i, begin: box.Min.X, end: box.Max.X}
		dy := float64(2*r.y-cy) / ry
		for ; r.begin < r.end; r.begin, r.end = r.begin+1, r.end-1 {
			dx := float64(2*r.begin-cx) / rx
			// The conversions keep every compiler from fusing the sum.
			if float64(dx*dx)+float64(dy*dy) <= 1 {
				break
			}
		}
		r.end = max(r.begin, r.end)
		rows[i] = r
	}
	return rows
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
	for y := range h {
		dst := g.grey[y*w : (y+1)*w]
		rows := s.Grey[y*step*s.Width : min((y+1)*step, s.Height)*s.Width]
		if step == 2 && len(rows) == 2*s.Width { // as for most slices
			halve(dst, rows[:s.Width], rows[s.Width:])
		} else {
			average(dst, rows, s.Width, step)
		}
	}
	return g
}

// average writes the mean of every step columns of rows to dst.
func average(dst, rows []uint8, width, step int) {
	sum := make([]uint32, width)
	for row := range slices.Chunk(rows, width) {
		for x, v := range row[:len(sum)] {
			sum[x] += uint32(v)
		}
	}
	for x := range dst {
		part := sum[x*step : min((x+1)*step, width)]
		total := uint32(0)
		for _, v := range part {
			total += v
		}
		dst[x] = uint8(total / uint32(len(rows)/width*len(part)))
	}
}

// halve is average for two rows and two columns.
func halve(dst, upper, lower []uint8) {
	lower = lower[:len(upper)]
	x := 0
	for ; 2*x+1 < len(upper); x++ {
		dst[x] = uint8((uint32(upper[2*x]) + uint32(upper[2*x+1]) + uint32(lower[2*x]) + uint32(lower[2*x+1])) / 4)
	}
	if x < len(dst) {
		dst[x] = uint8((uint32(upper[2*x]) + uint32(lower[2*x])) / 2)
	}
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
