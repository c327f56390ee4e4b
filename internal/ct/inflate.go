package ct

import (
	"encoding/binary"
	"math/bits"
)

// inflate decompresses src, a deflate stream (RFC 1951), and reports whether it
// fills dst exactly. used is the length of the stream, of which the last byte
// may be used in part.
//
// Package compress/flate can stop and go on at any byte; with all of the input
// and room for all of the output at hand, a symbol takes a third of its time.
// What a stream is to be blamed for must be asked there.
func inflate(dst, src []byte) (used int, ok bool) {
	f := inflater{dst: dst, src: append(src[:len(src):len(src)], make([]byte, guard)...)}
	for final := false; !final; {
		if !f.refill() {
			return 0, false
		}
		final = f.take(1) == 1
		switch f.take(2) {
		case 0:
			ok = f.stored()
		case 1:
			ok = f.fixed() && f.block()
		case 2:
			ok = f.dynamic() && f.block()
		default:
			ok = false
		}
		if !ok {
			return 0, false
		}
	}
	used = f.in - int(f.held/8)
	return used, used <= len(src) && f.out == len(dst)
}

// guard is the number of zeros behind the stream. A refill runs up to 7 bytes
// ahead of what is used and loads 8.
const guard = 16

type inflater struct {
	dst, src []byte
	out, in  int
	// bits holds the next bits of src, lowest first. held of them are counted:
	// those above are right, too, or zero.
	bits uint64
	held uint

	literals, distances huffman
}

// refill makes at least 56 bits available. It fails far beyond the end.
func (f *inflater) refill() bool {
	if f.in > len(f.src)-8 {
		return false
	}
	f.bits |= binary.LittleEndian.Uint64(f.src[f.in:]) << f.held
	f.in += int(63-f.held) / 8
	f.held |= 56
	return true
}

// take returns the next n bits.
func (f *inflater) take(n uint) int {
	v := f.bits & (1<<n - 1)
	f.bits >>= n
	f.held -= n
	return int(v)
}

// stored copies a block that is not compressed (section 3.2.4).
func (f *inflater) stored() bool {
	f.in -= int(f.held / 8)
	f.bits, f.held = 0, 0
	if f.in > len(f.src)-guard-4 {
		return false
	}
	n, inverse := binary.LittleEndian.Uint16(f.src[f.in:]), binary.LittleEndian.Uint16(f.src[f.in+2:])
	f.in += 4
	if n != ^inverse || int(n) > len(f.src)-guard-f.in || int(n) > len(f.dst)-f.out {
		return false
	}
	copy(f.dst[f.out:], f.src[f.in:f.in+int(n)])
	f.in += int(n)
	f.out += int(n)
	return true
}

// fixed sets the codes of section 3.2.6.
func (f *inflater) fixed() bool {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	f.literals.build(literalBits, lengths[:], literalEntry)
	for i := range 32 {
		lengths[i] = 5
	}
	f.distances.build(distanceBits, lengths[:32], distanceEntry)
	return true
}

