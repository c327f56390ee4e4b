package ct

import (
	"testing"

	"lungct/internal/dicom"
)

// A dose map has a slope so small that its values round to nothing.
func TestPictureOfSmallValues(t *testing.T) {
	h := &dicom.Header{Columns: 2, Rows: 2, Photometric: "MONOCHROME2"}
	frame := &dicom.Frame{Stored: []int32{0, 1 << 20, 1 << 21, 1 << 22}}
	s, err := newPicture(frame, h, dicom.FrameHeader{Slope: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	if want := [4]uint8{0, 64, 128, 255}; [4]uint8(s.Grey) != want {
		t.Errorf("got greys %v, want %v", s.Grey, want)
	}
	// In a stored window, of rescaled values, and inverted.
	h.Photometric = "MONOCHROME1"
	window := dicom.FrameHeader{Slope: 2, Intercept: -10, Windows: []dicom.Window{{Center: 0, Width: 20}}}
	frame.Stored = []int32{0, 5, 10, 20}
	if s, err = newPicture(frame, h, window); err != nil {
		t.Fatal(err)
	}
	if want := [4]uint8{255, 127, 0, 0}; [4]uint8(s.Grey) != want {
		t.Errorf("got greys %v, want %v", s.Grey, want)
	}
	frame.Stored = []int32{7, 7, 7, 7}
	if _, err := newPicture(frame, h, window); err == nil {
		t.Error("got a blank picture read")
	}
}
