package jpeg2000

import "slices"

// Progression orders (table A.16).
const (
	orderLRCP = iota
	orderRLCP
	orderRPCL
	orderPCRL
	orderCPRL
)

// Code-block styles (table A.19).
const (
	styleBypass   = 1 << iota // raw bits in the lower bit-planes
	styleReset                // contexts start anew in each pass
	styleTermAll              // each pass is a codeword segment
	styleCausal               // contexts do not look into the next stripe
	stylePredict              // predictable termination, which only helps to find errors
	styleSymbols              // a symbol after each cleanup pass
	styleHT                   // T.814
	styleReserved             // T.814: some code-blocks only
)

// parameters is how tiles are coded: the main header's, or one tile's.
type parameters struct {
	order      int
	layers     int
	mct        bool // components 0 to 2 are transformed
	eph        bool // packet headers end with a marker
	components []coding
	changes    []progression // of the progression order; none: all in order
	ownChanges bool
}

// coding is how one component is coded. The flags say where it is from: what is
// meant for a component alone outranks what is meant for all (A.6).
type coding struct {
	levels         int // decompositions
	xcb, ycb       int // log2 of the size of code-blocks
	style          int
	reversible     bool
	precincts      [33][2]uint8 // log2 of their size, by resolution
	quant          int          // quantization style
	guard          int          // guard bits
	steps          []int        // exponent<<11 | mantissa, by sub-band
	roi            int          // shift of the region of interest
	hasCod, ownCod bool
	hasQcd, ownQcd bool
}

// progression is a volume of packets in one order (A.6.6).
type progression struct {
	order                 int
	layers                int // below this one
	firstRes, resolutions int // from, below
	firstComp, components int // from, below
}

func newParameters(components int) parameters {
	return parameters{components: make([]coding, components)}
}

// forTile is a copy which a tile's headers may override.
func (p *parameters) forTile() *parameters {
	q := *p
	q.components, q.ownChanges = slices.Clone(p.components), false
	for i := range q.components {
		q.components[i].ownCod = false
		q.components[i].ownQcd = false
	}
	return &q
}

// complete is an error when a main header lacks what every tile needs.
func (p *parameters) complete() error {
	for i, c := range p.components {
		if !c.hasCod {
			return broken("component %d: got no COD or COC marker", i)
		}
		if !c.hasQcd {
			return broken("component %d: got no QCD or QCC marker", i)
		}
	}
	return nil
}

// read reads a marker segment of a header.
func (p *parameters) read(seg *segment) error {
	switch seg.marker {
	case markerCOD:
		return p.readCOD(seg)
	case markerCOC:
		c, err := p.component(seg)
		if err != nil {
			return err
		}
		c.ownCod = true
		return c.readCoding(seg, seg.u8())
	case markerQCD:
		return p.readQCD(seg)
	case markerQCC:
		c, err := p.component(seg)
		if err != nil {
			return err
		}
		c.ownQcd = true
		return c.readQuantization(seg)
	case markerRGN:
		return p.readRGN(seg)
	case markerPOC:
		return p.readPOC(seg)
	case markerCAP, markerCPF:
		return p.readCapabilities(seg)
	case markerTLM, markerPLM, markerPLT, markerPRF, markerCRG, markerCOM:
		return nil
	}
	if what, ok := part2[seg.marker]; ok {
		return unsupported("JPEG 2000 Part 2: %s", what)
	}
	return unsupported("marker %04x, which is not one of Part 1", seg.marker)
}

// readCapabilities refuses high-throughput block coding (T.814, A.2).
func (p *parameters) readCapabilities(seg *segment) error {
	if seg.marker == markerCPF || seg.u32()&(1<<(32-15)) != 0 {
		return unsupported("HTJ2K: high-throughput JPEG 2000 (Part 15)")
	}
	return nil
}

func (p *parameters) component(seg *segment) (*coding, error) {
	i := seg.u8() // two bytes from 257 components on
	if i >= len(p.components) {
		return nil, broken("marker segment %04x: got component %d, want less than %d", seg.marker, i, len(p.components))
	}
	return &p.components[i], nil
}

// readCOD reads the coding style default (A.6.1).
func (p *parameters) readCOD(seg *segment) error {
	style := seg.u8()
	p.eph = style&4 != 0
	p.order, p.layers = seg.u8(), seg.u16()
	mct := seg.u8()
	p.mct = mct == 1
	switch {
	case seg.short:
		return nil
	case p.order > orderCPRL:
		return broken("progression order: got %d, want 0 to 4", p.order)
	case p.layers == 0:
		return broken("layers: got 0, want at least 1")
	case mct > 1:
		return unsupported("JPEG 2000 Part 2: multiple component transformation")
	case p.mct && len(p.components) < 3:
		return broken("component transformation: got %d components, want 3", len(p.components))
	}
	var c coding
	if err := c.readCoding(seg, style); err != nil {
		return err
	}
	for i := range p.components {
		if own := &p.components[i]; !own.ownCod {
			c.quant, c.guard, c.steps, c.roi = own.quant, own.guard, own.steps, own.roi
			c.hasQcd, c.ownQcd = own.hasQcd, own.ownQcd
			*own = c
		}
	}
	return nil
}

