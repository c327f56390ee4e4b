package jpeg

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// An encoder of sequential JPEG, from quantized coefficients.
type encoder struct {
	precision     int
	width, height int
	factors       [][2]int // sampling factors, horizontal and vertical, of each component
	interval      int      // MCUs between restarts, 0: none
	interleave    bool     // all components in one scan
	long          bool     // Huffman codes of up to 16 bits

	blocks [][][64]int16 // of each component, rows of whole MCUs
	out    []byte
	acc    uint64
	bits   int
}

func (e *encoder) segment(marker byte, contents ...byte) {
	e.out = append(e.out, 0xFF, marker)
	e.out = binary.BigEndian.AppendUint16(e.out, uint16(len(contents)+2))
	e.out = append(e.out, contents...)
}

// quantizer is by place in the block.
func (e *encoder) quantizer(i int) int { return (1 + i%8 + i/8) << (e.precision - 8) }

// length is that of a symbol's code: all the same, or half of them long.
func (e *encoder) length(class, symbol int) int {
	switch {
	case e.long && symbol%2 == 1:
		return 16
	case class == 0:
		return 4 + symbol%2
	}
	return 8 + symbol%2
}

// code is the canonical code of a symbol.
func (e *encoder) code(class, symbol int) int {
	code := 0
	for length := 1; length <= 16; length++ {
		for s := range 256 >> (4 * (1 - class)) {
			if e.length(class, s) != length {
				continue
			}
			if s == symbol {
				return code
			}
			code++
		}
		code <<= 1
	}
	panic("no such symbol")
}

func (e *encoder) tables() {
	quantizer := []byte{0x10}
	for _, i := range zigzag {
		quantizer = binary.BigEndian.AppendUint16(quantizer, uint16(e.quantizer(int(i))))
	}
	e.segment(0xDB, quantizer...)
	for class := range 2 {
		table := make([]byte, 17)
		table[0] = byte(class << 4)
		for length := 1; length <= 16; length++ {
			for s := range 256 >> (4 * (1 - class)) {
				if e.length(class, s) == length {
					table[length]++
					table = append(table, byte(s))
				}
			}
		}
		e.segment(0xC4, table...)
	}
}

func (e *encoder) most() (h, v int) {
	for _, f := range e.factors {
		h, v = max(h, f[0]), max(v, f[1])
	}
	return h, v
}

func (e *encoder) mcus() (columns, rows int) {
	h, v := e.most()
	return ceil(e.width, 8*h), ceil(e.height, 8*v)
}

func (e *encoder) encode() []byte {
	e.out = []byte{0xFF, 0xD8}
	e.tables()
	n := len(e.factors)
	frame := []byte{byte(e.precision), byte(e.height >> 8), byte(e.height), byte(e.width >> 8), byte(e.width), byte(n)}
	all := make([]int, n)
	for c, f := range e.factors {
		all[c] = c
		frame = append(frame, byte(c+1), byte(f[0]<<4|f[1]), 0)
	}
	e.segment(0xC1, frame...)
	if e.interval > 0 {
		e.segment(0xDD, byte(e.interval>>8), byte(e.interval))
	}
	if e.interleave {
		e.scan(all)
	} else {
		for c := range n {
			e.scan(all[c : c+1])
		}
	}
	e.out = append(e.out, 0xFF, 0xD9)
	return e.out
}

func (e *encoder) scan(components []int) {
	header := []byte{byte(len(components))}
	for _, c := range components {
		header = append(header, byte(c+1), 0)
	}
	e.segment(0xDA, append(header, 0, 63, 0)...)
	last := make([]int, len(e.factors))
	for mcu, blocks := range e.order(components) {
		if e.interval > 0 && mcu > 0 && mcu%e.interval == 0 {
			e.flush()
			e.out = append(e.out, 0xFF, 0xD0+byte((mcu/e.interval-1)%8))
			clear(last)
		}
		for _, b := range blocks {
			e.block(&e.blocks[b[0]][b[1]], &last[b[0]])
		}
	}
	e.flush()
}

// order is by MCU the component and index of its blocks (T.81, A.2).
func (e *encoder) order(components []int) (mcus [][][2]int) {
	columns, rows := e.mcus()
	if len(components) == 1 {
		c := components[0]
		h, v := e.most()
		f := e.factors[c]
		for y := range ceil(ceil(e.height*f[1], v), 8) {
			for x := range ceil(ceil(e.width*f[0], h), 8) {
				mcus = append(mcus, [][2]int{{c, y*columns*f[0] + x}})
			}
		}
		return mcus
	}
	for i := range columns * rows {
		var mcu [][2]int
		for _, c := range components {
			f := e.factors[c]
			for j := range f[0] * f[1] {
				x, y := i%columns*f[0]+j%f[0], i/columns*f[1]+j/f[0]
				mcu = append(mcu, [2]int{c, y*columns*f[0] + x})
			}
		}
		mcus = append(mcus, mcu)
	}
	return mcus
}

func (e *encoder) block(block *[64]int16, last *int) {
	dc := int(block[0])
	e.number(0, 0, dc-*last)
	*last = dc
	run := 0
	for _, i := range zigzag[1:] {
		if block[i] == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			e.put(e.code(1, 0xF0), e.length(1, 0xF0))
		}
		e.number(1, run, int(block[i]))
		run = 0
	}
	if run > 0 {
		e.put(e.code(1, 0), e.length(1, 0))
	}
}

func (e *encoder) number(class, run, v int) {
	size := bits.Len(uint(max(v, -v)))
	symbol := run<<4 | size
	e.put(e.code(class, symbol), e.length(class, symbol))
	if v < 0 {
		v += 1<<size - 1
	}
	e.put(v, size)
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

// exact is pixel (x, y) of a component, not rounded: the formula of T.81, A.3.3,
// and linear interpolation.
func (e *encoder) exact(c, x, y int) float64 {
	h, v := e.most()
	columns, _ := e.mcus()
	f := e.factors[c]
	return interpolate(x, y, e.width, e.height, f, [2]int{h, v}, func(x, y int) float64 {
		block := e.blocks[c][y/8*columns*f[0]+x/8]
		sum := 0.0
		for i, q := range block {
			if q != 0 {
				sum += wave(i%8, x%8) * wave(i/8, y%8) * float64(int(q)*e.quantizer(i))
			}
		}
		sum += float64(int(1) << (e.precision - 1))
		return min(max(sum, 0), float64(int(1)<<e.precision-1))
	})
}

func wave(u, x int) float64 {
	if u == 0 {
		return math.Sqrt(0.125)
	}
	return math.Cos(float64((2*x+1)*u)*math.Pi/16) / 2
}

// interpolate is pixel (x, y) of a component with sampling factors f, whose
// samples lie in the middle of what they cover.
func interpolate(x, y, width, height int, f, most [2]int, sample func(x, y int) float64) float64 {
	along := func(i, size, f, most int) (low, high int, part float64) {
		at := (float64(i)+0.5)*float64(f)/float64(most) - 0.5
		low = int(math.Floor(at))
		last := ceil(size*f, most) - 1
		return min(max(low, 0), last), min(low+1, last), at - math.Floor(at)
	}
	left, right, u := along(x, width, f[0], most[0])
	top, bottom, v := along(y, height, f[1], most[1])
	sum := 0.0
	for _, c := range []struct {
		x, y int
		part float64
	}{{left, top, (1 - u) * (1 - v)}, {right, top, u * (1 - v)}, {left, bottom, (1 - u) * v}, {right, bottom, u * v}} {
		if c.part > 0 {
			sum += c.part * sample(c.x, c.y)
		}
	}
	return sum
}
