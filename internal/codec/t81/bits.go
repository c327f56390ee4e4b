package t81

import "encoding/binary"

// Bits are entropy-coded bits, as [Stream.Entropy] returns them.
type Bits struct {
	data []byte // zero bytes after end
	end  int
	pos  int
	acc  uint64 // the next n bits, from the top; below them is rubbish that agrees with data
	n    int
}

// Overrun says whether more bits were read than there are.
func (b *Bits) Overrun() bool { return b.pos*8-b.n > b.end*8 }

// Buffer is the memory that holds the bits, for another call of Entropy.
func (b *Bits) Buffer() []byte { return b.data }

// Differences reads len(dst) differences of the lossless process (T.81, H.2)
// with the tables in turn. It is false where the bits are no code. The bits'
// worst must be 4 x len(dst) bytes at least.
//
//	symbol 0: 0; symbol s, 1 to 15: s bits as in F.2.2.1; symbol 16: 32768
func (b *Bits) Differences(dst []int32, tables []*Huffman) bool {
	data, pos, acc, n := b.data, b.pos, b.acc, b.n
	t, turn := tables[0], 0
	for i := range dst {
		if n < 32 {
			acc |= binary.BigEndian.Uint64(data[pos:]) >> (n & 63)
			pos += (63 - n) >> 3
			n |= 56
		}
		e := t.fast[acc>>(64-fastBits)]
		if e == 0 {
			if e = t.long(acc); e == 0 {
				return false
			}
		}
		dst[i] = difference(acc, e)
		acc <<= e >> 16 & 63
		n -= int(e >> 16)
		if len(tables) > 1 {
			if turn++; turn == len(tables) {
				turn = 0
			}
			t = tables[turn]
		}
	}
	b.pos, b.acc, b.n = pos, acc, n
	return true
}

// Next reads a symbol, which is -1 where the bits are no code, and the number
// that its further bits say (T.81, F.2.2.1 and F.2.2.2).
func (b *Bits) Next(t *Huffman) (symbol int, number int32) {
	if b.n < 32 {
		b.refill()
	}
	e := t.fast[b.acc>>(64-fastBits)]
	if e == 0 {
		if e = t.long(b.acc); e == 0 {
			return -1, 0
		}
	}
	number = difference(b.acc, e)
	b.acc <<= e >> 16 & 63
	b.n -= int(e >> 16)
	return int(e >> 8 & 255), number
}

// Take reads count bits, 0 to 16.
func (b *Bits) Take(count int) int32 {
	if b.n < 32 {
		b.refill()
	}
	v := int32(b.acc >> 1 >> (63 - count&63))
	b.acc <<= count & 63
	b.n -= count
	return v
}

func (b *Bits) refill() {
	b.acc |= binary.BigEndian.Uint64(b.data[b.pos:]) >> (b.n & 63)
	b.pos += (63 - b.n) >> 3
	b.n |= 56
}

// difference is the number whose code stands at the top of acc and has table
// entry e.
func difference(acc uint64, e uint32) int32 {
	if e>>8&255 == 16 {
		return 1 << 15
	}
	size := e >> 8 & 15
	further := acc << (e & 63)
	value := int32(further >> 1 >> (63 - size&63))
	negative := int32(int64(^further) >> 63) // -1 where the first of the further bits is 0, else 0
	return value + negative&(1-1<<(size&31))
}
