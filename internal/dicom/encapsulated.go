package dicom

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// frameStream returns the compressed bytes of frame i.
func (f *File) frameStream(i int) ([]byte, error) {
	frames, err := f.streams()
	if err != nil {
		return nil, err
	}
	if i >= len(frames) {
		return nil, FormatError(fmt.Sprintf("pixel data: got %d frames, want frame %d", len(frames), i+1))
	}
	if len(frames[i]) == 1 {
		return frames[i][0], nil
	}
	return bytes.Join(frames[i], nil), nil
}

// encapsulated returns the offset table and the fragments of encapsulated pixel
// data; ok is false where the pixel data is plain.
func (f *File) encapsulated() (table []byte, fragments [][]byte, ok bool) {
	e := f.Find(PixelData)
	switch {
	case e == nil:
		return nil, nil, false
	case e.nested != nil:
		fragments = e.nested.fragments
	case len(e.Value) >= 8 && binary.LittleEndian.Uint32(e.Value) == 0xe000fffe && syntaxes[f.TransferSyntax].coding != native:
		// A writer that counted the length of what should have none.
		budget := maxElements
		p := &parser{data: e.Value, order: binary.LittleEndian, budget: &budget}
		fragments, _, _ = p.fragments(0, len(e.Value))
	default:
		return nil, nil, false
	}
	if len(fragments) == 0 {
		return nil, nil, true
	}
	return fragments[0], fragments[1:], true
}

// splitFrames shares the fragments out among the frames (PS3.5 A.4): by an offset
// table that fits them, else one each, else by where code streams begin.
func (f *File) splitFrames() ([][][]byte, error) {
	table, fragments, ok := f.encapsulated()
	if !ok {
		fragments = [][]byte{f.value(PixelData)} // a code stream as it is
	}
	frames := max(1, f.intOr(NumberOfFrames, 1))
	if len(fragments) == 0 {
		return nil, FormatError("pixel data: got no fragments, want at least 1")
	}
	if starts := f.extendedOffsets(); len(starts) > 0 {
		if groups := byOffsets(starts, fragments); len(groups) == frames {
			return groups, nil
		}
	}
	if starts := basicOffsets(table); len(starts) == frames && frames > 1 {
		if groups := byOffsets(starts, fragments); groups != nil {
			return groups, nil
		}
	}
	if frames == 1 {
		return [][][]byte{fragments}, nil
	}
	if len(fragments) == frames {
		return single(fragments), nil
	}
	if groups := byStarts(fragments); len(groups) == frames {
		return groups, nil
	}
	if len(fragments) > frames && startsCodeStream(fragments[frames-1]) != startsCodeStream(fragments[0]) {
		return nil, FormatError(fmt.Sprintf("pixel data: got %d fragments that do not tell the %d frames apart", len(fragments), frames))
	}
	return single(fragments), nil
}

func single(fragments [][]byte) [][][]byte {
	groups := make([][][]byte, len(fragments))
	for i := range fragments {
		groups[i] = fragments[i : i+1]
	}
	return groups
}

func basicOffsets(table []byte) []uint64 {
	var starts []uint64
	for ; len(table) >= 4; table = table[4:] {
		starts = append(starts, uint64(binary.LittleEndian.Uint32(table)))
	}
	return starts
}

func (f *File) extendedOffsets() []uint64 {
	var starts []uint64
	for table := f.value(ExtendedOffsetTable); len(table) >= 8; table = table[8:] {
		starts = append(starts, binary.LittleEndian.Uint64(table))
	}
	return starts
}

// byOffsets groups fragments by where frames start, counted from the first
// fragment's item tag; nil unless every start is that of a fragment.
func byOffsets(starts []uint64, fragments [][]byte) [][][]byte {
	if starts[0] != 0 {
		return nil
	}
	var groups [][][]byte
	at, first := uint64(0), 0
	for i, fragment := range fragments {
		if next := len(groups) + 1; next < len(starts) && at == starts[next] && i > first {
			groups = append(groups, fragments[first:i])
			first = i
		}
		at += 8 + uint64(len(fragment))
	}
	groups = append(groups, fragments[first:])
	if len(groups) != len(starts) {
		return nil
	}
	return groups
}

// byStarts groups fragments by which of them begin a code stream.
func byStarts(fragments [][]byte) [][][]byte {
	var groups [][][]byte
	for i, fragment := range fragments {
		if startsCodeStream(fragment) || len(groups) == 0 {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], fragments[i])
	}
	return groups
}

// startsCodeStream reports whether a JPEG, JPEG-LS or JPEG 2000 stream begins.
func startsCodeStream(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0xff, 0xd8, 0xff}) || bytes.HasPrefix(b, []byte{0xff, 0x4f, 0xff, 0x51}) ||
		bytes.HasPrefix(b, jp2Signature)
}

// jp2Signature begins a JPEG 2000 file, which some writers take for a code stream.
var jp2Signature = []byte("\x00\x00\x00\x0cjP  \r\n\x87\n")
