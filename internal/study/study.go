// Package study turns the files that a person hands over into series of slices
// in anatomical order: DICOM files with or without extension, archives, NIfTI
// volumes, and folders of pictures.
//
// A file is looked at when it is added, and only its header is kept; pixels are
// decoded slice by slice, when they are asked for. What cannot be read is listed
// with its reason, and the rest goes on. Positions are in mm, in the patient's
// coordinates (DICOM PS3.3 C.7.6.2: x to the left, y to the back, z to the head).
package study

import (
	"io"
	"path"
	"slices"
	"strings"
)

// File is a file as it was handed over.
type File struct {
	Name string // with the folders that lead to it, slash-separated
	Size int64  // bytes
	Data io.ReaderAt
	// Alone is a file that was chosen by itself: the pictures beside it are no
	// stack.
	Alone bool
}

// Study is what the files added so far hold. One goroutine at a time may use it.
type Study struct {
	series   []*Series
	slices   []*Slice // by ID
	byKey    map[string]*Series
	added    []string // names of the files, those in archives too
	listed   []listed
	rejected []Rejected
	decoder  Decoder
}

// Rejected is a file that cannot be read as slices, and why.
type Rejected struct {
	Name string
	Err  error
}

// Series is a stack of slices that belong together.
type Series struct {
	Name     string   // what the scanner calls it, or its folder
	Modality string   // "CT" and so on, "" where it is not known
	Slices   []*Slice // in anatomical order, from the feet; stacks of pictures by name
	Notes    []string // what the reader should know: gaps, copies, mixed spacing
	// Unscored says why the series is shown but never scored, "" where it may be.
	Unscored string

	origin []string // notes on the file it comes from
	copies int      // slices left out
}

// Slice is one slice of a series.
type Slice struct {
	ID    int    // number in the study, from 0, in the order of adding
	Name  string // of its file, with folders; those in an archive begin with its name
	Frame int    // number in the file, from 0; volumes are counted from the feet

	kind     kind
	geometry geometry
	instance int    // InstanceNumber, 0 where there is none
	uid      string // SOPInstanceUID
	source   source
}

// Picture is whether the slice is a picture, whose values are no HU.
func (s *Slice) Picture() bool { return s.kind == pictureSlice }

// New is a study without files.
func New() *Study { return &Study{byKey: make(map[string]*Series)} }

// Arrange returns the series of the files added so far, and the files that
// cannot be read. More files may be added and arranged then.
func (s *Study) Arrange() ([]*Series, []Rejected) {
	for _, series := range s.series {
		series.arrange()
	}
	return s.series, slices.Concat(s.rejected, s.missing())
}

func (s *Study) reject(name string, err error) {
	s.rejected = append(s.rejected, Rejected{name, err})
}

// place adds a slice to the series of the key, which is made where it is missing.
func (s *Study) place(key string, made func() *Series, slice *Slice) {
	series := s.byKey[key]
	if series == nil {
		series = made()
		s.byKey[key] = series
		s.series = append(s.series, series)
	}
	slice.ID = len(s.slices)
	s.slices = append(s.slices, slice)
	series.Slices = append(series.Slices, slice)
}

// Len is how many slices have been added, copies among them; their IDs are smaller.
func (s *Study) Len() int { return len(s.slices) }

// Slice is the slice of an ID, nil if there is none.
func (s *Study) Slice(id int) *Slice {
	if id < 0 || id >= len(s.slices) {
		return nil
	}
	return s.slices[id]
}

// folder is the folder of a name, "" for none.
func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// Litter is a file that systems leave in folders without being asked.
func Litter(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasPrefix(base, ".") || base == "thumbs.db" || base == "desktop.ini" ||
		slices.Contains(strings.Split(name, "/"), "__MACOSX")
}
