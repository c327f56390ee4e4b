// Package jpegls decodes JPEG-LS, lossless and near-lossless: ITU-T T.87, with
// components in scans of their own or interleaved by line or sample. Samples
// have 2 to 16 bits. Mapping tables are not supported.
package jpegls

import (
	"bytes"

	"lungct/internal/codec"
	"lungct/internal/codec/t81"
)

const name = "jpegls"

// Decode reads one frame. A stream that holds less than its whole image is
// broken; a missing end marker and padding are not. The colour transforms of
// Hewlett-Packard's APP8 segment are undone.
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
	if err := d.restoreColour(); err != nil {
		return nil, err
	}
	f := d.frame
	return &codec.Image{Width: f.Width, Height: f.Height, Components: len(f.Components), Precision: f.Precision, Samples: d.samples}, nil
}

type decoder struct {
	*t81.Stream
	maxSamples int
	presets    preset
	interval   int  // lines between restarts; 0: none
	transform  byte // of colours, see restoreColour
	frame      *t81.Frame
	samples    []int32
	read       []bool // by component: its scan was read
	missing    int    // components yet to be read
}

func (d *decoder) segment(marker byte, segment []byte) error {
	switch {
	case marker == t81.SOF55:
		return d.start(segment)
	case t81.IsFrame(marker):
		return d.Unsupported("process: got marker %X, want JPEG-LS, F7", marker)
	case marker == t81.LSE:
		return d.preset(segment)
	case marker == t81.DRI:
		return d.restarts(segment)
	case marker == t81.APP8:
		if transform, ok := bytes.CutPrefix(segment, []byte("mrfx")); ok && len(transform) > 0 {
			d.transform = transform[0]
		}
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
	// A line is one bit at least.
	if f.Height/8 > d.Left() {
		return d.Broken("data: got %d bytes, want %d lines", d.Left(), f.Height)
	}
	d.frame, d.read, d.missing = f, make([]bool, n), n
	return nil
}

// restarts reads a DRI segment, whose number may have 2 to 4 bytes here (T.87,
// C.2.5).
func (d *decoder) restarts(segment []byte) error {
	if len(segment) < 2 || len(segment) > 4 {
		return d.Broken("restart interval: got %d bytes, want 2 to 4", len(segment))
	}
	d.interval = 0
	for _, b := range segment {
		d.interval = d.interval<<8 | int(b)
	}
	return nil
}
