package dicom

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"lungct/internal/codec/jpeg"
)

// Colour reports whether the frame has colours rather than greys.
func (frame *Frame) Colour() bool {
	return frame.Samples > 1 || frame.Photometric == "PALETTE COLOR"
}

// RGB returns a colour frame as it is displayed: Height x Width x 3 bytes. The
// frame is one of f, which has the palette.
func (f *File) RGB(frame *Frame) ([]uint8, error) {
	switch {
	case frame.Photometric == "PALETTE COLOR" && frame.Samples == 1:
		p, err := f.palette()
		if err != nil {
			return nil, err
		}
		return p.colours(frame.Stored), nil
	case frame.Samples < 3:
		return nil, UnsupportedError(fmt.Sprintf("colours of %d samples a pixel", frame.Samples))
	case frame.Photometric == "RGB":
		return frame.bytes(), nil
	case strings.HasPrefix(frame.Photometric, "YBR_PARTIAL"):
		rgb := frame.bytes()
		for p := range slices.Chunk(rgb, 3) {
			p[0], p[1], p[2] = partialYBR(p[0], p[1], p[2])
		}
		return rgb, nil
	case strings.HasPrefix(frame.Photometric, "YBR"):
		rgb := frame.bytes()
		for p := range slices.Chunk(rgb, 3) {
			p[0], p[1], p[2] = fullYBR(p[0], p[1], p[2])
		}
		return rgb, nil
	}
	return nil, UnsupportedError(fmt.Sprintf("photometric interpretation %q of %d samples a pixel", frame.Photometric, frame.Samples))
}

// bytes returns the first three samples of each pixel in 8 bits.
func (frame *Frame) bytes() []uint8 {
	out := make([]uint8, 0, 3*frame.Width*frame.Height)
	down, offset := frame.BitsStored-8, int32(0)
	if frame.Signed {
		offset = 1 << (frame.BitsStored - 1)
	}
	for p := range slices.Chunk(frame.Stored, frame.Samples) {
		for _, v := range p[:3] {
			if v += offset; down >= 0 {
				v >>= down
			} else {
				v = v * 255 / (1<<frame.BitsStored - 1)
			}
			out = append(out, uint8(min(max(v, 0), 255)))
		}
	}
	return out
}

// fullYBR is the inverse of YBR_FULL (PS3.3 C.7.6.3.1.2), ITU-R BT.601 with full
// range, in 16-bit fixed point.
func fullYBR(y, cb, cr uint8) (r, g, b uint8) {
	return fromYBR(int32(y)<<16, int32(cb)-128, int32(cr)-128, 91881, 22554, 46802, 116130)
}

// partialYBR is the inverse of YBR_PARTIAL: luminance 16 to 235.
func partialYBR(y, cb, cr uint8) (r, g, b uint8) {
	return fromYBR((int32(y)-16)*76309, int32(cb)-128, int32(cr)-128, 104597, 25675, 53279, 132201)
}

func fromYBR(y, cb, cr, rCr, gCb, gCr, bCb int32) (r, g, b uint8) {
	clamp := func(v int32) uint8 { return uint8(min(max((v+1<<15)>>16, 0), 255)) }
	return clamp(y + rCr*cr), clamp(y - gCb*cb - gCr*cr), clamp(y + bCb*cb)
}

// A palette maps stored values, from first up, to colours.
type palette struct {
	first   int32
	r, g, b []uint8
}

func (p *palette) colours(stored []int32) []uint8 {
	out := make([]uint8, 0, 3*len(stored))
	last := int64(len(p.r) - 1)
	for _, v := range stored {
		k := min(max(int64(v)-int64(p.first), 0), last)
		out = append(out, p.r[k], p.g[k], p.b[k])
	}
	return out
}

// palette reads the palette colour lookup tables (PS3.3 C.7.6.3.1.5).
func (f *File) palette() (*palette, error) {
	p := &palette{}
	tables := [3][]uint16{}
	for k := range tables {
		descriptor := f.value(RedPaletteColorLookupTableDescriptor + Tag(k))
		if len(descriptor) < 6 {
			return nil, FormatError(fmt.Sprintf("palette: got a descriptor of %d bytes, want 6", len(descriptor)))
		}
		n := f.integer(descriptor[:2], false)
		if n == 0 {
			n = 1 << 16
		}
		representation, _ := f.Int(PixelRepresentation)
		p.first = int32(f.integer(descriptor[2:4], representation == 1))
		table, err := f.paletteTable(Tag(k), n)
		if err != nil {
			return nil, err
		}
		tables[k] = table
	}
	n := min(len(tables[0]), len(tables[1]), len(tables[2]))
	// What the descriptors say of the entries' bits is wrong too often.
	down := 0
	if max(slices.Max(tables[0]), slices.Max(tables[1]), slices.Max(tables[2])) > 255 {
		down = 8
	}
	p.r, p.g, p.b = paletteBytes(tables[0][:n], down), paletteBytes(tables[1][:n], down), paletteBytes(tables[2][:n], down)
	return p, nil
}

