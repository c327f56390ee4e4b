package jpegll

import "lungct/internal/codec/t81"

// A scan is one component, or several by turns, with one predictor.
type scan struct {
	predictor int            // 1 to 7, T.81 table H.1
	shift     int            // point transform: bits left out at the bottom
	planes    [][]int32      // of its components
	tables    []*t81.Huffman // of its components
	row       []int32        // differences of a row, where there are several components
}

// scan reads a scan header and what follows it.
func (d *decoder) scan(segment []byte) error {
	h, err := d.Scan(segment, d.frame)
	if err != nil {
		return err
	}
	if h.Ss < 1 || h.Ss > 7 {
		return d.Broken("predictor: got %d, want 1 to 7", h.Ss)
	}
	if h.Al >= d.frame.Precision {
		return d.Broken("point transform: got %d, want less than the precision, %d", h.Al, d.frame.Precision)
	}
	if d.interval%d.frame.Width != 0 {
		return d.Broken("restart interval: got %d pixels, want whole rows of %d", d.interval, d.frame.Width)
	}
	sc := scan{predictor: h.Ss, shift: h.Al}
	for _, c := range h.Components {
		if err := d.add(&sc, c, len(h.Components)); err != nil {
			return err
		}
	}
	if len(sc.planes) > 1 {
		sc.row = make([]int32, d.frame.Width*len(sc.planes))
	}
	if err := d.rows(&sc); err != nil {
		return err
	}
	sc.scale()
	d.missing -= len(sc.planes)
	return nil
}

// add makes a component part of a scan of n.
func (d *decoder) add(sc *scan, c t81.ScanComponent, n int) error {
	f := d.frame.Components[c.Index]
	if n > 1 && (f.H != 1 || f.V != 1) {
		return d.Unsupported("components: got sampling factors %d x %d, want 1 x 1", f.H, f.V)
	}
	if d.planes[c.Index] != nil {
		return d.Broken("component %d: got a second scan, want one", c.Index)
	}
	if c.DC > 3 || d.tables[0][c.DC] == nil {
		return d.Broken("component %d: got no Huffman table %d", c.Index, c.DC)
	}
	t := d.tables[0][c.DC]
	if t.Most() > 16 {
		return d.Broken("Huffman table %d: got symbol %d, want at most 16", c.DC, t.Most())
	}
	plane := make([]int32, d.frame.Width*d.frame.Height)
	d.planes[c.Index] = plane
	sc.planes, sc.tables = append(sc.planes, plane), append(sc.tables, t)
	return nil
}

// rows decodes the scan's entropy-coded data.
func (d *decoder) rows(sc *scan) error {
	w := d.frame.Width
	worst := 4 * w * len(sc.planes)
	bits := d.Entropy(d.buffer, worst)
	defer func() { d.buffer = bits.Buffer() }()
	begin := int32(1) << (d.frame.Precision - sc.shift - 1)
	period := d.interval / w // rows between restarts
	first := true            // row since a restart
	for y := range d.frame.Height {
		if period > 0 && y > 0 && y%period == 0 {
			if err := d.Restart(y/period - 1); err != nil {
				return err
			}
			bits = d.Entropy(bits.Buffer(), worst)
			first = true
		}
		if !sc.differences(&bits, y*w, w) {
			return d.Broken("row %d of %d: got bits that are no code", y, d.frame.Height)
		}
		if bits.Overrun() {
			return d.Broken("row %d of %d: got the end of the data within it", y, d.frame.Height)
		}
		for _, plane := range sc.planes {
			row := plane[y*w:][:w]
			if first {
				predictFirst(row, begin)
			} else {
				predict(sc.predictor, row, plane[(y-1)*w:][:w])
			}
		}
		first = false
	}
	return nil
}

// differences reads those of w pixels into the planes, from index at.
func (sc *scan) differences(bits *t81.Bits, at, w int) bool {
	n := len(sc.planes)
	if n == 1 {
		return bits.Differences(sc.planes[0][at:][:w], sc.tables)
	}
	ok := bits.Differences(sc.row, sc.tables)
	for c, plane := range sc.planes {
		row := plane[at:][:w]
		for x := range row {
			row[x] = sc.row[x*n+c]
		}
	}
	return ok
}

// scale undoes the point transform.
func (sc *scan) scale() {
	if sc.shift == 0 {
		return
	}
	for _, plane := range sc.planes {
		for i, v := range plane {
			plane[i] = v << sc.shift & 0xFFFF
		}
	}
}
