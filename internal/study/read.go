package study

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"

	"lungct/internal/ct"
	"lungct/internal/dicom"
	"lungct/internal/nifti"
)

// headBytes is what is read of a file to see what it is. The header of a CT
// slice lies within it nearly always.
const headBytes = 64 << 10

// source is where the bytes of a slice's file come from, again and again: they
// are not kept.
type source interface {
	read() ([]byte, error)
	size() int64 // bytes, as the file is stored
}

// plain is a file as it was handed over.
type plain struct{ File }

func (p plain) read() ([]byte, error) { return p.head(p.Size) }
func (p plain) size() int64           { return p.Size }

// head reads the first n bytes.
func (p plain) head(n int64) ([]byte, error) {
	data := make([]byte, min(n, p.Size))
	if n, err := p.Data.ReadAt(data, 0); err != nil && !(err == io.EOF && n == len(data)) {
		return nil, err
	}
	return data, nil
}

// packed is a file in an archive.
type packed struct{ entry *zip.File }

func (p packed) read() ([]byte, error) { return readEntry(p.entry) }
func (p packed) size() int64           { return int64(p.entry.UncompressedSize64) }

// Add looks at a file and adds the slices that it holds, or lists it among the
// rejected. Files that systems leave in folders are passed over.
func (s *Study) Add(f File) {
	if Litter(f.Name) {
		return
	}
	s.added = append(s.added, f.Name)
	file := plain{f}
	head, err := file.head(headBytes)
	if err != nil {
		s.reject(f.Name, err)
		return
	}
	switch {
	case isArchive(head):
		s.addArchive(f)
	case f.Size > MaxFileBytes:
		s.reject(f.Name, tooLarge(uint64(f.Size)))
	case dicom.IsDICOM(head):
		s.addDICOM(f.Name, head, file)
	default:
		// Only volumes and deflated files are looked into further than this.
		if isGzip(head) || nifti.Is(head) {
			if head, err = file.read(); err != nil {
				s.reject(f.Name, err)
				return
			}
		}
		s.addData(f.Name, head, file)
	}
}

// addData adds a file of which data is known: all of it for volumes and deflated
// files, else enough to see what it is.
func (s *Study) addData(name string, data []byte, from source) {
	switch {
	case nifti.Is(data):
		s.addVolume(name, data, from)
	case isGzip(data):
		inner, err := unzipped(data)
		switch {
		case err != nil:
			s.reject(name, err)
		case isGzip(inner) || isArchive(inner):
			s.reject(name, ct.UnsupportedError("it is an archive in an archive: unpack it first"))
		default:
			s.addData(name, inner, deflated{from})
		}
	case dicom.IsDICOM(data):
		s.addDICOM(name, data, from)
	default:
		s.addPicture(name, data, from)
	}
}

// deflated is a source that a gzip file holds.
type deflated struct{ file source }

func (d deflated) size() int64 { return d.file.size() }

func (d deflated) read() ([]byte, error) {
	data, err := d.file.read()
	if err != nil {
		return nil, err
	}
	return unzipped(data)
}

// addPicture adds a picture to the stack of its folder.
func (s *Study) addPicture(name string, head []byte, from source) {
	if err := ct.Recognise(head); err != nil {
		s.reject(name, err)
		return
	}
	dir := folder(name)
	if f, ok := from.(plain); ok && f.Alone {
		dir = ""
	}
	key := "pictures in " + dir
	if dir == "" {
		// Pictures without a folder have nothing in common, not even a name.
		key = fmt.Sprint("picture ", len(s.slices))
	}
	s.place(key, func() *Series {
		return &Series{Name: path.Base(cmp.Or(dir, name))}
	}, &Slice{Name: name, source: from})
}

// addVolume adds the axial slices of a NIfTI volume.
func (s *Study) addVolume(name string, data []byte, from source) {
	v, err := nifti.Read(bytes.NewReader(data))
	if err != nil {
		s.reject(name, plainVolume(err))
		return
	}
	series := &Series{Name: path.Base(name)}
	if v.Volumes > 1 {
		series.origin = append(series.origin, fmt.Sprintf("the first of %d volumes in the file", v.Volumes))
	}
	if v.Min > -500 {
		series.Unscored = fmt.Sprintf("its values go from %d to %d: without air at -1000 they are not HU", v.Min, v.Max)
	}
	for i := range v.Slices {
		s.place("volume "+name, func() *Series { return series }, &Slice{Name: name, Frame: i, source: from, kind: volumeSlice,
			geometry: geometry{known: true, assumed: !v.Oriented, position: [3]float64{0, 0, float64(i) * v.Spacing[2]}, row: [3]float64{1, 0, 0}, column: [3]float64{0, 1, 0},
				spacing: [2]float64{v.Spacing[1], v.Spacing[0]}, width: v.Columns, height: v.Rows}})
	}
	s.decoder = Decoder{from: from, volume: v}
}
