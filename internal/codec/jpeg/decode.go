// Package jpeg decodes JPEG with the discrete cosine transform and Huffman
// codes: ITU-T T.81, baseline, extended sequential and progressive, with 8 or
// 12 bits. Components stay as they were coded, be they RGB or YCbCr; smaller
// ones are interpolated to the size of the largest.
package jpeg

import (
	"lungct/internal/codec"
	"lungct/internal/codec/t81"
)

const name = "jpeg"

// Decode reads one frame. A stream that holds less than its whole image, to the
// last bit of each coefficient, is broken; a missing end marker and padding are
// not. [ColourOf] says what the components are.
func Decode(data []byte, maxSamples int) (*codec.Image, error) {
	s, err := t81.NewStream(name, data)
	if err != nil {
		return nil, err
	}
	d := decoder{Stream: s, maxSamples: maxSamples}
	for !d.complete() {
		marker, segment, err := d.Next()
		if err != nil {
			return nil, err
		}
		if err := d.segment(marker, segment); err != nil {
			return nil, err
		}
	}
	return d.image(), nil
}

type decoder struct {
	*t81.Stream
	maxSamples  int
	tables      t81.Huffmans
	quantizers  [4]*[64]uint16 // in natural order
	interval    int            // MCUs between restarts; 0: none
	frame       *t81.Frame
	progressive bool
	maxH, maxV  int // largest sampling factors
	components  []component
	buffer      []byte
}

// A component's quantized coefficients.
type component struct {
	h, v          int // sampling factors
	width, height int // in blocks, of the component alone
	stride        int // blocks in a row, whole MCUs
	coefficients  [][64]int16
	quantizer     *[64]uint16 // as it was at the first scan
	// missing is by coefficient, in zigzag order, how many low bits are yet to
	// come, and 16 before the first scan.
	missing [64]int8
}

// complete says whether each coefficient was read to its last bit.
func (d *decoder) complete() bool {
	for i := range d.components {
		if d.components[i].missing != [64]int8{} {
			return false
		}
	}
	return d.frame != nil
}

func (d *decoder) segment(marker byte, segment []byte) (err error) {
	switch {
	case t81.SOF0 <= marker && marker <= t81.SOF2:
		return d.start(marker, segment)
	case t81.IsFrame(marker):
		return d.Unsupported("process: got marker %X, want JPEG with DCT and Huffman codes, C0 to C2", marker)
	case marker == t81.DHT:
		return d.tables.Read(d.Stream, segment)
	case marker == t81.DQT:
		return d.quantization(segment)
	case marker == t81.DRI:
		d.interval, err = d.Interval(segment)
		return err
	case marker == t81.SOS:
		return d.scan(segment)
	case marker == t81.EOI:
		return d.Broken("end: got it before the whole image")
	}
	return nil
}

// quantization reads a DQT segment (T.81, B.2.4.1).
func (d *decoder) quantization(segment []byte) error {
	for len(segment) > 0 {
		wide, number := int(segment[0]>>4), segment[0]&15
		if wide > 1 || number > 3 {
			return d.Broken("quantization table: got precision %d, number %d, want at most 1 and 3", wide, number)
		}
		size := 1 + 64<<wide
		if len(segment) < size {
			return d.Broken("quantization table: got %d bytes, want %d", len(segment), size)
		}
		table := new([64]uint16)
		for k, natural := range zigzag {
			if wide == 1 {
				table[natural] = uint16(segment[1+2*k])<<8 | uint16(segment[2+2*k])
			} else {
				table[natural] = uint16(segment[1+k])
			}
		}
		d.quantizers[number] = table
		segment = segment[size:]
	}
	return nil
}

// start reads the frame header and takes memory for the coefficients.
func (d *decoder) start(marker byte, segment []byte) error {
	if d.frame != nil {
		return d.Broken("frame header: got a second one, want one")
	}
	f, err := d.Frame(segment)
	if err != nil {
		return err
	}
	n := len(f.Components)
	if f.Precision != 8 && f.Precision != 12 {
		return d.Broken("precision: got %d bits, want 8 or 12", f.Precision)
	}
	if err := codec.CheckSize(name, f.Width, f.Height, n, d.maxSamples); err != nil {
		return err
	}
	if n > 4 {
		return d.Unsupported("components: got %d, want at most 4", n)
	}
	d.frame, d.progressive = f, marker == t81.SOF2
	for _, c := range f.Components {
		d.maxH, d.maxV = max(d.maxH, c.H), max(d.maxV, c.V)
	}
	blocks := 0
	for _, c := range f.Components {
		c := d.component(c)
		blocks += c.width * c.height
		d.components = append(d.components, c)
	}
	// A block is one bit at least.
	if blocks/8 > d.Left() {
		return d.Broken("data: got %d bytes, want %d x %d pixels", d.Left(), f.Width, f.Height)
	}
	for i := range d.components {
		c := &d.components[i]
		c.coefficients = make([][64]int16, c.stride*d.mcuRows()*c.v)
	}
	return nil
}

// component measures a component (T.81, A.1.1 and A.2.4).
func (d *decoder) component(c t81.Component) component {
	part := func(size, factor, most int) int { return ceil(ceil(size*factor, most), 8) }
	out := component{
		h: c.H, v: c.V,
		width:  part(d.frame.Width, c.H, d.maxH),
		height: part(d.frame.Height, c.V, d.maxV),
		stride: d.mcuColumns() * c.H,
	}
	for k := range out.missing {
		out.missing[k] = 16
	}
	return out
}

func (d *decoder) mcuColumns() int { return ceil(d.frame.Width, 8*d.maxH) }
func (d *decoder) mcuRows() int    { return ceil(d.frame.Height, 8*d.maxV) }

func ceil(a, b int) int { return (a + b - 1) / b }
