package study

import (
	"bytes"

	"lungct/internal/ct"
	"lungct/internal/dicom"
	"lungct/internal/nifti"
)

// kind is what a slice's file is.
type kind int

const (
	pictureSlice kind = iota
	dicomSlice
	volumeSlice
)

// open is the file of which slices were decoded last, where it holds more than
// one: reading it anew for each would take as long as reading all of them.
type open struct {
	from   source
	file   *dicom.File
	header *dicom.Header
	volume *nifti.Volume
}

// Decode reads the slice from its file. The errors are those of ct.Decode, or of
// the file system.
func (s *Study) Decode(slice *Slice) (*ct.Slice, error) {
	switch slice.kind {
	case dicomSlice:
		return s.decodeFrame(slice)
	case volumeSlice:
		return s.decodeVolume(slice)
	}
	data, err := slice.source.read()
	if err != nil {
		return nil, err
	}
	return ct.Decode(data)
}

func (s *Study) decodeFrame(slice *Slice) (*ct.Slice, error) {
	if s.open.from != slice.source || s.open.file == nil {
		data, err := slice.source.read()
		if err != nil {
			return nil, err
		}
		f, err := dicom.Parse(data)
		if err != nil {
			return nil, ct.PlainDICOM(err)
		}
		h, err := f.Header()
		if err != nil {
			return nil, ct.PlainDICOM(err)
		}
		if h.Frames == 1 {
			return ct.DecodeFrame(f, h, slice.Frame)
		}
		s.open = open{from: slice.source, file: f, header: h}
	}
	return ct.DecodeFrame(s.open.file, s.open.header, slice.Frame)
}

func (s *Study) decodeVolume(slice *Slice) (*ct.Slice, error) {
	if s.open.from != slice.source || s.open.volume == nil {
		data, err := slice.source.read()
		if err != nil {
			return nil, err
		}
		v, err := nifti.Read(bytes.NewReader(data))
		if err != nil {
			return nil, plainVolume(err)
		}
		s.open = open{from: slice.source, volume: v}
	}
	v := s.open.volume
	decoded, err := ct.NewSlice(v.Slice(slice.Frame), v.Columns, v.Rows, nil)
	if err != nil {
		return nil, err
	}
	decoded.Format, decoded.Spacing = "nifti", [2]float64{v.Spacing[1], v.Spacing[0]}
	return decoded, nil
}

// plainVolume words an error of a volume for the person who chose the file.
func plainVolume(err error) error {
	if text, ok := err.(nifti.FormatError); ok {
		return ct.FormatError("the NIfTI file is damaged: " + string(text))
	}
	if text, ok := err.(nifti.UnsupportedError); ok {
		return ct.UnsupportedError("this NIfTI file cannot be read: " + string(text))
	}
	return err
}
