package jpeg2000

import "math/bits"

// The coding passes (T.800 annex D). A code-block is scanned in stripes of four
// rows, column by column. One word describes a column of a stripe:
//
//	bits 0-17   significance of the 3 x 6 coefficients around and in the column,
//	            row by row: bit 3(k+1)+1 is row k of the column itself
//	bits 18+3k  row k was visited by this bit-plane's significance pass
//	bits 19+3k  row k was refined before
//	bits 32-49  signs, ordered as significance
//
// so that a word shifted by 3k shows the neighbourhood of row k in fixed places.
// Words have a border of one on each side, which takes what is outside.
const (
	sigAll     = 1<<18 - 1
	sigAround  = 0x1ef // the eight neighbours of row 0
	sigCentre  = 1 << 4
	visited    = 1 << 18
	visitedAll = 0x249 << 18
	refined    = 1 << 19
	signShift  = 32
	rowsAll    = 0x249 // bit 3k stands for row k
)

// Contexts (tables D.1 to D.5).
const (
	ctxZero      = 0
	ctxSign      = 9
	ctxMagnitude = 14
	ctxRun       = 17
	ctxUniform   = 18
)

const maxBlock = 4096 // coefficients in a code-block (A.6.1)

// passes decodes the bit-planes of one code-block.
type passes struct {
	mq     mqDecoder
	raw    rawReader
	w, h   int
	stride int // words in a row of words
	causal bool
	zero   *[512]uint8 // zero coding contexts of the sub-band

	words      [maxBlock]uint64 // (stripes+2) x (w+2), at most 3 x 1026
	magnitudes [maxBlock]uint32 // four rows of a column, column by column; in halves
}

// begin clears the block for w x h coefficients.
func (p *passes) begin(w, h int) {
	p.w, p.h, p.stride = w, h, w+2
	stripes := (h + 3) / 4
	clear(p.words[:(stripes+2)*p.stride])
	clear(p.magnitudes[:stripes*4*w])
}

// rows has bit 3k set for each row of the stripe that starts at y.
func (p *passes) rows(y int) uint64 {
	return rowsAll & (1<<(3*min(4, p.h-y)) - 1)
}

// significance is the significance propagation pass (D.3.1) of a bit-plane.
func (p *passes) significance(plane int) {
	m, d := &p.mq, p.mq.d
	value := uint32(3) << (plane & 31)
	for y := 0; y < p.h; y += 4 {
		i, at, rows := (y/4+1)*p.stride+1, y*p.w, p.rows(y)
		for end := i + p.w; i < end; i, at = i+1, at+4 {
			f := p.words[i&(maxBlock-1)]
			if f&sigAll == 0 {
				continue
			}
			near := f | f>>1 | f>>2
			todo := (near | near>>3 | near>>6) &^ (f >> 4) & rows
			for todo != 0 {
				k := bits.TrailingZeros64(todo) & 15
				todo &= todo - 1
				g := f >> k
				f |= visited << k
				cx := int(p.zero[g&(sigAll>>9)])
				s := m.context[cx&31]
				if d -= s &^ mqState; d < 0 {
					d, s = m.exchange(cx, d)
				}
				if s&1 == 0 {
					continue
				}
				sc := signContext[g&0xaa|g>>(signShift+1)&0x55]
				cx = int(sc)
				s = m.context[cx&31]
				if d -= s &^ mqState; d < 0 {
					d, s = m.exchange(cx, d)
				}
				p.magnitudes[(at+k*3>>3)&(maxBlock-1)] = value
				f |= p.spread(i, k, uint64(s)&1^uint64(sc>>7))
				todo |= 8 << k & rows &^ (f >> 4)
			}
			p.words[i&(maxBlock-1)] = f
		}
	}
	m.d = d
}

// refinement is the magnitude refinement pass (D.3.3) of a bit-plane.
func (p *passes) refinement(plane int) {
	m, d := &p.mq, p.mq.d
	one := plane & 31
	for y := 0; y < p.h; y += 4 {
		i, at := (y/4+1)*p.stride+1, y*p.w
		for end := i + p.w; i < end; i, at = i+1, at+4 {
			f := p.words[i&(maxBlock-1)]
			todo := f >> 4 &^ (f >> 18) & rowsAll
			if todo == 0 {
				continue
			}
			p.words[i&(maxBlock-1)] = f | todo*refined
			for ; todo != 0; todo &= todo - 1 {
				k := bits.TrailingZeros64(todo) & 15
				g := f >> k
				cx := ctxMagnitude
				if g&sigAround != 0 {
					cx = ctxMagnitude + 1
				}
				if g&refined != 0 {
					cx = ctxMagnitude + 2
				}
				s := m.context[cx&31]
				if d -= s &^ mqState; d < 0 {
					d, s = m.exchange(cx, d)
				}
				v := &p.magnitudes[(at+k*3>>3)&(maxBlock-1)]
				*v += uint32(s&1)<<(one+1) - 1<<one
			}
		}
	}
	m.d = d
}