func paletteBytes(table []uint16, down int) []uint8 {
	out := make([]uint8, len(table))
	for k, v := range table {
		out[k] = uint8(v >> down)
	}
	return out
}

// paletteTable reads one colour's table of n entries, plain or segmented.
func (f *File) paletteTable(colour Tag, n int) ([]uint16, error) {
	if data := f.value(RedPaletteColorLookupTableData + colour); len(data) >= n {
		return f.entries(data, n), nil
	}
	data := f.value(SegmentedRedPaletteColorLookupTable + colour)
	if len(data) == 0 {
		return nil, FormatError(fmt.Sprintf("palette: got no table of %d entries", n))
	}
	// Whether entries have 8 bits or 16 is told by which of the two makes sense.
	if table, err := expandSegments(f.entries(data, len(data)/2), n); err == nil {
		return table, nil
	}
	return expandSegments(f.entries(data, len(data)), n)
}

// entries reads n entries of as many bits as there are bytes for.
func (f *File) entries(data []byte, n int) []uint16 {
	out := make([]uint16, n)
	if len(data) >= 2*n {
		for k := range out {
			out[k] = f.order.Uint16(data[2*k:])
		}
		return out
	}
	if f.order == binary.BigEndian {
		data = swapped(data, 0, len(data))
	}
	for k := range out {
		out[k] = uint16(data[k])
	}
	return out
}

// expandSegments expands a segmented table (PS3.3 C.7.9.2): opcode 0 lists
// entries, 1 draws a line to a value, 2 repeats segments further up.
func expandSegments(segments []uint16, n int) ([]uint16, error) {
	e := segmentExpander{segments: segments, n: n}
	if err := e.expand(0, len(segments), true); err != nil {
		return nil, err
	}
	if len(e.out) < n {
		return nil, FormatError(fmt.Sprintf("palette: got segments for %d entries, want %d", len(e.out), n))
	}
	return e.out[:n], nil
}

type segmentExpander struct {
	segments, out []uint16
	n             int
}

// expand reads at most count segments from a place. Every one gives entries, so
// that n bounds the work; those repeated repeat no others.
func (e *segmentExpander) expand(at, count int, mayRepeat bool) error {
	s := e.segments
	broken := FormatError("palette: the segments make no sense")
	for ; count > 0 && at+1 < len(s) && len(e.out) < e.n; count-- {
		length := int(s[at+1])
		switch s[at] {
		case 0:
			if length == 0 || at+2+length > len(s) {
				return broken
			}
			e.out = append(e.out, s[at+2:at+2+length]...)
			at += 2 + length
		case 1:
			if length == 0 || at+2 >= len(s) || len(e.out) == 0 {
				return broken
			}
			from, to := int(e.out[len(e.out)-1]), int(s[at+2])
			for k := 1; k <= length; k++ {
				e.out = append(e.out, uint16(from+(to-from)*k/length))
			}
			at += 3
		case 2:
			if at+3 >= len(s) || !mayRepeat {
				return broken
			}
			if err := e.expand(int(s[at+2])|int(s[at+3])<<16, length, false); err != nil {
				return err
			}
			at += 4
		default:
			return broken
		}
	}
	return nil
}

// undoTransform undoes the colour transform of a compression, which photometric
// interpretations such as YBR_RCT speak of (PS3.5 8.2). What a JPEG stream says
// of its components is believed rather than the data set.
func (frame *Frame) undoTransform(kind stream, data []byte) {
	if frame.Samples != 3 {
		return
	}
	switch {
	case kind == jpeg2000Stream && (frame.Photometric == "YBR_ICT" || frame.Photometric == "YBR_RCT"):
		frame.Photometric = "RGB" // by the decoder
	case kind == jpegStream && frame.BitsStored == 8:
		said := jpeg.ColourOf(data)
		if said == jpeg.YCbCr || said == jpeg.Unsaid && frame.Photometric != "RGB" {
			for p := range slices.Chunk(frame.Stored, 3) {
				r, g, b := fullYBR(uint8(p[0]), uint8(p[1]), uint8(p[2]))
				p[0], p[1], p[2] = int32(r), int32(g), int32(b)
			}
		}
		frame.Photometric = "RGB"
	}
}