// dynamic reads the codes at the beginning of a block (section 3.2.7).
func (f *inflater) dynamic() bool {
	literals, distances, n := f.take(5)+257, f.take(5)+1, f.take(4)+4
	if literals > 286 || distances > 30 {
		return false
	}
	var lengths [286 + 30]uint8
	order := [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	for _, i := range order[:n] {
		if !f.refill() {
			return false
		}
		lengths[i] = uint8(f.take(3))
	}
	var code huffman
	if !code.build(7, lengths[:19], func(symbol int) entry { return newEntry(literal, symbol, 0) }) {
		return false
	}
	clear(lengths[:19])
	all := lengths[:literals+distances]
	for i := 0; i < len(all); {
		if !f.refill() {
			return false
		}
		e := code.entries[f.bits&(1<<7-1)]
		f.take(e.length())
		repeat, value := 1, uint8(e.value())
		switch {
		case e.kind() == invalid:
			return false
		case value == 16 && i > 0:
			repeat, value = 3+f.take(2), all[i-1]
		case value == 16:
			return false
		case value == 17:
			repeat, value = 3+f.take(3), 0
		case value == 18:
			repeat, value = 11+f.take(7), 0
		}
		if repeat > len(all)-i {
			return false
		}
		for range repeat {
			all[i] = value
			i++
		}
	}
	return f.literals.build(literalBits, all[:literals], literalEntry) &&
		f.distances.build(distanceBits, all[literals:], distanceEntry)
}

// block decompresses the symbols of a block up to its end (section 3.2.3).
func (f *inflater) block() bool {
	// What changes with every symbol is kept out of memory.
	dst, src, out, in, buffer, held := f.dst, f.src, f.out, f.in, f.bits, f.held
	literals, distances := f.literals.entries, f.distances.entries
	first, firstDistances := literals[:1<<literalBits], distances[:1<<distanceBits]
	for {
		// A symbol and a distance take at most 15+5+15+13 bits.
		if held < 48 {
			if in > len(src)-8 {
				return false
			}
			buffer |= binary.LittleEndian.Uint64(src[in:]) << held
			in += int(63-held) / 8
			held |= 56
		}
		e := first[buffer&(1<<literalBits-1)]
		if e.kind() == link {
			buffer >>= literalBits
			held -= literalBits
			e = literals[e.value()+int(buffer&(1<<e.extra()-1))]
		}
		buffer >>= e.length()
		held -= e.length()
		if e.kind() == literal {
			if out >= len(dst) {
				return false
			}
			dst[out] = byte(e.value())
			out++
			continue
		}
		if e.kind() != base {
			f.out, f.in, f.bits, f.held = out, in, buffer, held
			return e.kind() == end
		}
		length := e.value() + int(buffer&(1<<e.extra()-1))
		buffer >>= e.extra()
		held -= e.extra()

		e = firstDistances[buffer&(1<<distanceBits-1)]
		if e.kind() == link {
			buffer >>= distanceBits
			held -= distanceBits
			e = distances[e.value()+int(buffer&(1<<e.extra()-1))]
		}
		buffer >>= e.length()
		held -= e.length()
		distance := e.value() + int(buffer&(1<<e.extra()-1))
		buffer >>= e.extra()
		held -= e.extra()
		if e.kind() != base || distance > out || length > len(dst)-out {
			return false
		}
		// Byte by byte: what is copied may be what has just been written.
		to := dst[out : out+length]
		from := dst[out-distance:][:len(to)]
		for i := range to {
			to[i] = from[i]
		}
		out += length
	}
}

// An entry of a decoding table: bits 0 to 4 are the length of the code, 5 to 8
// the number of extra bits, 9 to 11 the kind, 16 to 31 the value.
type entry uint32

const (
	invalid = iota // no code of the table
	literal        // value is a byte
	base           // value and extra bits make a length or a distance
	end            // of the block
	link           // value is where the table of the next extra bits begins
)

func newEntry(kind, value, extra int) entry { return entry(value<<16 | kind<<9 | extra<<5) }

func (e entry) length() uint { return uint(e & 31) }
func (e entry) extra() uint  { return uint(e >> 5 & 15) }
func (e entry) kind() int    { return int(e >> 9 & 7) }
func (e entry) value() int   { return int(e >> 16) }

// The bases of lengths and distances (section 3.2.5).
var (
	lengthBase = [29]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
		131, 163, 195, 227, 258}
	distanceBase = [30]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
		2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
)

func literalEntry(symbol int) entry {
	switch {
	case symbol < 256:
		return newEntry(literal, symbol, 0)
	case symbol == 256:
		return newEntry(end, 0, 0)
	case symbol == 285:
		return newEntry(base, 258, 0)
	case symbol < 285:
		return newEntry(base, lengthBase[symbol-257], max(0, (symbol-261)/4))
	}
	return newEntry(invalid, 0, 0)
}

func distanceEntry(symbol int) entry {
	if symbol < len(distanceBase) {
		return newEntry(base, distanceBase[symbol], max(0, symbol/2-1))
	}
	return newEntry(invalid, 0, 0)
}

// Codes of up to so many bits are found by one look into a table; longer ones
// by a second into a table linked from there.
const (
	literalBits  = 11
	distanceBits = 9
)

// huffman is a prefix code as a table that the next bits of the stream index.
type huffman struct{ entries []entry }

// build makes the table of the code whose symbols have the lengths (section
// 3.2.2); first is the number of bits that index its first part. As in package
// compress/flate, a code that is not complete must have one symbol or none.
func (h *huffman) build(first int, lengths []uint8, symbolEntry func(symbol int) entry) bool {
	var count [16]int
	longest := 0
	for _, n := range lengths {
		count[n]++
		longest = max(longest, int(n))
	}
	count[0] = 0
	var next [16]int // the next code of each length
	left := 1        // codes that are still free
	for n := 1; n <= longest; n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
		if left = left<<1 - count[n]; left < 0 {
			return false
		}
	}
	if left > 0 && longest > 1 {
		return false
	}
	h.entries = append(h.entries[:0], make([]entry, 1<<first)...)
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		// Codes come with their first bit lowest.
		code := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		table, length := h.entries[:1<<first], int(n)
		if length > first {
			linked := &table[code&(1<<first-1)]
			if linked.kind() != link {
				*linked = newEntry(link, len(h.entries), longest-first)
				h.entries = append(h.entries, make([]entry, 1<<(longest-first))...)
			}
			table = h.entries[linked.value():][:1<<(longest-first)]
			code, length = code>>first, length-first
		}
		e := symbolEntry(symbol) | entry(length)
		for i := code; i < len(table); i += 1 << length {
			table[i] = e
		}
	}
	return true
}
