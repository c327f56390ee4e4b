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

// Decoder reads slices from their files. It keeps the file of the slice before,
// where that holds more than one: reading it anew for each would take as long as
// reading all of them. One goroutine at a time may use it; the zero value is ready.
type Decoder struct {
	from   source
	data   []byte // nil once a volume has been made of it
	file   *dicom.File
	header *dicom.Header
	volume *nifti.Volume
}

// Decode reads a slice of the study. The errors are those of ct.Decode, or of the
// file system.
func (s *Study) Decode(slice *Slice) (*ct.Slice, error) {
	decoded, err := s.decoder.Decode(slice)
	if s.decoder.volume == nil && (s.decoder.header == nil || s.decoder.header.Frames == 1) {
		s.decoder = Decoder{} // nothing that a next slice needs
	}
	return decoded, err
}

// Bytes reads the file that a slice lies in: of a packed one, as it was before
// packing. They are valid until the next call.
func (d *Decoder) Bytes(slice *Slice) ([]byte, error) {
	if d.from != slice.source || d.data == nil {
		data, err := slice.source.read()
		if err != nil {
			return nil, err
		}
		*d = Decoder{from: slice.source, data: data}
	}
	return d.data, nil
}

// Decode reads a slice. The errors are those of ct.Decode, or of the file system.
func (d *Decoder) Decode(slice *Slice) (*ct.Slice, error) {
	if d.from != slice.source || d.file == nil && d.volume == nil {
		data, err := d.Bytes(slice)
		if err != nil {
			return nil, err
		}
		if slice.kind == pictureSlice {
			return ct.Decode(data)
		}
		if err := d.open(slice.kind); err != nil {
			return nil, err
		}
	}
	if slice.kind == dicomSlice {
		return ct.DecodeFrame(d.file, d.header, slice.Frame)
	}
	v := d.volume
	if slice.Frame >= v.Slices {
		return nil, ct.FormatError("the NIfTI file has become smaller while it was read")
	}
	decoded, err := ct.NewSlice(v.Slice(slice.Frame), v.Columns, v.Rows, nil)
	if err != nil {
		return nil, err
	}
	decoded.Format, decoded.Spacing = "nifti", [2]float64{v.Spacing[1], v.Spacing[0]}
	return decoded, nil
}

// open makes a DICOM file or a volume of the data.
func (d *Decoder) open(kind kind) (err error) {
	if kind == volumeSlice {
		if d.volume, err = nifti.Read(bytes.NewReader(d.data)); err != nil {
			return plainVolume(err)
		}
		d.data = nil
		return nil
	}
	f, err := dicom.Parse(d.data)
	if err != nil {
		return ct.PlainDICOM(err)
	}
	h, err := f.Header()
	if err != nil {
		return ct.PlainDICOM(err)
	}
	d.file, d.header = f, h
	return nil
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
