package jpeg2000

import "math/bits"

// precinctBand is the code-blocks of a precinct in one sub-band.
type precinctBand struct {
	band      *subband
	blocks    []codeBlock // row by row
	included  tagTree     // first layer
	zeroPlane tagTree     // bit-planes without a one
}

// codeBlock is a code-block and what packets have brought of it.
type codeBlock struct {
	place    rect // in coefficients of the sub-band
	seen     bool // in a packet
	planes   int  // coded bit-planes
	lblock   int
	passes   int
	segments []codeSegment
	chunks   []chunk // of the tile's body, in order
}

// codeSegment is a codeword segment.
type codeSegment struct{ passes, length int }

type chunk struct{ start, length int }

// open makes the precinct's code-blocks (B.7), when its first packet with content
// comes.
func (p *precinct) open() {
	for _, b := range p.bands {
		part := precinctBand{band: b}
		if r := p.place.intersect(b.place); !r.empty() {
			w, h := 1<<p.blockW, 1<<p.blockH
			grid := rect{r.x0 / w, r.y0 / h, ceilDiv(r.x1, w), ceilDiv(r.y1, h)}
			part.blocks = make([]codeBlock, 0, grid.width()*grid.height())
			for j := grid.y0; j < grid.y1; j++ {
				for i := grid.x0; i < grid.x1; i++ {
					place := rect{i * w, j * h, (i + 1) * w, (j + 1) * h}.intersect(r)
					part.blocks = append(part.blocks, codeBlock{place: place})
				}
			}
			part.included = newTagTree(grid.width(), grid.height())
			part.zeroPlane = newTagTree(grid.width(), grid.height())
		}
		p.parts = append(p.parts, part)
	}
}

// packetReader reads the packets of a tile.
type packetReader struct {
	body    []byte
	at      int    // in body
	headers []byte // packed headers
	packed  bool
	eph     bool // packet headers end with a marker
	work    *int // code-blocks looked at, in the whole image

	pending []contribution
}

// contribution is what a packet has for a code-block.
type contribution struct {
	block *codeBlock
	chunk
}

// maxWork bounds the work that layers of packets without content can ask for.
const maxWork = 1 << 24

// read reads the next packet, one layer of a precinct (B.10). Nothing in a packet
// can be taken for the markers around its header.
func (r *packetReader) read(p *precinct, layer int, cod *coding) error {
	if hasMarker(r.body[r.at:], markerSOP) {
		r.at = min(r.at+6, len(r.body))
	}
	var h *headerReader
	if r.packed {
		h = &headerReader{data: r.headers}
	} else {
		h = &headerReader{data: r.body[r.at:]}
	}
	r.pending = r.pending[:0]
	if h.bit() == 1 {
		if err := r.readHeader(h, p, layer, cod); err != nil {
			return err
		}
	}
	n := h.align()
	if hasMarker(h.data[n:], markerEPH) {
		n += 2
	} else if r.eph {
		return broken("packet: got no EPH marker after its header")
	}
	if r.packed {
		r.headers = r.headers[n:]
	} else {
		r.at += n
	}
	return r.readBody()
}

func hasMarker(data []byte, marker int) bool {
	return len(data) >= 2 && int(data[0])<<8|int(data[1]) == marker
}

func (r *packetReader) readHeader(h *headerReader, p *precinct, layer int, cod *coding) error {
	if p.parts == nil {
		p.open()
	}
	for i := range p.parts {
		part := &p.parts[i]
		if *r.work += len(part.blocks); *r.work > maxWork {
			return unsupported("more than %d code-blocks in all layers", maxWork)
		}
		for k := range part.blocks {
			if err := r.readBlock(h, part, k, layer, cod); err != nil {
				return err
			}
		}
	}
	if h.short {
		return broken("packet: its header ends too early")
	}
	return nil
}

