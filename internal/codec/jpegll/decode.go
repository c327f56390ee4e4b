// Package jpegll decodes JPEG Lossless: ITU-T T.81, process 14 (annex H), with
// any predictor, of which "selection value 1" is the first. Samples have 2 to
// 16 bits.
package jpegll

import (
	"lungct/internal/codec"
	"lungct/internal/codec/t81"
)

const name = "jpegll"

// Decode reads one frame. A stream that holds less than its whole image is
// broken; a missing end marker and padding are not.
//
// Prediction is modulo 2^16 whatever the precision, and some encoders rely on
// it to store negative numbers. Precision is 16 then.
func Decode(data []byte, maxSamples int) (*codec.Image, error) {
	s, err := t81.NewStream(name, data)
	if err != nil {
		return nil, err
	}
	d := decoder{Stream: s, maxSamples: maxSamples}
	for d.missing != 0 || d.frame == nil {
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
	maxSamples int
	tables     t81.Huffmans
	interval   int // MCUs, which are pixels here, between restarts; 0: none
	frame      *t81.Frame
	planes     [][]int32 // a component each, Height x Width, nil until its scan
	missing    int       // planes yet to be read
	buffer     []byte
}

func (d *decoder) segment(marker byte, segment []byte) (err error) {
	switch {
	case marker == t81.SOF3:
		return d.start(segment)
	case t81.IsFrame(marker):
		return d.Unsupported("process: got marker %X, want lossless JPEG with Huffman codes, C3", marker)
	case marker == t81.DHT:
		return d.tables.Read(d.Stream, segment)
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

// start reads the frame header.
func (d *decoder) start(segment []byte) error {
	if d.frame != nil {
		return d.Broken("frame header: got a second one, want one")
	}
	f, err := d.Frame(segment)
	if err != nil {
		return err
	}
	n := len(f.Components)
	if f.Precision < 2 || f.Precision > 16 {
		return d.Broken("precision: got %d bits, want 2 to 16", f.Precision)
	}
	if err := codec.CheckSize(name, f.Width, f.Height, n, d.maxSamples); err != nil {
		return err
	}
	if n > 4 {
		return d.Unsupported("components: got %d, want at most 4", n)
	}
	for _, c := range f.Components[1:] {
		if c.H != f.Components[0].H || c.V != f.Components[0].V {
			return d.Unsupported("components: got different sampling factors, want the same")
		}
	}
	// A sample is one bit at least.
	if f.Width*f.Height*n/8 > d.Left() {
		return d.Broken("data: got %d bytes, want %d x %d pixels", d.Left(), f.Width, f.Height)
	}
	d.frame, d.planes, d.missing = f, make([][]int32, n), n
	return nil
}

// image puts the planes together.
func (d *decoder) image() *codec.Image {
	f, n := d.frame, len(d.planes)
	samples := d.planes[0]
	if n > 1 {
		samples = make([]int32, len(samples)*n)
		for c, plane := range d.planes {
			for i, v := range plane {
				samples[i*n+c] = v
			}
		}
	}
	all := int32(0)
	for _, v := range samples {
		all |= v
	}
	precision := f.Precision
	if all>>precision != 0 {
		precision = 16
	}
	return &codec.Image{Width: f.Width, Height: f.Height, Components: n, Precision: precision, Samples: samples}
}
