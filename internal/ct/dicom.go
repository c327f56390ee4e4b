package ct

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lungct/internal/dicom"
)

// DecodeFrame is frame i, from 0, of a DICOM file whose header is h. A CT has
// HU; other pictures are as they are displayed, and Unscored. The errors are
// Decode's.
func DecodeFrame(f *dicom.File, h *dicom.Header, i int) (*Slice, error) {
	if err := checkSize(h.Columns, h.Rows); err != nil {
		return nil, err
	}
	frame, err := f.FrameOf(h, i)
	if err != nil {
		return nil, PlainDICOM(err)
	}
	at := h.Frame(i)
	var s *Slice
	switch {
	case !frame.Colour():
		if Unscored(h) != "" {
			s, err = newPicture(frame, h, at)
			break
		}
		values := frame.HU(at)
		frame.FillPadding(values, h, at)
		s, err = NewSlice(values, h.Columns, h.Rows, windowsOf(at))
	default:
		var rgb []uint8
		if rgb, err = f.RGB(frame); err == nil {
			s = &Slice{Width: h.Columns, Height: h.Rows, Grey: greyOf(rgb)}
			err = checkContrast(s.Grey)
		}
	}
	if err != nil {
		return nil, err
	}
	s.Format, s.Unscored = "dicom", Unscored(h)
	s.Spacing = [2]float64{at.RowSpacing, at.ColumnSpacing}
	return s, nil
}

// newPicture is a slice of values that are no HU, as it is displayed: in the first
// stored window, or from the lowest to the highest value. Slopes may be so small
// that whole numbers would not do.
func newPicture(frame *dicom.Frame, h *dicom.Header, at dicom.FrameHeader) (*Slice, error) {
	lo, hi := slices.Min(frame.Stored), slices.Max(frame.Stored)
	if lo == hi {
		return nil, UnsupportedError(fmt.Sprintf("the picture is blank: all its values are %d", lo))
	}
	slope := at.Slope
	if slope == 0 {
		slope = 1
	}
	low, width := float64(lo), float64(hi)-float64(lo)
	if len(at.Windows) > 0 && at.Windows[0].Width > 0 {
		w := at.Windows[0]
		low, width = (w.Center-w.Width/2-at.Intercept)/slope, w.Width/slope
	}
	s := &Slice{Width: h.Columns, Height: h.Rows, Grey: make([]uint8, len(frame.Stored))}
	for i, v := range frame.Stored {
		s.Grey[i] = uint8(min(max((float64(v)-low)/width, 0), 1)*255 + 0.5)
	}
	if h.Photometric == "MONOCHROME1" { // low values are bright
		for i, v := range s.Grey {
			s.Grey[i] = 255 - v
		}
	}
	return s, nil
}

// greyOf is the luminance of RGB pixels.
func greyOf(rgb []uint8) []uint8 {
	grey := make([]uint8, len(rgb)/3)
	for i := range grey {
		grey[i] = luminance(257*uint32(rgb[3*i]), 257*uint32(rgb[3*i+1]), 257*uint32(rgb[3*i+2]), 0)
	}
	return grey
}

// decodeDICOM reads the first frame of a file.
func decodeDICOM(data []byte) (*Slice, error) {
	f, err := dicom.Parse(data)
	if err != nil {
		return nil, PlainDICOM(err)
	}
	h, err := f.Header()
	if err != nil {
		return nil, PlainDICOM(err)
	}
	return DecodeFrame(f, h, 0)
}

func windowsOf(h dicom.FrameHeader) []Window {
	var all []Window
	for _, w := range h.Windows {
		all = append(all, Window{Name: w.Explanation, Centre: w.Center, Width: w.Width})
	}
	return all
}

// secondaryCapture is the class of screenshots and its multi-frame relatives
// (PS3.4 B.5).
const secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

// Unscored says why a DICOM picture is no CT slice that may be scored, "" where
// it may be one.
func Unscored(h *dicom.Header) string {
	switch {
	case h.Modality != "CT":
		return "it is " + modality(h.Modality) + ", not CT"
	case h.SOPClass == secondaryCapture || strings.HasPrefix(h.SOPClass, secondaryCapture+"."):
		return "it is a screenshot (secondary capture), not a slice of the scanner's"
	case h.Localizer():
		return "it is a scout view, not a slice"
	case h.Samples != 1 || !strings.HasPrefix(h.Photometric, "MONOCHROME"):
		return "it is in colour, not in HU"
	}
	return ""
}

// modality is a modality in words (PS3.3 C.7.3.1.1.1).
func modality(code string) string {
	words := map[string]string{
		"": "of unknown modality", "MR": "magnetic resonance", "US": "ultrasound", "PT": "positron emission", "NM": "nuclear medicine",
		"CR": "a plain X-ray", "DX": "a plain X-ray", "MG": "mammography", "XA": "angiography", "RF": "fluoroscopy",
		"OT": "of another modality", "SC": "a screenshot",
	}
	if w, ok := words[code]; ok {
		return w
	}
	return fmt.Sprintf("of the modality %q", code)
}

// PlainDICOM words an error of a DICOM file for the person who chose it.
func PlainDICOM(err error) error {
	var broken dicom.FormatError
	var unsupported dicom.UnsupportedError
	switch {
	case errors.As(err, &broken):
		return FormatError("the DICOM file is damaged: " + string(broken))
	case errors.As(err, &unsupported):
		return UnsupportedError("this DICOM file cannot be read: " + string(unsupported))
	}
	return err
}
