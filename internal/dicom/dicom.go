// Package dicom reads DICOM files: the data set (PS3.5, PS3.10) and the pixels
// in it, native or compressed, as stored values, Hounsfield units or RGB.
//
// The way is: file bytes -> [Parse] -> [File] -> [File.Header] (what the data
// set says of its pixels and where they lie in the patient) -> [File.Frame]
// (stored values) -> [Frame.HU] or [Frame.RGB].
//
// Elements refer to the file's bytes, which must not change afterwards; nothing
// of a size that only a length field claims is ever allocated. Files come as
// hospitals write them: what is in doubt is decided by what the bytes are, not
// by what they are said to be.
package dicom

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// A FormatError reports a file that is broken. Its text is one line.
type FormatError string

func (e FormatError) Error() string { return "dicom: broken file: " + string(e) }

// An UnsupportedError reports a file that may be in order and that this package
// cannot read. Its text is one line.
type UnsupportedError string

func (e UnsupportedError) Error() string { return "dicom: not supported: " + string(e) }

// A File is a data set with what its file says of it.
type File struct {
	DataSet
	// TransferSyntax is the UID in the file's meta header; where there is none,
	// that of the encoding found.
	TransferSyntax string
	// Truncated says that the bytes ended before the data set did. The elements
	// before are in order; of pixel data, what there is.
	Truncated bool

	meta    DataSet
	header  func() (*Header, error)
	streams func() ([][][]byte, error) // of each frame, the fragments
	joined  func() []byte              // the fragments of uncompressed pixels
}

const preambleLength = 128

// Parse reads a whole file. The error is a FormatError or an UnsupportedError.
func Parse(data []byte) (*File, error) { return parse(data, false) }

// ParseHeader reads the elements before the pixel data. It takes the whole file
// or a part from its beginning; File.Truncated says that the part ended before
// the pixel data, or that a whole file has none. A CT slice's header lies within
// the first 64 KB nearly always.
func ParseHeader(data []byte) (*File, error) { return parse(data, true) }

func parse(data []byte, headerOnly bool) (*File, error) {
	at, ok := start(data)
	if !ok {
		return nil, FormatError("this is not a DICOM file")
	}
	budget := maxElements
	f := &File{}
	p := &parser{data: data, order: binary.LittleEndian, budget: &budget}
	at = p.meta(at, &f.meta)
	declared := f.meta.String(TransferSyntaxUID)
	body := data[at:]
	if declared == deflatedLittleEndian {
		var err error
		if body, f.Truncated, err = inflate(body, headerOnly); err != nil {
			return nil, err
		}
	}
	p = &parser{data: body, budget: &budget, headerOnly: headerOnly}
	encoding := p.sniff(declared)
	f.TransferSyntax = declared
	if declared == "" {
		f.TransferSyntax = encoding
	}
	ds, _, err := p.dataSet(0, len(body), 0)
	if err != nil {
		return nil, err
	}
	f.DataSet = *ds
	f.header = sync.OnceValues(f.readHeader)
	f.streams = sync.OnceValues(f.splitFrames)
	f.joined = sync.OnceValue(f.joinFragments)
	if declared == geBigEndianPixels {
		f.DataSet.pixelOrder = binary.BigEndian
	}
	f.Truncated = f.Truncated && !p.stopped || p.truncated || headerOnly && !p.stopped
	if len(f.elements) == 0 && len(f.meta.elements) == 0 {
		return nil, FormatError("it ends before its first element")
	}
	return f, nil
}

// IsDICOM reports whether data, a file or at least its first KB, is DICOM. Files
// without the magic word must begin with a run of elements that make sense.
func IsDICOM(data []byte) bool {
	_, ok := start(data)
	return ok
}

// start returns where the first element stands.
func start(data []byte) (at int, ok bool) {
	magic := []byte("DICM")
	if len(data) >= preambleLength+4 && bytes.Equal(data[preambleLength:preambleLength+4], magic) {
		return preambleLength + 4, true
	}
	if bytes.HasPrefix(data, magic) && plausibleRun(data[4:]) {
		return 4, true
	}
	return 0, plausibleRun(data)
}

// plausibleRun reports whether data begins with elements as files without the
// magic word do: in the meta group, the identifying group or that of a command,
// with ascending tags and values of sane lengths. Three of them will do, or two
// that data cuts short or that a data set in another encoding follows.
func plausibleRun(data []byte) bool {
	if len(data) < 8 {
		return false
	}
	p := &parser{data: data, order: binary.LittleEndian}
	if data[0] == 0 && data[1] != 0 {
		p.order = binary.BigEndian
	}
	first := p.tag(0)
	if g := first.Group(); g != 2 && g != 8 && first != 0 || first.Element() > 0x1000 {
		return false
	}
	p.explicit = knownVR(data[4:6])
	last, at := first-1, 0
	for n := 0; ; n++ {
		if n == 8 || at == len(data) {
			return n >= 3
		}
		h, err := p.header(at, len(data))
		if err != nil {
			return n >= 3
		}
		if first.Group() == 2 && h.tag.Group() != 2 {
			return n >= 2 && p.explicit
		}
		if h.tag <= last && n > 0 || h.tag.Group() > 0x28 || p.explicit && h.vr == (vr{}) || h.length > 1<<16 {
			return n >= 3
		}
		if uint64(h.length) > uint64(len(data)-h.at) {
			return n >= 2
		}
		last, at = h.tag, h.at+int(h.length)
	}
}
