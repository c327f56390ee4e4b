package dicom

import "math"

// HU returns the rescaled values of a frame, Hounsfield units for CT: slope
// times stored value plus intercept, rounded to even halves and held to the
// range of int16. Values that are padding are rescaled like any other; see
// [Frame.FillPadding].
func (frame *Frame) HU(h FrameHeader) []int16 {
	out := make([]int16, len(frame.Stored))
	if h.Slope == 1 && h.Intercept == math.Trunc(h.Intercept) && math.Abs(h.Intercept) < 1<<20 {
		intercept := int64(h.Intercept)
		for k, v := range frame.Stored {
			out[k] = int16(min(max(int64(v)+intercept, math.MinInt16), math.MaxInt16))
		}
		return out
	}
	for k, v := range frame.Stored {
		hu := math.RoundToEven(h.Slope*float64(v) + h.Intercept)
		out[k] = int16(min(max(hu, math.MinInt16), math.MaxInt16))
	}
	return out
}

// Padding values within this range of HU are believed to be anatomy: scanners
// pad with less than air or more than any tissue, while careless writers name 0.
const (
	lowestTissue  = -1000
	highestTissue = 3000
)

// FillPadding sets the pixels that the header calls padding to the lowest HU of
// the others, so that they look like the air around them. A padding value that
// tissue has is left alone.
func (frame *Frame) FillPadding(hu []int16, h *Header, fh FrameHeader) {
	if !h.HasPadding || len(hu) != len(frame.Stored) {
		return
	}
	for _, end := range []int32{h.PaddingLow, h.PaddingHigh} {
		if v := fh.Slope*float64(end) + fh.Intercept; v > lowestTissue && v < highestTissue {
			return
		}
	}
	lowest, found := int16(math.MaxInt16), false
	for k, v := range frame.Stored {
		if v < h.PaddingLow || v > h.PaddingHigh {
			lowest, found = min(lowest, hu[k]), true
		}
	}
	if !found {
		return
	}
	for k, v := range frame.Stored {
		if v >= h.PaddingLow && v <= h.PaddingHigh {
			hu[k] = lowest
		}
	}
}