// cleanup is the cleanup pass (D.3.4) of a bit-plane.
func (p *passes) cleanup(plane int) {
	m, d := &p.mq, p.mq.d
	value := uint32(3) << (plane & 31)
	for y := 0; y < p.h; y += 4 {
		i, at, rows := (y/4+1)*p.stride+1, y*p.w, p.rows(y)
		for end := i + p.w; i < end; i, at = i+1, at+4 {
			f := p.words[i&(maxBlock-1)]
			todo := rows &^ (f>>4 | f>>18)
			known := false // the first row of todo becomes significant
			if f&sigAll == 0 && rows == rowsAll {
				s := m.context[ctxRun]
				if d -= s &^ mqState; d < 0 {
					d, s = m.exchange(ctxRun, d)
				}
				if s&1 == 0 {
					continue
				}
				m.d = d
				run := m.decode(ctxUniform)<<1 | m.decode(ctxUniform)
				d = m.d
				todo = rowsAll &^ (1<<(3*run&15) - 1)
				known = true
			}
			for ; todo != 0; todo &= todo - 1 {
				k := bits.TrailingZeros64(todo) & 15
				g := f >> k
				if !known {
					cx := int(p.zero[g&(sigAll>>9)])
					s := m.context[cx&31]
					if d -= s &^ mqState; d < 0 {
						d, s = m.exchange(cx, d)
					}
					if s&1 == 0 {
						continue
					}
				}
				known = false
				sc := signContext[g&0xaa|g>>(signShift+1)&0x55]
				cx := int(sc)
				s := m.context[cx&31]
				if d -= s &^ mqState; d < 0 {
					d, s = m.exchange(cx, d)
				}
				p.magnitudes[(at+k*3>>3)&(maxBlock-1)] = value
				f |= p.spread(i, k, uint64(s)&1^uint64(sc>>7))
			}
			p.words[i&(maxBlock-1)] = f &^ visitedAll
		}
	}
	m.d = d
}

// spread tells the words around word i that its row k/3 is significant, and
// returns what the word itself has to note.
func (p *passes) spread(i, k int, sign uint64) uint64 {
	e := 1 | sign<<signShift
	w := &p.words
	w[(i-1)&(maxBlock-1)] |= e << (k + 5)
	w[(i+1)&(maxBlock-1)] |= e << (k + 3)
	if k == 0 && !p.causal {
		n := i - p.stride
		w[(n-1)&(maxBlock-1)] |= e << 17
		w[n&(maxBlock-1)] |= e << 16
		w[(n+1)&(maxBlock-1)] |= e << 15
	}
	if k == 9 {
		n := i + p.stride
		w[(n-1)&(maxBlock-1)] |= e << 2
		w[n&(maxBlock-1)] |= e << 1
		w[(n+1)&(maxBlock-1)] |= e
	}
	return e << (k + 4)
}

// rawSignificance is the significance propagation pass without arithmetic
// coding (D.6).
func (p *passes) rawSignificance(plane int) {
	for y := 0; y < p.h; y += 4 {
		i, at, rows := (y/4+1)*p.stride+1, y*p.w, p.rows(y)
		for end := i + p.w; i < end; i, at = i+1, at+4 {
			f := p.words[i]
			near := f | f>>1 | f>>2
			todo := (near | near>>3 | near>>6) &^ (f >> 4) & rows
			for todo != 0 {
				k := bits.TrailingZeros64(todo)
				todo &= todo - 1
				f |= visited << k
				if p.raw.bit() == 0 {
					continue
				}
				p.magnitudes[at+k/3] = 3 << plane
				f |= p.spread(i, k, uint64(p.raw.bit()))
				todo |= 8 << k & rows &^ (f >> 4)
			}
			p.words[i] = f
		}
	}
}

// rawRefinement is the magnitude refinement pass without arithmetic coding.
func (p *passes) rawRefinement(plane int) {
	for y := 0; y < p.h; y += 4 {
		i, at := (y/4+1)*p.stride+1, y*p.w
		for end := i + p.w; i < end; i, at = i+1, at+4 {
			f := p.words[i]
			for todo := f >> 4 &^ (f >> 18) & rowsAll; todo != 0; todo &= todo - 1 {
				k := bits.TrailingZeros64(todo)
				p.magnitudes[at+k/3] += p.raw.bit()<<(plane+1) - 1<<plane
				p.words[i] |= refined << k
			}
		}
	}
}

// segmentationSymbol reads the four symbols that may end a cleanup pass (D.5).
func (p *passes) segmentationSymbol() bool {
	var v int64
	for range 4 {
		v = v<<1 | p.mq.decode(ctxUniform)
	}
	return v == 0xa
}

// rawReader reads the bits of a segment that bypasses the arithmetic coder; the
// bit after 0xFF is stuffed.
type rawReader struct {
	data []byte
	last byte
	left int
}

func (r *rawReader) start(data []byte) { *r = rawReader{data: data} }

func (r *rawReader) bit() uint32 {
	if r.left == 0 {
		r.left = 8
		if r.last == 0xff {
			r.left = 7
		}
		r.last = 0xff
		if len(r.data) > 0 {
			r.last, r.data = r.data[0], r.data[1:]
		}
	}
	r.left--
	return uint32(r.last>>r.left) & 1
}
