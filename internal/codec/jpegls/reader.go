package jpegls

import (
	"encoding/binary"
	"math/bits"
)

// A reader takes bits from entropy-coded data. After a byte 0xFF, the next
// byte's first bit is a stuffed zero (T.87, A.1 and D.1).
type reader struct {
	data []byte
	pos  int
	acc  uint64 // the next n bits, from the top; zeros below
	n    int
	past int // bits of acc, at its end, that lie beyond the data
}

// fill makes n 57 or more.
func (r *reader) fill() {
	for r.n < 57 {
		if r.pos+8 <= len(r.data) && r.plain() {
			return
		}
		width, b := 8, byte(0)
		if r.pos > 0 && r.pos <= len(r.data) && r.data[r.pos-1] == 0xFF {
			width = 7
		}
		if r.pos < len(r.data) {
			b = r.data[r.pos]
			r.pos++
		} else {
			width = 8
			r.past += width
		}
		r.acc |= uint64(b) << (64 - width) >> r.n
		r.n += width
	}
}

// plain takes as many whole bytes as there is room for, if no 0xFF is near.
func (r *reader) plain() bool {
	next := binary.BigEndian.Uint64(r.data[r.pos:])
	inverse := ^next
	if (inverse-0x0101010101010101)&next&0x8080808080808080 != 0 || r.pos > 0 && r.data[r.pos-1] == 0xFF {
		return false
	}
	room := (64 - r.n) &^ 7
	r.acc |= next >> (64 - room) << (64 - room) >> r.n
	r.pos += room / 8
	r.n += room
	return true
}

// overrun says whether more bits were taken than there are.
func (r *reader) overrun() bool { return r.n < r.past }

// bits takes count bits, at most 32.
func (r *reader) bits(count int) int32 {
	if r.n < count {
		r.fill()
	}
	v := int32(r.acc >> 1 >> (63 - count&63))
	r.acc <<= count & 63
	r.n -= count
	return v
}

// golomb takes a limited-length Golomb code (T.87, A.5.3): a number of zeros, a
// one and k bits, or, after escape zeros, the number less one in width bits.
// Numbers that no valid code has come out large.
func (r *reader) golomb(k, escape, width int) int32 {
	zeros := bits.LeadingZeros64(r.acc)
	if zeros+1+k > r.n {
		r.fill()
		zeros = bits.LeadingZeros64(r.acc)
	}
	if zeros > escape {
		return 1 << 30
	}
	r.acc <<= (zeros + 1) & 63
	r.n -= zeros + 1
	if zeros == escape {
		return r.bits(width) + 1
	}
	return int32(zeros)<<(k&31) | r.bits(k)
}
