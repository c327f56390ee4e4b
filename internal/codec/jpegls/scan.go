package jpegls

import "lungct/internal/codec/t81"

// Kinds of interleaving (T.87, C.2.3).
const (
	byComponent = 0
	byLine      = 1
	bySample    = 2
)

// scan reads a scan header and the lines that follow it.
func (d *decoder) scan(segment []byte) error {
	h, err := d.Scan(segment, d.frame)
	if err != nil {
		return err
	}
	interleave, n := h.Se, len(h.Components)
	switch {
	case interleave > bySample:
		return d.Broken("interleaving: got %d, want 0 to 2", interleave)
	case interleave == byComponent && n > 1:
		return d.Broken("interleaving: got none of %d components", n)
	case h.Ah != 0 || h.Al != 0:
		return d.Unsupported("point transform: got %d, want 0", h.Ah<<4|h.Al)
	}
	for _, c := range h.Components {
		if c.DC != 0 || c.AC != 0 {
			return d.Unsupported("mapping tables: got them for component %d", c.Index)
		}
		if d.read[c.Index] {
			return d.Broken("component %d: got a second scan, want one", c.Index)
		}
		d.read[c.Index] = true
	}
	p, err := d.parameters(int32(h.Ss))
	if err != nil {
		return err
	}
	if d.samples == nil {
		d.samples = make([]int32, d.frame.Width*d.frame.Height*len(d.frame.Components))
	}
	d.missing -= n
	return d.lines(p, h.Components, interleave == bySample && n > 1)
}

// lines decodes the lines of a scan.
func (d *decoder) lines(p *parameters, components []t81.ScanComponent, bySample bool) error {
	w, n := d.frame.Width, len(components)
	l := &lines{parameters: p, regions: p.quantized(), width: w}
	l.reset(d.EntropyLS())
	up, now, runs := twoLines(w, n)
	for y := range d.frame.Height {
		if d.interval > 0 && y > 0 && y%d.interval == 0 {
			if err := d.Restart(y/d.interval - 1); err != nil {
				return err
			}
			l.reset(d.EntropyLS())
			up, now, runs = twoLines(w, n)
		}
		for i := range now {
			now[i][0] = up[i][1]
		}
		if bySample {
			runs[0] = l.pixels(up, now, runs[0])
		} else {
			for i := range now {
				runs[i] = l.line(up[i], now[i], runs[i])
			}
		}
		if l.overrun() {
			return d.Broken("line %d of %d: got the end of the data within it", y, d.frame.Height)
		}
		if l.bad {
			return d.Broken("line %d of %d: got bits that are no code", y, d.frame.Height)
		}
		for i, c := range components {
			now[i][w+1] = now[i][w]
			d.store(now[i][1:w+1], y, c.Index)
		}
		up, now = now, up
	}
	return nil
}

// twoLines are lines of n components with zeros, as they stand above the first
// one, and the components' run indexes.
func twoLines(w, n int) (up, now [][]int32, runs []int) {
	for range n {
		up = append(up, make([]int32, w+2))
		now = append(now, make([]int32, w+2))
	}
	return up, now, make([]int, n)
}

// store puts a line of one component into the image.
func (d *decoder) store(line []int32, y, component int) {
	n := len(d.frame.Components)
	out := d.samples[y*len(line)*n:][:len(line)*n]
	if n == 1 {
		copy(out, line)
		return
	}
	for x, v := range line {
		out[x*n+component] = v
	}
}

// restoreColour undoes the colour transforms that HP's encoder offers and names
// in an APP8 segment: green is left alone, red and blue, or all three, are
// differences modulo 2^Precision.
func (d *decoder) restoreColour() error {
	if d.transform == 0 {
		return nil
	}
	if d.transform > 3 || len(d.frame.Components) != 3 {
		return d.Unsupported("colour transform: got %d of %d components", d.transform, len(d.frame.Components))
	}
	mask := int32(1)<<d.frame.Precision - 1
	half := (mask + 1) / 2
	for i := 0; i < len(d.samples); i += 3 {
		p := d.samples[i : i+3]
		r, g, b := p[0], p[1], p[2]
		switch d.transform {
		case 1:
			r, b = r+g-half, b+g-half
		case 2:
			r = (r + g - half) & mask
			b += (r+g)>>1 - half
		case 3:
			g = (p[0] - (p[1]+p[2])>>2 + half/2) & mask
			r, b = p[2]+g-half, p[1]+g-half
		}
		p[0], p[1], p[2] = r&mask, g&mask, b&mask
	}
	return nil
}