// readCoding reads what COD and COC have in common (table A.20).
func (c *coding) readCoding(seg *segment, style int) error {
	c.hasCod = true
	c.levels, c.xcb, c.ycb = seg.u8(), seg.u8()+2, seg.u8()+2
	c.style = seg.u8()
	kernel := seg.u8()
	c.reversible = kernel == 1
	switch {
	case seg.short:
		return nil
	case c.levels > 32:
		return broken("decomposition levels: got %d, want at most 32", c.levels)
	case c.xcb > 10 || c.ycb > 10 || c.xcb+c.ycb > 12:
		return broken("code-blocks: got 2^%d x 2^%d, want at most 1024 a side and 4096 in all", c.xcb, c.ycb)
	case c.style&styleHT != 0:
		return unsupported("HTJ2K: high-throughput JPEG 2000 (Part 15)")
	case c.style&styleReserved != 0:
		return broken("code-block style: got %#x", c.style)
	case kernel > 1:
		return unsupported("JPEG 2000 Part 2: arbitrary wavelet kernels")
	}
	for r := range c.precincts {
		c.precincts[r] = [2]uint8{15, 15}
	}
	if style&1 == 0 {
		return nil
	}
	for r := range c.levels + 1 {
		v := seg.u8()
		c.precincts[r] = [2]uint8{uint8(v & 15), uint8(v >> 4)}
		if r > 0 && (v&15 == 0 || v>>4 == 0) && !seg.short {
			return broken("precincts of resolution %d: got 2^%d x 2^%d, want at least 2 x 2", r, v&15, v>>4)
		}
	}
	return nil
}

// readQCD reads the quantization default (A.6.4).
func (p *parameters) readQCD(seg *segment) error {
	var c coding
	if err := c.readQuantization(seg); err != nil {
		return err
	}
	for i := range p.components {
		if own := &p.components[i]; !own.ownQcd {
			own.quant, own.guard, own.steps, own.hasQcd = c.quant, c.guard, c.steps, true
		}
	}
	return nil
}

// Quantization styles (table A.28).
const (
	quantNone = iota
	quantDerived
	quantExpounded
)

// readQuantization reads what QCD and QCC have in common.
func (c *coding) readQuantization(seg *segment) error {
	v := seg.u8()
	c.quant, c.guard, c.hasQcd, c.steps = v&31, v>>5, true, nil
	switch {
	case c.quant > quantExpounded:
		return unsupported("JPEG 2000 Part 2: quantization style %d", c.quant)
	case c.quant == quantDerived:
		c.steps = []int{seg.u16()}
	}
	for len(seg.data) > 0 && c.quant != quantDerived {
		if c.quant == quantNone {
			c.steps = append(c.steps, seg.u8()>>3<<11)
		} else {
			c.steps = append(c.steps, seg.u16())
		}
	}
	return nil
}

// step returns exponent and mantissa of the step of sub-band band (as in
// bandLL) of a resolution (E.1.1).
func (c *coding) step(resolution, band int) (exponent, mantissa int, err error) {
	i := 0
	if resolution > 0 {
		i = 3*(resolution-1) + band
	}
	if c.quant == quantDerived {
		i = 0
	}
	if i >= len(c.steps) {
		return 0, 0, broken("quantization: got steps for %d sub-bands, want %d", len(c.steps), 3*c.levels+1)
	}
	exponent, mantissa = c.steps[i]>>11, c.steps[i]&(1<<11-1)
	if c.quant == quantDerived {
		exponent -= max(0, resolution-1)
	}
	if exponent < 0 {
		return 0, 0, broken("quantization: got exponent %d, want at least 0", exponent)
	}
	return exponent, mantissa, nil
}

// readRGN reads a region of interest (A.6.3).
func (p *parameters) readRGN(seg *segment) error {
	c, err := p.component(seg)
	if err != nil {
		return err
	}
	style := seg.u8()
	c.roi = seg.u8()
	if style != 0 {
		return unsupported("JPEG 2000 Part 2: region of interest of style %d", style)
	}
	if c.roi > 37 {
		return broken("region of interest: got shift %d, want at most 37", c.roi)
	}
	return nil
}

// maxChanges bounds the work of finding out that a progression has nothing new.
const maxChanges = 64

// readPOC reads progression order changes (A.6.6). A tile's own replace the
// main header's.
func (p *parameters) readPOC(seg *segment) error {
	if !p.ownChanges {
		p.changes, p.ownChanges = nil, true
	}
	for len(seg.data) > 0 && !seg.short {
		c := progression{firstRes: seg.u8(), firstComp: seg.u8(), layers: seg.u16(), resolutions: seg.u8(), components: seg.u8(), order: seg.u8()}
		if c.components == 0 {
			c.components = 256
		}
		if c.order > orderCPRL {
			return broken("progression order: got %d, want 0 to 4", c.order)
		}
		p.changes = append(p.changes, c)
	}
	if len(p.changes) > maxChanges {
		return unsupported("more than %d progression order changes", maxChanges)
	}
	return nil
}
