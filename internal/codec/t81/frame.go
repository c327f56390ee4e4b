package t81

import (
	"bytes"
	"encoding/binary"
)

// A Frame is the contents of a SOF segment (T.81, B.2.2).
type Frame struct {
	Precision     int // bits of a sample
	Width, Height int
	Components    []Component
}

// A Component of a frame.
type Component struct {
	ID    byte
	H, V  int // sampling factors, 1 to 4
	Table int // number of the quantization table
}

// Frame reads a SOF segment.
func (s *Stream) Frame(segment []byte) (*Frame, error) {
	if len(segment) < 6 || len(segment) < 6+3*int(segment[5]) {
		return nil, s.Broken("frame header: got %d bytes, want more", len(segment))
	}
	f := &Frame{
		Precision: int(segment[0]),
		Height:    int(binary.BigEndian.Uint16(segment[1:])),
		Width:     int(binary.BigEndian.Uint16(segment[3:])),
	}
	if f.Height == 0 {
		f.Height = s.lines()
	}
	for c := range int(segment[5]) {
		p := segment[6+3*c:]
		f.Components = append(f.Components, Component{p[0], int(p[1] >> 4), int(p[1] & 15), int(p[2])})
	}
	for i, c := range f.Components {
		if c.H < 1 || c.H > 4 || c.V < 1 || c.V > 4 {
			return nil, s.Broken("component %d: got sampling factors %d x %d, want 1 to 4", i, c.H, c.V)
		}
	}
	return f, nil
}

// lines is the height that a DNL segment tells after the first scan, where the
// frame header leaves it open, else 0.
func (s *Stream) lines() int {
	rest := s.data[s.pos:]
	i := bytes.Index(rest, []byte{0xFF, DNL, 0, 4})
	if i < 0 || i+6 > len(rest) {
		return 0
	}
	return int(binary.BigEndian.Uint16(rest[i+4:]))
}

// A Scan is the contents of a SOS segment (T.81, B.2.3).
type Scan struct {
	Components []ScanComponent
	Ss, Se     int // first and last coefficient; predictor and 0 for lossless
	Ah, Al     int // successive approximation; 0 and point transform for lossless
}

// A ScanComponent is a component that takes part in a scan.
type ScanComponent struct {
	Index  int // in the frame's components
	DC, AC int // numbers of the tables
}

// Scan reads a SOS segment of the frame.
func (s *Stream) Scan(segment []byte, f *Frame) (*Scan, error) {
	if f == nil {
		return nil, s.Broken("scan header: got it before the frame header")
	}
	if len(segment) < 1 || len(segment) < 4+2*int(segment[0]) {
		return nil, s.Broken("scan header: got %d bytes, want more", len(segment))
	}
	n := int(segment[0])
	if n < 1 || n > 4 {
		return nil, s.Broken("scan header: got %d components, want 1 to 4", n)
	}
	scan := &Scan{}
	for i := range n {
		p := segment[1+2*i:]
		c, err := s.component(f, p[0], scan.Components)
		if err != nil {
			return nil, err
		}
		scan.Components = append(scan.Components, ScanComponent{c, int(p[1] >> 4), int(p[1] & 15)})
	}
	p := segment[1+2*n:]
	scan.Ss, scan.Se, scan.Ah, scan.Al = int(p[0]), int(p[1]), int(p[2]>>4), int(p[2]&15)
	return scan, nil
}

// component finds a component of a scan by its identifier. Some encoders give
// several components the same one: then they are meant in order.
func (s *Stream) component(f *Frame, id byte, taken []ScanComponent) (int, error) {
	for i, c := range f.Components {
		free := true
		for _, t := range taken {
			free = free && t.Index != i
		}
		if c.ID == id && free {
			return i, nil
		}
	}
	return 0, s.Broken("scan header: got component %d, want one of the frame's", id)
}

// Interval reads a DRI segment: the number of MCUs between restarts.
func (s *Stream) Interval(segment []byte) (int, error) {
	if len(segment) < 2 {
		return 0, s.Broken("restart interval: got %d bytes, want 2", len(segment))
	}
	return int(binary.BigEndian.Uint16(segment)), nil
}

// IsFrame says whether a marker begins a frame of T.81.
func IsFrame(marker byte) bool {
	return SOF0 <= marker && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC
}
