package t81

// fastBits is the length of the longest code that is found with one look.
const fastBits = 11

// A Huffman table decodes symbols of one byte (T.81, annex C). The low four
// bits of a symbol say how many further bits follow the code, which holds for
// differences (where 16 is followed by none) and coefficients alike.
type Huffman struct {
	// fast, at the next bits, has the code's length in bits 0-7, its symbol in
	// bits 8-15 and the length with the further bits in bits 16-23, or 0.
	fast   [1 << fastBits]uint32
	limit  [17]int32 // by length: the first number that is no code of it, left-aligned to 16 bits
	offset [17]int32 // by length: from code to index of values
	values []byte
}

// Huffmans are the tables by class (0: DC and lossless, 1: AC) and number.
type Huffmans [2][4]*Huffman

// Read stores the tables of a DHT segment.
func (h *Huffmans) Read(s *Stream, segment []byte) error {
	for len(segment) > 0 {
		if len(segment) < 17 {
			return s.Broken("Huffman table: got %d bytes, want at least 17", len(segment))
		}
		class, number := segment[0]>>4, segment[0]&15
		if class > 1 || number > 3 {
			return s.Broken("Huffman table: got class %d, number %d, want at most 1 and 3", class, number)
		}
		counts, rest := segment[1:17], segment[17:]
		n := 0
		for _, c := range counts {
			n += int(c)
		}
		if n > 256 || n > len(rest) {
			return s.Broken("Huffman table: got %d symbols, want at most %d", n, min(256, len(rest)))
		}
		t := newHuffman([16]byte(counts), rest[:n])
		if t == nil {
			return s.Broken("Huffman table: got more codes than their lengths allow")
		}
		h[class][number] = t
		segment = rest[n:]
	}
	return nil
}

// newHuffman makes the table with counts[l-1] codes of l bits, or nil if that
// cannot be.
func newHuffman(counts [16]byte, values []byte) *Huffman {
	t := &Huffman{values: values}
	code, index := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		count := int32(counts[length-1])
		if code+count > 1<<length {
			return nil
		}
		t.offset[length] = index - code
		for range count {
			t.remember(code, length, values[index])
			code++
			index++
		}
		t.limit[length] = code << (16 - length)
		code <<= 1
	}
	return t
}

// remember enters a code in the table of short ones.
func (t *Huffman) remember(code int32, length int, value byte) {
	if length > fastBits {
		return
	}
	e := entry(length, value)
	span := 1 << (fastBits - length)
	for i := range span {
		t.fast[int(code)*span+i] = e
	}
}

func entry(length int, value byte) uint32 {
	return uint32(length) | uint32(value)<<8 | uint32(length+int(value&15))<<16
}

// long finds a code of more than fastBits bits at the top of acc: its entry as
// in fast, or 0 if there is none.
func (t *Huffman) long(acc uint64) uint32 {
	next := int32(acc >> 48)
	for length := fastBits + 1; length <= 16; length++ {
		if next < t.limit[length] {
			return entry(length, t.values[next>>(16-length)+t.offset[length]])
		}
	}
	return 0
}

// Most is the table's largest symbol.
func (t *Huffman) Most() byte {
	most := byte(0)
	for _, v := range t.values {
		most = max(most, v)
	}
	return most
}
