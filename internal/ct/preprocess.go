package ct

import (
	"fmt"
	"image"
)

// Values of [Preprocessing.Crop] and [Preprocessing.Filter].
const (
	CropNone     = "none"   // the whole picture
	CropBody     = "body"   // the box of the body, see [BodyBox]
	FilterLinear = "linear" // imaging.Linear
)

// Preprocessing says how a slice becomes the input of a network. It is the
// contract recorded in every weights file: a slice must be read the way the
// network saw its training slices.
type Preprocessing struct {
	// Size is the width and height of the input, in pixels. The aspect ratio
	// of the slice is not kept.
	Size int `json:"size"`
	// Crop is what part of the slice is used: "none" or "body".
	Crop string `json:"crop"`
	// Mean and Std, of grey/255 over the training slices, are subtracted and
	// divided by.
	Mean float32 `json:"mean"`
	Std  float32 `json:"std"`
	// WindowCentre and WindowWidth, in HU, say which values become black and
	// white. They apply to slices that hold HU; pictures come windowed.
	WindowCentre float64 `json:"window_centre"`
	WindowWidth  float64 `json:"window_width"`
	// Filter is the resampling filter: "linear".
	Filter string `json:"filter"`
}

// MaxSize bounds [Preprocessing.Size].
const MaxSize = 4096

// Validate reports the first field that no network could have been trained
// with.
func (p Preprocessing) Validate() error {
	// Comparisons are written so that NaN fails them.
	finite := func(v float64) bool { return v-v == 0 }
	switch {
	case p.Size < 1 || p.Size > MaxSize:
		return fmt.Errorf("preprocessing: size: got %d, want 1 to %d pixels", p.Size, MaxSize)
	case p.Crop != CropNone && p.Crop != CropBody:
		return fmt.Errorf("preprocessing: crop: got %q, want %q or %q", p.Crop, CropNone, CropBody)
	case !(p.Mean >= 0 && p.Mean <= 1):
		return fmt.Errorf("preprocessing: mean: got %v, want 0 to 1", p.Mean)
	case !(p.Std > 0 && p.Std <= 1):
		return fmt.Errorf("preprocessing: std: got %v, want more than 0, at most 1", p.Std)
	case !finite(p.WindowCentre):
		return fmt.Errorf("preprocessing: window_centre: got %v, want a number of HU", p.WindowCentre)
	case !(finite(p.WindowWidth) && p.WindowWidth >= 1):
		return fmt.Errorf("preprocessing: window_width: got %v, want at least 1 HU", p.WindowWidth)
	case p.Filter != FilterLinear:
		return fmt.Errorf("preprocessing: filter: got %q, want %q", p.Filter, FilterLinear)
	}
	return nil
}

// Resize windows and crops s as p says and returns it as size x size grey pixels.
//
// The filter is linear because, stretched to the shrinking factor as imaging
// does, it averages all pixels that an output pixel covers: nothing aliases,
// and it cannot overshoot as Lanczos or Catmull-Rom do, which would draw bright
// and dark seams along the pleura where the disease is looked for. It is also
// what "bilinear" means in the reference implementation's image library.
func (p Preprocessing) Resize(s *Slice, size int) []uint8 {
	s = s.windowed(p)
	part := image.Rect(0, 0, s.Width, s.Height)
	if p.Crop == CropBody {
		part = BodyBox(s)
	}
	return resize(s.Grey, s.Width, part, size, size)
}

// Normalise writes (grey/255 - Mean) / Std to dst, the same plane channels
// times: len(dst) is channels*len(grey).
func (p Preprocessing) Normalise(dst []float32, grey []uint8, channels int) {
	var lut [256]float32
	for v := range lut {
		lut[v] = (float32(v)/255 - p.Mean) / p.Std
	}
	plane := dst[:len(grey)]
	for i, v := range grey {
		plane[i] = lut[v]
	}
	for c := 1; c < channels; c++ {
		copy(dst[c*len(grey):(c+1)*len(grey)], plane)
	}
}

// Input returns s as a network reads it: channels x Size x Size values, CHW.
func (p Preprocessing) Input(s *Slice, channels int) []float32 {
	input := make([]float32, channels*p.Size*p.Size)
	p.Normalise(input, p.Resize(s, p.Size), channels)
	return input
}
