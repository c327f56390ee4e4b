package jpeg

import (
	"bytes"

	"lungct/internal/codec/t81"
)

// A Colour is what a code stream says its three components are.
type Colour int

const (
	Unsaid Colour = iota // nothing, or there are not three components
	RGB
	YCbCr // full range, as in JFIF
)

// ColourOf looks for what says the colours of a code stream of three
// components: Adobe's APP14 segment, JFIF's APP0 segment, which means YCbCr, or
// components named R, G and B.
func ColourOf(data []byte) Colour {
	s, err := t81.NewStream(name, data)
	if err != nil {
		return Unsaid
	}
	said, ids, n := Unsaid, "", 0
	for {
		marker, segment, err := s.Next()
		switch {
		case err != nil || marker == t81.EOI:
			return Unsaid
		case marker == t81.SOS && n != 3:
			return Unsaid
		case marker == t81.SOS && said == Unsaid && ids == "RGB":
			return RGB
		case marker == t81.SOS:
			return said
		case marker == t81.APP14 && len(segment) >= 12 && bytes.HasPrefix(segment, []byte("Adobe")):
			said = []Colour{RGB, YCbCr, Unsaid}[min(segment[11], 2)]
		case marker == t81.APP0 && said == Unsaid && bytes.HasPrefix(segment, []byte("JFIF\x00")):
			said = YCbCr
		case t81.IsFrame(marker):
			f, err := s.Frame(segment)
			if err != nil {
				return Unsaid
			}
			n = len(f.Components)
			for _, c := range f.Components {
				ids += string(rune(c.ID))
			}
		}
	}
}
