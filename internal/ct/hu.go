package ct

import "math"

// A Window says which HU are shown black and white.
type Window struct {
	Name   string  // as the file calls it, often ""
	Centre float64 // HU
	Width  float64 // HU, at least 1
}

// LungWindow is the usual one for lungs.
var LungWindow = Window{Centre: -600, Width: 1500}

// Grey is hu as the window shows it (DICOM PS3.3 C.11.2.1.2.1, the linear
// function): black up to the lower end, white from the upper.
func (w Window) Grey(hu []int16) []uint8 {
	grey := make([]uint8, len(hu))
	width := math.Max(w.Width-1, 1)
	low := w.Centre - 0.5 - width/2
	scale, offset := float32(255/width), float32(-low*255/width)+0.5
	for i, v := range hu {
		y := float32(v)*scale + offset
		switch {
		case y < 1: // also what rounds to 0
			// black
		case y >= 255:
			grey[i] = 255
		default:
			grey[i] = uint8(y)
		}
	}
	return grey
}

// NewSlice is a slice of HU, width x height of them row by row, which the slice
// keeps. The errors are Decode's.
func NewSlice(hu []int16, width, height int, windows []Window) (*Slice, error) {
	if err := checkSize(width, height); err != nil {
		return nil, err
	}
	if err := checkRange(hu); err != nil {
		return nil, err
	}
	s := &Slice{Width: width, Height: height, HU: hu, Windows: windows}
	s.Grey = s.DisplayWindow().Grey(hu)
	return s, nil
}

// DisplayWindow is the window in which the slice is shown first: the first
// stored one that is made for lungs, else LungWindow. The first stored window of
// all is often made for the mediastinum.
func (s *Slice) DisplayWindow() Window {
	for _, w := range s.Windows {
		if w.Centre <= -300 && w.Centre >= -900 && w.Width >= 800 && w.Width <= 2500 {
			return w
		}
	}
	return LungWindow
}

// windowed is the slice as a network sees it: HU through the window that the
// network was trained with, whatever windows the file stores. A picture comes
// windowed.
func (s *Slice) windowed(p Preprocessing) *Slice {
	if s.HU == nil {
		return s
	}
	w := Window{Centre: p.WindowCentre, Width: p.WindowWidth}
	return &Slice{Width: s.Width, Height: s.Height, Grey: w.Grey(s.HU)}
}
