package jpeg2000

import "math/bits"

// The adaptive arithmetic decoder (T.800 annex C).
//
// The decoder of the standard subtracts Qe from both the interval A and the code
// C whenever the more probable symbol needs no renormalisation. Only d, the
// least of how far each may still fall, is kept up to date meanwhile: one
// subtraction and one test of the sign decode most symbols. A and C are those of
// the standard with mqFraction bits instead of 16 below the point.
const (
	mqFraction = 32
	mqHalf     = 0x8000 << mqFraction
	mqState    = 1<<8 - 1 // bits of a context that are not Qe
)

// mqDecoder decodes one codeword segment after another; its contexts live on.
type mqDecoder struct {
	// A context is Qe in the scale of A, with the index of its row of mqTable and
	// the more probable symbol in the lowest byte: index<<1 | symbol.
	context [32]int64
	d       int64
	a, c    int64 // less d
	unread  int   // position of the lowest bit of c that a byte has reached
	data    []byte
	at      int  // of the next byte in data
	last    byte // the byte before
	missing int  // bytes read after the end of data
}

var mqTable = [47]struct {
	qe         int64
	nmps, nlps uint8
	flip       uint8
}{
	{0x5601, 1, 1, 1}, {0x3401, 2, 6, 0}, {0x1801, 3, 9, 0}, {0x0ac1, 4, 12, 0},
	{0x0521, 5, 29, 0}, {0x0221, 38, 33, 0}, {0x5601, 7, 6, 1}, {0x5401, 8, 14, 0},
	{0x4801, 9, 14, 0}, {0x3801, 10, 14, 0}, {0x3001, 11, 17, 0}, {0x2401, 12, 18, 0},
	{0x1c01, 13, 20, 0}, {0x1601, 29, 21, 0}, {0x5601, 15, 14, 1}, {0x5401, 16, 14, 0},
	{0x5101, 17, 15, 0}, {0x4801, 18, 16, 0}, {0x3801, 19, 17, 0}, {0x3401, 20, 18, 0},
	{0x3001, 21, 19, 0}, {0x2801, 22, 19, 0}, {0x2401, 23, 20, 0}, {0x2201, 24, 21, 0},
	{0x1c01, 25, 22, 0}, {0x1801, 26, 23, 0}, {0x1601, 27, 24, 0}, {0x1401, 28, 25, 0},
	{0x1201, 29, 26, 0}, {0x1101, 30, 27, 0}, {0x0ac1, 31, 28, 0}, {0x09c1, 32, 29, 0},
	{0x08a1, 33, 30, 0}, {0x0521, 34, 31, 0}, {0x0441, 35, 32, 0}, {0x02a1, 36, 33, 0},
	{0x0221, 37, 34, 0}, {0x0141, 38, 35, 0}, {0x0111, 39, 36, 0}, {0x0085, 40, 37, 0},
	{0x0049, 41, 38, 0}, {0x0025, 42, 39, 0}, {0x0015, 43, 40, 0}, {0x0009, 44, 41, 0},
	{0x0005, 45, 42, 0}, {0x0001, 45, 43, 0}, {0x5601, 46, 46, 0},
}

// mqNext has a context's successors by its lowest byte, for the less [0] and the
// more probable symbol [1] (table C.2).
var mqNext = func() (next [2][128]int64) {
	for i, row := range mqTable {
		for mps := range uint8(2) {
			next[0][i<<1|int(mps)] = mqContext(row.nlps, mps^row.flip)
			next[1][i<<1|int(mps)] = mqContext(row.nmps, mps)
		}
	}
	return next
}()

func mqContext(row, mps uint8) int64 {
	return mqTable[row].qe<<mqFraction | int64(row)<<1 | int64(mps)
}

// reset gives all contexts their first state (table D.7).
func (m *mqDecoder) reset() {
	for i := range m.context {
		m.context[i] = mqContext(0, 0)
	}
	m.context[ctxZero] = mqContext(4, 0)
	m.context[ctxRun] = mqContext(3, 0)
	m.context[ctxUniform] = mqContext(46, 0)
}

// start begins a codeword segment (C.3.5).
func (m *mqDecoder) start(data []byte) {
	m.data, m.at, m.last, m.missing, m.unread = data, 0, 0, 0, mqFraction+15
	c := m.fill(0)
	m.d = min(0, c)
	m.a, m.c = mqHalf-m.d, c-m.d
}

// strayed says that a segment cannot be what was coded: its last symbol is far
// from its last byte. Encoders leave a few bytes more or less than are needed, and
// fill reads up to six ahead; a decoder that follows a wrong bit is soon lost.
func (m *mqDecoder) strayed() bool {
	const slack = 32
	return len(m.data)-m.at > slack || m.missing > slack+6
}

// fill adds bytes to the code (C.3.4). After 0xFF a byte has a stuffed bit; a
// marker or the end of the segment is followed by ones without end.
func (m *mqDecoder) fill(c int64) int64 {
	for m.unread >= 8 {
		next, width := byte(0xff), 8
		if m.at < len(m.data) && !(m.last == 0xff && m.data[m.at] > 0x8f) {
			if m.last == 0xff {
				width = 7
			}
			next = m.data[m.at]
			m.at++
			m.last = next
		} else {
			m.missing++
		}
		m.unread -= width
		c += int64(next) << (m.unread & 63)
	}
	return c
}

// exchange ends the decoding of a symbol for which d, Qe subtracted, fell below
// zero (C.3.2, C.3.3). It returns the new d, and the symbol in the lowest bit.
func (m *mqDecoder) exchange(cx int, d int64) (int64, int64) {
	s := m.context[cx&31]
	qe := s &^ mqState
	a, c := m.a+d, m.c+d
	// Without branches, which nothing could predict: all bits of lower are set for
	// the lower interval, those of small where the upper one is the smaller.
	lower, small := c>>63, (a-qe)>>63
	more := 1 + (lower ^ small)
	c += qe & lower
	a ^= (a ^ qe) & lower
	m.context[cx&31] = mqNext[more&1][s&127]
	n := bits.LeadingZeros64(uint64(a)) - (63 - (mqFraction + 15))
	a <<= n & 63
	c <<= n & 63
	if m.unread += n; m.unread > mqFraction {
		c = m.fill(c)
	}
	d = min(a-mqHalf, c)
	m.a, m.c = a-d, c-d
	return d, s&1 ^ 1 ^ more
}

// decode returns the next symbol; the coding passes have its first lines inlined.
func (m *mqDecoder) decode(cx int) int64 {
	s := m.context[cx&31]
	m.d -= s &^ mqState
	if m.d < 0 {
		m.d, s = m.exchange(cx, m.d)
	}
	return s & 1
}
