package study

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"lungct/internal/ct"
	"lungct/internal/dicom"
)

// addDICOM adds the frames of a DICOM file, of which head is the beginning.
func (s *Study) addDICOM(name string, head []byte, from source) {
	f, err := dicom.ParseHeader(head)
	if err == nil && f.Truncated {
		var whole []byte
		if whole, err = from.read(); err == nil {
			f, err = dicom.ParseHeader(whole)
		}
	}
	var h *dicom.Header
	if err == nil {
		h, err = f.Header()
	}
	switch {
	case err != nil:
		s.reject(name, ct.PlainDICOM(err))
	case f.IsDirectory():
		s.addDirectory(name, f.ReferencedFiles())
	case h.Rows == 0 || h.Columns == 0:
		s.reject(name, ct.UnsupportedError("it holds no picture: it is "+contents(h)))
	default:
		for i := range h.Frames {
			s.addFrame(name, h, i, from)
		}
	}
}

// contents says what a DICOM file without a picture is.
func contents(h *dicom.Header) string {
	switch h.Modality {
	case "SR":
		return "a report"
	case "PR":
		return "a presentation state"
	case "KO":
		return "a list of key pictures"
	case "RTSTRUCT", "RTPLAN", "RTDOSE":
		return "a treatment plan"
	case "SEG", "REG":
		return "a segmentation or registration"
	case "":
		return "of an unknown kind"
	}
	return fmt.Sprintf("of the kind %q", h.Modality)
}

func (s *Study) addFrame(name string, h *dicom.Header, i int, from source) {
	slice := &Slice{Name: name, Frame: i, source: from, kind: dicomSlice, geometry: geometryOf(h, i), instance: h.InstanceNumber, uid: h.InstanceUID}
	key := cmp.Or(h.SeriesUID, "folder "+folder(name))
	if h.Localizer() {
		key += " scout"
	}
	// One series may hold planes of several directions or sizes: each is a stack
	// of its own.
	for n := 0; ; n++ {
		stack := fmt.Sprintf("%s %d", key, n)
		if series := s.byKey[stack]; series == nil || series.Slices[0].geometry.parallel(slice.geometry) {
			s.place(stack, func() *Series { return seriesOf(h, name, slice) }, slice)
			return
		}
	}
}

// seriesOf describes the series of a file.
func seriesOf(h *dicom.Header, name string, first *Slice) *Series {
	series := &Series{
		Name:     cmp.Or(strings.TrimSpace(h.SeriesDescription), path.Base(cmp.Or(folder(name), name))),
		Modality: h.Modality,
		Unscored: ct.Unscored(h),
	}
	if series.Unscored == "" && !first.geometry.axial() {
		series.Unscored = "its slices are not axial"
	}
	return series
}

func geometryOf(h *dicom.Header, i int) geometry {
	f := h.Frame(i)
	return geometry{
		known:    f.HasPosition && f.HasOrientation,
		position: f.Position,
		row:      [3]float64(f.Orientation[:3]),
		column:   [3]float64(f.Orientation[3:]),
		spacing:  [2]float64{f.RowSpacing, f.ColumnSpacing},
		width:    h.Columns, height: h.Rows,
	}
}

// addDirectory takes a DICOMDIR, which names the files of a CD but holds none:
// Arrange says which of them are missing.
func (s *Study) addDirectory(name string, files []string) {
	for _, f := range files {
		s.listed = append(s.listed, listed{directory: name, name: path.Join(folder(name), f)})
	}
	if len(files) == 0 {
		s.reject(name, errors.New("the directory of a CD (DICOMDIR) that names no files"))
	}
}

// listed is a file named by a DICOMDIR.
type listed struct{ directory, name string }

// missing lists, for each DICOMDIR, the files that it names and that have not
// been added. Names on a CD are in capitals, and copies of it often are not.
func (s *Study) missing() (all []Rejected) {
	have := make(map[string]bool)
	for _, name := range s.added {
		have[strings.ToLower(name)] = true
	}
	lost := make(map[string][]string)
	var order []string
	for _, l := range s.listed {
		if !have[strings.ToLower(l.name)] {
			if lost[l.directory] == nil {
				order = append(order, l.directory)
			}
			lost[l.directory] = append(lost[l.directory], l.name)
		}
	}
	for _, directory := range order {
		names := lost[directory]
		all = append(all, Rejected{directory, fmt.Errorf("%s not there, such as %q: open its whole folder, or the whole CD",
			count(len(names), "file that it names is", "files that it names are"), names[0])})
	}
	return all
}
