package jpeg

import "lungct/internal/codec/t81"

// worstBlock is more than the bytes of any block.
const worstBlock = 256

// A scan is what one scan adds to the coefficients of some components.
type scan struct {
	*t81.Scan
	parts  []part
	bits   t81.Bits
	endRun int32 // blocks yet to come of a run that have no further coefficients
}

// A part is one component's in a scan.
type part struct {
	*component
	dc, ac *t81.Huffman
	last   int32 // DC coefficient of the block before
	block  func(*scan, *part, *[64]int16) bool
}

// scan reads a scan header and the entropy-coded data that follows it.
func (d *decoder) scan(segment []byte) error {
	h, err := d.Scan(segment, d.frame)
	if err != nil {
		return err
	}
	if !d.progressive {
		h.Ss, h.Se, h.Ah, h.Al = 0, 63, 0, 0 // some encoders leave them 0
	}
	if h.Ss > h.Se || h.Se > 63 || h.Ss == 0 && h.Se > 0 && d.progressive || h.Ss > 0 && len(h.Components) > 1 {
		return d.Broken("scan header: got coefficients %d to %d of %d components", h.Ss, h.Se, len(h.Components))
	}
	if h.Al > 13 || h.Ah != 0 && h.Ah != h.Al+1 {
		return d.Broken("scan header: got successive approximation %d to %d", h.Ah, h.Al)
	}
	s := &scan{Scan: h}
	for _, c := range h.Components {
		p, err := d.part(h, c)
		if err != nil {
			return err
		}
		s.parts = append(s.parts, p)
	}
	return d.decode(s)
}

// part makes ready a component of a scan.
func (d *decoder) part(h *t81.Scan, sc t81.ScanComponent) (part, error) {
	c := &d.components[sc.Index]
	p := part{component: c, block: blockDecoder(d.progressive, h)}
	want := int8(16)
	if h.Ah > 0 {
		want = int8(h.Ah)
	}
	for k := h.Ss; k <= h.Se; k++ {
		if c.missing[k] != want {
			return p, d.Broken("component %d: got coefficient %d out of turn", sc.Index, k)
		}
		c.missing[k] = int8(h.Al)
	}
	if c.quantizer == nil {
		if c.quantizer = d.quantizers[d.frame.Components[sc.Index].Table&3]; c.quantizer == nil {
			return p, d.Broken("component %d: got no quantization table %d", sc.Index, d.frame.Components[sc.Index].Table)
		}
	}
	p.dc, p.ac = d.tables[0][sc.DC&3], d.tables[1][sc.AC&3]
	if h.Ss == 0 && h.Ah == 0 && (p.dc == nil || p.dc.Most() > 15) {
		return p, d.Broken("component %d: got no Huffman table %d for DC", sc.Index, sc.DC)
	}
	if h.Se > 0 && p.ac == nil {
		return p, d.Broken("component %d: got no Huffman table %d for AC", sc.Index, sc.AC)
	}
	return p, nil
}

// decode reads a scan, MCU by MCU (T.81, E.2.4).
func (d *decoder) decode(s *scan) error {
	columns, rows, worst := d.mcuColumns(), d.mcuRows(), 0
	for _, p := range s.parts {
		worst += p.h * p.v * worstBlock
	}
	if len(s.parts) == 1 {
		columns, rows = s.parts[0].width, s.parts[0].height
	}
	s.bits = d.Entropy(d.buffer, worst)
	for mcu := range columns * rows {
		if d.interval > 0 && mcu > 0 && mcu%d.interval == 0 {
			if err := d.Restart(mcu/d.interval - 1); err != nil {
				return err
			}
			s.bits = d.Entropy(s.bits.Buffer(), worst)
			s.restart()
		}
		if !s.mcu(mcu%columns, mcu/columns) {
			return d.Broken("block row %d of %d: got bits that are no code", mcu/columns, rows)
		}
		if s.bits.Overrun() {
			return d.Broken("block row %d of %d: got the end of the data within it", mcu/columns, rows)
		}
	}
	d.buffer = s.bits.Buffer()
	return nil
}

func (s *scan) restart() {
	s.endRun = 0
	for i := range s.parts {
		s.parts[i].last = 0
	}
}

// mcu reads one block, or of several components as many as their sampling
// factors say. It is false where the bits are no code.
func (s *scan) mcu(x, y int) bool {
	if len(s.parts) == 1 {
		p := &s.parts[0]
		return p.block(s, p, &p.coefficients[y*p.stride+x])
	}
	for i := range s.parts {
		p := &s.parts[i]
		for v := range p.v {
			for h := range p.h {
				if !p.block(s, p, &p.coefficients[(y*p.v+v)*p.stride+x*p.h+h]) {
					return false
				}
			}
		}
	}
	return true
}
