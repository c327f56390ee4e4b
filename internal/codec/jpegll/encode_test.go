package jpegll

import (
	"encoding/binary"
	"math/bits"

	"lungct/internal/codec"
)

// An encoder of JPEG Lossless after T.81, annex H, in its plainest form: the
// decoder's counterpart in the tests.
type encoder struct {
	predictor  int
	shift      int  // point transform
	interval   int  // rows between restarts, 0: none
	interleave bool // all components in one scan
	long       bool // Huffman codes of up to 16 bits
	late       bool // tables between the frame header and the scan

	out  []byte
	acc  uint64
	bits int
}

// lengths are those of the codes of symbols 0 to 16.
func (e *encoder) lengths() []int {
	if !e.long {
		return []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}
	}
	return []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16}
}

func (e *encoder) segment(marker byte, contents ...byte) {
	e.out = append(e.out, 0xFF, marker)
	e.out = binary.BigEndian.AppendUint16(e.out, uint16(len(contents)+2))
	e.out = append(e.out, contents...)
}

func (e *encoder) table() {
	counts := make([]byte, 16)
	for _, l := range e.lengths() {
		counts[l-1]++
	}
	segment := append([]byte{0x01}, counts...) // class 0, number 1
	for s := range 17 {
		segment = append(segment, byte(s))
	}
	e.segment(0xC4, segment...)
}

func (e *encoder) encode(img *codec.Image) []byte {
	n, w, h := img.Components, img.Width, img.Height
	e.out = []byte{0xFF, 0xD8}
	if !e.late {
		e.table()
	}
	frame := []byte{byte(img.Precision), byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(n)}
	for c := range n {
		frame = append(frame, byte(c+1), 0x11, 0)
	}
	e.segment(0xC3, frame...)
	if e.late {
		e.table()
	}
	if e.interval > 0 {
		e.segment(0xDD, byte(e.interval*w>>8), byte(e.interval*w))
	}
	all := make([]int, n)
	for c := range all {
		all[c] = c
	}
	if e.interleave {
		e.scan(img, all)
	} else {
		for c := range all {
			e.scan(img, all[c:c+1])
		}
	}
	e.out = append(e.out, 0xFF, 0xD9)
	return e.out
}

func (e *encoder) scan(img *codec.Image, components []int) {
	header := []byte{byte(len(components))}
	for _, c := range components {
		header = append(header, byte(c+1), 0x10)
	}
	e.segment(0xDA, append(header, byte(e.predictor), 0, byte(e.shift))...)
	for y := range img.Height {
		first := y == 0
		if e.interval > 0 && y > 0 && y%e.interval == 0 {
			e.flush()
			e.out = append(e.out, 0xFF, 0xD0+byte((y/e.interval-1)%8))
			first = true
		}
		for x := range img.Width {
			for _, c := range components {
				at := func(x, y int) int {
					return int(img.Samples[(y*img.Width+x)*img.Components+c]) >> e.shift
				}
				e.difference(at(x, y) - e.prediction(at, x, y, first, img.Precision))
			}
		}
	}
	e.flush()
}

func (e *encoder) prediction(at func(x, y int) int, x, y int, first bool, precision int) int {
	switch {
	case first && x == 0:
		return 1 << (precision - e.shift - 1)
	case first:
		return at(x-1, y)
	case x == 0:
		return at(x, y-1)
	}
	a, b, c := at(x-1, y), at(x, y-1), at(x-1, y-1)
	return []int{0, a, b, c, a + b - c, a + (b-c)>>1, b + (a-c)>>1, (a + b) >> 1}[e.predictor]
}

func (e *encoder) difference(d int) {
	d = int(int16(d)) // modulo 2^16
	if d == -1<<15 {
		e.symbol(16)
		return
	}
	size := bits.Len(uint(max(d, -d)))
	e.symbol(size)
	if d < 0 {
		d += 1<<size - 1
	}
	e.put(d, size)
}

func (e *encoder) symbol(s int) {
	code, lengths := 0, e.lengths()
	for i := 1; i <= s; i++ {
		code = (code + 1) << (lengths[i] - lengths[i-1])
	}
	e.put(code, lengths[s])
}

func (e *encoder) put(v, n int) {
	e.acc = e.acc<<n | uint64(v)
	for e.bits += n; e.bits >= 8; e.bits -= 8 {
		b := byte(e.acc >> (e.bits - 8))
		e.out = append(e.out, b)
		if b == 0xFF {
			e.out = append(e.out, 0)
		}
	}
}

// flush fills the last byte with ones.
func (e *encoder) flush() {
	if e.bits > 0 {
		e.put(1<<(8-e.bits)-1, 8-e.bits)
	}
}