// readBlock reads what a packet header says of one code-block.
func (r *packetReader) readBlock(h *headerReader, part *precinctBand, k, layer int, cod *coding) error {
	b := &part.blocks[k]
	switch {
	case b.seen:
		if h.bit() == 0 {
			return nil
		}
	case !part.included.below(h, k, int32(layer)+1):
		return nil
	default:
		planes := part.band.planes + part.band.roi
		zeros := 0
		for !part.zeroPlane.below(h, k, int32(zeros)+1) {
			if zeros++; zeros > planes {
				return broken("code-block: got more than %d bit-planes without a one", planes)
			}
		}
		b.seen, b.planes, b.lblock = true, planes-zeros, 3
	}
	passes := h.passes()
	for h.bit() == 1 {
		b.lblock++
	}
	if b.lblock > 32 || b.passes+passes > max(0, 3*b.planes-2) {
		return broken("code-block: got %d passes for %d bit-planes", b.passes+passes, b.planes)
	}
	for passes > 0 {
		n := min(passes, b.room(cod.style))
		passes -= n
		length := h.bits(b.lblock + bits.Len(uint(n)) - 1)
		s := &b.segments[len(b.segments)-1]
		s.passes += n
		s.length += length
		b.passes += n
		if length > 0 {
			r.pending = append(r.pending, contribution{b, chunk{length: length}})
		}
	}
	return nil
}

// firstRaw is the pass from which on the bypass style leaves out arithmetic
// coding, in all passes but cleanup (D.6).
const firstRaw = 10

// room is how many passes more go into the last codeword segment, a new one when
// it is full (table D.9).
func (b *codeBlock) room(style int) int {
	if n := len(b.segments); n > 0 {
		if left := segmentLimit(style, b.passes-b.segments[n-1].passes) - b.segments[n-1].passes; left > 0 {
			return left
		}
	}
	b.segments = append(b.segments, codeSegment{})
	return segmentLimit(style, b.passes)
}

// segmentLimit is how many passes a segment has that starts with the given one.
func segmentLimit(style, first int) int {
	switch {
	case style&styleTermAll != 0:
		return 1
	case style&styleBypass == 0:
		return 1 << 10
	case first < firstRaw:
		return firstRaw - first
	case first%3 == 1:
		return 2 // significance and refinement
	}
	return 1
}

// readBody reads what the header announced.
func (r *packetReader) readBody() error {
	for _, c := range r.pending {
		if c.length > len(r.body)-r.at {
			return broken("packet: got %d bytes, want %d for a code-block", len(r.body)-r.at, c.length)
		}
		c.block.chunks = append(c.block.chunks, chunk{r.at, c.length})
		r.at += c.length
	}
	return nil
}

// headerReader reads the bits of a packet header; the bit after 0xFF is stuffed
// (B.10.1). Past the end all bits are 0.
type headerReader struct {
	data  []byte
	at    int
	left  int // bits of the byte before at
	short bool
}

func (h *headerReader) bit() int {
	if h.left == 0 {
		if h.at == len(h.data) {
			h.short = true
			return 0
		}
		h.left = 8
		if h.at > 0 && h.data[h.at-1] == 0xff {
			h.left = 7
		}
		h.at++
	}
	h.left--
	return int(h.data[h.at-1]) >> h.left & 1
}

func (h *headerReader) bits(n int) int {
	v := 0
	for range n {
		v = v<<1 | h.bit()
	}
	return v
}

// passes reads a number of coding passes (table B.4).
func (h *headerReader) passes() int {
	if h.bit() == 0 {
		return 1
	}
	if h.bit() == 0 {
		return 2
	}
	if n := h.bits(2); n < 3 {
		return 3 + n
	}
	if n := h.bits(5); n < 31 {
		return 6 + n
	}
	return 37 + h.bits(7)
}

// align returns how many bytes the header took. A last 0xFF is followed by a
// stuffed byte.
func (h *headerReader) align() int {
	if h.at > 0 && h.data[h.at-1] == 0xff && h.at < len(h.data) {
		h.at++
	}
	return h.at
}
